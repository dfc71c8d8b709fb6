"""What the production policy says of an arrival: whether it is a complaint, who handles it, what comes first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy import Policy
from reclamation_core.simulation.staffing.arrivals import Arrival
from reclamation_core.vocabulary import Band, Eligibility, Level, MalfunctionFacts


@attrs.frozen
class Sorted:
    """An arrival as an edition of the procedure judges it.

    Args:
        arrival: what arrived.
        calendar: the days of its site, with the edition's closures.
        level: the level that handles it, the lowest still possible where it is undetermined (I19); None for what is out
            of scope.
        criticality: 1 to 16, the highest still possible where it is undetermined.
        band: its band, likewise.
        is_complaint: whether it is one; None while that is undetermined, and for a malfunction.
        received_on: the day that counts as that of receipt, in the site's zone, after the cut-off.
        due: the last day to answer; None where no clock runs.
    """

    arrival: Arrival
    calendar: BusinessCalendar
    level: Level | None
    criticality: int
    band: Band
    is_complaint: bool | None
    received_on: date
    due: date | None

    @property
    def urgency(self) -> tuple[int, int, int, str]:
        """What comes first: the more critical, then the earlier due, then the earlier received."""
        due = date.max if self.due is None else self.due
        return (-self.criticality, due.toordinal(), self.arrival.at, self.arrival.reference)


def all_sorted(policy: Policy, arrivals: Iterable[Arrival]) -> list[Sorted]:
    """Arrivals as an edition judges them, in their order.

    Raises:
        FaultsError: with every satisfaction note outside the edition's scale, each with the reference of its complaint.
        OutsideHorizonError: a receipt or a due date is outside the calendar's years.
    """
    judged: list[Sorted] = []
    faults: list[Fault] = []
    for arrival in arrivals:
        try:
            judged.append(_sorted(policy, arrival))
        except FaultsError as error:
            where = f"arrivals[{arrival.reference!r}].facts"
            faults += (attrs.evolve(fault, path=f"{where}.{fault.path}") for fault in error.faults)
    if faults:
        raise FaultsError(faults)
    return judged


def _sorted(policy: Policy, arrival: Arrival) -> Sorted:
    calendar, facts = policy.calendar(arrival.site.calendar()), arrival.facts
    if isinstance(facts, MalfunctionFacts):
        judged: Any = policy.assess_malfunction(facts, calendar)
        deadline, eligibility = None, None
    else:
        judged = policy.assess(facts, calendar)
        deadline, eligibility = judged.deadline, judged.eligibility.outcome
    is_outside = eligibility is Eligibility.OUT_OF_SCOPE
    return Sorted(
        arrival,
        calendar,
        level=None if is_outside else judged.handling_level,
        criticality=max(judged.criticality.possible),
        band=max(judged.risk.possible),
        is_complaint=None if eligibility is None else not is_outside,
        received_on=calendar.day_of(facts.received_at) if deadline is None else deadline.received_on,
        due=None if deadline is None else deadline.due,
    )
