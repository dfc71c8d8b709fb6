"""Make the pictures of the README and the guide: pages of the board, a chart, a page of a document.

`python -m scripts.pictures` writes them to `docs/pictures/`; a folder may be given. They show the invented register of
`reclamation demo --db` as of a fixed day, so that they change with the pages and not with the date. It needs Chromium
(`python -m scripts.browser`).
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import datetime, time
from pathlib import Path
from typing import Any, Final

import attrs

from scripts.browser import executable
from scripts.environments import ROOT
from scripts.usage import show_help

FOLDER: Final = ROOT / "docs" / "pictures"
HEAVIEST: Final = 100_000
"""The most bytes of a picture."""
_COLOURS: Final = 64
_WIDTH, _HEIGHT = 1_120, 840
_PHONE: Final = 375
_POINTS_PER_INCH: Final = 96
_FRENCH_DATES: Final = """() => {
  for (const one of document.querySelectorAll('input[type=date]')) {
    const [year, month, day] = one.value.split('-'), style = getComputedStyle(one);
    one.style.width = style.width;
    one.type = 'text';
    one.value = day ? `${day}/${month}/${year}` : 'jj/mm/aaaa';
  }
}"""
"""Show dates as a French browser does: that of Debian has no other language than English by itself."""


@attrs.frozen
class Picture:
    """A picture: its file, and what it shows for those who do not see it, in English and in French."""

    file: str
    english: str
    french: str


PICTURES: Final = {
    "first-page": Picture(
        "first-page.png",
        "The first page of the board: what is late and what is due today, each number a link to its cases",
        "La première page du tableau de bord : le retard, ce qui est à faire ; chaque nombre mène à sa liste",
    ),
    "case": Picture(
        "case.png",
        "The page of a case: its state, its deadline in words, the next step with its reason, then the operations",
        "La page d'un dossier : son état, son échéance, la prochaine étape et sa raison, puis les opérations",
    ),
    "cases": Picture(
        "cases.png",
        "The list of cases: its filters, then each case with its theme and first words, the late ones first",
        "La liste des dossiers : ses filtres, puis chaque dossier avec son thème et ses premiers mots, retards d'abord",
    ),
    "form": Picture(
        "form.png",
        "The form to qualify a case: what is required is marked and explained, a summary of the case is beside it",
        "Le formulaire pour qualifier : ce qui est obligatoire est marqué et expliqué, le résumé du dossier est à côté",
    ),
    "indicators": Picture(
        "indicators.png",
        "The indicators of a month: each value with its interval, and the numbers that lead to their cases",
        "Les indicateurs d'un mois : chaque valeur avec son intervalle, et les nombres qui mènent à leurs dossiers",
    ),
    "chart": Picture(
        "chart.png",
        "A chart of the laboratory: where messages go under the procedure in force, and with 7 as the survey threshold",
        "Un graphique du laboratoire : où vont les demandes avec la procédure actuelle, et si la note seuil passe à 7",
    ),
    "document": Picture(
        "document.png",
        "The first page of the register as PDF: totals, then twelve columns of each complaint",
        "La première page du registre en PDF : les totaux, puis douze colonnes pour chaque réclamation",
    ),
    "comparison": Picture(
        "comparison.png",
        "The results of the comparison page: what changes if the survey threshold becomes 7, and which messages",
        "Les résultats de la page qui compare : ce qui change si la note seuil passe à 7, et les demandes concernées",
    ),
    "comparison-phone": Picture(
        "comparison-phone.png",
        "The same results on a phone, in one column",
        "Les mêmes résultats sur un téléphone, en une colonne",
    ),
}
"""The pictures by name."""


def pictures() -> Iterator[tuple[str, bytes]]:
    """Yield each picture by its name, as PNG."""
    from reclamation_core.adapters import InMemoryStore
    from reclamation_core.calendars import BusinessCalendar
    from reclamation_core.cases import CaseState
    from reclamation_core.desk import Desk
    from reclamation_core.ports import CaseQuery
    from reclamation_core.simulation import seed_register, shipped
    from reclamation_core.testing.builders import FakeClock
    from reclamation_core.vocabulary import Role, Sites

    files = shipped()
    sites = Sites.from_toml(files.sites)
    until = datetime.combine(files.as_of, time(10), tzinfo=BusinessCalendar.france().zone)
    clock = FakeClock(until)
    store = InMemoryStore()
    seed_register(store, sites, until)
    desk = Desk(store, sites=sites, clock=clock).acting("Camille Faure", Role.RQR)
    registered, analysed = (
        desk.cases.find(CaseQuery(states={state}, limit=1)).cases[0].reference
        for state in (CaseState.REGISTERED, CaseState.ANALYSED)
    )
    paths = {
        "first-page": "/",
        "case": f"/dossiers/{analysed}",
        "cases": "/dossiers",
        "form": f"/dossiers/{registered}/actes/qualify",
        "indicators": "/indicateurs",
    }
    yield from _pages_of_the_board(desk, sites, clock, paths)
    yield from _results_of_the_comparison()
    yield "chart", _chart(sites, until)
    yield "document", _page_of(desk.reports.register(texts=True))


def _pages_of_the_board(desk: Any, sites: Any, clock: Any, paths: dict[str, str]) -> Iterator[tuple[str, bytes]]:
    from fastapi import FastAPI
    from playwright.sync_api import sync_playwright

    from reclamation_core.cases.causes import TRAINING_BODY
    from reclamation_core.integrations.board import Board
    from reclamation_core.integrations.fastapi import board_router
    from tests import asgi

    application = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    board = Board(sites=sites, taxonomy=TRAINING_BODY, clock=clock)
    application.include_router(board_router(lambda: desk, board, user=lambda: "Camille Faure"))
    with asgi.served(application) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--disable-gpu"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": _HEIGHT}, locale="fr-FR")
        for name, path in paths.items():
            page.goto(address + path)
            page.evaluate(_FRENCH_DATES)
            yield name, page.screenshot()
        browser.close()


def _results_of_the_comparison() -> Iterator[tuple[str, bytes]]:
    """Yield the results for the example with 7 as the threshold, on a desktop and on a phone."""
    from playwright.sync_api import sync_playwright

    from reclamation_core.laboratory import comparison_page

    made = comparison_page.ComparisonPage("fr")
    for step in ({"step": ["file"], "example": ["1"]}, {"step": ["compare"], "after-threshold": ["7"]}):
        response = made.respond(step, {}, lambda *_: None)
    style = (Path(comparison_page.__file__).parent / "static" / "page.css").read_text(encoding="utf-8")
    document = re.sub("<(?:meta http-equiv|link rel|script src)[^>]*>", "", made.document())
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=["--disable-gpu"])
        for name, width in (("comparison", _WIDTH), ("comparison-phone", _PHONE)):
            page = browser.new_page(viewport={"width": width, "height": _HEIGHT}, locale="fr-FR")
            page.set_content(document)
            page.add_style_tag(content=style)
            page.evaluate("html => { document.getElementById('page').innerHTML = html; }", response.html)
            page.evaluate("document.getElementById('titre').scrollIntoView()")
            yield name, page.screenshot()
        browser.close()


def _chart(sites: Any, until: datetime) -> bytes:
    """Return a chart of two editions on invented messages."""
    import polars as pl
    from vl_convert import vegalite_to_png

    from reclamation_core import m2_1
    from reclamation_core.laboratory import plot_flows, replay, what_if
    from reclamation_core.simulation import CaseloadProfile, generate_records

    profile = CaseloadProfile(days=120, rising=0)
    records = generate_records(2_000, 6, sites=sites, profile=profile, until=until.date())
    caseload = pl.DataFrame([record.row() for record in records], infer_schema_length=None)
    editions = [m2_1(), what_if(m2_1(), survey_threshold=7)]
    found = replay(caseload.with_columns(pl.col("site").fill_null("MEAUX")), editions, sites, as_of=until.date())
    content: bytes = vegalite_to_png(plot_flows(found.flows()).to_json(), scale=1.2)
    return content


def _page_of(report: Any) -> bytes:
    """Return the first page of a report, as its PDF prints it."""
    import typst

    from reclamation_core.reporting.pages import pdf_source

    template, content = pdf_source(report)
    inputs = {"report": json.dumps(content, ensure_ascii=False)}
    options: dict[str, Any] = {"format": "png", "ppi": _POINTS_PER_INCH, "ignore_system_fonts": True}
    made = typst.compile(template.encode(), sys_inputs=inputs, **options)
    first: bytes = made[0] if isinstance(made, list) else made
    return first


def light(content: bytes) -> bytes:
    """Return a picture in few colours, of at most `HEAVIEST` bytes.

    Raises:
        ValueError: it is heavier.
    """
    from PIL import Image

    made = io.BytesIO()
    picture = Image.open(io.BytesIO(content)).convert("RGB").quantize(_COLOURS, dither=Image.Dither.NONE)
    picture.save(made, "PNG", optimize=True)
    if made.tell() > HEAVIEST:
        raise ValueError(f"a picture has {made.tell()} bytes, and {HEAVIEST} are the most")
    return made.getvalue()


def main(folder: Path) -> None:
    """Write the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in pictures():
        path = folder / PICTURES[name].file
        path.write_bytes(light(content))
        print(f"{path}: {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    show_help(__doc__)
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
