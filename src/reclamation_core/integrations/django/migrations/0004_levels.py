"""Upgrade the schema of this library: words of searches, and no level for a message out of scope."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The fourth migration."""

    schema = "0016"
    dependencies: ClassVar[Any] = [("reclamation_core", "0003_sources")]
    operations: ClassVar[Any] = [
        migrations.RunPython(upgrade_schema, migrations.RunPython.noop),
    ]
