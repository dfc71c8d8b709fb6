"""Facts of an edition in columns: every row is decided, and invalid, as its facts are alone."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core import UNKNOWN, BusinessCalendar, ComplaintFacts, FaultsError, MalfunctionFacts, Policy, frames
from reclamation_core.frames.records import FrameRecord
from reclamation_core.policy.own_facts import input_of
from reclamation_core.tables import (
    DecisionTable,
    Enumeration,
    HitPolicy,
    Row,
    absent,
    at_least,
    at_most,
    below,
    is_in,
    is_not,
)  # fmt: skip
from reclamation_core.testing.strategies import complaint_facts, malfunction_facts
from reclamation_core.vocabulary import Fact
from reclamation_core.vocabulary.own_facts import OwnText
from reclamation_core.wording import Wording
from tests.unit.frames.backends import ALL, expected, read
from tests.unit.policy.own_facts import own_policy

MANY = settings(max_examples=max(2, settings().max_examples // 10))
FRANCE = BusinessCalendar.france(first_year=2020, last_year=2030)
RECEIVED = datetime(2026, 5, 4, 9, tzinfo=UTC)
EDITION = own_policy(tables={})
READ = {name: fact for name, fact in EDITION.facts_by_name.items() if not fact.is_erasable}
OUTPUT = Enumeration("service", tuple("abc"), tuple(Wording(code, code) for code in "abc"))
DAYS = st.dates(date(1969, 12, 30), date(1970, 1, 3)) | st.dates(date(2026, 1, 1), date(2026, 1, 9))
HOURS = st.sampled_from((0, 2, Decimal("2.5"), Decimal("0.1"), 7))
CODES = {"funder": ("opco", "region", "DIF"), "priority": ("low", "high")}
CONDITIONS: dict[str, st.SearchStrategy[Any]] = {
    "subcontracted": st.booleans(),
    "funder": st.sampled_from(["opco", is_not("region"), is_in("opco", "DIF")]),
    "priority": st.sampled_from(["low", is_in("low", "high"), absent()]),
    "group_size": st.builds(at_least, st.integers(2, 30)) | st.builds(at_most, st.integers(1, 29)),
    "hours": st.builds(below, HOURS.filter(bool)) | st.builds(at_least, HOURS) | st.just(absent()),
    "started": st.builds(below, DAYS) | st.builds(at_least, DAYS),
}
READS_ALL: DecisionTable[Any] = DecisionTable(
    "service", tuple(map(input_of, READ.values())), OUTPUT,
    (
        Row("many", {"own.group_size": at_least(10), "own.funder": "opco", "own.subcontracted": True}, "a"),
        Row("soon", {"own.started": below(date(2026, 1, 3)), "own.hours": at_least(2)}, "b"),
        Row("first", {"own.priority": "high"}, "b"),
        Row("last", {}, "c"),
    ),
    HitPolicy.FIRST,
)  # fmt: skip
ROWS = st.lists(st.fixed_dictionaries({}, optional=CONDITIONS), max_size=3)
OF_THE_LEVEL = st.lists(
    st.sampled_from([name for name in CONDITIONS if name != "funder"]), unique=True, max_size=2
).flatmap(
    lambda names: st.lists(st.fixed_dictionaries({}, optional={name: CONDITIONS[name] for name in names}), max_size=3)
)
"""Rows that read two facts at most, as each makes the look-up larger; complaints alone have a funder."""
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "own_subcontracted": st.booleans(),
    "own_hours_unknown": st.booleans(),
    **{f"own_{name}": st.sampled_from(codes) for name, codes in CODES.items()},
    "own_group_size": st.integers(1, 30),
    "own_hours": st.sampled_from((0.0, 2.0, 2.5, 0.1, 7.0)),
    "own_started": DAYS,
    "service_reach": st.sampled_from(("one_centre", "several_centres", "several_regions")),
    "mobilisation": st.sampled_from(("local", "regional", "national")),
}
STRANGE = {
    **VALUES,
    "own_funder": VALUES["own_funder"] | st.just("other"),
    "own_group_size": VALUES["own_group_size"] | st.sampled_from((0, 31)),
    "own_hours": VALUES["own_hours"] | st.just(-1.0),
}


@st.composite
def editions(draw: st.DrawFn) -> Policy:
    """An edition whose rows of the level, and of a table of its own, read its facts."""
    policy = EDITION
    raised = [
        Row(f"own-{place}", {f"own.{name}": when for name, when in conditions.items()}, "regional", "Note 1")
        for place, conditions in enumerate(draw(OF_THE_LEVEL))
        if conditions
    ]
    if raised:
        policy = policy.with_rows("level", add=raised)
    drawn = draw(ROWS)
    names = dict.fromkeys(name for conditions in drawn for name in conditions)
    rows = tuple(
        Row(f"row-{place}", {f"own.{name}": when for name, when in conditions.items()}, "abc"[place % 2])
        for place, conditions in enumerate(drawn)
    )
    if names:
        inputs = tuple(input_of(READ[name]) for name in names)
        last = Row("last", {}, "c")
        table: DecisionTable[Any] = DecisionTable("service", inputs, OUTPUT, (*rows, last), HitPolicy.FIRST)
        policy = policy.with_tables(table)
    return policy


def records(values: dict[str, Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    of_row = st.fixed_dictionaries({name: st.none() | of for name, of in values.items()})
    return st.lists(of_row.map(lambda row: {"received_at": RECEIVED, **row}), min_size=1, max_size=12)


def consistent(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**row, **({"own_hours": None} if row["own_hours_unknown"] else {})} for row in rows]


def facts_of(row: dict[str, Any], cls: Any = ComplaintFacts) -> Any:
    known = {name: value for name, value in row.items() if not name.startswith("own_")}
    own = {name: row[f"own_{name}"] for name in READ if row[f"own_{name}"] is not None}
    own |= {"hours": UNKNOWN} if row["own_hours_unknown"] else {}
    return cls(**known, own={name: own[name] for name in own if cls is ComplaintFacts or name != "funder"})


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@MANY
@given(policy=editions(), rows=records(VALUES).map(consistent))
def test_a_row_with_own_facts_is_decided_as_alone(make: Any, policy: Policy, rows: list[dict[str, Any]]) -> None:
    for row, found in zip(rows, read(frames.decide(make(rows), policy, FRANCE)), strict=True):
        assessment = policy.assess(facts_of(row), FRANCE)
        assert {name: found[name] for name in frames.COLUMNS} == expected(assessment)
        own = {name: (one.outcome, " ".join(row.id for row in one.deciding)) for name, one in assessment.own.items()}
        assert {name: (found[name], found[f"{name}_rows"] or "") for name in own} == own


@pytest.mark.parametrize("make", [ALL["polars"], ALL["duckdb"]], ids=["polars", "duckdb"])
@MANY
@given(policy=editions(), rows=records(VALUES).map(consistent))
def test_malfunctions_with_own_facts_decide_as_alone(make: Any, policy: Policy, rows: list[dict[str, Any]]) -> None:
    for row, found in zip(rows, read(frames.decide_malfunctions(make(rows), policy)), strict=True):
        alone = expected(policy.assess_malfunction(facts_of(row, MalfunctionFacts)))
        assert {**{name: found[name] for name in frames.COLUMNS[2:-1]}, "due_date": None} == alone


@pytest.mark.parametrize("make", [ALL["polars"], ALL["duckdb"]], ids=["polars", "duckdb"])
@MANY
@given(rows=records(STRANGE))
def test_an_own_value_is_invalid_exactly_where_it_is_refused_alone(make: Any, rows: list[dict[str, Any]]) -> None:
    policy = EDITION.with_tables(READS_ALL)
    decided = read(frames.decide(make(rows), policy, FRANCE, on_invalid="mark"))
    for row, found in zip(rows, decided, strict=True):
        refused = {f"own_{name}" for name, fact in READ.items() if is_refused(fact, row[f"own_{name}"])}
        refused |= {"own_hours"} if row["own_hours_unknown"] and row["own_hours"] is not None else set()
        assert set((found["invalid"] or "").split()) == refused
        if refused:
            with pytest.raises(FaultsError) as caught:
                frames.explain(row, policy, FRANCE)
            assert {fault.path for fault in caught.value.faults} == {name.replace("_", ".", 1) for name in refused}
        else:
            assert frames.explain(row, policy, FRANCE).own["service"].outcome == found["service"]


def is_refused(fact: Fact, value: object) -> bool:
    try:
        return value is not None and fact.domain.check(value) is None
    except ValueError:
        return True


def as_double(value: Any) -> Any:
    return Decimal(repr(float(value))) if isinstance(value, Decimal) else value


@MANY
@given(st.lists(complaint_facts(policy=EDITION) | malfunction_facts(policy=EDITION), min_size=1, max_size=8))
def test_records_with_own_facts_are_a_frame_and_back(drawn: list[Any]) -> None:
    texts = {"session": OwnText("S1"), "born": OwnText("2000-01-01", personal=True)}
    of_cases = [attrs.evolve(drawn[0], own={**drawn[0].own, **texts}), *drawn[1:]]
    given_records = [FrameRecord(reference=str(place), site=None, facts=facts) for place, facts in enumerate(of_cases)]
    frame = frames.from_records(given_records)
    assert not {"own_session", "own_born"} & set(frame.columns)
    for record, facts in zip(frames.to_records(frame, editions=[EDITION]), drawn, strict=True):
        own = {name: as_double(value) for name, value in facts.own.items() if name in READ}
        assert record.facts == attrs.evolve(facts, own=own)
