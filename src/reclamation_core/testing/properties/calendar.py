"""The properties of calendars: days that count, deadlines and their status. Source: M2-1 §5.0 (I2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import attrs
from hypothesis import strategies as st

from reclamation_core.calendars import (
    BusinessCalendar,
    DayRange,
    DayType,
    Deadline,
    DeadlineRule,
    DeadlineStatus,
    LedgerReason,
)
from reclamation_core.calendars.arithmetic import Ends
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing.properties.base import (
    Counterexample,
    Drawn,
    Property,
    check_all,
    check_that,
    define_property,
    properties_of,
)
from reclamation_core.testing.strategies import deadline_rules, instants
from reclamation_core.testing.strategies.calendar import countable_day_types, day_ranges, days

_MARGIN: Final = timedelta(days=330)
"""More than sixty business days with closures and suspensions."""


def first_day(calendar: BusinessCalendar) -> date:
    """Return the first day that the properties use.

    Raises:
        ValueError: the calendar covers too few years.
    """
    if calendar.last - calendar.first <= 2 * _MARGIN:
        raise ValueError(
            f"calendar: {calendar.first} to {calendar.last} is too short for the properties; "
            f"extend first_year and last_year to at least two years"
        )
    return calendar.first + _MARGIN


def last_day(calendar: BusinessCalendar) -> date:
    """Return the last day that the properties use."""
    return calendar.last - _MARGIN


_CLAUSE: Final = "M2-1 §5.0"
_MOST: Final = 60
_BOTH_WAYS: Final[tuple[Ends, ...]] = ("(]", "[)")


def _days(calendar: BusinessCalendar) -> st.SearchStrategy[date]:
    """Return days of a calendar, closures and bridge days included."""
    first, last = first_day(calendar), last_day(calendar)
    definition = calendar.definition
    closed = [
        day
        for some in (*definition.closures, *definition.bridge_days)
        for day in (some.first, some.last)
        if first <= day <= last
    ]
    return days(first=first, last=last) | st.sampled_from(closed) if closed else days(first=first, last=last)


def _day(calendar: BusinessCalendar) -> Drawn:
    return {"day": _days(calendar), "day_type": countable_day_types()}


def _day_and_number(calendar: BusinessCalendar) -> Drawn:
    return {**_day(calendar), "n": st.integers(1, _MOST)}


def _three_days(calendar: BusinessCalendar) -> Drawn:
    day = _days(calendar)
    return {"a": day, "b": day, "c": day, "day_type": countable_day_types()}


@define_property(
    "a-day-off-never-counts",
    _CLAUSE,
    "un jour ouvré n'est ni un samedi, ni un dimanche, ni un jour férié chômé, ni un jour de fermeture, ni un pont ; "
    "tout autre jour en est un",
    "a business day is neither a Saturday, a Sunday, a public holiday, a closure nor a bridge day; every other day is",
    interpretation="I2",
    drawn=lambda calendar: {"day": _days(calendar)},
)
def days_off(calendar: BusinessCalendar, day: date) -> Counterexample | None:
    definition = calendar.definition
    closed = any(day in some for some in (*definition.closures, *definition.bridge_days))
    expected = day.weekday() < 5 and not closed and day not in calendar.holidays(day.year)
    found = calendar.is_business_day(day)
    return check_that(found is expected, expected, found)


@define_property(
    "a-working-day-of-six-never-is-a-sunday-nor-a-holiday",
    _CLAUSE,
    "un jour ouvrable est tout jour sauf le dimanche et les jours fériés chômés",
    "a working day of six a week is every day but Sunday and the public holidays",
    drawn=lambda calendar: {"day": _days(calendar)},
)
def six_a_week(calendar: BusinessCalendar, day: date) -> Counterexample | None:
    expected = day.weekday() < 6 and day not in calendar.holidays(day.year)
    found = calendar.is_business_day(day, DayType.OUVRABLE)
    return check_that(found is expected, expected, found)


@define_property(
    "subtracting-undoes-adding",
    _CLAUSE,
    "d'un jour qui compte, ajouter puis retrancher n jours y ramène, et l'inverse",
    "from a day that counts, adding then subtracting n days gives it back, and the reverse",
    drawn=_day_and_number,
)
def there_and_back(calendar: BusinessCalendar, day: date, day_type: DayType, n: int) -> Counterexample | None:
    if not calendar.is_business_day(day, day_type):
        return None
    back = calendar.subtract(calendar.add(day, n, day_type), n, day_type)
    forth = calendar.add(calendar.subtract(day, n, day_type), n, day_type)
    return check_that((back, forth) == (day, day), day, (back, forth))


@define_property(
    "added-days-are-counted",
    _CLAUSE,
    "de jour en jour, on compte ce qu'on a ajouté",
    "from one day to the other, the count is the number that was added",
    drawn=_day_and_number,
)
def added_is_counted(calendar: BusinessCalendar, day: date, day_type: DayType, n: int) -> Counterexample | None:
    after, before = calendar.add(day, n, day_type), calendar.add(day, -n, day_type)
    counts = (calendar.count(day, after, day_type), calendar.count(day, before, day_type, ends="[)"))
    return check_that(counts == (n, -n), (n, -n), counts)


@define_property(
    "counts-add-up",
    _CLAUSE,
    "compter de a à b puis de b à c, c'est compter de a à c ; à rebours, le compte change de signe",
    "counting from a to b and from b to c is counting from a to c; backwards, the count changes its sign",
    drawn=_three_days,
)
def counts_add_up(calendar: BusinessCalendar, a: date, b: date, c: date, day_type: DayType) -> Counterexample | None:
    for ends in _BOTH_WAYS:
        through = calendar.count(a, b, day_type, ends=ends) + calendar.count(b, c, day_type, ends=ends)
        whole = calendar.count(a, c, day_type, ends=ends)
        if through != whole:
            return Counterexample(whole, through, {"ends": ends})
        forth, back = calendar.count(a, b, day_type, ends=ends), calendar.count(b, a, day_type, ends=ends)
        if forth != -back:
            return Counterexample(-forth, back, {"ends": ends})
    return None


@define_property(
    "ends-are-as-written",
    _CLAUSE,
    "les bornes d'un compte sont comptées comme elles sont écrites",
    "the ends of a count are counted as they are written",
    drawn=_day_and_number,
)
def ends_as_written(calendar: BusinessCalendar, day: date, day_type: DayType, n: int) -> Counterexample | None:
    last = day + timedelta(days=n)
    every = [day + timedelta(days=number) for number in range(n + 1)]
    counting = {one for one in every if calendar.is_business_day(one, day_type)}
    left_out: dict[Ends, set[date]] = {"[]": set(), "(]": {day}, "[)": {last}, "()": {day, last}}
    expected = {ends: len(counting - out) for ends, out in left_out.items()}
    found = {ends: calendar.count(day, last, day_type, ends=ends) for ends in left_out}
    return check_that(found == expected, expected, found)


@define_property(
    "next-and-previous-are-the-nearest",
    _CLAUSE,
    "le jour suivant et le jour précédent sont les plus proches qui comptent",
    "the next and the previous day are the nearest that count",
    drawn=_day,
)
def nearest(calendar: BusinessCalendar, day: date, day_type: DayType) -> Counterexample | None:
    following, preceding = calendar.next(day, day_type), calendar.previous(day, day_type)
    counts = calendar.is_business_day(day, day_type)
    if not preceding < day < following:
        return Counterexample("<, <", (preceding, day, following))
    between = calendar.count(preceding, following, day_type, ends="()")
    if between != counts:
        return Counterexample(int(counts), between)
    same = (calendar.next(day, day_type, or_same=True), calendar.previous(day, day_type, or_same=True))
    expected = (day, day) if counts else (following, preceding)
    return check_that(same == expected, expected, same)


@define_property(
    "clear-days-are-whole",
    _CLAUSE,
    "un délai en jours francs laisse n jours entiers entre ses bornes et s'achève un jour ouvré",
    "a delay in clear days leaves n whole days between its ends and ends on a business day",
    drawn=lambda calendar: {"day": _days(calendar), "n": st.integers(1, _MOST)},
)
def clear_days(calendar: BusinessCalendar, day: date, n: int) -> Counterexample | None:
    after, before = calendar.add(day, n, DayType.FRANC), calendar.subtract(day, n, DayType.FRANC)
    found = (
        calendar.is_business_day(after),
        calendar.is_business_day(before),
        calendar.count(day + timedelta(days=n), after),
        calendar.count(before, day - timedelta(days=n), ends="[)"),
    )
    return check_that(found == (True, True, 1, 1), (True, True, 1, 1), found, after=after, before=before)


_ONE_DAY = timedelta(days=1)


@attrs.frozen(kw_only=True)
class DeadlineInputs(SharedRepr):
    """The inputs of a deadline.

    Args:
        received_at: the receipt.
        rule: the rule, which allows suspensions.
        suspensions: the ranges of suspended days.
    """

    received_at: datetime
    rule: DeadlineRule
    suspensions: Sequence[DayRange]

    def deadline(self, calendar: BusinessCalendar) -> Deadline:
        """Return the deadline on a calendar."""
        return calendar.deadline(self.received_at, self.rule, self.suspensions)

    def due(self, calendar: BusinessCalendar, **changes: Any) -> date:
        """Return the last day to answer on a calendar, with other inputs."""
        return attrs.evolve(self, **changes).deadline(calendar).due

    def is_suspended(self, day: date) -> bool:
        """Return True for a suspended day."""
        return any(day in suspension for suspension in self.suspensions)


def _inputs(calendar: BusinessCalendar, **more: st.SearchStrategy[object]) -> Drawn:
    """Return the inputs of a deadline, and further strategies."""
    return {"inputs": _inputs_from(_receipts(calendar)), **more}


def _receipts(calendar: BusinessCalendar) -> st.SearchStrategy[datetime]:
    return st.shared(instants(first=first_day(calendar), last=last_day(calendar)))


def _inputs_from(receipts: st.SearchStrategy[datetime]) -> st.SearchStrategy[DeadlineInputs]:
    return st.builds(
        DeadlineInputs,
        received_at=receipts,
        rule=deadline_rules(most_months=0, suspensions=True, by_level=False),
        suspensions=st.lists(_ranges_near(receipts), max_size=3),
    )


def _ranges_near(receipts: st.SearchStrategy[datetime], longest: int = 20) -> st.SearchStrategy[DayRange]:
    """Return ranges of days while a deadline runs, or shortly before: others have no effect."""

    def ranges(received_at: datetime) -> st.SearchStrategy[DayRange]:
        day = received_at.date()
        running = day_ranges(first=day, last=day + 60 * _ONE_DAY, longest=longest)
        return running | day_ranges(first=day - 20 * _ONE_DAY, last=day, longest=longest)

    return receipts.flatmap(ranges)


def _one_more(calendar: BusinessCalendar, longest: int = 20) -> Drawn:
    """Return the inputs of a deadline, and one more range of days near the receipt."""
    receipts = _receipts(calendar)
    return {"inputs": _inputs_from(receipts), "more": _ranges_near(receipts, longest)}


@define_property(
    "more-closures-never-earlier",
    _CLAUSE,
    "une fermeture de plus n'avance jamais une échéance",
    "one more closure never makes a deadline earlier",
    interpretation="I2",
    drawn=lambda calendar: _one_more(calendar, longest=60),
)
def more_closures(calendar: BusinessCalendar, inputs: DeadlineInputs, more: DayRange) -> Counterexample | None:
    definition = calendar.definition
    # The years near the receipt alone: a calendar of a century takes long to prepare.
    years = range(inputs.received_at.year - 1, inputs.received_at.year + 3)
    closures = [days for days in (*definition.closures, more) if {days.first.year, days.last.year} <= {*years}]
    bridges = [days for days in definition.bridge_days if {days.first.year, days.last.year} <= {*years}]
    closed = attrs.evolve(
        definition,
        closures=closures,
        bridge_days=bridges,
        first_year=max(years[0], definition.first_year),
        last_year=min(years[-1], definition.last_year),
    )
    before, after = inputs.due(calendar), inputs.due(type(calendar)(closed))
    return check_that(after >= before, f"{before} ≤", after)


@define_property(
    "more-suspensions-never-earlier",
    _CLAUSE,
    "une suspension de plus n'avance jamais une échéance",
    "one more suspension never makes a deadline earlier",
    drawn=_one_more,
)
def more_suspensions(calendar: BusinessCalendar, inputs: DeadlineInputs, more: DayRange) -> Counterexample | None:
    before, after = inputs.due(calendar), inputs.due(calendar, suspensions=[*inputs.suspensions, more])
    return check_that(after >= before, f"{before} ≤", after)


@define_property(
    "one-more-day-is-later",
    _CLAUSE,
    "un jour de plus pour répondre donne une échéance strictement plus tardive, jamais plus proche en jours francs",
    "one more day to answer gives a strictly later deadline, in clear days never an earlier one",
    drawn=_inputs,
)
def one_more_day(calendar: BusinessCalendar, inputs: DeadlineInputs) -> Counterexample | None:
    rule = inputs.rule
    due, later = inputs.due(calendar), inputs.due(calendar, rule=attrs.evolve(rule, days=rule.days + 1))
    return check_that(later > due or (rule.day_type is DayType.FRANC and later == due), f"{due} <", later)


@define_property(
    "later-receipt-never-earlier",
    _CLAUSE,
    "ce qui est reçu plus tard n'est jamais dû plus tôt",
    "a later receipt never makes a deadline earlier",
    drawn=lambda calendar: _inputs(calendar, later=st.integers(0, 480).map(lambda hours: timedelta(hours=hours))),
)
def later_receipt(calendar: BusinessCalendar, inputs: DeadlineInputs, later: timedelta) -> Counterexample | None:
    first, second = inputs.due(calendar), inputs.due(calendar, received_at=inputs.received_at + later)
    return check_that(second >= first, f"{first} ≤", second)


@define_property(
    "ledger-counts-n-days",
    _CLAUSE,
    "le compte d'une échéance a chaque jour une fois, et exactement n d'entre eux comptent",
    "the ledger of a deadline has every day once, and exactly n of them count",
    drawn=_inputs,
)
def ledger(calendar: BusinessCalendar, inputs: DeadlineInputs) -> Counterexample | None:
    deadline, rule = inputs.deadline(calendar), inputs.rule
    rows = deadline.ledger
    length = (deadline.due - deadline.arrived_on).days + 1
    every = [deadline.arrived_on + timedelta(days=number) for number in range(length)]
    if [row.day for row in rows] != every:
        return Counterexample(every, [row.day for row in rows])
    numbers = [row.counted for row in rows if row.reason is LedgerReason.COUNTED]
    if numbers != list(range(1, rule.days + 1)) or any(
        (row.counted is not None) != (row.reason is LedgerReason.COUNTED) for row in rows
    ):
        return Counterexample(f"1 … {rule.days}", [row.counted for row in rows])
    ends = rows[-1].counted
    return check_that(rule.day_type is DayType.FRANC or ends == rule.days, rule.days, ends)


@define_property(
    "due-on-the-nth-day-that-counts",
    _CLAUSE,
    "l'échéance est le n-ième jour qui compte après la réception, les jours suspendus étant passés",
    "the deadline is the n-th day that counts after the receipt, suspended days excluded",
    interpretation="I2",
    drawn=_inputs,
)
def nth_day(calendar: BusinessCalendar, inputs: DeadlineInputs) -> Counterexample | None:
    deadline, rule = inputs.deadline(calendar), inputs.rule

    def counts(day: date, day_type: DayType) -> bool:
        return not inputs.is_suspended(day) and calendar.is_business_day(day, day_type)

    clear = rule.day_type is DayType.FRANC
    counted = DayType.CALENDAIRE if clear else rule.day_type
    day, left = deadline.received_on - _ONE_DAY * rule.first_day_counted, rule.days
    while left:
        day += _ONE_DAY
        left -= counts(day, counted)
    if clear:
        day += _ONE_DAY
        while not counts(day, DayType.OUVRE):
            day += _ONE_DAY
    return check_that(deadline.due == day, day, deadline.due)


_MINUTES = st.integers(0, 600) | st.integers(-600, 0) | st.integers(-60 * 24 * 60, 60 * 24 * 60)
"""Minutes from the end of a day, often few: an error about the end shows there."""
_ORDER = (DeadlineStatus.RUNNING, DeadlineStatus.DUE_SOON, DeadlineStatus.DUE_TODAY, DeadlineStatus.OVERDUE)


def _to_come(calendar: BusinessCalendar, day: date, due: date, inputs: DeadlineInputs) -> int:
    """Count the business days after a day until the last one, suspended days excluded, one by one."""
    later = (day + timedelta(days=number) for number in range(1, (due - day).days + 1))
    return sum(calendar.is_business_day(each) and not inputs.is_suspended(each) for each in later)


@define_property(
    "days-left-are-those-to-come",
    _CLAUSE,
    "à la réception, les jours qui restent sont les jours ouvrés à venir jusqu'à l'échéance, hors suspensions",
    "at the receipt, the days left are the business days until the deadline, suspended days excluded",
    drawn=_inputs,
)
def days_left(calendar: BusinessCalendar, inputs: DeadlineInputs) -> Counterexample | None:
    deadline = inputs.deadline(calendar)
    expected = _to_come(calendar, deadline.received_on, deadline.due, inputs)
    found = deadline.business_days_left(inputs.received_at)
    return check_that(found == expected, expected, found)


@define_property(
    "statuses-only-move-on",
    _CLAUSE,
    "sans réponse, une échéance ne va que vers le retard : en cours, proche, aujourd'hui, en retard",
    "without an answer a deadline only moves on: running, due soon, due today, overdue",
    drawn=_inputs,
)
def statuses(calendar: BusinessCalendar, inputs: DeadlineInputs) -> Counterexample | None:
    deadline = inputs.deadline(calendar)
    found = [deadline.status(inputs.received_at + timedelta(days=number)) for number in range(60)]
    expected = sorted(found, key=_ORDER.index)
    return check_that(found == expected, [status.value for status in expected], [status.value for status in found])


@define_property(
    "due-soon-when-few-days-are-left",
    _CLAUSE,
    "sans réponse, une échéance est proche quand il reste au plus le nombre de jours ouvrés prévu, du jour le dernier "
    "jour, en retard ensuite",
    "without an answer a deadline is due soon when at most the number of business days set is left, due today on the "
    "last day, overdue after it",
    interpretation="I2",
    drawn=lambda calendar: _inputs(calendar, later=st.integers(0, 60).map(timedelta)),
)
def due_soon(calendar: BusinessCalendar, inputs: DeadlineInputs, later: timedelta) -> Counterexample | None:
    deadline, at = inputs.deadline(calendar), inputs.received_at + later
    today, found = calendar.day_of(at), deadline.status(at)
    if today >= deadline.due:
        expected = DeadlineStatus.DUE_TODAY if today == deadline.due else DeadlineStatus.OVERDUE
        return check_that(found is expected, expected.value, found.value)
    left = _to_come(calendar, max(today, deadline.received_on), deadline.due, inputs)
    expected = DeadlineStatus.DUE_SOON if left <= inputs.rule.due_soon else DeadlineStatus.RUNNING
    return check_that(found is expected, expected.value, found.value, left=left)


@define_property(
    "an-answer-is-in-time-until-the-end-of-the-last-day",
    _CLAUSE,
    "une réponse donnée au plus tard le dernier jour, à l'heure du calendrier, respecte l'échéance ; plus tard, elle "
    "est en retard, et le reste",
    "an answer by the last day, in the calendar's time zone, meets the deadline; later it is late, and stays late",
    interpretation="I2",
    drawn=lambda calendar: _inputs(calendar, past_the_end=_MINUTES.map(lambda minutes: timedelta(minutes=minutes))),
)
def in_time(calendar: BusinessCalendar, inputs: DeadlineInputs, past_the_end: timedelta) -> Counterexample | None:
    deadline = inputs.deadline(calendar)
    end = datetime.combine(deadline.due + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
    answered_at = max(inputs.received_at, end + past_the_end)
    met = answered_at.astimezone(calendar.zone).date() <= deadline.due
    expected = DeadlineStatus.MET if met else DeadlineStatus.MET_LATE
    found = [deadline.status(answered_at + timedelta(days=days), answered_at) for days in (0, 30)]
    return check_that(found == [expected] * 2, expected.value, [status.value for status in found])


def calendar_properties() -> tuple[Property[BusinessCalendar], ...]:
    """Return the properties of calendars; each can be checked alone.

    >>> calendar_properties()[0].id
    'a-day-off-never-counts'
    """
    return properties_of("calendar")


def check_calendar_properties(calendar: BusinessCalendar, *, exempt: Collection[str] = ()) -> None:
    """Check every property of a calendar: days that count, arithmetic on them, deadlines.

    Args:
        calendar: covers at least two years.
        exempt: the names of properties that do not hold on purpose.

    Raises:
        PropertiesFailedError: properties do not hold; an AssertionError with the clause and the witness of each.
        TypeError: `calendar` is not a calendar.
        ValueError: the calendar covers too few years, or an exemption is unknown.

    >>> check_calendar_properties(BusinessCalendar.france("mayotte", first_year=2024, last_year=2027))
    """
    check_all(calendar_properties(), calendar, exempt)
