"""The inputs of the guards of a case, in the order of the columns of their tables.

Those of one command are evaluated for that command alone, and read its event; the inputs that an event class declares
come after these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, TypeAlias

from reclamation_core.cases.aggregate import GuardInput, Need
from reclamation_core.cases.case import Case
from reclamation_core.cases.codes import Admissibility, AnswerDecision, CaseState, ClosingReason, Method
from reclamation_core.cases.events import Analysed, Closed, ComplainantIdentified, Reopened, admissibility_of
from reclamation_core.cases.events.base import PartialCaseCommand, Suspension
from reclamation_core.cases.events.closing import is_duplicate
from reclamation_core.missing import UNKNOWN
from reclamation_core.tables import Boolean, Enumeration, Input
from reclamation_core.tables.domains import Domain
from reclamation_core.vocabulary import Channel, Complexity, Role
from reclamation_core.vocabulary.facts import values_of
from reclamation_core.wording import Wording

CaseInput: TypeAlias = GuardInput[PartialCaseCommand]

_ROOT_CAUSE_METHODS: Final = frozenset({Method.FIVE_WHYS, Method.ISHIKAWA, Method.EIGHT_D, Method.CAUSE_TREE})
OVERRIDING_ROLES: Final = frozenset({Role.RQR, Role.AQ})
_BOOLEAN: Final = Boolean()


def _of_case(
    name: str, fr: str, en: str, value: Callable[[Case], Any], *needs: Need, domain: Domain = _BOOLEAN
) -> CaseInput:
    """Return an input that follows from the case alone."""
    return GuardInput(name, Wording(fr, en), lambda command: value(command.case), [Need.CASE, *needs], domain)


_of_command = CaseInput.of_command


# What the state of a case and an analysis are asked for


def finds_root_causes(analysis: object) -> bool:
    """Return True for an analysis that found a root cause by a method that finds them."""
    return isinstance(analysis, Analysed) and analysis.method in _ROOT_CAUSE_METHODS and bool(analysis.causes)


def is_conforming(case: Case) -> bool:
    """Return True if the qualification found that the service conforms to the requirement."""
    return case.qualification is not None and case.qualification.conforming is True


def open_actions(command: PartialCaseCommand) -> tuple[Any, ...]:
    """Return the actions of the case that are not settled."""
    return tuple(action for action in command.case.actions if action in command.context.follow_up.unsettled)


def _is_settled(command: PartialCaseCommand) -> bool:
    case: Case = command.case
    return not open_actions(command) if case.actions else case.no_action is not None


def _is_clock_suspended(case: Case) -> bool:
    return bool(case.answer_cycles) and case.answer_cycles[-1].stopped_at is None and case.has_open_suspension


def _was_named(command: PartialCaseCommand) -> bool:
    """Return True if the author was known by the date of the command, which is read of one identified later alone."""
    return command.case.complainant is not None and not _is_before(
        command, command.case.first_of((ComplainantIdentified,))
    )


def _lacks_document(command: PartialCaseCommand) -> bool:
    """Return True if the edition requires a document, and the case has neither one nor a transcription."""
    case: Case = command.case
    is_required = command.policy.parameters.support.document_required
    return is_required and case.transcribed_at is None and not case.documents


# What is assessed: the facts after the command


def _are_risks_required(command: PartialCaseCommand) -> bool:
    return command.policy.parameters.qualification.risks_required


def changed_facts(command: PartialCaseCommand) -> tuple[str, ...]:
    """Return the names of known facts that the command changes, those apart that it may judge again."""
    before, after = values_of(command.case.facts), values_of(command.facts)
    known = {name: old for name, old in before.items() if name not in command.event.judges and old is not UNKNOWN}
    return tuple(name for name, old in known.items() if old != after.get(name))


def unjudged_risks(command: PartialCaseCommand) -> tuple[Input, ...]:
    """Return the risk facts that the command leaves unknown."""
    facts, tables = command.facts, command.policy.tables
    severities = [fact for fact in tables["severity"].base if facts.get(fact.name) is UNKNOWN]
    likelihoods = tables["retained_likelihood"].base[:1]
    judged = facts.likelihood is not UNKNOWN or facts.recurrences is not UNKNOWN
    return (*severities, *(() if judged else likelihoods))


# Dates


def happened(command: PartialCaseCommand) -> tuple[datetime, ...]:
    """Return when the event happened, and the other dates that it states."""
    stated: tuple[datetime, ...] = command.data.stated_dates
    return (command.occurred_at, *stated)


def latest_date(command: PartialCaseCommand) -> datetime:
    """Return the latest date of the command, a corrected receipt among them."""
    receipt: datetime | None = command.data.corrected_receipt
    return max(happened(command) if receipt is None else (*happened(command), receipt))


def acts_before(command: PartialCaseCommand) -> list[datetime]:
    """Return the acts that precede the receipt that a correction gives: the case was recorded, or something was done.

    Events about the facts, the registration included, do not count: their dates may be wrong, as the receipt was.
    """
    case, receipt = command.case, command.data.corrected_receipt
    done = (event.occurred_at for event in case.history if event.data.dates_receipt)
    return [act for act in (case.events[0].recorded_at, *done) if act < receipt]


def turns(case: Case) -> list[datetime]:
    """Return the instants of each closing and reopening of the case."""
    return [event.occurred_at for event in case.history if isinstance(event.data, Closed | Reopened)]


def suspension_turns(suspensions: Iterable[Suspension]) -> list[datetime]:
    """Return the instants of suspensions and of their ends."""
    instants = (turn for suspension in suspensions for turn in (suspension.since, suspension.until))
    return [turn for turn in instants if turn is not None]


def clock_suspensions(case: Case) -> tuple[Suspension, ...]:
    """Return the suspensions of the latest run of the answer clock."""
    return case.answer_cycles[-1].suspensions if case.answer_cycles else ()


def grounds(command: PartialCaseCommand) -> list[datetime]:
    """Return the dates of what the event rests on."""
    dates: list[datetime] = command.data.ground_dates(command.case, command.occurred_at, command.context.follow_up)
    return dates


def _is_before(command: PartialCaseCommand, instants: Iterable[datetime]) -> bool:
    return any(command.occurred_at < instant for instant in instants)


def _is_deadline_passed(command: PartialCaseCommand) -> bool:
    case: Case = command.case
    return case.deadline is not None and case.day_of(command.occurred_at) > case.deadline.due


def is_act(command: PartialCaseCommand) -> bool:
    """Return True if the date to correct is that of an act of the case."""
    case: Case = command.case
    number: int = command.data.event
    return 0 < number <= case.version and case.events[number - 1].data.is_act


CHRONOLOGY: Final[tuple[CaseInput, ...]] = (
    _of_command(
        "before_run",
        "date antérieure à la dernière clôture ou réouverture",
        "before the latest closing or reopening",
        lambda command: _is_before(command, turns(command.case)),
        Need.CASE,
        Need.DATE,
    ),
    _of_command(
        "before_ground",
        "date antérieure à ce que l'opération suppose",
        "before what the act rests on",
        lambda command: _is_before(command, grounds(command)),
        Need.CASE,
        Need.DATE,
        Need.DATA,
    ),
    _of_command(
        "before_suspension",
        "date antérieure à la dernière suspension ou reprise",
        "before the latest suspension or its end",
        lambda command: _is_before(command, suspension_turns(command.case.suspensions)),
        Need.CASE,
        Need.DATE,
    ),
    _of_command(
        "before_deadline_suspension",
        "date antérieure à la dernière suspension du délai ou à sa reprise",
        "before the latest suspension of the answer clock or its end",
        lambda command: _is_before(command, suspension_turns(clock_suspensions(command.case))),
        Need.CASE,
        Need.DATE,
    ),
)
"""The earlier events that a command would precede: read again where a date is corrected."""

INPUTS: Final[tuple[CaseInput, ...]] = (
    _of_case("state", "état", "state", lambda case: case.state, domain=Enumeration.of(CaseState)),
    _of_command(
        "admissibility",
        "recevabilité",
        "admissibility",
        lambda command: admissibility_of(command.case.kind, command.verdict.eligibility),
        Need.CASE,
        domain=Enumeration.of(Admissibility),
    ),
    _of_command(
        "reason",
        "motif de clôture",
        "closing reason",
        lambda command: command.data.reason,
        Need.DATA,
        domain=Enumeration.of(ClosingReason),
        fields=("reason",),
    ),
    _of_case("anonymised", "dossier anonymisé", "anonymised", lambda case: case.anonymised_at is not None),
    _of_case(
        "by_phone",
        "demande faite par téléphone",
        "made by telephone",
        lambda case: case.facts.get("channel") is Channel.PHONE,
    ),
    _of_case("transcribed", "appel transcrit", "call transcribed", lambda case: case.transcribed_at is not None),
    _of_case("supported", "support factuel au dossier", "factual support on file", lambda case: case.supports > 0),
    _of_command(
        "document_lacking",
        "document exigé et absent, appel non transcrit",
        "document required and lacking, call not transcribed",
        _lacks_document,
        Need.CASE,
        Need.EDITION,
    ),
    _of_case("qualified", "dossier qualifié", "qualified", lambda case: case.qualification is not None),
    _of_case("analysed", "causes analysées", "causes analysed", lambda case: case.analysis is not None),
    _of_command(
        "method_exempt",
        "évalué conforme, et dispensé de méthode par la procédure",
        "judged to conform, and exempt from a method by the edition",
        lambda command: is_conforming(command.case) and command.policy.parameters.complexity.conforming_exempt,
        Need.CASE,
        Need.EDITION,
    ),
    _of_case(
        "analysed_by_method",
        "cause racine déjà établie par une méthode",
        "root cause found by a method already",
        lambda case: finds_root_causes(case.analysis),
    ),
    _of_case(
        "suspended",
        "effacement suspendu",
        "retention suspended",
        lambda case: any(suspension.until is None for suspension in case.suspensions),
    ),
    _of_case(
        "suspensions_allowed",
        "suspensions du délai admises par la procédure",
        "suspensions allowed by the edition",
        lambda case: case.rule.suspensions_allowed,
    ),
    _of_case("deadline_suspended", "délai de réponse suspendu", "answer clock suspended", _is_clock_suspended),
    _of_case(
        "clock_stopped",
        "délai de réponse arrêté",
        "answer clock stopped",
        lambda case: bool(case.answer_cycles) and case.answer_cycles[-1].stopped_at is not None,
    ),
    _of_case(
        "answered",
        "réponse donnée",
        "answered",
        lambda case: bool(case.answer_cycles) and case.answer_cycles[-1].answered_at is not None,
    ),
    _of_case(
        "answered_once",
        "réponse donnée au moins une fois",
        "answered at least once",
        lambda case: any(cycle.answered_at is not None for cycle in case.answer_cycles),
    ),
    _of_case("withdrawn", "retrait enregistré", "withdrawal recorded", lambda case: case.withdrawn_at is not None),
    _of_command(
        "duplicate",
        "doublon d'un dossier du même auteur",
        "duplicate of a case of the same author",
        lambda command: any(map(is_duplicate, command.case.links)) and not command.context.another_author,
        Need.CASE,
    ),
    _of_command(
        "facts_unknown",
        "informations jusque-là inconnues, ou évaluées à la qualification",
        "facts unknown so far, or judged anew",
        lambda command: not changed_facts(command),
        Need.CASE,
        Need.DATA,
        fields=("facts",),
    ),
    _of_command(
        "collective",
        "réponse collective",
        "answered by a collective action",
        lambda command: command.data.collective,
        Need.DATA,
        fields=("collective",),
    ),
    _of_command(
        "provider_missing",
        "organisme prestataire manquant",
        "provider of the service missing",
        lambda command: command.data.decision is AnswerDecision.MISATTRIBUTED and command.data.provider is None,
        Need.DATA,
        fields=("decision", "provider"),
    ),
    _of_case("named", "auteur connu", "known sender", lambda case: case.complainant is not None),
    _of_command("named_then", "auteur connu à cette date", "sender known by that date", _was_named, Need.CASE),
    _of_command(
        "linked",
        "lien déjà enregistré",
        "link recorded already",
        lambda command: command.data in command.case.links,
        Need.CASE,
        Need.DATA,
        fields=("kind", "to"),
    ),
    _of_command("settled", "suites réglées", "follow-up settled", _is_settled, Need.CASE),
    _of_command(
        "actions_open",
        "actions encore ouvertes",
        "actions still open",
        lambda command: bool(open_actions(command)),
        Need.CASE,
    ),
    _of_case(
        "contained",
        "mesure conservatoire enregistrée",
        "containment measure recorded",
        lambda case: bool(case.containments),
    ),
    _of_command(
        "measure_known",
        "mesure conservatoire connue",
        "containment measure known",
        lambda command: any(taken.event == command.data.measure for taken in command.case.containments),
        Need.CASE,
        Need.DATA,
        fields=("measure",),
    ),
    _of_command(
        "role_allowed",
        "rôle habilité à cette opération",
        "role that may give the command",
        lambda command: command.context.roles.allows(command.command, command.role),
        Need.ROLE,
    ),
    _of_command(
        "role_qualifies",
        "rôle habilité à qualifier",
        "role that may qualify",
        lambda command: command.role in command.policy.roles.qualifying,
        Need.ROLE,
        Need.EDITION,
    ),
    _of_command(
        "risks_unjudged",
        "risques non évalués",
        "risks not judged",
        lambda command: _are_risks_required(command) and bool(unjudged_risks(command)),
        Need.CASE,
        Need.DATA,
        Need.EDITION,
        fields=("facts",),
    ),
    _of_command(
        "complexity_undetermined",
        "complexité non déterminée",
        "complexity undetermined",
        lambda command: command.verdict.complexity is None and _are_risks_required(command),
        Need.CASE,
        Need.EDITION,
    ),
    _of_command(
        "complex", "complexe", "complex", lambda command: command.verdict.complexity is Complexity.COMPLEX, Need.CASE
    ),
    _of_command(
        "root_cause_by_method",
        "cause racine établie par une méthode",
        "root cause found by a method",
        lambda command: command.data.method in _ROOT_CAUSE_METHODS and bool(command.data.causes),
        Need.DATA,
        fields=("method", "causes"),
    ),
    _of_command(
        "overriding",
        "niveau imposé",
        "level imposed",
        lambda command: command.data.level is not command.case.routing_level,
        Need.CASE,
        Need.DATA,
        fields=("level",),
    ),
    _of_command(
        "override_justified",
        "niveau imposé avec motif, par un rôle habilité",
        "override with its role and reason",
        lambda command: (
            command.data.level is not command.case.routing_level
            and command.role in OVERRIDING_ROLES
            and command.data.reason is not None
        ),
        Need.CASE,
        Need.ROLE,
        Need.DATA,
        fields=("level", "reason"),
    ),
    _of_command(
        "in_future",
        "date à venir",
        "in the future",
        lambda command: latest_date(command) > command.context.now,
        Need.DATE,
        Need.DATA,
    ),
    _of_command(
        "before_receipt",
        "date antérieure à la réception",
        "before the receipt",
        lambda command: min(happened(command)) < command.case.received_at,
        Need.CASE,
        Need.DATE,
        Need.DATA,
    ),
    *CHRONOLOGY[:1],
    _of_command(
        "date_is_of_an_act",
        "date d'une opération du dossier",
        "date of an act of the case",
        is_act,
        Need.CASE,
        Need.DATA,
        fields=("event",),
    ),
    *CHRONOLOGY[1:2],
    _of_command(
        "receipt_after_acts",
        "réception postérieure à une opération",
        "receipt after something that was done",
        lambda command: bool(acts_before(command)),
        Need.CASE,
        Need.DATA,
        fields=("received_at",),
    ),
    *CHRONOLOGY[2:],
    _of_command(
        "deadline_passed",
        "échéance passée à cette date",
        "due date passed by that date",
        _is_deadline_passed,
        Need.CASE,
        Need.DATE,
    ),
    _of_command(
        "redirected",
        "auteur informé de la réorientation",
        "sender told where it was redirected",
        lambda command: (
            bool(command.data.redirected_to)
            and (command.data.told_at is not None or not command.case.is_redirection_announced)
        ),
        Need.CASE,
        Need.DATA,
        fields=("redirected_to", "told_at"),
    ),
)
"""The inputs of the guard tables, those of the event classes apart."""
