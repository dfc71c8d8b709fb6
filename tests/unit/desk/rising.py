"""A register in which more complaints arrive than usual."""

from datetime import UTC, datetime, timedelta

from reclamation_core import ComplaintFacts, Desk
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role, Site, Sites
from reclamation_core.vocabulary.commands import PlanCommandType

OTHERS = tuple(f"AU{number}" for number in range(8))
"""Sites of which each has a complaint a month, and each two in the last week."""
SITES = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="STD", name="Stains", region="Île-de-France"),
        *(Site(code=code, name=code, region=f"Région {code}") for code in OTHERS),
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


def receive(desk: Desk, week: int, count: int, site: str = "CRE", theme: str | None = "equipment") -> None:
    for number in range(count):
        received = MONDAY + timedelta(weeks=week, minutes=number)
        desk.register(ComplaintFacts(received_at=received, theme=theme), site=site)


def risen() -> tuple[Desk, FakeClock]:
    """Return a desk on the Monday after a week with eight complaints at CRE, where there was one in two weeks.

    In that week each of eight other sites had a complaint or two more than usual.
    """
    clock = FakeClock(MONDAY + timedelta(weeks=26))
    desk = Desk.in_memory(clock=clock, sites=SITES, policy=POLICY).acting("Mme Roux", Role.RQR)
    for week in range(25):
        receive(desk, week, week % 2)
    receive(desk, 25, 8)
    for number, site in enumerate(OTHERS):
        for week in range(number % 4, 25, 4):
            receive(desk, week, 1, site)
        receive(desk, 25, 2, site)
    return desk, clock
