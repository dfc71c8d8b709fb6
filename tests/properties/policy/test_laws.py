"""The laws of a policy, of any edition that parameters make."""

from __future__ import annotations

import pytest

from reclamation_core.policy import Policy, m2_1
from reclamation_core.testing.laws import Law, policy_laws
from reclamation_core.testing.strategies import policies
from tests.conftest import briefly


@pytest.mark.parametrize("law", policy_laws(), ids=str)
def test_the_default_edition_has_the_property(law: Law[Policy]) -> None:
    law.check(m2_1())


@pytest.mark.parametrize("law", policy_laws(), ids=str)
def test_every_edition_has_the_property(law: Law[Policy]) -> None:
    with briefly():  # an edition takes long to make
        law.check_every(policies())
