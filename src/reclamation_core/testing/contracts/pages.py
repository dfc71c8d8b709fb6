"""The contract of `CaseRepository.find`: the order, the pages, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from reclamation_core.ports import CaseQuery, Store, StoreDamagedError
from reclamation_core.testing.contracts.making import (
    FIRST,
    SECOND,
    THIRD,
    a_case,
    desk_on,
    keep,
    kept,
    registered,
    renamed,
)
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import Capability, promise


def pages(store: Store, limit: int, between: Callable[[], None] = lambda: None) -> list[str]:
    """The references of all the pages, something happening between one and the next."""
    seen: list[str] = []
    query: CaseQuery | None = CaseQuery(limit=limit)
    while query is not None:
        with store.unit_of_work() as unit:
            page = unit.cases.find(query)
        seen += [case.reference for case in page.cases]
        query = query.following(page)
        if query is not None:
            between()
    return seen


class CasePagesContract(PortContract):
    """What the order and the pages of finding promise."""

    port = "CaseRepository"

    @promise("l'ordre est celui des références, par point de code")
    def test_the_order_is_that_of_the_references_by_code_point(self, store: Store) -> None:
        names = ["R-É", "R-a", "R-10", "R-9", "R-Z", "R-\U0001f600", "R-\uff21"]
        keep(store, *(renamed(a_case(), name) for name in names))

        assert pages(store, 50) == ["R-10", "R-9", "R-Z", "R-a", "R-É", "R-\uff21", "R-\U0001f600"]
        assert pages(store, 1) == pages(store, 50)

    @promise("les pages sont complètes, sans répétition, et la dernière le dit")
    def test_pages_are_complete_without_repeats_and_the_last_says_so(self, store: Store) -> None:
        there = [f"R-2026-00000{number}" for number in range(1, 5)]
        keep(store, *(a_case(number) for number in range(1, 5)))

        for limit in (1, 2, 3, 4, 5):
            assert (limit, pages(store, limit)) == (limit, there)

    @promise("une page est remplie de dossiers qui répondent aux critères, et le compte ne dépend pas d'elle")
    def test_a_page_is_filled_with_cases_that_meet_the_criteria(self, store: Store) -> None:
        desk = desk_on(store)
        for site in ("CRE", "STR", "CRE", "STR", "CRE"):
            registered(desk, site)

        with store.unit_of_work() as unit:
            first = unit.cases.find(CaseQuery(sites={"CRE"}, limit=2))
            second = unit.cases.find(CaseQuery(sites={"CRE"}, limit=2, after=first.next))

            assert [case.reference[-1] for case in (*first.cases, *second.cases)] == ["1", "3", "5"]
            assert second.next is None
            assert unit.cases.count(CaseQuery(sites={"CRE"}, limit=1, after=THIRD)) == 3

    @promise("la page après une référence qui n'existe pas commence à la suivante")
    def test_a_page_after_a_reference_that_is_not_there_begins_with_the_next(self, store: Store) -> None:
        keep(store, a_case(1), a_case(3))

        with store.unit_of_work() as unit:
            assert [case.reference for case in unit.cases.find(CaseQuery(after=SECOND)).cases] == [THIRD]
            assert unit.cases.find(CaseQuery(after="S")).cases == ()

    @promise("ajouter entre deux pages ne répète ni ne perd aucun dossier")
    def test_adding_between_pages_neither_repeats_nor_loses_a_case(self, store: Store) -> None:
        desk = desk_on(store)
        before = [registered(desk).reference for _ in range(6)]
        earlier = iter([renamed(a_case(), "A-1"), renamed(a_case(), "A-2"), renamed(a_case(), "A-3")])

        def add() -> None:
            registered(desk)
            keep(store, next(earlier))

        seen = pages(store, 4, add)

        assert len(seen) == len(set(seen))
        assert set(before) <= set(seen)

    @promise("les pages lues parmi des fils qui écrivent sont complètes, sans répétition", needs=Capability.THREADS)
    def test_pages_read_among_writers_are_complete_without_repeats(self, store: Store) -> None:
        desk = desk_on(store)
        before = [registered(desk).reference for _ in range(20)]

        with ThreadPoolExecutor(3) as pool:
            writers = [pool.submit(lambda: [registered(desk) for _ in range(20)]) for _ in range(3)]
            while True:
                seen = pages(store, 7)
                assert len(seen) == len(set(seen))
                assert set(before) <= set(seen)
                if all(writer.done() for writer in writers):
                    break
            for writer in writers:
                writer.result()

        assert len(pages(store, 7)) == 80

    @promise(
        "une page finit avant un dossier illisible ; celle qui commencerait par lui le nomme, et l'on continue",
        needs=Capability.TAMPERING,
    )
    def test_a_page_ends_before_a_case_that_cannot_be_read_and_one_goes_on_after_it(self, store: Store) -> None:
        keep(store, *(a_case(number) for number in (1, 2, 3)))
        self.rewrite_event(store, SECOND, 1, "{")

        with store.unit_of_work() as unit:
            page = unit.cases.find(CaseQuery())
            with pytest.raises(StoreDamagedError) as damaged:
                unit.cases.find(CaseQuery(after=page.next))
            rest = unit.cases.find(CaseQuery(after=damaged.value.holder))

        assert ([case.reference for case in page.cases], page.next) == ([FIRST], FIRST)
        assert damaged.value.holder == SECOND
        assert ([case.reference for case in rest.cases], rest.next) == ([THIRD], None)

    @promise(
        "un dossier illisible est nommé à qui le demande, et n'empêche pas de lire les autres",
        needs=Capability.TAMPERING,
    )
    def test_a_case_that_cannot_be_read_is_named_and_keeps_nobody_from_the_others(self, store: Store) -> None:
        first, third = a_case(1), a_case(3)
        keep(store, first, a_case(2), third)
        self.rewrite_event(store, SECOND, 1, "{")

        with store.unit_of_work() as unit, pytest.raises(StoreDamagedError) as damaged:
            unit.cases.get(SECOND)

        assert damaged.value.holder == SECOND
        assert (kept(store, FIRST), kept(store, THIRD)) == (first, third)
