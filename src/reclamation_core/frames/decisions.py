"""Decide whole columns, in any of the supported frames."""

from __future__ import annotations

import warnings
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, NoReturn, TypeAlias, TypeVar

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.errors import ErrorKind, Fault, FaultsError
from reclamation_core.frames import polars_engine, sql_engine
from reclamation_core.frames.backends import (
    as_narwhals,
    column_names,
    empty_columns,
    import_polars,
    instant_columns,
    is_caseless,
    is_lazy,
    is_sql,
    rows_of,
    sql_types,
)
from reclamation_core.frames.layout import DECISIONS
from reclamation_core.frames.plan import FactsClass
from reclamation_core.frames.polars_engine import RESERVED_PREFIX, temporary
from reclamation_core.frames.request import Calendars, DecisionRequest, calendars_of, expected_value
from reclamation_core.frames.sql_engine import DUCKDB, SPARK, SqlWriter
from reclamation_core.policy import Policy, m2_1
from reclamation_core.tables.look_up import notify_columns
from reclamation_core.validators import of_class, require
from reclamation_core.vocabulary import Channel, ComplaintFacts, MalfunctionFacts
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.frames.backends import AnyFrame

ROW_NUMBER: Final = temporary("row")
"""The column of the row numbers in the whole frame."""
SHOWN: Final = 20
"""The maximum number of rows that an error describes in full."""


@attrs.define
class InvalidRowsError(FaultsError):
    """Rows of a frame have invalid values.

    Args:
        faults: the faults of the first row with each combination of values in these columns: the row number, from 0,
            and the column, the value, the expected values. Rows of DuckDB and Spark have no number.
        counts: the number of rows with an invalid value, by column.
        rows: the number of invalid rows.
        records: the rows of the faults, in their order.
    """

    code = "invalid_rows"
    kind = ErrorKind.INVALID

    counts: Mapping[str, int]
    rows: int
    records: tuple[Mapping[str, Any], ...] = ()

    def in_(self, lang: Lang) -> str:
        """Return the number of invalid rows by column, then the different faults, one a line.

        Raises:
            ValueError: the language is neither "fr" nor "en".
        """
        faults = dict.fromkeys(super().in_(lang).splitlines())  # rows without a number may have the same fault
        return "\n".join([self._summary.in_(lang), *faults])

    @property
    def _summary(self) -> Wording:
        columns = ", ".join(f"{name} {count}" for name, count in self.counts.items())
        fr = "1 ligne est refusée" if self.rows == 1 else f"{self.rows} lignes sont refusées"
        en = "1 row is invalid" if self.rows == 1 else f"{self.rows} rows are invalid"
        return Wording(
            f"{fr} ({columns}) ; corrigez ces lignes, ou marquez-les avec on_invalid='mark'",
            f"{en} ({columns}); correct them, or mark them with on_invalid='mark'",
        )


class MissingColumnWarning(UserWarning):
    """Rows of a survey are decided without a column of their notes."""


_SURVEY: Final = "satisfaction"


def _warn_without_notes(narrow: Any, request: DecisionRequest) -> None:
    """Warn of rows of a survey in an eager frame without a column of notes, which have no note then."""
    import narwhals as nw

    names = column_names(narrow)
    fact = request.plan.facts.get(_SURVEY)
    if fact is None or not fact.given or {request.column(_SURVEY), request.marker(fact)} & set(names):
        return
    channel = request.column("channel")
    if channel not in names or isinstance(narrow, nw.LazyFrame):
        return
    rows = int((narrow[channel].cast(nw.String()) == Channel.SURVEY.value).sum() or 0)
    if rows:
        warnings.warn(
            f"{rows} rows have the channel 'survey' and there is no column satisfaction: they are decided as without a "
            f"note; name that column satisfaction, or add satisfaction_unknown=True",
            MissingColumnWarning,
            stacklevel=4,
        )


def _named(mark: str, columns: Iterable[str]) -> list[str]:
    """Return the columns that a value of `invalid` names; the names of columns may contain spaces."""
    longest_first = sorted(columns, key=len, reverse=True)
    names: list[str] = []
    while mark:
        names.append(next(name for name in longest_first if f"{mark} ".startswith(f"{name} ")))
        mark = mark[len(names[-1]) + 1 :]
    return names


def _counted(marks: Iterable[tuple[str, int]], columns: Collection[str]) -> dict[str, int]:
    """Return the number of rows in which each column is invalid, the most frequent first.

    Args:
        marks: the values of `invalid` with their numbers of rows.
        columns: the names of the frame's columns.
    """
    counts: dict[str, int] = {}
    for mark, number in marks:
        for name in _named(mark, columns):
            counts[name] = counts.get(name, 0) + number
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def refuse(strange: Any, request: DecisionRequest, given: Any) -> NoReturn:
    """Raise the error for invalid rows.

    Args:
        strange: these rows in Polars, with their row numbers.
        request: the request.
        given: the caller's frame, in narwhals.

    Raises:
        InvalidRowsError: always.
    """
    marking = attrs.evolve(request, marked=True)
    marked = polars_engine.decide(import_polars(), strange.lazy(), marking).collect()
    marks = marked[request.name("invalid")]
    counts = _counted(marks.value_counts().iter_rows(), strange.columns)
    invalid = [request.name("invalid"), *counts]
    shown = marked.unique(invalid, keep="first", maintain_order=True).head(SHOWN)  # other values, not one many times
    places = shown[ROW_NUMBER].to_list()
    records = rows_of(given[places])  # the converted columns may have other values
    faults = [
        Fault(f"[{place}].{column}", record[column], expected_value(request, column))
        for place, mark, record in zip(places, shown[invalid[0]], records, strict=True)
        for column in _named(mark, strange.columns)
    ]
    raise InvalidRowsError(tuple(faults), counts, marked.height, tuple(records))


FrameT = TypeVar("FrameT")
OnInvalid: TypeAlias = Literal["raise", "mark"]
"""How rows with invalid values are handled: one error for all of them, or a mark on each."""


def decide(
    frame: FrameT,
    policy: Policy,
    calendar: Calendars | None,
    *,
    calendar_column: str | None = None,
    decisions: Collection[str] = DECISIONS,
    prefix: str = "",
    on_invalid: OnInvalid | None = None,
    ignore: Collection[str] = (),
) -> FrameT:
    """Return the frame with the columns of the assessment of each row, equal to `policy.assess`.

    The input columns have the names of the fields of `ComplaintFacts`, or their labels in French or English. A null
    means the same as None there, and a missing column means null in all rows: the fact is unknown; for `satisfaction`,
    there is no note, unless `satisfaction_unknown` is true. `input_columns` tells which are missing. A column whose
    name is close to that of a missing one, or to a label of it, is refused. Instead of `received_at` (a datetime with
    a time zone) there may be `received_on` (a date), which no cut-off moves. If the edition has a time to answer by
    level, `level_changed_on` (a date) is the day of the last change of the assessed level, which the last day to answer
    does not precede, and `deadline_levels` has the levels that count in place of those of the facts; `caseload` has
    both. A row whose `kind` is `malfunction`, as in `caseload`, is invalid here. Other columns are not changed.

    A fact that the edition declares itself is read from the column `own_NAME`, or its label; a null means what its
    declaration says of a blank. If that is absence, `own_NAME_unknown` is true where it is unknown. A column `own_NAME`
    of no declared fact, of a personal fact or of a free text is refused.

    The columns added are `COLUMNS`: the code of each decision's outcome, null while undetermined; the ids of the rows
    that decided, in the table's order, separated by a space; the names of the `undetermined` decisions, separated by a
    space; the last day to answer. A message out of scope has neither a level nor a last day to answer: both are null.
    Results that depend on an invalid value are null.

    Args:
        frame: pandas, Polars (eager or lazy), PyArrow, DuckDB or PySpark; a lazy frame stays lazy. With a calendar, the
            first and the last receipt of a query of DuckDB or PySpark are read now: what it has later on, if that is
            received more than 256 days after them, is marked as invalid.
        policy: the edition.
        calendar: the calendar of the handling site, calendars by the values of a column, or the sites; None for no due
            date.
        calendar_column: the column that names the calendar of each row, if there are several: `site` for sites, else
            `territory`. A null, like an unknown name, is an invalid value.
        decisions: the decisions to add, among `DECISIONS` and the tables that the edition declares itself; by default
            all of them. An undetermined outcome of one of its own tables is null, and is not named in `undetermined`.
        prefix: the prefix of the names of the columns added.
        on_invalid: "raise", the default for eager frames, raises an error if there are invalid values; "mark", the
            default for lazy ones, adds the column `invalid`: the names of the columns with an invalid value in that
            row, separated by a space; null for a valid row.
        ignore: columns that are no facts although their names are close to one, such as `format` without `formal`.

    Raises:
        MissingExtraError: narwhals or Polars is not installed.
        TypeError: the type of the frame is not supported; the policy or the prefix is of the wrong type.
        ValueError: an argument is refused, such as on_invalid="raise" for a lazy frame.
        FaultsError: columns have a wrong type, are missing, have a close name, exist already or have the same name, all
            faults at once; DuckDB, and Spark by default, compare names without case.
        InvalidRowsError: rows have invalid values; a `FaultsError`.

    Warns:
        MissingColumnWarning: rows of an eager frame have the channel `survey`, and there is no column of notes.
    """
    found: FrameT = _answered(
        as_narwhals(frame),
        policy,
        ComplaintFacts,
        calendars_of(calendar, calendar_column),
        (decisions, prefix, on_invalid, ignore),
    )
    return found


def decide_levels(frame: FrameT, policy: Policy, calendar: Calendars, **options: Any) -> FrameT:
    """Return the decided frame with `deadline_levels`: the codes of the levels of which the earliest deadline holds.

    Args:
        frame: as for `decide`, not a query of DuckDB or PySpark.
        policy: an edition with a time to answer by level.
        calendar: as for `decide`.
        options: the other arguments of `decide`, all of them.
    """
    calendars = calendars_of(calendar, options["calendar_column"])
    given = (options["decisions"], options["prefix"], options["on_invalid"], options["ignore"])
    found: FrameT = _answered(as_narwhals(frame), policy, ComplaintFacts, calendars, given, shows_levels=True)
    return found


def decide_malfunctions(
    frame: FrameT,
    policy: Policy,
    *,
    decisions: Collection[str] = DECISIONS[1:],
    prefix: str = "",
    on_invalid: OnInvalid | None = None,
    ignore: Collection[str] = (),
) -> FrameT:
    """Return the frame with the columns of `policy.assess_malfunction`: no eligibility and no due date (I5, I22).

    Columns, arguments and errors are those of `decide`, with the fields of `MalfunctionFacts`; a column `client_scope`
    is not read. A row whose `kind` is `complaint` is invalid.
    """
    options = (decisions, prefix, on_invalid, ignore)
    found: FrameT = _answered(as_narwhals(frame), policy, MalfunctionFacts, ({}, None), options)
    return found


def _answered(
    narrow: AnyFrame,
    policy: Policy,
    kind: FactsClass,
    calendars: tuple[Mapping[str, BusinessCalendar], str | None],
    options: tuple[Collection[str], str, str | None, Collection[str]],
    *,
    shows_levels: bool = False,
) -> Any:
    notify_columns()
    decisions, prefix, on_invalid, ignore = options
    require(of_class(Policy), policy=policy)
    lazy = is_lazy(narrow)
    if on_invalid not in {None, "raise", "mark"}:
        raise ValueError(f"on_invalid: {on_invalid!r} is refused; use 'raise' or 'mark'")
    if lazy and on_invalid == "raise":
        raise ValueError("on_invalid: 'raise' is not supported for a lazy frame; use 'mark', then frames.check(frame)")
    marked = lazy or on_invalid == "mark"
    request = DecisionRequest(policy, kind, _wanted(decisions, kind, policy), *calendars, prefix, marked, ignore)
    request = attrs.evolve(request, own=_own(decisions, kind, policy), shows_levels=shows_levels)
    reserved = sql_engine.RESERVED_PREFIX if is_sql(narrow) else RESERVED_PREFIX
    request = request.reading(column_names(narrow), instant_columns(narrow))
    request.check_columns(column_names(narrow), caseless=is_caseless(narrow), reserved=reserved)
    _warn_without_notes(narrow, request)
    try:
        return _decided(narrow, request, lazy=lazy)
    except InvalidRowsError:
        raise
    except FaultsError as error:
        empty = empty_columns(narrow, {fault.path for fault in error.faults})
        if not empty:
            raise
        return _decided(narrow, attrs.evolve(request, empty=empty), lazy=lazy)


def _decided(narrow: Any, request: DecisionRequest, *, lazy: bool) -> Any:
    """Return the decided frame.

    Raises:
        FaultsError: columns have a type that cannot have their values; InvalidRowsError: rows have invalid values.
    """
    implementation = narrow.implementation
    if implementation.is_polars():
        return _in_polars(narrow.to_native(), request, narrow, lazy=lazy)
    if implementation.is_duckdb():
        return _in_duckdb(narrow, request)
    if implementation.is_pyspark():
        return _in_spark(narrow, request)
    return _through_polars(narrow, request)


def _own(decisions: Collection[str], kind: FactsClass, policy: Policy) -> tuple[str, ...]:
    """Return the edition's own tables among the requested decisions: all of them if every decision is requested."""
    own = policy.own_tables_of(kind)
    all_of_m2_1 = set(DECISIONS if kind is ComplaintFacts else DECISIONS[1:]) == set(decisions)
    return own if all_of_m2_1 else tuple(name for name in own if name in decisions)


def _wanted(decisions: Collection[str], kind: FactsClass, policy: Policy) -> tuple[str, ...]:
    known = (*(DECISIONS if kind is ComplaintFacts else DECISIONS[1:]), *policy.own_tables_of(kind))
    if isinstance(decisions, str):
        decisions = (decisions,)
    if not isinstance(decisions, Collection):
        raise TypeError(f"decisions: a list of names is expected, got {decisions!r}; choose among {', '.join(known)}")
    strange = [name for name in decisions if name not in known]
    if strange or not decisions:
        raise ValueError(f"decisions: {strange or 'nothing'} is refused; choose among {', '.join(known)}")
    return tuple(name for name in known if name in decisions and name in DECISIONS)


_FEW: Final = 4096
"""The number of rows up to which streaming costs more than it saves: one slice passes all steps in the cache."""


def _in_polars(frame: Any, request: DecisionRequest, given: Any, *, lazy: bool) -> Any:
    """Return the decided frame; `given` is the caller's frame, in narwhals."""
    pl = import_polars()
    if not lazy and frame.height <= _FEW:
        frame = frame.rechunk()
    decided = polars_engine.decide(pl, frame.lazy(), request, by_group=lazy)
    if lazy:
        return decided.drop(polars_engine.INVALID_FLAG)
    found = decided.collect(engine="streaming" if frame.height > _FEW else "in-memory")
    strange = found.drop_in_place(polars_engine.INVALID_FLAG)
    if not request.marked and strange.any():
        refuse(frame.with_row_index(ROW_NUMBER).filter(strange), request, given)
    return found


def _through_polars(narrow: Any, request: DecisionRequest) -> Any:
    from reclamation_core.frames import conversions

    pl = import_polars()
    there_are = column_names(narrow)
    read = [name for name in map(request.column, request.needed) if name in there_are]
    native = narrow.to_native()
    to_polars, from_polars = (
        conversions.pandas_conversions(pl) if narrow.implementation.is_pandas() else conversions.arrow_conversions(pl)
    )
    columns = to_polars(native, read, request)
    if not columns.columns:
        columns = pl.DataFrame({ROW_NUMBER: range(len(narrow))})
    decided = _in_polars(columns, request, narrow, lazy=False)
    return from_polars(native, decided.select(request.added))


def _sql_types(narrow: AnyFrame, request: DecisionRequest) -> dict[str, Any]:
    """Return the types of a query's columns; None for those without a value."""
    return {name: None if name in request.empty else dtype for name, dtype in sql_types(narrow).items()}


_ONCE_READ: Final = "ARROW_SCAN"
"""The part of a plan of DuckDB that may be a reader of Arrow, which is read once."""
_NUMBERS: Final = count(1)
"""Each query has a name of its own: older DuckDB versions resolve the name of a view when it is read."""


def _in_duckdb(narrow: Any, request: DecisionRequest) -> Any:
    schema = _sql_types(narrow, request)
    writer = SqlWriter(DUCKDB, joined_lists=True)
    days = sql_engine.days_of_receipt(writer, schema, request)
    if days and _ONCE_READ not in narrow.to_native().explain():
        given = f"{sql_engine.RESERVED_PREFIX}rows_{next(_NUMBERS)}"
        read = narrow.to_native().query(given, f"SELECT {', '.join(days)} FROM {given}")
        request = _receiving(request, read.fetchall()[0])
    steps = sql_engine.steps(writer, schema, request)
    given = f"{sql_engine.RESERVED_PREFIX}rows_{next(_NUMBERS)}"
    query = f"SELECT * FROM {given}, ({writer.one_row})"
    for step in steps:
        query = f"SELECT *, {', '.join(step)} FROM ({query})"
    wanted = ", ".join(map(writer.name, (*schema, *request.added)))
    return narrow.to_native().query(given, f"SELECT {wanted} FROM ({query})")


def _receiving(request: DecisionRequest, days: Sequence[int | None]) -> DecisionRequest:
    """Return the request with the first and the last day of receipt, any day for a query without receipts."""
    first, last = days
    return attrs.evolve(request, days=(first or 0, last or 0))


def _in_spark(narrow: Any, request: DecisionRequest) -> Any:
    schema = _sql_types(narrow, request)
    writer = SqlWriter(SPARK, joined_lists=False)
    native = narrow.to_native()
    days = sql_engine.days_of_receipt(writer, schema, request)
    if days and not native.isStreaming:
        request = _receiving(request, native.selectExpr(*days).first())
    for step in sql_engine.steps(writer, schema, request):
        native = native.selectExpr("*", *step)
    return native.select(*map(writer.name, (*schema, *request.added)))


def check(frame: FrameT, policy: Policy | None = None, *, prefix: str = "") -> FrameT:
    """Return the decided frame if none of its rows is marked in `invalid`; a lazy frame is executed, and stays lazy.

    Args:
        frame: the result of `decide` or `decide_malfunctions`.
        policy: the edition of the decisions, whose domains the error names; the default edition unless given.
        prefix: the prefix of `decide`.

    Raises:
        LookupError: the frame has no column `invalid`.
        InvalidRowsError: rows are marked.
    """
    import narwhals as nw

    narrow = as_narwhals(frame)
    name = f"{prefix}invalid"
    if name not in column_names(narrow):
        raise LookupError(f"frame: it has no column {name!r}; decide it with on_invalid='mark' first")
    marked = narrow.filter(~nw.col(name).is_null())
    marks = rows_of(marked.group_by(name).agg(nw.len().alias("rows")))
    if not marks:
        return frame
    request = DecisionRequest(policy or m2_1(), ComplaintFacts, DECISIONS, {}, None, prefix, marked=True)
    request = request.reading(column_names(narrow), ())
    records = rows_of(marked.head(SHOWN))
    faults = [
        Fault(column, record[column], expected_value(request, column))
        for record in records
        for column in _named(record[name], record)
    ]
    counts = _counted(((mark[name], mark["rows"]) for mark in marks), column_names(narrow))
    raise InvalidRowsError(tuple(faults), counts, sum(mark["rows"] for mark in marks), tuple(records))
