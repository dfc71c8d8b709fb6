"""Scenarios: given a case, when a command runs, then the case has expected values, or guards refuse the command."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Concatenate, Final, ParamSpec, Self, overload

import attrs

from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk, PlanService
from reclamation_core.missing import Missing
from reclamation_core.plans import Action, Pgaac, PlanPart, PlanRefusedError, PlanScope, PublishedPlan
from reclamation_core.policy import m2_1
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.testing._arguments import expect, require_attributes, require_taken
from reclamation_core.testing.builders import FakeClock, a_complaint, a_malfunction
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType

__all__ = ["Refusal", "Scenario", "given"]


def of_case(case: Case) -> str:
    """Return a case in French, as it is when its scenario begins."""
    received = f"reçu le {_shown(case.received_at)} et enregistré à {case.site}"
    return f"Étant donné le dossier {case.reference} ({case.kind.label('fr')}), {received} : {_facts(case)}"


def _facts(case: Case) -> str:
    facts = attrs.asdict(case.facts, recurse=False)
    labels = {input_.name: input_.label.fr for table in m2_1().tables.values() for input_ in table.base}
    known = {labels[name]: value for name, value in facts.items() if name in labels and not isinstance(value, Missing)}
    return " ; ".join(f"{label} : {_shown(value)}" for label, value in known.items())


def of_command(commands: type[LabelledEnum], name: str, positional: Iterable[Any], named: Mapping[str, Any]) -> str:
    """Return a command in French, with its arguments."""
    label = next((command.label("fr") for command in commands if command.value == name), name)
    arguments = [*map(_shown, positional), *(f"{field} = {_shown(value)}" for field, value in named.items())]
    return f"« {label} » ({', '.join(arguments)})" if arguments else f"« {label} »"


def of_state(case: Case) -> str:
    """Return the state of a case in French."""
    due = "" if case.awaited_on is None else f", réponse attendue pour le {_shown(case.awaited_on)}"
    due = ", délai suspendu" if case.is_deadline_suspended else due
    level = "" if case.level is None else f", niveau {case.level.label('fr')}"
    return f"{case.state.label('fr')}, {case.admissibility.label('fr')}{level}{due}"


def of_action(action: Action) -> str:
    """Return the state of an action in French."""
    judged = "" if action.effectiveness is None else f", {action.effectiveness.label('fr')}"
    return f"action {action.reference} : {action.status.label('fr')}{judged}"


def _shown(value: object) -> str:
    if isinstance(value, LabelledEnum):
        return value.label("fr")
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y à %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"« {value} »" if isinstance(value, str) else repr(value)


_EXAMPLE: Final = "give it as it is in the class, such as Desk.qualify or PlanService.finish"
_PLAN_COMMANDS: Final = {command.value for command in PlanCommandType}


@attrs.frozen(eq=False)
class _Step(SharedRepr):
    """A step of a scenario.

    Args:
        text: the step in French, with its arguments.
        run: runs the step.
        plan: the plan of the step; None for a step on the case.
        action: the action of the step, if it has one.
    """

    text: str
    run: Callable[[], object]
    plan: PlanService | None = None
    action: str | None = None

    @property
    def current_plan(self) -> Pgaac | None:
        """The plan as it is now."""
        return None if self.plan is None else self.plan.current

    def outcome(self, case: Case) -> str:
        """Return the state of the action after the step in French, or that of the case."""
        if self.plan is None or self.action is None:
            return of_state(case)
        return of_action(self.plan.current.action(self.action))


def _step(
    desk: Desk, case: Case, method: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]
) -> _Step:
    """Return the step of a method of the desk, or of the plan of an action.

    Raises:
        TypeError: the method is bound, concerns no case, or does not take the arguments.
        LookupError: actions of that reference on several plans serve the case.
    """
    name = _name(method)
    if not _is_of(PlanService, method):
        require_taken(method, (desk, case.reference, *args), kwargs)
        bound = _bound(desk, Desk, name, method)
        return _Step(of_command(CommandType, name, args, kwargs), lambda: bound(case.reference, *args, **kwargs))
    about = kwargs.get("reference", args[0] if args else None)
    action = about if isinstance(about, str) else None
    plan = desk.pgaac(scope_of(case, action))
    require_taken(method, (plan, *args), kwargs)
    text = f"{of_command(PlanCommandType, name, args, kwargs)} sur le plan : {plan.scope.label('fr')}"
    bound = _bound(plan, PlanService, name, method)
    return _Step(text, lambda: bound(*args, **kwargs), plan, action)


def _name(method: object) -> str:
    if inspect.ismethod(method):
        raise TypeError(f"verb: {method.__name__} is bound to one {type(method.__self__).__name__}; {_EXAMPLE}")
    if not callable(method) or not hasattr(method, "__name__"):
        raise TypeError(f"verb: a method of the desk or of the plan is expected, got {method!r}; {_EXAMPLE}")
    name: str = method.__name__
    parameters = inspect.signature(method).parameters
    of_desk = _is_of(Desk, method) and "reference" not in parameters
    of_plan = _is_of(PlanService, method) and name not in _PLAN_COMMANDS
    if of_desk or of_plan:
        raise TypeError(f"verb: {name} is not a command on a case or on its plan; call it on the desk, then go on")
    return name


def _bound(it: Desk | PlanService, cls: type[Any], name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    """Bind a method to an object, by its name for a method of the class: a subclass may override it."""
    bound: Callable[..., Any] = getattr(it, name) if _is_of(cls, method) else partial(method, it)
    return bound


def _is_of(cls: type[Any], method: Callable[..., Any]) -> bool:
    """Return True for a method of a class itself, not of a subclass."""
    return getattr(cls, method.__name__, None) is method


def scope_of(case: Case, action: str | None) -> PlanScope:
    """Return the scope of the plan where an action serves a case; by default the site that handles the case."""
    found = list(dict.fromkeys(line.scope for line in case.actions if line.action == action))
    if len(found) > 1:
        plans = ", ".join(map(str, found))
        raise LookupError(f"reference: {action!r} is an action on each of {plans}; ask desk.pgaac for the one you mean")
    return found[0] if found else PlanScope.site(case.handling_unit)


P = ParamSpec("P")
_REFUSALS = (CommandRefusedError, PlanRefusedError)


def given(desk: Desk) -> Scenario:
    """Begin a scenario on a desk.

    >>> from reclamation_core.cases import CaseState, SupportKind
    >>> scenario = given(Desk.in_memory(clock=FakeClock())).a_complaint(channel="phone")
    >>> judged = {"problem": "aucun formateur", "risks": {"training": 2}, "likelihood": 2}
    >>> scenario = scenario.then_not(Desk.qualify, **judged).because("not-transcribed", "no-support")
    >>> scenario = scenario.when(Desk.transcribe, text="Il n'est pas venu.", author="Mme Roux")
    >>> scenario.when(Desk.qualify, **judged).then(state=CaseState.QUALIFIED).case.level
    <Level.LOCAL: 'local'>
    """
    return Scenario(desk)


class Scenario:
    """Steps on one case; the failure of a step shows all steps in French.

    A step is a method of the class `Desk`, without the reference: `when(Desk.answer, text=...)`; or a method of
    `PlanService` with the reference of the action: `when(PlanService.finish, "A-1", evidence=...)`.
    """

    def __init__(self, desk: Desk) -> None:
        expect("desk", desk, Desk)
        self.desk = desk
        self._case: Case | None = None
        self._lines: list[str] = []

    @property
    def case(self) -> Case:
        """The case after the latest step.

        Raises:
            LookupError: the scenario has no case yet.
        """
        if self._case is None:
            raise LookupError("the scenario has no case yet; begin it with a_complaint, a_malfunction or a_case")
        return self._case

    def a_complaint(self, *, site: str = "CRE", sender: str | None = "Mme Durand", **facts: object) -> Self:
        """Register a complaint of a sender, None for an unknown one; `facts` are those of the builder."""
        return self.a_case(self.desk.register(a_complaint(**facts), site=site, complainant=sender))

    def a_malfunction(self, *, site: str = "CRE", **facts: object) -> Self:
        """Register an internal malfunction."""
        return self.a_case(self.desk.register(a_malfunction(**facts), site=site))

    def a_case(self, case: Case) -> Self:
        """Begin with a case of the desk, such as one of a builder."""
        expect("case", case, Case)
        self._case = case
        self._lines = [of_case(case), f"  {of_state(case)}"]
        return self

    def after(self, *, days: int = 0, business_days: int = 0) -> Self:
        """Advance the desk's clock, a `FakeClock`.

        Raises:
            TypeError: the desk has another clock.
        """
        clock = self.desk._context.clock  # noqa: SLF001  a desk does not publish its clock
        if not isinstance(clock, FakeClock):
            raise TypeError(f"clock: a FakeClock is expected, the desk has {clock!r}; make it with one")
        moved = clock.advance(days=days, business_days=business_days)
        self._lines.append(f"Le {moved:%d/%m/%Y à %H:%M}")
        return self

    @overload
    def when(self, verb: Callable[Concatenate[Desk, str, P], Case], *args: P.args, **kwargs: P.kwargs) -> Self: ...
    @overload
    def when(
        self, verb: Callable[Concatenate[PlanService, P], PlanPart | PublishedPlan], *args: P.args, **kwargs: P.kwargs
    ) -> Self: ...

    def when(self, verb: Callable[..., Any], *args: object, **kwargs: object) -> Self:
        """Run a command on the case, or on one of its actions.

        Args:
            verb: a method of `Desk` that takes a reference first and returns the case, as it is in the class; or a
                method of `PlanService`, on the plan where the action serves the case, by default that of the site.
            args: the arguments after the reference of the case; all arguments of a plan's method.
            kwargs: the keyword arguments.

        Raises:
            AssertionError: the command is refused; the message shows the scenario and the guards.
            TypeError: the method or its arguments are invalid.
            LookupError: actions of that reference on several plans serve the case.
        """
        __tracebackhide__ = True
        step = _step(self.desk, self.case, verb, args, kwargs)
        self._lines.append(f"Quand on fait {step.text}")
        try:
            step.run()
        except _REFUSALS as refusal:
            raise AssertionError(self._failure(refusal.in_("fr"))) from refusal
        self._case = self.desk.cases.get(self.case.reference)
        self._lines.append(f"  {step.outcome(self.case)}")
        return self

    def then(self, *, due: date | object | None = ..., **expected: object) -> Self:
        """Expect values of the stored case.

        Args:
            due: the day by which an answer is awaited now, or None.
            expected: values by the names of the attributes of `Case`: `state`, `admissibility`, `level`, `actions`...

        Raises:
            AssertionError: a value differs; the message shows the scenario and all differences.
            AttributeError: a case has no such attribute.
        """
        __tracebackhide__ = True
        stored = self.desk.cases.get(self.case.reference)
        return self._compare(stored, "", expected if due is ... else {"awaited_on": due, **expected})

    def then_action(self, reference: str, **expected: object) -> Self:
        """Expect values of an action, on the plan where it serves the case, by default that of the handling site.

        Args:
            reference: the action.
            expected: values by the names of the attributes of `Action`: `status`, `effectiveness`, `follow_ups`...

        Raises:
            AssertionError: a value differs; the message shows the scenario and all differences.
            AttributeError: an action has no such attribute.
            UnknownActionError: the plan has no such action.
            LookupError: actions of that reference on several plans serve the case.
        """
        __tracebackhide__ = True
        plan = self.desk.pgaac(scope_of(self.case, reference))
        return self._compare(plan.current.action(reference), f"action {reference}, ", expected)

    def _compare(self, stored: Case | Action, prefix: str, expected: Mapping[str, Any]) -> Self:
        __tracebackhide__ = True
        require_attributes(type(stored), expected)
        found = {name: getattr(stored, name) for name in expected}
        differences = [
            f"- {prefix}{name} : attendu {_shown(value)}, trouvé {_shown(found[name])}"
            for name, value in expected.items()
            if found[name] != value
        ]
        if differences:
            raise AssertionError(self._failure("\n".join(differences)))
        return self

    @overload
    def then_not(
        self, verb: Callable[Concatenate[Desk, str, P], Case], *args: P.args, **kwargs: P.kwargs
    ) -> Refusal: ...
    @overload
    def then_not(
        self, verb: Callable[Concatenate[PlanService, P], PlanPart | PublishedPlan], *args: P.args, **kwargs: P.kwargs
    ) -> Refusal: ...

    def then_not(self, verb: Callable[..., Any], *args: object, **kwargs: object) -> Refusal:
        """Expect the refusal of a command, without a change of case and plan; the arguments are those of `when`.

        Raises:
            AssertionError: the command is allowed; the message shows the scenario.
            TypeError, LookupError: as `when`.
        """
        __tracebackhide__ = True
        step = _step(self.desk, self.case, verb, args, kwargs)
        before = self.case, step.current_plan
        try:
            step.run()
        except _REFUSALS as refusal:
            if (self.desk.cases.get(self.case.reference), step.current_plan) != before:
                changed = "le dossier" if step.plan is None else "le dossier ou le plan"
                raise AssertionError(self._failure(f"{step.text} est refusé, et {changed} a changé")) from refusal
            self._lines.append(f"On ne peut pas faire {step.text}")
            return Refusal(self, refusal)
        raise AssertionError(self._failure(f"{step.text} aurait dû être refusé"))

    def _failure(self, reason: str) -> str:
        lines = "\n".join(self._lines)
        return f"l'histoire ne se passe pas comme prévu\n{lines}\nMais :\n{reason}"


class Refusal:
    """An expected refusal; `because` compares its guards.

    Attributes:
        scenario: the scenario, to be continued.
        error: the refusal.
    """

    def __init__(self, scenario: Scenario, error: CommandRefusedError | PlanRefusedError) -> None:
        self.scenario = scenario
        self.error = error

    def because(self, *guards: str) -> Scenario:
        """Expect these guards, by name, and no others to refuse; return the scenario.

        Raises:
            AssertionError: other guards refuse; the message shows the scenario and their reasons.
        """
        __tracebackhide__ = True
        found = {row.id for row in self.error.guards}
        if found != set(guards):
            expected = ", ".join(sorted(guards)) or "aucune"
            reasons = f"gardes attendues : {expected} ; trouvées : {', '.join(sorted(found))}\n{self.error.in_('fr')}"
            raise AssertionError(self.scenario._failure(reasons))  # noqa: SLF001  its own scenario
        return self.scenario
