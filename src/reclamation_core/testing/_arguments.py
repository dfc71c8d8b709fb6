"""The doors of the test kit: what is given is looked at under its name, before a test fails for another reason."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from reclamation_core.desk import Desk


def expect(name: str, value: object, *classes: type[Any], remedy: str = "") -> None:
    """Refuse what is of none of these classes.

    Args:
        name: the parameter.
        value: what is given.
        classes: what it may be.
        remedy: what else to say.

    Raises:
        TypeError: it is none; what it is, is told, and the remedy.
    """
    if not isinstance(value, classes):
        wanted = " or ".join(cls.__name__ for cls in classes)
        raise TypeError(f"{name}: {wanted} is expected, got {_told(value)}{remedy and f'; {remedy}'}")


def expect_desks(name: str, make_desk: object) -> None:
    """Refuse what makes no desks.

    Args:
        name: the parameter.
        make_desk: what is given.

    Raises:
        TypeError: it is a desk, or is not to be called.
    """
    if not callable(make_desk):
        raise TypeError(
            f"{name}: what gives a new desk each time is expected, got {_told(make_desk)}; "
            "give a function, such as Desk.in_memory or lambda: Desk.in_memory(policy=policy)"
        )


def the_desk_made(made: object) -> Desk:
    """The desk that something made.

    Raises:
        TypeError: it made none.
    """
    expect("make_desk", made, Desk, remedy="let what is called return the desk")
    return made  # type: ignore[return-value]


def require_names(cls: type[Any], given: Mapping[str, object]) -> None:
    """Refuse names that a class has no field for.

    Raises:
        TypeError: some are none; those that there are, are listed.
    """
    known = [field.name for field in attrs.fields(cls)]
    if unknown := [name for name in given if name not in known]:
        raise TypeError(f"{', '.join(unknown)}: {cls.__name__} has no such field; give some of {', '.join(known)}")


def require_attributes(cls: type[Any], names: Iterable[str]) -> None:
    """Refuse names that are no attribute of a class.

    Raises:
        AttributeError: some are none; those that there are, are listed.
    """
    known = [name for name in dir(cls) if not name.startswith("_") and not callable(getattr(cls, name))]
    if unknown := [name for name in names if name not in known]:
        raise AttributeError(f"{', '.join(unknown)}: {cls.__name__} has no such attribute; give {', '.join(known)}")


def require_taken(verb: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Refuse what a verb does not take, or that it is given too little.

    Raises:
        TypeError: it is so; what the verb takes is told.
    """
    signature = inspect.signature(verb)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        names = [name for name in signature.parameters if name not in {"self", "reference"}]
        raise TypeError(f"{verb.__qualname__}: {error}; it takes {', '.join(names)}") from None


def _told(value: object) -> str:
    """What something is: a class by its name, a short text as it is."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return repr(value) if isinstance(value, str | int | None) and len(repr(value)) < 40 else f"a {type(value).__name__}"
