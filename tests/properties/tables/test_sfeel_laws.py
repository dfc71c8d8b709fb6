"""Conditions written in S-FEEL and read back, and S-FEEL's own meaning of what is written."""

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import Condition, Enumeration, Number
from reclamation_core.tables.sfeel import read_condition, read_value, tokens, write_condition, write_value
from reclamation_core.wording import Wording
from tests.properties.tables.oracle import Fact
from tests.properties.tables.specs import condition, conditions, domain_of, facts_asked, values_of

ENDS: st.SearchStrategy[Any] = st.sampled_from([0, 1, Decimal("2.5"), 6, 10])
POINTS = [Decimal(number) / 4 for number in range(-2, 44)]


@st.composite
def unary_tests(draw: st.DrawFn) -> tuple[str, Any]:
    """A text of S-FEEL about numbers, and its meaning in the standard. Shrinks towards one number."""
    form = draw(st.sampled_from(["value", "comparison", "range"]))
    if form == "value":
        number = draw(ENDS)
        return str(number), lambda value: value == number
    if form == "comparison":
        sign, bound = draw(st.sampled_from(["<", "<=", ">", ">="])), draw(ENDS)
        meanings: dict[str, Any] = {
            "<": lambda value: value < bound,
            "<=": lambda value: value <= bound,
            ">": lambda value: value > bound,
            ">=": lambda value: value >= bound,
        }
        return f"{sign}{draw(st.sampled_from(['', ' ']))}{bound}", meanings[sign]
    low, high = sorted(draw(st.lists(ENDS, min_size=2, max_size=2, unique=True)))
    start, end = draw(st.sampled_from("[](")), draw(st.sampled_from("][)"))
    return (
        f"{start}{low}..{high}{end}",
        lambda value: (
            (low <= value if start == "[" else low < value) and (value <= high if end == "]" else value < high)
        ),
    )


@given(st.lists(unary_tests(), min_size=1, max_size=3), st.booleans(), st.booleans())
def test_a_list_holds_of_what_one_of_its_tests_holds_of_and_not_of_the_rest(
    tests: list[tuple[str, Any]], null: bool, negated: bool
) -> None:
    listed = ", ".join([text for text, _ in tests] + ["null"] * null)
    found = read_condition(f"not({listed})" if negated else listed, Number(), absent=True)
    for value in POINTS:
        assert found.holds(value) is (any(meaning(value) for _, meaning in tests) is not negated)
    assert found.holds(ABSENT) is (null is not negated)
    assert read_condition(write_condition(found, absent=True), Number(), absent=True) == found


@given(facts_asked(name="x"), st.data())
def test_conditions_and_values_are_read_back_as_they_were_written(fact: Fact, data: st.DataObject) -> None:
    asked = condition(data.draw(conditions(fact)))
    assert read_condition(write_condition(asked, fact.absent), domain_of(fact.kind, fact), absent=fact.absent) == asked
    value = data.draw(values_of(fact).filter(lambda drawn: drawn is not ABSENT))
    domain = domain_of(fact.kind, fact)
    assert read_value(write_value(domain.check(value)), domain) == domain.check(value)


@given(st.lists(st.text(min_size=1), min_size=1, max_size=3, unique=True))
def test_codes_of_any_letters_are_quoted_so_that_they_are_read_back(codes: list[str]) -> None:
    domain = Enumeration("Codes", tuple(codes), tuple(Wording("x", "x") for _ in codes))
    listed = Condition("is_in", tuple(codes))  # type: ignore[arg-type]
    assert read_condition(write_condition(listed), domain).values == tuple(codes)


@given(st.one_of(st.text(), st.text(alphabet='<>=[]()., -"0123456789nulltrefas')))
def test_any_text_is_a_condition_or_is_refused_with_its_place(text: str) -> None:
    try:
        found = read_condition(text, Number(0, 10), absent=True)
    except FaultsError as error:
        (fault,) = error.faults
        assert fault.value == text
        assert re.match(r"(at character \d+|at the end)", fault.expected.en)
    else:
        assert read_condition(write_condition(found, absent=True), Number(0, 10), absent=True) == found


@pytest.mark.parametrize("absent", [False, True])
def test_a_dash_is_any_value(absent: bool) -> None:
    assert read_condition(" - ", Number(), absent=absent).holds(ABSENT)


@given(st.one_of(st.text(), st.text(alphabet='"\\\\.1aé@date(){} \n')))
def test_the_words_of_any_text_follow_each_other_and_leave_out_spaces_alone(text: str) -> None:
    rest = text
    for word in list(tokens(text))[:-1]:
        written = word.text if word.kind != "date" else re.escape(word.text)
        pattern = r"\s*" + (re.escape(written) if word.kind != "date" else rf'(?:date\s*\(|@)\s*"{written}"(?:\s*\))?')
        found = re.match(pattern, rest)
        assert found, (word, rest)
        rest = rest[found.end() :]
    assert not rest.strip()
