"""A Django application commits its rows and ours by its own `transaction.atomic`, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from reclamation_core.cases import Case, SupportKind
from tests.databases import emptied
from tests.hosts import DjangoHost, sqlite_url
from tests.unit.desk import factories


class MindChangedError(Exception):
    """Something in the application that has nothing to do with us."""


@pytest.fixture(params=["sqlite", "postgresql"])
def host(request: Any, tmp_path: Path) -> Iterator[DjangoHost]:
    host = DjangoHost(sqlite_url(tmp_path) if request.param == "sqlite" else emptied())
    yield host
    host.close()


def test_a_block_within_a_block_is_undone_alone(host: DjangoHost) -> None:
    def inner(case: Case) -> None:
        with transaction.atomic():
            host.desk().acknowledge(case.reference)
            factories.registered(host.desk())
            host.invoice(8)
            raise MindChangedError

    with transaction.atomic():
        case = factories.registered(host.desk())
        host.invoice(7)
        with pytest.raises(MindChangedError):
            inner(case)
        assert host.desk().cases.get(case.reference) == case
        with transaction.atomic():
            host.desk().add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel")

    assert host.kept() == ([7], {case.reference: 2})


def test_outside_a_block_each_thing_is_kept_at_once_as_django_keeps_its_own(host: DjangoHost) -> None:
    case = factories.registered(host.desk())
    assert host.kept() == ([], {case.reference: 1})
    host.desk().acknowledge(case.reference)
    host.invoice(7)
    assert host.kept() == ([7], {case.reference: 2})
    assert [item.position for item in host.desk().feed()] == [1, 2]
    assert not host.django.in_atomic_block
    assert host.django.get_autocommit()


def test_what_is_done_upon_commit_happens_once_the_block_has_ended(host: DjangoHost) -> None:
    told: list[tuple[list[int], dict[str, int]]] = []
    with transaction.atomic():
        case = factories.registered(host.desk())
        transaction.on_commit(lambda: told.append(host.kept()))
        assert told == []
    assert told == [([], {case.reference: 1})]
