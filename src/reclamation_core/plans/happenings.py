"""What can happen to a plan: one class for each kind of event.

A command gives these with their texts in clear; an event keeps them sealed. When something happened is said by the
event (`occurred_at`), not here. A blank text is not refused here: the guards refuse it, and say what would do.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import attrs

from reclamation_core.cases.checks import (
    each_a_label,
    each_once,
    label,
    listed,
    member_of,
    number,
    of_class,
    optional,
    said_or_blank,
)
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.texts import Text, TextKind, each_a_kind, free
from reclamation_core.plans.action import ActionSheet
from reclamation_core.plans.codes import Effectiveness
from reclamation_core.plans.edition import ALL_PCS, PlanLine, each_line_once, in_order


def _of_action() -> Any:
    return attrs.field(validator=label)


@attrs.frozen(kw_only=True)
class ActionAdded:
    """An action was put on the plan (inscription). Source: M2-1 §4.1."""

    sheet: ActionSheet

    @property
    def action(self) -> str:
        """The reference of the action."""
        return self.sheet.reference


@attrs.frozen(kw_only=True)
class ActionAmended:
    """What was decided of an action changed (modification): its sheet, whole again."""

    sheet: ActionSheet
    reason: Text | None = free(default=None, validator=said_or_blank)

    @property
    def action(self) -> str:
        """The reference of the action."""
        return self.sheet.reference


@attrs.frozen(kw_only=True)
class ActionProgressed:
    """An action began, or went on (avancement)."""

    action: str = _of_action()
    note: Text | None = free(default=None, validator=said_or_blank)


@attrs.frozen(kw_only=True)
class ActionDone:
    """An action was done (réalisation), with what shows it."""

    action: str = _of_action()
    evidence: Text | None = free(default=None, validator=said_or_blank)


@attrs.frozen(kw_only=True)
class ActionJudged:
    """The effectiveness of an action was judged against its criterion (verdict).

    Args:
        action: the action.
        effectiveness: effective or not.
        why: what the judgement rests on.
        follow_up: of an action that was not effective, the action that follows it up, on this plan or another.
    """

    action: str = _of_action()
    effectiveness: Effectiveness = attrs.field(validator=member_of(Effectiveness))
    why: Text | None = free(default=None, validator=said_or_blank)
    follow_up: LineReference | None = attrs.field(default=None, validator=optional(of_class(LineReference)))


@attrs.frozen(kw_only=True)
class FollowUpNamed:
    """Another action, on this plan or another, follows up one that was not effective (suite)."""

    action: str = _of_action()
    follow_up: LineReference = attrs.field(validator=of_class(LineReference))


@attrs.frozen(kw_only=True)
class ActionClosed:
    """An action was closed (clôture)."""

    action: str = _of_action()
    comment: Text | None = free(default=None, validator=said_or_blank)


@attrs.frozen(kw_only=True)
class ActionAbandoned:
    """An action was given up (abandon)."""

    action: str = _of_action()
    reason: Text | None = free(default=None, validator=said_or_blank)


@attrs.frozen(kw_only=True)
class ActionReopened:
    """An action was opened again (réouverture): it has to be done and judged again.

    Args:
        action: the action.
        reason: why;
        case: or the case of the same cause that came after it was judged effective,
        cause_family: and the family that they share.
    """

    action: str = _of_action()
    reason: Text | None = free(default=None, validator=said_or_blank)
    case: str | None = attrs.field(default=None, validator=optional(label))
    cause_family: str | None = attrs.field(default=None, validator=optional(label))


@attrs.frozen(kw_only=True)
class TextsForgotten:
    """Texts of an action's story were erased (effacement). Erasure is itself an event."""

    action: str = _of_action()
    kinds: tuple[TextKind, ...] = attrs.field(default=tuple(TextKind), converter=listed, validator=each_a_kind)


@attrs.frozen(kw_only=True)
class PlanPublished:
    """An edition was published (diffusion). Source: M2-1 §6.3.

    Args:
        number: the edition's.
        recipients: whom it went to: functions, never names of persons, for they are kept in the clear.
        gathered: the lines of other plans as they stood; the plan's own follow from its story.
    """

    number: int = attrs.field(validator=number)
    recipients: tuple[str, ...] = attrs.field(default=(ALL_PCS,), converter=each_once, validator=each_a_label)
    gathered: tuple[PlanLine, ...] = attrs.field(default=(), converter=in_order, validator=each_line_once)


OfAction: TypeAlias = (
    ActionAdded
    | ActionAmended
    | ActionProgressed
    | ActionDone
    | ActionJudged
    | FollowUpNamed
    | ActionClosed
    | ActionAbandoned
    | ActionReopened
    | TextsForgotten
)
"""What happens to one action."""

PlanHappening: TypeAlias = OfAction | PlanPublished
