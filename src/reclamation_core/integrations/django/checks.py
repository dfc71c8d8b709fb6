"""System checks: the setting can be read, the schema is there, SQLite is set up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from reclamation_core.adapters import check
from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.django.desks import database, options


def check_options(app_configs: object, **_: object) -> list[CheckMessage]:
    """Check the setting `RECLAMATION`."""
    try:
        options()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="reclamation.E001")]
    alias = database()
    if alias not in connections:
        return [
            Error(f"RECLAMATION: there is no database {alias!r}", hint="Name one of DATABASES.", id="reclamation.E002")
        ]
    return list(_of_sqlite(connections[alias]))


def check_database(app_configs: object, databases: Iterable[str] | None = None, **_: object) -> list[CheckMessage]:
    """Check that the schema is that of this version of the library; `manage.py check --database default` runs it."""
    alias = database()
    if alias not in (databases or ()):
        return []
    connection = connections[alias]
    connection.ensure_connection()
    try:
        check(connection.connection)
    except ReclamationError as error:
        return [Error(str(error), hint="Run manage.py migrate.", id="reclamation.E003")]
    return []


def _of_sqlite(connection: Any) -> Iterable[CheckMessage]:
    """Warn of settings of SQLite that leave erased texts in the file, or make readers and writers wait."""
    if connection.vendor != "sqlite":
        return
    set_up = connection.settings_dict.get("OPTIONS", {})
    if "secure_delete" not in str(set_up.get("init_command", "")).lower():
        yield Warning(
            "SQLite leaves erased texts in its file.",
            hint='Add "init_command": "PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;" to the OPTIONS.',
            id="reclamation.W001",
        )
    if set_up.get("transaction_mode") != "IMMEDIATE":
        yield Warning(
            "A transaction on SQLite that reads first may fail when it writes.",
            hint='Add "transaction_mode": "IMMEDIATE" to the OPTIONS.',
            id="reclamation.W002",
        )
