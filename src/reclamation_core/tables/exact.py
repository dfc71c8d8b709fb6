"""Numbers as people mean them: the float 0.1 is one tenth, and 6, 6.0 and `Decimal("6.00")` are one threshold."""

from __future__ import annotations

import sys
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal
from typing import Any

LARGEST = int(sys.float_info.max)
"""The greatest number of a table: what columns and JSON readers hold at most. Its opposite is the least."""

_MOST_DIGITS = sys.float_info.max_10_exp
_MOST_DECIMALS = 400
_UNROUNDED = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


def exact(value: Any) -> Any:
    """A float or a Decimal in its canonical form, anything else as it is.

    The canonical form is an int where the number is whole, a Decimal without trailing zeros where it is not: equal
    numbers are then written alike.

    Raises:
        ValueError: the number is not finite, or has hundreds of digits.

    >>> exact(0.1), exact(6.0)
    (Decimal('0.1'), 6)
    """
    number = Decimal(repr(float(value))) if isinstance(value, float) else value
    if not isinstance(number, Decimal):
        return value
    if not number.is_finite():
        raise ValueError(f"{value!r} is refused; a finite number is expected")
    decimals = -int(number.as_tuple().exponent)
    if decimals > _MOST_DECIMALS or number.adjusted() > _MOST_DIGITS:
        raise ValueError(f"{value!r} is refused; a number of fewer digits is expected")
    whole = number.to_integral_value()
    return int(whole) if number == whole else number.normalize(_UNROUNDED)


def plus(first: int | Decimal, second: int | Decimal) -> int | Decimal:
    """The sum of two numbers, without rounding."""
    total: int | Decimal = exact(_UNROUNDED.add(Decimal(first), Decimal(second)))
    return total


def middle(low: Any, high: Any) -> Any:
    """The number half-way between two, without rounding."""
    total = _UNROUNDED.add(Decimal(low), Decimal(high))
    return exact(_UNROUNDED.multiply(total, Decimal("0.5")))
