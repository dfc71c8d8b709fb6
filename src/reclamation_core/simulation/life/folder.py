"""One case being handled."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanScope
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.life.agenda import working_instant
from reclamation_core.simulation.life.bank import ThemePhrases, themes
from reclamation_core.simulation.life.message import Message
from reclamation_core.simulation.life.world import World
from reclamation_core.vocabulary import Level, Role


@attrs.define
class Folder:
    """A message and the case that it became.

    Args:
        world: what all cases share.
        message: the message.
        site: the site that registers it.
        draws: what is drawn for this case.
        reference: the reference of the case, once there is one.
    """

    world: World
    message: Message
    site: str
    draws: Draws
    reference: str = ""

    @property
    def case(self) -> Case:
        """The case as it is now."""
        return self.world.desk.cases.get(self.reference)

    @property
    def unit(self) -> str:
        """Who handles it."""
        return self.case.handling_unit

    @property
    def theme(self) -> ThemePhrases:
        """How what it is about is handled."""
        return themes()[self.message.theme]

    @property
    def is_disputed(self) -> bool:
        """Whether litigation keeps its texts from being forgotten."""
        suspensions = self.case.suspensions
        return bool(suspensions) and suspensions[-1].until is None

    @property
    def problem(self) -> str:
        """The problem, as the qualification says it again."""
        case = self.case
        said = case.qualification and case.read(case.qualification.problem)
        return said or self.theme.problem[0]

    @property
    def calendar(self) -> BusinessCalendar:
        """The working days of the site that registered it."""
        return self.world.sites[self.site].calendar()

    @property
    def scope(self) -> PlanScope:
        """Whose plan its actions go on: that of the level that handles it."""
        case = self.case
        if case.level is Level.NATIONAL:
            return PlanScope.nation()
        if case.level is Level.REGIONAL:
            return PlanScope.region(self.world.sites[case.handling_unit].region)
        return PlanScope.site(case.handling_unit)

    def desk(self, role: Role = Role.HANDLING_UNIT) -> Desk:
        """The desk of who holds a role in the unit that handles it."""
        return self.world.desk_of(self.unit if self.reference else self.site, role)

    def later(self, days: int) -> datetime:
        """An instant of office hours so many business days from now."""
        return working_instant(self.draws, self.calendar, self.world.now, days)

    def within(self, least: int, most: int) -> datetime:
        """An instant of office hours, between so many and so many business days from now."""
        return self.later(self.draws.whole(least, most))
