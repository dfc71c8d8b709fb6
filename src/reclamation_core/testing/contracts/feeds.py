"""The contracts of the event feed, jobs, the journal, sequence numbers and clocks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import attrs
import pytest

from reclamation_core.cases import SupportKind
from reclamation_core.cases.journal import AnomalyKind, Checkpoint, examine, written
from reclamation_core.cases.log import LogState
from reclamation_core.desk import ConsumerOptions, Desk
from reclamation_core.plans import Pgaac, written_plan
from reclamation_core.plans.events import ActionAbandoned, ActionProgressed, TextsForgotten
from reclamation_core.ports import (
    CheckpointRecord,
    Clock,
    ExportKind,
    ExportRecord,
    FeedItem,
    JobState,
    ParkedEvent,
    PlanFeedItem,
    Store,
    StoreDamagedError,
)
from reclamation_core.testing._plan_history import plan_after, published
from reclamation_core.testing.contracts.base import Capability, OpenStore, PortContract, rule
from reclamation_core.testing.contracts.samples import (
    FIRST,
    SECOND,
    SITES,
    THIRD,
    a_case,
    a_plan,
    at,
    desk_on,
    facts,
    insert,
    load,
    load_plan,
    registered,
    renamed,
    save,
    signed,
    with_support,
    without_texts,
)
from reclamation_core.vocabulary import Role


def keys_of(items: tuple[FeedItem, ...]) -> list[tuple[str, int]]:
    """Of each event, its case and its number."""
    return [(item.event.case, item.event.number) for item in items]


def read_after(store: Store, seen: list[FeedItem], limit: int = 500, sites: Collection[str] = ()) -> list[FeedItem]:
    """Read the items after the last one; a repeated item fails the test."""
    after = seen[-1].position if seen else 0
    items = list(store.feed.read(after, limit, sites))
    assert all(item.position > after for item in items)
    return items


class EventFeedContract(PortContract):
    """The contract of `EventFeed`."""

    port = "EventFeed"

    @rule("au début, le fil est vide")
    def test_nothing_has_happened_at_first(self, store: Store) -> None:
        assert store.feed.read() == ()

    @rule("chaque événement vient une fois, dans l'ordre des validations")
    def test_every_event_comes_once_in_the_order_of_the_commits(self, store: Store) -> None:
        first, second = a_case(), a_case(2)
        insert(store, first, second)
        save(store, with_support(first), 1)

        items = store.feed.read()

        assert keys_of(items) == [(FIRST, 1), (SECOND, 1), (FIRST, 2)]
        assert all(isinstance(item, FeedItem) for item in items)
        positions = [item.position for item in items]
        assert positions == sorted(set(positions))
        assert positions[0] > 0

    @rule("le fil sait quand le dernier événement a été enregistré, qu'il ait été lu ou non")
    def test_the_feed_has_the_latest_recording_whether_it_was_read_or_not(self, store: Store) -> None:
        assert store.feed.last_recorded_at() is None
        for number in (1, 2):
            case = a_case(number)
            insert(store, case)
            assert store.feed.last_recorded_at() == case.events[-1].recorded_at
            store.feed.read()
        later = with_support(a_case())
        save(store, later, 1)
        assert store.feed.last_recorded_at() == later.events[-1].recorded_at

    @rule("l'événement du fil est celui du dossier")
    def test_the_event_of_the_feed_is_that_of_the_case(self, store: Store) -> None:
        insert(store, with_support(a_case(verbatim="Le formateur est absent")))

        assert tuple(item.event for item in store.feed.read()) == load(store, FIRST).events

    @rule("les événements d'un dossier viennent dans leur ordre, même saisis après coup")
    def test_the_events_of_a_case_come_in_their_order_even_those_entered_late(self, store: Store) -> None:
        case = a_case()
        insert(store, case)
        longer = with_support(case, occurred_at=at(5))
        save(store, with_support(longer, "un autre", occurred_at=at(2)), 1)

        assert keys_of(store.feed.read()) == [(FIRST, 1), (FIRST, 2), (FIRST, 3)]

    @rule("un lecteur reprend après la dernière position qu'il a vue")
    def test_a_reader_of_the_feed_resumes_after_its_last_position(self, store: Store) -> None:
        insert(store, a_case(), a_case(2), a_case(3))

        first = store.feed.read(limit=2)
        rest = store.feed.read(first[-1].position, limit=2)

        assert (*first, *rest) == store.feed.read()
        assert len(first) == 2
        assert store.feed.read(rest[-1].position) == ()

    @rule("un lecteur ne manque pas ce qu'un autre valide tard")
    def test_a_reader_does_not_miss_what_another_commits_late(self, store: Store) -> None:
        with store.unit_of_work() as late:
            late.cases.add(a_case(1))
            insert(store, a_case(2))
            seen = store.feed.read()
            late.commit()

        assert keys_of(seen) == [(SECOND, 1)]
        assert keys_of(store.feed.read(seen[-1].position)) == [(FIRST, 1)]
        assert keys_of(store.feed.read(limit=1)) == [(SECOND, 1)]

    @rule("une position d'avant le début et une limite nulle sont refusées", message=("after", "limit"))
    def test_a_position_before_the_beginning_and_a_limit_of_none_are_refused(self, store: Store) -> None:
        insert(store, a_case(), a_case(2))

        for after, limit in ((-1, 10), (0, 0), (0, -1)):
            with pytest.raises(ValueError, match=r"after|limit"):
                store.feed.read(after, limit)

    @rule("un lecteur parmi des fils qui écrivent ne manque rien, et ne voit rien deux fois", needs=Capability.THREADS)
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

    @rule("le fil de certains sites est celui des dossiers qui sont maintenant les leurs, et d'aucun autre")
    def test_the_events_of_some_sites_are_those_of_the_cases_that_are_theirs_now(self, store: Store) -> None:
        served, handled = a_case(1, service_sites=("FDF",)), a_case(2, site="STR", handling_unit="CRE")
        insert(store, served, handled, a_case(3))

        assert keys_of(store.feed.read(scopes=["FDF"])) == [(FIRST, 1)]
        assert keys_of(store.feed.read(scopes={"STR", "FDF"})) == [(FIRST, 1), (SECOND, 1)]
        assert keys_of(store.feed.read(store.feed.read()[0].position, 1, {"CRE"})) == [(SECOND, 1)]
        assert store.feed.read(scopes={"NOWHERE"}) == store.feed.read(scopes={"cre", "CR"}) == ()

        desk_on(store).reroute(SECOND, handling_unit="STD")
        assert keys_of(store.feed.read(scopes={"CRE"})) == [(FIRST, 1), (THIRD, 1)]
        assert keys_of(store.feed.read(scopes={"STD"})) == [(SECOND, 1), (SECOND, 2)]

    @rule("le fil de certains sites, lu par petites pages, est complet, chacune pleine jusqu'à la dernière")
    def test_the_feed_of_some_sites_in_small_pages_is_complete_each_full_but_the_last(self, store: Store) -> None:
        insert(store, *(a_case(number, site="STR" if number % 3 else "CRE") for number in range(1, 10)))
        everything = read_after(store, [])

        for limit in (1, 2, 3):
            seen: list[FeedItem] = []
            sizes = []
            while items := read_after(store, seen, limit, {"CRE"}):
                seen += items
                sizes.append(len(items))

            assert seen == [item for item in everything if item.event.case in {THIRD, "R-2026-000006", "R-2026-000009"}]
            assert sizes[:-1] == [limit] * (len(sizes) - 1)

    @rule("le fil se compte comme il se lit, depuis toute position et pour certains sites")
    def test_the_feed_is_counted_as_it_is_read_from_any_position_and_for_some_sites(self, store: Store) -> None:
        assert store.feed.count() == 0
        insert(store, *(a_case(number, site="STR" if number % 2 else "CRE") for number in range(1, 6)))
        assert store.feed.count() == 5

        for after in (0, *(item.position for item in store.feed.read())):
            for sites in ((), {"CRE"}, {"STR", "CRE"}, {"NOWHERE"}):
                assert store.feed.count(after, sites) == len(store.feed.read(after, 500, sites))

    @rule(
        "une page du fil finit avant un événement illisible ; celle qui commencerait par lui dit où reprendre",
        needs=Capability.TAMPERING,
    )
    def test_a_page_of_the_feed_ends_before_an_event_that_cannot_be_read(self, store: Store) -> None:
        insert(store, a_case(1), a_case(2), a_case(3))
        store.feed.read()
        self.rewrite_event(store, SECOND, 1, "{")

        page = store.feed.read()
        with pytest.raises(StoreDamagedError) as damaged:
            store.feed.read(page[-1].position)

        assert keys_of(page) == [(FIRST, 1)]
        assert damaged.value.holder == SECOND
        assert damaged.value.position is not None
        assert keys_of(store.feed.read(damaged.value.position)) == [(THIRD, 1)]


class PlanFeedContract(PortContract):
    """The contract of `PlanFeed`."""

    port = "PlanFeed"

    @rule("chaque événement d'un plan vient une fois, à une position qu'aucun événement de dossier n'a")
    def test_every_event_of_a_plan_comes_once_at_a_position_of_its_own(self, store: Store) -> None:
        assert store.plan_feed.read() == ()
        assert (store.plan_feed.count(), store.plan_feed.last_recorded_at()) == (0, None)
        case, plan = a_case(), a_plan("CRE")
        insert(store, case)
        insert(store, plan)
        insert(store, a_plan("STD"))
        save(store, with_support(case), 1)
        save(store, progressed(plan), 1)

        items: list[FeedItem | PlanFeedItem] = [*store.feed.read(), *store.plan_feed.read()]

        order = sorted(items, key=lambda item: item.position)
        written = [(FIRST, 1), ("site:CRE", 1), ("site:STD", 1), (FIRST, 2), ("site:CRE", 2)]
        assert [(item.holder, item.event.number) for item in order] == written
        assert len({item.position for item in items}) == len(items)
        assert [item.event for item in store.plan_feed.read() if item.holder == "site:CRE"] == [
            *load_plan(store).events
        ]
        assert store.plan_feed.last_recorded_at() == load_plan(store).events[-1].recorded_at

    @rule(
        "un lecteur des plans reprend après la dernière position qu'il a vue, et ne manque pas ce qui tarde",
        message=("after", "limit"),
    )
    def test_a_reader_of_plans_resumes_and_misses_nothing_that_is_late(self, store: Store) -> None:
        with store.unit_of_work() as late:
            late.plans.add(a_plan("CRE"))
            insert(store, a_plan("STD"))
            insert(store, a_plan("STR"))
            first = store.plan_feed.read(limit=1)
            insert(store, a_case())
            store.feed.read()
            late.commit()

        rest = store.plan_feed.read(first[-1].position)
        assert [item.holder for item in (*first, *rest)] == ["site:STD", "site:STR", "site:CRE"]
        assert [one.position for one in store.plan_feed.read()] == [one.position for one in (*first, *rest)]
        assert store.plan_feed.count(first[-1].position) == 2
        assert store.plan_feed.read(rest[-1].position) == ()
        for after, limit in ((-1, 10), (0, 0)):
            with pytest.raises(ValueError, match=r"after|limit"):
                store.plan_feed.read(after, limit)

    @rule("le fil de certains plans, lu par petites pages, est le leur et celui d'aucun autre")
    def test_the_feed_of_some_plans_is_theirs_alone(self, store: Store) -> None:
        insert(store, *(a_plan(site) for site in ("CRE", "STD", "STR")))
        save(store, progressed(load_plan(store)), 1)

        for keys in (["site:CRE"], ["site:CRE", "site:STR"], ["site:cre", "region:CRE"]):
            expected = [item for item in store.plan_feed.read() if item.holder in keys]
            seen: list[PlanFeedItem] = []
            while items := store.plan_feed.read(seen[-1].position if seen else 0, 1, keys):
                assert len(items) == 1
                seen += items
            assert seen == expected
            counts = [store.plan_feed.count(after, keys) for after in (0, *(item.position for item in seen))]
            assert counts == [*range(len(expected), -1, -1)]

    @rule("un lecteur parmi des fils qui écrivent plans et dossiers ne manque rien", needs=Capability.THREADS)
    def test_a_reader_of_plans_among_writers_misses_nothing(self, store: Store) -> None:
        desk, sites = desk_on(store), ("CRE", "STD")
        insert(store, *map(a_plan, sites))
        references = {site: registered(desk).reference for site in sites}

        def write(site: str) -> None:
            for number in range(2, 10):
                save(store, progressed(load_plan(store, f"site:{site}")), number - 1)
                desk.add_support(references[site], kind=SupportKind.EMAIL, title=f"{site} {number}")

        seen: list[PlanFeedItem] = []
        with ThreadPoolExecutor(2) as pool:
            writers = [pool.submit(write, site) for site in sites]
            while not all(writer.done() for writer in writers):
                seen += store.plan_feed.read(seen[-1].position if seen else 0, 3)
            for writer in writers:
                writer.result()
        seen += store.plan_feed.follow(seen[-1].position if seen else 0)

        for site in sites:
            assert [item.event.number for item in seen if item.holder == f"site:{site}"] == list(range(1, 10))
        taken = {item.position for item in seen} | {item.position for item in store.feed.read()}
        assert len(taken) == 2 * (9 + 9)

    @rule(
        "une page du fil des plans finit avant un événement illisible ; celle qui commence par lui dit où reprendre",
        needs=Capability.TAMPERING,
    )
    def test_a_page_of_plans_ends_before_an_event_that_cannot_be_read(self, store: Store) -> None:
        for site in ("CRE", "STD", "STR"):
            insert(store, a_plan(site))
        store.plan_feed.read()
        self.rewrite_plan_event(store, "site:STD", 1, "{")

        page = store.plan_feed.read()
        with pytest.raises(StoreDamagedError) as damaged:
            store.plan_feed.read(page[-1].position)

        assert [item.holder for item in page] == ["site:CRE"]
        assert damaged.value.holder == "site:STD"
        assert [item.holder for item in store.plan_feed.read(damaged.value.position or 0)] == ["site:STR"]


def progressed(plan: Pgaac) -> Pgaac:
    """Return a plan whose action A-1 went on."""
    return plan_after(plan, signed(3)(ActionProgressed(action="A-1")))


class JobRepositoryContract(PortContract):
    """The contract of `JobRepository`."""

    port = "JobRepository"

    @rule("une tâche inconnue n'a encore rien fait")
    def test_an_unknown_job_has_done_nothing_yet(self, store: Store) -> None:
        assert store.jobs.get("webhooks") == JobState()
        assert store.jobs.names() == ()

    @rule("un état se relit comme il a été enregistré, une version plus loin, chaque tâche pour elle-même")
    def test_a_state_is_read_as_it_was_saved_one_version_further(self, store: Store) -> None:
        jobs, parked = store.jobs, (ParkedEvent(2**40, SECOND), ParkedEvent(2**40 + 1, "R-É 'x\""))
        state = JobState(holder="run-1", until=at(3), position=2**40, parked=parked)

        assert jobs.save("webhooks", state)
        assert jobs.save("É-courriels", JobState(position=7))

        assert jobs.get("webhooks") == attrs.evolve(state, version=1)
        assert jobs.get("É-courriels") == JobState(version=1, position=7)
        assert jobs.names() == ("webhooks", "É-courriels")
        assert jobs.save("webhooks", JobState(version=1, position=3))
        assert jobs.get("webhooks") == JobState(version=2, position=3)

    @rule("un état décidé sur une version dépassée n'est pas enregistré")
    def test_a_state_of_an_older_version_is_not_saved(self, store: Store) -> None:
        assert store.jobs.save("webhooks", JobState(position=1))

        for version in (0, 2):
            assert not store.jobs.save("webhooks", JobState(version=version, position=9))
        assert not store.jobs.save("other", JobState(version=1))

        assert store.jobs.get("webhooks") == JobState(version=1, position=1)
        assert store.jobs.get("other") == JobState()

    @rule("de fils qui enregistrent à la fois la même version, un seul y arrive", needs=Capability.THREADS)
    def test_of_threads_that_save_the_same_version_at_once_one_succeeds(self, store: Store) -> None:
        for version in range(10):
            states = [JobState(version=version, holder=f"run-{number}") for number in range(4)]
            with ThreadPoolExecutor(4) as pool:
                saved = list(pool.map(lambda state: store.jobs.save("webhooks", state), states))

            assert saved.count(True) == 1
            assert store.jobs.get("webhooks").holder == f"run-{saved.index(True)}"

    @rule(
        "un consommateur parmi des fils qui écrivent reçoit tout, dans l'ordre de chaque dossier",
        needs=Capability.THREADS,
    )
    def test_a_consumer_among_writers_receives_every_event_of_a_case_in_order(self, store: Store) -> None:
        desk = desk_on(store)
        references = [registered(desk).reference for _ in range(3)]
        seen: list[FeedItem] = []

        for _ in _while_writing(desk, references):
            desk.consumer("copie", ConsumerOptions(batch_size=3)).run_once(seen.append)
        desk.consumer("copie").run_once(seen.append)

        for reference in references:
            assert [item.event.number for item in seen if item.event.case == reference] == list(range(1, 12))
        assert desk.consumer("copie").lag().events == 0

    @rule("la position d'un consommateur se retrouve après fermeture et réouverture", needs=Capability.REOPENING)
    def test_the_position_of_a_consumer_is_there_after_reopening(self, opened: OpenStore) -> None:
        store = opened()
        assert store.jobs.save("webhooks", JobState(position=12, until=at(2), parked=(ParkedEvent(3, FIRST),)))
        state = store.jobs.get("webhooks")
        store.close()

        assert opened().jobs.get("webhooks") == state


def _while_writing(desk: Desk, references: Iterable[str]) -> Iterator[None]:
    """Yield again and again while threads add ten supports to each case."""

    def write(reference: str) -> None:
        for number in range(10):
            desk.add_support(reference, kind=SupportKind.EMAIL, title=f"courriel {number}")

    with ThreadPoolExecutor() as pool:
        writers = [pool.submit(write, reference) for reference in references]
        while not all(writer.done() for writer in writers):
            yield
        for writer in writers:
            writer.result()


class EventLogContract(PortContract):
    """The contract of `EventLog`."""

    port = "EventLog"

    @rule("au début, le journal scellé est vide, sans point de contrôle")
    def test_the_log_is_empty_at_first(self, store: Store) -> None:
        assert store.log.extend() == 0
        assert (*store.log.read(), *store.log.checkpoints(), *store.log.heads("R-2026-0000", 0)) == ()

    @rule("chaque événement validé d'un dossier ou d'un plan y entre une fois, dans l'ordre de sa chaîne, et y reste")
    def test_every_committed_event_enters_the_log_once_and_stays(self, store: Store) -> None:
        log, first = store.log, a_case()
        insert(store, first, a_case(2), a_plan("CRE"))
        assert log.extend() == 3
        before = log.read()
        save(store, with_support(first), 1)
        save(store, plan_after(load_plan(store), signed()(ActionProgressed(action="A-1"))), 1)
        insert(store, a_case(3))

        assert (log.extend(), log.extend()) == (6, 6)

        entries = log.read()
        assert entries[:3] == before
        assert [entry.index for entry in entries] == list(range(6))
        streams = {one.holder: one.entries for one in (*store.journal.read(), *store.journal.read_plans())}
        for holder, events in streams.items():
            logged = [(entry.number, entry.link) for entry in entries if entry.holder == holder]
            assert logged == [(event.number, event.link) for event in events]
        assert {entry.holder for entry in entries} == streams.keys()

    @rule("ce qu'un autre valide tard y entre après, sans rien déplacer")
    def test_what_another_commits_late_enters_the_log_after_the_others(self, store: Store) -> None:
        with store.unit_of_work() as late:
            late.cases.add(a_case(1))
            insert(store, a_case(2))
            assert store.log.extend() == 1
            late.commit()

        assert store.log.extend() == 2
        assert [entry.holder for entry in store.log.read()] == [SECOND, FIRST]

    @rule(
        "un lecteur reprend après ce qu'il a lu ; une place d'avant le début et une limite nulle sont refusées",
        message=("after", "limit"),
    )
    def test_a_reader_of_the_log_resumes_after_its_last_entry(self, store: Store) -> None:
        insert(store, *(a_case(number) for number in (1, 2, 3)))
        store.log.extend()

        assert (*store.log.read(limit=2), *store.log.read(2, 2)) == store.log.read()
        assert [entry.index for entry in store.log.entries(1, 2)] == [1]
        assert store.log.read(3) == ()
        for after, limit in ((-1, 10), (0, 0)):
            with pytest.raises(ValueError, match=r"after|limit"):
                store.log.read(after, limit)

    @rule("les fins de chaînes d'un groupe sont celles d'une taille du journal, par point de code")
    def test_the_heads_of_a_group_are_those_of_a_size(self, store: Store) -> None:
        names = ["R-10-É9", "R-10-a0", "R-10-Z1", "R-10-0", "R-11-00", "ab"]
        insert(store, *(renamed(a_case(), name) for name in names))
        size = store.log.extend()
        save(store, with_support(load(store, "R-10-a0")), 1)
        longer = store.log.extend()

        for group, holders in (("R-10-", ["R-10-Z1", "R-10-a0", "R-10-É9"]), ("R-10", ["R-10-0"]), ("", ["ab"])):
            assert [entry.holder for entry in store.log.heads(group, longer)] == holders
        for at_size, number in ((size, 1), (longer, 2)):
            numbers = {entry.holder: entry.number for entry in store.log.heads("R-10-", at_size)}
            assert numbers["R-10-a0"] == number

    @rule("l'état tiré du dernier point de contrôle est celui du journal entier")
    def test_the_state_that_follows_from_the_last_checkpoint_is_that_of_the_whole_log(self, store: Store) -> None:
        log = store.log
        insert(store, a_case(), a_plan("CRE"))
        log.extend()
        state = LogState.of(log.read())
        log.save(CheckpointRecord(size=state.edge.size, note="é\n", taken_at=at(1), state=state))
        save(store, with_support(load(store, FIRST)), 1)
        size = log.extend()
        [stored] = log.checkpoints()
        assert stored == CheckpointRecord(size=2, note="é\n", taken_at=at(1), state=state)

        longer = stored.state.extended(log.read(2), lambda group: log.heads(group, size)) if stored.state else None

        assert longer == LogState.of(log.read())
        log.save(CheckpointRecord(size=size, note="2", taken_at=at(2), token=b"\0\xff", state=longer))
        log.save(CheckpointRecord(size=size, note="3", taken_at=at(2), token=b"\0\xff", state=longer))
        first, last = log.checkpoints()
        assert first == attrs.evolve(stored, state=None)
        assert (last.note, last.token, last.state) == ("3", b"\0\xff", longer)

    @rule("parmi des fils qui écrivent, rien n'y manque et rien n'y est deux fois", needs=Capability.THREADS)
    def test_the_log_among_writers_misses_nothing_and_has_nothing_twice(self, store: Store) -> None:
        desk = desk_on(store)
        references = [registered(desk).reference for _ in range(3)]

        def write(reference: str) -> None:
            for number in range(8):
                desk.add_support(reference, kind=SupportKind.EMAIL, title=f"courriel {number}")

        with ThreadPoolExecutor(4) as pool:
            writers = [pool.submit(write, reference) for reference in references]
            for one in [pool.submit(store.log.extend) for _ in range(6)]:
                one.result()
            for writer in writers:
                writer.result()

        assert store.log.extend() == 27
        entries = store.log.read()
        for reference in references:
            assert [entry.number for entry in entries if entry.holder == reference] == list(range(1, 10))

    @rule("le journal scellé se retrouve après fermeture et réouverture", needs=Capability.REOPENING)
    def test_the_log_is_there_after_reopening(self, opened: OpenStore) -> None:
        store = opened()
        insert(store, a_case(), a_plan("CRE"))
        store.log.extend()
        store.log.save(CheckpointRecord(size=2, note="1", taken_at=at(1)))
        entries, written_before = store.log.read(), store.log.checkpoints()
        store.close()

        store = opened()
        assert (store.log.read(), store.log.checkpoints()) == (entries, written_before)
        assert store.log.extend() == 2


class JournalContract(PortContract):
    """The contract of `Journal`."""

    port = "Journal"

    @rule("un entrepôt vide n'a rien écrit")
    def test_an_empty_store_has_written_nothing(self, store: Store) -> None:
        assert store.journal.read() == store.journal.read_plans() == ()

    @rule("chaque plan y est tel qu'il a été écrit, dans l'ordre des périmètres, page par page", source="M2-1 §6.3")
    def test_each_plan_is_in_the_journal_as_written_page_by_page(self, store: Store) -> None:
        insert(store, a_plan("STR"), a_plan("É"), plan_after(a_plan("CRE"), signed()(published())))
        save(store, plan_after(load_plan(store), signed()(ActionProgressed(action="A-1"))), 2)

        first = store.journal.read_plans(limit=2)
        rest = store.journal.read_plans(first[-1].holder, limit=2)

        found = [(stream.holder, stream.version) for stream in (*first, *rest)]
        assert found == [("site:CRE", 3), ("site:STR", 1), ("site:É", 1)]
        assert store.journal.read_plans(rest[-1].holder) == ()
        for stream in (*first, *rest):
            events = load_plan(store, stream.holder).events
            assert stream == written_plan(stream.holder, events)

    @rule("un plan qui n'a pas été altéré ne présente aucune anomalie, textes effacés compris")
    def test_an_untouched_plan_has_no_anomaly(self, store: Store) -> None:
        insert(store, plan_after(a_plan(), signed()(ActionAbandoned(action="A-1", reason="inutile"))))
        checkpoint = Checkpoint.of((), at(1), store.journal.read_plans())
        save(store, plan_after(load_plan(store), signed()(TextsForgotten(action="A-1"))), 2)

        assert list(examine((), None, store.journal.read_plans())) == []
        assert list(examine((), checkpoint, store.journal.read_plans())) == []

    @rule("chaque histoire y est telle qu'elle a été écrite, dans l'ordre des références")
    def test_each_stream_is_in_the_journal_as_written_by_reference(self, store: Store) -> None:
        first, second = a_case(), a_case(2)
        insert(store, second, first)
        save(store, with_support(first), 1)

        streams = store.journal.read()

        assert [(stream.holder, stream.version) for stream in streams] == [(FIRST, 2), (SECOND, 1)]
        for stream in streams:
            events = load(store, stream.holder).events
            assert stream == written(stream.holder, events)

    @rule("l'ordre des histoires est celui des références, par point de code")
    def test_the_order_of_the_streams_is_that_of_the_references_by_code_point(self, store: Store) -> None:
        names = ["R-É", "R-a", "R-10", "R-9", "R-Z"]
        insert(store, *(renamed(a_case(), name) for name in names))

        assert [stream.holder for stream in store.journal.read()] == ["R-10", "R-9", "R-Z", "R-a", "R-É"]
        assert [stream.holder for stream in store.journal.read("R-Z")] == ["R-a", "R-É"]

    @rule("un lecteur reprend après la dernière référence qu'il a vue")
    def test_a_reader_of_the_journal_resumes_after_its_last_reference(self, store: Store) -> None:
        insert(store, *(a_case(number) for number in (1, 2, 3)))

        first = store.journal.read(limit=2)
        rest = store.journal.read(first[-1].holder, limit=2)

        assert (*first, *rest) == store.journal.read()
        assert len(first) == 2
        assert store.journal.read(rest[-1].holder) == ()

    @rule("un dossier qui n'a pas été altéré ne présente aucune anomalie, textes effacés compris")
    def test_an_untouched_case_has_no_anomaly(self, store: Store) -> None:
        first = a_case(complainant="Mme Durand")
        insert(store, first, a_case(2))
        checkpoint = Checkpoint.of(store.journal.read(), at(1))
        save(store, without_texts(with_support(first)), 1)

        assert list(examine(store.journal.read())) == []
        assert list(examine(store.journal.read(), checkpoint)) == []

    @rule("chaque histoire est celle d'un moment, même lue parmi des fils qui écrivent", needs=Capability.THREADS)
    def test_each_stream_is_of_one_moment_even_among_writers(self, store: Store) -> None:
        desk = desk_on(store)
        references = [registered(desk).reference for _ in range(2)]

        for _ in _while_writing(desk, references):
            streams = store.journal.read()
            assert [stream.holder for stream in streams] == references
            assert [len(stream.entries) for stream in streams] == [stream.version for stream in streams]

        assert [stream.version for stream in store.journal.read()] == [11, 11]

    @rule("une histoire lue par sa référence est celle que la page donne ; rien où il n'y en a pas")
    def test_a_stream_read_by_its_holder_is_that_of_the_page(self, store: Store) -> None:
        insert(store, a_case(), a_case(2), a_plan("CRE"), plan_after(a_plan("STD"), signed()(published())))

        assert tuple(store.journal.stream_of(one) for one in (FIRST, SECOND)) == store.journal.read()
        plans = tuple(store.journal.plan_stream_of(one) for one in ("site:CRE", "site:STD"))
        assert plans == store.journal.read_plans()
        for missing in ("R-2026", "site:FDF", "\ud800"):
            assert store.journal.stream_of(missing) is store.journal.plan_stream_of(missing) is None

    @rule("une limite nulle est refusée", message=("limit",))
    def test_a_limit_of_none_is_refused(self, store: Store) -> None:
        for read in (store.journal.read, store.journal.read_plans):
            for limit in (0, -1):
                with pytest.raises(ValueError, match="limit"):
                    read(limit=limit)

    @rule("ce qui a été altéré vient tel quel : rien n'est décodé ni réparé", needs=Capability.TAMPERING)
    def test_tampered_events_are_returned_as_they_are(self, store: Store) -> None:
        case = with_support(a_case())
        insert(store, case, a_case(2))
        self.rewrite_event(store, FIRST, 2, '{"b": 1,"a":2 ')

        stream, other = store.journal.read()

        assert [entry.text for entry in stream.entries][1] == '{"b": 1,"a":2 '
        assert stream.entries[1].link == written(FIRST, case.events).entries[1].link
        assert [(found.holder, found.number, found.kind) for found in examine([stream, other])] == [
            (FIRST, 2, AnomalyKind.ALTERED)
        ]

    @rule("un plan réécrit, coupé ou supprimé se voit, comme un dossier", needs=Capability.TAMPERING)
    def test_a_plan_that_was_tampered_with_shows_as_a_case_does(self, store: Store) -> None:
        insert(store, plan_after(a_plan("CRE"), signed()(published())), a_plan("STD"), a_plan("STR"))
        checkpoint = Checkpoint.of((), at(1), store.journal.read_plans())
        self.rewrite_plan_event(store, "site:CRE", 1, '{"b": 1,"a":2 ')
        self.delete_plan(store, "site:STD")

        streams = store.journal.read_plans()

        assert streams[0].entries[0].text == '{"b": 1,"a":2 '
        found = [(one.holder, one.number, one.kind) for one in examine((), checkpoint, streams)]
        assert found == [("site:CRE", 1, AnomalyKind.ALTERED), ("site:STD", None, AnomalyKind.VANISHED)]

    @rule("les événements d'un dossier supprimé restent, et sa version est 0", needs=Capability.TAMPERING)
    def test_a_deleted_case_leaves_its_events_with_version_0(self, store: Store) -> None:
        insert(store, a_case(1), a_case(2))
        self.delete_case(store, FIRST)

        found = [(stream.holder, stream.version, len(stream.entries)) for stream in store.journal.read()]

        assert found == [(FIRST, 0, 1), (SECOND, 1, 1)]


class SequenceGeneratorContract(PortContract):
    """The contract of `SequenceGenerator`."""

    port = "SequenceGenerator"

    @rule("une série commence à 1, et chacune a ses propres numéros")
    def test_a_series_begins_with_1_and_each_has_its_own_numbers(self, store: Store) -> None:
        numbers = store.sequences

        assert [numbers.next("R-2026"), numbers.next("R-2026"), numbers.next("R-2027")] == [1, 2, 1]
        assert [numbers.next("r-2026"), numbers.next("R-202"), numbers.next("R-é'%")] == [1, 1, 1]

    @rule("les numéros pris ensemble se suivent")
    def test_several_that_are_taken_together_follow_each_other(self, store: Store) -> None:
        numbers = store.sequences

        assert [numbers.next("R-2026", 3), numbers.next("R-2026"), numbers.next("R-2026", 2)] == [1, 4, 5]
        assert numbers.next("R-2027", 5) == 1

    @rule("des fils qui demandent à la fois reçoivent chacun leur numéro", needs=Capability.THREADS)
    def test_threads_that_ask_at_once_get_each_number_once(self, store: Store) -> None:
        with ThreadPoolExecutor(8) as pool:
            given = list(pool.map(store.sequences.next, ["R-2026"] * 400))

        assert sorted(given) == list(range(1, 401))

    @rule("un numéro inutilisé n'est jamais attribué de nouveau")
    def test_a_number_that_its_taker_does_not_use_is_never_given_again(self, store: Store) -> None:
        with store.unit_of_work() as unit:
            lost = store.sequences.next("R-2026")
            unit.rollback()

        assert store.sequences.next("R-2026") > lost


class ExportLogContract(PortContract):
    """The contract of `ExportLog`."""

    port = "ExportLog"

    @staticmethod
    def export(subject: str = "R-1", **given: Any) -> ExportRecord:
        """Return the record of an export, to be recorded."""
        return ExportRecord(kind=ExportKind.AUDIT, subject=subject, sha256="0" * 64, exported_at=at(1), **given)

    @rule("un export revient tel qu'il a été noté, avec son numéro", source="M2-1 §6.3")
    def test_an_export_comes_back_as_it_was_recorded_with_its_number(self, store: Store) -> None:
        actor, subject = "Mme O'Brien\n%", "région É'%"
        first = self.export(subject, actor=actor, role=Role.RQR, place="region:É", recipients=("Tous les PCS", "AQ"))

        expected = (attrs.evolve(first, number=1), attrs.evolve(self.export(), number=2))

        assert (store.exports.add(first), store.exports.add(self.export())) == expected
        assert store.exports.read() == expected

    @rule("les exports se lisent page par page, et ceux d'un périmètre à part", message=("after", "limit"))
    def test_exports_are_read_page_by_page_and_by_place(self, store: Store) -> None:
        places = ["", "site:CRE", "site:CRE2", "", "site:CRE"]
        for place in places:
            store.exports.add(self.export(place=place))

        first = store.exports.read(limit=3)
        rest = store.exports.read(first[-1].number, limit=3)

        assert [one.number for one in (*first, *rest)] == [1, 2, 3, 4, 5]
        assert store.exports.read(rest[-1].number) == ()
        assert [one.number for one in store.exports.read(place="site:CRE")] == [2, 5]
        assert [one.number for one in store.exports.read(2, 1, place="site:CRE")] == [5]
        for after, limit in ((-1, 1), (0, 0)):
            with pytest.raises(ValueError, match=r"after|limit"):
                store.exports.read(after, limit)

    @rule("les derniers exports se lisent sans les autres, par périmètre et par objet", message=("limit",))
    def test_the_latest_exports_are_read_by_place_and_by_subject(self, store: Store) -> None:
        subjects = ["site:É", "site:É 1", "site:É 12", "site:É 1 bis", "site:É2", "site:É :", "site:", "R-1"]
        for number, subject in enumerate(subjects):
            store.exports.add(self.export(subject, actor="Mme O'Brien", place="site:CRE" if number % 2 else ""))

        def numbers(*arguments: Any, **named: Any) -> list[int]:
            return [one.number for one in store.exports.latest(*arguments, **named)]

        assert store.exports.latest(3) == store.exports.read(5)
        assert numbers() == [1, 2, 3, 4, 5, 6, 7, 8]
        assert numbers(2, "site:CRE") == [6, 8]
        assert numbers(subject="site:É") == [1, 2, 3]
        assert numbers(2, subject="site:É") == [2, 3]
        assert numbers(subject="site:É 1") == [2]
        assert numbers(9, "site:CRE", "site:É") == [2]
        with pytest.raises(ValueError, match="limit"):
            store.exports.latest(0)

    @rule("des fils qui exportent à la fois reçoivent chacun leur numéro", needs=Capability.THREADS)
    def test_threads_that_export_at_once_get_each_number_once(self, store: Store) -> None:
        with ThreadPoolExecutor(4) as pool:
            given = list(pool.map(lambda _: store.exports.add(self.export()).number, range(40)))

        assert sorted(given) == list(range(1, 41))


class ClockContract(PortContract):
    """The contract of `Clock`; a subclass defines the fixture `clock`."""

    port = "Clock"

    @rule("l'instant donné connaît son fuseau")
    def test_the_instant_is_aware(self, clock: Clock) -> None:
        told = clock.now()

        assert isinstance(told, datetime)
        assert told.utcoffset() is not None

    @rule("un dossier s'enregistre à l'heure qu'elle donne")
    def test_a_case_is_recorded_at_the_time_of_the_clock(self, clock: Clock) -> None:
        before = clock.now()
        desk = Desk.in_memory(sites=SITES, clock=clock).acting("Mme Roux", Role.RQR)

        case = desk.register(facts(before), site="CRE")

        assert before <= case.events[0].recorded_at <= clock.now()
