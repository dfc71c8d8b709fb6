"""The plots of staffing, by what they hold."""

from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core import FaultsError
from reclamation_core.laboratory import plot_staffing
from reclamation_core.simulation import HandlersNeeded, StaffingComparison, compare_staffing
from reclamation_core.simulation.staffing.comparison import HandlersTried, SimulatedPeriod
from tests.lazy import vl_convert
from tests.unit.simulation.staffing.agency import SITES, complaint, steady

NEEDED = HandlersNeeded(
    unit="local/<METZ>",
    scenario=steady(),
    period=SimulatedPeriod(since=None, until=date(2026, 5, 29), seed=3, replications=20, default_site="METZ"),
    target=0.95,
    handlers=2,
    tried=(
        HandlersTried(handlers=1, on_time_rate=0.8, low=0.7, high=0.9, utilisation=0.99),
        HandlersTried(handlers=2, on_time_rate=1.0, low=0.96, high=1.0, utilisation=None),
    ),
    confidence=0.95,
)


@pytest.fixture(scope="module")
def compared() -> StaffingComparison:
    arrivals = [complaint(name, "2026-05-04T09:00", site="METZ") for name in "ABC"]
    return compare_staffing(
        arrivals, [steady(), attrs.evolve(steady(), name="<b>")], SITES, until=date(2026, 5, 29), replications=2
    )


def drawn(chart: Any) -> str:
    picture: str = vl_convert.vegalite_to_svg(chart.to_json())
    return picture


@pytest.mark.engines
def test_each_scenario_has_its_rate_and_its_interval(compared: StaffingComparison) -> None:
    chart = plot_staffing(compared)

    bars, spots, texts = chart.to_dict()["layer"]
    rows = chart.to_dict()["data"]["values"]
    estimates = [compared.estimate(name, "on_time_rate") for name in ("M2-1", "<b>")]
    assert [(row["scenario"], row["mean"], row["low"], row["high"]) for row in rows] == [
        ("M2-1", 1.0, estimates[0].low, 1.0),
        ("‹b>", 1.0, estimates[1].low, 1.0),
    ]
    assert bars["encoding"]["x2"]["field"] == "high"
    assert [told["title"] for told in spots["encoding"]["tooltip"]] == [
        "scénario",
        "réponses dans le délai",
        "intervalle de confiance",
    ]
    assert texts["encoding"]["text"]["field"] == "share"
    picture = drawn(chart)
    assert all(f">{word}<" in picture for word in ("M2-1", "Réponses dans le délai", "100,0 %", "‹b&gt;"))


@pytest.mark.engines
def test_a_site_or_a_unit_is_shown_alone_and_empty_where_no_rate_is_known(compared: StaffingComparison) -> None:
    assert ">Réponses dans le délai : demandes reçues par le centre METZ<" in drawn(
        plot_staffing(compared, site="METZ")
    )
    assert ">Answers in time: site METZ<" in drawn(plot_staffing(compared, unit="local/METZ", lang="en"))
    with pytest.raises(LookupError, match="site 'NANCY' of DINAN, METZ, REIMS, all"):
        plot_staffing(compared, site="NANCY")
    assert ">aucune réclamation<" in drawn(plot_staffing(compared, site="DINAN"))


def test_one_run_has_no_interval() -> None:
    found = compare_staffing(
        [complaint("A", "2026-05-04T09:00")], [steady()], SITES, until=date(2026, 5, 29), replications=1
    )
    (row,) = plot_staffing(found).to_dict()["data"]["values"]
    assert (row["low"], row["mean"], row["high"], row["bounds"]) == (1.0, 1.0, 1.0, "–")


@pytest.mark.engines
def test_numbers_of_handlers_stand_side_by_side_with_the_target() -> None:
    picture = drawn(plot_staffing(NEEDED))
    words = ("objectif 95,0 %", "80,0 %", "100,0 %", "agents", "1", "2", "Réponses dans le délai : centre ‹METZ&gt;")
    assert [word for word in words if f">{word}<" not in picture] == []
    assert ">target 95.0%<" in drawn(plot_staffing(NEEDED, lang="en"))


@pytest.mark.parametrize("given", [None, [], {"M2-1": 3}])
def test_something_else_is_refused(given: Any) -> None:
    with pytest.raises(FaultsError, match=r"found: .*; what compare_staffing or handlers_needed gives is expected"):
        plot_staffing(given)
