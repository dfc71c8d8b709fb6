"""Steps: statements with the rows that they are for, made ready before a transaction begins, so that it is short."""

from __future__ import annotations

from typing import Any, Final

import attrs
from sqlalchemy import Connection

_COUNTED: Final = {"preserve_rowcount": True}


class StaleDataError(Exception):
    """Something that was to be written is not as it was expected to be; told apart afterwards, when all is undone."""


@attrs.frozen
class Step:
    """A statement and the rows that it is for, at least one.

    Args:
        sql: the statement as the driver takes it.
        arguments: the rows, likewise.
        all_or_none: whether it must touch as many rows as are given.
    """

    sql: str
    arguments: list[Any]
    all_or_none: bool

    def run(self, connection: Connection) -> None:
        """Run it, within a transaction.

        Raises:
            StaleDataError: it did not touch every row that it had to.
        """
        given = self.arguments if len(self.arguments) > 1 else self.arguments[0]
        self._look(connection.exec_driver_sql(self.sql, given, execution_options=_COUNTED).rowcount)

    def run_by(self, cursor: Any) -> None:
        """The same by a cursor of the driver."""
        if len(self.arguments) > 1:
            cursor.executemany(self.sql, self.arguments)
        else:
            cursor.execute(self.sql, self.arguments[0])
        self._look(cursor.rowcount)

    def _look(self, touched: int) -> None:
        if self.all_or_none and touched != len(self.arguments):
            raise StaleDataError
