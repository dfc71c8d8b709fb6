"""Adds the pages that are made from the code: each module beside this one gives its pages; has Mermaid drawn.

A generator is a module in this folder with a function `pages() -> dict[str, str]`, from a page's path below `docs/` to
its Markdown. Name each of its pages in the navigation of `mkdocs.yml`.
"""

from __future__ import annotations

import re
import runpy
from pathlib import Path
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

FETCHED: Final = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
"""What a page would fetch from elsewhere."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """MkDocs' own event: Mermaid is drawn here, and not by a script that the page would fetch."""
    drawing = runpy.run_path(str(Path(__file__).parents[1] / "_extensions" / "diagrams.py"))["fence"]
    fences = [{"name": "mermaid", "class": "diagram", "format": drawing}]
    config.mdx_configs.setdefault("pymdownx.superfences", {})["custom_fences"] = fences
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """MkDocs' own event: called once the pages on disk are known."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if path.name != Path(__file__).name:
            for name, text in runpy.run_path(str(path))["pages"]().items():
                files.append(File.generated(config, name, content=text))
    return files


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> None:  # noqa: ARG001  (MkDocs gives them by name)
    """MkDocs' own event: a page that fetches anything from elsewhere fails the build, for it is to be read offline."""
    if found := FETCHED.search(output):
        raise PluginError(f"{page.file.src_uri}: {found[0]} is fetched from elsewhere; ship it with the site")
