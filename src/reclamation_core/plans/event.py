"""An event of a plan: something that happened, when, and when it was written down."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases.checks import instant, not_before_it_happened, number
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.cases.sealed import Commitment, SaltSource, Secret
from reclamation_core.cases.texts import TextKind, commitments, seal
from reclamation_core.plans.happenings import ActionAdded, ActionAmended, PlanHappening
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.conversions import at_offset


@attrs.frozen(kw_only=True)
class RecordedPlanEvent:
    """One event of a plan's story.

    Args:
        plan: whose plan it is.
        number: its place in the story, from 1, without holes.
        occurred_at: when it happened.
        recorded_at: when it was written down; never before it happened, nor before the event before it.
        by: who did it.
        role: in which role.
        data: what happened.

    Raises:
        TypeError, ValueError: an instant is refused.
    """

    plan: PlanScope
    number: int = attrs.field(validator=number)
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(converter=at_offset, validator=[instant, not_before_it_happened])
    by: Commitment
    role: Role
    data: PlanHappening


def sealed(data: PlanHappening, salt: SaltSource) -> tuple[PlanHappening, tuple[Secret, ...]]:
    """The data with their texts and those of their sheet replaced by commitments, and the texts."""
    outer, secrets = seal(data, salt)
    if isinstance(outer, ActionAdded | ActionAmended):
        sheet, more = seal(outer.sheet, salt)
        return attrs.evolve(outer, sheet=sheet), (*secrets, *more)
    return outer, secrets


def held(event: RecordedPlanEvent) -> dict[Commitment, TextKind]:
    """The commitments that an event holds to texts of its own plan, and why each may have to be forgotten."""
    found = {event.by: TextKind.PERSONAL, **commitments(event.data)}
    if isinstance(event.data, ActionAdded | ActionAmended):
        found.update(commitments(event.data.sheet))
    return found
