"""What a run exercised of the editions and of the guards that it used."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from threading import Lock
from typing import Any

import attrs

from reclamation_core.tables import Cell, DecisionTable
from reclamation_core.testing.rules.tables import TableCoverage
from reclamation_core.wording import Lang, Wording

_FORMAT = 1


@attrs.frozen(eq=False)
class Owner:
    """Whose a table is: an edition, or what guards cases or plans.

    Args:
        key: tells it from the others, also in another process.
        label: what a reader calls it.
        tables: gives all its tables.
    """

    key: str
    label: Wording
    tables: Callable[[], Iterable[DecisionTable[Any]]]


@attrs.define
class RuleSet:
    """What was exercised of an edition, of the guards of cases, or of those of plans.

    Attributes:
        key: tells it from the others; editions of one name and of other parameters are apart.
        label: what a reader calls it.
        tables: what was exercised of each of its tables, by name; all are there, those that nothing asked too.
    """

    key: str
    label: Wording
    tables: dict[str, TableCoverage]

    @property
    def total(self) -> int:
        """How many rows there are."""
        return sum(len(table.rows) for table in self.tables.values())

    @property
    def exercised(self) -> int:
        """How many of them gave an outcome."""
        return sum(len(table.exercised) for table in self.tables.values())


class RuleCoverage:
    """What a run exercised: counted by `counting`, added up from several processes, reported.

    Only what was used is reported: an edition once one of its tables was asked, with all its tables; the guards of
    cases, and those of plans, likewise. What `frames.decide` decides in columns is not counted, but told.

    >>> from reclamation_core.policy import m2_1
    >>> from reclamation_core.testing.builders import a_complaint
    >>> from reclamation_core.testing.rules import counting
    >>> with counting() as coverage:
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
        """What was used, the editions first, by name."""
        return tuple(sorted(self._sets.values(), key=lambda found: (found.key.startswith("guards"), found.key)))

    @property
    def total(self) -> int:
        """How many rows there are of what was used."""
        return sum(found.total for found in self._sets.values())

    @property
    def exercised(self) -> int:
        """How many of them gave an outcome."""
        return sum(found.exercised for found in self._sets.values())

    @property
    def percent(self) -> float:
        """How many of a hundred rows gave an outcome; 0 where nothing was used."""
        return 100 * self.exercised / self.total if self.total else 0.0

    @property
    def frames(self) -> int:
        """How many frames were decided in columns: their rows are read off the cells at once, and none is counted."""
        return self._frames

    def record_frame(self) -> None:
        """Note that a frame was decided."""
        with self._lock:
            self._frames += 1

    def record(self, owner: Owner, cell: Cell[Any]) -> None:
        """Count a cell that was looked up in a table of an owner."""
        with self._lock:
            found = self._sets.get(owner.key)
            if found is None:
                tables = {table.name: TableCoverage.of(table) for table in owner.tables()}
                found = self._sets[owner.key] = RuleSet(owner.key, owner.label, tables)
            found.tables[cell.table.name].record(cell)

    def add(self, text: str) -> None:
        """Count what another process counted, as its `to_json` tells it."""
        whole = json.loads(text)
        self._frames += whole["frames"]
        for document in whole["sets"]:
            tables = {table["name"]: TableCoverage.read(table) for table in document["tables"]}
            found = self._sets.get(document["key"])
            if found is None:
                self._sets[document["key"]] = RuleSet(document["key"], Wording(**document["label"]), tables)
                continue
            for name, table in tables.items():
                found.tables[name].add(table)

    def to_json(self) -> str:
        """All of it as JSON: rows with how often each gave an outcome, those missed, cells; frames, uncounted."""
        sets = [
            {
                "key": found.key,
                "label": attrs.asdict(found.label),
                "rows": found.total,
                "exercised": found.exercised,
                "tables": [table.document() for table in found.tables.values()],
            }
            for found in self.sets
        ]
        whole = {"rows": self.total, "exercised": self.exercised, "percent": round(self.percent, 2)}
        document = {"version": _FORMAT, **whole, "frames": self.frames, "sets": sets}
        return json.dumps(document, ensure_ascii=False, indent=1) + "\n"

    def below(self, threshold: float | None) -> str | None:
        """In French, why a threshold, in percent, is not reached; None where it is, or where there is none."""
        if threshold is None or self.percent >= threshold:
            return None
        found = f"{_percent(self.percent)} des règles exercées ({self.exercised} sur {self.total})"
        return f"ÉCHEC : {found}, le seuil demandé est de {_percent(threshold)}"

    def report(self, lang: Lang = "fr", *, every: bool = False) -> str:
        """Return the report for a reader: how much of each table was exercised, and rows that nothing reached.

        Args:
            lang: the language.
            every: whether to list every such row; otherwise the first three of each table, and on one line the tables
                of which no row was exercised.
        """
        from reclamation_core.testing.rules.report import SHOWN, report

        return report(self, lang, None if every else SHOWN)


def _percent(number: float) -> str:
    """In French, with two decimals at most; not rounded up to a threshold that is not reached."""
    return f"{int(number * 100) / 100:g} %".replace(".", ",")
