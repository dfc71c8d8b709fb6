"""The diagrams of the pages, drawn from their Mermaid text while the documentation is built."""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

ROOT = Path(__file__).parents[2]
fence = runpy.run_path(str(ROOT / "docs" / "_extensions" / "diagrams.py"))["fence"]
LIFE = runpy.run_path(str(ROOT / "docs" / "_generators" / "life_of_a_case.py"))["pages"]()
PAGES = [*LIFE.values(), *(path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md"))]
DRAWN = [source for page in PAGES for source in re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)]


@pytest.mark.parametrize("source", DRAWN, ids=range(len(DRAWN)))
def test_every_diagram_is_drawn_with_its_labels_and_one_arrow_for_each_step(source: str) -> None:
    drawing = fence(source, "mermaid", "diagram", {}, None)

    svg = ET.fromstring(drawing.removeprefix('<div class="diagram">').removesuffix("</div>"))  # noqa: S314  (our own)
    words = " ".join("".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text"))
    for label in re.findall('"([^"]+)"', source):
        assert label in words
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}polyline"))) == source.count("-->")
    assert re.findall("<script|href|https?://(?!www.w3.org/2000/svg)", drawing) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("pie title x", "'pie title x' is not drawn; use one of stateDiagram-v2, flowchart LR"),
        ("flowchart LR\n a -.-> b", "'a -.-> b' is not drawn"),
    ],
)
def test_unsupported_mermaid_fails_the_build(source: str, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        fence(source, "mermaid", "diagram", {}, None)
