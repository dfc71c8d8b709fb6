"""Methods that go step by step: each step once, and none before those that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeVar

import attrs

from reclamation_core.documents import REDACTED
from reclamation_core.errors import Fault, ReclamationError
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Lang, Wording

S = TypeVar("S", bound=LabelledEnum)


@attrs.define(eq=False)
class StepOrderError(ReclamationError, ValueError):
    """A step that cannot be taken now; nothing has changed.

    Args:
        step: the step that was to be taken.
        missing: the steps that come before it and are not taken; none where the step itself is taken already.
    """

    step: LabelledEnum
    missing: tuple[LabelledEnum, ...] = ()

    def in_(self, lang: Lang) -> str:
        """The refusal as a sentence, with what would do."""
        step = self.step.label(lang)
        before = ", ".join(missing.label(lang) for missing in self.missing)
        if not self.missing:
            return Wording(f"« {step} » : cette étape est déjà faite", f"{step!r}: this step is already taken").in_(
                lang
            )
        return Wording(f"« {step} » : il faut d'abord {before}", f"{step!r}: first comes {before}").in_(lang)

    def __str__(self) -> str:
        return self.in_("en")


def refuse_out_of_order(step: S, taken: Mapping[S, object], needs: Mapping[S, tuple[S, ...]]) -> None:
    """Refuse a step that is taken already, or before those that it needs.

    Raises:
        StepOrderError: it is.
    """
    missing = tuple(need for need in needs[step] if need not in taken)
    if missing or step in taken:
        raise StepOrderError(step, missing)


def out_of_order(taken: Mapping[S, object], needs: Mapping[S, tuple[S, ...]]) -> Iterator[Fault]:
    """The steps that are there without those that they need; a step's code is the field that it is kept in."""
    for step in taken:
        missing = tuple(need for need in needs[step] if need not in taken)
        if missing:
            error = StepOrderError(step, missing)
            yield Fault(step.value, REDACTED, Wording(error.in_("fr"), error.in_("en")))
