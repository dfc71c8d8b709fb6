"""An invented caseload with the decisions of the procedure and the answers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar, Deadline
from reclamation_core.codes import LabelledEnum
from reclamation_core.missing import UNKNOWN, Missing
from reclamation_core.policy import Policy, m2_1
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.agenda import working_instant
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.messages import InventedComplaint, generate_complaints, profile_of
from reclamation_core.simulation.profile import CaseloadProfile
from reclamation_core.simulation.rates import NEVER
from reclamation_core.simulation.shipped_files import UNTIL, centres_of
from reclamation_core.tables import Number
from reclamation_core.validators import of_class, require
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Eligibility, Fact, Sites
from reclamation_core.vocabulary.column_names import MARKERS


@attrs.frozen(kw_only=True)
class CaseloadRecord(SharedRepr):
    """An invented complaint with its decisions and its answer.

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the site; None where it is not known.
        region: the region of the site.
        kind: the code of what it is, whether or not the facts know it.
        theme: the code of what it is about.
        facts: its known facts, as the procedure takes them.
        is_complaint: whether the procedure takes it for a complaint; None while that is undetermined.
        level: the code of the level that handles it, the lowest still possible while it is undetermined; None for what
            is out of scope.
        due: the last day to answer; None for what is out of scope.
        answered_at: when it was answered, in UTC; None while it is open, and for what is out of scope.
        answered_on: the day of the answer at the site.
        days: the business days from the receipt to the answer; to the last day of receipt of the caseload while it is
            open.
        is_open: whether it is still to be answered then: a censored observation.
        on_time: whether it was answered by the due date; None while that is not decided.
    """

    reference: str
    site: str | None
    region: str | None
    kind: str
    theme: str | None
    facts: ComplaintFacts
    is_complaint: bool | None
    level: str | None
    due: date | None
    answered_at: datetime | None = None
    answered_on: date | None = None
    days: int = 0
    is_open: bool = False
    on_time: bool | None = None

    def row(self) -> dict[str, Any]:
        """Return the record as a row of a data frame: plain values, each fact in the column that the intake reads.

        None is what is not known, and a fact is the code of its member. `received_at` is in UTC. A null in
        `satisfaction` means that there is no note, and `satisfaction_unknown` marks the rows whose note is unknown;
        `frames.decide` reads both.
        """
        facts, values = self.facts, attrs.asdict(self, recurse=False)
        of_message = {name: values.pop(name) for name in ("reference", "site", "region", "kind", "theme")}
        return {
            **of_message,
            "received_at": facts.received_at.astimezone(UTC),
            **{name: _plain(fact, facts.get(name)) for name, fact in FACTS.items()},
            **{marker: facts.get(name) is UNKNOWN for marker, name in MARKERS.items()},
            **{name: value for name, value in values.items() if name != "facts"},
        }


def generate_records(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: CaseloadProfile | None = None,
    until: date = UNTIL,
    policy: Policy | None = None,
) -> Iterator[CaseloadRecord]:
    """Invent complaints with their decisions, answered or not by the end of the last day.

    They are the complaints of `generate_complaints` for the same arguments, without their texts. The time to the answer
    is drawn by the level under the policy, from `profile.answers`, on the calendar of the site. The records of one day
    are in memory at a time.

    Args:
        number: how many, 0 or more; None for as many as the rates of the profile's sites give, by chance.
        seed: a whole number, 0 or more.
        sites: those that receive them; the shipped ones when None.
        profile: how often things are so; `CaseloadProfile()` when None.
        until: the last day of receipt, and the day of the analysis.
        policy: the edition that judges them; `m2_1()` when None.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> records = list(generate_records(200, 7))
    >>> records[0].reference, sum(record.is_open for record in records)
    ('M-2026-0001', 81)
    """
    profile, edition = profile_of(profile, CaseloadProfile), m2_1() if policy is None else policy
    require(of_class(Policy), policy=edition)
    complaints = generate_complaints(number, seed, sites=sites, profile=profile, until=until)
    # The answers are drawn from a stream of their own, so that the complaints are those of the same seed.
    maker = _Maker(centres_of(sites), edition, profile, Draws(seed ^ _ANSWERS), until)
    return map(maker.record_of, complaints)


_ANSWERS: Final = 0x616E73776572


@attrs.frozen
class _Maker(SharedRepr):
    """A maker of records of complaints."""

    sites: Sites
    policy: Policy
    profile: CaseloadProfile
    draws: Draws
    until: date

    def record_of(self, invented: InventedComplaint) -> CaseloadRecord:
        facts, site = invented.facts, self.sites[invented.site] if invented.site else None
        calendar = BusinessCalendar.france() if site is None else site.calendar()
        assessment = self.policy.assess(facts, calendar)
        deadline, eligibility = assessment.deadline, assessment.eligibility.outcome
        answer: dict[str, Any] = {"level": None, "due": None}
        if deadline is not None:
            level = assessment.handling_level
            days = self.draws.weighted(self.profile.answers[level])
            answered_at = working_instant(self.draws, calendar, facts.received_at, days) if days < NEVER else None
            answer = {"level": level.value, "due": deadline.due, **self._answer(deadline, answered_at)}
        return CaseloadRecord(
            reference=invented.reference,
            site=None if site is None else site.code,
            region=None if site is None else site.region,
            kind=invented.kind.value,
            theme=None if invented.theme is None else invented.theme.value,
            facts=facts,
            is_complaint=None if eligibility is None else eligibility is Eligibility.COMPLAINT,
            **answer,
        )

    def _answer(self, deadline: Deadline, answered_at: datetime | None) -> dict[str, Any]:
        if answered_at is not None and answered_at.date() > self.until:
            answered_at = None
        answered_on, due = None if answered_at is None else answered_at.date(), deadline.due
        late = False if due <= self.until else None
        return {
            "answered_at": None if answered_at is None else answered_at.astimezone(UTC),
            "answered_on": answered_on,
            "days": max(0, deadline.calendar.count(deadline.received_on, answered_on or self.until)),
            "is_open": answered_on is None,
            "on_time": late if answered_on is None else answered_on <= due,
        }


def _plain(fact: Fact, value: Any) -> Any:
    """Return the plain value of a fact: a code, a number, a truth value; None where it is missing."""
    if isinstance(value, Missing):
        return None
    if isinstance(value, LabelledEnum):
        return value.value
    return float(value) if isinstance(fact.domain, Number) else value
