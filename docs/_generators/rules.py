"""The pages made from the rules of the default edition."""

from __future__ import annotations

from typing import Final

from reclamation_core.policy import catalogue, m2_1
from reclamation_core.policy.pages import matrix_page

_WIDE: Final = "---\nhide: [toc]\n---\n\n"
"""Leaves the width of the table of contents to the tables."""


def pages() -> dict[str, str]:
    """The rule catalogue, and the matrix clause, carrier, test; in French, as the procedure is."""
    return {
        "reference/rule-catalogue.md": f"{_WIDE}{catalogue(m2_1())}",
        "reference/clause-matrix.md": f"{_WIDE}{matrix_page(m2_1())}",
    }
