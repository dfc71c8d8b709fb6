"""The desk for asyncio: the same verbs, awaited. None of them has a second text here."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Coroutine, Generator, Iterator
from functools import wraps
from types import TracebackType
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from reclamation_core.cases.causes import Taxonomy
from reclamation_core.desk.desk import Desk
from reclamation_core.desk.living_plan import LivingPlan
from reclamation_core.desk.looking import CasesView
from reclamation_core.plans import Action, Pgaac, PlanScope, PublishedPlan
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.ports import Clock, Store
from reclamation_core.vocabulary import Role, Sites

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


class AsyncLivingPlan:
    """A plan that is kept; see `LivingPlan`. What are properties there are asked for here: `await plan.now()`."""

    def __init__(self, same: LivingPlan, store: Store) -> None:
        self._same = same
        self._store = store
        self.scope = same.scope

    async def now(self) -> Pgaac:
        """The plan as it is now: a value."""
        return await self._store.run_async(lambda: self._same.now)

    async def actions(self) -> tuple[Action, ...]:
        """The actions on it, in the order in which they were added."""
        return (await self.now()).actions

    async def editions(self) -> tuple[PublishedPlan, ...]:
        """What was published of it, in order."""
        return (await self.now()).editions

    add = _awaited(LivingPlan.add)
    amend = _awaited(LivingPlan.amend)
    progress = _awaited(LivingPlan.progress)
    finish = _awaited(LivingPlan.finish)
    judge = _awaited(LivingPlan.judge)
    follow_up = _awaited(LivingPlan.follow_up)
    close = _awaited(LivingPlan.close)
    abandon = _awaited(LivingPlan.abandon)
    reopen = _awaited(LivingPlan.reopen)
    forget = _awaited(LivingPlan.forget)
    publish = _awaited(LivingPlan.publish)
    to_markdown = _awaited(LivingPlan.to_markdown)
    to_csv = _awaited(LivingPlan.to_csv)
    to_html = _awaited(LivingPlan.to_html)
    edition_to_markdown = _awaited(LivingPlan.edition_to_markdown)
    edition_to_csv = _awaited(LivingPlan.edition_to_csv)


class Opening(Generic[D]):
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

    def __init__(self, desk: Desk) -> None:
        self._same = desk
        self._store = desk._acting.store  # noqa: SLF001  the same desk, run otherwise

    @classmethod
    def in_memory(
        cls,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Self:
        """A desk on a new store in memory.

        The arguments are those of `Desk.in_memory`.
        """
        return cls(Desk.in_memory(policy, sites, clock, taxonomy))

    @classmethod
    def open(
        cls,
        url: str,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Opening[Self]:
        """A desk on a database: SQLite or PostgreSQL.

        `async with AsyncDesk.open(...) as desk` gives back the connections at its end; after
        `desk = await AsyncDesk.open(...)` it is for `await desk.release()` to do. All else is as for `Desk.open`.
        """

        async def opened() -> Self:
            from reclamation_core.adapters import SqlAlchemyStore

            return cls.on(await SqlAlchemyStore.open_async(url), policy, sites, clock, taxonomy)

        return Opening(opened)

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

        It is for one task at a time, as the connection is. See `Desk.within`.

        Args:
            connection: SQLAlchemy's `AsyncConnection`; of an `AsyncSession`, `await session.connection()`.
            policy: as for `in_memory`; and so are the others.
            sites: the sites of the agency.
            clock: tells the instant of recording.
            taxonomy: the families of causes.
        """
        return cls(Desk.within(connection, policy, sites, clock, taxonomy))

    @classmethod
    def on(
        cls,
        store: Store,
        policy: Policy | PolicyBook | None = None,
        sites: Sites | None = None,
        clock: Clock | None = None,
        taxonomy: Taxonomy | None = None,
    ) -> Self:
        """A desk on a store; the other arguments are those of `in_memory`.

        The store is one in memory, or one made by `await SqlAlchemyStore.open_async(...)`.
        """
        return cls(Desk.on(store, policy, sites, clock, taxonomy))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.release()

    def acting(self, by: str, role: Role = Role.HANDLING_UNIT) -> Self:
        """The same desk, somebody acting in a role; who it is is personal and kept sealed."""
        return type(self)(self._same.acting(by, role))

    def scoped(self, *, site: str | None = None, region: str | None = None) -> Self:
        """The same desk, seeing and touching only the cases of a site or of a region's sites, and their plans.

        Raises what `Desk.scoped` does.
        """
        return type(self)(self._same.scoped(site=site, region=region))

    @property
    def cases(self) -> AsyncCasesView:
        """The cases: `get`, `find`, `count`."""
        return AsyncCasesView(self._same.cases, self._store)

    def pgaac(self, scope: PlanScope | str) -> AsyncLivingPlan:
        """The living plan of a site, given by its code, of a region or of the nation; empty where nothing is on it."""
        return AsyncLivingPlan(self._same.pgaac(scope), self._store)

    register = _awaited(Desk.register)
    register_many = _gathered(Desk.register_many)
    register_survey_result = _awaited(Desk.register_survey_result)
    complete_facts = _awaited(Desk.complete_facts)
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
    held_on = _awaited(Desk.held_on)
    forget_expired = _awaited(Desk.forget_expired)
    checkpoint = _awaited(Desk.checkpoint)
    examine = _awaited(Desk.examine)
    verify = _gathered(Desk.verify)
    agenda = _awaited(Desk.agenda)
    signals = _awaited(Desk.signals)
    feed = _awaited(Desk.feed)
    sweep = _awaited(Desk.sweep)
    release = _awaited(Desk.release)
