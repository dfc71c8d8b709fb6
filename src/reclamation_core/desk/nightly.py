"""The nightly job: what a register needs once a day, in one call that several machines may make."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.cases import CaseKind
from reclamation_core.cases.events import Alerted
from reclamation_core.cases.journal import Anomaly
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.desk.arguments import a_function
from reclamation_core.desk.consumers import ConsumerOptions, FeedConsumer, job_of
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.documents import DocumentService
from reclamation_core.desk.environment import CLOCK_JOB
from reclamation_core.desk.errors import CheckpointError, ClockError, DeliveryError, JobBusyError
from reclamation_core.desk.feeds import cases_of
from reclamation_core.desk.figures import summaries
from reclamation_core.desk.handling import HandlingService
from reclamation_core.desk.leases import Lease, is_outage, outage_pauses
from reclamation_core.desk.log import LogService
from reclamation_core.desk.maintenance import Alert, Discrepancy, MaintenanceService
from reclamation_core.desk.privacy import PrivacyService
from reclamation_core.desk.queries import CasesView
from reclamation_core.desk.signal_detection import raise_signals
from reclamation_core.errors import Fault, FaultsError, ReclamationError
from reclamation_core.plans import PlanScope
from reclamation_core.ports import CaseQuery, CheckpointRecord, FeedItem, JobState, Store, StoreDamagedError, StoreError
from reclamation_core.reporting.notes import signs
from reclamation_core.reporting.time_stamps import Authority
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset, of_class, optional, require, truth
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Lang, Wording

T = TypeVar("T")

_LOG: Final = logging.getLogger("reclamation_core.desk")
_JOB: Final = "nightly"
_PUBLISHER: Final = "nightly-alerts"
_LEASE: Final = 300
"""The seconds without progress after which another run may begin; the lease is renewed between two cases."""
_OUTAGE: Final = 60
"""The seconds for which a step waits for a database that does not answer."""

_STEPS: Final = {
    "rebuild": Wording("Dossiers et plans recalculés", "Cases and plans rebuilt"),
    "sweep": Wording("Alertes émises", "Alerts raised"),
    "forget": Wording("Dossiers anonymisés", "Cases anonymised"),
    "documents": Wording("Documents supprimés", "Documents deleted"),
    "publish": Wording("Transmission des alertes", "Alerts published"),
    "verify": Wording("Contrôle d'intégrité (écarts)", "Discrepancies found"),
    "signals": Wording("Signaux détectés", "Signals raised"),
    "themes": Wording("Thèmes suggérés", "Themes suggested"),
    "checkpoint": Wording("Point de contrôle publié (événements)", "Checkpoint published (events)"),
}
_FAILED: Final = Wording("échec", "failed")
_NOT_RUN: Final = Wording("étape non demandée", "not requested")
_TIMES: Final = Wording("fois", "times")
_LEFT: Final = Wording("Documents effacés, au contenu encore présent", "Documents whose bytes remain")
_AHEAD: Final = Wording("Dossiers dont une date est à venir", "Cases with a date in the future")
_JOB_NAME: Final = Wording("une tâche de la base est attendue", "a job of the database is expected")


def _interrupted(step: str) -> Wording:
    label = _STEPS[step]
    return Wording(
        f"Commencé, puis interrompu à l'étape « {label.fr} » ; relancez-le : ce qui est fait n'est pas refait.",
        f"Began, and was interrupted at the step '{label.en}'; run it again: what was done is not done twice.",
    )


@attrs.frozen(kw_only=True)
class DatedAhead(SharedRepr):
    """A case with an event that is dated more than a day after the clock, so that nothing could be done with it.

    Args:
        case: the reference of the case.
        dated: the date of that event; aware.
        now: the current time of the clock; aware.
    """

    case: str
    dated: datetime
    now: datetime

    @property
    def wording(self) -> Wording:
        """The case, both dates, and what to do."""
        return ClockError(self.case, self.dated, self.now).wording


@attrs.frozen(kw_only=True)
class JobStatus(SharedRepr):
    """A job of the database: a consumer, or the nightly job.

    Args:
        name: its name; `feed:` and the name of a consumer.
        is_taken: True if a run has it, or had it when it was killed.
        until: the instant from which another run may take it; None if no run has it.
        position: the position in the feed up to which a consumer has handled or parked its events.
        parked: the number of parked events.
    """

    name: str
    is_taken: bool
    until: datetime | None
    position: int
    parked: int


@attrs.frozen(kw_only=True)
class StepFailure(SharedRepr):
    """A failure of a step of the nightly job, as a whole or for one case; the other steps have run.

    Args:
        step: `rebuild`, `sweep`, `forget`, `documents`, `signals`, `themes`, `publish`, `verify` or `checkpoint`.
        error: the error.
    """

    step: str
    error: ReclamationError


@attrs.frozen(kw_only=True)
class CheckpointPublication(SharedRepr):
    """Where the nightly job publishes the checkpoint of the log, and how it is signed.

    Args:
        publish: receives the checkpoint, and writes `note` and `token` out of reach of those who administer the store.
        key: the Ed25519 private key, in OpenSSH or PEM format.
        origin: the name of the log; see `LogService.write_checkpoint`.
        authority: the time-stamping authority; None for none.
    """

    publish: Callable[[CheckpointRecord], object]
    key: bytes = attrs.field(validator=signs, repr=False)
    origin: str | None = None
    authority: Authority | None = None


@attrs.frozen(kw_only=True)
class NightlyReport(SharedRepr):
    """What the nightly job did.

    Args:
        started_at: when it began; aware.
        ended_at: when it ended.
        rebuilt: how many cases and plans had projections of another version of the library.
        alerts: the alerts that it raised.
        forgotten: the references of the cases that it anonymised.
        documents: how many documents it deleted: of erased cases, and those that no event had claimed for a day; None
            if the desk has no store of documents.
        documents_left: how many are on the list still: their bytes remain.
        published: how many alerts it handed over; None if nothing receives them.
        discrepancies: the stored values that differ from the events; None if it did not verify.
        anomalies: the event streams that were tampered with; None if it did not verify.
        checkpoint: the number of events of the checkpoint that it published; None if it published none.
        signals: the plan and the reference of each signal that it raised; None if it looked for none.
        themes: the references of the cases for which it suggested a theme; None if it suggested none.
        failures: the steps that failed.
        dated_ahead: the cases that were left out because of a date in the future; the other cases were handled.
        interrupted: the step at which the run was interrupted, the later ones not being run; None if it ended.
    """

    started_at: datetime
    ended_at: datetime
    rebuilt: int = 0
    alerts: tuple[Alert, ...] = ()
    forgotten: tuple[str, ...] = ()
    documents: int | None = None
    documents_left: int = 0
    published: int | None = None
    discrepancies: tuple[Discrepancy, ...] | None = None
    anomalies: tuple[Anomaly, ...] | None = None
    checkpoint: int | None = None
    signals: tuple[tuple[PlanScope, str], ...] | None = None
    themes: tuple[str, ...] | None = None
    failures: tuple[StepFailure, ...] = ()
    dated_ahead: tuple[DatedAhead, ...] = ()
    interrupted: str | None = None

    @property
    def is_clean(self) -> bool:
        """True if every step succeeded and nothing was found; cases with a date in the future do not matter."""
        return not (self.failures or self.discrepancies or self.anomalies)

    def to_document(self) -> dict[str, Any]:
        """Return the report as plain data, for JSON; it names cases and no person."""
        return {
            "started_at": self.started_at.isoformat(),
            "ended_at": self.ended_at.isoformat(),
            "clean": self.is_clean,
            "rebuilt": self.rebuilt,
            "alerts": [_alert_document(alert) for alert in self.alerts],
            "forgotten": list(self.forgotten),
            "documents": self.documents,
            "documents_left": self.documents_left,
            "published": self.published,
            "discrepancies": None if self.discrepancies is None else [_found(one) for one in self.discrepancies],
            "anomalies": None if self.anomalies is None else [_anomaly(one) for one in self.anomalies],
            **({} if self.signals is None else {"signals": [f"{plan.key}/{name}" for plan, name in self.signals]}),
            **({} if self.themes is None else {"themes": list(self.themes)}),
            **({} if self.checkpoint is None else {"checkpoint": self.checkpoint}),
            "failures": [{"step": failure.step, **failure.error.to_document()} for failure in self.failures],
            "dated_ahead": [{"case": one.case, "dated": one.dated.isoformat()} for one in self.dated_ahead],
            "interrupted": self.interrupted,
        }

    def to_text(self, lang: Lang = "fr") -> str:
        """Return the report as lines for a person."""
        failed = {failure.step for failure in self.failures}
        verified = None if self.discrepancies is None else len(self.discrepancies) + len(self.anomalies or ())
        counts = {
            "rebuild": self.rebuilt,
            "sweep": len(self.alerts),
            "forget": len(self.forgotten),
            "documents": self.documents,
            "publish": self.published,
            "verify": verified,
        }
        optional_steps = {
            "signals": None if self.signals is None else len(self.signals),
            "themes": None if self.themes is None else len(self.themes),
            "checkpoint": self.checkpoint,
        }
        counts |= {step: count for step, count in optional_steps.items() if count is not None or step in failed}
        colon = " : " if lang == "fr" else ": "
        lines = []
        for step, count in counts.items():
            label = _STEPS[step]
            value = (_NOT_RUN.in_(lang) if step not in failed else "") if count is None else str(count)
            parts = filter(None, [value, _FAILED.in_(lang) if step in failed else ""])
            lines.append(f"{label.in_(lang)}{colon}{', '.join(parts)}")
        if self.documents_left:
            lines.append(f"{_LEFT.in_(lang)}{colon}{self.documents_left}")
        for error, count in Counter(failure.error.in_(lang) for failure in self.failures).items():
            lines.append(f"- {error}" if count == 1 else f"- {error} ({count} {_TIMES.in_(lang)})")
        if self.dated_ahead:
            lines.append(f"{_AHEAD.in_(lang)}{colon}{len(self.dated_ahead)}")
            lines += [f"- {one.wording.in_(lang)}" for one in self.dated_ahead]
        if self.interrupted is not None:
            lines.append(_interrupted(self.interrupted).in_(lang))
        return "\n".join(lines)


def _alert_document(alert: Alert) -> dict[str, Any]:
    event = alert.alert
    return {
        "case": alert.reference,
        "deadline": event.clock.value,
        "threshold": event.threshold.value,
        "due": event.due.isoformat(),
        "action": None if event.action is None else str(event.action),
        "late": event.late,
    }


def _found(one: Discrepancy) -> dict[str, Any]:
    return {"holder": one.holder, "field": one.field, "damage": None if one.damage is None else one.damage.fr}


def _anomaly(one: Anomaly) -> dict[str, Any]:
    return {"holder": one.holder, "number": one.number, "kind": one.kind.value}


class MaintenanceView:
    """Jobs on the whole register, or on the scope of the desk."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def nightly(
        self,
        *,
        verify: bool = False,
        publish: Callable[[FeedItem], object] | None = None,
        options: ConsumerOptions | None = None,
        signals: bool = False,
        themes: ThemeKeywords | None = None,
        checkpoint: CheckpointPublication | None = None,
    ) -> NightlyReport:
        """Rebuild stale projections, raise alerts, erase expired texts and documents, publish the alerts, verify.

        Every step is idempotent, and a step that fails does not prevent the others: its error is in the report. A
        lock in the store lets one run at a time. A step waits a minute for a database that does not answer, and goes on
        where it was; a run that is interrupted says so in its report, and the next one goes on.

        Alerts are published by a consumer of the feed named `nightly-alerts`: at least once, also after a run that was
        killed. Those in the feed before its first run are not published.

        Args:
            verify: True to replay every case and plan and compare; it reads the whole store.
            publish: receives the event of each alert; an exception is a failed delivery.
            options: how alerts are delivered.
            signals: True to look for rises as `Desk.rises` does, and to record new ones on the plans that they
                concern; it reads the summaries of the complaints of five years.
            themes: the words by which open cases without a theme get a suggestion, as `Desk.suggest_theme` does.
            checkpoint: where the checkpoint of the log is published; not by default. The last step.

        Raises:
            JobBusyError: another run is going on.
            ClockError: the clock is too far ahead of the register.
            WholeStoreError: the desk has a scope, and `verify` or `signals` is True or a checkpoint is to be published.
            StoreError: the database refused to lock the job.
        """
        require(truth, verify=verify, signals=signals)
        require(optional(a_function), publish=publish)
        require(optional(of_class(ConsumerOptions)), options=options)
        require(optional(of_class(ThemeKeywords)), themes=themes)
        require(optional(of_class(CheckpointPublication)), checkpoint=checkpoint)
        if verify or signals or checkpoint is not None:
            self._context.unscoped_store("verify" if verify else "signals" if signals else "checkpoint")
        log, started_at = CommandLog(command=_JOB, trace=self._context.trace), self._context.trusted_now()
        lease = Lease(self._context, self._name_of(_JOB), _LEASE)
        context = attrs.evolve(self._context, progress=lease.save_if_needed)
        lease.take()
        run = _Run(context.store, lease)
        try:
            self._run_steps(context, run, publish, options, verify=verify, signals=signals, themes=themes)
            if checkpoint is not None:
                run.step("checkpoint", partial(run.publish_checkpoint, LogService(context), checkpoint))
        except BaseException:
            run.end(outage=0)
            raise
        run.end(outage=0 if run.interrupted else _OUTAGE)
        log.finish(len({alert.reference for alert in run.alerts} | set(run.forgotten)))
        return NightlyReport(
            started_at=started_at,
            ended_at=at_offset(self._context.clock.now()),
            rebuilt=run.rebuilt,
            alerts=tuple(run.alerts),
            forgotten=tuple(run.forgotten),
            documents=run.documents,
            documents_left=run.documents_left,
            published=run.published,
            discrepancies=run.discrepancies,
            anomalies=run.anomalies,
            checkpoint=run.checkpoint,
            signals=run.signals,
            themes=run.themes,
            failures=tuple(run.failures),
            dated_ahead=tuple(run.dated_ahead.values()),
            interrupted=run.interrupted,
        )

    def _run_steps(
        self,
        context: DeskContext,
        run: _Run,
        publish: Callable[[FeedItem], object] | None,
        options: ConsumerOptions | None,
        *,
        verify: bool,
        signals: bool,
        themes: ThemeKeywords | None,
    ) -> None:
        consumer = None
        if publish is not None:
            # The step waits for the database, and calls the same consumer again, which goes on where it was.
            here = attrs.evolve(ConsumerOptions() if options is None else options, outage=0)
            consumer = FeedConsumer(context, cases_of(context), self._name_of(_PUBLISHER), here)
            if not run.step("publish", partial(_begin, context, consumer)):
                consumer = None
        run.step("rebuild", partial(run.rebuild, context))
        run.step("sweep", lambda errors: run.alerts.extend(MaintenanceService(context).alerts(None, errors)))
        run.step("forget", partial(run.forget, context))
        if context.documents is not None:
            run.step("documents", partial(run.delete_documents, context))
        if signals:
            run.step("signals", partial(run.raise_signals, context))
        if themes is not None:
            run.step("themes", partial(run.suggest_themes, context, themes))
        if consumer is not None and publish is not None:
            run.step("publish", partial(run.publish, context, consumer, publish))
        if verify:
            run.step("verify", partial(run.verify, MaintenanceService(context)))
            run.step("verify", partial(run.examine, MaintenanceService(context)))

    def jobs(self) -> tuple[JobStatus, ...]:
        """Return the jobs that the store knows, by name: those that run, and those that ran.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        jobs = self._context.unscoped_store("jobs").jobs
        states = [(name, jobs.get(name)) for name in jobs.names() if name != CLOCK_JOB]
        return tuple(
            JobStatus(
                name=name,
                is_taken=state.holder is not None,
                until=None if state.holder is None else state.until,
                position=state.position,
                parked=len(state.parked),
            )
            for name, state in states
        )

    def require_clock(self) -> datetime:
        """Return the current time, if the clock is not too far ahead of the register to date a command.

        Raises:
            ClockError: it is.
        """
        return self._context.trusted_now()

    def confirm_clock(self) -> datetime:
        """Record that the clock is right, although the register has been idle for longer than the `clock_limit`.

        Returns:
            The current time, which commands may exceed by that limit from now on.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        jobs, now = self._context.unscoped_store("confirm_clock").jobs, at_offset(self._context.clock.now())
        while not jobs.save(CLOCK_JOB, attrs.evolve(jobs.get(CLOCK_JOB), until=now)):
            pass  # another confirmation came first
        return now

    def free(self, job: str) -> bool:
        """Let another run take a job whose run is known to be dead; a run that is alive ends at its next save.

        Args:
            job: the name of the job, as in `jobs`.

        Returns:
            False if no run had it.

        Raises:
            FaultsError: the store does not know the job.
            WholeStoreError: the desk has a scope.
        """
        require(of_class(str), job=job)
        jobs = self._context.unscoped_store("free").jobs
        while (state := jobs.get(job)).holder is not None:
            if jobs.save(job, attrs.evolve(state, holder=None, until=None)):
                return True
        if state.version == 0:
            raise FaultsError([Fault("job", job, _JOB_NAME)])
        return False

    def _name_of(self, job: str) -> str:
        """Return the name of a job, another one for each scope."""
        scope = self._context.scope
        return job if scope is None else f"{job}: {scope.label()}"


class _Run:
    """One run: its lease, what its steps did, and those that failed.

    Args:
        store: the store.
        lease: the lock, which is extended before each step and between two cases.
    """

    def __init__(self, store: Store, lease: Lease) -> None:
        self._store = store
        self._lease = lease
        self.rebuilt = 0
        self.alerts: list[Alert] = []
        self.forgotten: list[str] = []
        self.documents: int | None = None
        self.documents_left = 0
        self.published: int | None = None
        self.discrepancies: tuple[Discrepancy, ...] | None = None
        self.anomalies: tuple[Anomaly, ...] | None = None
        self.checkpoint: int | None = None
        self.signals: tuple[tuple[PlanScope, str], ...] | None = None
        self.themes: tuple[str, ...] | None = None
        self.failures: list[StepFailure] = []
        self.dated_ahead: dict[str, DatedAhead] = {}
        self.interrupted: str | None = None

    def step(self, name: str, call: Callable[[list[ReclamationError]], T]) -> T | None:
        """Return the result of a step; None if it raised an error, which is then among the failures.

        After an outage of the database it is called again: what it did before is done.
        """
        errors: list[ReclamationError] = []
        result = None
        pauses = outage_pauses(0 if self._store.has_host else _OUTAGE)
        pause: float | None = 0.0
        while pause is not None and self.interrupted is None:
            errors.clear()
            pause = None
            try:
                self._lease.save()
                result = call(errors)
            except ReclamationError as error:
                pause = next(pauses, None) if is_outage(error) else None
                if pause is not None:
                    self._store.pause(pause)
                    continue
                errors.append(error)
                if is_outage(error) or (isinstance(error, JobBusyError) and error.job == self._lease.job):
                    self.interrupted = name
        self._note(name, errors)
        return result

    def end(self, *, outage: float) -> None:
        """Let other runs take the job; if the database does not answer in time, they may when the lease is over."""
        pauses = outage_pauses(0 if self._store.has_host else outage)
        while True:
            try:
                self._lease.release()
            except StoreError as error:
                pause = next(pauses, None) if is_outage(error) else None
                if pause is None:
                    _LOG.warning("nightly: the lock is held until it expires, after %s", type(error).__name__)
                    return
                self._store.pause(pause)
            else:
                return

    def rebuild(self, context: DeskContext, _: list[ReclamationError]) -> None:
        for count in context.store.rebuild_in_batches():
            self.rebuilt += count
            context.progress()

    def forget(self, context: DeskContext, errors: list[ReclamationError]) -> None:
        self.forgotten.extend(case.reference for case in PrivacyService(context).anonymised_cases(None, errors))
        context.store.vacuum()

    def delete_documents(self, context: DeskContext, _: list[ReclamationError]) -> None:
        """Delete the bytes of erased documents and of orphans; what is left is reported."""
        service, self.documents = DocumentService(context), self.documents or 0
        try:
            service.discard_orphans()
            self.documents += service.delete_listed()
        finally:
            self.documents_left = service.count_listed()

    def raise_signals(self, context: DeskContext, errors: list[ReclamationError]) -> None:
        """Record the rises of the latest weeks on the plans that they concern."""
        self.signals = (*(self.signals or ()), *raise_signals(context, errors))

    def suggest_themes(self, context: DeskContext, keywords: ThemeKeywords, errors: list[ReclamationError]) -> None:
        """Suggest a theme for each open case without one."""
        service = HandlingService(attrs.evolve(context, actor=_JOB, role=Role.SYSTEM))
        self.themes = self.themes or ()
        waiting = CaseQuery(kind=CaseKind.COMPLAINT, is_open=True)
        for summary in [one for one in summaries(CasesView(context), waiting) if one.theme is None]:
            try:
                case = service.suggest_theme(summary.reference, keywords)
            except StoreDamagedError as error:
                errors.append(error)
                continue
            self.themes += (summary.reference,) * (case.version > summary.version)
            context.progress()

    def publish(
        self,
        context: DeskContext,
        consumer: FeedConsumer[FeedItem],
        publish: Callable[[FeedItem], object],
        _: list[ReclamationError],
    ) -> None:
        """Publish the alerts that are new in the feed."""
        self.published = self.published or 0

        def handle(item: FeedItem) -> None:
            context.progress()
            if isinstance(item.event.data, Alerted):
                publish(item)
                self.published = 1 + (self.published or 0)

        try:
            consumer.run_once(handle)
        except DeliveryError:
            self.published = self.published or None
            raise

    def verify(self, service: MaintenanceService, _: list[ReclamationError]) -> None:
        self.discrepancies = tuple(service.verify())

    def publish_checkpoint(
        self, service: LogService, checkpoint: CheckpointPublication, errors: list[ReclamationError]
    ) -> None:
        """Publish a checkpoint; without its time, if the authority cannot be reached."""
        try:
            record = service.write_checkpoint(checkpoint.key, origin=checkpoint.origin, authority=checkpoint.authority)
        except (OSError, ValueError) as error:
            if isinstance(error, ReclamationError):
                raise
            errors.append(CheckpointError(f"{type(error).__name__}: {error}"))
            record = service.write_checkpoint(checkpoint.key, origin=checkpoint.origin)
        try:
            checkpoint.publish(record)
        except OSError as error:
            raise CheckpointError(f"{type(error).__name__}: {error}") from error
        self.checkpoint = record.size

    def examine(self, service: MaintenanceService, _: list[ReclamationError]) -> None:
        self.anomalies = service.examine(None)

    def _note(self, step: str, errors: list[ReclamationError]) -> None:
        for error in errors:
            if isinstance(error, ClockError) and error.dated > error.now:
                ahead = DatedAhead(case=error.reference, dated=error.dated, now=error.now)
                self.dated_ahead.setdefault(error.reference, ahead)
            else:
                self.failures.append(StepFailure(step=step, error=error))


def _begin(context: DeskContext, consumer: FeedConsumer[FeedItem], _: list[ReclamationError]) -> bool:
    """Let a new consumer begin with the alerts that are about to be raised."""
    jobs, job = context.store.jobs, job_of(consumer.name)
    if jobs.get(job).version == 0:
        try:
            consumer.move_to_end()
        except StoreDamagedError:
            jobs.save(job, JobState())  # the next run publishes those of this night, and the earlier ones
            raise
    return True
