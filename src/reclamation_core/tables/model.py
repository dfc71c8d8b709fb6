"""Inputs, tables compiled to cells, and the chain of the tables that an outcome depends on."""

from __future__ import annotations

import keyword
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import pairwise, product
from math import prod
from typing import Any, Final, Generic, TypeAlias, TypeVar
from unicodedata import normalize

import attrs

from reclamation_core.missing import ABSENT, UNKNOWN, Missing
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.cells import Atom, Cells, compile_cells, numbers, partition, sets_of, union
from reclamation_core.tables.conditions import exact_values
from reclamation_core.tables.domains import Domain, exact
from reclamation_core.tables.errors import TableDefinitionError
from reclamation_core.tables.rules import HitPolicy, Monotone, Row, outcome_order
from reclamation_core.validators import refuse_value
from reclamation_core.wording import Wording

O = TypeVar("O")  # noqa: E741 the outcome


_IDENTIFIER: Final = Wording(
    "un identifiant est attendu : des lettres sans accent, des chiffres et « _ », et aucun mot clé",
    "a Python identifier is expected: it names an attribute of the facts",
)
_NO_ABSENCE: Final = Wording(
    "une valeur omise n'est absente que si l'entrée peut être absente",
    "None cannot mean ABSENT where no absence is allowed; add absent=True",
)
_NEVER_UNKNOWN: Final = Wording(
    "une entrée qui n'est jamais inconnue doit pouvoir être absente",
    "an input that is never unknown needs absent=True, its meaning where not given",
)


def _identifier(name: str) -> str:
    # A converter, for it must come before the defaults that are made of the name. Python reads an identifier in its
    # NFKC form: another spelling would be another attribute for `getattr` than for the look-up.
    given: object = name
    parts = name.split(".") if isinstance(given, str) else []
    usable = len(parts) in (1, 2) and all(part.isidentifier() and not keyword.iskeyword(part) for part in parts)
    if not usable or normalize("NFKC", name) != name:
        refuse_value("name", name, _IDENTIFIER)
    return name


def _missing_allowed(input_: Input, _: object, none: Missing) -> None:
    if none is ABSENT and not input_.absent:
        refuse_value(f"{input_.name}.none", none, _NO_ABSENCE)
    if not input_.unknown and not input_.absent:
        refuse_value(f"{input_.name}.unknown", False, _NEVER_UNKNOWN)


def _default_question(input_: Input) -> Wording:
    # A factory and no `@question.default`, which pyright does not read: it would ask for the argument.
    return Wording(f"{input_.label.fr} ?", f"{input_.label.en}?")


@attrs.frozen
class Input(SharedRepr):
    """An input of a table: a fact, or the outcome of a source table.

    Args:
        name: the attribute, or key, of the facts that holds it; of an outcome taken from another table, its own name.
            `own.funder` is the key `funder` of the mapping that is the attribute `own` of the facts; facts that are a
            mapping themselves have the key `own.funder`.
        domain: the values it may have.
        label: what it is called by a reader; the name by default.
        question: what to ask when it is not known; made of the label by default.
        absent: whether `ABSENT` is a value of it.
        none: what None, or a key that is missing, is short for.
        unknown: False where a fact that is not known is read as `ABSENT`.
        source: the table whose outcome this is, or None for a fact.
        plain_question: the question in plain words, for the person concerned by the outcome; None if that person cannot
            know the answer.
    """

    name: str = attrs.field(converter=_identifier)
    domain: Domain
    label: Wording = attrs.field(default=attrs.Factory(lambda self: Wording(self.name, self.name), takes_self=True))
    question: Wording = attrs.field(default=attrs.Factory(_default_question, takes_self=True), kw_only=True)
    absent: bool = attrs.field(default=False, kw_only=True)
    unknown: bool = attrs.field(default=True, kw_only=True)
    none: Missing = attrs.field(default=UNKNOWN, kw_only=True, validator=_missing_allowed)
    source: CompiledTable[Any] | None = attrs.field(default=None, kw_only=True)
    plain_question: Wording | None = attrs.field(default=None, kw_only=True)

    @classmethod
    def outcome_of(cls, table: CompiledTable[Any], label: Wording | None = None) -> Input:
        """The outcome of another table as an input, under that table's name."""
        return cls(table.name, table.output, label or table.title, source=table)


def own_atoms(input_: Input, rows: Iterable[Row]) -> tuple[Atom, ...]:
    """The atoms of an input: the classes of values that the rows distinguish, or the outcomes of its source table."""
    if input_.source is not None:
        return tuple(Atom(outcome) for outcome in sorted(input_.source.outcomes, key=input_.domain.rank))
    return partition(input_.domain, input_.absent, [row.when[input_.name] for row in rows if input_.name in row.when])


def _monotone(promises: Iterable[str | Monotone]) -> tuple[Monotone, ...]:
    return tuple(promise if isinstance(promise, Monotone) else Monotone(promise) for promise in promises)


def _statements(statements: Mapping[Any, Wording] | Iterable[tuple[Any, Wording]]) -> tuple[tuple[Any, Wording], ...]:
    pairs = statements.items() if isinstance(statements, Mapping) else statements
    return tuple((exact(outcome), wording) for outcome, wording in pairs)


def _inputs(inputs: Iterable[Input]) -> tuple[Input, ...]:
    return tuple(inputs)


def _rows(rows: Iterable[Row]) -> tuple[Row, ...]:
    return tuple(rows)


@attrs.frozen(slots=False)
class CompiledTable(SharedRepr, Generic[O]):
    """A decision table as it is defined, compiled to cells: what look-ups, proofs, explanations and documents read.

    Users build a `DecisionTable`, which documents the arguments.

    Attributes:
        owner: what the table is part of, such as an edition of the procedure; see `DecisionTable.owned_by`.
    """

    name: str
    inputs: tuple[Input, ...] = attrs.field(converter=_inputs)
    output: Domain
    rows: tuple[Row, ...] = attrs.field(converter=_rows)
    hit_policy: HitPolicy = HitPolicy.UNIQUE
    title: Wording = attrs.field(default=attrs.Factory(lambda self: Wording(self.name, self.name), takes_self=True))
    priority: tuple[O, ...] = attrs.field(default=(), converter=exact_values, kw_only=True)
    monotone: tuple[Monotone, ...] = attrs.field(default=(), converter=_monotone, kw_only=True)
    statements: tuple[tuple[O, Wording], ...] = attrs.field(default=(), converter=_statements, kw_only=True)
    plain_statements: tuple[tuple[O, Wording], ...] = attrs.field(default=(), converter=_statements, kw_only=True)
    validate: bool = attrs.field(default=True, kw_only=True, eq=False, repr=False)
    owner: Any = attrs.field(default=None, init=False, eq=False, repr=False)

    def row(self, row_id: str) -> Row:
        """The row with an id; raises LookupError where there is none."""
        for row in self.rows:
            if row.id == row_id:
                return row
        raise LookupError(f"table {self.name!r} has no row {row_id!r}; it has {', '.join(row.id for row in self.rows)}")

    def index_of(self, name: str) -> int:
        """The index of an input among the table's own inputs; raises LookupError if there is none."""
        return self._places[name]

    @property
    def base(self) -> tuple[Input, ...]:
        """The facts that the outcome depends on: the table's own, and those of its sources."""
        return self.chain.base

    @cached_property
    def sources(self) -> tuple[CompiledTable[Any], ...]:
        """The tables whose outcomes are inputs of this one."""
        return tuple(input_.source for input_ in self.inputs if input_.source is not None)

    @cached_property
    def depth(self) -> int:
        """The length of the longest path down the sources; 1 for a table with facts alone."""
        return 1 + max((source.depth for source in self.sources), default=0)

    @property
    def outcomes(self) -> tuple[O, ...]:
        """The outcomes that some facts reach."""
        return tuple(self.cells.outcomes)

    def outcome_label(self, outcome: object) -> Wording:
        """An outcome of the table for a reader."""
        return Wording(self.output.label(outcome, "fr"), self.output.label(outcome, "en"))

    @cached_property
    def cells(self) -> Cells:
        """The table's own cells."""
        order = outcome_order(self.output, self.hit_policy, self.priority, self.rows)
        return compile_cells([input_.name for input_ in self.inputs], self._atoms, self.rows, self.hit_policy, order)

    @cached_property
    def chain(self) -> Chain:
        """The table and its sources."""
        return make_chain(self)

    @cached_property
    def reachable(self) -> int:
        """The cells that some facts fall in: all of them, unless inputs are outcomes that exclude each other."""
        return self.cells.everything if len(self.chain.steps) == 1 else self.chain.reach(self.chain.nothing_known)

    def atom_set(self, place: int, value: object) -> int:
        """The set of one atom of an input: that of a value, or of `ABSENT`."""
        return self._sets_of[place](value)

    @cached_property
    def met(self) -> dict[Known, Any]:
        """The cells found so far, by what was known."""
        return {}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {input_.name: place for place, input_ in enumerate(self.inputs)}

    @cached_property
    def _sets_of(self) -> tuple[Callable[[Any], int], ...]:
        return tuple(map(sets_of, self._atoms))

    @cached_property
    def _atoms(self) -> tuple[tuple[Atom, ...], ...]:
        return tuple(own_atoms(input_, self.rows) for input_ in self.inputs)


Both: TypeAlias = dict[str, tuple[Any, Any]]
"""For the shared facts and the outcomes that later tables need, their value in the one world and in the other."""


def depends(table: CompiledTable[Any], known: Known, place: int) -> bool:
    """Whether two completions of what is known that differ in one base fact alone have different outcomes."""
    # Where two values of the fact lead apart, two neighbours between them do.
    return any(
        _part(table.chain, _with(known, place, first), _with(known, place, second))
        for first, second in pairwise(numbers(known[place]))
    )


def _with(known: Known, place: int, code: int) -> Known:
    return (*known[:place], 1 << code, *known[place + 1 :])


def _part(chain: Chain, here: Known, there: Known) -> bool:
    states: list[Both] = [{}]
    for step in chain.steps[:-1]:
        found = {
            tuple(sorted((name, pair) for name, pair in state.items() if name not in step.forgotten)): None
            for before in _introduce(chain, step, states, here, there)
            for state in _through(chain, step, before, here, there)
        }
        states = [dict(items) for items in found]
    last = chain.steps[-1]
    return any(
        first != second
        for state in _introduce(chain, last, states, here, there)
        for first, second in _outcomes(chain, last.table, state, here, there)
    )


def _introduce(chain: Chain, step: ChainStep, states: list[Both], here: Known, there: Known) -> Iterator[Both]:
    names = [chain.base[place].name for place in step.introduced]
    choices = [zip(numbers(here[place]), numbers(there[place]), strict=True) for place in step.introduced]
    for pairs in product(*choices):
        for state in states:
            yield {**state, **dict(zip(names, pairs, strict=True))}


def _through(chain: Chain, step: ChainStep, state: Both, here: Known, there: Known) -> Iterator[Both]:
    for outcomes in _outcomes(chain, step.table, state, here, there):
        yield {**state, step.table.name: outcomes}


def _outcomes(
    chain: Chain, table: CompiledTable[Any], state: Both, here: Known, there: Known
) -> Iterator[tuple[Any, Any]]:
    """The outcomes that a table can have in the two worlds at once."""
    one = chain.choices(table, {name: pair[0] for name, pair in state.items()}, here)
    other = chain.choices(table, {name: pair[1] for name, pair in state.items()}, there)
    # An input is known in both worlds or the same set in both: a cell and its counterpart are always as far apart.
    apart = sum(
        (theirs.bit_length() - mine.bit_length()) * stride
        for mine, theirs, stride in zip(one, other, table.cells.strides, strict=True)
    )
    here_cells, there_cells = table.cells.allowed(enumerate(one)), table.cells.allowed(enumerate(other))
    for first, mine in table.cells.outcomes.items():
        for second, theirs in table.cells.outcomes.items():
            counterparts = there_cells & theirs
            if here_cells & mine & (counterparts >> apart if apart > 0 else counterparts << -apart):
                yield first, second


Known: TypeAlias = tuple[int, ...]
"""For each base fact, the set of its atoms that are still possible."""

State: TypeAlias = dict[str, Any]


@attrs.frozen(eq=False)
class ChainStep(SharedRepr):
    """One table of the chain: the shared base facts met first here, and what no later table needs."""

    table: CompiledTable[Any]
    introduced: tuple[int, ...]
    forgotten: frozenset[str]


@attrs.frozen(eq=False)
class Chain(SharedRepr):
    """What one table depends on.

    Attributes:
        base: the base facts, in the order in which the table and its sources name them.
        atoms: for each base fact, its atoms under the conditions of all the tables of the chain.
        places: the index of each base fact in `base`.
        steps: the tables, sources first, the table itself last.
        shared: the base facts that several tables of the chain ask for.
        codes: for a table and an input of it, what each atom of the base fact is among the input's own atoms.
        translations: for each source table and each of its base facts, the index here and the atoms.
        sets: for each base fact, the atoms of values met before, by their type and value.
    """

    base: tuple[Input, ...]
    atoms: tuple[tuple[Atom, ...], ...]
    places: dict[str, int]
    steps: tuple[ChainStep, ...]
    shared: frozenset[str]
    codes: dict[tuple[str, str], tuple[int, ...]]
    translations: dict[str, tuple[tuple[int, tuple[int, ...]], ...]]
    sets: tuple[dict[tuple[type[Any], Any], int], ...] = attrs.field(init=False, repr=False)

    @sets.default
    def _no_sets(self) -> tuple[dict[tuple[type[Any], Any], int], ...]:
        return tuple({} for _ in self.base)

    @property
    def nothing_known(self) -> Known:
        """Every atom of every base fact."""
        return tuple((1 << len(atoms)) - 1 for atoms in self.atoms)

    @property
    def states(self) -> int:
        """How many combinations of shared facts and outcomes `reach` may have to go through at once, at most."""
        sizes: dict[str, int] = {}
        most = 1
        for step in self.steps:
            sizes.update({self.base[place].name: len(self.atoms[place]) for place in step.introduced})
            most = max(most, prod(sizes.values()))
            if step is not self.steps[-1]:
                sizes[step.table.name] = len(step.table.cells.outcomes)
            sizes = {name: size for name, size in sizes.items() if name not in step.forgotten}
        return most

    def reach(self, known: Known) -> int:
        """The cells of the table that some completion of what is known falls in."""
        states: list[State] = [{}]
        for step in self.steps[:-1]:
            found = {
                tuple(sorted((name, value) for name, value in state.items() if name not in step.forgotten)): None
                for state in self._through(step, states, known)
            }
            states = [dict(items) for items in found]
        last = self.steps[-1]
        cells = 0
        for state in self._introduce(last, states, known):
            cells |= self.cells_of(last.table, state, known)
        return cells

    def _through(self, step: ChainStep, states: list[State], known: Known) -> Iterator[State]:
        outcomes = step.table.cells.outcomes.items()
        for state in self._introduce(step, states, known):
            cells = self.cells_of(step.table, state, known)
            for outcome, given in outcomes:
                if cells & given:
                    yield {**state, step.table.name: outcome}

    def _introduce(self, step: ChainStep, states: list[State], known: Known) -> Iterator[State]:
        names = [self.base[place].name for place in step.introduced]
        for codes in product(*(tuple(numbers(known[place])) for place in step.introduced)):
            for state in states:
                yield {**state, **dict(zip(names, codes, strict=True))}

    def cells_of(self, table: CompiledTable[Any], state: State, known: Known) -> int:
        """The cells of a table of the chain that agree with the source outcomes and the shared facts in `state`."""
        return table.cells.allowed(enumerate(self.choices(table, state, known)))

    def choices(self, table: CompiledTable[Any], state: State, known: Known) -> list[int]:
        """For each input of a table of the chain, the atoms of its own that `state` and what is known leave."""
        return [self._own_atoms(table, place, input_, state, known) for place, input_ in enumerate(table.inputs)]

    def _own_atoms(self, table: CompiledTable[Any], place: int, input_: Input, state: State, known: Known) -> int:
        if input_.source is not None:
            return table.atom_set(place, state[input_.name])
        codes = self.codes[table.name, input_.name]
        if input_.name in state:
            return codes[state[input_.name]]
        return union(codes, known[self.places[input_.name]])

    def known_to(self, source: CompiledTable[Any], known: Known) -> Known:
        """The known facts in the atoms of a source table, which may distinguish fewer values."""
        return tuple(union(codes, known[place]) for place, codes in self.translations[source.name])


_TWO_WAYS: Final = Wording(
    "deux tables le demandent de deux façons", "is asked for in two different ways along the chain"
)
_FACT_AND_TABLE: Final = Wording(
    "nomme un fait et une table ; renommez l'un des deux",
    "names both a fact and a table of the chain; rename one of them",
)
_TWO_TABLES: Final = Wording(
    "nomme deux tables différentes ; renommez-en une", "names two different tables; rename one of them"
)


def make_chain(table: CompiledTable[Any]) -> Chain:
    """Find what a table depends on.

    Raises:
        TableDefinitionError: two tables of the chain share a name, or ask for different facts under one name.
    """
    tables = _sources_first(table)
    askers: dict[str, list[CompiledTable[Any]]] = {}
    base: dict[str, Input] = {}
    for asker in tables:
        for input_ in asker.inputs:
            if input_.source is None:
                if base.setdefault(input_.name, input_) != input_:
                    raise TableDefinitionError(table.name, f"inputs.{input_.name}", _TWO_WAYS)
                askers.setdefault(input_.name, []).append(asker)
    clash = next((name for name in base if name in {asker.name for asker in tables}), None)
    if clash is not None:
        raise TableDefinitionError(table.name, clash, _FACT_AND_TABLE)
    ordered = _base_order(table)
    atoms = tuple(_common_atoms(input_, askers[input_.name]) for input_ in ordered)
    places = {input_.name: place for place, input_ in enumerate(ordered)}
    codes = {
        (asker.name, name): tuple(asker.atom_set(asker.index_of(name), atom.sample) for atom in atoms[places[name]])
        for name, asking in askers.items()
        for asker in asking
    }
    shared = frozenset(name for name, asking in askers.items() if len(asking) > 1)
    translations = {
        source.name: tuple(
            (places[fact.name], tuple(map(sets_of(theirs), (atom.sample for atom in atoms[places[fact.name]]))))
            for fact, theirs in zip(source.chain.base, source.chain.atoms, strict=True)
        )
        for source in table.sources
    }
    return Chain(tuple(ordered), atoms, places, _steps(tables, shared, places), shared, codes, translations)


def _sources_first(table: CompiledTable[Any]) -> tuple[CompiledTable[Any], ...]:
    found: dict[str, CompiledTable[Any]] = {}

    def visit(visited: CompiledTable[Any]) -> None:
        if found.get(visited.name) is visited:
            return
        for source in visited.sources:
            visit(source)
        if found.setdefault(visited.name, visited) != visited:
            raise TableDefinitionError(table.name, visited.name, _TWO_TABLES)

    visit(table)
    return tuple(found.values())


def tables_of(tables: Iterable[CompiledTable[Any]]) -> tuple[CompiledTable[Any], ...]:
    """Tables and their sources without repetition, each table after its sources.

    Raises:
        TableDefinitionError: two different tables share a name.
    """
    found: dict[str, CompiledTable[Any]] = {}
    for table in tables:
        for part in _sources_first(table):
            if found.setdefault(part.name, part) != part:
                raise TableDefinitionError(table.name, part.name, _TWO_TABLES)
    return tuple(found.values())


def _base_order(table: CompiledTable[Any]) -> list[Input]:
    """The base facts, in the order in which the table and its sources name them."""
    order: dict[str, Input] = {}
    for input_ in table.inputs:
        asked = [input_] if input_.source is None else input_.source.base
        order.update({fact.name: fact for fact in asked if fact.name not in order})
    return list(order.values())


def _common_atoms(input_: Input, askers: list[CompiledTable[Any]]) -> tuple[Atom, ...]:
    conditions = [row.when[input_.name] for asker in askers for row in asker.rows if input_.name in row.when]
    return partition(input_.domain, input_.absent, conditions)


def _steps(
    tables: tuple[CompiledTable[Any], ...], shared: frozenset[str], places: dict[str, int]
) -> tuple[ChainStep, ...]:
    last_use = {input_.name: number for number, table in enumerate(tables) for input_ in table.inputs}
    steps = []
    met: set[str] = set()
    for number, table in enumerate(tables):
        new = [input_.name for input_ in table.inputs if input_.name in shared and input_.name not in met]
        met.update(new)
        forgotten = frozenset(name for name, last in last_use.items() if last <= number)
        steps.append(ChainStep(table, tuple(places[name] for name in new), forgotten))
    return tuple(steps)
