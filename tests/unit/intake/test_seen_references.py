"""Repeated references are found with the line of the first, in little memory; the cache that rows and cells share."""

import pytest

from reclamation_core.intake import file_reader
from reclamation_core.intake.file_reader import SeenReferences
from reclamation_core.intake.rows import BoundedCache


def test_each_reference_is_new_once_however_many_there_are() -> None:
    seen = SeenReferences()
    assert [seen.line_of_first(name, line) for line, name in enumerate(["a", "b", "a", "c", "b"], start=2)] == [
        None, None, 2, None, 3,
    ]  # fmt: skip
    assert len(seen) == 3
    names = [f"R-{number}" for number in range(20_000)]
    assert {seen.line_of_first(name, line) for line, name in enumerate(names)} == {None}
    assert [seen.line_of_first(name, -1) for name in names] == list(range(20_000))
    assert len(seen) == 20_003


def test_hashes_of_texts_differ_fit_in_64_bits_and_mark_no_empty_slot() -> None:
    assert file_reader._digest_of_str("") != 0
    assert file_reader._digest_of_bytes("") != 0
    digests = {file_reader._digest_of_bytes(f"é{number}") for number in range(1000)}
    assert len(digests) == 1000
    assert max(digests).bit_length() <= 64


def test_a_cache_computes_missing_values_and_is_emptied_once_full() -> None:
    computed: list[str] = []

    def length(text: str) -> int:
        computed.append(text)
        return len(text)

    cache = BoundedCache(2, length)
    assert [cache[text] for text in ("a", "bb", "a", "ccc", "a")] == [1, 2, 1, 3, 1]
    assert computed == ["a", "bb", "ccc", "a"]
    assert len(cache) == 2


def test_an_error_of_the_computation_is_not_cached() -> None:
    cache: BoundedCache[str, int] = BoundedCache(2, int)
    with pytest.raises(ValueError, match="x"):
        cache["x"]
    assert cache == {}


def test_a_cache_without_a_computation_has_no_missing_values() -> None:
    cache: BoundedCache[str, int] = BoundedCache(2)
    assert cache.add("a", 1) == 1
    with pytest.raises(KeyError):
        cache["b"]
