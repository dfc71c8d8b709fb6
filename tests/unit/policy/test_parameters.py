import pickle
from collections.abc import Iterator
from datetime import date, datetime, time
from functools import reduce
from typing import Any

import attrs
import pytest

from reclamation_core.calendars import DayRange, DeadlineRule, Duration
from reclamation_core.errors import FaultsError
from reclamation_core.policy import (
    ComplexityParameters,
    Parameters,
    RetentionParameters,
    RiskParameters,
    RoleParameters,
    SurveyParameters,
    parse_policy,
)
from reclamation_core.vocabulary import Band, Level, RetentionMode, Role
from tests.unit.desk import factories


def test_the_default_parameters_are_those_of_the_text_and_interpretations() -> None:
    parameters = Parameters()
    assert (parameters.survey.threshold, parameters.survey.scale) == (6, (0, 10))
    assert parameters.deadline == DeadlineRule(days=10)
    assert (parameters.risk.moderate_from, parameters.risk.high_from, parameters.risk.critical_from) == (4, 8, 12)
    assert parameters.risk.least_band_at_severity_4 is Band.HIGH
    assert parameters.risk.recurrences == (1, 3, 6)
    assert parameters.complexity == ComplexityParameters(band=Band.HIGH, causes=2, recurrences=1, level=Level.REGIONAL)
    assert parameters.roles.qualifying == (Role.HANDLING_UNIT, Role.RQR, Role.AQ)
    assert parameters.retention.mode is RetentionMode.ANONYMISE
    assert (parameters.retention.active_months, parameters.retention.archive_months) == (12, 60)
    assert parameters.closures == ()


@pytest.mark.parametrize(
    ("cls", "given", "field"),
    [
        (SurveyParameters, {"threshold": 0}, "threshold"),
        (SurveyParameters, {"threshold": 10.5}, "threshold"),
        (SurveyParameters, {"threshold": float("nan")}, "threshold"),
        (SurveyParameters, {"threshold": True}, "threshold"),
        (SurveyParameters, {"threshold": "6"}, "threshold"),
        (SurveyParameters, {"threshold": 21, "scale": (1, 20)}, "threshold"),
        (SurveyParameters, {"scale": (10, 0)}, "scale"),
        (SurveyParameters, {"scale": (5, 5)}, "scale"),
        (SurveyParameters, {"scale": (0,)}, "scale"),
        (SurveyParameters, {"scale": (0, 5, 10)}, "scale"),
        (SurveyParameters, {"scale": (0, float("inf"))}, "scale"),
        (SurveyParameters, {"scale": (False, 10)}, "scale"),
        (SurveyParameters, {"scale": 10}, "scale"),
        (RiskParameters, {"moderate_from": 1}, "moderate_from"),
        (RiskParameters, {"moderate_from": 4.0}, "moderate_from"),
        (RiskParameters, {"high_from": "8"}, "high_from"),
        (RiskParameters, {"critical_from": 17}, "critical_from"),
        (RiskParameters, {"critical_from": True}, "critical_from"),
        (RiskParameters, {"high_from": 4}, "high_from"),
        (RiskParameters, {"critical_from": 8}, "critical_from"),
        (RiskParameters, {"recurrences": (0, 3, 6)}, "recurrences"),
        (RiskParameters, {"recurrences": (1, 1, 6)}, "recurrences"),
        (RiskParameters, {"recurrences": (1, 6, 6)}, "recurrences"),
        (RiskParameters, {"recurrences": (1, 3)}, "recurrences"),
        (RiskParameters, {"recurrences": (True, 3, 6)}, "recurrences"),
        (RiskParameters, {"recurrences": 3}, "recurrences"),
        (ComplexityParameters, {"band": Band.LOW}, "band"),
        (ComplexityParameters, {"level": Level.LOCAL}, "level"),
        (ComplexityParameters, {"causes": 0}, "causes"),
        (ComplexityParameters, {"recurrences": 0}, "recurrences"),
        (RoleParameters, {"qualifying": ()}, "qualifying"),
        (RoleParameters, {"qualifying": (Role.AQ, Role.AQ)}, "qualifying"),
        (RoleParameters, {"qualifying": ("aq",)}, "qualifying"),
        (RoleParameters, {"qualifying": Role.AQ}, "qualifying"),
        (RetentionParameters, {"active_months": 0}, "active_months"),
        (RetentionParameters, {"archive_months": 1201}, "archive_months"),
        (RetentionParameters, {"active_months": 61}, "archive_months"),
    ],
)
def test_a_value_is_refused_with_its_field(cls: type[Any], given: dict[str, Any], field: str) -> None:
    with pytest.raises(FaultsError, match=f"^{field}: ") as refused:
        cls(**given)
    assert isinstance(refused.value, ValueError)
    assert [fault.path for fault in refused.value.faults] == [field]


def paths(cls: Any, *path: str) -> Iterator[tuple[str, ...]]:
    for field in attrs.fields(cls):
        made: Any = getattr(field.default, "factory", None)
        yield from paths(made, *path, field.name) if attrs.has(made) else [(*path, field.name)]


NUMBERS = (0, 16, 3_650, 100_000, 10**18, 1e308)
EXTREMES: list[Any] = [*NUMBERS, [date.min], [date.max], [(date(2026, 1, 1), date(2099, 12, 31))], time(23, 59), True]
EXTREMES += [{"local": {unit: number}} for unit in ("days", "months") for number in NUMBERS]


@pytest.mark.parametrize("path", [*paths(Parameters)], ids=".".join)
def test_an_extreme_value_is_refused_with_its_field_or_a_case_is_handled(path: tuple[str, ...]) -> None:
    for value in EXTREMES:
        changes: Any = reduce(lambda one, name: {name: one}, path[::-1], value)
        try:
            policy = parse_policy({"starts_from": "M2-1", "edition": "x", **changes})
        except FaultsError as error:
            if not all(fault.path.startswith(path[0]) for fault in error.faults):
                raise
        else:
            make = factories.registered if policy.parameters.support.document_required else factories.closed
            case = make(factories.new_desk(policy=policy))
            assert case.deadline is not None, value


def test_a_threshold_may_lie_anywhere_above_the_least_note() -> None:
    for low, high, threshold in [(0, 10, 10), (0, 10, 0.01), (1, 4, 3), (-5, 5, 0), (0, 20, 12.5)]:
        assert SurveyParameters(scale=(low, high), threshold=threshold).threshold == threshold, threshold


def test_a_deadline_by_an_unknown_level_is_refused() -> None:
    with pytest.raises(FaultsError) as refused:
        Parameters(deadline=DeadlineRule(by_level={"regional": Duration(days=15), "worldwide": Duration(days=20)}))
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [
        ("deadline.by_level.worldwide", "worldwide")
    ]


def test_lists_become_tuples_so_that_parameters_are_hashable() -> None:
    listed = Parameters(
        survey=SurveyParameters(scale=[0, 20], threshold=12),
        risk=RiskParameters(recurrences=[2, 4, 8]),
        roles=RoleParameters(qualifying=[Role.RQR]),
        closures=[(date(2026, 8, 3), date(2026, 8, 7))],
    )
    tupled = Parameters(
        survey=SurveyParameters(scale=(0, 20), threshold=12),
        risk=RiskParameters(recurrences=(2, 4, 8)),
        roles=RoleParameters(qualifying=(Role.RQR,)),
        closures=(DayRange(date(2026, 8, 3), date(2026, 8, 7)),),
    )

    assert listed == tupled
    assert hash(listed) == hash(tupled)
    assert pickle.loads(pickle.dumps(listed)) == listed


def test_every_parameter_cites_its_clause_and_interpretation() -> None:
    cited = {
        f"{group.name}.{field.name}": (field.metadata["clause"], field.metadata["interpretation"])
        for group in attrs.fields(Parameters)
        if group.name not in {"deadline", "closures", "texts"}
        for field in attrs.fields(type(getattr(Parameters(), group.name)))
        if field.name not in {"commands", "plan_commands", "reads_documents", "reads_names"}
        if field.name
        not in {"largest_document", "most_documents", "media_types", "most_uploads_a_day", "most_bytes_a_day"}
    }

    assert cited == {
        "survey.scale": ("M2-1 §1.4", "I1"),
        "survey.threshold": ("M2-1 §1.4", "I1"),
        "acknowledgement.days": ("M2-1 §5.0", "I3"),
        **dict.fromkeys(
            (
                "risk.moderate_from",
                "risk.high_from",
                "risk.critical_from",
                "risk.least_band_at_severity_4",
                "risk.recurrences",
            ),
            ("M2-1 §2.2", "I13"),
        ),
        **dict.fromkeys(
            ("complexity.band", "complexity.causes", "complexity.recurrences", "complexity.level"), ("M2-1 §4.2", "I14")
        ),
        "complexity.conforming_exempt": ("M2-1 §4.2", "I29"),
        "qualification.risks_required": ("M2-1 §2.2", "I24"),
        "roles.qualifying": ("M2-1 §2.3", "I15"),
        "support.document_required": ("M2-1 §6.1", "I31"),
        **dict.fromkeys(("retention.mode", "retention.active_months", "retention.archive_months"), (None, "I17")),
    }
    for name in ("deadline", "closures"):
        assert attrs.fields_dict(Parameters)[name].metadata == {"clause": "M2-1 §5.0", "interpretation": "I2"}


def test_i17_personal_data_are_retained_for_12_or_60_months() -> None:
    for closed_on, active, archived in [
        (date(2024, 2, 29), date(2025, 2, 28), date(2029, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28), date(2028, 2, 28)),
        (date(2024, 1, 31), date(2025, 1, 31), date(2029, 1, 31)),
        (date(2025, 12, 31), date(2026, 12, 31), date(2030, 12, 31)),
    ]:
        anonymised, kept = RetentionParameters(), RetentionParameters(mode=RetentionMode.ARCHIVE)
        assert anonymised.active_until(closed_on) == kept.active_until(closed_on) == active, closed_on
        assert anonymised.retained_until(closed_on) == active, closed_on
        assert kept.retained_until(closed_on) == archived, closed_on


def test_i17_a_day_that_the_month_lacks_is_its_last() -> None:
    for months, until in [
        (1, date(2024, 2, 29)),
        (3, date(2024, 4, 30)),
        (13, date(2025, 2, 28)),
        (14, date(2025, 3, 31)),
    ]:
        assert RetentionParameters(active_months=months).active_until(date(2024, 1, 31)) == until, months


@pytest.mark.parametrize("closed_on", [datetime(2026, 5, 2), "2026-05-02", None])  # noqa: DTZ001  a naive one is refused
def test_a_closing_that_is_no_plain_date_is_refused(closed_on: Any) -> None:
    with pytest.raises(TypeError, match="closed_on: a date is expected"):
        RetentionParameters().active_until(closed_on)
    with pytest.raises(TypeError, match="closed_on: a date is expected"):
        RetentionParameters().retained_until(closed_on)
