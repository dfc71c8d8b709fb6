"""`reclamation policy`, `reclamation conformance` and `reclamation schema`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markdown import Markdown

from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import OutputFileShort, PolicyFile, PolicyOption, read_edition
from reclamation_core.cli.terminal import console, number, plural, print_document, say, typed, write_document
from reclamation_core.documents.atomic_files import atomic_writer
from reclamation_core.policy import Policy, catalogue, m2_1, read_policy
from reclamation_core.policy.pages import OWN
from reclamation_core.schemas import SCHEMAS, document_schema
from reclamation_core.tables import DecisionTable
from reclamation_core.tables.explanation import row_wording, sentence
from reclamation_core.testing.conformance import (
    check_conformance,
    conformance_cases,
    conformance_schema,
    conformance_text,
    read_conformance,
)

_AFTER_THE_TABLES: Final = "\n## Lectures"


def show_policy(path: PolicyFile = None) -> int:
    """Afficher les règles, les interprétations et les paramètres d'une version de la procédure."""
    policy = read_edition(path)
    page = catalogue(policy)
    screen = console()
    if screen.is_terminal:
        # The tables have up to eleven columns, more than a terminal has room for: their rules are listed instead.
        tables, heading, rest = page.partition(_AFTER_THE_TABLES)
        title = tables.partition("\n")[0]
        screen.print(Markdown("\n".join([title, "", *_rules(policy), heading + rest])), soft_wrap=False)
    else:
        print_document(page)
    return 0


def _rules(policy: Policy) -> Iterator[str]:
    for table in policy.tables.values():
        yield f"\n## {sentence(table.title.fr).rstrip('.')}\n"
        for row in table.rows:
            own = OWN if policy.is_own(table.name, row.id) else None
            source = ", ".join(filter(None, [row.source("fr"), own, f"`{row.id}`"]))
            yield f"- **{table.outcome_label(row.then).fr}** : {row_wording(table, row, 'fr')} ({source})"


def check_policy(path: PolicyFile = None) -> int:
    """Vérifier une version de la procédure : son fichier, puis chacune de ses tables."""
    policy = read_edition(path)
    screen = console()
    screen.print(f"Version {policy.edition} : aucune erreur.", markup=False)
    for table in policy.tables.values():
        remarks = [*(remark.in_("fr") for remark in table.check()), *_unsourced(policy, table)]
        own = sum(policy.is_own(table.name, row.id) for row in table.rows)
        rules = (
            f"{len(table.rows)} règles, dont {own} {plural('propre', own)} à cette version"
            if own
            else f"{len(table.rows)} règles"
        )
        status = "vérifiée" if not remarks else "vérifiée, avec ces remarques :"
        screen.print(f"- {table.title.fr} ({rules}) : {status}", markup=False)
        for remark in remarks:
            screen.print(f"  · {remark}", markup=False)
    return 0


def _unsourced(policy: Policy, table: DecisionTable[Any]) -> Iterator[str]:
    for row in policy.edits_of(table.name).own:
        if not row.source("fr"):
            yield f"la règle {row.id} n'a pas de source : indiquez une clause ou une interprétation"
        if row.wording is None:
            yield f"la règle {row.id} n'a pas de libellé : ses conditions en tiennent lieu"


_EXPORTS: Final[Mapping[str, Callable[[Policy], str]]] = {
    "dmn": Policy.to_dmn,
    "json": lambda policy: f"{policy.to_json()}\n",
    "markdown": catalogue,
}


def export_policy(
    path: PolicyFile = None,
    output_format: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="dmn (DMN 1.3, pour un éditeur de décisions), json ou markdown."
        ),
    ] = "markdown",
    output: OutputFileShort = None,
) -> int:
    """Exporter une version entière : ses tables en DMN, la version en JSON, ou le catalogue de ses règles."""
    if output_format not in _EXPORTS:
        raise CommandError(
            f"--format : « {output_format} » n'est pas un format ; choisissez parmi {', '.join(_EXPORTS)}"
        )
    return _write_text(_EXPORTS[output_format](read_edition(path)), output)


def diff_policies(
    before: Annotated[str, typer.Argument(metavar="A", help="Un fichier de règles, ou M2-1.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Un autre, qui peut partir de la version de A.")],
    output_format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="markdown ou html.")] = "markdown",
    output: OutputFileShort = None,
) -> int:
    """Comparer deux versions : les décisions modifiées, avec un exemple de chaque, et les règles modifiées."""
    if output_format not in {"markdown", "html"}:
        raise CommandError(f"--format : « {output_format} » n'est pas un format ; choisissez parmi markdown, html")
    old = _named(before)
    difference = old.diff(_named(after, old))
    if output is None and output_format == "markdown" and console().is_terminal:
        console().print(Markdown(difference.to_markdown()), soft_wrap=False)
        return 0
    text = difference.to_markdown() if output_format == "markdown" else difference.to_html()
    return _write_text(text, output)


def _named(text: str, *others: Policy) -> Policy:
    """Return the edition of a file, or M2-1 by its name where there is no such file."""
    path = Path(text)
    if text == m2_1().edition and not path.exists():
        return m2_1()
    return read_file(path, lambda file: read_policy(file, *others))


def _write_text(text: str, output: Path | None) -> int:
    write_document(text, output, f"écrit dans {typed(output)}")
    return 0


def write_cases(
    policy: PolicyOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="SORTIE", help="Où les écrire (par défaut : sur la sortie standard)."),
    ] = None,
) -> int:
    """Écrire les cas de conformité d'une version : des informations, et la décision attendue."""
    conformance = conformance_cases(read_edition(policy))
    text = conformance_text(conformance)
    count = len(conformance.cases)
    message = f"{number(count)} cas de conformité de la version {conformance.edition} : {typed(output)}"
    write_document(text, output, message)
    return 0


def check_cases(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Les cas de conformité, en JSON.")],
    policy: PolicyOption = None,
) -> int:
    """Vérifier qu'une version donne les décisions attendues par des cas de conformité."""
    conformance, judging = read_file(file, read_conformance), read_edition(policy)
    differences = check_conformance(conformance, judging)
    for difference in differences:
        say(difference.in_("fr"))
    count, differing = len(conformance.cases), len({difference.case for difference in differences})
    found = f"{number(differing)} {plural('écart', differing)}" if differing else "aucun écart"
    say(f"Édition {judging.edition}, {number(count)} cas : {found}")
    return 1 if differing else 0


_CONFORMANCE: Final = "conformance"
_NAMES: Final = tuple(sorted((*SCHEMAS, _CONFORMANCE)))


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[NOM]", help="Le nom d'un document ; sans lui, la liste des noms.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--output", metavar="DOSSIER", help="Le dossier où écrire ce schéma, ou tous.")
    ] = None,
) -> int:
    """Afficher ou écrire le schéma JSON des documents à échanger avec un autre programme."""
    if name is not None and name not in _NAMES:
        raise CommandError(f"« {name} » n'est pas un document ; choisissez parmi {', '.join(_NAMES)}")
    if folder is not None:
        _write_schemas(_NAMES if name is None else (name,), folder)
    else:
        print_document("".join(f"{each}\n" for each in _NAMES) if name is None else _schema_text(name))
    return 0


def _write_schemas(names: tuple[str, ...], folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        with atomic_writer(folder / f"{name}.schema.json") as file:
            file.write(_schema_text(name))
    count = len(names)
    say(f"{count} {plural('schéma', count)} {plural('écrit', count)} dans {typed(folder)}")


def _schema_text(name: str) -> str:
    schema = conformance_schema() if name == _CONFORMANCE else document_schema(name)
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"
