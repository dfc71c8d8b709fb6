"""Whole columns of complaints decided at once, in pandas, Polars, PyArrow, DuckDB or PySpark frames."""

from reclamation_core.frames.decisions import InvalidRowsError, MissingColumnWarning, check, decide, decide_malfunctions
from reclamation_core.frames.explanation import explain
from reclamation_core.frames.indicators import as_of, indicator_frame
from reclamation_core.frames.layout import COLUMNS, DECISIONS
from reclamation_core.frames.records import from_records, input_columns, to_records
from reclamation_core.frames.register import caseload

__all__ = [
    "COLUMNS",
    "DECISIONS",
    "InvalidRowsError",
    "MissingColumnWarning",
    "as_of",
    "caseload",
    "check",
    "decide",
    "decide_malfunctions",
    "explain",
    "from_records",
    "indicator_frame",
    "input_columns",
    "to_records",
]
