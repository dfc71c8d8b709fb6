"""The asynchronous desk has the methods of the desk: same names, parameters, results and summaries."""

import asyncio
import inspect
from typing import Any

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.desk import (
    AsyncDesk,
    AsyncPlanService,
    CasesView,
    Desk,
    MaintenanceView,
    PlanService,
    Registration,
)
from reclamation_core.desk.async_desk import AsyncCasesView, AsyncMaintenanceView
from reclamation_core.vocabulary import Role
from tests.databases import memory_store
from tests.unit.desk import factories

PAIRS = (
    (Desk, AsyncDesk),
    (CasesView, AsyncCasesView),
    (PlanService, AsyncPlanService),
    (MaintenanceView, AsyncMaintenanceView),
)
NAMES = [(one, other, name) for one, other in PAIRS for name in dir(one) if not name.startswith("_")]
AT_ONCE = {"acting", "scoped", "pgaac", "consumer", "plan_consumer", "cases", "reports", "maintenance", "log", "traced"}
AT_ONCE |= {"in_memory", "open", "from_connection"}
"""Methods that do not read the store; the result of `open` is awaited or entered."""
ASYNCHRONOUS_ALONE: dict[type, set[str]] = {AsyncDesk: {"run"}}
"""Methods that a synchronous desk does not need: `run` calls a function with one."""


def names(cls: type) -> set[str]:
    return {name for name in dir(cls) if not name.startswith("_")}


def of(cls: type, name: str) -> Any:
    member = inspect.getattr_static(cls, name)
    return member.fget if isinstance(member, property) else getattr(cls, name)


def signature_of(cls: type, name: str) -> inspect.Signature:
    """The signature of a method; a type that is loaded when it is first used has its own name."""
    found = inspect.signature(of(cls, name))
    plain = (one.replace(annotation=str(one.annotation).replace("services.", "")) for one in found.parameters.values())
    return found.replace(
        parameters=list(plain), return_annotation=str(found.return_annotation).replace("services.", "")
    )


def test_both_classes_have_the_same_methods() -> None:
    for one, other in PAIRS:
        assert names(other) - names(one) == ASYNCHRONOUS_ALONE.get(other, set()), other
        assert names(one) <= names(other), other


def test_a_method_has_the_same_parameters_and_the_same_summary() -> None:
    for one, other, name in NAMES:
        mine, theirs = ([str(one) for one in signature_of(cls, name).parameters.values()] for cls in (one, other))
        assert mine == theirs, (one, name)
        summary, other_summary = (str(inspect.getdoc(of(cls, name))).splitlines()[0] for cls in (one, other))
        assert other_summary == summary, (one, name)


def test_a_method_returns_the_same_type() -> None:
    for one, other, name in NAMES:
        mine, theirs = (str(signature_of(cls, name).return_annotation) for cls in (one, other))
        gathered = mine.replace("Iterator[", "tuple[").removesuffix("]") + ", ...]"
        allowed = {gathered} if mine.startswith("Iterator[") else {mine, f"Async{mine}", f"AsyncDeskManager[{mine}]"}
        assert theirs in allowed, (one, name)


def test_methods_that_read_the_store_are_coroutines() -> None:
    for _, other, name in NAMES:
        assert inspect.iscoroutinefunction(of(other, name)) is (name not in AT_ONCE), (other, name)


def test_a_desk_in_memory_runs_every_kind_of_method() -> None:
    async def life() -> None:
        clock = factories.FakeClock(factories.at(1, month=7))
        async with AsyncDesk.in_memory(sites=factories.SITES, clock=clock) as whole:
            desk = whole.acting("Mme Roux", Role.RQR).scoped(site="CRE")
            case = await desk.register(factories.facts(), site="CRE", occurred_at=factories.at(1))
            plan = desk.pgaac("CRE")
            await plan.add(factories.sheet())
            edition = await plan.publish()
            assert plan.scope == edition.scope
            assert await plan.actions() == (await plan.current()).actions
            assert await plan.published_plans() == (edition,)
            assert await desk.cases.get(case.reference) == case
            assert await desk.cases.count() == len((await desk.cases.find()).cases) == 1
            assert [alert.reference for alert in await desk.sweep()] == [case.reference] * 3
            assert len(await desk.feed()) == 4
            (entered,) = await desk.register_many(
                [Registration(facts=factories.facts(), site="CRE", occurred_at=factories.at(1))]
            )
            assert entered.is_new
            assert await whole.verify() == ()
            assert await whole.run(lambda synchronous: synchronous.cases.count()) == 2
            nightly = await whole.maintenance.nightly(verify=True)
            assert nightly.is_clean

    asyncio.run(life())


def test_a_store_that_blocks_the_event_loop_is_refused() -> None:
    async def register(desk: AsyncDesk) -> object:
        return await desk.register(factories.facts(), site="CRE")

    store = memory_store()
    with pytest.raises(TypeError, match="open_async"):
        asyncio.run(register(AsyncDesk(store)))
    store.close()
    assert asyncio.run(register(AsyncDesk(InMemoryStore())))
