"""Indicators of a period, of all cases or by group, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, Final

import attrs

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.cases.causes import TRAINING_BODY, Taxonomy
from reclamation_core.codes import LabelledEnum
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.indicators.catalogue import FEWEST, INDICATORS, RECEIVED, Figure, Indicator, first_runs, total_of
from reclamation_core.indicators.known import GroupOf, Reading, ReportPeriod, RowsByGroup, read_rows
from reclamation_core.ports.periods import PeriodSource
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.validators import not_before
from reclamation_core.vocabulary import Sites
from reclamation_core.wording import LANGUAGES, Lang, Wording, format_number


def _name(group: object, lang: Lang, _: Taxonomy) -> str:
    return group.label(lang) if isinstance(group, LabelledEnum) else str(group)


@attrs.frozen(kw_only=True)
class Dimension(SharedRepr):
    """What cases are grouped by.

    Attributes:
        label: its title.
        word: its French name where a person types it: one word of small letters without accents.
        field: the field of a row.
        group_of: returns the group of the value of that field, given the sites; by default it is the value.
        name_of: returns the name of a group in a language, given the organisation's taxonomy.
    """

    label: Wording
    word: str
    field: str
    group_of: Callable[[Any, Sites], object] = attrs.field(default=lambda value, _: value, repr=False)
    name_of: Callable[[Any, Lang, Taxonomy], str] = attrs.field(default=_name, repr=False)


DIMENSIONS: Final[Mapping[str, Dimension]] = {
    "unit": Dimension(label=Wording("unité", "unit"), word="unite", field="unit"),
    "region": Dimension(
        label=Wording("région", "region"),
        word="region",
        field="unit",
        group_of=lambda unit, sites: sites.region_of(unit),
    ),
    "site": Dimension(label=Wording("centre d'enregistrement", "registering site"), word="centre", field="site"),
    "level": Dimension(label=Wording("niveau", "level"), word="niveau", field="level"),
    "channel": Dimension(label=Wording("canal", "channel"), word="canal", field="channel"),
    "complainant": Dimension(
        label=Wording("qualité de l'auteur", "kind of complainant"), word="auteur", field="complainant"
    ),
    "requirement": Dimension(label=Wording("exigence en cause", "requirement"), word="exigence", field="requirement"),
    "nature": Dimension(label=Wording("nature", "nature"), word="nature", field="nature"),
    "theme": Dimension(
        label=Wording("thème", "theme"),
        word="theme",
        field="theme",
        name_of=lambda theme, lang, taxonomy: taxonomy.named_theme(theme).in_(lang),
    ),
}
"""What cases are grouped by."""
_UNKNOWN: Final = Wording("inconnu", "unknown")


@attrs.frozen(kw_only=True)
class IndicatorRow(SharedRepr):
    """The figure of an indicator for a group.

    Attributes:
        group: the value that the group has; None of all cases, and of those whose value is unknown.
        indicator: the indicator.
        figure: its figure.
    """

    group: object
    indicator: Indicator
    figure: Figure


@attrs.frozen(kw_only=True)
class IndicatorTable(SharedRepr):
    """Indicators of a period.

    Attributes:
        since: the first day.
        until: the last day.
        as_of: the day of the report: what was recorded later is left out.
        by: what cases are grouped by, one of `DIMENSIONS`; None for all together.
        rows: the figures, by group, then in the order of the indicators.
        received: the complaints received in the period by their day of receipt, where `received` counts those recorded
            in it; None if they were not read, and in a publication.
        taxonomy: the themes of the organisation, for their names.
    """

    since: date
    until: date
    as_of: date
    by: str | None
    rows: tuple[IndicatorRow, ...] = attrs.field(repr=False)
    received: int | None = None
    taxonomy: Taxonomy = attrs.field(default=TRAINING_BODY, repr=False)

    def group_in(self, group: object, lang: Lang) -> str | None:
        """Return the name of the group of a row; None of all cases."""
        if self.by is None:
            return None
        return _UNKNOWN.in_(lang) if group is None else DIMENSIONS[self.by].name_of(group, lang, self.taxonomy)

    @property
    def note(self) -> Wording | None:
        """How many were received by the day of receipt, if this differs from the day of recording; None otherwise."""
        counts = [row.figure.count or 0 for row in self.rows if row.indicator.name == "received"]
        recorded, received = sum(counts), self.received
        if received is None or not counts or recorded == received:
            return None
        fr, en = ((format_number(recorded, lang), format_number(received, lang)) for lang in LANGUAGES)
        return Wording(
            f"Réclamations reçues : {fr[0]} au jour de leur enregistrement, {fr[1]} au jour de leur réception. Les "
            "deux diffèrent quand des dossiers sont enregistrés plus tard (un import), transférés, ou que leur "
            "recevabilité change. Les délais de réponse et les nombres sur douze mois sont au jour de réception.",
            f"Complaints received: {en[0]} by the day of recording, {en[1]} by the day of receipt. The two differ when "
            "cases are recorded later (an import), transferred, or come into or out of scope. Times to answer and the "
            "numbers over twelve months are by the day of receipt.",
        )

    def figure(self, indicator: str, group: object = None) -> Figure:
        """Return the figure of an indicator for a group.

        Raises:
            KeyError: there is none.
        """
        for row in self.rows:
            if row.indicator.name == indicator and row.group == group:
                return row.figure
        raise KeyError(f"indicator {indicator!r}, group {group!r}: not in this table; see its rows")

    def to_document(self, lang: Lang = "fr", *, definitions: bool = True) -> dict[str, Any]:
        """Return the table as plain data, with the definitions of its indicators unless they are not wanted."""
        figures = [
            {
                "group": self.group_in(row.group, lang),
                "indicator": row.indicator.name,
                "label": row.indicator.label.in_(lang),
                "definition": row.indicator.definition.in_(lang),
                "source": row.indicator.source.in_(lang),
                "unit": row.indicator.unit.value,
                "value": row.figure.value,
                "low": row.figure.low,
                "high": row.figure.high,
                "count": row.figure.count,
                "of": row.figure.total,
                "cases": None if row.figure.cases is None else list(row.figure.cases),
            }
            for row in self.rows
        ]
        period = {"since": self.since.isoformat(), "until": self.until.isoformat(), "as_of": self.as_of.isoformat()}
        zone = BusinessCalendar.france().zone.key
        defined = {row.indicator.name: row.indicator for row in self.rows if definitions}
        described = [one.to_document(lang) for one in defined.values()]
        note = None if self.note is None else self.note.in_(lang)
        head = {**period, "zone": zone, "by": self.by, "fewest": FEWEST, "note": note}
        return {**head, "indicators": described, "figures": figures}


def indicator_table(
    source: PeriodSource,
    period: ReportPeriod,
    *,
    by: str | None = None,
    names: Collection[str] | None = None,
    units: frozenset[str] | None = None,
    sites: Sites | None = None,
    has_cases: bool = True,
) -> IndicatorTable:
    """Compute indicators.

    Args:
        source: what was known of cases.
        period: the period, and the day of the report.
        by: what to group cases by, one of `DIMENSIONS`; None for all together.
        names: the names of indicators; all by default.
        units: the units that are reported, such as those of a desk; None for all.
        sites: the sites, whose regions group cases.
        has_cases: True to read the references of the cases; without them, what is read does not grow with their number.

    Raises:
        FaultsError: a name or a dimension is unknown, or the period ends before it begins.
    """
    check_request(period, by, names)
    chosen = chosen_indicators(by, names)
    fields, group_of = grouping(by, Sites() if sites is None else sites)
    fields += ("reference",) * has_cases
    readings = [one.reading for one in chosen]
    found = read_rows(source, period, readings, fields=fields, group_of=group_of, units=units)
    groups = [None] if by is None else ordered({group for rows in found.values() for group in rows})
    rows = measured(chosen, groups, found, period, has_cases=has_cases)
    return table_of(period, by, rows, found)


def table_of(
    period: ReportPeriod, by: str | None, rows: Iterable[IndicatorRow], found: Mapping[Reading, RowsByGroup]
) -> IndicatorTable:
    """Return the table of the figures of a period, from the rows that were read."""
    received = found.get(RECEIVED)
    return IndicatorTable(
        since=period.since,
        until=period.until,
        as_of=period.as_of,
        by=by,
        rows=tuple(rows),
        received=None if received is None else sum(total_of(first_runs(of)) for of in received.values()),
    )


def measured(
    chosen: Iterable[Indicator],
    groups: Iterable[object],
    found: Mapping[Reading, RowsByGroup],
    period: ReportPeriod,
    *,
    has_cases: bool,
) -> Iterator[IndicatorRow]:
    """Yield the figures of groups from the rows that were read, by group, then in the order of the indicators."""
    for group in groups:
        prepared: dict[object, object] = {}
        for one in chosen:
            key = one.reading, one.prepare
            if key not in prepared:
                prepared[key] = one.prepare(found[one.reading].get(group, []), period)
            figure = one.measure(prepared[key], period).figure(has_cases=has_cases)
            yield IndicatorRow(group=group, indicator=one, figure=figure)


def chosen_indicators(by: str | None, names: Collection[str] | None) -> list[Indicator]:
    """Return the indicators with some names, all for None; those of actions have no other groups than of units."""
    has_actions = by is None or DIMENSIONS[by].field == "unit"
    return [
        one
        for name, one in INDICATORS.items()
        if (names is None or name in names) and (has_actions or not one.reading.of_actions)
    ]


def grouping(by: str | None, sites: Sites) -> tuple[tuple[str, ...], GroupOf]:
    """Return the fields that a group depends on, and the function from a row to its group."""
    if by is None:
        return (), lambda _: None
    dimension = DIMENSIONS[by]
    value = attrgetter(dimension.field)
    return (dimension.field,), lambda row: dimension.group_of(value(row), sites)


def check_request(period: ReportPeriod, by: str | None, names: Iterable[str] | None) -> None:
    """Refuse what cannot be computed.

    Raises:
        FaultsError: a name or a dimension is unknown, or the period ends before it begins.
    """
    faults = []
    if period.until < period.since:
        faults.append(Fault("until", period.until, not_before(period.since)))
    given = [("by", () if by is None else (by,), DIMENSIONS), ("names", tuple(names or ()), INDICATORS)]
    for path, values, accepted in given:
        listed = ", ".join(accepted)
        expected = Wording(f"inconnu ; indiquez {listed}", f"unknown; give one of {listed}")
        faults += [Fault(path, value, expected) for value in values if value not in accepted]
    if faults:
        raise FaultsError(tuple(faults))


def ordered(groups: Collection[object]) -> list[object]:
    """Return groups in order; those of an enumeration in its own, the unknown last."""
    enumerations = {type(value) for value in groups if isinstance(value, LabelledEnum)}
    order: Iterable[object] = next(
        map(iter, enumerations), iter(sorted(value for value in groups if isinstance(value, str)))
    )
    return [*(value for value in order if value in groups), *([None] if None in groups else [])]
