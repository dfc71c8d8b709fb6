"""Reading tables from DMN 1.1 to 1.6: those that `to_dmn` writes, and those that modelers draw."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from copy import copy
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

import attrs

from reclamation_core.errors import Fault, FaultCollector, FaultsError, WordedError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.cells import MOST_BITS
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.definition import MOST_COMPARISONS, size_of
from reclamation_core.tables.dmn import refusals
from reclamation_core.tables.dmn.comparisons import DmnComparison, VariableTest, variable_tests
from reclamation_core.tables.dmn.domains import Type, Types, is_typed, kind_of, literals, text_of
from reclamation_core.tables.dmn.lists import DmnListTable
from reclamation_core.tables.dmn.model import (
    DmnColumn,
    DmnFact,
    Document,
    Parts,
    asked_by,
    bilingual,
    child,
    children,
    entries_of,
    extension_of,
    free_id,
    plain_name,
    plain_wording,
    row_ids,
    row_of,
    variable_type,
)
from reclamation_core.tables.dmn.writing import HIT_POLICIES, MODEL, OURS, VERSIONS, identifier_of, is_feel, is_plain
from reclamation_core.tables.dmn.xml import parse_xml
from reclamation_core.tables.domains import Boolean, Domain, Enumeration, Integer
from reclamation_core.tables.errors import FindingKind, TableProofError
from reclamation_core.tables.model import Input
from reclamation_core.tables.proof import errors
from reclamation_core.tables.rules import HitPolicy, Monotone, Row
from reclamation_core.tables.sfeel import read_condition, read_value, tokens
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording

T = TypeVar("T")

_POLICIES: Final = {written: policy for policy, written in HIT_POLICIES.items()}
_LISTS: Final = frozenset(("RULE ORDER", "OUTPUT ORDER", "COLLECT"))
"""The hit policies, without an aggregation, whose outcome is a list."""
_DEEPEST_PATH: Final = 20
"""How many points a path into a structure may have, where a cell names it."""
_COMPARED: Final = Input("compared", Boolean())
"""In the place of an input that its cells only compare with variables; no table has it."""
_BY_COLUMN: Final = (HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.FIRST)
"""The hit policies under which each outcome of several is that of a table of its own."""


@attrs.frozen
class DmnNote(SharedRepr):
    """What a reader of a document should know, that is no fault: a decision left out, a hit policy that was changed.

    Args:
        path: where it is: `decision[Routing]`.
        wording: what it is.
    """

    path: str
    wording: Wording

    def __str__(self) -> str:
        return f"{self.path}: {self.wording.en}"


@attrs.frozen(eq=False)
class DmnTables(SharedRepr, Mapping[str, DecisionTable[Any]]):
    """The tables of a DMN document, by their identifiers, in the order of their decisions.

    Args:
        tables: the tables.
        names: the identifier of each DMN name: of decisions (`Approval.Status` of one outcome of several) and of the
            facts that they ask for.
        notes: what was left out or changed, each with its `path` and its `wording`.
        lists: the tables under RULE ORDER, OUTPUT ORDER and COLLECT without an operator, whose outcome is a list.
        comparisons: the inputs that compare two facts, where cells name variables; `complete` gives them their values.
    """

    tables: Mapping[str, DecisionTable[Any]]
    names: Mapping[str, str]
    notes: tuple[DmnNote, ...] = ()
    lists: Mapping[str, DmnListTable] = attrs.field(factory=dict)
    comparisons: tuple[DmnComparison, ...] = ()

    def complete(self, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Return facts with the results of the comparisons that cells with variables ask for.

        Args:
            facts: the facts by identifier; values that are compared may be of any type with an order, also times.

        Raises:
            TypeError: two values that are compared have no order.
        """
        return {**facts, **{one.name: one.of(facts) for one in self.comparisons}}

    def __getitem__(self, name: str) -> DecisionTable[Any]:
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)


def from_dmn(
    text: str | bytes,
    enumerations: Mapping[str, type[StrEnum]] | None = None,
    *,
    names: Mapping[str, str] | None = None,
    decisions: Iterable[str] | None = None,
    validate: bool = True,
) -> DmnTables:
    """The tables that a DMN document describes, by name, proved as any table is, save that they may have gaps.

    Read are decision tables whose inputs are names (or paths, as `order.amount`) and whose conditions are S-FEEL;
    the types are boolean, number, date and string, and others where cells only compare facts with each other. A
    string whose values are not listed is an `OpenEnumeration` of the texts that the cells name. A table of several
    outcomes is read as one table for each, under PRIORITY as FIRST with its rules in the order of their priority.
    Where no rule fires, DMN has null: such a table is read with a note, its outcome is None there, and no other
    table may require it. COLLECT COUNT has 0 there. A table under RULE ORDER, OUTPUT ORDER or COLLECT without an
    operator is one of `lists`. A cell that names another fact makes an input of the comparison of both; see
    `DmnTables.complete`. Other decisions are left out, with a note; a table that requires one of them takes its
    outcome as a fact.

    Args:
        text: the document, of DMN 1.1 to 1.6, as text or as bytes.
        enumerations: the `StrEnum` to use for an enumeration of that name; where none is given the values are plain
            strings, which are equal to the members of a `StrEnum`.
        names: the identifiers to use for DMN names; by default `Years of Service` is `Years_of_Service`.
        decisions: the names of the decisions to read, with those that they ask for; all by default.
        validate: False builds tables that have gaps and contradictions, to study them by `check()`.

    Raises:
        FaultsError: what cannot be read, and what a proof refuses: all the faults of the document, with their paths.

    Source:
        DMN 1.5, 10.3.2.10: null where no rule matches; else a hit policy aggregates the outputs by the functions of
        10.3.4.4. Of an empty list their count is 0, which is read in place of null; sum, min and max are null.

    Example:
        >>> from reclamation_core.tables import Boolean, DecisionTable, Input, Row, to_dmn
        >>> table = DecisionTable("t", [Input("x", Boolean())], Boolean(), [Row("all", {}, True)])
        >>> list(from_dmn(to_dmn(table)))
        ['t']
    """
    root = parse_xml(text)
    namespace, _, tag = root.tag.rpartition("}")
    if tag != "definitions" or namespace[1:] not in VERSIONS:
        raise FaultsError((Fault("$", root.tag, refusals.ROOT),))
    for element in root.iter():
        # One vocabulary for all versions: what is read is called alike in each of them.
        if element.tag.startswith(namespace):
            element.tag = f"{{{MODEL}}}{element.tag.removeprefix(namespace + '}')}"
    document = Document.of(root)
    reader = _Reader(document, Types.of(root, enumerations or {}), dict(names or {}), validate=validate)
    reader.read(None if decisions is None else list(decisions))
    if not reader.faults and not (reader.tables or reader.lists):
        reader.fault("$", [note.path for note in reader.notes], refusals.NO_TABLE)
    if reader.faults:
        raise FaultsError(reader.faults)
    tables = {table.name: table for id_ in document.decisions for table in reader.tables.get(id_, {}).values() if table}
    lists = {reader.lists[id_].name: reader.lists[id_] for id_ in document.decisions if id_ in reader.lists}
    return DmnTables(tables, reader.named, tuple(reader.notes), lists, tuple(filter(None, reader.compared.values())))


_Tables = dict[str, "DecisionTable[Any] | None"]
"""The tables of a decision by the name of the outcome, empty where there is one; None for one that has faults."""


@attrs.frozen
class _Reader(SharedRepr):
    """Reads decisions; what has a fault is None, and no table is made of parts that have any."""

    document: Document
    types: Types
    names: Mapping[str, str]
    validate: bool = attrs.field(kw_only=True)
    tables: dict[str, _Tables] = attrs.field(factory=dict)
    lists: dict[str, DmnListTable] = attrs.field(factory=dict)
    ordered_pairs: set[tuple[str, str]] = attrs.field(factory=set)
    compared: dict[tuple[str, str], DmnComparison | None] = attrs.field(factory=dict)
    named: dict[str, str] = attrs.field(factory=dict)
    facts: dict[str, DmnFact] = attrs.field(factory=dict)
    taken: set[str] = attrs.field(factory=set)
    asked: dict[str, dict[str, None]] = attrs.field(factory=dict)
    faults: FaultCollector = attrs.field(factory=FaultCollector)
    notes: list[DmnNote] = attrs.field(factory=list)
    spent: list[int] = attrs.field(factory=lambda: [0, 0])

    def fault(self, path: str, value: object, expected: Wording) -> None:
        fault = Fault(path, value, expected)
        if self.faults.last != fault:
            self.faults.append(fault)

    def note(self, path: str, fr: str, en: str) -> None:
        self.notes.append(DmnNote(path, Wording(fr, en)))

    def attempt(self, path: str, value: object, make: Callable[[], T]) -> T | None:
        """What is made, or None and a fault where its parts refuse it."""
        try:
            return make()
        except FaultsError as error:
            for fault in error.faults:
                self.fault(path, fault.value, fault.expected)
        except TableProofError as error:
            for finding in error.findings:
                self.fault(path, dict(finding.witness), finding.message)
        except (TypeError, ValueError) as error:
            self.fault(path, value, error.wording if isinstance(error, WordedError) else refusals.VALUE)
        return None

    def read(self, decisions: list[str] | None) -> None:
        """Read the decisions of some names, or all."""
        self.faults.extend(self.document.repeated)
        wanted = self.wanted(decisions)
        chosen = [id_ for id_ in wanted if id_ in self.document.tables]
        for id_ in wanted:
            if id_ not in chosen:
                self.leave_out(id_)
        for model in children(self.document.root, "businessKnowledgeModel") if decisions is None else ():
            name = model.get("name", "")
            self.note(f"businessKnowledgeModel[{name}]", "une fonction n'est pas lue", "a function is not read")
        sources = {id_: self.sources(id_) for id_ in chosen}
        for id_ in chosen:
            self.columns(id_, sources[id_])
        for id_ in self.ordered({id_: set(found.values()) & set(chosen) for id_, found in sources.items()}):
            self.tables[id_] = self.decision(id_, sources[id_])
        if not self.faults:
            for name in self.names.keys() - self.named.keys():
                self.fault("names", name, refusals.NAMES_NOBODY)

    def wanted(self, decisions: list[str] | None) -> list[str]:
        """The ids of the decisions to read, and of those that they require."""
        by_id, by_name = self.document.decisions, self.document.by_name
        if decisions is None:
            return list(by_id)
        found: dict[str, None] = {}
        pending = []
        for name in decisions:
            if plain_name(name) not in by_name:
                self.fault("decisions", name, refusals.UNNAMED)
            else:
                pending.append(by_name[plain_name(name)])
        while pending:
            id_ = pending.pop()
            if id_ in by_id and id_ not in found:
                found[id_] = None
                pending += self.document.required(id_)
        return [id_ for id_ in by_id if id_ in found]

    def leave_out(self, id_: str) -> None:
        kinds = {"variable", "extensionElements", "description", "question", "allowedAnswers"}
        parts = [part.tag.rpartition("}")[2] for part in self.document.decisions[id_]]
        logic = [part for part in parts if part not in kinds and not part.endswith(("Requirement", "Objective"))]
        what = logic[0] if logic else ""
        self.note(
            self.document.path(id_),
            f"cette décision n'est pas une table ({what or 'sans logique'}) ; elle n'est pas lue",
            f"this decision is no table ({what or 'no logic'}); it is not read",
        )

    def sources(self, id_: str) -> dict[str, str]:
        """The ids of the decisions that a decision requires, by what its inputs may call each."""
        found: dict[str, str] = {}
        for required in self.document.required(id_):
            if required not in self.document.decisions:
                self.fault(f"{self.document.path(id_)}.informationRequirement", required, refusals.NOBODY)
                continue
            found.update(dict.fromkeys(self.document.called(required), required))
        return found

    def ordered(self, asking: Mapping[str, set[str]]) -> list[str]:
        """The decisions in topological order, each after its requirements; those of a cycle are faults and left out."""
        asked_by: dict[str, set[str]] = {id_: set() for id_ in asking}
        for id_, sources in asking.items():
            for source in sources:
                asked_by[source].add(id_)
        # Decisions above a cycle cannot be sorted either: peel them off from the top, where none is required.
        stuck = asking.keys() - set(_in_order(asking, asked_by, asking))
        circle = stuck - set(_in_order(asked_by, asking, stuck))
        for id_ in asking:
            if id_ in circle:
                self.fault(self.document.path(id_), id_, refusals.CIRCLE)
                self.tables[id_] = {}
        return _in_order(asking, asked_by, asking.keys() - circle)

    # What columns say of facts, before any table is read

    def columns(self, id_: str, sources: Mapping[str, str]) -> None:
        """Note what the columns of a table say of the facts that they ask for."""
        table, path = self.document.tables[id_], self.document.path(id_)
        clauses, rules = children(table, "input"), children(table, "rule")
        entries = [entries_of(rule, "inputEntry") for rule in rules]
        for at, clause in enumerate(clauses):
            name = asked_by(clause)
            cells = [row[at] for row in entries if len(row) == len(clauses)]
            asked = self.source(name, sources)
            if asked is not None and asked[0] in self.document.tables:
                texts = self.asked.setdefault(f"{asked[0]}.{asked[1]}", {})
                texts.update(
                    dict.fromkeys(value for cell in cells for value in literals(cell) if isinstance(value, str))
                )
            elif name:
                tests = [test for cell in cells for test in self.variable_tests(cell)]
                self.ordered_pairs.update((name, test.name) for test in tests if test.orders)
                if not self.is_only_compared(name, cells):
                    self.column(clause, name, cells, f"{path}.input[{at}]")

    # Cells that name variables

    def variable_tests(self, cell: str) -> tuple[VariableTest, ...]:
        """Return the tests of a cell that names facts of the document; none if it is another one."""
        tests = tuple(variable_tests(cell))
        names = {test.name for test in tests}
        return tests if len(names) == len(tests) and all(map(self.is_fact, names)) else ()

    def is_fact(self, name: str) -> bool:
        """Return True if a name, or a path, is that of an input data or of a decision that is no table."""
        if self.document.by_name.get(name) in self.document.tables:
            return False
        holder = self.document.holder(name)
        if holder is not None:
            return self.types.is_single(variable_type(holder))
        if name.count(".") > _DEEPEST_PATH:
            return False
        holders = ((self.document.holder(name[:at]), name[at + 1 :]) for at, sign in enumerate(name) if sign == ".")
        found = next(((holder, path) for holder, path in holders if holder is not None), None)
        return found is not None and self.types.is_single(variable_type(found[0]), found[1].split("."))

    def is_only_compared(self, name: str, cells: Sequence[str]) -> bool:
        """Return True if some cells of a column compare its fact with variables, and the others are any."""
        compared = [bool(self.variable_tests(cell)) for cell in cells]
        return (
            self.is_fact(name)
            and any(compared)
            and all(one or cell in {"", "-"} for one, cell in zip(compared, cells, strict=True))
        )

    def comparison(self, name: str, other: str, path: str) -> DmnComparison | None:
        """Return the comparison of a fact with another; None if a name of one has a fault."""
        if (name, other) not in self.compared:
            made = [self.identifier(one, path) for one in (name, other, f"{name} compared with {other}")]
            ordered = (name, other) in self.ordered_pairs
            is_named = all(one is not None for one in made)
            self.compared[name, other] = (
                DmnComparison(str(made[2]), str(made[0]), str(made[1]), ordered) if is_named else None
            )
        return self.compared[name, other]

    def column(self, clause: Element, name: str, cells: Sequence[str], path: str) -> None:
        fact = self.facts.get(name)
        if fact is None:
            fact = self.facts[name] = DmnFact(name, clause.get("label", ""))
            before = len(self.faults)
            declared = self.declared(name, path)
            fact.refused = len(self.faults) > before
            if declared is not None:
                fact.declared = True
                fact.types += declared
        expression = child(clause, "inputExpression")
        type_ = "" if expression is None else expression.get("typeRef", "")
        if is_typed(type_):
            found = self.attempt(path, type_, partial(self.types.type_of, type_))
            if found is None:
                fact.refused = True
            else:
                # A type that lists its values is more specific than one that does not.
                fact.types.insert(0 if found.values or not fact.types else len(fact.types), found)
        fact.label = fact.label or clause.get("label", "")
        fact.values = fact.values or text_of(clause, "inputValues")
        for value in (value for cell in cells for value in literals(cell)):
            if value is ABSENT:
                fact.absent = True
            else:
                fact.kinds.add(kind_of(value))
            if isinstance(value, str):
                fact.texts[value] = None

    def declared(self, name: str, path: str) -> list[Type] | None:
        """The type that the document declares of a name or a path; None where it declares no such thing."""
        holder = self.document.holder(name)
        if holder is not None:
            type_ = variable_type(holder)
            found = self.attempt(path, type_, partial(self.types.type_of, type_)) if is_typed(type_) else None
            return [] if found is None else [found]
        for at, sign in enumerate(name):
            holder = self.document.holder(name[:at]) if sign == "." else None
            if holder is not None:
                type_, parts = variable_type(holder), name[at + 1 :].split(".")
                if not is_typed(type_):
                    return None
                before = len(self.faults)
                component = self.attempt(path, name, partial(self.types.component, type_, parts))
                if component is None and len(self.faults) == before:
                    self.fault(path, name, refusals.EXPRESSION)
                return None if component is None else [component]
        return None

    def source(self, name: str, sources: Mapping[str, str]) -> tuple[str, str] | None:
        """The id of the required decision that an input names, and the name of the outcome of several."""
        if name in sources:
            return sources[name], ""
        for at, sign in enumerate(name):
            if sign == "." and name[:at] in sources:
                return sources[name[:at]], name[at + 1 :]
        return None

    def identifier(self, name: str, path: str) -> str | None:
        """The identifier of a DMN name."""
        if name in self.named:
            return self.named[name]
        made = self.names.get(name, identifier_of(name))
        if not made.isidentifier() or identifier_of(made) != made:
            self.fault(path, made, refusals.NO_IDENTIFIER)
            return None
        if made in self.taken:
            self.fault(path, name, refusals.TAKEN)
            return None
        self.named[name] = made
        self.taken.add(made)
        return made

    # A decision

    def decision(self, id_: str, sources: Mapping[str, str]) -> _Tables:
        decision, rules, path = self.document.decisions[id_], self.document.tables[id_], self.document.path(id_)
        outputs = children(rules, "output")
        keys = [plain_name(output.get("name") or output.get("label") or "") for output in outputs]
        if len(keys) == 1:
            keys = [""]
        nothing: _Tables = dict.fromkeys(keys)
        if self.spent[0] > MOST_BITS or self.spent[1] > MOST_COMPARISONS:
            self.fault(path, id_, refusals.TOO_MUCH)
            return nothing
        count = len(children(rules, "rule"))
        if count > refusals.MOST_RULES or len(outputs) > refusals.MOST_OUTCOMES:
            self.fault(path, max(count, len(outputs)), refusals.TOO_MANY)
            return nothing
        before = len(self.faults)
        self.languages(decision, path)
        inputs = self.inputs(rules, sources, path)
        written_policy = rules.get("hitPolicy", "UNIQUE"), rules.get("aggregation")
        policy, is_list = _POLICIES.get(written_policy), written_policy[1] is None and written_policy[0] in _LISTS
        if policy is HitPolicy.PRIORITY and len(keys) > 1 and len(set(keys)) == len(keys):
            rules, policy = self.by_priority(id_, rules, keys, path), HitPolicy.FIRST
        if policy is None and not is_list:
            written = " ".join(filter(None, [rules.get("hitPolicy"), rules.get("aggregation")]))
            self.fault(f"{path}.hitPolicy", written, refusals.POLICY)
        elif not outputs or len(set(keys)) < len(keys) or (len(keys) > 1 and policy not in {*_BY_COLUMN, None}):
            self.fault(f"{path}.output", len(outputs), refusals.SEVERAL)
        names = [asked_by(clause) for clause in children(rules, "input")]
        conditions = [
            self.conditions(rule, inputs, names, len(outputs), f"{path}.rule[{at}]")
            for at, rule in enumerate(children(rules, "rule"))
        ]
        used = {name for when in conditions for name in when or ()}
        derived = [one.input for one in self.compared.values() if one is not None and one.name in used]
        named = {name: one for name, one in zip(names, inputs, strict=True) if one is not None and one is not _COMPARED}
        inputs = [*(one for one in inputs if one is not _COMPARED), *derived]
        if is_list and outputs and len(self.faults) == before and None not in inputs:
            self.read_list(id_, keys, [one for one in inputs if one is not None], named, conditions)
        if policy is None or not outputs:
            return nothing
        makes = {
            key: self.outcome(DmnColumn.of(id_, at, key, policy, outputs[at]), rules, inputs, conditions, path)
            for at, key in enumerate(keys)
        }
        if len(self.faults) > before or None in inputs:
            return nothing
        return {key: None if make is None else self.made(path, make) for key, make in makes.items()}

    def columns_of(
        self, id_: str, rules: Element, keys: Sequence[str], path: str, inputs: Mapping[str, Input] | None = None
    ) -> list[tuple[DmnColumn, Domain, list[Any]]] | None:
        """Return the outputs of a decision, each with its domain and its value in each rule; None if one has a fault.

        The outputs are the items of a list if inputs are given, by their DMN names: a cell may name one of them.
        """
        before, found = len(self.faults), []
        entries = [entries_of(rule, "outputEntry") for rule in children(rules, "rule")]
        for at, key in enumerate(keys):
            output, here = children(rules, "output")[at], f"{path}.output[{key or at}]"
            column = DmnColumn.of(id_, at, key, HitPolicy.FIRST, output, is_list=inputs is not None)
            texts = [row[at] for row in entries if at < len(row)]
            named = {text: (inputs or {}).get(plain_name(text)) for text in texts}
            plain = [text for text in (*texts, text_of(output, "defaultOutputEntry")) if text and not named.get(text)]
            domain = self.output(column, key or id_, rules, plain, here) if plain else Boolean()
            if domain is not None and len(texts) == len(entries):
                values = [
                    named[text] or self.then(column, text, domain, f"{path}.rule[{place}]")
                    for place, text in enumerate(texts)
                ]
                found.append((column, domain, values))
        return found if len(self.faults) == before and len(found) == len(keys) else None

    def ranks(self, columns: Sequence[tuple[DmnColumn, Domain, list[Any]]], path: str) -> list[tuple[int, ...]] | None:
        """Return the priority of each rule, the least first, by the outputs that list their values, if any."""
        listed = []
        for column, domain, values in columns:
            text = text_of(column.output, "outputValues")
            if text or column.key == "":
                order = self.priority(attrs.evolve(column, policy=HitPolicy.PRIORITY), column.output, domain, path)
                listed.append([order.index(value) if value in order else len(order) for value in values])
        if not listed:
            self.fault(f"{path}.outputValues", "", refusals.NO_PRIORITY)
            return None
        return list(zip(*listed, strict=True))

    def by_priority(self, id_: str, rules: Element, keys: Sequence[str], path: str) -> Element:
        """Return a table with its rules in the order of the priority of their outputs, so that the first one wins."""
        columns = self.columns_of(id_, rules, keys, path)
        ranks = None if columns is None else self.ranks(columns, path)
        if ranks is None:
            return rules
        ordered, elements = copy(rules), children(rules, "rule")
        for element in elements:
            ordered.remove(element)
        ordered.extend(elements[at] for at in sorted(range(len(elements)), key=ranks.__getitem__))
        self.note(path, *refusals.READ_BY_PRIORITY)
        return ordered

    def read_list(
        self,
        id_: str,
        keys: Sequence[str],
        inputs: Sequence[Input],
        named: Mapping[str, Input],
        conditions: Sequence[dict[str, Condition] | None],
    ) -> None:
        """Read a table whose outcome is a list."""
        decision, rules, path = self.document.decisions[id_], self.document.tables[id_], self.document.path(id_)
        name, policy = plain_name(decision.get("name", "")) or id_, rules.get("hitPolicy", "")
        identifier = self.identifier(name, path)
        facts = {name: one for name, one in named.items() if one.source is None}
        columns = self.columns_of(id_, rules, keys, path, facts)
        if columns is None or identifier is None:
            return
        default = self.default_item(columns, path)
        ids, elements = row_ids(children(rules, "rule")), children(rules, "rule")
        values = list(zip(*(values for *_, values in columns), strict=True))
        outputs = [dict(zip(keys, row, strict=True)) if len(keys) > 1 else row[0] for row in values]
        order: Sequence[int] = range(len(ids))
        if policy == "OUTPUT ORDER":
            ranks = self.ranks(columns, path)
            if ranks is None:
                return
            order = sorted(order, key=ranks.__getitem__)
        rows = [
            row_of(element, one, when or {}, 1) for one, element, when in zip(ids, elements, conditions, strict=True)
        ]
        parts = Parts(
            identifier, list(inputs), Integer(0), bilingual(decision.get("label"), None, name), (), [], [], []
        )
        table = self.made(path, partial(parts.table, rows, HitPolicy.COLLECT_COUNT, validate=self.validate))
        if table is not None:
            self.lists[id_] = DmnListTable(policy, table, {ids[at]: outputs[at] for at in order}, default)

    def default_item(self, columns: Sequence[tuple[DmnColumn, Domain, list[Any]]], path: str) -> Any:
        """Return the item of a list where no rule fires; None where there is no default outcome."""
        items = {}
        for column, domain, _ in columns:
            text = text_of(column.output, "defaultOutputEntry")
            items[column.key] = self.then(column, text, domain, f"{path}.defaultOutputEntry") if text else None
        if all(item is None for item in items.values()):
            return None
        return items if len(columns) > 1 else items[columns[0][0].key]

    def made(self, path: str, make: Callable[[], DecisionTable[Any]]) -> DecisionTable[Any] | None:
        table = self.attempt(path, path, make)
        if table is not None:
            bits, comparisons = size_of(table)
            self.spent[0] += bits
            self.spent[1] += comparisons
        return table

    def languages(self, decision: Element, path: str) -> None:
        """Refuse another expression language than FEEL: of the document, or of a part of the decision."""
        for element in (self.document.root, *decision.iter()):
            language = element.get("expressionLanguage", "")
            if not is_feel(language):
                self.fault(f"{path}.expressionLanguage", language, refusals.LANGUAGE)
                return

    def inputs(self, rules: Element, sources: Mapping[str, str], path: str) -> list[Input | None]:
        clauses = children(rules, "input")
        rows = [entries_of(rule, "inputEntry") for rule in children(rules, "rule")]
        cells = [[row[at] for row in rows if len(row) == len(clauses)] for at in range(len(clauses))]
        inputs = [
            _COMPARED
            if self.is_only_compared(asked_by(clause), cells[at])
            else self.input(clause, sources, f"{path}.input[{at}]")
            for at, clause in enumerate(clauses)
        ]
        used, unknown = set(), False
        for clause in clauses:
            name = asked_by(clause)
            asked = self.source(name, sources)
            used.add(None if asked is None else asked[0])
            unknown |= asked is None and name in self.facts and not self.facts[name].declared
        for required in dict.fromkeys(sources.values()):
            if required not in used and required in self.document.tables:
                if unknown:
                    self.fault(f"{path}.informationRequirement", required, refusals.NOT_ASKED)
                else:
                    self.note(path, f"{required} est demandée sans servir", f"{required} is required and not used")
        return inputs

    def input(self, clause: Element, sources: Mapping[str, str], path: str) -> Input | None:
        name = asked_by(clause)
        asked = self.source(name, sources)
        if asked is not None and asked[0] in self.document.tables:
            table = self.tables.get(asked[0], {}).get(asked[1])
            if asked[0] in self.lists:
                self.fault(path, name, refusals.OF_A_LIST)
            if table is not None and not table.validate and self.validate:
                self.fault(path, name, refusals.OF_A_GAP)
                return None
            if table is None:
                if asked[0] in self.tables and asked[1] not in self.tables[asked[0]] and self.tables[asked[0]]:
                    self.fault(path, name, refusals.EXPRESSION)
                return None
            extension = extension_of(clause, "input")
            given = {} if extension is None else extension.attrib
            label = bilingual(clause.get("label"), given.get("label-en"), table.title.fr)
            plain = plain_wording(given, "plain-question")
            make = partial(Input, table.name, table.output, label, source=table, plain_question=plain)
            return self.attempt(path, name, partial(make, question=self.question(given, label, name)))
        if self.names_other_decision(name):
            self.fault(path, name, refusals.NOT_REQUIRED)
            return None
        fact = self.facts.get(name)
        if fact is None or not (fact.declared or all(is_plain(part) for part in name.split("."))):
            self.fault(path, name, refusals.EXPRESSION)
            return None
        return self.fact(clause, fact, path)

    def names_other_decision(self, name: str) -> bool:
        """Whether a name is that of a decision table, and of nothing else."""
        id_ = self.document.by_name.get(name)
        return id_ is not None and name not in self.document.data and id_ in self.document.tables

    @staticmethod
    def question(given: Mapping[str, str], label: Wording, name: str) -> Wording:
        """The question of the extension, or that which an input makes of its label."""
        if given.get("question-fr"):
            return bilingual(given["question-fr"], given.get("question-en"), name)
        return Wording(f"{label.fr} ?", f"{label.en}?")

    def fact_type(self, clause: Element, fact: DmnFact, path: str) -> Type | None:
        """Return the type of a fact: that of its clause if the extension describes it, else that of its uses."""
        type_ = fact.types[0] if fact.types else Type("", "".join(fact.kinds) if len(fact.kinds) == 1 else "")
        if extension_of(clause, "input") is not None:
            expression = child(clause, "inputExpression")
            reference = "" if expression is None else expression.get("typeRef", "")
            of_clause = self.attempt(path, reference, partial(self.types.type_of, reference))
            if of_clause is None:
                return None
            type_ = of_clause
        elif len({"number" if one.base == "integer" else one.base for one in fact.types}) > 1:
            self.fault(path, fact.name, refusals.OF_ONE_TYPE)
            return None
        if not type_.base:
            self.fault(path, fact.name, refusals.TYPE)
            return None
        return type_

    def fact(self, clause: Element, fact: DmnFact, path: str) -> Input | None:
        """Return the input of a fact, from its clause and the extension; None if a part of it is refused."""
        extension = extension_of(clause, "input")
        given = {} if extension is None else extension.attrib
        identifier = self.identifier(fact.name, path)
        type_ = None if fact.refused else self.fact_type(clause, fact, path)
        if type_ is None:
            return None
        values = text_of(clause, "inputValues")
        if extension is None:
            values = values or fact.values
        make_domain = partial(self.types.domain, identifier or fact.name, type_, values, extension, fact.texts)
        domain = self.attempt(path, values or type_.values or type_.base, make_domain)
        if domain is None or identifier is None:
            return None
        listed = f"{values} {type_.values}"
        absent = any((token.kind, token.text) == ("name", "null") for token in tokens(listed))
        shown = fact.label if extension is None else clause.get("label")
        label = bilingual(shown, given.get("label-en"), fact.name)
        return self.attempt(
            path,
            fact.name,
            partial(
                Input,
                given.get("name", identifier),
                domain,
                label,
                absent=absent or (fact.absent and extension is None),
                none=ABSENT if given.get("none") == ABSENT.value else UNKNOWN,
                unknown=given.get("unknown") != "false",
                question=self.question(given, label, fact.name),
                plain_question=plain_wording(given, "plain-question"),
            ),
        )

    # An outcome of a decision

    def rows(
        self,
        column: DmnColumn,
        rules: Sequence[tuple[Element, str | None, dict[str, Condition] | None]],
        domain: Domain,
        path: str,
    ) -> list[Row]:
        """Return the rows of rules with their outcomes and conditions, without those of which one is refused."""
        rows = []
        for at, (id_, (rule, text, when)) in enumerate(zip(row_ids([one for one, *_ in rules]), rules, strict=True)):
            then = None if text is None else self.then(column, text, domain, f"{path}.rule[{at}]")
            if when is not None and then is not None:
                rows.append(row_of(rule, id_, when, then))
        return rows

    def outcome(
        self,
        column: DmnColumn,
        rules: Element,
        inputs: list[Input | None],
        conditions: Sequence[dict[str, Condition] | None],
        path: str,
    ) -> Callable[[], DecisionTable[Any]] | None:
        decision = self.document.decisions[column.id]
        name = plain_name(decision.get("name", "")) or column.id
        dotted = f"{name}.{column.key}" if column.key else name
        identifier = self.identifier(dotted, path)
        entries = [entries_of(rule, "outputEntry") for rule in children(rules, "rule")]
        given = [row[column.at] if column.at < len(row) else None for row in entries]
        output = column.output
        default = text_of(output, "defaultOutputEntry")
        here = path if not column.key else f"{path}.output[{column.key}]"
        texts = [text for text in (*given, default) if text]
        domain = self.output(column, identifier or dotted, rules, texts, f"{here}.output")
        if domain is None or identifier is None:
            return None
        rows = self.rows(column, [*zip(children(rules, "rule"), given, conditions, strict=True)], domain, path)
        priority = self.priority(column, output, domain, f"{path}.outputValues")
        then = None
        if default:
            then = self.default(column.policy, rows, default, domain, f"{here}.defaultOutputEntry")
            if column.policy is HitPolicy.PRIORITY and then is not None:
                priority = (*(one for one in priority if one != then), then)
        extension = extension_of(decision, "table")
        title = decision.get("label") or ""
        if column.key:
            title = f"{title or name} : {output.get('label') or column.key}"
        promises, statements, plain_statements = self.extension(decision, domain, path)
        parts = Parts(
            identifier,
            [input_ for input_ in inputs if input_ is not None],
            domain,
            bilingual(title, None if extension is None else extension.get("title-en"), dotted),
            priority,
            promises,
            statements,
            plain_statements,
        )
        return partial(self.table, parts, rows, column.policy, then, here)

    def table(self, parts: Parts, rows: list[Row], policy: HitPolicy, default: object, path: str) -> DecisionTable[Any]:
        """A table, with one more row for the default outcome, if any, that fires where no other does."""
        if default is not None and policy in {HitPolicy.UNIQUE, HitPolicy.ANY}:
            # There a row on all facts would fire with others: it comes last, under FIRST.
            found = errors(parts.table(rows, policy, validate=False))
            wrong = tuple(finding for finding in found if finding.kind is not FindingKind.GAP)
            if wrong and self.validate:
                raise TableProofError(parts.name, wrong)
            if len(wrong) == len(found):
                default = None
            else:
                fr, en = (text.format(policy.value.upper()) for text in refusals.READ_AS_FIRST)
                self.note(path, fr, en)
                policy = HitPolicy.FIRST
        if default is not None:
            rows = [*rows, Row(free_id("default", rows), {}, default)]
        table = parts.table(rows, policy, validate=False)
        found = errors(table)
        refused = tuple(finding for finding in found if finding.kind is not FindingKind.GAP)
        if refused and self.validate:
            raise TableProofError(parts.name, found)
        if not found:  # only a valid table may be a source of others
            return attrs.evolve(table, validate=True)
        if self.validate:
            witness = ", ".join(f"{name} = {value!r}" for name, value in dict(found[0].witness).items())
            self.note(path, *(text.format(witness) for text in refusals.READ_WITH_GAPS))
        return table

    def output(self, column: DmnColumn, name: str, rules: Element, given: Sequence[str], path: str) -> Domain | None:
        decision = self.document.decisions[column.id]
        output = column.output
        extension = extension_of(decision, "table")
        if column.policy is HitPolicy.COLLECT_COUNT and extension is None:
            return Integer(0)
        values = text_of(output, "outputValues")
        found = [value for text in given for value in literals(text)]
        type_ = self.output_type(column, output, rules, found, path)
        if type_ is None:
            return None
        texts = [value for value in found if isinstance(value, str)]
        texts += self.asked.get(f"{column.id}.{column.key}", {})
        if type_.values or (
            type_.base in {"number", "integer", "date"} and extension is None and column.listed is not None
        ):
            values = ""  # a list of outcomes of the type, which is their order of priority
        domain = partial(self.types.domain, name, type_, values, extension, texts, closed=True)
        return self.attempt(path, values or type_.values or type_.base, domain)

    def output_type(
        self, column: DmnColumn, output: Element, rules: Element, found: Sequence[Any], path: str
    ) -> Type | None:
        decision = self.document.decisions[column.id]
        whole = [variable_type(decision), rules.get("typeRef", "")]
        for type_ in [output.get("typeRef", ""), *(whole if not column.key else [])]:
            if is_typed(type_):
                read = self.types.item_type_of if column.is_list else self.types.type_of
                return self.attempt(path, type_, partial(read, type_))
        for type_ in whole if column.key else []:
            component = self.attempt(path, type_, partial(self.types.component, type_, [column.key]))
            if component is not None:
                return component
        kinds = {kind_of(value) for value in found if value is not ABSENT}
        if len(kinds) != 1:
            self.fault(path, column.key or decision.get("name"), refusals.TYPE)
            return None
        return Type("", kinds.pop())

    def then(self, column: DmnColumn, text: str, domain: Domain, path: str) -> Any:
        """The outcome of a rule; 1 for any literal if the hit policy counts rules."""
        if (
            column.policy is HitPolicy.COLLECT_COUNT
            and extension_of(self.document.decisions[column.id], "table") is None
        ):
            value = next(iter(literals(text)), None)
            words = [token for token in tokens(text) if token.kind != "end"]
            if value is None or value is ABSENT or len(words) != 1:
                self.fault(path, text, refusals.VALUE)
            return 1
        then = self.attempt(path, text, partial(read_value, text, domain, bare_codes=False))
        if column.listed is not None and then is not None and then not in column.listed:
            self.fault(path, text, refusals.LISTED)
        return then

    def priority(self, column: DmnColumn, output: Element, domain: Domain, path: str) -> tuple[Any, ...]:
        if column.policy is not HitPolicy.PRIORITY:
            return ()
        values = text_of(output, "outputValues")
        if not values and isinstance(domain, Enumeration):
            return domain.values
        listed = self.attempt(path, values, lambda: read_condition(values, domain, bare_codes=False))
        return () if listed is None else listed.values

    def default(self, policy: HitPolicy, rows: Sequence[Row], text: str, domain: Domain, path: str) -> Any:
        """The outcome where no rule fires, which has to lose against those of the rules; None where it has a fault."""
        then = self.attempt(path, text, partial(read_value, text, domain, bare_codes=False))
        given = {row.then for row in rows}
        loses = not policy.adds_up
        if policy is HitPolicy.PRIORITY:
            loses = then not in given
        elif policy in {HitPolicy.COLLECT_MAX, HitPolicy.COLLECT_MIN} and domain.ordered and then is not None:
            best = max if policy is HitPolicy.COLLECT_MAX else min
            loses = all(best(domain.rank(one), domain.rank(then)) == domain.rank(one) for one in given)
        if then is not None and not loses:
            self.fault(path, text, refusals.DEFAULT)
            return None
        return then

    def extension(
        self, decision: Element, output: Domain, path: str
    ) -> tuple[list[Monotone], list[tuple[Any, Wording]], list[tuple[Any, Wording]]]:
        extension = child(decision, "extensionElements")
        ours = [] if extension is None else list(extension)
        promises = [
            Monotone(one.get("input", ""), one.get("rising") != "false")
            for one in ours
            if one.tag == f"{{{OURS}}}monotone"
        ]
        statements, plain_statements = (
            [self.statement(one, output, f"{path}.{kind}") for one in ours if one.tag == f"{{{OURS}}}{kind}"]
            for kind in ("statement", "plainStatement")
        )
        return promises, statements, plain_statements

    def statement(self, element: Element, output: Domain, path: str) -> tuple[Any, Wording]:
        text = element.get("outcome", "")
        outcome = self.attempt(path, text, partial(read_value, text, output, bare_codes=False))
        return outcome, bilingual(element.get("fr"), element.get("en"), text or path)

    def conditions(
        self, rule: Element, inputs: list[Input | None], names: Sequence[str], outputs: int, path: str
    ) -> dict[str, Condition] | None:
        entries, outcomes = entries_of(rule, "inputEntry"), len(children(rule, "outputEntry"))
        if (len(entries), outcomes) != (len(inputs), outputs):
            self.fault(path, len(entries) + outcomes, refusals.ENTRIES)
            return None
        when = {}
        for at, (input_, text) in enumerate(zip(inputs, entries, strict=True)):
            if input_ is None or not text or (input_ is _COMPARED and text == "-"):
                continue
            tests = self.variable_tests(text) if input_.source is None else ()
            for test in tests:
                compared = self.comparison(names[at], test.name, f"{path}.inputEntry[{at}]")
                if compared is not None:
                    when[compared.name] = compared.condition(test)
            if tests:
                continue
            read = partial(read_condition, text, input_.domain, absent=input_.absent, bare_codes=False)
            condition = self.attempt(f"{path}.inputEntry[{at}]", text, read)
            if condition is not None and condition.operator is not Operator.ANY:
                when[input_.name] = condition
        return when


def _in_order(before: Mapping[str, set[str]], after: Mapping[str, set[str]], members: Collection[str]) -> list[str]:
    """Those of some nodes that can be put in order, each after those before it."""
    among = set(members)
    waiting = {node: len(before[node] & among) for node in among}
    ready = [node for node in before if waiting.get(node) == 0]
    for node in ready:
        for later in after[node] & waiting.keys():
            waiting[later] -= 1
            if not waiting[later]:
                ready.append(later)
    return ready
