"""The page "Test your own application" is a test suite, which is run unchanged, with the plugin."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.functional.plugin import run_pytest

pytestmark = pytest.mark.slow
PAGE = (Path(__file__).parents[2] / "docs/how-to/test-your-own-application.md").read_text(encoding="utf-8")
LONG = ("test_drawn.py", "test_properties.py")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def files() -> dict[str, str]:
    """The files of the page, each block beginning with the name of its own."""
    found: defaultdict[str, str] = defaultdict(str)
    for block in blocks("python"):
        name = block.splitlines()[0].removeprefix("# ")
        assert name.endswith(".py")
        found[name] += block
    (ini,) = blocks("ini")
    return {**found, "pytest.ini": ini}


@pytest.mark.soak
def test_the_suite_of_the_page_passes_with_the_report_of_the_page(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, files(), "--reclamation-coverage", *(f"--ignore={name}" for name in LONG))
    assert run.status == 0, run.told
    (_, reported) = blocks("text")
    assert reported in run.told


@pytest.mark.soak
def test_the_drawn_values_and_the_properties_of_the_page_pass(tmp_path: Path) -> None:
    few = """
        from hypothesis import settings

        settings.register_profile("few", max_examples=5)
        settings.load_profile("few")
    """
    run = run_pytest(tmp_path, {**files(), "conftest.py": few}, *LONG)
    assert (run.status, "5 passed" in run.told) == (0, True), run.told


def test_a_failing_scenario_is_shown_as_on_the_page(tmp_path: Path) -> None:
    spoilt = files()["test_calls.py"]
    for step in (r"\.then_not\(.*?\)", r"\.because\(.*?\)", r"\.when\(Desk\.transcribe.*?\)", r"\.after\(.*?\)"):
        spoilt = re.sub(rf"^ *{step}\n(?= *[.)])", "", spoilt, flags=re.MULTILINE | re.DOTALL)
    run = run_pytest(tmp_path, {**files(), "test_calls.py": spoilt}, "test_calls.py")
    told, _ = blocks("text")
    lines = [line.removesuffix("...") for line in told.splitlines()]
    assert run.status == 1
    assert [line for line in lines if line not in run.told] == []
