"""Circles in what causes what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

Node = TypeVar("Node")


def cycles(causes: Mapping[Node, tuple[Node, ...]]) -> Iterator[tuple[Node, ...]]:
    """Circles that share no node, one at least of each knot; a circle's last node is caused by its first.

    Args:
        causes: the causes of each node; every node is a key.

    >>> list(cycles({"a": ("b",), "b": ("a",), "c": ("a",)}))
    [('a', 'b')]
    """
    left = dict(causes)
    while True:
        left = _knotted(left)
        if not left:
            return
        circle = _circle(left)
        yield circle
        left = {node: of for node, of in left.items() if node not in circle}


def _knotted(causes: Mapping[Node, tuple[Node, ...]]) -> dict[Node, tuple[Node, ...]]:
    """The nodes from which causes can be followed for ever, with the causes that lead on."""
    effects: dict[Node, list[Node]] = {node: [] for node in causes}
    awaited = {node: sum(cause in causes for cause in of) for node, of in causes.items()}
    for node, of in causes.items():
        for cause in of:
            if cause in causes:
                effects[cause].append(node)
    free = [node for node, count in awaited.items() if not count]
    while free:
        for effect in effects[free.pop()]:
            awaited[effect] -= 1
            if not awaited[effect]:
                free.append(effect)
    return {
        node: tuple(cause for cause in of if awaited.get(cause)) for node, of in causes.items() if awaited[node] > 0
    }


def _circle(knotted: Mapping[Node, tuple[Node, ...]]) -> tuple[Node, ...]:
    """The first circle met from the first node on, beginning with its own first node in the order of the mapping."""
    order = {node: index for index, node in enumerate(knotted)}
    path: dict[Node, None] = {}
    node = next(iter(knotted))
    while node not in path:
        path[node] = None
        node = knotted[node][0]
    followed = list(path)
    circle = followed[followed.index(node) :]
    start = min(range(len(circle)), key=lambda index: order[circle[index]])
    return (*circle[start:], *circle[:start])
