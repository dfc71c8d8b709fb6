"""`reclamation triage`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from reclamation_core.cli.refusals import of_the_file
from reclamation_core.cli.screen import beside, console, progress, show_done
from reclamation_core.cli.words import calendar_of, in_words, typed_day
from reclamation_core.intake import Mapping, Triage, triage_file
from reclamation_core.policy import Policy, m2_1, read_policy
from reclamation_core.vocabulary import Sites


@attrs.frozen
class Request:
    """What a triage is asked to go by: files, a territory, a day."""

    mapping: Path | None
    policy: Path | None
    sites: Path | None
    territory: str
    as_of: str | None


def triage(file: Path, output: Path | None, request: Request, *, delimiter: str, written: Any) -> int:
    """Triage a file; 1 when rows were rejected."""
    calendar = calendar_of(request.territory)
    as_of = typed_day(request.as_of, "--as-of") if request.as_of else datetime.now(calendar.zone).date()
    policy = edition(request.policy)
    mapping = None if request.mapping is None else of_the_file(request.mapping, Mapping.from_toml)
    sites = None if request.sites is None else of_the_file(request.sites, Sites.from_toml)
    with file.open("rb"), progress(file.stat().st_size) as report:
        done = of_the_file(
            file,
            lambda path: triage_file(
                path,
                Triage(policy, calendar),
                output or beside(path, "jsonl" if written == "jsonl" else "csv"),
                mapping=mapping,
                sites=sites,
                delimiter={"tab": "\t", "\\t": "\t"}.get(delimiter, delimiter),
                written=written,
                progress=report,
            ),
        )
    title = f"{file.name}, procédure {policy.edition}, vu du {in_words(as_of)}"
    show_done(console(), done, as_of, title)
    return 1 if done.summary.rejected else 0


def edition(path: Path | None) -> Policy:
    """The edition of a policy file, or M2-1."""
    return m2_1() if path is None else of_the_file(path, read_policy)
