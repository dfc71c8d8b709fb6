"""Merkle trees: roots, edges and proofs are those of RFC 9162, written here as the RFC has them."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.documents.merkle import MerkleTree, TreeEdge, leaf_hash
from reclamation_core.reporting import verifier


def root(data: list[bytes]) -> bytes:
    """MTH of RFC 9162, 2.1.1."""
    if len(data) < 2:
        return sha256(b"\0" + data[0] if data else b"").digest()
    k = 1 << (len(data) - 1).bit_length() - 1
    return sha256(b"\1" + root(data[:k]) + root(data[k:])).digest()


def path(m: int, data: list[bytes]) -> list[bytes]:
    """PATH of 2.1.3.1."""
    if len(data) == 1:
        return []
    k = 1 << (len(data) - 1).bit_length() - 1
    return [*path(m, data[:k]), root(data[k:])] if m < k else [*path(m - k, data[k:]), root(data[:k])]


def subproof(m: int, data: list[bytes], *, is_whole: bool) -> list[bytes]:
    """SUBPROOF of 2.1.4.1."""
    if m == len(data):
        return [] if is_whole else [root(data)]
    k = 1 << (len(data) - 1).bit_length() - 1
    if m <= k:
        return [*subproof(m, data[:k], is_whole=is_whole), root(data[k:])]
    return [*subproof(m - k, data[k:], is_whole=False), root(data[:k])]


def leaves(count: int) -> tuple[list[bytes], list[bytes]]:
    data = [b"%d" % number for number in range(count)]
    return data, list(map(leaf_hash, data))


def test_roots_edges_and_proofs_of_small_trees_are_those_of_the_rfc() -> None:
    for size in range(34):
        data, hashes = leaves(size)
        tree = MerkleTree(hashes)
        for first in range(size + 1):
            old = root(data[:first])
            edge = TreeEdge().extended(hashes[:first])
            assert edge.root == tree.root(first) == old
            assert edge.extended(hashes[first:]) == TreeEdge().extended(hashes)
            if first:
                proof = tree.consistency_proof(first)
                assert list(proof) == subproof(first, data, is_whole=True)
                assert verifier.is_longer((first, old), (size, tree.root()), [one.hex() for one in proof])
        for index in range(size):
            assert list(tree.inclusion_proof(index)) == path(index, data)
            assert verifier.led_to(hashes[index], index, size, [one.hex() for one in path(index, data)]) == root(data)


def led_to(leaf: bytes, index: int, size: int, proof: list[bytes]) -> bytes | None:
    try:
        return verifier.led_to(leaf, index, size, [one.hex() for one in proof])
    except (ValueError, IndexError):
        return None


def is_longer(old: tuple[int, bytes], new: tuple[int, bytes], proof: list[bytes]) -> bool:
    try:
        return verifier.is_longer(old, new, [one.hex() for one in proof])
    except (ValueError, IndexError):
        return False


@given(st.integers(1, 200), st.data())
def test_a_changed_proof_holds_for_nothing(size: int, drawn: st.DataObject) -> None:
    _, hashes = leaves(size)
    tree = MerkleTree(hashes)
    index, other = (drawn.draw(st.integers(0, size - 1)) for _ in range(2))
    proof = list(tree.inclusion_proof(index))
    assert led_to(hashes[index], index, size, proof) == tree.root()
    if other != index:
        assert led_to(hashes[other], index, size, proof) != tree.root()
        assert led_to(hashes[index], other, size, proof) != tree.root()
    assert led_to(hashes[index], index, size, [*proof, bytes(32)]) is None
    assert led_to(hashes[index], size, size, proof) is None
    first = index + 1
    nodes, old, new = list(tree.consistency_proof(first)), (first, tree.root(first)), (size, tree.root())
    assert is_longer(old, new, nodes)
    assert not is_longer((first, bytes(32)), new, nodes)
    assert not is_longer(old, (size, bytes(32)), nodes)
    assert not is_longer((size + 1, old[1]), new, nodes)
    if first < size:
        assert led_to(hashes[index], index, size, proof[:-1]) is None
        assert not is_longer(old, new, [*nodes, bytes(32)])
        assert not is_longer(old, new, nodes[:-1])
        changed = drawn.draw(st.integers(0, len(nodes) - 1))
        assert not is_longer(old, new, [*nodes[:changed], bytes(32), *nodes[changed + 1 :]])


def test_a_proof_of_no_beginning_is_refused() -> None:
    tree = MerkleTree(leaves(3)[1])
    for size in (0, 4):
        with pytest.raises(ValueError, match="size"):
            tree.consistency_proof(size)
    assert MerkleTree([]).root() == TreeEdge().root == sha256().digest()


@pytest.mark.engines
def test_the_roots_are_those_of_pymerkle() -> None:
    import pymerkle

    for size in (1, 2, 3, 7, 100):
        data, hashes = leaves(size)
        other = pymerkle.InmemoryTree(algorithm="sha256")
        for one in data:
            other.append_entry(one)
        assert other.get_root() == MerkleTree(hashes).root()
