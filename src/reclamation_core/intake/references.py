"""Which references were seen, and where, in little memory."""

from __future__ import annotations

import sys
from array import array
from hashlib import blake2b
from typing import Final

_SMALLEST: Final = 1 << 12
_64_BITS: Final = (1 << 64) - 1


class SeenReferences:
    """Remembers references and the line of each, in 16 bytes a slot: 32 to 64 MB for a million of them.

    References are told apart by a hash of 64 bits. Two different ones that agree on all of them (three chances in a
    hundred million for a file of a million) are taken for the same: the second row is then rejected as repeated, never
    lost, and accepted at the next run, for the hash is drawn anew in each process.

    >>> seen = SeenReferences()
    >>> seen.line_of_first("A1", 2), seen.line_of_first("A2", 3), seen.line_of_first("A1", 4)
    (None, None, 2)
    """

    def __init__(self) -> None:
        self._count = 0
        self._mask = _SMALLEST - 1
        self._digests = array("Q", bytes(8 * _SMALLEST))
        self._lines = array("Q", bytes(8 * _SMALLEST))

    def __len__(self) -> int:
        return self._count

    def line_of_first(self, reference: str, line: int) -> int | None:
        """The line on which the reference was first seen; None, and the line is kept, when it is new."""
        digest = _digest(reference)
        mask, digests = self._mask, self._digests
        slot = digest & mask
        while found := digests[slot]:
            if found == digest:
                return self._lines[slot]
            slot = (slot + 1) & mask
        digests[slot] = digest
        self._lines[slot] = line
        self._count += 1
        if self._count * 2 > mask:
            self._double()
        return None

    def _double(self) -> None:
        # Open addressing, at most half full; an empty slot holds 0.
        slots = 2 * len(self._digests)
        digests, lines, mask = array("Q", bytes(8 * slots)), array("Q", bytes(8 * slots)), slots - 1
        for digest, line in zip(self._digests, self._lines):
            if digest:
                slot = digest & mask
                while digests[slot]:
                    slot = (slot + 1) & mask
                digests[slot], lines[slot] = digest, line
        self._digests, self._lines, self._mask = digests, lines, mask


def _digest_of_bytes(reference: str) -> int:
    return int.from_bytes(blake2b(reference.encode(), digest_size=8).digest()) or 1


def _digest_of_str(reference: str) -> int:
    return hash(reference) & _64_BITS or 1


# Where Python's own hash of a string is shorter, one is computed.
_digest = _digest_of_str if sys.hash_info.width >= 64 else _digest_of_bytes
