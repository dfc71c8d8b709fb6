"""Policy editions as JSON documents, and their digests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from hashlib import sha256
from types import NoneType
from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange, Duration
from reclamation_core.documents import canonical_json, parse_json
from reclamation_core.documents.codec import Codec, Describe, Encoding, Schema, Structure, Variants
from reclamation_core.documents.schema import json_schema
from reclamation_core.documents.sizes import OF_FILES
from reclamation_core.documents.toml_text import toml_text
from reclamation_core.errors import FaultCollector, FaultsError
from reclamation_core.policy.own_facts import FactDocument, read_facts
from reclamation_core.policy.own_tables import DeclaredTables, apart
from reclamation_core.policy.parameters import NO_CUT_OFF, Parameters, is_in_digest, refuse
from reclamation_core.policy.row_edits import EditsDocument, edited_tables, read_tables, write_edits
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import DecisionTable, RowEdits
from reclamation_core.vocabulary import Level

_BY_LEVEL: Final = Mapping[Level, Duration]


def _closure(value: object, structure: Structure) -> DayRange:
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


def _duration(value: Any, structure: Structure) -> Duration:
    """A number of days, or the days or the months as { days = 15 } or { months = 2 }."""
    unit = value if isinstance(value, Mapping) else {"days": value}
    strange = sorted(set(map(str, unit)) - {"days", "months"})
    numbers = {name: structure(number, int) for name, number in unit.items()} if not strange else {}
    if strange or any(type(number) is not int for number in numbers.values()):
        refuse(
            "",
            value,
            "un nombre de jours est attendu, comme 15, ou { days = 15 }, ou { months = 2 }",
            "a number of days is expected, like 15, or { days = 15 }, or { months = 2 }",
        )
    return Duration(**numbers)


def _duration_schema(describe: Describe) -> Schema:
    number = {**describe(int), "minimum": 0}
    unit = {"type": "object", "properties": {"days": number, "months": number}, "additionalProperties": False}
    return {"anyOf": [{"type": "integer", "minimum": 1}, unit]}


def _by_level(value: object, structure: Structure) -> dict[str, Duration]:
    """Durations by the codes of levels: those that do not exist are refused with the other faults of a file."""
    return {level.value: duration for level, duration in structure(value, _BY_LEVEL).items()}


def _closure_schema(describe: Describe) -> Schema:
    day = describe(date)
    pair = {"type": "array", "prefixItems": [day, day], "minItems": 2, "maxItems": 2}
    ends = {"type": "object", "properties": {"first": day, "last": day}, "required": ["first", "last"]}
    return {"anyOf": [day, pair, {**ends, "additionalProperties": False}]}


ENCODINGS: Final = (
    Encoding(annotation=DayRange, read=_closure, schema=_closure_schema),
    Encoding(annotation=Duration, read=_duration, schema=_duration_schema),
    Encoding(annotation=Mapping[str, Duration], read=_by_level, schema=lambda describe: describe(_BY_LEVEL)),
    Encoding(
        annotation=time | None,
        read=_cut_off,
        schema=lambda describe: {"anyOf": [describe(time), {"const": NO_CUT_OFF}, describe(NoneType)]},
    ),
)
"""How closures, durations and the cut-off are written in documents of editions."""


@attrs.frozen(kw_only=True)
class PolicyDocument(SharedRepr):
    """An edition of the procedure M2-1 (édition), whole.

    Args:
        edition: its name.
        parameters: what it sets; M2-1's own where a parameter is left out.
        in_force_from: the first day of receipt that it governs; no beginning where it is left out.
        in_force_until: the last such day, included; no end where it is left out.
        tables: by the name of a table, the rows that are not those of M2-1.
        facts: the facts that it declares itself; left out where there are none.
    """

    edition: str
    parameters: Parameters = attrs.field(factory=Parameters)
    in_force_from: date | None = None
    in_force_until: date | None = None
    tables: Any = attrs.field(factory=dict)
    facts: Any = ()


CODEC: Final = Codec((Variants(annotation=PolicyDocument, classes={"policy": PolicyDocument}),), encodings=ENCODINGS)


def policy_toml(document: PolicyDocument, start: str) -> str:
    """Return an edition as a policy file that starts from M2-1: what differs from it.

    Args:
        document: the edition.
        start: the name of the edition M2-1.
    """
    return toml_text(
        {
            "starts_from": start,
            "edition": document.edition,
            "in_force_from": document.in_force_from,
            "in_force_until": document.in_force_until,
            **dict(_changed(CODEC.write(document.parameters), CODEC.write(Parameters()))),
            "tables": document.tables or None,
            "facts": document.facts or None,
        }
    )


def _changed(values: Mapping[str, Any], usual: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield the parameters that differ from the usual ones, those of a group as one value."""
    for name, value in values.items():
        if value != usual[name]:
            is_group = isinstance(value, dict)
            yield name, {key: one for key, one in value.items() if one != usual[name][key]} if is_group else value


_NO_TABLES: Final[Mapping[str, Any]] = {}


def write_tables(edits: Iterable[tuple[str, RowEdits]], tables: Mapping[str, DecisionTable[Any]]) -> dict[str, Any]:
    """Return the rows of an edition by table, as plain data."""
    return {name: write_edits(of_table, tables[name]) for name, of_table in edits}


def digest(
    parameters: Parameters,
    tables: Mapping[str, Any],
    facts: Sequence[Any] = (),
    own_tables: Mapping[str, Any] = _NO_TABLES,
) -> str:
    """The SHA-256 digest of parameters, rows and own facts, in hexadecimal; see `Policy.digest`.

    A parameter that a later release adds, in a group or as a group, is left out of it while it has its default.

    Args:
        parameters: those of the edition.
        tables: its rows, as `write_tables` returns them.
        facts: its own facts, as `facts_digest` returns them; without any the digest is that of before there were some.
        own_tables: the tables that it declares, as `table_digest` returns them; the same holds without any.
    """
    # Written without the codec, which imports cattrs: a case is registered without it.
    plain = attrs.asdict(parameters, filter=is_in_digest, value_serializer=_plain)
    own: dict[str, Any] = {"facts": facts} if facts else {}
    own |= {"own_tables": own_tables} if own_tables else {}
    return sha256(canonical_json({"parameters": plain, "tables": tables, **own}).encode()).hexdigest()


def _plain(_: object, __: object, value: object) -> Any:
    """Write a day or an hour as text; what else parameters hold has a JSON form."""
    return value.isoformat() if isinstance(value, date | time) else value


def read_document(text: str) -> tuple[PolicyDocument, dict[str, Any]]:
    """Read the JSON text of an edition: the document; its own facts, its edits by table and its own tables by field.

    Raises:
        FaultsError: with all the faults of the document at once, each with its path from `$`.
    """
    plain = parse_json(text)
    OF_FILES.require(plain)
    faults = FaultCollector()
    document: PolicyDocument | None = None
    try:
        document = CODEC.read(plain, PolicyDocument)
    except FaultsError as error:
        faults += error.faults
    given = plain if isinstance(plain, dict) else {}
    facts = read_facts(given.get("facts", ()), (), "$.facts", faults)
    rows, declared = apart(given.get("tables", {}))
    parameters = _parameters(given)
    own = DeclaredTables(declared, facts, parameters, faults, path="$.tables")
    edits = read_tables(rows, parameters, (), "$.tables", faults, facts=facts, own=own)
    own_tables = own.all(edited_tables(parameters, edits, facts, own))
    if faults or document is None:
        raise FaultsError(faults)
    return document, {"facts": facts, "edits": edits, "own_tables": own_tables}


def _parameters(given: Mapping[str, Any]) -> Parameters:
    """Return the parameters for reading rows: those of the document if they are valid, else the defaults."""
    try:
        return CODEC.read(given.get("parameters", {}), Parameters)
    except FaultsError:
        return Parameters()


def edition_schema() -> Schema:
    """The JSON Schema of an edition as `Policy.to_json` writes it."""
    return json_schema(
        CODEC, PolicyDocument, "edition", tables=dict[str, EditsDocument], facts=tuple[FactDocument, ...]
    )
