"""What a case was known to be, from one recorded change to the next: the rows that indicators read.

A row says what was known while it was the latest: a date that was corrected later stands in later rows. So what a
report of last month said can be computed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import attrs

from reclamation_core.cases import Admissibility, AnswerDecision, Case, CaseKind, columns
from reclamation_core.cases.case import apply
from reclamation_core.vocabulary import Channel, Complainant, Level, Nature


@attrs.frozen(kw_only=True)
class CasePeriod:
    """What a case was known to be between two recorded changes.

    Attributes:
        reference: the case.
        since: the instant from which it was known, UTC.
        until: the instant of the next change; None for the latest.
        kind: complaint or malfunction.
        unit: who handled it.
        level: the level that handled it; None out of scope, unless it was imposed.
        admissibility: in the scope of the procedure or not.
        channel: of receipt; None while unknown, as the next three.
        complainant: the kind of client.
        nature: the nature of the message.
        theme: its theme.
        cycle: the number of the run of the answer clock, from 1; 0 for a malfunction.
        received_on: the day of the receipt, or of the reopening that began the run.
        due_on: its last day to answer; None if no answer is due.
        acknowledged_on: the day of the first acknowledgement.
        answered_on: the day of the answer of the run.
        decision: that of the answer.
        withdrawn_on: the day of the withdrawal.
        closed_on: the day of the closing.
        mediation_on: the day of the referral to mediation.
        can_be_acknowledged: False if the sender is unknown.
        supports: the number of factual supports on file.
    """

    reference: str
    since: datetime
    until: datetime | None
    kind: CaseKind
    unit: str
    level: Level | None
    admissibility: Admissibility
    channel: Channel | None
    complainant: Complainant | None
    nature: Nature | None
    theme: str | None
    cycle: int
    received_on: date
    due_on: date | None
    acknowledged_on: date | None
    answered_on: date | None
    decision: AnswerDecision | None
    withdrawn_on: date | None
    closed_on: date | None
    mediation_on: date | None
    can_be_acknowledged: bool
    supports: int

    @property
    def is_in_scope(self) -> bool:
        """True of a complaint in the scope of the procedure, or one that has to be clarified."""
        return self.kind is CaseKind.COMPLAINT and self.admissibility is not Admissibility.OUT_OF_SCOPE

    @property
    def is_open(self) -> bool:
        """True until it is closed or withdrawn."""
        return self.closed_on is None and self.withdrawn_on is None

    @property
    def is_pending(self) -> bool:
        """True of a complaint in scope that is open: it is in the backlog of its unit."""
        return self.is_in_scope and self.is_open

    def is_known_at(self, instant: datetime) -> bool:
        """Return True if this was known at an instant."""
        return self.since <= instant and (self.until is None or instant < self.until)


def periods_of(case: Case) -> tuple[CasePeriod, ...]:
    """Return what a case was known to be, in order; changes recorded at one instant make one row."""
    rows: list[CasePeriod] = []
    for row in _rows(case):
        if rows and rows[-1].since == row.since:
            rows.pop()
        if not rows or attrs.evolve(row, since=rows[-1].since) != rows[-1]:
            rows.append(row)
    ends: list[datetime | None] = [*(row.since for row in rows[1:]), None]
    return tuple(attrs.evolve(row, until=end) for row, end in zip(rows, ends, strict=True))


def _rows(case: Case) -> Iterator[CasePeriod]:
    """Yield a row after each event, as far as it was known then."""
    known: Case | None = None
    for event in case.events:
        known = apply(known, event)
        yield _row(known, event.recorded_at)


def _row(case: Case, since: datetime) -> CasePeriod:
    cycle = case.answer_cycles[-1] if case.answer_cycles else None
    answer = None if cycle is None else case.answer_of(cycle)

    def day(instant: datetime | None) -> date | None:
        return None if instant is None else case.day_of(instant)

    return CasePeriod(
        reference=case.reference,
        since=since,
        until=None,
        kind=case.kind,
        unit=case.handling_unit,
        level=columns.level(case),
        admissibility=case.admissibility,
        channel=columns.channel(case),
        complainant=columns.complainant(case),
        nature=columns.nature(case),
        theme=columns.theme(case),
        cycle=len(case.answer_cycles),
        received_on=case.received_on
        if cycle is None or len(case.answer_cycles) == 1
        else case.day_of(cycle.started_at),
        due_on=columns.due_on(case),
        acknowledged_on=day(case.acknowledged_at),
        answered_on=columns.answered_on(case),
        decision=None if answer is None else answer.decision,
        withdrawn_on=day(case.withdrawn_at),
        closed_on=day(case.closed_at),
        mediation_on=day(case.mediation_at),
        can_be_acknowledged=case.registration.complainant is not None,
        supports=case.supports,
    )
