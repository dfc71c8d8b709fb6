"""Dates in many formats and time zones."""

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core.intake.timestamps import format_local_time, parse_instant

PARIS = ZoneInfo("Europe/Paris")


def test_dates_and_times() -> None:
    for text, formats, iso in [
        ("2026-05-02", (), "2026-05-02T00:00:00+02:00"),
        ("2026-12-02", (), "2026-12-02T00:00:00+01:00"),
        ("2026-05-02T09:30", (), "2026-05-02T09:30:00+02:00"),
        ("2026-05-02 09:30:15", (), "2026-05-02T09:30:15+02:00"),
        ("2026-05-02T23:30Z", (), "2026-05-02T23:30:00+00:00"),
        ("2026-05-02T09:30-04:00", (), "2026-05-02T09:30:00-04:00"),
        ("02/05/2026", (), "2026-05-02T00:00:00+02:00"),
        ("2/5/2026 9:30", (), "2026-05-02T09:30:00+02:00"),
        ("02/05/2026 09:30:15", (), "2026-05-02T09:30:15+02:00"),
        ("2/5/2026", ("%d/%m/%Y",), "2026-05-02T00:00:00+02:00"),
        ("2026/3/18", ("%d/%m/%Y", "%Y/%m/%d"), "2026-03-18T00:00:00+01:00"),
        ("02/05/26 9:30", ("%d/%m/%y %H:%M",), "2026-05-02T09:30:00+02:00"),
        ("02/05/2026 +0000", ("%d/%m/%Y %z",), "2026-05-02T00:00:00+00:00"),
    ]:
        assert parse_instant(text, formats, PARIS).isoformat() == iso, text


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("", ()),
        ("hier", ()),
        ("02/05/26", ()),
        ("05/13/2026", ()),
        ("31/02/2026", ()),
        ("02/05/2026 17h30", ()),
        ("2026-02-30", ()),
        ("2026-13-01", ()),
        ("2026-05-02T25:00", ()),
        ("2026-05-02", ("%d/%m/%Y",)),
        ("31/02/2026", ("%d/%m/%Y",)),
    ],
)
def test_a_text_that_is_not_a_date_is_refused(text: str, formats: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_instant(text, formats, PARIS)


def test_a_date_is_written_so_that_the_formats_read_it() -> None:
    for read, formats, text in [
        (datetime(2026, 5, 2), (), "2026-05-02 00:00:00"),  # noqa: DTZ001
        (datetime(2026, 5, 2), ("%d/%m/%Y", "%Y-%m-%d"), "02/05/2026"),  # noqa: DTZ001
        (datetime(2026, 5, 2, 9, 30), ("%d/%m/%Y", "%d/%m/%Y %H:%M"), "02/05/2026 09:30"),  # noqa: DTZ001
        (datetime(2026, 5, 2, 9, 30), ("%d/%m/%Y",), "2026-05-02T09:30:00"),  # noqa: DTZ001
        (datetime(1950, 5, 2), ("%d/%m/%y",), "1950-05-02T00:00:00"),  # noqa: DTZ001
        (datetime(2026, 5, 2), ("%Y-%d-%m %H:%M:%S",), "2026-02-05 00:00:00"),  # noqa: DTZ001
    ]:
        assert format_local_time(read, formats) == text, formats
        assert parse_instant(text, formats, PARIS) == parse_instant(read, formats, PARIS), formats


@pytest.mark.parametrize("text", ["2026-05-02", "2026-05-02T09:30", "2026-05-02 09:30:00", "20260502T093000"])
def test_formats_exclude_iso_dates_except_those_written_here(text: str) -> None:
    with pytest.raises(ValueError, match="is not a date"):
        parse_instant(text, ("%d/%m/%Y",), PARIS)


def test_formats_that_are_stated_are_the_only_ones() -> None:
    # In ISO it would be 5 February; the format of the file has the day before the month.
    assert parse_instant("2026-02-05", ("%Y-%d-%m",), PARIS).date().isoformat() == "2026-05-02"


def test_a_day_whose_midnight_is_skipped_begins_when_the_clocks_have_moved() -> None:
    # In Cuba, clocks went from 0:00 to 1:00 on 10 March 2024.
    assert parse_instant("2024-03-10", (), ZoneInfo("America/Havana")).isoformat() == "2024-03-10T01:00:00-04:00"


def test_the_date_of_a_spreadsheet_without_an_offset_is_local() -> None:
    assert parse_instant(datetime(2026, 5, 2, 9, 30), ("%d",), PARIS).isoformat() == "2026-05-02T09:30:00+02:00"  # noqa: DTZ001
    aware = datetime(2026, 5, 2, 9, 30, tzinfo=timezone(timedelta(hours=3)))
    assert parse_instant(aware, (), PARIS) is aware


ZONES = [ZoneInfo(name) for name in ("Europe/Paris", "Australia/Lord_Howe", "Africa/Cairo", "Pacific/Apia", "UTC")]


@example(datetime(2026, 3, 29, 2, 30), ZONES[0])  # noqa: DTZ001
@example(datetime(2026, 10, 25, 2, 30), ZONES[0])  # noqa: DTZ001
@example(datetime(2011, 12, 30, 12), ZONES[3])  # noqa: DTZ001  (a day that Samoa left out)
@example(datetime(2026, 4, 5, 1, 45), ZONES[1])  # noqa: DTZ001
@given(st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)), st.sampled_from(ZONES))  # noqa: DTZ001
def test_a_local_time_is_read_as_its_first_instant_or_refused(local: datetime, zone: ZoneInfo) -> None:
    there = local.replace(tzinfo=zone)
    if there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local:  # there is such an instant
        assert parse_instant(local.isoformat(), (), zone).astimezone(UTC) == there.astimezone(UTC)
    elif local.time() != time.min:
        with pytest.raises(ValueError, match="is skipped"):
            parse_instant(local.isoformat(), (), zone)
