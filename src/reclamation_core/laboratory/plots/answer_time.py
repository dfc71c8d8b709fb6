"""The time to answer as a curve: which share is still open after so many days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.laboratory.plots.drawing import OKABE_ITO, altair, harmless, percent, percent_axis, tip
from reclamation_core.simulation import SurvivalPoint, TimeToAnswer
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    import altair as alt

_TITLE: Final = Wording("Délai de réponse (Kaplan-Meier)", "Time to answer (Kaplan-Meier)")
_DAYS: Final = Wording("jours depuis la réception", "days since the receipt")
_OPEN: Final = Wording("réclamations encore ouvertes", "complaints still open")
_SERIES: Final = Wording("série", "series")
_ALL: Final = Wording("toutes les réclamations", "all complaints")
_BOUNDS: Final = Wording("intervalle de confiance", "confidence interval")
_AT_RISK: Final = Wording("encore suivies", "at risk")
_ANSWERED: Final = Wording("réponses ce jour", "answered that day")
_EXPECTED: Final = Wording(
    "ce que donne time_to_answer est attendu, ou plusieurs par nom",
    "what time_to_answer gives is expected, or several by name",
)


def plot_answer_time(found: TimeToAnswer | Mapping[str, TimeToAnswer], *, lang: Lang = "fr") -> alt.LayerChart:
    """Which share of the complaints is still open after so many days, with its bounds (courbe de survie).

    Args:
        found: what `simulation.time_to_answer` gives; several of them by the name of the curve.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: what is given is something else.
    """
    curves = _curves(found, lang)
    draw = altair()
    points = [point for name, curve in curves.items() for point in _points(name, curve, lang)]
    scale = draw.Scale(domain=list(curves), range=[OKABE_ITO[place % len(OKABE_ITO)] for place in range(len(curves))])
    colour = draw.Color("series:N", title=None, scale=scale, legend=draw.Legend(orient="bottom", labelLimit=400))
    x = draw.X("days:Q", title=_DAYS.in_(lang), axis=draw.Axis(tickMinStep=1, format="d"))
    shares = percent_axis(_OPEN.in_(lang), lang)
    chart = draw.Chart(draw.Data(values=points)).encode(x, color=colour)
    tips = [tip("series", _SERIES, lang), tip("days", _DAYS, lang, "Q"), tip("share", _OPEN, lang)]
    tips += [tip("bounds", _BOUNDS, lang), tip("at_risk", _AT_RISK, lang, "Q"), tip("answered", _ANSWERED, lang, "Q")]
    band = chart.mark_area(interpolate="step-after", fillOpacity=0.2).encode(draw.Y("low:Q"), draw.Y2("high:Q"))
    line = chart.mark_line(interpolate="step-after").encode(
        draw.Y("still_open:Q", axis=shares, scale=draw.Scale(domain=[0, 1]))
    )
    spots = chart.mark_point(filled=True, size=15).encode(draw.Y("still_open:Q"), tooltip=tips)
    layers: alt.LayerChart = draw.layer(band, line, spots)
    return layers.properties(title=_TITLE.in_(lang), width=520, height=300)


def _curves(found: Any, lang: Lang) -> Mapping[str, TimeToAnswer]:
    """The curves by their names, which are those of a column: texts."""
    given = {_ALL.in_(lang): found} if isinstance(found, TimeToAnswer) else found
    if not isinstance(given, Mapping) or not given or not all(isinstance(one, TimeToAnswer) for one in given.values()):
        raise FaultsError((Fault("found", found, _EXPECTED),))
    return {harmless(str(name)): one for name, one in given.items()}


def _points(name: str, curve: TimeToAnswer, lang: Lang) -> Iterator[dict[str, Any]]:
    """The steps of a curve, and where it begins: all open on the day of receipt, unless some are answered on it."""
    size = curve.answered + curve.still_open
    start = SurvivalPoint(days=0, at_risk=size, answered=0, still_open=1.0, low=1.0, high=1.0)
    for point in [start, *curve.points] if curve.points[0].days > 0 else curve.points:
        bounds = " – ".join(percent(bound, lang) for bound in (point.low, point.high))
        yield {"series": name, **attrs.asdict(point), "share": percent(point.still_open, lang), "bounds": bounds}
