"""`reclamation conformance`, as its users type it."""

import json
from pathlib import Path

import pytest

from reclamation_core.cli.application import run
from reclamation_core.testing.conformance.run import shipped_text

pytestmark = pytest.mark.slow
STRICTER = 'starts_from = "M2-1"\nedition = "2027"\n[survey]\nthreshold = 5\n'


def test_the_cases_of_m2_1_are_written_to_a_file_or_shown_and_it_conforms(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "cas.json"
    assert run(["conformance", "write", "-o", str(file)]) == 0
    assert file.read_text(encoding="utf-8") == shipped_text()
    count = len(json.loads(shipped_text())["cases"])
    assert capsys.readouterr().out == f"{count} cas de conformité de la version M2-1 : {file}\n"
    assert run(["conformance", "check", str(file)]) == 0
    assert capsys.readouterr().out == f"Version M2-1, {count} cas : aucun écart\n"
    assert run(["conformance", "write"]) == 0
    assert capsys.readouterr().out == shipped_text()


def test_another_decision_is_reported_by_field_with_status_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, policy = tmp_path / "cas.json", tmp_path / "politique.toml"
    file.write_text(shipped_text(), encoding="utf-8")
    policy.write_text(STRICTER, encoding="utf-8")
    assert run(["conformance", "check", str(file), "--policy", str(policy)]) == 1
    told = capsys.readouterr().out.splitlines()
    assert (
        "note de satisfaction juste inférieure à 6 ; recevabilité de la demande : "
        "attendu « réclamation », trouvé « hors du cadre »"
    ) in told
    assert told[-1].startswith("Version 2027, ")
    assert told[-1].endswith(" écarts")


def test_cases_are_written_from_a_policy_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, policy = tmp_path / "cas.json", tmp_path / "politique.toml"
    policy.write_text(STRICTER, encoding="utf-8")
    assert run(["conformance", "write", "--policy", str(policy), "--output", str(file)]) == 0
    assert run(["conformance", "check", str(file), "--policy", str(policy)]) == 0
    assert capsys.readouterr().out.endswith("aucun écart\n")


def test_an_invalid_file_is_refused_under_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "cas.json"
    for content, words in (
        (None, "introuvable"),
        (b"\xff\xfe", "un fichier JSON en UTF-8 est attendu"),
        (b"{", "un texte JSON est attendu"),
        (b'{"type": "conformance", "version": 9, "edition": "x", "cases": []}', "$.version"),
        (b'{"type": "poem"}', "$.type"),
    ):
        if content is not None:
            file.write_bytes(content)
        assert run(["conformance", "check", str(file)]) == 2
        refused = capsys.readouterr().err
        assert (refused.startswith(f"reclamation : {file} : "), words in refused) == (True, True)


def test_cases_of_sites_and_reserved_roles_are_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, policy, sites = tmp_path / "cas.json", tmp_path / "politique.toml", tmp_path / "centres.toml"
    policy.write_text('starts_from = "M2-1"\nedition = "2027"\n[roles.commands]\nclose = ["rqr"]\n', encoding="utf-8")
    site = '[sites.STR]\nname = "Strasbourg"\nregion = "Grand Est"\n'
    sites.write_text(f'{site}territory = "alsace-moselle"\n', encoding="utf-8")
    options = ["--policy", str(policy), "--sites", str(sites)]

    assert run(["conformance", "write", *options, "-o", str(file)]) == 0
    assert run(["conformance", "check", str(file), *options]) == 0
    assert capsys.readouterr().out.endswith("aucun écart\n")
    sites.write_text(site, encoding="utf-8")
    assert run(["conformance", "check", str(file), *options]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0].startswith("Strasbourg, Alsace-Moselle, 2025 ; jours non travaillés : attendu ")
    assert told[-1].endswith(" : 1 écart")
