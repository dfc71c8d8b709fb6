from __future__ import annotations

from importlib.util import find_spec

from reclamation_core import Policy
from reclamation_core.testing.conformance import check_conformance, shipped_conformance


def test_the_edition_that_the_application_uses_conforms(policy: Policy) -> None:
    assert check_conformance(shipped_conformance(), policy) == ()


def test_details_are_shown_of_what_the_kit_asserts() -> None:
    found = find_spec("reclamation_core.testing.builders")

    assert found is not None
    assert "AssertionRewritingHook" in type(found.loader).__name__
