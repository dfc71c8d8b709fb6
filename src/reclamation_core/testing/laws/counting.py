"""Laws of the calendar: which days count, and how they are counted. Source: M2-1 §5.0, as read (I2)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from hypothesis import strategies as st

from reclamation_core.calendars import BusinessCalendar, DayType, Ends
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.laws.span import first_day, last_day
from reclamation_core.testing.strategies import countable_day_types, days

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


@law(
    "a-day-off-never-counts",
    _CLAUSE,
    "un jour ouvré n'est ni un samedi, ni un dimanche, ni un jour férié chômé, ni un jour de fermeture, ni un pont ; "
    "tout autre jour en est un",
    "a business day is neither a Saturday, a Sunday, a public holiday, a closure nor a bridge day; every other day is",
    reading="I2",
    drawn=lambda calendar: {"day": _days(calendar)},
)
def days_off(calendar: BusinessCalendar, day: date) -> Breach | None:
    definition = calendar.definition
    closed = any(day in some for some in (*definition.closures, *definition.bridge_days))
    expected = day.weekday() < 5 and not closed and day not in calendar.holidays(day.year)
    found = calendar.is_business_day(day)
    return unless(found is expected, expected, found)


@law(
    "a-working-day-of-six-never-is-a-sunday-nor-a-holiday",
    _CLAUSE,
    "un jour ouvrable est tout jour sauf le dimanche et les jours fériés chômés",
    "a working day of six a week is every day but Sunday and the public holidays",
    drawn=lambda calendar: {"day": _days(calendar)},
)
def six_a_week(calendar: BusinessCalendar, day: date) -> Breach | None:
    expected = day.weekday() < 6 and day not in calendar.holidays(day.year)
    found = calendar.is_business_day(day, DayType.OUVRABLE)
    return unless(found is expected, expected, found)


@law(
    "subtracting-undoes-adding",
    _CLAUSE,
    "d'un jour qui compte, ajouter puis retrancher n jours y ramène, et l'inverse",
    "from a day that counts, adding then subtracting n days gives it back, and the reverse",
    drawn=_day_and_number,
)
def there_and_back(calendar: BusinessCalendar, day: date, day_type: DayType, n: int) -> Breach | None:
    if not calendar.is_business_day(day, day_type):
        return None
    back = calendar.subtract(calendar.add(day, n, day_type), n, day_type)
    forth = calendar.add(calendar.subtract(day, n, day_type), n, day_type)
    return unless((back, forth) == (day, day), day, (back, forth))


@law(
    "what-is-added-is-counted",
    _CLAUSE,
    "de jour en jour, on compte ce qu'on a ajouté",
    "from one day to the other, what was added is counted",
    drawn=_day_and_number,
)
def added_is_counted(calendar: BusinessCalendar, day: date, day_type: DayType, n: int) -> Breach | None:
    after, before = calendar.add(day, n, day_type), calendar.add(day, -n, day_type)
    counts = (calendar.count(day, after, day_type), calendar.count(day, before, day_type, ends="[)"))
    return unless(counts == (n, -n), (n, -n), counts)


@law(
    "counts-add-up",
    _CLAUSE,
    "compter de a à b puis de b à c, c'est compter de a à c ; à rebours, le compte change de signe",
    "counting from a to b and from b to c is counting from a to c; backwards, the count changes its sign",
    drawn=_three_days,
)
def counts_add_up(calendar: BusinessCalendar, a: date, b: date, c: date, day_type: DayType) -> Breach | None:
    for ends in _BOTH_WAYS:
        through = calendar.count(a, b, day_type, ends=ends) + calendar.count(b, c, day_type, ends=ends)
        whole = calendar.count(a, c, day_type, ends=ends)
        if through != whole:
            return Breach(whole, through, {"ends": ends})
        forth, back = calendar.count(a, b, day_type, ends=ends), calendar.count(b, a, day_type, ends=ends)
        if forth != -back:
            return Breach(-forth, back, {"ends": ends})
    return None


@law(
    "ends-are-as-written",
    _CLAUSE,
    "les bornes d'un compte sont comptées comme elles sont écrites",
    "the ends of a count are counted as they are written",
    drawn=_day_and_number,
)
def ends_as_written(calendar: BusinessCalendar, day: date, day_type: DayType, n: int) -> Breach | None:
    last = day + timedelta(days=n)
    every = [day + timedelta(days=number) for number in range(n + 1)]
    counting = {one for one in every if calendar.is_business_day(one, day_type)}
    left_out: dict[Ends, set[date]] = {"[]": set(), "(]": {day}, "[)": {last}, "()": {day, last}}
    expected = {ends: len(counting - out) for ends, out in left_out.items()}
    found = {ends: calendar.count(day, last, day_type, ends=ends) for ends in left_out}
    return unless(found == expected, expected, found)


@law(
    "next-and-previous-are-the-nearest",
    _CLAUSE,
    "le jour suivant et le jour précédent sont les plus proches qui comptent",
    "the next and the previous day are the nearest that count",
    drawn=_day,
)
def nearest(calendar: BusinessCalendar, day: date, day_type: DayType) -> Breach | None:
    following, preceding = calendar.next(day, day_type), calendar.previous(day, day_type)
    counts = calendar.is_business_day(day, day_type)
    if not preceding < day < following:
        return Breach("<, <", (preceding, day, following))
    between = calendar.count(preceding, following, day_type, ends="()")
    if between != counts:
        return Breach(int(counts), between)
    same = (calendar.next(day, day_type, or_same=True), calendar.previous(day, day_type, or_same=True))
    expected = (day, day) if counts else (following, preceding)
    return unless(same == expected, expected, same)


@law(
    "clear-days-are-whole",
    _CLAUSE,
    "un délai en jours francs laisse n jours entiers entre ses bornes et s'achève un jour ouvré",
    "a delay in clear days leaves n whole days between its ends and ends on a business day",
    drawn=lambda calendar: {"day": _days(calendar), "n": st.integers(1, _MOST)},
)
def clear_days(calendar: BusinessCalendar, day: date, n: int) -> Breach | None:
    after, before = calendar.add(day, n, DayType.FRANC), calendar.subtract(day, n, DayType.FRANC)
    found = (
        calendar.is_business_day(after),
        calendar.is_business_day(before),
        calendar.count(day + timedelta(days=n), after),
        calendar.count(before, day - timedelta(days=n), ends="[)"),
    )
    return unless(found == (True, True, 1, 1), (True, True, 1, 1), found, after=after, before=before)
