from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.calendars import BusinessCalendar, DayType
from reclamation_core.errors import Fault, FaultsError
from reclamation_core.missing import ABSENT
from reclamation_core.policy import Assessment, Parameters, Policy, m2_1, parse_policy, read_policy
from reclamation_core.vocabulary import Complexity, Eligibility, Level, RetentionMode, Role
from tests.unit.policy.cases import CALENDAR, NOTHING_TOUCHED, complaint, unknown_but

HEADER = 'starts_from = "M2-1"\nedition = "essai"\n'
SETTLED: dict[str, Any] = {**NOTHING_TOUCHED, "recurrences": 0, "causes": 1}


@pytest.fixture
def read(tmp_path: Path) -> Any:
    def read(text: str, *others: Policy, header: str = HEADER) -> Policy:
        path = tmp_path / "edition.toml"
        path.write_text(header + text, encoding="utf-8")
        return read_policy(path, *others)

    return read


def assess(policy: Policy, **changes: Any) -> Assessment:
    return policy.assess(complaint(**{**SETTLED, **changes}), CALENDAR)


def due(policy: Policy, received_at: datetime = datetime(2026, 5, 2, 9, 30, tzinfo=UTC)) -> date:
    deadline = policy.assess(complaint(received_at=received_at), CALENDAR).deadline
    assert deadline is not None
    return deadline.due


def test_a_file_without_changes_has_the_parameters_of_its_base(read: Any) -> None:
    policy = read("")
    assert policy == Policy(edition="essai")
    assert policy.tables["eligibility"] == m2_1().tables["eligibility"]


def test_a_path_may_be_a_text(tmp_path: Path) -> None:
    (tmp_path / "edition.toml").write_text(HEADER, encoding="utf-8")
    assert read_policy(str(tmp_path / "edition.toml")).edition == "essai"


def test_a_threshold_of_7_makes_a_complaint_of_a_note_of_6(read: Any) -> None:
    policy = read("[survey]\nthreshold = 7")

    def outcome(edition: Policy, note: float) -> Eligibility | None:
        return edition.assess(unknown_but(nature="general_opinion", satisfaction=note), CALENDAR).eligibility.outcome

    assert (outcome(m2_1(), 6), outcome(policy, 6)) == (Eligibility.OUT_OF_SCOPE, Eligibility.COMPLAINT)
    assert outcome(policy, 7) is Eligibility.OUT_OF_SCOPE


def test_the_wording_of_the_low_note_has_the_threshold_of_the_edition(read: Any) -> None:
    policy = read("[survey]\nthreshold = 6.1234567")
    explained = policy.assess(unknown_but(satisfaction=6.1234566), CALENDAR).eligibility
    assert "à l'enquête de fin de formation, le niveau de satisfaction est inférieur à 6,1234567" in (
        explained.explain("fr").lower()
    )
    assert "is below 6.1234567" in explained.explain("en")


def test_a_scale_of_20_accepts_a_note_of_15_and_its_threshold_is_its_own(read: Any) -> None:
    policy = read("[survey]\nscale = [0, 20]\nthreshold = 12")
    assert policy.assess(unknown_but(satisfaction=11.5), CALENDAR).eligibility.outcome is Eligibility.COMPLAINT
    assert policy.assess(unknown_but(satisfaction=15), CALENDAR).eligibility.outcome is None
    with pytest.raises(FaultsError, match="satisfaction: 15; a number from 0 to 10"):
        m2_1().assess(unknown_but(satisfaction=15), CALENDAR)
    with pytest.raises(FaultsError, match="satisfaction: 21; a number from 0"):
        policy.assess(unknown_but(satisfaction=21), CALENDAR)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", date(2026, 5, 19)),
        ("[deadline]\ndays = 8", date(2026, 5, 15)),
        ('[deadline]\nday_type = "calendaire"', date(2026, 5, 12)),
        ('[deadline]\nday_type = "ouvrable"', date(2026, 5, 16)),
        ('[deadline]\nday_type = "franc"', date(2026, 5, 13)),
        ("closures = [2026-05-04]", date(2026, 5, 20)),
        ("closures = [[2026-05-04, 2026-05-07]]", date(2026, 5, 26)),
        ("closures = [{ first = 2026-05-04, last = 2026-05-05 }, 2026-05-07]", date(2026, 5, 22)),
    ],
)
def test_the_deadline_of_saturday_2_may_2026_is_counted_by_the_edition(read: Any, text: str, expected: date) -> None:
    assert due(read(text)) == expected


def test_the_first_day_may_count(read: Any) -> None:
    monday = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
    assert due(m2_1(), monday) == date(2026, 5, 20)
    assert due(read("[deadline]\nfirst_day_counted = true"), monday) == date(2026, 5, 19)


@pytest.mark.parametrize("written", ["17:00:00", '"17:00"', '"17:00:00"'])
def test_what_arrives_after_the_cut_off_is_received_the_next_day(read: Any, written: str) -> None:
    policy = read(f"[deadline]\ncut_off = {written}")
    assert policy.deadline.cut_off == time(17)
    assert due(policy, datetime(2026, 5, 4, 15, 0, tzinfo=UTC)) == date(2026, 5, 20)  # 17:00 in Paris
    assert due(policy, datetime(2026, 5, 4, 15, 1, tzinfo=UTC)) == date(2026, 5, 21)


def test_suspensions_and_the_reminder_are_those_of_the_edition(read: Any) -> None:
    policy = read("[deadline]\nsuspensions_allowed = true\ndue_soon = 5")
    assert policy.deadline.suspensions_allowed is True
    assert policy.deadline.due_soon == 5
    rule = policy.deadline
    assert CALENDAR.deadline(datetime(2026, 5, 4, tzinfo=UTC), rule, [date(2026, 5, 5)]).due == date(2026, 5, 21)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ('[complexity]\nband = "critical"', {"severity_legal": 3, "likelihood": 3}),
        ("[complexity]\ncauses = 3", {"causes": 2}),
        ("[complexity]\nrecurrences = 2", {"recurrences": 1}),
        ('[complexity]\nlevel = "national"', {"client_scope": "regional"}),
    ],
)
def test_what_makes_a_case_complex_is_that_of_the_edition(read: Any, text: str, facts: dict[str, Any]) -> None:
    assert assess(m2_1(), **facts).complexity.outcome is Complexity.COMPLEX
    assert assess(read(text), **facts).complexity.outcome is Complexity.SIMPLE


def test_a_moderate_criticality_may_make_a_case_complex(read: Any) -> None:
    decision = assess(read('[complexity]\nband = "moderate"'), severity_legal=2, likelihood=2).complexity
    assert decision.outcome is Complexity.COMPLEX
    assert (
        "Le niveau de criticité est modéré, élevé ou critique (M2-1, point 4 ; interprétation n° 14)"
        in decision.explain("fr")
    )


def test_roles_retention_and_days_in_force_are_those_of_the_file(read: Any) -> None:
    assert read('[roles]\nqualifying = ["rqr", "aq"]').roles.qualifying == (Role.RQR, Role.AQ)
    retention = read('[retention]\nmode = "archive"\nactive_months = 6\narchive_months = 24').retention
    assert retention.mode is RetentionMode.ARCHIVE
    assert retention.active_until(date(2026, 8, 31)) == date(2027, 2, 28)
    assert retention.retained_until(date(2026, 8, 31)) == date(2028, 8, 31)
    policy = read("in_force_from = 2026-01-01\nin_force_until = 2026-12-31")
    assert (policy.in_force_from, policy.in_force_until) == (date(2026, 1, 1), date(2026, 12, 31))


def test_the_level_does_not_depend_on_any_parameter(read: Any) -> None:
    policy = read('[complexity]\nlevel = "national"')
    assert policy.tables["level"] == m2_1().tables["level"]
    assert assess(policy).level.outcome is Level.LOCAL


def test_a_file_may_start_from_another_edition(read: Any) -> None:
    first = read(
        'closures = [2026-08-03]\n[survey]\nthreshold = 7\n[deadline]\ncut_off = 17:00:00\nday_type = "ouvrable"'
    )
    second = read(
        'closures = []\n[deadline]\ndays = 8\ncut_off = "none"',
        first,
        header='starts_from = "essai"\nedition = "suite"\n',
    )

    assert (second.edition, second.parameters.survey.threshold) == ("suite", 7)
    assert second.deadline.days == 8
    assert second.deadline.day_type is DayType.OUVRABLE
    assert second.deadline.cut_off is None
    assert second.parameters.closures == ()
    assert first.deadline.cut_off == time(17)


def test_the_days_in_force_are_not_taken_over_from_the_edition_started_from(read: Any) -> None:
    first = read("in_force_from = 2026-01-01")
    assert read("", first, header='starts_from = "essai"\nedition = "copie"\n').in_force_from is None


def test_of_two_editions_of_one_name_the_last_is_the_base(read: Any) -> None:
    known = [Policy(edition="a"), Policy(edition="a", parameters=Parameters(closures=[date(2026, 8, 3)]))]
    assert len(read("", *known, header='starts_from = "a"\nedition = "b"\n').parameters.closures) == 1


def faults_of(read: Any, text: str, header: str = HEADER) -> list[Fault]:
    with pytest.raises(FaultsError) as refused:
        read(text, header=header)
    return list(refused.value.faults)


def test_all_faults_of_a_file_are_reported_at_once(read: Any) -> None:
    text = (
        'closures = [2026-08-03, [2026-08-21, 2026-08-10], "été"]\n'
        "colour = 1\n"
        "[survey]\nthreshold = 11\nstars = 5\n"
        '[deadline]\ndays = 10.5\nday_type = "lunaire"\ncut_off = 17\n'
        "[risk]\nmoderate_from = 0\nhigh_from = 3\nrecurrences = [3, 2, 1]\n"
        '[complexity]\nband = "low"\ncauses = "deux"\n'
        "[roles]\nqualifying = []\n"
        "[retention]\nactive_months = 72\n"
    )
    faults = faults_of(read, text, header='starts_from = "M9"\nedition = " "\nin_force_from = "demain"\n')

    assert {fault.path: fault.value for fault in faults} == {
        "starts_from": "M9", "edition": " ", "in_force_from": "demain", "closures[2]": "été", "colour": 1,
        "closures[1]": [date(2026, 8, 21), date(2026, 8, 10)], "survey.threshold": 11, "survey.stars": 5,
        "deadline.days": 10.5, "deadline.day_type": "lunaire", "deadline.cut_off": 17, "risk.moderate_from": 0,
        "risk.recurrences": (3, 2, 1), "complexity.band": "low", "complexity.causes": "deux", "roles.qualifying": (),
        "retention.archive_months": 60,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("[survey]\nscale = [0, 20]\nthreshold = 15\nstars = 5", ["survey.stars"]),
        ("[survey]\nscale = [10, 0]", ["survey.scale"]),
        ("[survey]\nscale = [10, 0]\nthreshold = 3\nstars = 5", ["survey.stars", "survey.scale"]),
        ("[survey]\nscale = [0, nan]", ["survey.scale[1]"]),
        ("[survey]\nthreshold = true", ["survey.threshold"]),
        ("[risk]\nmoderate_from = 9", ["risk.high_from"]),
        ("[risk]\nmoderate_from = 9\nhigh_from = 11\nlow_from = 1", ["risk.low_from"]),
        ("[retention]\nactive_months = 70\narchive_months = 80\nforever = true", ["retention.forever"]),
        ('[deadline]\ncut_off = "25:00"', ["deadline.cut_off"]),
        ("[deadline]\ncut_off = 2026-05-02", ["deadline.cut_off"]),
        ("[deadline]\ncut_off = true", ["deadline.cut_off"]),
        ("[deadline]\ndays = 0", ["deadline.days"]),
        ('[deadline]\nday_type = "franc"\nfirst_day_counted = true', ["deadline.first_day_counted"]),
        ("closures = 2026-08-03", ["closures"]),
        ("closures = [2026-08-03T00:00:00]", ["closures[0]"]),
        ("closures = [[2026-08-03]]", ["closures[0]"]),
        ("closures = [{ first = 2026-08-03 }]", ["closures[0]"]),
        ("closures = [{ first = 2026-08-03, last = 2026-08-03, why = 1 }]", ["closures[0]"]),
        ("closures = [[2026-08-03, 2026-08-04, 2026-08-05]]", ["closures[0]"]),
        ("survey = 6", ["survey"]),
        ("deadline = [10]", ["deadline"]),
        ("[survey.threshold]\nvalue = 6", ["survey.threshold"]),
        ("in_force_from = 2026-01-02\nin_force_until = 2026-01-01", ["in_force_until"]),
        (
            "in_force_from = 2026-01-02\nin_force_until = 2026-01-01\n[deadline]\ndays = 0",
            ["in_force_until", "deadline.days"],
        ),
        ("in_force_until = 2026-01-01T00:00:00", ["in_force_until"]),
    ],
)
def test_a_fault_is_reported_once_at_its_path(read: Any, text: str, paths: list[str]) -> None:
    assert [fault.path for fault in faults_of(read, text)] == paths


def test_the_faults_of_the_deadline_read_as_sentences_too(read: Any) -> None:
    text = '[deadline]\ndays = 0\ndue_soon = -1\nday_type = "franc"\nfirst_day_counted = true\ncut_off = "17:00+02:00"'
    paths = {"deadline.days", "deadline.due_soon", "deadline.first_day_counted", "deadline.cut_off"}
    assert {fault.path for fault in faults_of(read, text)} == paths


@pytest.mark.parametrize(
    ("header", "paths"),
    [
        ("", ["starts_from", "edition"]),
        ('edition = "x"', ["starts_from"]),
        ('starts_from = "M2-1"', ["edition"]),
        ('starts_from = ["M2-1"]\nedition = "x"', ["starts_from"]),
        ('starts_from = 21\nedition = "x"', ["starts_from"]),
        ('starts_from = "M2-1"\nedition = 2026', ["edition"]),
    ],
)
def test_a_file_must_name_itself_and_the_edition_that_it_starts_from(read: Any, header: str, paths: list[str]) -> None:
    faults = faults_of(read, "", header=header)
    assert [fault.path for fault in faults] == paths
    assert {fault.value is ABSENT for fault in faults} == {header in {"", 'edition = "x"', 'starts_from = "M2-1"'}}


@pytest.mark.parametrize(
    "content", [b"edition = \n", b"[survey\n", 'edition = "d\xe9but"'.encode("latin-1"), b"\xff\xfe"]
)
def test_what_is_no_toml_in_utf_8_is_refused_with_the_file_s_name(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "edition.toml"
    path.write_bytes(content)
    with pytest.raises(FaultsError, match="a TOML file in UTF-8 is expected") as refused:
        read_policy(path)
    assert [(fault.path, fault.value) for fault in refused.value.faults] == [("$", str(path))]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"absent\.toml"):
        read_policy(tmp_path / "absent.toml")


@pytest.mark.parametrize("document", [[], "edition", None, 3])
def test_a_content_that_is_no_table_is_refused(document: Any) -> None:
    with pytest.raises(FaultsError, match="keys and their values are expected") as refused:
        parse_policy(document)
    assert [fault.path for fault in refused.value.faults] == ["$"]


def test_the_content_may_be_plain_data() -> None:
    document = {"starts_from": "M2-1", "edition": "x", "deadline": {"days": 8}, "closures": ["2026-08-03"]}
    assert parse_policy(document).deadline.days == 8
    assert BusinessCalendar.france().is_business_day(date(2026, 8, 3))
    assert not parse_policy(document).calendar(BusinessCalendar.france()).is_business_day(date(2026, 8, 3))
