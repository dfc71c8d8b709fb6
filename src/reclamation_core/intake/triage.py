"""Deciding every record of a file: the plain way, and the same remembered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from itertools import tee
from typing import Final, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, OutsideHorizonError
from reclamation_core.cases.checks import of_class
from reclamation_core.errors import Fault, FaultsError, wording_of
from reclamation_core.intake.decided import Decided, Outcome, Outcomes, Receipt
from reclamation_core.intake.fields import RECEIVED_AT
from reclamation_core.intake.moments import has_one_offset, localized
from reclamation_core.intake.reading import Reading
from reclamation_core.intake.records import Cell, Rejected, Row
from reclamation_core.policy import Policy
from reclamation_core.wording import Wording

MEMORY: Final = 1 << 14
"""How many distinct sheets of facts, and how many distinct receipts of one calendar, are remembered at a time."""

_Facts: TypeAlias = tuple[Cell, ...]
_K = TypeVar("_K")
_V = TypeVar("_V")


@attrs.frozen
class Triage:
    """Decides the records of a file under one edition of the procedure.

    Args:
        policy: the edition.
        calendar: the working days where a row names no site, or sites are not known.
    """

    policy: Policy = attrs.field(validator=of_class(Policy))
    calendar: BusinessCalendar = attrs.field(validator=of_class(BusinessCalendar))
    _outcomes: Outcomes = attrs.field(factory=Outcomes, init=False, eq=False, repr=False)

    def plainly(self, reading: Reading) -> Iterator[Decided | Rejected]:
        """Each row, read and assessed on its own: what `remembering` is held to."""
        for row in reading.rows():
            yield row if isinstance(row, Rejected) else self.decide(reading, row)

    def remembering(self, reading: Reading, memory: int = MEMORY) -> Iterator[Decided | Rejected]:
        """The same results in the same order; what was decided for the same cells is not decided again.

        Args:
            reading: the rows.
            memory: how many distinct cells are remembered; when there are more, all are forgotten.
        """
        return _Remembering(self, reading, memory).results(reading.rows())

    def with_rows(self, reading: Reading) -> Iterator[tuple[Row | Rejected, Decided | Rejected]]:
        """The same again, each beside the row that it is of."""
        rows, same = tee(reading.rows())
        return zip(rows, _Remembering(self, reading, MEMORY).results(same))

    def decide(self, reading: Reading, row: Row) -> Decided | Rejected:
        """One row."""
        facts = reading.facts(row)
        if isinstance(facts, Rejected):
            return facts
        site = reading.layout.site(row.cells)
        calendar = self.calendar_of(reading, site)
        try:
            assessment = self.policy.assess(facts, calendar)
            receipt = Receipt.of(facts.received_at, assessment.deadline, self.policy.calendar(calendar))
        except ValueError as error:
            return reading.rejected(row, tuple(_faults(error, reading, row)))
        return Decided(row.line, row.reference, site, receipt, self._outcomes.of(assessment))

    def calendar_of(self, reading: Reading, site: str) -> BusinessCalendar:
        """The working days of a site."""
        return reading.sites[site].calendar() if site and reading.sites is not None else self.calendar


@attrs.define
class _Clock:
    """The receipts of the sites that share one calendar and one time zone, by the cell of the date.

    Args:
        calendar: the days that count, the policy's own closures included.
        zone: that of local times.
        running: the receipts of what is to be answered.
        still: the receipts of what is out of scope.
        days: the receipts by their day, whether the day is over for the rule, and whether the clock runs.
    """

    calendar: BusinessCalendar
    zone: ZoneInfo
    running: dict[Cell, Receipt] = attrs.field(factory=dict)
    still: dict[Cell, Receipt] = attrs.field(factory=dict)
    days: dict[tuple[date, bool, bool], Receipt] = attrs.field(factory=dict)

    def local(self, read: datetime) -> datetime:
        """Return the local time of the calendar at a time that was read, without its offset where none is needed.

        Raises:
            ValueError: the clocks skip this local time.
        """
        if read.tzinfo is None and self.zone is self.calendar.zone and has_one_offset(read.date(), self.zone):
            return read
        return self.calendar.local(localized(read, self.zone))


class _Remembering:
    """Outcomes by the cells of the facts, receipts by the cell of the date and the clock of the site.

    An outcome depends on nothing but the facts, and a receipt on nothing but its instant, its calendar and whether the
    clock runs. Only rows that `Triage.decide` has decided are remembered; of the others it says what is wrong.
    """

    def __init__(self, triage: Triage, reading: Reading, memory: int) -> None:
        self._triage = triage
        self._reading = reading
        self._rule = triage.policy.deadline
        self._memory = memory
        self._outcomes: dict[_Facts, Outcome] = {}
        self._sites: dict[Cell, tuple[str, _Clock]] = {}
        self._clocks: dict[tuple[BusinessCalendar, str], _Clock] = {}
        self._receipts: dict[tuple[date, date | None, str], Receipt] = {}

    def results(self, rows: Iterable[Row | Rejected]) -> Iterator[Decided | Rejected]:
        layout, outcomes, sites = self._reading.layout, self._outcomes, self._sites
        fact_cells, received, site_cell = layout.fact_cells, layout.received, layout.site_cell
        for row in rows:
            if isinstance(row, Rejected):
                yield row
                continue
            cells = row.cells
            outcome = outcomes.get(fact_cells(cells))
            place = sites.get(site_cell(cells))
            if outcome is None or place is None:
                yield self._decide(row)
                continue
            site, clock = place
            receipts = clock.running if outcome.clock_runs else clock.still
            cell = received(cells)
            receipt = receipts.get(cell) or self._receive(cell, clock, outcome)
            yield self._decide(row) if receipt is None else Decided(row.line, row.reference, site, receipt, outcome)

    def _decide(self, row: Row) -> Decided | Rejected:
        result = self._triage.decide(self._reading, row)
        if isinstance(result, Decided):
            layout, receipt = self._reading.layout, result.receipt
            # Receipts of one day are one object, so that it is written out once.
            days = (receipt.received_on, receipt.due_date, receipt.calendar)
            result.receipt = self._receipts.get(days) or _keep(self._receipts, days, receipt, self._memory)
            _keep(self._outcomes, layout.fact_cells(row.cells), result.outcome, self._memory)
            cell = layout.site_cell(row.cells)
            if cell not in self._sites:
                _keep(self._sites, cell, (result.site, self._clock(result.site)), self._memory)
        return result

    def _clock(self, site: str) -> _Clock:
        calendar = self._triage.policy.calendar(self._triage.calendar_of(self._reading, site))
        zone = self._reading.zone_of(site)
        return self._clocks.setdefault((calendar, zone.key), _Clock(calendar, zone))

    def _receive(self, cell: Cell, clock: _Clock, outcome: Outcome) -> Receipt | None:
        """The receipt that goes with an outcome already decided; None where none can be told."""
        rule, runs = self._rule, outcome.clock_runs
        try:
            read = self._reading.layout.received_time(cell)
            local = clock.local(read)
            # A deadline follows from the day of receipt and from its cut-off.
            day = (local.date(), rule.cut_off is not None and local.time() > rule.cut_off, runs)
            receipt = clock.days.get(day)
            if receipt is None:
                received_at = localized(read, clock.zone)
                deadline = clock.calendar.deadline(received_at, rule) if runs else None
                receipt = _keep(clock.days, day, Receipt.of(received_at, deadline, clock.calendar), self._memory)
        except ValueError:
            return None
        return _keep(clock.running if runs else clock.still, cell, receipt, self._memory)


def _keep(memory: dict[_K, _V], key: _K, value: _V, limit: int) -> _V:
    if len(memory) >= limit:
        memory.clear()
    memory[key] = value
    return value


def _faults(error: ValueError, reading: Reading, row: Row) -> Iterator[Fault]:
    """What the policy or the calendar refused, in the words of the file."""
    layout, cells = reading.layout, row.cells
    if isinstance(error, FaultsError):
        for fault in error.faults:
            yield layout.own_fault(fault.path, cells, fault.expected) if fault.path in layout.places else fault
    elif isinstance(error, OutsideHorizonError):
        yield layout.own_fault(RECEIVED_AT.name, cells, _within(error))
    else:
        yield Fault("row", None, wording_of(error))


def _within(error: OutsideHorizonError) -> Wording:
    first, last = error.first.year, error.last.year
    return Wording(
        f"une date dont l'échéance tombe dans les années que le calendrier couvre, {first} à {last}",
        f"a date whose deadline falls in the years that the calendar covers, {first} to {last}",
    )
