"""Upgrade the schema of this library: the table of epochs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The second migration."""

    schema = "0013"
    dependencies: ClassVar[Any] = [("reclamation_core", "0001_initial")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
