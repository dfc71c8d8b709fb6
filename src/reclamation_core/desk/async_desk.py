"""The asyncio facade of the desk: every method of `Desk`, `PlanService` and `CasesView`, to be awaited.

The methods are derived when the module is imported. `async_desk.pyi` has their signatures for editors and type
checkers; `python -m scripts.async_stub` writes it.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Coroutine, Generator, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Final, Generic, ParamSpec, Self, TypeVar, Unpack

from reclamation_core.cases.trace import Trace
from reclamation_core.desk import services
from reclamation_core.desk.consumers import AsyncFeedConsumer, ConsumerOptions
from reclamation_core.desk.desk import Desk
from reclamation_core.desk.environment import DeskOptions
from reclamation_core.desk.feeds import cases_of, plans_of
from reclamation_core.desk.log import LogService
from reclamation_core.desk.nightly import MaintenanceView
from reclamation_core.desk.plan_service import PlanService
from reclamation_core.desk.queries import CasesView
from reclamation_core.desk.reports import ReportService
from reclamation_core.plans import PlanScope
from reclamation_core.ports import FeedItem, PlanFeedItem, Store
from reclamation_core.reporting import Report
from reclamation_core.vocabulary import Role

P = ParamSpec("P")
_T = TypeVar("_T")
_D = TypeVar("_D", bound="AsyncDesk")
C = TypeVar("C", bound=type)


_COMPUTING: Final[frozenset[Callable[..., Any]]] = frozenset(
    {
        *(Desk.agenda, Desk.indicators, Desk.rises, Desk.signals, Desk.personal_data_of),  # they read many cases
        *(Desk.examine, Desk.verify, Desk.checkpoint),
        *(Desk.register_many, Desk.forget_expired, Desk.sweep, MaintenanceView.nightly),
        *(Desk.add_support, Desk.upload_document, Desk.open_document, Desk.anonymise),  # they use stored documents
    }
)
"""The methods that compute for long beside their statements; the reports and `run` do, too. Each runs in a thread."""


def _awaitable(
    method: Callable[Concatenate[Any, P], _T], *, in_thread: bool
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, _T]]:
    """Return a coroutine function that runs a synchronous method: same parameters, result and errors."""

    @wraps(method)
    async def awaitable(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> _T:
        run = self._store.run_in_thread if in_thread else self._store.run_async
        result: _T = await run(lambda: method(self._synchronous, *args, **kwargs))
        return result

    return awaitable


def _collected(
    method: Callable[Concatenate[Any, P], Iterator[_T]], *, in_thread: bool
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, tuple[_T, ...]]]:
    """Return a coroutine function that collects the results of a generator in a tuple."""

    def collect(self: Any, /, *args: P.args, **kwargs: P.kwargs) -> tuple[_T, ...]:
        return tuple(method(self, *args, **kwargs))

    collected = _awaitable(wraps(method)(collect), in_thread=in_thread)
    signature = inspect.signature(method)
    item = str(signature.return_annotation).removeprefix("Iterator[").removesuffix("]")
    collected.__signature__ = signature.replace(return_annotation=f"tuple[{item}, ...]")  # type: ignore[attr-defined]
    collected.__doc__ = f"{inspect.getdoc(method)}\n\nThe asynchronous method returns a tuple of all results."
    return collected


def _read_now(method: Callable[Concatenate[Any, P], Report]) -> Callable[Concatenate[Any, P], Report]:
    """Return a method whose report holds its records, which are read when it is called."""

    @wraps(method)
    def read(self: object, /, *args: P.args, **kwargs: P.kwargs) -> Report:
        return method(self, *args, **kwargs).collected()

    return read


def _facade_of(source: type) -> Callable[[C], C]:
    """Add to a class the public methods and properties of a synchronous class that it does not define itself."""

    def derive(facade: C) -> C:
        for name, member in vars(source).items():
            if name.startswith("_") or name in vars(facade):
                continue
            method = member.fget if isinstance(member, property) else member
            returned = str(inspect.signature(method).return_annotation)
            in_thread = source in {ReportService, LogService} or method in _COMPUTING
            derived = _collected if returned.startswith("Iterator[") else _awaitable
            setattr(facade, name, derived(_read_now(method) if returned == "Report" else method, in_thread=in_thread))
        return facade

    return derive


class _Part:
    """A part of an asynchronous desk: that of the synchronous one, and the store that runs its methods."""

    def __init__(self, synchronous: object, store: Store) -> None:
        self._synchronous, self._store = synchronous, store


@_facade_of(CasesView)
class AsyncCasesView(_Part):
    """The cases that a desk sees; see `CasesView`."""


@_facade_of(PlanService)
class AsyncPlanService(_Part):
    """One plan; see `PlanService`. Its properties are methods here: `await plan.current()`."""

    def __init__(self, synchronous: PlanService, store: Store) -> None:
        super().__init__(synchronous, store)
        self.scope = synchronous.scope


@_facade_of(MaintenanceView)
class AsyncMaintenanceView(_Part):
    """The jobs of a register; see `MaintenanceView`."""


@_facade_of(LogService)
class AsyncLogService(_Part):
    """The log of a register; see `LogService`."""


@_facade_of(ReportService)
class AsyncReportService(_Part):
    """The reports of what a desk sees; see `ReportService`."""


class AsyncDeskManager(Generic[_D]):
    """A desk that is being opened: use it with `async with`, or await it."""

    def __init__(self, open_desk: Callable[[], Coroutine[Any, Any, _D]]) -> None:
        self._open_desk = open_desk

    def __await__(self) -> Generator[Any, Any, _D]:
        return self._open_desk().__await__()

    async def __aenter__(self) -> _D:
        self._desk: _D = await self
        return self._desk

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._desk.release()


@_facade_of(Desk)
class AsyncDesk:
    """The use cases of the procedure for asyncio: the methods of `Desk`, each to be awaited.

    Several tasks may use one desk. The cancellation of a task interrupts its database operation, which is committed
    whole or not at all, and returns the connection.

    >>> import asyncio
    >>> from datetime import datetime, timezone
    >>> from reclamation_core import ComplaintFacts
    >>> async def main():
    ...     async with AsyncDesk.open("sqlite://") as desk:
    ...         facts = ComplaintFacts(received_at=datetime(2026, 5, 2, 9, 30, tzinfo=timezone.utc), satisfaction=4)
    ...         case = await desk.register(facts, site="Créteil")
    ...         return (await desk.acknowledge(case.reference)).state
    >>> asyncio.run(main())
    <CaseState.REGISTERED: 'registered'>
    """

    def __init__(self, store: Store, **options: Unpack[DeskOptions]) -> None:
        """Create a desk on a store in memory, or on one from `await SqlAlchemyStore.open_async(...)`."""
        self._synchronous = Desk(store, **options)
        self._store = store

    @classmethod
    def _of(cls, synchronous: Desk) -> Self:
        """Return the facade of a desk."""
        desk = cls.__new__(cls)
        desk._synchronous, desk._store = synchronous, synchronous._context.store  # noqa: SLF001  of this package
        return desk

    @classmethod
    def in_memory(cls, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a new store in memory; the options are those of `DeskOptions`."""
        return cls._of(Desk.in_memory(**options))

    @classmethod
    def open(
        cls, url: str, settings: services.Settings | None = None, **options: Unpack[DeskOptions]
    ) -> AsyncDeskManager[Self]:
        """Return a desk on a database: SQLite or PostgreSQL.

        `async with AsyncDesk.open(...) as desk` closes the connections at its end; after
        `desk = await AsyncDesk.open(...)` call `await desk.release()`. See `Desk.open`.
        """

        async def open_desk() -> Self:
            from reclamation_core.adapters import SqlAlchemyStore

            return cls(await SqlAlchemyStore.open_async(url, settings), **options)

        return AsyncDeskManager(open_desk)

    @classmethod
    def from_connection(cls, connection: Any, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a connection of the host application, inside the transaction that it has begun.

        One task at a time may use it, as the connection. See `Desk.from_connection`.

        Args:
            connection: SQLAlchemy's `AsyncConnection`; of an `AsyncSession`, `await session.connection()`.
            options: `policy`, `sites`, `clock`, `taxonomy` and `clock_limit`; see `DeskOptions`.
        """
        return cls._of(Desk.from_connection(connection, **options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.release()

    def acting(self, actor: str, role: Role | str = Role.HANDLING_UNIT, *, trace: Trace | None = None) -> Self:
        """Return a desk that acts as a person in a role, a member or its code.

        The name is personal data: events hold only a salted commitment to it. See `Desk.acting`.
        """
        return self._of(self._synchronous.acting(actor, role, trace=trace))

    def traced(self, trace: Trace | None) -> Self:
        """Return a desk whose events have a trace where this desk has none: the parts that it has already stay."""
        return self._of(self._synchronous.traced(trace))

    def scoped(self, *, site: str | Collection[str] | None = None, region: str | Collection[str] | None = None) -> Self:
        """Return a desk limited to the cases and plans of some sites, and of the sites of some regions.

        Raises the errors of `Desk.scoped`.
        """
        return self._of(self._synchronous.scoped(site=site, region=region))

    async def run(self, work: Callable[[Desk], _T]) -> _T:
        """Call a function with the synchronous desk in a thread, and return its result: a page, a file.

        The event loop goes on while the function computes. If the task is cancelled, the function ends at its next
        statement or its next row of a report.

        Args:
            work: a function that calls any methods of the desk; each is a transaction of its own, as when awaited.
        """
        result: _T = await self._store.run_in_thread(lambda: work(self._synchronous))
        return result

    @property
    def cases(self) -> AsyncCasesView:
        """The cases: `get`, `find`, `count`, `summaries`, `count_by`."""
        return AsyncCasesView(self._synchronous.cases, self._store)

    @property
    def maintenance(self) -> AsyncMaintenanceView:
        """The jobs of a register: `nightly`."""
        return AsyncMaintenanceView(self._synchronous.maintenance, self._store)

    @property
    def log(self) -> AsyncLogService:
        """The log of all committed events: `write_checkpoint`, `checkpoints`, `compare`."""
        return AsyncLogService(self._synchronous.log, self._store)

    @property
    def reports(self) -> AsyncReportService:
        """The reports: `register`, `plan`, `case`, `audit`, `letter`, `calendar`; and the recorded exports."""
        return AsyncReportService(self._synchronous.reports, self._store)

    def consumer(self, name: str, options: ConsumerOptions | None = None) -> AsyncFeedConsumer[FeedItem]:
        """Return a consumer of the events of cases by its name, with its position in the store (consommateur).

        See `Desk.consumer`; the handler of this one may be a coroutine function.
        """
        context = self._synchronous._context  # noqa: SLF001  of this package
        return AsyncFeedConsumer(context, cases_of(context), name, options)

    def plan_consumer(self, name: str, options: ConsumerOptions | None = None) -> AsyncFeedConsumer[PlanFeedItem]:
        """Return a consumer of the events of plans, among them the signals, by its name; see `consumer`."""
        context = self._synchronous._context  # noqa: SLF001  of this package
        return AsyncFeedConsumer(context, plans_of(context), name, options)

    def pgaac(self, scope: PlanScope | str) -> AsyncPlanService:
        """Return the plan of a site, by its code, of a region or of the nation; empty if it has no action."""
        return AsyncPlanService(self._synchronous.pgaac(scope), self._store)
