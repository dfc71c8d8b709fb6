"""Suspensions of the answer clock in a caseload: due dates are counted again for the rows that have some."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time
from functools import cache
from typing import Any, Final

import attrs

from reclamation_core import frames
from reclamation_core.calendars import BusinessCalendar, DayRange, DayType, OutsideHorizonError
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.backends import as_narwhals, is_lazy, is_sql
from reclamation_core.frames.decisions import decide_levels
from reclamation_core.frames.request import CLOCK_LEVELS, LEVEL_CHANGED, calendars_of
from reclamation_core.laboratory.derivation import what_if
from reclamation_core.laboratory.row_counts import prefix
from reclamation_core.policy import Policy, m2_1
from reclamation_core.wording import Wording

SUSPENSIONS: Final = "suspensions"
"""The column of the suspensions: ISO 8601 intervals of days with a space between; null where there are none."""

RECEIPT: Final = "day_of_receipt_"
RECEIVED: Final = f"{RECEIPT}due_date"
"""The day of receipt: the last day to answer under `receipts`."""

_OF_LEVEL: Final = "level_clock_"
_ROW: Final = "reclamation_core_row"
_OPEN: Final = ".."
_INTERVALS: Final = Wording(
    "des périodes de jours sont attendues, séparées par une espace, du premier au dernier jour suspendu, comme "
    "2026-05-04/2026-05-06 ; la dernière peut être en cours, comme 2026-05-11/..",
    "intervals of days are expected, separated by a space, from the first suspended day to the last, such as "
    "2026-05-04/2026-05-06; the last one may still run, such as 2026-05-11/..",
)
_BEYOND: Final = Wording(
    "des suspensions après lesquelles l'échéance est dans les années du calendrier sont attendues ; corrigez-les ou "
    "indiquez un calendrier qui couvre plus d'années",
    "suspensions after which the due date is within the years of the calendar are expected; correct them, or give a "
    "calendar that covers more years",
)


@cache
def receipts(cut_off: time | None = None) -> Policy:
    """Return an edition under which the last day to answer is the day of receipt itself, for every complaint."""
    rows = [row.id for row in m2_1().tables["eligibility"].rows]
    everything = {"id": "all", "when": {}, "then": "complaint"}
    policy = what_if(
        m2_1(),
        edition="receipts",
        deadline_days=1,
        deadline_day_type=DayType.CALENDAIRE,
        deadline_first_day_counted=True,
        tables={"eligibility": {"remove": rows, "add": [everything]}},
    )
    deadline = attrs.evolve(policy.parameters.deadline, cut_off=cut_off)
    return attrs.evolve(policy, parameters=attrs.evolve(policy.parameters, deadline=deadline))


def apply_suspensions(
    decided: Any, editions: Sequence[Policy], calendar: Any, own: Mapping[str, Any], as_of: date | None
) -> Any:
    """Return the decided caseload with the due dates of its suspended rows counted without the suspended days.

    Args:
        decided: the caseload with the columns of each edition.
        editions: the editions; those whose deadline allows no suspensions are left as they are.
        calendar: the calendars, as for `frames.decide`.
        own: the arguments of `frames.decide` that say how the caseload is read.
        as_of: the day of the analysis, which is the last day of a suspension without an end.

    Raises:
        ValueError: a DuckDB or Spark frame has suspended rows.
        FaultsError: a suspension is not an interval of days, or moves the due date out of the calendar.
    """
    import narwhals as nw

    narrow = as_narwhals(decided)
    allowing = [number for number, edition in enumerate(editions, 1) if edition.deadline.suspensions_allowed]
    if calendar is None or not allowing or SUSPENSIONS not in narrow.collect_schema():
        return decided
    if is_sql(narrow):
        suspended = narrow.filter(~nw.col(SUSPENSIONS).is_null()).select(SUSPENSIONS).head(1).collect()
        if len(suspended):
            raise ValueError(
                f"{SUSPENSIONS}: suspended days are not counted in DuckDB and PySpark frames; give the caseload as a "
                f"Polars, pandas or PyArrow frame"
            )
        return decided

    def counted_again(native: Any) -> Any:
        frame = nw.from_native(native, eager_only=True)
        suspended = frame.with_row_index(_ROW).filter(~nw.col(SUSPENSIONS).is_null())
        if not len(suspended):
            return native
        for number in allowing:
            name = f"{prefix(number)}due_date"
            rows, days = _moved(suspended, name, editions[number - 1], calendar, own, as_of=as_of)
            values = nw.new_series(name, days, frame[name].dtype, backend=frame.implementation)
            frame = frame.with_columns(frame[name].scatter(rows, values))
        return frame.to_native()

    if is_lazy(narrow):
        # All columns are needed, also where only some of the result are selected.
        return narrow.to_native().map_batches(
            counted_again, predicate_pushdown=False, projection_pushdown=False, streamable=True
        )
    return counted_again(decided)


def _moved(
    suspended: Any, name: str, policy: Policy, calendar: Any, own: Mapping[str, Any], *, as_of: date | None
) -> tuple[list[int], list[Any]]:
    """The places of the suspended rows that have a due date, and their due dates without the suspended days."""
    calendars, column = calendars_of(calendar, own["calendar_column"])
    given = {**own, "decisions": "eligibility", "prefix": RECEIPT, "on_invalid": "mark"}
    native = suspended.to_native()
    if policy.deadline.by_level:
        native = decide_levels(native, policy, calendar, **{**given, "prefix": _OF_LEVEL})
    dated = as_narwhals(frames.decide(native, receipts(policy.deadline.cut_off), calendar, **given))
    is_pandas = dated.implementation.is_pandas()
    rows, days = list[int](), list[Any]()
    for row in dated.iter_rows(named=True):
        received, due = row[RECEIVED], row[name]
        if due is None or due != due or received is None or received != received:  # noqa: PLR0124  NaT is not itself
            continue
        key = "" if column is None else str(row[column])
        clock = _of_level_clock(row) if policy.deadline.by_level else {}
        day = due_date(policy, calendars[key], _day(received), row[SUSPENSIONS], as_of, **clock)
        rows.append(int(row[_ROW]))
        days.append(datetime.combine(day, time()) if is_pandas else day)
    return rows, days


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


def _of_level_clock(row: Mapping[str, Any]) -> dict[str, Any]:
    """The levels whose time to answer counts, and the day of their last change."""
    levels = row[f"{_OF_LEVEL}{CLOCK_LEVELS}"].split()
    changed = row.get(LEVEL_CHANGED) if levels else None
    if changed is None or changed != changed:  # noqa: PLR0124  NaT is not itself
        return {"levels": levels}
    return {"levels": levels, "not_before": _day(changed)}


def due_date(
    policy: Policy,
    calendar: BusinessCalendar,
    received_on: date,
    text: object,
    as_of: date | None,
    *,
    levels: Sequence[str] = (),
    not_before: date | None = None,
) -> date:
    """Return the last day to answer what is received on a day, the suspended days left out.

    Args:
        policy: the edition.
        calendar: the business days.
        received_on: the day of receipt.
        text: the suspensions; None for none.
        as_of: the last day of a suspension without an end.
        levels: the codes of the levels whose time to answer counts, if the edition has one by level.
        not_before: the day of their last change.

    Raises:
        FaultsError: the text is no list of intervals, or the due date is outside the years of the calendar.
    """
    received_at = datetime.combine(received_on, time(), tzinfo=calendar.zone)
    off = () if text is None else tuple(_periods(text, as_of))
    try:
        return calendar.deadline(received_at, policy.deadline, off, levels=levels, not_before=not_before).due
    except OutsideHorizonError:
        raise FaultsError((Fault(SUSPENSIONS, text, _BEYOND),)) from None


def _periods(text: object, as_of: date | None) -> Iterator[DayRange]:
    try:
        intervals = [interval.split("/") for interval in str(text).split(" ")]
        for place, (first, last) in enumerate(intervals, 1):
            since = date.fromisoformat(first)
            if last == _OPEN and place == len(intervals):
                yield DayRange(since, since if as_of is None else max(since, as_of))
            else:
                yield DayRange(since, date.fromisoformat(last))
    except ValueError:
        raise FaultsError((Fault(SUSPENSIONS, text, _INTERVALS),)) from None
