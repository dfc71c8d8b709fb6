"""Stores agree on the numbers of a page, and one whose pages do not advance is refused at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.desk import Desk
from reclamation_core.ports import CasePage, CaseQuery, ExportKind, ExportRecord, Store
from reclamation_core.testing.contracts.samples import THIRD, a_case, a_plan, insert
from reclamation_core.testing.sabotage import sabotage
from reclamation_core.validators import MAX_INT
from tests.databases import emptied, sqlite_file
from tests.inside import store_of
from tests.unit.desk.factories import at, new_desk, registered

NUMBERS: tuple[Any, ...] = (-1, 0, 1, MAX_INT, MAX_INT + 1, 10**30, 10**5000, True, "1", 1.0, None)
ASKED: dict[str, Callable[[Desk, Any], object]] = {
    "cases": lambda desk, number: desk.cases.find(CaseQuery(limit=number)).cases,
    "after": lambda desk, number: desk.feed(after=number),
    "feed": lambda desk, number: desk.feed(limit=number),
    "journal": lambda desk, number: store_of(desk).journal.read(limit=number),
}


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with _opened(request.param, tmp_path_factory.mktemp("pages")) as opened:
        registered(opened, "CRE")
        yield opened


def _opened(where: str, folder: Path) -> Desk:
    if where == "memory":
        return new_desk()
    address = sqlite_file(folder) if where == "sqlite" else emptied().render_as_string(hide_password=False)
    return Desk.open(address)


@pytest.mark.parametrize("asked", ASKED)
def test_a_page_is_returned_or_refused_before_the_store_alike(desk: Desk, asked: str) -> None:
    for number in NUMBERS:
        if type(number) is int and (0 if asked == "after" else 1) <= number <= MAX_INT:
            assert isinstance(ASKED[asked](desk, number), tuple), number
        else:
            with pytest.raises(ValueError, match=f"^{asked if asked == 'after' else 'limit'}: "):
                ASKED[asked](desk, number)


def _store(name: str) -> Store:
    store = sabotage(name).open()
    insert(store, *(a_case(number) for number in (1, 2, 3)), a_plan("CRE"), a_plan("STD"))
    store.exports.add(ExportRecord(kind=ExportKind.REGISTER, subject="2026", sha256="0" * 64, exported_at=at(1)))
    for part, method in ((store.feed, "read"), (store.journal, "read"), (store.journal, "read_plans")):
        setattr(part, method, _at_most_20_times(getattr(part, method)))
    return store


def _at_most_20_times(read: Callable[..., Any]) -> Callable[..., Any]:
    pages = iter(range(20))

    def limited(*given: Any, **named: Any) -> Any:
        assert next(pages, None) is not None, "paging does not end"
        return read(*given, **named)

    return limited


def _of_one_page(log: Any) -> Any:
    """Return a log, each page of which is the first."""
    read = _at_most_20_times(log.read)
    log.read = lambda _, *others: read(0, *others)
    return log


LOOPS: dict[str, tuple[str, Callable[[Store], object]]] = {
    "consumer": ("feed_repeats_the_last_event", lambda store: Desk(store).consumer("a").run_once(lambda _: None)),
    "exports": ("truncates_a_text", lambda store: _of_one_page(store.exports).latest()),
    "feed": ("feed_repeats_the_last_event", lambda store: list(store.feed.follow())),
    "journal": ("journal_repeats_the_last_case", lambda store: list(store.journal.streams())),
    "journal of plans": ("journal_repeats_the_last_case", lambda store: list(store.journal.plan_streams())),
    "log": ("truncates_a_text", lambda store: (store.log.extend(), list(_of_one_page(store.log).entries()))),
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
