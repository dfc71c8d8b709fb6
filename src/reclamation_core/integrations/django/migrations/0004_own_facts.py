"""Upgrade the schema of this library: words of searches, persons that cases are assigned to, facts of an edition."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The fourth migration."""

    schema = "0018"
    dependencies: ClassVar[Any] = [("reclamation_core", "0003_sources")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
