"""What a story is asked to do: a verb of the desk about its case, or a verb of the plan about one of its actions."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

import attrs

from reclamation_core.cases import Case
from reclamation_core.cases.codes import CommandType
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import Pgaac, PlanScope
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.testing._arguments import require_taken
from reclamation_core.testing.stories.telling import of_act, of_action

_EXAMPLE: Final = "give it as it is in the class, such as Desk.qualify or PlanService.finish"
_OF_PLANS: Final = {verb.value for verb in PlanCommandType}


@attrs.frozen(eq=False)
class Asked:
    """Something that a story is to do.

    Args:
        told: it in French, with what it is given.
        do: does it.
        plan: the plan that it is about; None where it is about the case alone.
        action: the action of the plan that it is about, where it is about one.
    """

    told: str
    do: Callable[[], object]
    plan: PlanService | None = None
    action: str | None = None

    @property
    def planned(self) -> Pgaac | None:
        """The plan that it is about, as it is now."""
        return None if self.plan is None else self.plan.current

    def outcome(self) -> str | None:
        """How the action that it is about then stands, in French."""
        if self.plan is None or self.action is None:
            return None
        return of_action(self.plan.current.action(self.action))


def asked(desk: Desk, case: Case, verb: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Asked:
    """What is asked of a case, or of the plan that an action of it is on.

    Raises:
        TypeError: it is no verb as it is in its class, or does not take this.
        LookupError: actions of that reference on several plans serve the case.
    """
    name = _name(verb)
    if getattr(PlanService, name, None) is verb:
        return _of_plan(desk, case, verb, args, kwargs)
    require_taken(verb, (desk, case.reference, *args), kwargs)
    act = _of(desk, Desk, name, verb)
    return Asked(of_act(CommandType, name, args, kwargs), lambda: act(case.reference, *args, **kwargs))


def _name(verb: Any) -> str:
    """The name of a verb.

    Raises:
        TypeError: it is none, is of one desk, or is about no case in particular.
    """
    if inspect.ismethod(verb):
        raise TypeError(f"verb: {verb.__name__} is taken of one {type(verb.__self__).__name__}; {_EXAMPLE}")
    if not callable(verb) or not hasattr(verb, "__name__"):
        raise TypeError(f"verb: a verb of the desk or of the plan is expected, got {verb!r}; {_EXAMPLE}")
    name: str = verb.__name__
    given = inspect.signature(verb).parameters
    of_desk = getattr(Desk, name, None) is verb and "reference" not in given
    of_plan = getattr(PlanService, name, None) is verb and name not in _OF_PLANS
    if of_desk or of_plan:
        raise TypeError(f"verb: {name} is no act on a case or on its plan; call it on the desk, then go on")
    return name


def _of_plan(
    desk: Desk, case: Case, verb: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> Asked:
    name = verb.__name__
    about = kwargs.get("reference", args[0] if args else None)
    action = about if isinstance(about, str) else None
    plan = desk.pgaac(scope_of(case, action))
    require_taken(verb, (plan, *args), kwargs)
    told = f"{of_act(PlanCommandType, name, args, kwargs)} sur le plan : {plan.scope.label('fr')}"
    act = _of(plan, PlanService, name, verb)
    return Asked(told, lambda: act(*args, **kwargs), plan, action)


def _of(it: Desk | PlanService, cls: type[Any], name: str, verb: Callable[..., Any]) -> Callable[..., Any]:
    """A verb of this desk or plan: its own, where it is of a class that does it otherwise."""
    own: Callable[..., Any] = getattr(it, name) if getattr(cls, name, None) is verb else partial(verb, it)
    return own


def scope_of(case: Case, action: str | None) -> PlanScope:
    """The plan on which an action serves the case; else that of the site that handles it."""
    found = list(dict.fromkeys(line.scope for line in case.actions if line.action == action))
    if len(found) > 1:
        plans = ", ".join(map(str, found))
        raise LookupError(f"reference: {action!r} is an action on each of {plans}; ask desk.pgaac for the one you mean")
    return found[0] if found else PlanScope.site(case.handling_unit)
