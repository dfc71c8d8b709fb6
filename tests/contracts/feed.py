"""The contract of `EventFeed`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from reclamation_core.cases import SupportKind
from reclamation_core.ports import FeedItem, Store
from tests.contracts.stores import StoreContract, a_case, desk_on, keep, save, with_support
from tests.unit.desk import making


class EventFeedContract(StoreContract):
    """What a feed promises."""

    def test_nothing_has_happened_at_first(self, store: Store) -> None:
        assert store.feed.read() == ()

    def test_every_event_comes_once_in_the_order_of_the_commits(self, store: Store) -> None:
        first, second = a_case(), a_case(2)
        keep(store, first, second)
        save(store, with_support(first), 1)

        items = store.feed.read()

        assert [(item.event.case, item.event.number) for item in items] == [
            ("R-2026-000001", 1),
            ("R-2026-000002", 1),
            ("R-2026-000001", 2),
        ]
        assert all(isinstance(item, FeedItem) for item in items)
        positions = [item.position for item in items]
        assert positions == sorted(set(positions))
        assert positions[0] > 0

    def test_a_reader_goes_on_after_the_last_position_it_has_seen(self, store: Store) -> None:
        keep(store, a_case(), a_case(2), a_case(3))

        first = store.feed.read(limit=2)
        rest = store.feed.read(first[-1].position, limit=2)

        assert (*first, *rest) == store.feed.read()
        assert (len(first), len(rest)) == (2, 1)
        assert store.feed.read(rest[-1].position) == ()

    @pytest.mark.parametrize(("after", "limit"), [(-1, 10), (0, 0), (0, -1)])
    def test_a_position_before_the_beginning_and_a_limit_of_none_are_refused(
        self, store: Store, after: int, limit: int
    ) -> None:
        keep(store, a_case(), a_case(2))

        with pytest.raises(ValueError, match=f"after, limit: {after}, {limit}; give a position from 0 on"):
            store.feed.read(after, limit)

    def test_a_reader_among_writers_misses_nothing_and_sees_nothing_twice(self, store: Store) -> None:
        desk = desk_on(store)
        references = [making.registered(desk).reference for _ in range(4)]

        def write(reference: str) -> None:
            for number in range(25):
                desk.add_support(reference, kind=SupportKind.EMAIL, title=f"courriel {number}")

        seen: list[FeedItem] = []
        with ThreadPoolExecutor(4) as pool:
            writers = [pool.submit(write, reference) for reference in references]
            while not all(writer.done() for writer in writers):
                seen += store.feed.read(seen[-1].position if seen else 0, limit=7)
            for writer in writers:
                writer.result()
        while items := store.feed.read(seen[-1].position if seen else 0):
            seen += items

        for reference in references:
            assert [item.event.number for item in seen if item.event.case == reference] == list(range(1, 27))
        assert len(seen) == len({item.position for item in seen}) == 4 * 26

    def test_the_events_of_some_sites_are_those_of_the_cases_that_are_theirs_now(self, store: Store) -> None:
        served, handled = a_case(1, service_sites=("FDF",)), a_case(2, site="STR", handling_unit="CRE")
        keep(store, served, handled, a_case(3))

        assert [item.event.case for item in store.feed.read(sites=["FDF"])] == [served.reference]
        assert [item.position for item in store.feed.read(sites={"STR", "FDF"})] == [1, 2]
        assert [item.position for item in store.feed.read(1, 1, {"CRE"})] == [2]
        assert store.feed.read(sites={"NOWHERE"}) == ()

        desk_on(store).reroute(handled.reference, handling_unit="STD")
        assert [item.position for item in store.feed.read(sites={"CRE"})] == [1, 3]
        assert [(item.position, item.event.number) for item in store.feed.read(sites={"STD"})] == [(2, 1), (4, 2)]
