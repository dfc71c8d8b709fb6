"""The last days to answer are computed in blocks of days, as far as the rows need them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from reclamation_core import BusinessCalendar, frames, m2_1
from reclamation_core.calendars import DeadlineRule
from reclamation_core.calendars import calendar as calendar_module
from reclamation_core.frames import receipts
from reclamation_core.frames.receipts import BLOCK
from reclamation_core.laboratory import what_if
from tests.unit.frames import backends

CALENDARS = (BusinessCalendar.france(), BusinessCalendar.france("reunion"), BusinessCalendar.france("guyane"))
RULES = (DeadlineRule(days=10), DeadlineRule(days=8, cut_off=time(17, 30)))
APART = [
    datetime(year, month, day, hour, 30, tzinfo=UTC)
    for year in (1992, 2005, 2026, 2063)
    for month, day in ((1, 1), (3, 29), (10, 25), (12, 31))
    for hour in (1, 15, 16, 22, 23)
]


def table_of(frame: pl.DataFrame) -> Any:
    """Return a frame as a table of DuckDB, `receipts`."""
    session = backends.session("Asia/Kolkata")
    session.from_arrow(frame.to_arrow()).query("given", "CREATE OR REPLACE TABLE receipts AS SELECT * FROM given")
    return session.table("receipts")


KINDS = {
    "polars": lambda frame: frame,
    "arrow in duckdb": lambda frame: backends.session("Asia/Kolkata").from_arrow(frame.to_arrow()),
    "duckdb": table_of,
}


# The days are computed by the same code for each kind of frame; `make soak` computes all of each.
ASKED = [
    pytest.param(*each, marks=[] if each[-1] == "polars" or each[:2] == (RULES[1], True) else [pytest.mark.soak])
    for each in product(RULES, (False, True), KINDS)
]


@pytest.mark.parametrize(("rule", "by_column", "kind"), ASKED)
def test_receipts_decades_apart_have_the_calendars_last_days(rule: DeadlineRule, by_column: bool, kind: str) -> None:
    policy = what_if(m2_1(), deadline_days=rule.days, deadline_cut_off=rule.cut_off, edition="blocks")
    names = ("metropole", "reunion", "guyane")
    frame = pl.DataFrame({"received_at": APART}).join(pl.DataFrame({"territory": names}), how="cross")
    calendars: Any = dict(zip(names, CALENDARS, strict=True)) if by_column else CALENDARS[0]
    decided = backends.read(frames.decide(KINDS[kind](frame.with_row_index("place")), policy, calendars))
    of = dict(zip(names, CALENDARS, strict=True)) if by_column else dict.fromkeys(names, CALENDARS[0])
    expected = [of[name].deadline(received_at, rule=policy.deadline).due for received_at, name in frame.iter_rows()]
    assert [row["due_date"] for row in decided] == expected


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[date]:
    """The days whose last day is computed."""
    days: list[date] = []
    real = calendar_module.last_day

    def last_day(calendar: Any, rule: Any, received_on: date, suspensions: Any) -> date:
        days.append(received_on)
        return real(calendar, rule, received_on, suspensions)

    monkeypatch.setattr(receipts, "last_day", last_day)
    return days


@pytest.mark.parametrize("kind", ["polars", "duckdb"])
def test_only_the_days_in_question_are_computed(computed: list[date], kind: str) -> None:
    calendars = {f"site {n}": BusinessCalendar.france(closures=[date(2026, 5, 1) + timedelta(n)]) for n in range(12)}
    received = [datetime(2026, 5, 4, 9, tzinfo=UTC), datetime(2026, 6, 4, 9, tzinfo=UTC)]
    frame = pl.DataFrame({"received_at": received * 6, "territory": list(calendars)}).with_row_index("place")
    assert None not in [row["due_date"] for row in backends.read(frames.decide(KINDS[kind](frame), m2_1(), calendars))]
    assert len(computed) <= 12 * 3 * (BLOCK + 8)
    assert {day.year for day in computed} <= {2025, 2026, 2027, 2028}


@pytest.mark.engines
def test_rows_that_a_table_has_later_on_are_decided_too() -> None:
    received = datetime(2026, 5, 4, 9, tzinfo=UTC)
    table = table_of(pl.DataFrame({"received_at": [received], "place": [0]}))
    decided = frames.decide(table, m2_1(), CALENDARS[0])
    table.insert([received + timedelta(BLOCK), 1])
    assert [row["invalid"] for row in backends.read(decided)] == [None, None]
    assert backends.read(frames.decide(table.filter("place > 7"), m2_1(), CALENDARS[0])) == []
