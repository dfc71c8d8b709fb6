"""The build of the documentation: comparison of two sites, folding of accents, and links to every guide."""

import json
import re
import runpy
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from reclamation_core.cli.application import application
from scripts import build_docs, site_search
from scripts.pictures import HEAVIEST, PICTURES

ROOT = Path(__file__).parents[2]
GUIDES = sorted(path.name for path in (ROOT / "docs" / "how-to").glob("*.md"))


def site(folder: Path, **pages: str) -> Path:
    for name, content in pages.items():
        build_docs.write(folder / f"{name}.html", f"<nav id='menu'></nav><article class='x'>{content}</article>")
    return folder


def test_two_sites_with_the_same_pages_and_anchors_do_not_differ(tmp_path: Path) -> None:
    first = site(tmp_path / "a", index="<h2 id='one'></h2><a id='__nav'></a>", other="")
    second = site(tmp_path / "b", index="<h2 class='y' id=one></h2>", other="")
    found = build_docs.anchors(first)
    assert found == {"index.html": {"one"}, "other.html": set()}
    assert list(build_docs.differences(found, build_docs.anchors(second))) == []


def test_a_missing_page_and_a_missing_anchor_are_named(tmp_path: Path) -> None:
    first = build_docs.anchors(site(tmp_path / "a", index="<h2 id='one'></h2><h2 id='two'></h2>", other=""))
    second = build_docs.anchors(site(tmp_path / "b", index="<h2 id='one'></h2>"))
    assert list(build_docs.differences(first, second)) == ["index.html#two is missing", "other.html is missing"]
    assert list(build_docs.differences(second, first)) == []


@pytest.mark.parametrize(
    "tag", ["<script src='https://example.org/a.js'>", '<link rel="x" href="//example.org/a.css">']
)
def test_a_page_that_loads_from_another_server_is_named(tmp_path: Path, tag: str) -> None:
    folder = site(tmp_path, index="<a href='https://example.org'>a link</a>", other=tag)
    (fault,) = build_docs.loaded_from_elsewhere(folder)
    assert fault.startswith("other.html loads ")


@pytest.mark.parametrize(("key", "path"), site_search.INDEXES.items())
def test_the_search_index_gets_the_words_of_an_entry_without_accents(tmp_path: Path, key: str, path: str) -> None:
    entries = [{"title": "Délai", "text": "<p>L'échéance du cœur, delai</p>"}, {"title": "x", "text": "y"}]
    build_docs.write(tmp_path / path, json.dumps({key: entries}))
    site_search.fold_accents(tmp_path)
    first, second = json.loads((tmp_path / path).read_text(encoding="utf-8"))[key]
    assert first["text"] == "<p>L'échéance du cœur, delai</p> <span hidden>coeur delai echeance</span>"
    assert second == entries[1]


def test_a_query_whose_guide_is_not_among_the_first_results_is_named() -> None:
    found = {query: [f"how-to/{name}/#a", "index/"] for query, name in site_search.WANTED.items()}
    assert list(site_search.missed(found)) == []
    found |= {
        "cron": ["a/", "a/#b", "how-to/run-in-production/"],
        "CSRF": [*"abcde", "how-to/show-a-board/"],
        "Docker": [],
    }
    assert list(site_search.missed(found)) == [
        "'CSRF' does not find show-a-board, but a, b, c, d, e",
        "'Docker' does not find run-in-production, but nothing",
    ]


def test_the_landing_page_and_the_navigation_have_the_same_guides_in_the_same_groups() -> None:
    page, nav = ((ROOT / name).read_text(encoding="utf-8") for name in ("docs/index.md", "mkdocs.yml"))
    sections = [re.match(r"## (\w+)\n", part) for part in re.split(r"^(?=## )", page, flags=re.MULTILINE)]
    listed = {
        found[1]: re.findall(r"\]\(how-to/([\w-]+\.md)\)", found.string) for found in sections if found is not None
    }
    (guides,) = re.findall(r"^  - How-to guides:\n((?: {6}.*\n)+)", nav, re.MULTILINE)
    groups = re.findall(r"^ {6}- (\w+):\n((?: {10}.*\n)+)", guides, re.MULTILINE)
    assert {name: re.findall(r"how-to/([\w-]+\.md)", entries) for name, entries in groups} == listed
    assert list(listed) == ["Embed", "Analyse", "Test", "Operate", "Extend"]
    assert sorted(name for names in listed.values() for name in names) == GUIDES
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in listed if f"](docs/index.md#{name.lower()})" not in readme] == []


def test_a_french_summary_of_an_english_page_is_declared_french() -> None:
    pages = [path for path in (ROOT / "docs").rglob("*.md") if "fr" not in path.relative_to(ROOT / "docs").parts]
    texts = {path.name: path.read_text(encoding="utf-8") for path in pages}
    assert [name for name, text in texts.items() if re.search(r'(?<!<span lang="fr">)\*En français', text)] == []


def wide_lines(page: str) -> list[str]:
    """Return the lines of code of a page that are wider than 88 columns; the site wraps the output of a command.

    Lines that are run, and not displayed, are left out.
    """
    displayed = re.sub(r"<!---.*?^-->", "", page, flags=re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^ *```(\w*)\n(.*?)^ *```", displayed, re.MULTILINE | re.DOTALL)
    code = [block for language, block in blocks if language not in {"text", "mermaid"}]
    return [line for block in code for line in block.splitlines() if len(line) > 88]


def test_code_on_the_pages_is_at_most_88_columns_wide() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    found = {path: wide_lines(path.read_text(encoding="utf-8")) for path in pages}
    assert {path.name: lines for path, lines in found.items() if lines} == {}


def test_lines_of_code_that_are_too_wide_are_found() -> None:
    wide, fits = "x" * 89, "x" * 88
    assert wide_lines(f"{wide}\n```python\n{fits}\n{wide}\n```\n- a\n  ```sh\n{wide}\n  ```\n") == [wide, wide]
    assert wide_lines(f"```text\n{wide}\n```\n<!--- invisible-code-block: python\n```\n{wide}\n-->\n") == []


def test_each_defence_of_the_page_on_security_has_a_test_that_exists() -> None:
    page = (ROOT / "docs/explanation/security.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| ") and not line.startswith("| attempt")]
    named = [re.findall(r"`((?:tests|soak|src)/[\w/]+\.py)(?:::(\w+))?`", row) for row in rows]
    assert len(rows) > 25
    assert [
        row for row, found in zip(rows, named, strict=True) if not found or not any(test for _, test in found)
    ] == []
    for path, test in (one for found in named for one in found):
        assert f"def {test}" in (ROOT / path).read_text(encoding="utf-8"), (path, test)


def test_an_example_shown_as_a_quotation_is_named(tmp_path: Path) -> None:
    quoted = "<blockquote>\n<blockquote>\n<p>1 + 1</p></blockquote></blockquote>"
    folder = site(tmp_path, index="<blockquote><p>a quotation</p></blockquote>", other=quoted)
    assert list(build_docs.quoted_examples(folder)) == ["other.html shows an example as a quotation"]


def test_a_link_to_the_other_language_leads_from_site_to_site() -> None:
    links, root = build_docs.with_links_between_sites, build_docs.BETWEEN
    page = links("how-to/a.md", "[the *rules*](../fr/regles.md#x), [b](b.md)")
    assert page == f"[the *rules*]({root}fr/regles/#x), [b](b.md)"
    assert links("fr/index.md", "[docs](../index.md), [règles](regles.md)") == f"[docs]({root}), [règles](regles.md)"
    assert links("fr/notebooks/a.md", "[b](../../how-to/b.md)") == f"[b]({root}how-to/b/)"
    others = "[site](https://exemple.fr/x.md) ![p](fr/p.md)"
    assert links("index.md", others) == others


def test_a_link_between_the_languages_is_relative_once_built(tmp_path: Path) -> None:
    folder = site(tmp_path / "site", index=f"<a href='{build_docs.BETWEEN}fr/'>a</a>")
    site(tmp_path / "site" / "fr" / "b", index=f"<a href='{build_docs.BETWEEN}how-to/'>c</a>")
    build_docs.resolve_links(folder)
    assert "<a href='./fr/'>" in (folder / "index.html").read_text(encoding="utf-8")
    assert "<a href='../../how-to/'>" in (folder / "fr" / "b" / "index.html").read_text(encoding="utf-8")


def test_a_dead_link_between_the_languages_is_named(tmp_path: Path) -> None:
    folder = site(tmp_path, index='<a href="fr/regles/#x">a</a> <a href="fr/absent/">b</a>')
    site(tmp_path / "fr" / "regles", index='<h2 id="x"></h2><a href="../../">c</a><a href="../../#y">d</a>')
    assert list(build_docs.dead_links(folder, build_docs.anchors(folder))) == [
        "fr/regles/index.html links ../../#y, which does not exist",
        "index.html links fr/absent/, which does not exist",
    ]


def test_a_french_page_with_english_around_it_or_a_sign_alone_is_named(tmp_path: Path) -> None:
    article = "<article>vu : ici, <code>a : b</code> et l\xa0: x</article>"
    build_docs.write(tmp_path / "fr" / "a.html", f'<html lang="fr">{article}</html>')
    build_docs.write(tmp_path / "fr" / "b.html", '<html lang="en">Table of contents<article></article></html>')
    build_docs.write(tmp_path / "c.html", '<html lang="en"><article>seen : here</article></html>')
    assert list(build_docs.language_faults(tmp_path)) == [
        "fr/a.html: a line may begin with a sign: 'vu :'",
        "fr/b.html is not declared as 'fr'",
        "fr/b.html: an English 'Table of contents' around the page",
    ]


def test_pictures_are_light_and_have_the_same_words_wherever_they_are() -> None:
    folder = ROOT / "docs" / "pictures"
    assert {path.name for path in folder.iterdir()} == {picture.file for picture in PICTURES.values()}
    assert [path.name for path in folder.iterdir() if path.stat().st_size > HEAVIEST] == []
    words = {picture.file: {picture.english, picture.french} for picture in PICTURES.values()}
    guide = runpy.run_path(str(ROOT / "docs" / "_generators" / "board.py"))["pages"]()
    written = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "docs/index.md")}
    files: dict[str, set[str]] = {}
    written |= {
        name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("fr/essayer.md", "how-to/try-it.md")
    }
    for name, page in {**written, **guide}.items():
        shown = re.findall(r"!\[([^\]]*)\]\((?:docs/|\.\./)?pictures/([^)]*)\)", page)
        assert [file for text, file in shown if text not in words[file]] == [], name
        files[name] = {file for _, file in shown}
    assert files["README.md"] == files["docs/index.md"]
    assert set().union(*files.values()) == set(words)


def test_the_readme_names_each_extra_that_a_user_installs() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (listed,) = re.findall(r"Extras:\n(.*?)\n\n", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert set(re.findall("`([a-z]+)`", listed)) == extras.keys() - {"dev", "dev-tests", "docs"}


def _lines_of_commands() -> Iterator[str]:
    """Yield the lines of shell in the pages that give the command."""
    for page in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md")):
        for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            yield from re.findall(r"^(?:\$ )?reclamation .*", block.replace("\\\n", " "), re.MULTILINE)


def test_commands_in_the_pages_have_the_options_that_they_name() -> None:
    lines = [*_lines_of_commands()]
    assert len(lines) > 20
    for line in lines:
        words = [word for word in shlex.split(line, comments=True)[1:] if word not in {"&&", "|"}]
        command: Any = typer.main.get_command(application(words))
        while hasattr(command, "commands") and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        options = {option for parameter in command.params for option in parameter.opts}
        assert {word.partition("=")[0] for word in words if word.startswith("-")} <= {*options, "--help"}, line
