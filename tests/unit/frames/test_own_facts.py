"""Columns of facts of an edition: their names, labels and types, and those that are refused."""

from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from reclamation_core import UNKNOWN, BusinessCalendar, ComplaintFacts, Desk, FaultsError, frames, m2_1
from reclamation_core.frames import plan
from reclamation_core.laboratory import compare, replay
from tests.unit.policy.own_facts import SUBCONTRACTED, TO_THE_REGION, own_policy

FRANCE = BusinessCalendar.france()
POLICY = own_policy()
LOCAL = {"client_scope": "local", "service_reach": "one_centre", "mobilisation": "local"}
COMPLAINT = {"channel": "email", "formal": True, "complainant": "trainee", "nature": "grievance"}
FULL: dict[str, Any] = {**COMPLAINT, **LOCAL, "requirement": "contractual", "sold_service": True, "satisfaction": 5.0}


def frame(**columns: list[Any]) -> pl.DataFrame:
    rows = max(map(len, columns.values()), default=1)
    full = {"received_on": date(2026, 5, 4), **FULL}
    return pl.DataFrame({**{name: [value] * rows for name, value in full.items()}, **columns})


def levels(decided: pl.DataFrame) -> list[str | None]:
    return decided["level"].to_list()


def test_a_column_by_its_name_or_its_label_in_both_languages_is_read() -> None:
    for name in ("own_subcontracted", "Prestation sous-traitée", "subcontracted service", "Subcontracted_Service"):
        decided = frames.decide(frame(**{name: [True, False, None]}), POLICY, FRANCE)
        assert levels(decided) == ["regional", "local", None]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"own_subcontractd": [True]}, "own_subcontracted is; rename it"),
        ({"own_colour": ["red"]}, "no edition declares this fact .*own_funder"),
        ({"own_born": [date(2000, 1, 1)]}, "a personal fact or a free text is never a column"),
        ({"own_session": ["S1"]}, "a personal fact or a free text is never a column"),
        ({"own_subcontracted": [1]}, "a column of booleans is expected"),
        ({"prestation sous-traitée": [True], "subcontracted service": [True]}, "labels of own_subcontracted"),
    ],
)
def test_a_column_that_cannot_be_read_is_refused_with_a_remedy(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(FaultsError, match=message):
        frames.decide(frame(**columns), POLICY, FRANCE)


def test_a_label_of_two_facts_is_refused() -> None:
    twin = {**SUBCONTRACTED, "name": "by_others"}
    to_the_nation = {**TO_THE_REGION, "id": "others", "when": {"own.by_others": "true"}, "then": "national"}
    rows = {"level": {"add": [TO_THE_REGION, to_the_nation]}}
    policy = own_policy(facts=[SUBCONTRACTED, twin], tables=rows)
    with pytest.raises(FaultsError, match="the label of several facts"):
        frames.decide(frame(**{"subcontracted service": [True]}), policy, FRANCE)


def test_a_table_of_too_many_combinations_is_refused_before_they_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan, "_MOST_BYTES", 10_000)
    with pytest.raises(FaultsError, match=r"tables\.eligibility: \d+; .*too many combinations .* split the table"):
        frames.decide(frame(own_subcontracted=[True]), own_policy("another"), None)


def test_columns_that_are_ignored_and_columns_of_no_needed_fact_are_left_alone() -> None:
    assert levels(frames.decide(frame(own_colour=["red"]), POLICY, FRANCE, ignore=["own_colour"])) == [None]
    assert levels(frames.decide(frame(own_funder=["any"]), POLICY, FRANCE)) == [None]
    with pytest.raises(FaultsError, match=r"columns declared: none\); decide under an edition that declares it"):
        frames.decide(frame(own_subcontracted=[True]), m2_1(), FRANCE)


def test_a_day_of_a_wrong_type_is_refused() -> None:
    started = {"id": "late", "when": {"own.started": '>= date("2026-05-01")'}, "then": "regional", "clause": "note"}
    policy = own_policy(tables={"level": {"add": [started]}})
    assert levels(frames.decide(frame(own_started=[date(2026, 5, 1), date(2026, 4, 30)]), policy, FRANCE)) == [
        "regional", "local"
    ]  # fmt: skip
    with pytest.raises(FaultsError, match="a column of dates is expected"):
        frames.decide(frame(own_started=["2026-05-01"]), policy, FRANCE)


def test_editions_with_and_without_a_fact_are_replayed_and_compared() -> None:
    cases = frame(own_subcontracted=[True, False, True], own_funder=["opco", None, "region"])
    replayed = replay(cases, [m2_1(), POLICY], FRANCE, by=["own_funder"])
    compared = compare(cases, m2_1(), POLICY, FRANCE, by=["own_funder"])
    bounded = compare(frame(own_subcontracted=[True, None]), m2_1(), POLICY, FRANCE)
    assert replayed.matrices("level")["own"] == {("local", "regional"): 2, ("local", "local"): 1}
    assert compared.level("regional").change == 2
    assert list(compared.groups) == [("own_funder", ""), ("own_funder", "opco"), ("own_funder", "region")]
    assert bounded.level("regional").change == 1
    with pytest.raises(FaultsError, match="no edition declares"):
        replay(frame(own_colour=["red"]), [m2_1(), POLICY], FRANCE)


def test_an_own_value_of_a_frame_is_read_into_a_record_and_an_invalid_one_refused() -> None:
    given = frame(own_group_size=[3.0], own_hours_unknown=[True], own_started=[datetime(2026, 5, 4)])  # noqa: DTZ001
    (record,) = frames.to_records(given, editions=[POLICY])
    assert dict(record.facts.own) == {"group_size": 3, "hours": UNKNOWN, "started": date(2026, 5, 4)}
    for columns in ({"own_group_size": [31]}, {"own_started": [datetime(2026, 5, 4, tzinfo=UTC)]}):
        with pytest.raises(FaultsError) as caught:
            frames.to_records(frame(**columns), editions=[POLICY])
        assert [fault.path for fault in caught.value.faults] == [f"[0].{name}" for name in columns]
    assert frames.input_columns(given, editions=[POLICY]).read["own.group_size"] == "own_group_size"


def test_the_register_has_own_facts_which_its_edition_decides() -> None:
    desk = Desk.in_memory(policy=POLICY, clock_limit=None)
    given: dict[str, Any] = {"subcontracted": True, "hours": "2.5", "started": date(2026, 5, 1), "session": "S1"}
    drawn: list[dict[str, Any]] = [given, {"hours": UNKNOWN}, {}]
    for place, own in enumerate(drawn):
        facts = ComplaintFacts(received_at=datetime(2026, 5, 4, 9 + place, tzinfo=UTC), **FULL, own=own)
        desk.register(facts, site="CRE")

    register = frames.caseload(desk)

    assert register.select(pl.selectors.starts_with("own_")).to_dict(as_series=False) == {
        "own_hours": [2.5, None, None],
        "own_hours_unknown": [False, True, False],
        "own_started": [date(2026, 5, 1), None, None],
        "own_subcontracted": [True, None, None],
    }
    assert frames.decide(register, POLICY, FRANCE)["level"].to_list() == ["regional", None, None]
