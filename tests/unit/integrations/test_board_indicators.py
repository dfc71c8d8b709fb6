"""The pages of indicators: figures that open their cases, the files, a size that a telephone loads."""

import re
from datetime import date
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from reclamation_core.desk import Desk
from reclamation_core.indicators.spans import last_month
from reclamation_core.integrations.board import Board, BoardRequest, BoardResponse, pages
from reclamation_core.reporting.indicators import MOST_UNITS
from reclamation_core.simulation import seed_register, shipped
from reclamation_core.vocabulary import Site, Sites
from tests.inside import store_of
from tests.typography import plain
from tests.unit.desk import factories

SITES = Sites(Site(code=f"S{number:02}", name=f"Centre {number}", region="Nord") for number in range(MOST_UNITS + 2))
JUNE = {"du": ["2026-06-01"], "au": ["2026-06-30"]}


@pytest.fixture(scope="module")
def board() -> tuple[Board, Desk]:
    """A case in each site, recorded in June."""
    desk = factories.new_desk(factories.at(2), sites=SITES)
    for code in SITES:
        factories.registered(desk, code)
    return Board(sites=SITES, clock=factories.FakeClock(factories.at(1, month=7))), desk


def get(of: tuple[Board, Desk], path: str, **query: list[str]) -> BoardResponse:
    return of[0].respond(of[1], BoardRequest(path=path, query=JUNE | query))


def test_a_director_sees_the_units_and_each_number_opens_its_cases(board: tuple[Board, Desk]) -> None:
    response = get(board, "/indicateurs")
    html = plain(response.body.decode())

    assert response.status == 200
    assert "Indicateurs, juin 2026" in html
    assert "Centres de plus, dans le classeur : 2." in html
    assert html.count("<svg") == 1  # no site has enough answers for a share
    assert "Formule" in html
    assert len(response.body) < 100_000
    assert "indicateur=received" in html
    assert "Au : « 31/05/2026 » ; un jour qui ne précède pas le début, 01/06" in plain(
        get(board, "/indicateurs", au=["2026-05-31"]).body.decode()
    )
    listed = plain(get(board, "/indicateurs/dossiers", indicateur=["received"], centre=["S03"]).body.decode())
    assert "1 dossier." in listed
    every = plain(get(board, "/indicateurs/dossiers", indicateur=["received"], page=["1"]).body.decode())
    assert f"{MOST_UNITS + 2} dossiers." in every


def test_the_page_of_a_site_has_its_own_figures_and_its_name(board: tuple[Board, Desk]) -> None:
    html = plain(get(board, "/indicateurs", centre=["S03"]).body.decode())
    assert "Indicateurs – Centre 3" in html
    assert "Par centre" not in html


@pytest.mark.parametrize("name", ["acknowledged", "without_support"])
def test_the_cases_of_a_share_those_outside_it_and_all_are_listed(board: tuple[Board, Desk], name: str) -> None:
    (row,) = board[1].indicators(since=date(2026, 6, 1), until=date(2026, 6, 30), names=[name]).rows
    counted, every = {*(row.figure.cases or ())}, {*(row.figure.of or ())}
    for part, expected in {"": counted, "autres": every - counted, "sur": every}.items():
        html = plain(get(board, "/indicateurs/dossiers", indicateur=[name], liste=[part]).body.decode())
        assert {*re.findall(r"R-\d{4}-\d{6}", html)} == expected, part
        assert f"Tous les dossiers du calcul : {MOST_UNITS + 2}" in html
        assert "que vous ne voyez plus" not in html


@pytest.mark.slow
def test_each_number_of_a_page_opens_as_many_cases_and_says_which_count_twice() -> None:
    clock, sites = factories.FakeClock(factories.at(30)), Sites.from_toml(shipped().sites)
    desk = Desk.in_memory(clock=clock, sites=sites)
    seed_register(store_of(desk), sites, clock.now(), number=80)
    of = Board(sites=sites, clock=clock), desk
    year = {"du": ["2025-07-01"], "au": ["2026-06-30"]}
    numbers = re.findall(r'href="(/indicateurs/dossiers[^"]+)">([^<]+)<', get(of, "/indicateurs", **year).body.decode())
    said_twice = 0
    for address, number in numbers:
        query = parse_qs(urlsplit(unescape(address)).query)
        listed: list[str] = []
        for page in ("1", "2"):
            html = plain(get(of, "/indicateurs/dossiers", **query, page=[page]).body.decode())
            listed += re.findall(r'href="/dossiers/(R-\d{4}-\d{6})"', html)
        figure = re.search(r"Le chiffre est (\d+)", html)
        said_twice += figure is not None
        assert number == (figure[1] if figure else str(len(listed))), address
        assert len({*listed}) == len(listed)
        assert re.search(rf"<p>{len(listed)} dossier", html)
    assert len(numbers) > 30
    assert 0 < said_twice < len(numbers)


def test_files_are_those_of_the_page_or_for_publication(board: tuple[Board, Desk]) -> None:
    every = b"".join(get(board, "/indicateurs.csv").chunks()).decode("utf-8-sig")
    published = b"".join(get(board, "/indicateurs.csv", publication=["oui"]).chunks()).decode("utf-8-sig")
    assert every.startswith("Période;Du;Au;Centre;Code;")
    assert len(published.splitlines()) < len(every.splitlines())


def test_a_costly_page_says_what_to_use_instead(board: tuple[Board, Desk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "INDICATOR_COST", 45_000)
    without_months = get(board, "/indicateurs")
    assert (without_months.status, [*get(board, "/indicateurs.csv").chunks()] != []) == (200, True)
    assert "choisissez un centre, ou utilisez la commande « reclamation indicators »" in plain(
        without_months.body.decode()
    )
    monkeypatch.setattr(pages, "INDICATOR_COST", 2_000)
    for path in ("/indicateurs", "/indicateurs.csv", "/indicateurs/dossiers"):
        refused = get(board, path, indicateur=["received"])
        assert (refused.status, "Coût du calcul" in refused.body.decode()) == (422, True)
        assert "par la commande « reclamation indicators »" in plain(refused.body.decode())


def test_the_last_month_that_is_over_is_shown_at_first() -> None:
    assert last_month(date(2026, 1, 31)).label() == "décembre 2025"
