"""The reference of a new action is a short code; one that was stored when it was any line of text stays readable."""

import re
import string
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.plans import ActionSheet, LineReference, Pgaac, PlanScope
from reclamation_core.plans.events import ActionAdded
from reclamation_core.reporting import report_bytes
from reclamation_core.testing._plan_history import Signer, plan_after
from tests.unit.desk import factories

MARKUP = '</title><meta http-equiv="refresh" content="0;url=http://evil/">'
REFUSED = [MARKUP, "A/1", "A 1", "Á-1", "A_1", "=1", "-1", "٣", "A" * 41, "..", "A-1'"]
SIGNED = Signer(occurred_at=factories.at(2))


def document(reference: str) -> dict[str, Any]:
    return {"reference": reference, "type": "curative", "origin": "complaint", "site": "CRE", "what": "x", "owner": "y"}


@pytest.mark.parametrize("reference", REFUSED)
def test_each_command_that_creates_an_action_names_the_path(reference: str, desk: Desk) -> None:
    case = factories.analysed(desk).reference
    sheet, plan = factories.sheet(reference), desk.pgaac("CRE")
    for command, path in (
        (lambda: plan.add(sheet), "sheet.reference"),
        (lambda: plan.execute({"type": "add", "sheet": document(reference)}), "sheet.reference"),
        (lambda: desk.plan(case, factories.sheet("A-1"), sheet), "actions[1].reference"),
        (lambda: desk.execute(case, {"type": "plan", "actions": ["A-1", document(reference)]}), "actions[1].reference"),
        (lambda: plan_after(Pgaac(scope=PlanScope.site("CRE")), SIGNED(ActionAdded.of(sheet))), "sheet.reference"),
    ):
        with pytest.raises(FaultsError) as refused:
            command()
        assert [fault.path for fault in refused.value.faults] == [path]

    assert (plan.current.version, desk.cases.get(case).actions) == (0, ())


def test_the_fault_comes_with_the_others_of_the_document() -> None:
    with pytest.raises(FaultsError) as refused:
        factories.new_desk().pgaac("CRE").execute({"type": "add", "sheet": {**document("A/1"), "type": "x"}})
    assert {fault.path for fault in refused.value.faults} >= {"sheet.type"}


@given(st.text(max_size=45))
@example("A-12")
@example("2026-07-1")
@example("a" * 40)
@example("a" * 41)
@example("A-1\n")
def test_a_short_code_has_letters_digits_and_dashes(text: str) -> None:
    letters = set(string.ascii_letters + string.digits)
    is_code = 1 <= len(text) <= 40 and text[0] in letters and set(text) <= letters | {"-"}
    plan = Pgaac(scope=PlanScope.site("CRE"))
    try:
        sheet = ActionSheet(**document(text))
    except FaultsError:
        assert not is_code
        return
    if is_code:
        assert plan_after(plan, SIGNED(ActionAdded.of(sheet))).action(text).reference == text
    else:
        with pytest.raises(FaultsError, match=re.escape("sheet.reference")):
            plan_after(plan, SIGNED(ActionAdded.of(sheet)))


def test_an_action_with_another_reference_is_still_handled(desk: Desk) -> None:
    factories.add_as_stored(desk.pgaac("CRE"), factories.sheet(MARKUP))
    case = desk.plan(factories.analysed(desk).reference, MARKUP)
    plan = desk.pgaac("CRE")
    plan.amend(MARKUP, priority="high")
    plan.finish(MARKUP, evidence="bon")
    plan.judge(MARKUP, "not_effective", why="non")
    plan.add(factories.sheet("A-2"))
    plan.follow_up(MARKUP, "A-2")
    plan.publish()

    assert case.actions == (LineReference(PlanScope.site("CRE"), MARKUP),)
    assert plan.current.action(MARKUP).follow_ups == (LineReference(PlanScope.site("CRE"), "A-2"),)
    assert MARKUP in report_bytes(desk.reports.plan("CRE"), "csv").decode().replace('""', '"')
    assert list(desk.verify()) == []
