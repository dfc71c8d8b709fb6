"""Databases of tests."""

from __future__ import annotations

from typing import Any

__all__ = ["empty_database"]


def empty_database(database: Any) -> None:
    """Delete every case, plan and export of a database of tests (flush); the schema stays.

    Rows of the application that refer to a case have to be deleted before. Numbers of references begin again.

    Args:
        database: its address, an engine on it, or a connection of the application, as for `upgrade`: then it is part of
            the transaction that the application has begun, and is committed by the application.

    Raises:
        StoreError: the database refused, for example because a row of the application refers to a case.
    """
    from reclamation_core.adapters.sqlalchemy.schema import delete_all_rows

    delete_all_rows(database)
