"""Stores that write wrongly: conflicts, units of work, numbers."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import attrs

from reclamation_core.adapters import BufferedUnitOfWork, Changes, InMemoryStore, ReadSet
from reclamation_core.adapters.unit_of_work import BufferedCases
from reclamation_core.cases import Case
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Pgaac
from reclamation_core.ports import ConcurrentChangeError, RepeatedSourceError, SequenceGenerator, UnitOfWork
from reclamation_core.testing.sabotage.repositories import RepositoryStore


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
            self._committed.commit_changes(self._cases.waiting.written, self._plans.waiting.written, self.read_set)
        super().rollback()

    def commit(self) -> None:
        self._committed.commit_changes(self._cases.waiting.written, self._plans.waiting.written, self.read_set)
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
        self._committed.commit_changes(self._cases.waiting.written, self._plans.waiting.written, self.read_set)
        self._cases.waiting.written.clear()
        self._plans.waiting.written.clear()


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
