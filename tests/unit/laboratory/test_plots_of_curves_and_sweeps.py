"""The plots of the time to answer and of a sweep, by what they hold."""

from typing import Any

import pytest

from reclamation_core import FaultsError, m2_1
from reclamation_core.calendars import DayType
from reclamation_core.laboratory import plot_answer_time, plot_sensitivity, sweep
from reclamation_core.laboratory.plots.drawing import colours
from reclamation_core.simulation import TimeToAnswer, WaitingTime, time_to_answer
from reclamation_core.wording import Lang
from tests.lazy import vl_convert
from tests.typography import plain
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, KINDS, rows
from tests.unit.laboratory.test_plots import answered as answered  # noqa: PLC0414  a fixture
from tests.unit.laboratory.test_plots import values


def test_the_curve_begins_with_all_open_and_has_the_steps_of_the_estimate(answered: TimeToAnswer) -> None:
    chart = plot_answer_time(answered).to_dict()

    curves, numbers = chart["vconcat"]
    points = values(curves)
    assert [(point["days"], point["still_open"], point["share"]) for point in points] == [
        (0, 1.0, "100,0 %"),
        (2, 0.75, "75,0 %"),
        (4, 0.25, "25,0 %"),
        (5, 0.25, "25,0 %"),
    ]
    assert [point["at_risk"] for point in points[1:]] == [point.at_risk for point in answered.points]
    assert {point["series"] for point in points} == {"toutes les réclamations"}
    # Two of four are answered on the fourth day, and one that is open is not known beyond the fifth.
    assert [(one["days"], one["at_risk"]) for one in values(numbers)] == [
        (0, 4),
        (1, 4),
        (2, 4),
        (3, 3),
        (4, 3),
        (5, 1),
    ]


@pytest.mark.parametrize(("lang", "expected"), [
    ("fr", "Délai de réponse (Kaplan-Meier). intervalles à 95 %. M2-1 : 3 répondues, 2 ouvertes, médiane de 4 jours."),
    ("en", "Time to answer (Kaplan-Meier). 95% intervals. M2-1 : 3 answered, 2 open, median of 4 days."),
])  # fmt: skip
def test_a_screen_reader_reads_the_numbers_and_the_median_of_each_curve(lang: Lang, expected: str) -> None:
    known = [WaitingTime(days=days, is_open=False) for days in (2, 4, 4)]
    still = [WaitingTime(days=days, is_open=True) for days in (5, 6)]
    assert plain(plot_answer_time({"M2-1": time_to_answer([*known, *still])}, lang=lang).to_dict()["description"]) == (
        expected
    )


def test_a_screen_reader_reads_one_and_none_in_the_singular() -> None:
    curve = time_to_answer([WaitingTime(days=1, is_open=False)])
    description = plain(plot_answer_time({"M2-1": curve}).to_dict()["description"])
    assert description.endswith("M2-1 : 1 répondue, 0 ouverte, médiane de 1 jour.")


def test_several_curves_are_named_and_may_begin_with_answers_on_day_0(answered: TimeToAnswer) -> None:
    at_once = time_to_answer([WaitingTime(days=0, is_open=False), WaitingTime(days=3, is_open=False)])
    chart = plot_answer_time({"M2-1": answered, "8 jours": at_once}, lang="en").to_dict()
    curves, numbers = chart["vconcat"]
    assert [point["still_open"] for point in values(curves) if point["series"] == "8 jours"] == [0.5, 0.0]
    drawn = [point for point in values(curves) if point["series"] == "8 jours"]
    assert [(point["low"], point["high"]) for point in drawn][1:] == [(0.0, drawn[0]["high"])]
    assert curves["layer"][0]["encoding"]["color"]["scale"]["domain"] == ["M2-1", "8 jours"]
    # What one curve no longer rests on is 0.
    assert [one["label"] for one in values(numbers) if one["series"] == "8 jours"] == ["2", "1", "1", "1", "0", "0"]


def test_the_days_of_a_curve_are_named_as_they_were_counted(answered: TimeToAnswer) -> None:
    def title(**told: Any) -> str:
        curves = plot_answer_time(answered, **told).to_dict()["vconcat"][0]
        return str(curves["layer"][0]["encoding"]["x"]["title"])

    assert title(day_type=DayType.CALENDAIRE) == "jours calendaires depuis la réception"
    assert title(day_type="ouvrable", lang="en") == "working days (six a week) since the receipt"
    with pytest.raises(ValueError, match="DayType: 'mois'"):
        title(day_type="mois")


def test_a_dozen_days_at_most_are_written_below_the_curves() -> None:
    for last, ticks in [
        (0, [0]),
        (11, [*range(12)]),
        (12, [0, 2, 4, 6, 8, 10, 12]),
        (30, [0, 5, 10, 15, 20, 25, 30]),
        (1000, [*range(0, 1001, 100)]),
    ]:
        chart = plot_answer_time(time_to_answer([WaitingTime(days=last, is_open=False)])).to_dict()["vconcat"][0]
        assert chart["layer"][0]["encoding"]["x"]["axis"]["values"] == ticks, last


@pytest.mark.engines
def test_the_rows_and_lines_of_curves_differ_without_colour(answered: TimeToAnswer) -> None:
    curves, numbers = plot_answer_time({"local": answered, "M2-1": answered}).to_dict()["vconcat"]
    assert numbers["encoding"]["y"]["field"] == "series"
    assert numbers["encoding"]["y"]["axis"] is not None
    dashes = curves["layer"][1]["encoding"]["strokeDash"]
    assert dashes["scale"]["domain"] == ["local", "M2-1"]
    assert len(set(map(tuple, dashes["scale"]["range"]))) == 2
    svg = vl_convert.vegalite_to_svg(plot_answer_time({"local": answered, "M2-1": answered}).to_json())
    assert svg.count(">M2-1<") == 2  # in the legend, and before its row of numbers


def test_a_curve_named_as_a_level_has_the_colour_of_the_level(answered: TimeToAnswer) -> None:
    names = ["M2-1", "régional", "national", "8 jours", "local"]
    chart = plot_answer_time(dict.fromkeys(names, answered)).to_dict()
    found = dict(zip(names, chart["vconcat"][0]["layer"][0]["encoding"]["color"]["scale"]["range"], strict=True))
    levels = ("local", "regional", "national")
    assert [found[name] for name in ("local", "régional", "national")] == colours(levels)
    assert len(set(found.values())) == len(names)


@pytest.mark.engines
def test_no_curve_draws_empty() -> None:
    assert ">aucune réclamation<" in vl_convert.vegalite_to_svg(plot_answer_time({}).to_json())


@pytest.mark.parametrize("given", [{"M2-1": 3}, [1, 2], None])
def test_a_curve_of_something_else_is_refused(given: Any) -> None:
    with pytest.raises(FaultsError, match=r"found: .*what time_to_answer gives is expected"):
        plot_answer_time(given)


@pytest.mark.parametrize("kind", ["polars", "pandas"])
def test_sensitivity_shows_shares_and_below_them_the_rate_of_all_answers(kind: str) -> None:
    swept = sweep(KINDS[kind](CASELOAD), m2_1(), CALENDAR, as_of=AS_OF, deadline_days=[8, 10, 60])

    chart = plot_sensitivity(swept).to_dict()

    shares, rates = chart["vconcat"]
    assert [(row["value"], row["outcome"], row["share"]) for row in values(shares)] == [
        (row[1], row[3], row[5]) for row in rows(swept)
    ]
    # Numbers stand to scale, and are written with a comma.
    for panel in (shares, rates):
        x = panel["encoding"]["x"]
        assert (x["field"], x["type"], x["axis"]["values"]) == ("value", "quantitative", [8, 10, 60])
    assert [(row["value"], row["rate"], row["rate_label"]) for row in values(rates)] == [
        (8, 0.0, "0,0 %"),
        (10, 1 / 3, "33,3 %"),
        (60, None, "–"),
    ]


def test_where_no_answer_is_known_there_is_no_rate_and_without_answers_no_panel() -> None:
    open_ones = KINDS["polars"](CASELOAD[4:])
    swept = sweep(open_ones, m2_1(), CALENDAR, as_of=AS_OF, deadline_days=[60, 61])
    assert [row["rate_label"] for row in values(plot_sensitivity(swept).to_dict()["vconcat"][1])] == ["–", "–"]
    assert len(plot_sensitivity(sweep(open_ones, m2_1(), complexity_causes=[1, 2])).to_dict()["vconcat"]) == 1


def test_values_that_are_no_numbers_are_labelled_points_without_a_line() -> None:
    for parameter, given, labels, english in [
        (
            "deadline_day_type",
            ["ouvre", "calendaire"],
            ["jour ouvré", "jour calendaire"],
            ["business day", "calendar day"],
        ),
        ("deadline_first_day_counted", [False, True], ["non", "oui"], ["no", "yes"]),
        ("complexity_band", ["high", "critical"], ["élevé", "critique"], ["high", "critical"]),
        ("risk_recurrences", [(1, 3, 6), (2, 3, 4)], ["1 ; 3 ; 6", "2 ; 3 ; 4"], ["1 ; 3 ; 6", "2 ; 3 ; 4"]),
    ]:
        moved: dict[str, Any] = {parameter: given}
        swept = sweep(KINDS["polars"](CASELOAD), m2_1(), CALENDAR, as_of=AS_OF, **moved)
        for lang, words in (("fr", labels), ("en", english)):
            for panel in plot_sensitivity(swept, lang=lang).to_dict()["vconcat"]:  # type: ignore[arg-type]
                assert panel["mark"]["type"] == "point", parameter
                x = panel["encoding"]["x"]
                assert (x["field"], x["sort"]) == ("label", words), parameter
                assert list(dict.fromkeys(row["label"] for row in values(panel))) == words, parameter
