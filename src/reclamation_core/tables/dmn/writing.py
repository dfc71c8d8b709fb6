"""DMN 1.3 documents of tables: decisions, enumerations, and the diagram of requirements."""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final
from unicodedata import normalize
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from reclamation_core.markup import NOT_IN_XML
from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Line, Number, OpenEnumeration
from reclamation_core.tables.model import CompiledTable, Input, tables_of
from reclamation_core.tables.rules import HitPolicy, Row
from reclamation_core.tables.sfeel import write_condition, write_value
from reclamation_core.wording import Wording

MODEL: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DIAGRAM: Final = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
BOUNDS: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
WAYPOINTS: Final = "http://www.omg.org/spec/DMN/20180521/DI/"
OURS: Final = "urn:reclamation-core:dmn:1"

VERSIONS: Final[Mapping[str, str]] = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    MODEL: "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
    "https://www.omg.org/spec/DMN/20240513/MODEL/": "1.6",
}
"""The version of DMN that each namespace of models is of."""

HIT_POLICIES: Final[Mapping[HitPolicy, tuple[str, str | None]]] = {
    HitPolicy.UNIQUE: ("UNIQUE", None),
    HitPolicy.ANY: ("ANY", None),
    HitPolicy.FIRST: ("FIRST", None),
    HitPolicy.PRIORITY: ("PRIORITY", None),
    HitPolicy.COLLECT_MAX: ("COLLECT", "MAX"),
    HitPolicy.COLLECT_MIN: ("COLLECT", "MIN"),
    HitPolicy.COLLECT_SUM: ("COLLECT", "SUM"),
    HitPolicy.COLLECT_COUNT: ("COLLECT", "COUNT"),
}
"""The hit policy and the aggregation of each of ours."""

KINDS: Final[Mapping[type[Domain], str]] = {
    Boolean: "boolean",
    Day: "date",
    Enumeration: "string",
    OpenEnumeration: "string",
    Integer: "number",
    Number: "number",
}
"""The FEEL type of each domain."""

_FEEL: Final = re.compile(
    r"(?:s-?feel|feel|https?://www\.omg\.org/spec/(?:DMN/[0-9]{8}/(?:S-)?FEEL|FEEL/[0-9]{8})/?)?", re.IGNORECASE
)
_WORD: Final = re.compile(r"[^\W\d]\w*")
_KEYWORDS: Final = re.compile(
    "and|between|else|every|false|for|function|if|in|instance|not|null|or|return|satisfies|some|then|true"
)


def type_of(domain: Domain) -> str:
    """What a DMN element refers to as its type: an enumeration by its own name."""
    return domain.name if isinstance(domain, Enumeration) else KINDS[type(domain)]


def is_feel(language: str) -> bool:
    """Whether an `expressionLanguage` is FEEL, or S-FEEL; an empty one is, by default."""
    return _FEEL.fullmatch(language.strip()) is not None


def is_plain(name: str) -> bool:
    """Return True if an expression is a plain name: words of letters and digits without FEEL keywords."""
    words = name.split(" ")
    plain = _WORD.fullmatch(words[0]) is not None and all(re.fullmatch(r"\w+", word) for word in words)
    return plain and not any(_KEYWORDS.fullmatch(word) for word in words)


def identifier_of(name: str) -> str:
    """A Python identifier made from a DMN name: `Years of Service` becomes `Years_of_Service`.

    >>> identifier_of("Person's description"), identifier_of("2nd note"), identifier_of("class")
    ('Person_s_description', '_2nd_note', 'class_')
    """
    text = normalize("NFKC", name)
    made = "".join(sign if f"x{sign}".isidentifier() else "_" for sign in text)
    if not made.isidentifier():
        made = f"_{made}"
    return f"{made}_" if keyword.iskeyword(made) else made


_WIDTH: Final = 180
_HEIGHT: Final = 60
_ACROSS: Final = 220
_UP: Final = 140


def draw(root: Element, decisions: Sequence[CompiledTable[Any]], facts: Sequence[str]) -> None:
    """Draw the decisions, which come after those that they ask for, and the facts."""
    floors = {f"input_{name}": 0 for name in facts}
    for table in decisions:
        below = (floors[f"{'input' if input_.source is None else 'decision'}_{input_.name}"] for input_ in table.inputs)
        floors[f"decision_{table.name}"] = 1 + max(below)
    top = max(floors.values())
    across = dict.fromkeys(range(top + 1), 0)
    corners = {}
    for element, floor in floors.items():
        corners[element] = (40 + _ACROSS * across[floor], 40 + _UP * (top - floor))
        across[floor] += 1
    diagram = SubElement(SubElement(root, "dmndi:DMNDI"), "dmndi:DMNDiagram", id="diagram")
    for element, (x, y) in corners.items():
        shape = SubElement(diagram, "dmndi:DMNShape", id=f"shape_{element}", dmnElementRef=element)
        SubElement(shape, "dc:Bounds", x=str(x), y=str(y), width=str(_WIDTH), height=str(_HEIGHT))
    for table in decisions:
        for input_ in table.inputs:
            asked = f"{'input' if input_.source is None else 'decision'}_{input_.name}"
            requirement = f"requires_{table.name}_{input_.name}"
            edge = SubElement(diagram, "dmndi:DMNEdge", id=f"edge_{requirement}", dmnElementRef=requirement)
            _waypoint(edge, corners[asked], 0)
            _waypoint(edge, corners[f"decision_{table.name}"], _HEIGHT)


def _waypoint(edge: Element, corner: tuple[int, int], down: int) -> None:
    SubElement(edge, "di:waypoint", x=str(corner[0] + _WIDTH // 2), y=str(corner[1] + down))


def to_dmn(*tables: CompiledTable[Any], name: str | None = None) -> str:
    """Tables, and those that they ask for, as one DMN 1.3 document in UTF-8, for decision editors.

    Absent is null; unknown is not written. `from_dmn` reads the document back.

    Args:
        tables: the tables, at least one.
        name: the name of the document; that of the last table by default.

    Raises:
        ValueError: a text holds a character that XML cannot write, or two enumerations share a name.
    """
    decisions = tables_of(tables)
    facts = {fact.name: fact for table in decisions for fact in table.inputs if fact.source is None}
    root = Element(
        "definitions",
        {
            "xmlns": MODEL,
            "xmlns:dmndi": DIAGRAM,
            "xmlns:dc": BOUNDS,
            "xmlns:di": WAYPOINTS,
            "xmlns:rc": OURS,
            "id": "definitions",
            "name": tables[-1].name if name is None else name,
            "namespace": OURS,
        },
    )
    for enumeration in _enumerations(decisions):
        _item_definition(root, enumeration)
    for fact in facts.values():
        variable = _variable(fact)
        data = SubElement(root, "inputData", id=f"input_{fact.name}", name=variable, label=fact.label.fr)
        SubElement(data, "variable", id=f"variable_{fact.name}", name=variable, typeRef=type_of(fact.domain))
    for table in decisions:
        _decision(root, table)
    draw(root, decisions, tuple(facts))
    indent(root)
    text = tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{_writable(text)}\n'


def _variable(input_: Input) -> str:
    """Return the name of an input in FEEL, where a dot would ask for a part of a value."""
    return input_.name.replace(".", "_")


def _writable(text: str) -> str:
    stray = NOT_IN_XML.search(text)
    if stray is not None:
        around = text[max(0, stray.start() - 20) : stray.end() + 20]
        raise ValueError(f"{stray[0]!r} cannot be written in XML; take it out of {around!r}")
    return text


def _enumerations(tables: Iterable[CompiledTable[Any]]) -> Iterable[Enumeration]:
    found: dict[str, Enumeration] = {}
    for table in tables:
        for domain in (*(input_.domain for input_ in table.inputs), table.output):
            if isinstance(domain, Enumeration) and found.setdefault(domain.name, domain) != domain:
                raise ValueError(f"two enumerations are called {domain.name!r}; rename one of them")
    return found.values()


def _item_definition(root: Element, enumeration: Enumeration) -> None:
    item = SubElement(root, "itemDefinition", id=f"type_{len(root)}", name=enumeration.name)
    ours = SubElement(SubElement(item, "extensionElements"), "rc:enumeration", ordered=_truth(enumeration.ordered))
    if isinstance(enumeration, OpenEnumeration):
        ours.set("open", "true")
    for value, label in zip(enumeration.values, enumeration.labels, strict=True):
        SubElement(ours, "rc:value", code=str(value), fr=label.fr, en=label.en)
    SubElement(item, "typeRef").text = "string"
    if not isinstance(enumeration, OpenEnumeration):
        _text(SubElement(item, "allowedValues"), ",".join(map(write_value, enumeration.values)))


def _decision(root: Element, table: CompiledTable[Any]) -> None:
    decision = SubElement(root, "decision", id=f"decision_{table.name}", name=table.name, label=table.title.fr)
    _extension(decision, table)
    SubElement(decision, "variable", id=f"variable_{table.name}", name=table.name, typeRef=type_of(table.output))
    for input_ in table.inputs:
        requirement = SubElement(decision, "informationRequirement", id=f"requires_{table.name}_{input_.name}")
        kind, what = ("requiredInput", "input") if input_.source is None else ("requiredDecision", "decision")
        SubElement(requirement, kind, href=f"#{what}_{input_.name}")
    policy, aggregation = HIT_POLICIES[table.hit_policy]
    rules = SubElement(decision, "decisionTable", id=f"table_{table.name}", hitPolicy=policy)
    if aggregation is not None:
        rules.set("aggregation", aggregation)
    rules.set("outputLabel", table.title.fr)
    for input_ in table.inputs:
        _input(rules, table, input_)
    _output(rules, table)
    for place, row in enumerate(table.rows):
        _rule(rules, table, row, f"rule_{table.name}_{place}")


def _extension(decision: Element, table: CompiledTable[Any]) -> None:
    extension = SubElement(decision, "extensionElements")
    SubElement(extension, "rc:table", {"title-en": table.title.en, **_line(table.output)})
    for promise in table.monotone:
        SubElement(extension, "rc:monotone", input=promise.input, rising=_truth(promise.rising))
    for kind, statements in (("rc:statement", table.statements), ("rc:plainStatement", table.plain_statements)):
        for outcome, wording in statements:
            SubElement(extension, kind, outcome=write_value(outcome), fr=wording.fr, en=wording.en)


def _input(rules: Element, table: CompiledTable[Any], input_: Input) -> None:
    clause = SubElement(rules, "input", id=f"clause_{table.name}_{input_.name}", label=input_.label.fr)
    SubElement(
        SubElement(clause, "extensionElements"),
        "rc:input",
        {
            "label-en": input_.label.en,
            "question-fr": input_.question.fr,
            "question-en": input_.question.en,
            "unknown": _truth(input_.unknown),
            "none": input_.none.value,
            **({} if _variable(input_) == input_.name else {"name": input_.name}),
            **_plain("plain-question", input_.plain_question),
            **_line(input_.domain),
        },
    )
    expression = SubElement(
        clause, "inputExpression", id=f"expression_{table.name}_{input_.name}", typeRef=type_of(input_.domain)
    )
    _text(expression, _variable(input_))
    values = _values(input_.domain)
    if values or input_.absent:
        _text(SubElement(clause, "inputValues"), ",".join(filter(None, [values, "null" if input_.absent else ""])))


def _output(rules: Element, table: CompiledTable[Any]) -> None:
    output = SubElement(rules, "output", id=f"output_{table.name}", label=table.title.fr, typeRef=type_of(table.output))
    if table.hit_policy is HitPolicy.PRIORITY:
        _text(SubElement(output, "outputValues"), ",".join(map(write_value, table.priority)))
    elif isinstance(table.output, Enumeration):
        _text(SubElement(output, "outputValues"), _values(table.output))


def _rule(rules: Element, table: CompiledTable[Any], row: Row, id_: str) -> None:
    rule = SubElement(rules, "rule", id=id_, label=row.id)
    attributes = {"clause": row.clause, "interpretation": row.interpretation, **_plain("plain", row.plain)}
    if row.wording is not None:
        SubElement(rule, "description").text = row.wording.fr
        attributes["en"] = row.wording.en
    ours = {name: text for name, text in attributes.items() if text is not None}
    SubElement(SubElement(rule, "extensionElements"), "rc:row", ours)
    for input_ in table.inputs:
        condition = row.when.get(input_.name)
        test = "-" if condition is None else write_condition(condition, input_.absent)
        _text(SubElement(rule, "inputEntry", id=f"{id_}_{input_.name}"), test)
    _text(SubElement(rule, "outputEntry", id=f"{id_}_then"), write_value(row.then))


def _plain(name: str, wording: Wording | None) -> dict[str, str]:
    return {} if wording is None else {f"{name}-fr": wording.fr, f"{name}-en": wording.en}


def _text(parent: Element, text: str) -> None:
    SubElement(parent, "text").text = text


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _values(domain: Domain) -> str:
    """The values of a domain as unary tests; empty where there are no limits worth a word."""
    if isinstance(domain, OpenEnumeration):
        return ""
    if isinstance(domain, Enumeration):
        return ",".join(map(write_value, domain.values))
    return limits(domain) if isinstance(domain, Line) else "true,false"


def limits(domain: Line) -> str:
    """The bounds of a line as a unary test; empty where it has none."""
    low, high = domain.minimum, domain.maximum
    if low is None and high is None:
        return ""
    if high is None:
        return f">= {write_value(low)}"
    return f"<= {write_value(high)}" if low is None else f"[{write_value(low)}..{write_value(high)}]"


def _line(domain: Domain) -> Mapping[str, str]:
    """What a line of whole numbers, or of decimals, is called, and its bounds."""
    if not isinstance(domain, Line):
        return {}
    kind = {"kind": "integer"} if isinstance(domain, Integer) else {}
    return {**kind, "limits": limits(domain)}
