"""Derive a policy version from another one by changed parameters or rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any, Final

import attrs

from reclamation_core.documents.codec import Codec
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.policy import Policy, parse_policy
from reclamation_core.policy.documents import ENCODINGS
from reclamation_core.policy.formatting import Parameter, parameter_named
from reclamation_core.wording import Lang, Wording

_CODEC: Final = Codec(encodings=ENCODINGS)
_SOMETHING: Final = Wording(
    "au moins un changement est attendu, comme survey_threshold=7",
    "at least one change is expected, like survey_threshold=7",
)


_ONCE: Final = Wording(
    "ce paramètre est donné plusieurs fois, sous deux noms ; indiquez-le une fois",
    "this parameter is given several times, under two names; give it once",
)


def what_if(
    policy: Policy,
    /,
    *,
    edition: str | None = None,
    tables: Mapping[str, Any] | None = None,
    facts: Sequence[Mapping[str, Any]] = (),
    lang: Lang = "fr",
    **changes: object,
) -> Policy:
    """Return the edition with other parameters or rows, proved as any other; its name lists the changes.

    Args:
        policy: the edition to start from.
        edition: the name of the new edition; made of the changes unless given.
        tables: the rows that differ, as a policy file has them below `tables`: for the name of a table, rows to `add`
            or `replace`, with conditions in S-FEEL, and the ids of those to `remove`.
        facts: the facts that the edition declares in addition, as a policy file has them in `[[facts]]`.
        lang: the language of the name that is made of the changes.
        changes: parameters by their path in a policy file, with `_` for its dot: `survey_threshold=7`,
            `deadline_days=8`, `complexity_band="critical"`. Values are those of a policy file, or of `Parameters`.

    Raises:
        FaultsError: there is no such parameter, table or row, a value or a fact is refused, or nothing is changed; all
            at once, each with its path.
        TypeError: `policy` is no edition.

    >>> from reclamation_core import m2_1
    >>> what_if(m2_1(), survey_threshold=7, deadline_days=8).edition
    'M2-1, note seuil 7, délai de réponse 8 jours'
    >>> what_if(m2_1(), survey_treshold=7)
    Traceback (most recent call last):
        ...
    reclamation_core.errors.FaultsError: survey_treshold: ...; no parameter has that name; these are close: survey_...
    """
    if not isinstance(policy, Policy):
        raise TypeError(f"policy: an edition is expected, a Policy such as m2_1(), got {policy!r}")
    found = {name: parameter_named(name) for name in changes}
    faults = [fault for fault in found.values() if isinstance(fault, Fault)]
    given = [(one, changes[name]) for name, one in found.items() if isinstance(one, Parameter)]
    times = Counter(one.path for one, _ in given)
    faults += [Fault(one.path, value, _ONCE) for one, value in given if times[one.path] > 1]
    try:
        derived = parse_policy(_document(policy, edition, given, tables or {}) | {"facts": facts}, policy)
        if not changes and (derived.edits, derived.facts) == (policy.edits, policy.facts):
            faults.append(Fault("changes", tables or {}, _SOMETHING))
    except FaultsError as error:
        faults += error.faults
    if faults:
        raise FaultsError(faults)
    if edition is not None:
        return derived
    words = [one.describe(value_of(derived, one), lang) for one, _ in given]
    words += (change.in_(lang) for change in _describe_rows(tables or {}))
    words += (
        Wording(f"avec l'information {fact['name']}", f"with the fact {fact['name']}").in_(lang) for fact in facts
    )
    return attrs.evolve(derived, edition=", ".join([policy.edition, *words]))


def _document(
    policy: Policy, edition: str | None, given: list[tuple[Parameter, Any]], tables: Mapping[str, Any]
) -> dict[str, Any]:
    """The derived edition as the content of a policy file."""
    document: dict[str, Any] = {
        "starts_from": policy.edition,
        "edition": policy.edition if edition is None else edition,
        "in_force_from": policy.in_force_from,
        "in_force_until": policy.in_force_until,
        "tables": tables,
    }
    for parameter, value in given:
        group, _, leaf = parameter.path.rpartition(".")
        (document.setdefault(group, {}) if group else document)[leaf] = _plain(value)
    return document


def _plain(value: object) -> Any:
    """A value as a policy file has it; a number of NumPy is one of Python, an array a list."""
    return _CODEC.write(value.tolist() if hasattr(value, "tolist") else value)


def value_of(policy: Policy, parameter: Parameter) -> Any:
    """Return the value of a parameter in an edition."""
    return attrgetter(parameter.path)(policy.parameters)


def _describe_rows(tables: Mapping[str, Any]) -> Iterator[Wording]:
    """Yield the description of changed rows, once the document is valid."""
    for table, edits in tables.items():
        if "inputs" in edits:
            yield Wording(f"avec la table {table}", f"with the table {table}")
            continue
        added, replaced = ([row["id"] for row in edits.get(verb, ())] for verb in ("add", "replace"))
        changed = (("avec", "with", added), ("autre", "other", replaced), ("sans", "without", edits.get("remove", ())))
        for fr, en, rows in changed:
            yield from (Wording(f"{fr} {table}/{row}", f"{en} {table}/{row}") for row in rows)
