"""The contract of `ReferenceNumbers`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from reclamation_core.ports import Store
from tests.contracts.stores import StoreContract


class ReferenceNumbersContract(StoreContract):
    """What the giver of numbers promises."""

    def test_a_series_begins_with_1_and_each_has_its_own_numbers(self, store: Store) -> None:
        numbers = store.references

        assert [numbers.next("R-2026"), numbers.next("R-2026"), numbers.next("R-2027")] == [1, 2, 1]

    def test_several_that_are_taken_together_follow_each_other(self, store: Store) -> None:
        numbers = store.references

        assert [numbers.next("R-2026", 3), numbers.next("R-2026"), numbers.next("R-2026", 2)] == [1, 4, 5]
        assert numbers.next("R-2027", 5) == 1

    def test_threads_that_ask_at_once_get_each_number_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(store.references.next, ["R-2026"] * 400))

        assert sorted(given) == list(range(1, 401))

    def test_a_number_that_its_taker_does_not_use_is_never_given_again(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            lost = store.references.next("R-2026")
            unit.rollback()

        assert store.references.next("R-2026") > lost
