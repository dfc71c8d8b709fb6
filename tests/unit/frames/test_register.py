from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import polars as pl
import pytest

from reclamation_core import Desk, frames
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import CaseKind
from reclamation_core.laboratory import replay, sweep, what_if
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import m2_1
from reclamation_core.testing.builders import FakeClock, an_answered_case
from reclamation_core.vocabulary import Site, Sites
from tests.unit.frames.backends import read
from tests.unit.policy.cases import RECEIVED, complaint, malfunction


def test_the_register_is_a_frame_that_can_be_decided_again() -> None:
    with Desk.in_memory() as desk:
        first = desk.register(complaint(), site="Créteil")
        second = desk.register(complaint(satisfaction=UNKNOWN, channel=None, formal=None), site="Lyon")
        desk.register(malfunction(service_reach="one_centre"), site="Lyon")
        register = frames.caseload(desk)
    assert register["reference"].to_list() == [case.reference for case in (first, second)]
    assert register["satisfaction_unknown"].to_list() == [False, True]
    again = frames.decide(register, m2_1(), BusinessCalendar.france())
    assert again["eligibility"].to_list() == ["complaint", None] == again["recorded_eligibility"].to_list()
    assert again["due_date"].to_list() == again["recorded_due_date"].to_list()


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", "duckdb"])
def test_malfunctions_are_in_the_register_on_request_and_decided_as_such(backend: str) -> None:
    with Desk.in_memory() as desk:
        desk.register(complaint(client_scope="national"), site="Créteil")
        case = desk.register(malfunction(service_reach="one_centre", mobilisation="local"), site="Lyon")
        both = frames.caseload(desk, kind=None, backend=backend)
        malfunctions = frames.caseload(desk, kind=CaseKind.MALFUNCTION, backend=backend)

    (row,) = as_records(frames.decide_malfunctions(malfunctions, m2_1()))
    assert (row["reference"], row["kind"], row["level"]) == (case.reference, "malfunction", "local")
    assert row["recorded_level"] == "local"
    for decided, other in (
        (frames.decide(both, m2_1(), BusinessCalendar.france(), on_invalid="mark"), "malfunction"),
        (frames.decide_malfunctions(both, m2_1(), on_invalid="mark"), "complaint"),
    ):
        with pytest.raises(frames.InvalidRowsError, match=rf"kind: '{other}'; decide decides complaints, .*malfunc"):
            frames.check(decided)
        (strange,) = [row for row in as_records(decided) if row["kind"] == other]
        assert strange["invalid"] == "kind"
        assert not any(strange.get(name) for name in frames.COLUMNS)
        (sound,) = [row for row in as_records(decided) if row["kind"] != other]
        assert (sound["invalid"], sound["level"]) == (None, sound["recorded_level"])


PARIS_AND_LA_REUNION = Sites(
    (
        Site(code="CRE", name="Créteil", region="Île-de-France"),
        Site(code="RUN", name="Saint-Denis", region="La Réunion", territory="reunion"),
    )
)
AS_OF = date(2026, 5, 21)
"""When all is due within eleven days."""


@pytest.fixture
def desk() -> Iterator[Desk]:
    """Two complaints answered in the evening of the last day, for one of them the next day has begun where it is
    handled; then one that is open, and one that was withdrawn."""
    clock = FakeClock(RECEIVED)
    with Desk.in_memory(sites=PARIS_AND_LA_REUNION, clock=clock) as desk:
        clock.set(datetime(2026, 5, 19, 21, 30, tzinfo=UTC))
        for site in ("CRE", "RUN"):
            an_answered_case(desk, complaint(), site=site)
        desk.register(complaint(), site="CRE")
        desk.withdraw(desk.register(complaint(), site="CRE").reference)
        yield desk


def test_the_day_of_an_answer_is_that_of_its_site(desk: Desk) -> None:
    register = frames.caseload(desk)
    assert register["answered_at"].to_list() == [datetime(2026, 5, 19, 21, 30, tzinfo=UTC)] * 2 + [None] * 2
    assert register["answered_on"].to_list() == [date(2026, 5, 19), date(2026, 5, 20), None, None]
    assert register["withdrawn_on"].to_list() == [None] * 3 + [date(2026, 5, 19)]
    assert register["awaited_on"].to_list() == [None, None, date(2026, 5, 19), None]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", pytest.param("duckdb", marks=pytest.mark.soak)])
def test_the_register_is_replayed_and_swept_as_it_is(desk: Desk, backend: str) -> None:
    register = frames.caseload(desk, backend=backend)
    found = replay(register, [m2_1(), what_if(m2_1(), deadline_days=11)], PARIS_AND_LA_REUNION, as_of=AS_OF)
    swept = sweep(register, m2_1(), PARIS_AND_LA_REUNION, as_of=AS_OF, deadline_days=[10, 11])
    assert (found.size, list(found.on_time_rates().values())) == (4, [1 / 3, 2 / 3])  # one of the four is withdrawn
    rated = [row for row in as_records(swept) if row["outcome"] == "local"]
    assert [(row["value"], row["on_time"], row["late"], row["withdrawn"]) for row in rated] == [
        (10, 1, 2, 1),
        (11, 2, 1, 1),
    ]


def test_what_awaits_no_answer_and_had_none_can_be_left_out_of_a_rate(desk: Desk) -> None:
    register = frames.caseload(desk)
    owed = register.filter(pl.col("answered_on").is_not_null() | pl.col("awaited_on").is_not_null())
    found = replay(owed, [m2_1()], PARIS_AND_LA_REUNION, as_of=AS_OF)
    assert (found.size, found.on_time_rates()["M2-1"]) == (3, 1 / 3)


@pytest.mark.parametrize("backend", ["polars", "pandas", "pyarrow", "duckdb"])
def test_the_register_is_a_frame_of_the_requested_backend(backend: str) -> None:
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


def test_suspensions_in_the_register_move_due_dates_as_on_the_desk() -> None:
    policy = what_if(m2_1(), deadline_suspensions_allowed=True)
    clock = FakeClock(RECEIVED)
    with Desk.in_memory(clock=clock, policy=policy) as desk:
        cases = [desk.register(complaint(), site="Créteil").reference for _ in range(4)]
        for day in (5, 6, 7):
            clock.set(datetime(2026, 5, day, 9, tzinfo=UTC))
            for case in cases[:2]:
                desk.suspend_deadline(case, reason="une pièce manque")
            if day < 7:
                clock.set(datetime(2026, 5, day + 1 if day == 5 else day, 8 if day == 5 else 15, tzinfo=UTC))
                for case in cases[:2]:
                    desk.resume_deadline(case)
        desk.suspend_deadline(cases[2], reason="une pièce manque")
        clock.set(datetime(2026, 5, 11, 9, tzinfo=UTC))
        desk.resume_deadline(cases[0])
        desk.withdraw(cases[1])
        register = frames.caseload(desk)

    assert register["suspensions"].to_list() == [
        "2026-05-05/2026-05-05 2026-05-07/2026-05-10",
        "2026-05-05/2026-05-05 2026-05-07/2026-05-10",
        "2026-05-07/..",
        None,
    ]
    found = replay(register, [policy], BusinessCalendar.france())
    assert found.cases["edition_1_due_date"].to_list() == register["recorded_due_date"].to_list()
