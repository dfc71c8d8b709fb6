"""A store whose pages do not advance is refused at once: no loop of the library runs for ever."""

from collections.abc import Callable

import pytest

from reclamation_core.desk import Desk
from reclamation_core.ports import CasePage, CaseQuery, Store
from reclamation_core.testing.contracts.samples import THIRD, a_case, a_plan, insert
from reclamation_core.testing.sabotage import sabotage


def _store(name: str) -> Store:
    store = sabotage(name).open()
    insert(store, *(a_case(number) for number in (1, 2, 3)), a_plan("CRE"), a_plan("STD"))
    return store


LOOPS: dict[str, tuple[str, Callable[[Store], object]]] = {
    "feed": ("feed_repeats_the_last_event", lambda store: list(store.feed.follow())),
    "journal": ("journal_repeats_the_last_case", lambda store: list(store.journal.streams())),
    "journal of plans": ("journal_repeats_the_last_case", lambda store: list(store.journal.plan_streams())),
    "checkpoint": ("journal_repeats_the_last_case", lambda store: Desk(store).checkpoint()),
    "examine": ("journal_repeats_the_last_case", lambda store: Desk(store).examine()),
    "verify": ("journal_repeats_the_last_case", lambda store: list(Desk(store).verify())),
}


@pytest.mark.parametrize("loop", LOOPS)
def test_pages_that_do_not_advance_are_refused(loop: str) -> None:
    name, read_everything = LOOPS[loop]
    with pytest.raises(RuntimeError, match="so that paging would never end; the store breaks its contract"):
        read_everything(_store(name))


def test_a_query_follows_a_page_that_advances() -> None:
    query = CaseQuery(after="R-1", limit=2)
    assert query.following(CasePage((), "R-2")) == CaseQuery(after="R-2", limit=2)
    assert query.following(CasePage((), None)) is None


@pytest.mark.parametrize("last", ["R-1", "R-0"])
def test_a_query_refuses_a_page_that_does_not_advance(last: str) -> None:
    with pytest.raises(RuntimeError, match=f"cases: the page after 'R-1' ends with '{last}'"):
        CaseQuery(after="R-1").following(CasePage((), last))


def test_whole_feed_and_journal_of_a_sound_store_are_read() -> None:
    store = _store("truncates_a_text")
    assert [item.event.case[-1] for item in store.feed.follow()] == ["1", "2", "3"]
    assert [item.event.case for item in store.feed.follow(2)] == [THIRD]
    assert [stream.holder[-1] for stream in store.journal.streams()] == ["1", "2", "3"]
    assert [stream.holder for stream in store.journal.plan_streams()] == ["site:CRE", "site:STD"]
