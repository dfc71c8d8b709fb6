"""A profile estimated from a caseload: how often things were so there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.missing import UNKNOWN, Missing
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.estimates import WaitingTime, time_to_answer
from reclamation_core.simulation.rates import PERSONS, STAFFED, Kind, Theme, is_in_office_hours
from reclamation_core.validators import of_class, require
from reclamation_core.vocabulary import SEVERITIES, Channel, ComplaintFacts, Level, Nature, Requirement, Sites

_CONTENT: Final = 7
_PLAIN: Final = (
    *("formal", "complainant", "nature", "requirement", "sold_service"),
    *("client_scope", "service_reach", "mobilisation", "recurrences"),
)
_SEVERITIES: Final = tuple(SEVERITIES.values())


@attrs.frozen
class _Seen(SharedRepr):
    """One complaint of the caseload."""

    site: str | None
    facts: ComplaintFacts
    kind: Kind
    theme: Theme | None
    day: date
    in_hours: bool
    level: Level | None
    waiting: WaitingTime | None

    @property
    def complains(self) -> bool:
        """True for a grievance or a low note."""
        note = self.facts.satisfaction
        if self.kind is not Kind.SURVEY:
            return self.kind is Kind.GRIEVANCE
        return not isinstance(note, Missing) and note < _CONTENT


def fitted(records: Iterable[Any], sites: Sites) -> dict[str, Any]:
    """Return the arguments of the profile of a caseload; those without data are omitted and have the usual values.

    Raises:
        ValueError: there is no record.
        TypeError: one is no complaint with a site and facts, or the sites are none.
    """
    require(of_class(Sites), sites=sites)
    if not isinstance(records, Iterable):
        raise TypeError(f"records: {records!r}; a collection of complaints is expected")
    seen = [_seen(place, record, sites) for place, record in enumerate(records)]
    if not seen:
        raise ValueError("records: it is empty; give the complaints that the profile is estimated from")
    shown = {**_receipts(seen, sites), **_mixes(seen), "unknown": _unknown(seen), **_answers(seen)}
    return {name: value for name, value in shown.items() if value is not None and value != {}}


def _seen(place: int, record: Any, sites: Sites) -> _Seen:
    facts = getattr(record, "facts", None)
    if not isinstance(facts, ComplaintFacts):
        raise TypeError(f"records[{place}]: {record!r}; a complaint with its site and its facts is expected")
    site = getattr(record, "site", None) or None
    calendar = sites[site].calendar() if site is not None else BusinessCalendar.france()
    kind, theme, level = (getattr(record, name, None) for name in ("kind", "theme", "level"))
    is_timed = level is not None and hasattr(record, "days") and hasattr(record, "is_open")
    return _Seen(
        site,
        facts,
        kind=Kind.parse(kind) if kind in tuple(Kind) else _kind_of(facts),
        theme=Theme.parse(theme) if theme in tuple(Theme) else None,
        day=calendar.day_of(facts.received_at),
        in_hours=is_in_office_hours(calendar.local(facts.received_at)),
        level=Level.parse(str(level)) if is_timed else None,
        waiting=WaitingTime(days=record.days, is_open=record.is_open) if is_timed else None,
    )


def _kind_of(facts: ComplaintFacts) -> Kind:
    """Return the kind of a message according to its facts."""
    if facts.channel is Channel.SURVEY:
        return Kind.SURVEY
    if facts.nature is Nature.INITIAL_INFORMATION_REQUEST:
        return Kind.INFORMATION
    if facts.nature is Nature.GENERAL_OPINION:
        return Kind.OPINION
    if facts.sold_service is False:
        return Kind.FREE_EVENT
    return Kind.COMFORT if facts.requirement is Requirement.NONE else Kind.GRIEVANCE


def _receipts(seen: list[_Seen], sites: Sites) -> dict[str, Any]:
    """Return when and where messages were received; a rise is part of the season."""
    calendar = BusinessCalendar.france()
    first, last = min(one.day for one in seen), max(one.day for one in seen)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    received = Counter(one.day for one in seen)
    working = [day for day in days if calendar.is_business_day(day)]
    idle = _idle(received, working, days)
    worth = dict.fromkeys(days, idle) | dict.fromkeys(working, 1.0)
    total = sum(worth.values()) or 1.0
    by_month, months = Counter[int](), Counter[int]()
    for day in days:
        by_month[day.month] += received[day]
        months[day.month] += worth[day]  # type: ignore[assignment]
    online = [one for one in seen if one.facts.channel not in STAFFED]
    return {
        "days": len(days),
        "rising": 0.0,
        "idle_days": idle,
        "evenings": _share(online, lambda one: not one.in_hours),
        **_rates(seen, sites, len(seen) / total),
        "months": {
            month: (by_month[month] / worked) / (len(seen) / total) for month, worked in months.items() if worked
        },
    }


def _rates(seen: list[_Seen], sites: Sites, rate: float) -> dict[str, Any]:
    """Return the receipts of the sites on a working day; messages without a site are shared out among them."""
    by_site = Counter(one.site for one in seen if one.site is not None)
    if not by_site:
        return {"per_site": rate / len(sites)}
    return {"sites": {code: rate * by_site[code] / by_site.total() for code in sites}}


def _idle(received: Mapping[date, int], working: list[date], days: list[date]) -> float:
    """Return the receipts of a day of rest relative to a working day; at most 1."""
    on_working = sum(received[day] for day in working)
    rest = len(days) - len(working)
    if not on_working or not rest:
        return 0.0 if not rest else 1.0
    return min(1.0, ((sum(received.values()) - on_working) / rest) / (on_working / len(working)))


def _mixes(seen: list[_Seen]) -> dict[str, Any]:
    calendar = BusinessCalendar.france()
    others = [one for one in seen if one.kind is not Kind.SURVEY]
    complaining = [one for one in seen if one.complains]
    notes = [one.facts.satisfaction for one in seen if not isinstance(one.facts.satisfaction, Missing)]
    severities = [one.facts.get(name) for one in complaining for name in _SEVERITIES]
    return {
        "kinds": _weights(one.kind for one in seen),
        "themes": _weights(one.theme for one in seen if one.theme is not None),
        "channels": _weights(one.facts.channel for one in others if calendar.is_business_day(one.day)),
        "complainants": _weights(one.facts.complainant for one in others),
        "person_scopes": _weights(one.facts.client_scope for one in seen if one.facts.complainant in PERSONS),
        "organisation_scopes": _weights(one.facts.client_scope for one in seen if one.facts.complainant not in PERSONS),
        "service_reaches": _weights(one.facts.service_reach for one in seen),
        "mobilisations": _weights(one.facts.mobilisation for one in complaining),
        "recurrences": _weights(one.facts.recurrences for one in complaining),
        "notes": _weights(Decimal(f"{note:g}") for note in notes),
        "severities": _weights(severity for severity in severities if severity is not UNKNOWN and severity > 0),
        "judged": _share(complaining, lambda one: one.facts.likelihood is not UNKNOWN),
        "analysed": _share(complaining, lambda one: one.facts.causes is not UNKNOWN),
    }


def _unknown(seen: list[_Seen]) -> dict[str, float]:
    surveys = [one for one in seen if one.kind is Kind.SURVEY]
    others = [one for one in seen if one.kind is not Kind.SURVEY]
    found = {
        **{name: _share(seen, _is_unknown(name)) for name in _PLAIN},
        "channel": _share(others, _is_unknown("channel")),
        "satisfaction": _share(surveys, _is_unknown("satisfaction")),
        "severity": _share(seen, lambda one: all(one.facts.get(name) is UNKNOWN for name in _SEVERITIES)),
        "site": _share(seen, lambda one: one.site is None),
    }
    return {name: share for name, share in found.items() if share is not None}


def _is_unknown(name: str) -> Callable[[_Seen], bool]:
    return lambda one: one.facts.get(name) is UNKNOWN


def _answers(seen: list[_Seen]) -> dict[str, Any]:
    """Return the days to the answer by Kaplan-Meier, with the open complaints as censored observations."""
    by_level: dict[Level, list[WaitingTime]] = {}
    for one in seen:
        if one.level is not None and one.waiting is not None:
            by_level.setdefault(one.level, []).append(one.waiting)
    return {"answers": {level: time_to_answer(waiting).weights for level, waiting in by_level.items()}}


def _weights(values: Iterator[Any] | Iterable[Any]) -> dict[Any, float]:
    """The shares of the values that are known, in the order of their codes."""
    counts = Counter(value for value in values if not isinstance(value, Missing))
    return {value: counts[value] / counts.total() for value in sorted(counts, key=str)}


def _share(seen: list[_Seen], is_so: Callable[[_Seen], bool]) -> float | None:
    return sum(map(is_so, seen)) / len(seen) if seen else None
