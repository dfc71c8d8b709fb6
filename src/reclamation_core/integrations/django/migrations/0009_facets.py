"""Upgrade the schema of this library: the index of the columns by which cases are counted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The ninth migration."""

    schema = "0023"
    dependencies: ClassVar[Any] = [("reclamation_core", "0008_periods")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
