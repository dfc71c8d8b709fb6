"""Upgrade the schema of this library: the indexes of own facts, and the admissibility that every case has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The thirteenth migration."""

    schema = "0027"
    dependencies: ClassVar[Any] = [("reclamation_core", "0012_plan_feed")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
        migrations.AlterField("caserow", "recevabilite", models.CharField("recevabilité", max_length=200)),
    ]
