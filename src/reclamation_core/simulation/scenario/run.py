"""Run the scenario: every message of a caseload handled on a desk until an instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Final

import attrs

from reclamation_core.adapters import InMemoryStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Case, CommandRefusedError, NewDocument, SupportKind
from reclamation_core.cases.events.handling import LETTERS
from reclamation_core.desk import Desk
from reclamation_core.policy import Policy
from reclamation_core.ports import CaseQuery, DocumentStore, Store
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.agenda import SimulatedClock, take, working_instant
from reclamation_core.simulation.caseload import Caseload
from reclamation_core.simulation.messages import generate_complaints, generate_malfunctions, generate_survey_results
from reclamation_core.simulation.scenario.cases import CaseCourse
from reclamation_core.simulation.scenario.plans import publications, sweeps
from reclamation_core.simulation.scenario.world import Message, World, messages_of, scenario_data
from reclamation_core.simulation.shipped_files import MALFUNCTION_SEED, SCENARIO_SEED, SEED, SURVEY_SEED, shipped
from reclamation_core.validators import MAX_INT
from reclamation_core.vocabulary import Channel, Complainant, ComplaintFacts, Sites

_MESSAGES: Final = 300
_DAYS: Final = timedelta(days=60)


@attrs.frozen(kw_only=True)
class ScenarioResult(SharedRepr):
    """The results of a scenario that the desk does not record.

    Args:
        messages: how many messages were registered.
        refusals: the commands that the desk refused, in the order of the scenario.
    """

    messages: int
    refusals: tuple[CommandRefusedError, ...]


def run_scenario(
    caseload: Caseload, desk: Desk, clock: SimulatedClock, sites: Sites, until: datetime, *, seed: int = SCENARIO_SEED
) -> ScenarioResult:
    """Handle a caseload on a desk, from the first message to an instant.

    Messages are registered, acknowledged, qualified, analysed, planned, answered and closed, some of them late; the
    steps and their chances are those of `data/scenario.toml`. Cases that are not finished at the end stay as they are.
    The same arguments give the same events, except for their salts.

    Args:
        caseload: the caseload.
        desk: a desk on an empty store, with these sites and this clock.
        clock: the clock of the desk, set before the first message; it is moved.
        sites: the sites of the agency.
        until: the end of the scenario; aware.
        seed: the seed of all draws; a whole number, 0 or more.

    Raises:
        ValueError: the desk has cases already.
    """
    if desk.cases.count():
        raise ValueError(f"desk: it has {desk.cases.count()} cases already; give one on an empty store")
    world = World(desk, sites, clock, seed, until)
    messages = list(messages_of(caseload, world.stream))
    for message in messages:
        _expect(world, message)
    calendar = BusinessCalendar.france()
    days = (calendar.day_of(message.facts.received_at) for message in messages)
    first = min(days, default=calendar.day_of(until))
    for course in (sweeps, publications):
        world.agenda.add(course(world, first), min(clock.now(), until))
    world.agenda.run(until)
    return ScenarioResult(messages=len(world.messages), refusals=tuple(world.refusals.values()))


def seed_register(
    store: Store,
    sites: Sites,
    until: datetime,
    *,
    number: int = _MESSAGES,
    policy: Policy | None = None,
    documents: DocumentStore | None = None,
) -> int:
    """Fill an empty store with invented cases and plans of the two months before an instant: a register to show.

    The scenario is run in memory and its cases and plans are saved whole, which takes seconds where a command at a
    time would take a minute.

    Args:
        store: the store.
        sites: the sites of the agency.
        until: the end of the scenario; aware. Some answers are overdue then, some due within days.
        number: how many messages; a fifth are results of the survey, a tenth malfunctions.
        policy: the edition of the cases, whose own facts their senders state; `m2_1()` by default. Without it commands
            on these cases are refused.
        documents: where the documents of some supports are stored; without it, supports have none.

    Returns:
        The number of cases.

    Raises:
        ValueError: the store has cases already.
        MissingExtraError: documents are given, and the extra `documents` is not installed.
    """
    desk = Desk(store, sites=sites, policy=policy, clock=SimulatedClock(until), documents=documents)
    if desk.cases.count():
        raise ValueError(f"store: it has {desk.cases.count()} cases already; give an empty one")
    last, survey, malfunctions = BusinessCalendar.france().day_of(until), number // 5, number // 10
    caseload = Caseload(
        complaints=tuple(generate_complaints(number - survey - malfunctions, SEED, sites=sites, until=last)),
        survey=tuple(generate_survey_results(survey, SURVEY_SEED, sites=sites, until=last)),
        malfunctions=tuple(generate_malfunctions(malfunctions, MALFUNCTION_SEED, sites=sites, until=last)),
    )
    clock = SimulatedClock(until - _DAYS)
    source = InMemoryStore()
    run_scenario(caseload, Desk(source, sites=sites, clock=clock, policy=policy), clock, sites, until)
    with source.unit_of_work() as unit, store.unit_of_work() as filled:
        cases = unit.cases.find(CaseQuery(limit=MAX_INT)).cases
        filled.cases.add(*cases)
        for key in unit.plans.scopes():
            filled.plans.add(unit.plans.get(key))
        filled.commit()
    for series, count in Counter(case.reference.rpartition("-")[0] for case in cases).items():
        store.sequences.next(series, count)
    _follow_up(World(desk, sites, clock, SCENARIO_SEED, until), cases, has_documents=documents is not None)
    return len(cases)


def _follow_up(world: World, cases: Sequence[Case], *, has_documents: bool) -> None:
    """Correct the name of a person who was answered, and add the agreement of training to the latest open cases."""
    named = [case for case in cases if case.complainant is not None and case.facts.get("channel") is not Channel.SURVEY]
    persons = (case for case in named if case.facts.get("complainant") is Complainant.TRAINEE)
    answered = (case for case in persons if case.answer_cycles[-1].answered_at is not None)
    for case in islice((case for case in answered if case.anonymised_at is None), 1):
        name, reason = f"{case.read(case.complainant)}-Roche", scenario_data().reasons["married_name"]
        world.desk_of(case.handling_unit).correct_complainant(case.reference, complainant=name, reason=reason)
    examined = [case for case in named if case.qualification is not None and case.awaited_on is not None]
    for case in examined[-8:] if has_documents else ():
        document = NewDocument(name="convention-de-formation.pdf", content=shipped().agreement.read_bytes())
        desk, title = world.desk_of(case.handling_unit), "convention de formation"
        desk.add_support(case.reference, kind=SupportKind.OTHER, title=title, documents=[document])


def _expect(world: World, message: Message) -> None:
    """Add the course of a message to the agenda; some letters are opened a day after they arrived."""
    draws, data, facts = world.stream(message.source), scenario_data(), message.facts
    site = message.invented.site or draws.one_of(tuple(world.sites))
    by_letter = isinstance(facts, ComplaintFacts) and facts.channel in LETTERS
    opened = working_instant(
        draws, world.sites[site].calendar(), facts.received_at, draws.whole(0, 1) if by_letter else 0
    )
    outlook = "founded" if message.subject is None else draws.weighted(data.outlooks)
    kind = "malfunction" if message.subject is None else "complaint"
    course = take(data.courses[kind], CaseCourse(world, message, site, draws, outlook))
    world.agenda.add(course, opened)
