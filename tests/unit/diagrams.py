"""The drawing of a Mermaid diagram, as the documentation is built, compared with its text."""

import re
import runpy
from pathlib import Path
from xml.etree import ElementTree as ET

DOCS = Path(__file__).parents[2] / "docs"
fence = runpy.run_path(str(DOCS / "_extensions" / "diagrams.py"))["fence"]


def sources(page: str) -> list[str]:
    """Return the text of each diagram on a page."""
    return re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL)


def check_drawing(source: str) -> None:
    """Check that a diagram is drawn with its labels and one arrow for each step, by itself."""
    drawing = fence(source, "mermaid", "diagram", {}, None)
    svg = ET.fromstring(drawing.removeprefix('<div class="diagram">').removesuffix("</div>"))  # noqa: S314  (our own)
    words = " ".join("".join(text.itertext()) for text in svg.iter("{http://www.w3.org/2000/svg}text"))
    for label in re.findall('"([^"]+)"', source):
        assert label in words
    assert len(list(svg.iter("{http://www.w3.org/2000/svg}polyline"))) == source.count("-->")
    assert re.findall("<script|href|https?://(?!www.w3.org/2000/svg)", drawing) == []
