"""The stub of the asynchronous desk is current, and type checkers see the signatures of its methods."""

from pathlib import Path
from typing import Final

import pytest

from scripts import async_stub
from tests.lazy import mypy_api as api

pytestmark = pytest.mark.slow  # needs mypy and ruff, which `make check` has
_CONSUMER: Final = """
from datetime import date
from reclamation_core import ComplaintFacts
from reclamation_core.cases import Case
from reclamation_core.desk import AsyncDesk, Desk

async def use(facts: ComplaintFacts) -> None:
    async with AsyncDesk.open("sqlite://", policy=None) as desk:
"""
_STATEMENTS: Final = {
    "case: Case = await desk.register(facts, site='CRE')": "",
    "reveal_type(await desk.verify())": "tuple[reclamation_core.desk.maintenance.Discrepancy, ...]",
    "reveal_type(await desk.pgaac('CRE').current())": "reclamation_core.plans.plan.Pgaac",
    "await desk.register(facts)": 'Missing named argument "site"',
    "await desk.complete_facts('R-2026-000001', satisfacton=3)": 'Unexpected keyword argument "satisfacton"',
    "Desk.in_memory(policy=None, site=None)": 'Unexpected keyword argument "site"',
    "(await desk.agenda(date(2026, 1, 1))).answer": '"Agenda" has no attribute "answer"',
}


def test_the_stub_is_current() -> None:
    assert async_stub.STUB.read_text(encoding="utf-8") == async_stub.stub()


def test_the_check_reports_a_missing_stub(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(async_stub, "STUB", async_stub.STUB.with_name("missing.pyi"))
    monkeypatch.setattr("sys.argv", ["async_stub", "--check"])
    with pytest.raises(SystemExit, match="is not current"):
        async_stub.main()


@pytest.mark.soak
def test_mypy_checks_the_calls_of_a_consumer(tmp_path: Path) -> None:
    file = tmp_path / "consumer.py"
    file.write_text(_CONSUMER + "".join(f"        {line}\n" for line in _STATEMENTS), encoding="utf-8")
    first = _CONSUMER.count("\n") + 1
    # A cache of its own: `make types` runs at the same time.
    options = ["--no-error-summary", "--follow-imports=silent", "--strict", f"--cache-dir={tmp_path}"]
    out, _, _ = api.run([*options, str(file)])
    messages = [line for line in out.splitlines() if "defined in" not in line]
    for number, expected in enumerate(_STATEMENTS.values(), first):
        found = [message for message in messages if f"consumer.py:{number}:" in message]
        assert [expected in message for message in found] == ([True] if expected else []), out
