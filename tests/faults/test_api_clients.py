"""Many clients act on one case through the API: each accepted act is recorded once, every other is 409 or 412."""

from pathlib import Path

import pytest

from soak.api_clients import acted
from tests.databases import new_database, sqlite_file

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_accepted_act_is_recorded_once_and_every_other_is_refused(database: str, tmp_path: Path) -> None:
    url = sqlite_file(tmp_path) if database == "sqlite" else new_database().render_as_string(hide_password=False)
    statuses = acted(url, clients=4, acts=8)
    assert statuses[200] > 0
    assert statuses[412] > 0
