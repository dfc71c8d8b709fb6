"""Whole columns of complaints decided at once, in pandas, Polars, PyArrow, DuckDB or PySpark frames."""

from reclamation_core.frames.calendars_named import Calendars
from reclamation_core.frames.deciding import OnInvalid, check, decide, decide_malfunctions
from reclamation_core.frames.invalid import InvalidRowsError
from reclamation_core.frames.layout import COLUMNS, DECISIONS
from reclamation_core.frames.records import explain
from reclamation_core.frames.register import caseload

__all__ = [
    "COLUMNS",
    "DECISIONS",
    "Calendars",
    "InvalidRowsError",
    "OnInvalid",
    "caseload",
    "check",
    "decide",
    "decide_malfunctions",
    "explain",
]
