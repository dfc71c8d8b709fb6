"""Who follows a case, and internal notes: personal and free texts, which are erased with the others."""

import json
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from reclamation_core.adapters import InMemoryStore
from reclamation_core.cases import ClosingReason, CommandRefusedError, CommandType, TextKind
from reclamation_core.desk import Desk
from reclamation_core.errors import FaultsError
from reclamation_core.policy import Parameters, Policy, RoleParameters
from reclamation_core.ports import CaseQuery, Store
from reclamation_core.reporting import (
    LetterFormat,
    LetterKind,
    ReportFormat,
    calendar_bytes,
    letter_bytes,
    report_bytes,
)
from reclamation_core.reporting.report import display
from reclamation_core.vocabulary import Role
from tests.databases import memory_store
from tests.unit.desk.factories import SITES, FakeClock, at, closed, facts, new_desk, registered
from tests.unit.integrations.test_unread_names import contents
from tests.unit.reporting.tampering import verify
from tests.unit.reporting.test_letters import SETTINGS


def test_an_assignment_lasts_until_it_ends_or_another_unit_handles_the_case(desk: Desk) -> None:
    case = registered(desk).reference

    assert desk.assign(case, to="m.klein").read(desk.cases.get(case).assigned_to) == "m.klein"
    imposed = desk.reroute(case, handling_unit="CRE", level="national", reason="enjeu", occurred_at=at(1))
    assert imposed.assigned_to is not None
    assert desk.reroute(case, handling_unit="STD").assigned_to is None
    again = desk.assign(case, to="m.klein").version
    with pytest.raises(CommandRefusedError, match="assigned to that person already"):
        desk.assign(case, to="m.klein")
    assert desk.assign(case, to="m.petit").version == again + 1
    desk.unassign(case)
    with pytest.raises(CommandRefusedError, match="assigned to nobody"):
        desk.unassign(case)
    assert [one.sentence for one in desk.cases.get(case).timeline()][1] == "confié à m.klein"


@pytest.mark.parametrize("new_store", [InMemoryStore, memory_store])
def test_an_erasure_takes_the_assignment_out_of_lists_and_searches(new_store: Callable[[], Store]) -> None:
    store = new_store()
    desk = Desk(store, sites=SITES, clock=FakeClock(at(1, month=7)), clock_limit=None).acting("Mme Roux", Role.RQR)
    case = registered(desk).reference
    desk.assign(case, to="m.klein")
    desk.withdraw(case)
    desk.close(case, reason=ClosingReason.WITHDRAWN)
    assert desk.cases.count(CaseQuery(assigned_to="m.klein")) == 1
    desk.anonymise(case, kinds=(TextKind.PERSONAL,))
    assert desk.cases.count(CaseQuery(assigned_to="m.klein")) == 0
    assert desk.cases.summaries().summaries[0].assigned_to is None
    assert desk.personal_data_of("m klein", as_actor=True) == ()
    store.close()


def test_the_right_of_access_has_notes_and_assignments(desk: Desk) -> None:
    case = registered(desk).reference
    desk.assign(case, to="m.klein")
    desk.add_note(case, text="Mme Durand rappelle mardi")
    assert "to" in [item.field for item in desk.personal_data_of("m.klein", as_actor=True)]
    assert "text" in [item.field for item in desk.personal_data_of("Durand")]


@pytest.mark.parametrize("notes", [False, True])
def test_an_audit_file_has_internal_notes_if_they_are_asked_for(notes: bool, tmp_path: Path, desk: Desk) -> None:
    case = registered(desk, verbatim="le client habite loin").reference
    desk.add_note(case, text="zanzibar")
    desk.assign(case, to="m.klein")
    desk.reports.audit(tmp_path / "preuves.zip", case=case, texts=True, notes=notes)
    assert verify(tmp_path / "preuves.zip")[0] == 3
    with zipfile.ZipFile(tmp_path / "preuves.zip") as archive:
        files = {name: archive.read(name).decode() for name in archive.namelist()}
    chain = next(json.loads(text) for name, text in files.items() if name.endswith(f"{case}.json"))
    shown = sorted(one["text"] for one in chain["texts"].values())
    assert shown == ["le client habite loin", *(["zanzibar"] if notes else [])]
    assert [name for name, text in files.items() if "zanzibar" in text and not notes] == []
    assert [name for name, text in files.items() if "m.klein" in text] == []


@pytest.mark.slow
def test_an_internal_note_is_in_nothing_that_a_complainant_gets() -> None:
    """The file of a case for agents has notes, under their name; letters, calendars and other files never do."""
    note, written = "zanzibar", set[LetterKind]()
    handled, outside = new_desk(), new_desk()
    closed(handled)
    asked = registered(handled)
    handled.request_information(asked.reference, question="Quel jour ?")
    message = outside.register(facts(nature="initial_information_request"), site="CRE", complainant="M. Ali")
    for desk, case in ((handled, "R-2026-000001"), (handled, asked.reference), (outside, message.reference)):
        desk.add_note(case, text=note)
        reports, files = desk.reports, list[bytes]()
        for kind in LetterKind:
            with suppress(FaultsError):
                to: dict[str, Any] = (
                    {"redirected_to": "accueil", "redirection": "internal"} if kind is LetterKind.REDIRECTION else {}
                )
                letter = reports.letter(case, kind, SETTINGS, **to)
                files += (letter_bytes(letter, one) for one in (LetterFormat.TEXT, LetterFormat.DOCX))
                written.add(kind)
        files += (desk.explain(case, audience="complainant").text.encode(), desk.worklist().to_text().encode())
        files.append(calendar_bytes(reports.calendar()))
        for one in (ReportFormat.JSON, ReportFormat.HTML):
            files += (report_bytes(reports.case(case), one), report_bytes(reports.register(texts=True), one))
        assert [content for content in files if note in "".join(contents(content))] == []
        report = reports.case(case, texts=True)
        rows = [
            " ".join(display(one, "fr", report.zone) for one in row) for table in report.tables for row in table.rows()
        ]
        assert [one for one in rows if note in one]
        assert [one for one in rows if note in one and "note interne" not in one.casefold()] == []
    assert written == set(LetterKind)


def test_a_role_that_reads_no_names_cannot_guess_who_follows_a_case() -> None:
    roles = RoleParameters(reads_names=(Role.RQR,))
    desk = new_desk(policy=Policy(edition="2027", parameters=Parameters(roles=roles)))
    case = desk.assign(registered(desk).reference, to="m.klein")
    unit = desk.acting("M. Petit", Role.HANDLING_UNIT)
    versions = [unit.assign(case.reference, to=to).version for to in ("m.klein", "m.blanc", "m.blanc")]
    assert versions == [case.version + 1, case.version + 2, case.version + 3]


def test_the_right_of_access_finds_each_end_of_an_assignment_by_its_actor(desk: Desk) -> None:
    case = registered(desk).reference
    unit = desk.acting("m.klein", Role.HANDLING_UNIT)
    unit.assign(case, to="m.klein")
    unit.unassign(case)
    found = [(item.event_type, item.field) for item in desk.personal_data_of("m.klein", as_actor=True)]
    assert found.count(("assigned", "to")) == 1
    assert {("assigned", "by"), ("unassigned", "by")} <= set(found)


def test_a_role_that_reads_no_names_may_enter_that_of_a_sender_and_reads_none() -> None:
    roles = RoleParameters(reads_names=(Role.RQR,))
    desk = new_desk(policy=Policy(edition="2027", parameters=Parameters(roles=roles)))
    case = registered(desk, complainant=None).reference
    unit = desk.acting("M. Petit", Role.HANDLING_UNIT)
    after = unit.identify_complainant(case, complainant="Mme Ly")
    assert (after.read(after.complainant), desk.cases.get(case).read(after.complainant)) == ("[nom]", "Mme Ly")
    with pytest.raises(CommandRefusedError) as refused:
        unit.identify_complainant(case, complainant="Mme Ly")
    again = unit.correct_complainant(case, complainant="Mme Ly", reason="relu")  # whether it changes is not revealed
    assert unit.form(CommandType.CORRECT_COMPLAINANT, case).fields[0].values == ()
    told = [(one.sentence, one.changes) for one in again.timeline()]
    assert (told[-1][1][0].before, told[-1][1][0].after) == ("[nom]", "[nom]")
    shown = [again.to_document(texts=True), told, refused.value, unit.cases.summaries().summaries]
    assert [one for one in map(str, shown) if "Ly" in one] == []


def test_a_sender_is_identified_in_an_open_case_and_once(desk: Desk) -> None:
    case = registered(desk, complainant=None).reference
    for version in (3, 7):
        desk.withdraw(case)
        desk.close(case, reason=ClosingReason.WITHDRAWN)
        with pytest.raises(CommandRefusedError, match="reopen it first"):
            desk.identify_complainant(case, complainant="Mme Ly")
        assert desk.reopen(case, reason="elle écrit").version == version + 1
        if version == 3:
            desk.identify_complainant(case, complainant="Mme Ly")
    with pytest.raises(CommandRefusedError, match="known already"):
        desk.identify_complainant(case, complainant="Mme Ly")
