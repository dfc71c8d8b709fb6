"""Arguments of every command, from the declared examples of events."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from typing import Any, Final

import attrs

from reclamation_core.cases.aggregate import is_entered
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.texts import marked
from reclamation_core.desk import Desk
from reclamation_core.plans import ActionSheet
from reclamation_core.plans.events import PLAN_EVENTS
from reclamation_core.testing._examples import case_example, plan_example
from reclamation_core.testing.strategies.command import arguments_of
from tests.unit.desk import factories

CASE: Final = {"reference": "R-2026-000001"}
ACTION: Final = {"reference": "A-1"}
EVENT_OF: Final[dict[str, Any]] = {command.value: cls for cls, command in CASE_EVENTS.commands.items()}
PLAN_EVENT_OF: Final[dict[str, Any]] = {command.value: cls for cls, command in PLAN_EVENTS.commands.items()}


class Arguments(Mapping[str, dict[str, Any]]):
    """Arguments by the name of a method, of commands computed when they are looked up."""

    def __init__(
        self, commands: Mapping[str, Any], of: Callable[[str], dict[str, Any]], others: dict[str, dict[str, Any]]
    ) -> None:
        self._commands, self._of, self._others = commands, of, others

    def __getitem__(self, name: str) -> dict[str, Any]:
        return dict(self._of(name) if name in self._commands else self._others[name])

    def __iter__(self) -> Iterator[str]:
        return iter([*self._commands, *self._others])

    def __len__(self) -> int:
        return len(self._commands) + len(self._others)


@cache
def of_case(command: str) -> dict[str, Any]:
    """Return the arguments of a command on a case, those apart that it takes by their place."""
    if command == "plan":  # the method takes actions, the event has their references
        return CASE | {"actions": "A-1"}
    case, data = case_example(EVENT_OF[command].event_type.name)
    _, given = arguments_of(data, case, getattr(Desk, command))
    return CASE | given


@cache
def of_action(command: str) -> dict[str, Any]:
    """Return the arguments of a command on a plan."""
    if command == "add":
        return {"sheet": factories.sheet("A-2")}
    if command == "amend":  # the method takes what changes, the event has the whole sheet
        return ACTION | {"owner": "M. Petit", "reason": "une absence"}
    _, data = plan_example(PLAN_EVENT_OF[command].event_type.name)
    given = attrs.asdict(data, recurse=False, filter=lambda field, _: is_entered(field))
    if command == "follow_up":  # one of this plan: that of another plan is looked up
        given["follow_up"] = "A-2"
    given.pop("action", None)
    return (ACTION if hasattr(data, "action") else {}) | given


def texts_of(command: str) -> tuple[str, ...]:
    """Return the names of the texts of a command on a case."""
    return tuple(marked(EVENT_OF[command]))


def texts_of_action(command: str) -> tuple[str, ...]:
    """Return the names of the texts of a command on a plan, those of an action's sheet among them."""
    sheet = marked(ActionSheet) if command in {"add", "amend"} else ()
    return (*marked(PLAN_EVENT_OF[command]), *sheet) if command != "add" else tuple(sheet)


def _ask(command: str, desk: Desk, reference: str) -> None:
    given = {name: value for name, value in of_case(command).items() if name != "reference"}
    if "to" in given:  # another reference would be looked up too
        given["to"] = reference
    actions = [given.pop("actions")] if "actions" in given else []
    getattr(desk, command)(reference, *actions, **given)


VERBS: Final[dict[str, Callable[[Desk, str], object]]] = {
    "get": lambda desk, reference: desk.cases.get(reference),
    **{command: partial(_ask, command) for command in EVENT_OF},
}
"""The example of every command on a case, and its reading."""
