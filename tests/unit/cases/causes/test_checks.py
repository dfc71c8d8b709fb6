from datetime import UTC, date, datetime

import pytest

from reclamation_core.cases import Method
from reclamation_core.cases.causes import RootCause, checks
from reclamation_core.cases.causes.checks import is_visible, key
from reclamation_core.errors import REDACTED, FaultsError


@pytest.mark.parametrize("value", ["", " \t\n", "\u200b", "\x07", None, 3, b"", []])
def test_what_shows_nothing_is_no_text(value: object) -> None:
    assert [(fault.path, fault.value) for fault in checks.text("where", value)] == [("where", value)]


@pytest.mark.parametrize("value", ["half \ud800", "nul \0", b"octets", ["texte"], {"a": "texte"}])
def test_what_may_hold_words_is_refused_without_them(value: object) -> None:
    assert [(fault.path, fault.value) for fault in checks.text("where", value)] == [("where", REDACTED)]


@pytest.mark.parametrize("value", ["é", " une phrase ", "日本", "-"])
def test_what_a_reader_sees_is_a_text(value: str) -> None:
    assert list(checks.text("where", value)) == []


@pytest.mark.parametrize("value", ["Planning", "2nd", "a-b", "", "a\n", "é", None, 1])
def test_a_code_is_small_letters_digits_and_underscores(value: object) -> None:
    assert [fault.path for fault in checks.code("family", value)] == ["family"]
    assert list(checks.code("family", "planning_2")) == []


@pytest.mark.parametrize("value", [datetime(2026, 5, 4, tzinfo=UTC), "2026-05-04", None, 20260504])
def test_a_day_is_a_date_and_nothing_else(value: object) -> None:
    assert [fault.path for fault in checks.day("day", value)] == ["day"]
    assert list(checks.day("day", date(2026, 5, 4))) == []


@pytest.mark.parametrize("value", [0, 1, "oui", None])
def test_a_truth_is_true_or_false_and_nothing_else(value: object) -> None:
    assert [fault.path for fault in checks.truth("needed", value)] == ["needed"]
    assert list(checks.truth("needed", False)) == []


@pytest.mark.parametrize("check", [checks.code, checks.day, checks.truth, checks.a(Method), checks.a(RootCause)])
@pytest.mark.parametrize("value", ["Mme Roy est déçue", {"a": "Mme Roy"}, ["Mme Roy"], b"Roy"], ids=repr)
def test_a_value_in_place_of_a_text_is_redacted(check: checks.Check, value: object) -> None:
    assert [(fault.path, fault.value) for fault in check("where", value)] == [("where", REDACTED)]


def test_every_item_is_checked_and_too_few_are_reported() -> None:
    found = list(checks.items("actions", ("", "a", 3), checks.text, at_least=4))
    assert [fault.path for fault in found] == ["actions[0]", "actions[2]", "actions"]
    assert found[-1].expected.en == "at least 4 item(s) expected"


@pytest.mark.parametrize("value", ["texte", {"a": 1}, None, iter(())])
def test_only_a_list_or_a_tuple_holds_items(value: object) -> None:
    assert [fault.path for fault in checks.items("causes", value, checks.text, at_least=0)] == ["causes"]


def test_a_list_becomes_a_tuple_and_a_text_stays_what_it_is() -> None:
    assert (checks.as_tuple(["a"]), checks.as_tuple("a")) == (("a",), "a")


def test_statements_are_alike_but_for_case_spacing_stops_and_composition() -> None:
    for other in ["le formateur  ETAIT absent", "Le formateur etait\nabsent.", "le formateur etait absent !"]:
        assert key(other) == key("Le formateur etait absent"), other
    assert key("e\u0301te\u0301") == key("été")
    assert key("...") == "..."
    assert key("...") != key("?")
    assert key("pêche") != key("pèche")


def test_a_space_is_invisible() -> None:
    assert not is_visible("\u00a0\u2003")


def test_all_faults_are_reported_together() -> None:
    with pytest.raises(FaultsError, match=r"statement: .*\nfamily: ") as caught:
        RootCause(" ", "Not a code")
    assert [fault.value for fault in caught.value.faults] == [" ", REDACTED]
