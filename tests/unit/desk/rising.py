"""A register in which more complaints arrive than usual."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role, Site, Sites
from reclamation_core.vocabulary.commands import PlanCommandType

SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
    )
)
CRE, NATION = PlanScope.site("CRE"), PlanScope.nation()
POLICY = Policy(
    edition="M2-1",
    parameters=Parameters(
        roles=RoleParameters(
            plan_commands={PlanCommandType.DISMISS_SIGNAL: (Role.RQR,)}, reads_names=(Role.RQR, Role.AQ)
        )
    ),
)
MONDAY = datetime(2025, 12, 1, 9, tzinfo=UTC)


def receive(desk: Desk, week: int, count: int) -> None:
    for number in range(count):
        received = MONDAY + timedelta(weeks=week, minutes=number)
        desk.register(ComplaintFacts(received_at=received, theme="equipment"), site="CRE")


def risen() -> tuple[Desk, FakeClock]:
    """Return a desk on the Monday after a week with eight complaints, where there was one in two weeks."""
    clock = FakeClock(MONDAY + timedelta(weeks=26))
    desk = Desk.in_memory(clock=clock, sites=SITES, policy=POLICY).acting("Mme Roux", Role.RQR)
    for week in range(25):
        receive(desk, week, week % 2)
    receive(desk, 25, 8)
    return desk, clock
