"""Faults of documents: refusals with their paths, the faults behind an error of cattrs, and their redaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from itertools import chain
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args

import attrs

from reclamation_core.errors import REDACTED, Fault, FaultsError, WordedError
from reclamation_core.missing import ABSENT
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import BlankTextError, Wording, safe_repr

if TYPE_CHECKING:
    import cattrs
    from cattrs.errors import AttributeValidationNote, IterableValidationNote

OBJECT: Final = Wording(
    "un objet (des clés et leurs valeurs) est attendu", "an object (keys and their values) is expected"
)
LIST: Final = Wording("une liste est attendue", "a list is expected")
NO_NUL = Wording("un texte sans caractère nul est attendu", "a text without a NUL character is expected")
UNICODE = Wording("un texte Unicode valide est attendu", "a valid Unicode text is expected")


@attrs.frozen
class Refused(SharedRepr):
    """A refused value, and the wording of what is expected."""

    value: object
    expected: Wording

    @property
    def safe_value(self) -> object:
        """The value for a fault: a code, a number or a date; redacted where it could hold a personal text."""
        is_code = isinstance(self.value, str) and len(self.value.split()) < 2
        if is_code or isinstance(self.value, Enum | int | float | Decimal | date | None):
            return self.value
        return REDACTED if isinstance(self.value, Iterable) else safe_repr(self.value)


def refuse(value: object, fr: str, en: str) -> NoReturn:
    """Refuse a value; callers add the path.

    Raises:
        FaultsError: always.
    """
    refuse_at("", value, fr, en)


def refuse_at(path: str, value: object, fr: str, en: str) -> NoReturn:
    """Refuse a value at a path below the current one.

    Raises:
        FaultsError: always.
    """
    raise FaultsError((Fault(path, value, Wording(fr, en)),))


def refuse_other(value: object, known: Iterable[Any], path: str = "") -> NoReturn:
    """Refuse a value that is none of those of a closed list.

    Raises:
        FaultsError: always.
    """
    codes = ", ".join(map(str, known))
    refuse_at(path, value, f"une de ces valeurs est attendue : {codes}", f"one of these is expected: {codes}")


_REQUIRED = Wording("cette clé est obligatoire ; indiquez-la", "this key is required; give it")
UNKNOWN_KEY = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or correct its name"
)


@attrs.frozen
class _MisplacedKey(Wording):
    """Says where the document has a key that is unknown at its place."""


def faults_of(error: BaseException, path: str, value: Any) -> Iterator[Fault]:
    """Yield the faults behind an error that was raised while `value` at `path` was read.

    A key that is required and not there is reported with the value `ABSENT`.
    """
    from cattrs.errors import (
        ClassValidationError,
        ForbiddenExtraKeysError,
        IterableValidationError,
        StructureHandlerNotFoundError,
    )

    if isinstance(error, StructureHandlerNotFoundError):
        raise error  # the class is at fault, not the document
    if isinstance(error, FaultsError):
        yield from (attrs.evolve(fault, path=_below(path, fault.path)) for fault in error.faults)
    elif isinstance(error, ForbiddenExtraKeysError):
        yield from (Fault(f"{path}.{key}", value[key], UNKNOWN_KEY) for key in sorted(error.extra_fields))
    elif isinstance(error, ClassValidationError | IterableValidationError):
        noted, bare = error.group_exceptions()
        of_items = (_faults_of_item(cause, path, value, _key(note)) for cause, note in noted)
        for fault in chain(*of_items, *(faults_of(cause, path, value) for cause in bare)):
            yield _with_its_place(fault, error.cl, path)
    else:
        yield Fault(path, value, refusal(error))


def _with_its_place(fault: Fault, cls: type[Any], path: str) -> Fault:
    """Return the fault of an unknown key; if the object at `path`, or one in it, has that key, with that place."""
    inner, _, key = fault.path.removeprefix(path).rpartition(".")
    holders = _holders(cls, key) if fault.expected is UNKNOWN_KEY else []
    if inner and holders == [""]:
        above = re.split(r"[.[]", inner)[1]
        fr, en = f"au-dessus de « {above} »", f"above {above!r}"
    elif not inner and len(holders) == 1:
        fr, en = f"dans « {holders[0]} »", f"in {holders[0]!r}"
    else:
        return fault
    words = _MisplacedKey(f"cette clé n'est pas connue ici ; placez-la {fr}", f"unknown key here; put it {en}")
    return attrs.evolve(fault, expected=words)


def _holders(cls: type[Any], key: str) -> list[str]:
    """Return the names of the fields of a class whose objects have a key; "" alone if its own objects have it."""
    fields = attrs.fields_dict(attrs.resolve_types(cls)) if attrs.has(cls) else {}
    if key in fields:
        return [""]
    return [name for name, one in fields.items() if any(key in attrs.fields_dict(of) for of in _classes(one.type))]


def _classes(annotation: object) -> Iterator[type[Any]]:
    """Yield the attrs classes that an annotation names."""
    if isinstance(annotation, type) and attrs.has(annotation):
        yield annotation
    yield from chain.from_iterable(map(_classes, get_args(annotation)))


_ANOTHER_TYPE: Final = Wording("une valeur d'un autre type est attendue", "a value of another type is expected")
_NOT_BLANK: Final = Wording("un texte qui n'est pas vide est attendu", "a text that is not blank is expected")


def refusal(error: BaseException) -> Wording:
    """Return the wording of what a class refuses; the value that its message may end with is shown by the fault."""
    if isinstance(error, WordedError):
        return error.wording
    if isinstance(error, BlankTextError):
        return _NOT_BLANK
    if isinstance(error, AttributeError):  # cattrs asked for the items of what is no mapping
        return _ANOTHER_TYPE
    reason = str(error).partition(", got ")[0]
    # Mistakes of a program are builtin errors in English: for a reader of French, the kind of the value is enough.
    fr = _ANOTHER_TYPE.fr if isinstance(error, TypeError) else f"valeur refusée : {reason}"
    return Wording(fr, f"refused: {reason}")


def _key(note: AttributeValidationNote | IterableValidationNote) -> Any:
    return getattr(note, "name", None) or note.index


def _faults_of_item(error: BaseException, path: str, value: Mapping[Any, Any], key: object) -> Iterator[Fault]:
    where, item = f"{path}.{key}", value.get(key, ABSENT)
    if isinstance(error, KeyError) and item is ABSENT:
        return iter([Fault(where, ABSENT, _REQUIRED)])
    return faults_of(error, where, item)


def _below(path: str, inner: str) -> str:
    return f"{path}{inner}" if inner.startswith(("[", ".")) or not inner else f"{path}.{inner}"


_OF_ANY_TEXT: Final = (UNKNOWN_KEY, OBJECT, LIST, NO_NUL, UNICODE)
"""The wordings for misplaced or unstorable texts, which could be any text."""


def redact_misplaced(fault: Fault) -> Fault:
    """Redact the value of a fault that could hold any text: a part of the document, or a misplaced text."""
    misplaced = fault.expected in _OF_ANY_TEXT or isinstance(fault.expected, _MisplacedKey)
    is_hidden = isinstance(fault.value, str) and misplaced
    return _hidden(fault) if is_hidden or isinstance(fault.value, Mapping | list | tuple) else fault


def redact_all_text(fault: Fault) -> Fault:
    """The fault without its value, where that is a text or a part of the document."""
    return _hidden(fault) if isinstance(fault.value, str | bytes | Mapping | list | tuple) else fault


def _hidden(fault: Fault) -> Fault:
    return attrs.evolve(fault, value=REDACTED)


def refused_fields(converter: cattrs.Converter, cls: type[Any], document: Mapping[str, Any]) -> Iterator[Fault]:
    """The values of a document, right by their type, that the converter or the validator of their field refuses.

    A validator that looks at other fields sees those of the document that are right, and the defaults of the others.
    A validator that reads a field with neither is skipped.
    """
    attrs.resolve_types(cls)
    fields = [field for field in attrs.fields(cls) if field.init]
    defaults = {field.name: field.default for field in fields if _is_value(field.default)}
    instance = SimpleNamespace(**defaults)
    for field in fields:
        if field.name in document:
            try:
                value = converter.structure(document[field.name], field.type)
            except Exception:  # noqa: BLE001, S112  wrong by its type, which is reported already
                continue
            yield from _refusal(instance, field, value, document[field.name])


def _is_value(default: object) -> bool:
    return default is not attrs.NOTHING and not hasattr(default, "factory")


def _refusal(instance: SimpleNamespace, field: attrs.Attribute[Any], value: object, given: object) -> Iterator[Fault]:
    try:
        convert: Any = field.converter
        converted = value if convert is None else convert(value)
        if isinstance(converted, Refused):
            yield Fault(field.name, converted.safe_value, converted.expected)
            return
        setattr(instance, field.name, converted)
        if field.validator is not None:
            field.validator(instance, field, converted)
    except AttributeError:
        return  # it looks at a field that is not there
    except FaultsError as error:
        yield from error.faults
    except (TypeError, ValueError) as error:
        yield Fault(field.name, given, refusal(error))
