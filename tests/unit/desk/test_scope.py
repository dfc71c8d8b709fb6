"""A scoped desk sees and changes cases inside its scope; others look missing."""

from collections.abc import Callable
from typing import Any

import pytest

from reclamation_core.cases import LinkKind
from reclamation_core.desk import CheckpointPublication, Desk, OutsideScopeError, WholeStoreError
from reclamation_core.desk.environment import Scope
from reclamation_core.errors import FaultsError
from reclamation_core.plans import LineReference, PlanScope
from reclamation_core.ports import CaseNotFoundError, CaseQuery, PlanNotFoundError
from reclamation_core.vocabulary import UnknownSiteError
from tests.inside import context_of
from tests.unit.desk.examples import VERBS
from tests.unit.desk.factories import SITES, at, closed, new_desk, qualified, registered, sheet
from tests.unit.reporting.test_audit_file import KEY


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS.keys())
@pytest.mark.parametrize("make", [registered, qualified, closed])
def test_a_foreign_case_is_indistinguishable_from_a_missing_one(
    make: Callable[..., Any], verb: Callable[[Desk, str], object]
) -> None:
    desk = new_desk()
    foreign = make(desk, site="STR")
    here = desk.scoped(site="CRE")
    with pytest.raises(CaseNotFoundError) as of_foreign:
        verb(here, foreign.reference)
    with pytest.raises(CaseNotFoundError) as of_missing:
        verb(here, "R-2026-999999")
    assert str(of_foreign.value).replace(foreign.reference, "R-2026-999999") == str(of_missing.value)
    assert (of_foreign.value.__context__, of_foreign.value.__cause__) == (None, None)
    assert desk.cases.get(foreign.reference) == foreign


def test_a_link_to_a_foreign_case_is_refused_as_to_a_missing_one(desk: Desk) -> None:
    mine, foreign = registered(desk), registered(desk, "STR")
    here = desk.scoped(site="CRE")
    with pytest.raises(CaseNotFoundError, match=foreign.reference):
        here.link(mine.reference, kind=LinkKind.DUPLICATE_OF, to=foreign.reference)
    assert desk.cases.get(mine.reference) == mine


@pytest.mark.parametrize(
    "places",
    [{"site": "CRE"}, {"site": "STD", "service_sites": ("STR", "CRE")}, {"site": "STD", "handling_unit": "CRE"}],
)
def test_a_case_is_inside_the_scope_of_registering_service_and_handling_sites(places: dict[str, Any]) -> None:
    desk = new_desk()
    own, _ = registered(desk, **places), registered(desk, "FDF")
    here = desk.scoped(site="CRE")
    assert (here.cases.get(own.reference), here.cases.find().cases) == (own, (own,))
    assert here.cases.count() == 1
    assert [item.event.case for item in here.feed()] == [own.reference]
    assert here.acknowledge(own.reference).version == 2


def test_queries_by_sites_stay_inside_the_scope(desk: Desk) -> None:
    own = registered(desk, "CRE", service_sites=("STR",))
    registered(desk, "STR")
    here = desk.scoped(site="CRE")
    assert here.cases.find(CaseQuery(sites={"STR"})).cases == ()
    assert here.cases.count(CaseQuery(sites={"STR"})) == 0
    assert here.cases.find(CaseQuery(sites={"STR", "CRE"})).cases == (own,)
    assert here.cases.count(CaseQuery(sites={"CRE"})) == 1


def test_a_scoped_feed_skips_foreign_events_up_to_its_limit(desk: Desk) -> None:
    for site in ("CRE", "STR", "STR", "STR", "CRE", "STR", "CRE"):
        registered(desk, site)
    here = desk.scoped(site="CRE")
    first = here.feed(limit=2)
    second = here.feed(first[-1].position, limit=2)
    assert [item.position for item in (*first, *second)] == [1, 5, 7]
    assert here.feed(7) == ()
    assert len(desk.feed(limit=3)) == 3


@pytest.mark.parametrize("scope", [{}, {"site": "CRE"}])
def test_a_feed_starts_at_the_beginning_with_a_limit(scope: dict[str, str]) -> None:
    desk = new_desk().scoped(**scope) if scope else new_desk()
    with pytest.raises(ValueError, match="after: -1; a whole number is expected, from 0 on"):
        desk.feed(-1)
    with pytest.raises(ValueError, match="limit: 0; a whole number is expected, from 1 on"):
        desk.feed(limit=0)


def test_a_rerouted_case_leaves_the_scope_of_its_former_unit(desk: Desk) -> None:
    case = registered(desk, "STR", handling_unit="CRE")
    here = desk.scoped(site="CRE")
    moved = here.reroute(case.reference, handling_unit="STD")
    assert moved.handling_unit == "STD"
    with pytest.raises(CaseNotFoundError):
        here.cases.get(case.reference)
    assert here.feed() == ()
    assert desk.scoped(site="STD").cases.get(case.reference) == moved


PUBLICATION = CheckpointPublication(publish=lambda _: None, key=KEY)


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("checkpoint", Desk.checkpoint),
        ("checkpoint", lambda desk: desk.log.write_checkpoint(b"")),
        ("checkpoint", lambda desk: desk.log.checkpoints()),
        ("checkpoint", lambda desk: desk.log.compare("")),
        ("checkpoint", lambda desk: desk.maintenance.nightly(checkpoint=PUBLICATION)),
        ("examine", Desk.examine),
        ("verify", lambda desk: list(desk.verify())),
        ("verify", lambda desk: desk.maintenance.nightly(verify=True)),
        ("signals", lambda desk: desk.maintenance.nightly(signals=True)),
        ("jobs", lambda desk: desk.maintenance.jobs()),
        ("free", lambda desk: desk.maintenance.free("nightly")),
        ("confirm_clock", lambda desk: desk.maintenance.confirm_clock()),
    ],
)
def test_a_scoped_desk_refuses_operations_on_the_whole_store(name: str, operation: Callable[[Desk], object]) -> None:
    with pytest.raises(WholeStoreError, match="reads every case, and this desk sees those of CRE, STD only") as told:
        operation(new_desk().scoped(region="Île-de-France"))
    assert (told.value.operation, told.value.sites) == (name, ("CRE", "STD"))


@pytest.mark.parametrize("given", [{}, {"site": ()}, {"region": []}])
def test_a_scope_has_a_site_or_a_region(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"site, region: .*; pass at least one site or region"):
        new_desk().scoped(**given)


def test_a_scope_of_several_sites_and_regions_is_all_of_them(desk: Desk) -> None:
    cases = {site: registered(desk, site).reference for site in SITES}
    here = desk.scoped(site=["FDF"], region=("Île-de-France",))
    assert {case.reference for case in here.cases.find().cases} == {cases["CRE"], cases["STD"], cases["FDF"]}
    assert is_seen(here, PlanScope.region("Île-de-France"))
    assert not is_seen(here, PlanScope.region("Martinique"))
    with pytest.raises(OutsideScopeError, match="region 'Martinique' is outside your scope, CRE, FDF, STD;"):
        here.scoped(region=["Île-de-France", "Martinique"])
    with pytest.raises(OutsideScopeError, match="'STR'"):
        registered(here, "STR")
    assert here.scoped(site=["CRE", "FDF"]).cases.count() == 2


@pytest.mark.parametrize(
    ("given", "label"),
    [
        ({"site": "CRE"}, "CRE"),
        ({"site": ["STD", "CRE"]}, "CRE, STD"),
        ({"region": "Île-de-France"}, "Île-de-France"),
        ({"site": "FDF", "region": ["Île-de-France", "Grand Est"]}, "Grand Est, Île-de-France, FDF"),
    ],
)
def test_the_label_of_a_scope_names_regions_and_other_sites(given: dict[str, Any], label: str) -> None:
    scope = context_of(new_desk().scoped(**given)).scope
    assert scope is not None
    assert scope.label() == label


@pytest.mark.parametrize("given", [{"site": ["CRE", ""]}, {"region": [3]}])
def test_each_name_of_a_scope_is_checked(given: dict[str, Any]) -> None:
    with pytest.raises((FaultsError, TypeError), match=r"site|region"):
        new_desk().scoped(**given)


def test_an_unknown_site_or_region_is_refused() -> None:
    with pytest.raises(UnknownSiteError, match="XXX"):
        new_desk().scoped(site="XXX")
    with pytest.raises(ValueError, match="region: 'Bretagne'; the region of one of this desk's sites is expected"):
        new_desk().scoped(region="Bretagne")
    with pytest.raises(ValueError, match="the region of one of this desk's sites is expected"):
        new_desk(sites=None).scoped(region="Île-de-France")


def test_a_scope_is_never_widened() -> None:
    region = new_desk().scoped(region="Île-de-France")
    site = region.scoped(site="CRE")
    for wider in ({"site": "STD"}, {"region": "Île-de-France"}, {"region": "Grand Est"}):
        with pytest.raises(OutsideScopeError, match="outside your scope, CRE"):
            site.scoped(**wider)
    with pytest.raises(OutsideScopeError, match="'STR'"):
        region.scoped(site="STR")
    assert site.scoped(site="CRE").cases.count() == 0
    assert context_of(site.acting("M. Petit")).scope == Scope({"CRE"})


PLACES = [
    *({"site": site} for site in SITES),
    *({"region": name} for name in ("Île-de-France", "Grand Est", "Martinique")),
]


@pytest.mark.parametrize("wide", PLACES, ids=str)
@pytest.mark.parametrize("other", PLACES, ids=str)
def test_a_nested_scope_sees_no_other_plan(wide: dict[str, str], other: dict[str, str], desk: Desk) -> None:
    plans = [PlanScope.parse(f"{kind}:{code}") for place in PLACES for kind, code in place.items()]
    seen = {plan for plan in plans if is_seen(desk.scoped(**wide), plan)}
    wanted = {plan for plan in plans if is_seen(desk.scoped(**other), plan)}
    if wanted <= seen:
        assert {plan for plan in plans if is_seen(desk.scoped(**wide).scoped(**other), plan)} == wanted
    else:
        with pytest.raises(OutsideScopeError, match="outside your scope"):
            desk.scoped(**wide).scoped(**other)


def is_seen(desk: Desk, plan: PlanScope) -> bool:
    try:
        desk.pgaac(plan)
    except PlanNotFoundError:
        return False
    return True


@pytest.mark.parametrize("scope", [PlanScope.site("STR"), PlanScope.region("Grand Est"), PlanScope.nation()])
@pytest.mark.parametrize("given", [{"site": "CRE"}, {"region": "Île-de-France"}])
def test_plans_outside_the_scope_look_missing(given: dict[str, str], scope: PlanScope) -> None:
    desk = new_desk()
    case = qualified(desk)
    analysed = desk.analyse(case.reference, causes=("organisation",))
    desk.pgaac("CRE").add(sheet("A-9"))
    here = desk.scoped(**given)
    for operation in (
        lambda: here.pgaac(scope),
        lambda: here.pgaac("CRE").follow_up("A-9", LineReference(scope, "A-1")),
        lambda: here.plan(case.reference, sheet(), scope=scope),
        lambda: here.recorded_since(scope.key, 0),
        lambda: here.reports.plan(scope),
        lambda: here.reports.effect(scope, "A-1"),
        lambda: here.reports.latest_exports(plan=scope),
        lambda: here.reports.send_plan(scope, None, b"x", recipients=["RQR"]),
    ):
        with pytest.raises(PlanNotFoundError) as refused:
            operation()
        assert refused.value.scope == str(scope)
    assert (desk.cases.get(case.reference), desk.pgaac(scope).actions) == (analysed, ())


def test_a_case_handled_elsewhere_may_be_planned_on_a_passed_plan(desk: Desk) -> None:
    case = qualified(desk, "CRE", handling_unit="STD")
    here = desk.scoped(site="CRE")
    here.analyse(case.reference, causes=("organisation",))
    with pytest.raises(PlanNotFoundError, match="STD"):
        here.plan(case.reference, sheet())
    here.plan(case.reference, sheet(), scope=PlanScope.site("CRE"))
    assert [action.reference for action in here.pgaac("CRE").actions] == ["A-1"]


def test_the_plan_of_a_region_is_inside_the_scope_of_the_region_only(desk: Desk) -> None:
    region = desk.scoped(region="Île-de-France")
    region.pgaac("STD").add(sheet("A-2", site="STD"), occurred_at=at(2))
    edition = region.pgaac(PlanScope.region("Île-de-France")).publish()
    assert [str(line.reference.scope) for line in edition.lines] == ["site:STD"]
    with pytest.raises(PlanNotFoundError):
        desk.scoped(site="STD").pgaac(PlanScope.region("Île-de-France"))


def test_the_plan_of_an_unknown_site_or_region_is_refused(desk: Desk) -> None:
    case = qualified(desk).reference
    desk.analyse(case, causes=("organisation",))
    for call in (lambda: desk.pgaac("XXX").current, lambda: desk.plan(case, sheet(), scope=PlanScope.site("XXX"))):
        with pytest.raises(UnknownSiteError, match="XXX"):
            call()
    with pytest.raises(ValueError, match="the region of one of this desk's sites is expected"):
        desk.pgaac(PlanScope.region("Bretagne")).publish()
    with pytest.raises(ValueError, match="the region of one of this desk's sites is expected"):
        new_desk(sites=None).pgaac(PlanScope.region("Île-de-France")).add(sheet("A-1"))
    assert new_desk(sites=None).pgaac("Créteil").actions == ()
    assert len(SITES) == 4
