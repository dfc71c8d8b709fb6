"""The context of a desk: its store, policies, sites and clock, and the transaction around each command."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import uniform
from time import perf_counter
from typing import Any, Final, Self, TypedDict, TypeVar
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition, OutsideHorizonError
from reclamation_core.calendars.definition import days_without
from reclamation_core.cases import Case, CaseCommand, DecisionContext, LinkKind, decide
from reclamation_core.cases import apply as apply_event
from reclamation_core.cases.aggregate import CommandContext, record, with_event
from reclamation_core.cases.authors import has_same_author
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.events import ApplicableRules, DateCorrected, FactsCorrected
from reclamation_core.cases.events.base import FollowUp
from reclamation_core.cases.guards import NOT_TO_COME
from reclamation_core.cases.texts import SaltSource, fresh_salt
from reclamation_core.desk.arguments import a_clock, a_policy, a_store, read_etag
from reclamation_core.desk.errors import ClockError, OutsideScopeError, WholeStoreError
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import Pgaac, PgaacCommand, PlanPart, PlanScope, ScopeKind
from reclamation_core.plans import decide as decide_on_plan
from reclamation_core.plans.events import PlanEvent
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.plan import apply as apply_plan_event
from reclamation_core.policy import (
    ChangedEditionError,
    NoEditionError,
    Policy,
    PolicyBook,
    RoleParameters,
    UnknownEditionError,
    m2_1,
)
from reclamation_core.ports import (
    CaseNotFoundError,
    Clock,
    ConcurrentChangeError,
    PlanNotFoundError,
    StaleReadError,
    Store,
    StoreDamagedError,
    UnitOfWork,
    VersionConflictError,
)
from reclamation_core.ports.store import SystemClock
from reclamation_core.validators import at_offset, instant, member_of, not_blank, of_class, optional, require
from reclamation_core.vocabulary import Role, Sites
from reclamation_core.wording import Wording, safe_repr

P = TypeVar("P", Pgaac, PlanPart)
T = TypeVar("T")

_LOG: Final = logging.getLogger("reclamation_core.desk")
_NO_ACTION = FollowUp()
_CLOCK_TOLERANCE: Final = timedelta(days=1)
"""The largest difference between the clocks of two machines; an event dated later comes from a wrong clock."""
_CLOCK_LIMIT: Final = timedelta(days=400)
_CLOCK_INTERVAL: Final = timedelta(days=1)
"""How far a clock goes on after a comparison with the register before it is compared again."""
CLOCK_JOB: Final = "clock"
"""The name under which the instant is stored at which the clock was confirmed."""
_RETRY_PAUSES: Final = (0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.25, 0.25)
"""Upper bounds, in seconds, of the random pause before each retry."""
_MORE_PAUSES: Final = (0.25,) * 90
"""Those of a command that conflicts with nobody: enough for some dozen writers that never pause."""
_REGION_OF_SITES: Final = Wording(
    "la région de l'un des centres accessibles est attendue", "the region of one of this desk's sites is expected"
)


class DeskOptions(TypedDict, total=False):
    """The options of a desk, each of them a keyword argument of `Desk`, `Desk.in_memory`, `Desk.open` and so on.

    Attributes:
        policy: the edition of the procedure, or a book of editions by date; `m2_1()` by default.
        sites: the sites of the agency; without them any code is accepted as a site of metropolitan France.
        clock: the source of the current time; the clock of the machine by default.
        taxonomy: the families of causes, `TRAINING_BODY` or your own; without one any code is accepted as a family.
        clock_limit: the longest time since the latest event of the register after which the clock is still trusted; a
            command is then refused by a ClockError. 400 days by default; None for any time.
    """

    policy: Policy | PolicyBook | None
    sites: Sites | None
    clock: Clock | None
    taxonomy: Taxonomy | None
    clock_limit: timedelta | None


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen
class Scope:
    """The sites of which a desk sees the cases: as registering site, service site or handling unit.

    Args:
        sites: the sites, those of the regions included.
        regions: the regions all of whose sites are among them; the plans of these regions are inside the scope too.
        named: the sites that are inside the scope by themselves, for its label.
    """

    sites: frozenset[str] = attrs.field(converter=_set)
    regions: frozenset[str] = attrs.field(default=(), converter=_set)
    named: frozenset[str] = attrs.field(default=(), converter=_set, eq=False)

    @property
    def label(self) -> str:
        """The regions and the other sites, by name."""
        return ", ".join([*sorted(self.regions), *sorted(self.named if self.regions else self.sites)])

    def holds(self, case: Case) -> bool:
        """Return True if a case is inside the scope."""
        return not self.sites.isdisjoint((case.site, case.handling_unit, *case.service_sites))

    def holds_plan(self, scope: PlanScope) -> bool:
        """Return True for the plan of one of the sites, or of one of the regions."""
        if scope.kind is ScopeKind.SITE:
            return scope.code in self.sites
        return scope.kind is ScopeKind.REGION and scope.code in self.regions

    def require(self, *sites: str) -> None:
        """Refuse sites outside the scope.

        Raises:
            OutsideScopeError: the first site outside.
        """
        for site in sites:
            if site not in self.sites:
                raise OutsideScopeError(site, tuple(sorted(self.sites)))

    def require_within(self, other: Scope) -> None:
        """Refuse a wider scope: one with other sites, or with the plan of a region.

        Raises:
            OutsideScopeError: the other scope is wider.
        """
        self.require(*sorted(other.sites))
        for region in sorted(other.regions - self.regions):
            raise OutsideScopeError(region, tuple(sorted(self.sites)), is_region=True)


@attrs.frozen
class SiteDirectory:
    """The sites of the agency; without a list any code is a site of metropolitan France, without a region."""

    sites: Sites | None = attrs.field(validator=optional(of_class(Sites)))

    @property
    def known(self) -> Sites:
        """The list of sites, empty where there is none."""
        return self.sites or Sites()

    def calendar(self, site: str) -> BusinessCalendar:
        """Return the calendar of a site; raises UnknownSiteError if the list does not have it."""
        return BusinessCalendar.france() if self.sites is None else self.sites[site].calendar()

    def definition(self, site: str) -> CalendarDefinition | None:
        """Return the present calendar definition of a site; None without a list, or for a site that left it."""
        known = self.sites is not None and site in self.sites
        return self.calendar(site).definition if known else None

    def zone(self, scope: PlanScope) -> ZoneInfo | None:
        """Return the time zone of a site's plan; None for a region, the nation or a site that left the list."""
        known = self.sites is None or scope.code in self.sites
        return self.calendar(str(scope.code)).zone if scope.kind is ScopeKind.SITE and known else None

    def require(self, *codes: str) -> None:
        """Refuse codes that are not in the list.

        Raises:
            UnknownSiteError: the first unknown code.
        """
        if self.sites is not None:
            for code in codes:
                self.sites[code]

    def require_plan(self, scope: PlanScope) -> None:
        """Refuse the plan of an unknown site or region; raises the errors of `require` and `of_region`."""
        if scope.kind is ScopeKind.SITE:
            self.require(str(scope.code))
        elif scope.kind is ScopeKind.REGION:
            self.of_region(str(scope.code))

    def of_region(self, region: str) -> frozenset[str]:
        """Return the sites of a region, at least one.

        Raises:
            FaultsError: no site is of that region.
        """
        found = frozenset(code for code in self.known if self.known[code].region == region)
        if not found:
            raise FaultsError([Fault("region", region, _REGION_OF_SITES)])
        return found


@attrs.define
class CommandLog:
    """The log records of one command: its name, its case or plan, the attempt and the duration; no text and no person.

    Args:
        reference: the case, or the key of the plan, that the command changes; empty for a job on many cases.
        command: the name of the command; by default that of the events that are saved.
        attempt: the number of the attempt, from 1.
    """

    reference: str = ""
    command: str = ""
    attempt: int = 1
    _events: tuple[Any, ...] = attrs.field(default=(), init=False)
    _version: int = attrs.field(default=0, init=False)
    _started_at: float = attrs.field(factory=perf_counter, init=False)

    def save(self, changed: Case | Pgaac | PlanPart, version: int) -> None:
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
        duration = round(perf_counter() - self._started_at, 6)
        return {
            "reference": self.reference,
            "command": self._name(),
            "attempt": self.attempt,
            "duration": duration,
        }


def _positive(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not (isinstance(value, timedelta) and value > timedelta()):
        raise TypeError(
            f"clock_{attribute.name}: a timedelta above 0, or None for no limit, is expected, got {value!r}"
        )


@attrs.define
class ClockLimit:
    """The comparison of a clock with the register, which the desks of one store share.

    A clock that is years ahead dates events that nobody can act after. So the clock may be later than the latest event
    of the register, or than its confirmation, by a limit.

    Args:
        limit: the limit; None for no comparison.
    """

    limit: timedelta | None = attrs.field(default=_CLOCK_LIMIT, validator=_positive)
    _trusted_until: datetime | None = attrs.field(default=None, init=False)

    def require(self, store: Store, now: datetime) -> None:
        """Refuse a clock that is too far ahead.

        Raises:
            ClockError: it is.
        """
        if self.limit is None or (self._trusted_until is not None and now <= self._trusted_until):
            return
        latest = store.feed.last_recorded_at()
        if latest is not None and now > latest + self.limit:
            confirmed_at = store.jobs.get(CLOCK_JOB).until
            latest = latest if confirmed_at is None else max(latest, confirmed_at)
            if now > latest + self.limit:
                raise ClockError("", latest, now)
        self._trusted_until = now + _CLOCK_INTERVAL


def _no_progress() -> None:
    """Do nothing."""


@attrs.frozen(kw_only=True)
class DeskContext:
    """The data that every command of a desk needs, and the way a command becomes a commit.

    Attributes:
        store: where cases and plans are stored.
        policies: the editions of the procedure by date.
        sites: the sites of the agency.
        taxonomy: the families of causes; None accepts any code.
        clock: the source of the recording time.
        clock_limit: the comparison of the clock with the register.
        actor: the name of the acting person.
        role: the role of that person.
        scope: the cases that the desk sees; None for all.
        salt: the source of salts.
        expected_version: the version that the case or plan of a command must have; None for any.
        progress: called between the cases of a long operation.
    """

    store: Store
    policies: PolicyBook
    sites: SiteDirectory
    clock: Clock
    clock_limit: ClockLimit = attrs.field(factory=ClockLimit, repr=False)
    taxonomy: Taxonomy | None = attrs.field(default=None, validator=optional(of_class(Taxonomy)))
    actor: str = attrs.field(default="desk", repr=False, validator=not_blank)
    role: Role = attrs.field(default=Role.HANDLING_UNIT, validator=member_of(Role))
    scope: Scope | None = None
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)
    expected_version: int | None = None
    progress: Callable[[], object] = attrs.field(default=_no_progress, repr=False, eq=False)

    @classmethod
    def create(cls, store: Store, options: DeskOptions) -> Self:
        """Return the context of a new desk.

        Raises:
            TypeError: the store or an option is not of the expected type, or an option is unknown.
        """
        known = DeskOptions.__annotations__
        if unknown := sorted(options.keys() - known.keys()):
            raise TypeError(f"{', '.join(unknown)}: unknown option of a desk; use {', '.join(known)}")
        require(a_store, store=store)
        policy, clock = options.get("policy"), options.get("clock")
        require(optional(a_policy), policy=policy)
        require(optional(a_clock), clock=clock)
        return cls(
            store=store,
            policies=policy if isinstance(policy, PolicyBook) else PolicyBook([m2_1() if policy is None else policy]),
            sites=SiteDirectory(options.get("sites")),
            clock=SystemClock() if clock is None else clock,
            clock_limit=ClockLimit(options.get("clock_limit", _CLOCK_LIMIT)),
            taxonomy=options.get("taxonomy"),
        )

    # Scope

    def sees(self, case: Case) -> bool:
        """Return True if a case is inside the scope."""
        return self.scope is None or self.scope.holds(case)

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

    def unscoped_store(self, operation: str) -> Store:
        """Return the store, for an operation on all of it.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        if self.scope is not None:
            raise WholeStoreError(operation, tuple(sorted(self.scope.sites)))
        return self.store

    def load(self, unit: UnitOfWork, reference: str) -> Case:
        """Return a case inside the scope; a case outside looks like a missing one, even when it is corrupt.

        Raises:
            CaseNotFoundError: there is none inside the scope.
        """
        if not isinstance(reference, str):
            raise TypeError(f"reference: a text is expected, got {safe_repr(reference)}")
        if not self.has_access(unit, reference):
            raise CaseNotFoundError(reference)
        case = unit.cases.get(reference)
        if not self.sees(case):  # the stored site columns may be wrong
            raise CaseNotFoundError(reference)
        return case

    def has_access(self, unit: UnitOfWork, reference: str) -> bool:
        """Return True if a case is inside the scope."""
        return self.scope is None or unit.cases.has_site(reference, self.scope.sites)

    def may_report(self, unit: UnitOfWork, corruption: StoreDamagedError) -> bool:
        """Return True if the corruption of a case, or of the whole store, may be shown to this desk."""
        return corruption.holder is None or self.has_access(unit, corruption.holder)

    def find_any(self, unit: UnitOfWork, reference: str) -> Case | None:
        """Return a case, inside or outside the scope, that a decision on another case reads; None if it is missing.

        A corrupt case outside the scope counts as missing.

        Raises:
            StoreDamagedError: the case is corrupt, and inside the scope.
        """
        try:
            return unit.cases.get(reference)
        except CaseNotFoundError:
            return None
        except StoreDamagedError as error:
            if self.may_report(unit, error):
                raise
            return None

    def require_plan_in_scope(self, scope: PlanScope) -> None:
        """Refuse a plan outside the scope as if it were missing."""
        if self.scope is not None and not self.scope.holds_plan(scope):
            raise PlanNotFoundError(str(scope))

    # Policy, calendar and clock of a case

    @property
    def longest_text(self) -> int:
        """The most characters of a text that no case has: the greatest limit of the editions of the desk."""
        return max(policy.parameters.texts.longest for policy in self.policies)

    def policy_of(self, case: Case) -> Policy:
        """Return the edition that a case is assessed under.

        Raises:
            UnknownEditionError: the desk does not have it.
            ChangedEditionError: the desk has another text under its name.
        """
        policy = self.policies.get(case.edition)
        if not case.terms.are_of(policy):
            raise ChangedEditionError(case.reference, case.edition)
        return policy

    def decision_context(self, case: Case, data: Any) -> DecisionContext:
        """Return the context of a decision: policy, recording time and salt."""
        now = self._now(case.latest_act)
        if not data.requires.policy:
            roles = self._roles_of(case)
            return DecisionContext(policy=None, now=now, salt=self.salt, longest_text=self.longest_text, roles=roles)
        policy = self._policy_after(case, data)
        terms = None if policy.edition == case.edition else ApplicableRules.under(policy, self._site_calendar(case))
        return DecisionContext(policy=policy, now=now, salt=self.salt, terms=terms)

    def _roles_of(self, case: Case) -> RoleParameters:
        """Return the roles of a case's edition; those of M2-1 if the desk does not have that edition."""
        try:
            return self.policy_of(case).roles
        except (ChangedEditionError, UnknownEditionError):
            return RoleParameters()

    @property
    def roles_on_plans(self) -> RoleParameters:
        """The roles of the edition in force today, which plans have in common; those of M2-1 if none is in force."""
        try:
            return self.policies.in_force_on(BusinessCalendar.france().day_of(self.clock.now())).roles
        except NoEditionError:
            return RoleParameters()

    def _policy_after(self, case: Case, data: Any) -> Policy:
        """Return the edition of a case after an event: a corrected date of receipt may belong to another one."""
        if not isinstance(data, FactsCorrected) or data.facts.received_at == case.received_at:
            return self.policy_of(case)
        policy = self.policies.in_force_on(case.day_of(data.facts.received_at))
        return self.policy_of(case) if policy.edition == case.edition else policy

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

    def trusted_now(self) -> datetime:
        """Return the current time.

        Raises:
            ClockError: the clock is too far ahead of the register; see `ClockLimit`.
        """
        now = at_offset(self.clock.now())
        self.clock_limit.require(self.store, now)
        return now

    def _now(self, latest: datetime) -> datetime:
        """Return the current time, or that of the latest event if another machine's clock was slightly ahead."""
        now = at_offset(self.clock.now())
        return latest if now < latest <= now + _CLOCK_TOLERANCE else now

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

    # Commands

    def original_of(self, unit: UnitOfWork, case: Case) -> Case | None:
        """Return the case that a case duplicates, as linked last; None if there is none, or none inside the scope."""
        duplicated = (link.to for link in reversed(case.links) if link.kind is LinkKind.DUPLICATE_OF)
        reference = next(duplicated, None)
        original = None if reference is None else self.find_any(unit, reference)
        return None if original is None or not self.sees(original) else original

    def has_another_author(self, unit: UnitOfWork, case: Case) -> bool:
        """Return True if the case that a case duplicates is known to have another author."""
        original = self.original_of(unit, case)
        return original is not None and has_same_author(case, original) is False

    def apply(
        self,
        case: Case,
        data: Any,
        occurred_at: datetime | None,
        follow_up: FollowUp = _NO_ACTION,
        *,
        another_author: bool = False,
    ) -> Case:
        """Return the case with the event of a command; raises what the guards refuse."""
        self.require_clock(case, repairs=isinstance(data, DateCorrected | FactsCorrected))
        self.require_theme(getattr(data, "facts", None), case.facts)
        try:
            decision = attrs.evolve(
                self.decision_context(case, data), follow_up=follow_up, another_author=another_author
            )
            command = CaseCommand(
                data=data,
                actor=self.actor,
                role=self.role,
                occurred_at=decision.now if occurred_at is None else occurred_at,
            )
            return with_event(apply_event, case, decide(case, command, decision))
        except OutsideHorizonError as error:
            if hasattr(data, "facts"):
                error.path = "facts.received_at"
            raise

    def record(self, case: Case, data: Any, occurred_at: datetime) -> Case:
        """Return the case with an event that the library itself observed; no guard refuses it."""
        decision = self.decision_context(case, data)
        # A sweep as of a later instant records what it observes now: no later event has to wait for that instant.
        command = CaseCommand(data=data, actor=self.actor, role=self.role, occurred_at=min(occurred_at, decision.now))
        return with_event(apply_event, case, record(case.stream_end, data, command, decision))

    def apply_to_plan(
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
        command = PgaacCommand(data=event(plan), actor=self.actor, role=self.role, occurred_at=happened_at)
        return with_event(apply_plan_event, plan, decide_on_plan(plan, command, decision))

    def require_theme(self, facts: object, before: object = None) -> None:
        """Refuse a theme that is new to the case and not in the taxonomy; without a taxonomy any code is accepted.

        Raises:
            FaultsError: the theme is unknown; the message has the codes of the themes.
        """
        theme: Any = getattr(facts, "theme", UNKNOWN)
        if self.taxonomy is not None and theme is not UNKNOWN and theme != getattr(before, "theme", UNKNOWN):
            self.taxonomy.require_theme(theme)

    def require_families(self, families: Iterable[tuple[str, str]]) -> None:
        """Refuse unknown families of causes, each with the path of its field.

        Raises:
            FaultsError: the desk has a taxonomy without one of them.
        """
        if self.taxonomy is not None:
            self.taxonomy.require(families)

    def require_named(self, plan: BasePlan, before: BasePlan) -> None:
        """Refuse a plan with an unknown site or family of causes that its actions did not name before.

        Raises:
            UnknownSiteError, FaultsError: the desk has a list of sites, a taxonomy, without it.
        """
        self.sites.require(*sorted(_sites(plan) - _sites(before)))
        self.require_families(("cause_family", family) for family in sorted(_families(plan) - _families(before)))

    # Transactions

    def execute(self, reference: str, data: Any, occurred_at: datetime | None) -> Case:
        """Load a case, apply one event and save it."""
        return self.update(reference, lambda _, case: self.apply(case, data, occurred_at))

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

        return self.transact(changed, log)

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
        for pause in (*_RETRY_PAUSES, *_MORE_PAUSES) if patient else _RETRY_PAUSES:
            try:
                return self._transact_once(work, log)
            except ConcurrentChangeError as error:
                if error.reference == log.reference and not retry_all:
                    raise self._conflict(error, log) from None
            log.retry()
            self.store.pause(uniform(0, pause))  # noqa: S311  spreads the retries, protects no secret
        try:
            return self._transact_once(work, log)
        except ConcurrentChangeError as error:
            conflict = self._conflict(error, log)
        raise conflict

    def _conflict(self, error: ConcurrentChangeError, log: CommandLog) -> ConcurrentChangeError:
        """Return the error for a conflict that is not retried: on the version that the caller expects, if any."""
        if error.reference == log.reference:
            is_expected = self.expected_version is not None and not isinstance(error, VersionConflictError)
            return VersionConflictError(error.reference, error.expected, error.found) if is_expected else error
        return error if self.scope is None else StaleReadError("", error.expected, error.found)

    def _transact_once(self, work: Callable[[UnitOfWork], T], log: CommandLog) -> T:
        with self.store.unit_of_work() as unit:
            result = work(unit)
            unit.commit()
        log.commit()
        return result


def _families(plan: BasePlan) -> set[str]:
    return {action.cause_family for action in plan.actions if action.cause_family is not None}


def _sites(plan: BasePlan) -> set[str]:
    return {site for action in plan.actions for site in (action.site, *action.spread) if site is not None}
