"""Virtual environments for trials, made with uv from the development environment."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
UV = str(Path(sys.executable).parent / "uv")
# An interpreter that is not here is not tried; nothing is downloaded for it.
UV_SETTINGS = {"UV_PYTHON_DOWNLOADS": "never", "UV_PYTHON_PREFERENCE": "only-system", "UV_NO_PROGRESS": "1"}


def run(
    arguments: Sequence[str], *, folder: Path = ROOT, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that must succeed; what it printed is shown when it does not.

    Raises:
        SystemExit: the command failed.
    """
    done = attempt(arguments, folder=folder, settings=settings)
    if done.returncode:
        sys.exit(f"{done.stdout}\n{done.stderr}\nfailed ({done.returncode}): {' '.join(arguments)}")
    return done


def attempt(
    arguments: Sequence[str],
    *,
    folder: Path = ROOT,
    settings: Mapping[str, str] | None = None,
    limit: float | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command that may fail.

    Raises:
        subprocess.TimeoutExpired: it took more than so many seconds.
    """
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment = inherited | UV_SETTINGS | dict(settings or {})
    return subprocess.run(
        arguments, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=limit
    )


@attrs.frozen
class Environment:
    """A virtual environment in `build/`, made anew.

    Args:
        folder: where it is.
    """

    folder: Path

    @classmethod
    def make(cls, name: str, python: str = sys.executable) -> Environment:
        """A new, empty environment of an interpreter."""
        environment = cls(BUILD / "environments" / name)
        run([UV, "venv", "--quiet", "--clear", "--python", python, str(environment.folder)])
        return environment

    def command(self, name: str) -> str:
        """The path of a command that is installed in the environment."""
        binaries = self.folder / ("Scripts" if os.name == "nt" else "bin")
        return str(binaries / name)

    def install(self, *arguments: str) -> None:
        """Install with `uv pip install`."""
        run([UV, "pip", "install", "--quiet", "--python", self.command("python"), *arguments])


def build_wheel(name: str = "dist") -> Path:
    """Build the wheel from the source distribution, as an installer would, in a folder of `build/`."""
    folder = BUILD / name
    for old in folder.glob("*"):
        old.unlink()
    run([UV, "build", "--quiet", "--out-dir", str(folder)])
    (wheel,) = folder.glob("*.whl")
    return wheel


def pythons() -> list[str]:
    """The interpreters of this machine that the package supports, oldest first."""
    found = [attempt([UV, "python", "find", "--no-project", "--system", f"3.{minor}"]) for minor in range(11, 15)]
    return [search.stdout.strip() for search in found if search.returncode == 0]
