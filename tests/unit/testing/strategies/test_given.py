"""What the strategies give: what is valid, what is refused, and what options ask for."""

from __future__ import annotations

import inspect
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument, NoSuchExample

from reclamation_core.calendars import CalendarDefinition, DeadlineRule, Territory
from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState, FactsCompleted
from reclamation_core.desk import Desk, Registration
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy, RiskParameters, SurveyParameters, m2_1
from reclamation_core.tables import DecisionTable
from reclamation_core.testing import strategies as s
from reclamation_core.testing.builders import a_complaint, a_malfunction, a_registered_case
from reclamation_core.testing.strategies.command import fitted
from reclamation_core.validators import is_storable
from reclamation_core.vocabulary import Channel, ComplaintFacts, MalfunctionFacts, Site

RECEIVED = datetime(2026, 5, 2, 9, tzinfo=UTC)
FAR, LATE = date(1900, 1, 1), date(2100, 1, 1)
REFUSING: dict[str, Callable[..., object]] = {
    "invalid_calendar_definitions": CalendarDefinition,
    "invalid_complaint_facts": ComplaintFacts,
    "invalid_deadline_rules": DeadlineRule,
    "invalid_malfunction_facts": MalfunctionFacts,
    "invalid_policies": Policy,
    "invalid_registrations": Desk.in_memory().register,
    "invalid_risk_parameters": RiskParameters,
    "invalid_sites": Site,
    "invalid_survey_parameters": SurveyParameters,
}


def test_every_strategy_of_bad_input_is_tried() -> None:
    assert {*REFUSING, "invalid_texts"} == {name for name in s.__all__ if name.startswith("invalid_")}


@pytest.mark.parametrize("name", REFUSING)
@given(data=st.data())
def test_bad_input_is_refused_by_the_error_that_names_its_field(name: str, data: st.DataObject) -> None:
    bad = data.draw(getattr(s, name)())

    assert isinstance(bad.refused_by(REFUSING[name]), bad.error)


@given(s.invalid_texts(field="verbatim"))
def test_bad_texts_are_refused_where_texts_are_kept(bad: s.Invalid) -> None:
    facts = ComplaintFacts(received_at=RECEIVED)

    bad.refused_by(lambda **given_: Desk.in_memory().register(facts, site="CRE", **given_))


def test_what_is_not_refused_as_it_is_to_be_is_told() -> None:
    with pytest.raises(AssertionError, match="is not refused for its code"):
        s.Invalid({"code": "CRE", "name": "Créteil", "region": "IDF"}, ValueError, "code").refused_by(Site)
    with pytest.raises(AssertionError, match="region is not named by the refusal"):
        s.Invalid({"code": "", "name": "Créteil", "region": "IDF"}, ValueError, "region").refused_by(Site)
    with pytest.raises(TypeError, match="code"):
        s.Invalid({"code": 1, "name": "Créteil", "region": "IDF"}, ValueError, "code").refused_by(Site)


@pytest.mark.parametrize("name", [name for name in s.__all__ if inspect.isfunction(getattr(s, name))])
def test_options_are_given_by_their_names_and_what_it_shrinks_towards_is_told(name: str) -> None:
    function = getattr(s, name)
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    about_another = {"after", "conditions", "input_values", "table_facts"}

    if name not in about_another:
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    assert "hrinks towards" in (inspect.getdoc(function) or "") or name == "after"


@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("kind", CaseKind)
@settings(max_examples=30)
@given(data=st.data())
def test_cases_reach_every_state(state: CaseState, kind: CaseKind, data: st.DataObject) -> None:
    if (kind, state) == (CaseKind.MALFUNCTION, CaseState.ANSWERED):
        with pytest.raises(InvalidArgument, match="a malfunction is never answered"):
            s.cases(state=state, kind=kind)
        return
    case = data.draw(s.cases(state=state, kind=kind))

    assert (case.state, case.kind) == (state, kind)
    assert Case.from_events(case.events, case.vault) == case


@given(s.policies(), st.data())
def test_cases_reach_a_state_under_any_edition(policy: Policy, data: st.DataObject) -> None:
    state = data.draw(st.sampled_from(CaseState))

    assert data.draw(s.cases(state=state, policy=policy)).state is state


@given(s.command_sequences())
def test_the_same_story_makes_the_same_case(story: s.CommandSequence) -> None:
    assert story.case() == story.case()
    assert list(story.case().vault) == list(story.case().vault)


@given(s.command_sequences(received_at=s.instants()))
def test_a_story_makes_the_same_of_a_case_on_a_desk(story: s.CommandSequence) -> None:
    alone, kept = story.case(), story.on(Desk.in_memory())

    assert (kept.kind, kept.site) == (alone.kind, alone.site)
    assert kept.registration.facts == alone.registration.facts


UNASKABLE: dict[str, tuple[Callable[[], object], str]] = {
    "a state": (lambda: s.cases(state="open"), "state: 'open' is no CaseState; give one of registered, qualified,"),  # type: ignore[arg-type]
    "a kind": (lambda: s.command_sequences(kind=3), "kind: 3 is no CaseKind; give one of complaint, malfunction"),  # type: ignore[arg-type]
    "a standing": (lambda: s.complaints(standing="in"), "standing: 'in' is no Admissibility; give one of in_scope"),  # type: ignore[arg-type]
    "an edition": (lambda: s.cases(policy="M2-1"), "policy: a Policy is expected, got 'M2-1'"),  # type: ignore[arg-type]
    "notes": (lambda: s.notes(policy=s.policies()), "policy: a Policy is expected, got .*; draw one first"),  # type: ignore[arg-type]
    "a fact": (
        lambda: s.complaint_facts(natur=st.none()),
        "natur: there is no such fact; give some of causes",
    ),
    "a value": (lambda: s.malfunction_facts(causes=2), "causes: a strategy is expected, got 2; give st.just"),  # type: ignore[arg-type]
    "a receipt": (lambda: s.complaint_facts(received_at=RECEIVED), "received_at: a strategy is expected, got "),  # type: ignore[arg-type]
}


def test_facts_of_the_other_kind_complete_a_case_by_what_may_be_known_of_it() -> None:
    case = a_registered_case(facts=a_complaint(client_scope=None, mobilisation=None))
    told = a_malfunction(mobilisation="regional")

    completed = fitted(FactsCompleted(facts=told), case).facts

    assert completed == attrs.evolve(case.facts, mobilisation="regional")


@pytest.mark.parametrize("what", UNASKABLE)
def test_what_cannot_be_asked_for_is_refused_before_anything_is_drawn(what: str) -> None:
    ask, told = UNASKABLE[what]

    with pytest.raises(InvalidArgument, match=told):
        ask()


def test_a_state_is_asked_for_by_its_code_too() -> None:
    assert find(s.cases(state="closed"), lambda _: True, settings=settings(database=None)).state is CaseState.CLOSED  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "standing", [Admissibility.IN_SCOPE, Admissibility.TO_BE_CLARIFIED, Admissibility.OUT_OF_SCOPE]
)
@given(data=st.data())
def test_facts_stand_where_they_are_asked_to(standing: Admissibility, data: st.DataObject) -> None:
    policy = data.draw(st.just(m2_1()) | s.policies())
    facts = data.draw(s.complaint_facts(policy=policy, standing=standing))

    outcome = policy.tables["eligibility"].decide(facts).outcome
    assert Admissibility.of(CaseKind.COMPLAINT, outcome) is standing


@given(s.complaint_facts(unknown=False), s.malfunction_facts(unknown=False))
def test_facts_are_known_where_they_are_asked_to_be(complaint: ComplaintFacts, malfunction: MalfunctionFacts) -> None:
    known = ("channel", "formal", "nature", "satisfaction", "client_scope")

    assert [name for name in known if getattr(complaint, name) is UNKNOWN] == []
    assert UNKNOWN not in (malfunction.service_reach, malfunction.mobilisation)


@given(s.policies(), st.data())
def test_notes_are_on_the_scale_and_on_the_side_asked_for(policy: Policy, data: st.DataObject) -> None:
    survey = policy.parameters.survey

    assert (
        data.draw(s.notes(policy=policy, low=True)) < survey.threshold <= data.draw(s.notes(policy=policy, low=False))
    )
    assert survey.scale[0] <= data.draw(s.notes(policy=policy)) <= survey.scale[1]


@given(s.policy_books(), s.days(first=FAR, last=LATE))
def test_a_book_has_an_edition_for_every_day(book: Any, day: Any) -> None:
    assert book.in_force_on(day).governs(day)


@given(st.sampled_from(["complaints", "survey_results", "malfunctions", "registrations"]), st.data())
def test_what_may_be_registered_is(name: str, data: st.DataObject) -> None:
    asked: Registration = data.draw(getattr(s, name)())
    (entered,) = Desk.in_memory().register_many([asked])

    assert entered.case is not None
    assert entered.case.facts == asked.facts


@given(s.texts(emoji=True, long=True, hostile=True))
def test_texts_of_all_kinds_can_be_kept(text: str) -> None:
    assert text.strip()
    assert is_storable(text)


WANTED: dict[str, tuple[dict[str, bool], Callable[[str], bool]]] = {
    "an accent": ({}, lambda text: "é" in text),
    "an emoji": ({"emoji": True}, lambda text: "\U0001f468" <= max(text) <= "\U0001faff"),
    "a long text": ({"long": True}, lambda text: len(text) >= 1_000),
    "a formula": ({"hostile": True}, lambda text: text[0] in "=+@"),
    "markup": ({"hostile": True}, lambda text: "<script>" in text),
    "a wildcard": ({"hostile": True}, lambda text: "%" in text or "_" in text),
    "another direction": (
        {"hostile": True},
        lambda text: any(unicodedata.bidirectional(sign) == "AL" for sign in text),
    ),
    "a combining mark": ({"hostile": True}, lambda text: any(unicodedata.combining(sign) for sign in text)),
}


@pytest.mark.slow
@pytest.mark.parametrize("wanted", WANTED)
def test_texts_have_what_is_asked_for_and_only_then(wanted: str) -> None:
    options, has = WANTED[wanted]
    look = settings(database=None, max_examples=2_000, derandomize=True)

    assert has(find(s.texts(**options), has, settings=look))
    if options and wanted != "a wildcard":
        with pytest.raises(NoSuchExample):
            find(s.texts(), has, settings=look)


@given(s.calendars(territories=st.just(Territory.MAYOTTE), closed=False))
def test_calendars_are_of_the_territory_asked_for(calendar: Any) -> None:
    assert calendar.definition.territory is Territory.MAYOTTE
    assert calendar.definition.closures == ()


@given(st.one_of(s.decision_tables(), s.chained_tables()), st.data())
def test_tables_are_proved_and_answer_facts_of_theirs(table: DecisionTable[Any], data: st.DataObject) -> None:
    assert not [finding for finding in table.check() if finding.is_error]
    assert len(table.decide(data.draw(s.table_facts(table))).possible) == 1
    assert table.decide(data.draw(s.table_facts(table, unknown=True))).possible


@given(s.site_lists(least=2))
def test_sites_have_codes_of_their_own(sites: Any) -> None:
    assert len({sites[code].code for code in sites}) == len(sites) >= 2


@given(s.names(longest=5))
def test_names_are_as_short_as_asked_for(name: str) -> None:
    assert 1 <= len(name) <= 5


def test_low_notes_that_nobody_signed_are_answered_collectively() -> None:
    def is_anonymous(case: Case) -> bool:
        return case.registration.complainant is None and getattr(case.facts, "channel", None) is Channel.SURVEY

    # About one case in a thousand is such a case; the search ends with the first.
    search = settings(database=None, derandomize=True, max_examples=20_000, deadline=None, phases=[Phase.generate])
    case = find(s.cases(state=CaseState.ANSWERED), is_anonymous, settings=search)

    assert case.state is CaseState.ANSWERED
    assert case.answer_cycles[-1].answer is not None
    assert case.answer_cycles[-1].answer.collective
