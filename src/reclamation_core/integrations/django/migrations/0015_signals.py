"""Upgrade the schema of this library: the state of signals that were seen again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The fifteenth migration."""

    schema = "0029"
    dependencies: ClassVar[Any] = [("reclamation_core", "0014_admissibility")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
