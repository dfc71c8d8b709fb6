"""The laws of a policy, of any edition that parameters make."""

from __future__ import annotations

import pytest

from reclamation_core.policy import Policy
from reclamation_core.testing.laws import Law, policy_laws
from reclamation_core.testing.strategies import policies


@pytest.mark.parametrize("law", policy_laws(), ids=str)
def test_every_edition_keeps_the_law(law: Law[Policy]) -> None:
    law.check_every(policies())
