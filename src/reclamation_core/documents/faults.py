"""What cattrs found wrong with a document, as faults with their paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.documents.encodings import LIST, NO_NUL, OBJECT, UNICODE
from reclamation_core.errors import REDACTED, Fault, FaultsError, WordedError
from reclamation_core.missing import ABSENT
from reclamation_core.wording import Wording

if TYPE_CHECKING:  # cattrs is imported where it is used: the package root stays light
    from cattrs.errors import AttributeValidationNote, IterableValidationNote


_REQUIRED = Wording("cette clé est obligatoire ; donnez-la", "this key is required; give it")
_UNKNOWN_KEY = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or mend its name"
)


def faults_of(error: BaseException, path: str, value: Any) -> list[Fault]:
    """The faults behind an error met while `value`, which stands at `path`, was read.

    A key that is required and not there is reported with the value `ABSENT`.
    """
    from cattrs.errors import (
        ClassValidationError,
        ForbiddenExtraKeysError,
        IterableValidationError,
        StructureHandlerNotFoundError,
    )

    if isinstance(error, StructureHandlerNotFoundError):
        raise error  # the class is at fault, not the document
    if isinstance(error, FaultsError):
        return [Fault(_below(path, fault.path), fault.value, fault.expected) for fault in error.faults]
    if isinstance(error, ForbiddenExtraKeysError):
        return [Fault(f"{path}.{key}", value[key], _UNKNOWN_KEY) for key in sorted(error.extra_fields)]
    if not isinstance(error, ClassValidationError | IterableValidationError):
        return [Fault(path, value, refusal(error))]
    noted, bare = error.group_exceptions()
    faults = [fault for cause, note in noted for fault in _faults_of_item(cause, path, value, _key(note))]
    return faults + [fault for cause in bare for fault in faults_of(cause, path, value)]


def refusal(error: BaseException) -> Wording:
    """Return the wording of what a class refuses; the value that its message may end with is shown by the fault."""
    if isinstance(error, WordedError):
        return error.wording
    reason = str(error).partition(", got ")[0]
    return Wording(f"valeur refusée : {reason}", f"refused: {reason}")


def _key(note: AttributeValidationNote | IterableValidationNote) -> Any:
    return getattr(note, "name", None) or note.index


def _faults_of_item(error: BaseException, path: str, value: Mapping[Any, Any], key: Any) -> list[Fault]:
    where, item = f"{path}.{key}", value.get(key, ABSENT)
    if isinstance(error, KeyError) and item is ABSENT:
        return [Fault(where, ABSENT, _REQUIRED)]
    return faults_of(error, where, item)


def _below(path: str, inner: str) -> str:
    return f"{path}{inner}" if inner.startswith(("[", ".")) or not inner else f"{path}.{inner}"


_OF_ANY_TEXT: Final = (_UNKNOWN_KEY, OBJECT, LIST, NO_NUL, UNICODE)
"""What is said of a text that stands where it should not, or that nothing could keep: it may be any text."""


def redact_misplaced(fault: Fault) -> Fault:
    """The fault without its value, where that could hold any text: a part of the document, or what stands nowhere."""
    misplaced = isinstance(fault.value, str) and fault.expected in _OF_ANY_TEXT
    return _hidden(fault) if misplaced or isinstance(fault.value, Mapping | list | tuple) else fault


def redact_all_text(fault: Fault) -> Fault:
    """The fault without its value, where that is a text or a part of the document."""
    return _hidden(fault) if isinstance(fault.value, str | bytes | Mapping | list | tuple) else fault


def _hidden(fault: Fault) -> Fault:
    return attrs.evolve(fault, value=REDACTED)
