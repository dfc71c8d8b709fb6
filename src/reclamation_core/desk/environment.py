"""The environment of a desk: its store, policies, sites, clock and person, and the cases that the person sees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, BinaryIO, Final, Protocol, Self, TypedDict, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar, CalendarDefinition
from reclamation_core.cases import Case, LinkKind
from reclamation_core.cases.authors import has_same_author
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.events.base import Facts
from reclamation_core.cases.texts import SaltSource, fresh_salt
from reclamation_core.cases.trace import Trace
from reclamation_core.desk.arguments import a_clock, a_function, a_policy, a_store
from reclamation_core.desk.errors import ClockError, OutsideScopeError, WholeStoreError
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.plans import PlanScope, ScopeKind
from reclamation_core.policy import (
    ChangedEditionError,
    NoEditionError,
    Policy,
    PolicyBook,
    RoleParameters,
    UnknownEditionError,
)
from reclamation_core.ports import (
    CaseNotFoundError,
    Clock,
    DocumentStore,
    PlanNotFoundError,
    Store,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.ports.store import SystemClock
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset, member_of, not_blank, of_class, optional, require
from reclamation_core.vocabulary import Fact, Role, Sites
from reclamation_core.vocabulary.facts import undeclared_fact
from reclamation_core.wording import Wording, safe_repr

N = TypeVar("N", bound="_HasNames")
_CLOCK_LIMIT: Final = timedelta(days=400)
_CLOCK_INTERVAL: Final = timedelta(days=1)
"""How far a clock goes on after a comparison with the register before it is compared again."""
CLOCK_JOB: Final = "clock"
"""The name under which the instant is stored at which the clock was confirmed."""
_REGION_OF_SITES: Final = Wording(
    "la région de l'un des centres accessibles est attendue", "the region of one of this desk's sites is expected"
)


class _HasNames(Protocol):
    """A case, or a plan."""

    def without_names(self) -> Self: ...


class DeskOptions(TypedDict, total=False):
    """The options of a desk, each of them a keyword argument of `Desk`, `Desk.in_memory`, `Desk.open` and so on.

    Attributes:
        policy: the edition of the procedure, or a book of editions by date; `m2_1()` by default.
        sites: the sites of the agency; without them any code is accepted as a site of metropolitan France.
        clock: the source of the current time; the clock of the machine by default.
        taxonomy: the families of causes, `TRAINING_BODY` or your own; without one any code is accepted as a family.
        documents: where the documents of supports are stored; without it, supports have none.
        scan_document: reads each document before its event is written, and returns the name of what is wrong with it.
        clock_limit: the longest time since the latest event of the register after which the clock is still trusted; a
            command is then refused by a ClockError. 400 days by default; None for any time.
    """

    policy: Policy | PolicyBook | None
    sites: Sites | None
    clock: Clock | None
    taxonomy: Taxonomy | None
    documents: DocumentStore | None
    scan_document: Callable[[BinaryIO], str | None] | None
    clock_limit: timedelta | None


def _set(values: Iterable[str]) -> frozenset[str]:
    return frozenset(values)


@attrs.frozen
class Scope(SharedRepr):
    """The sites of which a desk sees the cases: as registering site, service site or handling unit.

    Args:
        sites: the sites, those of the regions included.
        regions: the regions all of whose sites are among them; the plans of these regions are inside the scope too.
        named: the sites that are inside the scope by themselves, for its label.
    """

    sites: frozenset[str] = attrs.field(converter=_set)
    regions: frozenset[str] = attrs.field(default=(), converter=_set)
    named: frozenset[str] = attrs.field(default=(), converter=_set, eq=False)

    def label(self, known: Sites | None = None) -> str:
        """Return the regions and the other sites; the sites by their names in a list, where they have one."""
        sites = self.named if self.regions else self.sites
        return ", ".join([*sorted(self.regions), *sorted(map((known or Sites()).name_of, sites))])

    def holds(self, case: Case) -> bool:
        """Return True if a case is inside the scope."""
        return not self.sites.isdisjoint((case.site, case.handling_unit, *case.service_sites))

    def holds_plan(self, scope: PlanScope) -> bool:
        """Return True for the plan of one of the sites, or of one of the regions."""
        if scope.kind is ScopeKind.SITE:
            return scope.code in self.sites
        return scope.kind is ScopeKind.REGION and scope.code in self.regions

    @property
    def plan_keys(self) -> frozenset[str]:
        """The keys of the plans of the sites and regions; `holds_plan` is True for these."""
        codes = {ScopeKind.SITE: self.sites, ScopeKind.REGION: self.regions}
        return frozenset(PlanScope(kind, code).key for kind, some in codes.items() for code in some)

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


@cache
def _metropole() -> BusinessCalendar:
    return BusinessCalendar.france()


@attrs.frozen
class SiteDirectory(SharedRepr):
    """The sites of the agency; without a list any code is a site of metropolitan France, without a region."""

    sites: Sites | None = attrs.field(validator=optional(of_class(Sites)))

    @property
    def known(self) -> Sites:
        """The list of sites, empty where there is none."""
        return self.sites or Sites()

    def calendar(self, site: str) -> BusinessCalendar:
        """Return the calendar of a site; raises UnknownSiteError if the list does not have it."""
        return _metropole() if self.sites is None else self.sites[site].calendar()

    def definition(self, site: str) -> CalendarDefinition | None:
        """Return the present calendar definition of a site; None without a list, or for a site that left it."""
        return self.calendar(site).definition if site in self.known else None

    def calendar_of_plan(self, scope: PlanScope) -> BusinessCalendar:
        """Return the calendar of a site's plan; that of Paris for a region, the nation or a site that left the list."""
        is_site = scope.kind is ScopeKind.SITE
        return self.calendar(str(scope.code)) if is_site and scope.code in self.known else _metropole()

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


def _positive(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if value is not None and not (isinstance(value, timedelta) and value > timedelta()):
        raise TypeError(
            f"clock_{attribute.name}: a timedelta above 0, or None for no limit, is expected, got {safe_repr(value)}"
        )


@attrs.define
class ClockLimit(SharedRepr):
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
class DeskEnvironment(SharedRepr):
    """The store, editions, sites, clock and person of a desk, and what the person may see.

    Attributes:
        store: where cases and plans are stored.
        policies: the editions of the procedure by date.
        sites: the sites of the agency.
        taxonomy: the families of causes; None accepts any code.
        clock: the source of the recording time.
        clock_limit: the comparison of the clock with the register.
        actor: the name of the acting person.
        role: the role of that person.
        trace: the trace metadata of its commands; None without.
        scope: the cases that the desk sees; None for all.
        salt: the source of salts.
        progress: called between the cases of a long operation.
        documents: where the documents of supports are stored; None for none.
        scan_document: the scanner of documents of the host; None for none.
    """

    store: Store
    policies: PolicyBook
    sites: SiteDirectory
    clock: Clock
    clock_limit: ClockLimit = attrs.field(factory=ClockLimit, repr=False)
    taxonomy: Taxonomy | None = attrs.field(default=None, validator=optional(of_class(Taxonomy)))
    actor: str = attrs.field(default="desk", repr=False, validator=not_blank)
    role: Role = attrs.field(default=Role.HANDLING_UNIT, validator=member_of(Role))
    trace: Trace | None = attrs.field(default=None, validator=optional(of_class(Trace)))
    scope: Scope | None = None
    salt: SaltSource = attrs.field(default=fresh_salt, repr=False)
    progress: Callable[[], object] = attrs.field(default=_no_progress, repr=False, eq=False)
    documents: DocumentStore | None = attrs.field(default=None, validator=optional(of_class(DocumentStore)))
    scan_document: Callable[[BinaryIO], str | None] | None = attrs.field(
        default=None, repr=False, eq=False, validator=optional(a_function)
    )

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
            policies=PolicyBook.of(policy),
            sites=SiteDirectory(options.get("sites")),
            clock=SystemClock() if clock is None else clock,
            clock_limit=ClockLimit(options.get("clock_limit", _CLOCK_LIMIT)),
            taxonomy=options.get("taxonomy"),
            documents=options.get("documents"),
            scan_document=options.get("scan_document"),
        )

    def sees(self, case: Case) -> bool:
        """Return True if a case is inside the scope."""
        return self.scope is None or self.scope.holds(case)

    def has_access(self, unit: UnitOfWork, reference: str) -> bool:
        """Return True if a case is inside the scope."""
        return self.scope is None or unit.cases.has_site(reference, self.scope.sites)

    def may_report(self, unit: UnitOfWork, corruption: StoreDamagedError) -> bool:
        """Return True if the corruption of a case, or of the whole store, may be shown to this desk."""
        return corruption.holder is None or self.has_access(unit, corruption.holder)

    def unscoped_store(self, operation: str) -> Store:
        """Return the store, for an operation on all of it.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        if self.scope is not None:
            raise WholeStoreError(operation, tuple(sorted(self.scope.sites)))
        return self.store

    def require_plan_in_scope(self, scope: PlanScope) -> None:
        """Refuse a plan outside the scope as if it were missing."""
        if self.scope is not None and not self.scope.holds_plan(scope):
            raise PlanNotFoundError(str(scope))

    def load(self, unit: UnitOfWork, reference: str) -> Case:
        """Return a case inside the scope; a case outside looks like a missing one, even when it is corrupt.

        Raises:
            CaseNotFoundError: there is none inside the scope.
        """
        if not isinstance(reference, str):
            raise TypeError(
                f"reference: a text is expected, got {safe_repr(reference)}"
                f"{'; pass case.reference' if isinstance(reference, Case) else ''}"
            )
        if not self.has_access(unit, reference):
            raise CaseNotFoundError(reference)
        case = unit.cases.get(reference)
        if not self.sees(case):  # the stored site columns may be wrong
            raise CaseNotFoundError(reference)
        return case

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

    @property
    def place(self) -> str:
        """The scope of the desk for the log of exports; empty for all sites."""
        if self.scope is None:
            return ""
        regions = [f"region:{name}" for name in sorted(self.scope.regions)]
        sites = self.scope.named if regions else self.scope.sites
        return ", ".join([*regions, *(f"site:{code}" for code in sorted(sites))])

    @property
    def longest_text(self) -> int:
        """The most characters of a text that no case has: the greatest limit of the editions of the desk."""
        return max(policy.parameters.texts.longest for policy in self.policies)

    def own_facts_of(self, case: Case) -> Mapping[str, Fact]:
        """Return the facts that the edition of a case declares for its kind; none if the desk does not have it."""
        try:
            declared = self.policy_of(case).facts
        except (ChangedEditionError, UnknownEditionError):
            return {}
        return {fact.name: fact for fact in declared if case.kind.value in fact.kinds}

    def stored_facts(self, unit: UnitOfWork) -> Mapping[str, Fact]:
        """Return the facts that the editions declare, and those that cases of editions that the desk lacks have."""
        declared = self.policies.facts
        lost = sorted(unit.cases.own_names() - declared.keys())
        return {**declared, **{name: undeclared_fact(name) for name in lost}}

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

    @property
    def today(self) -> date:
        """Today in metropolitan France, by the clock of the desk."""
        return _metropole().day_of(self.clock.now())

    def day_at_sites(self, now: datetime) -> date:
        """Return the day of an instant at the sites of the desk; in metropolitan France if these have several."""
        known = self.sites.known
        codes = known if self.scope is None else self.scope.sites.intersection(known)
        by_zone = {known[code].definition.time_zone: known[code] for code in codes}
        days = {site.calendar().day_of(now) for site in by_zone.values()}
        return days.pop() if len(days) == 1 else _metropole().day_of(now)

    @property
    def reads_names(self) -> bool:
        """True if the role of the desk reads names of persons, in today's edition."""
        return self.role is Role.SYSTEM or self.role in self.roles_on_plans.reads_names

    def without_unread_names(self, aggregate: N) -> N:
        """Return a case or a plan for the readers of the desk: a mark replaces names of persons they do not read."""
        return aggregate if self.reads_names else aggregate.without_names()

    @property
    def roles_on_plans(self) -> RoleParameters:
        """The roles of the edition in force today, which plans have in common; those of M2-1 if none is in force."""
        try:
            return self.policies.in_force_on(self.today).roles
        except NoEditionError:
            return RoleParameters()

    def trusted_now(self) -> datetime:
        """Return the current time.

        Raises:
            ClockError: the clock is too far ahead of the register; see `ClockLimit`.
        """
        now = at_offset(self.clock.now())
        self.clock_limit.require(self.store, now)
        return now

    @property
    def labels(self) -> Taxonomy:
        """The taxonomy with the names of themes and of families of causes; the one proposed if there is none."""
        return TRAINING_BODY if self.taxonomy is None else self.taxonomy

    def require_theme(self, facts: Facts | None, before: Facts | None = None) -> None:
        """Refuse a theme that is new to the case and not in the taxonomy; without a taxonomy any code is accepted.

        Raises:
            FaultsError: the theme is unknown; the message has the codes of the themes.
        """
        theme, known = (UNKNOWN if each is None else each.get("theme", UNKNOWN) for each in (facts, before))
        if self.taxonomy is not None and theme is not UNKNOWN and theme != known:
            self.taxonomy.require_theme(str(theme))

    def require_families(self, families: Iterable[tuple[str, str]]) -> None:
        """Refuse unknown families of causes, each with the path of its field.

        Raises:
            FaultsError: the desk has a taxonomy without one of them.
        """
        if self.taxonomy is not None:
            self.taxonomy.require(families)
