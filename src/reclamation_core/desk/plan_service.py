"""The PGAAC at the desk: one plan of a site, a region or the nation, and the actions planned for a case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NoReturn

import attrs

from reclamation_core.cases import Case, TextKind, Vault
from reclamation_core.cases.events import ActionsPlanned, NoActionNeeded
from reclamation_core.cases.plain import TimelineEntry
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.desk import services
from reclamation_core.desk.commands import PlanCommand, as_command
from reclamation_core.desk.context import CommandLog, DeskContext
from reclamation_core.desk.plan_access import (
    action_lock,
    as_seen,
    cause_lock,
    follow_up,
    load_known_part,
    load_part,
    load_plan,
    plans_below,
    reopen_judged_late,
    require_named,
    save_plan,
    texts_by_plan,
)
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.plans import (
    Action,
    ActionSheet,
    Effectiveness,
    LineReference,
    Pgaac,
    PlanPart,
    PlanScope,
    PublishedPlan,
    gathered_lines,
)
from reclamation_core.plans.action import new_action
from reclamation_core.plans.decision import available_plan_commands
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionAmended,
    ActionClosed,
    ActionDone,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
    PlanEvent,
    PlanPublished,
    SignalAcknowledged,
    SignalDismissed,
    TextsForgotten,
)
from reclamation_core.plans.published import ALL_PCS
from reclamation_core.ports import UnitOfWork
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import as_tuple, coded, each, each_coded, of_class, optional, require, truth
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.wording import Lang, Wording, safe_repr

_PLANNED_BY_CASES: Final = Wording(
    "décidez de l'action depuis chaque dossier concerné",
    "an action serves a case once it is planned for that case: plan it for each",
)
_NO_ACTION: Final = Wording(
    "une action au moins est attendue ; si aucune n'est nécessaire, dites pourquoi",
    "at least one action is expected; if none is needed, state why",
)
_AMENDED: Final = {field.name for field in attrs.fields(ActionSheet)} - {"reference"}


class PlanService:
    """The commands and views of one plan; a command changes the stored plan and returns the part that it changed.

    A command on an action loads and writes that action only: its cost does not depend on the length of the plan.
    `outline` loads no published line, and publishing only writes them. `current` loads the whole plan.

    The plan of a site that left the list remains. The plan of an unknown site or region without events raises
    UnknownSiteError or FaultsError. Commands raise PlanRefusedError if guards are not met, UnknownActionError if no
    action has the reference, ConcurrentChangeError if the plan changed concurrently, and VersionConflictError if it has
    another version than the `expected_version`. `add` and `amend` raise UnknownSiteError for an action at, or spread
    to, an unknown site, and FaultsError for an unknown family of causes. Dates are shown in the time zone of the site;
    for a region, the nation and a site that left the list, in that of Paris.
    """

    def __init__(self, context: DeskContext, scope: PlanScope) -> None:
        context.require_plan_in_scope(scope)
        self._context = context
        self.scope = scope

    @property
    def current(self) -> Pgaac:
        """The whole plan as it is now, an immutable value.

        For a desk with a scope, it names no case outside of it.
        """
        with self._context.store.unit_of_work() as unit:
            return as_seen(self._context, unit, load_plan(self._context, unit, self.scope))

    @property
    def outline(self) -> PlanPart:
        """The outline of the plan as it is now, which has no published line; for a desk with a scope as `current`."""
        with self._context.store.unit_of_work() as unit:
            return as_seen(self._context, unit, load_known_part(self._context, unit, self.scope))

    def part(self, references: Iterable[str]) -> PlanPart:
        """Return the part of the plan with some actions or signals, by their references: the cost is of these alone."""
        require(each(of_class(str)), references=(named := as_tuple(references)))
        with self._context.store.unit_of_work() as unit:
            return as_seen(self._context, unit, load_known_part(self._context, unit, self.scope, named))

    @property
    def actions(self) -> tuple[Action, ...]:
        """The actions of the plan, in the order in which they were added."""
        return self.outline.actions

    @property
    def published_plans(self) -> tuple[PublishedPlan, ...]:
        """The published plans, in order."""
        return self.current.published_plans

    @property
    def signals(self) -> tuple[services.PlanSignal, ...]:
        """The signals of the plan, the latest first, with their streams in words and who decided on them.

        For a desk with a scope, they do not name cases outside of it.
        """
        return services.signals_of(self._context, self.outline)

    def available_commands(self, reference: str | None = None) -> Mapping[PlanCommandType, tuple[GuardDetails, ...]]:
        """Return the commands on an action, each with the guards that refuse it now, whatever its date and its data.

        Without the reference of an action: the commands on the plan itself and on its signals.

        A guard has its id, its sentence with the values of the action that it is about, and the command that does what
        the sentence asks for. A command without any may be allowed: guards of its data are evaluated when it is given.
        See `Desk.available_commands` for those on a case.
        """
        require(optional(of_class(str)), reference=reference)
        action = None if reference is None else self.part([reference]).action(reference)
        return available_plan_commands(action, self._context.role, self._context.roles_on_plans)

    def form(self, command: PlanCommandType | str, reference: str | None = None) -> services.CommandForm:
        """Return the form of a command on the plan, or on an action or a signal of it; see `Desk.form`.

        Args:
            command: the command.
            reference: the reference of the action, or of the signal: an action that is added begins with what it says.

        Raises:
            FaultsError: there is no such command, or no such signal for a command on one.
            UnknownActionError: no action and no signal of the plan has that reference.
        """
        require(optional(of_class(str)), reference=reference)
        return services.FormService(self._context).of_plan(self.scope, command, reference)

    def timeline(
        self, action: str, lang: Lang = "fr", *, texts: bool = True, is_printed: bool = False
    ) -> tuple[TimelineEntry, ...]:
        """Return the history of an action for a reader (historique): what was amended, each note of progress, and who.

        Args:
            action: its reference.
            lang: the language of labels and values.
            texts: False to replace what people wrote by a mark, and to leave out who did it.
            is_printed: True for the typography of a page or a document.

        Raises:
            UnknownActionError: no action of the plan has that reference.
        """
        require(of_class(str), action=action)
        require(truth, texts=texts, is_printed=is_printed)
        return services.action_timeline(
            self._context, self.part([action]), action, lang, texts=texts, is_printed=is_printed
        )

    def effect(self, action: str, *, alpha: float = 0.01, limit: int | None = None) -> services.ActionEffect:
        """Return whether the complaints that an action is about became rarer once it was done (carte g).

        The g chart has the days between complaints before and after the action: those of the stream of the signal that
        it comes from; of another action those of its family of causes, at the sites of the plan. It is read with the
        judgement of effectiveness, and judges nothing.

        Args:
            action: its reference; it is done, and comes from a signal or names a family of causes.
            alpha: the chance of a gap beyond the limit where nothing has changed.
            limit: the most complaints to read, for a page of the web: those of five years at the sites of the plan.

        Raises:
            FaultsError: the action is not done or has neither a signal nor a family of causes; alpha is no chance; or
                there are more complaints than the limit.
            UnknownActionError: no action of the plan has that reference.
        """
        return services.effect(self._context, self.scope, action, alpha, limit)

    def add(
        self, sheet: ActionSheet, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> PlanPart:
        """Add an action that serves no case: from an audit, a review, monitoring.

        With the reference of a signal of the plan as its `origin_reference` it is what came of that signal.

        Another command on the plan is no conflict, unless a version is expected: the action is added after it.

        Raises:
            FaultsError: the sheet names cases, for which `Desk.plan` adds an action; or its reference is no short code.
        """
        require(of_class(ActionSheet), sheet=sheet)
        if sheet.cases:
            refuse_cases(sheet.cases)
        added = {sheet.reference}
        return self._change(lambda _: ActionAdded.of(sheet), occurred_at, expected_version, added, retries=True)

    def amend(
        self,
        /,
        reference: str,
        *,
        reason: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
        **changes: Any,
    ) -> PlanPart:
        """Change an action, by the names of the fields of its sheet.

        Raises:
            FaultsError: the changes name cases; `Desk.plan` lets the action serve one more case.
        """
        if unknown := sorted(changes.keys() - _AMENDED):
            listed = ", ".join(sorted(_AMENDED))
            raise TypeError(f"{', '.join(unknown)}: no field of an action's sheet has that name; use {listed}")
        if "cases" in changes:
            refuse_cases(changes["cases"])
        return self._change_action(
            reference,
            lambda plan: ActionAmended.of(plan.action(reference), reason=reason, **changes),
            occurred_at,
            expected_version,
        )

    def progress(
        self,
        reference: str,
        *,
        note: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Record the beginning or the progress of an action."""
        return self._change_action(
            reference, lambda _: ActionProgressed(action=reference, note=note), occurred_at, expected_version
        )

    def finish(
        self,
        reference: str,
        *,
        evidence: str,
        criterion: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Declare an action done, with its evidence; an action without a criterion gets it now, at the latest."""
        return self._change_action(
            reference,
            lambda _: ActionDone(action=reference, evidence=evidence, criterion=criterion),
            occurred_at,
            expected_version,
        )

    def judge(
        self,
        reference: str,
        effectiveness: Effectiveness | str,
        *,
        why: str,
        follow_up: str | LineReference | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Judge the effectiveness of an action against its criterion; for `follow_up` see the method of that name.

        An action judged effective with a date before a recurrence is reopened at once, dated now.

        Raises:
            StoreDamagedError: a case on its cause, which may be a recurrence, is corrupt.
        """
        return self._change_action(
            reference,
            lambda _: ActionJudged(
                action=reference,
                effectiveness=coded(Effectiveness, effectiveness),
                why=why,
                follow_up=None if follow_up is None else self._line(follow_up),
            ),
            occurred_at,
            expected_version,
            follow_up=follow_up,
            locks=lambda action: [] if action.cause_family is None else [cause_lock(action.cause_family)],
        )

    def follow_up(
        self,
        reference: str,
        follow_up: str | LineReference,
        *,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Name the action that follows up an ineffective one.

        Args:
            reference: the ineffective action.
            follow_up: the existing action that follows it up: its reference on this plan, or its `LineReference` on
                another plan inside the desk's scope.
            occurred_at: the time of it; now by default.
            expected_version: the version that the plan must have; any by default.

        Raises:
            UnknownActionError: the other plan has no such action.
            PlanNotFoundError: the other plan is outside the desk's scope.
        """
        return self._change_action(
            reference,
            lambda _: FollowUpNamed(action=reference, follow_up=self._line(follow_up)),
            occurred_at,
            expected_version,
            follow_up=follow_up,
        )

    def close(
        self,
        reference: str,
        *,
        comment: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Close an action whose effectiveness is judged."""
        return self._change_action(
            reference, lambda _: ActionClosed(action=reference, comment=comment), occurred_at, expected_version
        )

    def abandon(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Abandon an action, with a reason."""
        return self._change_action(
            reference, lambda _: ActionAbandoned(action=reference, reason=reason), occurred_at, expected_version
        )

    def reopen(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Reopen an action."""
        return self._change_action(
            reference,
            lambda _: ActionReopened(action=reference, reason=reason),
            occurred_at,
            expected_version,
            locks=lambda action: [action_lock(LineReference(self.scope, action.reference))],
        )

    def forget(
        self,
        reference: str,
        *,
        kinds: Iterable[TextKind | str] = tuple(TextKind),
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Erase texts of an action or a signal; its events remain. See `Desk.anonymise` for an SQLite file."""
        changed = self._change_action(
            reference,
            lambda _: TextsForgotten(action=reference, kinds=each_coded(TextKind, kinds)),
            occurred_at,
            expected_version,
        )
        self._context.store.erase_traces()
        return changed

    def acknowledge_signal(
        self, signal: str, *, occurred_at: datetime | None = None, expected_version: int | str | None = None
    ) -> PlanPart:
        """Record that somebody looks into a signal of the plan (prise en compte d'un signal).

        Args:
            signal: the reference of the signal.
            occurred_at: the time of it; now by default.
            expected_version: the version that the plan must have; any by default.
        """
        event = SignalAcknowledged(signal=signal)
        return self._change(lambda _: event, occurred_at, expected_version).part({signal})

    def dismiss_signal(
        self,
        signal: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PlanPart:
        """Dismiss a signal of the plan, with a reason: it calls for no action.

        An action of the plan whose `origin_reference` is the signal turns it into that action: see `add`.

        Args:
            signal: the reference of the signal.
            reason: why.
            occurred_at: the time of it; now by default.
            expected_version: the version that the plan must have; any by default.
        """
        event = SignalDismissed(signal=signal, reason=reason)
        return self._change(lambda _: event, occurred_at, expected_version).part({signal})

    def publish(
        self,
        *,
        recipients: Iterable[str] = (ALL_PCS,),
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,
    ) -> PublishedPlan:
        """Publish the plan (diffusion), to all PCS by default.

        The published plan of a region gathers the lines of its sites' plans; that of the nation, those of all plans.

        Recipients are functions, offices or lists, never names of persons: they are stored in clear text, as part of
        the plan, and cannot be erased. `Desk.personal_data_of` finds them all the same.

        Args:
            recipients: the recipients; functions, never persons.
            occurred_at: the time of the publication; now by default.
            expected_version: the version that the plan must have; any by default.

        Raises:
            StoreDamagedError: a plan that it gathers is corrupt.

        Source: M2-1 §6.3.
        """
        context = self._context.expecting(expected_version)
        listed = [*recipients] if isinstance(recipients, Iterator) else recipients  # each retry reads them

        log = CommandLog(self.scope.key)

        def published(unit: UnitOfWork) -> PublishedPlan:
            plan = load_known_part(context, unit, self.scope)
            context.require_version(self.scope.key, plan.version)
            number = len(plan.publications or ()) + 1
            below = plans_below(unit, self.scope, context.sites.known)
            gathered = gathered_lines(self.scope, below, context.sites.known)
            after = context.handle_on_plan(
                plan, lambda _: PlanPublished(number=number, recipients=listed, gathered=gathered), occurred_at
            )
            save_plan(unit, after, plan.version)
            log.save(after, plan.version)
            return after.published_plans[-1]

        return context.transact(published, log)

    def execute(
        self, command: PlanCommand | Mapping[str, Any], *, expected_version: int | str | None = None
    ) -> PlanPart | PublishedPlan:
        """Execute a command that is plain data; see `Desk.execute`.

        Args:
            command: the command, or its document: see `PlanCommand`.
            expected_version: the version that the plan must have; that of the document by default.

        Raises:
            FaultsError: with every fault of the document at once, each with its path.

        Raises the errors of the verb too.
        """
        asked = as_command(PlanCommand, command, self._context.longest_text)
        changed: PlanPart | PublishedPlan = asked.run(self, expected_version=expected_version)
        return changed

    def to_html(self, *, texts: bool = False) -> str:
        """Return the plan as an HTML fragment in French, with its texts if `texts` is True; see `Pgaac.to_html`."""
        context = self._context
        zone, today = context.sites.calendar_of_plan(self.scope).zone, context.day_at_sites(context.clock.now())
        return self.current.to_html(texts=texts, zone=zone, families=context.taxonomy, on=today)

    def _repr_html_(self) -> str:
        return self.to_html()

    def published_plan_to_document(self, number: int, *, texts: bool = False) -> dict[str, Any]:
        """Return a published plan as plain data; see `PublishedPlan.to_document`.

        Args:
            number: the number of the published plan.
            texts: True to include the texts that people wrote; by default each is null.

        Raises:
            UnknownPublishedPlanError: there is none with that number.
            StoreDamagedError: a plan that it gathers lines from is corrupt, and its texts are wanted.
        """
        sought = number if type(number) is int else 0  # none: True equals 1
        with self._context.store.unit_of_work() as unit:
            outline = load_known_part(self._context, unit, self.scope)
            plan = as_seen(self._context, unit, unit.plans.with_published(outline, sought, sought))
        published = plan.published_plan(number)
        if not texts:
            return published.to_document()
        texts_of = texts_by_plan(self._context, [plan])
        scopes = {line.scope for line in published.lines}
        return published.to_document(Vault.merged(map(texts_of, sorted(scopes, key=lambda scope: scope.order))))

    def _line(self, action: str | LineReference) -> LineReference:
        """Return the reference of an action of this plan, or of another one."""
        return action if isinstance(action, LineReference) else LineReference(self.scope, action)

    def _change_action(
        self,
        reference: str,
        event: Callable[[PlanPart], PlanEvent],
        occurred_at: datetime | None,
        expected_version: int | str | None,
        *,
        follow_up: str | LineReference | None = None,
        locks: Callable[[Action], Iterable[str]] = lambda _: (),
    ) -> PlanPart:
        """Execute a command on an action, and hold the optimistic locks that it needs for this action."""
        require(of_class(str), reference=reference)
        if not isinstance(follow_up, str | LineReference | None):
            raise TypeError(
                f"follow_up: the reference of an action or its LineReference is expected, got {safe_repr(follow_up)}"
            )
        line = None if follow_up is None else self._line(follow_up)

        def held(plan: PlanPart) -> Iterable[str]:
            return (key for action in plan.actions if action.reference == reference for key in locks(action))

        return self._change(event, occurred_at, expected_version, {reference}, follow_up=line, locks=held)

    def _change(
        self,
        event: Callable[[PlanPart], PlanEvent],
        occurred_at: datetime | None,
        expected_version: int | str | None,
        actions: set[str] | None = None,
        *,
        follow_up: LineReference | None = None,
        locks: Callable[[PlanPart], Iterable[str]] = lambda _: (),
        retries: bool = False,
    ) -> PlanPart:
        """Execute a command on some actions; only these and their follow-up are loaded. Any may come of a signal.

        A command that does not depend on what the caller has seen is decided again after a conflict on the plan.

        Args:
            event: returns the event to record, for these actions as they are.
            occurred_at: the time of it; now by default.
            expected_version: the version that the plan must have.
            actions: the actions, by their references; all by default.
            follow_up: the action that follows one of them up.
            locks: returns the keys of the optimistic locks to hold.
            retries: True to decide again after a conflict.
        """
        context = self._context.expecting(expected_version)
        own = {follow_up.action} if follow_up is not None and follow_up.scope == self.scope else set()
        log = CommandLog(self.scope.key)

        def changed(unit: UnitOfWork) -> PlanPart:
            plan = load_known_part(context, unit, self.scope, None if actions is None else actions | own)
            context.require_version(self.scope.key, plan.version)
            if follow_up is not None and not own:
                context.require_plan_in_scope(follow_up.scope)
                load_part(unit, follow_up.scope, {follow_up.action}).action(follow_up.action)
            # Hold the locks before reading the clock: a verdict dated now comes after every committed case.
            unit.optimistic_locks.hold(*locks(plan))
            after = context.handle_on_plan(plan, event, occurred_at)
            require_named(context, unit, after, plan)
            after = reopen_judged_late(context, unit, after)
            save_plan(unit, after, plan.version)
            log.save(after, plan.version)
            return after

        retry_all = retries and context.expected_version is None
        after = context.transact(changed, log, retry_all=retry_all, patient=retries)
        with context.store.unit_of_work() as unit:
            return as_seen(context, unit, after)


@attrs.frozen
class PlanningService(SharedRepr):
    """Plan actions for a case; the case and the plan are saved in one transaction.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def plan(
        self,
        reference: str,
        actions: tuple[ActionSheet | str, ...],
        scope: PlanScope | None,
        occurred_at: datetime | None,
    ) -> Case:
        """Put actions on a plan for a case; see `Desk.plan`."""
        if not actions:
            raise FaultsError([Fault("actions", None, _NO_ACTION)])
        for place, action in enumerate(actions):
            if not isinstance(action, ActionSheet | str):
                raise TypeError(f"actions[{place}]: an ActionSheet or a reference is expected, got {safe_repr(action)}")
            require(new_action, **{f"actions[{place}]": action})
        require(optional(of_class(PlanScope)), scope=scope)
        context, log = self.context, CommandLog(reference)

        def planned(unit: UnitOfWork) -> Case:
            case = context.load(unit, reference)
            context.require_version(reference, case.version)
            of = scope or PlanScope.site(case.handling_unit)
            context.require_plan_in_scope(of)
            names = tuple(action if isinstance(action, str) else action.reference for action in actions)
            # The handling unit may have left the list of sites since it was named: only a passed scope is checked.
            before = load_part(unit, of, names) if scope is None else load_known_part(context, unit, of, names)
            changed = context.handle(case, ActionsPlanned(plan=of, actions=names), occurred_at)
            after = before
            for action in actions:
                after = self._serving(after, action, changed, occurred_at)
            require_named(context, unit, after, before)
            save_plan(unit, after, before.version)
            unit.cases.save(changed, case.version)
            log.save(changed, case.version)
            return changed

        return context.without_unread_names(context.transact(planned, log, patient=True))

    def _serving(self, plan: PlanPart, action: ActionSheet | str, case: Case, occurred_at: datetime | None) -> PlanPart:
        """Return the plan with an action that serves a case."""
        reference = case.reference

        def event(before: PlanPart) -> PlanEvent:
            if isinstance(action, str):
                found = before.action(action)
                return ActionAmended.of(found, cases=(*found.cases, reference))
            if set(action.cases) - {reference}:
                refuse_cases(action.cases)
            return ActionAdded.of(attrs.evolve(action, cases=(reference,)))

        is_served = isinstance(action, str) and reference in plan.action(action).cases
        return plan if is_served else self.context.handle_on_plan(plan, event, occurred_at, case)

    def plan_nothing(self, reference: str, reason: str, occurred_at: datetime | None) -> Case:
        """State why the case needs no action; see `Desk.plan_nothing`."""
        context, data = self.context, NoActionNeeded(reason=reason)
        return context.update(
            reference, lambda unit, case: context.handle(case, data, occurred_at, follow_up(context, unit, case))
        )


def refuse_cases(cases: object) -> NoReturn:
    """Refuse cases named on a plan alone: the cases would have no event of it, and may be outside the scope."""
    names = isinstance(cases, tuple | list) and all(isinstance(case, str) for case in cases)
    raise FaultsError([Fault("cases", cases if names else REDACTED, _PLANNED_BY_CASES)])
