"""The indicators, each declared once: its name, definition, source, and how it follows from what was known of cases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import partial
from typing import Final, TypeAlias

import attrs

from reclamation_core.cases import AnswerDecision
from reclamation_core.indicators.known import Flow, KnownCases, RowFilter
from reclamation_core.indicators.periods import CasePeriod
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
        cases: the references of the cases counted, in order: as many as the numerator.
        of: the references of those they are a share of; None of a number of cases.
    """

    value: float | None
    low: float | None = None
    high: float | None = None
    cases: tuple[str, ...]
    of: tuple[str, ...] | None = None


FigureOf: TypeAlias = Callable[[KnownCases, RowFilter], Figure]


@attrs.frozen(kw_only=True)
class Indicator:
    """An indicator.

    Attributes:
        name: its name.
        label: its title.
        definition: what it counts, and what it leaves out.
        unit: what its figures are.
        source: where the definition comes from.
        measure: computes it for a group of cases.
    """

    name: str
    label: Wording
    definition: Wording
    unit: FigureUnit
    source: str
    measure: FigureOf = attrs.field(repr=False)


def _counted(rows: Iterable[CasePeriod]) -> Figure:
    cases = tuple(sorted(row.reference for row in rows))
    return Figure(value=len(cases), cases=cases)


def _share(rows: Iterable[CasePeriod], of: Iterable[CasePeriod]) -> Figure:
    cases, total = (tuple(sorted(row.reference for row in chosen)) for chosen in (rows, of))
    if len(total) < FEWEST:
        return Figure(value=None, cases=cases, of=total)
    low, high = share_interval(len(cases), len(total))
    return Figure(value=len(cases) / len(total), low=low, high=high, cases=cases, of=total)


def _flow(flow: Flow) -> FigureOf:
    return lambda known, group: _counted(known.flow(flow, group))


def _pending(at_start: bool) -> FigureOf:
    return lambda known, group: _counted(known.pending(group, at_start=at_start))


def _due(known: KnownCases, group: RowFilter) -> list[CasePeriod]:
    """Return the runs of the clock whose last day is in the period and has come, but for those withdrawn before it."""
    return [
        row
        for row in known.runs(group)
        if row.is_in_scope
        and row.due_on is not None
        and known.since <= row.due_on <= known.until
        and (row.due_on < known.as_of or row.answered_on is not None)
        and not _is_withdrawn_in_time(row)
    ]


def _is_withdrawn_in_time(row: CasePeriod) -> bool:
    stopped = row.withdrawn_on or row.closed_on
    return row.answered_on is None and stopped is not None and row.due_on is not None and stopped <= row.due_on


def _is_on_time(row: CasePeriod) -> bool:
    return row.answered_on is not None and row.due_on is not None and row.answered_on <= row.due_on


def _on_time(known: KnownCases, group: RowFilter) -> Figure:
    due = _due(known, group)
    return _share(filter(_is_on_time, due), due)


def _withdrawn_in_time(known: KnownCases, group: RowFilter) -> Figure:
    rows = [row for row in known.runs(group) if row.is_in_scope and row.due_on is not None]
    return _counted(row for row in rows if known.is_in_period(row.due_on) and _is_withdrawn_in_time(row))


def _overdue(known: KnownCases, group: RowFilter, least: int = 1, most: int | None = None) -> Figure:
    late = [
        (row, known.business_days(row.due_on, known.as_of))
        for row in known.latest(group)
        if row.is_pending and row.answered_on is None and row.due_on is not None and row.due_on < known.as_of
    ]
    return _counted(row for row, days in late if days >= least and (most is None or days <= most))


def _times(known: KnownCases, group: RowFilter) -> tuple[list[tuple[CasePeriod, int]], ...]:
    """Return the runs that began in the period, with their business days: answered, ended without an answer, open."""
    answered, ended, still_open = [], [], []
    for row in known.runs(group):
        if not row.is_in_scope or not known.is_in_period(row.received_on) or row.cycle == 0:
            continue
        stopped = row.withdrawn_on or row.closed_on
        if row.answered_on is not None:
            answered.append((row, known.business_days(row.received_on, row.answered_on)))
        elif stopped is not None:
            ended.append((row, known.business_days(row.received_on, stopped)))
        else:
            still_open.append((row, known.business_days(row.received_on, known.as_of)))
    return answered, ended, still_open


def _days(pairs: Sequence[tuple[CasePeriod, int]]) -> list[int]:
    return [days for _, days in pairs]


def _rows(pairs: Sequence[tuple[CasePeriod, int]]) -> tuple[str, ...]:
    return tuple(sorted(row.reference for row, _ in pairs))


def _time_to_answer(share: float) -> FigureOf:
    def measure(known: KnownCases, group: RowFilter) -> Figure:
        answered, ended, still_open = _times(known, group)
        cases, total = _rows(answered), _rows([*answered, *ended, *still_open])
        if len(total) < FEWEST:
            return Figure(value=None, cases=cases, of=total)
        # Who withdrew would never have been answered: neither is the open case observed to its end.
        found = time_quantile(kaplan_meier(_days(answered), [*_days(ended), *_days(still_open)]), share)
        return Figure(value=found.time, low=found.low, high=found.high, cases=cases, of=total)

    return measure


def _within(days: int) -> FigureOf:
    def measure(known: KnownCases, group: RowFilter) -> Figure:
        answered, ended, still_open = _times(known, group)
        cases, total = _rows([one for one in answered if one[1] <= days]), _rows([*answered, *ended, *still_open])
        if len(total) < FEWEST:
            return Figure(value=None, cases=cases, of=total)
        shares = aalen_johansen(_days(answered), _days(ended), _days(still_open))
        return Figure(value=max((share for time, share in shares if time <= days), default=0.0), cases=cases, of=total)

    return measure


def _received_in_period(known: KnownCases, group: RowFilter) -> list[CasePeriod]:
    return [
        row for row in known.runs(group) if row.cycle == 1 and row.is_in_scope and known.is_in_period(row.received_on)
    ]


def _acknowledged(known: KnownCases, group: RowFilter) -> Figure:
    known_senders = [row for row in _received_in_period(known, group) if row.can_be_acknowledged]
    return _share((row for row in known_senders if row.acknowledged_on is not None), known_senders)


def _without_support(known: KnownCases, group: RowFilter) -> Figure:
    received = _received_in_period(known, group)
    return _share((row for row in received if not row.supports), received)


def _decided(decision: AnswerDecision) -> FigureOf:
    def measure(known: KnownCases, group: RowFilter) -> Figure:
        answered = [row for row in known.runs(group) if row.is_in_scope and known.is_in_period(row.answered_on)]
        return _share((row for row in answered if row.decision is decision), answered)

    return measure


def _mediation(known: KnownCases, group: RowFilter) -> Figure:
    return _counted(row for row in known.latest(group) if row.is_in_scope and known.is_in_period(row.mediation_on))


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
        measure=_pending(at_start=True),
    )
    for flow in Flow:
        yield Indicator(
            name=flow.value,
            label=Wording(f"dossiers {flow.label('fr')}", flow.label("en")),
            definition=_BALANCE,
            unit=FigureUnit.CASES,
            source="M2-1; ISO 10002",
            measure=_flow(flow),
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
        measure=_pending(at_start=False),
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
        measure=_without_support,
    )
    for decision in AnswerDecision:
        yield Indicator(
            name=f"decided_{decision.value}",
            label=Wording(f"décision : {decision.label('fr')}", f"decision: {decision.label('en')}"),
            definition=Wording("parmi les réponses données dans la période", "of the answers given in the period"),
            unit=FigureUnit.SHARE,
            source="NHS KO41a",
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
        measure=_mediation,
    )


INDICATORS: Final = {one.name: one for one in _indicators()}
"""The indicators, by name."""
