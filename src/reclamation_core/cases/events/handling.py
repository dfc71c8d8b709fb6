"""Events from the registration of a case to its answer: facts, supports, qualification, analysis, actions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Final, Self

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases.aggregate import Example, Guard, GuardInput, Need, adding, derived, entered_apart
from reclamation_core.cases.codes import (
    Admissibility,
    AnswerDecision,
    CaseKind,
    Method,
    ProofStage,
    Reaction,
    SupportKind,
)
from reclamation_core.cases.events.base import (
    ApplicableRules,
    AssessmentSnapshot,
    BaseCase,
    CaseEvent,
    DecisionContext,
    Facts,
    FactsEvent,
    FollowUp,
    PartialCaseCommand,
    RecordedEvent,
    Requires,
    assess,
    case_event,
    example_policy,
    without_levels,
)
from reclamation_core.cases.narration import Narrator
from reclamation_core.cases.references import LineReference, PlanScope
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.cases.texts import Commitment, Text, free, part, personal
from reclamation_core.documents import parse_json
from reclamation_core.errors import REDACTED
from reclamation_core.missing import UNKNOWN
from reclamation_core.tables import Boolean, Day, Domain, Enumeration, is_not
from reclamation_core.validators import (
    as_tuple,
    at_offset,
    each,
    each_a_label,
    each_a_name,
    each_once,
    instant,
    label,
    member_of,
    name,
    not_empty,
    number,
    of_class,
    optional,
    refuse_value,
    truth,
)
from reclamation_core.vocabulary import FACTS, SEVERITIES, Channel, ComplaintFacts, Level, MalfunctionFacts
from reclamation_core.vocabulary.commands import CommandGroup, CommandType
from reclamation_core.vocabulary.facts import CodeList, is_own_key, label_of, values_of
from reclamation_core.vocabulary.own_facts import OWN, OWN_CODE, AnyOwnValue
from reclamation_core.wording import MORE, ChosenFrom, Wording, labelled

__all__ = [
    "Acknowledged",
    "ActionsPlanned",
    "Analysed",
    "Answered",
    "Assigned",
    "ComplainantCorrected",
    "ComplainantIdentified",
    "ContainmentEffectRecorded",
    "ContainmentTaken",
    "DateCorrected",
    "FactSuggested",
    "FactsCompleted",
    "FactsCorrected",
    "InformationRequested",
    "NoActionNeeded",
    "NoteAdded",
    "Qualified",
    "ReactionRecorded",
    "Registered",
    "Rerouted",
    "SupportAdded",
    "Transcribed",
    "Unassigned",
]

_ROUTING: Final = Wording("Centres concernés et traitement", "Sites concerned and handling")
_ADVICE: Final = Wording("Appui et personnes consultées", "Support and people consulted")
_COPIED: Final = Wording(
    "Repris mot pour mot dans le courrier : adressez-vous au client (« vous »). N'y mettez ni cause interne, ni nom "
    "d'une autre personne. Le courrier ajoute lui-même la décision, les excuses et le recours.",
    "Copied word for word into the letter: address the client ('you'). No internal cause, no name of another person. "
    "The letter itself adds the decision, the apology and the recourse.",
)
_PROPOSED: Final = Wording(
    "Ce qui est fait pour le client, et quand. Repris mot pour mot dans le courrier, après la réponse.",
    "What is done for the client, and when. Copied word for word into the letter, after the answer.",
)
NO_ANSWER_DUE: Final = "an internal malfunction is not answered"
_FACTS = attrs.validators.instance_of((ComplaintFacts, MalfunctionFacts))
_SENDER: Final = Wording("nom de l'auteur", "name of the sender")
_OTHER_DATE: Final = Wording(
    "La date de réception ou du constat se rectifie avec les informations.", "The receipt is one of the facts."
)


def _without_digest(document: dict[str, Any]) -> dict[str, Any]:
    """Version 2 has the digest of the edition in its terms; version 1 has none."""
    terms = document["terms"]
    return document | {"terms": None if terms is None else {**terms, "digest": None}}


def _example_registration(_: object) -> Registered:
    edition, facts = (
        example_policy(),
        ComplaintFacts(
            received_at=datetime(2026, 5, 4, 7, tzinfo=UTC),
            channel="phone",
            formal=True,
            complainant="trainee",
            nature="grievance",
            requirement="contractual",
            sold_service=True,
            client_scope="local",
            service_reach="one_centre",
        ),
    )
    terms = ApplicableRules.under(edition, BusinessCalendar.france())
    return Registered(
        kind=CaseKind.COMPLAINT,
        facts=facts,
        site="CRE",
        handling_unit="CRE",
        terms=terms,
        verdict=assess(edition, facts, terms),
        complainant="Mme Durand",
        verbatim="le formateur n'est pas venu",
        remedy_sought="une séance de plus",
    )


@case_event(
    "registered",
    label=Wording("enregistrement", "registration"),
    stage=ProofStage.COLLECTION,
    example=Example(_example_registration),
    version=3,
    upcasters={1: _without_digest, 2: without_levels},
)
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
        FaultsError: the facts are not of the kind.
    """

    dates_receipt: ClassVar[bool] = False

    kind: CaseKind = attrs.field(validator=member_of(CaseKind))
    facts: Facts = attrs.field()
    site: str = attrs.field(
        validator=name, metadata=labelled("centre qui enregistre", "registering site", chosen_from=ChosenFrom.SITES)
    )
    service_sites: tuple[str, ...] = attrs.field(
        default=(),
        converter=as_tuple,
        validator=each_a_name,
        metadata=labelled(
            "centres concernés par la prestation",
            "sites that delivered the service",
            chosen_from=ChosenFrom.SITES,
            group=_ROUTING,
        ),
    )
    handling_unit: str = attrs.field(
        validator=name,
        metadata=labelled(
            "unité de traitement",
            "handling unit",
            Wording("Par défaut, le centre qui enregistre.", "The registering site by default."),
            chosen_from=ChosenFrom.SITES,
            group=_ROUTING,
        ),
    )
    terms: ApplicableRules
    verdict: AssessmentSnapshot
    source: str | None = attrs.field(
        default=None,
        validator=optional(name),
        metadata=labelled(
            "identifiant du message",
            "identifier of the message",
            Wording(
                "Sans nom de personne. Un message enregistré deux fois reste un seul dossier. Par exemple : courriel "
                "du 4 mai, 9 h 12.",
                "No name of a person. A message registered twice stays one case. For example: e-mail of 4 May, 9:12.",
            ),
            group=MORE,
        ),
    )
    complainant: Text | None = personal(
        default=None,
        metadata=labelled(_SENDER.fr, _SENDER.en, Wording("Avec le moyen de lui répondre.", "With how to answer.")),
    )
    verbatim: Text | None = free(
        default=None,
        metadata=labelled(
            "demande, dans les mots de son auteur",
            "complaint, in the sender's words",
            Wording(
                "Recopiez ses mots. Sans utilité pour le traitement, ne notez ni santé, ni opinion, ni origine, ni "
                "infraction.",
                "Copy the words. Unless the handling needs it, note no health, opinion, origin or offence.",
            ),
        ),
    )
    remedy_sought: Text | None = free(
        default=None, metadata=labelled("solution souhaitée", "remedy sought", group=MORE)
    )

    @facts.validator
    def _of_the_kind(self, _: object, facts: object) -> None:
        expected = ComplaintFacts if self.kind is CaseKind.COMPLAINT else MalfunctionFacts
        if not isinstance(facts, expected):
            fr, en = self.kind.label("fr"), self.kind.label("en")
            refuse_value(
                "facts", REDACTED, Wording(f"les faits d'un dossier « {fr} »", f"facts of this kind of case: {en}")
            )

    def describe(self, say: Narrator) -> str:
        facts, is_found = self.facts, self.kind is CaseKind.MALFUNCTION
        received = say("constaté le", "found on") if is_found else say("reçu le", "received on")
        words = [
            say(f"enregistré à {say.site(self.site)}", f"registered at {say.site(self.site)}"),
            f"{received} {say.day(facts.received_at)}",
        ]
        if isinstance(facts, ComplaintFacts):
            channel = say.value(facts.channel)
            unnamed = say("non nommé", "not named")
            author = unnamed if self.complainant is None else say.text(self.complainant)
            words += [say(f"canal : {channel}", f"channel: {channel}"), say(f"auteur : {author}", f"sender: {author}")]
        quoted = "" if self.verbatim is None else f"{say(' ;', ';')} {say.quoted(self.verbatim)}"
        return f"{', '.join(words)}{quoted}"


@case_event(
    "facts_completed",
    label=Wording("informations complétées", "facts completed"),
    stage=ProofStage.QUALIFICATION,
    example=Example(lambda case: FactsCompleted(facts=attrs.evolve(case.facts, mobilisation="local"))),
    command=CommandType.COMPLETE_FACTS,
    group=CommandGroup.HANDLING,
    version=2,
    upcasters={1: without_levels},
)
@attrs.frozen(kw_only=True)
class FactsCompleted(FactsEvent):
    """Facts that were unknown became known (complément); `facts` are all of them, as known from then on."""

    dates_receipt: ClassVar[bool] = False
    completes: ClassVar[bool] = True

    facts: Facts = entered_apart(validator=_FACTS)
    verdict: AssessmentSnapshot | None = derived(default=None)

    def describe(self, say: Narrator) -> str:
        changes = say.changes(self.facts)
        return say(f"informations complétées : {changes}", f"facts completed: {changes}")


@case_event(
    "complainant_identified",
    label=Wording("identification de l'auteur", "identification of the sender"),
    stage=ProofStage.COLLECTION,
    example=Example(lambda _: ComplainantIdentified(complainant="Mme Durand"), registration={"complainant": None}),
    command=CommandType.IDENTIFY_COMPLAINANT,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class ComplainantIdentified(CaseEvent):
    """The author of a complaint that was registered without a name became known. Source: M2-1 §5.0.

    Args:
        complainant: who complains, and how to answer.
    """

    requires: ClassVar[Requires] = Requires(complaint=True)
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="named-already",
            commands=(CommandType.IDENTIFY_COMPLAINANT,),
            when={"named": True},
            wording=Wording(
                "l'auteur est déjà connu : répondez-lui à son nom, ou rectifiez ce nom s'il est inexact",
                "the sender is known already: answer by name, or correct the name if it is wrong",
            ),
            clause="M2-1 §5.0",
            interpretation="I26",
            remedy=CommandType.CORRECT_COMPLAINANT,
        ),
    )

    complainant: Text = personal(
        metadata=labelled(
            _SENDER.fr,
            _SENDER.en,
            Wording(
                "Avec le moyen de lui répondre. Seulement si l'auteur s'est fait connaître.",
                "With how to answer. Only if the sender gave a name.",
            ),
        )
    )

    def describe(self, say: Narrator) -> str:
        author = say.text(self.complainant)
        return say(f"auteur identifié : {author}", f"sender identified: {author}")


@case_event(
    "facts_corrected",
    label=Wording("informations rectifiées", "facts corrected"),
    stage=ProofStage.QUALIFICATION,
    example=Example(
        lambda case: FactsCorrected(facts=attrs.evolve(case.facts, severity_training=1), reason="une séance est perdue")
    ),
    command=CommandType.CORRECT,
    group=CommandGroup.CORRECTION,
    presets={"received_at": lambda case: case.received_at},
    version=3,
    upcasters={1: _without_digest, 2: without_levels},
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
    repairs_dates: ClassVar[bool] = True

    facts: Facts = entered_apart(validator=_FACTS)
    reason: Text = free(metadata=labelled("motif de la rectification", "reason of the correction"))
    terms: ApplicableRules | None = derived(default=None)
    verdict: AssessmentSnapshot | None = derived(default=None)

    @property
    def corrected_receipt(self) -> datetime | None:
        """The date of receipt after the correction."""
        return self.facts.received_at

    def completed(self, case: BaseCase, context: DecisionContext) -> Self:
        return FactsEvent.completed(attrs.evolve(self, terms=context.terms), case, context)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        changes = {**super().changes(case, recorded), "terms": self.terms or case.terms}
        cycles = changes["answer_cycles"]
        if self.terms is not None and self.verdict is not None:  # under another edition everything is judged anew
            levels = self.verdict.possible_levels
            cycles = tuple(attrs.evolve(cycle, levels=levels, level_changed_at=None) for cycle in cycles)
        if cycles:  # the first run of the clock starts with the receipt
            cycles = (attrs.evolve(cycles[0], started_at=self.facts.received_at), *cycles[1:])
        return changes | {"answer_cycles": cycles}

    def describe(self, say: Narrator) -> str:
        changes, reason = say.changes(self.facts), say.text(self.reason)
        return say(
            f"informations rectifiées : {changes} ; motif : {reason}", f"facts corrected: {changes}; reason: {reason}"
        )


@case_event(
    "date_corrected",
    label=Wording("date rectifiée", "date corrected"),
    stage=ProofStage.QUALIFICATION,
    example=Example(lambda case: DateCorrected(event=1, happened_at=case.received_at, reason="le cachet de la poste")),
    command=CommandType.CORRECT_DATE,
    group=CommandGroup.CORRECTION,
)
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
    repairs_dates: ClassVar[bool] = True

    event: int = attrs.field(
        validator=number,
        metadata=labelled(
            "numéro de l'opération",
            "number of the event",
            _OTHER_DATE,
            chosen_from=ChosenFrom.EVENTS,
            chosen_as=Wording("opération à rectifier", "event to correct"),
        ),
    )
    happened_at: datetime = attrs.field(
        converter=at_offset, validator=instant, metadata=labelled("date exacte", "right date")
    )
    reason: Text = free(metadata=labelled("motif de la rectification", "reason of the correction"))

    @property
    def corrected_dates(self) -> Mapping[int, datetime]:
        """The date, by the number of the event."""
        return {self.event: self.happened_at}

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        of = case.events[self.event - 1] if 0 < self.event <= case.version else recorded
        if isinstance(of.data, DateCorrected) or self.happened_at > of.recorded_at:
            return "a date is corrected of something done before, to one that is not after it was written down"
        return ""

    def describe(self, say: Narrator) -> str:
        day, reason = say.day(self.happened_at), say.text(self.reason)
        return say(
            f"date de l'opération n° {self.event} rectifiée : {day} ; motif : {reason}",
            f"date of event {self.event} corrected: {day}; reason: {reason}",
        )


@case_event(
    "complainant_corrected",
    label=Wording("auteur rectifié", "sender corrected"),
    stage=ProofStage.COLLECTION,
    example=Example(lambda _: ComplainantCorrected(complainant="Mme Durant", reason="une faute de frappe")),
    command=CommandType.CORRECT_COMPLAINANT,
    group=CommandGroup.CORRECTION,
    presets={"complainant": lambda case: case.read(case.complainant)},
)
@attrs.frozen(kw_only=True)
class ComplainantCorrected(CaseEvent):
    """The name of the author, or how to answer, was wrong (rectification); both remain in the history until erased.

    Args:
        complainant: who complains, and how to answer, as it is right.
        reason: what was wrong.
    """

    requires: ClassVar[Requires] = Requires(open_case=False, complaint=True)
    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "same_sender",
            Wording("auteur inchangé", "same sender"),
            # A refusal tells a role that reads no names nothing.
            lambda command: (
                command.context.reads_names and command.data.complainant == command.case.read(command.case.complainant)
            ),
            needs=[Need.CASE, Need.DATA],
            fields=("complainant",),
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="unnamed",
            commands=(CommandType.CORRECT_COMPLAINANT,),
            when={"named": False, "admissibility": is_not(Admissibility.MALFUNCTION)},
            wording=Wording(
                "l'auteur est inconnu, il n'y a rien à rectifier : indiquez d'abord son nom",
                "the sender is unknown, there is nothing to correct: identify the sender first",
            ),
            remedy=CommandType.IDENTIFY_COMPLAINANT,
        ),
        Guard(
            id="sender-unchanged",
            commands=(CommandType.CORRECT_COMPLAINANT,),
            when={"same_sender": True},
            wording=Wording(
                "ce sont le nom et les coordonnées du dossier : indiquez ce qui change",
                "these are the name and the details of the case: enter what changes",
            ),
        ),
    )

    complainant: Text = personal(
        metadata=labelled(_SENDER.fr, _SENDER.en, Wording("Avec le moyen de lui répondre.", "With how to answer."))
    )
    reason: Text = free(
        metadata=labelled(
            "motif de la rectification",
            "reason of the correction",
            Wording(
                "Sans nom de personne. Par exemple : une faute de frappe.",
                "No name of a person. For example: a typing error.",
            ),
        )
    )

    def describe(self, say: Narrator) -> str:
        author, reason = say.text(self.complainant), say.text(self.reason)
        return say(f"auteur rectifié : {author} ; motif : {reason}", f"sender corrected: {author}; reason: {reason}")


SUPPORT_OF_CHANNEL: Final[Mapping[object, SupportKind]] = {
    Channel.MEDIATION_LETTER: SupportKind.LETTER,
    Channel.CENTRE_LETTER: SupportKind.LETTER,
    Channel.EMAIL: SupportKind.EMAIL,
    Channel.PORTAL: SupportKind.FORM,
    Channel.SURVEY: SupportKind.SURVEY,
}
"""What the first support of a message is, by its channel."""
LETTERS: Final = frozenset(channel for channel, kind in SUPPORT_OF_CHANNEL.items() if kind is SupportKind.LETTER)
"""The channels whose messages have a day of receipt, and no time."""


@case_event(
    "support_added",
    label=Wording("support factuel", "factual support"),
    stage=ProofStage.COLLECTION,
    example=Example(lambda _: SupportAdded(kind=SupportKind.EMAIL, title="le courriel du 4 mai")),
    command=CommandType.ADD_SUPPORT,
    group=CommandGroup.HANDLING,
    presets={"kind": lambda case: SUPPORT_OF_CHANNEL.get(case.facts.get("channel")) if case.supports == 0 else None},
    version=4,
    upcasters={1: adding(answers_request=False), 2: adding(documents=[]), 3: adding(source=None)},
)
@attrs.frozen(kw_only=True)
class SupportAdded(CaseEvent):
    """A factual support was put on file (support factuel). Source: M2-1 §6.1.

    Args:
        kind: what it is.
        title: its title.
        answers_request: whether it is the answer to the requests for information without an answer, which it ends.
        documents: its documents, whose bytes are in the document store.
        source: the identifier of the message that it is, so that a message is on file once.
    """

    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "answers_request",
            Wording("réponse à une demande de précisions", "answers a request for information"),
            lambda command: command.data.answers_request,
            needs=[Need.DATA],
            fields=("answers_request",),
        ),
        GuardInput(
            "request_open",
            Wording("demande de précisions sans réponse", "request for information without an answer"),
            lambda command: command.case.open_request is not None,
            needs=[Need.CASE],
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="no-request",
            commands=(CommandType.ADD_SUPPORT,),
            when={"answers_request": True, "request_open": False},
            wording=Wording(
                "aucune demande de précisions n'attend de réponse : ajoutez le support sans indiquer qu'il y répond",
                "no request for information is without an answer: add the support without stating that it answers one",
            ),
        ),
    )

    kind: SupportKind = attrs.field(
        validator=member_of(SupportKind), metadata=labelled("type de support factuel", "kind of factual support")
    )
    title: Text = free(metadata=labelled("intitulé", "title"))
    answers_request: bool = attrs.field(
        default=False,
        validator=truth,
        metadata=labelled(
            "réponse à la demande de précisions",
            "answer to the request for information",
            Wording("La demande de précisions n'attend alors plus de réponse.", "The request then awaits no answer."),
        ),
    )
    documents: tuple[SupportDocument, ...] = part(
        default=(),
        converter=as_tuple,
        validator=each(of_class(SupportDocument)),
        metadata=labelled("documents", "documents"),
    )
    source: str | None = attrs.field(
        default=None,
        validator=optional(name),
        metadata=labelled(
            "identifiant du message",
            "identifier of the message",
            Wording(
                "Sans nom de personne. Un message classé deux fois ne fait qu'un support.",
                "No name of a person. A message that is filed twice is one support.",
            ),
            group=MORE,
        ),
    )

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"supports": case.supports + 1}

    def describe(self, say: Narrator) -> str:
        title, count = say.text(self.title), len(self.documents)
        files = f" ({count} document{'s' if count > 1 else ''})" if count else ""
        if self.answers_request:
            return say(f"réponse à la demande de précisions : {title}{files}", f"answer to the request: {title}{files}")
        return say(f"support factuel au dossier : {title}{files}", f"factual support on file: {title}{files}")


@case_event(
    "transcribed",
    label=Wording("transcription", "transcription"),
    stage=ProofStage.COLLECTION,
    example=Example(lambda _: Transcribed(text="il n'y avait personne en salle", author="Mme Roux")),
    command=CommandType.TRANSCRIBE,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class Transcribed(CaseEvent):
    """A telephone complaint was written down (transcription); it is then a factual support. Source: M2-1 §1.3, §6.1."""

    requires: ClassVar[Requires] = Requires(complaint=True)

    text: Text = free(metadata=labelled("transcription de l'appel", "transcription of the call"))
    author: Text = personal(metadata=labelled("auteur de la transcription", "author of the transcription"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"supports": case.supports + 1, "transcribed_at": recorded.occurred_at}

    def describe(self, say: Narrator) -> str:
        author = say.text(self.author)
        return say(f"appel transcrit par {author}", f"call transcribed by {author}")


def _a_fact(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value not in FACTS and not is_own_key(value):
        shown = value if isinstance(value, str) and value.isidentifier() else REDACTED
        names = ", ".join(FACTS)
        expected = Wording(f"un nom de fait est attendu : {names}", f"the name of a fact is expected: {names}")
        refuse_value(attribute.name, shown, expected)


def value_of_text(domain: Domain, text: str) -> object:
    """Return the value of a domain that a text states: a code, `true`, `false`, a number or a day.

    Raises:
        ValueError: it is no value of this domain.
    """
    is_written_plainly = isinstance(domain, Enumeration | CodeList | Day | AnyOwnValue)
    if isinstance(domain, Boolean) or (not is_written_plainly and text.removeprefix("-")[:1].isdigit()):
        return domain.decode(parse_json(text))
    return domain.decode(text)


def fact_of_case(facts: Facts, name: str) -> object:
    """Return the value of a fact, `own.NAME` for an edition's own; `UNKNOWN` where there is none."""
    return facts.own.get(name.removeprefix(f"{OWN}."), UNKNOWN) if is_own_key(name) else facts.get(name, UNKNOWN)


_PLAIN_VALUE: Final = Wording(
    "un code, true, false, un nombre ou un jour est attendu, jamais un texte",
    "a code, true, false, a number or a day is expected, never a text",
)
_VALUE: Final = Wording("Un code, true, false, un nombre ou un jour.", "A code, true, false, a number or a day.")
_BY: Final = Wording("Une liste de mots, une règle ou un modèle.", "A list of words, a rule or a model.")
_WORDS: Final = Wording(
    "Ce qui a décidé, comme les mots d'une liste ; jamais ceux du message.",
    "What decided, such as the words of a list; never those of the message.",
)


@case_event(
    "acknowledged",
    label=Wording("accusé de réception", "acknowledgement"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: Acknowledged()),
    command=CommandType.ACKNOWLEDGE,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class Acknowledged(CaseEvent):
    """Receipt was acknowledged to the complainant (accusé de réception); it does not stop the answer clock."""

    requires: ClassVar[Requires] = Requires(complaint=True)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        first = min(case.acknowledged_at or recorded.occurred_at, recorded.occurred_at)
        return {"acknowledged_at": first}

    def describe(self, say: Narrator) -> str:
        return say("accusé de réception envoyé", "receipt acknowledged")


@case_event(
    "information_requested",
    label=Wording("demande de précisions", "request for information"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: InformationRequested(facts=("mobilisation",), question="De quelle session s'agit-il ?")),
    command=CommandType.REQUEST_INFORMATION,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class InformationRequested(CaseEvent):
    """A request for missing information to the complainant (demande de précisions); the answer clock runs on.

    Completing the facts answers it, and a support that is stated to be its answer.

    Args:
        facts: the names of unknown facts.
        question: a question in free text.

    Raises:
        FaultsError: it is empty, or a name is not that of a fact.
    """

    requires: ClassVar[Requires] = Requires(complaint=True, within_run=True)
    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "requested_known",
            Wording("information demandée déjà connue", "requested fact known already"),
            lambda command: command.data.missing(command.case) != command.data.facts,
            needs=[Need.CASE, Need.DATA],
            fields=("facts",),
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="requested-known",
            commands=(CommandType.REQUEST_INFORMATION,),
            when={"requested_known": True},
            wording=Wording(
                "l'une des informations demandées est déjà connue. [Déjà connues : {requested_known}. ]Ne demandez que "
                "celles qui manquent",
                "one of the requested facts is known already. [Known already: {requested_known}. ]Request only those "
                "that are missing",
            ),
            values={"requested_known": lambda command: command.data.known_labels(command)},
        ),
    )

    facts: tuple[str, ...] = attrs.field(
        default=(),
        converter=each_once,
        validator=each(_a_fact),
        metadata=labelled("informations manquantes", "missing facts", chosen_from=ChosenFrom.UNKNOWN_FACTS),
    )
    question: Text | None = free(default=None, metadata=labelled("question posée au client", "question to the client"))

    def __attrs_post_init__(self) -> None:
        if not self.facts and self.question is None:
            # A form of a case whose facts are all known has the question alone.
            expected = Wording("indiquez une information, ou écrivez une question", "name a fact, or write a question")
            refuse_value("question", None, expected)

    def missing(self, case: BaseCase) -> tuple[str, ...]:
        """Return the names of the requested facts that are unknown."""
        values = values_of(case.facts)
        return tuple(name for name in self.facts if values.get(name, UNKNOWN if is_own_key(name) else None) is UNKNOWN)

    def known_labels(self, command: PartialCaseCommand) -> tuple[Wording, ...]:
        """Return the labels of the requested facts that are known already."""
        missing, own = self.missing(command.case), command.policy.facts_by_name
        return tuple(label_of(name, own) for name in self.facts if name not in missing)

    def is_answered(self, case: BaseCase, number: int) -> bool:
        """Return True once a support answers it or its facts are known; of a question alone, once facts are completed.

        Args:
            case: the case.
            number: the number of the event.
        """
        if any(isinstance(event.data, SupportAdded) and event.data.answers_request for event in case.events[number:]):
            return True
        if self.facts:
            return not self.missing(case)
        return any(isinstance(event.data, FactsCompleted) for event in case.events[number:])

    def describe(self, say: Narrator) -> str:
        labels = [say.title(name) for name in self.facts]
        parts = [
            *([", ".join(labels)] if labels else []),
            *([] if self.question is None else [say.quoted(self.question)]),
        ]
        what = say.listed(parts)
        return say(f"précisions demandées : {what}", f"information requested: {what}")


@case_event(
    "containment_taken",
    label=Wording("mesure conservatoire", "containment measure"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: ContainmentTaken(measure="un formateur remplaçant")),
    command=CommandType.CONTAIN,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class ContainmentTaken(CaseEvent):
    """An immediate measure was taken to limit the impact (mesure conservatoire). Source: M2-1 §3."""

    measure: Text = free(
        metadata=labelled(
            "mesure conservatoire",
            "containment measure",
            Wording(
                "L'action immédiate qui limite l'impact du problème.",
                "The immediate action that limits the impact of the problem.",
            ),
        )
    )

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"containments": case.with_containment(recorded)}

    def describe(self, say: Narrator) -> str:
        number, measure = say.measure(say.number), say.text(self.measure)
        return say(f"mesure conservatoire{number} : {measure}", f"containment measure{number}: {measure}")


@case_event(
    "containment_effect_recorded",
    label=Wording("effet de la mesure conservatoire", "effect of the containment measure"),
    stage=ProofStage.ACTIONS,
    example=Example(
        lambda case: ContainmentEffectRecorded(
            measure=max((one.event for one in case.containments), default=1),
            effective=True,
            effect="les cours reprennent",
        ),
        after=("containment_taken",),
    ),
    command=CommandType.RECORD_CONTAINMENT_EFFECT,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class ContainmentEffectRecorded(CaseEvent):
    """The effect of a containment measure was recorded. `measure` is the number of the event that took it."""

    measure: int = attrs.field(
        validator=number,
        metadata=labelled(
            "numéro de la mesure",
            "number of the measure",
            chosen_from=ChosenFrom.MEASURES,
            chosen_as=Wording("mesure conservatoire", "containment measure"),
        ),
    )
    effective: bool = attrs.field(validator=truth, metadata=labelled("mesure efficace", "effective measure"))
    effect: Text = free(metadata=labelled("effet constaté", "observed effect"))

    def ground_dates(self, case: BaseCase, occurred_at: datetime, follow_up: FollowUp) -> list[datetime]:
        return [taken.taken_at for taken in case.containments if taken.event == self.measure]

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        judged = (
            attrs.evolve(taken, effective=self.effective) if taken.event == self.measure else taken
            for taken in case.containments
        )
        return {"containments": tuple(judged)}

    def describe(self, say: Narrator) -> str:
        number, effect = say.measure(self.measure), say.text(self.effect)
        verdict = say("efficace", "effective") if self.effective else say("non efficace", "not effective")
        return say(
            f"mesure conservatoire{number} {verdict} : {effect}", f"containment measure{number} {verdict}: {effect}"
        )


def _example_qualification(case: BaseCase) -> Qualified:
    risks: dict[str, Any] = dict.fromkeys(SEVERITIES.values(), 0)
    facts = attrs.evolve(case.facts, **risks, likelihood=1, recurrences=0, mobilisation="local")
    return Qualified(
        problem="le formateur n'était pas remplacé",
        requirement_reference="convention, article 3",
        conforming=False,
        facts=facts,
        supported_by="Mme Petit",
        experts=("M. Blanc",),
    )


@case_event(
    "qualified",
    label=Wording("qualification", "qualification"),
    stage=ProofStage.QUALIFICATION,
    example=Example(_example_qualification, after=("transcribed",)),
    command=CommandType.QUALIFY,
    group=CommandGroup.HANDLING,
    version=2,
    upcasters={1: without_levels},
)
@attrs.frozen(kw_only=True)
class Qualified(FactsEvent):
    """The case was qualified (qualification): the problem understood, its risks judged. Source: M2-1 §2.

    Args:
        problem: the problem, in the words of the person who handles it.
        requirement_reference: where the requirement breached is written.
        conforming: whether what was done conforms to the requirement.
        facts: all the facts, the requirement and the risks by domain among them; None if nothing is new. What is
            judged in a qualification (requirement, severities, likelihood, recurrences) may be judged again.
        supported_by: the RQR or AQ who helped, if any.
        experts: who was consulted for the risks (CODIR, famille métier).
    """

    requires: ClassVar[Requires] = Requires(after=(("support_added", "transcribed"),))
    judges: ClassVar[tuple[str, ...]] = ("requirement", *SEVERITIES.values(), "likelihood", "recurrences")

    problem: Text = free(metadata=labelled("problème reformulé", "problem restated"))
    requirement_reference: Text | None = free(
        default=None,
        metadata=labelled(
            "référence de l'exigence",
            "reference of the requirement",
            Wording(
                "Le document qui contient l'exigence, et sa page ou son article.",
                "The document with the requirement, and its page or article.",
            ),
        ),
    )
    conforming: bool | None = attrs.field(
        default=None,
        validator=optional(truth),
        metadata=labelled("prestation conforme à l'exigence", "service conforms to the requirement"),
    )
    facts: Facts | None = entered_apart(default=None)
    supported_by: Text | None = personal(
        default=None,
        metadata=labelled(
            "appui",
            "support",
            Wording("Le RQR ou l'AQ qui a aidé à qualifier.", "The RQR or AQ who helped to qualify."),
            group=_ADVICE,
        ),
    )
    experts: tuple[Text, ...] = personal(
        many=True,
        metadata=labelled(
            "personnes consultées",
            "people consulted",
            Wording("CODIR ou famille métier, pour évaluer les risques.", "CODIR or famille métier, for the risks."),
            group=_ADVICE,
        ),
    )
    verdict: AssessmentSnapshot | None = derived(default=None)

    def ground_dates(self, case: BaseCase, occurred_at: datetime, follow_up: FollowUp) -> list[datetime]:
        by_phone = case.facts.get("channel") is Channel.PHONE
        transcribed = case.first_of((Transcribed,)) if by_phone else []
        return [*super().ground_dates(case, occurred_at, follow_up), *transcribed]

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"qualification": self, **super().changes(case, recorded)}

    def describe(self, say: Narrator) -> str:
        problem = say.text(self.problem)
        parts = [say(f"qualifié : {problem}", f"qualified: {problem}")]
        if self.requirement_reference is not None:
            requirement = say.text(self.requirement_reference)
            parts.append(say(f"exigence : {requirement}", f"requirement: {requirement}"))
        if self.conforming is not None:
            parts.append(
                say("constat : conforme à l'exigence", "finding: conforms")
                if self.conforming
                else say("constat : non conforme à l'exigence", "finding: does not conform")
            )
        if self.verdict is not None and self.verdict.band is not None:
            band = say.value(self.verdict.band)
            parts.append(say(f"niveau de criticité : {band}", f"criticality: {band}"))
        if self.supported_by is not None:
            support = say.text(self.supported_by)
            parts.append(say(f"appui : {support}", f"supported by: {support}"))
        if self.experts:
            experts = ", ".join(map(say.text, self.experts))
            parts.append(say(f"personnes consultées : {experts}", f"consulted: {experts}"))
        return say.listed(parts)


@case_event(
    "rerouted",
    label=Wording("transfert", "transfer"),
    stage=ProofStage.QUALIFICATION,
    example=Example(
        lambda case: Rerouted(level=case.routing_level, handling_unit="STD", reason="le centre est concerné")
    ),
    command=CommandType.REROUTE,
    group=CommandGroup.HANDLING,
    presets={"level": lambda case: case.routing_level},
    version=2,
    upcasters={1: without_levels},
)
@attrs.frozen(kw_only=True)
class Rerouted(FactsEvent):
    """Another level handles the case (réorientation). An override of the procedure's level has its reason.

    Args:
        level: the level that handles it from now on.
        handling_unit: and who.
        override: whether the level is another than the procedure's; filled in when the command is decided.
        reason: why.
        verdict: the assessment of the case at that level; filled in when the command is decided.
    """

    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "handled_there",
            Wording("dossier déjà traité par cette unité, à ce niveau", "handled by that unit already, at that level"),
            lambda command: (
                command.data.handling_unit == command.case.handling_unit
                and command.data.level is command.case.routing_level
            ),
            needs=[Need.CASE, Need.DATA],
            fields=("handling_unit", "level"),
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="handled-there",
            commands=(CommandType.REROUTE,),
            when={"handled_there": True},
            wording=Wording(
                "cette unité traite déjà le dossier à ce niveau : indiquez une autre unité, ou un autre niveau",
                "that unit handles the case already, at that level: name another unit, or another level",
            ),
        ),
    )

    level: Level = attrs.field(
        validator=member_of(Level),
        metadata=labelled(
            "niveau de traitement",
            "handling level",
            Wording(
                "Un autre niveau que celui de la procédure demande un motif.",
                "A level other than the procedure's needs a reason.",
            ),
        ),
    )
    handling_unit: str = attrs.field(
        validator=name,
        metadata=labelled("nouvelle unité de traitement", "new handling unit", chosen_from=ChosenFrom.SITES),
    )
    override: bool = derived(default=False, validator=truth)
    reason: Text | None = free(default=None, metadata=labelled("motif", "reason"))
    verdict: AssessmentSnapshot | None = derived(default=None)

    def imposed_level(self, case: BaseCase) -> Level | None:
        return self.level if self.override else None

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        return ""  # early documents have no verdict, and the facts do not change

    def completed(self, case: BaseCase, context: DecisionContext) -> Self:
        overriding = attrs.evolve(self, override=self.level is not case.verdict.level)
        return FactsEvent.completed(overriding, case, context)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        is_elsewhere = self.handling_unit != case.handling_unit
        return {
            "handling_unit": self.handling_unit,
            "assigned_to": None if is_elsewhere else case.assigned_to,
            "level_override": self.imposed_level(case),
            "verdict": self.verdict or case.verdict,
        }

    def describe(self, say: Narrator) -> str:
        level = say.value(self.level)
        imposed = say(" imposé", " (imposed)") if self.override else ""
        reason = "" if self.reason is None else say.text(self.reason)
        why = say(f" ; motif : {reason}", f"; reason: {reason}") if reason else ""
        unit = say.site(self.handling_unit)
        return say(
            f"transféré à {unit}, niveau {level}{imposed}{why}", f"transferred to {unit}, level {level}{imposed}{why}"
        )


@case_event(
    "assigned",
    label=Wording("affectation à une personne", "assignment to a person"),
    stage=None,
    no_stage="it says who works on the case, not what was done",
    example=Example(lambda _: Assigned(to="m.klein")),
    command=CommandType.ASSIGN,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class Assigned(CaseEvent):
    """A person of the handling unit follows the case from now on (affectation). A transfer to another unit ends it.

    Args:
        to: the identifier of the person, as the host application has it.
    """

    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "assigned_to_them",
            Wording("dossier déjà confié à cette personne", "assigned to that person already"),
            # No text once erased; a refusal tells a role that reads no names nothing.
            lambda command: (
                command.context.reads_names and command.data.to == command.case.read(command.case.assigned_to)
            ),
            needs=[Need.CASE, Need.DATA],
            fields=("to",),
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="assigned-already",
            commands=(CommandType.ASSIGN,),
            when={"assigned_to_them": True},
            wording=Wording(
                "le dossier est déjà confié à cette personne : indiquez-en une autre, ou ne changez rien",
                "the case is assigned to that person already: name another one, or leave it as it is",
            ),
        ),
    )

    to: Text = personal(
        metadata=labelled(
            "personne qui suit le dossier",
            "person who follows the case",
            Wording("Son identifiant dans l'application.", "The identifier in the application."),
        )
    )

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"assigned_to": self.to}

    def describe(self, say: Narrator) -> str:
        person = say.text(self.to)
        return say(f"confié à {person}", f"assigned to {person}")


@case_event(
    "unassigned",
    label=Wording("fin de l'affectation", "end of the assignment"),
    stage=None,
    no_stage="it says who works on the case, not what was done",
    example=Example(lambda _: Unassigned(), after=("assigned",)),
    command=CommandType.UNASSIGN,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class Unassigned(CaseEvent):
    """No person in particular follows the case any more (fin de l'affectation)."""

    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "assigned",
            Wording("dossier confié à une personne", "assigned to a person"),
            lambda command: command.case.assigned_to is not None,
            needs=[Need.CASE],
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="not-assigned",
            commands=(CommandType.UNASSIGN,),
            when={"assigned": False},
            wording=Wording(
                "le dossier n'est confié à personne : il n'y a rien à retirer",
                "the case is assigned to nobody: there is nothing to end",
            ),
        ),
    )

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"assigned_to": None}

    def describe(self, say: Narrator) -> str:
        return say("n'est plus confié à une personne", "assigned to nobody any more")


@case_event(
    "fact_suggested",
    label=Wording("suggestion", "suggestion"),
    stage=None,
    no_stage="it decides nothing: the fact stays unknown until a person enters it",
    example=Example(
        lambda _: FactSuggested(fact="theme", value="equipment", by="mots-clés", by_version="1", words=("machine",))
    ),
    command=CommandType.SUGGEST,
    group=CommandGroup.HANDLING,
)
@attrs.frozen(kw_only=True)
class FactSuggested(CaseEvent):
    """A value of an unknown fact was suggested by a list of words, a rule or a model (suggestion). It sets nothing.

    Args:
        fact: the name of the fact.
        value: the value, as a form would post it: a code, `true`, `false`, a number or a day.
        by: the name of what suggests it.
        by_version: its version.
        words: what it decided by, such as the words of its list; never words of the text.

    Raises:
        FaultsError: the name is not that of a fact, or the value is none of this fact; of a fact that an edition
            declares, `own.NAME`, the desk compares it with the edition of the case.
    """

    requires: ClassVar[Requires] = Requires(policy=False)
    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "suggested_known",
            Wording("information suggérée déjà connue", "suggested fact known already"),
            lambda command: fact_of_case(command.case.facts, command.data.fact) is not UNKNOWN,
            needs=[Need.CASE, Need.DATA],
            fields=("fact",),
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="suggested-known",
            commands=(CommandType.SUGGEST,),
            when={"suggested_known": True},
            wording=Wording(
                "l'information est déjà connue : une suggestion ne la remplace pas. Rectifiez-la s'il le faut",
                "the fact is known already: a suggestion does not replace it. Correct it if need be",
            ),
        ),
    )

    fact: str = attrs.field(
        validator=_a_fact, metadata=labelled("information", "fact", chosen_from=ChosenFrom.UNKNOWN_FACTS)
    )
    value: str = attrs.field(validator=label, metadata=labelled("valeur suggérée", "suggested value", _VALUE))
    by: str = attrs.field(validator=label, metadata=labelled("suggérée par", "suggested by", _BY))
    by_version: str = attrs.field(validator=label, metadata=labelled("version", "version"))
    words: tuple[str, ...] = attrs.field(
        default=(), converter=each_once, validator=each_a_label, metadata=labelled("d'après", "by", _WORDS)
    )

    def __attrs_post_init__(self) -> None:
        if is_own_key(self.fact) and not OWN_CODE.fullmatch(self.value.removeprefix("-")):
            refuse_value("value", REDACTED, _PLAIN_VALUE)
        try:
            value_of_text(self._domain, self.value)
        except ValueError:
            refuse_value("value", self.value, self._domain.expected)

    @property
    def _domain(self) -> Domain:
        return FACTS[self.fact].domain if self.fact in FACTS else AnyOwnValue()

    @property
    def suggested(self) -> object:
        """The value of the fact; the text of it for a fact that an edition declares."""
        return value_of_text(self._domain, self.value)

    def describe(self, say: Narrator) -> str:
        fact, value = say.title(self.fact), say.fact(self.fact, self.suggested)
        return say(
            f"suggestion, {fact} : {value}, d'après {self.source}", f"suggestion, {fact}: {value}, by {self.source}"
        )

    @property
    def label(self) -> Wording:
        """The name of the fact."""
        return label_of(self.fact)

    @property
    def named_value(self) -> Wording:
        """The suggested value for a reader."""
        return self.value_in(self._domain)

    def value_in(self, domain: Domain) -> Wording:
        """Return the suggested value for a reader, as a value of a domain."""
        value = value_of_text(domain, self.value)
        return Wording(domain.label(value, "fr"), domain.label(value, "en"))

    @property
    def source(self) -> str:
        """What suggests it, its version, and what it decided by."""
        words = f" ({', '.join(self.words)})" if self.words else ""
        return f"{self.by} {self.by_version}{words}"


@case_event(
    "note_added",
    label=Wording("note interne", "internal note"),
    stage=None,
    no_stage="it is internal: an audit file has its text only if it is asked for",
    example=Example(lambda _: NoteAdded(text="le client rappelle mardi")),
    command=CommandType.ADD_NOTE,
    group=CommandGroup.HANDLING,
    is_internal=True,
)
@attrs.frozen(kw_only=True)
class NoteAdded(CaseEvent):
    """Somebody wrote an internal note on the case (note interne). No letter has it, and it is never changed.

    Args:
        text: the note; the complainant may read it by the right of access.
    """

    requires: ClassVar[Requires] = Requires(open_case=False)

    text: Text = free(
        metadata=labelled(
            "note interne",
            "internal note",
            Wording(
                "Aucun courrier ne la reprend. La personne concernée peut la lire si elle demande ses données : restez "
                "factuel.",
                "No letter has it. The person concerned may read it on request: stay with the facts.",
            ),
        )
    )

    def describe(self, say: Narrator) -> str:
        note = say.text(self.text)
        return say(f"note interne : {note}", f"internal note: {note}")


@case_event(
    "analysed",
    label=Wording("analyse des causes", "cause analysis"),
    stage=ProofStage.CAUSES,
    example=Example(
        lambda _: Analysed(method=Method.ISHIKAWA, causes=("organisation",), report="le planning n'est pas doublé"),
        after=("qualified",),
    ),
    command=CommandType.ANALYSE,
    group=CommandGroup.HANDLING,
    version=2,
    upcasters={1: without_levels},
)
@attrs.frozen(kw_only=True)
class Analysed(FactsEvent):
    """The causes were analysed (analyse des causes). Source: M2-1 §4.

    Args:
        method: the method used, None for a plain look.
        causes: the root causes found, each under its family.
        report: the analysis itself.
        facts: all the facts, the number of causes among them; filled in when the command is decided.
    """

    requires: ClassVar[Requires] = Requires(after=(("qualified",),))

    guard_inputs: ClassVar[tuple[GuardInput[PartialCaseCommand], ...]] = (
        GuardInput(
            "analysis_empty",
            Wording("analyse vide", "empty analysis"),
            lambda command: not command.data.causes and command.data.report is None,
            needs=[Need.DATA],
            fields=("causes", "report"),
        ),
    )
    guards: ClassVar[tuple[Guard[CommandType, PartialCaseCommand], ...]] = (
        Guard(
            id="analysis-empty",
            commands=(CommandType.ANALYSE,),
            when={"analysis_empty": True},
            wording=Wording(
                "l'analyse est vide : indiquez les causes trouvées ou, si aucune ne l'est, ce qui a été vérifié",
                "the analysis is empty: name the causes found or, if there are none, write what was checked",
            ),
            clause="M2-1 §4.1",
        ),
    )

    method: Method | None = attrs.field(
        default=None, validator=optional(member_of(Method)), metadata=labelled("méthode", "method")
    )
    causes: tuple[str, ...] = attrs.field(
        default=(),
        converter=as_tuple,
        validator=each_a_label,
        metadata=labelled("familles de causes", "families of causes", chosen_from=ChosenFrom.CAUSE_FAMILIES),
    )
    report: Text | None = free(
        default=None,
        metadata=labelled(
            "analyse",
            "analysis",
            Wording(
                "Les causes trouvées et ce qui les établit. Une méthode est exigée pour un cas complexe.",
                "The causes found, and what shows them. A complex case needs a method.",
            ),
        ),
    )
    facts: Facts | None = derived(default=None)
    verdict: AssessmentSnapshot | None = derived(default=None)

    def completed(self, case: BaseCase, context: DecisionContext) -> Self:
        counted = attrs.evolve(self, facts=attrs.evolve(case.facts, causes=len(self.causes)))
        return FactsEvent.completed(counted, case, context)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"analysis": self, **super().changes(case, recorded)}

    def describe(self, say: Narrator) -> str:
        method = (
            say("sans méthode particulière", "without a particular method")
            if self.method is None
            else say.value(self.method)
        )
        found = say.families(self.causes) or say("aucune", "none")
        return say(f"causes analysées ({method}) : {found}", f"causes analysed ({method}): {found}")


@case_event(
    "actions_planned",
    label=Wording("actions décidées", "actions planned"),
    stage=ProofStage.ACTIONS,
    example=Example(
        lambda case: ActionsPlanned(plan=PlanScope.site(case.handling_unit), actions=("A-1",)), after=("analysed",)
    ),
    command=CommandType.PLAN,
    group=CommandGroup.ACTIONS,
    presets={
        "origin": lambda case: case.kind.value,
        "site": lambda case: case.handling_unit if case.routing_level is Level.LOCAL else None,
        "level": lambda case: None if case.routing_level is Level.LOCAL else case.routing_level,
        "type": lambda case: "corrective" if case.analysis is not None and case.analysis.causes else None,
        "cause_family": lambda case: next(iter(case.analysis.causes), None) if case.analysis is not None else None,
    },
)
@attrs.frozen(kw_only=True)
class ActionsPlanned(CaseEvent):
    """Actions were put on a plan (plan d'actions). Source: M2-1 §4.1.

    Args:
        plan: the scope of the plan.
        actions: their references on it.
    """

    requires: ClassVar[Requires] = Requires(after=(("qualified",), ("analysed",)))

    plan: PlanScope = attrs.field(validator=of_class(PlanScope), metadata=labelled("plan", "plan"))
    actions: tuple[str, ...] = attrs.field(
        converter=as_tuple,
        validator=[not_empty, each_a_label],
        metadata=labelled("actions", "actions", chosen_from=ChosenFrom.NEW_ACTIONS),
    )

    @property
    def lines(self) -> tuple[LineReference, ...]:
        """The reference of each action."""
        return tuple(LineReference(self.plan, action) for action in self.actions)

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"actions": tuple(dict.fromkeys((*case.actions, *self.lines)))}

    def describe(self, say: Narrator) -> str:
        actions, plan = ", ".join(self.actions), say.plan(self.plan)
        return say(f"actions décidées : {actions} ({plan})", f"actions planned: {actions} ({plan})")


@case_event(
    "no_action_needed",
    label=Wording("aucune action nécessaire", "no action needed"),
    stage=ProofStage.ACTIONS,
    example=Example(lambda _: NoActionNeeded(reason="le fait est isolé"), after=("analysed",)),
    command=CommandType.PLAN_NOTHING,
    group=CommandGroup.ACTIONS,
)
@attrs.frozen(kw_only=True)
class NoActionNeeded(CaseEvent):
    """It was stated why no action is needed."""

    requires: ClassVar[Requires] = Requires(after=(("qualified",),))

    reason: Text = free(metadata=labelled("motif", "reason"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"no_action": self.reason if isinstance(self.reason, Commitment) else None}

    def describe(self, say: Narrator) -> str:
        return say.with_reason("aucune action nécessaire", "no action needed", self.reason)


@case_event(
    "answered",
    label=Wording("réponse", "answer"),
    stage=ProofStage.ANSWER,
    example=Example(
        lambda _: Answered(
            decision=AnswerDecision.MISATTRIBUTED,
            text="la salle est celle d'un autre organisme",
            remedies="deux séances de plus",
            provider="l'organisme de la salle",
        ),
        after=("qualified",),
    ),
    command=CommandType.ANSWER,
    group=CommandGroup.ANSWER,
    version=2,
    upcasters={1: adding(provider=None)},
)
@attrs.frozen(kw_only=True)
class Answered(CaseEvent):
    """The complainant was answered in substance (réponse). It stops the answer clock. Source: M2-1 §5.0.

    Args:
        decision: founded or not.
        text: the answer.
        remedies: what is done for the complainant.
        provider: for a service that is not the agency's, the organisation that provided it; required since version 2.
        recourse: whether the answer names the recourse open to the complainant; the letter always does.
        collective: a recorded collective action is the answer to an unknown sender.
    """

    requires: ClassVar[Requires] = Requires(complaint=True, within_run=True, after=(("qualified",),))

    decision: AnswerDecision = attrs.field(
        validator=member_of(AnswerDecision), metadata=labelled("décision", "decision")
    )
    text: Text = free(metadata=labelled("réponse", "answer", _COPIED))
    remedies: Text | None = free(default=None, metadata=labelled("solution proposée", "remedy", _PROPOSED))
    provider: Text | None = free(
        default=None,
        metadata=labelled(
            "organisme qui a réalisé la prestation",
            "organisation that provided the service",
            Wording(
                "Si la prestation ne relève pas de l'Afpa. Repris mot pour mot dans le courrier au client.",
                "If the service is not the Afpa's. Copied word for word into the letter to the client.",
            ),
        ),
    )
    recourse: bool = attrs.field(
        default=False,
        validator=truth,
        metadata=labelled(
            "recours indiqué dans la réponse",
            "recourse named in the answer",
            Wording("Le courrier l'indique toujours.", "The letter always names it."),
            group=MORE,
        ),
    )
    collective: bool = attrs.field(
        default=False,
        validator=truth,
        metadata=labelled(
            "réponse collective",
            "collective answer",
            Wording(
                "Si l'auteur est inconnu : information du groupe ou affichage. Elle est lue par tous : ne décrivez ni "
                "aménagement, ni sanction, ni remboursement qui désigne une personne.",
                "For an unknown sender: the group is informed, or a notice is put up. Everybody reads it: describe no "
                "adjustment, sanction or refund that points at a person.",
            ),
        ),
    )

    def impossible(self, case: BaseCase, recorded: RecordedEvent) -> str:
        return "" if case.answer_cycles else NO_ANSWER_DUE

    def ground_dates(self, case: BaseCase, occurred_at: datetime, follow_up: FollowUp) -> list[datetime]:
        identified = [] if self.collective else case.first_of((ComplainantIdentified,))
        return [*super().ground_dates(case, occurred_at, follow_up), *identified]

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        *before, cycle = case.cycles_stopped(recorded.occurred_at)
        answered = attrs.evolve(cycle, answered_at=recorded.occurred_at, answer_number=recorded.number)
        return {"answer_cycles": (*before, answered)}

    def describe(self, say: Narrator) -> str:
        decision = say.value(self.decision)
        collective = say(" (réponse collective)", " (collective answer)") if self.collective else ""
        remedy = "" if self.remedies is None else say.text(self.remedies)
        remedies = say(f" ; solution proposée : {remedy}", f"; remedy: {remedy}") if remedy else ""
        return say(f"répondu{collective} : {decision}{remedies}", f"answered{collective}: {decision}{remedies}")


@case_event(
    "reaction_recorded",
    label=Wording("retour du client", "reaction of the client"),
    stage=ProofStage.ANSWER,
    example=Example(lambda _: ReactionRecorded(reaction=Reaction.SATISFIED, words="merci"), after=("answered",)),
    command=CommandType.RECORD_REACTION,
    group=CommandGroup.ANSWER,
)
@attrs.frozen(kw_only=True)
class ReactionRecorded(CaseEvent):
    """The complainant's reaction to the answer was recorded."""

    requires: ClassVar[Requires] = Requires(open_case=False, complaint=True, after=(("answered",),))

    reaction: Reaction = attrs.field(
        validator=member_of(Reaction), metadata=labelled("retour du client", "reaction of the client")
    )
    words: Text | None = free(default=None, metadata=labelled("mots du client", "the client's words"))

    def changes(self, case: BaseCase, recorded: RecordedEvent) -> dict[str, Any]:
        return {"reaction": self}

    def describe(self, say: Narrator) -> str:
        words = "" if self.words is None else f", {say.quoted(self.words)}"
        reaction = say.value(self.reaction)
        return say(f"retour du client : {reaction}{words}", f"reaction of the client: {reaction}{words}")
