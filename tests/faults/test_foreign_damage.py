"""Damage to another site's cases and plans changes no answer of a scoped desk."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import attrs
import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import ClosingReason, LinkKind
from reclamation_core.desk import Desk, Registration
from reclamation_core.plans import ActionType, Effectiveness, PlanScope
from reclamation_core.reporting import report_bytes
from reclamation_core.vocabulary import Role, Sites
from tests.chains import errors_in
from tests.unit.desk import factories
from tests.unit.desk.examples import VERBS
from tests.unit.desk.factories import SITES, at

pytestmark = pytest.mark.slow
REGION: Final = PlanScope.region("Île-de-France")
BEFORE: Final = Sites(
    attrs.evolve(SITES[code], region="Île-de-France" if code == "STR" else SITES[code].region) for code in SITES
)
"""The sites when Strasbourg was still of that region."""

OWN: Final = "R-2026-000001"
LINKED: Final = "R-2026-000002"
"""An own case that is the duplicate of a foreign one."""
SERVED: Final = "R-2026-000003"
"""An own case that an action of a foreign plan serves."""
AGAIN: Final = "R-2026-000004"
"""An own case, to be analysed, that shows a cause again on which a foreign plan has an effective action."""
FOREIGN: Final = ("R-2026-000005", "R-2026-000006")
"""What the linked case is a duplicate of, which shows a cause again after a late verdict; and what that duplicates."""
THEIRS: Final = ("site:STR", "site:FDF")


@cache
def world() -> bytes:
    """A file with own and foreign cases and plans that depend on each other in every way there is."""
    with TemporaryDirectory() as folder:
        desk = _desk(SqlAlchemyStore.open(f"sqlite:///{folder}/world.db"), BEFORE)
        assert factories.qualified(desk, source="own").reference == OWN
        assert factories.registered(desk).reference == LINKED
        assert factories.analysed(desk, "equipment").reference == SERVED
        assert factories.qualified(desk).reference == AGAIN
        for reference in FOREIGN:
            made = factories.analysed(desk, "organisation", site="STR", received_at=at(20), source=f"mail-{reference}")
            assert made.reference == reference
        desk.link(FOREIGN[0], kind=LinkKind.DUPLICATE_OF, to=FOREIGN[1])
        desk.link(LINKED, kind=LinkKind.DUPLICATE_OF, to=FOREIGN[0])
        desk.plan(
            SERVED,
            factories.sheet("S-1", cause_family="equipment", type=ActionType.CORRECTIVE),
            scope=PlanScope.site("STR"),
        )
        for number, key in enumerate(THEIRS):
            sheet = factories.sheet(f"F-{number}", cause_family="method", site=key[-3:], spread=("CRE",))
            desk.pgaac(key[-3:]).add(sheet, occurred_at=at(2))
            factories.judged(desk.pgaac(key[-3:]), f"F-{number}", day=3)
        late = factories.sheet("A-1", site="CRE", spread=("STR",))
        plan = desk.pgaac("CRE")
        plan.add(late, occurred_at=at(2))
        plan.progress("A-1", occurred_at=at(3))
        plan.finish("A-1", evidence="la liste", occurred_at=at(3))
        desk.pgaac(REGION).publish()
        desk.release()
        return Path(folder, "world.db").read_bytes()


def _desk(store: SqlAlchemyStore, sites: Sites = SITES) -> Desk:
    return Desk(store, sites=sites, clock=factories.FakeClock(at(1, month=7))).acting("Mme Roux", Role.RQR)


ACTS: Final[dict[str, Callable[[Desk], object]]] = {
    **{
        f"{name} {case[-1]}": lambda desk, verb=verb, case=case: verb(desk, case)  # type: ignore[misc]
        for name, verb in VERBS.items()
        for case in (SERVED, FOREIGN[0])
    },
    "analyse, recurring": lambda desk: desk.analyse(AGAIN, causes=("method",)),
    "correct, recurring": lambda desk: desk.correct(SERVED, reason="faute", received_at=at(2)),
    "correct_date": lambda desk: desk.correct_date(SERVED, 2, happened_at=at(1, 10), reason="faute"),
    "close, planned": lambda desk: desk.close(SERVED, reason=ClosingReason.ANSWERED),
    "plan_nothing, planned": lambda desk: desk.plan_nothing(SERVED, reason="assez"),
    "link to what leads away": lambda desk: desk.link(OWN, kind=LinkKind.DUPLICATE_OF, to=LINKED),
    "judge late": lambda desk: desk.pgaac("CRE").judge("A-1", Effectiveness.EFFECTIVE, why="tenu", occurred_at=at(10)),
    "judge": lambda desk: desk.pgaac("CRE").judge("A-1", Effectiveness.EFFECTIVE, why="tenu"),
    "edition": lambda desk: desk.pgaac(REGION).published_plan_to_document(1),
    "edition as a report": lambda desk: report_bytes(desk.reports.plan(REGION, 1), "csv"),
    "publish the region": lambda desk: desk.pgaac(REGION).publish(),
    "publish": lambda desk: desk.pgaac("CRE").publish(),
    "register own message": lambda desk: factories.registered(desk, source="own"),
    "register_many": lambda desk: [
        (came.is_new, type(came.refusal))
        for came in desk.register_many(
            [Registration(facts=factories.facts(), site="CRE", source=f"new-{n}") for n in "ab"]
        )
    ],
    "find": lambda desk: [case.reference for case in desk.cases.find().cases],
    "count": lambda desk: desk.cases.count(),
    "feed": lambda desk: [item.position for item in desk.feed()],
    "sweep": lambda desk: desk.sweep(at(1, month=12)),
    "agenda": lambda desk: desk.agenda(at(1, month=12).date()),
    "signals": lambda desk: desk.signals(since=at(1).date()),
    "personal_data_of": lambda desk: len(desk.personal_data_of("Roux", as_actor=True)),
    "forget_expired": lambda desk: desk.forget_expired(at(1).replace(year=2046)),
}
ON_CASES: Final = {
    "state": "UPDATE reclamation_cases SET document = '{{' WHERE reference = '{0}'",
    "version": "UPDATE reclamation_cases SET version = 'x' WHERE reference = '{0}'",
    "event": "UPDATE reclamation_case_events SET document = X'ff' WHERE case_reference = '{0}' AND number = 1",
    "events": "DELETE FROM reclamation_case_events WHERE case_reference = '{0}'",
    "text": "UPDATE reclamation_case_texts SET salt = 'x' WHERE case_reference = '{0}'",
}
ON_PLANS: Final = {
    "event": "UPDATE reclamation_plan_events SET document = X'ff' WHERE scope = '{0}' AND number = 1",
    "events": "DELETE FROM reclamation_plan_events WHERE scope = '{0}'",
    "text": "UPDATE reclamation_plan_texts SET salt = 'x' WHERE scope = '{0}'",
    "version": "UPDATE reclamation_plans SET version = 'x' WHERE scope = '{0}'",
}
_OF_CASES: Final = (
    "case_search",
    "case_texts",
    "case_causes",
    "case_facts",
    "case_periods",
    "case_sites",
    "case_events",
)
_OF_PLANS: Final = (
    "plan_texts",
    "plan_events",
    "actions",
    "action_cases",
    "published_plans",
    "published_lines",
    "plans",
)
DAMAGES: Final = {
    **{f"{holder}, {name}": (sql.format(holder), holder) for holder in FOREIGN for name, sql in ON_CASES.items()},
    **{f"{holder}, {name}": (sql.format(holder), holder) for holder in THEIRS for name, sql in ON_PLANS.items()},
}


def without(holder: str) -> str:
    """What takes a case or a plan away with all that is of it."""
    if holder in FOREIGN:
        of_it = [f"DELETE FROM reclamation_{table} WHERE case_reference = '{holder}'" for table in _OF_CASES]
        return "; ".join([*of_it, f"DELETE FROM reclamation_cases WHERE reference = '{holder}'"])
    return "; ".join(f"DELETE FROM reclamation_{table} WHERE scope = '{holder}'" for table in _OF_PLANS)


def outcomes(file: Path, damage: str, scope: dict[str, str]) -> dict[str, Any]:
    """What comes of each act, each on the file as it was first, by a scoped desk."""
    file.write_bytes(world())
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(damage)
        return {name: _outcome(connection, act, scope) for name, act in ACTS.items()}


def _outcome(connection: sqlite3.Connection, act: Callable[[Desk], object], scope: dict[str, str]) -> Any:
    connection.execute("BEGIN")
    whole = _desk(SqlAlchemyStore.from_connection(connection))
    desk = whole.scoped(**scope) if scope else whole
    try:
        came = act(desk)
    except Exception as error:  # noqa: BLE001  whatever it is, it is compared
        return [(type(one).__name__, str(one), getattr(one, "__notes__", [])) for one in errors_in(error)]
    finally:
        connection.execute("ROLLBACK")
    return came if isinstance(came, str | int | list) else type(came).__name__


SCOPES: Final[dict[str, dict[str, str]]] = {"site": {"site": "CRE"}, "region": {"region": "Île-de-France"}}


@cache
def if_missing(scope: str, holder: str) -> dict[str, Any]:
    """What comes of each act where a case or a plan was taken away."""
    with TemporaryDirectory() as folder:
        return outcomes(Path(folder, "a.db"), without(holder), SCOPES[scope])


@pytest.mark.parametrize("scope", ["site", pytest.param("region", marks=pytest.mark.soak)])
@pytest.mark.parametrize(("damage", "holder"), DAMAGES.values(), ids=DAMAGES)
def test_every_verb_comes_to_what_it_comes_to_without_the_damaged_case_or_plan(
    damage: str, holder: str, scope: str, tmp_path: Path
) -> None:
    assert outcomes(tmp_path / "a.db", damage, SCOPES[scope]) == if_missing(scope, holder)


@pytest.mark.soak
def test_the_damages_are_told_to_a_desk_without_a_scope(tmp_path: Path) -> None:
    """The acts reach what is damaged."""
    reached = {
        holder
        for damage, holder in (DAMAGES[f"{holder}, event"] for holder in (*FOREIGN, *THEIRS))
        for came in outcomes(tmp_path / "a.db", damage, {}).values()
        if isinstance(came, list) and "StoreDamagedError" in str(came) and holder in str(came)
    }
    assert reached == {*FOREIGN, *THEIRS}
