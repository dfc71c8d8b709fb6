"""Explain one row of a frame."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite, isnan
from typing import Any, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar, Deadline
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.backends import as_narwhals, rows_of
from reclamation_core.frames.layout import DECISIONS, LEVEL_SETS
from reclamation_core.frames.request import (
    CLOCK_LEVELS,
    DAY,
    INSTANT,
    KIND,
    LEVEL_CHANGED,
    Calendars,
    DecisionRequest,
    calendars_of,
    expected_keys,
    expected_value,
)
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Assessment, Policy
from reclamation_core.tables import Day, Domain, Integer
from reclamation_core.validators import of_class, require
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.vocabulary.column_names import MARKERS
from reclamation_core.vocabulary.conversions import of_python
from reclamation_core.vocabulary.facts import KINDS
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording

FactsT = TypeVar("FactsT", ComplaintFacts, MalfunctionFacts)

_RECORD = Wording(
    "une ligne est attendue : un dictionnaire, une Row de Spark, une Series de pandas",
    "a row is expected: a dictionary, a Row of Spark, a Series of pandas",
)


def explain(
    record: object,
    policy: Policy,
    calendar: Calendars,
    *,
    calendar_column: str | None = None,
    ignore: Collection[str] = (),
) -> Assessment:
    """Return the full assessment of one row of a frame, with its reasons and the ledger of its deadline.

    Args:
        record: a mapping by column, from `iter_rows(named=True)` or `to_dict`; a pandas Series; a Spark Row; a frame
            that `decide` supports, of one row. NaN is a null in a row of pandas (a mapping with a pandas value is one),
            and an invalid number otherwise, as in `decide`.
        policy: the edition.
        calendar: as for `decide`.
        calendar_column: as for `decide`.
        ignore: as for `decide`.

    Raises:
        FaultsError: the record is no row, is a malfunction, or has close column names or invalid values; all faults at
            once.
        TypeError: there is no calendar, or no policy.
        OutsideHorizonError: the receipt or the due date is outside the calendar's years.
    """
    require(of_class(Policy), policy=policy)
    columns, nan_is_null = _mapping(record)
    given = {name: plain_value(value, nan_is_null=nan_is_null) for name, value in columns.items()}
    calendars, column = calendars_of(calendar, calendar_column)
    request = DecisionRequest(
        policy, ComplaintFacts, DECISIONS, calendars, column, "", marked=False, ignore=ignore, carried=policy.facts
    )
    request = request.reading(given, {name for name, value in given.items() if _is_instant(value)})
    near, named = request.near_misses(given), {request.field(name): value for name, value in given.items()}
    faults = [*near, *request.double_receipt(named)]
    if faults:
        raise FaultsError(faults)
    given = named
    if request.tells_kind(given) and given[KIND] == request.other_kind:
        raise FaultsError((Fault(KIND, given[KIND], expected_value(request, KIND)),))
    own = calendar_of(given, request)
    assessment = policy.assess(facts_of(given, request, own), own)
    if request.has_level_clocks and assessment.deadline is not None:
        assessment.deadline = _of_level_clock(given, request, assessment)
    return assessment


def _of_level_clock(given: Mapping[str, Any], request: DecisionRequest, assessment: Assessment) -> Deadline:
    """Return the deadline of a row by the columns of its answer clock, as `decide` counts it."""
    levels, changed_on = given.get(CLOCK_LEVELS), given.get(LEVEL_CHANGED)
    if levels is not None and levels not in LEVEL_SETS[1:]:
        raise FaultsError((Fault(request.column(CLOCK_LEVELS), levels, expected_value(request, CLOCK_LEVELS)),))
    calendar = assessment.policy.calendar(calendar_of(given, request))
    return calendar.deadline(
        assessment.facts.received_at,
        assessment.policy.deadline,
        levels=assessment.deadline_levels if levels is None else str(levels).split(),
        not_before=changed_on.date() if isinstance(changed_on, datetime) else changed_on,
    )


def facts_of(
    given: Mapping[str, Any],
    request: DecisionRequest,
    calendar: BusinessCalendar,
    cls: type[FactsT] = ComplaintFacts,  # type: ignore[assignment]  # the default of a type variable
) -> FactsT:
    """Return the facts of a row.

    Args:
        given: its values by field, as Python has them.
        request: the request, which knows the columns.
        calendar: the calendar of the row, in whose zone a day of receipt begins.
        cls: the class of the facts.

    Raises:
        FaultsError: with all invalid values.
    """
    names = [field.name for field in attrs.fields(cls) if field.name in given and field.name not in {INSTANT, OWN}]
    whole = {fact.name for fact in request.plan.facts.values() if isinstance(fact.input.domain, Integer)}
    values = {name: _without_part(given[name]) if name in whole else given[name] for name in names}
    for marker, name in MARKERS.items():
        if given.get(marker) and cls is ComplaintFacts:
            if values.get(name) is not None:
                raise FaultsError((Fault(request.column(name), values[name], expected_value(request, name)),))
            values[name] = UNKNOWN
    values[OWN], faults = _own_values(given, request, cls)
    facts: FactsT = _made(cls, {INSTANT: _moment(given, request, calendar), **values}, faults)
    return facts


def _made(cls: Any, values: Mapping[str, Any], faults: list[Fault]) -> Any:
    """Return the facts with some values, unless there are faults: those met so far, and those of the values."""
    try:
        facts = cls(**values)
    except FaultsError as error:
        raise FaultsError([*error.faults, *faults]) from None
    if faults:
        raise FaultsError(faults)
    return facts


def _own_values(
    given: Mapping[str, Any], request: DecisionRequest, cls: type[Any]
) -> tuple[dict[str, Any], list[Fault]]:
    """Return the values of the facts that editions declare for a kind of case, by their names, and their faults.

    Args:
        given: the values of a row by field.
        request: the request, which knows the facts.
        cls: the class of the facts.
    """
    kind = KINDS[0] if cls is ComplaintFacts else KINDS[1]
    values: dict[str, Any] = {}
    faults: list[Fault] = []
    for key, fact in request.own_facts.items():
        value, is_marked = given.get(key), fact.marker is not None and bool(given.get(fact.marker))
        if kind not in fact.kinds or fact.is_erasable or (value is None and not is_marked):
            continue
        if is_marked and value is None:
            values[fact.name] = UNKNOWN
            continue
        with suppress(ValueError):
            values[fact.name] = fact.domain.check(_plain_own(fact.domain, value))
        if is_marked or fact.name not in values:
            faults.append(Fault(key, value, expected_value(request, request.column(key))))
    return values, faults


def _plain_own(domain: Domain, value: object) -> object:
    """Return a value as the domain has it: frames have whole numbers as floats, and pandas has days as midnights."""
    if isinstance(domain, Day) and isinstance(value, datetime):
        return value.date() if value.tzinfo is None and value.time() == time() else value
    return _without_part(value) if isinstance(domain, Integer) else value


def _mapping(record: object) -> tuple[Mapping[str, Any], bool]:
    """Return the record by column, and True if NaN is a null in it, as in pandas."""
    if isinstance(record, Mapping):
        return record, any(map(_is_of_pandas, record.values()))
    if hasattr(record, "asDict"):  # a Row of Spark, which has instants without their zone, in that of this machine
        return {name: _with_zone(value) for name, value in record.asDict().items()}, False
    if hasattr(record, "to_dict") and not hasattr(record, "columns"):  # a Series of pandas
        return record.to_dict(), True
    rows, of_pandas = [], False
    with suppress(TypeError):
        narrow = as_narwhals(record)
        rows, of_pandas = rows_of(narrow.head(2)), narrow.implementation.is_pandas()
    if len(rows) != 1:
        raise FaultsError((Fault("record", record if not rows else f"{len(rows)} rows or more", _RECORD),))
    return rows[0], of_pandas


def _is_of_pandas(value: object) -> bool:
    return type(value).__module__.partition(".")[0] == "pandas"


def _is_instant(value: object) -> bool:
    return isinstance(value, datetime) and value.tzinfo is not None


def _with_zone(value: object) -> Any:
    return value.astimezone() if isinstance(value, datetime) and value.tzinfo is None else value


def plain_value(value: object, *, nan_is_null: bool) -> Any:
    """Return a value as a Python value; None for a missing value of pandas."""
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    value = of_python(value)
    return None if nan_is_null and isinstance(value, float | Decimal) and isnan(value) else value


def _moment(given: Mapping[str, Any], request: DecisionRequest, calendar: BusinessCalendar) -> Any:
    """Return the instant of receipt; for a day its start, in the calendar's zone."""
    day = given.get(DAY)
    if given.get(INSTANT) is not None or day is None:
        return given.get(INSTANT)
    if isinstance(day, datetime) and day.tzinfo is None and day.time() == time():
        day = day.date()  # pandas has days as midnights
    if isinstance(day, datetime) or not isinstance(day, date):
        raise FaultsError((Fault(DAY, day, expected_value(request, DAY)),))
    return datetime.combine(day, time(), calendar.zone)


def _without_part(value: object) -> Any:
    """Return a float of a pandas column with nulls as the whole number that it is."""
    return int(value) if isinstance(value, float | Decimal) and isfinite(value) and value == int(value) else value


def calendar_of(given: Mapping[str, Any], request: DecisionRequest) -> BusinessCalendar:
    """Return the calendar of a row, given by field.

    Raises:
        TypeError: the request has none.
        FaultsError: the row names none of them.
    """
    if not request.calendars:
        raise TypeError("calendar is required to explain a row; only decide() accepts None")
    if request.calendar_column is None:
        return request.calendars[""]
    name = given.get(request.calendar_column)
    # What is no text is written as one, as in the columns of pandas.
    found = None if name is None else request.calendars.get(str(name))
    if found is None:
        raise FaultsError((Fault(request.calendar_column, name, expected_keys(request.calendars)),))
    return found
