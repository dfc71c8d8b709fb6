"""A deadline and its ledger as a notebook shows them: what was counted, and a small calendar of every day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Final

from reclamation_core.calendars.calendar import Deadline, Ledger, LedgerDay
from reclamation_core.calendars.codes import WEEKDAYS, LedgerReason, in_words, month_in_words, time_in_words
from reclamation_core.markup import (
    Html,
    Tone,
    badge,
    card,
    element,
    html_writer,
    joined,
    listing,
    pairs,
    paragraph,
    section,
    style,
)
from reclamation_core.wording import Wording

_TITLE: Final = "Échéance : {}"
_MOST_MONTHS: Final = 12
_MARKS: Final[Mapping[LedgerReason, tuple[str, Tone]]] = {
    LedgerReason.COUNTED: ("compté", Tone.GOOD),
    LedgerReason.AFTER_CUT_OFF: ("arrivée", Tone.NOTE),
    LedgerReason.DAY_OF_RECEIPT: ("réception", Tone.NOTE),
    LedgerReason.WEEKEND: ("week-end", Tone.QUIET),
    LedgerReason.HOLIDAY: ("férié", Tone.WARNING),
    LedgerReason.CLOSURE: ("fermeture", Tone.WARNING),
    LedgerReason.BRIDGE_DAY: ("pont", Tone.WARNING),
    LedgerReason.SUSPENSION: ("suspendu", Tone.BAD),
    LedgerReason.EXPIRY: ("échéance", Tone.STRONG),
    LedgerReason.POSTPONED: ("reporté", Tone.WARNING),
}
"""The word that a cell of the calendar has for each reason, and its colours."""
_LEGENDS: Final[Mapping[LedgerReason, str]] = {
    LedgerReason.COUNTED: "jour qui compte, avec son numéro",
    LedgerReason.AFTER_CUT_OFF: "jour de l'arrivée, après l'heure limite : reçu le lendemain",
    LedgerReason.DAY_OF_RECEIPT: "jour de la réception, qui ne compte pas",
    LedgerReason.WEEKEND: "ne compte pas",
    LedgerReason.CLOSURE: "l'établissement est fermé",
    LedgerReason.BRIDGE_DAY: "pont accordé par l'employeur",
    LedgerReason.SUSPENSION: "le délai est suspendu",
    LedgerReason.POSTPONED: "le délai est écoulé ; l'échéance est reportée au jour où il a changé",
}
_DUE: Final = "échéance"
_RECEIVED: Final = "réception"
_CELL: Final = "border:1px solid #8c959f;padding:2px 4px;text-align:center;vertical-align:top;font-size:12px"
_DAY: Final = f"{_CELL};width:66px;min-width:66px;height:44px"


@html_writer(Deadline)
def deadline_html(deadline: Deadline) -> Html:
    """The last day to answer, what it was counted from, and the calendar."""
    return card(deadline_block(deadline))


def deadline_block(deadline: Deadline) -> Html:
    """The same without a ground of its own, to be put into another object's."""
    counted = pairs("Décompte du délai", _terms(deadline))
    return section(_TITLE.format(in_words(deadline.due)), counted, _days(deadline.ledger))


@html_writer(Ledger)
def ledger_html(ledger: Ledger) -> Html:
    """The calendar of a ledger."""
    return card(_days(ledger))


def _terms(deadline: Deadline) -> Iterator[tuple[str, str]]:
    calendar, rule = deadline.calendar, deadline.rule
    arrived = f"{in_words(deadline.arrived_on)} à {time_in_words(calendar.local(deadline.received_at))}"
    yield "Arrivée", arrived
    if rule.cut_off is not None:
        yield "Heure limite", f"{time_in_words(rule.cut_off)} ; réputée reçue le {in_words(deadline.received_on)}"
    first = "le jour de la réception compte" if rule.first_day_counted else "le jour de la réception ne compte pas"
    yield "Délai", f"{rule.days_in_words()} ; {first}"
    for suspension in deadline.suspensions:
        yield "Suspension", f"du {in_words(suspension.first)} au {in_words(suspension.last)}"
    if deadline.not_before is not None:
        yield "Délai modifié", f"{in_words(deadline.not_before)} ; l'échéance ne précède pas ce jour"
    yield "Calendrier", f"{calendar.definition.territory.label()} ({calendar.definition.time_zone})"


def _days(ledger: tuple[LedgerDay, ...]) -> Html:
    """The months of a ledger side by side, with a legend of the marks."""
    months = [list(days) for _, days in groupby(ledger, key=lambda day: (day.day.year, day.day.month))]
    marks, shown = _marks(ledger), _ends(months)
    grids = element("div", *(_month(days, marks) for days in shown))
    left = f"Mois du milieu, non montrés : {len(months) - len(shown)}."
    return joined([grids, *([paragraph(left)] if len(shown) < len(months) else []), listing(_legend(ledger))])


def _ends(months: list[list[LedgerDay]]) -> list[list[LedgerDay]]:
    """All months where they are few, else the first and the last ones."""
    half = _MOST_MONTHS // 2
    return months if len(months) <= _MOST_MONTHS else [*months[:half], *months[-half:]]


def _marks(ledger: tuple[LedgerDay, ...]) -> dict[date, tuple[str, ...]]:
    """The marks of each day."""
    total = sum(day.counted is not None for day in ledger)
    received = next(day.day for day in ledger if day.reason is not LedgerReason.AFTER_CUT_OFF)
    marks = {}
    for day in ledger:
        words = [_RECEIVED] if day.day == received else []
        words += [_DUE] if day is ledger[-1] else []
        words.append(_MARKS[day.reason][0] if day.counted is None else f"{day.counted}/{total}")
        marks[day.day] = tuple(dict.fromkeys(words))
    return marks


def _month(days: list[LedgerDay], marks: Mapping[date, tuple[str, ...]]) -> Html:
    """The table of a month: a row a week, Monday first."""
    first = days[0].day.replace(day=1)
    start = first - timedelta(days=first.weekday())
    known = {day.day: day for day in days}
    weeks = []
    while (start.year, start.month) <= (first.year, first.month):
        week = [start + timedelta(days=number) for number in range(7)]
        weeks.append(element("tr", *(_cell(day, first.month, known, marks) for day in week)))
        start += timedelta(days=7)
    caption = element("caption", month_in_words(first), style=style(Tone.PLAIN, "caption-side:top;font-weight:bold"))
    head = element("thead", element("tr", *map(_weekday, WEEKDAYS)))
    grid = element("table", caption, head, element("tbody", *weeks), style="border-collapse:collapse;margin:6px 0")
    return element("div", grid, style="display:inline-block;vertical-align:top;margin-right:16px")


def _weekday(name: Wording) -> Html:
    short = element("abbr", f"{name.fr[:3]}.", title=name.fr, style="text-decoration:none;border:0")
    return element("th", short, scope="col", style=style(Tone.HEAD, _CELL))


def _cell(day: date, month: int, known: Mapping[date, LedgerDay], marks: Mapping[date, tuple[str, ...]]) -> Html:
    if day.month != month:
        return element("td", style=style(Tone.PLAIN, _DAY))
    number = element("div", str(day.day), style="text-align:left;color:inherit")
    if day not in known:
        return element("td", number, style=style(Tone.PLAIN, _DAY))
    words = (element("div", word, style="color:inherit;font-weight:bold;font-size:11px") for word in marks[day])
    tone = Tone.STRONG if _DUE in marks[day] else _MARKS[known[day].reason][1]
    return element("td", number, *words, style=style(tone, _DAY))


def _legend(ledger: tuple[LedgerDay, ...]) -> Iterator[Html]:
    """What the marks of the calendar mean, those of its own days alone."""
    found = {day.reason for day in ledger}
    total = sum(day.counted is not None for day in ledger)
    for reason in LedgerReason:
        if reason not in found or reason is LedgerReason.EXPIRY:
            continue
        word, tone = _MARKS[reason]
        shown = badge(f"1/{total}" if reason is LedgerReason.COUNTED else word, tone)
        yield joined([shown, " ", _LEGENDS.get(reason) or _named(ledger, reason)])
    yield joined([badge(_DUE, Tone.STRONG), f" {in_words(ledger[-1].day)}, dernier jour, jusqu'à minuit"])


def _named(ledger: tuple[LedgerDay, ...], reason: LedgerReason) -> str:
    """The days of a reason, each with its name, which the ledger has after a colon."""
    named = ((in_words(day.day), day.wording.fr.partition(" : ")[2]) for day in ledger if day.reason is reason)
    return " ; ".join(f"{day} ({name})" for day, name in named)
