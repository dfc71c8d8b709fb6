"""1,000 hostile messages drawn from a seed, and bombs, are read or rejected with a reason, in little time and memory.

    python -m soak.hostile_mail [COUNT] [SEED]

They are one mailbox for each kind of file (.eml, mbox, Maildir), registered twice: the register is the same. Each bomb
is read in a process of its own, whose peak of memory (VmHWM) is measured.
"""

from __future__ import annotations

import hashlib
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from reclamation_core.intake import MailMessage, read_mail
from tests.hostile_mail import BOMBS, small

COUNT: Final = 1_000
SECONDS: Final = 30
MEGABYTES: Final = 300


def peak() -> float:
    """Return the largest resident memory of this process so far, in megabytes."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"))
    return int(found[1]) / 1024 if found else 0.0


def apart(read: Callable[[], str]) -> tuple[str, float, float]:
    """Return what came of reading in a process of its own, its seconds and its megabytes."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        began = time.process_time()
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins here
        try:
            outcome = read()
        except BaseException as error:  # noqa: BLE001  whatever it is, it is reported
            outcome = f"error {type(error).__name__}: {str(error)[:200]}"
        os.write(writer, f"{time.process_time() - began}\n{peak()}\n{outcome}".encode("utf-8", "replace"))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        report = pipe.read().decode()
    os.waitpid(child, 0)
    seconds, megabytes, outcome = report.split("\n", 2) if report else ("0", "0", "error: it was killed")
    return outcome, float(seconds), float(megabytes)


def outcomes(path: Path) -> str:
    """Read a mailbox to its end, its attachments too, and return how many messages were read and rejected."""
    counts: Counter[str] = Counter()
    for message in read_mail(path):
        if isinstance(message, MailMessage):
            counts["read"] += 1
            for attachment in message.attachments:
                hashlib.sha256(attachment.content)
        else:
            assert message.reason.fr, message
            counts["rejected"] += 1
    return ", ".join(f"{number} {outcome}" for outcome, number in sorted(counts.items()))


def main() -> None:
    """Read them all, and fail where one is neither read nor rejected, or takes too much."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    problems = []
    with TemporaryDirectory() as name:
        folder = Path(name)
        for title, make in {"small": None, **BOMBS}.items():
            path = folder / "mailbox"
            if make is None:
                path.mkdir()
                for number in range(count):
                    (path / f"{number:06}.eml").write_bytes(small(seed + number))
            else:
                path = folder / "one.eml"
                path.write_bytes(make())
            outcome, seconds, megabytes = apart(lambda path=path: outcomes(path))  # type: ignore[misc]
            print(f"{title}: {outcome}, {seconds:.1f} s, {megabytes:.0f} MB", flush=True)
            if outcome.startswith("error") or megabytes > MEGABYTES or seconds > SECONDS:
                problems.append(title)
    sys.exit(f"{len(problems)} too much or in error: {', '.join(problems)}" if problems else 0)


if __name__ == "__main__":
    main()
