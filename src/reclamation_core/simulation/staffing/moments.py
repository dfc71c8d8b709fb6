"""Time as the model counts it: whole seconds since 1970 in UTC, so that nothing is rounded on the way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


def seconds_of(instant: datetime) -> int:
    """An instant in seconds; what is beyond the second is left out."""
    return (instant - _EPOCH) // _SECOND


def instant_of(seconds: int) -> datetime:
    """The instant of so many seconds, in UTC."""
    return _EPOCH + seconds * _SECOND
