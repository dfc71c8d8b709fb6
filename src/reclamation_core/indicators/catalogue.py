"""The indicators, each declared once: its name, definition, source, and how it follows from what was known of cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

import attrs

from reclamation_core.cases import AnswerDecision
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.indicators.known import Flow, Moment, Period, Reading
from reclamation_core.indicators.survival import aalen_johansen, kaplan_meier, share_interval, time_quantile
from reclamation_core.wording import Wording

FEWEST: Final = 10
"""Below so many cases no rate and no time is stated."""
SHARES_WITHIN: Final = (2, 5, 10, 15, 20)
"""The business days of the shares answered within."""
_AGES: Final = ((1, 5), (6, 10), (11, 20), (21, None))
"""The bands of business days past the due date."""


_BALANCE: Final = Wording(
    "changements enregistrés dans la période ; ouverts au début + reçus + rouverts + venus + devenus recevables "
    "- clôturés ou retirés - partis - devenus hors du cadre = ouverts à la fin",
    "changes recorded in the period; opening + received + reopened + moved in + newly in scope - ended - moved out "
    "- newly out of scope = closing",
)


class FigureUnit(Enum):
    """What a figure is."""

    CASES = "cases"
    SHARE = "share"
    DAYS = "business_days"


@attrs.frozen(kw_only=True)
class Figure:
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
    cases: tuple[str, ...] | None = None
    of: tuple[str, ...] | None = None


@attrs.frozen(kw_only=True)
class Measure:
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
    rows: Sequence[CasePeriod]
    of: Sequence[CasePeriod] | None = None

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


MeasureOf: TypeAlias = Callable[[Sequence[CasePeriod], Period], Measure]


@attrs.frozen(kw_only=True)
class Indicator:
    """An indicator.

    Attributes:
        name: its name.
        label: its title.
        definition: what it counts, and what it leaves out.
        unit: what its figures are.
        source: where the definition comes from.
        reading: the rows that it reads.
        measure: computes it from the rows of a group.
    """

    name: str
    label: Wording
    definition: Wording
    unit: FigureUnit
    source: str
    reading: Reading = attrs.field(repr=False)
    measure: MeasureOf = attrs.field(repr=False)


def total_of(rows: Iterable[CasePeriod]) -> int:
    """Return the number of the cases of some rows."""
    return sum(row.count for row in rows)


def _references(rows: Iterable[CasePeriod]) -> tuple[str, ...]:
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
LATE: Final = Reading(moment=Moment.REPORT, fields=("due_on", "answered_on"), is_pending=True)
"""The cases that are open on the day of the report."""
MEDIATED: Final = Reading(moment=Moment.REPORT, day="mediation_on")
"""The cases that were referred to mediation in the period."""


def _counted(rows: Iterable[CasePeriod]) -> Measure:
    rows = list(rows)
    return Measure(value=total_of(rows), rows=rows)


def _every(rows: Sequence[CasePeriod], _: Period) -> Measure:
    return _counted(rows)


def _share(rows: Iterable[CasePeriod], of: Iterable[CasePeriod]) -> Measure:
    rows, of = list(rows), list(of)
    count, total = total_of(rows), total_of(of)
    if total < FEWEST:
        return Measure(value=None, rows=rows, of=of)
    low, high = share_interval(count, total)
    return Measure(value=count / total, low=low, high=high, rows=rows, of=of)


def _is_withdrawn_in_time(row: CasePeriod) -> bool:
    return row.stopped_on is not None and row.due_on is not None and row.stopped_on <= row.due_on


def _is_on_time(row: CasePeriod) -> bool:
    return row.answered_on is not None and row.due_on is not None and row.answered_on <= row.due_on


def _on_time(rows: Sequence[CasePeriod], period: Period) -> Measure:
    """Compute the share of the runs whose last day has come, but for those withdrawn before it."""
    due = [
        row
        for row in rows
        if row.due_on is not None
        and (row.due_on < period.as_of or row.answered_on is not None)
        and not _is_withdrawn_in_time(row)
    ]
    return _share(filter(_is_on_time, due), due)


def _withdrawn_in_time(rows: Sequence[CasePeriod], _: Period) -> Measure:
    return _counted(filter(_is_withdrawn_in_time, rows))


def _overdue(rows: Sequence[CasePeriod], period: Period, least: int = 1, most: int | None = None) -> Measure:
    late = [
        (row, period.business_days(row.due_on, period.as_of))
        for row in rows
        if row.answered_on is None and row.due_on is not None and row.due_on < period.as_of
    ]
    return _counted(row for row, days in late if days >= least and (most is None or days <= most))


@attrs.frozen
class _Times:
    """The runs that began in the period, with their business days: answered, ended without an answer, open."""

    answered: list[tuple[CasePeriod, int]]
    stopped: list[tuple[CasePeriod, int]]
    still_open: list[tuple[CasePeriod, int]]

    @classmethod
    def of(cls, rows: Iterable[CasePeriod], period: Period) -> _Times:
        times = cls([], [], [])
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


def _rows(pairs: Iterable[tuple[CasePeriod, int]]) -> list[CasePeriod]:
    return [row for row, _ in pairs]


def _time_to_answer(share: float) -> MeasureOf:
    def measure(rows: Sequence[CasePeriod], period: Period) -> Measure:
        times = _Times.of(rows, period)
        answered = _rows(times.answered)
        if total_of(rows) < FEWEST:
            return Measure(value=None, rows=answered, of=rows)
        # Who withdrew would never have been answered: neither is the open case observed to its end.
        found = time_quantile(kaplan_meier(_days(times.answered), _days(times.stopped, times.still_open)), share)
        return Measure(value=found.time, low=found.low, high=found.high, rows=answered, of=rows)

    return measure


def _within(most: int) -> MeasureOf:
    def measure(rows: Sequence[CasePeriod], period: Period) -> Measure:
        times = _Times.of(rows, period)
        answered = [row for row, days in times.answered if days <= most]
        if total_of(rows) < FEWEST:
            return Measure(value=None, rows=answered, of=rows)
        shares = aalen_johansen(_days(times.answered), _days(times.stopped), _days(times.still_open))
        value = max((share for time, share in shares if time <= most), default=0.0)
        return Measure(value=value, rows=answered, of=rows)

    return measure


def _first_runs(rows: Iterable[CasePeriod]) -> list[CasePeriod]:
    return [row for row in rows if row.cycle == 1]


def _acknowledged(rows: Sequence[CasePeriod], _: Period) -> Measure:
    known_senders = [row for row in _first_runs(rows) if row.can_be_acknowledged]
    return _share((row for row in known_senders if row.acknowledged_on is not None), known_senders)


def _without_support(rows: Sequence[CasePeriod], _: Period) -> Measure:
    received = _first_runs(rows)
    return _share((row for row in received if not row.supports), received)


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
        unit=FigureUnit.CASES,
        source="M2-1; ISO 10002",
        reading=Reading(moment=Moment.START, is_pending=True),
        measure=_every,
    )
    for flow in Flow:
        yield Indicator(
            name=flow.value,
            label=Wording(f"dossiers {flow.label('fr')}", flow.label("en")),
            definition=_BALANCE,
            unit=FigureUnit.CASES,
            source="M2-1; ISO 10002",
            reading=Reading(flow=flow),
            measure=_every,
        )
    yield Indicator(
        name="closing",
        label=Wording("dossiers ouverts à la fin", "open at the end"),
        definition=Wording(
            "les mêmes, le dernier jour de la période, ou à la date de situation si elle précède",
            "the same on the last day of the period, or on the day of the report if that comes before",
        ),
        unit=FigureUnit.CASES,
        source="M2-1; ISO 10002",
        reading=Reading(moment=Moment.END, is_pending=True),
        measure=_every,
    )


def _indicators() -> Iterator[Indicator]:
    yield from _flows()
    yield Indicator(
        name="on_time",
        label=Wording("réponses dans les délais", "answers on time"),
        definition=Wording(
            "parmi les réponses attendues dans la période et dont l'échéance est passée, celles qui l'ont respectée ; "
            "une réponse qui manque encore est en retard ; les retraits avant l'échéance sont exclus",
            "of the answers due in the period whose last day has passed, those that met it; an answer that is missing "
            "is late; what was withdrawn before that day is left out",
        ),
        unit=FigureUnit.SHARE,
        source="M2-1, réponse sous 10 jours ouvrés",
        reading=DUE,
        measure=_on_time,
    )
    yield Indicator(
        name="withdrawn_in_time",
        label=Wording("retraits avant l'échéance", "withdrawn before the last day"),
        definition=Wording(
            "réclamations retirées ou clôturées sans réponse avant leur échéance, exclues du respect des délais",
            "complaints withdrawn or closed without an answer before their last day: left out of answers on time",
        ),
        unit=FigureUnit.CASES,
        source="M2-1",
        reading=DUE,
        measure=_withdrawn_in_time,
    )
    yield Indicator(
        name="overdue",
        label=Wording("réponses en retard", "answers overdue"),
        definition=Wording(
            "réclamations ouvertes sans réponse dont l'échéance est passée, à la date de situation",
            "open complaints without an answer whose last day has passed, on the day of the report",
        ),
        unit=FigureUnit.CASES,
        source="M2-1",
        reading=LATE,
        measure=_overdue,
    )
    for least, most in _AGES:
        span = f"{least}_{most}" if most else f"over_{least - 1}"
        yield Indicator(
            name=f"overdue_{span}",
            label=Wording(
                f"en retard de {least} à {most} jours ouvrés"
                if most
                else f"en retard de plus de {least - 1} jours ouvrés",
                f"overdue by {least} to {most} business days" if most else f"overdue by over {least - 1} business days",
            ),
            definition=Wording(
                "réponses en retard, par ancienneté, en jours ouvrés de France métropolitaine",
                "answers overdue by their age, in business days of mainland France",
            ),
            unit=FigureUnit.CASES,
            source="ISO 10002",
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
                "dossiers encore ouverts comptent pour le temps écoulé, les retraits jusqu'au jour du retrait",
                "complaints received or reopened in the period, in business days, by Kaplan-Meier: open cases count "
                "for the time passed, withdrawn ones until that day",
            ),
            unit=FigureUnit.DAYS,
            source="Kaplan et Meier (1958)",
            reading=BEGUN,
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
            unit=FigureUnit.SHARE,
            source="Aalen et Johansen (1978)",
            reading=BEGUN,
            measure=_within(days),
        )
    yield Indicator(
        name="acknowledged",
        label=Wording("accusés de réception", "acknowledged"),
        definition=Wording(
            "parmi les réclamations reçues dans la période, d'auteur connu, celles dont il a été accusé réception",
            "of the complaints received in the period from a known sender, those acknowledged",
        ),
        unit=FigureUnit.SHARE,
        source="M2-1 ; référentiel national qualité, indicateur 31",
        reading=RECEIVED,
        measure=_acknowledged,
    )
    yield Indicator(
        name="without_support",
        label=Wording("réclamations sans support factuel", "complaints without factual support"),
        definition=Wording(
            "parmi les réclamations reçues dans la période, celles sans support factuel au dossier",
            "of the complaints received in the period, those without a factual support on file",
        ),
        unit=FigureUnit.SHARE,
        source="M2-1, support factuel",
        reading=RECEIVED,
        measure=_without_support,
    )
    for decision in AnswerDecision:
        yield Indicator(
            name=f"decided_{decision.value}",
            label=Wording(f"décision : {decision.label('fr')}", f"decision: {decision.label('en')}"),
            definition=Wording("parmi les réponses données dans la période", "of the answers given in the period"),
            unit=FigureUnit.SHARE,
            source="NHS KO41a",
            reading=ANSWERED,
            measure=_decided(decision),
        )
    yield Indicator(
        name="mediation",
        label=Wording("saisines de la médiation", "referred to mediation"),
        definition=Wording(
            "réclamations portées devant le médiateur dans la période", "complaints referred to mediation in the period"
        ),
        unit=FigureUnit.CASES,
        source="Code de la consommation, R614-2",
        reading=MEDIATED,
        measure=_every,
    )


INDICATORS: Final = {one.name: one for one in _indicators()}
"""The indicators, by name."""
