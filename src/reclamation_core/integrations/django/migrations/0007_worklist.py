"""Upgrade the schema of this library: indexes that a worklist counts by."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The seventh migration."""

    schema = "0021"
    dependencies: ClassVar[Any] = [("reclamation_core", "0006_log")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
