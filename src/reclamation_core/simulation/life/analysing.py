"""Looking for the causes of a case: the analysis, and what it makes known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from reclamation_core.cases import Case, CaseKind, ContainmentTaken, LinkKind
from reclamation_core.cases.causes import EightD
from reclamation_core.ports import CaseQuery
from reclamation_core.simulation.life.bank import CausePhrases, themes
from reclamation_core.simulation.life.explaining import Evidence, analysis_of
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.vocabulary import Role

_TWO_CAUSES, _SAME_CAUSE, _HELD = 0.25, 0.5, 0.85
_NEAR: Final = timedelta(days=12)
_PAGE: Final = 500
_MISUNDERSTANDING: Final = "misunderstanding"


def analysed(folder: Folder) -> Sequence[CausePhrases]:
    """Find one cause or two, by the method that the case calls for; gives them, what the message points to first."""
    causes, text = list(folder.theme.causes), folder.message.text or ""
    if folder.draws.chance(0.5):
        causes.reverse()
    causes.sort(key=lambda cause: -cause.shows_in(text))
    found = causes if folder.draws.chance(_TWO_CAUSES) else causes[:1]
    explained_by(folder, found)
    return found


def misunderstood(folder: Folder) -> None:
    """Find why somebody complains of what was done as it should be."""
    explained_by(folder, themes()[_MISUNDERSTANDING].causes)


def explained_by(folder: Folder, found: Sequence[CausePhrases]) -> None:
    """Record these causes, by the method that the case calls for."""
    draws, case = folder.draws, folder.case
    role = Role.AQ if draws.chance(0.5) else Role.HANDLING_UNIT
    evidence = Evidence(
        problem=folder.problem,
        theme=folder.theme,
        causes=found,
        pilot=folder.world.person(folder.unit, Role.RQR),
        members=(folder.world.person(folder.unit, Role.AQ),),
        measure=measure_of(folder),
        day=folder.calendar.day_of(folder.world.now),
    )
    analysis = analysis_of(case, folder.message.theme, evidence)
    if isinstance(analysis, EightD) and not case.containments:
        folder.desk().contain(folder.reference, measure=evidence.measure)
    _effects_recorded(folder)
    if analysis is None:
        family, report = found[0].family, f"{found[0].root} ({found[0].proof})"
        folder.desk(role).analyse(folder.reference, causes=(family,), report=report)
    else:
        folder.desk(role).analyse(folder.reference, analysis=analysis)


def measure_of(folder: Folder) -> str:
    """The containment measure that was taken, or the one to take."""
    case = folder.case
    taken = [event.data.measure for event in case.events if isinstance(event.data, ContainmentTaken)]
    return (case.read(taken[0]) if taken else None) or folder.theme.containment[0]


def _effects_recorded(folder: Folder) -> None:
    """Record what the measures taken achieved, where nobody has yet."""
    for containment in folder.case.containments:
        if containment.effective is None:
            held = folder.draws.chance(_HELD)
            folder.desk().record_containment_effect(
                folder.reference,
                measure=containment.number,
                effective=held,
                effect=folder.theme.held if held else "la mesure n'a pas suffi",
            )


def alike(folder: Folder) -> Case | None:
    """An earlier complaint of the same centre about the same thing, the latest; None where there is none."""
    query = CaseQuery(kind=CaseKind.COMPLAINT, sites={folder.site}, limit=_PAGE)
    earlier = [
        case
        for case in folder.world.desk.cases.find(query).cases
        if case.reference != folder.reference
        and case.events[0].occurred_at <= folder.case.events[0].occurred_at
        and folder.world.messages[case.reference].theme == folder.message.theme
        and case.received_at >= folder.case.received_at - _NEAR
        and case.anonymised_at is None
    ]
    return max(earlier, key=lambda case: case.received_at, default=None)


def overdue(folder: Folder) -> Case | None:
    """Another complaint of the same centre whose answer is overdue; None where there is none."""
    yesterday = folder.calendar.day_of(folder.world.now) - timedelta(days=1)
    query = CaseQuery(kind=CaseKind.COMPLAINT, sites={folder.site}, due_until=yesterday, limit=_PAGE)
    late = (case for case in folder.world.desk.cases.find(query).cases if case.reference != folder.reference)
    return next(late, None)


def linked(folder: Folder) -> None:
    """Link the case to an earlier one that has the same cause, where there is one."""
    other, causes = alike(folder), folder.case.analysis
    if other is None or other.analysis is None or causes is None:
        return
    if set(other.analysis.causes).intersection(causes.causes) and folder.draws.chance(_SAME_CAUSE):
        folder.desk().link(folder.reference, kind=LinkKind.SAME_CAUSE_AS, to=other.reference)
