from collections import Counter
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

import attrs
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core import UNKNOWN, FaultsError, frames
from reclamation_core.calendars import BusinessCalendar, DayType, DeadlineRule, OutsideHorizonError
from reclamation_core.policy import ComplexityParameters, Parameters, Policy, RiskParameters, SurveyParameters, m2_1
from reclamation_core.tables import Row, at_least, below
from reclamation_core.vocabulary import Band, ComplaintFacts, Level, MalfunctionFacts
from tests.lazy import pa, pd
from tests.unit.frames import backends
from tests.unit.frames.backends import ALL, CODES, NUMBERS, SEVERITIES, expected, polars_frame, read

MANY = settings(max_examples=max(3, settings().max_examples // 10))
"""An example is many rows, and a plan costs more than its rows: a tenth of the examples will do, after the simplest."""

POLICIES = (
    m2_1(),
    Policy(
        edition="stricter",
        parameters=Parameters(
            survey=SurveyParameters(scale=(0, 20), threshold=12.5),
            deadline=DeadlineRule(days=8, first_day_counted=True, cut_off=time(17, 30)),
            risk=RiskParameters(moderate_from=3, high_from=6, critical_from=9, recurrences=(2, 4, 5)),
            complexity=ComplexityParameters(band=Band.CRITICAL, causes=3, recurrences=4, level=Level.NATIONAL),
            closures=(date(2026, 5, 15),),
        ),
    ),
    Policy(
        edition="in clear days",
        parameters=Parameters(
            survey=SurveyParameters(scale=(1, 5), threshold=2.1),
            deadline=DeadlineRule(days=12, day_type=DayType.FRANC, cut_off=time(2, 30)),
        ),
    ),
    m2_1()
    .with_rows(
        "severity",  # the first domain together with the last one: not the maximum of their single decisions
        add=[Row("both", {"severity_safety": at_least(2), "severity_training": at_least(2)}, 4, "Note 1")],
    )
    .with_rows("level", replace=[Row("several-regions", {"service_reach": "several_regions"}, "regional", "Note 2")])
    .with_rows(
        "eligibility",
        add=[Row("low-note-in-writing", {"channel": "email", "satisfaction": below(7)}, "complaint", "Note 3")],
    ),
)
CALENDARS = (
    BusinessCalendar.france(first_year=2020, last_year=2030),
    BusinessCalendar.france("reunion", first_year=2020, last_year=2030),
)
INSTANTS = st.datetimes(datetime(2020, 1, 2), datetime(2030, 11, 30)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001  the zone is added
VALUES: dict[str, st.SearchStrategy[Any]] = {
    **{name: st.none() | st.sampled_from([member.value for member in codes]) for name, codes in CODES.items()},
    **dict.fromkeys(("formal", "sold_service", "satisfaction_unknown"), st.none() | st.booleans()),
    **dict.fromkeys(SEVERITIES, st.none() | st.integers(0, 4)),
    "satisfaction": st.none() | st.floats(1, 5) | st.sampled_from((1.0, 2.0, 2.1, 5.0)),
    "likelihood": st.none() | st.integers(1, 4),
    "recurrences": st.none() | st.integers(0, 7),
    "causes": st.none() | st.integers(0, 4),
}
STRANGE: dict[str, st.SearchStrategy[Any]] = {
    **{name: values | st.sampled_from(("", "Email", "local ")) for name, values in VALUES.items() if name in CODES},
    **{name: VALUES[name] | st.sampled_from((-1, 5, 7)) for name in NUMBERS},
    **{name: VALUES[name] for name in ("formal", "sold_service", "satisfaction_unknown")},
    "satisfaction": VALUES["satisfaction"] | st.sampled_from((0.5, 10.5, -1.0, float("inf"), float("nan"))),
    "received_at": st.none()
    | INSTANTS
    | st.sampled_from((datetime(2019, 12, 31, 22, 59, 59, tzinfo=UTC), datetime(2030, 12, 28, tzinfo=UTC))),
}


@st.composite
def records(draw: st.DrawFn, values: Mapping[str, st.SearchStrategy[Any]]) -> list[dict[str, Any]]:
    """Up to forty complaints, each with some of the facts at hand. Shrinks towards one of which nothing is known.

    A note that is marked as unknown has no value, unless values are strange.
    """
    columns = {name: draw(st.lists(of_fact, min_size=1, max_size=6)) for name, of_fact in values.items()}
    rows = draw(st.integers(1, 40))
    chance = draw(st.randoms(use_true_random=False)) if rows > 1 else None
    drawn = [
        {name: of_fact[0] if chance is None else chance.choice(of_fact) for name, of_fact in columns.items()}
        for _ in range(rows)
    ]
    return drawn if values is STRANGE else list(map(consistent, drawn))


def consistent(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record without a note where it is marked as unknown."""
    return {**record, **({"satisfaction": None} if record.get("satisfaction_unknown") else {})}


COMPLAINTS = records({"received_at": INSTANTS, **VALUES})
ONE = COMPLAINTS.map(lambda rows: rows[0])
SETTINGS = st.tuples(st.sampled_from(POLICIES), st.sampled_from(CALENDARS), st.sampled_from(backends.ZONES))


def facts_of(record: Mapping[str, Any], cls: type[Any] = ComplaintFacts) -> dict[str, Any]:
    """Return the facts of a record, with the note that is marked as unknown."""
    facts = {name: value for name, value in record.items() if name in backends.fields(cls)}
    if cls is ComplaintFacts and record.get("satisfaction_unknown"):
        facts["satisfaction"] = UNKNOWN
    return facts


def assessed(record: dict[str, Any], policy: Policy, calendar: BusinessCalendar) -> dict[str, Any]:
    """Return the assessment of a record alone."""
    return expected(policy.assess(ComplaintFacts(**facts_of(record)), calendar))


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@MANY
@given(complaints=COMPLAINTS, setting=SETTINGS)
def test_every_row_is_decided_as_alone(
    make: Any, complaints: list[dict[str, Any]], setting: tuple[Policy, BusinessCalendar, str]
) -> None:
    policy, calendar, zone = setting
    decided = read(frames.decide(make(complaints, zone), policy, calendar))
    found = [{name: row[name] for name in frames.COLUMNS} for row in decided]
    assert found == [assessed(record, policy, calendar) for record in complaints]


@pytest.mark.parametrize("make", [ALL["polars"], ALL["duckdb"]], ids=["polars", "duckdb"])
@MANY
@given(complaints=COMPLAINTS, policy=st.sampled_from(POLICIES))
def test_every_malfunction_is_decided_as_alone(make: Any, complaints: list[dict[str, Any]], policy: Policy) -> None:
    decided = read(frames.decide_malfunctions(make(complaints), policy))
    known = backends.fields(MalfunctionFacts)
    malfunctions = [MalfunctionFacts(**{key: record[key] for key in record if key in known}) for record in complaints]
    found = [{name: row[name] for name in frames.COLUMNS[2:-1]} for row in decided]
    assert [{**row, "due_date": None} for row in found] == [
        expected(policy.assess_malfunction(facts)) for facts in malfunctions
    ]


@pytest.mark.filterwarnings("ignore::reclamation_core.frames.MissingColumnWarning")
@pytest.mark.parametrize("make", [ALL["polars"], ALL["duckdb"]], ids=["polars", "duckdb"])
@MANY
@given(
    complaints=COMPLAINTS,
    missing=st.sets(st.sampled_from(sorted(VALUES))),
    decisions=st.sets(st.sampled_from(frames.DECISIONS), min_size=1),
)
def test_a_missing_column_is_unknown_and_single_decisions_may_be_requested(
    make: Any, complaints: list[dict[str, Any]], missing: set[str], decisions: set[str]
) -> None:
    policy, calendar = POLICIES[0], CALENDARS[0]
    narrower = [{name: value for name, value in record.items() if name not in missing} for record in complaints]
    decided = read(frames.decide(make(narrower), policy, calendar, decisions=decisions))
    wanted = [name for name in frames.COLUMNS if name.removesuffix("_rows") in decisions]
    assert [{name: row[name] for name in (*wanted, "due_date")} for row in decided] == [
        {name: value for name, value in assessed(record, policy, calendar).items() if name in (*wanted, "due_date")}
        for record in narrower
    ]


@pytest.mark.parametrize(
    "make", [ALL["polars"], ALL["polars-categorical"], ALL["duckdb"]], ids=["texts", "categories", "duckdb"]
)
@MANY
@given(complaints=records(STRANGE))
def test_a_row_is_marked_exactly_where_it_is_refused_alone(make: Any, complaints: list[dict[str, Any]]) -> None:
    policy, calendar = POLICIES[2], CALENDARS[0]
    alone = [refused(record, policy, calendar) for record in complaints]
    frame = make(complaints)

    decided = frames.decide(frame, policy, calendar, on_invalid="mark")

    assert [set((row["invalid"] or "").split()) for row in read(decided)] == alone
    counts = Counter(name for names in alone for name in names)
    if counts:
        with pytest.raises(frames.InvalidRowsError, match="invalid") as caught:
            frames.check(decided, policy)
        assert caught.value.counts == counts
        assert caught.value.rows == sum(map(bool, alone))
        if isinstance(frame, pl.DataFrame):
            with pytest.raises(frames.InvalidRowsError, match="invalid") as caught:
                frames.decide(frame, policy, calendar)
            assert caught.value.counts == counts
    else:
        assert frames.check(decided, policy) is decided


def refused(record: dict[str, Any], policy: Policy, calendar: BusinessCalendar) -> set[str]:
    """The columns for which a record is refused one by one."""
    facts = {name: value for name, value in record.items() if name not in {"received_at", "satisfaction_unknown"}}
    if record["satisfaction_unknown"] and facts["satisfaction"] is None:
        facts["satisfaction"] = UNKNOWN
    bad = {"satisfaction"} if record["satisfaction_unknown"] and facts["satisfaction"] is not UNKNOWN else set()
    bad |= {name for name, value in facts.items() if _is_refused({name: value}, policy, calendar)}
    kept = {name: value for name, value in facts.items() if name not in bad}
    # With an invalid fact it is unknown whether the message is out of scope and needs no due date.
    needs_a_day = bool(bad & {input_.name for input_ in policy.tables["eligibility"].inputs})
    moment = {} if needs_a_day else kept
    if record["received_at"] is None or _is_refused({**moment, "received_at": record["received_at"]}, policy, calendar):
        return {*bad, "received_at"}
    return bad


def _is_refused(facts: dict[str, Any], policy: Policy, calendar: BusinessCalendar) -> bool:
    try:
        policy.assess(ComplaintFacts(**{"received_at": datetime(2026, 5, 4, tzinfo=UTC), **facts}), calendar)
    except (FaultsError, OutsideHorizonError):
        return True
    return False


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@MANY
@given(complaints=COMPLAINTS, kinds=st.lists(st.sampled_from(("complaint", "malfunction", "other", None)), min_size=1))
def test_a_malfunction_among_complaints_is_refused_and_changes_none_of_them(
    make: Any, complaints: list[dict[str, Any]], kinds: list[str | None]
) -> None:
    policy, calendar = POLICIES[0], CALENDARS[0]
    told = [{**record, "kind": kinds[place % len(kinds)]} for place, record in enumerate(complaints)]
    decided = read(frames.decide(make(told), policy, calendar, on_invalid="mark"))
    nothing = dict.fromkeys(frames.COLUMNS)
    assert [({name: row[name] for name in frames.COLUMNS}, row["invalid"]) for row in decided] == [
        (nothing, "kind") if record["kind"] == "malfunction" else (assessed(record, policy, calendar), None)
        for record in told
    ]


@MANY
@given(complaints=COMPLAINTS)
def test_days_of_receipt_are_counted_from_as_any_hour_of_them_without_a_cut_off(
    complaints: list[dict[str, Any]],
) -> None:
    policy, calendar = POLICIES[0], CALENDARS[0]
    by_day = [
        {name: value for name, value in record.items() if name != "received_at"}
        | {"received_on": calendar.day_of(record["received_at"])}
        for record in complaints
    ]
    dues = [assessed(record, policy, calendar)["due_date"] for record in complaints]
    assert [row["due_date"] for row in read(frames.decide(polars_frame(by_day), policy, calendar))] == dues


@MANY
@given(complaints=records({"received_at": INSTANTS, "territory": st.sampled_from(("metropole", "reunion")), **VALUES}))
def test_a_column_may_name_the_calendar(complaints: list[dict[str, Any]]) -> None:
    calendars = dict(zip(("metropole", "reunion"), CALENDARS, strict=True))
    dues = [assessed(record, POLICIES[1], calendars[record["territory"]])["due_date"] for record in complaints]
    decided = frames.decide(polars_frame(complaints), POLICIES[1], calendars)
    assert [row["due_date"] for row in read(decided)] == dues


@pytest.mark.parametrize("make", ALL.values(), ids=ALL)
@MANY
@given(record=ONE, by_day=st.booleans())
def test_a_decided_row_is_explained_from_any_kind_of_record(make: Any, record: dict[str, Any], by_day: bool) -> None:
    policy, calendar = POLICIES[0], CALENDARS[0]
    moment = record["received_at"]
    if by_day:
        moment = datetime.combine(calendar.day_of(moment), time(), calendar.zone)
    alone = policy.assess(ComplaintFacts(**{**facts_of(record), "received_at": moment}), calendar)
    decided = frames.decide(make([given_by(record, calendar, by_day)]), policy, calendar)
    for row in rows_of(decided):
        explained = frames.explain(row, policy, calendar)
        assert attrs.asdict(explained.facts, recurse=False) == attrs.asdict(alone.facts, recurse=False)
        assert expected(explained) == expected(alone)
        assert expected(explained) == {name: read(decided)[0][name] for name in frames.COLUMNS}


def given_by(record: dict[str, Any], calendar: BusinessCalendar, by_day: bool) -> dict[str, Any]:
    """The record with the day of its receipt in the place of the instant, where it is to be so."""
    if not by_day:
        return record
    return {"received_on": calendar.day_of(record["received_at"]), **{name: record[name] for name in VALUES}}


def rows_of(decided: Any) -> list[Any]:
    """Return a frame of one row, and that row in the form of its backend."""
    if isinstance(decided, pl.DataFrame):
        return [decided, decided.row(0, named=True)]
    if isinstance(decided, pl.LazyFrame):
        return [decided]
    if isinstance(decided, pd.DataFrame):
        return [decided, decided.iloc[0], decided.iloc[0].to_dict(), *decided.to_dict("records")]
    if isinstance(decided, pa.Table):
        return [decided, *decided.to_pylist()]
    return [decided]
