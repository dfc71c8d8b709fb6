"""Chain the events of plans, as those of cases are, and index them by action.

The links of existing plans are computed here, from the events as they are stored: they detect later changes, not
earlier ones.

Revision ID: 0003
"""

from __future__ import annotations

import hashlib
import json
from itertools import groupby
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from alembic.operations import Operations

from reclamation_core.adapters.sqlalchemy.tables import TEXT

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_EVENTS = sa.table(
    "reclamation_plan_events",
    sa.column("scope", TEXT),
    sa.column("number", sa.Integer()),
    sa.column("document", sa.Text()),
    sa.column("action", TEXT),
    sa.column("link", TEXT),
)
_PLANS = sa.table("reclamation_plans", sa.column("scope", TEXT), sa.column("link", TEXT))


def upgrade(op: Operations) -> None:
    """Add the columns, and fill them."""
    op.add_column("reclamation_plans", sa.Column("link", TEXT, nullable=False, server_default=sa.text("''")))
    op.add_column("reclamation_plan_events", sa.Column("action", TEXT, nullable=True))
    op.add_column("reclamation_plan_events", sa.Column("link", TEXT, nullable=False, server_default=sa.text("''")))
    _fill(op.get_bind())
    op.create_index("ix_reclamation_plan_events_action", "reclamation_plan_events", ["scope", "action", "number"])


def _fill(connection: sa.Connection) -> None:
    """Compute the links of each plan, and the action of each event."""
    as_stored = sa.select(_raw(connection, _EVENTS.c.scope), _EVENTS.c.number, _raw(connection, _EVENTS.c.document))
    stored = connection.execute(as_stored.order_by(_EVENTS.c.scope, _EVENTS.c.number))
    of_event = sa.update(_EVENTS).where(_EVENTS.c.scope == sa.bindparam("the_scope"))
    of_event = of_event.where(_EVENTS.c.number == sa.bindparam("the_number"))
    filled = of_event.values(action=sa.bindparam("the_action"), link=sa.bindparam("the_link"))
    for scope, events in groupby(stored.all(), key=itemgetter(0)):
        try:
            key = _bytes(scope).decode()
        except UnicodeDecodeError:  # no plan has this key: `verify` reports it
            continue
        last = _digest("", key.encode())
        rows: list[dict[str, Any]] = []
        for _, number, text in events:
            last = _digest(last, _bytes(text))
            rows.append({"the_scope": key, "the_number": number, "the_action": _action(_bytes(text)), "the_link": last})
        connection.execute(filled, rows)
        connection.execute(sa.update(_PLANS).where(_PLANS.c.scope == key).values(link=last))


def _raw(connection: sa.Connection, column: object) -> Any:
    """Return a column as it is stored: SQLite stores any bytes, and its driver fails on invalid text."""
    return sa.cast(column, sa.LargeBinary) if connection.dialect.name == "sqlite" else column


def _bytes(stored: bytes | str) -> bytes:
    return stored if isinstance(stored, bytes) else stored.encode()


def _digest(before: str, text: bytes) -> str:
    """Return the link of a text after another link, as `documents.link` does."""
    return hashlib.sha256(f"{len(before)}:{before}".encode() + text).hexdigest()


def _action(document: bytes) -> str | None:
    """Return the action of an event; None for a publication, and for a corrupt event."""
    try:
        data = json.loads(document)["data"]
        action = data["sheet"]["reference"] if "sheet" in data else data.get("action")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    return action if isinstance(action, str) else None
