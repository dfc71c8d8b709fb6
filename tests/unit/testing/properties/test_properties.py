"""Each property holds for the library's own objects, and fails for a broken one."""

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import attrs
import pytest
from hypothesis import Phase, settings

from reclamation_core import BusinessCalendar, Desk, Policy, m2_1
from reclamation_core.calendars import CalendarDefinition
from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy.sources import CLAUSES, INTERPRETATIONS, cited
from reclamation_core.tables import Row
from reclamation_core.testing.builders import a_registered_case
from reclamation_core.testing.properties import (
    PropertiesFailedError,
    Property,
    PropertyFailedError,
    calendar_properties,
    check_calendar_properties,
    check_desk_properties,
    check_policy_properties,
    desk_properties,
    policy_properties,
)
from reclamation_core.testing.properties.base import _nothing_drawn, property_named
from reclamation_core.testing.properties.calendar import DeadlineInputs
from reclamation_core.vocabulary import Level, Mobilisation, ServiceReach, Site, Sites
from reclamation_core.wording import Wording
from tests.approvals import approve_errors
from tests.unit.testing.properties import broken_calendars, broken_desks, broken_policies

ALL: list[Property[Any]] = [*calendar_properties(), *policy_properties(), *desk_properties()]
BROKEN: dict[str, Any] = {**broken_calendars.BROKEN, **broken_policies.BROKEN, **broken_desks.BROKEN}
MORE: dict[str, Any] = {**broken_calendars.MORE, **broken_desks.MORE}


@contextmanager
def under(profile: settings) -> Iterator[None]:
    """Use a profile of Hypothesis."""
    before = settings.get_current_profile_name()
    settings.register_profile("properties", profile)
    settings.load_profile("properties")
    try:
        yield
    finally:
        settings.load_profile(before)


@pytest.fixture
def briefly() -> Iterator[None]:
    """Few examples, always the same: these tests are about the messages."""
    with under(settings.get_profile("brief")):
        yield


@pytest.fixture
def rarely() -> Iterator[None]:
    """Fewer still: the properties are checked on other desks too."""
    with under(settings.get_profile("example")):
        yield


@pytest.fixture
def alike() -> Iterator[None]:
    """100 examples, always the same: enough for each property that a mistake breaks to fail."""
    with under(settings(settings.get_profile("ci"), max_examples=100)):
        yield


@pytest.fixture
def patiently() -> Iterator[None]:
    """Many examples, always the same: the search ends with the first counterexample."""
    with under(settings(settings.get_profile("ci"), max_examples=2000)):
        yield


@pytest.fixture
def unshrunk() -> Iterator[None]:
    """As many, without shrinking, which takes long on a calendar of a century."""
    with under(settings(settings.get_profile("ci"), max_examples=2000, phases=[Phase.generate])):
        yield


@pytest.mark.usefixtures("unshrunk")
@pytest.mark.parametrize("prop", ALL, ids=str)
def test_a_property_fails_for_a_broken_subject_with_a_witness(prop: Property[Any]) -> None:
    for broken in MORE.get(prop.id, ()):
        with pytest.raises(PropertyFailedError, match=prop.id):
            prop.check(broken)
    with pytest.raises(PropertyFailedError, match=r"(?s)attendu : .* ; constaté : .*expected: .*; found: ") as caught:
        prop.check(BROKEN[prop.id])
    assert isinstance(caught.value, AssertionError)
    assert (caught.value.failed_property, caught.value.clause) == (prop, prop.clause)
    values = (caught.value.expected, caught.value.found)
    always = values if prop.drawn == _nothing_drawn and isinstance(values[0], str) else ()
    approve_errors(f"{prop.id}: {', '.join([*sorted(caught.value.witness), *map(str, always)])}")
    compile(caught.value.code, "code", "exec")
    assert prop.wording.fr in caught.value.in_("fr")
    assert prop.wording.en in caught.value.in_("en")
    assert prop.source("fr") in caught.value.in_("fr")


@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize(("clause", "interpretation"), [("Note DR 2027-3", None), (None, "N1")])
def test_every_property_holds_for_an_edition_with_an_own_row(clause: str | None, interpretation: str | None) -> None:
    row = Row(
        "several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, clause, interpretation=interpretation
    )
    check_policy_properties(m2_1().with_rows("level", replace=[row], edition="la nôtre"))


def unsourced() -> Policy:
    row = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL)
    return m2_1().with_rows("level", replace=[row], edition="la nôtre")


def citing_an_unknown_clause() -> Policy:
    rows = {row.id: row for row in m2_1().tables["level"].rows}
    rows["several-regions"] = attrs.evolve(rows["several-regions"], clause="M2-1 §9.9")
    return broken_policies.edition({"level": attrs.evolve(m2_1().tables["level"], rows=list(rows.values()))})


@pytest.mark.parametrize(
    ("make", "expected"), [(unsourced, "clause, lecture"), (citing_an_unknown_clause, "M2-1 §…, Wording")]
)
def test_a_row_cites_an_existing_source(make: Callable[[], Policy], expected: str) -> None:
    with pytest.raises(PropertyFailedError, match="every-row-is-sourced") as caught:
        property_named("every-row-is-sourced").check(make())
    assert (caught.value.witness, caught.value.expected) == ({"table": "level", "row": "several-regions"}, expected)


def test_of_rows_that_may_fire_only_those_of_the_outcome_must_be_cited() -> None:
    local = next(row for row in m2_1().tables["level"].rows if row.id == "local-client")
    policy = m2_1().with_rows("level", replace=[attrs.evolve(local, clause="Note DR 2027-3")], edition="la nôtre")
    facts = {"client_scope": UNKNOWN, "service_reach": ServiceReach.ONE_CENTRE, "mobilisation": Mobilisation.NATIONAL}
    property_named("outcomes-are-explained").check_example(policy, case=("level", facts))


def test_a_property_cites_a_clause_or_an_interpretation() -> None:
    numbers = {interpretation.number for interpretation in INTERPRETATIONS}
    for prop in ALL:
        assert prop.source("fr"), prop
        assert set(cited(prop.clause)) <= {clause.id for clause in CLAUSES}, prop
        assert set((prop.interpretation or "I1").split(", ")) <= numbers, prop


def all_but(*beginnings: str) -> set[str]:
    """Return the names of the other properties of policies, which take long to check."""
    return {prop.id for prop in policy_properties() if not prop.id.startswith(beginnings)}


@pytest.mark.usefixtures("alike")
def test_all_failures_are_reported_together() -> None:
    with pytest.raises(PropertiesFailedError, match="an-opinion-is-out-of-scope") as caught:
        check_policy_properties(broken_policies.BROKEN["an-opinion-is-out-of-scope"], exempt=all_but("an-", "no-"))
    assert [error.failed_property.id for error in caught.value.errors] == [
        "an-opinion-is-out-of-scope",
        "no-requirement-no-complaint",
    ]
    assert isinstance(caught.value, AssertionError)
    assert str(caught.value) == "\n\n".join(map(str, caught.value.errors))
    assert caught.value.in_("fr").startswith("propriété « an-opinion-is-out-of-scope » (M2-1, point 1) : ")


STEPS = ("close", "follow up", "judge effective", "judge not effective", "reopen", "finish", "progress", "abandon")


def test_every_step_from_every_state_of_an_action_is_as_the_property_expects() -> None:
    well, badly = ("finish", "judge effective"), ("finish", "judge not effective")
    states = ((), ("progress",), ("finish",), well, badly, (*badly, "follow up"), (*well, "close"), ("abandon",))
    for begin in states:
        steps = [(step, "A-1") for step in (*begin, *STEPS, "reopen", *begin, *reversed(STEPS))]
        for name in ("an-action-follows-its-course", "a-plan-reads-back-as-it-was-written"):
            property_named(name).check_example(Desk.in_memory, site="CRE", steps=steps)


@pytest.mark.usefixtures("briefly")
@pytest.mark.slow
def test_every_property_of_desks_is_checked() -> None:
    with pytest.raises(PropertiesFailedError, match="a-scope-is-not-left"):
        check_desk_properties(broken_desks.BROKEN["a-scope-is-not-left"])


@pytest.mark.slow
@pytest.mark.usefixtures("unshrunk")
@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("more-closures-never-earlier", broken_calendars.FewerDaysWhenClosed),
        ("more-suspensions-never-earlier", broken_calendars.FewerDaysWhenSuspended),
        ("due-on-the-nth-day-that-counts", broken_calendars.OnlyTheFirstSuspension),
        ("days-left-are-those-to-come", broken_calendars.OnlyTheFirstSuspension),
    ],
)
def test_suspensions_are_drawn_near_the_receipt_in_a_century(name: str, broken: type[BusinessCalendar]) -> None:
    with pytest.raises(PropertyFailedError, match=name):
        property_named(name).check(broken(CalendarDefinition()))


@pytest.mark.slow
@pytest.mark.usefixtures("patiently")
def test_a_witness_is_small_although_suspensions_depend_on_the_receipt() -> None:
    with pytest.raises(PropertyFailedError) as caught:
        property_named("due-on-the-nth-day-that-counts").check(
            broken_calendars.closed(broken_calendars.OnlyTheFirstSuspension)
        )
    # How small differs between the versions of Hypothesis.
    inputs = cast(DeadlineInputs, caught.value.witness["inputs"])
    rule, suspensions = inputs.rule, inputs.suspensions
    assert (rule.suspensions_allowed, rule.days <= 30, rule.due_soon <= 5) == (True, True, True)
    assert len(suspensions) == 2
    assert sum((some.last - some.first).days for some in suspensions) <= 60


def test_a_calendar_of_one_year_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"calendar: 2026-01-01 to 2026-12-31 .* extend first_year and last_year"):
        check_calendar_properties(BusinessCalendar.france(first_year=2026, last_year=2026))


def test_a_subject_of_another_type_is_refused_with_the_remedy() -> None:
    with pytest.raises(TypeError, match="policy: Policy is expected, got 'M2-1'"):
        check_policy_properties("M2-1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"policy: Policy is expected, got a str$"):
        check_policy_properties(20 * "M2-1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="calendar: BusinessCalendar is expected, got the class BusinessCalendar"):
        calendar_properties()[0].check(BusinessCalendar)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="subjects: SearchStrategy is expected, got a BusinessCalendar; give"):
        calendar_properties()[0].check_every(BusinessCalendar.france())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="make_desk: a function that returns a new desk each time is expected, got"):
        check_desk_properties(Desk.in_memory())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="make_desk: Desk is expected, got None; let the function return the desk"):
        check_desk_properties(lambda: None)  # type: ignore[arg-type, return-value]


def test_desks_that_share_a_store_are_refused_with_the_remedy() -> None:
    shared, used = Desk.in_memory(), Desk.in_memory()
    a_registered_case(used)
    for make_desk in (lambda: shared, lambda: used):
        with pytest.raises(ValueError, match=r"make_desk: the desk has 1 case.* on a new, empty store each"):
            check_desk_properties(make_desk)


@pytest.mark.soak
@pytest.mark.usefixtures("rarely")
def test_properties_hold_for_a_scoped_desk_and_one_with_its_own_taxonomy() -> None:
    sites = [Site(code=code, name=code, region="Île-de-France") for code in ("STA", "CRE")]
    sites.append(Site(code="STR", name="Strasbourg", region="Grand Est"))
    check_desk_properties(lambda: Desk.in_memory(sites=Sites(sites)).scoped(region="Île-de-France"))
    alone = Sites([Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle")])
    own = Taxonomy([Family("planning", Wording("planification", "planning"))])
    check_desk_properties(lambda: Desk.in_memory(sites=alone, taxonomy=own))


def test_properties_and_their_errors_pickle_and_are_found_by_name() -> None:
    prop = desk_properties()[0]
    assert property_named(prop.id) is prop
    assert pickle.loads(pickle.dumps(prop)) is copy.deepcopy(prop) is prop
    with pytest.raises(LookupError, match="'no-such-property' is unknown; the properties are a-"):
        property_named("no-such-property")
    error = PropertyFailedError(desk_properties()[0], {"n": 3}, 1, 2)
    read = pickle.loads(pickle.dumps(error))
    assert (read.failed_property, read.witness, read.expected, read.found) == (error.failed_property, {"n": 3}, 1, 2)
    assert str(read) == str(error)


@pytest.mark.usefixtures("alike")
def test_an_exempt_property_is_not_checked() -> None:
    row = Row("middling", {"satisfaction": 6, "formal": True}, "complaint", "Note DR 2027-3")
    trial = m2_1().with_rows("eligibility", add=[row], edition="essai")
    others = all_but("a-high-note", "a-low-note")
    with pytest.raises(PropertiesFailedError) as broken:
        check_policy_properties(trial, exempt=others)
    assert [error.failed_property.id for error in broken.value.errors] == ["a-high-note-changes-nothing"]
    check_policy_properties(trial, exempt=[*others, "a-high-note-changes-nothing"])


@pytest.mark.parametrize(
    ("check", "subject"),
    [
        (check_policy_properties, m2_1()),
        (check_calendar_properties, BusinessCalendar.france()),
        (check_desk_properties, Desk.in_memory),
    ],
)
def test_an_unknown_exemption_is_refused(check: Callable[..., None], subject: Any) -> None:
    with pytest.raises(ValueError, match="exempt: 'no-such-property' names no property of this kind; "):
        check(subject, exempt={"no-such-property"})
    with pytest.raises(TypeError, match="exempt: a collection of ids is expected, got the text 'the-fold'"):
        check(subject, exempt="the-fold")
