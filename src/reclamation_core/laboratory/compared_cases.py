"""The decisions on messages under two editions: from the columns of a frame, or from records one by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import reduce
from operator import and_, attrgetter, or_
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import attrs

from reclamation_core.calendars import BusinessCalendar, Deadline
from reclamation_core.cases import Case
from reclamation_core.codes import LabelledEnum
from reclamation_core.desk import Desk
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.frames import DECISIONS, input_columns, to_records
from reclamation_core.frames.backends import as_narwhals, column_names, rows_of
from reclamation_core.frames.decisions import OnInvalid
from reclamation_core.frames.layout import LEVEL
from reclamation_core.frames.records import sound_records
from reclamation_core.frames.register import cases_of, row_of_case
from reclamation_core.frames.request import CLOCK_LEVELS, DAY, INSTANT, KIND, LEVEL_CHANGED, calendars_of, expected_keys
from reclamation_core.intake import ComplaintRecord, FileReader
from reclamation_core.laboratory.caseload_replay import checked_editions, is_early, replay
from reclamation_core.laboratory.group_columns import (
    MONTH,
    REGION,
    SITE,
    UNKNOWN_GROUP,
    group_column,
    month_key,
    month_of,
    receipt_column,
)
from reclamation_core.laboratory.outcomes import HANDLINGS, OUT_OF_SCOPE, UNDETERMINED, DatedOutcome, handling
from reclamation_core.laboratory.row_counts import (
    ANSWERED,
    BEFORE_RECEIPT,
    WITHDRAWN,
    checked_day,
    collect_columns,
    outcome,
    plain,
    prefix,
    weighted_rows,
)
from reclamation_core.laboratory.suspensions import SUSPENSIONS, due_date
from reclamation_core.missing import Missing
from reclamation_core.policy import Assessment, Policy
from reclamation_core.policy.policy import with_look_ups_of
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.staffing.arrivals import ArrivingComplaint
from reclamation_core.tables.comparison import Twin, Twins
from reclamation_core.vocabulary import ComplaintFacts, Sites
from reclamation_core.vocabulary.own_facts import OWN
from reclamation_core.wording import Wording

if TYPE_CHECKING:
    from reclamation_core.frames.backends import AnyFrame

_OWN: Final = f"{OWN}_"
"""The prefix of the columns of own facts."""
_REFERENCE: Final = "reference"
_MOST_LISTED: Final = 100_000
"""So many changed rows of a frame at most are read for their references."""
_ANY: Final = frozenset(
    (before, after) for before in HANDLINGS for after in HANDLINGS if UNDETERMINED not in (before, after)
)
_SOME_DAY: Final = date(2026, 1, 1)
_COMPLAINTS: Final = Wording(
    "des réclamations sont attendues : des objets qui ont reference, site et facts (ComplaintFacts)",
    "complaints are expected: objects with reference, site and facts (ComplaintFacts)",
)


class CaseOutcome(NamedTuple):
    """The decisions on a message under an edition.

    Args:
        decisions: the codes of the decisions, in order; `undetermined` where not decided, and the level of a message
            out of scope is `out_of_scope`.
        rows: for each, the ids of the rows that decided, with a space between.
        due: the last day to answer; None without one, or where no due dates are counted.
        names: the names of the decisions: `DECISIONS`, then the tables that both editions declare themselves.
    """

    decisions: tuple[str, ...]
    rows: tuple[str, ...]
    due: date | None
    names: tuple[str, ...] = DECISIONS

    @property
    def handling(self) -> str:
        """The level that handles it, or `undetermined`, or `out_of_scope`."""
        return handling(self.decisions[0], self.decisions[1])


class DecisionChange(NamedTuple):
    """A decision that differs, with the rows that decided."""

    decision: str
    before: str
    after: str
    rows_before: str
    rows_after: str


class ComparedCase(NamedTuple):
    """A message under both editions.

    Args:
        groups: its value in each dimension; `UNKNOWN_GROUP` where it has none.
        before: the decisions under the first edition.
        after: those under the second.
        possible: the pairs of handlings, before and after, that its unknown facts allow.
        answered_on: the day of the answer.
        withdrawn_on: the day of the withdrawal.
    """

    groups: tuple[str, ...]
    before: CaseOutcome
    after: CaseOutcome
    possible: frozenset[tuple[str, str]]
    answered_on: date | None
    withdrawn_on: date | None

    @property
    def changes(self) -> Iterator[DecisionChange]:
        """The decisions that differ."""
        sides = zip(self.before.decisions, self.after.decisions, self.before.rows, self.after.rows, strict=True)
        for decision, (before, after, *rows) in zip(self.before.names, sides, strict=True):
            if before != after:
                yield DecisionChange(decision, before, after, *rows)

    def outcome(self, side: int) -> CaseOutcome:
        """Return the decisions on a side: 0 before, 1 after."""
        return self.after if side else self.before

    def dated(self, side: int, *, is_paired: bool) -> DatedOutcome:
        """Return its handling and its days on a side: 0 before, 1 after.

        Args:
            side: the side.
            is_paired: True if it was worked under the first edition, where only the second one admits it.
        """
        given = self.outcome(side)
        newly = is_paired and given.due is not None and self.before.due is None
        clear = given.decisions[0] != UNDETERMINED
        return DatedOutcome(given.handling, given.due, self.answered_on, newly, self.withdrawn_on, clear)


@attrs.frozen(kw_only=True)
class ReadCases(SharedRepr):
    """Messages with their decisions.

    Args:
        counts: how many messages are alike.
        references: of each change, the references of the first messages.
        first: the first day of receipt; None where it is not known.
        last: the last day of receipt.
    """

    counts: Counter[ComparedCase]
    references: Mapping[DecisionChange, tuple[str, ...]]
    first: date | None
    last: date | None


@attrs.frozen(kw_only=True)
class CaseReader(SharedRepr):
    """Reads messages, and decides them under two editions.

    Args:
        before: the first edition.
        after: the second; it may be the same.
        calendar: as for `frames.decide`.
        calendar_column: as for `frames.decide`.
        by: the dimensions of the groups.
        as_of: the day at whose end answers are counted; None for none.
        on_invalid: of frames, as for `replay`.
        ignore: of frames, as for `replay`.
        listed: how many references of a change are kept.
    """

    before: Policy
    after: Policy
    calendar: Any
    calendar_column: str | None
    by: tuple[str, ...]
    as_of: date | None
    on_invalid: OnInvalid
    ignore: Collection[str]
    listed: int

    @property
    def editions(self) -> tuple[Policy, ...]:
        """The editions, one if both are the same."""
        return (self.before,) if self.before == self.after else checked_editions((self.before, self.after))

    @property
    def decisions(self) -> tuple[str, ...]:
        """The decisions that are compared: `DECISIONS`, then the tables that both editions declare themselves."""
        common = {table.name for table in self.before.own_tables} & {table.name for table in self.after.own_tables}
        return (*DECISIONS, *(table.name for table in self.before.own_tables if table.name in common))

    def read(self, cases: object) -> ReadCases:
        """Return the decisions on the messages of a frame, of a desk, or of records.

        Raises:
            FaultsError: see `compare`.
        """
        if isinstance(cases, Desk):
            cases = cases_of(cases)
        if not isinstance(cases, Iterable) or hasattr(cases, "columns"):
            return _of_frame(cases, self)
        try:
            return _of_records(cases, self)
        finally:
            if hasattr(cases, "close"):
                cases.close()


@attrs.frozen
class JointHandlings(SharedRepr):
    """The handlings that a message may have under two editions, while facts are unknown.

    They are exact where eligibility and level depend on different facts, as in M2-1; else some pairs may be too many.

    Args:
        eligibility: the tables of eligibility as one.
        level: the tables of the level as one.
    """

    eligibility: Twin
    level: Twin

    @classmethod
    def of_editions(cls, before: Policy, after: Policy) -> Self:
        """Return those of two editions, which may be the same."""
        names = ("eligibility", LEVEL)
        tables = [(before.tables[name], after.tables[name]) for name in names]
        twins = Twins.of_facts(table for pair in tables for table in pair)
        return cls(*(twins.twin(*pair) for pair in tables))

    def possible(self, facts: object) -> frozenset[tuple[str, str]]:
        """Return the pairs of handlings, before and after."""
        levels = self.level.possible(facts)
        return frozenset(
            (handling(before, one), handling(after, other))
            for before, after in self.eligibility.possible(facts)
            for one, other in levels
        )


# Frames


def _of_frame(cases: object, reader: CaseReader) -> ReadCases:
    import narwhals as nw

    found = replay(
        cases,
        reader.editions,
        reader.calendar,
        calendar_column=reader.calendar_column,
        as_of=reader.as_of,
        on_invalid=reader.on_invalid,
        ignore=reader.ignore,
    )
    narrow = _with_months(nw.from_native(found.cases), reader.by)
    frame = _Frame.of(reader, column_names(narrow))
    determined = frame.determined()
    counts = Counter[ComparedCase]()
    for row, alike in weighted_rows(collect_columns(narrow.filter(determined).to_native(), frame.keys)):
        counts[frame.case(row, None)] += alike
    read = input_columns(cases, ignore=reader.ignore, editions=reader.editions).read
    facts = [name for field, name in read.items() if field not in {INSTANT, DAY, KIND}]
    opened = collect_columns(narrow.filter(~determined).to_native(), list(dict.fromkeys([*frame.keys, *facts])))
    day = nw.lit(_SOME_DAY).alias(DAY)  # no handling depends on it
    readable = opened.select([*facts, day]).to_native()
    records = to_records(readable, ignore=reader.ignore, editions=reader.editions)
    handlings = JointHandlings.of_editions(reader.before, reader.after)
    for (row, alike), record in zip(weighted_rows(opened), records, strict=True):
        counts[frame.case(row, handlings.possible(record.facts))] += alike
    first, last = _span(found.cases)
    return ReadCases(counts=counts, references=_references(found.cases, frame), first=first, last=last)


def _with_months(narrow: AnyFrame, by: Collection[str]) -> AnyFrame:
    """Return a decided frame with the months of the receipts, if they are a dimension and no column has them."""
    names = column_names(narrow)
    received = receipt_column(names)
    if MONTH not in by or MONTH in names or received is None:
        return narrow
    return narrow.with_columns(month_key(received, narrow).alias(MONTH))


@attrs.frozen
class _Frame(SharedRepr):
    """The columns of a replayed frame.

    Args:
        reader: the reader.
        names: the columns of the frame.
        numbers: the numbers of the first edition and of the second, which may be the same.
        groups: for each dimension its column; None for the level under the first edition.
    """

    reader: CaseReader
    names: tuple[str, ...]
    numbers: tuple[int, int]
    groups: tuple[str | None, ...]

    @classmethod
    def of(cls, reader: CaseReader, names: Collection[str]) -> Self:
        columns = [group_column(name, names, reader.calendar) for name in reader.by]
        return cls(reader, tuple(names), (1, len(reader.editions)), tuple(columns))

    @property
    def marks(self) -> list[str]:
        """The columns of invalid rows."""
        return [name for number in sorted({*self.numbers}) if (name := f"{prefix(number)}invalid") in self.names]

    @property
    def keys(self) -> list[str]:
        """The columns that are counted."""
        names = self.reader.decisions
        of_edition = [*names, *(f"{name}_rows" for name in names), "due_date"]
        wanted = [f"{prefix(number)}{name}" for number in self.numbers for name in of_edition]
        wanted += [*self.marks, *filter(None, self.groups)]
        if self.reader.as_of is not None:
            wanted += [ANSWERED, WITHDRAWN]
        return list(dict.fromkeys(name for name in wanted if name in self.names))

    def determined(self) -> Any:
        """Return the expression of the rows whose handling is known, or which are invalid."""
        import narwhals as nw

        known = [
            ~nw.col(f"{prefix(number)}eligibility").is_null()
            & (
                ~nw.col(f"{prefix(number)}level").is_null()
                | (nw.col(f"{prefix(number)}eligibility").cast(nw.String()) == OUT_OF_SCOPE)
            )
            for number in self.numbers
        ]
        invalid = [~nw.col(mark).is_null() for mark in self.marks]
        return reduce(or_, invalid, reduce(and_, known))

    def case(self, row: Mapping[str, Any], possible: frozenset[tuple[str, str]] | None) -> ComparedCase:
        """Return a row as a message; without its possible handlings it is determined, or invalid."""
        before, after = (self._outcome(row, number) for number in self.numbers)
        groups = tuple(
            before.handling if column is None else _group(name, column, row[column], self.reader.calendar)
            for name, column in zip(self.reader.by, self.groups, strict=True)
        )
        if possible is None:
            pair = before.handling, after.handling
            possible = _ANY if UNDETERMINED in pair else frozenset([pair])
        marked = " ".join(str(plain(row[mark]) or "") for mark in self.marks)
        days = (
            None if name not in row or name in marked.split() else checked_day(name, plain(row[name]))
            for name in (ANSWERED, WITHDRAWN)
        )
        return ComparedCase(groups, before, after, possible, *days)

    def _outcome(self, row: Mapping[str, Any], number: int) -> CaseOutcome:
        start, names = prefix(number), self.reader.decisions
        decided = [outcome(plain(row[f"{start}{name}"])) for name in names]
        if decided[0] == OUT_OF_SCOPE:
            decided[1] = OUT_OF_SCOPE
        rows = tuple(plain(row[f"{start}{name}_rows"]) or "" for name in names)
        return CaseOutcome(tuple(decided), rows, plain(row.get(f"{start}due_date")), names)


def _group(name: str, column: str, value: object, calendar: object) -> str:
    """Return the value of a dimension as a text; a region may follow from a site."""
    if isinstance(value, bool):
        return str(value).lower()
    known = plain(value) if not isinstance(value, float) or value != value else value  # noqa: PLR0124  NaN is not itself
    if known is None:
        return UNKNOWN_GROUP
    if name == REGION and column == SITE and isinstance(calendar, Sites):
        return calendar[str(known)].region if str(known) in calendar else UNKNOWN_GROUP
    return known.value if isinstance(known, LabelledEnum) else str(known)


def _references(decided: object, frame: _Frame) -> dict[DecisionChange, tuple[str, ...]]:
    """Return the references of the first rows with each change."""
    import narwhals as nw

    changed = f"{prefix(2)}changed"
    if changed not in frame.names or _REFERENCE not in frame.names:
        return {}
    columns = list(dict.fromkeys([_REFERENCE, *frame.keys]))
    some = as_narwhals(decided).filter(~nw.col(changed).is_null()).select(columns).head(_MOST_LISTED)
    found = _Listed(frame.reader.listed)
    for row in rows_of(some):
        found.add(frame.case(row, _ANY), str(row[_REFERENCE]))
    return found.references


@attrs.frozen
class _Listed(SharedRepr):
    """The references of the first messages with each change."""

    most: int
    found: dict[DecisionChange, list[str]] = attrs.field(factory=dict)

    def add(self, case: ComparedCase, reference: str) -> None:
        for change in case.changes:
            references = self.found.setdefault(change, [])
            if len(references) < self.most:
                references.append(reference)

    @property
    def references(self) -> dict[DecisionChange, tuple[str, ...]]:
        return {change: tuple(references) for change, references in self.found.items()}


def _span(decided: object) -> tuple[date | None, date | None]:
    """Return the first and the last day of receipt in metropolitan France, where a column has them."""
    import narwhals as nw

    narrow = as_narwhals(decided)
    received = next((name for name in (INSTANT, DAY) if name in column_names(narrow)), None)
    if received is None:
        return None, None
    of = nw.col(received)
    row = rows_of(narrow.select(of.min().alias("first"), of.max().alias("last")))[0]
    first, last = (_day(plain(row[name])) for name in ("first", "last"))
    return first, last


def _day(moment: datetime | date | None) -> date | None:
    return BusinessCalendar.france().day_of(moment) if isinstance(moment, datetime) else moment


# Records


def _of_records(records: Iterable[Any], reader: CaseReader) -> ReadCases:
    editions, faults, france = reader.editions, FaultCollector(), BusinessCalendar.france()
    calendars, column = calendars_of(reader.calendar, reader.calendar_column)
    shared = (with_look_ups_of(one, reader.before) for one in editions[1:])
    decided = [_Decided(one, reader.decisions) for one in (reader.before, *shared)]
    handlings = _Possible(JointHandlings.of_editions(reader.before, reader.after))
    counts, listed, days = Counter[ComparedCase](), _Listed(reader.listed), list[date]()
    header = records.header if isinstance(records, FileReader) else ()
    for place, record in enumerate(sound_records(records, None)):
        row = _Record.of(record, header)
        if not isinstance(row.facts, ComplaintFacts):
            faults.append(Fault(f"[{place}].facts", type(record).__name__, _COMPLAINTS))
            continue
        key = "" if column is None else str(row.value(column) or "")
        calendar = calendars.get(key) if calendars else france
        if calendar is None:
            faults.append(Fault(f"[{place}].{column}", key or None, expected_keys(calendars)))
            continue
        try:
            case = row.case(decided, calendar, reader, handlings)
        except FaultsError as error:
            faults += (attrs.evolve(fault, path=f"[{place}].{fault.path}") for fault in error.faults)
            continue
        counts[case] += 1
        days.append(france.day_of(row.facts.received_at))
        listed.add(case, str(row.value(_REFERENCE) or place + 1))
    if faults:
        raise FaultsError(faults)
    first, last = (min(days), max(days)) if days else (None, None)
    return ReadCases(counts=counts, references=listed.references, first=first, last=last)


_OUTSIDE: Final = (OUT_OF_SCOPE, "")


class _Decided:
    """The codes and the rows of decisions under an edition, one object for all cases of the same cells of a table.

    Args:
        edition: the edition.
        names: the names of the decisions.
    """

    def __init__(self, edition: Policy, names: tuple[str, ...]) -> None:
        self.edition, self.names = edition, names
        self._own = [edition.tables[name] for name in names[len(DECISIONS) :]]
        self._found: list[dict[int, tuple[str, str]]] = [{} for _ in names]

    def of(self, assessed: Assessment) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the codes of the decisions on a case, and the ids of the rows of each."""
        complexity = assessed.complexity.cell
        band = complexity.requires["band"]
        cells = [assessed.eligibility.cell, complexity.requires[LEVEL], band.requires["criticality"], band, complexity]
        cells += [table.decide(assessed.facts).cell for table in self._own]
        pairs = [
            found.get(cell.cells)
            or found.setdefault(cell.cells, (_code(cell.outcome), " ".join(row.id for row in cell.deciding)))
            for found, cell in zip(self._found, cells, strict=True)
        ]
        if assessed.deadline is None:
            pairs[1] = _OUTSIDE  # the level of what is out of scope is not decided
        codes, rows = zip(*pairs, strict=True)
        return codes, rows


@attrs.frozen(eq=False)
class _Possible(SharedRepr):
    """The handlings that cases may have under both editions: those of which the same is known have the same."""

    handlings: JointHandlings
    _found: dict[tuple[object, ...], frozenset[tuple[str, str]]] = attrs.field(factory=dict, init=False)

    def of(self, assessed: Sequence[Assessment], facts: object) -> frozenset[tuple[str, str]]:
        """Return the pairs of handlings, before and after, of a case assessed under both editions."""
        cells = (cell for one in assessed for cell in (one.eligibility.cell, one.complexity.cell.requires[LEVEL]))
        key = tuple(cell.known for cell in cells)
        found = self._found.get(key)
        if found is None:
            found = self._found[key] = self.handlings.possible(facts)
        return found


_DAYS: Final = Wording("un jour est attendu, comme 2026-05-19", "a day is expected, such as 2026-05-19")


@attrs.frozen
class _Record(SharedRepr):
    """A record, whose values are those of a case, of the cells of a file, of its attributes, or of its facts.

    Args:
        facts: its facts.
        record: the record itself.
        values: the values of a case, or the cells of a file, by column.
    """

    facts: Any
    record: Any
    values: Mapping[str, Any]

    @classmethod
    def of(cls, record: ArrivingComplaint, header: Sequence[str]) -> Self:
        values: Mapping[str, Any] = {}
        if isinstance(record, Case):
            values = row_of_case(record)
        elif header and isinstance(record, ComplaintRecord):
            values = dict(zip(header, record.cells, strict=True))
        return cls(record.facts, record, values)

    def value(self, name: str) -> Any:
        """Return a value by the name of its column; None where there is none."""
        value = self.values.get(name)
        if name.startswith(_OWN) and name not in self.values:
            value = self.facts.own.get(name.removeprefix(_OWN))
        elif name not in self.values:
            value = next((attrgetter(name)(one) for one in (self.record, self.facts) if hasattr(one, name)), None)
        return None if isinstance(value, Missing) or value == "" else value

    def day(self, name: str) -> date | None:
        """Return a day by the name of its column.

        Raises:
            FaultsError: the value is no day.
        """
        value = self.value(name)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                raise FaultsError((Fault(name, value, _DAYS),)) from None
        return checked_day(name, value)

    def case(
        self, decided: Sequence[_Decided], calendar: BusinessCalendar, reader: CaseReader, handlings: _Possible
    ) -> ComparedCase:
        """Return the message under both editions; without a calendar of the reader no due date is counted.

        Raises:
            FaultsError: a note is outside of an edition's scale, or a day is before the receipt.
        """
        assessed = [one.edition.assess(self.facts, calendar) for one in decided]
        outcomes = [self._outcome(one, edition, reader) for one, edition in zip(assessed, decided, strict=True)]
        before, after = outcomes[0], outcomes[-1]
        groups = tuple(self._group(name, before, reader.calendar) for name in reader.by)
        pair = before.handling, after.handling
        possible = handlings.of(assessed, self.facts) if UNDETERMINED in pair else frozenset([pair])
        days: list[date | None] = [None, None]
        if reader.as_of is not None:
            days = [self.day(name) for name in (ANSWERED, WITHDRAWN)]
            received_on = calendar.day_of(self.facts.received_at)
            early = [(name, day) for name, day in zip((ANSWERED, WITHDRAWN), days) if is_early(day, received_on)]
            if early:
                raise FaultsError([Fault(name, day, BEFORE_RECEIPT) for name, day in early])
        return ComparedCase(groups, before, after, possible, *days)

    def _outcome(self, assessed: Assessment, decided: _Decided, reader: CaseReader) -> CaseOutcome:
        deadline = assessed.deadline
        codes, rows = decided.of(assessed)
        due = None
        if deadline is not None and reader.calendar is not None:
            due = self._due_date(assessed, deadline, reader.as_of)
        return CaseOutcome(codes, rows, due, decided.names)

    def _due_date(self, assessed: Assessment, deadline: Deadline, as_of: date | None) -> date:
        """Return the last day to answer: as assessed, unless days are suspended or levels are given for the clock."""
        rule = assessed.policy.deadline
        suspended = self.value(SUSPENSIONS) if rule.suspensions_allowed else None
        levels, changed = (self.value(CLOCK_LEVELS), self.day(LEVEL_CHANGED)) if rule.by_level else (None, None)
        if suspended is None and levels is None and changed is None:
            return deadline.due
        given = assessed.deadline_levels if levels is None else str(levels).split()
        clock: dict[str, Any] = {"levels": given, "not_before": changed}
        return due_date(assessed.policy, deadline.calendar, deadline.received_on, suspended, as_of, **clock)

    def _group(self, name: str, before: CaseOutcome, calendar: object) -> str:
        if name == LEVEL:
            return before.handling
        value = self.value(name)
        if value is None and name == MONTH:
            return month_of(self.facts.received_at)
        if value is None and name == REGION and isinstance(calendar, Sites):
            return _group(name, SITE, self.value(SITE), calendar)
        return _group(name, name, value, calendar)


def _code(value: object) -> str:
    return outcome(value.value if isinstance(value, LabelledEnum) else value)
