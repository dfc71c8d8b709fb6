"""One invented complaint, and how a file writes it."""

from __future__ import annotations

from typing import Final

import attrs

from reclamation_core.intake.fields import FIELDS
from reclamation_core.missing import UNKNOWN
from reclamation_core.simulation.cells import cells_of
from reclamation_core.simulation.kinds import Kind, Theme
from reclamation_core.vocabulary import ComplaintFacts

COLUMNS: Final = tuple(FIELDS)
"""The columns of a file of complaints, in order: all that the intake reads."""


@attrs.frozen(kw_only=True)
class InventedComplaint:
    """A complaint that nobody made.

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the centre, "" where it is not known.
        kind: what it is, whether or not the facts know it.
        theme: what a grievance is about, or a survey note that is not a good one; None for the others.
        facts: what is known of it.
        text: the words, in French.
    """

    reference: str
    site: str
    kind: Kind
    theme: Theme | None
    facts: ComplaintFacts
    text: str

    def cells(self) -> dict[str, str]:
        """The complaint as a row of a file, by column: codes, numbers, true and false, instants with their offset.

        A cell is empty where a fact is unknown or absent, `unknown` for a note that exists and is not known.
        """
        own = {"reference": self.reference, "site": self.site, "text": self.text}
        cells = cells_of(COLUMNS, self.facts, own)
        if self.facts.satisfaction is UNKNOWN:
            cells["satisfaction"] = "unknown"
        return cells
