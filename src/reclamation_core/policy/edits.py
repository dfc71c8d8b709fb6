"""The rows that an edition changes, by table: what a policy holds, and what it refuses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy.edit_documents import at, described
from reclamation_core.policy.m2_1_tables import TABLES, known_tables
from reclamation_core.policy.refusals import refuse
from reclamation_core.tables import RowEdits


def as_pairs(edits: Any) -> Any:
    """Edits by table as pairs, in the order of the tables, those that change nothing left out."""
    if not isinstance(edits, Mapping | tuple | list):
        return edits
    given = tuple(edits.items() if isinstance(edits, Mapping) else edits)
    if not _are_pairs(given):
        return given
    changing = (pair for pair in given if pair[1] or not isinstance(pair[1], RowEdits))
    return tuple(sorted(changing, key=lambda pair: TABLES.index(pair[0]) if pair[0] in TABLES else -1))


def of_known_tables(_: object, attribute: attrs.Attribute[Any], edits: Any) -> None:
    """Refuse what is not RowEdits by the name of a table, each table once."""
    if not isinstance(edits, tuple) or not _are_pairs(edits) or len({pair[0] for pair in edits}) < len(edits):
        fr, en = "des RowEdits par nom de table sont attendues", "RowEdits by the name of a table are expected"
        refuse(attribute.name, edits, fr, en)
    for table, edit in edits:
        if table not in TABLES:
            raise FaultsError((Fault(f"edits.{table}", table, known_tables()),))
        if not isinstance(edit, RowEdits):
            fr, en = "une instance de RowEdits est attendue", "an instance of RowEdits is expected"
            refuse(f"edits.{table}", edit, fr, en)
        _check_sources(table, edit)


def _are_pairs(edits: tuple[Any, ...]) -> bool:
    return all(isinstance(pair, tuple) and len(pair) == 2 and isinstance(pair[0], str) for pair in edits)


def _check_sources(table: str, edits: RowEdits) -> None:
    """Refuse rows that no document could tell: without a name, or citing what M2-1 does not say."""
    faults: list[Fault] = []
    for list_ in ("add", "replace"):
        for place, row in enumerate(getattr(edits, list_)):
            try:
                described(row, row.then, {})
            except FaultsError as error:
                faults += at(f"edits.{table}.{list_}[{place}]", error.faults)
    if faults:
        raise FaultsError(faults)
