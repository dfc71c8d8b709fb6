"""Interleaved commands are serializable: their result equals that of some serial order."""

from collections.abc import Callable
from functools import cache, partial
from itertools import permutations
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import AnswerDecision, ClosingReason, CommandRefusedError, LinkKind, Method, SupportKind
from reclamation_core.desk import CircularLinkError, Desk
from reclamation_core.plans import Effectiveness, PlanRefusedError, PlanScope
from reclamation_core.ports import ConcurrentChangeError, Store, UnitOfWork
from reclamation_core.vocabulary import Role
from tests.unit.desk.factories import SITES, FakeClock, at, facts, sheet

CASES: Final = tuple(f"R-2026-00000{number}" for number in (1, 2, 3, 4))
STD: Final = PlanScope.site("STD")
REGION: Final = PlanScope.region("Île-de-France")
REFUSALS: Final = (CommandRefusedError, PlanRefusedError, CircularLinkError, ConcurrentChangeError)


def analyse(case: str, family: str) -> Callable[[Desk], object]:
    return lambda desk: desk.analyse(case, causes=(family,), method=Method.FIVE_WHYS)


def duplicate(of: str, to: str) -> Callable[[Desk], object]:
    return lambda desk: desk.link(of, kind=LinkKind.DUPLICATE_OF, to=to)


def judge(day: int, effectiveness: Effectiveness = Effectiveness.EFFECTIVE) -> Callable[[Desk], object]:
    return lambda desk: desk.pgaac("CRE").judge("A-1", effectiveness, why="on a regardé", occurred_at=at(day))


ACTS: Final[dict[str, Callable[[Desk], object]]] = {
    "judge as of the 10th": judge(10),
    "judge as of the 22nd": judge(22),
    "judge not effective": judge(10, Effectiveness.NOT_EFFECTIVE),
    "analyse the first": analyse(CASES[0], "organisation"),
    "analyse the first otherwise": analyse(CASES[0], "matériel"),
    "analyse the second again": analyse(CASES[1], "matériel"),
    "correct the receipt of the second": lambda desk: desk.correct(CASES[1], reason="mal lu", received_at=at(20)),
    "first duplicate of second": duplicate(CASES[0], CASES[1]),
    "second duplicate of third": duplicate(CASES[1], CASES[2]),
    "third duplicate of first": duplicate(CASES[2], CASES[0]),
    "second duplicate of first": duplicate(CASES[1], CASES[0]),
    "close the fourth": lambda desk: desk.close(CASES[3], reason=ClosingReason.ANSWERED),
    "state that the fourth needs nothing": lambda desk: desk.plan_nothing(CASES[3], reason="isolé"),
    "plan another action for the fourth": lambda desk: desk.plan(CASES[3], sheet("A-3", site="STD"), scope=STD),
    "reopen its action": lambda desk: desk.pgaac("CRE").reopen("A-2", reason="encore"),
    "begin the first action": lambda desk: desk.pgaac("CRE").progress("A-1"),
    "begin a plan": lambda desk: desk.pgaac(STD).add(sheet("A-4", site="STD")),
    "publish the region": lambda desk: desk.pgaac(REGION).publish(),
    "publish the nation": lambda desk: desk.pgaac(PlanScope.nation()).publish(),
    "publish the site": lambda desk: desk.pgaac("CRE").publish(),
    "sweep": lambda desk: desk.sweep(),
}
GROUPS: Final = {
    "verdicts and causes": [name for name in ACTS if name.startswith(("judge", "analyse", "correct"))],
    "duplicates": [name for name in ACTS if "duplicate" in name],
    "settled actions": [name for name in ACTS if "fourth" in name or "reopen" in name],
    "editions": [name for name in ACTS if name.startswith(("publish", "begin", "reopen"))],
    "all": [*ACTS],
}
"""Verbs that read what others of the group write."""


def on(store: Store) -> Desk:
    return Desk(store, sites=SITES, clock=FakeClock(at(1, month=7))).acting("Mme Roux", Role.RQR)


def world() -> InMemoryStore:
    """Return a store with the shared cases and plans of `_world`, which are immutable."""
    store, made = InMemoryStore(), _world()
    for name in ("_cases", "_ordered", "_sources", "_plans", "_optimistic_locks"):
        attribute: Any = getattr(store, name)
        (attribute.update if isinstance(attribute, dict) else attribute.extend)(getattr(made, name))
    return store


@cache
def _world() -> InMemoryStore:
    """Create three cases, the second analysed; a fourth answered, with a closed action; another action done."""
    store = InMemoryStore()
    desk = on(store)
    for day in (20, 5, 12, 12):
        case = desk.register(facts(at(day)), site="CRE", complainant="Mme Durand", occurred_at=at(25)).reference
        desk.add_support(case, kind=SupportKind.EMAIL, title="le courriel", occurred_at=at(25))
        desk.qualify(case, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, occurred_at=at(25))
    for case, family in ((CASES[1], "organisation"), (CASES[3], "accueil")):
        desk.analyse(case, causes=(family,), method=Method.FIVE_WHYS, occurred_at=at(25))
    plan = desk.pgaac("CRE")
    plan.add(sheet(), occurred_at=at(2))
    plan.finish("A-1", evidence="la liste", occurred_at=at(3))
    desk.plan(CASES[3], sheet("A-2", cause_family="accueil"), occurred_at=at(26))
    plan.finish("A-2", evidence="la liste", occurred_at=at(26))
    plan.judge("A-2", Effectiveness.EFFECTIVE, why="on a regardé", occurred_at=at(27))
    plan.close("A-2", occurred_at=at(27))
    desk.answer(CASES[3], decision=AnswerDecision.FOUNDED, text="Madame", recourse=True)
    return store


class Proxy:
    """A proxy of a repository, or of the optimistic locks: each call is counted first."""

    def __init__(self, inner: Any, use: Callable[[], None]) -> None:
        self._inner, self._use = inner, use

    def __getattr__(self, name: str) -> Any:
        self._use()
        return getattr(self._inner, name)


class Interrupted(Store):
    """A store on which concurrent commands run at the calls of the given numbers."""

    def __init__(self, store: Store, acts: dict[int, Callable[[], None]]) -> None:
        self.feed, self.sequences, self.journal = store.feed, store.sequences, store.journal
        self._store, self._acts, self.count = store, dict(sorted(acts.items())), 0

    def unit_of_work(self) -> UnitOfWork:
        unit: Any = self._store.unit_of_work()
        commit = unit.commit

        def late_commit() -> None:
            self.use()
            commit()

        for name in ("cases", "plans", "optimistic_locks"):
            setattr(unit, name, Proxy(getattr(unit, name), self.use))
        unit.commit = late_commit
        return unit  # type: ignore[no-any-return]

    def use(self) -> None:
        self.count += 1
        act = self._acts.pop(self.count, None)
        if act is not None:
            act()

    def rest(self) -> None:
        """Run the remaining concurrent commands."""
        for act in self._acts.values():
            act()

    def pause(self, seconds: float) -> None:
        """Do not wait."""


def tried(name: str, desk: Desk) -> str | None:
    """Return the class of the refusal of a command; None if it is accepted."""
    try:
        ACTS[name](desk)
    except REFUSALS as error:
        return type(error).__name__
    return None


def summary(store: Store) -> Any:
    """Return the state that the commands may change."""
    desk = on(store)
    cases = [desk.cases.get(case) for case in CASES]
    plans = [desk.pgaac(scope) for scope in ("CRE", STD, REGION, PlanScope.nation())]
    return (
        [
            (
                case.state,
                sorted(link.to for link in case.links),
                case.received_at,
                case.actions,
                None if case.analysis is None else case.analysis.causes,
                set(case.alerts),
            )
            for case in cases
        ],
        [
            (
                {action.reference: (action.status, action.cases, len(action.reopenings)) for action in plan.actions},
                [[(line.reference, line.action.status) for line in edition.lines] for edition in plan.published_plans],
            )
            for plan in plans
        ],
    )


def one_after_the_other(names: tuple[str, ...]) -> Any:
    store = world()
    return {name: tried(name, on(store)) for name in names}, summary(store)


@pytest.mark.parametrize("group", GROUPS)
@given(data=st.data())
def test_interleaved_commands_equal_some_serial_order(group: str, data: st.DataObject) -> None:
    names = data.draw(st.lists(st.sampled_from(GROUPS[group]), min_size=2, max_size=3, unique=True))
    first, *others = names
    last = uses(first)
    places = data.draw(st.lists(st.just(last) | st.integers(1, last), min_size=len(others), max_size=len(others)))
    store = world()
    refusals: dict[str, str | None] = {}

    def act(several: list[str]) -> None:
        refusals.update({name: tried(name, on(store)) for name in several})

    at_place = {place: [name for name, one in zip(others, places, strict=True) if one == place] for place in places}
    interrupted = Interrupted(store, {place: partial(act, several) for place, several in at_place.items()})
    refusals[first] = tried(first, on(interrupted))
    interrupted.rest()

    # A concurrent command on the same case or plan is refused and writes nothing: as if it had not run.
    asked = [name for name in names if refusals[name] != "ConcurrentChangeError"]
    done = {name: refusals[name] for name in asked}, summary(store)
    assert done in [one_after_the_other(order) for order in permutations(asked)]


@cache
def uses(name: str) -> int:
    """Return the number of calls of the store by a command alone; an accepted one ends with its commit."""
    store = Interrupted(world(), {})
    tried(name, on(store))
    return store.count
