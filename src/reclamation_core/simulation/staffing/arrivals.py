"""The complaints that arrive, and the units that handle them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any, Protocol, TypeAlias

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.staffing.team import seconds_of
from reclamation_core.vocabulary import Band, ComplaintFacts, Eligibility, Level, MalfunctionFacts, Site, Sites
from reclamation_core.wording import Wording, first_of

_REFERENCE = Wording("une référence, un texte non vide, donnée une seule fois", "a reference, a text, given once")
_FACTS = Wording(
    "les faits d'une réclamation ou d'un dysfonctionnement (ComplaintFacts, MalfunctionFacts)",
    "the facts of a complaint or of a malfunction (ComplaintFacts, MalfunctionFacts)",
)
_COLLECTION = Wording(
    "des objets qui ont reference, site et facts, ou une fonction qui en donne pour le numéro d'une réplication",
    "objects with reference, site and facts, or a function that gives such for the number of a replication",
)


class ArrivingComplaint(Protocol):
    """An object with a reference, a site and facts: an invented complaint, a record of a file, a case of a desk."""

    @property
    def reference(self) -> str:
        """Its reference, of its own in the caseload; its random numbers go by it."""

    @property
    def site(self) -> str | None:
        """The code of the site that receives it."""

    @property
    def facts(self) -> Any:
        """Its known facts: `ComplaintFacts` or `MalfunctionFacts`."""


Arrivals: TypeAlias = Iterable[ArrivingComplaint] | Callable[[int], Iterable[ArrivingComplaint]]
"""A caseload that arrives in every replication, or a function from a replication's number, 1 and up, to its own."""


@attrs.frozen
class Arrival(SharedRepr):
    """One complaint or malfunction that arrives at a site.

    Args:
        reference: its reference, of its own in a caseload.
        site: the site that receives and qualifies it.
        facts: what is known of it.
        at: when, in seconds since 1970 in UTC.
    """

    reference: str
    site: Site
    facts: ComplaintFacts | MalfunctionFacts
    at: int


def each_time(arrivals: Arrivals) -> Callable[[int], tuple[ArrivingComplaint, ...]]:
    """Return the arrivals of a replication by its number; a caseload is read once and arrives in each.

    Raises:
        FaultsError: it is neither a collection nor a function that returns one; a ValueError.
    """
    if callable(arrivals):
        made = arrivals
        return lambda replication: _collected(made(replication))
    fixed = _collected(arrivals)
    return lambda _: fixed


def _collected(given: object) -> tuple[ArrivingComplaint, ...]:
    if isinstance(given, str | bytes) or not isinstance(given, Iterable):
        raise FaultsError((Fault("arrivals", given, _COLLECTION),))
    return tuple(given)


def arrivals_of(given: Iterable[ArrivingComplaint], sites: Sites, site: str | None) -> tuple[Arrival, ...]:
    """The arrivals in their order in time, of two at one instant in that of their references.

    Raises:
        FaultsError: with everything that is wrong with them; a ValueError.
    """
    reader = _Reader(sites, site)
    read = [reader.arrival(f"arrivals[{place}]", one) for place, one in enumerate(given)]
    if reader.faults:
        raise FaultsError(reader.faults)
    return tuple(sorted(filter(None, read), key=lambda arrival: (arrival.at, arrival.reference)))


@attrs.define
class _Reader(SharedRepr):
    """Reads arrivals one by one, and collects their faults."""

    sites: Sites
    site: str | None
    seen: set[str] = attrs.field(factory=set)
    faults: FaultCollector = attrs.field(factory=FaultCollector)

    def arrival(self, path: str, given: Any) -> Arrival | None:
        try:
            reference, code, facts = given.reference, given.site or self.site, given.facts
        except AttributeError:
            self.faults.append(Fault(path, given, _COLLECTION))
            return None
        before = len(self.faults)
        if not isinstance(reference, str) or not reference.strip() or reference in self.seen:
            self.faults.append(Fault(f"{path}.reference", reference, _REFERENCE))
        if code not in self.sites:
            self.faults.append(Fault(f"{path}.site", code, _site_expected(self.sites)))
        if not isinstance(facts, ComplaintFacts | MalfunctionFacts):
            self.faults.append(Fault(f"{path}.facts", facts, _FACTS))
        if len(self.faults) > before:
            return None
        self.seen.add(reference)
        return Arrival(reference, self.sites[str(code)], facts, seconds_of(facts.received_at))


def _site_expected(sites: Sites) -> Wording:
    codes = first_of(sites)
    return Wording(
        f"le code d'un site connu ({codes}) ; « default_site= » en donne un à ce qui n'en a pas",
        f"the code of a known site ({codes}); `default_site=` gives one to what has none",
    )


@attrs.frozen
class RoutedComplaint(SharedRepr):
    """An arrival as an edition of the procedure judges it.

    Args:
        arrival: what arrived.
        calendar: the days of its site, with the edition's closures.
        level: the level that handles it, the lowest still possible where it is undetermined (I19); None for what is out
            of scope.
        criticality: 1 to 16, the highest still possible where it is undetermined.
        band: its band; None under the same condition.
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
        """The sort key of the priority: the more critical first, then the earlier due, then the earlier received."""
        due = date.max if self.due is None else self.due
        return (-self.criticality, due.toordinal(), self.arrival.at, self.arrival.reference)


def route_all(policy: Policy, arrivals: Iterable[Arrival]) -> list[RoutedComplaint]:
    """Arrivals as an edition judges them, in their order.

    Raises:
        FaultsError: with every survey score outside the edition's scale, each with the reference of its complaint.
        OutsideHorizonError: a receipt or a due date is outside the calendar's years.
    """
    judged: list[RoutedComplaint] = []
    faults = FaultCollector()
    for arrival in arrivals:
        try:
            judged.append(_sorted(policy, arrival))
        except FaultsError as error:
            where = f"arrivals[{arrival.reference!r}].facts"
            faults += (attrs.evolve(fault, path=f"{where}.{fault.path}") for fault in error.faults)
    if faults:
        raise FaultsError(faults)
    return judged


def _sorted(policy: Policy, arrival: Arrival) -> RoutedComplaint:
    calendar, facts = policy.calendar(arrival.site.calendar()), arrival.facts
    if isinstance(facts, MalfunctionFacts):
        judged: Any = policy.assess_malfunction(facts, calendar)
        deadline, eligibility = None, None
    else:
        judged = policy.assess(facts, calendar)
        deadline, eligibility = judged.deadline, judged.eligibility.outcome
    is_outside = eligibility is Eligibility.OUT_OF_SCOPE
    return RoutedComplaint(
        arrival,
        calendar,
        level=None if is_outside else judged.handling_level,
        criticality=max(judged.criticality.possible),
        band=max(judged.risk.possible),
        is_complaint=None if eligibility is None else not is_outside,
        received_on=calendar.day_of(facts.received_at) if deadline is None else deadline.received_on,
        due=None if deadline is None else deadline.due,
    )
