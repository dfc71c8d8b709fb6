"""Marking the texts of an event that may have to be forgotten, and sealing them."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Final, TypeAlias, TypeVar, cast

import attrs

from reclamation_core.cases.sealed import Commitment, SaltSource, Secret
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.wording import Wording

T = TypeVar("T")

Text: TypeAlias = str | Commitment
"""A text as a command gives it, or the commitment to it as an event keeps it."""

_MARK: Final = "reclamation_core.text"


_KEEPABLE = Wording(
    "un texte sans caractère nul ni demi-caractère est attendu", "a text without NUL and half characters is expected"
)


def keepable(text: str) -> bool:
    """Whether every store can keep a text."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text


class TextKind(StrEnum):
    """Why a text may have to be forgotten."""

    PERSONAL = "personal"
    """It names or locates a person."""
    FREE = "free"
    """Somebody wrote it freely: it may hold anything."""


def personal(**options: Any) -> Any:
    """A field that names or locates a person."""
    return attrs.field(metadata={_MARK: TextKind.PERSONAL}, **options)


def free(**options: Any) -> Any:
    """A field of free text."""
    return attrs.field(metadata={_MARK: TextKind.FREE}, **options)


def marked(cls: type[Any]) -> dict[str, TextKind]:
    """The fields of a class that hold such texts, and why."""
    return {field.name: field.metadata[_MARK] for field in attrs.fields(cls) if _MARK in field.metadata}


def commitments(data: Any) -> dict[Commitment, TextKind]:
    """The commitments that sealed data hold."""
    found = ((getattr(data, name), kind) for name, kind in marked(type(data)).items())
    return {value: kind for value, kind in found if isinstance(value, Commitment)}


def seal(data: T, salt: SaltSource) -> tuple[T, tuple[Secret, ...]]:
    """The data with its texts replaced by commitments, and the texts.

    Raises:
        FaultsError: texts that no store could keep: a NUL character, half a surrogate pair.
    """
    texts = {name: getattr(data, name) for name in marked(type(data))}
    faults = [
        Fault(name, text, _KEEPABLE) for name, text in texts.items() if isinstance(text, str) and not keepable(text)
    ]
    if faults:
        raise FaultsError(faults)
    kept = {name: Secret(text, salt()) for name, text in texts.items() if isinstance(text, str)}
    sealed: T = attrs.evolve(cast("Any", data), **{name: secret.commitment for name, secret in kept.items()})
    return sealed, tuple(kept.values())
