"""The examination of the fault runs finds each half of a commit that is missing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.testing.contracts.samples import desk_on
from tests.faults.examining import faults
from tests.faults.living import one_life
from tests.unit.adapters.sqlalchemy.asking import run
from tests.unit.desk import factories

pytestmark = pytest.mark.slow
HALVES = {
    "a case without its row": ("DELETE FROM reclamation_cases WHERE reference = 'R-2026-000003'", "case_events has"),
    "a case without its history": (
        "UPDATE reclamation_case_events SET case_reference = 'R-9' WHERE number = 8",
        "case_events has R-9",
    ),
    "a state that is not the fold": (
        """UPDATE reclamation_cases SET document = replace(document, '"CRE"', '"STR"')""",
        "its row is not what follows",
    ),
    "a column that is not the fold": ("UPDATE reclamation_cases SET level = 'national'", "its row is not"),
    "a lost text": ("DELETE FROM reclamation_case_texts WHERE place = 1", "its texts are not those"),
    "a place that is lost": ("DELETE FROM reclamation_case_sites WHERE part = 'handling'", "its sites are not"),
    "a cause that is lost": ("DELETE FROM reclamation_case_causes", "its causes are not"),
    "a hole in the feed": ("UPDATE reclamation_case_events SET position = 99 WHERE position = 3", "have holes"),
    "an action that is lost": ("DELETE FROM reclamation_actions", "its actions are not"),
    "an edition that is lost": ("DELETE FROM reclamation_published_plans", "published_plans has not"),
    "lines that are lost": ("DELETE FROM reclamation_published_lines", "its editions are not"),
    "a plan whose case does not know it": (
        """UPDATE reclamation_cases SET state_version = 0, version = min(version, 4);
        DELETE FROM reclamation_case_events WHERE number > 4""",
        "and action site:CRE/A-planned: one of them",
    ),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlAlchemyStore]:
    store = SqlAlchemyStore.open(f"sqlite:///{tmp_path}/a.db")
    desk = desk_on(store)
    list(one_life(desk, "one", "CRE"))
    desk.plan(factories.analysed(desk).reference, factories.sheet("A-planned"))
    factories.registered(desk)
    yield store
    store.close()


def test_where_all_is_well_nothing_is_told(store: SqlAlchemyStore) -> None:
    assert faults(store, [("case", "R-2026-000001", 8), ("edition", "site:CRE", 1)]) == []


@pytest.mark.parametrize(("damage", "sentence"), HALVES.values(), ids=HALVES)
def test_what_is_half_there_is_told(store: SqlAlchemyStore, damage: str, sentence: str) -> None:
    run(store, "PRAGMA foreign_keys = OFF")
    for statement in damage.split(";"):
        run(store, statement)
    assert sentence in "; ".join(faults(store))


@pytest.mark.parametrize(
    "told", [("case", "R-2026-000001", 9), ("case", "R-2026-000009", 1), ("edition", "site:CRE", 2)]
)
def test_what_is_lost_is_told(store: SqlAlchemyStore, told: tuple[str, str, int]) -> None:
    assert faults(store, [told])[0].startswith(f"lost: {told[0]} {told[1]} was kept at {told[2]}")
