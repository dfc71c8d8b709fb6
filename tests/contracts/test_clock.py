"""The clock of the machine satisfies the rules of a clock."""

import pytest

from reclamation_core.ports import Clock
from reclamation_core.ports.store import SystemClock
from reclamation_core.testing.contracts import ClockContract


class TestSystemClock(ClockContract):
    @pytest.fixture
    def clock(self) -> Clock:
        return SystemClock()
