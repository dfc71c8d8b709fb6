"""The living plan of a site, a region or the nation, as the desk keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any, Final, NoReturn

import attrs

from reclamation_core.cases import TextKind, Vault
from reclamation_core.cases.checks import of_class
from reclamation_core.desk.acting import DeskContext
from reclamation_core.desk.doors import a_text, require
from reclamation_core.desk.plans import (
    action_guard,
    cause_guard,
    keep_plan,
    part_asked,
    part_of,
    plan_asked,
    plans_below,
    reopen_judged_late,
    require_named,
    texts_of_edition,
)
from reclamation_core.documents import REDACTED
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans import (
    ALL_PCS,
    Action,
    ActionSheet,
    Effectiveness,
    LineReference,
    Pgaac,
    PlanPart,
    PlanScope,
    PublishedPlan,
    Signature,
    gathered_lines,
    lines_csv,
    plan_markdown,
    published_plan_markdown,
    reader,
)
from reclamation_core.plans.rendering import Reader
from reclamation_core.ports import UnitOfWork
from reclamation_core.wording import Lang, Wording, safe_repr

_BY_PLAN: Final = Wording(
    "une action sert un dossier quand celui-ci la planifie : appelez plan(dossier, action) pour chacun",
    "an action serves a case when it is planned for it: call plan(case, action) for each",
)

_AMENDED: Final = {field.name for field in attrs.fields(ActionSheet)} - {"reference"}


class PlanService:
    """A plan that is kept: each verb changes it in the store, and returns the part that it changed, as it is after.

    A verb on an action loads and writes that action alone: it costs the same however long the plan is. `current` is the
    whole plan. Publishing writes every line.

    The plan of a site that left the list stays, with its story; of what is no site or region, and has no plan either,
    all raise UnknownSiteError or ValueError. The verbs raise PlanRefusedError where guards are not met,
    UnknownActionError where no action has the reference, and ConcurrentChangeError where somebody changed the plan
    meanwhile. `add` and `amend` raise UnknownSiteError where the sites are known and an action is done at, or spread
    to, what is none of them; and FaultsError where the families of causes are known and it acts on what is none of
    them. A site's plan is shown in the days of the site's own time zone; those of regions, of the nation and of a site
    that left the list, in the days of Paris.
    """

    def __init__(self, context: DeskContext, scope: PlanScope) -> None:
        context.require_own_plan(scope)
        self._context = context
        self.scope = scope

    @property
    def current(self) -> Pgaac:
        """The plan as it is now: a value."""
        with self._context.store.unit_of_work() as unit:
            return plan_asked(self._context, unit, self.scope)

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions on it, in the order in which they were added."""
        return self.current.actions

    @property
    def editions(self) -> tuple[PublishedPlan, ...]:
        """What was published of it, in order."""
        return self.current.editions

    def add(self, sheet: ActionSheet, *, occurred_at: datetime | None = None) -> PlanPart:
        """Put an action on the plan that serves no case: from an audit, a review, a watch.

        Raises:
            FaultsError: it names cases; it is `Desk.plan` that puts an action on the plan for a case.
        """
        require(of_class(ActionSheet), sheet=sheet)
        if sheet.cases:
            refuse_cases(sheet.cases)
        return self._change(lambda plan, sign: plan.add(sheet, sign), occurred_at, {sheet.reference})

    def amend(
        self, /, reference: str, *, reason: str | None = None, occurred_at: datetime | None = None, **changes: Any
    ) -> PlanPart:
        """Change what was decided of an action, by the names of its sheet's fields.

        Raises:
            FaultsError: the cases that it serves are among them; `Desk.plan` has it serve one more.
        """
        if unknown := sorted(changes.keys() - _AMENDED):
            listed = ", ".join(sorted(_AMENDED))
            raise TypeError(f"{', '.join(unknown)}: no field of an action's sheet has that name; give some of {listed}")
        if "cases" in changes:
            refuse_cases(changes["cases"])
        return self._change_of(
            reference, lambda plan, sign: plan.amend(reference, sign, reason=reason, **changes), occurred_at
        )

    def progress(self, reference: str, *, note: str | None = None, occurred_at: datetime | None = None) -> PlanPart:
        """Record that an action began, or went on."""
        return self._change_of(reference, lambda plan, sign: plan.progress(reference, sign, note=note), occurred_at)

    def finish(self, reference: str, *, evidence: str, occurred_at: datetime | None = None) -> PlanPart:
        """Declare an action done, with what shows it."""
        return self._change_of(
            reference, lambda plan, sign: plan.finish(reference, sign, evidence=evidence), occurred_at
        )

    def judge(
        self,
        reference: str,
        effectiveness: Effectiveness,
        *,
        why: str,
        follow_up: str | LineReference | None = None,
        occurred_at: datetime | None = None,
    ) -> PlanPart:
        """Judge the effectiveness of an action against its criterion; `follow_up` is as for that verb.

        Judged effective as of a day after which a case showed its cause, it is opened again at once, as of now.

        Raises:
            StoreDamagedError: a case on its cause, which may have come after that day, cannot be read.
        """
        return self._change_of(
            reference,
            lambda plan, sign: plan.judge(reference, effectiveness, sign, why=why, follow_up=follow_up),
            occurred_at,
            follow_up,
            lambda action: [] if action.cause_family is None else [cause_guard(action.cause_family)],
        )

    def follow_up(
        self, reference: str, follow_up: str | LineReference, *, occurred_at: datetime | None = None
    ) -> PlanPart:
        """Name the action that follows up one that was not effective.

        Args:
            reference: the one that was not effective.
            follow_up: what follows it up, which is on a plan already: of this plan, its reference; of another one
                within the desk's scope, its `LineReference`, for the reference alone would not say which.
            occurred_at: when; now by default.

        Raises:
            UnknownActionError: the other plan has no such action.
            PlanNotFoundError: the other plan is not within the desk's scope.
        """
        return self._change_of(
            reference, lambda plan, sign: plan.follow_up(reference, follow_up, sign), occurred_at, follow_up
        )

    def close(self, reference: str, *, comment: str | None = None, occurred_at: datetime | None = None) -> PlanPart:
        """Close an action whose effectiveness is judged."""
        return self._change_of(reference, lambda plan, sign: plan.close(reference, sign, comment=comment), occurred_at)

    def abandon(self, reference: str, *, reason: str, occurred_at: datetime | None = None) -> PlanPart:
        """Give an action up, with a reason."""
        return self._change_of(reference, lambda plan, sign: plan.abandon(reference, sign, reason=reason), occurred_at)

    def reopen(self, reference: str, *, reason: str, occurred_at: datetime | None = None) -> PlanPart:
        """Open an action again."""
        return self._change_of(
            reference,
            lambda plan, sign: plan.reopen(reference, sign, reason=reason),
            occurred_at,
            guards=lambda action: [action_guard(LineReference(self.scope, action.reference))],
        )

    def forget(
        self, reference: str, *, kinds: Iterable[TextKind] = tuple(TextKind), occurred_at: datetime | None = None
    ) -> PlanPart:
        """Erase texts of an action's story; the story itself stays. See `Desk.anonymise` for an SQLite file."""
        changed = self._change_of(reference, lambda plan, sign: plan.forget(reference, sign, kinds=kinds), occurred_at)
        self._context.store.erase_traces()
        return changed

    def publish(self, *, recipients: Iterable[str] = (ALL_PCS,), occurred_at: datetime | None = None) -> PublishedPlan:
        """Publish the next edition (diffusion), to all PCS by default.

        A region's edition gathers the lines of its sites' plans as they stand, the nation's those of regions and sites.

        Recipients are functions, offices or lists, never names of persons: they are kept in the clear, as part of the
        plan for good, and nothing forgets them. `Desk.personal_data_of` tells them all the same.

        Args:
            recipients: whom it goes to; functions, never persons.
            occurred_at: when it was published; now by default.

        Raises:
            StoreDamagedError: a plan that it gathers cannot be read.

        Source: M2-1 §6.3.
        """
        context = self._context
        listed = [*recipients] if isinstance(recipients, Iterator) else recipients  # it is read at each try

        def published(unit: UnitOfWork) -> PublishedPlan:
            plan = plan_asked(context, unit, self.scope)
            below = plans_below(unit, self.scope, context.places.known)
            gathered = gathered_lines(self.scope, below, context.places.known)
            after = plan.publish(context.signature(plan, occurred_at), recipients=listed, gathered=gathered)
            keep_plan(unit, after, plan.version)
            return after.editions[-1]

        return context.transact(published, self.scope.key)

    def to_markdown(self, lang: Lang = "fr") -> str:
        """The plan as Markdown: a title, a table of its own lines, and why some were opened again."""
        plan = self.current
        return plan_markdown(plan, self._reader(plan.vault, lang))

    def to_html(self, *, texts: bool = False) -> str:
        """The plan as an HTML fragment in French, its texts where they are asked for; see `Pgaac.to_html`."""
        context = self._context
        return self.current.to_html(texts=texts, zone=context.places.zone(self.scope), families=context.taxonomy)

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_csv(self, lang: Lang = "fr") -> str:
        """The plan's own lines as CSV, every column, for a spreadsheet.

        Write it to a file with `encoding="utf-8-sig"` and `newline=""`: a French Excel knows UTF-8 by that mark.
        """
        plan = self.current
        return lines_csv(plan.lines, self._reader(plan.vault, lang))

    def edition_to_markdown(self, number: int, lang: Lang = "fr") -> str:
        """An edition as Markdown: its date, its recipients, what changed from the one before, its lines.

        Raises:
            UnknownPublishedPlanError: there is none of that number.
            StoreDamagedError: a plan that it gathers lines from cannot be read.
        """
        plan, edition, texts = self._edition(number)
        before = plan.edition(number - 1) if number > 1 else None
        return published_plan_markdown(edition, self._reader(texts, lang), before)

    def edition_to_csv(self, number: int, lang: Lang = "fr") -> str:
        """The lines of an edition as CSV, every column, those that it gathers from other plans among them.

        Write it to a file as `to_csv` says.

        Raises:
            UnknownPublishedPlanError: there is none of that number.
            StoreDamagedError: a plan that it gathers lines from cannot be read.
        """
        _, edition, texts = self._edition(number)
        return lines_csv(edition.lines, self._reader(texts, lang))

    def _reader(self, texts: Vault, lang: Lang) -> Reader:
        """How values are shown: a site's plan in the site's zone, others in that of Paris; families as the desk has."""
        context = self._context
        return reader(texts, lang, context.places.zone(self.scope), families=context.taxonomy)

    def _edition(self, number: int) -> tuple[Pgaac, PublishedPlan, Vault]:
        """The plan, an edition of it, and the texts of that."""
        with self._context.store.unit_of_work() as unit:
            plan = plan_asked(self._context, unit, self.scope)
            edition = plan.edition(number)
            return plan, edition, texts_of_edition(self._context, unit, plan, edition)

    def _change_of(
        self,
        reference: str,
        change: Callable[[PlanPart, Signature], PlanPart],
        occurred_at: datetime | None,
        follow_up: str | LineReference | None = None,
        guards: Callable[[Action], Iterable[str]] = lambda _: (),
    ) -> PlanPart:
        """Change an action, holding the guards that the change asks for, given the action."""
        require(a_text, reference=reference)
        if not isinstance(follow_up, str | LineReference | None):
            raise TypeError(
                f"follow_up: the reference of an action or its LineReference is expected, got {safe_repr(follow_up)}"
            )
        named = LineReference(self.scope, follow_up) if isinstance(follow_up, str) else follow_up

        def held(plan: PlanPart) -> Iterable[str]:
            return (key for action in plan.actions if action.reference == reference for key in guards(action))

        return self._change(change, occurred_at, {reference}, named, held)

    def _change(
        self,
        change: Callable[[PlanPart, Signature], PlanPart],
        occurred_at: datetime | None,
        actions: set[str],
        follow_up: LineReference | None = None,
        guards: Callable[[PlanPart], Iterable[str]] = lambda _: (),
    ) -> PlanPart:
        """Change some actions, loading these and what follows them up; no other action of the plan is read."""
        context = self._context
        own = {follow_up.action} if follow_up is not None and follow_up.scope == self.scope else set()

        def changed(unit: UnitOfWork) -> PlanPart:
            plan = part_asked(context, unit, self.scope, actions | own)
            if follow_up is not None and not own:
                context.require_own_plan(follow_up.scope)
                part_of(unit, follow_up.scope, {follow_up.action}).action(follow_up.action)
            # Before the clock is read: a verdict of now comes after every case that was committed before.
            unit.guards.hold(*guards(plan))
            after = change(plan, context.signature(plan, occurred_at))
            require_named(context, unit, after, plan)
            after = reopen_judged_late(unit, after, context)
            keep_plan(unit, after, plan.version)
            return after

        return context.transact(changed, self.scope.key)


def refuse_cases(cases: object) -> NoReturn:
    """Refuse cases that are named on a plan alone: they would know nothing of it, and may be out of the scope."""
    names = isinstance(cases, tuple | list) and all(isinstance(case, str) for case in cases)
    raise FaultsError([Fault("cases", cases if names else REDACTED, _BY_PLAN)])
