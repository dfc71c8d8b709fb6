"""Policies, their parameters, and policy books."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from reclamation_core.calendars import DayRange
from reclamation_core.policy import (
    AcknowledgementParameters,
    ComplexityParameters,
    Parameters,
    Policy,
    PolicyBook,
    RetentionParameters,
    RiskParameters,
    RoleParameters,
    SupportParameters,
    SurveyParameters,
    TextParameters,
)
from reclamation_core.testing.strategies.calendar import day_ranges, days, deadline_rules
from reclamation_core.vocabulary import Band, Level, RetentionMode, Role

_CRITICALITIES: Final = (2, 3, 4, 6, 8, 9, 12, 16)
"""The products of a severity and a likelihood, 1 excepted: with these bounds no band is empty."""


@st.composite
def survey_parameters(draw: st.DrawFn) -> SurveyParameters:
    """Scales of whole notes with a threshold; shrinks towards a scale from 0 to 1."""
    low = draw(st.integers(0, 5))
    high = low + draw(st.integers(1, 20))
    threshold = draw(st.integers(low + 1, high) | st.floats(low, high, exclude_min=True))
    return SurveyParameters(scale=(low, high), threshold=threshold)


@st.composite
def risk_parameters(draw: st.DrawFn) -> RiskParameters:
    """Bounds of bands, none empty, and counts of recurrences; shrinks towards the least bounds."""
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
    """Criteria of complexity; shrinks towards the lowest of each."""
    return st.builds(
        ComplexityParameters,
        band=st.sampled_from(list(Band)[1:]),
        causes=st.integers(1, 9),
        recurrences=st.integers(1, 9),
        level=st.sampled_from(list(Level)[1:]),
        conforming_exempt=st.booleans(),
    )


def role_parameters() -> st.SearchStrategy[RoleParameters]:
    """Roles that may qualify; shrinks towards the handling unit alone."""
    people = st.sampled_from((Role.HANDLING_UNIT, Role.RQR, Role.AQ))
    return st.builds(RoleParameters, qualifying=st.lists(people, min_size=1, unique=True).map(tuple))


def retention_parameters() -> st.SearchStrategy[RetentionParameters]:
    """Retention periods; shrinks towards one month."""
    return st.builds(
        RetentionParameters,
        mode=st.sampled_from(RetentionMode),
        active_months=st.integers(1, 60),
        archive_months=st.integers(60, 1200),
    )


def policy_parameters(*, closures: st.SearchStrategy[DayRange] | None = None) -> st.SearchStrategy[Parameters]:
    """Parameters of editions; shrinks towards small numbers and no closure.

    Args:
        closures: the closures of the whole agency.
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
        support=st.builds(SupportParameters, document_required=st.booleans()),
        texts=st.builds(TextParameters, longest=st.sampled_from((100_000, 1_000, 10_000_000))),
        closures=st.lists(day_ranges() if closures is None else closures, max_size=3),
    )


def policies(*, parameters: st.SearchStrategy[Parameters] | None = None) -> st.SearchStrategy[Policy]:
    """Editions of the procedure, in force on every day; shrinks towards small parameters.

    Args:
        parameters: their parameters; `policy_parameters()` by default.
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
    """Editions that follow each other without a gap; shrinks towards a book of one edition.

    Args:
        draw: given by Hypothesis.
        parameters: the parameters of each; `policy_parameters()` by default.
        most: the greatest number of editions.
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
