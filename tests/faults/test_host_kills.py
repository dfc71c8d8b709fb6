"""Web applications are killed while they write a row of their own and a case: both are there afterwards, or neither."""

from pathlib import Path
from random import Random

import pytest

from soak.host_kills import APPLICATIONS, Tally, killed_host
from tests.databases import new_database, sqlite_file

pytestmark = pytest.mark.slow


# `make soak` kills each application on each database.
PAIRS = [
    pytest.param(name, database, marks=[] if (name, database) == ("fastapi", "postgresql") else [pytest.mark.soak])
    for name in APPLICATIONS
    for database in ("sqlite", "postgresql")
]


@pytest.mark.parametrize(("name", "database"), PAIRS)
def test_rows_of_the_application_and_cases_never_disagree(name: str, database: str, tmp_path: Path) -> None:
    url = sqlite_file(tmp_path) if database == "sqlite" else new_database().render_as_string(hide_password=False)
    tally = Tally()
    killed_host(APPLICATIONS[name], url, Random(5), 2, tally)
    assert tally.kills == 2
    assert tally.cases >= len(tally.acknowledged) >= 2
