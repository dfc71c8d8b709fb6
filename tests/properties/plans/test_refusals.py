"""The refusal of a command on a plan names the date, the reference or the number that the history of the plan shows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

from reclamation_core.cases.references import LineReference
from reclamation_core.plans import Effectiveness, Pgaac, PlanRefusedError, Signature
from reclamation_core.plans.events import (
    ActionAbandoned,
    ActionClosed,
    ActionDone,
    ActionEvent,
    ActionJudged,
    ActionProgressed,
    ActionReopened,
)
from reclamation_core.testing.builders import an_action
from reclamation_core.testing.strategies.plan import busy_pgaacs
from reclamation_core.vocabulary import Role
from tests.properties.cases.core.test_refusals import LANGUAGES, sentences

REFERENCES = ("X-1", "X-2", "X-10", "nulle-part")
STEPS = (ActionProgressed, ActionDone, ActionJudged, ActionClosed, ActionAbandoned, ActionReopened)


def commands(reference: str) -> tuple[Any, ...]:
    sheet = an_action(reference=reference, site="A", check_on=None)
    return (
        ("add", sheet),
        ("progress", reference),
        ("finish", reference, {"evidence": "la liste"}),
        ("judge", reference, Effectiveness.EFFECTIVE, {"why": "rien", "follow_up": reference}),
        ("judge", reference, Effectiveness.NOT_EFFECTIVE, {"why": "trois", "follow_up": "ailleurs"}),
        ("follow_up", reference, "ailleurs"),
        ("close", reference),
        ("abandon", reference, {"reason": "inutile"}),
        ("reopen", reference, {"reason": "de nouveau"}),
        ("publish", {"recipients": ()}),
    )


def dates(plan: Pgaac, reference: str | None, *classes: type[Any]) -> list[datetime]:
    """Return the dates of the events of an action, or of the plan, since the action was opened again."""
    own = [one for one in plan.events if reference is None or getattr(one.data, "action", None) == reference]
    reopened = max((one.number for one in own if isinstance(one.data, ActionReopened)), default=0)
    last = 0 if reference is None or ActionReopened in classes else reopened
    return [one.occurred_at for one in own if one.number > last and isinstance(one.data, classes)]


def named_values(guard: str, plan: Pgaac, reference: str, signature: Signature) -> dict[str, Any]:
    found: dict[str, Callable[[], dict[str, Any]]] = {
        "unknown-action": lambda: {"action": reference},
        "reference-taken": lambda: {"action": reference},
        "ended": lambda: {"ended_at": dates(plan, reference, ActionClosed, ActionAbandoned)[-1]},
        "done-already": lambda: {"done_at": dates(plan, reference, ActionDone)[-1]},
        "judged-already": lambda: {"judged_at": dates(plan, reference, ActionJudged)[-1]},
        "no-follow-up": lambda: {"judged_at": dates(plan, reference, ActionJudged)[-1]},
        "own-follow-up": lambda: {"action": reference},
        "unknown-follow-up": lambda: {"follow_up": LineReference(plan.scope, "ailleurs")},
        "backwards": lambda: {"date": signature.occurred_at},
        "edition-before-its-lines": lambda: {"latest_update": max(dates(plan, None, ActionEvent))},
    }
    return found.get(guard, dict)()


@given(
    plan=busy_pgaacs(),
    reference=st.sampled_from(REFERENCES),
    days=st.sampled_from([-3, -1, 0, 5, 60, 400]),
)
def test_the_refusal_of_a_plan_names_the_datum_of_its_history(plan: Pgaac, reference: str, days: int) -> None:
    at = plan.events[-1].occurred_at + timedelta(days=days)
    signature = Signature(
        actor="quelqu'un", role=Role.AQ, occurred_at=at, recorded_at=max(at, plan.events[-1].recorded_at)
    )
    for verb, *given_ in commands(reference):
        named: dict[str, Any] = given_.pop() if isinstance(given_[-1], dict) else {}
        try:
            getattr(plan, verb)(*given_, signature, **named)
        except PlanRefusedError as refused:
            check(plan, reference, signature, refused)


def check(plan: Pgaac, reference: str, signature: Signature, refused: PlanRefusedError) -> None:
    assert [details.id for details in refused.details] == [row.id for row in refused.guards]
    for details in refused.details:
        event(details.id)
        expected = named_values(details.id, plan, reference, signature)
        assert {name: details.facts.get(name) for name in expected} == expected
        for lang in LANGUAGES:
            text = details.wording.in_(lang)
            assert max(sentences(text)) < 20, text
            assert not re.search(r"[\[\]{}]", text)
            for value in details.facts.values():
                if type(value) is str:
                    assert value in text
    assert refused.to_document()["guards"][0]["facts"].keys() == refused.details[0].facts.keys()
