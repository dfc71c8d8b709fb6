"""Stories of commands that come to a state, or anywhere; the cases that they make."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import attrs
from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases import Admissibility, Answered, Case, CaseKind, CaseState
from reclamation_core.policy import Policy
from reclamation_core.testing.strategies.act import Act, acts
from reclamation_core.testing.strategies.around import Swept
from reclamation_core.testing.strategies.asked import edition_or_default, member
from reclamation_core.testing.strategies.day import instants
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts
from reclamation_core.testing.strategies.happening import beside, happenings
from reclamation_core.testing.strategies.story import Story
from reclamation_core.testing.strategies.text import texts
from reclamation_core.testing.strategies.way import Way, ways
from reclamation_core.vocabulary import Channel


def stories(
    *,
    state: CaseState | None = None,
    kind: CaseKind | None = None,
    policy: Policy | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
    most: int = 8,
) -> st.SearchStrategy[Story]:
    """Stories of commands, from the registration on.

    Args:
        state: the state that the case comes to; any by default, and then much of what is asked may be refused.
        kind: of complaints or of malfunctions alone; of both by default.
        policy: the edition that they are told under; `m2_1()` by default.
        received_at: when they were received.
        sites: the codes of the sites that register and handle them; CRE and MLN by default.
        words: what is said; `texts()` by default.
        most: how many acts there are at most beside those that lead to the state.

    Shrinks towards a complaint just registered; with a state, towards the straight way to it.

    Raises:
        InvalidArgument: a malfunction is never answered; or there is no such state, kind or edition.
    """
    state, kind = member("state", state, CaseState), member("kind", kind, CaseKind)
    if kind is CaseKind.MALFUNCTION and state is CaseState.ANSWERED:
        raise InvalidArgument("state: a malfunction is never answered; ask for another state, or for complaints")
    edition, said = edition_or_default(policy), texts() if words is None else words
    received = instants() if received_at is None else received_at
    places = st.sampled_from(("CRE", "MLN")) if sites is None else sites
    data = happenings(units=places, words=said) if state is None else beside(said, places)
    extra = st.lists(acts(data=data), max_size=most)
    drawn = _Drawn(policy=edition, received_at=received, sites=places, words=said, extra=extra)
    kinds = [of for of in CaseKind if kind in (None, of)]
    return st.one_of([_along(way, state, drawn) for of in kinds for way in ways(state, of)])


@attrs.frozen(kw_only=True)
class _Drawn:
    """What stories of all ways are drawn from."""

    policy: Policy
    received_at: st.SearchStrategy[datetime]
    sites: st.SearchStrategy[str]
    words: st.SearchStrategy[str]
    extra: st.SearchStrategy[list[Act]]


def _along(way: Way, state: CaseState | None, drawn: _Drawn) -> st.SearchStrategy[Story]:
    """The stories that go one way: to its end, where a state is asked for."""
    facts: st.SearchStrategy[Any]
    if way.standing is Admissibility.MALFUNCTION:
        facts = malfunction_facts(received_at=drawn.received_at)
    else:
        anywhere = (None, CaseState.REGISTERED)
        standing = None if state in anywhere and way.standing is Admissibility.IN_SCOPE else way.standing
        facts = complaint_facts(policy=drawn.policy, standing=standing, received_at=drawn.received_at)
        if state is None:
            facts |= facts.map(lambda known: attrs.evolve(known, channel=Channel.PHONE))
    return _told(way, facts, drawn, free=state is None)


@st.composite
def _told(draw: st.DrawFn, way: Way, facts: st.SearchStrategy[Any], drawn: _Drawn, *, free: bool) -> Story:
    known = draw(facts)
    maybe = st.none() | drawn.words
    complainant = draw(maybe)
    role = drawn.policy.roles.qualifying[0]
    steps = [Act(step, role) for step in way.steps(known, draw(drawn.words))] if way.happens else []
    if complainant is None and getattr(known, "channel", None) is Channel.SURVEY:
        steps = [_collective(act) for act in steps]
    if free:
        # As often as not the whole way: where it ends, most can be done that else would be refused.
        whole = len(steps)
        steps = steps[: draw(st.sampled_from([*range(whole), *[whole] * (whole + 1)]))]
    for act in draw(drawn.extra):
        steps.insert(draw(st.integers(0, len(steps))), act)
    if draw(st.booleans()):
        sweep = Act(Swept(), after=timedelta(days=draw(st.integers(1, 90))))
        steps.insert(draw(st.integers(0, len(steps))), sweep)
    site = draw(drawn.sites)
    return Story(facts=known, acts=steps, site=site, complainant=complainant, verbatim=draw(maybe))


def _collective(act: Act) -> Act:
    """Return the act, an answer as a collective one, which alone answers an anonymous note (I26)."""
    if not isinstance(act.data, Answered):
        return act
    return attrs.evolve(act, data=attrs.evolve(act.data, collective=True))


def cases(
    *,
    state: CaseState | None = None,
    kind: CaseKind | None = None,
    policy: Policy | None = None,
    received_at: st.SearchStrategy[datetime] | None = None,
    sites: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
    most: int = 8,
) -> st.SearchStrategy[Case]:
    """Cases that lived: what their guards refused never happened to them.

    Args:
        state: how far they have come; anywhere by default.
        kind: complaints or malfunctions alone; both by default.
        policy: the edition that they live under; `m2_1()` by default.
        received_at: when they were received.
        sites: the codes of the sites that register and handle them; CRE and MLN by default.
        words: what is said of them; `texts()` by default.
        most: how many acts there are at most beside those that lead to the state.

    Shrinks towards a complaint just registered; with a state, towards the straight way to it.

    >>> answered = cases(state=CaseState.ANSWERED)
    """
    told = stories(state=state, kind=kind, policy=policy, received_at=received_at, sites=sites, words=words, most=most)
    return told.map(lambda story: story.case(policy))
