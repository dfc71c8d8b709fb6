"""The commands on a case that may be given now, and what stands against the others."""

import pytest

from reclamation_core.cases import CommandType, SupportKind
from reclamation_core.desk import Desk
from reclamation_core.policy import Policy, UnknownEditionError, parse_policy
from reclamation_core.ports import CaseNotFoundError
from reclamation_core.vocabulary import Role
from tests.inside import store_of
from tests.unit.desk import factories


def guards(desk: Desk, reference: str) -> dict[CommandType, list[str]]:
    return {one.command: [row.id for row in one.guards] for one in desk.available_commands(reference)}


def test_every_command_is_there_once(desk: Desk) -> None:
    found = desk.available_commands(factories.registered(desk).reference)
    assert sorted(one.command for one in found) == sorted(CommandType)


def test_the_role_of_the_desk_counts() -> None:
    desk = factories.new_desk(
        policy=parse_policy({"starts_from": "M2-1", "edition": "RQR", "roles": {"qualifying": ["rqr"]}})
    )
    case = factories.registered(desk)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="courriel")
    assert guards(desk, case.reference)[CommandType.QUALIFY] == []
    assert guards(desk.acting("M. Petit", Role.HANDLING_UNIT), case.reference)[CommandType.QUALIFY] == [
        "role-may-not-qualify"
    ]


def test_a_missing_case_and_a_missing_edition_are_errors() -> None:
    desk = factories.new_desk(policy=Policy(edition="an other"))
    case = factories.registered(desk)
    elsewhere = Desk(store_of(desk), sites=factories.SITES)  # the same store without the edition
    with pytest.raises(CaseNotFoundError):
        desk.available_commands("R-2026-999999")
    with pytest.raises(UnknownEditionError):
        elsewhere.available_commands(case.reference)


def test_a_refused_command_names_what_blocks_it(desk: Desk) -> None:
    case = factories.analysed(desk)
    desk.plan(case.reference, factories.sheet("A-1"))
    found = {one.command: one for one in desk.available_commands(case.reference)}
    [detail] = found[CommandType.PLAN_NOTHING].details
    assert detail.wording.fr.startswith("des actions du dossier sont encore ouvertes : A-1. Clôturez-les")
    assert found[CommandType.PLAN_NOTHING].to_document("fr")["guards"][0]["detail"] == detail.wording.fr
    assert found[CommandType.REOPEN].details[0].wording.fr == (
        "le dossier est ouvert (état : suites décidées) : il n'y a rien à rouvrir"
    )
