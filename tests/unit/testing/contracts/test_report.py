"""A run of pytest reports the rules that each store satisfies, on the terminal and as JSON, with workers or without."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
MODULE = """
import pytest
from reclamation_core.adapters import InMemoryStore
from reclamation_core.testing.contracts import Capability, SequenceGeneratorContract

class TestMyNumbers(SequenceGeneratorContract):
    unsupported = {Capability.THREADS: "it is for one thread"}

    @pytest.fixture
    def open_store(self):
        return InMemoryStore

    def test_a_number_that_its_taker_does_not_use_is_never_given_again(self, store):
        assert store.sequences.next("R") == 2

class TestWrong(SequenceGeneratorContract):
    @pytest.fixture
    def open_store(self):
        return self.wrong

    def wrong(self):
        store = InMemoryStore()
        store.sequences.next("R-2026")
        return store

class TestSkipping(TestMyNumbers):
    unsupported = {}
    pytestmark = pytest.mark.skip("it is closed on Sundays")

def test_something_else():
    pass
"""


def run(folder: Path, *options: str) -> str:
    (folder / "test_numbers.py").write_text(MODULE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *options]
    return told(command, folder, pytest.ExitCode.TESTS_FAILED)


def told(command: list[str], folder: Path, ended: pytest.ExitCode) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert done.returncode == ended, done.stdout
    return done.stdout


@pytest.mark.parametrize(
    "workers", [pytest.param((), marks=pytest.mark.soak), ("-n", "1")], ids=["alone", "in a worker"]
)
def test_rules_are_reported_on_the_terminal_and_as_json(tmp_path: Path, workers: tuple[str, ...]) -> None:
    shown = run(tmp_path, "--reclamation-report", "--reclamation-report-json", "told/report.json", *workers)

    assert "conformité des entrepôts" in shown
    assert "TestMyNumbers\n  SequenceGenerator   2/4   règles tenues\n" in shown
    assert (
        "absente, faute de pouvoir servir plusieurs fils à la fois : "
        "des fils qui demandent à la fois reçoivent chacun leur numéro : it is for one thread" in shown
    )
    assert "assert [2, 3, 1] == [1, 2, 1]" in shown  # the values, from the installed package too
    assert "rompue : une série commence à 1, et chacune a ses propres numéros : assert [2, 3, 1] == [1, 2, 1]" in shown
    assert "4 failed, 4 passed, 5 unsupported in" in shown
    document = json.loads((tmp_path / "told" / "report.json").read_text(encoding="utf-8"))
    results = {store["store"]: store["results"] for store in document["stores"]}
    assert sorted(result["outcome"] for result in results["TestMyNumbers"]) == [
        "broken",
        "satisfied",
        "satisfied",
        "unsupported",
    ]
    assert {(result["outcome"], result["reason"]) for result in results["TestSkipping"]} == {
        ("unsupported", "it is closed on Sundays")
    }


def test_without_an_option_nothing_is_reported_and_unsupported_is_no_success(tmp_path: Path) -> None:
    shown = run(tmp_path, "-rx")
    assert "conformité" not in shown
    assert "unsupported threads: it is for one thread" in shown
    assert "1 xfailed" in shown


def test_a_collection_error_is_shown_and_no_rule_is_reported(tmp_path: Path) -> None:
    (tmp_path / "test_broken.py").write_text("import no_such_module", encoding="utf-8")
    (tmp_path / "test_skipped.py").write_text("import pytest\npytest.importorskip('no_such_one')", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--reclamation-report"]
    shown = told([*command, "--reclamation-report-json=report.json"], tmp_path, pytest.ExitCode.INTERRUPTED)
    assert "ModuleNotFoundError: No module named 'no_such_module'" in shown
    assert "aucune règle d'entrepôt n'a été essayée" in shown
    assert "1 skipped, 1 error in" in shown
    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["stores"] == []
