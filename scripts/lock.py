"""Write `requirements-dev.txt`: the version of each package of the development environment, on every platform.

`make lock` takes the newest versions that pyproject.toml allows. `--check` fails if pyproject.toml asks for a package,
or a version, that the file does not have. The file names no address: each machine installs from its own index.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Final

from scripts.environments import ROOT, UV, run
from scripts.usage import show_help

LOCK: Final = ROOT / "requirements-dev.txt"
HEADER: Final = "# Versions of the development environment; `make lock` writes this file from pyproject.toml.\n"
COMPILE: Final = (
    *(UV, "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--all-extras"),
    *("--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"),
)


def locked(previous: Path | None) -> str:
    """Return the content of the lock file; versions of a previous file are kept where pyproject.toml allows them."""
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / LOCK.name
        if previous is not None:
            shutil.copy(previous, output)
        run([*COMPILE, "pyproject.toml", "--output-file", str(output)])
        lines = [line for line in output.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return HEADER + "".join(f"{line}\n" for line in lines)


def main() -> None:
    """Write the file, or check it."""
    if "--check" not in sys.argv:
        LOCK.write_text(locked(None), encoding="utf-8")
    elif locked(LOCK) != LOCK.read_text(encoding="utf-8"):
        sys.exit(f"{LOCK.name} does not have what pyproject.toml asks for; run `make lock`")


if __name__ == "__main__":
    show_help(__doc__)
    main()
