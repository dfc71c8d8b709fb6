"""Proves random tables by z3 too, an SMT solver: the answers and the witnesses of both have to agree.

    python -m soak.z3_proofs [TABLES] [FIRST_SEED]

The tables have facts of each domain, absent ones among them, gaps, overlaps, rows that never fire and promises of
monotonicity; one in four requires another table. 100,000 of them by default.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from os import cpu_count
from random import Random

from soak.z3_prover import disagreements, random_table

BATCH = 500


def proved(seeds: range) -> tuple[Counter[str], list[str]]:
    """Prove the tables of some seeds; return how many findings of each kind they have, and the differences."""
    kinds, differing = Counter[str](), []
    for seed in seeds:
        table = random_table(Random(seed))
        kinds.update(finding.kind.value for finding in table.check())
        differing += [f"seed {seed}: {one}\n{table.to_markdown('en')}" for one in disagreements(table)]
    return kinds, differing


def main(tables: int = 100_000, first: int = 0) -> None:
    """Prove them all; fail where an answer differs."""
    started, kinds, differing = time.monotonic(), Counter[str](), []
    batches = [range(seed, min(seed + BATCH, first + tables)) for seed in range(first, first + tables, BATCH)]
    with ProcessPoolExecutor(cpu_count()) as pool:
        for batch, (found, differences) in zip(batches, pool.map(proved, batches), strict=True):
            kinds += found
            differing += differences
            seconds, tables = time.monotonic() - started, batch.stop - first
            print(f"{tables} tables in {seconds:.0f} s, {len(differing)} differences", flush=True)
    print(f"found: {dict(kinds)}")
    sys.exit("\n\n".join(differing[:10]) if differing else 0)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
