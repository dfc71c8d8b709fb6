"""The database store's own behaviour, in addition to the contracts of the ports."""

import time
from contextlib import nullcontext
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.ext.asyncio import create_async_engine

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.mapper import PLAN_MAPPER
from reclamation_core.adapters.sqlalchemy.tables import CASES
from reclamation_core.cases import Method
from reclamation_core.cases.periods import FIELDS
from reclamation_core.desk import Desk
from reclamation_core.documents import canonical_json
from reclamation_core.plans import Pgaac, PlanScope, event_document
from reclamation_core.plans.events import ActionAdded, ActionProgressed
from reclamation_core.ports import CaseQuery, ConcurrentChangeError, StoreDamagedError
from reclamation_core.ports.periods import PeriodSelection
from reclamation_core.testing._plan_history import plan_after, published
from reclamation_core.testing.contracts.samples import (
    a_case,
    a_plan,
    a_sheet,
    desk_on,
    extended,
    insert,
    load,
    signed,
    with_support,
)
from reclamation_core.vocabulary import Level, Role
from tests.databases import memory_store
from tests.inside import engine_of
from tests.unit.adapters.sqlalchemy.asking import rows, run
from tests.unit.desk import factories
from tests.unit.desk.factories import at


def test_two_stores_in_memory_share_nothing() -> None:
    one, two = SqlAlchemyStore.open("sqlite://"), SqlAlchemyStore.open("sqlite://")
    insert(one, a_case())
    assert two.feed.read() == ()
    one.close()
    two.close()


def test_it_shows_its_database_without_credentials() -> None:
    store = SqlAlchemyStore.open("sqlite://")
    assert repr(store) == "SqlAlchemyStore('sqlite://')"
    store.close()


def test_a_case_is_one_row_with_what_follows_from_its_history(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    case = factories.closed(desk, received_at=at(1, 23), source="mail-1")
    desk.register(factories.malfunction(), site="STR")
    columns = "state, state_rank, level, level_rank, band, eligibility, channel, source, version, closing_reason"
    first, second = rows(store, f"SELECT {columns} FROM reclamation_cases ORDER BY reference")
    assert first == ("closed", 5, "local", 0, "moderate", "complaint", "email", "mail-1", case.version, "answered")
    assert second == ("registered", 0, "local", 0, None, None, None, None, 1, None)
    days = rows(store, "SELECT received_on, due_on, awaited_on FROM reclamation_cases ORDER BY reference")
    assert [str(day) for day in days[0]] == ["2026-06-02", "2026-06-16", "None"]


def test_a_suspended_clock_awaits_no_answer_in_its_row_and_reads_back(store: SqlAlchemyStore) -> None:
    desk = Desk(store, policy=factories.SUSPENDING, sites=factories.SITES, clock=factories.FakeClock(at(30))).acting(
        "Mme Roux", Role.RQR
    )
    reference = factories.registered(desk).reference
    days = "SELECT due_on, awaited_on FROM reclamation_cases"

    case = desk.suspend_deadline(reference, reason="une pièce manque", occurred_at=at(4))
    assert [str(day) for day in rows(store, days)[0]] == ["2026-06-16", "None"]
    assert desk.cases.get(reference) == case
    assert desk.cases.count(CaseQuery(due_until=date(2027, 1, 1))) == 0

    case = desk.resume_deadline(reference, occurred_at=at(9))
    assert [str(day) for day in rows(store, days)[0]] == ["2026-06-18", "2026-06-18"]
    assert desk.cases.get(reference) == case
    assert desk.cases.count(CaseQuery(due_until=date(2026, 6, 18))) == 1
    assert [*desk.verify(), *desk.examine()] == []
    labels = "SELECT type FROM reclamation_v_evenements WHERE numero > 1 ORDER BY numero"
    assert [row[0] for row in rows(store, labels)] == ["délai suspendu", "délai repris"]


def test_instants_are_stored_in_utc(store: SqlAlchemyStore) -> None:
    from zoneinfo import ZoneInfo

    from sqlalchemy import select

    insert(store, a_case(received_at=at(1, 23).astimezone(ZoneInfo("Europe/Paris"))))
    columns = (CASES.c.received_at, CASES.c.closed_at)
    with engine_of(store).connect() as connection:
        found = connection.execute(select(*columns)).one()
        shown = connection.exec_driver_sql("SELECT CAST(received_at AS TEXT) FROM reclamation_cases").scalar()
    assert tuple(found) == (at(1, 23), None)
    assert found[0].utcoffset() == at(1).utcoffset()
    assert str(shown).startswith("2026-06-01 23:00:00")


def test_the_places_and_causes_of_a_case_follow_it(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    case = factories.analysed(desk, "organisation", "matériel", service_sites=("STR",))
    desk.reroute(case.reference, handling_unit="STD", level=Level.NATIONAL, reason="enjeu")
    desk.analyse(case.reference, method=Method.ISHIKAWA, causes=("organisation", "accueil"))
    assert rows(store, "SELECT site, part FROM reclamation_case_sites ORDER BY site") == [
        ("CRE", "registering"),
        ("STD", "handling"),
        ("STR", "service"),
    ]
    causes = rows(store, "SELECT family FROM reclamation_case_causes ORDER BY family")
    assert causes == [("accueil",), ("organisation",)]


def test_the_actions_of_a_plan_are_rows_as_they_are_now(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    case = factories.analysed(desk)
    desk.plan(case.reference, factories.sheet(), factories.sheet("A-2", site=None, level=Level.REGIONAL))
    desk.pgaac("CRE").abandon("A-2", reason="inutile")
    desk.pgaac("CRE").amend("A-1", planned=date(2026, 6, 18))
    found = rows(store, "SELECT reference, status, site, level, level_rank FROM reclamation_actions ORDER BY 1")
    assert found == [("A-1", "to_do", "CRE", None, None), ("A-2", "abandoned", None, "regional", 1)]
    assert rows(store, "SELECT action, case_reference FROM reclamation_action_cases ORDER BY 1") == [
        ("A-1", case.reference),
        ("A-2", case.reference),
    ]


def test_a_case_without_its_texts_is_read(store: SqlAlchemyStore) -> None:
    case = a_case(complainant="Mme Durand")
    insert(store, case)
    run(store, "DELETE FROM reclamation_case_texts")
    assert len(load(store, case.reference).vault) == 0


DAMAGES = {
    "a field of its state": (
        "UPDATE reclamation_cases SET document = replace(document, '\"local\"', '7')",
        r"state: \$",
    ),
    "its state": ("UPDATE reclamation_cases SET document = '{'", "state: no document"),
    "an event": ("UPDATE reclamation_case_events SET document = replace(document, '\"aq\"', '7')", "role"),
    "a missing event": ("DELETE FROM reclamation_case_events WHERE number = 1", "the history"),
    "an event that is no document": ("UPDATE reclamation_case_events SET document = '7'", r"event 1: \$"),
    "a salt": ("UPDATE reclamation_case_texts SET salt = '00'", "a text"),
}


@pytest.mark.parametrize(("damage", "what"), DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_case_is_named_and_the_others_stay_readable(store: SqlAlchemyStore, damage: str, what: str) -> None:
    other = a_case(2)
    insert(store, with_support(a_case(complainant="Mme Durand")))
    where = " AND " if " WHERE " in damage else " WHERE "
    key = "reference" if "_cases " in damage else "case_reference"
    run(store, f"{damage}{where}{key} = 'R-2026-000001'")
    insert(store, other)
    with pytest.raises(StoreDamagedError, match=f"case 'R-2026-000001': .*{what}") as refused:
        load(store, "R-2026-000001")
    assert "Durand" not in str(refused.value)
    assert load(store, other.reference) == other


@pytest.mark.parametrize(
    ("damage", "what", "readable"),
    [
        ("UPDATE reclamation_plan_events SET document = replace(document, 'rqr', 'nobody')", r"event 1: \$\.role", ()),
        ("UPDATE reclamation_plan_events SET document = '{' WHERE number = 3", "event 3: no document", {1, 3}),
        ("UPDATE reclamation_plan_events SET document = replace(document, '2,\"r', '9,\"r')", "the history", {1, 3}),
        ("DELETE FROM reclamation_plan_events WHERE number = 3", "the history", {1}),
    ],
)
def test_a_damaged_plan_is_named(store: SqlAlchemyStore, damage: str, what: str, readable: set[int]) -> None:
    insert(store, plan := plan_after(a_plan(), *[signed()(published()) for _ in range(3)]))
    with store.unit_of_work() as unit:
        assert unit.plans.get("site:CRE") == plan  # what it remembers of it hides no damage
    run(store, damage)
    with store.unit_of_work() as unit:
        with pytest.raises(StoreDamagedError, match=f"plan 'site:CRE': .*{what}"):
            unit.plans.get("site:CRE")
        for number in (1, 2, 3):
            with nullcontext() if number in readable else pytest.raises(StoreDamagedError, match=what):
                found = unit.plans.with_published(plan.part(), number, number).published_plans
                assert found == (plan.published_plan(number),)


def test_a_damaged_value_of_what_was_known_of_a_case_is_refused() -> None:
    insert(store := memory_store(), a_case())
    for name in sorted({*FIELDS} - {"admissibility"}):  # with another admissibility it is out of scope
        run(store, f"UPDATE reclamation_case_periods SET {name} = x'ff'")
        wanted = PeriodSelection(fields=(name,), known_before=at(1).replace(year=2200))
        with store.unit_of_work() as unit, pytest.raises(StoreDamagedError, match=r"^sqlite:.*\(.*_case_periods\)$"):
            pytest.fail(f"{name}: {unit.cases.periods([wanted])}")
    store.close()


def test_the_events_of_actions_and_the_last_two_publications_are_remembered() -> None:
    gathered = plan_after(a_plan("STD"), *[signed()(ActionAdded.of(a_sheet(f"A-{one}"))) for one in range(2, 30)])
    nation = Pgaac(scope=PlanScope.nation())
    plan = plan_after(nation, *[signed()(published(gathered=gathered.lines)) for _ in range(3)])
    documents = [canonical_json(event_document(event)) for event in (*plan.events, *gathered.events)]
    read = [PLAN_MAPPER.read_document(document) for document in documents]
    again = [PLAN_MAPPER.read_document(document) for document in documents[::-1]][::-1]
    are_same = [one is other for one, other in zip(read, again, strict=True)]
    assert (read, are_same) == (again, [False, True, True, *[True] * gathered.version])


def test_a_part_of_a_plan_with_an_event_of_another_action_is_refused_as_damaged(store: SqlAlchemyStore) -> None:
    plan = plan_after(a_plan(), signed()(ActionAdded.of(a_sheet("A-2"))))
    insert(store, plan, other := a_plan("STD"))
    run(store, "UPDATE reclamation_plan_events SET subject = 'A-1' WHERE number = 2")
    with store.unit_of_work() as unit:
        parts, corrupt = unit.plans.parts({"site:CRE": ["A-1"], "site:STD": ["A-1"]})
        assert (parts, [error.holder for error in corrupt]) == ([other.part(["A-1"])], ["site:CRE"])
        with pytest.raises(StoreDamagedError, match="plan 'site:CRE': the history") as refused:
            unit.plans.part("site:CRE", ["A-1"])
        assert unit.plans.get("site:CRE") == plan  # its events are whole
    assert refused.value.holder == "site:CRE"


def test_a_plan_with_pending_parts_is_not_read_after_a_concurrent_change(store: SqlAlchemyStore) -> None:
    insert(store, plan_after(a_plan(), signed()(ActionAdded.of(a_sheet("A-2")))))
    with store.unit_of_work() as late:
        late.plans.extend(plan_after(late.plans.part("site:CRE", ["A-1"]), signed()(ActionProgressed(action="A-1"))), 2)
        extended(store, ["A-2"], lambda part: plan_after(part, signed()(ActionProgressed(action="A-2"))))
        with pytest.raises(ConcurrentChangeError, match="site:CRE") as refused:
            late.plans.get("site:CRE")
    assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 2, 3)


def test_before_a_decision_is_made_again_the_store_waits_as_long_as_it_is_given(
    store: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", waited.append)
    store.pause(0.25)
    assert waited == [0.25]


def test_a_command_writes_what_it_changed_and_reads_nothing_twice() -> None:
    store = memory_store()
    desk, executed = desk_on(store), list[str]()
    factories.registered(desk)
    event.listen(engine_of(store), "before_cursor_execute", lambda *call: executed.append(_in_short(call[2])))
    case = factories.registered(desk, source="m", complainant="Mme Durand")
    registering, acknowledging = executed.copy(), len(executed)
    desk.acknowledge(case.reference)
    store.close()

    written = ["cases", "case_events", "case_texts", "case_sites", "case_periods", "case_search"]
    assert registering == ["SELECT", "PRAGMA", "INSERT series", "BEGIN", *(f"INSERT {table}" for table in written)]
    assert executed[acknowledging:] == [
        "SELECT",
        "BEGIN",
        "UPDATE cases",
        "INSERT case_events",
        "INSERT case_texts",
        "UPDATE case_periods",
        "INSERT case_periods",
    ]


def test_the_living_plan_of_the_nation_reads_the_plans_below_at_once() -> None:
    store = memory_store()
    desk, executed = desk_on(store), list[str]()
    for site in ("CRE", "STD"):
        desk.pgaac(site).add(a_sheet(site=site))
    desk.pgaac(PlanScope.nation()).publish()
    event.listen(engine_of(store), "before_cursor_execute", lambda *call: executed.append(call[2]))
    report = desk.reports.plan(PlanScope.nation())
    store.close()
    assert [len([*table.records]) for table in report.tables[:2]] == [2, 0]
    assert sum("FROM reclamation_plan_events" in statement for statement in executed) == 3


def test_what_waits_on_plans_takes_as_many_statements_for_several_plans_as_for_one() -> None:
    store = memory_store()
    desk, counts, executed = desk_on(store), list[int](), list[str]()
    event.listen(engine_of(store), "before_cursor_execute", lambda *call: executed.append(call[2]))
    for site in ("CRE", "STD", "STR"):
        desk.pgaac(site).add(a_sheet(site=site, planned=date(2026, 1, 5)))
        executed.clear()
        (late, _) = desk.worklist(as_of=date(2026, 3, 2)).actions
        desk.agenda(until=date(2026, 3, 2))
        desk.reports.calendar_tag()
        counts.append(len(executed))
    store.close()
    assert late.count == len(late.first) == 3
    assert counts[1:] == counts[:1] * 2


def _in_short(statement: str) -> str:
    """Return what a statement does, and the table that it writes to."""
    verb, *rest = statement.replace("INTO ", "").split()
    return f"{verb} {rest[0].removeprefix('reclamation_')}" if verb in {"INSERT", "UPDATE", "DELETE"} else verb


def test_any_number_of_sources_is_looked_up_by_one_prepared_statement() -> None:
    store, executed = memory_store(), list[str]()
    event.listen(engine_of(store), "before_cursor_execute", lambda *call: executed.append(call[2]))
    with store.unit_of_work() as unit:
        for sites in ((), {"CRE"}):
            unit.cases.by_sources(["m"], sites)
            unit.cases.by_sources([f"m{number}" for number in range(1200)], sites and {*sites, "GAP"})
    store.close()
    one, many, one_at, many_at = executed
    assert one == many != one_at == many_at


@pytest.mark.parametrize("given", ["sqlite://", None, create_async_engine("sqlite+aiosqlite://")])
def test_a_store_is_made_of_an_engine(given: Any) -> None:
    with pytest.raises(TypeError, match=rf"an Engine of .* is expected, got a {type(given).__name__}; .*\.open"):
        SqlAlchemyStore(given)
