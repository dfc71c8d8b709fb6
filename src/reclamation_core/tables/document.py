"""Tables as JSON documents; `reading` reads them back.

A document holds the table's whole definition, the tables it asks for included, so that it stands alone. Values are
written as their domain encodes them: codes, booleans, whole numbers, decimals as text, days as ISO 8601;
`UNKNOWN` and `ABSENT` are written `{"missing": "unknown"}` and `{"missing": "absent"}`.
"""

from __future__ import annotations

from typing import Any

import attrs

from reclamation_core.documents import Codec, Schema, canonical_json
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.domains import Day, Domain, Enumeration, Integer, Line, Number, OpenEnumeration
from reclamation_core.tables.model import HitPolicy, Input, Monotone, Row
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording

LINES: dict[str, type[Integer | Number | Day]] = {"integer": Integer, "number": Number, "day": Day}
ABSENCE = {"missing": "absent"}
CODEC = Codec()


@attrs.frozen
class DomainDocument:
    """A domain: an enumeration has its name, codes and labels, a line its bounds.

    The last code of an open enumeration stands for any other text.
    """

    kind: str
    name: str | None = None
    values: tuple[str, ...] = ()
    labels: tuple[Wording, ...] = ()
    ordered: bool = False
    minimum: Any = None
    maximum: Any = None


@attrs.frozen
class ConditionDocument:
    """A condition: its operator and the values it compares with; a list may hold conditions too."""

    operator: Operator
    values: tuple[Any, ...] = ()


@attrs.frozen
class InputDocument:
    """An input; `source` is the whole table whose outcome it is."""

    name: str
    domain: DomainDocument
    label: Wording
    question: Wording
    absent: bool = False
    unknown: bool = True
    none: Missing = UNKNOWN
    source: TableDocument | None = None


@attrs.frozen
class RowDocument:
    """A row."""

    id: str
    when: dict[str, ConditionDocument]
    then: Any
    clause: str | None = None
    wording: Wording | None = None
    reading: str | None = None


@attrs.frozen
class StatementDocument:
    """The sentence that announces an outcome."""

    outcome: Any
    wording: Wording


@attrs.frozen
class TableDocument:
    """A table."""

    name: str
    title: Wording
    inputs: tuple[InputDocument, ...]
    output: DomainDocument
    rows: tuple[RowDocument, ...]
    hit_policy: HitPolicy
    priority: tuple[Any, ...] = ()
    monotone: tuple[Monotone, ...] = ()
    statements: tuple[StatementDocument, ...] = ()


def to_json(table: DecisionTable[Any]) -> str:
    """The table as canonical JSON: equal tables give the same text."""
    return canonical_json(CODEC.write(_describe(table)))


def table_schema() -> Schema:
    """The JSON Schema of tables as documents; what a value of a domain is stands in the document, not in the schema."""
    return CODEC.schema(TableDocument, "table")


def _describe(table: DecisionTable[Any]) -> TableDocument:
    encode = table.output.encode
    return TableDocument(
        name=table.name,
        title=table.title,
        inputs=tuple(_describe_input(input_) for input_ in table.inputs),
        output=_describe_domain(table.output),
        rows=tuple(_describe_row(table, row) for row in table.rows),
        hit_policy=table.hit_policy,
        priority=tuple(map(encode, table.priority)),
        monotone=table.monotone,
        statements=tuple(StatementDocument(encode(outcome), wording) for outcome, wording in table.statements),
    )


def _describe_input(input_: Input) -> InputDocument:
    source = None if input_.source is None else _describe(input_.source)
    domain = _describe_domain(input_.domain)
    return InputDocument(
        input_.name, domain, input_.label, input_.question, input_.absent, input_.unknown, input_.none, source
    )


def _describe_domain(domain: Domain) -> DomainDocument:
    if isinstance(domain, Enumeration):
        codes = tuple(map(str, domain.values))
        kind = "open_enumeration" if isinstance(domain, OpenEnumeration) else "enumeration"
        return DomainDocument(kind, domain.name, codes, domain.labels, domain.ordered)
    if isinstance(domain, Line):
        kind = next(kind for kind, line in LINES.items() if isinstance(domain, line))
        low, high = (None if end is None else domain.encode(end) for end in (domain.minimum, domain.maximum))
        return DomainDocument(kind, minimum=low, maximum=high)
    return DomainDocument("boolean")


def _describe_row(table: DecisionTable[Any], row: Row) -> RowDocument:
    when = {name: _describe_condition(condition, table, name) for name, condition in row.when.items()}
    return RowDocument(row.id, when, table.output.encode(row.then), row.clause, row.wording, row.reading)


def _describe_condition(condition: Condition, table: DecisionTable[Any], name: str) -> ConditionDocument:
    return _condition(condition, table.inputs[table.place(name)].domain)


def _condition(condition: Condition, domain: Domain) -> ConditionDocument:
    return ConditionDocument(condition.operator, tuple(_item(value, domain) for value in condition.values))


def _item(value: Any, domain: Domain) -> Any:
    if isinstance(value, Condition):
        return CODEC.write(_condition(value, domain))
    return ABSENCE if value is ABSENT else domain.encode(value)
