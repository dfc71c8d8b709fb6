from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from reclamation_core import BusinessCalendar
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.life.agenda import Agenda, Course, SimulatedClock, working_instant

CALENDAR = BusinessCalendar.france()
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=CALENDAR.zone)


def course(clock: SimulatedClock, log: list[tuple[str, datetime]], name: str, *steps: datetime) -> Course[None]:
    log.append((name, clock.now()))
    for step in steps:
        yield step
        log.append((name, clock.now()))


def test_everything_goes_on_at_its_instant_in_order_and_the_first_written_first() -> None:
    clock, log = SimulatedClock(at(4)), list[tuple[str, datetime]]()
    agenda = Agenda(clock)
    agenda.begin(course(clock, log, "late", at(6)), at(5))
    agenda.begin(course(clock, log, "early", at(5), at(7)), at(4, 10))
    agenda.begin(course(clock, log, "last"), at(5))

    agenda.run(at(8))

    assert log == [
        ("early", at(4, 10)),
        ("late", at(5)),
        ("last", at(5)),
        ("early", at(5)),
        ("late", at(6)),
        ("early", at(7)),
    ]


def test_what_goes_on_after_the_end_is_left_undone_and_the_clock_stands_there() -> None:
    clock, log = SimulatedClock(at(4)), list[tuple[str, datetime]]()
    agenda = Agenda(clock)
    agenda.begin(course(clock, log, "one", at(6)), at(5))

    agenda.run(at(5, 12))

    assert (log, clock.now()) == ([("one", at(5))], at(5, 12))


@pytest.mark.parametrize(
    ("after", "days", "day"),
    [
        (at(4, 10), 0, 4),
        (at(4, 16, 45), 0, 5),  # too late to begin
        (at(2), 0, 4),  # a Saturday
        (at(7), 1, 11),  # 8 May is a holiday, then a weekend
        (at(12), 2, 15),  # 14 May is Ascension
    ],
)
def test_people_work_in_office_hours_of_working_days(after: datetime, days: int, day: int) -> None:
    found = [working_instant(Draws(seed), CALENDAR, after, days) for seed in range(50)]

    assert {instant.date() for instant in found} == {at(day).date()}
    assert all(instant > after and 9 <= instant.hour <= 17 for instant in found)
    assert len(set(found)) > 10
