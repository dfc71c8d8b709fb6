"""Queries for cases, and their pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs

from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState
from reclamation_core.cases.checks import keepable, kept
from reclamation_core.cases.texts import redacted
from reclamation_core.ports.pagination import require_limit, require_progress
from reclamation_core.ports.text_search import normalize_text
from reclamation_core.vocabulary import Level
from reclamation_core.wording import safe_repr


def _limit(_: object, __: object, value: object) -> None:
    require_limit(value)


def _of(kind: type[Any]) -> Any:
    """Refuse what is no member or text, alone."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, kind):
            raise TypeError(f"{attribute.name}: {kind.__name__} is expected, got {safe_repr(value)}")
        _kept(attribute, value)

    return attrs.validators.optional(check)


def _each_of(kind: type[Any]) -> Any:
    def check(_: object, attribute: attrs.Attribute[Any], values: object) -> None:
        if not isinstance(values, frozenset):
            alone = f"{safe_repr(values)} alone; write {{...}} around it"
            told = "None; leave it out to ask for any" if values is None else alone
            raise TypeError(f"{attribute.name}: a collection of {kind.__name__} is expected, got {told}")
        for value in values:
            if not isinstance(value, kind):
                told = safe_repr(value)
                raise TypeError(f"{attribute.name}: a collection of {kind.__name__} is expected, {told} is in it")
            _kept(attribute, value)

    return check


def _kept(attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a text that no store can hold."""
    if isinstance(value, str) and not keepable(value):
        raise ValueError(
            f"{attribute.name}: {value!r} holds a NUL or half of a surrogate pair, which no store can hold; take it out"
        )


def _day(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and type(value) is not date:
        told = safe_repr(value)
        raise TypeError(f"{attribute.name}: a date is expected, got {told}; of a datetime, give its date()")


def _searchable(_: object, attribute: attrs.Attribute[Any], value: str | None) -> None:
    if value is not None and not normalize_text(kept(attribute, value)).strip():
        raise ValueError(f"{attribute.name}: {value!r}; give a letter at least, or None to ask for any text")


def _collection(values: Iterable[Any]) -> Any:
    # A member too is a text, and would be read letter by letter: the validator refuses it, for it knows the criterion.
    return values if isinstance(values, str) or not isinstance(values, Iterable) else frozenset(values)


def _states(values: Iterable[CaseState]) -> frozenset[CaseState]:
    return _collection(values)  # type: ignore[no-any-return]


def _standings(values: Iterable[Admissibility]) -> frozenset[Admissibility]:
    return _collection(values)  # type: ignore[no-any-return]


def _levels(values: Iterable[Level]) -> frozenset[Level]:
    return _collection(values)  # type: ignore[no-any-return]


def _sites(values: Iterable[str]) -> frozenset[str]:
    return _collection(values)  # type: ignore[no-any-return]


@attrs.frozen(kw_only=True)
class CaseQuery:
    """Criteria for cases, all of which must be met. The order is that of the references.

    Args:
        kind: complaints, or malfunctions.
        states: in one of these states.
        standings: of one of these admissibilities: complaints, to be clarified, out of scope, malfunctions.
        levels: handled at one of these levels.
        sites: with one of these as registering site, service site or handling unit.
        owner: handled by this unit.
        due_until: with an answer awaited on this day or before; only cases whose answer clock runs.
        received_from: received on this day or after, in the case's own zone.
        received_until: received on this day or before, in the case's own zone.
        text: a text that one of the case's own texts contains, after `normalize_text` of both: case and accents do
            not count. Forgotten texts and names of actors are not searched.
        cause_family: with this family among its causes.
        after: only the cases whose reference comes after this one, for the next page.
        limit: at most so many.

    Raises:
        TypeError, ValueError: a criterion is refused; the message names it, its value and the remedy.
    """

    kind: CaseKind | None = attrs.field(default=None, validator=_of(CaseKind))
    states: frozenset[CaseState] = attrs.field(default=frozenset(), converter=_states, validator=_each_of(CaseState))
    standings: frozenset[Admissibility] = attrs.field(
        default=frozenset(), converter=_standings, validator=_each_of(Admissibility)
    )
    levels: frozenset[Level] = attrs.field(default=frozenset(), converter=_levels, validator=_each_of(Level))
    sites: frozenset[str] = attrs.field(default=frozenset(), converter=_sites, validator=_each_of(str))
    owner: str | None = attrs.field(default=None, validator=_of(str))
    due_until: date | None = attrs.field(default=None, validator=_day)
    received_from: date | None = attrs.field(default=None, validator=_day)
    received_until: date | None = attrs.field(default=None, validator=_day)
    text: str | None = attrs.field(default=None, validator=_searchable, repr=redacted)
    cause_family: str | None = attrs.field(default=None, validator=_of(str))
    after: str | None = attrs.field(default=None, validator=_of(str))
    limit: int = attrs.field(default=50, validator=_limit)

    def following(self, page: CasePage) -> CaseQuery | None:
        """Return the query of the page after a page of this query, or None if that is the last.

        Raises:
            RuntimeError: the page does not come after the one before; the store breaks its contract.
        """
        if page.next is None:
            return None
        require_progress(page.next, self.after, "cases")
        return attrs.evolve(self, after=page.next)


@attrs.frozen
class CasePage:
    """A page of the cases of a query, in the order of their references.

    Attributes:
        cases: the cases of this page.
        next: the `after` of the next page; None on the last page.
    """

    cases: tuple[Case, ...]
    next: str | None

    def _repr_html_(self) -> str:
        from reclamation_core.cases.rendering import cases_card

        caption = f"Dossiers : {len(self.cases)}"
        return cases_card(self.cases, caption, *([] if self.next is None else [f"La suite : after={self.next!r}"]))
