"""Records as frames and frames as records: those of a file, of the generator, and arrivals of a simulation."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, MutableSequence
from functools import partial
from operator import attrgetter
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases import CaseKind
from reclamation_core.errors import FaultCollector, FaultsError
from reclamation_core.frames.backends import as_narwhals, column_names, import_polars, instant_columns, rows_of
from reclamation_core.frames.explanation import calendar_of, facts_of, plain_value
from reclamation_core.frames.layout import DECISIONS
from reclamation_core.frames.register import converted, fact_types, own_columns_of, plain_fact
from reclamation_core.frames.request import KIND, Calendars, DecisionRequest, calendars_of
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Policy, m2_1
from reclamation_core.policy.own_facts import joined
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.vocabulary import FACTS, ComplaintFacts, MalfunctionFacts
from reclamation_core.vocabulary.column_names import MARKERS, labelled_columns
from reclamation_core.vocabulary.own_facts import OwnFacts
from reclamation_core.wording import Wording

_DAYS: Final = ("answered_on", "withdrawn_on")
"""The days that `replay` reads, of records that have them."""
_OWN: Final = ("reference", "site")
_RECORDS: Final = Wording(
    "des objets qui ont reference, site et facts sont attendus, comme ceux de intake.read",
    "objects with reference, site and facts are expected, such as those of intake.read",
)


@attrs.frozen(kw_only=True)
class FrameRecord(SharedRepr):
    """A row of a frame as a record, which the staffing model takes as an arrival.

    Args:
        reference: its reference; the number of the row, from 1, where the frame has none.
        site: the code of its site; None where it has none.
        facts: its facts.
    """

    reference: str
    site: str | None
    facts: ComplaintFacts | MalfunctionFacts


def from_records(
    records: Iterable[Any],
    *,
    keep: Collection[str] = (),
    rejected: MutableSequence[Any] | None = None,
    backend: str = "polars",
) -> Any:
    """Return records as a frame that `decide` and the laboratory's `replay` take, one a row.

    Columns: `reference`, `site` (null without one), `received_at` in UTC, every fact of `ComplaintFacts` as in
    `caseload`, `satisfaction_unknown`; `kind` where there are malfunctions; `answered_on` and `withdrawn_on` of records
    that have them, as those of `generate_records`; `own_NAME` for each fact of an edition that a record has, with
    `own_NAME_unknown` where it is marked as unknown; then the columns to keep. Texts of complainants, personal facts
    and free texts are not included.

    Args:
        records: the reader of a file, `intake.read(...)`, which is closed at the end; or any objects with `reference`,
            `site` and `facts`: generated records, cases.
        keep: names of other columns of the file, kept as texts, such as the day of the answer.
        rejected: a list that rows of the file that could not be read are added to; without it they are refused.
        backend: "polars", "pandas", "pyarrow" or "duckdb"; the package and PyArrow must be installed.

    Raises:
        MissingExtraError: Polars is not installed.
        TypeError: a record has no reference, site or facts.
        ValueError: the backend is unknown, or the file has no such column to keep.
        FaultsError: rows of the file could not be read, and there is no list for them.

    >>> from reclamation_core.simulation import generate_records
    >>> from_records(generate_records(200, 7)).select("reference", "satisfaction_unknown", "answered_on").columns
    ['reference', 'satisfaction_unknown', 'answered_on']
    """
    try:
        pl = import_polars()
        convert, header = converted(pl, backend), tuple(getattr(records, "header", ()))
        strange = [name for name in keep if name not in header]
        if strange:
            known = ", ".join(header) or "nothing"
            raise ValueError(f"keep: {strange} are no columns of the file; choose among {known}")
        rows = list(sound_records(records, rejected))
    finally:
        if hasattr(records, "close"):
            records.close()
    places = {name: header.index(name) for name in keep}
    days = [name for name in _DAYS if any(hasattr(row, name) for row in rows)]
    columns: dict[str, tuple[Any, Callable[[Any], Any]]] = {
        "reference": (pl.String, attrgetter("reference")),
        "site": (pl.String, lambda record: record.site or None),
        **{name: (dtype, _fact(name)) for name, dtype in fact_types(pl).items()},
        **{marker: (pl.Boolean, _is_unknown(name)) for marker, name in MARKERS.items()},
        **{name: (pl.Date, partial(_attribute, name)) for name in days},
        **{
            name: (dtype, _of_own(of))
            for name, (dtype, of) in own_columns_of(pl, [row.facts.own for row in rows]).items()
        },
        **{name: (pl.String, partial(_cell, place)) for name, place in places.items()},
    }
    if any(isinstance(row.facts, MalfunctionFacts) for row in rows):
        columns[KIND] = (pl.String, lambda record: _kind(record.facts).value)
    return convert(
        pl.DataFrame({name: pl.Series([of(row) for row in rows], dtype=dtype) for name, (dtype, of) in columns.items()})
    )


def _attribute(name: str, record: object) -> Any:
    return getattr(record, name, None)


def _cell(place: int, record: Any) -> str | None:
    return record.cells[place] or None


def _of_own(of: Callable[[OwnFacts], Any]) -> Callable[[Any], Any]:
    return lambda record: of(record.facts.own)


def _fact(name: str) -> Callable[[Any], Any]:
    return lambda record: plain_fact(record.facts.get(name))


def _is_unknown(name: str) -> Callable[[Any], bool]:
    return lambda record: record.facts.get(name) is UNKNOWN


def _kind(facts: object) -> CaseKind:
    return CaseKind.MALFUNCTION if isinstance(facts, MalfunctionFacts) else CaseKind.COMPLAINT


def sound_records(records: Iterable[Any], rejected: MutableSequence[Any] | None) -> Iterator[Any]:
    """Yield the records; rejected rows go to their list.

    Raises:
        FaultsError: rows are rejected, and there is no list.
    """
    faults = FaultCollector()
    for record in records:
        if isinstance(getattr(record, "facts", None), ComplaintFacts | MalfunctionFacts):
            yield record
        elif not hasattr(record, "faults"):
            raise TypeError(f"records: {type(record).__name__} is no record; {_RECORDS.en}")
        elif rejected is not None:
            rejected.append(record)
        else:
            faults.extend(attrs.evolve(fault, path=f"[line {record.line}].{fault.path}") for fault in record.faults)
    if faults:
        raise FaultsError(faults)


def to_records(
    frame: object,
    calendar: Calendars | None = None,
    *,
    calendar_column: str | None = None,
    ignore: Collection[str] = (),
    editions: Iterable[Policy] = (),
) -> tuple[FrameRecord, ...]:
    """Return the rows of a frame as records, which `compare_staffing` and `handlers_needed` take as arrivals.

    Columns are those of `decide`, with `reference` and `site`; labels are read too. A row whose `kind` is
    `malfunction` has the facts of one. A lazy frame is executed.

    Args:
        frame: as for `decide`.
        calendar: as for `decide`; the zone in which a day of `received_on` begins. Metropolitan France unless given.
        calendar_column: as for `decide`.
        ignore: as for `decide`.
        editions: the editions whose own facts are read, from columns `own_NAME`; a `PolicyBook` is one.

    Raises:
        MissingExtraError: narwhals is not installed.
        TypeError: the type of the frame is not supported.
        FaultsError: columns are missing or nearly named, or rows have invalid values, each with the number of its row,
            from 0.
    """
    narrow = as_narwhals(frame)
    names = column_names(narrow)
    calendars = calendars_of(BusinessCalendar.france() if calendar is None else calendar, calendar_column)
    request = _reading_all(calendars, ignore, editions).reading(names, instant_columns(narrow))
    faults = FaultCollector(request.column_faults(names))
    if faults:
        raise FaultsError(faults)
    own = {name: _own(names, name) for name in _OWN}
    is_pandas = narrow.implementation.is_pandas()
    found: list[FrameRecord] = []
    for place, row in enumerate(rows_of(narrow)):
        given = {request.field(name): plain_value(value, nan_is_null=is_pandas) for name, value in row.items()}
        cls: type[Any] = MalfunctionFacts if given.get(KIND) == CaseKind.MALFUNCTION else ComplaintFacts
        reference, site = (None if own[name] is None else given.get(request.field(str(own[name]))) for name in _OWN)
        try:
            facts: Any = facts_of(given, request, calendar_of(given, request), cls)
        except FaultsError as error:
            faults.extend(attrs.evolve(one, path=f"[{place}].{request.column(one.path)}") for one in error.faults)
            continue
        found.append(
            FrameRecord(
                reference=str(place + 1 if reference is None else reference),
                site=None if site is None else str(site),
                facts=facts,
            )
        )
    if faults:
        raise FaultsError(faults)
    return tuple(found)


def _reading_all(
    calendars: tuple[Mapping[str, BusinessCalendar], str | None], ignore: Collection[str], editions: Iterable[Policy]
) -> DecisionRequest:
    """Return the request that reads every fact of M2-1 and of some editions."""
    own = joined(edition.facts for edition in editions)
    return DecisionRequest(
        m2_1(), ComplaintFacts, DECISIONS, *calendars, "", marked=False, ignore=ignore, carried=tuple(own.values())
    )


def _own(names: Collection[Any], field: str) -> str | None:
    """Return the column of a field that is no fact: of its own name, or of its label."""
    if field in names:
        return field
    others = (name for name in names if isinstance(name, str))
    return next(iter(labelled_columns(others, [field]).get(field, [])), None)


@attrs.frozen(kw_only=True)
class InputColumns(SharedRepr):
    """The columns of a frame that `decide` reads.

    Args:
        read: the columns that are read, by the field.
        missing: the facts without a column, which are unknown in every row; without a note there is none.
        unread: the other columns.
    """

    read: dict[str, str]
    missing: tuple[str, ...]
    unread: tuple[str, ...]

    def in_(self, lang: str) -> str:
        """Return the facts without a column and the columns that are not read, by their labels."""
        labels = ", ".join(FACTS[name].label.fr if lang == "fr" else FACTS[name].label.en for name in self.missing)
        others = ", ".join(self.unread)
        if lang == "fr":
            return f"Sans colonne : {labels or 'aucune information'}. Colonnes non lues : {others or 'aucune'}."
        return f"Without a column: {labels or 'no fact'}. Columns that are not read: {others or 'none'}."

    def __str__(self) -> str:
        return self.in_("en")


def input_columns(
    frame: object,
    calendar: Calendars | None = None,
    *,
    calendar_column: str | None = None,
    ignore: Collection[str] = (),
    editions: Iterable[Policy] = (),
) -> InputColumns:
    """Return which columns of a frame `decide` reads, and which facts have none; nothing is executed.

    Args:
        frame: as for `decide`.
        calendar: as for `decide`.
        calendar_column: as for `decide`.
        ignore: as for `decide`.
        editions: the editions whose own facts are read, as for `to_records`; their fields are `own.NAME`.

    Raises:
        MissingExtraError: narwhals is not installed.
        TypeError: the type of the frame is not supported.
        FaultsError: columns that are needed are missing, or nearly named.

    >>> import polars as pl
    >>> found = input_columns(pl.DataFrame({"canal": ["email"], "formal": [True], "color": ["red"]}))
    >>> found.read, found.unread, found.missing[:2]
    ({'channel': 'canal', 'formal': 'formal'}, ('color',), ('complainant', 'nature'))
    """
    narrow = as_narwhals(frame)
    names = column_names(narrow)
    calendars = calendars_of(calendar, calendar_column)
    request = _reading_all(calendars, ignore, editions).reading(names, instant_columns(narrow))
    faults = request.column_faults(names)
    if faults:
        raise FaultsError(faults)
    read = {field: request.column(field) for field in request.needed if request.column(field) in names}
    missing = tuple(name for name in FACTS if name in request.plan.facts and name not in read)
    return InputColumns(
        read=read, missing=missing, unread=tuple(str(name) for name in names if name not in read.values())
    )
