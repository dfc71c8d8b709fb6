"""The properties of the domain as values, to be checked on your own policy, calendar or desk.

A property has a name, a clause of the procedure, a wording in French and in English, and a check. A check runs
Hypothesis with the settings of the current profile, and fails with the smallest counterexample found:

    @pytest.mark.parametrize("prop", policy_properties(), ids=str)
    def test_property_of_our_edition(prop: Property[Policy]) -> None:
        prop.check(our_edition)
"""

from __future__ import annotations

from reclamation_core.testing.properties.base import PropertiesFailedError, Property, PropertyFailedError
from reclamation_core.testing.properties.calendar import calendar_properties, check_calendar_properties
from reclamation_core.testing.properties.desk import check_desk_properties, desk_properties
from reclamation_core.testing.properties.policy import check_policy_properties, policy_properties

__all__ = [
    "PropertiesFailedError",
    "Property",
    "PropertyFailedError",
    "calendar_properties",
    "check_calendar_properties",
    "check_desk_properties",
    "check_policy_properties",
    "desk_properties",
    "policy_properties",
]
