"""Upgrade the schema of this library: the admissibility of cases in their view, which every case has."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The fourteenth migration."""

    schema = "0028"
    dependencies: ClassVar[Any] = [("reclamation_core", "0013_fact_indexes")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="caserow",
            name="recevabilite",
            field=models.CharField(max_length=200, verbose_name="recevabilité"),
        ),
    ]
