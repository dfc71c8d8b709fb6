"""Many threads on the same few cases: accepted and refused commands are compared with the database."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, Final

import attrs
from sqlalchemy import URL

from reclamation_core.adapters import Settings, SqlAlchemyStore
from reclamation_core.adapters.sqlalchemy.mapper import CASE_MAPPER
from reclamation_core.adapters.sqlalchemy.statements import writer_for
from reclamation_core.cases import AnswerDecision, Case, CommandRefusedError, SupportKind
from reclamation_core.cases.events import Answered, SupportAdded
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanRefusedError
from reclamation_core.ports import ConcurrentChangeError, StoreBusyError
from reclamation_core.testing.contracts.samples import a_case, desk_on
from tests.faults.examining import faults, whole_feed
from tests.faults.processes import Child, Tell, signalled
from tests.inside import database_of
from tests.unit.adapters.sqlalchemy.asking import rows
from tests.unit.desk import factories

REFUSALS: Final = (CommandRefusedError, PlanRefusedError, ConcurrentChangeError, StoreBusyError)
CASES: Final = 3
READY: Final = 4
"""How many cases are hammered, and how many events each has before."""


@attrs.frozen
class Orders:
    """What each process is to do.

    Attributes:
        threads: from how many threads.
        commands: how many commands.
        cases: the cases that they are on.
    """

    threads: int
    commands: int
    cases: list[str]


@attrs.frozen
class Outcome:
    """The result of one command.

    Attributes:
        kind: the kind of command.
        key: the case or message of the command.
        label: a text unique to this command: a title, an action's reference.
        refusal: the class of the error that was raised; None where it was accepted.
    """

    kind: str
    key: str
    label: str
    refusal: str | None


@attrs.define
class Sum:
    """What came of hammering."""

    accepted: int = 0
    refused: Counter[str] = attrs.field(factory=Counter)


def hammer(tell: Tell, url: str, name: str, orders: Orders) -> None:
    """Run commands from several threads on one store, and return their results."""
    store = SqlAlchemyStore.open(url, Settings(durable=False))
    desk = desk_on(store)

    def act(number: int) -> Outcome:
        kind, act_ = _ACTS[number % len(_ACTS)]
        reference, label = orders.cases[number % CASES], f"{name}-{number}"
        try:
            key = act_(desk, reference, label, number)
        except REFUSALS as error:
            return Outcome(kind, reference, label, type(error).__name__)
        return Outcome(kind, key, label, None)

    with ThreadPoolExecutor(orders.threads) as pool:
        for outcome in pool.map(act, range(orders.commands)):
            tell(outcome)
    store.close()


def _support(desk: Desk, reference: str, label: str, _: int) -> str:
    desk.add_support(reference, kind=SupportKind.EMAIL, title=label)
    return reference


def _register(desk: Desk, _: str, label: str, number: int) -> str:
    """Every process registers the same messages."""
    return factories.registered(desk, source=f"message {number}", verbatim=label).reference


def _plan(desk: Desk, reference: str, label: str, _: int) -> str:
    desk.plan(reference, factories.sheet(label))
    return reference


def _publish(desk: Desk, _: str, label: str, __: int) -> str:
    return str(desk.pgaac("CRE").publish(recipients=[label]).number)


def _answer(desk: Desk, reference: str, label: str, _: int) -> str:
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text=label, recourse=True)
    return reference


_ACTS: Final[tuple[tuple[str, Callable[[Desk, str, str, int], str]], ...]] = (
    ("support", _support),
    ("register", _register),
    ("plan", _plan),
    ("support", _support),
    ("publish", _publish),
    ("support", _support),
    ("answer", _answer),
)


def follow(tell: Tell, url: str, finished: Any, page: int) -> None:
    """Read the feed while others write, and to its end once they have finished; return all entries."""
    store = SqlAlchemyStore.open(url)
    position, last = 0, False
    while not last:
        last = finished.is_set()
        while items := store.feed.read(position, page):
            position = items[-1].position
            tell([(item.position, item.event.case, item.event.number) for item in items])
    store.close()


@contextmanager
def stalling(url: str | URL, *cases: Case) -> Iterator[None]:
    """A writer whose cases are committed only at the end of the block; not on SQLite, where all others wait."""
    new = CASE_MAPPER.changes({case.reference: (0, case) for case in cases}, {})
    with (
        closing(SqlAlchemyStore.open(url, Settings(statement_timeout=3600))) as store,  # nor is it interrupted
        database_of(store).transaction() as connection,
    ):
        for statement in CASE_MAPPER.statements(writer_for(connection.dialect.name), new):
            statement.execute(connection)
        yield


def hammered(url: str, *, processes: int, threads: int, commands: int, stalled: bool) -> Sum:
    """Hammer a new database from several processes, with readers of the feed among them; then look at it.

    Raises:
        AssertionError: something accepted is not there once, or something refused is, or a reader missed something.
    """
    with closing(SqlAlchemyStore.open(url)) as store:
        outcomes = _hammered(store, url, processes=processes, threads=threads, commands=commands, stalled=stalled)
    refused = Counter(outcome.refusal for outcome in outcomes if outcome.refusal is not None)
    return Sum(len(outcomes) - refused.total(), refused)


def _hammered(
    store: SqlAlchemyStore, url: str, *, processes: int, threads: int, commands: int, stalled: bool
) -> list[Outcome]:
    desk = desk_on(store)
    orders = Orders(threads, commands, [factories.analysed(desk).reference for _ in range(CASES)])
    with signalled() as finished:
        readers = [Child(follow, url, finished, page) for page in (3, 100)]
        with stalling(url, a_case(999)) if stalled else _nobody():
            writers = [Child(hammer, url, f"p{name}", orders) for name in range(processes)]
            outcomes = [outcome for writer in writers for outcome in writer.end().told]
        finished.set()
        seen = [[event for page in reader.end().told for event in page] for reader in readers]
    assert len(outcomes) == processes * commands
    assert_nothing_lost(store, outcomes, orders.cases)
    whole = [(item.position, item.event.case, item.event.number) for item in whole_feed(store)]
    assert all(events == whole for events in seen)
    assert sum(case == "R-2026-000999" for _, case, _ in whole) == stalled
    return outcomes


@contextmanager
def _nobody() -> Iterator[None]:
    yield


def assert_nothing_lost(store: SqlAlchemyStore, outcomes: list[Outcome], cases: list[str]) -> None:
    """Every accepted command is in the histories once, no refused one is, and each message has one case."""
    found = faults(store)
    assert found == [], "; ".join(found)
    accepted = [one for one in outcomes if one.refusal is None]
    wrong = _difference(Counter(map(_done, accepted)), Counter(_told(store, cases)))
    assert not wrong, wrong
    _check_sources(store, accepted)


def _done(one: Outcome) -> tuple[str, str, str]:
    return (one.kind, one.key, one.label)


def _told(store: SqlAlchemyStore, cases: list[str]) -> Iterator[tuple[str, str, str]]:
    """Return the commands that the histories contain, in the form of `_done`."""
    with store.unit_of_work() as unit:
        streams = [unit.cases.get(reference) for reference in cases]
        plan = unit.plans.get("site:CRE")
    for case in streams:
        yield from (("plan", case.reference, line.action) for line in case.actions)
        for event in case.events:
            if isinstance(event.data, SupportAdded) and event.number > READY:
                yield "support", case.reference, str(case.read(event.data.title))
            elif isinstance(event.data, Answered):
                yield "answer", case.reference, str(case.read(event.data.text))
    yield from (("publish", str(edition.number), edition.recipients[0]) for edition in plan.published_plans)


def _difference(done: Counter[Any], told: Counter[Any]) -> str:
    done = Counter({key: many for key, many in done.items() if key[0] != "register"})
    lost, unasked = done - told, told - done
    return "; ".join(
        filter(None, [f"lost: {dict(lost)}" * bool(lost), f"not asked for: {dict(unasked)}" * bool(unasked)])
    )


def _check_sources(store: SqlAlchemyStore, accepted: list[Outcome]) -> None:
    """Every registration of a message returned its one case."""
    given: dict[str, set[str]] = {}
    for one in accepted:
        if one.kind == "register":
            given.setdefault(f"message {one.label.split('-')[1]}", set()).add(one.key)
    found = rows(store, "SELECT source, reference FROM reclamation_cases WHERE source IS NOT NULL")
    assert {source: {reference} for source, reference in found} == given
