"""The desk: the use cases, one verb each, on a store, the editions of the procedure, the sites and a clock."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from datetime import date, datetime
from types import TracebackType
from typing import Any, Self, Unpack

import attrs

from reclamation_core.cases.checks import name, optional
from reclamation_core.desk.acting import DeskContext, DeskOptions
from reclamation_core.desk.agenda import Agenda, agenda
from reclamation_core.desk.doors import require
from reclamation_core.desk.ending import Ending
from reclamation_core.desk.evidence import Evidence
from reclamation_core.desk.handling import Handling
from reclamation_core.desk.keeping import Keeping
from reclamation_core.desk.looking import CasesView, feed
from reclamation_core.desk.planning import Planning
from reclamation_core.desk.registering import Registering
from reclamation_core.desk.scope import Scope
from reclamation_core.desk.signals import Signals, signals
from reclamation_core.desk.sweeping import Alert, sweep
from reclamation_core.desk.verifying import Discrepancy, verify
from reclamation_core.ports import FeedItem, Store
from reclamation_core.vocabulary import Role


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

    def __init__(self, store: Store, **options: Unpack[DeskOptions]) -> None:
        """Create a desk on a store.

        Args:
            store: where cases and plans are stored.
            options: `policy`, `sites`, `clock` and `taxonomy`; see `DeskOptions`.

        Raises:
            TypeError: an argument is not of the expected type.
        """
        self._context = DeskContext.create(store, options)

    @classmethod
    def in_memory(cls, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a new store in memory; the options are those of `DeskOptions`."""
        from reclamation_core.adapters.memory import InMemoryStore

        return cls(InMemoryStore(), **options)

    @classmethod
    def open(cls, url: str, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a database: SQLite or PostgreSQL.

        A database without any table, such as a new file, gets the schema first. Any other is left unchanged: if the
        schema is missing or of another version, the error names the command to run.

        Args:
            url: `sqlite:///reclamations.db` for a file, `sqlite://` for one in memory,
                `postgresql+psycopg://user:password@host/database`.
            options: `policy`, `sites`, `clock` and `taxonomy`; see `DeskOptions`.

        Raises:
            TypeError, ValueError: the address is not supported.
            MissingExtraError: SQLAlchemy or the driver is not installed; the message names the extra.
            SchemaError: the schema is missing or of another version.
            StoreError: the database is unreachable, or refused.
        """
        from reclamation_core.adapters import SqlAlchemyStore

        return cls(SqlAlchemyStore.open(url), **options)

    @classmethod
    def from_connection(cls, connection: Any, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a connection of the host application, inside the transaction that it has begun.

        The application commits its own rows together with those of the desk, or rolls both back. See
        `SqlAlchemyStore.from_connection`. Create the schema beforehand, with `upgrade`.

        Args:
            connection: SQLAlchemy's `Connection`, or the driver's own, of `sqlite3` or `psycopg` 3, such as
                `django.db.connection.connection`.
            options: `policy`, `sites`, `clock` and `taxonomy`; see `DeskOptions`.

        Raises:
            TypeError: the connection is not one of these.
            MissingExtraError: SQLAlchemy is not installed; the message names the extra.

        Every later call:

        Raises:
            SchemaError: the schema is missing or of another version.
            StoreError: the database refused.
        """
        from reclamation_core.adapters import SqlAlchemyStore

        return cls(SqlAlchemyStore.from_connection(connection), **options)

    def _with(self, **changes: Any) -> Self:
        """Return the same desk with some attributes of its context changed."""
        other = copy(self)
        other._context = attrs.evolve(self._context, **changes)  # noqa: SLF001  a desk of the same class
        return other

    def release(self) -> None:
        """Give back what the desk's store holds open, such as its connections; a `with` block does it at its end.

        Every other desk on the same store, `acting` or `scoped`, is at its end too. On a connection or an engine of the
        application's own there is nothing to give back: they stay open.
        """
        self._context.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def acting(self, actor: str, role: Role = Role.HANDLING_UNIT) -> Self:
        """The same desk, somebody acting in a role; who it is is personal and kept sealed."""
        return self._with(actor=actor, role=role)

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
        if self._context.scope is not None:
            self._context.scope.require_within(scope)
        return self._with(scope=scope)

    def _scope(self, site: str | None, region: str | None) -> Scope:
        places = self._context.places
        if site is not None and region is None:
            places.require(site)
            return Scope({site})
        if region is not None and site is None:
            return Scope(places.of_region(region), region)
        raise ValueError(f"site, region: {site!r}, {region!r}; give one of them")

    @property
    def cases(self) -> CasesView:
        """The cases: `get`, `find`, `count`."""
        return CasesView(self._context)

    def feed(self, after: int = 0, limit: int = 500) -> tuple[FeedItem, ...]:
        """What happened after a position of the feed, at most so many events, in ascending positions."""
        return feed(self._context, after, limit)

    def agenda(self, until: date) -> Agenda:
        """What is awaited until a day, what is overdue included: answers, and checks of effectiveness (échéancier)."""
        return agenda(self._context, until)

    def signals(self, *, since: date, until: date | None = None, min_count: int = 3) -> Signals:
        """What is outside the scope and comes again: opinions and requests of one nature about one site (signaux).

        They are no complaints, and may be expectations that are not met: what the procedure wants to foresee.

        Args:
            since: received on this day or after, in the case's own zone.
            until: received on this day or before; by default there is no end.
            min_count: how many messages make a signal.

        Raises:
            ValueError: the period ends before it begins, or `min_count` is less than 1.

        Source: M2-1 §0.3.
        """
        return signals(self._context, since, date.max if until is None else until, min_count)

    def verify(self) -> Iterator[Discrepancy]:
        """Fold every case and plan of the store again, and tell what is stored otherwise.

        What the store keeps beside them is looked at too: in a database, every column that queries go by, whichever
        version of the library wrote it (`rebuild_projections` writes anew those that follow from the stories), and the
        order in which events and texts came; and the series of numbers, which may not be behind the references given.

        Raises:
            WholeStoreError: the desk has a scope.
        """
        return verify(self._context)

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
        return sweep(self._context, now, preview=preview)
