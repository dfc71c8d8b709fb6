"""What every verb of the desk does around a decision: load, decide, fold, save, all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from random import uniform
from typing import Any, Final, Self, TypedDict, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import days_without
from reclamation_core.cases import (
    ApplicableRules,
    Case,
    Command,
    DateCorrected,
    DecisionContext,
    FactsCorrected,
    FollowUp,
    NewEvent,
    RecordedEvent,
    apply,
    decide,
)
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.checks import instant, member_of, of_class, optional, said
from reclamation_core.cases.decisions import record
from reclamation_core.cases.guard_inputs import latest_act
from reclamation_core.cases.guards import NOT_TO_COME
from reclamation_core.cases.sealed import SaltSource, fresh_salt
from reclamation_core.desk.doors import a_clock, a_policy, a_store, a_text, require
from reclamation_core.desk.errors import ClockError, WholeStoreError
from reclamation_core.desk.places import Places
from reclamation_core.desk.scope import Scope
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import PlanScope, Signature
from reclamation_core.plans.plan import ActionCommands
from reclamation_core.policy import ChangedEditionError, Policy, PolicyBook, m2_1
from reclamation_core.ports import (
    CaseNotFoundError,
    Clock,
    ConcurrentChangeError,
    PlanNotFoundError,
    StaleReadError,
    Store,
    StoreDamagedError,
    SystemClock,
    UnitOfWork,
)
from reclamation_core.vocabulary import Role, Sites
from reclamation_core.vocabulary.conversions import at_offset

T = TypeVar("T")


class DeskOptions(TypedDict, total=False):
    """The options of a desk, each of them a keyword argument of `Desk`, `Desk.in_memory`, `Desk.open` and so on.

    Attributes:
        policy: the edition of the procedure, or a book of editions by date; `m2_1()` by default.
        sites: the sites of the agency; without them any code is accepted as a site of metropolitan France.
        clock: the source of the current time; the clock of the machine by default.
        taxonomy: the families of causes, `TRAINING_BODY` or your own; without one any code is accepted as a family.
    """

    policy: Policy | PolicyBook | None
    sites: Sites | None
    clock: Clock | None
    taxonomy: Taxonomy | None


_NO_ACTION = FollowUp()
_CLOCKS_DIFFER: Final = timedelta(days=1)
"""How far the clocks of two machines differ at most; an act dated later was dated by a clock that is wrong."""
_LONGEST_SILENCE: Final = timedelta(days=20 * 365)
"""After that long without an event, a clock is more likely wrong than right: a date is to be given."""
_PAUSES: Final = (0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.25, 0.25)
"""Seconds to wait at most before each further try of a decision; how long is drawn, so that tries spread."""


@attrs.frozen(kw_only=True)
class DeskContext:
    """Who acts, with what, and on which cases.

    Attributes:
        store: where cases and plans are kept.
        policies: the editions of the procedure by date.
        places: the sites of the agency.
        taxonomy: the families that causes are counted under; None where any code is one.
        clock: tells the instant of recording.
        actor: who acts.
        role: in which role.
        scope: which cases are seen and touched; None for all.
        salt: where salts come from.
    """

    store: Store
    policies: PolicyBook
    places: Places
    clock: Clock
    taxonomy: Taxonomy | None = attrs.field(default=None, validator=optional(of_class(Taxonomy)))
    actor: str = attrs.field(default="desk", repr=False, validator=said)
    role: Role = attrs.field(default=Role.HANDLING_UNIT, validator=member_of(Role))
    scope: Scope | None = None
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)

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
            places=Places(options.get("sites")),
            clock=SystemClock() if clock is None else clock,
            taxonomy=options.get("taxonomy"),
        )

    def sees(self, case: Case) -> bool:
        """Whether a case is within the scope."""
        return self.scope is None or self.scope.holds(case)

    def unscoped_store(self, asked: str) -> Store:
        """The store, where the desk may look at all of it.

        Raises:
            WholeStoreError: it has a scope.
        """
        if self.scope is not None:
            raise WholeStoreError(asked, tuple(sorted(self.scope.sites)))
        return self.store

    def load(self, unit: UnitOfWork, reference: str) -> Case:
        """A case, where it is within the scope; a foreign case is indistinguishable from a missing one.

        Nothing is read of a foreign case, damaged or not, but that it has none of the scope's sites.
        """
        require(a_text, reference=reference)
        if not self._has_access(unit, reference):
            raise CaseNotFoundError(reference)
        case = unit.cases.get(reference)
        if not self.sees(case):  # its stored sites may be wrong
            raise CaseNotFoundError(reference)
        return case

    def _has_access(self, unit: UnitOfWork, reference: str) -> bool:
        return self.scope is None or unit.cases.has_site(reference, self.scope.sites)

    def is_told(self, unit: UnitOfWork, damage: StoreDamagedError) -> bool:
        """Whether the damage of a case, or of the whole store, may be told: what is outside the scope is not."""
        return damage.holder is None or self._has_access(unit, damage.holder)

    def passing(self, unit: UnitOfWork, reference: str) -> Case | None:
        """A case, whatever the scope, that a decision on another one looks at; None where it is missing.

        One that is damaged and outside the scope is as missing: it is not named to this desk.

        Raises:
            StoreDamagedError: it cannot be read, and is within the scope.
        """
        try:
            return unit.cases.get(reference)
        except CaseNotFoundError:
            return None
        except StoreDamagedError as error:
            if self.is_told(unit, error):
                raise
            return None

    def edition_of(self, case: Case) -> Policy:
        """The edition that a case is judged under.

        Raises:
            UnknownEditionError: the desk does not know it.
            ChangedEditionError: the desk knows another text under its name.
        """
        policy = self.policies.named(case.edition)
        if not case.terms.are_of(policy):
            raise ChangedEditionError(case.reference, case.edition)
        return policy

    def surroundings(self, case: Case, data: Any) -> DecisionContext:
        """What a decision needs beside the case."""
        now = self._now(latest_act(case))
        if not data.requires.policy:
            return DecisionContext(policy=None, now=now, salt=self.salt)
        policy = self.edition_after(case, data)
        terms = None if policy.edition == case.edition else ApplicableRules.under(policy, self._own_calendar(case))
        return DecisionContext(policy=policy, now=now, salt=self.salt, terms=terms)

    def edition_after(self, case: Case, data: Any) -> Policy:
        """The edition that a case is judged under once something is done: a receipt corrected may be under another."""
        if not isinstance(data, FactsCorrected) or data.facts.received_at == case.received_at:
            return self.edition_of(case)
        policy = self.policies.on(case.day_of(data.facts.received_at))
        return self.edition_of(case) if policy.edition == case.edition else policy

    def require_clock(self, case: Case, *, dates: bool = True, repairs: bool = False) -> None:
        """Refuse to act on a case where the clock, or the one that dated an act of it, is wrong.

        Args:
            case: the case.
            dates: whether the clock is to date the act.
            repairs: whether the act may correct a date that was wrong.

        Raises:
            ClockError: an act of the case is dated after the clock, or the clock is to date one long after the others.
        """
        latest, now = latest_act(case), at_offset(self.clock.now())
        recorded_at = case.events[-1].recorded_at
        if not repairs and latest > now + _CLOCKS_DIFFER:
            raise ClockError(case.reference, latest, now)
        if dates and now > recorded_at + _LONGEST_SILENCE:
            raise ClockError(case.reference, recorded_at, now)

    def _now(self, latest: datetime) -> datetime:
        """The clock's instant; that of the latest act where another machine's clock, a little ahead, dated it."""
        now = at_offset(self.clock.now())
        return latest if now < latest <= now + _CLOCKS_DIFFER else now

    def _own_calendar(self, case: Case) -> BusinessCalendar:
        """The calendar that was recorded with a case, without the closures that its edition added to it.

        A closure may be both the edition's and the site's; the sites file says so, where it still has the site.
        """
        recorded, added = case.calendar, self.edition_of(case).parameters.closures
        current = self.places.definition(case.registration.handling_unit)
        both = (
            ()
            if current is None
            else days_without(recorded.closures, days_without(recorded.closures, current.closures))
        )
        own = (*days_without(recorded.closures, added), *both)
        return BusinessCalendar(attrs.evolve(recorded, closures=own))

    def apply(
        self,
        case: Case,
        data: Any,
        occurred_at: datetime | None,
        follow_up: FollowUp = _NO_ACTION,
    ) -> Case:
        """The case after something was done to it, or a refusal."""
        require(optional(instant), occurred_at=occurred_at)
        self.require_clock(case, dates=occurred_at is None, repairs=isinstance(data, DateCorrected | FactsCorrected))
        self.require_theme(getattr(data, "facts", None), case.facts)
        around = attrs.evolve(self.surroundings(case, data), follow_up=follow_up)
        occurred_at = around.now if occurred_at is None else occurred_at
        command = Command(data=data, actor=self.actor, role=self.role, occurred_at=occurred_at)
        return after(case, decide(case, command, around))

    def require_theme(self, facts: object, before: object = None) -> None:
        """Refuse a theme that is new to the case and is not one of the taxonomy's; without a taxonomy any code is one.

        Raises:
            FaultsError: with the codes of the themes.
        """
        theme: Any = getattr(facts, "theme", UNKNOWN)
        if self.taxonomy is not None and theme is not UNKNOWN and theme != getattr(before, "theme", UNKNOWN):
            self.taxonomy.require_theme(theme)

    def signature(self, plan: ActionCommands, occurred_at: datetime | None, case: Case | None = None) -> Signature:
        """Who acts on a plan, and when: never before its last event, nor before an act of the case that it is for.

        Raises:
            FaultsError: the instant is to come.
        """
        require(optional(instant), occurred_at=occurred_at)
        now = at_offset(self.clock.now() if case is None else self._now(latest_act(case)))
        now = now if plan.recorded_at is None else max(now, plan.recorded_at)
        occurred_at = now if occurred_at is None else at_offset(occurred_at)
        if occurred_at > now:
            raise FaultsError([Fault("occurred_at", occurred_at.isoformat(), NOT_TO_COME)])
        return Signature(actor=self.actor, role=self.role, occurred_at=occurred_at, recorded_at=now, salt=self.salt)

    def require_own_plan(self, scope: PlanScope) -> None:
        """Refuse a plan that is not within the scope, as if it were missing; whose plan it is, is known already."""
        if self.scope is not None and not self.scope.holds_plan(scope):
            raise PlanNotFoundError(str(scope))

    def require_families(self, families: Iterable[tuple[str, str]]) -> None:
        """Refuse codes that are no family of causes, each with the field where it stands.

        Raises:
            FaultsError: the families are known and one is none of them.
        """
        if self.taxonomy is not None:
            self.taxonomy.require(families)

    def require_named(self, plan: ActionCommands, before: ActionCommands) -> None:
        """Refuse a plan on which an action names a site, or a family of causes, that is none and was not there before.

        Raises:
            UnknownSiteError, FaultsError: the sites, the families are known, and this is none of them.
        """
        self.places.require_of(plan, before)
        self.require_families(("cause_family", family) for family in sorted(_families(plan) - _families(before)))

    def recorded(self, case: Case, data: Any, occurred_at: datetime) -> Case:
        """The case with something that the library itself observed, which no guard refuses."""
        around = self.surroundings(case, data)
        # What is looked at as of a later instant is observed now: nothing that follows is held to a date to come.
        command = Command(data=data, actor=self.actor, role=self.role, occurred_at=min(occurred_at, around.now))
        return after(case, record(case, case.reference, data, command, around))

    def execute(self, reference: str, data: Any, occurred_at: datetime | None) -> Case:
        """Load a case, do something to it, keep it."""
        return self.update(reference, lambda _, case: self.apply(case, data, occurred_at))

    def update(self, reference: str, how: Callable[[UnitOfWork, Case], Case]) -> Case:
        """Load a case, change it, keep it, and whatever else was changed with it, in one transaction."""

        def changed(unit: UnitOfWork) -> Case:
            case = self.load(unit, reference)
            after = how(unit, case)
            unit.cases.save(after, case.version)
            return after

        return self.transact(changed, reference)

    def transact(self, work: Callable[[UnitOfWork], T], changed: str, *, again: bool = False) -> T:
        """Decide in one unit of work and commit it; decide again on fresh data, at most ten times, after a conflict.

        Args:
            work: the decision: reads and writes in the unit of work that it is given, a new one each time.
            changed: the case or the plan that the caller asked to change. A conflict on it is raised, because the
                caller may have decided on what it was; a conflict on anything else only repeats the decision.
            again: whether a conflict on `changed` repeats the decision too.

        Raises:
            ConcurrentChangeError: a conflict on `changed`, or one that came back each time. A desk with a scope names
                nothing else in it.
        """
        for pause in _PAUSES:
            try:
                return self._once(work)
            except ConcurrentChangeError as error:
                if error.reference == changed and not again:
                    raise
            self.store.pause(uniform(0, pause))  # noqa: S311  spreads the tries, keeps nothing secret
        try:
            return self._once(work)
        except ConcurrentChangeError as error:
            if self.scope is None or error.reference == changed:
                raise
            conflict = StaleReadError("", error.expected, error.found)
        raise conflict

    def _once(self, work: Callable[[UnitOfWork], T]) -> T:
        with self.store.unit_of_work() as unit:
            result = work(unit)
            unit.commit()
            return result


def _families(plan: ActionCommands) -> set[str]:
    """The families of the causes that the actions of a plan act on."""
    return {action.cause_family for action in plan.actions if action.cause_family is not None}


def after(case: Case | None, decided: NewEvent[RecordedEvent]) -> Case:
    """A case with one more event, and its texts."""
    folded = apply(case, decided.event)
    return attrs.evolve(folded, vault=folded.vault.with_(decided.secrets))
