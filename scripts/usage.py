"""The help of a script: its docstring."""

from __future__ import annotations

import sys


def show_help(text: str | None) -> None:
    """Print the docstring of a script and end, if one of its arguments asks for help."""
    if {"-h", "--help"} & set(sys.argv[1:]):
        print((text or "").strip())
        sys.exit(0)
