"""Upgrade the schema of this library: the list of the documents whose bytes are to be deleted."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations

from reclamation_core.integrations.django.apps import upgrade_schema


class Migration(migrations.Migration):
    """The fifth migration."""

    schema = "0019"
    dependencies: ClassVar[Any] = [("reclamation_core", "0004_own_facts")]
    operations: ClassVar[Any] = [migrations.RunPython(upgrade_schema, migrations.RunPython.noop)]
