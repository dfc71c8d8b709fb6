"""The decision tables that an edition declares itself: their documents, and the facts and tables that they read."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

import attrs

from reclamation_core.documents.codec import Codec
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.policy.m2_1_tables import TABLES, fact_input, m2_1_tables
from reclamation_core.policy.own_facts import ELIGIBILITY, NEVER_AN_INPUT, input_of
from reclamation_core.policy.parameters import Parameters
from reclamation_core.policy.row_edits import TABLE_KEY, RowEditDocument, described, read_rows, table_faults
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import (
    DecisionTable,
    Enumeration,
    HitPolicy,
    Input,
    OpenEnumeration,
    Row,
    TableDefinitionError,
    TableProofError,
)
from reclamation_core.tables.definition import MOST_COMPARISONS, size_of
from reclamation_core.tables.sfeel import write_condition
from reclamation_core.vocabulary import FACTS, Fact, MalfunctionFacts
from reclamation_core.vocabulary.facts import facts_of
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording, safe_repr

_CODEC: Final = Codec()
_THEME: Final = "theme"
_CODE: Final = re.compile(r'"([a-z][a-z0-9_]{0,59})"')
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_TAKEN: Final = frozenset({*TABLES, *FACTS, OWN, "undetermined", "due_date", "invalid", "kind", "site", "reference"})
_MOST: Final = 50
"""The largest number of tables of an edition."""
_MOST_INPUTS: Final = 12
_MOST_ROWS: Final = 2_000
"""The largest number of inputs of a table of an edition, and of rows of all its tables: beyond, proofs take seconds."""
HIT_POLICIES: Final = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST)
"""The hit policies of the tables of an edition: those that give one of the codes."""

_MOST_BITS: Final = 1 << 28
_MOST_STATES: Final = 1 << 15
_NEW_NAME: Final = Wording(
    "un nom nouveau est attendu, en minuscules sans accent : ni celui d'une table, ni celui d'une information",
    "a new name of small letters is expected: neither that of a table, nor that of a fact",
)
_CODES: Final = Wording(
    "une table d'une version a des codes pour résultats", "the outcomes of a table of an edition are codes"
)
_ONE_CODE: Final = Wording(
    f"une règle de sélection qui retient un seul résultat est attendue : {', '.join(HIT_POLICIES)}",
    f"a hit policy that selects one outcome is expected: {', '.join(HIT_POLICIES)}",
)
_NOT_EMPTY: Final = Wording(
    "au moins une entrée et une ligne sont attendues", "at least one input and one row are expected"
)
_OTHER_DOMAIN: Final = Wording(
    "les valeurs de cette entrée doivent être celles de l'information ou de la table de ce nom",
    "the values of this input must be those of the fact or the table of that name",
)
_FEWER_INPUTS: Final = Wording(
    f"{_MOST_INPUTS} entrées au plus sont attendues ; faites une table de certaines d'entre elles",
    f"at most {_MOST_INPUTS} inputs are expected; make a table of some of them",
)
_FEWER_ROWS: Final = Wording(
    f"{_MOST_ROWS} lignes au plus sont attendues dans les tables de la version",
    f"at most {_MOST_ROWS} rows are expected in the tables of the edition",
)
_LESS_WORK: Final = Wording(
    "les tables de la version sont trop grandes ensemble ; retirez des lignes ou des entrées de celle-ci",
    "the tables of the edition are too large together; remove rows or inputs of this one",
)
_OF_COMPLAINTS: Final = Wording(
    "une table que M2-1 lit pour les deux natures de dossiers n'a que des entrées de l'une et de l'autre",
    "a table that M2-1 reads for both kinds of cases has inputs that both have",
)


@attrs.frozen(kw_only=True)
class OwnTableDocument(SharedRepr):
    """A table that an edition declares.

    Args:
        inputs: the names of its inputs: facts, `own.NAME`, and tables, whose outcomes they are.
        outcomes: the codes of its outcomes.
        rows: its rows, as those that an edition adds to a table of M2-1.
        hit_policy: what happens where several rows hold: `unique`, `any`, `priority` or `first`.
        priority: the outcomes, the one that wins first; for `priority`.
        title: what readers call it; its name by default.
        labels: what readers call its outcomes, by their codes; the codes by default.
    """

    inputs: tuple[str, ...]
    outcomes: tuple[str, ...]
    rows: tuple[Any, ...]
    hit_policy: str = HitPolicy.UNIQUE.value
    priority: tuple[str, ...] = ()
    title: Wording | None = None
    labels: dict[str, Wording] = attrs.field(factory=dict)


def write_table(table: DecisionTable[Any]) -> dict[str, Any]:
    """Return the document of a table of an edition, as plain data."""
    absent = {input_.name: input_.absent for input_ in table.inputs}
    output: Any = table.output

    def document(row: Row) -> RowEditDocument:
        when = {name: write_condition(condition, absent[name]) for name, condition in row.when.items()}
        return described(row, table.output.encode(row.then), when)

    written = OwnTableDocument(
        inputs=tuple(input_.name for input_ in table.inputs),
        outcomes=tuple(map(str, output.values)),
        rows=tuple(map(document, table.rows)),
        hit_policy=table.hit_policy.value,
        priority=tuple(map(str, table.priority)),
        title=table.title,
        labels=dict(zip(map(str, output.values), output.labels, strict=True)),
    )
    plain: dict[str, Any] = _CODEC.write(written)
    return plain


def table_digest(table: DecisionTable[Any]) -> dict[str, Any]:
    """Return what the digest of an edition has of a table: its document without the words of readers."""
    document = write_table(table)
    rows = [{key: row[key] for key in ("id", "when", "then")} for row in document["rows"]]
    return {**{key: document[key] for key in ("inputs", "outcomes", "hit_policy", "priority")}, "rows": rows}


def apart(tables: object) -> tuple[Any, dict[str, Any]]:
    """Split the tables of a document into the rows of those of M2-1, and the declarations of the edition's own."""
    if not isinstance(tables, Mapping):
        return tables, {}
    own = {
        name: document
        for name, document in tables.items()
        if name not in TABLES and isinstance(document, Mapping) and "inputs" in document
    }
    return {name: document for name, document in tables.items() if name not in own}, own


class _Outcomes(ABC):
    """The tables of an edition, each made once, after the tables whose outcomes it reads."""

    def __init__(self, facts: Iterable[Fact], parameters: Parameters, names: Collection[str]) -> None:
        self.names = names
        self._facts, self._parameters = tuple(facts), parameters
        self._found: dict[str, DecisionTable[Any] | None] = {}

    @abstractmethod
    def _reads(self, name: str) -> Iterable[str]:
        """Return the names of the inputs of a table."""

    @abstractmethod
    def _make(self, name: str, inputs: dict[str, Input]) -> DecisionTable[Any] | None:
        """Return a table that reads some of these inputs; None if it has faults, which are listed."""

    def find(self, name: str, asker: str, known: Mapping[str, DecisionTable[Any]]) -> DecisionTable[Any] | None:
        """Return a table for the rows of a table of M2-1; see `OwnOutcomes.find`."""
        late = self._late(name, known, set())
        if late is not None:
            raise FaultsError([Fault(f"{TABLE_KEY}.{name}.inputs", late, _decided_later(asker, name, late))])
        table = self._table(name, known)
        if table is not None and asker != ELIGIBILITY and not judges_malfunctions(table, self._facts):
            raise FaultsError([Fault(f"{TABLE_KEY}.{name}", name, _OF_COMPLAINTS)])
        return table

    def all(self, known: Mapping[str, DecisionTable[Any]]) -> tuple[DecisionTable[Any], ...]:
        """Return the tables that have no faults, each after those that it reads.

        Args:
            known: all the tables of M2-1.
        """
        for name in self.names:
            self._table(name, known)
        return tuple(table for table in self._found.values() if table is not None)

    def _late(self, name: str, known: Mapping[str, DecisionTable[Any]], met: set[str]) -> str | None:
        """Return a table of M2-1 that a table reads, itself or through others, and that is decided later."""
        met.add(name)
        for source in self._reads(name):
            if source in TABLES and source not in known:
                return source
            if source in self.names and source not in met and (late := self._late(source, known, met)) is not None:
                return late
        return None

    def _table(self, name: str, known: Mapping[str, DecisionTable[Any]]) -> DecisionTable[Any] | None:
        if name in self._found:
            return self._found[name]
        self._found[name] = None
        for source in self._reads(name):
            if source in self.names:
                self._table(source, known)
        whole = known if len(known) == len(TABLES) else m2_1_tables(self._parameters)
        made = {other: table for other, table in self._found.items() if table is not None}
        del self._found[name]  # the order of the tables is that in which they are made
        self._found[name] = self._make(name, inputs_of(whole, self._facts, {**known, **made}))
        return self._found[name]


class DeclaredTables(_Outcomes):
    """The tables that the document of an edition declares, and those of the edition that it starts from.

    Args:
        documents: the declarations by name.
        facts: the facts that the edition declares.
        parameters: those of the edition.
        faults: those met so far.
        inherited: the tables of the edition that this one starts from; one of the same name takes its place.
        path: the path of the declarations.
    """

    def __init__(
        self,
        documents: Mapping[str, Any],
        facts: Iterable[Fact],
        parameters: Parameters,
        faults: FaultCollector,
        *,
        inherited: Iterable[DecisionTable[Any]] = (),
        path: str = "tables",
    ) -> None:
        self._inherited = {table.name: table for table in inherited if table.name not in documents}
        super().__init__(facts, parameters, (*self._inherited, *documents))
        self._faults, self._path, self._work = faults, path, _Work()
        read: dict[str, OwnTableDocument] = {}
        for name, document in documents.items():
            try:
                read[name] = _CODEC.read(document, OwnTableDocument)
            except FaultsError as error:
                faults += (
                    attrs.evolve(fault, path=f"{path}.{name}{fault.path.removeprefix('$')}") for fault in error.faults
                )
        rows = sum(len(table.rows) for table in self._inherited.values())
        rows += sum(len(document.rows) for document in read.values())
        if rows > _MOST_ROWS:
            faults.append(Fault(path, rows, _FEWER_ROWS))
        ordered = [] if rows > _MOST_ROWS else _ordered(read, path, faults)
        self._documents = {name: read[name] for name in ordered}

    def _reads(self, name: str) -> Iterable[str]:
        if name in self._inherited:
            return (input_.name for input_ in self._inherited[name].inputs)
        return self._documents[name].inputs if name in self._documents else ()

    def _make(self, name: str, inputs: dict[str, Input]) -> DecisionTable[Any] | None:
        document = self._documents.get(name)
        if document is None:
            return self._inherited.get(name)
        return _table((self._path, name), document, inputs, self._work, self._faults)


class BoundTables(_Outcomes):
    """The tables of an edition, with the facts of the library and the tables of the edition as their inputs.

    Args:
        tables: the tables that the edition declares.
        facts: the facts that it declares.
        parameters: its parameters.
    """

    def __init__(self, tables: Iterable[DecisionTable[Any]], facts: Iterable[Fact], parameters: Parameters) -> None:
        self._tables = {table.name: table for table in tables}
        super().__init__(facts, parameters, tuple(self._tables))
        self._personal = {fact.key for fact in self._facts if fact.is_erasable}
        themes = [input_.domain for table in self._tables.values() for input_ in table.inputs if input_.name == _THEME]
        self._themes = _theme(
            code
            for domain in themes
            if isinstance(domain, Enumeration)
            for code in domain.values
            if not isinstance(domain, OpenEnumeration) or code != domain.other
        )

    def _reads(self, name: str) -> Iterable[str]:
        return (input_.name for input_ in self._tables[name].inputs)

    def _make(self, name: str, inputs: dict[str, Input]) -> DecisionTable[Any]:
        table, inputs, faults = self._tables[name], {**inputs, _THEME: self._themes}, FaultCollector()
        for input_ in table.inputs:
            path = f"{TABLE_KEY}.{name}.{input_.name}"
            other = inputs.get(input_.name)
            if input_.name in self._personal:
                faults.append(Fault(path, input_.name, NEVER_AN_INPUT))
            elif other is None or (other.domain != input_.domain and input_.name != _THEME):
                faults.append(Fault(path, input_.name, _OTHER_DOMAIN))
        if faults:
            raise FaultsError(faults)
        return attrs.evolve(table, inputs=tuple(inputs[input_.name] for input_ in table.inputs))


def _decided_later(asker: str, name: str, source: str) -> Wording:
    circle = f"{asker} → {name} → {source}"
    return Wording(
        f"une table qui ne lit pas ce qui est décidé après « {asker} » ({circle}) ; retirez cette entrée",
        f"a table that does not read what is decided after {asker!r} ({circle}); remove that input",
    )


def _ordered(documents: Mapping[str, OwnTableDocument], path: str, faults: FaultCollector) -> list[str]:
    """Return the names of tables, each after those that it reads; a cycle is a fault that names its tables."""
    ordered: list[str] = []

    def visit(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            cycle = " → ".join((*above[above.index(name) :], name))
            expected = Wording(
                f"des tables qui ne dépendent pas les unes des autres en rond : {cycle}",
                f"tables that do not depend on each other in a circle: {cycle}",
            )
            faults.append(Fault(f"{path}.{name}.inputs", list(documents[name].inputs), expected))
        elif name not in ordered:
            for source in documents[name].inputs:
                if source in documents:
                    visit(source, (*above, name))
            ordered.append(name)

    before = len(faults)
    for name in documents:
        if len(faults) == before:
            visit(name, ())
    return ordered if len(faults) == before else []


def inputs_of(
    tables: Mapping[str, DecisionTable[Any]], facts: Iterable[Fact], sources: Mapping[str, DecisionTable[Any]]
) -> dict[str, Input]:
    """Return what a table of an edition may read, by name: facts, own facts, and the outcomes of tables.

    Args:
        tables: tables with every fact as an input.
        facts: the facts that the edition declares.
        sources: the tables whose outcomes may be read.
    """
    inputs = {input_.name: input_ for table in tables.values() for input_ in table.inputs if input_.source is None}
    inputs |= {fact.key: input_of(fact) for fact in facts if not fact.is_erasable}
    inputs |= {name: Input.outcome_of(table) for name, table in sources.items()}
    return {_THEME: _theme(()), **inputs}  # every fact but the theme is an input of a table of M2-1


def _theme(codes: Iterable[str]) -> Input:
    """Return the theme as an input: the codes that the library proposes, those of rows, and any other."""
    proposed: Any = FACTS[_THEME].domain
    named = dict(zip(proposed.values, proposed.labels, strict=True))
    domain = OpenEnumeration.from_codes(_THEME, dict.fromkeys([*proposed.values, *codes]))
    labels = tuple(named.get(code, label) for code, label in zip(domain.values, domain.labels, strict=True))
    return fact_input(_THEME, attrs.evolve(domain, labels=labels))


@attrs.define
class _Work(SharedRepr):
    """What the proofs of the tables of a file take, in all: a file that would take seconds is refused."""

    bits: int = 0
    comparisons: int = 0
    states: int = 0

    def allows(self, table: DecisionTable[Any]) -> bool:
        """Add the proof of one more table; return True if all of them stay below the limits."""
        bits, comparisons = size_of(table)
        self.bits += bits
        self.comparisons += comparisons
        self.states += table.chain.states
        return self.bits <= _MOST_BITS and self.comparisons <= MOST_COMPARISONS and self.states <= _MOST_STATES


def _table(
    where: tuple[str, str], document: OwnTableDocument, known: dict[str, Input], work: _Work, faults: FaultCollector
) -> DecisionTable[Any] | None:
    """Return a table, or None if its document has faults.

    Args:
        where: the path of the declarations, and the name of the table.
        document: its declaration.
        known: what it may read.
        work: what the proofs of the tables before it took.
        faults: those met so far.
    """
    name, path, met = where[1], ".".join(where), len(faults)
    if _NAME.fullmatch(name) is None or name in _TAKEN:
        faults.append(Fault(path, name, _NEW_NAME))
    conditions = (row.get("when") for row in document.rows if isinstance(row, Mapping))
    named = [when.get(_THEME, "") for when in conditions if isinstance(when, Mapping)]
    known = {**known, _THEME: _theme(_CODE.findall(" ".join(map(str, named))))}
    listed = ", ".join(known)
    expected = Wording(
        f"le nom d'une information ou d'une table est attendu : {listed}",
        f"the name of a fact or of a table is expected: {listed}",
    )
    faults += (
        Fault(f"{path}.inputs[{place}]", each, expected)
        for place, each in enumerate(document.inputs)
        if each not in known
    )
    if document.hit_policy not in HIT_POLICIES:
        faults.append(Fault(f"{path}.hit_policy", document.hit_policy, _ONE_CODE))
    if len(set(document.outcomes)) < len(document.outcomes) or not document.outcomes:
        faults.append(Fault(f"{path}.outcomes", list(document.outcomes), _CODES))
    if not document.inputs or not document.rows:
        faults.append(Fault(path, name, _NOT_EMPTY))
    if len(document.inputs) > _MOST_INPUTS:
        faults.append(Fault(f"{path}.inputs", len(document.inputs), _FEWER_INPUTS))
    if len(faults) > met:
        return None
    labels = tuple(document.labels.get(code, Wording(code, code)) for code in document.outcomes)
    anything = Row("any", {}, document.outcomes[0])
    draft: DecisionTable[Any] | None = None
    try:
        draft = DecisionTable(
            name,
            tuple(known[each] for each in document.inputs),
            Enumeration(name, document.outcomes, labels),
            (anything,),
            HitPolicy.FIRST,
            title=document.title or Wording(name, name),
            validate=False,
        )
        rows = tuple(read_rows(document.rows, draft, f"{path}.rows", faults))
        if len(faults) > met:
            return None
        table = attrs.evolve(draft, rows=rows, hit_policy=HitPolicy(document.hit_policy), priority=document.priority)
        if not work.allows(table):
            faults.append(Fault(path, name, _LESS_WORK))
            return None
        return attrs.evolve(table, validate=True)
    except (FaultsError, TableDefinitionError, TableProofError) as error:
        faults.extend(table_faults(error, () if draft is None else draft.base, path, document.outcomes))
        return None


def as_own_tables(tables: object) -> Any:
    """Return tables as a tuple; any other value unchanged."""
    return tuple(tables) if isinstance(tables, list | tuple) else tables


def each_own(_: object, attribute: attrs.Attribute[Any], tables: object) -> None:
    """Refuse what is not a decision table of codes under a name of its own."""
    if not isinstance(tables, tuple) or not all(isinstance(table, DecisionTable) for table in tables):
        raise TypeError(f"{attribute.name}: decision tables are expected, got {safe_repr(tables)}")
    faults = FaultCollector()
    names = [table.name for table in tables]
    for table in tables:
        path = f"{attribute.name}.{table.name}"
        if _NAME.fullmatch(table.name) is None or table.name in _TAKEN or names.count(table.name) > 1:
            faults.append(Fault(path, table.name, _NEW_NAME))
        if not isinstance(table.output, Enumeration):
            faults.append(Fault(f"{path}.output", safe_repr(table.output), _CODES))
        if table.hit_policy not in HIT_POLICIES:
            faults.append(Fault(f"{path}.hit_policy", table.hit_policy.value, _ONE_CODE))
    if len(tables) > _MOST:
        few = Wording(f"{_MOST} tables au plus", f"at most {_MOST} tables")
        faults.append(Fault(attribute.name, len(tables), few))
    if faults:
        raise FaultsError(faults)


def judges_malfunctions(table: DecisionTable[Any], facts: Iterable[Fact]) -> bool:
    """Return True if a malfunction has every fact that a table reads."""
    both = {fact.key for fact in facts if len(fact.kinds) > 1}
    return all(input_.name in both or input_.name in facts_of(MalfunctionFacts) for input_ in table.base)
