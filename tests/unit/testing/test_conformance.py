"""The shipped conformance cases, held against the procedure as it is written in plain Python, and tables by hand."""

import json
from collections.abc import Iterable
from datetime import date, time, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from jsonschema import Draft202012Validator

from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases.guards import GUARDS
from reclamation_core.errors import FaultsError
from reclamation_core.missing import ABSENT, UNKNOWN
from reclamation_core.plans.guards import GUARDS as PLAN_GUARDS
from reclamation_core.policy import Parameters, Policy, SurveyParameters, m2_1, parse_policy, read_policy
from reclamation_core.policy.formatting import PARAMETERS
from reclamation_core.testing.conformance import (
    cases,
    check_conformance,
    conformance_cases,
    conformance_text,
    run,
    shipped_conformance,
)
from reclamation_core.testing.conformance.cases import (
    AcknowledgementCase,
    AssessmentCase,
    Conformance,
    DeadlineCase,
    ExpectedLevelChange,
    ExpectedSuspension,
    LevelChangeCase,
    PermissionCase,
    QualificationCase,
    RetentionCase,
    SuspensionCase,
)
from reclamation_core.testing.conformance.run import Difference, conformance_schema, parse_conformance, shipped_text
from reclamation_core.vocabulary import ComplaintFacts
from reclamation_core.vocabulary.commands import CommandType, PlanCommandType
from tests.unit.calendars.by_hand import easter_sunday, national_holidays, nth_after
from tests.unit.calendars.test_deadline import DATES
from tests.unit.policy import procedure
from tests.unit.policy.cases import DOMAINS
from tests.unit.policy.own_facts import TO_THE_REGION, own_policy

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = shipped_conformance()
ASSESSED = [case for case in SHIPPED.cases if isinstance(case, AssessmentCase) and not case.expected.refused]
COMPLAINTS = [case for case in ASSESSED if isinstance(case.facts, ComplaintFacts)]
IN_QUESTION = [case for case in ASSESSED if "level" in case.expected.decisions]
DEADLINES = [case for case in SHIPPED.cases if isinstance(case, DeadlineCase)]
PERMISSIONS = [case for case in SHIPPED.cases if isinstance(case, PermissionCase)]
OPEN: dict[str, tuple[Any, ...]] = {
    "channel": procedure.CHANNELS,
    "formal": (True, False),
    "complainant": procedure.COMPLAINANTS,
    "nature": procedure.NATURES,
    "requirement": procedure.REQUIREMENTS,
    "sold_service": (True, False),
    "satisfaction": (None, 5, 6),
    "client_scope": procedure.CLIENTS,
    "service_reach": procedure.REACHES,
    "mobilisation": procedure.MOBILISATIONS,
    **{f"severity_{domain}": tuple(range(5)) for domain in DOMAINS},
    "recurrences": (0, 1, 2, 3, 5, 6),
    "causes": (0, 1, 2),
}
SEVERITIES = [name for name in OPEN if name.startswith("severity_")]


def choices(facts: Any, name: str) -> tuple[Any, ...]:
    """Return the possible values of a fact: its value, None if absent, or all values if unknown."""
    value = getattr(facts, name)
    return tuple(OPEN[name]) if value is UNKNOWN else (None if value is ABSENT else value,)


def possible(facts: Any, table: str) -> set[Any]:
    """Return the possible outcomes by the procedure, trying all values of the unknown facts."""

    def of(decide: Any, *names: str) -> set[Any]:
        return {decide(*values) for values in product(*(choices(facts, name) for name in names))}

    def severities() -> set[int]:
        # The highest of six: none is below the highest that is known, and any unknown one may be higher.
        known = [value for name in SEVERITIES if (value := getattr(facts, name)) is not UNKNOWN]
        least = procedure.severity(0, *known)
        return {least} if len(known) == len(SEVERITIES) else set(range(least, 5))

    judged = None if facts.likelihood is UNKNOWN else facts.likelihood
    risks = {
        (recurrences, *procedure.risk(severity, procedure.likelihood(judged, recurrences)))
        for severity in severities()
        for recurrences in choices(facts, "recurrences")
    }
    levels = of(procedure.level, "client_scope", "service_reach", "mobilisation")
    if table == "eligibility":
        names = ("channel", "formal", "complainant", "nature", "requirement", "sold_service", "satisfaction")
        return of(procedure.eligibility, *names)
    if table == "complexity":
        combined = product(risks, choices(facts, "causes"), levels)
        return {procedure.complexity(band, number, times, level) for (times, _, band), number, level in combined}
    return {
        "level": levels,
        "severity": severities(),
        "retained_likelihood": {procedure.likelihood(judged, times) for times in choices(facts, "recurrences")},
        "criticality": {criticality for _, criticality, _ in risks},
        "band": {band for _, _, band in risks},
    }[table]


@pytest.mark.slow
def test_the_shipped_file_is_what_the_command_writes() -> None:
    assert conformance_text(conformance_cases()) == shipped_text()


def test_the_edition_conforms_to_the_file_and_the_file_reads_back() -> None:
    assert check_conformance(SHIPPED) == ()
    assert conformance_text(parse_conformance(shipped_text())) == shipped_text()


@pytest.mark.slow
def test_it_is_of_the_schema() -> None:
    schema = conformance_schema()
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(shipped_text()))) == []


def test_expected_outcomes_are_those_of_the_procedure_s_text() -> None:
    for table in ["eligibility", "level", "severity", "retained_likelihood", "criticality", "band", "complexity"]:
        expected = {
            case.id: (set(case.expected.decisions[table].possible), case.expected.decisions[table].outcome)
            for case in ASSESSED
            if table in case.expected.decisions
        }
        worked = {case.id: possible(case.facts, table) for case in ASSESSED if table in case.expected.decisions}
        assert len(expected) > 200, table
        assert expected == {
            name: (outcomes, next(iter(outcomes)) if len(outcomes) == 1 else None) for name, outcomes in worked.items()
        }, table


def test_out_of_scope_has_eligibility_alone_and_a_malfunction_has_none() -> None:
    for case in ASSESSED:
        complaint = isinstance(case.facts, ComplaintFacts)
        out = complaint and possible(case.facts, "eligibility") == {"out_of_scope"}
        assert ("eligibility" in case.expected.decisions) is complaint
        assert ("level" in case.expected.decisions) is not out
        # Received on 2 June 2025: ten days, Whit Monday left out, end on the 17th.
        assert case.expected.due == (date(2025, 6, 17) if complaint and not out else None)


def test_the_lowest_level_still_possible_handles_it() -> None:
    for case in IN_QUESTION:
        lowest = min(possible(case.facts, "level"), key=procedure.LEVELS.index)
        assert case.expected.handling_level == lowest


def test_every_level_of_a_clause_is_that_of_a_row() -> None:
    table = m2_1().tables["level"]
    known = [case for case in IN_QUESTION if case.id.startswith(("I7/", "I22/"))]
    for case in known:
        parts = (choices(case.facts, name)[0] for name in ("client_scope", "service_reach", "mobilisation"))
        assert {table.row(row).then for row in case.expected.decisions["level"].rows} == procedure.levels(*parts)
    assert len(known) == 36


def test_the_dates_are_those_of_the_table_in_all_four_columns() -> None:
    columns = ("metropole", "alsace-moselle", "whit-monday-worked", "first-day-counted")
    by_hand = {
        f"I2/{received} {column}": date.fromisoformat(due)
        for received, *dues in DATES
        for column, due in zip(columns, dues, strict=True)
    }
    assert {case.id: case.expected.due for case in DEADLINES if case.id.startswith("I2/20")} == by_hand


def test_the_dates_are_those_that_are_counted_without_the_library() -> None:
    for case in DEADLINES:
        years = {case.expected.received_on.year, case.expected.received_on.year + 1}
        excluded = {day for year in years for day in national_holidays(year)}
        if case.calendar.territory.value == "alsace-moselle":
            excluded |= {date(year, 12, 26) for year in years}
            excluded |= {easter_sunday(year) - timedelta(days=2) for year in years}
        if case.calendar.whit_monday_worked:
            excluded -= {easter_sunday(year) + timedelta(days=50) for year in years}
        excluded |= set(case.calendar.closures)
        start = case.expected.received_on - timedelta(days=1 if case.first_day_counted else 0)
        assert case.expected.due == nth_after(start, 10, excluded)


def test_only_the_answer_stops_the_clock() -> None:
    statuses = {case.id: case.expected.status for case in DEADLINES if case.id.startswith("I3/")}
    assert statuses == {
        "I3/answered on the last day": "met",
        "I3/not answered on the last day": "due_today",
        "I3/answered the day after": "met_late",
        "I3/not answered the day after": "overdue",
    }


def test_a_deadline_is_due_soon_two_business_days_before_its_last_day() -> None:
    seen = {case.at.date(): case.expected.status for case in DEADLINES if case.id.endswith("days left") and case.at}
    # Due on Tuesday 17 June 2025; the 9th is Whit Monday.
    days = [date(2025, 6, day) for day in (3, 4, 5, 6, 10, 11, 12)]
    assert seen == dict.fromkeys(days, "running") | dict.fromkeys((date(2025, 6, 13), date(2025, 6, 16)), "due_soon")


def test_no_acknowledgement_is_due_and_any_person_may_qualify() -> None:
    (receipt,) = [case for case in SHIPPED.cases if isinstance(case, AcknowledgementCase)]
    asked = [case for case in SHIPPED.cases if isinstance(case, QualificationCase)]
    roles = {case.role.value: case.expected.allowed for case in asked if case.risks_judged}
    unjudged = [case.expected.guards for case in asked if not case.risks_judged]
    assert receipt.expected.due is None
    assert roles == {"handling_unit": True, "rqr": True, "aq": True, "system": False}
    assert unjudged == [("risks-unjudged",)]


def _of_suspensions(conformance: Conformance) -> dict[str, ExpectedSuspension]:
    cases = [case for case in conformance.cases if isinstance(case, SuspensionCase)]
    return {case.id.removeprefix("I25/"): case.expected for case in cases}


@pytest.mark.slow
def test_suspensions_are_refused_by_m2_1_or_extend_the_deadline() -> None:
    refused, until = {"allowed": False, "awaited": True}, date(2025, 6, 17)
    guards = {found.guards for found in _of_suspensions(SHIPPED).values()}
    allowing = Policy(edition="2027", parameters=Parameters(deadline=DeadlineRule(suspensions_allowed=True)))

    assert guards == {("suspensions-not-allowed",), ("suspensions-not-allowed", "deadline-passed")}
    assert {found.due for found in _of_suspensions(SHIPPED).values()} == {until}
    # Received on Monday 2 June 2025, due on the 17th; the 9th is Whit Monday. Suspended on the 3rd or the 17th.
    assert _of_suspensions(conformance_cases(allowing)) == {
        "until after the due date": ExpectedSuspension(allowed=True, due=date(2025, 7, 1), awaited=True),
        "within a day": ExpectedSuspension(allowed=True, due=until, awaited=True),
        "still": ExpectedSuspension(allowed=True, due=date(2025, 6, 18), awaited=False),
        "on the last day": ExpectedSuspension(allowed=True, due=date(2025, 6, 19), awaited=True),
        "after the last day": ExpectedSuspension(**refused, guards=("deadline-passed",), due=until),
    }


def _of_level_changes(conformance: Conformance) -> dict[str, ExpectedLevelChange]:
    cases = [case for case in conformance.cases if isinstance(case, LevelChangeCase)]
    return {case.id.removeprefix("I2/level "): case.expected for case in cases}


def test_a_change_of_level_moves_no_deadline_of_m2_1() -> None:
    until = date(2025, 6, 17)
    assert len(_of_level_changes(SHIPPED)) == 24
    assert set(_of_level_changes(SHIPPED).values()) == {ExpectedLevelChange(until, until, None)}


def test_a_change_of_level_counts_again_by_the_level_in_days_or_in_months() -> None:
    # Received on Monday 2 June 2025; the 9th is Whit Monday, 2 August a Saturday.
    local, regional, national = date(2025, 6, 17), date(2025, 6, 24), date(2025, 8, 4)
    next_day, day_after = date(2025, 6, 3), date(2025, 6, 18)
    written = conformance_cases(changed("deadline.by_level"))
    found = _of_level_changes(written)

    for change, since, expected in (
        ("local becomes regional", "the day after the receipt", (local, regional, next_day)),
        ("local becomes national", "after the earliest due date", (local, national, day_after)),
        ("national becomes local", "the day after the receipt", (national, local, next_day)),
        ("national becomes local", "after the earliest due date", (national, day_after, day_after)),
        ("national becomes regional", "after the earliest due date", (national, date(2025, 6, 25), date(2025, 6, 25))),
        ("undetermined becomes local", "after the earliest due date", (local, local, None)),
        ("undetermined becomes national", "the day after the receipt", (local, national, next_day)),
        ("regional becomes undetermined", "after the earliest due date", (regional, day_after, day_after)),
        ("local becomes undetermined", "the day after the receipt", (local, local, next_day)),
    ):
        assert found[f"{change} {since}"] == ExpectedLevelChange(*expected), change
    differences = check_conformance(written, m2_1())
    assert {"due", "corrected_due", "changed_on"} <= {one.field for one in differences}
    assert "échéance après rectification : attendu « 24/06/2025 », trouvé « 17/06/2025 »" in " ".join(
        one.in_("fr") for one in differences
    )


CHANGED: dict[str, dict[str, Any]] = {
    "survey.scale": {"scale": [0, 9]},
    "survey.threshold": {"threshold": 7},
    "deadline.days": {"days": 9},
    "deadline.months": {"months": 2},
    "deadline.by_level": {"by_level": {"regional": 15, "national": {"months": 2}}},
    "deadline.day_type": {"day_type": "franc"},
    "deadline.first_day_counted": {"first_day_counted": True},
    "deadline.cut_off": {"cut_off": time(17)},
    "deadline.due_soon": {"due_soon": 3},
    "deadline.suspensions_allowed": {"suspensions_allowed": True},
    "acknowledgement.days": {"days": 2},
    "qualification.risks_required": {"risks_required": False},
    "risk.moderate_from": {"moderate_from": 3},
    "risk.high_from": {"high_from": 6},
    "risk.critical_from": {"critical_from": 9},
    "risk.least_band_at_severity_4": {"least_band_at_severity_4": "critical"},
    "risk.recurrences": {"recurrences": [1, 3, 5]},
    "complexity.band": {"band": "critical"},
    "complexity.causes": {"causes": 3},
    "complexity.recurrences": {"recurrences": 2},
    "complexity.level": {"level": "national"},
    "complexity.conforming_exempt": {"conforming_exempt": True},
    "roles.qualifying": {"qualifying": ["rqr", "aq"]},
    "retention.mode": {"mode": "archive"},
    "retention.active_months": {"active_months": 13},
}
"""One other value of each parameter, within its table of a policy file."""


def changed(name: str) -> Policy:
    table = name.partition(".")[0]
    return parse_policy({"starts_from": "M2-1", "edition": "essai", table: CHANGED[name]})


@pytest.mark.slow
@pytest.mark.parametrize("name", CHANGED)
def test_a_changed_parameter_is_a_difference(name: str) -> None:
    assert check_conformance(SHIPPED, changed(name)) != ()


# A change of a table's rows, of a day, and of a table that another one reads; then every one.
@pytest.mark.slow
@pytest.mark.parametrize(
    "names", [("survey.threshold", "deadline.days", "risk.high_from"), pytest.param(CHANGED, marks=pytest.mark.soak)]
)
def test_cases_of_an_edition_with_a_changed_parameter_differ_from_those_shipped(names: Iterable[str]) -> None:
    for name in names:
        assert check_conformance(conformance_cases(changed(name)), m2_1()) != (), name


CLOSED: Final = parse_policy(
    {"starts_from": "M2-1", "edition": "essai", "closures": [date(2027, 5, 7), [date(2027, 8, 9), date(2027, 8, 13)]]}
)


def test_each_closure_of_an_edition_has_a_case_received_on_its_eve() -> None:
    received = [one for one in conformance_cases(CLOSED).cases if isinstance(one, DeadlineCase)]
    assert {one.shows.fr: one.received_at.date() for one in received if "veille" in one.shows.fr} == {
        "reçu la veille de la fermeture du 07/05/2027": date(2027, 5, 6),
        "reçu la veille de la fermeture du 09/08/2027": date(2027, 8, 8),
    }


@pytest.mark.slow
def test_closures_and_archive_of_an_edition_are_differences_of_its_cases() -> None:
    archive = {"mode": "archive", "archive_months": 61}
    archived = parse_policy({"starts_from": "M2-1", "edition": "essai", "retention": archive})
    differences = check_conformance(conformance_cases(CLOSED), m2_1())
    assert [(found.case, found.field) for found in differences] == [
        ("I2/closure of 2027-05-07", "due"),
        ("I2/closure of 2027-08-09", "due"),
    ]
    assert check_conformance(conformance_cases(archived), m2_1()) != ()


def test_every_parameter_has_a_changed_value() -> None:
    elsewhere = {"retention.archive_months", "closures", "deadline.suspensions_allowed", "texts.longest"}
    tried = {
        *CHANGED,
        *elsewhere,
        *(path for path in (one.path for one in PARAMETERS.values()) if path.startswith("support.")),
    }
    assert tried == {parameter.path for parameter in PARAMETERS.values()}


def test_the_day_of_receipt_is_that_of_paris() -> None:
    received = {case.id: case.expected.received_on for case in DEADLINES if case.id.startswith("I23/")}
    assert sorted(received.values()) == [date(2026, 5, 4), date(2026, 5, 5)]


def test_retention_is_one_year_and_the_last_of_february_is_the_28th() -> None:
    kept = {case.closed_on: case.expected for case in SHIPPED.cases if isinstance(case, RetentionCase)}
    assert {day: (each.active_until, each.kept_until) for day, each in kept.items()} == {
        date(2024, 2, 29): (date(2025, 2, 28), date(2025, 2, 28)),
        date(2025, 1, 31): (date(2026, 1, 31), date(2026, 1, 31)),
        date(2025, 6, 2): (date(2026, 6, 2), date(2026, 6, 2)),
    }


REFUSALS = [
    # command, guard, and the one input that it refuses, from the procedure's text
    ("qualify", "no-support", {"supported": False}),
    ("qualify", "to-be-clarified", {"admissibility": "to_be_clarified"}),
    ("qualify", "role-may-not-qualify", {"role_qualifies": False}),
    ("qualify", "not-transcribed", {"by_phone": True, "transcribed": False}),
    ("analyse", "not-qualified", {"qualified": False}),
    ("analyse", "no-method", {"complex": True, "root_cause_by_method": False}),
    ("plan", "not-analysed", {"analysed": False}),
    ("answer", "not-qualified", {"qualified": False}),
    ("answer", "answered-already", {"answered": True}),
    ("answer", "no-complainant", {"admissibility": "malfunction"}),
    ("close", "close-answered-without-answer", {"reason": "answered", "answered": False}),
    ("close", "close-unsettled", {"settled": False}),
    ("close", "close-in-scope", {"reason": "out_of_scope", "redirected": True}),
    ("close", "close-not-redirected", {"reason": "out_of_scope", "redirected": False}),
    ("close", "close-not-withdrawn", {"reason": "withdrawn", "withdrawn": False}),
    ("close", "close-not-duplicate", {"reason": "duplicate", "duplicate": False}),
    ("anonymise", "suspended", {"suspended": True}),
    ("contain", "before-receipt", {"before_receipt": True}),
]


@pytest.mark.parametrize(("verb", "guard", "against"), REFUSALS)
def test_a_command_is_refused_by_the_one_guard_that_fails(verb: str, guard: str, against: dict[str, Any]) -> None:
    (case,) = [case for case in PERMISSIONS if case.id == f"case/{verb}/row {guard}"]
    assert (case.expected.allowed, case.expected.guards) == (False, (guard,))
    assert against.items() <= case.situation.items()


def test_every_command_is_allowed_once_and_every_guard_refuses_once() -> None:
    allowed = {(case.of, case.command) for case in PERMISSIONS if case.expected.allowed}
    refused = {(case.of, guard) for case in PERMISSIONS for guard in case.expected.guards}
    assert allowed == {("case", verb) for verb in CommandType} | {("plan", verb) for verb in PlanCommandType}
    assert refused == {("case", guard.id) for guard in GUARDS} | {("plan", guard.id) for guard in PLAN_GUARDS}


def test_every_row_decides_in_a_case_and_every_interpretation_is_shown() -> None:
    fired = {(name, row) for case in ASSESSED for name, by in case.expected.decisions.items() for row in by.rows}
    assert fired == {(name, row.id) for name, table in m2_1().tables.items() for row in table.rows}
    assert {number for case in SHIPPED.cases for number in case.interpretations} == {
        f"I{number}" for number in range(1, 32) if number != 18
    }


def test_a_difference_shows_both_values() -> None:
    assert Difference("x", "due", "2025-06-17", ABSENT).in_("fr") == "x, due : attendu « 2025-06-17 », trouvé rien"
    assert str(Difference("x", "rows", ["a"], None)) == "x, rows: ['a'] expected, null found"


@pytest.mark.slow
def test_a_difference_names_the_case_the_field_and_both_values() -> None:
    stricter = Policy(edition="2027", parameters=Parameters(survey=SurveyParameters(threshold=5)))
    longer = Policy(edition="2028", parameters=Parameters(deadline=DeadlineRule(days=15)))
    differences = check_conformance(SHIPPED, stricter)
    note = [found for found in differences if found.case == "eligibility/satisfaction just below 6"]
    assert ("decisions.eligibility.outcome", "complaint", "out_of_scope") in [
        (found.field, found.expected, found.found) for found in note
    ]
    assert {found.field for found in check_conformance(SHIPPED, longer)} == {"due", "corrected_due", "status", "guards"}


@pytest.mark.slow
def test_another_edition_conforms_to_the_cases_written_from_it() -> None:
    parameters = Parameters(survey=SurveyParameters(scale=(1, 5), threshold=2.5), deadline=DeadlineRule(days=15))
    other = Policy(edition="2027", parameters=parameters)
    written = conformance_cases(other)
    assert written.edition == "2027"
    assert check_conformance(parse_conformance(conformance_text(written)), other) == ()


def test_an_edition_with_facts_and_tables_of_its_own_has_cases_of_them() -> None:
    rows = [{"id": "small", "when": {"own.hours": "< 7.5"}, "then": "a"}, {"id": "rest", "when": {}, "then": "b"}]
    table = {"inputs": ["own.hours"], "outcomes": ["a", "b"], "hit_policy": "first", "rows": rows}
    policy = own_policy(tables={"level": {"add": [TO_THE_REGION]}, "service": table})
    written = conformance_cases(policy)
    known: dict[str, AssessmentCase] = {one.id: one for one in written.cases if isinstance(one, AssessmentCase)}

    assert check_conformance(parse_conformance(conformance_text(written)), policy) == ()
    raised = known["level/row subcontracted-to-region"]
    assert (dict(raised.facts.own), raised.expected.decisions["level"].outcome) == ({"subcontracted": True}, "regional")
    for name, hours, outcome in (("just below 7.5", Decimal("7.49"), "a"), ("from 7.5 on", Decimal("7.5"), "b")):
        case = known[f"service/own.hours {name}"]
        assert (dict(case.facts.own), case.expected.decisions["service"].outcome) == ({"hours": hours}, outcome)
    found = {str(one) for one in check_conformance(written, own_policy(tables={"service": table}))}
    assert "level/row subcontracted-to-region, decisions.level.outcome: 'regional' expected, 'local' found" in found


@pytest.mark.soak
def test_the_editions_of_the_examples_have_cases_that_read_back() -> None:
    files = sorted((ROOT / "examples" / "policies").glob("*.toml"))
    assert len(files) == 12
    for file in files:
        policy = read_policy(file)
        cases = parse_conformance(conformance_text(conformance_cases(policy)))
        assert check_conformance(cases, policy) == (), file.name


def test_an_unknown_command_or_input_is_a_difference() -> None:
    act = next(case for case in PERMISSIONS if case.command == "contain")
    strange = attrs.evolve(act, id="1", command="dance")
    wrong = attrs.evolve(act, id="2", situation={"state": "lost"})
    found = check_conformance(attrs.evolve(SHIPPED, cases=(strange, wrong)))
    assert [(difference.case, difference.field) for difference in found] == [("1", "command"), ("2", "state")]
    assert "un acte est attendu parmi complete_facts" in found[0].in_("fr")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"version": 2}, "$.version"),
        ({"edition": 3}, "$.edition"),
        ({"cases": [{"kind": "poem"}]}, "$.cases[0].kind"),
        ({"more": 1}, "$.more"),
    ],
)
def test_a_file_that_is_not_in_the_format_is_refused_by_its_paths(change: dict[str, Any], path: str) -> None:
    document = {"type": "conformance", "version": 1, "edition": "x", "cases": []}
    with pytest.raises(FaultsError, match=r"\$") as refused:
        parse_conformance(json.dumps(document | change))
    assert [fault.path for fault in refused.value.faults] == [path]


def test_an_outcome_or_an_input_of_another_type_is_refused() -> None:
    document = json.loads(shipped_text())
    assessed = next(case for case in document["cases"] if case["kind"] == "assessment")
    act = next(case for case in document["cases"] if case["kind"] == "permission")
    assessed["expected"]["decisions"]["eligibility"]["outcome"] = True
    act["situation"]["anonymised"] = 3
    document["cases"] = [assessed, act]
    with pytest.raises(FaultsError, match="a code or a whole number is expected") as refused:
        parse_conformance(json.dumps(document))
    assert [fault.path for fault in refused.value.faults] == [
        "$.cases[0].expected.decisions.eligibility.outcome",
        "$.cases[1].situation.anonymised",
    ]


def test_two_cases_of_one_name_are_refused() -> None:
    line = shipped_text().splitlines()[1].rstrip(",")
    with pytest.raises(FaultsError, match="is the name of two cases"):
        parse_conformance(f'{{"type": "conformance", "version": 1, "edition": "x", "cases": [{line},{line}]}}')


def test_arguments_of_another_type_are_refused() -> None:
    with pytest.raises(TypeError, match="conformance: Conformance is expected, got 'cases"):
        check_conformance("cases.json")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="policy: Policy is expected, got 'M2-1'"):
        check_conformance(shipped_conformance(), "M2-1")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="policy: Policy is expected, got 'M2-1'"):
        conformance_cases("M2-1")  # type: ignore[arg-type]


def test_what_has_a_french_name_in_a_difference_is_a_field_of_a_case() -> None:
    classes = [one for one in vars(cases).values() if isinstance(one, type) and attrs.has(one)]
    assert run.NOUNS.keys() <= {field.name for one in classes for field in attrs.fields(one)}
