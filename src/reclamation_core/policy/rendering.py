"""What the procedure says of a case, as a notebook shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reclamation_core.calendars.rendering import deadline_block
from reclamation_core.markup import Html, card, paragraph
from reclamation_core.policy.assessment import deadline_sentence
from reclamation_core.tables.rendering import decision_block

if TYPE_CHECKING:
    from reclamation_core.calendars import Deadline
    from reclamation_core.policy.assessment import CaseAssessment


def assessment_card(assessment: CaseAssessment, deadline: Deadline | None = None) -> Html:
    """The decisions with their reasons, one below the other, and the deadline where there is one."""
    dated = [] if deadline is None else [deadline_block(deadline), paragraph(deadline_sentence(deadline, "fr"))]
    return card(*map(decision_block, assessment.decisions), *dated)
