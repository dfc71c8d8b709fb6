"""The look-up of a cell: one generated function per table, reading each base fact once.

The cells met so far hang in a tree of plain dictionaries, one level a base fact; the generated code is the walk down
that tree, `root[key of fact 1][key of fact 2]...`, and a miss grows it. Enumerations are their own keys; numbers and
days become the number of their interval; a boolean must be one. Whatever is odd misses, and is judged by `admit`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, TypeAlias

from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.tables.domains import Boolean, Day, Enumeration, Integer
from reclamation_core.tables.model import Input
from reclamation_core.tables.partition import Atom

LookUp: TypeAlias = Callable[[Any], Any]

LARGEST_TREE = 1 << 16
"""How many leaves a tree keeps before it starts anew: memory stays bounded whatever the facts."""

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


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, Missing):
        return value
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
    names: dict[str, Any] = {"root": tree, "plain": _plain, "ABSENT": ABSENT, "UNKNOWN": UNKNOWN, "date": date}
    keys = [
        _key(input_, of_input, access.format(name=input_.name), f"v{place}", names)
        for place, (input_, of_input) in enumerate(zip(base, atoms, strict=True))
    ]
    steps = "".join(f"[{key}]" for key in keys)
    source = _TEMPLATE.format(prepare=prepare or "pass", keys=", ".join(keys), steps=steps)
    # Only identifiers, checked by Input, and names of this module stand in the text; constants are bound by name.
    exec(compile(source, "<look-up>", "exec"), names)  # noqa: S102
    return names


def _key(input_: Input, atoms: tuple[Atom, ...], value: str, local: str, names: dict[str, Any]) -> str:
    if isinstance(input_.domain, Enumeration):
        return value
    if isinstance(input_.domain, Boolean):
        return f"({local} if ({local} := {value}) is True or {local} is False else plain({local}))"
    exact = {Integer: int, Day: date}.get(type(input_.domain))
    ends = (date.min, date.max) if exact is date else (float("-inf"), float("inf"))
    intervals = _intervals([atom for atom in atoms if atom.sample is not ABSENT], ends, local, names)
    if exact is not None:
        return f"({intervals} if type({local} := {value}) is {exact.__name__} else plain({local}))"
    missing = f"({local} := {value}) is ABSENT or {local} is UNKNOWN or {local} is None"
    return f"({local} if {missing} else plain({local}) if {local} is True or {local} is False else {intervals})"


def _intervals(atoms: list[Atom], ends: tuple[Any, Any], local: str, names: dict[str, Any]) -> str:
    text = ""
    for code, atom in enumerate(atoms):
        # NaN passes no test, nor does an infinity where the domain has no bound; they miss.
        whole = isinstance(ends[0], date)
        low_value, low_after = atom.low or (ends[0], not whole)
        high_value, high_after = atom.high or (ends[1], whole)
        low, high = f"low{len(names)}", f"high{len(names)}"
        names[low], names[high] = low_value, high_value
        text += f"{code} if {low} {'<' if low_after else '<='} {local} {'<=' if high_after else '<'} {high} else "
    return f"({text}plain({local}))"
