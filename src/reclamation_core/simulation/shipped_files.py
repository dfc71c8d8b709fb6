"""The shipped files of the demonstration with the seeds of their content, and the sites of generated caseloads."""

from __future__ import annotations

from datetime import date
from importlib import resources
from pathlib import Path
from typing import Final

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import of_class, require
from reclamation_core.vocabulary import Sites

NUMBER: Final = 200
SEED: Final = 2044  # one of those whose two hundred complaints make every row of eligibility and level fire
UNTIL: Final = date(2026, 5, 19)
"""The shipped complaints: how many, from which seed, and the last day of receipt."""

SURVEY_NUMBER: Final = 60
SURVEY_SEED: Final = 5
"""The shipped results of the survey."""

MALFUNCTION_NUMBER: Final = 30
MALFUNCTION_SEED: Final = 1  # one of those whose malfunctions make every other row of the tables fire
"""The shipped malfunctions."""

SCENARIO_SEED: Final = 3  # one of those with every event of a case, every state and every closing reason
"""The seed of the demonstration's scenario."""

_AS_OF: Final = date(2026, 5, 20)


@attrs.frozen(kw_only=True)
class Shipped(SharedRepr):
    """The files of the demonstration.

    Args:
        complaints: about 200 invented complaints, in CSV, with the columns that `intake.read` knows.
        survey: invented results of the end-of-training survey, in CSV, as a survey tool exports them.
        survey_mapping: how `intake.read` reads them, in TOML.
        malfunctions: invented internal malfunctions, in CSV, with those of the columns that say something of them.
        sites: their invented centres, in TOML, as `Sites.from_toml` reads them.
        agreement: an invented agreement of training in PDF, a document of supports.
        edition: M2-1 with two facts of an organisation's own, in TOML, as `read_policy` reads it.
        as_of: the day of the analysis: some complaints are overdue, some due within days, some later.
    """

    complaints: Path
    survey: Path
    survey_mapping: Path
    malfunctions: Path
    sites: Path
    agreement: Path
    edition: Path
    as_of: date


def shipped() -> Shipped:
    """Return the paths of the files of the demonstration in the installed package.

    >>> shipped().complaints.name, shipped().as_of
    ('complaints.csv', datetime.date(2026, 5, 20))
    """
    folder = Path(str(resources.files(__package__).joinpath("data")))
    return Shipped(
        complaints=folder / "complaints.csv",
        survey=folder / "survey.csv",
        survey_mapping=folder / "survey.toml",
        malfunctions=folder / "malfunctions.csv",
        sites=folder / "sites.toml",
        agreement=folder / "agreement.pdf",
        edition=folder / "edition.toml",
        as_of=_AS_OF,
    )


def centres_of(sites: Sites | None) -> Sites:
    """Return the sites, or the shipped ones for None; raise ValueError if there are none, TypeError for other types."""
    centres = Sites.from_toml(shipped().sites) if sites is None else sites
    require(of_class(Sites), sites=centres)
    if not len(centres):
        raise ValueError("sites: it is empty; give at least one, or None for the shipped ones")
    return centres
