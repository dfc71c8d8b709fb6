"""What Polars calls back for, called by hand: a batch may have any rows in it."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from reclamation_core.calendars import BusinessCalendar, DeadlineRule
from reclamation_core.calendars.errors import OutsideHorizonError
from reclamation_core.frames import receipts
from reclamation_core.frames.polars_engine import LookUpTable, Readings, due_by, due_of_each, found_by, names_in

PARIS = BusinessCalendar.france(first_year=2025, last_year=2026)
REUNION = BusinessCalendar.france("reunion", first_year=2025, last_year=2026)
RULE = DeadlineRule(days=10)
START = datetime(2025, 1, 1, tzinfo=UTC)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def due(calendar: BusinessCalendar, moment: datetime) -> date | None:
    try:
        return calendar.deadline(moment, rule=RULE).due
    except OutsideHorizonError:
        return None


def test_each_instant_has_the_last_day_of_its_calendar() -> None:
    moments = [START + timedelta(hours=7 * number + 1) for number in range(800)]
    answer = due_by(pl, receipts.receipt_blocks((PARIS,), RULE, timed=True))
    found = answer(pl.Series("received", list(map(micros, moments))))
    assert found.name == "received"
    assert found.to_list() == [due(PARIS, moment) for moment in moments]


def test_what_is_null_or_outside_the_calendar_has_no_last_day() -> None:
    moments = [START - timedelta(days=3), None, START + timedelta(days=99), START + timedelta(days=728)]
    expected = [None, None, due(PARIS, START + timedelta(days=99)), None]
    for timed, unit in ((True, timedelta(microseconds=1)), (False, timedelta(days=1))):
        answer = due_by(pl, receipts.receipt_blocks((PARIS,), RULE, timed=timed))
        numbers = [None if moment is None else (moment - EPOCH) // unit for moment in moments]
        assert answer(pl.Series(numbers, dtype=pl.Int64)).to_list() == expected


def test_each_row_is_counted_on_its_own_calendar() -> None:
    moments = [START + timedelta(hours=5 * number) for number in range(1000)]
    answer = due_by(pl, receipts.receipt_blocks((PARIS, REUNION), RULE, timed=True))
    found = answer(
        pl.Series(list(map(micros, moments))), pl.Series([number % 3 for number in range(1000)], dtype=pl.UInt32)
    )
    calendars = (PARIS, REUNION)
    assert found.to_list() == [
        None if number % 3 == 2 else due(calendars[number % 3], moment) for number, moment in enumerate(moments)
    ]


SEVERITY = Readings(
    "severity",
    after=(),
    states=pl.Series([2, 0, 1], dtype=pl.UInt32),
    columns={"severity": LookUpTable(pl.Series(["minor", "major", None], dtype=pl.Enum(["minor", "major"])))},
    passed=pl.Series([1, 2, 0], dtype=pl.UInt32),
    undetermined=pl.Series([0, 0, 1], dtype=pl.UInt8),
)
"""By key: undetermined, minor, major."""
LEVEL = Readings(
    "level",
    after=(("severity", 3),),
    states=pl.Series([0, 0, 1, 2, 0, 1], dtype=pl.UInt32),
    columns={"level": LookUpTable(pl.Series(["local", "national", None], dtype=pl.Enum(["local", "national"])))},
    passed=pl.Series([], dtype=pl.UInt32),
    undetermined=pl.Series([0, 0, 2], dtype=pl.UInt8),
)
"""By its own code, and by what the severity passes on: 0 and any, local but for major; 1 and unknown, undetermined."""
UNDETERMINED = pl.Series(["", "severity", "level", "severity level"])


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ([(1, 0), (2, 0)], [("minor", "local", ""), ("major", "national", "")]),
        ([(2, 1), (0, 0)], [("major", "national", ""), (None, "local", "severity")]),
        ([(0, 1), (1, 1)], [(None, None, "severity level"), ("minor", "local", "")]),
        ([], []),
    ],
    ids=["determined", "one undetermined", "both", "empty"],
)
def test_a_batch_of_keys_is_looked_up_in_one_call(
    keys: list[tuple[int, int]], found: list[tuple[str | None, str | None, str]]
) -> None:
    schema = {"severity": pl.UInt32, "level": pl.UInt32}
    batch = pl.DataFrame(keys, schema=schema, orient="row").to_struct("keys")
    answer = found_by(pl, [SEVERITY, LEVEL], UNDETERMINED)(batch)
    assert answer.name == "keys"
    assert answer.struct.unnest().rows() == found
    assert [dtype for _, dtype in answer.struct.schema.items()] == [
        pl.Enum(["minor", "major"]),
        pl.Enum(["local", "national"]),
        pl.String,
    ]


def test_each_row_is_counted_on_the_calendar_of_its_code() -> None:
    moment = START + timedelta(days=99)
    answer = due_by(pl, receipts.receipt_blocks((PARIS, REUNION), RULE, timed=True))
    batch = pl.DataFrame({"instant": [micros(moment)] * 3, "calendar": [2, 0, 1]}).to_struct("both")
    found = due_of_each(answer, pl.Series([1, 0, 2], dtype=pl.UInt32))(batch)
    assert found.to_list() == [None, due(REUNION, moment), due(PARIS, moment)]


def test_the_columns_that_are_flagged_are_named() -> None:
    for flags, names in [
        ([(False, False)], [None]),
        ([(True, True), (False, False), (False, True)], ["a b", None, "b"]),
        ([], []),
    ]:
        batch = pl.DataFrame(flags, schema={"a": pl.Boolean, "b": pl.Boolean}, orient="row").to_struct("flags")
        assert names_in(pl, ("a", "b"))(batch).to_list() == names, flags
