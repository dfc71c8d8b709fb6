"""`manage.py flush`: the command of Django, which empties the tables of the library as well."""

from __future__ import annotations

from django.core.management.commands import flush
from django.db import connections

from reclamation_core.integrations.django.settings import database
from reclamation_core.testing.databases import empty_database


class Command(flush.Command):
    """Empty the tables of Django's applications, then those of the library; the schema stays."""

    def handle(self, **options: object) -> None:
        """Run Django's command, and delete the cases and plans that it leaves."""
        alias = options["database"]
        if (
            options["interactive"]
            and input(f"Delete all rows of {alias!r}, cases and plans included? (yes/no) ") != "yes"
        ):
            self.stdout.write("Flush cancelled.")
            return
        super().handle(**{**options, "interactive": False})
        if alias == database():
            connections[alias].ensure_connection()
            empty_database(connections[alias].connection)
