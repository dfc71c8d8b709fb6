from __future__ import annotations

import calendar
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.calendars import DayRange, DayType, DeadlineRule
from reclamation_core.policy import (
    ComplexityParameters,
    Parameters,
    Policy,
    RetentionParameters,
    RiskParameters,
    RoleParameters,
    SurveyParameters,
    parse_policy,
)
from reclamation_core.vocabulary import Band, Level, RetentionMode, Role
from tests.unit.policy.cases import CALENDAR, NOTHING_TOUCHED, unknown_but

# People, and not the library itself.
MAY_QUALIFY = st.lists(st.sampled_from((Role.HANDLING_UNIT, Role.RQR, Role.AQ)), min_size=1, unique=True).map(tuple)
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@st.composite
def surveys(draw: st.DrawFn) -> SurveyParameters:
    """Survey parameters; shrinks towards a scale from 0 to 1."""
    low = draw(st.integers(0, 5))
    high = low + draw(st.integers(1, 20))
    threshold = draw(st.floats(low, high, exclude_min=True, allow_nan=False))
    return SurveyParameters(scale=(low, high), threshold=threshold)


@st.composite
def risks(draw: st.DrawFn) -> RiskParameters:
    """Risk parameters; shrinks towards the least bounds."""
    bounds = sorted(draw(st.sets(st.integers(2, 16), min_size=3, max_size=3)))
    counts = sorted(draw(st.sets(st.integers(1, 30), min_size=3, max_size=3)))
    return RiskParameters(
        moderate_from=bounds[0],
        high_from=bounds[1],
        critical_from=bounds[2],
        least_band_at_severity_4=draw(st.sampled_from(Band)),
        recurrences=(counts[0], counts[1], counts[2]),
    )


@st.composite
def closures(draw: st.DrawFn) -> DayRange:
    """A closure of up to a month; shrinks towards one day."""
    first = draw(DAYS)
    return DayRange(first, date.fromordinal(first.toordinal() + draw(st.integers(0, 30))))


def parameters() -> st.SearchStrategy[Parameters]:
    """All the parameters of an edition; shrinks towards small numbers."""
    return st.builds(
        Parameters,
        survey=surveys(),
        deadline=st.builds(
            DeadlineRule,
            days=st.integers(1, 60),
            day_type=st.sampled_from(DayType),
            cut_off=st.none() | st.times().map(lambda moment: moment.replace(tzinfo=None)),
            suspensions_allowed=st.booleans(),
            due_soon=st.integers(0, 10),
        ),
        risk=risks(),
        complexity=st.builds(
            ComplexityParameters,
            band=st.sampled_from(list(Band)[1:]),
            causes=st.integers(1, 9),
            recurrences=st.integers(1, 9),
            level=st.sampled_from(list(Level)[1:]),
        ),
        roles=st.builds(RoleParameters, qualifying=MAY_QUALIFY),
        retention=st.builds(
            RetentionParameters,
            mode=st.sampled_from(RetentionMode),
            active_months=st.integers(1, 60),
            archive_months=st.integers(60, 1200),
        ),
        closures=st.lists(closures(), max_size=3),
    )


@given(parameters())
def test_an_edition_that_starts_from_another_and_changes_nothing_has_the_same_parameters(given_: Parameters) -> None:
    base = Policy(edition="base", parameters=given_)

    again = parse_policy({"starts_from": "base", "edition": "suite"}, base)

    assert again.parameters == given_


@given(parameters(), st.sampled_from(["survey", "deadline", "risk", "complexity", "roles", "retention"]))
def test_a_table_of_the_file_changes_that_group_alone(given_: Parameters, group: str) -> None:
    base = Policy(edition="base", parameters=given_)
    changes: dict[str, dict[str, Any]] = {
        "survey": {"scale": [0, 40], "threshold": 21.5},
        "deadline": {"days": 61},
        "risk": {"recurrences": [31, 32, 33]},
        "complexity": {"causes": 10},
        "roles": {"qualifying": ["aq", "rqr"]},
        "retention": {"archive_months": 1199},
    }
    change = changes[group]

    changed = parse_policy({"starts_from": "base", "edition": "suite", group: change}, base).parameters

    for name in ("survey", "deadline", "risk", "complexity", "roles", "retention", "closures"):
        if name != group:
            assert getattr(changed, name) == getattr(given_, name)
    for name, value in change.items():
        now = getattr(getattr(changed, group), name)
        assert (list(now) if isinstance(value, list) else now) == value


@given(risks(), st.integers(0, 4), st.none() | st.integers(1, 4), st.integers(0, 40))
def test_criticality_and_band_follow_the_bounds_of_the_edition(
    risk: RiskParameters, severity: int, judged: int | None, recurrences: int
) -> None:
    edition = Policy(edition="x", parameters=Parameters(risk=risk))
    facts = {**NOTHING_TOUCHED, "severity_relation": severity, "likelihood": judged, "recurrences": recurrences}
    assessment = edition.assess(unknown_but(**facts), CALENDAR)

    likelihood = judged or 1 + sum(recurrences >= count for count in risk.recurrences)
    criticality = max(severity, 1) * likelihood
    bounds = (risk.moderate_from, risk.high_from, risk.critical_from)
    band = sum(criticality >= bound for bound in bounds)
    if severity == 4:
        band = max(band, list(Band).index(risk.least_band_at_severity_4))
    assert assessment.likelihood.outcome == likelihood
    assert assessment.criticality.outcome == criticality
    assert assessment.risk.outcome is list(Band)[band]


@given(surveys(), st.data())
def test_a_note_is_a_complaint_by_itself_exactly_when_it_is_below_the_threshold(
    survey: SurveyParameters, data: st.DataObject
) -> None:
    low, high = survey.scale
    near = st.sampled_from([survey.threshold, low, high])
    note = data.draw(near | st.floats(low, high, allow_nan=False))
    edition = Policy(edition="x", parameters=Parameters(survey=survey))
    decision = edition.assess(unknown_but(nature="general_opinion", satisfaction=note), CALENDAR).eligibility

    assert decision.outcome == ("complaint" if note < survey.threshold else "out_of_scope")


@given(DAYS, st.integers(1, 1200))
def test_a_duration_in_calendar_months_ends_on_the_same_day_of_the_month_or_on_its_last(
    closed_on: date, months: int
) -> None:
    years, month = divmod(closed_on.month - 1 + months, 12)
    year = closed_on.year + years
    last = calendar.monthrange(year, month + 1)[1]
    retention = RetentionParameters(active_months=months, archive_months=1200)

    assert retention.active_until(closed_on) == date(year, month + 1, min(closed_on.day, last))
    assert retention.kept_until(closed_on) == retention.active_until(closed_on)
