"""The options of a desk and their defaults, in memory and on a database that it opens."""

from datetime import timedelta
from pathlib import Path

import pytest

from reclamation_core.desk import Desk
from reclamation_core.policy import PolicyBook
from reclamation_core.vocabulary import Role
from tests.databases import sqlite_file
from tests.unit.desk import factories
from tests.unit.desk.factories import registered


def test_a_desk_takes_a_policy_or_a_book_and_m2_1_by_default() -> None:
    from reclamation_core.policy import Policy, m2_1

    assert registered(Desk.in_memory()).edition == m2_1().edition
    assert registered(Desk.in_memory(policy=Policy(edition="essai"))).edition == "essai"
    assert registered(Desk.in_memory(policy=PolicyBook([Policy(edition="essai")]))).edition == "essai"
    with pytest.raises(TypeError, match="policy: a Policy or a PolicyBook"):
        Desk.in_memory(policy="M2-1")  # type: ignore[arg-type]


def test_the_clock_of_the_machine_is_used_by_default() -> None:
    from datetime import UTC, datetime

    before = datetime.now(UTC)
    event = registered(Desk.in_memory()).events[0]
    assert before <= event.recorded_at <= datetime.now(UTC)
    assert event.recorded_at.utcoffset() == timedelta(0)


def test_a_desk_on_a_new_file_gets_its_schema(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/reclamations.db"
    with Desk.open(url) as desk:
        case = desk.register(factories.facts(), site="Créteil")
    with Desk.open(url) as again:
        assert again.cases.get(case.reference) == case
        assert again.register(factories.facts(), site="Créteil").reference.endswith("-000002")


def test_open_takes_the_options_of_a_desk(tmp_path: Path) -> None:
    clock = factories.FakeClock(factories.at(1, month=7))
    with Desk.open(sqlite_file(tmp_path), sites=factories.SITES, clock=clock) as desk:
        assert factories.registered(desk.acting("Mme Roux", Role.RQR), "CRE").events[0].recorded_at == clock.now()
        with pytest.raises(LookupError):
            factories.registered(desk, "Créteil")


def test_releasing_a_desk_in_memory_has_no_effect() -> None:
    with factories.new_desk() as desk:
        case = factories.registered(desk)
    desk.release()
    assert desk.cases.get(case.reference) == case
