from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.calendars import BusinessCalendar, NaiveInstantError
from reclamation_core.cases import Admissibility, Case, CaseState
from reclamation_core.cases.causes import TRAINING_BODY, Family, Taxonomy
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import ActionStatus, LineReference, PlanRefusedError, PlanScope
from reclamation_core.policy import Policy, m2_1, parse_policy
from reclamation_core.testing import builders
from reclamation_core.testing._desks import a_desk
from reclamation_core.testing.builders import (
    RECEIVED_AT,
    FakeClock,
    a_closed_case,
    a_complaint,
    a_malfunction,
    a_planned_case,
    a_qualified_case,
    a_registered_case,
    an_action,
)
from reclamation_core.testing.strategies import complaint_facts, malfunction_facts, policies
from reclamation_core.vocabulary import Band, Complexity, Eligibility, Level, Role, Site, Sites
from reclamation_core.wording import Wording
from tests import databases

STATES: dict[str, CaseState] = {
    "a_registered_case": CaseState.REGISTERED,
    "a_qualified_case": CaseState.QUALIFIED,
    "an_analysed_case": CaseState.ANALYSED,
    "a_planned_case": CaseState.PLANNED,
    "an_answered_case": CaseState.ANSWERED,
    "a_closed_case": CaseState.CLOSED,
}


def builder(name: str) -> Callable[..., Case]:
    build: Callable[..., Case] = getattr(builders, name)
    return build


def test_a_complaint_is_in_scope_and_local_and_due_on_17_june_2025() -> None:
    assessment = m2_1().assess(a_complaint(), BusinessCalendar.france())
    assert assessment.eligibility.outcome is Eligibility.COMPLAINT
    assert assessment.level.outcome is Level.LOCAL
    assert assessment.deadline is not None
    assert assessment.deadline.due == date(2025, 6, 17)


def test_builders_take_known_and_unknown_facts() -> None:
    assert a_complaint(satisfaction=5).satisfaction == 5
    assert a_complaint(requirement=None).requirement is UNKNOWN
    assert a_malfunction(mobilisation="national").mobilisation == "national"
    assert an_action(reference="A-9").reference == "A-9"


def test_a_refused_or_unknown_fact_is_named() -> None:
    with pytest.raises(FaultsError, match="channel") as refused:
        a_complaint(channel="pigeon")
    assert [fault.path for fault in refused.value.faults] == ["channel"]
    with pytest.raises(TypeError, match="colour: ComplaintFacts has no such field; give some of received_at, "):
        a_complaint(colour="blue")
    with pytest.raises(TypeError, match="colour: MalfunctionFacts has no such field"):
        a_malfunction(colour="blue")
    with pytest.raises(TypeError, match="what_for: ActionSheet has no such field; give some of reference, type"):
        an_action(what_for="blue")


@pytest.mark.parametrize("name", STATES)
def test_a_case_is_brought_to_its_state_on_a_new_desk_and_on_one_that_is_given(name: str, sql_desk: Desk) -> None:
    assert builder(name)().state is STATES[name]
    case = builder(name)(sql_desk, site="STR", source="mail-1", verbatim="Le formateur est absent.")
    assert case == sql_desk.cases.get(case.reference)
    assert (case.state, case.site, case.source) == (STATES[name], "STR", "mail-1")


def test_a_qualified_case_keeps_the_causes_and_the_risks_of_its_facts() -> None:
    case = a_qualified_case(facts=a_complaint(causes=1))
    assert (case.verdict.band, case.verdict.complexity) == (Band.MODERATE, Complexity.SIMPLE)
    case = a_qualified_case(facts=a_complaint(severity_safety=4, likelihood=4))
    assert (case.facts.severity_safety, case.verdict.band) == (4, Band.CRITICAL)


def test_a_malfunction_is_closed_as_treated_and_a_call_is_transcribed_first() -> None:
    case = a_closed_case(facts=a_malfunction())
    assert case.closure is not None
    assert (case.state, case.closure.reason) == (CaseState.CLOSED, "treated")
    case = a_closed_case(facts=a_complaint(channel="phone"))
    assert [type(event.data).__name__ for event in case.events[1:3]] == ["Transcribed", "Qualified"]
    assert case.state is CaseState.CLOSED


def test_one_qualifies_who_may_and_the_desk_acts_for_the_rest() -> None:
    ours = parse_policy({"starts_from": "M2-1", "edition": "nous", "roles": {"qualifying": ["rqr", "aq"]}})
    case = a_closed_case(Desk.in_memory(policy=ours, clock=FakeClock()))
    by_aq = a_qualified_case(Desk.in_memory(policy=ours, clock=FakeClock()).acting("Mme Blanc", Role.AQ))
    assert [event.role for event in case.events[2:4]] == [Role.RQR, Role.HANDLING_UNIT]
    assert by_aq.events[-1].role is Role.AQ


def test_causes_are_of_a_family_that_the_desk_knows() -> None:
    for taxonomy, family in [
        (None, "trainer_availability"),
        (TRAINING_BODY, "trainer_availability"),
        (Taxonomy([Family("rooms", Wording("locaux", "rooms"))]), "rooms"),
    ]:
        desk = Desk.in_memory(clock=FakeClock(), taxonomy=taxonomy)
        case = a_closed_case(desk, actions=[an_action(cause_family=family)])
        assert case.analysis is not None, taxonomy
        assert case.analysis.causes == (family,), taxonomy
        assert taxonomy is not TRAINING_BODY or an_action().cause_family in taxonomy, taxonomy


def test_a_case_is_of_a_site_that_the_desk_knows_and_sees() -> None:
    lille, lens = (Site(code=code, name=code, region="Hauts-de-France") for code in ("LIL", "LEN"))
    desk = Desk.in_memory(clock=FakeClock(), sites=Sites([lille, lens]))
    assert a_registered_case(desk).site == "LIL"
    assert a_registered_case(desk.scoped(site="LEN")).site == "LEN"
    assert a_registered_case().site == "CRE"


def test_actions_are_on_the_plan_and_settled_before_the_closing() -> None:
    desk = Desk.in_memory(clock=FakeClock())
    actions = [an_action(), an_action(reference="A-2")]
    planned = a_planned_case(desk, actions=actions)
    assert planned.actions == tuple(LineReference(PlanScope.site("CRE"), name) for name in ("A-1", "A-2"))
    assert [line.cases for line in desk.pgaac("CRE").actions] == [(planned.reference,), (planned.reference,)]
    with pytest.raises(PlanRefusedError, match=r"An action of that reference \(A-1\) is on the plan already"):
        a_planned_case(desk, actions=actions)
    other = Desk.in_memory(clock=FakeClock())
    closed = a_closed_case(other, a_malfunction(), actions=actions)
    assert (closed.state, len(closed.actions)) == (CaseState.CLOSED, 2)
    assert {line.status for line in other.pgaac("CRE").actions} == {ActionStatus.CLOSED}


def test_what_is_no_desk_is_refused() -> None:
    with pytest.raises(TypeError, match="desk: Desk is expected, got 'CRE'"):
        a_qualified_case("CRE")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="desk: Desk is expected, got a ComplaintFacts"):
        a_closed_case(a_complaint())  # type: ignore[arg-type]
    with pytest.raises(
        TypeError, match="register: got an unexpected keyword argument 'colour'; it takes facts, site, "
    ):
        a_closed_case(colour="blue")


@settings(max_examples=15)
@given(policy=policies(), facts=malfunction_facts(unknown=False), data=st.data())
def test_what_the_procedure_accepts_closes_under_any_edition(policy: Policy, facts: Any, data: st.DataObject) -> None:
    complaints = complaint_facts(policy=policy, admissibility=Admissibility.IN_SCOPE, unknown=False)
    clock = FakeClock(datetime(2040, 1, 1, tzinfo=UTC))
    desk = Desk.in_memory(policy=policy, clock=clock, documents=InMemoryDocumentStore())
    assert a_closed_case(desk, data.draw(complaints | st.just(facts)), actions=[an_action()]).state is CaseState.CLOSED


def test_a_receipt_that_is_to_come_by_the_desks_clock_is_refused() -> None:
    desk = Desk.in_memory(clock=FakeClock(datetime(2025, 1, 1, tzinfo=UTC)))
    with pytest.raises(FaultsError, match=r"facts\.received_at"):
        a_registered_case(desk)


def test_the_clock_changes_when_it_is_set_or_advanced() -> None:
    clock = FakeClock()
    assert clock.now() == clock.now() == RECEIVED_AT
    assert clock.now().tzinfo is UTC
    assert clock.set(date(2025, 12, 24)).isoformat() == "2025-12-24T09:00:00+01:00"
    assert clock.set(datetime(2025, 1, 1, 23, 30, tzinfo=UTC)).isoformat() == "2025-01-02T00:30:00+01:00"
    assert clock.today == date(2025, 1, 2)
    assert repr(clock) == "FakeClock(2025-01-02T00:30:00+01:00)"


@pytest.mark.parametrize(
    ("by", "instant"),
    [
        ({"days": 1}, "2025-06-03T09:00:00+02:00"),
        ({"days": 5}, "2025-06-07T09:00:00+02:00"),  # a Saturday stays one
        ({"business_days": 4}, "2025-06-06T09:00:00+02:00"),
        ({"business_days": 5}, "2025-06-10T09:00:00+02:00"),  # over Whit Monday
        ({"days": 150}, "2025-10-30T09:00:00+01:00"),  # in winter time, at the same time of day
        ({"hours": 1.5, "minutes": 15}, "2025-06-02T10:45:00+02:00"),
        ({"days": 1, "business_days": 1, "hours": 1}, "2025-06-04T10:00:00+02:00"),
    ],
)
def test_the_clock_is_advanced_by_days_and_by_business_days(by: dict[str, Any], instant: str) -> None:
    assert FakeClock().advance(**by).isoformat() == instant


def test_the_days_are_those_of_the_clocks_calendar() -> None:
    clock = FakeClock(calendar=BusinessCalendar.france(whit_monday_worked=True))
    assert clock.advance(business_days=5).date() == date(2025, 6, 9)


@pytest.mark.parametrize(
    ("by", "error", "told"),
    [
        ({"days": -1}, ValueError, "days: -1; time goes forwards here, `set` goes back"),
        ({"business_days": -1}, ValueError, "business_days: -1"),
        ({"hours": -1}, ValueError, "hours, minutes: -1, 0"),
        ({"days": 1.5}, TypeError, "days: a whole number is expected, got 1.5"),
        ({"minutes": "5"}, TypeError, "minutes: int or float is expected, got '5'"),
    ],
)
def test_the_clock_is_not_advanced_backwards(by: dict[str, Any], error: type[Exception], told: str) -> None:
    clock = FakeClock()
    with pytest.raises(error, match=told):
        clock.advance(**by)
    assert clock.now() == RECEIVED_AT


def test_what_is_no_instant_with_a_time_zone_and_no_calendar_is_refused() -> None:
    with pytest.raises(NaiveInstantError, match="now"):
        FakeClock(datetime(2025, 6, 2))  # noqa: DTZ001
    with pytest.raises(NaiveInstantError, match="to"):
        FakeClock().set(datetime(2025, 6, 2))  # noqa: DTZ001
    with pytest.raises(TypeError, match="to: datetime or date is expected, got '2025-06-02'; give an instant with its"):
        FakeClock().set("2025-06-02")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="calendar: BusinessCalendar is expected, got 'france'"):
        FakeClock(calendar="france")  # type: ignore[arg-type]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_database_is_left_as_it_was(database: str, tmp_path: Path) -> None:
    postgresql = database == "postgresql"
    url = databases.emptied().render_as_string(hide_password=False) if postgresql else databases.sqlite_file(tmp_path)
    with Desk.open(url) as desk:
        kept = a_registered_case(desk)
    for _ in range(2):
        with a_desk(url, tmp_path) as desk:
            case = a_closed_case(desk)
            assert (desk.cases.get(case.reference), desk.cases.count()) == (case, 2)
    with Desk.open(url) as desk:
        assert [case.reference for case in desk.cases.find().cases] == [kept.reference]


def test_a_test_that_fails_leaves_it_as_it_was_too(tmp_path: Path) -> None:
    url = databases.sqlite_file(tmp_path)
    with pytest.raises(FaultsError, match="channel"), a_desk(url, tmp_path) as desk:
        a_registered_case(desk, a_complaint(channel=a_registered_case(desk).reference))
    with Desk.open(url) as desk:
        assert desk.cases.count() == 0


def test_a_desk_on_any_store_has_the_policy_the_sites_and_the_clock_given(tmp_path: Path) -> None:
    sites = Sites([Site(code="CRE", name="Créteil", region="Île-de-France")])
    for store in ("memory", "sqlite", databases.sqlite_file(tmp_path)):
        clock = FakeClock()
        with a_desk(store, tmp_path, Policy(edition="la nôtre"), sites, clock) as desk:
            a_registered_case(desk, site="CRE")
            instant = clock.advance(days=2_000)
            later = a_registered_case(desk, a_complaint(received_at=instant), site="CRE")
            assert (later.edition, later.received_at) == ("la nôtre", instant)
            with pytest.raises(LookupError, match="use one of CRE"):
                a_registered_case(desk, site="LIL")


def test_a_store_that_is_none_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="store: 'papier'; write memory, sqlite, or the URL"),
        a_desk("papier", tmp_path),
    ):
        pass
    with pytest.raises(TypeError, match="store: str is expected, got None"), a_desk(None, tmp_path):  # type: ignore[arg-type]
        pass
