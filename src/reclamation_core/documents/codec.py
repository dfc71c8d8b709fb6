"""Codecs: writing and reading the documents of a package, and their JSON Schemas (draft 2020-12).

A schema describes the shape: keys, types, codes. It does not describe the conditions of validators, such as a greatest
number or two fields that must agree; only the classes check these.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cached_property
from types import NoneType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, TypeVar, get_args, get_origin

import attrs

from reclamation_core.documents.converter import (
    has_sentinels,
    is_union,
    make_converter,
    missing_members,
    object_reader,
    read_object,
    refuse_other,
    structure,
    without_sentinels,
)
from reclamation_core.documents.versions import VERSION, Versions
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT, Missing

if TYPE_CHECKING:
    import cattrs


_SECTION = re.compile(r"^(?:Args|Raises|Returns|Source|Yields):|^>>> ", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {6,}.*)*)", re.MULTILINE)


def summary(cls: type) -> str:
    """Return the docstring before its sections, each paragraph on one line; empty without a docstring of its own."""
    told = inspect.cleandoc(cls.__dict__.get("__doc__") or "")
    section = _SECTION.search(told)
    paragraphs = told[: section.start() if section else None].strip().split("\n\n")
    return "\n\n".join(map(_on_one_line, paragraphs))


def arguments(cls: type) -> Mapping[str, str]:
    """Return the description of each argument, inherited ones included."""
    return {name: text for ancestor in reversed(cls.__mro__) for name, text in _arguments(ancestor)}


def _arguments(cls: type) -> Iterator[tuple[str, str]]:
    _, _, told = inspect.cleandoc(cls.__dict__.get("__doc__") or "").partition("\nArgs:\n")
    section = re.search(r"^\S", told, re.MULTILINE)
    for name, text in _ARGUMENT.findall(told[: section.start() if section else None]):
        yield name, _on_one_line(text)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


Schema: TypeAlias = dict[str, Any]
Describe: TypeAlias = Callable[[Any], Schema]
"""A function that returns the schema of an annotation."""

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_DAY: Final = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_HOUR: Final = "[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?"
_OFFSET: Final = f"(Z|[+-]{_HOUR})"
_DECIMAL: Final = "[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?"
_NAMED: Final[Mapping[Any, tuple[str, str]]] = {
    Decimal: ("DecimalNumber", "A decimal number, exact, written as text."),
    bytes: ("Bytes", "Bytes in hexadecimal."),
    date: ("Day", "A day, as ISO 8601 writes it."),
    datetime: ("Instant", "A date and a time with their offset, as ISO 8601 writes them."),
    time: ("Hour", "A time of day, as ISO 8601 writes it."),
}
_PLAIN: Final[Mapping[Any, Schema]] = {
    Any: {},
    Decimal: {"type": ["string", "integer"], "pattern": f"^{_DECIMAL}$"},
    NoneType: {"type": "null"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "pattern": "^([0-9a-fA-F]{2})*$"},
    date: {"type": "string", "format": "date", "pattern": f"^{_DAY}$"},
    datetime: {"type": "string", "format": "date-time", "pattern": f"^{_DAY}T{_HOUR}{_OFFSET}$"},
    float: {"type": "number"},
    int: {"type": "integer"},
    str: {"type": "string"},
    time: {"type": "string", "pattern": f"^{_HOUR}{_OFFSET}?$"},
}


def json_schema(codec: Codec, annotation: Any, name: str, narrowed: Mapping[str, Any]) -> Schema:
    """The schema of the documents that a codec reads for an annotation; see `Codec.schema`."""
    describer = _Describer(codec)
    is_class = attrs.has(annotation) and not describer.is_told_apart(annotation)
    whole = describer.of_class(annotation, narrowed) if is_class else describer.of(annotation)
    head = {"$schema": DIALECT, "$id": f"urn:reclamation-core:schema:{name}"}
    return {**head, **whole, **({"$defs": describer.definitions} if describer.definitions else {})}


class _Describer:
    """Builds the schema of each annotation; schemas of classes are collected and referred to."""

    def __init__(self, codec: Codec) -> None:
        self.definitions: dict[str, Schema] = {}
        self._things: dict[str, Any] = {}
        self._codec = codec

    def is_told_apart(self, annotation: Any) -> bool:
        """Return True if an annotation covers several classes."""
        return any(each.annotation == annotation and annotation not in each.names for each in self._codec.variants)

    def of(self, annotation: Any) -> Schema:
        """The schema of an annotation; of a class, a reference to it."""
        for encoding in self._codec.encodings:
            if encoding.annotation == annotation:
                return encoding.schema(self.of)
        for variants in self._codec.variants:
            if variants.annotation == annotation and self.is_told_apart(annotation):
                return {"oneOf": [self.of(cls) for cls in variants.classes.values()]}
        return self._of_any_codec(annotation)

    def _of_any_codec(self, annotation: Any) -> Schema:
        if has_sentinels(annotation) or is_union(annotation):
            return _any_of(self._parts(annotation))
        if annotation in _PLAIN and annotation not in _NAMED:
            return dict(_PLAIN[annotation])
        if get_origin(annotation) is not None:
            return self._of_generic(get_origin(annotation), get_args(annotation))
        return self._defined(annotation)

    def _parts(self, annotation: Any) -> list[Schema]:
        rest = without_sentinels(annotation) if is_union(annotation) else None
        parts = [] if rest is None else [self.of(part) for part in (get_args(rest) if rest == annotation else (rest,))]
        sentinels = [self._kept(member.name.capitalize(), member, _sentinels) for member in missing_members(annotation)]
        return [*parts, *sentinels, *([dict(_PLAIN[NoneType])] if NoneType in get_args(annotation) else [])]

    def _of_generic(self, origin: Any, parts: tuple[Any, ...]) -> Schema:
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (dict, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        if origin is tuple and parts[1:] != (...,):
            items = [self.of(part) for part in parts]
            return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
        if origin in (tuple, list, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        raise TypeError(f"no schema is known for {origin!r}")

    def _defined(self, cls: type[Any]) -> Schema:
        if cls in _NAMED:
            return self._kept(_NAMED[cls][0], cls, lambda _: _told(dict(_PLAIN[cls]), _NAMED[cls][1]))
        describe = _of_enumeration if issubclass(cls, Enum) else self.of_class
        return self._kept(cls.__name__.lstrip("_"), cls, describe)

    def _kept(self, name: str, thing: Any, describe: Callable[[Any], Schema]) -> Schema:
        """A reference to the schema of a thing, made the first time that it is met."""
        if self._things.setdefault(name, thing) is not thing:
            name = f"{thing.__module__.rpartition('.')[2]}.{name}"  # another class of that name
        if name not in self.definitions:
            self.definitions[name] = {}  # a class may hold itself
            self.definitions[name] |= describe(thing)
        return {"$ref": f"#/$defs/{name}"}

    def of_class(self, cls: type[Any], narrowed: Mapping[str, Any] | None = None) -> Schema:
        """The schema of the documents of an attrs class."""
        attrs.resolve_types(cls)
        told, head, narrowed = arguments(cls), self._head(cls), narrowed or {}
        fields = [field for field in attrs.fields(cls) if field.init]
        properties = {
            field.name: _told(self.of(narrowed.get(field.name, field.type)), told.get(field.name)) for field in fields
        }
        required = [field.name for field in fields if field.default is attrs.NOTHING]
        described = _object({**head, **properties}, [*head, *required])
        return _told({"title": cls.__name__.lstrip("_"), **described}, summary(cls))

    def _head(self, cls: type[Any]) -> Schema:
        """What the documents of a class say of themselves: their type and version, where they do."""
        for variants in self._codec.variants:
            name = variants.names.get(cls)
            if name is not None:
                return {variants.key: {"const": name}, VERSION: {"const": variants.versions.current[name]}}
        return {}


def _object(properties: Schema, required: Sequence[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _sentinels(*allowed: Missing) -> Schema:
    return _object({"missing": {"enum": [member.value for member in allowed]}}, ["missing"])


def _any_of(parts: list[Schema]) -> Schema:
    return parts[0] if len(parts) == 1 else {"anyOf": parts}


def _of_enumeration(cls: type[Enum]) -> Schema:
    if cls is Missing:
        return _told(_sentinels(*Missing), summary(cls))
    return _told({"title": cls.__name__, "enum": [member.value for member in cls]}, summary(cls))


def _told(schema: Schema, description: str | None) -> Schema:
    return {**schema, "description": description} if description else schema


@attrs.frozen(kw_only=True)
class Variants:
    """Classes whose documents name their type under one key and their version under another.

    Wherever one of them stands in a document it says both, also where no other could stand there.

    Args:
        annotation: their union, or their base class.
        classes: each by the name that its documents give it; names stay.
        key: the key of that name.
        versions: the version of each, and what lifts the older ones; all stand at 1 unless given.
        brief: leave out of their documents what is as it is by default; such a default stays what it is.

    Raises:
        ValueError: a class of the union has no name, or another one has; the versions are those of other names; a class
            has a field called like one of the two keys.
    """

    annotation: Any
    classes: Mapping[str, type[Any]] = attrs.field()
    key: str = "type"
    versions: Versions = attrs.field(default=attrs.Factory(lambda self: Versions.first(self.classes), takes_self=True))
    brief: bool = False

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
        readers = {name: object_reader(converter, cls) for name, cls in classes.items()}
        versions, key = self.versions, self.key
        current = versions.current

        def read(value: Any, _: Any) -> Any:
            body = dict(value if value.__class__ is dict else read_object(value))
            name = body.pop(key, ABSENT)
            if type(name) is not str or name not in readers:
                refuse_other(name, classes, key)
            version, last = body.pop(VERSION, ABSENT), current[name]
            if version is not last:  # true only of the same small integer: True and 1.0 are no versions
                body = versions.upcast_body(name, versions.check_version(name, version), body, last)
            return readers[name](body, classes[name])

        return read

    def _writer(self, converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any], Any]:
        from cattrs.gen import make_dict_unstructure_fn

        name = self.names[cls]
        head = {self.key: name, VERSION: self.versions.current[name]}
        write = make_dict_unstructure_fn(cls, converter, _cattrs_omit_if_default=self.brief)
        return lambda value: {**head, **write(value)}


T = TypeVar("T")

Structure: TypeAlias = Callable[[Any, Any], Any]
"""What reads a part of a document: its value, and the annotation that it is read for."""


@attrs.frozen(kw_only=True)
class Encoding:
    """How the values of one annotation are read, where it is not as the house does it.

    Args:
        annotation: a class or a union, as fields are annotated with it.
        read: a function of the plain value and the reader of its parts that returns the value.
        schema: a function that returns the JSON Schema, given the function for the annotations of its parts.
    """

    annotation: Any
    read: Callable[[Any, Structure], Any]
    schema: Callable[[Describe], Schema]

    def configure(self, converter: cattrs.Converter) -> None:
        """Teach a strict converter to read them."""
        converter.register_structure_hook_func(
            lambda cls: cls == self.annotation, lambda value, _: self.read(value, converter.structure)
        )


@attrs.define(slots=False, eq=False)
class Codec:
    """Writes and reads documents. Made once for each room: what reads a class is made at its first use.

    Args:
        variants: the classes whose documents say which they are.
        encodings: what is read in another way than the house does it.
        redact: removes personal texts from faults (`redact_misplaced`, `redact_all_text`). The error then has no cause
            either, which could hold them too.
    """

    variants: tuple[Variants, ...] = ()
    encodings: tuple[Encoding, ...] = attrs.field(default=(), kw_only=True)
    redact: Callable[[Fault], Fault] | None = attrs.field(default=None, kw_only=True)

    def write(self, value: Any) -> Any:
        """A value as plain data."""
        return self._converter.unstructure(value)

    def read(self, document: Any, cls: type[T]) -> T:
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

    def schema(self, annotation: Any, name: str, **narrowed: Any) -> Schema:
        """The JSON Schema of the documents read for an annotation: their shape, not what validators ask for beyond it.

        Args:
            annotation: a class or a union.
            name: ends the schema's `$id`.
            narrowed: by the name of a field of the class, another annotation to describe it by.
        """
        return json_schema(self, annotation, name, narrowed)

    @cached_property
    def _converter(self) -> cattrs.Converter:
        converter = make_converter()
        for encoding in self.encodings:
            encoding.configure(converter)
        for variants in self.variants:
            variants.configure(converter)
        return converter
