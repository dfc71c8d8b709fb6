"""Maintenance of a store: sweeps for due alerts, consistency checks, and evidence against tampering."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, EventStreamError
from reclamation_core.cases.deadlines import alerts_due, next_alert_on
from reclamation_core.cases.events import Alerted
from reclamation_core.cases.journal import Anomaly, Checkpoint, WrittenEventStream, examine
from reclamation_core.cases.plain import plain
from reclamation_core.desk.batch import (
    Job,
    change_due_cases,
    instant_for,
    instant_or_now,
    past_instant_or_now,
    raise_first,
)
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.plan_access import (
    cases_with_checks_due,
    checks_at_commit,
    effectiveness_checks,
    readable_plans,
)
from reclamation_core.desk.registration import series_and_number
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import Pgaac
from reclamation_core.ports import CaseJob, CaseNotFoundError, PlanNotFoundError, StoreDamagedError, UnitOfWork
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import of_class, optional, require, truth
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Wording

_ACTOR: Final = "sweep"
_GONE: Final = Wording("son historique existe, mais lui-même a disparu", "it has events, but is missing itself")
_BROKEN_STREAM: Final = Wording("ses opérations ne se suivent pas", "its events cannot be replayed")


@attrs.frozen
class Alert(SharedRepr):
    """An alert raised on a case."""

    reference: str
    alert: Alerted

    def to_document(self) -> dict[str, Any]:
        """Return the alert as plain data; `document_schema("view.alert")` describes it."""
        return plain(self)


@attrs.frozen
class Discrepancy(SharedRepr):
    """A stored value that does not follow from the events of its case or its plan.

    Args:
        holder: the reference of the case, the key of the plan's scope, or a series whose numbers are wrong.
        field: the field of the case that differs; `vault` for a text that was altered, or is missing without an
            erasure; a table of the store. None if the case or the plan as a whole cannot be read.
        damage: the reason for that, in both languages; None if a field differs.
    """

    holder: str
    field: str | None
    damage: Wording | None = None


@attrs.frozen
class MaintenanceService(SharedRepr):
    """Sweep, verify and examine a store.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def sweep(self, now: datetime | None, *, preview: bool) -> tuple[Alert, ...]:
        """Raise the due alerts of every case inside the scope; see `Desk.sweep`."""
        require(truth, preview=preview)
        errors: list[ReclamationError] = []
        alerts = tuple(self.alerts(now, errors, preview=preview))
        raise_first(errors)
        return alerts

    def alerts(self, now: datetime | None, errors: list[ReclamationError], *, preview: bool = False) -> Iterator[Alert]:
        """Raise the due alerts of every case inside the scope, and yield each; see `Desk.sweep`.

        Args:
            now: the instant; now by default.
            errors: receives the errors of cases and plans.
            preview: True to record nothing.
        """
        log = CommandLog(command="sweep", trace=self.context.trace)
        context = attrs.evolve(self.context, actor=_ACTOR, role=Role.SYSTEM)
        as_of = instant_or_now(context, now) if preview else past_instant_or_now(context, now)

        corrupt: list[StoreDamagedError] = []
        checks = effectiveness_checks(readable_plans(context, corrupt))
        errors += corrupt

        def alerted(case: Case, unit: UnitOfWork | None) -> Case:
            awaited = checks.get(case.reference, {})
            if unit is not None and awaited:
                awaited = checks_at_commit(unit, case, awaited)
            moment = as_of if preview else instant_for(context, case, as_of)
            for alert in alerts_due(case, context.policy_of(case), moment, awaited):
                case = context.observe(case, alert, moment)
            return case

        def next_day(case: Case) -> date | None:
            return next_alert_on(case, context.policy_of(case), case.day_of(instant_for(context, case, as_of)))

        job = Job(
            kind=CaseJob.SWEEP,
            as_of=as_of,
            change=alerted,
            next_day=next_day,
            others=cases_with_checks_due(checks, as_of),
            save=not preview,
        )
        count = 0
        for before, after in change_due_cases(context, job, errors):
            count += 1
            for alert in after.alerts[len(before.alerts) :]:
                yield Alert(after.reference, alert)
        if not preview:
            log.finish(count)

    def verify(self) -> Iterator[Discrepancy]:
        """Replay every case and plan, and compare with the store; see `Desk.verify`."""
        used: dict[str, int] = {}
        for reference, is_consistent in self.context.unscoped_store("verify").scan_cases():
            self.context.progress()
            series, number = series_and_number(reference) or ("", 0)
            used[series] = max(used.get(series, 0), number)
            if not is_consistent:
                yield from self._verify_case(reference)
        with self.context.store.unit_of_work() as unit:
            scopes = unit.plans.known_scopes()
        for scope in scopes:
            self.context.progress()
            yield from self._verify_plan(scope)
        sequences = self.context.store.sequences
        for series in filter(None, sorted(used)):
            yield from (Discrepancy(series, name) for name in sequences.find_inconsistencies(series, used[series]))

    def checkpoint(self, key: bytes | None) -> Checkpoint:
        """Return a checkpoint of every event stream; see `Desk.checkpoint`."""
        require(optional(of_class(bytes)), key=key)
        journal = self.context.unscoped_store("checkpoint").journal
        taken = Checkpoint.of(journal.streams(), self.context.clock.now(), journal.plan_streams())
        return taken if key is None else taken.sealed(key)

    def examine(self, checkpoint: Checkpoint | None) -> tuple[Anomaly, ...]:
        """Return the faults of every event stream; see `Desk.examine`."""
        require(optional(of_class(Checkpoint)), checkpoint=checkpoint)
        journal = self.context.unscoped_store("examine").journal
        return tuple(examine(self._each(journal.streams()), checkpoint, self._each(journal.plan_streams())))

    def _each(self, streams: Iterator[WrittenEventStream]) -> Iterator[WrittenEventStream]:
        for stream in streams:
            self.context.progress()
            yield stream

    def _verify_case(self, reference: str) -> Iterator[Discrepancy]:
        with self.context.store.unit_of_work() as unit:
            try:
                case = unit.cases.get(reference)
            except StoreDamagedError as error:
                yield Discrepancy(reference, None, error.why)
            except CaseNotFoundError:
                yield Discrepancy(reference, None, _GONE)
            else:
                yield from _compare(unit, case)

    def _verify_plan(self, scope: str) -> Iterator[Discrepancy]:
        # A plan is replayed whenever it is loaded: only its texts and its projections can differ.
        with self.context.store.unit_of_work() as unit:
            try:
                plan = unit.plans.get(scope)
            except StoreDamagedError as error:
                yield Discrepancy(scope, None, error.why)
            except PlanNotFoundError:
                yield Discrepancy(scope, None, _GONE)
            else:
                yield from _compare_texts(plan, scope)
                yield from (Discrepancy(scope, name) for name in unit.plans.find_inconsistencies(plan))


def _compare(unit: UnitOfWork, case: Case) -> Iterator[Discrepancy]:
    """Yield the fields of a stored case that differ from its replayed events."""
    try:
        replayed = Case.from_events(case.events, case.vault)
    except (EventStreamError, ValueError):
        yield Discrepancy(case.reference, None, _BROKEN_STREAM)
        return
    stored, expected = attrs.asdict(case, recurse=False), attrs.asdict(replayed, recurse=False)
    yield from (Discrepancy(case.reference, name) for name in stored if stored[name] != expected[name])
    yield from _compare_texts(replayed, case.reference)
    yield from (Discrepancy(case.reference, name) for name in unit.cases.find_inconsistencies(replayed))


def _compare_texts(aggregate: Case | Pgaac, holder: str) -> Iterator[Discrepancy]:
    stored = aggregate.vault.by_digest()
    altered = any(secret.commitment.digest != digest for digest, secret in stored.items())
    if altered or {commitment.digest for commitment in aggregate.retained_texts()} != stored.keys():
        yield Discrepancy(holder, "vault")
