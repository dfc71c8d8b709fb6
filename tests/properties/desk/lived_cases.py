"""Desks with cases and plans that were lived at random, for properties of what is read of them."""

from collections import Counter
from functools import cache
from random import Random

from reclamation_core.desk import Desk
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role
from tests.properties.desk.random_lives import Lives
from tests.unit.desk import factories
from tests.unit.desk.factories import at


@cache
def lived_desk(seed: int, lives: int = 12) -> Desk:
    """A desk in memory on which cases and plans were lived, under an edition that allows suspensions."""
    clock = FakeClock(at(1))
    desk = Desk.in_memory(policy=factories.SUSPENDING, sites=factories.SITES, clock=clock, clock_limit=None)
    desk = desk.acting("Mme Roux", Role.RQR)
    lived = Lives(desk, clock, Random(seed), Counter())  # noqa: S311
    for _ in range(lives):
        lived.live()
    for message in (factories.malfunction(clock.now()), factories.facts(clock.now(), client_scope=None)):
        desk.register(message, site="CRE", source=f"{seed}-{type(message).__name__}")
    return desk
