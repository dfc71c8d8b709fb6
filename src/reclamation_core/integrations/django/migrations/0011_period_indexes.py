"""Upgrade the schema of this library: the indexes by which indicators read what was known of cases."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The eleventh migration."""

    schema = "0025"
    dependencies: ClassVar[Any] = [("reclamation_core", "0010_views")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
