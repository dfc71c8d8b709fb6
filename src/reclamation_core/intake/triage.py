"""Triage: the decision of each row of a file, its text, and the counts of a file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, Final, Self, TypeAlias
from zoneinfo import ZoneInfo

import attrs

from reclamation_core.calendars import BusinessCalendar, Deadline, DeadlineRule, OutsideHorizonError
from reclamation_core.errors import Fault, FaultsError, wording_of
from reclamation_core.intake.fields import FACT_FIELDS, RECEIVED_AT, SITE
from reclamation_core.intake.file_reader import FileReader
from reclamation_core.intake.layout import CellsKey, Layout
from reclamation_core.intake.rows import BoundedCache, CellValue, FileRow, RejectedRow
from reclamation_core.intake.timestamps import has_one_offset, localize
from reclamation_core.policy import Assessment, Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.tables import Decision, DecisionTable
from reclamation_core.tables.decision import Cell, headline
from reclamation_core.tables.explanation import row_wording, sentence
from reclamation_core.validators import of_class
from reclamation_core.vocabulary import ComplaintFacts, Eligibility, Level
from reclamation_core.vocabulary.column_names import MARKERS
from reclamation_core.wording import Wording

CACHE_SIZE: Final = 1 << 14
"""How many distinct combinations of facts, and how many receipts of one calendar, a triage caches."""

CACHED_OUTCOMES: Final = 1 << 15

FRENCH_COLUMNS: Final[Mapping[str, str]] = {
    "reference": "Référence",
    "site": "Centre",
    "received_on": "Reçu le",
    "due_date": "À répondre le",
    "eligibility": "Recevabilité",
    "eligibility_rows": "Règles de recevabilité",
    "level": "Niveau",
    "level_rows": "Règles de niveau",
    "handling_level": "Niveau de traitement",
    "criticality": "Indice de criticité",
    "band": "Niveau de criticité",
    "complexity": "Complexité",
    "question": "Question à poser",
    "reason": "Motif",
    "calendar": "Jours fériés",
}
"""The columns of a file of decisions in French, by those in codes, in order."""

COLUMNS: Final = tuple(FRENCH_COLUMNS)
"""The columns of a file of decisions, in order; those of the tables of an edition are before the last one."""

OUTCOME_COLUMNS: Final = COLUMNS[COLUMNS.index("due_date") + 1 : COLUMNS.index("calendar")]
"""Those that follow from the facts alone."""


@attrs.frozen(eq=False)
class TriageOutcome(SharedRepr):
    """The part of a result that follows from the facts alone, without the receipt.

    Args:
        eligibility: the eligibility; None while undetermined.
        level: the level that handles it; None while undetermined, and for a message out of scope.
        clock_runs: whether an answer is due.
        columns: its columns in a file of decisions, "" where undetermined; `question` and `reason` are in French. A
            table of the edition has the column `table_NAME`, empty for a message out of scope.
        deadline_levels: the levels that may handle it, if the policy has a time to answer by level.

    Attributes:
        clock: whether an answer is due, and those levels: what the deadline follows from, with the receipt.
        question: the question to ask first, in French; "" once all is decided.
    """

    eligibility: Eligibility | None
    level: Level | None
    clock_runs: bool
    columns: Mapping[str, str]
    deadline_levels: tuple[Level, ...] = ()
    clock: tuple[bool, tuple[Level, ...]] = attrs.field(init=False)
    question: str = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "clock", (self.clock_runs, self.deadline_levels))
        object.__setattr__(self, "question", self.columns["question"])

    @property
    def reason(self) -> str:
        """Why it is decided so, in French."""
        return self.columns["reason"]


@attrs.frozen(eq=False)
class Receipt(SharedRepr):
    """The part of a result that follows from the receipt and the site.

    Args:
        received_on: the day of receipt in the site's zone.
        due_date: the last day to answer; None where no answer is due.
        calendar: the edition of the calendar.
    """

    received_on: date
    due_date: date | None
    calendar: str

    @classmethod
    def of(cls, received_at: datetime, deadline: Deadline | None, calendar: BusinessCalendar) -> Self:
        """Return the receipt at an instant, with its deadline if it has one."""
        if deadline is None:
            return cls(calendar.day_of(received_at), None, calendar.edition)
        return cls(deadline.received_on, deadline.due, calendar.edition)


@attrs.define
class TriageResult(SharedRepr):
    """A row, decided.

    Args:
        row: the row.
        site: the code of its site, or "".
        receipt: the part that follows from its receipt.
        outcome: the part that follows from its facts.
    """

    row: FileRow
    site: str
    receipt: Receipt
    outcome: TriageOutcome

    @property
    def line(self) -> int:
        """The number of the physical line on which the row begins."""
        return self.row.line

    @property
    def reference(self) -> str:
        """The reference of the row."""
        return self.row.reference

    @property
    def columns(self) -> dict[str, str]:
        """The columns of a file of decisions, in order."""
        receipt = self.receipt
        values = {
            **self.outcome.columns,
            "reference": self.row.reference,
            "site": self.site,
            "received_on": receipt.received_on.isoformat(),
            "due_date": "" if receipt.due_date is None else receipt.due_date.isoformat(),
            "calendar": receipt.calendar,
        }
        return {column: values[column] for column in decision_columns(self.outcome.columns)}


def decision_columns(outcome: Iterable[str]) -> tuple[str, ...]:
    """Return the columns of a file of decisions, in order, given those that follow from the facts."""
    return (*COLUMNS[:-1], *(name for name in outcome if name not in COLUMNS), COLUMNS[-1])


class _Outcomes:
    """Makes outcomes of assessments, one object for equal texts, so that each text is formatted once.

    An outcome follows from the cells of the eligibility, of the complexity, and of the tables of the edition.
    """

    def __init__(self) -> None:
        self._by_cells: BoundedCache[tuple[Cell[Any], ...], TriageOutcome] = BoundedCache(CACHED_OUTCOMES)
        self._eligibilities: BoundedCache[Cell[Eligibility], dict[str, str]] = BoundedCache(CACHED_OUTCOMES)
        self._handlings: BoundedCache[Cell[Any], dict[str, str]] = BoundedCache(CACHED_OUTCOMES)
        self._by_text: BoundedCache[tuple[object, ...], TriageOutcome] = BoundedCache(CACHED_OUTCOMES)

    def of(self, assessment: Assessment) -> TriageOutcome:
        """Return the outcome of an assessment."""
        own = assessment.own
        cells = (assessment.eligibility.cell, assessment.complexity.cell, *(decision.cell for decision in own.values()))
        outcome = self._by_cells.get(cells)
        return self._by_cells.add(cells, self._make(assessment, own)) if outcome is None else outcome

    def _make(self, assessment: Assessment, own: Mapping[str, Decision[Any]]) -> TriageOutcome:
        eligibility, complexity = assessment.eligibility, assessment.complexity
        first = self._eligibilities.get(eligibility.cell)
        if first is None:
            first = self._eligibilities.add(eligibility.cell, _eligibility_columns(eligibility))
        second = self._handlings.get(complexity.cell)
        if second is None:
            second = self._handlings.add(complexity.cell, _handling_columns(assessment))
        level = assessment.level.outcome
        tables = {f"table_{name}": _code(decision.outcome) for name, decision in own.items()}
        if eligibility.outcome is Eligibility.OUT_OF_SCOPE:
            level, second, tables = None, {**second, **_NO_LEVEL}, dict.fromkeys(tables, "")
        reasons = (first, second) if eligibility.outcome is Eligibility.COMPLAINT else (first,)
        columns = {
            **first,
            **second,
            "question": "" if assessment.question is None else assessment.question.question.fr,
            "reason": " ".join(part["reason"] for part in reasons if part["reason"]),
            **tables,
        }
        levels = assessment.deadline_levels
        key = (*columns.values(), levels)
        outcome = self._by_text.get(key)
        if outcome is None:
            clock_runs = assessment.deadline is not None
            outcome = TriageOutcome(eligibility.outcome, level, clock_runs, columns, levels)
            self._by_text.add(key, outcome)
        return outcome


def _eligibility_columns(decision: Decision[Eligibility]) -> dict[str, str]:
    return {"eligibility": _code(decision.outcome), "eligibility_rows": _row_ids(decision), "reason": _reason(decision)}


_NO_LEVEL: Final = {"level": "", "level_rows": "", "handling_level": ""}


def _handling_columns(assessment: Assessment) -> dict[str, str]:
    level = assessment.level
    return {
        "level": _code(level.outcome),
        "level_rows": _row_ids(level),
        "handling_level": assessment.handling_level.value,
        "criticality": _code(assessment.criticality.outcome),
        "band": _code(assessment.risk.outcome),
        "complexity": _code(assessment.complexity.outcome),
        "reason": _reason(level),
    }


def _code(outcome: object) -> str:
    return "" if outcome is None else str(outcome)


def _row_ids(decision: Decision[Any]) -> str:
    return " ".join(row.id for row in decision.rows)


def _reason(decision: Decision[Any]) -> str:
    """Return the decision and the rules that made it, in French; "" while it is undetermined."""
    if decision.outcome is None:
        return ""
    # Where no rule is sure to fire, one of those that may and that agree will.
    rows = decision.deciding or [row for row in decision.may_fire if row.then == decision.outcome]
    texts = [(row_wording(decision.table, row, "fr"), row.source("fr")) for row in rows]
    return " ".join(
        [
            sentence(headline(decision, "fr")),
            *(sentence(f"{text} ({source})" if source else text) for text, source in texts),
        ]
    )


@attrs.frozen
class Triage(SharedRepr):
    """Decides the rows of a file under one policy.

    Args:
        policy: the policy.
        calendar: the business days where a row has no site, or sites are unknown.
    """

    policy: Policy = attrs.field(validator=of_class(Policy))
    calendar: BusinessCalendar = attrs.field(validator=of_class(BusinessCalendar))
    _outcomes: _Outcomes = attrs.field(factory=_Outcomes, init=False, eq=False, repr=False)

    @property
    def own_tables(self) -> Mapping[str, DecisionTable[Any]]:
        """The tables that the edition declares, by their columns in a file of decisions: `table_NAME`."""
        names = self.policy.own_tables_of(ComplaintFacts)
        return {f"table_{name}": self.policy.tables[name] for name in names}

    def run(self, reader: FileReader, *, cache_size: int = CACHE_SIZE) -> Iterator[TriageResult | RejectedRow]:
        """Decide the rows of a file, in order.

        Args:
            reader: the file.
            cache_size: how many combinations of facts, and how many receipts, are cached; with 0 each row is parsed and
                decided on its own, with the same results.
        """
        if cache_size:
            return _CachedTriage(self, reader, cache_size).results()
        return (row if isinstance(row, RejectedRow) else self.result(reader, row) for row in reader.rows())

    def result(self, reader: FileReader, row: FileRow) -> TriageResult | RejectedRow:
        """Decide one row."""
        facts = reader.facts(row)
        if isinstance(facts, RejectedRow):
            return facts
        site = reader.layout.site(row.cells)
        calendar = self.calendar_of(reader, site)
        try:
            assessment = self.policy.assess(facts, calendar)
            receipt = Receipt.of(facts.received_at, assessment.deadline, self.policy.calendar(calendar))
        except ValueError as error:
            return reader.rejected(row, tuple(refused_facts(error, reader, row)))
        return TriageResult(row, site, receipt, self._outcomes.of(assessment))

    def outcome(self, facts: ComplaintFacts, calendar: BusinessCalendar) -> TriageOutcome:
        """Return the part of a result that follows from the facts alone.

        Raises:
            ValueError: the policy or the calendar refuses the facts.
        """
        return self._outcomes.of(self.policy.assess(facts, calendar))

    def calendar_of(self, reader: FileReader, site: str) -> BusinessCalendar:
        """Return the business days of a site."""
        return reader.sites[site].calendar() if site and reader.sites is not None else self.calendar


class _SiteClock:
    """The receipts of the sites that share one calendar and one time zone.

    Args:
        calendar: the business days, the policy's own closures included.
        zone: that of local times.
        rule: how deadlines are counted.
        layout: parses the cell of the receipt.
        limit: how many receipts are cached.

    Attributes:
        calendar: the business days.
        receipts: the receipts by the cell of the date, by the clock of their outcomes.
        first_noon: noon of the first day of the calendar, an instant at which any complaint can be received.
    """

    def __init__(
        self, calendar: BusinessCalendar, zone: ZoneInfo, rule: DeadlineRule, layout: Layout, limit: int
    ) -> None:
        self.calendar, self._zone, self._rule, self._layout = calendar, zone, rule, layout
        self.first_noon = datetime.combine(calendar.first, time(12), tzinfo=calendar.zone)
        self._by_day: BoundedCache[tuple[object, ...], Receipt] = BoundedCache(limit)
        self.receipts: defaultdict[object, BoundedCache[CellValue, Receipt]] = defaultdict(lambda: BoundedCache(limit))

    def receipt(self, cell: CellValue, outcome: TriageOutcome) -> Receipt:
        """Return the receipt of a cell, with its deadline where an answer is due, and cache it.

        Raises:
            ValueError: the cell has no date that exists, or none with a deadline.
        """
        read, zone, calendar = self._layout.received_time(cell), self._zone, self.calendar
        is_local = read.tzinfo is None and zone is calendar.zone and has_one_offset(read.date(), zone)
        local = read if is_local else calendar.local(localize(read, zone))
        # A deadline follows from the day of receipt and from its cut-off.
        cut_off = self._rule.cut_off
        day = (local.date(), cut_off is not None and local.time() > cut_off, outcome.clock)
        receipt = self._by_day.get(day)
        if receipt is None:
            received_at = localize(read, zone)
            levels = outcome.deadline_levels
            deadline = calendar.deadline(received_at, self._rule, levels=levels) if outcome.clock_runs else None
            receipt = self._by_day.add(day, Receipt.of(received_at, deadline, calendar))
        return self.receipts[outcome.clock].add(cell, receipt)


class _CachedTriage:
    """A triage that caches outcomes by the cells of the facts, and receipts by the cells of the date and the site.

    An outcome depends on nothing but the facts that rules read, and a receipt on nothing but its instant, its calendar
    and whether an answer is due. Each cell is valid or not whatever the others are. `Triage.result` decides the first
    row of each site and of each value of a fact that no rule reads, and finds the faults of the rows that have any.
    """

    def __init__(self, triage: Triage, reader: FileReader, limit: int) -> None:
        self._triage, self._reader, self._limit = triage, reader, limit
        ruled = {input_.name for table in triage.policy.tables.values() for input_ in table.base}
        # A column that marks a fact as unknown is read with the fact.
        mapping = reader.layout.mapping
        own = {fact.column: fact.key for fact in mapping.own}
        own |= {marker: own[column] for marker, column in mapping.own_markers.items()}
        fields = {name: name for name in FACT_FIELDS} | dict(MARKERS) | own
        self._rule_cells = reader.layout.cells_of(name for name, fact in fields.items() if fact in ruled)
        others = (name for name, fact in fields.items() if fact not in ruled)
        self._other_cells = reader.layout.cells_of((SITE.name, *others))
        self._outcomes: BoundedCache[CellsKey, TriageOutcome] = BoundedCache(limit)
        self._sites: BoundedCache[CellsKey, tuple[str, _SiteClock]] = BoundedCache(limit)
        self._clocks: dict[tuple[BusinessCalendar, str], _SiteClock] = {}

    def results(self) -> Iterator[TriageResult | RejectedRow]:
        """Decide the rows of the file, in order."""
        outcomes, sites = self._outcomes, self._sites
        rule_cells, other_cells, received_cell = self._rule_cells, self._other_cells, self._reader.layout.received_cell
        for row in self._reader.rows():
            if isinstance(row, RejectedRow):
                yield row
                continue
            cells = row.cells
            site_clock = sites.get(other_cells(cells))
            if site_clock is None:
                yield self._cached_result(row)
                continue
            site, clock = site_clock
            key = rule_cells(cells)
            try:
                outcome = outcomes.get(key) or outcomes.add(key, self._outcome(cells, clock))
                cell = received_cell(cells)
                receipt = clock.receipts[outcome.clock].get(cell) or clock.receipt(cell, outcome)
            except ValueError:
                yield self._triage.result(self._reader, row)
                continue
            yield TriageResult(row, site, receipt, outcome)

    def _outcome(self, cells: Sequence[CellValue], clock: _SiteClock) -> TriageOutcome:
        """Return the outcome of the facts of a row, the instant of receipt aside.

        Raises:
            ValueError: the facts have faults.
        """
        faults: list[Fault] = []
        values = self._reader.layout.facts(cells, faults)
        if faults:
            raise FaultsError(faults)
        return self._triage.outcome(ComplaintFacts(received_at=clock.first_noon, **values), clock.calendar)

    def _cached_result(self, row: FileRow) -> TriageResult | RejectedRow:
        """Decide a row on its own, and cache what the next rows may need."""
        result = self._triage.result(self._reader, row)
        if isinstance(result, TriageResult):
            clock = self._clock(result.site)
            self._sites.add(self._other_cells(row.cells), (result.site, clock))
            # One object for all the receipts of a day, so that its dates are formatted once.
            result.receipt = clock.receipt(self._reader.layout.received_cell(row.cells), result.outcome)
        return result

    def _clock(self, site: str) -> _SiteClock:
        triage, zone = self._triage, self._reader.zone_of(site)
        calendar = triage.policy.calendar(triage.calendar_of(self._reader, site))
        clock = self._clocks.get((calendar, zone.key))
        if clock is None:
            clock = _SiteClock(calendar, zone, triage.policy.deadline, self._reader.layout, self._limit)
            self._clocks[calendar, zone.key] = clock
        return clock


def refused_facts(error: ValueError, reader: FileReader, row: FileRow) -> Iterator[Fault]:
    """Yield what the policy or the calendar refused, with the fields and cells of the file."""
    layout, cells = reader.layout, row.cells
    if isinstance(error, FaultsError):
        for fault in error.faults:
            yield layout.own_fault(fault.path, cells, fault.expected) if fault.path in layout.places else fault
    elif isinstance(error, OutsideHorizonError):
        yield layout.own_fault(RECEIVED_AT.name, cells, _within_horizon(error))
    else:
        yield Fault("row", None, wording_of(error))


def _within_horizon(error: OutsideHorizonError) -> Wording:
    first, last = error.first.year, error.last.year
    return Wording(
        f"une date dont l'échéance tombe dans les années que le calendrier couvre, {first} à {last}",
        f"a date whose deadline falls in the years that the calendar covers, {first} to {last}",
    )


def end_of_week(day: date) -> date:
    """Return the Sunday of the week of a day."""
    return day + min(timedelta(days=6 - day.weekday()), date.max - day)


_Kind: TypeAlias = tuple[Eligibility | None, Level | None, str, date | None]


@attrs.frozen
class DueCounts(SharedRepr):
    """How many answers are due when, from the point of view of a day.

    Args:
        overdue: before that day.
        this_week: from that day to the Sunday of its week.
        later: afterwards.
    """

    overdue: int
    this_week: int
    later: int


@attrs.define
class Summary(SharedRepr):
    """Counts of the results of a file, in constant memory.

    Attributes:
        decided: how many rows were decided, undetermined ones included.
        rejected: how many could not be read.
        rejected_fields: how many rows were rejected, by the field of the first fault.
    """

    decided: int = 0
    rejected: int = 0
    rejected_fields: Counter[str] = attrs.field(factory=Counter)
    _kinds: Counter[_Kind] = attrs.field(factory=Counter)

    @property
    def read(self) -> int:
        """How many rows were read: `decided + rejected`."""
        return self.decided + self.rejected

    def add(self, result: TriageResult | RejectedRow) -> None:
        """Count one row."""
        if isinstance(result, RejectedRow):
            self.rejected += 1
            self.rejected_fields[result.field] += 1
            return
        self.decided += 1
        outcome = result.outcome
        self._kinds[outcome.eligibility, outcome.level, outcome.question, result.receipt.due_date] += 1

    def by_eligibility(self) -> Counter[Eligibility | None]:
        """Return how many rows by eligibility; None counts those to be clarified."""
        counts: Counter[Eligibility | None] = Counter()
        for (eligibility, _, _, _), number in self._kinds.items():
            counts[eligibility] += number
        return counts

    def by_level(self) -> Counter[Level | None]:
        """Return how many rows by level, those out of scope excluded; None counts those to be settled."""
        counts: Counter[Level | None] = Counter()
        for (eligibility, level, _, _), number in self._kinds.items():
            if eligibility is not Eligibility.OUT_OF_SCOPE:
                counts[level] += number
        return counts

    def questions(self) -> Counter[str]:
        """Return how many rows by the question to ask first, in French."""
        counts: Counter[str] = Counter()
        for (_, _, question, _), number in self._kinds.items():
            if question:
                counts[question] += number
        return counts

    def due(self, as_of: date) -> DueCounts:
        """Return when the answers are due, from the point of view of a day."""
        sunday = end_of_week(as_of)
        overdue = this_week = later = 0
        for (_, _, _, due), number in self._kinds.items():
            if due is None:
                continue
            if due < as_of:
                overdue += number
            elif due <= sunday:
                this_week += number
            else:
                later += number
        return DueCounts(overdue, this_week, later)
