"""Roles by command: what they refuse, and what the library does by itself under any table."""

from datetime import UTC, date, datetime

import pytest

from reclamation_core.cases import CommandRefusedError
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanRefusedError, PlanScope
from reclamation_core.policy import Parameters, Policy, PolicyBook, RoleParameters, m2_1
from reclamation_core.policy.pages import catalogue
from reclamation_core.policy.policy_file import parse_policy
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from tests.inside import clock_of, store_of
from tests.unit.desk.factories import SITES, analysed, at, closed, in_year, judged, new_desk, registered, sheet

AQ = (Role.AQ,)


def reserving(*commands: CommandType | PlanCommandType, edition: str = "M2-1") -> Policy:
    on_plans = {command: AQ for command in commands if isinstance(command, PlanCommandType)}
    on_cases = {command: AQ for command in commands if isinstance(command, CommandType)}
    return Policy(
        edition=edition, parameters=Parameters(roles=RoleParameters(commands=on_cases, plan_commands=on_plans))
    )


def test_a_reserved_command_is_open_to_its_roles_alone() -> None:
    desk = new_desk(policy=reserving(CommandType.ACKNOWLEDGE))
    case = registered(desk)
    with pytest.raises(CommandRefusedError, match="reserves the command to other roles") as refused:
        desk.acknowledge(case.reference)
    assert [guard.id for guard in refused.value.guards] == ["role-not-allowed"]
    quality = desk.acting("M. Petit", Role.AQ)
    forms = [one.form("acknowledge", case.reference) for one in (desk, quality)]
    assert [[row.id for row in form.refusals] for form in forms] == [["role-not-allowed"], []]
    assert quality.acknowledge(case.reference).version == 2


def test_a_command_of_the_edition_of_the_case_needs_no_edition_to_be_reserved() -> None:
    desk = new_desk(policy=reserving(CommandType.SUSPEND_RETENTION))
    case = registered(desk)
    elsewhere = Desk(store_of(desk), sites=SITES, clock=clock_of(desk)).acting("Mme Roux", Role.RQR)
    with pytest.raises(CommandRefusedError):
        desk.suspend_retention(case.reference, reason="assignation")
    assert elsewhere.suspend_retention(case.reference, reason="assignation").version == 2


def test_the_library_erases_what_has_expired_whatever_is_reserved() -> None:
    desk = new_desk(policy=reserving(CommandType.ANONYMISE))
    closed(desk)
    later = in_year(desk, 2028)
    assert (
        len(
            Desk(
                store_of(desk), clock=clock_of(later), policy=reserving(CommandType.ANONYMISE), clock_limit=None
            ).forget_expired()
        )
        == 1
    )


def test_a_plan_follows_the_edition_in_force_today() -> None:
    book = PolicyBook(
        [
            Policy(edition="old", in_force_until=date(2026, 6, 15)),
            Policy(
                edition="new",
                in_force_from=date(2026, 6, 16),
                in_force_until=date(2026, 12, 31),
                parameters=reserving(PlanCommandType.ADD).parameters,
            ),
        ]
    )
    desk = new_desk(policy=book)
    case = analysed(desk, received_at=at(1))

    with pytest.raises(PlanRefusedError, match="reserves the command to other roles"):
        desk.plan(case.reference, sheet(level=None))

    assert desk.acting("M. Petit", Role.AQ).plan(case.reference, sheet(level=None)).actions
    clock_of(desk).set(datetime(2027, 2, 1, tzinfo=UTC))  # type: ignore[attr-defined]
    desk.pgaac("CRE").add(sheet("A-2", level=None))  # no edition is in force: nothing is reserved


def test_a_recurrence_reopens_an_action_whoever_may_reopen_one() -> None:
    desk = new_desk(policy=reserving(PlanCommandType.REOPEN))
    desk.plan(analysed(desk).reference, sheet(level=None))
    judged(desk.pgaac("CRE"))
    analysed(desk, received_at=at(20))
    assert desk.pgaac("CRE").actions[0].reopenings


def test_the_digest_of_an_edition_depends_on_the_commands_that_it_reserves() -> None:
    assert reserving(CommandType.ANSWER).digest != m2_1().digest
    assert reserving(CommandType.ANSWER).digest != reserving(PlanCommandType.ADD).digest


def test_reserved_commands_are_in_files_documents_pages_and_the_difference() -> None:
    roles = {"commands": {"answer": ["aq", "rqr"]}, "plan_commands": {"publish": ["aq"]}}
    policy = parse_policy({"edition": "2027", "starts_from": "M2-1", "roles": roles})
    changes = {change.path: (change.before, change.after) for change in m2_1().diff(policy).parameters}
    assert policy.roles.commands == {CommandType.ANSWER: (Role.RQR, Role.AQ)}
    assert Policy.from_json(policy.to_json()) == policy
    assert "**AQ** (propre à cette version) · `roles.plan_commands.publish`" in catalogue(policy)
    people = (Role.HANDLING_UNIT, Role.RQR, Role.AQ)
    assert changes == {
        "roles.commands.answer": (people, (Role.RQR, Role.AQ)),
        "roles.plan_commands.publish": (people, (Role.AQ,)),
    }
    assert m2_1().diff(policy)


@pytest.mark.parametrize(
    ("roles", "path"),
    [
        ({"answr": ["aq"]}, "roles.commands.answr"),
        ({"answer": []}, "roles.commands.answer"),
        ({"answer": ["aq", "aq"]}, "roles.commands.answer"),
        ({"answer": ["system"]}, "roles.commands.answer"),
        ({"qualify": ["aq"]}, "roles.commands.qualify"),
        (["answer"], "roles.commands"),
    ],
)
def test_a_table_of_roles_that_is_refused_is_named(roles: object, path: str) -> None:
    with pytest.raises(ValueError, match=path):
        parse_policy({"edition": "2027", "starts_from": "M2-1", "roles": {"commands": roles}})


@pytest.mark.parametrize("roles", [3, {"answer": AQ}, {CommandType.ANSWER: "aq"}])
def test_roles_given_in_python_are_checked_too(roles: object) -> None:
    with pytest.raises(ValueError, match="commands"):
        RoleParameters(commands=roles)


def test_commands_on_a_plan_and_its_signals_are_open_to_their_roles_alone() -> None:
    desk = new_desk(policy=reserving(PlanCommandType.ADD, PlanCommandType.DISMISS_SIGNAL))
    on_plan = {PlanCommandType.ADD, PlanCommandType.PUBLISH}
    on_signals = {PlanCommandType.ACKNOWLEDGE_SIGNAL, PlanCommandType.DISMISS_SIGNAL}
    for role, refused in ((Role.RQR, {PlanCommandType.ADD, PlanCommandType.DISMISS_SIGNAL}), (Role.AQ, set())):
        plan = desk.acting("M. Petit", role).pgaac(PlanScope.site("CRE"))
        available = plan.available_commands()
        assert plan.form("add").refusals == available[PlanCommandType.ADD]
        assert available.keys() == on_plan | on_signals
        assert {command for command, rows in available.items() if rows} == refused
        assert {row.id for rows in available.values() for row in rows} <= {"role-not-allowed"}
