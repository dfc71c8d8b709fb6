"""`reclamation indicators`, as its users type it."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cli.application import run
from reclamation_core.simulation import seed_register, shipped
from reclamation_core.vocabulary import Sites
from tests.approvals import approved
from tests.functional.refusals import refusals
from tests.typography import plain

JUNE = ["--since", "2026-06-01", "--until", "2026-06-30", "--as-of", "2026-06-30"]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    url = f"sqlite:///{tmp_path_factory.mktemp('register') / 'register.db'}"
    store = SqlAlchemyStore.open(url)
    seed_register(store, Sites.from_toml(shipped().sites), datetime(2026, 6, 30, 12, tzinfo=UTC), number=240)
    store.close()
    return url


@pytest.mark.slow
def test_indicators_are_shown_and_written(address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["indicators", "--db", address, *JUNE]
    assert run([*command, "--by", "niveau"]) == 0
    screen = capsys.readouterr().out
    assert "Du 01/06/2026 au 30/06/2026, situation au 30/06/2026" in screen
    assert "niveau : local" in screen.replace("\N{NO-BREAK SPACE}", " ")

    assert run(["indicators", "--db", address, "--as-of", "2026-07-31", "--by", "niveau"]) == 0
    assert "Du 01/06/2026 au 30/06/2026, situation au 31/07/2026" in capsys.readouterr().out

    file = tmp_path / "indicateurs.csv"
    capsys.readouterr()
    assert run([*command, "--format", "csv", "--output", str(file)]) == 0
    noted = capsys.readouterr().err
    header, *rows = file.read_text(encoding="utf-8-sig").splitlines()
    assert header == "Groupe;Période;Indicateur;Valeur;Intervalle à 95 %;Dossiers;Sur;Un an avant"
    assert any(row.startswith(";juin 2026;réponses dans les délais;") and " % à " in row for row in rows)

    assert run([*command, "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    figures = document["figures"]
    assert plain(document["note"]) in plain(noted)
    assert len(figures) == len(rows)
    assert all(figure["count"] == len(figure["cases"]) for figure in figures)


def test_a_publication_has_the_whole_and_each_group(address: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["indicators", "--db", address, *JUNE, "--publish", "--by", "niveau", "--format", "csv"]) == 0
    approved("published.txt", [capsys.readouterr().out])


@pytest.mark.slow
def test_months_are_beside_the_year_before_and_a_publication_leaves_small_counts_out(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["indicators", "--db", address, *JUNE]
    assert run([*command, "--step", "mois", "--by", "unite"]) == 0
    screen = capsys.readouterr().out.replace("\N{NO-BREAK SPACE}", " ")
    assert "juin 2026" in screen
    assert "Un an avant" in screen

    assert run([*command, "--step", "trimestre", "--format", "json"]) == 0
    assert [one["until"] for one in json.loads(capsys.readouterr().out)] == ["2026-06-30", "2025-06-30"]

    assert run([*command, "--until", "2026-06-01", "--publish", "--format", "json"]) == 0  # one day
    assert all(
        figure["count"] is None or figure["count"] % 5 == 0 for figure in json.loads(capsys.readouterr().out)["figures"]
    )
    page = tmp_path / "juin.html"
    assert run([*command, "--format", "html", "--output", str(page)]) == 0
    assert "Par centre, d’abord les plus en difficulté" in page.read_text(encoding="utf-8")

    published = tmp_path / "publics.html"
    assert run([*command, "--publish", "--format", "html", "--output", str(published)]) == 0
    rounded = "arrondis à 5 près"
    assert [rounded in one.read_text(encoding="utf-8") for one in (page, published)] == [False, True]

    printed = tmp_path / "juin.pdf"
    assert run([*command, "--format", "pdf", "--output", str(printed)]) == 0
    figures, definitions = (sheet.extract_text() for sheet in PdfReader(printed).pages)  # a page for a director
    assert "En bref" in figures
    assert "Sur douze mois" in figures
    assert definitions.startswith("Définitions")


@pytest.mark.parametrize(("options", "message"), refusals("indicators"))
def test_a_wrong_argument_is_refused(capsys: pytest.CaptureFixture[str], options: list[str], message: str) -> None:
    assert run(["indicators", "--db", "sqlite:///absent.db", *JUNE, *options]) == 2
    assert message in capsys.readouterr().err.replace("\N{NO-BREAK SPACE}", " ").replace("’", "'")
