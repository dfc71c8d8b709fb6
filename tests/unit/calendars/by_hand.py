"""French holidays and business days worked out without the library and without `holidays`."""

from collections.abc import Collection
from datetime import date, timedelta

ONE_DAY = timedelta(days=1)


def easter_sunday(year: int) -> date:
    """Gregorian Easter by the anonymous algorithm (Meeus, Jones, Butcher)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e = b // 4, b % 4
    g = (b - (b + 8) // 25 + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def national_holidays(year: int) -> set[date]:
    """The eleven holidays of code du travail L.3133-1."""
    fixed = {date(year, *day) for day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))}
    return fixed | {easter_sunday(year) + timedelta(days=offset) for offset in (1, 39, 50)}


def is_ouvre(day: date, excluded: Collection[date]) -> bool:
    return day.weekday() < 5 and day not in excluded


def nth_after(day: date, n: int, excluded: Collection[date]) -> date:
    """The n-th business day after a day, one day at a time."""
    while n:
        day += ONE_DAY
        n -= is_ouvre(day, excluded)
    return day
