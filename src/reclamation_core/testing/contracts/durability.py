"""Rules about what a store leaves on a disk: forgotten texts, and commits of a process that was killed."""

from __future__ import annotations

import os
import signal
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import count
from pathlib import Path
from types import FrameType
from typing import Any, Final, NoReturn

from reclamation_core.ports import CaseNotFoundError, PlanNotFoundError, Store
from reclamation_core.testing.builders import a_closed_case
from reclamation_core.testing.contracts.base import Capability, OpenStore, PortContract, mark_unsupported, rule
from reclamation_core.testing.contracts.samples import (
    a_case,
    a_plan,
    desk_on,
    facts,
    insert,
    load,
    renamed,
    save,
    with_support,
)

_MARK: Final = "Mme Désirée Quatrefages"
_WORDS: Final = "la salle est froide"
_MOST_POINTS: Final = 40
_ACKNOWLEDGED_BEFORE_A_KILL: Final = 3
_SECONDS: Final = 60
"""After this time a child process is killed by the alarm: a fork may have copied a lock that nobody releases."""
_FILE_EVENTS: Final = frozenset({"open", "os.truncate", "os.rename", "os.remove", "os.link", "shutil.copyfile"})

Tell = Callable[[str], None]


class DurabilityContract(PortContract):
    """Rules about the files of a store."""

    port = "Store"

    @rule(
        "un texte effacé n'est plus dans aucun fichier de l'entrepôt, ni dans une copie à côté", needs=Capability.FILES
    )
    def test_a_forgotten_text_is_in_no_file_of_the_store(self, opened: OpenStore) -> None:
        store = opened()
        desk = desk_on(store)
        case = a_closed_case(desk, facts(), complainant=_MARK, verbatim=f"Je suis {_MARK}.")

        desk.anonymise(case.reference)

        assert _files_with(_MARK, self.files(store)) == []
        named = tuple(self.files(store))
        store.close()
        assert _files_with(_MARK, named) == []

    @rule(
        "ce qui est validé avant que le processus soit tué est là ; le reste est entier ou absent",
        needs=Capability.KILLS,
    )
    def test_what_was_committed_survives_a_kill_and_nothing_is_half_there(self, opened: OpenStore) -> None:
        if Capability.REOPENING in self.unsupported:
            mark_unsupported(Capability.KILLS, self.unsupported[Capability.REOPENING])
        if not hasattr(os, "fork"):
            mark_unsupported(Capability.KILLS, "this platform has no fork")
        numbers = count(1)
        opened().close()
        for point in range(1, _MOST_POINTS + 1):
            number = next(numbers)
            process = Child(partial(_life, opened, number, point))
            acknowledged = list(process.messages())
            is_killed = process.end()
            _require_whole(opened, number, acknowledged)
            if not is_killed:
                break
        for acknowledged_before in range(1, _ACKNOWLEDGED_BEFORE_A_KILL + 1):
            number = next(numbers)
            process = Child(partial(_life, opened, number, 0))
            acknowledged = []
            for message in process.messages():
                acknowledged.append(message)
                if len(acknowledged) == acknowledged_before:
                    process.kill()
            process.end()
            _require_whole(opened, number, acknowledged)


def _files_with(text: str, named: Iterable[Path | str]) -> list[str]:
    """Return the files with a text, in an encoding or escaped as in JSON; of a file, its whole folder is searched."""
    forms = [text.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "latin-1")]
    forms.append("".join(sign if sign.isascii() else f"\\u{ord(sign):04x}" for sign in text).encode())
    folders = {path if path.is_dir() else path.parent for path in map(Path, named)}
    files = sorted({file for folder in folders for file in folder.rglob("*") if file.is_file()})
    return [str(file) for file in files if any(form in file.read_bytes() for form in forms)]


def _steps(number: int) -> Iterator[tuple[str, Callable[[Store], None]]]:
    case = renamed(a_case(verbatim=_WORDS), _reference(number))
    plan = a_plan(f"S{number}")
    yield "case 1", lambda store: insert(store, case)
    yield "case 2", lambda store: save(store, with_support(load(store, case.reference)), 1)
    yield "plan 1", lambda store: insert(store, plan)


def _reference(number: int) -> str:
    return f"killed{number}"  # of no series, whose counter would have to know it


def _life(opened: OpenStore, number: int, point: int, tell: Tell) -> None:
    """Commit a case, a change of it and a plan, each acknowledged; killed at an event of files, or never for 0."""
    store = opened()
    if point:
        _die_after_file_events(point)
    for name, commit in _steps(number):
        commit(store)
        tell(name)


def _require_whole(opened: OpenStore, number: int, acknowledged: list[str]) -> None:
    """Open the store as after a fault: acknowledged steps are there, the next one may be, and all is verified."""
    names = [name for name, _ in _steps(number)]
    assert acknowledged == names[: len(acknowledged)]
    store = opened()
    desk = desk_on(store)
    found = [name for name in names if _is_there(store, number, name)]
    assert found in (acknowledged, names[: len(acknowledged) + 1])
    assert [*desk.verify(), *desk.examine()] == []
    for name, commit in _steps(number):
        if name not in found:
            commit(store)
    assert [name for name in names if _is_there(store, number, name)] == names
    store.close()


def _is_there(store: Store, number: int, name: str) -> bool:
    kind, _, version = name.partition(" ")
    with store.unit_of_work() as unit:
        try:
            if kind == "plan":
                return unit.plans.get(f"site:S{number}").version >= int(version)
            case = unit.cases.get(_reference(number))
        except (CaseNotFoundError, PlanNotFoundError):
            return False
        assert _WORDS in [secret.text for secret in case.vault]
        return case.version >= int(version)


def _die_after_file_events(point: int) -> None:
    """Kill this process at the first line of Python after some events of files: a write in place is then torn."""
    seen = count(1)

    def die(*_: object) -> Any:
        os.kill(os.getpid(), signal.SIGKILL)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILE_EVENTS and not _only_reads(event, arguments) and next(seen) == point:
            frame: FrameType | None = sys._getframe(1)  # noqa: SLF001
            while frame is not None:
                frame.f_trace = die
                frame = frame.f_back
            sys.settrace(die)

    sys.addaudithook(hook)


def _only_reads(event: str, arguments: tuple[Any, ...]) -> bool:
    if event != "open":
        return False
    _, mode, flags = (*arguments, None, None, None)[:3]
    if isinstance(mode, str):
        return not set(mode) & set("wax+")
    return not (isinstance(flags, int) and flags & (os.O_WRONLY | os.O_RDWR))


class Child:
    """A forked process, which tells its parent what it has committed.

    Args:
        task: what it does; it is given a function that sends a line to the parent.

    Raises:
        AssertionError: from `end`: it failed by itself.
    """

    def __init__(self, task: Callable[[Tell], None]) -> None:
        ear, mouth = os.pipe()
        with warnings.catch_warnings():
            # The parent may have threads, as a worker of pytest-xdist has; the alarm ends a child that waits for one.
            warnings.simplefilter("ignore", DeprecationWarning)
            self._pid = os.fork()
        if self._pid == 0:
            os.close(ear)
            _run(task, mouth)
        os.close(mouth)
        self._ear = os.fdopen(ear, encoding="utf-8")
        self._failure: list[str] = []

    def messages(self) -> Iterator[str]:
        """Yield its messages until it ends."""
        with self._ear:
            for line in self._ear:
                if line.startswith("!"):
                    self._failure.append(line[1:])
                elif line.endswith("\n"):
                    yield line.rstrip("\n")

    def kill(self) -> None:
        """Kill it."""
        os.kill(self._pid, signal.SIGKILL)

    def end(self) -> bool:
        """Wait for its end, and return True if it was killed."""
        _, status = os.waitpid(self._pid, 0)
        code = os.waitstatus_to_exitcode(status)
        assert code in {0, -signal.SIGKILL}, f"the child process ended with {code}: {''.join(self._failure)}"
        return code != 0


def _run(task: Callable[[Tell], None], mouth: int) -> NoReturn:
    """Do the task of a child process, and end it without the cleaning up of its parent's test."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(_SECONDS)
    try:
        task(lambda message: _say(mouth, f"{message}\n"))
        code = 0
    except BaseException:  # noqa: BLE001  the child must not return into the test of its parent
        _say(mouth, "".join(f"!{line}\n" for line in traceback.format_exc().splitlines()))
        code = 1
    os._exit(code)


def _say(mouth: int, text: str) -> None:
    os.write(mouth, text.encode())
