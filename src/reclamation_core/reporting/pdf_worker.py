"""The program of the child process that composes one PDF; it needs Typst and the standard library alone.

It reads a request from standard input: a line with the length of the rest, and the rest as JSON. It writes a line of
`P` or `E` with the length of the rest, and the PDF or the message of an error. The parent holds standard input open:
its end means that the parent is gone.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from typing import Any


def compose(request: dict[str, Any]) -> tuple[bytes, bytes]:
    """Return `P` and the PDF of a request, or `E` and the message of an error.

    Raises:
        MemoryError: the memory of the process is not enough.
    """
    try:
        import typst

        pdf = typst.compile(
            request["template"].encode(),
            sys_inputs=request["inputs"],
            pdf_standards=request["standards"],
            ignore_system_fonts=True,
        )
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001  the parent raises it; a panic of Rust is no Exception
        return b"E", f"{type(error).__name__}: {error}".encode(errors="replace")
    return b"P", pdf


def main() -> None:  # pragma: no cover  the child process
    """Compose the PDF of the request on standard input."""
    given, taken = sys.stdin.buffer, sys.stdout.buffer
    request: dict[str, Any] = json.loads(given.read(int(given.readline())))
    threading.Thread(target=_exit_with_parent, daemon=True).start()
    _limit(request["memory"], request["seconds"])
    sys.path.append(request["packages"])
    kind, content = compose(request)
    taken.write(b"%b%d\n" % (kind, len(content)))
    taken.write(content)
    taken.flush()
    os._exit(0)  # the thread holds standard input, which an ordinary end would wait for


def _exit_with_parent() -> None:  # pragma: no cover  the child process
    os.read(0, 1)
    os._exit(1)


def _limit(memory: int, seconds: int) -> None:  # pragma: no cover  the child process
    """Limit the memory and the processor time, where the platform can."""
    try:
        import resource

        os.nice(5)
    except (ImportError, OSError):
        return
    for name, limit in (("RLIMIT_AS", memory), ("RLIMIT_CPU", seconds), ("RLIMIT_CORE", 0)):
        try:
            kind = getattr(resource, name)
            _, hard = resource.getrlimit(kind)
            resource.setrlimit(kind, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
        except (AttributeError, ValueError, OSError):
            continue


if __name__ == "__main__":
    main()
