"""The desk: the use cases, one verb each, on a store, the editions of the procedure, the sites and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self

import attrs

from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.checks import name, optional
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.agenda import Agenda, agenda
from reclamation_core.desk.doors import a_clock, a_policy, a_store, require
from reclamation_core.desk.ending import Ending
from reclamation_core.desk.evidence import Evidence
from reclamation_core.desk.handling import Handling
from reclamation_core.desk.keeping import Keeping
from reclamation_core.desk.looking import CasesView, feed
from reclamation_core.desk.places import Places
from reclamation_core.desk.planning import Planning
from reclamation_core.desk.registering import Registering
from reclamation_core.desk.scope import Scope
from reclamation_core.desk.signals import Signals, signals
from reclamation_core.desk.sweeping import Alert, sweep
from reclamation_core.desk.verifying import Discrepancy, verify
from reclamation_core.policy import Policy, PolicyBook, m2_1
from reclamation_core.ports import Clock, FeedItem, Store, SystemClock
from reclamation_core.vocabulary import Role, Sites


class Desk(Registering, Handling, Planning, Ending, Keeping, Evidence):
    """What can be done with cases and plans.

    A desk has no state of its own: the store has it all. `acting` and `scoped` give other desks on the same store.

    >>> from datetime import datetime, timezone
    >>> from reclamation_core import ComplaintFacts
    >>> desk = Desk.in_memory()
    >>> facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, 30, tzinfo=timezone.utc), satisfaction=4)
    >>> case = desk.register(facts, site="Créteil")
    >>> case.reference, case.state, case.deadline.due
    ('R-2026-000001', <CaseState.REGISTERED: 'registered'>, datetime.date(2026, 5, 19))
    """

    def __init__(self, acting: Acting) -> None:
        self._acting = acting

    @classmethod
    def in_memory(
        cls,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Self:
        """A desk on a new store in memory.

        Args:
            policy: the edition of the procedure, or the editions by date; `m2_1()` by default.
            sites: the sites of the agency; without them any code is a site of metropolitan France.
            clock: tells the instant of recording; the machine's by default.
            taxonomy: the families that causes are counted under, `TRAINING_BODY` or your own; without one any code is
                a family.
        """
        from reclamation_core.adapters.memory import InMemoryStore

        return cls.on(InMemoryStore(), policy, sites, clock, taxonomy)

    @classmethod
    def open(
        cls,
        url: str,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Self:
        """A desk on a database: SQLite or PostgreSQL.

        In a database that has no table at all, such as a new file, the schema is made first. In any other nothing is
        changed: where the schema is missing or of another version, the error says what to run.

        Args:
            url: `sqlite:///reclamations.db` for a file, `sqlite://` for one in memory,
                `postgresql+psycopg://user:password@host/database`.
            policy: as for `in_memory`; and so are the others.
            sites: the sites of the agency.
            clock: tells the instant of recording.
            taxonomy: the families of causes.

        Raises:
            TypeError, ValueError: the address is none that is known here.
            MissingExtraError: SQLAlchemy or the driver is not installed; it says which extra brings it.
            SchemaError: there are tables, and the schema is missing or of another version.
            StoreError: the database cannot be reached, or refused.
        """
        from reclamation_core.adapters import SqlAlchemyStore

        return cls.on(SqlAlchemyStore.open(url), policy, sites, clock, taxonomy)

    @classmethod
    def within(
        cls,
        connection: Any,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Self:
        """A desk on a connection of the application's own, within the transaction that the application has begun.

        The application commits, and keeps its own rows and these; or rolls back, and keeps neither. See
        `SqlAlchemyStore.from_connection` for what is promised. The schema is made beforehand, by `upgrade`.

        Args:
            connection: SQLAlchemy's `Connection`, or the driver's own, of `sqlite3` or `psycopg` 3, such as
                `django.db.connection.connection`.
            policy: as for `in_memory`; and so are the others.
            sites: the sites of the agency.
            clock: tells the instant of recording.
            taxonomy: the families of causes.

        Raises:
            TypeError: it is no such connection.
            MissingExtraError: SQLAlchemy is not installed; it says which extra brings it.

        Of what is asked afterwards:

        Raises:
            SchemaError: the schema is missing or of another version.
            StoreError: the database refused.
        """
        from reclamation_core.adapters import SqlAlchemyStore

        return cls.on(SqlAlchemyStore.from_connection(connection), policy, sites, clock, taxonomy)

    def release(self) -> None:
        """Give back what the desk's store holds open, such as its connections; a `with` block does it at its end.

        Every other desk on the same store, `acting` or `scoped`, is at its end too. On a connection or an engine of the
        application's own there is nothing to give back: they stay open.
        """
        self._acting.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    @classmethod
    def on(
        cls,
        store: Store,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Self:
        """A desk on a store; the other arguments are those of `in_memory`."""
        require(a_store, store=store)
        require(optional(a_clock), clock=clock)
        given = m2_1() if policy is None else policy
        require(a_policy, policy=given)
        policies = given if isinstance(given, PolicyBook) else PolicyBook([given])
        return cls(
            Acting(
                store=store, policies=policies, places=Places(sites), clock=clock or SystemClock(), taxonomy=taxonomy
            )
        )

    def acting(self, by: str, role: Role = Role.HANDLING_UNIT) -> Self:
        """The same desk, somebody acting in a role; who it is is personal and kept sealed."""
        return type(self)(attrs.evolve(self._acting, by=by, role=role))

    def scoped(self, *, site: str | None = None, region: str | None = None) -> Self:
        """The same desk, seeing and touching only the cases of a site or of a region's sites, and their plans.

        Raises:
            ValueError: neither or both are given, or no site is of that region.
            UnknownSiteError: the sites are known and this is none of them.
            OutsideScopeError: this desk has a scope, and that one is not within it; a region is not within a site,
                were it its only one, for its plan is not the site's.
        """
        require(optional(name), site=site, region=region)
        scope = self._scope(site, region)
        if self._acting.scope is not None:
            self._acting.scope.require_within(scope)
        return type(self)(attrs.evolve(self._acting, scope=scope))

    def _scope(self, site: str | None, region: str | None) -> Scope:
        places = self._acting.places
        if site is not None and region is None:
            places.require(site)
            return Scope({site})
        if region is not None and site is None:
            return Scope(places.of_region(region), region)
        raise ValueError(f"site, region: {site!r}, {region!r}; give one of them")

    @property
    def cases(self) -> CasesView:
        """The cases: `get`, `find`, `count`."""
        return CasesView(self._acting)

    def feed(self, after: int = 0, limit: int = 500) -> tuple[FeedItem, ...]:
        """What happened after a position of the feed, at most so many events, in ascending positions."""
        return feed(self._acting, after, limit)

    def agenda(self, until: date) -> Agenda:
        """What is awaited until a day, what is overdue included: answers, and checks of effectiveness (échéancier)."""
        return agenda(self._acting, until)

    def signals(self, *, since: date, until: date | None = None, least: int = 3) -> Signals:
        """What is outside the scope and comes again: opinions and requests of one nature about one site (signaux).

        They are no complaints, and may be expectations that are not met: what the procedure wants to foresee.

        Args:
            since: received on this day or after, in the case's own zone.
            until: received on this day or before; by default there is no end.
            least: how many messages make a signal.

        Raises:
            ValueError: the period ends before it begins, or `least` is less than 1.

        Source: M2-1 §0.3.
        """
        return signals(self._acting, since, date.max if until is None else until, least)

    def verify(self) -> Iterator[Discrepancy]:
        """Fold every case and plan of the store again, and tell what is stored otherwise.

        What the store keeps beside them is looked at too: in a database, every column that queries go by, whichever
        version of the library wrote it (`rebuild_projections` writes anew those that follow from the stories), and the
        order in which events and texts came; and the series of numbers, which may not be behind the references given.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        return verify(self._acting)

    def sweep(self, now: datetime | None = None, *, preview: bool = False) -> tuple[Alert, ...]:
        """Raise the alerts that are due at an instant, now by default: due soon, due today, overdue.

        Each is raised exactly once for a case, a clock, a threshold and a due date, as an event of the case; one that
        an earlier sweep would have raised is raised late. Gives those raised by this sweep.

        Args:
            now: the instant, of a day that has come; where it has not come yet at a site, the clock's day counts there.
            preview: whether the alerts are given without being recorded; `now` may then be of any day.

        Raises:
            FaultsError: `now` is of a day to come, and no preview is asked for.
            StoreDamagedError: a case or a plan within the scope cannot be read; the alerts of the others are raised
                first, and stay.
            UnknownEditionError: a case is judged under an edition that the desk does not know; likewise.
            ChangedEditionError: the desk knows another text under the name of that edition; likewise.
            ClockError: an act of a case is dated a day or more after the clock, or its last event twenty years before;
                likewise.
        """
        return sweep(self._acting, now, preview=preview)
