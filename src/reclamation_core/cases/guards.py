"""The guards of the commands on a case, as data: one decision table for each command.

Their order is that of a refusal, which lists every guard that is not met: dates, the state of the case, then what each
command needs. A guard of one command that comes before a guard of several is therefore here; an event class declares
the others, which come after these.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases.aggregate import Guard, GuardInput, Guards, Need
from reclamation_core.cases.case import Case, replay
from reclamation_core.cases.codes import Admissibility, CaseKind, CaseState, ClosingReason, LinkKind, Permission
from reclamation_core.cases.events import CASE_EVENTS, Requires
from reclamation_core.cases.events.base import NEVER, DecisionContext, PartialCaseCommand, RecordedEvent
from reclamation_core.cases.guard_inputs import (
    CHRONOLOGY,
    INPUTS,
    OVERRIDING_ROLES,
    CaseInput,
    acts_before,
    changed_facts,
    clock_suspensions,
    grounds,
    happened,
    is_act,
    is_conforming,
    latest_date,
    open_actions,
    suspension_turns,
    turns,
    unjudged_risks,
)
from reclamation_core.cases.refusals import without_details
from reclamation_core.tables import Decision, DecisionTable, Input, is_not
from reclamation_core.tables.explanation import value_label
from reclamation_core.vocabulary import FACTS, Fact
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import LANGUAGES, Wording

CaseGuard: TypeAlias = Guard[CommandType, PartialCaseCommand]

_UNDECIDED: Final = Wording("aucune n'est décidée", "none is decided")
_CONFORMING: Final = Wording("conforme à l'exigence", "conforms")


def _date(command: PartialCaseCommand) -> datetime:
    return command.occurred_at


def _latest_ground(command: PartialCaseCommand) -> datetime | None:
    """Return the latest date that the event may not precede; None if what it rests on has not ended."""
    latest = max(grounds(command))
    return None if latest == NEVER else latest


def _eligibility(command: PartialCaseCommand) -> Decision[Any]:
    return command.policy.tables["eligibility"].decide(command.facts)


def _eligibility_question(command: PartialCaseCommand) -> tuple[Input, ...]:
    """Return the fact whose value would settle the eligibility of a complaint first, alone."""
    question = _eligibility(command).question if command.case.kind is CaseKind.COMPLAINT else None
    return () if question is None else (question,)


def _eligibility_fact(command: PartialCaseCommand) -> Wording | None:
    return next((fact.label for fact in _eligibility_question(command)), None)


def _out_of_scope_fact(command: PartialCaseCommand) -> Wording | None:
    """Return the fact that puts a message out of scope, with its value; of several, the first of the first rule."""
    eligibility = _eligibility(command)
    names = next((tuple(row.when) for row in eligibility.deciding), ())
    deciding = (input_ for input_ in eligibility.table.inputs if input_.name in names)
    return next((_valued(input_, eligibility.value(input_)) for input_ in deciding), None)


def _valued(input_: Input, value: object) -> Wording:
    fr, en = (value_label(input_, value, lang) for lang in LANGUAGES)
    return Wording(f"{input_.label.fr} : {fr}", f"{input_.label.en}: {en}")


def _declared(command: PartialCaseCommand, name: str) -> Fact | None:
    """Return the declaration of a fact, by the library or by the edition of the case; None for the receipt."""
    own = command.policy.facts_by_name.get(name.removeprefix(f"{OWN}."))
    return FACTS.get(name, own if name.startswith(f"{OWN}.") else None)


def _complexity_fact(command: PartialCaseCommand) -> Wording | None:
    return next((fact.label for fact in _complexity_question(command)), None)


def _complexity_question(command: PartialCaseCommand) -> tuple[Input, ...]:
    """Return the fact whose value would determine the complexity first, alone."""
    question = command.policy.complexity_decision(command.facts, command.case.level_override).question
    return () if question is None else (question,)


def _original(command: PartialCaseCommand) -> str | None:
    """Return the reference of the case that a case duplicates, as linked last, if it has another author."""
    links = reversed(command.case.links) if command.context.another_author else ()
    return next((link.to for link in links if link.kind is LinkKind.DUPLICATE_OF), None)


def _contradicts_history(command: PartialCaseCommand) -> bool:
    """Return True if a corrected date contradicts the history: an event would be before the events that it rests on.

    It is written down once it has happened, so no date is after that either.
    """
    case, data = command.case, command.data
    if not is_act(command):
        return False
    of = case.events[data.event - 1]
    if data.happened_at > of.recorded_at:
        return True
    moved = (*case.events[: data.event - 1], attrs.evolve(of, occurred_at=data.happened_at), *case.events[data.event :])
    # An earlier correction of the same date holds no longer.
    kept = (event for event in moved if data.event not in event.data.corrected_dates)
    return any(_is_too_early(before, after.events[-1], command.context) for before, after in pairwise(replay(kept)))


def _is_too_early(before: Case, event: RecordedEvent, context: DecisionContext) -> bool:
    """Return True if a guard on chronology refuses the date of an event."""
    partial = PartialCaseCommand(
        event=type(event.data), given_date=event.occurred_at, given_data=event.data, case=before, context=context
    )
    named = {name for guard in GUARDS.of(partial.command) for name in guard.when}
    given = partial.given
    return any(one.of(partial, given) is True for one in CHRONOLOGY if one.name in named)


def _judge_risks(command: PartialCaseCommand) -> CommandType:
    """Return the command that judges the risks: the qualification, and the completion of the facts after it."""
    return CommandType.QUALIFY if command.case.qualification is None else CommandType.COMPLETE_FACTS


def _settle_complexity(command: PartialCaseCommand) -> CommandType:
    """Return the command that supplies the missing fact of the complexity: the analysis counts the causes."""
    (fact,) = _complexity_question(command) or (None,)
    return CommandType.ANALYSE if fact is not None and fact.name == "causes" else _judge_risks(command)


def _reopened_at(command: PartialCaseCommand) -> datetime | None:
    """Return when the case was reopened last; None if it never was."""
    cycles = command.case.answer_cycles
    return cycles[-1].started_at if len(cycles) > 1 else None


def _decide_actions(command: PartialCaseCommand) -> CommandType | None:
    """Return the command that decides the follow-up; None if its actions are open: commands on plans settle them."""
    return None if command.case.actions else CommandType.PLAN


_AGAINST_THE_HISTORY: Final[CaseInput] = GuardInput(
    "against_the_history",
    Wording("date qui contredit l'historique", "date that the history contradicts"),
    _contradicts_history,
    needs=[Need.CASE, Need.DATA],
    fields=("event", "happened_at"),
)


def _requiring(condition: Callable[[Requires], bool]) -> tuple[CommandType, ...]:
    """Return the commands of the events whose requirements meet a condition."""
    return tuple(command for cls, command in CASE_EVENTS.commands.items() if condition(cls.requires))


_NOT_TO_COME: Final = Wording(
    "la date indiquée[ ({latest_date})] est dans le futur : indiquez la date réelle",
    "the date given[ ({latest_date})] is in the future: give the one on which it happened",
)

NOT_TO_COME: Final = without_details(_NOT_TO_COME)

ROLE_NOT_ALLOWED: Final = Wording(
    "cette version de la procédure réserve l'opération à d'autres rôles : adressez-vous à une personne habilitée",
    "this edition of the procedure reserves the command to other roles: ask a person with one of them",
)

TO_BE_CLARIFIED: Final = Wording(
    "la recevabilité n'est pas établie. Complétez les informations qui manquent[, d'abord : {eligibility_fact}]",
    "eligibility is not settled. Complete the facts that are missing[, first: {eligibility_fact}]",
)

COMPLEXITY_UNDETERMINED: Final = Wording(
    "la complexité du cas n'est pas déterminée : complétez l'information qui manque[ ({complexity_fact})]",
    "the complexity of the case is undetermined: complete the fact that is missing[ ({complexity_fact})]",
)

_COMMON: tuple[CaseGuard, ...] = (
    Guard(
        id="role-not-allowed",
        commands=tuple(command for command in CommandType if command is not CommandType.QUALIFY),
        when={"role_allowed": False},
        wording=ROLE_NOT_ALLOWED,
    ),
    Guard(
        id="in-future",
        commands=tuple(CommandType),
        when={"in_future": True},
        wording=_NOT_TO_COME,
        values={"latest_date": latest_date},
    ),
    Guard(
        id="before-receipt",
        commands=_requiring(lambda requires: requires.after_receipt),
        when={"before_receipt": True},
        wording=Wording(
            "la date indiquée[ ({earliest_date})] précède la réception ou le constat[ ({received_at})]. Corrigez-la, "
            "ou rectifiez la date de réception ou de constat",
            "the date given[ ({earliest_date})] is before the receipt or the finding[ ({received_at})]. Correct it, or "
            "the date of receipt or finding",
        ),
        interpretation="I23",
        values={
            "earliest_date": lambda command: min(happened(command)),
            "received_at": lambda command: command.case.received_at,
        },
    ),
    Guard(
        id="receipt-after-acts",
        commands=(CommandType.CORRECT,),
        when={"receipt_after_acts": True},
        wording=Wording(
            "la réception ou le constat[ ({new_receipt})] suit une opération du dossier[ ({first_act})]. "
            "Indiquez la date d'arrivée de la demande, ou celle du constat",
            "the receipt or the finding[ ({new_receipt})] is after something done to the case[ ({first_act})]. "
            "Give the date on which the message arrived, or that of the finding",
        ),
        interpretation="I23",
        values={
            "new_receipt": lambda command: command.data.corrected_receipt,
            "first_act": lambda command: min(acts_before(command)),
        },
    ),
    Guard(
        id="before-run",
        commands=_requiring(lambda requires: requires.within_run),
        when={"before_run": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la dernière clôture ou réouverture[ ({latest_turn})]. "
            "Indiquez une date postérieure",
            "the date given[ ({date})] is before the latest closing or reopening[ ({latest_turn})]. Give a later one",
        ),
        interpretation="I3",
        values={"date": _date, "latest_turn": lambda command: max(turns(command.case))},
    ),
    Guard(
        id="no-act-of-that-number",
        commands=(CommandType.CORRECT_DATE,),
        when={"date_is_of_an_act": False},
        wording=Wording(
            "le dossier ne comporte pas d'opération de ce numéro[ ({event})]. Indiquez le numéro de "
            "celle dont la date est fausse",
            "no act of that number[ ({event})] is on file. Give the number of the event whose date is wrong",
        ),
        values={"event": lambda command: command.data.event},
    ),
    Guard(
        id="against-the-history",
        commands=(CommandType.CORRECT_DATE,),
        when={"against_the_history": True},
        wording=Wording(
            "cette date[ ({happened_at})] est incompatible avec l'ordre des opérations du dossier. "
            "Indiquez-en une autre[ pour l'opération n° {event}]",
            "this date[ ({happened_at})] contradicts the order of the acts of the case. Give another "
            "one[ for act {event}]",
        ),
        interpretation="I12",
        values={"happened_at": lambda command: command.data.happened_at, "event": lambda command: command.data.event},
    ),
    Guard(
        id="before-support",
        commands=(CommandType.QUALIFY,),
        when={"before_ground": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède le premier support factuel ou la transcription[ "
            "({ground})]. Indiquez une date postérieure",
            "the date given[ ({date})] is before the first factual support or the transcription[ "
            "({ground})]. Give a later one",
        ),
        clause="M2-1 §6.1",
        interpretation="I11",
        values={"date": _date, "ground": _latest_ground},
    ),
    Guard(
        id="before-qualification",
        commands=(CommandType.ANALYSE, CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER),
        when={"before_ground": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la qualification, l'analyse ou l'identification de l'auteur"
            "[ ({ground})]. Indiquez une date postérieure",
            "the date given[ ({date})] is before the qualification, the analysis or the identification of the sender"
            "[ ({ground})]. Give a later one",
        ),
        clause="M2-1 §2.1",
        interpretation="I12",
        values={"date": _date, "ground": _latest_ground},
    ),
    Guard(
        id="before-its-object",
        commands=(CommandType.RECORD_CONTAINMENT_EFFECT, CommandType.RECORD_REACTION),
        when={"before_ground": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la mesure ou la réponse concernée[ ({ground})]. "
            "Indiquez une date postérieure",
            "the date given[ ({date})] is before the measure or the answer concerned[ ({ground})]. Give a later one",
        ),
        values={"date": _date, "ground": _latest_ground},
    ),
    Guard(
        id="close-before-its-reason",
        commands=(CommandType.CLOSE,),
        when={"before_ground": True},
        wording=Wording(
            "la clôture[ ({date})] ne peut pas précéder l'événement qui la justifie[ ({ground})]. "
            "Indiquez une date postérieure",
            "the closing[ ({date})] cannot be before the event that justifies it[ ({ground})]. Give a later date",
        ),
        interpretation="I27",
        values={"date": _date, "ground": _latest_ground},
    ),
    Guard(
        id="closed",
        commands=_requiring(lambda requires: requires.open_case),
        when={"state": CaseState.CLOSED, "anonymised": False},
        wording=Wording(
            "le dossier est clos[ depuis le {closed_at}] : rouvrez-le d'abord",
            "the case was closed[ on {closed_at}]: reopen it first",
        ),
        values={"closed_at": lambda command: command.case.closed_at},
        remedy=CommandType.REOPEN,
    ),
    Guard(
        id="anonymised",
        commands=tuple(CommandType),
        when={"anonymised": True},
        wording=Wording(
            "le dossier est anonymisé[ depuis le {anonymised_at}], son historique est figé. "
            "Enregistrez un nouveau dossier",
            "the case was anonymised[ on {anonymised_at}], its history has ended. Register a new one",
        ),
        interpretation="I17",
        values={"anonymised_at": lambda command: command.case.anonymised_at},
    ),
    Guard(
        id="withdrawn-already",
        commands=(CommandType.WITHDRAW,),
        when={"withdrawn": True},
        wording=Wording(
            "le retrait est déjà enregistré[, daté du {withdrawn_at}]. Clôturez le dossier, ou rectifiez cette date",
            "the withdrawal is recorded already[, on {withdrawn_at}]. Close the case, or correct the "
            "date of the withdrawal",
        ),
        values={"withdrawn_at": lambda command: command.case.withdrawn_at},
    ),
    Guard(
        id="linked-already",
        commands=(CommandType.LINK,),
        when={"linked": True},
        wording=Wording(
            "ce lien[ ({link})] est déjà enregistré. Indiquez un autre dossier ou un autre lien",
            "this link[ ({link})] is recorded already. Name another case, or another kind of link",
        ),
        values={"link": lambda command: command.data.label},
    ),
    Guard(
        id="before-suspension",
        commands=(CommandType.SUSPEND_RETENTION, CommandType.RESUME_RETENTION),
        when={"before_suspension": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la dernière suspension de l'effacement ou son "
            "rétablissement[ ({latest_suspension})]. Indiquez une date postérieure",
            "the date given[ ({date})] is before the latest suspension of the erasure or its end[ "
            "({latest_suspension})]. Give a later one",
        ),
        interpretation="I17",
        values={"date": _date, "latest_suspension": lambda command: max(suspension_turns(command.case.suspensions))},
    ),
    Guard(
        id="suspended",
        commands=(CommandType.SUSPEND_RETENTION, CommandType.ANONYMISE),
        when={"suspended": True},
        wording=Wording(
            "l'effacement de ce dossier est suspendu pour contentieux[ depuis le {suspended_since}]. "
            "Rétablissez-le à la fin du contentieux",
            "the erasure of the case is suspended for litigation[, since {suspended_since}]. Resume it once the "
            "litigation has ended",
        ),
        interpretation="I17",
        values={"suspended_since": lambda command: command.case.suspensions[-1].since},
    ),
    Guard(
        id="not-suspended",
        commands=(CommandType.RESUME_RETENTION,),
        when={"suspended": False},
        wording=Wording(
            "l'effacement de ce dossier n'est pas suspendu : il n'y a rien à rétablir",
            "the erasure of the case is not suspended: there is nothing to resume",
        ),
        interpretation="I17",
    ),
    Guard(
        id="before-deadline-suspension",
        commands=(CommandType.SUSPEND_DEADLINE, CommandType.RESUME_DEADLINE),
        when={"before_deadline_suspension": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la dernière suspension du délai ou sa reprise[ "
            "({latest_clock_suspension})]. Indiquez une date postérieure",
            "the date given[ ({date})] is before the latest suspension of the answer clock or its end[ "
            "({latest_clock_suspension})]. Give a later one",
        ),
        interpretation="I25",
        values={
            "date": _date,
            "latest_clock_suspension": lambda command: max(suspension_turns(clock_suspensions(command.case))),
        },
    ),
    Guard(
        id="suspensions-not-allowed",
        commands=(CommandType.SUSPEND_DEADLINE,),
        when={"suspensions_allowed": False},
        wording=Wording(
            "cette version de la procédure[ ({edition})] n'admet pas de suspension du délai de "
            "réponse. Répondez dans le délai",
            "this version of the procedure[ ({edition})] allows no suspension of the answer clock. Answer in time",
        ),
        clause="M2-1 §5.0",
        interpretation="I25",
        values={"edition": lambda command: command.case.edition},
    ),
    Guard(
        id="clock-stopped",
        commands=(CommandType.SUSPEND_DEADLINE,),
        when={"clock_stopped": True},
        wording=Wording(
            "le délai ne court plus[ depuis le {stopped_at}]. Pour répondre à nouveau, clôturez puis "
            "rouvrez le dossier",
            "the answer clock has stopped[, on {stopped_at}]. For another answer, close and reopen the case",
        ),
        clause="M2-1 §5.0",
        interpretation="I3",
        values={"stopped_at": lambda command: command.case.answer_cycles[-1].stopped_at},
    ),
    Guard(
        id="deadline-passed",
        commands=(CommandType.SUSPEND_DEADLINE,),
        when={"deadline_passed": True},
        wording=Wording(
            "à la date indiquée[ ({date})], l'échéance[ du {due}] est passée. Le délai ne peut plus "
            "être suspendu : répondez au client",
            "on the date given[ ({date})], the due date[ ({due})] has passed. The clock cannot be "
            "suspended any more: answer",
        ),
        clause="M2-1 §5.0",
        interpretation="I25",
        values={"date": _date, "due": lambda command: command.case.deadline.due},
    ),
    Guard(
        id="deadline-suspended",
        commands=(CommandType.SUSPEND_DEADLINE,),
        when={"deadline_suspended": True},
        wording=Wording(
            "le délai de réponse est déjà suspendu[ depuis le {clock_suspended_since}] : reprenez-le d'abord",
            "the answer clock is already suspended[, since {clock_suspended_since}]: resume it first",
        ),
        interpretation="I25",
        values={"clock_suspended_since": lambda command: clock_suspensions(command.case)[-1].since},
        remedy=CommandType.RESUME_DEADLINE,
    ),
    Guard(
        id="deadline-not-suspended",
        commands=(CommandType.RESUME_DEADLINE,),
        when={"deadline_suspended": False},
        wording=Wording(
            "le délai de réponse n'est pas suspendu : il n'y a rien à reprendre",
            "the answer clock is not suspended: there is nothing to resume",
        ),
        interpretation="I25",
    ),
    Guard(
        id="not-closed",
        commands=(CommandType.ANONYMISE,),
        when={"state": is_not(CaseState.CLOSED)},
        wording=Wording(
            "le dossier n'est pas clos[ (état : {state})] : clôturez-le d'abord",
            "the case is not closed[ (state: {state})]: close it first",
        ),
        values={"state": lambda command: command.case.state},
        remedy=CommandType.CLOSE,
    ),
    Guard(
        id="open-already",
        commands=(CommandType.REOPEN,),
        when={"state": is_not(CaseState.CLOSED)},
        wording=Wording(
            "le dossier est ouvert[ (état : {state})] : il n'y a rien à rouvrir",
            "the case is open[ (state: {state})]: there is nothing to reopen",
        ),
        values={"state": lambda command: command.case.state},
    ),
    Guard(
        id="no-complainant",
        commands=_requiring(lambda requires: requires.complaint),
        when={"admissibility": Admissibility.MALFUNCTION},
        wording=Wording(
            "un dysfonctionnement interne n'a pas de client : cette opération ne s'y applique pas",
            "an internal malfunction has no client: this operation does not apply to it",
        ),
        clause="M2-1 §7",
        interpretation="I5",
    ),
)
"""Guards of many commands, of dates and of suspensions."""

_HANDLING = (CommandType.QUALIFY, CommandType.ANALYSE, CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER)

_HANDLING_GUARDS: tuple[CaseGuard, ...] = (
    Guard(
        id="out-of-scope",
        commands=(*_HANDLING, CommandType.SUSPEND_DEADLINE),
        when={"admissibility": Admissibility.OUT_OF_SCOPE},
        wording=Wording(
            "la demande est hors du cadre[ ({out_of_scope_fact})]. Réorientez-la vers le bon service "
            "et clôturez le dossier, ou rectifiez les informations saisies",
            "the message is out of scope[ ({out_of_scope_fact})]. Redirect it and close the case, or correct the facts",
        ),
        clause="M2-1 §1.2",
        values={"out_of_scope_fact": _out_of_scope_fact},
    ),
    Guard(
        id="to-be-clarified",
        commands=(CommandType.QUALIFY,),
        when={"admissibility": Admissibility.TO_BE_CLARIFIED},
        wording=TO_BE_CLARIFIED,
        clause="M2-1 §1.2",
        interpretation="I10",
        values={"eligibility_fact": _eligibility_fact},
        missing=_eligibility_question,
        remedy=CommandType.COMPLETE_FACTS,
    ),
    Guard(
        id="to-be-clarified-again",
        commands=(CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER),
        when={"admissibility": Admissibility.TO_BE_CLARIFIED, "qualified": True},
        wording=TO_BE_CLARIFIED,
        clause="M2-1 §1.2",
        interpretation="I30",
        values={"eligibility_fact": _eligibility_fact},
        remedy=CommandType.COMPLETE_FACTS,
    ),
    Guard(
        id="no-call",
        commands=(CommandType.TRANSCRIBE,),
        when={"by_phone": False},
        wording=Wording(
            "la demande n'a pas été faite par téléphone[ (canal : {channel})]. Ajoutez un support "
            "factuel, ou rectifiez le canal",
            "the message was not made by telephone[ (channel: {channel})]. Add a factual support, or "
            "correct the channel",
        ),
        clause="M2-1 §1.3",
        values={"channel": lambda command: command.case.facts.get("channel")},
    ),
    Guard(
        id="not-transcribed",
        commands=(CommandType.QUALIFY,),
        when={"by_phone": True, "transcribed": False},
        wording=Wording(
            "l'appel n'est pas transcrit : transcrivez-le, avec sa date et votre nom",
            "the call is not transcribed: transcribe it, with its date and your name",
        ),
        clause="M2-1 §1.3",
        interpretation="I11",
        remedy=CommandType.TRANSCRIBE,
    ),
    Guard(
        id="no-support",
        commands=(CommandType.QUALIFY,),
        when={"supported": False},
        wording=Wording(
            "le dossier ne comporte aucun support factuel : ajoutez-en un", "no factual support is on file: add one"
        ),
        clause="M2-1 §6.1",
        interpretation="I11",
        remedy=CommandType.ADD_SUPPORT,
    ),
    Guard(
        id="no-document",
        commands=(CommandType.QUALIFY,),
        when={"supported": True, "document_lacking": True},
        wording=Wording(
            "aucun support factuel n'a de document, et la procédure en exige un : ajoutez un support avec son document",
            "no factual support has a document, and the procedure requires one: add a support with its document",
        ),
        clause="M2-1 §6.1",
        interpretation="I31",
        remedy=CommandType.ADD_SUPPORT,
    ),
    Guard(
        id="role-may-not-qualify",
        commands=(CommandType.QUALIFY,),
        when={"role_qualifies": False},
        wording=Wording(
            "ce rôle[ ({role})] n'est pas habilité à qualifier. Confiez la qualification à un rôle "
            "habilité[ : {qualifying_roles}]",
            "this role[ ({role})] may not qualify. Have a role qualify that may[: {qualifying_roles}]",
        ),
        clause="M2-1 §2.3",
        interpretation="I15",
        values={
            "role": lambda command: command.role,
            "qualifying_roles": lambda command: command.policy.roles.qualifying,
        },
    ),
    Guard(
        id="facts-known",
        commands=(CommandType.COMPLETE_FACTS, CommandType.QUALIFY),
        when={"facts_unknown": False},
        wording=Wording(
            "une de ces informations est déjà saisie. [Déjà saisies : {known_facts}. ]Utilisez « rectifier les "
            "informations »",
            "one of these facts is known already. [Known already: {known_facts}. ]Use 'correct the facts'",
        ),
        values={
            "known_facts": lambda command: tuple(
                fact.label for name in changed_facts(command) if (fact := _declared(command, name)) is not None
            )
        },
    ),
    Guard(
        id="risks-unjudged",
        commands=(CommandType.QUALIFY,),
        when={"risks_unjudged": True},
        wording=Wording(
            "les risques ne sont pas tous évalués[ (informations manquantes : {unjudged})]. Indiquez la "
            "gravité de chaque domaine (0 s'il n'est pas concerné), et la vraisemblance ou le nombre "
            "de récurrences",
            "the risks are not all judged[ (facts missing: {unjudged})]. Give the severity of each "
            "domain (0 if it is not touched) and the likelihood or the recurrences",
        ),
        clause="M2-1 §2.2",
        interpretation="I24",
        values={"unjudged": lambda command: len(unjudged_risks(command))},
        missing=unjudged_risks,
    ),
    Guard(
        id="not-qualified",
        commands=(CommandType.ANALYSE, CommandType.PLAN, CommandType.PLAN_NOTHING, CommandType.ANSWER),
        when={"qualified": False},
        wording=Wording(
            "le dossier n'est pas qualifié : qualifiez-le d'abord", "the case is not qualified: qualify it first"
        ),
        clause="M2-1 §2.1",
        interpretation="I12",
        remedy=CommandType.QUALIFY,
    ),
    Guard(
        id="no-method",
        commands=(CommandType.ANALYSE,),
        when={"complex": True, "root_cause_by_method": False},
        wording=Wording(
            "le cas est complexe et cette analyse[ ({method})] n'établit aucune cause racine. Utilisez "
            "une méthode de résolution de problèmes qui en établit",
            "the case is complex, and this analysis[ ({method})] finds no root cause. Use a "
            "problem-solving method that finds one",
        ),
        clause="M2-1 §4.2",
        interpretation="I14",
        values={"method": lambda command: command.data.method},
    ),
    Guard(
        id="complexity-undetermined",
        commands=(CommandType.PLAN, CommandType.PLAN_NOTHING),
        when={"complexity_undetermined": True},
        wording=COMPLEXITY_UNDETERMINED,
        clause="M2-1 §4.2",
        interpretation="I24",
        values={"complexity_fact": _complexity_fact},
        missing=_complexity_question,
        remedy=_settle_complexity,
    ),
    Guard(
        id="no-method-yet",
        commands=(CommandType.PLAN, CommandType.PLAN_NOTHING),
        when={"complex": True, "analysed_by_method": False, "method_exempt": False},
        wording=Wording(
            "le cas est complexe et aucune cause racine n'est établie. Analysez-le par une méthode de "
            "résolution de problèmes[, même si le constat est « {finding} »]",
            "the case is complex, and no method has found a root cause. Analyse it by one of them[, even if the "
            "finding is: {finding}]",
        ),
        clause="M2-1 §4.2",
        interpretation="I14, I29",
        values={"finding": lambda command: _CONFORMING if is_conforming(command.case) else None},
        remedy=CommandType.ANALYSE,
    ),
    Guard(
        id="not-analysed",
        commands=(CommandType.PLAN,),
        when={"analysed": False},
        wording=Wording(
            "les causes ne sont pas analysées : analysez-les d'abord", "the causes are not analysed: analyse them first"
        ),
        clause="M2-1 §4.1",
        remedy=CommandType.ANALYSE,
    ),
    Guard(
        id="actions-open",
        commands=(CommandType.PLAN_NOTHING,),
        when={"actions_open": True},
        wording=Wording(
            "des actions du dossier sont encore ouvertes[ : {open_actions}]. Clôturez-les, ou "
            "abandonnez-les en le motivant",
            "actions of the case are still open[: {open_actions}]. Close them, or abandon them with a reason",
        ),
        clause="M2-1 §4.1",
        interpretation="I27",
        values={"open_actions": open_actions},
    ),
    Guard(
        id="no-measure",
        commands=(CommandType.RECORD_CONTAINMENT_EFFECT,),
        when={"contained": False},
        wording=Wording(
            "aucune mesure conservatoire n'est enregistrée : enregistrez-la d'abord",
            "no containment measure is recorded: record it first",
        ),
        clause="M2-1 §3",
        remedy=CommandType.CONTAIN,
    ),
    Guard(
        id="measure-unknown",
        commands=(CommandType.RECORD_CONTAINMENT_EFFECT,),
        when={"contained": True, "measure_known": False},
        wording=Wording(
            "le dossier ne comporte pas de mesure conservatoire de ce rang[ (il en compte "
            "{measures})]. Indiquez 1 pour la première, 2 pour la suivante",
            "no containment measure of that number is on file[ (there are {measures})]. Give its "
            "place, 1 for the first one",
        ),
        clause="M2-1 §3",
        values={"measures": lambda command: len(command.case.containments)},
    ),
    Guard(
        id="override-unjustified",
        commands=(CommandType.REROUTE,),
        when={"overriding": True, "override_justified": False},
        wording=Wording(
            "imposer un niveau[ ({level})], ou y renoncer, demande un motif et le rôle RQR ou AQ. [Le rôle actuel est "
            "« {role} ». ]Indiquez les deux",
            "imposing a level[ ({level})], or lifting it, takes a reason and the role RQR or AQ. [The role here is "
            "'{role}'. ]Give both",
        ),
        interpretation="I28",
        values={
            "level": lambda command: command.data.level,
            "role": lambda command: None if command.role in OVERRIDING_ROLES else command.role,
        },
    ),
    Guard(
        id="answered-already",
        commands=(CommandType.ANSWER,),
        when={"answered": True},
        wording=Wording(
            "une réponse a déjà été envoyée[ le {answered_at}]. Pour répondre à nouveau, clôturez puis "
            "rouvrez le dossier",
            "the answer is given already[, on {answered_at}]. To answer again, close and reopen the case",
        ),
        clause="M2-1 §5.0",
        interpretation="I3",
        values={"answered_at": lambda command: command.case.answer_cycles[-1].answered_at},
    ),
    Guard(
        id="collective-though-named",
        commands=(CommandType.ANSWER,),
        when={"collective": True, "named_then": True},
        wording=Wording(
            "l'auteur est connu : répondez-lui à son nom. La réponse collective est réservée aux demandes dont "
            "l'auteur est inconnu",
            "the sender is known: answer by name. A collective answer is for messages of unknown senders only",
        ),
        clause="M2-1 §5.0",
        interpretation="I26",
    ),
    Guard(
        id="individual-though-anonymous",
        commands=(CommandType.ANSWER,),
        when={"collective": False, "named": False, "admissibility": is_not(Admissibility.MALFUNCTION)},
        wording=Wording(
            "l'auteur est inconnu : indiquez une réponse collective (information du groupe, affichage). S'il s'est "
            "fait connaître, indiquez d'abord son nom",
            "the sender is unknown: give a collective answer (information of the group, poster). If the sender gave a "
            "name since, identify the sender first",
        ),
        clause="M2-1 §5.0",
        interpretation="I26",
        remedy=CommandType.IDENTIFY_COMPLAINANT,
    ),
    Guard(
        id="provider-missing",
        commands=(CommandType.ANSWER,),
        when={"provider_missing": True},
        wording=Wording(
            "la prestation ne relève pas de l'Afpa : indiquez l'organisme qui l'a réalisée. Le client saura ainsi à "
            "qui s'adresser",
            "the service is not the Afpa's: name the organisation that provided it. The client then knows where to "
            "turn",
        ),
        clause="M2-1 §5.0",
        interpretation="I3",
    ),
    Guard(
        id="never-answered",
        commands=(CommandType.RECORD_REACTION,),
        when={"answered_once": False},
        wording=Wording(
            "aucune réponse n'a été envoyée : répondez d'abord au client", "no answer has been given: answer first"
        ),
        clause="M2-1 §5.0",
        remedy=CommandType.ANSWER,
    ),
)
"""The guards of handling, in the order of the procedure."""

_CLOSING_GUARDS: tuple[CaseGuard, ...] = (
    Guard(
        id="close-answered-malfunction",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.ANSWERED, "admissibility": Admissibility.MALFUNCTION},
        wording=Wording(
            "un dysfonctionnement interne n'appelle pas de réponse : clôturez-le sur « dysfonctionnement traité »",
            "an internal malfunction has no answer: close it as 'malfunction treated'",
        ),
        clause="M2-1 §7",
        interpretation="I5",
    ),
    Guard(
        id="close-answered-without-answer",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.ANSWERED, "answered": False, "admissibility": is_not(Admissibility.MALFUNCTION)},
        wording=Wording(
            "aucune réponse n'a été envoyée[ depuis la réouverture du {reopened_at}] : répondez d'abord au client",
            "no answer has been given[ since it was reopened on {reopened_at}]: answer first",
        ),
        clause="M2-1 §5.0",
        interpretation="I27",
        values={"reopened_at": _reopened_at},
        remedy=CommandType.ANSWER,
    ),
    Guard(
        id="close-to-be-clarified",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.ANSWERED, "admissibility": Admissibility.TO_BE_CLARIFIED},
        wording=TO_BE_CLARIFIED,
        clause="M2-1 §1.2",
        interpretation="I30",
        values={"eligibility_fact": _eligibility_fact},
        remedy=CommandType.COMPLETE_FACTS,
    ),
    Guard(
        id="close-treated-complaint",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.TREATED, "admissibility": is_not(Admissibility.MALFUNCTION)},
        wording=Wording(
            "le motif « dysfonctionnement traité » est réservé aux dysfonctionnements. Clôturez une réclamation sur "
            "« réponse donnée »",
            "'malfunction treated' closes a malfunction. Close a complaint as answered",
        ),
        clause="M2-1 §7",
        interpretation="I27",
    ),
    Guard(
        id="close-unsettled",
        commands=(CommandType.CLOSE,),
        when={"reason": (ClosingReason.ANSWERED, ClosingReason.TREATED), "settled": False},
        wording=Wording(
            "les suites ne sont pas réglées[ : {undecided}. Décidez des actions, ou indiquez pourquoi aucune n'est "
            "nécessaire][. Actions encore ouvertes : {open_actions}. Évaluez leur efficacité et clôturez-les, ou "
            "abandonnez-les en le motivant]",
            "the follow-up is not settled[: {undecided}. Decide on actions, or state why none is needed][. Actions "
            "still open: {open_actions}. Judge their effectiveness and close them, or abandon them with a reason]",
        ),
        general=Wording(
            "les suites ne sont pas réglées. Décidez des actions, ou indiquez pourquoi aucune n'est nécessaire. "
            "Clôturez chaque action une fois son efficacité évaluée, ou abandonnez-la en le motivant",
            "the follow-up is not settled. Decide on actions, or state why none is needed. Close each action once its "
            "effectiveness is judged, or abandon it with a reason",
        ),
        clause="M2-1 §4.1",
        interpretation="I27",
        values={
            "undecided": lambda command: None if command.case.actions else _UNDECIDED,
            "open_actions": open_actions,
        },
        remedy=_decide_actions,
    ),
    Guard(
        id="close-complexity-undetermined",
        commands=(CommandType.CLOSE,),
        when={"reason": (ClosingReason.ANSWERED, ClosingReason.TREATED), "complexity_undetermined": True},
        wording=COMPLEXITY_UNDETERMINED,
        clause="M2-1 §4.2",
        interpretation="I24",
        values={"complexity_fact": _complexity_fact},
        missing=_complexity_question,
        remedy=_settle_complexity,
    ),
    Guard(
        id="close-not-analysed",
        commands=(CommandType.CLOSE,),
        when={
            "reason": (ClosingReason.ANSWERED, ClosingReason.TREATED),
            "complex": True,
            "analysed_by_method": False,
            "method_exempt": False,
        },
        wording=Wording(
            "le cas est devenu complexe et aucune cause racine n'est établie. Analysez-le par une "
            "méthode de résolution de problèmes[, même si le constat est « {finding} »]",
            "the case has become complex, and no method has found a root cause. Analyse it by one of them[, even if "
            "the finding is: {finding}]",
        ),
        clause="M2-1 §4.2",
        interpretation="I14, I29",
        values={"finding": lambda command: _CONFORMING if is_conforming(command.case) else None},
        remedy=CommandType.ANALYSE,
    ),
    Guard(
        id="close-in-scope",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "admissibility": Admissibility.IN_SCOPE},
        wording=Wording(
            "cette demande est une réclamation : clôturez-la sur « réponse donnée », ou rectifiez les informations si "
            "c'est une erreur",
            "the message is a complaint: close it as answered, or correct the facts if this is wrong",
        ),
        clause="M2-1 §1.2",
        interpretation="I27",
    ),
    Guard(
        id="close-scope-unclear",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "admissibility": Admissibility.TO_BE_CLARIFIED},
        wording=Wording(
            "la recevabilité est « à clarifier » : complétez les informations qui manquent[, d'abord : "
            "{eligibility_fact}]",
            "the admissibility is 'to be clarified': complete the facts that are missing[, first: {eligibility_fact}]",
        ),
        clause="M2-1 §1.2",
        interpretation="I27",
        values={"eligibility_fact": _eligibility_fact},
        remedy=CommandType.COMPLETE_FACTS,
    ),
    Guard(
        id="close-malfunction-out-of-scope",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "admissibility": Admissibility.MALFUNCTION},
        wording=Wording(
            "un dysfonctionnement interne n'est pas une demande : clôturez-le sur « dysfonctionnement traité »",
            "an internal malfunction is no message: close it as 'malfunction treated'",
        ),
        clause="M2-1 §7",
        interpretation="I27",
    ),
    Guard(
        id="close-not-redirected",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.OUT_OF_SCOPE, "redirected": False},
        wording=Wording(
            "la réorientation n'est pas enregistrée. Indiquez vers quel service ou organisme et, si l'auteur est "
            "connu, quand il en a été informé",
            "the redirection is not recorded. State to which department or organisation and, if the sender is known, "
            "when the sender was informed",
        ),
        interpretation="I27",
    ),
    Guard(
        id="close-not-withdrawn",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.WITHDRAWN, "withdrawn": False},
        wording=Wording(
            "aucun retrait n'est enregistré : enregistrez d'abord celui du client",
            "no withdrawal is recorded: record it first",
        ),
        interpretation="I27",
        remedy=CommandType.WITHDRAW,
    ),
    Guard(
        id="close-not-duplicate",
        commands=(CommandType.CLOSE,),
        when={"reason": ClosingReason.DUPLICATE, "duplicate": False},
        wording=Wording(
            "aucun dossier du même auteur, dont celui-ci serait le doublon, n'est lié[ ({original} a un autre "
            "auteur)]. "
            "Liez-le d'abord ; si l'auteur est un autre, répondez à chacun et liez les dossiers par « même cause que »",
            "no case of the same author that this one would duplicate is linked[ ({original} has another author)]. "
            "Link it first. If the author is another one, answer each of them and link the cases by 'same cause as'",
        ),
        clause="M2-1 §5.0",
        interpretation="I27",
        values={"original": _original},
        remedy=CommandType.LINK,
    ),
)
"""The closing table."""

GUARDS: Final[Guards[CommandType, PartialCaseCommand]] = Guards(
    (
        *_COMMON,
        *_HANDLING_GUARDS,
        *_CLOSING_GUARDS,
        *(guard for event in CASE_EVENTS.commands for guard in event.guards),
    ),
    (*INPUTS, _AGAINST_THE_HISTORY, *(input_ for event in CASE_EVENTS.commands for input_ in event.guard_inputs)),
)
"""Every guard, the common ones first."""


def guard_table(command: CommandType) -> DecisionTable[Permission]:
    """Return the table that allows or refuses a command; its rows that refuse are the guards of the command."""
    return GUARDS.table(command)


def missing_facts(permission: Decision[Permission], partial: PartialCaseCommand) -> tuple[Input, ...]:
    """Return the facts to complete where guards refuse for want of them: each has its question (I24)."""
    wanting = (guard.missing(partial) for guard in GUARDS.refusing(permission) if guard.missing)
    return tuple(fact for facts in wanting for fact in facts)
