"""Groups of the messages of a frame: by a column, by the region of the site, or by the level that handles."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.backends import as_narwhals, column_names, is_sql
from reclamation_core.frames.layout import LEVEL
from reclamation_core.frames.request import DAY, INSTANT
from reclamation_core.laboratory.outcomes import OUT_OF_SCOPE, UNDETERMINED
from reclamation_core.laboratory.row_counts import prefix
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from reclamation_core.frames.backends import AnyFrame
    from reclamation_core.policy import Policy

UNKNOWN_GROUP: Final = ""
"""The group of messages without a value."""
REGION: Final = "region"
SITE: Final = "site"
MONTH: Final = "month"
MOST_GROUPS: Final = 500
"""The most groups of a dimension."""

GROUPED: Final = Wording(
    "une colonne des demandes est attendue (site, region, theme, own_...), ou level, ou month ; region se déduit de "
    "site avec les centres (Sites) comme calendrier, month de la réception",
    "a column of the messages is expected (site, region, theme, own_...), or level, or month; region follows from site "
    "where the calendar is Sites, month from the receipt",
)
_ERASABLE: Final = Wording(
    "une information personnelle ou un texte libre ne forme pas de groupes",
    "a personal fact or a free text makes no groups",
)
_MONTHS: Final = Wording(
    "une colonne month ou received_on est attendue : DuckDB et Spark ne convertissent pas received_at à l'heure de "
    "Paris",
    "a column month or received_on is expected: DuckDB and Spark do not convert received_at to the time of Paris",
)
_FEWER: Final = Wording(
    f"au plus {MOST_GROUPS} valeurs sont attendues : regroupez-les",
    f"at most {MOST_GROUPS} values are expected: group them",
)


def dimensions(by: str | Collection[str], editions: Iterable[Policy]) -> tuple[str, ...]:
    """Return the dimensions, each once.

    Raises:
        FaultsError: one is a fact that an edition declares as personal, or as a free text.
    """
    found = (by,) if isinstance(by, str) else tuple(dict.fromkeys(by))
    erasable = {fact.column for edition in editions for fact in edition.facts if fact.is_erasable}
    faults = [Fault("by", name, _ERASABLE) for name in found if name in erasable]
    if faults:
        raise FaultsError(faults)
    return found


def month_of(received_at: datetime) -> str:
    """Return the month of a receipt in metropolitan France as ISO 8601 has it: `2026-05`."""
    return received_at.astimezone(PARIS).isoformat()[:7]


def group_column(name: str, names: Collection[str], calendar: object) -> str | None:
    """Return the column of a dimension; None for the level.

    Raises:
        FaultsError: there is none.
    """
    if name == LEVEL:
        return None
    if name not in names and name == REGION and SITE in names and isinstance(calendar, Sites):
        return SITE
    received = receipt_column(names)
    if name not in names and name == MONTH and received is not None:
        return received
    if name not in names:
        raise FaultsError((Fault("by", name, GROUPED),))
    return name


def receipt_column(names: Collection[str]) -> str | None:
    """Return the column of the receipt; None where there is none."""
    return next((name for name in (INSTANT, DAY) if name in names), None)


def month_key(column: str, narrow: AnyFrame) -> Any:
    """Return the expression of the month of a receipt, by the name of its column; null without a receipt.

    Raises:
        FaultsError: the frame is one of DuckDB or Spark, whose instants have no zone of their own.
    """
    import narwhals as nw

    if column == INSTANT and is_sql(narrow):
        raise FaultsError((Fault("by", MONTH, _MONTHS),))
    of = nw.col(column)
    local = of.dt.convert_time_zone(PARIS.key) if column == INSTANT else of.cast(nw.Datetime())
    return local.dt.to_string("%Y-%m")


def check_groups(name: str, number: int) -> None:
    """Refuse a dimension of very many groups.

    Raises:
        FaultsError: there are more than `MOST_GROUPS`.
    """
    if number > MOST_GROUPS:
        raise FaultsError((Fault(f"by.{name}", number, _FEWER),))


def group_keys(decided: object, by: Collection[str], calendar: object) -> dict[str, Any]:
    """Return an expression of each dimension of a decided frame, by the name of its column: texts.

    Raises:
        FaultsError: a dimension has no column.
    """
    narrow = as_narwhals(decided)
    columns = {name: group_column(name, column_names(narrow), calendar) for name in by}
    return {f"{prefix(1)}by_{name}": _key(name, column, calendar, narrow) for name, column in columns.items()}


def _key(name: str, column: str | None, calendar: object, narrow: AnyFrame) -> Any:
    import narwhals as nw

    if column is None:
        eligibility, level = (nw.col(f"{prefix(1)}{decided}") for decided in ("eligibility", LEVEL))
        known = nw.when(~(eligibility.is_null() | level.is_null())).then(level.cast(nw.String()))
        is_outside = eligibility.cast(nw.String()) == OUT_OF_SCOPE
        return nw.when(is_outside).then(nw.lit(OUT_OF_SCOPE)).otherwise(known.otherwise(nw.lit(UNDETERMINED)))
    of = month_key(column, narrow) if name == MONTH != column else nw.col(column)
    if name == REGION and column == SITE and isinstance(calendar, Sites):
        found: Any = nw.lit(UNKNOWN_GROUP)
        for region in dict.fromkeys(calendar[code].region for code in calendar):
            codes = [code for code in calendar if calendar[code].region == region]
            found = nw.when(of.is_in(codes)).then(nw.lit(region)).otherwise(found)
        return found
    return nw.when(of.is_null()).then(nw.lit(UNKNOWN_GROUP)).otherwise(of.cast(nw.String()))


def split(key: str, collected: Any, dates: Any) -> dict[str, tuple[Any, Any]]:
    """Return the parts of collected columns, and of those of dates, by the values of a key.

    Raises:
        FaultsError: there are very many.
    """
    import narwhals as nw

    values = sorted(map(str, collected[key].unique().to_list()))
    check_groups(key.partition("by_")[2], len(values))
    chosen = {value: nw.col(key) == value for value in values}
    return {
        value: (collected.filter(is_it), None if dates is None else dates.filter(is_it))
        for value, is_it in chosen.items()
    }
