"""TOML as text: the one writer of TOML files of the library."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any, Final

_BARE: Final = re.compile("[A-Za-z0-9_-]+")


def toml_text(document: Mapping[str, Any]) -> str:
    r"""Return a document of plain values as TOML: numbers, truths, texts, days, times, lists and mappings.

    Keys whose value is None are left out. A list of mappings is an array of tables.

    >>> print(toml_text({"edition": "7", "survey": {"threshold": 7}, "facts": [{"name": "a", "label": {"fr": "A"}}]}))
    edition = "7"
    <BLANKLINE>
    [survey]
    threshold = 7
    <BLANKLINE>
    [[facts]]
    name = "a"
    label = { fr = "A" }
    <BLANKLINE>
    """
    return "\n".join(_table("", document)) + "\n"


def _table(path: str, table: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a table: its values, then the tables below it, each after a blank line."""
    given = {key: value for key, value in table.items() if value is not None}
    inner = {key: value for key, value in given.items() if isinstance(value, Mapping)}
    arrays = {key: value for key, value in given.items() if _is_array_of_tables(value)}
    own = {key: value for key, value in given.items() if key not in inner and key not in arrays}
    if path and (own or not given):
        yield from ("", f"[{path}]")
    yield from _pairs(own)
    for key, value in inner.items():
        yield from _table(_joined(path, key), value)
    for key, items in arrays.items():
        for item in items:
            yield from ("", f"[[{_joined(path, key)}]]", *_pairs(item))


def _is_array_of_tables(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(isinstance(item, Mapping) for item in value)


def _pairs(table: Mapping[str, Any]) -> list[str]:
    return [f"{_key(key)} = {_value(value)}" for key, value in table.items() if value is not None]


def _joined(path: str, key: str) -> str:
    return f"{path}.{_key(key)}" if path else _key(key)


def _key(key: object) -> str:
    text = str(key)
    return text if _BARE.fullmatch(text) else _text(text)


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date() | time():
            return value.isoformat()
        case str():
            return _text(value)
        case Mapping():
            pairs = _pairs(value)
            return f"{{ {', '.join(pairs)} }}" if pairs else "{}"
        case Sequence():
            return f"[{', '.join(map(_value, value))}]"
    return repr(value)


def _text(text: str) -> str:
    """Return a text in quotes: a string of JSON is one of TOML, except for U+007F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
