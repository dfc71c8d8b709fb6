"""The period of an audit file: both days included, open where a day is absent."""

from datetime import date, timedelta

import pytest

from reclamation_core.desk.audit_output import Period
from reclamation_core.errors import FaultsError

FIRST, LAST = date(2026, 6, 2), date(2026, 6, 20)
DAY = timedelta(days=1)


def test_a_period_holds_both_its_ends_and_does_not_end_before_it_begins() -> None:
    for first, last, held in [
        (FIRST, LAST, [FIRST, LAST]),
        (FIRST, FIRST, [FIRST]),
        (FIRST, None, [FIRST, LAST, LAST + DAY]),
        (None, LAST, [FIRST - DAY, FIRST, LAST]),
        (None, None, [FIRST - DAY, FIRST, LAST, LAST + DAY]),
    ]:
        assert [day for day in [FIRST - DAY, FIRST, LAST, LAST + DAY] if Period(first, last).holds(day)] == held, held
    assert str(Period(FIRST, FIRST)) == "2026-06-02/2026-06-02"
    with pytest.raises(FaultsError, match="received_until"):
        Period(LAST, LAST - DAY)
