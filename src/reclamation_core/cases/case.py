"""The case aggregate: its state, and the replay of its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from importlib import import_module
from types import MappingProxyType
from typing import Any, cast

import attrs

from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import Admissibility, CaseKind, CaseState
from reclamation_core.cases.errors import EventStreamError
from reclamation_core.cases.events import (
    Alerted,
    Analysed,
    Anonymised,
    Answered,
    Closed,
    ComplainantCorrected,
    ComplainantIdentified,
    FactSuggested,
    InformationRequested,
    Linked,
    Qualified,
    ReactionRecorded,
    Registered,
    SupportAdded,
)
from reclamation_core.cases.events.base import AnswerCycle, BaseCase, RecordedEvent, dated
from reclamation_core.cases.events.handling import fact_of_case
from reclamation_core.cases.plain import TimelineEntry, plain
from reclamation_core.cases.support_documents import SupportDocument
from reclamation_core.cases.texts import HIDDEN_NAME, Commitment, TextKind, Vault, commitments
from reclamation_core.markup import html_of
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.vocabulary import Channel, ComplaintFacts, Fact, Nature, Sites
from reclamation_core.wording import Lang


@attrs.frozen(kw_only=True)
class Case(BaseCase):
    """A complaint or an internal malfunction (dossier), as its events have made it.

    Everything here follows from the events; `Case.from_events` and `apply` are the only makers. Texts are read from the
    vault and are None once they are forgotten. Instants are aware, and stand as they were corrected last.

    Args:
        reference: its reference, as `R-2026-000001`.
        kind: a complaint or an internal malfunction.
        facts: what is known of it now.
        site: the site that registered it.
        service_sites: the sites that delivered the service.
        handling_unit: who handles it now.
        source: what identifies the source message; None where nothing does.
        terms: the edition, the rule for the deadline and the calendar in force at receipt.
        verdict: the assessment of the facts by the edition.
        events: its events, numbered from 1.
        vault: the texts that are not forgotten.
        assigned_to: the person who follows it; None if nobody in particular does.
        level_override: the level imposed on it; None where the procedure's holds.
        acknowledged_at: when receipt was acknowledged for the first time.
        supports: how many factual supports are on file, transcriptions among them.
        transcribed_at: when the call was transcribed last.
        containments: the containment measures, in the order they were recorded.
        qualification: the latest one.
        analysis: the latest one.
        actions: its actions, with the plan that each is on, in the order they were planned.
        no_action: why no action is needed, where that was stated.
        answer_cycles: runs of the answer clock, one for the receipt, one for each reopening; none for a malfunction.
        reaction: how the complainant took the answer, as recorded last.
        mediation_at: when the dispute first went to the mediator.
        withdrawn_at: when the complainant took it back; None again once it is reopened.
        closure: why it is closed; None while it is open.
        closed_at: when it was closed; None while it is open.
        links: its links to other cases.
        suspensions: the suspensions of its retention by litigation.
        alerts: the alerts raised by sweeps.
        anonymised_at: when all its texts were forgotten.
        documents_left: the keys of its erased documents whose bytes are not deleted yet, as the desk that read the case
            knew them; no part of what its events say.
    """

    qualification: Qualified | None = None
    analysis: Analysed | None = None
    reaction: ReactionRecorded | None = None
    closure: Closed | None = None
    links: tuple[Linked, ...] = ()
    alerts: tuple[Alerted, ...] = ()
    documents_left: tuple[str, ...] = attrs.field(default=(), eq=False, repr=False)

    @classmethod
    def from_events(cls, events: Iterable[RecordedEvent], vault: Vault | None = None) -> Case:
        """Replay the events of a case, in their order.

        Raises:
            EventStreamError: the first is not a registration, the numbers have holes, the events are of several cases,
                or one was recorded before the one it follows.
            ValueError: there are no events.
        """
        case: Case | None = None
        for event in events:
            case = apply(case, event)
        if case is None:
            raise ValueError("events: there is none; a case begins with its registration")
        return case if vault is None else attrs.evolve(case, vault=vault)

    @classmethod
    def opened(cls, recorded: RecordedEvent, data: Registered) -> Case:
        """Return the case after its registration."""
        first = AnswerCycle(started_at=data.facts.received_at, levels=data.verdict.possible_levels)
        cycles = () if data.kind is CaseKind.MALFUNCTION else (first,)
        return cls(
            reference=recorded.case,
            kind=data.kind,
            facts=data.facts,
            site=data.site,
            service_sites=data.service_sites,
            handling_unit=data.handling_unit,
            source=data.source,
            terms=data.terms,
            verdict=data.verdict,
            events=(recorded,),
            answer_cycles=cycles,
        )

    @property
    def registration(self) -> Registered:
        """The registration of the case."""
        return cast(Registered, self.events[0].data)

    @property
    def complainant(self) -> Commitment | None:
        """Who complains, as registered, identified later or corrected last; None for an unknown sender."""
        for event in reversed(self.events):
            if isinstance(event.data, Registered | ComplainantIdentified | ComplainantCorrected):
                return cast(Commitment | None, event.data.complainant)
        return None

    def answer_of(self, cycle: AnswerCycle) -> Answered | None:
        """Return the answer of an answer cycle; None if there is none."""
        number = cycle.answer_number
        return None if number is None else cast(Answered, self.events[number - 1].data)

    @property
    def documents(self) -> tuple[SupportDocument, ...]:
        """The documents of its supports, in the order in which they were added; the erased ones too."""
        added = (event.data.documents for event in self.events if isinstance(event.data, SupportAdded))
        return tuple(document for documents in added for document in documents)

    @property
    def filed_messages(self) -> frozenset[str]:
        """The identifiers of the messages that are among its supports."""
        sources = (event.data.source for event in self.events if isinstance(event.data, SupportAdded))
        return frozenset(source for source in sources if source is not None)

    def erased_documents(self, since: int = 0) -> tuple[str, ...]:
        """Return the keys of the documents that an event after the first `since` erases: of all, once texts are erased.

        Their bytes are deleted after the commit of that event.
        """
        is_erased = any(isinstance(event.data, Anonymised) for event in self.events[since:])
        return tuple(document.key for document in self.documents) if is_erased else ()

    @property
    def open_request(self) -> RecordedEvent | None:
        """The latest request for information without an answer (demande de précisions); None if there is none."""
        for event in reversed(self.history):
            if isinstance(event.data, InformationRequested) and not event.data.is_answered(self, event.number):
                return event
        return None

    @property
    def suggestions(self) -> tuple[FactSuggested, ...]:
        """The latest suggestion of each fact that is unknown, in the order of the events (suggestions)."""
        latest: dict[str, FactSuggested] = {}
        for event in self.history:
            if isinstance(event.data, FactSuggested):
                latest.pop(event.data.fact, None)
                latest[event.data.fact] = event.data
        return tuple(one for fact, one in latest.items() if fact_of_case(self.facts, fact) is UNKNOWN)

    @property
    def is_unacknowledged(self) -> bool:
        """True while the first answer is due to a known sender and its receipt is not acknowledged."""
        return (
            self.acknowledged_at is None
            and bool(self.answer_cycles)
            and self.answer_cycles[0].stopped_at is None
            and self.admissibility is not Admissibility.OUT_OF_SCOPE
            and self.complainant is not None
        )

    @property
    def latest_act(self) -> datetime:
        """When the latest act was done, as its date is known now."""
        return max(event.occurred_at for event in self.history if event.data.is_act)

    @property
    def is_redirection_announced(self) -> bool:
        """False if there is nobody to inform of a redirection: an unknown sender, a satisfactory survey score (I27)."""
        facts = self.facts
        is_satisfied_note = (
            isinstance(facts, ComplaintFacts)
            and facts.channel is Channel.SURVEY
            and facts.nature is Nature.GENERAL_OPINION
            and facts.satisfaction is not UNKNOWN
            and facts.satisfaction is not ABSENT
        )
        return self.complainant is not None and not is_satisfied_note

    @property
    def state(self) -> CaseState:
        """The state of the case."""
        if self.closed_at is not None:
            return CaseState.CLOSED
        if self.answer_cycles and self.answer_cycles[-1].answered_at is not None:
            return CaseState.ANSWERED
        if self.actions or self.no_action is not None:
            return CaseState.PLANNED
        if self.analysis is not None:
            return CaseState.ANALYSED
        return CaseState.REGISTERED if self.qualification is None else CaseState.QUALIFIED

    def to_html(
        self,
        *,
        texts: bool = False,
        sites: Sites | None = None,
        on: date | None = None,
        headings: bool = False,
        own: Mapping[str, Fact] = MappingProxyType({}),
        taxonomy: Taxonomy = TRAINING_BODY,
    ) -> str:
        """Return the case as an HTML fragment in French: what it is, then its events, with the roles of their actors.

        Args:
            texts: whether to show the texts that people wrote. By default a mark replaces each text: a notebook is
                saved and passed on with what it displays.
            sites: the sites, to show their names instead of their codes.
            on: the day on which an answer that is awaited is shown as overdue; None to show the last day alone.
            headings: True for a page of its own, with headings that a screen reader finds; a notebook has its own.
            own: the facts that editions declare themselves (`Desk.own_facts`), to show their labels instead of their
                names.
            taxonomy: the themes and the families of causes of the organisation, for their names.
        """
        options: dict[str, Any] = {"texts": texts, "sites": sites, "on": on, "headings": headings, "own": own}
        options["taxonomy"] = taxonomy
        return html_of(self, "reclamation_core.cases.rendering", **options)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the case as plain data; `document_schema("view.case")` describes it.

        Args:
            texts: True to include the texts that people wrote, personal data among them; by default each is null.
        """
        columns = import_module("reclamation_core.cases.columns")  # which imports this class
        return plain(columns.case_view(self), self.vault if texts else None)

    def timeline(
        self,
        lang: Lang = "fr",
        *,
        texts: bool = True,
        own: Mapping[str, Fact] = MappingProxyType({}),
        sites: Sites | None = None,
        taxonomy: Taxonomy = TRAINING_BODY,
        is_printed: bool = False,
    ) -> tuple[TimelineEntry, ...]:
        """Return the events for a reader, in the order in which they were recorded (historique).

        Args:
            lang: the language of labels and sentences.
            texts: False to leave out the names of actors, and to replace each text that people wrote by a mark.
            own: the facts that editions declare themselves (`Desk.own_facts`), to show their labels instead of their
                names.
            sites: the sites, to show their names instead of their codes.
            taxonomy: the themes and the families of causes of the organisation, for their names.
            is_printed: True for sentences in the typography of the language.
        """
        timeline = import_module("reclamation_core.cases.timeline")  # which imports this class
        found: tuple[TimelineEntry, ...] = timeline.entries(
            self, lang, texts=texts, own=own, sites=sites, taxonomy=taxonomy, is_printed=is_printed
        )
        return found

    def without_names(self) -> Case:
        """Return the case to display to a reader who reads no names: a mark replaces each text that names a person."""
        return attrs.evolve(self, vault=self.vault.masked(self.texts_of((TextKind.PERSONAL,)), HIDDEN_NAME))

    def texts_of(self, kinds: Iterable[TextKind] = tuple(TextKind)) -> frozenset[Commitment]:
        """The commitments to texts of some kinds, who acted among them."""
        wanted = frozenset(kinds)
        found = (pair for event in self.events for pair in event.texts().items())
        return frozenset(commitment for commitment, kind in found if kind in wanted)

    def erased_by(self, kinds: Iterable[TextKind]) -> frozenset[Commitment]:
        """Return the commitments to what an erasure of some kinds of texts takes away.

        The name and the hash of each document are erased with either kind: its content may be of any.
        """
        return self.texts_of(kinds).union(*(commitments(document) for document in self.documents))

    def retained_texts(self) -> frozenset[Commitment]:
        """The commitments to the texts that were not erased: the vault has these, and no others."""
        left = self.texts_of()
        for event in self.events:
            if isinstance(event.data, Anonymised):
                left -= attrs.evolve(self, events=self.events[: event.number]).erased_by(event.data.kinds)
        return left


def apply(case: Case | None, event: RecordedEvent) -> Case:
    """Return the case after one more event; the case of the first event is None.

    Raises:
        EventStreamError: the event does not follow.
    """
    data = event.data
    if case is None:
        if not isinstance(data, Registered) or event.number != 1:
            raise EventStreamError(event.case, 1, event.case, event.number)
        return Case.opened(event, data)
    if (
        event.case != case.reference
        or event.number != case.version + 1
        or event.recorded_at < case.events[-1].recorded_at
        or isinstance(data, Registered)
    ):
        raise EventStreamError(case.reference, case.version + 1, event.case, event.number)
    reason = data.impossible(case, event)
    if reason:
        raise EventStreamError(case.reference, case.version + 1, event.case, event.number, reason)
    if data.corrected_dates:
        *_, corrected = replay((*case.events, event))
        return attrs.evolve(corrected, events=(*case.events, event), vault=case.vault)
    return case.after(event, **data.changes(case, event))


def replay(events: Iterable[RecordedEvent]) -> Iterator[Case]:
    """Yield the case after each of its events, with their latest corrected dates."""
    case: Case | None = None
    for event in dated(events):
        if case is None:
            case = Case.opened(event, cast(Registered, event.data))
        else:
            case = case.after(event, **event.data.changes(case, event))
        yield case
