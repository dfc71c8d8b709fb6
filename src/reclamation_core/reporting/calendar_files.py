"""Calendar files (.ics, RFC 5545): answers, information and effectiveness checks that are awaited by a day."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.deadlines import first_day_soon
from reclamation_core.cases.events import InformationRequested
from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.atomic_files import atomic_file
from reclamation_core.plans import LineReference, RecordedPlanEvent
from reclamation_core.plans.events import ActionAdded, ActionAmended
from reclamation_core.plans.plan import BasePlan
from reclamation_core.reporting.report import readable
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import label, refuse_value, require
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Lang, Wording, typeset

DOMAIN: Final = "reclamation-core.invalid"
"""The domain of identifiers by default; two organisations whose calendars meet in one client need one each."""

_PRODUCT: Final = "-//reclamation_core//calendar//FR"
_MOST_BYTES: Final = 75
_ESCAPES: Final = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})
_NAME: Final = Wording("Échéances des réclamations", "Deadlines of complaints")
_HOST: Final = Wording(
    "un nom de domaine est attendu, comme reclamations.example.fr",
    "the name of a domain is expected, such as complaints.example.org",
)


def domain_name(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a domain of identifiers that is no name of a domain."""
    label(_, attribute, value)
    if re.fullmatch(r"[\w.-]+", str(value)) is None:
        refuse_value(attribute.name, value, _HOST)


class DueKind(LabelledEnum):
    """What is due by a day (type d'échéance)."""

    ANSWER = "answer", "réponse à donner", "answer due"
    INFORMATION = "information", "précisions attendues", "information awaited"
    CHECK = "check", "efficacité à évaluer", "effectiveness to evaluate"


@attrs.frozen(kw_only=True)
class DueEntry(SharedRepr):
    """One entry of a calendar, on a whole day: a reference and what is due, nothing else.

    Args:
        uid: its identifier, which stays the same when its day moves and when it is cancelled.
        kind: what is due.
        subject: the reference of the case, or of the action with its plan.
        due: the day, in the time zone of the site.
        soon: the first day on which it is due soon; None without one.
        sequence: the number of its revision: a later state has a larger one.
        changed_at: when the case or the action changed last; aware.
        is_cancelled: True if it is no longer awaited.
    """

    uid: str
    kind: DueKind
    subject: Wording
    due: date
    soon: date | None
    sequence: int
    changed_at: datetime
    is_cancelled: bool


@attrs.frozen(kw_only=True)
class DueCalendar(SharedRepr):
    """What is due by which day; `calendar_bytes` and `save_calendar` write it.

    Args:
        entries: the entries, by day.
        scope: the site or the region that it is limited to; None for all.
    """

    entries: tuple[DueEntry, ...]
    scope: str | None = None


def due_calendar(
    cases: Iterable[Case],
    plans: Iterable[BasePlan] = (),
    *,
    ended_since: date | None = None,
    domain: str = DOMAIN,
    scope: str | None = None,
    sites: Sites | None = None,
    most_checks: int | None = None,
) -> DueCalendar:
    """Return the calendar of cases and plans.

    Args:
        cases: the cases, for their answers and the information that they await.
        plans: the plans, or their parts with some actions, for the effectiveness checks of these.
        ended_since: also the entries that are no longer awaited, cancelled, of what changed on this day or later.
        domain: the domain of the identifiers.
        scope: the site or the region that it is limited to.
        sites: the sites, for their names.
        most_checks: the most effectiveness checks, those due first; all by default.

    Raises:
        TypeError, FaultsError: the domain is refused.
    """
    require(domain_name, domain=domain)

    def listed(found: Iterable[DueEntry]) -> list[DueEntry]:
        shown = (
            entry
            for entry in found
            if not entry.is_cancelled or (ended_since is not None and entry.changed_at.date() >= ended_since)
        )
        return sorted(shown, key=_by_day)

    answers = listed(entry for case in cases for entry in _of_case(case, domain))
    checks = listed(entry for plan in plans for entry in _of_plan(plan, domain, sites))
    return DueCalendar(entries=tuple(sorted((*answers, *checks[:most_checks]), key=_by_day)), scope=scope)


def _by_day(entry: DueEntry) -> tuple[date, str]:
    return entry.due, entry.uid


def _uid(domain: str, *parts: str | int) -> str:
    return f"{uuid5(NAMESPACE_URL, json.dumps([domain, *parts]))}@{domain}"


def _of_case(case: Case, domain: str) -> Iterator[DueEntry]:
    subject = Wording(case.reference, case.reference)
    own: dict[str, Any] = {"subject": subject, "sequence": case.version, "changed_at": case.events[-1].recorded_at}
    for number, cycle in enumerate(case.answer_cycles, 1):
        deadline = case.deadline_of(cycle)
        is_awaited = number == len(case.answer_cycles) and case.awaited_on is not None
        yield DueEntry(
            uid=_uid(domain, "answer", case.reference, number),
            kind=DueKind.ANSWER,
            due=deadline.due,
            soon=first_day_soon(deadline),
            is_cancelled=not is_awaited,
            **own,
        )
    requests = [event for event in case.events if isinstance(event.data, InformationRequested)]
    awaited = case.open_request if case.awaited_on is not None else None
    for event in reversed(requests):
        deadline = case.deadline_of(case.answer_cycles[-1])
        yield DueEntry(
            uid=_uid(domain, "information", case.reference, event.number),
            kind=DueKind.INFORMATION,
            due=deadline.due,
            soon=first_day_soon(deadline),
            is_cancelled=awaited is None or awaited.number != event.number,
            **own,
        )


def _of_plan(plan: BasePlan, domain: str, sites: Sites | None) -> Iterator[DueEntry]:
    histories: defaultdict[str | None, list[RecordedPlanEvent]] = defaultdict(list)
    for event in plan.events:
        histories[event.subject].append(event)
    for action in plan.actions:
        history = histories[action.reference]
        sheets = (event.data.sheet for event in history if isinstance(event.data, ActionAdded | ActionAmended))
        days = [sheet.check_on for sheet in sheets if sheet.check_on is not None]
        if not days:
            continue
        line = LineReference(plan.scope, action.reference)
        yield DueEntry(
            uid=_uid(domain, "check", plan.scope.key, action.reference),
            kind=DueKind.CHECK,
            subject=Wording(line.label("fr", sites), line.label("en", sites)),
            due=days[-1],
            soon=None,
            sequence=len(history),
            changed_at=history[-1].recorded_at,
            is_cancelled=action.check_on is None or action.judgement is not None or action.abandonment is not None,
        )


# The file


def calendar_bytes(calendar: DueCalendar, lang: Lang = "fr", *, cancellations: bool = False) -> bytes:
    """Return a calendar as an .ics file; equal calendars are equal bytes.

    Each entry is on a whole day, does not block time, and has an alarm at nine in the morning of the day on which it is
    due soon and of its last day. Nothing in it is personal.

    Args:
        calendar: the calendar.
        lang: the language of its words.
        cancellations: True for a file that cancels entries (METHOD:CANCEL), for a client that has imported them: of
            the entries it has the cancelled ones alone. A client that subscribes to the file needs none.

    Source:
        RFC 5545; RFC 7986 for `NAME` and `REFRESH-INTERVAL`.
    """
    name = _NAME.in_(lang) if calendar.scope is None else f"{_NAME.in_(lang)}, {readable(calendar.scope)}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{_PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{'CANCEL' if cancellations else 'PUBLISH'}",
        f"NAME:{_escaped(name)}",
        f"X-WR-CALNAME:{_escaped(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
    ]
    for entry in calendar.entries:
        if entry.is_cancelled or not cancellations:
            lines += _event(entry, lang)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def save_calendar(calendar: DueCalendar, path: str | Path, lang: Lang = "fr", *, cancellations: bool = False) -> Path:
    """Write a calendar to an .ics file, which appears whole or not at all; returns the file.

    Raises:
        OSError: the file cannot be written.
    """
    target = Path(path)
    content = calendar_bytes(calendar, lang, cancellations=cancellations)
    with atomic_file(target) as stream:
        stream.write(content)
    return target


def _event(entry: DueEntry, lang: Lang) -> Iterator[str]:
    """Yield the lines of an entry."""
    label = entry.kind.label(lang)
    title = f"{label[0].upper()}{label[1:]}"
    colon = " :" if lang == "fr" else ":"
    summary = _escaped(typeset(readable(f"{title}{colon} {entry.subject.in_(lang)}"), lang))
    changed_at = f"{_basic(entry.changed_at.astimezone(UTC).replace(microsecond=0, tzinfo=None))}Z"
    yield "BEGIN:VEVENT"
    yield f"SUMMARY:{summary}"
    yield f"DTSTART;VALUE=DATE:{_basic(entry.due)}"  # without an end, an entry lasts the whole day
    yield f"DTSTAMP:{changed_at}"
    yield f"UID:{_escaped(entry.uid)}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"CATEGORIES:{_escaped(title)}"
    yield f"LAST-MODIFIED:{changed_at}"
    yield f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}"
    yield "TRANSP:TRANSPARENT"
    if not entry.is_cancelled:
        for day in sorted({entry.soon or entry.due, entry.due}):
            yield "BEGIN:VALARM"
            yield "ACTION:DISPLAY"
            yield f"DESCRIPTION:{summary}"
            yield f"TRIGGER:{_at_nine((entry.due - day).days)}"
            yield "END:VALARM"
    yield "END:VEVENT"


def _at_nine(days: int) -> str:
    """Return the duration from midnight of a day to nine in the morning of a day so many days before it."""
    if not days:
        return "PT9H"
    return f"-P{days - 1}DT15H" if days > 1 else "-PT15H"


def _basic(day: date) -> str:
    """Return a day or a time in the basic format of ISO 8601; `strftime` would not pad years."""
    return day.isoformat().replace("-", "").replace(":", "")


def _escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def _folded(line: str) -> str:
    """Return a line in pieces of at most 75 bytes, each but the first after a space."""
    pieces, room = [""], _MOST_BYTES
    for character in line if len(line.encode()) > _MOST_BYTES else ():
        room -= len(character.encode())
        if room < 0:
            pieces.append(" ")
            room = _MOST_BYTES - 1 - len(character.encode())
        pieces[-1] += character
    return "\r\n".join(pieces) if pieces[0] else line
