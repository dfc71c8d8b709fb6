"""All that reaches the agency in an invented spring: complaints, survey results, malfunctions."""

from __future__ import annotations

from typing import Self

import attrs

from reclamation_core.simulation import demonstration
from reclamation_core.simulation.complaint import InventedComplaint
from reclamation_core.simulation.generator import generate_complaints
from reclamation_core.simulation.malfunctions import InventedMalfunction, generate_malfunctions
from reclamation_core.simulation.survey import InventedSurveyResult, generate_survey_results


@attrs.frozen(kw_only=True)
class Caseload:
    """What reaches the agency.

    Args:
        complaints: the complaints, and what is taken for some.
        survey: the results of the end-of-training survey.
        malfunctions: the internal malfunctions.
    """

    complaints: tuple[InventedComplaint, ...]
    survey: tuple[InventedSurveyResult, ...]
    malfunctions: tuple[InventedMalfunction, ...]

    @classmethod
    def shipped(cls) -> Self:
        """What the shipped files hold, from their seeds."""
        return cls(
            complaints=tuple(generate_complaints(demonstration.NUMBER, demonstration.SEED)),
            survey=tuple(generate_survey_results(demonstration.SURVEY_NUMBER, demonstration.SURVEY_SEED)),
            malfunctions=tuple(generate_malfunctions(demonstration.MALFUNCTION_NUMBER, demonstration.MALFUNCTION_SEED)),
        )

    def __len__(self) -> int:
        return len(self.complaints) + len(self.survey) + len(self.malfunctions)
