"""Canonical JSON of a document, for hashing, comparing and storing; hash chains of such texts.

Each link of a chain is the digest of its text and of the link before it. A text that is changed, removed or inserted
changes every later link; a link that was stored elsewhere shows it.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.wording import Wording

_AS_THEY_ARE: Final = frozenset((str, int, bool, type(None)))
"""The types whose values JSON writes unchanged; instances of subclasses are checked further."""

_ENCODER: Final = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def canonical_json(document: object) -> str:
    """The document as JSON: keys sorted, no spaces, no escapes but those JSON demands.

    Two equal documents give the same text, on every platform and Python: 1, 1.0 and `Decimal("1.00")` are all `1`.

    Raises:
        TypeError: a value has no JSON form, or a key is not a string.
        ValueError: a number is not finite or has more digits than a JSON number can hold, a text cannot be encoded, or
            the document holds itself.

    >>> canonical_json({"b": 1.0, "a": "é"})
    '{"a":"é","b":1}'
    """
    try:
        plain = document if _is_plain(document) else _plain(document)
        text = _ENCODER.encode(plain)
    except RecursionError as error:
        raise ValueError("the document is nested too deeply, or holds itself") from error
    if not text.isascii():
        _check_texts(text, plain)
    return text


def _is_plain(value: Any) -> bool:
    """Return True if a value and all its parts are plain JSON values, which need no conversion."""
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or (type(item) not in _AS_THEY_ARE and not _is_plain(item)):
                return False
        return True
    if kind is list:
        return all(type(item) in _AS_THEY_ARE or _is_plain(item) for item in value)
    return kind in _AS_THEY_ARE


def _plain(value: object) -> Any:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, Mapping):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no place in a JSON document: {value!r}")


def _check_texts(written: str, plain: object) -> None:
    """Refuse texts that UTF-8 cannot encode: encode the whole first, and single texts only to name the faulty one."""
    try:
        written.encode()
    except UnicodeEncodeError:
        tuple(map(encodable, _texts(plain)))


def _texts(plain: object) -> Iterator[str]:
    """The texts of a document, keys too."""
    if isinstance(plain, dict):
        parts: tuple[Any, ...] = (*plain, *plain.values())
        yield from (text for part in parts for text in _texts(part))
    elif isinstance(plain, list):
        yield from (text for part in plain for text in _texts(part))
    elif isinstance(plain, str):
        yield plain


def encodable(text: str) -> str:
    """The text itself, once it is known that UTF-8 can write it.

    Raises:
        ValueError: the text holds half of a surrogate pair.
    """
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"a text that UTF-8 cannot write (half of a surrogate pair): {text!r}") from error
    return text


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a key of a JSON document is a string, got {key!r}")
    return key


def _number(value: Decimal) -> int | float:
    number = float(value) if value.is_finite() else math.inf
    if math.isfinite(number) and value in (Decimal(number), Decimal(repr(number))):
        return int(number) if number.is_integer() else number
    raise ValueError(f"{value} is not finite or has more digits than a JSON number keeps; write it as text")


def parse_json(text: str) -> Any:
    """The document that a JSON text holds.

    Raises:
        FaultsError: the text is not JSON, an object repeats a key, a number is not finite, or the nesting is too deep.

    >>> parse_json('{"days": 10}')
    {'days': 10}
    """
    repeated: dict[int, tuple[dict[str, Any], list[str]]] = {}

    def collect(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, count in Counter(key for key, _ in pairs).items() if count > 1]
            repeated[id(found)] = found, keys  # with the object, so that no other one gets its identity
        return found

    try:
        document = json.loads(
            text, object_pairs_hook=collect, parse_constant=_finite_number, parse_float=_finite_number
        )
        faults = FaultCollector(_repeated_keys(document, "", repeated)) if repeated else ()
    except FaultsError:
        raise
    except (ValueError, RecursionError) as error:
        place = "trop profond ou trop long"
        if isinstance(error, json.JSONDecodeError):
            place = f"ligne {error.lineno}, colonne {error.colno}"
        expected = Wording(f"un texte JSON est attendu ({place})", f"JSON text is expected ({error})")
        raise FaultsError((Fault("$", text, expected),)) from error
    if faults:
        raise FaultsError(faults)
    return document


_ONCE: Final = Wording("chaque clé ne peut être donnée qu'une fois", "each key may be given only once")


def _repeated_keys(value: object, path: str, repeated: Mapping[int, tuple[Any, list[str]]]) -> Iterator[Fault]:
    """Yield a fault for each key that an object repeats, by the identity of the objects that do."""
    if isinstance(value, dict):
        _, keys = repeated.get(id(value), (value, ()))
        yield from (Fault(f"{path}.{key}".removeprefix("."), value[key], _ONCE) for key in keys)
        for key, item in value.items():
            yield from _repeated_keys(item, f"{path}.{key}", repeated)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            yield from _repeated_keys(item, f"{path}[{place}]", repeated)


def _finite_number(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        expected = Wording("un nombre fini est attendu", "a finite number is expected")
        raise FaultsError((Fault("$", text, expected),))
    return number


def first_link(name: str) -> str:
    """Return the first link of a chain, which differs for each name."""
    return _digest("", name)


def link(before: str, text: str) -> str:
    """Return the link of a text: the SHA-256 of the previous link and the text, in hexadecimal.

    >>> link(first_link("R-1"), "un") == link(first_link("R-1"), "un")
    True
    >>> link(first_link("R-1"), "un") == link(first_link("R-2"), "un")
    False
    """
    return _digest(before, text)


def links(name: str, texts: Iterable[str]) -> Iterator[str]:
    """The links of texts, in their order."""
    last = first_link(name)
    for text in texts:
        last = link(last, text)
        yield last


def _digest(before: str, text: str) -> str:
    # The previous link has a fixed length, or none at the beginning, so the two parts cannot be confused.
    return hashlib.sha256(f"{len(before)}:{before}{text}".encode()).hexdigest()
