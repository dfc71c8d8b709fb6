"""Which answers are in time, and which complaints are in no rate."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from reclamation_core import m2_1
from reclamation_core.laboratory import replay
from tests.unit.laboratory.caseloads import CALENDAR, CASELOAD, EDITIONS, EIGHT, KINDS, LOCAL, M2_1, SEVEN, rows


@pytest.mark.parametrize("kind", KINDS)
def test_until_its_last_day_has_come_a_complaint_is_in_no_rate_answered_or_not(kind: str) -> None:
    quick = {**CASELOAD[0], "answered_on": date(2026, 5, 12)}
    found = replay(KINDS[kind]([*CASELOAD, quick]), EDITIONS, CALENDAR, as_of=date(2026, 5, 18))

    assert [row[1:] for row in rows(found.on_time()) if row[0] == M2_1] == [
        ("local", 0, 0, 1, 1, 0, None),
        ("undetermined", 0, 0, 2, 0, 0, None),
    ]
    assert found.on_time_rates() == {M2_1: None, SEVEN: None, EIGHT: 1 / 4}


def test_a_rate_is_what_it_would_be_were_all_answers_known() -> None:
    # Half the complaints are answered after 5 business days, half after 15: half in time under 10 days, all under 15.
    # They are looked at while some answers are to come, and the quick ones are known sooner.
    days = [CALENDAR.add(date(2026, 3, 1), number) for number in range(1, 21)]
    until = days[-1]
    answered = [(day, CALENDAR.add(day, waited)) for day in days for waited in (5, 15)]
    caseload = [
        {**LOCAL, "channel": "survey", "satisfaction": 3.0, "received_at": datetime.combine(day, time(9), UTC)}
        | {"answered_on": answer if answer <= until else None}
        for day, answer in answered
    ]
    found = replay(KINDS["polars"](caseload), [m2_1(), EDITIONS[2]], CALENDAR, as_of=until)

    assert found.on_time_rates() == {M2_1: 0.5, EIGHT: 0.5}
    assert [row[2:7] for row in rows(found.on_time())] == [(10, 10, 15, 5, 0), (12, 12, 13, 3, 0)]


def test_a_complaint_that_the_first_edition_does_not_admit_is_in_no_rate() -> None:
    silent = [{**record, "answered_on": None} for record in CASELOAD[1:3]]
    later = date(2026, 6, 30)

    first, seven = (EDITIONS[0], EDITIONS[1])
    kept = replay(KINDS["polars"]([CASELOAD[0], *silent]), [first, seven], CALENDAR, as_of=later)
    assert kept.on_time_rates() == {M2_1: 1.0, SEVEN: 1.0}
    assert rows(kept.on_time())[-1] == (SEVEN, "regional", 0, 0, 0, 0, 2, None)
    assert rows(kept.ageing()) == []

    # A register that was worked under the other edition owed them an answer, and the other admits all of M2-1's.
    owed = replay(KINDS["polars"]([CASELOAD[0], *silent]), [seven, first], CALENDAR, as_of=later)
    assert owed.on_time_rates() == {SEVEN: 1 / 3, M2_1: 1.0}
    assert not any(row[6] for row in rows(owed.on_time()))
