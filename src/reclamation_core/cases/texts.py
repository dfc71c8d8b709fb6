"""Texts of events that may have to be forgotten: their marks, their sealing, their redaction."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from reclamation_core.cases.checks import each, listed, optional, text
from reclamation_core.cases.sealed import Commitment, SaltSource, Secret, Vault
from reclamation_core.wording import Wording, safe_repr

T = TypeVar("T")

Text: TypeAlias = str | Commitment
"""A text in clear, as a command has it, or the commitment to it, as an event has it."""

_MARK: Final = "reclamation_core.text"
_PART: Final = "reclamation_core.part"


class TextKind(StrEnum):
    """Why a text may have to be forgotten."""

    PERSONAL = "personal"
    """It names or locates a person."""
    FREE = "free"
    """It is free text: it may have any content."""


def _a_kind(_: object, attribute: attrs.Attribute[Any], value: object) -> None:
    if not isinstance(value, TextKind):
        members = ", ".join(f"TextKind.{kind.name}" for kind in TextKind)
        raise TypeError(
            f"{attribute.name}: kinds of texts are expected, got {safe_repr(value)}; give some of {members}"
        )


each_a_kind = each(_a_kind)
"""Refuse a list with a value that is not a kind of text."""


def personal(**options: Any) -> Any:
    """A field that names or locates a person; of several texts, with `many=True`."""
    return _text(TextKind.PERSONAL, **options)


def free(**options: Any) -> Any:
    """A field of free text; of several texts, with `many=True`."""
    return _text(TextKind.FREE, **options)


def _text(kind: TextKind, *, many: bool = False, **options: Any) -> Any:
    if many:
        options = {"default": (), "converter": listed, "validator": each(text), **options}
    checked = optional(text) if "default" in options else text
    return attrs.field(metadata={_MARK: kind}, **{"repr": redacted, "validator": checked, **options})


def redacted(value: object) -> str:
    """Return a representation without texts in clear: `...` in place of each."""
    if isinstance(value, tuple):
        return f"({', '.join(map(redacted, value))})"
    return "..." if isinstance(value, str) else repr(value)


def part(**options: Any) -> Any:
    """A field whose value has texts of its own, as the sheet of an action."""
    return attrs.field(metadata={_PART: True}, **options)


@cache
def _parts(cls: Any) -> tuple[str, ...]:
    return tuple(field.name for field in attrs.fields(cls) if _PART in field.metadata)


@cache
def marked(cls: Any) -> Mapping[str, TextKind]:
    """Return the fields of a class that hold such texts, each with the reason to forget it."""
    return {field.name: field.metadata[_MARK] for field in attrs.fields(cls) if _MARK in field.metadata}


def commitments_by_field(data: Any) -> Iterator[tuple[str, TextKind, Commitment]]:
    """Yield the commitments of sealed data, each with its field and why it may have to be forgotten."""
    cls: Any = type(data)
    for name, kind in marked(cls).items():
        value = getattr(data, name)
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Commitment):
                yield name, kind, one
    for name in _parts(cls):
        yield from commitments_by_field(getattr(data, name))


def commitments(data: Any) -> dict[Commitment, TextKind]:
    """Return the commitments of sealed data, those of its parts included."""
    return {commitment: kind for _, kind, commitment in commitments_by_field(data)}


def require_unsealed(data: Any, known: Container[str] = ()) -> None:
    """Refuse a text that is sealed already, unless its digest is known: nothing at hand would hold its words.

    Raises:
        TypeError: a field holds a commitment that is not known; the message names the field and the remedy.
    """
    for name, _, commitment in commitments_by_field(data):
        if commitment.digest not in known:
            raise TypeError(
                f"{name}: a text is expected, got one that is sealed; give its words, which `read` of the case, or "
                "`vault.read` of the plan, that has it returns"
            )


def seal(data: T, salt: SaltSource) -> tuple[T, tuple[Secret, ...]]:
    """Return the data with its texts, and those of its parts, replaced by commitments; and the texts."""
    secrets: list[Secret] = []
    return _sealed(data, salt, secrets), tuple(secrets)


def _sealed(data: T, salt: SaltSource, secrets: list[Secret]) -> T:
    def sealed(value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(map(sealed, value))
        if not isinstance(value, str):
            return value
        secrets.append(Secret(value, salt()))
        return secrets[-1].commitment

    cls: Any = type(data)
    texts = {name: sealed(getattr(data, name)) for name in marked(cls)}
    parts = {name: _sealed(getattr(data, name), salt, secrets) for name in _parts(cls)}
    return cast(T, attrs.evolve(cast("Any", data), **texts, **parts)) if texts or parts else data


ERASED: Final = Wording("(effacé)", "(erased)")
"""Replaces a text that was erased."""
REDACTED: Final = "[texte]"
"""Replaces a text that is stored and not displayed."""
NOTE: Final = f"{REDACTED} : un texte conservé, qui n'est pas montré ; to_html(texts=True) le montre."
"""Explains `REDACTED` to the reader of a page."""


def displayed_vault(vault: Vault, *, texts: bool) -> Vault:
    """Return the vault to display: with its texts, or with `REDACTED` in place of each."""
    return vault if texts else vault.redacted(REDACTED)
