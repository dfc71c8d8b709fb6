"""The lines of the register, each a case with what it takes to show it, and their totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import partial
from statistics import median_low
from typing import Any, Final

import attrs

from reclamation_core.calendars import DeadlineStatus
from reclamation_core.cases import AnswerDecision, Case, CaseKind, columns
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.codes import Admissibility
from reclamation_core.cases.events import Answered, Reopened
from reclamation_core.cases.references import LineReference
from reclamation_core.cases.texts import ERASED, Text
from reclamation_core.missing import Missing
from reclamation_core.plans import Action, Effectiveness
from reclamation_core.reporting.report import ReportColumn, ValueKind, report_column
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Channel, Eligibility, Sites
from reclamation_core.wording import LANGUAGES, Lang, Wording, verbatim

_WRITTEN: Final = frozenset((Channel.MEDIATION_LETTER, Channel.CENTRE_LETTER, Channel.EMAIL, Channel.PORTAL))


def latest_answer(case: Case) -> Answered | None:
    """Return the latest answer to a case, of an earlier cycle where the latest has none."""
    answers = [answer for answer in map(case.answer_of, case.answer_cycles) if answer is not None]
    return answers[-1] if answers else None


@attrs.frozen
class FollowedCase(SharedRepr):
    """A case with its actions on the plans that a reader may see."""

    case: Case
    actions: Mapping[LineReference, Action]


@attrs.frozen
class RegisterEntry(SharedRepr):
    """One line of the register.

    Args:
        case: the case.
        at: the instant of which the line describes the state.
        sites: the sites, for their names and regions.
        actions: the actions of the case on the plans that the reader may see.
        texts: True to show free texts; they may name persons.
        taxonomy: the themes and the families of causes of the organisation, for their names.
    """

    case: Case
    at: datetime
    sites: Sites
    actions: Mapping[LineReference, Action] = attrs.field(factory=dict)
    texts: bool = False
    taxonomy: Taxonomy = TRAINING_BODY

    def fact(self, name: str) -> Any:
        """Return a fact; None where it is unknown or absent, or where the case has no such fact."""
        value = self.case.facts.get(name)
        return None if isinstance(value, Missing) else value

    def day(self, instant: datetime | None) -> date | None:
        """Return the day of an instant in the zone of the case."""
        return None if instant is None else self.case.day_of(instant)

    def dates_of(self, event: type[Any]) -> Iterator[date]:
        """Yield the days of the events of a class, with the dates as they were corrected."""
        return (self.case.day_of(one.occurred_at) for one in self.case.history if isinstance(one.data, event))

    @property
    def answered_at(self) -> datetime | None:
        """The instant of the answer of the latest cycle."""
        return columns.answered_at(self.case)

    @property
    def answer(self) -> Answered | None:
        """The latest answer, of an earlier cycle where the latest has none."""
        return latest_answer(self.case)

    @property
    def status(self) -> DeadlineStatus | None:
        """The status of the answer's deadline; None where no answer is awaited and none was given."""
        case = self.case
        if case.deadline is None or case.is_deadline_suspended:
            return None
        answered = self.answered_at
        if answered is None and case.awaited_on is None:
            return None
        return case.deadline.status(max(self.at, answered or self.at), answered)

    @property
    def days_late(self) -> int | None:
        """The business days after the last day to answer, up to the answer or to now; None where it is not late."""
        if self.status not in {DeadlineStatus.OVERDUE, DeadlineStatus.MET_LATE} or self.case.deadline is None:
            return None
        end = self.case.day_of(self.answered_at or self.at)
        return self.case.terms.business_calendar.count(self.case.deadline.due, end)

    @property
    def days_to_answer(self) -> int | None:
        """The business days from the receipt, or from the reopening, to the answer; None without an answer."""
        answered = self.answered_at
        if answered is None:
            return None
        started = self.case.answer_cycles[-1].started_at
        return self.case.terms.business_calendar.count(self.case.day_of(started), self.case.day_of(answered))

    def stated(self, parts: Iterable[Wording], *texts: Text | None) -> Wording | None:
        """Return labels as one text, followed by free texts where the entry shows them; None where there is nothing."""
        labels = list(parts)
        read = [self.case.read(one) for one in texts if one is not None] if self.texts else []

        def joined(lang: Lang) -> str:
            known = ", ".join(one.in_(lang) for one in labels)
            words = " ".join(" ".join((text or ERASED.in_(lang)).split()) for text in read)
            colon = " : " if lang == "fr" else ": "
            return colon.join(part for part in (known, words and verbatim(words)) if part)

        return Wording(joined("fr"), joined("en")) if labels or read else None

    @property
    def is_complaint(self) -> bool:
        """True if M2-1 counts it as a complaint."""
        return self.case.kind is CaseKind.COMPLAINT and self.case.eligibility is Eligibility.COMPLAINT

    @property
    def is_written_complaint(self) -> bool:
        """True if it is a complaint that was received in writing."""
        return self.is_complaint and self.fact("channel") in _WRITTEN


PARTS: Final[Mapping[Admissibility, Wording]] = {
    Admissibility.IN_SCOPE: Wording("Réclamations", "Complaints"),
    Admissibility.TO_BE_CLARIFIED: Wording("À clarifier", "To be clarified"),
    Admissibility.OUT_OF_SCOPE: Wording("Hors du cadre", "Out of scope"),
    Admissibility.MALFUNCTION: Wording("Dysfonctionnements", "Malfunctions"),
}
"""The parts of the register, apart from each other: complaints are what indicator 31 counts."""

_COUNTED: Final = Wording("décompte du registre", "count of the register")
_MEDIAN: Final = Wording("Délai médian de réponse, en jours ouvrés", "Median time to answer, in business days")
_ACTIONS: Final = Wording("Actions décidées, chacune comptée une fois", "Actions planned, each counted once")
_JUDGED: Final[Mapping[Effectiveness, Wording]] = {
    Effectiveness.EFFECTIVE: Wording("Actions efficaces", "Effective actions"),
    Effectiveness.NOT_EFFECTIVE: Wording("Actions non efficaces", "Ineffective actions"),
}


def _status(*statuses: DeadlineStatus) -> Callable[[RegisterEntry], bool]:
    return lambda entry: entry.status in statuses


def _decision(decision: AnswerDecision) -> Callable[[RegisterEntry], bool]:
    return lambda entry: entry.answer is not None and entry.answer.decision is decision


_MEASURES: Final[tuple[tuple[Wording, Callable[[RegisterEntry], bool]], ...]] = (
    (Wording("Dossiers", "Cases"), lambda _: True),
    (Wording("Reçus par écrit", "Received in writing"), lambda entry: entry.fact("channel") in _WRITTEN),
    (Wording("Accusés de réception envoyés", "Acknowledged"), lambda entry: entry.case.acknowledged_at is not None),
    (Wording("Accusés de réception manquants", "Not acknowledged"), lambda entry: entry.case.is_unacknowledged),
    (Wording("Répondus dans le délai", "Answered on time"), _status(DeadlineStatus.MET)),
    (Wording("Répondus en retard", "Answered late"), _status(DeadlineStatus.MET_LATE)),
    (
        Wording("Réponse attendue, dans le délai", "Answer awaited, not late"),
        _status(DeadlineStatus.RUNNING, DeadlineStatus.DUE_SOON, DeadlineStatus.DUE_TODAY),
    ),
    (Wording("Réponse attendue, en retard", "Answer awaited, late"), _status(DeadlineStatus.OVERDUE)),
    *(
        (Wording(*(f"{one.label(lang)[0].upper()}{one.label(lang)[1:]}" for lang in LANGUAGES)), _decision(one))
        for one in AnswerDecision
    ),
    (Wording("Informés de la médiation", "Informed of mediation"), lambda entry: entry.case.mediation_at is not None),
    (Wording("Réouverts", "Reopened"), lambda entry: any(entry.dates_of(Reopened))),
    (Wording("Clos", "Closed"), lambda entry: entry.case.closed_at is not None),
)
"""What the totals count, each for the cases of which it is true."""


@attrs.frozen
class TotalsRow(SharedRepr):
    """A line of the totals: a measure, its value for each part of the register, and for all."""

    measure: Wording
    values: Mapping[Admissibility, int | None]
    total: int | None


class Totals:
    """The totals of the lines that were added."""

    def __init__(self) -> None:
        self._counts: dict[Admissibility, Counter[Wording]] = {part: Counter() for part in PARTS}
        self._actions: dict[Admissibility, dict[LineReference, Effectiveness | None]] = {part: {} for part in PARTS}
        self._days: dict[Admissibility, list[int]] = {part: [] for part in PARTS}

    def add(self, entry: RegisterEntry) -> None:
        """Count a line."""
        part = columns.admissibility(entry.case)
        counts = self._counts[part]
        counts.update(measure for measure, counted in _MEASURES if counted(entry))
        self._actions[part] |= {
            one: entry.actions[one].effectiveness if one in entry.actions else None for one in entry.case.actions
        }
        if entry.days_to_answer is not None:
            self._days[part].append(entry.days_to_answer)

    def rows(self) -> Iterator[TotalsRow]:
        """Yield the lines of the totals."""
        for measure, _ in _MEASURES:
            values = {part: counts[measure] for part, counts in self._counts.items()}
            yield TotalsRow(measure, values, sum(values.values()))
        every_action = {one: effect for actions in self._actions.values() for one, effect in actions.items()}
        yield TotalsRow(_ACTIONS, {part: len(actions) for part, actions in self._actions.items()}, len(every_action))
        for effectiveness, measure in _JUDGED.items():
            values = {part: [*actions.values()].count(effectiveness) for part, actions in self._actions.items()}
            yield TotalsRow(measure, values, [*every_action.values()].count(effectiveness))
        medians = {part: median_low(days) if days else None for part, days in self._days.items()}
        every = [day for days in self._days.values() for day in days]
        yield TotalsRow(_MEDIAN, medians, median_low(every) if every else None)


_column = partial(report_column, source=_COUNTED)
TOTALS: Final = Wording("Totaux", "Totals")


def _part_column(part: Admissibility, title: Wording) -> ReportColumn[TotalsRow]:
    return _column(
        part.name.lower(),
        (title.fr, title.en),
        ("Les dossiers de cette partie du registre.", "The cases of this part of the register."),
        lambda row: row.values[part],
        ValueKind.INTEGER,
        width=14,
    )


TOTALS_COLUMNS: Final[tuple[ReportColumn[TotalsRow], ...]] = (
    _column(
        "mesure", ("Mesure", "Measure"), ("Ce qui est compté.", "What is counted."), lambda row: row.measure, width=44
    ),
    *(_part_column(part, title) for part, title in PARTS.items()),
    _column(
        "total", ("Total", "Total"), ("Tous les dossiers.", "All cases."), lambda row: row.total, ValueKind.INTEGER
    ),
)
"""The columns of the totals: complaints apart from what is out of scope, to be clarified, or a malfunction."""
