"""L'édition, les jours ouvrés et le bureau de l'agence tiennent les lois de la procédure."""

from __future__ import annotations

import pytest
from guichet.agency import SITES, our_edition
from guichet.store import LoggedStore

from reclamation_core import BusinessCalendar, Desk, Policy
from reclamation_core.testing.laws import (
    Law,
    check_calendar_laws,
    check_desk_laws,
    check_policy_laws,
    policy_laws,
)


@pytest.fixture
def policy() -> Policy:
    return our_edition()


def test_our_edition_keeps_every_law(policy: Policy) -> None:
    check_policy_laws(policy)


@pytest.mark.parametrize("law", [law for law in policy_laws() if law.reading == "I1"], ids=str)
def test_our_edition_keeps_the_laws_of_the_survey(law: Law[Policy], policy: Policy) -> None:
    law.check(policy)


def test_our_calendar_keeps_every_law(calendar: BusinessCalendar) -> None:
    check_calendar_laws(calendar)


def test_our_desk_keeps_every_law() -> None:
    check_desk_laws(lambda: Desk(LoggedStore(), policy=our_edition(), sites=SITES))
