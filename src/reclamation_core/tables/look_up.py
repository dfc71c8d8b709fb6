"""The look-up of a cell: one generated function per table, reading each base fact once.

The cells met so far hang in a tree of plain dictionaries, one level a base fact; the generated code is the walk down
that tree, `root[key of fact 1][key of fact 2]...`, and a miss grows it. Enumerations are their own keys; numbers and
days become the number of their interval; a boolean must be one. Whatever is odd misses, and is judged by `admit`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables.cells import Atom
from reclamation_core.tables.domains import LARGEST, Boolean, Domain, Line, exact
from reclamation_core.tables.model import Input

LookUp: TypeAlias = Callable[[Any], Any]

LARGEST_TREE = 1 << 16
"""How many leaves a tree keeps before it starts anew: memory stays bounded whatever the facts."""

_LONGEST_CHAIN = 16
"""How many intervals are tried one after the other; more are searched by halves."""

_TEMPLATE = """
def path(facts):
    {prepare}
    return ({keys},)

def look_up(facts):
    try:
        {prepare}
        return root{steps}
    except Exception:
        return miss(facts)

def decide(facts):
    try:
        {prepare}
        return decision(root{steps}, facts)
    except Exception:
        return decision(miss(facts), facts)
"""


def _odd(value: Any) -> Any:
    raise ValueError(value)


def compile_look_up(
    base: tuple[Input, ...], atoms: tuple[tuple[Atom, ...], ...], admit: LookUp, decision: Callable[[Any, Any], Any]
) -> tuple[LookUp, LookUp]:
    """The functions that find the cell of facts, given as an object or as a mapping, and decide on them.

    Args:
        base: the facts to read.
        atoms: their atoms.
        admit: judges facts that the tree does not know yet: their cell, or the error they deserve.
        decision: makes a decision of a cell and the facts.
    """
    tree: dict[Any, Any] = {}
    by_attribute = _generate(base, atoms, "facts.{name}", "", tree)
    by_key = _generate(base, atoms, "get({name!r})", "get = facts.get", tree)
    by_attribute["decision"] = by_key["decision"] = decision
    leaves = 0

    def grow(facts: Any, path: Callable[[Any], tuple[Any, ...]]) -> Any:
        nonlocal leaves
        cell = admit(facts)
        try:
            *keys, last = path(facts)
        except ValueError:
            return cell  # a value of an unusual type, an IntEnum say: accepted, and judged anew each time
        if leaves >= LARGEST_TREE:
            tree.clear()
            leaves = 0
        node = tree
        for key in keys:
            node = node.setdefault(key, {})
        node[last] = cell
        leaves += 1
        return cell

    def by_key_missed(facts: Any) -> Any:
        return grow(facts, by_key["path"])

    def missed(facts: Any) -> Any:
        if isinstance(facts, Mapping):
            return by_key["look_up"](facts)
        return grow(facts, by_attribute["path"])

    by_key["miss"] = by_key_missed
    by_attribute["miss"] = missed
    return by_attribute["look_up"], by_attribute["decide"]


def _generate(
    base: tuple[Input, ...], atoms: tuple[tuple[Atom, ...], ...], access: str, prepare: str, tree: dict[Any, Any]
) -> dict[str, Any]:
    names: dict[str, Any] = {
        "root": tree,
        "odd": _odd,
        "ABSENT": ABSENT,
        "UNKNOWN": UNKNOWN,
        "exact": exact,
        "bisect": bisect_right,
    }
    keys = [
        _key(input_.domain, of_input, access.format(name=input_.name), f"v{place}", names)
        for place, (input_, of_input) in enumerate(zip(base, atoms, strict=True))
    ]
    steps = "".join(f"[{key}]" for key in keys)
    source = _TEMPLATE.format(prepare=prepare or "pass", keys=", ".join(keys), steps=steps)
    # Only identifiers, checked by Input, and names of this module stand in the text; constants are bound by name.
    exec(compile(source, "<look-up>", "exec"), names)  # noqa: S102
    return names


def _key(domain: Domain, atoms: tuple[Atom, ...], value: str, local: str, names: dict[str, Any]) -> str:
    if isinstance(domain, Line):
        intervals = _intervals(domain, [atom for atom in atoms if atom.sample is not ABSENT], local, names)
        types = _bind(names, domain.types if len(domain.types) > 1 else domain.types[0])
        known = f"type({local} := {value}) {'in' if len(domain.types) > 1 else 'is'} {types}"
        return f"({intervals} if {known} else {_missing(local)})"
    if isinstance(domain, Boolean):
        return f"({local} if ({local} := {value}) is True or {local} is False else {_missing(local)})"
    return value


def _missing(local: str) -> str:
    return f"{local} if {local} is ABSENT or {local} is UNKNOWN or {local} is None else odd({local})"


def _intervals(domain: Line, atoms: list[Atom], local: str, names: dict[str, Any]) -> str:
    """The number of the interval that a value is in; NaN and infinities lie beyond the ends of every domain."""
    cuts = [atom.low for atom in atoms[1:] if atom.low is not None]
    least, most = _bind(names, domain.least), _bind(names, domain.most)
    as_given = domain.discrete or all(
        _as_float(bound) for bound in (domain.least, domain.most, *(cut[0] for cut in cuts))
    )
    value = local if as_given else f"({local} := exact({local}))"
    if len(cuts) < _LONGEST_CHAIN:
        tests = [
            f"{code} if {local} {'<=' if after else '<'} {_bind(names, at)} else "
            for code, (at, after) in enumerate(cuts)
        ]
        found = f"{''.join(tests)}{len(cuts)}"
    else:
        found = f"bisect({_bind(names, cuts)}, ({local}, False))"
    return f"(({found}) if {least} <= {value} <= {most} else odd({local}))"


def _bind(names: dict[str, Any], constant: Any) -> str:
    name = f"c{len(names)}"
    names[name] = constant
    return name


def _as_float(bound: Any) -> bool:
    """Whether floats compare with a bound as the decimal numbers they stand for do."""
    return isinstance(bound, int) and (abs(bound) <= 1 << 53 or abs(bound) == LARGEST)
