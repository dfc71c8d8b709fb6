"""What an invented message is about, before anything is known of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import attrs

from reclamation_core.missing import ABSENT, Absent
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.simulation.profile import CaseloadProfile

_CONTENT: Final = 7


@attrs.frozen(kw_only=True)
class Subject:
    """What a message is, what it is about, and the note that it gives.

    Args:
        kind: what it is.
        theme: what a grievance is about, or a survey note that is not a good one; None for the others.
        note: the note of a survey.
    """

    kind: Kind
    theme: Theme | None = None
    note: Decimal | Absent = ABSENT


def subject_of(draws: Draws, profile: CaseloadProfile, kind: Kind) -> Subject:
    """What a message of a kind is about; who gives 7 or more complains of nothing."""
    if kind is Kind.GRIEVANCE:
        return Subject(kind=kind, theme=draws.weighted(profile.themes))
    if kind is not Kind.SURVEY:
        return Subject(kind=kind)
    note = draws.weighted(profile.notes)
    return Subject(kind=kind, theme=None if note >= _CONTENT else draws.weighted(profile.themes), note=note)
