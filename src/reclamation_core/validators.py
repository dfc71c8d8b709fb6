"""Converters and validators of attrs fields and of arguments: a refusal names the field and the remedy.

A value of the wrong type is a mistake in a program: TypeError, in English. A value that a user can have typed is a
`FaultsError`, in both languages. No message shows a text that could be personal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import cache
from typing import Any, Final, NoReturn, TypeAlias

import attrs

from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import REDACTED, Fault, FaultsError
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import LANGUAGES, Lang, Wording, day_text, safe_repr

LONGEST_NAME: Final = 200
"""The most characters of a name or a reference: every store can index three of them together."""
LONGEST_TEXT: Final = 100_000
"""The most characters of a text, unless the edition of the procedure sets another limit."""
STORABLE: Final = Wording("un texte sans caractère illisible", "a text without a NUL character or a lone surrogate")
"""What is expected of a text that is stored."""

UNSTORABLE: Final = re.compile("[\x00\ud800-\udfff]")
"""A character that no database and no file can store."""
_NOT_BLANK: Final = Wording(
    "un texte non vide est attendu ; écrivez-le, ou omettez ce qui peut l'être",
    "a text that is not blank is expected; write one, or leave out what may be left out",
)
_NOT_EMPTY_NAME: Final = Wording("un nom non vide est attendu", "a name that is not blank is expected")
_NAME: Final = Wording(
    "un nom sans caractère nul ni demi-codet isolé est attendu", "a name without NUL and lone surrogates is expected"
)
_LABEL: Final = Wording(
    "un nom d'une seule ligne, sans espaces autour, est attendu",
    "a name on one line, without spaces around it, is expected",
)
_NOT_EMPTY: Final = Wording("au moins un élément est attendu", "at least one item is expected")
_FROM_ONE: Final = Wording("un numéro est attendu, à partir de 1", "a number is expected, from 1")
_IN_UTC: Final = Wording(
    "une date plausible est attendue ; corrigez l'année", "a plausible date is expected; correct the year"
)
_ENDS: Final = frozenset({MINYEAR, MAXYEAR})
_ZONED: Final = Wording(
    "une date et une heure avec leur décalage sont attendues, comme 2026-05-02T09:30:00+02:00",
    "it has no time zone; give a date and a time with their offset, such as 2026-05-02T09:30:00+02:00",
)
MAX_INT: Final = 10**18
"""The largest position, limit or count: every store can count a little further."""

Validator: TypeAlias = Callable[[Any, Any, Any], None]


@attrs.define
class _Parameter(SharedRepr):
    """The part of an attrs attribute that a validator reads."""

    name: str


def require(validator: Validator, **arguments: object) -> None:
    """Apply a validator to arguments, each passed under the name of its parameter.

    Raises:
        TypeError: an argument is of the wrong type.
        FaultsError: an argument is refused.
    """
    for name, value in arguments.items():
        validator(None, _Parameter(name), value)


NONE_GIVEN: Final = Wording("il n'y en a aucune ; indiquez-en au moins une", "there is none; give at least one")


def refuse_value(path: str, value: object, expected: Wording) -> NoReturn:
    """Refuse a value of a field.

    Raises:
        FaultsError: always.
    """
    raise FaultsError([Fault(path, value, expected)])


def at_offset(value: datetime) -> datetime:
    """Return an aware datetime as a plain one, its zone replaced by a fixed offset; any other value unchanged.

    Python compares two datetimes of one zone by wall time: in the night that ends summer time, 02:50 comes after 02:10
    although it may be 20 minutes before. With fixed offsets the order is that of the instants, and a datetime is what
    its ISO 8601 text reads as; a Timestamp of pandas also has nanoseconds, which no text that is read back has.
    """
    if value.__class__ is datetime and value.tzinfo.__class__ is timezone and not value.fold:
        return value
    offset = offset_of(value)
    return value if offset is None else datetime.combine(value.date(), value.time().replace(fold=0), timezone(offset))


def offset_of(moment: object) -> timedelta | None:
    """Return the offset of a datetime from UTC; None for a naive one, pandas' NaT and other values."""
    try:
        return moment.utcoffset() if isinstance(moment, datetime) else None
    except ValueError:  # pandas' NaT is a datetime whose methods raise
        return None


def is_storable(text: str) -> bool:
    """Return True if a text has no NUL character and no lone surrogate, which no database or file can store."""
    return UNSTORABLE.search(text) is None


def storable_text(path: str, value: object) -> str:
    """Return a text that every store can save.

    Raises:
        TypeError: the value is not a text.
        FaultsError: no store can save it.
    """
    if not isinstance(value, str):
        raise TypeError(f"{path}: a text is expected, got {safe_repr(value)}")
    if not is_storable(value):
        refuse_value(path, REDACTED, STORABLE)
    return value


def not_blank(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a storable text, or a blank one; the message never shows the text."""
    if not storable_text(attribute.name, value).strip():
        refuse_value(attribute.name, value, _NOT_BLANK)


def name(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not the name or the reference of something."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {safe_repr(value)}")
    if not value.strip():
        refuse_value(attribute.name, value, _NOT_EMPTY_NAME)
    if not is_storable(value):
        refuse_value(attribute.name, value, _NAME)
    _short_enough(attribute.name, value)


def label(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not one line of text: the name or the reference of something on a plan."""
    if not isinstance(value, str):
        raise TypeError(f"{attribute.name}: a text is expected, got {safe_repr(value)}")
    if not value or value != value.strip() or len(value.splitlines()) > 1:
        refuse_value(attribute.name, value, _LABEL)
    if not value.isprintable():
        place, sign = next((place, one) for place, one in enumerate(value, 1) if not one.isprintable())
        fr = "un nom sans caractère invisible est attendu ; retirez ou remplacez le caractère n°"
        en = "a name without invisible characters is expected; remove or replace character"
        code = f"{place} (U+{ord(sign):04X})"
        refuse_value(attribute.name, value, Wording(f"{fr} {code}", f"{en} {code}"))
    _short_enough(attribute.name, value)


def _short_enough(path: str, value: str) -> None:
    if len(value) > LONGEST_NAME:
        expected = Wording(
            f"un nom de {LONGEST_NAME} caractères au plus est attendu ; il en a {len(value)}",
            f"a name of at most {LONGEST_NAME} characters is expected; it has {len(value)}",
        )
        refuse_value(path, REDACTED, expected)


def long_texts(longest: int, texts: Iterable[tuple[str, object]]) -> list[Fault]:
    """Return a fault for each text of more than so many characters, by the name of its field; none shows the text."""
    found = ((path, len(text)) for path, text in texts if isinstance(text, str) and len(text) > longest)
    return [
        Fault(
            path,
            REDACTED,
            Wording(
                f"un texte de {longest} caractères au plus est attendu ; il en a {length}",
                f"a text of at most {longest} characters is expected; it has {length}",
            ),
        )
        for path, length in found
    ]


def require_short(longest: int, **texts: object) -> None:
    """Refuse texts of more than so many characters, each passed under the name of its parameter.

    Raises:
        FaultsError: with a fault for each.
    """
    if faults := long_texts(longest, texts.items()):
        raise FaultsError(faults)


def as_tuple(values: Any) -> Any:
    """Return values as a tuple; a lone text, or a value that is no list, unchanged: `each` refuses it."""
    if values.__class__ is tuple or isinstance(values, str | bytes | Mapping) or not isinstance(values, Iterable):
        return values
    return tuple(values)


def each_once(values: object) -> Any:
    """Return texts as a tuple, each once, in the order given; a list of other values unchanged: `each` refuses it."""
    several = as_tuple(values)
    if isinstance(several, tuple) and all(isinstance(value, str) for value in several):
        return tuple(dict.fromkeys(several))
    return several


def each(validator: Validator) -> Validator:
    """Refuse a value that is no list, and a list of which one value is refused."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, tuple | frozenset):
            given = safe_repr(value)
            raise TypeError(f"{attribute.name}: a list is expected, got {given} alone; write [...] around it")
        for one in value:
            validator(_, attribute, one)

    setattr(check, "items", validator)  # noqa: B010  read by the JSON Schema
    return check


def not_empty(_: object, attribute: attrs.Attribute[Any], value: tuple[object, ...]) -> None:
    """Refuse an empty list."""
    if value == ():
        refuse_value(attribute.name, value, _NOT_EMPTY)


each_a_name = each(name)
"""Refuse a list with a value that is no name."""

each_a_label = each(label)
"""Refuse a list with a value that is no reference of one line."""


@cache
def member_of(codes: type[LabelledEnum]) -> Validator:
    """Refuse a value that is not a member of an enumeration; a member of another one may have the same code.

    An unknown code is what a user can type. A known one is a mistake in a program, which has not read it.
    """

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if type(value) is str and value not in codes.__members__.values():
            refuse_value(attribute.name, value if value.isidentifier() else REDACTED, one_of(codes))
        if not isinstance(value, codes):
            raise TypeError(
                f"{attribute.name}: a member of {codes.__name__} is expected, got {safe_repr(value)}; "
                f"{codes.__name__}.parse reads a code or a label ({', '.join(codes)})"
            )

    return check


def coded(codes: type[StrEnum], value: object) -> Any:
    """Return the member of a code; a member, or a value that is no code of the enumeration, unchanged.

    The validator that follows, `member_of`, refuses the latter.

    >>> from reclamation_core.vocabulary import Level
    >>> coded(Level, "regional"), coded(Level, "planetary")
    (<Level.REGIONAL: 'regional'>, 'planetary')
    """
    return _by_code(codes).get(value, value) if type(value) is str else value


def each_coded(codes: type[StrEnum], values: object) -> Any:
    """Return a tuple with the member of each code; a lone value unchanged, which `each` refuses."""
    several = as_tuple(values)
    return tuple(coded(codes, value) for value in several) if isinstance(several, tuple) else several


@cache
def _by_code(codes: type[StrEnum]) -> Mapping[str, StrEnum]:
    return {str(member.value): member for member in codes}


def one_of(codes: Iterable[str]) -> Wording:
    """Return what is expected in place of an unknown code."""
    listed = ", ".join(codes)
    return Wording(f"l'un de ces codes est attendu : {listed}", f"one of these codes is expected: {listed}")


def one_labelled(codes: Iterable[Any], label: Callable[[Any, Lang], str]) -> Wording:
    """Return what is expected in place of an unknown code, for a reader who sees labels only."""
    fr, en = (", ".join(label(code, lang) for code in codes) for lang in LANGUAGES)
    return Wording(f"l'une de ces valeurs est attendue : {fr}", f"one of these values is expected: {en}")


def of_class(cls: type[Any]) -> Validator:
    """Refuse a value of another class; the message never shows a text."""

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if not isinstance(value, cls):
            raise TypeError(f"{attribute.name}: a {cls.__name__} is expected, got {safe_repr(value)}")

    return check


def truth(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is neither True nor False."""
    if not isinstance(value, bool):
        raise TypeError(f"{attribute.name}: True or False is expected, got {safe_repr(value)}")


def number(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is no number of a numbering that begins with 1."""
    if type(value) is not int:
        raise TypeError(f"{attribute.name}: a whole number is expected, got {safe_repr(value)}")
    if value < 1:
        refuse_value(attribute.name, value, _FROM_ONE)


@cache
def whole_number(least: int, most: int = MAX_INT) -> Validator:
    """Refuse a value that is not a whole number between two bounds, both included."""
    fr, en = f"un nombre entier de {least} à {most} est attendu", f"a whole number from {least} to {most} is expected"
    if most == MAX_INT:
        fr = f"un nombre entier est attendu, à partir de {least} et au plus 10^18"
        en = f"a whole number is expected, from {least} on and at most 10^18"

    def check(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
        if type(value) is not int or not least <= value <= most:
            refuse_value(attribute.name, value if isinstance(value, int | float) else REDACTED, Wording(fr, en))

    describe(check, "integer", minimum=least, maximum=most)
    return check


def instant(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a datetime with its offset."""
    if not isinstance(value, datetime):
        raise TypeError(f"{attribute.name}: a datetime is expected, got {safe_repr(value)}")
    if offset_of(value) is None:
        refuse_value(attribute.name, value, _ZONED)
    if value.year in _ENDS:
        try:
            value.astimezone(UTC)
        except OverflowError:
            refuse_value(attribute.name, value, _IN_UTC)


def day(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    """Refuse a value that is not a plain date."""
    if type(value) is not date:
        given = safe_repr(value)
        raise TypeError(f"{attribute.name}: a date is expected, got {given}; of a datetime, give its date()")


def not_before(first: date) -> Wording:
    """Return what is expected in place of the last day of a period that comes before its first."""
    return Wording(
        f"un jour qui ne précède pas le début, {day_text(first, 'fr')}, est attendu",
        f"a day not before the beginning, {day_text(first, 'en')}, is expected",
    )


def require_order(first: date | None, **last: date | None) -> None:
    """Refuse the last day of a period, passed under its name, that comes before the first; None is an open end.

    Raises:
        FaultsError: it does.
    """
    for name, day in last.items():
        if first is not None and day is not None and day < first:
            refuse_value(name, day, not_before(first))


def days_before(day: date, length: timedelta) -> date:
    """Return a day some time earlier; the first day there is, where it would be before that.

    >>> days_before(date(2026, 6, 1), timedelta(days=90)), days_before(date.min, timedelta(days=1))
    (datetime.date(2026, 3, 3), datetime.date(1, 1, 1))
    """
    return day - min(length, day - date.min)


def describe(validator: Any, type_: str, **keywords: Any) -> None:
    """Set the keywords of JSON Schema that describe the accepted values of a type, as far as there are some."""
    validator.json_schema = type_, keywords


describe(not_blank, "string", pattern=r"\S")
describe(name, "string", pattern=r"\S", maxLength=LONGEST_NAME)
describe(label, "string", pattern=r"^\S(.*\S)?$", maxLength=LONGEST_NAME)
describe(number, "integer", minimum=1)
describe(not_empty, "array", minItems=1)


def optional(validator: Validator) -> Any:
    """Return the validator of a field that may be None."""
    return attrs.validators.optional(validator)
