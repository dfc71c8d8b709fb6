"""The overview of a case: its history with who and what changed, its actions, and names as a role may read them."""

from datetime import date

import pytest

from reclamation_core.desk import Desk
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Policy
from reclamation_core.ports import CaseNotFoundError, StoreDamagedError
from reclamation_core.vocabulary import Role
from tests.inside import desk_with, store_of
from tests.schemas import valid
from tests.unit.desk.factories import SITES, FakeClock, analysed, at, new_desk, registered, sheet
from tests.unit.desk.test_corrupt_plans import Damaged


def test_the_history_has_who_and_what_changed(desk: Desk) -> None:
    case = registered(desk, site="CRE").reference
    desk.acting("M. Petit", Role.AQ).acknowledge(case, occurred_at=at(3))
    desk.correct(case, reason="relecture", channel="phone", received_at=at(2))
    desk.correct_date(case, event=2, happened_at=at(4), reason="le cachet")
    desk.assign(case, to="m.klein")
    desk.reroute(case, handling_unit="STD", level="regional", reason="deux centres")
    entries = desk.overview(case).timeline()

    assert [(one.number, one.actor) for one in entries][:2] == [(1, "Mme Roux"), (2, "M. Petit")]
    changes = {one.number: [(each.name, each.before, each.after) for each in one.changes] for one in entries}
    assert changes == {
        1: [],
        2: [],
        3: [("received_at", "01/06/2026 09:00", "02/06/2026 09:00"), ("channel", "courriel", "téléphone")],
        4: [("occurred_at", "03/06/2026 11:00", "04/06/2026 11:00")],
        5: [("assigned_to", None, "m.klein")],
        6: [("handling_unit", "Créteil", "Stains"), ("level", "local", "régional"), ("assigned_to", "m.klein", None)],
    }
    assert {one.number: one.corrected_by for one in entries if one.corrected_by} == {1: (3,), 2: (4,)}
    assert [one.label for one in desk.overview(case).timeline("en")[3].changes] == ["date of event 2"]


def test_an_action_on_another_unit_s_plan_is_read_as_far_as_it_serves_the_case(desk: Desk) -> None:
    case = analysed(desk, site="CRE").reference
    of_region = sheet("A-1", planned=date(2026, 6, 20), check_on=None, what="prévoir un remplaçant")
    desk.plan(case, of_region, scope=PlanScope.region("Grand Est"))
    desk.plan(case, sheet("A-2"))
    first, second = desk.scoped(site="CRE").overview(case).actions
    assert (str(first.line), first.is_plan_seen, first.is_late) == ("region:Grand Est/A-1", False, True)
    assert (first.what, second.is_plan_seen, second.is_late) == ("prévoir un remplaçant", True, False)
    assert [one.status and one.status.value for one in (first, second)] == ["to_do", "to_do"]
    with pytest.raises(CaseNotFoundError):
        desk.scoped(site="STR").overview(case)


def test_actions_elsewhere_are_those_that_serve_a_case_of_one_s_own(desk: Desk) -> None:
    mine, other = analysed(desk, site="CRE").reference, analysed(desk, site="STR").reference
    region = PlanScope.region("Grand Est")
    for number, case in enumerate((mine, other, mine), start=1):
        desk.plan(case, sheet(f"A-{number}", check_on=None, planned=date(2026, 6, number)), scope=region)
    desk.plan(other, "A-3", scope=region)
    desk.plan(mine, sheet("B-1", planned=date(2026, 6, 2)))
    desk.plan(other, sheet("C-1", planned=date(2026, 6, 4)))

    found = desk.scoped(site="CRE").actions_elsewhere()

    assert [(str(one.line), one.cases, one.is_plan_seen) for one in found] == [
        ("region:Grand Est/A-1", (mine,), False), ("region:Grand Est/A-3", (mine,), False),
    ]  # fmt: skip
    of_case = desk.scoped(site="CRE").overview(mine).actions
    assert [str(one.line) for one in of_case] == ["region:Grand Est/A-1", "region:Grand Est/A-3", "site:CRE/B-1"]
    assert desk.actions_elsewhere() == ()
    assert desk.scoped(site="FDF").actions_elsewhere() == ()
    for site, expected in (
        ("CRE", [(3, 2, "A-1 B-1 A-3", {"CRE": 1}), (1, 0, "B-1", {"CRE": 1})]),
        ("STR", [(3, 2, "A-2 A-3 C-1", {"STR": 1}), (1, 0, "C-1", {"STR": 1})]),
        ("FDF", [(0, 0, "", {})] * 2),
    ):
        worklist = desk.scoped(site=site).worklist(as_of=date(2026, 7, 2))
        assert expected == [
            (one.count, one.elsewhere, " ".join(row.action for row in one.first), one.by_site)
            for one in worklist.actions
        ]
        assert [one["elsewhere"] for one in worklist.to_document()["actions"]] == [one[1] for one in expected]


@pytest.mark.parametrize("outside", ["region:Grand Est", "nation", "site:STD"])
def test_checks_on_other_plans_are_due_wherever_checks_are_listed(desk: Desk, outside: str) -> None:
    mine, other = analysed(desk, site="CRE").reference, analysed(desk, site="STR").reference
    scoped, plan, last = desk.scoped(site="CRE"), PlanScope.parse(outside), date(2026, 9, 30)
    desk.plan(mine, sheet("A-1", check_on=date(2026, 9, 2)))
    for number, case in enumerate((mine, other, mine), start=1):
        desk.plan(case, sheet(f"B-{number}", check_on=date(2026, 9, number)), scope=plan)

    def listed(desk: Desk) -> list[str]:
        calendars = (desk.reports.calendar(**more) for more in ({}, {"limit": 5}, {"ended_since": date(2026, 6, 1)}))
        [found] = {
            tuple(one.action for one in desk.agenda(last).checks),
            tuple(row.action for row in desk.worklist(as_of=last, action_kind="check").actions[0].first),
            *(tuple(one.subject.en.split()[0] for one in some.entries if one.kind == "check") for some in calendars),
        }
        return [*found]

    assert listed(scoped) == ["B-1", "A-1", "B-3"]
    assert [one.action for one in scoped.agenda(last, limit=2).checks] == ["B-1", "A-1"]
    tag = scoped.reports.calendar_tag()
    desk.pgaac(plan).amend("B-1", check_on=date(2026, 9, 5))
    before, tag = tag, scoped.reports.calendar_tag()
    assert (listed(scoped), tag == before) == (["A-1", "B-3", "B-1"], False)
    broken = desk_with(scoped, store=Damaged(store_of(desk), plan.key))
    assert (listed(broken), broken.agenda(last).damaged, broken.reports.calendar_tag() == tag) == (["A-1"], (), False)
    broken = desk_with(scoped, store=Damaged(store_of(desk), "site:CRE"))
    for more in ({}, {"limit": 5}, {"ended_since": date(2026, 6, 1)}):
        with pytest.raises(StoreDamagedError, match="site:CRE"):
            broken.reports.calendar(**more)


def test_a_corrupt_plan_outside_the_scope_leaves_the_state_of_its_actions_unknown(desk: Desk) -> None:
    case = analysed(desk, site="CRE").reference
    region = PlanScope.region("Grand Est")
    desk.plan(case, sheet("A-1", check_on=None), scope=region)
    broken = desk_with(desk.scoped(site="CRE"), store=Damaged(store_of(desk), region.key))
    [action] = broken.overview(case).actions
    assert (str(action.line), action.status, action.what) == ("region:Grand Est/A-1", None, None)
    assert (broken.worklist().damaged, broken.actions_elsewhere()) == ((), ())


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_the_overview_is_plain_data(lang: str, desk: Desk) -> None:
    case = analysed(desk).reference
    desk.plan(case, sheet())
    with pytest.raises(LookupError, match="without a command"):
        _ = desk.overview(case).form
    found = desk.overview(case, lang).to_document(lang, texts=True)  # type: ignore[arg-type]
    assert valid("view.case_overview", found)
    assert found["case"]["reference"] == case
    assert [one["command"] for one in found["next_steps"]] == [one.command.value for one in desk.next_steps(case)]
    assert len(found["commands"]) == len(desk.available_commands(case))
    assert found["explanation"] == desk.explain(case, lang).to_document()  # type: ignore[arg-type]
    assert found["actions"][0]["what"] is not None


def test_without_the_edition_of_a_case_its_data_are_shown() -> None:
    desk = new_desk(policy=Policy(edition="2027"))
    case = registered(desk).reference
    other = Desk(store_of(desk), sites=SITES, clock=FakeClock(at(1, month=7)), clock_limit=None)
    found = other.overview(case)
    assert (found.next_steps, found.commands, found.explanation) == ((), (), None)
    assert found.lack is not None
    assert [one.number for one in found.timeline()] == [1]
