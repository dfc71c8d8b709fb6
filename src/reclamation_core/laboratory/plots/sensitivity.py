"""What a caseload comes to as a parameter moves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reclamation_core.laboratory.outcomes import label
from reclamation_core.laboratory.plots.drawing import (
    CASES,
    EDITION,
    OUTCOME,
    SHARE,
    altair,
    colour,
    outcomes_of,
    percent,
    percent_axis,
    rows_of,
    tip,
)
from reclamation_core.policy.named_parameters import PARAMETERS
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    import altair as alt

_TITLE: Final = Wording("Sensibilité : {}", "Sensitivity: {}")
_SHARES: Final = Wording("part des réclamations", "share of the complaints")
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
        FaultsError: the frame is another one, or has no rows.
    """
    draw = altair()
    rows = rows_of("swept", swept, ("parameter", "value", "edition", "outcome", "cases", "share"), "sweep()", _ANSWERS)
    parameter = PARAMETERS[rows[0]["parameter"].replace(".", "_")].title(lang)
    # A value for each mark, no more: between two values nothing was decided.
    values = list(dict.fromkeys(row["value"] for row in rows))
    x = draw.X("value:O", sort=values, title=parameter, axis=draw.Axis(labelAngle=0))
    told = [
        {**row, "outcome_label": label(row["outcome"], lang), "share_label": percent(row["share"], lang)}
        for row in rows
    ]
    tips = [tip("edition", EDITION, lang), tip("outcome_label", OUTCOME, lang)]
    tips += [tip("cases", CASES, lang, "Q"), tip("share_label", SHARE, lang)]
    shares = (
        draw.Chart(draw.Data(values=told))
        .mark_line(point=True)
        .encode(x, draw.Y("share:Q", axis=percent_axis(_SHARES.in_(lang), lang)), tooltip=tips)
        .encode(color=colour(outcomes_of(rows, "outcome"), lang))
        .properties(width=420, height=240)
    )
    panels = [shares, _rates(rows, x, lang)] if rows[0].keys() >= {*_ANSWERS} else [shares]
    chart: alt.VConcatChart = draw.vconcat(*panels, title=_TITLE.in_(lang).format(parameter))
    return chart


def _rates(rows: list[dict[str, Any]], x: Any, lang: Lang) -> alt.Chart:
    """The on-time rate of all answers for each value."""
    draw = altair()
    rates = []
    for value in dict.fromkeys(row["value"] for row in rows):
        own = [row for row in rows if row["value"] == value]
        on_time, known = sum(row["on_time"] for row in own), sum(row["on_time"] + row["late"] for row in own)
        rate = on_time / known if known else None
        told = {"known": known, "rate": rate, "rate_label": percent(rate, lang)}
        rates.append({"value": value, "edition": own[0]["edition"], **told})
    tips = [tip("edition", EDITION, lang), tip("rate_label", _RATE, lang), tip("known", _KNOWN, lang, "Q")]
    y = draw.Y("rate:Q", axis=percent_axis(_RATE.in_(lang), lang), scale=draw.Scale(domain=[0, 1]))
    line: alt.Chart = draw.Chart(draw.Data(values=rates)).mark_line(
        color="#000000", point=draw.OverlayMarkDef(color="#000000")
    )
    return line.encode(x, y, tooltip=tips).properties(width=420, height=160)
