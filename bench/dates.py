"""Dates: one, a million, and the first in a new process, compared with other libraries.

All contenders answer the same question (the tenth business day after the receipt, metropolitan France, 1990 to 2099)
and agree before they are timed. Rounds alternate; the figures are medians.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import subprocess
import sys
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any

import holidays
import numpy as np
from dateutil.rrule import DAILY, rrule, rruleset

from bench._measure import compare, ratio_row
from reclamation_core.calendars import BusinessCalendar, DeadlineRule

Contender = Callable[[], object]
OneDate = Callable[[date, int], Any]
Row = dict[str, Any]

FRANCE = BusinessCalendar.france()
N = 10
ROUNDS = 9
# Receipts of two years, so that neither a branch nor a cache is always the same.
RECEIVED = [date(2025, 1, 1) + timedelta(days=(number * 37) % 730) for number in range(365)]
FEW = RECEIVED[:20]


def each(answer: OneDate, days: Iterable[date]) -> Contender:
    """Return a round: the answer for each day."""
    days = list(days)

    def answers() -> None:
        for day in days:
            answer(day, N)

    return answers


def french_holidays() -> Any:
    """The list of `holidays` for the years covered, already filled."""
    return holidays.country_holidays("FR", years=range(1990, 2100))


def peers_of_one_date() -> dict[str, OneDate]:
    """Other ways to the tenth business day after a day."""
    france = french_holidays()
    excluded = frozenset(france)
    every = (FRANCE.first + timedelta(days=number) for number in range((FRANCE.last - FRANCE.first).days + 1))
    business = [day for day in every if day.weekday() < 5 and day not in excluded]
    calendar = np.busdaycalendar(holidays=np.array(sorted(excluded), dtype="datetime64[D]"))
    one_day = timedelta(days=1)

    def loop(day: date, left: int) -> date:
        while left:
            day += one_day
            if day.weekday() < 5 and day not in excluded:
                left -= 1
        return day

    return {
        "list look-up by bisection": lambda day, n: business[bisect_right(business, day) + n - 1],
        "day loop on a frozenset": loop,
        "numpy.busday_offset": partial(np.busday_offset, roll="backward", busdaycal=calendar),
        "holidays get_nth_working_day": france.get_nth_working_day,
    }


def slow_peers_of_one_date() -> dict[str, OneDate]:
    """Slower ways, measured on fewer days."""
    rules = rruleset(cache=True)
    rules.rrule(rrule(DAILY, byweekday=range(5), dtstart=datetime(2024, 12, 1), until=datetime(2027, 3, 1)))  # noqa: DTZ001
    for day in (day for day in french_holidays() if 2024 <= day.year <= 2027):
        rules.exdate(datetime.combine(day, time()))

    def nth_occurrence(day: date, n: int) -> date:
        *_, last = rules.xafter(datetime.combine(day, time()), count=n)
        return last.date()

    peers: dict[str, OneDate] = {"dateutil rruleset": nth_occurrence}
    if importlib.util.find_spec("workalendar") is not None:
        workalendar = importlib.import_module("workalendar.europe")
        peers["workalendar add_working_days"] = workalendar.France().add_working_days
    return peers


def one_date() -> list[Row]:
    """One date at a time, and a whole deadline."""
    quick, slow = peers_of_one_date(), slow_peers_of_one_date()
    for contender in (*quick.values(), *slow.values()):
        assert [contender(day, N) for day in FEW] == [FRANCE.add(day, N) for day in FEW]
    rule = DeadlineRule(days=N, cut_off=time(17))
    received = [datetime.combine(day, time(9, 30), FRANCE.zone) for day in RECEIVED]
    at = datetime(2026, 1, 1, 9, 30, tzinfo=FRANCE.zone)

    def deadlines() -> None:
        for instant in received:
            FRANCE.deadline(instant, rule).status(at)

    contenders: dict[str, Contender] = {"add": each(FRANCE.add, RECEIVED), "deadline": deadlines}
    contenders |= {name: each(peer, RECEIVED) for name, peer in quick.items()}
    taken = {name: seconds / len(RECEIVED) * 1e6 for name, seconds in compare(contenders, ROUNDS).items()}
    slowly = compare({name: each(peer, FEW) for name, peer in slow.items()}, rounds=5)
    taken |= {name: seconds / len(FEW) * 1e6 for name, seconds in slowly.items()}
    targets = {"numpy.busday_offset": 1 / 8, "holidays get_nth_working_day": 1 / 30}
    peers = ((name, taken[name]) for name in (*quick, *slow))
    rows = [ratio_row("add, one date", taken["add"], peer, targets.get(peer[0])) for peer in peers]
    bare = "holidays get_nth_working_day"
    return [*rows, ratio_row("deadline and its status", taken["deadline"], (f"{bare}, bare date", taken[bare]), 1 / 4)]


def polars_contenders(days: Any, answers: Any) -> dict[str, Callable[[], Any]]:
    """Polars' own business days, and a join with a table of answers; nothing where it is not installed."""
    if importlib.util.find_spec("polars") is None:
        return {}
    import polars as pl

    column = pl.Series("day", days)
    frame = column.to_frame()
    every = np.arange(np.datetime64("2000-01-01"), np.datetime64("2090-01-01"))
    table = pl.DataFrame({"day": every, "due": answers(every)})
    off = sorted(french_holidays())
    return {
        "polars join of a day table": lambda: frame.join(table, on="day", how="left", maintain_order="left")["due"],
        "polars add_business_days": lambda: frame.select(
            pl.col("day").dt.add_business_days(N, holidays=off, roll="backward")
        )["day"],
    }


def a_million_dates(size: int = 1_000_000) -> list[Row]:
    """A column of a million dates."""
    draws = np.random.default_rng(20260502).integers(0, 30_000, size)
    days = np.datetime64("2000-01-01") + draws.astype("timedelta64[D]")
    numbers = days.astype(np.int64)
    table = np.zeros(60_000, dtype=np.int64)
    every = np.arange(np.datetime64("2000-01-01"), np.datetime64("2090-01-01"))
    table[every.astype(np.int64)] = FRANCE.add(every, N).astype(np.int64)
    calendar = np.busdaycalendar(holidays=np.array(sorted(french_holidays()), dtype="datetime64[D]"))
    peers: dict[str, Callable[[], Any]] = {
        "copy of the same bytes (floor)": numbers.copy,
        "bare gather, int64": lambda: table[numbers],
        "numpy.busday_offset": lambda: np.busday_offset(days, N, roll="backward", busdaycal=calendar),
    }
    peers |= polars_contenders(days, lambda some: FRANCE.add(some, N))
    expected = FRANCE.add(days, N)
    for name, peer in peers.items():
        found = peer()
        if "copy" not in name:
            assert (np.asarray(found).astype("datetime64[D]") == expected).all(), name
    taken = compare({"ours": lambda: FRANCE.add(days, N), **peers}, ROUNDS)
    targets = {"bare gather, int64": 1.5, "numpy.busday_offset": 1 / 10}
    per_row = {name: seconds / size * 1e9 for name, seconds in taken.items()}
    ours = per_row.pop("ours")
    return [ratio_row("add, a million dates", ours, peer, targets.get(peer[0]), "ns/row") for peer in per_row.items()]


DEADLINE = (
    "from datetime import datetime, timezone; from reclamation_core.calendars import BusinessCalendar, DeadlineRule; "
    "BusinessCalendar.france().deadline(datetime(2026, 5, 2, 9, 30, tzinfo=timezone.utc), DeadlineRule()).due"
)


def start_up() -> list[Row]:
    """New processes, the time of a bare one taken off."""
    # The targets are 60 and 200 ms above bare Python where importing cattrs takes 48 and holidays 144; machines differ.
    programs = {
        "bare": "pass",
        "root": "import reclamation_core",
        "cattrs": "import cattrs",
        "holidays": "from holidays.countries.france import France",
        "deadline": DEADLINE,
    }

    with tempfile.TemporaryDirectory() as compiled:
        # As an installed package: compiled once, even where the environment forbids writing bytecode.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = compiled

        def process(program: str) -> Contender:
            command = [sys.executable, "-c", program]
            return lambda: subprocess.run(command, check=True, env=environment)  # noqa: S603  our own programs

        # The first round, which is not counted, compiles.
        taken = compare({name: process(program) for name, program in programs.items()}, rounds=15)
    above = {name: (seconds - taken["bare"]) * 1e3 for name, seconds in taken.items()}
    cattrs, france = ("import cattrs", above["cattrs"]), ("import France of holidays", above["holidays"])
    return [
        ratio_row("import reclamation_core, above bare Python", above["root"], cattrs, 60 / 48, "ms"),
        ratio_row("first deadline of a process, above bare Python", above["deadline"], france, 200 / 144, "ms"),
    ]


def run() -> list[Row]:
    """The tables of the dates."""
    return [*one_date(), *a_million_dates(), *start_up()]
