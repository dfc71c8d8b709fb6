"""The table of a host application and the cases stay consistent under commits, rollbacks and savepoints.

The oracle is a list of states at each savepoint; the databases are read from outside too.
"""

import os
import tempfile
from pathlib import Path
from typing import ClassVar

import attrs
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import SupportKind
from reclamation_core.ports import ConcurrentChangeError
from reclamation_core.testing.contracts.samples import with_support
from tests.hosts import HOSTS, Host
from tests.inside import store_of
from tests.unit.desk import factories

pytestmark = pytest.mark.slow


@attrs.frozen
class Told:
    """The expected state: the invoices, and the number of events of each case."""

    invoices: tuple[int, ...] = ()
    cases: dict[str, int] = attrs.field(factory=dict)


class HostTransactions(RuleBasedStateMachine):
    """A host application with random transactions, and its expected state."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.host: Host = HOSTS[self.kind](Path(self.folder.name))
        self.host.begin()
        self.desk = self.host.desk()
        self.kept = self.now = Told()
        self.savepoints: list[Told] = []

    @rule(number=st.integers(1, 99))
    def write(self, number: int) -> None:
        self.host.invoice(number)
        self.now = Told(tuple(sorted((*self.now.invoices, number))), self.now.cases)

    @rule()
    def register(self) -> None:
        case = factories.registered(self.desk)
        assert case.reference not in self.now.cases
        self.now = self._with(case.reference, 1)

    @precondition(lambda self: self.now.cases)
    @rule(data=st.data())
    def act(self, data: st.DataObject) -> None:
        reference = data.draw(st.sampled_from(sorted(self.now.cases)))
        self.desk.add_support(reference, kind=SupportKind.EMAIL, title="le courriel")
        self.now = self._with(reference, self.now.cases[reference] + 1)

    @precondition(lambda self: self.now.cases)
    @rule(data=st.data())
    def be_overtaken(self, data: st.DataObject) -> None:
        """A unit that changes two cases loses one of them against another unit."""
        reference = data.draw(st.sampled_from(sorted(self.now.cases)))
        other = factories.registered(self.desk).reference
        self.now = self._with(other, 1)
        with store_of(self.desk).unit_of_work() as unit:
            for name, version in ((reference, self.now.cases[reference]), (other, 1)):
                unit.cases.save(with_support(unit.cases.get(name)), version)
            self.act_on(reference)
            with pytest.raises(ConcurrentChangeError):
                unit.commit()

    def act_on(self, reference: str) -> None:
        self.desk.add_support(reference, kind=SupportKind.EMAIL, title="plus vite")
        self.now = self._with(reference, self.now.cases[reference] + 1)

    @precondition(lambda self: self.host.in_transaction())  # else the savepoint would be a transaction of its own
    @rule()
    def set_a_savepoint(self) -> None:
        self.host.say(f"SAVEPOINT s{len(self.savepoints)}")
        self.savepoints.append(self.now)

    @precondition(lambda self: self.savepoints)
    @rule(data=st.data())
    def go_back(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.savepoints) - 1))
        self.host.say(f"ROLLBACK TO SAVEPOINT s{number}")
        self.now = self.savepoints[number]
        del self.savepoints[number + 1 :]

    @precondition(lambda self: self.savepoints)
    @rule(data=st.data())
    def release(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.savepoints) - 1))
        self.host.say(f"RELEASE SAVEPOINT s{number}")
        del self.savepoints[number:]

    @rule()
    def commit(self) -> None:
        self.host.commit()
        self._ends(self.now)

    @rule()
    def roll_back(self) -> None:
        self.host.rollback()
        self._ends(self.kept)

    @rule(limit=st.integers(1, 20))
    def read_the_feed(self, limit: int) -> None:
        assert len(self.desk.feed(limit=limit)) == min(limit, sum(self.now.cases.values()))

    @invariant()
    def the_host_finds_both(self) -> None:
        assert tuple(self.host.invoices()) == self.now.invoices
        assert {case.reference: case.version for case in self.desk.cases.find().cases} == self.now.cases

    @invariant()
    def others_find_what_was_committed(self) -> None:
        invoices, cases = self.host.kept()
        assert (tuple(invoices), cases) == (self.kept.invoices, self.kept.cases)

    def teardown(self) -> None:
        self.host.rollback()
        read = SqlAlchemyStore(self.host.outside).feed.read()
        self.host.close()
        self.folder.cleanup()
        streams = {reference: list(range(1, version + 1)) for reference, version in self.kept.cases.items()}
        found: dict[str, list[int]] = {}
        for item in read:
            found.setdefault(item.event.case, []).append(item.event.number)
        assert found == streams
        assert [item.position for item in read] == list(range(1, len(read) + 1))

    def _with(self, reference: str, version: int) -> Told:
        return Told(self.now.invoices, self.now.cases | {reference: version})

    def _ends(self, told: Told) -> None:
        self.kept = self.now = told
        self.savepoints = []
        self.host.begin()


IN_CHECK = ("sqlite3, odd", "psycopg, odd", "SQLAlchemy on PostgreSQL", "Django on SQLite")
"""One of each driver, and each library that holds a connection; `make soak` has all."""


@pytest.mark.parametrize(
    "kind", [kind if kind in IN_CHECK else pytest.param(kind, marks=pytest.mark.soak) for kind in HOSTS]
)
def test_the_table_of_the_host_and_the_cases_stay_consistent(kind: str) -> None:
    machine = type("HostTransactions", (HostTransactions,), {"kind": kind})
    examples = 200 if os.environ.get("HYPOTHESIS_PROFILE") == "soak" else 6
    run_state_machine_as_test(machine, settings=settings(max_examples=examples, stateful_step_count=20))
