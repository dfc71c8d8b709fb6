"""Rounds of killing: processes are killed during writes, then the database is opened again and examined."""

from random import Random
from typing import Any

import attrs

from reclamation_core.adapters import SqlAlchemyStore
from tests.faults.examining import faults
from tests.faults.living import SITES, Doom, Told, live, register_all
from tests.faults.processes import Child

PER_LIFE = 70
"""About how many statements a life has, commits among them."""


@attrs.define
class Tally:
    """The result of the rounds: the number of processes killed, and the commands reported as committed."""

    kills: int = 0
    told: list[Told] = attrs.field(factory=list)


def a_doom(random: Random, statements: int) -> Doom:
    """When to die: half of the time just before a statement, half of it within one."""
    return Doom(random.randint(1, statements), None if random.random() < 0.5 else random.uniform(0, 0.002))


def killed_lives(url: str, dooms: list[list[Doom]], tally: Tally, lives: int = 3) -> None:
    """Kill processes that live cases, some at once, one round after the other; look after each.

    Raises:
        AssertionError: something is lost, or half there.
    """
    for number, together in enumerate(dooms):
        children = [
            Child(live, url, doom, SITES[place], [f"{number}.{place}.{life}" for life in range(lives)])
            for place, doom in enumerate(together)
        ]
        for child in children:
            ended = child.end()
            tally.kills += ended.killed
            tally.told += ended.told
        assert_whole(url, tally.told)


def killed_import(url: str, dooms: list[Doom], sources: int, tally: Tally) -> None:
    """Import messages, killed again and again, from the beginning each time; in the end not killed."""
    for doom in [*dooms, None]:
        ended = Child(register_all, url, doom, sources).end()
        tally.kills += ended.killed
        tally.told += ended.told
        assert_whole(url, tally.told)


def assert_whole(url: str, told: list[Told]) -> None:
    """Open the database as after a fault, and find nothing wrong."""
    store = SqlAlchemyStore.open(url)
    try:
        found = faults(store, told)
    finally:
        store.close()
    assert found == [], "; ".join(found)


def imported(url: str) -> list[tuple[Any, ...]]:
    """What an import has left, but the references and the salts, which are never the same twice."""
    store = SqlAlchemyStore.open(url)
    try:
        with store.unit_of_work() as unit:
            cases = [unit.cases.get(item.event.case) for item in store.feed.read(limit=5000)]
    finally:
        store.close()
    return [(case.source, case.facts, case.awaited_on, [secret.text for secret in case.vault]) for case in cases]
