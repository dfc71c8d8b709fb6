"""French labels of what has no vocabulary of its own, in SQL: what happened, families of causes, plans."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reclamation_core.cases import CASE_EVENTS
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.plans import ScopeKind

EVENTS: Final[Mapping[str, str]] = {each.name: each.label.fr for each in CASE_EVENTS.types}
"""The French label of each type of event."""


def label_of(column: str, labels: Mapping[str, str]) -> str:
    """The label of a code; the code itself where nobody knows it."""
    known = " ".join(f"WHEN '{code}' THEN '{quoted(label)}'" for code, label in labels.items())
    return f"CASE {column} {known} ELSE {column} END"


def family(column: str) -> str:
    """The label of a family of causes; the code of one that a desk has of its own."""
    return label_of(column, {one.code: one.label() for one in TRAINING_BODY})


def plan(column: str) -> str:
    """The label of a plan by the key of its scope, as `PlanScope.label` has it."""
    kinds = " ".join(_of_kind(column, kind) for kind in ScopeKind)
    return f"CASE {kinds} ELSE {column} END"


def _of_kind(column: str, kind: ScopeKind) -> str:
    key, label = f"{kind.value}:", quoted(kind.label())
    with_code = f"WHEN substr({column}, 1, {len(key)}) = '{key}' THEN '{label} ' || substr({column}, {len(key) + 1})"
    return f"WHEN {column} = '{kind.value}' THEN '{label}' {with_code}"


def quoted(label: str) -> str:
    """A label as it stands between quotes."""
    return label.replace("'", "''")
