"""From the message to a case that can be qualified, or to one that is out of scope."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from reclamation_core.cases import Case, ClosingReason
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.policy import m2_1
from reclamation_core.simulation.kinds import Kind
from reclamation_core.simulation.life.agenda import Course
from reclamation_core.simulation.life.bank import life_phrases
from reclamation_core.simulation.life.folder import Folder
from reclamation_core.simulation.survey import InventedSurveyResult
from reclamation_core.vocabulary import SEVERITIES, Channel, ComplaintFacts, Eligibility, MalfunctionFacts, Role

_SENT_TWICE, _ACKNOWLEDGED, _CORRECTED, _SILENT, _WRONG_CENTRE = 0.06, 0.93, 0.2, 0.12, 0.06
_SEVERE: Final = 3


def registered(folder: Folder) -> None:
    """Register the message; some come twice, by two doors, and give the same case."""
    case = _register(folder)
    if folder.draws.chance(_SENT_TWICE):
        case = _register(folder)
    folder.reference = case.reference
    folder.world.messages[case.reference] = folder.message


def _register(folder: Folder) -> Case:
    message, desk = folder.message, folder.world.desk_of(folder.site)
    facts = message.facts
    if isinstance(facts, MalfunctionFacts):
        return desk.register(facts, site=folder.site, source=message.source, verbatim=message.text)
    note = facts.satisfaction
    if isinstance(message.invented, InventedSurveyResult) and note is not ABSENT and note is not UNKNOWN:
        return desk.register_survey_result(
            note,
            received_at=facts.received_at,
            site=folder.site,
            company=message.invented.is_company,
            source=message.source,
            complainant=message.name,
            verbatim=message.text,
        )
    return desk.register(
        facts,
        site=folder.site,
        service_sites=_service_sites(folder),
        source=message.source,
        complainant=message.name,
        verbatim=message.text,
    )


def _service_sites(folder: Folder) -> tuple[str, ...]:
    """Where the service was delivered: here, or at a centre of the same territory that the writer took for this one."""
    sites, draws = folder.world.sites, folder.world.stream(f"service/{folder.message.source}")
    territory = sites[folder.site].territory
    others = [code for code in sites if code != folder.site and sites[code].territory == territory]
    return (draws.one_of(others),) if others and draws.chance(_WRONG_CENTRE) else (folder.site,)


def redirected(folder: Folder) -> Course[None]:
    """Tell who wrote where the message went, and close the case."""
    yield folder.within(1, 3)
    subject = folder.message.subject
    kind = Kind.GRIEVANCE if subject is None else subject.kind
    folder.desk().close(
        folder.reference,
        reason=ClosingReason.OUT_OF_SCOPE,
        redirected_to=life_phrases().redirections[kind],
        told_at=folder.world.now,
    )


def is_out_of_scope(folder: Folder) -> bool:
    """Whether the case turned out to be no complaint."""
    return folder.case.eligibility is Eligibility.OUT_OF_SCOPE


def received(folder: Folder) -> Course[None]:
    """Acknowledge, put on file what the message is, limit the harm at once where it is grave."""
    desk, facts = folder.desk(), folder.case.facts
    if folder.message.name is not None and folder.draws.chance(_ACKNOWLEDGED):
        desk.acknowledge(folder.reference)
    if isinstance(facts, ComplaintFacts) and facts.channel is Channel.PHONE:
        yield from _transcribed(folder)
    else:
        title = f"{folder.message.support.label('fr')} {folder.message.source}"
        desk.add_support(folder.reference, kind=folder.message.support, title=title)
    if isinstance(facts, ComplaintFacts) and facts.channel is Channel.CENTRE_LETTER:
        _corrected(folder)
    if is_severe(folder.case):
        yield folder.later(0)
        desk.contain(folder.reference, measure=folder.draws.one_of(folder.theme.containment))


def _transcribed(folder: Folder) -> Course[None]:
    """Write the call down; once in the story somebody tries to qualify it before."""
    problem = folder.theme.problem[0]
    folder.world.try_in_vain(
        "qualify", lambda: folder.desk().qualify(folder.reference, problem=problem, risks={"training": 2}, likelihood=2)
    )
    yield folder.within(0, 1)
    author = folder.world.person(folder.site, Role.HANDLING_UNIT)
    folder.desk().transcribe(folder.reference, text=folder.message.text or "(appel sans message)", author=author)


def _corrected(folder: Folder) -> None:
    """Some letters turn out to have arrived on the working day before."""
    if folder.draws.chance(_CORRECTED):
        arrived = folder.message.received_at
        before = folder.calendar.previous(folder.calendar.day_of(arrived))
        earlier = arrived - timedelta(days=(folder.calendar.day_of(arrived) - before).days)
        folder.desk().correct(folder.reference, reason=life_phrases().reasons["correction"], received_at=earlier)


def is_severe(case: Case) -> bool:
    """Whether a domain of risk is known to be touched gravely."""
    severities = (getattr(case.facts, name) for name in SEVERITIES.values())
    return any(severity is not UNKNOWN and severity >= _SEVERE for severity in severities)


def clarified(folder: Folder) -> Course[bool]:
    """Ask what the procedure asks until it is settled whether this is a complaint; some never answer.

    Gives whether it is one.
    """
    truth = folder.message.truth(folder.draws)
    while isinstance(facts := folder.case.facts, ComplaintFacts) and folder.case.eligibility is None:
        question = m2_1().assess(facts, folder.calendar).eligibility.question
        if question is None or folder.draws.chance(_SILENT):
            return False
        yield folder.within(1, 2)
        folder.desk().complete_facts(folder.reference, **{question.name: truth[question.name]})
    if is_out_of_scope(folder):
        yield from redirected(folder)
        return False
    return True
