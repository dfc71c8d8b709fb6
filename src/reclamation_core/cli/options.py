"""Arguments and options that several commands share, and the values that people type in them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import attrs
import typer

from reclamation_core.calendars import BusinessCalendar, Territory
from reclamation_core.calendars.local_times import skipped_time
from reclamation_core.cli.errors import CommandError, read_file
from reclamation_core.codes import LabelledEnum, fold_label
from reclamation_core.errors import FaultsError
from reclamation_core.intake.timestamps import localize, parse_time
from reclamation_core.policy import Policy, PolicyBook, m2_1

E = TypeVar("E", bound=LabelledEnum)

File = Annotated[Path, typer.Argument(metavar="FICHIER", help="Le fichier : CSV, JSON Lines ou .xlsx.")]
Output = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="SORTIE", help="Où écrire les décisions (par défaut : à côté du fichier)."),
]
MappingFile = Annotated[
    Path | None, typer.Option("--mapping", metavar="FICHIER", help="La correspondance des colonnes et des valeurs.")
]
PolicyOption = Annotated[
    list[Path] | None, typer.Option("--policy", metavar="FICHIER", help="Le fichier de règles (par défaut : M2-1).")
]
PoliciesOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--policy",
        metavar="FICHIER",
        help="Le fichier de règles (par défaut : M2-1). Si les dossiers relèvent de plusieurs versions, répétez "
        "l'option pour chacune.",
    ),
]
SitesOption = Annotated[
    Path | None, typer.Option("--sites", metavar="FICHIER", help="Les centres et leurs jours de fermeture.")
]
TerritoryOption = Annotated[
    str, typer.Option("--territory", metavar="TERRITOIRE", help="Le territoire, pour ses jours fériés.")
]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Date de situation (par défaut : aujourd'hui).")
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        metavar="SIGNE",
        help="Le séparateur du CSV : , ; | ou tab (par défaut : ; en français, sinon ,).",
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        metavar="FORMAT",
        help="csv (en français, pour un tableur), codes (CSV) ou jsonl (par défaut : selon le nom de SORTIE).",
    ),
]
DocumentsOption = Annotated[
    str | None,
    typer.Option("--documents", metavar="EMPLACEMENT", help="L'espace des pièces : un dossier, ou une adresse, s3://…"),
]
Db = Annotated[
    str | None,
    typer.Option("--db", metavar="ADRESSE", help="L'adresse de la base (par défaut : celle de RECLAMATION_DB)."),
]
SiteScope = Annotated[str | None, typer.Option("--site", metavar="CENTRE", help="Les dossiers d'un centre seulement.")]
RegionScope = Annotated[
    str | None, typer.Option("--region", metavar="REGION", help="Les dossiers des centres d'une région (avec --sites).")
]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key-file", metavar="FICHIER", help="Le fichier de la clé de signature, 16 octets au moins."),
]
PolicyFile = Annotated[
    Path | None, typer.Argument(metavar="[FICHIER]", help="Un fichier de règles (par défaut : M2-1).")
]
OutputFile = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="SORTIE", help="Où l'écrire (par défaut : sur la sortie standard)."),
]


def chosen_member(text: str, names: Mapping[str, E], option: str) -> E:
    """Return the member that a person typed: by its French name, its code or its label.

    Raises:
        CommandError: it is none; the message lists the French names.
    """
    known = {fold_label(name): member for name, member in names.items()}
    if (found := known.get(fold_label(text))) is not None:
        return found
    first, *_ = names.values()
    try:
        return type(first).parse(text)
    except ValueError:
        listed = ", ".join(names)
        raise CommandError(f"{option} : « {text} » est inconnu ; indiquez {listed}") from None


def read_edition(path: Path | None, *others: Policy) -> Policy:
    """Return the edition of a policy file, which may start from others, or M2-1."""
    if path is None:
        return m2_1()
    from reclamation_core.policy import read_policy

    return read_file(path, lambda file: read_policy(file, *others))


def only_edition(paths: list[Path] | None) -> Policy:
    """Return the edition of the policy file of a command that judges by one, or M2-1.

    Raises:
        CommandError: there are several; the command line would take the last one.
    """
    if paths and len(paths) > 1:
        raise CommandError("--policy : cette commande applique une seule version ; indiquez un seul fichier")
    return read_edition(paths[0] if paths else None)


def read_editions(paths: list[Path] | None) -> PolicyBook:
    """Return the editions of policy files, each of which may start from those before it, or M2-1 alone.

    Raises:
        FaultsError: two have one name, or are in force on one day.
    """
    editions: list[Policy] = []
    for path in paths or ():
        editions.append(read_edition(path, *editions))
    try:
        return PolicyBook(editions or [m2_1()])
    except FaultsError as error:
        raise FaultsError(attrs.evolve(one, path="--policy") for one in error.faults) from error


def typed_day(text: str, option: str) -> date:
    """Parse a day that a person typed, as 2026-05-02 or 02/05/2026.

    Raises:
        CommandError: it is not such a day.
    """
    return typed_instant(text, option, ZoneInfo("UTC")).date()


def as_of_day(text: str | None, territory: str = "metropole") -> date:
    """Parse the day of `--as-of`, today by default; refuse one of the years that no calendar covers (CommandError)."""
    calendar = calendar_of(territory)
    day = datetime.now(calendar.zone).date() if text is None else typed_day(text, "--as-of")
    if calendar.first <= day <= calendar.last:
        return day
    raise CommandError(f"--as-of : « {text} » est hors des années {calendar.first.year} à {calendar.last.year}")


def typed_instant(text: str, name: str, zone: ZoneInfo) -> datetime:
    """Parse an instant that a person typed, with an hour or without; `zone` is that of local times.

    Raises:
        CommandError: it is not such an instant.
    """
    local = None
    try:
        local = parse_time(text.strip(), ())
        return localize(local, zone)
    except ValueError:
        expected = "n'est pas une date ; écrivez-la 2026-05-02, 02/05/2026 ou 2026-05-02T17:30"
        if local is not None:
            expected = f"; {skipped_time(local, zone).fr}"
        raise CommandError(f"{name} : « {text} » {expected}") from None


def calendar_of(territory: str) -> BusinessCalendar:
    """Return the calendar of a territory that a person typed.

    Raises:
        CommandError: no territory has that name.
    """
    try:
        return BusinessCalendar.france(territory)
    except ValueError:
        known = ", ".join(Territory)
        raise CommandError(
            f"--territory : « {territory} » n'est pas un territoire ; choisissez parmi {known}"
        ) from None


def require_port(option: str, port: int) -> None:
    """Require the number of a port; 0 is any free one.

    Raises:
        CommandError: it is none.
    """
    if not 0 <= port <= 65535:
        raise CommandError(f"{option} : un nombre de 0 à 65535 est attendu")
