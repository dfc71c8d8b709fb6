"""Upgrade the schema of this library: the log of all events, of which checkpoints are taken."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The sixth migration."""

    schema = "0020"
    dependencies: ClassVar[Any] = [("reclamation_core", "0005_documents")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
