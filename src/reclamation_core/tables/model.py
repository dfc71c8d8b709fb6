"""The parts of a decision table: its inputs, its rows, its hit policy."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

import attrs

from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.tables.conditions import Condition, Operator, is_, is_in
from reclamation_core.tables.domains import Domain, exact
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.tables.table import DecisionTable


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


def _identifier(name: str) -> str:
    # A converter, for it must come before the defaults that are made of the name. Python reads an identifier in its
    # NFKC form: another spelling would be another attribute for `getattr` than for the look-up.
    given: object = name
    usable = isinstance(given, str) and name.isidentifier() and not keyword.iskeyword(name)
    if not usable or normalize("NFKC", name) != name:
        raise ValueError(f"name: {name!r} is refused; use a Python identifier, it names an attribute of the facts")
    return name


def _missing_allowed(input_: Input, _: object, none: Missing) -> None:
    if none is ABSENT and not input_.absent:
        raise ValueError(f"{input_.name}: None cannot mean ABSENT where no absence is allowed; add absent=True")
    if not input_.unknown and not input_.absent:
        raise ValueError(
            f"{input_.name}: an input that is never unknown needs absent=True, its meaning where not given"
        )


def _default_question(input_: Input) -> Wording:
    # A factory and no `@question.default`, which pyright does not read: it would ask for the argument.
    return Wording(f"{input_.label.fr} ?", f"{input_.label.en}?")


@attrs.frozen
class Input:
    """An input of a table: a fact, or the outcome of a source table.

    Args:
        name: the attribute, or key, of the facts that holds it; of an outcome taken from another table, its own name.
        domain: the values it may have.
        label: what it is called by a reader; the name by default.
        question: what to ask when it is not known; made of the label by default.
        absent: whether `ABSENT` is a value of it.
        none: what None, or a key that is missing, is short for.
        unknown: False where a fact that is not known is read as `ABSENT`.
        source: the table whose outcome this is, or None for a fact.
    """

    name: str = attrs.field(converter=_identifier)
    domain: Domain
    label: Wording = attrs.field(default=attrs.Factory(lambda self: Wording(self.name, self.name), takes_self=True))
    question: Wording = attrs.field(default=attrs.Factory(_default_question, takes_self=True), kw_only=True)
    absent: bool = attrs.field(default=False, kw_only=True)
    unknown: bool = attrs.field(default=True, kw_only=True)
    none: Missing = attrs.field(default=UNKNOWN, kw_only=True, validator=_missing_allowed)
    source: DecisionTable[Any] | None = attrs.field(default=None, kw_only=True)

    @classmethod
    def outcome_of(cls, table: DecisionTable[Any], label: Wording | None = None) -> Input:
        """The outcome of another table as an input, under that table's name."""
        return cls(table.name, table.output, label or table.title, source=table)


def _condition(value: Any) -> Condition:
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
class Row:
    """A rule: its outcome holds where all its conditions are met.

    Args:
        id: its name in the table.
        when: conditions by input; an input not named is any. A plain value is short for `is_`, several for `is_in`.
        then: the outcome.
        clause: the clause of the procedure it comes from.
        wording: the rule as a sentence without its full stop; made of the conditions by default.
        reading: the number of the reading, where the row is one and not the text.
    """

    id: str
    when: Mapping[str, Condition] = attrs.field(converter=_conditions, eq=_asked, hash=False)
    then: Any = attrs.field(converter=exact)
    clause: str | None = None
    wording: Wording | None = None
    reading: str | None = attrs.field(default=None, kw_only=True)

    def __getstate__(self) -> tuple[Any, ...]:
        return (self.id, dict(self.when), self.then, self.clause, self.wording, self.reading)

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        names = ("id", "when", "then", "clause", "wording", "reading")
        for name, value in zip(names, state, strict=True):
            object.__setattr__(self, name, MappingProxyType(value) if name == "when" else value)

    def source(self, lang: Lang) -> str:
        """The clause and the reading, as they are cited: `M2-1 §6.2, lecture I4`; empty where there is none."""
        reading = self.reading and f"{'lecture' if lang == 'fr' else 'reading'} {self.reading}"
        return ", ".join(filter(None, [self.clause, reading]))


@attrs.frozen
class Monotone:
    """A promise of a table: where only this input rises, the outcome never falls (or, falling, never rises)."""

    input: str
    rising: bool = True
