"""What can happen to a case: what ended it, what came after, what became due."""

from __future__ import annotations

from datetime import date, datetime

import attrs

from reclamation_core.cases.checks import day, instant, listed, member_of, name, of_class, optional, some, truth
from reclamation_core.cases.codes import ClosingReason, DeadlineKind, LinkKind, Reaction, Threshold
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.texts import Text, TextKind, each_a_kind, free
from reclamation_core.vocabulary.conversions import at_offset

_LINE = of_class(LineReference)


@attrs.frozen(kw_only=True)
class ReactionRecorded:
    """The complainant's reaction to the answer was recorded."""

    reaction: Reaction = attrs.field(validator=member_of(Reaction))
    words: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class ReferredToMediation:
    """The dispute went to the mediator (médiation)."""

    reason: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class Withdrawn:
    """The complainant took the complaint back (retrait)."""

    words: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class Closed:
    """The case was closed (clôture).

    Args:
        reason: why.
        redirected_to: of what is out of scope, where it went.
        told_at: and when its sender was told.
        comment: anything else.
    """

    reason: ClosingReason = attrs.field(validator=member_of(ClosingReason))
    redirected_to: Text | None = free(default=None)
    told_at: datetime | None = attrs.field(
        default=None, converter=attrs.converters.optional(at_offset), validator=optional(instant)
    )
    comment: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class Reopened:
    """The case was opened again (réouverture): a new answer clock starts, the first one's result is kept."""

    reason: Text = free()


@attrs.frozen(kw_only=True)
class Linked:
    """The case was linked to another."""

    kind: LinkKind = attrs.field(validator=member_of(LinkKind))
    to: str = attrs.field(validator=name)


@attrs.frozen(kw_only=True)
class DeadlineSuspended:
    """The answer clock was suspended (suspension du délai), where the edition allows it (I25); each has its reason."""

    reason: Text = free()


@attrs.frozen(kw_only=True)
class DeadlineResumed:
    """The answer clock runs again (reprise du délai): the day of it counts again."""

    reason: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class RetentionSuspended:
    """Litigation suspends the end of retention (contentieux): until it is resumed, nothing is forgotten."""

    reason: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class RetentionResumed:
    """The litigation is over, and retention goes on: as much later as it was suspended."""

    reason: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class Alerted:
    """A date came near, or went by (alerte).

    Args:
        clock: what is awaited.
        threshold: how near the date was.
        due: the last day.
        action: of the check of an action's effectiveness, the action.
        late: whether this is told on a later day than the one on which it became so.
    """

    clock: DeadlineKind = attrs.field(validator=member_of(DeadlineKind))
    threshold: Threshold = attrs.field(validator=member_of(Threshold))
    due: date = attrs.field(validator=day)
    action: LineReference | None = attrs.field(default=None, validator=optional(_LINE))
    late: bool = attrs.field(default=False, validator=truth)


@attrs.frozen(kw_only=True)
class Anonymised:
    """Texts were forgotten (anonymisation). Erasure is itself an event; it ends the story once all kinds are forgotten.

    Args:
        kinds: the kinds of texts that were forgotten.
    """

    kinds: tuple[TextKind, ...] = attrs.field(default=tuple(TextKind), converter=listed, validator=[some, each_a_kind])

    @property
    def entire(self) -> bool:
        """Whether texts of every kind were forgotten."""
        return set(self.kinds) == set(TextKind)
