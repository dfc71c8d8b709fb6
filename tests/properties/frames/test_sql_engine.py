"""The SQL for DuckDB and Spark decides as Polars does: SQLite, which is always there, runs it with words of its own."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import FaultsError, Policy, frames
from reclamation_core.frames import decisions
from reclamation_core.frames.sql_engine import Dialect, SqlWriter, days_of_receipt, steps
from tests.properties.desk.test_deadlines_by_level import BY_LEVEL
from tests.properties.frames import test_columns_decide_as_one_by_one as facts
from tests.properties.frames import test_own_facts as own
from tests.unit.frames.backends import polars_frame

CALENDARS = dict(zip(("FR", "RE"), facts.CALENDARS, strict=True))
COMPLAINTS = {
    **facts.STRANGE,
    "territory": st.sampled_from(("FR", "RE", "Réunion", None)),
    "level_changed_on": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    "deadline_levels": st.sampled_from((None, "local", "regional national", "everywhere")),
    "kind": st.sampled_from(("complaint", "malfunction", "other", None)),
}
WORDS: dict[str, Any] = {
    "quote": '"', "escapes": {ord("'"): "''"}, "numbers": "'[{}]'", "texts": "split({}, '{}')",
    "item": "json_extract({}, '$[' || ({}) || ']')", **dict.fromkeys(("instant", "day", "date"), "{}"),
}  # fmt: skip
WRITERS = {
    "lists": partial(SqlWriter, Dialect(byte=None, **WORDS), joined_lists=True),
    "bytes": partial(SqlWriter, Dialect(byte="octet('{}', {})", **WORDS), joined_lists=False),
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "split": lambda text, between: json.dumps(text.split(between)),
    "octet": lambda digits, place: None if place is None else bytes.fromhex(digits)[place],
    "unnest": lambda values: values,
    "floor": lambda number: number,  # a quotient of integers is an integer
    "concat_ws": lambda between, *texts: between.join(text for text in texts if text is not None),
}


def stored(value: Any) -> Any:
    """Return a value as SQLite has it: microseconds or days since 1970, and NaN above all numbers."""
    if isinstance(value, datetime):
        return (value - datetime(1970, 1, 1, tzinfo=value.tzinfo)) // timedelta(microseconds=1)
    if isinstance(value, date):
        return (value - date(1970, 1, 1)).days
    return value if value == value else float("inf")  # noqa: PLR0124  NaN is not itself


def in_sqlite(write: Callable[[], SqlWriter], frame: pl.DataFrame, request: Any, narrow: Any, **_: Any) -> pl.DataFrame:
    """Return the columns that are added to a frame, decided in SQLite."""
    writer, types = write(), narrow.collect_schema()
    schema = {name: None if name in request.empty else types[name] for name in types}
    with closing(sqlite3.connect(":memory:")) as database:
        for name, function in FUNCTIONS.items():
            database.create_function(name, -1, function, deterministic=True)
        database.execute(f"CREATE TABLE step_0 ({', '.join(map(writer.name, schema))})")
        rows = (tuple(map(stored, row)) for row in frame.rows())
        database.executemany(f"INSERT INTO step_0 VALUES ({', '.join('?' * len(schema))})", rows)
        days = days_of_receipt(writer, schema, request)
        if days:
            (read,) = database.execute(f"SELECT {', '.join(days)} FROM step_0")
            request = decisions._receiving(request, read)
        made = steps(writer, schema, request)
        lists = f", ({writer.one_row.replace('list(x)', 'x')})" if writer.joined_lists else ""
        for place, step in enumerate(made):
            query = f"SELECT *, {', '.join(step)} FROM step_{place}{'' if place else lists}"
            database.execute(f"CREATE TABLE step_{place + 1} AS {query}".replace(" AS STRING)", " AS TEXT)"))
        names = ", ".join(map(writer.name, request.added))
        found = database.execute(f"SELECT {names} FROM step_{len(made)} ORDER BY rowid").fetchall()
    return pl.DataFrame(found, schema=list(request.added), orient="row", infer_schema_length=None)


def same(way: str, decide: Callable[[], pl.DataFrame]) -> None:
    """Require that a query answers as Polars does."""
    with patch.object(decisions, "_in_polars", partial(in_sqlite, WRITERS[way])):
        found = decide()
    expected = decide().select(found.columns)
    assert found.rows() == [tuple(map(stored, row)) for row in expected.rows()]


@pytest.mark.parametrize("way", WRITERS)
@given(
    rows=facts.records(COMPLAINTS),
    policy=st.sampled_from((*facts.POLICIES[1:], BY_LEVEL)),
    calendar=st.sampled_from((facts.CALENDARS[0], CALENDARS)),
    missing=st.sets(st.sampled_from(sorted({*COMPLAINTS} - {"territory"}))),
)
def test_a_query_decides_and_marks_as_polars_does(
    way: str, rows: list[dict[str, Any]], policy: Policy, calendar: Any, missing: set[str]
) -> None:
    full = polars_frame(rows, types={"level_changed_on": pl.Date}).with_columns(
        received_on=pl.col("received_at").dt.date()
    )
    frame = full.head(8).drop(missing if "received_at" in missing else {*missing, "received_on"})
    same(way, partial(frames.decide, frame, policy, calendar, on_invalid="mark"))
    same(way, partial(frames.decide_malfunctions, frame, policy, on_invalid="mark"))


@pytest.mark.parametrize("way", WRITERS)
@facts.MANY
@given(policy=own.editions(), rows=own.records(own.STRANGE))
def test_a_query_decides_own_facts_as_polars_does(way: str, policy: Policy, rows: list[dict[str, Any]]) -> None:
    same(way, partial(frames.decide, polars_frame(rows), policy, own.FRANCE, on_invalid="mark"))


@given(st.fixed_dictionaries({}, optional=dict.fromkeys(COMPLAINTS, st.sampled_from((b"", True)))))
def test_columns_of_a_wrong_type_are_refused_as_by_polars(row: dict[str, Any]) -> None:
    wrong = pl.DataFrame([{"received_at": b"", "territory": b"", **row}])
    asked = partial(frames.decide, wrong, BY_LEVEL, CALENDARS)
    with pytest.raises(FaultsError) as expected:
        asked()
    with (
        patch.object(decisions, "_in_polars", partial(in_sqlite, WRITERS["lists"])),
        pytest.raises(FaultsError) as found,
    ):
        asked()
    assert str(found.value) == str(expected.value)
