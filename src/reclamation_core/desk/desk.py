"""The desk: every use case as one method, on a store, the editions of the procedure, the sites and a clock."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from datetime import date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Any, Final, Self, Unpack

import attrs

from reclamation_core.cases import (
    AnswerDecision,
    Case,
    CaseKind,
    ClosingReason,
    LinkKind,
    Method,
    Reaction,
    RedirectionKind,
    SupportKind,
    TextKind,
)
from reclamation_core.cases.causes import CauseAnalysis
from reclamation_core.cases.decision import Registration
from reclamation_core.cases.events import (
    Acknowledged,
    Analysed,
    Answered,
    Assigned,
    Closed,
    ComplainantCorrected,
    ComplainantIdentified,
    ContainmentTaken,
    DateCorrected,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCompleted,
    FactSuggested,
    InformationRequested,
    NoteAdded,
    Qualified,
    ReactionRecorded,
    ReferredToMediation,
    Reopened,
    RetentionResumed,
    RetentionSuspended,
    SupportAdded,
    Transcribed,
    Unassigned,
    Withdrawn,
)
from reclamation_core.cases.events.base import CaseEvent, Facts
from reclamation_core.cases.support_documents import NewDocument, UploadedDocument
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.cases.trace import Trace
from reclamation_core.codes import Audience
from reclamation_core.desk import services
from reclamation_core.desk.arguments import require_some, severities
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.environment import DeskOptions, Scope
from reclamation_core.desk.registration import RegistrationResult, survey_arguments
from reclamation_core.plans import PlanScope
from reclamation_core.policy import SupportParameters
from reclamation_core.ports import CaseQuery, FeedItem, PlanFeedItem, Store
from reclamation_core.validators import (
    coded,
    each_coded,
    member_of,
    name,
    of_class,
    optional,
    refuse_value,
    require,
    truth,
)
from reclamation_core.vocabulary import Fact, FactsUpdate, Level, Nature, RiskDomain, Role
from reclamation_core.vocabulary.own_facts import OwnInput
from reclamation_core.wording import Lang, Wording, safe_repr

_A_SITE: Final = Wording("indiquez au moins un centre ou une région", "pass at least one site or region")


class Desk:
    """The use cases of the procedure: commands on cases and plans, queries, maintenance.

    A desk has no state of its own: the store has it all. `acting` and `scoped` return other desks on the same store.

    A command on a case returns the case after it. It raises CommandRefusedError if guards are not met,
    CaseNotFoundError if the case is missing or outside the desk's scope, ConcurrentChangeError if the case changed
    concurrently, VersionConflictError if it does not have the `expected_version`, ClockError if a clock is wrong,
    UnknownEditionError if the desk does not have the edition of the case, and ChangedEditionError if it has another
    text under that name.

    `expected_version` is the version that the caller has seen, `case.version`, or the header If-Match with the tag that
    `etag(case)` wrote: a decision on an older state is refused, and a command that is sent twice is recorded once.

    >>> from datetime import datetime, timezone
    >>> from reclamation_core import ComplaintFacts
    >>> desk = Desk.in_memory()
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, 30, tzinfo=timezone.utc), satisfaction=4)
    >>> case = desk.register(facts, site="Créteil")
    >>> case.reference, case.state, case.deadline.due
    ('R-2026-000001', <CaseState.REGISTERED: 'registered'>, datetime.date(2026, 5, 19))
    """

    # Opening and closing a desk

    def __init__(self, store: Store, **options: Unpack[DeskOptions]) -> None:
        """Create a desk on a store.

        Args:
            store: the store of cases and plans.
            options: `policy`, `sites`, `clock`, `taxonomy`, `documents`, `scan_document`, `clock_limit`: `DeskOptions`.

        Raises:
            TypeError: an argument is not of the expected type.
        """
        self._context = DeskContext.create(store, options)

    @classmethod
    def in_memory(cls, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a new store in memory; the options are those of `DeskOptions`."""
        from reclamation_core.adapters.memory import InMemoryStore

        return cls(InMemoryStore(), **options)

    @classmethod
    def open(cls, url: str, settings: services.Settings | None = None, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a database: SQLite or PostgreSQL.

        A database without any table, such as a new file, gets the schema first. Any other is left unchanged: if the
        schema is missing or of another version, the error names the command to run.

        Args:
            url: `sqlite:///reclamations.db` for a file, `sqlite://` for one in memory,
                `postgresql+psycopg://user:password@host/database`.
            settings: the size of the pool, the seconds to wait for a lock or a free connection, and the like.
            options: `policy`, `sites`, `clock`, `taxonomy`, `documents`, `scan_document`, `clock_limit`: `DeskOptions`.

        Raises:
            TypeError, ValueError: the address is not supported.
            MissingExtraError: SQLAlchemy or the driver is not installed; the message names the extra.
            SchemaError: the schema is missing or of another version.
            StoreError: the database is unreachable, or refused.
        """
        from reclamation_core.adapters import SqlAlchemyStore

        return cls(SqlAlchemyStore.open(url, settings), **options)

    @classmethod
    def from_connection(cls, connection: Any, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a connection of the host application, inside the transaction that it has begun.

        The application commits its own rows together with those of the desk, or rolls both back. See
        `SqlAlchemyStore.from_connection`. Create the schema beforehand, with `upgrade`.

        Args:
            connection: SQLAlchemy's `Connection`, or the driver's own, of `sqlite3` or `psycopg` 3, such as
                `django.db.connection.connection`.
            options: `policy`, `sites`, `clock`, `taxonomy`, `documents`, `scan_document`, `clock_limit`: `DeskOptions`.

        Raises:
            TypeError: the connection is not one of these.
            MissingExtraError: SQLAlchemy is not installed; the message names the extra.

        Every later call:

        Raises:
            SchemaError: the schema is missing or of another version.
            StoreError: the database refused.
        """
        from reclamation_core.adapters import SqlAlchemyStore

        return cls(SqlAlchemyStore.from_connection(connection), **options)

    def release(self) -> None:
        """Close the connections and files of the store; a `with` block does it at its end.

        Every other desk on the same store, from `acting` or `scoped`, is closed too. A connection or an engine of the
        host application stays open.
        """
        self._context.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acting(self, actor: str, role: Role | str = Role.HANDLING_UNIT, *, trace: Trace | None = None) -> Self:
        """Return a desk that acts as a person in a role, a member or its code.

        Args:
            actor: the name of the person, which is personal data: events hold only a salted commitment to it.
            role: the role.
            trace: the identifiers of the request and the client, which events and logs then have; `Trace.of` and
                `Trace.from_headers` make one of values from outside. By default, those that this desk has.
        """
        return self._with(actor=actor, role=coded(Role, role), trace=trace or self._context.trace)

    def traced(self, trace: Trace | None) -> Self:
        """Return a desk whose events have a trace where this desk has none: the parts that it has already stay."""
        own = self._context.trace
        return self if trace is None else self._with(trace=trace if own is None else own.completed(trace))

    def scoped(self, *, site: str | Collection[str] | None = None, region: str | Collection[str] | None = None) -> Self:
        """Return a desk limited to the cases and plans of some sites, and of the sites of some regions.

        Queries, commands, plans, the feed, reports and maintenance are limited alike. The plan of a region is inside
        the scope if the region is named; that of the nation never is.

        Args:
            site: a site, or several.
            region: a region, or several.

        Raises:
            FaultsError: there is neither a site nor a region, or no site is of one of these regions.
            UnknownSiteError: the desk has a list of sites without one of these.
            OutsideScopeError: the new scope is wider than this desk's; a region is wider than its only site, because
                the plan of the region is not the site's.
        """
        named, regions = _names("site", site), _names("region", region)
        if not named and not regions:
            refuse_value("site, region", None, _A_SITE)
        sites = self._context.sites
        sites.require(*named)
        scope = Scope({*named, *(one for each in regions for one in sites.of_region(each))}, regions, named)
        if self._context.scope is not None:
            self._context.scope.require_within(scope)
        return self._with(scope=scope)

    def _with(self, **changes: Any) -> Self:
        """Return the same desk with some attributes of its context changed."""
        other = copy(self)
        other._context = attrs.evolve(self._context, **changes)  # noqa: SLF001  a desk of the same class
        return other

    # Registration

    def register(
        self,
        facts: Facts,
        *,
        site: str,
        service_sites: tuple[str, ...] = (),
        handling_unit: str | None = None,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
        remedy_sought: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Open a case for a complaint or an internal malfunction (enregistrer).

        The edition of the procedure and the calendar of the first handling site are those in force at receipt, and are
        recorded with the case. The method is idempotent: the same `source` registered twice with the same facts returns
        the same case, unchanged; `register_once` tells whether it is new. If several sites have a case of the source,
        it is that of the site. A case outside the desk's scope counts as missing. A refusal uses no number.

        Args:
            facts: the facts that are known; `MalfunctionFacts` for a malfunction.
            site: the site that registers; as every name of a site, one line of text without spaces around it.
            service_sites: the sites that delivered the service.
            handling_unit: the unit that handles the case; the site by default.
            source: the identifier of the source message; it is never erased, so it must not name a person.
            complainant: the complainant, and how to answer; personal.
            verbatim: the words of the complainant.
            remedy_sought: the remedy that the complainant wants.
            occurred_at: the time of the registration; now by default.

        Raises:
            OutsideScopeError: the site is outside the desk's scope.
            SourceConflictError: the message was registered before with other facts, which it names.
            UnknownSiteError: the desk has a list of sites without one of those named.
            TypeError, ValueError: a value is refused; receipt, registration and now have to be in that order.
            NoEditionError: no edition was in force at receipt.
            FactsError: the edition refuses the facts.

        Source: M2-1 §1, §6.2, §7.
        """
        return self.register_once(
            Registration(
                facts=facts,
                site=site,
                service_sites=service_sites,
                handling_unit=handling_unit,
                source=source,
                complainant=complainant,
                verbatim=verbatim,
                remedy_sought=remedy_sought,
                occurred_at=occurred_at,
            )
        )[0]

    def register_once(self, registration: Registration | services.Command | Mapping[str, Any]) -> tuple[Case, bool]:
        """Open a case, and return it with True; for a message that was registered before, its case with False.

        Args:
            registration: the arguments of `register`; or the command `register` or `register_survey_result`, or the
                document of one: see `Command.from_document`.

        Raises FaultsError with every fault of a document, and the errors of `register`.
        """
        if not isinstance(registration, Registration):
            asked = services.as_command(services.Command, registration, self._context.longest_text)
            services.require_placed(asked, None)
            if asked.type != "register":
                with survey_arguments():
                    return self.register_once(Registration.of_survey(**asked.arguments))
            registration = Registration(**asked.arguments)
        return services.RegistrationService(self._context).register(registration)

    def register_many(
        self, registrations: Iterable[Registration], *, batch_size: int = 500
    ) -> Iterator[RegistrationResult]:
        """Open cases in batches, with the results that `register` would have one by one (enregistrer un lot).

        The iterator registers a batch when its first result is read; each batch is one transaction, so memory use does
        not grow with the number of registrations. A refusal stops nothing: it is a result. With a `source` for each,
        the same registrations may be passed again after a failure: none is doubled.

        Args:
            registrations: the registrations.
            batch_size: the largest number of registrations in one transaction.

        Returns:
            One result for each registration, in order.

        Raises:
            FaultsError: `batch_size` is less than 1.
            StoreError: the store refused; earlier batches are saved.
        """
        return services.RegistrationService(self._context).register_many(registrations, batch_size)

    def register_survey_result(
        self,
        satisfaction: float | Decimal,
        *,
        received_at: datetime,
        site: str,
        service_sites: tuple[str, ...] = (),
        handling_unit: str | None = None,
        company: bool = False,
        nature: Nature | str | None = None,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
        own: Mapping[str, OwnInput] | None = None,
        occurred_at: datetime | None = None,
    ) -> Case:
        """Open a case for a note of the end-of-training survey (enquête), the trainee's or the company's.

        Args:
            satisfaction: the note; the edition determines whether it is a complaint.
            received_at: the time at which the result became available.
            site: the site that registers.
            service_sites: the sites that delivered the service.
            handling_unit: the unit that handles the case; the site by default.
            company: True for the survey of the company.
            nature: the nature of the comment, or its code; a general opinion that is no complaint needs no letter.
            source: the identifier of the answer; it is never erased, so it must not name a person.
            complainant: the respondent, and how to answer; personal. None if the survey is anonymous.
            verbatim: the comment.
            own: the facts that the edition declares itself, by name.
            occurred_at: the time of the registration; now by default.

        Raises the errors of `register`. Source: M2-1 §1.4, §6.2.
        """
        with survey_arguments():
            registration = Registration.of_survey(
                satisfaction,
                received_at=received_at,
                company=company,
                nature=nature,
                site=site,
                service_sites=service_sites,
                handling_unit=handling_unit,
                source=source,
                complainant=complainant,
                verbatim=verbatim,
                own=own,
                occurred_at=occurred_at,
            )
            return self.register_once(registration)[0]

    # Handling

    def complete_facts(
        self,
        reference: str,
        *,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case:
        """Enter facts that were unknown (compléter); eligibility, level and risk are assessed again.

        Raises FaultsError if a value is refused, also if no fact is passed. Source: M2-1 §1.2.
        """
        require_some(facts)
        return services.HandlingService(self._context.expecting(expected_version)).update_facts(
            reference, facts, lambda all_facts: FactsCompleted(facts=all_facts), occurred_at
        )

    def identify_complainant(
        self,
        reference: str,
        *,
        complainant: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Enter who complains, for a case that was registered without a name (identifier l'auteur).

        The sender is then answered by name, and not collectively any more. Source: M2-1 §5.0.

        Args:
            reference: the case.
            complainant: who complains, and how to answer; personal.
            occurred_at: when the sender became known; now by default.
            expected_version: the version of the case that the caller has seen.
        """
        event = ComplainantIdentified(complainant=complainant)
        return self._handle(reference, event, occurred_at, expected_version)

    def suggest(
        self,
        reference: str,
        *,
        fact: str,
        value: str,
        by: str,
        by_version: str,
        words: Iterable[str] = (),
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record that a list of words, a rule or a model suggests the value of an unknown fact (suggestion).

        It sets nothing: the fact stays unknown until a person enters it, as `accept_suggestion` does.

        Args:
            reference: the case.
            fact: the name of the fact, one of `FACTS`, or `own.NAME` for one that the edition of the case declares.
            value: the value, as a form would post it: a code, `true`, `false`, a number or a day; never a text.
            by: the name of what suggests it.
            by_version: its version.
            words: what it decided by, such as the words of its list; never words of the message.
            occurred_at: the time of it; now by default.
            expected_version: the version that the case must have; any by default.

        Raises:
            FaultsError: the fact or its value is refused.
            CommandRefusedError: the fact is known already.
        """
        event = FactSuggested(fact=fact, value=value, by=by, by_version=by_version, words=words)
        return services.HandlingService(self._context.expecting(expected_version)).suggest(
            reference, event, occurred_at
        )

    def suggest_theme(self, reference: str, keywords: ThemeKeywords | None = None) -> Case:
        """Record the theme that the words of a message suggest (thème suggéré); nothing if they suggest none.

        Args:
            reference: the case.
            keywords: the words of each theme; those that the library proposes by default.

        Returns:
            The case, unchanged if the theme is known, if the text is erased, or if it is suggested already by that
            version of the list.

        Raises:
            MissingExtraError: the extra `themes` (snowballstemmer) is not installed.
        """
        return services.HandlingService(self._context).suggest_theme(reference, keywords)

    def accept_suggestion(
        self,
        reference: str,
        fact: str,
        *,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Enter the latest suggested value of a fact: a person decides, as by `complete_facts`.

        Args:
            reference: the case.
            fact: the name of the fact.
            occurred_at: the time of it; now by default.
            expected_version: the version that the case must have; any by default.

        Raises:
            FaultsError: nothing suggests a value of that fact, or it is known.
        """
        return services.HandlingService(self._context.expecting(expected_version)).accept_suggestion(
            reference, fact, occurred_at
        )

    def request_information(
        self,
        reference: str,
        *facts: str,
        question: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record a request for information to the complainant (demander des précisions); the answer clock runs on.

        The agenda shows it until the facts are completed.

        Args:
            reference: the case.
            facts: the names of unknown facts.
            question: a question in free text.
            occurred_at: the time of the request; now by default.
            expected_version: the version that the case must have; any by default.

        Raises:
            ValueError: there is neither a fact nor a question, or a name is not that of a fact.
        """
        return self._handle(
            reference, InformationRequested(facts=facts, question=question), occurred_at, expected_version
        )

    def correct(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case:
        """Correct facts, the date of receipt among them (rectifier); the event stream has both versions.

        If another edition was in force at the corrected receipt, the case follows that edition from then on; its
        calendar stays the one recorded at registration, with the closures of the new edition in place of the old.
        A receipt that turns out to be after a verdict reopens an action, as an analysis does.

        Raises FaultsError if a value is refused, also if no fact is passed, NoEditionError if no edition was in
        force at the corrected receipt, UnknownEditionError if the desk does not have the former edition.
        """
        return services.HandlingService(self._context.expecting(expected_version)).correct(
            reference, facts, reason, occurred_at
        )

    def correct_date(
        self,
        reference: str,
        event: int,
        *,
        happened_at: datetime,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Correct the date of an event (rectifier une date); the event stream has both dates.

        The state of the case, such as the answer in time, becomes what it would have been with that date from the
        beginning. A closed case may be corrected too. The date of receipt is a fact: use `correct`.

        Args:
            reference: the case.
            event: the number of the event in `case.events`.
            happened_at: the right date of the event.
            reason: the reason of the correction.
            occurred_at: the time of the correction; now by default.
            expected_version: the version that the case must have; any by default.
        """
        data = DateCorrected(event=event, happened_at=happened_at, reason=reason)
        return services.HandlingService(self._context.expecting(expected_version)).correct_date(
            reference, data, occurred_at
        )

    def correct_complainant(
        self,
        reference: str,
        *,
        complainant: str,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Correct the name of the author, or how to answer (rectifier l'auteur); the event stream has both.

        Letters, lists and likely duplicates have the corrected name; a search finds the case by both, until the texts
        are erased. A closed case may be corrected too (GDPR, article 16).

        Args:
            reference: the case.
            complainant: who complains, and how to answer, as it is right; personal.
            reason: what was wrong, without a name.
            occurred_at: the time of the correction; now by default.
            expected_version: the version that the case must have; any by default.
        """
        event = ComplainantCorrected(complainant=complainant, reason=reason)
        return self._handle(reference, event, occurred_at, expected_version)

    def acknowledge(
        self, reference: str, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> Case:
        """Acknowledge receipt (accuser réception). It does not stop the answer clock (I3)."""
        return self._handle(reference, Acknowledged(), occurred_at, expected_version)

    def add_support(
        self,
        reference: str,
        *,
        kind: SupportKind | str,
        title: str,
        answers_request: bool = False,
        documents: Sequence[NewDocument | UploadedDocument] = (),
        source: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Add a factual support (support factuel), with its documents. Source: M2-1 §6.1.

        Documents are streamed to the store of documents before the event is written. If the command is refused their
        bytes are deleted again, at the latest by the nightly job. With keys of `upload_document` alone the command is
        idempotent: a case that has these documents is returned unchanged. So it is with a `source`: a message is a
        support once.

        Args:
            reference: the case.
            kind: what it is.
            title: its title.
            answers_request: True for the complainant's answer to a request for information, which it ends.
            documents: its documents: new ones, or those of `upload_document`.
            source: the identifier of the message that it is; it is never erased, so it must not name a person.
            occurred_at: when; now by default.
            expected_version: the version that the case must have; any by default.

        Raises:
            FaultsError: a document is too large, empty, of a type that the edition does not accept, refused by the
                scanner, or no longer available; or there are too many, or the desk has no store of documents; or the
                message is a support of another case.
            DocumentStoreError: the store of documents cannot be reached; the support may be added without documents.
            MissingExtraError: the extra `documents` is not installed.
        """
        support = SupportAdded(
            kind=coded(SupportKind, kind), title=title, answers_request=answers_request, source=source
        )
        added = services.require_documents(documents)
        if not added and source is None:
            return self._handle(reference, support, occurred_at, expected_version)
        context = self._context.expecting(expected_version)
        return services.DocumentService(context).add_support(reference, support, added, occurred_at)

    def upload_document(self, reference: str, document: NewDocument) -> UploadedDocument:
        """Store a document for a case (déposer un document), for the `add_support` that follows within a day.

        A request that fails after the upload is sent again with the key alone.

        Args:
            reference: the case.
            document: the document.

        Raises the errors of `add_support`.
        """
        require(of_class(NewDocument), document=document)
        return services.DocumentService(self._context).upload(reference, document)

    def document_limits(self, reference: str) -> SupportParameters:
        """Return the limits of documents in the edition of a case: types, size and number.

        Args:
            reference: the case.
        """
        return services.DocumentService(self._context).limits(reference)

    def documents(self, reference: str) -> tuple[services.DocumentStatus, ...]:
        """Return the documents of a case, in the order in which they were added, without their bytes.

        Args:
            reference: the case.
        """
        return services.DocumentService(self._context).of_case(reference)

    def open_document(self, reference: str, key: str) -> services.OpenDocument:
        """Open a document of a case, and record in the log of exports who opens which one (ouvrir un document).

        Serve it with `OpenDocument.headers`: it is never displayed in the origin of the application.

        Args:
            reference: the case.
            key: the key of the document.

        Raises:
            DocumentNotFoundError: the case has no such document, or it is erased.
            ReservedDocumentError: the edition reserves documents to other roles.
            DocumentStoreError: the store of documents cannot be reached.
        """
        require(of_class(str), key=key)
        return services.DocumentService(self._context).open(reference, key)

    def transcribe(
        self,
        reference: str,
        *,
        text: str,
        author: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Write down a telephone complaint (transcrire); it is then a factual support. Source: M2-1 §1.3, §6.1."""
        return self._handle(reference, Transcribed(text=text, author=author), occurred_at, expected_version)

    def contain(
        self,
        reference: str,
        *,
        measure: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Take an immediate measure that limits the impact (mesure conservatoire). Source: M2-1 §3."""
        return self._handle(reference, ContainmentTaken(measure=measure), occurred_at, expected_version)

    def record_containment_effect(
        self,
        reference: str,
        *,
        measure: int,
        effective: bool,
        effect: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record the effect of a containment measure, by its number in `case.containments`, 1 for the first.

        Source: M2-1 §0.1.
        """
        return services.HandlingService(self._context.expecting(expected_version)).record_containment_effect(
            reference, measure, effective, effect, occurred_at
        )

    def qualify(
        self,
        reference: str,
        *,
        problem: str,
        requirement_reference: str | None = None,
        conforming: bool | None = None,
        supported_by: str | None = None,
        experts: tuple[str, ...] = (),
        risks: Mapping[RiskDomain | str, int] | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case:
        """Qualify the case (qualifier): restate the problem, assess its risks.

        Unless the edition loosens it, every risk domain has to be known afterwards, and the likelihood or the
        recurrences; a refusal names the missing ones (I24).

        Args:
            reference: the case.
            problem: the problem in the words of the handling unit.
            requirement_reference: the document with the requirement that was breached.
            conforming: True if the service conforms to it.
            supported_by: the RQR or AQ who helped.
            experts: the experts consulted about the risks (CODIR, famille métier).
            risks: the risk domains touched, each with its severity from 1 to 4; the others become not touched, all of
                them with `{}`. Instead, severities may be passed one by one among the facts; the others then stay.
            occurred_at: the time of the qualification; now by default.
            expected_version: the version that the case must have; any by default.
            facts: the requirement, the severities, the likelihood, the recurrences and other new facts.

        Source: M2-1 §2.
        """
        changes = facts if risks is None else severities(risks, facts)

        def qualified(all_facts: Any) -> Qualified:
            return Qualified(
                problem=problem,
                requirement_reference=requirement_reference,
                conforming=conforming,
                facts=all_facts,
                supported_by=supported_by,
                experts=experts,
            )

        return services.HandlingService(self._context.expecting(expected_version)).update_facts(
            reference, changes, qualified, occurred_at
        )

    def reroute(
        self,
        reference: str,
        *,
        handling_unit: str,
        level: Level | str | None = None,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Hand the case to another unit (réorienter), at its level or, with role and reason, at another one.

        An imposed level stays until it is changed in the same way. Re-routing never moves the due date (I2). Raises
        UnknownSiteError if the desk has a list of sites without the unit. Source: M2-1 §5.
        """
        return services.HandlingService(self._context.expecting(expected_version)).reroute(
            reference, handling_unit, coded(Level, level), reason, occurred_at
        )

    def analyse(
        self,
        reference: str,
        *,
        analysis: CauseAnalysis | None = None,
        causes: tuple[str, ...] = (),
        method: Method | str | None = None,
        report: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record the causes (analyser), by their families, and the method used.

        Args:
            reference: the case.
            analysis: the analysis by one of the methods; it has causes, method and report itself.
            causes: the families of the root causes, one for each cause.
            method: the method used; None without a method.
            report: the analysis in words.
            occurred_at: the time of the analysis; now by default.
            expected_version: the version that the case must have; any by default.

        An action that was judged effective on one of these causes is reopened, dated now, if the case is a recurrence.
        For a reopened case the causes count from the reopening. Raises ValueError if a cause is repeated, FaultsError
        if the desk has a taxonomy without one of the families. Source: M2-1 §4.
        """
        data = Analysed(method=coded(Method, method), causes=causes, report=report)
        return services.HandlingService(self._context.expecting(expected_version)).analyse(
            reference, analysis, data, occurred_at
        )

    def answer(
        self,
        reference: str,
        *,
        decision: AnswerDecision | str,
        text: str,
        remedies: str | None = None,
        provider: str | None = None,
        recourse: bool = False,
        collective: bool = False,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Answer in substance (répondre); it stops the answer clock.

        Args:
            reference: the case.
            decision: the decision on the complaint.
            text: the reasons, to the complainant: the letter has them word for word.
            remedies: the solution that is proposed, in the letter too.
            provider: of a service that is not the agency's, the organisation that provided it.
            recourse: whether the answer names the recourse; the letter always does.
            collective: True for the answer to an anonymous note, which a group reads.
            occurred_at: when it was sent; now by default.
            expected_version: the version that the case must have; any by default.

        Source: M2-1 §5.0.
        """
        data = Answered(
            decision=coded(AnswerDecision, decision),
            text=text,
            remedies=remedies,
            provider=provider,
            recourse=recourse,
            collective=collective,
        )
        return self._handle(reference, data, occurred_at, expected_version)

    def execute(
        self,
        reference: str | None,
        command: services.Command | Mapping[str, Any],
        *,
        expected_version: int | str | None = None,
    ) -> Case:
        """Execute a command that is plain data: one route of an application serves every verb on a case.

        Args:
            reference: the case; None for the commands that open one, `register` and `register_survey_result`.
            command: the command, or its document: see `Command.from_document`.
            expected_version: the version that the case must have; that of the document by default.

        Raises:
            FaultsError: with every fault of the document at once, each with its path.

        Raises the errors of the verb too.
        """
        asked = services.as_command(services.Command, command, self._context.longest_text)
        case: Case = asked.run(self, *services.require_placed(asked, reference), expected_version=expected_version)
        return case

    def _handle(
        self, reference: str, data: CaseEvent, occurred_at: datetime | None, expected_version: int | str | None
    ) -> Case:
        """Save the case with the event of a command that reads nothing but its case."""
        context = self._context.expecting(expected_version)
        return context.update(reference, lambda _, case: context.handle(case, data, occurred_at))

    # Plans

    def plan(
        self,
        reference: str,
        *actions: services.ActionSheet | str,
        scope: PlanScope | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Put actions on a plan for a case (plan d'actions); case and plan are saved in one transaction.

        Args:
            reference: the case that each action serves from now on.
            actions: the sheet of each new action; the reference of an action that is on the plan already.
            scope: the plan; that of the handling unit by default.
            occurred_at: the time of the decision; now by default.
            expected_version: the version that the case must have; any by default.

        Raises:
            FaultsError: there is no action; the reference of a new one is no short code; a sheet names other cases, for
                which the action has to be planned separately; or the desk has a taxonomy without the family of causes.
            PlanNotFoundError: the plan is outside the desk's scope.
            PlanRefusedError: guards of the plan are not met.
            UnknownActionError: no action of the plan has that reference.
            UnknownSiteError: the desk has a list of sites, and an action is at, or spread to, another one.

        Source: M2-1 §4.1, §6.3.
        """
        return services.PlanningService(self._context.expecting(expected_version)).plan(
            reference, actions, scope, occurred_at
        )

    def plan_nothing(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """State why the case needs no action, or none besides those that are settled."""
        return services.PlanningService(self._context.expecting(expected_version)).plan_nothing(
            reference, reason, occurred_at
        )

    def pgaac(self, scope: PlanScope | str) -> services.PlanService:
        """Return the plan of a site, by its code, of a region or of the nation; empty if it has no action."""
        if not isinstance(scope, PlanScope | str):
            raise TypeError(f"scope: the code of a site or a PlanScope is expected, got {safe_repr(scope)}")
        return services.PlanService(self._context, PlanScope.site(scope) if isinstance(scope, str) else scope)

    # Closing

    def record_reaction(
        self,
        reference: str,
        *,
        reaction: Reaction | str,
        words: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record the complainant's reaction to the answer (réaction)."""
        return self._handle(
            reference, ReactionRecorded(reaction=coded(Reaction, reaction), words=words), occurred_at, expected_version
        )

    def refer_to_mediation(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record that the dispute went to the mediator (médiation)."""
        return self._handle(reference, ReferredToMediation(reason=reason), occurred_at, expected_version)

    def withdraw(
        self,
        reference: str,
        *,
        words: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Record that the complainant withdrew the complaint (retrait); open actions stay on the PGAAC."""
        return self._handle(reference, Withdrawn(words=words), occurred_at, expected_version)

    def close(
        self,
        reference: str,
        *,
        reason: ClosingReason | str,
        redirected_to: str | None = None,
        redirection: RedirectionKind | str | None = None,
        told_at: datetime | None = None,
        comment: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Close the case (clore); the closing table of the documentation lists the conditions of each reason."""
        data = Closed(
            reason=coded(ClosingReason, reason),
            redirected_to=redirected_to,
            redirection=None if redirection is None else coded(RedirectionKind, redirection),
            told_at=told_at,
            comment=comment,
        )
        return services.ClosingService(self._context.expecting(expected_version)).close(reference, data, occurred_at)

    def reopen(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Reopen the case (rouvrir): a new answer clock of the same length starts; the first result remains."""
        return self._handle(reference, Reopened(reason=reason), occurred_at, expected_version)

    def link(
        self,
        reference: str,
        *,
        kind: LinkKind | str,
        to: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Link the case to another one inside the desk's scope (lier).

        Raises:
            CircularLinkError: the other is the same case, or a duplicate of it.
        """
        return services.ClosingService(self._context.expecting(expected_version)).link(
            reference, coded(LinkKind, kind), to, occurred_at
        )

    def assign(
        self, reference: str, *, to: str, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> Case:
        """Assign the case to a person, who follows it from now on (affecter). A transfer to another unit ends it.

        The identifier is personal: it is sealed, and erased with the other texts of the case. While it is not erased,
        `CaseQuery(assigned_to=...)` finds the case.

        Args:
            reference: the case.
            to: the identifier of the person, as the host application has it.
            occurred_at: when it was assigned; now by default.
            expected_version: the version of the case that the caller has seen.
        """
        return self._handle(reference, Assigned(to=to), occurred_at, expected_version)

    def unassign(
        self, reference: str, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> Case:
        """End the assignment of the case to a person (fin de l'affectation)."""
        return self._handle(reference, Unassigned(), occurred_at, expected_version)

    def add_note(
        self,
        reference: str,
        *,
        text: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Add an internal note to the case (note interne): no letter has it, and it is never changed.

        It is erased with the other free texts, and is among those of `personal_data_of`. An audit file has its text
        only if it is asked for.
        """
        return self._handle(reference, NoteAdded(text=text), occurred_at, expected_version)

    def suspend_deadline(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Suspend the answer clock (suspendre le délai), if the edition of the case allows it (I25).

        The day of it does not count, nor do the days until the day of the resumption; in between no answer is due and
        no alert is raised. The ledger shows the days. A suspension ends with the answer, the withdrawal or the closing;
        reopening starts a clock without any. `correct_date` corrects its dates.

        Source: M2-1 §5.0.
        """
        return self._handle(reference, DeadlineSuspended(reason=reason), occurred_at, expected_version)

    def resume_deadline(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Resume the answer clock (reprendre le délai): the day of it counts again (I25)."""
        return self._handle(reference, DeadlineResumed(reason=reason), occurred_at, expected_version)

    def suspend_retention(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Suspend the end of retention, for litigation (contentieux, I17): until it resumes, no text is erased."""
        return self._handle(reference, RetentionSuspended(reason=reason), occurred_at, expected_version)

    def resume_retention(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Resume retention: it ends as many days later as it was suspended after the closing (I17)."""
        return self._handle(reference, RetentionResumed(reason=reason), occurred_at, expected_version)

    # Personal data

    def anonymise(
        self,
        reference: str,
        *,
        kinds: Iterable[TextKind | str] = tuple(TextKind),
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case:
        """Erase the personal and free texts of a closed case (anonymiser); its events remain, with their commitments.

        It needs no edition: a missing or changed one does not prevent it.

        On SQLite the write-ahead log, which still has the texts, is truncated afterwards. A concurrent reader may
        prevent that: it is logged as a warning, and `forget_expired` truncates the log later.

        The bytes of its documents are deleted after the commit. `documents_left` of the result has the keys of those
        that are not deleted yet, because their store is down, or the transaction of a host may still roll back; the
        nightly job deletes them, and `cases.get` says so until then.
        """
        return services.ClosingService(self._context.expecting(expected_version)).anonymise(
            reference, each_coded(TextKind, kinds), occurred_at
        )

    def personal_data_of(self, person: str, *, as_actor: bool = False) -> tuple[services.PersonalDataItem, ...]:
        """Return the stored texts about a person (droit d'accès).

        These are every text of a case that names the person, and each text or recipient of a plan that does, the
        recipients of its files too (log of exports). A text names the person if it has all the words, in any order,
        regardless of case, accents and punctuation: `Jean Dupont` is found in `DUPONT Jean-Marie` and across a line
        break, and `roy` is not in `Leroy`. Search every spelling of a name. The names of other actors are not returned.

        Args:
            person: a name, an address, or some words of one.
            as_actor: True to add the events and exports that the person recorded; this reads every case.

        Raises:
            FaultsError: there is neither a letter nor a digit, or the role of the desk reads no names.
            StoreDamagedError: a case or a plan inside the scope is corrupt, and may have more texts; the error names
                all of them.
        """
        return services.PrivacyService(self._context).personal_data_of(person, as_actor=as_actor)

    def forget_expired(self, now: datetime | None = None) -> tuple[Case, ...]:
        """Anonymise the cases whose retention period has ended (fin de conservation, I17), and return them.

        Open cases and cases under litigation are left out; so are texts of plans, which `PlanService.forget` erases.
        The method is idempotent. On SQLite the write-ahead log is truncated afterwards: see `anonymise`.

        Args:
            now: the instant of the check, not in the future; now by default.

        Raises:
            FaultsError: `now` is in the future.
            StoreDamagedError: a case is corrupt.
            UnknownEditionError: the desk does not have the edition of a case.
            ChangedEditionError: the desk has another text under the name of that edition.
            ClockError: a clock is wrong.

        The last four are raised at the end, after the other cases are anonymised.
        """
        return services.PrivacyService(self._context).forget_expired(now)

    # Queries

    @property
    def cases(self) -> services.CasesView:
        """The cases: `get`, `find`, `count`, `summaries`, `count_by`."""
        return services.CasesView(self._context)

    @property
    def reports(self) -> services.ReportService:
        """The reports: `register`, `plan`, `case`, `audit`, `letter`, `calendar`; and the recorded exports."""
        return services.ReportService(self._context)

    def own_facts(self, case: Case | None = None, *, stored: bool = False) -> Mapping[str, Fact]:
        """Return the facts that the editions of the desk declare themselves, by name (informations propres).

        Args:
            case: a case, for the facts of its edition that its kind has: none if the desk does not have that edition;
                by default those of all editions, each with the codes of all of them.
            stored: True to include facts of editions that the desk does not have, by which cases are found, with
                their names as labels.

        Raises:
            TypeError: that is no case.
        """
        require(optional(of_class(Case)), case=case)
        require(truth, stored=stored)
        if case is not None:
            return self._context.own_facts_of(case)
        if not stored:
            return self._context.policies.facts
        with self._context.store.unit_of_work() as unit:
            return self._context.stored_facts(unit)

    def explain(
        self, reference: str, lang: Lang = "fr", *, audience: Audience | str = Audience.AGENT
    ) -> services.CaseExplanation:
        """Explain a case (expliquer): eligibility, level, risk, complexity and deadline, by the edition of the case.

        A level that was imposed is explained by the role that imposed it and the reason, never by the rules of the
        procedure.

        Args:
            reference: the case.
            lang: the language of the texts; those for developers are in English.
            audience: the reader of the texts. A complainant reads the eligibility, the level once the message is a
                complaint, and the deadline, in plain words.

        Raises:
            InternalTextError: the audience is the complainant, and an internal malfunction has none.
            UnknownEditionError: the desk does not have the edition of the case.
            ChangedEditionError: the desk has another text under the name of that edition.
            ValueError: there is no such language or audience.
        """
        audience = coded(Audience, audience)
        require(member_of(Audience), audience=audience)
        return services.QueryService(self._context).explain(reference, lang, audience)

    def feed(self, after: int = 0, limit: int = 500) -> tuple[FeedItem, ...]:
        """Return the next events of cases after a position of the feed, in ascending positions.

        Events of cases and of plans are numbered together, whatever the scope of the desk: there are gaps, and never an
        event outside the scope. The events before a corrupt one are returned first; the next call raises the error with
        the position.
        """
        return services.QueryService(self._context).feed(after, limit)

    def plan_feed(self, after: int = 0, limit: int = 500) -> tuple[PlanFeedItem, ...]:
        """Return the next events of plans after a position, as `feed` does those of cases (fil des plans).

        They are the events of the actions, of the publications, and of the signals: raised, continued, acknowledged,
        dismissed. A desk with a scope sees the plans of its sites and regions.
        """
        return services.QueryService(self._context).plan_feed(after, limit)

    def available_commands(self, reference: str) -> tuple[services.AvailableCommand, ...]:
        """Return the commands on a case, each with the guards that refuse it to this desk's role now.

        A command without guards here may still be refused when it is given: for its date or for its data.

        Raises:
            UnknownEditionError: the desk does not have the edition of the case.
            ChangedEditionError: the desk has another text under the name of that edition.
        """
        return services.QueryService(self._context).available_commands(reference)

    def next_steps(self, reference: str) -> tuple[services.NextStep, ...]:
        """Return the commands that the closing of a case waits for, each with its reason (prochaines étapes).

        They are in the order of the procedure: the first one is what to do next. They follow from the guards; each
        command may be given, by this desk's role unless the step names others, or waits for actions on plans that the
        step names. A closed case has none.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            UnknownEditionError, ChangedEditionError: the desk does not have the edition of the case as it was.

        >>> from datetime import datetime, UTC
        >>> from reclamation_core import Desk, MalfunctionFacts
        >>> desk = Desk.in_memory().acting("Mme Roux", "rqr")
        >>> case = desk.register(MalfunctionFacts(received_at=datetime(2026, 6, 1, 9, tzinfo=UTC)), site="CRE")
        >>> for step in desk.next_steps(case.reference):
        ...     print(step.command.label(), ":", step.reason.fr)
        ajouter un support factuel : le dossier ne comporte aucun support factuel : ajoutez-en un
        """
        return services.QueryService(self._context).next_steps(reference)

    def overview(self, reference: str, lang: Lang = "fr", *, command: str | None = None) -> services.CaseOverview:
        """Return what one page about a case shows (vue d'ensemble): the case, what is next, its actions, its history.

        It is read in one transaction. Names of persons are replaced by a mark if the role reads none
        (`roles.reads_names` of the edition). An action on a plan outside the scope is readable as far as it serves the
        case. Without the edition of the case there are no steps, no commands and no explanation.

        Args:
            reference: the case.
            lang: the language of the explanation.
            command: the command whose form the page has too, as `CaseOverview.form`; see `form`.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            FaultsError: there is no such command.
            UnknownEditionError, ChangedEditionError: the command needs the edition of the case, which the desk lacks.

        >>> from datetime import datetime, UTC
        >>> from reclamation_core import Desk, ComplaintFacts
        >>> desk = Desk.in_memory()
        >>> case = desk.register(ComplaintFacts(received_at=datetime(2026, 6, 1, 9, tzinfo=UTC)), site="CRE")
        >>> [entry.sentence for entry in desk.overview(case.reference).timeline()]
        ['enregistré à CRE, reçu le 01/06/2026, canal : inconnu, auteur : non nommé']
        """
        return services.overview(self._context, reference, lang, command)

    def actions_elsewhere(self) -> tuple[services.CaseAction, ...]:
        """Return the actions on plans outside the scope that serve cases inside it, as far as they serve these.

        The plan of a region or of another site is not readable as a whole; its actions that serve a case of one's own
        are. They are in the order of the plans, then of the actions. A desk without a scope has none: it sees every
        plan. A plan that cannot be read is left out.
        """
        return services.actions_elsewhere(self._context)

    def recorded_since(self, holder: str, version: int) -> tuple[services.RecordedChange, ...]:
        """Return what was recorded on a case or a plan after a version: to tell a person why a form is out of date.

        Args:
            holder: the reference of the case, or the key of the plan: `VersionConflictError.reference`.
            version: the version that the person has seen: `VersionConflictError.expected`.

        Raises:
            CaseNotFoundError, PlanNotFoundError: there is none inside the desk's scope.
            FaultsError: the version is below 0.
        """
        return services.recorded_since(self._context, holder, version)

    def form(
        self, command: str, reference: str | None = None, *, kind: CaseKind | str = CaseKind.COMPLAINT
    ) -> services.CommandForm:
        """Return the form of a command as plain data: what to enter, what is known or suggested, what guards refuse.

        What guards of the command refuse to do without is required, with their reason, before anything is entered;
        choices that they refuse are not offered. It follows from the guards, the events and the case.

        Args:
            command: the name of the verb, such as `answer`; `register` for a new case.
            reference: the case; none for a new one.
            kind: the kind of a new case.

        Raises:
            FaultsError: there is no such command, or a reference is missing.
            CaseNotFoundError: there is no such case inside the desk's scope.
            UnknownEditionError, ChangedEditionError: the desk does not have the edition of the case as it was.

        >>> from reclamation_core import Desk
        >>> [field.name for field in Desk.in_memory().form("register").fields if field.is_required]
        ['received_at', 'site']
        """
        forms, chosen = services.FormService(self._context), coded(CaseKind, kind)
        require(member_of(CaseKind), kind=chosen)
        if reference is None and command == "register":
            return forms.of_registration(chosen)
        require(of_class(str), reference=reference)
        return forms.of_case(command, str(reference))

    def consumer(self, name: str, options: services.ConsumerOptions | None = None) -> services.FeedConsumer[FeedItem]:
        """Return a consumer of the events of cases by its name, with its position in the store (consommateur).

        A desk with a scope: the events of the cases that are inside it when they are delivered. A case that is handed
        over to it begins with the event that hands it over, or a later one: load the case.

        Args:
            name: the name under which the position is stored; another one for each consumer, and for each scope.
            options: how often an event is delivered, and what becomes of one that fails.
        """
        return services.FeedConsumer(self._context, services.cases_of(self._context), name, options)

    def plan_consumer(
        self, name: str, options: services.ConsumerOptions | None = None
    ) -> services.FeedConsumer[PlanFeedItem]:
        """Return a consumer of the events of plans, among them the signals, by its name; see `consumer`.

        Args:
            name: the name under which the position is stored; no consumer of the events of cases may have the same.
            options: how often an event is delivered, and what becomes of one that fails.
        """
        return services.FeedConsumer(self._context, services.plans_of(self._context), name, options)

    def agenda(self, until: date, *, limit: int | None = None, query: CaseQuery | None = None) -> services.Agenda:
        """Return the answers and effectiveness checks due until a day, overdue ones included (échéancier).

        The checks are those of the worklist: of plans inside the scope, and of actions that serve cases inside it.

        Args:
            until: the last day.
            limit: the largest number of answers, and of checks: those that are due first; all by default.
            query: criteria of the cases whose answers are listed. With criteria, the checks, which belong to plans, are
                left out.
        """
        return services.QueryService(self._context).agenda(until, limit, query)

    def worklist(
        self,
        *,
        as_of: date | None = None,
        assigned_to: str | None = None,
        limit: int = 5,
        action_kind: services.ActionWorkKind | str | None = None,
    ) -> services.Worklist:
        """Return what waits for somebody on a day (à faire): how many cases and actions, and the first of each.

        Late answers, those due that day, missing acknowledgements, questions without an answer, cases that are not
        qualified after two business days, late actions, effectiveness to judge: of the sites inside the desk's scope;
        also the actions of other plans that serve cases inside it. `Worklist.to_text` is a digest to send by mail.

        Args:
            as_of: the day; `cases.today` by default.
            assigned_to: only the cases that are assigned to the person with this identifier; actions are left out.
            limit: the most cases, and actions, of each kind; all are counted.
            action_kind: `action_late` or `check` to list the actions of that kind alone.

        Raises:
            FaultsError: the limit is less than 1, or there is no such kind.
            OutsideHorizonError: the day is outside the years of the calendar.

        >>> from datetime import date
        >>> from reclamation_core import Desk
        >>> print(Desk.in_memory().worklist(as_of=date(2026, 6, 1)).to_text())
        À faire au lundi 1er juin 2026
        <BLANKLINE>
        Rien n'est à faire.
        <BLANKLINE>
        """
        return services.worklist(self._context, as_of, assigned_to, limit, action_kind)

    def signals(self, *, since: date | None = None, until: date | None = None, min_count: int = 3) -> services.Signals:
        """Return the signals (signaux): repeated messages outside the procedure, and rises that plans have.

        Messages outside the procedure are not complaints, but may reveal unmet expectations, which the procedure wants
        to anticipate. A rise is recorded by the nightly job on the plan of the site, the region or the nation that it
        concerns; it is acknowledged, dismissed with a reason or turned into an action there (`PlanService`).

        Args:
            since: the first day of receipt of the messages, in the case's own zone; four weeks ago by default.
            until: the last day of receipt; by default there is no end.
            min_count: the number of messages from which they are a signal.

        Returns:
            The messages of the period by nature and site, and the rises of all plans inside the scope, the open ones
            first, whatever the period.

        Raises:
            FaultsError: the period ends before it begins, or `min_count` is less than 1.

        Source: M2-1 §0.3.
        """
        return services.QueryService(self._context).signals(since, until, min_count)

    def indicators(
        self,
        *,
        since: date,
        until: date,
        as_of: date | None = None,
        by: str | None = None,
        names: Collection[str] | None = None,
        cases: bool = True,
        limit: int | None = None,
    ) -> services.IndicatorTable:
        """Return the indicators of a period (indicateurs): backlog, answers on time, times to answer, decisions.

        Each has its definition, and the references of the cases that it counts. A rate or a time of fewer than 25
        cases is not stated. Days are those of mainland France. A desk of some sites counts what its units handled, also
        the cases that have left them.

        Args:
            since: the first day of the period.
            until: its last day.
            as_of: the day of the report, today by default: what was recorded later is left out, so that a report of
                another day can be computed again.
            by: what to group cases by, one of `indicators.DIMENSIONS`, such as `unit`, `region` or `theme`.
            names: the names of the indicators; all of `indicators.INDICATORS` by default.
            cases: False to leave out the references of the cases, for a page that shows numbers alone.
            limit: the highest cost, for a page of the web: a row that is counted costs 1, a change 3, those that are
                alike 10 more together, and each reading 2,500 at least, that of `recurrence` 15,000; None for any.

        Raises:
            FaultsError: the period ends before it begins, a name is unknown, or it would cost more.
            StoreDamagedError: what was known of a case is corrupt, or a plan of which actions are counted.

        >>> from datetime import date
        >>> from reclamation_core import Desk
        >>> table = Desk.in_memory().indicators(since=date(2026, 6, 1), until=date(2026, 6, 30))
        >>> table.figure("received").value
        0
        """
        return services.indicators(
            self._context, since=since, until=until, as_of=as_of, by=by, names=names, cases=cases, limit=limit
        )

    def indicator_series(
        self,
        *,
        since: date,
        until: date,
        step: services.TimeStep | str = "month",
        as_of: date | None = None,
        by: str | None = None,
        names: Collection[str] | None = None,
        with_year_before: bool = False,
        cases: bool = True,
        limit: int | None = None,
    ) -> services.IndicatorSeries:
        """Return the indicators of each month, quarter or year of a period (évolution).

        Args:
            since: the first day of the period.
            until: its last day.
            step: `month`, `quarter` or `year`; the first and the last are cut at the ends of the period.
            as_of: the day of the report, as of `indicators`.
            by: what to group cases by, as of `indicators`.
            names: the names of the indicators; all by default.
            with_year_before: True for the same days a year before too, as they were known a year before the day of the
                report: as much time had passed.
            cases: False to leave out the references of the cases.
            limit: the highest cost, as of `indicators`.

        Raises:
            FaultsError: as of `indicators`; the step is unknown, or there are over 120 of these.

        >>> from datetime import date
        >>> from reclamation_core import Desk
        >>> series = Desk.in_memory().indicator_series(since=date(2026, 4, 1), until=date(2026, 6, 30))
        >>> [span.label("en") for span in series.spans], [one.value for one in series.figures("received")]
        (['April 2026', 'May 2026', 'June 2026'], [0, 0, 0])
        """
        return services.indicator_series(
            self._context,
            since=since,
            until=until,
            step=step,
            as_of=as_of,
            by=by,
            names=names,
            with_year_before=with_year_before,
            cases=cases,
            limit=limit,
        )

    def indicator_page(
        self,
        *,
        since: date,
        until: date,
        as_of: date | None = None,
        complete: bool = False,
        published: bool = False,
        limit: int | None = None,
    ) -> services.IndicatorPage:
        """Return what one page of indicators states (tableau de bord); `reports.indicators` writes it.

        A desk of several sites has the figures of each unit, those in need first; that of one site has its own. Twelve
        months, the last one that of the end of the period, stand beside those of the year before.

        Args:
            since: the first day of the period.
            until: its last day.
            as_of: the day of the report, as of `indicators`.
            complete: True for every indicator, as data formats have them; those of `page.KEY_INDICATORS` by default.
            published: True for the figures that may be published: small counts are left out, the others are rounded;
                see `indicators.publish`. Neither the months nor the year before are there.
            limit: the highest cost, as of `indicators`; the twelve months are left out if they alone exceed it, unless
                the page is complete.

        Raises:
            FaultsError: as of `indicators`.
        """
        return services.indicator_page(
            self._context,
            since=since,
            until=until,
            as_of=as_of,
            is_complete=complete,
            is_published=published,
            limit=limit,
        )

    def rises(self, *, as_of: date | None = None, alarms_a_year: float = 4.0) -> tuple[services.RegisterRise, ...]:
        """Return where more complaints arrive than usual, by site, theme, nature, region and in all (hausses).

        The streams are those of `indicators.STREAMS`, over five years at most; the week that is not over is left out.
        The summaries of all complaints received then are read.

        Args:
            as_of: the day of the report, today by default.
            alarms_a_year: the false alarms accepted in a year, in all streams together.

        Returns:
            The latest rises first, each with its cases.

        Raises:
            FaultsError: the number of false alarms is not above 0, or is more than one a week.
            MissingExtraError: the extra `simulation` (SciPy) is not installed.

        Source: M2-1 §0.3.

        >>> from reclamation_core import Desk
        >>> Desk.in_memory().rises()
        ()
        """
        return services.rises(self._context, as_of, alarms_a_year)

    # Maintenance

    @property
    def maintenance(self) -> services.MaintenanceView:
        """The jobs of a register: `nightly`."""
        return services.MaintenanceView(self._context)

    @property
    def log(self) -> services.LogService:
        """The log of all committed events: `write_checkpoint`, `checkpoints`, `compare`."""
        return services.LogService(self._context)

    def sweep(self, now: datetime | None = None, *, preview: bool = False) -> tuple[services.Alert, ...]:
        """Raise the alerts that are due at an instant, now by default: due soon, due today, overdue.

        Each is raised exactly once for a case, a clock, a threshold and a due date, as an event of the case; one that
        an earlier sweep missed is raised late. Returns the alerts of this sweep.

        Args:
            now: the instant, not in the future; at a site where its day has not begun, the clock's day counts.
            preview: True to return the alerts without recording them; `now` may then be in the future.

        Raises:
            FaultsError: `now` is in the future, without `preview`.
            StoreDamagedError: a case or a plan inside the scope is corrupt.
            UnknownEditionError: the desk does not have the edition of a case.
            ChangedEditionError: the desk has another text under the name of that edition.
            ClockError: a clock is wrong.

        The last four are raised at the end, after the alerts of the other cases are saved.
        """
        return services.MaintenanceService(self._context).sweep(now, preview=preview)

    def verify(self) -> Iterator[services.Discrepancy]:
        """Replay every case and plan of the store, and yield the stored values that differ.

        The check includes the projections of a database (`rebuild_projections` repairs those that follow from the
        events), the order of events and texts, and the sequences of references.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        return services.MaintenanceService(self._context).verify()

    def checkpoint(self, key: bytes | None = None) -> services.Checkpoint:
        """Return the present length and hash of every event stream, to be stored elsewhere; with a key, sealed.

        Raises:
            ValueError: the key is shorter than sixteen bytes.
            WholeStoreError: the desk has a scope.
        """
        return services.MaintenanceService(self._context).checkpoint(key)

    def examine(self, checkpoint: services.Checkpoint | None = None) -> tuple[services.Anomaly, ...]:
        """Return the first fault of every event stream that was tampered with.

        `reclamation_core.cases.journal.examine` describes the findings with and without a checkpoint.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        return services.MaintenanceService(self._context).examine(checkpoint)


def _names(argument: str, value: str | Collection[str] | None) -> tuple[str, ...]:
    """Return the names in an argument that takes one or several; raises FaultsError if one is refused."""
    if value is not None and not isinstance(value, Collection):
        raise TypeError(f"{argument}: a name or several are expected, got {safe_repr(value)}")
    names = () if value is None else (value,) if isinstance(value, str) else tuple(value)
    for each in names:
        require(name, **{argument: each})
    return names
