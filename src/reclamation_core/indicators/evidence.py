"""What a detector sees in one week."""

from __future__ import annotations

import attrs


@attrs.frozen(kw_only=True)
class Evidence:
    """What is seen in a window that ends with the week.

    Attributes:
        chance: of so many cases or more by chance, between 0 and 1.
        weeks: the length of the window.
        observed: the cases of the window.
        expected: the cases expected in it.
    """

    chance: float
    weeks: int
    observed: int
    expected: float
