"""Every event, state and guard of a case is reached by a draw of the strategies, and by those of the properties."""

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import Phase, find, settings
from hypothesis import strategies as st
from hypothesis.errors import NoSuchExample

from reclamation_core import Desk
from reclamation_core.cases import Case, CaseKind, CaseState, ClosingReason
from reclamation_core.cases.events import CASE_EVENTS, Alerted, Closed, Registered
from reclamation_core.testing import strategies as s
from reclamation_core.testing.properties.case import command_sequence_on
from tests.unit.desk.factories import SUSPENDING

pytestmark = pytest.mark.slow
LOOK = settings(max_examples=3000, derandomize=True, database=None, deadline=None, phases=[Phase.generate])
SUSPENSIONS = {"DeadlineSuspended", "DeadlineResumed"}
"""Events that M2-1 never allows (I25)."""
EVENTS = {*(cls.__name__ for cls in CASE_EVENTS.commands), Registered.__name__, Alerted.__name__} - SUSPENSIONS
CLOSINGS = {f"closed: {reason}" for reason in ClosingReason}
SETTLED = {"closed on settled actions", "closed, with alerts"}
SEVERAL = {"opened again", "under a level imposed", "to be clarified", "out of scope"}


def marks_of(case: Case) -> Iterator[str]:
    """Yield the events of a case, its closings and its marks."""
    yield from (type(event.data).__name__ for event in case.events)
    yield from (f"closed: {event.data.reason}" for event in case.events if isinstance(event.data, Closed))
    followed = case.closure is not None and case.closure.reason in (ClosingReason.ANSWERED, ClosingReason.TREATED)
    marks = {
        "closed on settled actions": followed and case.actions,
        "closed, with alerts": case.state is CaseState.CLOSED and case.alerts,
        "opened again": len(case.answer_cycles) > 1,
        "under a level imposed": case.level_override is not None,
        "to be clarified": case.admissibility == "to_be_clarified",
        "out of scope": case.admissibility == "out_of_scope",
    }
    yield from (name for name, found in marks.items() if found)


def missed(wanted: set[str], cases: st.SearchStrategy[Case]) -> set[str]:
    """Return the marks that no draw has; the search ends when each was found."""
    missing = set(wanted)

    def all_found(case: Case) -> bool:
        missing.difference_update(marks_of(case))
        return not missing

    with suppress(NoSuchExample):
        find(cases, all_found, settings=LOOK)
    return missing


def test_every_event_closing_and_mark_is_in_a_drawn_case() -> None:
    assert missed(EVENTS | CLOSINGS | SETTLED | SEVERAL, s.cases()) == set()


@pytest.mark.soak
def test_answer_clocks_are_suspended_and_resumed_under_an_edition_that_allows_it() -> None:
    assert missed(SUSPENSIONS, s.cases(policy=SUSPENDING, most=20)) == set()


OF_COMPLAINTS = {"answered", "out_of_scope", "withdrawn", "duplicate"}
ENDS: dict[CaseKind, set[str]] = {
    CaseKind.COMPLAINT: {*(f"closed: {reason}" for reason in OF_COMPLAINTS), *SETTLED},
    CaseKind.MALFUNCTION: {"closed: treated", "closed: duplicate", "closed on settled actions"},
}


@pytest.mark.parametrize("kind", CaseKind)
def test_cases_are_closed_for_every_reason_of_their_kind(kind: CaseKind) -> None:
    assert missed(ENDS[kind], s.cases(state=CaseState.CLOSED, kind=kind)) == set()


@pytest.mark.soak
def test_every_event_closing_and_mark_is_in_a_case_of_the_properties() -> None:
    sequences: Any = command_sequence_on(Desk.in_memory)["sequence"]
    cases = sequences.map(lambda sequence: sequence.on(Desk.in_memory()))
    # The end of an assignment follows one: two draws in a row, which `cases` makes and few sequences have.
    assert missed((EVENTS | CLOSINGS | SETTLED | SEVERAL) - {"Unassigned"}, cases) == set()
