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


def pytest_configure(config: pytest.Config) -> None:
    """Note what comes of the promises where a report of them is asked for."""
    shown, file = config.option.reclamation_report, config.option.reclamation_report_json
    if shown or file is not None:
        from reclamation_core.testing.contracts.report import ConformanceReporter

        config.pluginmanager.register(ConformanceReporter("fr" if shown else None, file), "reclamation_report")
