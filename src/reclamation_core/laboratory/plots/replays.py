"""Plots of replays: flows between outcomes, workload, ageing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.laboratory.outcomes import label, order
from reclamation_core.laboratory.plots.drawing import (
    CASES,
    DARK,
    EDITION,
    MESSAGES,
    OUTCOME,
    SHARE,
    altair,
    colour,
    colours,
    count_axis,
    described,
    empty,
    notes,
    offline,
    outcomes_of,
    percent,
    rows_of,
    tip,
)
from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, Wording, format_number

if TYPE_CHECKING:
    import altair as alt

_STEPS: Final = 24
"""In how many steps a ribbon goes from one side to the other."""
_GAP: Final = 0.04
"""The space between two outcomes, as a share of all complaints."""
_WIDTH: Final = 0.06

_TITLE: Final = Wording("Flux vers « {} »", "Flows to “{}”")
_FLOWS: Final = Wording("Flux entre les versions", "Flows between editions")
_BEFORE: Final = Wording("avant", "before")
_AFTER: Final = Wording("après", "after")


@attrs.frozen
class _Side(SharedRepr):
    """The start and end of the outcomes of one side, from the top."""

    spans: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, totals: Mapping[str, int], gap: float) -> _Side:
        spans, top = {}, 0.0
        for outcome in sorted(totals, key=order):
            spans[outcome] = top, top + totals[outcome]
            top += totals[outcome] + gap
        return cls(spans)


def plot_flows(flows: object, *, as_of: date | None = None, lang: Lang = "fr") -> alt.HConcatChart:
    """The flows between outcomes, before on the left, after on the right, one diagram for each edition (Sankey).

    The height of a ribbon is its number of messages, those out of scope included, its colour the outcome before; what
    does not change is paler. Without rows, the chart has a note.

    Args:
        flows: the frame of `Replay.flows`.
        as_of: the day at whose end the figures are known, which the chart states.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one.
    """
    draw = altair()
    rows = rows_of("flows", flows, ("edition", "before", "after", "cases", "share"), "Replay.flows()")
    if not rows:
        return offline(draw.hconcat(empty(_FLOWS.in_(lang), lang, MESSAGES)))  # type: ignore[no-any-return]
    editions = dict.fromkeys(row["edition"] for row in rows)
    palette = dict(zip(known := outcomes_of(rows, "before", "after"), colours(known), strict=True))
    diagrams = (_diagram([row for row in rows if row["edition"] == name], name, palette, lang) for name in editions)
    words = ({name: label(row[name], lang) for name in ("before", "after")} for row in rows)
    lines = (
        f"{row['edition']} : {word['before']} → {word['after']} : {format_number(row['cases'], lang)}"
        for row, word in zip(rows, words, strict=True)
    )
    chart: alt.HConcatChart = described(
        draw.hconcat(*diagrams, spacing=40), _FLOWS.in_(lang), notes(lang, as_of=as_of), lines, lang
    )
    return chart


def _diagram(rows: Sequence[dict[str, Any]], edition: str, palette: Mapping[str, str], lang: Lang) -> Any:
    draw = altair()
    gap = _GAP * sum(row["cases"] for row in rows)
    before, after = (_Side.of(_totals(rows, name), gap) for name in ("before", "after"))
    bottom = max(end for side in (before, after) for _, end in side.spans.values())
    x = draw.X("x:Q", axis=None, scale=draw.Scale(domain=[-0.75, 1.75]))
    y = draw.Y("y:Q", axis=None, scale=draw.Scale(domain=[0, bottom], reverse=True, nice=False))
    tips = [tip("before_label", _BEFORE, lang), tip("after_label", _AFTER, lang)]
    tips += [tip("cases", MESSAGES, lang, "Q"), tip("share_label", SHARE, lang)]
    points = [point for row in _placed(rows, before, after) for point in _ribbon(row, palette, lang)]
    ribbons = (
        draw.Chart(draw.Data(values=points))
        .mark_area(interpolate="linear")
        .encode(x, y, draw.Y2("y2:Q"), detail="flow:N", tooltip=tips)
        .encode(color=draw.Color("colour:N", scale=None), opacity=draw.Opacity("opacity:Q", scale=None))
    )
    bars = [
        *_bars(before, 0, palette, _totals(rows, "before"), lang),
        *_bars(after, 1, palette, _totals(rows, "after"), lang),
    ]
    nodes = (
        draw.Chart(draw.Data(values=bars))
        .mark_rect()
        .encode(x, y, draw.X2("x2:Q"), draw.Y2("y2:Q"), color=draw.Color("colour:N", scale=None))
        .encode(tooltip=[tip("label", MESSAGES, lang)])
    )
    texts = [_names(bars, side, x, y) for side in ("left", "right")]
    title = draw.Title(_TITLE.in_(lang).format(edition), anchor="middle")
    return draw.layer(ribbons, nodes, *texts).properties(
        title=title, width=480, height=320, view=draw.ViewBackground(strokeOpacity=0)
    )


def _names(bars: Sequence[Mapping[str, Any]], side: str, x: object, y: object) -> Any:
    draw = altair()
    own = [bar for bar in bars if bar["side"] == side]
    align, dx = ("right", -6) if side == "left" else ("left", 6)
    edge = "x" if side == "left" else "x2"
    data = draw.Data(values=[{"x": bar[edge], "y": (bar["y"] + bar["y2"]) / 2, "label": bar["label"]} for bar in own])
    return draw.Chart(data).mark_text(align=align, dx=dx, fontSize=12).encode(x, y, text="label:N")


def _totals(rows: Sequence[Mapping[str, Any]], name: str) -> dict[str, int]:
    totals: dict[str, int] = {}
    for row in rows:
        totals[row[name]] = totals.get(row[name], 0) + row["cases"]
    return totals


def _placed(rows: Sequence[dict[str, Any]], before: _Side, after: _Side) -> Iterator[dict[str, Any]]:
    """The flows with where they leave and where they arrive, one below the other on each side."""
    left = {outcome: top for outcome, (top, _) in before.spans.items()}
    right = {outcome: top for outcome, (top, _) in after.spans.items()}
    for row in sorted(rows, key=lambda row: (order(row["before"]), order(row["after"]))):
        yield {**row, "leaves": left[row["before"]], "arrives": right[row["after"]]}
        left[row["before"]] += row["cases"]
        right[row["after"]] += row["cases"]


def _ribbon(row: Mapping[str, Any], palette: Mapping[str, str], lang: Lang) -> Iterator[dict[str, Any]]:
    """The points of a ribbon, from the one side to the other."""
    of_cell = {
        "flow": f"{row['before']} → {row['after']}",
        "before": row["before"],
        "after": row["after"],
        "before_label": label(row["before"], lang),
        "after_label": label(row["after"], lang),
        "cases": row["cases"],
        "share_label": percent(row["share"], lang),
        "colour": palette[row["before"]],
        "opacity": 0.25 if row["before"] == row["after"] else 0.75,
    }
    for step in range(_STEPS + 1):
        along = step / _STEPS
        bent = along * along * (3 - 2 * along)
        top = row["leaves"] + bent * (row["arrives"] - row["leaves"])
        yield {**of_cell, "x": along, "y": top, "y2": top + row["cases"]}


def _bars(
    side: _Side, place: int, palette: Mapping[str, str], totals: Mapping[str, int], lang: Lang
) -> Iterator[dict[str, Any]]:
    start = -_WIDTH if place == 0 else 1.0
    for outcome, (top, bottom) in side.spans.items():
        named = {
            "label": f"{label(outcome, lang)} ({format_number(totals[outcome], lang)})",
            "outcome": outcome,
            "cases": totals[outcome],
        }
        where = {"x": start, "x2": start + _WIDTH, "y": top, "y2": bottom}
        yield {**named, **where, "side": "right" if place else "left", "colour": palette[outcome]}


_WORKLOAD: Final = Wording("Charge par semaine et par niveau", "Workload by week and level")
_WEEK: Final = Wording("semaine de l'échéance", "week of the due date")
_DAY: Final = "%d/%m/%Y"
_SIX_DAYS: Final = timedelta(6)
_THREE_DAYS: Final = timedelta(3)
_LEAST_SHARE: Final = 0.07
"""The share of the highest bar that a part must have to hold a letter."""
_MOST_TICKS: Final = 12
_MOST_LETTERED: Final = 53
"""The most weeks whose bars are wide enough for letters."""
_DUE: Final = Wording("réponses à donner", "answers due")

_AGEING: Final = Wording("Ancienneté des réclamations ouvertes", "Ageing of open complaints")
_AGE: Final = Wording("par rapport à l'échéance, en jours calendaires", "against the due date, in calendar days")
_OPEN: Final = Wording("réclamations ouvertes", "open complaints")
_CLASSES: Final = (
    (None, -11, Wording("échéance dans plus de 10 jours", "due in more than 10 days")),
    (-10, -6, Wording("échéance dans 6 à 10 jours", "due in 6 to 10 days")),
    (-5, -1, Wording("échéance dans 1 à 5 jours", "due in 1 to 5 days")),
    (0, 0, Wording("échéance ce jour", "due today")),
    (1, 5, Wording("retard de 1 à 5 jours", "1 to 5 days late")),
    (6, 10, Wording("retard de 6 à 10 jours", "6 to 10 days late")),
    (11, 30, Wording("retard de 11 à 30 jours", "11 to 30 days late")),
    (31, None, Wording("retard de plus de 30 jours", "more than 30 days late")),
)
"""Classes of age: the least and the most days past the last day to answer."""


def plot_workload(weeks: object, *, as_of: date | None = None, lang: Lang = "fr") -> alt.FacetChart | alt.Chart:
    """Plot the number of answers due in each week, by level, with a panel for each edition (charge).

    Each part of a bar that is large enough has the first letter of its level. Without rows, the chart has a note.

    Args:
        weeks: the frame of `Replay.weeks`.
        as_of: the day at whose end the figures are known, which the chart states.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one.
    """
    draw = altair()
    rows = rows_of("weeks", weeks, ("edition", "week", "outcome", "cases"), "Replay.weeks()")
    if not rows:
        return offline(empty(_WORKLOAD.in_(lang), lang))  # type: ignore[no-any-return]
    # With an hour, which is read in the reader's own zone: a bare day is taken for midnight in UTC.
    parts = [
        {**_labelled(row, lang), "week": _midnight(row["week"]), "ends": _midnight(row["week"] + _SIX_DAYS)}
        | {"middle": _midnight(row["week"] + _THREE_DAYS)}
        for row in rows
    ]
    weeks = _mondays(rows)
    axis = draw.Axis(title=_WEEK.in_(lang), format=_DAY, labelAngle=-45, values=_ticks(weeks))
    week = draw.X("week:T", axis=axis)
    tips = [tip("edition", EDITION, lang), draw.Tooltip("week:T", title=_WEEK.in_(lang), format=_DAY)]
    bars = draw.Chart().mark_bar().encode(week, draw.X2("ends:T"))
    letters = draw.Chart().mark_text(fontSize=9, opacity=float(len(weeks) <= _MOST_LETTERED)).encode(draw.X("middle:T"))
    return _stacked((bars, letters), parts, bar="week", tips=tips, titles=(_WORKLOAD, _DUE), as_of=as_of, lang=lang)


def plot_ageing(ageing: object, *, as_of: date | None = None, lang: Lang = "fr") -> alt.FacetChart | alt.Chart:
    """How far open complaints are past their last day, or before it, one panel for each edition (ancienneté).

    Each part of a bar that is high enough has the first letter of its level. Without rows, the chart has a note.

    Args:
        ageing: the frame of `Replay.ageing`.
        as_of: the day at whose end the figures are known, which the chart states.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one.
    """
    draw = altair()
    rows = rows_of("ageing", ageing, ("edition", "outcome", "days_past_due", "cases"), "Replay.ageing()")
    if not rows:
        return offline(empty(_AGEING.in_(lang), lang))  # type: ignore[no-any-return]
    parts = [{**_labelled(row, lang), "age": _class(row["days_past_due"]).in_(lang)} for row in rows]
    classes = [wording.in_(lang) for _, _, wording in _CLASSES]
    age = draw.X(
        "age:N", sort=classes, scale=draw.Scale(domain=classes), axis=draw.Axis(labelAngle=-30, labelLimit=220)
    )
    tips = [tip("edition", EDITION, lang), tip("age", _AGE, lang)]
    bars = draw.Chart().mark_bar().encode(x=age.title(_AGE.in_(lang)))
    letters = draw.Chart().mark_text(fontSize=10).encode(x=age.title(_AGE.in_(lang)))
    return _stacked((bars, letters), parts, bar="age", tips=tips, titles=(_AGEING, _OPEN), as_of=as_of, lang=lang)


def _midnight(day: date) -> str:
    return f"{day:%Y-%m-%dT00:00:00}"


def _mondays(rows: list[dict[str, Any]]) -> list[date]:
    """The Mondays from the first week to the last."""
    first, last = (one(row["week"] for row in rows) for one in (min, max))
    return [first + timedelta(7 * place) for place in range((last - first).days // 7 + 1)]


def _ticks(mondays: list[date]) -> list[Any]:
    """The Mondays that are written below the axis, a dozen at most."""
    every = -(-len(mondays) // _MOST_TICKS)
    return [altair().DateTime(year=day.year, month=day.month, date=day.day) for day in mondays[::every]]


def _labelled(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    (ground,) = colours([row["outcome"]])
    ink = "white" if ground in DARK else "black"
    return {**row, "outcome_label": label(row["outcome"], lang), "place": order(row["outcome"])[1], "ink": ink}


def _class(days: int) -> Wording:
    return next(wording for _, most, wording in _CLASSES if most is None or days <= most)


def _stacked(
    marks: tuple[Any, Any],
    rows: list[dict[str, Any]],
    *,
    bar: str,
    tips: list[Any],
    titles: tuple[Wording, Wording],
    as_of: date | None,
    lang: Lang,
) -> alt.FacetChart:
    """Bars of complaints by what they come to, with its letter in each part, a panel for each edition.

    Args:
        marks: the bars and the letters, each with its place along the bars' axis.
        rows: the data.
        bar: the field by which a bar is known.
        tips: the tooltips of a part, in addition to its outcome and its number.
        titles: the title, and that of the axis of numbers.
        as_of: the day that the chart states.
        lang: the language.
    """
    draw = altair()
    title, counted = (wording.in_(lang) for wording in titles)
    editions = list(dict.fromkeys(row["edition"] for row in rows))
    y = draw.Y("sum(cases):Q", axis=count_axis(counted, lang), stack="zero")
    tips = [*tips, tip("outcome_label", OUTCOME, lang), draw.Tooltip("sum(cases):Q", title=CASES.in_(lang))]
    bars, letters = (mark.encode(order=draw.Order("place:Q")) for mark in marks)
    bars = bars.encode(y=y, color=colour(outcomes_of(rows, "outcome"), lang), tooltip=tips)
    letters = letters.encode(y=y.bandPosition(0.5), text="letter:N", detail="outcome_label:N").encode(
        color=draw.Color("ink:N", scale=None)
    )
    panel = draw.layer(bars, letters, data=draw.Data(values=_lettered(rows, bar))).properties(width=520, height=180)
    header = draw.Header(labelOrient="top", labelLimit=500)
    row = draw.Row("edition:N", title=None, sort=editions, header=header)
    totals = Counter[tuple[str, str]]()
    for one in rows:
        totals[one["edition"], one["outcome_label"]] += one["cases"]
    lines = (f"{edition}, {outcome} : {format_number(cases, lang)}" for (edition, outcome), cases in totals.items())
    chart: alt.FacetChart = described(panel.facet(row=row), title, notes(lang, as_of=as_of), lines, lang)
    return chart


def _lettered(rows: list[dict[str, Any]], bar: str) -> list[dict[str, Any]]:
    """The rows with the letter of their outcome, where their part of the bar is high enough to hold it."""
    parts, bars = Counter[tuple[str, ...]](), Counter[tuple[str, ...]]()
    for row in rows:
        parts[row["edition"], row[bar], row["outcome"]] += row["cases"]
        bars[row["edition"], row[bar]] += row["cases"]
    least = _LEAST_SHARE * max(bars.values())
    return [
        {
            **row,
            "letter": row["outcome_label"][:1].upper()
            if parts[row["edition"], row[bar], row["outcome"]] >= least
            else "",
        }
        for row in rows
    ]
