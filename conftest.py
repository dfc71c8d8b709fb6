"""The examples of the README, of the documentation's pages and of docstrings are tests: what is shown is run."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

if TYPE_CHECKING:
    from coverage import Coverage

# The makers of pages belong to MkDocs, which the tests do without. The application of Django has no examples, and is
# imported once Django has its settings.
collect_ignore = ["docs/_extensions", "docs/_generators", "src/reclamation_core/integrations/django"]

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()], patterns=["README.md", "docs/*.md", "docs/**/*.md"]
).pytest()


@pytest.fixture(autouse=True)
def _an_example_shows(request: pytest.FixtureRequest) -> Iterator[None]:
    """An example of properties shows their use; the tests of the properties choose the number of examples."""
    if not isinstance(request.node, pytest.DoctestItem):
        yield
        return
    from tests.conftest import briefly

    with briefly("example"):
        yield


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Measure the coverage of greenlets in the files that use asyncio: elsewhere it would only slow the tests down."""
    measurement = _coverage_of_greenlets() if _runs_greenlets(item) else None
    if measurement is None:
        return (yield)
    with measurement.collect():
        result = yield
    if nextitem is None or not _runs_greenlets(nextitem):
        measurement.save()
    return result


def _runs_greenlets(item: pytest.Item) -> bool:
    return item.get_closest_marker("no_cover") is None and _uses_asyncio(item.path)


@cache
def _uses_asyncio(path: Path) -> bool:
    """Return True for a file whose tests run greenlets; one about work in threads is measured with its threads."""
    text = path.read_text(encoding="utf-8")
    return "asyncio" in text and "run_in_thread" not in text


@cache
def _coverage_of_greenlets() -> Coverage | None:
    """Return a second measurement for this process, which pytest-cov combines with its own; None without pytest-cov.

    It leaves out threads: the state of greenlets of a thread that has ended is destroyed by a pending call of the
    interpreter, and CPython 3.11 never returns from a traced function in a pending call while another one waits.
    """
    import coverage

    if coverage.Coverage.current() is None:
        return None
    measurement = coverage.Coverage(data_suffix=True, concurrency="greenlet")
    # The first measurement has seen what was imported before.
    measurement.set_option("run:disable_warnings", ["already-imported", "module-not-measured", "no-data-collected"])
    return measurement
