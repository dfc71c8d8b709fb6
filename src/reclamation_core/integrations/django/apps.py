"""The application, as Django configures it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core import checks


class ReclamationConfig(AppConfig):
    """The application of complaints and improvement plans."""

    name = "reclamation_core.integrations.django"
    label = "reclamation_core"
    verbose_name = "Réclamations et PGAAC"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from reclamation_core.integrations.django.checks import check_database, check_options

        checks.register(check_options)
        checks.register(check_database, checks.Tags.database)
