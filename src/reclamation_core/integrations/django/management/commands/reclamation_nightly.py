"""`manage.py reclamation_nightly`: the daily job, in Django's database."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand

from reclamation_core.integrations.django.desks import desk


class Command(BaseCommand):
    """Raise the alerts that are due, erase what has expired, and report as JSON."""

    help = "Émettre les alertes, effacer ce qui doit l'être et rendre compte en JSON."

    def handle(self, *_: Any, **__: Any) -> None:
        """Run the job and write its report."""
        report = desk().maintenance.nightly()
        self.stdout.write(json.dumps(report.to_document(), ensure_ascii=False))
