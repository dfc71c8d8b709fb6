"""An application writes its own table and ours in one commit, with every supported driver."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import SupportKind
from reclamation_core.ports import CaseNotFoundError, CaseQuery, ConcurrentChangeError, StoreError
from reclamation_core.testing.contracts.samples import with_support
from reclamation_core.vocabulary import Level
from tests.hosts import HOSTS, Host
from tests.inside import store_of
from tests.unit.desk import factories


@pytest.fixture(params=HOSTS)
def host(request: Any, tmp_path: Path) -> Iterator[Host]:
    host = HOSTS[request.param](tmp_path)
    host.begin()
    yield host
    host.rollback()
    host.close()


def test_what_the_host_commits_is_kept_with_what_the_desk_did(host: Host) -> None:
    host.invoice(7)
    case = factories.registered(host.desk())
    host.desk().acknowledge(case.reference)
    assert host.kept() == ([], {})  # nothing is committed by the desk
    host.commit()
    assert host.kept() == ([7], {case.reference: 2})


def test_what_the_host_rolls_back_is_gone_with_what_the_desk_did(host: Host) -> None:
    case = factories.registered(host.desk())
    host.invoice(7)
    host.desk().acknowledge(case.reference)
    host.rollback()
    assert host.kept() == ([], {})


def test_the_desk_may_do_the_first_thing_of_a_transaction_and_the_last(host: Host) -> None:
    desk = host.desk()
    first = factories.registered(desk)
    host.rollback()
    host.begin()
    second = factories.registered(desk)
    host.invoice(1)
    third = factories.registered(desk)
    host.commit()
    assert first.reference == second.reference  # its number went with it
    assert host.kept() == ([1], {second.reference: 1, third.reference: 1})


def test_a_rollback_to_the_hosts_savepoint_undoes_the_desks_later_commands(host: Host) -> None:
    desk = host.desk()
    host.invoice(1)
    before = factories.registered(desk)
    host.say("SAVEPOINT of_the_host")
    desk.acknowledge(before.reference)
    since = factories.registered(desk)
    host.invoice(2)
    host.say("ROLLBACK TO SAVEPOINT of_the_host")

    assert desk.cases.get(before.reference).version == 1
    with pytest.raises(CaseNotFoundError):
        desk.cases.get(since.reference)
    host.say("RELEASE SAVEPOINT of_the_host")
    host.commit()
    assert host.kept() == ([1], {before.reference: 1})


def test_the_desk_sees_what_the_host_has_not_committed(host: Host) -> None:
    case = factories.registered(host.desk())
    table = "UPDATE reclamation_cases SET level = 'national', level_rank = 2"
    host.say(f"{table} WHERE reference = '{case.reference}'")
    assert host.desk().cases.count(CaseQuery(levels={Level.NATIONAL})) == 1


def test_a_conflict_leaves_the_transaction_of_the_host_as_it_was(host: Host) -> None:
    desk = host.desk()
    one, two = factories.registered(desk), factories.registered(desk)
    host.invoice(7)
    with store_of(desk).unit_of_work() as unit:
        unit.cases.save(with_support(unit.cases.get(one.reference)), 1)
        unit.cases.save(with_support(unit.cases.get(two.reference)), 1)
        desk.add_support(two.reference, kind=SupportKind.EMAIL, title="plus vite")  # by another unit
        with pytest.raises(ConcurrentChangeError) as refusal:
            unit.commit()

    assert (refusal.value.expected, refusal.value.found) == (1, 2)
    assert desk.cases.get(one.reference) == one  # nothing of the unit is left
    host.invoice(8)
    host.commit()
    assert host.kept() == ([7, 8], {one.reference: 1, two.reference: 2})


def test_a_unit_that_fails_midway_is_undone_alone(host: Host) -> None:
    desk = host.desk()
    host.invoice(7)
    one = factories.registered(desk)
    host.say("ALTER TABLE reclamation_case_sites RENAME TO elsewhere")
    with pytest.raises(StoreError, match=r"SQLITE_ERROR|UndefinedTable"):  # the case and its event are written by then
        factories.registered(desk)
    host.say("ALTER TABLE elsewhere RENAME TO reclamation_case_sites")
    assert desk.cases.count() == 1
    host.invoice(8)
    host.commit()
    assert host.kept() == ([7, 8], {one.reference: 1})


def test_the_feed_shows_what_the_host_has_written_and_goes_back_with_it(host: Host) -> None:
    desk = host.desk()
    first = factories.registered(desk)
    assert [(item.position, item.event.case) for item in desk.feed()] == [(1, first.reference)]
    host.commit()

    host.begin()
    desk.acknowledge(first.reference)
    assert [(item.position, item.event.number) for item in desk.feed(after=1)] == [(2, 2)]
    host.rollback()

    host.begin()
    second = factories.registered(desk)
    assert [(item.position, item.event.case) for item in desk.feed(after=1)] == [(2, second.reference)]
    host.commit()
    with SqlAlchemyStore(host.outside).unit_of_work() as unit:
        assert unit.cases.get(second.reference) == second
    found = SqlAlchemyStore(host.outside).feed.read()
    assert [(item.position, item.event.case) for item in found] == [(1, first.reference), (2, second.reference)]


def test_letting_a_desk_go_leaves_the_connection_open(host: Host) -> None:
    with host.desk() as desk:
        case = factories.registered(desk)
    host.invoice(7)
    host.commit()
    assert host.kept() == ([7], {case.reference: 1})


def test_every_setting_of_the_connection_is_as_it_was(host: Host) -> None:
    before = host.settings()
    desk = host.desk()
    case = desk.plan(factories.analysed(desk).reference, factories.sheet())
    desk.feed()
    desk.pgaac("CRE").publish()
    with pytest.raises(CaseNotFoundError):
        desk.acknowledge("R-2026-999999")
    desk.cases.find(CaseQuery(text="courriel"))
    assert desk.cases.get(case.reference) == case
    assert host.settings() == before


def test_the_desk_is_made_before_anything_is_asked_of_the_connection(host: Host) -> None:
    host.rollback()
    desk = host.desk()
    assert not host.in_transaction()
    host.begin()
    factories.registered(desk)
    assert host.in_transaction()
