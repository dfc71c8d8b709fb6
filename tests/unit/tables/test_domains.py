import copy
import pickle
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import Any

import pytest

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables import Boolean, Day, Domain, Enumeration, Integer, Number
from reclamation_core.wording import Wording
from tests.unit.tables.samples import LEVEL, Level


class Rank(IntEnum):
    SECOND = 2


class Plain(StrEnum):
    YES = "yes"
    NO = "no"


class Empty(StrEnum):
    pass


NOON = datetime(2024, 2, 29, 12, tzinfo=UTC)
HUGE = 10**400


def test_a_value_of_a_domain_is_taken_in_its_canonical_form() -> None:
    for domain, given, expected in [
        (LEVEL, "regional", Level.REGIONAL),
        (LEVEL, Level.REGIONAL, Level.REGIONAL),
        (Boolean(), False, False),
        (Integer(0, 10), 0, 0),
        (Integer(0, 10), 10, 10),
        (Integer(), Rank.SECOND, 2),
        (Integer(), -(10**300), -(10**300)),
        (Number(0, 10), 5.999999, Decimal("5.999999")),
        (Number(0, 10), Decimal("6.0"), 6),
        (Number(0, 0.1), 0.1, Decimal("0.1")),
        (Number(Decimal("0.1"), None), 0.1, Decimal("0.1")),
        (Number(), Rank.SECOND, 2),
        (Day(date(2024, 1, 1), date(2024, 2, 29)), date(2024, 2, 29), date(2024, 2, 29)),
        (Day(), date.max, date.max),
        (Day(), date.min, date.min),
    ]:
        found = domain.check(given)
        assert (found, type(found)) == (expected, type(expected)), (domain, given, expected)


@pytest.mark.parametrize(
    ("domain", "given", "message"),
    [
        (LEVEL, 0, "0 is refused"),
        (LEVEL, UNKNOWN, "unknown is refused"),
        (LEVEL, ABSENT, "absent is refused"),
        (Boolean(), 0, "0 is refused; true or false is expected"),
        (Boolean(), None, "nothing is refused"),
        (Boolean(), UNKNOWN, "unknown is refused"),
        (Integer(0, 10), 11, "11 is refused; a whole number from 0 to 10 is expected"),
        (Integer(0, None), -1, "-1 is refused; a whole number of at least 0 is expected"),
        (Integer(None, 10), 11, "11 is refused; a whole number of at most 10 is expected"),
        (Integer(), True, "true is refused; a whole number is expected"),
        (Integer(), Decimal(6), "is refused"),
        (Integer(), ABSENT, "absent is refused"),
        (Number(0, 10), 10.000001, "10.000001 is refused; a number from 0 to 10 is expected"),
        (Number(), True, "true is refused; a number is expected"),
        (Number(), UNKNOWN, "unknown is refused"),
        (Day(), NOON, "is refused; a day is expected"),
        (Day(date(2024, 1, 1), None), date(2023, 12, 31), "a day of at least 1 January 2024 is expected"),
    ],
)
def test_a_value_outside_a_domain_is_refused_with_what_is_expected(domain: Domain, given: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        domain.check(given)


def test_a_number_too_long_to_be_written_is_refused_in_words() -> None:
    for domain in (Integer(), Number(), Boolean(), LEVEL, Day()):
        with pytest.raises(ValueError, match=r"^\.\.\. is refused"):
            domain.check(10**5000)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Integer(5, 1), r"bounds: \[5, 1\]; the minimum is expected first"),
        (lambda: Integer(0.5, None), "bounds: 0.5; a whole number is expected as a bound"),  # type: ignore[arg-type]
        (lambda: Integer(None, True), "bounds: true; a whole number is expected as a bound"),
        (lambda: Number(Decimal("0.2"), 0.1), r"bounds: \[0.2, 0.1\]; the minimum is expected first"),
        (lambda: Integer(0, HUGE), "is expected as a bound"),
        (lambda: Number(-HUGE, None), "is expected as a bound"),
        (lambda: Number("0", None), "bounds: '0'; a number is expected as a bound"),
        (lambda: Number(float("inf"), None), "number: inf; a finite number is expected"),
        (lambda: Day(NOON, None), "a day is expected as a bound"),
        (lambda: Day(date(2024, 1, 2), date(2024, 1, 1)), "the minimum is expected first"),
        (lambda: Enumeration("E", (), ()), "E: .* at least one code is expected"),
        (lambda: Enumeration("E", ("a", "a"), (Wording("a", "a"),) * 2), "each once"),
        (lambda: Enumeration("E", ("a", "b"), (Wording("a", "a"),)), "one label each"),
        (lambda: Enumeration.of(Empty), "Empty: .* at least one code is expected"),
    ],
)
def test_a_domain_without_values_or_with_bounds_of_another_kind_is_refused(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        make()


def test_an_enumeration_takes_labels_and_order_from_a_str_enum_or_equals_it() -> None:
    assert LEVEL.labels == (Wording("Local", "Local"), Wording("Régional", "Regional"), Wording("National", "National"))
    assert (LEVEL.name, LEVEL.ordered, LEVEL.rank("national")) == ("Level", True, 2)
    plain = Enumeration.of(Plain)
    assert (plain.values, plain.ordered) == ((Plain.YES, Plain.NO), False)
    assert plain.label("no", "fr") == "no"
    assert Enumeration("Level", tuple(map(str, Level)), LEVEL.labels, ordered=True) == LEVEL


def test_a_value_is_shown_as_a_reader_writes_it() -> None:
    for domain, value, fr, en in [
        (LEVEL, "regional", "Régional", "Regional"),
        (Boolean(), True, "oui", "yes"),
        (Boolean(), False, "non", "no"),
        (Integer(), -3, "-3", "-3"),
        (Number(), Decimal("5.5"), "5,5", "5.5"),
        (Number(), Decimal("1E-7"), "0,0000001", "0.0000001"),
        (Number(), 6, "6", "6"),
        (Day(), date(2024, 2, 9), "09/02/2024", "9 February 2024"),
        (Day(), date(987, 2, 9), "09/02/0987", "9 February 987"),
    ]:
        assert (domain.label(value, "fr"), domain.label(value, "en")) == (fr, en), value


@pytest.mark.parametrize(
    ("domain", "value"),
    [
        (LEVEL, "unheard"),
        (LEVEL, {"missing": "absent"}),
        (Boolean(), 1),
        (Integer(), "3"),
        (Number(), "abc"),
        (Number(), "NaN"),
        (Number(), None),
        (Number(), []),
        (Day(), "2024-02-30"),
        (Day(), 20240229),
        (Day(), None),
    ],
)
def test_a_value_that_is_not_decoded_is_refused(domain: Domain, value: Any) -> None:
    with pytest.raises(ValueError, match=r"refused|Invalid isoformat|out of range|must be in range"):
        domain.decode(value)


def test_the_values_next_to_an_end_of_the_calendar_or_a_long_decimal_are_found() -> None:
    assert (Day().above(date.max), Day().beneath(date.min)) == (date.max, date.min)
    assert (Day().above(date(2024, 2, 28)), Day().beneath(date(2024, 3, 1))) == (date(2024, 2, 29),) * 2
    long = Decimal("123456789012345678901234567890.5")
    assert (Number().above(long), Number().beneath(long)) == (
        123456789012345678901234567891,
        123456789012345678901234567890,
    )
    assert (Number().above(-3), Number().beneath(-3)) == (-2, -4)


@pytest.mark.parametrize("domain", [LEVEL, Boolean(), Integer(0, 3), Number(0, 0.5), Day(date(2024, 1, 1), None)])
def test_domains_compare_copy_and_travel(domain: Domain) -> None:
    for other in (copy.copy(domain), copy.deepcopy(domain), pickle.loads(pickle.dumps(domain))):
        assert other == domain
        assert hash(other) == hash(domain)
    assert domain.expected.fr
