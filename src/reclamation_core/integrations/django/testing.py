"""A mixin for test cases of Django: desks with a clock that the test sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from reclamation_core.desk import Desk
from reclamation_core.integrations.django.desks import database, options
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role

__all__ = ["ReclamationTestMixin"]


class ReclamationTestMixin:
    """Desks for a `TestCase`: its transaction is rolled back after each test, with what the desk wrote."""

    databases: ClassVar[Any] = {"default"}

    def desk(self, now: datetime, actor: str = "Mme Roux", role: Role | str = Role.RQR) -> Desk:
        """Return a desk in the test's transaction, at an instant."""
        from django.db import connections

        connection = connections[database()]
        connection.ensure_connection()
        given = options().copy()
        given["clock"] = FakeClock(now)
        return Desk.from_connection(connection.connection, **given).acting(actor, role)
