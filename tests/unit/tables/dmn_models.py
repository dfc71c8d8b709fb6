"""DMN documents in the shapes that modelers write, made up for these tests, and damaged ones."""

import random
from typing import Final

_CAMUNDA: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
    xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
    xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0" xmlns:camunda="http://camunda.org/schema/1.0/dmn"
    id="Definitions_0x1" name="DRD" namespace="http://camunda.org/schema/1.0/dmn" exporter="Camunda Modeler"
    exporterVersion="5.20.0" modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.21.0">
  <decision id="Decision_0abc" name="Niveau de l'appel">
    <informationRequirement id="InformationRequirement_1"><requiredDecision href="#Decision_1xyz"/>
    </informationRequirement>
    <decisionTable id="DecisionTable_0abc" hitPolicy="FIRST">
      <input id="InputClause_1" label="Délai" biodi:width="192" camunda:inputVariable="delai">
        <inputExpression id="LiteralExpression_1" typeRef="string"><text>tranche</text></inputExpression>
      </input>
      <input id="InputClause_2" label="Canal">
        <inputExpression id="LiteralExpression_2" typeRef="string"><text>canal</text></inputExpression>
      </input>
      <output id="OutputClause_1" label="Niveau" name="niveau" typeRef="string"/>
      <rule id="DecisionRule_1"><description>long et écrit</description>
        <inputEntry id="UnaryTests_1"><text>"long"</text></inputEntry>
        <inputEntry id="UnaryTests_2"><text>not("téléphone","visite")</text></inputEntry>
        <outputEntry id="LiteralExpression_3"><text>"national"</text></outputEntry>
      </rule>
      <rule id="DecisionRule_2">
        <inputEntry id="UnaryTests_3"><text></text></inputEntry>
        <inputEntry id="UnaryTests_4"><text></text></inputEntry>
        <outputEntry id="LiteralExpression_4"><text>"local"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <decision id="Decision_1xyz" name="Tranche">
    <decisionTable id="DecisionTable_1xyz">
      <input id="InputClause_3" label="Jours">
        <inputExpression id="LiteralExpression_5" typeRef="integer"><text>jours</text></inputExpression>
      </input>
      <output id="OutputClause_2" label="Tranche" name="tranche" typeRef="string"/>
      <rule id="DecisionRule_3">
        <inputEntry id="UnaryTests_5"><text>&lt; 30</text></inputEntry>
        <outputEntry id="LiteralExpression_6"><text>"court"</text></outputEntry>
      </rule>
      <rule id="DecisionRule_4">
        <inputEntry id="UnaryTests_6"><text>&gt;= 30</text></inputEntry>
        <outputEntry id="LiteralExpression_7"><text>"long"</text></outputEntry>
      </rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="Decision_0abc">
    <dc:Bounds height="80" width="180" x="160" y="100"/></dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>
"""
_TRISOTECH: Final = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<semantic:definitions xmlns:semantic="https://www.omg.org/spec/DMN/20211108/MODEL/"
    xmlns:feel="https://www.omg.org/spec/DMN/20211108/FEEL/" xmlns:triso="http://www.trisotech.com/2015/triso/modeling"
    xmlns="http://www.trisotech.com/definitions/_1" namespace="http://www.trisotech.com/definitions/_1" name="Order"
    expressionLanguage="https://www.omg.org/spec/DMN/20211108/FEEL/" triso:logoChoice="Default" id="_1">
  <semantic:extensionElements><triso:attachment/></semantic:extensionElements>
  <semantic:itemDefinition name="tOrder" isCollection="false">
    <semantic:itemComponent name="Total amount"><semantic:typeRef>feel:number</semantic:typeRef>
    </semantic:itemComponent>
    <semantic:itemComponent name="kind"><semantic:typeRef>tKind</semantic:typeRef></semantic:itemComponent>
  </semantic:itemDefinition>
  <semantic:itemDefinition name="tKind"><semantic:typeRef>feel:string</semantic:typeRef>
    <semantic:allowedValues><semantic:text>"goods", "service"</semantic:text></semantic:allowedValues>
  </semantic:itemDefinition>
  <semantic:itemDefinition name="tAnswer" isCollection="false">
    <semantic:itemComponent name="Status"><semantic:typeRef>feel:string</semantic:typeRef></semantic:itemComponent>
    <semantic:itemComponent name="Days to wait"><semantic:typeRef>feel:number</semantic:typeRef>
    </semantic:itemComponent>
  </semantic:itemDefinition>
  <semantic:decision name="Customer's answer" id="_d1">
    <semantic:variable name="Customer's answer" typeRef="tAnswer"/>
    <semantic:informationRequirement><semantic:requiredInput href="#_i1"/></semantic:informationRequirement>
    <semantic:decisionTable hitPolicy="UNIQUE" outputLabel="Customer's answer">
      <semantic:input><semantic:inputExpression typeRef="feel:number">
        <semantic:text>Order.Total amount</semantic:text></semantic:inputExpression></semantic:input>
      <semantic:input><semantic:inputExpression><semantic:text>Order.kind</semantic:text></semantic:inputExpression>
      </semantic:input>
      <semantic:output name="Status"><semantic:outputValues><semantic:text>"accepted","refused"</semantic:text>
        </semantic:outputValues><semantic:defaultOutputEntry><semantic:text>"refused"</semantic:text>
        </semantic:defaultOutputEntry></semantic:output>
      <semantic:output name="Days to wait"><semantic:defaultOutputEntry><semantic:text>0</semantic:text>
        </semantic:defaultOutputEntry></semantic:output>
      <semantic:rule label="petit"><semantic:inputEntry><semantic:text>[0..100)</semantic:text></semantic:inputEntry>
        <semantic:inputEntry><semantic:text>"goods"</semantic:text></semantic:inputEntry>
        <semantic:outputEntry><semantic:text>"accepted"</semantic:text></semantic:outputEntry>
        <semantic:outputEntry><semantic:text>1</semantic:text></semantic:outputEntry></semantic:rule>
      <semantic:rule label="petit"><semantic:inputEntry><semantic:text>[0..100)</semantic:text></semantic:inputEntry>
        <semantic:inputEntry><semantic:text>"service"</semantic:text></semantic:inputEntry>
        <semantic:outputEntry><semantic:text>"accepted"</semantic:text></semantic:outputEntry>
        <semantic:outputEntry><semantic:text>2.5</semantic:text></semantic:outputEntry></semantic:rule>
    </semantic:decisionTable>
  </semantic:decision>
  <semantic:inputData name="Order" id="_i1"><semantic:variable name="Order" typeRef="tOrder"/></semantic:inputData>
</semantic:definitions>
"""
_KIE: Final = """<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="http://www.omg.org/spec/DMN/20180521/MODEL/" xmlns="https://kiegroup.org/dmn/_9"
    xmlns:feel="http://www.omg.org/spec/DMN/20180521/FEEL/" xmlns:kie="http://www.drools.org/kie/dmn/1.2"
    id="_9" name="Grades" typeLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/" namespace="https://kiegroup.org/dmn/_9">
  <dmn:extensionElements/>
  <dmn:itemDefinition id="_t1" name="tGrade" isCollection="false"><dmn:typeRef>string</dmn:typeRef>
    <dmn:allowedValues kie:constraintType="enumeration" id="_a1"><dmn:text>"A", "B", "C"</dmn:text></dmn:allowedValues>
  </dmn:itemDefinition>
  <dmn:inputData id="_i1" name="Grade"><dmn:extensionElements/>
    <dmn:variable id="_v1" name="Grade" typeRef="tGrade"/></dmn:inputData>
  <dmn:inputData id="_i2" name="Years of service"><dmn:variable id="_v2" name="Years of service" typeRef="number"/>
  </dmn:inputData>
  <dmn:decision id="_d1" name="Points"><dmn:extensionElements/><dmn:variable id="_v3" name="Points" typeRef="number"/>
    <dmn:informationRequirement id="_r1"><dmn:requiredInput href="#_i1"/></dmn:informationRequirement>
    <dmn:informationRequirement id="_r2"><dmn:requiredInput href="#_i2"/></dmn:informationRequirement>
    <dmn:informationRequirement id="_r3"><dmn:requiredDecision href="#_d2"/></dmn:informationRequirement>
    <dmn:decisionTable id="_dt1" hitPolicy="COLLECT" aggregation="SUM" preferredOrientation="Rule-as-Row">
      <dmn:input id="_c1"><dmn:inputExpression id="_e1" typeRef="string"><dmn:text>Grade</dmn:text>
      </dmn:inputExpression>
      </dmn:input>
      <dmn:input id="_c2"><dmn:inputExpression id="_e2" typeRef="number"><dmn:text>Years of service</dmn:text>
      </dmn:inputExpression></dmn:input>
      <dmn:input id="_c3"><dmn:inputExpression id="_e3"><dmn:text>Bonus</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="_o1"/>
      <dmn:annotation name="annotation-1"/>
      <dmn:rule id="_u1"><dmn:inputEntry id="_x1"><dmn:text>"A","B"</dmn:text></dmn:inputEntry>
        <dmn:inputEntry id="_x2"><dmn:text>-</dmn:text></dmn:inputEntry><dmn:inputEntry id="_x9"><dmn:text>-</dmn:text>
        </dmn:inputEntry><dmn:outputEntry id="_x3"><dmn:text>10.5</dmn:text></dmn:outputEntry>
        <dmn:annotationEntry><dmn:text/></dmn:annotationEntry></dmn:rule>
      <dmn:rule id="_u2"><dmn:inputEntry id="_x4"><dmn:text>-</dmn:text></dmn:inputEntry>
        <dmn:inputEntry id="_x5"><dmn:text>&gt;= 10</dmn:text></dmn:inputEntry><dmn:inputEntry id="_x10"><dmn:text>true
        </dmn:text></dmn:inputEntry><dmn:outputEntry id="_x6"><dmn:text>5</dmn:text></dmn:outputEntry></dmn:rule>
      <dmn:rule id="_u3"><dmn:inputEntry id="_x7"><dmn:text>-</dmn:text></dmn:inputEntry>
        <dmn:inputEntry id="_x8"><dmn:text>-</dmn:text></dmn:inputEntry><dmn:inputEntry id="_x11"><dmn:text>-</dmn:text>
        </dmn:inputEntry><dmn:outputEntry id="_x12"><dmn:text>0</dmn:text></dmn:outputEntry></dmn:rule>
    </dmn:decisionTable></dmn:decision>
  <dmn:decision id="_d2" name="Bonus"><dmn:variable id="_v4" name="Bonus" typeRef="boolean"/>
    <dmn:literalExpression id="_l1"><dmn:text>Years of service &gt; 20</dmn:text></dmn:literalExpression></dmn:decision>
  <dmn:businessKnowledgeModel id="_b1" name="Helper"/>
</dmn:definitions>
"""
MODELS: Final = {"camunda": _CAMUNDA, "trisotech": _TRISOTECH, "kie": _KIE}
_WORDS: Final = (
    *(
        b"null",
        b"-",
        b"not(",
        b"not(1)",
        b"[1..",
        b"[1..3]",
        b"]",
        b"&lt; 5",
        b"&gt;= 5",
        b"date(",
        b"true",
        b"1",
        b"2.5",
    ),
    *(
        b"9" * 400,
        b"1" * 5000 + b"a",
        b"",
        b"  ",
        b"#",
        b"a.b.c",
        b"high",
        b"&quot;a&quot;",
        b"&quot;a&quot;,&quot;b&quot;",
    ),
    *(b"UNIQUE", b"FIRST", b"ANY", b"COLLECT", b"SUM", b"string", b"number", b"tNote", b"false", b"class", b"x" * 600),
)


def mutated(text: bytes, chance: random.Random) -> bytes:
    """A document with one to four changes: bytes, words, attributes, elements cut, doubled or moved."""
    for _ in range(chance.randint(1, 4)):
        kind = chance.randrange(40)
        at = chance.randrange(max(1, len(text)))
        if kind == 0:
            text = text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]
        elif kind == 1:
            text = text[:at] + chance.choice(_WORDS) + text[at:]
        elif kind == 2:
            text = text[:at] if chance.random() < 0.1 else text[:at] + text[at + chance.randint(1, 40) :]
        elif kind < 26:
            opens, closes = chance.choice(((b'="', b'"'), (b"text>", b"</")))
            text = _between(text, at, (opens, closes), chance.choice(_WORDS))
        else:
            text = _elements(text, at, chance)
    return text


def _between(text: bytes, at: int, marks: tuple[bytes, bytes], word: bytes) -> bytes:
    """The document with the next attribute, or the next text, replaced."""
    opens = text.find(marks[0], at) + len(marks[0])
    closes = text.find(marks[1], opens)
    return text[:opens] + word + text[closes:] if at < opens <= closes else text


def _elements(text: bytes, at: int, chance: random.Random) -> bytes:
    """The document with an element taken out, doubled, or put elsewhere."""
    opens = text.find(b"<", at)
    name = text[opens + 1 : opens + 60].split(b">")[0].split()
    if opens < 0 or not name:
        return text
    closing = b"</" + name[0] + b">"
    closes = text.find(closing, opens)
    if closes < 0:
        return text
    end = closes + len(closing)
    part, rest = text[opens:end], text[:opens] + text[end:]
    if chance.random() < 0.4:
        return rest
    place = rest.find(b"<", chance.randrange(max(1, len(rest)))) if chance.random() < 0.5 else opens
    return (text if chance.random() < 0.5 else rest)[: max(place, 0)] + part + rest[max(place, 0) :]
