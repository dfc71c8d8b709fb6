"""What a row asks of one input.

A condition on a value never holds where the value is absent, except `any_value()`, `absent()` and a list that names
`ABSENT`: `is_not("local")` asks for a value, other than local.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.tables.domains import Domain, Line
from reclamation_core.tables.exact import exact
from reclamation_core.wording import Lang, Wording


class Operator(StrEnum):
    """How a condition compares."""

    IS_IN = "is_in"
    IS_NOT = "is_not"
    BELOW = "below"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOVE = "above"
    BETWEEN = "between"
    ANY = "any"


_PHRASES = {
    Operator.IS_IN: Wording("{listed}", "{listed}"),
    Operator.IS_NOT: Wording("autre que {listed}", "other than {listed}"),
    Operator.BELOW: Wording("inférieur à {0}", "below {0}"),
    Operator.AT_MOST: Wording("au plus {0}", "at most {0}"),
    Operator.AT_LEAST: Wording("au moins {0}", "at least {0}"),
    Operator.ABOVE: Wording("supérieur à {0}", "above {0}"),
    Operator.BETWEEN: Wording("de {0} à {1}", "from {0} to {1}"),
    Operator.ANY: Wording("indifférent", "any"),
}


def _exact_values(values: Iterable[Any]) -> tuple[Any, ...]:
    return tuple(map(exact, values))


@attrs.frozen
class Condition:
    """One condition; built by the functions of this module.

    Raises:
        ValueError: it has not as many values as its operator compares with, or one is not a finite number.
    """

    operator: Operator
    values: tuple[Any, ...] = attrs.field(default=(), converter=_exact_values)

    @values.validator
    def _right_number(self, _: object, values: tuple[Any, ...]) -> None:
        listed = self.operator in (Operator.IS_IN, Operator.IS_NOT)
        needed = {Operator.ANY: 0, Operator.BETWEEN: 2}.get(self.operator, 1)
        if not values if listed else len(values) != needed:
            raise ValueError(f"{self.operator.value}: {values!r}; give {'at least one value' if listed else needed}")

    def holds(self, value: Any) -> bool:
        """Whether a value of the input, or `ABSENT`, meets the condition."""
        if self.operator is Operator.ANY:
            return True
        if self.operator is Operator.IS_IN:
            return any(value is item if item is ABSENT else value == item for item in self.values)
        if value is ABSENT:
            return False
        if self.operator is Operator.IS_NOT:
            return all(value != item for item in self.values)
        return self._compares(value)

    def _compares(self, value: Any) -> bool:
        bound = self.values[0]
        match self.operator:
            case Operator.BELOW:
                return bool(value < bound)
            case Operator.AT_MOST:
                return bool(value <= bound)
            case Operator.AT_LEAST:
                return bool(value >= bound)
            case Operator.ABOVE:
                return bool(value > bound)
            case _:
                return bool(bound <= value <= self.values[1])

    @property
    def compares(self) -> bool:
        """Whether the condition needs an order."""
        return self.operator not in (Operator.ANY, Operator.IS_IN, Operator.IS_NOT)

    def in_(self, lang: Lang, domain: Domain) -> str:
        """The condition for a reader."""
        labels = [self._label(value, lang, domain) for value in self.values]
        listed = _listed(labels, "ou" if lang == "fr" else "or") if labels else ""
        return _PHRASES[self.operator].in_(lang).format(*labels, listed=listed)

    def _label(self, value: Any, lang: Lang, domain: Domain) -> str:
        if value is ABSENT:
            return "sans objet" if lang == "fr" else "none"
        return domain.label(value, lang)


def _listed(labels: list[str], conjunction: str) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} {conjunction} {labels[-1]}"


def is_(value: Any) -> Condition:
    """The input is this value, or `ABSENT`."""
    return Condition(Operator.IS_IN, (value,))


def is_in(*values: Any) -> Condition:
    """The input is one of these values; `ABSENT` may be among them."""
    return Condition(Operator.IS_IN, values)


def is_not(*values: Any) -> Condition:
    """The input has a value, which is none of these."""
    return Condition(Operator.IS_NOT, values)


def absent() -> Condition:
    """The input is known to have no value."""
    return Condition(Operator.IS_IN, (ABSENT,))


def below(bound: Any) -> Condition:
    """Strictly less than the bound."""
    return Condition(Operator.BELOW, (bound,))


def at_most(bound: Any) -> Condition:
    """Less than the bound, or equal."""
    return Condition(Operator.AT_MOST, (bound,))


def at_least(bound: Any) -> Condition:
    """Greater than the bound, or equal."""
    return Condition(Operator.AT_LEAST, (bound,))


def above(bound: Any) -> Condition:
    """Strictly greater than the bound."""
    return Condition(Operator.ABOVE, (bound,))


def between(low: Any, high: Any) -> Condition:
    """From low to high, both included.

    Raises:
        ValueError: high is less than low.
    """
    condition = Condition(Operator.BETWEEN, (low, high))
    least, most = condition.values
    if most < least:
        raise ValueError(f"between({low!r}, {high!r}) is empty; give the lower bound first")
    return condition


def any_value() -> Condition:
    """Whatever the input is, absent included."""
    return Condition(Operator.ANY)


def fits(condition: Condition, domain: Domain, absent_allowed: bool) -> str | None:
    """Why a condition cannot be asked of a domain, or None when it can."""
    if condition.compares and not (domain.ordered and isinstance(domain, Line)):
        return f"{condition.operator.value} needs numbers or days"
    for value in condition.values:
        if value is ABSENT:
            if not absent_allowed:
                return "ABSENT is not a value of this input; declare it with absent=True"
            continue
        try:
            domain.check(value)
        except ValueError as error:
            return str(error)
    return None
