"""The parameters of an edition by the names that an analyst types, and what they are called for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

import attrs

from reclamation_core.errors import Fault
from reclamation_core.policy.shown import shown
from reclamation_core.wording import Lang, Wording


@attrs.frozen
class Parameter:
    """A parameter of an edition, for a reader.

    Args:
        path: where a policy file sets it: `deadline.days`.
        wording: what it is called, without an article.
        unit: what its numbers count; None where they are plain.
    """

    path: str
    wording: Wording
    unit: Wording | None = None

    @property
    def name(self) -> str:
        """Its path with `_` for the dots: `deadline_days`."""
        return self.path.replace(".", "_")

    def title(self, lang: Lang = "fr") -> str:
        """What it is called, with its unit: the title of an axis."""
        text = self.wording.in_(lang)
        return text if self.unit is None else f"{text} ({self.unit.in_(lang)})"

    def said(self, value: Any, lang: Lang = "fr") -> str:
        """The parameter with a value: `note seuil 7`."""
        return f"{self.wording.in_(lang)} {self.valued(value, lang)}"

    def valued(self, value: Any, lang: Lang = "fr") -> str:
        """A value with its unit: `8 jours`."""
        text = shown(value, lang)
        return text if self.unit is None else f"{text} {self.unit.in_(lang)}"


_DAYS: Final = Wording("jours", "days")
_MONTHS: Final = Wording("mois", "months")

_ALL: Final = (
    Parameter("survey.scale", Wording("échelle des notes", "scale of notes")),
    Parameter("survey.threshold", Wording("note seuil", "threshold note")),
    Parameter("deadline.days", Wording("délai de réponse", "time to answer"), _DAYS),
    Parameter("deadline.day_type", Wording("jours comptés", "days counted")),
    Parameter("deadline.first_day_counted", Wording("jour de réception compté", "day of receipt counted")),
    Parameter("deadline.cut_off", Wording("heure limite de réception", "cut-off of receipt")),
    Parameter("deadline.suspensions_allowed", Wording("suspensions admises", "suspensions allowed")),
    Parameter("deadline.due_soon", Wording("alerte avant l'échéance", "alert before the due date"), _DAYS),
    Parameter("acknowledgement.days", Wording("accusé de réception sous", "acknowledgement within"), _DAYS),
    Parameter("risk.moderate_from", Wording("criticité modérée à partir de", "moderate criticality from")),
    Parameter("risk.high_from", Wording("criticité élevée à partir de", "high criticality from")),
    Parameter("risk.critical_from", Wording("criticité critique à partir de", "critical criticality from")),
    Parameter(
        "risk.least_band_at_severity_4", Wording("criticité minimale à la gravité 4", "least criticality at severity 4")
    ),
    Parameter(
        "risk.recurrences",
        Wording("récurrences des vraisemblances 2, 3 et 4", "recurrences of the likelihoods 2, 3 and 4"),
    ),
    Parameter("complexity.band", Wording("cas complexe dès la criticité", "complex case from the criticality")),
    Parameter("complexity.causes", Wording("cas complexe dès", "complex case from"), Wording("causes", "causes")),
    Parameter(
        "complexity.recurrences",
        Wording("cas complexe dès", "complex case from"),
        Wording("récurrences", "recurrences"),
    ),
    Parameter("complexity.level", Wording("cas complexe dès le niveau", "complex case from the level")),
    Parameter("roles.qualifying", Wording("rôles qui qualifient", "roles that qualify")),
    Parameter("retention.mode", Wording("conservation", "retention")),
    Parameter("retention.active_months", Wording("période active", "active period"), _MONTHS),
    Parameter("retention.archive_months", Wording("archive", "archive"), _MONTHS),
    Parameter("closures", Wording("fermetures", "closures")),
)
PARAMETERS: Final[Mapping[str, Parameter]] = {parameter.name: parameter for parameter in _ALL}
"""By their names, in the order of the editions' own."""


def named(name: str) -> Parameter | Fault:
    """The parameter of a name, as `deadline_days` or `deadline.days`; what is wrong with the name if there is none."""
    found = PARAMETERS.get(name.replace(".", "_"))
    if found is not None:
        return found
    close = get_close_matches(name, PARAMETERS, n=3, cutoff=0.4) or list(PARAMETERS)
    listed = ", ".join(close)
    expected = Wording(
        f"aucun paramètre n'a ce nom ; en voici de proches : {listed}",
        f"no parameter has that name; these are close: {listed}",
    )
    return Fault(name, name, expected)
