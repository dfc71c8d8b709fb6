"""What every contract asks of an adapter: a new, empty store. And the cases and plans that the contracts keep."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import pytest

from reclamation_core.cases import Case
from reclamation_core.cases.plans import Pgaac, PlanScope, Signature
from reclamation_core.desk import Desk
from reclamation_core.ports import Store
from reclamation_core.vocabulary import Role
from tests.unit.desk import making
from tests.unit.desk.making import at


class StoreContract(ABC):
    """An adapter's test says how a new store is made; the fixture gives one to each sentence."""

    @abstractmethod
    def new_store(self, folder: Path) -> Store:
        """An empty store; the folder is empty, and this sentence's own."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> Iterator[Store]:
        store = self.new_store(tmp_path)
        yield store
        store.close()


def a_case(number: int = 1, **given: object) -> Case:
    """A case just registered, made on another store; `number` is that of its reference."""
    desk = making.new_desk()
    for _ in range(number - 1):
        making.registered(desk)
    return making.registered(desk, **given)  # type: ignore[arg-type]


def with_support(case: Case, title: str = "le courriel") -> Case:
    """The case with one more event."""
    from reclamation_core.cases import Command, SupportAdded, SupportKind, Surroundings, decide
    from reclamation_core.desk.acting import after
    from reclamation_core.policy import m2_1

    command = Command(
        data=SupportAdded(kind=SupportKind.EMAIL, title=title), by="x", role=Role.AQ, occurred_at=at(1, 10)
    )
    return after(case, decide(case, command, Surroundings(policy=m2_1(), now=at(1, month=7))))


def a_plan(site: str = "CRE", reference: str = "A-1", **changes: object) -> Pgaac:
    """A plan of one action."""
    return Pgaac(scope=PlanScope.site(site)).add(making.sheet(reference, **changes), signed())


def signed() -> Signature:
    return Signature(by="Mme Roux", role=Role.RQR, occurred_at=at(2))


def keep(store: Store, *things: Case | Pgaac) -> None:
    """New cases and plans, each in a unit of its own."""
    for thing in things:
        with store.unit_of_work() as unit:
            if isinstance(thing, Case):
                unit.cases.add(thing)
            else:
                unit.plans.add(thing)
            unit.commit()


def save(store: Store, thing: Case | Pgaac, expected: int) -> None:
    with store.unit_of_work() as unit:
        if isinstance(thing, Case):
            unit.cases.save(thing, expected)
        else:
            unit.plans.save(thing, expected)
        unit.commit()


def kept(store: Store, reference: str) -> Case:
    with store.unit_of_work() as unit:
        return unit.cases.get(reference)


def desk_on(store: Store) -> Desk:
    """A desk on a store, as `making` has it."""
    clock = making.FakeClock(at(1, month=7))
    return Desk.on(store, sites=making.SITES, clock=clock).acting("Mme Roux", Role.RQR)
