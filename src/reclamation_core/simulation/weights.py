"""Weights and rates: how a profile says how often things are so, what it refuses, and how a file writes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

import attrs

from reclamation_core.simulation.draws import Weights
from reclamation_core.vocabulary import LabelledEnum
from reclamation_core.wording import Wording

V = TypeVar("V", bound=LabelledEnum)

RATE: Final = Wording("un taux de 0 à 1 est attendu", "give a rate from 0 to 1")
NUMBER: Final = Wording("un nombre fini, de 0 ou plus, est attendu", "give a finite number, 0 or more")
WEIGHT: Final = Wording("un poids fini, de 0 ou plus, est attendu", "give a finite weight, 0 or more")


@attrs.frozen(kw_only=True)
class Table:
    """How a file writes what a profile has by key.

    Args:
        key: the key that a text names; raises ValueError where it names none.
        keys: which texts name one.
        is_value: whether a number may stand there.
        values: which numbers may.
        is_total: whether one of them is to be above 0.
        inner: how the values are written, where they are tables themselves.
    """

    key: Callable[[str], Any]
    keys: Wording
    is_value: Callable[[object], bool]
    values: Wording
    is_total: bool = True
    inner: Table | None = None


def weights(
    default: Mapping[Any, float], is_key: Callable[[object], bool], key: Callable[[str], Any], keys: Wording
) -> Any:
    """A field of weights by key; they need not sum to 1.

    Args:
        default: the weights where none are given.
        is_key: whether something is a key.
        key: the key that a text of a file names; raises ValueError where it names none.
        keys: which texts name one.
    """

    def check(_: object, attribute: attrs.Attribute[Any], given: Mapping[Any, float]) -> None:
        check_weights(attribute.name, given, is_key)

    table = Table(key=key, keys=keys, is_value=is_weight, values=WEIGHT)
    return attrs.field(default=default, converter=as_weights, validator=check, metadata={"file": table})


def check_weights(name: str, given: Any, is_key: Callable[[object], bool]) -> None:
    """Refuse what are no weights by key; raises ValueError."""
    if not isinstance(given, Mapping):
        raise ValueError(f"{name}: {given!r}; give weights by key")  # noqa: TRY004  (as all that a profile refuses)
    strangers = [key for key in given if not is_key(key)]
    if strangers:
        raise ValueError(f"{name}: {strangers[0]!r} is no key of it; use those of the default")
    if not all(map(is_weight, given.values())) or not any(given.values()):
        raise ValueError(f"{name}: {dict(given)!r}; give finite weights of 0 or more, at least one above 0")


def members(vocabulary: type[V], default: Mapping[V, float]) -> Any:
    """A field of weights by member of a vocabulary."""

    def is_member(key: object) -> bool:
        return isinstance(key, vocabulary)

    return weights(default, is_member, vocabulary.parse, one_of([member.value for member in vocabulary]))


def one_of(codes: Collection[str]) -> Wording:
    """What is expected where one of some codes is."""
    told = ", ".join(codes)
    return Wording(f"une de ces clés est attendue : {told}", f"one of these keys is expected: {told}")


def rate(default: float) -> Any:
    """A field that says how often something is so, from 0 to 1."""

    def check(_: object, attribute: attrs.Attribute[float], value: float) -> None:
        if not is_rate(value):
            raise ValueError(f"{attribute.name}: {value!r}; give a rate from 0 to 1")

    return attrs.field(default=default, validator=check, metadata={"file": RATE})


def rates(default: Mapping[str, float], known: Collection[str]) -> Any:
    """A field of rates by the name of what is unknown so often."""

    def check(_: object, attribute: attrs.Attribute[Any], given: Any) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{attribute.name}: {given!r}; give rates by name")  # noqa: TRY004  (as all others)
        for key, value in given.items():
            if key not in known:
                raise ValueError(f"{attribute.name}: {key!r} is never unknown; use some of {', '.join(known)}")
            if not is_rate(value):
                raise ValueError(f"{attribute.name}: {key!r} has {value!r}; give a rate from 0 to 1")

    def named(text: str) -> str:
        if text not in known:
            raise ValueError(text)
        return text

    table = Table(key=named, keys=one_of(known), is_value=is_rate, values=RATE, is_total=False)
    return attrs.field(default=default, converter=as_weights, validator=check, metadata={"file": table})


def factors(is_key: Callable[[object], bool], key: Callable[[str], Any], keys: Wording) -> Any:
    """A field of numbers by key, 0 or more, that may be left empty: what is not named is as usual."""

    def check(_: object, attribute: attrs.Attribute[Any], given: Any) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{attribute.name}: {given!r}; give numbers by key")  # noqa: TRY004  (as all others)
        for name, value in given.items():
            if not is_key(name):
                raise ValueError(f"{attribute.name}: {name!r} is no key of it; {keys.en}")
            if not is_weight(value):
                raise ValueError(f"{attribute.name}: {name!r} has {value!r}; give a finite number, 0 or more")

    table = Table(key=key, keys=keys, is_value=is_weight, values=NUMBER, is_total=False)
    return attrs.field(factory=dict, converter=as_weights, validator=check, metadata={"file": table})


def amount(default: float) -> Any:
    """A field that is a finite number of 0 or more."""

    def check(_: object, attribute: attrs.Attribute[float], value: float) -> None:
        if not is_weight(value):
            raise ValueError(f"{attribute.name}: {value!r}; give a finite number, 0 or more")

    return attrs.field(default=default, validator=check, metadata={"file": NUMBER})


def weights_by(vocabulary: type[V], default: Mapping[V, Mapping[int, float]], keys: Wording) -> Any:
    """A field of weights of whole numbers, for each member of a vocabulary; who is left out is as usual."""

    def is_member(key: object) -> bool:
        return isinstance(key, vocabulary)

    def check(_: object, attribute: attrs.Attribute[Any], given: Any) -> None:
        if not isinstance(given, Mapping):
            raise ValueError(f"{attribute.name}: {given!r}; give weights by key")  # noqa: TRY004  (as all others)
        for member, inner in given.items():
            if not is_member(member):
                raise ValueError(f"{attribute.name}: {member!r} is no key of it; use those of the default")
            check_weights(f"{attribute.name}.{member}", inner, is_count)

    def convert(given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return MappingProxyType({**usual, **{key: as_weights(inner) for key, inner in given.items()}})

    inner = Table(key=count_of, keys=keys, is_value=is_weight, values=WEIGHT)
    table = attrs.evolve(
        inner,
        key=vocabulary.parse,
        keys=one_of([member.value for member in vocabulary]),
        is_value=always,
        is_total=False,
        inner=inner,
    )
    usual = {key: Weights(each) for key, each in default.items()}
    return attrs.field(default=usual, converter=convert, validator=check, metadata={"file": table})


def is_count(value: object) -> bool:
    """Whether a value is a whole number, 0 or more."""
    return type(value) is int and value >= 0


def count_of(text: str) -> int:
    """The whole number that a text writes; raises ValueError."""
    if not text.isascii() or not text.isdigit():
        raise ValueError(text)
    return int(text)


def always(_: object) -> bool:
    """Whether anything is well: it is looked at further down."""
    return True


def as_weights(given: Any) -> Any:
    """A mapping as weights; anything else as it is, for the validator to refuse."""
    return Weights(given) if isinstance(given, Mapping) else given


def is_weight(value: object) -> bool:
    """Whether a value is a finite number of 0 or more; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value) and value >= 0


def is_rate(value: object) -> bool:
    """Whether a value is a number from 0 to 1; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1
