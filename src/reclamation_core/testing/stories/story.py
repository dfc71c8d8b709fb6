"""Given, when, then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Concatenate, ParamSpec, Self, overload

from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.cases.events import Facts
from reclamation_core.desk import Desk, PlanService
from reclamation_core.plans import Action, PlanPart, PlanRefusedError, PublishedPlan
from reclamation_core.testing._arguments import expect, require_attributes
from reclamation_core.testing.builders import FakeClock, a_complaint, a_malfunction
from reclamation_core.testing.stories.asking import asked, scope_of
from reclamation_core.testing.stories.telling import apart, of_case, of_state

P = ParamSpec("P")
_REFUSED = (CommandRefusedError, PlanRefusedError)


def given(desk: Desk) -> Story:
    """Begin a story on a desk.

    >>> from reclamation_core.cases import CaseState, SupportKind
    >>> story = given(Desk.in_memory(clock=FakeClock())).a_complaint(channel="phone")
    >>> judged = {"problem": "aucun formateur", "risks": {"training": 2}, "likelihood": 2}
    >>> story = story.then_not(Desk.qualify, **judged).because("not-transcribed", "no-support")
    >>> story = story.when(Desk.transcribe, text="Il n'est pas venu.", author="Mme Roux")
    >>> story.when(Desk.qualify, **judged).then(state=CaseState.QUALIFIED).case.level
    <Level.LOCAL: 'local'>
    """
    return Story(desk)


class Story:
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
            expected: values by the names of the attributes of `Case`: `state`, `standing`, `level`, `actions`...

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

    def __init__(self, story: Story, error: CommandRefusedError | PlanRefusedError) -> None:
        self.story = story
        self.error = error

    def because(self, *guards: str) -> Story:
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
