"""Conditions: the unary tests of a row on one input.

A condition on a value never holds where the value is absent, except `any_value()`, `absent()`, `all_but(...)` and a
list that names `ABSENT`: `is_not("local")` requires a value, other than local. A list may name ranges and values:
`is_in(below(2), 5, absent())`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.domains import Day, Domain, Line, OpenEnumeration, exact, refusal
from reclamation_core.validators import refuse_value
from reclamation_core.wording import Lang, Wording


class Operator(StrEnum):
    """How a condition compares."""

    IS_IN = "is_in"
    IS_NOT = "is_not"
    ALL_BUT = "all_but"
    BELOW = "below"
    AT_MOST = "at_most"
    AT_LEAST = "at_least"
    ABOVE = "above"
    BETWEEN = "between"
    ABOVE_TO = "above_to"
    FROM_BELOW = "from_below"
    ABOVE_BELOW = "above_below"
    ANY = "any"


# None of them agrees in gender with the input, so that any label fits.
_PHRASES = {
    Operator.IS_IN: Wording("{listed}", "{listed}"),
    Operator.IS_NOT: Wording("tout sauf {listed}", "other than {listed}"),
    Operator.ALL_BUT: Wording("sans objet ou tout sauf {listed}", "none or other than {listed}"),
    Operator.BELOW: Wording("moins de {0}", "below {0}"),
    Operator.AT_MOST: Wording("au plus {0}", "at most {0}"),
    Operator.AT_LEAST: Wording("au moins {0}", "at least {0}"),
    Operator.ABOVE: Wording("plus de {0}", "above {0}"),
    Operator.BETWEEN: Wording("de {0} à {1}", "from {0} to {1}"),
    Operator.ABOVE_TO: Wording("plus de {0} et au plus {1}", "above {0} and at most {1}"),
    Operator.FROM_BELOW: Wording("au moins {0} et moins de {1}", "at least {0} and below {1}"),
    Operator.ABOVE_BELOW: Wording("plus de {0} et moins de {1}", "above {0} and below {1}"),
    Operator.ANY: Wording("indifférent", "any"),
}
_OF_DAYS = {
    Operator.BELOW: Wording("avant le {0}", "before {0}"),
    Operator.AT_MOST: Wording("au plus tard le {0}", "on {0} at the latest"),
    Operator.AT_LEAST: Wording("à partir du {0}", "from {0} on"),
    Operator.ABOVE: Wording("après le {0}", "after {0}"),
    Operator.BETWEEN: Wording("du {0} au {1}", "from {0} to {1}"),
    Operator.ABOVE_TO: Wording("après le {0} et au plus tard le {1}", "after {0} and on {1} at the latest"),
    Operator.FROM_BELOW: Wording("à partir du {0} et avant le {1}", "from {0} on and before {1}"),
    Operator.ABOVE_BELOW: Wording("après le {0} et avant le {1}", "after {0} and before {1}"),
}
_LISTS = (Operator.IS_IN, Operator.IS_NOT, Operator.ALL_BUT)
_SETTLED = (Operator.IS_NOT, Operator.ALL_BUT)
_RANGES: Mapping[Operator, tuple[bool, bool]] = {
    Operator.BETWEEN: (True, True),
    Operator.ABOVE_TO: (False, True),
    Operator.FROM_BELOW: (True, False),
    Operator.ABOVE_BELOW: (False, False),
}
"""Of the operators with two bounds, whether the lower and the upper one are included."""


_ONLY_COMPARISONS = Wording(
    "seule une liste contient des conditions, et seulement des comparaisons",
    "only a list holds conditions, and only comparisons",
)
_ITSELF = Wording("écrivez la comparaison elle-même, sans liste", "take the comparison itself")
_NOT_ABSENT = Wording(
    "is_not, sans absence, demande déjà une valeur", "is_not, without ABSENT, asks for a value already"
)
_LOWER_FIRST = Wording(
    "aucune valeur n'est entre ces bornes ; la plus basse vient d'abord",
    "no value is between these bounds; give the lower bound first",
)


def exact_values(values: Iterable[Any]) -> tuple[Any, ...]:
    """Return values, numbers as exact ones."""
    return tuple(map(exact, values))


@attrs.frozen
class Condition(SharedRepr):
    """One condition; built by the functions of this module.

    Raises:
        FaultsError: it has not as many values as its operator compares with, or one is not a finite number; a
            ValueError.
    """

    operator: Operator
    values: tuple[Any, ...] = attrs.field(default=(), converter=exact_values)

    @values.validator
    def _right_number(self, _: object, values: tuple[Any, ...]) -> None:
        needed = 2 if self.operator in _RANGES else int(self.operator is not Operator.ANY)
        if not values if self.listed else len(values) != needed:
            fr, en = ("au moins une valeur", "at least one value") if self.listed else (f"{needed}", f"{needed}")
            refuse_value(self.operator.value, values, Wording(f"nombre de valeurs : {fr}", f"number of values: {en}"))

    @values.validator
    def _said_once(self, _: object, values: tuple[Any, ...]) -> None:
        # Normalise conditions of the same meaning, so that equal tables have equal documents.
        for value in values:
            if isinstance(value, Condition) and not (self.listed and value.values and not value.listed):
                refuse_value(self.operator.value, value, _ONLY_COMPARISONS)
        if self.operator is Operator.IS_IN and len(values) == 1 and isinstance(values[0], Condition):
            refuse_value(self.operator.value, values, _ITSELF)
        if ABSENT in values and self.operator in _SETTLED and values != (ABSENT,) * (self.operator is Operator.IS_NOT):
            refuse_value(self.operator.value, values, _NOT_ABSENT)

    @property
    def listed(self) -> bool:
        """Whether the values are a list, which may name ranges (comparisons) and, to be in or not in it, `ABSENT`."""
        return self.operator in _LISTS

    @property
    def included(self) -> tuple[bool, bool] | None:
        """Whether the lower and the upper bound are included; None where there are not two bounds."""
        return _RANGES.get(self.operator)

    def holds(self, value: object) -> bool:
        """Whether a value of the input, or `ABSENT`, meets the condition."""
        match self.operator:
            case Operator.ANY:
                return True
            case Operator.IS_IN:
                return self._names(value)
            case Operator.ALL_BUT:
                return not self._names(value)
            case Operator.IS_NOT:
                return value is not ABSENT and not self._names(value)
        return value is not ABSENT and self._compares(value)

    def _names(self, value: object) -> bool:
        for item in self.values:
            if isinstance(item, Condition):
                if item.holds(value):
                    return True
            elif value is item if item is ABSENT or value is ABSENT else value == item:
                return True
        return False

    def _compares(self, value: object) -> bool:
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
        from_low, to_high = _RANGES[self.operator]
        high = self.values[1]
        return bool((bound <= value if from_low else bound < value) and (value <= high if to_high else value < high))

    @property
    def compares(self) -> bool:
        """Whether the condition needs an order."""
        if self.listed:
            return any(isinstance(value, Condition) for value in self.values)
        return self.operator is not Operator.ANY

    def in_(self, lang: Lang, domain: Domain) -> str:
        """The condition for a reader."""
        labels = [self._label(value, lang, domain) for value in self.values]
        listed = _listed(labels, "ou" if lang == "fr" else "or") if labels else ""
        phrase = (_OF_DAYS if isinstance(domain, Day) else _PHRASES).get(self.operator, _PHRASES[self.operator])
        return phrase.in_(lang).format(*labels, listed=listed)

    def _label(self, value: object, lang: Lang, domain: Domain) -> str:
        if isinstance(value, Condition):
            return value.in_(lang, domain)
        if value is ABSENT:
            return "sans objet" if lang == "fr" else "none"
        return domain.label(value, lang)


def _listed(labels: list[str], conjunction: str) -> str:
    return labels[0] if len(labels) == 1 else f"{', '.join(labels[:-1])} {conjunction} {labels[-1]}"


def is_(value: object) -> Condition:
    """The input is this value, or `ABSENT`."""
    return Condition(Operator.IS_IN, (value,))


def _named(values: tuple[Any, ...]) -> tuple[Any, ...]:
    # A nested list is flattened: `is_in(below(2), absent())`.
    lists = (
        value.values if isinstance(value, Condition) and value.operator is Operator.IS_IN else (value,)
        for value in values
    )
    return tuple(value for listed in lists for value in listed)


def is_in(*values: object) -> Condition:
    """The input is one of these values or in one of these ranges; `ABSENT` may be among them."""
    named = _named(values)
    return named[0] if len(named) == 1 and isinstance(named[0], Condition) else Condition(Operator.IS_IN, named)


def is_not(*values: object) -> Condition:
    """The input has a value, which is none of these and in none of these ranges."""
    named = _named(values)
    return Condition(Operator.IS_NOT, tuple(value for value in named if value is not ABSENT) or named[:1])


def all_but(*values: object) -> Condition:
    """The input is none of these values and in none of these ranges; no value is one more, unless `ABSENT` is named."""
    named = _named(values)
    return is_not(*named) if ABSENT in named else Condition(Operator.ALL_BUT, named)


def absent() -> Condition:
    """The input is known to have no value."""
    return Condition(Operator.IS_IN, (ABSENT,))


def below(bound: object) -> Condition:
    """Strictly less than the bound."""
    return Condition(Operator.BELOW, (bound,))


def at_most(bound: object) -> Condition:
    """Less than the bound, or equal."""
    return Condition(Operator.AT_MOST, (bound,))


def at_least(bound: object) -> Condition:
    """Greater than the bound, or equal."""
    return Condition(Operator.AT_LEAST, (bound,))


def above(bound: Any) -> Condition:
    """Strictly greater than the bound."""
    return Condition(Operator.ABOVE, (bound,))


def between(low: object, high: object, *, low_included: bool = True, high_included: bool = True) -> Condition:
    """From low to high; both ends are included by default.

    Raises:
        FaultsError: nothing lies between the two; a ValueError.
    """
    ends = (low_included, high_included)
    condition = Condition(next(operator for operator, included in _RANGES.items() if included == ends), (low, high))
    least, most = condition.values
    if most < least or (most == least and ends != (True, True)):
        refuse_value("between", (low, high), _LOWER_FIRST)
    return condition


def any_value() -> Condition:
    """Any value of the input, absent included."""
    return Condition(Operator.ANY)


def misfit(condition: Condition, domain: Domain, absent_allowed: bool) -> Wording | None:
    """Why a condition does not fit a domain, or None if it does."""
    if condition.compares and not (domain.ordered and isinstance(domain, Line)):
        operator = condition.operator.value
        return Wording(f"{operator} demande des nombres ou des jours", f"{operator} needs numbers or days")
    if condition.operator is Operator.ALL_BUT and not absent_allowed:
        return _ALL_BUT
    for value in condition.values:
        if isinstance(value, Condition):
            reason = misfit(value, domain, absent_allowed)
        elif value is ABSENT:
            reason = None if absent_allowed else _NEVER_ABSENT
        else:
            reason = _not_named_by(domain, value)
        if reason is not None:
            return reason
    return None


_ALL_BUT = Wording(
    "all_but admet une absence, et il n'y en a pas ici ; écrivez is_not",
    "all_but lets an absence through, and there is none; use is_not",
)
_NEVER_ABSENT = Wording(
    "cette entrée n'est jamais absente ; déclarez qu'elle peut l'être",
    "ABSENT is not a value of this input; declare it with absent=True",
)


def _not_named_by(domain: Domain, value: object) -> Wording | None:
    """Why a condition cannot name a value of a domain, or None when it can."""
    try:
        read = domain.check(value)
    except ValueError:
        return refusal(domain, value)
    if isinstance(domain, OpenEnumeration) and read == domain.other:
        return Wording(
            f"« {value} » ne se distingue d'aucun autre texte ; nommez-le dans le domaine, ou écrivez is_not",
            f"{value!r} is not told from any other text; name it in the domain, or use is_not",
        )
    return None
