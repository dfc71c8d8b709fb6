"""Registration opens one case for each message, and skips the numbers that are used after a partial restore."""

import inspect
import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore, SqlAlchemyStore
from reclamation_core.cases import CaseKind, CaseState, Method, RegistrationCommand, SupportKind
from reclamation_core.cases.events import Registered
from reclamation_core.desk import Command, Desk, OutsideScopeError, Registration, SourceConflictError
from reclamation_core.errors import FaultsError
from reclamation_core.policy import NoEditionError, Policy, PolicyBook, m2_1
from reclamation_core.ports import Store
from reclamation_core.testing.contracts.samples import a_case, desk_on, insert, registered_as
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, Eligibility, UnknownSiteError
from tests.databases import sqlite_file
from tests.inside import store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import at, facts, new_desk, overtaken, registered

RECEIVED = at(1).isoformat()


def test_a_complaint_is_registered_and_stored(desk: Desk) -> None:
    case = registered(desk, verbatim="Le formateur est absent")
    assert (case.reference, case.kind, case.state) == ("R-2026-000001", CaseKind.COMPLAINT, CaseState.REGISTERED)
    assert (case.site, case.handling_unit, case.eligibility) == ("CRE", "CRE", Eligibility.COMPLAINT)
    assert desk.cases.get(case.reference) == case
    assert [item.event for item in desk.feed()] == list(case.events)


def test_a_survey_result_has_sites_unit_and_registration_date() -> None:
    case = new_desk().register_survey_result(
        3, received_at=at(1), site="CRE", service_sites=("STD", "STR"), handling_unit="STD", occurred_at=at(4)
    )
    assert (case.site, case.service_sites, case.handling_unit) == ("CRE", ("STD", "STR"), "STD")
    assert (case.received_at, case.events[0].occurred_at) == (at(1), at(4))


def test_malfunctions_and_survey_results_are_cases(desk: Desk) -> None:
    malfunction = desk.register(factories.malfunction(), site="CRE")
    trainee = desk.register_survey_result(3, received_at=at(1), site="CRE", verbatim="bof")
    company = desk.register_survey_result(
        8, received_at=at(1), site="CRE", company=True, source="enquête-7", complainant="Garage Klein"
    )

    assert (malfunction.kind, malfunction.deadline) == (CaseKind.MALFUNCTION, None)
    assert isinstance(trainee.facts, ComplaintFacts)
    assert isinstance(company.facts, ComplaintFacts)
    assert (trainee.facts.channel, trainee.facts.complainant) == (Channel.SURVEY, Complainant.TRAINEE)
    assert (company.facts.complainant, company.source) == (Complainant.COMPANY, "enquête-7")
    # An anonymous note has no recipient of an answer; a named respondent gets one (I23).
    assert [case.read(case.registration.complainant) for case in (trainee, company)] == [None, "Garage Klein"]
    # A note below 6 is a complaint by itself (I9).
    assert trainee.eligibility is Eligibility.COMPLAINT
    assert company.eligibility is not Eligibility.COMPLAINT


def test_the_reference_has_the_year_of_receipt_in_the_zone_of_the_site() -> None:
    # 31 December 2025, 23:30 UTC is 1 January 2026 in Paris, and still 31 December in Martinique.
    desk = new_desk()
    moment = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    assert registered(desk, "CRE", moment).reference == "R-2026-000001"
    assert registered(desk, "FDF", moment).reference == "R-2025-000001"
    assert registered(desk, "CRE", moment).reference == "R-2026-000002"


def test_the_calendar_is_that_of_the_first_handling_site() -> None:
    # Received on 15 May 2026: 22 May is a holiday in Martinique only, so its tenth day is a day later.
    desk = new_desk()
    received = at(15, month=5)
    here = desk.register(facts(received), site="CRE", occurred_at=received)
    there = desk.register(facts(received), site="CRE", handling_unit="FDF", occurred_at=received)
    assert here.deadline is not None
    assert there.deadline is not None
    assert here.deadline.due == date(2026, 6, 1)
    assert there.deadline.due == date(2026, 6, 2)
    moved = desk.reroute(here.reference, handling_unit="FDF")
    assert moved.deadline is not None
    assert moved.deadline.due == date(2026, 6, 1)


def test_the_same_message_returns_the_same_case_unchanged(desk: Desk) -> None:
    done = desk.acknowledge(registered(desk, source="mail-1").reference)
    assert registered(desk, source="mail-1") == done
    assert desk.register(facts(at(1)), site="STR", source="mail-1") == done
    assert (desk.cases.count(), registered(desk, source="mail-2").reference) == (1, "R-2026-000002")


@pytest.mark.parametrize(
    "document",
    [
        {"type": "register", "site": "CRE", "source": "m", "facts": {"type": "complaint", "received_at": RECEIVED}},
        {"type": "register_survey_result", "site": "CRE", "source": "m", "received_at": RECEIVED, "satisfaction": 4},
    ],
    ids=lambda document: document["type"],
)
def test_a_command_registered_once_tells_whether_the_case_is_new(document: dict[str, Any], desk: Desk) -> None:
    first, is_new = desk.register_once(document)
    assert (first.received_at.isoformat(), is_new) == (RECEIVED, True)
    assert desk.register_once(Command.from_document(document)) == (first, False)
    assert desk.execute(None, document) == first


def test_a_command_on_a_case_has_a_reference_and_a_registration_none() -> None:
    with pytest.raises(FaultsError, match="the reference of a case is expected"):
        new_desk().register_once({"type": "acknowledge"})
    named = {"type": "register_survey_result", "site": "CRE", "received_at": RECEIVED, "satisfaction": 4}
    with pytest.raises(FaultsError, match=r"registering gives one$"):
        new_desk().execute("R-2026-000001", named)


def test_a_message_with_other_facts_is_a_conflict_that_names_them(desk: Desk) -> None:
    first = registered(desk, source="mail-1")
    desk.correct(first.reference, reason="relu", channel="phone")
    other = facts(at(3), channel="centre_letter")

    with pytest.raises(SourceConflictError) as refused:
        desk.register(other, site="CRE", source="mail-1")
    (result,) = desk.register_many([Registration(facts=other, site="CRE", source="mail-1")])

    assert (refused.value.reference, refused.value.facts) == (first.reference, ("received_at", "channel"))
    document = refused.value.to_document()
    assert (document["status"], document["reference"]) == (409, first.reference)
    assert document["faults"] == [{"path": f"facts.{it}", "detail": document["detail"]} for it in refused.value.facts]
    assert (result.case, result.is_new) == (desk.cases.get(first.reference), False)
    assert isinstance(result.refusal, SourceConflictError)
    assert registered(desk, source="mail-1").version == 2


def test_a_malfunction_under_the_source_of_a_complaint_is_a_conflict(desk: Desk) -> None:
    registered(desk, source="mail-1")
    with pytest.raises(SourceConflictError) as refused:
        desk.register(factories.malfunction(), site="CRE", source="mail-1")
    assert {"channel", "nature"} <= set(refused.value.facts)


def test_a_concurrently_registered_message_returns_that_case() -> None:
    other = new_desk()
    case = registered(overtaken(other, lambda: registered(other, source="mail-1")), source="mail-1")
    assert case == other.cases.get(case.reference)
    assert other.cases.count() == 1


def test_a_message_concurrently_registered_outside_the_scope_opens_a_case() -> None:
    other = new_desk()
    slow = overtaken(other, lambda: registered(other, "STR", source="mail-1")).scoped(site="CRE")
    case = registered(slow, source="mail-1")
    assert (case.site, case.source) == ("CRE", "mail-1")
    assert sorted(found.site for found in other.cases.find().cases) == ["CRE", "STR"]


@pytest.mark.parametrize("hidden", [{}, {"received_at": at(2)}], ids=["same facts", "other facts"])
def test_a_message_of_a_foreign_case_is_answered_as_an_unknown_one(hidden: dict[str, Any], desk: Desk) -> None:
    registered(desk, "STR", source="mail-1", complainant="Mme Durand", **hidden)
    here = desk.scoped(site="CRE")
    asked = Registration(facts=facts(), site="CRE", source="mail-1")
    case, is_new = here.register_once(asked)
    assert (is_new, case.site, here.cases.count(), desk.cases.count()) == (True, "CRE", 1, 2)
    assert here.register_once(asked) == (case, False)
    assert [result.case for result in here.register_many([asked])] == [case]


def test_a_source_of_one_case_is_found_whatever_the_site_that_registers_it(desk: Desk) -> None:
    case = registered(desk, "STR", source="mail-1", handling_unit="CRE")
    asked = Registration(facts=facts(), site="CRE", source="mail-1")
    assert desk.register_once(asked) == (case, False)
    assert desk.scoped(site="CRE").register_once(asked) == (case, False)
    assert [(result.case, result.is_new) for result in desk.register_many([asked])] == [(case, False)]


def test_the_site_decides_between_the_cases_of_one_source(desk: Desk) -> None:
    cases = {site: registered(desk.scoped(site=site), site, source="mail-1") for site in ("CRE", "STR")}
    for site, case in cases.items():
        asked = Registration(facts=facts(), site=site, source="mail-1")
        assert desk.register_once(asked) == (case, False)
        assert [result.case for result in desk.register_many([asked])] == [case]
    other, is_new = desk.register_once(Registration(facts=facts(), site="FDF", source="mail-1"))
    assert (is_new, other.site, desk.cases.count()) == (True, "FDF", 3)


def test_a_scoped_desk_registers_for_its_sites_only() -> None:
    here = new_desk().scoped(site="CRE")
    assert registered(here).site == "CRE"
    with pytest.raises(OutsideScopeError, match="site 'STR' is outside your scope, CRE") as refused:
        registered(here, "STR", service_sites=("CRE",))
    assert (refused.value.site, refused.value.sites) == ("STR", ("CRE",))
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.site, again.sites, str(again)) == ("STR", ("CRE",), str(refused.value))
    assert here.cases.count() == 1


@pytest.mark.parametrize(
    "places",
    [{"site": "XXX"}, {"site": "XXX", "handling_unit": "CRE"}, {"site": "CRE", "handling_unit": "XXX"},
     {"site": "CRE", "service_sites": ("STR", "XXX")}],
)  # fmt: skip
def test_unknown_sites_are_refused(places: dict[str, Any], desk: Desk) -> None:
    with pytest.raises(UnknownSiteError, match="'XXX' is not the code of a site") as refused:
        desk.register(facts(), **places)
    assert refused.value.site == "XXX"
    assert desk.cases.count() == 0


def test_without_a_list_any_code_is_a_site() -> None:
    assert registered(new_desk(sites=None), "Créteil").site == "Créteil"


NO_LINE = ["", "Créteil ", " CRE", "a\nb", "CRE\u200b", "A\u00a0B", "x" * 201]
"""What no plan, sheet or analysis takes for a site."""


@pytest.mark.parametrize("code", NO_LINE)
@pytest.mark.parametrize("parameter", ["site", "handling_unit", "service_sites"])
@pytest.mark.parametrize("sites", [None, factories.SITES], ids=["any site", "known sites"])
def test_an_invalid_name_of_a_site_is_refused_by_parameter(sites: Any, parameter: str, code: str) -> None:
    desk = new_desk(sites=sites)
    places: dict[str, Any] = {"site": "CRE", parameter: ("STD", code) if parameter == "service_sites" else code}
    with pytest.raises(ValueError, match=f"^{parameter}: ") as told:
        desk.register(facts(), **places)
    (entered,) = desk.register_many([Registration(facts=facts(), **places)])
    assert str(entered.refusal) == str(told.value)
    assert desk.cases.count() == 0


def test_a_stored_case_with_an_invalid_site_name_stays_usable() -> None:
    desk = new_desk(sites=None)
    with store_of(desk).unit_of_work() as unit:
        older = registered(new_desk(sites=None), source="mail-1")
        unit.cases.add(registered_as(older, site="Créteil ", handling_unit="Créteil ", service_sites=("a\nb",)))
        unit.commit()
    found = desk.scoped(site="Créteil ").cases.get(older.reference)
    assert (found.site, found.service_sites) == ("Créteil ", ("a\nb",))
    desk.add_support(older.reference, kind=SupportKind.EMAIL, title="le courriel")
    desk.qualify(older.reference, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, causes=0)
    desk.analyse(older.reference, method=Method.ISHIKAWA, causes=("organisation",))
    assert desk.reroute(older.reference, handling_unit="Créteil").handling_unit == "Créteil"


@pytest.mark.parametrize(("given", "error", "message"), [
    ({"facts": "une réclamation"}, TypeError,
        "ComplaintFacts or MalfunctionFacts are expected, got a str; execute takes plain data"),
    ({"service_sites": "CRE"}, TypeError, "service_sites: a list is expected"),
    ({"source": " "}, ValueError, "source"),
    ({"source": 7}, TypeError, "source"),
    ({"complainant": "\0"}, ValueError, "complainant"),
    ({"verbatim": 12}, TypeError, "verbatim"),
    ({"occurred_at": at(2).replace(tzinfo=None)}, ValueError, "^occurred_at: "),
    ({"occurred_at": at(2, month=7)}, FaultsError, "occurred_at"),
    ({"occurred_at": at(1) - timedelta(seconds=1)}, FaultsError, "occurred_at"),
    ({"facts": facts(at(1, 10, month=7)), "occurred_at": at(1, month=7)}, FaultsError, "received_at"),
    ({"facts": facts(satisfaction=11)}, ValueError, "satisfaction"),
])  # fmt: skip
def test_an_invalid_registration_saves_nothing(given: dict[str, Any], error: type[Exception], message: str) -> None:
    desk = new_desk()
    asked: dict[str, Any] = {"facts": facts(), "site": "CRE"} | given
    with pytest.raises(error, match=message):
        desk.register(**asked)
    assert (desk.cases.count(), desk.feed(), registered(desk).reference) == (0, (), "R-2026-000001")


def test_a_receipt_before_the_first_edition_uses_no_number() -> None:
    desk = new_desk(policy=PolicyBook([Policy(edition="2026", in_force_from=date(2026, 5, 1))]))
    with pytest.raises(NoEditionError):
        registered(desk, received_at=at(1, month=4))
    assert registered(desk).reference == "R-2026-000001"


def policies() -> PolicyBook:
    old = Policy(edition="2025", in_force_from=date(2025, 1, 1), in_force_until=date(2025, 12, 31))
    longer = attrs.evolve(m2_1().parameters, deadline=attrs.evolve(m2_1().deadline, days=20))
    return PolicyBook([old, Policy(edition="2026", parameters=longer, in_force_from=date(2026, 1, 1))])


def test_the_edition_is_the_one_in_force_at_receipt() -> None:
    # Received on 31 December 2025 in Martinique: 1 January in Paris.
    moment = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
    desk = new_desk(policy=policies())
    old, new = registered(desk, "FDF", moment), registered(desk, "CRE", moment)
    assert (old.edition, old.rule.days) == ("2025", 10)
    assert (new.edition, new.rule.days) == ("2026", 20)
    assert desk.reroute(old.reference, handling_unit="CRE").edition == "2025"
    assert {alert.alert.due for alert in desk.sweep() if alert.reference == new.reference} == {date(2026, 1, 29)}


def test_an_argument_of_registering_reaches_the_event_by_one_object() -> None:
    arguments = {*inspect.signature(Desk.register).parameters} - {"self"}
    fields = {field.name for field in attrs.fields(Registration)}
    assert fields == arguments
    assert fields - {field.name for field in attrs.fields(Registered)} == {"occurred_at"}  # of the envelope
    assert fields & {field.name for field in attrs.fields(RegistrationCommand)} == {"occurred_at"}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: Any, tmp_path: Path) -> Iterator[Store]:
    in_memory = request.param == "memory"
    store: Store = InMemoryStore() if in_memory else SqlAlchemyStore.open(sqlite_file(tmp_path))
    yield store
    store.close()


def test_registering_takes_the_next_free_number(store: Store) -> None:
    desk = desk_on(store)
    insert(store, a_case(1), a_case(2), a_case(4))
    assert [registered(desk).reference[-1] for _ in range(3)] == ["3", "5", "6"]
    assert [desk.cases.get(f"R-2026-00000{number}").version for number in (1, 2, 4)] == [1, 1, 1]


def test_registering_many_takes_free_numbers(store: Store) -> None:
    desk = desk_on(store)
    insert(store, a_case(1), a_case(4))
    asked = [Registration(facts=facts(), site="CRE", source=f"mail-{number}") for number in range(3)]
    entered = list(desk.register_many(asked))
    assert [(one.is_new, one.case and one.case.reference) for one in entered] == [
        (True, f"R-2026-00000{number}") for number in (7, 8, 9)
    ]
    assert desk.cases.count() == 5
