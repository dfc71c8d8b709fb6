"""Sabotaged stores that write or store wrongly."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import attrs

from reclamation_core.adapters import BufferedUnitOfWork, Changes, InMemoryStore, ReadSet
from reclamation_core.adapters.unit_of_work import BufferedCases
from reclamation_core.cases import Case, RecordedEvent, Secret, Vault
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Pgaac
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, SequenceGenerator, Store, UnitOfWork
from reclamation_core.testing.contracts import OpenStore
from reclamation_core.testing.sabotage.reads import RepositoryStore


class HandsOutLiveObjects(InMemoryStore):
    """What was handed out changes when somebody else saves."""

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            live = dict(self._cases)
            copies = {key: (expected, attrs.evolve(case)) for key, (expected, case) in cases.items()}
            super().commit_changes(copies, plans, read)
            for key in live.keys() & cases.keys():
                for field in attrs.fields(Case):
                    object.__setattr__(live[key], field.name, getattr(self._cases[key], field.name))
                self._cases[key] = live[key]


class LosesTheSecondWriter(InMemoryStore):
    """A change on another version than the one stored is dropped, and nobody is told."""

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            on_time = {key: value for key, value in cases.items() if value[0] == _version(self._cases.get(key))}
            drawn = {key: value for key, value in plans.items() if value[0] == _version(self._plans.get(key))}
            super().commit_changes(on_time, drawn, read)


class OverwritesTheFirstWriter(InMemoryStore):
    """A change is kept whatever version is stored: the last writer wins."""

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            told = {key: (_version(self._cases.get(key)), case) for key, (_, case) in cases.items()}
            drawn = {key: (_version(self._plans.get(key)), plan) for key, (_, plan) in plans.items()}
            super().commit_changes(told, drawn, read)


def _version(stored: Case | Pgaac | None) -> int:
    return 0 if stored is None else stored.version


class _Swallowing(BufferedCases):
    def add(self, *cases: Case) -> None:
        for case in cases:
            with suppress(ConcurrentChangeError, RepeatedSourceError):
                super().add(case)


class SwallowsAConflict(RepositoryStore):
    """A reference or a source that is taken is passed over in silence."""

    repository = _Swallowing


class _Autocommitting(BufferedUnitOfWork):
    def rollback(self) -> None:
        with suppress(ReclamationError):
            self._committed.commit_changes(self._cases.pending.written, self._plans.pending.written, self.read_set)
        super().rollback()

    def commit(self) -> None:
        self._committed.commit_changes(self._cases.pending.written, self._plans.pending.written, self.read_set)
        super().rollback()


class ForgetsARollback(InMemoryStore):
    """What was not committed is kept all the same."""

    def unit_of_work(self) -> UnitOfWork:
        return _Autocommitting(self)


class CommitsHalfOfAUnit(InMemoryStore):
    """Each thing of a unit is kept by itself: what comes before the one that is refused stays."""

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        super().commit_changes({}, {}, read)
        for key, value in cases.items():
            super().commit_changes({key: value}, {}, ReadSet())
        for scope, drawn in plans.items():
            super().commit_changes({}, {scope: drawn}, ReadSet())


class IgnoresGuards(InMemoryStore):
    """A guard that another unit advanced meanwhile refuses nothing."""

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        super().commit_changes(cases, plans, ReadSet(plans=read.plans))


class IgnoresExpectedPlans(InMemoryStore):
    """A plan that was read, and changed meanwhile, refuses nothing."""

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        super().commit_changes(cases, plans, ReadSet(guards=read.guards))


class _NeverEnding(BufferedUnitOfWork):
    def commit(self) -> None:
        self._committed.commit_changes(self._cases.pending.written, self._plans.pending.written, self.read_set)
        self._cases.pending.written.clear()
        self._plans.pending.written.clear()


class ServesAUnitTwice(InMemoryStore):
    """A unit of work goes on after its commit."""

    def unit_of_work(self) -> UnitOfWork:
        return _NeverEnding(self)


class ForgetsTheIdempotencyKey(InMemoryStore):
    """No case is found by its source, and no source is refused."""

    def reference_of(self, source: str) -> str | None:  # noqa: ARG002  that is the fault
        return None


class _Highest(SequenceGenerator):
    def __init__(self, store: InMemoryStore) -> None:
        self._store = store

    def next(self, series: str, count: int = 1) -> int:  # noqa: ARG002  that is the fault
        references = (case.reference for case in self._store.cases_after(None))
        numbers = (reference.rpartition("-") for reference in references)
        return 1 + max((int(number) for name, _, number in numbers if name == series and number.isdigit()), default=0)


class ReusesAReference(InMemoryStore):
    """The next number is one more than the highest that a case has."""

    def __init__(self) -> None:
        super().__init__()
        self.sequences: Any = _Highest(self)


class AlteringStore(InMemoryStore):
    """A store that alters the cases that it keeps."""

    def altered(self, case: Case) -> Case:
        """What is kept in the place of a case."""
        return case

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            altered = {key: (expected, self.altered(case)) for key, (expected, case) in cases.items()}
            super().commit_changes(altered, plans, read)


def _at(case: Case, change: Callable[[datetime], datetime]) -> Case:
    """The case whose instants are others."""

    def told(event: RecordedEvent) -> RecordedEvent:
        data: Any = event.data
        if hasattr(data, "facts"):
            data = attrs.evolve(data, facts=attrs.evolve(data.facts, received_at=change(data.facts.received_at)))
        occurred_at, recorded_at = change(event.occurred_at), change(event.recorded_at)
        return attrs.evolve(event, occurred_at=occurred_at, recorded_at=max(occurred_at, recorded_at), data=data)

    return Case.from_events(map(told, case.events), case.vault)


class DropsTheTimeZone(AlteringStore):
    """Of an instant the hour is kept, and read as UTC."""

    def altered(self, case: Case) -> Case:
        return _at(case, lambda instant: instant.replace(tzinfo=UTC))


class RoundsAnInstant(AlteringStore):
    """An instant is kept to the second."""

    def altered(self, case: Case) -> Case:
        return _at(case, lambda instant: instant.replace(microsecond=0))


def _in_other_words(case: Case, change: Callable[[str], str]) -> Case:
    """The case whose texts are others, each under its digest."""
    texts = case.vault.by_digest().items()
    return attrs.evolve(case, vault=Vault({digest: Secret(change(one.text), one.salt) for digest, one in texts}))


class TruncatesAText(AlteringStore):
    """Of a text 255 signs are kept."""

    def altered(self, case: Case) -> Case:
        return _in_other_words(case, lambda text: text[:255])


class NormalisesAText(AlteringStore):
    """A text is kept in another Unicode form."""

    def altered(self, case: Case) -> Case:
        return _in_other_words(case, lambda text: unicodedata.normalize("NFC", text))


class SortsTheTexts(AlteringStore):
    """Texts come back in the order of their digests."""

    def altered(self, case: Case) -> Case:
        return attrs.evolve(case, vault=Vault(dict(sorted(case.vault.by_digest().items()))))


class ErasureLeavesTheText(AlteringStore):
    """Texts are added to those kept, and none is taken away."""

    def altered(self, case: Case) -> Case:
        known = self.case(case.reference)
        return case if known is None else attrs.evolve(case, vault=known.vault.with_(case.vault))


class _Flushing(InMemoryStore):
    """Writes what was committed when it is closed, and forgets the last of it."""

    def __init__(self, place: list[tuple[Changes[Case], Changes[Pgaac]]]) -> None:
        super().__init__()
        self._place: list[Any] | None = place
        for cases, plans in list(place):
            super().commit_changes(cases, plans, ReadSet())
        self._new: list[tuple[Changes[Case], Changes[Pgaac]]] = []

    def commit_changes(self, cases: Changes[Case], plans: Changes[Pgaac], read: ReadSet) -> None:
        with self._lock:
            super().commit_changes(cases, plans, read)
            self._new.append((dict(cases), dict(plans)))

    def close(self) -> None:
        if self._place is not None:
            self._place += self._new[:-1]
        self._place = None


def a_flushing_place() -> OpenStore:
    """A place whose stores lose the last commit when they are closed."""
    place: list[tuple[Changes[Case], Changes[Pgaac]]] = []

    def open_store() -> Store:
        return _Flushing(place)

    return open_store
