"""The Chromium of the tests of the board; `python -m scripts.browser` installs Debian's when there is none.

`CHROMIUM` names another one. The installation needs apt-get and its rights; without them the command says what to do,
and fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

from scripts.usage import show_help

NAMES: Final = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
PACKAGES: Final = ("chromium", "fonts-dejavu-core")
REMEDY: Final = (
    "install Chromium (on Debian: apt-get install chromium, as root), or name the program of a Chromium or Chrome in "
    "the environment variable CHROMIUM"
)


def executable() -> str:
    """Return the path of Chromium.

    Raises:
        FileNotFoundError: there is none; the message says what to do.
    """
    named = os.environ.get("CHROMIUM")
    found = next(filter(None, map(shutil.which, (named,) if named else NAMES)), None)
    if found is None:
        raise FileNotFoundError(f"{named or 'Chromium'} is not on this machine: {REMEDY}")
    return found


def install() -> None:
    """Install Debian's package.

    Raises:
        SystemExit: apt-get is not there, or refuses.
    """
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit(f"Chromium is not on this machine, and apt-get is not there to install it: {REMEDY}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "--quiet=2"], ["install", "--quiet=2", "--yes", "--no-install-recommends", *PACKAGES]):
        print("apt-get", *command, flush=True)
        if subprocess.run([apt, *command], env=quiet, stdin=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"apt-get could not install Chromium (it needs root and a network): {REMEDY}")


def main() -> None:
    """Find Chromium, or install it."""
    try:
        print(executable())
    except FileNotFoundError as error:
        if os.environ.get("CHROMIUM"):
            sys.exit(str(error))
        install()
        print(executable())


if __name__ == "__main__":
    show_help(__doc__)
    main()
