"""Replay a caseload: decide each complaint under several editions, and count the differences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import reduce
from typing import Any, Final

from reclamation_core import frames
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import checked_date
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames import DECISIONS
from reclamation_core.frames.backends import as_narwhals, column_names, is_lazy
from reclamation_core.frames.decisions import InvalidRowsError, OnInvalid
from reclamation_core.frames.layout import LEVEL
from reclamation_core.frames.request import FREE, checked_ignore, own_columns
from reclamation_core.laboratory import outcomes
from reclamation_core.laboratory.group_columns import dimensions, group_keys, split
from reclamation_core.laboratory.outcomes import OUT_OF_SCOPE, DatedOutcome
from reclamation_core.laboratory.result import Replay
from reclamation_core.laboratory.row_counts import (
    ANSWERED,
    BEFORE_RECEIPT,
    WITHDRAWN,
    are_different,
    check_answered,
    checked_day,
    collect_columns,
    counts,
    outcome,
    plain,
    prefix,
)
from reclamation_core.laboratory.suspensions import RECEIPT, RECEIVED, apply_suspensions, receipts
from reclamation_core.laboratory.tallies import Tallies, backend_of
from reclamation_core.policy import Policy
from reclamation_core.vocabulary import ComplaintFacts, Sites
from reclamation_core.wording import Wording

_EDITIONS: Final = Wording(
    "des versions de la procédure sont attendues, une au moins, la première étant celle à laquelle on compare",
    "editions are expected, at least one, the first being what the others are compared with",
)
_ONCE: Final = Wording(
    "deux versions ont ce nom ; nommez-en une autrement (what_if(..., edition=...), ou attrs.evolve)",
    "two editions have that name; give one another (what_if(..., edition=...), or attrs.evolve)",
)
_SHOWN: Final = 10
_REFERENCE: Final = "reference"
A_CALENDAR: Final = Wording(
    "un calendrier est attendu avec as_of : sans lui, aucune échéance n'est comptée",
    "a calendar is expected with as_of: without one no due date is counted",
)


def replay(
    caseload: object,
    editions: Iterable[Policy],
    calendar: BusinessCalendar | Mapping[str, BusinessCalendar] | Sites | None = None,
    *,
    calendar_column: str | None = None,
    as_of: date | None = None,
    decisions: Collection[str] = DECISIONS,
    on_invalid: OnInvalid = "raise",
    ignore: Collection[str] = (),
    by: str | Collection[str] = (),
) -> Replay:
    """Decide a caseload under several editions, and compare each with the first (rejeu d'un portefeuille).

    Every complaint has exactly one outcome of each decision under each edition: one that an edition does not decide,
    for its facts are unknown, is `undetermined` (indéterminé).

    With `as_of`, the column `answered_on` (dates, in the site's zone; null while there is no answer) and an optional
    column `withdrawn_on` (retrait) show which answers were in time, as known at the end of that day: see
    `Replay.on_time`. An answer after `as_of` is not known yet. Give the caseload as it was then, without what was
    received later, and give first the edition that it was worked under.

    Where an edition allows suspensions of the answer clock, due dates leave out the days of the optional column
    `suspensions`, as `frames.caseload` has it: intervals of days such as `2026-05-04/2026-05-06`, with a space between,
    of which the last one may still run (`2026-05-11/..`: until the end of `as_of`; without it, that first day alone).
    In DuckDB and PySpark frames suspended rows are refused.

    `Replay.repeated` counts the rows whose reference is there already, and `Replay.received_later` those received
    after `as_of`; neither is left out.

    A frame that is lazy stays lazy in `Replay.cases`; it is executed once to count its decisions, and once more to
    count its dates.

    Args:
        caseload: complaints, one a row, in any frame that `frames.decide` takes.
        editions: at least one, each with a name of its own.
        calendar: as for `frames.decide`; None to count no due dates.
        calendar_column: as for `frames.decide`.
        as_of: the day at whose end the answers are counted; None for no rates.
        decisions: which of `frames.DECISIONS`, and of the tables that all the editions declare, are compared;
            eligibility and level always are.
        on_invalid: "raise" refuses a caseload with invalid values, such as an answer or a withdrawal before the day of
            receipt; "mark" counts such rows, names the columns in `edition_1_invalid`, ..., and takes decisions that
            depend on them for undetermined.
        ignore: as for `frames.decide`.
        by: dimensions in which the results are counted by group too, as for `compare`: columns such as `site`, `theme`
            or `own_...`, `region` (which follows from the site where the calendar is Sites), `month` or `level`.

    Raises:
        MissingExtraError: narwhals or Polars is not installed.
        TypeError: the type of the caseload is not supported; `as_of` is no plain date.
        ValueError: an argument is refused.
        FaultsError: there are no editions, or two have the same name; columns are missing, have a close name or a wrong
            type.
        InvalidRowsError: rows have invalid values; a `FaultsError`.

    >>> import polars as pl
    >>> from reclamation_core import m2_1
    >>> from reclamation_core.laboratory import replay, what_if
    >>> notes = pl.DataFrame({"satisfaction": [4.0, 6.5, 9.0], "channel": ["survey", "other", "other"]})
    >>> found = replay(notes, [m2_1(), what_if(m2_1(), survey_threshold=7)])
    >>> found.changed
    {'M2-1, note seuil 7': 1}
    >>> found.matrices("eligibility")["M2-1, note seuil 7"]
    {('complaint', 'complaint'): 1, ('out_of_scope', 'complaint'): 1, ('out_of_scope', 'out_of_scope'): 1}
    """
    compared = checked_editions(editions)
    grouped = dimensions(by, compared)
    wanted = _wanted(decisions, compared)
    if as_of is not None:
        _check_answers(caseload, calendar, as_of, ignore)
    numbers = range(1, len(compared) + 1)
    ignored = checked_ignore(ignore).union(own_columns(compared))  # each edition reads those that it declares
    own = {"calendar_column": calendar_column, "decisions": wanted, "ignore": ignored}
    decided = _decided(caseload, compared, calendar, own, on_invalid, as_of=as_of)
    keys = group_keys(decided, grouped, calendar)
    marks = [name for name in column_names(as_narwhals(decided)) if name in _each(numbers, ["invalid"])]
    rows = [f"{decision}_rows" for decision in wanted]
    columns = [*_each(numbers, [*wanted, *rows]), *_each(numbers[1:], ["changed"]), *marks]
    collected = collect_columns(decided, columns, keys)
    dated = answers = None
    impossible = received_later = 0
    if as_of is not None:
        dated = _dated(decided, calendar, own)
        answers = _answers(dated, marks, numbers, keys)
        impossible = _impossible(answers, marks)
        received_later = _received_later(answers, as_of)
    if on_invalid == "raise":
        decided = _sound(decided, compared, marks, collected) if marks else decided
        if impossible:
            _refuse_impossible(answers, marks)
    elif dated is not None:
        decided = _with_days_marked(decided, dated, marks)
    names = tuple(edition.edition for edition in compared)
    changed = [_marked(collected, [name]) for name in _each(numbers[1:], ["changed"])]
    dates = answers
    if answers is None and calendar is not None:
        dates = collect_columns(decided, _each(numbers, ["eligibility", "level", "due_date"]), keys)
    return Replay(
        editions=compared,
        cases=decided,
        as_of=as_of,
        changed=dict(zip(names[1:], changed, strict=True)),
        invalid=_marked(collected, marks) + impossible,
        repeated=_repeated(as_narwhals(caseload)),
        received_later=received_later,
        tallies=_tallied(collected, dates, names, wanted),
        groups={
            name: {
                group: _tallied(part, dated_part, names, wanted)
                for group, (part, dated_part) in split(key, collected, dates).items()
            }
            for name, key in zip(grouped, keys, strict=True)
        },
        backend=backend_of(as_narwhals(caseload)),
    )


def checked_editions(editions: object) -> tuple[Policy, ...]:
    """Return editions with names of their own, at least one.

    Raises:
        FaultsError: there is none, or two have the same name.
    """
    given = tuple(editions) if isinstance(editions, Iterable) else ()
    strange = [edition for edition in given if not isinstance(edition, Policy)]
    if strange or not given:
        raise FaultsError((Fault("editions", strange or editions, _EDITIONS),))
    names = Counter(edition.edition for edition in given)
    if len(names) < len(given):
        raise FaultsError([Fault("editions", name, _ONCE) for name, times in names.items() if times > 1])
    return given


def _wanted(decisions: Collection[str], editions: tuple[Policy, ...]) -> tuple[str, ...]:
    """The decisions to compare, in order, with those that the handling is made of.

    If all decisions are compared, so are the tables of their own that all editions have.
    """
    own = [name for name in editions[0].own_tables_of(ComplaintFacts) if all(name in one.tables for one in editions)]
    asked = (decisions,) if isinstance(decisions, str) else tuple(decisions)
    known = (*DECISIONS, *own)
    strange = [name for name in asked if name not in known]
    if strange:
        raise ValueError(f"decisions: {strange} is refused; choose among {', '.join(known)}")
    if set(asked) == set(DECISIONS):
        return known
    return tuple(name for name in known if name in asked or name in {"eligibility", "level"})


def _check_answers(caseload: object, calendar: object, as_of: date, ignore: Collection[str]) -> None:
    checked_date(as_of, "as_of")
    if calendar is None:
        raise FaultsError((Fault("calendar", None, A_CALENDAR),))
    check_answered(caseload, ignore)


def _each(numbers: Iterable[int], names: Collection[str]) -> list[str]:
    """The columns of some names, of each edition."""
    return [f"{prefix(number)}{name}" for number in numbers for name in names]


def _decided(
    caseload: Any,
    editions: tuple[Policy, ...],
    calendar: Any,
    own: Mapping[str, Any],
    on_invalid: OnInvalid,
    *,
    as_of: date | None,
) -> Any:
    """The caseload with the columns of each edition, and which of them differ from the first's."""
    import narwhals as nw

    if on_invalid not in {"raise", "mark"}:
        raise ValueError(f"on_invalid: {on_invalid!r} is refused; use 'raise' or 'mark'")
    narrow = as_narwhals(caseload)
    marking = None if is_lazy(narrow) else on_invalid
    compared = [*own["decisions"], *([] if calendar is None else ["due_date"])]
    changed = {f"{prefix(number)}changed": _changed(number, compared) for number in range(2, len(editions) + 1)}
    taken = [name for name in column_names(narrow) if name in changed]
    if taken:
        raise FaultsError([Fault(name, name, FREE) for name in taken])
    decided = caseload
    for number, edition in enumerate(editions, 1):
        decided = frames.decide(decided, edition, calendar, on_invalid=marking, prefix=prefix(number), **own)
    decided = apply_suspensions(decided, editions, calendar, own, as_of)
    if not changed:
        return decided
    return nw.from_native(decided).with_columns(**changed).to_native()


def _changed(number: int, compared: Iterable[str]) -> Any:
    """Return the names of the columns that differ from the first edition's, separated by a space; null if none does."""
    import narwhals as nw

    conditions = {name: are_different(*_each((1, number), [name])) for name in compared}
    names = [nw.when(condition).then(nw.lit(name)) for name, condition in conditions.items()]
    some = reduce(lambda one, other: one | other, conditions.values())
    return nw.when(some).then(nw.concat_str(names, separator=" ", ignore_nulls=True))


def _marked(collected: object, columns: list[str]) -> int:
    """Return the number of rows with a value in one of these columns."""
    if not columns:
        return 0
    return sum(cases for marks, cases in counts(collected, columns).items() if any(marks))


def _sound(decided: Any, editions: tuple[Policy, ...], marks: list[str], collected: Any) -> Any:
    """Return the caseload without its marks, of which a lazy one has one for each edition.

    Raises:
        InvalidRowsError: one is set.
    """
    import narwhals as nw

    for number, mark in enumerate(marks, 1):
        if _marked(collected, [mark]):
            frames.check(decided, editions[number - 1], prefix=prefix(number))
    return nw.from_native(decided).drop(marks).to_native()


def _dated(decided: Any, calendar: Any, own: Mapping[str, Any]) -> Any:
    """The decided caseload with the day of receipt of each complaint in its site's zone."""
    given = {**own, "decisions": "eligibility", "prefix": RECEIPT, "on_invalid": "mark"}
    return frames.decide(decided, receipts(), calendar, **given)


def _answers(dated: object, marks: list[str], numbers: range, keys: Mapping[str, Any]) -> Any:
    """The columns of dates that are counted."""
    withdrawn = [WITHDRAWN] if WITHDRAWN in as_narwhals(dated).collect_schema() else []
    columns = _each(numbers, ["eligibility", "level", "due_date"])
    return collect_columns(dated, [*columns, ANSWERED, *withdrawn, RECEIVED, *marks], keys)


def _with_days_marked(decided: Any, dated: Any, marks: list[str]) -> Any:
    """The decided caseload whose marks also name the columns with a day before the receipt."""
    import narwhals as nw

    narrow = nw.from_native(dated)
    columns = list(nw.from_native(decided).collect_schema())
    days = [name for name in (ANSWERED, WITHDRAWN) if name in columns]
    if narrow.implementation.is_pandas():  # its days may be objects, which are not compared with instants
        received = [plain(value) for value in narrow[RECEIVED]]
        early: list[Any] = [
            nw.new_series(
                f"{RECEIPT}{name}",
                [is_early(plain(day), first) for day, first in zip(narrow[name], received, strict=True)],
                nw.Boolean(),
                backend="pandas",
            )
            for name in days
        ]
    else:
        early = [(nw.col(name).cast(nw.Date()) < nw.col(RECEIVED)).alias(f"{RECEIPT}{name}") for name in days]
    flags = {name: nw.col(f"{RECEIPT}{name}") for name in days}
    named = [nw.when(flags[name]).then(nw.lit(name)) for name in days]
    some = reduce(lambda one, other: one | other, (flag.fill_null(value=False) for flag in flags.values()))
    marked = {
        mark: nw.when(some)
        .then(nw.concat_str([nw.col(mark), *named], separator=" ", ignore_nulls=True))
        .otherwise(nw.col(mark))
        for mark in marks
    }
    return narrow.with_columns(*early).with_columns(**marked).select(columns).to_native()


def _is_impossible(row: Mapping[str, Any]) -> bool:
    """Return True if an answer or a withdrawal is before the receipt."""
    days = [checked_day(name, row.get(name)) for name in (ANSWERED, WITHDRAWN)]
    return any(is_early(day, row[RECEIVED]) for day in days)


def is_early(day: date | None, received_on: date | None) -> bool:
    """Return True if a day is before the day of receipt."""
    return day is not None and received_on is not None and day < received_on


def _days_of_rows(answers: Any, marks: list[str]) -> Iterator[tuple[dict[str, Any], int]]:
    """The days of rows that are not marked as invalid already, with their numbers."""
    columns = [ANSWERED, *([WITHDRAWN] if WITHDRAWN in answers.columns else []), RECEIVED, *marks]
    for values, cases in counts(answers, columns).items():
        row = dict(zip(columns, values, strict=True))
        if not any(row[mark] for mark in marks):
            yield row, cases


def _impossible(answers: object, marks: list[str]) -> int:
    """Return the number of rows with an answer or a withdrawal before the receipt."""
    return sum(cases for row, cases in _days_of_rows(answers, marks) if _is_impossible(row))


def _received_later(answers: object, as_of: date) -> int:
    """Return the number of rows received after a day, in the zone of their site."""
    days = counts(answers, [RECEIVED])
    return sum(cases for (received_on,), cases in days.items() if received_on is not None and received_on > as_of)


def _repeated(narrow: Any) -> int | None:
    """Return the number of rows whose reference is that of an earlier row; None in a lazy frame, or without them."""
    if is_lazy(narrow) or _REFERENCE not in column_names(narrow):
        return None
    references = narrow[_REFERENCE].drop_nulls()
    return int(len(references) - references.n_unique()) if len(references) else 0


def _refuse_impossible(answers: object, marks: list[str]) -> None:
    """Refuse the caseload for the days before the receipt, with the earliest of them.

    Raises:
        InvalidRowsError: always.
    """
    faults, found = list[Fault](), Counter[str]()
    for row, cases in _days_of_rows(answers, marks):
        for name in (ANSWERED, WITHDRAWN):
            day = row.get(name)
            if is_early(day, row[RECEIVED]):
                found[name] += cases
                faults.append(Fault(name, day, BEFORE_RECEIPT))
    faults.sort(key=lambda fault: (fault.value, fault.path))  # groups come in any order
    raise InvalidRowsError(tuple(faults[:_SHOWN]), dict(found), _impossible(answers, marks), ())


def _tallied(collected: Any, dates: Any, names: tuple[str, ...], decisions: tuple[str, ...]) -> Tallies:
    """Count collected columns, and those of dates, which are None without a calendar."""
    numbers = range(1, len(names) + 1)
    by_decision = {decision: _by_decision(collected, decision, numbers) for decision in decisions}
    if dates is None:
        return Tallies(names, by_decision, _handled(collected, numbers), (), ())
    days = [name for name in (ANSWERED, WITHDRAWN, RECEIVED) if name in dates.columns]
    return Tallies(
        names,
        by_decision,
        _handled(collected, numbers),
        tuple(_dates(dates, number, days) for number in numbers),
        tuple(counts(dates, _each((1, number), ["due_date"])) for number in numbers[1:]),
    )


def _by_decision(collected: object, decision: str, numbers: range) -> Counter[tuple[str, ...]]:
    """Count complaints by their outcomes, edition by edition, and then by the rows that decided.

    A message out of scope has no level, and is `out_of_scope` in its place.
    """
    columns = [*_each(numbers, [decision]), *_each(numbers, [f"{decision}_rows"])]
    if decision == LEVEL:
        columns += _each(numbers, ["eligibility"])
    size = len(numbers)
    found: Counter[tuple[str, ...]] = Counter()
    for values, cases in counts(collected, columns).items():
        given, rows, eligibilities = values[:size], values[size : 2 * size], values[2 * size :]
        if OUT_OF_SCOPE in eligibilities:
            given = tuple(
                OUT_OF_SCOPE if eligibility == OUT_OF_SCOPE else one
                for one, eligibility in zip(given, eligibilities, strict=True)
            )
        found[(*map(outcome, given), *(of_edition or "" for of_edition in rows))] += cases
    return found


def _handled(collected: object, numbers: range) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for values, cases in counts(collected, _each(numbers, ["eligibility", "level"])).items():
        given = [*map(outcome, values)]
        found[tuple(map(outcomes.handling, given[::2], given[1::2]))] += cases
    return found


def _dates(dated: object, number: int, days: list[str]) -> Counter[DatedOutcome]:
    found: Counter[DatedOutcome] = Counter()
    eligibility, level, due = _each([number], ["eligibility", "level", "due_date"])
    (first,) = _each([1], ["due_date"])
    columns = list(dict.fromkeys([eligibility, level, due, first, *days]))
    for values, cases in counts(dated, columns).items():
        row = dict(zip(columns, values, strict=True))
        if days and _is_impossible(row):
            continue  # counted as invalid, in no rate
        handled = outcomes.handling(outcome(row[eligibility]), outcome(row[level]))
        answered_on, withdrawn_on = (checked_day(name, row.get(name)) for name in (ANSWERED, WITHDRAWN))
        newly_admitted = row[due] is not None and row[first] is None
        is_clarified = row[eligibility] is not None
        found[DatedOutcome(handled, row[due], answered_on, newly_admitted, withdrawn_on, is_clarified)] += cases
    return found
