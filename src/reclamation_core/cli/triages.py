"""`reclamation triage`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from reclamation_core.calendars.codes import in_words
from reclamation_core.cli.databases import address, engine_at
from reclamation_core.cli.refusals import CommandError, of_the_file
from reclamation_core.cli.screen import beside, console, progress, show_done
from reclamation_core.cli.words import calendar_of, typed_day
from reclamation_core.desk import Desk
from reclamation_core.intake import ColumnMapping, RegistrationTarget, Triage, triage_file
from reclamation_core.intake.file_reader import format_of
from reclamation_core.intake.registering import LONGEST_TARGET_NAME, is_target_name
from reclamation_core.policy import Policy, m2_1, read_policy
from reclamation_core.vocabulary import Role, Sites


@attrs.frozen
class Request:
    """What a triage is asked to go by: files, a territory, a day."""

    mapping: Path | None
    policy: Path | None
    sites: Path | None
    territory: str
    as_of: str | None
    site: str | None = None
    db: str | None = None
    register: bool = False
    source: str | None = None


def triage(file: Path, output: Path | None, request: Request, *, delimiter: str, written: Any) -> int:
    """Triage a file; 1 when rows were rejected."""
    calendar = calendar_of(request.territory)
    as_of = typed_day(request.as_of, "--as-of") if request.as_of else datetime.now(calendar.zone).date()
    policy = edition(request.policy)
    mapping = None if request.mapping is None else of_the_file(request.mapping, ColumnMapping.from_toml)
    sites = None if request.sites is None else of_the_file(request.sites, Sites.from_toml)
    of_the_file(file, format_of)
    with progress(file.stat().st_size) as report, _register(file, request, policy, sites) as register:
        done = of_the_file(
            file,
            lambda path: triage_file(
                path,
                Triage(policy, calendar),
                output or beside(path, "jsonl" if written == "jsonl" else "csv"),
                mapping=mapping,
                sites=sites,
                delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter),
                output_format=written,
                progress=report,
                default_site=request.site or "",
                target=register,
            ),
        )
    title = f"{file.name}, procédure {policy.edition}, vu du {in_words(as_of)}"
    show_done(console(), done, as_of, title, calendar.definition.territory.label("fr"))
    counts = done.registration_counts
    return 1 if done.summary.rejected or (counts is not None and counts.conflicting) else 0


@contextmanager
def _register(file: Path, request: Request, policy: Policy, sites: Sites | None) -> Iterator[RegistrationTarget | None]:
    """The register that is asked for, if one is."""
    if request.db is None and not request.register:
        if request.source is not None:
            raise CommandError("--source : un nom d'origine sert à enregistrer ; donnez aussi --db ou --register")
        yield None
        return
    if sites is None and calendar_of(request.territory) != calendar_of("metropole"):
        raise CommandError("--territory : pour enregistrer, donnez les sites et leurs territoires par --sites")
    url = address(request.db)
    with engine_at(url), Desk.open(url, policy=policy, sites=sites) as desk:
        yield RegistrationTarget(desk.acting("reclamation triage", Role.SYSTEM), _source(file, request))


def _source(file: Path, request: Request) -> str:
    """What tells the references of this file from those of others: its name, unless one is given."""
    name = file.name.partition(".")[0] or file.name if request.source is None else request.source
    if not is_target_name(name):
        longest = LONGEST_TARGET_NAME
        raise CommandError(f"--source : « {name} » ; donnez un nom d'une ligne, de {longest} signes au plus")
    return name


def edition(path: Path | None) -> Policy:
    """The edition of a policy file, or M2-1."""
    return m2_1() if path is None else of_the_file(path, read_policy)
