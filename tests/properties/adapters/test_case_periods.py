"""What was known of cases on a day: every store returns what the events recorded until then make of them."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore, rebuild_projections
from reclamation_core.cases import Admissibility, Case
from reclamation_core.cases.events import InformationRequested
from reclamation_core.cases.periods import FIELDS, CasePeriod
from reclamation_core.ports import Store
from reclamation_core.ports.periods import ChangeSelection, PeriodSelection
from reclamation_core.testing.contracts.samples import renamed
from reclamation_core.testing.strategies import cases
from tests.databases import memory_store
from tests.inside import engine_of
from tests.unit.adapters.sqlalchemy.asking import rows, run

EVERY = ("reference", *FIELDS)
NAMES = (
    *("reference", "unit", "state", "level", "admissibility", "channel", "complainant", "nature", "theme"),
    *("requirement", "causes", "cycle", "received_on", "due_on", "acknowledged_on", "answered_on", "decision"),
    *("ended_on", "mediation_on", "supports", "questions"),
)
EARLY, LATE = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
DAYS = ("received_on", "due_on", "answered_on", "ended_on", "mediation_on")


def selections(instants: list[datetime]) -> st.SearchStrategy[PeriodSelection]:
    """Selections of any kind."""
    instant, days = st.sampled_from(instants), st.dates(date(2025, 1, 1), date(2027, 12, 31))
    return st.builds(
        PeriodSelection,
        fields=st.lists(st.sampled_from(["stopped_on", *EVERY])),
        known_before=instant,
        holds_at=st.none() | instant,
        is_pending=st.booleans(),
        day=st.none() | st.sampled_from(DAYS),
        is_day_optional=st.booleans(),
        non_empty=st.none() | st.sampled_from(["causes", "unit", "answered_on"]),
        first=days,
        last=days,
        units=st.none() | st.frozensets(st.sampled_from(["CRE", "STD", "STR"])),
    )


def known_at(case: Case, instant: datetime) -> Case | None:
    """The case by the events recorded before an instant."""
    events = [event for event in case.events if event.recorded_at < instant]
    return Case.from_events(events) if events else None


def plain(case: Case) -> dict[str, Any]:
    """What indicators read of a case, by its public view."""
    view = case.to_document()
    run = case.answer_cycles[-1] if case.answer_cycles else None
    fact = {name: view["facts"].get(name) for name in ("channel", "complainant", "nature", "theme", "requirement")}

    def day(instant: datetime | None) -> date | None:
        return None if instant is None else case.day_of(instant)

    return {
        "reference": case.reference,
        "unit": view["handling_unit"],
        "state": view["state"],
        "level": view["level"],
        "admissibility": view["admissibility"],
        **{name: value if isinstance(value, str) else None for name, value in fact.items()},
        "causes": tuple(sorted(set((view["analysis"] or {}).get("causes", ())))),
        "cycle": len(case.answer_cycles),
        "received_on": case.received_on if run is None or len(case.answer_cycles) == 1 else day(run.started_at),
        "due_on": None if case.deadline is None else case.deadline.due,
        "acknowledged_on": day(case.acknowledged_at),
        "answered_on": None if run is None else day(run.answered_at),
        "decision": (view["answer"] or {}).get("decision"),
        "ended_on": day(case.withdrawn_at or case.closed_at),
        "mediation_on": day(case.mediation_at),
        "supports": case.supports,
        "questions": [type(event.data) for event in case.events].count(InformationRequested),
    }


def values(row: CasePeriod) -> dict[str, Any]:
    """The same of a row."""
    return {name: getattr(row, name) for name in NAMES}


def in_pieces(store: Store, case: Case, sizes: list[int]) -> None:
    """Write the events of a case in several commits."""
    written = 0
    for size in [*sizes, case.version]:
        until = min(written + size, case.version)
        if until == written:
            return
        part = Case.from_events(case.events[:until])
        part = attrs.evolve(part, vault=case.vault.without(case.texts_of() - part.retained_texts()))
        with store.unit_of_work() as unit:
            if written:
                unit.cases.save(part, written)
            else:
                unit.cases.add(part)
            unit.commit()
        written = until


@given(st.lists(cases(), min_size=1, max_size=3), st.lists(st.integers(1, 3), max_size=4), st.data())
def test_every_store_returns_what_an_instant_had(drawn: list[Case], sizes: list[int], data: st.DataObject) -> None:
    drawn = [renamed(case, f"R-2026-{number:06}") for number, case in enumerate(drawn)]
    instants = sorted(
        {event.recorded_at + timedelta(microseconds=late) for case in drawn for event in case.events for late in (0, 1)}
    )
    end, at, start = (data.draw(st.sampled_from([EARLY, *instants, LATE])) for _ in range(3))
    holding = PeriodSelection(fields=EVERY, known_before=end, holds_at=at)
    runs = PeriodSelection(fields=EVERY, known_before=end)
    changes = ChangeSelection(fields=EVERY, since=start, until=end)
    some = data.draw(st.lists(selections([EARLY, *instants, LATE]), max_size=4))
    # All is drawn before a database is opened: a draw may end the example.
    memory, database = InMemoryStore(), memory_store()
    for case in drawn:
        in_pieces(memory, case, sizes)
        in_pieces(database, case, sizes)

    with memory.unit_of_work() as one, database.unit_of_work() as other:
        for listed, counted in zip(one.cases.periods(some), other.cases.periods(some), strict=True):
            assert Counter(listed) == Counter(counted)

    for store in (memory, database):
        with store.unit_of_work() as unit:
            held, last_of_runs = unit.cases.periods([holding, runs])
            changed = unit.cases.changes(changes)
        in_scope = (Admissibility.IN_SCOPE, Admissibility.TO_BE_CLARIFIED)
        then = [known for case in drawn if (known := known_at(case, min(at, end))) and known.admissibility in in_scope]
        assert [values(row) for row in sorted(held, key=lambda row: row.reference)] == list(map(plain, then))
        wanted: dict[Any, dict[str, Any]] = {}
        for case in drawn:
            for number in range(1, case.version + 1):
                known = known_at(case, case.events[number - 1].recorded_at + timedelta(microseconds=1))
                if case.events[number - 1].recorded_at < end and known is not None:
                    wanted[case.reference, len(known.answer_cycles)] = plain(known)
        found = {(row.reference, row.cycle): values(row) for row in last_of_runs}
        assert found == {key: one for key, one in wanted.items() if one["admissibility"] in in_scope}
        for change in changed:
            assert change.before is None or change.before.reference == change.after.reference
        last = {change.after.reference: change.after for change in changed}
        for case in drawn:
            before, after = known_at(case, start), known_at(case, end)
            if start < end and (None if before is None else plain(before)) != (None if after is None else plain(after)):
                assert case.reference in last

    assert [*database.scan_cases()] == [(case.reference, True) for case in drawn]
    run(database, "UPDATE reclamation_cases SET state_version = 1")
    stored = rows(database, "SELECT * FROM reclamation_case_periods ORDER BY case_reference, since")
    run(database, "DELETE FROM reclamation_case_periods")
    rebuild_projections(engine_of(database))
    assert rows(database, "SELECT * FROM reclamation_case_periods ORDER BY case_reference, since") == stored
    database.close()
