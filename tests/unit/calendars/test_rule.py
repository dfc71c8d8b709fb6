from datetime import UTC, time
from typing import Any, cast

import pytest

from reclamation_core.calendars import DayType, DeadlineRule, DeadlineStatus
from reclamation_core.documents import canonical_json, make_converter, parse_json, structure
from reclamation_core.errors import FaultsError


def test_a_rule_is_ten_business_days_by_default() -> None:
    assert DeadlineRule() == DeadlineRule(
        days=10, day_type=DayType.OUVRE, first_day_counted=False, cut_off=None, suspensions_allowed=False, due_soon=2
    )


def test_a_rule_written_down_and_read_back_is_equal() -> None:
    rule = DeadlineRule(
        days=5, day_type=DayType.OUVRABLE, first_day_counted=True, cut_off=time(17, 30), suspensions_allowed=True
    )
    converter = make_converter()
    assert structure(converter, parse_json(canonical_json(converter.unstructure(rule))), DeadlineRule) == rule


def test_the_day_type_may_be_named_and_an_unknown_one_is_refused() -> None:
    assert DeadlineRule(day_type=cast("Any", "Jour franc")).day_type is DayType.FRANC
    with pytest.raises(ValueError, match="DayType: 'lunaire' is not one of"):
        DeadlineRule(day_type=cast("Any", "lunaire"))


def test_a_cut_off_is_a_local_time() -> None:
    with pytest.raises(ValueError, match=r"cut_off: 17:00:00\+00:00; leave the time zone out"):
        DeadlineRule(cut_off=time(17, tzinfo=UTC))


def test_clear_days_never_count_the_first_day() -> None:
    with pytest.raises(FaultsError, match="first_day_counted: true; neither end of a delay in clear days") as refused:
        DeadlineRule(day_type=DayType.FRANC, first_day_counted=True)
    assert isinstance(refused.value, ValueError)


def test_an_underscore_a_hyphen_and_a_space_are_the_same_in_a_code() -> None:
    assert DeadlineStatus.parse("Due-Today") is DeadlineStatus.DUE_TODAY


@pytest.mark.parametrize("value", [None, 3, b"ouvre"])
def test_what_is_not_a_text_names_nothing(value: object) -> None:
    with pytest.raises(TypeError, match="DayType: a text is expected"):
        DayType.parse(cast("Any", value))
