"""Invented cases for an empty register, from the library's own simulation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine

from examples.fastapi_app.application import SITES
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.ports import CaseQuery
from reclamation_core.simulation import seed_register


def seed(engine: Engine, number: int = 300) -> int:
    """Save invented messages of the last two months with their handling, if the register is empty.

    Args:
        engine: the database.
        number: how many messages; a tenth of them are malfunctions, a fifth results of the survey.

    Returns:
        The number of cases of the register.
    """
    with engine.begin() as connection:
        store = SqlAlchemyStore.from_connection(connection)
        with store.unit_of_work() as unit:
            count = unit.cases.count(CaseQuery())
        return count or seed_register(store, SITES, datetime.now(BusinessCalendar.france().zone), number=number)
