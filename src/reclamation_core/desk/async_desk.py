"""The desk for asyncio: the same verbs, awaited. None of them has a second text here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Generator, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, Unpack

from reclamation_core.desk.acting import DeskOptions
from reclamation_core.desk.desk import Desk
from reclamation_core.desk.living_plan import PlanService
from reclamation_core.desk.looking import CasesView
from reclamation_core.plans import Action, Pgaac, PlanScope, PublishedPlan
from reclamation_core.ports import Store
from reclamation_core.vocabulary import Role

P = ParamSpec("P")
T = TypeVar("T")
D = TypeVar("D", bound="AsyncDesk")


def _awaited(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]:
    """A method of the desk, or of what it gives, to be awaited: parameters, answer and errors are its own."""

    @wraps(method)
    async def awaited(self: Any, /, *args: P.args, **given: P.kwargs) -> T:
        answer: T = await self._store.run_async(lambda: method(self._same, *args, **given))
        return answer

    return awaited


def _gathered(
    method: Callable[Concatenate[Any, P], Iterator[T]],
) -> Callable[Concatenate[Any, P], Coroutine[Any, Any, tuple[T, ...]]]:
    """Return a method that yields as one to be awaited: it returns a tuple, and its signature and docstring say so."""

    def whole(self: Any, /, *args: P.args, **given: P.kwargs) -> tuple[T, ...]:
        return tuple(method(self, *args, **given))

    awaited = _awaited(wraps(method)(whole))
    signature = inspect.signature(method)
    item = str(signature.return_annotation).removeprefix("Iterator[").removesuffix("]")
    awaited.__signature__ = signature.replace(return_annotation=f"tuple[{item}, ...]")  # type: ignore[attr-defined]
    awaited.__doc__ = f"{inspect.getdoc(method)}\n\nAwaited, it returns a tuple of them all, once the last has come."
    return awaited


class AsyncCasesView:
    """The cases that a desk sees; see `CasesView`."""

    def __init__(self, same: CasesView, store: Store) -> None:
        self._same = same
        self._store = store

    get = _awaited(CasesView.get)
    find = _awaited(CasesView.find)
    count = _awaited(CasesView.count)


class AsyncPlanService:
    """A plan that is kept; see `PlanService`. What are properties there are asked for here: `await plan.current()`."""

    def __init__(self, same: PlanService, store: Store) -> None:
        self._same = same
        self._store = store
        self.scope = same.scope

    async def current(self) -> Pgaac:
        """The plan as it is now: a value."""
        return await self._store.run_async(lambda: self._same.current)

    async def actions(self) -> tuple[Action, ...]:
        """The actions on it, in the order in which they were added."""
        return (await self.current()).actions

    async def editions(self) -> tuple[PublishedPlan, ...]:
        """What was published of it, in order."""
        return (await self.current()).editions

    add = _awaited(PlanService.add)
    amend = _awaited(PlanService.amend)
    progress = _awaited(PlanService.progress)
    finish = _awaited(PlanService.finish)
    judge = _awaited(PlanService.judge)
    follow_up = _awaited(PlanService.follow_up)
    close = _awaited(PlanService.close)
    abandon = _awaited(PlanService.abandon)
    reopen = _awaited(PlanService.reopen)
    forget = _awaited(PlanService.forget)
    publish = _awaited(PlanService.publish)
    to_markdown = _awaited(PlanService.to_markdown)
    to_csv = _awaited(PlanService.to_csv)
    to_html = _awaited(PlanService.to_html)
    edition_to_markdown = _awaited(PlanService.edition_to_markdown)
    edition_to_csv = _awaited(PlanService.edition_to_csv)


class AsyncDeskManager(Generic[D]):
    """A desk that is being opened: `async with` it, or `await` it."""

    def __init__(self, opened: Callable[[], Coroutine[Any, Any, D]]) -> None:
        self._opened = opened

    def __await__(self) -> Generator[Any, Any, D]:
        return self._opened().__await__()

    async def __aenter__(self) -> D:
        self._desk: D = await self
        return self._desk

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._desk.release()


class AsyncDesk:
    """What can be done with cases and plans, from asyncio: the verbs of `Desk`, each to be awaited.

    It may be used by several tasks at once. A task that is cancelled ends the one thing that it is doing to the
    database, which is kept whole or not at all, gives the connection back, and does nothing more.

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
        self._same = Desk(store, **options)
        self._store = store

    @classmethod
    def _of(cls, same: Desk) -> Self:
        """Return the asynchronous facade of a desk."""
        desk = cls.__new__(cls)
        desk._same, desk._store = same, same._context.store  # noqa: SLF001  a facade of the same package
        return desk

    @classmethod
    def in_memory(cls, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a new store in memory; the options are those of `DeskOptions`."""
        return cls._of(Desk.in_memory(**options))

    @classmethod
    def open(cls, url: str, **options: Unpack[DeskOptions]) -> AsyncDeskManager[Self]:
        """Return a desk on a database: SQLite or PostgreSQL.

        `async with AsyncDesk.open(...) as desk` closes the connections at its end; after
        `desk = await AsyncDesk.open(...)` call `await desk.release()`. All else is as for `Desk.open`.
        """

        async def opened() -> Self:
            from reclamation_core.adapters import SqlAlchemyStore

            return cls(await SqlAlchemyStore.open_async(url), **options)

        return AsyncDeskManager(opened)

    @classmethod
    def from_connection(cls, connection: Any, **options: Unpack[DeskOptions]) -> Self:
        """Return a desk on a connection of the host application, inside the transaction that it has begun.

        One task at a time may use it, as the connection. See `Desk.from_connection`.

        Args:
            connection: SQLAlchemy's `AsyncConnection`; of an `AsyncSession`, `await session.connection()`.
            options: see `DeskOptions`.
        """
        return cls._of(Desk.from_connection(connection, **options))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.release()

    def acting(self, actor: str, role: Role = Role.HANDLING_UNIT) -> Self:
        """The same desk, somebody acting in a role; who it is is personal and kept sealed."""
        return self._of(self._same.acting(actor, role))

    def scoped(self, *, site: str | None = None, region: str | None = None) -> Self:
        """The same desk, seeing and touching only the cases of a site or of a region's sites, and their plans.

        Raises what `Desk.scoped` does.
        """
        return self._of(self._same.scoped(site=site, region=region))

    @property
    def cases(self) -> AsyncCasesView:
        """The cases: `get`, `find`, `count`."""
        return AsyncCasesView(self._same.cases, self._store)

    def pgaac(self, scope: PlanScope | str) -> AsyncPlanService:
        """The living plan of a site, given by its code, of a region or of the nation; empty where nothing is on it."""
        return AsyncPlanService(self._same.pgaac(scope), self._store)

    register = _awaited(Desk.register)
    register_many = _gathered(Desk.register_many)
    register_survey_result = _awaited(Desk.register_survey_result)
    complete_facts = _awaited(Desk.complete_facts)
    request_information = _awaited(Desk.request_information)
    correct = _awaited(Desk.correct)
    correct_date = _awaited(Desk.correct_date)
    acknowledge = _awaited(Desk.acknowledge)
    add_support = _awaited(Desk.add_support)
    transcribe = _awaited(Desk.transcribe)
    contain = _awaited(Desk.contain)
    record_containment_effect = _awaited(Desk.record_containment_effect)
    qualify = _awaited(Desk.qualify)
    reroute = _awaited(Desk.reroute)
    analyse = _awaited(Desk.analyse)
    answer = _awaited(Desk.answer)
    plan = _awaited(Desk.plan)
    plan_nothing = _awaited(Desk.plan_nothing)
    record_reaction = _awaited(Desk.record_reaction)
    refer_to_mediation = _awaited(Desk.refer_to_mediation)
    withdraw = _awaited(Desk.withdraw)
    close = _awaited(Desk.close)
    reopen = _awaited(Desk.reopen)
    link = _awaited(Desk.link)
    suspend_deadline = _awaited(Desk.suspend_deadline)
    resume_deadline = _awaited(Desk.resume_deadline)
    suspend_retention = _awaited(Desk.suspend_retention)
    resume_retention = _awaited(Desk.resume_retention)
    anonymise = _awaited(Desk.anonymise)
    personal_data_of = _awaited(Desk.personal_data_of)
    forget_expired = _awaited(Desk.forget_expired)
    checkpoint = _awaited(Desk.checkpoint)
    examine = _awaited(Desk.examine)
    verify = _gathered(Desk.verify)
    agenda = _awaited(Desk.agenda)
    signals = _awaited(Desk.signals)
    feed = _awaited(Desk.feed)
    sweep = _awaited(Desk.sweep)
    release = _awaited(Desk.release)
