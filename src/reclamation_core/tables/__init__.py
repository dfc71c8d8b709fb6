"""Decision tables that are compiled to cells, proved when built, and explain themselves.

This package knows nothing of complaints and can be used alone.
"""

from typing import TYPE_CHECKING

from reclamation_core.lazy_names import lazy_names

if TYPE_CHECKING:
    from reclamation_core.tables.comparison import TableDifference
    from reclamation_core.tables.conditions import (
        Condition,
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
    from reclamation_core.tables.decision import Decision, WhyNot
    from reclamation_core.tables.dmn.reading import DmnTables, from_dmn
    from reclamation_core.tables.dmn.writing import to_dmn
    from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Number, OpenEnumeration
    from reclamation_core.tables.edits import RowEdits
    from reclamation_core.tables.errors import FactsError, OutcomeError, TableDefinitionError, TableProofError
    from reclamation_core.tables.model import Input
    from reclamation_core.tables.rules import HitPolicy, Monotone, Row
    from reclamation_core.tables.table import DecisionTable
else:
    __getattr__, __dir__ = lazy_names(
        __name__,
        {
            ".comparison": "TableDifference",
            ".conditions": "Condition above absent all_but any_value at_least at_most below between is_ is_in is_not",
            ".decision": "Decision WhyNot",
            ".dmn.reading": "DmnTables from_dmn",
            ".dmn.writing": "to_dmn",
            ".domains": "Boolean Day Domain Enumeration Integer Number OpenEnumeration",
            ".edits": "RowEdits",
            ".errors": "FactsError OutcomeError TableDefinitionError TableProofError",
            ".model": "Input",
            ".rules": "HitPolicy Monotone Row",
            ".table": "DecisionTable",
        },
    )

__all__ = [
    "Boolean",
    "Condition",
    "Day",
    "Decision",
    "DecisionTable",
    "DmnTables",
    "Domain",
    "Enumeration",
    "FactsError",
    "HitPolicy",
    "Input",
    "Integer",
    "Monotone",
    "Number",
    "OpenEnumeration",
    "OutcomeError",
    "Row",
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
    "from_dmn",
    "is_",
    "is_in",
    "is_not",
    "to_dmn",
]
