"""What cattrs found wrong with a document, as faults with their paths."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.wording import Wording

_OBJECT = Wording("un objet (des clés et leurs valeurs) est attendu", "an object (keys and their values) is expected")
_REQUIRED = Wording("cette clé est obligatoire ; donnez-la", "this key is required; give it")
_UNKNOWN_KEY = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or mend its name"
)


def faults_of(error: BaseException, path: str, value: Any) -> list[Fault]:
    """The faults behind an error met while `value`, which stands at `path`, was read.

    A key that is required and not there is reported with the value `ABSENT`.
    """
    from cattrs.errors import ClassValidationError, ForbiddenExtraKeysError, IterableValidationError

    if isinstance(error, FaultsError):
        return [Fault(_below(path, fault.path), fault.value, fault.expected) for fault in error.faults]
    if isinstance(error, ForbiddenExtraKeysError):
        keys = sorted(error.extra_fields, key=str)
        return [Fault(_below(path, str(key)), _item(value, key), _UNKNOWN_KEY) for key in keys]
    if not isinstance(error, ClassValidationError | IterableValidationError):
        return [Fault(path, value, Wording(f"valeur refusée : {error}", f"refused: {error}"))]
    if not isinstance(value, Mapping):
        return [Fault(path, value, _OBJECT)]
    faults: list[Fault] = []
    noted, bare = error.group_exceptions()
    for cause, note in noted:
        key = note.name if isinstance(error, ClassValidationError) else note.index
        where, what = _below(path, str(key)), _item(value, key)
        missing = isinstance(cause, KeyError) and what is ABSENT
        faults += [Fault(where, ABSENT, _REQUIRED)] if missing else faults_of(cause, where, what)
    for cause in bare:
        faults += faults_of(cause, path, value)
    return faults


def _below(path: str, inner: str) -> str:
    return f"{path}{inner}" if inner.startswith("[") or not inner else f"{path}.{inner}"


def _item(value: Mapping[Any, Any], key: Any) -> Any:
    return value.get(key, ABSENT)
