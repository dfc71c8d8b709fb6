"""Reading tables from DMN 1.3: those that `to_dmn` writes, also where an editor changed them, and others like them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeVar
from xml.etree.ElementTree import Element

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.tables.conditions import Condition, Operator
from reclamation_core.tables.dmn.domains import Types, text_of
from reclamation_core.tables.dmn.names import HIT_POLICIES, MODEL, OURS
from reclamation_core.tables.dmn.xml import parse_xml
from reclamation_core.tables.domains import Domain
from reclamation_core.tables.model import HitPolicy, Input, Monotone, Row
from reclamation_core.tables.sfeel.parsing import read_condition, read_value
from reclamation_core.tables.sfeel.tokens import tokens
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording

T = TypeVar("T")

_POLICIES: Final = {written: policy for policy, written in HIT_POLICIES.items()}
_ROOT: Final = Wording(
    f"un document DMN 1.3 est attendu : definitions, dans l'espace de noms {MODEL}",
    f"a DMN 1.3 document is expected: definitions, in the namespace {MODEL}",
)
_NO_TABLE: Final = Wording("une table de décision est attendue", "a decision table is expected")
_POLICY: Final = Wording(
    "une politique connue est attendue : UNIQUE, ANY, FIRST, PRIORITY, ou COLLECT avec MIN, MAX ou COUNT",
    "a known hit policy is expected: UNIQUE, ANY, FIRST, PRIORITY, or COLLECT with MIN, MAX or COUNT",
)
_ENTRIES: Final = Wording(
    "une cellule par entrée et un résultat sont attendus", "an entry for each input, and one outcome"
)
_CIRCLE: Final = Wording("cette décision se demande elle-même", "this decision asks for itself")
_NAME: Final = Wording(
    "un nom sans espace ni signe est attendu, comme satisfaction", "a name of letters and digits, like satisfaction"
)
_ONCE: Final = Wording("plusieurs décisions l'ont ; chacune a le sien", "several decisions have it; each has its own")
_NOT_ASKED: Final = Wording(
    "aucune entrée n'a le nom de cette décision, ni de sa variable ; nommez-la dans une entrée, ou ne la demandez pas",
    "no input has the name of this decision or of its variable; name it in an input, or do not require it",
)
_NOBODY: Final = Wording("aucune décision n'a cet identifiant", "no decision has that id")


def from_dmn(
    text: str | bytes, enumerations: Mapping[str, type[StrEnum]] | None = None
) -> dict[str, DecisionTable[Any]]:
    """The tables that a DMN 1.3 document describes, by name, proved as any table is.

    Args:
        text: the document, as text or as bytes. Read are decision tables with one outcome, whose conditions are S-FEEL
            on inputs that a name stands for; the types are boolean, number, date, and string where its values are
            listed.
        enumerations: the `StrEnum` to use for an enumeration of that name; where none is given the values are plain
            strings, which are equal to the members of a `StrEnum`.

    Raises:
        FaultsError: the text is no such document: all its faults, with their paths; a document type is refused.
        TableDefinitionError: the parts of a table do not fit together.
        TableProofError: a table is refused.
    """
    root = parse_xml(text)
    if root.tag != f"{{{MODEL}}}definitions":
        raise FaultsError((Fault("$", root.tag, _ROOT),))
    decisions = root.findall(f"{{{MODEL}}}decision")
    # An id may be left out: such a decision is asked for by no other.
    by_id = {decision.get("id", f"decision[{at}]"): decision for at, decision in enumerate(decisions)}
    reader = _Reader(Types.of(root, enumerations or {}), by_id, faults=_twice(decisions))
    for id_ in by_id:
        reader.table(id_, ())
    if reader.faults:
        raise FaultsError(reader.faults)
    return {table.name: table for table in reader.tables.values() if table is not None}


def _twice(decisions: Iterable[Element]) -> list[Fault]:
    """The ids and the names that several decisions have: one of them would be lost."""
    faults = []
    for key in ("id", "name"):
        times = Counter(given for decision in decisions if (given := decision.get(key)) is not None)
        faults += [Fault(f"decision.{key}", given, _ONCE) for given, count in times.items() if count > 1]
    return faults


def _of(parent: Element, name: str) -> list[Element]:
    return parent.findall(f"{{{MODEL}}}{name}")


def _names(decision: Element) -> set[str]:
    """What an input may call the outcome of a decision: as its variable is, or as itself."""
    variable = decision.find(f"{{{MODEL}}}variable")
    return {named.get("name", "") for named in (decision, variable) if named is not None}


def _ours(parent: Element, name: str) -> Element | None:
    return parent.find(f"{{{MODEL}}}extensionElements/{{{OURS}}}{name}")


def _wording(fr: str | None, en: str | None, otherwise: str) -> Wording:
    """A text in both languages, the French one in place of the English where there is none."""
    french = fr if fr and fr.strip() else otherwise
    return Wording(french, en if en and en.strip() else french)


@attrs.frozen
class _Reader:
    """Reads decisions; what has a fault is None, and no table is made of parts that have any."""

    types: Types
    decisions: Mapping[str, Element]
    tables: dict[str, DecisionTable[Any] | None] = attrs.field(factory=dict)
    faults: list[Fault] = attrs.field(factory=list)

    def attempt(self, path: str, value: object, make: Callable[[], T]) -> T | None:
        """What is made, or None and a fault where its parts refuse it."""
        try:
            return make()
        except FaultsError as error:
            self.faults.extend(attrs.evolve(fault, path=path) for fault in error.faults)
        except (TypeError, ValueError) as error:
            wording = Wording(f"valeur refusée (en anglais : {error})", f"refused: {error}")
            self.faults.append(Fault(path, value, wording))
        return None

    def table(self, id_: str, asking: tuple[str, ...]) -> DecisionTable[Any] | None:
        if id_ in self.tables and id_ not in asking:
            return self.tables[id_]
        decision = self.decisions[id_]
        path = f"decision[{decision.get('name', id_)}]"
        rules = decision.find(f"{{{MODEL}}}decisionTable")
        self.tables[id_] = None
        if rules is None or id_ in asking:
            self.faults.append(Fault(path, id_, _NO_TABLE if rules is None else _CIRCLE))
            return None
        sources = dict(self.sources(decision, rules, path, (*asking, id_)))
        before = len(self.faults)
        make = self.parts(decision, rules, sources, path)
        if len(self.faults) == before and None not in sources.values():
            self.tables[id_] = make()
        return self.tables[id_]

    def sources(
        self, decision: Element, rules: Element, path: str, asking: tuple[str, ...]
    ) -> Iterable[tuple[str, DecisionTable[Any] | None]]:
        """The tables that a decision asks for, by the name that its inputs have for each."""
        named = {text_of(clause, "inputExpression") for clause in _of(rules, "input")}
        for required in decision.findall(f"{{{MODEL}}}informationRequirement/{{{MODEL}}}requiredDecision"):
            id_ = required.get("href", "").removeprefix("#")
            if id_ not in self.decisions:
                self.faults.append(Fault(f"{path}.informationRequirement", id_, _NOBODY))
                continue
            table, found = self.table(id_, asking), _names(self.decisions[id_]) & named
            if not found:
                self.faults.append(Fault(f"{path}.informationRequirement", id_, _NOT_ASKED))
            yield from ((name, table) for name in found)

    def parts(
        self, decision: Element, rules: Element, sources: Mapping[str, DecisionTable[Any] | None], path: str
    ) -> Callable[[], DecisionTable[Any]]:
        name = decision.get("name", "")
        inputs = [self.input(clause, sources, f"{path}.input[{at}]") for at, clause in enumerate(_of(rules, "input"))]
        output = self.output(decision, rules, f"{path}.output")
        policy = _POLICIES.get((rules.get("hitPolicy", "UNIQUE"), rules.get("aggregation")))
        if policy is None:
            self.faults.append(Fault(f"{path}.hitPolicy", rules.get("hitPolicy"), _POLICY))
        rows = [self.row(rule, inputs, output, f"{path}.rule[{at}]") for at, rule in enumerate(_of(rules, "rule"))]
        priority: tuple[Any, ...] = ()
        if policy is HitPolicy.PRIORITY and output is not None:
            values = text_of(_of(rules, "output")[0], "outputValues")
            listed = self.attempt(f"{path}.outputValues", values, lambda: read_condition(values, output))
            priority = () if listed is None else listed.values
        told = _ours(decision, "table")
        promises, statements = self.extension(decision, output, path)
        return lambda: DecisionTable(
            name,
            [input_ for input_ in inputs if input_ is not None],
            output or self.types.domain(name, "boolean", "", None),
            [row for row in rows if row is not None],
            policy or HitPolicy.UNIQUE,
            _wording(decision.get("label"), None if told is None else told.get("title-en"), name or path),
            priority=priority,
            monotone=promises,
            statements=statements,
        )

    def extension(
        self, decision: Element, output: Domain | None, path: str
    ) -> tuple[list[Monotone], list[tuple[Any, Wording]]]:
        extension = decision.find(f"{{{MODEL}}}extensionElements")
        ours = [] if extension is None else list(extension)
        promises = [
            Monotone(told.get("input", ""), told.get("rising") != "false")
            for told in ours
            if told.tag == f"{{{OURS}}}monotone"
        ]
        told_outcomes = [told for told in ours if told.tag == f"{{{OURS}}}statement" and output is not None]
        return promises, [self.statement(told, output, f"{path}.statement") for told in told_outcomes]

    def statement(self, told: Element, output: Domain | None, path: str) -> tuple[Any, Wording]:
        text = told.get("outcome", "")
        outcome = None if output is None else self.attempt(path, text, partial(read_value, text, output))
        return outcome, _wording(told.get("fr"), told.get("en"), text or path)

    def input(self, clause: Element, sources: Mapping[str, DecisionTable[Any] | None], path: str) -> Input | None:
        expression = clause.find(f"{{{MODEL}}}inputExpression")
        name = text_of(clause, "inputExpression")
        if not name.isidentifier():
            self.faults.append(Fault(path, name, _NAME))
            return None
        told = _ours(clause, "input")
        given = {} if told is None else told.attrib
        source = sources.get(name)
        if name in sources and source is None:
            return None
        make = partial(
            Input,
            name if source is None else source.name,
            label=_wording(clause.get("label"), given.get("label-en"), name or path),
        )
        if given.get("question-fr"):
            make = partial(make, question=_wording(given["question-fr"], given.get("question-en"), name))
        if source is not None:
            return self.attempt(path, name, partial(make, domain=source.output, source=source))
        values = text_of(clause, "inputValues")
        type_ = "" if expression is None else expression.get("typeRef", "")
        domain = self.attempt(path, values or type_, lambda: self.types.domain(name, type_, values, told))
        if domain is None:
            return None
        absent = any((token.kind, token.text) == ("name", "null") for token in tokens(values))
        none = ABSENT if given.get("none") == ABSENT.value else UNKNOWN
        unknown = given.get("unknown") != "false"
        return self.attempt(path, name, partial(make, domain=domain, absent=absent, none=none, unknown=unknown))

    def output(self, decision: Element, rules: Element, path: str) -> Domain | None:
        outputs = _of(rules, "output")
        if len(outputs) != 1:
            self.faults.append(Fault(path, len(outputs), _ENTRIES))
            return None
        variable = decision.find(f"{{{MODEL}}}variable")
        of_variable = "" if variable is None else variable.get("typeRef", "")
        type_ = outputs[0].get("typeRef") or of_variable
        values = text_of(outputs[0], "outputValues")
        name = decision.get("name", "")
        return self.attempt(
            path, values or type_, lambda: self.types.domain(name, type_, values, _ours(decision, "table"))
        )

    def row(self, rule: Element, inputs: list[Input | None], output: Domain | None, path: str) -> Row | None:
        entries = [(entry.findtext(f"{{{MODEL}}}text") or "").strip() for entry in _of(rule, "inputEntry")]
        outcomes = [(entry.findtext(f"{{{MODEL}}}text") or "").strip() for entry in _of(rule, "outputEntry")]
        if len(entries) != len(inputs) or len(outcomes) != 1:
            self.faults.append(Fault(path, len(entries), _ENTRIES))
            return None
        when = {}
        for at, (input_, text) in enumerate(zip(inputs, entries, strict=True)):
            condition = None if input_ is None or not text else self.condition(input_, text, f"{path}.inputEntry[{at}]")
            if input_ is not None and condition is not None and condition.operator is not Operator.ANY:
                when[input_.name] = condition
        then = None if output is None else self.attempt(path, outcomes[0], lambda: read_value(outcomes[0], output))
        told = _ours(rule, "row")
        given = {} if told is None else told.attrib
        fr = rule.findtext(f"{{{MODEL}}}description")
        wording = _wording(fr, given.get("en"), fr) if fr and fr.strip() else None
        id_ = rule.get("label") or rule.get("id") or path
        return Row(id_, when, then, given.get("clause"), wording, reading=given.get("reading"))

    def condition(self, input_: Input, text: str, path: str) -> Condition | None:
        return self.attempt(path, text, lambda: read_condition(text, input_.domain, absent=input_.absent))
