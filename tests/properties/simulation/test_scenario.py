from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Case, CaseQuery, CaseState
from reclamation_core.cases import Admissibility, CaseKind, ClosingReason
from reclamation_core.simulation import Caseload, generate_complaints, generate_malfunctions, generate_survey_results
from tests.unit.simulation.scenario.stage import PARIS, Stage, due_by_hand, run

SEEDS = st.integers(0, 2**32)
ENDS = st.datetimes(datetime(2026, 4, 20), datetime(2026, 6, 30), timezones=st.just(PARIS))  # noqa: DTZ001  (the zone comes with it)


@st.composite
def stages(draw: st.DrawFn) -> Stage:
    """Draw small caseloads handled until a day, from any seed; shrinks towards an empty caseload."""
    caseload = Caseload(
        complaints=tuple(generate_complaints(draw(st.integers(0, 8)), draw(SEEDS))),
        survey=tuple(generate_survey_results(draw(st.integers(0, 4)), draw(SEEDS))),
        malfunctions=tuple(generate_malfunctions(draw(st.integers(0, 4)), draw(SEEDS))),
    )
    return run(caseload, draw(ENDS), seed=draw(SEEDS))


def has_fitting_reason(case: Case) -> bool:
    """Return True if the closing reason matches the case."""
    assert case.closure is not None
    reason = case.closure.reason
    if case.kind is CaseKind.MALFUNCTION:
        return reason is ClosingReason.TREATED
    if case.admissibility is Admissibility.OUT_OF_SCOPE:
        return reason is ClosingReason.OUT_OF_SCOPE
    return reason is not ClosingReason.ANSWERED or any(run.answered_at is not None for run in case.answer_cycles)


@pytest.mark.slow
@given(stages())
def test_no_seed_is_refused_and_every_case_follows_from_its_events(stage: Stage) -> None:
    cases = stage.cases
    assert len(stage.result.refusals) <= 2
    assert len(cases) == stage.result.messages == stage.desk.cases.count()
    for case in cases:
        assert Case.from_events(case.events, case.vault) == case
        assert case.closure is None or has_fitting_reason(case)
        assert case.deadline is None or case.deadline.due == due_by_hand(case, case.answer_cycles[-1].started_at)
    counts = {state: stage.desk.cases.count(CaseQuery(states={state})) for state in CaseState}
    assert +Counter(counts) == Counter(case.state for case in cases)
    assert len({item.position for item in stage.desk.feed(limit=10_000)}) == sum(case.version for case in cases)
    planned = {(line.action, case.reference) for case in cases for line in case.actions}
    assert planned == {(action.reference, case) for action in stage.actions for case in action.cases}
