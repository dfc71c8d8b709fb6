"""The order in which events and texts came, as the database keeps it, against the story that they are of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from sqlalchemy import Table, select

from reclamation_core.adapters.sqlalchemy.database import Database
from reclamation_core.adapters.sqlalchemy.kept import as_kept, whole
from reclamation_core.adapters.sqlalchemy.tables import CASE_EVENTS


def misplaced_events(database: Database, case: str) -> Iterator[str]:
    """The column that puts the events of a case into the feed in another order than they happened."""
    position = as_kept(CASE_EVENTS.c.position, database.backend)
    mine = select(position).where(CASE_EVENTS.c.case_reference == case).order_by(CASE_EVENTS.c.number)
    positions = [whole(row[0]) or 0 for row in database.rows(mine)]  # there is no position 0
    # Those that were written last may have none yet, which is told by numbers below 0: the first is the greatest.
    places = [(position < 0, abs(position)) for position in positions]
    if 0 in positions or any(before >= after for before, after in pairwise(places)):
        yield f"{CASE_EVENTS.name}.position"


def misplaced_texts(database: Database, table: Table, key: str, told: Mapping[str, int], last: int) -> Iterator[str]:
    """The column that has the texts of a story come in another order than the events that they are of.

    Args:
        database: the database.
        table: the texts.
        key: whose they are.
        told: the number of the event that each text is of, by its digest.
        last: how many events the story has.
    """
    owner, digest = table.primary_key.columns
    numbers = (as_kept(table.c[name], database.backend) for name in ("version", "place"))
    rows: list[Any] = database.rows(select(digest, *numbers).where(owner == key))
    came = [(whole(version), whole(place), told[one]) for one, version, place in rows if one in told]
    known = [(version, place, event) for version, place, event in came if version is not None and place is not None]
    if any(version is None or not event <= version <= last for version, _, event in came):
        yield f"{table.name}.version"
    elif len({one[:2] for one in known}) < len(came) or any(a[2] > b[2] for a, b in pairwise(sorted(known))):
        yield f"{table.name}.place"
