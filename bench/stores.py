"""Stores: saving and finding cases, compared with SQL by hand on the same tables and with the library `eventsourcing`.

A case has five events, texts and three sites. By hand, rows and objects are the same as ours; `eventsourcing` provides
the same service: the same events, projections to search by, texts apart, a snapshot (its own, or the state stored with
the projections). Growth is that of our own figures, from 1,000 cases on.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from sqlalchemy import URL

from bench import _eventsourcing as es
from bench._by_hand import ByHand
from bench._cases import lived, replay
from bench._databases import Backend, backends
from bench._measure import compare, ratio_row
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import Case
from reclamation_core.desk import Desk, Registration
from reclamation_core.ports import CaseQuery, Store

ONE: Final = 20
BATCH: Final = 500
PIECE: Final = 20
LOADS: Final = 100
ROUNDS: Final = 9
SMALL: Final = 1_000
LARGE: Final = 100_000
DUE: Final = 200
"""How many cases are due early, however many there are."""

EARLY: Final = date(2026, 2, 1)
_BY_HAND: Final = "SQL by hand, the same tables"
_PEERS: Final = {"eventsourcing, the same service": True, "eventsourcing, without its own snapshots": False}
"""Names of the peers that use that library, and whether it takes its own snapshots; the first has the target."""


def run() -> list[dict[str, Any]]:
    """The rows of the table, in microseconds a case, a page, a call."""
    rows: list[dict[str, Any]] = []
    with backends() as kinds:
        for kind in kinds:
            rows += Keeping(kind).rows()
            rows += growth(kind, [SMALL, LARGE])
    return rows


class Keeping:
    """Saving and loading, three contenders, each on a database of its own.

    Args:
        kind: which database.
    """

    def __init__(self, kind: Backend) -> None:
        self._kind = kind
        self._store = SqlAlchemyStore.open(kind.new(), kind.settings)
        self._hand = ByHand(_with_schema(kind), kind)
        # That library waits for the disk; it has no setting to avoid it.
        names = _PEERS.items() if kind.settings.durable else ()
        self._peers = {name: es.EventSourcingStore(_with_schema(kind), has_snapshots=own) for name, own in names}
        self._cases = replay(lived(5))

    def rows(self) -> list[dict[str, Any]]:
        """The rows of one database."""
        try:
            return [*self._saved_one_by_one(), *self._saved_in_batches(), *self._loaded(), *self._registered()]
        finally:
            self._store.close()
            self._hand.close()
            for peer in self._peers.values():
                peer.close()

    def _new(self, count: int) -> list[Case]:
        return list(islice(self._cases, count))

    def _contenders(
        self,
        calls: int,
        prepared: Callable[[], list[Any]],
        ours: Callable[[list[Any]], object],
        hand: Callable[[list[Any]], object],
        library: Callable[[es.EventSourcingStore, list[Any]], object],
    ) -> dict[str, float]:
        """Seconds of each; what each is given is made beforehand, for a call that is not counted and for each round."""
        given = {name: [prepared() for _ in range(calls + 1)] for name in ("ours", "hand", *self._peers)}
        contenders: dict[str, Callable[[], object]] = {
            "ours": lambda: ours(given["ours"].pop()),
            "hand": lambda: hand(given["hand"].pop()),
        }
        for name, peer in self._peers.items():
            contenders[name] = lambda name=name, peer=peer: library(peer, given[name].pop())  # type: ignore[misc]
        return compare(contenders, rounds=calls)

    def _saved_one_by_one(self) -> list[dict[str, Any]]:
        def hand(cases: list[Case]) -> None:
            for case in cases:
                self._hand.save(case)

        def library(peer: es.EventSourcingStore, cases: list[Case]) -> None:
            for case in cases:
                peer.save(case)

        seconds = self._contenders(ROUNDS, lambda: self._new(ONE), partial(_keep_each, self._store), hand, library)
        return self._compared("save one, one a transaction", seconds, ONE, 1.25, 0.8)

    def _saved_in_batches(self) -> list[dict[str, Any]]:
        seconds = self._contenders(
            ROUNDS,
            lambda: self._new(BATCH),
            lambda cases: save_cases(self._store, *cases),
            lambda cases: self._hand.save(*cases),
            self._save_in_pieces,
        )
        return self._compared(f"save {BATCH}, one transaction", seconds, BATCH, 1.15, 0.8)

    def _save_in_pieces(self, peer: es.EventSourcingStore, cases: list[Case]) -> None:
        # On PostgreSQL that library waits for ever when it is given some thousands of events at once.
        size = BATCH if self._kind.is_sqlite else PIECE
        for start in range(0, len(cases), size):
            peer.save(*cases[start : start + size])

    def _loaded(self) -> list[dict[str, Any]]:
        cases = self._new(BATCH)
        save_cases(self._store, *cases)
        self._hand.save(*cases)
        assert load(self._store, cases[0].reference) == self._hand.load(cases[0].reference) == cases[0]
        drawn = random.Random(2026).sample(range(BATCH), LOADS)
        contenders: dict[str, Callable[[], object]] = {
            "ours": lambda: [load(self._store, cases[place].reference) for place in drawn],
            "hand": lambda: [self._hand.load(cases[place].reference) for place in drawn],
        }
        for name, peer in self._peers.items():
            keys = [peer.save(case)[0] for case in cases]
            assert peer.load(keys[0]) == cases[0]
            contenders[name] = lambda peer=peer, keys=keys: [  # type: ignore[misc]
                peer.load(keys[place]) for place in drawn
            ]
        return self._compared("load by reference", compare(contenders), LOADS, 2.0, 0.9)

    def _registered(self) -> list[dict[str, Any]]:
        """What an import costs: judging, sealing, keeping; many at once, and one after the other."""
        desk, numbers = Desk(self._store), iter(range(1_000_000))
        facts = lived(1).facts

        def asked(count: int) -> list[Registration]:
            return [
                Registration(facts=facts, site="CRE", source=f"r:{next(numbers)}", verbatim="la salle est froide")
                for _ in range(count)
            ]

        def one_by_one(registrations: list[Registration]) -> None:
            for one in registrations:
                desk.register(one.facts, site=one.site, source=one.source, verbatim=one.verbatim)

        many = [asked(BATCH) for _ in range(ROUNDS + 1)]
        few = [asked(ONE) for _ in range(ROUNDS + 1)]
        seconds = compare(
            {"many": lambda: list(desk.register_many(many.pop())), "one": lambda: one_by_one(few.pop())}, rounds=ROUNDS
        )
        ours, peer = 1e6 * seconds["many"] / BATCH, 1e6 * seconds["one"] / ONE
        name = f"{self._kind.name}: register {BATCH} at once"
        return [ratio_row(name, ours, ("register, one after the other", peer), None)]

    def _compared(
        self, name: str, seconds: dict[str, float], count: int, target: float, library_target: float
    ) -> list[dict[str, Any]]:
        each = {contender: 1e6 * taken / count for contender, taken in seconds.items()}
        full = f"{self._kind.name}: {name}"
        rows = [ratio_row(full, each["ours"], (_BY_HAND, each["hand"]), target)]
        for peer, snapshots in _PEERS.items():
            if peer in each:
                rows.append(ratio_row(full, each["ours"], (peer, each[peer]), library_target if snapshots else None))
        return rows


def growth(kind: Backend, sizes: list[int]) -> list[dict[str, Any]]:
    """Return the cost of loading, saving and paging with more and more cases, and of a page against SQL by hand."""
    with ExitStack() as stack:
        stores: dict[int, Store] = {}
        for size in sizes:
            url = kind.new()
            stores[size] = stack.enter_context(closing(SqlAlchemyStore.open(url, kind.settings)))
            _fill(stores[size], size)
        hand = stack.enter_context(closing(ByHand(url, kind)))
        measured: tuple[tuple[str, int, dict[int, Callable[[], object]]], ...] = (
            ("load", LOADS, {size: _loads(store, size) for size, store in stores.items()}),
            ("save", ONE, {size: _saves(store) for size, store in stores.items()}),
            ("page", 1, {size: partial(page, store, EARLY) for size, store in stores.items()}),
        )
        rows = [row for name, count, contenders in measured for row in _grown(kind, name, count, contenders)]
        return [*_page_rows(kind, stores[sizes[-1]], hand, sizes[-1]), *rows]


def _grown(
    kind: Backend, name: str, count: int, contenders: dict[int, Callable[[], object]]
) -> Iterator[dict[str, Any]]:
    """Yield the cost of an operation in each store, compared with the smallest store."""
    named = {f"{size:,} cases": contender for size, contender in contenders.items()}
    each = {size: 1e6 * seconds / count for size, seconds in compare(named, rounds=ROUNDS).items()}
    smallest, *larger = each
    for size in larger:
        yield ratio_row(f"{kind.name}: {name}, {size}", each[size], (f"the same, {smallest}", each[smallest]), 1.5)


def _loads(store: Store, size: int) -> Callable[[], object]:
    draw = random.Random(2026)
    drawn = [f"R-2026-{draw.randint(1, size):08d}" for _ in range(LOADS)]
    return lambda: [load(store, reference) for reference in drawn]


def _saves(store: Store) -> Callable[[], object]:
    new = replay(lived(1), start=50_000_000)
    made = [list(islice(new, ONE)) for _ in range(ROUNDS + 1)]
    return lambda: _keep_each(store, made.pop())


def _page_rows(kind: Backend, store: Store, hand: ByHand, size: int) -> list[dict[str, Any]]:
    assert list(page(store, EARLY)) == hand.page(EARLY, 50)
    seconds = compare({"ours": lambda: page(store, EARLY), "hand": lambda: hand.page(EARLY, 50)})
    name = f"{kind.name}: page of 50 due, out of {size:,}"
    return [ratio_row(name, 1e6 * seconds["ours"], (_BY_HAND, 1e6 * seconds["hand"]), 1.5)]


def _fill(store: Store, size: int) -> None:
    """Keep so many cases; the first few are due early, and the others are not."""
    early = islice(replay(lived(1, datetime(2026, 1, 5, 9, tzinfo=UTC))), DUE)
    cases = chain(early, replay(lived(1), start=DUE + 1))
    left = islice(cases, size)
    while batch := list(islice(left, BATCH)):
        save_cases(store, *batch)


def save_cases(store: Store, *cases: Case) -> None:
    """Keep new cases in one transaction."""
    with store.unit_of_work() as unit:
        unit.cases.add(*cases)
        unit.commit()


def _keep_each(store: Store, cases: list[Case]) -> None:
    for case in cases:
        save_cases(store, case)


def load(store: Store, reference: str) -> Case:
    """One case."""
    with store.unit_of_work() as unit:
        return unit.cases.get(reference)


def page(store: Store, until: date) -> tuple[Case, ...]:
    """The first fifty cases whose answer is awaited until a day."""
    with store.unit_of_work() as unit:
        return unit.cases.find(CaseQuery(due_until=until, limit=50)).cases


def _with_schema(kind: Backend) -> URL:
    url = kind.new()
    SqlAlchemyStore.open(url, kind.settings).close()
    return url
