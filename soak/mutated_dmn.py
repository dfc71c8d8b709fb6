"""Reads thousands of damaged DMN documents: each is read, or refused with its faults, quickly and in little memory.

    python soak/mutated_dmn.py [FOLDER] [COUNT]

The documents are those of the tables of this package, and the models (`*.dmn`) of a folder where one is given.
"""

from __future__ import annotations

import random
import resource
import sys
import time
from collections import Counter
from pathlib import Path

from reclamation_core.errors import FaultsError
from reclamation_core.policy import m2_1
from reclamation_core.tables import from_dmn, to_dmn

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.unit.tables.dmn_models import MODELS, mutated
from tests.unit.tables.samples import every_domain, level_table, scope_table

LONGEST, MOST = 5.0, 300
"""The seconds that one document may take, and the megabytes that all of them may."""


def main(folder: Path | None, count: int) -> None:
    """Read them all; fail where one ends otherwise, takes too long or too much."""
    seeds = [to_dmn(table).encode() for table in (level_table(), scope_table(), every_domain())]
    seeds += [m2_1().to_dmn().encode(), *(model.encode() for model in MODELS.values())]
    models = [model.read_bytes() for model in sorted(folder.rglob("*.dmn"))] if folder is not None else []
    seeds += [model for model in models if b"decisionTable" in model]
    chance, seen, slowest = random.Random(0), Counter[str](), 0.0
    for number in range(count):
        text = mutated(seeds[number % len(seeds)], chance)
        started = time.monotonic()
        try:
            from_dmn(text, validate=chance.random() < 0.8)
            seen["read"] += 1
        except FaultsError as error:
            seen["refused"] += 1
            str(error)
        except Exception as error:  # noqa: BLE001 any error but a refusal is what is looked for
            seen["other errors"] += 1
            print(f"{number}: {type(error).__name__}: {error!s:.200}")
        slowest = max(slowest, time.monotonic() - started)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{count} documents: {dict(seen)}, slowest {slowest:.2f} s, {memory} MB")
    sys.exit("not as promised" if seen["other errors"] or slowest > LONGEST or memory > MOST else 0)


if __name__ == "__main__":
    given = sys.argv[1:]
    main(Path(given[0]) if given else None, int(given[1]) if len(given) > 1 else 10_000)
