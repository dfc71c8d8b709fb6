"""The notebooks as pages: each is executed, and shown with its text, its code and what came of it.

What a cell writes to its standard error fails the build, and so does what it raises. Two tags say what a page leaves
out: `prose`, the code of a cell that writes a sentence; `quiet`, what a cell tells while something starts or stops.
`RECLAMATION_NOTEBOOK_SIZE=full` makes the notebooks as large as they are meant (`soak/notebooks.py`).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
FOLDER: Final = ROOT / "docs" / "fr" / "notebooks"
JUPYTER: Final = ROOT / "build" / "jupyter"
SETTINGS: Final = {f"JUPYTER_{name}_DIR": str(JUPYTER / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}

SHOWN: Final = ("text/markdown", "image/svg+xml", "text/html", "text/plain")
"""The kinds of output that a page shows; of one output, the first."""


def pages() -> dict[str, str]:
    """Each notebook's page, and the pictures in it."""
    import nbformat

    JUPYTER.mkdir(parents=True, exist_ok=True)
    os.environ.update(SETTINGS, IPYTHONDIR=str(JUPYTER / "ipython"))
    notebooks = {
        path.stem: nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        for path in sorted(FOLDER.glob("*.ipynb"))
    }
    asyncio.run(_execute(list(notebooks.values())))
    found: dict[str, str] = {}
    for name, notebook in notebooks.items():
        pictures: dict[str, str] = {}
        parts = [part for cell in notebook.cells for part in shown(name, cell, pictures)]
        parts.append(f"[Télécharger ce carnet]({name}.ipynb)")
        found |= {f"fr/notebooks/{name}.md": "\n\n".join(parts), **pictures}
    return found


async def _execute(notebooks: list[Any]) -> None:
    """Execute them side by side; in full one after the other, for there they tell how long something takes."""
    from nbclient import NotebookClient

    at_once = asyncio.Semaphore(1 if os.environ.get("RECLAMATION_NOTEBOOK_SIZE") == "full" else len(notebooks))

    async def one(notebook: Any) -> None:
        async with at_once:
            client = NotebookClient(
                notebook,
                kernel_name="python3",
                # In the folder of the build, where nothing lies that a reader does not have.
                resources={"metadata": {"path": str(JUPYTER)}},
                extra_arguments=["--log-level=ERROR"],  # a kernel on this machine need not be warned of others
            )
            await client.async_execute()

    await asyncio.gather(*map(one, notebooks))


def shown(name: str, cell: Any, pictures: dict[str, str]) -> Iterator[str]:
    """What the page of a notebook shows of a cell, as Markdown; pictures are put aside, by their paths."""
    tags = cell.metadata.get("tags", ())
    if cell.cell_type == "markdown":
        yield re.sub(r"\]\((\w+)\.ipynb\)", r"](\1.md)", cell.source)
        return
    if "prose" not in tags:
        yield f"```python\n{cell.source}\n```"
    for output in () if "quiet" in tags else cell.outputs:
        if output.output_type == "stream" and output.name == "stderr":
            raise RuntimeError(f"{name}.ipynb, cell {cell.id}: it writes to the standard error:\n{output.text}")
        yield _output(name, cell, output, pictures)


def _output(name: str, cell: Any, output: Any, pictures: dict[str, str]) -> str:
    data = {"text/plain": output.text} if output.output_type == "stream" else output.data
    kind = next(kind for kind in SHOWN if kind in data)
    if kind == "text/markdown":
        return str(data[kind])
    if kind == "text/plain":
        return f"```text\n{data[kind]}\n```"
    if kind == "text/html":
        # Without empty lines, after which Markdown would begin again, and the quotes that Polars puts around each text.
        lines = (line for line in data[kind].splitlines() if line.strip())
        html = re.sub("<td>&quot;([^<]*?)(&quot;)?</td>", r"<td>\1</td>", "\n".join(lines))
        return f'<div class="notebook-output">\n{html}\n</div>'
    picture = f"{name}/{cell.id}.svg"
    pictures[f"fr/notebooks/{picture}"] = data[kind]
    title = re.search(r"Title text '([^']*)'", data[kind])
    return f"![{title[1] if title else cell.id}]({picture})"
