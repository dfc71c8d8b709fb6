"""An event: something that happened to a case, when, and when it was written down."""

from __future__ import annotations

from datetime import datetime

import attrs

from reclamation_core.cases.checks import instant, not_before_it_happened, number
from reclamation_core.cases.happenings import CaseEvent
from reclamation_core.cases.sealed import Commitment
from reclamation_core.vocabulary import Role
from reclamation_core.vocabulary.conversions import at_offset


@attrs.frozen(kw_only=True)
class RecordedEvent:
    """One event of a case's story.

    Args:
        case: the reference of the case.
        number: its place in the story, from 1, without holes.
        occurred_at: when it happened; a letter may be entered days after it arrived.
        recorded_at: when it was written down; never before it happened, nor before the event before it.
        by: who did it.
        role: in which role.
        data: what happened.

    Raises:
        TypeError, ValueError: the number or an instant is refused.
    """

    case: str
    number: int = attrs.field(validator=number)
    occurred_at: datetime = attrs.field(converter=at_offset, validator=instant)
    recorded_at: datetime = attrs.field(converter=at_offset, validator=[instant, not_before_it_happened])
    by: Commitment
    role: Role
    data: CaseEvent
