"""Upgrade the schema of this library: cases are found by the facts of their edition."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The sixth migration."""

    schema = "0018"
    dependencies: ClassVar[Any] = [("reclamation_core", "0005_assignments")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
    ]
