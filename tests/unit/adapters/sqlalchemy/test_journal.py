"""Changes of the tables that bypass the library are found."""

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases.journal import Anomaly, AnomalyKind, Checkpoint, examine
from reclamation_core.testing._plan_history import plan_after, published
from reclamation_core.testing.contracts.samples import a_case, a_plan, insert, save, signed, with_support
from tests.inside import database_of, engine_of
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.desk.factories import at

FIRST, SECOND = "R-2026-000001", "R-2026-000002"
UNGUARDED = {"sqlite": "PRAGMA foreign_keys = OFF", "postgresql": "SET session_replication_role = replica"}


def two_cases(store: SqlAlchemyStore) -> Checkpoint:
    """Two cases of two events each, and the checkpoint of that."""
    for case in (a_case(), a_case(2)):
        insert(store, case)
        save(store, with_support(case), 1)
    assert list(examine(store.journal.read())) == []
    return Checkpoint.of(store.journal.read(), at(1))


def found(store: SqlAlchemyStore, checkpoint: Checkpoint | None = None) -> list[tuple[str, int | None, AnomalyKind]]:
    findings: list[Anomaly] = list(examine(store.journal.read(), checkpoint))
    return [(finding.holder, finding.number, finding.kind) for finding in findings]


def test_an_event_that_was_altered_shows(store: SqlAlchemyStore) -> None:
    two_cases(store)
    run(store, f"UPDATE reclamation_case_events SET document = document || ' ' WHERE case_reference = '{SECOND}'")
    assert found(store) == [(SECOND, 1, AnomalyKind.ALTERED)]


def test_an_event_that_was_taken_out_shows(store: SqlAlchemyStore) -> None:
    two_cases(store)
    run(store, f"DELETE FROM reclamation_case_events WHERE case_reference = '{FIRST}' AND number = 1")
    run(store, f"DELETE FROM reclamation_case_events WHERE case_reference = '{SECOND}' AND number = 2")
    assert found(store) == [(FIRST, 1, AnomalyKind.MISPLACED), (SECOND, 2, AnomalyKind.CUT)]


def test_a_history_without_events_shows(store: SqlAlchemyStore) -> None:
    two_cases(store)
    run(store, f"DELETE FROM reclamation_case_events WHERE case_reference = '{FIRST}'")
    assert (store.journal.read(limit=1)[0].entries, found(store)) == ((), [(FIRST, 1, AnomalyKind.CUT)])


def test_a_case_that_was_deleted_shows_with_a_checkpoint(store: SqlAlchemyStore) -> None:
    checkpoint = two_cases(store)
    for table in ("case_events", "case_texts", "case_sites", "case_periods", "case_search"):
        run(store, f"DELETE FROM reclamation_{table} WHERE case_reference = '{SECOND}'")
    run(store, f"DELETE FROM reclamation_cases WHERE reference = '{SECOND}'")
    assert (found(store), found(store, checkpoint)) == ([], [(SECOND, None, AnomalyKind.VANISHED)])


PLAN = "site:CRE"
TABLES = ("published_lines", "published_plans", "action_cases", "actions", "plan_texts", "plan_events", "plans")


def a_published_plan(store: SqlAlchemyStore) -> Checkpoint:
    """A plan of three events, the last an edition, and another plan; with their checkpoint."""
    insert(store, a_plan("STR"), plan_after(a_plan(), signed()(published()), signed()(published())))
    assert list(examine((), None, store.journal.read_plans())) == []
    return Checkpoint.of((), at(1), store.journal.read_plans())


def found_of_plans(
    store: SqlAlchemyStore, checkpoint: Checkpoint | None = None
) -> list[tuple[str, int | None, AnomalyKind]]:
    findings = examine((), checkpoint, store.journal.read_plans())
    return [(finding.holder, finding.number, finding.kind) for finding in findings]


def test_an_event_of_a_plan_that_was_altered_shows(store: SqlAlchemyStore) -> None:
    a_published_plan(store)
    run(store, f"UPDATE reclamation_plan_events SET document = document || ' ' WHERE scope = '{PLAN}' AND number > 1")
    assert found_of_plans(store) == [(PLAN, 2, AnomalyKind.ALTERED)]


def test_the_last_edition_of_a_plan_cut_off_shows(store: SqlAlchemyStore) -> None:
    checkpoint = a_published_plan(store)
    for table, number in (("published_lines", 2), ("published_plans", 2), ("plan_events", 3)):
        run(store, f"DELETE FROM reclamation_{table} WHERE scope = '{PLAN}' AND number = {number}")
    assert found_of_plans(store) == [(PLAN, 3, AnomalyKind.CUT)]
    # With its traces: the plan says two events, and the link of the second.
    last = f"SELECT link FROM reclamation_plan_events WHERE scope = '{PLAN}' AND number = 2"
    run(store, f"DELETE FROM reclamation_plan_texts WHERE scope = '{PLAN}' AND version = 3 AND place > 6")
    run(store, f"UPDATE reclamation_plans SET version = 2, link = ({last}) WHERE scope = '{PLAN}'")
    assert (found_of_plans(store), found_of_plans(store, checkpoint)) == ([], [(PLAN, 3, AnomalyKind.CUT)])


def test_a_plan_that_was_rewritten_shows_with_a_checkpoint(store: SqlAlchemyStore) -> None:
    checkpoint = a_published_plan(store)
    for table in TABLES:
        run(store, f"DELETE FROM reclamation_{table} WHERE scope = '{PLAN}'")
    insert(store, plan_after(a_plan(), signed()(published()), signed()(published())))
    assert found_of_plans(store) == []
    assert found_of_plans(store, checkpoint) == [(PLAN, 3, AnomalyKind.REWRITTEN)]


def test_a_plan_that_was_deleted_shows_with_a_checkpoint(store: SqlAlchemyStore) -> None:
    checkpoint = a_published_plan(store)
    for table in TABLES:
        run(store, f"DELETE FROM reclamation_{table} WHERE scope = '{PLAN}'")
    assert found_of_plans(store) == []
    assert found_of_plans(store, checkpoint) == [(PLAN, None, AnomalyKind.VANISHED)]


def test_a_wrong_link_of_a_plan_is_found(store: SqlAlchemyStore) -> None:
    a_published_plan(store)
    run(store, f"UPDATE reclamation_plans SET link = 'x' WHERE scope = '{PLAN}'")
    with store.unit_of_work() as unit:
        assert unit.plans.find_inconsistencies(unit.plans.get(PLAN)) == ("reclamation_plans",)


def test_events_without_their_case_show(store: SqlAlchemyStore) -> None:
    two_cases(store)
    with engine_of(store).connect() as connection:
        connection.exec_driver_sql(UNGUARDED[database_of(store).backend])
        connection.exec_driver_sql(f"DELETE FROM reclamation_cases WHERE reference = '{FIRST}'")
        connection.invalidate()
    assert [(stream.holder, stream.version) for stream in store.journal.read()] == [(FIRST, 0), (SECOND, 2)]
    assert found(store) == [(FIRST, 1, AnomalyKind.MISPLACED)]
