"""Random lives: acts drawn at random, those that the guards refuse left out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import attrs
from hypothesis import strategies as st

from reclamation_core.cases import (
    Acknowledged,
    ActionsPlanned,
    Analysed,
    Anonymised,
    AnswerDecision,
    Answered,
    Case,
    Closed,
    ClosingReason,
    CommandRefusedError,
    ContainmentEffectRecorded,
    ContainmentTaken,
    DateCorrected,
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
    Transcribed,
    Withdrawn,
)
from reclamation_core.vocabulary import Level, Role
from tests.unit.cases.core.life import after, opened
from tests.unit.policy.cases import RECEIVED, complaint, malfunction

MARK = "Zéphyrine Quatrebarbes"
"""A name that no code holds: where it shows, a text shows."""

_texts = st.sampled_from([MARK, f"d'après {MARK}, rien ne marchait"])
_maybe = st.none() | _texts
_moments = st.integers(0, 30).map(lambda hours: RECEIVED + timedelta(hours=hours))
_facts: dict[str, st.SearchStrategy[Any]] = {
    "received_at": st.integers(0, 40).map(lambda days: RECEIVED - timedelta(days=days)),
    "service_reach": st.sampled_from(["one_centre", "several_centres", "several_regions", None]),
    "mobilisation": st.sampled_from(["local", "regional", "national", None]),
    "severity_safety": st.sampled_from([0, 1, 3, 4, None]),
    "likelihood": st.sampled_from([1, 4, None]),
}
_of_complaints: dict[str, st.SearchStrategy[Any]] = {
    "channel": st.sampled_from(["email", "phone", "survey", None]),
    "formal": st.sampled_from([True, False, None]),
    "nature": st.sampled_from(["grievance", "general_opinion", None]),
    "requirement": st.sampled_from(["contractual", "none", None]),
    "satisfaction": st.sampled_from([None, 3, 8]),
}
complaints = st.fixed_dictionaries({}, optional={**_facts, **_of_complaints}).map(lambda facts: complaint(**facts))
"""Facts of complaints around the one of the README; shrinks towards it."""
malfunctions = st.fixed_dictionaries({}, optional=_facts).map(lambda facts: malfunction(**facts))
"""Facts of malfunctions; shrinks towards one of which nothing is known."""


def corrections() -> st.SearchStrategy[Any]:
    return st.builds(FactsCorrected, facts=complaints | malfunctions, reason=_texts)


ACTS: st.SearchStrategy[Any] = st.one_of(
    st.just(Acknowledged()),
    st.builds(SupportAdded, kind=st.sampled_from(SupportKind), title=_texts),
    st.builds(Transcribed, text=_texts, author=_texts),
    st.builds(ContainmentTaken, measure=_texts),
    st.builds(ContainmentEffectRecorded, measure=st.integers(1, 6), effective=st.booleans(), effect=_texts),
    st.builds(Qualified, problem=_texts, supported_by=_maybe,
              experts=st.lists(_texts, max_size=2), requirement_reference=_maybe),
    st.builds(Rerouted, level=st.sampled_from(Level), handling_unit=st.just("MLN"), reason=_maybe),
    st.builds(Analysed, method=st.none() | st.sampled_from(Method), causes=st.lists(st.just("matériel"), max_size=2),
              report=_maybe),
    st.builds(ActionsPlanned, actions=st.lists(st.sampled_from(["A-1", "A-2"]), min_size=1)),
    st.builds(NoActionNeeded, reason=_texts),
    st.builds(Answered, decision=st.sampled_from(AnswerDecision), text=_texts, remedies=_maybe),
    st.builds(ReactionRecorded, reaction=st.sampled_from(Reaction), words=_maybe),
    st.builds(ReferredToMediation, reason=_maybe),
    st.builds(Withdrawn, words=_maybe),
    st.builds(Closed, reason=st.sampled_from(ClosingReason), redirected_to=_texts,
              told_at=st.just(RECEIVED), comment=_maybe),
    st.builds(Reopened, reason=_texts),
    st.builds(Linked, kind=st.sampled_from(LinkKind), to=st.just("R-2026-000001")),
    st.builds(RetentionSuspended, reason=_maybe),
    st.builds(RetentionResumed, reason=_maybe),
    st.builds(Anonymised),
    st.builds(DateCorrected, event=st.integers(1, 9), happened_at=_moments, reason=_texts),
    corrections(),
)  # fmt: skip
"""What may be done to a case, once; most of it is refused to most cases."""

_BEGINNING = (
    SupportAdded(kind=SupportKind.EMAIL, title=MARK),
    Qualified(problem=MARK),
    Analysed(method=Method.FIVE_WHYS, causes=("matériel",)),
    NoActionNeeded(reason=MARK),
    Answered(decision=AnswerDecision.FOUNDED, text=MARK),
    Closed(reason=ClosingReason.ANSWERED),
)


def lived(case: Case, acts: Sequence[Any], hours: int = 5) -> Case:
    """The case after those of the acts that are allowed, some hours apart."""
    for act in acts:
        at = case.events[-1].recorded_at + timedelta(hours=hours)
        try:
            case = after(case, act, role=Role.RQR, at=at, salted=True)
        except (CommandRefusedError, TypeError):  # facts of the other kind are no act of this case
            continue
    return case


@st.composite
def lives(draw: st.DrawFn, *, complaint_only: bool = False) -> Case:
    """Cases at any point of any life; shrinks towards a complaint just registered."""
    facts = draw(complaints if complaint_only else complaints | malfunctions)
    case = opened(
        facts, complainant=MARK, verbatim=MARK, by=MARK, occurred_at=RECEIVED + timedelta(hours=1), salted=True
    )
    beginning = _BEGINNING[: draw(st.integers(0, len(_BEGINNING)))]
    return lived(case, [*beginning, *draw(st.lists(ACTS, max_size=12))], hours=draw(st.sampled_from([1, 30, 200])))


def bare(case: Case) -> dict[str, Any]:
    """Everything that a case is but its history: its events, its texts and the digests of its texts."""
    return attrs.asdict(case, recurse=False, filter=lambda field, _: field.name not in {"events", "vault"})
