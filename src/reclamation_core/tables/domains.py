"""What an input or an outcome can be: a closed list, a yes or no, a whole number, a number, a day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import Any

import attrs

from reclamation_core.wording import Lang, Wording


class Domain(ABC):
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
        return ValueError(f"{value!r} is refused; {self.expected.en} is expected")


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
    _by_code: dict[str, int] = attrs.field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        by_code = {value: place for place, value in enumerate(self.values)}
        if not self.values or len(by_code) != len(self.values) or len(self.labels) != len(self.values):
            raise ValueError(f"{self.name}: {self.values!r}; give at least one code, each once, with one label each")
        object.__setattr__(self, "_by_code", by_code)

    @classmethod
    def of(cls, codes: type[StrEnum]) -> Enumeration:
        """The domain of a `StrEnum`; labels are the members' `wording`, and members with a `rank` are ordered."""
        members = tuple(codes)
        labels = tuple(getattr(member, "wording", Wording(member.value, member.value)) for member in members)
        return cls(codes.__name__, members, labels, hasattr(members[0], "rank"))

    @property
    def expected(self) -> Wording:
        codes = ", ".join(str(value) for value in self.values)
        return Wording(f"une valeur parmi {codes}", f"one of {codes}")

    def check(self, value: Any) -> str:
        place = self._by_code.get(value) if isinstance(value, str) else None
        if place is None:
            raise self._refuse(value)
        return self.values[place]

    def label(self, value: Any, lang: Lang) -> str:
        return self.labels[self._by_code[value]].in_(lang)

    def encode(self, value: Any) -> str:
        return str(value)

    def rank(self, value: Any) -> int:
        return self._by_code[value]


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
    origin: Any = 0
    minimum: Any
    maximum: Any

    def _within(self, value: Any) -> bool:
        return (self.minimum is None or self.minimum <= value) and (self.maximum is None or value <= self.maximum)

    def label(self, value: Any, lang: Lang) -> str:  # noqa: ARG002 a number is written alike in both languages
        return str(value)

    def above(self, value: Any) -> Any:
        """The next value; for decimal numbers the next whole one."""
        return int(value // 1) + 1

    def beneath(self, value: Any) -> Any:
        """The value before; for decimal numbers the whole one before."""
        return -int(-value // 1) - 1

    def _bounds(self, what: Wording) -> Wording:
        low, high = self.minimum, self.maximum
        if low is None and high is None:
            return what
        if high is None:
            return Wording(f"{what.fr} au moins égal à {low}", f"{what.en} of at least {low}")
        if low is None:
            return Wording(f"{what.fr} au plus égal à {high}", f"{what.en} of at most {high}")
        return Wording(f"{what.fr} entre {low} et {high}", f"{what.en} from {low} to {high}")


@attrs.frozen
class Integer(Line):
    """A whole number."""

    minimum: int | None = None
    maximum: int | None = None
    discrete = True

    @property
    def expected(self) -> Wording:
        return self._bounds(Wording("un nombre entier", "a whole number"))

    def check(self, value: Any) -> int:
        if isinstance(value, int) and not isinstance(value, bool) and self._within(value):
            return int(value)
        raise self._refuse(value)


def _number(value: Any) -> Any:
    """A bound as an exact number: the float 0.1 is meant as one tenth."""
    exact = Decimal(str(value)) if isinstance(value, float) else value
    return int(exact) if isinstance(exact, Decimal) and exact == exact.to_integral_value() else exact


@attrs.frozen
class Number(Line):
    """A decimal number: an int, a finite float or a finite Decimal."""

    minimum: int | Decimal | None = attrs.field(default=None, converter=attrs.converters.optional(_number))
    maximum: int | Decimal | None = attrs.field(default=None, converter=attrs.converters.optional(_number))
    discrete = False

    @property
    def expected(self) -> Wording:
        return self._bounds(Wording("un nombre", "a number"))

    def check(self, value: Any) -> int | float | Decimal:
        number = isinstance(value, int | float | Decimal) and not isinstance(value, bool)
        if number and isfinite(value) and self._within(value):
            return value  # type: ignore[no-any-return]
        raise self._refuse(value)

    def label(self, value: Any, lang: Lang) -> str:
        return str(value).replace(".", ",") if lang == "fr" else str(value)

    def encode(self, value: Any) -> int | str:
        return value if isinstance(value, int) else str(value)

    def decode(self, value: Any) -> Any:
        return self.check(_number(Decimal(value) if isinstance(value, str) else value))


@attrs.frozen
class Day(Line):
    """A calendar day; an instant is refused, since its day depends on a time zone."""

    minimum: date | None = None
    maximum: date | None = None
    discrete = True
    origin = date(2000, 1, 1)

    @property
    def expected(self) -> Wording:
        return self._bounds(Wording("un jour", "a day"))

    def check(self, value: Any) -> date:
        if isinstance(value, date) and not isinstance(value, datetime) and self._within(value):
            return value
        raise self._refuse(value)

    def label(self, value: Any, lang: Lang) -> str:
        day: date = value
        return day.strftime("%d/%m/%Y") if lang == "fr" else day.isoformat()

    def encode(self, value: Any) -> str:
        return str(value.isoformat())

    def decode(self, value: Any) -> date:
        try:
            return self.check(date.fromisoformat(value))
        except TypeError as error:
            raise self._refuse(value) from error

    def above(self, value: date) -> date:
        return date.fromordinal(value.toordinal() + 1)

    def beneath(self, value: date) -> date:
        return date.fromordinal(value.toordinal() - 1)
