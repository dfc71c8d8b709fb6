"""Laws of a desk: alerts, the feed, what is found. Source: M2-1 §5.0, §5.1, §6.1."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from hypothesis import strategies as st

from reclamation_core.cases import Alerted, Case
from reclamation_core.desk import Alert, Desk
from reclamation_core.ports import CaseNotFoundError, CaseQuery
from reclamation_core.testing.laws.law import Breach, Drawn, law, unless
from reclamation_core.testing.laws.stage import MakeDesk, Stage, a_story, all_events
from reclamation_core.testing.strategies.case import Story

Told: TypeAlias = list[tuple[Any, ...]]


def _swept(make_desk: MakeDesk) -> Drawn:
    """A story, and two numbers of hours from now to a sweep, the first never after the second."""
    hours = st.integers(-24 * 60, 0) | st.integers(-24 * 60, 24 * 500)
    return a_story(make_desk, sweeps=st.lists(hours, min_size=2, max_size=2).map(sorted))


def _alerts(make_desk: MakeDesk, story: Story, sweeps: Iterable[int]) -> Told:
    """What the alerts of a story's case say after these sweeps, late or not: previews where the day is to come."""
    with make_desk() as desk:
        case = story.on(desk)
        previewed: tuple[Alert, ...] = ()
        for hours in sweeps:
            given = desk.sweep(_now(desk) + timedelta(hours=hours), preview=hours > 0)
            previewed = given if hours > 0 else ()
        recorded = desk.cases.get(case.reference).alerts
    return _what([*recorded, *(one.alert for one in previewed if one.reference == case.reference)])


def _now(desk: Desk) -> datetime:
    return desk._context.clock.now()  # noqa: SLF001  a desk does not tell its clock


def _what(alerts: Iterable[Alerted]) -> Told:
    return sorted((one.clock.value, one.threshold.value, one.due.isoformat(), one.action or "") for one in alerts)


@law(
    "a-sweep-tells-once",
    "M2-1 §5.0",
    "relancer la surveillance n'ajoute rien : chaque alerte est donnée une fois, et un aperçu n'en enregistre aucune",
    "sweeping again adds nothing: each alert is raised once, and a preview records none",
    drawn=_swept,
)
def told_once(make_desk: MakeDesk, story: Story, sweeps: list[int]) -> Breach | None:
    with make_desk() as desk:
        case = story.on(desk)
        moment = _now(desk) + timedelta(hours=min(0, sweeps[0]))
        previewed = desk.sweep(moment, preview=True)
        unchanged = desk.cases.get(case.reference) == case
        swept = desk.sweep(moment)
        again = [one for one in desk.sweep(moment) if one.reference == case.reference]
        told = _what(desk.cases.get(case.reference).alerts)
    if not unchanged or previewed != swept:
        return Breach(previewed, swept, {"unchanged by the preview": unchanged})
    if again:
        return Breach("()", again)
    return unless(len(told) == len(set(told)), sorted(set(told)), told)


@law(
    "a-later-sweep-tells-all-that-an-earlier-one-would",
    "M2-1 §5.0",
    "une surveillance plus tardive donne tout ce qu'une plus précoce aurait donné, et en avoir manqué ne perd rien",
    "a later sweep tells all that an earlier one would have, and one that was missed loses nothing",
    drawn=_swept,
)
def never_lost(make_desk: MakeDesk, story: Story, sweeps: list[int]) -> Breach | None:
    earlier, later, both = (_alerts(make_desk, story, runs) for runs in (sweeps[:1], sweeps[1:], sweeps))
    if not set(earlier) <= set(later):
        return Breach(f"⊇ {earlier}", later)
    return unless(both == later, later, both)


@law(
    "the-feed-has-every-event-once-in-order",
    "M2-1 §6.1",
    "le fil a chaque événement d'un dossier une fois, dans l'ordre, à des positions croissantes",
    "the feed has every event of a case once, in order, at rising positions",
    drawn=a_story,
)
def the_feed(make_desk: MakeDesk, story: Story) -> Breach | None:
    with make_desk() as desk:
        case = story.on(desk)
        items = list(all_events(desk, case.reference))
    positions = [item.position for item in items]
    if positions != sorted(set(positions)):
        return Breach(sorted(set(positions)), positions)
    expected, found = [event.number for event in case.events], [item.event.number for item in items]
    return unless([item.event for item in items] == list(case.events), expected, found)


@law(
    "what-is-kept-is-found",
    "M2-1 §6.1",
    "un dossier se retrouve tel qu'il est, par sa référence, par son état et par son échéance, et compte pour un",
    "a case is found as it is, by its reference, by its state and by its due date, and counts for one",
    drawn=a_story,
)
def what_is_kept(make_desk: MakeDesk, story: Story) -> Breach | None:
    with make_desk() as desk:
        case = story.on(desk)
        asked = [CaseQuery(), CaseQuery(states={case.state}), CaseQuery(levels={case.level})]
        if case.awaited_on is not None:
            asked.append(CaseQuery(due_until=case.awaited_on))
        for query in asked:
            found = _all_found(desk, query)
            if found.count(case) != 1 or desk.cases.count(query) != len(found):
                return Breach(case.reference, [one.reference for one in found], {"query": query})
    return None


def _all_found(desk: Desk, query: CaseQuery) -> list[Case]:
    """The cases of every page."""
    found: list[Case] = []
    following: CaseQuery | None = query
    while following is not None:
        page = desk.cases.find(following)
        found += page.cases
        following = following.following(page)
    return found


def _two_places(make_desk: MakeDesk) -> Drawn:
    """Facts, and two sites, or the only one that is known."""
    stage = Stage.of(make_desk)
    two = st.lists(st.sampled_from(stage.sites), min_size=min(2, len(stage.sites)), max_size=2, unique=True)
    return {"facts": stage.facts, "sites": two.map(tuple)}


@law(
    "a-scope-is-not-left",
    "M2-1 §5.1",
    "un bureau limité à un site voit les dossiers de ce site et aucun autre, à aucune porte",
    "a desk limited to a site sees the cases of that site and no other, by no door",
    drawn=_two_places,
)
def scoped(make_desk: MakeDesk, facts: Any, sites: tuple[str, ...]) -> Breach | None:
    here, *others = sites
    with make_desk() as desk:
        own = desk.register(facts, site=here)
        foreign = [desk.register(facts, site=site) for site in others]
        narrow = desk.scoped(site=here)
        seen = {case.reference for case in _all_found(narrow, CaseQuery())}
        told = {item.event.case for item in all_events(narrow)}
        for case in foreign:
            if case.reference in seen | told or _is_there(narrow, case.reference):
                return Breach(f"∌ {case.reference}", sorted(seen | told))
    return unless(own.reference in seen & told, f"∋ {own.reference}", sorted(seen & told))


def _is_there(desk: Desk, reference: str) -> bool:
    try:
        desk.cases.get(reference)
    except CaseNotFoundError:
        return False
    return True
