from datetime import date
from math import exp
from statistics import stdev

import attrs
import pytest
from scipy import stats

from reclamation_core import m2_1
from reclamation_core.laboratory import what_if
from reclamation_core.policy import parse_policy
from reclamation_core.simulation import (
    METRICS,
    Effort,
    Staffing,
    StaffingComparison,
    StaffingScenario,
    compare_staffing,
    generate_complaints,
)
from reclamation_core.simulation.estimates import student, student_of_shares
from reclamation_core.simulation.staffing.comparison import Estimate, PairedDifference
from reclamation_core.simulation.staffing.metrics import RATES
from reclamation_core.simulation.staffing.model import simulate_staffing
from reclamation_core.simulation.staffing.team import uniform
from reclamation_core.vocabulary import Level
from tests.unit.simulation.staffing.agency import SITES, complaint, steady

EIGHT = parse_policy({"starts_from": "M2-1", "edition": "8 jours", "deadline": {"days": 8}})
FEW = Staffing(local=1, regional=1, national=1, absent=0.1)


@pytest.fixture(scope="module")
def compared() -> StaffingComparison:
    more = attrs.evolve(FEW, units={"national": 3})
    return compare_staffing(
        lambda replication: generate_complaints(250, replication, sites=SITES),
        [
            StaffingScenario(policy=m2_1(), staffing=FEW),
            StaffingScenario(policy=EIGHT, staffing=FEW),
            StaffingScenario(policy=m2_1(), staffing=more, name="renfort"),
        ],
        SITES,
        until=date(2026, 5, 19),
        since=date(2026, 4, 20),
        replications=6,
        default_site="REIMS",
    )


@pytest.mark.slow
def test_every_scenario_has_estimates_and_all_but_the_first_differences(compared: StaffingComparison) -> None:
    def of(row: Estimate | PairedDifference) -> tuple[str, ...]:
        return row.scenario, row.level, row.site, row.unit, row.measure

    rows = {of(row) for row in compared.estimates}
    sites, regions = ("METZ", "REIMS", "DINAN"), ("Grand Est", "Bretagne")
    units = [*(f"local/{site}" for site in sites), *(f"regional/{region}" for region in regions), "national"]
    parts = [
        *((level, "all", "all") for level in ("all", "local", "regional", "national")),
        *(("all", site, "all") for site in sites),
        *(("all", "all", unit) for unit in units),
    ]

    assert rows == {
        (name, *part, measure) for name in ("M2-1", "8 jours", "renfort") for part in parts for measure in METRICS
    }
    assert {of(row) for row in compared.differences} == {row for row in rows if row[0] != "M2-1"}
    assert {row.baseline for row in compared.differences} == {"M2-1"}
    assert [(run.scenario, run.replication) for run in compared.runs[:4]] == [
        ("M2-1", 1),
        ("8 jours", 1),
        ("renfort", 1),
        ("M2-1", 2),
    ]


def test_two_days_less_change_the_on_time_rate_and_nothing_of_the_work(compared: StaffingComparison) -> None:
    assert compared.difference("8 jours", "on_time_rate").mean < 0  # type: ignore[operator]
    assert compared.difference("8 jours", "overdue").mean > 0  # type: ignore[operator]
    for measure in ("received", "answered", "worked_minutes", "wait_minutes", "days_to_answer"):
        difference = compared.difference("8 jours", measure)
        assert (difference.mean, difference.low, difference.high, difference.is_clear) == (0, 0, 0, False)


def test_more_people_answer_sooner_and_the_difference_is_clear(compared: StaffingComparison) -> None:
    sooner = compared.difference("renfort", "days_to_answer", "national")
    assert sooner.mean is not None
    assert sooner.mean < 0
    assert sooner.is_clear
    assert compared.difference("renfort", "days_to_answer", "local").mean == 0


def test_pairing_makes_the_interval_narrower_than_that_of_unpaired_runs(compared: StaffingComparison) -> None:
    def values(name: str) -> list[float]:
        rows = compared.measures
        whole = (name, "all", "all", "all", "backlog")
        chosen = [row for row in rows if (row.scenario, row.level, row.site, row.unit, row.measure) == whole]
        return [row.value for row in chosen if row.value is not None]

    base, other = values("M2-1"), values("renfort")
    paired = [b - a for a, b in zip(base, other, strict=True)]
    assert stdev(paired) < (stdev(base) ** 2 + stdev(other) ** 2) ** 0.5
    assert compared.difference("renfort", "backlog").mean == pytest.approx(sum(paired) / 6)


def test_the_effort_share_of_a_complaint_is_the_same_in_all_scenarios(compared: StaffingComparison) -> None:
    by_scenario: dict[str, dict[tuple[int, str], float]] = {}
    for run in compared.runs:
        for one in run.handled:
            if one.answered_at is not None:
                by_scenario.setdefault(run.scenario, {})[run.replication, one.reference] = one.worked_minutes
    base, other = by_scenario["M2-1"], by_scenario["renfort"]
    assert len(set(base) & set(other)) > 500
    assert all(base[key] == other[key] for key in set(base) & set(other))


def test_the_effort_share_of_a_complaint_is_the_same_at_all_levels() -> None:
    efforts = dict.fromkeys(Level, Effort.triangular(60, 150, 480))
    scenario = StaffingScenario(policy=m2_1(), staffing=Staffing(treatment=efforts))
    worked = set()
    for mobilisation in Level:
        arrival = complaint("A", "2026-05-04T09:00", mobilisation=mobilisation.value)
        (one,) = simulate_staffing([arrival], scenario, SITES, until=date(2026, 5, 7)).handled
        assert one.level == mobilisation.value
        worked.add(one.worked_minutes)
    assert len(worked) == 1


def test_the_naive_mean_forgets_the_open_ones_and_is_too_short(compared: StaffingComparison) -> None:
    naive = compared.estimate("M2-1", "naive_days_to_answer", "national").mean
    honest = compared.estimate("M2-1", "days_to_answer", "national").mean
    assert naive is not None
    assert honest is not None
    assert naive < honest


def test_the_figures_of_a_week_worked_by_hand() -> None:
    arrivals = [complaint("A", "2026-05-04T09:00"), complaint("B", "2026-05-04T09:00")]
    two = parse_policy({"starts_from": "M2-1", "edition": "0 jour", "deadline": {"days": 1}})
    slow = StaffingScenario(policy=two, staffing=steady(qualification=0, treatment=6 * 60).staffing)
    found = compare_staffing(arrivals, [slow], SITES, until=date(2026, 5, 5), replications=2)

    # A is answered on Monday at 16:30; B, begun then, takes one hour on Monday and five on Tuesday, until 15:30.
    figures = {name: found.estimate("0 jour", name, "local").mean for name in METRICS}
    assert figures == {
        "received": 2,
        "answered": 2,
        "open": 0,
        "overdue": 0,
        "on_time_rate": 1,
        "days_to_answer": 0.5,
        "naive_days_to_answer": 0.5,
        "wait_minutes": (0 + 450) / 2,
        "not_begun": 0,
        "backlog": (1 + 0) / 2,
        "offered_minutes": 720,
        "worked_minutes": 720,
        "utilisation": pytest.approx(720 / (3 * 2 * 420)),
    }


def test_editions_with_other_receipt_rules_measure_the_same_complaints() -> None:
    cut = what_if(m2_1(), deadline_cut_off="17:00")
    evening = [complaint("R-1", "2026-06-30 18:00"), complaint("R-2", "2026-07-01 09:00")]
    scenarios = [StaffingScenario(policy=policy, staffing=steady().staffing) for policy in (m2_1(), cut)]
    compared = compare_staffing(
        evening, scenarios, SITES, until=date(2026, 7, 31), since=date(2026, 7, 1), replications=2
    )
    received = {name: compared.estimate(name, "received").mean for name in ("M2-1", cut.edition)}
    assert received == {"M2-1": 1, cut.edition: 1}
    assert compared.difference(cut.edition, "received").mean == 0


def test_equal_loads_do_not_differ_by_the_last_digit() -> None:
    """The regional unit works what the national one does under the other edition: the sum is of whole seconds."""
    regional = {"id": "several-regions", "then": "regional", "when": {"service_reach": '"several_regions"'}}
    other = what_if(m2_1(), tables={"level": {"replace": [regional]}})
    reaches = ("one_centre", "several_centres", "several_regions")
    asked = [complaint(f"R-{n}", f"2026-06-{n + 1:02} 10:00", service_reach=reaches[n % 3]) for n in range(20)]
    scenarios = [StaffingScenario(policy=policy, staffing=steady(7.3, 3.37).staffing) for policy in (m2_1(), other)]
    compared = compare_staffing(asked, scenarios, SITES, until=date(2026, 7, 31), replications=2)
    for measure in ("worked_minutes", "utilisation"):
        difference = compared.difference(other.edition, measure)
        assert (difference.mean, difference.is_clear) == (0, False)


def test_a_figure_that_no_replication_has_is_left_out_with_its_interval() -> None:
    found = compare_staffing(
        [complaint("A", "2026-05-04T09:00")], [steady(), steady_named("autre")], SITES, until=date(2026, 5, 5)
    )
    nothing, difference = found.estimate("M2-1", "wait_minutes", "national"), found.difference("autre", "on_time_rate")
    assert (nothing.mean, nothing.low, nothing.high, nothing.replications) == (None, None, None, 0)
    assert (difference.mean, difference.replications, difference.is_clear) == (None, 0, False)


def test_complaints_not_begun_are_in_no_wait_and_counted() -> None:
    arrivals = [complaint("A", "2026-05-04T09:00"), complaint("B", "2026-05-04T09:00")]
    slow = steady(qualification=0, treatment=40 * 60)
    found = compare_staffing(arrivals, [slow], SITES, until=date(2026, 5, 5), replications=1)
    figures = {name: found.estimate("M2-1", name, "local").mean for name in ("received", "wait_minutes", "not_begun")}
    assert figures == {"received": 2, "wait_minutes": 0, "not_begun": 1}


def steady_named(name: str) -> StaffingScenario:
    return attrs.evolve(steady(), name=name)


def test_one_replication_has_no_interval() -> None:
    found = compare_staffing(
        [complaint("A", "2026-05-04T09:00")], [steady()], SITES, until=date(2026, 5, 5), replications=1
    )
    received = found.estimate("M2-1", "received")
    assert (received.mean, received.low, received.high, received.replications) == (1, None, None, 1)


def test_a_missing_row_is_refused_with_the_existing_ones(compared: StaffingComparison) -> None:
    with pytest.raises(LookupError, match="scenario '9 jours' of 8 jours, M2-1, renfort; measure 'open'"):
        compared.estimate("9 jours", "open")
    with pytest.raises(LookupError, match="scenario 'M2-1' of 8 jours, renfort"):
        compared.difference("M2-1", "open")


def test_the_interval_is_that_of_a_table_of_student_s_law() -> None:
    # t at 97.5 % with 4 degrees of freedom is 2.776 in every table; the variance of 1 to 5 is 2.5.
    interval = student([1, 2, 3, 4, 5])
    assert interval.mean == 3
    assert interval.high == pytest.approx(3 + 2.776 * (2.5 / 5) ** 0.5, abs=1e-3)
    assert interval.low == pytest.approx(3 - 2.776 * (2.5 / 5) ** 0.5, abs=1e-3)
    with pytest.raises(ValueError, match="values: it is empty; give at least one"):
        student([])


def test_the_interval_of_rates_is_student_s_on_their_log_odds() -> None:
    # Of 0.8 and 0.9 the mean is 0.85 and its standard error 0.05; t at 97.5 % with one degree of freedom is 12.706.
    # Log odds: ln(0.85 / 0.15) = 1.7346, more or less 12.706 × 0.05 / (0.85 × 0.15) = 4.9827.
    interval = student_of_shares([0.8, 0.9])
    assert interval.mean == pytest.approx(0.85)
    assert interval.low == pytest.approx(1 / (1 + exp(4.9827 - 1.7346)), abs=1e-4)
    assert interval.high == pytest.approx(1 / (1 + exp(-4.9827 - 1.7346)), abs=1e-4)
    assert student_of_shares([1.0, 1.0, 1.0]) == student([1.0, 1.0, 1.0])
    assert student_of_shares([0.7]) == student([0.7])


def test_no_interval_of_a_rate_leaves_what_a_rate_can_be(compared: StaffingComparison) -> None:
    rates = [row for row in compared.estimates if row.measure in RATES]
    assert len(rates) == 3 * (4 + 3 + 6) * 2
    for row in rates:
        assert row.low is not None
        assert row.mean is not None
        assert row.high is not None
        assert 0 <= row.low <= row.mean <= row.high <= 1
    assert compared.estimate("M2-1", "received").high > 1  # type: ignore[operator]


def test_figures_of_sites_and_units_are_those_of_what_they_receive_and_treat() -> None:
    arrivals = [
        complaint("A", "2026-05-04T09:00", site="METZ"),
        complaint("B", "2026-05-04T09:00", site="METZ", mobilisation="regional"),
        complaint("C", "2026-05-04T09:00", site="REIMS", mobilisation="regional"),
        complaint("D", "2026-05-04T09:00", site="DINAN"),
    ]
    team = steady(qualification=60, treatment=120)
    found = compare_staffing(arrivals, [team], SITES, until=date(2026, 5, 5), replications=2)

    def figures(measure: str, name: str) -> dict[str, float | None]:
        return {
            getattr(row, name): row.mean
            for row in found.estimates
            if row.measure == measure and getattr(row, name) != "all"
        }

    assert figures("received", "site") == {"METZ": 2, "REIMS": 1, "DINAN": 1}
    assert figures("received", "unit") == {
        "local/METZ": 1,
        "local/REIMS": 0,
        "local/DINAN": 1,
        "regional/Grand Est": 2,
        "regional/Bretagne": 0,
        "national": 0,
    }
    # A site's people qualify all that it receives, and treat what is local.
    assert figures("worked_minutes", "site") == {"METZ": 240, "REIMS": 60, "DINAN": 180}
    assert figures("worked_minutes", "unit")["regional/Grand Est"] == 240
    assert found.estimate("M2-1", "answered", site="METZ").mean == 2
    assert found.estimate("M2-1", "utilisation", unit="national").mean == 0
    with pytest.raises(LookupError, match=r"site 'NANCY' of DINAN, METZ, REIMS, all"):
        found.estimate("M2-1", "answered", site="NANCY")


@pytest.mark.parametrize(
    "measure", ["received", "answered", "open", "overdue", "not_begun", "backlog", "offered_minutes", "worked_minutes"]
)
def test_levels_sites_and_units_add_up_to_the_whole(compared: StaffingComparison, measure: str) -> None:
    for run in {row.replication for row in compared.measures}:
        rows = [r for r in compared.measures if (r.scenario, r.replication, r.measure) == ("renfort", run, measure)]
        (whole,) = (row.value for row in rows if (row.level, row.site, row.unit) == ("all", "all", "all"))
        for name in ("level", "site", "unit"):
            parts = [row.value or 0 for row in rows if getattr(row, name) != "all"]
            of_site_units = name == "site" and measure.endswith("ed_minutes")
            assert of_site_units or sum(parts) == pytest.approx(whole)


def test_the_backlog_is_the_mean_of_what_each_day_leaves_open(compared: StaffingComparison) -> None:
    for run in compared.runs[:3]:
        days = {row.day for row in run.backlog}
        for level in Level:
            (found,) = (
                row.value
                for row in compared.measures
                if (row.scenario, row.replication, row.level, row.measure)
                == (run.scenario, run.replication, level.value, "backlog")
            )
            of_level = [row.backlog for row in run.backlog if row.level == level.value]
            assert len(of_level) == len(days)
            assert found == pytest.approx(sum(of_level) / len(days))


def test_rates_of_0_and_100_percent_have_an_interval_of_all_complaints() -> None:
    arrivals = [complaint(name, "2026-05-04T09:00", site="METZ") for name in "ABC"]
    late = parse_policy({"starts_from": "M2-1", "edition": "tard", "deadline": {"days": 1}})
    slow = steady(qualification=0, treatment=50 * 60)
    found = compare_staffing(
        arrivals,
        [steady(), attrs.evolve(slow, policy=late, name="lent"), attrs.evolve(steady(), name="autre")],
        SITES,
        until=date(2026, 5, 29),
        replications=4,
    )

    # Twelve complaints in four runs: t at 97.5 % with 3 degrees of freedom is 3.182, the normal quantile 1.960, so that
    # k = 2.636 and the design effect 1.818; three complaints of a run may hide 0.2 more: they count as 12 / 2.018.
    # Wilson's bound of 0 of n is z² / (n + z²).
    bound = 1.96**2 / (12 / 2.018 + 1.96**2)
    always, never = (found.estimate(name, "on_time_rate") for name in ("M2-1", "lent"))
    assert [always.mean, always.low, always.high] == pytest.approx([1, 1 - bound, 1], abs=1e-3)
    assert [never.mean, never.low, never.high] == pytest.approx([0, 0, bound], abs=1e-3)
    same = found.difference("autre", "on_time_rate")
    twelve = stats.binomtest(0, 12).proportion_ci(0.95, method="wilson")
    assert [same.mean, same.low, same.high] == pytest.approx([0, -twelve.high, twelve.high])
    assert not same.is_clear
    # Four runs without this share of time.
    idle = found.estimate("M2-1", "utilisation", unit="national")
    four = stats.binomtest(0, 4).proportion_ci(0.95, method="exact")
    assert [idle.mean, idle.low, idle.high] == pytest.approx([0, 0, four.high])


def test_the_same_difference_in_each_run_has_the_interval_of_its_complaints() -> None:
    # A handler answers one complaint a day: of four, two are late where one business day is given, in every run.
    arrivals = [complaint(name, "2026-05-04T09:00") for name in "ABCD"]
    one_day = parse_policy({"starts_from": "M2-1", "edition": "1 jour", "deadline": {"days": 1}})
    team = steady(qualification=0, treatment=6 * 60)
    found = compare_staffing(
        arrivals,
        [team, attrs.evolve(team, policy=one_day, name="1 jour")],
        SITES,
        until=date(2026, 5, 29),
        replications=5,
    )

    stricter = found.difference("1 jour", "on_time_rate")
    ten_of_twenty = stats.binomtest(10, 20).proportion_ci(0.95, method="wilson")
    assert [stricter.mean, stricter.low, stricter.high] == pytest.approx(
        [-0.5, -ten_of_twenty.high, -ten_of_twenty.low]
    )
    assert stricter.is_clear


def test_work_added_to_a_full_unit_raises_its_load_and_not_its_worked_minutes() -> None:
    # Four treatments of six hours on one day: 24 hours of load, of which one handler works seven and four work all.
    arrivals = [complaint(name, "2026-05-04T09:00", site="METZ") for name in "ABCD"]
    found = compare_staffing(
        arrivals,
        [
            steady(qualification=0, treatment=180),
            attrs.evolve(steady(qualification=0, treatment=360), name="réforme"),
            attrs.evolve(steady(qualification=0, treatment=360, units={"local/METZ": 4}), name="réforme, renfort"),
        ],
        SITES,
        until=date(2026, 5, 4),
        replications=2,
    )

    def minutes(scenario: str, measure: str) -> float | None:
        return found.estimate(scenario, measure, unit="local/METZ").mean

    assert [minutes(name, "offered_minutes") for name in ("M2-1", "réforme", "réforme, renfort")] == [720, 1440, 1440]
    assert [minutes(name, "worked_minutes") for name in ("M2-1", "réforme", "réforme, renfort")] == [420, 420, 1440]
    assert [warning.en.split(":")[0] for warning in found.warnings] == ["M2-1, site METZ", "réforme, site METZ"]


def test_no_interval_of_a_difference_of_rates_leaves_what_it_can_be() -> None:
    # A handler answers one complaint a day: of four, two are late where one business day is given, none in ten.
    arrivals = [complaint(name, "2026-05-04T09:00") for name in "ABCD"]
    one_day = parse_policy({"starts_from": "M2-1", "edition": "1 jour", "deadline": {"days": 1}})
    team = steady(qualification=0, treatment=6 * 60)
    found = compare_staffing(
        lambda replication: arrivals if replication == 2 else arrivals[:1],
        [team, attrs.evolve(team, policy=one_day, name="1 jour")],
        SITES,
        until=date(2026, 5, 29),
        replications=2,
    )

    stricter = found.difference("1 jour", "on_time_rate")
    assert (stricter.mean, stricter.low, stricter.high) == (-0.25, -1, 1)
    assert not stricter.is_clear
    assert found.difference("1 jour", "overdue").mean == 0


def test_unforeseen_absences_have_the_rate_of_the_staffing() -> None:
    staffing = Staffing(local=20, absent=0.25, treatment=dict.fromkeys(Level, Effort.fixed(1)))
    run = simulate_staffing(
        [], StaffingScenario(policy=m2_1(), staffing=staffing), SITES, since=date(2026, 1, 1), until=date(2026, 3, 31)
    )
    (reims,) = (load for load in run.loads if load.unit == "local/REIMS")
    # 63 working days from January to March 2026: 22 less New Year's Day, 20 and 22. Five standard deviations each way.
    days = 20 * 63
    assert run.handled == ()
    assert abs(reims.present_minutes / 420 - 0.75 * days) < 5 * (days * 0.25 * 0.75) ** 0.5


def test_named_numbers_are_uniform_and_each_is_its_own() -> None:
    numbers = [uniform(7, "test", rank) for rank in range(10_000)]
    tenths = [sum(rank / 10 <= number < (rank + 1) / 10 for number in numbers) for rank in range(10)]
    assert len(set(numbers)) == 10_000
    # Chi-square with 9 degrees of freedom exceeds 27.9 once in a thousand; the name is fixed.
    assert sum((count - 1000) ** 2 / 1000 for count in tenths) < 27.9
    assert uniform("a", "b") != uniform("ab")
