"""The execution of a subcommand: errors and interruptions become messages in French and exit statuses."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from reclamation_core.cli.errors import in_french
from reclamation_core.cli.terminal import warn
from reclamation_core.errors import ReclamationError


def execute(command: Callable[[], int]) -> int:
    """Run a subcommand and return its exit status, 2 after an error of the user."""
    try:
        status = command()
        sys.stdout.flush()
    except KeyboardInterrupt:
        return _fail("interrompu", status=130)
    except BrokenPipeError:
        # The reader of the output has closed it; nothing more can be written there, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ReclamationError, OSError) as error:
        return refuse(error)
    return status


def refuse(error: Exception) -> int:
    """Report an error of the user and return its exit status."""
    return _fail(in_french(error))


def _fail(message: str, status: int = 2) -> int:
    if message.startswith("Usage :"):
        warn(message)
        return status
    for line in message.split("\n"):
        warn(f"reclamation : {line}")
    return status
