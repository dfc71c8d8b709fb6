"""Flowcharts in Mermaid; what somebody wrote stays a label."""

from __future__ import annotations

from enum import Enum
from typing import Final

import attrs

from reclamation_core.cases.causes.shown import one_line

# Mermaid gives a meaning to quotes, brackets, "#", ";", "%%", ":" after "style", and, in labels, to Markdown: only what
# cannot mean anything is written as it is, all else by its number.
_PLAIN: Final = frozenset(" ,'’")


def label(text: str) -> str:
    """A text as Mermaid shows it, whatever signs it holds.

    >>> label('salle "B" <12>')
    'salle #34;B#34; #60;12#62;'
    """
    return "".join(
        character if character.isalnum() or character in _PLAIN else f"#{ord(character)};"
        for character in one_line(text)
    )


class Shape(Enum):
    """How a node is drawn: the signs around its label."""

    BOX = '["', '"]'
    ROUND = '("', '")'
    STADIUM = '(["', '"])'
    HEXAGON = '{{"', '"}}'


@attrs.define
class Flowchart:
    """A flowchart under way: nodes get their names here, so that no text can be taken for one.

    Args:
        direction: where arrows lead: TB, LR, ...
    """

    direction: str
    _lines: list[str] = attrs.field(factory=list, init=False, repr=False)
    _nodes: int = attrs.field(default=0, init=False)

    def node(self, text: str, shape: Shape = Shape.BOX) -> str:
        """Add a node; its name, for arrows."""
        name = f"n{self._nodes}"
        self._nodes += 1
        before, after = shape.value
        self._lines.append(f"{name}{before}{label(text)}{after}")
        return name

    def arrow(self, start: str, end: str, *, dotted: bool = False) -> None:
        """Add an arrow from one node to another."""
        self._lines.append(f"{start} {'-.->' if dotted else '-->'} {end}")

    def __str__(self) -> str:
        return "\n    ".join([f"flowchart {self.direction}", *self._lines]) + "\n"
