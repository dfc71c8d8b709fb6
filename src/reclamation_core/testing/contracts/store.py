"""The contract of a store: all ports together, and the rules that concern several of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, Final

import pytest

from reclamation_core.desk import Desk
from reclamation_core.plans.events import ActionProgressed
from reclamation_core.ports import (
    CaseQuery,
    ConcurrentChangeError,
    JobState,
    RepeatedSourceError,
    Store,
    StoreReadOnlyError,
)
from reclamation_core.testing._plan_history import amended, plan_after
from reclamation_core.testing.builders import a_closed_case, a_planned_case, an_action
from reclamation_core.testing.contracts.base import Capability, OpenStore, PortContract, mark_unsupported, rule
from reclamation_core.testing.contracts.cases import CaseStorageContract, StoredValuesContract
from reclamation_core.testing.contracts.documents import DocumentKeysContract
from reclamation_core.testing.contracts.durability import DurabilityContract
from reclamation_core.testing.contracts.feeds import (
    EventFeedContract,
    EventLogContract,
    ExportLogContract,
    JobRepositoryContract,
    JournalContract,
    PlanFeedContract,
    SequenceGeneratorContract,
)
from reclamation_core.testing.contracts.lists import CaseListsContract
from reclamation_core.testing.contracts.plans import PlanRepositoryContract
from reclamation_core.testing.contracts.queries import CasePagesContract, CaseQueryContract, CaseSearchContract
from reclamation_core.testing.contracts.samples import (
    FIRST,
    SECOND,
    a_case,
    a_plan,
    desk_on,
    facts,
    insert,
    load,
    load_plan,
    registered,
    save,
    signed,
    texts,
    with_support,
    without_texts,
)
from reclamation_core.testing.contracts.unit_of_work import UnitOfWorkContract


def _received(desk: Desk) -> list[object]:
    received: list[object] = []
    desk.consumer("-".join(sorted(case.reference for case in desk.cases.find().cases))).run_once(received.append)
    return received


SCOPES: Final[tuple[tuple[dict[str, Any], set[str]], ...]] = (
    ({"site": "CRE"}, {"CRE"}),
    ({"site": ("CRE", "FDF")}, {"CRE", "FDF"}),
    ({"region": "Île-de-France"}, {"CRE", "STD"}),
    ({"site": ["STD"], "region": ["Grand Est", "Martinique"]}, {"STD", "STR", "FDF"}),
)
"""Scopes, and the sites that each contains."""

SCOPED_QUERIES: Final[tuple[Callable[[Desk], object], ...]] = (
    lambda desk: desk.cases.find().cases,
    lambda desk: desk.cases.find(CaseQuery(sites={"CRE", "STD", "STR", "FDF"})).cases,
    lambda desk: desk.cases.summaries(),
    lambda desk: desk.feed(),
    _received,
    lambda desk: desk.agenda(date(2027, 1, 1)),
    lambda desk: desk.signals(since=date(2026, 1, 1), min_count=1),
    lambda desk: desk.personal_data_of("Désiré"),
    lambda desk: desk.sweep(preview=True),
    lambda desk: desk.sweep(),
    lambda desk: desk.forget_expired(),
    lambda desk: [list(table.records) for table in desk.reports.register().tables],
)
"""What a desk answers on its cases and plans."""


def _stored(store: Store) -> tuple[int, int, tuple[str, ...]]:
    """Return how many cases and events a store has, and the names of its jobs."""
    with store.unit_of_work() as unit:
        return unit.cases.count(CaseQuery()), len(store.feed.read()), store.jobs.names()


def _moment(store: Store) -> tuple[object, ...]:
    """Return what a store reads by each of its ports."""
    with store.unit_of_work() as unit:
        cases = [(case.reference, case.version) for case in unit.cases.find(CaseQuery()).cases]
        plans = [("site:CRE", unit.plans.get("site:CRE").version)]
        count = unit.cases.count(CaseQuery())
    return count, cases, plans, store.journal.stream_of(FIRST)


class WholeStoreContract(PortContract):
    """Rules that concern several ports of a store."""

    port = "Store"

    @rule("chaque unité de travail est nouvelle")
    def test_each_unit_of_work_is_a_new_one(self, store: Store) -> None:
        with store.unit_of_work() as one, store.unit_of_work() as other:
            one.cases.add(a_case())
            assert other.cases.count(CaseQuery()) == 0
            other.cases.add(a_case(2))
            assert one.cases.count(CaseQuery()) == 1

    @rule("fermer deux fois n'a pas d'effet")
    def test_closing_twice_is_harmless(self, store: Store) -> None:
        insert(store, a_case())

        store.close()
        store.close()

    @rule("un appel depuis une coroutine donne le même résultat, ou est refusé avec la marche à suivre")
    def test_an_awaited_call_returns_its_result_or_is_refused_before_it_runs(self, store: Store) -> None:
        insert(store, a_case())
        calls: list[int] = []

        def call() -> int:
            calls.append(1)
            with store.unit_of_work() as unit:
                return unit.cases.count(CaseQuery())

        async def ask() -> int:
            return await store.run_async(call)

        answers: list[int] = []
        with suppress(TypeError):
            answers.append(asyncio.run(ask()))

        assert (answers, len(calls)) in (([1], 1), ([], 0))

    @rule("les dossiers d'un bureau se vérifient un par un, sans anomalie")
    def test_the_cases_of_a_desk_are_verified(self, store: Store) -> None:
        desk = desk_on(store)
        registered(desk, source="mail-1")
        case = a_closed_case(desk, facts(), complainant="Mme Désiré")
        desk.reopen(case.reference, reason="encore")

        assert list(desk.verify()) == []
        assert list(desk.examine()) == []
        assert desk.cases.count() == 2

    @rule("les colonnes enregistrées avec un dossier ou un plan concordent avec ses événements")
    def test_the_projections_of_cases_and_plans_are_consistent(self, store: Store) -> None:
        insert(store, a_case(complainant="Mme Désiré", service_sites=("CRE", "FDF")), a_plan())
        save(store, without_texts(with_support(load(store, FIRST))), 1)
        save(store, plan_after(load_plan(store), signed()(amended("A-1", what="tenir deux viviers"))), 1)
        save(
            store,
            plan_after(
                load_plan(store), signed()(amended("A-1", cases=(FIRST,))), signed()(ActionProgressed(action="A-1"))
            ),
            2,
        )

        with store.unit_of_work() as unit:
            assert unit.cases.find_inconsistencies(unit.cases.get(FIRST)) == ()
            assert unit.plans.find_inconsistencies(unit.plans.get("site:CRE")) == ()

    @rule("un accès limité à des centres et à des régions ne voit rien d'un autre, quelle que soit la question")
    def test_a_desk_of_some_sites_and_regions_sees_nothing_of_another(self, store: Store) -> None:
        desk = desk_on(store)
        places: dict[str, dict[str, Any]] = {
            "CRE": {"site": "CRE"},
            "STD": {"site": "STD", "source": "mail-1"},
            "STR": {"site": "STR", "complainant": "Mme Désiré"},
            "FDF": {"site": "FDF", "complainant": "Mme Désiré"},
            "CRE STR": {"site": "CRE", "service_sites": ("STR",)},
            "STD FDF": {"site": "STD", "handling_unit": "FDF"},
        }
        cases = {}
        for where, more in places.items():
            action = an_action(reference=f"A-{where.replace(' ', '-')}", check_on=date(2026, 6, 20))
            cases[a_planned_case(desk, facts(), actions=(action,), **more).reference] = set(where.split())

        for given, sites in SCOPES:
            here = desk.scoped(**given)
            answers = [query(here) for query in SCOPED_QUERIES]
            seen = {name for answer in answers for name in re.findall(r"R-2026-\d+", repr(answer))}

            assert seen == {reference for reference, of_case in cases.items() if of_case & sites}

    @rule("un point de reprise annulé défait tout ce qui l'a suivi, ou rien ; conclu, il garde tout")
    def test_a_savepoint_rolled_back_undoes_all_that_followed_or_nothing(self, store: Store) -> None:
        insert(store, a_case())

        undone = store.savepoint()
        insert(store, a_case(2))
        store.jobs.save("copie", JobState(position=2))
        undone.rollback()
        found = _stored(store)
        accepted = store.savepoint()
        insert(store, a_case(3))
        store.jobs.save("suite", JobState(position=3))
        accepted.release()

        assert found in ((1, 1, ()), (2, 2, ("copie",)))
        assert _stored(store) == (found[0] + 1, found[1] + 1, (*found[2], "suite"))

    @rule("un instantané ne voit pas ce qui est validé après lui, et ne retient personne", needs=Capability.SNAPSHOTS)
    def test_a_snapshot_is_of_one_moment_and_delays_no_commit(self, store: Store) -> None:
        insert(store, a_case(), a_plan())
        desk, stream = desk_on(store), store.journal.stream_of(FIRST)

        with store.snapshot() as moment:
            if moment is store:
                mark_unsupported(Capability.SNAPSHOTS, f"{type(store).__name__} does not override snapshot")
            before = _moment(moment)
            save(store, with_support(load(store, FIRST)), 1)
            save(store, plan_after(load_plan(store), signed()(amended("A-1", what="tenir deux viviers"))), 1)
            registered(desk, source="mail-1")
            after = _moment(moment)
            with pytest.raises(StoreReadOnlyError):
                insert(moment, a_case(9))

        assert before == after == (1, [(FIRST, 1)], [("site:CRE", 1)], stream)
        assert _moment(store)[:3] == (2, [(FIRST, 2), (SECOND, 1)], [("site:CRE", 2)])
        insert(store, a_case(9))

    @rule("le même message enregistré deux fois donne le même dossier")
    def test_the_same_message_registered_twice_gives_the_same_case(self, store: Store) -> None:
        desk = desk_on(store)

        first, again = registered(desk, source="mail-1"), registered(desk, source="mail-1")

        assert first == again
        assert desk.cases.count() == 1

    @rule("ce qui a été validé se retrouve après fermeture et réouverture", needs=Capability.REOPENING)
    def test_committed_changes_are_there_after_reopening(self, opened: OpenStore) -> None:
        store = opened()
        case, plan = with_support(a_case(verbatim="Le formateur est absent")), a_plan()
        insert(store, case, plan)
        given = store.sequences.next("R-2026")
        items = store.feed.read()
        store.close()

        again = opened()

        assert (load(again, FIRST), load_plan(again)) == (case, plan)
        assert texts(load(again, FIRST)) == texts(case)
        assert again.feed.read() == items
        assert again.sequences.next("R-2026") > given

    @rule("ce qui n'a pas été validé ne se retrouve pas après réouverture", needs=Capability.REOPENING)
    def test_uncommitted_changes_are_not_there_after_reopening(self, opened: OpenStore) -> None:
        store = opened()
        with store.unit_of_work() as unit:
            unit.cases.add(a_case())
        store.close()

        with opened().unit_of_work() as unit:
            assert unit.cases.count(CaseQuery()) == 0

    @rule("plusieurs entrepôts ouverts au même endroit voient les validations des autres", needs=Capability.SHARING)
    def test_stores_of_one_place_read_the_commits_of_the_others(self, opened: OpenStore) -> None:
        one, other = opened(), opened()
        insert(one, a_case())
        assert load(other, FIRST).version == 1

        save(other, with_support(load(other, FIRST)), 1)
        insert(other, a_plan())

        assert load(one, FIRST).version == 2
        assert load_plan(one).version == 1
        assert one.feed.read() == other.feed.read()
        assert one.journal.read() == other.journal.read()

    @rule("plusieurs entrepôts ouverts au même endroit ne s'écrasent pas", needs=Capability.SHARING)
    def test_stores_of_one_place_do_not_overwrite_each_other(self, opened: OpenStore) -> None:
        one, other = opened(), opened()
        insert(one, a_case(source="mail-1"))
        case = load(other, FIRST)
        save(one, with_support(case), 1)

        with pytest.raises(ConcurrentChangeError) as overtaken:
            save(other, with_support(case, "un autre"), 1)
        with pytest.raises(RepeatedSourceError):
            insert(other, a_case(2, source="mail-1"))
        numbers = [one.sequences.next("R"), other.sequences.next("R"), one.sequences.next("R")]

        assert (overtaken.value.expected, overtaken.value.found) == (1, 2)
        assert sorted(set(numbers)) == numbers
        with other.unit_of_work() as unit, pytest.raises(LookupError):
            unit.cases.get(SECOND)


class CaseRepositoryContract(
    CaseStorageContract,
    StoredValuesContract,
    CaseQueryContract,
    CasePagesContract,
    CaseSearchContract,
    CaseListsContract,
):
    """The contract of `CaseRepository`."""

    port = "CaseRepository"


class StoreContract(
    WholeStoreContract,
    DurabilityContract,
    CaseRepositoryContract,
    PlanRepositoryContract,
    UnitOfWorkContract,
    EventFeedContract,
    PlanFeedContract,
    JobRepositoryContract,
    EventLogContract,
    JournalContract,
    SequenceGeneratorContract,
    ExportLogContract,
    DocumentKeysContract,
):
    """The contract of a store: every port, and their rules together. A subclass defines the fixture `open_store`.

    >>> import pytest
    >>> class TestMyStore(StoreContract):
    ...     @pytest.fixture
    ...     def open_store(self, tmp_path):
    ...         return lambda: MyStore(tmp_path / "cases")
    """
