"""The test kit without a test of one's own: the properties, the contracts, the conformance cases.

It is no test of the project; `scripts.sample_mutants` asks how much of the library is held by this alone.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest

from reclamation_core import BusinessCalendar, Desk, Policy, m2_1
from reclamation_core.testing.conformance import check_conformance, shipped_conformance
from reclamation_core.testing.properties import (
    Property,
    calendar_properties,
    desk_properties,
    policy_properties,
)
from tests.contracts import test_memory


def test_conformance() -> None:
    """The cases that are shipped."""
    assert check_conformance(shipped_conformance(), m2_1()) == ()


class TestStore(test_memory.TestInMemoryStore):
    """The contracts."""


@pytest.mark.parametrize("prop", calendar_properties(), ids=str)
def test_calendar(prop: Property[BusinessCalendar]) -> None:
    """A property of calendars."""
    prop.check(BusinessCalendar.france())


@pytest.mark.parametrize("prop", policy_properties(), ids=str)
def test_policy(prop: Property[Policy]) -> None:
    """A property of policies."""
    prop.check(m2_1())


@pytest.mark.parametrize("prop", desk_properties(), ids=str)
def test_desk(prop: Property[Callable[[], Desk]]) -> None:
    """A property of desks."""
    prop.check(Desk.in_memory)
