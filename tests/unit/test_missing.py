import copy
import pickle

import pytest

from reclamation_core.missing import ABSENT, UNKNOWN, Missing


def test_unknown_and_absent_are_two_different_values() -> None:
    assert list(Missing) == [UNKNOWN, ABSENT]
    assert len(set(Missing)) == 2


@pytest.mark.parametrize("missing", Missing)
def test_a_missing_value_is_never_mixed_with_zero_false_none_or_an_empty_text(missing: Missing) -> None:
    others: list[object] = [0, False, None, "", missing.value]
    assert missing not in others


@pytest.mark.parametrize("missing", Missing)
def test_a_missing_value_is_neither_true_nor_false(missing: Missing) -> None:
    with pytest.raises(
        TypeError, match=rf"^{missing.name} is neither true nor false; compare with `is {missing.name}`$"
    ):
        bool(missing)


@pytest.mark.parametrize("missing", Missing)
def test_a_missing_value_stays_itself_through_a_copy_and_a_pickle(missing: Missing) -> None:
    assert copy.deepcopy(missing) is missing
    assert pickle.loads(pickle.dumps(missing)) is missing


def test_a_missing_value_is_a_key_like_another() -> None:
    assert {UNKNOWN: 1, ABSENT: 2}[Missing("absent")] == 2


def test_a_missing_value_shows_its_name() -> None:
    assert f"{UNKNOWN!r} {ABSENT!r}" == "UNKNOWN ABSENT"
