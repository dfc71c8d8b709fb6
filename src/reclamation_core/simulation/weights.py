"""Weights and rates: how a profile says how often things are so, and what it refuses."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

import attrs

from reclamation_core.vocabulary import Vocabulary

V = TypeVar("V", bound=Vocabulary)


def weights(default: Mapping[Any, float], is_key: Callable[[object], bool]) -> Any:
    """A field of weights by key; they need not sum to 1."""

    def check(_: object, attribute: attrs.Attribute[Any], given: Mapping[Any, float]) -> None:
        strangers = [key for key in given if not is_key(key)]
        if strangers:
            raise ValueError(f"{attribute.name}: {strangers[0]!r} is no key of it; use those of the default")
        if not all(map(_is_weight, given.values())) or not any(given.values()):
            told = dict(given)
            raise ValueError(f"{attribute.name}: {told!r}; give finite weights of 0 or more, at least one above 0")

    return attrs.field(default=default, converter=_copy, validator=check)


def members(vocabulary: type[V], default: Mapping[V, float]) -> Any:
    """A field of weights by member of a vocabulary."""

    def is_member(key: object) -> bool:
        return isinstance(key, vocabulary)

    return weights(default, is_member)


def rate(default: float) -> Any:
    """A field that says how often something is so, from 0 to 1."""

    def check(_: object, attribute: attrs.Attribute[float], value: float) -> None:
        if not _is_rate(value):
            raise ValueError(f"{attribute.name}: {value!r}; give a rate from 0 to 1")

    return attrs.field(default=default, validator=check)


def rates(default: Mapping[str, float], known: Collection[str]) -> Any:
    """A field of rates by the name of what is unknown so often."""

    def check(_: object, attribute: attrs.Attribute[Any], given: Mapping[str, float]) -> None:
        for key, value in given.items():
            if key not in known:
                raise ValueError(f"{attribute.name}: {key!r} is never unknown; use some of {', '.join(known)}")
            if not _is_rate(value):
                raise ValueError(f"{attribute.name}: {key!r} has {value!r}; give a rate from 0 to 1")

    return attrs.field(default=default, converter=_copy, validator=check)


def _copy(given: Mapping[Any, float]) -> Mapping[Any, float]:
    return MappingProxyType(dict(given))


def _is_weight(value: object) -> bool:
    return isinstance(value, int | float) and math.isfinite(value) and value >= 0


def _is_rate(value: object) -> bool:
    return isinstance(value, int | float) and 0 <= value <= 1
