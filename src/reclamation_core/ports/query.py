"""Queries for cases: their criteria, their pages, and the normalized texts that they are searched by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import Any, Final

import attrs

from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState
from reclamation_core.cases.texts import commitments, redacted
from reclamation_core.codes import LabelledEnum
from reclamation_core.validators import (
    LONGEST_NAME,
    coded,
    day,
    each,
    member_of,
    optional,
    refuse_value,
    require,
    require_short,
    storable_text,
    whole_number,
)
from reclamation_core.vocabulary import Level
from reclamation_core.wording import Wording

_POSITION: Final = whole_number(0)
_LIMIT: Final = whole_number(1)
_WITH_A_LETTER: Final = Wording(
    "une lettre au moins est attendue, ou rien pour n'importe quel texte",
    "a letter at least is expected, or nothing for any text",
)


def require_limit(limit: object) -> None:
    """Refuse a limit of a page that is not a whole number from 1 to MAX_INT.

    Raises:
        FaultsError: it is not.
    """
    require(_LIMIT, limit=limit)


def require_page(after: object, limit: object) -> None:
    """Refuse a page of a feed whose position or limit is not such a number; a position may be 0.

    Raises:
        FaultsError: the position or the limit is refused.
    """
    require(_POSITION, after=after)
    require(_LIMIT, limit=limit)


def require_progress(last: Any, after: Any, pages: str) -> None:
    """Refuse a page that ends where the page before it ended, or earlier: paging would never end.

    Raises:
        RuntimeError: the store breaks the contract of its port.
    """
    if after is not None and last <= after:
        raise RuntimeError(
            f"{pages}: the page after {after!r} ends with {last!r}, so that paging would never end; the store breaks "
            "its contract: test it with reclamation_core.testing.contracts.StoreContract"
        )


_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "’": "'"})


def normalize_text(text: str) -> str:
    """Return a text without case, accents, ligatures and curly apostrophes, for searching.

    Stores hold the result: after a change of this function, raise `STATE_VERSION`, so that it is computed again.

    >>> normalize_text("L’Œuvre de Mme DÉSIRÉ")
    "l'oeuvre de mme desire"
    """
    if text.isascii():
        return text.lower()
    compatible = unicodedata.normalize("NFKD", text).casefold()  # a compatibility form may bring capitals with it
    decomposed = unicodedata.normalize("NFKD", compatible)
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign)).translate(_LIGATURES)


def searchable_texts(case: Case) -> tuple[str, ...]:
    """Return the normalized texts that a case is searched by, in the order of its events, without forgotten ones.

    The names of actors are not searched.
    """
    texts = (case.read(text) for event in case.events for text in commitments(event.data))
    return tuple(normalize_text(text) for text in texts if text is not None)


def _text(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    require_short(LONGEST_NAME, **{attribute.name: storable_text(attribute.name, value)})


def _searchable(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not normalize_text(storable_text(attribute.name, value)).strip():
        refuse_value(attribute.name, value, _WITH_A_LETTER)


def _collection(values: Iterable[Any]) -> Any:
    # A single member is a text too, and would be read letter by letter: the validator refuses it.
    return values if isinstance(values, str) or not isinstance(values, Iterable) else frozenset(values)


def _members(codes: type[LabelledEnum], values: Iterable[Any]) -> Any:
    several = _collection(values)
    return frozenset(coded(codes, value) for value in several) if isinstance(several, frozenset) else several


def _kind(value: CaseKind | str | None) -> CaseKind | None:
    return coded(CaseKind, value)  # type: ignore[no-any-return]


def _states(values: Iterable[CaseState | str]) -> frozenset[CaseState]:
    return _members(CaseState, values)  # type: ignore[no-any-return]


def _standings(values: Iterable[Admissibility | str]) -> frozenset[Admissibility]:
    return _members(Admissibility, values)  # type: ignore[no-any-return]


def _levels(values: Iterable[Level | str]) -> frozenset[Level]:
    return _members(Level, values)  # type: ignore[no-any-return]


def _sites(values: Iterable[str]) -> frozenset[str]:
    return _collection(values)  # type: ignore[no-any-return]


@attrs.frozen(kw_only=True)
class CaseQuery:
    """Criteria for cases, all of which must be met. The order is that of the references.

    Args:
        kind: complaints, or malfunctions.
        states: in one of these states.
        admissibilities: of one of these admissibilities: complaints, to be clarified, out of scope, malfunctions.
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

    kind: CaseKind | None = attrs.field(default=None, converter=_kind, validator=optional(member_of(CaseKind)))
    states: frozenset[CaseState] = attrs.field(
        default=frozenset(), converter=_states, validator=each(member_of(CaseState))
    )
    admissibilities: frozenset[Admissibility] = attrs.field(
        default=frozenset(), converter=_standings, validator=each(member_of(Admissibility))
    )
    levels: frozenset[Level] = attrs.field(default=frozenset(), converter=_levels, validator=each(member_of(Level)))
    sites: frozenset[str] = attrs.field(default=frozenset(), converter=_sites, validator=each(_text))
    owner: str | None = attrs.field(default=None, validator=optional(_text))
    due_until: date | None = attrs.field(default=None, validator=optional(day))
    received_from: date | None = attrs.field(default=None, validator=optional(day))
    received_until: date | None = attrs.field(default=None, validator=optional(day))
    text: str | None = attrs.field(default=None, validator=optional(_searchable), repr=redacted)
    cause_family: str | None = attrs.field(default=None, validator=optional(_text))
    after: str | None = attrs.field(default=None, validator=optional(_text))
    limit: int = attrs.field(default=50, validator=_LIMIT)

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
