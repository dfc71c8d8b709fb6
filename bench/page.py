"""The size of the comparison page, its files gzipped, against the 12 MB that a visitor is to download at most.

`PYODIDE` names the npm package of Pyodide; without it npm downloads the package.
"""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from bench._measure import ratio_row
from reclamation_core.laboratory.comparison_page.folder import write_page_folder

MOST: Final = 12.0
"""The most megabytes."""


def run() -> list[dict[str, Any]]:
    """Measure the whole page, and its part that is not Pyodide."""
    package = os.environ.get("PYODIDE")
    with TemporaryDirectory() as place:
        write_page_folder(Path(place, "page"), None if package is None else Path(package))
        sizes = gzipped(Path(place, "page"))
    parts = {"all files": sum(sizes.values()), "without Pyodide": sizes["packages.tar.gz"]}
    return [
        ratio_row(f"comparison page: {name}", size / 1e6, ("limit", MOST), 1.0, "MB") for name, size in parts.items()
    ]


def gzipped(folder: Path) -> dict[str, int]:
    """Return the size of each file, gzipped where that makes it smaller."""
    contents = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: min(len(content), len(gzip.compress(content, 9))) for name, content in contents.items()}
