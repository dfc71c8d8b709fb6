from datetime import UTC, date, datetime
from typing import Any

import attrs
import polars as pl
import pytest

from reclamation_core import UNKNOWN, Level, Sites, frames, m2_1
from reclamation_core.intake import read
from reclamation_core.policy import parse_policy
from reclamation_core.simulation import (
    CaseloadProfile,
    Kind,
    StaffingScenario,
    generate_complaints,
    generate_records,
    shipped,
    time_to_answer,
)
from reclamation_core.simulation.staffing.model import simulate_staffing

SITES = Sites.from_toml(shipped().sites)
UNTIL = date(2026, 5, 19)


def same(facts: Any) -> dict[str, Any]:
    """Facts by name; a note as a number, and the instant in UTC."""
    told = attrs.asdict(facts)
    note = told["satisfaction"]
    told["satisfaction"] = note if note is UNKNOWN or not hasattr(note, "is_finite") else float(note)
    return {**told, "received_at": told["received_at"].astimezone(UTC)}


def test_records_are_the_complaints_of_the_same_seed_without_their_words() -> None:
    given: Any = {"sites": Sites([SITES["METZ"]]), "profile": CaseloadProfile(days=40), "until": date(2026, 3, 31)}
    for record, complaint in zip(generate_records(400, 7, **given), generate_complaints(400, 7, **given), strict=True):
        assert (record.reference, record.site or "", record.kind) == (
            complaint.reference,
            complaint.site,
            complaint.kind,
        )
        assert record.theme == complaint.theme
        assert same(record.facts) == same(complaint.facts)


@pytest.mark.parametrize("seed", [6, 7])
def test_the_rows_of_records_are_decided_in_columns_as_the_records_were(seed: int) -> None:
    records = list(generate_records(1000, seed))
    rows = [record.row() for record in records]
    told = {True: "complaint", False: "out_of_scope", None: None}
    decided = frames.decide(pl.DataFrame(rows, infer_schema_length=None).drop("level"), m2_1(), None)
    assert [row["satisfaction_unknown"] for row in rows] == [record.facts.satisfaction is UNKNOWN for record in records]
    assert any(row["satisfaction_unknown"] for row in rows)
    assert decided["eligibility"].to_list() == [told[record.is_complaint] for record in records]


def test_a_record_has_the_decisions_of_the_procedure() -> None:
    for record in generate_records(400, 7):
        calendar = SITES[record.site].calendar() if record.site else None
        if calendar is None:
            continue
        assessment = m2_1().assess(record.facts, calendar)
        due = None if assessment.deadline is None else assessment.deadline.due

        assert (record.due, record.level) == (due, None if due is None else assessment.handling_level.value)
        assert (
            record.is_complaint
            == {"complaint": True, "out_of_scope": False, None: None}[assessment.eligibility.outcome]
        )
        if record.answered_at is not None and due is not None:
            assert record.answered_on == calendar.day_of(record.answered_at)
            assert record.on_time is (record.answered_on <= due)
            assert record.facts.received_at < record.answered_at
        elif due is not None:
            assert record.on_time is (False if due <= UNTIL else None)


def test_what_is_out_of_scope_awaits_nothing() -> None:
    profile = CaseloadProfile(kinds={Kind.INFORMATION: 1}, unknown={})
    for record in generate_records(50, 1, profile=profile):
        assert (record.is_complaint, record.level, record.due) == (False, None, None)
        assert (record.answered_at, record.answered_on, record.days, record.is_open, record.on_time) == (
            None,
            None,
            0,
            False,
            None,
        )


def test_what_is_never_answered_is_open() -> None:
    profile = CaseloadProfile(kinds={Kind.GRIEVANCE: 1}, unknown={}, answers={level: {1000: 1} for level in Level})
    records = [record for record in generate_records(50, 1, profile=profile) if record.due is not None]
    assert {record.is_open for record in records} == {True}


def test_another_edition_judges_the_same_complaints() -> None:
    eight = parse_policy({"starts_from": "M2-1", "edition": "8 jours", "deadline": {"days": 8}})
    usual, sooner = (list(generate_records(100, 3, policy=policy)) for policy in (None, eight))
    assert [one.answered_at for one in usual] == [one.answered_at for one in sooner]
    assert all(a.due > b.due for a, b in zip(usual, sooner, strict=True) if a.due is not None and b.due is not None)
    with pytest.raises(TypeError, match="policy: a Policy is expected, got a str"):
        generate_records(1, 1, policy="M2-1")  # type: ignore[arg-type]


def test_a_record_is_a_row_of_plain_values_named_as_the_intake_names_them() -> None:
    plain = {str, int, float, bool, date, datetime, type(None)}
    with read(shipped().complaints, sites=SITES) as reader:
        (columns,) = {tuple(attrs.asdict(row.facts)) for row in reader if hasattr(row, "facts")}
    columns = tuple(name for name in columns if name != "own")
    for record in generate_records(300, 5):
        row = record.row()
        assert {type(value) for value in row.values()} <= plain
        assert set(columns) <= set(row)


def test_records_are_accepted_by_the_staffing_model_and_time_to_answer() -> None:
    records = list(generate_records(60, 5))
    run = simulate_staffing(records, StaffingScenario(policy=m2_1()), SITES, until=UNTIL, default_site="METZ")
    awaited = [record for record in records if record.due is not None]
    assert len(run.handled) == 60
    assert time_to_answer(awaited).answered + time_to_answer(awaited).still_open == len(awaited)
