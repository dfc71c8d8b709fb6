from copy import deepcopy
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents.codec import Codec, Variants
from reclamation_core.documents.versions import Plain, Upcaster, Versions


@attrs.frozen
class Address:
    street: str
    town: str


@attrs.frozen
class Person:
    """As the third version of its documents has it."""

    names: tuple[str, ...]
    address: Address | None = None


def in_one_list(document: Plain) -> Plain:
    """Version 1 had a first and a last name."""
    rest = {key: value for key, value in document.items() if key not in {"first", "last"}}
    return {"names": [document["first"], document["last"]], **rest}


def with_an_address(document: Plain) -> Plain:
    """Version 2 had the address on two lines."""
    street, town = document.pop("lines", (None, None))
    return document if street is None else {**document, "address": {"street": street, "town": town}}


VERSIONS = Versions({"person": 3}, (Upcaster("person", 1, in_one_list), Upcaster("person", 2, with_an_address)))
CODEC = Codec((Variants(annotation=Person, classes={"person": Person}, versions=VERSIONS),))
words = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5)
lines = st.tuples(words, words).map(list)
firsts = st.fixed_dictionaries({"version": st.just(1), "first": words, "last": words}, optional={"lines": lines})
seconds = st.fixed_dictionaries({"version": st.just(2), "names": st.lists(words)}, optional={"lines": lines})


def person(document: dict[str, Any]) -> Person:
    """The person whom an older document is about, read without upcasting it."""
    names = document["names"] if document["version"] == 2 else [document["first"], document["last"]]
    return Person(tuple(names), Address(*document["lines"]) if "lines" in document else None)


@given(firsts)
def test_lifting_in_one_go_is_lifting_step_by_step(document: dict[str, Any]) -> None:
    kept = deepcopy(document)
    step = VERSIONS.upcast("person", document, to=2)
    assert step["version"] == 2
    assert VERSIONS.upcast("person", step) == VERSIONS.upcast("person", document)
    assert document == kept


@given(firsts | seconds)
def test_an_older_document_is_lifted_once_and_read_as_one_written_today(document: dict[str, Any]) -> None:
    lifted = VERSIONS.upcast("person", document)
    assert lifted["version"] == 3
    assert (VERSIONS.upcast("person", lifted), VERSIONS.upcast("person", lifted, to=1)) == (lifted, lifted)
    kept = deepcopy(document)
    read = CODEC.read({"type": "person", **document}, Person)
    assert read == person(document)
    assert CODEC.read(CODEC.write(read), Person) == read
    assert CODEC.read({"type": "person", **VERSIONS.upcast("person", document)}, Person) == read
    assert document == kept
