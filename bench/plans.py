"""Plans: what each verb on an action costs on a desk, on a plan of 10 actions and on one of 10,000.

Growth is that of our own figures: a verb loads and writes its action alone. What that is worth (decision 0018) is the
cost of one verb on a part of a plan of 200 actions, against the same verb on the whole plan.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, Final

from bench._databases import Backend, backends
from bench._measure import compare, ratio_row
from reclamation_core.adapters import SqlAlchemyStore
from reclamation_core.cases import Vault
from reclamation_core.cases.texts import Secret
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import (
    ActionOrigin,
    ActionSheet,
    ActionType,
    Effectiveness,
    Pgaac,
    PlanPart,
    PlanScope,
    RecordedPlanEvent,
)
from reclamation_core.plans.events import ActionAdded, ActionProgressed
from reclamation_core.testing._plan_history import Signer, plan_after

SIZES: Final = (10, 10_000)
WHOLE: Final = 200
"""The number of actions of the plan that is loaded whole."""
EACH: Final = 5
ROUNDS: Final = 9
_SCOPE: Final = PlanScope.site("CRE")
_SIGNED: Final = Signer(occurred_at=datetime(2026, 6, 1, 9, tzinfo=UTC))

_VERBS: Final[dict[str, Callable[[PlanService, str], object]]] = {
    "add": lambda plan, action: plan.add(_sheet(action)),
    "amend": lambda plan, action: plan.amend(action, what="tenir deux viviers"),
    "progress": lambda plan, action: plan.progress(action, note="on avance"),
    "finish": lambda plan, action: plan.finish(action, evidence="la liste"),
    "judge": lambda plan, action: plan.judge(action, Effectiveness.EFFECTIVE, why="rien depuis"),
    "close": lambda plan, action: plan.close(action),
    "reopen": lambda plan, action: plan.reopen(action, reason="de nouveau"),
    "abandon": lambda plan, action: plan.abandon(action, reason="inutile"),
    "forget": lambda plan, action: plan.forget(action),
}
"""The life of an action; each verb is done to actions to which those before it were done."""


def run() -> list[dict[str, Any]]:
    """The rows of the table, in microseconds a verb."""
    rows: list[dict[str, Any]] = []
    with backends() as kinds:
        for kind in kinds:
            rows += growth(kind)
            rows.append(gain(kind))
    return rows


def gain(kind: Backend) -> dict[str, Any]:
    """Compare the progress of an action on the part of a plan with that on the whole plan, in units of work."""
    with ExitStack() as stack:
        store = SqlAlchemyStore.open(kind.new(), kind.settings)
        stack.callback(store.close)
        _fill(store, WHOLE)

        def on_a_part() -> None:
            with store.unit_of_work() as unit:
                part = unit.plans.part(_SCOPE.key, {"A-0"})
                unit.plans.extend(plan_after(part, _SIGNED(ActionProgressed(action="A-0"))), part.version)
                unit.commit()

        def on_the_whole() -> None:
            with store.unit_of_work() as unit:
                plan = unit.plans.get(_SCOPE.key)
                unit.plans.save(plan_after(plan, _SIGNED(ActionProgressed(action="A-0"))), plan.version)
                unit.commit()

        each = {name: 1e6 * seconds for name, seconds in compare({"part": on_a_part, "whole": on_the_whole}).items()}
    name = f"{kind.name}: progress on a part of a plan of {WHOLE} actions"
    return ratio_row(name, each["part"], ("on the whole plan", each["whole"]), 1 / 1.5)


def growth(kind: Backend) -> Iterator[dict[str, Any]]:
    """Compare the cost of each command on the longest plan with its cost on the shortest."""
    with ExitStack() as stack:
        plans: dict[int, PlanService] = {}
        for size in SIZES:
            store = SqlAlchemyStore.open(kind.new(), kind.settings)
            stack.callback(store.close)
            _fill(store, size)
            plans[size] = Desk(store).pgaac("CRE")
        small, large = SIZES
        for verb, do in _VERBS.items():
            contenders = {str(size): _repeated(plan, do) for size, plan in plans.items()}
            each = {size: 1e6 * seconds / EACH for size, seconds in compare(contenders, rounds=ROUNDS).items()}
            name = f"{kind.name}: plan verb {verb}, {large:,} actions"
            yield ratio_row(name, each[str(large)], (f"the same, {small} actions", each[str(small)]), 1.5)


def _repeated(plan: PlanService, do: Callable[[PlanService, str], object]) -> Callable[[], None]:
    """A verb on some actions, others at each call."""
    numbers = itertools.count()

    def call() -> None:
        for _ in range(EACH):
            do(plan, f"N-{next(numbers)}")

    return call


def _sheet(reference: str) -> ActionSheet:
    return ActionSheet(
        reference=reference,
        type=ActionType.CORRECTIVE,
        origin=ActionOrigin.COMPLAINT,
        site="CRE",
        cause_family="organisation",
        cause="personne ne remplace",
        what="tenir un vivier",
        owner="M. Petit",
        criterion="aucune absence en trois mois",
    )


def _fill(store: SqlAlchemyStore, size: int) -> None:
    """Keep a plan of so many actions, each added and begun."""
    events: list[RecordedPlanEvent] = []
    secrets: list[Secret] = []
    for number in range(size):
        part = plan_after(PlanPart(scope=_SCOPE, version=len(events)), _SIGNED(ActionAdded.of(_sheet(f"A-{number}"))))
        part = plan_after(part, _SIGNED(ActionProgressed(action=f"A-{number}", note="on commence")))
        events += part.events
        secrets += part.vault
    with store.unit_of_work() as unit:
        unit.plans.add(Pgaac.from_events(_SCOPE, events, Vault(secrets)))
        unit.commit()
