"""What is outside the scope and comes again about one site is a signal."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from reclamation_core.desk import Desk, Signal, Signals
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports import CasePage, CaseQuery, StoreDamagedError
from reclamation_core.vocabulary import Nature
from tests.unit.desk.making import at, facts, malfunction, new_desk

JUNE: dict[str, Any] = {"since": date(2026, 6, 1), "until": date(2026, 6, 30)}


def told(desk: Desk, *days: int, nature: str = "general_opinion", site: str = "CRE", **given: Any) -> list[str]:
    return [
        desk.register(facts(at(day), nature=nature), site=site, occurred_at=at(day), **given).reference for day in days
    ]


def test_opinions_repeated_about_a_site_are_one_signal_with_its_days_and_cases() -> None:
    desk = new_desk()
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


def test_complaints_malfunctions_and_what_is_to_be_clarified_are_no_signals() -> None:
    desk = new_desk()
    told(desk, 1, 2, 3, nature="grievance")
    for day in (1, 2, 3):
        desk.register(malfunction(at(day)), site="CRE", occurred_at=at(day))
        desk.register(facts(at(day), nature=None), site="CRE", occurred_at=at(day))

    assert desk.signals(**JUNE, min_count=1) == Signals(found=())


def test_what_is_told_less_often_than_asked_for_or_on_other_days_is_not_one() -> None:
    desk = new_desk()
    told(desk, 1, 10)
    told(desk, 1, 2, 3, nature="initial_information_request")

    assert [(one.nature, len(one.cases)) for one in desk.signals(**JUNE).found] == [
        (Nature.INITIAL_INFORMATION_REQUEST, 3)
    ]
    assert len(desk.signals(**JUNE, min_count=2).found) == 2
    assert desk.signals(since=date(2026, 6, 2), until=date(2026, 6, 9)).found == ()
    assert len(desk.signals(since=date(2026, 6, 1)).found) == 1


def test_the_sites_that_delivered_the_service_are_those_it_is_about_and_the_most_repeated_comes_first() -> None:
    desk = new_desk()
    told(desk, 1, 2, 3, site="STD", service_sites=("STR", "CRE"))
    told(desk, 4, site="STR")

    assert [(one.site, len(one.cases)) for one in desk.signals(**JUNE).found] == [("STR", 4), ("CRE", 3)]
    assert [one.site for one in desk.scoped(site="CRE").signals(**JUNE).found] == ["CRE"]
    assert desk.scoped(site="STD").signals(**JUNE, min_count=1).found == ()


def test_a_message_of_which_only_the_channel_puts_it_outside_has_no_known_nature() -> None:
    desk = new_desk()
    for day in (1, 2, 3):
        desk.register(facts(at(day), nature=None, channel="other"), site="CRE", occurred_at=at(day))

    assert [one.nature for one in desk.signals(**JUNE).found] == [UNKNOWN]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min_count": 0}, "min_count: 0; use a whole number, at least 1"),
        ({"min_count": True}, "min_count: True; use a whole number"),
        ({"until": date(2026, 5, 31)}, "until: '2026-05-31'; a day not before the beginning, 2026-06-01, is expected"),
    ],
)
def test_a_period_that_ends_before_it_begins_and_a_signal_of_nothing_are_refused(
    given: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        new_desk().signals(**(JUNE | given))


def test_what_cannot_be_read_is_named_beside_what_was_found() -> None:
    desk = new_desk()
    told(desk, 1, 2, 3)
    store = desk._context.store
    make = store.unit_of_work

    def unit() -> Any:
        made = make()
        find = made.cases.find

        def found(query: CaseQuery) -> CasePage:
            if query.after is None:
                raise StoreDamagedError("memory", "the story", holder="R-2026-000001")
            return find(query)

        made.cases.find = found  # type: ignore[method-assign]
        return made

    store.unit_of_work = unit  # type: ignore[method-assign]

    assert desk.signals(**JUNE, min_count=2).damaged == ("R-2026-000001",)
    assert [one.cases for one in desk.signals(**JUNE, min_count=2).found] == [("R-2026-000002", "R-2026-000003")]
