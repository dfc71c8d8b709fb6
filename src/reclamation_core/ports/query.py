"""Queries for cases: criteria and whether a case meets them, pages, summaries and jobs."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any, Final

import attrs

from reclamation_core.calendars import DeadlineStatus
from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState, ClosingReason, columns
from reclamation_core.cases.columns import CaseColumn
from reclamation_core.cases.events import admissibility_of
from reclamation_core.cases.texts import redacted
from reclamation_core.cases.words import SearchWords, indexed_words, text_words
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.faults import Refused
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    LONGEST_NAME,
    coded,
    day,
    each,
    member_of,
    of_class,
    optional,
    refuse_value,
    require,
    require_order,
    require_short,
    storable_text,
    whole_number,
)
from reclamation_core.vocabulary import Band, Channel, Complainant, Complexity, Eligibility, Level, Nature
from reclamation_core.vocabulary.own_facts import NO_OWN_FACTS, OWN, OwnFacts, OwnInput, comparable, own_facts
from reclamation_core.wording import Wording

_POSITION: Final = whole_number(0)
_LIMIT: Final = whole_number(1)
A_WORD: Final = Wording("une lettre ou un chiffre au moins est attendu", "at least one letter or digit is expected")
_ON_A_LINE: Final = Wording(
    "un nombre ou un jour est attendu, du même type aux deux bornes, dans leur ordre",
    "a number or a day is expected, of the same type at both ends, in their order",
)
_ONE_VALUE: Final = Wording(
    "un code, vrai ou faux, un nombre ou un jour est attendu : on ne cherche ni un texte libre ni une valeur inconnue",
    "a code, true or false, a number or a day is expected: neither a free text nor an unknown value is searched",
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


def _text(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    require_short(LONGEST_NAME, **{attribute.name: storable_text(attribute.name, value)})


def _searchable(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not text_words(storable_text(attribute.name, value)):
        refuse_value(attribute.name, value, A_WORD)


def _in_order(query: CaseQuery, attribute: attrs.Attribute[Any], value: date | None) -> None:
    first = attrgetter(attribute.name.replace("_until", "_from"))
    require_order(first(query), **{attribute.name: value})


def _own(values: Mapping[str, OwnInput]) -> OwnFacts:
    return own_facts(values)  # type: ignore[no-any-return]


def _is_found_by(_: object, attribute: attrs.Attribute[Any], value: OwnFacts | Refused) -> None:
    _require_each(attribute.name, value, lambda values: values.searched().keys(), _ONE_VALUE)


def _is_bound(query: CaseQuery, attribute: attrs.Attribute[Any], value: OwnFacts | Refused) -> None:
    def accepted(values: OwnFacts) -> list[str]:
        ends = {name: (comparable(end), comparable(query.own_from.get(name))) for name, end in values.items()}
        return [
            name
            for name, (end, first) in ends.items()
            if end is not None and (first is None or (type(first) is type(end) and first <= end))  # type: ignore[operator]
        ]

    _require_each(attribute.name, value, accepted, _ON_A_LINE)


def _require_each(
    argument: str, value: OwnFacts | Refused, accepted: Callable[[OwnFacts], Collection[str]], expected: Wording
) -> None:
    if value is NO_OWN_FACTS:
        return
    if isinstance(value, Refused):
        refuse_value(argument, value.safe_value, value.expected)
    faults = {fault.path: fault for fault in value.faults()}
    for name in value.keys() - set(accepted(value)):
        faults.setdefault(f"{OWN}.{name}", Fault(f"{OWN}.{name}", REDACTED, expected))
    if faults:
        raise FaultsError(
            [attrs.evolve(faults[path], path=f"{argument}{path.removeprefix(OWN)}") for path in sorted(faults)]
        )


def _collection(values: Iterable[Any]) -> Any:
    # A single member is a text too, and would be read letter by letter: the validator refuses it.
    is_one = isinstance(values, frozenset | str) or not isinstance(values, Iterable)
    return values if is_one else frozenset(values)


def _members(codes: type[LabelledEnum], values: Iterable[Any]) -> Any:
    several = _collection(values)
    if several and isinstance(several, frozenset):
        return frozenset(coded(codes, value) for value in several)
    return several


def _kind(value: CaseKind | str | None) -> CaseKind | None:
    return coded(CaseKind, value)  # type: ignore[no-any-return]


def _states(values: Iterable[CaseState | str]) -> frozenset[CaseState]:
    return _members(CaseState, values)  # type: ignore[no-any-return]


def _standings(values: Iterable[Admissibility | str]) -> frozenset[Admissibility]:
    return _members(Admissibility, values)  # type: ignore[no-any-return]


def _levels(values: Iterable[Level | str]) -> frozenset[Level]:
    return _members(Level, values)  # type: ignore[no-any-return]


def _bands(values: Iterable[Band | str]) -> frozenset[Band]:
    return _members(Band, values)  # type: ignore[no-any-return]


def _sites(values: Iterable[str]) -> frozenset[str]:
    return _collection(values)  # type: ignore[no-any-return]


def _sites_or_none(values: Iterable[str] | None) -> frozenset[str] | None:
    return None if values is None else _sites(values)


def _channels(values: Iterable[Channel | str]) -> frozenset[Channel]:
    return _members(Channel, values)  # type: ignore[no-any-return]


@attrs.frozen(kw_only=True)
class CaseQuery(SharedRepr):
    """Criteria for cases, all of which must be met. The order is that of the references.

    Args:
        kind: complaints, or malfunctions.
        states: in one of these states.
        admissibilities: of one of these admissibilities: complaints, to be clarified, out of scope, malfunctions.
        levels: handled at one of these levels.
        criticalities: of one of these bands of criticality.
        channels: received by one of these channels.
        themes: with one of these themes.
        is_open: True for cases that are not closed.
        is_unacknowledged: True for cases with an answer due whose receipt is not acknowledged.
        sites: with one of these as registering site, service site or handling unit.
        owner: handled by this unit.
        assigned_to: assigned to the person with this identifier.
        due_from: with an answer awaited on this day or after; only cases whose answer clock runs.
        due_until: with an answer awaited on this day or before; only cases whose answer clock runs.
        has_question: True for cases with a question to ask: complaints to be clarified, and cases with a request for
            information without an answer. An answered, closed or withdrawn case has none: nobody answers any more.
        received_from: received on this day or after, in the case's own zone.
        received_until: received on this day or before, in the case's own zone.
        text: words that the case's own texts have, in any order and in any of them, the last one as a prefix; case,
            accents and punctuation do not count. Erased texts and names of actors are not searched. Of more than
            sixteen words, the last one and the longest others are compared.
        in_names: False to leave the texts that name persons out of the search.
        references: with one of these references; None for all.
        source: registered from the message with this identifier.
        cause_family: with this family among its causes.
        own: with these values of the facts that editions declare, by name; compared as `OwnFacts.searched` writes them.
            Personal facts and free texts are not found by their values.
        own_from: with these numbers or days of such facts, by name, or greater ones.
        own_until: with these numbers or days of such facts, by name, or smaller ones.
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
    criticalities: frozenset[Band] = attrs.field(default=frozenset(), converter=_bands, validator=each(member_of(Band)))
    channels: frozenset[Channel] = attrs.field(
        default=frozenset(), converter=_channels, validator=each(member_of(Channel))
    )
    themes: frozenset[str] = attrs.field(default=frozenset(), converter=_sites, validator=each(_text))
    is_open: bool = attrs.field(default=False, validator=of_class(bool))
    is_unacknowledged: bool = attrs.field(default=False, validator=of_class(bool))
    sites: frozenset[str] = attrs.field(default=frozenset(), converter=_sites, validator=each(_text))
    owner: str | None = attrs.field(default=None, validator=optional(_text))
    assigned_to: str | None = attrs.field(default=None, validator=optional(_text), repr=redacted)
    due_from: date | None = attrs.field(default=None, validator=optional(day))
    due_until: date | None = attrs.field(default=None, validator=[optional(day), _in_order])
    has_question: bool = attrs.field(default=False, validator=of_class(bool))
    received_from: date | None = attrs.field(default=None, validator=optional(day))
    received_until: date | None = attrs.field(default=None, validator=[optional(day), _in_order])
    text: str | None = attrs.field(default=None, validator=optional(_searchable), repr=redacted)
    in_names: bool = attrs.field(default=True, validator=of_class(bool))
    references: frozenset[str] | None = attrs.field(
        default=None, converter=_sites_or_none, validator=optional(each(_text))
    )
    source: str | None = attrs.field(default=None, validator=optional(_text))
    cause_family: str | None = attrs.field(default=None, validator=optional(_text))
    own: OwnFacts = attrs.field(default=NO_OWN_FACTS, converter=_own, validator=_is_found_by)
    own_from: OwnFacts = attrs.field(default=NO_OWN_FACTS, converter=_own, validator=_is_bound)
    own_until: OwnFacts = attrs.field(default=NO_OWN_FACTS, converter=_own, validator=_is_bound)
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

    @property
    def words(self) -> SearchWords | None:
        """The words of the text; None without a text."""
        return None if self.text is None else SearchWords.of(self.text, in_names=self.in_names)

    def codes(self) -> Iterator[tuple[CaseColumn[Any], frozenset[Any]]]:
        """Yield the columns of codes that are limited, each with the codes that it may have."""
        several = (
            (columns.kind, frozenset() if self.kind is None else frozenset((self.kind,))),
            (columns.state, self.states),
            (columns.admissibility, self.admissibilities),
            (columns.level, self.levels),
            (columns.band, self.criticalities),
            (columns.channel, self.channels),
            (columns.theme, self.themes),
        )
        return ((column, wanted) for column, wanted in several if wanted)

    def days(self) -> Iterator[tuple[CaseColumn[date] | CaseColumn[date | None], date | None, date | None]]:
        """Yield the columns of days that are limited, each with the first and the last day; None for no limit."""
        several = (
            (columns.awaited_on, self.due_from, self.due_until),
            (columns.received_on, self.received_from, self.received_until),
        )
        return ((column, first, last) for column, first, last in several if (first, last) != (None, None))

    def own_ranges(self) -> Iterator[tuple[str, float | date | None, float | date | None]]:
        """Yield the facts of editions that are limited, each with its least and greatest value; None for no limit."""
        for name in dict.fromkeys((*self.own_from, *self.own_until)):
            yield name, comparable(self.own_from.get(name)), comparable(self.own_until.get(name))


def meets(case: Case, query: CaseQuery) -> bool:
    """Return True if a case meets every criterion of a query, its page apart."""
    return (
        all(column(case) in wanted for column, wanted in query.codes())
        and all(_is_between(column(case), first, last) for column, first, last in query.days())
        and (not query.has_question or _has_question(case))
        and (not query.sites or not sites_of(case).isdisjoint(query.sites))
        and query.owner in (None, case.handling_unit)
        and (query.assigned_to is None or query.assigned_to == columns.assigned_to(case))
        and (query.cause_family is None or (case.analysis is not None and query.cause_family in case.analysis.causes))
        and (query.references is None or case.reference in query.references)
        and (not query.is_open or case.closed_at is None)
        and (not query.is_unacknowledged or columns.unacknowledged_since(case) is not None)
        and query.source in (None, case.source)
        and (query.own is NO_OWN_FACTS or query.own.searched().items() <= case.facts.own.searched().items())
        and all(_is_on_line(case, *limited) for limited in query.own_ranges())
        and ((words := query.words) is None or words.are_among(indexed_words(case)))
    )


def sites_of(case: Case) -> frozenset[str]:
    """Return the sites and the unit of a case."""
    return frozenset((case.site, case.handling_unit, *case.service_sites))


def _is_between(found: date | None, first: date | None, last: date | None) -> bool:
    return found is not None and (first or found) <= found <= (last or found)


def _is_on_line(case: Case, name: str, first: float | date | None, last: float | date | None) -> bool:
    found = comparable(case.facts.own.get(name))
    ends = [end for end in (first, last) if end is not None]
    if found is None or any(isinstance(end, date) is not isinstance(found, date) for end in ends):
        return False
    return (first is None or first <= found) and (last is None or found <= last)  # type: ignore[operator]


def _has_question(case: Case) -> bool:
    is_over = case.state in {CaseState.ANSWERED, CaseState.CLOSED} or case.withdrawn_at is not None
    return not is_over and (case.admissibility is Admissibility.TO_BE_CLARIFIED or case.open_request is not None)


@attrs.frozen
class CasePage(SharedRepr):
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


# Summaries and jobs


@attrs.frozen(kw_only=True)
class CaseSummary(SharedRepr):
    """A row of a list of cases; unknown and undetermined values are None.

    Attributes:
        reference: the reference.
        kind: a complaint or a malfunction.
        state: the state.
        eligibility: the eligibility; None while undetermined, and for a malfunction.
        site: the site that registered the case.
        handling_unit: the unit that handles it.
        source: the identifier of the source message.
        edition: the edition of the procedure.
        channel: the channel of receipt.
        complainant: the kind of client that complains.
        nature: the nature of the message.
        theme: the code of the theme.
        received_at: the instant of receipt, in UTC.
        received_on: the day of receipt, in the zone of the case.
        due_on: the last day to answer, of the latest answer cycle; None if no answer is due.
        awaited_on: the same while the answer is awaited; None once it is given, and while the clock is suspended.
        answered_on: the day of the answer of the latest answer cycle, in the zone of the case.
        level: the handling level; None for a message out of scope, unless it was imposed.
        criticality: the band of criticality, the risk of the case.
        complexity: the complexity.
        requested_on: the day of the latest request for information without an answer.
        requested_facts: the names of its unknown facts.
        unacknowledged_since: the day of receipt while an answer is due and its receipt is not acknowledged.
        closed_at: the instant of the closing, in UTC.
        closing_reason: the reason of the closing.
        version: the number of events; see `etag`.
        excerpt: the first words of the complaint, 80 characters at most; None once they are erased.
        author: the name of the complainant, likewise; None for a role that does not read names.
        assigned_to: the identifier of the person who follows the case; None if nobody in particular does.
        unclear_facts: of a complaint to be clarified, canonical JSON with its facts, the receipt apart, and the digest
            of its edition: the question to ask follows from them.
    """

    reference: str
    kind: CaseKind
    state: CaseState
    eligibility: Eligibility | None
    site: str
    handling_unit: str
    source: str | None
    edition: str
    channel: Channel | None
    complainant: Complainant | None
    nature: Nature | None
    theme: str | None
    received_at: datetime
    received_on: date
    due_on: date | None
    awaited_on: date | None
    answered_on: date | None
    level: Level | None
    criticality: Band | None
    complexity: Complexity | None
    requested_on: date | None
    requested_facts: tuple[str, ...]
    unacknowledged_since: date | None
    closed_at: datetime | None
    closing_reason: ClosingReason | None
    version: int
    excerpt: str | None = attrs.field(repr=False)
    author: str | None = attrs.field(repr=False)
    assigned_to: str | None = attrs.field(repr=False)
    unclear_facts: str | None = attrs.field(repr=False)

    @classmethod
    def of(cls, case: Case) -> CaseSummary:
        """Return the summary of a case."""
        return cls(**{name: _in_utc(column(case)) for name, column in SUMMARY_FIELDS.items()})

    @property
    def admissibility(self) -> Admissibility:
        """Whether the case is in the scope of the procedure (recevabilité)."""
        return admissibility_of(self.kind, self.eligibility)

    def status_on(self, day: date) -> DeadlineStatus | None:
        """Return the status of the answer on a day; None if no answer is due, or none is awaited any more."""
        if self.awaited_on is not None:
            if day > self.awaited_on:
                return DeadlineStatus.OVERDUE
            return DeadlineStatus.DUE_TODAY if day == self.awaited_on else DeadlineStatus.RUNNING
        if self.due_on is None or self.answered_on is None:
            return None
        return DeadlineStatus.MET if self.answered_on <= self.due_on else DeadlineStatus.MET_LATE

    def to_document(self, day: date | None = None, *, texts: bool = False) -> dict[str, Any]:
        """Return the summary as plain data, with codes; with a day, also the `status` of the answer on that day.

        `document_schema("view.case_summary")` describes it.

        Args:
            day: the day.
            texts: True for its first words and its author too; they are null otherwise.
        """
        fields = attrs.asdict(self, recurse=False, filter=lambda field, _: field.name != "unclear_facts")
        document = {name: _plain(value) for name, value in fields.items()}
        if not texts:
            document |= {"excerpt": None, "author": None}
        status = {} if day is None else {"status": _plain(self.status_on(day))}
        return document | {"admissibility": self.admissibility.value} | status


SUMMARY_FIELDS: Final[Mapping[str, CaseColumn[Any]]] = {
    field.name: columns.COLUMNS[{"criticality": "band"}.get(field.name, field.name)]
    for field in attrs.fields(CaseSummary)
}
"""The column of each field of a summary, in their order."""


def _in_utc(value: object) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def _summary_view() -> type[Any]:
    """Return the class of summaries as plain data: without the facts that a question follows from."""
    attrs.resolve_types(CaseSummary)
    fields = {field.name: attrs.field(type=field.type) for field in attrs.fields(CaseSummary)}
    del fields["unclear_facts"]
    fields["admissibility"] = attrs.field(type=Admissibility)
    fields["status"] = attrs.field(type=DeadlineStatus | None, default=None)  # type: ignore[arg-type]
    view = attrs.make_class("CaseSummaryView", fields, frozen=True, kw_only=True)
    view.__doc__ = inspect.getdoc(CaseSummary)
    return view


CaseSummaryView: Final[Any] = _summary_view()
"""A row of a list of cases as plain data."""


def _plain(value: object) -> Any:
    if isinstance(value, LabelledEnum):
        return value.value
    if isinstance(value, tuple):
        return list(value)
    return value.isoformat() if isinstance(value, date) else value


class CaseJob(LabelledEnum):
    """A job on many cases that is run again and again (tâche)."""

    SWEEP = "sweep", "émettre les alertes", "raise alerts"
    FORGET = "forget", "effacer les textes échus", "erase expired texts"


JOB_COLUMNS: Final = {CaseJob.SWEEP: columns.next_on, CaseJob.FORGET: columns.forget_on}
"""The column with the first day on which a job may have something to do for a case that has just changed.

It is None if there is nothing to do until the next change. The job determines the exact day, which `postpone` stores.
"""
