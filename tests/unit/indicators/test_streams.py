"""The streams of a register: which cases each has, and what its rises name."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.indicators import STREAMS, rises_of_register
from reclamation_core.ports import CaseSummary
from reclamation_core.vocabulary import Eligibility, Nature, Site, Sites

START = date(2025, 1, 6)
SITES = Sites(
    (Site(code="CRE", name="Créteil", region="Île-de-France"), Site(code="STD", name="Stains", region="Nord"))
)
QUIET = (1, 0, 2, 1, 1, 0, 1, 2) * 8


@pytest.fixture(scope="module")
def summary() -> CaseSummary:
    desk = Desk.in_memory()
    desk.register(ComplaintFacts(received_at=datetime(2026, 6, 1, 9, tzinfo=UTC)), site="CRE")
    return desk.cases.summaries().summaries[0]


def received(summary: CaseSummary, counts: tuple[int, ...], **changes: Any) -> list[CaseSummary]:
    return [
        attrs.evolve(
            summary,
            reference=f"R-{week}-{number}-{sorted(map(str, changes.values()))}",
            received_on=START + timedelta(weeks=week, days=number % 7),
            **changes,
        )
        for week, count in enumerate(counts)
        for number in range(count)
    ]


def test_a_rise_names_its_cases_and_the_pooled_streams_that_show_it(summary: CaseSummary) -> None:
    burst = {"eligibility": Eligibility.COMPLAINT, "theme": "restauration"}
    cases = [
        *received(summary, (*QUIET, 9), site="CRE", **burst),
        *received(summary, (*QUIET, 1), site="STD", eligibility=Eligibility.COMPLAINT, theme=None),
    ]

    found = {(one.kind, one.key): one for one in rises_of_register(cases, START + timedelta(weeks=65), sites=SITES)}

    one = found["site_theme", ("CRE", "restauration")]
    assert (one.rise.week, one.rise.observed, len(one.cases)) == ("2026-W14", 9, 9)
    assert one.rise.stream == "CRE, restauration"
    assert ("region", ("Île-de-France",)) in one.pooled
    assert ("nation", ()) in one.pooled
    assert ("site", ("STD",)) not in found
    assert not any(kind == "region" and key != ("Île-de-France",) for kind, key in found)


def test_the_week_that_is_not_over_is_left_out(summary: CaseSummary) -> None:
    cases = received(summary, (*QUIET, 9), eligibility=Eligibility.COMPLAINT)

    assert rises_of_register(cases, START + timedelta(weeks=65, days=-1)) == ()
    assert rises_of_register(cases, START + timedelta(weeks=65))
    assert rises_of_register([], START) == ()


@given(st.data())
def test_each_case_is_in_the_streams_of_its_kind(data: st.DataObject) -> None:
    """As many as the plain count of site, theme and nature."""
    desk = Desk.in_memory()
    desk.register(ComplaintFacts(received_at=datetime(2026, 6, 1, 9, tzinfo=UTC)), site="CRE")
    summary = desk.cases.summaries().summaries[0]
    cases = [
        attrs.evolve(
            summary,
            reference=str(number),
            site=data.draw(st.sampled_from(["CRE", "STD"])),
            theme=data.draw(st.sampled_from([None, "a", "b"])),
            nature=data.draw(st.sampled_from([None, *Nature])),
            eligibility=data.draw(st.sampled_from([None, *Eligibility])),
        )
        for number in range(8)
    ]
    counted = Counter(
        (kind.name, key)
        for case in cases
        for kind in STREAMS.values()
        if (key := kind.key(case, "Nord" if case.site == "STD" else None)) is not None
    )
    outside = [case for case in cases if case.eligibility is Eligibility.OUT_OF_SCOPE]
    inside = [case for case in cases if case.eligibility is not Eligibility.OUT_OF_SCOPE]

    assert counted["nation", ()] == len(inside)
    assert counted["region", ("Nord",)] == sum(case.site == "STD" for case in inside)
    assert counted["site_theme", ("CRE", "a")] == sum((case.site, case.theme) == ("CRE", "a") for case in inside)
    for nature in Nature:
        expected = sum((case.site, case.nature) == ("STD", nature) for case in outside)
        assert counted["site_nature", ("STD", nature.value)] == expected


def test_a_desk_reads_its_own_register() -> None:
    desk = Desk.in_memory()
    for day in range(9):
        desk.register(ComplaintFacts(received_at=datetime(2026, 6, 1 + day, 9, tzinfo=UTC)), site="CRE")

    assert desk.rises(as_of=date(2026, 6, 30)) == ()
    with pytest.raises(ValueError, match="alarms_a_year: 0"):
        desk.rises(as_of=date(2026, 6, 30), alarms_a_year=0)
