"""The root causes that a method yields, each under a family, so that recurrence can be counted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import attrs

from reclamation_core.cases.causes import checks
from reclamation_core.cases.causes.families import TRAINING_BODY
from reclamation_core.cases.causes.statements import key
from reclamation_core.cases.causes.taxonomy import Taxonomy
from reclamation_core.cases.texts import redacted
from reclamation_core.errors import Fault
from reclamation_core.wording import Lang, Wording

_ONE_FAMILY = Wording(
    "cette cause est déjà rangée dans une autre famille ; n'en gardez qu'une",
    "this cause is already under another family; keep one",
)


@attrs.frozen
class RootCause(checks.Checked):
    """A root cause (cause racine, « cause exacte »).

    Args:
        statement: what is the cause, as a sentence.
        family: the code of its family; a `Taxonomy` says which codes there are.

    Raises:
        FaultsError: a text is blank, or the family is no code.

    Source: M2-1 §4.1.

    >>> RootCause("Le remplacement des formateurs n'est pas organisé", "trainer_availability").family
    'trainer_availability'
    """

    statement: str = attrs.field(repr=redacted)
    family: str

    def in_(self, lang: Lang, families: Taxonomy = TRAINING_BODY) -> str:
        """The cause and what its family is called; the code of one that is none of the families."""
        return f"{self.statement} ({families.named(self.family).in_(lang)})"

    def _faults(self) -> Iterator[Fault]:
        yield from checks.text("statement", self.statement)
        yield from checks.code("family", self.family)


@attrs.frozen
class LocatedCause:
    """A root cause and the path, in its analysis, of the family that it is put under."""

    path: str
    cause: RootCause


def distinct(located: Iterable[LocatedCause]) -> tuple[RootCause, ...]:
    """The causes, each once, in the order they are met."""
    causes: dict[str, RootCause] = {}
    for each in located:
        causes.setdefault(key(each.cause.statement), each.cause)
    return tuple(causes.values())


def under_one_family(located: Iterable[LocatedCause]) -> Iterator[Fault]:
    """The causes that are met twice, under two families."""
    families: dict[str, str] = {}
    for each in located:
        if families.setdefault(key(each.cause.statement), each.cause.family) != each.cause.family:
            yield Fault(each.path, each.cause.family, _ONE_FAMILY)
