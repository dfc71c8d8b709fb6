"""The streams of a register: which cases each has, and what its rises name."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.desk.figures import marks_of_cases
from reclamation_core.desk.queries import CasesView
from reclamation_core.indicators import STREAMS, rises_of_register
from reclamation_core.indicators.streams import stream_in_words
from reclamation_core.plans import PlanScope
from reclamation_core.policy import parse_policy
from reclamation_core.ports import CaseQuery, CaseSummary
from reclamation_core.vocabulary import Channel, Eligibility, Nature, Site, Sites
from tests.inside import context_of
from tests.unit.desk import factories

START = date(2025, 1, 6)
SITES = Sites(
    (Site(code="CRE", name="Créteil", region="Île-de-France"), Site(code="STD", name="Stains", region="Nord"))
)
OWN = {
    "edition": "2027",
    "starts_from": "M2-1",
    "facts": [
        {
            "name": "funder",
            "label": {"fr": "financeur", "en": "funder"},
            "question": {"fr": "Qui finance ?", "en": "Who pays?"},
            "type": "codes",
            "codes": [{"code": "opco", "label": {"fr": "OPCO", "en": "skills operator"}}],
        }
    ],
}
QUIET = (2, 1, 0, 1, 2, 1, 1, 0) * 8


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
        *received(summary, (*QUIET, 1), site="unlisted", eligibility=Eligibility.COMPLAINT, theme=None),
    ]
    (one,) = rises_of_register(cases, START + timedelta(weeks=65), sites=SITES)
    assert (one.kind, one.key) == ("site_theme", ("CRE", "restauration"))
    assert (one.rise.week, one.rise.observed, len(one.cases)) == ("2026-W14", 9, 9)
    assert one.rise.stream == "CRE, restauration"
    assert {("site", ("CRE",)), ("theme", ("restauration",)), ("region", ("Île-de-France",)), ("nation", ())} == set(
        one.pooled
    )


def test_several_small_rises_of_a_region_are_one_of_the_region_beside_that_of_a_site(summary: CaseSummary) -> None:
    """Twenty sites of the north with one complaint each, a site of the south with nine: the nation has no other."""
    north = [f"N{number}" for number in range(20)]
    sites = Sites(
        (*(Site(code=code, name=code, region="Nord") for code in north), Site(code="SUD", name="Sud", region="Sud"))
    )
    complaints = {"eligibility": Eligibility.COMPLAINT, "theme": None}
    cases = received(summary, (*QUIET, 9), site="SUD", **complaints)
    for number, code in enumerate(north):
        cases += received(summary, (*((week % 20 == number) * 1 for week in range(64)), 1), site=code, **complaints)
    found = {(one.kind, one.key): one for one in rises_of_register(cases, START + timedelta(weeks=65), sites=sites)}
    assert set(found) == {("site", ("SUD",)), ("region", ("Nord",))}
    assert all(("nation", ()) in one.pooled for one in found.values())


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


def test_a_case_is_in_the_streams_of_its_causes_and_of_its_own_facts(summary: CaseSummary) -> None:
    cases = received(summary, (*QUIET, 9), site="CRE", eligibility=Eligibility.COMPLAINT)
    outside = received(summary, (*QUIET, 9), site="CRE", eligibility=Eligibility.OUT_OF_SCOPE)
    marks = {
        one.reference: [("site_cause", "matériel"), ("cause", "matériel"), ("site_own", "service=a=b")]
        for one in (*cases, *outside)
    }
    found = rises_of_register([*cases, *outside], START + timedelta(weeks=65), marks=marks)
    assert {(one.kind, one.key, one.rise.observed) for one in found} == {("site_cause", ("CRE", "matériel"), 9)}
    assert {("cause", ("matériel",)), ("site_own", ("CRE", "service", "a=b"))} <= set(found[0].pooled)
    assert STREAMS["cause"].plan_of(("matériel",)) == PlanScope.nation()
    assert STREAMS["site_own"].plan_of(("CRE", "service", "a=b")) == PlanScope.site("CRE")


def test_results_of_the_survey_have_streams_of_their_own(summary: CaseSummary) -> None:
    low = received(summary, (*QUIET, 9), site="CRE", eligibility=Eligibility.COMPLAINT, channel=Channel.SURVEY)
    high = received(summary, (*QUIET, 9), site="CRE", eligibility=Eligibility.OUT_OF_SCOPE, channel=Channel.SURVEY)
    marks = {one.reference: [("site_survey_outside", "")] for one in high}
    until = START + timedelta(weeks=65)
    assert {one.kind for one in rises_of_register([*low, *high], until, marks=marks)} == {
        "site_survey",
        "site_survey_outside",
    }
    assert {one.kind for one in rises_of_register([*low, *high], until)} == {"site_survey"}


def test_a_note_is_just_above_the_threshold_up_to_one_more(desk: Desk) -> None:
    notes = {
        note: factories.facts(channel="survey", satisfaction=note, nature=None) for note in (0, 5, 6, 7, 7.5, 10, None)
    }
    cases = {note: desk.register(facts, site="CRE").reference for note, facts in notes.items()}
    context = context_of(desk)
    marks = marks_of_cases(context, CasesView(context), CaseQuery())
    assert {note for note, reference in cases.items() if ("site_survey_outside", "") in marks.get(reference, ())} == {
        6,
        7,
    }


def test_a_stream_has_a_name_for_a_reader_and_an_unknown_one_its_own() -> None:
    names = {
        "site_theme:CRE/equipment": "réclamations d'un centre, par thème : Créteil, matériel et sécurité",
        "site_theme:CRE/own_code": "réclamations d'un centre, par thème : Créteil, own_code",
        "site_nature:STR/of_tomorrow": "messages hors du cadre d'un centre, par nature : STR, of_tomorrow",
        "site_own:CRE/service/a/b": "réclamations d'un centre, par information propre : Créteil, service, a/b",
        "cause:equipment": f"réclamations d'une même famille de cause : {TRAINING_BODY['equipment'].label('fr')}",
        "nation": "toutes les réclamations",
        "of_tomorrow:x": "of_tomorrow:x",
    }
    assert {stream: stream_in_words(stream, SITES).fr for stream in names} == names


def test_a_desk_reads_causes_and_own_facts_of_its_register() -> None:
    desk = factories.new_desk(policy=parse_policy(OWN))
    desk.register(factories.facts(own={"funder": "opco"}), site="CRE")
    analysed = factories.analysed(desk, "trainer_availability")
    context = context_of(desk)
    assert marks_of_cases(context, CasesView(context), CaseQuery()) == {
        "R-2026-000001": [("site_own", "funder=opco")],
        analysed.reference: [("site_cause", "trainer_availability"), ("cause", "trainer_availability")],
    }
    assert desk.rises(as_of=date(2026, 6, 30)) == ()
    here = context_of(desk.scoped(site="STR"))
    assert marks_of_cases(here, CasesView(here), CaseQuery()) == {}
