"""The ways that a case goes to a state."""

from __future__ import annotations

from typing import Any, Final

import attrs

from reclamation_core.cases import (
    ActionsPlanned,
    Analysed,
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
    Standing,
    SupportAdded,
    SupportKind,
    Transcribed,
    Withdrawn,
)
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.plans import PlanScope
from reclamation_core.vocabulary import Channel, ComplaintFacts, MalfunctionFacts


@attrs.frozen
class Way:
    """A way to a state.

    Args:
        standing: where the case stands that goes it.
        happens: what happens on it, by names that `steps` spells out.
    """

    standing: Standing
    happens: tuple[str, ...]

    def steps(self, facts: ComplaintFacts | MalfunctionFacts, words: str) -> list[Any]:
        """What is asked on it, of a case with these facts."""
        by_phone = getattr(facts, "channel", None) is Channel.PHONE
        heard = Transcribed(text=words, author=words)
        steps = {
            "support": heard if by_phone else SupportAdded(kind=SupportKind.EMAIL, title=words),
            "qualify": Qualified(problem=words),
            "analyse": Analysed(method=Method.FIVE_WHYS, causes=TRAINING_BODY.codes[:1]),
            "plan": ActionsPlanned(plan=PlanScope.nation(), actions=("A-1",)),
            "plan nothing": NoActionNeeded(reason=words),
            "answer": Answered(decision=AnswerDecision.FOUNDED, text=words),
            "withdraw": Withdrawn(words=words),
            "link": Linked(kind=LinkKind.DUPLICATE_OF, to="R-2026-000001"),
            "redirect": Closed(reason=ClosingReason.OUT_OF_SCOPE, redirected_to=words),
            **{reason.value: Closed(reason=reason) for reason in ClosingReason},
        }
        return [steps[name] for name in self.happens]


_QUALIFIED: Final = ("support", "qualify")
_ANALYSED: Final = (*_QUALIFIED, "analyse")
_UNPLANNED: Final = (*_ANALYSED, "plan nothing")
_BEGUN: Final = {
    CaseState.REGISTERED: ((),),
    CaseState.QUALIFIED: (_QUALIFIED,),
    CaseState.ANALYSED: (_ANALYSED,),
    CaseState.PLANNED: (_UNPLANNED, (*_ANALYSED, "plan")),
}
"""The ways to the states that complaints and malfunctions share."""


def ways(state: CaseState | None, kind: CaseKind) -> tuple[Way, ...]:
    """The ways to a state, the straight one first; to no state in particular, the one that goes through most."""
    own = Standing.IN_SCOPE if kind is CaseKind.COMPLAINT else Standing.MALFUNCTION
    if state in _BEGUN:
        return tuple(Way(own, happens) for happens in _BEGUN[state])
    if kind is CaseKind.MALFUNCTION and state is CaseState.ANSWERED:
        return ()  # it is never answered
    if kind is CaseKind.MALFUNCTION:
        return (Way(own, (*_UNPLANNED, "treated")), Way(own, ("link", "duplicate")))
    answered = (Way(own, (*_UNPLANNED, "answer")), Way(own, (*_QUALIFIED, "answer")))
    if state is CaseState.ANSWERED:
        return answered
    closed = Way(own, (*_UNPLANNED, "answer", "answered"))
    if state is None:
        return (closed,)
    others = (Way(own, ("withdraw", "withdrawn")), Way(own, ("link", "duplicate")))
    return (closed, *others, Way(Standing.OUT_OF_SCOPE, ("redirect",)))
