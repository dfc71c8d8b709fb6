from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest

from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.documents.canonical import first_link, link, links
from reclamation_core.errors import FaultsError
from reclamation_core.wording import Wording


class Colour(StrEnum):
    RED = "red"


class Size(IntEnum):
    BIG = 3


def test_keys_are_sorted_by_code_point_and_nothing_is_spaced_or_escaped() -> None:
    document = {"b": [1, True, None], "a": "é\n", "B": {}, "é": "\N{PILE OF POO}"}
    assert canonical_json(document) == '{"B":{},"a":"é\\n","b":[1,true,null],"é":"\N{PILE OF POO}"}'


def test_equal_values_have_one_text() -> None:
    for value, text in [
        (1.0, "1"),
        (-0.0, "0"),
        (Decimal("1.00"), "1"),
        (Decimal("1E+3"), "1000"),
        (0.5, "0.5"),
        (Decimal("0.5"), "0.5"),
        (Decimal("0.1"), "0.1"),
        (2**60 + 1, "1152921504606846977"),
        (Decimal(2**60), "1152921504606846976"),
        (True, "true"),
        (Size.BIG, "3"),
        (Colour.RED, '"red"'),
        ((1, 2), "[1,2]"),
        ({Colour.RED: Colour.RED}, '{"red":"red"}'),
        (MappingProxyType({Colour.RED: 1.0}), '{"red":1}'),
    ]:
        assert canonical_json(value) == text, value


@pytest.mark.parametrize("value", [{1, 2}, b"a", object(), 1j, {"a": {"b": {1}}}])
def test_a_value_without_a_json_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match=r"^(set|bytes|object|complex) has no place in a JSON document: "):
        canonical_json(value)


@pytest.mark.parametrize("key", [1, None, True, ("a",)])
def test_a_key_that_is_not_a_text_is_refused(key: object) -> None:
    with pytest.raises(TypeError, match=r"^a key of a JSON document is a string, got "):
        canonical_json({"a": [{key: 1}]})


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_a_binary_number_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant"):
        canonical_json([value])


@pytest.mark.parametrize(
    "text", ["NaN", "sNaN", "Infinity", "-Infinity", "1E+400", "0.12345678901234567890", "1E+999999"]
)
def test_a_decimal_that_a_json_number_would_change_is_refused(text: str) -> None:
    with pytest.raises(
        ValueError, match=r" is not finite or has more digits than a JSON number keeps; write it as text$"
    ):
        canonical_json(Decimal(text))


@pytest.mark.parametrize("document", ["\ud800", {"a": [1, "b", "\udfff"]}, {"\ud800": 1}])
def test_half_of_a_surrogate_pair_is_refused(document: object) -> None:
    with pytest.raises(ValueError, match=r"^a text that UTF-8 cannot write \(half of a surrogate pair\): '"):
        canonical_json(document)


def test_a_document_that_holds_itself_is_refused() -> None:
    document: list[Any] = []
    document.append(document)
    with pytest.raises(ValueError, match=r"^the document is nested too deeply, or holds itself$"):
        canonical_json(document)


def test_a_text_is_read_as_the_document_that_it_holds() -> None:
    assert parse_json('{"a": [1, 2.5, "é", true, null], "b": {}}') == {"a": [1, 2.5, "é", True, None], "b": {}}


@pytest.mark.parametrize("text", ["", "{", "{'a': 1}", "[1,]", "1 2", "\ufeff{}", '"\n"', "[" * 200_000, "9" * 5000])
def test_a_text_that_is_not_json_is_refused_in_both_languages(text: str) -> None:
    with pytest.raises(FaultsError, match=r"JSON text is expected \(") as refusal:
        parse_json(text)
    (fault,) = refusal.value.faults
    assert (fault.path, fault.value) == ("$", text)
    assert fault.expected.fr.startswith("un texte JSON est attendu (")


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999"])
def test_a_number_that_is_not_finite_is_refused_by_name(text: str) -> None:
    with pytest.raises(FaultsError, match=r"a finite number is expected$") as refusal:
        parse_json(f'{{"a": [{text}]}}')
    (fault,) = refusal.value.faults
    assert (fault.path, fault.value, fault.expected.fr) == ("$", text, "un nombre fini est attendu")


def test_every_repeated_key_is_reported_with_its_last_value() -> None:
    with pytest.raises(FaultsError, match=r"each key may be given only once") as refusal:
        parse_json('[{"a": 1, "b": 2, "c": 3, "b": 4, "a": 5, "a": 6}]')
    assert [(fault.path, fault.value) for fault in refusal.value.faults] == [("[0].a", 6), ("[0].b", 4)]
    assert refusal.value.faults[0].expected == Wording(
        "chaque clé ne peut être donnée qu'une fois", "each key may be given only once"
    )


def test_a_link_of_a_hash_chain_depends_on_every_text_before_it() -> None:
    chain = list(links("R-1", ["un", "deux", "trois"]))
    assert chain[0] == link(first_link("R-1"), "un")
    assert list(links("R-1", ["un", "deux"])) == chain[:2]
    assert list(links("R-1", ["un", "2", "trois"]))[2] != chain[2]
    assert next(links("R-2", ["un", "deux", "trois"])) != chain[0]
    assert list(links("R-1", [])) == []
