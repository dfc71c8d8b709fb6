"""Calendars of lived desks: the entries of the agenda, whose identifiers stay when the next acts move or end them."""

from collections import Counter
from datetime import UTC, date, datetime
from random import Random
from typing import Any

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Desk
from reclamation_core.reporting import DueCalendar, DueEntry, DueKind, calendar_bytes
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Wording
from tests.properties.desk.random_lives import Lives
from tests.unit.desk.factories import SITES, at


def agenda(desk: Desk) -> Counter[tuple[DueKind, str, date]]:
    """Return what the agenda awaits: the oracle."""
    found = desk.agenda(date.max)
    answers = [(DueKind.ANSWER, one.case, one.due) for one in found.answers]
    asked = [(DueKind.INFORMATION, one.case, one.due) for one in found.answers if one.requested_on is not None]
    checks = [(DueKind.CHECK, f"{one.action} ({one.plan.label('fr', SITES)})", one.due) for one in found.checks]
    return Counter([*answers, *asked, *checks])


def ended_too(desk: Desk) -> dict[str, DueEntry]:
    return {entry.uid: entry for entry in desk.reports.calendar(ended_since=date.min).entries}


@given(st.integers(0, 2**32))
def test_a_calendar_has_the_entries_of_the_agenda_and_follows_the_next_acts(seed: int) -> None:
    clock = FakeClock(at(1))
    desk = Desk.in_memory(sites=SITES, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)
    lives = Lives(desk, clock, Random(seed), Counter())  # noqa: S311
    before: dict[str, DueEntry] = {}
    for _ in range(3):
        lives.live()
        awaited = desk.reports.calendar().entries
        assert Counter((entry.kind, entry.subject.fr, entry.due) for entry in awaited) == agenda(desk)
        after = ended_too(desk)
        assert {uid for uid, entry in after.items() if not entry.is_cancelled} == {entry.uid for entry in awaited}
        for uid, entry in before.items():
            # An act moves an entry, cancels it or leaves it; whatever it changes, the revision is a later one.
            assert after[uid] == entry or after[uid].sequence > entry.sequence
            assert (after[uid].kind, after[uid].subject) == (entry.kind, entry.subject)
        before = after


def unfolded(content: bytes) -> bytes:
    """Return a file without the breaks inside its lines, which another library sets elsewhere."""
    return content.replace(b"\r\n ", b"")


@given(st.integers(0, 2**32))
def test_a_client_reads_the_entries_back(seed: int) -> None:
    clock = FakeClock(at(1))
    desk = Desk.in_memory(sites=SITES, clock=clock, clock_limit=None).acting("Mme Roux", Role.RQR)
    Lives(desk, clock, Random(seed), Counter()).live()  # noqa: S311
    calendar = desk.reports.calendar(ended_since=date.min)
    content = calendar_bytes(calendar)
    assert content == calendar_bytes(desk.reports.calendar(ended_since=date.min))
    assert b"sir" not in content.lower()  # the complainant of every life
    file: Any = icalendar.Calendar.from_ical(content)
    assert unfolded(file.to_ical()) == unfolded(content)  # icalendar writes the same file
    events: list[Any] = file.walk("VEVENT")
    assert [(str(event["UID"]), event["DTSTART"].dt, event["SEQUENCE"], event["STATUS"]) for event in events] == [
        (entry.uid, entry.due, entry.sequence, "CANCELLED" if entry.is_cancelled else "CONFIRMED")
        for entry in calendar.entries
    ]


@given(
    st.text(st.sampled_from("é😀 ,;\\a-."), max_size=200),
    st.text(st.sampled_from('é€😀 ,;\\:\n"a'), max_size=200),
    st.dates(),
    st.none() | st.integers(0, 400),
    st.datetimes(timezones=st.just(UTC)),
)
def test_another_library_agrees(domain: str, subject: str, due: date, before: int | None, changed_at: datetime) -> None:
    entry = DueEntry(
        uid=f"0@{domain}",
        kind=DueKind.ANSWER,
        subject=Wording(f"R{subject}", "R"),
        due=due,
        soon=None if before is None else date.fromordinal(max(1, due.toordinal() - before)),
        sequence=3,
        changed_at=changed_at,
        is_cancelled=False,
    )
    content = calendar_bytes(DueCalendar(entries=(entry,), scope=domain))
    file: Any = icalendar.Calendar.from_ical(content)
    assert unfolded(file.to_ical()) == unfolded(content)
    assert max(map(len, content.split(b"\r\n"))) <= 75
    [event] = file.walk("VEVENT")
    assert (event["DTSTART"].dt, event["DTSTAMP"].dt) == (due, changed_at.replace(microsecond=0))
    alarms = {(due + alarm["TRIGGER"].dt).isoformat() for alarm in event.walk("VALARM")}
    assert alarms == {day.isoformat() for day in (due, entry.soon) if day is not None}
