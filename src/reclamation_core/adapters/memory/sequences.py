"""The reference numbers in memory."""

from __future__ import annotations

from collections import Counter
from threading import Lock

from reclamation_core.ports import SequenceGenerator


class InMemorySequences(SequenceGenerator):
    """Counters behind a lock."""

    def __init__(self) -> None:
        self._given: Counter[str] = Counter()
        self._lock = Lock()

    def next(self, series: str, count: int = 1) -> int:
        with self._lock:
            self._given[series] += count
            return self._given[series] - count + 1
