"""The help of the board: a section for each kind of page, which each page leads to, and the guide has too."""

import re
import runpy
from importlib.resources import files

import attrs
import pytest

from reclamation_core.integrations.board import ActingRole, Board
from reclamation_core.integrations.board.help import help_anchors, help_sections
from reclamation_core.reporting.report import file_stem
from scripts.environments import ROOT
from tests.fragments import Page
from tests.unit.desk import factories
from tests.unit.integrations.browser import Browser

BOARD = Board(sites=factories.SITES, clock=factories.FakeClock(factories.at(20)))
PATHS = (
    "/",
    "/dossiers",
    "/dossiers/nouveau",
    "/dossiers/R-2026-000001",
    "/dossiers/R-2026-000001/actes/acknowledge",
    "/dossiers/R-2026-000001/actes/answer",
    "/questions",
    "/pgaac",
    "/documents",
    "/non",
)


def helped(board: Board, path: str) -> str:
    """Return where the help of a page leads to."""
    desk = factories.new_desk()
    factories.registered(desk)
    browser = Browser(board, desk)
    browser.get(path)
    found = re.search(r'<footer class="no-print">\s*<p><a href="([^"]*)">Aide sur cette page', browser.text)
    assert found is not None, path
    return found[1]


def test_each_page_leads_to_its_section_of_the_help() -> None:
    browser = Browser(BOARD, factories.new_desk())
    browser.get("/aide")
    anchors = {given["id"] for _, given in Page(browser.text).elements if "id" in given}
    for path in PATHS:
        address, _, anchor = helped(BOARD, path).partition("#")
        assert (address, anchor in anchors) == ("/aide", True), path
    assert helped(BOARD, "/aide") == "/aide"


def test_the_guide_of_the_organisation_takes_the_place_of_the_help() -> None:
    board = attrs.evolve(BOARD, help_address="http://guide.example.org/tableau-de-bord/")
    assert helped(board, "/documents") == "http://guide.example.org/tableau-de-bord/#documents"
    with pytest.raises(ValueError, match=r"help_address: 'javascript:alert\(1\)' is no address"):
        Board(help_address="javascript:alert(1)")
    for units in ("CRE", "", ("",)):
        with pytest.raises((TypeError, ValueError), match=r"^sites: "):
            ActingRole("rqr", units)


def test_the_sections_name_templates_that_exist_and_the_anchors_of_the_guide() -> None:
    templates = files("reclamation_core.integrations.board").joinpath("templates")
    pages = {
        path.name
        for path in templates.iterdir()
        if path.name.endswith(".html") and path.read_text(encoding="utf-8").startswith("{% extends ")
    }
    assert help_anchors().keys() == pages - {"help.html"}
    guide = runpy.run_path(str(ROOT / "docs" / "_generators" / "board.py"))["pages"]()["fr/tableau-de-bord.md"]
    headings = [file_stem(heading) for heading in re.findall("^## (.*)$", guide, re.MULTILINE)]
    assert headings[: len(help_sections())] == [section.anchor for section in help_sections()]
    for section in help_sections():
        assert all(text.fr in guide for text in (*section.paragraphs, *section.steps)), section.anchor
