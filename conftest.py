"""The examples of the README, of the documentation's pages and of docstrings are tests: what is shown is run."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from typing import Any, Final

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

_SHOWN: Final = re.compile(r"(?:\n ?|`)*\n```text\n(.*?)```\n", re.DOTALL)

# The makers of pages belong to MkDocs, which the tests do without. The application of Django has no examples, and is
# imported once Django has its settings.
collect_ignore = ["docs/_extensions", "docs/_generators", "src/reclamation_core/integrations/django"]


class PrintingBlockParser(PythonCodeBlockParser):
    """Blocks of Python. What a block prints is the block of text that follows it directly, if one does."""

    def __call__(self, document: Document) -> Iterator[Region]:
        for region in super().__call__(document):
            shown = _SHOWN.match(document.text, region.end)
            if shown is not None and region.evaluator is not None:
                region.evaluator = partial(_compare, region.evaluator, shown[1])
            yield region


def _compare(evaluate: Callable[[Example], Any], shown: str, example: Example) -> Any:
    with redirect_stdout(StringIO()) as printed:
        outcome = evaluate(example)
    if printed.getvalue():  # not a log, which the text below may show
        from tests.typography import plain

        assert plain(printed.getvalue()) == plain(shown)  # noqa: S101  as in a test
    return outcome


pytest_collect_file = Sybil(
    parsers=[PrintingBlockParser(), SkipParser()], patterns=["README.md", "docs/*.md", "docs/**/*.md"]
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
