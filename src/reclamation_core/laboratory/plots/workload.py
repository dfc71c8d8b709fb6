"""The workload by week and level, and how old open complaints are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from reclamation_core.laboratory.outcomes import label
from reclamation_core.laboratory.plots.drawing import (
    CASES,
    EDITION,
    OUTCOME,
    altair,
    colour,
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


def plot_workload(weeks: Any, *, lang: Lang = "fr") -> alt.Chart:
    """How many answers are due in each week, by the level that handles, one panel for each edition (charge).

    Args:
        weeks: the frame of `Replay.weeks`.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one, or has no rows.
    """
    draw = altair()
    rows = rows_of("weeks", weeks, ("edition", "week", "outcome", "cases"), "Replay.weeks()")
    # With an hour, which is read in the reader's own zone: a bare day is taken for midnight in UTC.
    told = [
        {**_labelled(row, lang), "week": _midnight(row["week"]), "ends": _midnight(row["week"] + _SIX_DAYS)}
        for row in rows
    ]
    week = draw.X("week:T", axis=draw.Axis(title=_WEEK.in_(lang), format=_DAY, labelAngle=-45, values=_ticks(rows)))
    tips = [tip("edition", EDITION, lang), draw.Tooltip("week:T", title=_WEEK.in_(lang), format=_DAY)]
    bars = draw.Chart(draw.Data(values=told)).mark_bar().encode(week, draw.X2("ends:T"))
    return _stacked(bars, rows, tips, (_WORKLOAD, _DUE), lang)


def plot_ageing(ageing: Any, *, lang: Lang = "fr") -> alt.Chart:
    """How far open complaints are past their last day, or before it, one panel for each edition (ancienneté).

    Args:
        ageing: the frame of `Replay.ageing`.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one, or has no rows.
    """
    draw = altair()
    rows = rows_of("ageing", ageing, ("edition", "outcome", "days_past_due", "cases"), "Replay.ageing()")
    told = [{**_labelled(row, lang), "age": _class(row["days_past_due"]).in_(lang)} for row in rows]
    classes = [wording.in_(lang) for _, _, wording in _CLASSES]
    age = draw.X(
        "age:N", sort=classes, scale=draw.Scale(domain=classes), axis=draw.Axis(labelAngle=-30, labelLimit=220)
    )
    tips = [tip("edition", EDITION, lang), tip("age", _AGE, lang)]
    bars = draw.Chart(draw.Data(values=told)).mark_bar().encode(x=age.title(_AGE.in_(lang)))
    return _stacked(bars, rows, tips, (_AGEING, _OPEN), lang)


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
    return {**row, "outcome_label": label(row["outcome"], lang)}


def _class(days: int) -> Wording:
    return next(wording for _, most, wording in _CLASSES if most is None or days <= most)


def _stacked(
    bars: Any, rows: list[dict[str, Any]], tips: list[Any], titles: tuple[Wording, Wording], lang: Lang
) -> alt.Chart:
    """Bars of complaints by what they come to, a panel for each edition."""
    draw = altair()
    title, counted = (wording.in_(lang) for wording in titles)
    editions = list(dict.fromkeys(row["edition"] for row in rows))
    known = outcomes_of(rows, "outcome")
    chart: alt.Chart = bars.encode(
        y=draw.Y("sum(cases):Q", title=counted),
        color=colour(known, lang),
        row=draw.Row("edition:N", title=None, sort=editions, header=draw.Header(labelOrient="top", labelLimit=500)),
        tooltip=[*tips, tip("outcome_label", OUTCOME, lang), draw.Tooltip("sum(cases):Q", title=CASES.in_(lang))],
    )
    return chart.properties(title=title, width=520, height=180)
