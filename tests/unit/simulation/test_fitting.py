import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from math import sqrt
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from reclamation_core import ComplaintFacts, Level, MalfunctionFacts, Sites
from reclamation_core.simulation import CaseloadProfile, Kind, WaitingTime, generate_records, shipped
from reclamation_core.vocabulary import UnknownSiteError
from tests.approvals import approved

SITES = Sites.from_toml(shipped().sites)
TRUTH = CaseloadProfile(
    days=364,
    rising=0,
    per_site=0.5,
    sites={"METZ": 2},
    months={8: 0.2, 9: 2},
    idle_days=0.2,
    kinds={Kind.GRIEVANCE: 0.7, Kind.SURVEY: 0.3},
    answers={Level.LOCAL: {2: 1, 8: 2, 12: 1}},
    unknown={"requirement": 0.3, "site": 0.05},
)


@attrs.frozen
class Seen:
    site: str | None
    facts: Any


@pytest.fixture(
    scope="module", params=[pytest.param(5_000, marks=pytest.mark.slow), pytest.param(20_000, marks=pytest.mark.soak)]
)
def size(request: pytest.FixtureRequest) -> int:
    """The number of complaints."""
    number: int = request.param
    return number


@pytest.fixture(scope="module")
def fitted(size: int) -> CaseloadProfile:
    records = generate_records(size, 23, sites=SITES, profile=TRUTH, until=date(2025, 12, 31))
    return CaseloadProfile.fitted_to(records, SITES)


def of(size: int, tolerance: float) -> float:
    """Return the tolerance of a share found in `size` complaints which is as strict as one found in 20,000."""
    return tolerance * sqrt(20_000 / size)


def shares(weights: Mapping[Any, float]) -> dict[Any, float]:
    whole = sum(weights.values())
    return {key: weight / whole for key, weight in weights.items() if weight}


@pytest.mark.parametrize(
    "name", ["kinds", "themes", "channels", "complainants", "person_scopes", "service_reaches", "notes", "severities"]
)
def test_the_mixes_of_a_caseload_are_found_again(name: str, fitted: CaseloadProfile, size: int) -> None:
    # Among 20,000, a share of n = 5,000 at least has a standard deviation of 0.7 points at most; three are 0.02.
    assert shares(getattr(fitted, name)) == pytest.approx(shares(getattr(TRUTH, name)), abs=of(size, 0.02))


def test_sites_seasons_and_days_of_rest_are_found_again(fitted: CaseloadProfile, size: int) -> None:
    assert fitted.days == 364
    assert shares({**fitted.sites}) == pytest.approx(
        shares({code: TRUTH.sites.get(code, 0.5) for code in SITES}), abs=of(size, 0.01)
    )
    # The mean of the months is 1, so that only their proportions can be found again.
    usual = fitted.months[3]
    found = {month: fitted.months[month] / usual for month in (3, 8, 9)}
    assert found == pytest.approx({3: 1, 8: 0.2, 9: 2}, rel=of(size, 0.15))
    assert fitted.idle_days == pytest.approx(0.2, abs=of(size, 0.02))
    assert fitted.evenings == pytest.approx(0.3, abs=of(size, 0.02))


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [0.0, 0.5, 1.0])
def test_as_much_is_received_again_even_with_rows_without_a_site(unknown: float) -> None:
    truth = CaseloadProfile(days=100, rising=0, per_site=0.5, unknown={"site": unknown})
    until = date(2026, 10, 30)
    records = list(generate_records(None, 1, sites=SITES, profile=truth, until=until))
    fitted = CaseloadProfile.fitted_to(records, SITES)
    again = [len(list(generate_records(None, seed, sites=SITES, profile=fitted, until=until))) for seed in range(2, 7)]
    assert fitted.unknown["site"] == pytest.approx(unknown, abs=0.1)
    # The mean of five such counts, as Poisson has it: five standard deviations on each side.
    assert sum(again) / 5 == pytest.approx(len(records), abs=5 * (len(records) / 5) ** 0.5)


def test_days_to_the_answer_and_what_is_unknown_are_found_again(fitted: CaseloadProfile, size: int) -> None:
    assert shares(fitted.answers[Level.LOCAL]) == pytest.approx({2: 0.25, 8: 0.5, 12: 0.25}, abs=of(size, 0.02))
    assert fitted.unknown["requirement"] == pytest.approx(0.3, abs=of(size, 0.01))
    assert fitted.unknown["site"] == pytest.approx(0.05, abs=of(size, 0.01))
    assert fitted.unknown["formal"] == 0


def test_a_fitted_profile_is_a_document(fitted: CaseloadProfile) -> None:
    assert CaseloadProfile.from_document(tomllib.loads(fitted.to_toml())) == fitted


def seen(at: str, **known: Any) -> Seen:
    return Seen("METZ", ComplaintFacts(received_at=datetime.fromisoformat(at).replace(tzinfo=UTC), **known))


def test_facts_determine_the_kind_of_a_message_and_leave_usual_rates() -> None:
    risks = {"severity_legal": 3, "severity_safety": 0, "likelihood": 2, "recurrences": 4, "mobilisation": "regional"}
    found = CaseloadProfile.fitted_to(
        [
            seen("2026-05-04T09:00", channel="survey", satisfaction=Decimal("4.50"), complainant="trainee"),
            seen("2026-05-04T09:00", nature="initial_information_request", channel="email"),
            seen("2026-05-05T09:00", nature="general_opinion", channel="email"),
            seen("2026-05-05T09:00", nature="grievance", sold_service=False, channel="phone"),
            seen("2026-05-06T19:00", nature="grievance", requirement="none", channel="portal"),
            seen("2026-05-06T19:00", nature="grievance", channel="email", **risks),
        ],
        SITES,
    )

    approved("fitted.txt", [found.to_toml()])
    assert dict(found.kinds) == dict.fromkeys(Kind, pytest.approx(1 / 6))
    assert (found.themes, found.answers) == (CaseloadProfile().themes, CaseloadProfile().answers)


def test_a_day_of_rest_is_relative_to_a_working_day_and_alone_as_idle_as_it_gets() -> None:
    """Of 11 to 16 May 2026, four days are worked: 8 receipts there are 2 a day, one on two days of rest a half."""
    assert CaseloadProfile.fitted_to([*[seen("2026-05-11")] * 8, seen("2026-05-16")], SITES).idle_days == 0.25
    found = CaseloadProfile.fitted_to([seen("2026-05-02T09:00"), seen("2026-05-03T09:00")], SITES)
    assert (found.idle_days, found.sites["METZ"]) == (1, 1)


def test_what_was_never_answered_stays_so() -> None:
    facts = ComplaintFacts(received_at=datetime(2026, 5, 4, tzinfo=UTC))
    timed = {"level": "regional", "days": 3, "is_open": False}
    changes: tuple[dict[str, Any], ...] = ({}, {"days": 5, "is_open": True}, {"level": None})
    records = [SimpleNamespace(site="METZ", facts=facts, **(timed | change)) for change in changes]
    records += [
        SimpleNamespace(site="METZ", facts=facts, level="local", **one) for one in ({"days": 1}, {"is_open": True})
    ]
    found = CaseloadProfile.fitted_to(records, SITES).answers
    assert found == {**CaseloadProfile().answers, Level.REGIONAL: {3: 0.5, 1000: 0.5}}


def test_what_no_profile_can_be_estimated_from_is_refused() -> None:
    with pytest.raises(ValueError, match="records: it is empty; give the complaints"):
        CaseloadProfile.fitted_to([], SITES)
    with pytest.raises(TypeError, match=r"records\[0\]: .*a complaint with its site and its facts is expected"):
        CaseloadProfile.fitted_to([WaitingTime(days=1, is_open=True)], SITES)
    with pytest.raises(TypeError, match=r"records\[0\]"):
        CaseloadProfile.fitted_to([Seen("METZ", MalfunctionFacts(received_at=datetime(2026, 5, 4, tzinfo=UTC)))], SITES)
    with pytest.raises(TypeError, match="records: 3; a collection of complaints is expected"):
        CaseloadProfile.fitted_to(3, SITES)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="sites: a Sites is expected, got a str"):
        CaseloadProfile.fitted_to([], "METZ")  # type: ignore[arg-type]
    with pytest.raises(UnknownSiteError, match="'NANCY'"):
        CaseloadProfile.fitted_to([attrs.evolve(seen("2026-05-04T09:00"), site="NANCY")], SITES)
