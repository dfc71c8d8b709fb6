"""What Polars calls back for, called by hand: a batch may have any rows in it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from reclamation_core.calendars import BusinessCalendar, DeadlineRule
from reclamation_core.calendars.errors import OutsideHorizonError
from reclamation_core.frames import receipt
from reclamation_core.frames.batches import due_by, names_in, read_by

PARIS = BusinessCalendar.france(first_year=2025, last_year=2026)
REUNION = BusinessCalendar.france("reunion", first_year=2025, last_year=2026)
RULE = DeadlineRule(days=10)
START = datetime(2025, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def due(calendar: BusinessCalendar, moment: datetime) -> date | None:
    try:
        return calendar.deadline(moment, rule=RULE).due
    except OutsideHorizonError:
        return None


def test_each_instant_has_the_last_day_that_its_calendar_gives_it() -> None:
    moments = [START + timedelta(hours=7 * number + 1) for number in range(800)]
    answer = due_by(pl, receipt.by_instant((PARIS,), RULE))

    found = answer(pl.Series("received", list(map(micros, moments))))

    assert found.name == "received"
    assert found.to_list() == [due(PARIS, moment) for moment in moments]


def test_what_is_null_or_outside_the_calendar_has_no_last_day() -> None:
    moments = [START - timedelta(days=3), None, START + timedelta(days=99), START + timedelta(days=728)]
    answer = due_by(pl, receipt.by_instant((PARIS,), RULE))

    found = answer(pl.Series([None if moment is None else micros(moment) for moment in moments], dtype=pl.Int64))

    assert found.to_list() == [None, None, due(PARIS, START + timedelta(days=99)), None]


def test_each_row_is_counted_on_its_own_calendar() -> None:
    moments = [START + timedelta(hours=5 * number) for number in range(1000)]
    answer = due_by(pl, receipt.by_instant((PARIS, REUNION), RULE))

    found = answer(
        pl.Series(list(map(micros, moments))), pl.Series([number % 3 for number in range(1000)], dtype=pl.UInt32)
    )

    calendars = (PARIS, REUNION)
    assert found.to_list() == [
        None if number % 3 == 2 else due(calendars[number % 3], moment) for number, moment in enumerate(moments)
    ]


@pytest.mark.parametrize(
    ("places", "found"),
    [([1, 0, 1], ["b", "a", "b"]), ([1, 2, 0], ["b", None, "a"]), ([2], [None]), ([], [])],
    ids=["known", "both", "none", "empty"],
)
def test_a_table_is_read_with_its_nulls_and_without(places: list[int], found: list[str | None]) -> None:
    table = pl.Series(["a", "b", None], dtype=pl.Enum(["a", "b"]))

    read = read_by(table)(pl.Series(places, dtype=pl.UInt32))

    assert read.to_list() == found
    assert read.dtype == table.dtype


@pytest.mark.parametrize(
    ("flags", "names"),
    [([(False, False)], [None]), ([(True, True), (False, False), (False, True)], ["a b", None, "b"]), ([], [])],
    ids=["none", "some", "empty"],
)
def test_the_columns_that_are_flagged_are_named(flags: list[tuple[bool, bool]], names: list[str | None]) -> None:
    batch = pl.DataFrame(flags, schema={"a": pl.Boolean, "b": pl.Boolean}, orient="row").to_struct("flags")

    assert names_in(pl, ("a", "b"))(batch).to_list() == names
