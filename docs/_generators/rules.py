"""The pages made from the rules of the default edition."""

from __future__ import annotations

from reclamation_core.policy import catalogue, m2_1, matrix_page


def pages() -> dict[str, str]:
    """The rule catalogue, and the matrix clause, carrier, test; in French, as the procedure is."""
    return {
        "reference/rule-catalogue.md": catalogue(m2_1()),
        "reference/clause-matrix.md": matrix_page(m2_1()),
    }
