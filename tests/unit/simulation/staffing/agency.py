"""A small agency, and complaints of which all is known, for the tests of the staffing model."""

from datetime import datetime
from typing import Any

import attrs

from reclamation_core import ComplaintFacts, Sites, m2_1
from reclamation_core.simulation import Effort, Staffing, StaffingScenario
from reclamation_core.vocabulary import Level, Site
from tests.unit.policy.cases import KNOWN, NOTHING_TOUCHED, PARIS

SITES = Sites(
    (
        Site(code="METZ", name="Metz", region="Grand Est", territory="alsace-moselle"),
        Site(code="REIMS", name="Reims", region="Grand Est"),
        Site(code="DINAN", name="Dinan", region="Bretagne"),
    )
)


@attrs.frozen
class Received:
    reference: str
    site: str | None
    facts: Any


def complaint(reference: str, at: str, *, site: str | None = "REIMS", **known: Any) -> Received:
    """A formal complaint of a trainee about a contract, of the lowest criticality by default."""
    facts: dict[str, Any] = {**KNOWN, **NOTHING_TOUCHED, "severity_training": 1, "likelihood": 1, "recurrences": 0}
    received_at = datetime.fromisoformat(at).replace(tzinfo=PARIS)
    return Received(reference, site, ComplaintFacts(received_at=received_at, **{**facts, **known}))


def steady(qualification: float = 30, treatment: float = 120, **told: Any) -> StaffingScenario:
    """One handler in each unit, and no task longer than another."""
    efforts = dict.fromkeys(Level, Effort.fixed(treatment))
    return StaffingScenario(
        policy=m2_1(), staffing=Staffing(qualification=Effort.fixed(qualification), treatment=efforts, **told)
    )


def at(instant: datetime | None) -> str | None:
    """An instant as a clock in Paris shows it."""
    return None if instant is None else f"{instant.astimezone(PARIS):%Y-%m-%d %H:%M:%S}"
