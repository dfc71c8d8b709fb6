"""Plot of staffing: the on-time rate of scenarios or of numbers of handlers, with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from reclamation_core.errors import Fault, FaultsError
from reclamation_core.laboratory.outcomes import label
from reclamation_core.laboratory.plots.drawing import (
    BOUNDS,
    RATE,
    altair,
    described,
    empty,
    harmless,
    notes,
    offline,
    percent,
    percent_axis,
    tip,
)
from reclamation_core.simulation import HandlersNeeded, StaffingComparison
from reclamation_core.simulation.staffing.team import unit_wording
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    import altair as alt

_TITLE: Final = Wording("Réponses dans le délai", "Answers in time")
_OF: Final = Wording("Réponses dans le délai : {}", "Answers in time: {}")
_SCENARIO: Final = Wording("scénario", "scenario")
_HANDLERS: Final = Wording("agents", "handlers")
_BUSY: Final = Wording("part du temps travaillée", "share of the time worked")
_TARGET: Final = Wording("objectif {}", "target {}")
_EXPECTED: Final = Wording(
    "ce que donne compare_staffing ou handlers_needed est attendu",
    "what compare_staffing or handlers_needed gives is expected",
)


def plot_staffing(
    found: StaffingComparison | HandlersNeeded,
    *,
    level: str = "all",
    site: str = "all",
    unit: str = "all",
    lang: Lang = "fr",
) -> alt.LayerChart | alt.Chart:
    """The share of answers in time of each scenario, or for each number of handlers, with its confidence interval.

    Of a comparison, a line for each scenario, in their order. Of `handlers_needed`, the numbers of handlers that were
    tried, and the target as a dashed line. If no rate is known the chart is empty, with a note.

    Args:
        found: the result of `simulation.compare_staffing` or `handlers_needed`.
        level: of a comparison, the level that is shown.
        site: of a comparison, the site whose receipts are shown.
        unit: of a comparison, the unit that is shown.
        lang: the language of titles and labels.

    Raises:
        MissingExtraError: Altair is not installed.
        FaultsError: what is given is something else.
        LookupError: the comparison has no such level, site or unit.
    """
    if isinstance(found, HandlersNeeded):
        return _of_handlers(found, lang)
    if not isinstance(found, StaffingComparison):
        raise FaultsError((Fault("found", type(found).__name__, _EXPECTED),))
    title = _title(level, site, unit, lang)
    names = dict.fromkeys(row.scenario for row in found.estimates)
    estimates = [found.estimate(name, "on_time_rate", level, site=site, unit=unit) for name in names]
    rows = [_row(one, lang) | {"scenario": harmless(one.scenario)} for one in estimates if one.mean is not None]
    if not rows:
        return offline(empty(title, lang))  # type: ignore[no-any-return]
    draw = altair()
    axis = draw.Axis(title=None, labelLimit=260)
    place = draw.Y("scenario:N", sort=[row["scenario"] for row in rows], axis=axis)
    rate = draw.Axis(**percent_axis(RATE.in_(lang), lang).to_dict())
    scale = draw.Scale(zero=False, nice=True)
    base = draw.Chart(draw.Data(values=rows)).encode(place)
    tips = [tip("scenario", _SCENARIO, lang), tip("share", RATE, lang), tip("bounds", BOUNDS, lang)]
    bars = base.mark_rule(strokeWidth=2).encode(draw.X("low:Q", axis=rate, scale=scale), draw.X2("high:Q"))
    spots = base.mark_point(filled=True, size=70, opacity=1, color="#000000")
    texts = base.mark_text(dy=-10, fontSize=11)
    x = draw.X("mean:Q", scale=scale)
    chart = draw.layer(bars, spots.encode(x, tooltip=tips), texts.encode(x, text="share:N"))
    stated = notes(lang, as_of=found.period.until, confidence=found.confidence, runs=found.period.replications)
    lines = (f"{row['scenario']} : {row['share']} ({row['bounds']})" for row in rows)
    return described(  # type: ignore[no-any-return]
        chart.properties(width=420, height=draw.Step(44)), title, stated, lines, lang
    )


def _title(level: str, site: str, unit: str, lang: Lang) -> str:
    """The title, with the level, the site or the unit in words."""
    part = None
    if level != "all":
        part = {"fr": f"niveau {label(level, 'fr')}", "en": f"{label(level, 'en')} level"}[lang]
    elif site != "all":
        part = {"fr": f"demandes reçues par le centre {site}", "en": f"received by the site {site}"}[lang]
    elif unit != "all":
        part = unit_wording(unit).in_(lang)
    return _TITLE.in_(lang) if part is None else _OF.in_(lang).format(harmless(part))


def _row(one: Any, lang: Lang) -> dict[str, Any]:
    """Return the row of an estimate; without an interval, a point."""
    low, high = (one.mean if bound is None else bound for bound in (one.low, one.high))
    bounds = "–" if one.low is None else f"{percent(low, lang)} – {percent(high, lang)}"
    return {"mean": one.mean, "low": low, "high": high, "share": percent(one.mean, lang), "bounds": bounds}


def _of_handlers(found: HandlersNeeded, lang: Lang) -> alt.LayerChart:
    draw = altair()
    rows = [
        {"handlers": one.handlers, "mean": one.on_time_rate, "low": one.low, "high": one.high}
        | {"share": percent(one.on_time_rate, lang), "busy": percent(one.utilisation, lang)}
        | {"bounds": f"{percent(one.low, lang)} – {percent(one.high, lang)}"}
        for one in found.tried
    ]
    aim = _TARGET.in_(lang).format(percent(found.target, lang))
    target = [{"target": found.target, "label": aim}]
    axis = draw.Axis(title=_HANDLERS.in_(lang), labelAngle=0)
    rate = percent_axis(RATE.in_(lang), lang)
    base = draw.Chart(draw.Data(values=rows)).encode(draw.X("handlers:O", axis=axis))
    tips = [tip("handlers", _HANDLERS, lang), tip("share", RATE, lang), tip("bounds", BOUNDS, lang)]
    tips += [tip("busy", _BUSY, lang)]
    scale = draw.Scale(domain=[0, 1])
    bars = base.mark_rule(strokeWidth=2).encode(draw.Y("low:Q", axis=rate, scale=scale), draw.Y2("high:Q"))
    spots = base.mark_point(filled=True, size=70, opacity=1, color="#000000").encode(draw.Y("mean:Q"), tooltip=tips)
    texts = base.mark_text(dx=8, align="left", fontSize=11).encode(draw.Y("mean:Q"), text="share:N")
    wanted = draw.Chart(draw.Data(values=target)).encode(draw.Y("target:Q"))
    line = wanted.mark_rule(strokeDash=[6, 3], color="#595959")
    name = wanted.mark_text(align="left", dx=4, dy=-6, fontSize=11, color="#595959").encode(
        x=draw.value(0), text="label:N"
    )
    chart = draw.layer(line, name, bars, spots, texts)
    title = _title("all", "all", found.unit, lang)
    stated = notes(lang, as_of=found.period.until, confidence=found.confidence, runs=found.period.replications)
    lines = (f"{row['handlers']} {_HANDLERS.in_(lang)} : {row['share']} ({row['bounds']})" for row in rows)
    sized = chart.properties(width=max(300, 60 * len(rows)), height=260)
    return described(sized, title, stated, [aim, *lines], lang)  # type: ignore[no-any-return]
