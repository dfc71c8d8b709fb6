"""Indicators: a figure lists as many cases as it counts, alike in every store; the backlog of each group adds up."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Desk
from reclamation_core.adapters import InMemoryStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.indicators import DIMENSIONS, Figure, IndicatorTable
from reclamation_core.indicators.catalogue import FigureUnit
from reclamation_core.testing.contracts.samples import SITES, insert, renamed
from reclamation_core.testing.strategies import cases
from tests.databases import memory_store
from tests.inside import store_of

FLOWS = ("received", "reopened", "moved_in", "newly_in_scope", "ended", "moved_out", "newly_out_of_scope")


def numbers(table: IndicatorTable) -> dict[Any, Any]:
    """The figures without the references."""
    return {(row.group, row.indicator.name): attrs.evolve(row.figure, cases=None, of=None) for row in table.rows}


def checked(figure: Figure, unit: FigureUnit) -> None:
    assert figure.cases is not None
    assert len(figure.cases) == figure.count
    assert figure.total is None or len(figure.of or ()) == figure.total
    assert unit is not FigureUnit.CASES or figure.value == figure.count
    if figure.of is not None:
        assert set(figure.cases) <= set(figure.of)
    if figure.value is not None and unit is FigureUnit.SHARE:
        assert figure.low is not None
        assert figure.high is not None
        assert 0 <= figure.low <= figure.value + 1e-9
        assert figure.value - 1e-9 <= figure.high <= 1


@pytest.mark.slow
@given(st.lists(cases(), min_size=1, max_size=2), st.sampled_from([1, 6]), st.data())
def test_each_figure_lists_as_many_cases_as_it_counts_in_every_store(
    drawn: list[Case], copies: int, data: st.DataObject
) -> None:
    every = [renamed(case, f"R-2026-{number:06}") for number, case in enumerate(drawn * copies)]
    desks = [Desk(store, sites=SITES, clock_limit=None) for store in (InMemoryStore(), memory_store())]
    for desk in desks:
        insert(store_of(desk), *(attrs.evolve(case, source=None) for case in every))
    days = sorted(BusinessCalendar.france().day_of(event.recorded_at) for case in drawn for event in case.events)
    span = st.dates(days[0] - timedelta(days=40), days[-1] + timedelta(days=40)) | st.sampled_from([date.min, date.max])
    since, until = sorted([data.draw(span), data.draw(span)])
    by = data.draw(st.sampled_from([None, *DIMENSIONS]))
    asked: dict[str, Any] = {"since": since, "until": until, "as_of": data.draw(span), "by": by}
    scoped = data.draw(st.booleans())

    tables = [(desk.scoped(site="CRE") if scoped else desk).indicators(**asked) for desk in desks]

    assert tables[0] == tables[1]
    for desk in desks:
        counted = (desk.scoped(site="CRE") if scoped else desk).indicators(**asked, cases=False)
        assert numbers(counted) == numbers(tables[0])
    for row in tables[0].rows:
        checked(row.figure, row.indicator.unit)
    for group in {row.group for row in tables[0].rows}:
        count = {name: tables[0].figure(name, group).count or 0 for name in ("opening", "closing", *FLOWS)}
        into, out = (sum(count[name] for name in some) for some in (FLOWS[:4], FLOWS[4:]))
        assert count["opening"] + into - out == count["closing"]
    for desk in desks:
        store_of(desk).close()
