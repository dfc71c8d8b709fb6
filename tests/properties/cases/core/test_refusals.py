"""A refusal names the datum that its history shows, in short sentences, in both languages."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from string import Formatter
from typing import Any, cast

from hypothesis import event, given
from hypothesis import strategies as st

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import Case, CaseCommand, CommandRefusedError, handle_command
from reclamation_core.cases.events import (
    ActionsPlanned,
    Analysed,
    Anonymised,
    Answered,
    Closed,
    ComplainantIdentified,
    ContainmentTaken,
    DeadlineResumed,
    DeadlineSuspended,
    FactsCorrected,
    Qualified,
    Registered,
    Reopened,
    RetentionResumed,
    RetentionSuspended,
    Withdrawn,
)
from reclamation_core.cases.events.base import DecisionContext, FollowUp
from reclamation_core.cases.guards import GUARDS
from reclamation_core.cases.references import LineReference
from reclamation_core.errors import FaultsError
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy import Parameters, Policy
from reclamation_core.tables import FactsError
from reclamation_core.testing.strategies import cases, event_data
from reclamation_core.vocabulary import Role
from reclamation_core.wording import Lang, Wording

SUSPENDING = Policy(
    edition="le délai se suspend", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True))
)
LANGUAGES: tuple[Lang, ...] = ("fr", "en")


def sentences(text: str) -> list[int]:
    """Return how many words each sentence has; an hour (« 9 h 30 ») or a day (2 January 2026) is one word."""
    plain = re.sub(r"(\d+) h (\d+)(?: min (\d+) s)?", r"\1h\2", text)
    plain = re.sub(r"(\d+) [A-Z][a-z]+ (\d{4})", r"\1/\2", plain)
    return [len(re.findall(r"[\w'’/().:-]*\w[\w'’/().:-]*", part)) for part in re.split(r"[.?!](?:\s|$)", plain)]


def when(case: Case, *classes: type[Any]) -> list[datetime]:
    """Return the dates of the events of some classes, as they are known now."""
    return [recorded.occurred_at for recorded in case.history if isinstance(recorded.data, classes)]


def since(case: Case, begun: tuple[type[Any], ...], *ended: type[Any]) -> list[datetime]:
    """Return the dates of the events of one class after the last event that ended what they began."""
    numbers = [recorded.number for recorded in case.history if isinstance(recorded.data, ended)]
    last = max(numbers, default=0)
    return [one.occurred_at for one in case.history if one.number > last and isinstance(one.data, begun)]


def open_actions(case: Case, unsettled: frozenset[LineReference]) -> tuple[LineReference, ...]:
    planned = (one.data for one in case.events if isinstance(one.data, ActionsPlanned))
    found = dict.fromkeys(LineReference(data.plan, action) for data in planned for action in data.actions)
    return tuple(one for one in found if one in unsettled)


def received(case: Case) -> datetime:
    told = [one.data.facts for one in case.events if isinstance(one.data, Registered | FactsCorrected)]
    return told[-1].received_at


def named_values(guard: str, case: Case, command: CaseCommand, unsettled: frozenset[LineReference]) -> dict[str, Any]:
    """Return the values that the refusal of a guard names, read off the history; none for the other guards."""
    found: dict[str, Callable[[], dict[str, Any]]] = {
        "before-receipt": lambda: {"received_at": received(case)},
        "before-run": lambda: {"date": command.occurred_at, "latest_turn": max(when(case, Closed, Reopened))},
        "no-act-of-that-number": lambda: {"event": cast("Any", command.data).event},
        "closed": lambda: {"closed_at": since(case, (Closed,), Reopened)[-1]},
        "anonymised": lambda: {"anonymised_at": when(case, Anonymised)[-1]},
        "withdrawn-already": lambda: {"withdrawn_at": since(case, (Withdrawn,), Reopened)[-1]},
        "before-suspension": lambda: {"latest_suspension": max(when(case, RetentionSuspended, RetentionResumed))},
        "suspended": lambda: {"suspended_since": when(case, RetentionSuspended)[-1]},
        "deadline-suspended": lambda: {"clock_suspended_since": when(case, DeadlineSuspended)[-1]},
        "before-deadline-suspension": lambda: {
            "latest_clock_suspension": max(since(case, (DeadlineSuspended, DeadlineResumed), Reopened))
        },
        "clock-stopped": lambda: {"stopped_at": min(since(case, (Answered, Withdrawn, Closed), Reopened))},
        "answered-already": lambda: {"answered_at": since(case, (Answered,), Reopened)[-1]},
        "measure-unknown": lambda: {"measures": len(when(case, ContainmentTaken))},
        "override-unjustified": lambda: {"role": None if command.role in {Role.RQR, Role.AQ} else command.role},
        "actions-open": lambda: {"open_actions": open_actions(case, unsettled)},
        "close-answered-without-answer": lambda: {"reopened_at": next(reversed(when(case, Reopened)), None)},
        "close-unsettled": lambda: {
            "undecided": None if case.actions else Wording("aucune n'est décidée", "none is decided"),
            "open_actions": open_actions(case, unsettled) or None,
        },
        "before-qualification": lambda: {"ground": latest_of_firsts(case, command)},
        "suspensions-not-allowed": lambda: {"edition": case.registration.terms.edition},
    }
    return found.get(guard, dict)()


def latest_of_firsts(case: Case, command: CaseCommand) -> datetime:
    """Return when the case was first qualified, or, if later, analysed for a plan, its sender known for an answer."""
    is_by_name = isinstance(command.data, Answered) and not command.data.collective
    others = {Analysed: isinstance(command.data, ActionsPlanned), ComplainantIdentified: is_by_name}
    asked: list[type[Any]] = [Qualified, *filter(others.get, others)]
    return max(min(when(case, one)) for one in asked if when(case, one))


def refusal(
    case: Case, data: Any, role: Role, at: datetime, unsettled: frozenset[LineReference]
) -> tuple[CaseCommand, CommandRefusedError] | None:
    """Return the command with its refusal; None if it is allowed or its data are invalid."""
    now = max(at, case.events[-1].recorded_at)
    settled = {action: ((at, None),) for action in case.actions if action not in unsettled}
    context = DecisionContext(policy=SUSPENDING, now=now, follow_up=FollowUp(unsettled=unsettled, settled=settled))
    command = CaseCommand(data=data, actor="Mme Roux", role=role, occurred_at=at)
    try:
        handle_command(case, command, context)
    except CommandRefusedError as refused:
        return command, refused
    except (FaultsError, FactsError, TypeError):
        pass
    return None


COMMANDS = st.tuples(
    event_data(words=st.just("un texte")),
    st.sampled_from([Role.RQR, Role.HANDLING_UNIT]),
    st.sampled_from([-500, -100, -3, -1, 0, 1, 30, 1000]),
)
"""The data, the role of the actor, and how many hours after the latest event it happened."""


@given(case=cases(policy=SUSPENDING), commands=st.lists(COMMANDS, min_size=10, max_size=15), unsettled=st.booleans())
def test_a_refusal_names_its_datum(case: Case, commands: list[tuple[Any, Role, int]], unsettled: bool) -> None:
    left = frozenset(case.actions) if unsettled else frozenset()
    for data, role, hours in commands:
        found = refusal(case, data, role, case.events[-1].occurred_at + timedelta(hours=hours), left)
        if found is not None:
            check(case, *found, left)


def check(case: Case, command: CaseCommand, refused: CommandRefusedError, left: frozenset[LineReference]) -> None:
    assert [details.id for details in refused.details] == [row.id for row in refused.guards]
    for details in refused.details:
        event(details.id)
        expected = named_values(details.id, case, command, left)
        assert {name: details.facts.get(name) for name in expected} == expected
        for lang in LANGUAGES:
            text = details.wording.in_(lang)
            assert max(sentences(text)) < 20, text
            assert not re.search(r"[\[\]{}]", text)
            for instant in [value for value in details.facts.values() if isinstance(value, datetime)]:
                day = instant.astimezone(case.zone)
                assert (f"{day:%d/%m/%Y}" if lang == "fr" else f"{day.day} {day:%B %Y}") in text
    document = refused.to_document("fr")
    assert [guard["facts"].keys() for guard in document["guards"]] == [one.facts.keys() for one in refused.details]


def test_a_guard_has_short_sentences_and_the_same_values_in_both_languages() -> None:
    guards: list[Any] = [*GUARDS, *PLAN_GUARDS]
    for guard in guards:
        fields = [[name for _, name, _, _ in Formatter().parse(guard.template.in_(lang)) if name] for lang in LANGUAGES]
        assert sorted(fields[0]) == sorted(fields[1]), guard.id
        assert max(sentences(guard.wording.fr)) < 20, guard.wording.fr
        assert max(sentences(guard.wording.en)) < 20, guard.wording.en
        assert not re.search(r"[\[\]{}]", guard.wording.fr + guard.wording.en), guard.id
