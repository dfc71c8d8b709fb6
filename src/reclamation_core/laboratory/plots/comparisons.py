"""Plots of a comparison: the levels before and after, the change of the hours by group, and the due dates moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.laboratory.compared_records import ALL
from reclamation_core.laboratory.comparison import Comparison
from reclamation_core.laboratory.comparison_report import dimension, name_of_group
from reclamation_core.laboratory.outcomes import label
from reclamation_core.laboratory.plots.drawing import (
    MESSAGES,
    OUTCOME,
    altair,
    count_axis,
    described,
    empty,
    harmless,
    offline,
    tip,
)
from reclamation_core.wording import Lang, Wording, format_number

if TYPE_CHECKING:
    import altair as alt

_LEVELS: Final = Wording("Demandes par niveau, avant et après", "Messages by level, before and after")
_SIDES: Final = Wording("avant", "before"), Wording("après", "after")
_SIDE: Final = Wording("côté", "side")
_BOUNDS: Final = Wording("trait : ce que permettent les informations inconnues", "line: what the unknown facts allow")
_INTERVAL: Final = Wording("trait : intervalle de confiance", "line: confidence interval")
_HOURS: Final = Wording("écart d'heures de travail", "change of the hours of work")
_HOURS_BY: Final = Wording("Écart d'heures de travail par {}", "Change of the hours of work by {}")
_MOVED: Final = Wording("Échéances déplacées, en jours calendaires", "Due dates moved, in calendar days")
_DAYS: Final = Wording("jours (avant 0 : plus tôt)", "days (below 0: earlier)")
_MOST_GROUPS: Final = 20
_BY: Final = Wording("« all », « due_dates » ou un des axes de la comparaison", "`all`, `due_dates` or a dimension")
_COLOURS: Final = ("#7a7a7a", "#004f85")
_WIDTH: Final = 300


def plot_comparison(found: Comparison, *, by: str = ALL, lang: Lang = "fr") -> alt.LayerChart | alt.Chart:
    """Plot the messages of each level before and after; or the change of the hours of each group; or due dates moved.

    Args:
        found: the result of `compare`.
        by: `all` for the levels, a dimension of the comparison for its groups, `due_dates` for the days moved.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the comparison has no such dimension, or what is given is no comparison.
    """
    if not isinstance(found, Comparison):
        raise FaultsError((Fault("found", type(found).__name__, Wording("le résultat de compare", "a Comparison")),))
    if by == ALL:
        return _levels(found, lang)
    if by == "due_dates":
        return _due_dates(found, lang)
    if by not in found.by:
        raise FaultsError((Fault("by", by, _BY),))
    return _groups(found, by, lang)


def _finish(
    layers: Sequence[Any], rows: int, titles: tuple[str, Sequence[str]], lines: Iterable[str], lang: Lang
) -> Any:
    chart = altair().layer(*layers).properties(width=_WIDTH, height=max(60, rows))
    return described(chart, titles[0], titles[1], lines, lang)


def _levels(found: Comparison, lang: Lang) -> alt.LayerChart:
    draw = altair()
    rows, sides = list[dict[str, Any]](), [side.in_(lang) for side in _SIDES]
    for one in found.levels:
        if one.by == ALL:
            numbers = (one.before, one.before_least, one.before_most), (one.after, one.after_least, one.after_most)
            for side, (cases, least, most) in zip(sides, numbers, strict=True):
                shown = {"cases": cases, "least": least, "most": most, "count": format_number(cases, lang)}
                shown["end"] = max(cases, most)
                rows.append({"outcome": label(one.outcome, lang), "side": side, **shown})
    unsure = [row for row in rows if row["least"] < row["most"]]
    outcomes = list(dict.fromkeys(row["outcome"] for row in rows))
    y = draw.Y("outcome:N", sort=outcomes, axis=draw.Axis(title=None, labelLimit=150))
    offset = draw.YOffset("side:N", sort=sides, scale=draw.Scale(paddingInner=0.1))
    colour = draw.Color(
        "side:N", scale=draw.Scale(domain=sides, range=list(_COLOURS)), legend=draw.Legend(title=None, orient="bottom")
    )
    axis = count_axis(MESSAGES.in_(lang), lang)
    tips = [tip("side", _SIDE, lang), tip("outcome", OUTCOME, lang), tip("count", MESSAGES, lang)]
    base = draw.Chart(draw.Data(values=rows)).encode(y, offset)
    bars = base.mark_bar().encode(draw.X("cases:Q", axis=axis), color=colour, tooltip=tips)
    lines = draw.Chart(draw.Data(values=unsure)).mark_rule(strokeWidth=2, color="#a83200")
    bounds = lines.encode(y, offset, draw.X("least:Q", axis=axis), draw.X2("most:Q"))
    texts = base.mark_text(align="left", dx=4, fontSize=10).encode(draw.X("end:Q", axis=axis), text="count:N")
    read = (f"{row['outcome']}, {row['side']} : {row['count']}" for row in rows)
    titles = _LEVELS.in_(lang), [_BOUNDS.in_(lang)] if unsure else []
    chart: alt.LayerChart = _finish([bars, bounds, texts], 44 * len(outcomes), titles, read, lang)
    return chart


def _groups(found: Comparison, by: str, lang: Lang) -> alt.LayerChart | alt.Chart:
    draw = altair()
    hours = [one for one in found.measures if one.by == by and one.measure == "hours"]
    ordered = sorted(hours, key=lambda one: -abs(one.change or 0))[:_MOST_GROUPS]
    name = dimension(by, found.own_facts)
    title = _HOURS_BY.in_(lang).format(harmless(name.in_(lang)))
    rows = [
        {
            "group": harmless(name_of_group(by, one.group, found.own_facts).in_(lang)),
            "change": one.change,
            "low": one.low if found.is_sampled else one.least,
            "high": one.high if found.is_sampled else one.most,
            "shown": format_number(one.change or 0, lang, signed=True),
        }
        for one in ordered
    ]
    y = draw.Y("group:N", sort=[row["group"] for row in rows], axis=draw.Axis(title=None, labelLimit=150))
    tips = [tip("group", Wording(harmless(name.fr), harmless(name.en)), lang), tip("shown", _HOURS, lang)]
    base = draw.Chart(draw.Data(values=rows)).encode(y)
    axis = draw.Axis(title=_HOURS.in_(lang), format="+,.0f", tickMinStep=1)
    bars = base.mark_bar(color=_COLOURS[1]).encode(draw.X("change:Q", axis=axis), tooltip=tips)
    lines = base.mark_rule(strokeWidth=2, color="#a83200").encode(draw.X("low:Q"), draw.X2("high:Q"))
    stated = [(_INTERVAL if found.is_sampled else _BOUNDS).in_(lang)]
    read = (f"{row['group']} : {row['shown']} h" for row in rows)
    chart: alt.LayerChart = _finish([bars, lines], 24 * len(rows), (title, stated), read, lang)
    return chart


def _due_dates(found: Comparison, lang: Lang) -> alt.LayerChart | alt.Chart:
    draw = altair()
    rows = [
        {"days": one.days, "cases": one.cases, "count": format_number(one.cases, lang)}
        for one in found.due_dates
        if one.by == ALL and one.change == "moved"
    ]
    if not rows:
        return offline(empty(_MOVED.in_(lang), lang, MESSAGES))  # type: ignore[no-any-return]
    base = draw.Chart(draw.Data(values=rows)).encode(
        draw.X("days:O", axis=draw.Axis(title=_DAYS.in_(lang), labelAngle=0))
    )
    axis = count_axis(MESSAGES.in_(lang), lang)
    bars = base.mark_bar(color=_COLOURS[1]).encode(draw.Y("cases:Q", axis=axis))
    texts = base.mark_text(dy=-6, fontSize=10).encode(draw.Y("cases:Q", axis=axis), text="count:N")
    read = (f"{row['days']} : {row['count']}" for row in rows)
    chart: alt.LayerChart = _finish([bars, texts], 180, (_MOVED.in_(lang), []), read, lang)
    return chart
