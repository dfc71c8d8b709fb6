"""Registering the rows of a file, from Python."""

from pathlib import Path

import pytest

from reclamation_core.calendars import BusinessCalendar
from reclamation_core.desk import Desk
from reclamation_core.intake import ColumnMapping, RegistrationTarget, Triage, TriageReport, triage_file
from reclamation_core.intake.registering import RegistrationCounts
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import UnknownSiteError
from tests.unit.desk import factories

HEADER = "reference,site,received_at,satisfaction,text\n"


def entered(folder: Path, rows: str, desk: Desk, name: str = "enquête", default_site: str = "") -> TriageReport:
    path = folder / "notes.csv"
    path.write_text(HEADER + rows, encoding="utf-8")
    return triage_file(
        path,
        Triage(m2_1(), BusinessCalendar.france()),
        folder / "decisions.csv",
        target=RegistrationTarget(desk, name),
        sites=factories.SITES,
        default_site=default_site,
    )


def test_decided_rows_are_registered_and_counted(tmp_path: Path, desk: Desk) -> None:
    rows = "A,CRE,2026-06-01,3,froid\nB,STR,bientôt,3,\nC,,2026-06-01,9,\n"
    done = entered(tmp_path, rows, desk, default_site="STD")
    assert done.registration_counts == RegistrationCounts(new=2)
    assert (done.summary.decided, done.summary.rejected) == (2, 1)
    assert [(case.source, case.site) for case in desk.cases.find().cases] == [
        ("enquête:A", "CRE"),
        ("enquête:C", "STD"),
    ]
    assert entered(tmp_path, rows, desk, default_site="STD").registration_counts == RegistrationCounts(known=2)


def test_the_decisions_are_those_of_a_triage_that_registers_nothing(tmp_path: Path) -> None:
    given = enumerate(["CRE", "STR"] * 12)
    rows = "".join(f"{number},{site},2026-06-0{number % 9 + 1},{number % 11},froid\n" for number, site in given)
    entered(tmp_path, rows, factories.new_desk())
    told = (tmp_path / "decisions.csv").read_bytes()
    triage_file(
        tmp_path / "notes.csv", Triage(m2_1(), BusinessCalendar.france()), tmp_path / "plain.csv", sites=factories.SITES
    )
    assert told == (tmp_path / "plain.csv").read_bytes()


def test_without_a_register_nothing_is_counted(tmp_path: Path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text(HEADER, encoding="utf-8")
    assert triage_file(path, Triage(m2_1(), BusinessCalendar.france()), tmp_path / "d.csv").registration_counts is None


def test_conflicting_rows_are_counted_and_the_first_listed(tmp_path: Path, desk: Desk) -> None:
    entered(tmp_path, "".join(f"{number},CRE,2026-06-01,3,froid\n" for number in range(12)), desk)
    rows = [
        "0,CRE,2026-06-01,3,froid",
        "1,CRE,2026-06-01,3,",
        *(f"{number},CRE,2026-06-01,4,froid" for number in range(2, 12)),
    ]
    counts = entered(tmp_path, "\n".join(rows), desk).registration_counts
    assert counts is not None
    assert (counts.known, counts.conflicting) == (12, 11)
    assert counts.conflicting_references == [f"R-2026-{number:06d}" for number in range(2, 12)]


def test_words_that_a_case_began_without_are_other_words(tmp_path: Path, desk: Desk) -> None:
    entered(tmp_path, "A,CRE,2026-06-01,3,\n", desk)
    counts = entered(tmp_path, "A,CRE,2026-06-01,3,froid\n", desk).registration_counts
    assert counts == RegistrationCounts(known=1, conflicting=1, conflicting_references=["R-2026-000001"])


def test_a_row_that_the_desk_refuses_is_rejected_with_its_reason(tmp_path: Path, desk: Desk) -> None:
    done = entered(tmp_path, "A,STR,2026-06-01,3,\nB,CRE,2026-06-01,3,\n", desk.scoped(site="CRE"))
    assert done.registration_counts == RegistrationCounts(new=1)
    assert done.rejected_path is not None
    assert "votre accès est limité à CRE" in done.rejected_path.read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "longest"), [("n", 198), ("n" * 100, 99)])
def test_a_reference_too_long_for_the_name_of_the_file_is_rejected(tmp_path: Path, name: str, longest: int) -> None:
    rows = "".join(f"{'R' * size},CRE,2026-06-01,3,\n" for size in (longest, longest + 1, 200) if size <= 200)
    done = entered(tmp_path, rows, factories.new_desk(), name=name)
    assert done.registration_counts == RegistrationCounts(new=1)
    assert done.rejected_path is not None
    assert done.rejected_path.read_text(encoding="utf-8").count(f"une référence de {longest} caractères au plus") == 2


def test_a_name_that_leaves_no_room_for_references_is_refused() -> None:
    with pytest.raises(ValueError, match=r"name: .*; a name of one line, of 100 characters at most"):
        RegistrationTarget(factories.new_desk(), "n" * 101)


def test_a_constant_site_is_enough_to_register(tmp_path: Path, desk: Desk) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("reference,received_at\nA,2026-06-01\n", encoding="utf-8")
    triage, register = Triage(m2_1(), BusinessCalendar.france()), RegistrationTarget(desk, "x")
    triage_file(path, triage, tmp_path / "d.csv", mapping=ColumnMapping(constants={"site": "STD"}), target=register)
    assert [case.site for case in desk.cases.find().cases] == ["STD"]


def test_an_unknown_default_site_is_refused_before_reading(tmp_path: Path) -> None:
    with pytest.raises(UnknownSiteError):
        entered(tmp_path, "A,CRE,2026-06-01,3,\n", factories.new_desk(), default_site="nowhere")


@pytest.mark.parametrize("name", ["", " ", "a\nb", "a" * 201])
def test_a_register_has_a_name_of_one_line(name: str) -> None:
    with pytest.raises(ValueError, match=r"^name: "):
        RegistrationTarget(factories.new_desk(), name)
