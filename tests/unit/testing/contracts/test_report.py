"""A run of pytest tells which promises each store keeps, in its terminal and as JSON, with workers or without."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
import pytest
from reclamation_core.adapters import InMemoryStore
from reclamation_core.testing.contracts import Capability, ReferenceNumbersContract

class TestMyNumbers(ReferenceNumbersContract):
    lacks = {Capability.THREADS: "it is for one thread"}

    @pytest.fixture
    def open_store(self):
        return InMemoryStore

    def test_a_number_that_its_taker_does_not_use_is_never_given_again(self, store):
        assert store.references.next("R") == 2

class TestWrong(ReferenceNumbersContract):
    @pytest.fixture
    def open_store(self):
        return self.wrong

    def wrong(self):
        store = InMemoryStore()
        store.references.next("R-2026")
        return store

class TestSkipping(TestMyNumbers):
    lacks = {}
    pytestmark = pytest.mark.skip("it is closed on Sundays")

def test_something_else():
    pass
"""


def run(folder: Path, *options: str) -> str:
    (folder / "test_numbers.py").write_text(MODULE, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.stderr == ""
    assert done.returncode == pytest.ExitCode.TESTS_FAILED
    return done.stdout


@pytest.mark.parametrize("workers", [(), ("-n", "1")], ids=["alone", "in a worker"])
def test_the_promises_are_told_in_words_and_as_json(tmp_path: Path, workers: tuple[str, ...]) -> None:
    shown = run(tmp_path, "--reclamation-report", "--reclamation-report-json", "told/report.json", *workers)

    assert "conformité des entrepôts" in shown
    assert "TestMyNumbers\n  ReferenceNumbers    2/4   promesses tenues\n" in shown
    assert (
        "absente, faute de pouvoir servir plusieurs fils à la fois : "
        "des fils qui demandent à la fois reçoivent chacun leur numéro : it is for one thread" in shown
    )
    assert "assert [2, 3, 1] == [1, 2, 1]" in shown  # the values, from the installed package too
    assert "rompue : une série commence à 1, et chacune a ses propres numéros : assert [2, 3, 1] == [1, 2, 1]" in shown
    assert "4 failed, 4 passed, 5 lacking in" in shown
    document = json.loads((tmp_path / "told" / "report.json").read_text(encoding="utf-8"))
    told = {store["store"]: store["results"] for store in document["stores"]}
    assert sorted(result["outcome"] for result in told["TestMyNumbers"]) == ["broken", "kept", "kept", "lacking"]
    assert {(result["outcome"], result["reason"]) for result in told["TestSkipping"]} == {
        ("lacking", "it is closed on Sundays")
    }


def test_without_an_option_nothing_is_told_and_what_lacks_is_no_success(tmp_path: Path) -> None:
    shown = run(tmp_path, "-rx")

    assert "conformité" not in shown
    assert "lacks threads: it is for one thread" in shown
    assert "1 xfailed" in shown
