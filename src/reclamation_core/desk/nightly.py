"""The nightly job: what a register needs once a day, in one call that several machines may make."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.cases.events import Alerted
from reclamation_core.cases.journal import Anomaly
from reclamation_core.desk.consumers import ConsumerOptions, FeedConsumer, Lease, exclusive, job_of
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.maintenance import Alert, Discrepancy, MaintenanceService
from reclamation_core.desk.privacy import PrivacyService
from reclamation_core.errors import ReclamationError
from reclamation_core.ports import FeedItem
from reclamation_core.validators import at_offset, require, truth
from reclamation_core.wording import Lang, Wording

T = TypeVar("T")

_JOB: Final = "nightly"
_PUBLISHER: Final = "nightly-alerts"
_LEASE: Final = 2 * 3600
"""The seconds for which the job, which saves its state between two steps, may be busy with one step."""

_STEPS: Final = {
    "rebuild": Wording("Dossiers et plans recalculés", "Cases and plans rebuilt"),
    "sweep": Wording("Alertes relevées", "Alerts raised"),
    "forget": Wording("Dossiers anonymisés", "Cases anonymised"),
    "publish": Wording("Alertes transmises", "Alerts published"),
    "verify": Wording("Écarts constatés", "Discrepancies found"),
}
_FAILED: Final = Wording("échec", "failed")
_NOT_RUN: Final = Wording("non demandé", "not requested")


@attrs.frozen(kw_only=True)
class StepFailure:
    """A failure of a step of the nightly job, as a whole or for one case; the other steps have run.

    Args:
        step: `rebuild`, `sweep`, `forget`, `publish` or `verify`.
        error: the error.
    """

    step: str
    error: ReclamationError


@attrs.frozen(kw_only=True)
class NightlyReport:
    """What the nightly job did.

    Args:
        started_at: when it began; aware.
        ended_at: when it ended.
        rebuilt: how many cases and plans had projections of another version of the library.
        alerts: the alerts that it raised.
        forgotten: the references of the cases that it anonymised.
        published: how many alerts it handed over; None if nothing receives them.
        discrepancies: the stored values that differ from the events; None if it did not verify.
        anomalies: the event streams that were tampered with; None if it did not verify.
        failures: the steps that failed.
    """

    started_at: datetime
    ended_at: datetime
    rebuilt: int = 0
    alerts: tuple[Alert, ...] = ()
    forgotten: tuple[str, ...] = ()
    published: int | None = None
    discrepancies: tuple[Discrepancy, ...] | None = None
    anomalies: tuple[Anomaly, ...] | None = None
    failures: tuple[StepFailure, ...] = ()

    @property
    def is_clean(self) -> bool:
        """True if every step succeeded and nothing was found."""
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
            "published": self.published,
            "discrepancies": None if self.discrepancies is None else [_found(one) for one in self.discrepancies],
            "anomalies": None if self.anomalies is None else [_anomaly(one) for one in self.anomalies],
            "failures": [{"step": failure.step, **failure.error.to_document()} for failure in self.failures],
        }

    def to_text(self, lang: Lang = "fr") -> str:
        """Return the report as lines for a person."""
        failed = {failure.step for failure in self.failures}
        verified = None if self.discrepancies is None else len(self.discrepancies) + len(self.anomalies or ())
        counts = (self.rebuilt, len(self.alerts), len(self.forgotten), self.published, verified)
        colon = " : " if lang == "fr" else ": "
        lines = []
        for (step, label), count in zip(_STEPS.items(), counts, strict=True):
            value = (_NOT_RUN.in_(lang) if step not in failed else "") if count is None else str(count)
            parts = filter(None, [value, _FAILED.in_(lang) if step in failed else ""])
            lines.append(f"{label.in_(lang)}{colon}{', '.join(parts)}")
        lines += [f"- {failure.error.in_(lang)}" for failure in self.failures]
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
    ) -> NightlyReport:
        """Rebuild stale projections, raise due alerts, erase expired texts, publish the alerts, verify the store.

        Every step is idempotent, and a step that fails does not prevent the others: its error is in the report. A
        lock in the store lets one run at a time.

        Alerts are published by a consumer of the feed named `nightly-alerts`: at least once, also after a run that was
        killed. Those in the feed before its first run are not published.

        Args:
            verify: True to replay every case and plan and compare; it reads the whole store.
            publish: receives the event of each alert; an exception is a failed delivery.
            options: how alerts are delivered.

        Raises:
            JobBusyError: another run is going on.
            WholeStoreError: the desk has a scope, and `verify` is True.
            StoreError: the database refused to lock the job.
        """
        require(truth, verify=verify)
        if verify:
            self._context.unscoped_store("verify")
        log, started_at = CommandLog(command=_JOB), at_offset(self._context.clock.now())
        with exclusive(self._context, self._name_of(_JOB), _LEASE) as lease:
            run = _Run(lease)
            consumer = None if publish is None else FeedConsumer(self._context, self._name_of(_PUBLISHER), options)
            is_ready = consumer is not None and run.step("publish", partial(_begin, self._context, consumer)) is True
            report = NightlyReport(
                started_at=started_at,
                ended_at=started_at,
                rebuilt=run.step("rebuild", lambda _: self._context.store.rebuild_projections()) or 0,
                alerts=run.step("sweep", self._sweep) or (),
                forgotten=run.step("forget", self._forget) or (),
                published=run.step("publish", partial(_publish, consumer, publish)) if is_ready else None,
                discrepancies=run.step("verify", self._verify) if verify else None,
                anomalies=run.step("verify", self._examine) if verify else None,
            )
        log.finish(len({alert.reference for alert in report.alerts} | set(report.forgotten)))
        return attrs.evolve(report, ended_at=at_offset(self._context.clock.now()), failures=tuple(run.failures))

    def _name_of(self, job: str) -> str:
        """Return the name of a job, another one for each scope."""
        scope = self._context.scope
        return job if scope is None else f"{job}: {scope.label}"

    def _sweep(self, errors: list[ReclamationError]) -> tuple[Alert, ...]:
        return MaintenanceService(self._context).sweep(None, preview=False, errors=errors)

    def _forget(self, errors: list[ReclamationError]) -> tuple[str, ...]:
        cases = PrivacyService(self._context).forget_expired(None, errors)
        return tuple(case.reference for case in cases)

    def _verify(self, _: list[ReclamationError]) -> tuple[Discrepancy, ...]:
        return tuple(MaintenanceService(self._context).verify())

    def _examine(self, _: list[ReclamationError]) -> tuple[Anomaly, ...]:
        return MaintenanceService(self._context).examine(None)


class _Run:
    """The steps of one run, and those that failed.

    Args:
        lease: the lock, which is extended before each step.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self.failures: list[StepFailure] = []

    def step(self, name: str, call: Callable[[list[ReclamationError]], T]) -> T | None:
        """Return the result of a step; None if it raised an error, which is then among the failures."""
        self._lease.save()
        errors: list[ReclamationError] = []
        result = None
        try:
            result = call(errors)
        except ReclamationError as error:
            errors.append(error)
        self.failures += (StepFailure(step=name, error=error) for error in errors)
        return result


def _begin(context: DeskContext, consumer: FeedConsumer, _: list[ReclamationError]) -> bool:
    """Let a new consumer begin with the alerts that are about to be raised."""
    if context.store.jobs.get(job_of(consumer.name)).version == 0:
        consumer.move_to_end()
    return True


def _publish(consumer: Any, publish: Any, _: list[ReclamationError]) -> int:
    """Publish the alerts that are new in the feed, and return how many there were."""
    published = 0

    def handle(item: FeedItem) -> None:
        nonlocal published
        if isinstance(item.event.data, Alerted):
            publish(item)
            published += 1

    consumer.run_once(handle)
    return published
