"""The refusal of a command on a plan names the date, the reference or the number that the history of the plan shows."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from reclamation_core.cases.aggregate import CommandContext
from reclamation_core.cases.references import LineReference
from reclamation_core.plans import Effectiveness, Pgaac, PlanRefusedError
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionAdded,
    ActionClosed,
    ActionDone,
    ActionEvent,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
    FollowUpNamed,
)
from reclamation_core.testing._plan_history import Signer, plan_after, published
from reclamation_core.testing.builders import an_action
from reclamation_core.testing.strategies.plan import busy_pgaacs
from tests.properties.cases.core.test_refusals import LANGUAGES, sentences

REFERENCES = ("X-1", "X-2", "X-10", "nulle-part")
STEPS = (ActionProgressed, ActionDone, ActionJudged, ActionClosed, ActionAbandoned, ActionReopened)


def commands(plan: Pgaac, reference: str) -> tuple[Any, ...]:
    own, other = LineReference(plan.scope, reference), LineReference(plan.scope, "ailleurs")
    sheet = an_action(reference=reference, site="A", check_on=None)
    return (
        ActionAdded(sheet=sheet),
        ActionProgressed(action=reference),
        ActionDone(action=reference, evidence="la liste"),
        ActionJudged(action=reference, effectiveness=Effectiveness.EFFECTIVE, why="rien", follow_up=own),
        ActionJudged(action=reference, effectiveness=Effectiveness.NOT_EFFECTIVE, why="trois", follow_up=other),
        FollowUpNamed(action=reference, follow_up=other),
        ActionClosed(action=reference),
        ActionAbandoned(action=reference, reason="inutile"),
        ActionReopened(action=reference, reason="de nouveau"),
        published(recipients=()),
    )


def dates(plan: Pgaac, reference: str | None, *classes: type[Any]) -> list[datetime]:
    """Return the dates of the events of an action, or of the plan, since the action was opened again."""
    own = [one for one in plan.events if reference is None or getattr(one.data, "action", None) == reference]
    reopened = max((one.number for one in own if isinstance(one.data, ActionReopened)), default=0)
    last = 0 if reference is None or ActionReopened in classes else reopened
    return [one.occurred_at for one in own if one.number > last and isinstance(one.data, classes)]


def named_values(guard: str, plan: Pgaac, reference: str, at: datetime) -> dict[str, Any]:
    found: dict[str, Callable[[], dict[str, Any]]] = {
        "unknown-action": lambda: {"action": reference},
        "reference-taken": lambda: {"action": reference},
        "ended": lambda: {"ended_at": dates(plan, reference, ActionClosed, ActionAbandoned)[-1]},
        "done-already": lambda: {"done_at": dates(plan, reference, ActionDone)[-1]},
        "judged-already": lambda: {"judged_at": dates(plan, reference, ActionJudged)[-1]},
        "no-follow-up": lambda: {"judged_at": dates(plan, reference, ActionJudged)[-1]},
        "own-follow-up": lambda: {"action": reference},
        "unknown-follow-up": lambda: {"follow_up": LineReference(plan.scope, "ailleurs")},
        "backwards": lambda: {"date": at},
        "edition-before-its-lines": lambda: {"latest_update": max(dates(plan, None, ActionEvent))},
    }
    return found.get(guard, dict)()


@given(plan=busy_pgaacs(), reference=st.sampled_from(REFERENCES), days=st.sampled_from([-3, -1, 0, 5, 60, 400]))
def test_the_refusal_of_a_plan_names_the_datum_of_its_history(plan: Pgaac, reference: str, days: int) -> None:
    at = plan.events[-1].occurred_at + timedelta(days=days)
    signer = Signer(occurred_at=at, context=CommandContext(now=max(at, plan.events[-1].recorded_at)))
    for data in commands(plan, reference):
        try:
            plan_after(plan, signer(data))
        except PlanRefusedError as refused:
            check(plan, reference, at, refused)


def check(plan: Pgaac, reference: str, at: datetime, refused: PlanRefusedError) -> None:
    assert [details.id for details in refused.details] == [row.id for row in refused.guards]
    for details in refused.details:
        event(details.id)
        expected = named_values(details.id, plan, reference, at)
        assert {name: details.facts.get(name) for name in expected} == expected
        for lang in LANGUAGES:
            text = details.wording.in_(lang)
            assert max(sentences(text)) < 20, text
            assert not re.search(r"[\[\]{}]", text)
            for value in details.facts.values():
                if type(value) is str:
                    assert value in text
    assert refused.to_document()["guards"][0]["facts"].keys() == refused.details[0].facts.keys()
