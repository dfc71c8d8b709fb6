"""What an action is found by, wherever it is named: the plan that it is on, and its reference there."""

from __future__ import annotations

import re
from typing import Any

import attrs

from reclamation_core.cases.checks import label, of_class
from reclamation_core.cases.plan_scope import PlanScope
from reclamation_core.wording import Lang


def natural_key(reference: str) -> tuple[tuple[tuple[str, tuple[int, str]], ...], str]:
    """An order of references in which numbers count as numbers.

    >>> sorted(["A-10", "A-2"], key=natural_key)
    ['A-2', 'A-10']
    """
    # The longer of two numbers is the greater, and no number is too long to compare.
    words, numbers = (re.split(r"([0-9]+)", reference)[first::2] for first in (0, 1))
    sizes = [(len(number), number) for number in (digits.lstrip("0") for digits in numbers)]
    return tuple(zip(words, [*sizes, (-1, "")], strict=True)), reference


@attrs.frozen
class LineReference:
    """One line of one plan, by whose it is and its reference: two plans may each have an action A-1.

    Args:
        scope: whose plan it is on.
        action: its reference there.

    Raises:
        TypeError, ValueError: a field is refused.

    >>> print(LineReference(PlanScope.site("CRE"), "A-1"))
    site:CRE/A-1
    """

    scope: PlanScope = attrs.field(validator=of_class(PlanScope))
    action: str = attrs.field(validator=label)

    @property
    def order(self) -> Any:
        """Its place in an edition."""
        return self.scope.order, natural_key(self.action)

    def label(self, lang: Lang = "fr") -> str:
        """What a reader calls it."""
        return f"{self.action} ({self.scope.label(lang)})"

    def __str__(self) -> str:
        return f"{self.scope}/{self.action}"
