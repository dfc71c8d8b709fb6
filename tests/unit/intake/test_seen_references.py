"""Repeated references are found with the line of the first, in little memory."""

from reclamation_core.intake import file_reader
from reclamation_core.intake.file_reader import SeenReferences


def test_each_reference_is_new_once() -> None:
    seen = SeenReferences()
    assert [seen.line_of_first(name, line) for line, name in enumerate(["a", "b", "a", "c", "b"], start=2)] == [
        None, None, 2, None, 3,
    ]  # fmt: skip
    assert len(seen) == 3


def test_many_references_are_all_remembered() -> None:
    seen = SeenReferences()
    names = [f"R-{number}" for number in range(20_000)]
    assert {seen.line_of_first(name, line) for line, name in enumerate(names)} == {None}
    assert [seen.line_of_first(name, -1) for name in names] == list(range(20_000))
    assert len(seen) == 20_000


def test_a_hash_of_a_text_is_never_the_mark_of_an_empty_slot() -> None:
    assert file_reader._digest_of_str("") != 0
    assert file_reader._digest_of_bytes("") != 0


def test_the_computed_hash_fits_in_64_bits_and_differs_by_text() -> None:
    digests = {file_reader._digest_of_bytes(f"é{number}") for number in range(1000)}
    assert len(digests) == 1000
    assert max(digests).bit_length() <= 64
