"""The parts of a DMN document: decisions, input data, the types of facts, and the columns of tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from xml.etree.ElementTree import Element

import attrs

from reclamation_core.errors import Fault
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables.conditions import Condition
from reclamation_core.tables.dmn import refusals
from reclamation_core.tables.dmn.domains import Type, literals, text_of
from reclamation_core.tables.dmn.writing import MODEL, OURS
from reclamation_core.tables.domains import Domain
from reclamation_core.tables.model import Input
from reclamation_core.tables.rules import HitPolicy, Monotone, Row
from reclamation_core.tables.sfeel import tokens
from reclamation_core.tables.table import DecisionTable
from reclamation_core.wording import Wording

_LONGEST_NAME: Final = 500


def children(parent: Element, name: str) -> list[Element]:
    """Return the children of an element that DMN calls so."""
    return parent.findall(f"{{{MODEL}}}{name}")


def child(parent: Element, name: str) -> Element | None:
    """Return the first child of an element that DMN calls so."""
    return parent.find(f"{{{MODEL}}}{name}")


def extension_of(parent: Element, name: str) -> Element | None:
    """Return an extension element of this package."""
    return parent.find(f"{{{MODEL}}}extensionElements/{{{OURS}}}{name}")


def plain_name(text: str) -> str:
    """Return a name with single spaces."""
    return " ".join(text.split())


def asked_by(clause: Element) -> str:
    """The name or expression of an input clause; empty if it is longer than any name."""
    text = plain_name(text_of(clause, "inputExpression"))
    return text if len(text) <= _LONGEST_NAME else ""


def entries_of(rule: Element, name: str) -> list[str]:
    """Return the texts of the entries of a rule."""
    return [(entry.findtext(f"{{{MODEL}}}text") or "").strip() for entry in children(rule, name)]


def bilingual(fr: str | None, en: str | None, otherwise: str) -> Wording:
    """A text in both languages, the French one in place of the English where there is none."""
    french = fr if fr and fr.strip() else otherwise
    return Wording(french, en if en and en.strip() else french)


def plain_wording(given: Mapping[str, str], name: str) -> Wording | None:
    """Return the plain wording among the attributes of an extension; None where there is none."""
    fr = given.get(f"{name}-fr")
    return bilingual(fr, given.get(f"{name}-en"), "") if fr and fr.strip() else None


def variable_type(element: Element) -> str:
    """Return the type of the variable of an input data or a decision; empty where there is none."""
    variable = child(element, "variable")
    return "" if variable is None else variable.get("typeRef", "")


@attrs.frozen
class Document(SharedRepr):
    """The parts of a document that its tables refer to.

    Args:
        root: the root element.
        decisions: the decisions, by id.
        data: the input data, by each of its names.
        by_name: the ids of the decisions, by each of their names.
        tables: the decision tables of those that are tables, by id.
    """

    root: Element
    decisions: Mapping[str, Element]
    data: Mapping[str, Element]
    by_name: Mapping[str, str]
    tables: Mapping[str, Element]

    @classmethod
    def of(cls, root: Element) -> Document:
        # An id may be left out: no other decision can require such a decision.
        decisions = {
            decision.get("id", f"decision[{at}]"): decision for at, decision in enumerate(children(root, "decision"))
        }
        data = {name: element for element in children(root, "inputData") for name in names_of(element)}
        by_name = {name: id_ for id_, decision in decisions.items() for name in names_of(decision)}
        found = ((id_, child(decision, "decisionTable")) for id_, decision in decisions.items())
        return cls(root, decisions, data, by_name, {id_: table for id_, table in found if table is not None})

    @property
    def repeated(self) -> Iterator[Fault]:
        """The ids and the names that several decisions have: one of them would be lost."""
        for key in ("id", "name"):
            given = Counter(
                one for decision in children(self.root, "decision") if (one := decision.get(key)) is not None
            )
            yield from (Fault(f"decision.{key}", one, refusals.ONCE) for one, count in given.items() if count > 1)

    def path(self, id_: str) -> str:
        return f"decision[{self.decisions[id_].get('name', id_)}]"

    def required(self, id_: str) -> Iterator[str]:
        """What a decision requires of other decisions, as it refers to them."""
        for one in self.decisions[id_].findall(f"{{{MODEL}}}informationRequirement/{{{MODEL}}}requiredDecision"):
            space, _, target = one.get("href", "").rpartition("#")
            yield target if space in {"", self.root.get("namespace")} else one.get("href", "")

    def called(self, id_: str) -> set[str]:
        """What an input may call the outcome of a decision: by its name, its variable's, its only outcome's, its id."""
        outputs = children(self.tables[id_], "output") if id_ in self.tables else []
        other = {plain_name(outputs[0].get("name", ""))} if len(outputs) == 1 else set()
        return names_of(self.decisions[id_]) | ((other | {id_}) - {""} - self.data.keys())

    def holder(self, name: str) -> Element | None:
        """The input data, or the decision, of a name."""
        id_ = self.by_name.get(name)
        return self.data.get(name, None if id_ is None else self.decisions[id_])


def names_of(element: Element) -> set[str]:
    """Return the names of an element and of its variable."""
    variable = child(element, "variable")
    return {plain_name(named.get("name", "")) for named in (element, variable) if named is not None} - {""}


@attrs.define
class DmnFact(SharedRepr):
    """A fact that columns of several tables may use, with the declarations of each column.

    Args:
        name: its DMN name, or path.
        label: that of its first column.
        types: the types that are referred to, those of columns first.
        values: the first list of values, or range, that a column has.
        texts: the texts that cells name.
        kinds: the types of the literals that cells name.
        absent: whether cells name null.
        declared: whether the document has it as input data, or as a decision.
        refused: whether one of its types has a fault, which is reported already.
    """

    name: str
    label: str
    types: list[Type] = attrs.field(factory=list)
    values: str = ""
    texts: dict[str, None] = attrs.field(factory=dict)
    kinds: set[str] = attrs.field(factory=set)
    absent: bool = False
    declared: bool = False
    refused: bool = False


@attrs.frozen
class DmnColumn(SharedRepr):
    """One outcome of a decision: its place and its name among several, its clause, the values that it lists.

    Its outcomes are the items of a list if `is_list` is True: a type that is a list is that of the list.
    """

    id: str
    at: int
    key: str
    policy: HitPolicy
    output: Element
    listed: frozenset[Any] | None
    is_list: bool = False

    @classmethod
    def of(cls, id_: str, at: int, key: str, policy: HitPolicy, output: Element, *, is_list: bool = False) -> DmnColumn:
        """The outcome of an output clause."""
        listed = listed_values(text_of(output, "outputValues"))
        return cls(id_, at, key, policy, output, None if listed is None else frozenset(listed), is_list)


@attrs.frozen
class Parts(SharedRepr):
    """What a table is made of, save its rows and its hit policy."""

    name: str
    inputs: list[Input]
    output: Domain
    title: Wording
    priority: tuple[Any, ...]
    monotone: list[Monotone]
    statements: list[tuple[Any, Wording]]
    plain_statements: list[tuple[Any, Wording]]

    def table(self, rows: list[Row], policy: HitPolicy, *, validate: bool) -> DecisionTable[Any]:
        return DecisionTable(
            self.name,
            self.inputs,
            self.output,
            rows,
            policy,
            self.title,
            priority=self.priority,
            monotone=self.monotone,
            statements=self.statements,
            plain_statements=self.plain_statements,
            validate=validate,
        )


def listed_values(values: str) -> list[Any] | None:
    """The literals of a list of outcomes; None where it is a range, or empty."""
    if not values or any(token.kind in {"dots", "comparison"} for token in tokens(values)):
        return None
    return list(literals(values))


def row_ids(rules: Sequence[Element]) -> list[str]:
    """An id for each rule: its label where no other has it, with its number where several do, or its own id."""
    labels = [rule.get("label") or rule.get("id") or "" for rule in rules]
    times = Counter(labels)
    ids: list[str] = []
    taken = {label for label, count in times.items() if count == 1}
    for number, label in enumerate(labels, 1):
        id_ = label
        if not label or times[label] > 1:
            id_ = f"{label} ({number})" if label else str(number)
            while id_ in taken:
                id_ += "*"
            taken.add(id_)
        ids.append(id_)
    return ids


def free_id(id_: str, rows: Sequence[Row]) -> str:
    """Return an id that no row has."""
    taken = {row.id for row in rows}
    while id_ in taken:
        id_ += "*"
    return id_


def row_of(rule: Element, id_: str, when: Mapping[str, Condition], then: object) -> Row:
    """Return the row of a rule."""
    extension = extension_of(rule, "row")
    given = {} if extension is None else extension.attrib
    fr = rule.findtext(f"{{{MODEL}}}description")
    wording = bilingual(fr, given.get("en"), fr) if fr and fr.strip() else None
    cited = {"clause": given.get("clause"), "interpretation": given.get("interpretation")}
    return Row(id_, when, then, wording=wording, plain=plain_wording(given, "plain"), **cited)
