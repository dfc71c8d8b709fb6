"""Each script of the project starts, and the one that compares models of DMN finds a wrong outcome."""

import re
import runpy
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from scripts import try_bounds
from tests.unit.tables.test_dmn import asks, document, rule

ROOT = Path(__file__).parents[2]
SCRIPTS = {path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / "scripts").glob("*.py"))}
STARTED = [name for name, text in SCRIPTS.items() if 'if __name__ == "__main__":' in text]


@pytest.mark.slow  # some scripts import packages of `make check`
@pytest.mark.parametrize("name", STARTED)
def test_scripts_print_help(name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", [name, "--help"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / f"{name}.py"), run_name="__main__")
    assert not ended.value.code
    assert len(capsys.readouterr().out) > 20


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(SCRIPTS.keys() - set(STARTED)))
def test_a_module_of_scripts_is_imported(name: str) -> None:
    assert import_module(f"scripts.{name}").__doc__


def test_the_bounds_of_each_dependency_are_tried_by_tests_that_use_it() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    used = [extras[name] for name in extras.keys() - {"all", "dev", "dev-tests", "docs"}]
    stated = {re.split(r"[^a-z0-9-]", each)[0] for each in sum(used, project["dependencies"])}
    assert {name for names in try_bounds.TESTS for name in names.split()} == stated - {"reclamation-core"}
    assert all(
        (ROOT / "tests" / file.split("::")[0]).exists() for files in try_bounds.TESTS.values() for file in files.split()
    )


CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
  <testCase id="001">
    <inputNode name="x"><value xsi:type="xsd:boolean">true</value></inputNode>
    <resultNode name="allowed" type="decision"><expected>{}</expected></resultNode>
  </testCase>
</testCases>"""
ONE = '<value xsi:type="xsd:string">un</value>'


@pytest.mark.parametrize(
    ("policy", "expected", "status"),
    [
        ('hitPolicy="FIRST"', ONE, 0),
        ('hitPolicy="FIRST"', ONE.replace("un", "deux"), "a model is read wrongly"),
        ('hitPolicy="COLLECT"', f"<list><item>{ONE}</item></list>", 0),
        ('hitPolicy="BEST"', ONE, 0),
    ],
)
def test_models_are_compared_with_their_test_cases(
    policy: str,
    expected: str,
    status: object,
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    model = document(
        inputs=asks("x", "boolean"), output='<output typeRef="string"/>', rules=rule("true", '"un"'), policy=policy
    )
    (tmp_path / "a.dmn").write_text(model, encoding="utf-8")
    (tmp_path / "a-test-01.xml").write_text(CASES.format(expected), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["try_dmn_models", str(tmp_path), "--each"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(ROOT / "scripts" / "try_dmn_models.py"), run_name="__main__")
    assert ended.value.code == status
    read = "models refused: 1" if "BEST" in policy else "models read: 1"
    assert read in capsys.readouterr().out
