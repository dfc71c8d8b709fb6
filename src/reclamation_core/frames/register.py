"""The register of a desk as a data frame."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, CaseKind, CaseState
from reclamation_core.cases.events import Withdrawn
from reclamation_core.desk import Desk
from reclamation_core.frames.backends import import_polars
from reclamation_core.missing import UNKNOWN, Missing
from reclamation_core.ports import CaseQuery
from reclamation_core.tables import Boolean, Enumeration, Integer
from reclamation_core.vocabulary import (
    FACTS,
    CodeList,
    ComplaintFacts,
    Eligibility,
    Fact,
    Level,
)
from reclamation_core.vocabulary.column_names import MARKERS

_PAGE: Final = 500

_FACTS: Final = tuple(field.name for field in attrs.fields(ComplaintFacts))


def _answered_at(case: Case) -> datetime | None:
    return case.answer_cycles[0].answered_at if case.answer_cycles else None


def _answered_on(case: Case) -> date | None:
    answered_at = _answered_at(case)
    return None if answered_at is None else case.day_of(answered_at)


def _withdrawn_on(case: Case) -> date | None:
    days = (case.day_of(event.occurred_at) for event in case.history if isinstance(event.data, Withdrawn))
    return next(days, None)


def _suspensions(case: Case) -> str | None:
    """The suspensions of the first answer cycle as ISO 8601 intervals of days; the last one is open while it runs."""
    if not case.answer_cycles or not case.rule.suspensions_allowed:
        return None
    cycle = case.answer_cycles[0]
    periods = [f"{days.first}/{days.last}" for days in case.deadline_of(cycle).suspensions]
    if cycle.stopped_at is None and case.ends_suspended(cycle):
        periods[-1] = f"{case.day_of(cycle.suspensions[-1].since)}/.."
    return " ".join(periods) or None


def _is_unknown(name: str, case: Case) -> bool:
    return getattr(case.facts, name, None) is UNKNOWN


_OF_CASE: Final[Mapping[str, Callable[[Case], Any]]] = {
    "reference": lambda case: case.reference,
    "kind": lambda case: case.kind.value,
    "state": lambda case: case.state.value,
    "site": lambda case: case.site,
    "handling_unit": lambda case: case.handling_unit,
    "edition": lambda case: case.edition,
    "recorded_eligibility": lambda case: case.eligibility,
    "recorded_level": lambda case: case.level,
    "recorded_due_date": lambda case: None if case.deadline is None else case.deadline.due,
    "answered_at": _answered_at,
    "answered_on": _answered_on,
    "withdrawn_on": _withdrawn_on,
    "suspensions": _suspensions,
    "awaited_on": lambda case: case.awaited_on,
    "closed_at": lambda case: case.closed_at,
    **{marker: partial(_is_unknown, name) for marker, name in MARKERS.items()},
}


def caseload(desk: Desk, *, kind: CaseKind | None = CaseKind.COMPLAINT, backend: str = "polars") -> Any:
    """Return the complaints that a desk sees, one a row, in the order of their references.

    `decide` and the laboratory's `replay` accept this frame; malfunctions, included on request, are decided by
    `decide_malfunctions` and are invalid rows for the others because of their `kind`.

    Columns: `reference`, `kind`, `state`, `site`, `handling_unit`, `edition` (that of the receipt); what the case has
    on record, `recorded_eligibility` (null while undetermined), `recorded_level`, `recorded_due_date` (null where none
    runs); `answered_at` (the first answer) and `closed_at`, in UTC; `answered_on`, the day of the first answer in the
    zone of the case's calendar; `withdrawn_on`, the day of the first withdrawal; `suspensions`, the days on which the
    answer clock of the first receipt was suspended, as intervals (`2026-05-04/2026-05-06`) with a space between, null
    where there are none; `awaited_on`, the day by which an answer is awaited now; then every fact of
    `ComplaintFacts`, null where it is unknown or absent. A null in `satisfaction` means that there is no note;
    `satisfaction_unknown` marks the rows whose note is unknown, and `decide` reads it. Texts are not included.

    Args:
        desk: the desk; `desk.scoped(...)` narrows what it sees.
        kind: complaints, or malfunctions; None for both.
        backend: "polars", "pandas", "pyarrow" or "duckdb"; the package and PyArrow must be installed.

    Raises:
        MissingExtraError: Polars is not installed.
        ValueError: the backend is unknown.
    """
    pl = import_polars()
    convert = converted(pl, backend)
    schema = _schema(pl)
    columns: dict[str, list[Any]] = {name: [] for name in schema}
    query: CaseQuery | None = CaseQuery(kind=kind, limit=_PAGE)
    while query is not None:
        page = desk.cases.find(query)
        for case in page.cases:
            for name, values in columns.items():
                values.append(_OF_CASE[name](case) if name in _OF_CASE else plain_fact(getattr(case.facts, name, None)))
        query = query.following(page)
    return convert(pl.DataFrame({name: pl.Series(columns[name], dtype=dtype) for name, dtype in schema.items()}))


def converted(pl: Any, backend: str) -> Callable[[Any], Any]:
    """Return the function from a Polars frame to one of a backend.

    Raises:
        ValueError: the backend is unknown.
    """
    ways: dict[str, Callable[[Any], Any]] = {
        "polars": lambda frame: frame,
        "pandas": pl.DataFrame.to_pandas,
        "pyarrow": pl.DataFrame.to_arrow,
        "duckdb": _relation,
    }
    if backend not in ways:
        raise ValueError(f"backend: {backend!r} is refused; use one of {', '.join(ways)}")
    return ways[backend]


def _relation(frame: Any) -> Any:
    """Return the frame as a relation of DuckDB, in its default session."""
    import duckdb

    return duckdb.from_arrow(frame.to_arrow())


def plain_fact(value: Any) -> Any:
    """Return the value of a fact; None where it is unknown or absent."""
    return None if isinstance(value, Missing) else value


def _schema(pl: Any) -> dict[str, Any]:
    instant = pl.Datetime("us", "UTC")
    of_case = {
        **dict.fromkeys(_OF_CASE, pl.String),
        "kind": _enum(pl, CaseKind),
        "state": _enum(pl, CaseState),
        "recorded_eligibility": _enum(pl, Eligibility),
        "recorded_level": _enum(pl, Level),
        "recorded_due_date": pl.Date,
        "answered_at": instant,
        "answered_on": pl.Date,
        "withdrawn_on": pl.Date,
        "awaited_on": pl.Date,
        "closed_at": instant,
        **dict.fromkeys(MARKERS, pl.Boolean),
    }
    return {**of_case, **fact_types(pl)}


def fact_types(pl: Any) -> dict[str, Any]:
    """Return the types of the columns of `received_at` and of the facts, by name."""
    return {
        **dict.fromkeys(_FACTS, pl.Datetime("us", "UTC")),
        **{name: _type_of(pl, fact) for name, fact in FACTS.items()},
    }


def _type_of(pl: Any, fact: Fact) -> Any:
    """Return the type of a fact's column, from its domain."""
    match fact.domain:
        case CodeList():
            return pl.String
        case Enumeration() as codes:
            return pl.Enum(list(map(str, codes.values)))
        case Boolean():
            return pl.Boolean
        case Integer():
            return pl.Int64
        case _:
            return pl.Float64


def _enum(pl: Any, codes: Any) -> Any:
    return pl.Enum([member.value for member in codes])
