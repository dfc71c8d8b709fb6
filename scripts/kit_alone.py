"""What an application gets from the test kit without a test of its own: the laws, the contracts, the conformance cases.

It is no test of the project; `scripts.sample_mutants` asks how much of the library is held by this alone.
"""

from __future__ import annotations

import pytest

from reclamation_core import BusinessCalendar, Desk, Policy, m2_1
from reclamation_core.testing.conformance import check_conformance, shipped_conformance
from reclamation_core.testing.laws import Law, MakeDesk, calendar_laws, desk_laws, policy_laws
from tests.contracts import test_memory


def test_conformance() -> None:
    """The cases that are shipped."""
    assert check_conformance(shipped_conformance(), m2_1()) == ()


class TestStore(test_memory.TestInMemoryStore):
    """The contracts."""


@pytest.mark.parametrize("law", calendar_laws(), ids=str)
def test_calendar(law: Law[BusinessCalendar]) -> None:
    """A law of calendars."""
    law.check(BusinessCalendar.france())


@pytest.mark.parametrize("law", policy_laws(), ids=str)
def test_policy(law: Law[Policy]) -> None:
    """A law of policies."""
    law.check(m2_1())


@pytest.mark.parametrize("law", desk_laws(), ids=str)
def test_desk(law: Law[MakeDesk]) -> None:
    """A law of desks."""
    law.check(Desk.in_memory)
