"""Plans and their editions as Markdown and CSV, in French first."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.cases.causes.markdown import inline, table
from reclamation_core.cases.line_reference import LineReference
from reclamation_core.cases.sealed import Vault
from reclamation_core.documents.csv_text import csv_text
from reclamation_core.plans.codes import Change
from reclamation_core.plans.columns import COLUMNS, REOPENINGS, Reader
from reclamation_core.plans.difference import published_plan_difference
from reclamation_core.plans.edition import PlanLine, PublishedPlan, in_order
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.plans.plan import Pgaac

_SHORT = tuple(column for column in COLUMNS if column.short)
_NO_LINE = Wording("Aucune action.", "No action.")
_NO_CHANGE = Wording("Aucune évolution.", "No change.")


def reader(vault: Vault, lang: Lang = "fr", zone: tzinfo | None = None, *, families: Taxonomy | None = None) -> Reader:
    """How values are shown.

    Args:
        vault: the texts.
        lang: the language.
        zone: in which time zone an instant is a day; that of Paris by default.
        families: what the families of causes are called; by default as this library proposes (`TRAINING_BODY`). One
            that is none of them is shown by its code.
    """
    own = TRAINING_BODY if families is None else families
    return Reader(lang, vault, ZoneInfo("Europe/Paris") if zone is None else zone, families=own)


def lines_csv(lines: Iterable[PlanLine], how: Reader, *, delimiter: str = ";") -> str:
    """Lines as CSV with every column, one line each; text that a spreadsheet takes for a formula gets an apostrophe.

    Args:
        lines: the lines, in any order.
        how: how values are shown.
        delimiter: what separates the cells; a semicolon is what French spreadsheets expect.

    In a file for a spreadsheet, write it with `encoding="utf-8-sig"` and `newline=""`.
    """
    rows = [[column.header.in_(how.lang) for column in COLUMNS]]
    rows += ([column.cell(line, how) for column in COLUMNS] for line in in_order(lines))
    return csv_text(rows, delimiter)


def plan_markdown(plan: Pgaac, how: Reader, gathered: Iterable[PlanLine] = ()) -> str:
    """A living plan: a title, a table of its lines and of those it gathers, and why some were opened again."""
    how, lines = how.on_a_page, (*plan.lines, *gathered)
    title = f"# PGAAC – {inline(plan.scope.label(how.lang))}"
    return "\n".join([title, "", *_table(lines, how), *_reopenings(lines, how)])


def published_plan_markdown(edition: PublishedPlan, how: Reader, before: PublishedPlan | None = None) -> str:
    """An edition: title, date, recipients, what changed from the edition before, the lines.

    Raises:
        ValueError: the edition before is another plan's.
    """
    how, fr = how.on_a_page, how.lang == "fr"
    number = f"édition n° {edition.number}" if fr else f"edition no. {edition.number}"
    published = (
        f"Publiée le {how.show(edition.published_at)}" if fr else f"Published on {how.show(edition.published_at)}"
    )
    to = f"Diffusion : {how.show(edition.recipients)}" if fr else f"Sent to: {how.show(edition.recipients)}"
    return "\n".join(
        [
            f"# PGAAC – {inline(edition.scope.label(how.lang))} – {number}",
            "",
            f"{published}. {inline(to)}.",
            "",
            "## Évolution" if fr else "## Changes",
            "",
            *_changes(edition, before, how),
            "",
            "## Actions",
            "",
            *_table(edition.lines, how),
        ]
    )


def _changes(edition: PublishedPlan, before: PublishedPlan | None, how: Reader) -> list[str]:
    found = published_plan_difference(before, edition)
    earlier = {} if before is None else {line.reference: line for line in before.lines}
    later = {line.reference: line for line in edition.lines}
    items = [_item(line.reference, Change.ADDED, how) for line in found.added]
    for change in found.changed:
        items.append(_item(change.reference, change.change, how))
        items += _cells(earlier[change.reference], later[change.reference], how)
    items += [_item(reference, Change.LEFT, how) for reference in found.left]
    return items or [_NO_CHANGE.in_(how.lang)]


def _item(reference: LineReference, change: Change, how: Reader) -> str:
    colon = " :" if how.lang == "fr" else ":"
    return f"- {inline(_named(reference, how))}{colon} {change.label(how.lang)}"


def _cells(earlier: PlanLine, later: PlanLine, how: Reader) -> list[str]:
    """The cells that changed, as they read: a text rewritten as it was has not."""
    colon = " :" if how.lang == "fr" else ":"
    told = []
    for column in COLUMNS:
        before, after = column.cell(earlier, how), column.cell(later, how)
        if before != after:
            words = f"{inline(before) or '–'} → {inline(after) or '–'}"
            told.append(f"  - {column.header.in_(how.lang)}{colon} {words}")
    return told


def _reopenings(lines: Iterable[PlanLine], how: Reader) -> list[str]:
    """When and why lines were opened again; nothing where none was."""
    colon = " :" if how.lang == "fr" else ":"
    items = [
        f"- {inline(_named(line.reference, how))}{colon} {inline(REOPENINGS.cell(line, how))}"
        for line in in_order(lines)
        if line.action.reopenings
    ]
    return [f"## {REOPENINGS.header.in_(how.lang)}", "", *items, ""] if items else []


def _named(reference: LineReference, how: Reader) -> str:
    return f"{reference.action} ({reference.scope.label(how.lang)})"


def _table(lines: Iterable[PlanLine], how: Reader) -> list[str]:
    rows = [[column.cell(line, how) for column in _SHORT] for line in in_order(lines)]
    if not rows:
        return [_NO_LINE.in_(how.lang), ""]
    header = [column.header.in_(how.lang) for column in _SHORT]
    return [table(header, rows), ""]
