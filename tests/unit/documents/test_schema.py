from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, Literal

import attrs
import pytest
from jsonschema import Draft202012Validator

import reclamation_core
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.documents.codec import Codec, Encoding, Variants
from reclamation_core.documents.schema import arguments, json_schema, summary
from reclamation_core.errors import FaultsError
from reclamation_core.missing import Absent, Missing, Unknown
from reclamation_core.validators import whole_number
from tests.unit.documents.enumerations import Colour, Mood, Size


@attrs.frozen
class Leaf:
    """One leaf (feuille).

    It is on a tree.

    Args:
        number: its place,
            from 1.
        name: what it is called: anything.

    Raises:
        TypeError: none.
    """

    number: int
    name: str = "x"


@attrs.frozen
class Tree:
    leaf: Leaf | None = None
    below: Tree | None = None


@attrs.frozen
class Stone:
    weight: int


THINGS = Variants(annotation=Leaf | Stone, classes={"leaf": Leaf, "stone": Stone}, key="kind")


@pytest.mark.parametrize(("annotation", "right", "wrong"), [
    (str, ["", "a"], [1, None, ["a"]]),
    (bool, [True], [0, "true"]),
    (int, [0, -7], [True, 1.5, "1"]),
    (float, [1, 1.5], [True, "1.5"]),
    (Decimal, ["6.5", "-0", "1E+3", ".5", 6], [True, "six", "", 6.5, "6,5", "0x1"]),
    (bytes, ["", "00ff"], ["0", "zz", 0]),
    (date, ["2026-05-02"], ["02/05/2026", "2026-5-2", 20260502]),
    (time, ["17:30", "17:30:05.25", "17:30:00+02:00"], ["5 pm", 17]),
    (datetime, ["2026-05-02T09:30:00+02:00", "2026-05-02T09:30:00.5Z", "1890-05-02T09:30:00+00:09:21"],
        ["2026-05-02T09:30:00", "2026-05-02", 0]),
    (Missing, [{"missing": "unknown"}, {"missing": "absent"}], ["unknown", {"missing": "lost"}, {}]),
    (Colour, ["red"], ["green", "RED", None]),
    (Size, [1, 3], ["1", 2]),
    (Mood, ["calm"], ["loud"]),
    (Literal["a", 1], ["a", 1], ["b", 2]),
    (Colour | Unknown, ["red", {"missing": "unknown"}], [{"missing": "absent"}, None, {"missing": "unknown", "a": 1}]),
    (int | Absent | Unknown | None, [1, None, {"missing": "absent"}], ["1", {"missing": ""}]),
    (float | Decimal, [1, 1.5, "1.5"], ["un", None]),
    (float | Decimal | Absent, [1.5, "1.5", {"missing": "absent"}], [{"missing": "unknown"}]),
    (tuple[int, ...], [[], [1, 2]], [["1"], "1", {"a": 1}]),
    (list[Colour], [["red"]], [["green"], "red"]),
    (Sequence[int], [[1]], [[None]]),
    (tuple[int, str], [[1, "a"]], [[], [1], ["a", 1], [1, "a", 2]]),
    (dict[str, int], [{}, {"a": 1}], [{"a": "1"}, [1]]),
    (Mapping[str, Leaf], [{"a": {"number": 1}}], [{"a": {}}, {"a": 1}]),
    (Leaf, [{"number": 1}, {"number": 1, "name": "a"}], [{}, {"number": 1, "z": 1}, {"number": "1"}, 5]),
    (Tree, [{}, {"below": {"below": {"leaf": {"number": 1}}}}], [{"below": {"below": {"leaf": {}}}}, {"above": {}}]),
])  # fmt: skip
def test_a_schema_accepts_and_refuses_what_the_reader_does(annotation: Any, right: list[Any], wrong: list[Any]) -> None:
    codec = Codec()
    schema = json_schema(codec, annotation, "it")
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert [document for document in right if not validator.is_valid(document)] == []
    assert [document for document in wrong if validator.is_valid(document)] == []
    for document in right:
        assert validator.is_valid(parse_json(canonical_json(codec.write(codec.read(document, annotation)))))
    for document in wrong:
        with pytest.raises(FaultsError):
            codec.read(document, annotation)


def test_a_schema_has_its_dialect_and_name_and_no_outside_reference() -> None:
    assert json_schema(Codec(), Tree, "tree") == {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:reclamation-core:schema:tree",
        "title": "Tree",
        "type": "object",
        "properties": {
            "leaf": {"anyOf": [{"$ref": "#/$defs/Leaf"}, {"type": "null"}]},
            "below": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
        },
        "required": [],
        "additionalProperties": False,
        "$defs": {
            "Leaf": {
                "title": "Leaf",
                "description": "One leaf (feuille).\n\nIt is on a tree.",
                "type": "object",
                "properties": {
                    "number": {"type": "integer", "description": "its place, from 1."},
                    "name": {"type": "string", "description": "what it is called: anything."},
                },
                "required": ["number"],
                "additionalProperties": False,
            },
            "Tree": {
                "title": "Tree",
                "type": "object",
                "properties": {
                    "leaf": {"anyOf": [{"$ref": "#/$defs/Leaf"}, {"type": "null"}]},
                    "below": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
                },
                "required": [],
                "additionalProperties": False,
            },
        },
    }


@attrs.frozen
class Box:
    thing: Leaf | Stone
    leaf: Leaf | None = None


def test_tagged_classes_have_constants_in_their_schemas() -> None:
    codec = Codec((THINGS,))
    schema = json_schema(codec, Box, "box")
    assert schema["properties"]["thing"] == {"oneOf": [{"$ref": "#/$defs/Leaf"}, {"$ref": "#/$defs/Stone"}]}
    stone = schema["$defs"]["Stone"]
    assert (stone["properties"]["kind"], stone["properties"]["version"]) == ({"const": "stone"}, {"const": 1})
    assert stone["required"] == ["kind", "version", "weight"]
    assert json_schema(codec, Leaf | Stone, "thing")["oneOf"] == schema["properties"]["thing"]["oneOf"]


def test_a_field_may_be_described_more_narrowly() -> None:
    schema = json_schema(Codec((THINGS,)), Box, "box.stone", thing=Stone)
    assert schema["properties"]["thing"] == {"$ref": "#/$defs/Stone"}


def test_what_is_read_in_another_way_is_described_in_another_way() -> None:
    percentage = Encoding(
        annotation=Stone,
        read=lambda value, part: Stone(part(value, int)),
        schema=lambda describe: {**describe(int), "minimum": 0},
    )
    schema = json_schema(Codec(encodings=(percentage,)), tuple[Stone, ...], "stones")
    assert schema["items"] == {"type": "integer", "minimum": 0}


def test_two_classes_of_one_name_stay_two() -> None:
    @attrs.frozen
    class Stone:
        colour: Colour

    both: Any = tuple.__class_getitem__((THINGS.classes["stone"], Stone))
    schema = json_schema(Codec(), both, "stones")
    first, second = schema["prefixItems"]
    names = [part["$ref"].removeprefix("#/$defs/") for part in (first, second)]
    assert names == ["Stone", "test_schema.Stone"]
    assert [list(schema["$defs"][name]["properties"]) for name in names] == [["weight"], ["colour"]]


def test_a_collection_that_no_document_holds_has_no_schema() -> None:
    with pytest.raises(TypeError, match=r"^no schema is known for <class 'set'>$"):
        json_schema(Codec(), set[int], "it")


def test_a_class_is_described_by_its_docstring_with_inherited_arguments() -> None:
    assert (summary(Stone), dict(arguments(Stone))) == ("", {})
    assert summary(Branch) == "A leaf with more below. Source: the forest."
    assert arguments(Branch) == {
        "number": "its place, from 1.",
        "name": "what it is called: anything.",
        "length": "in metres.",
    }


@attrs.frozen
class Branch(Leaf):
    """A leaf with more below. Source: the forest.

    >>> Branch(1, length=2)
    Branch(number=1, name='x', length=2)

    Args:
        length: in metres.
    """

    length: int = 1


VALUES: dict[str, list[Any]] = {
    "string": ["", " ", "\n", "a", "a-1", "a b", " a", "a ", "a\n", "a\nb", "é", "_",
        *("a" * size for size in (64, 65, 200, 201))],
    "integer": [-1, 0, 1, 2, 999, 1000, 10**18, 10**18 + 1],
    "number": [-1, -0.1, 0, 0.1, 1, 10**18],
    "array": [(), (1,), (1, 2)],
}  # fmt: skip


def test_a_validator_accepts_what_its_description_accepts() -> None:
    """At the bounds, around them, and for the texts at which patterns go wrong."""
    attribute: Any = SimpleNamespace(name="it")
    names = [one.name for one in pkgutil.walk_packages(reclamation_core.__path__, "reclamation_core.")]
    modules = [importlib.import_module(one) for one in names if not re.search("django|migrations|__main__", one)]
    members = {f"{one.__name__}.{name}": member for one in modules for name, member in vars(one).items()}
    validators = {name: one for name, one in members.items() if isinstance(getattr(one, "json_schema", None), tuple)}
    assert len({*validators.values()}) > 7
    for name, validator in (validators | {"from 0": whole_number(0), "from 1": whole_number(1)}).items():
        kind, keywords = validator.json_schema
        # A pattern is one of JavaScript, whose `$` is the end.
        at_end = {key: value.replace("$", r"\Z") if key == "pattern" else value for key, value in keywords.items()}
        schema = Draft202012Validator({"type": kind, **at_end})
        for value in VALUES[kind]:
            try:
                validator(None, attribute, value)
            except (TypeError, ValueError):
                accepted = False
            else:
                accepted = True
            assert accepted == schema.is_valid(list(value) if kind == "array" else value), (name, value)
