"""JSON Schemas (draft 2020-12) of the documents that a codec reads.

A schema describes the shape: keys, types, codes. It does not describe the conditions of validators, such as a greatest
number or two fields that must agree; only the classes check these.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Final, Literal, get_args, get_origin

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.documents.codec import Codec, Schema, has_sentinels, is_union, missing_members, without_sentinels
from reclamation_core.documents.versions import VERSION
from reclamation_core.missing import Missing
from reclamation_core.wording import LABEL

KEYWORDS: Final = "json_schema"
"""The attribute of a validator, or the key of a field's metadata, with keywords for the values of a type."""
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


_SECTION = re.compile(r"^(?:Args|Raises|Returns|Source|Yields):|^>>> ", re.MULTILINE)
_ARGUMENT = re.compile(r"^    (\w+): (.*(?:\n {6,}.*)*)", re.MULTILINE)


def summary(cls: type) -> str:
    """Return the docstring before its sections, each paragraph on one line; empty without a docstring of its own."""
    doc = inspect.cleandoc(cls.__dict__.get("__doc__") or "")
    section = _SECTION.search(doc)
    paragraphs = doc[: section.start() if section else None].strip().split("\n\n")
    return "\n\n".join(map(_on_one_line, paragraphs))


def arguments(cls: type) -> Mapping[str, str]:
    """Return the description of each argument, inherited ones included."""
    return {name: text for ancestor in reversed(cls.__mro__) for name, text in _arguments(ancestor)}


def _arguments(cls: type) -> Iterator[tuple[str, str]]:
    _, _, doc = inspect.cleandoc(cls.__dict__.get("__doc__") or "").partition("\nArgs:\n")
    section = re.search(r"^\S", doc, re.MULTILINE)
    for name, text in _ARGUMENT.findall(doc[: section.start() if section else None]):
        yield name, _on_one_line(text)


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


def components(codec: Codec, annotations: Iterable[Any], prefix: str) -> Mapping[str, Schema]:
    """Return the schemas of classes and of all that they refer to, by name, with references to a prefix.

    Args:
        codec: the codec.
        annotations: the classes.
        prefix: what the references begin with, as `#/components/schemas/` in OpenAPI.
    """
    describer = _Describer(codec, prefix)
    for annotation in annotations:
        describer.of(annotation)
    return describer.definitions


def json_schema(codec: Codec, annotation: Any, name: str, **narrowed: Any) -> Schema:
    """Return the JSON Schema of the documents that a codec reads: their shape, not the conditions of validators.

    Args:
        codec: the codec.
        annotation: a class or a union.
        name: ends the schema's `$id`.
        narrowed: by the name of a field of the class, another annotation to describe it by.
    """
    describer = _Describer(codec)
    is_class = attrs.has(annotation) and not describer.is_told_apart(annotation)
    whole = describer.of_class(annotation, narrowed) if is_class else describer.of(annotation)
    head = {"$schema": DIALECT, "$id": f"urn:reclamation-core:schema:{name}"}
    return {**head, **whole, **({"$defs": describer.definitions} if describer.definitions else {})}


class _Describer:
    """Builds the schema of each annotation; schemas of classes are collected and referred to."""

    def __init__(self, codec: Codec, prefix: str = "#/$defs/") -> None:
        self._prefix = prefix
        self.definitions: dict[str, Schema] = {}
        self._things: dict[str, Any] = {}
        self._codec = codec

    def is_told_apart(self, annotation: object) -> bool:
        """Return True if an annotation covers several classes."""
        return any(each.annotation == annotation and annotation not in each.names for each in self._codec.variants)

    def of(self, annotation: object) -> Schema:
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
            return {"anyOf": self._parts(annotation)}
        if annotation in _PLAIN and annotation not in _NAMED:
            return dict(_PLAIN[annotation])
        if get_origin(annotation) is not None:
            return self._of_generic(get_origin(annotation), get_args(annotation))
        return self._defined(annotation)

    def _parts(self, annotation: object) -> list[Schema]:
        rest = without_sentinels(annotation) if is_union(annotation) else None
        parts = [] if rest is None else [self.of(part) for part in (get_args(rest) if rest == annotation else (rest,))]
        sentinels = [self._component(one.name.capitalize(), one, _sentinels) for one in missing_members(annotation)]
        return [*parts, *sentinels, *([dict(_PLAIN[NoneType])] if NoneType in get_args(annotation) else [])]

    def _of_generic(self, origin: object, parts: tuple[Any, ...]) -> Schema:
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in (dict, Mapping):
            has_codes = issubclass(parts[0], Enum)
            keys = {"propertyNames": {"enum": [member.value for member in parts[0]]}} if has_codes else {}
            return {"type": "object", **keys, "additionalProperties": self.of(parts[1])}
        if origin is tuple and parts[1:] != (...,):
            items = [self.of(part) for part in parts]
            return {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
        if origin in (tuple, list, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        raise TypeError(f"no schema is known for {origin!r}")

    def _defined(self, cls: type[Any]) -> Schema:
        if cls in _NAMED:
            return self._component(_NAMED[cls][0], cls, lambda _: _described_as(dict(_PLAIN[cls]), _NAMED[cls][1]))
        describe = _of_enumeration if issubclass(cls, Enum) else self.of_class
        return self._component(cls.__name__.lstrip("_"), cls, describe)

    def _component(self, name: str, thing: object, describe: Callable[[Any], Schema]) -> Schema:
        """A reference to the schema of a thing, made the first time that it is met."""
        if self._things.setdefault(name, thing) is not thing:
            name = f"{thing.__module__.rpartition('.')[2]}.{name}"  # another class of that name
        if name not in self.definitions:
            self.definitions[name] = {}  # a class may hold itself
            self.definitions[name] |= describe(thing)
        return {"$ref": f"{self._prefix}{name}"}

    def of_class(self, cls: type[Any], narrowed: Mapping[str, Any] | None = None) -> Schema:
        """The schema of the documents of an attrs class."""
        attrs.resolve_types(cls)
        doc, head, narrowed = arguments(cls), self._head(cls), narrowed or {}
        fields = [field for field in attrs.fields(cls) if field.init]
        properties = {field.name: self._property(field, narrowed.get(field.name, field.type), doc) for field in fields}
        required = [field.name for field in fields if field.default is attrs.NOTHING]
        described = _object({**head, **properties}, [*head, *required])
        return _described_as({"title": cls.__name__.lstrip("_"), **described}, summary(cls))

    def _property(self, field: attrs.Attribute[Any], annotation: object, doc: Mapping[str, str]) -> Schema:
        """The schema of a field: of its annotation, narrowed by its validator, with its label and its description."""
        schema = constrained(self.of(annotation), field.validator)
        schema = _narrowed(schema, *field.metadata[KEYWORDS]) if KEYWORDS in field.metadata else schema
        label = field.metadata.get(LABEL)
        labelled = schema if label is None else {**schema, "x-label": {"fr": label.label.fr, "en": label.label.en}}
        return _described_as(labelled, doc.get(field.name))

    def _head(self, cls: type[Any]) -> Schema:
        """Return the properties `type` and `version` of the documents of a class, if they have them."""
        for variants in self._codec.variants:
            name = variants.names.get(cls)
            if name is not None:
                version = {VERSION: {"const": variants.versions.current[name]}} if variants.is_versioned else {}
                return {variants.key: {"const": name}, **version}
        return {}


def constrained(schema: Schema, validator: object) -> Schema:
    """Return a schema with the keywords of what a validator refuses, as far as `validators.describe` set some."""
    for part in getattr(validator, "_validators", ()):  # attrs.validators.and_, or a list
        schema = constrained(schema, part)
    wrapped = getattr(validator, "wraps", None) or getattr(validator, "validator", None)  # attrs.validators.optional
    if wrapped is not None:
        schema = constrained(schema, wrapped)
    items = getattr(validator, "items", None)
    if items is not None:
        schema = {**schema, "items": constrained(schema["items"], items)}
    keywords = getattr(validator, KEYWORDS, None)
    return schema if keywords is None else _narrowed(schema, *keywords)


def _narrowed(schema: Schema, type_: str, keywords: Mapping[str, Any]) -> Schema:
    """Return a schema with keywords for the values of a type."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [_narrowed(part, type_, keywords) for part in schema["anyOf"]]}
    return {**schema, **keywords} if schema.get("type") == type_ else schema


def _object(properties: Schema, required: Sequence[str]) -> Schema:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _sentinels(*allowed: Missing) -> Schema:
    return _object({"missing": {"enum": [member.value for member in allowed]}}, ["missing"])


def _of_enumeration(cls: type[Enum]) -> Schema:
    if cls is Missing:
        return _described_as(_sentinels(*Missing), summary(cls))
    described: Schema = {"title": cls.__name__, "enum": [member.value for member in cls]}
    if issubclass(cls, LabelledEnum):
        described["x-labels"] = {member.value: {"fr": member.wording.fr, "en": member.wording.en} for member in cls}
    return _described_as(described, summary(cls))


def _described_as(schema: Schema, description: str | None) -> Schema:
    return {**schema, "description": description} if description else schema
