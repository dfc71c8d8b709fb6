"""`reclamation policy`, `reclamation conformance` and `reclamation schema`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.markdown import Markdown

from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import OutputFile, PolicyFile, PolicyOption, SitesOption, only_edition, read_edition
from reclamation_core.cli.terminal import (
    bold,
    console,
    heading,
    lines,
    number,
    plural,
    print_document,
    say,
    show,
    table,
    typed,
    write_document,
)
from reclamation_core.documents.atomic_files import atomic_writer
from reclamation_core.policy import Policy, catalogue, m2_1, read_policy
from reclamation_core.policy.formatting import PARAMETERS, declaration, parameter_value
from reclamation_core.policy.pages import FACTS_TITLE, OWN
from reclamation_core.policy.parameters import parameter_carriers
from reclamation_core.schemas import SCHEMAS, document_schema
from reclamation_core.tables import DecisionTable
from reclamation_core.tables.errors import Finding
from reclamation_core.tables.explanation import facts_in_words, row_wording, sentence
from reclamation_core.tables.rendering import hit_policy_in_words
from reclamation_core.testing.conformance import (
    check_conformance,
    conformance_cases,
    conformance_text,
    read_conformance,
)
from reclamation_core.testing.conformance.run import conformance_schema
from reclamation_core.vocabulary import Sites


def show_policy(
    path: PolicyFile = None,
    output_format: Annotated[
        str, typer.Option("--format", metavar="FORMAT", help="texte, à lire à l'écran, ou markdown.")
    ] = "texte",
) -> int:
    """Afficher les règles d'une version de la procédure.

    Avec leurs interprétations et les paramètres.
    """
    if output_format not in {"texte", "markdown"}:
        raise CommandError(f"--format : « {output_format} » n'est pas un format ; choisissez texte ou markdown")
    policy = read_edition(path)
    if output_format == "markdown":
        print_document(catalogue(policy))
        return 0
    screen = console()
    screen.print(bold(f"Règles de la version {policy.edition}"))
    lines(
        screen,
        "Sans mention : règle écrite dans M2-1. Avec la mention d'une interprétation : interprétation de la "
        "bibliothèque. Les identifiants des règles, pour un fichier de règles : reclamation policy export.",
    )
    if policy.edits:
        lines(screen, f"Une règle marquée « {OWN} » n'est pas de M2-1.")
    for name, rules in policy.tables.items():
        heading(screen, sentence(rules.title.fr).rstrip("."))
        lines(screen, sentence(hit_policy_in_words(rules, "fr", ", puis ")))
        show(screen, table(("n°", "décision", "règle"), list(_rules(policy, name, rules)), unbroken=(0,)))
        if removed := policy.edits_of(name).remove:
            lines(screen, f"Règles de M2-1 retirées par cette version : {', '.join(removed)}.")
    if policy.facts:
        heading(screen, FACTS_TITLE)
        declared = [(fact.key, declaration(fact).fr) for fact in policy.facts]
        show(screen, table(("clé", "information"), declared, unbroken=(0,)))
    heading(screen, "Interprétations")
    cited = [(interpretation.number, interpretation.wording.fr) for interpretation in policy.interpretations]
    show(screen, table(("n°", "interprétation"), cited, unbroken=(0,)))
    heading(screen, "Paramètres")
    show(screen, table(("paramètre", "valeur"), _parameters(policy)))
    return 0


def _rules(policy: Policy, name: str, rules: DecisionTable[Any]) -> Iterator[tuple[str, str, str]]:
    for row in rules.rows:
        own = OWN if policy.is_own(name, row.id) else None
        source = ", ".join(filter(None, [row.source("fr"), own]))
        text = row_wording(rules, row, "fr")
        yield (
            policy.rule_numbers[name, row.id],
            rules.outcome_label(row.then).fr,
            f"{text} ({source})" if source else text,
        )


def _parameters(policy: Policy) -> Iterator[tuple[str, str]]:
    by_path = {parameter.path: parameter for parameter in PARAMETERS.values()}
    for carrier in parameter_carriers(policy.parameters):
        parameter = by_path[carrier.path]
        plain, whole = parameter.valued(carrier.value), parameter.describe(carrier.value)
        is_plain = whole == f"{parameter.wording.fr} {plain}"
        yield parameter.wording.fr, parameter_value(policy.parameters, carrier.path) if is_plain else whole


def check_policy(path: PolicyFile = None) -> int:
    """Vérifier une version : son fichier, puis ses tables."""
    policy = read_edition(path)
    screen = console()
    screen.print(f"Version {policy.edition} : aucune erreur.")
    if policy.edition == m2_1().edition and policy.digest != m2_1().digest:
        lines(
            screen,
            "M2-1 est le nom de la procédure, que cette version modifie : nommez-la autrement (edition). Sous "
            "celui-ci, un dossier enregistré selon M2-1 ne serait plus traité, et un document citerait M2-1 à tort.",
        )
    for rules in policy.tables.values():
        remarks = [*(_remark(policy, rules, finding) for finding in rules.check()), *_unsourced(policy, rules)]
        own = sum(policy.is_own(rules.name, row.id) for row in rules.rows)
        counted = f"{len(rules.rows)} {plural('règle', len(rules.rows))}"
        if own:
            counted += f", dont {own} {plural('propre', own)} à cette version"
        status = "vérifiée" if not remarks else "vérifiée, avec ces remarques :"
        screen.print(f"{sentence(rules.title.fr).rstrip('.')} ({counted}) : {status}")
        for remark in remarks:
            lines(screen, f"  {remark}", "  ")
    return 0


def _unsourced(policy: Policy, table: DecisionTable[Any]) -> Iterator[str]:
    for row in policy.edits_of(table.name).own:
        if not row.source("fr"):
            rule = _numbered(policy, table, row.id)
            yield f"la règle {rule} n'a pas de source : indiquez une clause ou une interprétation"
        if row.wording is None:
            yield f"la règle {_numbered(policy, table, row.id)} n'a pas de libellé : ses conditions en tiennent lieu"


def _numbered(policy: Policy, table: DecisionTable[Any], row: str) -> str:
    return f"{policy.rule_numbers[table.name, row]} ({row})"


def _remark(policy: Policy, table: DecisionTable[Any], finding: Finding) -> str:
    """Return a finding about a table, its rules by number and its example by labels."""
    text = finding.message.fr
    if finding.subject in {row.id for row in table.rows}:
        text = text.replace(f"la règle {finding.subject} ", f"la règle {_numbered(policy, table, finding.subject)} ")
    return f"{text} (exemple : {facts_in_words(table.base, finding.witness, 'fr')})" if finding.witness else text


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
    output: OutputFile = None,
) -> int:
    """Exporter une version entière de la procédure.

    Ses tables en DMN, la version en JSON, ou le catalogue de ses règles.
    """
    if output_format not in _EXPORTS:
        raise CommandError(
            f"--format : « {output_format} » n'est pas un format ; choisissez parmi {', '.join(_EXPORTS)}"
        )
    write_document(_EXPORTS[output_format](read_edition(path)), output, f"écrit dans {typed(output)}")
    return 0


def diff_policies(
    before: Annotated[str, typer.Argument(metavar="A", help="Un fichier de règles, ou M2-1.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Un autre, qui peut partir de la version de A.")],
    output_format: Annotated[str, typer.Option("--format", metavar="FORMAT", help="markdown ou html.")] = "markdown",
    output: OutputFile = None,
) -> int:
    """Comparer deux versions de la procédure.

    Les décisions modifiées, avec un exemple de chacune, et les règles modifiées.
    """
    if output_format not in {"markdown", "html"}:
        raise CommandError(f"--format : « {output_format} » n'est pas un format ; choisissez parmi markdown, html")
    old = _named(before)
    difference = old.diff(_named(after, old))
    if output is None and output_format == "markdown" and console().is_terminal:
        console().print(Markdown(difference.to_markdown()), soft_wrap=False)
        return 0
    text = difference.to_markdown() if output_format == "markdown" else difference.to_html()
    write_document(text, output, f"écrit dans {typed(output)}")
    return 0


def _named(text: str, *others: Policy) -> Policy:
    """Return the edition of a file, or M2-1 by its name where there is no such file."""
    path = Path(text)
    if text == m2_1().edition and not path.exists():
        return m2_1()
    return read_file(path, lambda file: read_policy(file, *others))


def write_cases(
    policy: PolicyOption = None,
    sites_file: SitesOption = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="SORTIE", help="Où les écrire (par défaut : sur la sortie standard)."),
    ] = None,
) -> int:
    """Écrire les cas de conformité d'une version.

    Un cas contient des informations et la décision attendue.
    """
    conformance = conformance_cases(only_edition(policy), _read_sites(sites_file))
    text = conformance_text(conformance)
    count = len(conformance.cases)
    message = f"{number(count)} cas de conformité de la version {conformance.edition} : {typed(output)}"
    write_document(text, output, message)
    return 0


def check_cases(
    file: Annotated[Path, typer.Argument(metavar="FICHIER", help="Les cas de conformité, en JSON.")],
    policy: PolicyOption = None,
    sites_file: SitesOption = None,
) -> int:
    """Vérifier une version et des centres par des cas de conformité."""
    conformance, judging = read_file(file, read_conformance), only_edition(policy)
    differences = check_conformance(conformance, judging, _read_sites(sites_file))
    for difference in differences:
        say(difference.in_("fr"))
    count, differing = len(conformance.cases), len({difference.case for difference in differences})
    found = f"{number(differing)} {plural('écart', differing)}" if differing else "aucun écart"
    say(f"Version {judging.edition}, {number(count)} cas : {found}")
    return 1 if differing else 0


def _read_sites(file: Path | None) -> Sites | None:
    return None if file is None else read_file(file, Sites.from_toml)


_CONFORMANCE: Final = "conformance"
_NAMES: Final = tuple(sorted((*SCHEMAS, _CONFORMANCE)))


def schema(
    name: Annotated[
        str | None, typer.Argument(metavar="[NOM]", help="Le nom d'un document ; sans lui, la liste des noms.")
    ] = None,
    folder: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DOSSIER", help="Le dossier où écrire ce schéma, ou tous.")
    ] = None,
) -> int:
    """Ces documents s'échangent avec un autre programme."""
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
