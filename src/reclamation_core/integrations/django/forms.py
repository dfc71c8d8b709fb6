"""Forms of Django for each command, made from the fields of the board's forms, in French or in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final
from zoneinfo import ZoneInfo

import attrs
from django import forms

from reclamation_core.calendars.local_times import PARIS
from reclamation_core.cases import Case, CaseKind, CommandType
from reclamation_core.desk import Desk, PlanService, etag
from reclamation_core.desk.forms import (
    FieldKind,
    FormContext,
    FormField,
    action_form,
    case_form,
    registration_form,
    zone_of,
    zone_of_plan,
)
from reclamation_core.desk.registration import require_same_words
from reclamation_core.errors import FaultsError, ReclamationError
from reclamation_core.integrations.board.forms import REQUIRED, read_command, read_version, refusals_of, with_offsets
from reclamation_core.integrations.django.settings import board_options, options
from reclamation_core.plans import Pgaac, PlanCommandType
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.reporting.report import words
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Fact
from reclamation_core.wording import Lang, Wording, capitalized, decimal_text, typeset

__all__ = ["ActForm", "act_form"]

VERSION: Final = "expected_version"


@attrs.frozen(kw_only=True)
class _Act(SharedRepr):
    """What a form is made for; apart, since fields may have any name."""

    command: str = ""
    kind: CaseKind = CaseKind.COMPLAINT
    on: Case | Pgaac | None = None
    fields: tuple[FormField, ...] = ()
    added: Mapping[str, Any] = attrs.field(factory=dict)
    zone: ZoneInfo | None = None
    lang: Lang = "fr"


class ActForm(forms.Form):
    """A form of a command. Once it is valid, `cleaned_data` is the document of the command; `save` executes it."""

    _act: ClassVar[_Act] = _Act()
    _version: int | None = None

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        act = self._act
        posted = {field.key: _posted(self._read(field)) for field in act.fields} if self.is_bound else {}
        self._zone = act.zone or zone_of(options().get("sites"), next(iter(posted.get("site", ())), None))
        self._shown = with_offsets(act.fields, posted, self._zone)
        added = {field.key: _Entry(field, act.lang) for field in self._shown if field.key not in self.fields}
        if added:
            self.fields.update(added)
            self.order_fields([field.key for field in self._shown])

    def _read(self, field: FormField) -> Any:
        return self.fields[field.key].widget.value_from_datadict(self.data, self.files, self.add_prefix(field.key))

    def clean(self) -> dict[str, Any]:
        """Return the document of the command; what cannot be read is an error of its field."""
        entered = {name: _posted(value) for name, value in self.cleaned_data.items()}
        version, act = "".join(entered.pop(VERSION, ())), self._act
        try:
            self._version = None if act.on is None else read_version(version)
            return {**read_command(act.command, self._shown, entered, self._zone, act.kind), **act.added}
        except FaultsError as error:
            self.add_refusal(error)
            return dict(self.cleaned_data)

    def save(self, target: Desk | PlanService) -> Any:
        """Execute the command; what is refused becomes errors of the form.

        Args:
            target: the desk, which acts as the user; for a command on a plan, the service of that plan.

        Returns:
            The changed case, action or plan; None if the command was refused.
        """
        try:
            if isinstance(target, PlanService):
                return target.execute(self.cleaned_data, expected_version=self._version)
            reference = self._act.on.reference if isinstance(self._act.on, Case) else None
            case = target.execute(reference, self.cleaned_data, expected_version=self._version)
            if reference is None:
                require_same_words(case, self.cleaned_data)
        except ReclamationError as error:
            self.add_refusal(error)
            return None
        return case

    def add_refusal(self, error: ReclamationError) -> None:
        """Add an error of the library: each fault and each guard to its field; others to the whole form."""
        posted, lang = {field.key: _posted(self._read(field)) for field in self._shown}, self._act.lang
        found = refusals_of(error, self._shown, posted)
        if not found:
            self.add_error(None, typeset(error.public_message(lang), lang))
        for key, one in found:
            self.add_error(key or None, _sentence(one if isinstance(one, Wording) else one.wording, lang))

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Return the fields as the board shows them: under an empty title those always shown, then closed groups."""
        found: dict[str, list[forms.BoundField]] = {}
        for field in self._shown:
            title = "" if field.group is None else words(field.group, self._act.lang)
            found.setdefault(title, []).append(self[field.key])
        return list(found.items())


def act_form(
    command: CommandType | PlanCommandType | str,
    on: Case | Pgaac | None = None,
    *,
    action: str | None = None,
    kind: CaseKind | str = CaseKind.COMPLAINT,
    desk: Desk | None = None,
    lang: Lang | None = None,
) -> type[ActForm]:
    """Return the form of a command, with the fields of the board's form of it.

    Args:
        command: the command on a case or on a plan, or its code; `register` for a new case.
        on: the case or the plan that the command is on: what is known is filled in, and a command is refused if another
            person changed it since.
        action: the reference of the action, for a command on an action of a plan.
        kind: the kind of a new case.
        desk: the desk that acts. With it the form has what the guards of the command need: required fields with their
            reasons, choices that are not refused; and for a new case the sites inside its scope alone.
        lang: the language of labels, help, choices and refusals; that of the setting by default, and French without it.

    Raises:
        ValueError: there is no such command.
    """
    given = options()
    sites = given.get("sites")
    zone = on.zone if isinstance(on, Case) else PARIS if on is None else zone_of_plan(sites, on.scope)
    own = _declared(given.get("policy"), on if isinstance(on, Case) else None)
    context = FormContext(sites, given.get("taxonomy"), zone, own=own)
    fields: tuple[FormField, ...]
    if isinstance(on, Case):
        command = CommandType.parse(command)
        alone = attrs.evolve(context, case=on)
        fields = case_form(command, alone) if desk is None else desk.form(command, on.reference).fields
    elif command == "register":
        kind = CaseKind.parse(kind)
        fields = registration_form(context, kind) if desk is None else desk.form(command, kind=kind).fields
    else:
        command = PlanCommandType.parse(command)
        chosen = None if on is None or action is None else on.action(action)
        alone = attrs.evolve(context, plan=on, action=chosen)
        service = None if desk is None or on is None else desk.pgaac(on.scope)
        fields = action_form(command, alone) if service is None else service.form(command, action).fields
    lang = lang or board_options().get("lang") or "fr"
    content: dict[str, Any] = {field.key: _Entry(field, lang) for field in fields}
    if on is not None:
        content[VERSION] = forms.CharField(widget=forms.HiddenInput, required=False, initial=etag(on))
    added = {} if action is None else {"reference": action}
    entered_in = None if command == "register" else zone  # that of the site which is entered
    act = _Act(
        command=str(command), kind=CaseKind.parse(kind), on=on, fields=fields, added=added, zone=entered_in, lang=lang
    )
    content |= {"_act": act, "__module__": __name__, "__doc__": ActForm.__doc__}
    return type("ActForm", (ActForm,), content)


def _declared(policy: Policy | PolicyBook | None, case: Case | None) -> tuple[Fact, ...]:
    """Return the facts that the edition of a case declares for its kind; for a new case, those of all editions."""
    book = PolicyBook.of(policy)
    if case is None:
        return tuple(book.facts.values())
    editions = (one for one in book if case.terms.are_of(one))
    return tuple(fact for one in editions for fact in one.facts if case.kind.value in fact.kinds)


class _Entry(forms.Field):
    """A field that takes what was entered as it is: `read_command` reads all of them at once."""

    def __init__(self, field: FormField, lang: Lang) -> None:
        hints = [] if field.hint is None else [field.hint]
        if field.kind is FieldKind.LINES:
            hints.append(_ONE_A_LINE)
        hints += [
            Wording(f"Impossible ici : {fr.label} ({fr.reason})", f"Not possible here: {en.label} ({en.reason})")
            for fr, en in ((one.view("fr"), one.view("en")) for one in field.refused)
        ]
        super().__init__(
            required=field.is_required,
            widget=_widget(field, lang),
            label=capitalized(words(field.label, lang)),
            help_text=" ".join(words(one, lang) for one in hints),
            error_messages={"required": _sentence(REQUIRED, lang)},
            initial=list(field.values) if field.kind is FieldKind.CHOICES else _written(field, lang),
        )

    def clean(self, value: object) -> Any:
        return value


_TYPES: Final[Mapping[FieldKind, dict[str, str]]] = {
    FieldKind.WHOLE: {"inputmode": "numeric"},
    FieldKind.NUMBER: {"inputmode": "decimal"},
    FieldKind.DAY: {"type": "date"},
    FieldKind.INSTANT: {"type": "datetime-local"},
    FieldKind.TIME: {"type": "time"},
}

_ONE_A_LINE: Final = Wording("Un par ligne.", "One a line.")
_CHOOSE: Final = Wording("Choisissez", "Choose")
_NOT_SPECIFIED: Final = Wording("Non précisé", "Not specified")


def _widget(field: FormField, lang: Lang) -> forms.Widget:
    choices = [(code, words(label, lang)) for code, label in field.choices]
    match field.kind:
        case FieldKind.TEXT | FieldKind.LINES:
            return forms.Textarea({"rows": 4 if field.kind is FieldKind.TEXT else 2})
        case FieldKind.CHOICE | FieldKind.OFFSET | FieldKind.SEARCH:
            return forms.Select(choices=[("", (_CHOOSE if field.is_required else _NOT_SPECIFIED).in_(lang)), *choices])
        case FieldKind.CHOICES:
            return forms.CheckboxSelectMultiple(choices=choices)
        case FieldKind.CHECK:
            return forms.CheckboxInput()
        case _:
            return forms.TextInput(_TYPES.get(FieldKind.DAY if field.time_key else field.kind))


def _posted(value: object) -> tuple[str, ...]:
    """Return what a widget has read as the values that a browser posts."""
    return tuple(value) if isinstance(value, list) else (str(value),) if value else ()


def _written(field: FormField, lang: Lang) -> str:
    text = "\n".join(field.texts(lang))
    return decimal_text(text, lang) if field.kind is FieldKind.NUMBER else text


def _sentence(text: Wording, lang: Lang) -> str:
    return typeset(f"{capitalized(text.in_(lang))}.", lang)
