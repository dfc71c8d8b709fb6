"""Small charts, read as XML."""

from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.reporting.charts import WIDTH, ChartCount, ChartShare, counts_chart, gaps_chart, shares_chart
from reclamation_core.reporting.indicators import chart_of_months, chart_of_units
from reclamation_core.wording import LANGUAGES
from tests.approvals import approved
from tests.unit.reporting.test_indicators import SITES, example_page

SVG = "{http://www.w3.org/2000/svg}"
_counts = st.integers(0, 10**6) | st.none()


def read(chart: str) -> ET.Element:
    return ET.fromstring(chart)  # noqa: S314  (our own)


def numbers(svg: ET.Element, *names: str) -> list[float]:
    return [float(one.get(name, "0")) for one in svg.iter() for name in names if one.tag != SVG + "svg"]


@given(st.lists(st.builds(ChartCount, label=st.text("août<&", max_size=4), value=_counts, before=_counts), max_size=14))
def test_columns_are_inside_the_chart_and_as_high_as_their_counts(counts: list[ChartCount]) -> None:
    svg = read(counts_chart("Reçues", counts))
    height = float(svg.get("height", 0))
    most = max([1, *(value for one in counts for value in (one.value, one.before) if value)])
    bars = svg.iter(SVG + "rect")
    assert [float(one.get("height", 0)) for one in bars] == [
        round(one.value / most * 110, 1) for one in counts if one.value is not None
    ]
    assert all(0 <= y <= height for y in numbers(svg, "y", "y1", "y2"))
    assert all(str(one.value if one.value is not None else "–") in svg.get("aria-label", "") for one in counts)


@given(st.lists(st.integers(0, 400), max_size=12), st.lists(st.integers(0, 400), max_size=12))
def test_the_names_of_the_parts_of_gaps_are_whole_and_apart(before: list[int], after: list[int]) -> None:
    svg = read(gaps_chart("Jours", before, after))
    places = [float(one.get("x", 0)) for one in svg.iter(SVG + "text") if one.text in {"avant", "depuis"}]
    assert len(places) == bool(before) + bool(after)
    assert all(21 <= x <= WIDTH - 21 for x in places)
    assert places[-1:] == places[:1] or places[1] - places[0] >= 42


@given(
    st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1)).map(sorted), min_size=1, max_size=20),
    st.floats(0, 1) | st.none(),
)
def test_a_share_is_on_the_line_of_its_interval(shares: list[list[float]], reference: float | None) -> None:
    rows = [
        ChartShare(label=f"Centre {place}", value=value, low=low, high=high, text=f"{value:.3f}")
        for place, (low, value, high) in enumerate(shares)
    ]
    svg = read(shares_chart("Dans les délais", rows, reference=reference))

    points = list(svg.iter(SVG + "circle"))
    lines = [one for one in svg.iter(SVG + "line") if one.get("stroke-width") == "3"]
    assert len(points) == len(lines) == len(rows)
    for point, line in zip(points, lines, strict=True):
        assert float(line.get("x1", 0)) <= float(point.get("cx", 0)) <= float(line.get("x2", 0))
    assert all(0 <= x <= WIDTH for x in numbers(svg, "x", "x1", "x2", "cx"))
    assert len([one for one in svg.iter(SVG + "line") if one.get("stroke-dasharray")]) == (reference is not None)
    assert svg.get("role") == "img"
    assert all(row.text in svg.get("aria-label", "") for row in rows)


def test_the_drawings() -> None:
    """A share that is not stated has its reason, and a long name is cut."""
    few = ChartShare(label="Saint-Quentin-en-Yvelines", value=None, text="fewer than 10: no rate")
    shares = [few, *(ChartShare(label=f"M{low}", value=0.5, low=low, high=0.9, text="50 %") for low in (None, 0.25))]
    counts = [
        ChartCount(label=f"{value}", value=value, before=before) for value, before in ((3, 8), (None, 1), (5, None))
    ]
    charts = [
        chart
        for lang in LANGUAGES
        for chart in (
            shares_chart("À temps", shares, reference=0.6, lang=lang),
            counts_chart("Reçues", counts, lang),
            chart_of_units(example_page(), SITES, lang),
            chart_of_months(example_page(), lang),
            gaps_chart("Jours", (1, 12), (40,), limit=50, lang=lang),
        )
    ]
    approved("charts.txt", [chart.replace("><", ">\n<") for chart in charts if chart])
