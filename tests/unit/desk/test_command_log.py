"""The log records of the desk: one for each commit and each retry, with fields and without any text of a case."""

import logging
from collections import Counter
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.desk import Desk, Registration
from reclamation_core.ports import CaseQuery
from reclamation_core.testing.builders import FakeClock
from tests.inside import store_of
from tests.properties.desk.random_lives import Lives
from tests.unit.desk import factories
from tests.unit.desk.factories import at, facts, overtaken, registered, sheet

LOGGER = "reclamation_core.desk"
FIELDS = ("reference", "command", "attempt")


class Records(logging.Handler):
    """Collects the records of the package during a block."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []
        self._logger = logging.getLogger("reclamation_core")

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def __enter__(self) -> list[logging.LogRecord]:
        self._level = self._logger.level
        self._logger.setLevel(logging.DEBUG)
        self._logger.addHandler(self)
        return self.records

    def __exit__(self, *_: object) -> None:
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level)


def fields(record: logging.LogRecord) -> tuple[object, ...]:
    assert record.name == LOGGER
    assert isinstance(record.__dict__["duration"], float)
    return tuple(record.__dict__[name] for name in FIELDS)


def test_a_command_logs_its_commit_with_reference_command_and_attempt(desk: Desk) -> None:
    with Records() as records:
        desk.acknowledge(registered(desk).reference)
        desk.pgaac("CRE").add(sheet())
        desk.plan(factories.analysed(desk).reference, sheet("A-2"))
        desk.pgaac("CRE").publish(recipients=("direction",))
    assert [fields(record) for record in (*records[:3], *records[-2:])] == [
        ("R-2026-000001", "registered", 1),
        ("R-2026-000001", "acknowledge", 1),
        ("site:CRE", "add", 1),
        ("R-2026-000002", "plan", 1),
        ("site:CRE", "publish", 1),
    ]
    assert (records[1].levelno, records[1].getMessage()) == (logging.DEBUG, "acknowledge: committed")


def test_a_refused_command_and_a_preview_of_a_sweep_log_nothing(desk: Desk, case: Case) -> None:
    with Records() as records:
        with pytest.raises(CommandRefusedError):
            desk.reopen(case.reference, reason="une lettre")
        assert desk.sweep(preview=True) != ()
    assert records == []


def test_a_conflict_on_another_plan_logs_the_retry_and_the_second_commit(desk: Desk) -> None:
    case = factories.analysed(desk)
    late = overtaken(desk, lambda: desk.pgaac("CRE").add(sheet("A-2")))
    with Records() as records:
        late.plan(case.reference, sheet())
    assert [(*fields(record), record.levelno) for record in records] == [
        ("site:CRE", "add", 1, logging.DEBUG),
        (case.reference, "plan", 1, logging.INFO),
        (case.reference, "plan", 2, logging.DEBUG),
    ]
    assert records[1].getMessage() == "plan: retry after a conflict"


def jobs() -> dict[str, Callable[[Desk], object]]:
    return {
        "sweep": lambda desk: desk.sweep(),
        "forget_expired": lambda desk: factories.in_year(desk, 2040).forget_expired(),
        "register_many": lambda desk: list(desk.register_many([Registration(facts=facts(at(1)), site="CRE")])),
    }


@pytest.mark.parametrize("name", jobs())
def test_a_job_on_many_cases_logs_how_many_it_changed(name: str, desk: Desk) -> None:
    factories.closed(desk) if name == "forget_expired" else registered(desk)
    with Records() as records:
        jobs()[name](desk)
    *cases, last = records
    assert (*fields(last), last.__dict__["cases"], last.levelno) == ("", name, 1, 1, logging.INFO)
    assert last.getMessage() == f"{name}: finished"
    assert {record.__dict__["reference"] for record in cases} <= {"R-2026-000001"}


@given(seed=st.integers(0, 2**32))
def test_no_record_has_a_text_or_the_name_of_a_person(seed: int) -> None:
    clock = FakeClock(at(1))
    desk = Desk.in_memory(sites=factories.SITES, clock=clock, clock_limit=None)
    with Records() as records:
        Lives(desk, clock, Random(seed), Counter()).live()  # noqa: S311  invented lives
    with store_of(desk).unit_of_work() as unit:
        vaults = [case.vault for case in unit.cases.find(CaseQuery()).cases]
        vaults += [unit.plans.get(scope).vault for scope in unit.plans.scopes()]
    texts = {secret.text for vault in vaults for secret in vault if len(secret.text) > 5}
    shown = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in records)
    assert records != []
    assert [text for text in texts if text in shown] == []
