"""JSON documents of decision tables: writing and reading.

A document holds the whole definition of the table, its source tables included. Values are written as their domain
encodes them: codes, booleans, whole numbers, decimals as text, days as ISO 8601; `UNKNOWN` and `ABSENT` are written
`{"missing": "unknown"}` and `{"missing": "absent"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Generic, TypeVar

import attrs

from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.documents.codec import Codec, Schema
from reclamation_core.documents.schema import json_schema
from reclamation_core.documents.sizes import OF_FILES
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Line, Number, OpenEnumeration
from reclamation_core.tables.model import CompiledTable, Input
from reclamation_core.tables.rules import HitPolicy, Monotone, Row
from reclamation_core.wording import Wording

LINES: dict[str, type[Integer | Number | Day]] = {"integer": Integer, "number": Number, "day": Day}
ABSENCE = {"missing": "absent"}
CODEC = Codec()


@attrs.frozen
class DomainDocument(SharedRepr):
    """A domain: an enumeration has its name, codes and labels, a line its bounds.

    The last code of an open enumeration represents any other text.
    """

    kind: str
    name: str | None = None
    values: tuple[str, ...] = ()
    labels: tuple[Wording, ...] = ()
    ordered: bool = False
    minimum: Any = None
    maximum: Any = None


@attrs.frozen
class ConditionDocument(SharedRepr):
    """A condition: its operator and the values it compares with; a list may hold conditions too."""

    operator: Operator
    values: tuple[Any, ...] = ()


@attrs.frozen
class InputDocument(SharedRepr):
    """An input; `source` is the whole table whose outcome it is."""

    name: str
    domain: DomainDocument
    label: Wording
    question: Wording
    absent: bool = False
    unknown: bool = True
    none: Missing = UNKNOWN
    source: TableDocument | None = None
    plain_question: Wording | None = None


@attrs.frozen
class RowDocument(SharedRepr):
    """A row."""

    id: str
    when: dict[str, ConditionDocument]
    then: Any
    clause: str | None = None
    wording: Wording | None = None
    interpretation: str | None = None
    plain: Wording | None = None


@attrs.frozen
class StatementDocument(SharedRepr):
    """The sentence that announces an outcome."""

    outcome: Any
    wording: Wording


@attrs.frozen
class TableDocument(SharedRepr):
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
    plain_statements: tuple[StatementDocument, ...] = ()


def table_to_json(table: CompiledTable[Any]) -> str:
    """The table as canonical JSON: equal tables give the same text."""
    return canonical_json(CODEC.write(_describe(table)))


def table_schema() -> Schema:
    """The JSON Schema of table documents; the domains of values are part of the document, not of the schema."""
    return json_schema(CODEC, TableDocument, "table")


def _describe(table: CompiledTable[Any]) -> TableDocument:
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
        plain_statements=tuple(StatementDocument(encode(outcome), text) for outcome, text in table.plain_statements),
    )


def _describe_input(input_: Input) -> InputDocument:
    source = None if input_.source is None else _describe(input_.source)
    domain = _describe_domain(input_.domain)
    return InputDocument(
        input_.name,
        domain,
        input_.label,
        input_.question,
        input_.absent,
        input_.unknown,
        input_.none,
        source,
        input_.plain_question,
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


def _describe_row(table: CompiledTable[Any], row: Row) -> RowDocument:
    domains = {input_.name: input_.domain for input_ in table.inputs}
    when = {name: _condition(condition, domains[name]) for name, condition in row.when.items()}
    then = table.output.encode(row.then)
    return RowDocument(row.id, when, then, row.clause, row.wording, row.interpretation, row.plain)


def _condition(condition: Condition, domain: Domain) -> ConditionDocument:
    return ConditionDocument(condition.operator, tuple(_item(value, domain) for value in condition.values))


def _item(value: object, domain: Domain) -> Any:
    if isinstance(value, Condition):
        return CODEC.write(_condition(value, domain))
    return ABSENCE if value is ABSENT else domain.encode(value)


T = TypeVar("T")
Made = TypeVar("Made", bound=CompiledTable[Any])


def table_from_json(text: str, enumerations: Mapping[str, type[StrEnum]], make: Callable[..., Made]) -> Made:
    """The table that a JSON text describes; see `DecisionTable.from_json`.

    Args:
        text: what `DecisionTable.to_json` wrote, or the like.
        enumerations: the `StrEnum` to use for an enumeration of that name.
        make: makes a table of its parts, and proves it.
    """
    plain = parse_json(text)
    OF_FILES.require(plain)
    document = CODEC.read(plain, TableDocument)
    reader = _Reader(enumerations, make)
    table = reader.table(document, "$")
    if table is None:
        raise FaultsError(reader.faults)
    return table


_KEYS = {
    "boolean": frozenset[str](),
    "enumeration": frozenset({"name", "values", "labels", "ordered"}),
    "open_enumeration": frozenset({"name", "values", "labels"}),
    **dict.fromkeys(LINES, frozenset({"minimum", "maximum"})),
}
_NOT_OF_THIS_KIND = Wording(
    "cette clé n'est pas de ce genre de domaine ; retirez-la", "not a key of this kind; remove it"
)
_NOT_THE_SOURCE = Wording(
    "le domaine doit être celui du résultat de la table source", "the domain must be that of the source's outcome"
)
_VALUE = Wording("une autre valeur est attendue", "another value is expected")
_NAMELESS = Wording("une énumération a un nom ; indiquez-le", "an enumeration has a name; give it")


@attrs.frozen
class _Reader(SharedRepr, Generic[Made]):
    """Reads parts; what has a fault is None, and no table is made of parts that have any."""

    enumerations: Mapping[str, type[StrEnum]]
    make: Callable[..., Made]
    faults: FaultCollector = attrs.field(factory=FaultCollector)

    def attempt(self, path: str, value: object, make: Callable[[], T], expected: Wording = _VALUE) -> T | None:
        """What is made, or None and a fault where its parts refuse it."""
        try:
            return make()
        except FaultsError as error:
            self.faults.extend(attrs.evolve(fault, path=path, value=value) for fault in error.faults)
        except (ValueError, TypeError):
            self.faults.append(Fault(path, value, expected))
        return None

    def table(self, document: TableDocument, path: str) -> Made | None:
        inputs = [self.input(item, f"{path}.inputs[{place}]") for place, item in enumerate(document.inputs)]
        output = self.domain(document.output, f"{path}.output")
        domains = {
            item.name: None if input_ is None else input_.domain
            for item, input_ in zip(document.inputs, inputs, strict=True)
        }
        rows = [self.row(row, domains, output, f"{path}.rows[{place}]") for place, row in enumerate(document.rows)]
        priority = [
            self.value(output, outcome, f"{path}.priority[{place}]") for place, outcome in enumerate(document.priority)
        ]
        statements, plain_statements = (
            [
                (self.value(output, item.outcome, f"{path}.{key}[{place}].outcome"), item.wording)
                for place, item in enumerate(items)
            ]
            for key, items in (("statements", document.statements), ("plain_statements", document.plain_statements))
        )
        if self.faults or output is None:
            return None
        return self.make(
            document.name,
            filter(None, inputs),
            output,
            rows,
            document.hit_policy,
            document.title,
            priority=priority,
            monotone=document.monotone,
            statements=statements,
            plain_statements=plain_statements,
        )

    def input(self, document: InputDocument, path: str) -> Input | None:
        source = None if document.source is None else self.table(document.source, f"{path}.source")
        domain = self.domain(document.domain, f"{path}.domain")
        if domain is None or (document.source is not None and source is None):
            return None
        if source is not None and source.output != domain:
            self.faults.append(Fault(f"{path}.domain", document.domain.kind, _NOT_THE_SOURCE))
        make = partial(Input, document.name, domain, document.label, question=document.question)
        more = partial(make, absent=document.absent, unknown=document.unknown, none=document.none, source=source)
        more = partial(more, plain_question=document.plain_question)
        return self.attempt(path, document.name, more)

    def domain(self, document: DomainDocument, path: str) -> Domain | None:
        keys = _KEYS.get(document.kind)
        if keys is None:
            kinds = ", ".join(_KEYS)
            expected = Wording(f"les genres sont {kinds}", f"the kinds are {kinds}")
            self.faults.append(Fault(f"{path}.kind", document.kind, expected))
            return None
        given = attrs.asdict(document, recurse=False, filter=lambda field, value: value != field.default)
        for name, value in given.items():
            if name not in {*keys, "kind"}:
                self.faults.append(Fault(f"{path}.{name}", value, _NOT_OF_THIS_KIND))
        if document.kind == "boolean":
            return Boolean()
        if document.kind in {"enumeration", "open_enumeration"}:
            return self.enumeration(document, path)
        line = LINES[document.kind]
        low, high = (
            None if bound is None else self.value(line(), bound, f"{path}.{name}")
            for name, bound in (("minimum", document.minimum), ("maximum", document.maximum))
        )
        return self.attempt(path, document.kind, partial(line, low, high))

    def enumeration(self, document: DomainDocument, path: str) -> Enumeration | None:
        name = document.name
        if name is None:
            self.faults.append(Fault(f"{path}.name", name, _NAMELESS))
            return None
        codes = self.enumerations.get(name) if document.kind == "enumeration" else None
        listed = ", ".join(codes or ())
        expected = Wording(f"une valeur parmi {listed}", f"one of {listed}")
        read = [
            self.attempt(f"{path}.values[{place}]", value, partial(codes or str, value), expected)
            for place, value in enumerate(document.values)
        ]
        values = tuple(value for value in read if value is not None)
        if len(values) < len(read):
            return None
        kind = Enumeration if document.kind == "enumeration" else OpenEnumeration
        return self.attempt(path, name, partial(kind, name, values, document.labels, document.ordered))

    def row(self, document: RowDocument, domains: Mapping[str, Domain | None], output: Domain | None, path: str) -> Row:
        read = {
            name: self.condition(condition, domains.get(name), name in domains, f"{path}.when.{name}")
            for name, condition in document.when.items()
        }
        then = self.value(output, document.then, f"{path}.then")
        when = {name: condition for name, condition in read.items() if condition is not None}
        cited = {"clause": document.clause, "interpretation": document.interpretation}
        return Row(document.id, when, then, wording=document.wording, plain=document.plain, **cited)

    def condition(self, document: ConditionDocument, domain: Domain | None, known: bool, path: str) -> Condition | None:
        values = document.values
        if known:  # the table itself refuses a name that is no input
            values = tuple(
                self.item(value, domain, f"{path}.values[{place}]") for place, value in enumerate(document.values)
            )
        return self.attempt(path, document.values, partial(Condition, document.operator, values))

    def item(self, value: object, domain: Domain | None, path: str) -> Any:
        """What a condition compares with: a value, the absence of one, or in a list another condition."""
        if value == ABSENCE:
            return ABSENT
        if isinstance(value, Mapping):
            read = self.attempt(path, value, partial(CODEC.read, value, ConditionDocument))
            return None if read is None else self.condition(read, domain, True, path)
        return self.value(domain, value, path)

    def value(self, domain: Domain | None, value: object, path: str) -> Any:
        """A value of a domain; None, without a fault, if the domain itself has faults."""
        if domain is None:
            return None
        expected = Wording(f"attendu : {domain.expected.fr}", f"{domain.expected.en} is expected")
        return self.attempt(path, value, partial(domain.decode, value), expected)
