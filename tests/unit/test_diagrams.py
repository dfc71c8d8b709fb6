"""The drawings of the pages: made while the site is built, of the Mermaid that stands in them."""

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
def test_every_diagram_of_the_pages_is_drawn_with_its_words_and_an_arrow_for_each_step(source: str) -> None:
    drawing = fence(source, "mermaid", "diagram", {}, None)

    svg = ET.fromstring(drawing.removeprefix('<div class="diagram">').removesuffix("</div>"))  # noqa: S314  (our own)
    words = " ".join("".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text"))
    for label in re.findall('"([^"]+)"', source):
        assert label in words
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}polyline"))) == source.count("-->")
    assert re.findall("<script|href|https?://(?!www.w3.org/2000/svg)", drawing) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("pie title x", "'pie title x' is not drawn; use one of stateDiagram-v2, flowchart LR"),
        ("flowchart LR\n a -.-> b", "'a -.-> b' is not drawn"),
    ],
)
def test_what_is_not_drawn_fails_the_build(source: str, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        fence(source, "mermaid", "diagram", {}, None)
