import pickle
from typing import Any

import attrs
import pytest

from reclamation_core.documents.codec import Codec, Variants
from reclamation_core.documents.versions import Plain, Upcaster, Versions, VersionsError
from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT


def same(document: Plain) -> Plain:
    return document


def step(name: str, version: int) -> Upcaster:
    return Upcaster(name, version, same)


@pytest.mark.parametrize(("current", "upcasters", "broken"), [
    ({"note": 2}, [], ("note", 1, "no upcaster leads from it to 2; give one")),
    ({"note": 3}, [step("note", 1)], ("note", 2, "no upcaster leads from it to 3; give one")),
    ({"note": 3}, [step("note", 2)], ("note", 1, "no upcaster leads from it to 2; give one")),
    ({"note": 2}, [step("note", 1), step("note", 1)], ("note", 1, "2 upcasters start from it; remove all but one")),
    ({"note": 2}, [step("note", 1), step("nota", 1)], ("nota", 1, "no such type of document; name one of note")),
    ({"note": 1}, [step("note", 1)], ("note", 1, "nothing to lift, the current version is 1; take it away")),
    ({"note": 2}, [step("note", 1), step("note", 2)],
        ("note", 2, "nothing to lift, the current version is 2; take it away")),
    ({"note": 1}, [step("note", 0)], ("note", 0, "nothing to lift, the current version is 1; take it away")),
    ({"note": 0}, [], ("note", 0, "versions begin with 1")),
    ({"memo": 1, "note": 2}, [], ("note", 1, "no upcaster leads from it to 2; give one")),
])  # fmt: skip
def test_a_chain_that_is_broken_is_refused_when_it_is_made(
    current: dict[str, int], upcasters: list[Upcaster], broken: tuple[str, int, str]
) -> None:
    with pytest.raises(VersionsError) as refusal:
        Versions(current, upcasters)
    error = refusal.value
    assert (error.type, error.version, error.reason) == broken
    assert str(error) == "{}, version {}: {}".format(*broken)
    assert pickle.loads(pickle.dumps(error)).reason == error.reason


def rename(document: Plain) -> Plain:
    document["text"] = document.pop("words")  # what it is given is a copy
    return document


def split(document: Plain) -> Plain:
    first, _, rest = document["text"].partition(" ")
    return {"lines": [{"text": first}, {"text": rest}], **{key: document[key] for key in document if key != "text"}}


NOTES = Versions({"note": 3, "memo": 1}, (Upcaster("note", 1, rename), Upcaster("note", 2, split)))


@attrs.frozen
class Line:
    text: str


@attrs.frozen
class Note:
    lines: tuple[Line, ...]
    author: str | None = None


@attrs.frozen
class Memo:
    number: int


CODEC = Codec((Variants(annotation=Note | Memo, classes={"note": Note, "memo": Memo}, versions=NOTES),))


@attrs.frozen
class Page:
    notes: tuple[Note | Memo, ...]
    first: Note | None = None


def test_a_document_of_any_version_is_read_as_the_current_one_and_stays_as_it_is() -> None:
    for document in [
        {"type": "note", "version": 1, "words": "très bien"},
        {"type": "note", "version": 2, "text": "très bien"},
        {"type": "note", "version": 3, "lines": [{"text": "très"}, {"text": "bien"}]},
    ]:
        before = dict(document)
        assert CODEC.read({"notes": [document], "first": document}, Page) == Page(
            notes=(Note((Line("très"), Line("bien"))),), first=Note((Line("très"), Line("bien")))
        ), document
        assert document == before, document


def test_what_a_step_does_to_the_inside_of_a_document_leaves_what_is_stored_alone() -> None:
    def grow(document: Plain) -> Plain:
        document["lines"].append({"text": "fin"})
        return document

    versions = Versions({"note": 2}, [Upcaster("note", 1, grow)])
    stored = {"version": 1, "lines": [{"text": "début"}]}
    assert versions.upcast("note", stored) == {"version": 2, "lines": [{"text": "début"}, {"text": "fin"}]}
    assert stored == {"version": 1, "lines": [{"text": "début"}]}


def test_a_written_document_has_its_type_and_current_version() -> None:
    assert CODEC.write(Page(notes=(Memo(7),), first=Note((), "A"))) == {
        "notes": [{"type": "memo", "version": 1, "number": 7}],
        "first": {"type": "note", "version": 3, "lines": [], "author": "A"},
    }


@pytest.mark.parametrize(
    ("note", "path", "value", "told"),
    [
        ({"type": "note", "version": 4, "lines": []}, "version", 4, "'note' is known here up to version 3; update"),
        ({"type": "memo", "version": 2, "number": 1}, "version", 2, "'memo' is known here up to version 1; update"),
        ({"type": "note", "lines": []}, "version", ABSENT, "the version of the document is expected"),
        ({"type": "note", "version": 0, "lines": []}, "version", 0, "a whole number; the current one is 3"),
        ({"type": "note", "version": True, "lines": []}, "version", True, "a whole number; the current one is 3"),
        ({"type": "memo", "version": 1.0, "number": 1}, "version", 1.0, "a whole number; the current one is 1"),
        ({"type": "note", "version": "3", "lines": []}, "version", "3", "a whole number; the current one is 3"),
        ({"type": "nota", "version": 1}, "type", "nota", "one of these is expected: note, memo"),
        ({"type": ["note"], "version": 1}, "type", ["note"], "one of these is expected: note, memo"),
        ({"version": 1}, "type", ABSENT, "one of these is expected: note, memo"),
        ({"type": "note", "version": 1}, "version", 1, "the step to the next one fails .KeyError."),
        ({"type": "note", "version": 2, "text": 7}, "version", 2, "the step to the next one fails .AttributeError."),
        ({"type": "note", "version": 3, "line": []}, "line", [], "unknown key"),
        ({"type": "note", "version": 1, "words": "a b", "autor": 1}, "autor", 1, "unknown key"),
        ({"type": "note", "version": 1, "words": "a b", "author": 1}, "author", 1, "a text is expected"),
    ],
)
def test_an_unreadable_document_has_its_path(note: dict[str, Any], path: str, value: object, told: str) -> None:
    with pytest.raises(FaultsError, match=told) as refusal:
        CODEC.read({"notes": [{"type": "memo", "version": 1, "number": 1}, note]}, Page)
    assert (f"$.notes[1].{path}", value) in [(fault.path, fault.value) for fault in refusal.value.faults]


def test_the_refusal_of_a_newer_version_is_worded_in_french_too() -> None:
    with pytest.raises(FaultsError) as refusal:
        CODEC.read({"type": "note", "version": 4}, Note)
    told = "$.version : 4 ; « note » est connu ici jusqu'à la version 3 ; mettez le paquet à jour"
    assert refusal.value.in_("fr") == told


def test_where_one_class_is_expected_another_is_refused() -> None:
    with pytest.raises(FaultsError, match="one of these is expected: note") as refusal:
        CODEC.read({"notes": [], "first": {"type": "memo", "version": 1, "number": 1}}, Page)
    assert [(fault.path, fault.value) for fault in refusal.value.faults] == [("$.first.type", "memo")]


@pytest.mark.parametrize("step", [lambda _: None, lambda _: 5])
def test_a_failing_upcaster_is_reported_with_its_version(step: Any) -> None:
    with pytest.raises(FaultsError, match=r"^version: 1; 'note' has no such data in that version") as refusal:
        Versions({"note": 2}, [Upcaster("note", 1, step)]).upcast("note", {"version": 1})
    assert (refusal.value.__cause__, refusal.value.__context__) == (None, None)


def test_a_union_has_the_names_and_the_versions_of_its_classes() -> None:
    with pytest.raises(ValueError, match=r"^versions: they are to be those of the classes; .*: memo, nota$"):
        Variants(
            annotation=Note | Memo, classes={"note": Note, "memo": Memo}, versions=Versions({"note": 1, "nota": 1})
        )
    with pytest.raises(ValueError, match=r"^classes: they are to be those of the annotation; .*: Line, Memo$"):
        Variants(annotation=Note | Memo, classes={"note": Note, "line": Line})


def test_a_field_that_would_be_taken_for_the_type_or_the_version_is_refused() -> None:
    @attrs.frozen
    class Release:
        version: str

    with pytest.raises(ValueError, match="classes: Release has a field of its own called 'version'; rename it"):
        Variants(annotation=Release, classes={"release": Release})


def test_a_type_that_is_not_known_cannot_be_lifted() -> None:
    with pytest.raises(KeyError, match="poem"):
        NOTES.upcast("poem", {"version": 1})


@pytest.mark.parametrize("version", [2, 3])
def test_a_document_is_not_upcast_past_the_version_asked_for(version: int) -> None:
    document = {"version": version, "text": "très bien"} if version == 2 else {"version": version, "lines": []}
    assert NOTES.upcast("note", document, to=2) == document
