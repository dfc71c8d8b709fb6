"""S-FEEL, word for word as DMN 1.3 has it."""

from datetime import date
from decimal import Decimal

import pytest

from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.tables import (
    Boolean,
    Day,
    Domain,
    Enumeration,
    Integer,
    Number,
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
from reclamation_core.tables.sfeel import Token, read_condition, read_value, tokens, write_condition, write_value
from reclamation_core.wording import Wording
from tests.unit.tables.samples import LEVEL

LEAP = date(2024, 2, 29)


def test_an_expression_is_parsed_to_its_condition() -> None:
    for text, domain, expected in [
        ("< 6", Number(0, 10), below(6)),
        ("<=5.5", Number(0, 10), at_most(Decimal("5.5"))),
        (">= .5", Number(), at_least(Decimal("0.5"))),
        ("> -3", Integer(), above(-3)),
        ("6.0", Integer(), is_(6)),
        ("[1..5]", Integer(), between(1, 5)),
        ("]1..5[", Number(), between(1, 5, low_included=False, high_included=False)),
        ("(1..5)", Number(), between(1, 5, low_included=False, high_included=False)),
        ("[1..5[", Number(), between(1, 5, high_included=False)),
        ("]1.5..2.5]", Number(), between(Decimal("1.5"), Decimal("2.5"), low_included=False)),
        ("[-5..-1]", Integer(), between(-5, -1)),
        ('"local","national"', LEVEL, is_in("local", "national")),
        ("local , national", LEVEL, is_in("local", "national")),
        ('not("local")', LEVEL, is_not("local")),
        ("not(< 2, 5)", Number(), is_not(below(2), 5)),
        ("< 2, 5, [7..8]", Number(), is_in(below(2), 5, between(7, 8))),
        ("true", Boolean(), is_(True)),
        ("false", Boolean(), is_(False)),
        ('date("2024-02-29")', Day(), is_(LEAP)),
        ('>= date( "2024-02-29" )', Day(), at_least(LEAP)),
        ("-", LEVEL, any_value()),
    ]:
        assert read_condition(text, domain) == expected, text


def test_null_is_absent_and_passes_a_negation_that_does_not_name_it() -> None:
    for text, expected in [
        ("null", absent()),
        ('"local", null', is_in("local", ABSENT)),
        ("not(null)", is_not(ABSENT)),
        ('not("local")', all_but("local")),
        ('not("local", null)', is_not("local")),
        ('not(null, "local")', is_not("local")),
        ("-", any_value()),
    ]:
        assert read_condition(text, LEVEL, absent=True) == expected, text
        assert read_condition(write_condition(expected, absent=True), LEVEL, absent=True) == expected, text


@pytest.mark.parametrize(
    ("text", "domain", "told"),
    [
        ("", LEVEL, 'at the end, expected: one of local, regional, national; possible forms: "local", '),
        ("", Boolean(), "possible forms: true, false, not(true), -"),
        ("< 6 7", Number(), "at character 5, '7', expected: the end of the expression"),
        ("1..5", Number(), "at character 2, '..', expected: the end of the expression"),
        ("[1..5", Number(), "at the end, expected: ']' or '['"),
        ("[1 5]", Number(), "at character 4, '5', expected: '..'"),
        ('not "local"', LEVEL, "at character 5, '\"local\"', expected: '('"),
        ('not("local"', LEVEL, "at the end, expected: ')'"),
        ("[5..1]", Number(), "at character 1, '[', expected: a range that holds values, the least first"),
        ("]5..5]", Number(), "at character 1, ']', expected: a range that holds values"),
        ("< 11", Number(0, 10), "at character 3, '11', expected: a number from 0 to 10"),
        ("< null", Number(), "at character 3, 'null', expected: a number"),
        ('< "local"', LEVEL, "at character 3, '\"local\"', expected: an equality (one of local, regional, national)"),
        ('"ailleurs"', LEVEL, "at character 1, '\"ailleurs\"', expected: one of local, regional, national"),
        ("vrai", Boolean(), "at character 1, 'vrai', expected: true or false"),
        ("1", Boolean(), "at character 1, '1', expected: true or false"),
        ("null", LEVEL, "at character 1, 'null', expected: one of local"),
        ("5.5", Integer(), "at character 1, '5.5', expected: a whole number"),
        (
            "5.5.5",
            Number(),
            "at character 1, '5.5.5', expected: a number; possible forms: < 6, [1..5], ]1..5[, 3, not(3), -",
        ),
        ("1e3", Number(), "at character 1, '1e3', expected: a number; possible forms"),
        ("€", Number(), "at character 1, '€', expected: a number; possible forms"),
        ('date("2024-02-30")', Day(), "at character 1, '2024-02-30', expected: a day, like date(\"2026-05-02\")"),
        ("]", Day(), "possible forms: < date("),
        ("9" * 5000, Number(), f"at character 1, '{'9' * 40}…', expected: a number"),
    ],
)
def test_a_condition_outside_the_domain_is_refused_with_its_position(text: str, domain: Domain, told: str) -> None:
    with pytest.raises(FaultsError) as refused:
        read_condition(text, domain)
    (fault,) = refused.value.faults
    assert (fault.path, fault.value) == ("", text)
    assert told in fault.expected.en


def test_a_refused_condition_has_the_allowed_forms_and_null_where_one_may_be() -> None:
    with pytest.raises(FaultsError, match="at character 1, 'vrai', expected: true or false"):
        read_condition("vrai", Boolean())
    with pytest.raises(FaultsError, match=r'possible forms: "local", "local","regional", not\("local"\), null, -'):
        read_condition("", LEVEL, absent=True)
    with pytest.raises(FaultsError, match=r'possible forms: "one", not\("one"\), -'):
        read_condition("", Enumeration("One", ("one",), (Wording("un", "one"),)))
    with pytest.raises(FaultsError, match="expected: a number"):
        read_condition("< null", Number(), absent=True)


def test_a_value_alone_is_a_literal_and_no_test() -> None:
    for text in ("< 6", "6, 7", "-"):
        with pytest.raises(FaultsError, match="expected"):
            read_value(text, Number())
    assert write_value(ABSENT) == "null"


def test_a_condition_is_written_in_its_shortest_form() -> None:
    for condition, text in [
        (below(6), "< 6"),
        (is_in(1, at_least(3)), "1,>= 3"),
        (is_not(1, 2), "not(1,2)"),
        (between(1, 2, low_included=False), "(1..2]"),
        (any_value(), "-"),
    ]:
        assert write_condition(condition) == text, condition


@pytest.mark.parametrize("escaped", [r'"a\"b"', r'"a\\b"', r'"a\nb"', r'"a\tb"', r'"a\rb"', '"aéb"'])
def test_escapes_are_those_of_the_standard(escaped: str) -> None:
    from reclamation_core.tables import Enumeration
    from reclamation_core.wording import Wording

    meant = {r'"a\"b"': 'a"b', r'"a\\b"': "a\\b", r'"a\nb"': "a\nb", r'"a\tb"': "a\tb", r'"a\rb"': "a\rb"}
    code = meant.get(escaped, "aéb")
    domain = Enumeration("Codes", (code,), (Wording("x", "x"),))
    assert read_value(escaped, domain) == code
    assert read_value(write_value(code), domain) == code
    assert read_value(r'"a\u00e9b"', Enumeration("Codes", ("aéb",), (Wording("x", "x"),))) == "aéb"


def test_a_code_point_is_read_in_each_of_its_forms() -> None:
    for escaped, code in [
        (r'"\u00e9"', "é"),
        (r'"\U01F600"', "😀"),
        (r'"\uD83D\uDE00"', "😀"),
        ('"\\\\u00e9"', "\\u00e9"),
    ]:
        assert read_value(escaped, Enumeration("Codes", (code,), (Wording("x", "x"),))) == code, escaped


@pytest.mark.parametrize(
    "literal", [r'"a\/b"', r'"\d"', r'"\u12"', r'"\uD83D"', r'"\U110000"', r'"\U00D83D"', '"\\\n"']
)
def test_an_escape_sequence_that_feel_has_not_is_refused(literal: str) -> None:
    with pytest.raises(FaultsError, match=r"at character 1, .* expected: one of x"):
        read_value(literal, Enumeration("Codes", ("x",), (Wording("x", "x"),)))


@pytest.mark.parametrize("literal", ['@"2024-02-29"', 'date("2024-02-29")', '@ "2024-02-29"'])
def test_a_date_is_read_in_both_forms(literal: str) -> None:
    assert read_value(literal, Day()) == LEAP


@pytest.mark.parametrize("day", ["20240229", "2024-W09-4", "2024-2-29", "PT5H", "２０２４-02-29"])
def test_a_date_in_another_form_is_refused(day: str) -> None:
    with pytest.raises(FaultsError, match="expected: a day"):
        read_value(f'date("{day}")', Day())


@pytest.mark.parametrize("text", ["1" * 16_000 + "a", '"' + r"\"" * 8_000, "1." * 8_000, '"a" , "' + "b" * 9_000])
def test_no_character_is_read_twice_where_a_word_is_none(text: str) -> None:
    words = list(tokens(text))
    assert len(words) <= 4
    assert words[-1] == Token("end", "", len(text))


def test_a_text_beyond_the_longest_is_one_stray_word() -> None:
    longest, too_long = "1," * 50_000, "1," * 50_000 + "1"
    assert len(list(tokens(longest))) == 100_001
    assert list(tokens(too_long)) == [Token("stray", too_long, 0), Token("end", "", 100_001)]


def test_long_texts_and_lists_are_refused_before_they_are_read() -> None:
    with pytest.raises(FaultsError, match="at most 100000 characters are expected"):
        read_condition("1" * 100_001, Number())
    assert len(read_condition(",".join(["1"] * 2_000), Number()).values) == 2_000
    with pytest.raises(FaultsError, match="expected: at most 2000 values"):
        read_condition(",".join(["1"] * 2_001), Number())


def test_a_bare_name_is_a_code_or_a_variable_by_option() -> None:
    assert read_condition("local", LEVEL) == is_("local")
    assert read_value("local", LEVEL) == "local"
    for text in ("local", 'not(local, "national")'):
        with pytest.raises(FaultsError, match=r"'local', expected: one of .*; a name without quotes is a variable"):
            read_condition(text, LEVEL, bare_codes=False)
    with pytest.raises(FaultsError, match="a name without quotes is a variable"):
        read_value("local", LEVEL, bare_codes=False)
    assert read_condition('"local"', LEVEL, bare_codes=False) == is_("local")
    assert read_condition("true, null", Boolean(), absent=True, bare_codes=False) == is_in(True, ABSENT)
