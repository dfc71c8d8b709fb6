"""Uniform numbers that go by a name: what one complaint draws is nothing to the others, whatever the policy."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

_BITS: Final = 53  # as many as a float holds


def uniform(*name: object) -> float:
    """A number from 0, included, to 1, excluded: the same for a name under every Python and on every machine.

    A number is not drawn after another one but made from its name (a counter-based generator), so that two scenarios
    that ask for different numbers still share all those that both ask for: common random numbers.

    Args:
        name: what the number is for, as texts and whole numbers.

    >>> uniform(7, 1, "R-2026-0001", "treatment") == uniform(7, 1, "R-2026-0001", "treatment")
    True
    """
    told = "\x1f".join(map(str, name)).encode("utf-8", "surrogatepass")
    return (int.from_bytes(blake2b(told, digest_size=8).digest(), "big") >> (64 - _BITS)) / (1 << _BITS)
