"""`reclamation intake mail`: the messages of mailboxes, what each is to the register, and what a person decides."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from reclamation_core.adapters import FolderDocumentStore, SqlAlchemyStore
from reclamation_core.cli.database_commands import VARIABLE, address, existing
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.cli.options import Db, OutputFile, PoliciesOption, SitesOption, read_editions
from reclamation_core.cli.terminal import console, heading, lines, number, one_line, plural, typed, write_document
from reclamation_core.desk import Desk
from reclamation_core.documents.csv_text import SPREADSHEET_ENCODING, csv_text, replace_unstorable
from reclamation_core.intake import MailIntake, MailOutcome, MailSettings, MailStatus, RejectedMail
from reclamation_core.intake.mail_intake import MailLink
from reclamation_core.intake.mail_messages import MailKind
from reclamation_core.policy import PolicyBook
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Role, Sites
from reclamation_core.vocabulary.facts import THEMES

_KEY: Final = 10
"""So many characters of a key are shown; as many of its first ones identify a message."""
_TITLES: Final = (
    "Clé",
    "Suite",
    "Dossier",
    "Dossiers proposés",
    "Doublons possibles",
    "Thème suggéré",
    "Reçu le",
    "Expéditeur",
    "Adresse",
    "Objet",
    "À vérifier",
    "Pièces jointes",
    "Motif",
    "Fichier",
)
_HEADINGS: Final = {
    MailStatus.REGISTERED: "Enregistrées",
    MailStatus.FILED: "Classées dans un dossier",
    MailStatus.NEW: "Nouvelles demandes, à enregistrer (--register)",
    MailStatus.REPLY: "Réponses, à classer (--file CLÉ=DOSSIER, ou --answer CLÉ=DOSSIER)",
    MailStatus.APART: "Automatiques, à part",
    MailStatus.REFUSED: "Refusées par le registre",
    MailStatus.KNOWN: "Déjà au registre",
}


@attrs.define
class _Decisions(SharedRepr):
    """What a person decided about messages, by the first characters of their keys; each is used once."""

    new: dict[str, None]
    files: dict[str, str]
    answers: dict[str, str]

    @classmethod
    def read(cls, new: list[str], files: list[str], answers: list[str]) -> _Decisions:
        """Return the decisions that were typed.

        Raises:
            CommandError: one is not of the form of its option.
        """
        return cls({_short(key, "--new"): None for key in new}, _pairs(files, "--file"), _pairs(answers, "--answer"))

    def __bool__(self) -> bool:
        return bool(self.new or self.files or self.answers)

    def apply(self, intake: MailIntake, outcome: MailOutcome) -> MailOutcome:
        """Do what was decided about a message, if anything was."""
        message = outcome.message
        key = message.key.removeprefix("mail:")[:_KEY]
        if key in self.new:
            del self.new[key]
            return intake.register(message)
        for pairs in (self.files, self.answers):
            if key in pairs:
                return intake.file(message, pairs.pop(key), answers_request=pairs is self.answers)
        return outcome


def _short(key: str, option: str) -> str:
    short = key.strip().removeprefix("mail:").lower()
    if len(short) < _KEY:
        raise CommandError(f"{option} : « {key} » ; indiquez la clé d'un message, de {_KEY} caractères")
    return short[:_KEY]


def _pairs(values: list[str], option: str) -> dict[str, str]:
    pairs = {}
    for value in values:
        key, sign, reference = value.partition("=")
        if not sign or not reference.strip():
            raise CommandError(f"{option} : « {value} » ; écrivez CLÉ=DOSSIER, comme 86c5402dea=R-2026-000012")
        pairs[_short(key, option)] = reference.strip()
    return pairs


def mail(  # noqa: PLR0917  (typer passes them by name)
    paths: Annotated[list[Path], typer.Argument(metavar="CHEMIN", help="Fichiers .eml, mbox, dossiers Maildir.")],
    db: Db = None,
    site: Annotated[
        str | None, typer.Option("--site", metavar="CENTRE", help="Le centre qui reçoit ces courriels.")
    ] = None,
    register: Annotated[bool, typer.Option("--register", help="Enregistrer les nouvelles demandes.")] = False,
    new: Annotated[
        list[str] | None,
        typer.Option("--new", metavar="CLE", help="Enregistrer aussi ce message, réponse ou automatique."),
    ] = None,
    files: Annotated[
        list[str] | None, typer.Option("--file", metavar="CLE=DOSSIER", help="Classer ce message dans ce dossier.")
    ] = None,
    answers: Annotated[
        list[str] | None,
        typer.Option(
            "--answer", metavar="CLE=DOSSIER", help="De même, en réponse à la demande de précisions du dossier."
        ),
    ] = None,
    actor: Annotated[
        str | None, typer.Option("--as", metavar="NOM", help="La personne qui décide (avec --new, --file, --answer).")
    ] = None,
    servers: Annotated[
        list[str] | None,
        typer.Option("--server", metavar="NOM", help="Un serveur de l'organisation, ou .domaine pour tous."),
    ] = None,
    recipients: Annotated[
        list[str] | None,
        typer.Option("--to", metavar="ADRESSE=CENTRE", help="Le centre qui reçoit les courriels à cette adresse."),
    ] = None,
    documents: Annotated[
        Path | None, typer.Option("--documents", metavar="DOSSIER", help="Où sont rangés les documents des dossiers.")
    ] = None,
    largest_message: Annotated[
        int | None, typer.Option("--largest", metavar="OCTETS", help="La taille maximale d'un message.")
    ] = None,
    policy_files: PoliciesOption = None,
    sites_file: SitesOption = None,
    output_format: Annotated[
        str | None, typer.Option("--format", metavar="FORMAT", help="csv ou jsonl (par défaut : à l'écran).")
    ] = None,
    output: OutputFile = None,
) -> int:
    """Lire des courriels : demandes et réponses.

    Sans --register ni décision, rien n'est écrit au registre. Un message n'y entre qu'une fois.
    """
    if output_format not in {None, "csv", "jsonl"}:
        raise CommandError(f"--format : « {output_format} » ; choisissez csv ou jsonl")
    if output is not None and output_format is None:
        raise CommandError("--output : l'écran ne s'écrit pas dans un fichier ; indiquez aussi --format csv ou jsonl")
    decisions = _Decisions.read(new or [], files or [], answers or [])
    if decisions and not (actor or "").strip():
        raise CommandError("--as : indiquez le nom de la personne qui décide de --new, --file ou --answer")
    writes = register or bool(decisions)
    chosen: dict[str, Any] = {} if largest_message is None else {"largest_message": largest_message}
    settings = MailSettings(servers=servers or (), sites=_sites_by_address(recipients or []), **chosen)
    rows = []
    with _desk(db, site, documents, sites_file, read_editions(policy_files), writes=writes) as desk:
        intake = MailIntake(desk.acting("reclamation intake mail", Role.SYSTEM), site or "-", settings)
        decided = MailIntake(desk.acting(actor, Role.HANDLING_UNIT), site or "-", settings) if actor else intake
        for path in paths:
            for found in read_file(path, lambda path: iter(intake.run([path], register=register))):
                outcome = found if isinstance(found, RejectedMail) else decisions.apply(decided, found)
                rows.append(_row(outcome, text=output_format == "jsonl"))
    for key in (*decisions.new, *decisions.files, *decisions.answers):
        raise CommandError(f"aucun des messages lus n'a la clé {key} ; vérifiez-la, et les fichiers")
    _write(rows, output_format, output, paths)
    return int(any(row["status"] in {"rejected", MailStatus.REFUSED} for row in rows))


def _sites_by_address(values: list[str]) -> dict[str, str]:
    pairs = {}
    for value in values:
        address_, sign, site = value.partition("=")
        if not sign or "@" not in address_ or not site.strip():
            raise CommandError(f"--to : « {value} » ; écrivez ADRESSE=CENTRE, comme reclamations.creteil@afpa.fr=CRE")
        pairs[address_.strip()] = site.strip()
    return pairs


@contextmanager
def _desk(
    db: str | None, site: str | None, folder: Path | None, sites_file: Path | None, book: PolicyBook, *, writes: bool
) -> Iterator[Desk]:
    """Open the desk of the register; an empty one where no register is named, and nothing is to be written."""
    sites = None if sites_file is None else read_file(sites_file, Sites.from_toml)
    documents = None if folder is None else FolderDocumentStore(folder)
    if not (db or os.environ.get(VARIABLE) or writes):
        yield Desk.in_memory(policy=book, sites=sites)
        return
    if not site:
        raise CommandError("--site : indiquez le centre qui reçoit ces courriels")
    with existing(address(db)) as engine:
        yield Desk(SqlAlchemyStore(engine), policy=book, sites=sites, documents=documents)


def _row(found: MailOutcome | RejectedMail, *, text: bool) -> dict[str, Any]:
    """Return what is written of a message; its text only where it is asked for, for a mailbox may be large."""
    if isinstance(found, RejectedMail):
        return found.to_document()
    row = found.to_document(texts=True)
    return row if text else {**row, "text": None}


def _write(rows: list[dict[str, Any]], form: str | None, output: Path | None, paths: list[Path]) -> None:
    if form == "jsonl":
        text = "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows)
        write_document(replace_unstorable(text), output)
    elif form == "csv":
        write_document(csv_text([_TITLES, *map(_cells, rows)]), output, encoding=SPREADSHEET_ENCODING)
    else:
        _show(rows, paths)


def _cells(row: Mapping[str, Any]) -> list[str]:
    if row["status"] == "rejected":
        return ["", "rejeté", *[""] * 10, row["reason"], row["origin"]]
    return [
        row["key"].removeprefix("mail:")[:_KEY],
        MailStatus.parse(row["status"]).label(),
        row["case"] or "",
        ", ".join(one["reference"] for one in row["proposals"]),
        ", ".join(one["case"]["reference"] for one in row["duplicates"]),
        THEMES.label(row["theme"], "fr") if row["theme"] else "",
        _instant(row),
        row["sender"],
        row["address"],
        row["subject"],
        "; ".join(one["label"] for one in row["warnings"]),
        ", ".join(f"{one['name']}{_left(one)}" for one in row["attachments"]),
        "; ".join(filter(None, (row["refusal"], _kind(row)))),
        row["origin"],
    ]


def _instant(row: Mapping[str, Any]) -> str:
    return f"{datetime.fromisoformat(row['received_at']):%d/%m/%Y %H:%M}"


def _left(attachment: Mapping[str, Any]) -> str:
    return f" (non versée : {attachment['left']})" if attachment["left"] else ""


def _kind(row: Mapping[str, Any]) -> str:
    kind = MailKind.parse(row["kind"])
    return "" if kind is MailKind.MESSAGE else kind.label()


def _show(rows: list[dict[str, Any]], paths: list[Path]) -> None:
    screen = console()
    rejected = [row for row in rows if row["status"] == "rejected"]
    read, names = len(rows) - len(rejected), ", ".join(typed(path.name) for path in paths)
    screen.print(
        f"{names} : {number(read)} {plural('message', read)} {plural('lu', read)}, "
        f"{number(len(rejected))} {plural('rejeté', len(rejected))}"
    )
    for status, title in _HEADINGS.items():
        some = [row for row in rows if row["status"] == status]
        if some:
            heading(screen, f"{title} : {number(len(some))}")
        for row in some:
            for place, line in enumerate(_lines(row)):
                lines(screen, typed(f"{'      ' if place else '  '}{line}"), "      ")
    if rejected:
        heading(screen, f"Rejetés : {number(len(rejected))}")
    for row in rejected:
        lines(screen, f"  {typed(row['origin'])} : {row['reason']}", "      ")


def _lines(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines about a message on the screen: the message, then what is proposed and what is to be checked."""
    sender = row["sender"] or row["address"] or "auteur inconnu"
    case = f"{row['case']}  " if row["case"] else ""
    yield one_line(f"{row['key'][5:][:_KEY]}  {case}{_instant(row)}  {sender} : {row['subject'] or 'sans objet'}")
    if kind := _kind(row):
        yield kind
    for one in row["proposals"]:
        more = ", clos" if one["is_closed"] else ", demande de précisions en attente" if one["has_request"] else ""
        yield f"dossier proposé : {one['reference']} ({MailLink.parse(one['link']).label()}{more})"
    if row["answers"]:
        yield f"répond au message {row['answers'][5:][:_KEY]} de cette boîte"
    for one in row["duplicates"]:
        matches = ", ".join(match["label"] for match in one["matches"])
        yield f"doublon possible : {one['case']['reference']} ({matches})"
    if row["theme"]:
        yield f"thème suggéré : {THEMES.label(row['theme'], 'fr')}"
    for warning in row["warnings"]:
        yield f"à vérifier : {warning['label']}"
    for one in row["attachments"]:
        yield one_line(f"pièce jointe : {one['name']}, {number(one['size'])} octets{_left(one)}")
    if row["refusal"]:
        yield f"motif : {row['refusal']}"
