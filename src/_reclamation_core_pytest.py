"""The pytest plugin.

A module of its own beside the package, which is imported inside fixtures and hooks only: a plugin is loaded before
coverage is measured, and what is imported then would count as never run.
"""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.register_assert_rewrite("reclamation_core.testing")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Say which options there are."""
    group = parser.getgroup("reclamation", "reclamation_core")
    group.addoption(
        "--reclamation-report", action="store_true", help="report which promises of the ports each store keeps"
    )
    group.addoption(
        "--reclamation-report-json", metavar="FILE", type=Path, help="write the report of the promises as JSON"
    )


@pytest.hookimpl(trylast=True)
def pytest_sessionstart(session: pytest.Session) -> None:
    """Note what comes of the promises where that is asked for; by now pytest-cov measures, also in a worker."""
    shown, file = session.config.option.reclamation_report, session.config.option.reclamation_report_json
    if shown or file is not None:
        from reclamation_core.testing.contracts.report import ConformanceReporter

        session.config.pluginmanager.register(ConformanceReporter("fr" if shown else None, file), "reclamation_report")
