"""The contract of `UnitOfWork`: all or nothing, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reclamation_core.ports import (
    CaseNotFoundError,
    CaseQuery,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    Store,
    UnitOfWork,
    UnitOfWorkEndedError,
)
from tests.contracts.stores import StoreContract, a_case, a_plan, keep, kept, save, signed, with_support

USES: dict[str, Callable[[UnitOfWork], object]] = {
    "commit": lambda unit: unit.commit(),
    "add a case": lambda unit: unit.cases.add(a_case(3)),
    "save a case": lambda unit: unit.cases.save(with_support(a_case()), 1),
    "get a case": lambda unit: unit.cases.get("R-2026-000001"),
    "a case by its source": lambda unit: unit.cases.by_source("mail-1"),
    "find": lambda unit: unit.cases.find(CaseQuery()),
    "count": lambda unit: unit.cases.count(CaseQuery()),
    "add a plan": lambda unit: unit.plans.add(a_plan()),
    "save a plan": lambda unit: unit.plans.save(a_plan().progress("A-1", signed()), 1),
    "get a plan": lambda unit: unit.plans.get("site:CRE"),
    "scopes": lambda unit: unit.plans.scopes(),
}


class UnitOfWorkContract(StoreContract):
    """What a unit of work promises."""

    def test_what_is_not_committed_leaves_nothing(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            unit.plans.add(a_plan())

        self.is_empty(store)

    def test_an_error_inside_leaves_nothing_and_passes(self, store: Store) -> None:
        def fail(unit: UnitOfWork) -> None:
            with unit:
                unit.cases.add(a_case(source="mail-1"))
                unit.plans.add(a_plan())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail(store.unit_of_work())

        self.is_empty(store)

    def test_a_rollback_forgets(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            unit.plans.add(a_plan())
            unit.rollback()
            unit.rollback()

        self.is_empty(store)

    @staticmethod
    def is_empty(store: Store) -> None:
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0
            assert unit.cases.by_source("mail-1") is None
            assert unit.plans.scopes() == ()
            with pytest.raises(CaseNotFoundError):
                unit.cases.get("R-2026-000001")
            with pytest.raises(PlanNotFoundError):
                unit.plans.get("site:CRE")
        assert store.feed.read() == ()

    def test_nobody_else_sees_what_waits_for_its_commit(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            unit.plans.add(a_plan())
            self.is_empty(store)
            unit.commit()

        assert kept(store, "R-2026-000001").source == "mail-1"

    def test_a_rollback_after_the_commit_takes_nothing_back(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case())
            unit.commit()
            unit.rollback()

        assert kept(store, "R-2026-000001").version == 1

    @pytest.mark.parametrize("use", USES.values(), ids=USES.keys())
    @pytest.mark.parametrize("end", ["commit", "rollback"])
    def test_it_serves_once(self, store: Store, end: str, use: Callable[[UnitOfWork], object]) -> None:
        keep(store, a_case(), a_plan("STR"))
        unit = store.unit_of_work()
        getattr(unit, end)()

        with pytest.raises(UnitOfWorkEndedError, match="begin another one"):
            use(unit)

    def test_a_case_and_a_plan_are_kept_together_or_neither(self, store: Store) -> None:
        case, plan = a_case(), a_plan()
        keep(store, case, plan)

        with store.unit_of_work() as unit:
            unit.cases.save(with_support(case), 1)
            unit.plans.save(plan.progress("A-1", signed()), 1)
            save(store, plan.abandon("A-1", signed(), reason="inutile"), 1)
            with pytest.raises(ConcurrentChangeError, match="site:CRE"):
                unit.commit()

        assert kept(store, case.reference) == case
        assert len(store.feed.read()) == 1

    def test_one_case_refused_keeps_the_others_out(self, store: Store) -> None:
        case = a_case()
        keep(store, case)

        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2))
            unit.cases.save(with_support(case), 1)
            save(store, with_support(case, "un autre"), 1)
            with pytest.raises(ConcurrentChangeError):
                unit.commit()

        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 1

    def test_a_source_taken_meanwhile_is_told_at_the_commit(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2, source="mail-1"))
            keep(store, a_case(source="mail-1"))
            with pytest.raises(RepeatedSourceError) as refused:
                unit.commit()

        assert (refused.value.source, refused.value.reference) == ("mail-1", "R-2026-000001")
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 1

    def test_a_reference_or_a_scope_taken_meanwhile_is_told_at_the_commit(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case())
            keep(store, with_support(a_case()))
            with pytest.raises(ConcurrentChangeError, match="R-2026-000001") as refused:
                unit.commit()
        with store.unit_of_work() as unit:
            unit.plans.add(a_plan())
            keep(store, a_plan())
            with pytest.raises(ConcurrentChangeError, match="site:CRE"):
                unit.commit()

        assert (refused.value.expected, refused.value.found) == (0, 2)

    def test_a_unit_sees_what_others_commit_meanwhile(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0
            keep(store, a_case(source="mail-1"), a_plan())
            assert unit.cases.count(CaseQuery()) == 1
            assert unit.cases.by_source("mail-1") is not None
            assert unit.plans.get("site:CRE").version == 1
