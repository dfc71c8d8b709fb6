"""A signal: a rise in the messages of a stream, on the plan of the site, the region or the nation that it concerns."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any, Final

import attrs

from reclamation_core.cases.references import PlanScope
from reclamation_core.cases.texts import Commitment, Text
from reclamation_core.errors import REDACTED
from reclamation_core.plans.codes import SignalState
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple, describe, each_a_name, each_once, name, refuse_value, whole_number
from reclamation_core.wording import LANGUAGES, Wording, day_text, format_number

_NON_NEGATIVE: Final = Wording("un nombre positif ou nul est attendu", "a number from 0 on is expected")


def _non_negative(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a finite number from 0 on."""
    if type(value) not in {int, float} or not 0 <= value < math.inf:  # type: ignore[operator]  # a number
        refuse_value(attribute.name, value if isinstance(value, int | float) else REDACTED, _NON_NEGATIVE)


describe(_non_negative, "number", minimum=0)
LEAST_EXPECTED: Final = 0.1
"""Fewer expected cases are stated as less than this."""


@attrs.frozen(kw_only=True)
class SignalSheet(SharedRepr):
    """The detection of a rise in a stream (fiche de signal).

    Args:
        kind: the kind of the stream, a name of `indicators.STREAMS`.
        key: the parts of the name of the stream, such as the site and the theme; none for all complaints.
        week: the week in which it was seen first, such as 2026-W05.
        since: the first week of the window that showed it.
        until: the last week in which it was seen.
        observed: the cases of the window.
        expected: the cases expected in it.
        recurrence_weeks: so many weeks pass between two such rises by chance alone.
        cases: the references of the cases of the window.
        pooled: the streams that have these cases too and showed the rise by then, each as `name_of_stream`; the first
            is the one that showed it first.

    Raises:
        TypeError, ValueError: a field is refused; the message names it, its value and the remedy.
    """

    kind: str = attrs.field(validator=name)
    key: tuple[str, ...] = attrs.field(converter=as_tuple, validator=each_a_name)
    week: str = attrs.field(validator=name)
    since: str = attrs.field(validator=name)
    until: str = attrs.field(validator=name)
    observed: int = attrs.field(validator=whole_number(1))
    expected: float = attrs.field(validator=_non_negative)
    recurrence_weeks: float = attrs.field(validator=_non_negative)
    cases: tuple[str, ...] = attrs.field(converter=each_once, validator=each_a_name)
    pooled: tuple[str, ...] = attrs.field(default=(), converter=each_once, validator=each_a_name)

    @property
    def reference(self) -> str:
        """The reference of the signal: its stream and its first week."""
        return f"{name_of_stream(self.kind, self.key)}@{self.week}"


def name_of_stream(kind: str, key: tuple[str, ...]) -> str:
    """Return the name of a stream as references have it: `site_theme:CRE/quality`."""
    return ":".join(filter(None, (kind, "/".join(key))))


def signal_in_words(observed: int, expected: float, recurrence_weeks: float, since: str, week: str) -> Wording:
    """Return what was seen in a window, against what was expected, and how rare it is in its stream."""
    days = weeks_in_words(since, week)
    seen, usual, weeks = (
        [format_number(number, lang, places) for lang in LANGUAGES]
        for number, places in ((observed, 0), (max(expected, LEAST_EXPECTED), 1), (recurrence_weeks, 0))
    )
    if expected < LEAST_EXPECTED:
        usual = [f"moins de {usual[0]}", f"less than {usual[1]}"]
    return Wording(
        f"{seen[0]} pour {usual[0]} attendus, {days.fr} ; ici, le hasard seul y mène une fois en {weeks[0]} semaines",
        f"{seen[1]} against {usual[1]} expected, {days.en}; here, chance alone leads to it once in {weeks[1]} weeks",
    )


def weeks_in_words(first: str, last: str) -> Wording:
    """Return the days of ISO weeks, such as 2026-W05, from the Monday of the first to the Sunday of the last."""
    try:
        monday, sunday = date.fromisoformat(f"{first}-1"), date.fromisoformat(f"{last}-7")
    except ValueError:  # a host numbers its weeks otherwise
        return Wording(f"de {first} à {last}", f"{first} to {last}")
    return Wording(
        f"du {day_text(monday, 'fr')} au {day_text(sunday, 'fr')}",
        f"{day_text(monday, 'en')} to {day_text(sunday, 'en')}",
    )


def week_in_words(week: str) -> Wording:
    """Return an ISO week as a text names it; a week that a host numbers otherwise stays as it is.

    >>> week_in_words("2026-W05").fr
    'semaine 5 de 2026'
    """
    if (found := re.fullmatch("([0-9]{4})-W([0-9]{2})", week)) is None:
        return Wording(week, week)
    year, number = map(int, found.groups())
    return Wording(f"semaine {number} de {year}", f"week {number} of {year}")


@attrs.frozen(kw_only=True)
class SignalDecision(SharedRepr):
    """A decision on a signal: when and by whom it was acknowledged, or dismissed with a reason."""

    at: datetime
    by: Commitment
    reason: Text | None = None


@attrs.frozen(kw_only=True)
class RaisedSignal(SignalSheet):
    """A signal on a plan, as its history has made it; only replaying events makes one.

    Args:
        raised: when it was recorded.
        acknowledgement: when and by whom it was acknowledged; None if it was not.
        dismissal: when, by whom and why it was dismissed; None if it was not.
        actions: the references of the actions of the plan that it led to.
    """

    raised: datetime
    acknowledgement: SignalDecision | None = None
    dismissal: SignalDecision | None = None
    actions: tuple[str, ...] = ()

    @property
    def state(self) -> SignalState:
        """The state that the decisions on it lead to."""
        reached = (
            (self.actions, SignalState.ACTION),
            (self.dismissal, SignalState.DISMISSED),
            (self.acknowledgement, SignalState.ACKNOWLEDGED),
        )
        return next((state for decision, state in reached if decision), SignalState.NEW)

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision: neither dismissed nor turned into an action."""
        return self.state in {SignalState.NEW, SignalState.ACKNOWLEDGED}

    @property
    def latest(self) -> datetime:
        """When it was raised, or the latest decision was made."""
        decisions = (self.acknowledgement, self.dismissal)
        return max((self.raised, *(one.at for one in decisions if one is not None)))


def raised_signal(sheet: SignalSheet, raised: datetime) -> RaisedSignal:
    """Return the signal of a sheet."""
    fields: dict[str, Any] = attrs.asdict(sheet, recurse=False)
    return RaisedSignal(**fields, raised=raised)


@attrs.frozen(kw_only=True)
class PlanSignal(SharedRepr):
    """A signal on a plan: more complaints of a stream than usual (signal).

    Attributes:
        plan: the scope of the plan.
        reference: its reference: the stream and the first week.
        stream: the stream in words, such as the site and the theme.
        week: the week in which it was seen first, such as 2026-W05.
        since: the first week of the window that showed it.
        until: the last week in which it was seen.
        observed: the cases of the window.
        expected: the cases expected in it.
        recurrence_weeks: so many weeks pass between two such rises by chance alone.
        cases: the references of the cases of the window that the desk sees.
        pooled: the larger streams that showed the rise by then, in words; the first is the one that showed it first.
        raised_at: when it was recorded.
        state: what became of it.
        acknowledged_at: when it was acknowledged; None if it was not.
        acknowledged_by: by whom; None once the name is erased.
        dismissed_at: when it was dismissed last, also of one that came back since; None if it never was.
        dismissed_by: by whom; None once the name is erased.
        reason: why it was dismissed; None once the text is erased.
        actions: the references of the actions of the plan that it led to.
    """

    plan: PlanScope
    reference: str
    stream: Wording
    week: str
    since: str
    until: str
    observed: int
    expected: float
    recurrence_weeks: float
    cases: tuple[str, ...]
    pooled: tuple[Wording, ...]
    raised_at: datetime
    state: SignalState
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = attrs.field(default=None, repr=False)
    dismissed_at: datetime | None = None
    dismissed_by: str | None = attrs.field(default=None, repr=False)
    reason: str | None = attrs.field(default=None, repr=False)
    actions: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """True if it waits for a decision: neither dismissed nor turned into an action."""
        return self.state in {SignalState.NEW, SignalState.ACKNOWLEDGED}

    def without_texts(self) -> PlanSignal:
        """Return the signal without names of persons and without the reason."""
        return attrs.evolve(self, acknowledged_by=None, dismissed_by=None, reason=None)

    @property
    def sentence(self) -> Wording:
        """What was seen, against what was expected, and how rare it is."""
        return signal_in_words(self.observed, self.expected, self.recurrence_weeks, self.since, self.week)
