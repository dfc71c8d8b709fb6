"""Verdicts, and the cases that undo them, recorded in any order."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any

import attrs
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import AnswerDecision, ClosingReason, Method, SupportKind
from reclamation_core.cases.events import Reopened
from reclamation_core.desk import Desk
from reclamation_core.plans import ActionStatus, Effectiveness, PlanRefusedError, PlanScope
from reclamation_core.vocabulary import Level
from tests.unit.desk.factories import QUALIFIED, SITES, at, new_desk, registered, sheet

PLACES = ("CRE", "STD", "STR")
FAMILIES = ("organisation", "matériel")
CRETEIL, REGION = PlanScope.site("CRE"), PlanScope.region(SITES["CRE"].region)
LINES: dict[str, tuple[PlanScope, dict[str, Any], set[str]]] = {
    "A-1": (CRETEIL, {}, {"CRE"}),
    "A-2": (CRETEIL, {"spread": ("STR",)}, {"CRE", "STR"}),
    "A-R": (REGION, {"site": None, "level": Level.REGIONAL}, {"CRE", "STD"}),
    "A-N": (PlanScope.nation(), {"site": None, "level": Level.NATIONAL}, set(PLACES)),
}
"""Lines, by whose plan they are on, what their sheets say, and the sites that they reach, told by hand."""

CLOSED = 25
"""The day on which cases are handled and closed: after every receipt, before every reopening."""


@attrs.frozen
class Told:
    """A case: its site, receipt and causes; its reopening and further causes.

    Each date has its first, wrong value and its right one.
    """

    site: str
    received: tuple[datetime, datetime]
    families: tuple[str, ...]
    again: tuple[datetime, datetime] | None
    more: tuple[str, ...]

    def shown(self) -> Iterable[tuple[datetime, set[str]]]:
        """Return the families of causes with the date of their first occurrence, as read from the events."""
        yield self.received[1], set(self.families)
        if self.again is not None:
            yield self.again[1], {*self.families, *self.more}


@attrs.frozen
class Verdict:
    line: str
    family: str
    effective: bool
    on: datetime
    closed: bool


def instants(first: int, last: int) -> st.SearchStrategy[datetime]:
    return st.builds(at, st.integers(first, last), st.sampled_from([9, 10]))


SOME = st.lists(st.sampled_from(FAMILIES), min_size=1, unique=True).map(tuple)


def corrected(first: int, last: int) -> st.SearchStrategy[tuple[datetime, datetime]]:
    """Draw a wrong date and the right, later one: an action reopened at an earlier date stays reopened."""
    return st.lists(instants(first, last), min_size=2, max_size=2).map(sorted).map(lambda two: (two[0], two[1]))


CASES = st.builds(
    Told,
    received=corrected(1, CLOSED - 1),
    site=st.sampled_from(PLACES),
    families=SOME,
    again=st.none() | corrected(CLOSED + 1, 29),
    more=SOME,
)
VERDICTS = st.fixed_dictionaries(
    {
        line: st.builds(
            Verdict,
            line=st.just(line),
            family=st.sampled_from(FAMILIES),
            effective=st.booleans() | st.just(True),
            on=instants(1, 30),
            closed=st.booleans(),
        )
        for line in LINES
    }
)


def steps_of_case(desk: Desk, told: Told) -> list[Callable[[], object]]:
    """Return the commands on a case, in order."""
    thought, received = told.received
    case = registered(desk, told.site, thought)
    handled = at(CLOSED)
    desk.add_support(case.reference, kind=SupportKind.EMAIL, title="le courriel", occurred_at=handled)
    desk.qualify(case.reference, problem="l'absence", occurred_at=handled, **QUALIFIED)

    def analyse(families: Iterable[str], on: datetime) -> None:
        desk.analyse(case.reference, method=Method.ISHIKAWA, causes=tuple(dict.fromkeys(families)), occurred_at=on)

    def correct() -> None:
        if received != thought:
            desk.correct(case.reference, reason="mal lu", received_at=received)

    def come_again(again: datetime) -> None:
        desk.plan_nothing(case.reference, reason="isolé", occurred_at=handled)
        desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame", occurred_at=handled)
        desk.close(case.reference, reason=ClosingReason.ANSWERED, occurred_at=handled)
        desk.reopen(case.reference, reason="de nouveau", occurred_at=again)

    def correct_date(again: datetime) -> None:
        (number,) = (e.number for e in desk.cases.get(case.reference).events if isinstance(e.data, Reopened))
        desk.correct_date(case.reference, number, happened_at=again, reason="mal lu")

    steps: list[Callable[[], object]] = [lambda: analyse(told.families, handled), correct]
    if told.again is not None:
        first, again = told.again
        steps += [lambda: come_again(first), lambda: analyse((*told.families, *told.more), at(29, 12))]
        steps += [lambda: correct_date(again)]
    return steps


def steps_of_verdict(desk: Desk, verdict: Verdict) -> list[Callable[[], object]]:
    scope, changes, _ = LINES[verdict.line]
    plan = desk.pgaac(scope)
    plan.add(sheet(verdict.line, cause_family=verdict.family, **changes), occurred_at=at(1))
    plan.finish(verdict.line, evidence="la liste", occurred_at=at(1))
    effectiveness = Effectiveness.EFFECTIVE if verdict.effective else Effectiveness.NOT_EFFECTIVE

    def close() -> None:
        with suppress(PlanRefusedError):  # reopened, or without a follow-up yet
            plan.close(verdict.line)

    judge: list[Callable[[], object]] = [
        lambda: plan.judge(verdict.line, effectiveness, why="vu", occurred_at=verdict.on)
    ]
    return [*judge, close] if verdict.closed else judge


@given(data=st.data(), cases=st.lists(CASES, max_size=3), verdicts=VERDICTS)
def test_an_action_is_reopened_by_a_later_cause_in_any_order_of_entry(
    data: st.DataObject, cases: list[Told], verdicts: dict[str, Verdict]
) -> None:
    desk = new_desk()
    told = [steps_of_case(desk, case) for case in cases]
    told += [steps_of_verdict(desk, verdict) for verdict in verdicts.values()]
    for whose in data.draw(st.permutations([whose for whose, steps in enumerate(told) for _ in steps])):
        told[whose].pop(0)()

    for line, (scope, _, reached) in LINES.items():
        verdict = verdicts[line]
        guilty = {
            f"R-2026-{number:06}"
            for number, case in enumerate(cases, start=1)
            if case.site in reached
            and any(verdict.on < since and verdict.family in families for since, families in case.shown())
        }
        action = desk.pgaac(scope).current.action(line)
        if verdict.effective and guilty:
            assert action.status is ActionStatus.TO_DO
            assert [reopening.case in guilty for reopening in action.reopenings] == [True]
        else:
            assert action.judgement is not None
            assert (action.judgement.at, action.reopenings) == (verdict.on, ())


@given(cases=st.lists(CASES, min_size=1, max_size=3), verdicts=VERDICTS)
def test_an_action_judged_again_is_not_reopened_by_old_cases(cases: list[Told], verdicts: dict[str, Verdict]) -> None:
    desk = new_desk()
    for verdict in verdicts.values():
        steps_of_verdict(desk, verdict)[0]()
    for step in (step for steps in [steps_of_case(desk, case) for case in cases] for step in steps):
        step()
    for line, (scope, _, _) in LINES.items():
        plan = desk.pgaac(scope)
        if plan.current.action(line).reopenings:
            plan.finish(line, evidence="la liste")
            plan.judge(line, Effectiveness.EFFECTIVE, why="vu")
    before = {scope: desk.pgaac(scope).current for scope, _, _ in LINES.values()}

    for number, case in enumerate(cases, start=1):
        *_, (_, last) = case.shown()
        desk.analyse(f"R-2026-{number:06}", method=Method.ISHIKAWA, causes=tuple(last))

    assert {scope: desk.pgaac(scope).current for scope in before} == before
