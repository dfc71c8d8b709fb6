import pickle
from typing import Any, cast

import pytest

from reclamation_core.calendars import DayType, DeadlineStatus


def test_a_member_is_its_code_and_carries_its_labels() -> None:
    assert str(DayType.OUVRE) == DayType.OUVRE.value == "ouvre"
    assert (DayType.OUVRE.label(), DayType.OUVRE.label("en")) == ("jour ouvré", "business day")
    assert {"ouvre": 1}[DayType.OUVRE] == 1


@pytest.mark.parametrize("text", ["franc", "Jour Franc", "clear day", DayType.FRANC])
def test_a_text_names_a_member_by_code_or_label(text: str) -> None:
    assert DayType.parse(text) is DayType.FRANC


def test_an_underscore_a_hyphen_and_a_space_are_the_same_in_a_code() -> None:
    assert DeadlineStatus.parse("Due-Today") is DeadlineStatus.DUE_TODAY


@pytest.mark.parametrize("text", ["", "lunaire"])
def test_a_text_that_names_no_member_is_refused_with_the_codes(text: str) -> None:
    with pytest.raises(ValueError, match="is not one of ouvre, ouvrable, calendaire, franc"):
        DayType.parse(text)


@pytest.mark.parametrize("value", [None, 3, b"ouvre"])
def test_what_is_not_a_text_names_nothing(value: object) -> None:
    with pytest.raises(TypeError, match="DayType: a text is expected"):
        DayType.parse(cast("Any", value))


def test_a_member_pickles_to_itself() -> None:
    assert pickle.loads(pickle.dumps(DayType.FRANC)) is DayType.FRANC
