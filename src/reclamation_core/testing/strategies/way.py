"""The ways that a case goes to a state."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from reclamation_core.cases import (
    ActionsPlanned,
    Admissibility,
    Analysed,
    Anonymised,
    AnswerDecision,
    Answered,
    CaseKind,
    CaseState,
    Closed,
    ClosingReason,
    Linked,
    LinkKind,
    Method,
    NoActionNeeded,
    Qualified,
    Reaction,
    ReactionRecorded,
    Reopened,
    SupportAdded,
    SupportKind,
    TextKind,
    Transcribed,
    Withdrawn,
)
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import PlanScope
from reclamation_core.testing.strategies.around import ActionsSettled
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    ClientScope,
    ComplaintFacts,
    MalfunctionFacts,
    Mobilisation,
    ServiceReach,
)


@attrs.frozen
class Way:
    """A way to a state.

    Args:
        standing: where the case stands that goes it.
        happens: what happens on it, by names that `steps` spells out.
    """

    standing: Admissibility
    happens: tuple[str, ...]

    def steps(self, facts: ComplaintFacts | MalfunctionFacts, words: str) -> list[Any]:
        """What is asked on it, of a case with these facts."""
        by_phone = getattr(facts, "channel", None) is Channel.PHONE
        heard = Transcribed(text=words, author=words)
        steps = {
            "support": heard if by_phone else SupportAdded(kind=SupportKind.EMAIL, title=words),
            "qualify": Qualified(problem=words, facts=judged(facts)),
            "analyse": Analysed(method=Method.FIVE_WHYS, causes=TRAINING_BODY.codes[:1]),
            "plan": ActionsPlanned(plan=PlanScope.nation(), actions=("A-1",)),
            "plan nothing": NoActionNeeded(reason=words),
            "settle": ActionsSettled(),
            "react": ReactionRecorded(reaction=Reaction.DISSATISFIED, words=words),
            "reopen": Reopened(reason=words),
            "forget": Anonymised(kinds=tuple(TextKind)),
            "answer": Answered(decision=AnswerDecision.FOUNDED, text=words),
            "withdraw": Withdrawn(words=words),
            "link": Linked(kind=LinkKind.DUPLICATE_OF, to="R-2026-000001"),
            "redirect": Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to=words),
            **{reason.value: Closed(reason=reason) for reason in ClosingReason},
        }
        return [steps[name] for name in self.happens]


def judged(facts: ComplaintFacts | MalfunctionFacts) -> ComplaintFacts | MalfunctionFacts:
    """Facts once a qualification has judged what is unknown of the risks and of the level, so that acting is possible.

    No domain is touched, nothing alike happened before, one centre handles it (I24).
    """
    unknown = {name: value for name, value in _JUDGED.items() if getattr(facts, name, None) is UNKNOWN}
    return attrs.evolve(facts, **unknown)


_JUDGED: Final[Mapping[str, Any]] = {
    **dict.fromkeys(SEVERITIES.values(), 0),
    "likelihood": 1,
    "recurrences": 0,
    "client_scope": ClientScope.LOCAL,
    "service_reach": ServiceReach.ONE_CENTRE,
    "mobilisation": Mobilisation.LOCAL,
}


_QUALIFIED: Final = ("support", "qualify")
_ANALYSED: Final = (*_QUALIFIED, "analyse")
_ACTED: Final = (*_ANALYSED, "plan")
_UNPLANNED: Final = (*_ANALYSED, "plan nothing")
_BEGUN: Final = {
    CaseState.REGISTERED: ((),),
    CaseState.QUALIFIED: (_QUALIFIED,),
    CaseState.ANALYSED: (_ANALYSED,),
    CaseState.PLANNED: (_UNPLANNED, _ACTED),
}
"""The ways to the states that complaints and malfunctions share."""
_ANSWERED: Final = tuple((*before, "answer") for before in (_UNPLANNED, _QUALIFIED, _ACTED))
_DUPLICATE: Final = ("link", "duplicate")
_CLOSED: Final[Mapping[CaseKind, tuple[tuple[str, ...], ...]]] = {
    CaseKind.COMPLAINT: (
        (*_UNPLANNED, "answer", "answered"),
        (*_ACTED, "answer", "settle", "answered"),
        ("withdraw", "withdrawn"),
        _DUPLICATE,
    ),
    CaseKind.MALFUNCTION: ((*_UNPLANNED, "treated"), (*_ACTED, "settle", "treated"), _DUPLICATE),
}
"""The ways to the closing of what may be a complaint, and of a malfunction."""
_ON: Final[Mapping[CaseKind, tuple[str, ...]]] = {
    CaseKind.COMPLAINT: (*_UNPLANNED, "answer", "react", "answered", "reopen", "answer", "answered", "forget"),
    CaseKind.MALFUNCTION: (*_UNPLANNED, "treated", "reopen", "treated", "forget"),
}
"""The way that goes on after the closing."""


def ways(state: CaseState | None, kind: CaseKind) -> tuple[Way, ...]:
    """The ways to a state, the straight one first; to no state in particular, those that go on to the end."""
    own = Admissibility.IN_SCOPE if kind is CaseKind.COMPLAINT else Admissibility.MALFUNCTION
    if state in _BEGUN:
        return tuple(Way(own, happens) for happens in _BEGUN[state])
    if state is CaseState.ANSWERED:
        # A malfunction is never answered.
        return tuple(Way(own, way) for way in _ANSWERED if kind is CaseKind.COMPLAINT)
    closed = tuple(Way(own, way) for way in _CLOSED[kind])
    if kind is CaseKind.COMPLAINT:
        closed = (*closed, Way(Admissibility.OUT_OF_SCOPE, ("redirect",)))
    return closed if state is CaseState.CLOSED else (*closed, Way(own, _ON[kind]))
