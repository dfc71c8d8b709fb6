"""The indicators, each declared once: its name, definition, source, and how it follows from what was known of cases."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from enum import Enum
from functools import partial
from itertools import chain
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases import AnswerDecision, CaseState
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.indicators.known import Flow, IndicatorInput, Moment, Reading, ReportPeriod
from reclamation_core.indicators.survival import kaplan_meier, share_ended_by, share_interval, time_quantile
from reclamation_core.plans import ActionStatus, ActionType, Effectiveness
from reclamation_core.plans.known import KnownAction
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import days_before
from reclamation_core.wording import Lang, Wording

FEWEST: Final = 25
"""Below so many cases no rate and no time is stated: from it on, intervals have the truth as often as they say."""
FOLLOWED: Final = 182
"""The days after a closing in which a cause may recur: six months."""
SHARES_WITHIN: Final = (2, 5, 10, 15, 20)
"""The business days of the shares answered within."""
_AGES: Final = ((0, 0), (1, 5), (6, 10), (11, 20), (21, None))
"""The bands of business days past the due date."""


_BALANCE: Final = Wording(
    "ouverts au début + reçus + rouverts + transférés d'une autre unité + devenus recevables - clôturés ou retirés - "
    "transférés à une autre unité - devenus hors du cadre = ouverts à la fin",
    "opening + received + reopened + moved in + newly in scope - ended - moved out - newly out of scope = closing",
)
_OF_CHANGES: Final = Wording(
    "changements enregistrés dans la période ; ils relient les dossiers ouverts au début et à la fin",
    "changes recorded in the period; they lead from the cases open at the beginning to those open at the end",
)
_OUT: Final = Wording("messages hors du cadre et dysfonctionnements", "messages out of scope and malfunctions")
_M2_1: Final = Wording("M2-1", "M2-1")
_ISO_10002: Final = Wording("ISO 10002", "ISO 10002")
_BOTH: Final = Wording("M2-1 ; ISO 10002", "M2-1; ISO 10002")
_OF_FLOW: Final = Wording(
    "les jours de la période, par date d'enregistrement, au plus tard à la date de situation",
    "the days of the period, by the time of recording, until the day of the report",
)
_OF_MOMENT: Final = {
    Moment.START: Wording(
        "la veille de la période, d'après ce qui était connu ce jour-là", "the eve of the period, as it was known then"
    ),
    Moment.END: Wording(
        "le dernier jour de la période, ou la date de situation si elle précède, d'après ce qui était connu ce jour-là",
        "the last day of the period, or the day of the report if that comes before, as it was known then",
    ),
    Moment.REPORT: Wording(
        "la date de situation ; ce qui est enregistré ensuite n'est pas compté",
        "the day of the report; what is recorded later is not read",
    ),
    Moment.RUN: Wording(
        "la période, d'après ce qui était connu à la date de situation",
        "the period, as it was known on the day of the report",
    ),
}
_COUNTED: Final = Wording("comptés : l'indicateur porte sur eux", "counted: these are they")
_ANY_STATE: Final = Wording("comptés comme les autres", "counted as the others")
_NEVER_OPEN: Final = Wording(
    "non comptés tant qu'ils n'ont ni réponse ni clôture", "left out: an answer or a closing counts"
)
_RECEIVED: Final = Wording("réclamations reçues dans la période", "complaints received in the period")
_BEGUN: Final = Wording(
    "réclamations reçues ou rouvertes dans la période", "complaints received or reopened in the period"
)
_ANSWERED: Final = Wording("réponses envoyées dans la période", "answers given in the period")
_ANSWERED_OF_BEGUN: Final = Wording("celles qui ont une réponse", "those with an answer")
_DUE_ANSWERS: Final = Wording(
    "réponses attendues dans la période, envoyées ou dont l'échéance est passée",
    "answers due in the period that were given or whose last day has passed",
)
_WITHOUT_WITHDRAWN: Final = Wording(
    f"retraits et clôtures sans réponse avant l'échéance ; {_OUT.fr}",
    f"withdrawals and closings without an answer before the last day; {_OUT.en}",
)
_MISSING_IS_LATE: Final = Wording(
    "en retard si l'échéance est passée ; sinon comptés à part", "late if the last day has passed; else apart"
)
_AT_RISK: Final = Wording("comptés pour les jours ouvrés déjà passés", "counted for the business days that have passed")
_AALEN_JOHANSEN: Final = Wording(
    "somme, jusqu'à ce jour, de S(veille) × dossiers du jour / dossiers encore ouverts ; S compte réponses et retraits",
    "sum, until that day, of S(eve) x cases of the day / cases still open, where S counts answers and withdrawals",
)
_OF_ACTIONS: Final = Wording("actions des plans hors du périmètre", "actions of plans out of the scope")


class FigureUnit(Enum):
    """What a figure is."""

    CASES = "cases"
    SHARE = "share"
    DAYS = "business_days"


@attrs.frozen(kw_only=True)
class Figure(SharedRepr):
    """The value of an indicator.

    Attributes:
        value: the number of cases, a share between 0 and 1, or business days; None where it is not stated.
        low: the lower bound, with a confidence of 95 %; None of a number of cases, which is no estimate.
        high: the upper bound; None too where a time has no bound.
        count: the number of the cases counted: the numerator of a share; None if it is left out of a publication.
        total: the number of those that they are a share of; None of a number of cases, and if it is left out.
        cases: the references of the cases counted, in order; None if they were not read.
        of: the references of those they are a share of; None of a number of cases, and if they were not read.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    count: int | None
    total: int | None = None
    cases: tuple[str, ...] | None = attrs.field(default=None, repr=False)
    of: tuple[str, ...] | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class IndicatorValue(SharedRepr):
    """What is computed from the rows of a group.

    Attributes:
        value: as of a figure, as the bounds.
        low: the lower bound.
        high: the upper bound.
        rows: the rows counted.
        of: the rows they are a share of.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    rows: Sequence[IndicatorInput]
    of: Sequence[IndicatorInput] | None = None

    def figure(self, *, has_cases: bool) -> Figure:
        """Return the figure, with the references of the cases or without."""
        return Figure(
            value=self.value,
            low=self.low,
            high=self.high,
            count=total_of(self.rows),
            total=None if self.of is None else total_of(self.of),
            cases=_references(self.rows) if has_cases else None,
            of=_references(self.of) if has_cases and self.of is not None else None,
        )


MeasureOf: TypeAlias = Callable[[Any, ReportPeriod], IndicatorValue]
"""Computes an indicator from the rows of a group: cases or actions, as its reading says; or what was prepared."""


@attrs.frozen(kw_only=True)
class Indicator(SharedRepr):
    """An indicator.

    Attributes:
        name: its name.
        label: its title.
        definition: what it counts, and what it leaves out.
        numerator: what is counted.
        denominator: what that is a share of; None of a number of cases.
        exclusions: what is left out.
        open_cases: how open cases are treated.
        unit: what its figures are.
        source: where the definition comes from.
        reading: the rows that it reads.
        measure: computes it from the rows of a group, prepared.
        formula: how it is computed; by default it is the numerator, or its quotient by the denominator.
        has_minimum: True if it is not stated of fewer cases than `FEWEST`; by default of a share.
        prepare: computes from the rows of a group, once, what several indicators measure; by default the rows.
    """

    name: str
    label: Wording
    definition: Wording
    numerator: Wording
    denominator: Wording | None = None
    exclusions: Wording = _OUT
    open_cases: Wording
    unit: FigureUnit
    source: Wording
    reading: Reading = attrs.field(repr=False)
    measure: MeasureOf = attrs.field(repr=False)
    formula: Wording = attrs.field()
    has_minimum: bool = attrs.field()
    prepare: Callable[[Sequence[Any], ReportPeriod], object] = attrs.field(default=lambda rows, _: rows, repr=False)

    @formula.default
    def _quotient(self) -> Wording:
        if self.denominator is None:
            return Wording(f"nombre : {self.numerator.fr}", f"number of {self.numerator.en}")
        return Wording(f"{self.numerator.fr} / {self.denominator.fr}", f"{self.numerator.en} / {self.denominator.en}")

    @has_minimum.default
    def _is_share(self) -> bool:
        return self.unit is FigureUnit.SHARE

    @property
    def minimum(self) -> int | None:
        """The number of cases below which it is not stated; None if it is always stated."""
        return FEWEST if self.has_minimum else None

    @property
    def as_of(self) -> Wording:
        """The day that it is of, and what was recorded later is left out."""
        if self.reading.flow is not None:
            return _OF_FLOW
        return _OF_MOMENT[self.reading.moment]

    def to_document(self, lang: Lang = "fr") -> dict[str, str | int | None]:
        """Return the definition as plain data."""
        return {
            "indicator": self.name,
            "label": self.label.in_(lang),
            "definition": self.definition.in_(lang),
            "formula": self.formula.in_(lang),
            "numerator": self.numerator.in_(lang),
            "denominator": None if self.denominator is None else self.denominator.in_(lang),
            "as_of": self.as_of.in_(lang),
            "exclusions": self.exclusions.in_(lang),
            "open_cases": self.open_cases.in_(lang),
            "minimum": self.minimum,
            "unit": self.unit.value,
            "source": self.source.in_(lang),
        }


def total_of(rows: Iterable[IndicatorInput]) -> int:
    """Return the number of the cases of some rows."""
    return sum(row.count for row in rows)


def _references(rows: Iterable[IndicatorInput]) -> tuple[str, ...]:
    return tuple(sorted(reference for row in rows for reference in [row.reference] * row.count))


DUE: Final = Reading(fields=("due_on", "answered_on", "stopped_on"), day="due_on")
"""The runs whose last day to answer is in the period."""
BEGUN: Final = Reading(fields=("received_on", "answered_on", "stopped_on"), day="received_on")
"""The runs that began in the period."""
RECEIVED: Final = Reading(
    fields=("cycle", "acknowledged_on", "can_be_acknowledged", "supports", "questions", "transfers"), day="received_on"
)
"""The same, with what is known of the case."""
ANSWERED: Final = Reading(fields=("decision",), day="answered_on")
"""The runs that were answered in the period."""
LATE: Final = Reading(moment=Moment.REPORT, fields=("due_on", "answered_on", "state"), is_pending=True)
"""The cases that are open on the day of the report."""
CLOSED: Final = Reading(
    moment=Moment.REPORT,
    fields=("unit", "causes", "received_on", "ended_on"),
    day="ended_on",
    is_day_optional=True,
    non_empty="causes",
    days_before=FOLLOWED,
)
"""The cases of a known cause that were closed in the months before the period or later, and the open ones."""
ACTIONS: Final = Reading(moment=Moment.REPORT, of_actions=True)
"""The actions of plans."""
MEDIATED: Final = Reading(moment=Moment.REPORT, day="mediation_on")
"""The cases that were referred to mediation in the period."""


def _counted(rows: Iterable[IndicatorInput]) -> IndicatorValue:
    rows = list(rows)
    return IndicatorValue(value=total_of(rows), rows=rows)


def _every(rows: Sequence[IndicatorInput], _: ReportPeriod) -> IndicatorValue:
    return _counted(rows)


def _share(rows: Iterable[IndicatorInput], of: Iterable[IndicatorInput]) -> IndicatorValue:
    rows, of = list(rows), list(of)
    count, total = total_of(rows), total_of(of)
    if total < FEWEST:
        return IndicatorValue(value=None, rows=rows, of=of)
    low, high = share_interval(count, total)
    return IndicatorValue(value=count / total, low=low, high=high, rows=rows, of=of)


def _is_withdrawn_in_time(row: CasePeriod) -> bool:
    return row.stopped_on is not None and row.due_on is not None and row.stopped_on <= row.due_on


def _is_on_time(row: CasePeriod) -> bool:
    return row.answered_on is not None and row.due_on is not None and row.answered_on <= row.due_on


def _on_time(rows: Sequence[CasePeriod], period: ReportPeriod) -> IndicatorValue:
    due = _due(rows, period)
    return _share((row for row in due if _is_on_time(row)), due)


def _due(rows: Iterable[CasePeriod], period: ReportPeriod) -> list[CasePeriod]:
    """Return the runs that were answered or whose last day has passed, but for those withdrawn before it."""
    return [
        row
        for row in rows
        if row.due_on is not None
        and (row.due_on < period.as_of or row.answered_on is not None)
        and not _is_withdrawn_in_time(row)
    ]


def _not_yet_due(rows: Sequence[CasePeriod], period: ReportPeriod) -> IndicatorValue:
    return _counted(
        row
        for row in rows
        if row.due_on is not None and row.due_on >= period.as_of and row.answered_on is None and row.ended_on is None
    )


def _overdue(
    rows: Sequence[CasePeriod], period: ReportPeriod, least: int = 0, most: int | None = None
) -> IndicatorValue:
    late = [
        (row, period.business_days(row.due_on, period.as_of))
        for row in rows
        if row.answered_on is None and row.due_on is not None and row.due_on < period.as_of
    ]
    return _counted(row for row, days in late if days >= least and (most is None or days <= most))


@attrs.frozen
class _Times(SharedRepr):
    """The runs that began in the period, with their business days: answered, ended without an answer, open."""

    rows: Sequence[CasePeriod]
    answered: list[tuple[CasePeriod, int]]
    stopped: list[tuple[CasePeriod, int]]
    still_open: list[tuple[CasePeriod, int]]

    @classmethod
    def of(cls, rows: Sequence[CasePeriod], period: ReportPeriod) -> _Times:
        times = cls(rows, [], [], [])
        for row in rows:
            last, kind = row.answered_on or row.stopped_on, times.stopped
            if last is None:
                last, kind = period.as_of, times.still_open
            elif row.answered_on is not None:
                kind = times.answered
            kind.append((row, period.business_days(row.received_on, last)))
        return times


def _days(*pairs: Sequence[tuple[CasePeriod, int]]) -> Counter[int]:
    counts: Counter[int] = Counter()
    for row, days in chain(*pairs):
        counts[days] += row.count
    return counts


def _time_to_answer(share: float) -> Callable[[_Times, ReportPeriod], IndicatorValue]:
    def measure(times: _Times, _: ReportPeriod) -> IndicatorValue:
        rows = times.rows
        answered = [row for row, _ in times.answered]
        if total_of(rows) < FEWEST:
            return IndicatorValue(value=None, rows=answered, of=rows)
        # Who withdrew would never have been answered: neither is the open case observed to its end.
        found = time_quantile(kaplan_meier(_days(times.answered), _days(times.stopped, times.still_open)), share)
        return IndicatorValue(value=found.time, low=found.low, high=found.high, rows=answered, of=rows)

    return measure


def _ended_within(most: int, *, is_answer: bool) -> Callable[[_Times, ReportPeriod], IndicatorValue]:
    def measure(times: _Times, _: ReportPeriod) -> IndicatorValue:
        rows = times.rows
        ended, other = (times.answered, times.stopped) if is_answer else (times.stopped, times.answered)
        counted = [row for row, days in ended if days <= most]
        if total_of(rows) < FEWEST:
            return IndicatorValue(value=None, rows=counted, of=rows)
        value, low, high = share_ended_by(most, _days(ended), _days(other), _days(times.still_open))
        return IndicatorValue(value=value, low=low, high=high, rows=counted, of=rows)

    return measure


def first_runs(rows: Iterable[IndicatorInput]) -> list[CasePeriod]:
    """Return the first run of the answer clock of each complaint."""
    return [row for row in rows if isinstance(row, CasePeriod) and row.cycle == 1]


def _acknowledged(rows: Sequence[CasePeriod], _: ReportPeriod) -> IndicatorValue:
    known_senders = [row for row in first_runs(rows) if row.can_be_acknowledged]
    return _share((row for row in known_senders if row.acknowledged_on is not None), known_senders)


def _without_support(rows: Sequence[CasePeriod], _: ReportPeriod) -> IndicatorValue:
    received = first_runs(rows)
    return _share((row for row in received if not row.supports), received)


def _questioned(rows: Sequence[CasePeriod], _: ReportPeriod) -> IndicatorValue:
    received = first_runs(rows)
    return _share((row for row in received if row.questions), received)


def _transferred(rows: Sequence[CasePeriod], _: ReportPeriod) -> IndicatorValue:
    received = first_runs(rows)
    return _share((row for row in received if row.transfers), received)


def _in_state(state: CaseState) -> MeasureOf:
    return lambda rows, _: _counted(row for row in rows if row.state is state)


def _delay(rows: Sequence[CasePeriod], period: ReportPeriod) -> IndicatorValue:
    """Sum the business days by which answers are late, those of the missing ones until the day of the report."""
    due = _due(rows, period)
    late = [row for row in due if not _is_on_time(row)]
    days = (row.count * period.business_days(row.due_on, row.answered_on or period.as_of) for row in late if row.due_on)
    return IndicatorValue(value=sum(days), rows=late, of=due)


def _recurrence(rows: Sequence[CasePeriod], period: ReportPeriod) -> IndicatorValue:
    """Compute the share of the closings followed by another complaint of the same unit and a same cause."""
    followed = timedelta(days=FOLLOWED)
    first, last = (days_before(day, followed) for day in (period.since, min(period.until, period.as_of)))
    # a series reads the rows of its first span for all
    rows = [row for row in rows if row.ended_on is None or row.ended_on >= first]
    received: dict[tuple[str, str], list[date]] = {}
    for row in rows:
        for cause in row.causes:
            received.setdefault((row.unit, cause), []).append(row.received_on)
    for days in received.values():
        days.sort()
    closed = [row for row in rows if row.causes and row.ended_on is not None and row.ended_on <= last]

    def recurs(row: CasePeriod, ended_on: date) -> bool:
        causes = (received[row.unit, cause] for cause in row.causes)
        return any(bisect_right(days, ended_on + followed) > bisect_right(days, ended_on) for days in causes)

    return _share((row for row in closed if row.ended_on is not None and recurs(row, row.ended_on)), closed)


def _actions(is_counted: Callable[[KnownAction, ReportPeriod], bool]) -> MeasureOf:
    return lambda rows, period: _counted(row for row in rows if is_counted(row, period))


def _is_late(action: KnownAction, period: ReportPeriod) -> bool:
    return action.is_open and action.planned_on is not None and action.planned_on < period.as_of


def _effective(rows: Sequence[KnownAction], period: ReportPeriod) -> IndicatorValue:
    judged = [row for row in rows if period.includes(row.judged_on)]
    return _share((row for row in judged if row.effectiveness is Effectiveness.EFFECTIVE), judged)


def _decided(decision: AnswerDecision) -> MeasureOf:
    return lambda rows, _: _share((row for row in rows if row.decision is decision), rows)


def _flows() -> Iterator[Indicator]:
    """Yield the parts of the backlog: opening and what comes in, less what goes out, is closing."""
    yield Indicator(
        name="opening",
        label=Wording("dossiers ouverts au début", "open at the beginning"),
        definition=Wording(
            "réclamations recevables ou à clarifier, ni clôturées ni retirées, la veille de la période",
            "complaints in scope or to be clarified, neither closed nor withdrawn, on the eve of the period",
        ),
        numerator=Wording("dossiers ouverts la veille de la période", "cases open on the eve of the period"),
        open_cases=_COUNTED,
        unit=FigureUnit.CASES,
        source=_BOTH,
        reading=Reading(moment=Moment.START, is_pending=True),
        measure=_every,
    )
    for flow in Flow:
        yield Indicator(
            name=flow.value,
            label=Wording(f"dossiers {flow.label('fr')}", flow.label("en")),
            definition=_OF_CHANGES,
            numerator=Wording(f"dossiers {flow.label('fr')}", f"cases {flow.label('en')}"),
            open_cases=_ANY_STATE,
            unit=FigureUnit.CASES,
            source=_BOTH,
            reading=Reading(flow=flow),
            measure=_every,
        )
    yield Indicator(
        name="closing",
        label=Wording("dossiers ouverts à la fin", "open at the end"),
        definition=Wording(
            "réclamations ouvertes à la fin de la période, ou à la date de situation si elle précède",
            "complaints open at the end of the period, or on the day of the report if that comes before",
        ),
        numerator=Wording("dossiers ouverts ce jour-là", "cases open on that day"),
        formula=_BALANCE,
        open_cases=_COUNTED,
        unit=FigureUnit.CASES,
        source=_BOTH,
        reading=Reading(moment=Moment.END, is_pending=True),
        measure=_every,
    )


def _age_in_words(least: int, most: int | None) -> Wording:
    if most is None:
        return Wording(f"en retard de plus de {least - 1} jours ouvrés", f"overdue by over {least - 1} business days")
    if not most:
        return Wording("en retard, sans jour ouvré écoulé depuis l'échéance", "overdue, no business day since")
    return Wording(f"en retard de {least} à {most} jours ouvrés", f"overdue by {least} to {most} business days")


def _indicators() -> Iterator[Indicator]:
    yield from _flows()
    yield Indicator(
        name="on_time",
        label=Wording("réponses dans les délais", "answers on time"),
        definition=Wording(
            f"parmi les {_DUE_ANSWERS.fr}, celles qui l'ont respectée ; une réponse qui manque encore est en retard ; "
            "les retraits avant l'échéance sont exclus",
            f"of the {_DUE_ANSWERS.en}, those that met that day; an answer that is missing is late; what was withdrawn "
            "before that day is left out",
        ),
        numerator=Wording("réponses envoyées au plus tard à l'échéance", "answers given on the last day or before"),
        denominator=_DUE_ANSWERS,
        exclusions=_WITHOUT_WITHDRAWN,
        open_cases=_MISSING_IS_LATE,
        unit=FigureUnit.SHARE,
        source=Wording("M2-1, réponse sous 10 jours ouvrés", "M2-1, answer within 10 business days"),
        reading=DUE,
        measure=_on_time,
    )
    yield Indicator(
        name="not_yet_due",
        label=Wording("réponses non échues", "answers not yet due"),
        definition=Wording(
            "réponses attendues dans la période, non envoyées, dont l'échéance n'est pas passée : ni dans les "
            "délais, ni en retard",
            "answers due in the period that are not given and whose last day has not passed: neither on time nor late",
        ),
        numerator=Wording(
            "réponses attendues, non envoyées, dont l'échéance n'est pas passée",
            "answers due, not given, whose day is to come",
        ),
        exclusions=_WITHOUT_WITHDRAWN,
        open_cases=_COUNTED,
        unit=FigureUnit.CASES,
        source=_M2_1,
        reading=DUE,
        measure=_not_yet_due,
    )
    yield Indicator(
        name="withdrawn_in_time",
        label=Wording("retraits avant l'échéance", "withdrawn before the last day"),
        definition=Wording(
            "réclamations retirées ou clôturées sans réponse avant leur échéance, exclues du respect des délais",
            "complaints withdrawn or closed without an answer before their last day: left out of answers on time",
        ),
        numerator=Wording(
            "retraits et clôtures sans réponse au plus tard à l'échéance",
            "withdrawals and closings without an answer on the last day or before",
        ),
        open_cases=_NEVER_OPEN,
        unit=FigureUnit.CASES,
        source=_M2_1,
        reading=DUE,
        measure=lambda rows, _: _counted(row for row in rows if _is_withdrawn_in_time(row)),
    )
    yield Indicator(
        name="overdue",
        label=Wording("réponses en retard", "answers overdue"),
        definition=Wording(
            "réclamations ouvertes sans réponse dont l'échéance est passée, à la date de situation",
            "open complaints without an answer whose last day has passed, on the day of the report",
        ),
        numerator=Wording(
            "réclamations sans réponse dont l'échéance est avant la date de situation",
            "complaints without an answer whose last day is before the day of the report",
        ),
        open_cases=_COUNTED,
        unit=FigureUnit.CASES,
        source=_M2_1,
        reading=LATE,
        measure=_overdue,
    )
    for least, most in _AGES:
        span = f"over_{least - 1}" if most is None else f"{least}_{most}" if most else "0"
        yield Indicator(
            name=f"overdue_{span}",
            label=_age_in_words(least, most),
            definition=Wording(
                "réponses en retard, selon la durée du retard en jours ouvrés de France métropolitaine",
                "answers overdue by their age, in business days of mainland France",
            ),
            numerator=_age_in_words(least, most),
            open_cases=_COUNTED,
            unit=FigureUnit.CASES,
            source=_ISO_10002,
            reading=LATE,
            measure=partial(_overdue, least=least, most=most),
        )
    for share, name, label in (
        (0.5, "median", Wording("délai de réponse médian", "median time to answer")),
        (0.9, "p90", Wording("délai de réponse de neuf réclamations sur dix", "time to answer nine complaints in ten")),
    ):
        yield Indicator(
            name=f"time_to_answer_{name}",
            label=label,
            definition=Wording(
                "réclamations reçues ou rouvertes dans la période, en jours ouvrés, estimation de Kaplan-Meier : les "
                "dossiers encore ouverts comptent pour le temps écoulé ; les retraits, jusqu'au jour du retrait",
                "complaints received or reopened in the period, in business days, by Kaplan-Meier: open cases count "
                "for the time passed, withdrawn ones until that day",
            ),
            numerator=_ANSWERED_OF_BEGUN,
            denominator=_BEGUN,
            formula=Wording(
                f"plus petit t où S(t) ≤ {round(100 * (1 - share))} %, S(t) = produit des (1 - réponses du jour / "
                "dossiers encore sans réponse)",
                f"least t with S(t) ≤ {round(100 * (1 - share))} %, S(t) = product of (1 - answers of the day / "
                "cases still without an answer)",
            ),
            exclusions=Wording(f"{_OUT.fr} ; un retrait n'exclut pas le dossier", f"{_OUT.en}; a withdrawal does not"),
            open_cases=_AT_RISK,
            has_minimum=True,
            unit=FigureUnit.DAYS,
            source=Wording("Kaplan et Meier (1958)", "Kaplan and Meier (1958)"),
            reading=BEGUN,
            prepare=_Times.of,
            measure=_time_to_answer(share),
        )
    for days in SHARES_WITHIN:
        yield Indicator(
            name=f"answered_within_{days}",
            label=Wording(f"réponses en {days} jours ouvrés au plus", f"answered within {days} business days"),
            definition=Wording(
                "part des réclamations reçues ou rouvertes dans la période, estimation d'Aalen-Johansen : un retrait "
                "exclut une réponse",
                "share of the complaints received or reopened in the period, by Aalen-Johansen: a withdrawal excludes "
                "an answer",
            ),
            numerator=Wording(f"réponses en {days} jours ouvrés au plus", f"answers within {days} business days"),
            denominator=_BEGUN,
            formula=_AALEN_JOHANSEN,
            open_cases=_AT_RISK,
            unit=FigureUnit.SHARE,
            source=Wording("Aalen et Johansen (1978)", "Aalen and Johansen (1978)"),
            reading=BEGUN,
            prepare=_Times.of,
            measure=_ended_within(days, is_answer=True),
        )
    yield Indicator(
        name=f"withdrawn_within_{SHARES_WITHIN[-1]}",
        label=Wording(
            f"retraits en {SHARES_WITHIN[-1]} jours ouvrés au plus",
            f"withdrawn within {SHARES_WITHIN[-1]} business days",
        ),
        definition=Wording(
            "part des réclamations reçues ou rouvertes dans la période, retirées ou clôturées sans réponse, estimation "
            "d'Aalen-Johansen : une réponse exclut un retrait",
            "share of the complaints received or reopened in the period, withdrawn or closed without an answer, by "
            "Aalen-Johansen: an answer excludes a withdrawal",
        ),
        numerator=Wording("retraits et clôtures sans réponse", "withdrawals and closings without an answer"),
        denominator=_BEGUN,
        formula=_AALEN_JOHANSEN,
        open_cases=_AT_RISK,
        unit=FigureUnit.SHARE,
        source=Wording("Aalen et Johansen (1978)", "Aalen and Johansen (1978)"),
        reading=BEGUN,
        prepare=_Times.of,
        measure=_ended_within(SHARES_WITHIN[-1], is_answer=False),
    )
    yield Indicator(
        name="acknowledged",
        label=Wording("accusés de réception", "acknowledged"),
        definition=Wording(
            "parmi les réclamations reçues dans la période, d'auteur connu, celles qui ont un accusé de réception",
            "of the complaints received in the period from a known sender, those acknowledged",
        ),
        numerator=Wording("celles qui ont un accusé de réception", "those acknowledged"),
        denominator=Wording(f"{_RECEIVED.fr}, d'auteur connu", f"{_RECEIVED.en} from a known sender"),
        exclusions=Wording(f"auteurs inconnus ; {_OUT.fr}", f"unknown senders; {_OUT.en}"),
        open_cases=_ANY_STATE,
        unit=FigureUnit.SHARE,
        source=Wording(
            "M2-1 ; référentiel national qualité, indicateur 31", "M2-1; national quality reference, indicator 31"
        ),
        reading=RECEIVED,
        measure=_acknowledged,
    )
    yield Indicator(
        name="without_support",
        label=Wording("réclamations sans support factuel", "complaints without factual support"),
        definition=Wording(
            "parmi les réclamations reçues dans la période, celles qui n'ont aucun support factuel au dossier",
            "of the complaints received in the period, those without a factual support on file",
        ),
        numerator=Wording("celles sans support factuel", "those without a factual support"),
        denominator=_RECEIVED,
        open_cases=_ANY_STATE,
        unit=FigureUnit.SHARE,
        source=Wording("M2-1, support factuel", "M2-1, factual support"),
        reading=RECEIVED,
        measure=_without_support,
    )
    for decision in AnswerDecision:
        yield Indicator(
            name=f"decided_{decision.value}",
            label=Wording(f"décision : {decision.label('fr')}", f"decision: {decision.label('en')}"),
            definition=Wording("parmi les réponses envoyées dans la période", "of the answers given in the period"),
            numerator=Wording(f"réponses : {decision.label('fr')}", f"answers: {decision.label('en')}"),
            denominator=_ANSWERED,
            open_cases=_NEVER_OPEN,
            unit=FigureUnit.SHARE,
            source=Wording("NHS KO41a", "NHS KO41a"),
            reading=ANSWERED,
            measure=_decided(decision),
        )
    yield Indicator(
        name="questions_asked",
        label=Wording("précisions demandées", "information requested"),
        definition=Wording(
            "parmi les réclamations reçues dans la période, celles pour lesquelles des précisions ont été demandées",
            "of the complaints received in the period, those for which information was requested",
        ),
        numerator=Wording("celles avec une demande de précisions", "those with a request for information"),
        denominator=_RECEIVED,
        open_cases=_ANY_STATE,
        unit=FigureUnit.SHARE,
        source=Wording("M2-1, demande de précisions", "M2-1, request for information"),
        reading=RECEIVED,
        measure=_questioned,
    )
    yield Indicator(
        name="transferred",
        label=Wording("transferts à une autre unité", "transferred"),
        definition=Wording(
            "parmi les réclamations reçues dans la période, celles qui ont été transférées à une autre unité",
            "of the complaints received in the period, those that another unit took over",
        ),
        numerator=Wording("celles qui ont été transférées à une autre unité", "those that another unit took over"),
        denominator=_RECEIVED,
        open_cases=_ANY_STATE,
        unit=FigureUnit.SHARE,
        source=Wording("M2-1, réorientation", "M2-1, transfer"),
        reading=RECEIVED,
        measure=_transferred,
    )
    for state in CaseState:
        if state is not CaseState.CLOSED:
            yield Indicator(
                name=f"open_{state.value}",
                label=Wording(f"dossiers ouverts : {state.label('fr')}", f"open cases: {state.label('en')}"),
                definition=Wording(
                    "réclamations ouvertes à la date de situation, par état",
                    "open complaints on the day of the report, by state",
                ),
                numerator=Wording(f"dossiers : {state.label('fr')}", f"cases: {state.label('en')}"),
                open_cases=_COUNTED,
                unit=FigureUnit.CASES,
                source=_M2_1,
                reading=LATE,
                measure=_in_state(state),
            )
    yield Indicator(
        name="delay",
        label=Wording("jours de retard", "days of delay"),
        definition=Wording(
            "somme des jours ouvrés de retard des réponses attendues dans la période ; une réponse qui manque compte "
            "jusqu'à la date de situation",
            "sum of the business days by which the answers due in the period are late; a missing one counts until the "
            "day of the report",
        ),
        numerator=Wording("réponses en retard", "late answers"),
        denominator=_DUE_ANSWERS,
        formula=Wording(
            "somme des jours ouvrés de l'échéance à la réponse, ou à la date de situation",
            "sum of the business days from the last day to the answer, or to the day of the report",
        ),
        exclusions=_WITHOUT_WITHDRAWN,
        open_cases=_MISSING_IS_LATE,
        unit=FigureUnit.DAYS,
        source=_ISO_10002,
        reading=DUE,
        measure=_delay,
    )
    yield Indicator(
        name="recurrence",
        label=Wording("récurrences d'une même cause", "causes that recur"),
        definition=Wording(
            "parmi les réclamations de cause connue dont les six mois (182 jours) après la clôture se terminent dans "
            "la période, celles suivies dans ce délai d'une autre de la même unité et de même famille de cause",
            "of the complaints with a known cause whose six months (182 days) after the closing end in the period, "
            "those followed within that time by another of the same unit and family of causes",
        ),
        numerator=Wording(
            "celles suivies d'une autre de la même unité et de même famille de cause",
            "those followed by another of the unit and cause",
        ),
        denominator=Wording(
            "clôtures de cause connue dont les 182 jours se terminent dans la période",
            "closings with a known cause whose 182 days end in the period",
        ),
        exclusions=Wording(
            f"clôtures suivies moins de 182 jours, ou sans cause ; {_OUT.fr}",
            f"closings followed for fewer than 182 days, or without a cause; {_OUT.en}",
        ),
        open_cases=Wording("comptés comme récurrences", "counted as recurrences"),
        unit=FigureUnit.SHARE,
        source=Wording("M2-1, récurrence ; ISO 10002", "M2-1, recurrence; ISO 10002"),
        reading=CLOSED,
        measure=_recurrence,
    )
    yield Indicator(
        name="mediation",
        label=Wording("orientations vers la médiation", "referred to mediation"),
        definition=Wording(
            "réclamations dont l'auteur a été orienté vers la médiation dans la période",
            "complaints referred to mediation in the period",
        ),
        numerator=Wording("orientations dans la période", "referrals in the period"),
        open_cases=_ANY_STATE,
        unit=FigureUnit.CASES,
        source=Wording("Code de la consommation, R614-2", "French Consumer Code, R614-2"),
        reading=MEDIATED,
        measure=_every,
    )


def _of_actions() -> Iterator[Indicator]:
    """Yield the indicators of the actions of plans, as they were known on the day of the report."""

    def indicator(
        name: str, label: Wording, definition: Wording, measure: MeasureOf, *, of: Wording | None = None
    ) -> Indicator:
        return Indicator(
            name=name,
            label=label,
            definition=definition,
            numerator=label,
            denominator=of,
            exclusions=_OF_ACTIONS,
            open_cases=_ANY_STATE,
            unit=FigureUnit.CASES if of is None else FigureUnit.SHARE,
            source=Wording("M2-1, PGAAC", "M2-1, action plan"),
            reading=ACTIONS,
            measure=measure,
        )

    for kind in ActionType:
        yield indicator(
            f"actions_{kind.value}",
            Wording(f"actions à faire ou en cours : {kind.label('fr')}", f"open actions: {kind.label('en')}"),
            Wording(
                "actions des plans à faire ou en cours à la date de situation, par type",
                "actions of plans that are to be done or in progress on the day of the report, by type",
            ),
            _actions(partial(_is_open_of, kind)),
        )
    for status in ActionStatus:
        yield indicator(
            f"actions_{status.value}",
            Wording(f"actions : {status.label('fr')}", f"actions: {status.label('en')}"),
            Wording(
                "actions des plans à la date de situation, par état",
                "actions of plans on the day of the report, by state",
            ),
            _actions(partial(_is_in_status, status)),
        )
    yield indicator(
        "actions_late",
        Wording("actions en retard", "late actions"),
        Wording(
            "actions à faire ou en cours dont l'échéance est passée, à la date de situation",
            "actions to be done or in progress whose last day has passed, on the day of the report",
        ),
        _actions(_is_late),
    )
    yield indicator(
        "actions_reopened",
        Wording("actions rouvertes", "actions reopened"),
        Wording(
            "actions rouvertes dans la période, pour récurrence de leur cause ou pour un autre motif",
            "actions opened again in the period, because their cause recurred or for another reason",
        ),
        _actions(lambda action, period: any(map(period.includes, action.reopened_on))),
    )
    yield indicator(
        "effectiveness",
        Wording("actions efficaces", "effective actions"),
        Wording(
            "parmi les actions dont l'efficacité a été évaluée dans la période, celles évaluées efficaces",
            "of the actions whose effectiveness was judged in the period, those judged effective",
        ),
        _effective,
        of=Wording("actions évaluées dans la période", "actions judged in the period"),
    )


def _is_open_of(kind: ActionType, action: KnownAction, _: ReportPeriod) -> bool:
    return action.is_open and action.type is kind


def _is_in_status(status: ActionStatus, action: KnownAction, _: ReportPeriod) -> bool:
    return action.status is status


INDICATORS: Final = {one.name: one for one in (*_indicators(), *_of_actions())}
"""The indicators, by name."""
