"""Whether something may be done to a plan, and the event it gives: the one place where a plan is asked for leave."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import attrs

from reclamation_core.cases.checks import instant, member_of, not_before_it_happened, said
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.sealed import SaltSource, Secret, Vault, fresh_salt
from reclamation_core.cases.texts import commitments, marked, require_unsealed
from reclamation_core.plans import happenings as h
from reclamation_core.plans.action import Action, ActionSheet
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.plans.errors import PlanRefusedError
from reclamation_core.plans.event import RecordedPlanEvent, sealed
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.plans.situation import situation
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.conversions import at_offset

if TYPE_CHECKING:
    from reclamation_core.plans.part import ActionCommands

VERBS: Mapping[type[Any], PlanCommandType] = {
    h.ActionAdded: PlanCommandType.ADD,
    h.ActionAmended: PlanCommandType.AMEND,
    h.ActionProgressed: PlanCommandType.PROGRESS,
    h.ActionDone: PlanCommandType.FINISH,
    h.ActionJudged: PlanCommandType.JUDGE,
    h.FollowUpNamed: PlanCommandType.FOLLOW_UP,
    h.ActionClosed: PlanCommandType.CLOSE,
    h.ActionAbandoned: PlanCommandType.ABANDON,
    h.ActionReopened: PlanCommandType.REOPEN,
    h.TextsForgotten: PlanCommandType.FORGET,
    h.PlanPublished: PlanCommandType.PUBLISH,
}
"""The verb of each happening."""


@attrs.frozen(kw_only=True)
class Signature:
    """Who says that something happened to a plan, and when (visa).

    Args:
        actor: who.
        role: in which role.
        occurred_at: when it happened; aware.
        recorded_at: when it is written down; aware, when it happened unless given.
        salt: where salts come from.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    actor: str = attrs.field(repr=False, validator=said)
    role: Role = attrs.field(validator=member_of(Role))
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(
        default=attrs.Factory(lambda self: self.occurred_at, takes_self=True),
        converter=at_offset,
        validator=[instant, not_before_it_happened],
    )
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)


@attrs.frozen
class NewPlanEvent:
    """An event of a plan and the texts that it keeps sealed."""

    event: RecordedPlanEvent
    secrets: tuple[Secret, ...] = attrs.field(repr=False)


def decide(plan: ActionCommands, data: h.PlanHappening, signature: Signature) -> NewPlanEvent:
    """The event that something asked of a plan gives.

    Raises:
        PlanRefusedError: guards are not met; it says which, and what would do. Nothing has changed.
        TypeError: nobody can ask for what is given, or a text of it is sealed already and not one of its action's.
    """
    verb = VERBS.get(type(data))
    if verb is None:
        asked = ", ".join(happening.__name__ for happening in VERBS)
        raise TypeError(f"data: a {type(data).__name__} cannot be asked for; give one of {asked}")
    _require_texts(plan, data)
    data = _with_kept_texts(plan, data)
    permission = plan_guard_table(verb).decide(situation(plan, data, signature.occurred_at))
    if permission.outcome is not Permission.ALLOWED:
        raise PlanRefusedError(plan.scope, getattr(data, "action", None), verb, permission)
    return _recorded(plan, data, signature)


def _recorded(plan: ActionCommands, data: h.PlanHappening, signature: Signature) -> NewPlanEvent:
    kept, secrets = sealed(data, signature.salt)
    actor = Secret(signature.actor, signature.salt())
    recorded_at = signature.recorded_at.astimezone(UTC)
    if (
        plan.recorded_at is not None
    ):  # two machines' clocks may differ a little; the order of the story is the order of recording
        recorded_at = max(recorded_at, plan.recorded_at)
    event = RecordedPlanEvent(
        plan=plan.scope,
        number=plan.version + 1,
        occurred_at=signature.occurred_at.astimezone(UTC),
        recorded_at=recorded_at,
        by=actor.commitment,
        role=signature.role,
        data=kept,
    )
    return NewPlanEvent(event, (*secrets, actor))


def _require_texts(plan: ActionCommands, data: h.PlanHappening) -> None:
    """Refuse texts of other actions or plans that are sealed already; an amendment may repeat those of its action."""
    if isinstance(data, h.ActionAdded | h.ActionAmended):
        action = plan.get(data.action) if isinstance(data, h.ActionAmended) else None
        known = () if action is None else {commitment.digest for commitment in commitments(action)}
        require_unsealed(data.sheet, known)
    require_unsealed(data)


def _with_kept_texts(plan: ActionCommands, data: h.PlanHappening) -> h.PlanHappening:
    """Of an amendment, the texts that it does not change as the commitments that they already are."""
    action = plan.get(data.action) if isinstance(data, h.ActionAmended) else None
    if action is None or not isinstance(data, h.ActionAmended):
        return data
    return attrs.evolve(data, sheet=_kept(action, data.sheet, plan.vault))


def _kept(action: Action, sheet: ActionSheet, vault: Vault) -> ActionSheet:
    given = {name: getattr(sheet, name) for name in marked(ActionSheet)}
    same = {
        name: getattr(action, name)
        for name, words in given.items()
        if isinstance(words, str) and vault.read(getattr(action, name)) == words
    }
    return attrs.evolve(sheet, **same)
