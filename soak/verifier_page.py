"""`verifier.py` and the page `verifier.html` have the same verdict on mutated audit files, in Chromium.

The seed and the number may be given: `python -m soak.verifier_page 7 10000`.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache
from itertools import islice
from pathlib import Path
from random import Random, SystemRandom
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final
from unittest.mock import patch

from playwright.sync_api import sync_playwright

# The script is run by its path: the project's own folder, where `tests` is, is not looked in by itself.
sys.path.insert(0, str(Path(__file__).parents[1]))

from reclamation_core.reporting import verifier
from scripts.browser import executable
from tests.browser.conftest import ARGUMENTS
from tests.unit.reporting.audit_mutants import EVALUATE, PAGE, audited, by_program, cases, for_page

MUTATED: Final = 10_000
_AT_ONCE: Final = 50


def main() -> None:
    """Mutate and verify twice; exit with the numbers of the files on which the two disagree."""
    given = [int(argument) for argument in sys.argv[1:]]
    seed, count = (*given, *(SystemRandom().randrange(1_000_000), MUTATED)[len(given) :])
    start, verdicts, apart = perf_counter(), Counter[int](), list[str]()
    checked = patch.object(verifier, "is_signed", cache(verifier.is_signed))  # one signature is in many of the files
    with TemporaryDirectory() as name, sync_playwright() as playwright, checked:
        folder = Path(name)
        drawn = cases(audited(folder), Random(seed), count)
        browser = playwright.chromium.launch(executable_path=executable(), args=[*ARGUMENTS])
        page = browser.new_page()
        page.goto(PAGE.as_uri())
        while some := list(islice(drawn, _AT_ONCE)):
            found = page.evaluate(EVALUATE, list(map(for_page, some)))
            for one, status in zip(some, found, strict=True):
                expected = by_program(one, folder)
                verdicts[expected] += 1
                apart += [] if expected == status else [f"{verdicts.total()}: {expected} and {status}"]
        browser.close()
    print(f"{count} audit files ({dict(sorted(verdicts.items()))}): {len(apart)} disagreements")
    print(f"{perf_counter() - start:.0f} s, seed {seed}")
    sys.exit("; ".join(apart[:20]) or 0)


if __name__ == "__main__":
    main()
