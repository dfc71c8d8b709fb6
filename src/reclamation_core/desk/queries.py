"""Queries: cases by reference or criteria, the event feed, the agenda and the signals."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Admissibility, Case, DecisionContext
from reclamation_core.cases.case import available_commands
from reclamation_core.cases.codes import Permission
from reclamation_core.cases.events import InformationRequested
from reclamation_core.cases.explanation import CaseExplanation, explain
from reclamation_core.codes import Audience
from reclamation_core.desk.agenda import Agenda, AvailableCommand, AwaitedAnswer, AwaitedCheck, Signal, Signals
from reclamation_core.desk.batch import readable_cases
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.plan_access import checks_awaited, follow_up, readable_plans_in_scope
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import Unknown
from reclamation_core.plans import Pgaac
from reclamation_core.ports import CasePage, CaseQuery, FeedItem, StoreDamagedError
from reclamation_core.validators import at_offset, day, of_class, optional, require, require_short, whole_number
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Nature
from reclamation_core.wording import Lang, Wording


class CasesView:
    """The cases that a desk sees."""

    def __init__(self, context: DeskContext) -> None:
        self._context = context

    def get(self, reference: str) -> Case:
        """Return the case with a reference.

        Raises:
            CaseNotFoundError: there is none inside the desk's scope.
        """
        with self._context.store.unit_of_work() as unit:
            return self._context.load(unit, reference)

    def find(self, query: CaseQuery | None = None) -> CasePage:
        """Return a page of the cases that match a query, all by default, in the order of their references."""
        scoped = self._scoped(query)
        if scoped is None:
            return CasePage((), None)
        with self._context.store.unit_of_work() as unit:
            return unit.cases.find(scoped)

    def count(self, query: CaseQuery | None = None) -> int:
        """Return the number of cases that match a query on all pages; all by default."""
        scoped = self._scoped(query)
        if scoped is None:
            return 0
        with self._context.store.unit_of_work() as unit:
            return unit.cases.count(scoped)

    def _scoped(self, query: CaseQuery | None) -> CaseQuery | None:
        """Return the query limited to the scope; None if no case can match it."""
        require(optional(of_class(CaseQuery)), query=query)
        query = query or CaseQuery()
        require_short(self._context.longest_text, text=query.text)
        scope = self._context.scope
        if scope is None:
            return query
        sites = scope.sites & query.sites if query.sites else scope.sites
        return attrs.evolve(query, sites=sites) if sites else None


@attrs.frozen
class QueryService:
    """Read models over the cases and plans inside the scope.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def feed(self, after: int, limit: int) -> tuple[FeedItem, ...]:
        """Return the next events after a position; see `Desk.feed`."""
        scope = self.context.scope
        return self.context.store.feed.read(after, limit, frozenset() if scope is None else scope.sites)

    def available_commands(self, reference: str) -> tuple[AvailableCommand, ...]:
        """Return the commands on a case with the guards that refuse them; see `Desk.available_commands`."""
        context = self.context
        with context.store.unit_of_work() as unit:
            case = context.load(unit, reference)
            decision = DecisionContext(
                policy=context.policy_of(case), now=context.clock.now(), follow_up=follow_up(context, unit, case)
            )
        permissions = available_commands(case, context.role, decision)
        return tuple(
            AvailableCommand(
                command=command, guards=permission.deciding if permission.outcome is Permission.REFUSED else ()
            )
            for command, permission in permissions.items()
        )

    def explain(self, reference: str, lang: Lang, audience: Audience | str) -> CaseExplanation:
        """Explain a case; see `Desk.explain`."""
        context = self.context
        with context.store.unit_of_work() as unit:
            case = context.load(unit, reference)
        return explain(case, context.policy_of(case), at_offset(context.clock.now()), lang, audience=audience)

    def agenda(self, until: date) -> Agenda:
        """Return the agenda until a day; see `Desk.agenda`."""
        require(day, until=until)
        corrupt: list[StoreDamagedError] = []
        cases = readable_cases(self.context, CaseQuery(due_until=until), corrupt)
        answers = sorted(map(self._answer, cases), key=lambda one: (one.due, -one.level.rank, one.site, one.case))
        plans = readable_plans_in_scope(self.context, corrupt)
        checks = sorted(
            (check for plan in plans for check in _checks(plan) if check.due <= until),
            key=lambda one: (one.due, one.plan.key, one.action),
        )
        holders = dict.fromkeys(str(error.holder) for error in corrupt)
        return Agenda(until=until, answers=tuple(answers), checks=tuple(checks), damaged=tuple(holders))

    def signals(self, since: date, until: date, min_count: int) -> Signals:
        """Return the repeated messages outside the procedure; see `Desk.signals`."""
        require(whole_number(1), min_count=min_count)
        require(day, since=since, until=until)
        if until < since:
            expected = Wording(
                f"un jour qui ne précède pas le début, {since:%d/%m/%Y}, est attendu",
                f"a day not before the beginning, {since}, is expected",
            )
            raise FaultsError([Fault("until", until, expected)])
        corrupt: list[StoreDamagedError] = []
        alike: defaultdict[tuple[str, Nature | Unknown], list[Case]] = defaultdict(list)
        outside = CaseQuery(admissibilities={Admissibility.OUT_OF_SCOPE}, received_from=since, received_until=until)
        for case in readable_cases(self.context, outside, corrupt):
            for site in self._sites_of(case):
                alike[site, _nature(case)].append(case)
        found = [_signal(site, nature, cases) for (site, nature), cases in alike.items() if len(cases) >= min_count]
        found.sort(key=lambda signal: (-len(signal.cases), signal.site, str(signal.nature)))
        return Signals(found=tuple(found), damaged=tuple(str(error.holder) for error in corrupt))

    def _answer(self, case: Case) -> AwaitedAnswer:
        requested_on, facts = _request(case)
        return AwaitedAnswer(
            due=case.awaited_on,  # type: ignore[arg-type]  # the query selects cases with a due day
            case=case.reference,
            site=case.handling_unit,
            level=case.level,
            state=case.state,
            admissibility=case.admissibility,
            question=self._question(case) if requested_on is None else _request_wording(requested_on, facts),
            requested_on=requested_on,
            requested_facts=facts,
        )

    def _question(self, case: Case) -> Wording | None:
        """Return the first question to ask about a case that is to be clarified."""
        policy = next((policy for policy in self.context.policies if case.terms.are_of(policy)), None)
        is_unclear = case.admissibility is Admissibility.TO_BE_CLARIFIED
        if policy is None or not is_unclear or not isinstance(case.facts, ComplaintFacts):
            return None
        question = policy.assess(case.facts, BusinessCalendar(case.calendar)).question
        return None if question is None else question.question

    def _sites_of(self, case: Case) -> set[str]:
        """Return the sites inside the scope that a message is about."""
        sites = set(case.service_sites) or {case.site}
        scope = self.context.scope
        return sites if scope is None else sites & scope.sites


def _request(case: Case) -> tuple[date | None, tuple[str, ...]]:
    """Return the day and the unknown facts of the latest request for information without an answer."""
    for event in reversed(case.history):
        request = event.data
        if isinstance(request, InformationRequested) and not request.is_answered(case, event.number):
            return case.day_of(event.occurred_at), request.missing(case)
    return None, ()


def _request_wording(requested_on: date, facts: tuple[str, ...]) -> Wording:
    labels = [FACTS[name].label for name in facts]
    fr, en = ", ".join(label.fr for label in labels), ", ".join(label.en for label in labels)
    return Wording(
        f"précisions demandées le {requested_on:%d/%m/%Y}" + (f" : {fr}" if fr else ""),
        f"information requested on {requested_on}" + (f": {en}" if en else ""),
    )


def _checks(plan: Pgaac) -> Iterator[AwaitedCheck]:
    for action in checks_awaited(plan):
        what = plan.vault.read(action.sheet.what)  # type: ignore[arg-type]  # a stored plan has commitments
        yield AwaitedCheck(
            due=action.check_on,  # type: ignore[arg-type]  # an awaited check has a day
            plan=plan.scope,
            action=action.reference,
            status=action.status,
            what=what,
        )


def _nature(case: Case) -> Nature | Unknown:
    assert isinstance(case.facts, ComplaintFacts)  # noqa: S101  a malfunction is never out of scope
    return case.facts.nature


def _signal(site: str, nature: Nature | Unknown, cases: list[Case]) -> Signal:
    days = [case.received_on for case in cases]
    references = tuple(case.reference for case in cases)
    return Signal(site=site, nature=nature, cases=references, first=min(days), last=max(days))
