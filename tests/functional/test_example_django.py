"""The example with Django: its own tests, a life by its client, and its start, in processes of their own."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.functional.host_lines import embedding_lines

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples/django_app"


def run(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "examples.django_app", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=os.environ | {"EXAMPLE_FOLDER": str(folder)},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.slow
def test_a_complaint_lives_to_the_published_plan_and_the_tests_of_the_example_pass(tmp_path: Path) -> None:
    assert "OK" in run(tmp_path, "test", "examples.django_app.tests", "tests.functional.django_life")


def test_the_example_embeds_the_library_in_25_lines() -> None:
    generated, tests = "0001_initial.py", "tests.py"
    assert 5 < embedding_lines(EXAMPLE, ("seed.py", tests, generated)) <= 25


@pytest.mark.soak
def test_the_example_is_started_by_one_command(tmp_path: Path) -> None:
    assert run(tmp_path, "check", "--fail-level", "WARNING")
    assert run(tmp_path, "makemigrations", "--check", "--dry-run") == "No changes detected\n"
    starting = subprocess.Popen(
        [sys.executable, "-m", "examples.django_app"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=os.environ | {"EXAMPLE_FOLDER": str(tmp_path), "EXAMPLE_ADDRESS": "127.0.0.1:0", "PYTHONUNBUFFERED": "1"},
    )
    with starting:
        assert starting.stdout is not None
        lines = []
        for line in starting.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        starting.terminate()
    shown = "".join(lines)
    assert "dossiers inventés" in shown
    assert "/reclamations/" in shown
    assert "metz" in shown
