"""A mixin for test cases of Django: desks with a clock that the test sets."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from reclamation_core.desk import Desk
from reclamation_core.integrations.django import desks
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role

__all__ = ["ReclamationTestMixin"]


class ReclamationTestMixin:
    """Desks for a `TestCase` or a `TransactionTestCase`.

    A `TestCase` rolls its transaction back after each test, with what the desk wrote. A `TransactionTestCase` flushes
    the database, the cases and plans included: see the command `flush` of this application.
    """

    databases: ClassVar[Any] = {"default"}

    def desk(self, now: datetime, actor: str = "Mme Roux", role: Role | str = Role.RQR) -> Desk:
        """Return a desk in the test's transaction, at an instant."""
        return desks.desk(clock=FakeClock(now)).acting(actor, role)
