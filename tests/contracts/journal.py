"""The contract of `Journal`."""

from __future__ import annotations

import pytest

from reclamation_core.cases.documents import read_event
from reclamation_core.cases.journal import Checkpoint, examine, written
from reclamation_core.documents import parse_json
from reclamation_core.ports import Store
from tests.contracts.stores import StoreContract, a_case, keep, kept, save, with_support
from tests.unit.desk.making import at


class JournalContract(StoreContract):
    """What a journal promises."""

    def test_an_empty_store_has_written_nothing(self, store: Store) -> None:
        assert store.journal.read() == ()

    def test_each_story_is_there_as_it_was_written_in_the_order_of_the_references(self, store: Store) -> None:
        first, second = a_case(), a_case(2)
        keep(store, second, first)
        save(store, with_support(first), 1)

        stories = store.journal.read()

        assert [(story.case, story.version) for story in stories] == [("R-2026-000001", 2), ("R-2026-000002", 1)]
        for story in stories:
            events = kept(store, story.case).events
            assert story == written(story.case, events)
            assert tuple(read_event(parse_json(entry.text)) for entry in story.entries) == events

    def test_a_reader_goes_on_after_the_last_reference_it_has_seen(self, store: Store) -> None:
        keep(store, *(a_case(number) for number in (1, 2, 3)))

        first = store.journal.read(limit=2)
        rest = store.journal.read(first[-1].case, limit=2)

        assert (*first, *rest) == store.journal.read()
        assert (len(first), len(rest)) == (2, 1)
        assert store.journal.read(rest[-1].case) == ()

    def test_nothing_is_wrong_with_what_nobody_touched(self, store: Store) -> None:
        first = a_case()
        keep(store, first, a_case(2))
        checkpoint = Checkpoint.of(store.journal.read(), at(1))
        save(store, with_support(first), 1)

        assert list(examine(store.journal.read())) == []
        assert list(examine(store.journal.read(), checkpoint)) == []

    @pytest.mark.parametrize("limit", [0, -1])
    def test_a_limit_of_none_is_refused(self, store: Store, limit: int) -> None:
        with pytest.raises(ValueError, match=f"limit: {limit}"):
            store.journal.read(limit=limit)
