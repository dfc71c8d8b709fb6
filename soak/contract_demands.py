"""Each demand of the contract of a store is the only one that fails for some wrong store: none can go unnoticed.

A wrong store is a sabotaged one, or that in memory with one call of a port at fault, or with that call and the later
ones of its method. A rule is compiled again so that its demands are noted and do not stop it.
Parts of the names of rules may be given: `python -m soak.contract_demands cases_are_found`.
"""

from __future__ import annotations

import ast
import copy
import enum
import functools
import inspect
import itertools
import re
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import date, timedelta
from functools import partial
from itertools import zip_longest
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore, memory, unit_of_work
from reclamation_core.ports import CaseRepository, PlanRepository
from reclamation_core.testing.contracts import Capability, StoreContract
from reclamation_core.testing.contracts.base import ContractRule, rules_of
from reclamation_core.testing.sabotage import SABOTAGES

ELSEWHERE = {Capability.THREADS, Capability.KILLS, Capability.TAMPERING, Capability.FILES}
"""What a store of one thread in memory cannot show."""
PORTS = [CaseRepository, PlanRepository, unit_of_work.BufferedLocks, unit_of_work.BufferedUnitOfWork]
PORTS += [one for name, one in vars(memory).items() if name.startswith("InMemory")]
Demand = tuple[int, object]
"""Its line, and its part of an assertion, 'raises', 'match', or the index of a case of a loop."""
ERROR: Demand = (0, "error")


def put(value: Any, at: Any, other: object) -> Any:
    """Return a value with another field, element or item."""
    if isinstance(value, Mapping):
        return {**value, at: other}
    if isinstance(value, tuple | list):
        return getattr(value, "_make", type(value))([*value[:at], other, *value[at + 1 :]])
    changed = copy.copy(value)
    object.__setattr__(changed, at, other)
    return changed


def others(value: Any, depth: int = 4) -> Iterator[Any]:  # noqa: C901, PLR0912 -- a case for each kind of value
    """Yield other values in place of one, those that differ most first."""
    parts: Iterable[tuple[Any, Any]] = ()
    if value is None:
        yield 1
    elif isinstance(value, enum.Enum):
        yield next(one for one in type(value) if one is not value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield from (value + 1, value - 1)
    elif isinstance(value, str):
        yield f"{value}?"
    elif isinstance(value, bytes):
        yield value + b"?"
    elif isinstance(value, date):
        yield value + timedelta(days=1)
    elif isinstance(value, set | frozenset):
        yield from (*(value - {one} for one in value), value | {"?"})
    elif isinstance(value, Mapping):
        yield from (*({key: value[key] for key in value if key != gone} for gone in value), {**value, "?": None})
        parts = value.items()
    elif isinstance(value, tuple | list):
        if not hasattr(value, "_make"):
            yield from (
                one
                for one in (value[1:], value[:-1], value[::-1], type(value)([*value[:1], *value[2:]]))
                if one != value
            )
            yield type(value)([*value, *(value[-1:] or [None])])
        parts = enumerate(value)
    elif attrs.has(type(value)):
        parts = [(field.name, getattr(value, field.name)) for field in attrs.fields(type(value))]
    yield from in_turn(map(partial(put, value, at), others(one, depth - 1)) for at, one in parts if depth)
    if depth and attrs.has(type(value)) and not isinstance(value, Exception):
        yield SimpleNamespace(**dict(parts))


def in_turn(each: Iterable[Iterable[Any]]) -> Iterator[Any]:
    """Yield the first of each, then the second of each, and so on."""
    none = object()
    return (one for row in zip_longest(*each, fillvalue=none) for one in row if one is not none)


def other_errors(error: Exception) -> Iterator[Exception | None]:
    """Yield what comes in place of an error: none, another, one that says less, or one with other fields."""
    yield from (None, RuntimeError(str(error)))
    if not attrs.has(type(error)):
        yield type(error)("?")
        return
    for other, text in [(copy.copy(error), "?"), *((other, str(error)) for other in others(error, 1))]:
        other.__class__ = type("Other", (type(error),), {"__str__": lambda _, text=text: text})
        yield other


def outcome(value: Any) -> Any:
    """Return a value, or raise it if it is an error."""
    if isinstance(value, Exception):
        raise value from None
    return value


def faults(real: Callable[..., Any], given: tuple[Any, ...], named: dict[str, Any]) -> Iterator[Callable[[], Any]]:
    """Yield what a call does wrong: nothing at all, another outcome, or the right one of another argument."""
    if real.__annotations__.get("return") == "None":
        yield lambda: None
    try:
        value = real(*given, **named)
    except Exception as error:  # noqa: BLE001 -- any error is an outcome
        wrong = other_errors(error)
    else:
        wrong = iter(()) if hasattr(value, "rollback") else others(value)
    asked = in_turn(map(partial(put, given, at), others(one, 1)) for at, one in enumerate(given) if at)
    renamed = in_turn(map(partial(put, named, name), others(one, 1)) for name, one in named.items())
    yield from in_turn([
        map(partial(partial, outcome), wrong),
        (partial(real, *one, **named) for one in asked),
        (partial(real, *given, **one) for one in renamed),
    ])  # fmt: skip


class Watch:
    """A run of a rule: its calls of ports, those of them at fault, and its demands that fail."""

    def __init__(self, rule: str, faulty: Collection[int] = (), variant: int = 0) -> None:
        self.rule, self.faulty, self.variant = rule, faulty, variant
        self.calls: list[tuple[str, object]] = []
        self.cases: dict[int, int] = {}
        self.failed: list[tuple[Demand, dict[int, int]]] = []
        self.part, self.is_inside, self.is_wrong = 0, False, False

    def call(self, real: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call a method of a port, which may be at fault; note from where in the rule."""
        if self.is_inside:
            return real(*given, **named)
        frame: Any = inspect.currentframe()
        while frame and frame.f_code.co_name != self.rule:
            frame = frame.f_back
        self.calls.append((real.__qualname__, (frame and frame.f_lineno, self.part, *self.cases.items())))
        self.is_inside = True
        try:
            if len(self.calls) - 1 in self.faulty:
                for fault in itertools.islice(faults(real, given, named), self.variant, None):
                    self.is_wrong = True
                    return fault()
            return real(*given, **named)
        finally:
            self.is_inside = False

    def fail(self, line: int, part: object) -> None:
        self.failed.append(((line, part), dict(self.cases)))

    def check(self, line: int, *parts: Callable[[], object]) -> None:
        """Note the parts of an assertion that fail."""
        for self.part, part in enumerate(parts):
            is_true: object = False
            with suppress(Exception, pytest.fail.Exception):
                is_true = part()
            if not is_true:
                self.fail(line, self.part)

    def each(self, line: int, cases: Iterable[Any]) -> Iterator[Any]:
        """Yield the cases of a loop, and note which one is running."""
        for self.cases[line], case in enumerate(cases):
            yield case
        del self.cases[line]

    @contextmanager
    def raises(self, line: int, kind: Any, match: str = "") -> Iterator[Any]:
        """Note an error that does not come, or does not say what is demanded."""
        found = SimpleNamespace(value=None)
        try:
            yield found
        except kind as error:
            found.value = error
            if not re.search(match, str(error)):
                self.fail(line, "match")
        else:
            self.fail(line, "raises")


def parts_of(test: ast.expr) -> list[ast.expr]:
    """Return the parts of an assertion that can fail each on its own."""
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        return [part for one in test.values for part in parts_of(one)]
    if not isinstance(test, ast.Compare):
        return [test]
    sides = [test.left, *test.comparators]
    pairs = list(zip(sides, test.ops, sides[1:], strict=False))
    if all(isinstance(one, ast.Eq | ast.Is) for one in test.ops):
        pairs = [(one, how, sides[-1]) for one, how in zip(sides, test.ops, strict=False)]
    match sides:
        case [ast.Tuple(elts=left), ast.Tuple(elts=right)] if len(left) == len(right) and isinstance(
            test.ops[0], ast.Eq
        ):
            pairs = [(one, test.ops[0], two) for one, two in zip(left, right, strict=True)]
    return [ast.Compare(one, [how], [two]) for one, how, two in pairs if ast.dump(one) != ast.dump(two)]


class Demands(ast.NodeTransformer):
    """Replaces the demands of a rule by calls of its argument `watch`, and lists them."""

    def __init__(self) -> None:
        self.found: list[Demand] = []

    def visit_Assert(self, node: ast.Assert) -> ast.stmt:
        parts = parts_of(node.test)
        self.found += [(node.lineno, number) for number in range(len(parts))]
        checks = ", ".join(f"lambda: {ast.unparse(part)}" for part in parts)
        return ast.increment_lineno(ast.parse(f"watch.check({node.lineno}, {checks})").body[0], node.lineno - 1)

    def visit_withitem(self, node: ast.withitem) -> ast.withitem:
        match node.context_expr:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="pytest") as name, attr="raises")) as call:
                self.found += [] if node.optional_vars else [(call.lineno, "raises")]
                self.found += [(call.lineno, "match")] if call.keywords else []
                name.id = "watch"
                call.args.insert(0, ast.Constant(call.lineno))
        return node

    def visit_For(self, node: ast.For) -> ast.For:
        before = len(self.found)
        self.generic_visit(node)
        if isinstance(node.iter, ast.Tuple | ast.List) and len(self.found) > before:
            self.found += [(node.lineno, ("case", number)) for number in range(len(node.iter.elts))]
            each = ast.Attribute(ast.Name("watch", ast.Load()), "each", ast.Load())
            node.iter = ast.Call(each, [ast.Constant(node.lineno), node.iter], [])
        return node


def watched(rule: ContractRule) -> tuple[Callable[..., None], list[Demand]]:
    """Return a rule as a function whose demands are noted by its argument `watch`, and these demands."""
    name = f"test_{rule.name}"
    module = sys.modules[getattr(StoreContract, name).__module__]
    tree = ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))
    (function,) = [one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef) and one.name == name]
    function.decorator_list, function.returns = [], None
    function.args.args = [ast.arg(one.arg) for one in [*function.args.args, ast.arg("watch")]]
    demands = Demands()
    demands.visit(function)
    names = dict(vars(module))
    exec(  # noqa: S102 -- the rule of this package, with its demands noted
        compile(ast.fix_missing_locations(ast.Module([function], [])), str(module.__file__), "exec"), names
    )
    return names[name], demands.found


WATCHES: list[Watch] = []


@contextmanager
def watched_ports() -> Iterator[None]:
    """Let the last watch, if any, watch each method of a port."""

    def through_watch(real: Any) -> Any:
        return functools.wraps(real)(
            lambda *given, **named: WATCHES[-1].call(real, *given, **named) if WATCHES else real(*given, **named)
        )

    with pytest.MonkeyPatch.context() as patch:
        for cls in PORTS:
            for name, method in inspect.getmembers(cls, inspect.isfunction):
                if (not name.startswith("_") or name == "__exit__") and name != "locked":
                    patch.setattr(cls, name, through_watch(method))
        yield


def run(function: Callable[..., None], watch: Watch, store: Any) -> Watch:
    """Run a rule on a store, which stays open, and watch it."""
    marks = getattr(getattr(StoreContract, watch.rule), "pytestmark", [])
    fixtures = {one.args[0]: one.args[1][0] for one in marks if one.name == "parametrize"}
    fixtures |= {"store": store, "opened": lambda: store, "keys": store.document_keys, "watch": watch}
    names = [*inspect.signature(function).parameters][1:]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, "close", lambda: None)
        WATCHES.append(watch)
        try:
            function(StoreContract(), **{name: fixtures[name] for name in names})
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 -- a rule may fail by any error
            watch.fail(*ERROR)
        finally:
            WATCHES.pop()
    return watch


def wrong_runs(rule: ContractRule, function: Callable[..., None], right: Watch) -> Iterator[Watch]:
    """Yield the runs of a rule on wrong stores; of the calls from one place, the first and the last are at fault."""
    yield from (run(function, Watch(right.rule), one.open()) for one in SABOTAGES if rule.name in one.caught_by)
    first = {call: number for number, call in reversed([*enumerate(right.calls)])}
    last = {call: number for number, call in enumerate(right.calls)}
    ends = dict.fromkeys([*sorted(last.values(), reverse=True), *sorted(first.values(), reverse=True)])
    names = [name for name, _ in right.calls]
    later = [[one for one in range(end, len(names)) if names[one] == names[end]] for end in ends]
    left = [*([end] for end in ends), *(one for one in later if len(one) > 1)]
    for variant in itertools.count():
        for faulty in [*left]:
            watch = run(function, Watch(right.rule, faulty, variant), InMemoryStore())
            yield watch
            if not watch.is_wrong:
                left.remove(faulty)
        if not left:
            return


def is_alone(demand: Demand, watch: Watch) -> bool:
    """Return True if a demand, or demands in its case of a loop, failed, and no other."""
    line, part = demand
    return bool(watch.failed) and all(
        one == demand or (isinstance(part, tuple) and cases.get(line) == part[1]) for one, cases in watch.failed
    )


def unproven(rule: ContractRule) -> list[Demand]:
    """Return the demands of a rule that no wrong store breaks alone."""
    function, demands = watched(rule)
    right = run(function, Watch(function.__name__), InMemoryStore())
    if right.failed:
        raise AssertionError(f"{rule.name}: a right store breaks {right.failed}")
    left, runs = demands or [ERROR], wrong_runs(rule, function, right)
    while left and (wrong := next(runs, None)):
        left = [one for one in left if not is_alone(one, wrong)]
    return left


def main(*parts: str) -> None:
    """Examine each rule, or those whose names have one of some parts.

    Raises:
        AssertionError: a demand fails alone for no wrong store.
    """
    rules = [one for one in rules_of(StoreContract) if one.needs not in ELSEWHERE]
    chosen = [one for one in rules if not parts or any(part in one.name for part in parts)]
    with watched_ports():
        found = {rule.name: left for rule in chosen if (left := unproven(rule))}
    if found:
        raise AssertionError(f"demands that no wrong store breaks alone, by line of their rule: {found}")
    print(f"{len(chosen)} rules: each demand is the only one that fails for some wrong store")


if __name__ == "__main__":
    main(*sys.argv[1:])
