"""Sweep a parameter: replay a caseload under one edition for each value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from itertools import product
from typing import Any, Final

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultCollector, FaultsError
from reclamation_core.frames.backends import as_narwhals
from reclamation_core.laboratory.caseload_replay import replay
from reclamation_core.laboratory.derivation import value_of, what_if
from reclamation_core.laboratory.outcomes import TO_BE_CLARIFIED, UNDETERMINED
from reclamation_core.laboratory.result import ON_TIME, Replay
from reclamation_core.laboratory.tallies import backend_of, records, small_frame
from reclamation_core.policy import Policy
from reclamation_core.policy.formatting import Parameter, format_value, parameter_named
from reclamation_core.policy.parameters import NO_CUT_OFF
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import Wording

_ONE: Final = Wording(
    "un paramètre est attendu, ou deux, avec ses valeurs, comme survey_threshold=[5, 6, 7, 8]",
    "one parameter is expected, or two, with its values, like survey_threshold=[5, 6, 7, 8]",
)
_FEWER: Final = Wording("au plus {} couples de valeurs sont attendus", "at most {} pairs of values are expected")
_MOST_PAIRS: Final = 400
_VALUES: Final = Wording(
    "plusieurs valeurs sont attendues, chacune une fois, comme [5, 6, 7, 8]",
    "several values are expected, each once, like [5, 6, 7, 8]",
)
_COUNTED: Final = {"cases": int, "share": float}
_RATED: Final = {name: kind for name, kind in ON_TIME.items() if name not in {"edition", "outcome"}}
_NOTHING: Final = {**dict.fromkeys(_RATED, 0), "rate": None}


def sweep(
    caseload: object,
    policy: Policy,
    calendar: BusinessCalendar | Mapping[str, BusinessCalendar] | Sites | None = None,
    *,
    calendar_column: str | None = None,
    as_of: date | None = None,
    ignore: Collection[str] = (),
    by: str | None = None,
    **parameter: Iterable[Any],
) -> Any:
    """Replay a caseload for each value of one parameter, or of each pair of values of two (étude de sensibilité).

    Columns of the frame that comes back, a row for each value and outcome: `parameter` (its path), `value` (a number as
    it is; a code, a truth value or an hour as a policy file has it; anything else in French), `edition`, `outcome` (the
    level that handles, `undetermined` or `out_of_scope`), `cases`, `share`; with `as_of` also `on_time`,
    `late`, `open`, `early`, `newly_admitted` (which `policy` as it is does not admit) and `rate`, as `Replay.on_time`
    has them.

    Args:
        caseload: as for `replay`.
        policy: the edition whose parameter is moved; with `as_of`, the one that the caseload was worked under.
        calendar: None to count no due dates.
        calendar_column: the column that names the calendar of each row.
        as_of: the day at whose end the answers are counted; None for no rates.
        ignore: as for `frames.decide`.
        by: a dimension of groups, as for `replay`.
        parameter: its name, as for `what_if`, and its values; or two of them.

    Raises:
        FaultsError: no parameter or more than two are given, a value is refused or given twice; all as for `what_if`.
        MissingExtraError, TypeError, ValueError: as for `replay`.

    >>> import polars as pl
    >>> from reclamation_core import m2_1
    >>> from reclamation_core.laboratory import sweep
    >>> notes = pl.DataFrame({"satisfaction": [4.0, 6.5, 9.0], "channel": ["survey", "other", "other"]})
    >>> found = sweep(notes, m2_1(), survey_threshold=range(5, 9))
    >>> found.filter(outcome="out_of_scope").select("value", "cases").rows()
    [(5, 2), (6, 2), (7, 1), (8, 1)]
    """
    parameters, editions = _editions(policy, parameter)
    # Editions are replayed one after the other: their columns, all at once, would need a memory of many caseloads.
    start = [] if as_of is None else [policy]
    own: dict[str, Any] = {"calendar_column": calendar_column, "as_of": as_of, "decisions": (), "ignore": ignore}
    if by is not None:
        own["by"] = by
    rows = [
        row
        for edition in editions
        for row in _records(replay(caseload, [*start, edition], calendar, **own), parameters, by)
    ]
    swept: dict[str, type[Any]] = {}
    for more in ["", "_2"][: len(parameters)]:
        numbers = {type(row[f"value{more}"]) for row in rows}
        of_value = int if numbers == {int} else float if numbers <= {int, float} else str
        swept |= {f"parameter{more}": str, f"value{more}": of_value}
    columns = {**({} if by is None else {by: str}), **swept, "edition": str, "outcome": str, **_COUNTED}
    return small_frame(rows, columns if as_of is None else {**columns, **_RATED}, backend_of(as_narwhals(caseload)))


def _editions(policy: Policy, parameter: Mapping[str, Any]) -> tuple[list[Parameter], list[Policy]]:
    if not 1 <= len(parameter) <= 2:
        raise FaultsError((Fault("parameter", sorted(parameter), _ONE),))
    found = [parameter_named(name) for name in parameter]
    unknown = [one for one in found if isinstance(one, Fault)]
    if unknown:
        raise FaultsError(unknown)
    known = [one for one in found if isinstance(one, Parameter)]
    given = [[] if isinstance(one, str) or not isinstance(one, Iterable) else list(one) for one in parameter.values()]
    pairs = list(product(*given))
    if len(pairs) > _MOST_PAIRS and len(given) > 1:
        limit = Wording(*(text.format(_MOST_PAIRS) for text in (_FEWER.fr, _FEWER.en)))
        raise FaultsError((Fault("parameter", len(pairs), limit),))
    editions: list[Policy] = []
    faults = FaultCollector()
    for values in pairs:
        try:
            editions.append(what_if(policy, **dict(zip(parameter, values, strict=True))))
        except FaultsError as error:
            faults += error.faults
    if faults:
        raise FaultsError(faults)
    if len({edition.edition for edition in editions}) < max(1, len(pairs)):
        raise FaultsError(
            [Fault(one.path, parameter[name], _VALUES) for one, name in zip(known, parameter, strict=True)]
        )
    return known, editions


def _records(found: Replay, parameters: Sequence[Parameter], by: str | None) -> Iterator[dict[str, Any]]:
    edition = found.editions[-1]
    start: dict[str, Any] = {}
    for more, parameter in zip(("", "_2"), parameters, strict=False):
        start |= {f"parameter{more}": parameter.path, f"value{more}": _axis(value_of(edition, parameter))}
    punctuality = [] if found.as_of is None else _of(found.on_time(by=by), edition)
    by_outcome: dict[tuple[str | None, str], dict[str, Any]] = {}
    for record in punctuality:  # the sweep has one outcome for all that is undetermined
        outcome = UNDETERMINED if record["outcome"] == TO_BE_CLARIFIED else record["outcome"]
        key = (None if by is None else record[by], outcome)
        by_outcome[key] = _added(by_outcome.get(key, _NOTHING), record)
    for load in _of(found.workload(by=by), edition):
        key = (None if by is None else load[by], load["outcome"])
        yield {**start, **load, **by_outcome.get(key, _NOTHING)}


def _added(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the punctuality of two groups together."""
    counted = {name: one[name] + other[name] for name in _RATED if name != "rate"}
    known = counted["on_time"] + counted["late"]
    return {**counted, "rate": counted["on_time"] / known if known else None}


def _of(frame: object, policy: Policy) -> list[dict[str, Any]]:
    return [record for record in records(frame) if record["edition"] == policy.edition]


def _axis(value: object) -> Any:
    """A number, whole where it is; a code, truth value or hour as a file has it; anything else in words."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return int(value) if value.is_integer() else value
        case LabelledEnum():
            return value.value
        case time():
            return value.isoformat()
        case None:
            return NO_CUT_OFF
    return value if type(value) is int else format_value(value)
