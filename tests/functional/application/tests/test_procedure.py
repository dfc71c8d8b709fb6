"""L'édition de l'agence décide comme la procédure, à ce qu'elle en change près."""

from __future__ import annotations

from guichet.agency import our_edition

from reclamation_core import Policy
from reclamation_core.testing.conformance import check_conformance, shipped_conformance


def test_the_edition_that_the_counter_uses_conforms(policy: Policy) -> None:
    assert check_conformance(shipped_conformance(), policy) == ()


def test_our_own_differs_where_it_says_so() -> None:
    differences = check_conformance(shipped_conformance(), our_edition())
    assert {difference.field for difference in differences} >= {"due", "decisions.level.outcome"}
