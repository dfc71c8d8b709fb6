"""The diagram of the decisions, which editors show first: facts below, each decision above what it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element, SubElement

from reclamation_core.tables.table import DecisionTable

_WIDTH: Final = 180
_HEIGHT: Final = 60
_ACROSS: Final = 220
_UP: Final = 140


def draw(root: Element, decisions: Sequence[DecisionTable[Any]], facts: Sequence[str]) -> None:
    """Draw the decisions, which come after those that they ask for, and the facts."""
    floors = {f"input_{name}": 0 for name in facts}
    for table in decisions:
        below = (floors[f"{'input' if input_.source is None else 'decision'}_{input_.name}"] for input_ in table.inputs)
        floors[f"decision_{table.name}"] = 1 + max(below)
    top = max(floors.values())
    across = dict.fromkeys(range(top + 1), 0)
    corners = {}
    for element, floor in floors.items():
        corners[element] = (40 + _ACROSS * across[floor], 40 + _UP * (top - floor))
        across[floor] += 1
    diagram = SubElement(SubElement(root, "dmndi:DMNDI"), "dmndi:DMNDiagram", id="diagram")
    for element, (x, y) in corners.items():
        shape = SubElement(diagram, "dmndi:DMNShape", id=f"shape_{element}", dmnElementRef=element)
        SubElement(shape, "dc:Bounds", x=str(x), y=str(y), width=str(_WIDTH), height=str(_HEIGHT))
    for table in decisions:
        for input_ in table.inputs:
            asked = f"{'input' if input_.source is None else 'decision'}_{input_.name}"
            requirement = f"requires_{table.name}_{input_.name}"
            edge = SubElement(diagram, "dmndi:DMNEdge", id=f"edge_{requirement}", dmnElementRef=requirement)
            _waypoint(edge, corners[asked], 0)
            _waypoint(edge, corners[f"decision_{table.name}"], _HEIGHT)


def _waypoint(edge: Element, corner: tuple[int, int], down: int) -> None:
    SubElement(edge, "di:waypoint", x=str(corner[0] + _WIDTH // 2), y=str(corner[1] + down))
