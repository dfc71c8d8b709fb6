"""The properties of desks: queries, plans, and the properties of cases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from hypothesis import strategies as st

from reclamation_core.cases import Case
from reclamation_core.cases.documents import read_vault, vault_document
from reclamation_core.cases.events import Alerted
from reclamation_core.desk import Alert, Desk, PlanService
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.plans import ActionStatus, Effectiveness, PlanRefusedError, PlanScope, plan_document, read_plan
from reclamation_core.ports import CaseNotFoundError, CaseQuery
from reclamation_core.testing.builders import an_action
from reclamation_core.testing.properties.base import (
    Counterexample,
    Drawn,
    Property,
    check_all,
    check_that,
    define_property,
    properties_of,
)
from reclamation_core.testing.properties.case import MakeDesk, Stage, all_events, command_sequence_on
from reclamation_core.testing.strategies.case import CommandSequence
from reclamation_core.testing.strategies.command import families_of

AlertRows: TypeAlias = list[tuple[Any, ...]]


def _swept(make_desk: MakeDesk) -> Drawn:
    """Return a command sequence, and two sweeps as hours from now, the earlier one first."""
    hours = st.integers(-24 * 60, 0) | st.integers(-24 * 60, 24 * 500)
    return command_sequence_on(make_desk, sweeps=st.lists(hours, min_size=2, max_size=2).map(sorted))


def _alerts(make_desk: MakeDesk, sequence: CommandSequence, sweeps: Iterable[int]) -> AlertRows:
    """Return the alerts of a case after sweeps; sweeps in the future are previews."""
    with make_desk() as desk:
        case = sequence.on(desk)
        previewed: tuple[Alert, ...] = ()
        for hours in sweeps:
            alerts = desk.sweep(_now(desk) + timedelta(hours=hours), preview=hours > 0)
            previewed = alerts if hours > 0 else ()
        recorded = desk.cases.get(case.reference).alerts
    return _what([*recorded, *(one.alert for one in previewed if one.reference == case.reference)])


def _now(desk: Desk) -> datetime:
    return desk._context.clock.now()  # noqa: SLF001  a desk does not publish its clock


def _what(alerts: Iterable[Alerted]) -> AlertRows:
    return sorted((one.clock.value, one.threshold.value, one.due.isoformat(), one.action or "") for one in alerts)


@define_property(
    "an-alert-is-raised-once",
    "M2-1 §5.0",
    "relancer la surveillance n'ajoute rien : chaque alerte est donnée une fois, et un aperçu n'en enregistre aucune",
    "sweeping again adds nothing: each alert is raised once, and a preview records none",
    drawn=_swept,
)
def raised_once(make_desk: MakeDesk, sequence: CommandSequence, sweeps: list[int]) -> Counterexample | None:
    with make_desk() as desk:
        case = sequence.on(desk)
        moment = _now(desk) + timedelta(hours=min(0, sweeps[0]))
        previewed = desk.sweep(moment, preview=True)
        unchanged = desk.cases.get(case.reference) == case
        swept = desk.sweep(moment)
        again = [one for one in desk.sweep(moment) if one.reference == case.reference]
        raised = _what(desk.cases.get(case.reference).alerts)
    if not unchanged or previewed != swept:
        return Counterexample(previewed, swept, {"unchanged by the preview": unchanged})
    if again:
        return Counterexample("()", again)
    return check_that(len(raised) == len(set(raised)), sorted(set(raised)), raised)


@define_property(
    "a-later-sweep-loses-no-alert",
    "M2-1 §5.0",
    "une surveillance plus tardive donne tout ce qu'une plus précoce aurait donné, et en avoir manqué ne perd rien",
    "a later sweep raises every alert that an earlier one would have raised: a missed sweep loses nothing",
    drawn=_swept,
)
def never_lost(make_desk: MakeDesk, sequence: CommandSequence, sweeps: list[int]) -> Counterexample | None:
    earlier, later, both = (_alerts(make_desk, sequence, runs) for runs in (sweeps[:1], sweeps[1:], sweeps))
    if not set(earlier) <= set(later):
        return Counterexample(f"⊇ {earlier}", later)
    return check_that(both == later, later, both)


@define_property(
    "the-feed-has-every-event-once-in-order",
    "M2-1 §6.1",
    "le fil a chaque événement d'un dossier une fois, dans l'ordre, à des positions croissantes",
    "the feed has every event of a case once, in order, at rising positions",
    drawn=command_sequence_on,
)
def the_feed(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        case = sequence.on(desk)
        items = list(all_events(desk, case.reference))
    positions = [item.position for item in items]
    if positions != sorted(set(positions)):
        return Counterexample(sorted(set(positions)), positions)
    expected, found = [event.number for event in case.events], [item.event.number for item in items]
    return check_that([item.event for item in items] == list(case.events), expected, found)


@define_property(
    "a-stored-case-is-found",
    "M2-1 §6.1",
    "un dossier se retrouve tel qu'il est, par sa référence, par son état et par son échéance, et compte pour un",
    "a case is found as it is, by its reference, by its state and by its due date, and counts for one",
    drawn=command_sequence_on,
)
def stored_is_found(make_desk: MakeDesk, sequence: CommandSequence) -> Counterexample | None:
    with make_desk() as desk:
        case = sequence.on(desk)
        levels = set() if case.level is None else {case.level}
        queries = [CaseQuery(), CaseQuery(states={case.state}), CaseQuery(levels=levels)]
        if case.awaited_on is not None:
            queries.append(CaseQuery(due_until=case.awaited_on))
        for query in queries:
            found = _all_found(desk, query)
            if found.count(case) != 1 or desk.cases.count(query) != len(found):
                return Counterexample(case.reference, [one.reference for one in found], {"query": query})
    return None


def _all_found(desk: Desk, query: CaseQuery) -> list[Case]:
    """Return the cases of every page."""
    found: list[Case] = []
    following: CaseQuery | None = query
    while following is not None:
        page = desk.cases.find(following)
        found += page.cases
        following = following.following(page)
    return found


def _two_places(make_desk: MakeDesk) -> Drawn:
    """Return facts, and two sites, or one if the desk has one."""
    stage = Stage.of(make_desk)
    two = st.lists(st.sampled_from(stage.sites), min_size=min(2, len(stage.sites)), max_size=2, unique=True)
    return {"facts": stage.facts, "sites": two.map(tuple)}


@define_property(
    "a-scope-is-not-left",
    "M2-1 §5.1",
    "un accès limité à un site voit les dossiers de ce site et aucun autre, à aucune porte",
    "a desk limited to a site sees the cases of that site alone, by every method",
    drawn=_two_places,
)
def scoped(make_desk: MakeDesk, facts: Any, sites: tuple[str, ...]) -> Counterexample | None:
    here, *others = sites
    with make_desk() as desk:
        own = desk.register(facts, site=here)
        foreign = [desk.register(facts, site=site) for site in others]
        narrow = desk.scoped(site=here)
        found = {case.reference for case in _all_found(narrow, CaseQuery())}
        fed = {item.event.case for item in all_events(narrow)}
        for case in foreign:
            if case.reference in found | fed or _is_there(narrow, case.reference):
                return Counterexample(f"∌ {case.reference}", sorted(found | fed))
    return check_that(own.reference in found & fed, f"∋ {own.reference}", sorted(found & fed))


def _is_there(desk: Desk, reference: str) -> bool:
    try:
        desk.cases.get(reference)
    except CaseNotFoundError:
        return False
    return True


Step: TypeAlias = tuple[str, str]
"""The name of a plan method, and an action."""

_OTHER: Final = {"A-1": "A-2", "A-2": "A-1"}
_DONE: Final[Mapping[str, Callable[[PlanService, str], Any]]] = {
    "progress": lambda plan, action: plan.progress(action),
    "finish": lambda plan, action: plan.finish(action, evidence="la liste signée"),
    "judge effective": lambda plan, action: plan.judge(action, Effectiveness.EFFECTIVE, why="rien depuis"),
    "judge not effective": lambda plan, action: plan.judge(action, Effectiveness.NOT_EFFECTIVE, why="deux absences"),
    "follow up": lambda plan, action: plan.follow_up(action, _OTHER[action]),
    "close": lambda plan, action: plan.close(action),
    "abandon": lambda plan, action: plan.abandon(action, reason="le contrat a pris fin"),
    "reopen": lambda plan, action: plan.reopen(action, reason="de nouveau"),
}
_TO_DO: Final = "to do"
_COURSE: Final[Mapping[str, Mapping[str, str]]] = {
    "to do": {"progress": "begun", "finish": "done", "abandon": "abandoned"},
    "begun": {"progress": "begun", "finish": "done", "abandon": "abandoned"},
    "done": {"judge effective": "effective", "judge not effective": "not effective", "reopen": "open again"},
    "effective": {"close": "closed", "reopen": "open again"},
    "not effective": {"follow up": "followed up", "reopen": "open again"},
    "followed up": {"follow up": "followed up", "close": "closed", "reopen": "open again"},
    "closed": {"reopen": "open again"},
    "abandoned": {"reopen": "open again"},
}
"""The next position of an action by its position and the method; other methods are refused.

After "open again" the position is "begun" if the action was ever begun, else "to do".
"""
_STATUS: Final[Mapping[str, ActionStatus]] = {
    "to do": ActionStatus.TO_DO,
    "begun": ActionStatus.IN_PROGRESS,
    "done": ActionStatus.DONE,
    "effective": ActionStatus.VERIFIED,
    "not effective": ActionStatus.VERIFIED,
    "followed up": ActionStatus.VERIFIED,
    "closed": ActionStatus.CLOSED,
    "abandoned": ActionStatus.ABANDONED,
}


_LEGS: Final[tuple[tuple[str, ...], ...]] = (
    *((step,) for step in _DONE),
    ("finish", "judge effective", "close"),
    ("finish", "judge not effective", "follow up", "close"),
)
"""Single methods, and usual courses, which single methods would seldom make."""


def _steps(make_desk: MakeDesk) -> Drawn:
    legs = st.lists(st.tuples(st.sampled_from(_LEGS), st.sampled_from(tuple(_OTHER))), max_size=15)
    steps = legs.map(lambda drawn: [(step, action) for leg, action in drawn for step in leg])
    return {"site": st.sampled_from(Stage.of(make_desk).sites), "steps": steps}


def _begun(desk: Desk, site: str) -> PlanService:
    """Return the plan of a site with two corrective actions to do."""
    plan = desk.pgaac(PlanScope.site(site))
    for reference in _OTHER:
        plan.add(an_action(reference=reference, site=site, cause_family=families_of(desk)[0], check_on=None))
    return plan


@define_property(
    "an-action-follows-its-course",
    "M2-1 §0.1, §4.1",
    "une action est réalisée, puis jugée, puis close ; non efficace, elle ne se clôt qu'avec une suite ; terminée, "
    "elle ne change que rouverte ; le reste est refusé et ne change rien",
    "an action is done, then judged, then closed; one that is not effective is closed with a follow-up only; one that "
    "has ended changes by being reopened only; every other command is refused and changes nothing",
    interpretation="I12",
    drawn=_steps,
)
def goes_its_course(make_desk: MakeDesk, site: str, steps: list[Step]) -> Counterexample | None:
    with make_desk() as desk:
        plan = _begun(desk, site)
        position, again = dict.fromkeys(_OTHER, _TO_DO), dict.fromkeys(_OTHER, _TO_DO)
        for number, (step, action) in enumerate(steps):
            allowed, before = _COURSE[position[action]], plan.current
            try:
                _DONE[step](plan, action)
            except PlanRefusedError as refusal:
                if step in allowed or plan.current != before:
                    return Counterexample(f"{step}: {allowed.get(step)}", refusal.in_("fr"), {"step": number})
                continue
            then = allowed.get(step, position[action])
            again[action] = then if then == "begun" else again[action]
            position[action] = again[action] if then == "open again" else then
            status = {each.reference: each.status for each in plan.actions}
            expected = {reference: _STATUS[where] for reference, where in position.items()}
            if step not in allowed or status != expected or plan.current.version != before.version + 1:
                return Counterexample(expected, status, {"step": number})
    return None


@define_property(
    "a-plan-reads-back-as-it-was-written",
    "M2-1 §6.3",
    "un plan est ce que racontent ses événements ; écrit en documents JSON, ses textes à part, il se relit égal",
    "a plan is the replay of its events; written as JSON documents, its texts apart, it reads back equal",
    drawn=_steps,
)
def written(make_desk: MakeDesk, site: str, steps: list[Step]) -> Counterexample | None:
    with make_desk() as desk:
        plan_service = _begun(desk, site)
        for step, action in steps:
            with suppress(PlanRefusedError):
                _DONE[step](plan_service, action)
        plan = plan_service.current
    document, texts = (parse_json(canonical_json(each)) for each in (plan_document(plan), vault_document(plan.vault)))
    again = read_plan(document, read_vault(texts))
    return check_that(again == plan, plan, again)


def desk_properties() -> tuple[Property[MakeDesk], ...]:
    """Return the properties of desks on any store, edition and sites; each can be checked alone.

    The subject is a function that returns a new desk each time; the desk is closed after use.

    >>> next(prop.id for prop in desk_properties() if prop.interpretation == "I17")
    'forgetting-keeps-the-events'
    """
    return properties_of("make_desk")


def check_desk_properties(make_desk: MakeDesk, *, exempt: Collection[str] = ()) -> None:
    """Check every property of desks: cases, alerts, the feed, queries.

    Args:
        make_desk: returns a new desk on a new, empty store; an edition is in force at the instant of its clock.
        exempt: the names of properties that do not hold on purpose.

    Raises:
        PropertiesFailedError: properties do not hold; an AssertionError with the clause and the witness of each.
        TypeError: `make_desk` is a desk, or does not return desks.
        ValueError: a new desk has cases already, or an exemption is unknown.

    >>> from reclamation_core import Desk
    >>> check_desk_properties(Desk.in_memory)
    """
    check_all(desk_properties(), make_desk, exempt)
