from pathlib import Path

import pytest

from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.testing._desks import a_desk
from reclamation_core.testing.builders import a_closed_case, a_complaint, a_registered_case
from tests import databases


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_database_is_left_as_it_was(database: str, tmp_path: Path) -> None:
    postgresql = database == "postgresql"
    url = databases.emptied().render_as_string(hide_password=False) if postgresql else f"sqlite:///{tmp_path}/kept.db"
    with Desk.open(url) as desk:
        kept = a_registered_case(desk)
    for _ in range(2):
        with a_desk(url, tmp_path) as desk:
            case = a_closed_case(desk)
            assert (desk.cases.get(case.reference), desk.cases.count()) == (case, 2)
    with Desk.open(url) as desk:
        assert [case.reference for case in desk.cases.find().cases] == [kept.reference]


def test_a_test_that_fails_leaves_it_as_it_was_too(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    with pytest.raises(FaultsError, match="channel"), a_desk(url, tmp_path) as desk:
        a_registered_case(desk, a_complaint(channel=a_registered_case(desk).reference))
    with Desk.open(url) as desk:
        assert desk.cases.count() == 0


def test_a_store_that_is_none_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ValueError, match="store: 'papier'; write memory, sqlite, or the URL"),
        a_desk("papier", tmp_path),
    ):
        pass
    with pytest.raises(TypeError, match="store: str is expected, got None"), a_desk(None, tmp_path):  # type: ignore[arg-type]
        pass
