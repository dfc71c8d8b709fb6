"""Upgrade the schema of this library: what was known of cases, computed from their events; indicators read it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import fill_projections, upgrade_schema


class Migration(migrations.Migration):
    """The eighth migration."""

    schema = "0022"
    dependencies: ClassVar[Any] = [("reclamation_core", "0007_worklist")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
        migrations.RunPython(fill_projections, migrations.RunPython.noop),
    ]
