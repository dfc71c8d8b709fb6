"""Upgrade the schema of this library: the index of the events of signals."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The sixteenth migration."""

    schema = "0030"
    dependencies: ClassVar[Any] = [("reclamation_core", "0015_signals")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
