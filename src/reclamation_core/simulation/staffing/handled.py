"""What came of the caseload in one run of the model, as flat records: plain values that a data frame takes."""

from __future__ import annotations

from datetime import date, datetime

import attrs


@attrs.frozen(kw_only=True)
class HandledComplaint:
    """What became of one complaint or malfunction in one run. `attrs.asdict` gives a row of a data frame.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        reference: the reference of the complaint.
        site: the code of the site that received it.
        region: the region of that site.
        level: the code of the level that handles it; None for what is out of scope.
        unit: the unit that treats it: `local/METZ`, `regional/Grand Est`, `national`; None for what is out of scope.
        criticality: 1 to 16, the highest still possible where it is undetermined.
        band: the code of its band, likewise.
        is_complaint: whether it is one; None while that is undetermined, and for a malfunction.
        received_at: when it arrived, in UTC.
        arrived_on: the day on which it arrived, at its site.
        received_on: the day that counts as that of receipt.
        due: the last day to answer; None where no clock runs.
        qualified_at: when it was qualified, in UTC; None until then.
        started_at: when somebody began to treat it, in UTC; None until then.
        answered_at: when it was answered, in UTC; None while it is open.
        answered_on: the day of the answer at the site; None while it is open.
        days: the business days of the site from the receipt to the answer, to the end of the run while it is open.
        is_open: whether it was still to be answered when the run ended: a censored observation.
        on_time: whether it was answered by the due date; None where that is not decided, or no clock runs.
        wait_minutes: the elapsed time from the receipt to the beginning of the treatment; None until then.
        worked_minutes: the working time spent on it so far.
    """

    scenario: str
    replication: int
    reference: str
    site: str
    region: str
    level: str | None
    unit: str | None
    criticality: int
    band: str
    is_complaint: bool | None
    received_at: datetime
    arrived_on: date
    received_on: date
    due: date | None
    qualified_at: datetime | None
    started_at: datetime | None
    answered_at: datetime | None
    answered_on: date | None
    days: int
    is_open: bool
    on_time: bool | None
    wait_minutes: float | None
    worked_minutes: float


@attrs.frozen(kw_only=True)
class UnitLoad:
    """How much a unit worked in one run, over the days that are measured.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        unit: the name of the unit.
        level: the code of its level.
        handlers: how many handlers it has.
        present_minutes: the time that they were there, absences taken off.
        worked_minutes: the time that they worked on something.
        utilisation: the share of the time present that was worked; None where nobody was there.
        tasks: how many qualifications and treatments they finished.
    """

    scenario: str
    replication: int
    unit: str
    level: str
    handlers: int
    present_minutes: float
    worked_minutes: float
    utilisation: float | None
    tasks: int


@attrs.frozen(kw_only=True)
class DayBacklog:
    """How a day ended at a level, in one run.

    Args:
        scenario: the name of the scenario.
        replication: the number of the replication, from 1.
        day: the day.
        level: the code of the level.
        received: what was received on it.
        answered: what was answered on it.
        backlog: what was received by then and not answered.
        overdue: how much of that was past its due date.
    """

    scenario: str
    replication: int
    day: date
    level: str
    received: int
    answered: int
    backlog: int
    overdue: int
