"""Refusing a frame for its rows with values that cannot be."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import attrs

from reclamation_core.errors import Fault
from reclamation_core.frames import on_polars
from reclamation_core.frames.invalid import SHOWN, InvalidRowsError, counted, named
from reclamation_core.frames.kinds import polars
from reclamation_core.frames.request import Request, expected_of
from reclamation_core.frames.rows import rows_of
from reclamation_core.frames.temporary import temporary

PLACE: Final = temporary("row")
"""The column of each row's place in the whole frame."""


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
    records = rows_of(given[places])  # what was made of it to be decided may have other values
    faults = [
        Fault(f"[{place}].{column}", record[column], expected_of(request, column))
        for place, mark, record in zip(places, marks, records, strict=False)
        for column in named(mark, strange.columns)
    ]
    raise InvalidRowsError(tuple(faults), counts, marked.height, tuple(records))
