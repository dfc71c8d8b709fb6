"""A command on a case or a plan of another version than the one that its caller has seen is refused."""

import inspect
from typing import Any

import pytest

from reclamation_core.desk import AsyncDesk, AsyncPlanService, Desk, PlanService, etag, read_etag
from reclamation_core.errors import ErrorKind, FaultsError
from reclamation_core.ports import VersionConflictError
from tests.unit.desk import factories
from tests.unit.desk.test_arguments import OF_DESK, OF_PLAN, verbs


def commands(of: type[object]) -> list[str]:
    """Return the names of the commands on something that exists: they date what happened."""
    found = {name for name, verb in verbs(of).items() if "occurred_at" in inspect.signature(verb).parameters}
    return sorted(found - {"register", "register_survey_result"})


@pytest.fixture
def desk() -> Desk:
    """A desk with a case that is planned for."""
    desk = factories.new_desk()
    desk.plan(factories.analysed(desk).reference, factories.sheet("A-1"))
    return desk


@pytest.mark.parametrize("verb", commands(Desk))
def test_every_command_on_a_case_refuses_another_version(desk: Desk, verb: str) -> None:
    case = desk.cases.get("R-2026-000001")
    arguments = dict(OF_DESK[verb])
    placed = [arguments.pop("reference"), *([arguments.pop("actions")] if "actions" in arguments else [])]
    with pytest.raises(VersionConflictError) as refused:
        getattr(desk, verb)(*placed, **arguments, expected_version=case.version - 1)
    assert (refused.value.expected, refused.value.found) == (case.version - 1, case.version)
    assert desk.cases.get(case.reference) == case


@pytest.mark.parametrize("verb", commands(PlanService))
def test_every_command_on_a_plan_refuses_another_version(desk: Desk, verb: str) -> None:
    plan = desk.pgaac("CRE").current
    with pytest.raises(VersionConflictError) as refused:
        getattr(desk.pgaac("CRE"), verb)(**OF_PLAN[verb], expected_version=plan.version + 1)
    assert (refused.value.expected, refused.value.found) == (plan.version + 1, plan.version)
    assert desk.pgaac("CRE").current == plan


@pytest.mark.parametrize(("asynchronous", "of"), [(AsyncDesk, Desk), (AsyncPlanService, PlanService)])
def test_every_asynchronous_command_takes_the_expected_version(asynchronous: type[object], of: type[object]) -> None:
    for verb in commands(of):
        assert "expected_version" in inspect.signature(getattr(asynchronous, verb)).parameters


def test_a_new_plan_has_version_0() -> None:
    plan = factories.new_desk().pgaac("CRE")
    plan.add(factories.sheet("A-1"), expected_version=etag(plan.current))
    with pytest.raises(VersionConflictError):
        plan.add(factories.sheet("A-2"), expected_version=0)
    assert [action.reference for action in plan.actions] == ["A-1"]


def test_the_conflict_has_both_versions_in_its_document(desk: Desk) -> None:
    with pytest.raises(VersionConflictError) as refused:
        desk.acknowledge("R-2026-000001", expected_version=1)
    document = refused.value.to_document("en")
    assert (refused.value.kind, document["status"]) == (ErrorKind.CONFLICT, 409)
    assert (document["expected_version"], document["current_version"]) == (1, desk.cases.get("R-2026-000001").version)
    assert document["faults"][0]["path"] == "expected_version"


@pytest.mark.parametrize("tag", ["7", "v7", '"7"', '"v7", "v8"', '"v-1"', "", "W/v7", '"v٧"'])
def test_a_text_that_is_not_one_entity_tag_is_refused(desk: Desk, tag: str) -> None:
    with pytest.raises(FaultsError, match=r"^expected_version: "):
        desk.acknowledge("R-2026-000001", expected_version=tag)


@pytest.mark.parametrize("version", [-1, True, 1.0, 10**19])
def test_a_number_that_is_not_a_version_is_refused(version: Any) -> None:
    with pytest.raises(FaultsError, match=r"^expected_version: "):
        read_etag(version)


def test_any_version_matches_the_star(desk: Desk) -> None:
    assert desk.acknowledge("R-2026-000001", expected_version="*").acknowledged_at is not None
