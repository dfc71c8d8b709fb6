"""The instants of local times at the ends of the calendar; the nights of changes are in the properties of forms."""

from datetime import datetime
from zoneinfo import ZoneInfo

from reclamation_core.calendars.local_times import occurrences


# Before the first hour of the calendar in UTC, and after its last one.
def test_the_first_and_the_last_hour_of_the_calendar_occur_once() -> None:
    for local, zone in [("0001-01-01T00:00", "Europe/Paris"), ("9999-12-31T23:59", "America/Martinique")]:
        (found,) = occurrences(datetime.fromisoformat(local), ZoneInfo(zone))
        assert found.replace(tzinfo=None) == datetime.fromisoformat(local), local
