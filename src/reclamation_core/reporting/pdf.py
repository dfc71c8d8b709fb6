"""PDF by Typst, composed in a child process with limits of memory and time; a queue before it.

Typst stores its last compilations: some hundred megabytes of a process that composes PDFs itself are never free again.
Each PDF has a process of its own, which ends with it, and with its parent.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from multiprocessing import spawn
from pathlib import Path
from typing import ClassVar, Final

import attrs

from reclamation_core.errors import ErrorKind, MissingExtraError, WordedError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import whole_number
from reclamation_core.wording import Wording

STANDARDS: Final = ("a-2a", "ua-1")
_ENVIRONMENT: Final = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
"""One thread, so that other requests have a processor left, and address space for what is used alone."""


@attrs.frozen(kw_only=True)
class PdfLimits(SharedRepr):
    """The limits of the processes that compose PDFs.

    Args:
        memory: the most bytes of a process, where the platform can limit it.
        seconds: the most seconds of a PDF.
        processes: the most processes of this process at a time.
        queue: the most PDFs that wait for a process; one more is refused.
        waiting: the most seconds that a PDF waits.

    Raises:
        FaultsError: a limit is not a whole number, or is too small.
    """

    memory: int = attrs.field(default=2 << 30, validator=whole_number(1))
    seconds: int = attrs.field(default=120, validator=whole_number(1))
    processes: int = attrs.field(default=1, validator=whole_number(1))
    queue: int = attrs.field(default=8, validator=whole_number(0))
    waiting: int = attrs.field(default=60, validator=whole_number(0))


@attrs.define
class PdfLimitError(WordedError, RuntimeError):
    """A PDF needs more memory or time than its process may have.

    Args:
        seconds: the seconds that it may take.
        megabytes: the memory that it may have.
    """

    code = "pdf_limit"
    argument = "format"

    seconds: int
    megabytes: int

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            f"ce PDF demande plus de {self.seconds} secondes ou de {self.megabytes} Mo de mémoire : restreignez la "
            "sélection, ou choisissez le format xlsx ou csv",
            f"this PDF needs more than {self.seconds} seconds or {self.megabytes} MB of memory: narrow the "
            "selection, or choose the format xlsx or csv",
        )


@attrs.define
class PdfBusyError(WordedError, RuntimeError):
    """Too many PDFs are being composed."""

    code = "pdf_busy"
    kind: ClassVar[ErrorKind] = ErrorKind.UNAVAILABLE
    retry_after: ClassVar[int | None] = 10

    @property
    def wording(self) -> Wording:
        """What is wrong, and what to do."""
        return Wording(
            "d'autres PDF sont en cours de composition : réessayez dans une minute",
            "other PDFs are being composed: try again in a minute",
        )


class _Queue:
    """The places of a process: those that compose, and those that wait."""

    def __init__(self, limits: PdfLimits) -> None:
        self.limits = limits
        self._composing = threading.BoundedSemaphore(limits.processes)
        self._present = threading.BoundedSemaphore(limits.processes + limits.queue)

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place.

        Raises:
            PdfBusyError: too many wait, or it takes too long.
        """
        if not self._present.acquire(blocking=False):
            raise PdfBusyError
        try:
            if not self._composing.acquire(timeout=self.limits.waiting):
                raise PdfBusyError
            try:
                yield
            finally:
                self._composing.release()
        finally:
            self._present.release()


_QUEUES: Final = [_Queue(PdfLimits())]


def limit_pdf(limits: PdfLimits) -> None:
    """Set the limits of the PDFs of this process; call it once, when the application starts."""
    _QUEUES[:] = [_Queue(limits)]


if hasattr(os, "register_at_fork"):
    # A thread that composed at the time of a fork is not in the child, which would wait for its place for ever.
    os.register_at_fork(after_in_child=lambda: limit_pdf(_QUEUES[0].limits))


def compose_pdf(template: str, extra: str, **inputs: object) -> bytes:
    """Return a PDF/A-2a and PDF/UA-1; the same template and inputs make the same bytes.

    Args:
        template: the template of Typst.
        extra: the extra of this library that brings Typst.
        inputs: the inputs of the template, each written as JSON.

    Raises:
        MissingExtraError: Typst is not installed.
        PdfLimitError: the PDF needs more memory or time than `PdfLimits` allows.
        PdfBusyError: too many PDFs are being composed.
    """
    package = find_spec("typst")
    if package is None or package.origin is None:
        raise MissingExtraError("typst", extra)
    written = {name: json.dumps(value, ensure_ascii=False) for name, value in inputs.items()}
    queue = _QUEUES[0]
    with queue.place():
        interpreter = _interpreter()
        if interpreter is None:
            return _composed_here(template, written)
        request = {
            "memory": queue.limits.memory,
            "seconds": queue.limits.seconds,
            "packages": str(Path(package.origin).parent.parent),
            "template": template,
            "inputs": written,
            "standards": STANDARDS,
        }
        return _composed(interpreter, json.dumps(request, ensure_ascii=False).encode(), queue.limits)


def _composed(interpreter: str, request: bytes, limits: PdfLimits) -> bytes:
    """Return the PDF of a child process."""
    hidden = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # Windows
    try:
        started = subprocess.Popen(  # noqa: S603  the interpreter that runs this program
            [interpreter, "-I", "-S", "-c", _program()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=hidden,
            env={**os.environ, **_ENVIRONMENT},
        )
    except OSError as error:  # no memory or no process is left
        raise PdfBusyError from error
    with started as child:
        assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  both are pipes
        timer = threading.Timer(limits.seconds, child.kill)
        timer.daemon = True
        timer.start()
        try:
            with suppress(BrokenPipeError):  # it is killed, or its platform refuses it
                child.stdin.write(b"%d\n" % len(request) + request)
                child.stdin.flush()
            answer = child.stdout.read()
        finally:
            timer.cancel()
            child.kill()
    head, _, content = answer.partition(b"\n")
    if not head or len(content) != int(head[1:]):  # it was killed, or aborted for want of memory
        raise PdfLimitError(limits.seconds, limits.memory >> 20)
    if head.startswith(b"E"):
        raise RuntimeError(f"a PDF cannot be composed: {content.decode(errors='replace')}")
    return content


def _composed_here(template: str, inputs: Mapping[str, str]) -> bytes:
    """Return a PDF without a child process: the interpreter is part of another program."""
    import typst

    pdf: bytes = typst.compile(
        template.encode(), sys_inputs=dict(inputs), pdf_standards=list(STANDARDS), ignore_system_fonts=True
    )
    return pdf


@cache
def _program() -> str:
    return files("reclamation_core.reporting").joinpath("pdf_worker.py").read_text(encoding="utf-8")


@cache
def _interpreter() -> str | None:
    """Return the interpreter of Python to start; None where there is none, as inside another program."""
    if getattr(sys, "frozen", False) or sys.platform in {"emscripten", "wasi", "ios", "android"}:
        return None
    given = spawn.get_executable() or b""
    named = [os.fsdecode(given), str(Path(sys.exec_prefix, "bin", "python3"))]
    return next((one for one in named if "py" in Path(one).name.lower() and os.access(one, os.X_OK)), None)
