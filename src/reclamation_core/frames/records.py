"""One row of a frame, decided in full."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from math import isnan
from typing import Any

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.calendars_named import Calendars, calendars_of, keys_of
from reclamation_core.frames.kinds import recognised, rows_of
from reclamation_core.frames.layout import DECISIONS
from reclamation_core.frames.plan import Fact, plan_for
from reclamation_core.frames.request import DAY, INSTANT
from reclamation_core.policy import Assessment, Policy
from reclamation_core.tables import Integer
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.wording import Wording

_RECORD = Wording(
    "une ligne est attendue : un dictionnaire, une Row de Spark, une Series de pandas",
    "a row is expected: a dictionary, a Row of Spark, a Series of pandas",
)


def explain(
    record: Any,
    policy: Policy,
    calendar: Calendars,
    *,
    by: str | None = None,
) -> Assessment:
    """The full decision of one row of a frame, with its reasons and the ledger of its deadline.

    Args:
        record: a mapping by column, as `iter_rows(named=True)` or `to_dict` give it; a Series of pandas; a Row of
            Spark; a frame of any kind that `decide` takes, with that one row.
        policy: the edition.
        calendar: as for `decide`.
        by: likewise.

    Raises:
        FaultsError: the record is none, or has values that cannot be; all at once.
        OutsideHorizonError: the receipt or the due date is outside the calendar's years.
    """
    given = {name: _plain(value) for name, value in _mapping(record).items()}
    own = _calendar_of(given, calendar, by)
    moment: Any = given.get(INSTANT)
    if moment is None and type(given.get(DAY)) is date:
        moment = datetime.combine(given[DAY], time(), own.zone)
    names = [field.name for field in attrs.fields(ComplaintFacts) if field.name in given and field.name != INSTANT]
    whole = {fact.name for fact in plan_for(policy, ComplaintFacts, DECISIONS).facts.values() if _is_whole(fact)}
    values = {name: _without_part(given[name]) if name in whole else given[name] for name in names}
    facts = ComplaintFacts(received_at=moment, **values)
    return policy.assess(facts, own)


def _mapping(record: Any) -> Mapping[str, Any]:
    if isinstance(record, Mapping):
        return record
    if hasattr(record, "asDict"):  # a Row of Spark, which has instants without their zone, in that of this machine
        return {name: _with_zone(value) for name, value in record.asDict().items()}
    if hasattr(record, "to_dict") and not hasattr(record, "columns"):  # a Series of pandas
        found: Mapping[str, Any] = record.to_dict()
        return found
    try:
        rows = rows_of(recognised(record).head(2))
    except TypeError:
        rows = []
    if len(rows) != 1:
        raise FaultsError((Fault("record", record if not rows else f"{len(rows)} rows or more", _RECORD),))
    return rows[0]


def _with_zone(value: Any) -> Any:
    return value.astimezone() if isinstance(value, datetime) and value.tzinfo is None else value


def _plain(value: Any) -> Any:
    """A value as Python has it, None for what pandas calls missing."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    if hasattr(value, "item"):  # a number of NumPy
        value = value.item()
    return None if isinstance(value, float) and isnan(value) else value


def _is_whole(fact: Fact) -> bool:
    return isinstance(fact.input.domain, Integer)


def _without_part(value: Any) -> Any:
    """A whole number as pandas has it beside nulls, as a whole number again."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _calendar_of(given: Mapping[str, Any], calendar: Calendars, by: str | None) -> BusinessCalendar:
    calendars, column = calendars_of(calendar, by)
    if not calendars:
        raise TypeError("calendar: one is needed to explain a row, for its deadline; None counts none in columns alone")
    if column is None:
        return calendars[""]
    name: Any = given.get(column)
    if name not in calendars:
        raise FaultsError((Fault(column, name, keys_of(calendars)),))
    return calendars[name]
