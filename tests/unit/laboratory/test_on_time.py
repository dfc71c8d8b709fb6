"""Which answers are in time, and which complaints are in no rate."""

from datetime import UTC, date, datetime, time, timedelta
from html import unescape

import narwhals as nw
import polars as pl
import pytest

from reclamation_core import m2_1
from reclamation_core.errors import FaultsError
from reclamation_core.frames import InvalidRowsError
from reclamation_core.laboratory import replay, what_if
from tests.typography import plain
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, EIGHT, KINDS, LOCAL, M2_1, SEVEN, rows


@pytest.mark.parametrize("kind", KINDS)
def test_until_its_last_day_has_come_a_complaint_is_in_no_rate_answered_or_not(kind: str) -> None:
    quick = {**CASELOAD[0], "answered_on": date(2026, 5, 12)}
    found = replay(KINDS[kind]([*CASELOAD, quick]), EDITIONS, CALENDAR, as_of=date(2026, 5, 18))
    assert [row[1:] for row in rows(found.on_time()) if row[0] == M2_1] == [
        ("local", 0, 0, 1, 1, 0, 0, None),
        ("undetermined", 0, 0, 1, 0, 0, 0, None),
        ("to_be_clarified", 0, 0, 1, 0, 0, 0, None),
    ]
    assert found.on_time_rates() == {M2_1: None, SEVEN: None, EIGHT: 1 / 4}


def test_a_rate_is_what_it_would_be_were_all_answers_known() -> None:
    # Half the complaints are answered after 5 business days, half after 15: half in time under 10 days, all under 15.
    # The analysis is made before some answers, and the quick ones are known sooner.
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
    assert rows(kept.on_time())[-1] == (SEVEN, "regional", 0, 0, 0, 0, 2, 0, None)
    assert rows(kept.ageing()) == []
    # A register that was worked under the other edition owed them an answer, and the other admits all of M2-1's.
    owed = replay(KINDS["polars"]([CASELOAD[0], *silent]), [seven, first], CALENDAR, as_of=later)
    assert owed.on_time_rates() == {SEVEN: 1 / 3, M2_1: 1.0}
    assert not any(row[6] for row in rows(owed.on_time()))


@pytest.mark.engines
def test_an_answer_before_the_receipt_in_the_site_s_zone_is_refused_or_in_no_rate() -> None:
    received = datetime(2026, 5, 4, 23, 30, tzinfo=UTC)  # 5 May in Paris
    records = [{**CASELOAD[0], "received_at": received, "answered_on": date(2026, 5, day)} for day in (4, 5)]
    for kind, make in KINDS.items():
        found = replay(make(records), [m2_1()], CALENDAR, as_of=date(2026, 6, 30), on_invalid="mark")
        assert (kind, found.invalid, found.size) == (kind, 1, 2)
        marks = nw.from_native(found.cases).select("edition_1_invalid").to_native()
        assert sorted(rows(marks), key=str) == [("answered_on",), (None,)]
        assert rows(found.on_time()) == [(M2_1, "local", 1, 0, 0, 0, 0, 0, 1.0)]
    with pytest.raises(InvalidRowsError, match=r"answered_on: .*a day that is not before") as refused:
        replay(KINDS["polars"](records), [m2_1()], CALENDAR, as_of=date(2026, 6, 30))
    assert (refused.value.rows, refused.value.counts) == (1, {"answered_on": 1})


def test_the_first_ten_days_before_a_receipt_are_named_and_all_are_counted() -> None:
    days = [date(2026, 4, day) for day in range(1, 13)]
    records = [{**CASELOAD[0], "answered_on": day} for day in days]
    with pytest.raises(InvalidRowsError) as refused:
        replay(KINDS["polars"](records), [m2_1()], CALENDAR, as_of=AS_OF)
    assert (refused.value.rows, refused.value.counts) == (12, {"answered_on": 12})
    assert [fault.value for fault in refused.value.faults] == days[:10]


def test_only_a_complaint_withdrawn_in_time_and_unanswered_is_in_no_rate() -> None:
    due = date(2026, 5, 19)
    told = [(None, due), (None, due + timedelta(1)), (date(2026, 5, 18), due), (due, date(2026, 5, 18))]
    records = [{**CASELOAD[0], "answered_on": answer, "withdrawn_on": withdrawal} for answer, withdrawal in told]
    for make in (KINDS["polars"], KINDS["polars-lazy"]):
        found = replay(make(records), [m2_1()], CALENDAR, as_of=date(2026, 6, 30))
        assert rows(found.on_time()) == [(M2_1, "local", 1, 1, 0, 0, 0, 2, 0.5)]
        assert [row[2:] for row in rows(found.ageing())] == [(42, 1)]
    wrong = KINDS["polars"](records).with_columns(withdrawn_on=pl.lit("hier"))
    with pytest.raises(FaultsError, match=r"withdrawn_on: .*a column of dates is expected"):
        replay(wrong, [m2_1()], CALENDAR, as_of=date(2026, 6, 30))


@pytest.mark.engines
def test_both_days_before_the_receipt_are_named_for_each_edition() -> None:
    day = date(2026, 5, 1)
    records = [{**CASELOAD[0], "answered_on": day, "withdrawn_on": day}]
    for kind in ("polars", "polars-lazy", "pandas", "duckdb"):
        found = replay(KINDS[kind](records), EDITIONS[:2], CALENDAR, as_of=AS_OF, on_invalid="mark")
        marks = nw.from_native(found.cases).select("edition_1_invalid", "edition_2_invalid").to_native()
        assert rows(marks) == [("answered_on withdrawn_on",) * 2]
        assert found.invalid == 1


SUSPENDING = [what_if(m2_1(), deadline_suspensions_allowed=True, edition="with suspensions"), m2_1()]
SUSPENDED = [
    # Received on Saturday 2 May, due on the 19th: three business days that do not count make it the 22nd.
    {**CASELOAD[0], "suspensions": "2026-05-04/2026-05-06", "answered_on": date(2026, 5, 22)},
    # Two periods of one business day each.
    {**CASELOAD[0], "suspensions": "2026-05-04/2026-05-04 2026-05-16/2026-05-18", "answered_on": date(2026, 5, 22)},
    # Still suspended: due on the tenth business day after the day of the analysis, less the six that had passed.
    {**CASELOAD[0], "suspensions": "2026-05-13/..", "answered_on": None},
    {**CASELOAD[0], "suspensions": None, "answered_on": date(2026, 5, 19)},
    {**CASELOAD[3], "suspensions": "2026-05-04/2026-05-06"},
]


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "duckdb"])
def test_suspended_days_are_not_counted_where_the_edition_allows_suspensions(kind: str) -> None:
    found = replay(KINDS[kind](SUSPENDED), SUSPENDING, CALENDAR, as_of=date(2026, 5, 22))

    dues = (
        nw.from_native(found.cases).select("edition_1_due_date", "edition_2_due_date", "edition_2_changed").to_native()
    )
    fixed = date(2026, 5, 19)
    assert rows(dues) == [
        (date(2026, 5, 22), fixed, "due_date"),
        (date(2026, 5, 21), fixed, "due_date"),
        (date(2026, 5, 29), fixed, "due_date"),
        (fixed, fixed, None),
        (None, None, None),
    ]
    assert found.on_time_rates() == {"with suspensions": 2 / 3, M2_1: 1 / 4}
    by_level = what_if(SUSPENDING[0], deadline_by_level={"national": 15}, edition="by level")
    again = replay(KINDS[kind](SUSPENDED), [SUSPENDING[0], by_level], CALENDAR, as_of=date(2026, 5, 22))
    assert set(again.on_time_rates().values()) == {2 / 3}


def test_an_open_suspension_takes_off_one_day_without_as_of() -> None:
    found = replay(KINDS["polars"](SUSPENDED), SUSPENDING, CALENDAR)
    assert rows(found.cases.select("edition_1_due_date"))[2] == (date(2026, 5, 20),)


@pytest.mark.engines
def test_suspensions_are_refused_in_sql_engines_where_an_edition_allows_them() -> None:
    make = KINDS["duckdb"]
    with pytest.raises(ValueError, match=r"suspensions: .*DuckDB"):
        replay(make(SUSPENDED), SUSPENDING, CALENDAR)
    assert replay(make(SUSPENDED), SUSPENDING[1:], CALENDAR).size == 5
    assert replay(make(SUSPENDED[3:4]), SUSPENDING, CALENDAR).size == 1


@pytest.mark.parametrize(
    "value",
    [
        "2026-05-04",
        "2026-05-06/2026-05-04",
        "2026-05-04/..  ",
        "lundi/mardi",
        "2026-05-04/.. 2026-05-09/2026-05-10",
        "",
    ],
)
def test_a_suspension_that_is_not_an_interval_of_days_is_refused(value: str) -> None:
    records = [{**CASELOAD[0], "suspensions": value}]
    with pytest.raises(FaultsError, match=r"suspensions: .*2026-05-04/2026-05-06"):
        replay(KINDS["polars"](records), SUSPENDING, CALENDAR)


def test_a_last_day_that_a_suspension_moves_out_of_the_calendar_is_refused() -> None:
    records = [{**CASELOAD[0], "suspensions": "2026-05-04/2027-12-31"}]
    with pytest.raises(FaultsError, match="suspensions: "):
        replay(KINDS["polars"](records), SUSPENDING, CALENDAR)


@pytest.mark.parametrize("kind", KINDS)
def test_messages_to_be_clarified_are_apart_from_complaints_of_an_unknown_level(kind: str) -> None:
    found = replay(KINDS[kind](CASELOAD), EDITIONS[:1], CALENDAR, as_of=AS_OF)
    counted = {row[1]: row[2:6] for row in rows(found.on_time())}
    assert counted == {"local": (1, 0, 0, 0), "undetermined": (0, 1, 0, 0), "to_be_clarified": (0, 1, 0, 0)}


@pytest.mark.parametrize("kind", KINDS)
def test_repeated_references_and_receipts_after_the_day_of_the_analysis_are_counted(kind: str) -> None:
    later = {**CASELOAD[0], "received_at": datetime.fromisoformat("2026-05-20T09:30:00+02:00"), "answered_on": None}
    references = ["A1", "A2", "A1", None, None, "A1", "A3"]
    caseload = [{"reference": one, **record} for one, record in zip(references, [*CASELOAD, later], strict=True)]
    found = replay(KINDS[kind](caseload), EDITIONS[:1], CALENDAR, as_of=AS_OF)
    assert (found.received_later, found.repeated) == (1, None if kind in {"polars-lazy", "duckdb"} else 2)
    told = plain(unescape(found.to_html()))
    assert "Lignes reçues après la date d'analyse : 1." in told
    assert ("Lignes dont la référence figure déjà plus haut : 2." in told) == bool(found.repeated)


def test_without_a_column_of_references_none_is_repeated() -> None:
    found = replay(KINDS["polars"](CASELOAD), EDITIONS[:1], CALENDAR)
    assert (found.repeated, found.received_later) == (None, 0)
