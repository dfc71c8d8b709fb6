"""Lists in SQLite: what a page costs does not grow with the register. Steps of SQLite's machine are counted."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta, timezone
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy import summaries
from reclamation_core.adapters.sqlalchemy.tables import ACTION_CASES, CASE_FACTS
from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseFacet, CaseOrder, CaseQuery, Store
from reclamation_core.testing.builders import FakeClock, an_action
from reclamation_core.testing.contracts import samples
from reclamation_core.vocabulary import Site, Sites
from tests.databases import memory_store, sqlite_file
from tests.inside import engine_of, store_of
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.desk import factories

FEW, MANY = 60, 480
STEP = 10
SOME = CaseQuery(sites={"CRE"}, limit=5)


def filled(folder: Path, count: int) -> SqlAlchemyStore:
    """A store in which every other case is of STR alone; four cases are received each day."""
    store = SqlAlchemyStore.open(sqlite_file(folder))

    def cases() -> Iterator[Case]:
        for number in range(0, count, 4):
            received_at = samples.at(1, month=1) + timedelta(days=number // 4)
            for place in range(4):
                site = "CRE" if place % 2 else "STR"
                if place < 2:
                    text = "Le formateur est absent."
                    known[site] = samples.a_case(
                        received_at=received_at, site=site, service_sites=(site,), verbatim=text
                    )
                yield samples.renamed(known[site], f"R-2026-{number + place:06}")

    known: dict[str, Case] = {}
    with store.unit_of_work() as unit:
        unit.cases.add(*cases())
        unit.commit()
    Desk(store, clock=FakeClock(samples.at(1))).pgaac("CRE").add(an_action(reference="A-1"))
    with engine_of(store).begin() as connection:
        connection.execute(insert(CASE_FACTS).values(case_reference="R-2026-000000", name="hours", value="7", number=7))
        served = {"scope": "site:CRE", "action": "A-1", "case_reference": "R-2026-000000"}
        connection.execute(insert(ACTION_CASES).values(**served))
    return store


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[SqlAlchemyStore, SqlAlchemyStore]]:
    few, many = (filled(tmp_path_factory.mktemp("lists"), count) for count in (FEW, MANY))
    yield few, many
    few.close()
    many.close()


def connection_of(store: SqlAlchemyStore) -> Any:
    """The driver's connection of a store that one thread uses."""
    with engine_of(store).connect() as connection:
        return connection.connection.driver_connection


def steps(store: SqlAlchemyStore, read: Callable[[Desk], object]) -> int:
    """How many times ten instructions of SQLite's machine a read takes."""
    counted: list[None] = []
    driver = connection_of(store)
    driver.set_progress_handler(lambda: counted.append(None), STEP)
    try:
        read(Desk(store))
    finally:
        driver.set_progress_handler(None, STEP)
    return len(counted)


def pages(desk: Desk, query: CaseQuery = SOME, **order: Any) -> None:
    after = desk.cases.summaries(query, **order).next
    assert (query is SOME) is (after is not None)
    desk.cases.summaries(query, after=after, **order)


OWN_FACTS: tuple[dict[str, Any], ...] = {"own": {"hours": 7}}, {"own_from": {"hours": 6}}, {"own_from": {"hours": 8}}
READS: tuple[Callable[[Desk], object], ...] = (
    lambda desk: desk.cases.find(SOME),
    lambda desk: store_of(desk).feed.read(limit=5, scopes={"CRE"}),
    lambda desk: desk.agenda(date(2026, 8, 30), limit=5),
    lambda desk: desk.cases.count(CaseQuery(sites={"CRE", "STR"}, due_until=date(2026, 1, 15))),
    lambda desk: store_of(desk).unit_of_work().plans.served_lines({"CRE", "STR"}),
    *(partial(pages, order_by=order, descending=last) for order in CaseOrder for last in (False, True)),
    *(partial(pages, query=CaseQuery(**query, limit=5), order_by="due") for query in OWN_FACTS),
)


@pytest.mark.parametrize("read", READS)
def test_a_page_costs_the_same_of_a_larger_register(
    stores: tuple[SqlAlchemyStore, SqlAlchemyStore], read: Callable[[Desk], object]
) -> None:
    few, many = (steps(store, read) for store in stores)
    assert 0 < many <= 1.5 * few, f"{few} steps of {FEW} cases, {many} of {MANY}"


@pytest.mark.parametrize(("few", "joined"), [(0, 6), (2, 6), (2, 3), (5_000, 6)])
def test_lists_by_causes_and_own_facts_agree_for_few_or_many_cases(
    few: int, joined: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(summaries, "_FEW", dict.fromkeys(("sqlite", "postgresql"), few))
    monkeypatch.setattr(summaries, "_MOST_JOINED", joined)
    day = date(2026, 5, 4)
    queries: list[dict[str, Any]] = [
        {"own": {"boolean": True}},
        {"own": {"boolean": True, "integer": 1}},
        {"own_from": {"integer": 1}},
    ]
    queries += [{"own_until": {"day": day}, "text": "salle"}, {"own": {"integer": 9}}, {"cause_family": "trainers"}]
    queries += [{**query, "sites": {site}} for query in queries[:3] for site in ("CRE", "STD")]

    def listed(store: Store) -> list[list[str]]:
        desk = samples.desk_on(store, samples.an_edition_with_facts())
        for number in range(6):
            own = {"boolean": number != 2, "integer": number % 3, "day": day + timedelta(days=number % 2)}
            site = "STD" if number in {1, 4} else "CRE"
            desk.register(samples.facts(own=own), site=site, verbatim="La salle est froide.")
        return [
            [one.reference for one in desk.cases.summaries(CaseQuery(**query, limit=2), order_by="due").summaries]
            for query in queries
        ]

    with closing(memory_store()) as store:
        assert listed(store) == listed(InMemoryStore())


def test_the_steps_of_a_count_grow_with_the_register(stores: tuple[SqlAlchemyStore, SqlAlchemyStore]) -> None:
    few, many = (steps(store, lambda desk: desk.cases.count(SOME)) for store in stores)
    assert many > 5 * few


BOARD = (
    CaseFacet.STATE,
    CaseFacet.ADMISSIBILITY,
    CaseFacet.LEVEL,
    CaseFacet.CRITICALITY,
    CaseFacet.DUE,
    CaseFacet.UNIT,
)


def plan_of(store: SqlAlchemyStore, read: Callable[[Desk], object], part: str) -> list[str]:
    """Return how SQLite executes the one statement of a query that has a part."""
    statements: list[str] = []
    driver = connection_of(store)
    driver.set_trace_callback(statements.append)
    read(Desk(store))
    driver.set_trace_callback(None)
    (statement,) = (one for one in statements if part in one)
    return [str(row[3]) for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}")]


def test_signals_are_read_from_their_index(stores: tuple[SqlAlchemyStore, SqlAlchemyStore]) -> None:
    (step,) = plan_of(stores[0], lambda desk: desk.signals(), "FROM reclamation_plan_events")
    assert step == "SCAN reclamation_plan_events USING INDEX ix_reclamation_plan_events_signals"


@pytest.mark.parametrize(
    "query",
    [CaseQuery(), CaseQuery(sites={"CRE", "STR"}), CaseQuery(text="formateur")],
    ids=["every case", "two sites", "words"],
)
@pytest.mark.parametrize("facets", [*((facet,) for facet in BOARD[:-1]), BOARD], ids=str)
def test_the_facets_of_a_board_are_counted_in_an_index(
    stores: tuple[SqlAlchemyStore, SqlAlchemyStore], facets: tuple[CaseFacet, ...], query: CaseQuery
) -> None:
    plan = plan_of(stores[0], lambda desk: desk.cases.tabulate(facets, query), "AS cases")
    expected = "SCAN reclamation_cases USING COVERING INDEX" if query.text is None else "USING INDEX sqlite_autoindex"
    assert any(expected in step for step in plan), plan


def test_days_of_receipt_at_the_ends_of_the_calendar_find_every_case(
    stores: tuple[SqlAlchemyStore, SqlAlchemyStore],
) -> None:
    desk = Desk(stores[0])
    assert desk.cases.count(CaseQuery(received_from=date.min, received_until=date.max)) == FEW
    assert desk.cases.count(CaseQuery(received_from=date.max)) == 0
    assert desk.cases.count(CaseQuery(received_until=date.min)) == 0
    assert desk.cases.count(CaseQuery(received_from=date(2026, 1, 2), received_until=date(2026, 1, 2))) == 4


@pytest.mark.parametrize(
    ("territory", "received_at"),
    [
        ("wallis-et-futuna", datetime(2026, 3, 3, 0, 30, tzinfo=timezone(timedelta(hours=12)))),
        ("polynesie-francaise", datetime(2026, 3, 3, 23, 30, tzinfo=timezone(timedelta(hours=-10)))),
    ],
)
def test_a_day_of_receipt_is_found_in_the_zones_farthest_from_utc(
    store: SqlAlchemyStore, territory: str, received_at: datetime
) -> None:
    far = Site(code="FAR", name="Loin", region="Ailleurs", territory=territory)
    samples.registered(Desk(store, sites=Sites((far,)), clock=FakeClock(samples.at(1))), "FAR", received_at)

    def count(day: date) -> int:
        return Desk(store).cases.count(CaseQuery(received_from=day, received_until=day))

    assert [count(date(2026, 3, day)) for day in (2, 3, 4)] == [0, 1, 0]


def test_an_awaited_answer_without_a_level_is_corrupt() -> None:
    store = memory_store()
    desk = Desk(store, clock=factories.FakeClock(factories.at(3)))
    sound, corrupt = (factories.registered(desk).reference for _ in range(2))
    run(store, "UPDATE reclamation_cases SET level = NULL, level_rank = NULL WHERE reference = :one", one=corrupt)
    agenda = desk.agenda(date(2026, 12, 31))
    assert ([one.case for one in agenda.answers], agenda.damaged) == ([sound], (corrupt,))
    store.close()
