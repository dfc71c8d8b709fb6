"""The views in French: the questions in SQL of the documentation are answered as indicators answer them."""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import ProgrammingError

from reclamation_core import Desk
from reclamation_core.adapters import SqlAlchemyStore, write_sites
from reclamation_core.adapters.sqlalchemy.views import VIEWS, VIEWS_WITH_TEXTS
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import AnswerDecision, Case, ClosingReason, Method, SupportKind
from reclamation_core.simulation import seed_register, shipped
from reclamation_core.testing.builders import FakeClock
from reclamation_core.testing.contracts.samples import SITES, insert, renamed
from reclamation_core.testing.strategies import cases
from reclamation_core.vocabulary import Role, Sites
from tests.databases import memory_store, postgresql_store
from tests.inside import engine_of
from tests.unit.adapters.sqlalchemy.asking import rows
from tests.unit.desk import factories

FRANCE = BusinessCalendar.france()
EARLY, LATE = date(2000, 1, 1), date(2100, 1, 1)


@cache
def queries() -> list[str]:
    """Return the statements of the page: the rights, then the three questions."""
    return re.findall(r"```sql\n(.*?)```", Path("docs/fr/decisionnel.md").read_text(encoding="utf-8"), re.DOTALL)


def answered(store: SqlAlchemyStore, sql: str, days: dict[str, str]) -> list[tuple[Any, ...]]:
    """Return the rows of a question of the page, for other days."""
    for written, day in days.items():
        assert f"'{written}'" in sql
        sql = sql.replace(f"'{written}'", f"'{day}'")
    return [tuple(row) for row in rows(store, sql.replace(":00", r"\:00"))]


def counted(desk: Desk, name: str, **asked: Any) -> dict[object, tuple[int | None, int | None]]:
    """Return the counts of an indicator by group, without the groups that have none."""
    found = desk.indicators(**asked, names=[name], cases=False).rows
    return {row.group: (row.figure.count, row.figure.total) for row in found if row.figure.total or row.figure.count}


def compare(store: SqlAlchemyStore, desk: Desk, now: date, day: date) -> list[list[tuple[Any, ...]]]:
    """Compare the three questions with the indicators, and return the answers."""
    _, of_on_time, of_open, of_recurring = queries()
    on_time = answered(store, of_on_time, {"2026-06-30": now.isoformat()})
    for month in {month for _, month, *_ in on_time}:
        year, number = map(int, month.split("-"))
        since, until = date(year, number, 1), date(year, number, monthrange(year, number)[1])
        known = counted(desk, "on_time", since=since, until=until, as_of=now, by="unit")
        assert {unit: tuple(of) for unit, found, *of in on_time if found == month} == known
    whole = desk.indicators(since=EARLY, until=LATE, as_of=now, names=["on_time"], cases=False).figure("on_time")
    assert sum(row[3] for row in on_time) == whole.total

    utc = f"{datetime.combine(day + timedelta(days=1), time(), FRANCE.zone).astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    open_then = answered(store, of_open, {"2026-05-29 22:00:00": utc, "2026-05-29": day.isoformat()})
    asked: dict[str, Any] = {"since": EARLY, "until": day, "as_of": day, "by": "region"}
    assert {region: (count, None) for region, count, _ in open_then} == counted(desk, "closing", **asked)
    assert {region: (count, None) for region, _, count in open_then if count} == counted(desk, "overdue", **asked)

    recurring = answered(store, of_recurring, {"2026-01-01": day.isoformat(), "2026-06-30": now.isoformat()})
    asked = {"since": min(day, now), "until": now, "as_of": now, "by": "theme"}
    known = counted(desk, "recurrence", **asked) if day <= now else {}
    known.pop(None, None)
    assert {theme: (count, total) for theme, total, count in recurring} == known
    return [on_time, open_then, recurring]


@given(st.lists(cases(), min_size=1, max_size=4), st.sampled_from([1, 3]), st.data())
def test_questions_are_answered_as_by_the_indicators(drawn: list[Case], copies: int, data: st.DataObject) -> None:
    days = sorted(FRANCE.day_of(event.recorded_at) for case in drawn for event in case.events)
    now = days[-1] + timedelta(days=data.draw(st.integers(1, 400)))
    day = data.draw(st.dates(days[0] - timedelta(days=3), now))
    store = memory_store()  # after the draws, which may end the example
    desk = Desk(store, sites=SITES, clock_limit=None)
    insert(store, *(attrs.evolve(case, source=None) for case in numbered(drawn * copies)))
    write_sites(engine_of(store), SITES)
    compare(store, desk, now, day)
    store.close()


def test_the_page_grants_every_view_without_texts() -> None:
    assert set(re.findall(r"reclamation_v_\w+", queries()[0])) == VIEWS.keys() - VIEWS_WITH_TEXTS


def numbered(some: list[Case]) -> list[Case]:
    return [renamed(case, f"R-2026-{number:06}") for number, case in enumerate(some)]


def close_with_a_cause(desk: Desk, site: str, when: datetime) -> None:
    facts = factories.facts(when, theme="equipment")
    case = desk.register(facts, site=site, complainant="Mme Durand", occurred_at=when).reference
    desk.add_support(case, kind=SupportKind.EMAIL, title="le courriel")
    desk.qualify(case, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0)
    desk.analyse(case, method=Method.ISHIKAWA, causes=("organisation",))
    desk.plan_nothing(case, reason="le fait est isolé")
    desk.answer(case, decision=AnswerDecision.FOUNDED, text="Madame, ...", recourse=True)
    desk.close(case, reason=ClosingReason.ANSWERED)


def check_rights(store: SqlAlchemyStore) -> None:
    """Grant the rights of the page: the role reads these views, and neither the others nor the texts."""
    readable = VIEWS.keys() - VIEWS_WITH_TEXTS
    grants = queries()[0].replace("DATABASE reclamations", f"DATABASE {engine_of(store).url.database}")
    with engine_of(store).connect() as connection:
        connection.exec_driver_sql(grants)
        connection.exec_driver_sql("SET ROLE decisionnel")
        for view in readable:
            connection.exec_driver_sql(f"SELECT * FROM {view}")
        for other in (*VIEWS_WITH_TEXTS, "reclamation_case_texts", "reclamation_cases"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                connection.exec_driver_sql(f"SELECT * FROM {other}")
        connection.exec_driver_sql("RESET ROLE; DROP OWNED BY decisionnel; DROP ROLE decisionnel")


@pytest.mark.slow
@pytest.mark.parametrize(
    "make", [pytest.param(memory_store, id="sqlite"), pytest.param(postgresql_store, id="postgresql")]
)
def test_the_questions_are_answered_on_both_databases(make: Callable[[], SqlAlchemyStore]) -> None:
    store, sites = make(), Sites.from_toml(shipped().sites)
    seed_register(store, sites, datetime(2026, 6, 30, 12, tzinfo=UTC), number=200)
    write_sites(engine_of(store), sites)
    for month in (7, 9):
        desk = Desk(store, sites=sites, clock=FakeClock(factories.at(20, month=month)), clock_limit=None)
        close_with_a_cause(desk.acting("Mme Roux", Role.RQR), next(iter(sites)), factories.at(1, month=month))
    found = compare(store, Desk(store, sites=sites), date(2027, 1, 31), date(2026, 6, 29))
    if engine_of(store).dialect.name == "postgresql":
        check_rights(store)
    assert [sum(row[-1] for row in rows) > 0 for rows in found] == [True] * 3, found
    store.close()
