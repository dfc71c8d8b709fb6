"""Build the documentation: write all pages to disk, build the site with MkDocs, check it; the same with Zensical.

1. `pages` copies `docs/` to `build/docs`, adds the pages that the modules of `docs/_generators/` make from the code,
   and draws the Mermaid diagrams: neither builder needs a hook, and no page loads a script from another server. The
   French pages, `fr/`, go to `build/docs-fr`, in French typography. Both have the pictures of `docs/pictures/`, which
   `scripts/pictures.py` makes.
2. `mkdocs` and `zensical` build `build/docs` into `build/site` and `build/site-zensical` from the same `mkdocs.yml`,
   and `build/docs-fr` into `fr/` below it from `mkdocs-fr.yml`: a site of its own, in which all is French. They publish
   `llms.txt` and the Markdown of each page with the HTML, and add words without accents to the search index.
3. `check` fails if a page of MkDocs' site has no Markdown or loads anything from another server, if a link between the
   two languages is dead, if a French page is not declared French or lets a line begin with a sign, or if the search
   finds less without accents. `compare` checks both sites, and fails if a page or an anchor is missing in one of them.

`python -m scripts.build_docs` runs `pages`, `mkdocs` and `check`; names of steps run these steps alone. `make soak` has
Zensical, the successor of MkDocs, build the pages as well.
"""

from __future__ import annotations

import functools
import hashlib
import itertools
import json
import os
import posixpath
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
from scripts.usage import show_help

DOCS: Final = ROOT / "docs"
BETWEEN: Final = "https://between-the-languages.invalid/"
"""Stands for the root of the site in links between its languages, until the pages are built."""
PAGES: Final = BUILD / "docs"
"""All pages, as the builders read them."""
FRENCH: Final = "fr"
"""The folder of the French pages: a site of its own below the other."""
FRENCH_PAGES: Final = BUILD / "docs-fr"
MARKDOWN: Final = BUILD / "docs-markdown"
"""All pages as they are published in Markdown: with the text of diagrams, and with the API reference written out."""
SITES: Final = {"mkdocs": BUILD / "site", "zensical": BUILD / "site-zensical"}
LINK: Final = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>(?![a-z]+:)[^)\s]*\.md(?:#[^)\s]*)?)\)")
MERMAID: Final = re.compile(r"^```mermaid\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LOADED: Final = re.compile(r"<(?:script|link|img|iframe|source)\b[^>]*(?:src|href)=[\"']?(?:https?:)?//[^>]*>")
"""Anything that a page would load from another server: the documentation is readable offline."""
ENGLISH: Final = ("Skip to content", "Table of contents", 'placeholder="Search"')
"""What both themes write around a page in English."""
BROKEN: Final = re.compile(r"\w+ [:;!?»](?![\w=:/-])")
GENERATED: Final = BUILD / "docs-generated"
COPIED: Final = (".css", ".ipynb", ".md", ".svg")


def write_pages() -> None:
    """Write all pages into `build/docs`: those of `docs/`, and those that are generated."""
    from reclamation_core.wording import typeset
    from scripts.api_markdown import expand_directives

    for folder in (PAGES, FRENCH_PAGES, MARKDOWN):
        shutil.rmtree(folder, ignore_errors=True)
    draw: Callable[[str], str] = runpy.run_path(str(DOCS / "_extensions" / "diagrams.py"))["fence"]
    for name, text in {**written_pages(), **generated_pages()}.items():
        if not name.endswith(".md"):
            write(builder_path(name), text)
            continue
        page = typeset(text) if is_french(name) else text
        write(builder_path(name), MERMAID.sub(lambda found: draw(found[1]), with_links_between_sites(name, page)))
        write(MARKDOWN / name, expand_directives(page))
    for folder in (PAGES, FRENCH_PAGES):
        shutil.copytree(DOCS / "pictures", folder / "pictures")


def resolve_links(site: Path) -> None:
    """Make the links between the languages relative to their pages."""
    for path in sorted(site.rglob("*.html")):
        page = path.read_text(encoding="utf-8")
        if BETWEEN in page:
            root = posixpath.relpath(site.as_posix(), path.parent.as_posix())
            write(path, page.replace(BETWEEN, f"{root}/"))


def is_french(name: str) -> bool:
    """Return True if a page belongs to the French site."""
    return name.startswith(f"{FRENCH}/")


def builder_path(name: str) -> Path:
    """Return where the builder of its language reads a file."""
    return FRENCH_PAGES / name.removeprefix(f"{FRENCH}/") if is_french(name) else PAGES / name


def with_links_between_sites(name: str, text: str) -> str:
    """Return the Markdown of a page whose links to pages in the other language are addresses, which no builder checks.

    `resolve_links` makes them relative in the built pages.
    """

    def link(found: re.Match[str]) -> str:
        target, _, anchor = found["target"].partition("#")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
        if is_french(page) == is_french(name):
            return found[0]
        folder = f"{directory(page)}/".removeprefix("/")
        return f"[{found['text']}]({BETWEEN}{folder}{f'#{anchor}' if anchor else ''})"

    return LINK.sub(link, text)


def directory(page: str) -> str:
    """Return the folder in which a site has a page: `a/b/` for `a/b.md`, `a/` for `a/index.md`."""
    return page.removesuffix(".md").removesuffix("index").rstrip("/")


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
    for configuration_file, place in (("mkdocs.yml", site), ("mkdocs-fr.yml", site / FRENCH)):
        settings = {**os.environ, "SITE_DIR": str(place.relative_to(ROOT)), "NO_MKDOCS_2_WARNING": "1"}
        command = [sys.executable, "-m", builder, "build", "--strict", "--clean", "--config-file", configuration_file]
        done = subprocess.run(command, cwd=ROOT, env=settings, check=False)
        if done.returncode:
            sys.exit(f"{builder}, {configuration_file}: the build failed")
        site_search.fold_accents(place)
    resolve_links(site)
    publish_markdown(site)


def publish_markdown(site: Path) -> None:
    """Copy the Markdown of each page into a site, and write `llms.txt`, the list of these files."""
    for path in sorted(MARKDOWN.rglob("*.md")):
        write(site / path.relative_to(MARKDOWN), path.read_text(encoding="utf-8"))
    write(site / "llms.txt", "\n".join(llms_lines()) + "\n")


def llms_lines() -> Iterator[str]:
    """Yield the lines of `llms.txt`: the site's name, what it is, and the Markdown of each page by section."""
    settings, french = configuration("mkdocs.yml"), configuration("mkdocs-fr.yml")
    yield from (f"# {settings['site_name']}", "", f"> {settings['site_description']}")
    yield from _linked("Pages", settings["nav"], "")
    yield from _linked(french["site_name"], french["nav"], f"{FRENCH}/")


def _linked(section: str, entries: list[Any], folder: str) -> Iterator[str]:
    pages = [entry for entry in entries if not isinstance(entry, dict) or isinstance(next(iter(entry.values())), str)]
    yield from ("", f"## {section}", "")
    for entry in pages:
        path = folder + (entry if isinstance(entry, str) else next(iter(entry.values())))
        yield f"- [{title_of(path)}]({path})"
    for entry in entries:
        if entry not in pages:
            ((name, inner),) = entry.items()
            yield from _linked(name, inner, folder)


def title_of(path: str) -> str:
    """Return the title of a page, its first heading."""
    found = re.search(r"^# (.+)$", (MARKDOWN / path).read_text(encoding="utf-8"), re.MULTILINE)
    return path if found is None else found[1]


def configuration(name: str) -> dict[str, Any]:
    """Return the content of a configuration of MkDocs; what it takes from an environment variable is None."""
    import yaml

    class Loader(yaml.SafeLoader):
        """Reads the tag of MkDocs."""

    Loader.add_constructor("!ENV", lambda _loader, _node: None)
    return dict(yaml.load((ROOT / name).read_text(encoding="utf-8"), Loader=Loader))  # noqa: S506  a safe loader


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
    for path in sorted(MARKDOWN.rglob("*.md")):
        name = path.relative_to(MARKDOWN).as_posix()
        if not (site / name).is_file():
            yield f"{name} is not published"
        elif re.search("^::: ", (site / name).read_text(encoding="utf-8"), re.MULTILINE):
            yield f"{name} has a directive in place of the API reference"
        if name not in listed:
            yield f"llms.txt does not name {name}"


def dead_links(site: Path, found: Mapping[str, set[str]]) -> Iterator[str]:
    """Yield one sentence for each link between the languages that leads to no page, or to no anchor of its page."""
    for path in sorted(site.rglob("*.html")):
        here = path.relative_to(site).as_posix()
        for address in re.findall(r'<a\b[^>]*href="([^":]+)"', content(path.read_text(encoding="utf-8"))):
            target, _, anchor = address.partition("#")
            page = posixpath.normpath(posixpath.join(posixpath.dirname(here), target))
            page = page if page.endswith(".html") else f"{page}/index.html".removeprefix("./")
            is_between = page.startswith("..") or is_french(page) != is_french(here)
            if target and is_between and (page not in found or (anchor and anchor not in found[page])):
                yield f"{here} links {address}, which does not exist"


def language_faults(site: Path) -> Iterator[str]:
    """Yield one sentence for each page that is not declared in its language, and each French line that may break."""
    for path in sorted(site.rglob("*.html")):
        name, page = path.relative_to(site).as_posix(), path.read_text(encoding="utf-8")
        lang = "fr" if is_french(name) else "en"
        if not re.search(rf'<html\b[^>]*\blang="?{lang}\b', page):
            yield f"{name} is not declared as {lang!r}"
        if lang == "fr":
            yield from (f"{name}: an English {word!r} around the page" for word in ENGLISH if word in page)
            words = re.sub(r"<(code|pre|style|script|svg)\b.*?</\1>|<[^>]+>", "|", content(page), flags=re.DOTALL)
            yield from (f"{name}: a line may begin with a sign: {found!r}" for found in BROKEN.findall(words)[:3])


def check(*builders: str) -> None:
    """Compare the pages and anchors of sites, look for what they load from elsewhere, and try their search."""
    found = {builder: anchors(SITES[builder]) for builder in builders}
    faults = [
        f"{builder}: {one}"
        for builder, other in itertools.permutations(builders, 2)
        for one in differences(found[other], found[builder])
    ]
    for builder in builders:
        site = SITES[builder]
        faults += [f"{builder}: {one}" for one in loaded_from_elsewhere(site)]
        faults += [f"{builder}: {one}" for one in (*quoted_examples(site), *markdown_faults(site))]
        faults += [f"{builder}: {one}" for one in (*dead_links(site, found[builder]), *language_faults(site))]
        faults += [*site_search.faults(site), *site_search.faults(site / FRENCH)]
    if faults:
        sys.exit("\n".join(faults))
    pages = found["mkdocs"]
    print(f"{len(pages)} pages and {sum(map(len, pages.values()))} anchors in the sites of {' and '.join(builders)}")


def main() -> None:
    """Run the steps that the arguments name, or those of MkDocs."""
    steps: dict[str, Callable[[], None]] = {
        "pages": write_pages,
        **{builder: functools.partial(build, builder, site) for builder, site in SITES.items()},
        "check": functools.partial(check, "mkdocs"),
        "compare": functools.partial(check, *SITES),
    }
    for name in sys.argv[1:] or ("pages", "mkdocs", "check"):
        steps[name]()


if __name__ == "__main__":
    show_help(__doc__)
    main()
