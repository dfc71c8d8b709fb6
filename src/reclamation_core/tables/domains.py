"""Domains of inputs and outcomes, and the canonical form of numbers."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date, datetime
from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation
from enum import StrEnum
from math import ceil, floor
from typing import Any

import attrs

from reclamation_core.errors import Fault, FaultsError, describe_value
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording, day_text, first_of

LARGEST = int(sys.float_info.max)
"""The greatest number of a table: what columns and JSON readers hold at most. Its opposite is the least."""

_MOST_DIGITS = sys.float_info.max_10_exp
_MOST_DECIMALS = 400
_UNROUNDED = Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)


_FINITE = Wording("un nombre fini est attendu", "a finite number is expected")
_FEWER_DIGITS = Wording("un nombre de moins de chiffres est attendu", "a number of fewer digits is expected")
_CODES = Wording(
    "au moins un code est attendu, chacun une fois, avec un libellé pour chacun",
    "at least one code is expected, each once, with one label each",
)
_MINIMUM_FIRST = Wording("le minimum est attendu, puis le maximum", "the minimum is expected first, then the maximum")


def exact(value: Any) -> Any:
    """A float or a Decimal in its canonical form, anything else as it is.

    The canonical form is an int where the number is whole, a Decimal without trailing zeros where it is not: equal
    numbers are then written alike.

    Raises:
        FaultsError: the number is not finite, or has hundreds of digits; a ValueError.

    >>> exact(0.1), exact(6.0)
    (Decimal('0.1'), 6)
    """
    number = Decimal(repr(float(value))) if isinstance(value, float) else value
    if not isinstance(number, Decimal):
        return value
    if not number.is_finite():
        raise FaultsError([Fault("number", value, _FINITE)])
    decimals = -int(number.as_tuple().exponent)
    if decimals > _MOST_DECIMALS or number.adjusted() > _MOST_DIGITS:
        raise FaultsError([Fault("number", value, _FEWER_DIGITS)])
    whole = number.to_integral_value()
    return int(whole) if number == whole else number.normalize(_UNROUNDED)


def plus(first: int | Decimal, second: int | Decimal) -> int | Decimal:
    """The sum of two numbers, without rounding."""
    total: int | Decimal = exact(_UNROUNDED.add(Decimal(first), Decimal(second)))
    return total


def middle(low: Decimal | int, high: Decimal | int) -> Any:
    """The number half-way between two, without rounding."""
    total = _UNROUNDED.add(Decimal(low), Decimal(high))
    return exact(_UNROUNDED.multiply(total, Decimal("0.5")))


class Domain(SharedRepr, ABC):
    """The values that an input or an outcome may take."""

    ordered: bool
    """Whether the values have an order that a monotonicity can be stated on."""

    @property
    @abstractmethod
    def expected(self) -> Wording:
        """What a value must be, as a phrase that follows "expected"."""

    @abstractmethod
    def check(self, value: Any) -> Any:
        """The value in its canonical form.

        Raises:
            ValueError: it is not a value of this domain; `UNKNOWN` and `ABSENT` never are.
        """

    @abstractmethod
    def label(self, value: Any, lang: Lang) -> str:
        """A value of this domain, for a reader."""

    def encode(self, value: Any) -> Any:
        """A value of this domain as JSON has it."""
        return value

    def decode(self, value: Any) -> Any:
        """The value that JSON has; raises ValueError like `check`."""
        return self.check(value)

    def rank(self, value: Any) -> Any:
        """A key that sorts the values of an ordered domain from least to greatest."""
        return value

    def _refuse(self, value: Any) -> ValueError:
        return ValueError(refusal(self, value).en)


def refusal(domain: Domain, value: Any) -> Wording:
    """Return what is wrong with a value that is not of a domain."""
    fr, en = describe_value(value, "fr"), describe_value(value, "en")
    return Wording(
        f"valeur refusée : {fr} ; attendu : {domain.expected.fr}", f"{en} is refused; {domain.expected.en} is expected"
    )


@attrs.frozen
class Enumeration(Domain):
    """A closed list of codes, each with its label; ordered when the list is a scale.

    Use `Enumeration.of` for a `StrEnum`. Codes are compared as strings, so an enumeration read back from a document,
    whose values are plain strings, equals the one it was written from.
    """

    name: str
    values: tuple[str, ...]
    labels: tuple[Wording, ...]
    ordered: bool = False
    _by_code: dict[object, int] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        by_code = {value: place for place, value in enumerate(self.values)}
        if not self.values or len(by_code) != len(self.values) or len(self.labels) != len(self.values):
            raise FaultsError([Fault(self.name, self.values, _CODES)])
        object.__setattr__(self, "_by_code", by_code)

    @classmethod
    def of(cls, codes: type[StrEnum]) -> Enumeration:
        """The domain of a `StrEnum`; labels are the members' `wording`, and members with a `rank` are ordered."""
        members = tuple(codes)
        ordered = all(hasattr(member, "rank") for member in members)
        labels = tuple(getattr(member, "wording", Wording(member.value, member.value)) for member in members)
        return cls(codes.__name__, members, labels, ordered)

    @property
    def expected(self) -> Wording:
        codes = first_of(self.values, 30)
        return Wording(f"une valeur parmi {codes}", f"one of {codes}")

    def check(self, value: Any) -> str:
        place = self._by_code.get(value) if isinstance(value, str) else None
        if place is None:
            raise self._refuse(value)
        return self.values[place]

    def label(self, value: object, lang: Lang) -> str:
        return self.labels[self._by_code[value]].in_(lang)

    def encode(self, value: Any) -> str:
        return str(value)

    def rank(self, value: object) -> int:
        return self._by_code[value]


@attrs.frozen
class OpenEnumeration(Enumeration):
    """Texts of which a table distinguishes some: the last code represents any other text.

    Use `OpenEnumeration.from_codes`. A text that is no code is read as the last one. A row cannot name the last code:
    `is_not("a", "b")` is any text but these.

    >>> OpenEnumeration.from_codes("Colour", ["red", "blue"]).check("yellow")
    'any other'
    """

    @classmethod
    def from_codes(cls, name: str, codes: Iterable[str]) -> OpenEnumeration:
        """An open enumeration that distinguishes some codes from all other texts."""
        listed = tuple(codes)
        other = _OTHER
        while other in listed:
            other += "*"
        labels = [Wording(code, code) for code in listed]
        return cls(name, (*listed, other), (*labels, Wording("toute autre valeur", "any other value")))

    @property
    def other(self) -> str:
        """The code of any other text."""
        return self.values[-1]

    @property
    def expected(self) -> Wording:
        codes = first_of(self.values[:-1], 30)
        return Wording(f"un texte ({codes} ou autre)", f"a text ({codes} or other)")

    def check(self, value: Any) -> str:
        if isinstance(value, str) and value not in self._by_code:
            return self.other
        return Enumeration.check(self, value)


_OTHER = "any other"


@attrs.frozen
class Boolean(Domain):
    """Yes or no. Numbers are refused: 0 is not a no."""

    ordered = False

    @property
    def expected(self) -> Wording:
        return Wording("vrai ou faux", "true or false")

    def check(self, value: Any) -> bool:
        if value is True or value is False:
            return value
        raise self._refuse(value)

    def label(self, value: Any, lang: Lang) -> str:
        return {("fr", True): "oui", ("fr", False): "non", ("en", True): "yes", ("en", False): "no"}[lang, value]


class Line(Domain):
    """A domain whose values lie on a line, from `minimum` to `maximum`, both included; None for no bound."""

    ordered = True
    discrete: bool
    types: tuple[type, ...]
    """The types whose values are read without a second look."""
    origin: Any = 0
    minimum: Any
    maximum: Any
    lowest: Any = -LARGEST
    highest: Any = LARGEST
    what: Wording

    def __attrs_post_init__(self) -> None:
        low, high = self.minimum, self.maximum
        for end in (low, high):
            if end is not None and (self._typed(end) is None or not self.lowest <= end <= self.highest):
                what = Wording(f"attendu comme borne : {self.what.fr}", f"{self.what.en} is expected as a bound")
                raise FaultsError([Fault("bounds", end, what)])
        if low is not None and high is not None and low > high:
            raise FaultsError([Fault("bounds", (low, high), _MINIMUM_FIRST)])

    @abstractmethod
    def _typed(self, value: Any) -> Any:
        """The value in its canonical form, without a look at the bounds; None if its type is not the domain's."""

    @property
    def expected(self) -> Wording:
        what, ends = self.what, (self.minimum, self.maximum)
        low, high = ("" if end is None else self.label(end, "fr") for end in ends)
        least, most = ("" if end is None else self.label(end, "en") for end in ends)
        if not low and not high:
            return what
        if not high:
            return Wording(f"{what.fr} au moins égal à {low}", f"{what.en} of at least {least}")
        if not low:
            return Wording(f"{what.fr} au plus égal à {high}", f"{what.en} of at most {most}")
        return Wording(f"{what.fr} entre {low} et {high}", f"{what.en} from {least} to {most}")

    def check(self, value: Any) -> Any:
        typed = self._typed(value)
        if typed is None or not self.least <= typed <= self.most:
            raise self._refuse(value)
        return typed

    @property
    def least(self) -> Any:
        """The least value there can be."""
        return self.lowest if self.minimum is None else self.minimum

    @property
    def most(self) -> Any:
        """The greatest value there can be."""
        return self.highest if self.maximum is None else self.maximum

    def label(self, value: Any, lang: Lang) -> str:  # noqa: ARG002 a number is written alike in both languages
        return str(value)

    def above(self, value: Any) -> Any:
        """The next value; for decimal numbers the next whole one."""
        return floor(value) + 1

    def beneath(self, value: Any) -> Any:
        """The value before; for decimal numbers the whole one before."""
        return ceil(value) - 1


@attrs.frozen
class Integer(Line):
    """A whole number."""

    minimum: int | None = None
    maximum: int | None = None
    discrete = True
    types = (int,)
    what = Wording("un nombre entier", "a whole number")

    def _typed(self, value: Any) -> int | None:
        return int(value) if isinstance(value, int) and not isinstance(value, bool) else None


@attrs.frozen
class Number(Line):
    """A decimal number: an int, a float or a Decimal, finite; the float 0.1 is one tenth."""

    minimum: int | Decimal | None = attrs.field(default=None, converter=exact)
    maximum: int | Decimal | None = attrs.field(default=None, converter=exact)
    discrete = False
    types = (int, float, Decimal)
    what = Wording("un nombre", "a number")

    def _typed(self, value: Any) -> int | Decimal | None:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        try:
            number: int | Decimal = int(value) if isinstance(value, int) else exact(value)
        except ValueError:
            return None
        return number

    def label(self, value: Any, lang: Lang) -> str:
        text = f"{value:f}" if isinstance(value, Decimal) else str(value)
        return text.replace(".", ",") if lang == "fr" else text

    def encode(self, value: Any) -> int | str:
        return value if isinstance(value, int) else str(value)

    def decode(self, value: Any) -> Any:
        try:
            return self.check(Decimal(value) if isinstance(value, str) else value)
        except InvalidOperation as error:
            raise self._refuse(value) from error


@attrs.frozen
class Day(Line):
    """A calendar day; an instant is refused, since its day depends on a time zone."""

    minimum: date | None = None
    maximum: date | None = None
    discrete = True
    types = (date,)
    origin = date(2000, 1, 1)
    lowest = date.min
    highest = date.max
    what = Wording("un jour", "a day")

    def _typed(self, value: Any) -> date | None:
        return value if isinstance(value, date) and not isinstance(value, datetime) else None

    def label(self, value: Any, lang: Lang) -> str:
        day: date = value
        return day_text(day, lang)

    def encode(self, value: Any) -> str:
        return str(value.isoformat())

    def decode(self, value: Any) -> date:
        try:
            day: date = self.check(date.fromisoformat(value))
        except TypeError as error:
            raise self._refuse(value) from error
        return day

    def above(self, value: date) -> date:
        return date.fromordinal(min(value.toordinal() + 1, date.max.toordinal()))

    def beneath(self, value: date) -> date:
        return date.fromordinal(max(value.toordinal() - 1, date.min.toordinal()))
