"""Events that say what a case is about: registration, facts, supports, corrections."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

import attrs

from reclamation_core.cases.codes import CaseKind, CommandType, SupportKind
from reclamation_core.cases.events.base import (
    ApplicableRules,
    AssessmentSnapshot,
    CaseEvent,
    Facts,
    FactsEvent,
    RecordedEvent,
    Requires,
    case_event,
)
from reclamation_core.cases.texts import Text, free, personal
from reclamation_core.validators import as_tuple, at_offset, each_a_name, instant, member_of, name, number, optional
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts
from reclamation_core.wording import Wording, safe_repr

if TYPE_CHECKING:
    from reclamation_core.cases.case import Case
    from reclamation_core.cases.decisions import DecisionContext
    from reclamation_core.cases.narration import Narrator

__all__ = [
    "DateCorrected",
    "FactsCompleted",
    "FactsCorrected",
    "Registered",
    "SupportAdded",
    "Transcribed",
]

_FACTS = attrs.validators.instance_of((ComplaintFacts, MalfunctionFacts))


def _without_digest(document: dict[str, Any]) -> dict[str, Any]:
    """Version 2 has the digest of the edition in its terms; version 1 has none."""
    terms = document["terms"]
    return document | {"terms": None if terms is None else {**terms, "digest": None}}


@case_event("registered", label=Wording("enregistrement", "registration"), version=2, upcasters={1: _without_digest})
@attrs.frozen(kw_only=True)
class Registered(CaseEvent):
    """A case was opened (enregistrement). Source: M2-1 §1, §6.2, §7.

    Args:
        kind: complaint or malfunction.
        facts: what was known of it.
        site: the site that registered it.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it.
        terms: what it is judged and timed by.
        verdict: the assessment of the facts by the edition.
        source: the identity of the source message, so that a message registered twice is one case.
        complainant: who complains, and how to answer.
        verbatim: the complaint in the complainant's words.
        remedy_sought: the remedy that the complainant seeks.

    Raises:
        TypeError: the facts are not of the kind.
    """

    dates_receipt: ClassVar[bool] = False

    kind: CaseKind = attrs.field(validator=member_of(CaseKind))
    facts: Facts = attrs.field()
    site: str = attrs.field(validator=name)
    service_sites: tuple[str, ...] = attrs.field(default=(), converter=as_tuple, validator=each_a_name)
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
            got = safe_repr(facts)
            raise TypeError(f"facts: of a {self.kind.label('en')}, {expected.__name__} are expected, got {got}")

    def describe(self, say: Narrator) -> str:
        facts, received = self.facts, say.day(self.facts.received_at)
        words = [
            say(f"enregistré à {self.site}", f"registered at {self.site}"),
            say(f"reçu le {received}", f"received on {received}"),
        ]
        if isinstance(facts, ComplaintFacts):
            channel = say.value(facts.channel)
            unnamed = say("non nommé", "not named")
            author = unnamed if self.complainant is None else say.text(self.complainant)
            words += [say(f"canal : {channel}", f"channel: {channel}"), say(f"auteur : {author}", f"sender: {author}")]
        quoted = "" if self.verbatim is None else f"{say(' ;', ';')} {say.quoted(self.verbatim)}"
        return f"{', '.join(words)}{quoted}"


@case_event("facts_completed", label=Wording("faits complétés", "facts completed"), command=CommandType.COMPLETE_FACTS)
@attrs.frozen(kw_only=True)
class FactsCompleted(FactsEvent):
    """Facts that were unknown became known (complément); `facts` are all of them, as known from then on."""

    dates_receipt: ClassVar[bool] = False

    facts: Facts = attrs.field(validator=_FACTS)
    verdict: AssessmentSnapshot | None = None

    def apply(self, case: Case, recorded: RecordedEvent) -> Case:
        return case.after(recorded, **self.changed_facts(case))

    def describe(self, say: Narrator) -> str:
        return say(f"faits complétés : {say.changes()}", f"facts completed: {say.changes()}")


@case_event(
    "facts_corrected",
    label=Wording("faits rectifiés", "facts corrected"),
    command=CommandType.CORRECT,
    version=2,
    upcasters={1: _without_digest},
)
@attrs.frozen(kw_only=True)
class FactsCorrected(FactsEvent):
    """Facts, the date of receipt among them, were wrong (rectification); both remain in the history.

    Args:
        facts: all of them, as they are known now.
        reason: what was wrong.
        terms: the rules in force at the corrected receipt, if they differ; filled in when the command is decided.
    """

    requires: ClassVar[Requires] = Requires(after_receipt=False)
    dates_receipt: ClassVar[bool] = False

    facts: Facts = attrs.field(validator=_FACTS)
    reason: Text = free()
    terms: ApplicableRules | None = None
    verdict: AssessmentSnapshot | None = None

    def completed(self, case: Case, context: DecisionContext) -> Self:
        return FactsEvent.completed(attrs.evolve(self, terms=context.terms), case, context)

    def apply(self, case: Case, recorded: RecordedEvent) -> Case:
        changes = {**self.changed_facts(case), "terms": self.terms or case.terms}
        if case.answer_cycles:  # the first run of the clock starts with the receipt
            first = attrs.evolve(case.answer_cycles[0], started_at=self.facts.received_at)
            changes["answer_cycles"] = (first, *case.answer_cycles[1:])
        return case.after(recorded, **changes)

    def describe(self, say: Narrator) -> str:
        changes, reason = say.changes(), say.text(self.reason)
        return say(f"faits rectifiés : {changes} ; motif : {reason}", f"facts corrected: {changes}; reason: {reason}")


@case_event("date_corrected", label=Wording("date rectifiée", "date corrected"), command=CommandType.CORRECT_DATE)
@attrs.frozen(kw_only=True)
class DateCorrected(CaseEvent):
    """The date of an event was wrong (rectification d'une date); both dates remain in the history.

    Args:
        event: the number of the event.
        happened_at: when it happened; aware.
        reason: what was wrong.
    """

    requires: ClassVar[Requires] = Requires(open_case=False)
    is_act: ClassVar[bool] = False
    dates_receipt: ClassVar[bool] = False
    corrects_history: ClassVar[bool] = True

    event: int = attrs.field(validator=number)
    happened_at: datetime = attrs.field(converter=at_offset, validator=instant)
    reason: Text = free()

    def impossible(self, case: Case, recorded: RecordedEvent) -> str:
        of = case.events[self.event - 1] if 0 < self.event <= case.version else recorded
        if isinstance(of.data, DateCorrected) or self.happened_at > of.recorded_at:
            return "a date is corrected of something done before, to one that is not after it was written down"
        return ""

    def describe(self, say: Narrator) -> str:
        day, reason = say.day(self.happened_at), say.text(self.reason)
        return say(
            f"date de l'événement {self.event} rectifiée : {day} ; motif : {reason}",
            f"date of event {self.event} corrected: {day}; reason: {reason}",
        )


@case_event("support_added", label=Wording("pièce jointe", "attachment"), command=CommandType.ADD_SUPPORT)
@attrs.frozen(kw_only=True)
class SupportAdded(CaseEvent):
    """A factual support was put on file (support factuel). Source: M2-1 §6.1."""

    kind: SupportKind = attrs.field(validator=member_of(SupportKind))
    title: Text = free()

    def apply(self, case: Case, recorded: RecordedEvent) -> Case:
        return case.after(recorded, supports=case.supports + 1)

    def describe(self, say: Narrator) -> str:
        title = say.text(self.title)
        return say(f"support factuel au dossier : {title}", f"factual support on file: {title}")


@case_event("transcribed", label=Wording("transcription", "transcription"), command=CommandType.TRANSCRIBE)
@attrs.frozen(kw_only=True)
class Transcribed(CaseEvent):
    """A telephone complaint was written down (transcription); it is then a factual support. Source: M2-1 §1.3, §6.1."""

    requires: ClassVar[Requires] = Requires(complaint=True)

    text: Text = free()
    author: Text = personal()

    def apply(self, case: Case, recorded: RecordedEvent) -> Case:
        return case.after(recorded, supports=case.supports + 1, transcribed_at=recorded.occurred_at)

    def describe(self, say: Narrator) -> str:
        author = say.text(self.author)
        return say(f"appel transcrit par {author}", f"call transcribed by {author}")
