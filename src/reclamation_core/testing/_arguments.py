"""Checks of the arguments of the test kit."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from reclamation_core.desk import Desk


def expect(name: str, value: object, *classes: type[Any], remedy: str = "") -> None:
    """Raise a TypeError with the name of the parameter and the remedy unless a value is of one of these classes."""
    if not isinstance(value, classes):
        wanted = " or ".join(cls.__name__ for cls in classes)
        raise TypeError(f"{name}: {wanted} is expected, got {_described(value)}{remedy and f'; {remedy}'}")


def expect_desks(name: str, make_desk: object) -> None:
    """Raise a TypeError unless a value is a function."""
    if not callable(make_desk):
        raise TypeError(
            f"{name}: a function that returns a new desk each time is expected, got {_described(make_desk)}; "
            "give a function, such as Desk.in_memory or lambda: Desk.in_memory(policy=policy)"
        )


def the_desk_made(made: object) -> Desk:
    """Return a new desk, or raise a TypeError."""
    expect("make_desk", made, Desk, remedy="let the function return the desk")
    return made  # type: ignore[return-value]


def require_names(cls: type[Any], given: Mapping[str, object]) -> None:
    """Raise a TypeError with the fields of a class for names that are not fields."""
    known = [field.name for field in attrs.fields(cls)]
    if unknown := [name for name in given if name not in known]:
        raise TypeError(f"{', '.join(unknown)}: {cls.__name__} has no such field; give some of {', '.join(known)}")


def require_attributes(cls: type[Any], names: Iterable[str]) -> None:
    """Raise an AttributeError with the attributes of a class for names that are not attributes."""
    known = [name for name in dir(cls) if not name.startswith("_") and not callable(getattr(cls, name))]
    if unknown := [name for name in names if name not in known]:
        raise AttributeError(f"{', '.join(unknown)}: {cls.__name__} has no such attribute; give {', '.join(known)}")


def require_taken(verb: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raise a TypeError with the parameters of a method for arguments that it does not take."""
    signature = inspect.signature(verb)
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        names = [name for name in signature.parameters if name not in {"self", "reference"}]
        raise TypeError(f"{verb.__qualname__}: {error}; it takes {', '.join(names)}") from None


def _described(value: object) -> str:
    if isinstance(value, type):
        return f"the class {value.__name__}"
    return repr(value) if isinstance(value, str | int | None) and len(repr(value)) < 40 else f"a {type(value).__name__}"
