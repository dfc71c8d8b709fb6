"""Invented messages from a seed: complaints, results of the survey, internal malfunctions, and their rows in files."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final, Generic, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import checked_date
from reclamation_core.intake.fields import FIELDS
from reclamation_core.missing import ABSENT, UNKNOWN, Absent, Missing, Unknown
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.draws import Draws, Weights, check_seed
from reclamation_core.simulation.invention import (
    CONTENT,
    comment_of,
    company_name,
    facts_of,
    is_unknown,
    malfunction_phrases,
    person_name,
    subject_of,
    text_of,
)
from reclamation_core.simulation.profile import CaseloadProfile, MalfunctionProfile, ReceiptProfile, SurveyProfile
from reclamation_core.simulation.rates import OPENS, SHUTS, STAFFED, Kind, MalfunctionTheme, Theme
from reclamation_core.simulation.shipped_files import UNTIL, centres_of
from reclamation_core.validators import of_class, require, whole_number
from reclamation_core.vocabulary import (
    SEVERITIES,
    Channel,
    Complainant,
    ComplaintFacts,
    MalfunctionFacts,
    RiskDomain,
    Site,
    Sites,
)
from reclamation_core.vocabulary.column_names import MARKERS

P = TypeVar("P", bound=ReceiptProfile)
R = TypeVar("R")

_SMALL_HOURS = 26 * 60
_DAY = 24 * 60


def days_of_receipt(
    draws: Draws, profile: ReceiptProfile, number: int | None, until: date, sites: Weights[str]
) -> Iterator[tuple[date, int]]:
    """The days on which something is received, in order, each with how many.

    Args:
        draws: the stream to draw from.
        profile: how the days differ.
        number: how many in all; None to draw each day's number from a Poisson distribution with the rates of the sites.
        until: the last day.
        sites: how much each site receives on a working day.

    Raises:
        ValueError: nothing is received on any of the days, as the profile has it.
        OutsideHorizonError: a day is not covered by the calendars.
    """
    days = [until - timedelta(days=back) for back in reversed(range(profile.days))]
    weights = Weights({day: _age(profile, rank) * _share(profile, day) for rank, day in enumerate(days)})
    if not weights.total:
        raise ValueError(
            f"idle_days: {profile.idle_days!r}, months: {profile.months!r}, and nothing is received "
            f"from {days[0]} to {until}; give more days, or more to one of these"
        )
    if number is None:
        mean_age = _age(profile, (profile.days - 1) / 2)
        number = draws.poisson(sites.total * weights.total / mean_age)
    counts = Counter(draws.weighted(weights) for _ in range(number))
    return ((day, counts[day]) for day in days if counts[day])


def _age(profile: ReceiptProfile, rank: float) -> float:
    """Return the weight of a day relative to the first one, by its rank."""
    return 1.0 + profile.rising * rank


def _share(profile: ReceiptProfile, day: date) -> float:
    """Return the weight of a day relative to a working day of a usual month."""
    kind = 1.0 if BusinessCalendar.france().is_business_day(day) else profile.idle_days
    return float(kind * profile.months.get(day.month, 1.0))


def rates_of(profile: ReceiptProfile, sites: Sites) -> Weights[str]:
    """How much each site receives on a working day, on average.

    Raises:
        ValueError: the profile names a site that there is not, or no site receives anything.
    """
    strangers = [code for code in profile.sites if code not in sites]
    if strangers:
        raise ValueError(f"sites: the profile names {strangers[0]!r}; the sites are {', '.join(sites)}")
    rates = Weights({code: profile.sites.get(code, profile.per_site) for code in sites})
    if not rates.total:
        raise ValueError(f"per_site: {profile.per_site!r}; no site receives anything: give one a number above 0")
    return rates


def instant_of_receipt(
    draws: Draws, profile: ReceiptProfile, day: date, channel: Channel | Unknown, calendar: BusinessCalendar
) -> datetime:
    """Draw an instant of a day in the calendar's zone, within office hours for channels that need staff.

    What the portal's server stamps is in UTC.
    """
    if channel in STAFFED:
        minute, second = draws.whole(OPENS, SHUTS - 1), 0
    elif draws.chance(profile.evenings):
        minute, second = draws.whole(SHUTS, _SMALL_HOURS - 1) % _DAY, draws.whole(0, 59)
    else:
        minute, second = draws.whole(OPENS, SHUTS - 1), draws.whole(0, 59)
    local = datetime.combine(day, time(minute // 60, minute % 60, second), tzinfo=calendar.zone)
    return local.astimezone(UTC) if channel is Channel.PORTAL else local


def profile_of(profile: P | None, cls: type[P]) -> P:
    """Return the profile, or the usual one of its class for None; raise TypeError for one of another class."""
    profile = cls() if profile is None else profile
    require(of_class(cls), profile=profile)
    return profile


class _Stream(Generic[P]):
    """The draws of one kind of message: its profile, its sites with their rates, its days of receipt."""

    def __init__(self, profile: P, number: int | None, seed: int, sites: Sites | None, until: date) -> None:
        require(whole_number(0), number=0 if number is None else number)
        check_seed(seed)
        self.profile, self.sites, self.draws = profile, centres_of(sites), Draws(seed)
        self._rates = rates_of(self.profile, self.sites)
        self._days = days_of_receipt(self.draws, self.profile, number, checked_date(until, "until"), self._rates)

    def site(self) -> Site:
        """Draw a site."""
        return self.sites[self.draws.weighted(self._rates)]

    def receipt(self, day: date, channel: Channel) -> tuple[time, str, datetime]:
        """Draw the local time, the code of the site and the instant of a receipt."""
        site = self.site()
        at = instant_of_receipt(self.draws, self.profile, day, channel, site.calendar())
        return at.time(), site.code, at

    def received(self, letter: str, draw: Callable[[date], R], key: Callable[[R], Any]) -> Iterator[tuple[str, R]]:
        """Draw the receipts day by day; yield those of a day in the order of a key, each with its reference."""
        ranks = itertools.count(1)
        for day, count in self._days:
            for receipt in sorted((draw(day) for _ in range(count)), key=key):
                yield f"{letter}-{day.year}-{next(ranks):04d}", receipt


def cells_of(columns: Iterable[str], facts: ComplaintFacts | MalfunctionFacts, own: dict[str, str]) -> dict[str, str]:
    """The cells of a row: its own ones by name, the others from the facts of those names."""
    return {name: own[name] if name in own else cell(facts.get(name)) for name in columns}


def cell(value: object) -> str:
    """One value as a cell; empty where it is unknown or absent."""
    if isinstance(value, Missing):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)


COLUMNS: Final = tuple(name for name in FIELDS if name not in MARKERS)
"""The columns of a file of complaints, in order; a note that is unknown is marked in its own cell."""


@attrs.frozen(kw_only=True)
class InventedComplaint(SharedRepr):
    """An invented complaint.

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the site, "" where it is not known.
        kind: what it is, whether or not the facts know it.
        theme: what a grievance is about, or a survey score that is not a good one; None for the others.
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


def generate_complaints(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: CaseloadProfile | None = None,
    until: date = UNTIL,
) -> Iterator[InventedComplaint]:
    """Invent complaints, in the order of the day and time of receipt at their centres.

    The same arguments give the same complaints, under every Python and on every machine. One day's complaints are
    held in memory at a time.

    Args:
        number: how many, 0 or more; None for as many as the rates of the profile's sites give, by chance.
        seed: a whole number, 0 or more.
        sites: those that receive them; the shipped ones when None.
        profile: how often things are so; `CaseloadProfile()` when None.
        until: the last day of receipt.

    Returns:
        The complaints, with the references M-2026-0001, M-2026-0002 and so on, by the year of receipt.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> first, *others = generate_complaints(200, 7)
    >>> first.reference, len(others)
    ('M-2026-0001', 199)
    >>> list(generate_complaints(200, 7)) == [first, *others]
    True
    """
    stream = _Stream(profile_of(profile, CaseloadProfile), number, seed, sites, until)
    receipts = stream.received("M", lambda day: _receipt(stream, day), lambda receipt: receipt.wall_clock)
    return (_complaint(stream, reference, receipt) for reference, receipt in receipts)


@attrs.frozen
class _Receipt(SharedRepr):
    """The kind, the place and the time of a complaint."""

    site: Site | None
    kind: Kind
    channel: Channel | Unknown
    at: datetime
    wall_clock: time


def _receipt(stream: _Stream[CaseloadProfile], day: date) -> _Receipt:
    draws, profile = stream.draws, stream.profile
    site = None if is_unknown(draws, profile, "site") else stream.site()
    calendar = BusinessCalendar.france() if site is None else site.calendar()
    kind = draws.weighted(profile.kinds)
    channel = _channel(draws, profile, kind, is_staffed=calendar.is_business_day(day))
    at = instant_of_receipt(draws, profile, day, channel, calendar)
    return _Receipt(site, kind, channel, at, at.astimezone(calendar.zone).time())


def _channel(draws: Draws, profile: CaseloadProfile, kind: Kind, *, is_staffed: bool) -> Channel | Unknown:
    if kind is Kind.SURVEY:
        return Channel.SURVEY
    weights = profile.channels
    if not is_staffed:
        online = {channel: weight for channel, weight in weights.items() if channel not in STAFFED}
        weights = online if any(online.values()) else weights
    channel = draws.weighted(weights)
    return UNKNOWN if is_unknown(draws, profile, "channel") else channel


def _complaint(stream: _Stream[CaseloadProfile], reference: str, receipt: _Receipt) -> InventedComplaint:
    draws, profile = stream.draws, stream.profile
    subject = subject_of(draws, profile, receipt.kind)
    facts = facts_of(draws, profile, subject, receipt.channel, receipt.at)
    return InventedComplaint(
        reference=reference,
        site="" if receipt.site is None else receipt.site.code,
        kind=subject.kind,
        theme=subject.theme,
        facts=facts,
        text=text_of(draws, subject, facts, profile.awkward),
    )


SURVEY_COLUMNS: Final = ("réponse", "centre", "disponible le", "enquête", "note", "commentaire", "nom")
"""The columns of the survey tool's export, in order."""


@attrs.frozen(kw_only=True)
class InventedSurveyResult(SharedRepr):
    """An invented answer to the end-of-training survey (enquête stagiaire ou entreprise).

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the site.
        available_at: when the result became available.
        is_company: whether it is the company's survey, else the trainee's.
        note: the satisfaction score, from 0 to 10; absent where none was given.
        theme: what a note below 7 is about; None for the others.
        name: the name of the author; "" for an anonymous answer.
        comment: the comment on the note, in French; "" if there is none.
    """

    reference: str
    site: str
    available_at: datetime
    is_company: bool
    note: Decimal | Absent
    theme: Theme | None
    name: str
    comment: str

    @property
    def facts(self) -> ComplaintFacts:
        """Its known facts."""
        return ComplaintFacts(
            received_at=self.available_at,
            channel=Channel.SURVEY,
            complainant=Complainant.COMPANY if self.is_company else Complainant.TRAINEE,
            satisfaction=self.note,
        )

    def cells(self) -> dict[str, str]:
        """The result as a row of the survey tool's export, under that tool's own columns and in its own words."""
        survey = "entreprise" if self.is_company else "stagiaire"
        note = "" if self.note is ABSENT else str(self.note).replace(".", ",")
        available = f"{self.available_at:%d/%m/%Y %H:%M}"
        cells = (self.reference, self.site, available, survey, note, self.comment, self.name)
        return dict(zip(SURVEY_COLUMNS, cells, strict=True))


def generate_survey_results(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: SurveyProfile | None = None,
    until: date = UNTIL,
) -> Iterator[InventedSurveyResult]:
    """Invent results of the end-of-training survey, in the order of the day and time they became available.

    The arguments are those of `generate_complaints`, and so is the promise: the same ones give the same results.

    Returns:
        The results, with the references E-2026-0001, E-2026-0002 and so on, by the year.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> first, second = generate_survey_results(2, 7)
    >>> first.reference, second.reference
    ('E-2026-0001', 'E-2026-0002')
    """
    stream = _Stream(profile_of(profile, SurveyProfile), number, seed, sites, until)
    available = stream.received("E", lambda day: _available(stream, day), lambda receipt: receipt)
    return (_result(stream.draws, stream.profile, reference, *receipt[1:]) for reference, receipt in available)


def _available(stream: _Stream[SurveyProfile], day: date) -> tuple[time, str, datetime]:
    _, site, at = stream.receipt(day, Channel.SURVEY)
    at = at.replace(second=0)
    return at.time(), site, at


def _result(draws: Draws, profile: SurveyProfile, reference: str, site: str, at: datetime) -> InventedSurveyResult:
    is_company = draws.chance(profile.companies)
    given = draws.weighted(profile.notes)
    note: Decimal | Absent = ABSENT if draws.chance(profile.unmarked) else given
    is_content = note is ABSENT or note >= CONTENT
    theme = None if is_content else draws.weighted(profile.themes)
    name = company_name(draws) if is_company else person_name(draws)
    return InventedSurveyResult(
        reference=reference,
        site=site,
        available_at=at,
        is_company=is_company,
        note=note,
        theme=theme,
        name="" if draws.chance(profile.anonymous) else name,
        comment="" if draws.chance(profile.silent) else comment_of(draws, theme),
    )


_MALFUNCTION_FACTS: Final = frozenset(field.name for field in attrs.fields(MalfunctionFacts))
MALFUNCTION_COLUMNS: Final = tuple(
    name for name in FIELDS if name in {"reference", "site", "text"} | _MALFUNCTION_FACTS
)
"""The columns of a file of malfunctions, in order: those of a file of complaints that say something of them."""

_DOMAINS: Final[Mapping[MalfunctionTheme, tuple[RiskDomain, ...]]] = {
    MalfunctionTheme.PLANNING: (RiskDomain.TRAINING, RiskDomain.RELATION),
    MalfunctionTheme.ATTENDANCE: (RiskDomain.CONTRACT, RiskDomain.FINANCIAL),
    MalfunctionTheme.SYSTEM: (RiskDomain.TRAINING, RiskDomain.CONTRACT),
    MalfunctionTheme.SUPPLY: (RiskDomain.TRAINING,),
    MalfunctionTheme.SAFETY: (RiskDomain.SAFETY, RiskDomain.LEGAL),
    MalfunctionTheme.CERTIFICATION: (RiskDomain.LEGAL, RiskDomain.TRAINING, RiskDomain.RELATION),
    MalfunctionTheme.BILLING: (RiskDomain.FINANCIAL, RiskDomain.CONTRACT),
}


@attrs.frozen(kw_only=True)
class InventedMalfunction(SharedRepr):
    """An internal malfunction (dysfonctionnement interne) that never happened.

    Args:
        reference: its reference, of its own in a caseload.
        site: the code of the site.
        theme: what went wrong.
        facts: what is known of it.
        text: the report, in French.
    """

    reference: str
    site: str
    theme: MalfunctionTheme
    facts: MalfunctionFacts
    text: str

    def cells(self) -> dict[str, str]:
        """The malfunction as a row of a file, by column, written as a complaint is."""
        own = {"reference": self.reference, "site": self.site, "text": self.text}
        return cells_of(MALFUNCTION_COLUMNS, self.facts, own)


def generate_malfunctions(
    number: int | None,
    seed: int,
    *,
    sites: Sites | None = None,
    profile: MalfunctionProfile | None = None,
    until: date = UNTIL,
) -> Iterator[InventedMalfunction]:
    """Invent internal malfunctions, in the order of the day and time of their report.

    The arguments are those of `generate_complaints`, and so is the promise: the same ones give the same malfunctions.

    Returns:
        The malfunctions, with the references D-2026-0001, D-2026-0002 and so on, by the year of the report.

    Raises:
        TypeError, ValueError: an argument is refused; the message names it, its value and the remedy.
        OutsideHorizonError: the days of receipt are not covered by the calendars.

    >>> first, second = generate_malfunctions(2, 7)
    >>> first.reference, second.reference
    ('D-2026-0001', 'D-2026-0002')
    """
    stream = _Stream(profile_of(profile, MalfunctionProfile), number, seed, sites, until)
    reports = stream.received("D", lambda day: stream.receipt(day, Channel.OTHER), lambda receipt: receipt)
    return (_malfunction(stream.draws, stream.profile, reference, *receipt[1:]) for reference, receipt in reports)


def _malfunction(
    draws: Draws, profile: MalfunctionProfile, reference: str, site: str, at: datetime
) -> InventedMalfunction:
    theme, bank = draws.weighted(profile.themes), malfunction_phrases()
    facts = _malfunction_facts(draws, profile, theme, at)
    text = " ".join(draws.one_of(bank.themes[theme][part]) for part in ("reports", "consequences"))
    text = text.format_map({name: draws.one_of(choice) for name, choice in bank.values.items()})
    return InventedMalfunction(reference=reference, site=site, theme=theme, facts=facts, text=text)


def true_malfunction_facts(draws: Draws, profile: MalfunctionProfile) -> dict[str, Any]:
    """Draw all facts of a malfunction, known or not, without its risks."""
    return {
        "service_reach": draws.weighted(profile.service_reaches),
        "mobilisation": draws.weighted(profile.mobilisations),
        "recurrences": draws.weighted(profile.recurrences),
    }


def true_malfunction_severities(draws: Draws, profile: MalfunctionProfile, theme: MalfunctionTheme) -> dict[str, Any]:
    """How severe it is in each domain of risk; 0 in those that its theme does not touch."""
    touched = {SEVERITIES[domain] for domain in _DOMAINS[theme]}
    return {name: draws.weighted(profile.severities) if name in touched else 0 for name in SEVERITIES.values()}


def _malfunction_facts(
    draws: Draws, profile: MalfunctionProfile, theme: MalfunctionTheme, at: datetime
) -> MalfunctionFacts:
    known: dict[str, Any] = {
        name: UNKNOWN if draws.chance(profile.unknown.get(name, 0)) else value
        for name, value in true_malfunction_facts(draws, profile).items()
    }
    known["likelihood"] = draws.whole(1, 4) if draws.chance(profile.judged) else UNKNOWN
    is_judged = not draws.chance(profile.unknown.get("severity", 0))
    if is_judged:
        known |= true_malfunction_severities(draws, profile, theme)
    return MalfunctionFacts(received_at=at, **known)
