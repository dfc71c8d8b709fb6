"""The contract of `PlanRepository`."""

from __future__ import annotations

import pytest

from reclamation_core.cases.checks import LONGEST_NAME
from reclamation_core.cases.plans import Effectiveness, Pgaac, PlanScope
from reclamation_core.ports import ConcurrentChangeError, PlanNotFoundError, Store
from tests.contracts.stores import StoreContract, a_plan, keep, save, signed


class PlanRepositoryContract(StoreContract):
    """What a repository of plans promises."""

    def test_a_plan_that_was_added_is_got_with_its_texts(self, store: Store) -> None:
        plan = a_plan()
        keep(store, plan)

        with store.unit_of_work() as unit:
            found = unit.plans.get("site:CRE")

        assert found == plan
        assert found.read(found.action("A-1").what) == "tenir un vivier"

    def test_a_scope_has_one_plan_and_the_refusal_gives_both_versions(self, store: Store) -> None:
        keep(store, a_plan())

        with store.unit_of_work() as unit, pytest.raises(ConcurrentChangeError, match="site:CRE") as refused:
            unit.plans.add(a_plan(reference="A-2"))

        assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 0, 1)

    def test_a_plan_without_a_story_is_not_added(self, store: Store) -> None:
        with store.unit_of_work() as unit, pytest.raises(ValueError, match="it has no story yet"):
            unit.plans.add(Pgaac(scope=PlanScope.nation()))

    def test_a_plan_is_saved_on_the_version_it_was_loaded_at(self, store: Store) -> None:
        plan = a_plan()
        keep(store, plan)

        save(store, plan.progress("A-1", signed()), 1)

        with store.unit_of_work() as unit:
            assert unit.plans.get("site:CRE").version == 2

    def test_of_two_writers_on_one_plan_one_is_refused_with_both_versions(self, store: Store) -> None:
        plan = a_plan()
        keep(store, plan)

        with store.unit_of_work() as late:
            late.plans.save(plan.abandon("A-1", signed(), reason="inutile"), 1)
            save(store, plan.progress("A-1", signed()), 1)
            with pytest.raises(ConcurrentChangeError, match="site:CRE") as refused:
                late.commit()
        with pytest.raises(ConcurrentChangeError) as told_early:
            save(store, plan.progress("A-1", signed()), 1)

        assert (refused.value.reference, refused.value.expected, refused.value.found) == ("site:CRE", 1, 2)
        assert (told_early.value.expected, told_early.value.found) == (1, 2)

    def test_what_was_never_added_is_neither_saved_nor_got(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            with pytest.raises(PlanNotFoundError, match="'site:CRE' is not found") as refused:
                unit.plans.save(a_plan(), 1)
            with pytest.raises(PlanNotFoundError):
                unit.plans.get("nation")

        assert refused.value.scope == "site:CRE"

    def test_a_plan_without_a_new_event_is_not_saved(self, store: Store) -> None:
        plan = a_plan()
        keep(store, plan)

        with store.unit_of_work() as unit, pytest.raises(ValueError, match="adds no event to version 1"):
            unit.plans.save(plan, 1)

    def test_a_unit_finds_what_it_added_and_saved(self, store: Store) -> None:
        plan = a_plan()
        with store.unit_of_work() as unit:
            unit.plans.add(plan)
            unit.plans.save(plan.progress("A-1", signed()), 1)
            assert unit.plans.get("site:CRE").version == 2
            unit.commit()

        with store.unit_of_work() as unit:
            assert unit.plans.get("site:CRE").version == 2

    def test_the_scopes_are_in_order_by_code_point_those_of_the_unit_among_them(self, store: Store) -> None:
        keep(store, a_plan("STR"), a_plan("É"), a_plan("a"))

        with store.unit_of_work() as unit:
            unit.plans.add(a_plan("CRE"))
            assert unit.plans.scopes() == ("site:CRE", "site:STR", "site:a", "site:É")
        with store.unit_of_work() as unit:
            assert unit.plans.scopes() == ("site:STR", "site:a", "site:É")

    def test_the_plans_that_serve_a_case_are_those_with_an_action_for_it_as_the_unit_has_them(
        self, store: Store
    ) -> None:
        keep(store, a_plan("STR", cases=("R-1", "R-2")), a_plan("CRE", cases=("R-1",)), a_plan("STD", cases=("R-2",)))

        with store.unit_of_work() as unit:
            assert [plan.scope.key for plan in unit.plans.serving("R-1")] == ["site:CRE", "site:STR"]
            assert unit.plans.serving("R-3") == ()
            there = unit.plans.get("site:CRE")
            unit.plans.save(there.amend("A-1", signed(), cases=("R-3",)), there.version)
            unit.plans.add(a_plan("MLN", cases=("R-1",)))
            assert [plan.scope.key for plan in unit.plans.serving("R-1")] == ["site:MLN", "site:STR"]
            assert [plan.scope.key for plan in unit.plans.serving("R-3")] == ["site:CRE"]

    def test_the_plans_effective_on_a_cause_are_those_with_an_action_judged_so_as_the_unit_has_them(
        self, store: Store
    ) -> None:
        keep(store, judged(a_plan("STR")), judged(a_plan("CRE"), Effectiveness.NOT_EFFECTIVE), a_plan("STD"))

        with store.unit_of_work() as unit:
            assert [plan.scope.key for plan in unit.plans.effective_on(["matériel", "organisation"])] == ["site:STR"]
            assert unit.plans.effective_on(["matériel"]) == unit.plans.effective_on([]) == ()
            there = unit.plans.get("site:STR")
            unit.plans.save(there.reopen("A-1", signed(), reason="encore"), there.version)
            unit.plans.add(judged(a_plan("MLN")))
            assert [plan.scope.key for plan in unit.plans.effective_on(["organisation"])] == ["site:MLN"]

    def test_the_longest_names_are_kept_and_found(self, store: Store) -> None:
        names = ["".join(chr(0x20000 + start + sign) for sign in range(LONGEST_NAME)) for start in range(0, 600, 200)]
        plan = a_plan(names[0], names[1], cases=(names[2],), cause_family=names[2])
        keep(store, plan)

        with store.unit_of_work() as unit:
            assert unit.plans.serving(names[2]) == (plan,)
            assert unit.plans.get(plan.scope.key) == plan


def judged(plan: Pgaac, effectiveness: Effectiveness = Effectiveness.EFFECTIVE) -> Pgaac:
    done = plan.progress("A-1", signed()).finish("A-1", signed(), evidence="la liste")
    return done.judge("A-1", effectiveness, signed(), why="on a regardé")
