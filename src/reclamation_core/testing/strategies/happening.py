"""What may happen to a case, one thing at a time."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.cases import (
    CASE_EVENTS,
    Acknowledged,
    ActionsPlanned,
    Analysed,
    Anonymised,
    AnswerDecision,
    Answered,
    Closed,
    ClosingReason,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCompleted,
    FactsCorrected,
    Linked,
    LinkKind,
    Method,
    NoActionNeeded,
    Qualified,
    Reaction,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    Rerouted,
    RetentionResumed,
    RetentionSuspended,
    SupportAdded,
    SupportKind,
    TextKind,
    Transcribed,
    Withdrawn,
)
from reclamation_core.cases.causes import TRAINING_BODY
from reclamation_core.cases.texts import marked
from reclamation_core.plans import PlanScope
from reclamation_core.testing.strategies.day import instants
from reclamation_core.testing.strategies.fact import complaint_facts, malfunction_facts
from reclamation_core.testing.strategies.text import texts
from reclamation_core.vocabulary import Level


def corrections(
    *, facts: st.SearchStrategy[Any] | None = None, words: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[FactsCorrected]:
    """Corrections of all the facts of a case (rectifications).

    Args:
        facts: the facts as they are found to be; of a complaint or of a malfunction by default.
        words: what was wrong; `texts()` by default.

    Shrinks towards the facts of a complaint.
    """
    return happenings(of=FactsCorrected, facts=facts, words=words)


def happenings(
    *,
    of: type[Any] | None = None,
    facts: st.SearchStrategy[Any] | None = None,
    units: st.SearchStrategy[str] | None = None,
    words: st.SearchStrategy[str] | None = None,
) -> st.SearchStrategy[Any]:
    """What may happen to a case, once, as a command tells it; most of it is refused to most cases.

    Args:
        of: happenings of one class alone; of any by default.
        facts: the facts that corrections and complements tell; of a complaint or of a malfunction by default.
        units: who the case may be given to.
        words: what is said; `texts()` by default.

    Shrinks towards an acknowledgement.

    Raises:
        InvalidArgument: no command asks for happenings of that class.
    """
    said = texts() if words is None else words
    found = complaint_facts() | malfunction_facts() if facts is None else facts
    fields = _fields(said, found, st.just("MLN") if units is None else units)
    if of is None:
        return st.one_of([st.builds(cls, **given) for cls, given in fields.items()])
    if of not in fields:
        asked = ", ".join(cls.__name__ for cls in fields)
        raise InvalidArgument(f"of: no command asks for {of!r}; give one of {asked}")
    return st.builds(of, **fields[of])


def _fields(
    said: st.SearchStrategy[str], facts: st.SearchStrategy[Any], units: st.SearchStrategy[str]
) -> dict[type[Any], dict[str, st.SearchStrategy[Any]]]:
    """What each happening is drawn from, field by field."""
    maybe = st.none() | said
    numbers = st.integers(1, 9)
    asked: list[Any] = list(CASE_EVENTS.commands)
    return {
        **{cls: dict.fromkeys(marked(cls), said) for cls in asked},  # Hypothesis infers the other fields
        Acknowledged: {},
        SupportAdded: {"kind": st.sampled_from(SupportKind), "title": said},
        Transcribed: {"text": said, "author": said},
        ContainmentTaken: {"measure": said},
        ContainmentEffectRecorded: {"measure": numbers, "effective": st.booleans(), "effect": said},
        Qualified: {
            "problem": said,
            "requirement_reference": maybe,
            "conforming": st.none() | st.booleans(),
            "supported_by": maybe,
            "experts": st.lists(said, max_size=2),
        },
        Rerouted: {"level": st.sampled_from(Level), "handling_unit": units, "reason": maybe},
        Analysed: {
            "method": st.none() | st.sampled_from(Method),
            "causes": st.lists(st.sampled_from(TRAINING_BODY.codes[:3]), max_size=2),
            "report": maybe,
        },
        ActionsPlanned: {
            "plan": st.just(PlanScope.nation()),
            "actions": st.lists(st.sampled_from(["A-1", "A-2"]), min_size=1, unique=True),
        },
        NoActionNeeded: {"reason": said},
        Answered: {"decision": st.sampled_from(AnswerDecision), "text": said, "remedies": maybe},
        ReactionRecorded: {"reaction": st.sampled_from(Reaction), "words": maybe},
        ReferredToMediation: {"reason": maybe},
        Withdrawn: {"words": maybe},
        Closed: {"reason": st.sampled_from(ClosingReason), "redirected_to": maybe, "comment": maybe},
        Reopened: {"reason": said},
        Linked: {"kind": st.sampled_from(LinkKind), "to": st.just("R-2026-000001")},
        DeadlineSuspended: {"reason": said},
        DeadlineResumed: {"reason": maybe},
        RetentionSuspended: {"reason": maybe},
        RetentionResumed: {"reason": maybe},
        Anonymised: {"kinds": st.lists(st.sampled_from(TextKind), min_size=1, unique=True)},
        DateCorrected: {"event": numbers, "happened_at": instants(), "reason": said},
        FactsCorrected: {"facts": facts, "reason": said},
        FactsCompleted: {"facts": facts},
    }


_BESIDE: Final = (
    Acknowledged,
    SupportAdded,
    ContainmentTaken,
    ContainmentEffectRecorded,
    Rerouted,
    ReactionRecorded,
    ReferredToMediation,
    Linked,
    DeadlineSuspended,
    DeadlineResumed,
    RetentionSuspended,
    RetentionResumed,
    DateCorrected,
)


def beside(said: st.SearchStrategy[str], units: st.SearchStrategy[str]) -> st.SearchStrategy[Any]:
    """What may happen on the way to any state, and changes neither the state nor the way."""
    fields = _fields(said, st.nothing(), units)
    fields[Linked]["kind"] = st.just(LinkKind.SAME_CAUSE_AS)
    return st.one_of([st.builds(cls, **fields[cls]) for cls in _BESIDE])
