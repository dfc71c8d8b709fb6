"""Compare two editions on the same messages, or two caseloads: decisions, due dates, work, cost, and what is chance."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from datetime import date
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.calendars.definition import checked_date
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.frames.decisions import OnInvalid
from reclamation_core.laboratory.caseload_replay import A_CALENDAR
from reclamation_core.laboratory.compared_cases import CaseReader, ReadCases
from reclamation_core.laboratory.compared_records import (
    ALL,
    ChangedDecision,
    ComparedLevel,
    ComparedMeasure,
    ComparedSide,
    Costs,
    MovedDueDate,
)
from reclamation_core.laboratory.comparison_measures import Measurer, judged, parts_of
from reclamation_core.laboratory.group_columns import dimensions
from reclamation_core.markup import html_of
from reclamation_core.policy import Policy
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation.estimates import check_confidence
from reclamation_core.simulation.staffing.comparison import find_record
from reclamation_core.validators import of_class, require, whole_number
from reclamation_core.vocabulary import Fact, Sites
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    from reclamation_core.policy.difference import PolicyDifference

_EMPTY: Final = Wording("au moins une demande est attendue", "at least one message is expected")
_LARGER: Final = Wording(
    "un ensemble au moins aussi grand que l'échantillon est attendu",
    "a population no smaller than the sample is expected",
)


@attrs.frozen(kw_only=True)
class Comparison(SharedRepr):
    """The comparison of two editions on the same messages, or of two caseloads: tuples of flat records.

    Attributes:
        before: the first side.
        after: the second side.
        is_paired: True if both sides have the same messages.
        by: the dimensions of the groups.
        as_of: the day at whose end answers are counted; None for no on-time rate.
        is_sampled: True if the messages are a sample, so that there are intervals.
        population: the number of messages that the sample stands for; None if it is not known.
        confidence: how sure the intervals are.
        costs: the efforts and the costs.
        levels: the messages of each outcome, for `all` and for each group.
        measures: the measures, for `all` and for each group.
        changes: the decisions that differ, with the rows that decide otherwise; frequent ones first.
        due_dates: how due dates move.
    """

    before: ComparedSide
    after: ComparedSide
    is_paired: bool
    by: tuple[str, ...]
    as_of: date | None
    is_sampled: bool
    population: int | None
    confidence: float
    costs: Costs = attrs.field(repr=False)
    levels: tuple[ComparedLevel, ...] = attrs.field(repr=False)
    measures: tuple[ComparedMeasure, ...] = attrs.field(repr=False)
    changes: tuple[ChangedDecision, ...] = attrs.field(repr=False)
    due_dates: tuple[MovedDueDate, ...] = attrs.field(repr=False)

    @property
    def difference(self) -> PolicyDifference:
        """The difference of the two editions in principle, for any caseload."""
        return self.before.policy.diff(self.after.policy)

    @property
    def own_facts(self) -> dict[str, Fact]:
        """The facts that the editions declare themselves, by column."""
        return {fact.column: fact for side in (self.before, self.after) for fact in side.policy.facts}

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """The dimension and the value of each group, without `all`."""
        return tuple(dict.fromkeys((one.by, one.group) for one in self.levels if one.by != ALL))

    def level(self, outcome: str, *, by: str = ALL, group: str = ALL) -> ComparedLevel:
        """Return the messages of an outcome, of all messages or of a group.

        Raises:
            LookupError: there is no such outcome or group.
        """
        found: ComparedLevel = find_record(self.levels, outcome=outcome, by=by, group=group)
        return found

    def measure(self, name: str, *, by: str = ALL, group: str = ALL) -> ComparedMeasure:
        """Return a measure of all messages or of a group.

        Raises:
            LookupError: there is no such measure or group.
        """
        found: ComparedMeasure = find_record(self.measures, measure=name, by=by, group=group)
        return found

    def as_dict(self) -> dict[str, Any]:
        """Return the comparison as plain values, ready for JSON: days as ISO 8601, editions by name and digest."""
        costs = {
            "per_hour": self.costs.per_hour,
            "per_overdue_answer": self.costs.per_overdue_answer,
            "qualification_minutes": self.costs.efforts.qualification.mean,
            "treatment_minutes": {level.value: effort.mean for level, effort in self.costs.efforts.treatment.items()},
        }
        return {**attrs.asdict(self, filter=_is_plain, value_serializer=_serialized), "costs": costs}

    def to_html(self, lang: Lang = "fr") -> str:
        """Return the comparison as one HTML page without scripts or external files: charts, tables, definitions.

        Raises:
            MissingExtraError: Jinja2 is not installed.
        """
        return html_of(self, "reclamation_core.laboratory.reports", lang=lang)


def _is_plain(field: attrs.Attribute[Any], _: object) -> bool:
    return field.name not in {"policy", "costs"}


def _serialized(_: object, __: object, value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def compare(
    cases: object,
    before: Policy,
    after: Policy | None = None,
    calendar: BusinessCalendar | Mapping[str, BusinessCalendar] | Sites | None = None,
    *,
    cases_after: object = None,
    by: str | Collection[str] = (),
    as_of: date | None = None,
    costs: Costs | None = None,
    sampled: bool = False,
    population: int | None = None,
    confidence: float = 0.95,
    calendar_column: str | None = None,
    on_invalid: OnInvalid = "raise",
    ignore: Collection[str] = (),
    references: int = 50,
) -> Comparison:
    """Compare two editions on the same messages, or two caseloads (comparaison de versions ou de portefeuilles).

    Messages are a frame, decided in columns by `frames.decide`; or a desk, its cases, records of a file or of the
    generator, anything with `reference`, `site` and `facts`, decided one by one by `Policy.assess` without any extra.
    Both give the same result.

    Two editions are compared on the same messages: which decisions differ and which rows decide otherwise, how due
    dates move, the work and the cost. That is exact for these messages. With `sampled`, they are a random sample of
    others, and the changes have confidence intervals: of Bonett and Price for paired shares, of the mean for hours.

    With `cases_after`, two caseloads are compared, under one edition or each under its own. Intervals show how far two
    caseloads of one steady process may differ by chance: of Newcombe for shares, of Poisson for numbers and hours.

    The bounds show what the unknown facts allow: the least and the most by level, of both sides and of the change.

    Args:
        cases: the messages.
        before: the first edition.
        after: the second; the first one unless given, which needs `cases_after`.
        calendar: as for `frames.decide`; None to count no due dates.
        cases_after: another caseload, for the second side.
        by: dimensions of groups: columns of the messages such as `site`, `region` (which follows from the site where
            the calendar is Sites), `theme`, `own_...`; `month`, that of the receipt in metropolitan France, as 2026-05,
            unless it is a column; or `level`, the handling under the first edition.
        as_of: the day at whose end answers are counted, as for `replay`, from `answered_on` and `withdrawn_on`.
        costs: the efforts and the costs; `Costs()` unless given.
        sampled: True if the messages are a random sample.
        population: how many messages the sample stands for; implies `sampled`, and narrows the intervals.
        confidence: how sure the intervals are to be, between 0 and 1.
        calendar_column: as for `frames.decide`.
        on_invalid: of a frame, as for `replay`.
        ignore: of a frame, as for `replay`.
        references: how many references of messages are listed for a change.

    Raises:
        MissingExtraError: the messages are a frame, and narwhals or Polars is not installed.
        TypeError, ValueError: an argument is refused.
        FaultsError: there are no messages, the editions differ under one name, a dimension is no column, or messages
            are invalid, each with its place.

    >>> from reclamation_core import m2_1
    >>> from reclamation_core.laboratory import compare, what_if
    >>> from reclamation_core.simulation import generate_records
    >>> found = compare(list(generate_records(200, 7)), m2_1(), what_if(m2_1(), survey_threshold=7))
    >>> found.level("out_of_scope").change, [one.rows_after for one in found.changes][0]
    (-4, 'low-survey-note')
    """
    for edition in (before, *([] if after is None else [after])):
        require(of_class(Policy), edition=edition)
    check_confidence(confidence)
    require(whole_number(0), references=references)
    second = before if after is None else after
    if after is None and cases_after is None:
        raise ValueError("after: None; give the second edition, or the second caseload as cases_after")
    if as_of is not None:
        checked_date(as_of, "as_of")
        if calendar is None:
            raise FaultsError((Fault("calendar", None, A_CALENDAR),))
    costs = Costs() if costs is None else costs
    require(of_class(Costs), costs=costs)
    groups = dimensions(by, (before, second))
    reader = CaseReader(
        before=before,
        after=second,
        calendar=calendar,
        calendar_column=calendar_column,
        by=groups,
        as_of=as_of,
        on_invalid=on_invalid,
        ignore=ignore,
        listed=references,
    )
    read = reader.read(cases)
    other = read if cases_after is None else reader.read(cases_after)
    sizes = read.counts.total(), other.counts.total()
    if not all(sizes):
        raise FaultsError((Fault("cases", 0, _EMPTY),))
    if population is not None:
        require(whole_number(1), population=population)
        if population < sizes[0]:
            raise FaultsError((Fault("population", population, _LARGER),))
    quantile, scale = NormalDist().inv_cdf((1 + confidence) / 2), 1.0
    if population is not None and cases_after is None:
        scale = population / sizes[0]
        quantile *= math.sqrt((population - sizes[0]) / max(1, population - 1))
    sides = _side(before, read), _side(second, other)
    maker = Measurer(
        is_paired=cases_after is None,
        has_two_editions=before != second,
        as_of=as_of,
        costs=costs,
        is_sampled=sampled or population is not None,
        scale=scale,
        quantile=quantile,
        weeks=(sides[0].weeks, sides[1].weeks),
        is_dated=calendar is not None,
    )
    counted = judged(read, as_of, is_paired=maker.is_paired)
    counted_after = counted if other is read else judged(other, as_of, is_paired=maker.is_paired)
    parts = list(parts_of(counted, counted_after, groups))
    return Comparison(
        before=sides[0],
        after=sides[1],
        is_paired=maker.is_paired,
        by=groups,
        as_of=as_of,
        is_sampled=maker.is_sampled or not maker.is_paired,
        population=population,
        confidence=confidence,
        costs=maker.costs,
        levels=tuple(row for part in parts for row in maker.levels(part)),
        measures=tuple(row for part in parts for row in maker.measures(part)),
        changes=tuple(row for part in parts for row in maker.changes(part, read.references)),
        due_dates=tuple(row for part in parts for row in maker.due_dates(part)),
    )


def _side(policy: Policy, read: ReadCases) -> ComparedSide:
    return ComparedSide(
        edition=policy.edition,
        digest=policy.digest,
        cases=read.counts.total(),
        first=read.first,
        last=read.last,
        policy=policy,
    )
