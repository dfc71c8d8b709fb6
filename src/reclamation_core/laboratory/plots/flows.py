"""The flows between the outcomes of two editions, drawn as ribbons (diagramme de Sankey)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import attrs

from reclamation_core.laboratory.outcomes import counted, label, order
from reclamation_core.laboratory.plots.drawing import (
    MESSAGES,
    SHARE,
    altair,
    colours,
    empty,
    offline,
    outcomes_of,
    percent,
    rows_of,
    tip,
)
from reclamation_core.wording import Lang, Wording

if TYPE_CHECKING:
    import altair as alt

_STEPS: Final = 24
"""In how many steps a ribbon goes from one side to the other."""
_GAP: Final = 0.04
"""The space between two outcomes, as a share of all complaints."""
_WIDTH: Final = 0.06

_TITLE: Final = Wording("Flux vers « {} »", "Flows to “{}”")
_FLOWS: Final = Wording("Flux entre les éditions", "Flows between editions")
_BEFORE: Final = Wording("avant", "before")
_AFTER: Final = Wording("après", "after")


@attrs.frozen
class _Side:
    """Where the outcomes of one side begin and end, from the top."""

    spans: Mapping[str, tuple[float, float]]

    @classmethod
    def of(cls, totals: Mapping[str, int], gap: float) -> _Side:
        spans, top = {}, 0.0
        for outcome in sorted(totals, key=order):
            spans[outcome] = top, top + totals[outcome]
            top += totals[outcome] + gap
        return cls(spans)


def plot_flows(flows: Any, *, lang: Lang = "fr") -> alt.HConcatChart:
    """The flows between outcomes, before on the left, after on the right, one diagram for each edition (Sankey).

    The height of a ribbon is its number of messages, those out of scope included, its colour the outcome before; what
    does not change is paler. Without rows, the chart says so.

    Args:
        flows: the frame of `Replay.flows`.
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
    chart: alt.HConcatChart = offline(draw.hconcat(*diagrams, spacing=40))
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


def _names(bars: Sequence[Mapping[str, Any]], side: str, x: Any, y: Any) -> Any:
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
    told = {
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
        yield {**told, "x": along, "y": top, "y2": top + row["cases"]}


def _bars(
    side: _Side, place: int, palette: Mapping[str, str], totals: Mapping[str, int], lang: Lang
) -> Iterator[dict[str, Any]]:
    start = -_WIDTH if place == 0 else 1.0
    for outcome, (top, bottom) in side.spans.items():
        named = {
            "label": f"{label(outcome, lang)} ({counted(totals[outcome], lang)})",
            "outcome": outcome,
            "cases": totals[outcome],
        }
        where = {"x": start, "x2": start + _WIDTH, "y": top, "y2": bottom}
        yield {**named, **where, "side": "right" if place else "left", "colour": palette[outcome]}
