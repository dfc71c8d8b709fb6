"""The store of the page "Test your own store" fulfils the contract rules that the page shows."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "test-your-own-store.md"
IMPORT = "import pytest\n"


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_store_of_the_page_keeps_what_the_page_says(tmp_path: Path) -> None:
    _, bound = PAGE.read_text(encoding="utf-8").split("## Hold it to the contracts")
    binding = next(block for block in blocks(bound, "python") if block.startswith(IMPORT))
    shutil.copy(PAGE.parents[2] / "examples" / "folder_store.py", tmp_path)
    (tmp_path / "test_folder_store.py").write_text(f"from folder_store import FolderStore\n{binding}", encoding="utf-8")

    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "-p", "no:randomly"]
    report = ["--reclamation-report", "--reclamation-report-json", "report.json"]
    done = subprocess.run(
        [*command, *report], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )

    assert done.returncode == 0, done.stdout
    assert blocks(bound, "text")[0] in done.stdout
    (store,) = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["stores"]
    unsupported = [result["needs"] for result in store["results"] if result["outcome"] == "unsupported"]
    assert sorted(unsupported) == [*["documents"] * 7, "snapshots", *["tampering"] * 8, "threads"]
    assert {result["outcome"] for result in store["results"]} == {"satisfied", "unsupported"}
