"""What the repositories answer by default, for a store of events alone, and the clock of the machine."""

from datetime import UTC, datetime, timedelta
from types import new_class
from typing import Any

from reclamation_core.ports.errors import SchemaError
from reclamation_core.ports.repositories import CommittedQueries
from reclamation_core.ports.store import SystemClock
from reclamation_core.wording import Wording
from tests.unit.desk import factories


def concrete(port: type[Any], **methods: Any) -> Any:
    """Return an instance of a port whose other methods answer nothing."""
    own = {**{name: lambda *_: None for name in port.__abstractmethods__}, **methods}
    return new_class(f"Own{port.__name__}", (port,), exec_body=lambda namespace: namespace.update(own))()


def test_a_store_of_events_alone_has_nothing_to_compare() -> None:
    desk = factories.new_desk()
    case = factories.registered(desk)
    desk.pgaac("CRE").add(factories.sheet())
    for aggregate in (case, desk.pgaac("CRE").current):
        assert concrete(CommittedQueries).find_inconsistencies(aggregate) == ()


def test_the_known_scopes_are_by_default_those_with_a_plan() -> None:
    assert concrete(CommittedQueries, scopes=lambda _: ("site:CRE",)).known_scopes() == ("site:CRE",)


def test_a_schema_that_cannot_be_restored_asks_for_a_copy() -> None:
    error = SchemaError("x", "0002", "0002", known=False, missing=(Wording("la table a", "the table a"),))
    assert error.in_("fr").endswith("cela ne peut pas être rétabli : reprenez une copie")
    assert str(error) == "x: schema version 0002 lacks the table a; this cannot be restored: restore a copy"


def test_the_system_clock_returns_the_current_instant_in_utc() -> None:
    before = datetime.now(UTC)
    told = SystemClock().now()
    assert before <= told <= datetime.now(UTC)
    assert told.utcoffset() == timedelta(0)
