"""Indicators of a desk: from the events of the cases that it sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from itertools import islice
from numbers import Real
from typing import Final, TypedDict

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Admissibility, CaseKind
from reclamation_core.cases.periods import CasePeriod
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import load_known_part, load_part, plans_in_scope
from reclamation_core.desk.queries import CasesView
from reclamation_core.desk.signals import named_stream
from reclamation_core.errors import FaultsError
from reclamation_core.indicators.falls import ActionEffect, g_chart
from reclamation_core.indicators.known import LimitedPeriods, ReportPeriod
from reclamation_core.indicators.page import KEY_INDICATORS, OF_MONTHS, IndicatorPage, months_until
from reclamation_core.indicators.series import IndicatorSeries, whole_and_groups
from reclamation_core.indicators.series import indicator_series as series_of
from reclamation_core.indicators.spans import TimeSpan, TimeStep, year_before
from reclamation_core.indicators.streams import STREAMS, YEARS, RegisterRise, rises_of_register, streams_of
from reclamation_core.indicators.table import IndicatorTable, indicator_table
from reclamation_core.missing import Missing
from reclamation_core.plans import PlanPart, PlanScope, ScopeKind
from reclamation_core.plans.known import KnownAction, known_actions
from reclamation_core.plans.signals import name_of_stream
from reclamation_core.ports import CaseQuery, CaseSummary, UnitOfWork
from reclamation_core.ports.periods import ChangeSelection, PeriodChange, PeriodSelection, PeriodSource
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Enumeration
from reclamation_core.validators import (
    as_tuple,
    coded,
    day,
    days_before,
    each,
    member_of,
    name,
    of_class,
    optional,
    refuse_value,
    require,
    truth,
    whole_number,
)
from reclamation_core.vocabulary import Channel, Sites
from reclamation_core.wording import Wording

_PAGE: Final = 500
_MOST_ALARMS: Final = 52
_ALARMS: Final = Wording(
    f"un nombre supérieur à 0 est attendu, au plus {_MOST_ALARMS} : une fausse alerte par semaine",
    f"a number above 0 is expected, at most {_MOST_ALARMS}: a false alarm a week",
)

_CHANCE: Final = Wording("un nombre entre 0 et 1, exclus, est attendu", "a number between 0 and 1 is expected")
_TOO_FREQUENT: Final = Wording(
    "trop de réclamations seraient lues pour une page : la commande reclamation report effect les lit toutes",
    "too many complaints would be read for a page: the command reclamation report effect reads them all",
)
_HAS_A_CHART: Final = Wording(
    "une action réalisée, qui a une famille de cause ou vient d'un signal, est attendue",
    "an action that is done, and has a family of causes or comes from a signal, is expected",
)


def indicators(
    context: DeskContext,
    *,
    since: date,
    until: date,
    as_of: date | None,
    by: str | None,
    names: Collection[str] | None,
    cases: bool,
    limit: int | None,
) -> IndicatorTable:
    """Return the indicators of a period; see `Desk.indicators`."""
    asked = _reading(context, since=since, until=until, as_of=as_of, by=by, names=names, cases=cases, limit=limit)
    with asked as (source, period, options):
        return attrs.evolve(indicator_table(source, period, **options), taxonomy=context.labels)


def indicator_series(
    context: DeskContext,
    *,
    since: date,
    until: date,
    step: TimeStep | str,
    as_of: date | None,
    by: str | None,
    names: Collection[str] | None,
    with_year_before: bool,
    cases: bool,
    limit: int | None,
) -> IndicatorSeries:
    """Return the indicators of each month, quarter or year; see `Desk.indicator_series`."""
    parts: TimeStep = coded(TimeStep, step)
    require(member_of(TimeStep), step=parts)
    require(truth, with_year_before=with_year_before)
    asked = _reading(context, since=since, until=until, as_of=as_of, by=by, names=names, cases=cases, limit=limit)
    with asked as (source, period, options):
        series = series_of(source, period, step=parts, with_year_before=with_year_before, **options)
    tables, year_before = (
        tuple(attrs.evolve(table, taxonomy=context.labels) for table in part)
        for part in (series.tables, series.year_before)
    )
    return attrs.evolve(series, tables=tables, year_before=year_before)


def indicator_page(
    context: DeskContext,
    *,
    since: date,
    until: date,
    as_of: date | None,
    is_complete: bool,
    is_published: bool,
    limit: int | None,
) -> IndicatorPage:
    """Return the indicators of a page; see `Desk.indicator_page`."""
    require(truth, complete=is_complete, published=is_published)
    names = None if is_complete else KEY_INDICATORS
    asked = _reading(context, since=since, until=until, as_of=as_of, by=None, names=names, cases=False, limit=limit)
    with asked as (source, period, options):
        units = options["units"]
        whole, by_unit = whole_and_groups(source, period, by="unit", names=names, units=units)
        shown = by_unit if units is None or len(units) > 1 else None
        if is_published:
            return IndicatorPage(whole=whole, before=None, by_unit=shown, months=None).published()
        last = TimeSpan(period.since, period.until).year_before()
        earlier = attrs.evolve(period, since=last.since, until=last.until, as_of=year_before(period.as_of))
        year = months_until(period.until)
        before = indicator_table(source, earlier, **options)
        try:
            months = series_of(
                source,
                attrs.evolve(period, since=year.since, until=year.until),
                step=TimeStep.MONTH,
                with_year_before=True,
                **(options | {"names": OF_MONTHS}),
            )
        except FaultsError:  # it costs too much: a page is there without them, data are not
            if is_complete:
                raise
            months = None
        return IndicatorPage(whole=whole, before=before, by_unit=shown, months=months)


class _Options(TypedDict):
    """What both take."""

    by: str | None
    names: Collection[str] | None
    units: frozenset[str] | None
    sites: Sites | None
    has_cases: bool


@attrs.frozen
class _Source(SharedRepr):
    """The cases of a unit of work, and the plans that a desk sees."""

    context: DeskContext
    unit: UnitOfWork
    day_of: Callable[[datetime], date]
    outlines: dict[str, PlanPart] = attrs.field(factory=dict, init=False, repr=False)

    def periods(self, selections: Sequence[PeriodSelection]) -> Sequence[Sequence[CasePeriod]]:
        return self.unit.cases.periods(selections)

    def changes(self, selection: ChangeSelection) -> Sequence[PeriodChange]:
        return self.unit.cases.changes(selection)

    def actions(self, known_before: datetime) -> Iterator[KnownAction]:
        outlines = map(self._outline, plans_in_scope(self.context, self.unit))
        return known_actions(outlines, known_before, self.day_of)

    def _outline(self, scope: str) -> PlanPart:
        if scope not in self.outlines:
            self.outlines[scope] = self.unit.plans.part(scope)
        return self.outlines[scope]


@contextmanager
def _reading(
    context: DeskContext,
    *,
    since: date,
    until: date,
    as_of: date | None,
    by: str | None,
    names: Collection[str] | None,
    cases: bool,
    limit: int | None,
) -> Iterator[tuple[PeriodSource, ReportPeriod, _Options]]:
    """Provide what a desk's indicators are computed from, of one moment."""
    require(day, since=since, until=until)
    require(optional(day), as_of=as_of)
    require(optional(name), by=by)
    require(truth, cases=cases)
    require(optional(whole_number(1)), limit=limit)
    names = None if names is None else as_tuple(names)
    require(optional(each(name)), names=names)
    france = BusinessCalendar.france()
    today = context.today if as_of is None else as_of
    period = ReportPeriod(since=since, until=until, as_of=today, calendar=france)
    options = _Options(
        by=by,
        names=names,
        units=None if context.scope is None else context.scope.sites,
        sites=context.sites.sites,
        has_cases=cases,
    )
    with context.store.snapshot() as store, store.unit_of_work() as unit:
        source = _Source(context, unit, france.day_of)
        yield source if limit is None else LimitedPeriods(source, limit), period, options


def rises(context: DeskContext, as_of: date | None, alarms_a_year: float) -> tuple[RegisterRise, ...]:
    """Return the rises in the streams of a register; see `Desk.rises`."""
    require(optional(day), as_of=as_of)
    require(of_class(Real), alarms_a_year=alarms_a_year)
    if not 0 < alarms_a_year <= _MOST_ALARMS:
        refuse_value("alarms_a_year", alarms_a_year, _ALARMS)
    until = context.today if as_of is None else as_of
    first = days_before(until, timedelta(weeks=52 * YEARS))
    history = CaseQuery(kind=CaseKind.COMPLAINT, received_from=first, received_until=until)
    view = CasesView(context)
    return rises_of_register(
        summaries(view, history),
        until,
        sites=context.sites.sites,
        marks=marks_of_cases(context, view, history),
        alarms_a_year=alarms_a_year,
    )


def effect(context: DeskContext, scope: PlanScope, action: str, alpha: float, limit: int | None) -> ActionEffect:
    """Return whether the complaints that an action is about became rarer; see `PlanService.effect`."""
    require(of_class(str), action=action)
    require(of_class(Real), alpha=alpha)
    require(optional(whole_number(1)), limit=limit)
    if not 0 < alpha < 1:
        refuse_value("alpha", alpha, _CHANCE)
    with context.store.unit_of_work() as unit:
        found = load_known_part(context, unit, scope, {action}).action(action)
        origin = found.origin_reference
        signal = None if origin is None else load_part(unit, scope, {origin}).get_signal(origin)
    done_at = found.charted_from(of_signal=signal is not None)
    if done_at is None:
        refuse_value("action", action, _HAS_A_CHART)
    sites: Collection[str] = ()
    if scope.kind is ScopeKind.SITE:
        sites = (str(scope.code),)
    elif scope.kind is ScopeKind.REGION:
        sites = [code for code in context.sites.known if context.sites.known.region_of(code) == scope.code]
    done_on = BusinessCalendar.france().day_of(done_at)
    named = {} if signal is None else dict(zip(STREAMS[signal.kind].parts, signal.key, strict=True))
    query = CaseQuery(
        kind=CaseKind.COMPLAINT,
        sites=frozenset(sites),
        themes={named["theme"]} if "theme" in named else (),
        cause_family=found.cause_family if signal is None else named.get("cause"),
        received_from=days_before(done_on, timedelta(weeks=52 * YEARS)),
    )
    if scope.kind is ScopeKind.REGION and not sites:  # no site is of it any more: no site is not every site
        query = attrs.evolve(query, references=frozenset())
    view = CasesView(context)
    if limit is not None and view.count(query) > limit:
        refuse_value("limit", limit, _TOO_FREQUENT)
    cases = summaries(view, query)
    family = context.labels.named(str(found.cause_family))
    complaints = Wording(
        f"réclamations dont une cause est de la famille : {family.fr}",
        f"complaints with a cause of the family: {family.en}",
    )
    if signal is not None:
        complaints = named_stream(context, name_of_stream(signal.kind, signal.key))
        stream, marks = (signal.kind, signal.key), marks_of_cases(context, view, query)
        cases = (one for one in cases if stream in streams_of(one, context.sites.sites, marks))
    until = max(context.today, done_on)
    return ActionEffect(
        plan=scope,
        action=found.reference,
        done_on=done_on,
        complaints=complaints,
        chart=g_chart((one.received_on for one in cases), done_on, until, alpha=alpha),
    )


def marks_of_cases(context: DeskContext, view: CasesView, history: CaseQuery) -> Mapping[str, list[tuple[str, str]]]:
    """Return the families of causes and the values of own facts of cases, by reference, as marks of streams.

    The families are read in one query, and the values of own facts in another: of facts with a closed list of values,
    which are neither personal nor texts. Of the results of the survey that are out of scope the cases are read, as no
    list has their note.
    """
    marks: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    facts = context.policies.facts.values()
    codes = {one.name: one.domain.values for one in facts if isinstance(one.domain, Enumeration) and not one.personal}
    inside = history if context.scope is None else attrs.evolve(history, sites=context.scope.sites)
    with context.store.unit_of_work() as unit:
        families = unit.cases.cause_families(inside)
        values = unit.cases.own_values(inside, codes) if codes else ()
    for reference, family in families:
        marks[reference] += [("site_cause", family), ("cause", family)]
    for reference in _just_above(context, view, attrs.evolve(history, channels={Channel.SURVEY})):
        marks[reference].append(("site_survey_outside", ""))
    for reference, own_name, value in values:
        if value in codes[own_name]:
            marks[reference].append(("site_own", f"{own_name}={value}"))
    return marks


def _just_above(context: DeskContext, view: CasesView, survey: CaseQuery) -> Iterator[str]:
    """Yield the results of the survey out of scope whose note is at most one above the threshold."""
    outside = (one for one in summaries(view, survey) if one.admissibility is Admissibility.OUT_OF_SCOPE)
    while references := [one.reference for one in islice(outside, _PAGE)]:
        with context.store.unit_of_work() as unit:
            cases, _ = unit.cases.load(references)
        for case in cases:
            note, day = case.facts.get("satisfaction"), case.day_of(case.received_at)
            low = next((one.parameters.survey.threshold for one in context.policies.editions if one.governs(day)), None)
            if low is not None and not isinstance(note, Missing) and low <= note <= low + 1:
                yield case.reference


def summaries(view: CasesView, query: CaseQuery) -> Iterator[CaseSummary]:
    """Yield the rows of a list, a page at a time."""
    after = None
    while True:
        page = view.summaries(query, limit=_PAGE, after=after)
        yield from page.summaries
        after = page.next
        if after is None:
            return
