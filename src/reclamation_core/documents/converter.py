"""The strict cattrs converter of the house.

Encodings: dates and datetimes as ISO 8601 (datetimes must be aware), enumerations by their code, tuples and lists as
lists, `Decimal` as a string, `UNKNOWN` and `ABSENT` as `{"missing": "unknown"}` and `{"missing": "absent"}`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin

from reclamation_core.documents import encodings as read
from reclamation_core.documents.faults import faults_of
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import Missing

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    import cattrs

T = TypeVar("T")

_READERS: dict[type, Callable[[Any], Any]] = {
    Decimal: read.read_decimal,
    Missing: read.read_missing,
    bool: read.read_truth,
    date: read.read_date,
    datetime: read.read_instant,
    float: read.read_float,
    int: read.read_integer,
    str: read.read_text,
}
_SEQUENCES: dict[Any, Callable[[list[Any]], Any]] = {
    Sequence: tuple,
    frozenset: frozenset,
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
    converter.register_structure_hook_func(_is_enumeration, read.read_member)
    converter.register_structure_hook_factory(_is_sequence, lambda cls: _sequence_reader(converter, cls))
    for cls, reader in _READERS.items():
        converter.register_structure_hook(cls, _ignoring_type(reader))
    converter.register_unstructure_hook(date, date.isoformat)
    converter.register_unstructure_hook(datetime, read.write_instant)
    converter.register_unstructure_hook(Decimal, str)
    converter.register_unstructure_hook(Missing, lambda value: {"missing": value.value})


def _ignoring_type(reader: Callable[[Any], T]) -> Callable[[Any, Any], T]:
    return lambda value, _: reader(value)


def _is_enumeration(cls: Any) -> bool:
    return isinstance(cls, type) and issubclass(cls, Enum) and cls is not Missing


def _is_sequence(cls: Any) -> bool:
    arguments = get_args(cls)
    if get_origin(cls) is tuple:
        return len(arguments) == 2 and arguments[1] is Ellipsis
    return get_origin(cls) in _SEQUENCES and len(arguments) == 1


def _sequence_reader(converter: cattrs.Converter, cls: Any) -> Callable[[Any, Any], Any]:
    """Reads lists only: cattrs itself would take a text for the list of its letters, an object for that of its keys."""
    build, item_cls = _SEQUENCES[get_origin(cls)], get_args(cls)[0]

    def read_sequence(value: Any, _: Any) -> Any:
        if not isinstance(value, list | tuple):
            read.refuse(value, "une liste est attendue", "a list is expected")
        items: list[Any] = []
        faults: list[Fault] = []
        for index, item in enumerate(value):
            try:
                items.append(converter.structure(item, item_cls))
            except Exception as error:  # noqa: BLE001  whatever a class's own code raises is a fault of this item
                faults += faults_of(error, f"[{index}]", item)
        if faults:
            raise FaultsError(tuple(faults))
        return build(items)

    return read_sequence


def structure(converter: cattrs.Converter, document: Any, cls: type[T]) -> T:
    """The object that a document describes.

    Raises:
        FaultsError: with every fault of the document at once, each with its path from `$`.

    >>> from datetime import date
    >>> structure(make_converter(), "2026-05-19", date)
    datetime.date(2026, 5, 19)
    """
    try:
        return converter.structure(document, cls)
    except Exception as error:
        raise FaultsError(tuple(faults_of(error, "$", document))) from error
