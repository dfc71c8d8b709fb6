"""Measuring contenders side by side: alternating rounds in one process, and the median of each."""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter
from typing import Any

ROUNDS = 15


def compare(
    contenders: Mapping[str, Callable[[], object]], rounds: int = ROUNDS, *, collecting: bool = False
) -> dict[str, float]:
    """The median seconds of one call of each contender, after one call that is not counted.

    With `collecting` the garbage collector runs, as in a program: it takes a part of the time where objects are many.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()
    if not collecting:
        gc.disable()
    try:
        for _ in range(rounds):
            for name, contender in contenders.items():
                start = perf_counter()
                contender()
                seconds[name].append(perf_counter() - start)
    finally:
        gc.enable()
    return {name: median(measured) for name, measured in seconds.items()}


def ratio_row(
    name: str, ours: float, peer: tuple[str, float], target: float | None, unit: str = "µs"
) -> dict[str, Any]:
    """A row of the benchmark's table; the peer is its name and its figure."""
    return {
        "name": name,
        "ours": ours,
        "peer": peer[1],
        "ratio": ours / peer[1],
        "unit": unit,
        "peer_name": peer[0],
        "target": target,
    }
