"""The rules of a decision table: its rows, its hit policy, its promises."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import Condition, Operator, is_, is_in
from reclamation_core.tables.domains import Domain, exact
from reclamation_core.wording import Lang, Wording, citation


class HitPolicy(StrEnum):
    """What to do when several rows fire, with DMN's names and meaning."""

    UNIQUE = "unique"
    """No two rows may fire together."""
    ANY = "any"
    """Rows that fire together must give the same outcome."""
    FIRST = "first"
    """The first row in the order written wins."""
    PRIORITY = "priority"
    """The outcome that comes first in the table's `priority` wins."""
    COLLECT_MAX = "collect_max"
    """The greatest of the outcomes given."""
    COLLECT_MIN = "collect_min"
    """The least of the outcomes given."""
    COLLECT_SUM = "collect_sum"
    """The sum of the outcomes given; where no row fires there is none."""
    COLLECT_COUNT = "collect_count"
    """How many rows fire, none being 0."""

    @property
    def adds_up(self) -> bool:
        """Whether each row that fires counts for the outcome: of a sum, of a count."""
        return self in (HitPolicy.COLLECT_SUM, HitPolicy.COLLECT_COUNT)


ORDERED = (HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_MIN)
"""The hit policies that compare outcomes."""


def _condition(value: object) -> Condition:
    if isinstance(value, Condition):
        return value
    if isinstance(value, set | frozenset):  # whose order is another in each process
        value = sorted(value, key=repr)
    return is_in(*value) if isinstance(value, tuple | list) else is_(value)


def _conditions(when: Mapping[str, Any]) -> Mapping[str, Condition]:
    return MappingProxyType({name: _condition(value) for name, value in when.items()})


def _asked(when: Mapping[str, Condition]) -> Mapping[str, Condition]:
    """The conditions by which rows are compared: an input with `any_value` equals an input without a condition."""
    return {name: condition for name, condition in when.items() if condition.operator is not Operator.ANY}


@attrs.frozen
class Row(SharedRepr):
    """A rule: its outcome holds where all its conditions are met.

    Args:
        id: its name in the table.
        when: conditions by input; an input not named is any. A plain value is short for `is_`, several for `is_in`.
        then: the outcome.
        clause: the clause of the procedure it comes from.
        wording: the rule as a sentence without its full stop; made of the conditions by default.
        interpretation: the number of the interpretation, where the row is one and not the text.
        plain: the rule in plain words for the person concerned by the outcome, without its full stop; None if the rule
            is internal.
    """

    id: str
    when: Mapping[str, Condition] = attrs.field(converter=_conditions, eq=_asked, hash=False)
    then: Any = attrs.field(converter=exact)
    clause: str | None = None
    wording: Wording | None = None
    interpretation: str | None = attrs.field(default=None, kw_only=True)
    plain: Wording | None = attrs.field(default=None, kw_only=True)

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.id, dict(self.when), self.then, self.clause, self.wording, self.interpretation, self.plain)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        names = ("id", "when", "then", "clause", "wording", "interpretation", "plain")
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, MappingProxyType(value) if name == "when" else value)

    def source(self, lang: Lang) -> str:
        """Return the point of the procedure and the interpretation, for a reader; empty where there is none."""
        return citation(self.clause, self.interpretation, lang)


@attrs.frozen
class Monotone(SharedRepr):
    """A promise of a table: where only this input rises, the outcome never falls (or, falling, never rises)."""

    input: str
    rising: bool = True


def outcome_order(output: Domain, hit_policy: HitPolicy, priority: tuple[Any, ...], rows: tuple[Row, ...]) -> list[Any]:
    """The outcomes that rows give, the one that wins first, under the hit policies that have an order."""
    if hit_policy is HitPolicy.PRIORITY:
        return list(priority)
    if hit_policy in ORDERED:
        given = {row.then for row in rows}
        return sorted(given, key=output.rank, reverse=hit_policy is HitPolicy.COLLECT_MAX)
    return []
