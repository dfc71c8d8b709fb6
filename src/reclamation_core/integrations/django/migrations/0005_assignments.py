"""Upgrade the schema of this library: cases are found by the person that they are assigned to."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The fifth migration."""

    schema = "0017"
    dependencies: ClassVar[Any] = [("reclamation_core", "0004_levels")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
    ]
