"""Small charts as SVG: shares with their intervals, and counts of months; without scripts, styles or other files.

Each has a text for a screen reader, and is as wide as a telephone. The page has the table of the same figures below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from xml.sax.saxutils import escape, quoteattr

import attrs

from reclamation_core.shared_repr import SharedRepr
from reclamation_core.wording import Lang, typeset

WIDTH: Final = 360
_ROW: Final = 22
_LABEL: Final = 118
_LEFT, _RIGHT = 124, 314
_INK: Final = "#004f85"
_GREY: Final = "#6a737c"
_COLUMNS: Final = 110
_FEWEST_COLUMNS: Final = 12
"""A column is no wider than one of so many."""
_LONGEST_LABEL: Final = 18
_NAME: Final = 21
"""Half the width of the name of a part of a chart, which its frame would cut otherwise."""


@attrs.frozen(kw_only=True)
class ChartShare(SharedRepr):
    """A share of a chart.

    Attributes:
        label: whose share it is.
        value: the share, between 0 and 1; None if it is not stated.
        low: the lower bound of its interval.
        high: the upper bound.
        text: the share in words, or why there is none.
    """

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str


@attrs.frozen(kw_only=True)
class ChartCount(SharedRepr):
    """A count of a chart of time.

    Attributes:
        label: the span in a word, such as `juin`.
        value: the count; None if it is left out.
        before: that of a year before; None without one.
    """

    label: str
    value: int | None
    before: int | None = None


def shares_chart(title: str, shares: Sequence[ChartShare], *, reference: float | None = None, lang: Lang = "fr") -> str:
    """Return a chart of shares from 0 to 100 %, one a row: a point, and a line for its interval.

    Args:
        title: what is shown, which a screen reader reads before the shares.
        shares: the shares, in order.
        reference: the share of all cases, as a vertical line.
        lang: the language.
    """
    height = _ROW * len(shares) + 26
    return _svg(title, [f"{one.label} {one.text}" for one in shares], height, _shares(shares, reference, height), lang)


def _shares(shares: Sequence[ChartShare], reference: float | None, height: int) -> Iterator[str]:
    bottom = height - 20
    for share in (0.0, 0.5, 1.0):
        x = _x(share)
        yield f'<line x1="{x}" y1="4" x2="{x}" y2="{bottom}" stroke="{_GREY}" stroke-opacity="0.4"/>'
        yield _text(x, height - 6, f"{share * 100:.0f} %", "middle")
    if reference is not None:
        x = _x(reference)
        yield f'<line x1="{x}" y1="4" x2="{x}" y2="{bottom}" stroke="{_INK}" stroke-dasharray="4 3"/>'
    for place, one in enumerate(shares):
        y = _ROW * place + 16
        yield _text(_LABEL, y + 4, _cut(one.label), "end")
        if one.value is None:
            yield _text(_LEFT + 6, y + 4, one.text, "start")
            continue
        if one.low is not None and one.high is not None:
            line = f'<line x1="{_x(one.low)}" y1="{y}" x2="{_x(one.high)}" y2="{y}"'
            yield f'{line} stroke="{_INK}" stroke-width="3" stroke-opacity="0.45"/>'
        yield f'<circle cx="{_x(one.value)}" cy="{y}" r="4.5" fill="{_INK}"/>'
        yield _text(WIDTH, y + 4, f"{one.value * 100:.0f} %", "end")


def counts_chart(title: str, counts: Sequence[ChartCount], lang: Lang = "fr") -> str:
    """Return a chart of counts over time: a column each, and a mark for the count of a year before.

    Args:
        title: what is shown, which a screen reader reads before the counts.
        counts: the counts, in the order of time.
        lang: the language.
    """
    before = {"fr": "un an avant", "en": "a year before"}[lang]
    read = [
        f"{one.label} {'–' if one.value is None else one.value}"
        + ("" if one.before is None else f" ({before} {one.before})")
        for one in counts
    ]
    return _svg(title, read, _COLUMNS + 34, _columns(counts), lang)


def _columns(counts: Sequence[ChartCount]) -> Iterator[str]:
    most = max((value for one in counts for value in (one.value, one.before) if value is not None), default=0) or 1
    step = WIDTH / max(len(counts), _FEWEST_COLUMNS)
    base = _COLUMNS + 16
    yield f'<line x1="0" y1="{base}" x2="{WIDTH}" y2="{base}" stroke="{_GREY}"/>'
    for place, one in enumerate(counts):
        x, width = place * step + step * 0.15, step * 0.7
        middle = round(x + width / 2, 1)
        if one.value is not None:
            tall = round(one.value / most * _COLUMNS, 1)
            yield f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{width:.1f}" height="{tall}" fill="{_INK}"/>'
        if one.before is not None:
            y = round(base - one.before / most * _COLUMNS, 1)
            mark = f'<line x1="{x - 2:.1f}" y1="{y}" x2="{x + width + 2:.1f}" y2="{y}"'
            yield f'{mark} stroke="#b98500" stroke-width="3"/>'
        top = max(one.value or 0, one.before or 0) / most * _COLUMNS
        yield _text(middle, base - top - 4, "–" if one.value is None else str(one.value), "middle")
        yield _text(middle, base + 14, one.label, "middle")


def gaps_chart(
    title: str, before: Sequence[int], after: Sequence[int], *, limit: int | None = None, lang: Lang = "fr"
) -> str:
    """Return a chart of gaps in days, a column each: those before a day, a line for it, and those since.

    Args:
        title: what is shown, which a screen reader reads before the gaps.
        before: the gaps before the day, in the order of time.
        after: the gaps since.
        limit: a gap that would be rare, as a dashed line.
        lang: the language.
    """
    names = {"fr": ("avant", "depuis", "limite"), "en": ("before", "since", "limit")}[lang]
    listed = zip(names, (before, after, () if limit is None else (limit,)), strict=True)
    read = [f"{name} {', '.join(map(str, gaps))}" for name, gaps in listed if gaps]
    return _svg(title, read, _COLUMNS + 34, _gaps(before, after, limit, names), lang)


def _gaps(before: Sequence[int], after: Sequence[int], limit: int | None, names: Sequence[str]) -> Iterator[str]:
    most = max((*before, *after, limit or 0), default=0) or 1
    step = WIDTH / max(len(before) + len(after), _FEWEST_COLUMNS)
    base = _COLUMNS + 16
    yield f'<line x1="0" y1="{base}" x2="{WIDTH}" y2="{base}" stroke="{_GREY}"/>'
    for place, gap in enumerate((*before, *after)):
        x, width, tall = place * step + step * 0.15, step * 0.7, round(gap / most * _COLUMNS, 1)
        ink = _GREY if place < len(before) else _INK
        yield f'<rect x="{x:.1f}" y="{base - tall:.1f}" width="{width:.1f}" height="{tall}" fill="{ink}"/>'
        yield _text(x + width / 2, base - tall - 4, str(gap), "middle")
    middle = round(len(before) * step, 1)
    yield f'<line x1="{middle}" y1="0" x2="{middle}" y2="{base}" stroke="{_GREY}"/>'
    free = float(_NAME)
    for name, gaps, x in zip(names, (before, after), (middle / 2, middle + len(after) * step / 2), strict=False):
        if gaps:
            centre = min(max(x, free), WIDTH - _NAME)
            free = centre + 2 * _NAME
            yield _text(centre, base + 14, name, "middle")
    if limit is not None:
        y = round(base - limit / most * _COLUMNS, 1)
        yield f'<line x1="0" y1="{y}" x2="{WIDTH}" y2="{y}" stroke="#b98500" stroke-width="2" stroke-dasharray="4 3"/>'


def _svg(title: str, read: Sequence[str], height: int, parts: Iterator[str], lang: Lang) -> str:
    apart = " ; " if lang == "fr" else "; "
    described = quoteattr(typeset(f"{title}{' : ' if lang == 'fr' else ': '}{apart.join(read)}.", lang))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label={described} viewBox="0 0 {WIDTH} {height}"'
        f' width="{WIDTH}" height="{height}" font-size="12" font-family="system-ui, Libertinus Serif, sans-serif">'
        f"{''.join(parts)}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(text)}</text>'


def _x(share: float) -> float:
    return round(_LEFT + share * (_RIGHT - _LEFT), 1)


def _cut(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1].rstrip()}…"
