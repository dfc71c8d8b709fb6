"""Queries: cases by reference or criteria, the event feed, the agenda and the signals."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.calendar import business_days_left
from reclamation_core.cases import Admissibility, Case, DecisionContext
from reclamation_core.cases.documents import read_facts
from reclamation_core.cases.explanation import CaseExplanation, explain
from reclamation_core.cases.next_steps import NextStep, next_steps
from reclamation_core.codes import Audience
from reclamation_core.desk.agenda import Agenda, AvailableCommand, AwaitedAnswer, AwaitedCheck, Signal, Signals
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.documents import DocumentService
from reclamation_core.desk.feeds import cases_of, plans_of
from reclamation_core.desk.overview import commands_on
from reclamation_core.desk.plan_access import awaited_actions, decision_on, parts_of_case, parts_of_plans
from reclamation_core.desk.search import MOST_COUNTED, CaseMatch, CaseSearch, SearchHit, references_for
from reclamation_core.desk.signals import plan_signals
from reclamation_core.desk.similar import MOST_COMPARED, PERIOD, ComparedMessage, SimilarCase
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports import (
    CaseFacet,
    CaseOrder,
    CaseOrdering,
    CasePage,
    CaseQuery,
    CaseSummary,
    CaseSummaryPage,
    FeedItem,
    PlanFeedItem,
    StoreDamagedError,
    UnitOfWork,
)
from reclamation_core.ports.summaries import INDEXED, Tabulation, require_ordering
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Input
from reclamation_core.validators import (
    LONGEST_NAME,
    MAX_INT,
    at_offset,
    coded,
    day,
    days_before,
    each,
    each_coded,
    instant,
    member_of,
    name,
    of_class,
    one_of,
    optional,
    refuse_value,
    require,
    require_order,
    require_short,
    whole_number,
)
from reclamation_core.vocabulary import Fact, Level
from reclamation_core.vocabulary.facts import label_of
from reclamation_core.wording import Lang, Wording, day_text

_EVERY: Final = MAX_INT - 1
_EVERY_CASE: Final = CaseQuery()
_A_QUERY: Final = optional(of_class(CaseQuery))
_SOME_RECEIPT: Final = "2000-01-01T00:00:00+00:00"
"""No question depends on the receipt."""


def require_known(cases: CasesView, query: CaseQuery) -> CaseQuery:
    """Return a query whose themes, sites and unit are each in the list of the desk, or that of a case.

    Raises:
        FaultsError: the first that is neither, with the criterion as its path.
    """
    context = cases._context  # noqa: SLF001  of this module
    themes, sites = tuple(one.code for one in context.labels.themes), tuple(context.sites.known)
    wanted = [("themes", one, themes, CaseQuery(themes={one})) for one in sorted(query.themes)]
    wanted += [("sites", one, sites, CaseQuery(sites={one})) for one in sorted(query.sites)]
    wanted += [("owner", query.owner, sites, CaseQuery(owner=query.owner))] if query.owner is not None else []
    for criterion, code, known, alone in wanted:
        if known and code not in known and not cases.count(alone):
            refuse_value(criterion, code, one_of(known))
    return query


class CasesView:
    """The cases that a desk sees."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def get(self, reference: str) -> Case:
        """Return the case with a reference; a mark replaces names of persons if the role reads none.

        Raises:
            CaseNotFoundError: there is none inside the desk's scope.
        """
        with self._context.store.unit_of_work() as unit:
            case = self._context.load(unit, reference)
        return self._context.without_unread_names(DocumentService(self._context).with_left(case))

    def find(self, query: CaseQuery | None = None) -> CasePage:
        """Return a page of the cases that match a query, all by default, in the order of their references.

        A mark replaces names of persons if the role reads none (`roles.reads_names` of the edition).
        """
        scoped = self._scoped(query)
        if scoped is None:
            return CasePage((), None)
        with self._context.store.unit_of_work() as unit:
            page = unit.cases.find(scoped)
        return attrs.evolve(page, cases=tuple(map(self._context.without_unread_names, page.cases)))

    def count(self, query: CaseQuery | None = None) -> int:
        """Return the number of cases that match a query on all pages; all by default."""
        scoped = self._scoped(query)
        if scoped is None:
            return 0
        with self._context.store.unit_of_work() as unit:
            return unit.cases.count(scoped)

    def summaries(
        self,
        query: CaseQuery | None = None,
        *,
        order_by: CaseOrder | str = CaseOrder.REFERENCE,
        descending: bool = False,
        limit: int | None = None,
        after: str | None = None,
    ) -> CaseSummaryPage:
        """Return a page of the summaries of the cases that match a query, in an order: a list for a screen.

        A database answers from columns with an index, without the events of the cases. The due dates are those of the
        latest change of each case; `CaseSummary.status_on` compares them with a day. Cases without a value of the order
        are last. The pages are stable: a case that is added or removed in between shifts no other.

        Args:
            query: the criteria, all cases by default.
            order_by: the order; cases of one value are in that of their references.
            descending: True for the greatest value first.
            limit: the number of rows of a page; that of the query by default.
            after: the `next` of the page before, as it was received.

        Raises:
            FaultsError: the order is unknown, the limit less than 1, or `after` is not of this list and order.

        >>> from reclamation_core import Desk
        >>> Desk.in_memory().cases.summaries(order_by="due", limit=50)
        CaseSummaryPage(summaries=(), next=None, damaged=())
        """
        ordering = require_ordering(order_by, descending, after)
        require(optional(whole_number(1)), limit=limit)
        scoped = self._scoped(query, limit=limit)
        if scoped is None:
            return CaseSummaryPage((), None)
        with self._context.store.unit_of_work() as unit:
            page = unit.cases.summaries(scoped, ordering)
        return CaseSummaryPage(self._shown(page.summaries), page.next, page.damaged)

    def search(
        self, text: str, query: CaseQuery | None = None, *, limit: int = 50, after: str | None = None
    ) -> CaseSearch:
        """Return a page of the cases that a text stands for, as a person types it: a number, a message, words.

        First come the cases that the text identifies: by reference (`R-2026-000073`, `2026-73`), by the last digits of
        the reference, by the identifier of the message, by the reference of an action that serves them. Then come those
        that have all its words, in any order and in any text, the last word as a prefix, whatever the case and the
        accents: in the order of their due dates, then of their references. Names of persons are searched if the role
        reads names (`roles.reads_names` of the edition). Erased texts are not found.

        Args:
            text: the text.
            query: further criteria, such as sites and states; its own text, page and order are not read.
            limit: the number of cases found by words on a page.
            after: the `next` of the page before, as it was received.

        Raises:
            FaultsError: the text has no letter and no digit, or is too long; the limit is less than 1; `after` is not
                of this search.

        >>> from reclamation_core import Desk
        >>> Desk.in_memory().cases.search("R-2026-000073")
        CaseSearch(hits=(), total=0, next=None, damaged=())
        """
        require(of_class(str), text=text)
        require(whole_number(1), limit=limit)
        ordering = require_ordering(CaseOrder.DUE, False, after)
        read = limit if after is not None else max(limit, MOST_COUNTED + 1)
        wanted = self._scoped(query, text, limit=read)
        if wanted is None:
            return CaseSearch(hits=(), total=0, next=None, damaged=())
        with self._context.store.unit_of_work() as unit, unit.reading():
            identified, matches = self._identified(unit, wanted, text.strip())
            page, count = _counted_page(unit, wanted, ordering, limit)
        by_words = [one for one in page.summaries if one.reference not in matches]
        first = sorted(identified.summaries, key=lambda one: matches[one.reference] is CaseMatch.ACTION)
        shown = self._shown(by_words if after is not None else [*first, *by_words])
        return CaseSearch(
            hits=tuple(SearchHit(one, matches.get(one.reference, CaseMatch.WORDS)) for one in shown),
            total=count if count <= MOST_COUNTED else None,
            next=page.next,
            damaged=tuple(dict.fromkeys((*identified.damaged, *page.damaged))),
        )

    def similar(
        self, text: str | None, *, site: str, received_on: date, sender: str | None = None, limit: int = 5
    ) -> tuple[SimilarCase, ...]:
        """Return the cases that may have the same message as a new one: likely duplicates, to be read by a person.

        They are cases of the same site, received in the 90 days before or after the day of receipt, of the same sender
        or in close words: those with more in common first, then the latest. The message is compared with the 200 cases
        received last, by their first words, in one query. A role that does not read names is not told of senders.

        Args:
            text: the message.
            site: the site that registers it.
            received_on: the day of its receipt.
            sender: the name of its sender.
            limit: the most cases.

        Raises:
            FaultsError: an argument is refused.

        >>> from datetime import date
        >>> from reclamation_core import Desk
        >>> Desk.in_memory().cases.similar("Le formateur est absent", site="CRE", received_on=date(2026, 6, 1))
        ()
        """
        require(optional(of_class(str)), text=text, sender=sender)
        require(of_class(str), site=site)
        require(day, received_on=received_on)
        require(whole_number(1), limit=limit)
        last = received_on + min(PERIOD, date.max - received_on)
        query = CaseQuery(sites={site}, received_from=days_before(received_on, PERIOD), received_until=last)
        page = self.summaries(query, order_by=CaseOrder.RECEIVED, descending=True, limit=MOST_COMPARED)
        message = ComparedMessage.of(text, sender, received_on)
        found = [SimilarCase(one, matches) for one in page.summaries if (matches := message.matches(one))]
        return tuple(sorted(found, key=lambda one: -len(one.matches))[:limit])

    @property
    def today(self) -> date:
        """Today at the sites of the desk, if it is one day at all of them, else in metropolitan France.

        What is late is late on that day by default.
        """
        return self.day_of(self._context.clock.now())

    def day_of(self, now: datetime) -> date:
        """Return the day of an instant, as `today` is that of the clock.

        Args:
            now: the instant; aware.

        Raises:
            OutsideHorizonError: it is in no year of the calendars.
        """
        require(instant, now=now)
        return self._context.day_at_sites(now)

    def days_left(self, summary: CaseSummary, as_of: date | None = None) -> int | None:
        """Return the business days until the awaited answer of a row; negative if it is late, None if none is awaited.

        They are those of the present calendar of the unit that handles the case, metropolitan France without a list of
        sites. `Case.deadline` counts with the calendar that is recorded with the case, and with its suspensions.

        Args:
            summary: the row.
            as_of: the day; today in the zone of that calendar by default.
        """
        require(of_class(CaseSummary), summary=summary)
        require(optional(day), as_of=as_of)
        if summary.awaited_on is None:
            return None
        sites, unit = self._context.sites, summary.handling_unit
        calendar = BusinessCalendar.france() if sites.definition(unit) is None else sites.calendar(unit)
        today = calendar.day_of(self._context.clock.now()) if as_of is None else as_of
        return business_days_left(calendar, today, summary.awaited_on, ())

    def with_late_actions(self, as_of: date | None = None) -> frozenset[str]:
        """Return the references of the cases that a late action serves, whatever their sites: `CaseQuery.references`.

        Args:
            as_of: the day on which an action is late; `today` by default.
        """
        require(optional(day), as_of=as_of)
        today = self.today if as_of is None else as_of
        with self._context.store.unit_of_work() as unit:
            return unit.plans.served_cases(late_on=today)

    def sites_of(self, region: str) -> frozenset[str]:
        """Return the sites of a region, at least one: `CaseQuery.sites`.

        Raises:
            FaultsError: no site of the desk's list is of that region.
        """
        require(name, region=region)
        return self._context.sites.of_region(region)

    def _identified(
        self, unit: UnitOfWork, within: CaseQuery, text: str
    ) -> tuple[CaseSummaryPage, dict[str, CaseMatch]]:
        """Return the cases that a text identifies, by due date, and what each was found by."""
        if len(text) > LONGEST_NAME:
            return CaseSummaryPage((), None), {}
        references = dict(references_for(text, self._context.clock.now().year + 1))
        page = unit.cases.identify(text, references.keys(), within)
        return page, {
            one.reference: references.get(one.reference, CaseMatch.MESSAGE if one.source == text else CaseMatch.ACTION)
            for one in page.summaries
        }

    def _shown(self, summaries: Sequence[CaseSummary]) -> tuple[CaseSummary, ...]:
        """Return summaries without names of others, if the role does not read them."""
        if self._context.reads_names:
            return tuple(summaries)
        actor = self._context.actor
        return tuple(
            attrs.evolve(one, author=None, assigned_to=actor if one.assigned_to == actor else None) for one in summaries
        )

    def count_by(
        self, facet: CaseFacet | str, query: CaseQuery | None = None, *, as_of: date | None = None
    ) -> Mapping[str | None, int]:
        """Return the number of cases that match a query by the codes of a facet, None for the cases without one.

        Args:
            facet: the state, the level, the site and so on; `due` counts awaited answers by the status of their
                deadline (`overdue`, `due_today`, `running`).
            query: the criteria, all cases by default.
            as_of: the day for that status; `today` by default.

        Raises:
            FaultsError: the facet is unknown.

        >>> from reclamation_core import Desk
        >>> Desk.in_memory().cases.count_by("state")
        {}
        """
        by = coded(CaseFacet, facet)
        require(member_of(CaseFacet), facet=by)
        counts = self.tabulate((by,), query, as_of=as_of)
        return {code: count for (code,), count in counts.items()}

    def tabulate(
        self, facets: Iterable[CaseFacet | str], query: CaseQuery | None = None, *, as_of: date | None = None
    ) -> Tabulation:
        """Return the number of cases that match a query by the codes of several facets at once: a cross tabulation.

        A database reads the cases once, whereas `count_by` reads them for each facet.

        Args:
            facets: the facets, in the order of the codes.
            query: the criteria, all cases by default.
            as_of: the day for the facet `due`; `today` by default.

        Raises:
            FaultsError: a facet is unknown.

        >>> from reclamation_core import Desk
        >>> Desk.in_memory().cases.tabulate(["state", "level"])
        {}
        """
        by = each_coded(CaseFacet, facets)
        require(each(member_of(CaseFacet)), facets=by)
        require(optional(day), as_of=as_of)
        today = self.today
        scoped = self._scoped(query)
        if scoped is None:
            return {}
        once = tuple(dict.fromkeys(by))
        with self._context.store.unit_of_work() as unit:
            counts = unit.cases.tabulate(scoped, once, today if as_of is None else as_of)
        places = [once.index(facet) for facet in by]
        return {tuple(codes[place] for place in places): count for codes, count in counts.items()}

    def count_by_each(
        self, facets: Iterable[CaseFacet | str], query: CaseQuery | None = None, *, as_of: date | None = None
    ) -> Mapping[CaseFacet, Mapping[str | None, int]]:
        """Return the number of cases by the codes of each of several facets; see `count_by`.

        The cases are read at most twice, whatever the number of the facets: a facet that is repeated is counted once.

        Raises:
            FaultsError: a facet is unknown.

        >>> from reclamation_core import Desk
        >>> Desk.in_memory().cases.count_by_each(["state", "state"])
        {<CaseFacet.STATE: 'state'>: Counter()}
        """
        by = each_coded(CaseFacet, facets)
        require(each(member_of(CaseFacet)), facets=by)
        by = tuple(dict.fromkeys(by))
        counts: dict[CaseFacet, Counter[str | None]] = {facet: Counter() for facet in by}
        for together in (INDEXED, frozenset(CaseFacet) - INDEXED):
            chosen = [facet for facet in by if facet in together]
            for codes, count in self.tabulate(chosen, query, as_of=as_of).items() if chosen else ():
                for facet, code in zip(chosen, codes, strict=True):
                    counts[facet][code] += count
        return counts

    def _scoped(self, query: CaseQuery | None, text: str | None = None, limit: int | None = None) -> CaseQuery | None:
        """Return the query within the scope, with a text and a limit if they are given; None if no case can match."""
        require(_A_QUERY, query=query)
        query = query or _EVERY_CASE
        text, limit = query.text if text is None else text, query.limit if limit is None else limit
        require_short(self._context.longest_text, text=text)
        sites, scope, reads_names = query.sites, self._context.scope, self._context.reads_names
        if scope is not None:
            sites = scope.sites & sites if sites else scope.sites
        in_names = query.in_names and (text is None or reads_names)
        if (text, limit, sites, in_names) != (query.text, query.limit, query.sites, query.in_names):
            query = attrs.evolve(query, text=text, limit=limit, sites=sites, in_names=in_names)
        # Whether a case is assigned to another person is not known to a role that reads no names.
        is_told = reads_names or query.assigned_to in {None, self._context.actor}
        return query if is_told and (scope is None or sites) else None


@attrs.frozen
class QueryService(SharedRepr):
    """Read models over the cases and plans inside the scope.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def feed(self, after: int, limit: int) -> tuple[FeedItem, ...]:
        """Return the next events after a position; see `Desk.feed`."""
        return cases_of(self.context).read(after, limit)

    def plan_feed(self, after: int, limit: int) -> tuple[PlanFeedItem, ...]:
        """Return the next events of plans after a position; see `Desk.plan_feed`."""
        return plans_of(self.context).read(after, limit)

    def available_commands(self, reference: str) -> tuple[AvailableCommand, ...]:
        """Return the commands on a case with the guards that refuse them; see `Desk.available_commands`."""
        case, decision = self._decision(reference)
        return tuple(commands_on(case, self.context.role, decision))

    def next_steps(self, reference: str) -> tuple[NextStep, ...]:
        """Return what a case waits for; see `Desk.next_steps`."""
        case, decision = self._decision(reference)
        return next_steps(case, self.context.role, decision)

    def _decision(self, reference: str) -> tuple[Case, DecisionContext]:
        """Return a case, and the context of a decision on it now."""
        context = self.context
        with context.store.unit_of_work() as unit:
            case = context.load(unit, reference)
            decision, lack = decision_on(context, unit, case, parts_of_case(context, unit, case))
        if lack is not None:
            raise lack
        return case, decision

    def explain(self, reference: str, lang: Lang, audience: Audience | str) -> CaseExplanation:
        """Explain a case; see `Desk.explain`."""
        context = self.context
        with context.store.unit_of_work() as unit:
            case = context.without_unread_names(context.load(unit, reference))
        now = at_offset(context.clock.now())
        return explain(case, context.policy_of(case), now, lang, audience=audience, taxonomy=context.labels)

    def agenda(self, until: date, limit: int | None, query: CaseQuery | None = None) -> Agenda:
        """Return the agenda until a day; see `Desk.agenda`."""
        require(day, until=until)
        require(optional(whole_number(1)), limit=limit)
        require(optional(of_class(CaseQuery)), query=query)
        corrupt: list[StoreDamagedError] = []
        awaited, damaged = self._awaited(until, limit, query or CaseQuery())
        checks = self._checks(until, limit, corrupt) if query is None else ()
        question, own = self._questions(), self.context.policies.facts
        answers: list[AwaitedAnswer] = []
        unread = list(damaged)
        for one in awaited:
            try:
                answers.append(_answer(one, question, own))
            except (ValueError, TypeError, KeyError, RecursionError):  # its facts are none that this library writes
                unread.append(one.reference)
        holders = dict.fromkeys((*unread, *(str(error.holder) for error in corrupt)))
        return Agenda(until=until, answers=tuple(answers), checks=checks, damaged=tuple(holders))

    def _checks(self, until: date, limit: int | None, corrupt: list[StoreDamagedError]) -> tuple[AwaitedCheck, ...]:
        """Return the first effectiveness checks that are due until a day, by day."""
        context = self.context
        with context.store.unit_of_work() as unit:
            days = awaited_actions(context, unit, corrupt, unit.plans.awaited_checks(until))[0][:limit]
            parts = parts_of_plans(context, unit, ((one.plan, (one.action,)) for one in days), corrupt)
        return tuple(
            AwaitedCheck(
                due=one.day, plan=part.scope, action=one.action, status=action.status, what=part.read(action.what)
            )
            for one in days
            if (part := parts.get(one.plan)) is not None and (action := part.get(one.action)) is not None
        )

    def _awaited(self, until: date, limit: int | None, query: CaseQuery) -> tuple[list[CaseSummary], tuple[str, ...]]:
        """Return the summaries of the first cases whose answer is due until a day, in the order of the agenda.

        Pages are in the order of the days alone: those of the last day are all read before the first are chosen.
        """
        view, after = CasesView(self.context), None
        due = attrs.evolve(query, due_until=min(until, query.due_until or until))
        found: list[CaseSummary] = []
        damaged: list[str] = []
        while True:
            size = _EVERY if limit is None else limit
            page = view.summaries(due, order_by=CaseOrder.DUE, limit=size, after=after)
            found += page.summaries
            damaged += page.damaged
            after = page.next
            if after is None or (limit is not None and found[-1].awaited_on != found[limit - 1].awaited_on):
                break
        found.sort(key=lambda one: (one.awaited_on, -(one.level or Level.LOCAL).rank, one.handling_unit, one.reference))
        return found[:limit], tuple(damaged)

    def signals(self, since: date | None, until: date | None, min_count: int) -> Signals:
        """Return the repeated messages outside the procedure, and the rises of plans; see `Desk.signals`."""
        require(whole_number(1), min_count=min_count)
        require(optional(day), since=since, until=until)
        until = date.max if until is None else until
        if since is None:
            today = self.context.today
            since = days_before(min(today, until), timedelta(weeks=4))
        require_order(since, until=until)
        scope = self.context.scope
        outside = CaseQuery(
            admissibilities={Admissibility.OUT_OF_SCOPE},
            received_from=since,
            received_until=until,
            sites=frozenset() if scope is None else scope.sites,
        )
        with self.context.store.unit_of_work() as unit:
            groups, damaged = unit.cases.group(outside, min_count)
        found = [
            Signal(
                site=group.site,
                nature=UNKNOWN if group.nature is None else group.nature,
                cases=group.cases,
                first=group.first,
                last=group.last,
            )
            for group in groups
            if scope is None or group.site in scope.sites
        ]
        found.sort(key=lambda signal: (-len(signal.cases), signal.site, str(signal.nature)))
        corrupt: list[StoreDamagedError] = []
        on_plans = plan_signals(self.context, corrupt)
        holders = dict.fromkeys((*damaged, *(str(error.holder) for error in corrupt)))
        return Signals(found=tuple(found), damaged=tuple(holders), on_plans=on_plans)

    def _questions(self) -> Callable[[CaseSummary], Input | None]:
        """Return a function that returns the first question to ask about a case that is to be clarified.

        Cases of one edition with the same facts have the same question: each is assessed once.
        """
        policies = {policy.edition: policy for policy in self.context.policies}

        @cache
        def asked(edition: str, facts: str) -> Input | None:
            policy, stored = policies.get(edition), json.loads(facts)
            if policy is None or stored["digest"] not in {None, policy.digest}:
                return None
            known = read_facts(stored["facts"] | {"received_at": _SOME_RECEIPT})
            return policy.assess(known, BusinessCalendar.france()).question  # type: ignore[arg-type]  # a complaint

        return lambda one: None if one.unclear_facts is None else asked(one.edition, one.unclear_facts)


def _answer(
    one: CaseSummary, question: Callable[[CaseSummary], Input | None], own: Mapping[str, Fact]
) -> AwaitedAnswer:
    if one.level is None:  # the row says that the case is in scope and out of it
        raise ValueError(one.reference)
    fact = question(one) if one.requested_on is None else None
    asked = None if fact is None else fact.question
    return AwaitedAnswer(
        due=one.awaited_on,  # type: ignore[arg-type]  # the query selects cases with a due day
        case=one.reference,
        site=one.handling_unit,
        level=one.level,
        state=one.state,
        admissibility=one.admissibility,
        question=asked if one.requested_on is None else _request_wording(one.requested_on, one.requested_facts, own),
        question_to_complainant=None if fact is None else fact.plain_question,
        requested_on=one.requested_on,
        requested_facts=one.requested_facts,
    )


def _request_wording(requested_on: date, facts: tuple[str, ...], own: Mapping[str, Fact]) -> Wording:
    labels = [label_of(name, own) for name in facts]
    fr, en = ", ".join(label.fr for label in labels), ", ".join(label.en for label in labels)
    return Wording(
        f"précisions demandées le {requested_on:%d/%m/%Y}" + (f" : {fr}" if fr else ""),
        f"information requested on {day_text(requested_on, 'en')}" + (f": {en}" if en else ""),
    )


def _counted_page(
    unit: UnitOfWork, query: CaseQuery, ordering: CaseOrdering, limit: int
) -> tuple[CaseSummaryPage, int]:
    """Return a page of so many cases, and how many meet the query, at most one more than `MOST_COUNTED`.

    The rows of the first page, which are more than are shown, are counted: a database finds the cases once.
    """
    found = unit.cases.summaries(query, ordering)
    if ordering.after is not None:
        return found, unit.cases.count(query, MOST_COUNTED + 1)
    rows, count = list(found.summaries), len(found.summaries) + len(found.damaged)
    return ordering.page_of_sorted(rows, limit, found.damaged) if len(rows) > limit else found, count
