"""The living plan of a site, a region or the nation, as the desk keeps it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final, NoReturn

from reclamation_core.cases import Case, Check, TextKind, Vault
from reclamation_core.cases.plans import (
    ALL_PCS,
    Action,
    ActionSheet,
    Edition,
    Effectiveness,
    LineReference,
    Occurrence,
    Pgaac,
    PlanScope,
    Signature,
    edition_markdown,
    gathered_lines,
    lines_csv,
    plan_markdown,
    reader,
    reopened_by,
    texts_of_plans,
    unsettled,
)
from reclamation_core.desk.acting import Acting
from reclamation_core.desk.every_case import of_one
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.ports import PlanNotFoundError, StoreDamagedError, UnitOfWork
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Lang, Wording

_BY_PLAN: Final = Wording(
    "une action sert un dossier quand celui-ci la planifie : appelez plan(dossier, action) pour chacun",
    "an action serves a case when it is planned for it: call plan(case, action) for each",
)


class LivingPlan:
    """A plan that is kept: each verb changes it in the store and gives it as it is after.

    The verbs raise PlanRefusedError where guards are not met, UnknownActionError where no action has the reference, and
    ConcurrentChangeError where somebody changed the plan meanwhile. `add` and `amend` raise UnknownSiteError where the
    sites are known and an action is done at, or spread to, what is none of them.
    """

    def __init__(self, acting: Acting, scope: PlanScope) -> None:
        acting.require_plan(scope)
        self._acting = acting
        self.scope = scope

    @property
    def now(self) -> Pgaac:
        """The plan as it is now: a value."""
        with self._acting.store.unit_of_work() as unit:
            return plan_of(unit, self.scope)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions on it, in the order in which they were added."""
        return self.now.actions

    @property
    def editions(self) -> tuple[Edition, ...]:
        """What was published of it, in order."""
        return self.now.editions

    def add(self, sheet: ActionSheet, *, at: datetime | None = None) -> Pgaac:
        """Put an action on the plan that serves no case: from an audit, a review, a watch.

        Raises:
            FaultsError: it names cases; it is `Desk.plan` that puts an action on the plan for a case.
        """
        if sheet.cases:
            refuse_cases(sheet.cases)
        return self._change(lambda plan, sign: plan.add(sheet, sign), at)

    def amend(
        self, /, reference: str, *, reason: str | None = None, at: datetime | None = None, **changes: Any
    ) -> Pgaac:
        """Change what was decided of an action, by the names of its sheet's fields.

        Raises:
            FaultsError: the cases that it serves are among them; `Desk.plan` has it serve one more.
        """
        if "cases" in changes:
            refuse_cases(changes["cases"])
        return self._change(lambda plan, sign: plan.amend(reference, sign, reason=reason, **changes), at)

    def progress(self, reference: str, *, note: str | None = None, at: datetime | None = None) -> Pgaac:
        """Record that an action began, or went on."""
        return self._change(lambda plan, sign: plan.progress(reference, sign, note=note), at)

    def finish(self, reference: str, *, evidence: str, at: datetime | None = None) -> Pgaac:
        """Declare an action done, with what shows it."""
        return self._change(lambda plan, sign: plan.finish(reference, sign, evidence=evidence), at)

    def judge(
        self,
        reference: str,
        effectiveness: Effectiveness,
        *,
        why: str,
        follow_up: str | LineReference | None = None,
        at: datetime | None = None,
    ) -> Pgaac:
        """Judge the effectiveness of an action against its criterion; `follow_up` is as for that verb."""
        return self._change(
            lambda plan, sign: plan.judge(reference, effectiveness, sign, why=why, follow_up=follow_up), at, follow_up
        )

    def follow_up(self, reference: str, follow_up: str | LineReference, *, at: datetime | None = None) -> Pgaac:
        """Name the action that follows up one that was not effective.

        Args:
            reference: the one that was not effective.
            follow_up: what follows it up, which is on a plan already: of this plan, its reference; of another one
                within the desk's scope, its `LineReference`, for the reference alone would not say which.
            at: when; now by default.

        Raises:
            UnknownActionError: the other plan has no such action.
            PlanNotFoundError: the other plan is not within the desk's scope.
        """
        return self._change(lambda plan, sign: plan.follow_up(reference, follow_up, sign), at, follow_up)

    def close(self, reference: str, *, comment: str | None = None, at: datetime | None = None) -> Pgaac:
        """Close an action whose effectiveness is judged."""
        return self._change(lambda plan, sign: plan.close(reference, sign, comment=comment), at)

    def abandon(self, reference: str, *, reason: str, at: datetime | None = None) -> Pgaac:
        """Give an action up, with a reason."""
        return self._change(lambda plan, sign: plan.abandon(reference, sign, reason=reason), at)

    def reopen(self, reference: str, *, reason: str, at: datetime | None = None) -> Pgaac:
        """Open an action again."""
        return self._change(lambda plan, sign: plan.reopen(reference, sign, reason=reason), at)

    def forget(
        self, reference: str, *, kinds: Iterable[TextKind] = tuple(TextKind), at: datetime | None = None
    ) -> Pgaac:
        """Erase texts of an action's story; the story itself stays."""
        return self._change(lambda plan, sign: plan.forget(reference, sign, kinds=kinds), at)

    def publish(self, *, recipients: Iterable[str] = (ALL_PCS,), at: datetime | None = None) -> Edition:
        """Publish the next edition (diffusion), to all PCS by default.

        A region's edition gathers the lines of its sites' plans as they stand, the nation's those of regions and sites.
        Source: M2-1 §6.3.
        """
        acting = self._acting
        with acting.store.unit_of_work() as unit:
            plan = plan_of(unit, self.scope)
            others = [other for other in all_plans(unit) if other.scope != self.scope]
            gathered = gathered_lines(self.scope, others, acting.places.sites or Sites())
            published = plan.publish(acting.signature(plan, at), recipients=recipients, gathered=gathered)
            keep_plan(unit, published, plan.version)
            unit.commit()
            return published.editions[-1]

    def to_markdown(self, lang: Lang = "fr") -> str:
        """The plan as Markdown: a title and a table of its own lines."""
        plan = self.now
        return plan_markdown(plan, reader(plan.vault, lang))

    def to_html(self, *, texts: bool = False) -> str:
        """The plan as an HTML fragment in French, its texts where they are asked for; see `Pgaac.to_html`."""
        return self.now.to_html(texts=texts)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_csv(self, lang: Lang = "fr") -> str:
        """The plan's own lines as CSV, every column, for a spreadsheet."""
        plan = self.now
        return lines_csv(plan.lines, reader(plan.vault, lang))

    def edition_to_markdown(self, number: int, lang: Lang = "fr") -> str:
        """An edition as Markdown: its date, its recipients, what changed from the one before, its lines.

        Raises:
            UnknownEditionError: there is none of that number.
        """
        plan, texts = self._with_texts()
        edition = plan.edition(number)
        before = plan.edition(number - 1) if number > 1 else None
        return edition_markdown(edition, reader(texts, lang), before)

    def edition_to_csv(self, number: int, lang: Lang = "fr") -> str:
        """The lines of an edition as CSV, every column, those that it gathers from other plans among them.

        Raises:
            UnknownEditionError: there is none of that number.
        """
        plan, texts = self._with_texts()
        return lines_csv(plan.edition(number).lines, reader(texts, lang))

    def _with_texts(self) -> tuple[Pgaac, Vault]:
        """The plan, and the texts of every plan: an edition gathers lines of others."""
        with self._acting.store.unit_of_work() as unit:
            return plan_of(unit, self.scope), texts_of_plans(all_plans(unit))

    def _change(
        self,
        change: Callable[[Pgaac, Signature], Pgaac],
        at: datetime | None,
        follow_up: str | LineReference | None = None,
    ) -> Pgaac:
        with self._acting.store.unit_of_work() as unit:
            plan = plan_of(unit, self.scope)
            if isinstance(follow_up, LineReference) and follow_up.scope != self.scope:
                self._acting.require_own_plan(follow_up.scope)
                plan_of(unit, follow_up.scope).action(follow_up.action)
            changed = change(plan, self._acting.signature(plan, at))
            self._acting.places.require_of(changed, plan)
            keep_plan(unit, changed, plan.version)
            unit.commit()
            return changed


def refuse_cases(cases: object) -> NoReturn:
    """Refuse cases that are named on a plan alone: they would know nothing of it, and may be out of the scope."""
    raise FaultsError([Fault("cases", cases, _BY_PLAN)])


def plan_of(unit: UnitOfWork, scope: PlanScope) -> Pgaac:
    """A plan, empty where it has no story yet."""
    try:
        return unit.plans.get(str(scope))
    except PlanNotFoundError:
        return Pgaac(scope=scope)


def keep_plan(unit: UnitOfWork, plan: Pgaac, expected: int) -> None:
    """Keep a plan that has more events than at a version: a new one where it had no story."""
    if expected == 0:
        unit.plans.add(plan)
    elif plan.version != expected:
        unit.plans.save(plan, expected)


def all_plans(unit: UnitOfWork) -> list[Pgaac]:
    """Every plan of the store."""
    return [unit.plans.get(scope) for scope in unit.plans.scopes()]


def plans_seen(acting: Acting) -> list[Pgaac]:
    """The plans within the scope."""
    with acting.store.unit_of_work() as unit:
        return [plan for plan in all_plans(unit) if acting.scope is None or acting.scope.holds_plan(plan.scope)]


def readable_plans(acting: Acting, damaged: list[StoreDamagedError]) -> list[Pgaac]:
    """The plans that can be read, whatever the scope; those that cannot are put with what is damaged."""
    plans = []
    with acting.store.unit_of_work() as unit:
        for scope in unit.plans.scopes():
            try:
                plans.append(unit.plans.get(scope))
            except StoreDamagedError as error:
                damaged.append(of_one(error))
    return plans


def unsettled_actions(unit: UnitOfWork, case: Case) -> frozenset[LineReference]:
    """The actions of a case that keep it from being closed: not settled, or on no plan."""
    return unsettled(case.actions, unit.plans.serving(case.reference) if case.actions else ())


def settled_at(unit: UnitOfWork, case: Case) -> datetime | None:
    """When the last of a case's actions was judged or given up; None where none was."""
    plans = unit.plans.serving(case.reference) if case.actions else ()
    lines = (line for plan in plans for line in plan.lines if line.reference in case.actions)
    ends = (_ended_at(line.action) for line in lines)
    return max((end for end in ends if end is not None), default=None)


def effectiveness_checks(plans: Iterable[Pgaac]) -> dict[str, dict[LineReference, Check]]:
    """For each case, by reference, the checks of those of its actions whose effectiveness is to be judged by a day."""
    checks: defaultdict[str, dict[LineReference, Check]] = defaultdict(dict)
    for line in (line for plan in plans for line in plan.lines):
        if line.action.check_on is not None:
            for case in line.action.cases:
                checks[case][line.reference] = Check(line.action.check_on, _ended_at(line.action))
    return checks


def checks_awaited(plan: Pgaac) -> tuple[Action, ...]:
    """The actions of a plan whose effectiveness is still to be judged by a day."""
    return tuple(action for action in plan.actions if action.check_on is not None and _ended_at(action) is None)


def _ended_at(action: Action) -> datetime | None:
    """When an action was judged, or given up before."""
    ends = (end.at for end in (action.judgement, action.abandonment) if end is not None)
    return min(ends, default=None)


def reopen_recurring(unit: UnitOfWork, case: Case, acting: Acting) -> None:
    """Open again the actions that were judged effective on a cause which a case shows again."""
    occurrence = Occurrence.of_case(case)
    for plan in unit.plans.effective_on(occurrence.families):
        signature = acting.signature(plan, None, case)
        reopened = reopened_by(plan, occurrence, acting.places.sites or Sites(), signature)
        keep_plan(unit, reopened, plan.version)
