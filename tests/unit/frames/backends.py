"""The frames that are decided, each made of the same records and read back as records."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import attrs
import polars as pl

from reclamation_core import vocabulary
from reclamation_core.frames import COLUMNS, DECISIONS
from reclamation_core.policy.policy import CaseAssessment
from tests.lazy import duckdb, pa, pd

CODES: dict[str, Any] = {
    "channel": vocabulary.Channel,
    "complainant": vocabulary.Complainant,
    "nature": vocabulary.Nature,
    "requirement": vocabulary.Requirement,
    "client_scope": vocabulary.ClientScope,
    "service_reach": vocabulary.ServiceReach,
    "mobilisation": vocabulary.Mobilisation,
}
SEVERITIES = tuple(
    f"severity_{domain}" for domain in ("safety", "legal", "contract", "financial", "relation", "training")
)
NUMBERS = (*SEVERITIES, "likelihood", "recurrences", "causes")
DRAWN: dict[str, list[Any]] = {
    **{name: [member.value for member in codes] for name, codes in CODES.items()},
    "formal": [True, True, False],
    "sold_service": [True, True, False],
    "satisfaction": [None, None, 5.99, 6.0, 10.0],
    **{name: [0, 0, 1, 2, 3, 4] for name in SEVERITIES},
    "likelihood": [1, 2, 3, 4],
    "recurrences": [0, 1, 3, 6],
    "causes": [0, 1, 2],
}
"""The values of each fact that random records have, usual ones more often."""
TYPES: dict[str, Any] = {
    "received_at": pl.Datetime("us", "UTC"),
    "received_on": pl.Date,
    "satisfaction": pl.Float64,
    "own_hours": pl.Float64,
    "own_group_size": pl.Int64,
    "own_started": pl.Date,
    **dict.fromkeys(("own_subcontracted", "own_hours_unknown"), pl.Boolean),
    **dict.fromkeys(("formal", "sold_service", "satisfaction_unknown"), pl.Boolean),
    **dict.fromkeys(NUMBERS, pl.Int64),
    **dict.fromkeys((*CODES, "territory", "site"), pl.String),
}
RECEIVED = datetime.fromisoformat("2026-05-02T09:30:00+02:00")
ZONES = ("UTC", "Asia/Kolkata", "America/New_York")
"""Time zones of instants or of a session; no day may depend on them."""


def polars_frame(
    records: Sequence[dict[str, Any]], zone: str = "UTC", types: dict[str, Any] | None = None
) -> pl.DataFrame:
    """The records as a Polars frame, texts as texts."""
    dtypes = {**TYPES, **(types or {})}
    names = list(dict.fromkeys(name for record in records for name in record))
    frame = pl.DataFrame(
        {name: pl.Series([record.get(name) for record in records], dtype=dtypes.get(name, pl.String)) for name in names}
    )
    return frame.with_columns(pl.col(pl.Datetime("us", "UTC")).dt.convert_time_zone(zone))


def with_enums(records: Sequence[dict[str, Any]], zone: str = "UTC") -> pl.DataFrame:
    """The records as a Polars frame whose codes are enumerations, in an order of their own."""
    enums = {name: pl.Enum(sorted((member.value for member in codes), reverse=True)) for name, codes in CODES.items()}
    return polars_frame(records, zone, enums)


def with_categories(records: Sequence[dict[str, Any]], zone: str = "UTC") -> pl.DataFrame:
    """The records as a Polars frame whose codes are categories."""
    return polars_frame(records, zone, dict.fromkeys(CODES, pl.Categorical))


def pandas_frame(records: Sequence[dict[str, Any]], zone: str = "UTC") -> Any:
    """The records as pandas makes them of dictionaries."""
    frame = pd.DataFrame.from_records(list(records))
    if "received_at" in frame.columns and isinstance(frame["received_at"].dtype, pd.DatetimeTZDtype):
        frame["received_at"] = frame["received_at"].dt.tz_convert(zone)
    return frame


def pandas_with_categories(records: Sequence[dict[str, Any]], zone: str = "UTC") -> Any:
    """The records as a pandas frame with categories, nullable numbers, and an index of its own."""
    frame = pandas_frame(records, zone)
    codes = {name: "category" for name in CODES if name in frame.columns}
    numbers = {name: "Int16" for name in NUMBERS if name in frame.columns}
    truths = {name: "boolean" for name in ("formal", "sold_service", "satisfaction_unknown") if name in frame.columns}
    return frame.astype({**codes, **numbers, **truths}).set_axis([f"row {place}" for place in range(len(frame))])


def pandas_in_arrow(records: Sequence[dict[str, Any]], zone: str = "UTC") -> Any:
    """The records as pandas has them where it reads files in PyArrow's types."""
    table = polars_frame(records, zone).to_arrow()
    return pd.DataFrame(
        {name: pd.Series(table[name].to_pandas(types_mapper=pd.ArrowDtype)) for name in table.column_names}
    )


@cache
def session(zone: str) -> Any:
    """A session of DuckDB that outlives its relations."""
    connection = duckdb.connect()
    connection.execute(f"SET TimeZone = '{zone}'")
    return connection


def duckdb_relation(records: Sequence[dict[str, Any]], zone: str = "UTC") -> Any:
    """The records as a relation of DuckDB, in a session with some time zone."""
    return session(zone).from_arrow(polars_frame(records).with_row_index("place").to_arrow())


def read(frame: Any) -> list[dict[str, Any]]:
    """Any of these frames as records, nulls being None and days being dates."""
    if isinstance(frame, pl.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, pl.DataFrame):
        rows: Iterable[dict[str, Any]] = frame.iter_rows(named=True)
    elif isinstance(frame, pa.Table):
        rows = frame.to_pylist()
    elif isinstance(frame, pd.DataFrame):
        rows = frame.to_dict("records")
    else:
        rows = sorted(frame.to_arrow_table().to_pylist(), key=lambda row: row["place"])
    return [{name: plain(value) for name, value in row.items()} for row in rows]


def plain(value: Any) -> Any:
    """A value as Python has it."""
    kind = type(value).__name__
    if value is None or kind in {"NAType", "NaTType"} or value != value:  # noqa: PLR0124  NaN is not itself
        return None
    return value.date() if kind == "Timestamp" and value.tzinfo is None else value


EAGER: dict[str, Callable[..., Any]] = {
    "polars": polars_frame,
    "polars-enum": with_enums,
    "polars-categorical": with_categories,
    "pandas": pandas_frame,
    "pandas-category": pandas_with_categories,
    "pandas-pyarrow": pandas_in_arrow,
    "pyarrow": lambda records, zone="UTC": polars_frame(records, zone).to_arrow(),
}
LAZY: dict[str, Callable[..., Any]] = {
    "polars-lazy": lambda records, zone="UTC": polars_frame(records, zone).lazy(),
    "duckdb": duckdb_relation,
}
ALL = {**EAGER, **LAZY}


def expected(assessment: CaseAssessment) -> dict[str, Any]:
    """What the columns have to say of an assessment."""
    decisions = {name: getattr(assessment, name) for name in ("level", "criticality", "complexity")}
    decisions["band"] = assessment.risk
    deadline = getattr(assessment, "deadline", None)
    if hasattr(assessment, "eligibility"):
        decisions["eligibility"] = assessment.eligibility
    columns: dict[str, Any] = {}
    for name, decision in decisions.items():
        columns[name] = decision.outcome
        columns[f"{name}_rows"] = None if decision.outcome is None else " ".join(row.id for row in decision.deciding)
    columns["undetermined"] = " ".join(
        name for name in DECISIONS if name in decisions and decisions[name].outcome is None
    )
    if columns.get("eligibility") == "out_of_scope":
        columns |= {"level": None, "level_rows": None}
        columns["undetermined"] = " ".join(name for name in columns["undetermined"].split() if name != "level")
    due: date | None = None if deadline is None else deadline.due
    return {name: {**columns, "due_date": due}[name] for name in COLUMNS if name in {**columns, "due_date": due}}


def fields(cls: type[Any]) -> list[str]:
    """The names of a class's fields."""
    return [field.name for field in attrs.fields(cls)]
