"""Places in a document, and documents spoilt in one place."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

Path = tuple[str | int, ...]


def places(document: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Everything in a document, and where it is."""
    yield path, document
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for key, value in inside:
        yield from places(value, (*path, key))


def written(path: Path) -> str:
    """A path as faults write it."""
    return "$" + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)


def put(document: Any, path: Path, value: Any) -> Any:
    """The document with another value at a place."""
    spoilt = deepcopy(document)
    where = spoilt
    for step in path[:-1]:
        where = where[step]
    where[path[-1]] = value
    return spoilt


def without(document: Any, path: Path) -> Any:
    """The document without a key."""
    spoilt = put(document, path, None)
    where = spoilt
    for step in path[:-1]:
        where = where[step]
    del where[path[-1]]
    return spoilt
