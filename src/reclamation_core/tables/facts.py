"""Reading facts: any object with the attributes, or a mapping, checked against the inputs' domains."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reclamation_core.errors import Fault, FaultCollector
from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.tables.cells import set_of
from reclamation_core.tables.errors import FactsError
from reclamation_core.tables.model import Chain, Input, Known
from reclamation_core.wording import Wording

MOST_SETS: Final = 1 << 10
"""How many values of a base fact are cached with their atoms."""


def read_fact(facts: object, input_: Input) -> Any:
    """The value of one fact in its canonical form, `UNKNOWN` or `ABSENT`.

    Raises:
        FactsError: it is neither a value of the input's domain nor one of these where the input allows it, or the
            facts are an object without that attribute.
    """
    value = given_value(facts, input_)
    if value is None:
        value = input_.none
    if value is UNKNOWN and not input_.unknown:
        return ABSENT
    if isinstance(value, Missing):
        if value is ABSENT and not input_.absent:
            expected = input_.domain.expected
            message = Wording(f"attendu : {expected.fr}, ou inconnu", f"{expected.en}, or unknown, is expected")
            raise FactsError((Fault(input_.name, value, message),))
        return value
    try:
        return input_.domain.check(value)
    except ValueError as error:
        expected = input_.domain.expected
        message = Wording(f"attendu : {expected.fr}", f"{expected.en} is expected")
        raise FactsError((Fault(input_.name, value, message),)) from error


def given_value(facts: object, input_: Input) -> Any:
    """Return the value of an input as the facts have it; `own.funder` is a key of the mapping `own`.

    Raises:
        FactsError: the facts have no such attribute.
    """
    if isinstance(facts, Mapping):
        return facts.get(input_.name)
    holder, _, key = input_.name.partition(".")
    try:
        value = getattr(facts, holder)
        return value.get(key) if key else value
    except AttributeError as error:
        message = Wording(
            f"un attribut de ce nom est attendu sur les faits, {type(facts).__name__} n'en a pas",
            f"the facts must have an attribute of that name, {type(facts).__name__} has none",
        )
        raise FactsError((Fault(input_.name, None, message),)) from error


def read_facts(facts: object, chain: Chain) -> Known:
    """What the facts leave possible: for each base fact one atom, or all of them where it is unknown.

    Raises:
        FactsError: with every fault of the facts.
    """
    known: list[int] = []
    faults = FaultCollector()
    for place, input_ in enumerate(chain.base):
        try:
            known.append(_atoms_of(chain, place, input_, facts))
        except FactsError as error:
            faults += error.faults
    if faults:
        raise FactsError(faults)
    return tuple(known)


def _atoms_of(chain: Chain, place: int, input_: Input, facts: object) -> int:
    """Return the atoms of a base fact that are possible; those of values met before are cached.

    Raises:
        FactsError: the value is refused.
    """
    given, sets = given_value(facts, input_), chain.sets[place]
    key = (given.__class__, given)
    try:
        found = sets.get(key)
    except TypeError:  # it cannot be a key
        return _read_atoms(chain, place, input_, facts)
    if found is None:
        found = _read_atoms(chain, place, input_, facts)
        if len(sets) < MOST_SETS:
            sets[key] = found
    return found


def _read_atoms(chain: Chain, place: int, input_: Input, facts: object) -> int:
    value, atoms = read_fact(facts, input_), chain.atoms[place]
    return (1 << len(atoms)) - 1 if value is UNKNOWN else set_of(atoms, value)
