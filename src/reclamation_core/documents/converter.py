"""The strict cattrs converter of the house.

Encodings: dates, times and datetimes as ISO 8601 (datetimes must be aware), enumerations by their code, tuples and
lists as lists, `Decimal` as a string, `bytes` in hexadecimal, `UNKNOWN` and `ABSENT` as `{"missing": "unknown"}` and
`{"missing": "absent"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from itertools import repeat
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

import attrs

from reclamation_core.documents import encodings as read
from reclamation_core.documents import unions
from reclamation_core.documents.faults import faults_of
from reclamation_core.documents.fields import refused_fields
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import Missing

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs

T = TypeVar("T")

_READERS: dict[type, Callable[[Any, Any], Any]] = {
    Decimal: read.read_decimal,
    Missing: read.read_missing,
    bool: read.read_truth,
    bytes: read.read_bytes,
    date: read.read_date,
    datetime: read.read_instant,
    float: read.read_float,
    int: read.read_integer,
    str: read.read_text,
    time: read.read_time,
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
    converter.register_structure_hook(Enum, read.read_member)
    converter.register_structure_hook_factory(_is_sequence, lambda cls: _sequence_reader(converter, cls))
    converter.register_structure_hook_factory(_is_mapping, lambda cls: _mapping_reader(converter, cls))
    converter.register_structure_hook_factory(attrs.has, lambda cls: object_reader(converter, cls))
    converter.register_structure_hook_factory(unions.has_sentinels, lambda cls: unions.sentinel_reader(converter, cls))
    converter.register_structure_hook_func(unions.is_number_or_text, unions.read_number)
    converter.register_structure_hook_func(unions.is_literal, unions.read_literal)
    for cls, reader in _READERS.items():
        converter.register_structure_hook(cls, reader)
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(time, time.isoformat)
    converter.register_unstructure_hook(datetime, read.write_instant)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook(bytes, bytes.hex)
    converter.register_unstructure_hook(Missing, lambda value: {"missing": value.value})
    for mixed_in in (str, int):
        converter.register_unstructure_hook(mixed_in, read.write_plain)
    converter.register_unstructure_hook_factory(unions.is_union, lambda _: unions.writer(converter))


def _is_mapping(cls: Any) -> bool:
    return get_origin(cls) in (dict, Mapping)


def _mapping_reader(converter: cattrs.Converter, cls: Any) -> Callable[[Any, Any], Any]:
    hook = converter.gen_structure_mapping(cls)
    return lambda value, asked: hook(read.read_object(value), asked)


def object_reader(converter: cattrs.Converter, cls: type[Any]) -> Callable[[Any, Any], Any]:
    """Reads the documents of an attrs class, whatever hook is registered for it."""
    hook = converter.gen_structure_attrs_fromdict(cls)

    def read_attributes(value: Any, asked: Any) -> Any:
        if value.__class__ is not dict:
            read.read_object(value)
        try:
            return hook(value, asked)
        except Exception as error:
            read.read_object(value)  # a key that is no text is no key of any class
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
        read.read_list(value)
        if same_for_all:
            if not value:
                return build([])
            return build(_read_items(converter, value, repeat(item_classes[0], len(value))))
        size = len(item_classes)
        if len(value) != size:
            read.refuse(value, f"une liste de {size} éléments est attendue", f"a list of {size} items is expected")
        return build(_read_items(converter, value, item_classes))

    return read_sequence


def _read_items(converter: cattrs.Converter, values: Iterable[Any], classes: Iterable[Any]) -> list[Any]:
    items: list[Any] = []
    faults: list[Fault] = []
    for index, (value, cls) in enumerate(zip(values, classes, strict=True)):
        try:
            items.append(converter.structure(value, cls))
        except Exception as error:  # noqa: BLE001  whatever a class's own code raises is a fault of this item
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
