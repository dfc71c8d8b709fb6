"""A database by an engine that nobody else has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection

from reclamation_core.adapters.sqlalchemy.database import BEGIN, Database
from reclamation_core.adapters.sqlalchemy.steps import Step


class OwnedDatabase(Database):
    """An engine of this adapter's own: no listener of an application's hears what is said on it.

    So steps are run by the driver itself, and by SQLAlchemy's own way, which takes longer, where they are tried again.
    """

    def _attempt(self, steps: Sequence[Step], is_done: Callable[[Connection], bool], tried: int) -> None:
        if tried:
            super()._attempt(steps, is_done, tried)
            return
        with self._driven() as connection:
            cursor = connection.cursor()
            cursor.execute(BEGIN[self.backend])
            for step in steps:
                step.run_by(cursor)
            connection.commit()
            cursor.close()
