"""The counts of a file."""

from datetime import date

from reclamation_core.errors import Fault
from reclamation_core.intake import RejectedRow, Summary, TriageResult
from reclamation_core.intake.rows import FileRow
from reclamation_core.intake.triage import DueCounts, Receipt, TriageOutcome
from reclamation_core.vocabulary import Eligibility, Level
from reclamation_core.wording import Wording

IN, OUT = Eligibility.COMPLAINT, Eligibility.OUT_OF_SCOPE
WEDNESDAY = date(2026, 5, 20)


def decided(
    eligibility: Eligibility | None = IN, level: Level | None = None, due: date | None = None, question: str = ""
) -> TriageResult:
    outcome = TriageOutcome(eligibility, level, due is not None, {"question": question})
    return TriageResult(FileRow(2, ["A1"], reference="A1"), "", Receipt(date(2026, 5, 2), due, ""), outcome)


def summary(*items: TriageResult | RejectedRow) -> Summary:
    made = Summary()
    for item in items:
        made.add(item)
    return made


def test_rows_read_are_decided_or_rejected() -> None:
    faults = [Fault(name, "x", Wording("y", "y")) for name in ("channel", "site")]
    made = summary(decided(), decided(), RejectedRow(3, tuple(faults), ()), RejectedRow(4, (faults[0],), ()))
    assert (made.read, made.decided, made.rejected) == (4, 2, 2)
    assert made.rejected_fields == {"channel": 2}


def test_counts_by_eligibility_level_and_question() -> None:
    made = summary(
        decided(IN, Level.LOCAL),
        decided(IN, Level.LOCAL),
        decided(None, None, question="Qui ?"),
        decided(OUT),
        decided(IN, None, question="Qui ?"),
        decided(IN, None, question="Quand ?"),
    )
    assert (made.by_eligibility(), made.by_level()) == ({IN: 4, OUT: 1, None: 1}, {Level.LOCAL: 2, None: 3})
    assert made.questions() == {"Qui ?": 2, "Quand ?": 1}


def test_a_week_ends_on_sunday() -> None:
    days = [date(2026, 5, 19), WEDNESDAY, date(2026, 5, 22), date(2026, 5, 24), date(2026, 5, 25), None]
    made = summary(*(decided(due=day) for day in days))
    assert made.due(WEDNESDAY) == DueCounts(overdue=1, this_week=3, later=1)
    assert made.due(date(2026, 5, 24)) == DueCounts(overdue=3, this_week=1, later=1)
    assert made.due(date(2026, 5, 25)) == DueCounts(overdue=4, this_week=1, later=0)
