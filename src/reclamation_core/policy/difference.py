"""What two editions decide otherwise: table by table, and by the parameters that stand in no table."""

from __future__ import annotations

from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange
from reclamation_core.policy.matrix import parameter_carriers
from reclamation_core.policy.policy import Policy
from reclamation_core.tables.comparison import TableDifference, compare_tables
from reclamation_core.wording import Lang

_IN_TABLES: Final = ("survey.", "risk.", "complexity.")
"""The groups of parameters that are carried by rows: what they change is seen in the tables."""


@attrs.frozen
class ParameterChange:
    """A parameter that is not the same in both editions.

    Attributes:
        path: where a policy file sets it: `deadline.days`.
        before: what the one edition sets.
        after: what the other does.
    """

    path: str
    before: Any
    after: Any

    @property
    def in_tables(self) -> bool:
        """Whether rows of the tables carry it, so that what it changes is seen there, if it changes anything."""
        return self.path.startswith(_IN_TABLES)


@attrs.frozen
class PolicyDifference:
    """What two editions decide otherwise. It is true exactly where they do not decide all cases alike.

    Attributes:
        before: the one edition.
        after: the other.
        tables: the tables that decide some facts otherwise, or whose rows differ.
        parameters: the parameters that differ.
    """

    before: Policy
    after: Policy
    tables: tuple[TableDifference, ...]
    parameters: tuple[ParameterChange, ...]

    def __bool__(self) -> bool:
        return any(self.tables) or any(not change.in_tables for change in self.parameters)

    def to_markdown(self, lang: Lang = "fr") -> str:
        """The difference as Markdown: what is decided otherwise with an example each, then parameters and rows."""
        from reclamation_core.policy.difference_pages import difference_markdown

        return difference_markdown(self, lang)

    def to_html(self, lang: Lang = "fr") -> str:
        """The difference as an HTML fragment, every text escaped."""
        from reclamation_core.policy.difference_pages import difference_html

        return difference_html(self, lang)

    def _repr_html_(self) -> str:
        from reclamation_core.policy.difference_pages import difference_card

        return difference_card(self)


def difference(before: Policy, after: Policy) -> PolicyDifference:
    """Compare two editions; see `Policy.diff`."""
    tables = compare_tables((table, after.tables[name]) for name, table in before.tables.items())
    pairs = zip(parameter_carriers(before), parameter_carriers(after), strict=True)
    changes = (ParameterChange(mine.path, mine.value, theirs.value) for mine, theirs in pairs)
    return PolicyDifference(
        before,
        after,
        tuple(table for table in tables if table or table.rows),
        tuple(change for change in changes if _meant(change.before) != _meant(change.after)),
    )


def _meant(value: Any) -> Any:
    """What a value says, however it is spelled: of days and of roles, the order and the grouping say nothing."""
    if isinstance(value, tuple) and value and all(isinstance(item, DayRange) for item in value):
        return frozenset(day for item in value for day in item.days())
    return frozenset(value) if isinstance(value, tuple) and all(isinstance(item, str) for item in value) else value
