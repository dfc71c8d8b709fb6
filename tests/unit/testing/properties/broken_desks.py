"""Desks each of which breaks a prop."""

from collections.abc import Callable, Collection
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import attrs

from reclamation_core.cases import Case, CaseState, CommandRefusedError, SupportKind, TextKind
from reclamation_core.cases.events import NoActionNeeded
from reclamation_core.desk import Alert, CasesView, Desk, PlanService, SourceConflictError
from reclamation_core.plans import Effectiveness, Pgaac, PlanPart, PlanScope
from reclamation_core.vocabulary import ComplaintFacts, MalfunctionFacts

NUMBERS = count(1)


class Seen(CasesView):
    """What another desk's cases look like."""

    def get(self, reference: str) -> Case:
        case = super().get(reference)
        return attrs.evolve(case, supports=case.supports + 1)


class Miscounts(Desk):
    @property
    def cases(self) -> CasesView:
        return Seen(self._context)


class LeavesATrace(Desk):
    def close(self, reference: str, **given: Any) -> Case:
        try:
            return super().close(reference, **given)
        except CommandRefusedError:
            self.add_support(reference, kind=SupportKind.OTHER, title="un essai")
            raise


class ActsUnjudged(Desk):
    """A desk that states that no action is needed without asking the guards."""

    def plan_nothing(
        self,
        reference: str,
        *,
        reason: str,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,  # noqa: ARG002
    ) -> Case:
        acting = self._context
        case = self.cases.get(reference)
        if case.qualification is None or case.closed_at is not None:
            return super().plan_nothing(reference, reason=reason, occurred_at=occurred_at)
        self.correct(reference, reason="relu", recurrences=None, causes=None)
        data, now = NoActionNeeded(reason=reason), acting.clock.now()
        return acting.update(reference, lambda _, found: acting.observe(found, data, now))


class StaysClosed(Desk):
    def reopen(
        self,
        reference: str,
        *,
        reason: str,  # noqa: ARG002
        occurred_at: datetime | None = None,  # noqa: ARG002
        expected_version: int | str | None = None,  # noqa: ARG002
    ) -> Case:  # noqa: ARG002, RUF100
        return self.cases.get(reference)


class MovesDates(Desk):
    def reroute(self, reference: str, **given: Any) -> Case:
        super().reroute(reference, **given)
        early = self.cases.get(reference).received_at - timedelta(days=7)
        return super().correct(reference, reason="autre centre", received_at=early)


class WastesNumbers(Desk):
    def register(self, facts: Any, **given: Any) -> Case:
        try:
            return super().register(facts, **given)
        except (TypeError, ValueError):
            year = self._context.clock.now().year
            for wasted in (year - 1, year):  # what is registered may have been received the year before
                self._context.store.sequences.next(f"R-{wasted}")
            raise


class KeepsTheMistake(Desk):
    def correct(self, reference: str, **given: Any) -> Case:
        return super().correct(reference, **{name: value for name, value in given.items() if name != "mobilisation"})


class ForgetsHalf(Desk):
    def anonymise(self, reference: str, **_: Any) -> Case:
        return super().anonymise(reference, kinds=(TextKind.PERSONAL,))


class OpensTwice(Desk):
    def register(self, facts: Any, **given: Any) -> Case:
        source = given.pop("source", None)
        return super().register(facts, **given, source=source and f"{source} ({next(NUMBERS)})")


class TakesOtherFactsForTheSame(Desk):
    """A desk that returns the case of a message that is registered again with other facts."""

    def register(self, facts: Any, **given: Any) -> Case:
        try:
            return super().register(facts, **given)
        except SourceConflictError as error:
            return self.cases.get(error.reference)


class TakesAllForComplaints(Desk):
    def register(self, facts: Any, **given: Any) -> Case:
        if isinstance(facts, MalfunctionFacts):
            facts = ComplaintFacts(received_at=facts.received_at)
        return super().register(facts, **given)


class TellsAgain(Desk):
    def sweep(self, now: datetime | None = None, *, preview: bool = False) -> tuple[Alert, ...]:
        super().sweep(now, preview=preview)
        return tuple(Alert(case.reference, alert) for case in self.cases.find().cases for alert in case.alerts)


class RestsOnWeekends(Desk):
    def sweep(self, now: datetime | None = None, *, preview: bool = False) -> tuple[Alert, ...]:
        return () if now is not None and now.weekday() > 4 else super().sweep(now, preview=preview)


class SkipsTheLast(Desk):
    def feed(self, after: int = 0, limit: int = 500) -> Any:
        return super().feed(after, limit)[:-1]


class NumbersAlike(Desk):
    def feed(self, after: int = 0, limit: int = 500) -> Any:
        page = super().feed(after, limit)
        return [attrs.evolve(item, position=page[-1].position) for item in page]


def losing(is_lost: Callable[[Any, Case], bool]) -> Callable[[], Desk]:
    """Return a function that makes a desk that does not find some cases by some queries."""

    class View(CasesView):
        def find(self, query: Any = None) -> Any:
            page = super().find(query)
            return attrs.evolve(page, cases=tuple(case for case in page.cases if not is_lost(query, case)))

    class Loses(Desk):
        @property
        def cases(self) -> CasesView:
            return View(self._context)

    return Loses.in_memory


class SeesAll(Desk):
    def scoped(self, *, site: str | Collection[str] | None = None, region: str | Collection[str] | None = None) -> Any:  # noqa: ARG002
        return self


class Indulgent(PlanService):
    """Takes what is done for effective."""

    def finish(
        self,
        reference: str,
        *,
        evidence: str,
        criterion: str | None = None,
        occurred_at: datetime | None = None,
        expected_version: int | str | None = None,  # noqa: ARG002
    ) -> PlanPart:
        super().finish(reference, evidence=evidence, criterion=criterion, occurred_at=occurred_at)
        return self.judge(reference, Effectiveness.EFFECTIVE, why=evidence, occurred_at=occurred_at)


class JudgesByItself(Desk):
    def pgaac(self, scope: PlanScope | str) -> PlanService:
        return Indulgent(self._context, super().pgaac(scope).scope)


class Partial(PlanService):
    @property
    def current(self) -> Pgaac:
        plan = super().current
        return attrs.evolve(plan, actions=plan.actions[:1])


class ShowsHalfAPlan(Desk):
    def pgaac(self, scope: PlanScope | str) -> PlanService:
        return Partial(self._context, super().pgaac(scope).scope)


BROKEN: dict[str, Callable[[], Desk]] = {
    "a-case-is-the-replay-of-its-events": Miscounts.in_memory,
    "a-case-reads-back-as-it-was-written": Miscounts.in_memory,
    "a-refusal-changes-nothing": LeavesATrace.in_memory,
    "acting-requires-judged-risks": ActsUnjudged.in_memory,
    "reopening-starts-a-new-deadline": StaysClosed.in_memory,
    "re-routing-never-moves-the-due-date": MovesDates.in_memory,
    "a-refusal-uses-up-no-number": WastesNumbers.in_memory,
    "a-correction-equals-correct-facts": KeepsTheMistake.in_memory,
    "forgetting-keeps-the-events": ForgetsHalf.in_memory,
    "one-source-one-case": OpensTwice.in_memory,
    "a-malfunction-awaits-no-answer": TakesAllForComplaints.in_memory,
    "an-alert-is-raised-once": TellsAgain.in_memory,
    "a-later-sweep-loses-no-alert": RestsOnWeekends.in_memory,
    "the-feed-has-every-event-once-in-order": SkipsTheLast.in_memory,
    "a-stored-case-is-found": losing(lambda _, case: case.state is CaseState.CLOSED),
    "a-scope-is-not-left": SeesAll.in_memory,
    "an-action-follows-its-course": JudgesByItself.in_memory,
    "a-plan-reads-back-as-it-was-written": ShowsHalfAPlan.in_memory,
}
"""For each property, a function that makes a desk that breaks it."""
MORE: dict[str, list[Callable[[], Desk]]] = {
    "a-stored-case-is-found": [
        losing(lambda query, _: bool(query.states)),
        losing(lambda query, _: bool(query.levels)),
        losing(lambda query, _: query.due_until is not None),
    ],
    "a-scope-is-not-left": [losing(lambda *_: True)],
    "the-feed-has-every-event-once-in-order": [NumbersAlike.in_memory],
    "one-source-one-case": [TakesOtherFactsForTheSame.in_memory],
}
"""Further desks that break a property."""
