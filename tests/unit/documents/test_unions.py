"""What may be of several types."""

from decimal import Decimal
from typing import Any, Literal

import attrs
import pytest

from reclamation_core.documents import make_converter, structure
from reclamation_core.documents.codec import Codec, Encoding
from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN, Absent, Unknown
from tests.unit.documents.enumerations import Colour


@attrs.frozen
class Leaf:
    colour: Colour | Unknown = UNKNOWN


UNKNOWN_IS = {"missing": "unknown"}
ABSENT_IS = {"missing": "absent"}


@pytest.mark.parametrize(
    ("annotation", "document", "value"),
    [
        (Colour | Unknown, "red", Colour.RED),
        (Colour | Unknown, UNKNOWN_IS, UNKNOWN),
        (bool | Unknown, False, False),
        (int | Absent | Unknown, 0, 0),
        (int | Absent | Unknown, ABSENT_IS, ABSENT),
        (int | Absent | Unknown, UNKNOWN_IS, UNKNOWN),
        (int | Absent | None, ABSENT_IS, ABSENT),
        (int | Absent | None, None, None),
        (Leaf | Unknown, {"colour": "blue"}, Leaf(Colour.BLUE)),
        (Leaf | Unknown | None, {"colour": UNKNOWN_IS}, Leaf()),
        (Leaf | Unknown | None, UNKNOWN_IS, UNKNOWN),
        (tuple[int, ...] | None, [1], (1,)),
        (Unknown, UNKNOWN_IS, UNKNOWN),
        (float | Decimal, 1.5, 1.5),
        (float | Decimal, 3, 3),
        (float | Decimal, 10**30, 10**30),
        (float | Decimal, "1.50", Decimal("1.50")),
        (float | Decimal | Absent, "2", Decimal(2)),
        (float | Decimal | Absent, ABSENT_IS, ABSENT),
        (float | Decimal | None, None, None),
        (bytes, "00ff", b"\x00\xff"),
        (Literal["a", 1], "a", "a"),
        (Literal["a", 1], 1, 1),
        (Literal["a"] | None, None, None),
    ],
)
def test_a_value_is_read_by_what_it_looks_like(annotation: Any, document: object, value: object) -> None:
    read = structure(make_converter(), document, annotation)
    assert (read, type(read)) == (value, type(value))


@pytest.mark.parametrize(("annotation", "values", "told"), [
    (Colour | Unknown, ["green", 1, [], True], "one of these is expected: red, blue"),
    (Colour | Unknown, [None, ABSENT_IS, {"missing": 1}, {"missing": []}], '{"missing": "unknown"} is expected'),
    (Colour | Unknown, [{"missing": "unknown", "a": 1}], '{"missing": "unknown"} is expected'),
    (int | Absent | Unknown, [None, {"missing": "?"}], '{"missing": "absent"} | {"missing": "unknown"} is expected'),
    (Unknown, [None, 1, "unknown", ABSENT_IS], '{"missing": "unknown"} is expected'),
    (bool | Unknown, [0, "oui", [], {}], "true or false is expected"),
    (Leaf | None, ["red", 1, []], "an object (keys and their values) is expected"),
    (float | Decimal, [True, None, [], float("inf")], "a finite number is expected"),
    (float | Decimal, ["six", "", "NaN"], 'a decimal number written as text is expected, like "6.5"'),
    (bytes, ["0", "zz", None, 1, []], "a text in hexadecimal is expected"),
    (Literal["a", 1], ["b", True, 1.0, None, []], "one of these is expected: a, 1"),
])  # fmt: skip
def test_nothing_is_tried_until_it_fits(annotation: Any, values: list[object], told: str) -> None:
    for value in values:
        with pytest.raises(FaultsError) as refusal:
            structure(make_converter(), value, annotation)
        assert [(fault.path, fault.value, fault.expected.en) for fault in refusal.value.faults] == [("$", value, told)]


def test_bytes_are_written_in_hexadecimal() -> None:
    assert make_converter().unstructure(b"\x00\xff") == "00ff"


@attrs.frozen
class Temperature:
    degrees: int


@attrs.frozen
class Weather:
    outside: Temperature
    inside: Temperature | None = None


def test_an_encoding_of_ones_own_takes_the_place_of_the_houses() -> None:
    degrees = Encoding(
        annotation=Temperature,
        read=lambda value, part: Temperature(part(value, int)),
        schema=lambda describe: describe(int),
    )
    codec = Codec(encodings=(degrees,))
    assert codec.read({"outside": 20, "inside": 21}, Weather) == Weather(Temperature(20), Temperature(21))
    with pytest.raises(FaultsError) as refusal:
        codec.read({"outside": 20, "inside": "21"}, Weather)
    assert [(fault.path, fault.expected.en) for fault in refusal.value.faults] == [
        ("$.inside", "an integer is expected")
    ]


def test_a_codec_without_redaction_has_the_cause_of_a_refusal() -> None:
    with pytest.raises(FaultsError) as refusal:
        Codec().read({"outside": {"degrees": "x"}}, Weather)
    assert refusal.value.__cause__ is not None
