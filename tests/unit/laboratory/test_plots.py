"""The plots, by what they hold: the specification is valid (Altair sees to it), and its data are those of the frame."""

import json
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import altair as alt
import attrs
import polars as pl
import pytest

from reclamation_core import FaultsError, m2_1
from reclamation_core.errors import MissingExtraError
from reclamation_core.laboratory import (
    Replay,
    compare,
    plot_ageing,
    plot_answer_time,
    plot_comparison,
    plot_flows,
    plot_sensitivity,
    plot_staffing,
    plot_workload,
    replay,
    sweep,
)
from reclamation_core.laboratory.outcomes import HANDLINGS
from reclamation_core.laboratory.plots.drawing import DARK, PALETTE, colours, described, offline, percent_axis
from reclamation_core.simulation import TimeToAnswer, WaitingTime, time_to_answer
from reclamation_core.wording import LANGUAGES
from tests.approvals import approved
from tests.lazy import pd, vl_convert
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, EIGHT, KINDS, SEVEN, rows
from tests.unit.laboratory.test_plots_of_staffing import NEEDED


@pytest.fixture(scope="module")
def found() -> Replay:
    return replay(KINDS["pandas"](CASELOAD), EDITIONS, CALENDAR, as_of=AS_OF)


@pytest.fixture(scope="module")
def answered() -> TimeToAnswer:
    """Three answered after 2, 4 and 4 days, one open since 5."""
    known = [WaitingTime(days=days, is_open=False) for days in (2, 4, 4)]
    return time_to_answer([*known, WaitingTime(days=5, is_open=True)])


def test_the_specifications_of_the_plots(answered: TimeToAnswer) -> None:
    """In both languages, without their data."""
    caseload = KINDS["polars"](CASELOAD)
    replayed = replay(caseload, EDITIONS, CALENDAR, as_of=AS_OF)
    swept = sweep(caseload, m2_1(), CALENDAR, as_of=AS_OF, deadline_days=[8, 10])
    compared = compare(caseload, *EDITIONS[:2], CALENDAR, by="level")

    def lines() -> Iterator[str]:
        for lang in LANGUAGES:
            for chart in (
                *(plot_flows(replayed.flows(), lang=lang), plot_workload(replayed.weeks(), lang=lang)),
                *(plot_ageing(replayed.ageing(), lang=lang), plot_answer_time(answered, lang=lang)),
                *(plot_sensitivity(swept, lang=lang), plot_staffing(NEEDED, lang=lang)),
                *(plot_comparison(compared, by=by, lang=lang) for by in ("all", "level", "due_dates")),
            ):
                yield re.sub(
                    r'"values": \[[^]]*\]',
                    "",
                    json.dumps(chart.to_dict() | {"$schema": ""}, ensure_ascii=False, indent=1),
                )

    approved("plots.txt", lines())


def values(chart: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of a chart."""
    found: list[dict[str, Any]] = chart["data"]["values"]
    return found


@pytest.mark.engines
def test_flows_are_ribbons_as_high_as_their_complaints_between_bars_that_they_fill(found: Replay) -> None:
    chart = plot_flows(found.flows()).to_dict()

    for panel, edition in zip(chart["hconcat"], (SEVEN, EIGHT), strict=True):
        ribbons, bars, left, right = panel["layer"]
        heights: dict[tuple[str, str], set[float]] = {}
        for point in values(ribbons):
            heights.setdefault((point["before"], point["after"]), set()).add(round(point["y2"] - point["y"], 9))
        assert heights == {flow: {cases} for flow, cases in found.matrices()[edition].items()}
        for side, x, name in (("left", 0.0, "before"), ("right", 1.0, "after")):
            ends = [point for point in values(ribbons) if point["x"] == x]
            for bar in (bar for bar in values(bars) if bar["side"] == side):
                inside = [point for point in ends if point[name] == bar["outcome"]]
                assert bar["x2" if side == "left" else "x"] == x
                assert min(point["y"] for point in inside) == pytest.approx(bar["y"])
                assert max(point["y2"] for point in inside) == pytest.approx(bar["y2"])
                assert bar["y2"] - bar["y"] == pytest.approx(sum(point["cases"] for point in inside))
        assert [text["label"] for text in values(left)] == [
            bar["label"] for bar in values(bars) if bar["side"] == "left"
        ]
        assert "hors du cadre (3)" in [text["label"] for text in values(left)]
        assert all(text["y"] for text in values(right))


@pytest.mark.engines
def test_unchanged_flows_are_paler_and_ribbons_have_the_colour_of_their_source(found: Replay) -> None:
    ribbons = plot_flows(found.flows("eligibility")).to_dict()["hconcat"][0]["layer"][0]
    for point in values(ribbons):
        assert (point["opacity"] < 0.5) is (point["before"] == point["after"])
    assert len({(point["before"], point["colour"]) for point in values(ribbons)}) == 3
    assert len({point["colour"] for point in values(ribbons)}) == 3


@pytest.mark.engines
def test_the_workload_is_stacked_by_week_with_a_panel_for_each_edition(found: Replay) -> None:
    chart = plot_workload(found.weeks()).to_dict()

    bars, _ = chart["spec"]["layer"]
    assert [
        (row["edition"], date.fromisoformat(row["week"][:10]), row["outcome"], row["cases"]) for row in values(chart)
    ] == rows(found.weeks())
    assert {(row["week"], row["ends"]) for row in values(chart)} == {
        ("2026-05-11T00:00:00", "2026-05-17T00:00:00"),
        ("2026-05-18T00:00:00", "2026-05-24T00:00:00"),
    }
    assert [tick["date"] for tick in bars["encoding"]["x"]["axis"]["values"]] == [11, 18]


def test_parts_of_bars_have_the_letter_of_their_level_where_it_fits() -> None:
    def letters(cases: dict[str, int], **told: Any) -> dict[str, str]:
        aged = pl.DataFrame(
            [
                {"edition": "M2-1", "outcome": outcome, "days_past_due": days, "cases": number // 2}
                for outcome, number in cases.items()
                for days in (2, 3)
            ]
        )
        return {row["outcome"]: row["letter"] for row in values(plot_ageing(aged, **told).to_dict())}

    cases = {"local": 100, "regional": 40, "national": 20, "undetermined": 14, "out_of_scope": 8}
    assert letters(cases) == {"local": "L", "regional": "R", "national": "N", "undetermined": "I", "out_of_scope": ""}
    assert letters(cases, lang="en")["undetermined"] == "U"


def test_the_weeks_of_years_are_written_below_the_axis_a_dozen_at_most() -> None:
    weeks = pl.DataFrame(
        {
            "edition": "M2-1",
            "week": pl.date_range(date(2024, 1, 1), date(2026, 12, 28), "1w", eager=True),
            "outcome": "local",
            "cases": 1,
        }
    )

    bars, letters = plot_workload(weeks, lang="en").to_dict()["spec"]["layer"]
    ticks = bars["encoding"]["x"]["axis"]["values"]

    assert letters["mark"]["opacity"] == 0  # the bars are too narrow
    assert 8 <= len(ticks) <= 12
    assert {date(tick["year"], tick["month"], tick["date"]).weekday() for tick in ticks} == {0}


@pytest.mark.engines
def test_open_complaints_stand_in_the_classes_of_their_age(found: Replay) -> None:
    days = [-11, -10, -6, -5, -1, 0, 1, 5, 6, 10, 11, 30, 31]
    aged = pl.DataFrame({"edition": "M2-1", "outcome": "local", "days_past_due": days, "cases": 1})

    told = [row["age"] for row in values(plot_ageing(aged).to_dict())]

    assert told == [
        "échéance dans plus de 10 jours",
        *["échéance dans 6 à 10 jours"] * 2,
        *["échéance dans 1 à 5 jours"] * 2,
        "échéance ce jour",
        *["retard de 1 à 5 jours"] * 2,
        *["retard de 6 à 10 jours"] * 2,
        *["retard de 11 à 30 jours"] * 2,
        "retard de plus de 30 jours",
    ]
    chart = plot_ageing(found.ageing()).to_dict()
    assert [(row["edition"], row["outcome"], row["days_past_due"], row["cases"]) for row in values(chart)] == rows(
        found.ageing()
    )


@pytest.mark.engines
def test_plots_are_drawn_with_their_words_and_their_marks(found: Replay, answered: TimeToAnswer) -> None:
    swept = sweep(KINDS["polars"](CASELOAD), m2_1(), CALENDAR, as_of=AS_OF, deadline_days=[8, 10])
    drawn: list[tuple[Any, tuple[str, ...]]] = [
        (plot_flows(found.flows()), ("hors du cadre (3)", "régional (2)")),
        (plot_answer_time(answered), ("réclamations encore ouvertes", "100 %")),
        (plot_sensitivity(swept), ("délai de réponse (jours)", "réponses dans le délai")),
        (plot_sensitivity(sweep(KINDS["polars"](CASELOAD), m2_1(), survey_threshold=[6, 6.5])), ("6", "6,5")),
    ]
    pictures = [vl_convert.vegalite_to_svg(chart.to_json()) for chart, _ in drawn]

    for picture, (_, words) in zip(pictures, drawn, strict=True):
        assert [word for word in words if f">{word}<" not in picture] == []
    ribbons = re.findall(r'class="mark-area[^>]*><path[^>]* d="([^"]*)"', pictures[0])
    assert len(ribbons) == sum(map(len, found.matrices().values()))
    assert all(ribbon.count("L") >= 24 and "NaN" not in ribbon for ribbon in ribbons)


@pytest.mark.parametrize(
    ("plot", "name", "source"),
    [
        (plot_flows, "flows", r"Replay.flows\(\)"),
        (plot_workload, "weeks", r"Replay.weeks\(\)"),
        (plot_ageing, "ageing", r"Replay.ageing\(\)"),
        (plot_sensitivity, "swept", r"sweep\(\)"),
    ],
)
def test_another_frame_is_refused_with_where_the_right_one_comes_from(plot: Any, name: str, source: str) -> None:
    with pytest.raises(FaultsError, match=rf"{name}: 'list'; the frame of {source} is expected"):
        plot([])
    with pytest.raises(FaultsError, match=rf"{name}.edition: nothing; the frame of {source} is expected"):
        plot(pl.DataFrame({"x": [1]}))


@pytest.mark.engines
@pytest.mark.parametrize("kind", ["polars", "pandas", "pyarrow"])
def test_without_rows_a_plot_is_empty_with_a_note(kind: str) -> None:
    nothing = replay(KINDS["polars"](CASELOAD).head(0), EDITIONS, CALENDAR, as_of=AS_OF)
    swept = sweep(KINDS["polars"](CASELOAD), m2_1(), survey_threshold=[6, 7]).head(0)
    drawn = [
        (plot_flows, nothing.flows()),
        (plot_workload, nothing.weeks()),
        (plot_ageing, nothing.ageing()),
        (plot_sensitivity, swept),
    ]
    for plot, frame in drawn:
        own: Any = frame if kind == "polars" else frame.to_pandas() if kind == "pandas" else frame.to_arrow()
        # Flows and shares are of all messages, those out of scope too.
        words = ("demande", "messages") if plot in (plot_flows, plot_sensitivity) else ("réclamation", "complaints")
        assert f">aucune {words[0]}<" in vl_convert.vegalite_to_svg(plot(own).to_json())
        assert f">no {words[1]}<" in vl_convert.vegalite_to_svg(plot(own, lang="en").to_json())


@pytest.mark.engines
def test_frames_of_any_kind_in_memory_are_drawn_alike() -> None:
    replays = (replay(KINDS[kind](CASELOAD), EDITIONS) for kind in ("polars", "pandas", "pyarrow"))
    drawn = [plot_flows(found.flows()).to_dict() for found in replays]
    assert drawn[0]["hconcat"] == drawn[1]["hconcat"] == drawn[2]["hconcat"]


def contrast_on_white(colour: str) -> float:
    """The contrast ratio of WCAG 2.2: 3 is the least of a graphical object, 4.5 that of a text."""
    channels = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels]
    return 1.05 / (sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True)) + 0.05)


def test_colours_and_the_letters_on_them_have_enough_contrast() -> None:
    assert contrast_on_white("#767676") == pytest.approx(4.54, abs=0.01)  # the grey of WCAG's own examples
    assert min(map(contrast_on_white, PALETTE)) >= 3
    for colour in PALETTE:
        assert (contrast_on_white(colour) if colour in DARK else 21 / contrast_on_white(colour)) >= 4.5


@pytest.mark.engines
def test_ticks_near_100_percent_are_told_apart() -> None:
    rates = {"a": 0.995, "b": 1.0}
    axis = percent_axis("taux", "fr")
    data: Any = {"values": [{"name": name, "rate": rate} for name, rate in rates.items()]}
    chart = alt.Chart(data).mark_point()
    scale = alt.Scale(zero=False)
    picture = vl_convert.vegalite_to_svg(chart.encode(alt.Y("rate:Q", axis=axis, scale=scale)).to_json())
    ticks = re.findall(r">(\d[\d,]*.%)<", picture)
    assert len(ticks) > 2
    assert len(set(ticks)) == len(ticks)


@pytest.mark.engines
def test_a_chart_has_a_text_in_place_of_the_names_of_its_fields(found: Replay, answered: TimeToAnswer) -> None:
    flows: Any = plot_flows(found.flows(), as_of=AS_OF)
    picture: str = flows._repr_mimebundle_()["image/svg+xml"]  # what a notebook shows
    (text,) = re.findall(r'<svg role="img" aria-label="([^"]*)"', picture)
    assert text.startswith(f"Flux entre les versions. Situation au {AS_OF:%d/%m/%Y}. ")
    assert "hors du cadre" in text
    assert re.findall(r'aria-label="[^"]*(?:cases|outcome|before)', picture) == []
    both = (flows & plot_answer_time(answered)).to_dict()
    assert "Flux entre les versions" in both["description"]
    assert "Délai de réponse (Kaplan-Meier)" in both["description"]
    assert "intervalles à 95\xa0%" in both["description"]


def test_a_description_of_many_rows_says_how_many_it_leaves_out() -> None:
    lines = [f"ligne {number}" for number in range(15)]
    chart = described(alt.Chart({"values": []}).mark_point(), "Titre", [], lines, "fr").to_dict()
    assert chart["description"].endswith("ligne 11\u202f; et 3 autres.")
    assert chart["title"] == "Titre"


def test_outcomes_have_distinguishable_colours() -> None:
    assert set(colours(HANDLINGS)) <= set(PALETTE)
    for outcomes in (HANDLINGS, ("low", "moderate", "high", "critical", "undetermined"), tuple(map(str, range(1, 6)))):
        assert len(set(colours(outcomes))) == len(outcomes)
    assert len(colours([str(number) for number in range(17)])) == 17


def test_an_outcome_has_the_same_colour_in_all_plots() -> None:
    every = [
        *HANDLINGS,
        "low",
        "moderate",
        "high",
        "critical",
        "complaint",
        "simple",
        "complex",
        *map(str, range(1, 17)),
    ]
    assert [colours([outcome])[0] for outcome in every] == colours(every)


@pytest.mark.engines
def test_charts_are_drawn_without_a_network(
    found: Replay, answered: TimeToAnswer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flows = plot_flows(found.flows())
    composed = flows.properties(background="white") | plot_answer_time(answered) & plot_ageing(found.ageing())
    for chart in (flows, composed, plot_workload(found.weeks())):
        chart.save(tmp_path / "x.html")
        for page in (chart.to_html(), (tmp_path / "x.html").read_text(encoding="utf-8")):
            assert re.findall(r"""(?:src|href|from|import|url)\s*[=(]?\s*["']?https?://""", page) == []
        shown: Any = chart._repr_mimebundle_()
        assert set(shown) == {"image/svg+xml", "text/plain"}
        assert re.findall("<script|href|https?://(?!www.w3.org/)", shown["image/svg+xml"]) == []
    assert type(offline(alt.Chart().mark_point()) + alt.Chart().mark_line()) is type(offline(alt.layer()))
    for name in ("x.svg", "x.png", "x.json"):
        flows.save(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 1000

    monkeypatch.setitem(sys.modules, "vl_convert", None)
    for draw in (flows.to_html, flows._repr_mimebundle_, lambda: flows.save(tmp_path / "y.html")):
        with pytest.raises(MissingExtraError, match="vl-convert-python is not installed; install the extra 'plots'"):
            draw()


@pytest.mark.engines
def test_a_renderer_that_is_enabled_draws_the_charts(found: Replay) -> None:
    chart = plot_flows(found.flows())
    with alt.renderers.enable("mimetype"):
        bundle: Any = chart._repr_mimebundle_()
        assert any("vegalite" in kind for kind in bundle[0])


@pytest.mark.engines
def test_without_altair_the_extra_is_named(found: Replay, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtraError, match="install the extra 'plots'") as refused:
        plot_flows(found.flows())
    assert attrs.astuple(refused.value) == ("altair", "plots")


@pytest.mark.engines
def test_what_pandas_does_not_know_is_no_number(found: Replay) -> None:
    assert isinstance(found.on_time(), pd.DataFrame)
    assert found.on_time()["rate"].isna().sum() == 1


HOSTILE = "</script><script>alert(1)//<!--<b>"


@pytest.fixture
def hostile_charts(answered: TimeToAnswer) -> list[Any]:
    editions = [EDITIONS[0], attrs.evolve(EDITIONS[1], edition=HOSTILE)]
    found = replay(KINDS["polars"](CASELOAD), editions, CALENDAR, as_of=AS_OF)
    swept = sweep(KINDS["polars"](CASELOAD), attrs.evolve(m2_1(), edition=HOSTILE), CALENDAR, survey_threshold=[6, 7])
    own = found.flows().with_columns(pl.lit(HOSTILE).alias(HOSTILE))
    return [
        plot_flows(own),
        plot_workload(found.weeks()),
        plot_ageing(found.ageing()),
        plot_sensitivity(swept),
        plot_answer_time({HOSTILE: answered}),
    ]


@pytest.mark.engines
def test_no_text_of_the_data_ends_the_script_of_a_page(hostile_charts: list[Any], tmp_path: Path) -> None:
    for chart in hostile_charts:
        chart.save(tmp_path / "x.html")
        for page in (chart.to_html(), (tmp_path / "x.html").read_text(encoding="utf-8")):
            (line,) = (line for line in page.splitlines() if "alert(1)" in line)
            assert "<" not in line
        assert "‹/script>‹script>alert(1)//‹!--‹b>" in json.dumps(chart.to_dict() | {"$schema": ""}, ensure_ascii=False)
