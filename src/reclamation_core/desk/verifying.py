"""Verifying: every case folded again from its story, against its state as stored."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from reclamation_core.cases import Case, StoryError
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.evidence import stories
from reclamation_core.ports import CaseNotFoundError, StoreDamagedError


@attrs.frozen
class Discrepancy:
    """Something stored that does not follow from the story of its case.

    Args:
        case: the reference of the case.
        field: the field of the case that differs; None where the case as a whole cannot be told.
        damage: why it cannot; None where a field differs.
    """

    case: str
    field: str | None
    damage: str | None = None


def verify(acting: Acting) -> Iterator[Discrepancy]:
    """What does not follow from the stories; see `Desk.verify`."""
    for story in stories(acting.store.journal):
        try:
            with acting.store.unit_of_work() as unit:
                case = unit.cases.get(story.case)
        except StoreDamagedError as error:
            yield Discrepancy(story.case, None, error.reason)
        except CaseNotFoundError:
            yield Discrepancy(story.case, None, "it has a story, and is not there itself")
        else:
            yield from _discrepancies(case)


def _discrepancies(case: Case) -> Iterator[Discrepancy]:
    try:
        told = Case.from_events(case.events, case.vault)
    except (StoryError, ValueError):
        yield Discrepancy(case.reference, None, "its events tell no story")
        return
    for field in attrs.fields(Case):
        if getattr(case, field.name) != getattr(told, field.name):
            yield Discrepancy(case.reference, field.name)
