"""Counts of what a file comes to."""

from __future__ import annotations

from datetime import date

from reclamation_core.errors import Fault
from reclamation_core.intake import Decided, Due, Outcome, Receipt, Rejected, Summary
from reclamation_core.intake.decided import Part
from reclamation_core.vocabulary import Eligibility, Level
from reclamation_core.wording import Wording

NOTHING = Part({}, "", "")
IN, OUT = Eligibility.COMPLAINT, Eligibility.OUT_OF_SCOPE
WEDNESDAY = date(2026, 5, 20)


def decided(
    eligibility: Eligibility | None = IN, level: Level | None = None, due: date | None = None, question: str = ""
) -> Decided:
    outcome = Outcome(eligibility, level, question, "", due is not None, NOTHING, NOTHING)
    return Decided(2, "A1", "", Receipt(date(2026, 5, 2), due, ""), outcome)


def summary(*items: Decided | Rejected) -> Summary:
    made = Summary()
    for item in items:
        made.add(item)
    return made


def test_what_is_read_is_decided_or_rejected() -> None:
    faults = [Fault(name, "x", Wording("y", "y")) for name in ("channel", "site")]
    made = summary(decided(), decided(), Rejected(3, tuple(faults), ()), Rejected(4, (faults[0],), ()))
    assert (made.read, made.decided, made.rejected) == (4, 2, 2)
    assert made.rejected_fields == {"channel": 2}


def test_counts_by_eligibility_level_and_question() -> None:
    made = summary(
        decided(IN, Level.LOCAL),
        decided(IN, Level.LOCAL),
        decided(None, None, question="Qui ?"),
        decided(OUT, Level.NATIONAL),
        decided(IN, None, question="Qui ?"),
        decided(IN, None, question="Quand ?"),
    )
    assert made.by_eligibility() == {IN: 4, OUT: 1, None: 1}
    assert made.by_level() == {Level.LOCAL: 2, None: 3}
    assert made.questions() == {"Qui ?": 2, "Quand ?": 1}


def test_a_week_ends_on_sunday() -> None:
    days = [date(2026, 5, 19), WEDNESDAY, date(2026, 5, 22), date(2026, 5, 24), date(2026, 5, 25), None]
    made = summary(*(decided(due=day) for day in days))
    assert made.due(WEDNESDAY) == Due(overdue=1, this_week=3, later=1)
    assert made.due(date(2026, 5, 24)) == Due(overdue=3, this_week=1, later=1)
    assert made.due(date(2026, 5, 25)) == Due(overdue=4, this_week=1, later=0)
