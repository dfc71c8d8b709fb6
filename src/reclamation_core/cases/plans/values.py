"""What the fields of a plan accept: a refusal names the field, the value and the remedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import attrs

from reclamation_core.cases.checks import short_enough
from reclamation_core.cases.sealed import Commitment
from reclamation_core.vocabulary import Vocabulary


def label(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not one line of text: the name or the reference of something."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {value!r}")
    if not value.strip() or value != value.strip() or not value.isprintable():
        raise ValueError(f"{attribute.name}: {value!r} is no name; give one line of text, without spaces around it")
    short_enough(_, attribute, value)


def text(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is neither a text that can be kept nor the commitment to one."""
    if isinstance(value, Commitment):
        return
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {value!r}")
    if not value.strip():
        raise ValueError(f"{attribute.name}: the text is blank; write one, or leave out what may be left out")
    keepable(_, attribute, value)


def keepable(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a text that no store could keep."""
    if isinstance(value, str) and ("\0" in value or any("\ud800" <= sign <= "\udfff" for sign in value)):
        raise ValueError(
            f"{attribute.name}: {value!r} holds a NUL or half of a surrogate pair, which no store keeps; take it out"
        )
    if not isinstance(value, str | Commitment | None):
        raise TypeError(f"{attribute.name}: a text is expected, got {value!r}")


def optional(validator: Callable[[Any, attrs.Attribute[Any], Any], None]) -> Any:
    """The validator, for a field that may be None."""
    return attrs.validators.optional(validator)


def member_of(vocabulary: type[Vocabulary]) -> Callable[[object, attrs.Attribute[Any], object], None]:
    """Refuse what is not a member of a vocabulary; a member of another one may have the same code."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, vocabulary):
            raise TypeError(
                f"{attribute.name}: a member of {vocabulary.__name__} is expected, got {value!r}; "
                f"{vocabulary.__name__}.parse reads a code or a label ({', '.join(vocabulary)})"
            )

    return check


def day(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not a plain date."""
    if type(value) is not date:
        raise TypeError(f"{attribute.name}: a date is expected, got {value!r}; of a datetime, give its date()")


def from_one(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is no number of a numbering that begins with 1."""
    if type(value) is not int:
        raise TypeError(f"{attribute.name}: a whole number is expected, got {value!r}")
    if value < 1:
        raise ValueError(f"{attribute.name}: {value!r} is no number here; numbers begin with 1")


def instant(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not a datetime that knows its offset."""
    if not isinstance(value, datetime):
        raise TypeError(f"{attribute.name}: a datetime is expected, got {value!r}")
    if value.utcoffset() is None:
        raise ValueError(f"{attribute.name}: {value!r} has no time zone; add one, like tzinfo=ZoneInfo('Europe/Paris')")


def each_once(values: Iterable[str]) -> tuple[str, ...]:
    """References in the order given, each once; a lone text is refused, for it would be read letter by letter."""
    if isinstance(values, str):
        raise TypeError(f"a list of references is expected, got the text {values!r}; write ({values!r},)")
    return tuple(dict.fromkeys(values))


each_a_label = attrs.validators.deep_iterable(label)
"""Refuse references of which one is no name."""
