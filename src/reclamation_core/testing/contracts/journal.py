"""The contract of `Journal`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from reclamation_core.cases import SupportKind
from reclamation_core.cases.documents import read_event
from reclamation_core.cases.journal import Checkpoint, FindingKind, examine, written
from reclamation_core.documents import parse_json
from reclamation_core.plans import read_event as read_plan_event
from reclamation_core.plans import written_plan
from reclamation_core.ports import Store
from reclamation_core.testing.contracts.making import (
    FIRST,
    SECOND,
    a_case,
    a_plan,
    at,
    desk_on,
    keep,
    kept,
    kept_plan,
    registered,
    renamed,
    save,
    signed,
    with_support,
    without_texts,
)
from reclamation_core.testing.contracts.port import PortContract
from reclamation_core.testing.contracts.promises import Capability, promise


class JournalContract(PortContract):
    """What a journal promises."""

    port = "Journal"

    @promise("un entrepôt vide n'a rien écrit")
    def test_an_empty_store_has_written_nothing(self, store: Store) -> None:
        assert store.journal.read() == store.journal.read_plans() == ()

    @promise("chaque plan y est tel qu'il a été écrit, dans l'ordre des périmètres, page par page", source="M2-1 §6.3")
    def test_each_plan_is_there_as_it_was_written_page_by_page(self, store: Store) -> None:
        keep(store, a_plan("STR"), a_plan("É"), a_plan("CRE").publish(signed()))
        save(store, kept_plan(store).progress("A-1", signed()), 2)

        first = store.journal.read_plans(limit=2)
        rest = store.journal.read_plans(first[-1].holder, limit=2)

        found = [(story.holder, story.version) for story in (*first, *rest)]
        assert found == [("site:CRE", 3), ("site:STR", 1), ("site:É", 1)]
        assert store.journal.read_plans(rest[-1].holder) == ()
        for story in (*first, *rest):
            events = kept_plan(store, story.holder).events
            assert story == written_plan(story.holder, events)
            assert tuple(read_plan_event(parse_json(entry.text)) for entry in story.entries) == events

    @promise("rien ne cloche dans un plan que personne n'a touché, ni dans ce qui en a été oublié")
    def test_nothing_is_wrong_with_a_plan_that_nobody_touched(self, store: Store) -> None:
        keep(store, a_plan().abandon("A-1", signed(), reason="inutile"))
        checkpoint = Checkpoint.of((), at(1), store.journal.read_plans())
        save(store, kept_plan(store).forget("A-1", signed()), 2)

        assert list(examine((), None, store.journal.read_plans())) == []
        assert list(examine((), checkpoint, store.journal.read_plans())) == []

    @promise("chaque histoire y est telle qu'elle a été écrite, dans l'ordre des références")
    def test_each_story_is_there_as_it_was_written_in_the_order_of_the_references(self, store: Store) -> None:
        first, second = a_case(), a_case(2)
        keep(store, second, first)
        save(store, with_support(first), 1)

        stories = store.journal.read()

        assert [(story.holder, story.version) for story in stories] == [(FIRST, 2), (SECOND, 1)]
        for story in stories:
            events = kept(store, story.holder).events
            assert story == written(story.holder, events)
            assert tuple(read_event(parse_json(entry.text)) for entry in story.entries) == events

    @promise("l'ordre des histoires est celui des références, par point de code")
    def test_the_order_of_the_stories_is_that_of_the_references_by_code_point(self, store: Store) -> None:
        names = ["R-É", "R-a", "R-10", "R-9", "R-Z"]
        keep(store, *(renamed(a_case(), name) for name in names))

        assert [story.holder for story in store.journal.read()] == ["R-10", "R-9", "R-Z", "R-a", "R-É"]
        assert [story.holder for story in store.journal.read("R-Z")] == ["R-a", "R-É"]

    @promise("un lecteur reprend après la dernière référence qu'il a vue")
    def test_a_reader_goes_on_after_the_last_reference_it_has_seen(self, store: Store) -> None:
        keep(store, *(a_case(number) for number in (1, 2, 3)))

        first = store.journal.read(limit=2)
        rest = store.journal.read(first[-1].holder, limit=2)

        assert (*first, *rest) == store.journal.read()
        assert (len(first), len(rest)) == (2, 1)
        assert store.journal.read(rest[-1].holder) == ()

    @promise("rien ne cloche dans ce que personne n'a touché, ni dans ce qui a été oublié")
    def test_nothing_is_wrong_with_what_nobody_touched(self, store: Store) -> None:
        first = a_case(complainant="Mme Durand")
        keep(store, first, a_case(2))
        checkpoint = Checkpoint.of(store.journal.read(), at(1))
        save(store, without_texts(with_support(first)), 1)

        assert list(examine(store.journal.read())) == []
        assert list(examine(store.journal.read(), checkpoint)) == []

    @promise("chaque histoire est celle d'un moment, même lue parmi des fils qui écrivent", needs=Capability.THREADS)
    def test_each_story_is_of_one_moment_even_among_writers(self, store: Store) -> None:
        desk = desk_on(store)
        references = [registered(desk).reference for _ in range(2)]

        def write(reference: str) -> None:
            for number in range(10):
                desk.add_support(reference, kind=SupportKind.EMAIL, title=f"courriel {number}")

        with ThreadPoolExecutor(2) as pool:
            writers = [pool.submit(write, reference) for reference in references]
            while not all(writer.done() for writer in writers):
                stories = store.journal.read()
                assert [story.holder for story in stories] == references
                assert [len(story.entries) for story in stories] == [story.version for story in stories]
            for writer in writers:
                writer.result()

        assert [story.version for story in store.journal.read()] == [11, 11]

    @promise("une limite nulle est refusée")
    def test_a_limit_of_none_is_refused(self, store: Store) -> None:
        for read in (store.journal.read, store.journal.read_plans):
            for limit in (0, -1):
                with pytest.raises(ValueError, match=f"limit: {limit}"):
                    read(limit=limit)

    @promise("ce qui a été altéré vient tel quel : rien n'est décodé ni réparé", needs=Capability.TAMPERING)
    def test_what_was_tampered_with_comes_as_it_is(self, store: Store) -> None:
        case = with_support(a_case())
        keep(store, case, a_case(2))
        self.rewrite_event(store, FIRST, 2, '{"b": 1,"a":2 ')

        story, other = store.journal.read()

        assert [entry.text for entry in story.entries][1] == '{"b": 1,"a":2 '
        assert story.entries[1].link == written(FIRST, case.events).entries[1].link
        assert [(found.holder, found.number, found.kind) for found in examine([story, other])] == [
            (FIRST, 2, FindingKind.ALTERED)
        ]

    @promise("un plan réécrit, coupé ou supprimé se voit, comme un dossier", needs=Capability.TAMPERING)
    def test_a_plan_that_was_tampered_with_shows_as_a_case_does(self, store: Store) -> None:
        keep(store, a_plan("CRE").publish(signed()), a_plan("STD"), a_plan("STR"))
        checkpoint = Checkpoint.of((), at(1), store.journal.read_plans())
        self.rewrite_plan_event(store, "site:CRE", 1, '{"b": 1,"a":2 ')
        self.delete_plan(store, "site:STD")

        stories = store.journal.read_plans()

        assert stories[0].entries[0].text == '{"b": 1,"a":2 '
        found = [(one.holder, one.number, one.kind) for one in examine((), checkpoint, stories)]
        assert found == [
            ("site:CRE", 1, FindingKind.ALTERED),
            ("site:STD", None, FindingKind.VANISHED),
        ]

    @promise("d'un dossier qui n'est plus, les événements restent, et sa version est 0", needs=Capability.TAMPERING)
    def test_of_a_case_that_is_no_more_the_events_stay_and_the_version_is_0(self, store: Store) -> None:
        keep(store, a_case(1), a_case(2))
        self.delete_case(store, FIRST)

        found = [(story.holder, story.version, len(story.entries)) for story in store.journal.read()]

        assert found == [(FIRST, 0, 1), (SECOND, 1, 1)]
