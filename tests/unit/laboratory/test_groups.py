"""Replays and sweeps by group: each group counts what a replay of its own messages counts."""

from collections import Counter
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from reclamation_core import FaultsError, Site, Sites
from reclamation_core.laboratory import Replay, compare, laboratory_report, plot_sensitivity, replay, sweep
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, KINDS, complaints, rows
from tests.unit.policy.own_facts import BORN, SESSION, own_policy

SITES = Sites(
    Site(code=code, name=code, region=region)
    for code, region in (("METZ", "Grand Est"), ("REIMS", "Grand Est"), ("BREST", "Bretagne"))
)
COUNTED = ("workload", "changes", "flows", "due_dates", "on_time", "weeks", "ageing")


def caseload() -> list[dict[str, Any]]:
    given = [*CASELOAD, *complaints(40)]
    sites = ("METZ", "BREST", "REIMS")
    return [{**one, "site": sites[place % 3], "theme": ("a", None)[place % 2]} for place, one in enumerate(given)]


@pytest.mark.parametrize("kind", ["polars", "polars-lazy", "pandas", pytest.param("duckdb", marks=pytest.mark.soak)])
def test_a_group_counts_what_a_replay_of_its_own_messages_counts(kind: str) -> None:
    given = [{**one, "received_at": one["received_at"].astimezone(CALENDAR.zone)} for one in caseload()]
    options: dict[str, Any] = {"as_of": AS_OF if kind == "pandas" else date(2026, 6, 1)}
    found = replay(KINDS[kind](given), EDITIONS, SITES, by=("region", "theme", "level"), **options)
    assert found.by == ("region", "theme", "level")
    chosen = {
        "region": ("Bretagne", [one for one in given if one["site"] == "BREST"]),
        "theme": ("", [one for one in given if one["theme"] is None]),
    }
    for by, (group, own) in chosen.items():
        alone = replay(KINDS["polars"](own), EDITIONS, SITES, **options)
        for name in COUNTED:
            assert of_group(found, name, by, group) == rows(getattr(alone, name)()), (by, name)
        assert found.on_time_rates(by=by)[group] == alone.on_time_rates(), by
    by_level = rows(found.workload(by="level"))
    whole = [row for row in rows(found.workload()) if row[0] == EDITIONS[0].edition]
    own_levels = [row[1:] for row in by_level if row[0] == row[2] and row[1] == EDITIONS[0].edition]
    assert {row[1]: row[2] for row in whole if row[2]} == {row[1]: row[2] for row in own_levels if row[2]}


@pytest.mark.parametrize(
    "kind", ["polars", "polars-lazy", "pandas", "pyarrow", pytest.param("duckdb", marks=pytest.mark.soak)]
)
def test_months_are_those_of_the_receipt_in_metropolitan_france(kind: str) -> None:
    given = [{**one, "received_at": one["received_at"].astimezone(CALENDAR.zone)} for one in caseload()]
    given[0]["received_at"] = datetime(2026, 1, 31, 23, 30, tzinfo=UTC).astimezone(CALENDAR.zone)
    months = Counter(f"{one['received_at'].astimezone(CALENDAR.zone):%Y-%m}" for one in given)
    days = [{"received_on": one["received_at"].astimezone(CALENDAR.zone).date(), **one} for one in given]
    days = [{name: value for name, value in one.items() if name != "received_at"} for one in days]
    for cases in (given, days):
        frame = KINDS[kind](cases)
        if kind == "duckdb" and cases is given:
            with pytest.raises(FaultsError, match="DuckDB and Spark do not convert") as refused:
                replay(frame, EDITIONS, CALENDAR, by="month")
            assert [(fault.path, fault.value) for fault in refused.value.faults] == [("by", "month")]
            with pytest.raises(FaultsError, match="DuckDB and Spark do not convert"):
                by_month(frame)
            continue
        counted = Counter[str]()
        for group, edition, _, number, *_ in rows(replay(frame, EDITIONS, CALENDAR, by="month").workload(by="month")):
            counted[group] += number if edition == EDITIONS[0].edition else 0
        assert counted == months == by_month(frame)
    assert by_month([{**one, "month": "x"} for one in days]) == {"x": len(days)}


def by_month(cases: Any) -> dict[str, float | None]:
    frame = KINDS["polars"](cases) if isinstance(cases, list) else cases
    found = compare(frame, EDITIONS[0], EDITIONS[1], CALENDAR, by="month").measures
    return {one.group: one.before for one in found if (one.by, one.measure) == ("month", "messages")}


def of_group(found: Replay, name: str, by: str, group: str) -> list[tuple[Any, ...]]:
    return [row[1:] for row in rows(getattr(found, name)(by=by)) if row[0] == group]


def test_a_sweep_of_two_parameters_is_a_sweep_of_one_for_each_value_of_the_other() -> None:
    frame = KINDS["polars"](caseload())
    options: dict[str, Any] = {"as_of": AS_OF, "by": "theme"}
    found = sweep(frame, EDITIONS[0], CALENDAR, survey_threshold=[6, 7], deadline_days=[8, 10], **options)
    assert found.columns[:5] == ["theme", "parameter", "value", "parameter_2", "value_2"]
    alone = sweep(frame.filter(theme="a"), EDITIONS[0], CALENDAR, as_of=AS_OF, survey_threshold=[6, 7])
    shown = found.filter(theme="a", value_2=10).drop("theme", "parameter_2", "value_2", "edition")
    assert shown.rows() == alone.drop("edition").rows()
    columns = [column.name for column in laboratory_report(found).tables[0].columns]
    assert columns[:5] == ["theme", "parametre", "valeur", "second_parametre", "seconde_valeur"]
    with pytest.raises(FaultsError, match=r"swept: 40; .*filter the frame"):
        plot_sensitivity(found)
    assert plot_sensitivity(found.filter(theme="a", value_2=10)).to_dict()


def test_groups_that_were_not_counted_or_are_too_many_are_refused() -> None:
    frame = KINDS["polars"](CASELOAD)
    with pytest.raises(ValueError, match="by: 'theme' was not counted; call replay with by='theme'"):
        replay(frame, EDITIONS).workload(by="theme")
    with pytest.raises(ValueError, match="by: 'theme' was not counted; call replay with by='theme'"):
        replay(frame, EDITIONS, CALENDAR, as_of=AS_OF).on_time_rates(by="theme")
    with pytest.raises(FaultsError, match="by: 'theme'"):
        replay(frame, EDITIONS, by="theme")
    many = pl.concat([frame] * 100).with_columns(reference=pl.arange(600).cast(pl.String))
    with pytest.raises(FaultsError, match=r"by\.reference: 600"):
        replay(many, EDITIONS, by="reference")
    with pytest.raises(FaultsError, match="parameter: 440; at most 400 pairs"):
        sweep(frame, EDITIONS[0], survey_threshold=range(1, 11), deadline_days=range(1, 45))


def test_a_personal_fact_or_a_free_text_makes_no_groups() -> None:
    policy = own_policy()
    frame = KINDS["polars"](CASELOAD).with_columns(own_born=pl.lit("1990-02-01"), own_session=pl.lit("12 b"))
    ignored: dict[str, Any] = {"ignore": ["own_born", "own_session"]}
    for fact in (BORN, SESSION):
        by = f"own_{fact['name']}"
        with pytest.raises(FaultsError, match=f"by: '{by}'; a personal fact or a free text makes no groups"):
            replay(frame, [EDITIONS[0], policy], by=["level", by], **ignored)
        with pytest.raises(FaultsError, match=f"by: '{by}'; a personal fact"):
            compare(frame, EDITIONS[0], policy, by=by, **ignored)
        with pytest.raises(FaultsError, match=f"by: '{by}'; a personal fact"):
            sweep(frame, policy, survey_threshold=[6, 7], by=by, **ignored)
