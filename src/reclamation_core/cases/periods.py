"""Projection of a case over the time of recording: a row for each recorded change of what indicators read.

A row says what was known while it was the latest: a date that was corrected later is in later rows. So what a report of
last month contained can be computed again.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from itertools import pairwise
from types import UnionType
from typing import Any, Final, get_args, get_origin, get_type_hints

import attrs

from reclamation_core.cases import columns
from reclamation_core.cases.case import Case, apply
from reclamation_core.cases.codes import Admissibility, AnswerDecision, CaseState
from reclamation_core.cases.events import InformationRequested, Rerouted
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import Channel, Complainant, Level, Nature, Requirement

IN_SCOPE: Final = (Admissibility.IN_SCOPE, Admissibility.TO_BE_CLARIFIED)
"""The complaints in the scope of the procedure, or that have to be clarified."""


@attrs.frozen(kw_only=True)
class CasePeriod(SharedRepr):
    """What a case was known to be between two recorded changes; or several cases of which the same was known.

    Attributes:
        reference: the case; empty for several cases.
        since: the instant from which it was known, UTC.
        until: the instant of the next change; None for the latest.
        ends_run: True if the next change begins another run of the answer clock.
        site: the site that registered it.
        unit: the unit that handled it.
        state: the state of the case.
        level: the level that handled it; None out of scope, unless it was imposed.
        admissibility: in the scope of the procedure or not.
        channel: of receipt; None while unknown, as the next four.
        complainant: the kind of client.
        nature: the nature of the message.
        theme: its theme.
        requirement: the kind of requirement claimed to be breached.
        causes: the families of its causes as last analysed, each once, in order.
        cycle: the number of the run of the answer clock, from 1; 0 for a malfunction.
        received_on: the day of the receipt, or of the reopening that began the run.
        due_on: its last day to answer; None if no answer is due.
        acknowledged_on: the day of the first acknowledgement.
        answered_on: the day of the answer of the run.
        decision: that of the answer.
        ended_on: the day of the closing, or of the withdrawal.
        mediation_on: the day of the referral to mediation.
        can_be_acknowledged: False if the sender is unknown.
        supports: the number of factual supports on file.
        questions: the number of requests for information.
        transfers: the number of times that another unit took it over.
        count: the number of cases.
    """

    reference: str = ""
    since: datetime | None = None
    until: datetime | None = None
    ends_run: bool = False
    site: str = ""
    unit: str = ""
    state: CaseState = CaseState.REGISTERED
    level: Level | None = None
    admissibility: Admissibility = Admissibility.IN_SCOPE
    channel: Channel | None = None
    complainant: Complainant | None = None
    nature: Nature | None = None
    theme: str | None = None
    requirement: Requirement | None = None
    causes: tuple[str, ...] = ()
    cycle: int = 0
    received_on: date = date.min
    due_on: date | None = None
    acknowledged_on: date | None = None
    answered_on: date | None = None
    decision: AnswerDecision | None = None
    ended_on: date | None = None
    mediation_on: date | None = None
    can_be_acknowledged: bool = False
    supports: int = 0
    questions: int = 0
    transfers: int = 0
    count: int = 1

    @property
    def is_in_scope(self) -> bool:
        """True of a complaint in the scope of the procedure, or one that has to be clarified."""
        return self.admissibility in IN_SCOPE

    @property
    def is_open(self) -> bool:
        """True until it is closed or withdrawn."""
        return self.ended_on is None

    @property
    def is_pending(self) -> bool:
        """True of a complaint in scope that is open: it is in the backlog of its unit."""
        return self.is_in_scope and self.is_open

    @property
    def stopped_on(self) -> date | None:
        """The day on which it ended without an answer."""
        return self.ended_on if self.answered_on is None else None


_TIMES: Final = frozenset({"reference", "since", "until", "ends_run", "count"})
FIELDS: Final = tuple(field.name for field in attrs.fields(CasePeriod) if field.name not in _TIMES)
"""The fields of which a change makes a new row."""


def _class_of(hint: object) -> type[Any]:
    cls: Any = get_args(hint)[0] if isinstance(hint, UnionType) else hint
    return get_origin(cls) or cls  # type: ignore[no-any-return]


PERIOD_TYPES: Final = {name: _class_of(hint) for name, hint in get_type_hints(CasePeriod).items()}
"""The class of the values of each field, apart from None."""


def periods_of(case: Case) -> tuple[CasePeriod, ...]:
    """Return what a case was known to be, in order; changes recorded at one instant make one row."""
    return later_periods(case, None)


def later_periods(case: Case, known: Case | None) -> tuple[CasePeriod, ...]:
    """Return the rows that the events after those of an earlier version of a case add; the first may replace its last.

    The last row of the earlier version ends where the first of these begins, and is replaced if both begin at once.
    """
    rows: list[CasePeriod] = []
    for row in _changes(case, known):
        if rows and rows[-1].since == row.since:
            rows.pop()
        rows.append(row)
    ended = [attrs.evolve(row, until=later.since, ends_run=row.cycle != later.cycle) for row, later in pairwise(rows)]
    return (*ended, *rows[-1:])


def _changes(case: Case, known: Case | None) -> Iterator[CasePeriod]:
    """Yield a row after each event that changes what indicators read."""
    stored = 0 if known is None else known.version
    state, before = known, None
    questions = transfers = 0
    unit = case.registration.handling_unit
    for event in case.events:
        if isinstance(event.data, InformationRequested):
            questions += 1
        elif isinstance(event.data, Rerouted):
            transfers += event.data.handling_unit != unit
            unit = event.data.handling_unit
        if event.number < stored:
            continue
        if state is None or event.number > stored:
            state = case if event.number == case.version else apply(state, event)
        now = {**_fields(state), "questions": questions, "transfers": transfers}
        if event.number > stored and now != before:
            yield CasePeriod(reference=case.reference, since=event.recorded_at, **now)
        before = now


def _fields(case: Case) -> dict[str, Any]:
    """Return what indicators read of a case at one moment, apart from what is counted over its events."""
    cycle = case.answer_cycles[-1] if case.answer_cycles else None
    answer = None if cycle is None else case.answer_of(cycle)
    return {
        "site": case.site,
        "unit": case.handling_unit,
        "state": case.state,
        "level": case.level,
        "admissibility": case.admissibility,
        "channel": columns.channel(case),
        "complainant": columns.complainant(case),
        "nature": columns.nature(case),
        "theme": columns.theme(case),
        "requirement": columns.known_fact(case, "requirement", Requirement),
        "causes": () if case.analysis is None else tuple(sorted(set(case.analysis.causes))),
        "cycle": len(case.answer_cycles),
        "received_on": case.received_on
        if cycle is None or len(case.answer_cycles) == 1
        else case.day_of(cycle.started_at),
        "due_on": columns.due_on(case),
        "acknowledged_on": _day(case, case.acknowledged_at),
        "answered_on": columns.answered_on(case),
        "decision": None if answer is None else answer.decision,
        "ended_on": _day(case, case.withdrawn_at or case.closed_at),
        "mediation_on": _day(case, case.mediation_at),
        "can_be_acknowledged": case.complainant is not None,
        "supports": case.supports,
    }


def _day(case: Case, instant: datetime | None) -> date | None:
    return None if instant is None else case.day_of(instant)
