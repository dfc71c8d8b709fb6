"""The command `reclamation`: a shell over the intake, the calendars and the policy."""

from __future__ import annotations

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Run the command with the arguments of the process, and leave with its exit status.

    0 when all went well, 1 when rows were rejected, 2 when the request itself cannot be met.
    """
    missing = [package for package in ("typer", "rich") if find_spec(package) is None]
    if missing:
        sys.stderr.write(
            f"reclamation : {' et '.join(missing)} manquent ; installez l'extra « cli » : "
            "pip install 'reclamation-core[cli]'\n"
        )
        sys.exit(2)
    from reclamation_core.cli.application import run

    sys.exit(run(sys.argv[1:]))
