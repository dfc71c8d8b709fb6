from __future__ import annotations

import sys

import pytest

# Measuring has begun by now. What a plugin would have imported before would count as lines that never ran.
assert "reclamation_core" not in sys.modules

from guichet.agency import SITES, our_calendar
from guichet.counter import Counter
from hypothesis import settings

from reclamation_core import BusinessCalendar, Desk, Sites

settings.register_profile("guichet", max_examples=10)
settings.load_profile("guichet")


@pytest.fixture
def sites() -> Sites:
    return SITES


@pytest.fixture
def calendar() -> BusinessCalendar:
    return our_calendar()


@pytest.fixture
def counter(desk: Desk) -> Counter:
    return Counter(desk)
