from datetime import date, datetime
from typing import Any

import attrs
import pytest

from reclamation_core import plans
from reclamation_core.cases.aggregate import CommandContext
from reclamation_core.cases.texts import Commitment, TextKind, marked
from reclamation_core.errors import FaultsError
from reclamation_core.plans.action import Abandonment
from reclamation_core.plans.events import ActionAbandoned, ActionProgressed, ActionReopened
from reclamation_core.testing._plan_history import plan_after
from reclamation_core.vocabulary import Level, Role
from tests.unit.plans.making import PLANS, at, closed, sheet, signed, to_do

NAME, TEXT, STORABLE = "; a name", "; a text that is not blank is expected", "; a text without a NUL"


@pytest.mark.parametrize(
    ("field", "value", "error", "told"),
    [
        ("reference", " A-1", ValueError, f"' A-1'{NAME}"),
        ("reference", "A\n1", ValueError, f"'A\\\\n1'{NAME}"),
        ("origin", plans.ActionType.CURATIVE, TypeError, "a member of ActionOrigin is expected"),
        ("level", "galactic", ValueError, "'galactic'; one of these codes is expected: local"),
        ("cases", ("C-1", ""), ValueError, f"''{NAME}"),
        ("spread", ("STD", 3), TypeError, "a text is expected, got 3"),
        ("origin_reference", " ", ValueError, f"' '{NAME}"),
        ("cause_family", " x", ValueError, f"' x'{NAME}"),
        ("requirement", "\n", ValueError, f".*{TEXT}"),
        ("what", "a\0b", ValueError, f".*{STORABLE}"),
        ("what", "\ud800", ValueError, f".*{STORABLE}"),
        ("owner", " ", ValueError, f".*{TEXT}"),
        ("planned", datetime(2026, 6, 1, tzinfo=at(1).tzinfo), TypeError, r".*of a datetime, give its date\(\)"),
        ("check_on", at(1), TypeError, "a date is expected"),
        ("check_on", date(2026, 5, 31), ValueError, "2026-05-31; a date on or after that of the action, 1 June 2026"),
    ],
)
def test_a_sheet_refuses_a_wrong_field(field: str, value: Any, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=f"{field}: {told}"):
        sheet(**{field: value})


@pytest.mark.parametrize("place", [{"site": None}, {"level": Level.REGIONAL}])
def test_an_action_is_done_at_a_site_or_at_a_level_and_not_at_both(place: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"level: .*; the site where the action is done, or the level, is expected"):
        sheet(**place)


def test_a_sheet_takes_a_level_any_day_of_check_each_case_once_and_a_commitment() -> None:
    assert sheet(site=None, level=Level.REGIONAL).level is Level.REGIONAL
    assert sheet(planned=None, check_on=date(2020, 1, 1)).check_on == date(2020, 1, 1)
    assert sheet(cases=["C-2", "C-1", "C-2"]).cases == ("C-2", "C-1")
    assert sheet(what=Commitment("0" * 64)).what == Commitment("0" * 64)


def test_the_texts_of_a_sheet_are_marked_and_the_owner_is_not_shown() -> None:
    free = {"cause", "finding", "requirement", "what", "resources", "criterion"}
    assert marked(plans.ActionSheet) == dict.fromkeys(free, TextKind.FREE) | {"owner": TextKind.PERSONAL}
    assert "Petit" not in repr(sheet())


@pytest.mark.parametrize(
    ("cause", "family", "cited"),
    [("panne", "matériel", True), (None, "matériel", False), ("panne", None, False), (None, None, False)],
)
def test_a_cause_is_cited_by_its_family_and_in_words(cause: str | None, family: str | None, cited: bool) -> None:
    assert sheet(cause=cause, cause_family=family).cites_cause is cited


def test_an_action_is_settled_once_judged_and_closed_or_abandoned_for_a_reason() -> None:
    settled = {state for state, plan in PLANS.items() if plan().action("A-1").settled_at is not None}
    assert settled == {"closed", "abandoned"}
    action = to_do().action("A-1")
    assert attrs.evolve(action, closed=at(2)).settled_at is None
    assert attrs.evolve(action, abandonment=Abandonment(at=at(2), reason=None)).settled_at is None


def test_the_sheet_of_an_action_changes_only_by_amendment() -> None:
    plan = to_do()
    after = plan_after(
        plan, signed(2)(ActionProgressed(action="A-1")), signed(3)(ActionAbandoned(action="A-1", reason="fin"))
    )
    assert after.action("A-1").sheet == plan.events[0].data.sheet  # type: ignore[attr-defined]
    assert plan.read(after.action("A-1").sheet.what) == "remplacer les postes"


def test_an_action_has_the_dates_of_occurrence() -> None:
    action = closed().action("A-1")
    assert (action.added, action.started, action.done, action.closed) == (at(1), at(2), at(3), at(5))
    assert action.judgement is not None
    assert (action.judgement.at, action.effectiveness) == (at(4), plans.Effectiveness.EFFECTIVE)
    assert action.latest == at(5)
    assert to_do().action("A-1").latest is None
    assert to_do().action("A-1").effectiveness is None


def test_reopening_clears_the_status_and_records_the_reason() -> None:
    plan = plan_after(closed(), signed(9)(ActionReopened(action="A-1", reason="encore une panne")))
    action = plan.action("A-1")
    assert (action.started, action.done, action.evidence, action.judgement, action.closed) == (at(2), *[None] * 4)
    (reopening,) = action.reopenings
    assert (reopening.at, plan.read(reopening.reason), reopening.recurrence) == (at(9), "encore une panne", None)
    assert [type(event.data).__name__ for event in plan.events].count("ActionClosed") == 1


def test_an_abandoned_action_that_never_began_is_to_do_again() -> None:
    plan = plan_after(
        to_do(),
        signed(2)(ActionAbandoned(action="A-1", reason="fin")),
        signed(3)(ActionReopened(action="A-1", reason="reprise")),
    )
    assert plan.action("A-1").status.value == "to_do"
    assert plan.action("A-1").abandonment is None


def test_progress_entered_late_moves_the_start_back() -> None:
    plan = plan_after(
        to_do(),
        signed(5)(ActionProgressed(action="A-1")),
        signed(3)(ActionProgressed(action="A-1")),
        signed(7)(ActionProgressed(action="A-1", note="à mi-chemin")),
    )
    assert plan.action("A-1").started == at(3)


PROGRESS = ActionProgressed(action="A-1")


@pytest.mark.parametrize(
    ("changes", "error", "told"),
    [
        ({"actor": ""}, ValueError, "actor: .*; a text that is not blank"),
        ({"actor": Commitment("0" * 64)}, TypeError, "actor: a text is expected, got a Commitment"),
        ({"role": "rqr"}, TypeError, "role: a member of Role is expected"),
        ({"occurred_at": datetime(2026, 5, 1)}, ValueError, "occurred_at: .* has no time zone"),  # noqa: DTZ001
        ({"occurred_at": date(2026, 5, 1)}, TypeError, "occurred_at: a datetime is expected"),
    ],
)
def test_a_command_refuses_a_wrong_field(changes: dict[str, Any], error: type[Exception], told: str) -> None:
    given: dict[str, Any] = {"data": PROGRESS, "actor": "Mme Roux", "role": Role.RQR, "occurred_at": at(2)}
    with pytest.raises(error, match=told):
        plans.PgaacCommand(**(given | changes))


def test_an_event_is_not_recorded_before_it_happened() -> None:
    command = plans.PgaacCommand(data=PROGRESS, actor="Mme Roux", role=Role.RQR, occurred_at=at(2))
    with pytest.raises(ValueError, match=r"recorded_at: .* is before occurred_at, .*; what is to come is planned"):
        plans.handle_command(to_do(), command, CommandContext(now=at(1)))


def test_a_command_does_not_show_who_gives_it() -> None:
    assert "Roux" not in repr(plans.PgaacCommand(data=PROGRESS, actor="Mme Roux", role=Role.RQR, occurred_at=at(2)))


def test_an_event_refuses_an_unstorable_text() -> None:
    with pytest.raises(ValueError, match="note: "):
        ActionProgressed(action="A-1", note="a\0b")


@pytest.mark.parametrize(
    ("kind", "code", "told"),
    [
        (plans.ScopeKind.NATION, "FR", "code: 'FR'; no code is expected for the nation"),
        (plans.ScopeKind.SITE, "", "code: ''; a name"),
        (plans.ScopeKind.REGION, None, "code: a text is expected, got None"),
        ("site", "", "code: ''; a name"),
        ("ville", "CRE", "kind: 'ville'; one of these codes is expected: site, region, nation"),
    ],
)
def test_a_scope_refuses_a_code_that_does_not_go_with_its_kind(kind: Any, code: Any, told: str) -> None:
    with pytest.raises((TypeError, ValueError), match=told):
        plans.PlanScope(kind, code)


def test_a_scope_reads_in_both_languages() -> None:
    region = plans.PlanScope.region("Grand Est")
    assert (region.label(), region.label("en"), region.key) == ("région Grand Est", "region Grand Est", str(region))
    assert (plans.PlanScope.nation().label("en"), str(plans.PlanScope.nation())) == ("nation", "nation")


@pytest.mark.parametrize("key", ["site:CRE", "region:a:b", "nation"])
def test_a_scope_is_found_again_by_its_key(key: str) -> None:
    assert plans.PlanScope.parse(key).key == key


@pytest.mark.parametrize("key", ["", "city:CRE", "CRE", "site", "site:", "nation:FR", "Site:CRE", "nation:"])
def test_a_key_that_is_no_scopes_is_refused(key: str) -> None:
    with pytest.raises(FaultsError, match=r"scope: .*; site:CODE, region:NAME or nation is expected|code: "):
        plans.PlanScope.parse(key)


def test_priorities_have_an_order() -> None:
    assert max(plans.Priority) is plans.Priority.HIGH


def test_the_document_of_an_action_has_its_texts_only_with_those_of_its_plan() -> None:
    plan = to_do(what="fixer les postes")
    (action,) = plan.actions
    assert (action.to_document()["reference"], action.to_document()["what"]) == ("A-1", None)
    assert action.to_document(plan.vault)["what"] == "fixer les postes"
