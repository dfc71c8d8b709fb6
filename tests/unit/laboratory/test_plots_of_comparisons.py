"""Charts of comparisons: their rows are those of the result, and a screen reader gets the same."""

import attrs
import pytest

from reclamation_core import FaultsError, m2_1
from reclamation_core.laboratory import Comparison, compare, plot_comparison
from tests.unit.laboratory.caseloads import CALENDAR, CASELOAD, EDITIONS
from tests.unit.laboratory.test_compare import BOTH, COSTS, messages


@pytest.fixture(scope="module")
def compared() -> Comparison:
    return compare(messages(CASELOAD), m2_1(), BOTH, CALENDAR, by="level", costs=COSTS)


def test_levels_are_drawn_before_and_after_with_what_unknown_facts_allow(compared: Comparison) -> None:
    chart = plot_comparison(compared).to_dict()
    rows = [one for layer in chart["layer"] for one in layer.get("data", chart.get("data", {})).get("values", ())]
    assert {(row["outcome"], row["side"]): row["cases"] for row in rows}["régional", "après"] == 2
    assert "régional, après\N{NO-BREAK SPACE}: 2" in chart["description"]


def test_groups_are_drawn_by_the_change_of_their_hours(compared: Comparison) -> None:
    chart = plot_comparison(compared, by="level").to_dict()
    assert "hors du cadre\N{NO-BREAK SPACE}: +4\N{NO-BREAK SPACE}h" in chart["description"]
    sampled = compare(messages(CASELOAD), m2_1(), BOTH, by="level", sampled=True)
    assert plot_comparison(sampled, by="level", lang="en").to_dict()["title"]["subtitle"].endswith("interval")


def test_due_dates_are_drawn_by_days_or_a_note_is(compared: Comparison) -> None:
    assert "-4\N{NO-BREAK SPACE}: 3" in plot_comparison(compared, by="due_dates").to_dict()["description"]
    kept = compare(messages(CASELOAD), m2_1(), EDITIONS[1], CALENDAR)
    assert plot_comparison(kept, by="due_dates").to_dict()["mark"]["type"] == "text"


def test_another_result_or_dimension_is_refused(compared: Comparison) -> None:
    with pytest.raises(FaultsError, match="by: 'region'"):
        plot_comparison(compared, by="region")
    with pytest.raises(FaultsError, match="found: 'dict'"):
        plot_comparison({})  # type: ignore[arg-type]


def test_a_name_in_a_chart_ends_no_script(compared: Comparison) -> None:
    hostile = attrs.evolve(
        compared,
        by=("theme",),
        measures=tuple(attrs.evolve(one, by="theme", group="</script>") for one in compared.measures),
    )
    assert "</script>" not in str(plot_comparison(hostile, by="theme").to_dict())


@pytest.mark.engines
def test_the_page_has_the_charts_without_a_network(compared: Comparison) -> None:
    page = compared.to_html()
    assert page.count('<figure><svg role="img" aria-label=') == 3
    assert "http" not in page.replace("http://www.w3.org", "")
