"""Counts of the rows of a decided caseload, by its own engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from reclamation_core.documents.similar_names import is_near
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.backends import as_narwhals, empty_columns, is_lazy
from reclamation_core.frames.request import near_miss
from reclamation_core.laboratory.outcomes import UNDETERMINED
from reclamation_core.wording import Wording

ANSWERED: Final = "answered_on"
"""The column of the day of the answer; null while there is none."""

WITHDRAWN: Final = "withdrawn_on"
"""The column of the day on which a complaint was withdrawn, where there is one; null while it is not."""

_CASES: Final = "reclamation_core_cases"
_MISSING = Wording(
    f"une colonne {ANSWERED} est attendue (le jour de la réponse, vide tant qu'il n'y en a pas) ; sans as_of, aucun "
    f"taux n'est compté",
    f"a column {ANSWERED} is expected (the day of the answer, null while there is none); without as_of no rate is "
    f"counted",
)
BEFORE_RECEIPT: Final = Wording(
    "un jour qui ne précède pas la réception, dans le fuseau du site, est attendu",
    "a day that is not before the receipt, in the site's zone, is expected",
)
_DATES = Wording(
    "une colonne de dates est attendue, dans le fuseau du site ; d'un instant, indiquez le jour",
    "a column of dates is expected, in the site's zone; of an instant, give the day",
)


def prefix(number: int) -> str:
    """Return the prefix of the columns of an edition, by its number from 1; edition names may contain any character."""
    return f"edition_{number}_"


def check_answered(caseload: object, ignore: Collection[str] = ()) -> None:
    """Refuse a caseload without the days of its answers, or whose days, of withdrawals too, are of another type.

    Args:
        caseload: the frame.
        ignore: columns that are not taken for them, although their names are near.

    Raises:
        FaultsError: the column of answers is missing, or one is of another type.
    """
    import narwhals as nw

    narrow = as_narwhals(caseload)
    schema = narrow.collect_schema()
    if ANSWERED not in schema:
        near = [near_miss(name, ANSWERED) for name in schema if name not in ignore and is_near(name, ANSWERED)]
        raise FaultsError(near or (Fault(ANSWERED, None, _MISSING),))
    for column in (ANSWERED, WITHDRAWN):
        dtype = schema.get(column, nw.Date())
        zoned = isinstance(dtype, nw.Datetime) and dtype.time_zone is not None
        # pandas has days as midnights or objects, and a column of nulls has any type: the values are checked.
        by_value = (narrow.implementation.is_pandas() and not zoned) or dtype == nw.Unknown
        if dtype != nw.Date and not by_value and not empty_columns(narrow, [column]):
            raise FaultsError((Fault(column, str(dtype), _DATES),))


def checked_day(name: str, value: object) -> date | None:
    """The day in a column, or None while there is none.

    Raises:
        FaultsError: the value is no day.
    """
    if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    raise FaultsError((Fault(name, value, _DATES),))


def are_different(one: str, other: str) -> Any:
    """Return an expression that is True where two columns differ; nulls are equal."""
    import narwhals as nw

    there = ~nw.col(one).is_null(), ~nw.col(other).is_null()
    return (there[0] != there[1]) | (there[0] & there[1] & (nw.col(one) != nw.col(other)))


def collect_columns(frame: Any, columns: Sequence[str], more: Mapping[str, Any] | None = None) -> Any:
    """The frame with some columns alone; of what is lazy its groups, executed once, so that they are counted twice.

    Args:
        frame: the frame.
        columns: the columns.
        more: expressions of further columns, by their names.
    """
    import narwhals as nw

    added = more or {}
    narrow = nw.from_native(frame).select(*columns, **added)
    if not is_lazy(narrow):
        return narrow
    grouped = narrow.group_by([*columns, *added]).agg(nw.len().alias(_CASES))
    return grouped.collect(engine="streaming") if narrow.implementation.is_polars() else grouped.collect()


def counts(narrow: Any, columns: Sequence[str]) -> Counter[tuple[Any, ...]]:
    """Count the rows of collected columns by their values; every row is in exactly one group."""
    import narwhals as nw

    weight = nw.col(_CASES).sum() if _CASES in narrow.columns else nw.len()
    found: Counter[tuple[Any, ...]] = Counter()
    for row, cases in weighted_rows(narrow.group_by(list(columns)).agg(weight.alias(_CASES))):
        found[tuple(plain(row[name]) for name in columns)] += cases
    return found


def weighted_rows(narrow: Any) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the rows of collected columns, each with the number of rows of the caseload that it represents."""
    for row in narrow.iter_rows(named=True):
        yield row, int(row.get(_CASES, 1))


def plain(value: object) -> Any:
    """A value as Python has it: a day for a day, None for what is missing."""
    if value is None or type(value).__name__ in {"NAType", "NaTType"} or value != value:  # noqa: PLR0124  (nor is NaN)
        return None
    if isinstance(value, datetime) and value.timetz() == time():
        return value.date()
    # A number may be a NumPy one, and a float in a column with missing values.
    return int(value) if hasattr(value, "__int__") else value


def outcome(value: object) -> str:
    """An outcome as its code, undetermined where there is none."""
    return UNDETERMINED if value is None else str(value)
