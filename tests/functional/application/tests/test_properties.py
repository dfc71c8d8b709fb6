"""L'édition, les jours ouvrés et le bureau de l'agence tiennent les lois de la procédure."""

from __future__ import annotations

import pytest
from guichet.agency import SITES, our_edition
from guichet.store import LoggedStore

from reclamation_core import BusinessCalendar, Desk, Policy
from reclamation_core.testing.properties import (
    Property,
    check_calendar_properties,
    check_desk_properties,
    check_policy_properties,
    policy_properties,
)


@pytest.fixture
def policy() -> Policy:
    return our_edition()


def test_our_edition_keeps_every_law(policy: Policy) -> None:
    check_policy_properties(policy)


@pytest.mark.parametrize("prop", [prop for prop in policy_properties() if prop.interpretation == "I1"], ids=str)
def test_our_edition_keeps_the_laws_of_the_survey(prop: Property[Policy], policy: Policy) -> None:
    prop.check(policy)


def test_our_calendar_keeps_every_law(calendar: BusinessCalendar) -> None:
    check_calendar_properties(calendar)


def test_our_desk_keeps_every_law() -> None:
    check_desk_properties(lambda: Desk(LoggedStore(), policy=our_edition(), sites=SITES))
