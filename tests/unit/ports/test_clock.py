"""The clock of the machine."""

from datetime import UTC, datetime, timedelta

from reclamation_core.ports.store import SystemClock


def test_the_system_clock_returns_the_current_instant_in_utc() -> None:
    before = datetime.now(UTC)
    told = SystemClock().now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta(0)
