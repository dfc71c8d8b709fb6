"""A guard: a condition that an act must meet. The guards of an act are a decision table.

A guard is a row that refuses. The table of an act has its guards and, beneath them, a row that allows: so a refusal
tells every guard that is not met at once, explains itself, and says what would be enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final, Generic, TypeVar

import attrs

from reclamation_core.cases.codes import Permission
from reclamation_core.tables import Boolean, DecisionTable, Enumeration, HitPolicy, Input, Row
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Wording

V = TypeVar("V", bound=LabelledEnum)

_NOTHING_AGAINST: Final = Wording("rien ne s'y oppose", "nothing stands against it")


@attrs.frozen(kw_only=True)
class Guard(Generic[V]):
    """A condition for some acts.

    Args:
        id: its name.
        verbs: the acts that it guards.
        when: what refuses, as the conditions of a row.
        wording: what is wrong, and what would do.
        clause: the clause it comes from, None where it is common sense.
        reading: the reading it is.
    """

    id: str
    verbs: tuple[V, ...]
    when: Mapping[str, Any] = attrs.field(hash=False)
    wording: Wording
    clause: str | None = None
    reading: str | None = None


def flag(name: str, fr: str, en: str) -> Input:
    """An input that is true or false."""
    return Input(name, Boolean(), Wording(fr, en))


def permissions(verb: V, guards: Iterable[Guard[V]], inputs: Iterable[Input]) -> DecisionTable[Permission]:
    """The table that allows or refuses an act; its rows that refuse are the guards of the verb."""
    mine = [guard for guard in guards if verb in guard.verbs]
    asked = {name for guard in mine for name in guard.when}
    refusals = [
        Row(guard.id, guard.when, Permission.REFUSED, guard.clause, guard.wording, reading=guard.reading)
        for guard in mine
    ]
    return DecisionTable(
        f"may_{verb.value}",
        tuple(input_ for input_ in inputs if input_.name in asked),
        Enumeration.of(Permission),
        (*refusals, Row("allowed", {}, Permission.ALLOWED, None, _NOTHING_AGAINST)),
        HitPolicy.PRIORITY,
        verb.wording,
        priority=(Permission.REFUSED, Permission.ALLOWED),
    )
