"""Build the documentation: write all pages to disk, build the site with MkDocs and with Zensical, compare both.

1. `pages` copies `docs/` to `build/docs`, adds the pages that the modules of `docs/_generators/` make from the code,
   and draws the Mermaid diagrams: neither builder needs a hook, and no page loads a script from another server.
2. `mkdocs` and `zensical` build `build/docs` into `build/site` and `build/site-zensical` from the same `mkdocs.yml`,
   publish `llms.txt` and the Markdown of each page with the HTML, and add words without accents to the search index.
3. `compare` fails if a page or an anchor is missing in one of both sites, if a page has no Markdown or loads anything
   from another server, or if the search finds less without accents.

`python -m scripts.build_docs` runs all steps; one or more of their names run these steps alone.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

from scripts import site_search
from scripts.environments import BUILD, ROOT

DOCS: Final = ROOT / "docs"
PAGES: Final = BUILD / "docs"
"""All pages, as the builders read them."""
MARKDOWN: Final = BUILD / "docs-markdown"
"""All pages as they are published in Markdown: with the text of diagrams, and with the API reference written out."""
SITES: Final = {"mkdocs": BUILD / "site", "zensical": BUILD / "site-zensical"}
MERMAID: Final = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOADED: Final = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
"""Anything that a page would load from another server: the documentation is readable offline."""
GENERATED: Final = BUILD / "docs-generated"
COPIED: Final = (".css", ".ipynb", ".md", ".svg")


def write_pages() -> None:
    """Write all pages into `build/docs`: those of `docs/`, and those that are generated."""
    from scripts.api_markdown import expand_directives

    for folder in (PAGES, MARKDOWN):
        shutil.rmtree(folder, ignore_errors=True)
    draw: Callable[[str], str] = runpy.run_path(str(DOCS / "_extensions" / "diagrams.py"))["fence"]
    for name, text in {**written_pages(), **generated_pages()}.items():
        if not name.endswith(".md"):
            write(PAGES / name, text)
            continue
        write(PAGES / name, MERMAID.sub(lambda found: draw(found[1]), text))
        write(MARKDOWN / name, expand_directives(text))


def written_pages() -> dict[str, str]:
    """Return the files of `docs/` that belong to the site, by their path below it."""
    files = (path for path in sorted(DOCS.rglob("*")) if path.suffix in COPIED)
    return {path.relative_to(DOCS).as_posix(): path.read_text(encoding="utf-8") for path in files}


def generated_pages() -> dict[str, str]:
    """Return the pages made from the code: each module of `docs/_generators/` has a function `pages()`.

    What a module made is kept in `build/docs-generated` until the code, the module or the notebooks change.
    """
    state = digest(
        [ROOT / "pyproject.toml", *sorted((ROOT / "src").rglob("*.py")), *sorted(DOCS.rglob("*.ipynb"))],
        os.environ.get("RECLAMATION_NOTEBOOK_SIZE", ""),
    )
    found: dict[str, str] = {}
    for module in sorted((DOCS / "_generators").glob("*.py")):
        stored = GENERATED / f"{module.stem}-{digest([module], state)}.json"
        if not stored.is_file():
            for old in GENERATED.glob(f"{module.stem}-*.json"):
                old.unlink()
            write(stored, json.dumps(runpy.run_path(str(module))["pages"]()))
        found |= json.loads(stored.read_text(encoding="utf-8"))
    return found


def digest(files: Iterable[Path], state: str) -> str:
    """Return a digest of the contents of files and of a state."""
    made = hashlib.sha256(state.encode())
    for path in files:
        made.update(path.read_bytes())
    return made.hexdigest()[:16]


def write(path: Path, text: str) -> None:
    """Write a file, and its folder where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def build(builder: str, site: Path) -> None:
    """Build the site with a builder, strictly, and publish the Markdown of its pages."""
    settings = {**os.environ, "SITE_DIR": str(site.relative_to(ROOT)), "NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", builder, "build", "--strict", "--clean"]
    done = subprocess.run(command, cwd=ROOT, env=settings, check=False)
    if done.returncode:
        sys.exit(f"{builder}: the build failed")
    publish_markdown(site)
    site_search.fold_accents(site)


def publish_markdown(site: Path) -> None:
    """Copy the Markdown of each page into a site, and write `llms.txt`, the list of these files."""
    for path in sorted(MARKDOWN.rglob("*.md")):
        write(site / path.relative_to(MARKDOWN), path.read_text(encoding="utf-8"))
    write(site / "llms.txt", "\n".join(llms_lines()) + "\n")


def llms_lines() -> Iterator[str]:
    """Yield the lines of `llms.txt`: the site's name, what it is, and the Markdown of each page by section."""
    settings = configuration()
    yield from (f"# {settings['site_name']}", "", f"> {settings['site_description']}")
    yield from _linked("Pages", settings["nav"])


def _linked(section: str, entries: list[Any]) -> Iterator[str]:
    pages = [entry for entry in entries if not isinstance(entry, dict) or isinstance(next(iter(entry.values())), str)]
    yield from ("", f"## {section}", "")
    for entry in pages:
        path = entry if isinstance(entry, str) else next(iter(entry.values()))
        yield f"- [{title_of(path)}]({path})"
    for entry in entries:
        if entry not in pages:
            ((name, inner),) = entry.items()
            yield from _linked(name, inner)


def title_of(path: str) -> str:
    """Return the title of a page, its first heading."""
    found = re.search(r"^# (.+)$", (MARKDOWN / path).read_text(encoding="utf-8"), re.MULTILINE)
    return path if found is None else found[1]


def configuration() -> dict[str, Any]:
    """Return the content of mkdocs.yml; what it takes from an environment variable is None."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads the tag of MkDocs."""

    Loader.add_constructor("!ENV", lambda _loader, _node: None)
    return dict(yaml.load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"), Loader=Loader))  # noqa: S506  a safe loader


class _Page(HTMLParser):
    """Collects the anchors of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        anchor = dict(attrs).get("id")
        if anchor and not anchor.startswith("__"):  # the themes' own
            self.anchors.add(anchor)


def anchors(site: Path) -> dict[str, set[str]]:
    """Return the anchors in the content of each page of a site, by the path of the page."""
    found: dict[str, set[str]] = {}
    for path in sorted(site.rglob("*.html")):
        page = _Page()
        page.feed(content(path.read_text(encoding="utf-8")))
        found[path.relative_to(site).as_posix()] = page.anchors
    return found


def content(html: str) -> str:
    """Return the part of a page that both themes take from its Markdown."""
    found = re.search(r"<article\b.*</article>", html, re.DOTALL)
    return "" if found is None else found[0]


def differences(first: Mapping[str, set[str]], second: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield one sentence for each page, and for each anchor, of the first site that the second does not have."""
    for page, names in first.items():
        if page not in second:
            yield f"{page} is missing"
        else:
            yield from (f"{page}#{name} is missing" for name in sorted(names - second[page]))


def loaded_from_elsewhere(site: Path) -> Iterator[str]:
    """Yield one sentence for each page of a site that loads anything from another server."""
    for path in sorted(site.rglob("*.html")):
        if found := LOADED.search(path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} loads {found[0]} from another server"


def quoted_examples(site: Path) -> Iterator[str]:
    """Yield one sentence for each page of a site that shows `>>>` as quotations in each other, not as code."""
    for path in sorted(site.rglob("*.html")):
        if re.search(r"<blockquote>\s*<blockquote>", path.read_text(encoding="utf-8")):
            yield f"{path.relative_to(site)} shows an example as a quotation"


def markdown_faults(site: Path) -> Iterator[str]:
    """Yield one sentence for each page of a site without its Markdown, and each that `llms.txt` does not name."""
    listed = set(re.findall(r"\]\((.+\.md)\)$", (site / "llms.txt").read_text(encoding="utf-8"), re.MULTILINE))
    for path in sorted(PAGES.rglob("*.md")):
        name = path.relative_to(PAGES).as_posix()
        if not (site / name).is_file():
            yield f"{name} is not published"
        elif re.search("^::: ", (site / name).read_text(encoding="utf-8"), re.MULTILINE):
            yield f"{name} has a directive in place of the API reference"
        if name not in listed:
            yield f"llms.txt does not name {name}"


def compare() -> None:
    """Compare the pages and anchors of both sites, look for what they load from elsewhere, and try their search."""
    found = {builder: anchors(site) for builder, site in SITES.items()}
    faults = [f"mkdocs: {one}" for one in differences(found["zensical"], found["mkdocs"])]
    faults += [f"zensical: {one}" for one in differences(found["mkdocs"], found["zensical"])]
    for builder, site in SITES.items():
        faults += [f"{builder}: {one}" for one in loaded_from_elsewhere(site)]
        faults += [f"{builder}: {one}" for one in (*quoted_examples(site), *markdown_faults(site))]
        faults += site_search.faults(site)
    if faults:
        sys.exit("\n".join(faults))
    pages = found["mkdocs"]
    print(f"{len(pages)} pages and {sum(map(len, pages.values()))} anchors, the same in both sites")


def main() -> None:
    """Run the steps that the arguments name, or all."""
    steps: dict[str, Callable[[], None]] = {
        "pages": write_pages,
        **{builder: functools.partial(build, builder, site) for builder, site in SITES.items()},
        "compare": compare,
    }
    for name in sys.argv[1:] or steps:
        steps[name]()


if __name__ == "__main__":
    main()
