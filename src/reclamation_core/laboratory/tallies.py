"""What was counted of a caseload under several editions, and what follows from it, as records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, TypeAlias

import attrs

from reclamation_core.laboratory.outcomes import HANDLINGS, order
from reclamation_core.laboratory.punctuality import Dated, is_open, rated

Record: TypeAlias = dict[str, Any]
Matrix: TypeAlias = dict[tuple[str, str], int]
"""How many complaints have which outcome before and after."""


@attrs.frozen
class Tallies:
    """How many complaints have what; each is counted once in each tally.

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
    dates: tuple[Counter[Dated], ...]
    moved: tuple[Counter[tuple[date | None, date | None]], ...]

    @property
    def size(self) -> int:
        """How many complaints there are."""
        return self.handled.total()

    def share(self, cases: int) -> float:
        """The share of all complaints."""
        return cases / self.size if self.size else 0.0


def matrices(tallies: Tallies, groups: Mapping[tuple[str, ...], int]) -> dict[str, Matrix]:
    """For each edition but the first, the flows from the outcomes of the first to its own, in order."""
    return {name: _matrix(groups, place) for place, name in enumerate(tallies.names) if place}


def _matrix(groups: Mapping[tuple[str, ...], int], place: int) -> Matrix:
    found: Counter[tuple[str, str]] = Counter()
    for values, cases in groups.items():
        found[values[0], values[place]] += cases
    return dict(sorted(found.items(), key=lambda item: tuple(map(order, item[0]))))


def flows(tallies: Tallies, groups: Mapping[tuple[str, ...], int]) -> Iterator[Record]:
    """The cells of the matrices."""
    for name, matrix in matrices(tallies, groups).items():
        for (before, after), cases in matrix.items():
            told = {"before": before, "after": after, "cases": cases, "share": tallies.share(cases)}
            yield {"edition": name, **told}


def changes(tallies: Tallies) -> Iterator[Record]:
    """Each decision that is another than under the first edition, and the rows that decided; frequent ones first."""
    size = len(tallies.names)
    for place, name in enumerate(tallies.names):
        for decision, groups in tallies.decided.items():
            found: Counter[tuple[str, ...]] = Counter()
            for values, cases in groups.items():
                if values[0] != values[place]:
                    found[values[0], values[place], values[size], values[size + place]] += cases
            for told, cases in sorted(found.items(), key=lambda item: (-item[1], item[0])):
                named = dict(zip(("before", "after", "rows_before", "rows_after"), told, strict=True))
                counted = {"cases": cases, "share": tallies.share(cases)}
                yield {"edition": name, "decision": decision, **named, **counted}


def workload(tallies: Tallies) -> Iterator[Record]:
    """How many complaints come to what under each edition, and how many more than under the first."""
    loads = [_loads(tallies, place) for place in range(len(tallies.names))]
    for name, load in zip(tallies.names, loads, strict=True):
        for outcome in HANDLINGS:
            cases = load[outcome]
            counted = {"cases": cases, "share": tallies.share(cases), "change": cases - loads[0][outcome]}
            yield {"edition": name, "outcome": outcome, **counted}


def _loads(tallies: Tallies, place: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for values, cases in tallies.handled.items():
        found[values[place]] += cases
    return found


def due_dates(tallies: Tallies) -> Iterator[Record]:
    """How the last days move, from the first edition to each other."""
    for name, groups in zip(tallies.names[1:], tallies.moved, strict=True):
        found: Counter[tuple[str, int | None]] = Counter()
        for (before, after), cases in groups.items():
            found[_move(before, after)] += cases
        for (change, days), cases in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
            yield {"edition": name, "change": change, "days": days, "cases": cases}


def _move(before: date | None, after: date | None) -> tuple[str, int | None]:
    if before is None or after is None:
        return ("none" if before is after else "gained" if before is None else "lost"), None
    return ("kept" if before == after else "moved"), (after - before).days


def on_time(tallies: Tallies, as_of: date) -> Iterator[Record]:
    """How many answers are in time at the end of a day, by what the complaints come to."""
    for name, groups in zip(tallies.names, tallies.dates, strict=True):
        for outcome in HANDLINGS:
            found = rated(((dated, cases) for dated, cases in groups.items() if dated.outcome == outcome), as_of)
            if found.due:
                yield {"edition": name, "outcome": outcome, **attrs.asdict(found), "rate": found.rate}


def on_time_rates(tallies: Tallies, as_of: date) -> dict[str, float | None]:
    """By the name of the edition, the on-time rate of all answers."""
    rates = (rated(groups.items(), as_of).rate for groups in tallies.dates)
    return dict(zip(tallies.names, rates, strict=True))


def weeks(tallies: Tallies) -> Iterator[Record]:
    """In which week how many answers are due."""
    for name, groups in zip(tallies.names, tallies.dates, strict=True):
        found: Counter[tuple[date, str]] = Counter()
        for (outcome, due, *_), cases in groups.items():
            if due is not None:
                found[due - timedelta(days=due.weekday()), outcome] += cases
        for (week, outcome), cases in sorted(found.items(), key=lambda item: (item[0][0], order(item[0][1]))):
            yield {"edition": name, "week": week, "outcome": outcome, "cases": cases}


def ageing(tallies: Tallies, as_of: date) -> Iterator[Record]:
    """How far complaints open at the end of a day are past their last day; none newly admitted or withdrawn."""
    for name, groups in zip(tallies.names, tallies.dates, strict=True):
        found: Counter[tuple[str, int]] = Counter()
        for dated, cases in groups.items():
            apart = dated.newly_admitted or dated.is_withdrawn(as_of)
            if dated.due is not None and not apart and is_open(dated.answered_on, as_of):
                found[dated.outcome, (as_of - dated.due).days] += cases
        for (outcome, days), cases in sorted(found.items(), key=lambda item: (order(item[0][0]), item[0][1])):
            yield {"edition": name, "outcome": outcome, "days_past_due": days, "cases": cases}
