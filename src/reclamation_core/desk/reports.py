"""The reports of a desk (registre, PGAAC, fiche, dossier de preuves, courriers): what people read, inside its scope."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, nullcontext, suppress
from datetime import date
from functools import partial
from pathlib import Path
from typing import IO, Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import AnswerDecision, Case, CommandType, RedirectionKind
from reclamation_core.cases.events import Answered
from reclamation_core.cases.journal import WrittenEventStream
from reclamation_core.cases.texts import displayed_vault
from reclamation_core.desk.audit_output import Period, new_output, of_case, of_period, plan_subject, sound
from reclamation_core.desk.batch import PAGE, raise_first
from reclamation_core.desk.commands import Command, as_command
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.documents import DocumentService
from reclamation_core.desk.figures import effect, indicator_page
from reclamation_core.desk.log import log_export
from reclamation_core.desk.plan_access import (
    P,
    as_seen,
    awaited_actions,
    load_known_part,
    load_part,
    parts_of_plans,
    plans_below,
    plans_in_scope,
    readable_plans_in_scope,
    served_outside,
    texts_by_plan,
)
from reclamation_core.desk.queries import CasesView
from reclamation_core.desk.signals import signals_of
from reclamation_core.documents.sizes import OF_COMMANDS
from reclamation_core.errors import REDACTED, Fault, FaultsError, WordedError
from reclamation_core.indicators.falls import ALPHA
from reclamation_core.plans import Action, LineReference, PlanPart, PlanScope, ScopeKind, gathered_lines
from reclamation_core.plans.events import PlanPublished
from reclamation_core.plans.plan import BasePlan
from reclamation_core.ports import (
    CaseOrder,
    CaseQuery,
    ExportKind,
    ExportRecord,
    PlanNotFoundError,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.reporting import (
    DueCalendar,
    FilledBlock,
    Letter,
    LetterKind,
    LetterSettings,
    RegisterReader,
    Report,
    TextBlock,
    due_calendar,
    letter_of,
    register_report,
)
from reclamation_core.reporting.audit import AuditedPlan, AuditSubject, Opened, audit_files
from reclamation_core.reporting.calendar_files import DOMAIN, domain_name
from reclamation_core.reporting.case_file import CaseFile, case_report
from reclamation_core.reporting.effect import effect_report
from reclamation_core.reporting.indicators import indicators_report
from reclamation_core.reporting.plan import MOST_DIFFUSIONS, PlanView, plan_report
from reclamation_core.reporting.register import query_filters
from reclamation_core.reporting.register_lines import FollowedCase
from reclamation_core.reporting.text_blocks import blocks_for
from reclamation_core.reporting.verifier import MANIFEST, Content, digest
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import (
    coded,
    day,
    member_of,
    of_class,
    optional,
    refuse_value,
    require,
    truth,
    whole_number,
)
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.wording import Lang, Wording

_AN_ANSWER: Final = Wording(
    "la commande answer est attendue, pour le courrier de réponse",
    "the command answer is expected, for the letter of an answer",
)
_UNREAD: Final = Wording(
    "ce courrier porte le nom du client, que votre rôle ne lit pas ; demandez-le à un rôle qui le lit",
    "this letter has the name of the client, which your role does not read; ask a role that reads it for it",
)
_CASE_OR_PERIOD: Final = Wording(
    "un dossier ou une période est attendu, et pas les deux", "a case or a period is expected, and not both"
)
_RECIPIENTS: Final = Wording("au moins un destinataire est attendu", "at least one recipient is expected")


class ReportService:
    """The reports of the cases that a desk sees; `reclamation_core.reporting` writes them in every format."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def register(
        self,
        query: CaseQuery | None = None,
        *,
        columns: Iterable[str] | None = None,
        shown: RegisterReader | str | Iterable[str] | None = None,
        texts: bool = False,
        zone: ZoneInfo | None = None,
    ) -> Report:
        """Return the register of complaints and malfunctions (registre), as of now, with its totals.

        The cases are read page by page when a format is written: a register of any length takes little memory, and
        each format reads them again.

        Args:
            query: the criteria of the cases, all by default; its limit is that of a page, not of the register.
            columns: the names of the columns, in their order, of `REGISTER_COLUMNS`, and `own_NAME` of the facts
                that the editions declare themselves, except personal facts and free texts; all by default. Facts
                of editions that the desk does not have are columns too, by their names; `table_NAME` is the outcome of
                a table that an edition declares.
            shown: the columns of HTML and PDF: those of a reader, or names, twelve at most; by default the columns
                that are chosen, or those of a quality officer. Workbooks, CSV and JSON have every column.
            texts: True to show the words of complaints and answers, which may name persons.
            zone: the time zone of the heading; that of metropolitan France by default.

        Raises:
            FaultsError: a column or a reader is unknown, a column occurs twice, there is none, or a page would show
                more than twelve.
            TypeError: the query is not a CaseQuery.

        >>> from reclamation_core import Desk
        >>> from reclamation_core.reporting import report_bytes
        >>> report = Desk.in_memory().reports.register(columns=["dossier", "recu_le", "a_repondre_le"])
        >>> report_bytes(report, "csv").decode("utf-8-sig").strip()
        'Dossier;Reçu le;À répondre le'
        """
        require(optional(of_class(CaseQuery)), query=query)
        query = query or CaseQuery()
        require(truth, texts=texts)
        with self._context.store.unit_of_work() as unit:
            own = self._context.stored_facts(unit)
        return register_report(
            _FollowedCases(self._context, query),
            at=self._context.clock.now(),
            sites=self._context.sites.known,
            zone=zone,
            columns=columns,
            shown=shown,
            texts=texts,
            facts=own.values(),
            policies=self._context.policies,
            filters=(*self._scope_filters(), *query_filters(query, own, self._context.labels)),
            taxonomy=self._context.labels,
        )

    def indicators(
        self,
        *,
        since: date,
        until: date,
        as_of: date | None = None,
        published: bool = False,
        zone: ZoneInfo | None = None,
        limit: int | None = None,
    ) -> Report:
        """Return the indicators of a period (tableau de bord): a page for a director, or for a site.

        Workbooks, CSV and JSON have every figure, with its interval and its numbers; HTML and PDF are one page to read,
        with the definitions after it.

        Args:
            since: the first day of the period.
            until: its last day.
            as_of: the day of the report, today by default, as of `Desk.indicators`.
            published: True for the figures that may be published, as of `Desk.indicator_page`.
            zone: the time zone of the heading; that of metropolitan France by default.
            limit: the highest cost, as of `Desk.indicator_page`.

        Raises:
            FaultsError: as of `Desk.indicators`.
        """
        page = indicator_page(
            self._context, since=since, until=until, as_of=as_of, is_complete=True, is_published=published, limit=limit
        )
        return indicators_report(
            page,
            at=self._context.clock.now(),
            sites=self._context.sites.known,
            zone=zone,
            place=next((place for _, place in self._scope_filters()), None),
        )

    def letter(
        self,
        reference: str,
        kind: LetterKind | str,
        settings: LetterSettings,
        *,
        redirected_to: str | None = None,
        redirection: RedirectionKind | str | None = None,
        draft: Command | Mapping[str, Any] | None = None,
        lang: Lang = "fr",
    ) -> Letter:
        """Return a letter to the complainant of a case (courrier); `letter_bytes` and `save_letter` write it.

        It states what the case records and nothing else: record an answer, a request for information or a closing
        first. An acknowledgement and a redirection can be written before; record that they were sent with
        `acknowledge` and `close`. With a `draft`, the letter is a preview of the answer as it will be sent: nothing is
        recorded, and what would refuse the answer refuses the preview. A role that reads no names gets the preview with
        a mark in place of the name, and no other letter.

        Args:
            reference: the case.
            kind: which letter, or its code.
            settings: the sender, the signatory, the mediator, the templates; those of the site that handles the case.
            redirected_to: for a redirection that is not recorded yet, the department or organisation.
            redirection: for a redirection that is not recorded yet, which of both it is, or its code.
            draft: for a preview of the answer, the command `answer` that is not recorded yet, or its document.
            lang: the language of the letter.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            CommandRefusedError: guards refuse the answer that is previewed.
            FaultsError: the case or the settings lack something that the letter states; each is named. Or the draft
                is refused, or it is another command or for another letter.
            LetterTemplateError: a template is wrong; the error names the file and the line.
            MissingExtraError: Jinja2 is not installed.
            TypeError: the settings are not LetterSettings.
        """
        require(of_class(LetterSettings), settings=settings)
        with self._context.store.unit_of_work() as unit:
            case = self._context.load(unit, reference)
            if draft is not None:
                case = self._context.without_unread_names(self._with_answer(case, kind, draft))
            elif not self._context.reads_names:
                raise FaultsError([Fault("case.complainant", REDACTED, _UNREAD)])
            plans = tuple(_parts(unit, case.actions))
            original = self._context.original_of(unit, case)
        return letter_of(
            case,
            kind,
            settings,
            at=self._context.clock.now(),
            plans=plans,
            redirected_to=redirected_to,
            redirection=redirection,
            policy=next((policy for policy in self._context.policies if case.terms.are_of(policy)), None),
            original=original,
            lang=lang,
        )

    def _with_answer(self, case: Case, kind: LetterKind | str, draft: Command | Mapping[str, Any]) -> Case:
        """Return the case as it will be once an answer is recorded; nothing is saved.

        Raises:
            CommandRefusedError: guards refuse it.
            FaultsError: the command is refused, is another one, or is for another letter.
        """
        command = as_command(Command, draft, self._context.longest_text)
        if command.type != CommandType.ANSWER or kind != LetterKind.ANSWER:
            refuse_value("draft.type", command.type, _AN_ANSWER)
        answer = {name: value for name, value in command.arguments.items() if name in attrs.fields_dict(Answered)}
        return self._context.handle(case, Answered(**answer), command.arguments.get("occurred_at"))

    def text_blocks(
        self,
        reference: str,
        blocks: Iterable[TextBlock],
        *,
        decision: AnswerDecision | str | None = None,
        lang: Lang = "fr",
    ) -> tuple[FilledBlock, ...]:
        """Return the text blocks for the answer to a case (textes types), filled with what the case proves.

        A block is for the theme of the case, or for all themes, and for the decision. One with a placeholder that the
        case does not prove has no text, and the reason.

        Args:
            reference: the case.
            blocks: the blocks, as `TextBlock.from_toml` reads them.
            decision: the decision, or its code; None to return the blocks of every decision.
            lang: the language of the answer.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            FaultsError: there is no such decision.
        """
        chosen = coded(AnswerDecision, decision)
        require(optional(member_of(AnswerDecision)), decision=chosen)
        with self._context.store.unit_of_work() as unit:
            case = self._context.load(unit, reference)
        return blocks_for(blocks, case, sites=self._context.sites.known, decision=chosen, lang=lang)

    def calendar(
        self,
        query: CaseQuery | None = None,
        *,
        checks: bool = True,
        ended_since: date | None = None,
        domain: str = DOMAIN,
        limit: int | None = None,
    ) -> DueCalendar:
        """Return what is awaited by which day, for a calendar client (calendrier); `calendar_bytes` writes it.

        The entries are those of `Desk.agenda`: the answers that are due, with the information that the complainant was
        asked for, and the effectiveness checks of actions. An entry has a reference and what is due, nothing personal.
        Each keeps its identifier when its day moves.

        Args:
            query: the criteria of the cases, all by default.
            checks: False to leave out the effectiveness checks, which the query does not limit.
            ended_since: also the entries that are no longer awaited, cancelled, of what changed on this day or later;
                reads the ended cases too.
            domain: the domain of the identifiers; give your own where calendars of two organisations meet.
            limit: the most cases, and the most checks, those due first; all by default.

        Raises:
            StoreDamagedError: a case inside the scope, or a plan with a check, is corrupt.
            TypeError, FaultsError: an argument is refused.
        """
        require(optional(of_class(CaseQuery)), query=query)
        require(truth, checks=checks)
        require(optional(day), ended_since=ended_since)
        require(optional(whole_number(1)), limit=limit)
        query = query or CaseQuery()
        if ended_since is None:
            query = attrs.evolve(query, due_until=query.due_until or date.max)
        corrupt: list[StoreDamagedError] = []
        plans: Iterable[BasePlan] = ()
        if checks and ended_since is None:
            plans = self._awaiting_checks(limit, corrupt)
        elif checks:
            plans = [*readable_plans_in_scope(self._context, corrupt), *self._served_outside()]
        raise_first(corrupt)
        view = CasesView(self._context)
        cases = _MatchingCases(view, query) if limit is None else self._first_due(view, query, limit)
        return due_calendar(
            cases,
            plans,
            ended_since=ended_since,
            domain=domain,
            scope=next((place for _, place in self._scope_filters()), None),
            sites=self._context.sites.known,
            most_checks=limit,
        )

    def _awaiting_checks(self, limit: int | None, corrupt: list[StoreDamagedError]) -> Iterable[BasePlan]:
        """Return parts of plans with the actions to be judged; with a limit, those until the day of the last one."""
        context = self._context
        with context.store.unit_of_work() as unit:
            [days] = awaited_actions(context, unit, corrupt, unit.plans.awaited_checks(date.max))
            last = days[limit - 1].day if limit is not None and limit < len(days) else date.max
            lines = ((one.plan, (one.action,)) for one in days if one.day <= last)
            return parts_of_plans(context, unit, lines, corrupt).values()

    def _served_outside(self) -> Iterable[BasePlan]:
        """Return parts of plans outside the scope, with the actions that serve cases inside it."""
        with self._context.store.unit_of_work() as unit:
            return unit.plans.parts(served_outside(self._context, unit))[0]

    def _first_due(self, view: CasesView, query: CaseQuery, limit: int) -> list[Case]:
        page = view.summaries(query, order_by=CaseOrder.DUE, limit=limit)
        with self._context.store.unit_of_work() as unit:
            cases, corrupt = unit.cases.load([*(one.reference for one in page.summaries), *page.damaged])
        raise_first(corrupt)
        return cases

    def calendar_tag(
        self, query: CaseQuery | None = None, *, checks: bool = True, domain: str = DOMAIN, limit: int = 500
    ) -> str:
        """Return the version of a calendar as the entity tag of HTTP (ETag): two calendars of one tag are equal.

        It follows from the projections and the versions of plans, without the events of the cases: a client that polls
        is answered at little cost. The arguments are those of `calendar`.

        Raises:
            TypeError, FaultsError: an argument is refused.
        """
        require(optional(of_class(CaseQuery)), query=query)
        require(truth, checks=checks)
        require(domain_name, domain=domain)
        context, query = self._context, query or CaseQuery()
        awaited = attrs.evolve(query, due_until=query.due_until or date.max)
        page = CasesView(context).summaries(awaited, order_by=CaseOrder.DUE, limit=limit)
        with context.store.unit_of_work() as unit:
            keys = plans_in_scope(context, unit) if checks else []
            served = served_outside(context, unit) if checks else {}
            corrupt: list[StoreDamagedError] = []
            parts = parts_of_plans(context, unit, ((key, ()) for key in (*keys, *served)), corrupt)
            raise_first(corrupt)
        plans = [[key, part.version, part.scope.label("fr", context.sites.known)] for key, part in parts.items()]
        cases = [[one.reference, one.version] for one in page.summaries]
        named = [place for _, place in self._scope_filters()]
        stated = [_CALENDAR_VERSION, domain, limit, named, cases, page.damaged, plans, served]
        return f'"{digest(json.dumps(stated, default=str).encode())[:32]}"'

    def case(self, reference: str, *, texts: bool = False, zone: ZoneInfo | None = None) -> Report:
        """Return the file of a case (fiche), as of now: what it is, why it was decided so, its events and actions.

        HTML and PDF are two portrait pages to read; workbooks, CSV and JSON have every field with its source, and each
        event with its hash. `complete` of the report has these on pages too.

        Args:
            reference: the case.
            texts: True to show what people wrote and who answers for an action; by default a mark replaces each text.
                An erased text stays erased. Names of complainants, and of those who acted, are shown to a role that
                reads names (`roles.reads_names` of the edition).
            zone: the time zone of its instants; that of the case by default.

        Raises:
            CaseNotFoundError: there is no such case inside the desk's scope.
            StoreDamagedError: the case, or the plan of one of its actions inside the scope, cannot be read.
        """
        require(truth, texts=texts)
        with self._context.store.unit_of_work() as unit:
            case = self._context.load(unit, reference)
            file = self._file(unit, case, self._plans_of(case, unit, unit.plans.part), texts=texts)
        links = {entry.number: entry.link for entry in self._stream_of(case).entries}
        return case_report(attrs.evolve(file, links=links), at=self._context.clock.now(), zone=zone)

    def plan(self, scope: PlanScope | str, number: int | None = None) -> Report:
        """Return the PGAAC of a site, by its code, of a region or of the nation, with what changed and who received it.

        Args:
            scope: the plan.
            number: the number of a published plan; None for the living plan, with the lines that it gathers.

        Raises:
            PlanNotFoundError: the plan is outside the desk's scope; or it has no events, and without a list of sites no
                case names its site.
            UnknownSiteError, FaultsError: the plan has no events, and the site or the region is unknown.
            UnknownPublishedPlanError: there is no published plan of that number.
            StoreDamagedError: a plan that it gathers is corrupt. Reading the lines of a published plan raises it, too:
                the texts of another plan are read with the first of its lines.
        """
        with self._context.store.unit_of_work() as unit:
            view = self._view(unit, self._plan_of(unit, self._plan_in_scope(scope), number), number)
        return plan_report(view, number, at=self._context.clock.now())

    def effect(self, scope: PlanScope | str, action: str, *, limit: int | None = None) -> Report:
        """Return whether complaints became rarer since an action (carte g), as of now.

        Workbooks, CSV and JSON have every gap between two complaints, HTML and PDF the chart.

        Args:
            scope: the plan, or the code of its site.
            action: its reference, as of `PlanService.effect`.
            limit: the most complaints to read.

        Raises:
            FaultsError, PlanNotFoundError, UnknownActionError: as of `PlanService.effect`.
        """
        found = effect(self._context, self._plan_in_scope(scope), action, ALPHA, limit)
        return effect_report(found, at=self._context.clock.now(), sites=self._context.sites.known)

    def _plan_in_scope(self, scope: PlanScope | str) -> PlanScope:
        named = PlanScope.site(scope) if isinstance(scope, str) else scope
        require(of_class(PlanScope), scope=named)
        self._context.require_plan_in_scope(named)
        return named

    def _plan_of(self, unit: UnitOfWork, scope: PlanScope, number: int | None) -> BasePlan:
        """Return a plan with its publication of a number and the one before it.

        The empty plan of a site that no list has and no case names is refused: a typing error, most likely.
        """
        require(optional(of_class(int)), number=number)
        plan = load_known_part(self._context, unit, scope)
        is_unlisted = not plan.version and scope.kind is ScopeKind.SITE and self._context.sites.sites is None
        if is_unlisted and not unit.cases.count(CaseQuery(sites={str(scope.code)})):
            raise PlanNotFoundError(str(scope))
        last = len(plan.publications or ()) + 1 if number is None else number
        plan = unit.plans.with_published(plan, last - 1, last)
        if number is not None:
            plan.published_plan(number)  # raises an error if there is none
        return plan

    # Exports

    def audit(
        self,
        output: str | Path,
        *,
        case: str | None = None,
        received_from: date | None = None,
        received_until: date | None = None,
        key: bytes | None = None,
        texts: bool = False,
        notes: bool = False,
        documents: bool = False,
        zone: ZoneInfo | None = None,
        advance: Callable[[int], None] = lambda _: None,
    ) -> ExportRecord:
        """Write the audit file (dossier de preuves) of a case, or of a period, and record the export.

        It proves indicators 30, 31 and 32 of the national quality reference and ISO 9001 10.2: each line leads to its
        event and the hash of the event in its chain. It has `manifest.json` and `verifier.py`. All of it is of one
        moment, whatever others commit during the export (see `Store.snapshot`).

        Args:
            output: a new or empty folder; or, with the suffix `.zip`, an archive, which is replaced if it exists.
            case: the case;
            received_from: or the first day of receipt of the cases, and of the events of plans;
            received_until: and the last day.
            key: the Ed25519 private key that signs the manifest, in OpenSSH or PEM format; None for no signature.
            texts: True to show free texts, with what proves them; names of persons are never shown.
            notes: True to show internal notes among these texts.
            documents: True to add the documents of the cases, whatever their content names; each is recorded as opened.
            zone: the time zone of the headings; that of metropolitan France by default.
            advance: called with the number of cases that are written, after each.

        Returns:
            The record of the export, with the SHA-256 of the manifest.

        Raises:
            FaultsError: both a case and a period are passed, or the period ends before it begins; the output is a
                folder with files; an archive would be larger than its format allows; or the key is not such a key.
            CaseNotFoundError: there is no such case inside the desk's scope.
            StoreDamagedError: a case or a plan is corrupt, or its chain of events is broken.
            MissingExtraError: Jinja2 is not installed; or a key is passed, and `cryptography` is not.
            OSError: the output cannot be written.
            ReservedDocumentError: documents are asked for, and the edition of a case reserves them to other roles.
            DamagedDocumentError: the bytes of a document are missing, or are others.
            DocumentStoreError: the store of documents cannot be reached.
        """
        require(truth, texts=texts, notes=notes, documents=documents)
        require(optional(of_class(str)), case=case)
        require(optional(of_class(bytes)), key=key)
        require(optional(day), received_from=received_from, received_until=received_until)
        period = Period(received_from, received_until)
        if case is not None and period != Period():
            raise FaultsError([Fault("case", case, _CASE_OR_PERIOD)])
        manifest, added = "", list[ExportRecord]()
        service = DocumentService(self._context)

        def files() -> Generator[tuple[str, Content], None, None]:
            nonlocal manifest
            self._context.store.log.extend()
            with self._context.store.snapshot() as store:
                moment = ReportService(attrs.evolve(self._context, store=store))
                subject = moment._audit_subject(case, period, texts=texts, notes=notes, zone=zone, advance=advance)
                subject = attrs.evolve(
                    subject,
                    log=partial(log_export, store, key),
                    documents=partial(_documents_of, service, added) if documents else None,
                )
                for name, content in audit_files(subject, key):
                    manifest = content.sha256 if name == MANIFEST else manifest
                    yield name, content

        with closing(files()) as written, new_output(Path(output), written):
            for opened in added:
                self._context.store.exports.add(opened)
            return self._record(ExportKind.AUDIT, case or str(period), manifest, ())

    def send_plan(
        self, scope: PlanScope | str, number: int | None, file: str | Path | bytes, *, recipients: Iterable[str]
    ) -> ExportRecord:
        """Record that a file of a PGAAC was sent (diffusion): to whom, when, and the hash of the file.

        Args:
            scope: the plan.
            number: the number of the published plan; None for the living plan.
            file: the file, or its content.
            recipients: the functions that received it, never names of persons.

        Raises:
            PlanNotFoundError: the plan is outside the desk's scope.
            UnknownPublishedPlanError: there is no published plan of that number.
            FaultsError: there is no recipient, one is not a label, or there are more than a thousand different ones.
            OSError: the file cannot be read.
        """
        listed = tuple(recipients)
        if not listed:
            raise FaultsError([Fault("recipients", (), _RECIPIENTS)])
        named = self._plan_in_scope(scope)
        with self._context.store.unit_of_work() as unit:
            self._plan_of(unit, named, number)
        content = file if isinstance(file, bytes) else Path(file).read_bytes()
        return self._record(ExportKind.PLAN, plan_subject(named, number), digest(content), listed)

    def exports(self, after: int = 0, limit: int = 500) -> tuple[ExportRecord, ...]:
        """Return a page of the exports that were recorded, in the order of their numbers.

        A desk with a scope sees those of desks with the same scope.

        Raises:
            FaultsError: `after` is negative, or the limit less than 1.
        """
        scope = self._context.scope
        found = self._context.store.exports.read(after, limit, None if scope is None else self._context.place)
        return self._named(found)

    def latest_exports(
        self, limit: int = 50, plan: PlanScope | str | None = None, number: int | None = None
    ) -> tuple[ExportRecord, ...]:
        """Return the latest exports that were recorded, in the order of their numbers.

        A desk with a scope sees those of desks with the same scope, and all of a plan inside its scope.

        Args:
            limit: the maximum number of exports.
            plan: only the files of this plan that were sent.
            number: only those of its published plan of this number.

        Raises:
            PlanNotFoundError: the plan is outside the desk's scope.
            FaultsError: the limit is less than 1.
        """
        require(whole_number(1), limit=limit)
        scope, log = self._context.scope, self._context.store.exports
        if plan is None:
            return self._named(log.latest(limit, None if scope is None else self._context.place))
        return self._named(log.latest(limit, subject=plan_subject(self._plan_in_scope(plan), number)))

    def _named(self, records: Iterable[ExportRecord]) -> tuple[ExportRecord, ...]:
        """Return records without who made the export, if the role reads no names."""
        if self._context.reads_names:
            return tuple(records)
        return tuple(attrs.evolve(one, actor=None) for one in records)

    def _record(self, kind: ExportKind, subject: str, sha256: str, recipients: tuple[str, ...]) -> ExportRecord:
        context = self._context
        record = ExportRecord(
            kind=kind,
            subject=subject,
            sha256=sha256,
            exported_at=context.clock.now(),
            actor=context.actor,
            role=context.role,
            place=context.place,
            recipients=recipients,
        )
        if faults := OF_COMMANDS.list_faults(record):
            raise FaultsError(faults)
        return context.store.exports.add(record)

    # What reports are made of

    def _file(self, unit: UnitOfWork, case: Case, plans: Sequence[BasePlan], *, texts: bool) -> CaseFile:
        """Return a case to report on, with the lines of plans that serve it."""
        shown = self._context.without_unread_names(case)
        lines = [line for plan in plans for line in plan.lines if line.reference in case.actions]
        views = {plan.scope.key: self._view(unit, plan, None, texts=texts) for plan in plans}
        return CaseFile(
            case=attrs.evolve(case, vault=displayed_vault(shown.vault, texts=texts)),
            decisions=tuple(self._decisions(case)),
            lines=tuple(lines),
            plans=views,
            sites=self._context.sites.known,
            own=self._context.stored_facts(unit),
            taxonomy=self._context.labels,
        )

    def _decisions(self, case: Case) -> Iterator[tuple[Wording, Wording]]:
        """Yield the decisions about a case, explained by its edition; if the desk does not have it, what is missing."""
        try:
            policy = self._context.policy_of(case)
        except WordedError as error:
            yield Wording("version de la procédure", "edition of the procedure"), error.wording
            return
        calendar = case.terms.business_calendar
        assessment = (
            policy.assess(case.facts, calendar)
            if isinstance(case.facts, ComplaintFacts)
            else policy.assess_malfunction(case.facts)
        )
        for decision in assessment.decisions:
            yield decision.table.title, Wording(decision.explain("fr"), decision.explain("en"))

    def _plans_of(self, case: Case, unit: UnitOfWork, load: Callable[[str], P]) -> list[P]:
        """Return the plans of the actions of a case that are inside the scope, whole or their outlines."""
        scope = self._context.scope
        named = sorted({line.scope for line in case.actions}, key=lambda one: one.order)
        plans = [load(one.key) for one in named if scope is None or scope.holds_plan(one)]
        return [as_seen(self._context, unit, plan) for plan in plans]

    def _view(self, unit: UnitOfWork, plan: BasePlan, number: int | None, *, texts: bool = True) -> PlanView:
        """Return a plan to report on, the living plan with the lines that it gathers."""
        context, scope = self._context, plan.scope
        plan = as_seen(context, unit, plan)
        found = plans_below(unit, scope, context.sites.known) if number is None else []
        below = [as_seen(context, unit, one) for one in found]
        texts_of = texts_by_plan(context, [plan, *below])
        return PlanView(
            plan=plan,
            gathered=gathered_lines(scope, below, context.sites.known),
            texts_of=texts_of if texts else lambda scope: displayed_vault(texts_of(scope), texts=False),
            diffusions=_SentFiles(self, scope, number),
            zone=context.sites.calendar_of_plan(scope).zone,
            families=context.labels,
            sites=context.sites.known,
            signals=signals_of(context, plan),
        )

    def _stream_of(self, case: Case) -> WrittenEventStream:
        """Return the events of a case exactly as they are stored, up to its version.

        Raises:
            StoreDamagedError: the chain is broken.
        """
        return sound(self._context.store.journal.stream_of(case.reference), case.reference, case.version)

    def _audit_subject(
        self,
        reference: str | None,
        period: Period,
        *,
        texts: bool,
        notes: bool,
        zone: ZoneInfo | None,
        advance: Callable[[int], None],
    ) -> AuditSubject:
        context = self._context
        query = CaseQuery(received_from=period.first, received_until=period.last)
        one = None if reference is None else CasesView(context).get(reference)
        with context.store.unit_of_work() as unit:
            plans = self._audited_plans(unit, one, period)
            own_facts = context.stored_facts(unit)
        known = {plan.view.plan.scope.key: plan.view.plan for plan in plans}

        def cases() -> Iterator[tuple[CaseFile, WrittenEventStream]]:
            selected = _MatchingCases(CasesView(context), query) if one is None else [one]
            for case in selected:
                own = [known[key] for key in sorted({line.scope.key for line in case.actions}) if key in known]
                with context.store.unit_of_work() as unit:
                    file = self._file(unit, case, own, texts=False)
                yield attrs.evolve(file, case=case), self._stream_of(case)
                advance(1)

        criteria = tuple(query_filters(query, own_facts, context.labels))
        what = criteria if one is None else ((Wording("Dossier", "Case"), one.reference),)
        return AuditSubject(
            cases=cases(),
            plans=plans,
            at=context.clock.now(),
            zone=zone or BusinessCalendar.france().zone,
            sites=context.sites.known,
            filters=(*self._scope_filters(), *what),
            with_texts=texts,
            with_notes=notes,
            policies=tuple(context.policies),
            own=own_facts,
        )

    def _audited_plans(self, unit: UnitOfWork, case: Case | None, period: Period) -> tuple[AuditedPlan, ...]:
        """Return the plans of a case, with what concerns it; or those inside the scope, with what is of the period."""
        corrupt: list[StoreDamagedError] = []
        plans = (
            readable_plans_in_scope(self._context, corrupt)
            if case is None
            else self._plans_of(case, unit, unit.plans.get)
        )
        raise_first(corrupt)
        found = []
        for plan in plans:
            journal = self._context.store.journal
            stream = sound(journal.plan_stream_of(plan.scope.key), plan.scope.key, plan.version)
            of_plan = of_case(plan, case) if case is not None else of_period(plan, period)
            numbers = {event.data.number for event in of_plan if isinstance(event.data, PlanPublished)}
            found.append(
                AuditedPlan(
                    view=self._view(unit, plan, None),
                    stream=stream,
                    events=frozenset(event.number for event in of_plan),
                    publications=tuple(sorted(numbers)),
                )
            )
        return tuple(found)

    def _scope_filters(self) -> Iterator[tuple[Wording, str]]:
        scope = self._context.scope
        if scope is not None:
            yield Wording("Périmètre", "Scope"), scope.label(self._context.sites.known)


def _parts(unit: UnitOfWork, actions: Iterable[LineReference]) -> Iterator[PlanPart]:
    """Yield the parts of the plans with some actions; a corrupt plan is left out, and no action of it is stated."""
    scopes: dict[PlanScope, list[str]] = {}
    for line in actions:
        scopes.setdefault(line.scope, []).append(line.action)
    for scope, names in scopes.items():
        with suppress(StoreDamagedError):
            yield load_part(unit, scope, names)


def _documents_of(
    service: DocumentService, added: list[ExportRecord], case: Case
) -> Iterator[tuple[int, int, str, Opened]]:
    """Yield the documents of a case for an audit file, and note in a list what is recorded of each."""
    statuses = service.status_of(case)
    if any(not one.is_erased for one in statuses):
        service.require_readable(case)
    places = Counter[int]()
    for one in statuses:
        place, places[one.event] = places[one.event], places[one.event] + 1
        if one.is_erased:
            continue
        with service.verified(case, one) as file:
            yield one.event, place, one.media_type, partial(_from_beginning, file)
        added.append(service.download_of(case, one.number))


def _from_beginning(file: IO[bytes]) -> AbstractContextManager[IO[bytes]]:
    """Return a file at its beginning, to read and to leave open."""
    file.seek(0)
    return nullcontext(file)


_CALENDAR_VERSION: Final = 3
"""Raise it by one when a calendar of the same cases has another content."""


@attrs.frozen
class _MatchingCases(SharedRepr):
    """The cases that match a query, on all pages: iterable several times, without holding them."""

    view: CasesView
    query: CaseQuery

    def __iter__(self) -> Iterator[Case]:
        return (case for page in self.pages() for case in page)

    def pages(self) -> Iterator[Sequence[Case]]:
        query: CaseQuery | None = attrs.evolve(self.query, limit=PAGE)
        while query is not None:
            page = self.view.find(query)
            yield page.cases
            query = query.following(page)


@attrs.frozen
class _SentFiles(SharedRepr):
    """The records of the latest files of a plan that were sent, read when they are needed."""

    reports: ReportService
    scope: PlanScope
    number: int | None

    def __iter__(self) -> Iterator[ExportRecord]:
        return iter(self.reports.latest_exports(MOST_DIFFUSIONS, self.scope, self.number))


@attrs.frozen
class _FollowedCases(SharedRepr):
    """The cases that match a query, each with its actions on the plans inside the scope, loaded page by page."""

    context: DeskContext
    query: CaseQuery

    def __iter__(self) -> Iterator[FollowedCase]:
        for page in _MatchingCases(CasesView(self.context), self.query).pages():
            found = self._actions(dict.fromkeys(line for case in page for line in case.actions))
            for case in page:
                yield FollowedCase(case, {line: found[line] for line in case.actions if line in found})

    def _actions(self, lines: Iterable[LineReference]) -> dict[LineReference, Action]:
        scope = self.context.scope
        seen = [line for line in lines if scope is None or scope.holds_plan(line.scope)]
        with self.context.store.unit_of_work() as unit:
            parts = list(_parts(unit, seen))
        return {LineReference(part.scope, one.reference): one for part in parts for one in part.actions}
