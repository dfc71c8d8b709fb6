"""The transaction of a desk: how a command on a case or a plan is decided, applied, saved and committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final, Self, TypeVar

import attrs

from reclamation_core import plans
from reclamation_core.calendars import BusinessCalendar, OutsideHorizonError
from reclamation_core.calendars.definition import days_without
from reclamation_core.cases import Case, CaseCommand, DecisionContext, handle_command
from reclamation_core.cases import apply as apply_event
from reclamation_core.cases.aggregate import CommandContext, record, with_event
from reclamation_core.cases.events import ApplicableRules, FactsCorrected
from reclamation_core.cases.events.base import CaseEvent, FactsEvent, FollowUp
from reclamation_core.cases.guards import NOT_TO_COME
from reclamation_core.cases.trace import Trace
from reclamation_core.desk.arguments import read_etag
from reclamation_core.desk.environment import DeskEnvironment
from reclamation_core.desk.errors import ClockError
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy import ChangedEditionError, Policy, RoleParameters, UnknownEditionError
from reclamation_core.ports import ConcurrentChangeError, StaleReadError, UnitOfWork, VersionConflictError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset, instant, optional, require

if TYPE_CHECKING:
    from reclamation_core.plans.events import PlanEvent
    from reclamation_core.plans.plan import BasePlan

P = TypeVar("P", bound="BasePlan")
T = TypeVar("T")

_LOG: Final = logging.getLogger("reclamation_core.desk")
_NO_ACTION = FollowUp()
_CLOCK_TOLERANCE: Final = timedelta(days=1)
"""The largest difference between the clocks of two machines; an event dated later comes from a wrong clock."""
_RETRY_PAUSES: Final = (0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.25, 0.25)
"""Upper bounds, in seconds, of the random pause before each retry."""
_MORE_PAUSES: Final = (0.25,) * 90
"""Those of a command that conflicts with nobody: enough for some dozen writers that never pause."""


@attrs.define
class CommandLog(SharedRepr):
    """The log records of one command: name, case or plan, attempt, duration and trace; no text and no person.

    Args:
        reference: the case, or the key of the plan, that the command changes; empty for a job on many cases.
        command: the name of the command; by default that of the events that are saved.
        attempt: the number of the attempt, from 1.
        trace: the trace metadata of the command, if it has some.
    """

    reference: str = ""
    command: str = ""
    attempt: int = 1
    trace: Trace | None = None
    _events: tuple[Any, ...] = attrs.field(default=(), init=False)
    _version: int = attrs.field(default=0, init=False)
    _started_at: float = attrs.field(factory=perf_counter, init=False)

    def save(self, changed: Case | plans.Pgaac | plans.PlanPart, version: int) -> None:
        """Note what the current attempt saves: a case or a plan that had `version` events before."""
        self._events, self._version = changed.events, version

    def retry(self) -> None:
        """Log a conflict that is followed by another attempt."""
        _LOG.info("%s: retry after a conflict", self._name(), extra=self._fields())
        self.attempt += 1

    def commit(self) -> None:
        """Log the commit, unless the attempt found that there was nothing to save."""
        if _LOG.isEnabledFor(logging.DEBUG) and (name := self._name()):
            _LOG.debug("%s: committed", name, extra=self._fields())

    def finish(self, cases: int) -> None:
        """Log the end of a job on many cases, and how many it changed."""
        _LOG.info("%s: finished", self.command, extra={**self._fields(), "cases": cases})

    def _name(self) -> str:
        new = (event.data.event_type for event in self._events if event.number > self._version)
        names = dict.fromkeys(each.name if each.command is None else each.command.value for each in new)
        return self.command or ", ".join(names)

    def _fields(self) -> dict[str, object]:
        return {
            "reference": self.reference,
            "command": self._name(),
            "attempt": self.attempt,
            "duration": perf_counter() - self._started_at,
            **({} if self.trace is None else self.trace.log_fields()),
        }


@attrs.frozen(kw_only=True)
class DeskContext(DeskEnvironment):
    """An environment in which commands become commits: loaded, decided, applied, saved, and retried after a conflict.

    Attributes:
        expected_version: the version that the case or plan of a command must have; None for any.
    """

    expected_version: int | None = None

    def expecting(self, version: int | str | None) -> Self:
        """Return the context of one command on a case or plan that must have a version; see `read_etag`."""
        return self if version is None else attrs.evolve(self, expected_version=read_etag(version))

    def require_version(self, key: str, found: int) -> None:
        """Refuse a case or plan of another version than the one that the command expects.

        Raises:
            VersionConflictError: it has another one.
        """
        if self.expected_version not in {None, found}:
            raise VersionConflictError(key, self.expected_version or 0, found)

    # The transaction

    def update(self, reference: str, change: Callable[[UnitOfWork, Case], Case]) -> Case:
        """Load a case, change it and save it, with everything else that the change writes, in one transaction."""
        log = CommandLog(reference)

        def changed(unit: UnitOfWork) -> Case:
            case = self.load(unit, reference)
            self.require_version(reference, case.version)
            after = change(unit, case)
            unit.cases.save(after, case.version)
            log.save(after, case.version)
            return after

        return self.without_unread_names(self.transact(changed, log))

    def transact(
        self, work: Callable[[UnitOfWork], T], log: CommandLog, *, retry_all: bool = False, patient: bool = False
    ) -> T:
        """Run work in a unit of work and commit it; retry on fresh data, a bounded number of times, after a conflict.

        Args:
            work: the decision: it reads and writes in the unit of work that it receives, a new one each time.
            log: the log of the command, with the case or the plan that the caller changes. A conflict on it is raised,
                because the caller may have decided on an older version; a conflict on another one is retried.
            retry_all: True to retry a conflict on that case or plan too.
            patient: True to retry more often, for a command that somebody else's commit is no reason to refuse.

        Raises:
            ConcurrentChangeError: a conflict on that case or plan, or one after the last retry. A desk with a scope
                names nothing else in it.
        """
        log.trace = self.trace
        pauses = iter((*_RETRY_PAUSES, *_MORE_PAUSES) if patient else _RETRY_PAUSES)
        while True:
            try:
                with self.store.unit_of_work() as unit:
                    result = work(unit)
                    unit.commit()
            except ConcurrentChangeError as error:
                conflict = error
            else:
                log.commit()
                return result
            pause = None if conflict.reference == log.reference and not retry_all else next(pauses, None)
            if pause is None:
                raise self._conflict(conflict, log)  # not in the except block: its context names another case
            log.retry()
            from random import uniform  # few processes have a conflict

            self.store.pause(uniform(0, pause))  # noqa: S311  spreads the retries, protects no secret

    def _conflict(self, error: ConcurrentChangeError, log: CommandLog) -> ConcurrentChangeError:
        """Return the error for a conflict that is not retried: on the version that the caller expects, if any."""
        if error.reference == log.reference:
            is_expected = self.expected_version is not None and not isinstance(error, VersionConflictError)
            return VersionConflictError(error.reference, error.expected, error.found) if is_expected else error
        return error if self.scope is None else StaleReadError("", error.expected, error.found)

    # The decision

    def handle(
        self,
        case: Case,
        data: CaseEvent,
        occurred_at: datetime | None,
        follow_up: FollowUp = _NO_ACTION,
        *,
        another_author: bool = False,
    ) -> Case:
        """Return the case with the event of a command; raises what the guards refuse."""
        self.require_clock(case, repairs=data.repairs_dates)
        self.require_theme(data.facts if isinstance(data, FactsEvent) else None, case.facts)
        try:
            decision = attrs.evolve(
                self.decision_context(case, data),
                follow_up=follow_up,
                another_author=another_author,
                reads_names=self.reads_names,
            )
            command = CaseCommand(
                data=data,
                actor=self.actor,
                role=self.role,
                occurred_at=decision.now if occurred_at is None else occurred_at,
                trace=self.trace,
            )
            return with_event(apply_event, case, handle_command(case, command, decision))
        except OutsideHorizonError as error:
            if isinstance(data, FactsEvent) and data.facts is not None:
                error.path = "facts.received_at"
            raise

    def observe(self, case: Case, data: CaseEvent, occurred_at: datetime) -> Case:
        """Return the case with an event that the library itself observed; no guard refuses it."""
        decision = self.decision_context(case, data)
        # A sweep as of a later instant records what it observes now: no later event has to wait for that instant.
        command = CaseCommand(
            data=data, actor=self.actor, role=self.role, occurred_at=min(occurred_at, decision.now), trace=self.trace
        )
        return with_event(apply_event, case, record(case.stream_end, data, command, decision))

    def require_clock(self, case: Case, *, repairs: bool = False) -> None:
        """Refuse to act on a case if the clock, or the clock that dated an event of it, is wrong.

        Args:
            case: the case.
            repairs: True if the new event may correct a wrong date.

        Raises:
            ClockError: an event is dated after the clock, or the clock is too far ahead of the register.
        """
        latest, now = case.latest_act, self.trusted_now()
        if not repairs and latest > now + _CLOCK_TOLERANCE:
            raise ClockError(case.reference, latest, now)

    def decision_context(self, case: Case, data: CaseEvent) -> DecisionContext:
        """Return the context of a decision: policy, recording time and salt."""
        now = self._now(case.latest_act)
        if not data.requires.policy:
            roles = self._roles_of(case)
            return DecisionContext(policy=None, now=now, salt=self.salt, longest_text=self.longest_text, roles=roles)
        policy = self._policy_after(case, data)
        terms = None if policy.edition == case.edition else ApplicableRules.under(policy, self._site_calendar(case))
        return DecisionContext(policy=policy, now=now, salt=self.salt, terms=terms)

    def _policy_after(self, case: Case, data: CaseEvent) -> Policy:
        """Return the edition of a case after an event: a corrected date of receipt may belong to another one."""
        if not isinstance(data, FactsCorrected) or data.facts.received_at == case.received_at:
            return self.policy_of(case)
        policy = self.policies.in_force_on(case.day_of(data.facts.received_at))
        return self.policy_of(case) if policy.edition == case.edition else policy

    def _site_calendar(self, case: Case) -> BusinessCalendar:
        """Return the calendar recorded with a case, without the closures that the edition added to it.

        A closure may belong to both the edition and the site; the list of sites shows it if it still has the site.
        """
        recorded, added = case.calendar, self.policy_of(case).parameters.closures
        current = self.sites.definition(case.registration.handling_unit)
        both = (
            ()
            if current is None
            else days_without(recorded.closures, days_without(recorded.closures, current.closures))
        )
        own = (*days_without(recorded.closures, added), *both)
        return BusinessCalendar(attrs.evolve(recorded, closures=own))

    def _roles_of(self, case: Case) -> RoleParameters:
        """Return the roles of a case's edition; those of M2-1 if the desk does not have that edition."""
        try:
            return self.policy_of(case).roles
        except (ChangedEditionError, UnknownEditionError):
            return RoleParameters()

    def _now(self, latest: datetime) -> datetime:
        """Return the current time, or that of the latest event if another machine's clock was slightly ahead."""
        now = at_offset(self.clock.now())
        return latest if now < latest <= now + _CLOCK_TOLERANCE else now

    def observe_on_plan(self, plan: P, data: PlanEvent) -> P:
        """Return the plan with an event that the library itself observed; no guard refuses it."""
        now = self.trusted_now()
        now = now if plan.recorded_at is None else max(now, plan.recorded_at)
        command = plans.PgaacCommand(data=data, actor=self.actor, role=self.role, occurred_at=now, trace=self.trace)
        decision = CommandContext(now=now, salt=self.salt, longest_text=self.longest_text)
        return with_event(plans.apply, plan, record(plan.stream_end, data, command, decision))

    def handle_on_plan(
        self,
        plan: P,
        event: Callable[[P], PlanEvent],
        occurred_at: datetime | None,
        case: Case | None = None,
        *,
        follows: bool = False,
    ) -> P:
        """Return the plan, or the part, with the event of a command; raises what the guards refuse.

        Args:
            plan: the plan, or the part.
            event: returns the event for it; called once the date is accepted.
            occurred_at: when it happened; now by default. Now is never before the plan's last event, nor before the
                case's.
            case: the case that the event goes with.
            follows: True for an event that follows from another one by itself, which no role has to be allowed.

        Raises:
            FaultsError: the instant is in the future.
            OutsideHorizonError: the instant, or a new day of the action, is outside the years of the plan's calendar.
            ClockError: the clock is too far ahead of the register.
        """
        require(optional(instant), occurred_at=occurred_at)
        now = self.trusted_now() if case is None else at_offset(self._now(case.latest_act))
        now = now if plan.recorded_at is None else max(now, plan.recorded_at)
        happened_at = now if occurred_at is None else at_offset(occurred_at)
        if happened_at > now:
            raise FaultsError([Fault("occurred_at", happened_at, NOT_TO_COME)])
        roles = RoleParameters() if follows else self.roles_on_plans
        decision = CommandContext(now=now, salt=self.salt, longest_text=self.longest_text, roles=roles)
        data = event(plan)
        _require_years(self.sites.calendar_of_plan(plan.scope), plan, data, happened_at)
        command = plans.PgaacCommand(
            data=data, actor=self.actor, role=self.role, occurred_at=happened_at, trace=self.trace
        )
        return with_event(plans.apply, plan, plans.handle_command(plan, command, decision))


def _require_years(calendar: BusinessCalendar, plan: BasePlan, data: PlanEvent, happened_at: datetime) -> None:
    """Refuse a date, or a new day of an action, in no year of a calendar; stored ones stay readable."""
    from reclamation_core.plans.events import ActionEvent

    before = dict(_days(plan.get(data.action))) if isinstance(data, ActionEvent) else {}
    for name, day in (("occurred_at", happened_at.date()), *_days(data)):
        if day != before.get(name) and not calendar.first <= day <= calendar.last:
            raise OutsideHorizonError(day, calendar.first, calendar.last, path=name)


def _days(data: object) -> Iterator[tuple[str, date]]:
    values: Any = data
    for name, value in attrs.asdict(values, recurse=False).items() if attrs.has(type(data)) else ():
        if type(value) is date:
            yield name, value
        yield from _days(value)
