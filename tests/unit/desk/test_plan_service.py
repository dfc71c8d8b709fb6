"""Plans of the desk, and their publication."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, cast

import attrs
import pytest

from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.cases.codes import ProofStage
from reclamation_core.desk import Desk, PlanService
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import (
    ActionStatus,
    Effectiveness,
    LineReference,
    PlanRefusedError,
    PlanScope,
    UnknownActionError,
    UnknownPublishedPlanError,
)
from reclamation_core.plans.events import PLAN_EVENTS, ActionEvent
from reclamation_core.ports import ConcurrentChangeError, PlanNotFoundError, VersionConflictError
from reclamation_core.reporting import report_bytes
from reclamation_core.vocabulary import Level, Site, Sites, UnknownSiteError
from tests.inside import clock_of, store_of
from tests.typography import plain
from tests.unit.desk.factories import SITES, add_as_stored, analysed, at, new_desk, overtaken, sheet

REGION = PlanScope.region("Île-de-France")
NATION = PlanScope.nation()


def test_every_command_of_a_plan_changes_the_stored_plan() -> None:
    plan = new_desk().pgaac("CRE")
    plan.add(sheet(), occurred_at=at(1))
    plan.amend("A-1", reason="plus tôt", planned=date(2026, 6, 5), occurred_at=at(2))
    assert plan.actions[0].planned == date(2026, 6, 5)
    plan.progress("A-1", note="la liste est faite", occurred_at=at(3))
    assert plan.actions[0].status.value == "in_progress"
    plan.finish("A-1", evidence="la liste", occurred_at=at(4))
    plan.judge("A-1", Effectiveness.NOT_EFFECTIVE, why="deux absences", occurred_at=at(5))
    plan.add(sheet("A-2"), occurred_at=at(6))
    plan.follow_up("A-1", "A-2", occurred_at=at(6))
    plan.close("A-1", comment="voir A-2", occurred_at=at(7))
    assert plan.actions[0].status.value == "closed"
    plan.reopen("A-1", reason="A-2 attendra", occurred_at=at(8))
    plan.abandon("A-2", reason="inutile", occurred_at=at(8))
    forgotten = plan.forget("A-2", occurred_at=at(9))

    assert [action.status for action in plan.actions] == [ActionStatus.IN_PROGRESS, ActionStatus.ABANDONED]
    assert forgotten == plan.current.part({"A-2"})
    assert forgotten.read(forgotten.action("A-2").what) is None
    assert [event.recorded_at for event in plan.current.events] == [at(1, month=7)] * 11
    with pytest.raises(UnknownActionError, match="'A-9'"):
        plan.amend("A-9", planned=None)
    with pytest.raises(PlanRefusedError, match="add it"):
        plan.progress("A-9")


def test_the_history_of_an_action_has_what_each_event_says_and_changed_and_who() -> None:
    desk = new_desk()
    plan, case = desk.pgaac("CRE"), analysed(desk)
    desk.plan(case.reference, sheet(cause_family="organisation"))
    plan.amend("A-1", reason="plus tôt", planned=date(2026, 6, 5), spread=["STR"], cause_family="equipment")
    plan.progress("A-1", note="devis demandé : 3 500 €")
    plan.progress("A-1", note="devis demandé : 3 500 €")
    plan.finish("A-1", evidence="la liste")
    plan.judge("A-1", Effectiveness.NOT_EFFECTIVE, why="deux absences")
    plan.add(sheet("A-2"))
    plan.follow_up("A-1", "A-2")
    plan.close("A-1")
    plan.reopen("A-1", reason="A-2 attendra")
    plan.abandon("A-1", reason="inutile")
    history = plan.timeline("A-1")
    commands = [cls for cls in PLAN_EVENTS.commands if issubclass(cls, ActionEvent)]
    assert {one.type for one in history} == {cls.event_type.name for cls in commands} - {"texts_forgotten"}
    assert [(one.number, one.actor, one.stage, one.role_label) for one in history][1:3] == [
        (2, "Mme Roux", ProofStage.ACTIONS, "RQR"),
        (3, "Mme Roux", ProofStage.ACTIONS, "RQR"),
    ]
    changes = [(one.number, each.label, each.before, each.after) for one in history for each in one.changes]
    assert changes == [
        (2, "famille de cause", "organisation", "équipements et matière d'œuvre"),
        (2, "échéance", None, "05/06/2026"),
        (2, "généralisée à", None, "Strasbourg"),
        (2, "motif de la modification", None, "plus tôt"),
        (3, "avancement", None, "devis demandé : 3 500 €"),
        (4, "avancement", None, "devis demandé : 3 500 €"),
        (5, "preuve de réalisation", None, "la liste"),
        (6, "efficacité", None, "non efficace"),
        (6, "motif de l'évaluation", None, "deux absences"),
        (8, "action de suite", None, "A-2 (centre Créteil)"),
        (10, "motif de la réouverture", None, "A-2 attendra"),
        (11, "motif de l'abandon", None, "inutile"),
    ]
    english = [each.after for one in plan.timeline("A-1", "en") for each in one.changes]
    assert {"5 June 2026", "not effective", "A-2 (site Créteil)"} <= set(english)
    hidden = plan.timeline("A-1", texts=False)
    assert {one.actor for one in hidden} == {None}
    assert [one.after for one in hidden[2].changes] == ["[texte]"]
    plan.forget("A-1")
    assert [one.after for one in plan.timeline("A-1")[2].changes] == ["(effacé)"]
    with pytest.raises(UnknownActionError, match="'A-9'"):
        plan.timeline("A-9")


def test_a_refused_command_saves_no_plan(desk: Desk) -> None:
    with pytest.raises(PlanRefusedError):
        desk.pgaac("CRE").progress("A-1")
    with store_of(desk).unit_of_work() as unit:
        assert unit.plans.scopes() == ()


def test_a_concurrent_change_of_a_plan_names_both_versions(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet())
    late = overtaken(desk, lambda: desk.pgaac("CRE").progress("A-1"))
    with pytest.raises(ConcurrentChangeError) as refused:
        late.pgaac("CRE").abandon("A-1", reason="inutile")
    assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 1, 2)


def test_a_published_plan_has_a_number_and_its_recipients() -> None:
    plan = new_desk().pgaac("CRE")
    plan.add(sheet())

    first = plan.publish()
    plan.progress("A-1")
    second = plan.publish(recipients=("CODIR",))

    assert [(edition.number, edition.recipients) for edition in plan.published_plans] == [
        (1, first.recipients),
        (2, ("CODIR",)),
    ]
    assert second == plan.published_plans[1]
    for missing in (3, 9, 0, -1, "1", None, True):
        for show in (plan.published_plan_to_document, plan.current.published_plan, plan.current.difference):
            with pytest.raises(UnknownPublishedPlanError, match=r"has no edition .*; 2 published so far") as refused:
                show(cast("int", missing))
            assert (refused.value.number, refused.value.published) == (missing, 2)


def test_a_plan_is_written_to_files_by_the_reports_alone() -> None:
    writers = [name for name in vars(PlanService) if name.startswith(("to_", "published_plan_to_"))]
    assert writers == ["to_html", "published_plan_to_document"]


def test_a_region_gathers_its_sites_and_the_nation_all_plans(desk: Desk) -> None:
    for site in ("CRE", "STD", "STR"):
        desk.pgaac(site).add(sheet(f"A-{site}", site=site, what=f"agir à {site}"))
    desk.pgaac(REGION).add(sheet("A-R", site=None, level=Level.REGIONAL))
    desk.pgaac(NATION).add(sheet("A-N", site=None, level=Level.NATIONAL))
    region, nation = desk.pgaac(REGION).publish(), desk.pgaac(NATION).publish()
    assert {line.reference.action for line in region.lines} == {"A-CRE", "A-STD", "A-R"}
    assert {line.reference.action for line in nation.lines} == {"A-CRE", "A-STD", "A-STR", "A-R", "A-N"}
    document = desk.pgaac(REGION).published_plan_to_document(1, texts=True)
    assert "agir à STD" in [line["action"]["what"] for line in document["lines"]]
    assert [action.reference for action in desk.pgaac(REGION).actions] == ["A-R"]


@pytest.mark.parametrize("named", [{"site": "NOPE"}, {"spread": ("STD", "NOPE")}], ids=["site", "spread"])
@pytest.mark.parametrize(
    "act",
    [
        lambda desk, named: desk.pgaac("CRE").add(sheet("A-2", **named)),
        lambda desk, named: desk.pgaac("CRE").amend("A-1", **named),
        lambda desk, named: desk.plan("R-2026-000001", sheet("A-2", **named)),
    ],
    ids=["add", "amend", "plan"],
)
def test_an_action_at_an_unknown_site_is_refused(act: Callable[[Desk, Any], object], named: dict[str, Any]) -> None:
    desk = new_desk()
    case = analysed(desk)
    desk.pgaac("CRE").add(sheet())
    before = desk.pgaac("CRE").current
    with pytest.raises(UnknownSiteError, match="'NOPE' is not the code of a site"):
        act(desk, named)
    assert (desk.pgaac("CRE").current, desk.cases.get(case.reference)) == (before, case)


def test_an_action_at_a_removed_site_may_be_completed(desk: Desk) -> None:
    desk.pgaac(NATION).add(sheet(spread=("STD",)))
    left = Sites(SITES[code] for code in SITES if code == "STR")
    plan = Desk(store_of(desk), sites=left, clock=clock_of(desk)).pgaac(NATION)
    plan.amend("A-1", planned=date(2026, 6, 5))
    assert plan.finish("A-1", evidence="la liste").action("A-1").site == "CRE"


STD = PlanScope.site("STD")
FOLLOW_UPS: dict[str | LineReference, type[ReclamationError] | None] = {
    "A-2": None,
    LineReference(PlanScope.site("CRE"), "A-2"): None,
    LineReference(STD, "B-1"): None,
    "A-1": PlanRefusedError,
    "B-1": PlanRefusedError,
    "A-9": PlanRefusedError,
    LineReference(PlanScope.site("CRE"), "A-9"): PlanRefusedError,
    LineReference(STD, "A-2"): UnknownActionError,
    LineReference(NATION, "N-1"): UnknownActionError,
}
SCOPES: dict[str, dict[str, str]] = {"all": {}, "region": {"region": "Île-de-France"}, "site": {"site": "CRE"}}
HIDDEN_FROM = {"all": set(), "region": {NATION}, "site": {NATION, STD}}


@pytest.mark.parametrize("with_the_verdict", [True, False])
@pytest.mark.parametrize("within", SCOPES)
@pytest.mark.parametrize(("follow_up", "error"), FOLLOW_UPS.items(), ids=str)
def test_a_follow_up_is_an_existing_action_inside_the_scope(
    follow_up: str | LineReference, error: type[ReclamationError] | None, within: str, with_the_verdict: bool
) -> None:
    desk = new_desk()
    desk.pgaac(STD).add(sheet("B-1", site="STD"))
    plan = (desk.scoped(**SCOPES[within]) if SCOPES[within] else desk).pgaac("CRE")
    plan.add(sheet())
    plan.add(sheet("A-2"))
    plan.finish("A-1", evidence="la liste", occurred_at=at(4))
    if not with_the_verdict:
        plan.judge("A-1", Effectiveness.NOT_EFFECTIVE, why="deux absences", occurred_at=at(5))
    before = plan.current
    if isinstance(follow_up, LineReference) and follow_up.scope in HIDDEN_FROM[within]:
        error = PlanNotFoundError

    def name() -> object:
        if with_the_verdict:
            return plan.judge(
                "A-1", Effectiveness.NOT_EFFECTIVE, why="deux absences", follow_up=follow_up, occurred_at=at(5)
            )
        return plan.follow_up("A-1", follow_up, occurred_at=at(5))

    if error is None:
        name()
        [named] = plan.current.action("A-1").follow_ups
        assert desk.pgaac(named.scope).current.get(named.action) is not None
    else:
        with pytest.raises(error):
            name()
        assert plan.current == before


# On 1 July at 20:30 UTC it is the 2nd at La Réunion, not yet in Paris; at 1:30 it is in Paris, not yet in Martinique.
@pytest.mark.parametrize(
    ("site", "hour", "day"), [("SDN", (1, 20), 2), ("CRE", (1, 20), 1), ("FDF", (2, 1), 1), ("CRE", (2, 1), 2)]
)
def test_a_site_plan_shows_dates_in_the_zone_of_the_site(site: str, hour: tuple[int, int], day: int) -> None:
    sites = Sites(
        [
            *(SITES[code] for code in SITES),
            Site(code="SDN", name="Saint-Denis", region="La Réunion", territory="reunion"),
        ]
    )
    desk = new_desk(now=datetime(2026, 7, *hour, 30, tzinfo=UTC), sites=sites)
    plan = desk.pgaac(site)
    plan.add(sheet(site=site))
    plan.abandon("A-1", reason="inutile")
    plan.reopen("A-1", reason="finalement utile")
    plan.publish()

    here, in_english = f"{day:02}/07/2026", f"2026-07-{day:02}"
    assert here in plain(plan.to_html())
    for number in (None, 1):
        report = desk.reports.plan(site, number)
        assert (report.as_of.isoformat(), report.zone) == (in_english, sites[site].calendar().zone)
        content = plain(report_bytes(report, "csv").decode())
        assert f";{here};" in content
        assert f"{here} finalement utile" in content


@pytest.mark.parametrize("scope", [PlanScope.region("Martinique"), NATION])
def test_regional_and_national_plans_show_dates_in_the_zone_of_paris(scope: PlanScope) -> None:
    desk = new_desk(now=datetime(2026, 7, 2, 1, 30, tzinfo=UTC))
    desk.pgaac(scope).publish()
    assert desk.reports.plan(scope, 1).as_of == date(2026, 7, 2)


def test_the_plan_of_a_removed_site_shows_dates_in_the_zone_of_paris() -> None:
    desk = new_desk(now=datetime(2026, 7, 2, 1, 30, tzinfo=UTC))
    desk.pgaac("FDF").publish()
    left = Desk(store_of(desk), sites=Sites([SITES["STR"]]), clock=clock_of(desk))
    assert left.reports.plan("FDF", 1).as_of == date(2026, 7, 2)


def test_new_dates_in_no_year_of_the_calendar_are_refused_and_stored_ones_stay(desk: Desk) -> None:
    plan, first = desk.pgaac("CRE"), date(1, 1, 2)
    add_as_stored(plan, sheet("B/1", planned=first, check_on=date.max))
    with pytest.raises(OutsideHorizonError):
        plan.add(sheet(planned=first))
    assert plan.amend("B/1", check_on=date(2099, 12, 31)).action("B/1").planned == first


def test_a_sheet_with_sealed_texts_of_another_plan_is_refused(desk: Desk) -> None:
    theirs, ours = desk.pgaac("STR"), desk.pgaac("CRE")
    theirs.add(sheet())
    ours.add(sheet())
    copied, own = theirs.current.action("A-1").sheet, ours.current.action("A-1").sheet
    with pytest.raises(TypeError, match="cause: a text is expected, got one that is sealed; give its words"):
        ours.add(attrs.evolve(copied, reference="A-2"))
    with pytest.raises(TypeError, match="cause: a text is expected, got one that is sealed"):
        ours.amend("A-1", what=copied.what, cause=copied.cause)
    ours.amend("A-1", owner="Mme Roux", what=own.what)
    assert len(ours.current.actions) == 1
    assert list(desk.verify()) == []


def test_an_action_is_added_after_a_concurrent_change_of_the_plan(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet())
    assert overtaken(desk, lambda: desk.pgaac("CRE").progress("A-1")).pgaac("CRE").add(sheet("A-2")).version == 3
    assert [action.reference for action in desk.pgaac("CRE").actions] == ["A-1", "A-2"]


@pytest.mark.parametrize("expected", [1, '"v1"'])
def test_an_action_is_not_added_to_another_version_than_the_expected_one(expected: int | str, desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet())
    late = overtaken(desk, lambda: desk.pgaac("CRE").progress("A-1"))
    with pytest.raises(VersionConflictError) as refused:
        late.pgaac("CRE").add(sheet("A-2"), expected_version=expected)
    assert (refused.value.expected, refused.value.found) == (1, 2)


def test_an_action_that_another_command_has_added_is_refused_as_such(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet())
    late = overtaken(desk, lambda: desk.pgaac("CRE").add(sheet("A-2")))
    with pytest.raises(PlanRefusedError):
        late.pgaac("CRE").add(sheet("A-2"))
