"""`reclamation policy show`, `check`, `export` and `diff`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from rich.markdown import Markdown

from reclamation_core.cli.refusals import CommandError, of_the_file
from reclamation_core.cli.screen import console
from reclamation_core.cli.terminal import give, one_line, say
from reclamation_core.cli.triages import edition
from reclamation_core.cli.words import plural
from reclamation_core.intake.files import atomic_writer
from reclamation_core.policy import Policy, catalogue, m2_1, read_policy
from reclamation_core.policy.pages import OWN
from reclamation_core.tables import DecisionTable
from reclamation_core.tables.explanation import row_wording, sentence

_AFTER_THE_TABLES: Final = "\n## Lectures"


def show(path: Path | None) -> int:
    """The catalogue of an edition: laid out on a terminal, as Markdown elsewhere."""
    policy = edition(path)
    page = catalogue(policy)
    screen = console()
    if screen.is_terminal:
        # The tables have up to eleven columns, more than a terminal has room for: their rules are listed instead.
        tables, heading, rest = page.partition(_AFTER_THE_TABLES)
        title = tables.partition("\n")[0]
        screen.print(Markdown("\n".join([title, "", *_rules(policy), heading + rest])), soft_wrap=False)
    else:
        give(page)
    return 0


def _rules(policy: Policy) -> Iterator[str]:
    for table in policy.tables.values():
        yield f"\n## {sentence(table.title.fr).rstrip('.')}\n"
        for row in table.rows:
            own = OWN if policy.is_own(table.name, row.id) else None
            source = ", ".join(filter(None, [row.source("fr"), own, f"`{row.id}`"]))
            yield f"- **{table.outcome_label(row.then).fr}** : {row_wording(table, row, 'fr')} ({source})"


def check(path: Path | None) -> int:
    """Read an edition, prove its tables, and show what the proofs remark; faults are raised."""
    policy = edition(path)
    screen = console()
    screen.print(f"Édition {policy.edition} : aucune faute.", markup=False)
    for table in policy.tables.values():
        remarks = [*(remark.in_("fr") for remark in table.check()), *_unsourced(policy, table)]
        own = sum(policy.is_own(table.name, row.id) for row in table.rows)
        rules = (
            f"{len(table.rows)} règles, dont {own} {plural('propre', own)} à l'édition"
            if own
            else f"{len(table.rows)} règles"
        )
        said = "prouvée" if not remarks else "prouvée, avec ces remarques :"
        screen.print(f"- {table.title.fr} ({rules}) : {said}", markup=False)
        for remark in remarks:
            screen.print(f"  · {remark}", markup=False)
    return 0


def _unsourced(policy: Policy, table: DecisionTable[Any]) -> Iterator[str]:
    for row in policy.edits_of(table.name).own:
        if not row.source("fr"):
            yield f"la ligne {row.id} ne dit pas d'où elle vient : donnez-lui une clause ou une lecture"
        if row.wording is None:
            yield f"la ligne {row.id} n'a pas de libellé : ses conditions en tiennent lieu"


_EXPORTS: Final[Mapping[str, Callable[[Policy], str]]] = {
    "dmn": Policy.to_dmn,
    "json": lambda policy: f"{policy.to_json()}\n",
    "markdown": catalogue,
}


def export(path: Path | None, written: str, output: Path | None) -> int:
    """Write an edition whole, as DMN, as JSON or as its catalogue."""
    if written not in _EXPORTS:
        raise CommandError(f"--format : « {written} » n'est pas un format ; choisissez parmi {', '.join(_EXPORTS)}")
    return _give(_EXPORTS[written](edition(path)), output)


def diff(before: str, after: str, written: str, output: Path | None) -> int:
    """What one edition decides otherwise than another; the second may start from the first."""
    if written not in {"markdown", "html"}:
        raise CommandError(f"--format : « {written} » n'est pas un format ; choisissez parmi markdown, html")
    old = _named(before)
    difference = old.diff(_named(after, old))
    if output is None and written == "markdown" and console().is_terminal:
        console().print(Markdown(difference.to_markdown()), soft_wrap=False)
        return 0
    return _give(difference.to_markdown() if written == "markdown" else difference.to_html(), output)


def _named(text: str, *others: Policy) -> Policy:
    """The edition of a file, or M2-1 by its name where no file is called so."""
    path = Path(text)
    if text == m2_1().edition and not path.exists():
        return m2_1()
    return of_the_file(path, lambda file: read_policy(file, *others))


def _give(text: str, output: Path | None) -> int:
    if output is None:
        give(text)
    else:
        with atomic_writer(output) as file:
            file.write(text)
        say(f"écrit dans {one_line(output)}")
    return 0
