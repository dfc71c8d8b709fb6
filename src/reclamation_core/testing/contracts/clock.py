"""The contract of `Clock`, for a clock of one's own."""

from __future__ import annotations

from datetime import datetime

from reclamation_core.desk import Desk
from reclamation_core.ports import Clock
from reclamation_core.testing.contracts.making import SITES, facts
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import promise
from reclamation_core.vocabulary import Role


class ClockContract(PortContract):
    """What a clock promises; its subclass gives the fixture `clock`."""

    port = "Clock"

    @promise("l'instant donné connaît son fuseau")
    def test_the_instant_told_is_aware(self, clock: Clock) -> None:
        told = clock.now()

        assert isinstance(told, datetime)
        assert told.utcoffset() is not None

    @promise("un dossier s'enregistre à l'heure qu'elle donne")
    def test_a_case_is_recorded_at_the_time_that_it_tells(self, clock: Clock) -> None:
        before = clock.now()
        desk = Desk.in_memory(sites=SITES, clock=clock).acting("Mme Roux", Role.RQR)

        case = desk.register(facts(before), site="CRE")

        assert before <= case.events[0].recorded_at <= clock.now()
