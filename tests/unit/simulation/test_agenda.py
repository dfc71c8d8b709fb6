from datetime import datetime, timedelta
from typing import Any

import attrs

from reclamation_core import BusinessCalendar
from reclamation_core.simulation.agenda import Course, ScenarioStep, Schedule, SimulatedClock, take, working_instant
from reclamation_core.simulation.draws import Draws
from reclamation_core.vocabulary import Role

CALENDAR = BusinessCalendar.france()
HOUR = timedelta(hours=1)


def at(day: int, hour: int = 9, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=CALENDAR.zone)


def course(clock: SimulatedClock, log: list[tuple[str, datetime]], name: str, *steps: datetime) -> Course:
    log.append((name, clock.now()))
    for step in steps:
        yield step
        log.append((name, clock.now()))


def test_courses_go_on_in_the_order_of_their_instants_and_of_their_addition() -> None:
    clock, log = SimulatedClock(at(4)), list[tuple[str, datetime]]()
    agenda = Schedule(clock)
    agenda.add(course(clock, log, "late", at(6)), at(5))
    agenda.add(course(clock, log, "early", at(5), at(7)), at(4, 10))
    agenda.add(course(clock, log, "last"), at(5))

    agenda.run(at(8))

    assert log == [
        ("early", at(4, 10)),
        ("late", at(5)),
        ("last", at(5)),
        ("early", at(5)),
        ("late", at(6)),
        ("early", at(7)),
    ]


def test_parts_after_the_end_are_left_undone_and_the_clock_is_at_the_end() -> None:
    clock, log = SimulatedClock(at(4)), list[tuple[str, datetime]]()
    agenda = Schedule(clock)
    agenda.add(course(clock, log, "one", at(6), at(7)), at(5))
    agenda.run(at(6))
    agenda.run(at(6, 12))
    assert (log, clock.now()) == ([("one", at(5)), ("one", at(6))], at(6, 12))


def test_working_instants_are_in_office_hours_of_business_days() -> None:
    for after, days, day in [
        (at(4, 10), 0, 4),
        (at(4, 16, 45), 0, 5),  # too late to begin
        (at(2), 0, 4),  # a Saturday
        (at(7), 1, 11),  # 8 May is a holiday, then a weekend
        (at(12), 2, 15),  # 14 May is Ascension
    ]:
        found = [working_instant(Draws(seed), CALENDAR, after, days) for seed in range(50)]
        assert {instant.date() for instant in found} == {at(day).date()}, after
        assert all(instant > after and 9 <= instant.hour <= 17 for instant in found), after
        assert len(set(found)) > 10, after


@attrs.define
class Subject:
    """A subject of steps that logs what is done to it."""

    draws: Draws = attrs.field(factory=lambda: Draws(1))
    reference: str = "R-1"
    is_open: bool = True
    count: int = 0
    log: list[Any] = attrs.field(factory=list)

    @property
    def below_three(self) -> bool:
        return self.count < 3

    def within(self, least: int, most: int) -> datetime:
        return at(4) + least * HOUR + most * HOUR

    def acting(self, role: Role) -> Any:
        subject = self

        class Desk:
            def answer(self, reference: str, **arguments: str) -> None:
                subject.log.append((role, reference, arguments))

        return Desk()

    def increment(self) -> None:
        self.count += 1

    def close(self) -> None:
        self.is_open = False


def test_steps_are_methods_of_the_subject_or_commands_by_a_role() -> None:
    subject = Subject()
    step = ScenarioStep(do="answer", role=Role.AQ, arguments={"text": ["Bonjour"]})
    instants = list(take([ScenarioStep(days=[1, 2]), ScenarioStep(do="increment"), step], subject))
    assert (instants, subject.count) == ([at(4) + 3 * HOUR], 1)
    assert subject.log == [(Role.AQ, "R-1", {"text": "Bonjour"})]


def test_steps_are_taken_under_their_conditions_and_repeated_while_these_hold() -> None:
    subject = Subject()
    steps = [
        ScenarioStep(do="increment", when=["not is_open"]),
        ScenarioStep(do="increment", when=["is_open", "below_three"], repeat=True),
        ScenarioStep(do="increment", chance=0.0),
        ScenarioStep(do="close", ends=True),
        ScenarioStep(do="increment"),
    ]
    assert list(take(steps, subject)) == []
    assert (subject.count, subject.is_open) == (3, False)


def test_a_step_is_skipped_if_its_conditions_fail_after_the_wait() -> None:
    subject = Subject()
    course = take([ScenarioStep(do="increment", days=[0, 1], when=["is_open"])], subject)
    next(course)
    subject.close()
    assert list(course) == []
    assert subject.count == 0
