"""Random event streams of cases and plans on one desk, drawn from a seed, with every command."""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from random import Random
from typing import Any, Final

from reclamation_core.cases import Case, CommandRefusedError, TextKind
from reclamation_core.desk import CircularLinkError, ClockError, Desk, PlanService
from reclamation_core.errors import FaultsError
from reclamation_core.plans import Effectiveness, LineReference, PlanRefusedError, PlanScope, UnknownActionError
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role
from tests.properties.desk.commands import CLOSING, ENDING, HANDLING, messages
from tests.unit.desk import factories

SITES: Final = ("CRE", "STD", "STR", "FDF")
SCOPES: Final = (*map(PlanScope.site, SITES), PlanScope.region("Île-de-France"), PlanScope.nation())
FAMILIES: Final = ("organisation", "matériel")
_READY: Final = (factories.registered, factories.qualified, factories.analysed, factories.answered, factories.closed)
_REFUSALS: Final = (
    CircularLinkError,
    ClockError,
    CommandRefusedError,
    FaultsError,
    PlanRefusedError,
    UnknownActionError,
)
_STEPS: Final = (6, 20)
"""How many steps a life has, at least and at most."""


class Lives:
    """Random commands on one desk.

    Args:
        desk: the desk.
        clock: its clock, which advances with each step.
        random: the source of randomness.
        done: the number of accepted commands by name.
    """

    def __init__(self, desk: Desk, clock: FakeClock, random: Random, done: Counter[str]) -> None:
        self._desk, self._clock, self._random, self._done = desk, clock, random, done
        self._cases: list[str] = []

    def live(self) -> None:
        """Register one case and take some steps, each on a case or on a plan."""
        self._register()
        for _ in range(self._random.randint(*_STEPS)):
            with suppress(*_REFUSALS):
                self._random.choices(
                    (self._ask, self._change_plan, self._settle, self._go_on), weights=(8, 8, 2, 1), k=1
                )[0]()

    def _register(self) -> None:
        site, now = self._random.choice(SITES), self._clock.now()
        if self._random.random() < 0.3:
            facts = self._random.choice(messages(now))
            case = self._desk.register(facts, site=site, verbatim="la salle est froide", complainant="Mme Désiré")
        else:
            case = self._random.choice(_READY)(self._desk, site=site, received_at=now, complainant="Mme Désiré")
        self._done["register"] += 1
        self._cases.append(case.reference)

    def _case(self) -> Case:
        return self._desk.cases.get(self._random.choice(self._cases[-3:]))

    def _ask(self) -> None:
        verb, ask = self._random.choice((*HANDLING, *CLOSING, *ENDING))
        ask(self._desk.acting("M. Petit", self._random.choice(list(Role))), self._case(), None)
        self._done[str(verb)] += 1

    def _go_on(self) -> None:
        self._clock.advance(days=self._random.choice((0, 1, 9, 2000)))
        self._desk.sweep()
        self._desk.forget_expired()
        self._done["sweep"] += 1

    def _plan(self) -> PlanService:
        scope = SCOPES[0] if self._random.random() < 0.8 else self._random.choice(SCOPES)
        return self._desk.pgaac(scope)

    def _action(self, plan: PlanService) -> str:
        return self._random.choice([action.reference for action in plan.actions] or ["none"])

    def _change_plan(self) -> None:
        plan = self._plan()
        name = self._random.choice(list(_PLAN_VERBS))
        _PLAN_VERBS[name](self, plan, self._action(plan))
        self._done[f"plan: {name}"] += 1

    def _settle(self) -> None:
        """Carry out and close an action, so that later states are reached."""
        plan = self._plan()
        action = self._action(plan)
        with suppress(*_REFUSALS):
            plan.finish(action, evidence="la liste")
        plan.judge(
            action, self._random.choice(list(Effectiveness)), why="on a regardé", occurred_at=self._at(plan, action)
        )
        plan.close(action)
        self._done["plan: settle"] += 1

    def _at(self, plan: PlanService, action: str) -> Any:
        """Return now, or a date as early as the action allows, for a verdict recorded late."""
        found = plan.current.get(action)
        return None if found is None or self._random.random() < 0.5 else found.latest

    def add(self, plan: PlanService, _: str) -> None:
        """Add an action."""
        number = len(plan.actions)
        if number > self._random.randint(0, 6):
            return
        plan.add(factories.sheet(f"A-{number}", cause_family=self._random.choice(FAMILIES)))

    def serve(self, plan: PlanService, action: str) -> None:
        """Let an action serve one more case."""
        self._desk.plan(self._case().reference, action, scope=plan.scope)

    def plan_two(self, plan: PlanService, action: str) -> None:
        """Plan a new action and an existing one for a case."""
        new = factories.sheet(f"B-{len(plan.actions)}")
        self._desk.plan(self._case().reference, new, action, scope=plan.scope)

    def amend(self, plan: PlanService, action: str) -> None:
        """Change one field or several."""
        changes: dict[str, Any] = {
            "what": self._random.choice(("tenir un vivier", "tenir deux viviers")),
            "owner": self._random.choice(("M. Petit", "Mme Roux")),
            "criterion": self._random.choice(("aucune absence", "aucune absence en un an")),
            "process": "P-1",
        }
        chosen = self._random.sample(list(changes), self._random.randint(1, 3))
        plan.amend(action, reason=self._random.choice((None, "relu")), **{name: changes[name] for name in chosen})

    def forget(self, plan: PlanService, action: str) -> None:
        """Erase some kinds of texts."""
        plan.forget(action, kinds=self._random.choice(((TextKind.PERSONAL,), (TextKind.FREE,), tuple(TextKind))))

    def follow_up(self, plan: PlanService, action: str) -> None:
        """Name the follow-up of an action, on its plan or on another."""
        other = self._plan()
        plan.follow_up(action, LineReference(other.scope, self._action(other)))


_PLAN_VERBS: Final[dict[str, Callable[[Lives, PlanService, str], Any]]] = {
    "add": Lives.add,
    "plan a case": Lives.serve,
    "plan two": Lives.plan_two,
    "amend": Lives.amend,
    "progress": lambda _, plan, action: plan.progress(action, note="on avance"),
    "finish": lambda _, plan, action: plan.finish(action, evidence="la liste"),
    "judge": lambda _, plan, action: plan.judge(action, Effectiveness.EFFECTIVE, why="rien depuis"),
    "fail": lambda _, plan, action: plan.judge(action, Effectiveness.NOT_EFFECTIVE, why="encore"),
    "follow up": Lives.follow_up,
    "close": lambda _, plan, action: plan.close(action, comment="fait"),
    "abandon": lambda _, plan, action: plan.abandon(action, reason="inutile"),
    "reopen": lambda _, plan, action: plan.reopen(action, reason="de nouveau"),
    "forget": Lives.forget,
    "publish": lambda _, plan, __: plan.publish(),
}


def live_and_verify(desk: Desk, clock: FakeClock, random: Random, lives: int, done: Counter[str]) -> list[object]:
    """Run with a checkpoint halfway, and return the findings, of which there should be none."""
    lived = Lives(desk, clock, random, done)
    for _ in range(lives // 2):
        lived.live()
    checkpoint = desk.checkpoint()
    for _ in range(lives - lives // 2):
        lived.live()
    return [*desk.verify(), *desk.examine(checkpoint)]
