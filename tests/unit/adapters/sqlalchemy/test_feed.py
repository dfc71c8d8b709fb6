"""Positions on PostgreSQL: given after the commit, so that a late one is never skipped, and no writer waits."""

from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy import feed
from reclamation_core.ports import FeedItem
from reclamation_core.testing.contracts.samples import a_case, insert, save, with_support
from tests.inside import database_of, engine_of
from tests.unit.adapters.sqlalchemy.asking import rows


def seen(items: tuple[FeedItem, ...]) -> list[tuple[int, str, int]]:
    return [(item.position, item.event.case[-1], item.event.number) for item in items]


def test_a_writer_does_not_wait_for_the_assignment_of_positions(on_postgresql: SqlAlchemyStore) -> None:
    store = on_postgresql
    case = a_case()
    insert(store, case)
    giving = SqlAlchemyStore.open(engine_of(store).url)
    with database_of(giving).transaction() as connection:
        feed._assign(connection, 0)
        save(store, with_support(case), 1)
        insert(store, a_case(2))
    assert seen(store.feed.read()) == [(1, "1", 1), (2, "1", 2), (3, "2", 1)]
    giving.close()


def test_more_than_one_batch_are_all_given(on_postgresql: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy import text

    monkeypatch.setattr(feed, "_ASSIGN", text(str(feed._ASSIGN).replace(f"LIMIT {feed._BATCH}", "LIMIT 2")))
    insert(on_postgresql, *(a_case(number) for number in range(1, 6)))
    assert [position for position, _, _ in seen(on_postgresql.feed.read())] == [1, 2, 3, 4, 5]


def test_positions_assigned_by_a_concurrent_reader_are_read_in_the_same_page(
    on_postgresql: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = on_postgresql
    insert(store, a_case(1), a_case(2))
    other = SqlAlchemyStore.open(engine_of(store).url)
    asked = database_of(store).rows

    def after_the_other(statement: Any, given: Any = None) -> Any:
        if statement is feed._UNNUMBERED:
            assert len(other.feed.read()) == 2
        return asked(statement, given)

    monkeypatch.setattr(database_of(store), "rows", after_the_other)
    assert seen(store.feed.read()) == [(1, "1", 1), (2, "2", 1)]
    other.close()


def test_a_full_page_assigns_no_positions(on_postgresql: SqlAlchemyStore) -> None:
    insert(on_postgresql, a_case())
    on_postgresql.feed.read()
    insert(on_postgresql, a_case(2))
    assert len(on_postgresql.feed.read(limit=1)) == 1
    assert rows(on_postgresql, "SELECT count(*) FROM reclamation_case_events WHERE position < 0") == [(1,)]
