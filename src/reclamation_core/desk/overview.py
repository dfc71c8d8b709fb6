"""The overview of a case: what one page about it shows, as plain data, read in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.cases import Case, DecisionContext, RecordedEvent
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.decision import available_commands
from reclamation_core.cases.explanation import CaseExplanation, explain
from reclamation_core.cases.narration import Narrator
from reclamation_core.cases.next_steps import NextStep, NextStepView, next_steps
from reclamation_core.cases.plain import CaseView, TimelineEntry, ValueChange, plain
from reclamation_core.cases.texts import HIDDEN_NAME, Commitment, displayed_vault
from reclamation_core.cases.timeline import printed
from reclamation_core.desk.agenda import AvailableCommand, AvailableCommandView
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.documents import DocumentService, DocumentStatus
from reclamation_core.desk.forms import CommandForm, FormService, zone_of_plan
from reclamation_core.desk.plan_access import decision_on, load_known_part, parts_of_case, served_outside
from reclamation_core.errors import ReclamationError
from reclamation_core.plans import (
    Action,
    ActionSheet,
    ActionStatus,
    Effectiveness,
    LineReference,
    Pgaac,
    PlanPart,
    PlanScope,
    RecordedPlanEvent,
)
from reclamation_core.plans.events import ActionEvent
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import at_offset, coded, member_of, name, optional, require, whole_number
from reclamation_core.vocabulary import Fact, Role, Sites
from reclamation_core.vocabulary.commands import CommandType
from reclamation_core.wording import ChosenFrom, FieldLabel, Lang, Wording, field_labels

_DECIDED: Final = frozenset(field.name for field in attrs.fields(ActionSheet))


@attrs.frozen(kw_only=True)
class CaseAction(SharedRepr):
    """An action of a case, on whatever plan it is: what the reader of the case may know of it.

    Attributes:
        line: the plan and the reference of the action.
        status: the state of the action; None if its plan cannot be read.
        planned: the day by which it is to be done.
        is_late: True if that day is over and the action is not done.
        check_on: the day on which its effectiveness is to be judged.
        effectiveness: the effectiveness as judged; None before.
        what: the action in words; None once erased.
        owner: who answers for it; None once erased.
        is_plan_seen: True if the plan as a whole is inside the desk's scope.
        cases: the cases inside the scope that it serves; of the overview of a case, that case.
    """

    line: LineReference
    status: ActionStatus | None
    planned: date | None
    is_late: bool
    check_on: date | None
    effectiveness: Effectiveness | None
    what: str | None = attrs.field(repr=False)
    owner: str | None = attrs.field(repr=False)
    is_plan_seen: bool
    cases: tuple[str, ...]

    def to_document(self, *, texts: bool = False) -> dict[str, Any]:
        """Return the action as plain data; `document_schema("view.case_action")` describes it.

        Args:
            texts: True to include what people wrote; by default null.
        """
        return plain(self if texts else attrs.evolve(self, what=None, owner=None))


@attrs.frozen(kw_only=True)
class CaseOverviewView(SharedRepr):
    """The overview of a case as plain data."""

    case: CaseView
    days_left: int | None
    next_steps: tuple[NextStepView, ...]
    commands: tuple[AvailableCommandView, ...]
    actions: tuple[CaseAction, ...]
    documents: tuple[DocumentStatus, ...]
    explanation: CaseExplanation | None
    timeline: tuple[TimelineEntry, ...]


@attrs.frozen(kw_only=True)
class CaseOverview(SharedRepr):
    """What one page about a case shows (vue d'ensemble d'un dossier).

    Attributes:
        case: the case; a mark replaces names of persons if the role of the desk reads none.
        days_left: the business days until the awaited answer; negative if it is late, None if none is awaited.
        actions: the actions of the case.
        documents: the documents of its supports, without their bytes.
        lack: why there are no steps, commands and explanation: the desk lacks the edition; None if it has it.
        own: the facts that the edition declares itself, by name.
        sites: the sites, for their names.
        own_events: the numbers of the events that the person of the desk recorded.
        reads_names: whether the role of the desk reads names of persons.
    """

    case: Case
    days_left: int | None
    actions: tuple[CaseAction, ...]
    documents: tuple[DocumentStatus, ...]
    lack: ReclamationError | None
    own: Mapping[str, Fact] = attrs.field(repr=False, hash=False)
    sites: Sites = attrs.field(repr=False)
    own_events: frozenset[int]
    reads_names: bool
    _stored: Case = attrs.field(repr=False, eq=False)
    _role: Role = attrs.field(repr=False, eq=False)
    _decision: DecisionContext = attrs.field(repr=False, eq=False)
    _lang: Lang = attrs.field(repr=False, eq=False)
    _taxonomy: Taxonomy = attrs.field(repr=False, eq=False)
    _form: CommandForm | None = attrs.field(repr=False, eq=False)

    @cached_property
    def next_steps(self) -> tuple[NextStep, ...]:
        """What the closing of the case waits for, in the order of the procedure; none without the edition."""
        return () if self._decision.policy is None else next_steps(self._stored, self._role, self._decision)

    @cached_property
    def commands(self) -> tuple[AvailableCommand, ...]:
        """The commands, each with the guards that refuse it; none without the edition of the case."""
        return () if self._decision.policy is None else tuple(commands_on(self._stored, self._role, self._decision))

    @property
    def form(self) -> CommandForm:
        """The form of the command that `Desk.overview` was given.

        Raises:
            LookupError: it was given none.
        """
        if self._form is None:
            raise LookupError("form: the overview was made without a command; see Desk.overview")
        return self._form

    @cached_property
    def explanation(self) -> CaseExplanation | None:
        """The decisions and their reasons, in the language of `Desk.overview`; None without the edition of the case."""
        policy = self._decision.policy
        return (
            None
            if policy is None
            else explain(self.case, policy, self._decision.now, self._lang, taxonomy=self._taxonomy)
        )

    def timeline(self, lang: Lang = "fr", *, texts: bool = True, is_printed: bool = False) -> tuple[TimelineEntry, ...]:
        """Return the history of the case for a reader; see `Case.timeline`."""
        names: dict[str, Any] = {"own": self.own, "sites": self.sites, "taxonomy": self._taxonomy}
        found = self.case.timeline(lang, texts=texts, **names, is_printed=is_printed)
        return found if self.reads_names else tuple(attrs.evolve(one, actor=None) for one in found)

    def to_document(self, lang: Lang = "fr", *, texts: bool = False) -> dict[str, Any]:
        """Return the overview as plain data; `document_schema("view.case_overview")` describes it.

        Args:
            lang: the language of labels and sentences; the explanation is in that of `Desk.overview`.
            texts: True to include what people wrote; by default it is null, or replaced by a mark in sentences, and
                the explanation, which cites the reason of an imposed level, is null.
        """
        return {
            "case": self.case.to_document(texts=texts),
            "days_left": self.days_left,
            "next_steps": [one.to_document(lang) for one in self.next_steps],
            "commands": [one.to_document(lang) for one in self.commands],
            "actions": [one.to_document(texts=texts) for one in self.actions],
            "documents": [one.to_document(texts=texts) for one in self.documents],
            "explanation": None if self.explanation is None or not texts else self.explanation.to_document(),
            "timeline": [one.to_document() for one in self.timeline(lang, texts=texts)],
        }


def overview(context: DeskContext, reference: str, lang: Lang, command: str | None) -> CaseOverview:
    """Return the overview of a case; see `Desk.overview`."""
    forms, chosen = FormService(context), coded(CommandType, command)
    require(optional(member_of(CommandType)), command=chosen)
    with context.store.unit_of_work() as unit:
        case = context.load(unit, reference)
        parts = parts_of_case(context, unit, case)
        decision, lack = decision_on(context, unit, case, parts)
        form = None if chosen is None else forms.of_loaded(unit, chosen, case, decision)
    deadline = None if case.awaited_on is None else case.deadline
    return CaseOverview(
        case=context.without_unread_names(case),
        days_left=None if deadline is None else deadline.business_days_left(decision.now),
        actions=tuple(_actions(context, case, parts, case.day_of(decision.now))),
        documents=DocumentService(context).status_of(case),
        lack=lack,
        own=context.own_facts_of(case),
        sites=context.sites.known,
        reads_names=context.reads_names,
        own_events=frozenset(one.number for one in case.events if case.vault.read(one.by) == context.actor),
        stored=case,
        role=context.role,
        decision=decision,
        lang=lang,
        taxonomy=context.labels,
        form=form,
    )


@attrs.frozen(kw_only=True)
class RecordedChange(SharedRepr):
    """An event that was recorded on a case or a plan, for a person whose form was made before it.

    Attributes:
        number: the number of the event.
        label: the type of the event.
        actor: who recorded it; None once the name is erased, or if the role of the desk reads no names.
        role: in which role.
        recorded_at: when it was recorded.
        zone: the time zone of the case or of the plan.
        is_own: True if the person of the desk recorded it.
    """

    number: int
    label: Wording
    actor: str | None = attrs.field(repr=False)
    role: Role
    recorded_at: datetime
    zone: ZoneInfo
    is_own: bool


def recorded_since(context: DeskContext, holder: str, version: int) -> tuple[RecordedChange, ...]:
    """Return the events of a case or a plan after a version; see `Desk.recorded_since`."""
    require(name, holder=holder)
    require(whole_number(0), version=version)
    found: Case | Pgaac | PlanPart
    try:
        scope = PlanScope.parse(holder)
    except ValueError:
        with context.store.unit_of_work() as unit:
            found = context.load(unit, holder)
    else:
        context.require_plan_in_scope(scope)
        with context.store.unit_of_work() as unit:
            found = load_known_part(context, unit, scope)
            if sum(one.number > version for one in found.events) < found.version - version:
                found = unit.plans.get(scope.key)  # with the event of a publication, which no part has
    return tuple(_change(context, found, one) for one in found.events if one.number > version)


def _change(
    context: DeskContext, holder: Case | Pgaac | PlanPart, event: RecordedEvent | RecordedPlanEvent
) -> RecordedChange:
    actor = holder.vault.read(event.by)
    return RecordedChange(
        number=event.number,
        label=Wording(event.label("fr"), event.label("en")),
        actor=actor if context.reads_names else None,
        role=event.role,
        recorded_at=event.recorded_at,
        zone=holder.zone if isinstance(holder, Case) else zone_of_plan(context.sites.known, holder.scope),
        is_own=actor == context.actor,
    )


def action_timeline(
    context: DeskContext, plan: PlanPart, reference: str, lang: Lang, *, texts: bool, is_printed: bool
) -> tuple[TimelineEntry, ...]:
    """Return the events of an action for a reader; see `PlanService.timeline`."""
    plan.action(reference)
    sites = context.sites.known
    zone, style = zone_of_plan(sites, plan.scope), lang if is_printed else "en"
    vault = displayed_vault(plan.vault, texts=texts)
    say = Narrator(lang, vault, lambda at: at.astimezone(zone).date(), sites=sites, taxonomy=context.labels)
    decided: dict[str, object] = {}
    return tuple(
        TimelineEntry(
            number=event.number,
            occurred_at=at_offset(event.occurred_at.astimezone(zone)),
            recorded_at=at_offset(event.recorded_at.astimezone(zone)),
            actor=plan.vault.read(event.by) if texts and context.reads_names else None,
            role=event.role,
            role_label=event.role.label(lang),
            type=event.type,
            label=event.label(lang),
            stage=event.data.event_type.stage,
            sentence=event.label(lang),
            changes=tuple(printed(one, style) for one in _changes_of_action(event.data, decided, say)),
        )
        for event in plan.events
        if isinstance(event.data, ActionEvent) and event.subject == reference
    )


def _changes_of_action(event: ActionEvent, decided: dict[str, object], say: Narrator) -> Iterator[ValueChange]:
    """Yield what an event of an action says, and what it changed of the decisions before, which it updates."""
    recorded: Any = event
    own, is_new = attrs.asdict(recorded, recurse=False), not decided
    sheet = attrs.asdict(own["sheet"], recurse=False) if "sheet" in own else {}
    said = {key: value for key, value in own.items() if value is not None}
    for labels, values in ((field_labels(ActionSheet), sheet), (field_labels(type(event)), said)):
        for key in () if is_new else [one for one in labels if one in values]:
            if values[key] != decided.get(key):
                was, now = (_in_words(say, labels[key], one) for one in (decided.get(key), values[key]))
                yield ValueChange(name=key, label=labels[key].label.in_(say.lang), before=was, after=now)
        decided.update((key, value) for key, value in values.items() if key in _DECIDED)


def _in_words(say: Narrator, label: FieldLabel, value: object) -> str | None:
    words: str | None
    match value:
        case None | ():
            words = None
        case tuple():
            words = ", ".join(filter(None, (_in_words(say, label, one) for one in value)))
        case Commitment():
            words = say.text(value)
        case LineReference():
            words = say.line(value)
        case date():
            words = say.date(value)
        case str() if label.chosen_from is ChosenFrom.SITES:
            words = say.site(value)
        case str() if label.chosen_from is ChosenFrom.CAUSE_FAMILIES:
            words = say.families([value])
        case _:
            words = say.value(value)
    return words


def commands_on(case: Case, role: Role, decision: DecisionContext) -> Iterator[AvailableCommand]:
    """Yield the commands on a case with the guards that refuse them; see `Desk.available_commands`."""
    for command, found in available_commands(case, role, decision).items():
        yield AvailableCommand(
            command=command,
            group=found.group,
            guards=found.permission.deciding if found.details else (),
            details=found.details,
        )


def _actions(context: DeskContext, case: Case, parts: Iterable[PlanPart], today: date) -> Iterator[CaseAction]:
    """Yield the actions of a case in the order in which they were planned, whatever their plans."""
    known = {LineReference(part.scope, one.reference): (part, one) for part in parts for one in part.actions}
    for line in case.actions:
        is_seen = context.scope is None or context.scope.holds_plan(line.scope)
        if line not in known:
            yield _unknown_action(line, case.reference, is_seen=is_seen)
        else:
            shown = _action(line.scope, *known[line], today, names=context.reads_names)
            yield attrs.evolve(shown, is_plan_seen=is_seen, cases=(case.reference,))


def actions_elsewhere(context: DeskContext) -> tuple[CaseAction, ...]:
    """Return the actions on plans outside the scope that serve cases inside it; see `Desk.actions_elsewhere`."""
    today, names = context.today, context.reads_names
    with context.store.unit_of_work() as unit:
        served = served_outside(context, unit)
        parts, _ = unit.plans.parts(served)
    return tuple(
        attrs.evolve(
            _action(part.scope, part, one, today, names=names),
            cases=tuple(case for case in one.cases if case in served[part.scope.key][one.reference]),
        )
        for part in parts
        for one in part.actions
    )


def _unknown_action(line: LineReference, case: str, *, is_seen: bool) -> CaseAction:
    return CaseAction(
        line=line, status=None, planned=None, is_late=False, check_on=None, effectiveness=None, what=None, owner=None,
        is_plan_seen=is_seen, cases=(case,),
    )  # fmt: skip


def _action(scope: PlanScope, plan: Pgaac | PlanPart, action: Action, today: date, *, names: bool) -> CaseAction:
    owner = plan.read(action.owner)
    return CaseAction(
        line=LineReference(scope, action.reference),
        status=action.status,
        planned=action.planned,
        is_late=action.is_late(today),
        check_on=action.check_on,
        effectiveness=action.effectiveness,
        what=plan.read(action.what),
        owner=owner if names or owner is None else HIDDEN_NAME,
        is_plan_seen=False,
        cases=action.cases,
    )
