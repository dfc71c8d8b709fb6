"""How a value of an edition is refused: by its field, in both languages, so that a file can tell all its faults."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date, datetime
from typing import Any, NoReturn, TypeAlias

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.markup import NOT_IN_XML
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Wording

Validator: TypeAlias = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def refuse(field: str, value: object, fr: str, en: str) -> NoReturn:
    """Refuse the value of a field; `fr` and `en` say what is expected instead.

    Raises:
        FaultsError: always; a ValueError.
    """
    raise FaultsError((Fault(field, _plain(value), Wording(fr, en)),))


def _plain(value: object) -> object:
    """The codes of members, as a file has them; they equal the members."""
    if isinstance(value, tuple):
        return tuple(map(_plain, value))
    return value.value if isinstance(value, LabelledEnum) else value


def as_tuple(value: Any) -> Any:
    """A list as a tuple, so that it can be hashed and compared; anything else as it is, for the validator to judge."""
    return tuple(value) if isinstance(value, list) else value


def is_number(value: object) -> bool:
    """Whether a value is a finite number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def whole(least: int, most: int | None = None) -> Validator:
    """A whole number between two bounds, both included."""
    fr, en = f"d'au moins {least}", f"of at least {least}"
    if most is not None:
        fr, en = f"de {least} à {most}", f"from {least} to {most}"

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if type(value) is not int or not least <= value <= (value if most is None else most):
            refuse(attribute.name, value, f"un nombre entier {fr} est attendu", f"a whole number {en} is expected")

    return check


def member(vocabulary: type[LabelledEnum]) -> Validator:
    """A member of a vocabulary: its code is not one."""
    names = ", ".join(str(item) for item in vocabulary)

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, vocabulary):
            name = vocabulary.__name__
            refuse(
                attribute.name,
                value,
                f"un membre de {name} est attendu ({names})",
                f"a member of {name} is expected ({names})",
            )

    return check


def instance(cls: type[Any]) -> Validator:
    """An instance of a class."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, cls):
            name = cls.__name__
            refuse(attribute.name, value, f"une instance de {name} est attendue", f"an instance of {name} is expected")

    return check


def name(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """A text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        refuse(attribute.name, value, "un nom d'édition est attendu", "the name of an edition is expected")
    writable(attribute.name, value)


def writable(field: str, text: str) -> None:
    """Refuse a text that cannot be exported to DMN, which is XML.

    Raises:
        FaultsError: it holds a character that XML has not; a ValueError.
    """
    stray = NOT_IN_XML.search(text)
    if stray is not None:
        refuse(
            field,
            text,
            f"un texte que XML peut écrire est attendu, sans {stray[0]!r}",
            f"a text that XML can write is expected, without {stray[0]!r}",
        )


def day_or_none(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """A plain date, or None."""
    if value is not None and (isinstance(value, datetime) or not isinstance(value, date)):
        refuse(
            attribute.name, value, "une date (sans heure) ou None est attendu", "a date (no time) or None is expected"
        )
