"""What a caseload comes to as a parameter moves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.laboratory.outcomes import label
from reclamation_core.laboratory.plots.drawing import (
    EDITION,
    MESSAGES,
    OUTCOME,
    SHARE,
    altair,
    colour,
    empty,
    harmless,
    offline,
    outcomes_of,
    percent,
    percent_axis,
    rows_of,
    shape,
    tip,
)
from reclamation_core.policy.named_parameters import PARAMETERS
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    import altair as alt

_TITLE: Final = Wording("Sensibilité : {}", "Sensitivity: {}")
_SENSITIVITY: Final = Wording("Sensibilité", "Sensitivity")
_SHARES: Final = Wording("part des demandes", "share of the messages")
_RATE: Final = Wording("réponses dans le délai", "answers in time")
_ANSWERS: Final = ("on_time", "late")
_KNOWN: Final = Wording("réponses connues", "answers known")


def plot_sensitivity(swept: Any, *, lang: Lang = "fr") -> alt.VConcatChart:
    """The share of each outcome as a parameter moves; below it, where it is known, the on-time rate (sensibilité).

    Args:
        swept: the frame of `sweep`.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: the frame is another one.
    """
    draw = altair()
    rows = rows_of("swept", swept, ("parameter", "value", "edition", "outcome", "cases", "share"), "sweep()", _ANSWERS)
    if not rows:
        return offline(draw.vconcat(empty(_SENSITIVITY.in_(lang), lang, MESSAGES)))  # type: ignore[no-any-return]
    parameter = PARAMETERS[rows[0]["parameter"].replace(".", "_")]
    rows = [{**row, "label": harmless(parameter.label(row["value"], lang))} for row in rows]
    axis = _Axis.of(rows, parameter.title(lang), lang)
    told = [
        {**row, "outcome_label": label(row["outcome"], lang), "share_label": percent(row["share"], lang)}
        for row in rows
    ]
    tips = [tip("edition", EDITION, lang), tip("outcome_label", OUTCOME, lang)]
    tips += [tip("cases", MESSAGES, lang, "Q"), tip("share_label", SHARE, lang)]
    shares = (
        axis.marked(draw.Chart(draw.Data(values=told)))
        .encode(axis.x(), draw.Y("share:Q", axis=percent_axis(_SHARES.in_(lang), lang)), tooltip=tips)
        .encode(color=colour(known := outcomes_of(rows, "outcome"), lang), shape=shape(known, lang))
        .properties(width=420, height=240)
    )
    panels = [shares, _rates(rows, axis, lang)] if rows[0].keys() >= {*_ANSWERS} else [shares]
    title = _TITLE.in_(lang).format(parameter.title(lang))
    chart: alt.VConcatChart = offline(draw.vconcat(*panels, title=title))
    return chart


@attrs.frozen
class _Axis:
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
        told = {"known": known, "rate": rate, "rate_label": percent(rate, lang)}
        rates.append({name: own[0][name] for name in ("value", "label", "edition")} | told)
    tips = [tip("edition", EDITION, lang), tip("rate_label", _RATE, lang), tip("known", _KNOWN, lang, "Q")]
    y = draw.Y("rate:Q", axis=percent_axis(_RATE.in_(lang), lang), scale=draw.Scale(domain=[0, 1]))
    marks: alt.Chart = axis.marked(draw.Chart(draw.Data(values=rates)), color="#000000")
    return marks.encode(axis.x(), y, tooltip=tips).properties(width=420, height=160)
