"""Draws the Mermaid of the pages while the site is built, so that no page fetches a script.

Of Mermaid it knows what the pages have: `stateDiagram-v2` with named states and labelled transitions, and
`flowchart LR` with nodes and arrows. Anything else fails the build.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any, Final, NamedTuple

_STATE: Final = re.compile(r'state "(?P<label>[^"]+)" as (?P<name>\w+)$')
_MOVE: Final = re.compile(r"(?P<start>\[\*\]|\w+) --> (?P<end>\w+)(?: : (?P<label>.+))?$")
_NODE: Final = re.compile(r'(?P<name>\w+)[\[({]+"(?P<label>[^"]+)"[\])}]+$')
_LETTER: Final = 6.2  # the width of a letter, in pixels
_HEIGHT: Final = 32
_ROW: Final = 102
_LANE: Final = 34
_LONGEST: Final = 22  # letters in a line of a label


class _Move(NamedTuple):
    start: str
    end: str
    label: str


def fence(source: str, *_: Any, **__: Any) -> str:
    """The drawing of a fence, as SuperFences asks for it."""
    kind, *lines = (line.strip() for line in source.splitlines() if line.strip())
    names: dict[str, str] = {}
    moves: list[_Move] = []
    for line in lines:
        if found := _STATE.match(line) or _NODE.match(line):
            names[found["name"]] = found["label"]
        elif found := _MOVE.match(line):
            moves.append(_Move(found["start"], found["end"], found["label"] or ""))
        else:
            raise ValueError(f"diagram: {line!r} is not drawn; docs/_extensions/diagrams.py says what is")
    drawings = {"stateDiagram-v2": _states, "flowchart LR": _flowchart}
    if kind not in drawings:
        raise ValueError(f"diagram: {kind!r} is not drawn; use one of {', '.join(drawings)}")
    return f'<div class="diagram">{drawings[kind](names, moves)}</div>'


def _states(names: Mapping[str, str], moves: Sequence[_Move]) -> str:
    """The states below one another; what goes on is drawn on the right, what goes back on the left, dashed."""
    place = {name: number for number, name in enumerate(names)}
    inner = [move for move in moves if move.start in place]
    back = [move for move in inner if place[move.end] < place[move.start]]
    on = [move for move in inner if place[move.end] > place[move.start] + 1]
    width = max(len(label) for label in names.values()) * _LETTER + 28
    left = 16.0 + _LANE * len(back)
    right = left + width
    middle = {name: 30 + number * _ROW + _HEIGHT / 2 for name, number in place.items()}
    parts = [*_boxes(names, {name: (left, middle[name]) for name in names}, width)]
    for move in moves:
        if move.start == "[*]":
            parts.append(f'<circle cx="{left + width / 2}" cy="6" r="6"/>')
            parts.append(_line([(left + width / 2, 12), (left + width / 2, middle[move.end] - _HEIGHT / 2)]))
        elif place[move.end] == place[move.start] + 1:
            x, y = left + width / 2, middle[move.start] + _HEIGHT / 2
            parts.append(_line([(x, y), (x, middle[move.end] - _HEIGHT / 2)]))
            parts += _text(x + 8, y + 15, move.label)
    beside = left + width / 2 + 8 + _LONGEST * _LETTER
    for lane, move in enumerate(sorted(on, key=lambda move: place[move.end] - place[move.start])):
        parts += _arc(move, middle, right, beside + _LANE * lane, 7.0 - 2 * lane)
    for lane, move in enumerate(sorted(back, key=lambda move: place[move.start] - place[move.end])):
        parts += _arc(move, middle, left, left - _LANE * (lane + 1), 7.0 - 4 * lane, dashed=True)
    return _svg(beside + _LANE * max(1, len(on)), 30 + len(names) * _ROW, parts)


def _arc(
    move: _Move, middle: Mapping[str, float], side: float, lane: float, shift: float, *, dashed: bool = False
) -> Iterator[str]:
    """A transition in a lane of its own beside the states, with its label along it."""
    start, end = middle[move.start] + shift, middle[move.end] + shift
    yield _line([(side, start), (lane, start), (lane, end), (side, end)], dashed=dashed)
    x, y = lane + 4, (start + end) / 2
    yield f'<g transform="rotate(-90 {x:.0f} {y:.0f})">{"".join(_text(x, y, move.label, "middle"))}</g>'


def _flowchart(names: Mapping[str, str], moves: Sequence[_Move]) -> str:
    """Nodes from the left to the right, each as far from the right as the longest way that leaves it."""
    steps = dict.fromkeys(names, 0)
    for _ in names:
        for move in moves:
            steps[move.start] = max(steps[move.start], steps[move.end] + 1)
    rank = {name: max(steps.values()) - number for name, number in steps.items()}
    width = max(len(label) for label in names.values()) * _LETTER + 28
    rows: dict[int, int] = {}
    spots: dict[str, tuple[float, float]] = {}
    for name in names:
        row = rows[rank[name]] = rows.get(rank[name], -1) + 1
        spots[name] = (8 + rank[name] * (width + 48), 28 + row * (_HEIGHT + 24))
    arrows = (
        _line([(spots[move.start][0] + width, spots[move.start][1]), (spots[move.end][0], spots[move.end][1])])
        for move in moves
    )
    size = 16 + max(x for x, _ in spots.values()) + width, 28 + max(y for _, y in spots.values())
    return _svg(*size, [*_boxes(names, spots, width), *arrows])


def _boxes(names: Mapping[str, str], spots: Mapping[str, tuple[float, float]], width: float) -> Iterator[str]:
    for name, label in names.items():
        x, y = spots[name]
        top = y - _HEIGHT / 2
        yield f'<rect x="{x:.0f}" y="{top:.0f}" width="{width:.0f}" height="{_HEIGHT}" rx="6" class="box"/>'
        yield f'<text x="{x + width / 2:.0f}" y="{y + 4:.0f}" text-anchor="middle">{escape(label)}</text>'


def _line(points: Sequence[tuple[float, float]], *, dashed: bool = False) -> str:
    path = " ".join(f"{x:.0f},{y:.0f}" for x, y in points)
    dash = ' stroke-dasharray="5 3"' if dashed else ""
    return f'<polyline points="{path}"{dash} class="line" marker-end="url(#arrow)"/>'


def _wrapped(label: str) -> list[str]:
    return [line for part in label.split(",") for line in textwrap.wrap(part.strip(), _LONGEST)]


def _text(x: float, y: float, label: str, anchor: str = "start") -> Iterator[str]:
    for number, line in enumerate(_wrapped(label)):
        yield f'<text x="{x:.0f}" y="{y + 14 * number:.0f}" text-anchor="{anchor}">{escape(line)}</text>'


_STYLE: Final = (
    "text{font:12px sans-serif;fill:currentColor;stroke:white;stroke-width:4px;paint-order:stroke}"
    ".box{fill:none;stroke:currentColor}.line{fill:none;stroke:currentColor;stroke-width:1.2}circle{fill:currentColor}"
    "#arrow path{fill:currentColor}"
)


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    arrow = (
        '<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z"/></marker></defs>'
    )
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px;width:100%"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}><style>{_STYLE}</style>{arrow}'
    # Words come last, so that their white edge covers the lines below them.
    return f"{head}{''.join(sorted(parts, key=lambda part: part.startswith(('<text', '<g'))))}</svg>"
