import re
from enum import StrEnum
from typing import Any
from zlib import crc32

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    DecisionTable,
    Enumeration,
    HitPolicy,
    Input,
    Number,
    Row,
    TableDefinitionError,
    at_least,
    at_most,
    below,
    to_dmn,
)
from reclamation_core.tables.errors import FindingKind
from reclamation_core.wording import Wording
from tests.unit.tables.dmn_models import from_dmn
from tests.unit.tables.samples import LEVEL, Level, every_domain, level_table, scope_table

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">'


def document(
    *, inputs: str, rules: str, output: str = '<output typeRef="boolean"/>', policy: str = "", more: str = ""
) -> str:
    """A document as another editor writes it, without anything of ours."""
    table = f"<decisionTable {policy}>{inputs}{output}{rules}</decisionTable>"
    return f'{HEAD}{more}<decision id="D1" name="allowed">{table}</decision></definitions>'


def asks(name: str, type_: str, values: str = "") -> str:
    listed = f"<inputValues><text>{values}</text></inputValues>" if values else ""
    return f'<input label="l"><inputExpression typeRef="{type_}"><text>{name}</text></inputExpression>{listed}</input>'


def rule(*entries: str) -> str:
    *tests, then = (f"<text>{entry}</text>" for entry in entries)
    listed = "".join(f"<inputEntry>{test}</inputEntry>" for test in tests)
    number = crc32(repr(entries).encode()) % 1000
    return f'<rule id="r{len(entries)}{number}">{listed}<outputEntry>{then}</outputEntry></rule>'


def faults(text: str) -> list[tuple[str, str]]:
    with pytest.raises(FaultsError) as refused:
        from_dmn(text)
    return [(fault.path, fault.expected.en) for fault in refused.value.faults]


def _every_domain() -> DecisionTable[int]:
    """The sample without its `any_value` condition, which is written as no condition."""
    table = every_domain()
    rows = [
        Row(
            row.id,
            {k: v for k, v in row.when.items() if v.values},
            row.then,
            row.clause,
            row.wording,
            interpretation=row.interpretation,
            plain=row.plain,
        )
        for row in table.rows
    ]
    return DecisionTable("everything", table.inputs, table.output, rows, table.hit_policy, table.title)


def test_the_priority_is_the_order_of_the_output_values() -> None:
    text = to_dmn(level_table())
    assert 'hitPolicy="PRIORITY"' in text
    assert re.search(r'<outputValues>\s*<text>"national","regional","local"</text>', text)
    assert from_dmn(text)["level"].priority == tuple(reversed(Level))


def test_absent_is_null_and_french_is_what_editors_show() -> None:
    text = to_dmn(scope_table())
    assert re.search(r"<inputValues>\s*<text>\[0\.\.10\],null</text>", text)
    assert 'label="note de satisfaction"' in text
    assert "<description>une note inférieure à 6 est une réclamation</description>" in text
    assert "&lt; 6" in text
    assert "UNKNOWN" not in text


def test_a_fact_that_is_read_as_absent_where_it_is_not_known_is_read_back_so() -> None:
    late = Input("late", Boolean(), absent=True, unknown=False)
    table: DecisionTable[Any] = DecisionTable("open", (late,), Boolean(), (Row("any", {}, True),))
    assert from_dmn(to_dmn(table))["open"].inputs == (late,)


def test_a_document_has_each_table_once_with_its_requirements() -> None:
    level = level_table()
    words: dict[str, Any] = {
        "question": Wording("Quel niveau ?", "What level?"),
        "plain_question": Wording("Qui répond ?", "Who?"),
    }
    asked = Input("level", level.output, Wording("niveau", "level"), source=level, **words)
    tops: list[DecisionTable[Any]] = [
        DecisionTable(name, [asked], Boolean(), [Row("r", {}, True)]) for name in ("one", "other")
    ]
    text = to_dmn(*tops, name="ensemble")
    (again,) = from_dmn(text)["other"].inputs
    assert (again.name, again.label, again.question, again.plain_question) == ("level", asked.label, *words.values())
    assert text.count("<decision ") == 3
    assert text.count('href="#decision_level"') == 2
    assert text.count("<inputData ") == 3
    assert text.count("dmndi:DMNShape ") == 6
    assert 'name="ensemble"' in text
    with pytest.raises(TableDefinitionError, match="names two different tables"):
        to_dmn(scope_table(), DecisionTable("in_scope", [Input("x", Boolean())], Boolean(), [Row("r", {}, True)]))


def test_what_xml_cannot_write_is_refused() -> None:
    with pytest.raises(ValueError, match=r"'\\x0c' cannot be written in XML; take it out of"):
        to_dmn(DecisionTable("t", [Input("x", Boolean())], Boolean(), [Row("\x0c", {}, True)]))
    two = [Input("a", LEVEL), Input("b", Enumeration("Level", ("x",), (Wording("x", "x"),)))]
    with pytest.raises(ValueError, match="two enumerations are called 'Level'"):
        to_dmn(DecisionTable("t", two, Boolean(), [Row("r", {}, True)]))


def test_a_document_of_another_editor_is_read() -> None:
    text = document(
        inputs=asks("age", "number", "[0..120]")
        + asks("kind", "feel:string", '"a","b",null')
        + asks("day", "date")
        + asks("vip", "boolean"),
        rules=rule("&lt; 12", "-", "-", "-", "false") + rule("&gt;= 12", "", "-", "-", "true"),
    )
    table = from_dmn(text)["allowed"]

    assert table.hit_policy is HitPolicy.UNIQUE
    assert [input_.domain.expected.en for input_ in table.inputs] == [
        "a number from 0 to 120", "one of a, b", "a day", "true or false",
    ]  # fmt: skip
    assert [input_.absent for input_ in table.inputs] == [False, True, False, False]
    assert [dict(row.when) for row in table.rows] == [{"age": below(12)}, {"age": at_least(12)}]
    assert table.inputs[0].label == Wording("l", "l")
    assert table.inputs[0].question == Wording("l ?", "l?")
    assert table.decide({"age": 11, "kind": ABSENT}).outcome is False


def test_types_may_be_defined_by_items_and_by_the_variable() -> None:
    item = (
        '<itemDefinition name="{}"><typeRef>{}</typeRef><allowedValues><text>{}</text></allowedValues></itemDefinition>'
    )
    items = item.format("tGrade", "string", '"low","high"') + item.format("tNote", "number", "&lt;= 20")
    text = document(
        more=items,
        inputs=asks("note", "tNote"),
        output="<output/>",
        rules=rule("&lt; 6", '"low"') + rule("&gt;= 6", '"high"'),
    ).replace("<decisionTable", '<variable name="allowed" typeRef="tGrade"/><decisionTable')

    class Grade(StrEnum):
        LOW = "low"
        HIGH = "high"

    table = from_dmn(text, {"tGrade": Grade})["allowed"]
    assert table.inputs[0].domain == Number(None, 20)
    assert table.decide({"note": 7}).outcome is Grade.HIGH
    assert not table.output.ordered


def test_limits_that_name_null_alone_are_none() -> None:
    table = from_dmn(document(inputs=asks("x", "number", "null"), rules=rule("-", "true")))["allowed"]
    assert (table.inputs[0].domain, table.inputs[0].absent) == (Number(), True)


@pytest.mark.parametrize("text", ["", "<a>", "\ud800", "a\x00", "<a/><b/>"])
def test_what_is_no_xml_is_refused(text: str) -> None:
    assert faults(text)[0][1].startswith("an XML document is expected")


def test_document_types_which_could_define_entities_are_refused() -> None:
    bomb = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><definitions>&b;</definitions>'
    for text in (bomb, '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>'):
        ((path, expected),) = faults(text)
        assert path == "$"
        assert expected.startswith("a document without a DOCTYPE is expected")


def test_every_version_of_dmn_is_read() -> None:
    for namespace in [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    ]:
        text = to_dmn(level_table()).replace("https://www.omg.org/spec/DMN/20191111/MODEL/", namespace)
        assert from_dmn(text)["level"] == level_table(), namespace


@pytest.mark.parametrize("root", ["<definitions/>", '<definitions xmlns="urn:other"/>', '<a xmlns="urn:other"/>'])
def test_what_is_no_dmn_is_refused_by_its_namespace(root: str) -> None:
    ((path, expected),) = faults(root)
    assert path == "$"
    assert expected.startswith(
        "a DMN document is expected: definitions, in the namespace of one of the versions 1.1, 1.2"
    )


def test_all_faults_are_reported_at_once_with_their_place() -> None:
    text = document(
        inputs=asks("age", "years")
        + asks("kind", "string", "a or b")
        + asks("note", "number", "1,2")
        + asks("cut", "number", "quoi")
        + asks("not(a) + name", "boolean")
        + asks("twice", "string", '"a","a"'),
        rules=rule("-", "-", "-", "-", "vrai", "-", "perhaps") + rule("-", "true"),
        policy='hitPolicy="BEST"',
    )
    assert [path for path, _ in faults(text)] == [
        "decision[allowed].input[0]",
        "decision[allowed].input[1]",
        "decision[allowed].input[2]",
        "decision[allowed].input[3]",
        "decision[allowed].input[4]",
        "decision[allowed].input[5]",
        "decision[allowed].hitPolicy",
        "decision[allowed].rule[1]",
    ]


def test_conditions_and_outcomes_outside_their_domain_are_faults() -> None:
    text = document(inputs=asks("x", "boolean"), rules=rule("vrai", "true") + rule("-", "perhaps"))
    assert [path for path, _ in faults(text)] == [
        "decision[allowed].rule[0].inputEntry[0]",
        "decision[allowed].rule[1]",
    ]


def test_a_decision_without_table_or_with_a_bad_requirement_is_a_fault() -> None:
    with pytest.raises(FaultsError, match="no decision of this document is a table") as refused:
        from_dmn(f'{HEAD}<decision id="D1" name="x"/></definitions>')
    assert refused.value.faults[0].value == ["decision[x]"]
    need = '<informationRequirement><requiredDecision href="#{}"/></informationRequirement><decisionTable'
    text = document(inputs=asks("x", "boolean"), rules=rule("-", "true"))
    assert faults(text.replace("<decisionTable", need.format("D9"))) == [
        ("decision[allowed].informationRequirement", "no decision has that id")
    ]
    assert ("decision[allowed]", "this decision asks for itself") in faults(
        text.replace("<decisionTable", need.format("D1"))
    )
    asking = text.replace("</definitions>", "") + text.removeprefix(HEAD).replace(
        'id="D1" name="allowed"', 'id="D2" name="top"'
    ).replace("<decisionTable", need.format("D1")).replace(">x<", ">allowed<")
    assert [path for path, _ in faults(asking.replace(">true<", ">vrai<"))] == [
        "decision[allowed].rule[0]",
        "decision[top].rule[0]",
    ]


def test_a_table_of_several_outcomes_is_refused() -> None:
    text = document(inputs=asks("x", "boolean"), output="<output/><output/>", rules=rule("-", "true"))
    assert ("decision[allowed].rule[0]", "an entry for each input and one for each outcome") in faults(text)


def test_a_priority_that_is_no_list_of_outcomes_is_a_fault() -> None:
    output = '<output typeRef="boolean"><outputValues><text>vrai</text></outputValues></output>'
    text = document(inputs=asks("x", "boolean"), output=output, rules=rule("-", "true"), policy='hitPolicy="PRIORITY"')
    assert [path for path, _ in faults(text)] == ["decision[allowed].rule[0]", "decision[allowed].outputValues"]


def test_wrong_extension_attributes_are_faults() -> None:
    text = to_dmn(scope_table()).replace('outcome="true"', 'outcome="vrai"')
    assert [path for path, _ in faults(text)] == ["decision[in_scope].statement", "decision[in_scope].plainStatement"]


def test_a_table_that_is_read_is_proved() -> None:
    text = document(inputs=asks("x", "boolean"), rules=rule("-", "true") + rule("true", "false"))
    with pytest.raises(FaultsError) as refused:
        from_dmn(text)
    (fault,) = refused.value.faults
    assert (fault.path, fault.value) == ("decision[allowed]", {"x": True})
    (overlap,) = from_dmn(text, validate=False)["allowed"].check()[:1]
    assert overlap.kind is FindingKind.OVERLAP


def test_a_gap_is_read_as_null_with_a_note_and_is_no_outcome_while_facts_are_unknown() -> None:
    tables = from_dmn(document(inputs=asks("x", "boolean"), rules=rule("true", "true")))
    table = tables["allowed"]
    assert [table.decide({"x": value}).outcome for value in (True, False, None)] == [True, None, None]
    assert table.decide({}).question is not None
    assert [note.wording.en for note in tables.notes] == [
        "read with gaps, where DMN has null and the outcome is None; for example x = False"
    ]
    (gap,) = table.check()[:1]
    assert gap.kind is FindingKind.GAP


def test_limits_of_one_side_are_read_as_they_are_written() -> None:
    for values, expected in ((">= 1", Number(1)), ("<= 1", Number(None, 1)), ("null,[1..2]", Number(1, 2))):
        text = document(
            inputs=asks("x", "number", values.replace("<", "&lt;").replace(">", "&gt;")), rules=rule("-", "true")
        )
        assert from_dmn(text)["allowed"].inputs[0].domain == expected
    assert at_most(1).values == (1,)


def test_texts_that_are_left_out_or_empty_are_made_of_others() -> None:
    text = to_dmn(scope_table())
    bare: Any = re.sub(r' (?:label-en|title-en|en|question-fr)="[^"]*"', " \\g<0>", text)
    bare = re.sub(r' (label-en|title-en|en|question-fr)="[^"]*"', r' \1=""', bare)
    table = from_dmn(bare)["in_scope"]
    assert table.title == Wording("dans le cadre", "dans le cadre")
    assert table.inputs[0].label.en == "note de satisfaction"
    assert table.inputs[0].question == Wording("note de satisfaction ?", "note de satisfaction?")
    assert table.row("low-note").wording == Wording(*["une note inférieure à 6 est une réclamation"] * 2)
