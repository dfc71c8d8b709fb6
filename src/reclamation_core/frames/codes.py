"""A frame's columns as codes in Polars: small numbers that keys are made of.

All is elementwise, and made of `when` wherever it can be: a cast from booleans takes several times as long.
"""

from __future__ import annotations

from typing import Any

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.plan import Fact
from reclamation_core.frames.request import INSTANT, ITS_CALENDAR, KIND, Request, fact_fault, keys_fault, receipt_fault
from reclamation_core.tables import Boolean, Integer
from reclamation_core.tables.domains import Enumeration, Line, OpenEnumeration


@attrs.frozen(eq=False)
class Coded:
    """A column as codes.

    Args:
        expression: the code of each row.
        choices: for each code, the set of the fact's classes that it stands for.
        impossible: the code of what cannot be, None where all can.
    """

    expression: Any
    choices: tuple[int, ...]
    impossible: int | None


def codes(pl: Any, schema: Any, request: Request) -> dict[str, Coded]:
    """The columns that are asked for, by name, as codes.

    Raises:
        FaultsError: columns whose type cannot hold their values, all at once.
    """
    coded: dict[str, Coded] = {}
    faults: list[Fault] = []
    for name, fact in request.plan.facts.items():
        column = _codes(pl, fact, schema.get(name) if fact.given else None)
        if column is None:
            faults.append(fact_fault(fact, schema[name]))
        else:
            coded[name] = column
    if request.tells_kind(schema.names()) and isinstance(schema[KIND], _texts(pl)):
        other = _places(pl, KIND, schema[KIND], (request.other_kind.value,))
        coded[KIND] = Coded(other.is_not_null().cast(pl.UInt8), (), 1)
    received = request.received(schema.names())
    if received is not None:
        dtype = schema[received]
        aware = isinstance(dtype, pl.Datetime) and dtype.time_zone is not None
        if not (aware if received == INSTANT else dtype == pl.Date) and dtype != pl.Null:
            faults.append(receipt_fault(received, dtype))
        if request.by is not None:
            if isinstance(schema[request.by], (*_texts(pl), pl.Null)):
                names = tuple(request.calendars)
                coded[ITS_CALENDAR] = Coded(
                    _places(pl, request.by, schema[request.by], names).fill_null(len(names)), (), len(names)
                )
            else:
                faults.append(keys_fault(request.by, schema[request.by]))
    if faults:
        raise FaultsError(faults)
    return coded


def _texts(pl: Any) -> tuple[Any, ...]:
    """The types of columns of texts."""
    return pl.Enum, pl.Categorical, pl.String


def _codes(pl: Any, fact: Fact, dtype: Any) -> Coded | None:
    """A fact's column as codes; None where its type cannot hold the values."""
    if dtype is None or dtype == pl.Null:
        return Coded(constant(pl, 0, pl.UInt8), (fact.when_null,), None)
    domain = fact.input.domain
    if isinstance(domain, Enumeration):
        return _of_texts(pl, fact, domain, dtype)
    if isinstance(domain, Boolean):
        return _of_flags(pl, fact) if dtype == pl.Boolean else None
    if isinstance(domain, Line) and (dtype.is_integer() if isinstance(domain, Integer) else dtype.is_numeric()):
        return of_numbers(pl, fact, domain, dtype)
    return None


def _of_flags(pl: Any, fact: Fact) -> Coded:
    flag = pl.col(fact.name)
    no, yes, null = (constant(pl, code, pl.UInt8) for code in range(3))
    code = pl.when(flag.is_null()).then(null).when(flag).then(yes).otherwise(no)
    return Coded(code, (fact.set_of(False), fact.set_of(True), fact.when_null), None)


def _of_texts(pl: Any, fact: Fact, domain: Enumeration, dtype: Any) -> Coded | None:
    names = tuple(map(str, domain.values))
    if isinstance(dtype, pl.Enum):
        categories = dtype.categories.to_list()
        if set(categories) <= set(names):  # then the frame's own numbers are the codes
            code = pl.col(fact.name).to_physical().cast(pl.UInt8).fill_null(len(categories))
            return Coded(code, (*map(fact.set_of, categories), fact.when_null), None)
    if not isinstance(dtype, _texts(pl)):
        return None
    known = _places(pl, fact.name, dtype, names)
    others = fact.set_of(domain.other) if isinstance(domain, OpenEnumeration) else 0
    choices = (*map(fact.set_of, names), others, fact.when_null)
    # A text that is none of the names becomes null, and is told from a null by having been something.
    other = pl.when(pl.col(fact.name).is_null()).then(len(names) + 1).otherwise(len(names))
    code = pl.when(known.is_not_null()).then(known).otherwise(other)
    return Coded(code.cast(unsigned(pl, len(choices))), choices, None if others else len(names))


def _places(pl: Any, name: str, dtype: Any, names: tuple[str, ...]) -> Any:
    """A column of texts as their places among some names; null for any other."""
    column = pl.col(name)
    texts = column if dtype == pl.String else column.cast(pl.String)
    return texts.cast(pl.Enum(names), strict=False).to_physical().cast(pl.UInt32)


def of_numbers(pl: Any, fact: Fact, domain: Line, dtype: Any) -> Coded:
    """A column of numbers as codes: the intervals in their order, then null, then what cannot be."""
    # A float is meant as the decimal number that it is written as, and so compares as the bounds' floats do.
    column = pl.col(fact.name).cast(pl.Float64) if dtype == pl.Float32 else pl.col(fact.name)
    given = (lambda bound: bound) if dtype.is_decimal() else (lambda bound: float(bound) if bound % 1 else int(bound))
    intervals = [(atom, number) for atom, number in zip(fact.atoms, fact.class_of, strict=True) if atom.interval]
    null, impossible = len(intervals), len(intervals) + 1
    dtype_of_codes = unsigned(pl, impossible + 1)
    # From above, where Polars has what is not a number, down to the interval that has no cut below it.
    steps: list[tuple[Any, Any]] = []
    if domain.maximum is not None:
        steps.append((column > given(domain.maximum), impossible))
    if dtype.is_float() and None in (domain.minimum, domain.maximum):
        steps.append((~column.is_finite(), impossible))
    if isinstance(domain, Integer) and domain.minimum == 0 and domain.maximum == len(intervals) - 1:
        steps.append((column >= 0, column.cast(dtype_of_codes, strict=False)))  # each number is a class of its own
    else:
        cuts = [atom.low for atom, _ in intervals[1:] if atom.low is not None]
        passed = [column > given(value) if after else column >= given(value) for value, after in cuts]
        lowest = column.is_not_null() if domain.minimum is None else column >= given(domain.minimum)
        steps += [(holds, place) for place, holds in reversed([*enumerate([lowest, *passed])])]
    steps.append((column.is_null(), null))
    code = constant(pl, impossible, dtype_of_codes)
    for holds, found in reversed(steps):
        code = (
            pl.when(holds)
            .then(constant(pl, found, dtype_of_codes) if isinstance(found, int) else found)
            .otherwise(code)
        )
    return Coded(code, (*(1 << number for _, number in intervals), fact.when_null, 0), impossible)


def unsigned(pl: Any, size: int) -> Any:
    """The smallest type that has so many numbers."""
    return pl.UInt8 if size <= 1 << 8 else pl.UInt16 if size <= 1 << 16 else pl.UInt32


def constant(pl: Any, number: int, dtype: Any) -> Any:
    """A number in every row; with its type given to `lit` it would be made of a whole column each time."""
    return pl.lit(number).cast(dtype)
