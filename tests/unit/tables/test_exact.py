from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.tables.domains import LARGEST, exact, middle


def test_a_number_is_brought_to_its_canonical_form() -> None:
    for given, expected in [
        (0.1, Decimal("0.1")),
        (6.0, 6),
        (-0.0, 0),
        (1e23, 10**23),
        (Decimal("6.00"), 6),
        (Decimal("2.50"), Decimal("2.5")),
        (Decimal("1E+2"), 100),
        (Decimal("0.12345678901234567890123456789012345678900"), Decimal("0.123456789012345678901234567890123456789")),
    ]:
        found = exact(given)
        assert (type(found), str(found)) == (type(expected), str(expected)), given


@pytest.mark.parametrize("given", [True, 5, "0.1", None, date(2024, 2, 29)])
def test_what_is_neither_a_float_nor_a_decimal_is_left_as_it_is(given: Any) -> None:
    assert exact(given) is given


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (float("nan"), "number: nan; a finite number is expected"),
        (float("inf"), "number: inf; a finite number is expected"),
        (Decimal("-Infinity"), "a finite number"),
        (Decimal("sNaN"), "a finite number"),
        (Decimal("1E+309"), "a number of fewer digits"),
        (Decimal("1E+999999999"), "a number of fewer digits"),
        (Decimal("1E-401"), "a number of fewer digits"),
        (Decimal("1E-999999999"), "a number of fewer digits"),
    ],
)
def test_a_number_without_end_is_refused(given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        exact(given)


def test_the_longest_numbers_are_exact() -> None:
    assert exact(Decimal("1E+308")) == 10**308
    assert exact(Decimal("1E-400")) == Decimal("1E-400")
    assert exact(float(LARGEST)) < LARGEST * 2


def test_the_middle_of_two_numbers_lies_between_them_however_close_they_are() -> None:
    low = Decimal("0.1")
    high = Decimal("0.10000000000000000000000000000000000000000000000001")
    assert low < middle(low, high) < high
    assert middle(1, 2) == Decimal("1.5")
    assert middle(1, 3) == 2
