"""Measuring contenders side by side: alternating rounds in one process, and the median of each."""

from __future__ import annotations

import gc
import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from math import nan
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

ROUNDS = 15


def compare(
    contenders: Mapping[str, Callable[[], object]],
    rounds: int = ROUNDS,
    *,
    collecting: bool = False,
    clock: Callable[[], float] = perf_counter,
) -> dict[str, float]:
    """The median seconds of one call of each contender, after one call that is not counted.

    With `collecting` the garbage collector runs, as in a program: it takes a part of the time where objects are many.
    The clock `process_time` counts the seconds of processor, where there is no peer and a busy machine would decide.
    """
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for contender in contenders.values():
        contender()
    if not collecting:
        gc.disable()
    try:
        for _ in range(rounds):
            for name, contender in contenders.items():
                start = clock()
                contender()
                seconds[name].append(clock() - start)
    finally:
        gc.enable()
    return {name: median(measured) for name, measured in seconds.items()}


class Usage(NamedTuple):
    """The output of a process, and the seconds of processor that it took, its own children included."""

    output: str
    seconds: float


def child_usage(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Usage:
    """Run a command to its end.

    Raises:
        subprocess.CalledProcessError: it failed.
    """
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        assert process.stdout is not None
        output = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command, output)
    return Usage(output, used.ru_utime + used.ru_stime)


def ratio_row(
    name: str, ours: float, peer: tuple[str, float], target: float | None, unit: str = "µs"
) -> dict[str, Any]:
    """A row of the benchmark's table; the peer is its name and its figure, 0 where the clock is too coarse for it."""
    return {
        "name": name,
        "ours": ours,
        "peer": peer[1],
        "ratio": ours / peer[1] if peer[1] else nan,
        "unit": unit,
        "peer_name": peer[0],
        "target": target,
    }
