"""Rule coverage: the rows and cells of decision tables that a test run exercised, counted by an observer of the tables.

Rows count for the edition (of the procedure) or for the guards whose table was looked up; tables that belong to neither
are ignored.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from threading import Lock
from typing import Any, Final, TypeAlias

import attrs

from reclamation_core.cases.guards import guard_table
from reclamation_core.missing import ABSENT
from reclamation_core.plans.guards import plan_guard_table
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import DecisionTable, Row
from reclamation_core.tables.cells import Atom, numbers
from reclamation_core.tables.decision import Cell
from reclamation_core.tables.explanation import row_wording
from reclamation_core.tables.look_up import observing
from reclamation_core.tables.model import CompiledTable
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from reclamation_core.wording import Lang, Wording

__all__ = ["RuleCoverage", "rule_coverage", "without_rule_coverage"]

_FORMAT: Final = 1
_LISTED_ROWS: Final = 3
"""The number of missed rows that a short report lists of each table."""
_GUARDS: Final[tuple[tuple[Iterable[Any], Callable[[Any], DecisionTable[Any]], str, Wording], ...]] = (
    (CommandType, guard_table, "guards of cases", Wording("gardes des dossiers", "guards of cases")),
    (PlanCommandType, plan_guard_table, "guards of plans", Wording("gardes des plans", "guards of plans")),
)
_IGNORED: Final = ContextVar("ignored", default=False)


@attrs.frozen
class RuleRow(SharedRepr):
    """A row of a table, as a report names it.

    Attributes:
        id: the row's identifier in its table.
        source: the clause and the interpretation that it cites, in both languages; None if it cites none.
        wording: the rule as a sentence.
    """

    id: str
    source: Wording | None
    wording: Wording

    @classmethod
    def of(cls, table: DecisionTable[Any], row: Row) -> RuleRow:
        """Return the description of a table's row."""
        source = Wording(row.source("fr"), row.source("en")) if row.source("fr") else None
        return cls(row.id, source, Wording(row_wording(table, row, "fr"), row_wording(table, row, "en")))

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> RuleRow:
        """Return the row of a report in JSON."""
        source = document["source"]
        return cls(document["id"], source and Wording(**source), Wording(**document["wording"]))

    def in_(self, lang: Lang) -> str:
        """Return one line: identifier, source, wording."""
        source = "" if self.source is None else f" ({self.source.in_(lang)})"
        colon = " :" if lang == "fr" else ":"
        return f"{self.id}{source}{colon} {self.wording.in_(lang)}"


@attrs.define
class TableCoverage(SharedRepr):
    """The coverage of one table.

    A row is exercised if it determined an outcome: not if another row overrode it, nor while the outcome was
    undetermined. A cell is exercised if facts fell into exactly this cell.

    Attributes:
        name: the table's name.
        title: its title for readers.
        rows: its rows, in the table's order.
        inputs: for each input, its French label and its atoms.
        reachable: the cells that some facts fall in, as a set of numbers.
        given: the number of outcomes that each row determined, by row identifier.
        met: the exercised cells, as a set of numbers.
    """

    name: str
    title: Wording
    rows: tuple[RuleRow, ...]
    inputs: tuple[tuple[str, tuple[str, ...]], ...]
    reachable: int
    given: Counter[str] = attrs.field(factory=Counter)
    met: int = 0

    @classmethod
    def of(cls, table: DecisionTable[Any]) -> TableCoverage:
        """Return the empty coverage of a table."""
        rows = tuple(RuleRow.of(table, row) for row in table.rows)
        inputs = tuple(
            (input_.label.fr, tuple(_atom_label(table, place, atom) for atom in atoms))
            for place, (input_, atoms) in enumerate(zip(table.inputs, table.cells.atoms, strict=True))
        )
        return cls(table.name, table.title, rows, inputs, table.reachable)

    def count(self, cell: Cell[Any]) -> None:
        """Count one look-up."""
        self.given.update(row.id for row in cell.deciding)
        if cell.cells.bit_count() == 1:
            self.met |= cell.cells

    def add(self, other: TableCoverage) -> None:
        """Add the counts of another process for the same table."""
        self.given.update(other.given)
        self.met |= other.met

    @property
    def exercised(self) -> tuple[RuleRow, ...]:
        """The rows that determined an outcome."""
        return tuple(row for row in self.rows if self.given[row.id])

    @property
    def missed(self) -> tuple[RuleRow, ...]:
        """The rows that never determined an outcome."""
        return tuple(row for row in self.rows if not self.given[row.id])

    @property
    def missed_cell(self) -> str | None:
        """The first reachable cell that no facts fell into, described in French; None if there is none."""
        missed = self.reachable & ~self.met
        return self._describe_cell(next(numbers(missed))) if missed else None

    def _describe_cell(self, number: int) -> str:
        parts: list[str] = []
        for label, atoms in reversed(self.inputs):
            number, code = divmod(number, len(atoms))
            parts.append(f"{label} : {atoms[code]}")
        return ", ".join(reversed(parts))

    def document(self) -> dict[str, Any]:
        """Return the coverage as plain data; sets of cells are hexadecimal numbers."""
        return {
            "name": self.name,
            "title": attrs.asdict(self.title),
            "rows": [{**attrs.asdict(row), "given": self.given[row.id]} for row in self.rows],
            "missed": [row.id for row in self.missed],
            "cells": {
                "reachable": self.reachable.bit_count(),
                "exercised": self.met.bit_count(),
                "first_missed": self.missed_cell,
                "reachable_set": f"{self.reachable:x}",
                "exercised_set": f"{self.met:x}",
                "inputs": [{"label": label, "atoms": list(atoms)} for label, atoms in self.inputs],
            },
        }

    @classmethod
    def read(cls, document: Mapping[str, Any]) -> TableCoverage:
        """Return the coverage that `document` wrote."""
        cells = document["cells"]
        return cls(
            name=document["name"],
            title=Wording(**document["title"]),
            rows=tuple(map(RuleRow.read, document["rows"])),
            inputs=tuple((input_["label"], tuple(input_["atoms"])) for input_ in cells["inputs"]),
            reachable=int(cells["reachable_set"], 16),
            given=Counter({row["id"]: row["given"] for row in document["rows"]}),
            met=int(cells["exercised_set"], 16),
        )


def _atom_label(table: DecisionTable[Any], place: int, atom: Atom) -> str:
    """Return the label of a class of values, by one of its members."""
    if atom.sample is ABSENT:
        return "sans objet"
    return table.inputs[place].domain.label(atom.sample, "fr")


@attrs.define
class RuleSet(SharedRepr):
    """The coverage of an edition of the procedure, of the guards of cases, or of the guards of plans.

    Attributes:
        key: the identifier, equal in all processes; editions of one name and of different rules have different keys.
        label: the name for readers.
        tables: the coverage of each table by name, tables that were never looked up included.
    """

    key: str
    label: Wording
    tables: dict[str, TableCoverage]

    @property
    def total(self) -> int:
        """The number of rows."""
        return sum(len(table.rows) for table in self.tables.values())

    @property
    def exercised(self) -> int:
        """The number of rows that determined an outcome."""
        return sum(len(table.exercised) for table in self.tables.values())


class RuleCoverage:
    """The rules that a run exercised: counted by `rule_coverage`, added up over processes, reported.

    An edition is reported once one of its tables was looked up, with all its tables; so are the guards of cases and the
    guards of plans. The rows of frames decided in columns (`frames.decide`) are not counted; the report says how many
    frames there were.

    >>> from reclamation_core.policy import m2_1
    >>> from reclamation_core.testing.builders import a_complaint
    >>> from reclamation_core.testing.rules import rule_coverage
    >>> with rule_coverage() as coverage:
    ...     level = m2_1().tables["level"].decide(a_complaint()).outcome
    >>> (edition,) = coverage.sets
    >>> print(*(row.id for row in edition.tables["level"].exercised))
    local-client one-centre
    """

    def __init__(self) -> None:
        self._sets: dict[str, RuleSet] = {}
        self._frames = 0
        self._lock = Lock()

    @property
    def sets(self) -> tuple[RuleSet, ...]:
        """The rule sets that were used, editions first, by name."""
        return tuple(sorted(self._sets.values(), key=lambda rules: (rules.key.startswith("guards"), rules.key)))

    @property
    def total(self) -> int:
        """The number of rows of the rule sets that were used."""
        return sum(rules.total for rules in self._sets.values())

    @property
    def exercised(self) -> int:
        """The number of rows that determined an outcome."""
        return sum(rules.exercised for rules in self._sets.values())

    @property
    def percent(self) -> float:
        """The percentage of rows that determined an outcome; 0 if no rule set was used."""
        return 100 * self.exercised / self.total if self.total else 0.0

    @property
    def frames(self) -> int:
        """The number of frames decided in columns, whose rows are not counted."""
        return self._frames

    def on_columns(self) -> None:
        """Count a frame decided in columns; part of the observer's protocol."""
        if not _IGNORED.get():
            with self._lock:
                self._frames += 1

    def on_cell(self, cell: Cell[Any]) -> None:
        """Count a look-up and the look-ups that it rests on; part of the observer's protocol."""
        if not _IGNORED.get():
            owner = _owner(cell.table)
            if owner is not None:
                key, label, tables = owner
                with self._lock:
                    if key not in self._sets:
                        coverages = {name: TableCoverage.of(table) for name, table in tables.items()}
                        self._sets[key] = RuleSet(key, label, coverages)
                    _record(self._sets[key], tables, cell)

    def add(self, text: str) -> None:
        """Add the counts of another process, as `to_json` writes them."""
        whole = json.loads(text)
        self._frames += whole["frames"]
        for document in whole["sets"]:
            tables = {table["name"]: TableCoverage.read(table) for table in document["tables"]}
            known = self._sets.get(document["key"])
            if known is None:
                self._sets[document["key"]] = RuleSet(document["key"], Wording(**document["label"]), tables)
                continue
            for name, table in tables.items():
                known.tables[name].add(table)

    def to_json(self) -> str:
        """Return the report as JSON: rows with their counts, missed rows, cells, and the number of frames."""
        sets = [
            {
                "key": rules.key,
                "label": attrs.asdict(rules.label),
                "rows": rules.total,
                "exercised": rules.exercised,
                "tables": [table.document() for table in rules.tables.values()],
            }
            for rules in self.sets
        ]
        whole = {"rows": self.total, "exercised": self.exercised, "percent": round(self.percent, 2)}
        document = {"version": _FORMAT, **whole, "frames": self.frames, "sets": sets}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def below(self, threshold: float | None) -> str | None:
        """Return a French message if the percentage is below a threshold, else None; so does a threshold of None."""
        if threshold is None or self.percent >= threshold:
            return None
        exercised = f"{_percent(self.percent)} des règles exercées ({self.exercised} sur {self.total})"
        return f"ÉCHEC : {exercised}, le seuil demandé est de {_percent(threshold)}"

    def report(self, lang: Lang = "fr", *, every: bool = False) -> str:
        """Return the report for a reader: the coverage of each table, and missed rows.

        Args:
            lang: the language.
            every: True lists all missed rows; False lists three of each table, and names on one line the tables of
                which no row was exercised.
        """
        shown = None if every else _LISTED_ROWS
        lines = list(_report_lines(self, lang, shown)) or [_NO_RULE.in_(lang)]
        if self.frames:
            lines.append(_FRAMES.in_(lang).format(frames=_count(self.frames, _FRAME.in_(lang), lang)))
        return "".join(f"{line}\n" for line in lines)


@contextmanager
def rule_coverage(coverage: RuleCoverage | None = None) -> Iterator[RuleCoverage]:
    """Count every look-up of a block in the tables of editions and guards, the tables they require included.

    Refused facts are not counted, and frames decided in columns are counted as frames. Blocks may be nested.

    Args:
        coverage: the counts to add to; new ones by default.
    """
    counted = RuleCoverage() if coverage is None else coverage
    with observing(counted):
        yield counted


@contextmanager
def without_rule_coverage() -> Iterator[None]:
    """Exclude the look-ups of a block, such as those of the conformance cases, which examine the rules themselves."""
    token = _IGNORED.set(True)
    try:
        yield
    finally:
        _IGNORED.reset(token)


_Owner: TypeAlias = tuple[str, Wording, Mapping[str, DecisionTable[Any]]]


def _record(rules: RuleSet, tables: Mapping[str, DecisionTable[Any]], cell: Cell[Any]) -> None:
    """Count a look-up in the table of its name if that is the same table, then the look-ups that it rests on."""
    name = cell.table.name
    if name in tables and cell.table == tables[name]:
        rules.tables[name].count(cell)
    for source in cell.requires.values():
        _record(rules, tables, source)


def _owner(table: CompiledTable[Any]) -> _Owner | None:
    """Return key, label and tables of the edition or the guards that a table belongs to."""
    policy = table.owner
    if isinstance(policy, Policy):
        label = Wording(f"édition {policy.edition}", f"edition {policy.edition}")
        return f"edition {policy.edition} {policy.digest[:16]}", label, policy.tables
    if table.name.startswith("may_"):
        for key, label, tables in _guards():
            if tables.get(table.name) is table:
                return key, label, tables
    return None


@cache
def _guards() -> tuple[_Owner, ...]:
    return tuple(
        (key, label, {table.name: table for table in map(table_of, commands)})
        for commands, table_of, key, label in _GUARDS
    )


_NO_RULE: Final = Wording("aucune règle de la procédure n'a été consultée", "no rule of the procedure was evaluated")
_SET: Final = Wording("{label} : {decided} sur {total}", "{label}: {decided} of {total}")
_TABLE: Final = Wording(
    "  {title} : {decided} sur {total}, {cells} sur {reachable}",
    "  {title}: {decided} of {total}, {cells} of {reachable}",
)
_RULE: Final = Wording("règle", "rule")
_CELLS: Final = Wording("cellule", "cell")
_MISSED: Final = Wording("    jamais : {row}", "    never: {row}")
_MORE: Final = Wording("    et {rules} de plus jamais exercées", "    and {rules} more never exercised")
_IDLE: Final = Wording("  aucune règle exercée : {titles}", "  no rule exercised: {titles}")
_CELL: Final = Wording("    cellule manquante : {cell}", "    a cell that was missed: {cell}")
_FRAMES: Final = Wording(
    "décidé en colonnes, et non compté : {frames} (frames.decide) ; pour que leurs règles comptent, décidez-en des "
    "lignes une à une, par policy.assess",
    "decided in columns, and not counted: {frames} (frames.decide); for their rules to count, decide rows of theirs "
    "one by one, by policy.assess",
)
_FRAME: Final = Wording("tableau", "frame")
_PLURALS: Final = {"tableau": "tableaux"}


def _report_lines(coverage: RuleCoverage, lang: Lang, shown: int | None) -> Iterator[str]:
    """Yield the lines; `shown` is the number of missed rows listed of each table, None for all."""
    for rules in coverage.sets:
        decided = _count(rules.exercised, _RULE.in_(lang), lang)
        yield _SET.in_(lang).format(label=rules.label.in_(lang), decided=decided, total=rules.total)
        idle = [table for table in rules.tables.values() if shown is not None and not table.exercised]
        for table in rules.tables.values():
            if table not in idle:
                yield from _table_lines(table, lang, shown)
        if idle:
            titles = (f"{table.title.in_(lang)} ({len(table.rows)})" for table in idle)
            yield _IDLE.in_(lang).format(titles=", ".join(titles))


def _table_lines(table: TableCoverage, lang: Lang, shown: int | None) -> Iterator[str]:
    yield _TABLE.in_(lang).format(
        title=table.title.in_(lang),
        decided=_count(len(table.exercised), _RULE.in_(lang), lang),
        total=len(table.rows),
        cells=_count(table.met.bit_count(), _CELLS.in_(lang), lang),
        reachable=table.reachable.bit_count(),
    )
    listed = table.missed if shown is None or len(table.missed) == shown + 1 else table.missed[:shown]
    yield from (_MISSED.in_(lang).format(row=row.in_(lang)) for row in listed)
    if len(listed) < len(table.missed):
        yield _MORE.in_(lang).format(rules=_count(len(table.missed) - len(listed), _RULE.in_(lang), lang))
    if table.missed_cell is not None and not table.missed:
        yield _CELL.in_(lang).format(cell=table.missed_cell)


def _count(number: int, noun: str, lang: Lang) -> str:
    singular = number < 2 if lang == "fr" else number == 1
    return f"{number} {noun if singular else _PLURALS.get(noun, f'{noun}s')}"


def _percent(number: float) -> str:
    """Return a percentage in French with at most two decimals, rounded down so that it never reaches a threshold."""
    return f"{int(number * 100) / 100:g} %".replace(".", ",")
