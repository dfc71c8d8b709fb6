"""The measures of a comparison, their confidence intervals, and the bounds that unknown facts allow."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final, NamedTuple, TypeAlias

import attrs

from reclamation_core.laboratory.compared_cases import DecisionChange, ReadCases
from reclamation_core.laboratory.compared_records import (
    ALL,
    ChangedDecision,
    ComparedLevel,
    ComparedMeasure,
    Costs,
    MovedDueDate,
)
from reclamation_core.laboratory.group_columns import check_groups
from reclamation_core.laboratory.outcomes import HANDLINGS, OUT_OF_SCOPE, UNDETERMINED, Punctuality
from reclamation_core.laboratory.tallies import due_date_move
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.estimates import wilson_bounds


class JudgedCase(NamedTuple):
    """What is counted of a message under both editions.

    Args:
        groups: its value in each dimension.
        handlings: what it comes to, before and after.
        possible: the pairs of handlings that its unknown facts allow.
        punctuality: that of its answer, before and after; None without an answer to count.
        changes: the decisions that differ.
        move: how its due date moves, and by how many calendar days.
    """

    groups: tuple[str, ...]
    handlings: tuple[str, str]
    possible: frozenset[tuple[str, str]]
    punctuality: tuple[Punctuality | None, Punctuality | None]
    changes: tuple[DecisionChange, ...]
    move: tuple[str, int | None]


def judged(read: ReadCases, as_of: date | None, *, is_paired: bool) -> Counter[JudgedCase]:
    """Count messages by what is counted of them."""
    found = Counter[JudgedCase]()
    for case, number in read.counts.items():
        before, after = (
            None if as_of is None else case.dated(side, is_paired=is_paired).punctuality(as_of) for side in (0, 1)
        )
        key = JudgedCase(
            groups=case.groups,
            handlings=(case.before.handling, case.after.handling),
            possible=case.possible,
            punctuality=(before, after),
            changes=tuple(case.changes),
            move=due_date_move(case.before.due, case.after.due),
        )
        found[key] += number
    return found


@attrs.frozen
class ComparedGroup(SharedRepr):
    """The messages of a group, before and after."""

    by: str
    group: str
    before: Counter[JudgedCase]
    after: Counter[JudgedCase]

    @property
    def sides(self) -> tuple[Counter[JudgedCase], Counter[JudgedCase]]:
        """The messages before and after."""
        return self.before, self.after

    @property
    def sizes(self) -> tuple[int, int]:
        """The numbers of messages before and after."""
        return self.before.total(), self.after.total()

    def measure(self, name: str, **values: float | None) -> ComparedMeasure:
        """Return a measure of the group."""
        return ComparedMeasure(by=self.by, group=self.group, measure=name, **values)

    def measured(self, name: str, before: float, after: float, half: float | None) -> ComparedMeasure:
        """Return a measure of both sides, with half of the width of the interval of its change."""
        change = after - before
        low, high = (None, None) if half is None else (change - half, change + half)
        return self.measure(name, before=before, after=after, change=change, low=low, high=high)


CaseValue: TypeAlias = Callable[[JudgedCase, int], float]
"""The value of a message on a side: 0 before, 1 after."""


def parts_of(
    before: Counter[JudgedCase], after: Counter[JudgedCase], dimensions: tuple[str, ...]
) -> Iterator[ComparedGroup]:
    """Yield all messages, then the groups of each dimension, the largest first.

    Raises:
        FaultsError: a dimension has too many values.
    """
    yield ComparedGroup(ALL, ALL, before, after)
    for place, name in enumerate(dimensions):
        sides = [_grouped(one, place) for one in (before, after)]
        sizes = {group: sum(side.get(group, _NOTHING).total() for side in sides) for side in sides for group in side}
        check_groups(name, len(sizes))
        for group in sorted(sizes, key=lambda group: (-sizes[group], group)):
            yield ComparedGroup(name, group, *(side.get(group, _NOTHING) for side in sides))


_NOTHING: Final = Counter[JudgedCase]()


def _grouped(counts: Counter[JudgedCase], place: int) -> dict[str, Counter[JudgedCase]]:
    found: dict[str, Counter[JudgedCase]] = {}
    for case, number in counts.items():
        found.setdefault(case.groups[place], Counter())[case] = number
    return found


@attrs.frozen
class _Sums(SharedRepr):
    """The sums of a value over messages, from which a mean and its variance follow."""

    cases: int
    total: float
    squares: float

    @classmethod
    def of(cls, counts: Counter[JudgedCase], value: CaseValue, side: int) -> _Sums:
        return cls.of_each(counts, lambda case: value(case, side))

    @classmethod
    def of_each(cls, counts: Counter[JudgedCase], value: Callable[[JudgedCase], float]) -> _Sums:
        found = Counter[float]()
        for case, number in counts.items():
            found[value(case)] += number
        totals = (math.fsum(one**power * number for one, number in found.items()) for power in (1, 2))
        return cls(counts.total(), *totals)

    @property
    def mean(self) -> float:
        return self.total / self.cases

    @property
    def variance(self) -> float:
        """The variance of a message; 0 for fewer than two."""
        return max(0.0, self.squares - self.cases * self.mean**2) / (self.cases - 1) if self.cases > 1 else 0.0


@attrs.frozen(kw_only=True)
class Measurer(SharedRepr):
    """Makes the records of a comparison.

    Args:
        is_paired: True if both sides have the same messages.
        has_two_editions: True if the editions differ.
        as_of: as for `compare`.
        costs: as for `compare`.
        is_sampled: as for `compare`.
        scale: the factor from totals of the messages to those of the population.
        quantile: the quantile of the intervals; narrowed by the finite population.
        weeks: the number of weeks of receipts of each side; None where they are not known.
        is_dated: True if due dates are counted.
    """

    is_paired: bool
    has_two_editions: bool
    as_of: date | None
    costs: Costs
    is_sampled: bool
    scale: float
    quantile: float
    weeks: tuple[float | None, float | None]
    is_dated: bool
    _of_handling: Mapping[str, float] = attrs.field(
        default=attrs.Factory(lambda self: self.costs.hours, takes_self=True), init=False
    )

    # Levels

    def levels(self, part: ComparedGroup) -> Iterator[ComparedLevel]:
        """Yield the messages of each outcome."""
        for outcome in HANDLINGS:
            before, after = (_handled(cases, side, outcome) for side, cases in enumerate(part.sides))
            shares = [number / size if size else 0.0 for number, size in zip((before, after), part.sizes, strict=True)]
            low, high = self._share_interval(part, outcome, (before, after))
            bounds = [_bounds(cases, side, outcome) for side, cases in enumerate(part.sides)]
            least, most = bounds[1][0] - bounds[0][1], bounds[1][1] - bounds[0][0]
            if self.is_paired:
                least, most = map(int, _extremes(part.before, _change_of(outcome)))
            yield ComparedLevel(
                by=part.by,
                group=part.group,
                outcome=outcome,
                before=before,
                after=after,
                change=after - before,
                share_change=shares[1] - shares[0],
                low=low,
                high=high,
                before_least=bounds[0][0],
                before_most=bounds[0][1],
                after_least=bounds[1][0],
                after_most=bounds[1][1],
                change_least=least,
                change_most=most,
            )

    def _share_interval(
        self, part: ComparedGroup, outcome: str, numbers: tuple[int, int]
    ) -> tuple[float, float] | tuple[None, None]:
        if not self.is_paired:
            return newcombe(numbers, part.sizes, self.quantile) if all(part.sizes) else (None, None)
        if not self.is_sampled:
            return None, None
        pairs = Counter[tuple[bool, bool]]()
        for case, number in part.before.items():
            pairs[case.handlings[0] == outcome, case.handlings[1] == outcome] += number
        return bonett_price(pairs[False, True], pairs[True, False], part.sizes[0], self.quantile)

    # Measures

    def measures(self, part: ComparedGroup) -> Iterator[ComparedMeasure]:
        """Yield the measures, in the order of `COMPARED_MEASURES`."""
        largest = max(self._of_handling.values()) - min(self._of_handling.values())
        yield self._total(part, "messages", lambda _case, _side: 1.0, 0.0)
        if self.is_paired:
            yield from self._changed(part)
        else:
            yield from self._per_week(part)
        least, most = self._hour_bounds(part)
        yield attrs.evolve(self._total(part, "hours", self._hours, largest), least=least, most=most)
        yield self._mean(part, "hours_per_message", self._hours, largest)
        if not self.is_paired and all(part.sizes):
            yield from self._effects(part)
        if self.as_of is not None:
            yield self._total(part, "overdue_answers", self._is(Punctuality.LATE), 1.0)
            yield self._on_time(part)
        if self.costs.is_priced:
            yield self._total(part, "cost", self._cost, self.costs.cost(largest, 1))

    def _total(self, part: ComparedGroup, name: str, value: CaseValue, largest: float) -> ComparedMeasure:
        """Return a sum over messages.

        Args:
            part: the group.
            name: the name of the measure.
            value: the value of a message on a side.
            largest: the largest change of the value of a message.
        """
        sums = [_Sums.of(cases, value, side) for side, cases in enumerate(part.sides)]
        half = None
        if not self.is_paired:
            half = self.quantile * math.sqrt(sum(one.squares for one in sums))
        elif self.is_sampled and largest:
            half = self._half(part, value, largest) * part.sizes[0] * self.scale
        before, after = (self.scale * one.total for one in sums)
        return part.measured(name, before, after, half)

    def _mean(self, part: ComparedGroup, name: str, value: CaseValue, largest: float) -> ComparedMeasure:
        """Return a mean over messages; the arguments are those of `_total`."""
        sums = [_Sums.of(cases, value, side) for side, cases in enumerate(part.sides)]
        if not all(part.sizes):
            before, after = (one.mean if one.cases else None for one in sums)
            return part.measure(name, before=before, after=after)
        half = None
        if not self.is_paired:
            half = self.quantile * math.sqrt(sum(one.variance / one.cases for one in sums))
        elif self.is_sampled:
            half = self._half(part, value, largest)
        return part.measured(name, sums[0].mean, sums[1].mean, half)

    def _half(self, part: ComparedGroup, value: CaseValue, largest: float) -> float:
        """Return half of the width of the interval of the mean change of paired messages.

        Where no message changes, as many may as Wilson's bound for none of them, each by the largest change.
        """
        changes = _Sums.of_each(part.before, lambda case: value(case, 1) - value(case, 0))
        if not changes.squares:
            return largest * self._wilson(0.0, changes.cases)[1]
        return self.quantile * math.sqrt(changes.variance / changes.cases)

    def _wilson(self, share: float, cases: float) -> tuple[float, float]:
        return wilson_bounds(share, cases, self.quantile) if self.quantile else (share, share)

    def _changed(self, part: ComparedGroup) -> Iterator[ComparedMeasure]:
        """Yield the shares of the messages that change."""
        changed = {"decided_otherwise": sum(number for case, number in part.before.items() if case.changes)}
        if self.is_dated:
            moved = (number for case, number in part.before.items() if case.move[0] not in {"kept", "none"})
            changed["due_dates_moved"] = sum(moved)
        for name, number in changed.items():
            share = number / part.sizes[0]
            low, high = self._wilson(share, part.sizes[0]) if self.is_sampled else (None, None)
            yield part.measure(name, change=share, low=low, high=high)

    def _per_week(self, part: ComparedGroup) -> Iterator[ComparedMeasure]:
        first, second = self.weeks
        if first is not None and second is not None:
            rates = [number / weeks for number, weeks in zip(part.sizes, (first, second), strict=True)]
            half = self.quantile * math.sqrt(rates[0] / first + rates[1] / second)
            yield part.measured("messages_per_week", rates[0], rates[1], half)

    def _effects(self, part: ComparedGroup) -> Iterator[ComparedMeasure]:
        """Yield the parts of the change of the hours, whose sum it is."""
        first, second = (_Sums.of(cases, self._hours, 0) for cases in part.sides)
        volume = (second.cases - first.cases) * first.mean
        yield part.measure("hours_by_volume", change=volume)
        yield part.measure("hours_by_mix", change=second.total - first.total - volume)
        if self.has_two_editions:
            hours = _Sums.of(part.after, self._hours, 1).total
            yield part.measure("hours_by_edition", change=hours - second.total)

    def _hours(self, case: JudgedCase, side: int) -> float:
        handled = case.handlings[side]
        if handled == UNDETERMINED:
            handled = min({pair[side] for pair in case.possible} - {OUT_OF_SCOPE}, key=HANDLINGS.index)
        return self._of_handling[handled]

    def _hour_bounds(self, part: ComparedGroup) -> tuple[float, float]:
        """Return the least and the most that the change of the hours may be, whatever the unknown facts."""
        hours = self._of_handling
        if self.is_paired:
            least, most = _extremes(part.before, lambda before, after: hours[after] - hours[before])
        else:
            before = _extremes(part.before, lambda one, _: hours[one])
            after = _extremes(part.after, lambda _, one: hours[one])
            least, most = after[0] - before[1], after[1] - before[0]
        return self.scale * least, self.scale * most

    @staticmethod
    def _is(*states: Punctuality) -> CaseValue:
        """Return 1 for a message whose answer is of a punctuality, else 0."""
        return lambda case, side: float(case.punctuality[side] in states)

    def _cost(self, case: JudgedCase, side: int) -> float:
        return self.costs.cost(self._hours(case, side), case.punctuality[side] is Punctuality.LATE)

    def _on_time(self, part: ComparedGroup) -> ComparedMeasure:
        timely, known = self._is(Punctuality.ON_TIME), self._is(Punctuality.ON_TIME, Punctuality.LATE)
        numbers, sizes = (
            [int(_Sums.of(cases, value, side).total) for side, cases in enumerate(part.sides)]
            for value in (timely, known)
        )
        before, after = (number / size if size else None for number, size in zip(numbers, sizes, strict=True))
        if before is None or after is None:
            return part.measure("on_time_rate", before=before, after=after)
        low = high = None
        if not self.is_paired:
            low, high = newcombe((numbers[0], numbers[1]), (sizes[0], sizes[1]), self.quantile)
        elif self.is_sampled:
            # By the delta method: what a message adds to the change of the rate.
            added = _Sums.of_each(
                part.before,
                lambda case: (
                    (timely(case, 1) - after * known(case, 1)) / sizes[1]
                    - (timely(case, 0) - before * known(case, 0)) / sizes[0]
                ),
            )
            half = self.quantile * math.sqrt(added.squares)
            if numbers == [numbers[0]] * 2 and sizes == [sizes[0]] * 2:  # no answer changes
                half = max(half, self._wilson(0.0, sizes[0])[1])
            low, high = max(-1.0, after - before - half), min(1.0, after - before + half)
        return part.measure("on_time_rate", before=before, after=after, change=after - before, low=low, high=high)

    # Changes

    def changes(
        self, part: ComparedGroup, references: Mapping[DecisionChange, tuple[str, ...]]
    ) -> Iterator[ChangedDecision]:
        """Yield the decisions that differ, frequent ones first; none where the messages are not the same."""
        found = Counter[DecisionChange]()
        for case, number in part.before.items() if self.is_paired else ():
            for change in case.changes:
                found[change] += number
        for change, number in sorted(found.items(), key=lambda item: (-item[1], item[0])):
            share = number / part.sizes[0]
            low, high = self._wilson(share, part.sizes[0]) if self.is_sampled else (None, None)
            yield ChangedDecision(
                by=part.by,
                group=part.group,
                **change._asdict(),
                cases=number,
                share=share,
                low=low,
                high=high,
                references=references.get(change, ()) if part.by == ALL else (),
            )

    def due_dates(self, part: ComparedGroup) -> Iterator[MovedDueDate]:
        """Yield how due dates move; nothing without a calendar, or where the messages are not the same."""
        found = Counter[tuple[str, int | None]]()
        for case, number in part.before.items() if self.is_paired and self.is_dated else ():
            found[case.move] += number
        for (change, days), number in sorted(found.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
            yield MovedDueDate(by=part.by, group=part.group, change=change, days=days, cases=number)


def _handled(counts: Counter[JudgedCase], side: int, outcome: str) -> int:
    return sum(number for case, number in counts.items() if case.handlings[side] == outcome)


def _bounds(counts: Counter[JudgedCase], side: int, outcome: str) -> tuple[int, int]:
    """Return how many messages are surely of an outcome, and how many may be."""
    least = sum(number for case, number in counts.items() if all(pair[side] == outcome for pair in case.possible))
    most = sum(number for case, number in counts.items() if any(pair[side] == outcome for pair in case.possible))
    return least, most


def _change_of(outcome: str) -> Callable[[str, str], float]:
    return lambda before, after: (after == outcome) - (before == outcome)


def _extremes(counts: Counter[JudgedCase], change: Callable[[str, str], float]) -> tuple[float, float]:
    """Return the least and the most of a sum over messages, each of any of its possible handlings."""
    found = Counter[frozenset[tuple[str, str]]]()
    for case, number in counts.items():
        found[case.possible] += number
    values = [([change(*pair) for pair in possible], number) for possible, number in found.items()]
    least, most = (math.fsum(chosen(one) * number for one, number in values) for chosen in (min, max))
    return least, most


def bonett_price(gained: int, lost: int, cases: int, quantile: float) -> tuple[float, float]:
    """Return the confidence interval of the difference of two paired shares.

    Args:
        gained: how many are counted after alone.
        lost: how many are counted before alone.
        cases: how many there are.
        quantile: the two-sided quantile of the normal distribution.

    Source:
        D. G. Bonett, R. M. Price, Journal of Educational and Behavioral Statistics 37 (2012).

    >>> low, high = bonett_price(10, 2, 100, 1.959964)
    >>> round(low, 4), round(high, 4)
    (0.0082, 0.1487)
    """
    first, second = (gained + 1) / (cases + 2), (lost + 1) / (cases + 2)
    middle, share = first - second, (gained - lost) / cases
    half = quantile * math.sqrt((first + second - middle**2) / (cases + 2))
    return max(-1.0, min(share, middle - half)), min(1.0, max(share, middle + half))


def newcombe(numbers: tuple[int, int], cases: tuple[int, int], quantile: float) -> tuple[float, float]:
    """Return the confidence interval of the difference of two independent shares, the second less the first.

    Args:
        numbers: how many are counted, in each of two groups.
        cases: how many there are, 1 or more.
        quantile: the two-sided quantile of the normal distribution.

    Source:
        R. G. Newcombe, Statistics in Medicine 17 (1998), method 10.

    >>> low, high = newcombe((48, 56), (80, 70), 1.959964)
    >>> round(low, 4), round(high, 4)
    (0.0524, 0.3339)
    """
    before, after = (number / of for number, of in zip(numbers, cases, strict=True))
    (low, high), (least, most) = (
        wilson_bounds(number / of, of, quantile) for number, of in zip(numbers, cases, strict=True)
    )
    change = after - before
    return change - math.hypot(after - least, high - before), change + math.hypot(most - after, before - low)
