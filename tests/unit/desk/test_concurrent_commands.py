"""Concurrent commands on one case: one is refused, and no accepted event is lost."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from reclamation_core.cases import AnswerDecision, Case, ClosingReason, LinkKind, SupportKind
from reclamation_core.desk import Desk
from reclamation_core.plans import ActionType
from reclamation_core.ports import ConcurrentChangeError
from tests.unit.desk import factories
from tests.unit.desk.factories import analysed, overtaken, registered


@pytest.mark.parametrize(
    "verb",
    [
        lambda desk, case: desk.acknowledge(case),
        lambda desk, case: desk.correct(case, reason="relu", causes=1),
        lambda desk, case: desk.reroute(case, handling_unit="STD"),
        lambda desk, case: desk.analyse(case, causes=("organisation",)),
        lambda desk, case: desk.plan(case, factories.sheet(type=ActionType.CURATIVE)),
        lambda desk, case: desk.close(case, reason=ClosingReason.ANSWERED),
        lambda desk, case: desk.link(case, kind=LinkKind.SAME_CAUSE_AS, to="R-2026-000001"),
    ],
)
def test_a_concurrent_change_of_a_case_names_both_versions(verb: Callable[[Desk, str], Case], desk: Desk) -> None:
    registered(desk)
    case = analysed(desk)
    desk.plan_nothing(case.reference, reason="isolé")
    case = desk.answer(case.reference, decision=AnswerDecision.FOUNDED, text="Madame")
    late = overtaken(desk, lambda: desk.contain(case.reference, measure="un remplaçant"))

    with pytest.raises(ConcurrentChangeError, match="load it again and decide again") as refused:
        verb(late, case.reference)

    error = refused.value
    assert (error.reference, error.expected, error.found) == (case.reference, case.version, case.version + 1)
    assert (desk.cases.get(case.reference).version, desk.pgaac("CRE").actions) == (case.version + 1, ())


def test_threads_that_hammer_the_same_cases_lose_nothing(desk: Desk) -> None:
    references = [registered(desk).reference for _ in range(3)]
    done: list[tuple[str, str]] = []
    refused: list[tuple[str, ConcurrentChangeError]] = []

    def act(number: int) -> None:
        reference, title = references[number % 3], f"courriel {number}"
        try:
            desk.add_support(reference, kind=SupportKind.EMAIL, title=title)
        except ConcurrentChangeError as error:
            refused.append((reference, error))
        else:
            done.append((reference, title))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(600)))

    assert len(done) + len(refused) == 600
    assert all(error.reference == reference and 0 < error.expected < error.found for reference, error in refused)
    told = []
    for reference in references:
        case = desk.cases.get(reference)
        told += [(reference, case.read(getattr(event.data, "title", None))) for event in case.events[1:]]
        assert Case.from_events(case.events, case.vault) == case
    assert Counter(told) == Counter(done)
    assert len(desk.feed(limit=1000)) == 3 + len(done)
