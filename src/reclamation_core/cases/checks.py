"""What the fields of commands and events accept: a refusal names the field and the remedy, never a text's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases.sealed import Commitment
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.vocabulary.conversions import is_aware
from reclamation_core.wording import safe_repr

LONGEST_NAME: Final = 200
"""How many characters a name or a reference has at most: every store can index three of them together."""

Validator: TypeAlias = Callable[[Any, Any, Any], None]


@attrs.frozen
class _Parameter:
    """The part of an attrs attribute that a validator reads."""

    name: str


def require(validator: Validator, **arguments: object) -> None:
    """Apply a validator to arguments, each passed under the name of its parameter.

    Raises:
        TypeError, ValueError: an argument is refused; the message names the parameter and the remedy.
    """
    for name, value in arguments.items():
        validator(None, _Parameter(name), value)


def keepable(text: str) -> bool:
    """Return True if every store can save a text."""
    try:
        text.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return "\0" not in text


def text(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is neither a storable text nor a commitment to one; the message never shows the text."""
    if isinstance(value, Commitment):
        return
    said(_, attribute, value)


def said_or_blank(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is neither a storable text, blank or not, nor a commitment to one, nor None."""
    if value is not None and not isinstance(value, Commitment):
        kept(attribute, value)


def said(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a storable text in clear; the message never shows the text."""
    if not kept(attribute, value).strip():
        raise ValueError(f"{attribute.name}: the text is blank; write one, or leave out what may be left out")


def kept(attribute: attrs.Attribute[Any], value: object) -> str:
    """Return a storable text, or refuse the value; the message never shows the text."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got a {type(value).__name__}")
    if not keepable(value):
        raise ValueError(
            f"{attribute.name}: the text holds a NUL or half of a surrogate pair, which no store can hold; take it out"
        )
    return value


def name(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not the name or the reference of something."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {safe_repr(value)}")
    if not value.strip() or not keepable(value):
        raise ValueError(f"{attribute.name}: {value!r} is no name; give a text without NUL and half surrogate pairs")
    short_enough(_, attribute, value)


def label(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not one line of text: the name or the reference of something on a plan."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {safe_repr(value)}")
    if not value.strip() or value != value.strip() or not value.isprintable():
        raise ValueError(f"{attribute.name}: {value!r} is no name; give one line of text, without spaces around it")
    short_enough(_, attribute, value)


def short_enough(_: object, attribute: attrs.Attribute[Any], value: str) -> None:
    """Refuse a name that is too long for the index of a store."""
    if len(value) > LONGEST_NAME:
        raise ValueError(
            f"{attribute.name}: {value[:20]!r}... has {len(value)} characters; give a name of at most {LONGEST_NAME}"
        )


def listed(values: Any) -> Any:
    """Values as a tuple; what is no list, a lone text among it, is left to `each`, which knows the field."""
    alone = isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable)
    return values if alone else tuple(values)


def each_once(values: Any) -> Any:
    """References in the order given, each once; what is no list of references is left to `each`."""
    several = listed(values)
    return tuple(dict.fromkeys(several)) if isinstance(several, tuple) and _all_texts(several) else several


def _all_texts(values: tuple[object, ...]) -> bool:
    return all(isinstance(value, str) for value in values)


def each(validator: Validator) -> Validator:
    """Refuse what is no list, and a list of which one value is refused; a lone text would be read letter by letter."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, tuple | frozenset):
            given = safe_repr(value)
            raise TypeError(f"{attribute.name}: a list is expected, got {given} alone; write [...] around it")
        for one in value:
            validator(_, attribute, one)

    return check


def some(_: object, attribute: attrs.Attribute[Any], value: tuple[object, ...]) -> None:
    """Refuse an empty list."""
    if value == ():
        raise ValueError(f"{attribute.name}: none is given; give at least one")


each_a_name = each(name)
"""Refuse names of which one is none."""

each_a_label = each(label)
"""Refuse references of which one is no name."""


def member_of(vocabulary: type[LabelledEnum]) -> Validator:
    """Refuse what is not a member of a vocabulary; a member of another one may have the same code."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, vocabulary):
            raise TypeError(
                f"{attribute.name}: a member of {vocabulary.__name__} is expected, got {safe_repr(value)}; "
                f"{vocabulary.__name__}.parse reads a code or a label ({', '.join(vocabulary)})"
            )

    return check


def of_class(cls: type[Any]) -> Validator:
    """Refuse a value of another class; the message shows only its class."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, cls):
            raise TypeError(f"{attribute.name}: a {cls.__name__} is expected, got a {type(value).__name__}")

    return check


def truth(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not True or False."""
    if not isinstance(value, bool):
        raise TypeError(f"{attribute.name}: True or False is expected, got {safe_repr(value)}")


def number(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is no number of a numbering that begins with 1."""
    if type(value) is not int:
        raise TypeError(f"{attribute.name}: a whole number is expected, got {safe_repr(value)}")
    if value < 1:
        raise ValueError(f"{attribute.name}: {value!r} is no number here; numbers begin with 1")


def instant(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not a datetime that knows its offset."""
    if not isinstance(value, datetime):
        raise TypeError(f"{attribute.name}: a datetime is expected, got {safe_repr(value)}")
    if not is_aware(value):
        raise ValueError(
            f"{attribute.name}: {value!r} has no time zone; give one, such as tzinfo=ZoneInfo('Europe/Paris')"
        )


def not_before_it_happened(stamped: Any, attribute: attrs.Attribute[Any], value: datetime) -> None:
    """Refuse to have written down what has not happened yet."""
    if value < stamped.occurred_at:
        raise ValueError(
            f"{attribute.name}: {value.isoformat()} is before occurred_at, {stamped.occurred_at.isoformat()}; what is "
            "to come is planned, not recorded"
        )


def day(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse what is not a plain date."""
    if type(value) is not date:
        told = safe_repr(value)
        raise TypeError(f"{attribute.name}: a date is expected, got {told}; of a datetime, give its date()")


def optional(validator: Validator) -> Any:
    """The validator, for a field that may be None."""
    return attrs.validators.optional(validator)
