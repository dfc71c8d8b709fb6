"""The course of a case, from the message to the end."""

from __future__ import annotations

from collections.abc import Sequence

from reclamation_core.cases import AnswerDecision, CaseState, ClosingReason, LinkKind
from reclamation_core.simulation.kinds import Kind
from reclamation_core.simulation.life.acting import close_where_settled
from reclamation_core.simulation.life.agenda import Course
from reclamation_core.simulation.life.analysing import alike, analysed, linked, misunderstood, overdue
from reclamation_core.simulation.life.answering import aftermath, answered, day_to_answer, forgotten, withdrawn
from reclamation_core.simulation.life.arriving import clarified, is_out_of_scope, received, redirected, registered
from reclamation_core.simulation.life.bank import CausePhrases
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.simulation.life.judging import qualified, rerouted
from reclamation_core.simulation.life.planning import plan_nothing, planned
from reclamation_core.vocabulary import Complexity

_DUPLICATE, _ABOUT_HANDLING, _MISATTRIBUTED = 0.14, 0.15, 0.1


def course_of(folder: Folder) -> Course[None]:
    """The course of a complaint, a survey result or a malfunction."""
    if folder.message.subject is None:
        yield from _malfunction(folder)
    else:
        yield from _complaint(folder)


def _malfunction(folder: Folder) -> Course[None]:
    registered(folder)
    yield from received(folder)
    yield folder.within(1, 3)
    qualified(folder)
    rerouted(folder)
    yield folder.within(1, 4)
    causes = analysed(folder)
    yield folder.within(0, 2)
    planned(folder, causes)
    yield folder.within(1, 3)
    close_where_settled(folder.world, folder.reference)


def _complaint(folder: Folder) -> Course[None]:
    registered(folder)
    if is_out_of_scope(folder):
        yield from redirected(folder)
        yield from forgotten(folder)
        return
    yield from received(folder)
    if not (yield from clarified(folder)) or (yield from withdrawn(folder)) or (yield from _repeated(folder)):
        return
    yield folder.within(1, 2)
    qualified(folder)
    rerouted(folder)
    yield from _handled(folder)


def _repeated(folder: Folder) -> Course[bool]:
    """Close the case where it says again what an open one says; gives whether it does."""
    if folder.message.subject is None or folder.message.subject.kind is not Kind.GRIEVANCE:
        return False
    other = alike(folder)
    if other is not None and other.state is not CaseState.CLOSED and folder.draws.chance(_DUPLICATE):
        folder.desk().link(folder.reference, kind=LinkKind.DUPLICATE_OF, to=other.reference)
        yield folder.later(0)
        folder.desk().close(folder.reference, reason=ClosingReason.DUPLICATE)
        return True
    neglected = overdue(folder)
    if neglected is not None and folder.draws.chance(_ABOUT_HANDLING):
        folder.desk().link(folder.reference, kind=LinkKind.ABOUT_HANDLING_OF, to=neglected.reference)
    return False


def _handled(folder: Folder) -> Course[None]:
    """From the qualification on: causes, actions, answer, and what comes after."""
    ready = day_to_answer(folder)
    decision, causes = AnswerDecision.FOUNDED, list[CausePhrases]()
    case = folder.case
    conforming = case.qualification is not None and case.qualification.conforming
    if conforming:
        decision = AnswerDecision.UNFOUNDED
        yield folder.within(0, 1)
        if case.verdict.complexity is Complexity.COMPLEX:
            misunderstood(folder)
        plan_nothing(folder, "nothing_unfounded")
    elif case.verdict.complexity is not Complexity.COMPLEX and folder.draws.chance(_MISATTRIBUTED):
        decision = AnswerDecision.MISATTRIBUTED
        yield folder.within(0, 1)
        plan_nothing(folder, "nothing_elsewhere")
    else:
        causes = list((yield from _explained(folder)))
        if case.qualification is not None and case.qualification.conforming is None:
            decision = AnswerDecision.PARTLY_FOUNDED
    yield max(ready, folder.later(0))
    answered(folder, decision, causes)
    yield from aftermath(folder)


def _explained(folder: Folder) -> Course[Sequence[CausePhrases]]:
    yield folder.within(1, 3)
    causes = analysed(folder)
    linked(folder)
    yield folder.within(0, 2)
    planned(folder, causes)
    return causes
