"""The questions of `examples/policies`: replayed on invented records, and worked out in pandas."""

import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from reclamation_core import BusinessCalendar, frames, m2_1, read_policy
from reclamation_core.laboratory import replay
from reclamation_core.policy import Policy, parse_policy
from reclamation_core.simulation import generate_records
from tests.lazy import pd

ROOT = Path(__file__).parents[2]
FILES = {path.stem: path for path in sorted((ROOT / "examples" / "policies").glob("*.toml"))}
PAGE = ROOT / "docs" / "how-to" / "twelve-questions.md"
FRENCH = ROOT / "docs" / "fr" / "douze-questions.md"
FRANCE = BusinessCalendar.france()
HOLIDAYS = ["2026-04-06", "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25", "2026-07-14"]
PARIS = "Europe/Paris"


@cache
def policy(name: str) -> Policy:
    return read_policy(FILES[name])


@cache
def records() -> tuple[Any, ...]:
    return tuple(generate_records(600, 7))


def caseload() -> Any:
    """The invented records in pandas, with a formal complaint or none beside each note of 6."""
    frame = frames.from_records(records(), backend="pandas")
    six = frame.index[frame.satisfaction == 6]
    frame["formal"] = frame.formal.astype("boolean")
    frame.loc[six, "formal"] = pd.array([(True, False, None)[place % 3] for place in range(len(six))], dtype="boolean")
    frame["own_subcontracted"] = [place % 2 == 0 for place in range(len(frame))]
    return frame


@cache
def decided(name: str | None = None) -> Any:
    """The invented records in pandas, decided by M2-1 or by the edition of a file."""
    edition = m2_1() if name is None else policy(name)
    ignored = [] if edition.facts else ["own_subcontracted"]
    return frames.decide(caseload(), edition, FRANCE, on_invalid="mark", ignore=ignored)


def is_low(rows: Any) -> Any:
    return (rows.satisfaction < 6) | rows.satisfaction_unknown


def replaced(column: Any, where: Any, value: object) -> Any:
    return column.where(~where.astype(bool), value)


def eligibility_of_portal(rows: Any) -> Any:
    other = (rows.channel == "portal") & rows.complainant.isin(["prescriber", "partner"]) & ~is_low(rows)
    return replaced(rows.eligibility, other, "out_of_scope")


def eligibility_of_calls(rows: Any) -> Any:
    return replaced(rows.eligibility, (rows.channel == "phone") & ~is_low(rows), "out_of_scope")


def eligibility_of_seven(rows: Any) -> Any:
    return replaced(rows.eligibility, rows.satisfaction < 7, "complaint")


def eligibility_of_six(rows: Any) -> Any:
    six = rows.satisfaction == 6
    formal = replaced(rows.eligibility, six & rows.formal.fillna(value=False), "complaint")
    return replaced(formal, six & rows.formal.isna() & (rows.eligibility == "out_of_scope"), None)


def level_of_several_regions(rows: Any) -> Any:
    """Several regions no longer make it national; a client or a mobilisation still may."""
    several = (rows.service_reach == "several_regions") & rows.level.notna()
    open_ = (rows.client_scope != "national") & (rows.mobilisation != "national")
    unknown = rows.client_scope.isna() | rows.mobilisation.isna()
    level = replaced(replaced(rows.level, several & open_, "regional"), several & open_ & unknown, None)
    at_least_regional = (rows.client_scope == "regional") | (
        (rows.client_scope == "local") & (rows.mobilisation == "regional")
    )
    is_settled = rows.service_reach.isna() & (rows.eligibility != "out_of_scope") & ~unknown & open_ & at_least_regional
    return replaced(level, is_settled, "regional")


def level_of_subcontracted(rows: Any) -> Any:
    return replaced(rows.level, rows.own_subcontracted & (rows.level == "local"), "regional")


def band_of_severity_four(rows: Any) -> Any:
    severities = rows[[name for name in rows.columns if name.startswith("severity_")]]
    return replaced(rows.band, (severities == 4).any(axis=1), "critical")


def complexity_of_two(rows: Any) -> Any:
    once = (rows.recurrences == 1) & (rows.complexity == "complex")
    still = rows.band.isin(["high", "critical"]) | rows.level.isin(["regional", "national"]) | (rows.causes >= 2)
    simple = rows.band.isin(["low", "moderate"]) & (rows.level == "local") & (rows.causes < 2)
    return replaced(replaced(rows.complexity, once & ~still, None), once & simple, "simple")


def received_on(rows: Any) -> Any:
    return rows.received_at.dt.tz_convert(PARIS).dt.date


def worked(days: Any, count: int, off: list[str]) -> Any:
    """The days that many business days later: from a day that does not count, the next one that does is number 1."""
    starts = np.array(list(days), dtype="datetime64[D]")
    return np.busday_offset(starts, count, roll="backward", holidays=[*HOLIDAYS, *off]).astype(object)


def due_of_bridge(rows: Any) -> Any:
    local = rows.received_at.dt.tz_convert(PARIS)
    late = local.dt.time > time(17)
    days = [day + timedelta(days=1) if after else day for day, after in zip(local.dt.date, late, strict=True)]
    return of_running(rows, worked(days, 10, ["2026-05-15"]))


def due_of_regional(rows: Any) -> Any:
    ten, fifteen = (worked(received_on(rows), days, []) for days in (10, 15))
    return of_running(rows, np.where(rows.level == "regional", fifteen, ten))


def due_of_national(rows: Any) -> Any:
    ten = worked(received_on(rows), 10, [])
    later = [(pd.Timestamp(day) + pd.DateOffset(months=2)).date() for day in received_on(rows)]
    months = np.busday_offset(np.array(later, dtype="datetime64[D]"), 0, roll="forward", holidays=HOLIDAYS)
    return of_running(rows, np.where(rows.level == "national", months.astype(object), ten))


def of_running(rows: Any, days: Any) -> Any:
    return pd.Series(list(days), index=rows.index).where(rows.eligibility != "out_of_scope", None)


def service(rows: Any) -> Any:
    """By the level as it is assessed, which a message out of scope does not show."""
    found = pd.Series("training", index=rows.index).where(rows.theme != "invoicing", "finance")
    return found.where(rows.level != "national", "head_office")


WORKED: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "portal-clients": ("eligibility", eligibility_of_portal),
    "no-phone": ("eligibility", eligibility_of_calls),
    "note-below-seven": ("eligibility", eligibility_of_seven),
    "note-six-formal": ("eligibility", eligibility_of_six),
    "several-regions": ("level", level_of_several_regions),
    "subcontracted": ("level", level_of_subcontracted),
    "severity-four": ("band", band_of_severity_four),
    "two-recurrences": ("complexity", complexity_of_two),
    "bridge-and-cut-off": ("due_date", due_of_bridge),
    "regional-15-days": ("due_date", due_of_regional),
    "national-two-months": ("due_date", due_of_national),
    "service-by-theme": ("service", service),
}
"""By file, the column that it changes, and what it becomes, from the facts and from what M2-1 decides."""


def plain(values: Any) -> list[Any]:
    """The values of a column, nulls as None and instants as days."""
    known = values.astype(object).where(values.notna(), None)
    return [value.date() if isinstance(value, datetime) else value for value in known]


@pytest.mark.engines
@pytest.mark.parametrize("name", list(WORKED))
def test_a_question_is_answered_as_worked_out_in_pandas(name: str) -> None:
    column, expected = WORKED[name]
    before, after = decided(), decided(name)
    in_scope = (before.eligibility == "complaint") & before.level.notna() & after.level.notna()
    is_settled = column in {"complexity", "service", "due_date"} or name == "subcontracted"
    rows = before.index[in_scope] if is_settled else before.index
    by_hand, found = plain(expected(before)[rows]), plain(after[column][rows])
    assert [(row, one) for row, one in zip(rows, found, strict=True)] == list(zip(rows, by_hand, strict=True))
    assert column == "service" or plain(before[column][rows]) != found


@pytest.mark.engines
def test_each_question_is_replayed() -> None:
    editions = [m2_1(), *(policy(name) for name in WORKED)]
    replayed = replay(caseload(), editions, FRANCE, on_invalid="mark")
    assert all(replayed.changed[policy(name).edition] for name in WORKED if name != "service-by-theme")


def test_a_subcontracted_service_goes_to_the_region_unless_it_is_national() -> None:
    edition = policy("subcontracted")
    for place, record in enumerate(records()[:200]):
        facts = record.facts
        own = attrs.evolve(facts, own={"subcontracted": place % 2 == 0})
        level, usual = edition.assess(own, FRANCE).level, m2_1().assess(facts, FRANCE).level
        if place % 2:
            assert level.possible == usual.possible
        else:
            assert level.possible == {"regional" if one == "local" else one for one in usual.possible}


def test_each_question_is_a_short_file_that_the_page_explains() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert len(FILES) == 12
    for name, path in FILES.items():
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith("# "), name
        assert "?" in lines[0], name
        assert len(lines) <= 25, name
        assert f"examples/policies/{name}.toml" in page, name
        assert f"| `{name}.toml` |" in FRENCH.read_text(encoding="utf-8"), name
        assert policy(name).digest != m2_1().digest, name


def test_the_files_on_the_french_pages_are_editions() -> None:
    for page, facts in ((FRENCH, []), (FRENCH.with_name("informations-propres.md"), ["subcontracted"])):
        ((text,),) = [re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)]
        edition = parse_policy(tomllib.loads(text))
        assert [fact.name for fact in edition.facts] == facts
        assert edition.digest != m2_1().digest


def test_the_holidays_of_the_oracle_are_those_of_the_calendar() -> None:
    """The days are those of 2026 that follow the invented receipts."""
    listed = {day for day in FRANCE.holidays(2026) if date(2026, 4, 1) <= day <= date(2026, 7, 31)}
    assert {date.fromisoformat(day) for day in HOLIDAYS} == listed
