"""Upgrade the schema of this library: the source of a case is unique for its site."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The third migration."""

    schema = "0014"
    dependencies: ClassVar[Any] = [("reclamation_core", "0002_epochs")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
