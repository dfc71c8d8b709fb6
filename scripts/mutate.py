"""Mutation testing: changes the code a little, thousands of times, and counts how often a test notices.

Prints the score of each room and writes the survivors, each with its change, to build/mutation/ROOM.txt. What is
mutated, and with which tests, stands in `[tool.mutmut]` of pyproject.toml.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from scripts.environments import BUILD, ROOT, attempt, run
from scripts.usage import show_help

MUTMUT = str(Path(sys.executable).parent / "mutmut")
# A mutant that never ends or that crashes the interpreter is noticed too.
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
# Code that cannot be reached by a test of its own, by mutmut's own judgement.
NOT_COUNTED = {"skipped"}


def outcomes() -> dict[str, dict[str, str]]:
    """By room, what became of each mutant."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for line in run([MUTMUT, "results", "--all", "true"]).stdout.splitlines():
        mutant, separator, outcome = line.strip().partition(": ")
        if separator and outcome not in NOT_COUNTED:
            found[mutant.split(".")[1]][mutant] = outcome
    return found


def change(mutant: str) -> str:
    """The lines that a mutant changes."""
    lines = attempt([MUTMUT, "show", mutant]).stdout.splitlines()
    return "\n".join(line for line in lines if line[:1] in "-+" and line[:3] not in ("---", "+++"))


def report(room: str, mutants: dict[str, str]) -> str:
    """One line about a room, its survivors having been written."""
    survivors = {mutant: outcome for mutant, outcome in mutants.items() if outcome not in NOTICED}
    text = "\n\n".join(f"{mutant}: {outcome}\n{change(mutant)}" for mutant, outcome in sorted(survivors.items()))
    (BUILD / "mutation" / f"{room}.txt").write_text(text + "\n", encoding="utf-8")
    noticed = len(mutants) - len(survivors)
    return f"{room:12} {noticed:5} of {len(mutants):5} mutants noticed, {noticed / len(mutants):.1%}"


def main() -> None:
    """Mutate afresh, then report."""
    shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    (BUILD / "mutation").mkdir(parents=True, exist_ok=True)
    workers = str(os.cpu_count() or 1)
    with (BUILD / "mutation" / "mutmut.log").open("w", encoding="utf-8") as log:
        environment = os.environ | {"HYPOTHESIS_PROFILE": "brief"}
        done = subprocess.run(
            [MUTMUT, "run", "--max-children", workers], cwd=ROOT, env=environment, stdout=log, stderr=log, check=False
        )
    found = outcomes()
    if done.returncode or not found:
        sys.exit(f"mutmut failed; see {log.name}")
    print("\n".join(report(room, mutants) for room, mutants in sorted(found.items())))


if __name__ == "__main__":
    show_help(__doc__)
    main()
