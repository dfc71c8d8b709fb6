"""What can happen to a case: what was told of it, and what the procedure said of that."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, DeadlineRule
from reclamation_core.cases.checks import each_a_name, instant, listed, member_of, name, number, optional
from reclamation_core.cases.codes import CaseKind, SupportKind
from reclamation_core.cases.texts import Text, free, personal
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import Band, ComplaintFacts, Complexity, Eligibility, Level, MalfunctionFacts
from reclamation_core.vocabulary.conversions import at_offset
from reclamation_core.wording import safe_repr

Facts: TypeAlias = ComplaintFacts | MalfunctionFacts
_FACTS = attrs.validators.instance_of((ComplaintFacts, MalfunctionFacts))


@attrs.frozen(kw_only=True)
class AssessmentSnapshot:
    """What the procedure said of the facts, as they were known then, under the edition in force at receipt.

    Args:
        eligibility: None while undetermined, and for a malfunction.
        level: the level given, or, while undetermined, the lowest one still possible.
        band: the band of criticality; None while undetermined.
        complexity: None while undetermined.
    """

    eligibility: Eligibility | None
    level: Level
    band: Band | None
    complexity: Complexity | None


@attrs.frozen(kw_only=True)
class ApplicableRules:
    """What a case is judged and timed by: all as it was in force at receipt.

    Args:
        edition: the edition of the procedure.
        rule: that edition's rule for the last day to answer.
        calendar: the calendar of the first handling site, with that edition's closures.
        digest: the digest of that edition, by which a text changed under its name is noticed; None for what was
            registered before digests were recorded: it is not checked.
    """

    edition: str = attrs.field(validator=name)
    rule: DeadlineRule
    calendar: CalendarDefinition
    digest: str | None = attrs.field(default=None, validator=optional(name))

    @classmethod
    def under(cls, policy: Policy, calendar: BusinessCalendar) -> ApplicableRules:
        """The terms of an edition, for a site's calendar."""
        return cls(
            edition=policy.edition,
            rule=policy.deadline,
            calendar=policy.calendar(calendar).definition,
            digest=policy.digest,
        )

    def are_of(self, policy: Policy) -> bool:
        """True for the edition of that name whose text is the one recorded, or of which no digest was recorded."""
        return self.edition == policy.edition and self.digest in (None, policy.digest)


@attrs.frozen(kw_only=True)
class Registered:
    """A case was opened (enregistrement). Source: M2-1 §1, §6.2, §7.

    Args:
        kind: complaint or malfunction.
        facts: what was known of it.
        site: the site that registered it.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it.
        terms: what it is judged and timed by.
        verdict: what the edition said of the facts.
        source: what identifies the source message, so that the same message registered twice gives one case.
        complainant: who complains, and how to answer.
        verbatim: what was said.
        remedy_sought: what the complainant asks for.

    Raises:
        TypeError: the facts are not of the kind.
    """

    kind: CaseKind = attrs.field(validator=member_of(CaseKind))
    facts: Facts = attrs.field()
    site: str = attrs.field(validator=name)
    service_sites: tuple[str, ...] = attrs.field(default=(), converter=listed, validator=each_a_name)
    handling_unit: str = attrs.field(validator=name)
    terms: ApplicableRules
    verdict: AssessmentSnapshot
    source: str | None = attrs.field(default=None, validator=optional(name))
    complainant: Text | None = personal(default=None)
    verbatim: Text | None = free(default=None)
    remedy_sought: Text | None = free(default=None)

    @facts.validator
    def _of_the_kind(self, _: object, facts: object) -> None:
        expected = ComplaintFacts if self.kind is CaseKind.COMPLAINT else MalfunctionFacts
        if not isinstance(facts, expected):
            told = safe_repr(facts)
            raise TypeError(f"facts: of a {self.kind.label('en')}, {expected.__name__} are expected, got {told}")


@attrs.frozen(kw_only=True)
class FactsCompleted:
    """Facts that were unknown became known (complément); `facts` are all of them, as known from then on."""

    facts: Facts = attrs.field(validator=_FACTS)
    verdict: AssessmentSnapshot | None = None


@attrs.frozen(kw_only=True)
class FactsCorrected:
    """Facts, the date of receipt among them, were wrong (rectification); the story keeps both. `facts` are all.

    Args:
        facts: all of them, as they are known now.
        reason: what was wrong.
        terms: those in force at the receipt as it is known now, where they are others; filled in when the command is
            decided.
    """

    facts: Facts = attrs.field(validator=_FACTS)
    reason: Text = free()
    terms: ApplicableRules | None = None
    verdict: AssessmentSnapshot | None = None


@attrs.frozen(kw_only=True)
class DateCorrected:
    """The date of something that was done was wrong (rectification d'une date); the story keeps both.

    Args:
        event: the number of the event in the story.
        happened_at: when it happened; aware.
        reason: what was wrong.
    """

    event: int = attrs.field(validator=number)
    happened_at: datetime = attrs.field(converter=at_offset, validator=instant)
    reason: Text = free()


@attrs.frozen(kw_only=True)
class SupportAdded:
    """A factual support was put on file (support factuel). Source: M2-1 §6.1."""

    kind: SupportKind = attrs.field(validator=member_of(SupportKind))
    title: Text = free()


@attrs.frozen(kw_only=True)
class Transcribed:
    """A telephone complaint was written down (transcription); it is then a factual support. Source: M2-1 §1.3, §6.1."""

    text: Text = free()
    author: Text = personal()
