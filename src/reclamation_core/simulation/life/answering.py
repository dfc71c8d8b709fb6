"""Answering, and what comes after: the reaction, the mediation, the closing, a reopening, forgetting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Final

from reclamation_core.cases import AnswerDecision, Answered, CaseState, ClosingReason, Reaction
from reclamation_core.simulation.life.acting import close_where_settled
from reclamation_core.simulation.life.agenda import Course
from reclamation_core.simulation.life.bank import CausePhrases, life_phrases
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.vocabulary import Role

_LATE, _REACTED, _MEDIATED, _FORGOTTEN, _WITHDRAWN = 0.13, 0.65, 0.45, 0.06, 0.04
_LITIGATED, _GIVEN_UP, _MISDATED = 0.6, 0.5, 0.08
_PLEASED: Final = {Reaction.SATISFIED: 0.6, Reaction.PARTLY_SATISFIED: 0.25, Reaction.DISSATISFIED: 0.15}
_DENIED: Final = {Reaction.SATISFIED: 0.25, Reaction.PARTLY_SATISFIED: 0.25, Reaction.DISSATISFIED: 0.5}


def day_to_answer(folder: Folder) -> datetime:
    """When the answer is ready: on the fourth to ninth business day mostly, later sometimes, never in the past."""
    draws, calendar = folder.draws, folder.calendar
    late = draws.chance(_LATE)
    day = calendar.add(calendar.day_of(folder.case.received_at), draws.whole(11, 14) if late else draws.whole(4, 9))
    ready = datetime.combine(day, time(draws.whole(9, 16), draws.whole(0, 59)), tzinfo=calendar.zone)
    return ready if ready > folder.world.now else folder.later(0)


def answered(folder: Folder, decision: AnswerDecision, causes: Sequence[CausePhrases], words: str = "") -> None:
    """Answer in substance; who wrote without a name is answered by a collective action."""
    problem, theme = folder.problem, folder.theme
    root = causes[0].root if causes else problem
    text = life_phrases().answers[words or decision].format(problem=problem, root=root, remedy=theme.remedy)
    founded = decision in (AnswerDecision.FOUNDED, AnswerDecision.PARTLY_FOUNDED)
    folder.desk(Role.RQR if words else Role.HANDLING_UNIT).answer(
        folder.reference,
        decision=decision,
        text=text,
        remedies=theme.remedy if founded else None,
        recourse=True,
        collective=folder.message.name is None,
    )


def aftermath(folder: Folder) -> Course[None]:
    """What comes after the answer, until the case is closed or the actions are awaited."""
    if len(folder.case.actions) > 0:
        folder.world.try_in_vain("close", lambda: folder.desk().close(folder.reference, reason=ClosingReason.ANSWERED))
    dissatisfied = False
    if folder.message.name is not None and folder.draws.chance(_REACTED):
        yield folder.within(1, 4)
        dissatisfied = _reacted(folder) is Reaction.DISSATISFIED
    mediated = dissatisfied and folder.draws.chance(_MEDIATED)
    if mediated:
        yield folder.within(1, 3)
        folder.desk().refer_to_mediation(folder.reference, reason=life_phrases().reasons["mediation"])
        yield from _disputed(folder)
    yield folder.within(1, 4)
    close_where_settled(folder.world, folder.reference)
    if dissatisfied and not mediated and folder.case.state is CaseState.CLOSED:
        yield from _reopened(folder)
    yield from forgotten(folder)
    _misdated(folder)


def _reacted(folder: Folder) -> Reaction:
    answer = folder.case.answer_cycles[-1].answer
    is_denied = answer is not None and answer.decision is AnswerDecision.UNFOUNDED
    reaction = folder.draws.weighted(_DENIED if is_denied else _PLEASED)
    words = folder.draws.one_of(life_phrases().reactions[reaction])
    folder.desk().record_reaction(folder.reference, reaction=reaction, words=words)
    return reaction


def _disputed(folder: Folder) -> Course[None]:
    """Some announce that they go to court, and nothing is forgotten meanwhile; some of these give it up."""
    if folder.draws.chance(_LITIGATED):
        desk, reasons = folder.desk(Role.RQR), life_phrases().reasons
        desk.suspend_retention(folder.reference, reason=reasons["litigation"])
        if folder.draws.chance(_GIVEN_UP):
            yield folder.within(2, 4)
            desk.resume_retention(folder.reference, reason=reasons["litigation_over"])


def _reopened(folder: Folder) -> Course[None]:
    """Open the case again, answer again within the new time, close again."""
    yield folder.within(1, 2)
    folder.desk(Role.RQR).reopen(folder.reference, reason=life_phrases().reasons["reopening"])
    yield folder.within(2, 6)
    answered(folder, AnswerDecision.PARTLY_FOUNDED, (), "again")
    yield folder.within(1, 2)
    close_where_settled(folder.world, folder.reference)


def forgotten(folder: Folder) -> Course[None]:
    """A few ask that what names them be erased; it is, once the case is closed."""
    if folder.message.name is not None and folder.draws.chance(_FORGOTTEN):
        yield folder.within(1, 3)
        if folder.case.state is CaseState.CLOSED and not folder.is_disputed:
            folder.desk().anonymise(folder.reference)


def _misdated(folder: Folder) -> None:
    """Some answers had left on the working day before they were written down, which is found out in the end."""
    case = folder.case
    answers = [event for event in case.events if isinstance(event.data, Answered)]
    if case.anonymised_at is not None or not folder.draws.chance(_MISDATED):
        return
    written = answers[-1]
    calendar, day = folder.calendar, folder.calendar.day_of(written.occurred_at)
    left = written.occurred_at - timedelta(days=(day - calendar.previous(day)).days)
    if all(event.occurred_at < left for event in case.events[: written.number - 1]):
        reason = life_phrases().reasons["misdated"]
        folder.desk().correct_date(folder.reference, written.number, happened_at=left, reason=reason)


def withdrawn(folder: Folder) -> Course[bool]:
    """Some take the complaint back before anything is found; gives whether this one did."""
    if folder.message.name is None or not folder.draws.chance(_WITHDRAWN):
        return False
    yield folder.within(1, 2)
    folder.desk().withdraw(folder.reference, words=folder.draws.one_of(life_phrases().withdrawals))
    yield folder.within(0, 1)
    folder.desk().close(folder.reference, reason=ClosingReason.WITHDRAWN)
    return True
