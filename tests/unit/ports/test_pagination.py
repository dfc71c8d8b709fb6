"""Stores agree on the numbers of a page."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.desk import Desk
from reclamation_core.ports import CaseQuery
from reclamation_core.validators import MAX_INT
from tests.databases import emptied, sqlite_file
from tests.inside import store_of
from tests.unit.desk.factories import new_desk, registered

NUMBERS: tuple[Any, ...] = (-1, 0, 1, MAX_INT, MAX_INT + 1, 10**30, 10**5000, True, "1", 1.0, None)
ASKED: dict[str, Callable[[Desk, Any], object]] = {
    "cases": lambda desk, number: desk.cases.find(CaseQuery(limit=number)).cases,
    "after": lambda desk, number: desk.feed(after=number),
    "feed": lambda desk, number: desk.feed(limit=number),
    "journal": lambda desk, number: store_of(desk).journal.read(limit=number),
}


@pytest.fixture(scope="module", params=["memory", "sqlite", "postgresql"])
def desk(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with _opened(request.param, tmp_path_factory.mktemp("pages")) as opened:
        registered(opened, "CRE")
        yield opened


def _opened(where: str, folder: Path) -> Desk:
    if where == "memory":
        return new_desk()
    address = sqlite_file(folder) if where == "sqlite" else emptied().render_as_string(hide_password=False)
    return Desk.open(address)


@pytest.mark.parametrize("asked", ASKED)
def test_a_page_is_returned_or_refused_before_the_store_alike(desk: Desk, asked: str) -> None:
    for number in NUMBERS:
        if type(number) is int and (0 if asked == "after" else 1) <= number <= MAX_INT:
            assert isinstance(ASKED[asked](desk, number), tuple), number
        else:
            with pytest.raises(ValueError, match=f"^{asked if asked == 'after' else 'limit'}: "):
                ASKED[asked](desk, number)
