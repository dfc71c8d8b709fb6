"""The pytest plugin: fixtures for a desk and its parts; the rules that a run exercised, the contracts of each store.

A module of its own, outside the package, which is imported inside fixtures and hooks only: a plugin is loaded before
coverage is measured, and what is imported then would count as never run.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from reclamation_core import BusinessCalendar, Desk, Policy, Sites
    from reclamation_core.testing.builders import FakeClock

pytest.register_assert_rewrite("reclamation_core.testing")

_STORES = "memory (the default), sqlite (a file in a temporary folder), or the URL of a database"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which options there are."""
    group = parser.getgroup("reclamation", "reclamation_core")
    group.addoption("--reclamation-store", metavar="STORE", help=f"what the fixture `desk` is on: {_STORES}")
    parser.addini("reclamation_store", f"what the fixture `desk` is on: {_STORES}", default="memory")
    group.addoption(
        "--reclamation-coverage",
        action="store_true",
        help="report which rows, cells and guards of the procedure the run exercised",
    )
    group.addoption(
        "--reclamation-coverage-all", action="store_true", help="the same, and list every row that nothing reached"
    )
    group.addoption(
        "--reclamation-coverage-fail-under",
        metavar="NOMBRE",
        type=_percentage,
        help="the same, and fail where fewer than N %% of the rules decided something",
    )
    group.addoption(
        "--reclamation-coverage-json", metavar="FILE", type=Path, help="the same, and write the report as JSON"
    )
    group.addoption(
        "--reclamation-report", action="store_true", help="report which contract rules each store satisfies"
    )
    group.addoption(
        "--reclamation-report-json", metavar="FILE", type=Path, help="write the report of the contract rules as JSON"
    )


def _percentage(text: str) -> float:
    number = float(text)
    if not 0 <= number <= 100:
        raise ValueError(text)
    return number


def pytest_configure(config: pytest.Config) -> None:
    """Observe the rules if a report of them is requested."""
    options = config.option
    is_shown = options.reclamation_coverage or options.reclamation_coverage_all
    if is_shown or options.reclamation_coverage_fail_under is not None or options.reclamation_coverage_json is not None:
        config.pluginmanager.register(_RuleCoverage(config), "reclamation_coverage")


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Register the reporter of contract rules; pytest-cov measures by now, also in a worker."""
    shown, file = session.config.option.reclamation_report, session.config.option.reclamation_report_json
    if shown or file is not None:
        from reclamation_core.testing.contracts.report import ContractReporter

        session.config.pluginmanager.register(ContractReporter("fr" if shown else None, file), "reclamation_report")


class _RuleCoverage:
    """Counts in each process; the controller of pytest-xdist, or the only process, adds up and reports."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._fail_under: float | None = config.option.reclamation_coverage_fail_under
        self._file: Path | None = config.option.reclamation_coverage_json
        self._lost: list[str] = []
        self._failure: str | None = None

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        """Begin to count: after pytest-cov has begun to measure, also in a worker."""
        from reclamation_core.testing.rules import RuleCoverage, rule_coverage

        self._coverage = RuleCoverage()
        self._counting = rule_coverage(self._coverage)
        self._counting.__enter__()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a worker counted."""
        counted = getattr(node, "workeroutput", {}).get("reclamation_coverage")
        if counted is None:
            self._lost.append(node.gateway.id)
        else:
            self._coverage.add(counted)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand the counts over, or write the report and compare with the threshold."""
        self._counting.__exit__(None, None, None)
        output = getattr(self._config, "workeroutput", None)
        if output is not None:
            output["reclamation_coverage"] = self._coverage.to_json()
            return
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            self._file.write_text(self._coverage.to_json(), encoding="utf-8", newline="\n")
        if self._config.option.collectonly:
            return
        self._failure = self._coverage.below(self._fail_under)
        if self._failure is not None and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Show the report."""
        terminalreporter.section("règles exercées", sep="=")
        terminalreporter.write(self._coverage.report("fr", every=self._config.option.reclamation_coverage_all))
        for worker in self._lost:
            terminalreporter.write_line(f"{worker} n'a pas rendu ses comptes : ce qu'il a exercé manque", yellow=True)
        if self._failure is not None:
            terminalreporter.write_line(self._failure, red=True, bold=True)


@pytest.fixture
def policy() -> Policy:
    """The edition of the procedure that the desk judges by: `m2_1()`."""
    from reclamation_core import m2_1

    return m2_1()


@pytest.fixture
def calendar() -> BusinessCalendar:
    """The business days that the clock is advanced by: those of metropolitan France."""
    from reclamation_core import BusinessCalendar

    return BusinessCalendar.france()


@pytest.fixture
def sites() -> Sites | None:
    """The sites of the agency, for the desk; None: any code is a site of metropolitan France."""
    return None


@pytest.fixture
def clock(calendar: BusinessCalendar) -> FakeClock:
    """A clock that does not run until it is set or advanced: Monday 2 June 2025, 9 o'clock in Paris."""
    from reclamation_core.testing.builders import FakeClock

    return FakeClock(calendar=calendar)


@pytest.fixture
def reclamation_store(request: pytest.FixtureRequest) -> str:
    """The kind of store of the desk: `--reclamation-store`, else the ini value `reclamation_store`."""
    given: str = request.config.getoption("--reclamation-store") or request.config.getini("reclamation_store")
    return given


@pytest.fixture
def desk(
    reclamation_store: str, policy: Policy, sites: Sites | None, clock: FakeClock, tmp_path: Path
) -> Iterator[Desk]:
    """A desk on a store of its own; on a database given by its URL, in a transaction that is rolled back."""
    from reclamation_core.testing._desks import a_desk

    with a_desk(reclamation_store, tmp_path, policy, sites, clock) as made:
        yield made


@pytest.fixture
def sql_desk(policy: Policy, sites: Sites | None, clock: FakeClock, tmp_path: Path) -> Iterator[Desk]:
    """A desk on a SQLite file in the test's temporary folder; another file than that of `desk`."""
    from reclamation_core.testing._desks import a_desk

    folder = tmp_path / "sql_desk"
    folder.mkdir(exist_ok=True)
    with a_desk("sqlite", folder, policy, sites, clock) as made:
        yield made
