"""Facts and actions with readable defaults."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from reclamation_core.plans import ActionOrigin, ActionSheet, ActionType
from reclamation_core.testing._arguments import require_names
from reclamation_core.vocabulary import (
    Channel,
    ClientScope,
    Complainant,
    ComplaintFacts,
    MalfunctionFacts,
    Mobilisation,
    Nature,
    Requirement,
    ServiceReach,
)

RECEIVED_AT: Final = datetime(2025, 6, 2, 9, tzinfo=ZoneInfo("Europe/Paris"))
"""Monday 2 June 2025, 9 o'clock in Paris: the answer is due on 17 June, Whit Monday lying between."""

_HANDLING: Final[Mapping[str, Any]] = {"service_reach": ServiceReach.ONE_CENTRE, "mobilisation": Mobilisation.LOCAL}
_COMPLAINT: Final[Mapping[str, Any]] = {
    **_HANDLING,
    "channel": Channel.EMAIL,
    "formal": True,
    "complainant": Complainant.TRAINEE,
    "nature": Nature.GRIEVANCE,
    "requirement": Requirement.CONTRACTUAL,
    "sold_service": True,
    "client_scope": ClientScope.LOCAL,
}
FAMILY: Final = "trainer_availability"
"""The family of the causes that builders name: one of those of a training body."""
_ACTION: Final[Mapping[str, Any]] = {
    "reference": "A-1",
    "type": ActionType.CORRECTIVE,
    "origin": ActionOrigin.COMPLAINT,
    "site": "CRE",
    "cause_family": FAMILY,
    "cause": "personne ne remplace le formateur absent",
    "what": "tenir un vivier de remplaçants",
    "owner": "M. Petit",
    "criterion": "aucune séance annulée en trois mois",
    "check_on": date(2025, 10, 1),
}


def a_complaint(**changes: Any) -> ComplaintFacts:
    """A trainee's formal complaint by e-mail, in scope, of one centre, received at `RECEIVED_AT`; risks not judged yet.

    Args:
        changes: the facts that matter, by name; None where one is unknown.

    Raises:
        TypeError: there is no such fact.
        FaultsError: a value is refused.

    >>> a_complaint(satisfaction=5).satisfaction
    5
    """
    require_names(ComplaintFacts, changes)
    return ComplaintFacts(**{"received_at": RECEIVED_AT, **_COMPLAINT, **changes})


def a_malfunction(**changes: Any) -> MalfunctionFacts:
    """An internal malfunction of one centre, received at `RECEIVED_AT`; takes and raises what `a_complaint` does."""
    require_names(MalfunctionFacts, changes)
    return MalfunctionFacts(**{"received_at": RECEIVED_AT, **_HANDLING, **changes})


def an_action(**changes: Any) -> ActionSheet:
    """A corrective action of the site CRE, with its cause, its owner, its criterion and the day of its check.

    Args:
        changes: the fields of `ActionSheet` that matter, by name.

    Raises:
        TypeError, ValueError: there is no such field, or a value is refused.
    """
    require_names(ActionSheet, changes)
    return ActionSheet(**{**_ACTION, **changes})
