"""The values that strategies draw: valid ones, invalid ones, and the effect of options."""

import inspect
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import attrs
import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.cases import Admissibility, Case, CaseKind, CaseState, ClosingReason
from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.cases.events import Anonymised, Closed, FactsCompleted, admissibility_of
from reclamation_core.desk import Desk, Registration
from reclamation_core.policy import Parameters, Policy, SupportParameters, m2_1
from reclamation_core.tables import DecisionTable
from reclamation_core.testing import strategies as s
from reclamation_core.testing.builders import a_complaint, a_malfunction, a_registered_case
from reclamation_core.testing.strategies import invalid
from reclamation_core.testing.strategies.command import adapt_to_case
from reclamation_core.validators import is_storable
from reclamation_core.vocabulary import Channel, ComplaintFacts, Site, Sites
from reclamation_core.wording import Wording

RECEIVED = datetime(2026, 5, 2, 9, tzinfo=UTC)
LATER = datetime(2026, 5, 3, tzinfo=UTC)
FAR, LATE = date(1900, 1, 1), date(2100, 1, 1)
REFUSING: dict[type[Any], Callable[..., object]] = {
    cls: Desk.in_memory().register if cls is Registration else cls for cls in invalid.INVALID
}


@pytest.mark.parametrize("cls", REFUSING)
def test_every_invalid_argument_is_refused_by_an_error_that_names_the_field(cls: type[Any]) -> None:
    valid, fields = invalid.INVALID[cls]
    REFUSING[cls](**valid)
    for (field, error), values in fields.items():
        for value in values:
            s.InvalidArguments({**valid, field: value}, error, field).refused_by(REFUSING[cls])


def test_invalid_arguments_of_another_class_do_not_exist() -> None:
    with pytest.raises(InvalidArgument, match=r"of: .*; use one of CalendarDefinition, "):
        s.invalid_arguments(of=Case)
    with pytest.raises(InvalidArgument, match=r"of: .*; use one of FiveWhys, "):
        s.analyses(of=Case)


@given(s.invalid_texts(field="verbatim"))
def test_invalid_texts_are_refused_by_a_desk(bad: s.InvalidArguments) -> None:
    facts = ComplaintFacts(received_at=RECEIVED)
    refusal = bad.refused_by(lambda **given_: Desk.in_memory().register(facts, site="CRE", **given_))
    assert isinstance(refusal, bad.error)


def test_a_missing_refusal_fails() -> None:
    with pytest.raises(AssertionError, match="is accepted in spite of its code"):
        s.InvalidArguments({"code": "CRE", "name": "Créteil", "region": "IDF"}, ValueError, "code").refused_by(Site)
    with pytest.raises(AssertionError, match=r"the refusal of .* does not name region"):
        s.InvalidArguments({"code": "", "name": "Créteil", "region": "IDF"}, ValueError, "region").refused_by(Site)
    with pytest.raises(TypeError, match="code"):
        s.InvalidArguments({"code": 1, "name": "Créteil", "region": "IDF"}, ValueError, "code").refused_by(Site)


@pytest.mark.parametrize("name", [name for name in s.__all__ if inspect.isfunction(getattr(s, name))])
def test_options_are_keywords_and_the_docstring_says_the_simplest_value(name: str) -> None:
    function = getattr(s, name)
    kinds = {parameter.kind for parameter in inspect.signature(function).parameters.values()}
    if name != "table_facts":
        assert kinds <= {inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD}
    assert "hrinks towards" in (inspect.getdoc(function) or "")


@pytest.mark.slow
@pytest.mark.parametrize("state", CaseState)
@pytest.mark.parametrize("kind", CaseKind)
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
def test_equal_sequences_make_equal_cases(sequence: s.CommandSequence) -> None:
    assert sequence.case() == sequence.case()
    assert list(sequence.case().vault) == list(sequence.case().vault)


@given(s.command_sequences(received_at=s.instants()))
def test_a_sequence_makes_the_same_case_on_a_desk(sequence: s.CommandSequence) -> None:
    alone, stored = sequence.case(), sequence.on(Desk.in_memory())
    assert (stored.kind, stored.site) == (alone.kind, alone.site)
    assert stored.registration.facts == alone.registration.facts
    if not any(isinstance(step.data, Anonymised) for step in sequence.steps):
        for one in (alone, stored):
            texts = (one.registration.complainant, one.registration.verbatim)
            assert [text and one.read(text) for text in texts] == [sequence.complainant, sequence.verbatim]


@given(st.data())
def test_a_sequence_reaches_its_state_on_a_desk_and_on_one_of_its_own_families(data: st.DataObject) -> None:
    state, sites = data.draw(st.sampled_from(CaseState)), Sites([Site(code="CRE", name="Créteil", region="IDF")])
    received, families = st.just(RECEIVED), Taxonomy([Family("planning", Wording("planification", "planning"))])
    sequence = data.draw(s.command_sequences(state=state, sites=st.just("CRE"), received_at=received, most=0))
    for desk in (Desk.in_memory(), Desk.in_memory(sites=sites, taxonomy=families).scoped(site="CRE")):
        assert sequence.on(desk).state is state


@given(st.data())
def test_a_support_has_the_document_that_an_edition_requires(data: st.DataObject) -> None:
    policy = Policy(edition="x", parameters=Parameters(support=SupportParameters(document_required=True)))
    qualified = s.command_sequences(state=CaseState.QUALIFIED, policy=policy, received_at=st.just(RECEIVED), most=0)
    sequence = data.draw(qualified)
    desk = Desk.in_memory(policy=policy, documents=InMemoryDocumentStore())
    alone, stored = sequence.case(policy), sequence.on(desk)
    assert (alone.state, stored.state) == (CaseState.QUALIFIED, CaseState.QUALIFIED)
    assert [one.media_type for one in stored.documents] == [one.media_type for one in alone.documents]


INVALID_OPTIONS: dict[str, tuple[Callable[[], object], str]] = {
    "a state": (lambda: s.cases(state="open"), "state: 'open' is not a CaseState; use one of registered, qualified,"),  # type: ignore[arg-type]
    "a kind": (lambda: s.command_sequences(kind=3), "kind: 3 is not a CaseKind; use one of complaint, malfunction"),  # type: ignore[arg-type]
    "an admissibility": (
        lambda: s.complaint_facts(admissibility="in"),  # type: ignore[arg-type]
        "admissibility: 'in' is not a Admissibility; use one of in_scope",
    ),
    "an edition": (lambda: s.cases(policy="M2-1"), "policy: a Policy is expected, got 'M2-1'"),  # type: ignore[arg-type]
    "notes": (lambda: s.notes(policy=s.policies()), "policy: a Policy is expected, got .*; to draw it, use"),  # type: ignore[arg-type]
    "a fact": (lambda: s.complaint_facts(natur=st.none()), "natur: this fact does not exist; use some of causes"),
    "a value": (lambda: s.malfunction_facts(causes=2), "causes: a strategy is expected, got 2; use st.just"),  # type: ignore[arg-type]
    "a receipt": (lambda: s.complaint_facts(received_at=RECEIVED), "received_at: a strategy is expected, got "),  # type: ignore[arg-type]
}


def test_facts_of_the_other_kind_complete_the_common_facts() -> None:
    case = a_registered_case(facts=a_complaint(client_scope=None, mobilisation=None))
    told = a_malfunction(mobilisation="regional")
    assert adapt_to_case(FactsCompleted(facts=told), case).facts == attrs.evolve(case.facts, mobilisation="regional")


@pytest.mark.parametrize("what", INVALID_OPTIONS)
def test_invalid_options_are_refused_before_a_draw(what: str) -> None:
    ask, told = INVALID_OPTIONS[what]
    with pytest.raises(InvalidArgument, match=told):
        ask()


def test_a_state_may_be_a_code() -> None:
    found = find(s.cases(state="closed"), lambda _: True, settings=settings(database=None, phases=[Phase.generate]))  # type: ignore[arg-type]
    assert found.state is CaseState.CLOSED


@pytest.mark.parametrize(
    "admissibility", [Admissibility.IN_SCOPE, Admissibility.TO_BE_CLARIFIED, Admissibility.OUT_OF_SCOPE]
)
@given(data=st.data())
def test_facts_have_the_admissibility_of_the_option(admissibility: Admissibility, data: st.DataObject) -> None:
    policy = data.draw(st.just(m2_1()) | s.policies())
    facts = data.draw(s.complaint_facts(policy=policy, admissibility=admissibility))
    outcome = policy.tables["eligibility"].decide(facts).outcome
    assert admissibility_of(CaseKind.COMPLAINT, outcome) is admissibility


@given(s.policies(), st.data())
def test_notes_are_on_the_scale_and_on_the_side_of_the_option(policy: Policy, data: st.DataObject) -> None:
    survey = policy.parameters.survey
    facts: Any = data.draw(s.survey_facts(policy=policy, low=True))
    assert facts.satisfaction < survey.threshold <= data.draw(s.notes(policy=policy, low=False))
    assert survey.scale[0] <= data.draw(s.notes(policy=policy)) <= survey.scale[1]


@given(s.policy_books(), st.dates(FAR, LATE))
def test_a_book_has_an_edition_for_every_day(book: Any, day: Any) -> None:
    assert book.in_force_on(day).governs(day)


@given(s.registrations())
def test_registrations_are_accepted_by_a_desk(registration: Registration) -> None:
    (entered,) = Desk.in_memory().register_many([registration])
    assert entered.case is not None
    assert entered.case.facts == registration.facts


def test_a_redirection_without_an_instant_of_information_takes_that_of_the_command() -> None:
    aside = Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to="le pôle")
    told, other = attrs.evolve(aside, told_at=LATER), Closed(reason=ClosingReason.WITHDRAWN)
    assert [s.CommandStep(one).data_at(RECEIVED).told_at for one in (aside, told, other)] == [RECEIVED, LATER, None]


@given(s.texts(emoji=True, long=True, hostile=True))
def test_texts_of_all_kinds_can_be_stored(text: str) -> None:
    assert text.strip()
    assert is_storable(text)


@given(st.one_of(s.decision_tables(), s.chained_tables()), st.data())
def test_tables_are_proved_and_decide_their_facts(table: DecisionTable[Any], data: st.DataObject) -> None:
    assert not [finding for finding in table.check() if finding.is_error]
    assert len(table.decide(data.draw(s.table_facts(table))).possible) == 1
    assert table.decide(data.draw(s.table_facts(table, unknown=True))).possible


@given(s.site_lists(least=2))
def test_sites_have_codes_of_their_own(sites: Any) -> None:
    assert len({sites[code].code for code in sites}) == len(sites) >= 2


@pytest.mark.soak
def test_anonymous_low_notes_have_a_collective_answer() -> None:
    def is_anonymous(case: Case) -> bool:
        return case.registration.complainant is None and getattr(case.facts, "channel", None) is Channel.SURVEY

    # About one case in a thousand is such a case; the search ends with the first.
    search = settings(database=None, derandomize=True, max_examples=20_000, deadline=None, phases=[Phase.generate])
    case = find(s.cases(state=CaseState.ANSWERED), is_anonymous, settings=search)
    assert case.state is CaseState.ANSWERED
    answer = case.answer_of(case.answer_cycles[-1])
    assert answer is not None
    assert answer.collective
