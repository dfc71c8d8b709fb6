"""The last days to answer are computed in blocks of days, as far as the rows need them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from reclamation_core import BusinessCalendar, frames, m2_1
from reclamation_core.calendars import DeadlineRule
from reclamation_core.calendars import calendar as calendar_module
from reclamation_core.frames import receipts
from reclamation_core.frames.receipts import BLOCK, ReceiptBlocks, by_day, by_instant
from reclamation_core.laboratory import what_if

CALENDARS = (BusinessCalendar.france(), BusinessCalendar.france("reunion"), BusinessCalendar.france("guyane"))
RULES = (DeadlineRule(days=10), DeadlineRule(days=8, cut_off=time(17, 30)))
APART = [
    datetime(year, month, day, hour, 30, tzinfo=UTC)
    for year in (1992, 2005, 2026, 2063)
    for month, day in ((1, 1), (3, 29), (10, 25), (12, 31))
    for hour in (1, 15, 16, 22, 23)
]


@pytest.mark.parametrize(("rule", "by_column"), [*product(RULES, (False, True))])
def test_receipts_decades_apart_have_the_last_days_of_the_calendar(rule: DeadlineRule, by_column: bool) -> None:
    policy = what_if(m2_1(), deadline_days=rule.days, deadline_cut_off=rule.cut_off, edition="blocks")
    names = ("metropole", "reunion", "guyane")
    frame = pl.DataFrame({"received_at": APART}).join(pl.DataFrame({"territory": names}), how="cross")
    calendars: Any = dict(zip(names, CALENDARS, strict=True)) if by_column else CALENDARS[0]

    decided = frames.decide(frame, policy, calendars)

    of = dict(zip(names, CALENDARS, strict=True)) if by_column else dict.fromkeys(names, CALENDARS[0])
    expected = [of[name].deadline(received_at, rule=policy.deadline).due for received_at, name in frame.iter_rows()]
    assert decided["due_date"].to_list() == expected


@pytest.mark.parametrize(("rule", "timed"), [*product(RULES, (False, True))])
def test_blocks_are_parts_of_the_whole(rule: DeadlineRule, timed: bool) -> None:
    calendars = tuple(
        BusinessCalendar.france(zone, first_year=2024, last_year=2027) for zone in ("metropole", "guyane")
    )
    whole = (by_instant if timed else by_day)(calendars, rule)
    source = ReceiptBlocks(calendars, rule, timed=timed)
    first, last = source.bounds

    blocks = tuple(range(first // BLOCK, last // BLOCK + 1))
    table = source.table(blocks)

    def dues(of: receipts.Receipts, place: int, day: int) -> list[int | None]:
        place = place * of.days + day - of.origin
        return list(dict.fromkeys(of.dues[place * of.pieces : (place + 1) * of.pieces]))

    for place in range(len(calendars)):
        for day in range(whole.origin, whole.origin + whole.days):
            assert dues(table, place, day)[:2] == dues(whole, place, day)[:2]


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


def test_only_the_days_in_question_are_computed(computed: list[date]) -> None:
    calendars = {f"site {n}": BusinessCalendar.france(closures=[date(2026, 5, 1) + timedelta(n)]) for n in range(12)}
    received = [datetime(2026, 5, 4, 9, tzinfo=UTC), datetime(2026, 6, 4, 9, tzinfo=UTC)]
    frame = pl.DataFrame({"received_at": received * 6, "territory": list(calendars)})

    decided = frames.decide(frame, m2_1(), calendars)

    assert decided["due_date"].null_count() == 0
    assert len(computed) <= 12 * 2 * (BLOCK + 8)
    assert {day.year for day in computed} <= {2025, 2026, 2027}
