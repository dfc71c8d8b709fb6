"""Profiles of Hypothesis; `HYPOTHESIS_PROFILE` chooses one by name.

`dev`, the default, draws new examples on each run; `ci` draws the same examples on each run, so that a failure is due
to the change under test; `thorough` does so with more examples, in `make check`; `brief` is for tests that are repeated
on mutants, on other versions of dependencies or on a second store; `example` is for the examples of docstrings; `soak`
is for hours.
"""

import gc
import logging
import os
import re
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import pytest

from tests.typography import plain

# The tests of the board in Chromium run when their folder is named: `make browser` does.
collect_ignore = ["browser"]
ORDINARY = {*vars(logging.makeLogRecord({})), "message", "asctime"}
DRAWN = re.compile("[0-9a-f]{12,}|[0-9]+")
ENGINE = re.compile("duckdb|pandas|pyarrow")
SLOW_FILE = re.compile(r"docs/(tutorial/first-triage|how-to/simulate-a-workload)\.md")
SERVER = re.compile(r"(?:^|-)(?:postgresql|psycopg(?:, odd)?|[^-]* PostgreSQL)(?:-|$)")
ERRORS = re.compile(r"tests/(unit/(?!testing/(\w+/|test_code))\w+|functional|properties)/")
"""The tests whose expected errors are approved: what a property says varies with Hypothesis."""
PAGES = re.compile(r"tests/unit/(integrations|laboratory)/|tests/functional/test_example|test_approved")
ENGINE_FILE = re.compile(r"tests/engines/|docs/how-to/(decide-on-a-cluster|compare-editions|forecast-receipts)\.md")


@cache
def load_profiles() -> None:
    """Register the profiles and load the one that the environment names."""
    from hypothesis import HealthCheck, settings

    # Drawing is slow on a busy machine.
    patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("dev", patient, max_examples=12)
    settings.register_profile("ci", patient, derandomize=True, database=None, print_blob=True, max_examples=12)
    settings.register_profile("thorough", settings.get_profile("ci"), max_examples=25)
    settings.register_profile("brief", patient, derandomize=True, database=None, max_examples=10)
    settings.register_profile("example", settings.get_profile("brief"), max_examples=3)
    settings.register_profile("soak", patient, max_examples=5000)
    settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@contextmanager
def briefly(profile: str = "brief") -> Iterator[None]:
    """Draw few examples during a block, by a profile, except in a soak."""
    load_profiles()
    from hypothesis import settings

    before = settings.get_current_profile_name()
    settings.load_profile("soak" if before == "soak" else profile)
    try:
        yield
    finally:
        settings.load_profile(before)


@pytest.fixture(autouse=True)
def expected_errors(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Approve what each error says that a quick example of `ERRORS` expects, and its log records by their templates
    and fields; a property draws others each time.
    """
    if varies(request) or not ERRORS.search(request.path.as_posix()):
        yield
        return
    from tests.approvals import approve_errors, approved_errors

    with approved_errors():
        yield
    logged = (one for one in caplog.get_records("call") if one.name.startswith("reclamation_core"))
    approve_errors(*map(in_words, logged))


@pytest.fixture(autouse=True)
def words_of_templates(request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold the texts of the templates that an example of `PAGES` shows, in both languages, as `pages.txt` has them."""
    if not PAGES.search(request.path.as_posix()) or request.node.get_closest_marker("soak"):
        yield
        return
    from tests.approvals import approved_lines
    from tests.inside import words_of_templates

    heard = words_of_templates()
    heard.clear()
    yield
    approved_lines("pages.txt", heard)


def in_words(record: logging.LogRecord) -> str:
    own = {name: value for name, value in vars(record).items() if name not in ORDINARY}
    texts = {name: DRAWN.sub("#", one) if isinstance(one, str) else type(one).__name__ for name, one in own.items()}
    return f"{record.levelname} {record.name}: {record.msg} {texts}"


def varies(request: pytest.FixtureRequest) -> bool:
    return any(request.node.get_closest_marker(name) for name in ("hypothesis", "postgresql", "slow", "soak"))


@pytest.fixture
def capsys(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> pytest.CaptureFixture[str]:
    """The output of the test with ordinary spaces and apostrophes; the errors of commands are approved before."""
    from tests.approvals import approve_errors

    read = capsys.readouterr

    def readouterr() -> Any:
        captured = read()
        if not varies(request):
            approve_errors(*(line for line in captured.err.splitlines() if line.strip()))
        return captured._replace(out=plain(captured.out), err=plain(captured.err))

    monkeypatch.setattr(capsys, "readouterr", readouterr)
    return capsys


@pytest.fixture
def desk() -> Any:
    """A desk on a new store in memory, as RQR on 1 July 2026."""
    from tests.unit.desk import factories

    return factories.new_desk()


@pytest.fixture
def case(desk: Any) -> Any:
    """A complaint of 1 June 2026, registered on the desk for the site CRE."""
    from tests.unit.desk import factories

    return factories.registered(desk)


@pytest.hookimpl(trylast=True)
def pytest_sessionstart() -> None:
    """Import Hypothesis, which imports the package, once the plugins are there."""
    load_profiles()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect no garbage among 13,000 tests that stay until the end, and among the values of a test less often."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.set_threshold(20_000, 20, 20)
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes long, or needs an engine or a server which `make test` does without."""
    for item in items:
        parameters = item.callspec.id if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ""
        if ENGINE.search(parameters) or ENGINE_FILE.search(item.path.as_posix()):
            item.add_marker("engines")
        if SLOW_FILE.search(item.path.as_posix()):
            item.add_marker("slow")
        if SERVER.search(parameters) or "on_postgresql" in getattr(item, "fixturenames", ()):
            item.add_marker("postgresql")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Stop the PostgreSQL server of this process, and remove its files; write the lines that are approved."""
    from tests import databases

    databases.stop()
    if os.environ.get("APPROVE"):
        from tests.approvals import HEARD, write_lines

        if hasattr(session.config, "workeroutput"):
            session.config.workeroutput["heard"] = {name: list(lines) for name, lines in HEARD.items()}
        else:
            write_lines()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over the lines that a worker of pytest-xdist has noted."""
    from tests.approvals import HEARD

    for name, lines in getattr(node, "workeroutput", {}).get("heard", {}).items():
        HEARD[name].update(lines)
