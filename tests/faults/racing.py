"""Decisions on several cases and plans that start at the same time: of each race, whether a rule was broken.

Every race is on cases and plans of its own. Its actors, threads or processes, start together, one of them up to 20 ms
later, on the same database; then the outcome is compared with what the procedure allows.
"""

from __future__ import annotations

import multiprocessing
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any, Final, Protocol, TypeAlias

import attrs

from reclamation_core.adapters import InMemoryStore, Settings, SqlAlchemyStore
from reclamation_core.cases import AnswerDecision, ClosingReason, CommandRefusedError, LinkKind, Method, SupportKind
from reclamation_core.desk import CircularLinkError, Desk
from reclamation_core.plans import ActionStatus, Effectiveness, Pgaac, PlanRefusedError, PlanScope
from reclamation_core.ports import ConcurrentChangeError, Store
from reclamation_core.vocabulary import Role, Site, Sites
from tests.inside import store_of
from tests.unit.desk.factories import at, facts, sheet

Actor: TypeAlias = Callable[[Desk, str], Any]
REFUSALS: Final = (CommandRefusedError, PlanRefusedError, ConcurrentChangeError, CircularLinkError)
LATEST: Final = 0.02
_EFFECTIVE: Final = Effectiveness.EFFECTIVE


class _Clock:
    """The clock of the machine, set back to July 2026: the same one in every thread and process."""

    def now(self) -> datetime:
        return at(1, month=7) + timedelta(seconds=time.time() % 1_000_000)


@attrs.frozen
class Kind:
    """A kind of race.

    Attributes:
        prepare: makes the cases and plans of a race, by its name.
        actors: what each actor does.
        is_broken: whether a rule is broken afterwards, given which actors were accepted and what they were answered.
    """

    prepare: Callable[[Desk, str], object]
    actors: tuple[Actor, ...]
    is_broken: Callable[[Desk, str, list[Answer]], bool]


@attrs.frozen
class Answer:
    """What an actor was answered.

    Attributes:
        refusal: the class of the refusal; None where it was accepted.
        value: what a command returned, where its kind looks at it.
        tries: how often a decision was made again.
    """

    refusal: str | None
    value: Any
    tries: int


@attrs.define
class Tally:
    """What came of the races of one kind."""

    races: int = 0
    broken: int = 0
    accepted: int = 0
    refused: Counter[str] = attrs.field(factory=Counter)
    tries: Counter[int] = attrs.field(factory=Counter)

    def add(self, other: Tally) -> None:
        """Count other races too."""
        self.races += other.races
        self.broken += other.broken
        self.accepted += other.accepted
        self.refused += other.refused
        self.tries += other.tries

    def line(self) -> str:
        """All in one line."""
        refused = ", ".join(f"{name} {many}" for name, many in sorted(self.refused.items())) or "none"
        again = ", ".join(f"{tries}: {many}" for tries, many in sorted(self.tries.items()) if tries) or "none"
        return (
            f"{self.races} races, {self.broken} misses; {self.accepted} accepted; refused: {refused}; "
            f"decided again (times: decisions): {again}"
        )


def _qualified(desk: Desk, race: str, received: int) -> str:
    """A case of a race, by the message that it came from, received on a day and handled at the end of the month."""
    when = at(25)
    message = facts(at(received))
    case = desk.register(message, site=f"A{race}", source=race, complainant="Mme Durand", occurred_at=when)
    reference = case.reference
    desk.add_support(reference, kind=SupportKind.EMAIL, title="le courriel", occurred_at=when)
    desk.qualify(reference, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, occurred_at=when)
    return reference


def _case(desk: Desk, race: str) -> str:
    with store_of(desk).unit_of_work() as unit:
        (case,) = unit.cases.by_source(race)
    assert case is not None
    return case.reference


def _done(desk: Desk, race: str) -> None:
    """A plan whose action is done."""
    plan = desk.pgaac(f"A{race}")
    plan.add(sheet(site=f"A{race}", cause_family=f"f{race}"), occurred_at=at(2))
    plan.finish("A-1", evidence="la liste", occurred_at=at(3))


def _verdict_and_case(desk: Desk, race: str) -> None:
    _done(desk, race)
    _qualified(desk, race, 20)


def _judge(desk: Desk, race: str) -> None:
    desk.pgaac(f"A{race}").judge("A-1", _EFFECTIVE, why="aucune absence", occurred_at=at(10))


def _analyse(desk: Desk, race: str) -> None:
    desk.analyse(_case(desk, race), causes=(f"f{race}",), method=Method.FIVE_WHYS)


def _stays_effective(desk: Desk, race: str, _: list[Answer]) -> bool:
    """Whether the action is judged effective on a cause that a case has shown since."""
    (action,) = desk.pgaac(f"A{race}").actions
    case = desk.cases.get(_case(desk, race))
    shown = case.analysis is not None and f"f{race}" in case.analysis.causes
    return shown and action.judgement is not None and action.judgement.at < case.received_at


def _verdict_and_analysed_case(desk: Desk, race: str) -> None:
    _done(desk, race)
    _qualified(desk, race, 5)
    _analyse(desk, race)


def _correct(desk: Desk, race: str) -> None:
    desk.correct(_case(desk, race), reason="mal lu", received_at=at(20))


def _several(many: int) -> Callable[[Desk, str], None]:
    def prepare(desk: Desk, race: str) -> None:
        for number in range(many):
            desk.register(facts(), site="A", source=f"{race}.{number}", occurred_at=at(1))

    return prepare


def _link(of: int, to: int) -> Actor:
    def act(desk: Desk, race: str) -> None:
        desk.link(_case(desk, f"{race}.{of}"), kind=LinkKind.DUPLICATE_OF, to=_case(desk, f"{race}.{to}"))

    return act


def _nobody_answers(many: int) -> Callable[[Desk, str, list[Answer]], bool]:
    """Whether each case is a duplicate of the next; and all but one link are accepted at least."""

    def is_broken(desk: Desk, race: str, answers: list[Answer]) -> bool:
        cases = [desk.cases.get(_case(desk, f"{race}.{number}")) for number in range(many)]
        return all(case.links for case in cases) or sum(answer.refusal is None for answer in answers) < many - 1

    return is_broken


def _settled(desk: Desk, race: str) -> None:
    """A case answered, whose action is closed."""
    reference = _qualified(desk, race, 1)
    desk.analyse(reference, causes=(f"f{race}",), method=Method.FIVE_WHYS)
    desk.plan(reference, sheet(site=f"A{race}", cause_family=f"f{race}"))
    plan = desk.pgaac(f"A{race}")
    plan.finish("A-1", evidence="la liste")
    plan.judge("A-1", _EFFECTIVE, why="aucune absence")
    plan.close("A-1")
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text="Madame", recourse=True)


def _close(desk: Desk, race: str) -> None:
    desk.close(_case(desk, race), reason=ClosingReason.ANSWERED)


def _reopen(desk: Desk, race: str) -> None:
    desk.pgaac(f"A{race}").reopen("A-1", reason="encore")


def _closed_after_the_reopening(desk: Desk, race: str, _: list[Answer]) -> bool:
    """Whether the case was closed at an instant at which its action was open again."""
    case = desk.cases.get(_case(desk, race))
    reopenings = desk.pgaac(f"A{race}").actions[0].reopenings
    return case.closed_at is not None and any(one.at <= case.closed_at for one in reopenings)


def _two_plans(desk: Desk, race: str) -> None:
    for site in (f"A{race}", f"B{race}"):
        desk.pgaac(site).add(sheet(site=site))


def _move(desk: Desk, race: str) -> None:
    """Begin the action of one site, then that of the other."""
    for site in (f"A{race}", f"B{race}"):
        desk.pgaac(site).progress("A-1")


def _publish(scope: Callable[[str], PlanScope]) -> Actor:
    return lambda desk, race: desk.pgaac(scope(race)).publish().number


def _of_region(race: str) -> PlanScope:
    return PlanScope.region(f"R{race}")


def _of_site(race: str) -> PlanScope:
    return PlanScope.site(f"B{race}")


def _edition_of_no_state(desk: Desk, race: str, answers: list[Answer]) -> bool:
    """Whether an edition shows what never was, or the accepted editions are not those that there are."""
    editions = desk.pgaac(_of_region(race)).published_plans
    numbers = [answer.value for answer in answers[1:3] if answer.refusal is None]
    for edition in editions:
        begun = [line.action.status is ActionStatus.IN_PROGRESS for line in edition.lines]
        if begun == [False, True]:  # the first began, and was acknowledged, before the second
            return True
    return sorted(numbers) != [edition.number for edition in editions] or not numbers


def _overdue(desk: Desk, race: str) -> None:
    desk.register(facts(at(1)), site=f"A{race}", source=race, occurred_at=at(1))


def _sweep(desk: Desk, race: str) -> list[Any]:
    return [raised.alert for raised in desk.scoped(site=f"A{race}").sweep()]


def _raised_otherwise_than_once(desk: Desk, race: str, answers: list[Answer]) -> bool:
    """Whether the alerts raised are not the four that are due: to acknowledge, and on the way to the answer."""
    alerts = desk.cases.get(_case(desk, race)).alerts
    raised = [alert for answer in answers for alert in answer.value or ()]
    lost = [alert for alert in alerts if alert not in raised]
    return len(alerts) < 3 or len(set(alerts)) != len(alerts) or len(raised) != len(alerts) or bool(lost)


KINDS: Final[dict[str, Kind]] = {
    "verdict, analysis": Kind(_verdict_and_case, (_judge, _analyse), _stays_effective),
    "verdict, corrected receipt": Kind(_verdict_and_analysed_case, (_judge, _correct), _stays_effective),
    "two duplicates": Kind(_several(2), (_link(0, 1), _link(1, 0)), _nobody_answers(2)),
    "three duplicates": Kind(_several(3), (_link(0, 1), _link(1, 2), _link(2, 0)), _nobody_answers(3)),
    "closing, reopened action": Kind(_settled, (_close, _reopen), _closed_after_the_reopening),
    "four publishers": Kind(
        _two_plans, (_move, _publish(_of_region), _publish(_of_region), _publish(_of_site)), _edition_of_no_state
    ),
    "four sweepers": Kind(_overdue, (_sweep,) * 4, _raised_otherwise_than_once),
}


class Barrier(Protocol):
    """Where the actors of a race wait for each other."""

    def wait(self) -> Any: ...


@attrs.frozen
class Order:
    """What an actor is to do: its part in a race of a kind, how many seconds late."""

    kind: str
    part: int
    race: str
    late: float


def act(url: str, races: int, barrier: Barrier, mouth: Any) -> None:
    """Do one's part in each race that is ordered, until there is no more."""
    store = SqlAlchemyStore.open(url, Settings(durable=False))
    desk, tries = desk_on(store, races), [0]

    def pause(seconds: float) -> None:
        tries[0] += 1
        time.sleep(seconds)

    store.pause = pause  # type: ignore[method-assign]
    while (order := mouth.recv()) is not None:
        actor = KINDS[order.kind].actors[order.part]
        tries[0] = 0
        barrier.wait()
        time.sleep(order.late)
        try:
            mouth.send(Answer(None, actor(desk, order.race), tries[0]))
        except Exception as error:  # noqa: BLE001  whatever else it is, the others must not wait for this actor
            mouth.send(Answer(type(error).__name__, None, tries[0]))
    store.close()


def _refusals() -> Iterator[type[Exception]]:
    yield from REFUSALS
    yield from ConcurrentChangeError.__subclasses__()


def prepare(store: SqlAlchemyStore, kind: str, races: int) -> None:
    """Make the cases and plans of all the races in memory, and add them at once: that is much faster."""
    memory = InMemoryStore()
    desk = desk_on(memory, races)
    for race in range(races):
        KINDS[kind].prepare(desk, str(race))
    cases = memory.cases_after(None)
    with store.unit_of_work() as unit:
        unit.cases.add(*cases)
        for scope in memory.scopes():
            unit.plans.add(memory.plan(scope) or Pgaac(scope=PlanScope.parse(scope)))
        unit.commit()
    store.sequences.next("R-2026", len(cases) + 1)


def desk_on(store: Store, races: int) -> Desk:
    """A desk on a store; each race has two sites of one region."""
    names = [(f"{side}{race}", f"R{race}") for race in range(races) for side in "AB"]
    sites = Sites(tuple(Site(code=code, name=code, region=region) for code, region in [("A", "R"), *names]))
    return Desk(store, sites=sites, clock=_Clock()).acting("Mme Roux", Role.RQR)


@contextmanager
def actors(url: str, many: int, races: int, *, processes: bool) -> Iterator[list[Any]]:
    """Actors that wait for orders, each heard and spoken to by what is given."""
    context: Any = multiprocessing.get_context("forkserver") if processes else threading
    barrier = context.Barrier(many)
    ends = [multiprocessing.Pipe() for _ in range(many)]
    start = context.Process if processes else context.Thread
    workers = [start(target=act, args=(url, races, barrier, mouth), daemon=True) for _, mouth in ends]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)  # threads take turns within a decision, not after it
    for worker in workers:
        worker.start()
    yield [ear for ear, _ in ends]
    sys.setswitchinterval(interval)
    for ear, _ in ends:
        ear.send(None)
    for worker in workers:
        worker.join()


def raced(url: str, kind: str, races: int, random: Random, *, processes: bool) -> Tally:
    """Run races of a kind on a database that has none of it yet."""
    with closing(SqlAlchemyStore.open(url, Settings(durable=False))) as store:
        return _raced(store, url, kind, races, random, processes=processes)


def _raced(store: SqlAlchemyStore, url: str, kind: str, races: int, random: Random, *, processes: bool) -> Tally:
    desk, tally, parts = desk_on(store, races), Tally(), len(KINDS[kind].actors)
    prepare(store, kind, races)
    with actors(url, parts, races, processes=processes) as ears:
        for race in map(str, range(races)):
            late = random.randrange(parts)
            for part, ear in enumerate(ears):
                ear.send(Order(kind, part, race, random.choice((0.1, 1)) * random.uniform(0, LATEST) * (part == late)))
            answers: list[Answer] = [ear.recv() for ear in ears]
            unexpected = {answer.refusal for answer in answers} - {None, *(kind.__name__ for kind in _refusals())}
            assert not unexpected, unexpected
            tally.races += 1
            tally.broken += KINDS[kind].is_broken(desk, race, answers)
            tally.accepted += sum(answer.refusal is None for answer in answers)
            tally.refused += Counter(answer.refusal for answer in answers if answer.refusal is not None)
            tally.tries += Counter(answer.tries for answer in answers)
    assert list(desk.verify()) == []
    return tally
