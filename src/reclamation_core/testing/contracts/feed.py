"""The contract of `EventFeed`."""

from __future__ import annotations

from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor

import pytest

from reclamation_core.cases import SupportKind
from reclamation_core.ports import FeedItem, Store, StoreDamagedError
from reclamation_core.testing.contracts.making import (
    FIRST,
    SECOND,
    THIRD,
    a_case,
    at,
    desk_on,
    keep,
    kept,
    registered,
    save,
    with_support,
)
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import Capability, promise


def told(items: tuple[FeedItem, ...]) -> list[tuple[str, int]]:
    """Of each event, its case and its number."""
    return [(item.event.case, item.event.number) for item in items]


def read_after(store: Store, seen: list[FeedItem], limit: int = 500, sites: Collection[str] = ()) -> list[FeedItem]:
    """Read what comes after the last event seen; a page that repeats one fails the test at once."""
    after = seen[-1].position if seen else 0
    items = list(store.feed.read(after, limit, sites))
    assert all(item.position > after for item in items)
    return items


class EventFeedContract(PortContract):
    """What a feed promises."""

    port = "EventFeed"

    @promise("il ne s'est rien passé au début")
    def test_nothing_has_happened_at_first(self, store: Store) -> None:
        assert store.feed.read() == ()

    @promise("chaque événement vient une fois, dans l'ordre des validations")
    def test_every_event_comes_once_in_the_order_of_the_commits(self, store: Store) -> None:
        first, second = a_case(), a_case(2)
        keep(store, first, second)
        save(store, with_support(first), 1)

        items = store.feed.read()

        assert told(items) == [(FIRST, 1), (SECOND, 1), (FIRST, 2)]
        assert all(isinstance(item, FeedItem) for item in items)
        positions = [item.position for item in items]
        assert positions == sorted(set(positions))
        assert positions[0] > 0

    @promise("l'événement du fil est celui du dossier")
    def test_the_event_of_the_feed_is_that_of_the_case(self, store: Store) -> None:
        keep(store, with_support(a_case(verbatim="Le formateur est absent")))

        assert tuple(item.event for item in store.feed.read()) == kept(store, FIRST).events

    @promise("les événements d'un dossier viennent dans leur ordre, même saisis après coup")
    def test_the_events_of_a_case_come_in_their_order_even_those_entered_late(self, store: Store) -> None:
        case = a_case()
        keep(store, case)
        longer = with_support(case, occurred_at=at(5))
        save(store, with_support(longer, "un autre", occurred_at=at(2)), 1)

        assert told(store.feed.read()) == [(FIRST, 1), (FIRST, 2), (FIRST, 3)]

    @promise("un lecteur reprend après la dernière position qu'il a vue")
    def test_a_reader_of_the_feed_goes_on_after_the_last_position_it_has_seen(self, store: Store) -> None:
        keep(store, a_case(), a_case(2), a_case(3))

        first = store.feed.read(limit=2)
        rest = store.feed.read(first[-1].position, limit=2)

        assert (*first, *rest) == store.feed.read()
        assert (len(first), len(rest)) == (2, 1)
        assert store.feed.read(rest[-1].position) == ()

    @promise("un lecteur ne manque pas ce qu'un autre valide tard")
    def test_a_reader_does_not_miss_what_another_commits_late(self, store: Store) -> None:
        with store.unit_of_work() as late:
            late.cases.add(a_case(1))
            keep(store, a_case(2))
            seen = store.feed.read()
            late.commit()

        assert told(seen) == [(SECOND, 1)]
        assert told(store.feed.read(seen[-1].position)) == [(FIRST, 1)]
        assert store.feed.read(limit=1) == seen

    @promise("une position d'avant le début et une limite nulle sont refusées")
    def test_a_position_before_the_beginning_and_a_limit_of_none_are_refused(self, store: Store) -> None:
        keep(store, a_case(), a_case(2))

        for after, limit in ((-1, 10), (0, 0), (0, -1)):
            with pytest.raises(ValueError, match=f"{after}, {limit}"):
                store.feed.read(after, limit)

    @promise(
        "un lecteur parmi des fils qui écrivent ne manque rien, et ne voit rien deux fois", needs=Capability.THREADS
    )
    def test_a_reader_among_writers_misses_nothing_and_sees_nothing_twice(self, store: Store) -> None:
        desk = desk_on(store)
        references = [registered(desk).reference for _ in range(4)]

        def write(reference: str) -> None:
            for number in range(25):
                desk.add_support(reference, kind=SupportKind.EMAIL, title=f"courriel {number}")

        seen: list[FeedItem] = []
        with ThreadPoolExecutor(4) as pool:
            writers = [pool.submit(write, reference) for reference in references]
            while not all(writer.done() for writer in writers):
                seen += read_after(store, seen, limit=7)
            for writer in writers:
                writer.result()
        while items := read_after(store, seen):
            seen += items

        for reference in references:
            assert [item.event.number for item in seen if item.event.case == reference] == list(range(1, 27))
        assert len(seen) == len({item.position for item in seen}) == 4 * 26

    @promise("le fil de certains sites est celui des dossiers qui sont maintenant les leurs, et d'aucun autre")
    def test_the_events_of_some_sites_are_those_of_the_cases_that_are_theirs_now(self, store: Store) -> None:
        served, handled = a_case(1, service_sites=("FDF",)), a_case(2, site="STR", handling_unit="CRE")
        keep(store, served, handled, a_case(3))

        assert told(store.feed.read(sites=["FDF"])) == [(FIRST, 1)]
        assert told(store.feed.read(sites={"STR", "FDF"})) == [(FIRST, 1), (SECOND, 1)]
        assert told(store.feed.read(store.feed.read()[0].position, 1, {"CRE"})) == [(SECOND, 1)]
        assert store.feed.read(sites={"NOWHERE"}) == store.feed.read(sites={"cre", "CR"}) == ()

        desk_on(store).reroute(SECOND, handling_unit="STD")
        assert told(store.feed.read(sites={"CRE"})) == [(FIRST, 1), (THIRD, 1)]
        assert told(store.feed.read(sites={"STD"})) == [(SECOND, 1), (SECOND, 2)]

    @promise("le fil de certains sites, lu par petites pages, est complet, chacune pleine jusqu'à la dernière")
    def test_the_feed_of_some_sites_in_small_pages_is_complete_each_full_but_the_last(self, store: Store) -> None:
        keep(store, *(a_case(number, site="STR" if number % 3 else "CRE") for number in range(1, 10)))
        everything = read_after(store, [])

        for limit in (1, 2, 3):
            seen: list[FeedItem] = []
            sizes = []
            while items := read_after(store, seen, limit, {"CRE"}):
                seen += items
                sizes.append(len(items))

            assert seen == [item for item in everything if item.event.case in {THIRD, "R-2026-000006", "R-2026-000009"}]
            assert sizes[:-1] == [limit] * (len(sizes) - 1)

    @promise(
        "une page du fil finit avant un événement illisible ; celle qui commencerait par lui dit où reprendre",
        needs=Capability.TAMPERING,
    )
    def test_a_page_of_the_feed_ends_before_an_event_that_cannot_be_read_and_one_goes_on(self, store: Store) -> None:
        keep(store, a_case(1), a_case(2), a_case(3))
        store.feed.read()
        self.rewrite_event(store, SECOND, 1, "{")

        page = store.feed.read()
        with pytest.raises(StoreDamagedError) as damaged:
            store.feed.read(page[-1].position)

        assert told(page) == [(FIRST, 1)]
        assert damaged.value.holder == SECOND
        assert damaged.value.position is not None
        assert told(store.feed.read(damaged.value.position)) == [(THIRD, 1)]
