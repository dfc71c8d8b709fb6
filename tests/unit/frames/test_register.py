from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from reclamation_core import Desk, frames
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import m2_1
from tests.unit.frames.backends import read
from tests.unit.policy.cases import complaint, malfunction


def test_the_register_is_a_frame_that_can_be_decided_again() -> None:
    with Desk.in_memory() as desk:
        first = desk.register(complaint(), site="Créteil")
        second = desk.register(complaint(satisfaction=UNKNOWN, channel=None, formal=None), site="Lyon")
        third = desk.register(malfunction(service_reach="one_centre"), site="Lyon")

        register = frames.caseload(desk)

    assert register["reference"].to_list() == [case.reference for case in (first, second, third)]
    assert register["kind"].to_list() == ["complaint", "complaint", "malfunction"]
    assert register["satisfaction_unknown"].to_list() == [False, True, False]
    again = frames.decide(register.filter(pl.col("kind") == "complaint"), m2_1(), BusinessCalendar.france())
    assert again["eligibility"].to_list() == ["complaint", None]
    assert again["due_date"].to_list() == again["recorded_due_date"].to_list()


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", "duckdb"])
def test_the_register_comes_as_the_frame_that_is_asked_for_and_is_decided_as_such(backend: str) -> None:
    with Desk.in_memory() as desk:
        desk.register(complaint(satisfaction=5, causes=2), site="Créteil")
        desk.register(complaint(formal=None, channel=None, sold_service=None), site="Lyon")
        register = frames.caseload(desk, backend=backend)

    decided = frames.decide(register, m2_1(), BusinessCalendar.france())

    assert type(decided).__module__.split(".")[0].strip("_") == backend
    rows = as_records(decided)
    assert [row["site"] for row in rows] == ["Créteil", "Lyon"]
    assert [(row["eligibility"], row["complexity"]) for row in rows] == [("complaint", "complex"), (None, None)]


def as_records(frame: Any) -> list[dict[str, Any]]:
    if hasattr(frame, "to_arrow_table"):
        frame = frame.to_arrow_table()
    return read(frame)


def test_a_backend_that_is_not_there_is_refused() -> None:
    with Desk.in_memory() as desk, pytest.raises(ValueError, match="polars, pandas, pyarrow, duckdb"):
        frames.caseload(desk, backend="excel")


def test_a_register_of_more_than_a_page_is_whole() -> None:
    with Desk.in_memory() as desk:
        references = [desk.register(complaint(), site="Lyon").reference for _ in range(501)]

        assert frames.caseload(desk)["reference"].to_list() == references
