"""Codecs: the strict conversion between objects and the documents of a package.

Encodings: dates, times and datetimes as ISO 8601 (datetimes must be aware), enumerations by their code, tuples and
lists as lists, `Decimal` as a string, `bytes` in hexadecimal, `UNKNOWN` and `ABSENT` as `{"missing": "unknown"}` and
`{"missing": "absent"}`. A plain value is read by its type and never guessed; a refusal has its path and a wording in
both languages. cattrs calls the readers as its hooks, with the class to read: `str` for a StrEnum too, `int` for an
IntEnum too.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import cache, cached_property, reduce
from itertools import repeat
from operator import or_
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, Union, get_args, get_origin, overload

import attrs

from reclamation_core.documents.canonical import encodable
from reclamation_core.documents.faults import (
    LIST,
    NO_NUL,
    OBJECT,
    UNICODE,
    faults_of,
    refuse,
    refuse_other,
    refused_fields,
)
from reclamation_core.documents.versions import VERSION, Versions
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.missing import ABSENT, Missing
from reclamation_core.shared_repr import SharedRepr

if TYPE_CHECKING:
    import cattrs

E = TypeVar("E", bound=Enum)
T = TypeVar("T")

Schema: TypeAlias = dict[str, Any]
Describe: TypeAlias = Callable[[Any], Schema]
"""A function that returns the schema of an annotation."""
Structure: TypeAlias = Callable[[Any, Any], Any]
"""What reads a part of a document: its value, and the annotation that it is read for."""


def read_object(value: object) -> Mapping[str, Any]:
    """Keys and their values, the keys being texts."""
    if not isinstance(value, Mapping):
        refuse(value, OBJECT.fr, OBJECT.en)
    if not all(isinstance(key, str) for key in value):
        refuse(value, "les clés d'un objet sont des textes", "the keys of an object are texts")
    return value


def read_list(value: object) -> list[Any] | tuple[Any, ...]:
    """Values in an order: neither the letters of a text nor the keys of an object."""
    if not isinstance(value, list | tuple):
        refuse(value, LIST.fr, LIST.en)
    return value


def read_text(value: object, wanted: type[Any] = str) -> Any:
    """Read a string without NUL and lone surrogates, which no store can hold."""
    if wanted is not str:
        return read_member(value, wanted)
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


def read_truth(value: object, _: object = None) -> bool:
    """True or False: neither a number nor a word."""
    if type(value) is not bool:
        refuse(value, "vrai ou faux est attendu (true, false)", "true or false is expected")
    return value


def read_integer(value: object, wanted: type[Any] = int) -> Any:
    """An integer: neither a truth value nor a text."""
    if wanted is not int:
        return read_member(value, wanted)
    if type(value) is not int:
        refuse(value, "un nombre entier est attendu", "an integer is expected")
    return value


def read_float(value: Any, _: object = None) -> float:
    """A finite number."""
    if type(value) not in (int, float, Decimal) or not math.isfinite(value):
        refuse(value, "un nombre fini est attendu", "a finite number is expected")
    return float(value)


def read_date(value: object, _: object = None) -> date:
    """A date, or its text as ISO 8601."""
    if type(value) is date:
        return value
    return _from_iso(value, date.fromisoformat, "une date AAAA-MM-JJ est attendue", "a date YYYY-MM-DD is expected")


def read_instant(value: object, _: object = None) -> datetime:
    """A datetime that knows its offset, or its text as ISO 8601."""
    words = (
        "une date et une heure avec leur décalage sont attendues, comme 2026-05-02T09:30:00+02:00",
        "a date and a time with their offset are expected, like 2026-05-02T09:30:00+02:00",
    )
    instant = value if isinstance(value, datetime) else _from_iso(value, datetime.fromisoformat, *words)
    if instant.utcoffset() is None:
        refuse(value, *words)
    return instant


def read_time(value: object, _: object = None) -> time:
    """A time of day, or its text as ISO 8601."""
    if type(value) is time:
        return value
    return _from_iso(value, time.fromisoformat, "une heure HH:MM est attendue", "a time HH:MM is expected")


D = TypeVar("D", bound=date | time)


def _from_iso(value: object, parse: Callable[[str], D], fr: str, en: str) -> D:
    if type(value) is not str:
        refuse(value, fr, en)
    try:
        return parse(value)
    except ValueError:
        refuse(value, fr, en)


def read_decimal(value: Any, _: object = None) -> Decimal:
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


def read_bytes(value: Any, _: object = None) -> bytes:
    """Bytes, from their text in hexadecimal."""
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError):
        refuse(value, "un texte hexadécimal est attendu", "a text in hexadecimal is expected")


def read_missing(value: object, _: object = None) -> Missing:
    """`UNKNOWN` or `ABSENT`, from `{"missing": "unknown"}` or `{"missing": "absent"}`."""
    if not isinstance(value, Mapping) or set(value) != {"missing"} or value["missing"] not in ("unknown", "absent"):
        either = '{"missing": "unknown"}', '{"missing": "absent"}'
        refuse(value, f"{either[0]} ou {either[1]} est attendu", f"{either[0]} or {either[1]} is expected")
    return Missing(value["missing"])


def read_member(value: object, cls: type[E]) -> E:
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
    """Return each member of an enumeration with the class of its code; its keys are the member and its code."""
    return {key: (member, type(member.value)) for member in cls for key in (member, member.value)}


def write_plain(value: object) -> Any:
    """A text or an integer, and the code of a member of an enumeration of such."""
    if value.__class__ is str:
        return value
    return value.value if isinstance(value, Enum) else value


def write_instant(value: datetime) -> str:
    """ISO 8601, with the offset.

    Raises:
        ValueError: the datetime is naive.
    """
    if value.utcoffset() is None:
        raise ValueError(f"a naive datetime has no place in a document: {value!r}; give it a time zone")
    return value.isoformat()


_LEFT_OUT = "left_out_by_default"
LEFT_OUT_BY_DEFAULT: Mapping[str, Any] = {_LEFT_OUT: True}
"""The metadata of a field that documents do not have while it has its default: one that was added to a class later."""


def _has_part_left_out(cls: type[Any]) -> bool:
    return attrs.has(cls) and any(_LEFT_OUT in field.metadata for field in attrs.fields(cls))


def _writer_leaving_out(converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any], Any]:
    from cattrs.gen import make_dict_unstructure_fn, override

    left_out = {
        field.name: override(omit_if_default=True) for field in attrs.fields(cls) if _LEFT_OUT in field.metadata
    }
    return make_dict_unstructure_fn(cls, converter, **left_out)  # type: ignore[arg-type]


_NUMBERS = frozenset({float, Decimal})
_PLAIN = frozenset({bool, float, int, str})
_AS_THEY_ARE = _PLAIN | {NoneType}


def is_union(cls: object) -> bool:
    """Whether an annotation names several types."""
    return get_origin(cls) in (Union, UnionType)


def missing_members(cls: object) -> tuple[Missing, ...]:
    """The sentinels that an annotation allows, or that it is."""
    if get_origin(cls) is Literal:
        return tuple(member for member in get_args(cls) if isinstance(member, Missing))
    return tuple(member for part in get_args(cls) for member in missing_members(part)) if is_union(cls) else ()


def without_sentinels(cls: object) -> Any:
    """Return a union without None and sentinels: one type or a union; None if nothing remains."""
    rest = [part for part in get_args(cls) if part is not NoneType and not missing_members(part)]
    return reduce(or_, rest) if rest else None


def is_literal(cls: object) -> bool:
    """Whether an annotation lists plain values."""
    return get_origin(cls) is Literal and not missing_members(cls)


def read_literal(value: object, cls: object) -> Any:
    """One of the values that an annotation lists, of their very types."""
    if not any(value == listed and type(value) is type(listed) for listed in get_args(cls)):
        refuse_other(value, get_args(cls))
    return value


def is_number_or_text(cls: object) -> bool:
    """Whether it is the union of a binary fraction and a decimal one: a number is the former, a text the latter."""
    return is_union(cls) and set(get_args(cls)) == _NUMBERS


def has_sentinels(cls: object) -> bool:
    """Return True if an annotation is a sentinel, or a union with None or a sentinel."""
    return bool(missing_members(cls)) or (is_union(cls) and NoneType in get_args(cls))


def read_number(value: object, _: object) -> float | Decimal:
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


def sentinel_reader(converter: cattrs.Converter, cls: object) -> Callable[[Any, Any], Any]:
    """Reads None and the sentinels of an annotation, and leaves the rest to what reads the rest."""
    allowed = {member.value: member for member in missing_members(cls)}
    optional = NoneType in get_args(cls)
    rest = without_sentinels(cls) if is_union(cls) else None
    read_rest = None if rest is None else converter.get_structure_hook(rest)
    if read_rest is not None and not allowed:
        return lambda value, _: None if value is None else read_rest(value, rest)
    words = " | ".join(f'{{"missing": "{code}"}}' for code in allowed)

    def read_one(value: object, _: object) -> Any:
        if value.__class__ in _PLAIN and read_rest is not None:
            return read_rest(value, rest)
        if value is None and optional:
            return None
        if isinstance(value, Mapping) and "missing" in value:
            code = value["missing"]
            if len(value) == 1 and type(code) is str and code in allowed:
                return allowed[code]
            refuse(value, f"{words} est attendu", f"{words} is expected")
        if read_rest is None or value is None:
            refuse(value, f"{words} est attendu", f"{words} is expected")
        return read_rest(value, rest)

    return read_one


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
_SEQUENCES: dict[Any, Callable[[list[Any]], Any]] = {Sequence: tuple, list: list, tuple: tuple}


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
    converter.register_unstructure_hook_factory(_has_part_left_out, lambda cls: _writer_leaving_out(converter, cls))


def _is_mapping(cls: object) -> bool:
    return get_origin(cls) in (dict, Mapping)


def _mapping_reader(converter: cattrs.Converter, cls: object) -> Callable[[Any, Any], Any]:
    hook = converter.gen_structure_mapping(cls)
    return lambda value, wanted: hook(read_object(value), wanted)


def object_reader(converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any, Any], Any]:
    """Return the reader of documents of an attrs class, which ignores hooks registered for the class."""
    hook = converter.gen_structure_attrs_fromdict(cls)

    def read_attributes(value: Any, wanted: object) -> Any:
        if value.__class__ is not dict:
            read_object(value)
        try:
            return hook(value, wanted)
        except Exception as error:
            read_object(value)  # a key that is not a text belongs to no class
            refused = FaultCollector(refused_fields(converter, cls, value))
            if not refused:
                raise
            # What the class itself refused is one of these fields; what was wrong before it was made stays.
            faults = FaultCollector(fault for fault in faults_of(error, "", value) if fault.path)
            reported = {fault.path.removeprefix(".") for fault in faults}
            faults += (fault for fault in refused if fault.path not in reported)
            raise FaultsError(faults) from error

    return read_attributes


def _is_sequence(cls: object) -> bool:
    return get_origin(cls) in _SEQUENCES


def _sequence_reader(converter: cattrs.Converter, cls: object) -> Callable[[Any, Any], Any]:
    """Reads lists only: cattrs itself would take a text for the list of its letters, an object for that of its keys."""
    build, item_classes = _SEQUENCES[get_origin(cls)], get_args(cls)
    same_for_all = get_origin(cls) is not tuple or item_classes[1:] == (Ellipsis,)

    def read_sequence(value: object, _: object) -> Any:
        items = read_list(value)
        if same_for_all:
            if not items:
                return build([])
            return build(_read_items(converter, items, repeat(item_classes[0], len(items))))
        size = len(item_classes)
        if len(items) != size:
            refuse(value, f"une liste de {size} éléments est attendue", f"a list of {size} items is expected")
        return build(_read_items(converter, items, item_classes))

    return read_sequence


def _read_items(converter: cattrs.Converter, values: Iterable[Any], classes: Iterable[Any]) -> list[Any]:
    items: list[Any] = []
    faults = FaultCollector()
    for index, (value, cls) in enumerate(zip(values, classes, strict=True)):
        try:
            items.append(converter.structure(value, cls))
        except Exception as error:  # noqa: BLE001  any error of the class's own code is a fault of this item
            faults += faults_of(error, f"[{index}]", value)
    if faults:
        raise FaultsError(faults)
    return items


def structure(converter: cattrs.Converter, document: object, cls: type[T]) -> T:
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
        raise FaultsError(faults_of(error, "$", document)) from error


@attrs.frozen(kw_only=True)
class Variants(SharedRepr):
    """Classes whose documents name their type under one key and their version under another.

    A document of such a class always has both keys, even where no other class is possible.

    Args:
        annotation: their union, or their base class.
        classes: each by the name that its documents give it; names stay.
        key: the key of that name.
        versions: the version of each, and the upcasters of older ones; 1 by default.
        brief: leave out of their documents what is as it is by default; such a default stays what it is.
        is_versioned: False if their documents name their type alone: they are not stored.

    Raises:
        ValueError: a class of the union has no name, or another one has; the versions are those of other names; a class
            has a field called like one of the two keys.
    """

    annotation: Any
    classes: Mapping[str, type[Any]] = attrs.field()
    key: str = "type"
    versions: Versions = attrs.field(default=attrs.Factory(lambda self: Versions.first(self.classes), takes_self=True))
    brief: bool = False
    is_versioned: bool = True

    @classes.validator
    def _all_that_there_are(self, _: object, classes: Mapping[str, type[Any]]) -> None:
        apart = set(get_args(self.annotation)) ^ set(classes.values()) if is_union(self.annotation) else set()
        if apart:
            named = ", ".join(sorted(cls.__name__ for cls in apart))
            raise ValueError(
                f"classes: they are to be those of the annotation; these are only in one of the two: {named}"
            )

    @classes.validator
    def _with_room_for_both(self, _: object, classes: Mapping[str, type[Any]]) -> None:
        for cls in classes.values():
            taken = {self.key, VERSION} & {field.name for field in attrs.fields(cls)}
            if taken:
                raise ValueError(f"classes: {cls.__name__} has a field of its own called {taken.pop()!r}; rename it")

    @versions.validator
    def _of_these_names(self, _: object, versions: Versions) -> None:
        if set(versions.current) != set(self.classes):
            apart = ", ".join(sorted(set(versions.current) ^ set(self.classes)))
            raise ValueError(
                f"versions: they are to be those of the classes; these are only in one of the two: {apart}"
            )

    @property
    def names(self) -> Mapping[type[Any], str]:
        """The name of each class."""
        return {cls: name for name, cls in self.classes.items()}

    def configure(self, converter: cattrs.Converter) -> None:
        """Teach a strict converter to write and read them."""
        classes = frozenset(self.classes.values())
        converter.register_structure_hook_factory(
            lambda cls: cls == self.annotation, lambda _: self._reader(converter, self.classes)
        )
        if self.annotation not in classes and not is_union(self.annotation):  # a base class
            converter.register_unstructure_hook_factory(
                lambda cls: cls == self.annotation, lambda _: converter.unstructure
            )
        converter.register_structure_hook_factory(
            lambda cls: cls in classes, lambda cls: self._reader(converter, {self.names[cls]: cls})
        )
        converter.register_unstructure_hook_factory(
            lambda cls: cls in classes, lambda cls: self._writer(converter, cls)
        )

    def _reader(self, converter: cattrs.Converter, classes: Mapping[str, type[Any]]) -> Callable[[Any, Any], Any]:
        readers: dict[str, Callable[[Any, Any], Any]] = {}  # each is compiled at its first document
        versions, key = self.versions, self.key
        current = versions.current

        def read(value: object, _: object) -> Any:
            body = dict(value if value.__class__ is dict else read_object(value))
            name = body.pop(key, ABSENT)
            if type(name) is not str or name not in classes:
                refuse_other(name, classes, key)
            if name not in readers:
                readers[name] = object_reader(converter, classes[name])
            if not self.is_versioned:
                return readers[name](body, classes[name])
            version, last = body.pop(VERSION, ABSENT), current[name]
            if version is not last:  # identity, so that True and 1.0 are refused as versions
                body = versions.upcast_body(name, versions.check_version(name, version), body, last)
            return readers[name](body, classes[name])

        return read

    def _writer(self, converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any], Any]:
        from cattrs.gen import make_dict_unstructure_fn

        name = self.names[cls]
        head = {self.key: name, **({VERSION: self.versions.current[name]} if self.is_versioned else {})}
        write = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=self.brief)
        return lambda value: {**head, **write(value)}


@attrs.frozen(kw_only=True)
class Encoding(SharedRepr):
    """The reader, the writer and the schema of the values of one annotation, instead of the defaults.

    Args:
        annotation: a class or a union, as fields are annotated with it.
        read: a function of the plain value and the reader of its parts that returns the value.
        schema: a function that returns the JSON Schema, given the function for the annotations of its parts.
        write: a function of the value that returns plain data; by default it is written by its class.
    """

    annotation: Any
    read: Callable[[Any, Structure], Any]
    schema: Callable[[Describe], Schema]
    write: Callable[[Any], Any] | None = None

    def configure(self, converter: cattrs.Converter) -> None:
        """Teach a strict converter to read them."""
        converter.register_structure_hook_func(
            lambda cls: cls == self.annotation, lambda value, _: self.read(value, converter.structure)
        )
        if self.write is not None:
            converter.register_unstructure_hook(self.annotation, self.write)


@attrs.define(slots=False, eq=False)
class Codec(SharedRepr):
    """Write and read the documents of a package; the reader of a class is built at its first use.

    Args:
        variants: the classes whose documents say which they are.
        encodings: what is read in another way than the house does it.
        redact: removes personal texts from faults (`redact_misplaced`, `redact_all_text`). The error then has no cause
            either, which could hold them too.
    """

    variants: tuple[Variants, ...] = ()
    encodings: tuple[Encoding, ...] = attrs.field(default=(), kw_only=True)
    redact: Callable[[Fault], Fault] | None = attrs.field(default=None, kw_only=True)

    @overload
    def write(self, value: attrs.AttrsInstance) -> dict[str, Any]: ...

    @overload
    def write(self, value: object) -> Any: ...

    def write(self, value: object) -> Any:
        """A value as plain data."""
        return self._converter.unstructure(value)

    def read(self, document: object, cls: type[T]) -> T:
        """The object that a document describes.

        Raises:
            FaultsError: with every fault of the document at once, each with its path from `$`.
        """
        if self.redact is None:
            return structure(self._converter, document, cls)
        faults: tuple[Fault, ...]
        try:
            return structure(self._converter, document, cls)
        except FaultsError as error:
            faults = error.faults
        raise FaultsError(map(self.redact, faults))  # out there, so that it has no context either

    @cached_property
    def _converter(self) -> cattrs.Converter:
        converter = make_converter()
        for encoding in self.encodings:
            encoding.configure(converter)
        for variants in self.variants:
            variants.configure(converter)
        return converter
