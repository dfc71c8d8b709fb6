"""What a load, a save and a page cost in a store of a thousand cases costs no more in one of a million."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

SIZES: Final = [1_000, 10_000, 100_000, 1_000_000]


def main() -> None:
    """Fill, measure, compare."""
    # The script is run by its path: the project's own folder, where `bench` is, is not looked in by itself.
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from bench._databases import backends
    from bench.stores import growth

    grown = []
    with backends() as kinds:
        for kind in kinds:
            for row in growth(kind, SIZES):
                sys.stdout.write(f"{row['name']}: {row['ours']:.0f} µs, {row['ratio']:.2f} of {row['peer_name']}\n")
                if row["ratio"] > row["target"]:
                    grown.append(f"{row['name']}: {row['ratio']:.2f}, at most {row['target']} expected")
    sys.exit("; ".join(grown) or 0)


if __name__ == "__main__":
    main()
