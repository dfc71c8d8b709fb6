"""Marking the texts of an event that may have to be forgotten, and sealing them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from reclamation_core.cases.checks import optional, text
from reclamation_core.cases.sealed import Commitment, SaltSource, Secret

T = TypeVar("T")

Text: TypeAlias = str | Commitment
"""A text as a command gives it, or the commitment to it as an event keeps it."""

_MARK: Final = "reclamation_core.text"


class TextKind(StrEnum):
    """Why a text may have to be forgotten."""

    PERSONAL = "personal"
    """It names or locates a person."""
    FREE = "free"
    """Somebody wrote it freely: it may hold anything."""


def personal(**options: Any) -> Any:
    """A field that names or locates a person."""
    return _text(TextKind.PERSONAL, **options)


def free(**options: Any) -> Any:
    """A field of free text."""
    return _text(TextKind.FREE, **options)


def _text(kind: TextKind, **options: Any) -> Any:
    checked = optional(text) if "default" in options else text
    return attrs.field(metadata={_MARK: kind}, **{"repr": _veiled, "validator": checked, **options})


def _veiled(value: object) -> str:
    """A commitment as it is; of a text in clear, that there is one."""
    return "..." if isinstance(value, str) else repr(value)


def marked(cls: type[Any]) -> dict[str, TextKind]:
    """The fields of a class that hold such texts, and why."""
    return {field.name: field.metadata[_MARK] for field in attrs.fields(cls) if _MARK in field.metadata}


def commitments(data: Any) -> dict[Commitment, TextKind]:
    """The commitments that sealed data hold."""
    found = ((getattr(data, name), kind) for name, kind in marked(type(data)).items())
    return {value: kind for value, kind in found if isinstance(value, Commitment)}


def seal(data: T, salt: SaltSource) -> tuple[T, tuple[Secret, ...]]:
    """The data with its texts replaced by commitments, and the texts."""
    texts = {name: getattr(data, name) for name in marked(type(data))}
    kept = {name: Secret(said, salt()) for name, said in texts.items() if isinstance(said, str)}
    sealed: T = attrs.evolve(cast("Any", data), **{name: secret.commitment for name, secret in kept.items()})
    return sealed, tuple(kept.values())
