"""What was known of cases on a day is the same on a frame of their rows as on the desk."""

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Desk
from reclamation_core.adapters import InMemoryStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, CaseState
from reclamation_core.cases.periods import CasePeriod, periods_of
from reclamation_core.frames import as_of
from reclamation_core.testing.contracts.samples import SITES, insert, renamed
from reclamation_core.testing.strategies import cases
from tests.inside import store_of

NAMES = ("closing", "overdue", "on_time", *(f"open_{one.value}" for one in CaseState if one is not CaseState.CLOSED))
COLUMNS = ("since", "until", "ends_run", "unit", "state", "admissibility", "due_on", "answered_on", "ended_on")


def frame_of(rows: list[CasePeriod]) -> Any:
    """The rows as a query of the table returns them."""
    import polars as pl

    instant = pl.Datetime("us", "UTC")
    kinds: dict[str, Any] = {name: pl.Date if name.endswith("_on") else pl.String for name in COLUMNS}
    kinds |= {"since": instant, "until": instant, "ends_run": pl.Boolean}
    return pl.DataFrame([[getattr(row, name) for name in COLUMNS] for row in rows], schema=kinds, orient="row")


@pytest.mark.slow
@given(st.lists(cases(), min_size=1, max_size=3), st.data())
def test_the_figures_of_a_frame_are_those_of_the_desk(drawn: list[Case], data: st.DataObject) -> None:
    import polars as pl

    drawn = [attrs.evolve(renamed(case, f"R-2026-{number:06}"), source=None) for number, case in enumerate(drawn)]
    desk = Desk(InMemoryStore(), sites=SITES, clock_limit=None)
    insert(store_of(desk), *drawn)
    recorded = [BusinessCalendar.france().day_of(event.recorded_at) for case in drawn for event in case.events]
    day = data.draw(st.sampled_from(recorded)) + timedelta(days=data.draw(st.integers(-1, 20)))
    found = desk.indicators(since=date.min, until=day, as_of=day, names=NAMES, by="unit")
    rows = frame_of([row for case in drawn for row in periods_of(case)])

    in_scope, due = pl.col("admissibility").is_in(["in_scope", "to_be_clarified"]), pl.col("due_on")
    is_answered = pl.col("answered_on").is_not_null()
    is_withdrawn = ~is_answered & (pl.col("ended_on") <= due).fill_null(value=False)
    pending = as_of(rows, day).filter(in_scope & pl.col("ended_on").is_null())
    runs = as_of(rows, day, each_run=True).filter(in_scope & (due <= day) & (is_answered | (due < day)) & ~is_withdrawn)
    counted = {"closing": pending, "overdue": pending.filter(~is_answered & (due < day))}
    counted |= {f"open_{one.value}": pending.filter(pl.col("state") == one.value) for one in CaseState}
    counted |= {"on_time": runs.filter(is_answered & (pl.col("answered_on") <= due))}

    for row in found.rows:
        of_unit = pl.col("unit") == row.group
        assert row.figure.count == counted[row.indicator.name].filter(of_unit).height, row.indicator.name
        assert row.figure.total in (None, runs.filter(of_unit).height)
    assert {*pending["unit"]} <= {row.group for row in found.rows}
