"""The guards of the commands on a plan, as data: one decision table for each command."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases.aggregate import Guard, GuardInput, Guards, Need, NotGivenError, PartialCommand
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.guards import ROLE_NOT_ALLOWED
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import Commitment
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans.action import ENDED_STATUSES, OPEN_STATUSES, Action
from reclamation_core.plans.codes import ActionStatus, ActionType, Effectiveness, SignalState
from reclamation_core.plans.events import ACTION_COMMANDS, SIGNAL_COMMANDS, TextsForgotten
from reclamation_core.plans.signals import RaisedSignal
from reclamation_core.policy import RoleParameters
from reclamation_core.tables import DecisionTable, Enumeration
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class PartialPlanCommand(PartialCommand):
    """A command on a plan as far as it is given.

    Args:
        plan: the plan, or the part of it; None if only the action is given.
        action: the action that it concerns; None if it is not on the plan, or if the command concerns none.
        roles: the roles that may give each command.
    """

    plan: Any = None
    action: Action | None = None
    roles: RoleParameters = attrs.field(factory=RoleParameters)

    @property
    def given(self) -> frozenset[Need]:
        """What is given."""
        return super().given if self.action is None else super().given | {Need.ACTION}

    @property
    def known_action(self) -> Any:
        """The action, which is on the plan."""
        return self.action

    @property
    def signal(self) -> RaisedSignal | None:
        """The signal that it concerns; None if it is not on the plan.

        Raises:
            NotGivenError: the plan is not given, or the event.
        """
        if self.plan is None:
            raise NotGivenError("plan")
        signal: RaisedSignal | None = self.plan.get_signal(self.data.signal)
        return signal


PlanInput: TypeAlias = GuardInput[PartialPlanCommand]
PlanGuard: TypeAlias = Guard[PlanCommandType, PartialPlanCommand]
_input = PlanInput.of_command


def _is_explained(command: PartialPlanCommand) -> bool:
    """Return True if what shows or motivates the event is given: a reason, an evidence."""
    words = command.data.explanation
    return isinstance(words, Commitment) or (isinstance(words, str) and bool(words.strip()))


def _is_known(command: PartialPlanCommand) -> bool:
    """Return True if the action of the command is on the plan; texts of a signal are erased as those of an action."""
    data = command.given_data
    if command.action is not None or not isinstance(data, TextsForgotten):
        return command.action is not None
    return command.plan.get_signal(data.action) is not None


def _signal_state(command: PartialPlanCommand) -> object:
    return UNKNOWN if command.signal is None else command.signal.state


def _has_follow_up(command: PartialPlanCommand) -> bool:
    named = command.event.judges and command.data.follow_up is not None
    return bool(command.known_action.follow_ups) or named


def _is_ineffective(command: PartialPlanCommand) -> bool:
    judged = command.data if command.event.judges else command.known_action
    return judged.effectiveness is Effectiveness.NOT_EFFECTIVE


def _follows_itself_up(command: PartialPlanCommand) -> bool:
    own = LineReference(command.plan.scope, command.known_action.reference)
    return bool(command.data.follow_up == own)


def _is_follow_up_known(command: PartialPlanCommand) -> bool:
    follow_up: LineReference | None = command.data.follow_up
    if follow_up is None or follow_up.scope != command.plan.scope:
        return True
    return command.plan.get(follow_up.action) is not None


def _changes_cause(command: PartialPlanCommand) -> bool:
    sheet, action = command.data.sheet, command.known_action
    return (sheet.cause_family, sheet.cause) != (action.cause_family, action.cause)


def _latest_step(command: PartialPlanCommand) -> datetime | None:
    """Return the latest step of the action, or the date of the latest published plan."""
    latest: datetime | None = command.data.latest_step(command.plan, command.action)
    return latest


def _is_backwards(command: PartialPlanCommand) -> bool:
    latest = _latest_step(command)
    return latest is not None and command.occurred_at < latest


def _next_number(command: PartialPlanCommand) -> int:
    """Return the number of the next published plan."""
    return len(command.plan.publications) + 1


def _update_dates(command: PartialPlanCommand) -> Iterator[datetime]:
    """Yield the dates that a published plan shows: of its own lines every event, of others what they reached."""
    yield from (event.occurred_at for event in command.plan.events if event.data.is_published)
    for line in command.data.gathered:
        yield from (at for at in (line.action.added, line.action.latest) if at is not None)


def _not_below(command: PartialPlanCommand) -> tuple[str, ...]:
    """Return the lines to gather that are of no plan below."""
    return tuple(str(line.reference) for line in command.data.gathered if not command.plan.scope.above(line.scope))


def _ended_at(command: PartialPlanCommand) -> datetime | None:
    action = command.known_action
    ended: datetime | None = action.closed or (action.abandonment and action.abandonment.at)
    return ended


def _judged_at(command: PartialPlanCommand) -> datetime | None:
    judgement = command.known_action.judgement
    return None if judgement is None else judgement.at


_INPUTS: Final[tuple[PlanInput, ...]] = (
    _input(
        "role_allowed",
        "rôle habilité à cette opération",
        "role that may give the command",
        lambda command: command.roles.allows(command.command, command.role),
        Need.ROLE,
    ),
    _input("known", "action inscrite au plan", "action on the plan", _is_known, fields=("reference",)),
    _input(
        "signal_known",
        "signal inscrit au plan",
        "signal on the plan",
        lambda command: command.signal is not None,
        Need.DATA,
        fields=("signal",),
    ),
    _input(
        "signal_state",
        "état du signal",
        "state of the signal",
        _signal_state,
        Need.DATA,
        domain=Enumeration.of(SignalState),
        fields=("signal",),
    ),
    _input(
        "status",
        "état",
        "status",
        lambda command: command.known_action.status,
        Need.ACTION,
        domain=Enumeration.of(ActionStatus),
    ),
    _input(
        "type",
        "type d'action",
        "type of action",
        lambda command: command.data.sheet.type,
        Need.DATA,
        domain=Enumeration.of(ActionType),
        fields=("type",),
    ),
    _input(
        "cause_cited",
        "cause citée",
        "cause cited",
        lambda command: command.data.sheet.cites_cause,
        Need.DATA,
        fields=("cause_family", "cause"),
    ),
    _input(
        "changed",
        "quelque chose change",
        "something changes",
        lambda command: command.data.sheet != command.known_action.sheet,
        Need.ACTION,
        Need.DATA,
        fields=("changes",),
    ),
    _input(
        "criterion_changed",
        "critère d'efficacité changé",
        "effectiveness criterion changed",
        lambda command: command.data.sheet.criterion != command.known_action.criterion,
        Need.ACTION,
        Need.DATA,
        fields=("criterion",),
    ),
    _input(
        "cause_changed",
        "cause changée",
        "cause changed",
        _changes_cause,
        Need.ACTION,
        Need.DATA,
        fields=("cause_family", "cause"),
    ),
    _input(
        "criterion_set",
        "critère d'efficacité fixé",
        "effectiveness criterion set",
        lambda command: command.known_action.criterion is not None,
        Need.ACTION,
    ),
    _input(
        "criterion_given",
        "critère d'efficacité indiqué",
        "effectiveness criterion given",
        lambda command: command.data.criterion is not None,
        Need.DATA,
        fields=("criterion",),
    ),
    _input(
        "explained",
        "motif ou preuve donnés",
        "reason or proof given",
        _is_explained,
        Need.DATA,
        fields=("evidence", "why", "reason"),
    ),
    _input("backwards", "avant ce qui précède", "before what precedes", _is_backwards, Need.DATE, Need.DATA),
    _input(
        "ineffective",
        "action évaluée non efficace",
        "action judged not effective",
        _is_ineffective,
        Need.ACTION,
        fields=("effectiveness",),
    ),
    _input(
        "followed_up", "action de suite désignée", "follow-up named", _has_follow_up, Need.ACTION, fields=("follow_up",)
    ),
    _input(
        "own_follow_up",
        "l'action est sa propre suite",
        "the action follows itself up",
        _follows_itself_up,
        Need.ACTION,
        Need.DATA,
        fields=("follow_up",),
    ),
    _input(
        "follow_up_known",
        "suite inscrite à un plan",
        "follow-up on a plan",
        _is_follow_up_known,
        Need.ACTION,
        Need.DATA,
        fields=("follow_up",),
    ),
    _input(
        "next_edition",
        "numéro d'édition suivant",
        "next edition's number",
        lambda command: command.data.number == _next_number(command),
        Need.DATA,
    ),
    _input(
        "before_its_lines",
        "avant ce que l'édition montre",
        "before what the edition shows",
        lambda command: any(command.occurred_at < updated_at for updated_at in _update_dates(command)),
        Need.DATE,
        Need.DATA,
    ),
    _input(
        "addressed",
        "destinataires nommés",
        "recipients named",
        lambda command: bool(command.data.recipients),
        Need.DATA,
        fields=("recipients",),
    ),
    _input(
        "gathers_below",
        "lignes de plans inférieurs",
        "lines of plans below",
        lambda command: not _not_below(command),
        Need.DATA,
    ),
)
"""The inputs of the guard tables."""

_DONE = (ActionStatus.DONE, ActionStatus.VERIFIED)
_OF_LIVING = tuple(one for one in ACTION_COMMANDS if one not in {PlanCommandType.REOPEN, PlanCommandType.FORGET})


def _after_done(command: PartialPlanCommand) -> PlanCommandType:
    """Return the command on an action that is done: its judgement, or its reopening once it is judged."""
    return PlanCommandType.JUDGE if command.known_action.status is ActionStatus.DONE else PlanCommandType.REOPEN


def _set_criterion(command: PartialPlanCommand) -> PlanCommandType:
    """Return the command after which a criterion can be set: that one, or the reopening once the action is done."""
    return PlanCommandType.REOPEN if command.known_action.status in _DONE else PlanCommandType.AMEND


def _before_follow_up(command: PartialPlanCommand) -> PlanCommandType | None:
    """Return the judgement of an action that is done, what comes before it of one that is not; None of the others."""
    if command.known_action.status in OPEN_STATUSES:
        return PlanCommandType.FINISH
    return PlanCommandType.JUDGE if command.known_action.status is ActionStatus.DONE else None


_GUARDS: tuple[PlanGuard, ...] = (
    Guard(
        id="role-not-allowed", commands=tuple(PlanCommandType), when={"role_allowed": False}, wording=ROLE_NOT_ALLOWED
    ),
    Guard(
        id="unknown-action",
        commands=ACTION_COMMANDS,
        when={"known": False},
        wording=Wording(
            "le plan ne comporte pas d'action de cette référence[ ({action})] : inscrivez-la",
            "no action of that reference[ ({action})] is on the plan: add it",
        ),
        values={"action": lambda command: command.data.action},
    ),
    Guard(
        id="reference-taken",
        commands=(PlanCommandType.ADD,),
        when={"known": True},
        wording=Wording(
            "une action de cette référence[ ({action})] est déjà au plan. Modifiez-la, ou indiquez une autre référence",
            "an action of that reference[ ({action})] is on the plan already. Amend it, or give another reference",
        ),
        values={"action": lambda command: command.data.action},
    ),
    Guard(
        id="no-cause",
        commands=(PlanCommandType.ADD, PlanCommandType.AMEND),
        when={"type": (ActionType.CORRECTIVE, ActionType.PREVENTIVE), "cause_cited": False},
        wording=Wording(
            "une action corrective ou préventive[ (ici : {type})] agit sur une cause. Indiquez-la avec "
            "sa famille ; sans cause, l'action est curative",
            "a corrective or preventive action[ (here: {type})] acts on a cause. Cite it with its "
            "family; without one the action is curative",
        ),
        clause="M2-1 §4.1",
        values={"type": lambda command: command.data.sheet.type},
    ),
    Guard(
        id="ended",
        commands=_OF_LIVING,
        when={"status": ENDED_STATUSES},
        wording=Wording(
            "l'action est close ou abandonnée[ depuis le {ended_at}] : rouvrez-la d'abord",
            "the action was closed or abandoned[ on {ended_at}]: reopen it first",
        ),
        values={"ended_at": _ended_at},
        remedy=PlanCommandType.REOPEN,
    ),
    Guard(
        id="nothing-changes",
        commands=(PlanCommandType.AMEND,),
        when={"changed": False},
        wording=Wording(
            "rien ne change : indiquez au moins une modification", "nothing changes: give at least one new value"
        ),
    ),
    Guard(
        id="criterion-fixed",
        commands=(PlanCommandType.AMEND,),
        when={"status": _DONE, "criterion_changed": True},
        wording=Wording(
            "le critère d'efficacité se fixe avant la réalisation[ ({done_at})]. Pour le fixer ou le "
            "modifier, rouvrez l'action",
            "the effectiveness criterion is fixed before the action is done[ ({done_at})]. To give or "
            "change it, reopen the action",
        ),
        values={"done_at": lambda command: command.known_action.done},
        remedy=PlanCommandType.REOPEN,
    ),
    Guard(
        id="cause-judged",
        commands=(PlanCommandType.AMEND,),
        when={"status": ActionStatus.VERIFIED, "cause_changed": True},
        wording=Wording(
            "l'efficacité est évaluée[ depuis le {judged_at}] sur cette cause. Rouvrez l'action, ou "
            "inscrivez une nouvelle action sur l'autre cause",
            "its effectiveness was judged[ on {judged_at}] on this cause. Reopen the action, or add "
            "another one on the other cause",
        ),
        clause="M2-1 §4.1",
        values={"judged_at": _judged_at},
        remedy=PlanCommandType.REOPEN,
    ),
    Guard(
        id="done-already",
        commands=(PlanCommandType.PROGRESS, PlanCommandType.FINISH, PlanCommandType.ABANDON),
        when={"status": _DONE},
        wording=Wording(
            "l'action est déjà réalisée[ depuis le {done_at}]. Évaluez son efficacité, ou rouvrez-la",
            "the action is done already[, since {done_at}]. Judge its effectiveness, or reopen it",
        ),
        values={"done_at": lambda command: command.known_action.done},
        remedy=_after_done,
    ),
    Guard(
        id="no-evidence",
        commands=(PlanCommandType.FINISH,),
        when={"explained": False},
        wording=Wording(
            "la réalisation n'est pas prouvée : indiquez la preuve", "nothing shows that it is done: give the evidence"
        ),
    ),
    Guard(
        id="done-without-criterion",
        commands=(PlanCommandType.FINISH,),
        when={"criterion_set": False, "criterion_given": False},
        wording=Wording(
            "aucun critère d'efficacité n'est fixé, et il ne peut plus l'être une fois l'action réalisée : indiquez-le",
            "no effectiveness criterion is set, and none can be set once the action is done: give it",
        ),
        clause="M2-1 §0.1",
    ),
    Guard(
        id="criterion-set-already",
        commands=(PlanCommandType.FINISH,),
        when={"criterion_set": True, "criterion_given": True},
        wording=Wording(
            "l'action a déjà un critère d'efficacité : pour en changer, modifiez l'action avant de déclarer sa "
            "réalisation",
            "the action has an effectiveness criterion already: to change it, amend the action before it is done",
        ),
    ),
    Guard(
        id="not-done",
        commands=(PlanCommandType.JUDGE,),
        when={"status": OPEN_STATUSES},
        wording=Wording(
            "l'action n'est pas réalisée[ (état : {status})]. Déclarez sa réalisation avant d'évaluer son efficacité",
            "the action is not done[ (status: {status})]. Declare it done before its effectiveness is judged",
        ),
        clause="M2-1 §0.1",
        values={"status": lambda command: command.known_action.status},
        remedy=PlanCommandType.FINISH,
    ),
    Guard(
        id="judged-already",
        commands=(PlanCommandType.JUDGE,),
        when={"status": ActionStatus.VERIFIED},
        wording=Wording(
            "l'efficacité est déjà évaluée[ depuis le {judged_at}]. Pour la revoir, rouvrez l'action",
            "its effectiveness was judged already[, on {judged_at}]. To judge it again, reopen the action",
        ),
        values={"judged_at": _judged_at},
        remedy=PlanCommandType.REOPEN,
    ),
    Guard(
        id="no-criterion",
        commands=(PlanCommandType.JUDGE,),
        when={"criterion_set": False},
        wording=Wording(
            "aucun critère d'efficacité n'est fixé : fixez-en un. Si l'action est réalisée, rouvrez-la d'abord",
            "no effectiveness criterion is set: set one. If the action is done, reopen it first",
        ),
        remedy=_set_criterion,
    ),
    Guard(
        id="no-grounds",
        commands=(PlanCommandType.JUDGE,),
        when={"explained": False},
        wording=Wording(
            "l'évaluation n'est pas motivée : précisez sur quel constat elle repose",
            "the judgement has no grounds: state what it rests on",
        ),
    ),
    Guard(
        id="not-ineffective",
        commands=(PlanCommandType.FOLLOW_UP,),
        when={"ineffective": False},
        wording=Wording(
            "seule une action évaluée non efficace a une action de suite[ (évaluation : "
            "{effectiveness})]. Évaluez-la d'abord, ou inscrivez une action nouvelle",
            "only an action judged not effective is followed up[ (judgement: {effectiveness})]. Judge "
            "it first, or add a new action",
        ),
        values={"effectiveness": lambda command: command.known_action.effectiveness},
        remedy=_before_follow_up,
    ),
    Guard(
        id="own-follow-up",
        commands=(PlanCommandType.JUDGE, PlanCommandType.FOLLOW_UP),
        when={"own_follow_up": True},
        wording=Wording(
            "une action[ ({action})] n'est pas sa propre action de suite. Indiquez-en une autre, ou rouvrez celle-ci",
            "an action[ ({action})] does not follow itself up. Name another one, or reopen this one",
        ),
        values={"action": lambda command: command.data.action},
    ),
    Guard(
        id="unknown-follow-up",
        commands=(PlanCommandType.JUDGE, PlanCommandType.FOLLOW_UP),
        when={"follow_up_known": False},
        wording=Wording(
            "l'action de suite[ ({follow_up})] n'est pas au plan. Inscrivez-la, ou indiquez le plan où "
            "elle est inscrite",
            "the follow-up[ ({follow_up})] is not on this plan. Add it, or name the plan that it is on",
        ),
        clause="M2-1 §4.1",
        values={"follow_up": lambda command: command.data.follow_up},
    ),
    Guard(
        id="follow-up-of-effective",
        commands=(PlanCommandType.JUDGE,),
        when={"ineffective": False, "followed_up": True},
        wording=Wording(
            "une action efficace n'a pas d'action de suite[ ({follow_up})]. Retirez celle-ci, ou "
            "évaluez l'action non efficace",
            "an effective action has no follow-up[ ({follow_up})]. Leave it out, or judge the action not effective",
        ),
        values={"follow_up": lambda command: command.data.follow_up},
    ),
    Guard(
        id="not-finished",
        commands=(PlanCommandType.CLOSE,),
        when={"status": OPEN_STATUSES},
        wording=Wording(
            "l'action n'est pas réalisée[ (état : {status})]. Réalisez-la puis évaluez son efficacité, ou "
            "abandonnez-la en le motivant",
            "the action is not done[ (status: {status})]. Do it and judge its effectiveness, or abandon it with a "
            "reason",
        ),
        clause="M2-1 §4.1",
        interpretation="I27",
        values={"status": lambda command: command.known_action.status},
        remedy=PlanCommandType.FINISH,
    ),
    Guard(
        id="no-verdict",
        commands=(PlanCommandType.CLOSE,),
        when={"status": ActionStatus.DONE},
        wording=Wording(
            "l'efficacité de cette action réalisée n'est pas évaluée : évaluez-la",
            "the effectiveness of this action, which is done, is not judged: judge it",
        ),
        clause="M2-1 §4.1",
        interpretation="I27",
        remedy=PlanCommandType.JUDGE,
    ),
    Guard(
        id="no-follow-up",
        commands=(PlanCommandType.CLOSE,),
        when={"ineffective": True, "followed_up": False},
        wording=Wording(
            "l'action a été évaluée non efficace[ le {judged_at}]. Indiquez l'action de suite, ou rouvrez-la",
            "the action was judged not effective[ on {judged_at}]. Name the action that follows it up, or reopen it",
        ),
        clause="M2-1 §4.1",
        values={"judged_at": _judged_at},
        remedy=PlanCommandType.FOLLOW_UP,
    ),
    Guard(
        id="no-reason",
        commands=(PlanCommandType.ABANDON, PlanCommandType.REOPEN),
        when={"explained": False},
        wording=Wording("le motif manque : indiquez-le", "the reason is missing: give it"),
        interpretation="I27",
    ),
    Guard(
        id="not-ended",
        commands=(PlanCommandType.REOPEN,),
        when={"status": OPEN_STATUSES},
        wording=Wording(
            "l'action est à faire ou en cours[ (état : {status})] : elle n'a pas à être rouverte",
            "the action is to do or in progress[ (status: {status})]: there is nothing to reopen",
        ),
        values={"status": lambda command: command.known_action.status},
    ),
    Guard(
        id="backwards",
        commands=(
            PlanCommandType.FINISH,
            PlanCommandType.JUDGE,
            PlanCommandType.CLOSE,
            PlanCommandType.ABANDON,
            PlanCommandType.REOPEN,
            PlanCommandType.PUBLISH,
        ),
        when={"backwards": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la dernière étape de l'action, ou la dernière "
            "édition[ ({latest})]. Corrigez-la",
            "the date given[ ({date})] is before the latest step of the action, or the latest edition[ "
            "({latest})]. Correct it",
        ),
        values={"date": lambda command: command.occurred_at, "latest": _latest_step},
    ),
    Guard(
        id="before-the-signal",
        commands=SIGNAL_COMMANDS,
        when={"backwards": True},
        wording=Wording(
            "la date indiquée[ ({date})] précède la dernière étape du signal[ ({latest})]. Corrigez-la",
            "the date given[ ({date})] is before the latest step of the signal[ ({latest})]. Correct it",
        ),
        values={"date": lambda command: command.occurred_at, "latest": _latest_step},
    ),
    Guard(
        id="unknown-signal",
        commands=SIGNAL_COMMANDS,
        when={"signal_known": False},
        wording=Wording(
            "le plan ne comporte pas ce signal[ ({signal})] : choisissez l'un de ceux du plan",
            "that signal[ ({signal})] is not on the plan: choose one of the plan",
        ),
        values={"signal": lambda command: command.data.signal},
    ),
    Guard(
        id="signal-acknowledged",
        commands=(PlanCommandType.ACKNOWLEDGE_SIGNAL,),
        when={"signal_state": SignalState.ACKNOWLEDGED},
        wording=Wording(
            "le signal est déjà pris en compte[ depuis le {since}]. Inscrivez une action, ou écartez-le",
            "the signal is acknowledged already[, since {since}]. Add an action, or dismiss it",
        ),
        values={"since": lambda command: command.signal and command.signal.latest},
    ),
    Guard(
        id="signal-settled",
        commands=SIGNAL_COMMANDS,
        when={"signal_state": (SignalState.DISMISSED, SignalState.ACTION)},
        wording=Wording(
            "le signal est déjà écarté, ou suivi d'une action[ ({state})]. S'il le faut, inscrivez une action",
            "the signal is dismissed already, or turned into an action[ ({state})]. If need be, add an action",
        ),
        values={"state": _signal_state},
    ),
    Guard(
        id="no-reason-to-dismiss",
        commands=(PlanCommandType.DISMISS_SIGNAL,),
        when={"explained": False},
        wording=Wording(
            "le motif manque : indiquez pourquoi ce signal n'appelle pas d'action",
            "the reason is missing: state why this signal calls for no action",
        ),
    ),
    Guard(
        id="edition-before-its-lines",
        commands=(PlanCommandType.PUBLISH,),
        when={"before_its_lines": True},
        wording=Wording(
            "la date de publication[ ({date})] précède des mises à jour que l'édition contiendrait[ "
            "({latest_update})]. Indiquez une date postérieure",
            "the date of publication[ ({date})] is before updates that the edition would contain[ "
            "({latest_update})]. Give a later date",
        ),
        clause="M2-1 §6.3",
        interpretation="I16",
        values={
            "date": lambda command: command.occurred_at,
            "latest_update": lambda command: max(_update_dates(command)),
        },
    ),
    Guard(
        id="edition-out-of-turn",
        commands=(PlanCommandType.PUBLISH,),
        when={"next_edition": False},
        wording=Wording(
            "ce numéro[ ({number})] n'est pas celui de l'édition suivante[ ({next_number})]. Les "
            "éditions se numérotent sans interruption",
            "this[ ({number})] is not the number of the next edition[ ({next_number})]. Editions are "
            "numbered without holes",
        ),
        clause="M2-1 §6.3",
        interpretation="I16",
        values={"number": lambda command: command.data.number, "next_number": _next_number},
    ),
    Guard(
        id="no-recipient",
        commands=(PlanCommandType.PUBLISH,),
        when={"addressed": False},
        wording=Wording(
            "aucun destinataire n'est indiqué : indiquez-en, ou diffusez à tous les PCS",
            "no recipient is named: send it to all PCS, or name some",
        ),
        clause="M2-1 §6.3",
        interpretation="I16",
    ),
    Guard(
        id="not-below",
        commands=(PlanCommandType.PUBLISH,),
        when={"gathers_below": False},
        wording=Wording(
            "un plan régional réunit des actions de centres, le plan national celles des régions et "
            "des centres. Retirez les autres[ : {not_below}]",
            "a region's plan gathers lines of sites, the nation's those of regions and sites. Leave "
            "the others out[: {not_below}]",
        ),
        clause="M2-1 §6.3",
        interpretation="I16",
        values={"not_below": _not_below},
    ),
)
GUARDS: Final[Guards[PlanCommandType, PartialPlanCommand]] = Guards(_GUARDS, _INPUTS)
"""Every guard, the common ones first."""


def plan_guard_table(command: PlanCommandType) -> DecisionTable[Permission]:
    """Return the table that allows or refuses a command; its rows that refuse are the guards of the command."""
    return GUARDS.table(command)
