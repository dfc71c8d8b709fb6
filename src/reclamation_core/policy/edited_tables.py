"""Reading what a document says of the rows of tables, and proving the tables that result: all its faults at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy.edit_documents import KEYS, at, read_edits
from reclamation_core.policy.m2_1_tables import TABLES, known_tables, m2_1_tables
from reclamation_core.policy.parameters import Parameters
from reclamation_core.tables import DecisionTable, Finding, RowEdits, TableDefinitionError, TableProofError
from reclamation_core.tables.explanation import facts_in_words
from reclamation_core.wording import Wording


def read_tables(
    documents: Any, parameters: Parameters, inherited: tuple[tuple[str, RowEdits], ...], path: str, faults: list[Fault]
) -> dict[str, RowEdits]:
    """By table, the edits that an edition inherits and those that a document tells, as one.

    Args:
        documents: for the name of a table an `EditsDocument`, as plain data.
        parameters: what the tables are made of.
        inherited: the edits of the edition that this one starts from.
        path: where the document stands.
        faults: those met so far; of a table that is refused, each finding with its witness in the words of the facts.
    """
    given = documents
    if not isinstance(given, Mapping):
        faults.append(Fault(path, given, KEYS))
        given = {}
    faults += (Fault(f"{path}.{name}", given[name], known_tables()) for name in given if name not in TABLES)
    met = len(faults)
    edits = dict(inherited)

    def edit(table: DecisionTable[Any]) -> DecisionTable[Any]:
        where, document = f"{path}.{table.name}", given.get(table.name, {})
        try:
            start = edits.get(table.name, RowEdits()).apply(table)
        except (FaultsError, TableDefinitionError, TableProofError) as error:
            faults.extend(_told(error, table, where, document))
            return table
        before = len(faults)
        own = read_edits(document, start, where, faults)
        if len(faults) > before:
            return start
        try:
            result = own.apply(start)
        except (FaultsError, TableDefinitionError, TableProofError) as error:
            faults.extend(_told(error, table, where, document))
            return start
        edits[table.name] = edits.get(table.name, RowEdits()).then(own)
        return result

    m2_1_tables(parameters, edit)
    return edits if len(faults) == met else {}


def _told(
    error: FaultsError | TableDefinitionError | TableProofError, table: DecisionTable[Any], path: str, document: Any
) -> Iterator[Fault]:
    if isinstance(error, FaultsError):
        yield from at(path, error.faults)
    elif isinstance(error, TableDefinitionError):
        yield Fault(
            path, error.part, Wording(f"table impossible : {error.reason}", f"impossible table: {error.reason}")
        )
    else:
        yield from (_found(finding, table, path, document) for finding in error.findings)


def _found(finding: Finding, table: DecisionTable[Any], path: str, document: Any) -> Fault:
    fr, en = facts_in_words(table.base, finding.witness, "fr"), facts_in_words(table.base, finding.witness, "en")
    message = finding.message
    expected = Wording(f"{message.fr} (témoin : {fr})", f"{message.en} (witness: {en})")
    return Fault(path, finding.rows or document, expected)  # of a gap there is no row to tell
