from collections import Counter
from datetime import date, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import m2_1
from reclamation_core.simulation import Staffing, StaffingScenario, generate_complaints
from reclamation_core.simulation.staffing.model import StaffingRun, simulate_staffing
from tests.unit.simulation.staffing.agency import SITES

UNTIL = date(2026, 5, 19)
STAFFINGS = st.builds(
    Staffing,
    local=st.integers(0, 3),
    regional=st.integers(0, 2),
    national=st.integers(0, 2),
    absent=st.sampled_from([0.0, 0.2, 1.0]),
)


def lived(number: int, seed: int, staffing: Staffing) -> StaffingRun:
    arrivals = generate_complaints(number, seed, sites=SITES)
    return simulate_staffing(
        arrivals,
        StaffingScenario(policy=m2_1(), staffing=staffing),
        SITES,
        until=UNTIL,
        seed=seed,
        default_site="REIMS",
    )


@given(st.integers(0, 40), st.integers(0, 2**32), STAFFINGS)
def test_all_arrivals_are_recorded_and_decided_by_the_policy(number: int, seed: int, staffing: Staffing) -> None:
    run = lived(number, seed, staffing)
    decided = {}
    for one in generate_complaints(number, seed, sites=SITES):
        assessment = m2_1().assess(one.facts, SITES[one.site or "REIMS"].calendar())
        in_scope = assessment.deadline is not None
        level = assessment.handling_level.value if in_scope else None
        decided[one.reference] = (level, assessment.deadline.due if assessment.deadline is not None else None)
    assert {one.reference: (one.level, one.due) for one in run.handled} == decided


@given(st.integers(0, 40), st.integers(0, 2**32), STAFFINGS)
def test_no_work_is_lost_and_none_is_done_outside_the_hours(number: int, seed: int, staffing: Staffing) -> None:
    run = lived(number, seed, staffing)

    assert abs(sum(load.worked_minutes for load in run.loads) - sum(one.worked_minutes for one in run.handled)) < 1e-6
    for load in run.loads:
        assert load.worked_minutes <= load.present_minutes + 1e-6
    for one in run.handled:
        moments = [at for at in (one.qualified_at, one.started_at, one.answered_at) if at is not None]
        assert [one.received_at, *moments] == sorted([one.received_at, *moments])
        assert one.is_open is (one.level is not None and one.answered_at is None)
        if one.answered_at is not None and one.level == "local":
            calendar = SITES[one.site].calendar()
            local = calendar.local(one.answered_at)
            assert calendar.is_business_day(local.date())
            assert time(9) <= local.time() <= time(12) or time(13, 30) <= local.time() <= time(17, 30)


@given(st.integers(0, 40), st.integers(0, 2**32), STAFFINGS)
def test_a_backlog_is_that_of_the_eve_with_what_came_less_what_went(number: int, seed: int, staffing: Staffing) -> None:
    run = lived(number, seed, staffing)
    before = Counter[str]()
    for row in run.backlog:
        assert row.backlog == before[row.level] + row.received - row.answered
        assert 0 <= row.overdue <= row.backlog
        before[row.level] = row.backlog
    still = Counter(one.level for one in run.handled if one.is_open)
    assert {level: count for level, count in before.items() if count} == dict(still)


@given(st.integers(1, 40), st.integers(0, 2**32), STAFFINGS)
def test_what_happens_later_changes_no_earlier_answer(number: int, seed: int, staffing: Staffing) -> None:
    arrivals = list(generate_complaints(number, seed, sites=SITES))
    scenario, day = StaffingScenario(policy=m2_1(), staffing=staffing), UNTIL - timedelta(days=10)
    early, late = (
        simulate_staffing(arrivals, scenario, SITES, until=until, seed=seed, default_site="REIMS")
        for until in (day, UNTIL)
    )
    answered = {one.reference: one.answered_at for one in early.handled if one.answered_at is not None}
    assert answered == {
        one.reference: one.answered_at for one in late.handled if one.answered_on is not None and one.answered_on <= day
    }
