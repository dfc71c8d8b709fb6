import ast
import importlib
import json
import re
import runpy
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import reclamation_core
from scripts.surface import public_modules

ROOT = Path(__file__).parents[2]
MAKER = runpy.run_path(str(ROOT / "docs" / "_generators" / "notebooks.py"))
NOTEBOOKS = sorted((ROOT / "docs" / "fr" / "notebooks").glob("*.ipynb"))
NAMES = [path.stem for path in NOTEBOOKS]
PUBLIC = {module: set(importlib.import_module(module).__all__) for module in public_modules()}
PUBLIC["reclamation_core"] = {*vars(reclamation_core)["__all__"], *(module.rpartition(".")[2] for module in PUBLIC)}
each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=NAMES)


def read(path: Path) -> dict[str, Any]:
    notebook: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return notebook


def code(path: Path) -> Iterator[tuple[dict[str, Any], ast.Module]]:
    for cell in read(path)["cells"]:
        if cell["cell_type"] == "code":
            yield cell, ast.parse("".join(cell["source"]), f"{path.name}:{cell['id']}")


def imported(path: Path) -> Iterator[tuple[str, str]]:
    for _, tree in code(path):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom):
                yield from ((node.module or "", alias.name) for alias in node.names)
            if isinstance(node, ast.Import):
                yield from (("", alias.name) for alias in node.names)


def test_there_are_the_four_notebooks_of_the_laboratory() -> None:
    assert NAMES == ["eight_days", "first_hour", "ten_million", "threshold_seven"]


@each_notebook
def test_a_notebook_is_stored_clean_so_that_its_differences_can_be_read(path: Path) -> None:
    notebook = read(path)
    cells = notebook["cells"]
    assert path.read_text(encoding="utf-8") == json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
    assert notebook["metadata"]["kernelspec"] == {"display_name": "Python 3", "language": "python", "name": "python3"}
    assert len({cell["id"] for cell in cells}) == len(cells)
    assert {name for cell in cells for name in cell["metadata"]} <= {"tags"}
    assert {tag for cell in cells for tag in cell["metadata"].get("tags", [])} <= {"prose", "quiet"}
    assert [cell["id"] for cell in cells if cell.get("outputs") or cell.get("execution_count") is not None] == []


@each_notebook
def test_what_a_notebook_takes_of_the_package_is_public(path: Path) -> None:
    own = [(module, name) for module, name in imported(path) if f"{module}.{name}".startswith("reclamation_core")]
    private = [
        node.attr
        for _, tree in code(path)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr.startswith("_")
    ]
    assert own != []
    assert [f"{module}.{name}" for module, name in own if name not in PUBLIC.get(module, ())] == []
    assert private == []


@each_notebook
def test_the_size_is_read_in_one_cell_that_a_page_shows(path: Path) -> None:
    reading = [cell for cell, _ in code(path) if "RECLAMATION_NOTEBOOK_SIZE" in "".join(cell["source"])]
    assert [(cell["id"], cell["metadata"]) for cell in reading] == [("size", {})]


@each_notebook
def test_the_navigation_names_each_notebook_by_its_title(path: Path) -> None:
    title = "".join(read(path)["cells"][0]["source"]).splitlines()[0]
    navigation = (ROOT / "mkdocs-fr.yml").read_text(encoding="utf-8")
    assert f"- {title.removeprefix('# ')}: notebooks/{path.stem}.md\n" in navigation


@each_notebook
def test_the_links_of_a_notebook_lead_to_files_beside_it(path: Path) -> None:
    text = "\n".join("".join(cell["source"]) for cell in read(path)["cells"] if cell["cell_type"] == "markdown")
    made = {"../regles.md"}  # not on disk: written while the documentation is built
    links = set(re.findall(r"\]\(([^)#:]+)\)", text)) - made
    assert [link for link in sorted(links) if not (path.parent / link).exists()] == []


def page(*outputs: SimpleNamespace, tags: tuple[str, ...] = ()) -> tuple[list[str], dict[str, str]]:
    """What the page of the notebook `essay` shows of one cell, and the pictures that are put aside."""
    cell = SimpleNamespace(cell_type="code", id="sum", source="1 + 1", metadata={"tags": tags}, outputs=outputs)
    pictures: dict[str, str] = {}
    return list(MAKER["shown"]("essay", cell, pictures)), pictures


def stream(name: str, text: str) -> SimpleNamespace:
    return SimpleNamespace(output_type="stream", name=name, text=text)


def result(**data: str) -> SimpleNamespace:
    return SimpleNamespace(
        output_type="execute_result", data={kind.replace("_", "/"): text for kind, text in data.items()}
    )


def test_a_page_shows_the_code_of_a_cell_and_what_it_printed() -> None:
    assert page(stream("stdout", "2")) == (["```python\n1 + 1\n```", "```text\n2\n```"], {})


def test_a_page_shows_of_a_sentence_the_words_and_not_the_code() -> None:
    assert page(result(text_plain="<Markdown>", text_markdown="Deux."), tags=("prose",)) == (["Deux."], {})


def test_a_page_leaves_out_what_a_quiet_cell_tells() -> None:
    assert page(stream("stderr", "WARN"), tags=("quiet",)) == (["```python\n1 + 1\n```"], {})


def test_what_is_written_to_the_standard_error_fails_the_build() -> None:
    with pytest.raises(RuntimeError, match=r"essay\.ipynb, cell sum: .*\nFutureWarning: sums"):
        page(stream("stderr", "FutureWarning: sums"))


def test_html_stands_in_a_page_as_one_block_without_the_quotes_of_polars() -> None:
    row = "<tr><td>&quot;local&quot;</td><td>&quot;a long…</td><td>&quot;b&quot;</td><td>2</td></tr>"
    (_, shown), _ = page(result(text_html=f"<table>\n\n{row}\n</table>\n", text_plain="a frame"))
    assert shown == (
        '<div class="notebook-output">\n<table>\n'
        "<tr><td>local</td><td>a long…</td><td>b</td><td>2</td></tr>\n</table>\n</div>"
    )


def test_a_plot_is_a_picture_beside_the_page_named_by_its_title() -> None:
    svg = """<svg><g aria-label="Title text 'Charge par semaine'"></g></svg>"""
    picture = SimpleNamespace(output_type="display_data", data={"image/svg+xml": svg, "text/plain": "alt.Chart(...)"})
    assert page(picture) == (
        ["```python\n1 + 1\n```", "![Charge par semaine](essay/sum.svg)"],
        {"fr/notebooks/essay/sum.svg": svg},
    )


def test_a_link_from_notebook_to_notebook_leads_from_page_to_page() -> None:
    cell = SimpleNamespace(cell_type="markdown", source="[a](b.ipynb), [c](../how-to/d.md)", metadata={})
    assert list(MAKER["shown"]("essay", cell, {})) == ["[a](b.md), [c](../how-to/d.md)"]


@pytest.mark.parametrize(
    ("lows_and_highs", "concludes"),
    [
        ({2: (-0.3, -0.1), 3: (-0.02, 0.05), 4: (0.01, 0.04)}, "**4 gestionnaires** au lieu de 3 tiennent"),
        ({2: (-0.3, -0.1), 3: (-0.2, -0.1), 4: (-0.1, -0.01)}, "Aucun effectif essayé, jusqu'à 4 gestionnaires"),
        # The means of 3 and 4 are above 0, and what they are is not sure.
        ({2: (-0.3, -0.1), 3: (-0.02, 0.05), 4: (-0.01, 0.05)}, "**on ne peut pas conclure**"),
    ],
)
def test_the_notebook_on_eight_days_concludes_what_its_intervals_say(
    lows_and_highs: dict[int, tuple[float, float]], concludes: str
) -> None:
    cells = read(ROOT / "docs" / "fr" / "notebooks" / "eight_days.ipynb")["cells"]
    (said,) = ("".join(cell["source"]) for cell in cells if cell["id"] == "staffing_said")
    differences = {
        (8, handlers): SimpleNamespace(low=low, high=high, mean=(low + high) / 2, is_clear=not low <= 0 <= high)
        for handlers, (low, high) in lows_and_highs.items()
    }
    told: dict[str, Any] = {
        "differences": differences,
        "teams": list(lows_and_highs),
        "TEAM": 3,
        "REPLICATIONS": 5,
        "compared": SimpleNamespace(estimate=lambda *_: SimpleNamespace(mean=100)),
        "since": date(2026, 5, 1),
        "UNTIL": date(2026, 6, 30),
        "points": lambda found: f"{found.mean}",
        "fr": str,
        "Markdown": lambda text: told.update(text=text),
    }
    exec(compile(said, "staffing_said", "exec"), told)  # noqa: S102  (our own cell)

    assert concludes in told["text"]
    assert [line for line in (f"{number} gestionnaires**" for number in (2, 3)) if line in told["text"]] == []
