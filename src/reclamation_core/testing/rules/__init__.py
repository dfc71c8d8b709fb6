"""Which rules a run exercised: rows, cells and guards, counted while tests decide, and those that nothing reached."""

from reclamation_core.testing.rules.coverage import RuleCoverage, RuleSet
from reclamation_core.testing.rules.swapping import counting, uncounted
from reclamation_core.testing.rules.tables import RuleRow, TableCoverage

__all__ = ["RuleCoverage", "RuleRow", "RuleSet", "TableCoverage", "counting", "uncounted"]
