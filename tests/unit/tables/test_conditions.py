from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    Condition,
    Day,
    Domain,
    Enumeration,
    Integer,
    Number,
    TableDefinitionError,
    above,
    absent,
    all_but,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_in,
    is_not,
)
from reclamation_core.tables.conditions import Operator
from reclamation_core.vocabulary import Requirement
from tests.unit.tables.samples import LEVEL, Level, one_input

REQUIREMENT = Enumeration.of(Requirement)
LOOSE: list[Any] = [at_most, at_least, is_]
STRICT: list[Any] = [below, above, is_not]
LEAP = date(2024, 2, 29)
DAY = timedelta(days=1)
DATES = (date(2024, 3, 1), date(2024, 3, 8))
FLOATS_BELOW_SIX = [5.999999, 5.999999999999999, Decimal("5.9999999999999999999999"), 0, -6]
FLOATS_OF_SIX = [6, 6.0, Decimal("6.0"), Decimal(6)]
FLOATS_ABOVE_SIX = [6.000001, 6.000000000000001, Decimal("6.0000000000000000000001"), 10**20, 1e300]


def _holds(condition: Condition, domain: Domain, value: Any, **options: Any) -> bool:
    """Evaluate the condition, and twice a table with that one condition, which must agree."""
    table = one_input(domain, (condition, 1), **options)
    answers = {table.look_up({"x": value}).outcome == 1, table.look_up({"x": value}).outcome == 1}
    answers.add(condition.holds(value if value is ABSENT else domain.check(value)))
    (answer,) = answers
    return answer


@pytest.mark.parametrize("bound", [6, 6.0, Decimal("6.00")])
@pytest.mark.parametrize(
    ("make", "beneath", "at", "beyond"),
    [
        (below, True, False, False),
        (at_most, True, True, False),
        (at_least, False, True, True),
        (above, False, False, True),
        (is_, False, True, False),
        (is_not, True, False, True),
    ],
)
def test_a_threshold_divides_the_numbers_however_they_are_written(
    make: Any, bound: Any, beneath: bool, at: bool, beyond: bool
) -> None:
    condition = make(bound)
    assert [_holds(condition, Number(), value) for value in FLOATS_BELOW_SIX] == [beneath] * len(FLOATS_BELOW_SIX)
    assert [_holds(condition, Number(), value) for value in FLOATS_OF_SIX] == [at] * len(FLOATS_OF_SIX)
    assert [_holds(condition, Number(), value) for value in FLOATS_ABOVE_SIX] == [beyond] * len(FLOATS_ABOVE_SIX)


@pytest.mark.parametrize("bound", [0.1, Decimal("0.1"), Decimal("0.10")])
@pytest.mark.parametrize("value", [0.1, Decimal("0.1"), Decimal("0.100")])
def test_one_tenth_is_one_tenth_as_a_float_and_as_a_decimal(bound: Any, value: Any) -> None:
    assert [make(bound).values for make in (below, at_most, is_)] == [(Decimal("0.1"),)] * 3
    for make in LOOSE:
        assert _holds(make(bound), Number(), value)
        assert _holds(make(bound), Number(0, 1), value)
    for make in STRICT:
        assert not _holds(make(bound), Number(), value)


def test_a_float_compares_with_a_huge_threshold_as_the_number_it_is_written_as() -> None:
    assert _holds(at_least(10**23), Number(), 1e23)  # whose binary value is a little less
    assert not _holds(below(10**23), Number(), 1e23)
    assert _holds(below(1 << 60), Number(), (1 << 60) - 1)


def test_a_threshold_divides_the_days_and_the_whole_numbers() -> None:
    for make, before, at, after in [
        (below, True, False, False),
        (at_most, True, True, False),
        (at_least, False, True, True),
        (above, False, False, True),
        (is_, False, True, False),
        (is_not, True, False, True),
    ]:
        days = [_holds(make(LEAP), Day(), day) for day in (date.min, LEAP - DAY, LEAP, LEAP + DAY, date.max)]
        assert days == [before, before, at, after, after], make
        counts = [_holds(make(3), Integer(), count) for count in (-(10**30), 2, 3, 4, 10**30)]
        assert counts == [before, before, at, after, after], make
        assert [_holds(make(3), Integer(2, 4), count) for count in (2, 3, 4)] == [before, at, after], make


def test_between_holds_its_two_bounds() -> None:
    assert [_holds(between(2, 4), Integer(), count) for count in (1, 2, 3, 4, 5)] == [False, True, True, True, False]
    notes = [0.099, 0.1, 0.2, Decimal("0.3"), 0.3, 0.301]
    assert [_holds(between(0.1, Decimal("0.3")), Number(), note) for note in notes] == [
        False, True, True, True, True, False
    ]  # fmt: skip
    days = [LEAP - DAY, LEAP, LEAP + DAY, LEAP + 2 * DAY]
    assert [_holds(between(LEAP, LEAP + DAY), Day(), day) for day in days] == [False, True, True, False]
    assert _holds(between(LEAP, LEAP), Day(), LEAP)
    assert between(0.1, Decimal("0.1")) == between(Decimal("0.1"), 0.1)


@pytest.mark.parametrize("end", [date.min, date.max])
def test_the_first_and_the_last_day_of_the_calendar_are_thresholds_like_others(end: date) -> None:
    for make in LOOSE:
        assert _holds(make(end), Day(), end)
    for make in STRICT:
        assert not _holds(make(end), Day(), end)
    assert _holds(is_not(end), Day(), LEAP)
    assert _holds(at_most(date.max), Day(None, date.max), LEAP)


def test_absence_meets_only_conditions_that_name_it() -> None:
    for condition in (below(6), at_most(6), at_least(0), above(0), between(0, 10), is_(0), is_not(0), is_not(0, 1)):
        assert not _holds(condition, Number(0, 10), ABSENT, absent=True)
    for condition in (absent(), is_(ABSENT), is_in(0, ABSENT), any_value()):
        assert _holds(condition, Number(0, 10), ABSENT, absent=True)
    assert not _holds(absent(), Number(0, 10), 0, absent=True)
    assert not _holds(absent(), Boolean(), False, absent=True)
    assert _holds(is_in(0, ABSENT), Number(0, 10), 0.0, absent=True)
    assert _holds(is_not(ABSENT), Boolean(), False, absent=True)


def test_lists_hold_each_of_their_values() -> None:
    assert [_holds(is_in(Level.LOCAL, "national"), LEVEL, level) for level in Level] == [True, False, True]
    assert [_holds(is_not(Level.LOCAL, "national"), LEVEL, level) for level in Level] == [False, True, False]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: between(2, 1), r"between: \[2, 1\]; no value is between these bounds"),
        (lambda: between(LEAP, LEAP - DAY), "no value is between these bounds"),
        (is_in, r"is_in: \[\]; number of values: at least one value"),
        (is_not, r"is_not: \[\]; number of values: at least one value"),
        (lambda: Condition(Operator.BELOW, (1, 2)), r"below: \[1, 2\]; number of values: 1"),
        (lambda: Condition(Operator.BETWEEN, (1,)), r"between: \[1\]; number of values: 2"),
        (lambda: Condition(Operator.ANY, (1,)), r"any: \[1\]; number of values: 0"),
        (lambda: below(float("nan")), "number: nan; a finite number"),
        (lambda: is_(float("inf")), "number: inf; a finite number"),
        (lambda: between(Decimal("NaN"), 1), "a finite number is expected"),
    ],
)
def test_a_condition_that_can_never_be_meant_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_open_ends_leave_their_bounds_out() -> None:
    inside = between(1, 5, low_included=False, high_included=False)
    for domain in (Integer(), Number(0, 10)):
        assert [value for value in range(8) if _holds(inside, domain, value)] == [2, 3, 4]
        assert [value for value in range(8) if _holds(between(1, 5, low_included=False), domain, value)] == [2, 3, 4, 5]
        assert [value for value in range(8) if _holds(between(1, 5, high_included=False), domain, value)] == [
            1,
            2,
            3,
            4,
        ]
    assert _holds(inside, Number(), Decimal("1.0001"))
    assert inside.in_("fr", Number()) == "plus de 1 et moins de 5"
    assert between(1, 5, low_included=False).in_("fr", Number()) == "plus de 1 et au plus 5"
    assert between(1, 5, high_included=False).in_("en", Number()) == "at least 1 and below 5"
    with pytest.raises(ValueError, match="no value is between these bounds"):
        between(5, 5, low_included=False)


def test_a_list_may_contain_ranges_values_and_absence() -> None:
    listed = is_in(below(2), 5, between(7, 8), absent())
    assert [value for value in range(10) if _holds(listed, Integer(0, 9), value, absent=True)] == [0, 1, 5, 7, 8]
    assert _holds(listed, Integer(0, 9), ABSENT, absent=True)
    assert [value for value in range(10) if _holds(is_not(below(2), 5), Integer(0, 9), value)] == [2, 3, 4, 6, 7, 8, 9]
    assert not _holds(is_not(below(2)), Integer(), ABSENT, absent=True)
    assert listed.in_("fr", Integer()) == "moins de 2, 5, de 7 à 8 ou sans objet"
    assert listed.compares
    assert not is_in(2, 5).compares


def test_all_but_lets_an_absence_through_unless_it_names_it() -> None:
    assert _holds(all_but("local"), LEVEL, ABSENT, absent=True)
    assert _holds(all_but("local"), LEVEL, "national", absent=True)
    assert not _holds(all_but("local"), LEVEL, "local", absent=True)
    assert all_but("local", ABSENT) == is_not("local")
    assert all_but("local").in_("en", LEVEL) == "none or other than Local"
    with pytest.raises(TableDefinitionError, match="all_but lets an absence through, and there is none; use is_not"):
        one_input(LEVEL, (all_but("local"), 1))


def test_equivalent_conditions_are_normalised() -> None:
    assert is_in(below(2)) == below(2)
    assert is_not("local", ABSENT) == is_not("local")
    assert is_in(is_in(1, 2), 3) == is_in(1, 2, 3)
    makers: list[Any] = [
        lambda: Condition(Operator.IS_IN, (below(2),)),
        lambda: Condition(Operator.IS_NOT, ("a", ABSENT)),
        lambda: Condition(Operator.ALL_BUT, (ABSENT,)),
        lambda: Condition(Operator.BELOW, (below(2),)),
        lambda: is_in(1, is_not(2)),
        lambda: is_in(1, any_value()),
    ]
    for make in makers:
        with pytest.raises(ValueError, match=r"take the comparison itself|asks for a value already|only comparisons"):
            make()


def test_a_range_in_a_list_must_fit_the_domain_as_any_condition() -> None:
    with pytest.raises(TableDefinitionError, match="11 is refused; a number from 0 to 10"):
        one_input(Number(0, 10), (is_in(1, below(11)), 1))
    with pytest.raises(TableDefinitionError, match="needs numbers or days"):
        one_input(LEVEL, (is_in("local", below("national")), 1))
