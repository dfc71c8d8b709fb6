"""Fuzzy matching of names: columns that are not read, and whose names are close to expected ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Final
from unicodedata import combining, normalize

_SHORT: Final = 5
"""The fewest letters of a name in which one letter may differ."""


def near_misses(columns: Iterable[str], expected: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each column whose name is nearly an expected one, with that one.

    Names are compared without case, accents and separators, and may then differ by one letter that is wrong, missing,
    added or swapped with its neighbour. A name of fewer than five letters has to be the same.
    """
    bare = {name: bare_name(name) for name in expected}
    for column in columns:
        letters = bare_name(column)
        near = next((name for name, own in bare.items() if _are_near(letters, own)), None)
        if near is not None:
            yield column, near


def is_near(column: str, name: str) -> bool:
    """Return True if a column's name is nearly another one, but not the same.

    >>> [is_near(column, "channel") for column in ("Channel ", "chanel", "chanell", "channels", "panel", "channel")]
    [True, True, False, True, False, False]
    """
    return column != name and _are_near(bare_name(column), bare_name(name))


def _are_near(column: str, name: str) -> bool:
    """Return True if the letters of two names are the same, or one slip apart and not few."""
    if abs(len(column) - len(name)) > 1 or (column != name and len(name) < _SHORT):
        return False
    one, other = sorted((column, name), key=len)
    same = next((index for index, (a, b) in enumerate(zip(one, other)) if a != b), len(one))
    if len(one) < len(other):
        return one[same:] == other[same + 1 :]
    swapped = one[same : same + 2][::-1] == other[same : same + 2]
    return one[same + 1 :] == other[same + 1 :] or (swapped and one[same + 2 :] == other[same + 2 :])


def bare_name(name: str) -> str:
    """Return the letters and digits of a name without case and accents."""
    return "".join(sign for sign in normalize("NFKD", name).casefold() if sign.isalnum() and not combining(sign))
