"""Sabotaged stores that find, count or report wrongly."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import UTC
from typing import Any, ClassVar

import attrs

from reclamation_core.adapters import BufferedUnitOfWork, Changes, InMemoryStore, ReadSet
from reclamation_core.adapters.matching import meets, sites_of
from reclamation_core.adapters.memory import InMemoryFeed, InMemoryJournal
from reclamation_core.adapters.unit_of_work import BufferedCases
from reclamation_core.cases import Case
from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.cases.texts import commitments
from reclamation_core.plans import Pgaac
from reclamation_core.ports import CasePage, CaseQuery, FeedItem, UnitOfWork, normalize_text, searchable_texts


class RepositoryStore(InMemoryStore):
    """A store in memory whose units have the repository of cases `repository`."""

    repository: ClassVar[type[BufferedCases]] = BufferedCases

    def unit_of_work(self) -> UnitOfWork:
        unit = BufferedUnitOfWork(self)
        unit.cases = unit._cases = self.repository(self)  # noqa: SLF001  a double of it
        return unit


class AskedCases(BufferedCases):
    """A repository that asks and orders in its own way."""

    def asked(self, case: Case, query: CaseQuery) -> bool:
        """Whether a case meets a query."""
        return meets(case, query)

    def _all(self, after: str | None) -> list[Case]:
        """Return the cases after a reference, the pending ones among them, in the order of their references."""
        store: Any = self._committed
        known = {case.reference: case for case in store.cases_after(after)}
        known |= {key: case for key, (_, case) in self.pending.written.items() if after is None or key > after}
        return [known[key] for key in sorted(known)]

    def find(self, query: CaseQuery) -> CasePage:
        found = [case for case in self._all(query.after) if self.asked(case, query)]
        page = tuple(found[: query.limit])
        return CasePage(page, page[-1].reference if len(found) > query.limit else None)

    def count(self, query: CaseQuery) -> int:
        return sum(self.asked(case, query) for case in self._all(None))


class _FromTheLastOn(AskedCases):
    def find(self, query: CaseQuery) -> CasePage:
        page = super().find(query)
        last = None if query.after is None else self._seen(query.after)
        return page if last is None else attrs.evolve(page, cases=(last, *page.cases[: query.limit - 1]))


class PagesTwiceTheSameRow(RepositoryStore):
    """A page begins with the last row of the page before."""

    repository = _FromTheLastOn


class _ByOffset(AskedCases):
    def find(self, query: CaseQuery) -> CasePage:
        if query.after is not None and not query.after.isdigit():
            return super().find(query)
        start = int(query.after or 0)
        found = [case for case in self._all(None) if self.asked(case, query)][start:]
        after = str(start + query.limit) if len(found) > query.limit else None
        return CasePage(tuple(found[: query.limit]), after)


class PagesByOffset(RepositoryStore):
    """A page begins after as many rows as were seen, whatever rows they are now."""

    repository = _ByOffset


class _OnePage(AskedCases):
    def find(self, query: CaseQuery) -> CasePage:
        return attrs.evolve(super().find(query), next=None)


class StopsAtTheFirstPage(RepositoryStore):
    """The first page says that it is the last."""

    repository = _OnePage


def _as_a_dictionary_has_it(reference: str) -> tuple[str, str]:
    return normalize_text(reference), reference


class _Sorting(AskedCases):
    def _all(self, after: str | None) -> list[Case]:
        ordered = sorted(super()._all(None), key=lambda case: _as_a_dictionary_has_it(case.reference))
        if after is None:
            return ordered
        return [case for case in ordered if _as_a_dictionary_has_it(case.reference) > _as_a_dictionary_has_it(after)]


class OrdersByLocale(RepositoryStore):
    """References are ordered as a dictionary orders words."""

    repository = _Sorting


class _ByPrefix(AskedCases):
    def asked(self, case: Case, query: CaseQuery) -> bool:
        near = not query.sites or any(place.startswith(tuple(query.sites)) for place in sites_of(case))
        return near and meets(case, attrs.evolve(query, sites=()))

    def has_site(self, reference: str, sites: Collection[str]) -> bool:
        found = self._seen(reference)
        return found is not None and any(place.startswith(tuple(sites)) for place in sites_of(found))


class LeaksAForeignCase(RepositoryStore):
    """Who asks for a site gets the cases of every site whose name begins so."""

    repository = _ByPrefix


class _Joining(AskedCases):
    def count(self, query: CaseQuery) -> int:
        met = (case for case in self._all(None) if self.asked(case, query))
        return sum(len(sites_of(case) & query.sites) if query.sites else 1 for case in met)


class CountsACaseOncePerSite(RepositoryStore):
    """A case is counted once for each of its sites that is asked for."""

    repository = _Joining


class _InUtc(AskedCases):
    def asked(self, case: Case, query: CaseQuery) -> bool:
        received = case.received_at.astimezone(UTC).date()
        first, last = query.received_from or received, query.received_until or received
        return first <= received <= last and meets(case, attrs.evolve(query, received_from=None, received_until=None))


class CountsDaysInUtc(RepositoryStore):
    """The day of receipt is that of the instant in UTC."""

    repository = _InUtc


class _Accented(AskedCases):
    def asked(self, case: Case, query: CaseQuery) -> bool:
        wanted = unicodedata.normalize("NFC", query.text or "").casefold()
        told = (case.read(text) for event in case.events for text in commitments(event.data))
        texts = [unicodedata.normalize("NFC", text).casefold() for text in told if text is not None]
        there = query.text is None or any(wanted in text for text in texts)
        return there and meets(case, attrs.evolve(query, text=None))


class SearchIsAccentSensitive(RepositoryStore):
    """A search without accents does not find a text with accents."""

    repository = _Accented


class _Indexed(AskedCases):
    def asked(self, case: Case, query: CaseQuery) -> bool:
        index: Mapping[str, set[str]] = getattr(self._committed, "index", {})
        texts = index.get(case.reference, set())
        there = query.text is None or any(normalize_text(query.text) in text for text in texts)
        return there and meets(case, attrs.evolve(query, text=None))


class FindsWhatWasForgotten(RepositoryStore):
    """What is searched is never taken out of the index."""

    repository = _Indexed

    def __init__(self) -> None:
        super().__init__()
        self.index: dict[str, set[str]] = {}

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            super().commit_changes(cases, plans, read)
            for reference, (_, case) in cases.items():
                self.index.setdefault(reference, set()).update(searchable_texts(case))


class _OfAReplica(BufferedCases):
    def _seen(self, reference: str) -> Case | None:
        return self._committed.case(reference)


class ForgetsWhatItWrote(RepositoryStore):
    """A unit of work does not find what it wrote itself."""

    repository = _OfAReplica


class _Past(InMemoryStore):
    """A store as it was at one moment, which writes to the store."""

    def __init__(self, store: InMemoryStore) -> None:
        super().__init__()
        self._store = store
        for name in ("_cases", "_ordered", "_sources", "_plans", "_guards"):
            kept: Any = getattr(store, name)
            setattr(self, name, kept.copy())

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        self._store.commit_changes(cases, plans, read)


class SeesThePast(InMemoryStore):
    """A unit of work reads what was committed when it began."""

    def unit_of_work(self) -> UnitOfWork:
        with self._lock:
            return BufferedUnitOfWork(_Past(self))


class _ByHour(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        super().read(after, limit, sites)
        told = sorted(super().read(0, 1 + len(self._items), sites), key=lambda item: item.event.occurred_at)
        return tuple(FeedItem(place, item.event) for place, item in enumerate(told, start=1))[after : after + limit]


class ReordersEvents(RepositoryStore):
    """The feed is in the order of the hours at which things happened."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _ByHour(self._lock, self._cases)


class _Numbered(InMemoryFeed):
    """Positions are given when an event is written, not when it is committed."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.places: dict[tuple[str, int], int] = {}

    def number(self, case: Case) -> None:
        """Give the events of a case their positions."""
        with self._lock:
            for event in case.events:
                self.places.setdefault((case.reference, event.number), 1 + len(self.places))

    def append(self, case: Case, known: int) -> None:
        self.number(case)
        places = ((self.places[event.case, event.number], event) for event in case.events[known:])
        self._items.extend(FeedItem(place, event) for place, event in places)

    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        super().read(after, limit, sites)
        told = sorted(super().read(0, 1 + len(self._items), sites), key=lambda item: item.position)
        return tuple(item for item in told if item.position > after)[:limit]


class _Numbering(BufferedCases):
    def add(self, *cases: Case) -> None:
        super().add(*cases)
        self._number(*cases)

    def save(self, case: Case, expected: int) -> None:
        super().save(case, expected)
        self._number(case)

    def _number(self, *cases: Case) -> None:
        store: Any = self._committed
        for case in cases:
            store.feed.number(case)


class FeedSkipsALateCommit(RepositoryStore):
    """Positions are given when events are written: one committed late comes before what was read already."""

    repository = _Numbering

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _Numbered(self._lock, self._cases)


class _Everybodys(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:  # noqa: ARG002  that is the fault
        return super().read(after, limit)


class _FeedFromTheLastOn(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        return super().read(max(after - 1, 0), limit, sites)


class FeedRepeatsTheLastEvent(RepositoryStore):
    """A page of the feed begins with the last event of the page before."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _FeedFromTheLastOn(self._lock, self._cases)


class _LimitedFirst(InMemoryFeed):
    def read(self, after: int = 0, limit: int = 500, sites: Collection[str] = ()) -> tuple[FeedItem, ...]:
        theirs = {item.position for item in super().read(0, 1 + len(self._items), sites)}
        return tuple(item for item in super().read(after, limit) if item.position in theirs)


class FeedLimitsBeforeItFilters(RepositoryStore):
    """A page of the feed of some sites is what is theirs of a page of all."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _LimitedFirst(self._lock, self._cases)


class _FromTheLastCaseOn(InMemoryJournal):
    def read(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        page = super().read(None, 500)
        return tuple(story for story in page if after is None or story.holder >= after)[:limit]

    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        page = super().read_plans(None, 500)
        return tuple(story for story in page if after is None or story.holder >= after)[:limit]


class JournalRepeatsTheLastCase(RepositoryStore):
    """A page of the journal begins with the last case, or plan, of the page before."""

    def __init__(self) -> None:
        super().__init__()
        self.journal = _FromTheLastCaseOn(self)


class TellsForeignEvents(RepositoryStore):
    """The feed of some sites is that of all."""

    def __init__(self) -> None:
        super().__init__()
        self.feed = self._feed = _Everybodys(self._lock, self._cases)


class _WithoutPlans(InMemoryJournal):
    def read_plans(self, after: str | None = None, limit: int = 500) -> tuple[WrittenEventStream, ...]:
        super().read_plans(after, limit)
        return ()


class LeavesPlansUnwatched(RepositoryStore):
    """The journal holds the events of cases and none of plans."""

    def __init__(self) -> None:
        super().__init__()
        self.journal: Any = _WithoutPlans(self)
