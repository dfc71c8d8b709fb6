"""Each law holds of the library's own, and is seen to fail where it is broken."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import attrs
import pytest
from hypothesis import Phase, settings

from reclamation_core import BusinessCalendar, Desk, Policy, m2_1
from reclamation_core.calendars import CalendarDefinition, DayRange, DeadlineRule
from reclamation_core.cases.causes import Family, Taxonomy
from reclamation_core.policy.sources import CLAUSES, INTERPRETATIONS, cited
from reclamation_core.tables import Row
from reclamation_core.testing.builders import a_registered_case
from reclamation_core.testing.laws import (
    Law,
    LawBrokenError,
    LawsBrokenError,
    calendar_laws,
    check_calendar_laws,
    check_desk_laws,
    check_policy_laws,
    desk_laws,
    law_named,
    policy_laws,
)
from reclamation_core.vocabulary import Level, Site, Sites
from reclamation_core.wording import Wording
from tests.unit.testing.laws import broken_calendars, broken_desks, broken_policies

ALL: list[Law[Any]] = [*calendar_laws(), *policy_laws(), *desk_laws()]
BROKEN: dict[str, Any] = {**broken_calendars.BROKEN, **broken_policies.BROKEN, **broken_desks.BROKEN}


@contextmanager
def under(profile: settings) -> Iterator[None]:
    """Hypothesis looks as a profile says, meanwhile."""
    before = settings.get_current_profile_name()
    settings.register_profile("laws", profile)
    settings.load_profile("laws")
    try:
        yield
    finally:
        settings.load_profile(before)


@pytest.fixture
def briefly() -> Iterator[None]:
    """Few examples, always the same: these tests look at what is told, not at the laws."""
    with under(settings.get_profile("brief")):
        yield


@pytest.fixture
def alike() -> Iterator[None]:
    """As many examples as ever, and always the same: enough for each law that a mistake breaks to show it."""
    with under(settings(settings.get_profile("ci"), max_examples=100)):
        yield


@pytest.fixture
def patiently() -> Iterator[None]:
    """Many examples, always the same: what breaks a law is found, and the search ends there."""
    with under(settings(settings.get_profile("ci"), max_examples=2000)):
        yield


@pytest.fixture
def unshrunk() -> Iterator[None]:
    """As many, but the first witness will do: to make it small takes long on a calendar of a century."""
    with under(settings(settings.get_profile("ci"), max_examples=2000, phases=[Phase.generate])):
        yield


def test_laws_have_names_of_their_own_and_each_has_something_that_breaks_it() -> None:
    assert sorted(law.id for law in ALL) == sorted(BROKEN)
    assert len(ALL) == len({law.id for law in ALL})


@pytest.mark.slow
@pytest.mark.usefixtures("patiently")
@pytest.mark.parametrize("law", ALL, ids=str)
def test_a_law_is_seen_to_be_broken_and_shows_on_what(law: Law[Any]) -> None:
    with pytest.raises(LawBrokenError, match=r"(?s)attendu : .* ; constaté : .*expected: .*; found: ") as caught:
        law.check(BROKEN[law.id])

    assert isinstance(caught.value, AssertionError)
    assert (caught.value.law, caught.value.clause) == (law, law.clause)
    assert caught.value.witness
    assert law.wording.fr in caught.value.in_("fr")
    assert law.wording.en in caught.value.in_("en")
    assert law.source("fr") in caught.value.in_("fr")


@pytest.mark.parametrize("law", calendar_laws(), ids=str)
def test_a_law_of_calendars_holds_in_france(law: Law[BusinessCalendar]) -> None:
    law.check(BusinessCalendar.france())


@pytest.mark.parametrize("law", policy_laws(), ids=str)
def test_a_law_of_policies_holds_of_the_default_edition(law: Law[Any]) -> None:
    law.check(m2_1())


@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize(("clause", "reading"), [("Note DR 2027-3", None), (None, "N1")])
def test_an_edition_with_a_row_of_its_own_keeps_every_law(clause: str | None, reading: str | None) -> None:
    row = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, clause, reading=reading)

    check_policy_laws(m2_1().with_rows("level", replace=[row], edition="la nôtre"))


def unsourced() -> Policy:
    row = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL)
    return m2_1().with_rows("level", replace=[row], edition="la nôtre")


def citing_what_is_none() -> Policy:
    rows = {row.id: row for row in m2_1().tables["level"].rows}
    rows["several-regions"] = attrs.evolve(rows["several-regions"], clause="M2-1 §9.9")
    return broken_policies.edition({"level": attrs.evolve(m2_1().tables["level"], rows=list(rows.values()))})


@pytest.mark.parametrize("make", [unsourced, citing_what_is_none])
def test_a_row_cites_a_source_that_there_is(make: Callable[[], Policy]) -> None:
    with pytest.raises(LawBrokenError, match="every-row-is-sourced") as caught:
        law_named("every-row-is-sourced").check(make())

    assert caught.value.witness == {"table": "level", "row": "several-regions"}


@pytest.mark.parametrize("law", ALL, ids=str)
def test_what_a_law_cites_is_in_the_procedure_or_among_its_readings(law: Law[Any]) -> None:
    assert law.source("fr")
    assert set(cited(law.clause)) <= {clause.id for clause in CLAUSES}
    assert set((law.reading or "I1").split(", ")) <= {reading.number for reading in INTERPRETATIONS}


@pytest.mark.usefixtures("alike")
def test_all_that_is_broken_is_told_together() -> None:
    with pytest.raises(LawsBrokenError, match="an-opinion-is-out-of-scope") as caught:
        check_policy_laws(broken_policies.BROKEN["an-opinion-is-out-of-scope"])

    assert [error.law.id for error in caught.value.broken] == [
        "an-opinion-is-out-of-scope",
        "no-requirement-no-complaint",
    ]
    assert isinstance(caught.value, AssertionError)
    assert caught.value.in_("fr").startswith("loi « an-opinion-is-out-of-scope » (M2-1 §1.6) : ")


def test_several_laws_may_be_broken_by_one_mistake() -> None:
    with pytest.raises(LawsBrokenError) as caught:
        check_calendar_laws(broken_calendars.BROKEN["subtracting-undoes-adding"])

    assert {"subtracting-undoes-adding", "clear-days-are-whole"} == {error.law.id for error in caught.value.broken}
    assert len(str(caught.value).split("\n\n")) == 2


@pytest.mark.usefixtures("briefly")
def test_desks_are_checked_against_every_law() -> None:
    with pytest.raises(LawsBrokenError, match="a-scope-is-not-left"):
        check_desk_laws(broken_desks.BROKEN["a-scope-is-not-left"])


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
def test_what_stops_the_clock_is_tried_where_the_clock_runs_on_a_calendar_of_a_century_too(
    name: str, broken: type[BusinessCalendar]
) -> None:
    with pytest.raises(LawBrokenError, match=name):
        law_named(name).check(broken(CalendarDefinition()))


@pytest.mark.slow
@pytest.mark.usefixtures("patiently")
def test_a_witness_is_small_although_the_suspensions_hang_on_the_receipt() -> None:
    with pytest.raises(LawBrokenError) as caught:
        law_named("due-on-the-nth-day-that-counts").check(
            broken_calendars.closed(broken_calendars.OnlyTheFirstSuspension)
        )

    # How small differs between the versions of Hypothesis.
    rule = cast(DeadlineRule, caught.value.witness["rule"])
    suspensions = cast(list[DayRange], caught.value.witness["suspensions"])
    assert (rule.suspensions_allowed, rule.days <= 30, rule.due_soon <= 5) == (True, True, True)
    assert len(suspensions) == 2
    assert sum((some.last - some.first).days for some in suspensions) <= 60


def test_a_calendar_of_too_short_a_time_is_refused_with_the_remedy() -> None:
    with pytest.raises(ValueError, match=r"calendar: 2026-01-01 to 2026-12-31 .* widen first_year and last_year"):
        check_calendar_laws(BusinessCalendar.france(first_year=2026, last_year=2026))


def test_what_is_no_subject_of_a_law_is_refused_with_the_remedy() -> None:
    with pytest.raises(TypeError, match="policy: Policy is expected, got 'M2-1'"):
        check_policy_laws("M2-1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="calendar: BusinessCalendar is expected, got the class BusinessCalendar"):
        calendar_laws()[0].check(BusinessCalendar)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="subjects: SearchStrategy is expected, got a BusinessCalendar; give"):
        calendar_laws()[0].check_every(BusinessCalendar.france())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="make_desk: what gives a new desk each time is expected, got a Desk; give a"):
        check_desk_laws(Desk.in_memory())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="make_desk: Desk is expected, got None; let what is called return the desk"):
        check_desk_laws(lambda: None)  # type: ignore[arg-type, return-value]


def test_desks_that_share_a_store_are_refused_with_the_remedy() -> None:
    shared, used = Desk.in_memory(), Desk.in_memory()
    a_registered_case(used)

    for make_desk in (lambda: shared, lambda: used):
        with pytest.raises(
            ValueError, match=r"make_desk: the desk that it gives has 1 case.* on a new, empty store each"
        ):
            check_desk_laws(make_desk)


@pytest.mark.usefixtures("briefly")
def test_a_desk_that_sees_a_part_keeps_the_laws() -> None:
    sites = [Site(code=code, name=code, region="Île-de-France") for code in ("STA", "CRE")]
    sites.append(Site(code="STR", name="Strasbourg", region="Grand Est"))

    check_desk_laws(lambda: Desk.in_memory(sites=Sites(sites)).scoped(region="Île-de-France"))


def test_a_law_is_found_by_its_name_and_stays_itself_when_it_travels() -> None:
    law = desk_laws()[0]

    assert law_named(law.id) is law
    assert pickle.loads(pickle.dumps(law)) is copy.deepcopy(law) is law
    with pytest.raises(LookupError, match="'no-such-law' is unknown; the laws are a-"):
        law_named("no-such-law")


def test_an_error_travels_with_its_law_and_its_witness() -> None:
    error = LawBrokenError(desk_laws()[0], {"n": 3}, 1, 2)
    read = pickle.loads(pickle.dumps(error))

    assert (read.law, read.witness, read.expected, read.found) == (error.law, {"n": 3}, 1, 2)
    assert str(read) == str(error)


@pytest.mark.usefixtures("briefly")
def test_one_site_is_enough_for_the_laws_of_a_desk() -> None:
    alone = Sites([Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle")])
    check_desk_laws(lambda: Desk.in_memory(sites=alone))


@pytest.mark.usefixtures("briefly")
def test_a_desk_of_its_own_families_of_causes_keeps_the_laws() -> None:
    own = Taxonomy([Family("planning", Wording("planification", "planning"))])
    check_desk_laws(lambda: Desk.in_memory(taxonomy=own))


@pytest.mark.usefixtures("alike")
def test_exempt_law_is_not_checked() -> None:
    row = Row("middling", {"satisfaction": 6, "formal": True}, "complaint", "Note DR 2027-3")
    trial = m2_1().with_rows("eligibility", add=[row], edition="essai")

    with pytest.raises(LawsBrokenError) as broken:
        check_policy_laws(trial)
    assert [error.law.id for error in broken.value.broken] == ["a-high-note-changes-nothing"]
    check_policy_laws(trial, exempt=["a-high-note-changes-nothing"])


@pytest.mark.parametrize(
    ("check", "subject"),
    [(check_policy_laws, m2_1()), (check_calendar_laws, BusinessCalendar.france()), (check_desk_laws, Desk.in_memory)],
)
def test_exemption_that_names_no_law_of_the_kind_is_refused(check: Callable[..., None], subject: Any) -> None:
    with pytest.raises(ValueError, match="exempt: 'no-such-law' names no law of this kind; the laws are "):
        check(subject, exempt={"no-such-law"})
    with pytest.raises(TypeError, match="exempt: a collection of ids is expected, got the text 'the-fold'"):
        check(subject, exempt="the-fold")
