"""The policy file: an edition written as TOML, starting from another one and saying only what differs."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from types import NoneType
from typing import Any, Final

import attrs

from reclamation_core.calendars import DayRange
from reclamation_core.documents import Codec, Describe, Encoding, Schema, Structure
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy.parameters import Parameters
from reclamation_core.policy.policy import Policy, m2_1, not_before
from reclamation_core.policy.refusals import name, refuse
from reclamation_core.wording import Wording

_NO_CUT_OFF: Final = "none"


@attrs.frozen(kw_only=True)
class _Header:
    """The content of a policy file: an edition of the procedure M2-1 (édition), told by what differs from another one.

    Args:
        starts_from: the edition whose parameters hold where the file says nothing.
        edition: the name of this edition.
        in_force_from: the first day of receipt that it governs; no beginning where it is left out.
        in_force_until: the last such day, included; no end where it is left out.
    """

    starts_from: str
    edition: str = attrs.field(validator=name)
    in_force_from: date | None = None
    in_force_until: date | None = attrs.field(default=None)

    @in_force_until.validator
    def _not_before_it_begins(self, _: object, last: date | None) -> None:
        not_before(self.in_force_from, last)


def read_policy(path: str | Path, *others: Policy) -> Policy:
    """The edition that a TOML file describes.

    The file names the edition that it `starts_from`, its own `edition`, the days it is in force, and in one table for
    each group of `Parameters` (`[survey]`, `[deadline]`, `[risk]`, ...) the parameters that differ.

    Args:
        path: the file, in UTF-8.
        others: editions that a file may start from, beside `m2_1()`.

    Raises:
        OSError: the file cannot be read.
        FaultsError: with all the faults of the file at once, each with its path; unknown keys are faults.
    """
    try:
        document = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        expected = Wording(
            f"un fichier TOML en UTF-8 est attendu ({error})", f"a TOML file in UTF-8 is expected ({error})"
        )
        raise FaultsError((Fault("$", str(path), expected),)) from error
    return parse_policy(document, *others)


def parse_policy(document: Mapping[str, Any], *others: Policy) -> Policy:
    """The edition that the content of a policy file describes; see `read_policy`, which reads the file."""
    faults: list[Fault] = []
    header, given = _split(document)
    read = _structured(header, _Header, faults)
    base = _base(header.get("starts_from"), (m2_1(), *others), faults)
    parameters = _structured(_over(base.parameters, given), Parameters, faults)
    if faults:
        raise FaultsError(tuple(faults))
    return Policy(
        edition=read.edition,
        parameters=parameters,
        in_force_from=read.in_force_from,
        in_force_until=read.in_force_until,
    )


def _split(document: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the file says of the edition itself, and what it says of the parameters."""
    if not isinstance(document, Mapping):
        refuse("$", document, "des clés et leurs valeurs sont attendues", "keys and their values are expected")
    of_header = {field.name for field in attrs.fields(_Header)}
    header = {key: value for key, value in document.items() if key in of_header}
    return header, {key: value for key, value in document.items() if key not in of_header}


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
    if value is None or value == _NO_CUT_OFF:
        return None
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        refuse(
            "",
            value,
            f"une heure locale est attendue, comme 17:00:00, ou « {_NO_CUT_OFF} »",
            f"a local time is expected, like 17:00:00, or {_NO_CUT_OFF!r}",
        )


def _closure_schema(describe: Describe) -> Schema:
    day = describe(date)
    pair = {"type": "array", "prefixItems": [day, day], "minItems": 2, "maxItems": 2}
    ends = {"type": "object", "properties": {"first": day, "last": day}, "required": ["first", "last"]}
    return {"anyOf": [day, pair, {**ends, "additionalProperties": False}]}


def _cut_off_schema(describe: Describe) -> Schema:
    return {"anyOf": [describe(time), {"const": _NO_CUT_OFF}, describe(NoneType)]}


_CODEC: Final = Codec(
    encodings=(
        Encoding(annotation=DayRange, read=_closure, schema=_closure_schema),
        Encoding(annotation=time | None, read=_cut_off, schema=_cut_off_schema),
    )
)


def policy_schema() -> Schema:
    """The JSON Schema of the content of a policy file, its dates and times as text."""
    header, parameters = _CODEC.schema(_Header, "policy"), _CODEC.schema(Parameters, "policy")
    return {
        **header,
        "title": "PolicyFile",
        "properties": {**header["properties"], **parameters["properties"]},
        "$defs": {**header["$defs"], **parameters["$defs"]},
    }
