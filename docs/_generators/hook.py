"""Adds the pages that are made from the code: each module beside this one gives its pages.

A generator is a module in this folder with a function `pages() -> dict[str, str]`, from a page's path below `docs/` to
its Markdown. Name each of its pages in the navigation of `mkdocs.yml`.
"""

from __future__ import annotations

import runpy
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """MkDocs' own event: called once the pages on disk are known."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name != Path(__file__).name:
            for name, text in runpy.run_path(str(path))["pages"]().items():
                files.append(File.generated(config, name, content=text))
    return files
