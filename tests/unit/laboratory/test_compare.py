"""Comparisons: by hand, against plain loops over single assessments, in every kind of frame, and without a frame."""

import json
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from itertools import product
from pathlib import Path
from random import Random
from statistics import NormalDist
from types import SimpleNamespace
from typing import Any

import attrs
import polars as pl
import pytest
from openpyxl import load_workbook

from reclamation_core import ComplaintFacts, Desk, FaultsError, Policy, Site, Sites, m2_1
from reclamation_core.errors import MissingExtraError
from reclamation_core.frames import caseload
from reclamation_core.frames.register import cases_of
from reclamation_core.intake import read
from reclamation_core.laboratory import COMPARED_MEASURES, Comparison, Costs, compare, reports, to_xlsx, what_if
from reclamation_core.laboratory.comparison_measures import newcombe
from reclamation_core.laboratory.comparison_report import name_of_group
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.reporting.report import MOST_COLUMNS
from reclamation_core.simulation import Effort, Staffing, generate_records, shipped
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Level, MalfunctionFacts
from reclamation_core.wording import Wording
from tests.typography import plain
from tests.unit.frames.backends import CODES
from tests.unit.laboratory.caseloads import AS_OF, CALENDAR, CASELOAD, EDITIONS, KINDS, complaints
from tests.unit.policy.cases import complaint, malfunction
from tests.unit.policy.own_facts import own_policy

UNTIL = date(2026, 4, 30)
UNTIL_JUNE = date(2026, 6, 1)
LATER = datetime(2026, 6, 1, 9, tzinfo=UTC)
BOTH = what_if(m2_1(), survey_threshold=7, deadline_days=8)
COSTS = Costs(
    efforts=Staffing(
        qualification=Effort.fixed(60),
        treatment={Level.LOCAL: Effort.fixed(60), Level.REGIONAL: Effort.fixed(120), Level.NATIONAL: Effort.fixed(240)},
    ),
    per_hour=10,
    per_overdue_answer=100,
)
HOURS = {"out_of_scope": 1, "local": 2, "regional": 3, "national": 5}


@cache
def many() -> list[Any]:
    return list(generate_records(600, 7, until=UNTIL))


@attrs.frozen(kw_only=True)
class Message:
    """A record with the days of its answer and its withdrawal."""

    reference: str
    site: str | None = None
    facts: ComplaintFacts
    answered_on: date | None = None
    withdrawn_on: date | None = None


def messages(records: Sequence[Mapping[str, Any]]) -> list[Message]:
    days = ("answered_on", "withdrawn_on")
    return [
        Message(
            reference=str(place),
            facts=ComplaintFacts(**{name: value for name, value in record.items() if name not in days}),
            **{name: record.get(name) for name in days},
        )
        for place, record in enumerate(records)
    ]


def flat(found: Comparison) -> dict[str, list[dict[str, Any]]]:
    """The records of a comparison without the references."""
    plain = found.as_dict()
    return {
        name: [{key: value for key, value in row.items() if key != "references"} for row in plain[name]]
        for name in ("levels", "measures", "changes", "due_dates")
    }


def values(found: Comparison, name: str, **group: str) -> tuple[Any, ...]:
    one = found.measure(name, **group)
    return one.before, one.after, one.change


def test_a_comparison_counts_the_caseload_worked_out_by_hand() -> None:
    found = compare(messages(CASELOAD), EDITIONS[0], EDITIONS[1], CALENDAR, as_of=AS_OF, costs=COSTS)
    counts = {one.outcome: (one.before, one.after) for one in found.levels}
    assert counts == {
        "local": (1, 1), "regional": (0, 2), "national": (0, 0), "undetermined": (2, 2), "out_of_scope": (3, 1),
    }  # fmt: skip
    # 1 local and 2 undetermined (2 hours each, the lowest level) and 3 out of scope; then 2 of these are regional.
    assert values(found, "hours") == (9, 13, 4)
    assert values(found, "overdue_answers") == (2, 2, 0)  # newly admitted ones are not late
    assert values(found, "cost") == (290, 330, 40)
    assert values(found, "decided_otherwise") == values(found, "due_dates_moved") == (None, None, 2 / 6)
    assert found.as_dict()["costs"] == {
        "per_hour": 10, "per_overdue_answer": 100, "qualification_minutes": 60,
        "treatment_minutes": {"local": 60, "regional": 120, "national": 240},
    }  # fmt: skip
    assert {(one.change, one.days): one.cases for one in found.due_dates} == {
        ("gained", None): 2, ("kept", 0): 3, ("none", None): 1,
    }  # fmt: skip
    (eligibility,) = (one for one in found.changes if one.decision == "eligibility")
    assert (eligibility.rows_after, eligibility.cases, eligibility.references) == ("low-survey-note", 2, ("1", "2"))
    assert not found.is_sampled
    assert {row.get("low") for rows in flat(found).values() for row in rows} == {None}
    eight = compare(messages(CASELOAD), EDITIONS[0], EDITIONS[2], CALENDAR, as_of=AS_OF)
    assert {(one.change, one.days): one.cases for one in eight.due_dates} == {("moved", -4): 3, ("none", None): 3}
    assert values(eight, "on_time_rate") == (1 / 3, 0, -1 / 3)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_frame_gives_what_its_records_give(kind: str) -> None:
    given = [{**one, "received_at": one["received_at"].astimezone(UTC)} for one in (*CASELOAD, *complaints(60))]
    options: dict[str, Any] = {"as_of": UNTIL_JUNE, "by": "level", "costs": COSTS, "sampled": True}
    one_by_one = compare(messages(given), m2_1(), BOTH, CALENDAR, **options)
    assert flat(compare(KINDS[kind](given), m2_1(), BOTH, CALENDAR, **options)) == flat(one_by_one)


def handled(facts: ComplaintFacts, policy: Policy) -> str:
    assessed = policy.assess(facts, CALENDAR)
    if assessed.deadline is None:
        return "out_of_scope"
    return (
        "undetermined"
        if None in (assessed.eligibility.outcome, assessed.level.outcome)
        else str(assessed.level.outcome)
    )


VALUES: dict[str, Sequence[Any]] = {
    **{name: tuple(codes) for name, codes in CODES.items()},
    **dict.fromkeys(("formal", "sold_service"), (True, False)),
    "satisfaction": (5, 6, 7, ABSENT),
}


def completions(facts: ComplaintFacts) -> list[ComplaintFacts]:
    """The facts with every value of each unknown one that eligibility or level depends on."""
    unknown = [name for name in VALUES if getattr(facts, name) is UNKNOWN]
    return [
        attrs.evolve(facts, **dict(zip(unknown, chosen, strict=True)))
        for chosen in product(*(VALUES[name] for name in unknown))
    ]


def test_bounds_are_the_extremes_over_every_completion_of_the_unknown_facts() -> None:
    records = [one for one in generate_records(150, 11) if len(completions(one.facts)) <= 60]
    editions = m2_1(), BOTH
    possible = [
        {tuple(handled(one, edition) for edition in editions) for one in completions(record.facts)}
        for record in records
    ]
    assert any(len(pairs) > 1 for pairs in possible)
    for one in compare(records, *editions).levels[:3]:
        is_it = [[tuple(handling == one.outcome for handling in pair) for pair in pairs] for pairs in possible]
        expected = [
            sum(chosen(pair[side] for pair in pairs) for pairs in is_it) for side in (0, 1) for chosen in (min, max)
        ]
        expected += [sum(chosen(after - before for before, after in pairs) for pairs in is_it) for chosen in (min, max)]
        assert list(attrs.astuple(one)[-6:]) == expected, one.outcome
        assert one.change_least <= one.change <= one.change_most
    # An edition whose deadline alone differs changes no level, whatever the unknown facts.
    assert {(one.change_least, one.change_most) for one in compare(records, m2_1(), EDITIONS[2]).levels} == {(0, 0)}


def test_two_caseloads_differ_by_their_number_their_mix_and_the_edition() -> None:
    first, second = (list(generate_records(number, seed)) for number, seed in ((150, 1), (210, 2)))
    found = compare(first, m2_1(), BOTH, cases_after=second, costs=COSTS)
    hours = [
        sum(HOURS[levels_of(one.facts, edition)] for one in records)
        for records, edition in ((first, m2_1()), (second, m2_1()), (second, BOTH))
    ]
    volume = (210 - 150) * hours[0] / 150
    expected = {
        "hours_by_volume": volume,
        "hours_by_mix": hours[1] - hours[0] - volume,
        "hours_by_edition": hours[2] - hours[1],
        "hours": hours[2] - hours[0],
        "messages": 60,
    }
    assert {name: found.measure(name).change for name in expected} == pytest.approx(expected)
    assert math.fsum([*expected.values()][:3]) == pytest.approx(expected["hours"])
    # Of independent numbers of messages, the variance is their sum.
    messages_ = found.measure("messages")
    assert messages_.high is not None
    assert messages_.high - 60 == pytest.approx(NormalDist().inv_cdf(0.975) * math.sqrt(360))
    assert found.is_sampled
    assert not found.changes
    assert not found.due_dates
    assert "hours_by_edition" not in {one.measure for one in compare(first, m2_1(), cases_after=second).measures}


def test_the_tables_of_a_sample_alone_have_intervals() -> None:
    columns = {}
    for is_sampled in (False, True):
        found = compare(messages(CASELOAD), EDITIONS[0], EDITIONS[1], CALENDAR, as_of=AS_OF, sampled=is_sampled)
        columns[is_sampled] = {each.name for table in reports.laboratory_report(found).tables for each in table.columns}
    bounds = {name for name in columns[True] if "borne" in name}
    assert len(bounds) >= 4
    assert bounds <= columns[True] - columns[False]


def levels_of(facts: ComplaintFacts, edition: Policy) -> str:
    assessed = edition.assess(facts, CALENDAR)
    return "out_of_scope" if assessed.deadline is None else str(min(assessed.level.possible))


def test_groups_add_up_to_all_messages() -> None:
    sites = Sites.from_toml(shipped().sites)
    records = [one for one in generate_records(200, 3) if one.site]
    found = compare(records, m2_1(), BOTH, sites, by=("site", "region", "theme", "level"))
    assert dict.fromkeys(by for by, _ in found.groups) == dict.fromkeys(("site", "region", "theme", "level"))
    by_region = Counter(sites[str(one.site)].region for one in records)
    assert {
        group: values(found, "messages", by="region", group=group)[0] for by, group in found.groups if by == "region"
    } == by_region
    assert values(found, "messages", by="theme", group="")[0] == sum(one.theme is None for one in records)
    for by in found.by:
        rows = [one for one in found.levels if one.by == by and one.outcome == "regional"]
        assert sum(one.change for one in rows) == found.level("regional").change, by
        assert sum(one.cases for one in found.due_dates if one.by == by) == len(records), by


def test_intervals_are_the_published_ones_and_the_population_narrows_them() -> None:
    low, high = newcombe((48, 56), (80, 70), NormalDist().inv_cdf(0.975))  # Newcombe 1998, table II, contrast (a)
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    records = list(generate_records(200, 5))
    loose, tight = (
        compare(records, m2_1(), BOTH, **options).level("out_of_scope")
        for options in ({"sampled": True}, {"population": 250})
    )
    whole = compare(records, m2_1(), BOTH, population=200)
    assert None not in (loose.low, loose.high, tight.low, tight.high)
    assert tight.high - tight.low < loose.high - loose.low  # type: ignore[operator]
    assert all(one.low == one.high for one in whole.changes)
    assert compare(records, m2_1(), BOTH, population=400).measure("messages").before == 400


@pytest.mark.slow
def test_intervals_of_samples_cover_the_change_of_all_messages() -> None:
    chance = Random(7)  # noqa: S311  samples are drawn, nothing is kept secret
    everything = compare(many(), m2_1(), BOTH, CALENDAR, as_of=UNTIL)
    names = ("hours_per_message", "on_time_rate", "decided_otherwise")
    covered = Counter[str]()
    for _ in range(60):
        sample = compare(chance.sample(many(), 100), m2_1(), BOTH, CALENDAR, as_of=UNTIL, sampled=True)
        for name in names:
            one, true = sample.measure(name), everything.measure(name).change
            covered[name] += one.low <= true <= one.high  # type: ignore[operator]
    assert all(covered[name] >= 50 for name in names), covered  # 57 are expected of 60


def test_where_nothing_changes_in_a_sample_something_may_in_all_messages() -> None:
    found = compare(list(generate_records(50, 5)), m2_1(), EDITIONS[2], CALENDAR, as_of=date(2026, 4, 1), sampled=True)
    hours, level = found.measure("hours"), found.level("local")
    assert hours.change == level.change == 0
    assert not hours.is_clear
    assert hours.high is not None
    assert hours.high > 0
    assert not level.is_clear
    gone = compare(messages(CASELOAD), m2_1(), cases_after=messages(CASELOAD[3:4]), as_of=AS_OF, calendar=CALENDAR)
    assert gone.measure("on_time_rate").change is None
    same = compare(messages(CASELOAD), m2_1(), EDITIONS[1], as_of=AS_OF, calendar=CALENDAR, sampled=True)
    rate = same.measure("on_time_rate")
    assert rate.change == 0
    assert rate.high is not None
    assert rate.high > 0.5  # of three answers


def test_records_need_neither_a_frame_nor_scipy() -> None:
    program = """
import sys
for name in ("polars", "narwhals", "scipy", "numpy", "pandas", "altair", "vl_convert"):
    sys.modules[name] = None
from reclamation_core import BusinessCalendar, m2_1
from reclamation_core.laboratory import compare, what_if
from reclamation_core.simulation import generate_records
found = compare(list(generate_records(30, 1)), m2_1(), what_if(m2_1(), deadline_days=8), BusinessCalendar.france(),
                by="theme", sampled=True)
assert "<table" in found.to_html() and found.as_dict()["levels"]
"""
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.slow
def test_a_comparison_is_written_as_json_a_page_and_a_workbook(tmp_path: Path) -> None:
    records = list(generate_records(60, 7, until=UNTIL))
    found = compare(records, m2_1(), BOTH, CALENDAR, as_of=UNTIL, by=("theme", "level"), costs=COSTS, sampled=True)
    plain = json.loads(json.dumps(found.as_dict()))
    assert (plain["after"]["edition"], plain["as_of"]) == (BOTH.edition, "2026-04-30")
    assert {one["measure"] for one in plain["measures"]} <= set(COMPARED_MEASURES)
    page = found.to_html()
    assert 'lang="fr"' in page
    assert "Règles qui décident autrement" in page
    assert "<script" not in page
    assert "Clear changes:" in found.to_html("en")
    sheets = load_workbook(to_xlsx(found, tmp_path / "comparaison.xlsx")).sheetnames
    assert sheets[:3] == ["Résultats", "Niveaux de traitement", "Règles qui décident autrement"]
    assert "Par thème" in sheets
    assert "Deux périodes" in compare(records, m2_1(), cases_after=records[:20], calendar=CALENDAR).to_html()
    assert repr(found)


def test_the_page_states_both_sides_the_numbers_of_the_rules_and_the_bounds() -> None:
    found = compare(messages(CASELOAD), m2_1(), BOTH, CALENDAR, as_of=AS_OF, by="level", costs=COSTS)
    late, cost = found.measure("overdue_answers"), found.measure("cost")
    report = reports.laboratory_report(found)
    levels, changes = report.tables[1], report.tables[2]
    groups = next(table for table in report.tables if table.title.en == "By handling before")

    notes = [plain(note.fr) for note in report.notes]
    assert f"Réponses en retard : +{late.change:.0f} ({late.before:.0f}, puis {late.after:.0f})." in notes
    assert f"Coût : +{cost.change:.0f} ({cost.before:.0f}, puis {cost.after:.0f})." in notes
    undetermined = found.level("undetermined")
    assert any(note.startswith("Demandes indéterminées, faute d'une information : 2 avant, 2 après.") for note in notes)
    assert (undetermined.before, undetermined.after) == (2, 2)
    bounds = [[column.value(one) for column in levels.columns[-6:]] for one in levels.records]
    assert [None in row for row in bounds] == [one.outcome == "undetermined" for one in levels.records]
    cells = [column.value(next(iter(changes.records))) for column in changes.columns]
    assert any(isinstance(cell, Wording) and plain(cell.fr).startswith("R1.4 : à l'enquête") for cell in cells)
    titles = [column.title.fr for column in groups.columns]
    assert titles[1] == "Demandes"
    assert len(titles) <= MOST_COLUMNS


def test_a_chart_of_due_dates_is_left_out_where_none_has_moved() -> None:
    noted = compare(messages(CASELOAD), m2_1(), what_if(m2_1(), survey_threshold=7), CALENDAR, sampled=True)
    report = reports.laboratory_report(noted)
    due_dates = next(table for table in report.tables if table.title.en == "Due dates moved")
    assert due_dates.picture is not None
    assert due_dates.picture("fr") is None
    assert (Wording("Niveau de confiance", "Confidence"), Wording("95 %", "95%")) in report.filters


MALFUNCTION: Any = SimpleNamespace(
    reference="1", site=None, facts=MalfunctionFacts(received_at=CASELOAD[0]["received_at"])
)
REFUSED: dict[str, tuple[Callable[[], object], str]] = {
    "no second side": (lambda: compare(many()[:1], m2_1()), "after: None"),
    "no messages": (lambda: compare([], m2_1(), BOTH), "cases: 0"),
    "no calendar": (lambda: compare(many()[:1], m2_1(), BOTH, as_of=UNTIL), "calendar: nothing"),
    "one name": (lambda: compare(many()[:1], m2_1(), attrs.evolve(BOTH, edition="M2-1")), "editions: 'M2-1'"),
    "small population": (lambda: compare(many()[:2], m2_1(), BOTH, population=1), "population: 1"),
    "no number of references": (lambda: compare(many()[:1], m2_1(), BOTH, references=-1), "references: -1"),
    "many groups": (lambda: compare(many(), m2_1(), BOTH, by="reference"), "by.reference: 600"),
    "a frame without the column": (lambda: compare(KINDS["polars"](CASELOAD), m2_1(), BOTH, by="theme"), "by: 'theme'"),
    "no site": (lambda: compare(many()[:1], m2_1(), BOTH, {"somewhere": CALENDAR}), r"\[0\].territory: nothing"),
    "early": (
        lambda: compare(
            messages([{**CASELOAD[0], "answered_on": date(2026, 1, 1)}]), m2_1(), BOTH, CALENDAR, as_of=AS_OF
        ),
        r"\[0\].answered_on: 2026-01-01",
    ),
    "a malfunction": (lambda: compare([MALFUNCTION], m2_1(), BOTH), r"\[0\].facts"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_compared_is_refused_with_its_place(name: str) -> None:
    call, message = REFUSED[name]
    with pytest.raises(ValueError, match=message):
        call()


def test_amounts_are_finite_and_lookups_name_what_there_is() -> None:
    with pytest.raises(ValueError, match="per_hour: -1"):
        Costs(per_hour=-1)
    wrong: dict[str, Any] = {"confidence": "1", "references": "1", "as_of": 1, "costs": 45, "population": "9"}
    for name, value in wrong.items():
        with pytest.raises((TypeError, ValueError), match=name):
            compare(many()[:5], m2_1(), BOTH, **{name: value})
    found = compare(many()[:5], m2_1(), BOTH)
    with pytest.raises(LookupError, match="measure 'hour' of "):
        found.measure("hour")
    assert found.difference.after == BOTH.edition
    assert found.before.days == (found.before.last - found.before.first).days + 1  # type: ignore[operator]


SITES = Sites(
    Site(code=code, name=code, region=region, territory="metropole")
    for code, region in (("METZ", "Grand Est"), ("BREST", "Bretagne"))
)


@pytest.mark.slow
def test_a_desk_is_compared_as_its_register_is_in_a_frame() -> None:
    suspending = what_if(m2_1(), deadline_suspensions_allowed=True, edition="suspending")
    clock = FakeClock(datetime(2026, 5, 4, 10, tzinfo=UTC))
    with Desk.in_memory(policy=suspending, clock=clock, sites=SITES) as desk:
        for site, scope in (("METZ", "local"), ("BREST", "regional"), ("METZ", "national")):
            case = desk.register(complaint(client_scope=scope, received_at=clock.now()), site=site)
        desk.suspend_deadline(case.reference, reason="une pièce manque")
        clock.set(datetime(2026, 5, 11, 10, tzinfo=UTC))
        desk.register(malfunction(service_reach="one_centre"), site="METZ")
        options: dict[str, Any] = {"as_of": UNTIL_JUNE, "by": ("region", "site")}
        sides = suspending, what_if(suspending, deadline_days=8, edition="eight")
        found = compare(desk, *sides, SITES, **options)
        register = caseload(desk)
        assert register["suspensions"].to_list()[2] is not None
        in_columns = compare(register, *sides, SITES, **options)
        assert found == in_columns == compare(list(cases_of(desk)), *sides, SITES, **options)
    assert found.groups == (("region", "Grand Est"), ("region", "Bretagne"), ("site", "METZ"), ("site", "BREST"))
    assert found.changes == ()


def test_the_changes_of_a_frame_name_its_references() -> None:
    frame = KINDS["polars"](CASELOAD).with_columns(reference=pl.Series(list("ABCDEF")))
    listed = compare(frame, m2_1(), BOTH, CALENDAR, references=1).changes
    assert {one.references for one in listed if one.decision == "eligibility"} == {("B",)}


def test_other_columns_of_a_file_are_days_and_groups(tmp_path: Path) -> None:
    path = tmp_path / "messages.csv"
    path.write_text(
        "reference,received_at,channel,satisfaction,answered_on,region\n"
        "A,2026-05-04,survey,6.5,,Bretagne\nB,2026-05-04,survey,2,2026-05-12,\n"
    )
    found = compare(read(path), m2_1(), BOTH, CALENDAR, as_of=UNTIL_JUNE, by="region")
    assert found.groups == (("region", ""), ("region", "Bretagne"))
    assert values(found, "on_time_rate", by="region", group="") == (1, 1, 0)
    path.write_text("reference,received_at,channel,satisfaction,answered_on\nA,2026-05-04,survey,2,hier\n")
    with pytest.raises(FaultsError, match="answered_on: 'hier'"):
        compare(read(path), m2_1(), BOTH, CALENDAR, as_of=AS_OF)


def test_caseloads_of_other_periods_are_compared_by_the_week() -> None:
    first, second = messages(CASELOAD[:1] * 4), messages([*CASELOAD[:2], {**CASELOAD[0], "received_at": LATER}])
    found = compare(first, m2_1(), cases_after=second, by="level")
    assert found.measure("messages_per_week").change == pytest.approx(3 * 7 / 31 - 4 * 7)
    for before, after, expected in ((first, second, (None, 1, None)), (second, first, (1, None, None))):
        sides = compare(before, m2_1(), cases_after=after, by="level", costs=COSTS)
        assert values(sides, "hours_per_message", by="level", group="out_of_scope") == expected
    assert {one.low for one in found.levels if one.group == "out_of_scope"} == {None}
    assert "The periods last 1 and 31 days" in found.to_html("en")
    frames = [KINDS["polars"](records).drop("received_at") for records in (CASELOAD[:2], CASELOAD[:1])]
    unknown = compare(frames[0], m2_1(), cases_after=frames[1])
    assert unknown.before.days is None
    assert "messages_per_week" not in {one.measure for one in unknown.measures}
    assert "Première réception" not in unknown.to_html()


def test_invalid_rows_of_a_frame_may_be_anything() -> None:
    rows = [{**CASELOAD[0], "channel": "pigeon"}, {**CASELOAD[0], "answered_on": date(2026, 1, 1)}]
    frame = KINDS["polars"](rows).with_columns(note=pl.Series([1.5, float("nan")]))
    found = compare(frame, m2_1(), BOTH, CALENDAR, as_of=AS_OF, on_invalid="mark", by="note")
    assert (found.level("local").before_least, found.level("local").before_most) == (1, 2)
    assert (found.measure("on_time_rate").before, {group for _, group in found.groups}) == (0, {"1.5", ""})
    with pytest.raises(FaultsError, match="channel: 'pigeon'"):
        compare(frame, m2_1(), BOTH)


def test_many_cases_of_a_change_are_listed_in_part() -> None:
    records = messages([{**CASELOAD[1], "service_reach": "one_centre"}] * 25)
    page = compare(records, m2_1(), BOTH, CALENDAR).to_html()
    assert "0, 1, 2" in page
    assert "et 5 autres" in page
    found = compare(records, m2_1(), BOTH, population=30)
    assert (">Ensemble représenté<" in found.to_html(), ">Population<" in found.to_html("en")) == (True, True)


def test_a_page_has_charts_above_its_tables_where_something_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = list[tuple[str, str]]()

    def draw(_: object, *, by: str, lang: str) -> Any:
        drawn.append((by, lang))
        return by

    monkeypatch.setattr(reports, "plot_comparison", draw)
    monkeypatch.setattr(reports, "svg_of", lambda by: f'<svg role="img" aria-label="{by}"></svg>')
    found = compare(many()[:30], m2_1(), BOTH, CALENDAR, by="theme")
    page = found.to_html("en")
    assert drawn == [("all", "en"), ("due_dates", "en"), ("theme", "en")]
    assert page.index('<figure><svg role="img" aria-label="due_dates">') < page.index("Due date</th>")

    def nothing(_: object) -> str:
        raise MissingExtraError("vl-convert-python", "plots")

    monkeypatch.setattr(reports, "svg_of", nothing)
    assert "<figure>" not in found.to_html()


def test_own_facts_are_groups_and_decide_with_what_unknown_ones_allow() -> None:
    before = own_policy("before", tables={})
    known = {name: value for name, value in CASELOAD[0].items() if name != "answered_on"}
    records = [
        Message(reference=str(place), facts=ComplaintFacts(**known, own={"subcontracted": value}))
        for place, value in enumerate((True, False, None))
    ]
    found = compare(records, before, own_policy("after"), by="own_subcontracted")
    assert [group for _, group in found.groups] == ["", "false", "true"]
    assert values(found, "decided_otherwise", by="own_subcontracted", group="true") == (None, None, 1)
    assert found.measure("decided_otherwise", by="own_subcontracted", group="false").change == 0
    regional = found.level("regional")
    assert (regional.change_least, regional.change_most) == (1, 2)  # that of the message without it may be
    assert all(text in found.to_html() for text in ("Par prestation sous-traitée", ">oui<", ">non<", "non renseigné"))
    groups = {"own_started": "2026-04-01", "own_hours": "7.5", "own_group_size": "12", "own_priority": "other"}
    names = [name_of_group(by, group, found.own_facts).fr for by, group in groups.items()]
    assert names == ["01/04/2026", "7,5", "12", "other"]
