"""The cache that rows and cells share."""

import pytest

from reclamation_core.intake.rows import BoundedCache


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
