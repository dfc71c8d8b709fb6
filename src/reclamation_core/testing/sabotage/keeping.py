"""Stores that keep something else than what they were given."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import attrs

from reclamation_core.adapters import Changes, InMemoryStore, ReadSet
from reclamation_core.cases import Case, RecordedEvent, Secret, Vault
from reclamation_core.plans import Pgaac
from reclamation_core.ports import Store
from reclamation_core.testing.contracts import OpenStore


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
