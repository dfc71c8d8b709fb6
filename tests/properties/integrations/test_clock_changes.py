"""In the nights in which clocks change each instant can be entered by its local time, and no other time is accepted.

The expected instants are counted in UTC, minute by minute.
"""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars.local_times import occurrences
from reclamation_core.desk.forms import FieldKind, FormContext, case_form
from reclamation_core.errors import FaultsError
from reclamation_core.integrations.board.forms import read_command, with_offsets
from reclamation_core.vocabulary.commands import CommandType
from tests.unit.desk import factories

NIGHTS = [
    ("Europe/Paris", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 10, 24, 22, tzinfo=UTC)),
    ("America/Miquelon", datetime(2026, 11, 1, 1, tzinfo=UTC)),
    ("America/Miquelon", datetime(2026, 3, 8, 1, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 12, tzinfo=UTC)),
    ("Indian/Reunion", datetime(2026, 10, 24, 20, tzinfo=UTC)),
]


def clocks(zone: ZoneInfo, start: datetime) -> dict[datetime, list[datetime]]:
    """The instants at which clocks show each local time, in the eight hours after a start."""
    found: dict[datetime, list[datetime]] = defaultdict(list)
    for minute in range(8 * 60):
        instant = start + timedelta(minutes=minute)
        found[instant.astimezone(zone).replace(tzinfo=None, fold=0)].append(instant)
    return found


@pytest.mark.parametrize(("name", "start"), NIGHTS)
def test_occurrences_are_the_instants_of_a_clock(name: str, start: datetime) -> None:
    zone = ZoneInfo(name)
    shown = clocks(zone, start)
    first, last = min(shown), max(shown)
    for minute in range(int((last - first).total_seconds()) // 60 + 1):
        local = first + timedelta(minutes=minute)
        assert [one.astimezone(UTC) for one in occurrences(local, zone)] == shown.get(local, [])


@given(st.sampled_from(NIGHTS), st.integers(0, 8 * 60), st.integers(0, 1), st.booleans())
def test_the_instant_that_is_entered_is_recorded(night: Any, minute: int, which: int, is_written: bool) -> None:
    name, start = night
    zone = ZoneInfo(name)
    shown = clocks(zone, start)
    local = min(shown) + timedelta(minutes=minute)
    fields = case_form(CommandType.WITHDRAW, FormContext(factories.SITES, None, zone))
    form = "%d/%m/%Y %H:%M" if is_written else "%Y-%m-%dT%H:%M"
    posted = {"occurred_at": [local.strftime(form)]}
    asked = [one for one in with_offsets(fields, posted, zone) if one.kind is FieldKind.OFFSET]
    instants = shown.get(local, [])
    assert len(asked) == (len(instants) == 2)
    if asked:
        with pytest.raises(FaultsError) as refused:
            read_command("withdraw", with_offsets(fields, posted, zone), posted, zone)
        assert [fault.path for fault in refused.value.faults] == ["occurred_at_offset"]
        posted["occurred_at_offset"] = [asked[0].choices[which][0]]
    if not instants and local <= max(shown):
        with pytest.raises(FaultsError) as refused:
            read_command("withdraw", with_offsets(fields, posted, zone), posted, zone)
        assert [fault.path for fault in refused.value.faults] == ["occurred_at"]
    elif instants:
        document = read_command("withdraw", with_offsets(fields, posted, zone), posted, zone)
        assert datetime.fromisoformat(document["occurred_at"]) == instants[which if asked else 0]
        assert document.keys() == {"type", "occurred_at"}
