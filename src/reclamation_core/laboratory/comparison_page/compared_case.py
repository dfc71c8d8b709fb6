"""One message under both editions: what decides it, why it is not decided otherwise, and the days of its deadline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import attrs

from reclamation_core.calendars import Deadline
from reclamation_core.calendars.calendar import LedgerDay
from reclamation_core.laboratory.comparison_page.comparison_settings import DatedRecord
from reclamation_core.policy import Assessment, Policy
from reclamation_core.policy.policy import with_look_ups_of
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision
from reclamation_core.wording import Lang


@attrs.frozen(kw_only=True)
class CaseSide(SharedRepr):
    """A message under an edition.

    Args:
        edition: the name of the edition.
        explanation: the paragraphs of the decisions, each as its lines.
        why_not: for each decision that differs, why it is not that of the other edition, as lines.
        deadline: the deadline; None where no answer is due.
    """

    edition: str
    explanation: tuple[tuple[str, ...], ...]
    why_not: tuple[tuple[str, ...], ...]
    deadline: Deadline | None

    @property
    def ledger(self) -> tuple[LedgerDay, ...]:
        """The days of the deadline."""
        return () if self.deadline is None else self.deadline.ledger


@attrs.frozen(kw_only=True)
class CaseComparison(SharedRepr):
    """A message under both editions.

    Args:
        reference: its reference.
        line: its line in the file.
        cells: the name of each column with the text of its cell; those that are empty are left out.
        sides: the message under the first edition and under the second.
    """

    reference: str
    line: int
    cells: tuple[tuple[str, str], ...]
    sides: tuple[CaseSide, CaseSide]


def compared_case(
    dated: DatedRecord, columns: tuple[str, ...], editions: tuple[Policy, Policy], lang: Lang
) -> CaseComparison:
    """Return a message of a file under both editions, in a language."""
    record = dated.record
    first, second = (policy.assess(dated.facts, dated.calendar) for policy in editions)
    names = columns or [""] * len(record.cells)
    cells = tuple((name, cell) for name, cell in zip(names, record.cells, strict=False) if cell.strip())
    return CaseComparison(
        reference=record.reference,
        line=record.line,
        cells=cells,
        sides=(_side(first, second, lang), _side(second, first, lang)),
    )


def moved_due_dates(
    records: Iterable[DatedRecord], editions: tuple[Policy, Policy]
) -> Iterator[tuple[str, date | None, date | None]]:
    """Yield the messages whose due date is not the same under both editions, each with both; None for none."""
    first, second = editions[0], with_look_ups_of(editions[1], editions[0])
    for record in records:
        deadlines = (policy.assess(record.facts, record.calendar).deadline for policy in (first, second))
        before, after = (None if deadline is None else deadline.due for deadline in deadlines)
        if before != after:
            yield record.reference, before, after


def _side(assessed: Assessment, other: Assessment, lang: Lang) -> CaseSide:
    paragraphs = assessed.explain(lang).split("\n\n")
    return CaseSide(
        edition=assessed.policy.edition,
        explanation=tuple(tuple(text.splitlines()) for text in paragraphs),
        why_not=tuple(_why_not(assessed, other, lang)),
        deadline=assessed.deadline,
    )


def _why_not(assessed: Assessment, other: Assessment, lang: Lang) -> Iterator[tuple[str, ...]]:
    """Yield why the decisions of the other edition are not those of this one, where they are decided and differ."""
    theirs: dict[str, Decision[Any]] = {one.table.name: one for one in other.decisions}
    for decision in assessed.decisions:
        wanted = theirs.get(decision.table.name)
        if wanted is None or wanted.outcome is None or wanted.outcome == decision.outcome:
            continue
        if wanted.outcome in decision.table.outcomes:
            yield tuple(decision.why_not(wanted.outcome).explain(lang).splitlines())
