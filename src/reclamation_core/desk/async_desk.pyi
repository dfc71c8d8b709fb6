# Written by scripts/async_stub.py from the methods of Desk, PlanService and CasesView.

from collections.abc import Callable, Collection, Coroutine, Generator, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, Unpack
from zoneinfo import ZoneInfo

from reclamation_core.adapters import Settings
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
from reclamation_core.cases.events.base import Facts
from reclamation_core.cases.explanation import CaseExplanation
from reclamation_core.cases.journal import Anomaly, Checkpoint
from reclamation_core.cases.log import LogFault
from reclamation_core.cases.next_steps import NextStep
from reclamation_core.cases.plain import TimelineEntry
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.cases.support_documents import NewDocument, UploadedDocument
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.cases.trace import Trace
from reclamation_core.codes import Audience
from reclamation_core.desk.agenda import Agenda, AvailableCommand, Signals
from reclamation_core.desk.commands import Command, PlanCommand
from reclamation_core.desk.consumers import AsyncFeedConsumer, ConsumerOptions
from reclamation_core.desk.desk import Desk
from reclamation_core.desk.documents import DocumentStatus, OpenDocument
from reclamation_core.desk.environment import DeskOptions
from reclamation_core.desk.forms import CommandForm
from reclamation_core.desk.maintenance import Alert, Discrepancy
from reclamation_core.desk.nightly import CheckpointPublication, JobStatus, NightlyReport
from reclamation_core.desk.overview import CaseAction, CaseOverview, RecordedChange
from reclamation_core.desk.plan_service import PlanService
from reclamation_core.desk.privacy import PersonalDataItem
from reclamation_core.desk.registration import RegistrationResult
from reclamation_core.desk.search import CaseSearch
from reclamation_core.desk.similar import SimilarCase
from reclamation_core.desk.worklist import ActionWorkKind, Worklist
from reclamation_core.indicators.falls import ActionEffect
from reclamation_core.indicators.page import IndicatorPage
from reclamation_core.indicators.series import IndicatorSeries
from reclamation_core.indicators.spans import TimeStep
from reclamation_core.indicators.streams import RegisterRise
from reclamation_core.indicators.table import IndicatorTable
from reclamation_core.plans import (
    Action,
    ActionSheet,
    Effectiveness,
    LineReference,
    Pgaac,
    PlanPart,
    PlanScope,
    PublishedPlan,
)
from reclamation_core.plans.signals import PlanSignal
from reclamation_core.policy import SupportParameters
from reclamation_core.ports import (
    CaseFacet,
    CaseOrder,
    CasePage,
    CaseQuery,
    CaseSummary,
    CaseSummaryPage,
    CheckpointRecord,
    ExportRecord,
    FeedItem,
    PlanFeedItem,
    Store,
)
from reclamation_core.ports.summaries import Tabulation
from reclamation_core.reporting import (
    DueCalendar,
    FilledBlock,
    Letter,
    LetterKind,
    LetterSettings,
    RegisterReader,
    Report,
    TextBlock,
)
from reclamation_core.reporting.time_stamps import Authority
from reclamation_core.vocabulary import Fact, FactsUpdate, Level, Nature, RiskDomain, Role
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.vocabulary.own_facts import OwnInput
from reclamation_core.wording import Lang

_T = TypeVar("_T")

_D = TypeVar("_D", bound=AsyncDesk)

class AsyncCasesView:
    async def get(self, reference: str) -> Case: ...
    async def find(self, query: CaseQuery | None = None) -> CasePage: ...
    async def count(self, query: CaseQuery | None = None) -> int: ...
    async def summaries(
        self,
        query: CaseQuery | None = None,
        *,
        order_by: CaseOrder | str = ...,
        descending: bool = False,
        limit: int | None = None,
        after: str | None = None,
    ) -> CaseSummaryPage: ...
    async def search(
        self, text: str, query: CaseQuery | None = None, *, limit: int = 50, after: str | None = None
    ) -> CaseSearch: ...
    async def similar(
        self, text: str | None, *, site: str, received_on: date, sender: str | None = None, limit: int = 5
    ) -> tuple[SimilarCase, ...]: ...
    async def today(self) -> date: ...
    async def day_of(self, now: datetime) -> date: ...
    async def days_left(self, summary: CaseSummary, as_of: date | None = None) -> int | None: ...
    async def with_late_actions(self, as_of: date | None = None) -> frozenset[str]: ...
    async def sites_of(self, region: str) -> frozenset[str]: ...
    async def count_by(
        self, facet: CaseFacet | str, query: CaseQuery | None = None, *, as_of: date | None = None
    ) -> Mapping[str | None, int]: ...
    async def tabulate(
        self, facets: Iterable[CaseFacet | str], query: CaseQuery | None = None, *, as_of: date | None = None
    ) -> Tabulation: ...
    async def count_by_each(
        self, facets: Iterable[CaseFacet | str], query: CaseQuery | None = None, *, as_of: date | None = None
    ) -> Mapping[CaseFacet, Mapping[str | None, int]]: ...

class AsyncPlanService:
    scope: PlanScope

    def __init__(self, synchronous: PlanService, store: Store) -> None: ...
    async def current(self) -> Pgaac: ...
    async def outline(self) -> PlanPart: ...
    async def part(self, references: Iterable[str]) -> PlanPart: ...
    async def actions(self) -> tuple[Action, ...]: ...
    async def published_plans(self) -> tuple[PublishedPlan, ...]: ...
    async def signals(self) -> tuple[PlanSignal, ...]: ...
    async def available_commands(
        self, reference: str | None = None
    ) -> Mapping[PlanCommandType, tuple[GuardDetails, ...]]: ...
    async def form(self, command: PlanCommandType | str, reference: str | None = None) -> CommandForm: ...
    async def timeline(
        self, action: str, lang: Lang = "fr", *, texts: bool = True, is_printed: bool = False
    ) -> tuple[TimelineEntry, ...]: ...
    async def effect(self, action: str, *, alpha: float = 0.01, limit: int | None = None) -> ActionEffect: ...
    async def add(
        self, sheet: ActionSheet, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> PlanPart: ...
    async def amend(
        self,
        /,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **changes: Any,
    ) -> PlanPart: ...
    async def progress(
        self,
        reference: str,
        *,
        note: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def finish(
        self,
        reference: str,
        *,
        evidence: str,
        criterion: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def judge(
        self,
        reference: str,
        effectiveness: Effectiveness | str,
        *,
        why: str,
        follow_up: str | LineReference | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def follow_up(
        self,
        reference: str,
        follow_up: str | LineReference,
        *,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def close(
        self,
        reference: str,
        *,
        comment: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def abandon(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def reopen(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def forget(
        self,
        reference: str,
        *,
        kinds: Iterable[TextKind | str] = ...,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def acknowledge_signal(
        self, signal: str, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> PlanPart: ...
    async def dismiss_signal(
        self,
        signal: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart: ...
    async def publish(
        self,
        *,
        recipients: Iterable[str] = ...,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PublishedPlan: ...
    async def execute(
        self, command: PlanCommand | Mapping[str, Any], *, expected_version: int | str | None = None
    ) -> PlanPart | PublishedPlan: ...
    async def to_html(self, *, texts: bool = False) -> str: ...
    async def published_plan_to_document(self, number: int, *, texts: bool = False) -> dict[str, Any]: ...

class AsyncMaintenanceView:
    async def nightly(
        self,
        *,
        verify: bool = False,
        publish: Callable[[FeedItem], object] | None = None,
        options: ConsumerOptions | None = None,
        signals: bool = False,
        themes: ThemeKeywords | None = None,
        checkpoint: CheckpointPublication | None = None,
    ) -> NightlyReport: ...
    async def jobs(self) -> tuple[JobStatus, ...]: ...
    async def require_clock(self) -> datetime: ...
    async def confirm_clock(self) -> datetime: ...
    async def free(self, job: str) -> bool: ...

class AsyncLogService:
    async def write_checkpoint(
        self, key: bytes, *, origin: str | None = None, authority: Authority | None = None
    ) -> CheckpointRecord: ...
    async def checkpoints(self) -> tuple[CheckpointRecord, ...]: ...
    async def compare(
        self,
        older: str,
        newer: str | None = None,
        *,
        public_key: bytes | None = None,
        token: bytes | None = None,
        roots: bytes | None = None,
        tolerance: timedelta = ...,
    ) -> tuple[LogFault, ...]: ...

class AsyncReportService:
    async def register(
        self,
        query: CaseQuery | None = None,
        *,
        columns: Iterable[str] | None = None,
        shown: RegisterReader | str | Iterable[str] | None = None,
        texts: bool = False,
        zone: ZoneInfo | None = None,
    ) -> Report: ...
    async def indicators(
        self,
        *,
        since: date,
        until: date,
        as_of: date | None = None,
        published: bool = False,
        zone: ZoneInfo | None = None,
        limit: int | None = None,
    ) -> Report: ...
    async def letter(
        self,
        reference: str,
        kind: LetterKind | str,
        settings: LetterSettings,
        *,
        redirected_to: str | None = None,
        redirection: RedirectionKind | str | None = None,
        draft: Command | Mapping[str, Any] | None = None,
        lang: Lang = "fr",
    ) -> Letter: ...
    async def text_blocks(
        self,
        reference: str,
        blocks: Iterable[TextBlock],
        *,
        decision: AnswerDecision | str | None = None,
        lang: Lang = "fr",
    ) -> tuple[FilledBlock, ...]: ...
    async def calendar(
        self,
        query: CaseQuery | None = None,
        *,
        checks: bool = True,
        ended_since: date | None = None,
        domain: str = ...,
        limit: int | None = None,
    ) -> DueCalendar: ...
    async def calendar_tag(
        self, query: CaseQuery | None = None, *, checks: bool = True, domain: str = ..., limit: int = 500
    ) -> str: ...
    async def case(self, reference: str, *, texts: bool = False, zone: ZoneInfo | None = None) -> Report: ...
    async def plan(self, scope: PlanScope | str, number: int | None = None) -> Report: ...
    async def effect(self, scope: PlanScope | str, action: str, *, limit: int | None = None) -> Report: ...
    async def audit(
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
        advance: Callable[[int], None] = ...,
    ) -> ExportRecord: ...
    async def send_plan(
        self, scope: PlanScope | str, number: int | None, file: str | Path | bytes, *, recipients: Iterable[str]
    ) -> ExportRecord: ...
    async def exports(self, after: int = 0, limit: int = 500) -> tuple[ExportRecord, ...]: ...
    async def latest_exports(
        self, limit: int = 50, plan: PlanScope | str | None = None, number: int | None = None
    ) -> tuple[ExportRecord, ...]: ...

class AsyncDeskManager(Generic[_D]):
    def __init__(self, open_desk: Callable[[], Coroutine[Any, Any, _D]]) -> None: ...
    def __await__(self) -> Generator[Any, Any, _D]: ...
    async def __aenter__(self) -> _D: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

class AsyncDesk:
    def __init__(self, store: Store, **options: Unpack[DeskOptions]) -> None: ...
    @classmethod
    def in_memory(cls, **options: Unpack[DeskOptions]) -> Self: ...
    @classmethod
    def open(
        cls, url: str, settings: Settings | None = None, **options: Unpack[DeskOptions]
    ) -> AsyncDeskManager[Self]: ...
    @classmethod
    def from_connection(cls, connection: Any, **options: Unpack[DeskOptions]) -> Self: ...
    async def __aenter__(self) -> Self: ...
    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...
    def acting(self, actor: str, role: Role | str = ..., *, trace: Trace | None = None) -> Self: ...
    def traced(self, trace: Trace | None) -> Self: ...
    def scoped(
        self, *, site: str | Collection[str] | None = None, region: str | Collection[str] | None = None
    ) -> Self: ...
    async def run(self, work: Callable[[Desk], _T]) -> _T: ...
    @property
    def cases(self) -> AsyncCasesView: ...
    @property
    def maintenance(self) -> AsyncMaintenanceView: ...
    @property
    def log(self) -> AsyncLogService: ...
    @property
    def reports(self) -> AsyncReportService: ...
    def consumer(self, name: str, options: ConsumerOptions | None = None) -> AsyncFeedConsumer[FeedItem]: ...
    def plan_consumer(self, name: str, options: ConsumerOptions | None = None) -> AsyncFeedConsumer[PlanFeedItem]: ...
    def pgaac(self, scope: PlanScope | str) -> AsyncPlanService: ...
    async def release(self) -> None: ...
    async def register(
        self,
        facts: Facts,
        *,
        site: str,
        service_sites: tuple[str, ...] = ...,
        handling_unit: str | None = None,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
        remedy_sought: str | None = None,
        occurred_at: datetime | None = None,
    ) -> Case: ...
    async def register_once(self, registration: Registration | Command | Mapping[str, Any]) -> tuple[Case, bool]: ...
    async def register_many(
        self, registrations: Iterable[Registration], *, batch_size: int = 500
    ) -> tuple[RegistrationResult, ...]: ...
    async def register_survey_result(
        self,
        satisfaction: float | Decimal,
        *,
        received_at: datetime,
        site: str,
        service_sites: tuple[str, ...] = ...,
        handling_unit: str | None = None,
        company: bool = False,
        nature: Nature | str | None = None,
        source: str | None = None,
        complainant: str | None = None,
        verbatim: str | None = None,
        own: Mapping[str, OwnInput] | None = None,
        occurred_at: datetime | None = None,
    ) -> Case: ...
    async def complete_facts(
        self,
        reference: str,
        *,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case: ...
    async def identify_complainant(
        self,
        reference: str,
        *,
        complainant: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def suggest(
        self,
        reference: str,
        *,
        fact: str,
        value: str,
        by: str,
        by_version: str,
        words: Iterable[str] = ...,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def suggest_theme(self, reference: str, keywords: ThemeKeywords | None = None) -> Case: ...
    async def accept_suggestion(
        self,
        reference: str,
        fact: str,
        *,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def request_information(
        self,
        reference: str,
        *facts: str,
        question: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def correct(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case: ...
    async def correct_date(
        self,
        reference: str,
        event: int,
        *,
        happened_at: datetime,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def correct_complainant(
        self,
        reference: str,
        *,
        complainant: str,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def acknowledge(
        self, reference: str, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> Case: ...
    async def add_support(
        self,
        reference: str,
        *,
        kind: SupportKind | str,
        title: str,
        answers_request: bool = False,
        documents: Sequence[NewDocument | UploadedDocument] = ...,
        source: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def upload_document(self, reference: str, document: NewDocument) -> UploadedDocument: ...
    async def document_limits(self, reference: str) -> SupportParameters: ...
    async def documents(self, reference: str) -> tuple[DocumentStatus, ...]: ...
    async def open_document(self, reference: str, key: str) -> OpenDocument: ...
    async def transcribe(
        self,
        reference: str,
        *,
        text: str,
        author: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def contain(
        self,
        reference: str,
        *,
        measure: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def record_containment_effect(
        self,
        reference: str,
        *,
        measure: int,
        effective: bool,
        effect: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def qualify(
        self,
        reference: str,
        *,
        problem: str,
        requirement_reference: str | None = None,
        conforming: bool | None = None,
        supported_by: str | None = None,
        experts: tuple[str, ...] = ...,
        risks: Mapping[RiskDomain | str, int] | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **facts: Unpack[FactsUpdate],
    ) -> Case: ...
    async def reroute(
        self,
        reference: str,
        *,
        handling_unit: str,
        level: Level | str | None = None,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def analyse(
        self,
        reference: str,
        *,
        analysis: CauseAnalysis | None = None,
        causes: tuple[str, ...] = ...,
        method: Method | str | None = None,
        report: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def answer(
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
    ) -> Case: ...
    async def execute(
        self, reference: str | None, command: Command | Mapping[str, Any], *, expected_version: int | str | None = None
    ) -> Case: ...
    async def plan(
        self,
        reference: str,
        *actions: ActionSheet | str,
        scope: PlanScope | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def plan_nothing(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def record_reaction(
        self,
        reference: str,
        *,
        reaction: Reaction | str,
        words: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def refer_to_mediation(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def withdraw(
        self,
        reference: str,
        *,
        words: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def close(
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
    ) -> Case: ...
    async def reopen(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def link(
        self,
        reference: str,
        *,
        kind: LinkKind | str,
        to: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def assign(
        self, reference: str, *, to: str, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> Case: ...
    async def unassign(
        self, reference: str, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> Case: ...
    async def add_note(
        self,
        reference: str,
        *,
        text: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def suspend_deadline(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def resume_deadline(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def suspend_retention(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def resume_retention(
        self,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def anonymise(
        self,
        reference: str,
        *,
        kinds: Iterable[TextKind | str] = ...,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> Case: ...
    async def personal_data_of(self, person: str, *, as_actor: bool = False) -> tuple[PersonalDataItem, ...]: ...
    async def forget_expired(self, now: datetime | None = None) -> tuple[Case, ...]: ...
    async def own_facts(self, case: Case | None = None, *, stored: bool = False) -> Mapping[str, Fact]: ...
    async def explain(
        self, reference: str, lang: Lang = "fr", *, audience: Audience | str = ...
    ) -> CaseExplanation: ...
    async def feed(self, after: int = 0, limit: int = 500) -> tuple[FeedItem, ...]: ...
    async def plan_feed(self, after: int = 0, limit: int = 500) -> tuple[PlanFeedItem, ...]: ...
    async def available_commands(self, reference: str) -> tuple[AvailableCommand, ...]: ...
    async def next_steps(self, reference: str) -> tuple[NextStep, ...]: ...
    async def overview(self, reference: str, lang: Lang = "fr", *, command: str | None = None) -> CaseOverview: ...
    async def actions_elsewhere(self) -> tuple[CaseAction, ...]: ...
    async def recorded_since(self, holder: str, version: int) -> tuple[RecordedChange, ...]: ...
    async def form(self, command: str, reference: str | None = None, *, kind: CaseKind | str = ...) -> CommandForm: ...
    async def agenda(self, until: date, *, limit: int | None = None, query: CaseQuery | None = None) -> Agenda: ...
    async def worklist(
        self,
        *,
        as_of: date | None = None,
        assigned_to: str | None = None,
        limit: int = 5,
        action_kind: ActionWorkKind | str | None = None,
    ) -> Worklist: ...
    async def signals(self, *, since: date | None = None, until: date | None = None, min_count: int = 3) -> Signals: ...
    async def indicators(
        self,
        *,
        since: date,
        until: date,
        as_of: date | None = None,
        by: str | None = None,
        names: Collection[str] | None = None,
        cases: bool = True,
        limit: int | None = None,
    ) -> IndicatorTable: ...
    async def indicator_series(
        self,
        *,
        since: date,
        until: date,
        step: TimeStep | str = "month",
        as_of: date | None = None,
        by: str | None = None,
        names: Collection[str] | None = None,
        with_year_before: bool = False,
        cases: bool = True,
        limit: int | None = None,
    ) -> IndicatorSeries: ...
    async def indicator_page(
        self,
        *,
        since: date,
        until: date,
        as_of: date | None = None,
        complete: bool = False,
        published: bool = False,
        limit: int | None = None,
    ) -> IndicatorPage: ...
    async def rises(self, *, as_of: date | None = None, alarms_a_year: float = 4.0) -> tuple[RegisterRise, ...]: ...
    async def sweep(self, now: datetime | None = None, *, preview: bool = False) -> tuple[Alert, ...]: ...
    async def verify(self) -> tuple[Discrepancy, ...]: ...
    async def checkpoint(self, key: bytes | None = None) -> Checkpoint: ...
    async def examine(self, checkpoint: Checkpoint | None = None) -> tuple[Anomaly, ...]: ...
