"""`reclamation policy`: what an author of a policy file does with it."""

from pathlib import Path

import pytest

from reclamation_core.cli.application import run
from reclamation_core.policy import Policy, m2_1, read_policy
from reclamation_core.tables import from_dmn
from tests.typography import plain

FILE = """
starts_from = "M2-1"
edition = "essai"

[[tables.level.replace]]
id = "several-regions"
when = { service_reach = '"several_regions"' }
then = "regional"
clause = "Note DR 3"
wording = { fr = "plusieurs régions", en = "several regions" }

[[tables.level.add]]
id = "bare"
when = { mobilisation = "national" }
then = "national"

[tables.complexity]
remove = []
"""


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("essai.toml").write_text(FILE, encoding="utf-8")


def said(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 0) -> str:
    assert run(["policy", *arguments]) == status
    out, err = capsys.readouterr()
    return err if status else out


def test_the_rows_of_an_edition_are_shown_as_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    page = said(capsys, "show", "essai.toml", "--format", "markdown")
    assert "Une règle marquée « propre à cette version » n'est pas de M2-1." in page
    (line,) = (line for line in page.splitlines() if line.endswith(" · `several-regions`"))
    assert line.startswith("- **R2.8 ")
    assert "(Note DR 3 ; propre à cette version)" in line
    assert page.count("propre à cette version)") == 2
    assert "propre" not in said(capsys, "show")
    screen = said(capsys, "show", "essai.toml")
    assert "Une règle marquée « propre à cette version » n'est pas de M2-1.\n" in screen
    assert screen.count("propre à cette version)") == 2


def test_rows_that_are_removed_are_shown_too(capsys: pytest.CaptureFixture[str]) -> None:
    Path("moins.toml").write_text(
        'starts_from = "M2-1"\nedition = "moins"\n[tables.level]\nremove = ["local-client"]', encoding="utf-8"
    )
    assert "Règles de M2-1 retirées par cette version : local-client." in said(capsys, "show", "moins.toml")


def test_a_check_counts_the_edition_s_own_rows_and_requires_their_source(capsys: pytest.CaptureFixture[str]) -> None:
    told = said(capsys, "check", "essai.toml")
    assert "Niveau de traitement (11 règles, dont 2 propres à cette version) : vérifiée, avec ces remarques :" in told
    assert "la règle R2.11 (bare) n'a pas de source" in told
    assert "la règle R2.11 (bare) n'a pas de libellé" in told
    assert "la ligne several-regions" not in told


def test_a_check_says_that_a_changed_edition_has_the_name_of_the_procedure(capsys: pytest.CaptureFixture[str]) -> None:
    Path("suite.toml").write_text('starts_from = "M2-1"\nedition = "M2-1"\n[deadline]\ndays = 8\n', encoding="utf-8")
    assert "nommez-la autrement (edition)" in " ".join(said(capsys, "check", "suite.toml").split())
    Path("suite.toml").write_text('starts_from = "M2-1"\nedition = "M2-1"\nin_force_until = 2026-12-31', "utf-8")
    assert "nommez-la" not in said(capsys, "check", "suite.toml")


def test_faults_of_rows_are_in_french_under_the_name_of_the_file(capsys: pytest.CaptureFixture[str]) -> None:
    Path("essai.toml").write_text(FILE.replace('then = "national"', 'then = "mondial"'), encoding="utf-8")
    assert said(capsys, "check", "essai.toml", status=2) == (
        "reclamation : essai.toml : ligne 15, tables.level.add[0].then : « mondial » ; "
        "attendu : une valeur parmi local, regional, national\n"
    )


def test_an_edition_is_exported_in_each_format(capsys: pytest.CaptureFixture[str]) -> None:
    policy = read_policy("essai.toml")
    assert said(capsys, "export", "essai.toml", "--format", "json") == f"{policy.to_json()}\n"
    assert from_dmn(said(capsys, "export", "essai.toml", "--format", "dmn"))["level"] == policy.tables["level"]
    assert said(capsys, "export", "essai.toml") == said(capsys, "show", "essai.toml", "--format", "markdown")
    assert said(capsys, "export", "--format", "json", "-o", "m.json") == "écrit dans m.json\n"
    assert Policy.from_json(Path("m.json").read_text(encoding="utf-8")) == m2_1()
    assert "version M2-1" in said(capsys, "show", "m.json")
    assert said(capsys, "export", "--format", "xls", status=2) == (
        "reclamation : --format : « xls » n'est pas un format ; choisissez parmi dmn, json, markdown\n"
    )


def test_characters_that_xml_excludes_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    Path("essai.toml").write_text(FILE.replace("Note DR 3", "Note \\f 3"), encoding="utf-8")
    refused = said(capsys, "export", "essai.toml", status=2)
    assert "un texte que XML peut écrire est attendu, sans le caractère U+000C" in refused


def test_two_editions_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    page = said(capsys, "diff", "M2-1", "essai.toml")
    assert page == plain(m2_1().diff(read_policy("essai.toml")).to_markdown())
    assert "- national → régional : " in page
    assert "Les deux versions donnent les mêmes décisions." in said(capsys, "diff", "essai.toml", "essai.toml")
    assert said(capsys, "diff", "M2-1", "essai.toml", "--format", "html").startswith('<section lang="fr">')
    assert said(capsys, "diff", "M2-1", "essai.toml", "-o", "d.md") == "écrit dans d.md\n"
    assert plain(Path("d.md").read_text(encoding="utf-8")) == page
    assert "n'est pas un format" in said(capsys, "diff", "M2-1", "essai.toml", "--format", "pdf", status=2)
    assert "fichier ou dossier introuvable" in said(capsys, "diff", "M2-1", "absent.toml", status=2)


def test_the_second_edition_may_start_from_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    Path("suite.toml").write_text('starts_from = "essai"\nedition = "suite"\n[survey]\nthreshold = 7', encoding="utf-8")
    page = said(capsys, "diff", "essai.toml", "suite.toml")
    assert "- note seuil : 6 → 7" in page
    assert "level/" not in page


def test_a_deadline_is_that_of_its_level(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edition = tmp_path / "niveaux.toml"
    edition.write_text(
        'starts_from = "M2-1"\nedition = "niveaux"\n\n[deadline.by_level]\nregional = 15\n', encoding="utf-8"
    )
    assert run(["deadline", "2026-06-01", "--policy", str(edition), "--level", "regional"]) == 0
    regional = capsys.readouterr().out
    assert run(["deadline", "2026-06-01", "--policy", str(edition)]) == 0
    assert "lundi 22 juin 2026" in regional
    assert "Délai par niveau : niveau régional" in regional
    assert "le plus court, le niveau n'étant pas indiqué" in capsys.readouterr().out


def test_declared_facts_are_shown_and_compared(capsys: pytest.CaptureFixture[str]) -> None:
    edition = 'starts_from = "M2-1"\nedition = "a"\n[[facts]]\nname = "urgent"\ntype = "boolean"\n'
    Path("a.toml").write_text(edition + 'label = { fr = "urgence", en = "urgency" }\n', encoding="utf-8")
    screen = said(capsys, "show", "a.toml")
    assert "own.urgent" in screen
    assert "urgence (oui ou non ; un vide est une valeur inconnue)" in screen
    assert "- information own.urgent : aucune → urgence (oui ou non" in said(capsys, "diff", "M2-1", "a.toml")
