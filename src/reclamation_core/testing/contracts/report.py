"""The conformance report of a run of pytest: gathered in every worker, told by the process that has the terminal."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from reclamation_core.testing.contracts.outcomes import ConformanceReport, Outcome, Result
from reclamation_core.testing.contracts.promises import Capability, Promise, promise_of
from reclamation_core.wording import Lang, Wording

_PROPERTY: Final = "reclamation_promise"
_OUTCOMES: Final = {"passed": Outcome.KEPT, "skipped": Outcome.LACKING, "failed": Outcome.BROKEN}
_HEADING: Final = Wording("conformité des entrepôts", "conformance of the stores")
_NOTHING: Final = Wording("aucune promesse d'entrepôt n'a été essayée", "no promise of a store was tried")


class ConformanceReporter:
    """A pytest plugin: notes what comes of each promise, and tells it at the end.

    Args:
        lang: the language of the terminal's report; None where none is wanted.
        file: where the report is written as JSON; None where it is not.
    """

    def __init__(self, lang: Lang | None = "fr", file: Path | None = None) -> None:
        self._lang = lang
        self._file = file
        self._results: list[Result] = []

    @property
    def report(self) -> ConformanceReport:
        """What came of the promises until now."""
        return ConformanceReport.of(self._results)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Note the promise in the report of its test, which goes from a worker to the process that tells."""
        made = yield
        if isinstance(item, pytest.Function) and item.cls is not None:
            held = promise_of(item.cls, item.originalname)
            if held is not None:
                made.user_properties.append((_PROPERTY, _noted(item.cls.__name__, held)))
        return made

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take what came of a test, once: at its call, or earlier or later where that went wrong."""
        noted = dict(report.user_properties).get(_PROPERTY)
        if noted is not None and (report.when == "call" or report.outcome != "passed"):
            self._results.append(_result(json.loads(str(noted)), report))

    def pytest_report_teststatus(self, report: pytest.TestReport | pytest.CollectReport) -> tuple[str, str, str] | None:
        """A promise that a store does not make is neither passed nor skipped; what was collected holds none."""
        if report.outcome == "skipped" and _PROPERTY in dict(getattr(report, "user_properties", ())):
            return "lacking", "l", "LACKING"
        return None

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Tell the report."""
        if self._lang is not None:
            terminalreporter.section(_HEADING.in_(self._lang))
            for line in list(self.report.lines(self._lang)) or [_NOTHING.in_(self._lang)]:
                terminalreporter.write_line(line)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the report, unless this is a worker."""
        if self._file is not None and not hasattr(session.config, "workerinput"):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            text = json.dumps(self.report.to_document(), ensure_ascii=False, indent=2)
            self._file.write_text(f"{text}\n", encoding="utf-8", newline="\n")


def _noted(store: str, held: Promise) -> str:
    told = {"store": store, "port": held.port, "name": held.name, "fr": held.wording.fr, "en": held.wording.en}
    return json.dumps({**told, "source": held.source, "needs": held.needs})


def _result(noted: dict[str, Any], report: pytest.TestReport) -> Result:
    needs = noted["needs"]
    held = Promise(
        port=noted["port"],
        name=noted["name"],
        wording=Wording(noted["fr"], noted["en"]),
        source=noted["source"],
        needs=None if needs is None else Capability.parse(needs),
    )
    outcome = _OUTCOMES[report.outcome]
    return Result(store=noted["store"], promise=held, outcome=outcome, reason=_reason(report))


def _reason(report: pytest.TestReport) -> str | None:
    """Why a promise is lacking; of what went wrong the first line."""
    if report.outcome == "passed":
        return None
    if report.outcome == "skipped":
        skipped = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
        return str(getattr(report, "wasxfail", skipped)).removeprefix("reason: ").removeprefix("Skipped: ")
    crash = getattr(report.longrepr, "reprcrash", None)
    message = str(getattr(crash, "message", report.longrepr))
    return message.strip().partition("\n")[0]
