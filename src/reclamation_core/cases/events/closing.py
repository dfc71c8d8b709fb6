"""Events that end a case, and those of its clocks: withdrawal, closing, reopening, suspensions, erasure."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, ClassVar

import attrs

from reclamation_core.cases.aggregate import Example, adding
from reclamation_core.cases.codes import ClosingReason, DeadlineKind, LinkKind, ProofStage, RedirectionKind, Threshold
from reclamation_core.cases.events.base import BaseCase, CaseEvent, FollowUp, RecordedEvent, Requires, case_event
from reclamation_core.cases.events.handling import NO_ANSWER_DUE, NoActionNeeded
from reclamation_core.cases.narration import Narrator
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import Text, TextKind, each_a_kind, free
from reclamation_core.validators import (
    as_tuple,
    at_offset,
    day,
    instant,
    member_of,
    name,
    not_empty,
    of_class,
    optional,
    truth,
)
from reclamation_core.vocabulary.commands import CommandGroup, CommandType
from reclamation_core.wording import MORE, ChosenFrom, Wording, labelled

_REDIRECTED_TO = Wording(
    "Repris mot pour mot dans le courrier au client.", "Copied word for word into the letter to the client."
)
_OUT_OF_SCOPE: Any = {
    "group": Wording("Réorientation d'une demande hors du cadre", "Redirection of a message out of scope"),
    "only_with": ClosingReason.OUT_OF_SCOPE,
}
_REDIRECTION = Wording(
    "Rien n'est transmis à un tiers sans l'accord de l'auteur.",
    "Nothing is passed on to a third party without the sender's consent.",
)
_TOLD_AT = Wording(
    "Inutile si personne n'est à informer : auteur inconnu, ou note d'enquête satisfaisante.",
    "Not needed where there is nobody to inform: an unknown sender, a satisfactory survey score.",
)
_REFERENCE = Wording("Sa référence, par exemple : R-2026-000012.", "Its reference, for example: R-2026-000012.")

__all__ = [
    "Alerted",
    "Anonymised",
    "Closed",
    "DeadlineResumed",
    "DeadlineSuspended",
    "Linked",
    "ReferredToMediation",
    "Reopened",
    "RetentionResumed",
    "RetentionSuspended",
    "Withdrawn",
]


@case_event(
    "referred_to_mediation",
    label=Wording("orientation vers la médiation", "referral to mediation"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: ReferredToMediation(reason="le désaccord demeure")),
    command=CommandType.REFER_TO_MEDIATION,
    group=CommandGroup.ANSWER,
)
@attrs.frozen(kw_only=True)
class ReferredToMediation(CaseEvent):
    """The dispute went to the mediator (médiation)."""

    requires: ClassVar[Requires] = Requires(open_case=False, complaint=True)

    reason: Text | None = free(default=None, metadata=labelled("motif", "reason"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"mediation_at": case.mediation_at or recorded.occurred_at}

    def describe(self, say: Narrator) -> str:
        return say.with_reason("client informé de la médiation", "referred to mediation", self.reason)


@case_event(
    "withdrawn",
    label=Wording("retrait par le client", "withdrawal by the client"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: Withdrawn(words="je renonce")),
    command=CommandType.WITHDRAW,
    group=CommandGroup.ANSWER,
)
@attrs.frozen(kw_only=True)
class Withdrawn(CaseEvent):
    """The complainant took the complaint back (retrait)."""

    requires: ClassVar[Requires] = Requires(complaint=True, within_run=True)

    words: Text | None = free(default=None, metadata=labelled("mots du client", "words of the client"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        at = recorded.occurred_at
        return {"withdrawn_at": at, "answer_cycles": case.cycles_stopped(at)}

    def describe(self, say: Narrator) -> str:
        return say.with_reason("retrait par le client", "withdrawn by the client", self.words)


@case_event(
    "closed",
    label=Wording("clôture", "closing"),
    stage=ProofStage.ANSWER,
    example=Example(
        lambda case: Closed(
            reason=ClosingReason.ANSWERED,
            redirected_to="l'accueil",
            redirection=RedirectionKind.INTERNAL,
            told_at=case.received_at,
            comment="sans suite",
        ),
        after=("no_action_needed", "answered"),
    ),
    command=CommandType.CLOSE,
    group=CommandGroup.ANSWER,
    presets={"reason": lambda case: None if case.withdrawn_at is None else ClosingReason.WITHDRAWN},
    version=2,
    upcasters={1: adding(redirection=None)},
)
@attrs.frozen(kw_only=True)
class Closed(CaseEvent):
    """The case was closed (clôture).

    Args:
        reason: why.
        redirected_to: for a message out of scope, where it went.
        redirection: whether that is a department or a third party; None where it was not recorded.
        told_at: when the sender was informed.
        comment: anything else.
    """

    requires: ClassVar[Requires] = Requires(within_run=True)

    reason: ClosingReason = attrs.field(
        validator=member_of(ClosingReason), metadata=labelled("motif de clôture", "reason of the closing")
    )
    redirected_to: Text | None = free(
        default=None,
        metadata=labelled(
            "service ou organisme vers lequel la demande est réorientée",
            "department or organisation that the message is redirected to",
            _REDIRECTED_TO,
            **_OUT_OF_SCOPE,
        ),
    )
    redirection: RedirectionKind | None = attrs.field(
        default=None,
        validator=optional(member_of(RedirectionKind)),
        metadata=labelled("réorientation vers", "redirected to", _REDIRECTION, **_OUT_OF_SCOPE),
    )
    told_at: datetime | None = attrs.field(
        default=None,
        converter=attrs.converters.optional(at_offset),
        validator=optional(instant),
        metadata=labelled(
            "date d'information de l'auteur", "date on which the sender was informed", _TOLD_AT, **_OUT_OF_SCOPE
        ),
    )
    comment: Text | None = free(default=None, metadata=labelled("commentaire", "comment", group=MORE))

    def ground_dates(self, case: BaseCase, occurred_at: datetime, follow_up: FollowUp) -> list[datetime]:
        """Return the dates that the closing table requires, reason by reason (I27)."""
        found: list[datetime | None] = []
        if self.reason is ClosingReason.ANSWERED and case.answer_cycles:
            found.append(case.answer_cycles[-1].answered_at)
        if self.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED):
            ends = (at for action in case.actions for at in follow_up.settled_since(action, occurred_at))
            found += ends if case.actions else case.first_of((NoActionNeeded,))
        if self.reason is ClosingReason.OUT_OF_SCOPE:
            found.append(self.told_at)
        if self.reason is ClosingReason.WITHDRAWN:
            found.append(case.withdrawn_at)
        if self.reason is ClosingReason.DUPLICATE:
            found += (event.occurred_at for event in case.history if is_duplicate(event.data))
        return [at for at in found if at is not None]

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        at = recorded.occurred_at
        return {"closure": self, "closed_at": at, "answer_cycles": case.cycles_stopped(at)}

    def describe(self, say: Narrator) -> str:
        reason = say.value(self.reason)
        parts = [say(f"clos : {reason}", f"closed: {reason}")]
        if self.redirected_to is not None:
            where = say.text(self.redirected_to)
            parts.append(say(f"réorienté vers : {where}", f"redirected to: {where}"))
        if self.told_at is not None:
            told = say.day(self.told_at)
            parts.append(say(f"auteur informé le {told}", f"sender told on {told}"))
        return say.listed(parts)


@case_event(
    "reopened",
    label=Wording("réouverture", "reopening"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: Reopened(reason="un fait nouveau"), after=("closed",)),
    command=CommandType.REOPEN,
    group=CommandGroup.ANSWER,
)
@attrs.frozen(kw_only=True)
class Reopened(CaseEvent):
    """The case was opened again (réouverture): a new answer cycle starts, the result of the first remains."""

    requires: ClassVar[Requires] = Requires(open_case=False, within_run=True)

    reason: Text = free(metadata=labelled("motif de la réouverture", "reason of the reopening"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        cycles = case.cycles_restarted(recorded.occurred_at)
        return {"closure": None, "closed_at": None, "withdrawn_at": None, "answer_cycles": cycles}

    def describe(self, say: Narrator) -> str:
        reason = say.text(self.reason)
        fr, en = ", nouveau délai de réponse à compter de ce jour", ", a new answer clock starts on this day"
        clock = "" if say.is_malfunction else say(fr, en)  # no answer to a malfunction is due
        return say(f"rouvert{clock} ; motif : {reason}", f"reopened{clock}; reason: {reason}")


@case_event(
    "linked",
    label=Wording("lien", "link"),
    stage=ProofStage.QUALIFICATION,
    example=Example(lambda _: Linked(kind=LinkKind.SAME_CAUSE_AS, to="R-2026-000002")),
    command=CommandType.LINK,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class Linked(CaseEvent):
    """The case was linked to another."""

    requires: ClassVar[Requires] = Requires(open_case=False)

    kind: LinkKind = attrs.field(validator=member_of(LinkKind), metadata=labelled("type de lien", "kind of link"))
    to: str = attrs.field(validator=name, metadata=labelled("dossier lié", "linked case", _REFERENCE))

    @property
    def label(self) -> Wording:
        """The kind of the link and the case that it leads to."""
        return Wording(f"{self.kind.label('fr')} {self.to}", f"{self.kind.label('en')} {self.to}")

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"links": (*case.links, self)}

    def describe(self, say: Narrator) -> str:
        kind = say.value(self.kind)
        return say(f"lien ajouté : {kind} {self.to}", f"link added: {kind} {self.to}")


def is_duplicate(data: object) -> bool:
    """Return True for a link to the case that a case duplicates."""
    return isinstance(data, Linked) and data.kind is LinkKind.DUPLICATE_OF


@case_event(
    "deadline_suspended",
    label=Wording("délai suspendu", "answer clock suspended"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: DeadlineSuspended(reason="une pièce manque")),
    command=CommandType.SUSPEND_DEADLINE,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class DeadlineSuspended(CaseEvent):
    """The answer clock was suspended (suspension du délai), if the edition allows it (I25); each has its reason."""

    requires: ClassVar[Requires] = Requires(complaint=True, within_run=True)

    reason: Text = free(metadata=labelled("motif de la suspension du délai", "reason of the suspension"))

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        return "" if case.answer_cycles else NO_ANSWER_DUE

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"answer_cycles": case.cycles_suspended(recorded.occurred_at)}

    def describe(self, say: Narrator) -> str:
        return say.with_reason("délai de réponse suspendu", "answer clock suspended", self.reason)


@case_event(
    "deadline_resumed",
    label=Wording("délai repris", "answer clock resumed"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: DeadlineResumed(reason="elle est arrivée"), after=("deadline_suspended",)),
    command=CommandType.RESUME_DEADLINE,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class DeadlineResumed(CaseEvent):
    """The answer clock runs again (reprise du délai): that day counts again."""

    requires: ClassVar[Requires] = Requires(complaint=True, within_run=True)

    reason: Text | None = free(
        default=None, metadata=labelled("motif de la reprise du délai", "reason of the resumption")
    )

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        return "" if case.has_open_suspension else "the answer clock is not suspended"

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"answer_cycles": case.cycles_resumed(recorded.occurred_at)}

    def describe(self, say: Narrator) -> str:
        return say.with_reason("reprise du délai de réponse", "answer clock resumed", self.reason)


@case_event(
    "retention_suspended",
    label=Wording("effacement suspendu", "retention suspended"),
    stage=ProofStage.RETENTION,
    example=Example(lambda _: RetentionSuspended(reason="assignation au tribunal")),
    command=CommandType.SUSPEND_RETENTION,
    group=CommandGroup.PRIVACY,
)
@attrs.frozen(kw_only=True)
class RetentionSuspended(CaseEvent):
    """Litigation suspends the end of retention (contentieux): until it is resumed, no text is erased."""

    requires: ClassVar[Requires] = Requires(open_case=False, policy=False)

    reason: Text | None = free(default=None, metadata=labelled("contentieux en cours", "litigation"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"suspensions": case.retention_suspended(recorded.occurred_at)}

    def describe(self, say: Narrator) -> str:
        return say.with_reason("effacement suspendu pour contentieux", "erasure suspended for litigation", self.reason)


@case_event(
    "retention_resumed",
    label=Wording("effacement rétabli", "erasure resumed"),
    stage=ProofStage.RETENTION,
    example=Example(lambda _: RetentionResumed(reason="jugement rendu"), after=("retention_suspended",)),
    command=CommandType.RESUME_RETENTION,
    group=CommandGroup.PRIVACY,
)
@attrs.frozen(kw_only=True)
class RetentionResumed(CaseEvent):
    """The litigation is over, and retention goes on: as much later as it was suspended."""

    requires: ClassVar[Requires] = Requires(open_case=False, policy=False)

    reason: Text | None = free(default=None, metadata=labelled("fin du contentieux", "end of the litigation"))

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        suspended = case.suspensions and case.suspensions[-1].until is None
        return "" if suspended else "retention is not suspended"

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        *over, last = case.suspensions
        return {"suspensions": (*over, attrs.evolve(last, until=recorded.occurred_at))}

    def describe(self, say: Narrator) -> str:
        return say.with_reason(
            "effacement rétabli à la fin du contentieux", "erasure resumed at the end of the litigation", self.reason
        )


@case_event(
    "alerted",
    label=Wording("alerte", "alert"),
    stage=ProofStage.ANSWER,
    example=Example(
        lambda case: Alerted(clock=DeadlineKind.ANSWER, threshold=Threshold.OVERDUE, due=case.deadline.due)
    ),
)
@attrs.frozen(kw_only=True)
class Alerted(CaseEvent):
    """A date came near, or went by (alerte).

    Args:
        clock: the deadline.
        threshold: how near the date was.
        due: the last day.
        action: for the check of an action's effectiveness, the action.
        late: whether the alert was raised on a later day than the one on which the threshold was reached.
    """

    is_act: ClassVar[bool] = False
    dates_receipt: ClassVar[bool] = False

    clock: DeadlineKind = attrs.field(validator=member_of(DeadlineKind))
    threshold: Threshold = attrs.field(validator=member_of(Threshold))
    due: date = attrs.field(validator=day)
    action: LineReference | None = attrs.field(default=None, validator=optional(of_class(LineReference)))
    late: bool = attrs.field(default=False, validator=truth)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"alerts": (*case.alerts, self)}

    def describe(self, say: Narrator) -> str:
        clock, due = say.value(self.clock), say.date(self.due)
        if self.action is not None:
            action = say.line(self.action)
            clock = say(f"{clock} de {action}", f"{clock} of {action}")
        threshold = say.value(self.threshold)
        late = say(" ; alerte émise après la date prévue", "; the alert itself is late") if self.late else ""
        return say(
            f"alerte : {clock}, date limite le {due} ({threshold}{late})",
            f"alert: {clock}, last day {due} ({threshold}{late})",
        )


@case_event(
    "anonymised",
    label=Wording("anonymisation", "anonymisation"),
    stage=ProofStage.RETENTION,
    example=Example(lambda _: Anonymised(), after=("closed",)),
    command=CommandType.ANONYMISE,
    group=CommandGroup.PRIVACY,
    presets={"kinds": lambda _: tuple(TextKind)},
)
@attrs.frozen(kw_only=True)
class Anonymised(CaseEvent):
    """Texts were erased (anonymisation). Erasure is itself an event; it ends the stream once all kinds are erased.

    Args:
        kinds: the kinds of texts that were erased.
    """

    requires: ClassVar[Requires] = Requires(open_case=False, within_run=True, policy=False)

    kinds: tuple[TextKind, ...] = attrs.field(
        default=tuple(TextKind),
        converter=as_tuple,
        validator=[not_empty, each_a_kind],
        metadata=labelled(
            "textes à effacer",
            "texts to erase",
            Wording(
                "L'effacement est définitif. Sans les textes libres, le dossier reste identifiant : il n'est pas "
                "anonymisé. Les textes des actions restent au PGAAC, et s'y effacent.",
                "The erasure cannot be undone. Without the free texts the case still identifies people: it is not "
                "anonymised. The texts of actions stay on the plan, and are erased there.",
            ),
            chosen_from=ChosenFrom.TEXT_KINDS,
            is_required=True,
        ),
    )

    @property
    def entire(self) -> bool:
        """Whether texts of every kind were erased."""
        return set(self.kinds) == set(TextKind)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"anonymised_at": recorded.occurred_at} if self.entire else {}

    def describe(self, say: Narrator) -> str:
        if self.entire:
            return say("anonymisé : les textes sont effacés", "anonymised: the texts are erased")
        return say("anonymisé en partie", "anonymised in part")
