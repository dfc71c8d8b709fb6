"""Indicators: a figure lists as many cases as it counts, alike in every store; the backlog of each group adds up."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import Desk
from reclamation_core.adapters import InMemoryStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, TextKind
from reclamation_core.cases.events import Anonymised
from reclamation_core.indicators import DIMENSIONS, Figure, IndicatorTable
from reclamation_core.indicators.catalogue import FigureUnit
from reclamation_core.plans import PlanScope
from reclamation_core.simulation import seed_register, shipped
from reclamation_core.testing.builders import FakeClock
from reclamation_core.testing.contracts.samples import SITES, insert, renamed
from reclamation_core.testing.strategies import CommandSequence, CommandStep, cases, command_sequences, pgaacs
from reclamation_core.testing.strategies.case import REFUSALS
from reclamation_core.vocabulary import Sites
from tests.databases import memory_store, postgresql_store
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


def adds_up(count: dict[str, int], is_until_the_report: bool) -> None:
    """Check the backlog of a group, and the parts of its numbers."""
    into, out = (sum(count[name] for name in some) for some in (FLOWS[:4], FLOWS[4:]))
    assert count["opening"] + into - out == count["closing"]
    assert sum(count[name] for name in count if name.startswith("overdue_")) == count["overdue"]
    if is_until_the_report:
        assert sum(count[name] for name in count if name.startswith("open_")) == count["closing"]


@pytest.mark.slow
@given(st.lists(cases(), min_size=1, max_size=2), st.sampled_from([1, 6]), st.data())
def test_a_figure_lists_the_cases_it_counts_in_every_store(drawn: list[Case], copies: int, data: st.DataObject) -> None:
    every = [renamed(case, f"R-2026-{number:06}") for number, case in enumerate(drawn * copies)]
    plan = data.draw(pgaacs(scopes=st.just(PlanScope.site("CRE")), most=8).filter(lambda one: one.events))
    desks = [Desk(store, sites=SITES, clock_limit=None) for store in (InMemoryStore(), memory_store())]
    for desk in desks:
        insert(store_of(desk), *(attrs.evolve(case, source=None) for case in every))
        with store_of(desk).unit_of_work() as unit:
            unit.plans.add(plan)
            unit.commit()
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
        count = {row.indicator.name: row.figure.count or 0 for row in tables[0].rows if row.group == group}
        adds_up(count, until >= asked["as_of"])
    for desk in desks:
        store_of(desk).close()


STORES = {"memory": InMemoryStore, "sqlite": memory_store, "postgresql": postgresql_store}


@pytest.mark.slow
@pytest.mark.parametrize("make", ["memory", "sqlite", pytest.param("postgresql", marks=pytest.mark.soak)])
@given(drawn=st.lists(command_sequences(most=5), min_size=1, max_size=2), data=st.data())
def test_no_figure_changes_when_texts_are_erased_anywhere_in_a_stream(
    make: str, drawn: list[CommandSequence], data: st.DataObject
) -> None:
    """Some kinds of texts in the stream, wherever the case allows it, then all of them."""
    erased_kinds = st.lists(st.sampled_from(TextKind), min_size=1, max_size=1)
    untouched: list[Case] = []
    erased: list[Case] = []
    for number, sequence in enumerate(drawn):
        steps = [step for step in sequence.steps if not isinstance(step.data, Anonymised)]
        with_erasures: list[CommandStep] = []
        for step in steps:
            with_erasures += [
                step,
                *[CommandStep(Anonymised(kinds=data.draw(erased_kinds)))] * data.draw(st.booleans()),
            ]
        for cases_of, chosen in ((untouched, steps), (erased, with_erasures)):
            case = attrs.evolve(sequence, steps=chosen).case()
            cases_of.append(attrs.evolve(renamed(case, f"R-2026-{number:06}"), source=None))
    instants = [event.recorded_at for case in erased for event in case.events]
    days = [BusinessCalendar.france().day_of(instant) for instant in (min(instants), max(instants))]
    tables = []
    for some_cases in (untouched, erased):
        desk = Desk(STORES[make](), sites=SITES, clock=FakeClock(max(instants) + timedelta(days=1)), clock_limit=None)
        insert(store_of(desk), *some_cases)
        for case in some_cases if some_cases is erased else ():
            with suppress(*REFUSALS):  # it is open
                desk.anonymise(case.reference)
        asked: dict[str, Any] = {"since": days[0], "until": days[1] + timedelta(days=2)}
        tables.append([desk.indicators(**asked, as_of=asked["until"], by=by) for by in (None, *DIMENSIONS)])
        store_of(desk).close()
    assert tables[0] == tables[1]


@pytest.mark.postgresql
def test_postgresql_reads_several_selections_in_one_scan_as_the_memory_does() -> None:
    memory, store, sites = InMemoryStore(), postgresql_store(), Sites.from_toml(shipped().sites)
    until = date(2026, 6, 30)
    seed_register(memory, sites, datetime(2026, 6, 30, 12, tzinfo=UTC), number=60)
    insert(store, *memory.cases_after(None), *memory.plans_after(None))
    for since, by, limit in ((date(2026, 1, 1), None, None), (date(2026, 6, 1), "unit", None), (until, "unit", 10**6)):
        asked: dict[str, Any] = {"since": since, "until": until, "as_of": until, "cases": False, "limit": limit}
        one, other = (Desk(each, sites=sites).indicators(**asked, by=by) for each in (memory, store))
        assert one == other
        assert any(row.figure.count for row in one.rows)
    store.close()
