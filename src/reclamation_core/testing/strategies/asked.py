"""Options of strategies: what there is not is refused when a strategy is made, not when it draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from hypothesis import strategies as st
from hypothesis.errors import InvalidArgument

from reclamation_core.codes import LabelledEnum
from reclamation_core.policy import Policy, m2_1

V = TypeVar("V", bound=LabelledEnum)


def member(name: str, value: V | None, vocabulary: type[V]) -> V | None:
    """A member that is asked for, by itself or by its code; None where any will do.

    Raises:
        InvalidArgument: the vocabulary has no such member.
    """
    if value is None or value in tuple(vocabulary):
        return None if value is None else vocabulary.parse(value)
    codes = ", ".join(each.value for each in vocabulary)
    raise InvalidArgument(f"{name}: {value!r} is no {vocabulary.__name__}; give one of {codes}, or None for any")


def edition_or_default(policy: Policy | None) -> Policy:
    """The edition that is asked for; `m2_1()` by default.

    Raises:
        InvalidArgument: it is none.
    """
    if policy is not None and not isinstance(policy, Policy):
        raise InvalidArgument(f"policy: a Policy is expected, got {policy!r}; draw one first where it is drawn")
    return policy or m2_1()


def require_strategies(known: Iterable[str], given: Mapping[str, object]) -> None:
    """Refuse what is given by a name that there is not, and what is no strategy.

    Raises:
        InvalidArgument: it is so.
    """
    names = sorted(known)
    for name, value in given.items():
        if name not in names:
            raise InvalidArgument(f"{name}: there is no such fact; give some of {', '.join(names)}")
        if not isinstance(value, st.SearchStrategy):
            raise InvalidArgument(f"{name}: a strategy is expected, got {value!r}; give st.just(one) for one alone")
