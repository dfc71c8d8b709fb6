from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from enum import Enum
from typing import Any

import attrs
import cattrs
import pytest

from reclamation_core.documents import configure_converter, make_converter, structure
from reclamation_core.documents.faults import refusal
from reclamation_core.errors import Fault, FaultsError, WordedError
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.wording import Wording
from tests.unit.documents.enumerations import Colour, Mood, Size


class Nowhere(tzinfo):
    """A time zone that does not know its own offset: a datetime in it is as good as naive."""

    def utcoffset(self, _: datetime | None) -> None: ...

    dst = utcoffset

    def tzname(self, _: datetime | None) -> str:
        return "nowhere"


NUMBER_ABOVE_ZERO = Wording("un nombre positif est attendu", "a positive number is expected")


def above_zero(_: object, __: attrs.Attribute[int], value: int) -> None:
    if value <= 0:
        raise FaultsError((Fault("number", value, NUMBER_ABOVE_ZERO),))


@attrs.frozen
class Leaf:
    number: int = attrs.field(validator=above_zero)
    name: str = "x"


@attrs.frozen
class Tree:
    leaves: tuple[Leaf, ...]
    named: dict[str, Leaf] = attrs.Factory(dict)
    first: Leaf | None = None
    day: date | None = None


def faults(document: object, cls: type[Any]) -> list[tuple[str, object, str]]:
    with pytest.raises(FaultsError) as refusal:
        structure(make_converter(), document, cls)
    return [(fault.path, fault.value, fault.expected.en) for fault in refusal.value.faults]


def expected_of(value: object, cls: Any) -> Wording:
    """Return the expectation of a refusal, after checking that its path is the root and that it has the value."""
    with pytest.raises(FaultsError) as refusal:
        structure(make_converter(), value, cls)
    (fault,) = refusal.value.faults
    assert (fault.path, fault.value) == ("$", value)
    return fault.expected


PARIS_SUMMER = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("cls", "value", "document"),
    [
        (str, "é", "é"),
        (bool, False, False),
        (int, 12, 12),
        (float, 0.5, 0.5),
        (Decimal, Decimal("6.50"), "6.50"),
        (date, date(2026, 5, 2), "2026-05-02"),
        (time, time(17, 30), "17:30:00"),
        (datetime, datetime(2026, 5, 2, 9, 30, tzinfo=PARIS_SUMMER), "2026-05-02T09:30:00+02:00"),
        (datetime, datetime(2026, 5, 2, 9, 30, tzinfo=UTC), "2026-05-02T09:30:00+00:00"),
        (Colour, Colour.BLUE, "blue"),
        (Size, Size.BIG, 3),
        (Mood, Mood.CALM, "calm"),
        (Missing, UNKNOWN, {"missing": "unknown"}),
        (Missing, ABSENT, {"missing": "absent"}),
        (tuple[Colour, ...], (Colour.RED, Colour.BLUE), ["red", "blue"]),
        (list[int], [1, 2], [1, 2]),
        (Sequence[int], (1, 2), [1, 2]),
        (tuple[int, str], (1, "a"), [1, "a"]),
        (dict[str, Size], {"a": Size.BIG}, {"a": 3}),
        (Mapping[str, int], {"a": 3}, {"a": 3}),
        (Leaf, Leaf(1, "a"), {"number": 1, "name": "a"}),
        (
            Tree,
            Tree((Leaf(1),), {"a": Leaf(2)}, Leaf(3), date(2026, 5, 2)),
            {
                "leaves": [{"number": 1, "name": "x"}],
                "named": {"a": {"number": 2, "name": "x"}},
                "first": {"number": 3, "name": "x"},
                "day": "2026-05-02",
            },
        ),
    ],
)
def test_a_value_is_written_by_its_encoding_and_read_back(cls: Any, value: object, document: object) -> None:
    converter = make_converter()
    written = converter.unstructure(value, unstructure_as=cls)
    read = structure(converter, document, cls)
    assert written == document or (written == value and isinstance(value, tuple))
    assert not isinstance(written, Enum)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("cls", "document", "value"),
    [
        (float, 2, 2.0),
        (float, Decimal("0.5"), 0.5),
        (Decimal, 6, Decimal(6)),
        (Decimal, Decimal("6.5"), Decimal("6.5")),
        (date, date(2026, 5, 2), date(2026, 5, 2)),
        (time, time(17, 30), time(17, 30)),
        (datetime, datetime(2026, 5, 2, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)),
        (Colour, Colour.RED, Colour.RED),
        (tuple[int, ...], (1, 2), (1, 2)),
    ],
)
def test_values_that_toml_parses_are_accepted(cls: Any, document: object, value: object) -> None:
    read = structure(make_converter(), document, cls)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(
    ("cls", "values", "fr", "en"),
    [
        (str, [1, None, True, ["a"], b"a", Colour.RED], "un texte est attendu", "a text is expected"),
        (str, ["a\ud800"], "un texte Unicode valide est attendu", "a valid Unicode text is expected"),
        (str, ["a\0"], "un texte sans caractère nul est attendu", "a text without a NUL character is expected"),
        (bool, [0, 1, "true", "non", None], "vrai ou faux est attendu (true, false)", "true or false is expected"),
        (int, [True, "12", 1.0, None, Size.BIG], "un nombre entier est attendu", "an integer is expected"),
        (float, [True, "1.5", float("inf"), None], "un nombre fini est attendu", "a finite number is expected"),
        (
            Decimal,
            [0.1, True, None, "six", "", "NaN", "Infinity", Decimal("sNaN")],
            "un nombre décimal écrit comme texte est attendu, comme « 6.5 »",
            'a decimal number written as text is expected, like "6.5"',
        ),
        (
            date,
            ["2026-02-30", "02/05/2026", "", 20260502, None, datetime(2026, 5, 2, tzinfo=UTC)],
            "une date AAAA-MM-JJ est attendue",
            "a date YYYY-MM-DD is expected",
        ),
        (
            time,
            ["25:00", "5 pm", "", 17, None, datetime(2026, 5, 2, tzinfo=UTC)],
            "une heure HH:MM est attendue",
            "a time HH:MM is expected",
        ),
        (
            datetime,
            ["2026-05-02T09:30:00", "2026-05-02", "demain", 0, None, datetime(2026, 5, 2), date(2026, 5, 2), time(9)],  # noqa: DTZ001  a naive one
            "une date et une heure avec leur décalage sont attendues, comme 2026-05-02T09:30:00+02:00",
            "a date and a time with their offset are expected, like 2026-05-02T09:30:00+02:00",
        ),
        (
            Missing,
            ["unknown", {"missing": "lost"}, {"missing": []}, {"missing": "absent", "a": 1}, {}, None, [], UNKNOWN],
            '{"missing": "unknown"} ou {"missing": "absent"} est attendu',
            '{"missing": "unknown"} or {"missing": "absent"} is expected',
        ),
        (
            Colour,
            ["green", "RED", "Red", None, 1, Mood.CALM, ["red"], {"red": 1}],
            "une de ces valeurs est attendue : red, blue",
            "one of these is expected: red, blue",
        ),
        (Size, ["3", True, 2, None], "une de ces valeurs est attendue : 1, 3", "one of these is expected: 1, 3"),
        (Mood, ["loud", None], "une de ces valeurs est attendue : calm", "one of these is expected: calm"),
        (tuple[str, ...], ["abc", {"a": 1}, {"a"}, None, 5], "une liste est attendue", "a list is expected"),
        (list[int], ["12", {1: 1}], "une liste est attendue", "a list is expected"),
        (tuple[int, str], ["1a", None], "une liste est attendue", "a list is expected"),
        (
            tuple[int, str],
            [[], [1], [1, "a", 2]],
            "une liste de 2 éléments est attendue",
            "a list of 2 items is expected",
        ),
        (
            Leaf,
            [5, None, "number", [1, "a"], [("number", 1)]],
            "un objet (des clés et leurs valeurs) est attendu",
            "an object (keys and their values) is expected",
        ),
        (
            dict[str, int],
            [5, [("a", 1)], None],
            "un objet (des clés et leurs valeurs) est attendu",
            "an object (keys and their values) is expected",
        ),
        (
            Leaf,
            [{1: 1}, {"number": 1, None: 2}],
            "les clés d'un objet sont des textes",
            "the keys of an object are texts",
        ),
        (dict[str, int], [{1: 1}], "les clés d'un objet sont des textes", "the keys of an object are texts"),
    ],
)
def test_nothing_is_guessed_from_a_value_of_another_kind(cls: Any, values: list[object], fr: str, en: str) -> None:
    assert {expected_of(value, cls) for value in values} == {Wording(fr, en)}


def test_a_datetime_whose_zone_does_not_know_its_offset_is_refused_both_ways() -> None:
    nowhere = datetime(2026, 5, 2, tzinfo=Nowhere())
    assert expected_of(nowhere, datetime).en.startswith("a date and a time with their offset are expected")
    with pytest.raises(ValueError, match=r"^a naive datetime has no place in a document: .*; give it a time zone$"):
        make_converter().unstructure(nowhere)


def test_all_faults_are_reported_at_once_with_path_and_value() -> None:
    document = {
        "leaves": [{"number": "x", "nmae": "a"}, {"number": 1}, 7, {"number": -1}],
        "named": {"a": {"number": None}, "": {}},
        "day": "soon",
        "first": {},
        "z": 1,
        "colour": "red",
    }

    assert faults(document, Tree) == [
        ("$.leaves[0].number", "x", "an integer is expected"),
        ("$.leaves[0].nmae", "a", "unknown key; remove it or correct its name"),
        ("$.leaves[2]", 7, "an object (keys and their values) is expected"),
        ("$.leaves[3].number", -1, "a positive number is expected"),
        ("$.named.a.number", None, "an integer is expected"),
        ("$.named..number", ABSENT, "this key is required; give it"),
        ("$.first.number", ABSENT, "this key is required; give it"),
        ("$.day", "soon", "a date YYYY-MM-DD is expected"),
        ("$.colour", "red", "unknown key; remove it or correct its name"),
        ("$.z", 1, "unknown key; remove it or correct its name"),
    ]


def test_a_refusal_by_the_class_has_its_message() -> None:
    @attrs.frozen
    class Even:
        number: int

        def __attrs_post_init__(self) -> None:
            if self.number % 2:
                raise ValueError("the number is odd")

    wording = expected_of({"number": 3}, Even)
    assert wording == Wording("valeur refusée : the number is odd", "refused: the number is odd")


def below_the_ceiling(instance: Any, _: object, value: int) -> None:
    if value > instance.ceiling:
        raise ValueError(f"above {instance.ceiling}")


def in_order(values: list[int]) -> list[int]:
    return sorted(values)


@attrs.frozen
class Bounded:
    ceiling: int
    floor: int = attrs.field(default=0, validator=below_the_ceiling)
    leaf: Leaf | None = attrs.field(
        default=None, validator=attrs.validators.optional(attrs.validators.instance_of(Leaf))
    )
    marks: list[int] = attrs.field(factory=list, converter=in_order)


def test_a_refused_field_does_not_hide_the_next() -> None:
    document = {"ceiling": 3, "floor": 4, "leaf": {"number": 0}, "marks": "x", "z": 1}
    assert faults(document, Bounded) == [
        ("$.leaf.number", 0, "a positive number is expected"),
        ("$.marks", "x", "a list is expected"),
        ("$.z", 1, "unknown key; remove it or correct its name"),
        ("$.floor", 4, "refused: above 3"),
    ]


@pytest.mark.parametrize("ceiling", [{}, {"ceiling": "three"}])
def test_a_validator_of_a_missing_field_is_skipped(ceiling: dict[str, object]) -> None:
    assert [path for path, _, _ in faults(ceiling | {"floor": 4}, Bounded)] == ["$.ceiling"]


def test_a_document_without_fault_is_read_through_converters_and_validators() -> None:
    read = structure(make_converter(), {"ceiling": 5, "floor": 4, "marks": [2, 1]}, Bounded)
    assert read == Bounded(5, 4, None, [1, 2])


def test_a_key_error_of_a_classs_own_is_not_taken_for_a_missing_key() -> None:
    def look_up(_: object, __: object, value: str) -> None:
        {"a": 1}[value]

    @attrs.frozen
    class Known:
        name: str = attrs.field(validator=look_up)

    assert expected_of({"name": "b"}, Known).en == "refused: 'b'"


def test_a_class_that_no_encoding_covers_is_the_programs_fault_and_not_the_documents() -> None:
    @attrs.frozen
    class Strange:
        anything: object

    with pytest.raises(cattrs.errors.StructureHandlerNotFoundError, match=r"Unsupported type: <class 'object'>"):
        structure(make_converter(), {"anything": 1}, Strange)


def test_a_converter_of_ones_own_learns_the_same_encodings() -> None:
    converter = cattrs.Converter()
    configure_converter(converter)
    assert converter.structure("2026-05-02", date) == date(2026, 5, 2)
    assert converter.unstructure(UNKNOWN) == {"missing": "unknown"}


def test_a_refusal_by_the_class_in_both_languages_has_both() -> None:
    class ClosedError(WordedError, ValueError):
        @property
        def wording(self) -> Wording:
            return Wording("le centre est fermé", "the centre is closed")

    def refuse(*_: Any) -> Any:
        raise ClosedError

    @attrs.frozen
    class Place:
        code: str = attrs.field(validator=refuse)

    with pytest.raises(FaultsError) as caught:
        structure(make_converter(), {"code": "CRE"}, Place)
    assert [(fault.path, fault.expected) for fault in caught.value.faults] == [
        ("$.code", Wording("le centre est fermé", "the centre is closed"))
    ]


def test_a_refusal_by_the_class_does_not_repeat_the_value() -> None:
    def refuse(*_: Any) -> Any:
        raise TypeError("code: a code is expected, got <object>")

    @attrs.frozen
    class Place:
        code: str = attrs.field(validator=refuse)

    with pytest.raises(FaultsError, match=r"^\$\.code: 'CRE'; refused: code: a code is expected$"):
        structure(make_converter(), {"code": "CRE"}, Place)


def test_what_cattrs_finds_no_mapping_is_a_value_of_another_type() -> None:
    found = refusal(AttributeError("'NoneType' object has no attribute 'items'"))
    assert (found.fr, found.en) == ("une valeur d'un autre type est attendue", "a value of another type is expected")
