"""Properties of replays: they count each complaint as assessed alone, and no more changes than the editions have."""

from collections import Counter
from datetime import date, timedelta
from functools import cache
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import BusinessCalendar, ComplaintFacts, Policy, m2_1
from reclamation_core.calendars import DayType
from reclamation_core.frames import InvalidRowsError
from reclamation_core.laboratory import Replay, replay, what_if
from reclamation_core.vocabulary import Band, Level
from tests.properties.frames.test_columns_decide_as_one_by_one import INSTANTS, VALUES, consistent, facts_of
from tests.unit.frames import backends
from tests.unit.laboratory.caseloads import KINDS, rows

CALENDAR = BusinessCalendar.france(first_year=2020, last_year=2030)
DECISIONS = ("eligibility", "level", "criticality", "band", "complexity")
DAYS = ("answered_on", "withdrawn_on")
STATES = ("on_time", "late", "open", "early", "newly_admitted", "withdrawn")
EDITIONS = (
    m2_1(),
    what_if(m2_1(), retention_active_months=6, risk_least_band_at_severity_4=Band.MODERATE),
    what_if(m2_1(), survey_threshold=7, deadline_days=8),
    what_if(m2_1(), deadline_day_type=DayType.FRANC, risk_high_from=9, complexity_causes=3),
    what_if(m2_1(), complexity_level=Level.NATIONAL, closures=[date(2025, 5, 2)], tables={
        "level": {"replace": [{"id": "several-regions", "then": "regional", "when": {}}]},
        "eligibility": {"add": [{"id": "own", "then": "complaint", "when": {"channel": '"phone"', "formal": True}}]},
    }),
)  # fmt: skip
"""Editions that differ in all that is decided; the second decides as M2-1 does."""


@st.composite
def caseloads(draw: st.DrawFn, first: int = 0) -> list[dict[str, Any]]:
    """A few complaints, of which anything may be unknown, with the days of the answer and of the withdrawal.

    These are so many days after the receipt, or later. Shrinks towards one complaint, open.
    """
    facts = st.fixed_dictionaries({"received_at": INSTANTS, **VALUES}).map(consistent)
    records = draw(st.lists(facts, min_size=1, max_size=8))
    days = st.none() | st.integers(first, 25)
    return [
        {**record, "answered_on": _after(record, draw(days)), "withdrawn_on": _after(record, draw(days))}
        for record in records
    ]


def _after(record: dict[str, Any], days: int | None) -> date | None:
    return None if days is None else CALENDAR.day_of(record["received_at"]) + timedelta(days)


def alone(record: dict[str, Any], policy: Policy) -> dict[str, Any]:
    """Return the assessment of a complaint alone."""
    return backends.expected(policy.assess(ComplaintFacts(**facts_of(record)), CALENDAR))


def code(outcome: Any) -> str:
    return "undetermined" if outcome is None else str(outcome)


def decided(told: dict[str, Any], decision: str) -> str:
    """Return the outcome of a decision: a message out of scope has no level."""
    is_outside = decision == "level" and told["eligibility"] == "out_of_scope"
    return "out_of_scope" if is_outside else code(told[decision])


def handled(told: dict[str, Any]) -> str:
    if told["eligibility"] == "out_of_scope":
        return "out_of_scope"
    return "undetermined" if None in (told["eligibility"], told["level"]) else str(told["level"])


def answered(told: dict[str, Any]) -> str:
    """Return the row of a complaint among the answers: without an eligibility it is to be clarified."""
    return "to_be_clarified" if told["eligibility"] is None else handled(told)


def status(due: date | None, record: dict[str, Any], as_of: date) -> str:
    """Whether an answer is in time, from the words of the procedure: at the end of a day."""
    if due is None:
        return "none"
    answered_on, withdrawn_on = (record[name] for name in DAYS)
    was_answered = answered_on is not None and withdrawn_on is not None and answered_on <= withdrawn_on
    if withdrawn_on is not None and withdrawn_on <= due and withdrawn_on <= as_of and not was_answered:
        return "withdrawn"
    is_known = answered_on is not None and answered_on <= as_of
    if due > as_of:
        return "early" if is_known else "open"
    return "on_time" if answered_on is not None and answered_on <= due else "late"


def apart(due: date | None) -> str:
    """Return the status of a complaint without a due date under the first edition."""
    return "none" if due is None else "newly_admitted"


@pytest.mark.slow
@given(
    records=caseloads(),
    compared=st.lists(st.sampled_from(EDITIONS), min_size=2, max_size=2, unique_by=id),
    as_of=st.dates(date(2020, 1, 1), date(2030, 12, 31)),
)
def test_a_replay_counts_each_complaint_once_as_assessed_alone(
    records: list[dict[str, Any]], compared: list[Policy], as_of: date
) -> None:
    editions = [*compared, same_as(compared[0])]
    found = replay(KINDS["polars"](records), editions, CALENDAR, as_of=as_of)

    told = {edition.edition: [alone(record, edition) for record in records] for edition in editions}
    for edition in editions[1:]:
        pairs = list(zip(told[editions[0].edition], told[edition.edition], strict=True))
        assert_decisions(found, edition.edition, pairs)
        assert_dates(found, edition.edition, pairs)
        assert_as_the_difference(found, editions[0], edition)
    for edition in editions:
        awaited = [one["due_date"] is not None for one in told[editions[0].edition]]
        assert_answers(found, edition.edition, told[edition.edition], records, awaited)
    assert_margins(found)
    assert found.changed["la même"] == 0


@pytest.mark.slow
@given(records=caseloads(first=-3), as_of=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_days_before_the_receipt_are_refused_or_left_out_and_counted(
    records: list[dict[str, Any]], as_of: date
) -> None:
    def is_possible(record: dict[str, Any]) -> bool:
        received_on = CALENDAR.day_of(record["received_at"])
        return all(record[name] is None or record[name] >= received_on for name in DAYS)

    possible = [record for record in records if is_possible(record)]
    found = replay(KINDS["polars"](records), [m2_1()], CALENDAR, as_of=as_of, on_invalid="mark")

    assert (found.size, found.invalid) == (len(records), len(records) - len(possible))
    named = [
        " ".join(name for name in DAYS if (day := record[name]) and day < CALENDAR.day_of(record["received_at"]))
        or None
        for record in records
    ]
    assert found.cases["edition_1_invalid"].to_list() == named
    if possible:
        without = replay(KINDS["polars"](possible), [m2_1()], CALENDAR, as_of=as_of)
        assert (rows(found.on_time()), found.on_time_rates()) == (rows(without.on_time()), without.on_time_rates())
    if found.invalid:
        with pytest.raises(InvalidRowsError, match="a day that is not before the receipt") as refused:
            replay(KINDS["polars"](records), [m2_1()], CALENDAR, as_of=as_of)
        assert refused.value.rows == found.invalid


@st.composite
def suspended(draw: st.DrawFn) -> dict[str, Any]:
    """A complaint with up to three suspensions of the answer clock; shrinks towards none."""
    received_on = CALENDAR.day_of((record := draw(caseloads())[0])["received_at"])
    ends = draw(st.lists(st.integers(0, 30), max_size=6, unique=True).map(sorted))
    periods = [(received_on + timedelta(a), received_on + timedelta(b)) for a, b in zip(ends[::2], ends[1::2])]
    return {**record, "periods": periods, "suspensions": " ".join(f"{a}/{b}" for a, b in periods) or None}


@pytest.mark.slow
@given(records=st.lists(suspended(), min_size=1, max_size=4), number=st.sampled_from(range(len(EDITIONS))))
def test_a_suspended_complaint_has_the_due_date_of_its_deadline(records: list[dict[str, Any]], number: int) -> None:
    edition = with_suspensions(EDITIONS[number])
    columns = [{name: value for name, value in record.items() if name != "periods"} for record in records]
    found = replay(KINDS["polars"](columns), [edition, EDITIONS[number]], CALENDAR)
    for record, due, fixed in zip(
        records, *found.cases.select("edition_1_due_date", "edition_2_due_date"), strict=True
    ):
        deadline = CALENDAR.deadline(record["received_at"], edition.deadline, suspensions=record["periods"])
        assert due == (None if fixed is None else deadline.due)


def assert_decisions(found: Replay, name: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """The matrices and the rows responsible are those of the complaints one by one."""
    assert found.matrices()[name] == Counter((handled(one), handled(other)) for one, other in pairs)
    for decision in DECISIONS:
        expected = Counter((decided(one, decision), decided(other, decision)) for one, other in pairs)
        assert found.matrices(decision)[name] == expected
    assert {row[1:6]: row[6] for row in rows(found.changes()) if row[0] == name} == Counter(
        (decision, decided(one, decision), decided(other, decision), why(one, decision), why(other, decision))
        for one, other in pairs
        for decision in DECISIONS
        if decided(one, decision) != decided(other, decision)
    )


def why(told: dict[str, Any], decision: str) -> str:
    return told[f"{decision}_rows"] or ""


def assert_dates(found: Replay, name: str, pairs: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    """Due dates move, and complaints change, as they do one by one."""
    assert {row[1:3]: row[3] for row in rows(found.due_dates()) if row[0] == name} == Counter(
        move(one["due_date"], other["due_date"]) for one, other in pairs
    )
    differing = [{key for key in (*DECISIONS, "due_date") if one[key] != other[key]} for one, other in pairs]
    place = [edition.edition for edition in found.editions].index(name) + 1
    assert [set((names or "").split()) for names in found.cases[f"edition_{place}_changed"]] == differing
    assert found.changed[name] == sum(map(bool, differing))


def move(before: date | None, after: date | None) -> tuple[str, int | None]:
    match before, after:
        case None, None:
            return "none", None
        case None, _:
            return "gained", None
        case _, None:
            return "lost", None
        case date(), date():
            return "kept" if before == after else "moved", after.toordinal() - before.toordinal()
    raise AssertionError


def assert_answers(
    found: Replay, name: str, told: list[dict[str, Any]], records: list[dict[str, Any]], awaited: list[bool]
) -> None:
    """Answers are in time, late or not due yet as they are one by one, where the first edition awaits them too."""
    as_of = found.as_of
    assert as_of is not None
    known = Counter(
        (answered(one), status(one["due_date"], record, as_of) if held else apart(one["due_date"]))
        for one, record, held in zip(told, records, awaited, strict=True)
    )
    counted = {row[1]: row[2:8] for row in rows(found.on_time()) if row[0] == name}
    for outcome in ("local", "regional", "national", "undetermined", "to_be_clarified", "out_of_scope"):
        expected = tuple(known[outcome, state] for state in STATES)
        assert counted.get(outcome, (0,) * len(STATES)) == expected
    totals = {state: sum(cases for (_, told), cases in known.items() if told == state) for _, state in known}
    on_time, late = totals.get("on_time", 0), totals.get("late", 0)
    assert found.on_time_rates()[name] == (on_time / (on_time + late) if on_time + late else None)
    aged = [row for row in rows(found.ageing()) if row[0] == name]
    assert sum(row[3] for row in aged) == sum(
        held
        and one["due_date"] is not None
        and status(one["due_date"], record, as_of) != "withdrawn"
        and (record["answered_on"] is None or record["answered_on"] > as_of)
        for one, record, held in zip(told, records, awaited, strict=True)
    )
    dated = sum(one["due_date"] is not None for one in told)
    assert sum(row[3] for row in rows(found.weeks()) if row[0] == name) == dated


def assert_margins(found: Replay) -> None:
    """The rows and the columns of each matrix add up to what each edition comes to, and to all complaints."""
    loads = {row[:2]: row[2] for row in rows(found.workload())}
    first = found.editions[0].edition
    for name, matrix in found.matrices().items():
        before, after = Counter[str](), Counter[str]()
        for (one, other), cases in matrix.items():
            before[one] += cases
            after[other] += cases
        assert all(cases == before[outcome] for (edition, outcome), cases in loads.items() if edition == first)
        assert all(cases == after[outcome] for (edition, outcome), cases in loads.items() if edition == name)
    for decision in ("handling", *found.decisions):
        assert all(sum(matrix.values()) == found.size for matrix in found.matrices(decision).values())


def assert_as_the_difference(found: Replay, before: Policy, after: Policy) -> None:
    """Only decisions in the difference of the two editions change."""
    some, told = differing_tables(before, after)
    assert {row[1] for row in rows(found.changes()) if row[0] == after.edition} <= told
    if not some:
        assert found.changed[after.edition] == 0


@cache
def same_as(edition: Policy) -> Policy:
    return attrs.evolve(edition, edition="la même")


@cache
def with_suspensions(edition: Policy) -> Policy:
    return what_if(edition, deadline_suspensions_allowed=True, edition="with suspensions")


@cache
def differing_tables(before: Policy, after: Policy) -> tuple[bool, frozenset[str]]:
    difference = before.diff(after)
    return bool(difference), frozenset(table.after.name for table in difference.tables if table)
