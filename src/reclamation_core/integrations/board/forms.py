"""Posted forms: what a person entered becomes the document of a command, which the desk reads and executes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.calendars.local_times import occurrences, offset_text, skipped_time
from reclamation_core.cases import CaseKind, CommandRefusedError
from reclamation_core.cases.events.handling import LETTERS
from reclamation_core.cases.guards import GUARDS
from reclamation_core.cases.refusals import GuardDetails
from reclamation_core.codes import fold_label
from reclamation_core.desk import read_etag
from reclamation_core.desk.forms import (
    DOCUMENTS,
    FOLLOW_UP_NUMBER,
    FOLLOW_UP_PLAN,
    LINKED,
    OFFSET,
    PLAN,
    YES_NO,
    FieldKind,
    FormField,
    offset_field,
    plans_actions,
)
from reclamation_core.errors import REDACTED, Fault, FaultsError, ReclamationError
from reclamation_core.plans import PlanCommandType, PlanRefusedError, PlanScope, UnknownActionError
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.ports import DocumentStoreError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import refuse_value
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import LANGUAGES, Wording

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
        if field.kind is FieldKind.INSTANT and f"{field.key}{OFFSET}" not in known:
            with suppress(ValueError):
                both = occurrences(_local_time(field, posted), zone)
                found += [offset_field(field, both)] if len(both) > 1 else []
    return tuple(found)


REQUIRED: Final = Wording("ce champ est obligatoire", "this field is required")
_EXPECTED: Final[Mapping[FieldKind, Wording]] = {
    FieldKind.WHOLE: Wording("un nombre entier est attendu", "a whole number is expected"),
    FieldKind.NUMBER: Wording("un nombre est attendu", "a number is expected"),
    FieldKind.DAY: Wording("une date est attendue : jj/mm/aaaa", "a date is expected: yyyy-mm-dd"),
    FieldKind.TIME: Wording("une heure est attendue : hh:mm", "a time is expected: hh:mm"),
    FieldKind.INSTANT: Wording(
        "une date et une heure sont attendues : jj/mm/aaaa hh:mm", "a date and a time are expected: yyyy-mm-ddThh:mm"
    ),
    FieldKind.FILES: Wording(
        "un fichier déposé avec ce formulaire est attendu ; choisissez-le de nouveau",
        "a file that was sent with this form is expected; choose it again",
    ),
    FieldKind.CHOICE: Wording("l'un des choix proposés est attendu", "one of the choices is expected"),
}
_FOLLOW_UP: Final = Wording(
    "une action de ce plan est attendue, ou bien le plan et le numéro d'une action d'un autre",
    "an action of this plan is expected, or else the plan and the number of an action of another",
)
_SHOWN_VERSION: Final = Wording(
    "ce formulaire n'indique pas de quelle version il part : ouvrez-le de nouveau",
    "this form does not state which version it was made from: open it again",
)
_OF_CHANNELS: Final = Wording(
    "l'heure hh:mm est attendue, sauf pour un courrier", "a time hh:mm is expected, except for a letter"
)
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")
_TIMES: Final = ("%H:%M", "%H:%M:%S")
_INSTANTS: Final = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M")
_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}([.,][0-9]{1,15})?")


def read_form(fields: Iterable[FormField], posted: Mapping[str, Sequence[str]], zone: ZoneInfo) -> dict[str, Any]:
    """Return the document that a posted form gives, without its `type`; a field that is left empty is left out.

    A field that the form showed with a value and that is posted empty has no value any more: null, or no members.
    Dates are entered in the zone.

    Raises:
        FaultsError: a field that is required is empty, or a value is not of the kind of its field, with every fault at
            once.
    """
    document: dict[str, Any] = {}
    faults: list[Fault] = []
    for field in fields:
        if field.kind in {FieldKind.OFFSET, FieldKind.TIME}:
            continue
        entered = [value.replace("\r\n", "\n").strip() for value in posted.get(field.key, ())]
        values = [value for value in entered if value]
        try:
            is_instant = field.kind is FieldKind.INSTANT and (values or field.time_key)
            read: Any = _instant(field, posted, zone) if is_instant else _read(field, values)
        except FaultsError as error:
            faults += error.faults
            continue
        except ValueError:
            faults.append(Fault(field.key, values[0], _EXPECTED[field.kind]))
            continue
        if read is not None:
            _holder(document, field.place)[field.name] = read
        elif field.is_required:
            faults.append(Fault(field.key, None, REQUIRED))
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
    if field.kind is FieldKind.FILES:
        return [_uploaded(value) for value in values] or None
    return _read_one(field, values[0]) if values else None


def _first(posted: Mapping[str, Sequence[str]], key: str) -> str:
    return next((value.strip() for value in posted.get(key, ()) if value.strip()), "")


def _local_time(field: FormField, posted: Mapping[str, Sequence[str]]) -> datetime:
    """Return the local time of a field; what is wrong with a day and a time of fields of their own is said at once."""
    value = _first(posted, field.key)
    if not field.time_key:
        return _moment(value, _INSTANTS)
    day, _, hour = value.replace("T", " ").partition(" ")
    time = hour or _first(posted, field.time_key) or ("" if LETTERS.isdisjoint(posted.get("channel", ())) else "00:00")
    read, faults = [], []
    of_day = field.key, day, _DAYS, _EXPECTED[FieldKind.DAY] if day else REQUIRED
    # A malfunction has no channel, and so no letters.
    of_time = _OF_CHANNELS if "channel" in posted else _EXPECTED[FieldKind.TIME] if time else REQUIRED
    for key, entered, formats, expected in (of_day, (field.time_key, time, _TIMES, of_time)):
        try:
            read.append(_moment(entered, formats))
        except ValueError:
            faults.append(Fault(key, entered or None, expected))
    if faults:
        raise FaultsError(faults)
    return datetime.combine(read[0], read[1].time())


def _instant(field: FormField, posted: Mapping[str, Sequence[str]], zone: ZoneInfo) -> str:
    """Return the instant of a local time: of the two of a time that occurs twice, the one whose offset was chosen."""
    local = _local_time(field, posted)
    found = occurrences(local, zone)
    if not found:
        refuse_value(field.key, _first(posted, field.key), skipped_time(local, zone))
    if len(found) > 1:
        found = tuple(one for one in found if offset_text(one) in posted.get(f"{field.key}{OFFSET}", ()))
        if not found:
            refuse_value(f"{field.key}{OFFSET}", None, _TWICE)
    return found[0].isoformat()


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
        case FieldKind.SEARCH:
            return _searched(field, value)
        case _:
            return value


def _uploaded(value: str) -> dict[str, str]:
    """Return the document of an uploaded file: its key and its name, as the form posts them.

    Raises:
        ValueError: the value is another one.
    """
    key, space, name = value.partition(" ")
    if not (key and space and name.strip()):
        raise ValueError(value)
    return {"key": key, "name": name}


def _chosen(field: FormField, value: str) -> Any:
    """Return the code that was chosen; a number as a number, yes and no as a truth."""
    if value not in {code for code, _ in field.choices}:
        raise ValueError(value)
    if field.choices == YES_NO:
        return value == "true"
    return int(value) if field.is_whole else value


def _searched(field: FormField, value: str) -> str:
    """Return the code of the only choice with that code, that label, or that text in its label.

    Raises:
        FaultsError: no choice has it, or several have.
    """
    words = fold_label(value)
    labels = {code: (fold_label(label.fr), fold_label(label.en)) for code, label in field.choices}
    exact = [code for code, names in labels.items() if value == code or words in names]
    found = exact or [code for code, names in labels.items() if any(words in name for name in names)]
    if len(found) != 1:
        fr, en = (
            ", ".join(label.in_(lang) for code, label in field.choices if code in found[:3]) for lang in LANGUAGES
        )
        several = Wording(f"plusieurs choix ont ce texte : {fr}", f"several choices have this text: {en}")
        refuse_value(field.key, value, several if found else _EXPECTED[FieldKind.CHOICE])
    return found[0]


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
    """Return the document of the command that a posted form gives, `register` for a new case of a kind.

    An optional field that still has the values that the form showed is left out: it changes nothing.

    Raises:
        FaultsError: as for `read_form`.
    """
    shown = tuple(fields)
    chosen = {field.key for field in shown if field.kind is FieldKind.OFFSET and _is_entered(field, posted)}
    entered = (field for field in shown if f"{field.key}{OFFSET}" in chosen or _is_entered(field, posted))
    document = read_form(entered, posted, zone)
    if command == "register":
        document["facts"]["type"] = kind.value
    elif plans_actions(command):
        document["actions"] = [document.pop(LINKED.name, None) or document.pop("sheet")]
        if plan := document.pop(PLAN.name, None):
            document["scope"] = _scope_document(PlanScope.parse(plan))
    plan, number = document.pop(FOLLOW_UP_PLAN.name, None), document.pop(FOLLOW_UP_NUMBER.name, None)
    if bool(plan) != bool(number):
        refuse_value((FOLLOW_UP_NUMBER if plan else FOLLOW_UP_PLAN).name, None, _FOLLOW_UP)
    if bool(plan) == ("follow_up" in document) and (plan or command == PlanCommandType.FOLLOW_UP):
        refuse_value("follow_up", None, _FOLLOW_UP)
    if plan:
        document["follow_up"] = {"scope": _scope_document(PlanScope.parse(plan)), "action": number}
    return {**document, "type": command}


def _is_entered(field: FormField, posted: Mapping[str, Sequence[str]]) -> bool:
    """Return True for a field without values to begin with, and for one whose posted values are others."""
    if field.kind is FieldKind.OFFSET:
        return field.key in posted and tuple(posted[field.key]) != field.values
    if not field.values or field.is_suggested or (field.is_required and field.place != "changes"):
        return True
    written, stored = (",", ".") if field.kind is FieldKind.NUMBER else ("\r\n", "\n")
    values = (value.replace(written, stored) for value in posted.get(field.key, ()))
    entered = tuple(value for value in values if value or field.kind is not FieldKind.CHOICES)
    return field.key in posted and entered != field.values


def _scope_document(scope: PlanScope) -> dict[str, Any]:
    return {"kind": scope.kind.value, "code": scope.code}


def read_version(posted: str) -> int:
    """Return the version of the case or plan that a form was made from.

    Raises:
        FaultsError: it is not what `etag` wrote. `*` is refused too: a form acts on the state that its page showed.
    """
    with suppress(FaultsError):
        if (version := read_etag(posted)) is not None:
            return version
    raise FaultsError([Fault("version", REDACTED, _SHOWN_VERSION)])


def refusals_of(
    error: ReclamationError, fields: Sequence[FormField], posted: Mapping[str, Sequence[str]]
) -> list[tuple[str, Wording | GuardDetails]]:
    """Return what is wrong, each with the key of the field to mark; the key is empty if it is about no field.

    A fault is about the field of its path, another error about its argument; a guard about the facts that it misses, or
    the arguments that it reads: of these the first one left empty, the date apart.
    """
    found: list[tuple[tuple[str, ...], Wording | GuardDetails]] = []
    match error:
        case FaultsError():
            found = [((_field_key(fault.path),), fault.expected) for fault in error.faults]
        case CommandRefusedError():
            found = [((*one.missing, *GUARDS.fields(GUARDS.by_id[one.id])), one) for one in error.details]
        case PlanRefusedError():
            found = [(PLAN_GUARDS.fields(PLAN_GUARDS.by_id[one.id]), one) for one in error.details]
        case DocumentStoreError():
            found = [((DOCUMENTS,), NO_FILES)]
        case _ if path := error.path if isinstance(error, OutsideHorizonError) else error.argument:
            # No other field names an action by a text that its plan may lack.
            path = FOLLOW_UP_NUMBER.name if isinstance(error, UnknownActionError) else path
            found = [((_field_key(path),), Wording(*(error.public_message(lang) for lang in LANGUAGES)))]
    return [(_field_to_mark(names, fields, posted), one) for names, one in found]


def _field_to_mark(names: Iterable[str], fields: Sequence[FormField], posted: Mapping[str, Sequence[str]]) -> str:
    # The name of a part of the document, such as `facts`, stands for its fields.
    shown = [(field.key, field.place.partition(".")[0]) for field in fields]
    keys = [key for name in names for key, place in shown if name in (key, place)]
    empty = (key for key in keys if key != "occurred_at" and not any(posted.get(key, ())))
    return next(empty, next(iter(keys), ""))


NO_FILES: Final = Wording(
    "l'espace des documents est indisponible ; recommencez plus tard, ou enregistrez sans fichier",
    "the store of documents is unavailable; try again later, or save without files",
)
"""What is expected of a form with files while the store of documents is down."""


def _field_key(path: str) -> str:
    """Return the key of the field that a fault is about: `own_NAME` of a fact that an edition declares."""
    path = re.sub(r"\[[0-9]+\]", "", path)
    if path.startswith(f"{DOCUMENTS}."):
        return DOCUMENTS
    holder, _, name = path.rpartition(".")
    return f"{OWN}_{name}" if holder.rpartition(".")[2] == OWN else name


def with_values(
    fields: Iterable[FormField], posted: Mapping[str, Sequence[str]], errors: Mapping[str, str]
) -> tuple[FormField, ...]:
    """Return the fields with the values that were posted, and the errors of each."""
    return tuple(
        attrs.evolve(field, values=tuple(posted.get(field.key, ())), error=errors.get(field.key, ""))
        for field in fields
    )


@attrs.frozen
class Form(SharedRepr):
    """A form to show: its fields, and why it was refused.

    Args:
        fields: the fields with what is entered already.
        message: why it was refused; empty for a new form.
        status: the HTTP status of the page.
        focus: the key of the field that has the focus, empty for none; None for the first that is to be entered.
        guards: the guards that refused it, those that are about a field of it apart.
    """

    fields: tuple[FormField, ...]
    message: str = ""
    status: int = 200
    focus: str | None = None
    guards: tuple[GuardDetails, ...] = ()
