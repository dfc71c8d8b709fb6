"""What is typed wrongly and what is told: the lines of `refusals.tsv`."""

import shlex
from pathlib import Path


def refusals(command: str) -> list[tuple[list[str], str]]:
    """Return the arguments typed after a command, and what it tells of them."""
    lines = (Path(__file__).parent / "refusals.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines[1:])
    return [(shlex.split(typed), told) for name, typed, told in rows if name == command]
