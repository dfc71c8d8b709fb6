"""Plots of curves: the time to answer, and the sensitivity to a parameter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import count
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.calendars import DayType
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.laboratory.outcomes import label
from reclamation_core.laboratory.plots.drawing import (
    BOUNDS,
    DASHES,
    EDITION,
    MESSAGES,
    OUTCOME,
    RATE,
    SHARE,
    altair,
    colour,
    colours_of_series,
    described,
    empty,
    harmless,
    notes,
    offline,
    outcomes_of,
    percent,
    percent_axis,
    rows_of,
    shape,
    tip,
)
from reclamation_core.policy.formatting import PARAMETERS
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.simulation import TimeToAnswer
from reclamation_core.simulation.estimates import SurvivalPoint
from reclamation_core.wording import Lang, Wording, format_number

if TYPE_CHECKING:
    import altair as alt

_TITLE: Final = Wording("Délai de réponse (Kaplan-Meier)", "Time to answer (Kaplan-Meier)")
_DAYS: Final = Wording("{} depuis la réception", "{} since the receipt")
_OPEN: Final = Wording("réclamations encore ouvertes", "complaints still open")
_SERIES: Final = Wording("série", "series")
_ALL: Final = Wording("toutes les réclamations", "all complaints")
_AT_RISK: Final = Wording("encore suivies", "at risk")
_MOST_TICKS: Final = 12
_ANSWERED: Final = Wording("réponses ce jour", "answered that day")
_EXPECTED: Final = Wording(
    "ce que donne time_to_answer est attendu, ou plusieurs par nom",
    "what time_to_answer gives is expected, or several by name",
)


def plot_answer_time(
    found: TimeToAnswer | Mapping[str, TimeToAnswer],
    *,
    as_of: date | None = None,
    lang: Lang = "fr",
    day_type: DayType | str = DayType.OUVRE,
) -> alt.VConcatChart:
    """Plot the share of complaints still open by the number of days, with its bounds (courbe de survie).

    Below the curves are their numbers at risk: the complaints known to be open when the day begins. Where they are few,
    the curve is uncertain. A curve with the name of a level has its colour. Without a curve, the chart has a note.

    Args:
        found: the result of `simulation.time_to_answer`; several results by the names of their curves.
        as_of: the day at whose end the figures are known, which the chart states.
        lang: the language of titles and labels.
        day_type: the type of days of `waiting_of`; jours ouvrés unless given, as in generated records.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: what is given is something else.
        TypeError, ValueError: no such type of days.
    """
    days = _DAYS.in_(lang).format(DayType.parse(day_type).plural(lang))
    curves = _curves(found, lang)
    draw = altair()
    if not curves:
        return offline(draw.vconcat(empty(_TITLE.in_(lang), lang)))  # type: ignore[no-any-return]
    points = [point for name, curve in curves.items() for point in _points(name, curve, lang)]
    names = list(curves)
    legend = draw.Legend(orient="bottom", labelLimit=400, symbolType="stroke", symbolSize=400)
    colours = draw.Scale(domain=names, range=colours_of_series(names))
    dashes = draw.Scale(domain=names, range=[list(DASHES[place % len(DASHES)]) for place in range(len(names))])
    colour = draw.Color("series:N", title=None, scale=colours, legend=legend)
    dash = draw.StrokeDash("series:N", title=None, scale=dashes, legend=legend)
    ticks = _ticks(max(point["days"] for point in points))
    x = draw.X("days:Q", title=days, axis=draw.Axis(values=ticks, format="d"), scale=draw.Scale(nice=False))
    shares = percent_axis(_OPEN.in_(lang), lang)
    chart = draw.Chart(draw.Data(values=points)).encode(x, color=colour)
    tips = [tip("series", _SERIES, lang), draw.Tooltip("days:Q", title=days), tip("share", _OPEN, lang)]
    tips += [tip("bounds", BOUNDS, lang), tip("at_risk", _AT_RISK, lang, "Q"), tip("answered", _ANSWERED, lang, "Q")]
    band = chart.mark_area(interpolate="step-after", fillOpacity=0.2).encode(draw.Y("low:Q"), draw.Y2("high:Q"))
    line = chart.mark_line(interpolate="step-after").encode(
        dash, draw.Y("still_open:Q", axis=shares, scale=draw.Scale(domain=[0, 1]))
    )
    spots = chart.mark_point(filled=True, size=15).encode(draw.Y("still_open:Q"), tooltip=tips)
    layers = draw.layer(band, line, spots).properties(width=520, height=300)
    # The numbers stand below the marks of the days, so both have one scale.
    numbers = _at_risk(curves, ticks, x, lang)
    both = draw.vconcat(layers, numbers).resolve_scale(x="shared", color="shared")
    confidence = next(iter(curves.values())).confidence
    stated = notes(lang, as_of=as_of, confidence=confidence)
    lines = (_in_words(name, curve, lang) for name, curve in curves.items())
    found_chart: alt.VConcatChart = described(both, _TITLE.in_(lang), stated, lines, lang)
    return found_chart


def _in_words(name: str, curve: TimeToAnswer, lang: Lang) -> str:
    median = {
        "fr": "médiane inconnue" if curve.median is None else f"médiane de {_several(curve.median, 'jour')}",
        "en": "median unknown" if curve.median is None else f"median of {curve.median} days",
    }[lang]
    counted = {
        "fr": f"{_several(curve.answered, 'répondue')}, {_several(curve.still_open, 'ouverte')}",
        "en": f"{curve.answered} answered, {curve.still_open} open",
    }[lang]
    return f"{name} : {counted}, {median}"


def _several(number: float, word: str) -> str:
    """Return a number with a French word, which is in the plural from two on."""
    return f"{number} {word}{'s' if number >= 2 else ''}"


def _ticks(last: int) -> list[int]:
    """The days that are written below the axis, a dozen at most, from that of the receipt on."""
    steps = (unit * 10**power for power in count() for unit in (1, 2, 5))
    return list(range(0, last + 1, next(step for step in steps if last // step < _MOST_TICKS)))


def _at_risk(curves: Mapping[str, TimeToAnswer], ticks: list[int], x: Any, lang: Lang) -> alt.Chart:
    """Below each tick, how many complaints are open when that day begins, in a line for each curve."""
    draw = altair()
    values = [
        {"series": name, "days": day, "at_risk": number, "label": format_number(number, lang)}
        for name, curve in curves.items()
        for day, number in ((day, next((one.at_risk for one in curve.points if one.days >= day), 0)) for day in ticks)
    ]
    line = draw.Y(
        "series:N",
        sort=list(curves),
        title=None,
        axis=draw.Axis(domain=False, ticks=False, labelLimit=180, labelPadding=22),
    )
    texts: alt.Chart = draw.Chart(draw.Data(values=values)).mark_text()
    return texts.encode(x.axis(None), line, text="label:N").properties(
        title=draw.Title(_AT_RISK.in_(lang), anchor="start", fontSize=11),
        width=520,
        height=draw.Step(16),
        view=draw.ViewBackground(strokeOpacity=0),
    )


def _curves(found: object, lang: Lang) -> Mapping[str, TimeToAnswer]:
    """The curves by their names, which are those of a column: texts."""
    given = {_ALL.in_(lang): found} if isinstance(found, TimeToAnswer) else found
    if not isinstance(given, Mapping) or not all(isinstance(one, TimeToAnswer) for one in given.values()):
        raise FaultsError((Fault("found", found, _EXPECTED),))
    return {harmless(label(str(name), lang)): one for name, one in given.items()}


def _points(name: str, curve: TimeToAnswer, lang: Lang) -> Iterator[dict[str, Any]]:
    """The steps of a curve, and where it begins: all open on the day of receipt, unless some are answered on it."""
    size = curve.answered + curve.still_open
    start = SurvivalPoint(days=0, at_risk=size, answered=0, still_open=1.0, low=1.0, high=1.0)
    for point in [start, *curve.points] if curve.points[0].days > 0 else curve.points:
        bounds = " – ".join(percent(bound, lang) for bound in (point.low, point.high))
        yield {"series": name, **attrs.asdict(point), "share": percent(point.still_open, lang), "bounds": bounds}


_SWEEP_TITLE: Final = Wording("Sensibilité : {}", "Sensitivity: {}")
_ONE_CURVE: Final = Wording(
    "les lignes d'un groupe et d'une valeur du second paramètre sont attendues : filtrez le tableau",
    "the rows of one group and of one value of the second parameter are expected: filter the frame",
)
_SENSITIVITY: Final = Wording("Sensibilité", "Sensitivity")
_SHARES: Final = Wording("part des demandes", "share of the messages")
_ANSWERS: Final = ("on_time", "late")
_KNOWN: Final = Wording("réponses connues", "answers known")


def plot_sensitivity(swept: object, *, as_of: date | None = None, lang: Lang = "fr") -> alt.VConcatChart:
    """The share of each outcome as a parameter moves; below it, where it is known, the on-time rate (sensibilité).

    Args:
        swept: the frame of `sweep`.
        as_of: the day at whose end the figures are known, which the chart states.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one.
    """
    draw = altair()
    rows = rows_of("swept", swept, ("parameter", "value", "edition", "outcome", "cases", "share"), "sweep()", _ANSWERS)
    if not rows:
        return offline(draw.vconcat(empty(_SENSITIVITY.in_(lang), lang, MESSAGES)))  # type: ignore[no-any-return]
    if len({(row["value"], row["outcome"]) for row in rows}) < len(rows):
        raise FaultsError((Fault("swept", len(rows), _ONE_CURVE),))
    parameter = PARAMETERS[rows[0]["parameter"].replace(".", "_")]
    rows = [{**row, "label": harmless(parameter.label(row["value"], lang))} for row in rows]
    axis = _Axis.of(rows, parameter.title(lang), lang)
    values = [
        {**row, "outcome_label": label(row["outcome"], lang), "share_label": percent(row["share"], lang)}
        for row in rows
    ]
    tips = [tip("edition", EDITION, lang), tip("outcome_label", OUTCOME, lang)]
    tips += [tip("cases", MESSAGES, lang, "Q"), tip("share_label", SHARE, lang)]
    shares = (
        axis.marked(draw.Chart(draw.Data(values=values)))
        .encode(axis.x(), draw.Y("share:Q", axis=percent_axis(_SHARES.in_(lang), lang)), tooltip=tips)
        .encode(color=colour(known := outcomes_of(rows, "outcome"), lang), shape=shape(known, lang))
        .properties(width=420, height=240)
    )
    panels = [shares, _rates(rows, axis, lang)] if rows[0].keys() >= {*_ANSWERS} else [shares]
    title = _SWEEP_TITLE.in_(lang).format(parameter.title(lang))
    lines = (f"{row['label']}, {label(row['outcome'], lang)} : {percent(row['share'], lang)}" for row in rows)
    chart: alt.VConcatChart = described(draw.vconcat(*panels), title, notes(lang, as_of=as_of), lines, lang)
    return chart


@attrs.frozen
class _Axis(SharedRepr):
    """The axis of the values: to scale where they are numbers, else side by side in their order."""

    title: str
    values: Mapping[Any, str]
    is_numeric: bool
    lang: Lang

    @classmethod
    def of(cls, rows: list[dict[str, Any]], title: str, lang: Lang) -> _Axis:
        values = {row["value"]: row["label"] for row in rows}
        return cls(title, values, all(isinstance(value, int | float) for value in values), lang)

    def x(self) -> Any:
        draw = altair()
        if not self.is_numeric:
            return draw.X("label:N", sort=list(self.values.values()), title=self.title, axis=draw.Axis(labelAngle=0))
        # A tick for each value, no more: elsewhere nothing was decided.
        number = "toString(datum.value)"
        axis = draw.Axis(
            values=list(self.values),
            labelExpr=f"replace({number}, '.', ',')" if self.lang == "fr" else number,
            labelOverlap="greedy",
            grid=False,
        )
        scale = draw.Scale(zero=False, nice=False, padding=20)
        return draw.X("value:Q", title=self.title, axis=axis, scale=scale)

    def marked(self, chart: Any, **drawn: Any) -> Any:
        """A line through the values where they are numbers; else marks alone, for nothing lies between two codes."""
        if not self.is_numeric:
            return chart.mark_point(filled=True, size=60, opacity=1, **drawn)
        return chart.mark_line(point=altair().OverlayMarkDef(**drawn), **drawn)


def _rates(rows: list[dict[str, Any]], axis: _Axis, lang: Lang) -> alt.Chart:
    """The on-time rate of all answers for each value."""
    draw = altair()
    rates = []
    for value in dict.fromkeys(row["value"] for row in rows):
        own = [row for row in rows if row["value"] == value]
        on_time, known = sum(row["on_time"] for row in own), sum(row["on_time"] + row["late"] for row in own)
        rate = on_time / known if known else None
        shown = {"known": known, "rate": rate, "rate_label": percent(rate, lang)}
        rates.append({name: own[0][name] for name in ("value", "label", "edition")} | shown)
    tips = [tip("edition", EDITION, lang), tip("rate_label", RATE, lang), tip("known", _KNOWN, lang, "Q")]
    y = draw.Y("rate:Q", axis=percent_axis(RATE.in_(lang), lang), scale=draw.Scale(domain=[0, 1]))
    marks: alt.Chart = axis.marked(draw.Chart(draw.Data(values=rates)), color="#000000")
    return marks.encode(axis.x(), y, tooltip=tips).properties(width=420, height=160)
