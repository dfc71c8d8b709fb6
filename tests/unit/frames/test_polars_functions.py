"""The functions that Polars calls on batches of rows, called as it does: its own threads are not measured."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from reclamation_core import BusinessCalendar
from reclamation_core.calendars import DeadlineRule
from reclamation_core.frames.polars_engine import due_by, due_of_each, names_in
from reclamation_core.frames.receipts import receipt_blocks

CALENDARS = (BusinessCalendar.france(), BusinessCalendar.france("reunion"))
RULE = DeadlineRule(days=10, cut_off=time(17, 30))
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NEAR = [datetime(2026, 5, day, hour, 30, tzinfo=UTC) for day in range(1, 29) for hour in (9, 15, 16, 22)]
APART = [datetime(year, 12, 31, hour, 30, tzinfo=UTC) for year in range(1990, 2076, 5) for hour in (9, 16, 23)]


def in_microseconds(received: list[datetime]) -> pl.Series:
    return pl.Series("due", [(one - EPOCH) // timedelta(microseconds=1) for one in received], dtype=pl.Int64)


@pytest.mark.parametrize("received", [NEAR, APART], ids=["near", "apart"])
def test_the_last_days_of_instants_are_those_of_the_calendar(received: list[datetime]) -> None:
    due = due_by(pl, receipt_blocks(CALENDARS[:1], RULE, True))

    expected = [CALENDARS[0].deadline(one, rule=RULE).due for one in received]
    for batch in (received, received[:1], received[-3:]):
        assert due(in_microseconds(batch)).to_list() == [expected[received.index(one)] for one in batch]
    with_null = pl.concat([in_microseconds(received), pl.Series("due", [None], dtype=pl.Int64)])
    assert due(with_null).to_list() == [*expected, None]


@pytest.mark.parametrize("received", [NEAR, APART], ids=["near", "apart"])
def test_each_row_has_the_last_day_of_its_own_calendar(received: list[datetime]) -> None:
    due = due_of_each(due_by(pl, receipt_blocks(CALENDARS, RULE, True)), pl.Series([1, 0, 2], dtype=pl.UInt8))
    rows = list(product(received, (0, 1, 2)))
    batch = pl.DataFrame({"instant": in_microseconds([one for one, _ in rows]), "calendar": [code for _, code in rows]})

    found = due(batch.to_struct("due")).to_list()

    of_code: dict[int, Any] = {0: CALENDARS[1], 1: CALENDARS[0]}
    assert found == [of_code[code].deadline(one, rule=RULE).due if code in of_code else None for one, code in rows]


def test_days_outside_every_calendar_have_no_last_day() -> None:
    rule = DeadlineRule(days=10)
    due = due_by(pl, receipt_blocks(CALENDARS[:1], rule, False))
    days = pl.Series("due", [-10_000_000, 10_000_000, None], dtype=pl.Int64)

    assert due(days).to_list() == [None, None, None]
    within = pl.concat([days, pl.Series("due", [(date(2026, 5, 4) - date(1970, 1, 1)).days], dtype=pl.Int64)])
    assert due(within).to_list() == [
        None,
        None,
        None,
        CALENDARS[0].deadline(datetime(2026, 5, 4, 9, tzinfo=UTC), rule=rule).due,
    ]


@pytest.mark.parametrize(
    ("flags", "expected"),
    [([(True, False), (True, True), (False, False)], ["a", "a b", None]), ([(False, False)] * 2, [None, None])],
)
def test_the_flags_that_are_set_are_named(flags: list[tuple[bool, bool]], expected: list[str | None]) -> None:
    batch = pl.DataFrame(flags, schema=["a", "b"], orient="row").to_struct("found")

    assert names_in(pl, ["a", "b"])(batch).to_list() == expected
