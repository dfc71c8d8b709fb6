"""The properties of calendars: days that count, deadlines and their status. Source: M2-1 §5.0 (I2)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import attrs
from hypothesis import strategies as st

from reclamation_core.calendars import (
    BusinessCalendar,
    DayRange,
    DayType,
    DeadlineRule,
    DeadlineStatus,
    Ends,
    LedgerReason,
)
from reclamation_core.testing.properties.base import (
    Counterexample,
    Drawn,
    Property,
    check_all,
    check_that,
    define_property,
)
from reclamation_core.testing.strategies import day_ranges, days, deadline_rules, instants
from reclamation_core.testing.strategies.calendar import countable_day_types

_MARGIN: Final = timedelta(days=330)
"""More than sixty business days, with closures and suspensions among them."""


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
    """Days of the calendar, those on which it is closed among them."""
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
    reading="I2",
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
    "what-is-added-is-counted",
    _CLAUSE,
    "de jour en jour, on compte ce qu'on a ajouté",
    "from one day to the other, what was added is counted",
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


CLAUSE = "M2-1 §5.0"
_ONE_DAY = timedelta(days=1)


def receipt(calendar: BusinessCalendar, **more: st.SearchStrategy[object]) -> Drawn:
    """A receipt under any rule, what suspends the clock about it, and more."""
    received_at = st.shared(instants(first=first_day(calendar), last=last_day(calendar)))
    return {
        "received_at": received_at,
        "rule": deadline_rules(suspensions=True),
        "suspensions": st.lists(_about(received_at), max_size=3),
        **more,
    }


def _about(received_at: st.SearchStrategy[datetime], longest: int = 20) -> st.SearchStrategy[DayRange]:
    """Ranges of days while a clock runs, or shortly before; elsewhere they would stop nothing."""

    def ranges(received: datetime) -> st.SearchStrategy[DayRange]:
        day = received.date()
        running = day_ranges(first=day, last=day + 60 * _ONE_DAY, longest=longest)
        return running | day_ranges(first=day - 20 * _ONE_DAY, last=day, longest=longest)

    return received_at.flatmap(ranges)


def _one_more(calendar: BusinessCalendar, name: str, longest: int = 20) -> Drawn:
    """A receipt, and one more range of days about it, by this name."""
    drawn = receipt(calendar)
    return {**drawn, name: _about(drawn["received_at"], longest)}


@define_property(
    "more-closures-never-earlier",
    CLAUSE,
    "une fermeture de plus n'avance jamais une échéance",
    "one more closure never brings a deadline forward",
    reading="I2",
    drawn=lambda calendar: _one_more(calendar, "closure", longest=60),
)
def more_closures(
    calendar: BusinessCalendar,
    closure: DayRange,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
) -> Counterexample | None:
    definition = calendar.definition
    # Only the years about the receipt: to prepare the days of a century for each example would take long.
    years = range(received_at.year - 1, received_at.year + 3)
    closures = [days for days in (*definition.closures, closure) if {days.first.year, days.last.year} <= {*years}]
    bridges = [days for days in definition.bridge_days if {days.first.year, days.last.year} <= {*years}]
    more = attrs.evolve(
        definition,
        closures=closures,
        bridge_days=bridges,
        first_year=max(years[0], definition.first_year),
        last_year=min(years[-1], definition.last_year),
    )
    before = calendar.deadline(received_at, rule, suspensions).due
    after = type(calendar)(more).deadline(received_at, rule, suspensions).due
    return check_that(after >= before, f"{before} ≤", after)


@define_property(
    "more-suspensions-never-earlier",
    CLAUSE,
    "une suspension de plus n'avance jamais une échéance",
    "one more suspension never brings a deadline forward",
    drawn=lambda calendar: _one_more(calendar, "more"),
)
def more_suspensions(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    more: DayRange,
) -> Counterexample | None:
    before = calendar.deadline(received_at, rule, suspensions).due
    after = calendar.deadline(received_at, rule, [*suspensions, more]).due
    return check_that(after >= before, f"{before} ≤", after)


@define_property(
    "one-more-day-is-later",
    CLAUSE,
    "un jour de plus pour répondre donne une échéance strictement plus tardive, jamais plus proche en jours francs",
    "one more day to answer gives a strictly later deadline, in clear days never an earlier one",
    drawn=receipt,
)
def one_more_day(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Counterexample | None:
    due = calendar.deadline(received_at, rule, suspensions).due
    later = calendar.deadline(received_at, attrs.evolve(rule, days=rule.days + 1), suspensions).due
    kept = later > due or (rule.day_type is DayType.FRANC and later == due)
    return check_that(kept, f"{due} <", later)


@define_property(
    "later-receipt-never-earlier",
    CLAUSE,
    "ce qui est reçu plus tard n'est jamais dû plus tôt",
    "what is received later is never due earlier",
    drawn=lambda calendar: receipt(calendar, later=st.integers(0, 480).map(lambda hours: timedelta(hours=hours))),
)
def later_receipt(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    later: timedelta,
) -> Counterexample | None:
    first = calendar.deadline(received_at, rule, suspensions).due
    second = calendar.deadline(received_at + later, rule, suspensions).due
    return check_that(second >= first, f"{first} ≤", second)


@define_property(
    "ledger-counts-n-days",
    CLAUSE,
    "le compte d'une échéance a chaque jour une fois, et exactement n d'entre eux comptent",
    "the ledger of a deadline has every day once, and exactly n of them count",
    drawn=receipt,
)
def ledger(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Counterexample | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
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
    CLAUSE,
    "l'échéance est le n-ième jour qui compte après la réception, les jours suspendus étant passés",
    "the deadline is the n-th day that counts after the receipt, days suspended being passed over",
    reading="I2",
    drawn=receipt,
)
def nth_day(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Counterexample | None:
    deadline = calendar.deadline(received_at, rule, suspensions)

    def counts(day: date, day_type: DayType) -> bool:
        off = any(day in suspension for suspension in suspensions)
        return not off and calendar.is_business_day(day, day_type)

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


_AROUND = st.integers(0, 600) | st.integers(-600, 0) | st.integers(-60 * 24 * 60, 60 * 24 * 60)
"""Minutes: a mistake about the end of a day is seen in the hours about it."""
_ORDER = (DeadlineStatus.RUNNING, DeadlineStatus.DUE_SOON, DeadlineStatus.DUE_TODAY, DeadlineStatus.OVERDUE)


def _to_come(calendar: BusinessCalendar, day: date, due: date, suspensions: Sequence[DayRange]) -> int:
    """The business days after a day until the last one, suspended ones left out, counted one by one."""
    later = (day + timedelta(days=number) for number in range(1, (due - day).days + 1))
    return sum(calendar.is_business_day(one) and not any(one in some for some in suspensions) for one in later)


@define_property(
    "days-left-are-those-to-come",
    CLAUSE,
    "à la réception, les jours qui restent sont les jours ouvrés à venir jusqu'à l'échéance, hors suspensions",
    "at the receipt, the days left are the business days to come until the deadline, suspended ones left out",
    drawn=receipt,
)
def days_left(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Counterexample | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    expected = _to_come(calendar, deadline.received_on, deadline.due, suspensions)
    found = deadline.business_days_left(received_at)
    return check_that(found == expected, expected, found)


@define_property(
    "statuses-only-move-on",
    CLAUSE,
    "sans réponse, une échéance ne va que vers le retard : en cours, proche, aujourd'hui, en retard",
    "without an answer a deadline only moves on: running, due soon, due today, overdue",
    drawn=receipt,
)
def statuses(
    calendar: BusinessCalendar, rule: DeadlineRule, received_at: datetime, suspensions: Sequence[DayRange]
) -> Counterexample | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    seen = [_ORDER.index(deadline.status(received_at + timedelta(days=number))) for number in range(60)]
    return check_that(
        seen == sorted(seen), [_ORDER[place].value for place in sorted(seen)], [_ORDER[n].value for n in seen]
    )


@define_property(
    "due-soon-when-few-days-are-left",
    CLAUSE,
    "sans réponse, une échéance est proche quand il reste au plus le nombre de jours ouvrés prévu, du jour le dernier "
    "jour, en retard ensuite",
    "without an answer a deadline is due soon when at most the number of business days set is left, due today on the "
    "last day, overdue after it",
    reading="I2",
    drawn=lambda calendar: receipt(calendar, later=st.integers(0, 60).map(timedelta)),
)
def due_soon(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    later: timedelta,
) -> Counterexample | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    today, found = calendar.day_of(received_at + later), deadline.status(received_at + later)
    if today >= deadline.due:
        expected = DeadlineStatus.DUE_TODAY if today == deadline.due else DeadlineStatus.OVERDUE
        return check_that(found is expected, expected.value, found.value)
    left = _to_come(calendar, max(today, deadline.received_on), deadline.due, suspensions)
    expected = DeadlineStatus.DUE_SOON if left <= rule.due_soon else DeadlineStatus.RUNNING
    return check_that(found is expected, expected.value, found.value, left=left)


@define_property(
    "an-answer-is-in-time-until-the-end-of-the-last-day",
    CLAUSE,
    "une réponse donnée au plus tard le dernier jour, à l'heure du calendrier, respecte l'échéance ; plus tard, elle "
    "est en retard, et le reste",
    "an answer given by the last day, by the calendar's own clock, meets the deadline; later it is late, and stays so",
    reading="I2",
    drawn=lambda calendar: receipt(calendar, past_the_end=_AROUND.map(lambda minutes: timedelta(minutes=minutes))),
)
def in_time(
    calendar: BusinessCalendar,
    rule: DeadlineRule,
    received_at: datetime,
    suspensions: Sequence[DayRange],
    past_the_end: timedelta,
) -> Counterexample | None:
    deadline = calendar.deadline(received_at, rule, suspensions)
    end = datetime.combine(deadline.due + timedelta(days=1), time(), calendar.zone).astimezone(UTC)
    answered_at = max(received_at, end + past_the_end)
    met = answered_at.astimezone(calendar.zone).date() <= deadline.due
    expected = DeadlineStatus.MET if met else DeadlineStatus.MET_LATE
    found = [deadline.status(answered_at + timedelta(days=days), answered_at) for days in (0, 30)]
    return check_that(found == [expected] * 2, expected.value, [status.value for status in found])


def calendar_properties() -> tuple[Property[BusinessCalendar], ...]:
    """Return the properties of calendars; each can be checked alone.

    >>> calendar_properties()[0].id
    'more-closures-never-earlier'
    """
    return (
        more_closures,
        more_suspensions,
        one_more_day,
        later_receipt,
        ledger,
        nth_day,
        days_left,
        statuses,
        due_soon,
        in_time,
        days_off,
        six_a_week,
        there_and_back,
        added_is_counted,
        counts_add_up,
        ends_as_written,
        nearest,
        clear_days,
    )


def check_calendar_properties(calendar: BusinessCalendar, *, exempt: Collection[str] = ()) -> None:
    """Check every property of a calendar: days that count, arithmetic on them, deadlines.

    Args:
        calendar: covers at least two years.
        exempt: the names of properties that do not hold on purpose.

    Raises:
        PropertiesFailedError: properties do not hold; an AssertionError with the clause and the witness of each.
        TypeError: it is no calendar.
        ValueError: it covers too short a time; or an exemption names no prop.

    >>> check_calendar_properties(BusinessCalendar.france("mayotte", first_year=2024, last_year=2027))
    """
    check_all(calendar_properties(), calendar, exempt)
