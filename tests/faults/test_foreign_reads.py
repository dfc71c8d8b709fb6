"""A scoped desk cannot distinguish a foreign case from a missing one, by time or by damage."""

from collections.abc import Callable
from typing import Any

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.mapper import CaseMapper
from reclamation_core.desk import Desk
from reclamation_core.ports import CaseNotFoundError
from reclamation_core.testing.contracts.samples import desk_on
from tests.inside import engine_of
from tests.taps import tapped
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.adapters.sqlalchemy.conftest import store as store  # noqa: PLC0414  a fixture
from tests.unit.desk import factories
from tests.unit.desk.examples import VERBS

pytestmark = pytest.mark.slow
DAMAGES: dict[str, str] = {
    "none": "SELECT 1",
    "state": "UPDATE reclamation_cases SET document = '{{' WHERE reference = '{}'",
    "version": "UPDATE reclamation_cases SET version = 9 WHERE reference = '{}'",
    "event": "UPDATE reclamation_case_events SET document = '{{' WHERE case_reference = '{}'",
    "text": "UPDATE reclamation_case_texts SET salt = 'x' WHERE case_reference = '{}'",
}
MISSING = "R-2026-000077"


def asked_of(store: SqlAlchemyStore, desk: Desk, reference: str, ask: Callable[[Desk, str], object]) -> list[Any]:
    """Return the SQL statements and results of a query that is refused as for a missing case."""
    heard: list[Any] = []

    def hear(statement: str, _: Any) -> None:
        heard.append(statement)

    with tapped(engine_of(store), before=hear), pytest.raises(CaseNotFoundError, match=reference):
        ask(desk, reference)
    return heard


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_as_many_statements_are_run_and_nothing_is_decoded(
    store: SqlAlchemyStore, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = desk_on(store)
    own = factories.registered(desk)
    foreign = factories.registered(desk, "STR", complainant="Mme Durand").reference
    run(store, damage.format(foreign))
    here = desk.scoped(region="Île-de-France")
    assert here.cases.get(own.reference) == own

    def refuse(*_: object) -> Any:
        raise AssertionError

    monkeypatch.setattr(CaseMapper, "read", refuse)
    with pytest.raises(AssertionError):
        here.cases.get(own.reference)
    for verb in VERBS.values():
        of_foreign = asked_of(store, here, foreign, verb)
        assert of_foreign == asked_of(store, here, MISSING, verb)
        assert len(of_foreign) == 1


def test_a_foreign_case_whose_rows_name_a_site_of_the_scope_is_as_missing(store: SqlAlchemyStore) -> None:
    desk = desk_on(store)
    foreign = factories.registered(desk, "STR").reference
    run(store, "UPDATE reclamation_case_sites SET site = 'CRE'")
    here = desk.scoped(region="Île-de-France")
    for verb in VERBS.values():
        with pytest.raises(CaseNotFoundError, match=foreign):
            verb(here, foreign)
