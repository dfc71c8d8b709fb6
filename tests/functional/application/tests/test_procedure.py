from __future__ import annotations

from reclamation_core import Policy
from reclamation_core.testing.conformance import check_conformance, shipped_conformance


def test_the_edition_that_the_application_uses_conforms(policy: Policy) -> None:
    assert check_conformance(shipped_conformance(), policy) == ()
