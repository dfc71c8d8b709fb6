"""Decision tables that are compiled to cells, proved when built, and explain themselves.

This package knows nothing of complaints and can be used alone.
"""

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables.comparison import OutcomeChange, RowChange, RowChangeKind, TableDifference, compare_tables
from reclamation_core.tables.conditions import (
    Condition,
    Operator,
    above,
    absent,
    all_but,
    any_value,
    at_least,
    at_most,
    below,
    between,
    is_,
    is_in,
    is_not,
)
from reclamation_core.tables.decision import Cell, Change, Decision, FailedCondition, Miss, WhyNot
from reclamation_core.tables.dmn.reading import DmnNote, DmnTables, from_dmn
from reclamation_core.tables.dmn.writing import to_dmn
from reclamation_core.tables.document import table_schema
from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Number, OpenEnumeration
from reclamation_core.tables.edits import RowEdits
from reclamation_core.tables.errors import (
    FactsError,
    Finding,
    FindingKind,
    OutcomeError,
    TableDefinitionError,
    TableProofError,
)
from reclamation_core.tables.model import CompiledTable, Input
from reclamation_core.tables.rules import HitPolicy, Monotone, Row
from reclamation_core.tables.sfeel import read_condition, read_value, write_condition, write_value
from reclamation_core.tables.table import DecisionTable

__all__ = [
    "ABSENT",
    "UNKNOWN",
    "Boolean",
    "Cell",
    "Change",
    "CompiledTable",
    "Condition",
    "Day",
    "Decision",
    "DecisionTable",
    "DmnNote",
    "DmnTables",
    "Domain",
    "Enumeration",
    "FactsError",
    "FailedCondition",
    "Finding",
    "FindingKind",
    "HitPolicy",
    "Input",
    "Integer",
    "Miss",
    "Monotone",
    "Number",
    "OpenEnumeration",
    "Operator",
    "OutcomeChange",
    "OutcomeError",
    "Row",
    "RowChange",
    "RowChangeKind",
    "RowEdits",
    "TableDefinitionError",
    "TableDifference",
    "TableProofError",
    "WhyNot",
    "above",
    "absent",
    "all_but",
    "any_value",
    "at_least",
    "at_most",
    "below",
    "between",
    "compare_tables",
    "from_dmn",
    "is_",
    "is_in",
    "is_not",
    "read_condition",
    "read_value",
    "table_schema",
    "to_dmn",
    "write_condition",
    "write_value",
]
