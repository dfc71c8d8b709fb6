"""Letters of lived cases: nothing but what the case records for the complainant, or no letter."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core import FaultsError
from reclamation_core.calendars.codes import in_words
from reclamation_core.cases import AnswerDecision, Case, CaseKind
from reclamation_core.cases.texts import commitments_by_field
from reclamation_core.policy import m2_1
from reclamation_core.reporting import Letter, LetterKind
from reclamation_core.reporting.letters import letter_of
from reclamation_core.testing.strategies import cases
from tests.typography import plain
from tests.unit.desk.factories import at, new_desk, qualified
from tests.unit.reporting.test_letters import SETTINGS, sheet

FOR_THE_COMPLAINANT = {
    ("Registered", "complainant"),
    ("ComplainantIdentified", "complainant"),
    ("ComplainantCorrected", "complainant"),
    ("SupportAdded", "name"),
    ("InformationRequested", "question"),
    ("Answered", "text"),
    ("Answered", "remedies"),
    ("Closed", "redirected_to"),
}
JARGON = re.compile(r"M2-1|§|interpr[ée]tation|\bI\d+\b|PGAAC|criticit|PCS|RQR|\b[a-z]+_[a-z]+\b")


def texts(case: Case, *, own: bool) -> list[str]:
    """Return the texts of a case that are for the complainant, or the others: names, causes, measures, reasons."""
    found = [
        case.read(sealed)
        for event in case.events
        for field, _, sealed in commitments_by_field(event.data)
        if ((type(event.data).__name__, field) in FOR_THE_COMPLAINANT) is own
    ]
    actors = [] if own else [case.read(event.by) for event in case.events]
    return [text for text in [*found, *actors] if text]


def squeezed(text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


def letters(case: Case) -> Iterator[Letter]:
    """Yield the letters that a case has."""
    now = max(event.recorded_at for event in case.events)
    service = (
        None if case.closure is not None and case.closure.redirected_to is not None else "Service des inscriptions"
    )
    for kind in LetterKind:
        to = service if kind is LetterKind.REDIRECTION else None
        with suppress(FaultsError):
            yield letter_of(case, kind, SETTINGS, at=now, redirected_to=to, policy=m2_1())


@given(cases(kind=CaseKind.COMPLAINT))
def test_a_letter_has_nothing_of_a_third_person_and_no_jargon(case: Case) -> None:
    known = " ".join(texts(case, own=True))  # what the case has for the complainant may hold anything
    for letter in letters(case):
        assert case.anonymised_at is None
        words = " ".join([*letter.recipient, letter.subject, *(block.text for block in letter.blocks)])
        said = squeezed(words)
        for other in texts(case, own=False):
            if len(squeezed(other)) > 5 and squeezed(other) not in squeezed(known):
                assert squeezed(other) not in said
        if not JARGON.search(known):
            assert not JARGON.search(words)
        assert letter.dated <= max(case.day_of(event.recorded_at) for event in case.events)
        assert case.reference in letter.subject


DAYS = st.integers(9, 25)


@given(DAYS, st.lists(st.tuples(st.none() | DAYS, DAYS), max_size=3))
def test_an_act_is_stated_as_the_plan_proves_it_that_day(answered_on: int, acts: list[tuple[int | None, int]]) -> None:
    desk = new_desk(at(30))
    reference = qualified(desk, complainant="Awa").reference
    desk.analyse(reference, causes=("organisation",), occurred_at=at(8))
    expected = []
    for number, (done, planned) in enumerate(acts):
        name = f"A-{number}"
        desk.plan(reference, sheet(name, f"acte {name}", planned), occurred_at=at(8))
        if done is not None:
            desk.pgaac("CRE").progress(name, occurred_at=at(done))
            desk.pgaac("CRE").finish(name, evidence="un virement", occurred_at=at(done))
        if done is not None and done <= answered_on:
            expected.append(f"acte {name}, fait le {in_words(date(2026, 6, done))}")
        elif planned >= answered_on:
            expected.append(f"acte {name}, au plus tard le {in_words(date(2026, 6, planned))}")
    desk.answer(reference, decision=AnswerDecision.UNFOUNDED, text="Voici.", recourse=True, occurred_at=at(answered_on))
    letter = desk.reports.letter(reference, "answer", SETTINGS)
    assert [plain(block.text) for block in letter.blocks if block.is_item] == expected
