"""A profile as a TOML file: every fault told at once, with its path; and written back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import attrs

from reclamation_core.documents.files import read_toml
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.simulation.weights import Table
from reclamation_core.wording import Wording

_UNKNOWN: Final = Wording(
    "cette clé n'est pas connue ; retirez-la ou corrigez son nom", "unknown key; remove it or mend its name"
)
_TABLE: Final = Wording("une table de nombres est attendue", "a table of numbers is expected")
_NO_TOTAL: Final = Wording("au moins un poids positif est attendu", "give at least one weight above 0")
_TWICE: Final = Wording("cette clé est donnée deux fois, sous deux noms", "this key is given twice, by two names")


def read_profile(path: str | Path, cls: type[Any]) -> dict[str, Any]:
    """The arguments of the profile that a TOML file describes; `ReceiptProfile.from_toml` has the promise."""
    return parse_profile(read_toml(path), cls)


def parse_profile(document: Any, cls: type[Any]) -> dict[str, Any]:
    """The arguments of the profile that the content of a file describes.

    Raises:
        FaultsError: with every fault at once.
    """
    if not isinstance(document, Mapping):
        raise FaultsError((Fault("$", document, _TABLE),))
    known = {field.name: field.metadata["file"] for field in attrs.fields(cls)}
    faults: list[Fault] = []
    given: dict[str, Any] = {}
    for name, value in document.items():
        if name not in known:
            faults.append(Fault(str(name), value, _UNKNOWN))
        elif isinstance(known[name], Table):
            given[name] = _table(name, value, known[name], faults)
        elif _is_refused(cls, name, value):
            faults.append(Fault(name, value, known[name]))
        else:
            given[name] = value
    if faults:
        raise FaultsError(faults)
    return given


def _is_refused(cls: type[Any], name: str, value: Any) -> bool:
    """Whether a profile refuses one value, all else being as usual: the class alone knows what its fields may be."""
    try:
        cls(**{name: value})
    except (TypeError, ValueError):
        return True
    return False


def _table(path: str, given: Any, table: Table, faults: list[Fault]) -> dict[Any, Any]:
    if not isinstance(given, Mapping):
        faults.append(Fault(path, given, _TABLE))
        return {}
    before, read = len(faults), dict[Any, Any]()
    for text, value in given.items():
        where = f"{path}.{text}"
        try:
            key = table.key(str(text))
        except ValueError:
            faults.append(Fault(where, text, table.keys))
            continue
        if key in read:
            faults.append(Fault(where, value, _TWICE))
        read[key] = value
        if table.inner is not None:
            read[key] = _table(where, value, table.inner, faults)
        elif not table.is_value(value):
            faults.append(Fault(where, value, table.values))
    if table.is_total and len(faults) == before and not any(read.values()):
        faults.append(Fault(path, given, _NO_TOTAL))
    return read


def written(profile: Any) -> str:
    """A profile as TOML: its numbers, then its tables."""
    fields = [(field.name, getattr(profile, field.name)) for field in attrs.fields(type(profile))]
    numbers = [f"{name} = {value!r}" for name, value in fields if not isinstance(value, Mapping)]
    tables = [text for name, value in fields if isinstance(value, Mapping) for text in _written(name, value)]
    return "\n\n".join(["\n".join(numbers), *tables]) + "\n"


def _written(name: str, table: Mapping[Any, Any]) -> list[str]:
    inner = {key: value for key, value in table.items() if isinstance(value, Mapping)}
    if inner:
        return [text for key, value in inner.items() for text in _written(f"{name}.{key}", value)]
    # A string of JSON is one of TOML: a key may be a note with its point, or the code of a site with spaces.
    return [f"[{name}]\n" + "\n".join(f"{json.dumps(str(key))} = {value!r}" for key, value in table.items())]
