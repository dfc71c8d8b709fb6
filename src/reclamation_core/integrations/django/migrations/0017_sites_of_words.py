"""Upgrade the schema of this library: the sites of cases in the index of their words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The seventeenth migration."""

    schema = "0031"
    dependencies: ClassVar[Any] = [("reclamation_core", "0016_signal_index")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
