"""Reading a table back from its JSON document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.documents import make_converter, parse_json, structure
from reclamation_core.errors import Fault, FaultsError, ReclamationError
from reclamation_core.missing import ABSENT
from reclamation_core.tables.conditions import Condition
from reclamation_core.tables.document import (
    ABSENCE,
    LINES,
    ConditionDocument,
    DomainDocument,
    InputDocument,
    RowDocument,
    TableDocument,
)
from reclamation_core.tables.domains import Boolean, Domain, Enumeration, Line
from reclamation_core.tables.model import Input, Row
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording


def from_json(text: str, enumerations: Mapping[str, type[StrEnum]] | None = None) -> DecisionTable[Any]:
    """The table that a JSON text describes, proved as any table is.

    Args:
        text: what `DecisionTable.to_json` wrote, or the like.
        enumerations: the `StrEnum` to use for an enumeration of that name; where none is given the values are plain
            strings, which are equal to the members of a `StrEnum`.

    Raises:
        FaultsError: the document is not one of a table; the faults have their paths.
        TableDefinitionError: its parts do not fit together.
        TableProofError: the table is refused.
    """
    document = structure(make_converter(), parse_json(text), TableDocument)
    return _Reader(enumerations or {}).table(document, "$")


@contextmanager
def _at(path: str, value: object) -> Iterator[None]:
    """Tell where in the document a value was refused."""
    try:
        yield
    except ReclamationError:
        raise
    except (ValueError, TypeError) as error:
        raise FaultsError((Fault(path, value, Wording(f"valeur refusée : {error}", f"refused: {error}")),)) from error


@attrs.frozen
class _Reader:
    enumerations: Mapping[str, type[StrEnum]]

    def table(self, document: TableDocument, path: str) -> DecisionTable[Any]:
        inputs = tuple(self.input(item, f"{path}.inputs[{place}]") for place, item in enumerate(document.inputs))
        output = self.domain(document.output, f"{path}.output")
        domains = {input_.name: input_.domain for input_ in inputs}
        rows = tuple(self.row(row, domains, output, f"{path}.rows[{place}]") for place, row in enumerate(document.rows))
        statements = []
        for place, item in enumerate(document.statements):
            with _at(f"{path}.statements[{place}].outcome", item.outcome):
                statements.append((output.decode(item.outcome), item.wording))
        with _at(f"{path}.priority", document.priority):
            priority = tuple(map(output.decode, document.priority))
        return DecisionTable(
            document.name,
            inputs,
            output,
            rows,
            document.hit_policy,
            document.title,
            priority=priority,
            monotone=document.monotone,
            statements=statements,
        )

    def input(self, document: InputDocument, path: str) -> Input:
        source = None if document.source is None else self.table(document.source, f"{path}.source")
        domain = source.output if source else self.domain(document.domain, f"{path}.domain")
        with _at(path, document.name):
            return Input(
                document.name,
                domain,
                document.label,
                question=document.question,
                absent=document.absent,
                unknown=document.unknown,
                none=document.none,
                source=source,
            )

    def domain(self, document: DomainDocument, path: str) -> Domain:
        if document.kind == "boolean":
            return Boolean()
        with _at(path, document.kind):
            if document.kind == "enumeration":
                return self.enumeration(document)
            if document.kind in LINES:
                line: Callable[..., Line] = LINES[document.kind]
                bounds = (document.minimum, document.maximum)
                return line(*(None if bound is None else line().decode(bound) for bound in bounds))
            raise ValueError(f"the kinds are enumeration, boolean, {', '.join(LINES)}")

    def enumeration(self, document: DomainDocument) -> Enumeration:
        name = document.name or ""
        codes = self.enumerations.get(name)
        values = document.values if codes is None else tuple(map(codes, document.values))
        return Enumeration(name, values, document.labels, document.ordered)

    def row(self, document: RowDocument, domains: Mapping[str, Domain], output: Domain, path: str) -> Row:
        when = {}
        for name, condition in document.when.items():
            if name in domains:
                with _at(f"{path}.when.{name}", condition.values):
                    when[name] = self.condition(condition, domains[name])
            else:
                when[name] = Condition(condition.operator, condition.values)  # the table says that it is not an input
        with _at(f"{path}.then", document.then):
            then = output.decode(document.then)
        return Row(document.id, when, then, document.clause, document.wording, reading=document.reading)

    def condition(self, document: ConditionDocument, domain: Domain) -> Condition:
        values = (ABSENT if value == ABSENCE else domain.decode(value) for value in document.values)
        return Condition(document.operator, tuple(values))
