"""The application, as Django configures it, its system checks, and its schema in a database of Django."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import AppConfig
from django.core import checks
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from reclamation_core.adapters import check, rebuild_projections, upgrade
from reclamation_core.adapters.sqlalchemy.schema import check_version
from reclamation_core.errors import ReclamationError
from reclamation_core.integrations.django.settings import (
    agency,
    board_options,
    database,
    is_known,
    largest_upload,
    options,
    roles_function,
)
from reclamation_core.ports import SchemaError


class ReclamationConfig(AppConfig):
    """The application of complaints and improvement plans."""

    name = "reclamation_core.integrations.django"
    label = "reclamation_core"
    verbose_name = "Réclamations et PGAAC"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        checks.register(check_options)
        checks.register(check_memberships)
        checks.register(check_database, checks.Tags.database)


def upgrade_schema(_: object, schema_editor: Any) -> None:
    """Create or upgrade the tables and views, inside the transaction of a migration; other databases are left alone."""
    connection = schema_editor.connection
    if connection.alias == database():
        connection.ensure_connection()
        try:
            check_version(connection.connection)  # the migration before upgraded it as well
        except SchemaError:
            upgrade(connection.connection)


def fill_projections(_: object, schema_editor: Any) -> None:
    """Compute what another version of the library left to be computed, inside the transaction of a migration."""
    connection = schema_editor.connection
    if connection.alias == database():
        rebuild_projections(connection.connection)


def check_options(app_configs: object, **_: object) -> list[checks.CheckMessage]:
    """Check the setting `RECLAMATION`."""
    try:
        board_options()
        agency()
        largest_upload()
        roles_function()
    except ImproperlyConfigured as error:
        return [checks.Error(str(error), id="reclamation.E001")]
    alias = database()
    if alias not in connections:
        text = f"RECLAMATION: there is no database {alias!r}"
        return [checks.Error(text, hint="Name one of DATABASES.", id="reclamation.E002")]
    return list(_check_sqlite(connections[alias]))


def check_memberships(app_configs: object, **_: object) -> list[checks.CheckMessage]:
    """Name the memberships for a site or a region that left the list: their users do not act there any more.

    The list changes with a deployment, of which `manage.py check` is a step. Without tables there is nothing to find.
    """
    from reclamation_core.integrations.django.models import Membership

    try:
        memberships = [] if options().get("sites") is None else list(Membership.objects.select_related("user"))
    except Exception:  # noqa: BLE001  a database that is not there or not migrated, or tests that forbid to read it
        return []
    return [
        checks.Warning(
            f"The membership {one} is for a unit that is not in the list of sites: it gives no role there.",
            hint="Correct the membership or delete it in the admin, or add the unit to SITES.",
            obj=one,
            id="reclamation.W003",
        )
        for one in memberships
        if not is_known(one.site, one.region)
    ]


def check_database(
    app_configs: object, databases: Iterable[str] | None = None, **_: object
) -> list[checks.CheckMessage]:
    """Check that the schema is that of this version of the library; `manage.py check --database default` runs it.

    So does `manage.py migrate`: where migrations are to be applied there is nothing to find.
    """
    try:
        alias = database()
    except ImproperlyConfigured:  # check_options names it
        return []
    if alias not in (databases or ()):
        return []
    connection = connections[alias]
    connection.ensure_connection()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes(ReclamationConfig.label)):
        return []
    try:
        check(connection.connection)
    except ReclamationError as error:
        return [
            checks.Error(
                str(error),
                hint="Restore what is missing: run `reclamation db upgrade` on this database.",
                id="reclamation.E003",
            )
        ]
    return []


def _check_sqlite(connection: Any) -> Iterable[checks.CheckMessage]:
    """Warn of settings of SQLite that leave erased texts in the file, or make readers and writers wait."""
    if connection.vendor != "sqlite":
        return
    set_up = connection.settings_dict.get("OPTIONS", {})
    if "secure_delete" not in str(set_up.get("init_command", "")).lower():
        yield checks.Warning(
            "SQLite leaves erased texts in its file.",
            hint='Add "init_command": "PRAGMA secure_delete=ON; PRAGMA journal_mode=WAL;" to the OPTIONS.',
            id="reclamation.W001",
        )
    if set_up.get("transaction_mode") != "IMMEDIATE":
        yield checks.Warning(
            "A transaction on SQLite that reads first may fail when it writes.",
            hint='Add "transaction_mode": "IMMEDIATE" to the OPTIONS.',
            id="reclamation.W002",
        )
