"""The schema of this library in a Django database."""

from __future__ import annotations

from typing import Any

from reclamation_core.adapters import upgrade
from reclamation_core.integrations.django.desks import database


def upgrade_schema(_: object, schema_editor: Any) -> None:
    """Create or upgrade the tables and views, inside the transaction of a migration; other databases are left alone."""
    connection = schema_editor.connection
    if connection.alias == database():
        connection.ensure_connection()
        upgrade(connection.connection)
