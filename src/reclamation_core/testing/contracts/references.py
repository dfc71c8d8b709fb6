"""The contract of `SequenceGenerator`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from reclamation_core.ports import Store
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import Capability, promise


class SequenceGeneratorContract(PortContract):
    """What the giver of numbers promises."""

    port = "SequenceGenerator"

    @promise("une série commence à 1, et chacune a ses propres numéros")
    def test_a_series_begins_with_1_and_each_has_its_own_numbers(self, store: Store) -> None:
        numbers = store.sequences

        assert [numbers.next("R-2026"), numbers.next("R-2026"), numbers.next("R-2027")] == [1, 2, 1]
        assert [numbers.next("r-2026"), numbers.next("R-202"), numbers.next("R-é'%")] == [1, 1, 1]

    @promise("les numéros pris ensemble se suivent")
    def test_several_that_are_taken_together_follow_each_other(self, store: Store) -> None:
        numbers = store.sequences

        assert [numbers.next("R-2026", 3), numbers.next("R-2026"), numbers.next("R-2026", 2)] == [1, 4, 5]
        assert numbers.next("R-2027", 5) == 1

    @promise("des fils qui demandent à la fois reçoivent chacun leur numéro", needs=Capability.THREADS)
    def test_threads_that_ask_at_once_get_each_number_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(store.sequences.next, ["R-2026"] * 400))

        assert sorted(given) == list(range(1, 401))

    @promise("un numéro dont son preneur ne se sert pas n'est jamais redonné")
    def test_a_number_that_its_taker_does_not_use_is_never_given_again(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            lost = store.sequences.next("R-2026")
            unit.rollback()

        assert store.sequences.next("R-2026") > lost
