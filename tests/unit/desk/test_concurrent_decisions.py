"""A decision is retried if other cases or plans that it read changed before its commit."""

from collections.abc import Callable
from typing import Any
from unittest.mock import Mock

import attrs
import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import (
    AnswerDecision,
    CaseState,
    ClosingReason,
    CommandRefusedError,
    LinkKind,
    Method,
    Reaction,
    SupportKind,
)
from reclamation_core.desk import CircularLinkError, Desk
from reclamation_core.desk.signal_detection import raised_on
from reclamation_core.plans import ActionStatus, Effectiveness, PlanScope
from reclamation_core.ports import CaseNotFoundError, ConcurrentChangeError, StaleReadError, Store, UnitOfWork
from reclamation_core.vocabulary import Role
from tests.inside import context_of, optimistic_locks_of, store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import at, facts, new_desk, overtaken, registered, sheet

FIRST, SECOND, THIRD, FOURTH = (f"R-2026-00000{number}" for number in (1, 2, 3, 4))
ILE_DE_FRANCE = PlanScope.region("Île-de-France")


def received(desk: Desk, day: int) -> str:
    """A case received on a day and qualified at the end of the month."""
    reference = desk.register(facts(at(day)), site="CRE", complainant="Mme Durand", occurred_at=at(25)).reference
    desk.add_support(reference, kind=SupportKind.EMAIL, title="le courriel", occurred_at=at(25))
    desk.qualify(reference, problem="l'absence", risks={"training": 2}, likelihood=2, recurrences=0, occurred_at=at(25))
    return reference


def with_an_action_done() -> Desk:
    """A desk with an action of the 2nd, and a case of the 20th, and one of the 5th on its cause."""
    desk = new_desk()
    desk.pgaac("CRE").add(sheet(), occurred_at=at(2))
    desk.pgaac("CRE").finish("A-1", evidence="la liste", occurred_at=at(3))
    received(desk, 20)
    analyse(desk, received(desk, 5))
    return desk


def judge(desk: Desk) -> None:
    desk.pgaac("CRE").judge("A-1", Effectiveness.EFFECTIVE, why="aucune absence", occurred_at=at(10))


def analyse(desk: Desk, reference: str = FIRST) -> None:
    desk.analyse(reference, causes=("organisation",), method=Method.FIVE_WHYS)


def correct(desk: Desk) -> None:
    desk.correct(SECOND, reason="mal lu", received_at=at(20))


@pytest.mark.parametrize("shows", [analyse, correct])
@pytest.mark.parametrize("verdict_first", [True, False])
def test_a_verdict_and_a_recurrence_at_once_reopen_the_action(
    verdict_first: bool, shows: Callable[[Desk], None]
) -> None:
    desk = with_an_action_done()
    first, meanwhile = (judge, shows) if verdict_first else (shows, judge)
    first(overtaken(desk, lambda: meanwhile(desk)))
    (action,) = desk.pgaac("CRE").actions
    assert action.status is ActionStatus.TO_DO
    assert len(action.reopenings) == 1


def duplicate(desk: Desk, of: str, to: str) -> None:
    desk.link(of, kind=LinkKind.DUPLICATE_OF, to=to)


@pytest.mark.parametrize("length", [2, 3, 4])
@pytest.mark.parametrize("together", [0, 1, 2])
def test_cycles_of_duplicates_of_any_length_are_refused(length: int, together: int, desk: Desk) -> None:
    cases = [registered(desk).reference for _ in range(length)]
    links = list(zip(cases, [*cases[1:], cases[0]], strict=True))
    meanwhile = links[: min(together, length - 1)]
    for one in links[len(meanwhile) : -1]:
        duplicate(desk, *one)

    def overtake() -> None:
        for one in meanwhile:
            duplicate(desk, *one)

    late = overtaken(desk, overtake)
    with pytest.raises(CircularLinkError, match="leads back to it"):
        duplicate(late, *links[-1])
    assert [bool(desk.cases.get(case).links) for case in cases] == [True] * (length - 1) + [False]


def test_a_case_of_two_duplicates_is_followed_once(desk: Desk) -> None:
    for _ in range(4):
        registered(desk)
    for of, to in ((FIRST, SECOND), (FIRST, THIRD), (SECOND, FOURTH), (THIRD, FOURTH)):
        duplicate(desk, of, to)
    with pytest.raises(CircularLinkError):
        duplicate(desk, FOURTH, FIRST)


def test_a_case_at_the_end_of_several_chains_is_read_once(desk: Desk) -> None:
    for _ in range(5):
        registered(desk)
    for of, to in ((FIRST, SECOND), (FIRST, THIRD), (THIRD, SECOND), (SECOND, FOURTH)):
        duplicate(desk, of, to)
    store: Any = store_of(desk)
    read: list[str] = []

    class Heard(Store):
        feed, references, journal = store.feed, store.sequences, store.journal

        def unit_of_work(self) -> UnitOfWork:
            unit: UnitOfWork = store.unit_of_work()
            get = unit.cases.get

            def heard(reference: str) -> Any:
                read.append(reference)
                return get(reference)

            unit.cases.get = heard  # type: ignore[method-assign]
            return unit

    hearing = Desk(Heard(), sites=factories.SITES, clock=factories.FakeClock(at(1, month=7)))
    duplicate(hearing, "R-2026-000005", FIRST)

    assert [read.count(case) for case in (SECOND, THIRD, FOURTH)] == [1, 1, 1]


def settled() -> tuple[Desk, str]:
    """A desk with a case that is answered, whose only action is closed."""
    desk = new_desk()
    case = factories.analysed(desk).reference
    desk.plan(case, sheet())
    plan = desk.pgaac("CRE")
    plan.finish("A-1", evidence="la liste")
    plan.judge("A-1", Effectiveness.EFFECTIVE, why="aucune absence")
    plan.close("A-1")
    desk.answer(case, decision=AnswerDecision.FOUNDED, text="Madame", recourse=True)
    return desk, case


@pytest.mark.parametrize(
    "closing",
    [
        lambda desk, case: desk.close(case, reason=ClosingReason.ANSWERED),
        lambda desk, case: desk.plan_nothing(case, reason="le fait est isolé"),
    ],
)
def test_a_case_with_a_concurrently_reopened_action_is_not_closed(closing: Callable[[Desk, str], object]) -> None:
    desk, case = settled()
    late = overtaken(desk, lambda: desk.pgaac("CRE").reopen("A-1", reason="encore"))
    with pytest.raises(CommandRefusedError, match=r"not settled|still open"):
        closing(late, case)
    assert desk.cases.get(case).state is CaseState.ANSWERED


def test_an_action_is_reopened_despite_a_concurrent_closing() -> None:
    desk, case = settled()
    late = overtaken(desk, lambda: desk.close(case, reason=ClosingReason.ANSWERED))
    late.pgaac("CRE").reopen("A-1", reason="encore")
    assert desk.cases.get(case).state is CaseState.CLOSED
    assert desk.pgaac("CRE").actions[0].status is ActionStatus.TO_DO


@pytest.mark.parametrize("scope", [ILE_DE_FRANCE, PlanScope.nation()])
def test_publishing_gathers_plans_as_of_its_commit(scope: PlanScope, desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet())
    late = overtaken(desk, lambda: desk.pgaac("CRE").progress("A-1"))
    edition = late.pgaac(scope).publish(recipients=iter(["le directeur"]))
    assert [line.action.status for line in edition.lines] == [ActionStatus.IN_PROGRESS]
    assert desk.pgaac(scope).published_plans == (edition,)
    assert edition.recipients == ("le directeur",)


def test_publishing_gathers_a_plan_begun_before_its_commit(desk: Desk) -> None:
    desk.pgaac("CRE").add(sheet())
    late = overtaken(desk, lambda: desk.pgaac("STD").add(sheet("A-2", site="STD")))
    assert [line.action.reference for line in late.pgaac(ILE_DE_FRANCE).publish().lines] == ["A-1", "A-2"]


def test_a_concurrent_check_raises_no_alert(desk: Desk) -> None:
    desk.plan(factories.analysed(desk).reference, sheet())
    plan = desk.pgaac("CRE")
    plan.finish("A-1", evidence="la liste", occurred_at=at(2))

    def meanwhile() -> None:
        plan.judge("A-1", Effectiveness.EFFECTIVE, why="aucune absence", occurred_at=at(10))

    raised = overtaken(desk, meanwhile).sweep()
    assert all(alert.alert.action is None for alert in raised)
    assert raised


@attrs.define(init=False)
class Busy(Store):
    """A store on which each commit has a conflict with a concurrent one.

    Attributes:
        pauses: the length of each pause.
        conflict: the conflict, if any.
    """

    pauses: list[float]
    conflict: ConcurrentChangeError | None

    def __init__(self) -> None:
        self.store = InMemoryStore()
        self.feed, self.sequences, self.journal = self.store.feed, self.store.sequences, self.store.journal
        self.pauses, self.conflict = [], None

    def unit_of_work(self) -> UnitOfWork:
        unit = self.store.unit_of_work()
        if self.conflict is not None:
            unit.commit = Mock(side_effect=self.conflict)  # type: ignore[method-assign]
        return unit

    def pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


def test_a_decision_is_retried_a_bounded_number_of_times_after_random_pauses() -> None:
    store = Busy()
    desk = Desk(store, clock=factories.FakeClock(at(1, month=7))).acting("Mme Roux", Role.RQR)
    case = factories.qualified(desk)
    store.conflict = StaleReadError("cause:organisation", 0, 1)
    with pytest.raises(StaleReadError, match=r"cause:organisation.*in another commit; try again"):
        desk.analyse(case.reference, causes=("organisation",), method=Method.FIVE_WHYS)
    assert all(0 <= pause <= longest for pause, longest in zip(store.pauses, LONGEST, strict=True))
    assert len(set(store.pauses)) > 1
    assert desk.cases.get(case.reference) == case


def test_a_conflict_names_nothing_outside_the_scope() -> None:
    store = Busy()
    everywhere = Desk(store, clock=factories.FakeClock(at(1, month=7)), sites=factories.SITES).acting(
        "Mme Roux", Role.RQR
    )
    desk = everywhere.scoped(site="CRE")
    case = factories.qualified(desk)
    store.conflict = StaleReadError("cause:organisation", 0, 1)
    with pytest.raises(StaleReadError, match=r"^the basis of the decision has changed in another commit") as refused:
        desk.analyse(case.reference, causes=("organisation",), method=Method.FIVE_WHYS)
    assert refused.value.reference == ""
    assert refused.value.__context__ is None


RETRIES: dict[str, tuple[Callable[[Desk], object], str, tuple[int, int]]] = {
    "contain": (lambda desk: desk.contain(FIRST, measure="un remplaçant"), FIRST, (0, 10)),
    "plan": (lambda desk: desk.plan(FIRST, sheet("A-2")), FIRST, (0, 100)),
    "sweep": (lambda desk: desk.sweep(), FIRST, (10, 10)),
    "add": (lambda desk: desk.pgaac("CRE").add(sheet("A-2")), "site:CRE", (100, 100)),
    "add after": (lambda desk: desk.pgaac("CRE").add(sheet("A-2"), expected_version=1), "site:CRE", (0, 100)),
    "progress": (lambda desk: desk.pgaac("CRE").progress("A-1"), "site:CRE", (0, 10)),
    "publish": (lambda desk: desk.pgaac("CRE").publish(), "site:CRE", (0, 10)),
    "signals": (lambda desk: raised_on(context_of(desk), PlanScope.site("CRE"), []), "site:CRE", (100, 100)),
}
"""How often a command is retried if its own case or plan changes at each commit, and if another one does."""


def test_each_command_is_retried_as_often_as_its_conflicts_allow() -> None:
    store = Busy()
    desk = Desk(store, clock=factories.FakeClock(at(1, month=7)), sites=factories.SITES).acting("Mme Roux", Role.RQR)
    factories.analysed(desk)
    desk.pgaac("CRE").add(sheet())
    for name, (command, own, expected) in RETRIES.items():
        retries = []
        for changed in (own, "site:STD"):
            store.pauses, store.conflict = [], ConcurrentChangeError(changed, 1, 2)
            with pytest.raises(ConcurrentChangeError):
                command(desk)
            retries.append(len(store.pauses))
        assert (name, *retries) == (name, *expected)


LONGEST = [0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.25, 0.25, 0.25]


def test_a_constantly_changing_case_does_not_stop_a_sweep(desk: Desk) -> None:
    busy, other = registered(desk), registered(desk)
    store = store_of(desk)

    class Changing(Store):
        feed, references, journal = store.feed, store.sequences, store.journal

        def unit_of_work(self) -> UnitOfWork:
            unit = store.unit_of_work()
            save = unit.cases.save

            def late_save(case: Any, expected: int) -> None:
                if case.reference == busy.reference:
                    desk.contain(busy.reference, measure="un remplaçant")
                save(case, expected)

            unit.cases.save = late_save  # type: ignore[method-assign]
            return unit

        def pause(self, seconds: float) -> None:
            """Do not wait."""

    hasty = Desk(Changing(), sites=factories.SITES, clock=factories.FakeClock(at(1, month=7)))
    with pytest.raises(ConcurrentChangeError, match=busy.reference):
        hasty.sweep()

    assert desk.cases.get(other.reference).alerts
    assert not desk.cases.get(busy.reference).alerts


def test_a_command_on_one_aggregate_holds_no_optimistic_lock(desk: Desk) -> None:
    case = factories.qualified(desk, source="mail-1", complainant="Mme Désiré").reference
    desk.pgaac("CRE").add(sheet())
    locks = optimistic_locks_of(store_of(desk))
    assert locks == {"plans": 1}  # the first event of a plan

    desk.acknowledge(case)
    desk.contain(case, measure="un remplaçant")
    desk.complete_facts(case, formal=True)
    desk.correct(case, reason="relu", channel="centre_letter")
    desk.link(case, kind=LinkKind.SAME_CAUSE_AS, to=registered(desk).reference)
    desk.plan_nothing(case, reason="le fait est isolé")
    desk.answer(case, decision=AnswerDecision.FOUNDED, text="Madame", recourse=True)
    desk.record_reaction(case, reaction=Reaction.SATISFIED)
    desk.close(case, reason=ClosingReason.ANSWERED)
    desk.reopen(case, reason="encore")
    plan = desk.pgaac("CRE")
    plan.progress("A-1")
    plan.amend("A-1", owner="Mme Roux")
    plan.finish("A-1", evidence="la liste")
    plan.publish()
    desk.sweep()

    assert locks == {"plans": 1}


def test_a_link_to_a_missing_case_holds_no_optimistic_lock(desk: Desk) -> None:
    registered(desk)
    with pytest.raises(CaseNotFoundError):
        duplicate(desk, FIRST, "R-2026-000009")
    with pytest.raises(CircularLinkError):
        duplicate(desk, FIRST, FIRST)
