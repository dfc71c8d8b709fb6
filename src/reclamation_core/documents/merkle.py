"""Merkle trees as RFC 9162 (2.1) defines them: roots, the right edge, inclusion and consistency proofs, over SHA-256.

A tree is computed from the hashes of its leaves. Its right edge, the roots of its perfect subtrees, is all that a
longer tree needs of it. `pymerkle` has no right edge and is under the GPL; a test compares with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce
from hashlib import sha256
from typing import Self

import attrs

from reclamation_core.shared_repr import SharedRepr

EMPTY_ROOT = sha256().digest()
"""The root of a tree without leaves."""


def leaf_hash(data: bytes) -> bytes:
    """Return the hash of a leaf."""
    return sha256(b"\0" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node."""
    return sha256(b"\1" + left + right).digest()


def _upper(level: Sequence[bytes]) -> list[bytes]:
    """Return the nodes above a level; a last one without a neighbour stays as it is."""
    pairs = zip(level[::2], level[1::2], strict=False)
    return [*[sha256(b"\1" + left + right).digest() for left, right in pairs], *level[len(level) & ~1 :]]


@attrs.frozen
class TreeEdge(SharedRepr):
    """The right edge of a tree.

    Args:
        size: the number of leaves.
        hashes: the roots of its perfect subtrees, from the left, the largest first: one for each bit of the size.

    >>> TreeEdge().extended([leaf_hash(b"")]).root == leaf_hash(b"")
    True
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def extended(self, leaves: Sequence[bytes]) -> Self:
        """Return the edge of the tree with more leaves, given their hashes."""
        size, edge, start = self.size, list(self.hashes), 0
        while start < len(leaves):
            most = (len(leaves) - start).bit_length() - 1
            height = most if size == 0 else min(most, (size & -size).bit_length() - 1)
            level: Sequence[bytes] = leaves[start : start + (1 << height)]
            while len(level) > 1:
                level = _upper(level)
            node, joined = level[0], height
            while size >> joined & 1:
                node, joined = node_hash(edge.pop(), node), joined + 1
            edge.append(node)
            size, start = size + (1 << height), start + (1 << height)
        return attrs.evolve(self, size=size, hashes=tuple(edge))

    @property
    def root(self) -> bytes:
        """The root of the tree."""
        if not self.hashes:
            return EMPTY_ROOT
        return reduce(lambda right, left: node_hash(left, right), reversed(self.hashes))


class MerkleTree:
    """A tree with all its nodes, for proofs.

    Args:
        leaves: the hashes of the leaves.
    """

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._levels: list[Sequence[bytes]] = [leaves]
        while len(self._levels[-1]) > 1:
            self._levels.append(_upper(self._levels[-1]))

    @property
    def size(self) -> int:
        """The number of leaves."""
        return len(self._levels[0])

    def root(self, size: int | None = None) -> bytes:
        """Return the root of the tree, or of the one of its first leaves."""
        count = self.size if size is None else size
        return self._part(0, count) if count else EMPTY_ROOT

    def inclusion_proof(self, index: int) -> tuple[bytes, ...]:
        """Return the nodes that, with a leaf, give the root (2.1.3)."""
        found, place = list[bytes](), index
        for level in self._levels[:-1]:
            if place ^ 1 < len(level):
                found.append(level[place ^ 1])
            place >>= 1
        return tuple(found)

    def consistency_proof(self, size: int) -> tuple[bytes, ...]:
        """Return the nodes which show that the tree of the first `size` leaves is the beginning of this one (2.1.4).

        Raises:
            ValueError: the size is less than 1, or greater than that of the tree.
        """
        if not 1 <= size <= self.size:
            raise ValueError(f"size: {size} is not from 1 to {self.size}")
        return tuple(self._subproof(size, 0, self.size, is_whole=True))

    def _subproof(self, size: int, start: int, end: int, *, is_whole: bool) -> Iterator[bytes]:
        if size == end - start:
            if not is_whole:
                yield self._part(start, end)
            return
        half = 1 << (end - start - 1).bit_length() - 1
        if size <= half:
            yield from self._subproof(size, start, start + half, is_whole=is_whole)
            yield self._part(start + half, end)
        else:
            yield from self._subproof(size - half, start + half, end, is_whole=False)
            yield self._part(start, start + half)

    def _part(self, start: int, end: int) -> bytes:
        """Return the root of the leaves from a multiple of a power of two on, which is not less than their number."""
        count = end - start
        height = (count - 1).bit_length()
        if count == 1 << height or end == self.size:
            return self._levels[height][start >> height]
        half = 1 << height - 1
        return node_hash(self._part(start, start + half), self._part(start + half, end))
