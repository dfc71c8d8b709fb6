"""Summaries of cases for lists: their columns, order, pages with a token, and counts by facet.

A store answers from its projections, without the events of a case. The due dates are those of the latest change of each
case: they depend on its facts and its own calendar, never on the clock. Whether one is overdue is a comparison with a
day that the caller passes.
"""

from __future__ import annotations

import base64
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases import Case, columns
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import REDACTED
from reclamation_core.ports.query import CaseSummary, CaseSummaryView
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import coded, is_storable, member_of, refuse_value, require, truth
from reclamation_core.vocabulary import Nature
from reclamation_core.wording import Wording

_A_TOKEN: Final = Wording(
    "la suite d'une page de la même liste, dans le même ordre, est attendue, telle qu'elle a été reçue",
    "the `next` of a page of the same list in the same order is expected, as it was received",
)


class CaseOrder(LabelledEnum):
    """The order of a list of cases (ordre)."""

    REFERENCE = "reference", "référence", "reference"
    RECEIVED = "received", "date de réception", "date of receipt"
    DUE = "due", "échéance", "due date"
    AWAITED = "awaited", "réponse attendue", "awaited answer"
    LEVEL = "level", "niveau de traitement", "handling level"
    CRITICALITY = "criticality", "niveau de criticité", "criticality"


class CaseFacet(LabelledEnum):
    """A value by which cases are counted (facette)."""

    STATE = "state", "état", "state"
    ADMISSIBILITY = "admissibility", "recevabilité", "admissibility"
    LEVEL = "level", "niveau de traitement", "handling level"
    SITE = "site", "centre d'enregistrement", "registering site"
    UNIT = "unit", "unité de traitement", "handling unit"
    CHANNEL = "channel", "canal", "channel"
    NATURE = "nature", "nature de la demande", "nature of the message"
    THEME = "theme", "thème", "theme"
    CRITICALITY = "criticality", "niveau de criticité", "criticality"
    DUE = "due", "échéance de la réponse", "due date of the answer"


INDEXED: Final = frozenset(
    {CaseFacet.STATE, CaseFacet.ADMISSIBILITY, CaseFacet.LEVEL, CaseFacet.UNIT, CaseFacet.CRITICALITY, CaseFacet.DUE}
)
"""The facets that a database counts together from one index; the values of the others are few."""

# Order and pages


_VALUES: Final[Mapping[CaseOrder, Any]] = {
    CaseOrder.REFERENCE: lambda one: one.reference,
    CaseOrder.RECEIVED: lambda one: one.received_at,
    CaseOrder.DUE: lambda one: one.due_on,
    CaseOrder.AWAITED: lambda one: one.awaited_on,
    CaseOrder.LEVEL: lambda one: None if one.level is None else one.level.rank,
    CaseOrder.CRITICALITY: lambda one: None if one.criticality is None else one.criticality.rank,
}
_KINDS: Final[Mapping[CaseOrder, type[Any]]] = {
    CaseOrder.REFERENCE: str,
    CaseOrder.RECEIVED: datetime,
    CaseOrder.DUE: date,
    CaseOrder.AWAITED: date,
    CaseOrder.LEVEL: int,
    CaseOrder.CRITICALITY: int,
}
_MAX_RANK: Final = 100
NULLABLE: Final = frozenset({CaseOrder.DUE, CaseOrder.AWAITED, CaseOrder.LEVEL, CaseOrder.CRITICALITY})
"""The orders whose value may be missing."""


@attrs.frozen
class ListPosition(SharedRepr):
    """The last row of a page: the value that the list is ordered by, None if it is missing, and the reference."""

    value: Any
    reference: str


@attrs.frozen(kw_only=True)
class CaseOrdering(SharedRepr):
    """The order of a list, and the position after which its page begins.

    Rows of one value are in the order of their references. A descending list is the exact reverse, but rows without a
    value are last in both.

    Args:
        by: the value.
        descending: True for the greatest value first.
        after: the `next` of the page before; None for the first page.

    Raises:
        FaultsError: the order is unknown, or `after` is not the `next` of a list in this order.
    """

    by: CaseOrder = attrs.field(default=CaseOrder.REFERENCE, validator=member_of(CaseOrder))
    descending: bool = attrs.field(default=False, validator=truth)
    after: str | None = None
    position: ListPosition | None = attrs.field(
        init=False, repr=False, default=attrs.Factory(lambda self: self._position(), takes_self=True)
    )

    def value(self, summary: CaseSummary) -> Any:
        """Return the value of a row; None if it is missing."""
        return _VALUES[self.by](summary)

    def sorted(self, summaries: Iterable[CaseSummary]) -> list[CaseSummary]:
        """Return rows in this order."""
        present: list[tuple[Any, str, CaseSummary]] = []
        missing: list[tuple[Any, str, CaseSummary]] = []
        for one in summaries:
            value = self.value(one)
            (missing if value is None else present).append((value, one.reference, one))
        by_value = sorted(present, key=lambda row: row[:2], reverse=self.descending)
        by_reference = sorted(missing, key=lambda row: row[1], reverse=self.descending)
        return [row[2] for row in (*by_value, *by_reference)]

    def follows(self, summary: CaseSummary) -> bool:
        """Return True if a row comes after the position."""
        if self.position is None:
            return True
        value, last = self.value(summary), self.position
        if value is None or last.value is None:
            if (value is None) is not (last.value is None):
                return value is None
            key, after = (summary.reference,), (last.reference,)
        else:
            key, after = (value, summary.reference), (last.value, last.reference)  # type: ignore[assignment]
        return key < after if self.descending else key > after

    def page(self, summaries: Iterable[CaseSummary], limit: int, damaged: Iterable[str] = ()) -> CaseSummaryPage:
        """Return the page of rows that come after the position, which may be in any order and more than a page."""
        return self.page_of_sorted(self.sorted(filter(self.follows, summaries)), limit, damaged)

    def page_of_sorted(self, rows: list[CaseSummary], limit: int, damaged: Iterable[str] = ()) -> CaseSummaryPage:
        """Return the page of rows that are in this order and after the position; more than a page is cut."""
        following = self._write(rows[limit - 1]) if len(rows) > limit else None
        return CaseSummaryPage(tuple(rows[:limit]), following, tuple(damaged))

    def _write(self, last: CaseSummary) -> str:
        value = self.value(last)
        written = value.isoformat() if isinstance(value, date) else value
        text = json.dumps([self.by.value, self.descending, written, last.reference])
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _position(self) -> ListPosition | None:
        """Return the position that `after` names."""
        if self.after is None:
            return None
        try:
            document = json.loads(base64.b64decode(f"{self.after}===", altchars=b"-_").decode())
            by, descending, value, reference = document
            kind = _KINDS[self.by]
            if value is not None and issubclass(kind, date):
                value = kind.fromisoformat(value)
            is_own = [by, descending] == [self.by.value, self.descending] and _is_value(value, kind, self.by)
            is_own = is_own and isinstance(reference, str) and is_storable(reference)
        except (ValueError, TypeError, RecursionError):
            is_own = False
        if not is_own:
            refuse_value("after", REDACTED, _A_TOKEN)
        return ListPosition(value, reference)


def _is_value(value: object, kind: type[Any], by: CaseOrder) -> bool:
    """Return True if a list in an order may have a value."""
    if value is None:
        return by in NULLABLE
    if isinstance(value, datetime):
        return kind is datetime and value.tzinfo is not None
    if isinstance(value, str):
        return kind is str and is_storable(value)
    return type(value) is kind and (not isinstance(value, int) or 0 <= value < _MAX_RANK)


@attrs.frozen
class CaseSummaryPage(SharedRepr):
    """A page of a list of cases.

    Attributes:
        summaries: the rows of this page.
        next: the `after` of the next page, an opaque text; None on the last page.
        damaged: the references of cases whose row cannot be read, which are left out.
    """

    summaries: tuple[CaseSummary, ...]
    next: str | None
    damaged: tuple[str, ...] = ()

    def to_document(self, day: date | None = None, *, texts: bool = False) -> dict[str, Any]:
        """Return the page as plain data, with the status of the answers on a day; see `CaseSummary.to_document`.

        `document_schema("view.case_summaries")` describes it.
        """
        summaries = [summary.to_document(day, texts=texts) for summary in self.summaries]
        return {"summaries": summaries, "next": self.next, "damaged": list(self.damaged)}


@attrs.frozen
class CaseSummariesView(SharedRepr):
    """A page of a list of cases as plain data: its rows, the `after` of the next page, the unreadable cases."""

    summaries: tuple[CaseSummaryView, ...]
    next: str | None
    damaged: tuple[str, ...]


# Facets, groups and jobs


_FACETS: Final[Mapping[CaseFacet, Callable[[CaseSummary, date], LabelledEnum | str | None]]] = {
    CaseFacet.STATE: lambda summary, _: summary.state,
    CaseFacet.ADMISSIBILITY: lambda summary, _: summary.admissibility,
    CaseFacet.LEVEL: lambda summary, _: summary.level,
    CaseFacet.SITE: lambda summary, _: summary.site,
    CaseFacet.UNIT: lambda summary, _: summary.handling_unit,
    CaseFacet.CHANNEL: lambda summary, _: summary.channel,
    CaseFacet.NATURE: lambda summary, _: summary.nature,
    CaseFacet.THEME: lambda summary, _: summary.theme,
    CaseFacet.CRITICALITY: lambda summary, _: summary.criticality,
    CaseFacet.DUE: lambda summary, day: None if summary.awaited_on is None else summary.status_on(day),
}


def facet_value(summary: CaseSummary, facet: CaseFacet, day: date) -> str | None:
    """Return the code by which a case is counted; None if it has none."""
    value = _FACETS[facet](summary, day)
    return value.value if isinstance(value, LabelledEnum) else value


Tabulation: TypeAlias = Mapping[tuple[str | None, ...], int]
"""The number of cases by the codes of some facets, None for a case without one."""


def tabulate(summaries: Iterable[CaseSummary], facets: Sequence[CaseFacet], day: date) -> Tabulation:
    """Return the number of cases by the codes of some facets."""
    return dict(Counter(tuple(facet_value(one, facet, day) for facet in facets) for one in summaries))


@attrs.frozen(kw_only=True)
class CaseGroup(SharedRepr):
    """Cases about one site and of one nature.

    Attributes:
        site: a site that delivered the service; the registering site if none is known.
        nature: the nature of the messages; None while unknown.
        cases: their references, by code point.
        first: the day of the first receipt.
        last: the day of the last receipt.
    """

    site: str
    nature: Nature | None
    cases: tuple[str, ...]
    first: date
    last: date


def group_cases(cases: Iterable[Case], min_count: int) -> list[CaseGroup]:
    """Return the groups of at least so many cases, by site and nature."""
    alike: defaultdict[tuple[str, Nature | None], list[Case]] = defaultdict(list)
    for case in cases:
        for site in set(case.service_sites) or {case.site}:
            alike[site, columns.nature(case)].append(case)
    return [
        CaseGroup(
            site=site,
            nature=nature,
            cases=tuple(sorted(case.reference for case in group)),
            first=min(case.received_on for case in group),
            last=max(case.received_on for case in group),
        )
        for (site, nature), group in alike.items()
        if len(group) >= min_count
    ]


def require_ordering(by: CaseOrder | str, descending: bool, after: str | None) -> CaseOrdering:
    """Return the order of a list; a refusal names the argument of the query."""
    order = coded(CaseOrder, by)
    require(member_of(CaseOrder), order_by=order)
    require(truth, descending=descending)
    return CaseOrdering(by=order, descending=descending, after=after)
