"""10,000 mutated workbooks and TOML files, and bombs, are read or refused clearly, in little time and memory.

How many of each kind may be given: `python soak/hostile_files.py 200`. A number of a file that failed is shown; `python
soak/hostile_files.py --one xlsx 17` reads that one in this process, and its error comes out whole.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from tests import mutations
from tests.hostile import read_toml_file, triage_workbook

EACH: Final = 5000
"""How many workbooks, and how many TOML files."""
SECONDS: Final = 5
MEGABYTES: Final = 300
"""How much time of the processor and how much memory each may take; a file may be waited for ten times as long."""


def read_one(kind: str, name: str, content: bytes, folder: Path) -> str:
    """Read a file and give what came of it: "read" or "refused"; anything else is raised."""
    if kind == "xlsx":
        return triage_workbook(folder, content)
    return read_toml_file(folder, name, content)


def apart(kind: str, name: str, make: Callable[[], bytes], folder: Path) -> tuple[str, float, float]:
    """The same in a process of its own: what came of it, its seconds and its megabytes."""
    content = make()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_AS, (1 << 31, 1 << 31))
        signal.alarm(10 * SECONDS)
        try:
            outcome = read_one(kind, name, content, folder)
        except BaseException as error:  # noqa: BLE001  (whatever it is, it is reported)
            outcome = f"{type(error).__name__}: {str(error)[:200]}"
        os.write(writer, outcome.encode("utf-8", "replace"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        outcome = pipe.read().decode()
    _, status, usage = os.wait4(child, 0)
    if status:
        outcome = f"ended by signal {os.waitstatus_to_exitcode(status)}"
    scale = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return outcome, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / scale


def files(count: int) -> Iterator[tuple[str, str, str, Callable[[], bytes]]]:
    """Each file: its kind, its own name, the name of what reads it, and its content."""
    for title, bomb in mutations.BOMBS.items():
        yield "xlsx", title, "", bomb
    for title, text in mutations.HOSTILE_TOML.items():
        for door in mutations.SOUND_TOML:
            yield "toml", f"{title}, as {door}", door, text.encode
    for number in range(count):
        yield "xlsx", str(number), "", lambda number=number: mutations.workbook(number)  # type: ignore[misc]
        door, content = mutations.toml(number)
        yield "toml", str(number), door, lambda content=content: content  # type: ignore[misc]


def main() -> None:
    """Read them all, and fail where one is neither read nor refused, or takes too much."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else EACH
    outcomes: Counter[tuple[str, str]] = Counter()
    problems: list[str] = []
    slowest, largest = (0.0, ""), (0.0, "")
    with TemporaryDirectory() as name:
        folder = Path(name)
        triage_workbook(folder, mutations.workbook_of(mutations.GOOD))  # what is imported is imported once
        for door, text in mutations.SOUND_TOML.items():
            read_toml_file(folder, door, text.encode())
        for place, (kind, title, door, make) in enumerate(files(count)):
            if place % 1000 == 0:
                print(f"{place} files, {len(problems)} of them too much or in error", flush=True)
            outcome, seconds, megabytes = apart(kind, door, make, folder)
            outcomes[kind, outcome if outcome in {"read", "refused"} else "neither"] += 1
            slowest, largest = max(slowest, (seconds, f"{kind} {title}")), max(largest, (megabytes, f"{kind} {title}"))
            if outcome not in {"read", "refused"} or seconds > SECONDS or megabytes > MEGABYTES:
                problems.append(f"{kind} {title}: {outcome}, {seconds:.1f} s, {megabytes:.0f} MB")
                print(problems[-1], flush=True)
    for (kind, outcome), number in sorted(outcomes.items()):
        print(f"{kind}: {number} {outcome}")
    print(f"slowest {slowest[0]:.1f} s ({slowest[1]}), largest {largest[0]:.0f} MB ({largest[1]})")
    sys.exit(f"{len(problems)} files" if problems else 0)


def one(kind: str, number: int) -> None:
    """Read the file of a number in this process."""
    with TemporaryDirectory() as folder:
        name, content = ("", mutations.workbook(number)) if kind == "xlsx" else mutations.toml(number)
        print(read_one(kind, name, content, Path(folder)))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], int(sys.argv[3]))
    else:
        main()
