"""Forms of commands: fields follow from the methods of the desk and from the labels of events, facts and sheets.

A posted form becomes the document of its command, which the desk reads and executes like any other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from html import escape
from itertools import count
from types import NoneType
from typing import Any, Final, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars.local_times import clock_after_skip, needed_offset, occurrences, offset_text
from reclamation_core.cases import Case, CaseKind, CommandType, TextKind
from reclamation_core.cases.causes import Taxonomy
from reclamation_core.cases.causes.rendering import one_line
from reclamation_core.cases.events import CASE_EVENTS, ActionsPlanned, Qualified
from reclamation_core.cases.texts import Commitment, is_part, marked
from reclamation_core.codes import LabelledEnum, fold_label
from reclamation_core.desk import Desk, read_etag
from reclamation_core.desk.commands import CASE_COMMANDS, PLAN_COMMANDS, Argument, arguments_of
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans import Action, ActionSheet, Pgaac, PlanScope, ScopeKind
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.ports import PlanNotFoundError
from reclamation_core.tables import Boolean, Day, Domain, Enumeration, Integer
from reclamation_core.validators import refuse_value
from reclamation_core.vocabulary import FACTS, Fact, MalfunctionFacts, Sites
from reclamation_core.vocabulary.commands import PlanCommandType
from reclamation_core.vocabulary.own_facts import OWN, OwnText, ShortText
from reclamation_core.wording import ChosenFrom, FieldLabel, Wording, field_labels, verbatim


def sites_or_none(sites: Sites | None) -> Sites:
    """Return a list of sites that may be missing, without sites in its place."""
    return sites or Sites()


PARIS: Final = ZoneInfo("Europe/Paris")
"""The time zone of what belongs to no site of the list."""


def zone_of(sites: Sites | None, site: str | None) -> ZoneInfo:
    """Return the time zone in which a site enters dates; that of Paris for a site that is not in the list."""
    return sites[site].calendar().zone if sites is not None and site is not None and site in sites else PARIS


def zone_of_plan(sites: Sites | None, scope: PlanScope) -> ZoneInfo:
    """Return the time zone in which dates of a plan are entered; that of Paris for a region and the nation."""
    return zone_of(sites, scope.code if scope.kind is ScopeKind.SITE else None)


class FieldKind(Enum):
    """How a field is entered."""

    LINE = "line"
    TEXT = "text"
    LINES = "lines"
    WHOLE = "whole"
    NUMBER = "number"
    DAY = "day"
    INSTANT = "instant"
    CHOICE = "choice"
    OFFSET = "offset"
    CHOICES = "choices"
    CHECK = "check"


@attrs.frozen(kw_only=True)
class FormField:
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
        values: the values that are entered already.
        is_whole: True if a choice is a whole number.
        error: why the values are refused; empty if they are not.
        key: the name under which the form posts it, unique in the form.
    """

    name: str
    kind: FieldKind
    label: Wording
    hint: Wording | None = None
    is_required: bool = False
    choices: tuple[tuple[str, Wording], ...] = ()
    values: tuple[str, ...] = ()
    is_whole: bool = False
    error: str = ""
    place: str = ""
    key: str = attrs.field(default=attrs.Factory(lambda self: self.name, takes_self=True))


@attrs.frozen
class FormContext:
    """What the fields of a form depend on.

    Args:
        sites: the sites of the agency; if there are none, a site is entered as text.
        taxonomy: the families of causes; without them a family is entered as text.
        zone: the time zone in which dates are entered.
        case: the case, for a command on one.
        plan: the plan, for a command on it.
        action: the action, for a command on one.
        own: the facts that the edition of the case declares itself, or those of all editions for a new case.
    """

    sites: Sites = attrs.field(converter=sites_or_none)
    taxonomy: Taxonomy | None
    zone: ZoneInfo
    case: Case | None = None
    plan: Pgaac | None = None
    action: Action | None = None
    own: tuple[Fact, ...] = ()


_WHEN: Final = FieldLabel(
    Wording("date de l'opération", "date of the event"),
    Wording("Laissez vide si elle a lieu maintenant.", "Leave empty if it happens now."),
)
_CODE: Final = re.compile("((?:[A-Za-z0-9][A-Za-z0-9-]{0,29}?)??)([0-9]{1,9})")
_NOT_ENTERED: Final = frozenset(
    {"reference", "analysis", "risks", "sheet", "scope", "changes", "actions", "expected_version"}
)
"""Parameters that a form does not have: they come from the address, or other fields have their content."""
_MOST_NUMBERED: Final = 200
"""The most events or measures of a case that a list offers; of a longer list the number is entered."""
_NEXT: Final = Wording("Proposé : le suivant de ce plan.", "Suggested: the next one of this plan.")
_FINDING: Final = Wording("constat", "finding")
_KINDS: Final[Mapping[Any, FieldKind]] = {
    bool: FieldKind.CHECK,
    int: FieldKind.WHOLE,
    datetime: FieldKind.INSTANT,
    date: FieldKind.DAY,
}
_YES_NO: Final = (("true", Wording("oui", "yes")), ("false", Wording("non", "no")))
_OF_COMPLAINTS: Final = ("complainant", "remedy_sought")
"""Parameters of a registration that a malfunction does not have: it has no client."""
LARGEST_TEXT: Final = 6_000
"""The bytes of the largest text that a form shows to be changed, so that a page stays below 100 kB."""
_TOO_LONG: Final = Wording(
    "Ce texte est trop long pour être affiché ici. Laissez vide pour le conserver, ou saisissez-en un autre.",
    "This text is too long to be shown here. Leave empty to keep it, or enter another one.",
)
_MOST_OF_TEXTS: Final = 8_000
"""The most characters of all texts in a list of actions or measures, so that a page stays below 100 kB."""
_OFFSET: Final = "_offset"
"""The end of the key of the field that states which of the two instants of a local time is meant."""
_RECEIVED_AT: Final = FormField(
    name="received_at",
    kind=FieldKind.INSTANT,
    label=Wording("date et heure de réception", "date and time of receipt"),
    hint=Wording("À l'heure du centre.", "In the local time of the site."),
    is_required=True,
    place="facts",
)


_PLAN: Final = FormField(
    name="plan_scope",
    kind=FieldKind.CHOICE,
    label=Wording("plan où inscrire l'action", "plan of the action"),
    hint=Wording("Par défaut, celui de l'unité de traitement.", "That of the handling unit by default."),
)
_FOLLOW_UP: Final = Wording(
    "Une action de ce plan. Si elle n'y est pas encore, inscrivez-la d'abord.",
    "An action of this plan. If it is not on it yet, add it first.",
)
_ON_ANOTHER_PLAN: Final = (
    FormField(
        name="follow_up_plan",
        kind=FieldKind.CHOICE,
        label=Wording(
            "ou, si l'action de suite est sur un autre plan : ce plan", "or, if it is on another plan: that plan"
        ),
    ),
    FormField(
        name="follow_up_number",
        kind=FieldKind.LINE,
        label=Wording("et son numéro sur ce plan", "and its number on that plan"),
        hint=Wording("Par exemple : METZ-004.", "For example: METZ-004."),
    ),
)
_LINKED: Final = FormField(
    name="existing",
    kind=FieldKind.CHOICE,
    label=Wording("action déjà au plan", "action on the plan"),
    is_required=True,
)


def case_form(command: CommandType, context: FormContext) -> tuple[FormField, ...]:
    """Return the fields of a command on a case."""
    event = next(cls for cls, each in CASE_EVENTS.commands.items() if each is command)
    fields = list(_method_fields(CASE_COMMANDS.method(command.value), event, context))
    if plans_actions(command):
        sheet = (_preset(field, event, context) for field in action_sheet_form(context))
        fields[:0] = (*sheet, plan_choices(context))
    elif _RECEIVED_AT.name in event.event_type.presets and context.case is not None:
        received = event.event_type.presets[_RECEIVED_AT.name](context.case).astimezone(context.zone)
        shown = attrs.evolve(_RECEIVED_AT, values=(_entered(received, context.zone),), is_required=False)
        both = occurrences(received, context.zone)
        fields[1:1] = [shown, *([_offset_field(shown, both, received)] if len(both) > 1 else [])]
    return tuple(fields)


def plans_actions(command: str) -> bool:
    """Return True for a command on a case that puts new actions on a plan: its form has the sheet of one."""
    labels = (field_labels(cls).values() for cls, each in CASE_EVENTS.commands.items() if each.value == command)
    return any(label.chosen_from is ChosenFrom.NEW_ACTIONS for own in labels for label in own)


def action_form(command: PlanCommandType, context: FormContext) -> tuple[FormField, ...]:
    """Return the fields of a command on an action of a plan, or on the plan."""
    method = PLAN_COMMANDS.method(command.value)
    event = next(cls for cls, each in PLAN_EVENTS.commands.items() if each is command)
    fields = tuple(_method_fields(method, event, context))
    sheet = next((field.name for field in attrs.fields(event) if is_part(field)), None)
    if sheet is None:
        return tuple(_with_follow_up(fields, context))
    is_new = sheet in arguments_of(method)  # otherwise the arguments are changes of a sheet, by name
    return (*(action_sheet_form(context) if is_new else _amended(context)), *fields)


def _with_follow_up(fields: Iterable[FormField], context: FormContext) -> Iterator[FormField]:
    """Yield fields, a follow-up as a choice of the actions of the plan, or as one of another plan."""
    for field in fields:
        if field.name != "follow_up":
            yield field
            continue
        own = None if context.action is None else context.action.reference
        actions = () if context.plan is None else _actions_of(context.plan)
        choices = tuple(one for one in actions if one[0] != own)
        yield attrs.evolve(field, kind=FieldKind.CHOICE, hint=_FOLLOW_UP, choices=choices, is_required=False)
        plan, number = _ON_ANOTHER_PLAN
        yield attrs.evolve(plan, choices=_plan_choices(context))
        yield number


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
        entered = tuple(_entered(one, context.zone).replace("\r\n", "\n") for one in several)
        is_line = field.kind is FieldKind.LINE and not any("\n" in one for one in entered)
        kind = FieldKind.TEXT if field.kind is FieldKind.LINE and not is_line else field.kind
        unlisted = set(entered) - {code for code, _ in field.choices} if field.choices else ()
        choices = (*field.choices, *((one, Wording(one, one)) for one in sorted(unlisted)))
        changed = attrs.evolve(field, place="changes", kind=kind, choices=choices)
        if sum(map(_size, entered)) > LARGEST_TEXT:
            yield attrs.evolve(changed, hint=_TOO_LONG, is_required=False)
        else:
            yield attrs.evolve(changed, values=entered)


def _size(text: str) -> int:
    """Return the number of bytes of a text on a page."""
    return len(escape(text).encode(errors="replace"))


def plan_choices(context: FormContext) -> FormField:
    """Return the field of the plan that an action of a case is put on."""
    return attrs.evolve(_PLAN, choices=_plan_choices(context))


def _plan_choices(context: FormContext) -> tuple[tuple[str, Wording], ...]:
    labels = {one.key: [one.label(lang, context.sites) for lang in ("fr", "en")] for one in plan_scopes(context.sites)}
    return tuple((key, Wording(*names)) for key, names in labels.items())


def plan_scopes(sites: Sites) -> list[PlanScope]:
    """Return the plans of the nation, the regions and the sites, in the order in which a reader looks for them."""
    regions = sorted({sites[code].region for code in sites}, key=fold_label)
    return [PlanScope.nation(), *map(PlanScope.region, regions), *map(PlanScope.site, sites)]


def linked_action_form(context: FormContext) -> tuple[FormField, ...]:
    """Return the fields to plan, for a case, an action that is on the plan of its handling unit already."""
    choices = () if context.plan is None else tuple(_actions_of(context.plan))
    return (attrs.evolve(_LINKED, choices=choices), *_method_fields(Desk.plan, ActionsPlanned, context))


def _actions_of(plan: Pgaac) -> Iterator[tuple[str, Wording]]:
    """Yield the actions of a plan: the number of each, with the beginning of its text."""
    most = min(80, _MOST_OF_TEXTS // max(1, len(plan.actions)))
    for one in plan.actions:
        yield one.reference, _named(verbatim(one.reference), plan.read(one.what), most)


def registration_form(
    context: FormContext, kind: CaseKind = CaseKind.COMPLAINT, desk: Desk | None = None
) -> tuple[FormField, ...]:
    """Return the fields of a registration: the receipt, the message, then the facts that are known.

    Args:
        context: the sites, the taxonomy and the zone.
        kind: the kind of the case.
        desk: the desk that registers: the sites outside its scope are left out. None for all sites.
    """
    event = CASE_EVENTS.classes["registered"]
    arguments = dict(arguments_of(Desk.register))
    names = {field.name for field in attrs.fields(MalfunctionFacts)} if kind is CaseKind.MALFUNCTION else set(FACTS)
    for name in ("facts", *(_OF_COMPLAINTS if kind is CaseKind.MALFUNCTION else ())):
        del arguments[name]
    wanted = (name for name in FACTS if name in names and name not in Qualified.judges and name != "causes")
    facts = (_fact_field(name, context) for name in wanted)
    # The author of a complaint is named, and is of a kind: a fact of the same name is posted under another one.
    *entered, occurred_at = _fields(arguments.values(), event, context)
    if kind is CaseKind.MALFUNCTION:
        entered = [attrs.evolve(one, label=_FINDING) if one.name == "verbatim" else one for one in entered]
    if desk is not None:
        entered = [_inside_scope(one, desk) if one.name == "site" else one for one in entered]
    known = (attrs.evolve(fact, key=f"{fact.name}_fact") if fact.name in arguments else fact for fact in facts)
    own = (_own_field(fact, None) for fact in context.own if kind.value in fact.kinds)
    return (_RECEIVED_AT, *entered, *known, *own, occurred_at)


def _inside_scope(field: FormField, desk: Desk) -> FormField:
    """Return the field of a site with the choices inside the scope of a desk."""
    return attrs.evolve(field, choices=tuple(one for one in field.choices if sees(desk, PlanScope.site(one[0]))))


def sees(desk: Desk, scope: PlanScope) -> bool:
    """Return True for a plan inside the scope of a desk."""
    try:
        desk.pgaac(scope)
    except PlanNotFoundError:
        return False
    return True


def action_sheet_form(context: FormContext) -> Iterator[FormField]:
    """Yield the fields of a new action, without the cases that it serves."""
    hints = get_type_hints(ActionSheet)
    labels = field_labels(ActionSheet)
    for field in attrs.fields(ActionSheet):
        if field.name != "cases":
            is_required = field.default is attrs.NOTHING
            argument = _Argument(field.name, hints[field.name], labels[field.name], is_required, ActionSheet)
            entered = argument.field(context)
            if field.name == "reference" and context.plan is not None:
                entered = attrs.evolve(entered, hint=_NEXT, values=(next_reference(context.plan),))
            yield attrs.evolve(entered, place="sheet")


def next_reference(plan: Pgaac) -> str:
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


def _method_fields(method: object, event: type[Any], context: FormContext) -> Iterator[FormField]:
    yield from _fields(arguments_of(method).values(), event, context)


def _fields(arguments: Iterable[Argument], event: type[Any], context: FormContext) -> Iterator[FormField]:
    """Yield the fields of the arguments of a method; the date of the event comes last."""
    labels = {**field_labels(event), "occurred_at": _WHEN}
    entered = [one for one in arguments if one.name not in _NOT_ENTERED]
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
    values = value if isinstance(value, tuple) else (value,)
    return attrs.evolve(field, values=tuple(_entered(one, context.zone) for one in values))


def _own_fields(event: type[Any], context: FormContext) -> Iterator[FormField]:
    """Yield the fields of the own facts that a command completes or corrects."""
    case = context.case
    for fact in () if case is None or event.judges else context.own:
        value = case.facts.own.get(fact.name, UNKNOWN) if case is not None else UNKNOWN
        if (value is UNKNOWN) == event.completes:
            known = case.read(value) if isinstance(value, OwnText) and case is not None else value
            yield _own_field(fact, known)


def _own_field(fact: Fact, value: object) -> FormField:
    """Return the field of a fact that an edition declares, with the value that the case has."""
    shown = fact.domain.encode(value) if isinstance(value, date) else value
    field = _field_of_fact(fact, UNKNOWN if shown is None else shown)
    return attrs.evolve(field, place=f"facts.{OWN}", key=fact.column)


def _fact_field(name: str, context: FormContext) -> FormField:
    value = context.case.facts.get(name, UNKNOWN) if context.case else UNKNOWN
    return _field_of_fact(FACTS[name], value)


_KINDS_BY_DOMAIN: Final[Mapping[type[Domain], FieldKind]] = {
    Integer: FieldKind.WHOLE,
    Day: FieldKind.DAY,
    ShortText: FieldKind.LINE,
}
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
        choices = _YES_NO
    elif isinstance(domain, Enumeration):
        pairs = zip(map(str, domain.values), domain.labels, strict=True)
        choices = tuple((code, label) for code, label in pairs if code not in fact.retired or code == value)
    elif (numbers := _few_numbers(domain)) is not None:
        choices = tuple((str(number), Wording(str(number), str(number))) for number in numbers)
    kind = FieldKind.CHOICE if choices else _KINDS_BY_DOMAIN.get(type(domain), FieldKind.NUMBER)
    known = () if value is UNKNOWN or value is ABSENT else (_entered(value, PARIS),)
    return FormField(
        name=fact.name,
        kind=kind,
        label=fact.label,
        hint=fact.question,
        choices=choices,
        values=known,
        is_whole=isinstance(domain, Integer),
        place="facts",
    )


@attrs.frozen
class _Argument:
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
        return FormField(
            name=self.name,
            kind=kind,
            label=(self.label.chosen_as if choices else None) or self.label.label,
            hint=self.label.hint,
            is_required=self.is_required and kind is not FieldKind.CHECK,
            choices=choices,
            is_whole=int in self._classes,
        )

    @property
    def _classes(self) -> tuple[Any, ...]:
        parts = get_args(self.annotation) or (self.annotation,)
        return tuple(part for part in parts if isinstance(part, type))

    @property
    def _is_several(self) -> bool:
        return Ellipsis in get_args(self.annotation) or get_origin(self.annotation) is Iterable

    def _kind(self, has_choices: bool) -> FieldKind:
        if self._is_several:
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
            yield from _YES_NO


def _events(context: FormContext) -> Iterator[tuple[str, Wording]]:
    """Yield the events of a case by their numbers; none of a long history."""
    case = context.case
    for event in case.events if case is not None and case.version <= _MOST_NUMBERED else ():
        label, moment = type(event.data).event_type.label, _moment_in_words(event.occurred_at, context.zone)
        yield str(event.number), Wording(*(f"n° {event.number} – {label.in_(lang)}, {moment}" for lang in ("fr", "en")))


def _measures(context: FormContext) -> Iterator[tuple[str, Wording]]:
    """Yield the containment measures of a case by their numbers, named by their texts; none of a long list."""
    case = context.case
    if case is None:
        return
    most = min(80, _MOST_OF_TEXTS // max(1, len(case.containments)))
    for taken in case.containments if len(case.containments) <= _MOST_NUMBERED else ():
        data: Any = case.events[taken.event - 1].data
        text, moment = case.read(data.measure), _moment_in_words(taken.taken_at, context.zone)
        yield str(taken.number), _named(f"n° {taken.number}", text, most, f", {moment}")


def _moment_in_words(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local:%d/%m/%Y %H:%M}{needed_offset(local)}"


def _named(number: str, text: str | None, most: int, more: str = "") -> Wording:
    """Return the label of what has a number and a text of a person; the text is cut, and stays as it was typed."""
    shown = "(effacé)" if text is None else verbatim(shortened(one_line(text), most))
    return Wording(*(f"{number} – {words}{more}" for words in (shown, "(erased)" if text is None else shown)))


def _sites(context: FormContext) -> Iterator[tuple[str, Wording]]:
    for code in context.sites:
        name = f"{context.sites[code].name} ({code})"
        yield code, Wording(name, name)


def _families(context: FormContext) -> Iterator[tuple[str, Wording]]:
    taxonomy = context.taxonomy
    if taxonomy is not None:
        yield from ((family.code, taxonomy.named(family.code)) for family in taxonomy)


def _unknown_facts(context: FormContext) -> Iterator[tuple[str, Wording]]:
    if context.case is not None:
        facts = context.case.facts
        yield from ((name, fact.label) for name, fact in FACTS.items() if facts.get(name) is UNKNOWN)
        yield from ((one.key, one.label) for one in context.own if facts.own.get(one.name, UNKNOWN) is UNKNOWN)


def _text_kinds(_: FormContext) -> Iterator[tuple[str, Wording]]:
    yield TextKind.PERSONAL.value, Wording("noms et coordonnées", "names and addresses")
    yield TextKind.FREE.value, Wording("textes libres", "free texts")


_CHOSEN_FROM: Final[Mapping[ChosenFrom, Callable[[FormContext], Iterator[tuple[str, Wording]]]]] = {
    ChosenFrom.SITES: _sites,
    ChosenFrom.CAUSE_FAMILIES: _families,
    ChosenFrom.UNKNOWN_FACTS: _unknown_facts,
    ChosenFrom.EVENTS: _events,
    ChosenFrom.MEASURES: _measures,
    ChosenFrom.TEXT_KINDS: _text_kinds,
}
"""The choices of fields, by what they are chosen from."""


def shortened(text: str, most: int) -> str:
    """Return a text of at most so many characters, with a mark where it is cut."""
    return text if len(text) <= most else f"{text[:most]} […]"


def _entered(value: object, zone: ZoneInfo) -> str:
    """Return a value as it is entered."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return f"{value.astimezone(zone):%Y-%m-%dT%H:%M}"
    return str(value)


_BEFORE_OR_AFTER: Final = Wording("avant ou après le changement d'heure", "before or after the clock change")
_TWICE: Final = Wording(
    "cette heure a lieu deux fois cette nuit-là ; indiquez laquelle",
    "this time occurs twice in that night: choose one of the two",
)


def with_offsets(
    fields: Iterable[FormField], posted: Mapping[str, Sequence[str]], zone: ZoneInfo
) -> tuple[FormField, ...]:
    """Return the fields, and after an instant that was posted, and occurs twice, a field to choose one of the two."""
    shown = tuple(fields)
    known = {field.key for field in shown}
    found: list[FormField] = []
    for field in shown:
        found.append(field)
        if field.kind is FieldKind.INSTANT and f"{field.key}{_OFFSET}" not in known:
            entered = next((value.strip() for value in posted.get(field.key, ())), "")
            both = _occurrences(entered, zone)
            found += [_offset_field(field, both)] if len(both) > 1 else []
    return tuple(found)


def _offset_field(field: FormField, both: Sequence[datetime], chosen: datetime | None = None) -> FormField:
    """Return the field that states which of the two instants of a local time is meant."""
    when = (("avant", "before"), ("après", "after"))
    return FormField(
        name=f"{field.name}{_OFFSET}",
        key=f"{field.key}{_OFFSET}",
        kind=FieldKind.OFFSET,
        label=Wording(*(f"{field.label.in_(lang)}, {_BEFORE_OR_AFTER.in_(lang)}" for lang in ("fr", "en"))),
        is_required=True,
        choices=tuple(
            (offset_text(one), Wording(f"{fr} ({offset_text(one)})", f"{en} ({offset_text(one)})"))
            for one, (fr, en) in zip(both, when, strict=True)
        ),
        values=() if chosen is None else (offset_text(chosen),),
    )


def _occurrences(entered: str, zone: ZoneInfo) -> tuple[datetime, ...]:
    """Return the instants of a local time that was entered; none if it cannot be read."""
    try:
        return occurrences(_moment(entered, _INSTANTS), zone)
    except ValueError:
        return ()


_REQUIRED: Final = Wording("ce champ est obligatoire", "this field is required")
_EXPECTED: Final[Mapping[FieldKind, Wording]] = {
    FieldKind.WHOLE: Wording("un nombre entier est attendu", "a whole number is expected"),
    FieldKind.NUMBER: Wording("un nombre est attendu", "a number is expected"),
    FieldKind.DAY: Wording("une date est attendue : jj/mm/aaaa", "a date is expected: yyyy-mm-dd"),
    FieldKind.INSTANT: Wording(
        "une date et une heure sont attendues : jj/mm/aaaa hh:mm", "a date and a time are expected: yyyy-mm-ddThh:mm"
    ),
    FieldKind.CHOICE: Wording("l'un des choix proposés est attendu", "one of the choices is expected"),
}
_SHOWN_VERSION: Final = Wording(
    "ce formulaire n'indique pas de quelle version il part : ouvrez-le de nouveau",
    "this form does not state which version it was made from: open it again",
)
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")
_INSTANTS: Final = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]{1,15})?")


def read_form(fields: Iterable[FormField], posted: Mapping[str, Sequence[str]], zone: ZoneInfo) -> dict[str, Any]:
    """Return the document that a posted form gives, without its `type`; a field that is left empty is left out.

    A field that the form showed with a value and that is posted empty has no value any more: null, or no members.

    Args:
        fields: the fields of the form.
        posted: the values of each field.
        zone: the time zone of the dates that are entered.

    Raises:
        FaultsError: a field that is required is empty, or a value is not of the kind of its field, with every fault at
            once.
    """
    document: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in fields:
        if field.kind is FieldKind.OFFSET:
            continue
        read: Any
        entered = [value.replace("\r\n", "\n").strip() for value in posted.get(field.key, ())]
        values = [value for value in entered if value]
        try:
            if field.kind is FieldKind.INSTANT and values:
                read = _instant(field, values[0], zone, posted.get(f"{field.key}{_OFFSET}", ()))
            else:
                read = _read(field, values)
        except FaultsError as error:
            faults += error.faults
            continue
        except ValueError:
            faults.append(Fault(field.key, values[0], _EXPECTED[field.kind]))
            continue
        if read is not None:
            _holder(document, field.place)[field.name] = read
        elif field.is_required:
            faults.append(Fault(field.key, None, _REQUIRED))
        elif field.values and field.place:
            is_several = field.kind in {FieldKind.LINES, FieldKind.CHOICES}
            _holder(document, field.place)[field.name] = [] if is_several else None
    if faults:
        raise FaultsError(faults)
    return document


def _holder(document: dict[str, Any], place: str) -> dict[str, Any]:
    """Return the part of a document that holds a field."""
    for key in place.split(".") if place else ():
        document = document.setdefault(key, {})
    return document


def _read(field: FormField, values: list[str]) -> Any:
    """Return the plain value of a field; None if it is empty.

    Raises:
        ValueError: the value is not of the kind of the field.
    """
    if field.kind is FieldKind.CHECK:
        return bool(values)
    if field.kind is FieldKind.LINES:
        values = [line.strip() for value in values for line in value.splitlines() if line.strip()]
    if field.kind in {FieldKind.LINES, FieldKind.CHOICES}:
        return values or None
    return _read_one(field, values[0]) if values else None


def _instant(field: FormField, value: str, zone: ZoneInfo, offsets: Sequence[str]) -> str:
    """Return the instant of a local time: of the two of a time that occurs twice, the one whose offset was chosen.

    Raises:
        FaultsError: clocks skip the time, or it occurs twice and none was chosen.
        ValueError: it is no date and time.
    """
    local = _moment(value, _INSTANTS)
    found = occurrences(local, zone)
    if not found:
        refuse_value(field.key, value, _skipped(local, zone))
    if len(found) > 1:
        found = tuple(one for one in found if offset_text(one) in offsets)
        if not found:
            refuse_value(f"{field.key}{_OFFSET}", None, _TWICE)
    return found[0].isoformat()


def _skipped(local: datetime, zone: ZoneInfo) -> Wording:
    after = clock_after_skip(local, zone)
    return Wording(
        f"cette heure n'existe pas ; au changement d'heure, {local:%H:%M} devient {after:%H:%M}",
        f"this time does not exist: when the clocks change, {local:%H:%M} becomes {after:%H:%M}",
    )


def _read_one(field: FormField, value: str) -> Any:
    if field.kind in {FieldKind.NUMBER, FieldKind.WHOLE} and not _NUMBER.fullmatch(value):
        raise ValueError(value)
    match field.kind:
        case FieldKind.NUMBER:
            return value.replace(",", ".")
        case FieldKind.WHOLE:
            return int(value)
        case FieldKind.DAY:
            return _moment(value, _DAYS).date().isoformat()
        case FieldKind.CHOICE:
            return _chosen(field, value)
        case _:
            return value


def _chosen(field: FormField, value: str) -> Any:
    """Return the code that was chosen; a number as a number, yes and no as a truth."""
    if value not in {code for code, _ in field.choices}:
        raise ValueError(value)
    if field.choices == _YES_NO:
        return value == "true"
    return int(value) if field.is_whole else value


def _moment(value: str, formats: Iterable[str]) -> datetime:
    """Return the local time that a text writes in one of some formats; the caller adds its zone."""
    for one in formats:
        try:
            return datetime.strptime(value, one)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(value)


def read_day(name: str, value: str) -> date | None:
    """Return the day of a text; None if it is empty.

    Raises:
        FaultsError: the text is no day.
    """
    try:
        return _moment(value, _DAYS).date() if value else None
    except ValueError:
        raise FaultsError([Fault(name, value, _EXPECTED[FieldKind.DAY])]) from None


def read_command(
    command: str,
    fields: Iterable[FormField],
    posted: Mapping[str, Sequence[str]],
    zone: ZoneInfo,
    kind: CaseKind = CaseKind.COMPLAINT,
) -> dict[str, Any]:
    """Return the document of the command that a posted form gives.

    An optional field that still has the values that the form showed is left out: it changes nothing.

    Args:
        command: the code of the command; `register` for a new case.
        fields: the fields of its form, as they were shown.
        posted: the values of each field.
        zone: the time zone of the dates that are entered.
        kind: the kind of a new case.

    Raises:
        FaultsError: as for `read_form`.
    """
    shown = tuple(fields)
    chosen = {field.key for field in shown if field.kind is FieldKind.OFFSET and _is_entered(field, posted)}
    entered = (field for field in shown if f"{field.key}{_OFFSET}" in chosen or _is_entered(field, posted))
    document = read_form(entered, posted, zone)
    if command == "register":
        document["facts"]["type"] = kind.value
    elif plans_actions(command):
        document["actions"] = [document.pop(_LINKED.name, None) or document.pop("sheet")]
        if plan := document.pop(_PLAN.name, None):
            document["scope"] = _scope_document(PlanScope.parse(plan))
    plan, number = document.pop("follow_up_plan", None), document.pop("follow_up_number", None)
    if plan and number:
        document["follow_up"] = {"scope": _scope_document(PlanScope.parse(plan)), "action": number}
    return {**document, "type": command}


def _is_entered(field: FormField, posted: Mapping[str, Sequence[str]]) -> bool:
    """Return True for a field without values to begin with, and for one whose posted values are others."""
    if field.kind is FieldKind.OFFSET:
        return field.key in posted and tuple(posted[field.key]) != field.values
    if not field.values or (field.is_required and field.place != "changes"):
        return True
    values = (value.replace("\r\n", "\n") for value in posted.get(field.key, ()))
    entered = tuple(value for value in values if value or field.kind is not FieldKind.CHOICES)
    return field.key in posted and entered != field.values


def _scope_document(scope: PlanScope) -> dict[str, Any]:
    return {"kind": scope.kind.value, "code": scope.code}


def read_version(posted: str) -> int:
    """Return the version of the case or plan that a form was made from.

    Raises:
        FaultsError: it is not what `etag` wrote. `*` is refused too: a form acts on the state that its page showed.
    """
    try:
        version = read_etag(posted)
    except FaultsError:
        version = None
    if version is None:
        refuse_value("version", REDACTED, _SHOWN_VERSION)
    return version


def with_values(
    fields: Iterable[FormField], posted: Mapping[str, Sequence[str]], errors: Mapping[str, str]
) -> tuple[FormField, ...]:
    """Return the fields with the values that were posted, and the errors of each."""
    return tuple(
        attrs.evolve(field, values=tuple(posted.get(field.key, ())), error=errors.get(field.key, ""))
        for field in fields
    )


@attrs.frozen
class Form:
    """A form to show: its fields, and why it was refused.

    Args:
        fields: the fields with what is entered already.
        message: why it was refused; empty for a new form.
        status: the HTTP status of the page.
    """

    fields: tuple[FormField, ...]
    message: str = ""
    status: int = 200
