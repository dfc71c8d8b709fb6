"""The plugin, in pytest runs of an application of its own."""

import json
from pathlib import Path

import pytest

from tests.functional.plugin import run_pytest

pytestmark = pytest.mark.slow
FIXTURES = """
    from datetime import date, datetime
    from reclamation_core import BusinessCalendar, Desk, m2_1
    from reclamation_core.testing.builders import a_complaint

    def test_the_desk_is_new_and_its_clock_is_set(desk, clock, policy, calendar):
        assert policy == m2_1() and calendar == BusinessCalendar.france()
        case = desk.register(a_complaint(), site="CRE")
        assert case.reference == "R-2025-000001"
        assert case.deadline.due == date(2025, 6, 17)
        clock.set(date(2025, 6, 18))
        assert clock.today == date(2025, 6, 18)
        assert len(desk.sweep()) == 3

    def test_each_test_has_a_desk_of_its_own(desk):
        assert desk.register(a_complaint(), site="CRE").reference == "R-2025-000001"

    def test_there_is_one_on_sqlite_too(desk, sql_desk, tmp_path):
        sql_desk.register(a_complaint(), site="CRE")
        assert (tmp_path / "sql_desk" / "reclamations.db").exists()
        assert desk.cases.count() == 0
"""
LEVEL = """
    from reclamation_core.testing.builders import a_complaint

    def test_local(policy):
        assert policy.tables["level"].decide(a_complaint()).outcome == "local"

    def test_national(policy, calendar):
        assert policy.assess(a_complaint(client_scope="national"), calendar).level.outcome == "national"
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "store",
    [
        pytest.param([], marks=pytest.mark.soak),
        pytest.param(["--reclamation-store=sqlite"], marks=pytest.mark.soak),
        ["--reclamation-store=sqlite:///kept.db"],
    ],
)
def test_the_fixtures_are_there_on_every_store_and_each_test_begins_anew(tmp_path: Path, store: list[str]) -> None:
    run = run_pytest(tmp_path, {"test_it.py": FIXTURES}, *store)
    assert (run.status, "3 passed" in run.told) == (0, True), run.told


def test_the_ini_file_chooses_the_store_and_the_conftest_overrides_a_fixture(tmp_path: Path) -> None:
    files = {
        "pytest.ini": "[pytest]\nreclamation_store = sqlite\n",
        "conftest.py": """
            import pytest
            from reclamation_core import Policy, Site, Sites

            @pytest.fixture
            def policy():
                return Policy(edition="la nôtre")

            @pytest.fixture
            def sites():
                return Sites((Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),))
        """,
        "test_it.py": """
            from reclamation_core.testing.builders import a_registered_case

            def test_it(desk, tmp_path):
                case = a_registered_case(desk, site="STR")
                assert (case.edition, case.calendar.territory.value) == ("la nôtre", "alsace-moselle")
                assert (tmp_path / "reclamations.db").exists()
        """,
    }

    run = run_pytest(tmp_path, files)

    assert run.status == 0, run.told


@pytest.mark.slow
@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("store=papier", "store: 'papier'; write memory, sqlite, or the URL of a database"),
        ("coverage-fail-under=1", "aucune règle de la procédure n'a été consultée"),
    ],
)
def test_an_unknown_store_or_a_threshold_without_rules_fails(option: str, message: str, tmp_path: Path) -> None:
    run = run_pytest(tmp_path, {"test_it.py": "def test_it(desk): pass\n"}, f"--reclamation-{option}")
    assert (run.status, message in run.told) == (1, True), run.told


def test_the_report_names_the_rules_missed_with_their_clause_in_french(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, {"test_it.py": LEVEL}, "--reclamation-coverage-all")
    assert run.status == 0, run.told
    assert "niveau de traitement : 3 règles sur 10, 2 cellules sur 36" in run.told
    assert (
        "jamais : several-regions (M2-1, point 5 ; interprétation n° 6) : la prestation est réalisée par des"
        in run.told
    )
    assert "national-client" not in run.told


@pytest.mark.slow
def test_rule_coverage_of_two_tests_fits_a_screen(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, {"test_it.py": LEVEL}, "--reclamation-coverage")
    _, _, report = run.told.partition("règles exercées")
    assert "niveau de traitement : 3 règles sur 10, 2 cellules sur 36" in report
    assert "    et 4 règles de plus jamais exercées" in report
    assert 5 < len(report.splitlines()) < 25


@pytest.mark.slow
@pytest.mark.parametrize("workers", [[], pytest.param(["-n", "2"], marks=pytest.mark.soak)])
def test_a_threshold_that_is_not_reached_fails_the_run_with_a_message(tmp_path: Path, workers: list[str]) -> None:
    missed = run_pytest(tmp_path, {"test_it.py": LEVEL}, "--reclamation-coverage-fail-under=50", *workers)
    reached = run_pytest(tmp_path, {"test_it.py": LEVEL}, "--reclamation-coverage-fail-under=5", *workers)
    assert missed.status == 1
    assert "2 passed" in missed.told
    # Of the 80 rules: three on the level, one of which makes the case complex, and one on the eligibility.
    assert "ÉCHEC : 6,25 % des règles exercées (5 sur 80), le seuil demandé est de 50 %" in missed.told
    assert (reached.status, "ÉCHEC" in reached.told) == (0, False)


@pytest.mark.slow
def test_a_threshold_that_is_no_percentage_is_refused(tmp_path: Path) -> None:
    run = run_pytest(tmp_path, {"test_it.py": LEVEL}, "--reclamation-coverage-fail-under=101")
    assert run.status == pytest.ExitCode.USAGE_ERROR
    assert "--reclamation-coverage-fail-under" in run.told


@pytest.mark.soak
def test_the_report_is_written_as_json_and_is_the_same_from_several_workers(tmp_path: Path) -> None:
    alone, together = tmp_path / "out" / "alone.json", tmp_path / "together.json"
    run_pytest(tmp_path, {"test_it.py": LEVEL}, f"--reclamation-coverage-json={alone}")
    run_pytest(tmp_path, {"test_it.py": LEVEL}, f"--reclamation-coverage-json={together}", "-n", "2")
    told = json.loads(alone.read_text(encoding="utf-8"))
    assert told == json.loads(together.read_text(encoding="utf-8"))
    (edition,) = told["sets"]
    level = next(table for table in edition["tables"] if table["name"] == "level")
    assert {row["id"]: row["given"] for row in level["rows"] if row["given"]} == {
        "local-client": 1,
        "one-centre": 1,
        "national-client": 1,
    }


@pytest.mark.slow
def test_a_worker_that_died_is_named_since_what_it_reached_is_missing(tmp_path: Path) -> None:
    dying = "import os\n\ndef test_it():\n    os._exit(1)\n"
    run = run_pytest(tmp_path, {"test_it.py": LEVEL, "test_dying.py": dying}, "--reclamation-coverage", "-n", "1")
    assert run.status == 1
    assert "gw0 n'a pas rendu ses comptes : ce qu'il a exercé manque" in run.told


@pytest.mark.soak
def test_lines_are_measured_although_the_plugin_is_loaded_before(tmp_path: Path) -> None:
    report = tmp_path / "coverage.json"
    measured = ("--cov=reclamation_core.policy", f"--cov-report=json:{report}", "--reclamation-coverage")
    for workers in ([], ["-n", "2"]):
        run = run_pytest(tmp_path, {"test_it.py": LEVEL}, *measured, *workers)
        assert run.status == 0, run.told
        files = json.loads(report.read_text(encoding="utf-8"))["files"]
        # What runs when a module is imported is what would be missing: the rows of a table, the fields of a class.
        percents = {Path(name).stem: measures["summary"]["percent_covered"] for name, measures in files.items()}
        assert percents["m2_1_tables"] > 95
        assert percents["parameters"] > 60


@pytest.mark.slow
def test_a_plugin_does_not_load_the_package_and_shows_details_of_its_assertions(tmp_path: Path) -> None:
    test = """
        import sys
        from importlib.util import find_spec

        def test_what_is_loaded():
            assert "_reclamation_core_pytest" in sys.modules
            assert "reclamation_core" not in sys.modules

        def test_that_details_are_shown():
            # A module of the kit, as it is found where the package is installed.
            loader = find_spec("reclamation_core.testing.builders").loader
            assert "AssertionRewritingHook" in type(loader).__name__
    """
    run = run_pytest(tmp_path, {"test_it.py": test})
    assert run.status == 0, run.told
