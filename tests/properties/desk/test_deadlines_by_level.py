"""Deadlines by level: case, ledger, agenda, sweep, letters, columns and replay agree with days counted by hand.

The oracle has a list of worked days of its own, and counts along it; the possible levels are those of the assessment.
"""

from calendar import monthrange
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import attrs
import polars as pl
import pytest
from dateutil.easter import easter
from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core import BusinessCalendar, FaultsError, Policy, frames, m2_1
from reclamation_core.calendars import Deadline, DeadlineRule, Duration
from reclamation_core.cases import AnswerDecision, Case, CommandRefusedError, Threshold
from reclamation_core.desk import Desk
from reclamation_core.laboratory import replay
from reclamation_core.policy import Parameters
from reclamation_core.reporting import LetterSettings
from reclamation_core.vocabulary import ClientScope, Level, Mobilisation, ServiceReach
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.desk.factories import FakeClock, new_desk
from tests.unit.frames import backends

FIXED = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]
"""The public holidays of each year in metropolitan France; Easter moves the others."""


def holidays(year: int) -> set[date]:
    moving = (easter(year) + timedelta(days) for days in (1, 39, 50))
    return {*moving, *(date(year, month, day) for month, day in FIXED)}


OFF = holidays(2026) | holidays(2027)
EVERY = [date(2026, 1, 1) + timedelta(days) for days in range(730)]
WORKED = [day for day in EVERY if day.weekday() < 5 and day not in OFF]


def same_day(day: date, months: int) -> date:
    """Return the day of the same number so many months later, or the last one of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def end_of(received_on: date, duration: Duration, off: set[date]) -> date:
    """Return the last day of a duration, counted along the worked days without those that are suspended."""
    if duration.days:
        return [day for day in WORKED if day > received_on and day not in off][duration.days - 1]
    length = (same_day(received_on, duration.months) - received_on).days
    counted = [day for day in EVERY if day > received_on and day not in off][length - 1]
    return next(day for day in WORKED if day >= counted and day not in off)


@attrs.define
class Clock:
    """The answer clock of a case as the oracle keeps it."""

    policy: Policy
    received_on: date
    levels: frozenset[Level]
    changed_on: date = date.min
    off: set[date] = attrs.field(factory=set)
    suspended_on: date | None = None
    stopped: bool = False

    @property
    def is_awaited(self) -> bool:
        return not self.stopped and self.suspended_on is None

    def due(self) -> date:
        rule = self.policy.deadline
        durations = [rule.by_level.get(level, Duration(days=rule.days)) for level in self.levels]
        off = self.off | ({self.suspended_on} if self.suspended_on else set())
        not_before = next(day for day in EVERY if day >= self.changed_on and day not in off)
        return max(min(end_of(self.received_on, one, off) for one in durations), not_before)

    def assess(self, levels: frozenset[Level], day: date) -> None:
        if self.stopped or levels == self.levels:
            return
        if min(levels) is not min(self.levels) or levels - self.levels:
            self.changed_on = day
        self.levels = levels

    def resume(self, day: date) -> None:
        if self.suspended_on:
            self.off |= {each for each in EVERY if self.suspended_on <= each < day}
        self.suspended_on = None


DURATIONS = st.integers(1, 25).map(lambda days: Duration(days=days)) | st.integers(1, 3).map(
    lambda months: Duration(months=months)
)
EDITIONS = st.builds(
    lambda days, by_level: Policy(
        edition="by level",
        parameters=Parameters(deadline=DeadlineRule(days=days, by_level=by_level, suspensions_allowed=True)),
    ),
    st.integers(1, 20),
    st.dictionaries(st.sampled_from([level.value for level in Level]), DURATIONS, min_size=1),
)
SCOPES = st.fixed_dictionaries(
    {
        "client_scope": st.sampled_from([*ClientScope, None]),
        "service_reach": st.sampled_from([*ServiceReach, None]),
        "mobilisation": st.sampled_from([*Mobilisation, None]),
    }
)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 20),
        st.sampled_from(["correct", "correct", "correct", "answer", "suspend", "resume", "reroute"]),
        SCOPES,
    ),
    max_size=6,
)
LIFE = st.tuples(st.integers(0, 300), SCOPES, STEPS)
LIVES = st.lists(LIFE, min_size=1, max_size=4)
CALENDAR = BusinessCalendar.france()
SETTINGS = LetterSettings(
    organisation="Afpa",
    address="12 rue de l'Exemple",
    signatory="Jeanne Martin",
    signatory_title="directrice",
    data_protection="dpo@example.org",
    legal_basis="l'exécution du contrat",
    recipients="le service des réclamations",
)


def at(day: date) -> datetime:
    return datetime.combine(day, time(10), UTC)


def levels_of(case: Case) -> frozenset[Level]:
    return m2_1().assess(case.facts, CALENDAR).level.possible  # type: ignore[arg-type]


def lived(desk: Desk, clock: FakeClock, policy: Policy, life: Any) -> Iterator[tuple[Case, Clock]]:
    """Yield a case and the clock of the oracle after each of its events."""
    start, scopes, steps = life
    day = EVERY[start]
    clock.set(at(day))
    case = desk.register(factories.facts(at(day), **scopes), site="CRE", complainant="Mme Durand")
    counted = Clock(policy, day, levels_of(case))
    yield case, counted
    desk.add_support(case.reference, kind="email", title="le courriel")
    case = desk.qualify(case.reference, problem="un cours", risks={}, likelihood=1, recurrences=0, causes=0)
    for days, step, scopes in steps:
        day += timedelta(days)
        clock.set(clock.now() + timedelta(days) + timedelta(minutes=1))
        try:
            case = done(desk, case, step, scopes)
        except CommandRefusedError:
            continue
        counted.assess(levels_of(case), day)
        if step == "answer":
            counted.resume(day)
            counted.stopped = True
        elif step == "suspend":
            counted.suspended_on = day
        elif step == "resume":
            counted.resume(day)
        yield case, counted


def done(desk: Desk, case: Case, step: str, given: dict[str, Any]) -> Case:
    reference = case.reference
    if step == "correct":
        return desk.correct(reference, reason="une erreur", **given)
    if step == "answer":
        return desk.answer(reference, decision=AnswerDecision.FOUNDED, text="vous aviez raison")
    if step == "suspend":
        return desk.suspend_deadline(reference, reason="une pièce manque")
    if step == "resume":
        return desk.resume_deadline(reference)
    return desk.reroute(reference, level=Level.NATIONAL, handling_unit="STD", reason="le siège le demande")


def check(desk: Desk, case: Case, clock: Clock) -> None:
    """Compare a case and what the desk shows of it with the oracle."""
    deadline, due = case.deadline, clock.due()
    assert deadline is not None
    assert (deadline.due, deadline.ledger[-1].day) == (due, due)
    changed_on = None if clock.changed_on == date.min else clock.changed_on
    assert (deadline.not_before, case.answer_cycles[-1].levels) == (changed_on, tuple(sorted(clock.levels)))
    assert Case.from_events(case.events, case.vault) == case
    assert [day.counted for day in deadline.ledger if day.counted] == list(range(1, counted_days(deadline) + 1))
    awaited = {line.case: line.due for line in desk.agenda(date(2028, 1, 1)).answers}
    assert awaited.get(case.reference) == (due if clock.is_awaited else None)
    swept = desk.sweep(at(date(2028, 1, 1)), preview=True)
    alerts = [found.alert for found in swept if found.reference == case.reference]
    overdue = {alert.due for alert in alerts if alert.threshold is Threshold.OVERDUE}
    if not clock.stopped:
        assert overdue == (set() if clock.suspended_on else {due})


def check_letter(desk: Desk, case: Case, clock: Clock) -> None:
    """Compare the last day of a letter with the oracle: promised, or excused once it has passed."""
    if not clock.is_awaited:
        with pytest.raises(FaultsError, match="no answer is due"):
            desk.reports.letter(case.reference, "acknowledgement", SETTINGS, lang="en")
        return
    letter = desk.reports.letter(case.reference, "acknowledgement", SETTINGS, lang="en")
    text = plain(" ".join(block.text for block in letter.blocks))
    due = clock.due()
    stated = "We should have answered you by" if due < letter.dated else "and will answer you by"
    assert f"{stated} {in_english(due)}" in text
    assert ("counted again" in text) is (clock.changed_on > date.min)
    if clock.changed_on > date.min:
        assert f"It was counted again on {in_english(clock.changed_on)}" in text


def in_english(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B %Y}"


def counted_days(deadline: Deadline) -> int:
    """Return how many days count: those of the rule, or all until the last of its months."""
    rule, received_on = deadline.rule, deadline.received_on
    return (same_day(received_on, rule.months) - received_on).days if rule.months else rule.days


NARROW, WIDE = {"mobilisation": Mobilisation.LOCAL}, {"mobilisation": Mobilisation.REGIONAL}
LONGER = DeadlineRule(days=1, by_level={"regional": Duration(days=2)}, suspensions_allowed=True)


@given(EDITIONS, LIFE)
@example(  # the level is corrected on the day on which the clock is suspended, after the last day of the new level
    Policy(edition="by level", parameters=Parameters(deadline=LONGER)),
    (0, WIDE, [(2, "suspend", NARROW), (0, "correct", NARROW), (4, "resume", NARROW)]),
)
def test_case_ledger_agenda_sweep_and_letter_count_the_level_as_assessed(policy: Policy, life: Any) -> None:
    clock = FakeClock(at(EVERY[0]))
    desk = new_desk(clock=clock, policy=policy)
    for case, counted in lived(desk, clock, policy, life):
        check(desk, case, counted)
    check_letter(desk, case, counted)


def caseload(policy: Policy, lives: Any) -> tuple[Any, dict[str, date]]:
    """Return the caseload of some lives, and the due dates of the oracle."""
    clock = FakeClock(at(EVERY[0]))
    desk = new_desk(clock=clock, policy=policy)
    dues = {}
    for life in lives:
        *_, (case, counted) = lived(desk, clock, policy, life)
        dues[case.reference] = counted.due()
    return frames.caseload(desk), dues


@pytest.mark.slow
@given(EDITIONS, LIVES)
def test_columns_and_replay_count_the_level_as_assessed(policy: Policy, lives: Any) -> None:
    rows, dues = caseload(policy, lives)
    replayed = replay(rows, [policy], CALENDAR).cases
    assert dict(zip(replayed["reference"], replayed["edition_1_due_date"], strict=True)) == dues
    assert dict(replayed.select("reference", "recorded_due_date").iter_rows()) == dues

    free = rows.filter(pl.col("suspensions").is_null())  # `decide` counts no suspension
    for frame in (free, free.lazy()):
        decided = frames.decide(frame, policy, CALENDAR).lazy().collect()
        found = dict(decided.select("reference", "due_date").iter_rows())
        assert found == {reference: dues[reference] for reference in free["reference"]}
    for row in free.iter_rows(named=True):
        deadline = frames.explain(row, policy, CALENDAR).deadline
        assert deadline is not None
        assert deadline.due == dues[row["reference"]]


BY_LEVEL = Policy(
    edition="by level",
    parameters=Parameters(
        deadline=DeadlineRule(
            days=10, by_level={"regional": Duration(days=15), "national": Duration(months=2)}, suspensions_allowed=True
        )
    ),
)


@pytest.mark.engines
@pytest.mark.parametrize("convert", [pl.DataFrame.to_pandas, pl.DataFrame.to_arrow], ids=["pandas", "pyarrow"])
@given(lives=LIVES)
def test_each_engine_counts_the_level_as_assessed(convert: Callable[[pl.DataFrame], Any], lives: Any) -> None:
    rows, dues = caseload(BY_LEVEL, lives)
    free = rows.filter(pl.col("suspensions").is_null())
    decided = frames.decide(convert(free), BY_LEVEL, CALENDAR)
    found = {row["reference"]: row["due_date"] for row in backends.read(decided)}
    assert found == {reference: dues[reference] for reference in free["reference"]}
