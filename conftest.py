"""The examples of the README and of the documentation's pages are tests: what a page shows is run."""

from __future__ import annotations

from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser

# The makers of pages belong to MkDocs, which the tests do without.
collect_ignore = ["docs/_extensions", "docs/_generators"]

pytest_collect_file = Sybil(
    parsers=[PythonCodeBlockParser(), SkipParser()],
    patterns=["README.md", "docs/**/*.md"],
).pytest()
