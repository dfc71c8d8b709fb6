"""The agenda: what is awaited until a day, and what is to be asked meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import Admissibility, Case, CaseState, InformationRequested
from reclamation_core.cases.checks import day
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import require
from reclamation_core.desk.every_case import readable
from reclamation_core.desk.plans import checks_awaited, readable_plans_seen
from reclamation_core.plans import ActionStatus, Pgaac, PlanScope
from reclamation_core.ports import CaseQuery, StoreDamagedError
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Level
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class AwaitedAnswer:
    """An answer that is awaited.

    Attributes:
        due: the last day to give it.
        case: the case.
        site: who handles it.
        level: the level that handles it.
        state: how far it has come.
        standing: where it stands with the definition of a complaint.
        question: what the complainant was asked for and has not given yet; else what to ask first, if something that
            matters is unknown; None if nothing is, or if the desk does not know the edition of the case or knows
            another text under its name.
        requested_on: the day of the latest request for information (demande de précisions) that is not answered.
        requested_facts: the names of its facts that are unknown; empty for a question alone.
    """

    due: date
    case: str
    site: str
    level: Level
    state: CaseState
    standing: Admissibility
    question: Wording | None
    requested_on: date | None = None
    requested_facts: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class AwaitedCheck:
    """A check of effectiveness that is awaited.

    Attributes:
        due: the day by which the action is to be judged.
        plan: whose plan it is on.
        action: its reference.
        status: how far it has come.
        what: what it is; None once that is forgotten.
    """

    due: date
    plan: PlanScope
    action: str
    status: ActionStatus
    what: str | None = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class Agenda:
    """What is awaited until a day, what is overdue included (échéancier).

    Attributes:
        until: that day.
        answers: by day, the highest level first, then by site.
        checks: by day.
        damaged: the cases and plans that cannot be read, by reference and by scope: there may be more.
    """

    until: date
    answers: tuple[AwaitedAnswer, ...]
    checks: tuple[AwaitedCheck, ...]
    damaged: tuple[str, ...] = ()

    def to_html(self, *, texts: bool = False) -> str:
        """The agenda as an HTML fragment in French.

        Args:
            texts: whether to show what the actions are. By default it is only told that there is a text: what a
                notebook displays is kept in it, and handed on with it.
        """
        from reclamation_core.desk.rendering import agenda_card

        return agenda_card(self, texts=texts)

    def _repr_html_(self) -> str:
        return self.to_html()


def agenda(context: DeskContext, until: date) -> Agenda:
    """What is awaited until a day, within the scope; see `Desk.agenda`."""
    require(day, until=until)
    damaged: list[StoreDamagedError] = []
    answers = sorted(
        (_answer(context, case) for case in readable(context, CaseQuery(due_until=until), damaged)),
        key=lambda one: (one.due, -one.level.rank, one.site, one.case),
    )
    checks = sorted(
        (check for plan in readable_plans_seen(context, damaged) for check in _checks(plan) if check.due <= until),
        key=lambda one: (one.due, one.plan.key, one.action),
    )
    holders = dict.fromkeys(str(error.holder) for error in damaged)
    return Agenda(until=until, answers=tuple(answers), checks=tuple(checks), damaged=tuple(holders))


def _answer(context: DeskContext, case: Case) -> AwaitedAnswer:
    requested_on, facts = _requested(case)
    return AwaitedAnswer(
        due=case.awaited_on,  # type: ignore[arg-type]  # the query asks for answers that are awaited
        case=case.reference,
        site=case.handling_unit,
        level=case.level,
        state=case.state,
        standing=case.standing,
        question=_question(context, case) if requested_on is None else _request(requested_on, facts),
        requested_on=requested_on,
        requested_facts=facts,
    )


def _requested(case: Case) -> tuple[date | None, tuple[str, ...]]:
    """Return the day of the latest request for information that is not answered, and its facts that are unknown."""
    for event in reversed(case.history):
        request = event.data
        if isinstance(request, InformationRequested) and not request.is_answered(case, event.number):
            return case.day_of(event.occurred_at), request.missing(case)
    return None, ()


def _request(day: date, facts: tuple[str, ...]) -> Wording:
    labels = [FACTS[name].label for name in facts]
    fr, en = ", ".join(label.fr for label in labels), ", ".join(label.en for label in labels)
    return Wording(
        f"précisions demandées le {day:%d/%m/%Y}" + (f" : {fr}" if fr else ""),
        f"information requested on {day}" + (f": {en}" if en else ""),
    )


def _question(context: DeskContext, case: Case) -> Wording | None:
    """What to ask first of a case that is to be clarified."""
    policy = next((policy for policy in context.policies if case.terms.are_of(policy)), None)
    if (
        policy is None
        or case.standing is not Admissibility.TO_BE_CLARIFIED
        or not isinstance(case.facts, ComplaintFacts)
    ):
        return None
    asked = policy.assess(case.facts, BusinessCalendar(case.calendar)).question
    return None if asked is None else asked.question


def _checks(plan: Pgaac) -> Iterator[AwaitedCheck]:
    for action in checks_awaited(plan):
        what = plan.vault.read(action.sheet.what)  # type: ignore[arg-type]  # a plan keeps commitments
        yield AwaitedCheck(
            due=action.check_on,  # type: ignore[arg-type]  # checks are awaited by a day
            plan=plan.scope,
            action=action.reference,
            status=action.status,
            what=what,
        )
