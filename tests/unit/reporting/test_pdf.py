"""The child process of a PDF: its limits, its queue, and the programs that start it."""

import asyncio
import os
import select
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing import spawn
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.errors import ErrorKind
from reclamation_core.reporting import PdfBusyError, PdfLimitError, PdfLimits, limit_pdf, pdf, pdf_worker
from tests.inside import place_of_pdf

TEMPLATE = """
#set document(title: "Essai", author: "essai", date: datetime(year: 2026, month: 1, day: 1))
#set text(lang: "fr")
#table(columns: 2, table.header[a][b], ..range(json(bytes(sys.inputs.cells))).map(cell => [n° #cell]))
"""
SLOW = 200_000
"""The cells of a table that takes longer and more memory than any limit of these tests."""


@pytest.fixture(autouse=True)
def _limits() -> Iterator[None]:
    yield
    limit_pdf(PdfLimits())


def compose(cells: int = 2) -> bytes:
    return pdf.compose_pdf(TEMPLATE, "reports", cells=cells)


def run(program: str, folder: Path, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a plain script, which has no guard against being imported again."""
    script = folder / "script.py"
    script.write_text(f"TEMPLATE = {TEMPLATE!r}\nfrom reclamation_core.reporting import pdf\n{program}", "utf-8")
    return subprocess.run([sys.executable, script], check=True, capture_output=True, timeout=120, **options)


def test_a_pdf_of_the_child_process_is_the_pdf_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    request = {"template": TEMPLATE, "inputs": {"cells": "2"}, "standards": list(pdf.STANDARDS)}
    from_child = compose()
    monkeypatch.setattr(pdf, "_interpreter", lambda: None)
    assert from_child.startswith(b"%PDF")
    assert from_child == compose() == pdf_worker.compose(request)[1]


def test_threads_and_tasks_compose_one_after_the_other() -> None:
    async def tasks() -> list[bytes]:
        return await asyncio.gather(*(asyncio.to_thread(compose) for _ in range(2)))

    with ThreadPoolExecutor(3) as pool:
        made = [*pool.map(compose, [2] * 3), *asyncio.run(tasks())]
    assert set(made) == {compose()}


def test_a_pdf_that_takes_too_long_is_refused_with_the_remedy() -> None:
    limit_pdf(PdfLimits(seconds=1))
    with pytest.raises(PdfLimitError, match="more than 1 seconds or 2048 MB of memory: narrow the selection") as raised:
        compose(SLOW)
    assert raised.value.kind is ErrorKind.INVALID


@pytest.mark.skipif(sys.platform != "linux", reason="the platform limits no address space")
def test_a_pdf_that_needs_too_much_memory_is_refused() -> None:
    limit_pdf(PdfLimits(memory=150 << 20))
    with pytest.raises(PdfLimitError, match="150 MB"):
        compose(SLOW)


def test_a_pdf_that_finds_the_queue_full_or_waits_too_long_is_refused() -> None:
    limit_pdf(PdfLimits(queue=0))
    with place_of_pdf(), pytest.raises(PdfBusyError, match="try again in a minute") as raised:
        compose()
    assert raised.value.kind is ErrorKind.UNAVAILABLE
    assert compose().startswith(b"%PDF")
    limit_pdf(PdfLimits(waiting=0))
    with place_of_pdf(), pytest.raises(PdfBusyError):
        compose()


def test_an_error_of_the_template_is_an_error_of_the_program() -> None:
    with pytest.raises(RuntimeError, match=r"cannot be composed: TypstError: unknown variable: nothing"):
        pdf.compose_pdf("#nothing", "reports")


def test_a_process_that_cannot_be_started_is_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "_interpreter", lambda: "/no/such/python")
    with pytest.raises(PdfBusyError):
        compose()


def test_another_program_has_an_interpreter_or_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found, python = pdf._interpreter.__wrapped__, tmp_path / "bin" / "python3"
    monkeypatch.setattr(spawn, "get_executable", lambda: b"/usr/sbin/uwsgi")
    monkeypatch.setattr(sys, "exec_prefix", str(tmp_path))
    assert found() is None
    python.parent.mkdir()
    python.symlink_to(sys.executable)
    assert found() == str(python)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert found() is None


def test_a_plain_script_composes_a_pdf(tmp_path: Path) -> None:
    done = run('print(pdf.compose_pdf(TEMPLATE, "reports", cells=2)[:4])', tmp_path, cwd="/")
    assert done.stdout.strip() == b"b'%PDF'"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the platform forks no process")
def test_a_process_that_is_forked_while_a_pdf_is_composed_composes_one_too(tmp_path: Path) -> None:
    done = run(
        """
import os, threading, warnings
warnings.simplefilter("ignore")
queue = pdf._QUEUES[0]
with queue.place():
    child = os.fork()
    if child == 0:
        made = pdf.compose_pdf(TEMPLATE, "reports", cells=2)
        os._exit(0 if made.startswith(b"%PDF") else 1)
    print(os.waitpid(child, 0)[1])
""",
        tmp_path,
    )
    assert done.stdout.strip() == b"0"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the children of a process are listed in /proc")
def test_the_child_process_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = f"""
TEMPLATE = {TEMPLATE!r}
from reclamation_core.reporting import pdf
class Timer(pdf.threading.Timer):
    def __init__(self, seconds, kill):
        super().__init__(seconds, kill)
        global child
        child = kill.__self__
class suppress(pdf.suppress):
    def __exit__(self, *error):
        print(child.pid, flush=True)  # the request is written
pdf.threading.Timer, pdf.suppress = Timer, suppress
pdf.compose_pdf(TEMPLATE, "reports", cells={SLOW})
"""
    script = tmp_path / "script.py"
    script.write_text(program, "utf-8")
    with subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()

    assert select.select([child], [], [], 60)[0] == [child]
    os.close(child)


@pytest.mark.soak
@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_a_process_has_its_memory_back_after_twenty_files() -> None:
    def resident() -> int:
        return int(Path("/proc/self/status").read_text("ascii").partition("VmRSS:")[2].split()[0]) // 1024

    compose()
    before = resident()
    threads = [threading.Thread(target=partial(compose, 2_000 + number)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(15):
        compose(2_100 + number)
    assert resident() - before < 150
