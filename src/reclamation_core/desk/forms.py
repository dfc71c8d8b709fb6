"""Forms of commands: fields follow from the methods of the desk and from the labels of events, facts and sheets.

A posted form becomes the document of its command, which the desk reads and executes like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from html import escape
from itertools import count
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars.local_times import PARIS, moment_text, occurrences, offset_text
from reclamation_core.cases import Case, CaseKind, CommandType, DecisionContext, TextKind
from reclamation_core.cases.aggregate import GivenFields
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.causes.rendering import one_line
from reclamation_core.cases.decision import available_command
from reclamation_core.cases.events import CASE_EVENTS, ActionsPlanned, Qualified
from reclamation_core.cases.events.base import Facts, FactsEvent, PartialCaseCommand
from reclamation_core.cases.field_needs import FieldNeed, field_needs
from reclamation_core.cases.guards import GUARDS, CaseGuard
from reclamation_core.cases.plain import plain
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.cases.support_documents import kinds_of_documents, size_in_words
from reclamation_core.cases.texts import HIDDEN_NAME, Commitment, is_part, marked
from reclamation_core.codes import LabelledEnum, fold_label
from reclamation_core.desk.command_help import CommandHelp, CommandHelpView, command_help
from reclamation_core.desk.commands import CASE_COMMANDS, PLAN_COMMANDS, Argument, arguments_of
from reclamation_core.desk.context import DeskContext
from reclamation_core.desk.environment import Scope
from reclamation_core.desk.plan_access import as_seen, decision_on, load_known_part, parts_of_case
from reclamation_core.indicators.streams import stream_in_words
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import Action, ActionOrigin, ActionSheet, ActionType, PlanScope, ScopeKind
from reclamation_core.plans.action import LEVELS, PLACE
from reclamation_core.plans.decision import available_plan_commands
from reclamation_core.plans.events import PLAN_EVENTS, SIGNAL_COMMANDS
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.plans.guards import PartialPlanCommand
from reclamation_core.plans.plan import BasePlan
from reclamation_core.plans.signals import RaisedSignal, name_of_stream, signal_in_words, weeks_in_words
from reclamation_core.policy import Policy, SupportParameters
from reclamation_core.ports import UnitOfWork
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Boolean, Day, Decision, Domain, Enumeration, Integer, Number
from reclamation_core.tables.explanation import sentence
from reclamation_core.validators import coded, member_of, refuse_value, require
from reclamation_core.vocabulary import FACTS, Fact, MalfunctionFacts, Role, Sites
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.vocabulary.own_facts import OWN, OwnText, ShortText
from reclamation_core.wording import LANGUAGES, MORE, ChosenFrom, FieldLabel, Lang, Wording, field_labels, verbatim


def sites_or_none(sites: Sites | None) -> Sites:
    """Return a list of sites that may be missing, without sites in its place."""
    return sites or Sites()


def zone_of(sites: Sites | None, site: str | None) -> ZoneInfo:
    """Return the time zone in which a site enters dates; that of Paris for a site that is not in the list."""
    return sites[site].calendar().zone if sites is not None and site is not None and site in sites else PARIS


def zone_of_plan(sites: Sites | None, scope: PlanScope) -> ZoneInfo:
    """Return the time zone in which dates of a plan are entered; that of Paris for a region and the nation."""
    return zone_of(sites, scope.code if scope.kind is ScopeKind.SITE else None)


class FieldKind(StrEnum):
    """How a field is entered."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    WHOLE = "whole"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"
    TIME = "time"
    SEARCH = "search"
    CHOICE = "choice"
    OFFSET = "offset"
    CHOICES = "choices"
    CHECK = "check"
    FILES = "files"


@attrs.frozen(kw_only=True)
class FormField(SharedRepr):
    """A field of a form.

    Args:
        name: the name of the argument.
        place: the key of the document that holds it: `facts`, or `sheet` for an action; `facts.own` is the key `own` of
            the facts; empty for the document itself.
        kind: how it is entered.
        label: its label.
        hint: what to enter.
        is_required: True if the command needs it.
        choices: the codes that may be chosen, each with its label.
        values: the values that are entered already, or suggested; a text of the library is in both languages.
        is_whole: True if a choice is a whole number.
        error: why the values are refused; empty if they are not.
        group: the title of the closed group that has it; None for a field that is always shown.
        is_suggested: True if the values are suggested, not known already: a form that is sent has them.
        refused: the choices that are not offered, each with the guards that refuse it.
        time_key: the key of the field that has the time of an instant; empty if the instant is one field.
        key: the name under which the form posts it, unique in the form.
    """

    name: str
    kind: FieldKind
    label: Wording
    hint: Wording | None = None
    is_required: bool = False
    choices: tuple[tuple[str, Wording], ...] = ()
    values: tuple[str | Wording, ...] = ()
    is_whole: bool = False
    error: str = ""
    place: str = ""
    group: Wording | None = None
    is_suggested: bool = False
    refused: tuple[RefusedChoice, ...] = ()
    time_key: str = ""
    key: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True))

    def texts(self, lang: Lang) -> tuple[str, ...]:
        """Return the values in one language."""
        return tuple(one.in_(lang) if isinstance(one, Wording) else one for one in self.values)

    def view(self, lang: Lang) -> FormFieldView:
        """Return the field in one language."""
        return FormFieldView(
            name=self.name,
            key=self.key,
            place=self.place,
            kind=self.kind,
            label=self.label.in_(lang),
            hint=None if self.hint is None else self.hint.in_(lang),
            is_required=self.is_required,
            time_key=self.time_key,
            choices=tuple(ChoiceView(code, label.in_(lang)) for code, label in self.choices),
            refused=tuple(one.view(lang) for one in self.refused),
            values=self.texts(lang),
            is_suggested=self.is_suggested,
            group=None if self.group is None else self.group.in_(lang),
        )


@attrs.frozen
class ChoiceView(SharedRepr):
    """A choice of a field: its code and its label."""

    code: str
    label: str


@attrs.frozen
class RefusedChoiceView(SharedRepr):
    """A choice that is not offered, why, and the codes of the commands that would change it."""

    label: str
    reason: str
    remedies: tuple[str, ...]


@attrs.frozen
class RefusedChoice(SharedRepr):
    """A choice that is not offered.

    Attributes:
        label: its label.
        guards: the guards that refuse it whatever else is entered, each with its sentence and the command that does
            what the sentence asks for.
    """

    label: Wording
    guards: tuple[GuardDetails, ...]

    def view(self, lang: Lang) -> RefusedChoiceView:
        """Return the choice in one language."""
        reason = " ".join(sentence(one.wording.in_(lang)) for one in self.guards)
        remedies = dict.fromkeys(one.remedy_code for one in self.guards if one.remedy_code)
        return RefusedChoiceView(self.label.in_(lang), reason, tuple(remedies))


@attrs.frozen(kw_only=True)
class FormFieldView(SharedRepr):
    """A field of a form as plain data, in one language; see `FormField`."""

    name: str
    key: str
    place: str
    kind: FieldKind
    label: str
    hint: str | None
    is_required: bool
    time_key: str
    choices: tuple[ChoiceView, ...]
    refused: tuple[RefusedChoiceView, ...]
    values: tuple[str, ...]
    is_suggested: bool
    group: str | None


@attrs.frozen
class FormContext(SharedRepr):
    """What the fields of a form depend on.

    Args:
        sites: the sites of the agency; if there are none, a site is entered as text.
        taxonomy: the families of causes; without them a family is entered as text.
        zone: the time zone in which dates are entered.
        case: the case, for a command on one.
        plan: the plan, for a command on it.
        action: the action, for a command on one.
        signal: the signal, for a command on one or an action that it leads to.
        own: the facts that the edition of the case declares itself, or those of all editions for a new case.
        role: the role of the person who would act; None for any.
        decision: the context of a decision on the case now; without it the form has no needs of guards.
        scope: what the desk sees: where a case may be registered, and on which plans actions may be put; None for all.
        support: the limits of documents; None without a store of them.
    """

    sites: Sites = attrs.field(converter=sites_or_none)
    taxonomy: Taxonomy | None
    zone: ZoneInfo
    case: Case | None = None
    plan: BasePlan | None = None
    action: Action | None = None
    own: tuple[Fact, ...] = ()
    role: Role | None = None
    decision: DecisionContext | None = None
    scope: Scope | None = None
    support: SupportParameters | None = None
    signal: RaisedSignal | None = None


_WHEN: Final = FieldLabel(
    Wording("date de l'opération", "date of the event"),
    Wording("Laissez vide si elle a lieu maintenant.", "Leave empty if it happens now."),
    group=Wording("Date de l'opération", "Date of the event"),
)
_CODE: Final = re.compile("((?:[A-Za-z0-9][A-Za-z0-9-]{0,29}?)??)([0-9]{1,9})")
DOCUMENTS: Final = "documents"
"""The name of the field of the files of a support; the value of an uploaded one is its key, a space and its name."""
_OF_OTHER_FIELDS: Final = frozenset({"actions", "changes", DOCUMENTS})
"""Arguments whose content other fields have."""
MOST_NUMBERED: Final = 200
"""The most events or measures of a case that a list offers; of a longer list the number is entered."""
_NEXT: Final = Wording("Proposé : le suivant de ce plan.", "Suggested: the next one of this plan.")
_FINDING: Final = Wording("constat", "finding")
_FOUND_ON: Final = Wording("date du constat", "date of the finding")
_FOUND_TIME: Final = Wording("heure du constat", "time of the finding")
_FOUND_AT: Final = Wording("date et heure du constat", "date and time of the finding")
_FOUND: Final = Wording(
    "Ce qui a été constaté, où et depuis quand. Ne nommez personne sans nécessité.",
    "What was found, where and since when. Name nobody without need.",
)
_KINDS: Final[Mapping[Any, FieldKind]] = {
    bool: FieldKind.CHECK,
    int: FieldKind.WHOLE,
    datetime: FieldKind.INSTANT,
    date: FieldKind.DAY,
}
YES_NO: Final = (("true", Wording("oui", "yes")), ("false", Wording("non", "no")))
_OF_COMPLAINTS: Final = ("complainant", "remedy_sought")
"""Parameters of a registration that a malfunction does not have: it has no client."""
_JUDGED: Final = frozenset({*Qualified.judges, "causes"}) - {"requirement"}
"""The facts that a qualification or an analysis judges: a registration has no field for them."""
_FIRST: Final = ("what", "owner", "planned", "criterion", "type", "cause_family", "cause")
"""The fields of an action that come first: what, who, until when, by what it is judged, on which cause."""
_SELDOM: Final[Mapping[str, Wording]] = {
    "satisfaction": Wording("Enquête de fin de formation", "End-of-training survey"),
    "mobilisation": MORE,
}
"""The groups of the facts that are seldom known at a registration."""
LARGEST_TEXT: Final = 6_000
"""The bytes of the largest text that a form shows to be changed, so that a page stays below 100 kB."""
_TOO_LONG: Final = Wording(
    "Ce texte est trop long pour être affiché ici. Laissez vide pour le conserver, ou saisissez-en un autre.",
    "This text is too long to be shown here. Leave empty to keep it, or enter another one.",
)
_NOT_READ: Final = Wording(
    "Votre rôle ne lit pas les noms. Laissez vide pour conserver celui-ci, ou saisissez-en un autre.",
    "Your role does not read names. Leave empty to keep this one, or enter another one.",
)
_MOST_OF_TEXTS: Final = 8_000
"""The most characters of a preset, and of all texts in a list of actions or measures: a page stays below 100 kB."""
OFFSET: Final = "_offset"
"""The end of the key of the field that states which of the two instants of a local time is meant."""
_RECEIVED_AT: Final = FormField(
    name="received_at",
    kind=FieldKind.INSTANT,
    label=Wording("date et heure de réception", "date and time of receipt"),
    hint=Wording("À l'heure du centre.", "In the local time of the site."),
    is_required=True,
    place="facts",
)
_RECEIVED_ON: Final = attrs.evolve(
    _RECEIVED_AT, label=Wording("date de réception", "date of receipt"), hint=None, time_key="received_time"
)
_RECEIVED_TIME: Final = FormField(
    name=_RECEIVED_ON.time_key,
    kind=FieldKind.TIME,
    label=Wording("heure de réception", "time of receipt"),
    hint=Wording(
        "À l'heure du centre. Inutile pour un courrier, obligatoire pour les autres canaux.",
        "In local time. Not needed for a letter, required for the other channels.",
    ),
)
PLAN: Final = FormField(
    name="plan_scope",
    kind=FieldKind.CHOICE,
    label=Wording("plan où inscrire l'action", "plan of the action"),
    hint=Wording("Par défaut, celui de l'unité de traitement.", "That of the handling unit by default."),
    group=PLACE,
)
_FOLLOWED_UP: Final = Wording("Suite d'une action non efficace", "Follow-up of an action that was not effective")
FOLLOW_UP_PLAN: Final = FormField(
    name="follow_up_plan",
    kind=FieldKind.CHOICE,
    label=Wording("plan de l'action de suite, si c'en est un autre", "plan of the follow-up, if it is another"),
)
FOLLOW_UP_NUMBER: Final = FormField(
    name="follow_up_number",
    kind=FieldKind.LINE,
    label=Wording("numéro de l'action de suite sur cet autre plan", "number of the follow-up on that other plan"),
    hint=Wording("Par exemple : METZ-004.", "For example: METZ-004."),
)
_CAUSE: Final = Wording(
    "Proposée d'après l'analyse : remplacez-la par la cause précise.",
    "Suggested from the analysis: replace it by the exact cause.",
)
LINKED: Final = FormField(
    name="existing", kind=FieldKind.CHOICE, label=Wording("action déjà au plan", "action on the plan"), is_required=True
)


def case_form(command: CommandType, context: FormContext) -> tuple[FormField, ...]:
    """Return the fields of a command on a case."""
    event = CASE_EVENTS.event_of(command)
    fields = list(_fields(arguments_of(CASE_COMMANDS.method(command.value)).values(), event, context))
    if plans_actions(command):
        sheet = (_preset(field, event, context) for field in action_sheet_form(context))
        fields = _with_cause_in_words([*_with_needs_of_plan(sheet, PlanCommandType.ADD, context), *fields], context)
        fields.append(attrs.evolve(PLAN, choices=_plan_choices(context)))
    elif command is CommandType.ADD_SUPPORT:
        fields += _documents_fields(context)
    elif _RECEIVED_AT.name in event.event_type.presets and context.case is not None:
        received = event.event_type.presets[_RECEIVED_AT.name](context.case).astimezone(context.zone)
        shown = attrs.evolve(_RECEIVED_AT, values=(entered_text(received, context.zone),), is_required=False)
        shown = attrs.evolve(shown, label=_FOUND_AT) if context.case.kind is CaseKind.MALFUNCTION else shown
        both = occurrences(received, context.zone)
        fields[1:1] = [shown, *([offset_field(shown, both, received)] if len(both) > 1 else [])]
    return arranged(_with_needs_of_case(fields, command, context))


def _documents_fields(context: FormContext) -> Iterator[FormField]:
    """Yield the field of the documents of a support, if there is a store of them and the case may have more."""
    limits, case = context.support, context.case
    if limits is None or case is None or len(case.documents) >= limits.most_documents:
        return
    size, kinds = size_in_words(limits.largest_document), kinds_of_documents(limits.media_types)
    left = limits.most_documents - len(case.documents)
    yield FormField(
        name=DOCUMENTS,
        kind=FieldKind.FILES,
        label=Wording("fichiers", "files"),
        hint=Wording(
            f"Un ou plusieurs, {left} au plus pour ce dossier, de {size.fr} au plus chacun : {kinds.fr}.",
            f"One or several, at most {left} for this case, of at most {size.en} each: {kinds.en}.",
        ),
    )


def arranged(fields: Iterable[FormField]) -> tuple[FormField, ...]:
    """Return fields in the order of a form: those that are always shown, then each closed group.

    A field that has to be entered, and has no value, is always shown.
    """
    shown = [attrs.evolve(one, group=None) if one.is_required and not one.values else one for one in fields]
    groups = list(dict.fromkeys(one.group for one in shown if one.group is not None))
    return tuple(sorted(shown, key=lambda one: -1 if one.group is None else groups.index(one.group)))


def _with_cause_in_words(fields: Iterable[FormField], context: FormContext) -> list[FormField]:
    """Return the fields of a new action, the cause suggested in the words of its family."""
    shown = list(fields)
    family = next((code for one in shown if one.name == "cause_family" for code in one.values), None)
    if family is None or context.taxonomy is None:
        return shown
    # In a field of one line, a person who comes by keyboard has the words selected.
    kind, words = FieldKind.LINE, context.taxonomy.named(str(family))
    cause: dict[str, Any] = {"kind": kind, "hint": _CAUSE, "values": (words,), "is_suggested": True}
    return [attrs.evolve(one, **cause) if one.name == "cause" else one for one in shown]


def _with_needs_of_case(
    fields: Iterable[FormField], command: CommandType, context: FormContext
) -> tuple[FormField, ...]:
    """Return the fields of a command on a case, marked with what its guards need of them."""
    case, decision, event = context.case, context.decision, CASE_EVENTS.event_of(command)
    if case is None or decision is None:
        return tuple(fields)
    base = {"verdict": case.verdict} if "verdict" in attrs.fields_dict(event) else {}

    def partial(values: Mapping[str, object]) -> PartialCaseCommand:
        data = GivenFields(event, {**base, **values}) if values else None
        return PartialCaseCommand(event=event, given_role=context.role, given_data=data, case=case, context=decision)

    def refusing(values: Mapping[str, object]) -> list[str]:
        return [guard.id for guard in GUARDS.against(partial(values))]

    guards = GUARDS.of(command)
    needs = [*field_needs(event, [name for name in GUARDS.fields(*guards) if name != "facts"], refusing)]
    shown = list(fields)
    if any(one.place == "facts" for one in shown):
        needs += [need for guard in guards for need in _fact_needs(guard, partial)]
        asked = {need.field for need in needs if need.field in FACTS} - {one.name for one in shown}
        shown = [*(_fact_field(name, context) for name in FACTS if name in asked), *shown]
    found = _marked(shown, needs, lambda name: GUARDS.by_id[name].details(partial({}), context.zone))
    refused = {one.label for field in found for one in field.refused}
    offered = {None, *(code for field in found for code, label in field.choices if label not in refused)}
    only_with = {name: label.only_with for name, label in field_labels(event).items()}
    return tuple(one for one in found if only_with.get(one.name) in offered)


def _fact_needs(guard: CaseGuard, partial: Callable[[Mapping[str, object]], PartialCaseCommand]) -> Iterator[FieldNeed]:
    """Yield what a guard needs of the facts: each that it asks for in turn, required if no others settle what it asks.

    Of two facts of which one is enough, the one that is asked for last is required.
    """
    event, before = partial({}).event, partial({}).case.facts
    judged = event.judges if issubclass(event, FactsEvent) else ()

    def asked(names: Iterable[str]) -> list[str]:
        command = partial({"facts": _known(before, names)})
        return [fact.name for fact in guard.missing(command) if fact.name in FACTS] if guard.missing else []

    names: list[str] = []
    while new := asked(names):
        names += new
    needed = {*names, *judged}
    for name in names:
        is_required = bool(asked(needed - {name}))
        if not is_required:
            needed.remove(name)
        yield FieldNeed(field=name, guards=(guard.id,), is_required=is_required)


def _known(facts: Facts, names: Iterable[str]) -> Facts:
    """Return facts, with some value in place of those of these names that are unknown."""
    unknown = (name for name in names if facts.get(name, None) is UNKNOWN)
    values: dict[str, Any] = {name: _some_value(FACTS[name].domain) for name in unknown}
    return attrs.evolve(facts, **values)


def _some_value(domain: Domain) -> object:
    """Return a value of a domain: the first code, the least number."""
    if isinstance(domain, Integer | Number):
        return domain.minimum
    return next(iter(domain.values)) if isinstance(domain, Enumeration) else True


def _with_needs_of_plan(
    fields: Iterable[FormField], command: PlanCommandType, context: FormContext
) -> tuple[FormField, ...]:
    """Return the fields of a command on a plan, marked with what its guards need of them."""
    event = PLAN_EVENTS.event_of(command)
    sheet = next((field.name for field in attrs.fields(event) if is_part(field)), None)
    is_new = command is PlanCommandType.ADD

    def partial(values: Mapping[str, object]) -> PartialPlanCommand:
        given = values if sheet is None else {sheet: GivenFields(ActionSheet, values)}
        return PartialPlanCommand(
            event=event,
            given_role=context.role,
            given_data=GivenFields(event, given) if values else None,
            plan=context.plan,
            action=None if is_new else context.action,
        )

    def refusing(values: Mapping[str, object]) -> list[str]:
        return [guard.id for guard in PLAN_GUARDS.against(partial(values))]

    read = PLAN_GUARDS.fields(*PLAN_GUARDS.of(command))
    needs = field_needs(event if sheet is None else ActionSheet, read, refusing)
    return _marked(fields, needs, lambda name: PLAN_GUARDS.by_id[name].details(partial({}), context.zone))


def _asked_first(fields: tuple[FormField, ...], case: Case, policy: Policy | None) -> tuple[FormField, ...]:
    """Return the fields with those of the facts that the case waits for first, outside any group."""
    if policy is None:
        return fields
    decisions: list[Decision[Any]] = []
    if case.kind is CaseKind.COMPLAINT:
        decisions.append(policy.tables["eligibility"].decide(case.facts))
    if case.qualification is not None:
        decisions.append(policy.complexity_decision(case.facts, case.level_override))
    names = [one.question.name for one in decisions if one.question is not None]
    asked = {one.key: attrs.evolve(one, group=None) for name in names for one in fields if one.name == name}
    return (*asked.values(), *(one for one in fields if one.key not in asked))


def _marked(
    fields: Iterable[FormField], needs: Iterable[FieldNeed], details: Callable[[str], GuardDetails]
) -> tuple[FormField, ...]:
    """Return fields marked with needs: what has to be entered is required, with the reason at its first field.

    A choice that guards refuse whatever else is entered is not offered; the only one that is left is suggested.
    """
    by_name = {need.field: need for need in needs}
    explained: set[str] = set()
    shown = []
    for field in fields:
        need = by_name.get(field.name)
        if need is None:
            shown.append(field)
            continue
        if need.is_refused and not field.is_required:
            continue  # whatever is entered is refused
        new = [details(guard).wording for guard in need.guards if guard not in explained and not field.is_required]
        reasons = [Wording(f"Vérifié à l'enregistrement : {a.fr}.", f"Checked when it is saved: {a.en}.") for a in new]
        explained |= {*need.guards}
        marked_field = attrs.evolve(
            field,
            is_required=field.is_required or need.is_required,
            hint=_joined([*([field.hint] if field.hint else []), *reasons]),
        )
        chosen = _allowed(marked_field, need, details)
        shown += [] if chosen is None else [chosen]
    return tuple(shown)


def _allowed(field: FormField, need: FieldNeed, details: Callable[[str], GuardDetails]) -> FormField | None:
    """Return a field without the choices that guards refuse; None for a box that may not be ticked."""
    refused = {
        str(value).lower() if isinstance(value, bool) else str(value): tuple(map(details, guards))
        for value, guards in need.refused
    }
    if field.kind is FieldKind.CHECK:
        if "true" in refused:
            return None
        return attrs.evolve(field, values=("true",), is_suggested=True) if "false" in refused else field
    left = tuple(one for one in field.choices if one[0] not in refused)
    reasons = tuple(RefusedChoice(label, refused[code]) for code, label in field.choices if code in refused)
    if not left:
        return attrs.evolve(field, refused=reasons)
    is_sole = len(left) == 1 and field.is_required and not field.values
    values, suggested = ((left[0][0],), True) if is_sole else (field.values, field.is_suggested)
    return attrs.evolve(field, choices=left, refused=reasons, values=values, is_suggested=suggested)


def _joined(words: Iterable[Wording]) -> Wording | None:
    """Return texts one after the other; None if there are none."""
    shown = list(words)
    return Wording(" ".join(one.fr for one in shown), " ".join(one.en for one in shown)) if shown else None


def plans_actions(command: str) -> bool:
    """Return True for a command on a case that puts new actions on a plan: its form has the sheet of one."""
    labels = (field_labels(cls).values() for cls, each in CASE_EVENTS.commands.items() if each.value == command)
    return any(label.chosen_from is ChosenFrom.NEW_ACTIONS for own in labels for label in own)


def action_form(command: PlanCommandType, context: FormContext) -> tuple[FormField, ...]:
    """Return the fields of a command on an action of a plan, or on the plan."""
    method, event = PLAN_COMMANDS.method(command.value), PLAN_EVENTS.event_of(command)
    fields: Iterable[FormField] = tuple(_fields(arguments_of(method).values(), event, context))
    sheet = next((field.name for field in attrs.fields(event) if is_part(field)), None)
    if sheet is None:
        return arranged(_with_follow_up(_with_needs_of_plan(fields, command, context), event, context))
    is_new = sheet in arguments_of(method)  # otherwise the arguments are changes of a sheet, by name
    decided = action_sheet_form(context) if is_new else _amended(context)
    return arranged((*_with_needs_of_plan(decided, command, context), *fields))


def _with_follow_up(fields: Iterable[FormField], event: type[Any], context: FormContext) -> Iterator[FormField]:
    """Yield fields, those that are chosen from the actions of the plan followed by those of one of another plan."""
    labels = field_labels(event)
    for field in fields:
        if field.name not in labels or labels[field.name].chosen_from is not ChosenFrom.ACTIONS:
            yield field
            continue
        group = None if field.is_required else _FOLLOWED_UP
        shown = attrs.evolve(field, kind=FieldKind.CHOICE, is_required=False)
        several = (shown, attrs.evolve(FOLLOW_UP_PLAN, choices=_plan_choices(context)), FOLLOW_UP_NUMBER)
        yield from (attrs.evolve(one, group=group) for one in several)


def _amended(context: FormContext) -> Iterator[FormField]:
    """Yield the fields of the action's sheet with what it has; a text that is too long for a page is left out."""
    action, plan = context.action, context.plan
    values = {} if action is None else attrs.asdict(action, recurse=False)
    for field in action_sheet_form(context):
        if field.name == "reference":
            continue
        value = values.get(field.name)
        if isinstance(value, Commitment):
            value = None if plan is None else plan.read(value)
        several = value if isinstance(value, tuple) else () if value is None else (value,)
        entered = tuple(entered_text(one, context.zone).replace("\r\n", "\n") for one in several)
        is_line = field.kind is FieldKind.LINE and not any("\n" in one for one in entered)
        kind = FieldKind.TEXT if field.kind is FieldKind.LINE and not is_line else field.kind
        unlisted = set(entered) - {code for code, _ in field.choices} if field.choices else ()
        choices = (*field.choices, *((one, Wording(one, one)) for one in sorted(unlisted)))
        is_required = attrs.fields_dict(ActionSheet)[field.name].default not in {None, ()}
        changed = attrs.evolve(field, place="changes", kind=kind, choices=choices, is_required=is_required)
        if sum(len(escape(one).encode(errors="replace")) for one in entered) > LARGEST_TEXT:
            yield attrs.evolve(changed, hint=_TOO_LONG, is_required=False)
        else:
            yield _unless_hidden(attrs.evolve(changed, values=entered))


def _plan_choices(context: FormContext) -> tuple[tuple[str, Wording], ...]:
    scopes = [one for one in plan_scopes(context.sites) if context.scope is None or context.scope.holds_plan(one)]
    return tuple((one.key, Wording(*(one.label(lang, context.sites) for lang in LANGUAGES))) for one in scopes)


def plan_scopes(sites: Sites) -> list[PlanScope]:
    """Return the plans of the nation, the regions and the sites, in the order in which a reader looks for them."""
    regions = sorted({sites[code].region for code in sites}, key=fold_label)
    return [PlanScope.nation(), *map(PlanScope.region, regions), *map(PlanScope.site, sites)]


def linked_action_form(context: FormContext) -> tuple[FormField, ...]:
    """Return the fields to plan, for a case, an action that is on the plan of its handling unit already."""
    choices = () if context.plan is None else tuple(_actions_of(context.plan))
    return (
        attrs.evolve(LINKED, choices=choices),
        *_fields(arguments_of(CASE_COMMANDS.method(CommandType.PLAN.value)).values(), ActionsPlanned, context),
    )


def _actions_of(plan: BasePlan) -> Iterator[tuple[str, Wording]]:
    """Yield the actions of a plan: the number of each, with the beginning of its text."""
    most = min(80, _MOST_OF_TEXTS // max(1, len(plan.actions)))
    for one in plan.actions:
        yield one.reference, _named(verbatim(one.reference), plan.read(one.what), most)


def registration_form(context: FormContext, kind: CaseKind = CaseKind.COMPLAINT) -> tuple[FormField, ...]:
    """Return the fields of a registration: the receipt, the message, then the facts that are known.

    Args:
        context: the sites, the taxonomy and the zone.
        kind: the kind of the case.
    """
    event = CASE_EVENTS.classes["registered"]
    arguments = dict(arguments_of(CASE_COMMANDS.method("register")))
    names = {field.name for field in attrs.fields(MalfunctionFacts)} if kind is CaseKind.MALFUNCTION else set(FACTS)
    for name in ("facts", *(_OF_COMPLAINTS if kind is CaseKind.MALFUNCTION else ())):
        del arguments[name]
    facts = (_fact_field(name, context) for name in FACTS if name in names and name not in _JUDGED)
    # The author of a complaint is named, and is of a kind: a fact of the same name is posted under another one.
    *entered, occurred_at = _fields(arguments.values(), event, context)
    received, time = _RECEIVED_ON, _RECEIVED_TIME
    if kind is CaseKind.MALFUNCTION:
        received = attrs.evolve(received, label=_FOUND_ON)
        time = attrs.evolve(time, label=_FOUND_TIME, hint=_RECEIVED_AT.hint, is_required=True)
        entered = [attrs.evolve(one, label=_FINDING, hint=_FOUND) if one.name == "verbatim" else one for one in entered]
    if context.scope is not None:
        entered = [_where_seen(one, context.scope.sites) if one.name == "site" else one for one in entered]
    known = (attrs.evolve(fact, key=f"{fact.name}_fact") if fact.name in arguments else fact for fact in facts)
    seldom = (attrs.evolve(fact, group=_SELDOM.get(fact.name)) for fact in known)
    own = (own_field(fact, None) for fact in context.own if kind.value in fact.kinds)
    shown = (received, time, *entered, *seldom, *own, occurred_at)
    return arranged(sorted(shown, key=lambda one: one.name != "channel"))  # it decides whether the time is required


def _where_seen(field: FormField, seen: frozenset[str]) -> FormField:
    """Return the field of a site with the choices that are seen; the only one is suggested."""
    choices = tuple(one for one in field.choices if one[0] in seen)
    values = (choices[0][0],) if len(choices) == 1 else field.values
    return attrs.evolve(field, choices=choices, values=values, is_suggested=bool(values))


def action_sheet_form(context: FormContext) -> Iterator[FormField]:
    """Yield the fields of a new action, what is needed first, without the cases that it serves."""
    hints, labels = get_type_hints(ActionSheet), field_labels(ActionSheet)
    proposed = _proposed(context)
    fields = [field for field in attrs.fields(ActionSheet) if field.name != "cases"]
    for field in sorted(fields, key=lambda one: _FIRST.index(one.name) if one.name in _FIRST else len(_FIRST)):
        label = labels[field.name]
        is_required = label.is_required or field.default is attrs.NOTHING
        entered = _Argument(field.name, hints[field.name], label, is_required, ActionSheet).field(context)
        if field.name == "reference" and context.plan is not None:
            entered = attrs.evolve(entered, hint=_NEXT, values=(next_reference(context.plan),), is_suggested=True)
        elif field.name in proposed:
            entered = attrs.evolve(entered, values=(proposed[field.name],), is_suggested=True)
        yield attrs.evolve(entered, place="sheet")


def _proposed(context: FormContext) -> Mapping[str, str | Wording]:
    """Return what a new action of a plan begins with: its place; with a signal also that it is preventive, and why."""
    signal, plan = context.signal, context.plan
    if plan is None or context.case is not None or context.action is not None:
        return {}
    level = LEVELS.get(plan.scope.kind)
    place = {"site": str(plan.scope.code)} if level is None else {"level": level.value}
    if signal is None:
        return place
    stream = _stream(signal, context)
    seen = signal_in_words(signal.observed, signal.expected, signal.recurrence_weeks, signal.since, signal.week)
    return {
        "type": ActionType.PREVENTIVE.value,
        "origin": ActionOrigin.WATCH.value,
        "origin_reference": signal.reference,
        "finding": Wording(f"{stream.fr}\u00a0: {seen.fr}", f"{stream.en}: {seen.en}"),
        **place,
    }


def next_reference(plan: BasePlan) -> str:
    """Return a free code for the next action of a plan: the latest, its number raised, else the plan's with 001."""
    taken = {action.reference for action in plan.actions}
    matches = (_CODE.fullmatch(action.reference) for action in reversed(plan.actions))
    latest = next(filter(None, matches), None)
    stem, digits = (_stem(plan.scope), "000") if latest is None else latest.groups()
    codes = (f"{stem}{number:0{len(digits)}d}" for number in count(int(digits) + 1))
    return next(code for code in codes if code not in taken)


def _stem(scope: PlanScope) -> str:
    name = fold_label(scope.code or scope.kind.value).upper()
    return f"{re.sub('[^A-Z0-9]+', '-', name).strip('-')[:30].rstrip('-') or 'A'}-"


def _fields(arguments: Iterable[Argument], event: type[Any], context: FormContext) -> Iterator[FormField]:
    """Yield the fields of the arguments of a method that have a label; the date of the event comes last."""
    labels = {**field_labels(event), "occurred_at": _WHEN}
    entered = [one for one in arguments if one.is_by_name or one.name in labels]
    entered = [one for one in entered if one.name not in _OF_OTHER_FIELDS]
    for argument in sorted(entered, key=lambda one: one.name == "occurred_at"):
        if argument.is_by_name:
            offered = () if context.case is None else event.offered_facts(context.case.facts)
            yield from (_fact_field(fact, context) for fact in offered)
            yield from _own_fields(event, context)
        else:
            label = labels[argument.name]
            is_required = label.is_required or argument.is_required
            field = _Argument(argument.name, argument.annotation, label, is_required, event).field(context)
            if label.chosen_from is not ChosenFrom.UNKNOWN_FACTS or field.choices:
                yield _preset(field, event, context)


def _preset(field: FormField, event: type[Any], context: FormContext) -> FormField:
    """Return a field with the value that its event declares for a form to begin with, if it does."""
    preset, holder = event.event_type.presets.get(field.name), context.case or context.plan
    if preset is None or holder is None:
        return field
    value = preset(holder)
    values = value if isinstance(value, tuple) else () if value is None else (value,)
    texts = (entered_text(one, context.zone) for one in values if one != HIDDEN_NAME)
    entered = tuple(text for text in texts if len(text) <= _MOST_OF_TEXTS)
    return attrs.evolve(field, values=entered, is_suggested=bool(entered))


def _own_fields(event: type[Any], context: FormContext) -> Iterator[FormField]:
    """Yield the fields of the own facts that a command completes or corrects."""
    case = context.case
    if case is None or event.judges:
        return
    for fact in context.own:
        value = case.facts.own.get(fact.name, UNKNOWN)
        if (value is UNKNOWN) == event.completes:
            known = case.read(value) if isinstance(value, OwnText) else value
            yield with_suggestion(fact, _unless_hidden(own_field(fact, known)), case)


def _unless_hidden(field: FormField) -> FormField:
    """Return a field, empty if its value is a name that the role does not read."""
    if HIDDEN_NAME not in field.values:
        return field
    return attrs.evolve(field, values=(), is_required=False, hint=_NOT_READ)


def own_field(fact: Fact, value: object) -> FormField:
    """Return the field of a fact that an edition declares, with the value that the case has."""
    shown = fact.domain.encode(value) if isinstance(value, date) else value
    field = _field_of_fact(fact, UNKNOWN if shown is None else shown)
    return attrs.evolve(field, place=f"facts.{OWN}", key=fact.column)


def _fact_field(name: str, context: FormContext) -> FormField:
    value = context.case.facts.get(name, UNKNOWN) if context.case else UNKNOWN
    return with_suggestion(FACTS[name], _field_of_fact(FACTS[name], value), context.case)


def with_suggestion(fact: Fact, field: FormField, case: Case | None) -> FormField:
    """Return the field of a fact; its question has the value that is suggested, in words, and nothing is chosen."""
    several = () if case is None else case.suggestions
    one = next((one for one in several if one.fact == fact.key), None)
    if one is None:
        return field
    try:
        value = one.value_in(fact.domain)
    except ValueError:  # a later edition has other values
        return field
    hint = Wording(
        f"{fact.question.fr} Suggestion : {value.fr}, d'après {one.source}.",
        f"{fact.question.en} Suggestion: {value.en}, by {one.source}.",
    )
    return attrs.evolve(field, hint=hint)


_KINDS_BY_DOMAIN: Final[Mapping[type[Domain], FieldKind]] = {
    Integer: FieldKind.WHOLE,
    Day: FieldKind.DAY,
    ShortText: FieldKind.LINE,
}
_MOST_LISTED: Final = 15
"""The most sites of a list; among more of them one is searched by its name."""
_MOST_CHOICES: Final = 100
"""The most numbers that are offered as choices."""


def _few_numbers(domain: object) -> range | None:
    """Return the whole numbers of a domain, if they are few enough to be offered as choices."""
    if not isinstance(domain, Integer) or domain.minimum is None or domain.maximum is None:
        return None
    numbers = range(domain.minimum, domain.maximum + 1)
    return numbers if len(numbers) <= _MOST_CHOICES else None


def _field_of_fact(fact: Fact, value: object) -> FormField:
    domain: Any = fact.domain
    choices: tuple[tuple[str, Wording], ...] = ()
    if isinstance(domain, Boolean):
        choices = YES_NO
    elif isinstance(domain, Enumeration):
        pairs = zip(map(str, domain.values), domain.labels, strict=True)
        choices = tuple((code, label) for code, label in pairs if code not in fact.retired or code == value)
    elif (numbers := _few_numbers(domain)) is not None:
        choices = tuple((str(number), Wording(str(number), str(number))) for number in numbers)
    kind = FieldKind.CHOICE if choices else _KINDS_BY_DOMAIN.get(type(domain), FieldKind.NUMBER)
    known = () if value is UNKNOWN or value is ABSENT else (entered_text(value, PARIS),)
    is_label = fact.question.fr == f"{fact.label.fr} ?"  # the question of an edition that declares none
    return FormField(
        name=fact.name,
        kind=kind,
        label=fact.label,
        hint=None if is_label else fact.question,
        choices=choices,
        values=known,
        is_whole=isinstance(domain, Integer),
        place="facts",
    )


@attrs.frozen
class _Argument(SharedRepr):
    """An argument of a command, or a field of an action sheet, that a person enters.

    Args:
        name: its name.
        annotation: its type.
        label: its label.
        is_required: True if the command needs it.
        holder: the event class or the sheet that declares it.
    """

    name: str
    annotation: Any
    label: FieldLabel
    is_required: bool
    holder: Any

    def field(self, context: FormContext) -> FormField:
        """Return the field of a form."""
        choices = tuple(self._choices(context))
        kind = self._kind(bool(choices))
        shown = context.signal if self.label.chosen_from is ChosenFrom.SIGNALS else None
        if kind is FieldKind.CHOICE and self.label.chosen_from is ChosenFrom.SITES and len(choices) > _MOST_LISTED:
            kind = FieldKind.SEARCH
        return FormField(
            name=self.name,
            kind=kind,
            label=(self.label.chosen_as if choices else None) or self.label.label,
            hint=self.label.hint,
            is_required=self.is_required and kind is not FieldKind.CHECK,
            choices=choices,
            is_whole=int in self._classes,
            values=() if shown is None else (shown.reference,),
            is_suggested=shown is not None,
            group=self.label.group,
        )

    @property
    def _classes(self) -> tuple[Any, ...]:
        parts = get_args(self.annotation) or (self.annotation,)
        return tuple(part for part in parts if isinstance(part, type))

    def _kind(self, has_choices: bool) -> FieldKind:
        if Ellipsis in get_args(self.annotation) or get_origin(self.annotation) is Iterable:
            return FieldKind.CHOICES if has_choices else FieldKind.LINES
        if has_choices:
            return FieldKind.CHOICE
        found = next((_KINDS[cls] for cls in self._classes if cls in _KINDS), None)
        if found is not None:
            return found
        return FieldKind.TEXT if marked(self.holder).get(self.name) is TextKind.FREE else FieldKind.LINE

    def _choices(self, context: FormContext) -> Iterator[tuple[str, Wording]]:
        """Yield the codes that may be chosen; none where names or texts are entered."""
        labelled = next((cls for cls in self._classes if issubclass(cls, LabelledEnum)), None)
        if labelled is not None:
            yield from ((member.value, member.wording) for member in labelled)
        elif self.label.chosen_from is not None:
            yield from _CHOSEN_FROM[self.label.chosen_from](context)
        elif self._classes == (bool, NoneType):
            yield from YES_NO


def _events_of_case(context: FormContext) -> Iterator[tuple[str, Wording]]:
    """Yield the events of a case by their numbers; none of a long history."""
    case = context.case
    for event in case.events if case is not None and case.version <= MOST_NUMBERED else ():
        label, moment = type(event.data).event_type.label, _moment_in_words(event.occurred_at, context.zone)
        words = (f"n° {event.number} – {label.in_(lang)}, {moment.in_(lang)}" for lang in LANGUAGES)
        yield str(event.number), Wording(*words)


def _measures(context: FormContext) -> Iterator[tuple[str, Wording]]:
    """Yield the containment measures of a case by their numbers, named by their texts; none of a long list."""
    case = context.case
    if case is None:
        return
    most = min(80, _MOST_OF_TEXTS // max(1, len(case.containments)))
    for taken in case.containments if len(case.containments) <= MOST_NUMBERED else ():
        data: Any = case.events[taken.event - 1].data
        text, moment = case.read(data.measure), _moment_in_words(taken.taken_at, context.zone)
        name = _named(f"n° {taken.number}", text, most)
        yield str(taken.number), Wording(f"{name.fr}, {moment.fr}", f"{name.en}, {moment.en}")


def _moment_in_words(moment: datetime, zone: ZoneInfo) -> Wording:
    local = moment.astimezone(zone)
    return Wording(moment_text(local, "fr"), moment_text(local, "en"))


def _named(number: str, text: str | None, most: int) -> Wording:
    """Return the label of what has a number and a text of a person; the text is cut, and stays as it was typed."""
    shown = "(effacé)" if text is None else verbatim(shortened(one_line(text), most))
    return Wording(*(f"{number} – {words}" for words in (shown, "(erased)" if text is None else shown)))


def _sites(context: FormContext) -> Iterator[tuple[str, Wording]]:
    for code in context.sites:
        name = f"{context.sites[code].name} ({code})"
        yield code, Wording(name, name)


def _families(context: FormContext) -> Iterator[tuple[str, Wording]]:
    taxonomy = context.taxonomy
    if taxonomy is not None:
        yield from ((family.code, taxonomy.named(family.code)) for family in taxonomy)


def _unknown_facts(context: FormContext) -> Iterator[tuple[str, Wording]]:
    """Yield the unknown facts that have a question to the complainant, and those of the edition."""
    if context.case is not None:
        facts = context.case.facts
        asked = {name: fact for name, fact in FACTS.items() if fact.question_to_complainant is not None}
        yield from ((name, fact.label) for name, fact in asked.items() if facts.get(name) is UNKNOWN)
        yield from ((one.key, one.label) for one in context.own if facts.own.get(one.name, UNKNOWN) is UNKNOWN)


def _signals(context: FormContext) -> Iterator[tuple[str, Wording]]:
    """Yield the open signals of a plan by their references, each with its stream and the days of its window."""
    for one in () if context.plan is None else context.plan.signals:
        if one.is_open:
            named, days = _stream(one, context), weeks_in_words(one.since, one.week)
            yield one.reference, Wording(f"{named.fr}, {days.fr}", f"{named.en}, {days.en}")


def _other_actions(context: FormContext) -> Iterator[tuple[str, Wording]]:
    own = None if context.action is None else context.action.reference
    yield from (one for one in (() if context.plan is None else _actions_of(context.plan)) if one[0] != own)


def _stream(signal: RaisedSignal, context: FormContext) -> Wording:
    return stream_in_words(name_of_stream(signal.kind, signal.key), context.sites, context.taxonomy or TRAINING_BODY)


def _text_kinds(_: FormContext) -> Iterator[tuple[str, Wording]]:
    yield TextKind.PERSONAL.value, Wording("noms et coordonnées", "names and addresses")
    yield TextKind.FREE.value, Wording("textes libres", "free texts")


_CHOSEN_FROM: Final[Mapping[ChosenFrom, Callable[[FormContext], Iterator[tuple[str, Wording]]]]] = {
    ChosenFrom.SITES: _sites,
    ChosenFrom.CAUSE_FAMILIES: _families,
    ChosenFrom.UNKNOWN_FACTS: _unknown_facts,
    ChosenFrom.EVENTS: _events_of_case,
    ChosenFrom.MEASURES: _measures,
    ChosenFrom.TEXT_KINDS: _text_kinds,
    ChosenFrom.SIGNALS: _signals,
    ChosenFrom.ACTIONS: _other_actions,
}
"""The choices of fields, by what they are chosen from."""
_OF_PLANS: Final = frozenset({ChosenFrom.SIGNALS, ChosenFrom.ACTIONS})
"""What is read of a whole plan."""


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, with a mark where it is cut."""
    return text if len(text) <= most else f"{text[:most]} […]"


def entered_text(value: object, zone: ZoneInfo) -> str:
    """Return a value as it is entered."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}"
    return str(value)


_BEFORE_OR_AFTER: Final = Wording("avant ou après le changement d'heure", "before or after the clock change")


def offset_field(field: FormField, both: Sequence[datetime], chosen: datetime | None = None) -> FormField:
    """Return the field that states which of the two instants of a local time is meant."""
    when = (("avant", "before"), ("après", "after"))
    return FormField(
        name=f"{field.name}{OFFSET}",
        key=f"{field.key}{OFFSET}",
        kind=FieldKind.OFFSET,
        label=Wording(*(f"{field.label.in_(lang)}, {_BEFORE_OR_AFTER.in_(lang)}" for lang in LANGUAGES)),
        is_required=True,
        choices=tuple(
            (offset_text(one), Wording(f"{fr} ({offset_text(one)})", f"{en} ({offset_text(one)})"))
            for one, (fr, en) in zip(both, when, strict=True)
        ),
        values=() if chosen is None else (offset_text(chosen),),
    )


@attrs.frozen(kw_only=True)
class CommandForm(SharedRepr):
    """The form of a command as plain data: its fields, in the order of a page, with what is known or suggested.

    Attributes:
        command: the name of the verb; `register` for a new case.
        label: what a reader calls the command.
        fields: the fields: those that are always shown, then those of closed groups.
        linked: for a command that puts a new action on a plan, the fields to plan one that is on the plan already.
        zone: the time zone in which dates are entered; None for that of the site that is entered.
        version: the version of the case or plan that the form was made from; None for a new case.
        help: the clauses and interpretations that the command follows, and an example.
        refusals: the guards that refuse the command now, whatever is entered; the plain data have none.
        plan: what was read of the plan to make the form; None for a command on a case. The plain data have none.
    """

    command: str
    label: Wording
    fields: tuple[FormField, ...]
    help: CommandHelp
    linked: tuple[FormField, ...] = ()
    zone: ZoneInfo | None = None
    version: int | None = None
    refusals: tuple[GuardDetails, ...] = ()
    plan: BasePlan | None = attrs.field(default=None, repr=False)

    def to_document(self, lang: Lang = "fr") -> dict[str, Any]:
        """Return the form as plain data; `document_schema("view.command_form")` describes it."""
        view = CommandFormView(
            command=self.command,
            label=self.label.in_(lang),
            fields=tuple(one.view(lang) for one in self.fields),
            linked=tuple(one.view(lang) for one in self.linked),
            version=self.version,
            help=self.help.view(lang),
        )
        return plain(view)


@attrs.frozen(kw_only=True)
class CommandFormView(SharedRepr):
    """The form of a command as plain data, in one language."""

    command: str
    label: str
    fields: tuple[FormFieldView, ...]
    linked: tuple[FormFieldView, ...]
    version: int | None
    help: CommandHelpView


_SHEET: Final = PLAN_EVENTS.event_of(PlanCommandType.ADD).event_type.example.data(None).sheet
"""An example of an action."""
_A_SIGNAL: Final = Wording("un signal de ce plan est attendu", "a signal of this plan is expected")
_REGISTRATION: Final = Wording("enregistrer une demande", "register a message")
_OF_MALFUNCTION: Final = Wording("enregistrer un dysfonctionnement", "register a malfunction")
_BROKEN: Final = (_FINDING, "la chaudière de l'atelier est en panne depuis lundi")


@attrs.frozen
class FormService(SharedRepr):
    """The forms of commands on the cases and plans inside the scope.

    Args:
        context: the context of the desk.
    """

    context: DeskContext

    def of_case(self, command: CommandType | str, reference: str) -> CommandForm:
        """Return the form of a command on a case; see `Desk.form`."""
        chosen, desk = coded(CommandType, command), self.context
        require(member_of(CommandType), command=chosen)
        with desk.store.unit_of_work() as unit:
            case = desk.load(unit, reference)
            decision, _ = decision_on(desk, unit, case, parts_of_case(desk, unit, case))
            return self.of_loaded(unit, chosen, case, decision)

    def of_loaded(self, unit: UnitOfWork, chosen: CommandType, case: Case, decision: DecisionContext) -> CommandForm:
        """Return the form of a command on a case that is loaded, in a context without the edition if the desk lacks it.

        Raises:
            UnknownEditionError, ChangedEditionError: the command needs the edition.
        """
        desk, event, plan_actions = self.context, CASE_EVENTS.event_of(chosen), plans_actions(chosen)
        policy = desk.policy_of(case) if event.requires.policy else None
        plan = self._plan_of(unit, case) if plan_actions else None
        takes_files = (
            chosen is CommandType.ADD_SUPPORT and desk.documents is not None and desk.store.document_keys is not None
        )
        context = attrs.evolve(
            self._fields(case.zone, tuple(desk.own_facts_of(case).values())),
            case=desk.without_unread_names(case),
            plan=plan,
            decision=attrs.evolve(decision, policy=policy),
            support=desk.policy_of(case).parameters.support if takes_files else None,
        )
        return CommandForm(
            command=chosen.value,
            label=chosen.wording,
            fields=_asked_first(case_form(chosen, context), case, policy),
            linked=linked_action_form(context) if plan is not None and plan.actions else (),
            zone=case.zone,
            version=case.version,
            help=command_help(chosen, GUARDS, _SHEET if plan_actions else event.event_type.example.data(case)),
            refusals=() if decision.policy is None else available_command(chosen, case, desk.role, decision).details,
        )

    def of_plan(self, scope: PlanScope, command: PlanCommandType | str, reference: str | None) -> CommandForm:
        """Return the form of a command on a plan; see `PlanService.form`."""
        chosen, desk = coded(PlanCommandType, command), self.context
        require(member_of(PlanCommandType), command=chosen)
        event, zone = PLAN_EVENTS.event_of(chosen), zone_of_plan(desk.sites.known, scope)
        has_sheet = any(map(is_part, attrs.fields(event)))
        lists = has_sheet or any(label.chosen_from in _OF_PLANS for label in field_labels(event).values())
        with desk.store.unit_of_work() as unit:
            part = load_known_part(desk, unit, scope, None if lists or reference is None else [reference])
            plan = as_seen(desk, unit, part)
        signal = None if reference is None else plan.get_signal(reference)
        if reference is not None and signal is None and chosen in {PlanCommandType.ADD, *SIGNAL_COMMANDS}:
            refuse_value("signal", reference, _A_SIGNAL)
        action = None if reference is None or signal is not None else plan.action(reference)
        context = attrs.evolve(self._fields(zone), plan=plan, action=action, signal=signal)
        return CommandForm(
            command=chosen.value,
            label=chosen.wording,
            fields=action_form(chosen, context),
            zone=zone,
            version=plan.version,
            help=command_help(chosen, PLAN_GUARDS, _SHEET if has_sheet else event.event_type.example.data(plan)),
            refusals=available_plan_commands(action, desk.role, desk.roles_on_plans, signal, plan).get(chosen, ()),
            plan=plan,
        )

    def of_registration(self, kind: CaseKind) -> CommandForm:
        """Return the form of a registration; see `Desk.form`."""
        context = self._fields(PARIS, tuple(self.context.policies.facts.values()))
        example = CASE_EVENTS.classes["registered"].event_type.example.data(None)
        label, guidance = _REGISTRATION, command_help(kind, (), example)
        if kind is CaseKind.MALFUNCTION:
            label, guidance = _OF_MALFUNCTION, attrs.evolve(guidance, example=(_BROKEN,))
        return CommandForm(command="register", label=label, fields=registration_form(context, kind), help=guidance)

    def _fields(self, zone: ZoneInfo, own: tuple[Fact, ...] = ()) -> FormContext:
        """Return what the fields of any form depend on."""
        desk = self.context
        given: dict[str, Any] = {"own": own, "role": desk.role, "scope": desk.scope}
        return FormContext(desk.sites.known, desk.taxonomy, zone, **given)

    def _plan_of(self, unit: UnitOfWork, case: Case) -> BasePlan | None:
        """Return the plan of the unit that handles a case, if it is seen: it numbers a new action."""
        scope = PlanScope.site(case.handling_unit)
        if self.context.scope is not None and not self.context.scope.holds_plan(scope):
            return None
        return as_seen(self.context, unit, load_known_part(self.context, unit, scope))
