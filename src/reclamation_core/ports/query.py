"""Asking for cases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from reclamation_core.cases import Case, CaseKind, CaseState
from reclamation_core.vocabulary import Level


def _positive(_: object, attribute: attrs.Attribute[int], value: int) -> None:
    if type(value) is not int or value < 1:
        raise ValueError(f"{attribute.name}: {value!r}; give a whole number, at least 1")


def _states(values: Iterable[CaseState]) -> frozenset[CaseState]:
    return frozenset(values)


def _levels(values: Iterable[Level]) -> frozenset[Level]:
    return frozenset(values)


def _sites(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen(kw_only=True)
class CaseQuery:
    """Which cases are asked for: those that meet every criterion given. The order is that of the references.

    Args:
        kind: complaints, or malfunctions.
        states: in one of these states.
        levels: handled at one of these levels.
        sites: with one of these as registering site, service site or handling unit.
        owner: handled by this unit.
        due_until: with an answer awaited on this day or before; only cases whose answer clock runs.
        received_from: received on this day or after, in the case's own zone.
        received_until: received on this day or before.
        text: a text that the case's own texts contain, whatever the case and the accents; forgotten texts are not found.
        theme: with this family among its causes.
        after: only the cases whose reference comes after this one, for the next page.
        limit: at most so many.
    """

    kind: CaseKind | None = None
    states: frozenset[CaseState] = attrs.field(default=frozenset(), converter=_states)
    levels: frozenset[Level] = attrs.field(default=frozenset(), converter=_levels)
    sites: frozenset[str] = attrs.field(default=frozenset(), converter=_sites)
    owner: str | None = None
    due_until: date | None = None
    received_from: date | None = None
    received_until: date | None = None
    text: str | None = None
    theme: str | None = None
    after: str | None = None
    limit: int = attrs.field(default=50, validator=_positive)


@attrs.frozen
class CasePage:
    """Some of the cases asked for, in the order of their references.

    Attributes:
        cases: the cases of this page.
        next: what to ask for as `after` to get the page after; None where this is the last.
    """

    cases: tuple[Case, ...]
    next: str | None
