"""Searches on many cases: seconds of processor of a rare word, of frequent ones and of short beginnings, by scope.

`CASES` is the number of cases; `python -m bench.searches NUMBER` measures with another one.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from time import process_time
from typing import Any, Final

from sqlalchemy import URL

from bench.__main__ import table
from bench._cases import facts_of
from bench._databases import Backend, backends
from bench._measure import compare, ratio_row
from bench.lists import analyse
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.desk import Desk, Registration

CASES: Final = 100_000
SITES: Final = 100
WORDS: Final = 40
BUDGET: Final = 0.05
"""Seconds of processor of a search, of the database's process apart."""
_NOW: Final = datetime(2026, 12, 1, 9, tzinfo=UTC)
_SYLLABLES: Final = [a + b for a in "bcdfglmnprst" for b in ("a", "e", "i", "o", "u", "an", "on", "er")]
_SHARES: Final = {"formation": 0.3, "convention": 0.05, "rarissime": 0.00005}
"""The share of the cases that have a word."""


class _Clock:
    def now(self) -> datetime:
        return _NOW


def run(cases: int = CASES) -> list[dict[str, Any]]:
    """The rows of the table."""
    with backends() as kinds:
        return [row for kind in kinds if kind.settings.durable for row in measured(kind, kind.new(), cases)]


def measured(kind: Backend, url: URL, cases: int) -> Iterator[dict[str, Any]]:
    """Yield the rows of one database with so many cases."""
    vocabulary = _vocabulary()
    with closing(SqlAlchemyStore.open(url, kind.settings)) as store:
        desk = Desk(store, clock=_Clock())
        for _ in desk.register_many(_registrations(cases, vocabulary)):
            pass
        analyse(url)
        texts = {
            "a rare word": "rarissime",
            "a word of 5 %": "convention",
            "a word of 30 %": "formation",
            "two frequent words": f"{vocabulary[0]} {vocabulary[1]}",
            "a beginning of two letters": "fo",
            "no case": "introuvable",
        }
        for count in (0, 1, 6, 30):
            scoped = desk.scoped(site=[_site(number) for number in range(count)]) if count else desk
            searches: dict[str, Callable[[], object]] = {
                name: lambda text=text, scoped=scoped: scoped.cases.search(text)  # type: ignore[misc]
                for name, text in texts.items()
            }
            for name, seconds in compare(searches, rounds=5, clock=process_time).items():
                scope = f"{count} of {SITES} sites" if count else "every site"
                yield ratio_row(
                    f"{kind.name}: search, {name}, {scope}, {cases:,} cases",
                    seconds,
                    ("budget", BUDGET),
                    1.0,
                    "s of CPU",
                )


def _site(number: int) -> str:
    return f"S{number:02d}"


def _vocabulary() -> list[str]:
    draw = random.Random(5)
    return ["".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(2, 4))) for _ in range(20_000)]


def _registrations(cases: int, vocabulary: list[str]) -> Iterator[Registration]:
    """Yield messages of so many words, which are as frequent as those of a language."""
    draw, weights = random.Random(5), list(accumulate(1 / (rank + 3) for rank in range(len(vocabulary))))
    for number in range(cases):
        words = draw.choices(vocabulary, cum_weights=weights, k=WORDS)
        words += (word for word, share in _SHARES.items() if draw.random() < share)
        received_at = datetime(2026, 1, 5, 9, tzinfo=UTC) + timedelta(minutes=draw.randrange(60 * 24 * 320))
        yield Registration(
            facts=facts_of(received_at),
            site=_site(draw.randrange(SITES)),
            source=f"bench:{number}",
            complainant=" ".join(draw.choices(vocabulary, k=2)),
            verbatim=" ".join(words),
        )


if __name__ == "__main__":
    rows = run(int(sys.argv[1]))
    print(table([row | {"met": "yes" if row["ratio"] <= 1 else "no"} for row in rows]))
