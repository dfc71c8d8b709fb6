"""The look-up of a cell: one generated function per table, reading each base fact once.

The cells met so far hang in a tree of plain dictionaries, one level a base fact; the generated code is the walk down
that tree, `root[key of fact 1][key of fact 2]...`, and a miss grows it. Enumerations are their own keys; numbers and
days become the number of their interval; a boolean must be one.
Values of unusual types miss the cache and go through `admit`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from threading import Lock
from typing import Any, NoReturn, Protocol, TypeAlias
from weakref import WeakSet

from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables.cells import Atom
from reclamation_core.tables.domains import LARGEST, Boolean, Domain, Line, exact
from reclamation_core.tables.model import Input

LookUp: TypeAlias = Callable[[Any], Any]

LARGEST_TREE = 1 << 16
"""The tree is emptied beyond this number of leaves, so that memory stays bounded."""

_LONGEST_CHAIN = 16
"""How many intervals are tried one after the other; more are searched by halves."""

_code = lru_cache(maxsize=256)(partial(compile, filename="<look-up>", mode="exec"))
"""The code of a source: the tables of two editions often have the same."""

_TEMPLATE = """
def path(facts):
    {prepare}
    return ({keys},)

def look_up(facts):
    try:
        {prepare}
        return root{steps}
    except Exception:
        return {miss}

def decide(facts):
    try:
        {prepare}
        return decision(root{steps}, facts)
    except Exception:
        return decision({miss}, facts)
"""


def _odd(value: object) -> NoReturn:
    raise ValueError(value)


class Observer(Protocol):
    """Something that is notified of decisions, such as a report of the rules that a test run exercised."""

    def on_cell(self, cell: Any) -> None:
        """Take the cell that a look-up returned; called in the thread that looks up."""

    def on_columns(self) -> None:
        """Take note that a whole frame was decided in columns, whose cells are not notified."""


_observers: tuple[Observer, ...] = ()
_compiled: WeakSet[CompiledLookUp] = WeakSet()
_lock = Lock()


@contextmanager
def observing(observer: Observer) -> Iterator[None]:
    """Notify an observer of the cell of every look-up of every table, until the block ends.

    A look-up costs more during the block only. Blocks may be nested; an observer in two blocks is notified twice.

    >>> from reclamation_core.tables import Boolean, DecisionTable, Input, Row
    >>> table = DecisionTable("open", (Input("late", Boolean()),), Boolean(), (Row("any", {}, True),))
    >>> class Printer:
    ...     def on_cell(self, cell): print(cell.table.name, cell.outcome)
    ...     def on_columns(self): pass
    >>> with observing(Printer()):
    ...     decision = table.decide({"late": False})
    open True
    """
    _set_observers((*_observers, observer))
    try:
        yield
    finally:
        position = next(place for place, known in enumerate(_observers) if known is observer)
        _set_observers((*_observers[:position], *_observers[position + 1 :]))


def _set_observers(observers: tuple[Observer, ...]) -> None:
    global _observers  # noqa: PLW0603  read by every look-up that misses its tree
    with _lock:
        _observers = observers
        for compiled in _compiled:
            compiled.connect()


def notify_columns() -> None:
    """Notify the observers that a frame was decided in columns."""
    for observer in _observers:
        observer.on_columns()


class CompiledLookUp:
    """The look-up of one table: generated functions, the tree that they walk, and how it grows.

    While there are observers the functions see an empty tree: every look-up misses it, and is notified. Without any,
    no look-up is delayed.

    Args:
        base: the facts to read.
        atoms: their atoms.
        admit: judges facts that the tree does not have yet: returns their cell, or raises the error for them.
        decision: makes a decision of a cell and the facts.
    """

    def __init__(
        self, base: tuple[Input, ...], atoms: tuple[tuple[Atom, ...], ...], admit: LookUp, decision: Callable[..., Any]
    ) -> None:
        self._admit = admit
        self._tree: dict[Any, Any] = {}
        self._leaves = 0
        self._by_key = _generate(base, atoms, "get({name!r})", "get = facts.get", "find(facts)")
        miss = "by_key(facts) if isinstance(facts, Mapping) else find(facts)"
        holders = {input_.name.partition(".")[0] for input_ in base if "." in input_.name}
        prepare = "; ".join(f"get_{holder} = facts.{holder}.get" for holder in sorted(holders))
        self._by_attribute = _generate(base, atoms, "facts.{name}", prepare, miss, held="get_{holder}({key!r})")
        self._by_attribute["by_key"] = self._by_key["look_up"]
        for names in (self._by_key, self._by_attribute):
            names["find"] = partial(self._find, path=names["path"])
            names["decision"] = decision
        with _lock:
            _compiled.add(self)
            self.connect()

    @property
    def functions(self) -> tuple[LookUp, LookUp]:
        """The two functions, `look_up` and `decide`; facts are an object or a mapping."""
        return self._by_attribute["look_up"], self._by_attribute["decide"]

    def connect(self) -> None:
        """Let the functions walk the tree where nothing observes them."""
        self._by_attribute["root"] = self._by_key["root"] = {} if _observers else self._tree

    def _find(self, facts: object, path: Callable[[Any], tuple[Any, ...]]) -> Any:
        observers = _observers
        if not observers:
            return self._grow(facts, path)
        try:
            cell: Any = self._tree
            for key in path(facts):
                cell = cell[key]
        except Exception:  # noqa: BLE001  as in the generated functions: whatever fails is judged by `admit`
            cell = self._grow(facts, path)
        for observer in observers:
            observer.on_cell(cell)
        return cell

    def _grow(self, facts: object, path: Callable[[Any], tuple[Any, ...]]) -> Any:
        """Judge facts that the tree does not have yet, and add their cell."""
        cell = self._admit(facts)
        try:
            *keys, last = path(facts)
        except ValueError:
            return cell  # a value of an unusual type, e.g. an IntEnum: accepted, but never cached
        if self._leaves >= LARGEST_TREE:
            self._tree.clear()
            self._leaves = 0
        node = self._tree
        for key in keys:
            node = node.setdefault(key, {})
        node[last] = cell
        self._leaves += 1
        return cell


def _generate(
    base: tuple[Input, ...],
    atoms: tuple[tuple[Atom, ...], ...],
    access: str,
    prepare: str,
    miss: str,
    *,
    held: str = "",
) -> dict[str, Any]:
    names: dict[str, Any] = {
        "Mapping": Mapping,
        "odd": _odd,
        "ABSENT": ABSENT,
        "UNKNOWN": UNKNOWN,
        "exact": exact,
        "bisect": bisect_right,
    }
    keys = [
        _key(input_.domain, of_input, _access(input_.name, access, held), f"v{place}", names)
        for place, (input_, of_input) in enumerate(zip(base, atoms, strict=True))
    ]
    steps = "".join(f"[{key}]" for key in keys)
    source = _TEMPLATE.format(prepare=prepare or "pass", keys=", ".join(keys), steps=steps, miss=miss)
    # Only identifiers, checked by Input, and names of this module stand in the text; constants are bound by name.
    exec(_code(source), names)  # noqa: S102
    return names


def _access(name: str, access: str, held: str) -> str:
    """Return the expression that reads a fact; `held` reads one of a mapping that the facts hold."""
    holder, _, key = name.partition(".")
    return held.format(holder=holder, key=key) if key and held else access.format(name=name)


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
    if len(cuts) >= _LONGEST_CHAIN:
        found = f"bisect({_bind(names, cuts)}, ({local}, False))"
        return f"({found} if {least} <= {value} <= {most} else odd({local}))"
    # One comparison for each interval; the least value is asked for in the first alone.
    (end, after), *others = [*((_bind(names, at), after) for at, after in cuts), (most, True)]
    first = f"(0 if {local} >= {least} else odd({local})) if {value} {'<=' if after else '<'} {end}"
    chain = [f"{code} if {local} {'<=' if after else '<'} {end}" for code, (end, after) in enumerate(others, 1)]
    return f"({' else '.join([first, *chain, f'odd({local})'])})"


def _bind(names: dict[str, Any], constant: object) -> str:
    name = f"c{len(names)}"
    names[name] = constant
    return name


def _as_float(bound: object) -> bool:
    """Whether floats compare with a bound as the decimal numbers they stand for do."""
    return isinstance(bound, int) and (abs(bound) <= 1 << 53 or abs(bound) == LARGEST)
