"""Stories: given a case, when something is done to it, then it is as expected, or refused by its guards."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from functools import partial
from typing import Any, Concatenate, Final, ParamSpec, Self, overload

import attrs

from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.cases.codes import CommandType
from reclamation_core.cases.events.base import Facts
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk, PlanService
from reclamation_core.missing import Missing
from reclamation_core.plans import Action, Pgaac, PlanPart, PlanRefusedError, PlanScope, PublishedPlan
from reclamation_core.plans.codes import PlanCommandType
from reclamation_core.policy import m2_1
from reclamation_core.testing._arguments import expect, require_attributes, require_taken
from reclamation_core.testing.builders import FakeClock, a_complaint, a_malfunction

__all__ = ["Refusal", "Scenario", "given"]


def of_case(case: Case) -> str:
    """A case, as it is when its story begins."""
    received = f"reçu le {_shown(case.received_at)} et enregistré à {case.site}"
    return f"Étant donné le dossier {case.reference} ({case.kind.label('fr')}), {received} : {_facts(case)}"


def _facts(case: Case) -> str:
    facts = {field.name: getattr(case.facts, field.name) for field in attrs.fields(type(case.facts))}
    labels = {input_.name: input_.label.fr for table in m2_1().tables.values() for input_ in table.base}
    known = {labels[name]: value for name, value in facts.items() if name in labels and not isinstance(value, Missing)}
    return " ; ".join(f"{label} : {_shown(value)}" for label, value in known.items())


def of_act(verbs: type[LabelledEnum], name: str, positional: Iterable[Any], given: Mapping[str, Any]) -> str:
    """What is done, by the French label that its verb has among others, and with what."""
    verb = next((verb.label("fr") for verb in verbs if verb.value == name), name)
    said = [*map(_shown, positional), *(f"{field} = {_shown(value)}" for field, value in given.items())]
    return f"« {verb} » ({', '.join(said)})" if said else f"« {verb} »"


def of_state(case: Case) -> str:
    """Where a case then stands."""
    due = "" if case.awaited_on is None else f", réponse attendue pour le {_shown(case.awaited_on)}"
    due = ", délai suspendu" if case.is_deadline_suspended else due
    return f"{case.state.label('fr')}, {case.admissibility.label('fr')}, niveau {case.level.label('fr')}{due}"


def of_action(action: Action) -> str:
    """Where an action then stands."""
    judged = "" if action.effectiveness is None else f", jugée {action.effectiveness.label('fr')}"
    return f"action {action.reference} : {action.status.label('fr')}{judged}"


def _shown(value: Any) -> str:
    if isinstance(value, LabelledEnum):
        return value.label("fr")
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y à %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"« {value} »" if isinstance(value, str) else repr(value)


def apart(name: str, expected: Any, found: Any) -> str:
    """What a story expects, and what it finds."""
    return f"{name} : attendu {_shown(expected)}, trouvé {_shown(found)}"


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


P = ParamSpec("P")
_REFUSED = (CommandRefusedError, PlanRefusedError)


def given(desk: Desk) -> Scenario:
    """Begin a story on a desk.

    >>> from reclamation_core.cases import CaseState, SupportKind
    >>> story = given(Desk.in_memory(clock=FakeClock())).a_complaint(channel="phone")
    >>> judged = {"problem": "aucun formateur", "risks": {"training": 2}, "likelihood": 2}
    >>> story = story.then_not(Desk.qualify, **judged).because("not-transcribed", "no-support")
    >>> story = story.when(Desk.transcribe, text="Il n'est pas venu.", author="Mme Roux")
    >>> story.when(Desk.qualify, **judged).then(state=CaseState.QUALIFIED).case.level
    <Level.LOCAL: 'local'>
    """
    return Scenario(desk)


class Scenario:
    """What is done to one case, step by step; where a step fails, all of it is told in French.

    A verb of the desk is given as it is in the class, without the reference: `when(Desk.answer, text=...)`; and one of
    the plan with the action that it is about: `when(PlanService.finish, "A-1", evidence=...)`.
    """

    def __init__(self, desk: Desk) -> None:
        expect("desk", desk, Desk)
        self.desk = desk
        self._case: Case | None = None
        self._told: list[str] = []

    @property
    def case(self) -> Case:
        """The case, as the latest step left it.

        Raises:
            LookupError: the story has none yet.
        """
        if self._case is None:
            raise LookupError("the story has no case yet; begin it with a_complaint, a_malfunction or a_case")
        return self._case

    def a_complaint(self, *, site: str = "CRE", **facts: Any) -> Self:
        """Begin with a complaint that is registered; `facts` are those that matter, as for the builder."""
        return self._registered(a_complaint(**facts), site)

    def a_malfunction(self, *, site: str = "CRE", **facts: Any) -> Self:
        """Begin with an internal malfunction that is registered."""
        return self._registered(a_malfunction(**facts), site)

    def a_case(self, case: Case) -> Self:
        """Begin with a case that the desk has: one that a builder has brought to a state, say."""
        expect("case", case, Case)
        self._case = case
        self._told = [of_case(case), f"  {of_state(case)}"]
        return self

    def _registered(self, facts: Facts, site: str) -> Self:
        return self.a_case(self.desk.register(facts, site=site))

    def after(self, *, days: int = 0, business_days: int = 0) -> Self:
        """Let time go by on the desk's clock, which is to be a `FakeClock`.

        Raises:
            TypeError: the desk has another clock.
        """
        clock = self.desk._context.clock  # noqa: SLF001  a desk does not show its clock to those who use it
        if not isinstance(clock, FakeClock):
            raise TypeError(f"clock: a FakeClock is expected, the desk has {clock!r}; make it with one")
        moved = clock.advance(days=days, business_days=business_days)
        self._told.append(f"Le {moved:%d/%m/%Y à %H:%M}")
        return self

    @overload
    def when(self, verb: Callable[Concatenate[Desk, str, P], Case], *args: P.args, **kwargs: P.kwargs) -> Self: ...
    @overload
    def when(
        self, verb: Callable[Concatenate[PlanService, P], PlanPart | PublishedPlan], *args: P.args, **kwargs: P.kwargs
    ) -> Self: ...

    def when(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Self:
        """Do something to the case, or to one of its actions.

        Args:
            verb: a verb of the desk that takes a reference first and gives the case, as it is in the class; or one
                of `PlanService`, on the plan where the action serves the case, else on that of the handling site.
            args: what it takes after the reference of the case; of a plan, all that it takes.
            kwargs: likewise; a type checker knows both by the verb.

        Raises:
            AssertionError: it is refused; the story and the guards are told.
            TypeError: it is no such verb, or does not take this.
            LookupError: actions of that reference on several plans serve the case.
        """
        __tracebackhide__ = True
        act = asked(self.desk, self.case, verb, args, kwargs)
        self._told.append(f"Quand on fait {act.told}")
        try:
            act.do()
        except _REFUSED as refusal:
            raise AssertionError(self._failed(refusal.in_("fr"))) from refusal
        self._case = self.desk.cases.get(self.case.reference)
        self._told.append(f"  {act.outcome() or of_state(self.case)}")
        return self

    def then(self, *, due: date | object | None = ..., **expected: Any) -> Self:
        """Expect the case to be so, as it is and as the desk keeps it.

        Args:
            due: the day by which an answer is awaited now, None where none is.
            expected: values by the names of the attributes of `Case`: `state`, `admissibility`, `level`, `actions`...

        Raises:
            AssertionError: something is otherwise; the story and all the differences are told.
            AttributeError: a case has no such attribute.
        """
        __tracebackhide__ = True
        kept = self.desk.cases.get(self.case.reference)
        return self._so(kept, "", expected if due is ... else {"awaited_on": due, **expected})

    def then_action(self, reference: str, **expected: Any) -> Self:
        """Expect an action to be so, on the plan where it serves the case, else on that of the handling site.

        Args:
            reference: the action.
            expected: values by the names of the attributes of `Action`: `status`, `effectiveness`, `follow_ups`...

        Raises:
            AssertionError: something is otherwise; the story and all the differences are told.
            AttributeError: an action has no such attribute.
            UnknownActionError: the plan has no such action.
            LookupError: actions of that reference on several plans serve the case.
        """
        __tracebackhide__ = True
        plan = self.desk.pgaac(scope_of(self.case, reference))
        return self._so(plan.current.action(reference), f"action {reference}, ", expected)

    def _so(self, kept: Case | Action, of: str, wanted: Mapping[str, Any]) -> Self:
        """Compare with what is expected, attribute by attribute."""
        __tracebackhide__ = True
        require_attributes(type(kept), wanted)
        found = {name: getattr(kept, name) for name in wanted}
        differing = [apart(f"{of}{name}", value, found[name]) for name, value in wanted.items() if found[name] != value]
        if differing:
            raise AssertionError(self._failed("\n".join(f"- {line}" for line in differing)))
        return self

    @overload
    def then_not(
        self, verb: Callable[Concatenate[Desk, str, P], Case], *args: P.args, **kwargs: P.kwargs
    ) -> Refusal: ...
    @overload
    def then_not(
        self, verb: Callable[Concatenate[PlanService, P], PlanPart | PublishedPlan], *args: P.args, **kwargs: P.kwargs
    ) -> Refusal: ...

    def then_not(self, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Refusal:
        """Expect something to be refused, and the case, and the plan where one is asked, to stay as they are.

        Args:
            verb: as for `when`; and so are the others.
            args: what it takes.
            kwargs: likewise.

        Raises:
            AssertionError: it is allowed; the story is told.
            TypeError, LookupError: as `when` does.
        """
        __tracebackhide__ = True
        act = asked(self.desk, self.case, verb, args, kwargs)
        before = self.case, act.planned
        try:
            act.do()
        except _REFUSED as refusal:
            if (self.desk.cases.get(self.case.reference), act.planned) != before:
                changed = "le dossier" if act.plan is None else "le dossier ou le plan"
                raise AssertionError(self._failed(f"{act.told} est refusé, et {changed} a changé")) from refusal
            self._told.append(f"On ne peut pas faire {act.told}")
            return Refusal(self, refusal)
        raise AssertionError(self._failed(f"{act.told} aurait dû être refusé"))

    def _failed(self, what: str) -> str:
        told = "\n".join(self._told)
        return f"l'histoire ne se passe pas comme prévu\n{told}\nMais :\n{what}"


class Refusal:
    """Something was refused, as expected; `because` says by which guards.

    Attributes:
        story: the story, which goes on.
        error: the refusal.
    """

    def __init__(self, story: Scenario, error: CommandRefusedError | PlanRefusedError) -> None:
        self.story = story
        self.error = error

    def because(self, *guards: str) -> Scenario:
        """Expect these guards, by their names, and no others to be the ones that are not met; the story goes on.

        Raises:
            AssertionError: others are; the story and their reasons are told.
        """
        __tracebackhide__ = True
        found = {row.id for row in self.error.guards}
        if found != set(guards):
            expected = ", ".join(sorted(guards)) or "aucune"
            reasons = f"gardes attendues : {expected} ; trouvées : {', '.join(sorted(found))}\n{self.error.in_('fr')}"
            raise AssertionError(self.story._failed(reasons))  # noqa: SLF001  its own story
        return self.story
