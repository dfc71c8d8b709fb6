"""The properties of a policy, of any edition that parameters make."""

import pytest

from reclamation_core.policy import Policy
from reclamation_core.testing.properties import Property, policy_properties
from reclamation_core.testing.strategies import policies
from tests.conftest import briefly


@pytest.mark.slow
@pytest.mark.parametrize("prop", policy_properties(), ids=str)
def test_every_edition_has_the_property(prop: Property[Policy]) -> None:
    with briefly("example"):  # an edition takes long to make
        prop.check_every(policies())
