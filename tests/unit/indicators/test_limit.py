"""The cost of indicators is bounded, the same in every store."""

from collections.abc import Callable
from datetime import date
from typing import Any
from unittest import mock

import pytest

from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.indicators.known import LimitedPeriods
from reclamation_core.ports import Store
from reclamation_core.ports.periods import ChangeSelection, PeriodSelection
from reclamation_core.testing.builders import FakeClock, a_complaint, an_action
from reclamation_core.testing.contracts.samples import at
from tests.databases import memory_store

JUNE: Any = {"since": date(2026, 6, 1), "until": date(2026, 6, 30)}


def a_desk(store: Store | None = None, cases: int = 3) -> Desk:
    clock = FakeClock(at(1))
    desk = Desk.in_memory(clock=clock) if store is None else Desk(store, clock=clock)
    for _ in range(cases):
        desk.register(a_complaint(received_at=at(1)), site="CRE")
    desk.pgaac("CRE").add(an_action())
    return desk


def least_cost(compute: Callable[..., object], **options: object) -> int:
    """The lowest limit that is accepted."""
    low, high = 1, 10**5
    while low < high:
        middle = (low + high) // 2
        try:
            compute(**JUNE, limit=middle, **options)
            high = middle
        except FaultsError:
            low = middle + 1
    return low


def test_the_cost_grows_with_what_is_counted_and_is_the_same_in_every_store() -> None:
    store = memory_store()
    few, many = a_desk().indicators, a_desk(cases=300).indicators
    # nine readings, one of them of days without an end, the changes and an action
    assert least_cost(few) == least_cost(a_desk(store).indicators) == 40_000
    assert least_cost(many, names=["on_time"], cases=False) == 2_500
    assert least_cost(many, names=["received"]) == 3 * 300 + 10 * 300  # each with its reference
    assert least_cost(many, names=["on_time"]) == 300 + 10 * 300
    assert few(**JUNE, limit=40_000) == few(**JUNE)
    assert a_desk().indicator_series(**JUNE | {"since": date(2021, 7, 1)}, names=["recurrence"], limit=15_000).tables
    store.close()
    planned = a_desk()
    for number in range(100):
        planned.pgaac("CRE").add(an_action(reference=f"B-{number}"))
    assert least_cost(planned.indicators) == 40_000 + 100 * 200


@pytest.mark.parametrize(("fields", "rows", "changes"), [([], 5_101, 867), (["reference"], 464, 201)])
def test_no_more_is_read_than_the_rest_of_the_limit_allows(fields: list[str], rows: int, changes: int) -> None:
    source = mock.Mock(periods=mock.Mock(return_value=[[]]), changes=mock.Mock(return_value=[]))
    limited = LimitedPeriods(source, 5_100)
    limited.periods([PeriodSelection(fields=fields, known_before=at(1))])
    limited.changes(ChangeSelection(fields=fields, since=at(1), until=at(2)))
    (((asked,),), _), ((change,), _) = source.periods.call_args, source.changes.call_args
    assert (asked.limit, change.limit) == (rows, changes)


def test_what_costs_more_is_refused_with_what_to_do_instead() -> None:
    with pytest.raises(FaultsError, match="limit: 99; too many rows would have to be counted: give a shorter period"):
        a_desk().indicators(**JUNE, limit=99)


def test_a_page_is_there_without_its_months_where_these_alone_cost_too_much() -> None:
    desk = a_desk()
    whole = desk.indicator_page(**JUNE)
    short = desk.indicator_page(**JUNE, limit=least_cost(desk.indicator_page))
    assert (whole.months is None, short.months is None) == (False, True)
    assert short.whole == whole.whole
    assert desk.indicator_page(**JUNE, complete=True, limit=least_cost(desk.indicator_page, complete=True)).months
