"""Searches on many cases: seconds of numbers, rare words, frequent ones and short beginnings, by scope.

`CASES` is the number of cases; `python -m bench.searches NUMBER` measures with another one. One case is registered; the
others are its rows with other words, written straight into the tables that a search reads, so that a million take
minutes. `ours` are seconds of processor, of this process and of the server of PostgreSQL. The peers are the budget and,
of every site and of one, the same search by hand: a SELECT of the cases with that number, message or action, and one of
the first rows by due date that finds the words with the index of the database. It runs on one open connection of the
driver, and on one that SQLAlchemy's engine lends for the search, as a program that embeds the library would write it.
All read the same columns of the same rows into summaries. Ours are two or three statements, on PostgreSQL four at most:
few cases with the words are listed before they are read, and its planner is first asked how many there may be. Lists by
own facts, of one case, of some and of none, have the same budget.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import accumulate, islice
from typing import Any, Final

from sqlalchemy import URL, Connection, Table, insert, select, text

from bench.__main__ import table
from bench._by_hand import ByHand
from bench._cases import facts_of
from bench._databases import Backend, backends
from bench._measure import compare, ratio_row
from bench.lists import analyse
from reclamation_core.adapters import CASES as CASE_ROWS
from reclamation_core.adapters import SqlAlchemyStore, open_engine
from reclamation_core.adapters.sqlalchemy import word_index
from reclamation_core.adapters.sqlalchemy.tables import CASE_FACTS, CASE_SEARCH, CASE_SITES
from reclamation_core.cases.words import NAME_MARK, site_entries
from reclamation_core.desk import Desk
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.ports import CaseQuery, Store
from reclamation_core.vocabulary import Role

CASES: Final = 100_000
SITES: Final = 100
WORDS: Final = 40
BATCH: Final = 5_000
BUDGETS: Final = {100_000: 0.05, 1_000_000: 0.15}
"""Seconds of a search, by the number of cases until which they hold."""
BY_HAND: Final = 3
EACH: Final = 25
"""How often a search is measured beside the same by hand, which takes a part of a millisecond."""
_NOW: Final = datetime(2026, 12, 1, 9, tzinfo=UTC)
_SYLLABLES: Final = [a + b for a in "bcdfglmnprst" for b in ("a", "e", "i", "o", "u", "an", "on", "er")]
_SHARES: Final = {"formation": 0.3, "convention": 0.05, "attestation": 0.01, "rarissime": 0.00005}
"""The share of the cases that have a word."""
_MOST_HOURS: Final = 1_000


class _Clock:
    def now(self) -> datetime:
        return _NOW


def run(cases: int = CASES) -> list[dict[str, Any]]:
    """The rows of the table."""
    with backends() as kinds:
        return [row for kind in kinds if kind.settings.durable for row in measured(kind, kind.new(), cases)]


def measured(kind: Backend, url: URL, cases: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of one database with so many cases."""
    with closing(SqlAlchemyStore.open(url, kind.settings)) as store:
        fill(url, desk_on(store), cases)
    analyse(url)
    yield from figures(kind, url, cases)


def desk_on(store: Store) -> Desk:
    """Return the desk of a role that reads names, under rules by which a handling unit reads none."""
    policy = Policy(edition="2026", parameters=Parameters(roles=RoleParameters(reads_names=[Role.RQR])))
    return Desk(store, clock=_Clock(), policy=policy).acting("Mme Roux", Role.RQR)


def figures(kind: Backend, url: URL, cases: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of a database that is filled."""
    budget = next((BUDGETS[most] for most in sorted(BUDGETS) if cases <= most), max(BUDGETS.values()))
    first, second, third, *_ = _vocabulary()
    numbers = {"a reference": f"R-2026-{cases:06d}", "last digits": str(cases), "a message": f"bench:{cases}"}
    words = {
        "a rare word": "rarissime",
        "a word of 1 %": "attestation",
        "a word of 5 %": "convention",
        "a word of 30 %": "formation",
        "two frequent words": f"{first} {second}",
        "a beginning of two letters": "fo",
        "a beginning of four letters": first[:4],
        "no case": "introuvable",
    }
    names = {"a name": third, "a word and a name": f"{second} {third}"}
    with closing(SqlAlchemyStore.open(url, kind.settings)) as store, closing(ByHand(url, kind)) as hand:
        desk = desk_on(store)
        scopes = {"every site": desk, "a role without names": desk.acting("M. Petit", Role.HANDLING_UNIT)}
        for count in (1, 6, 30):
            scopes[f"{count} of {SITES} sites"] = desk.scoped(site=[_site(number) for number in range(count)])
        for scope, scoped in scopes.items():
            searches: dict[str, Callable[[], object]] = {
                name: partial(scoped.cases.search, searched) for name, searched in (numbers | words | names).items()
            }
            for name, seconds in compare(searches, rounds=5, clock=kind.clock).items():
                title = f"{kind.name}: search, {name}, {scope}, {cases:,} cases"
                yield ratio_row(title, seconds, ("budget", budget), 1.0, "s")
        queries = {
            "the contract of one case": CaseQuery(own={"contract": f"C-{cases}"}),
            "hours of 1 %": CaseQuery(own_from={"hours": _MOST_HOURS * 0.99}),
            "hours of no case": CaseQuery(own_from={"hours": _MOST_HOURS}),
        }
        lists: dict[str, Callable[[], object]] = {
            name: partial(desk.cases.summaries, query, order_by="due") for name, query in queries.items()
        }
        for counted in ("bench", "formation"):
            lists[f"the number with {counted!r}"] = partial(desk.cases.count, CaseQuery(text=counted))
        for name, seconds in compare(lists, rounds=5, clock=kind.clock).items():
            yield ratio_row(f"{kind.name}: list, {name}, {cases:,} cases", seconds, ("budget", budget), 1.0, "s")
        engine = open_engine(url, kind.settings)
        for scope, sites in (("every site", ()), (f"1 of {SITES} sites", (_site(0),))):
            for name, searched in (numbers | words | names).items():
                search = scopes[scope].cases.search
                found = [hit.case for hit in search(searched).hits]
                assert found == hand.searched(searched, sites)[: len(found)], searched
                contenders: dict[str, Callable[[], object]] = {
                    "ours": partial(search, searched),
                    "SQL by hand": partial(hand.searched, searched, sites),
                    "the same through an engine": partial(hand.searched_by, engine, searched, sites),
                }
                ours, *peers = compare(contenders, rounds=EACH, clock=kind.clock).items()
                for peer in peers:
                    title = f"{kind.name}: search beside SQL, {name}, {scope}, {cases:,} cases"
                    yield ratio_row(title, ours[1], peer, BY_HAND, "s")
        engine.dispose()


def fill(url: URL, desk: Desk, cases: int) -> None:
    """Write the rows of so many cases: those of one that is registered, with other words, days and sites."""
    facts = facts_of(datetime(2026, 1, 5, 9, tzinfo=UTC))
    desk.register(facts, site=_site(0), source="bench:0", complainant="Mme Durand", verbatim="Bonjour.")
    engine = open_engine(url)
    with engine.connect() as connection:
        word_index.remove(connection)
        models = {one: _model(connection, one) for one in (CASE_ROWS, CASE_SITES, CASE_SEARCH)}
        rows = _rows(models, cases)
        while batch := list(islice(rows, BATCH)):
            connection.execute(text("BEGIN"))
            for place, one in enumerate(models):
                connection.execute(insert(one), [changed[place] for changed in batch])
            references = [changed[0]["reference"] for changed in batch]
            connection.execute(insert(CASE_FACTS), [fact for one in references for fact in _own_facts(one)])
            connection.execute(text("COMMIT"))
        word_index.create(connection)
    engine.dispose()


def _own_facts(reference: str) -> Iterator[dict[str, Any]]:
    number = int(reference.rpartition("-")[2])
    yield {"case_reference": reference, "name": "contract", "value": f"C-{number}", "number": None}
    hours = number % _MOST_HOURS
    yield {"case_reference": reference, "name": "hours", "value": str(hours), "number": hours}


def _model(connection: Connection, model: Table) -> dict[str, Any]:
    return dict(connection.execute(select(model)).mappings().first() or {})


def _rows(models: dict[Table, dict[str, Any]], cases: int) -> Iterator[tuple[dict[str, Any], ...]]:
    """Yield the rows of each case but the first; the words are as frequent as those of a language."""
    vocabulary = _vocabulary()
    draw, weights = random.Random(5), list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    case, site, search = models.values()
    for number in range(2, cases + 1):
        words = draw.choices(vocabulary, cum_weights=weights, k=WORDS)
        words += (word for word, share in _SHARES.items() if draw.random() < share)
        names = draw.choices(vocabulary, k=2)
        received = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(minutes=draw.randrange(60 * 24 * 320))
        due: date = (received + timedelta(days=14)).date()
        code, this = _site(draw.randrange(SITES)), f"R-2026-{number:06d}"
        entries = sorted({*words, *(NAME_MARK + name for name in names), "bench", str(number)})
        entries += site_entries([code])
        yield (
            case
            | {"reference": this, "site": code, "handling_unit": code, "source": f"bench:{number}"}
            | {"received_at": received, "due_on": due, "awaited_on": due},
            site | {"case_reference": this, "site": code},
            search
            | {"case_reference": this, "words": f" {' '.join(entries)} "}
            | {"excerpt": " ".join(words)[:80], "author": " ".join(names)},
        )


def _site(number: int) -> str:
    return f"S{number:02d}"


def _vocabulary() -> list[str]:
    draw = random.Random(5)
    return ["".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(2, 4))) for _ in range(20_000)]


if __name__ == "__main__":
    rows = run(int(sys.argv[1]))
    print(table([row | {"met": "yes" if row["ratio"] <= row["target"] else "no"} for row in rows]))
