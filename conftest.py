"""The examples of the README, of the documentation's pages and of docstrings are tests: what is shown is run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

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


@pytest.fixture(scope="session", autouse=True)
def _measured_alone() -> Iterator[None]:
    """Measure the coverage of this run alone, not that of the runs of pytest that tests start."""
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv("SLIPCOVER_ENABLED", raising=False)
        yield
