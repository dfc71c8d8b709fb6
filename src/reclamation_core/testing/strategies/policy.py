"""Policies, their parameters, and policy books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from hypothesis import strategies as st

from reclamation_core.calendars import DayRange
from reclamation_core.errors import FaultsError
from reclamation_core.policy import (
    AcknowledgementParameters,
    ComplexityParameters,
    Parameters,
    Policy,
    PolicyBook,
    RetentionParameters,
    RiskParameters,
    RoleParameters,
    SurveyParameters,
)
from reclamation_core.testing.strategies.calendar import day_ranges, days, deadline_rules
from reclamation_core.testing.strategies.text import Invalid, spoilt
from reclamation_core.vocabulary import Band, Level, RetentionMode, Role

_CRITICALITIES: Final = (2, 3, 4, 6, 8, 9, 12, 16)
"""The products of a severity and a likelihood, 1 apart: where a band begins, so that none is empty."""


@st.composite
def survey_parameters(draw: st.DrawFn) -> SurveyParameters:
    """Scales of whole notes, and any threshold on them; shrinks towards a scale from 0 to 1."""
    low = draw(st.integers(0, 5))
    high = low + draw(st.integers(1, 20))
    threshold = draw(st.integers(low + 1, high) | st.floats(low, high, exclude_min=True, allow_nan=False))
    return SurveyParameters(scale=(low, high), threshold=threshold)


@st.composite
def risk_parameters(draw: st.DrawFn) -> RiskParameters:
    """Bounds of bands of which none is empty, and counts of recurrences; shrinks towards the least bounds."""
    bounds = sorted(draw(st.sets(st.sampled_from(_CRITICALITIES), min_size=3, max_size=3)))
    counts = sorted(draw(st.sets(st.integers(1, 30), min_size=3, max_size=3)))
    return RiskParameters(
        moderate_from=bounds[0],
        high_from=bounds[1],
        critical_from=bounds[2],
        least_band_at_severity_4=draw(st.sampled_from(Band)),
        recurrences=(counts[0], counts[1], counts[2]),
    )


def complexity_parameters() -> st.SearchStrategy[ComplexityParameters]:
    """What makes a case complex; shrinks towards the lowest of each."""
    return st.builds(
        ComplexityParameters,
        band=st.sampled_from(list(Band)[1:]),
        causes=st.integers(1, 9),
        recurrences=st.integers(1, 9),
        level=st.sampled_from(list(Level)[1:]),
    )


def role_parameters() -> st.SearchStrategy[RoleParameters]:
    """Who may qualify; shrinks towards the handling unit alone."""
    people = st.sampled_from((Role.HANDLING_UNIT, Role.RQR, Role.AQ))
    return st.builds(RoleParameters, qualifying=st.lists(people, min_size=1, unique=True).map(tuple))


def retention_parameters() -> st.SearchStrategy[RetentionParameters]:
    """How long personal data are kept; shrinks towards one month."""
    return st.builds(
        RetentionParameters,
        mode=st.sampled_from(RetentionMode),
        active_months=st.integers(1, 60),
        archive_months=st.integers(60, 1200),
    )


def policy_parameters(*, closures: st.SearchStrategy[DayRange] | None = None) -> st.SearchStrategy[Parameters]:
    """All that an edition sets.

    Args:
        closures: the days on which the whole agency is closed.

    Shrinks towards small numbers, and no closure.
    """
    return st.builds(
        Parameters,
        survey=survey_parameters(),
        deadline=deadline_rules(),
        acknowledgement=st.builds(AcknowledgementParameters, days=st.integers(0, 5)),
        risk=risk_parameters(),
        complexity=complexity_parameters(),
        roles=role_parameters(),
        retention=retention_parameters(),
        closures=st.lists(day_ranges() if closures is None else closures, max_size=3),
    )


def policies(*, parameters: st.SearchStrategy[Parameters] | None = None) -> st.SearchStrategy[Policy]:
    """Editions of the procedure, in force on every day.

    Args:
        parameters: what they set; anything that they may by default.

    Shrinks towards one that sets small numbers.
    """
    return st.builds(
        Policy,
        edition=st.sampled_from(["M2-1", "M2-1 (2027)", "édition d'essai"]),
        parameters=policy_parameters() if parameters is None else parameters,
    )


@st.composite
def policy_books(
    draw: st.DrawFn, *, parameters: st.SearchStrategy[Parameters] | None = None, most: int = 3
) -> PolicyBook:
    """Editions that follow each other without a gap, the first without a beginning and the last without an end.

    Args:
        draw: given by Hypothesis.
        parameters: what each sets; anything that it may by default.
        most: how many there are at most.

    Shrinks towards a book of one edition.
    """
    begins: list[date | None] = [None, *sorted(draw(st.sets(days(), max_size=most - 1)))]
    given = policy_parameters() if parameters is None else parameters
    return PolicyBook(
        Policy(
            edition=f"édition {place + 1}",
            parameters=draw(given),
            in_force_from=first,
            in_force_until=None if following is None else following - timedelta(days=1),
        )
        for place, (first, following) in enumerate(zip(begins, [*begins[1:], None], strict=True))
    )


def invalid_survey_parameters() -> st.SearchStrategy[Invalid]:
    """Arguments that `SurveyParameters` refuses; shrinks towards a scale upside down."""
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("scale", (10, 0), FaultsError),
        ("scale", (0, 0), FaultsError),
        ("scale", (0, 5, 10), FaultsError),
        ("scale", (0, float("inf")), FaultsError),
        ("threshold", 0, FaultsError),
        ("threshold", 11, FaultsError),
        ("threshold", "six", FaultsError),
        ("threshold", float("nan"), FaultsError),
    )
    return spoilt({"scale": (0, 10), "threshold": 6}, *bad)


def invalid_risk_parameters() -> st.SearchStrategy[Invalid]:
    """Arguments that `RiskParameters` refuses; shrinks towards a band that begins where the one below does."""
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("high_from", 4, FaultsError),
        ("critical_from", 17, FaultsError),
        ("moderate_from", 1, FaultsError),
        ("moderate_from", True, FaultsError),
        ("least_band_at_severity_4", "high", FaultsError),
        ("recurrences", (3, 3, 6), FaultsError),
        ("recurrences", (0, 1, 2), FaultsError),
        ("recurrences", (1, 2), FaultsError),
    )
    return spoilt({"moderate_from": 4, "high_from": 8, "critical_from": 12}, *bad)


def invalid_policies() -> st.SearchStrategy[Invalid]:
    """Arguments that `Policy` refuses; shrinks towards an edition without a name."""
    bad: tuple[tuple[str, Any, type[Exception]], ...] = (
        ("edition", "", FaultsError),
        ("edition", 2026, FaultsError),
        ("parameters", {"days": 10}, FaultsError),
        ("in_force_from", "2026-01-01", FaultsError),
        ("in_force_until", date(2025, 12, 31), FaultsError),
    )
    return spoilt({"edition": "M2-1", "in_force_from": date(2026, 1, 1)}, *bad)
