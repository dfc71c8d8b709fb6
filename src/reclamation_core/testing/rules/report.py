"""The report of the rules exercised, for a reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from reclamation_core.testing.rules.tables import TableCoverage
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.testing.rules.coverage import RuleCoverage

_NOTHING: Final = Wording("aucune règle de la procédure n'a été consultée", "no rule of the procedure was asked")
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
SHOWN: Final = 3
"""How many of the rows that a table missed are listed in a short report."""
_CELL: Final = Wording("    cellule manquante : {cell}", "    a cell that was missed: {cell}")


_FRAMES: Final = Wording(
    "décidé en colonnes, et non compté : {frames} (frames.decide) ; pour que leurs règles comptent, décidez-en des "
    "lignes une à une, par policy.assess",
    "decided in columns, and not counted: {frames} (frames.decide); for their rules to count, decide rows of theirs "
    "one by one, by policy.assess",
)
_FRAME: Final = Wording("tableau", "frame")
_PLURALS: Final = {"tableau": "tableaux"}


def report(coverage: RuleCoverage, lang: Lang, shown: int | None) -> str:
    """Return the report, each line ended; it lists `shown` missed rows of each table, all of them where it is None."""
    lines = list(_lines(coverage, lang, shown)) or [_NOTHING.in_(lang)]
    if coverage.frames:
        lines.append(_FRAMES.in_(lang).format(frames=_count(coverage.frames, _FRAME.in_(lang), lang)))
    return "".join(f"{line}\n" for line in lines)


def _lines(coverage: RuleCoverage, lang: Lang, shown: int | None) -> Iterator[str]:
    for found in coverage.sets:
        decided = _count(found.exercised, _RULE.in_(lang), lang)
        yield _SET.in_(lang).format(label=found.label.in_(lang), decided=decided, total=found.total)
        idle = [table for table in found.tables.values() if shown is not None and not table.exercised]
        for table in found.tables.values():
            if table not in idle:
                yield from _of_table(table, lang, shown)
        if idle:
            titles = (f"{table.title.in_(lang)} ({len(table.rows)})" for table in idle)
            yield _IDLE.in_(lang).format(titles=", ".join(titles))


def _of_table(table: TableCoverage, lang: Lang, shown: int | None) -> Iterator[str]:
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
    one = number < 2 if lang == "fr" else number == 1
    return f"{number} {noun if one else _PLURALS.get(noun, f'{noun}s')}"
