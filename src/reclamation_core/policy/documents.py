"""Policy editions as documents: the policy file (TOML), which lists what differs from another one, and whole JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from hashlib import sha256
from pathlib import Path
from types import NoneType
from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange
from reclamation_core.documents import (
    Codec,
    Describe,
    Encoding,
    Schema,
    Structure,
    Variants,
    canonical_json,
    parse_json,
)
from reclamation_core.documents.files import read_toml, read_utf8
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy.parameters import NO_CUT_OFF, Parameters, SurveyParameters, name, refuse
from reclamation_core.policy.policy import Policy, m2_1, not_before
from reclamation_core.policy.row_edits import EditsDocument, read_tables, write_edits
from reclamation_core.tables import RowEdits
from reclamation_core.wording import Wording


def _closure(value: Any, structure: Structure) -> DayRange:
    """A closure from a day, from [first, last], or from { first = ..., last = ... }."""
    if isinstance(value, Mapping) and set(value) == {"first", "last"}:
        value = [value["first"], value["last"]]
    ends = value if isinstance(value, list | tuple) else [value, value]
    try:
        first, last = (structure(end, date) for end in ends)
        return DayRange(first, last)
    except ValueError:
        refuse(
            "",
            value,
            "un jour est attendu, ou [premier, dernier] dans cet ordre",
            "a day is expected, or [first, last] in that order",
        )


def _cut_off(value: Any, _: Structure) -> time | None:
    if value is None or value == NO_CUT_OFF:
        return None
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        refuse(
            "",
            value,
            f"une heure locale est attendue, comme 17:00:00, ou « {NO_CUT_OFF} »",
            f"a local time is expected, like 17:00:00, or {NO_CUT_OFF!r}",
        )


def _closure_schema(describe: Describe) -> Schema:
    day = describe(date)
    pair = {"type": "array", "prefixItems": [day, day], "minItems": 2, "maxItems": 2}
    ends = {"type": "object", "properties": {"first": day, "last": day}, "required": ["first", "last"]}
    return {"anyOf": [day, pair, {**ends, "additionalProperties": False}]}


def _cut_off_schema(describe: Describe) -> Schema:
    return {"anyOf": [describe(time), {"const": NO_CUT_OFF}, describe(NoneType)]}


ENCODINGS: Final = (
    Encoding(annotation=DayRange, read=_closure, schema=_closure_schema),
    Encoding(annotation=time | None, read=_cut_off, schema=_cut_off_schema),
)
"""How closures and the cut-off are written in documents of editions."""


@attrs.frozen(kw_only=True)
class _Header:
    """The content of a policy file: an edition of the procedure M2-1 (édition), as the difference from another one.

    Args:
        starts_from: the edition whose parameters hold where the file sets none.
        edition: the name of this edition.
        in_force_from: the first day of receipt that it governs; no beginning where it is left out.
        in_force_until: the last such day, included; no end where it is left out.
        tables: by the name of a table, the rows that differ.
    """

    starts_from: str
    edition: str = attrs.field(validator=name)
    in_force_from: date | None = None
    in_force_until: date | None = attrs.field(default=None)

    @in_force_until.validator
    def _not_before_it_begins(self, _: object, last: date | None) -> None:
        not_before(self.in_force_from, last)

    tables: dict[str, EditsDocument] = attrs.field(factory=dict)


def read_policy(path: str | Path, *others: Policy) -> Policy:
    """The edition that a TOML file describes.

    The file names the edition that it `starts_from`, its own `edition`, the days it is in force, and in one table for
    each group of `Parameters` (`[survey]`, `[deadline]`, `[risk]`, ...) the parameters that differ; below `tables`, the
    rows that it adds, replaces or removes in each decision table. A file whose name ends in `.json` is what
    `Policy.to_json` wrote.

    Args:
        path: the file, in UTF-8.
        others: editions that a file may start from, in addition to `m2_1()`.

    Raises:
        OSError: the file cannot be read.
        FaultsError: with all the faults of the file at once, each with its path; unknown keys are faults, and so is a
            table that its rows leave with gaps or contradictions, each with a witness.
    """
    if Path(path).suffix == ".json":
        return Policy.from_json(read_utf8(path, "JSON"))
    return parse_policy(read_toml(path), *others)


def parse_policy(document: Mapping[str, Any], *others: Policy) -> Policy:
    """The edition that the content of a policy file describes; see `read_policy`, which reads the file."""
    faults: list[Fault] = []
    header, tables, given = _split(document)
    read = _structured(header, _Header, faults)
    base = _base(header.get("starts_from"), (m2_1(), *others), faults)
    merged = _over(base.parameters, given)
    parameters = _structured(merged, Parameters, faults)
    edits = read_tables(tables, parameters or _as_far_as_read(base, merged), base.edits, "tables", faults)
    if faults:
        raise FaultsError(tuple(faults))
    return Policy(
        edition=read.edition,
        parameters=parameters,
        in_force_from=read.in_force_from,
        in_force_until=read.in_force_until,
        edits=edits,
    )


def _as_far_as_read(base: Policy, merged: Mapping[str, Any]) -> Parameters:
    """Parameters to read rows by where some are refused: those of the base, but the scale of the file if it holds."""
    try:
        return attrs.evolve(base.parameters, survey=_CODEC.read(merged["survey"], SurveyParameters))
    except FaultsError:
        return base.parameters


def _split(document: Any) -> tuple[dict[str, Any], Any, dict[str, Any]]:
    """Split a file into the header of the edition, the rows of its tables and its parameters."""
    if not isinstance(document, Mapping):
        refuse("$", document, "des clés et leurs valeurs sont attendues", "keys and their values are expected")
    of_header = {field.name for field in attrs.fields(_Header)}
    header = {key: value for key, value in document.items() if key in of_header}
    tables = header.pop("tables", {})
    return header, tables, {key: value for key, value in document.items() if key not in of_header}


def _base(edition: object, known: tuple[Policy, ...], faults: list[Fault]) -> Policy:
    """The edition to start from; the default one where the file names none that is known, which is a fault."""
    for policy in reversed(known):
        if policy.edition == edition:
            return policy
    if isinstance(edition, str):  # what is no text is refused as such
        names = ", ".join(policy.edition for policy in known)
        expected = Wording(
            f"le nom d'une édition connue est attendu : {names}", f"the name of a known edition: {names}"
        )
        faults.append(Fault("starts_from", edition, expected))
    return known[0]


def _structured(document: Any, cls: type[Any], faults: list[Fault]) -> Any:
    try:
        return _CODEC.read(document, cls)
    except FaultsError as error:
        faults += (attrs.evolve(fault, path=fault.path.removeprefix("$.")) for fault in error.faults)
        return None


def _over(base: Parameters, given: Mapping[str, Any]) -> dict[str, Any]:
    """The base's parameters, those given in their place; what should be a table and is not is refused later."""
    merged: dict[str, Any] = _CODEC.write(base)
    for group, values in given.items():
        mine = merged.get(group)
        merged[group] = {**mine, **values} if isinstance(mine, dict) and isinstance(values, Mapping) else values
    return merged


_CODEC: Final = Codec(encodings=ENCODINGS)


def policy_schema() -> Schema:
    """The JSON Schema of the content of a policy file, its dates and times as text."""
    header, parameters = _CODEC.schema(_Header, "policy"), _CODEC.schema(Parameters, "policy")
    return {
        **header,
        "title": "PolicyFile",
        "properties": {**header["properties"], **parameters["properties"]},
        "$defs": {**header["$defs"], **parameters["$defs"]},
    }


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


_EDITION_CODEC: Final = Codec(
    (Variants(annotation=_PolicyDocument, classes={"policy": _PolicyDocument}),), encodings=ENCODINGS
)


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
    return canonical_json(_EDITION_CODEC.write(document))


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
        document = _EDITION_CODEC.read(plain, _PolicyDocument)
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
    """Return the parameters for reading rows: those of the document if they are valid, else the defaults."""
    given = plain.get("parameters", {}) if isinstance(plain, dict) else {}
    try:
        return _EDITION_CODEC.read(given, Parameters)
    except FaultsError:
        return Parameters()


def edition_schema() -> Schema:
    """The JSON Schema of an edition as `Policy.to_json` writes it."""
    return _EDITION_CODEC.schema(_PolicyDocument, "edition", tables=dict[str, EditsDocument])
