"""Each record of a file is decided, with the working days of its site."""

from datetime import date
from pathlib import Path

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.intake import RejectedRow, Triage, TriageResult, read
from reclamation_core.policy import Parameters, Policy, m2_1
from reclamation_core.vocabulary import Eligibility, Level, Site, Sites
from tests.unit.intake.files import written

FRANCE = BusinessCalendar.france()
HEADER = "reference,site,received_at,channel,formal,complainant,nature,requirement,sold_service,satisfaction"
SITES = Sites(
    (
        Site(code="STR", name="Strasbourg", region="Grand Est", territory="alsace-moselle"),
        Site(code="MEL", name="Melun", region="Île-de-France", closures=[(date(2024, 12, 23), date(2024, 12, 31))]),
        Site(code="CRE", name="Créteil", region="Île-de-France"),
    )
)


def results(
    folder: Path, *rows: str, policy: Policy | None = None, sites: Sites | None = None, cache_size: int = 0
) -> list[TriageResult | RejectedRow]:
    path = written(folder, "\n".join([HEADER, *rows, ""]))
    triage = Triage(policy or m2_1(), FRANCE)
    with read(path, sites=sites) as reader:
        return list(triage.run(reader, cache_size=cache_size))


def only(folder: Path, row: str, **options: object) -> TriageResult:
    (result,) = results(folder, row, **options)  # type: ignore[arg-type]
    assert isinstance(result, TriageResult)
    return result


def test_a_complaint_is_written_with_its_rules_its_day_and_its_reason(tmp_path: Path) -> None:
    result = only(tmp_path, "A1,CRE,2026-05-02,courriel,oui,stagiaire,plainte,contractual,oui,")
    columns = result.columns
    assert (columns["reference"], columns["eligibility"]) == ("A1", "complaint")
    assert columns["eligibility_rows"] == "formal-complaint"
    assert (columns["received_on"], columns["due_date"]) == ("2026-05-02", "2026-05-19")
    assert columns["reason"].startswith("Au sens de la procédure M2-1, la demande est une réclamation.")
    assert "M2-1, point 1" in columns["reason"]
    assert "\n" not in columns["reason"]
    assert (columns["level"], columns["handling_level"], columns["criticality"]) == ("", "local", "")
    assert columns["question"].endswith("?")
    assert columns["calendar"] == FRANCE.edition


def test_an_out_of_scope_row_has_no_level_no_due_date_and_no_question(tmp_path: Path) -> None:
    header = "reference,received_at,nature,client_scope,service_reach,mobilisation\n"
    path = written(tmp_path, f"{header}A1,2026-05-02,general_opinion,national,one_centre,local\n")
    with read(path) as reader:
        (result,) = Triage(m2_1(), FRANCE).run(reader)
    assert isinstance(result, TriageResult)
    columns = result.columns
    assert (columns["eligibility"], columns["received_on"], result.outcome.level) == (
        "out_of_scope",
        "2026-05-02",
        None,
    )
    empty = ("level", "level_rows", "handling_level", "due_date", "question")
    assert [columns[name] for name in empty] == [""] * len(empty)
    assert "M2-1, point 1" in columns["reason"]


def test_an_undetermined_decision_is_an_empty_cell_a_question_and_no_reason(tmp_path: Path) -> None:
    columns = only(tmp_path, "A1,,2026-05-02,,,,,,,").columns
    assert (columns["eligibility"], columns["due_date"]) == ("", "2026-05-19")
    assert columns["question"].endswith("?")
    open_ = only(tmp_path, "A1,,2026-05-02,,,,,,,").columns
    assert (open_["eligibility"], open_["reason"]) == ("", "")
    assert "M2-1, point 1" in only(tmp_path, "A1,,2026-05-02,,,,,,,3").columns["reason"]


def test_the_question_is_that_of_the_assessment_and_never_about_the_causes(tmp_path: Path) -> None:
    known = [f"severity_{name}" for name in ("safety", "legal", "contract", "financial", "relation", "training")]
    names = ["reference", "received_at", "satisfaction", "client_scope", "service_reach", "mobilisation", "likelihood"]
    header = ",".join([*names, "recurrences", *known])
    rows = (f"A1,2026-05-02,3,local,,local,1,0{',1' * 6}", f"A2,2026-05-02,3,local,one_centre,local,1,0{',1' * 6}")
    path = written(tmp_path, "\n".join([header, *rows, ""]))
    with read(path) as reader:
        level, none = (item for item in Triage(m2_1(), FRANCE).run(reader) if isinstance(item, TriageResult))
    assert "centre" in level.outcome.question
    assert (none.outcome.question, none.columns["complexity"]) == ("", "")


@pytest.mark.parametrize("cache_size", [0, 1, 100])
def test_each_site_has_its_own_days(tmp_path: Path, cache_size: int) -> None:
    # Received on Friday 20 December 2024: 7 January in France, 8 January in Alsace-Moselle (26 December). In Melun the
    # days from 23 to 31 December do not count: ten of January, the 1st being a holiday, end on the 15th.
    rows = [f"{site},{site},2024-12-20,,,,,,,3" for site in ("CRE", "STR", "MEL")]
    twice = [*rows, *(row.replace(row[:3], f"B{row[:3]}", 1) for row in rows)]
    due = [
        result.receipt.due_date
        for result in results(tmp_path, *twice, sites=SITES, cache_size=cache_size)
        if isinstance(result, TriageResult)
    ]
    assert due == [date(2025, 1, 7), date(2025, 1, 8), date(2025, 1, 15)] * 2


def test_the_closures_of_the_policy_are_added(tmp_path: Path) -> None:
    policy = Policy(edition="fermée", parameters=Parameters(closures=(date(2026, 5, 4),)))
    for cache_size in (0, 10):
        results_ = results(
            tmp_path, "A1,,2026-05-02,,,,,,,3", "A2,,2026-05-02,,,,,,,3", policy=policy, cache_size=cache_size
        )
        assert [item.receipt.due_date for item in results_ if isinstance(item, TriageResult)] == [date(2026, 5, 20)] * 2


@pytest.mark.parametrize("cache_size", [0, 100])
@pytest.mark.parametrize(
    ("row", "field"),
    [("A2,,2026-05-02,,,,,,,11", "satisfaction"), ("A2,,2199-05-02,,,,,,,3", "received_at")],
    ids=["outside the scale", "outside the calendar"],
)
def test_a_row_that_cannot_be_assessed_is_rejected(tmp_path: Path, row: str, field: str, cache_size: int) -> None:
    first, bad, last = results(tmp_path, "A1,,2026-05-02,,,,,,,3", row, "A3,,2026-05-02,,,,,,,3", cache_size=cache_size)
    assert isinstance(first, TriageResult)
    assert isinstance(last, TriageResult)
    assert isinstance(bad, RejectedRow)
    assert (bad.line, bad.field, bad.value) == (3, field, row.split(",")[2 if field == "received_at" else 9])


@pytest.mark.parametrize("day", ["1850-12-31", "0001-01-01", "9999-12-31", "2099-12-31"])
def test_a_year_outside_the_calendar_is_reported_with_its_cell(tmp_path: Path, day: str) -> None:
    (bad,) = results(tmp_path, f"A1,,{day},,,,,,,3")
    assert isinstance(bad, RejectedRow)
    assert (bad.field, bad.value) == ("received_at", day)
    assert bad.expected.fr.endswith("dans les années que le calendrier couvre, 1990 à 2099")


def test_any_other_refusal_of_the_policy_rejects_the_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise ValueError("non")

    monkeypatch.setattr(Policy, "assess", refuse)
    (bad,) = results(tmp_path, "A1,,2026-05-02,,,,,,,3")
    assert isinstance(bad, RejectedRow)
    assert (bad.field, bad.expected.fr) == ("row", "non")


def test_a_result_has_its_line_its_reference_its_reason_and_its_outcome(tmp_path: Path) -> None:
    outcome = only(tmp_path, "A1,,2026-05-02,,,,,,,3").outcome
    assert (outcome.eligibility, outcome.level, outcome.clock_runs) == (Eligibility.COMPLAINT, None, True)
    assert Level.LOCAL.value == outcome.columns["handling_level"]
    result = only(tmp_path, "A1,,2026-05-02,,,,,,,3")
    assert (result.line, result.reference) == (2, "A1")
    assert result.outcome.reason == result.columns["reason"] != ""


def test_rows_alike_share_an_outcome_and_a_receipt(tmp_path: Path) -> None:
    first, second, third = results(
        tmp_path,
        "A1,,2026-05-02T08:00,,,,,,,3",
        "A2,,2026-05-02T09:00,,,,,,,3",
        "A3,,2026-05-03,,,,,,,3",
        cache_size=10,
    )
    assert isinstance(first, TriageResult)
    assert isinstance(second, TriageResult)
    assert isinstance(third, TriageResult)
    assert first.outcome is second.outcome is third.outcome
    assert first.columns == {**second.columns, "reference": "A1"}
    assert third.receipt.received_on == date(2026, 5, 3)


def test_the_cache_of_outcomes_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"A{number},,2026-05-02,,,,{nature},,,{note}" for number, (nature, note) in enumerate(
        [("", "3"), ("grievance", ""), ("general_opinion", ""), ("", "8"), ("", "3"), ("grievance", "")]
    )]  # fmt: skip
    whole = [item.columns for item in results(tmp_path, *rows) if isinstance(item, TriageResult)]
    monkeypatch.setattr("reclamation_core.intake.triage.CACHED_OUTCOMES", 1)
    assert [item.columns for item in results(tmp_path, *rows) if isinstance(item, TriageResult)] == whole
