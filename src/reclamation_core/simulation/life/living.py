"""Living a caseload: everything that reaches the agency, day after day, handled on a desk."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import CommandRefusedError
from reclamation_core.desk import Desk
from reclamation_core.simulation.caseload import Caseload
from reclamation_core.simulation.demonstration import STORY_SEED
from reclamation_core.simulation.life.agenda import SimulatedClock, working_instant
from reclamation_core.simulation.life.course import course_of
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.simulation.life.message import Message, messages_of
from reclamation_core.simulation.life.publishing import editions, reviews, sweeps
from reclamation_core.simulation.life.world import World
from reclamation_core.vocabulary import Channel, ComplaintFacts, Sites

_LETTERS = frozenset({Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER})


@attrs.frozen(kw_only=True)
class Lived:
    """What the desk itself does not keep of the story.

    Args:
        messages: how many messages were registered.
        refusals: what the desk refused when it was asked for what it was to refuse, in the order of the story.
    """

    messages: int
    refusals: tuple[CommandRefusedError, ...]


def live(
    caseload: Caseload, desk: Desk, clock: SimulatedClock, sites: Sites, until: datetime, *, seed: int = STORY_SEED
) -> Lived:
    """Live a caseload on a desk, from the first message to an instant.

    Everything is registered, acknowledged, contained, qualified, analysed, planned, answered and closed as people would
    do it, some of it late, some of it in vain; what is not over at the end is left as it stands. The same arguments
    give the same story, but for the salts.

    Args:
        caseload: what reaches the agency.
        desk: an empty one, of any store, that knows these sites and goes by this clock.
        clock: the clock of the desk, standing before the first message; it is moved.
        sites: the sites of the agency.
        until: the end of the story; aware.
        seed: what people do is drawn from it; a whole number, 0 or more.

    Raises:
        ValueError: there is something on the desk already.
    """
    if desk.cases.count():
        raise ValueError(f"desk: it has {desk.cases.count()} cases already; give one on an empty store")
    world = World(desk, sites, clock, seed, until)
    messages = list(messages_of(caseload, world.stream))
    for message in messages:
        _expect(world, message)
    calendar = BusinessCalendar.france()
    first = min((calendar.day_of(message.received_at) for message in messages), default=calendar.day_of(until))
    for course in (sweeps, reviews, editions):
        world.agenda.begin(course(world, first), min(clock.now(), until))
    world.agenda.run(until)
    return Lived(messages=len(world.messages), refusals=tuple(world.refusals.values()))


def _expect(world: World, message: Message) -> None:
    """Let a message be registered when somebody opens it: some letters a day after they arrived."""
    draws = world.stream(message.source)
    site = message.site or draws.one_of(tuple(world.sites))
    facts = message.facts
    by_letter = isinstance(facts, ComplaintFacts) and facts.channel in _LETTERS
    days = draws.whole(0, 1) if by_letter else 0
    opened = working_instant(draws, world.sites[site].calendar(), message.received_at, days)
    world.agenda.begin(course_of(Folder(world, message, site, draws)), opened)
