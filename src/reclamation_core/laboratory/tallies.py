"""The counts of a replay, and small frames of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Literal, TypeAlias

import attrs

from reclamation_core.laboratory.outcomes import (
    ANSWERED_OUTCOMES,
    HANDLINGS,
    DatedOutcome,
    count_punctuality,
    is_open,
    order,
)
from reclamation_core.shared_repr import SharedRepr

Backend: TypeAlias = Literal["polars", "pandas", "pyarrow"]

_TYPES: Final[Mapping[type[Any], str]] = {str: "String", int: "Int64", float: "Float64", date: "Date"}


def backend_of(narrow: Any) -> Backend:
    """The kind of the small frames that belong to a caseload."""
    known = narrow.implementation
    return "pandas" if known.is_pandas() else "pyarrow" if known.is_pyarrow() else "polars"


def small_frame(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, type[Any]], backend: Backend) -> Any:
    """A frame of rows.

    Args:
        rows: the rows, each with all the columns.
        columns: the type of each column, whose values may be missing.
        backend: "polars", "pandas" or "pyarrow".
    """
    import narwhals as nw

    schema, values = {}, {}
    for name, of_type in columns.items():
        values[name] = [row[name] for row in rows]
        schema[name] = getattr(nw, _TYPES[of_type])()
        if (
            backend == "pandas"
        ):  # pandas has no days, and by convention no whole numbers in a column with missing values
            if of_type is date:
                values[name], schema[name] = [_midnight(day) for day in values[name]], nw.Datetime("us")
            elif of_type is int and None in values[name]:
                schema[name] = nw.Float64()
    return nw.from_dict(values, schema, backend=backend).to_native()


def records(frame: Any) -> list[dict[str, Any]]:
    """The rows of a small frame of any kind."""
    import narwhals as nw

    return list(nw.from_native(frame, eager_only=True).iter_rows(named=True))


def _midnight(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time())


CountRecord: TypeAlias = dict[str, Any]
Matrix: TypeAlias = dict[tuple[str, str], int]
"""How many complaints have which outcome before and after."""


@attrs.frozen
class Tallies(SharedRepr):
    """The numbers of complaints by outcome and date; each complaint is counted once in each tally.

    Args:
        names: the names of the editions, the first being what the others are compared with.
        decided: by decision, the outcomes under each edition and then the rows that decided.
        handled: what they come to under each edition.
        dates: for each edition, what they come to, last days and days of answers; empty without a calendar.
        moved: for each edition but the first, the last day under the first and under it; empty without a calendar.
    """

    names: tuple[str, ...]
    decided: Mapping[str, Counter[tuple[str, ...]]]
    handled: Counter[tuple[str, ...]]
    dates: tuple[Counter[DatedOutcome], ...]
    moved: tuple[Counter[tuple[date | None, date | None]], ...]

    @property
    def size(self) -> int:
        """The number of complaints."""
        return self.handled.total()

    def share(self, cases: int) -> float:
        """The share of all complaints."""
        return cases / self.size if self.size else 0.0

    def matrices(self, groups: Mapping[tuple[str, ...], int]) -> dict[str, Matrix]:
        """For each edition but the first, the flows from the outcomes of the first to its own, in order."""
        return {name: _matrix(groups, place) for place, name in enumerate(self.names) if place}

    def flows(self, groups: Mapping[tuple[str, ...], int]) -> Iterator[CountRecord]:
        """The cells of the matrices."""
        for name, matrix in self.matrices(groups).items():
            for (before, after), cases in matrix.items():
                yield {"edition": name, "before": before, "after": after, "cases": cases, "share": self.share(cases)}

    def changes(self) -> Iterator[CountRecord]:
        """Yield each decision that differs from the first edition, with the rows that decided; frequent ones first."""
        size = len(self.names)
        for place, name in enumerate(self.names):
            for decision, groups in self.decided.items():
                found: Counter[tuple[str, ...]] = Counter()
                for values, cases in groups.items():
                    if values[0] != values[place]:
                        found[values[0], values[place], values[size], values[size + place]] += cases
                for change, cases in sorted(found.items(), key=lambda item: (-item[1], item[0])):
                    named = dict(zip(("before", "after", "rows_before", "rows_after"), change, strict=True))
                    counted = {"cases": cases, "share": self.share(cases)}
                    yield {"edition": name, "decision": decision, **named, **counted}

    def workload(self) -> Iterator[CountRecord]:
        """Yield the number of complaints by handling under each edition, and the change from the first edition."""
        loads = [self._loads(place) for place in range(len(self.names))]
        for name, load in zip(self.names, loads, strict=True):
            for outcome in HANDLINGS:
                cases = load[outcome]
                counted = {"cases": cases, "share": self.share(cases), "change": cases - loads[0][outcome]}
                yield {"edition": name, "outcome": outcome, **counted}

    def _loads(self, place: int) -> Counter[str]:
        found: Counter[str] = Counter()
        for values, cases in self.handled.items():
            found[values[place]] += cases
        return found

    def due_dates(self) -> Iterator[CountRecord]:
        """How the last days move, from the first edition to each other."""
        for name, groups in zip(self.names[1:], self.moved, strict=True):
            found: Counter[tuple[str, int | None]] = Counter()
            for (before, after), cases in groups.items():
                found[due_date_move(before, after)] += cases
            for (change, days), cases in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
                yield {"edition": name, "change": change, "days": days, "cases": cases}

    def on_time(self, as_of: date) -> Iterator[CountRecord]:
        """Yield the number of answers in time at the end of a day, by handling."""
        for name, groups in zip(self.names, self.dates, strict=True):
            for outcome in ANSWERED_OUTCOMES:
                found = count_punctuality(
                    ((dated, cases) for dated, cases in groups.items() if dated.answered_outcome == outcome), as_of
                )
                if found.due:
                    yield {"edition": name, "outcome": outcome, **attrs.asdict(found), "rate": found.rate}

    def on_time_rates(self, as_of: date) -> dict[str, float | None]:
        """By the name of the edition, the on-time rate of all answers."""
        rates = (count_punctuality(groups.items(), as_of).rate for groups in self.dates)
        return dict(zip(self.names, rates, strict=True))

    def weeks(self) -> Iterator[CountRecord]:
        """In which week how many answers are due."""
        for name, groups in zip(self.names, self.dates, strict=True):
            found: Counter[tuple[date, str]] = Counter()
            for (outcome, due, *_), cases in groups.items():
                if due is not None:
                    found[due - timedelta(days=due.weekday()), outcome] += cases
            for (week, outcome), cases in sorted(found.items(), key=lambda item: (item[0][0], order(item[0][1]))):
                yield {"edition": name, "week": week, "outcome": outcome, "cases": cases}

    def ageing(self, as_of: date) -> Iterator[CountRecord]:
        """How far complaints open at the end of a day are past their last day; none newly admitted or withdrawn."""
        for name, groups in zip(self.names, self.dates, strict=True):
            found: Counter[tuple[str, int]] = Counter()
            for dated, cases in groups.items():
                apart = dated.newly_admitted or dated.is_withdrawn(as_of)
                if dated.due is not None and not apart and is_open(dated.answered_on, as_of):
                    found[dated.outcome, (as_of - dated.due).days] += cases
            for (outcome, days), cases in sorted(found.items(), key=lambda item: (order(item[0][0]), item[0][1])):
                yield {"edition": name, "outcome": outcome, "days_past_due": days, "cases": cases}


def _matrix(groups: Mapping[tuple[str, ...], int], place: int) -> Matrix:
    found: Counter[tuple[str, str]] = Counter()
    for values, cases in groups.items():
        found[values[0], values[place]] += cases
    return dict(sorted(found.items(), key=lambda item: tuple(map(order, item[0]))))


def due_date_move(before: date | None, after: date | None) -> tuple[str, int | None]:
    """Return how a due date moves, and by how many calendar days; None without a date on both sides."""
    if before is None or after is None:
        return ("none" if before is after else "gained" if before is None else "lost"), None
    return ("kept" if before == after else "moved"), (after - before).days
