"""Refusing a frame for its rows with values that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NoReturn

import attrs

from reclamation_core.errors import Fault
from reclamation_core.frames import on_polars
from reclamation_core.frames.batches import in_microseconds
from reclamation_core.frames.invalid import SHOWN, InvalidRowsError, counted, named
from reclamation_core.frames.kinds import polars, rows_of
from reclamation_core.frames.request import Request, expected_of
from reclamation_core.frames.temporary import temporary

PLACE: Final = temporary("row")
"""The column of each row's place in the whole frame."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST, _LAST = (
    (moment - _EPOCH) // timedelta(microseconds=1)
    for moment in (datetime(2, 1, 1, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC))
)
"""Between them Python has every instant, whatever the zone."""
_YEAR: Final = timedelta(days=365.2425) // timedelta(microseconds=1)


def refuse(strange: Any, request: Request, given: Any) -> NoReturn:
    """Tell the rows that are invalid.

    Args:
        strange: these rows as Polars has them, with their places.
        request: what was asked for.
        given: the frame that was given, as narwhals sees it.

    Raises:
        InvalidRowsError: always.
    """
    marking = attrs.evolve(request, marked=True)
    marked = on_polars.decide(polars(), strange.lazy(), marking).collect()
    marks = marked[request.name("invalid")]
    counts = counted(marks.value_counts().iter_rows(), strange.columns)
    places = marked[PLACE].head(SHOWN).to_list()
    records = _records(strange.head(SHOWN), given, places, request.received(strange.columns))
    faults = [
        Fault(f"[{place}].{column}", record[column], expected_of(request, column))
        for place, mark, record in zip(places, marks, records, strict=False)
        for column in named(mark, strange.columns)
    ]
    raise InvalidRowsError(tuple(faults), counts, marked.height, tuple(records))


def _records(shown: Any, given: Any, places: Sequence[int], received: str | None) -> list[dict[str, Any]]:
    """The rows as they were given: what was made of them to be decided may have other values."""
    far = {} if received is None else _far(shown[received])
    if received is None or not far:
        return rows_of(given[places])
    near = [place for at, place in enumerate(places) if at not in far]
    moments = (row[received] for row in rows_of(given[near].select(received)))
    told = [far[at] if at in far else next(moments) for at in range(len(places))]
    others = [name for name in given.columns if name != received]
    rest = rows_of(given[places].select(others)) if others else [{} for _ in places]
    return [{**record, received: moment} for record, moment in zip(rest, told, strict=True)]


def _far(moments: Any) -> dict[int, str]:
    """By place, the years of the moments that Python has not: of numbers that were read in a wrong unit, mostly."""
    unit = getattr(moments.dtype, "time_unit", None)
    numbers = moments.cast(polars().Int64)
    if unit is None:
        numbers = numbers * (24 * 3600 * 1_000_000)
    found = in_microseconds(numbers, unit or "us").to_list()
    return {
        at: f"year {1970 + number // _YEAR}"
        for at, number in enumerate(found)
        if number is not None and not _FIRST <= number < _LAST
    }
