"""The workload by week and level, and how old open complaints are."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from reclamation_core.laboratory.outcomes import label, order
from reclamation_core.laboratory.plots.drawing import (
    CASES,
    EDITION,
    OUTCOME,
    altair,
    colour,
    colours,
    empty,
    offline,
    outcomes_of,
    rows_of,
    tip,
)
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    import altair as alt

_WORKLOAD: Final = Wording("Charge par semaine et par niveau", "Workload by week and level")
_WEEK: Final = Wording("semaine de l'échéance", "week of the due date")
_DAY: Final = "%d/%m/%Y"
_SIX_DAYS: Final = timedelta(6)
_THREE_DAYS: Final = timedelta(3)
_DARK: Final = "#0072b2"
"""The colour of a level on which white is read, and black is not."""
_LEAST_SHARE: Final = 0.07
"""The share of the highest bar that a part must have to hold a letter."""
_MOST_TICKS: Final = 12
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


def plot_workload(weeks: Any, *, lang: Lang = "fr") -> alt.FacetChart | alt.Chart:
    """How many answers are due in each week, by the level that handles, one panel for each edition (charge).

    Each part of a bar that is high enough has the first letter of its level. Without rows, the chart says so.

    Args:
        weeks: the frame of `Replay.weeks`.
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
    told = [
        {**_labelled(row, lang), "week": _midnight(row["week"]), "ends": _midnight(row["week"] + _SIX_DAYS)}
        | {"middle": _midnight(row["week"] + _THREE_DAYS)}
        for row in rows
    ]
    week = draw.X("week:T", axis=draw.Axis(title=_WEEK.in_(lang), format=_DAY, labelAngle=-45, values=_ticks(rows)))
    tips = [tip("edition", EDITION, lang), draw.Tooltip("week:T", title=_WEEK.in_(lang), format=_DAY)]
    bars = draw.Chart().mark_bar().encode(week, draw.X2("ends:T"))
    letters = draw.Chart().mark_text(fontSize=9).encode(draw.X("middle:T"))
    return _stacked((bars, letters), told, bar="week", tips=tips, titles=(_WORKLOAD, _DUE), lang=lang)


def plot_ageing(ageing: Any, *, lang: Lang = "fr") -> alt.FacetChart | alt.Chart:
    """How far open complaints are past their last day, or before it, one panel for each edition (ancienneté).

    Each part of a bar that is high enough has the first letter of its level. Without rows, the chart says so.

    Args:
        ageing: the frame of `Replay.ageing`.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one.
    """
    draw = altair()
    rows = rows_of("ageing", ageing, ("edition", "outcome", "days_past_due", "cases"), "Replay.ageing()")
    if not rows:
        return offline(empty(_AGEING.in_(lang), lang))  # type: ignore[no-any-return]
    told = [{**_labelled(row, lang), "age": _class(row["days_past_due"]).in_(lang)} for row in rows]
    classes = [wording.in_(lang) for _, _, wording in _CLASSES]
    age = draw.X(
        "age:N", sort=classes, scale=draw.Scale(domain=classes), axis=draw.Axis(labelAngle=-30, labelLimit=220)
    )
    tips = [tip("edition", EDITION, lang), tip("age", _AGE, lang)]
    bars = draw.Chart().mark_bar().encode(x=age.title(_AGE.in_(lang)))
    letters = draw.Chart().mark_text(fontSize=10).encode(x=age.title(_AGE.in_(lang)))
    return _stacked((bars, letters), told, bar="age", tips=tips, titles=(_AGEING, _OPEN), lang=lang)


def _midnight(day: date) -> str:
    return f"{day:%Y-%m-%dT00:00:00}"


def _ticks(rows: list[dict[str, Any]]) -> list[Any]:
    """The Mondays that are written below the axis, a dozen at most."""
    first, last = (one(row["week"] for row in rows) for one in (min, max))
    weeks = (last - first).days // 7 + 1
    every = -(-weeks // _MOST_TICKS)
    mondays = [first + timedelta(7 * place) for place in range(0, weeks, every)]
    return [altair().DateTime(year=day.year, month=day.month, date=day.day) for day in mondays]


def _labelled(row: dict[str, Any], lang: Lang) -> dict[str, Any]:
    (ground,) = colours([row["outcome"]])
    ink = "white" if ground == _DARK else "black"
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
    lang: Lang,
) -> alt.FacetChart:
    """Bars of complaints by what they come to, with its letter in each part, a panel for each edition.

    Args:
        marks: the bars and the letters, each with its place along the bars' axis.
        rows: the data.
        bar: the field by which a bar is known.
        tips: what is told of a part when it is pointed at, besides its outcome and its number.
        titles: the title, and that of the axis of numbers.
        lang: the language.
    """
    draw = altair()
    title, counted = (wording.in_(lang) for wording in titles)
    editions = list(dict.fromkeys(row["edition"] for row in rows))
    y = draw.Y("sum(cases):Q", title=counted, stack="zero")
    tips = [*tips, tip("outcome_label", OUTCOME, lang), draw.Tooltip("sum(cases):Q", title=CASES.in_(lang))]
    bars, letters = (mark.encode(order=draw.Order("place:Q")) for mark in marks)
    bars = bars.encode(y=y, color=colour(outcomes_of(rows, "outcome"), lang), tooltip=tips)
    letters = letters.encode(y=y.bandPosition(0.5), text="letter:N", detail="outcome_label:N").encode(
        color=draw.Color("ink:N", scale=None)
    )
    panel = draw.layer(bars, letters, data=draw.Data(values=_lettered(rows, bar))).properties(width=520, height=180)
    header = draw.Header(labelOrient="top", labelLimit=500)
    row = draw.Row("edition:N", title=None, sort=editions, header=header)
    chart: alt.FacetChart = offline(panel.facet(row=row).properties(title=title))
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
