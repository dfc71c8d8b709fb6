"""The contract of `UnitOfWork`: all or nothing, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Final

import pytest

from reclamation_core.cases import Case
from reclamation_core.plans.events import ActionAbandoned, ActionProgressed
from reclamation_core.ports import (
    CaseNotFoundError,
    CaseQuery,
    ConcurrentChangeError,
    PlanNotFoundError,
    RepeatedSourceError,
    StaleReadError,
    Store,
    UnitOfWork,
    UnitOfWorkEndedError,
)
from reclamation_core.testing._plan_history import plan_after
from reclamation_core.testing.contracts.base import Capability, PortContract, rule
from reclamation_core.testing.contracts.samples import (
    FIRST,
    SECOND,
    a_case,
    a_plan,
    insert,
    load,
    load_plan,
    renamed,
    save,
    signed,
    with_support,
)

USES: Final[Mapping[str, Callable[[UnitOfWork], object]]] = {
    "commit": lambda unit: unit.commit(),
    "cases.add": lambda unit: unit.cases.add(a_case(3)),
    "cases.save": lambda unit: unit.cases.save(with_support(a_case()), 1),
    "cases.get": lambda unit: unit.cases.get(FIRST),
    "cases.by_source": lambda unit: unit.cases.by_source("mail-1"),
    "cases.by_sources": lambda unit: unit.cases.by_sources(["mail-1"]),
    "cases.find": lambda unit: unit.cases.find(CaseQuery()),
    "cases.count": lambda unit: unit.cases.count(CaseQuery()),
    "plans.add": lambda unit: unit.plans.add(a_plan()),
    "plans.save": lambda unit: unit.plans.save(plan_after(a_plan("STR"), signed()(ActionProgressed(action="A-1"))), 1),
    "plans.expect": lambda unit: unit.plans.expect(a_plan()),
    "plans.get": lambda unit: unit.plans.get("site:STR"),
    "plans.effective_on": lambda unit: unit.plans.effective_on(["organisation"]),
    "plans.scopes": lambda unit: unit.plans.scopes(),
    "optimistic_locks.hold": lambda unit: unit.optimistic_locks.hold("cause:organisation"),
}


def refused(use: Callable[[UnitOfWork], object], unit: UnitOfWork) -> bool:
    """Whether a unit that has ended refuses a use."""
    try:
        use(unit)
    except UnitOfWorkEndedError:
        return True
    return False


class UnitOfWorkContract(PortContract):
    """The contract of `UnitOfWork`."""

    port = "UnitOfWork"

    @rule("ce qui n'est pas validé ne laisse rien")
    def test_uncommitted_changes_leave_nothing(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            unit.plans.add(a_plan())

        self._is_empty(store)

    @rule("une erreur au milieu ne laisse rien, et passe")
    def test_an_error_inside_leaves_nothing_and_passes(self, store: Store) -> None:
        def fail(unit: UnitOfWork) -> None:
            with unit:
                unit.cases.add(a_case(source="mail-1"))
                unit.plans.add(a_plan())
                raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            fail(store.unit_of_work())

        self._is_empty(store)

    @rule("une annulation oublie tout")
    def test_a_rollback_discards_all_changes(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            unit.plans.add(a_plan())
            unit.rollback()
            unit.rollback()

        self._is_empty(store)

    @staticmethod
    def _is_empty(store: Store) -> None:
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0
            assert unit.cases.by_source("mail-1") == ()
            assert unit.plans.scopes() == ()
            with pytest.raises(CaseNotFoundError):
                unit.cases.get(FIRST)
            with pytest.raises(PlanNotFoundError):
                unit.plans.get("site:CRE")
        assert store.feed.read() == ()
        assert store.journal.read() == ()

    @rule("personne d'autre ne voit ce qui attend sa validation")
    def test_pending_changes_are_invisible_to_others(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(source="mail-1"))
            unit.plans.add(a_plan())
            self._is_empty(store)
            unit.commit()

        assert load(store, FIRST).source == "mail-1"

    @rule("annuler après avoir validé ne reprend rien")
    def test_a_rollback_after_the_commit_takes_nothing_back(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case())
            unit.commit()
            unit.rollback()

        assert load(store, FIRST).version == 1

    @rule("une unité de travail sert une fois")
    @pytest.mark.parametrize("end", ["commit", "rollback"])
    def test_a_unit_serves_once(self, store: Store, end: str) -> None:
        insert(store, a_case(), a_plan("STR"))
        unit = store.unit_of_work()
        {"commit": unit.commit, "rollback": unit.rollback}[end]()

        assert [name for name, use in USES.items() if not refused(use, unit)] == []

    @rule("un dossier et un plan sont tenus ensemble, ou aucun des deux")
    def test_a_case_and_a_plan_are_stored_together_or_neither(self, store: Store) -> None:
        case, plan = a_case(), a_plan()
        insert(store, case, plan)

        with store.unit_of_work() as unit:
            unit.cases.save(with_support(case), 1)
            unit.plans.save(plan_after(plan, signed()(ActionProgressed(action="A-1"))), 1)
            save(store, plan_after(plan, signed()(ActionAbandoned(action="A-1", reason="inutile"))), 1)
            with pytest.raises(ConcurrentChangeError, match="site:CRE"):
                unit.commit()

        assert load(store, case.reference) == case
        assert len(store.feed.read()) == 1

    @rule("ce qui est validé ensemble est tenu ensemble")
    def test_changes_of_one_commit_are_stored_together(self, store: Store) -> None:
        case, plan = a_case(), a_plan()
        insert(store, case, plan)
        longer, further = with_support(case), plan_after(plan, signed()(ActionProgressed(action="A-1")))

        with store.unit_of_work() as unit:
            unit.cases.save(longer, 1)
            unit.plans.save(further, 1)
            unit.cases.add(a_case(2))
            unit.commit()

        assert (load(store, FIRST), load_plan(store), load(store, SECOND).version) == (longer, further, 1)

    @rule("un dossier refusé fait refuser ceux de la même validation")
    def test_one_refused_case_refuses_the_others(self, store: Store) -> None:
        case = a_case()
        insert(store, case)

        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2))
            unit.cases.save(with_support(case), 1)
            save(store, with_support(case, "un autre"), 1)
            with pytest.raises(ConcurrentChangeError):
                unit.commit()

        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 1

    @rule("un message pris entre-temps est refusé à la validation")
    def test_a_source_taken_by_another_is_refused_at_the_commit(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.cases.add(a_case(2, source="mail-1"))
            insert(store, a_case(source="mail-1"))
            with pytest.raises(RepeatedSourceError) as refused:
                unit.commit()

        assert (refused.value.source, refused.value.reference) == ("mail-1", FIRST)
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 1

    @rule("une référence ou un périmètre pris entre-temps est refusé à la validation")
    def test_a_reference_or_a_scope_taken_by_another_is_refused_at_the_commit(self, store: Store) -> None:
        there, plan = with_support(a_case()), a_plan()
        with store.unit_of_work() as unit:
            unit.cases.add(a_case())
            insert(store, there)
            with pytest.raises(ConcurrentChangeError, match=FIRST) as refused:
                unit.commit()
        with store.unit_of_work() as unit:
            unit.plans.add(a_plan())
            insert(store, plan)
            with pytest.raises(ConcurrentChangeError, match="site:CRE"):
                unit.commit()

        assert (refused.value.expected, refused.value.found) == (0, 2)
        assert (load(store, FIRST), load_plan(store)) == (there, plan)

    @rule("une unité de travail voit ce que d'autres valident entre-temps")
    def test_a_unit_reads_the_later_commits_of_others(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0
            insert(store, a_case(source="mail-1"), a_plan())
            assert unit.cases.count(CaseQuery()) == 1
            assert unit.cases.by_source("mail-1") != ()
            assert unit.plans.get("site:CRE").version == 1

    @rule("de deux unités de travail qui ont pris le même verrou optimiste, la seconde à valider est refusée")
    def test_of_two_units_that_hold_one_optimistic_lock_the_second_to_commit_is_refused(self, store: Store) -> None:
        with store.unit_of_work() as one, store.unit_of_work() as other:
            for unit in (one, other):
                unit.optimistic_locks.hold("cause:organisation")
                assert unit.cases.count(CaseQuery()) == 0
            one.cases.add(a_case(1))
            other.cases.add(a_case(2))
            other.plans.add(a_plan())
            one.commit()
            with pytest.raises(StaleReadError, match="cause:organisation") as refused:
                other.commit()

        assert (refused.value.expected, refused.value.found) == (0, 1)
        with store.unit_of_work() as unit:
            assert (unit.cases.count(CaseQuery()), unit.plans.scopes()) == (1, ())
        assert len(store.feed.read()) == 1

    @rule("un verrou optimiste pris après la validation de l'autre ne refuse rien, et compte les validations")
    def test_an_optimistic_lock_that_is_held_after_the_others_commit_refuses_nothing(self, store: Store) -> None:
        for number in (1, 2, 3):
            with store.unit_of_work() as unit:
                unit.optimistic_locks.hold("cause:organisation", "cause:matériel")
                assert unit.cases.count(CaseQuery()) == number - 1
                unit.cases.add(a_case(number))
                unit.commit()

        with store.unit_of_work() as late:
            late.optimistic_locks.hold("cause:matériel")
            self._under_a_lock(store, a_case(4))
            late.plans.add(a_plan())
            with pytest.raises(StaleReadError) as refused:
                late.commit()
        assert (refused.value.expected, refused.value.found) == (3, 4)

    @rule("un verrou optimiste repris garde la version qu'il avait la première fois")
    def test_an_optimistic_lock_that_is_held_again_has_its_first_version(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold("cause:matériel")
            self._under_a_lock(store, a_case(1))
            unit.optimistic_locks.hold("cause:matériel", "cause:organisation")
            unit.cases.add(a_case(2))
            with pytest.raises(StaleReadError, match="cause:matériel"):
                unit.commit()

    @rule("des verrous optimistes différents ne se gênent pas, ni celui qui n'en prend aucun")
    def test_other_locks_refuse_nothing(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold("cause:organisation", "duplicate:R-2026-000001")
            self._under_a_lock(store, a_case(1))
            insert(store, a_case(2), a_plan())
            unit.cases.add(a_case(3))
            unit.commit()

        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 3

    @rule("un verrou optimiste n'avance que si quelque chose est écrit et validé")
    def test_an_optimistic_lock_is_advanced_only_by_a_commit_that_writes(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold("cause:matériel")
            with store.unit_of_work() as reader:
                reader.optimistic_locks.hold("cause:matériel")
                reader.commit()
            with store.unit_of_work() as leaver:
                leaver.optimistic_locks.hold("cause:matériel")
                leaver.cases.add(a_case(2))
            with store.unit_of_work() as refused:
                refused.optimistic_locks.hold("cause:matériel")
                refused.plans.add(a_plan())
                insert(store, a_plan())
                with pytest.raises(ConcurrentChangeError):
                    refused.commit()
            unit.cases.add(a_case(1))
            unit.commit()

        assert load(store, FIRST).version == 1

    @rule("une unité de travail qui n'écrit rien n'est refusée par aucun verrou optimiste")
    def test_a_unit_without_changes_is_refused_by_no_lock(self, store: Store) -> None:
        insert(store, a_plan())
        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold("cause:matériel")
            unit.plans.expect(unit.plans.get("site:CRE"))
            self._under_a_lock(store, a_case(1))
            save(store, plan_after(load_plan(store), signed()(ActionProgressed(action="A-1"))), 1)
            unit.commit()

        assert (load(store, FIRST).version, load_plan(store).version) == (1, 2)

    @rule(
        "de plusieurs qui décident en même temps sous un verrou optimiste, un seul est validé", needs=Capability.THREADS
    )
    def test_of_many_who_decide_at_once_under_one_optimistic_lock_one_is_committed(self, store: Store) -> None:
        ready = Barrier(4)

        def decide(number: int) -> bool:
            with store.unit_of_work() as unit:
                unit.optimistic_locks.hold("cause:matériel", f"cause:{number}")
                none_yet = unit.cases.count(CaseQuery()) == 0
                ready.wait()
                unit.cases.add(a_case(number))
                try:
                    unit.commit()
                except StaleReadError:
                    return False
                return none_yet

        with ThreadPoolExecutor(4) as pool:
            accepted = list(pool.map(decide, range(1, 5)))

        assert sum(accepted) == 1
        with store.unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 1

    @staticmethod
    def _under_a_lock(store: Store, case: Case) -> None:
        """Add a case in another unit of work that holds the optimistic lock `cause:matériel`."""
        with store.unit_of_work() as unit:
            unit.optimistic_locks.hold("cause:matériel")
            unit.cases.add(case)
            unit.commit()

    @rule("un lecteur ne voit jamais la moitié d'une unité de travail", needs=Capability.THREADS)
    def test_a_reader_never_sees_half_of_a_unit(self, store: Store) -> None:
        cases = [a_case(number) for number in (1, 2, 3)]

        def write(times: int) -> None:
            with store.unit_of_work() as unit:
                unit.cases.add(*(renamed(case, f"{case.reference}-{times}") for case in cases))
                unit.commit()

        with ThreadPoolExecutor(2) as pool:  # the halves of three writers in step would be whole units
            writers = [pool.submit(write, times) for times in range(15)]
            while not all(writer.done() for writer in writers):
                with store.unit_of_work() as unit:
                    assert unit.cases.count(CaseQuery()) % 3 == 0
            for writer in writers:
                writer.result()

        assert len(store.feed.read()) == 45
