"""Desks in memory, on SQLite and PostgreSQL, and inside transactions of an application: the same calls have the same
results and refusals.

Their salts are equal, so that nothing may differ: cases, texts, plans, pages, counts, positions, errors.
"""

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import cache, partial
from typing import Any

import attrs
import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import URL

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore, upgrade
from reclamation_core.cases import (
    Admissibility,
    Case,
    CaseKind,
    CaseState,
    CommandRefusedError,
    CommandType,
    SupportKind,
)
from reclamation_core.desk import CircularLinkError, Desk, Registration, SourceConflictError
from reclamation_core.plans import Effectiveness, PlanRefusedError, PlanScope
from reclamation_core.ports import (
    CaseFacet,
    CaseNotFoundError,
    CaseOrder,
    CaseQuery,
    ConcurrentChangeError,
    PlanNotFoundError,
    Store,
    UnitOfWork,
)
from reclamation_core.testing.builders import FakeClock
from reclamation_core.testing.contracts.lists import expected_order
from reclamation_core.vocabulary import Level, Role
from tests.databases import memory_store, new_database, postgresql_store
from tests.hosts import conninfo
from tests.inside import raise_signal, store_of
from tests.properties.desk.commands import CLOSING, ENDING, HANDLING, Ask, messages
from tests.properties.desk.differential import DifferentialProxy, a_desk
from tests.unit.desk import factories
from tests.unit.desk.factories import at
from tests.unit.plans.making import RAISED

SITES = ("CRE", "STD", "STR", "FDF")
READY = (
    factories.registered,
    factories.qualified,
    factories.analysed,
    factories.planned_nothing,
    factories.answered,
    factories.closed,
)
DAYS = st.none() | st.dates(date(2026, 5, 30), date(2026, 9, 1))
RANGES: Any = st.tuples(DAYS, DAYS)
QUERIES = st.builds(
    lambda received, **criteria: CaseQuery(received_from=received[0], received_until=received[1], **criteria),
    received=RANGES.filter(lambda days: None in days or days[0] <= days[1]),
    kind=st.none() | st.sampled_from(CaseKind),
    states=st.frozensets(st.sampled_from(CaseState), max_size=3),
    admissibilities=st.frozensets(st.sampled_from(Admissibility), max_size=2),
    levels=st.frozensets(st.sampled_from(Level), max_size=2),
    sites=st.frozensets(st.sampled_from(SITES), max_size=2),
    owner=st.none() | st.sampled_from(SITES),
    due_until=DAYS,
    text=st.sampled_from([None, None, "désiré", "SALLE", "salle f", "organisation", "Roux"]),
    cause_family=st.sampled_from([None, None, "organisation", "matériel"]),
    after=st.sampled_from([None, "R-2026-000003", "R-"]),
    limit=st.integers(1, 6),
)


def save_and_commit(unit: UnitOfWork, case: Case, expected: int) -> None:
    """A store may report a conflict when saving or when committing."""
    unit.cases.save(case, expected)
    unit.commit()


def entered(desk: Desk, asked: list[Registration], at_once: int) -> list[tuple[Case | None, bool, str]]:
    return [(one.case, one.is_new, repr(one.refusal)) for one in desk.register_many(asked, batch_size=at_once)]


@cache
def of_applications() -> URL:
    """A PostgreSQL database with the schema and no row; transactions in it are rolled back."""
    url = new_database()
    upgrade(url)
    return url


def applications() -> list[Any]:
    """Connections of applications, each with a transaction begun."""
    connections: list[Any] = [sqlite3.connect(":memory:"), psycopg.connect(conninfo(of_applications()))]
    upgrade(connections[0])
    return connections


class Agreement(RuleBasedStateMachine):
    """Every call goes to all desks; the proxy compares the results."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock(at(1))
        self.connections = applications()
        self.stores: list[Store] = [
            InMemoryStore(),
            memory_store(),
            postgresql_store(),
            *map(SqlAlchemyStore.from_connection, self.connections),
        ]
        self.desk: Any = DifferentialProxy(*(a_desk(store, self.clock) for store in self.stores))
        self.position = 0

    @initialize()
    def begin(self) -> None:
        for ready in READY:
            self.bring(ready, "CRE")

    @rule(ready=st.sampled_from(READY), site=st.sampled_from(SITES))
    def bring(self, ready: Callable[..., Case], site: str) -> None:
        ready(self.desk, site=site, received_at=self.clock.now(), complainant="Mme Désiré")

    @rule(
        message=st.integers(0, 6),
        site=st.sampled_from(SITES),
        elsewhere=st.sampled_from([(), ("STR",), ("STD", "CRE")]),
        source=st.sampled_from([None, "m-1", "m-2"]),
    )
    def register(self, message: int, site: str, elsewhere: tuple[str, ...], source: str | None) -> None:
        facts = messages(self.clock.now())[message]
        with suppress(SourceConflictError):  # the source was registered with another message
            self.desk.register(facts, site=site, service_sites=elsewhere, source=source, verbatim="la salle est froide")

    @rule(
        messages_of=st.lists(st.tuples(st.integers(0, 6), st.sampled_from((*SITES, "nowhere"))), max_size=4),
        sources=st.permutations([None, "m-1", "m-2", "m-3"]),
        at_once=st.integers(1, 4),
    )
    def register_many(self, messages_of: list[tuple[int, str]], sources: list[str | None], at_once: int) -> None:
        known = messages(self.clock.now())
        asked = [
            Registration(facts=known[message], site=site, source=source)
            for (message, site), source in zip(messages_of, sources)
        ]
        self.desk.on_each(partial(entered, asked=asked, at_once=at_once))

    @rule(asked=st.sampled_from((*HANDLING, *CLOSING, *ENDING)), number=st.integers(0, 30), role=st.sampled_from(Role))
    def ask(self, asked: tuple[CommandType, Ask], number: int, role: Role) -> None:
        case = self.case(number)
        try:
            asked[1](self.desk.acting("M. Petit", role), case, None)
        except (CircularLinkError, CommandRefusedError, PlanRefusedError):
            self.desk.cases.get(case.reference)

    def case(self, number: int) -> Case:
        cases = self.desk.cases.find(CaseQuery(limit=500)).cases
        case: Case = cases[number % len(cases)]
        return case

    @rule(effective=st.booleans(), scope=st.sampled_from([*map(PlanScope.site, SITES), PlanScope.nation()]))
    def settle(self, effective: bool, scope: PlanScope) -> None:
        living = self.desk.pgaac(scope)
        for action in living.actions:
            if action.judgement is None and action.abandonment is None and not effective:
                living.abandon(action.reference, reason="inutile")
            elif action.judgement is None and action.abandonment is None:
                living.finish(action.reference, evidence="la liste")
                living.judge(action.reference, Effectiveness.EFFECTIVE, why="rien depuis")
            elif action.judgement is not None:
                living.forget(action.reference)
        living.publish()

    @rule(number=st.integers(0, 30))
    def two_change_one_case(self, number: int) -> None:
        """The second of two changes of one version is refused, with both versions."""
        reference = self.case(number).reference
        with store_of(self.desk).unit_of_work() as unit:
            case = unit.cases.get(reference)
            try:
                grown = self.desk.add_support(reference, kind=SupportKind.LETTER, title="lettre")
            except CommandRefusedError:
                return
            units: Any = unit
            late = DifferentialProxy(*(partial(save_and_commit, voice) for voice in units.voices))
            with pytest.raises(ConcurrentChangeError):
                late(grown, case.version)

    @rule(reference=st.sampled_from(["R-0", "", "R-2026-999999", "'", "R-2026-000001\0", "\ud800"]))
    def look_for_what_is_not_there(self, reference: str) -> None:
        with pytest.raises(CaseNotFoundError):
            self.desk.cases.get(reference)
        with store_of(self.desk).unit_of_work() as unit, pytest.raises(PlanNotFoundError):
            unit.plans.get(reference)

    @rule(query=QUERIES, site=st.none() | st.sampled_from(SITES))
    def look(self, query: CaseQuery, site: str | None) -> None:
        desk = self.desk if site is None else self.desk.scoped(site=site)
        assert len(desk.cases.find(query).cases) <= min(query.limit, desk.cases.count(query))
        if query.due_until is not None:
            desk.agenda(query.due_until)
            desk.agenda(query.due_until, limit=query.limit)
            desk.worklist(as_of=query.due_until, limit=query.limit)
        desk.signals(since=date(2026, 5, 1), min_count=2)

    @rule(query=QUERIES, by=st.sampled_from(CaseOrder), descending=st.booleans(), facet=st.sampled_from(CaseFacet))
    def list_and_count(self, query: CaseQuery, by: CaseOrder, descending: bool, facet: CaseFacet) -> None:
        """Read a list page by page, and compare it with the cases of the query, sorted here."""
        cases = self.desk.cases.find(attrs.evolve(query, after=None, limit=500)).cases
        listed: list[str] = []
        after = None
        while True:
            page = self.desk.cases.summaries(query, order_by=by, descending=descending, after=after)
            listed += [one.reference for one in page.summaries]
            after = page.next
            if after is None:
                break
        assert listed == expected_order(list(cases), by, descending=descending)
        assert sum(self.desk.cases.count_by(facet, query).values()) == len(cases)

    @rule(days=st.integers(0, 9))
    def time_goes_by(self, days: int) -> None:
        self.clock.advance(days=days)

    @rule()
    def sweep(self) -> None:
        self.desk.sweep()

    @invariant()
    def the_feed_goes_on_alike(self) -> None:
        items = self.desk.feed(self.position, limit=5000)
        self.position = items[-1].position if items else self.position

    def teardown(self) -> None:
        """Compare the contents, and close the stores."""
        try:
            for desk in self.desk.voices:
                assert list(desk.verify()) == []
            self.desk.cases.find(CaseQuery(limit=500))
            self.desk.feed(limit=5000)
            assert self.desk.examine(self.desk.checkpoint()) == ()
            with store_of(self.desk).unit_of_work() as unit:
                for scope in unit.plans.scopes():
                    unit.plans.get(scope)
        finally:
            for store in self.stores:
                store.close()
            for connection in self.connections:
                connection.rollback()
                connection.close()


@pytest.mark.slow
def test_stores_return_the_same_results() -> None:
    examples = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 5
    run_state_machine_as_test(Agreement, settings=settings(max_examples=examples, stateful_step_count=30))


def test_lost_data_and_a_function_for_all_stores_are_detected() -> None:
    clock, stores = FakeClock(at(1, month=7)), [InMemoryStore(), InMemoryStore()]
    desk: Any = DifferentialProxy(*(a_desk(store, clock) for store in stores))
    factories.registered(desk)
    with pytest.raises(AssertionError, match="use on_each"):
        raise_signal(desk, PlanScope.nation(), RAISED)
    factories.registered(a_desk(stores[1], clock))
    with pytest.raises(AssertionError):
        desk.cases.count()
    with pytest.raises(AssertionError):
        desk.feed()
    with pytest.raises(AssertionError):
        desk.cases.get("R-2026-000002")
