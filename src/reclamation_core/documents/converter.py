"""The strict cattrs converter of the project, and the faults that it reports.

Encodings: dates, times and datetimes as ISO 8601 (datetimes must be aware), enumerations by their code, tuples and
lists as lists, `Decimal` as a string, `bytes` in hexadecimal, `UNKNOWN` and `ABSENT` as `{"missing": "unknown"}` and
`{"missing": "absent"}`. A plain value is read by its type and never guessed; a refusal has its path and a wording in
both languages. cattrs calls the readers as its hooks, with the class to read: `str` for a StrEnum too, `int` for an
IntEnum too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, reduce
from itertools import repeat
from operator import or_
from types import NoneType, SimpleNamespace, UnionType
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeVar, Union, get_args, get_origin

import attrs

from reclamation_core.documents.canonical import encodable
from reclamation_core.errors import REDACTED, Fault, FaultsError, WordedError
from reclamation_core.missing import ABSENT, Missing
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    import cattrs
    from cattrs.errors import AttributeValidationNote, IterableValidationNote


E = TypeVar("E", bound=Enum)

OBJECT: Final = Wording(
    "un objet (des clés et leurs valeurs) est attendu", "an object (keys and their values) is expected"
)
LIST: Final = Wording("une liste est attendue", "a list is expected")
NO_NUL = Wording("un texte sans caractère nul est attendu", "a text without a NUL character is expected")
UNICODE = Wording("un texte Unicode valide est attendu", "a valid Unicode text is expected")


def refuse(value: Any, fr: str, en: str) -> NoReturn:
    """Refuse a value; callers add the path.

    Raises:
        FaultsError: always.
    """
    refuse_at("", value, fr, en)


def refuse_at(path: str, value: Any, fr: str, en: str) -> NoReturn:
    """Refuse a value at a path below the current one.

    Raises:
        FaultsError: always.
    """
    raise FaultsError((Fault(path, value, Wording(fr, en)),))


def refuse_other(value: Any, known: Iterable[Any], path: str = "") -> NoReturn:
    """Refuse a value that is none of those of a closed list.

    Raises:
        FaultsError: always.
    """
    codes = ", ".join(map(str, known))
    refuse_at(path, value, f"une de ces valeurs est attendue : {codes}", f"one of these is expected: {codes}")


def read_object(value: Any) -> Mapping[str, Any]:
    """Keys and their values, the keys being texts."""
    if not isinstance(value, Mapping):
        refuse(value, OBJECT.fr, OBJECT.en)
    if not all(isinstance(key, str) for key in value):
        refuse(value, "les clés d'un objet sont des textes", "the keys of an object are texts")
    return value


def read_list(value: Any) -> list[Any] | tuple[Any, ...]:
    """Values in an order: neither the letters of a text nor the keys of an object."""
    if not isinstance(value, list | tuple):
        refuse(value, LIST.fr, LIST.en)
    return value


def read_text(value: Any, asked: Any = str) -> Any:
    """Read a string without NUL and lone surrogates, which no store can hold."""
    if asked is not str:
        return read_member(value, asked)
    if type(value) is not str:
        refuse(value, "un texte est attendu", "a text is expected")
    if value.isascii() and "\0" not in value:
        return value
    try:
        encodable(value)
    except ValueError:
        refuse(value, UNICODE.fr, UNICODE.en)
    if "\0" in value:
        refuse(value, NO_NUL.fr, NO_NUL.en)
    return value


def read_truth(value: Any, _: Any = None) -> bool:
    """True or False: neither a number nor a word."""
    if type(value) is not bool:
        refuse(value, "vrai ou faux est attendu (true, false)", "true or false is expected")
    return value


def read_integer(value: Any, asked: Any = int) -> Any:
    """An integer: neither a truth value nor a text."""
    if asked is not int:
        return read_member(value, asked)
    if type(value) is not int:
        refuse(value, "un nombre entier est attendu", "an integer is expected")
    return value


def read_float(value: Any, _: Any = None) -> float:
    """A finite number."""
    if type(value) not in (int, float, Decimal) or not math.isfinite(value):
        refuse(value, "un nombre fini est attendu", "a finite number is expected")
    return float(value)


def read_date(value: Any, _: Any = None) -> date:
    """A date, or its text as ISO 8601."""
    if type(value) is date:
        return value
    return _from_iso(value, date.fromisoformat, "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")


def read_instant(value: Any, _: Any = None) -> datetime:
    """A datetime that knows its offset, or its text as ISO 8601."""
    words = (
        "une date et une heure avec leur décalage sont attendues, comme 2026-05-02T09:30:00+02:00",
        "a date and a time with their offset are expected, like 2026-05-02T09:30:00+02:00",
    )
    instant = value if isinstance(value, datetime) else _from_iso(value, datetime.fromisoformat, *words)
    if instant.utcoffset() is None:
        refuse(value, *words)
    return instant


def read_time(value: Any, _: Any = None) -> time:
    """A time of day, or its text as ISO 8601."""
    if type(value) is time:
        return value
    return _from_iso(value, time.fromisoformat, "une heure HH:MM est attendue", "a time HH:MM is expected")


D = TypeVar("D", bound=date | time)


def _from_iso(value: Any, parse: Callable[[str], D], fr: str, en: str) -> D:
    if type(value) is not str:
        refuse(value, fr, en)
    try:
        return parse(value)
    except ValueError:
        refuse(value, fr, en)


def read_decimal(value: Any, _: Any = None) -> Decimal:
    """A finite decimal number, written as text or as an integer; never a binary fraction, which is another number."""
    try:
        number = Decimal(value) if type(value) in (str, int, Decimal) else None
    except InvalidOperation:
        number = None
    if number is None or not number.is_finite():
        refuse(
            value,
            "un nombre décimal écrit comme texte est attendu, comme « 6.5 »",
            'a decimal number written as text is expected, like "6.5"',
        )
    return number


def read_bytes(value: Any, _: Any = None) -> bytes:
    """Bytes, from their text in hexadecimal."""
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        refuse(value, "un texte hexadécimal est attendu", "a text in hexadecimal is expected")


def read_missing(value: Any, _: Any = None) -> Missing:
    """`UNKNOWN` or `ABSENT`, from `{"missing": "unknown"}` or `{"missing": "absent"}`."""
    if isinstance(value, Mapping) and set(value) == {"missing"} and value["missing"] in ("unknown", "absent"):
        return Missing(value["missing"])
    either = '{"missing": "unknown"}', '{"missing": "absent"}'
    refuse(value, f"{either[0]} ou {either[1]} est attendu", f"{either[0]} or {either[1]} is expected")


def read_member(value: Any, cls: type[E]) -> E:
    """The member of an enumeration that has this code."""
    found: tuple[E, type[Any]] | None
    try:
        found = _members(cls).get(value)
    except TypeError:  # a list or an object, which is no code
        found = None
    if found is None or (type(value) is not found[1] and value is not found[0]):
        refuse_other(value, (each.value for each in cls))
    return found[0]


@cache
def _members(cls: type[E]) -> Mapping[Any, tuple[E, type[Any]]]:
    """The members of an enumeration, each by its code and by itself, with the class of its code."""
    return {key: (member, type(member.value)) for member in cls for key in (member, member.value)}


def write_plain(value: Any) -> Any:
    """A text or an integer, and the code of a member of an enumeration of such."""
    return value.value if isinstance(value, Enum) else value


def write_instant(value: datetime) -> str:
    """ISO 8601, with the offset.

    Raises:
        ValueError: the datetime is naive.
    """
    if value.utcoffset() is None:
        raise ValueError(f"a naive datetime has no place in a document: {value!r}; give it a time zone")
    return value.isoformat()


_REQUIRED = Wording("cette clé est obligatoire ; donnez-la", "this key is required; give it")
_UNKNOWN_KEY = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or mend its name"
)


def faults_of(error: BaseException, path: str, value: Any) -> list[Fault]:
    """Return the faults behind an error that was raised while `value` at `path` was read.

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
        return [Fault(_below(path, fault.path), fault.value, fault.expected) for fault in error.faults]
    if isinstance(error, ForbiddenExtraKeysError):
        return [Fault(f"{path}.{key}", value[key], _UNKNOWN_KEY) for key in sorted(error.extra_fields)]
    if not isinstance(error, ClassValidationError | IterableValidationError):
        return [Fault(path, value, refusal(error))]
    noted, bare = error.group_exceptions()
    faults = [fault for cause, note in noted for fault in _faults_of_item(cause, path, value, _key(note))]
    return faults + [fault for cause in bare for fault in faults_of(cause, path, value)]


def refusal(error: BaseException) -> Wording:
    """Return the wording of what a class refuses; the value that its message may end with is shown by the fault."""
    if isinstance(error, WordedError):
        return error.wording
    reason = str(error).partition(", got ")[0]
    return Wording(f"valeur refusée : {reason}", f"refused: {reason}")


def _key(note: AttributeValidationNote | IterableValidationNote) -> Any:
    return getattr(note, "name", None) or note.index


def _faults_of_item(error: BaseException, path: str, value: Mapping[Any, Any], key: Any) -> list[Fault]:
    where, item = f"{path}.{key}", value.get(key, ABSENT)
    if isinstance(error, KeyError) and item is ABSENT:
        return [Fault(where, ABSENT, _REQUIRED)]
    return faults_of(error, where, item)


def _below(path: str, inner: str) -> str:
    return f"{path}{inner}" if inner.startswith(("[", ".")) or not inner else f"{path}.{inner}"


_OF_ANY_TEXT: Final = (_UNKNOWN_KEY, OBJECT, LIST, NO_NUL, UNICODE)
"""The wordings for misplaced or unstorable texts, which could be any text."""


def redact_misplaced(fault: Fault) -> Fault:
    """Redact the value of a fault that could hold any text: a part of the document, or a misplaced text."""
    misplaced = isinstance(fault.value, str) and fault.expected in _OF_ANY_TEXT
    return _hidden(fault) if misplaced or isinstance(fault.value, Mapping | list | tuple) else fault


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


def _refusal(instance: SimpleNamespace, field: attrs.Attribute[Any], value: Any, given: Any) -> Iterator[Fault]:
    try:
        convert: Any = field.converter
        converted = value if convert is None else convert(value)
        setattr(instance, field.name, converted)
        if field.validator is not None:
            field.validator(instance, field, converted)
    except AttributeError:
        return  # it looks at a field that is not there
    except FaultsError as error:
        yield from error.faults
    except (TypeError, ValueError) as error:
        yield Fault(field.name, given, refusal(error))


_NUMBERS = frozenset({float, Decimal})
_PLAIN = frozenset({bool, float, int, str})
_AS_THEY_ARE = _PLAIN | {NoneType}


def is_union(cls: Any) -> bool:
    """Whether an annotation names several types."""
    return get_origin(cls) in (Union, UnionType)


def missing_members(cls: Any) -> tuple[Missing, ...]:
    """The sentinels that an annotation allows, or that it is."""
    if get_origin(cls) is Literal:
        return tuple(member for member in get_args(cls) if isinstance(member, Missing))
    return tuple(member for part in get_args(cls) for member in missing_members(part)) if is_union(cls) else ()


def without_sentinels(cls: Any) -> Any:
    """Return a union without None and sentinels: one type or a union; None if nothing remains."""
    rest = [part for part in get_args(cls) if part is not NoneType and not missing_members(part)]
    return reduce(or_, rest) if rest else None


def is_literal(cls: Any) -> bool:
    """Whether an annotation lists plain values."""
    return get_origin(cls) is Literal and not missing_members(cls)


def read_literal(value: Any, cls: Any) -> Any:
    """One of the values that an annotation lists, of their very types."""
    if not any(value == listed and type(value) is type(listed) for listed in get_args(cls)):
        refuse_other(value, get_args(cls))
    return value


def is_number_or_text(cls: Any) -> bool:
    """Whether it is the union of a binary fraction and a decimal one: a number is the former, a text the latter."""
    return is_union(cls) and set(get_args(cls)) == _NUMBERS


def has_sentinels(cls: Any) -> bool:
    """Return True if an annotation is a sentinel, or a union with None or a sentinel."""
    return bool(missing_members(cls)) or (is_union(cls) and NoneType in get_args(cls))


def read_number(value: Any, _: Any) -> float | Decimal:
    """A number as JSON has it, or a decimal number written as text."""
    if type(value) in (str, Decimal):
        return read_decimal(value)
    return value if type(value) is int else read_float(value)


def writer(converter: cattrs.Converter) -> Callable[[Any], Any]:
    """Return the writer of values of several types: it dispatches on the class of the value."""
    by_class: dict[type, Callable[[Any], Any]] = {}

    def write(value: Any) -> Any:
        cls = value.__class__
        if cls in _AS_THEY_ARE:
            return value
        hook = by_class.get(cls)
        if hook is None:
            has_codes = issubclass(cls, Enum) and cls is not Missing
            codes = {member: member.value for member in cls} if has_codes else {}
            hook = by_class[cls] = codes.__getitem__ if has_codes else converter.get_unstructure_hook(cls)
        return hook(value)

    return write


def sentinel_reader(converter: cattrs.Converter, cls: Any) -> Callable[[Any, Any], Any]:
    """Reads None and the sentinels of an annotation, and leaves the rest to what reads the rest."""
    allowed = {member.value: member for member in missing_members(cls)}
    optional = NoneType in get_args(cls)
    rest = without_sentinels(cls) if is_union(cls) else None
    read_rest = None if rest is None else converter.get_structure_hook(rest)
    words = " | ".join(f'{{"missing": "{code}"}}' for code in allowed)

    def read_one(value: Any, _: Any) -> Any:
        if value.__class__ in _PLAIN and read_rest is not None:
            return read_rest(value, rest)
        if value is None and optional:
            return None
        if allowed and isinstance(value, Mapping) and "missing" in value:
            code = value["missing"]
            if len(value) == 1 and type(code) is str and code in allowed:
                return allowed[code]
            refuse(value, f"{words} est attendu", f"{words} is expected")
        if read_rest is None or (value is None and allowed):
            refuse(value, f"{words} est attendu", f"{words} is expected")
        return read_rest(value, rest)

    return read_one


T = TypeVar("T")

_READERS: dict[type, Callable[[Any, Any], Any]] = {
    Decimal: read_decimal,
    Missing: read_missing,
    bool: read_truth,
    bytes: read_bytes,
    date: read_date,
    datetime: read_instant,
    float: read_float,
    int: read_integer,
    str: read_text,
    time: read_time,
}
_SEQUENCES: dict[Any, Callable[[list[Any]], Any]] = {
    Sequence: tuple,
    list: list,
    tuple: tuple,
}


def make_converter() -> cattrs.Converter:
    """A new converter: unknown keys are refused, every fault is reported with its path."""
    import cattrs

    converter = cattrs.Converter(forbid_extra_keys=True, detailed_validation=True)
    configure_converter(converter)
    return converter


def configure_converter(converter: cattrs.Converter) -> None:
    """Teach a converter the encodings listed at the top of this module."""
    converter.register_structure_hook(Enum, read_member)
    converter.register_structure_hook_factory(_is_sequence, lambda cls: _sequence_reader(converter, cls))
    converter.register_structure_hook_factory(_is_mapping, lambda cls: _mapping_reader(converter, cls))
    converter.register_structure_hook_factory(attrs.has, lambda cls: object_reader(converter, cls))
    converter.register_structure_hook_factory(has_sentinels, lambda cls: sentinel_reader(converter, cls))
    converter.register_structure_hook_func(is_number_or_text, read_number)
    converter.register_structure_hook_func(is_literal, read_literal)
    for cls, reader in _READERS.items():
        converter.register_structure_hook(cls, reader)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(time, time.isoformat)
    converter.register_unstructure_hook(datetime, write_instant)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook(bytes, bytes.hex)
    converter.register_unstructure_hook(Missing, lambda value: {"missing": value.value})
    for mixed_in in (str, int):
        converter.register_unstructure_hook(mixed_in, write_plain)
    converter.register_unstructure_hook_factory(is_union, lambda _: writer(converter))


def _is_mapping(cls: Any) -> bool:
    return get_origin(cls) in (dict, Mapping)


def _mapping_reader(converter: cattrs.Converter, cls: Any) -> Callable[[Any, Any], Any]:
    hook = converter.gen_structure_mapping(cls)
    return lambda value, asked: hook(read_object(value), asked)


def object_reader(converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any, Any], Any]:
    """Return the reader of documents of an attrs class, which ignores hooks registered for the class."""
    hook = converter.gen_structure_attrs_fromdict(cls)

    def read_attributes(value: Any, asked: Any) -> Any:
        if value.__class__ is not dict:
            read_object(value)
        try:
            return hook(value, asked)
        except Exception as error:
            read_object(value)  # a key that is no text is no key of any class
            refused = list(refused_fields(converter, cls, value))
            if not refused:
                raise
            # What the class itself refused is one of these fields; what was wrong before it was made stays.
            before = [fault for fault in faults_of(error, "", value) if fault.path]
            told = {fault.path.removeprefix(".") for fault in before}
            raise FaultsError([*before, *(fault for fault in refused if fault.path not in told)]) from error

    return read_attributes


def _is_sequence(cls: Any) -> bool:
    return get_origin(cls) in _SEQUENCES and bool(get_args(cls))


def _sequence_reader(converter: cattrs.Converter, cls: Any) -> Callable[[Any, Any], Any]:
    """Reads lists only: cattrs itself would take a text for the list of its letters, an object for that of its keys."""
    build, item_classes = _SEQUENCES[get_origin(cls)], get_args(cls)
    same_for_all = get_origin(cls) is not tuple or item_classes[1:] == (Ellipsis,)

    def read_sequence(value: Any, _: Any) -> Any:
        read_list(value)
        if same_for_all:
            if not value:
                return build([])
            return build(_read_items(converter, value, repeat(item_classes[0], len(value))))
        size = len(item_classes)
        if len(value) != size:
            refuse(value, f"une liste de {size} éléments est attendue", f"a list of {size} items is expected")
        return build(_read_items(converter, value, item_classes))

    return read_sequence


def _read_items(converter: cattrs.Converter, values: Iterable[Any], classes: Iterable[Any]) -> list[Any]:
    items: list[Any] = []
    faults: list[Fault] = []
    for index, (value, cls) in enumerate(zip(values, classes, strict=True)):
        try:
            items.append(converter.structure(value, cls))
        except Exception as error:  # noqa: BLE001  any error of the class's own code is a fault of this item
            faults += faults_of(error, f"[{index}]", value)
    if faults:
        raise FaultsError(tuple(faults))
    return items


def structure(converter: cattrs.Converter, document: Any, cls: type[T]) -> T:
    """The object that a document describes.

    Raises:
        FaultsError: with every fault of the document at once, each with its path from `$`. A key that is required and
            not there has the value `ABSENT`.

    >>> from datetime import date
    >>> structure(make_converter(), "2026-05-19", date)
    datetime.date(2026, 5, 19)
    """
    try:
        return converter.structure(document, cls)
    except Exception as error:
        raise FaultsError(tuple(faults_of(error, "$", document))) from error
