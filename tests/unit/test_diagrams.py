"""The diagrams of the pages, drawn from their Mermaid text while the documentation is built."""

import re

import pytest

from tests.unit.diagrams import DOCS, check_drawing, fence, sources

DIAGRAMS = [source for path in sorted(DOCS.rglob("*.md")) for source in sources(path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize("source", DIAGRAMS, ids=range(len(DIAGRAMS)))
def test_every_diagram_is_drawn_with_its_labels_and_one_arrow_for_each_step(source: str) -> None:
    check_drawing(source)


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
