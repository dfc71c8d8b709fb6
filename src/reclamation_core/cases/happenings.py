"""What can happen to a case: one class for each kind of event, holding what was said of it.

A command gives these with their texts in clear and without their verdict; an event keeps the texts sealed and has the
verdict. Instants are aware; texts marked `personal` or `free` may be forgotten.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias

import attrs

from reclamation_core.calendars import CalendarDefinition, DeadlineRule
from reclamation_core.cases.codes import (
    AnswerDecision,
    CaseKind,
    Clock,
    ClosingReason,
    LinkKind,
    Method,
    Reaction,
    SupportKind,
    Threshold,
)
from reclamation_core.cases.texts import Text, TextKind, free, personal
from reclamation_core.vocabulary import (
    Band,
    ComplaintFacts,
    Complexity,
    Eligibility,
    Level,
    MalfunctionFacts,
)

Facts: TypeAlias = ComplaintFacts | MalfunctionFacts


@attrs.frozen(kw_only=True)
class Verdict:
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
class Registered:
    """A case was opened (enregistrement). Source: M2-1 §1, §6.2, §7.

    Args:
        kind: complaint or malfunction.
        facts: what was known of it.
        site: the site that registered it.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it.
        edition: the edition of the procedure in force at receipt.
        rule: that edition's rule for the last day to answer.
        calendar: the calendar of the first handling site.
        verdict: what the edition said of the facts.
        source: what identifies the source message, so that the same message registered twice gives one case.
        complainant: who complains, and how to answer.
        verbatim: what was said.
        remedy_sought: what the complainant asks for.
    """

    kind: CaseKind
    facts: Facts
    site: str
    service_sites: tuple[str, ...] = ()
    handling_unit: str
    edition: str
    rule: DeadlineRule
    calendar: CalendarDefinition
    verdict: Verdict
    source: str | None = None
    complainant: Text | None = personal(default=None)
    verbatim: Text | None = free(default=None)
    remedy_sought: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class FactsCompleted:
    """Facts that were unknown became known (complément); `facts` are all of them, as known from then on."""

    facts: Facts
    verdict: Verdict | None = None


@attrs.frozen(kw_only=True)
class FactsCorrected:
    """Facts, the date of receipt among them, were wrong (rectification); the story keeps both. `facts` are all of them."""

    facts: Facts
    reason: Text = free()
    verdict: Verdict | None = None


@attrs.frozen(kw_only=True)
class Acknowledged:
    """Receipt was acknowledged to the complainant (accusé de réception); it does not stop the answer clock."""


@attrs.frozen(kw_only=True)
class SupportAdded:
    """A factual support was put on file (support factuel). Source: M2-1 §6.1."""

    kind: SupportKind
    title: Text = free()


@attrs.frozen(kw_only=True)
class Transcribed:
    """A telephone complaint was written down (transcription); it is then a factual support. Source: M2-1 §1.3, §6.1."""

    text: Text = free()
    author: Text = personal()


@attrs.frozen(kw_only=True)
class ContainmentTaken:
    """An immediate measure was taken to limit the impact (mesure conservatoire). Source: M2-1 §3."""

    measure: Text = free()


@attrs.frozen(kw_only=True)
class ContainmentEffectRecorded:
    """What a containment measure achieved was recorded. `measure` is the number of the event that took it."""

    measure: int
    effective: bool
    effect: Text = free()


@attrs.frozen(kw_only=True)
class Qualified:
    """The case was qualified (qualification): the problem understood, its risks judged. Source: M2-1 §2.

    Args:
        problem: the problem, said again in the words of who handles it.
        requirement_reference: where the requirement breached is written.
        conforming: whether what was done conforms to the requirement.
        facts: all the facts, the requirement and the risks by domain among them; None where nothing is new.
        supported_by: the RQR or AQ who helped, if any.
        experts: who was consulted for the risks (CODIR, famille métier).
    """

    problem: Text = free()
    requirement_reference: str | None = None
    conforming: bool | None = None
    facts: Facts | None = None
    supported_by: Text | None = personal(default=None)
    experts: tuple[str, ...] = ()
    verdict: Verdict | None = None


@attrs.frozen(kw_only=True)
class Rerouted:
    """Another level handles the case (réorientation). An override of what the procedure gives has its reason."""

    level: Level
    handling_unit: str
    override: bool = False
    reason: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class Analysed:
    """The causes were looked for (analyse des causes). Source: M2-1 §4.

    Args:
        method: the method used, None for a plain look.
        causes: the root causes found, each under its family.
        report: the analysis itself.
        facts: all the facts, the number of causes among them; filled in when the command is decided.
    """

    method: Method | None = None
    causes: tuple[str, ...] = ()
    report: Text | None = free(default=None)
    facts: Facts | None = None
    verdict: Verdict | None = None


@attrs.frozen(kw_only=True)
class ActionsPlanned:
    """Actions were put on a plan (plan d'actions), by their references. Source: M2-1 §4.1."""

    actions: tuple[str, ...]


@attrs.frozen(kw_only=True)
class NoActionNeeded:
    """It was stated why no action is needed."""

    reason: Text = free()


@attrs.frozen(kw_only=True)
class Answered:
    """The complainant was answered in substance (réponse). It stops the answer clock. Source: M2-1 §5.0.

    Args:
        decision: founded or not.
        text: the answer.
        remedies: what is done for the complainant.
        recourse: whether the answer names the recourse open to the complainant.
        collective: a recorded collective action stands for the answer to an anonymous note.
    """

    decision: AnswerDecision
    text: Text = free()
    remedies: Text | None = free(default=None)
    recourse: bool = False
    collective: bool = False


@attrs.frozen(kw_only=True)
class ReactionRecorded:
    """The complainant's reaction to the answer was recorded."""

    reaction: Reaction
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

    reason: ClosingReason
    redirected_to: str | None = None
    told_at: datetime | None = None
    comment: Text | None = free(default=None)


@attrs.frozen(kw_only=True)
class Reopened:
    """The case was opened again (réouverture): a new answer clock starts, the first one's result is kept."""

    reason: Text = free()


@attrs.frozen(kw_only=True)
class Linked:
    """The case was linked to another."""

    kind: LinkKind
    to: str


@attrs.frozen(kw_only=True)
class Alerted:
    """A date came near, or went by (alerte)."""

    clock: Clock
    threshold: Threshold
    due: date
    late: bool = False


@attrs.frozen(kw_only=True)
class Anonymised:
    """Texts were forgotten (anonymisation). Erasure is itself an event."""

    kinds: tuple[TextKind, ...] = tuple(TextKind)


Happening: TypeAlias = (
    Registered
    | FactsCompleted
    | FactsCorrected
    | Acknowledged
    | SupportAdded
    | Transcribed
    | ContainmentTaken
    | ContainmentEffectRecorded
    | Qualified
    | Rerouted
    | Analysed
    | ActionsPlanned
    | NoActionNeeded
    | Answered
    | ReactionRecorded
    | ReferredToMediation
    | Withdrawn
    | Closed
    | Reopened
    | Linked
    | Alerted
    | Anonymised
)
