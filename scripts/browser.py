"""The browsers of the tests; `python -m scripts.browser` installs Debian's when there are none.

`CHROMIUM` and `FIREFOX` name other ones. The installation needs apt-get and its rights; without them the command says
what to do, and fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import Final

import attrs

from scripts.usage import show_help


@attrs.frozen
class BrowserKind:
    """A browser.

    Args:
        name: its name.
        programs: the names of its program.
        packages: the packages of Debian that bring it.
    """

    name: str
    programs: tuple[str, ...]
    packages: tuple[str, ...]

    @property
    def variable(self) -> str:
        """The environment variable that names another program."""
        return self.name.upper()

    @property
    def remedy(self) -> str:
        """What to do where there is none."""
        return (
            f"install {self.name} (on Debian: apt-get install {self.packages[0]}, as root), or name its program in the "
            f"environment variable {self.variable}"
        )


CHROMIUM: Final = BrowserKind(
    "Chromium",
    ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"),
    ("chromium", "fonts-dejavu-core"),
)
FIREFOX: Final = BrowserKind("Firefox", ("firefox-esr", "firefox"), ("firefox-esr",))


def executable(kind: BrowserKind = CHROMIUM) -> str:
    """Return the path of a browser.

    Raises:
        FileNotFoundError: there is none; the message says what to do.
    """
    named = os.environ.get(kind.variable)
    found = next(filter(None, map(shutil.which, (named,) if named else kind.programs)), None)
    if found is None:
        raise FileNotFoundError(f"{named or kind.name} is not on this machine: {kind.remedy}")
    return found


def install(kind: BrowserKind) -> None:
    """Install Debian's package.

    Raises:
        SystemExit: apt-get is not there, or refuses.
    """
    apt = shutil.which("apt-get")
    if apt is None:
        sys.exit(f"{kind.name} is not on this machine, and apt-get is not there to install it: {kind.remedy}")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["install", "--quiet=2", "--yes", "--no-install-recommends", *kind.packages]
    for command in (["update", "--quiet=2"], packages):
        print("apt-get", *command, flush=True)
        if subprocess.run([apt, *command], env=quiet, stdin=subprocess.DEVNULL, check=False).returncode:
            sys.exit(f"apt-get could not install {kind.name} (it needs root and a network): {kind.remedy}")


def main() -> None:
    """Find the browsers, or install them."""
    for kind in (CHROMIUM, FIREFOX):
        try:
            print(executable(kind))
        except FileNotFoundError as error:
            if os.environ.get(kind.variable):
                sys.exit(str(error))
            install(kind)
            print(executable(kind))


if __name__ == "__main__":
    show_help(__doc__)
    main()
