import calendar
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.policy import Parameters, Policy, RetentionParameters, RiskParameters, parse_policy
from reclamation_core.testing.properties import Property, policy_properties
from reclamation_core.testing.strategies import policies
from reclamation_core.testing.strategies.policy import policy_parameters, risk_parameters
from reclamation_core.vocabulary import Band
from tests.conftest import briefly
from tests.unit.policy.cases import CALENDAR, NOTHING_TOUCHED, unknown_but


@given(policy_parameters())
def test_an_edition_without_changes_has_the_parameters_of_its_base(given_: Parameters) -> None:
    base = Policy(edition="base", parameters=given_)
    assert parse_policy({"starts_from": "base", "edition": "suite"}, base).parameters == given_


@given(policy_parameters(), st.sampled_from(["survey", "deadline", "risk", "complexity", "roles", "retention"]))
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


@given(risk_parameters(), st.integers(0, 4), st.none() | st.integers(1, 4), st.integers(0, 40))
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
    assert (assessment.likelihood.outcome, assessment.criticality.outcome) == (likelihood, criticality)
    assert assessment.risk.outcome is list(Band)[band]


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)), st.integers(1, 1200))
def test_a_duration_in_months_ends_on_the_same_day_or_the_last_one(closed_on: date, months: int) -> None:
    years, month = divmod(closed_on.month - 1 + months, 12)
    year = closed_on.year + years
    last = calendar.monthrange(year, month + 1)[1]
    retention = RetentionParameters(active_months=months, archive_months=1200)
    assert retention.active_until(closed_on) == date(year, month + 1, min(closed_on.day, last))
    assert retention.retained_until(closed_on) == retention.active_until(closed_on)


@pytest.mark.slow
@pytest.mark.parametrize("prop", policy_properties(), ids=str)
def test_every_edition_has_the_property(prop: Property[Policy]) -> None:
    with briefly("example"):  # an edition takes long to make
        prop.check_every(policies())
