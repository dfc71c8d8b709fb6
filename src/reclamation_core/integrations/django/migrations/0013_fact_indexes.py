"""Upgrade the schema of this library: the indexes of the numbers and days of own facts."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The thirteenth migration."""

    schema = "0027"
    dependencies: ClassVar[Any] = [("reclamation_core", "0012_plan_feed")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
