"""Everything that an error and the errors chained to it show, however they are chained."""

from collections.abc import Iterator
from typing import Any


def errors_in(error: BaseException) -> Iterator[BaseException]:
    """The error, its causes and contexts, suppressed ones too, and every error that one of them holds."""
    left: list[Any] = [error]
    seen: set[int] = set()
    while left:
        one = left.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        left += [one.__cause__, one.__context__, *one.args, *vars(one).values(), *getattr(one, "exceptions", ())]


def shown_by(error: BaseException) -> str:
    """Every readable text of an error: messages, arguments, attributes and notes of its whole chain."""
    return "\n".join(f"{one}\n{one!r}\n{one.args!r}\n{vars(one)!r}" for one in errors_in(error))
