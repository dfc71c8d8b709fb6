"""`reclamation report`: the documents that people read, written to a file."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import date
from getpass import getuser
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from reclamation_core.cases import RedirectionKind
from reclamation_core.cli.board_command import scoped_desk
from reclamation_core.cli.database_commands import address, desk_on, existing
from reclamation_core.cli.errors import CommandError, in_french, read_file
from reclamation_core.cli.options import (
    Db,
    DocumentsOption,
    PoliciesOption,
    RegionScope,
    SiteScope,
    SitesOption,
    chosen_member,
    read_editions,
    typed_day,
)
from reclamation_core.cli.terminal import number, plural, progress, say, typed, warn
from reclamation_core.desk import Desk
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.plans import PlanScope
from reclamation_core.policy import ChangedEditionError, UnknownEditionError
from reclamation_core.ports import CaseQuery
from reclamation_core.reporting import (
    LetterKind,
    LetterSettings,
    RegisterReader,
    Report,
    save_calendar,
    save_letter,
    save_report,
)
from reclamation_core.reporting.calendar_files import DOMAIN
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import require_order
from reclamation_core.vocabulary import Sites

_LETTERS: Final = {
    "accuse": LetterKind.ACKNOWLEDGEMENT,
    "precisions": LetterKind.INFORMATION_REQUEST,
    "reponse": LetterKind.ANSWER,
    "reorientation": LetterKind.REDIRECTION,
    "cloture": LetterKind.CLOSING,
}
"""The letters by their French names; the codes are accepted too."""
_READERS: Final = {
    "qualite": RegisterReader.QUALITY,
    "auditeur": RegisterReader.AUDITOR,
    "direction": RegisterReader.DIRECTOR,
}
_REDIRECTIONS: Final = {"interne": RedirectionKind.INTERNAL, "tiers": RedirectionKind.THIRD_PARTY}

ReportFormatOption = Annotated[
    str | None,
    typer.Option("--format", metavar="FORMAT", help="xlsx, csv, json, html ou pdf (par défaut : selon le fichier)."),
]
ReportOutput = Annotated[
    Path,
    typer.Option("--output", "-o", metavar="FICHIER", help="Le fichier à écrire : .xlsx, .csv, .json, .html ou .pdf."),
]
CaseOutput = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FICHIER", help="Le fichier à écrire (par défaut : DOSSIER.html)."),
]
PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="CENTRE, region:REGION ou national.")]
FromDate = Annotated[str | None, typer.Option("--from", metavar="DATE", help="Les dossiers reçus à partir de ce jour.")]
UntilDate = Annotated[
    str | None, typer.Option("--until", "--to", metavar="DATE", help="Les dossiers reçus jusqu'à ce jour.")
]
Texts = Annotated[
    bool, typer.Option("--texts", help="Montrer ce que des personnes ont écrit ; un texte effacé reste effacé.")
]
Actor = Annotated[
    str | None, typer.Option("--actor", metavar="NOM", help="Qui exporte (par défaut : l'utilisateur du système).")
]


def register(  # noqa: PLR0917  (typer passes them by name)
    output: ReportOutput = Path("registre.xlsx"),
    db: Db = None,
    report_format: ReportFormatOption = None,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="C,…", help="Les colonnes, dans cet ordre (par défaut : toutes).")
    ] = None,
    reader: Annotated[
        str | None,
        typer.Option(
            "--reader", metavar="LECTEUR", help=f"Les colonnes d'une page, HTML ou PDF, selon {', '.join(_READERS)}."
        ),
    ] = None,
    shown: Annotated[
        str | None, typer.Option("--shown", metavar="C,…", help="Les colonnes d'une page : douze au plus.")
    ] = None,
    texts: Texts = False,
    site: SiteScope = None,
    region: RegionScope = None,
    sites_file: SitesOption = None,
    policy_files: PoliciesOption = None,
    received_from: FromDate = None,
    received_until: UntilDate = None,
) -> int:
    """Écrire le registre dans un fichier.

    Il a une ligne par réclamation ou dysfonctionnement, et des totaux ; en CSV, chaque tableau est un fichier.
    """
    first, last = _days(received_from, received_until)
    query = CaseQuery(received_from=first, received_until=last)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites) as desk:
        scoped, _ = scoped_desk(desk, site, region, sites)
        chosen = _names(shown) if reader is None else chosen_member(reader, _READERS, "--reader")
        report = scoped.reports.register(query, columns=_names(columns), shown=chosen, texts=texts)
        count = scoped.cases.count(query)
        with progress(count) as advance:
            save_report(_watched(report, advance), output, report_format)
    say(f"{typed(output)} : {number(count)} {plural('dossier', count)}")
    return 0


def _names(text: str | None) -> list[str] | None:
    """Return the names that an option lists; None if it is not given."""
    return None if text is None else [name.strip() for name in text.split(",")]


def _impossible(kind: LetterKind, fault: Fault, settings: Path) -> str:
    """Return why a letter cannot be written, as a sentence."""
    if fault.path.startswith("settings."):
        key = fault.path.removeprefix("settings.")
        return f"{typed(settings)} : la clé {key} manque ({fault.expected.fr})"
    reason = fault.expected.fr.removeprefix("ce courrier ne s'applique pas : ")
    return f"Courrier « {kind.label('fr')} » impossible : {reason}"


def letter(  # noqa: PLR0917  (typer passes them by name)
    reference: Annotated[str, typer.Argument(metavar="DOSSIER", help="La référence du dossier.")],
    kind: Annotated[
        str, typer.Option("--kind", metavar="COURRIER", help=f"Le courrier : {', '.join(_LETTERS)}.")
    ] = next(iter(_LETTERS)),
    settings: Annotated[
        Path,
        typer.Option(
            "--letters", "--settings", metavar="FICHIER", help="L'organisme, le signataire, le médiateur (TOML)."
        ),
    ] = Path("courriers.toml"),
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="SORTIE",
            help="Le fichier à écrire : .txt, .html, .docx ou .pdf (par défaut : un PDF au nom du dossier).",
        ),
    ] = None,
    db: Db = None,
    letter_format: Annotated[
        str | None,
        typer.Option(
            "--format", metavar="FORMAT", help="txt, html, docx ou pdf (par défaut : selon le nom de SORTIE)."
        ),
    ] = None,
    redirected_to: Annotated[
        str | None,
        typer.Option("--redirected-to", metavar="SERVICE", help="Le service auquel une demande est réorientée."),
    ] = None,
    redirection: Annotated[
        str | None,
        typer.Option("--redirection", metavar="VERS", help=f"Ce qu'est ce service : {', '.join(_REDIRECTIONS)}."),
    ] = None,
    policy_files: PoliciesOption = None,
) -> int:
    """Écrire un courrier au client d'un dossier."""
    chosen = chosen_member(kind, _LETTERS, "--kind")
    to = None if redirection is None else chosen_member(redirection, _REDIRECTIONS, "--redirection")
    given = read_file(settings, LetterSettings.from_toml)
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files)) as desk:
        try:
            written = desk.reports.letter(reference, chosen, given, redirected_to=redirected_to, redirection=to)
        except FaultsError as error:
            raise CommandError("\n".join(_impossible(chosen, fault, settings) for fault in error.faults)) from error
    french = next(name for name, one in _LETTERS.items() if one is written.kind)
    name = f"{written.reference}-{french}.{letter_format or 'pdf'}"
    say(str(save_letter(written, output or Path(name), letter_format)))
    return 0


def calendar(  # noqa: PLR0917  (typer passes them by name)
    output: Annotated[Path, typer.Option("--output", "-o", metavar="SORTIE", help="Le fichier .ics à écrire.")] = Path(
        "echeances.ics"
    ),
    db: Db = None,
    site: SiteScope = None,
    region: RegionScope = None,
    sites_file: SitesOption = None,
    ended_since: Annotated[
        str | None, typer.Option("--ended-since", metavar="DATE", help="Aussi les échéances annulées depuis ce jour.")
    ] = None,
    domain: Annotated[
        str, typer.Option("--domain", metavar="DOMAINE", help="Le domaine des identifiants, propre à l'organisme.")
    ] = DOMAIN,
) -> int:
    """Écrire les échéances dans un fichier de calendrier (.ics)."""
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    since = _day(ended_since, "--ended-since")
    with existing(address(db)) as engine, desk_on(engine, sites=sites) as desk:
        scoped, _ = scoped_desk(desk, site, region, sites)
        found = scoped.reports.calendar(ended_since=since, domain=domain)
    count = len(found.entries)
    say(f"{save_calendar(found, output)} : {number(count)} {plural('échéance', count)}")
    return 0


def plan(  # noqa: PLR0917  (typer passes them by name)
    scope: PlanArgument,
    output: ReportOutput = Path("pgaac.pdf"),
    db: Db = None,
    report_format: ReportFormatOption = None,
    number_: Annotated[
        int | None, typer.Option("--number", metavar="N", help="Une édition publiée (par défaut : le plan en cours).")
    ] = None,
    sites_file: SitesOption = None,
    sent_to: Annotated[
        str | None,
        typer.Option("--sent-to", metavar="F;…", help="Noter l'envoi du fichier à ces fonctions, jamais à des noms."),
    ] = None,
    actor: Actor = None,
) -> int:
    """Écrire un PGAAC, en cours ou publié.

    Avec ce qui a changé ; --sent-to note à qui il est envoyé. En CSV, chaque tableau est un fichier.
    """
    sites, named = None if sites_file is None else read_file(sites_file, Sites.from_toml), _plan(scope)
    with existing(address(db)) as engine, desk_on(engine, sites=sites) as desk:
        report = desk.reports.plan(named, number_)
        save_report(report, output, report_format)
        lines = sum(1 for _ in report.tables[0].records)
        say(f"{typed(output)} : {number(lines)} {plural('action', lines)}")
        if sent_to is not None:
            recipients = [name.strip() for name in sent_to.split(";")]
            sent = _acting(desk, actor).reports.send_plan(named, number_, output, recipients=recipients)
            say(f"Envoi n° {sent.number} noté, empreinte SHA-256 {sent.sha256}")
    return 0


def _plan(scope: str) -> PlanScope:
    if scope.casefold() in {"nation", "national"}:
        return PlanScope.nation()
    return PlanScope.parse(scope) if ":" in scope else PlanScope.site(scope)


def effect(  # noqa: PLR0917  (typer passes them by name)
    scope: PlanArgument,
    action: Annotated[str, typer.Argument(metavar="ACTION", help="La référence d'une action réalisée du plan.")],
    output: ReportOutput = Path("effet.pdf"),
    db: Db = None,
    report_format: ReportFormatOption = None,
    sites_file: SitesOption = None,
    policy_files: PoliciesOption = None,
) -> int:
    """Écrire si les réclamations sont plus rares depuis une action.

    La carte g des jours sans réclamation, avant et depuis ; en CSV, tous les intervalles.
    """
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites) as desk:
        report = desk.reports.effect(_plan(scope), action)
        save_report(report, output, report_format)
    say(f"{typed(output)} : {report.notes[0].fr}")
    return 0


def case(  # noqa: PLR0917  (typer passes them by name)
    reference: Annotated[str, typer.Argument(metavar="DOSSIER", help="La référence du dossier.")],
    output: CaseOutput = None,
    db: Db = None,
    report_format: ReportFormatOption = None,
    texts: Texts = False,
    sites_file: SitesOption = None,
    policy_files: PoliciesOption = None,
) -> int:
    """Écrire la fiche d'un dossier.

    Ce qu'il est, pourquoi, son historique et ses actions.
    """
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites) as desk:
        path = output or Path(f"{reference}.html")
        save_report(desk.reports.case(reference, texts=texts), path, report_format)
        try:
            desk.explain(reference)
        except (UnknownEditionError, ChangedEditionError) as error:
            warn(f"Il manque à cette fiche les raisons et les libellés de la version : {in_french(error)}")
    say(f"{typed(path)} : dossier {reference}")
    return 0


def audit(  # noqa: PLR0917  (typer passes them by name)
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="SORTIE", help="Un dossier nouveau ou vide, ou un fichier .zip.")
    ] = Path("dossier-de-preuves"),
    db: Db = None,
    reference: Annotated[
        str | None, typer.Option("--case", metavar="DOSSIER", help="Les preuves d'un seul dossier.")
    ] = None,
    received_from: FromDate = None,
    received_until: UntilDate = None,
    site: SiteScope = None,
    region: RegionScope = None,
    sites_file: SitesOption = None,
    key_file: Annotated[
        Path | None,
        typer.Option("--key", metavar="FICHIER", help="La clé privée Ed25519 qui signe (ssh-keygen -t ed25519)."),
    ] = None,
    texts: Texts = False,
    notes: Annotated[bool, typer.Option("--notes", help="Avec les notes internes parmi les textes libres.")] = False,
    documents: DocumentsOption = None,
    policy_files: PoliciesOption = None,
    actor: Actor = None,
) -> int:
    """Écrire un dossier de preuves, pour un audit.

    D'un dossier ou d'une période, avec les pièces si leur emplacement est indiqué ; il se vérifie hors ligne, et son
    export est noté.
    """
    first, last = _days(received_from, received_until)
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    key = None if key_file is None else key_file.read_bytes()
    with existing(address(db)) as engine, desk_on(engine, read_editions(policy_files), sites, documents) as desk:
        scoped, _ = scoped_desk(_acting(desk, actor), site, region, sites)
        query = CaseQuery(received_from=first, received_until=last)
        count = scoped.cases.count(query) if reference is None else 1
        with progress(count) as advance:
            counted = itertools.count(1)
            record = scoped.reports.audit(
                output,
                case=reference,
                received_from=first,
                received_until=last,
                key=key,
                texts=texts,
                notes=notes,
                documents=documents is not None,
                advance=lambda _: advance(next(counted)),
            )
    say(f"{typed(output)} : {number(count)} {plural('dossier', count)}, export n° {record.number}")
    say(f"Empreinte SHA-256 du manifeste : {record.sha256}")
    if key is None:
        say("Non signé. Avec --key, un dossier entièrement refait serait détecté aussi.")
    return 0


def _acting(desk: Desk, actor: str | None) -> Desk:
    """Return the desk that acts as the person who exports: the user of the system by default."""
    return desk.acting(actor or getuser())


def _day(text: str | None, option: str) -> date | None:
    return None if text is None else typed_day(text, option)


def _days(first: str | None, last: str | None) -> tuple[date | None, date | None]:
    """Return the first and the last day of a period that a person typed; None for an open end."""
    days = _day(first, "--from"), _day(last, "--until")
    require_order(days[0], **{"--until": days[1]})
    return days


def _watched(report: Report, advance: Callable[[int], None]) -> Report:
    """Return the report, which advances the bar with each record of its first table that is read."""
    first, *others = report.tables
    return attrs.evolve(report, tables=(attrs.evolve(first, records=_Watched(first.records, advance)), *others))


@attrs.frozen
class _Watched(SharedRepr):
    records: Any
    advance: Callable[[int], None]

    def __iter__(self) -> Iterator[Any]:
        for count, record in enumerate(self.records, 1):
            yield record
            self.advance(count)
