"""The facts of two tables as one: what either of them accepts, and where the other refuses it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from reclamation_core.missing import ABSENT
from reclamation_core.tables.conditions import Condition, at_least, at_most
from reclamation_core.tables.domains import Domain, Enumeration, Line, OpenEnumeration
from reclamation_core.tables.errors import TableDefinitionError
from reclamation_core.tables.model import Input
from reclamation_core.wording import Lang, Wording


@attrs.frozen
class Pairs(Domain):
    """The outcomes of a table and of its counterpart, as pairs; None where one of them refuses the facts."""

    before: Domain
    after: Domain
    ordered = False

    @property
    def expected(self) -> Wording:
        return Wording("un résultat de chaque table", "an outcome of each table")

    def check(self, value: Any) -> Any:
        return value

    def label(self, value: Any, lang: Lang) -> str:
        before, after = (
            refused(lang) if outcome is None else domain.label(outcome, lang)
            for domain, outcome in zip((self.before, self.after), value, strict=True)
        )
        return before if value[0] == value[1] else f"{before} → {after}"

    def rank(self, value: Any) -> Any:
        sides = zip((self.before, self.after), value, strict=True)
        return tuple((outcome is not None, 0 if outcome is None else domain.rank(outcome)) for domain, outcome in sides)


def refused(lang: Lang) -> str:
    """What stands for the outcome where facts are not of the table's domains."""
    return "faits refusés" if lang == "fr" else "facts refused"


def join(table: str, before: Input, after: Input) -> Input:
    """An input with the values of either of two, told in the words of the later one.

    Raises:
        TableDefinitionError: the two are not of one kind, so that nothing can be compared.
    """
    domain = _either(before.domain, after.domain)
    if domain is None:
        raise not_comparable(table, after.name)
    return Input(after.name, domain, after.label, question=after.question, absent=before.absent or after.absent)


def not_comparable(table: str, name: str) -> TableDefinitionError:
    """What is raised for an input that is a fact of one kind here, and of another kind or an outcome there."""
    return TableDefinitionError(table, f"input {name}", "is not of one kind in both; such tables cannot be compared")


def _either(before: Domain, after: Domain) -> Domain | None:
    if type(before) is not type(after):
        return None
    if isinstance(before, OpenEnumeration) and isinstance(after, OpenEnumeration):
        return OpenEnumeration.telling(after.name, dict.fromkeys((*before.values[:-1], *after.values[:-1])))
    if isinstance(before, Enumeration) and isinstance(after, Enumeration):
        both = dict(zip((*before.values, *after.values), (*before.labels, *after.labels), strict=True))
        return Enumeration(after.name, tuple(both), tuple(both.values()), after.ordered)
    if isinstance(before, Line) and isinstance(after, Line):
        lows, highs = (before.minimum, after.minimum), (before.maximum, after.maximum)
        return type(after)(  # type: ignore[call-arg]
            None if None in lows else min(lows), None if None in highs else max(highs)
        )
    return after


def bounds(inputs: Iterable[Input]) -> Iterable[tuple[str, Condition]]:
    """Conditions that tell apart, of each input, the values that it accepts."""
    for input_ in inputs:
        if isinstance(input_.domain, Line):
            if input_.domain.minimum is not None:
                yield input_.name, at_least(input_.domain.minimum)
            if input_.domain.maximum is not None:
                yield input_.name, at_most(input_.domain.maximum)


def accepts(input_: Input, value: Any) -> bool:
    """Whether an input can be a value, or `ABSENT`."""
    if value is ABSENT:
        return input_.absent
    try:
        input_.domain.check(value)
    except ValueError:
        return False
    return True
