"""What all cases of an invented life share: the desk, the people, the time, what is known of the cases so far."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zlib import crc32

import attrs

from reclamation_core.cases import CommandRefusedError
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import Pgaac, PlanScope
from reclamation_core.ports import normalize_text
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.life.agenda import Agenda, SimulatedClock
from reclamation_core.simulation.life.message import Message
from reclamation_core.simulation.people import person_name
from reclamation_core.vocabulary import Role, Sites


@attrs.define
class World:
    """What all cases share.

    Args:
        desk: where things are done.
        sites: the sites of the agency.
        clock: the clock of the desk.
        seed: what everything is drawn from.
        until: the instant at which the story ends.
        agenda: what goes on.
        messages: the messages registered so far, by the reference of their case.
        refusals: what the desk refused when it was asked on purpose.
    """

    desk: Desk
    sites: Sites
    clock: SimulatedClock
    seed: int
    until: datetime
    agenda: Agenda = attrs.field(init=False)
    messages: dict[str, Message] = attrs.field(factory=dict, init=False)
    refusals: dict[str, CommandRefusedError] = attrs.field(factory=dict, init=False)

    def __attrs_post_init__(self) -> None:
        self.agenda = Agenda(self.clock)

    @property
    def now(self) -> datetime:
        """The present instant of the story."""
        return self.clock.now()

    def stream(self, name: str) -> Draws:
        """The draws that go by a name: what one case draws is nothing to the others."""
        return Draws(crc32(f"{self.seed}/{name}".encode()))

    def person(self, site: str, role: Role) -> str:
        """Who holds a role at a site; nobody there holds two."""
        draws, staff = self.stream(f"staff/{site}"), dict[str, Role]()
        for held in Role:
            while (name := person_name(draws)) in staff:
                pass
            staff[name] = held
        return next(name for name, held in staff.items() if held is role)

    def desk_of(self, site: str, role: Role = Role.HANDLING_UNIT) -> Desk:
        """The desk of who holds a role at a site."""
        return self.desk.acting(self.person(site, role), role)

    def plan(self, scope: PlanScope, site: str, role: Role = Role.HANDLING_UNIT) -> PlanService:
        """A plan, somebody of a site acting on it."""
        return self.desk_of(site, role).pgaac(scope)

    @property
    def scopes(self) -> tuple[PlanScope, ...]:
        """Whose plans there can be: sites, then regions, then the nation."""
        regions = sorted({self.sites[code].region for code in self.sites})
        return (*map(PlanScope.site, self.sites), *map(PlanScope.region, regions), PlanScope.nation())

    @property
    def plans(self) -> tuple[Pgaac, ...]:
        """The plans as they stand."""
        return tuple(self.desk.pgaac(scope).current for scope in self.scopes)

    def next_reference(self, scope: PlanScope, already: int = 0) -> str:
        """The next number of a plan, after so many that are given already: METZ-004, GRAND-EST-001, NATIONAL-002."""
        code = "national" if scope.code is None else normalize_text(scope.code)
        name = "".join(letter if letter.isalnum() else "-" for letter in code).upper()
        return f"{name}-{len(self.desk.pgaac(scope).actions) + already + 1:03d}"

    def try_in_vain(self, name: str, act: Callable[[], object]) -> None:
        """Ask once in the story for what the desk is to refuse, and keep what it says."""
        if name in self.refusals:
            return
        try:
            act()
        except CommandRefusedError as refused:
            self.refusals[name] = refused
