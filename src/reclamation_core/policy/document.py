"""Editions as JSON documents, whole: every parameter, and the rows that are not those of M2-1."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from hashlib import sha256
from typing import Any, Final

import attrs

from reclamation_core.documents import Codec, Schema, Variants, canonical_json, parse_json
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy.edit_documents import EditsDocument, write_edits
from reclamation_core.policy.edited_tables import read_tables
from reclamation_core.policy.encodings import ENCODINGS
from reclamation_core.policy.parameters import Parameters
from reclamation_core.policy.policy import Policy
from reclamation_core.tables import RowEdits


@attrs.frozen(kw_only=True)
class _PolicyDocument:
    """An edition of the procedure M2-1 (édition), whole.

    Args:
        edition: its name.
        parameters: what it sets; M2-1's own where a parameter is left out.
        in_force_from: the first day of receipt that it governs; no beginning where it is left out.
        in_force_until: the last such day, included; no end where it is left out.
        tables: by the name of a table, the rows that are not those of M2-1.
    """

    edition: str
    parameters: Parameters = attrs.field(factory=Parameters)
    in_force_from: date | None = None
    in_force_until: date | None = None
    tables: Any = attrs.field(factory=dict)


_CODEC: Final = Codec((Variants(annotation=_PolicyDocument, classes={"policy": _PolicyDocument}),), encodings=ENCODINGS)


def to_json(policy: Policy) -> str:
    """The edition as canonical JSON: equal editions give the same text."""
    tables = {name: write_edits(edits, policy.tables[name]) for name, edits in policy.edits}
    document = _PolicyDocument(
        edition=policy.edition,
        parameters=policy.parameters,
        in_force_from=policy.in_force_from,
        in_force_until=policy.in_force_until,
        tables=tables,
    )
    return canonical_json(_CODEC.write(document))


def digest(policy: Policy) -> str:
    """The SHA-256 digest of what an edition decides by, in hexadecimal; see `Policy.digest`.

    A parameter that a later release adds is left out of it while it has its default: an upgrade of the library changes
    no digest.
    """
    # Written without the codec, which imports cattrs: a case is registered without it.
    parameters = attrs.asdict(policy.parameters, value_serializer=_plain)
    tables = {name: write_edits(edits, policy.tables[name]) for name, edits in policy.edits}
    return sha256(canonical_json({"parameters": parameters, "tables": tables}).encode()).hexdigest()


def _plain(_: object, __: object, value: Any) -> Any:
    """Write a day or an hour as text; what else parameters hold has a JSON form."""
    return value.isoformat() if isinstance(value, date | time) else value


def from_json(text: str, make: Callable[..., Policy]) -> Policy:
    """The edition that a JSON text describes; see `Policy.from_json`."""
    plain = parse_json(text)
    faults: list[Fault] = []
    document: _PolicyDocument | None = None
    try:
        document = _CODEC.read(plain, _PolicyDocument)
    except FaultsError as error:
        faults += error.faults
    tables = plain.get("tables", {}) if isinstance(plain, dict) else {}
    edits: dict[str, RowEdits] = read_tables(tables, _parameters(plain), (), "$.tables", faults)
    if faults or document is None:
        raise FaultsError(faults)
    return make(
        edition=document.edition,
        parameters=document.parameters,
        in_force_from=document.in_force_from,
        in_force_until=document.in_force_until,
        edits=edits,
    )


def _parameters(plain: Any) -> Parameters:
    """The parameters that rows are read by: those of the document if they hold, whatever else is wrong."""
    given = plain.get("parameters", {}) if isinstance(plain, dict) else {}
    try:
        return _CODEC.read(given, Parameters)
    except FaultsError:
        return Parameters()


def edition_schema() -> Schema:
    """The JSON Schema of an edition as `Policy.to_json` writes it."""
    return _CODEC.schema(_PolicyDocument, "edition", tables=dict[str, EditsDocument])
