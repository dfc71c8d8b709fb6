"""Policy files (TOML): an edition as what differs from another one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs

from reclamation_core.documents.codec import Codec, Schema
from reclamation_core.documents.files import read_toml, read_utf8
from reclamation_core.documents.schema import json_schema
from reclamation_core.documents.sizes import OF_FILES
from reclamation_core.documents.toml_lines import lines_of_faults
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.policy.documents import ENCODINGS
from reclamation_core.policy.own_facts import FactDocument, read_facts
from reclamation_core.policy.own_tables import DeclaredTables, apart
from reclamation_core.policy.parameters import Parameters, SurveyParameters, edition_name, refuse
from reclamation_core.policy.policy import Policy, m2_1
from reclamation_core.policy.row_edits import EditsDocument, edited_tables, read_tables
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import require_order
from reclamation_core.wording import Wording


@attrs.frozen(kw_only=True)
class _Header(SharedRepr):
    """The content of a policy file: an edition of the procedure M2-1 (édition), as the difference from another one.

    Args:
        starts_from: the edition whose parameters hold where the file sets none.
        edition: the name of this edition.
        in_force_from: the first day of receipt that it governs; no beginning where it is left out.
        in_force_until: the last such day, included; no end where it is left out.
        tables: by the name of a table, the rows that differ.
        facts: the facts that the edition declares itself, in addition to those of the edition that it starts from.
    """

    starts_from: str
    edition: str = attrs.field(validator=edition_name)
    in_force_from: date | None = None
    in_force_until: date | None = attrs.field(default=None)

    @in_force_until.validator
    def _not_before_it_begins(self, _: object, last: date | None) -> None:
        require_order(self.in_force_from, in_force_until=last)

    tables: dict[str, EditsDocument] = attrs.field(factory=dict)
    facts: tuple[FactDocument, ...] = ()


def read_policy(path: str | Path, *others: Policy) -> Policy:
    """The edition that a TOML file describes.

    The file names the edition that it `starts_from`, its own `edition`, the days it is in force, and in one table for
    each group of `Parameters` (`[survey]`, `[deadline]`, `[risk]`, ...) the parameters that differ; below `tables`, the
    rows that it adds, replaces or removes in each decision table; in `[[facts]]`, the facts that it declares. A file
    whose name ends in `.json` is what `Policy.to_json` wrote.

    Args:
        path: the file, in UTF-8.
        others: editions that a file may start from, in addition to `m2_1()`.

    Raises:
        OSError: the file cannot be read.
        FaultsError: with all the faults of the file at once, each with its path and line; unknown keys are faults,
            and so is a table that its rows leave with gaps or contradictions, each with a witness.
    """
    if Path(path).suffix == ".json":
        return Policy.from_json(read_utf8(path, "JSON"))
    with lines_of_faults(path):
        return parse_policy(read_toml(path), *others)


def parse_policy(document: Mapping[str, Any], *others: Policy) -> Policy:
    """The edition that the content of a policy file describes; see `read_policy`, which reads the file."""
    OF_FILES.require(document)
    faults = FaultCollector()
    header, tables, given_facts, given = _split(document)
    read = _structured(header, _Header, faults)
    base = _base(header.get("starts_from"), (m2_1(), *others), faults)
    merged = _over(base.parameters, given)
    parameters = _structured(merged, Parameters, faults)
    facts = read_facts(given_facts, base.facts, "facts", faults)
    rows, declared = apart(tables)
    readable = parameters or _as_far_as_read(base, merged)
    own = DeclaredTables(declared, facts, readable, faults, inherited=base.own_tables)
    edits = read_tables(rows, readable, base.edits, "tables", faults, facts=facts, own=own)
    own_tables = own.all(edited_tables(readable, edits, facts, own))
    if faults:
        raise FaultsError(faults)
    return Policy(
        edition=read.edition,
        parameters=parameters,
        in_force_from=read.in_force_from,
        in_force_until=read.in_force_until,
        edits=edits,
        facts=facts,
        own_tables=own_tables,
    )


def _as_far_as_read(base: Policy, merged: Mapping[str, Any]) -> Parameters:
    """Parameters to read rows by where some are refused: those of the base, but the scale of the file if it holds."""
    try:
        return attrs.evolve(base.parameters, survey=_CODEC.read(merged["survey"], SurveyParameters))
    except FaultsError:
        return base.parameters


def _split(document: object) -> tuple[dict[str, Any], Any, Any, dict[str, Any]]:
    """Split a file into the header of the edition, the rows of its tables, its facts and its parameters."""
    if not isinstance(document, Mapping):
        refuse("$", document, "des clés et leurs valeurs sont attendues", "keys and their values are expected")
    of_header = {field.name for field in attrs.fields(_Header)}
    header = {key: value for key, value in document.items() if key in of_header}
    tables, facts = header.pop("tables", {}), header.pop("facts", ())
    return header, tables, facts, {key: value for key, value in document.items() if key not in of_header}


def _base(edition: object, known: tuple[Policy, ...], faults: FaultCollector) -> Policy:
    """The edition to start from; the default one where the file names none that is known, which is a fault."""
    for policy in reversed(known):
        if policy.edition == edition:
            return policy
    if isinstance(edition, str):  # what is no text is refused as such
        names = ", ".join(policy.edition for policy in known)
        expected = Wording(
            f"le nom d'une version connue est attendu : {names}", f"the name of a known edition: {names}"
        )
        faults.append(Fault("starts_from", edition, expected))
    return known[0]


def _structured(document: object, cls: type[Any], faults: FaultCollector) -> Any:
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
    header, parameters = json_schema(_CODEC, _Header, "policy"), json_schema(_CODEC, Parameters, "policy")
    return {
        **header,
        "title": "PolicyFile",
        "properties": {**header["properties"], **parameters["properties"]},
        "$defs": {**header["$defs"], **parameters["$defs"]},
    }
