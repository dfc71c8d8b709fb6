"""The register of a desk as a data frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from types import ModuleType
from typing import Any, Final

import attrs

from reclamation_core.cases import Case, CaseKind, columns
from reclamation_core.cases.columns import CaseColumn
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk
from reclamation_core.frames.backends import import_polars
from reclamation_core.missing import UNKNOWN, Missing
from reclamation_core.ports import CaseQuery
from reclamation_core.tables import Boolean, Enumeration, Integer
from reclamation_core.vocabulary import FACTS, CodeList, ComplaintFacts, Fact
from reclamation_core.vocabulary.column_names import MARKERS
from reclamation_core.vocabulary.own_facts import OWN, OwnFacts, OwnText

_PAGE: Final = 500

_FACTS: Final = tuple(field.name for field in attrs.fields(ComplaintFacts) if field.name != OWN)


_OF_CASE: Final[Mapping[str, CaseColumn[Any]]] = {
    "reference": columns.reference,
    "kind": columns.kind,
    "state": columns.state,
    "site": columns.site,
    "handling_unit": columns.handling_unit,
    "edition": columns.edition,
    "recorded_eligibility": columns.eligibility,
    "recorded_level": columns.level,
    "recorded_due_date": columns.due_on,
    "answered_at": columns.first_answered_at,
    "answered_on": columns.first_answered_on,
    "withdrawn_on": columns.withdrawn_on,
    "suspensions": columns.suspensions,
    "level_changed_on": columns.level_changed_on,
    "deadline_levels": columns.deadline_levels,
    "awaited_on": columns.awaited_on,
    "closed_at": columns.closed_at,
}
"""The columns of a case by their names in the frame, in their order; those of the facts come after them."""


def caseload(desk: Desk, *, kind: CaseKind | None = CaseKind.COMPLAINT, backend: str = "polars") -> Any:
    """Return the complaints that a desk sees, one a row, in the order of their references.

    `decide` and the laboratory's `replay` accept this frame; malfunctions, included on request, are decided by
    `decide_malfunctions` and are invalid rows for the others because of their `kind`.

    Columns: `reference`, `kind`, `state`, `site`, `handling_unit`, `edition` (that of the receipt); what the case has
    on record, `recorded_eligibility` (null while undetermined), `recorded_level` (null for a message out of scope),
    `recorded_due_date` (null where none runs); `answered_at` (the first answer) and `closed_at`, in UTC; `answered_on`,
    the day of the first answer in the zone of the case's calendar; `withdrawn_on`, the day of the first withdrawal;
    `suspensions`, the days on which the answer clock of the first receipt was suspended, as intervals
    (`2026-05-04/2026-05-06`) with a space between, null where there are none; `level_changed_on`, the day on which the
    assessed level changed last while that clock ran, and `deadline_levels`, the levels whose time to answer it counts
    where they are not those of the facts, both null where the edition has one time to answer; `awaited_on`, the day by
    which an answer is awaited now; then every fact of `ComplaintFacts`, null where it is unknown or absent. A null in
    `satisfaction` means that there is no note; `satisfaction_unknown` marks the rows whose note is unknown, and
    `decide` reads it. The facts that editions declare are columns `own_NAME` where a case has them, with
    `own_NAME_unknown` where one is marked as unknown. Texts and personal facts are not included.

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
    values: dict[str, list[Any]] = {name: [] for name in schema}
    own: list[OwnFacts] = []
    for case in cases_of(desk, kind):
        own.append(case.facts.own)
        for name, value in row_of_case(case).items():
            values[name].append(value)
    columns = {name: pl.Series(values[name], dtype=dtype) for name, dtype in schema.items()}
    for name, (dtype, of) in own_columns_of(pl, own).items():
        columns[name] = pl.Series(map(of, own), dtype=dtype)
    return convert(pl.DataFrame(columns))


def own_columns_of(pl: ModuleType, own: Iterable[OwnFacts]) -> dict[str, tuple[Any, Callable[[OwnFacts], Any]]]:
    """Return the columns of own facts, each with its type and the function to its value; none of texts."""
    values: dict[str, list[Any]] = {}
    for facts in own:
        for name, value in facts.items():
            values.setdefault(name, []).append(value)
    columns: dict[str, tuple[Any, Callable[[OwnFacts], Any]]] = {}
    for name in sorted(name for name, given in values.items() if not any(isinstance(one, OwnText) for one in given)):
        columns[f"{OWN}_{name}"] = (_own_type(pl, values[name]), partial(_own_value, name))
        if UNKNOWN in values[name]:
            columns[f"{OWN}_{name}_unknown"] = (pl.Boolean, partial(_is_own_unknown, name))
    return columns


def _own_type(pl: ModuleType, values: Iterable[Any]) -> Any:
    """Return the type of a column by its values: those of one fact have one type, but for numbers."""
    types = {type(value) for value in values if value is not UNKNOWN}
    for cls, dtype in ((bool, pl.Boolean), (str, pl.String), (date, pl.Date), (int, pl.Int64)):
        if types == {cls}:
            return dtype
    return pl.Float64 if types else pl.Null


def _own_value(name: str, own: OwnFacts) -> Any:
    value = own.get(name)
    return float(value) if isinstance(value, Decimal) else plain_fact(value)


def _is_own_unknown(name: str, own: OwnFacts) -> bool:
    return own.get(name) is UNKNOWN


def cases_of(desk: Desk, kind: CaseKind | None = CaseKind.COMPLAINT) -> Iterator[Case]:
    """Yield the cases that a desk sees, in the order of their references, a page at a time."""
    query: CaseQuery | None = CaseQuery(kind=kind, limit=_PAGE)
    while query is not None:
        page = desk.cases.find(query)
        yield from page.cases
        query = query.following(page)


def converted(pl: ModuleType, backend: str) -> Callable[[Any], Any]:
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


def plain_fact(value: object) -> Any:
    """Return the value of a fact; None where it is unknown or absent."""
    return None if isinstance(value, Missing) else value


def row_of_case(case: Case) -> dict[str, Any]:
    """Return the values of a case by the names of the frame's columns."""
    facts = {name: case.facts.get(name) for name in _FACTS}
    return {
        **{name: column(case) for name, column in _OF_CASE.items()},
        **{marker: facts[name] is UNKNOWN for marker, name in MARKERS.items()},
        **{name: plain_fact(value) for name, value in facts.items()},
    }


def _schema(pl: ModuleType) -> dict[str, Any]:
    of_case = {name: _type_of(pl, column.type) for name, column in _OF_CASE.items()}
    return {**of_case, **dict.fromkeys(MARKERS, pl.Boolean), **fact_types(pl)}


def _type_of(pl: ModuleType, cls: type[Any]) -> Any:
    """Return the type of a frame's column for values of a class."""
    if issubclass(cls, LabelledEnum):
        return pl.Enum([member.value for member in cls])
    return {str: pl.String, date: pl.Date, datetime: pl.Datetime("us", "UTC")}[cls]


def fact_types(pl: ModuleType) -> dict[str, Any]:
    """Return the types of the columns of `received_at` and of the facts, by name."""
    return {
        **dict.fromkeys(_FACTS, pl.Datetime("us", "UTC")),
        **{name: _type_of_fact(pl, fact) for name, fact in FACTS.items()},
    }


def _type_of_fact(pl: ModuleType, fact: Fact) -> Any:
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
