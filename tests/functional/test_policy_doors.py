"""Each question of `examples/policies` by each door: the command, Python, and the board, in Django."""

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from reclamation_core import BusinessCalendar, ComplaintFacts, read_policy
from reclamation_core.cli.application import run
from reclamation_core.policy import Assessment, Policy
from tests.typography import plain
from tests.unit.desk import factories
from tests.unit.integrations.test_django import database, models, user  # noqa: F401  fixtures
from tests.unit.integrations.test_django_settings import host, logged_in  # noqa: F401  fixtures

FILES = sorted((Path(__file__).parents[2] / "examples" / "policies").glob("*.toml"))
RECEIVED = datetime(2026, 5, 4, 18, 30, tzinfo=ZoneInfo("Europe/Paris"))
FACTS: dict[str, Any] = {
    "channel": "portal",
    "formal": True,
    "complainant": "trainee",
    "nature": "grievance",
    "requirement": "contractual",
    "sold_service": True,
    "satisfaction": 6,
    "client_scope": "local",
    "theme": "invoicing",
    "service_reach": "several_regions",
    "mobilisation": "local",
}
FRANCE = BusinessCalendar.france()


def editions() -> Iterator[tuple[Path, Policy, dict[str, Any], Assessment]]:
    """Yield each file, its edition, the own facts that are entered, and what the edition decides."""
    assert len(FILES) == 12
    for file in FILES:
        policy = read_policy(file)
        own: dict[str, Any] = {fact.name: True for fact in policy.facts}
        yield file, policy, own, policy.assess(ComplaintFacts(received_at=RECEIVED, own=own, **FACTS), FRANCE)


def form(own: dict[str, Any]) -> dict[str, str]:
    """Return what an agent enters into the form of the board."""
    values = {**FACTS, **{f"own_{name}": value for name, value in own.items()}}
    entered = {name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in values.items()}
    return {**entered, "received_at": f"{RECEIVED:%Y-%m-%dT%H:%M}", "site": "CRE"}


def shown(found: Assessment) -> list[str]:
    """Return what the page of a case shows of an assessment."""
    level, deadline = found.level.outcome, found.deadline
    if deadline is None or level is None:
        return ["hors du champ des réclamations"]
    own = (decision.table.outcome_label(decision.outcome).fr.capitalize() for decision in found.own.values())
    return [f"{deadline.due:%d/%m/%Y}", level.label("fr"), *own]


@pytest.mark.slow
def test_each_question_is_decided_by_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for file, policy, own, found in editions():
        row = {"reference": "A1", "received_at": RECEIVED.isoformat(), **FACTS}
        row |= {f"own_{name}": value for name, value in own.items()}
        given, written = tmp_path / "a.jsonl", tmp_path / f"{file.stem}.csv"
        given.write_text(json.dumps(row), encoding="utf-8")
        assert run(["policy", "check", str(file)]) == 0, file.name
        assert run(["policy", "diff", "M2-1", str(file)]) == 0, file.name
        assert run(["triage", str(given), "--policy", str(file), "--output", str(written)]) == 0, file.name
        with written.open(encoding="utf-8-sig", newline="") as lines:
            (decided,) = csv.DictReader(lines, delimiter=";")
        level, deadline = found.level.outcome, found.deadline
        assert decided["Recevabilité"] == found.eligibility.table.outcome_label(found.eligibility.outcome).fr, file.name
        assert decided["À répondre le"] == ("" if deadline is None else f"{deadline.due:%d/%m/%Y}"), file.name
        assert decided["Niveau"] == ("" if deadline is None or level is None else level.label("fr")), file.name
        for name, decision in found.own.items():
            title, code = policy.tables[name].title.fr.capitalize(), decision.outcome
            assert decided[title] == decision.table.outcome_label(code).fr == "siège", file.name
        assert policy.edition in capsys.readouterr().out


@pytest.mark.slow
def test_each_question_is_decided_by_the_board_of_django(host: Any) -> None:  # noqa: F811
    from django.test.utils import override_settings

    from reclamation_core.integrations.django.settings import options

    user(host, "agent", ("rqr", "CRE", ""))
    client = logged_in()
    for file, policy, own, found in editions():
        with override_settings(RECLAMATION={"SITES": factories.SITES, "POLICY": policy}):
            options.cache_clear()
            # The register has the cases of the files before: the page of likely duplicates was seen.
            answer = client.post("/board/dossiers/nouveau", {**form(own), "doublons": "oui"})
            assert answer.status_code == 303, (file.name, plain(answer.content.decode()))
            page = client.get(answer["Location"])
        for text in shown(found):
            assert text in plain(page.content.decode()), (file.name, text)
    options.cache_clear()
