"""Repeated messages outside the procedure about one site are a signal."""

from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core.desk import Desk, Signals
from reclamation_core.desk.agenda import Signal
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports import CaseGroup, CaseQuery
from reclamation_core.vocabulary import Nature
from tests.inside import store_of
from tests.unit.desk.factories import at, facts, malfunction, new_desk

JUNE: dict[str, Any] = {"since": date(2026, 6, 1), "until": date(2026, 6, 30)}


def told(desk: Desk, *days: int, nature: str = "general_opinion", site: str = "CRE", **given: Any) -> list[str]:
    return [
        desk.register(facts(at(day), nature=nature), site=site, occurred_at=at(day), **given).reference for day in days
    ]


def test_repeated_opinions_about_a_site_are_one_signal(desk: Desk) -> None:
    cases = told(desk, 3, 1, 9)
    assert desk.signals(**JUNE) == Signals(
        found=(
            Signal(
                site="CRE",
                nature=Nature.GENERAL_OPINION,
                cases=tuple(cases),
                first=date(2026, 6, 1),
                last=date(2026, 6, 9),
            ),
        )
    )


def test_complaints_malfunctions_and_unclear_messages_are_no_signals(desk: Desk) -> None:
    told(desk, 1, 2, 3, nature="grievance")
    for day in (1, 2, 3):
        desk.register(malfunction(at(day)), site="CRE", occurred_at=at(day))
        desk.register(facts(at(day), nature=None), site="CRE", occurred_at=at(day))
    assert desk.signals(**JUNE, min_count=1) == Signals(found=())


def test_messages_below_the_count_or_outside_the_period_are_no_signal(desk: Desk) -> None:
    told(desk, 1, 10)
    told(desk, 1, 2, 3, nature="initial_information_request")
    assert [(one.nature, len(one.cases)) for one in desk.signals(**JUNE).found] == [
        (Nature.INITIAL_INFORMATION_REQUEST, 3)
    ]
    assert len(desk.signals(**JUNE, min_count=2).found) == 2
    for since, until in ((2, 9), (3, 3)):
        (one,) = desk.signals(since=date(2026, 6, since), until=date(2026, 6, until), min_count=1).found
        assert (one.first.day, one.last.day) == (since, 3)
    assert desk.signals(since=date(2026, 6, 2), until=date(2026, 6, 9)).found == ()
    assert len(desk.signals(since=date(2026, 6, 1)).found) == 1


def test_signals_are_about_service_sites_sorted_by_count(desk: Desk) -> None:
    told(desk, 1, 2, 3, site="STD", service_sites=("STR", "CRE"))
    told(desk, 4, site="STR")
    assert [(one.site, len(one.cases)) for one in desk.signals(**JUNE).found] == [("STR", 4), ("CRE", 3)]
    assert [one.site for one in desk.scoped(site="CRE").signals(**JUNE).found] == ["CRE"]
    assert desk.scoped(site="STD").signals(**JUNE, min_count=1).found == ()


def test_a_message_outside_by_its_channel_has_an_unknown_nature(desk: Desk) -> None:
    for day in (1, 2, 3):
        desk.register(facts(at(day), nature=None, channel="other"), site="CRE", occurred_at=at(day))
    assert [one.nature for one in desk.signals(**JUNE).found] == [UNKNOWN]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min_count": 0}, "min_count: 0; a whole number is expected, from 1 on"),
        ({"min_count": True}, "min_count: true; a whole number is expected"),
        ({"until": date(2026, 5, 31)}, "until: 2026-05-31; a day not before the beginning, 1 June 2026, is expected"),
    ],
)
def test_an_invalid_period_or_count_is_refused(given: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        new_desk().signals(**(JUNE | given))


def test_corrupt_cases_are_named_with_the_signals(desk: Desk) -> None:
    told(desk, 1, 2, 3)
    store = store_of(desk)
    make = store.unit_of_work

    def unit() -> Any:
        made = make()
        group = made.cases.group

        def grouped(query: CaseQuery, min_count: int) -> tuple[list[CaseGroup], tuple[str, ...]]:
            found, _ = group(query, min_count)
            return [attrs.evolve(one, cases=one.cases[1:]) for one in found], ("R-2026-000001",)

        made.cases.group = grouped  # type: ignore[method-assign]
        return made

    store.unit_of_work = unit  # type: ignore[method-assign]

    assert desk.signals(**JUNE, min_count=2).damaged == ("R-2026-000001",)
    assert [one.cases for one in desk.signals(**JUNE, min_count=2).found] == [("R-2026-000002", "R-2026-000003")]
