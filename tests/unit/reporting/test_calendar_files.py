"""Calendar files: the entries of cases and plans worked by hand, what each act changes, and what a client reads."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import attrs
import icalendar
import pytest

from reclamation_core import CaseQuery, Desk, FaultsError
from reclamation_core.cases import AnswerDecision, ClosingReason
from reclamation_core.plans import Effectiveness
from reclamation_core.reporting import DueEntry, DueKind, calendar_bytes, save_calendar
from tests.unit.desk import factories
from tests.unit.desk.factories import SUSPENDING, FakeClock, analysed, at, facts, new_desk, sheet


def entries(desk: Desk, **given: Any) -> dict[str, DueEntry]:
    """Return the entries of a desk by their identifiers, the ended ones too."""
    found = desk.reports.calendar(ended_since=date(2000, 1, 1), **given).entries
    assert len({entry.uid for entry in found}) == len(found)
    return {entry.uid: entry for entry in found}


def of(kind: DueKind, desk: Desk) -> DueEntry:
    [entry] = [entry for entry in entries(desk).values() if entry.kind is kind]
    return entry


def read(content: bytes) -> list[Any]:
    return list(icalendar.Calendar.from_ical(content).walk("VEVENT"))


def test_an_answer_is_due_on_a_whole_day_with_two_alarms() -> None:
    desk = new_desk(at(3))
    factories.registered(desk, complainant="Awa Durand", verbatim="la salle est froide")
    calendar = desk.reports.calendar()
    # Received on Monday 1 June 2026: due on Monday 15 June, and soon two business days before, on Thursday 11 June.
    [entry] = calendar.entries
    assert (entry.kind, entry.subject.fr, entry.due, entry.soon) == (
        DueKind.ANSWER,
        "R-2026-000001",
        date(2026, 6, 15),
        date(2026, 6, 11),
    )
    content = calendar_bytes(calendar)
    [event] = read(content)
    assert event["SUMMARY"] == "Réponse à donner\xa0: R-2026-000001"
    assert event["DTSTART"].dt == date(2026, 6, 15)
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert "DTEND" not in event  # RFC 5545, 3.6.1: the whole day of DTSTART
    assert (event["STATUS"], event["TRANSP"], event["SEQUENCE"]) == ("CONFIRMED", "TRANSPARENT", 1)
    assert event["CATEGORIES"].to_ical() == "Réponse à donner".encode()
    assert event["UID"].endswith("@reclamation-core.invalid")
    assert event["DTSTAMP"].dt == at(3)
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(days=-4, hours=9), timedelta(hours=9)]
    assert b"Durand" not in content
    assert b"froide" not in content
    sooner = attrs.evolve(calendar, entries=(attrs.evolve(entry, soon=date(2026, 6, 14)),))
    assert b"TRIGGER:-PT15H" in calendar_bytes(sooner)


def test_the_file_says_what_it_is() -> None:
    content = calendar_bytes(new_desk(at(3)).scoped(site=("STD", "CRE")).reports.calendar())
    file: Any = icalendar.Calendar.from_ical(content)
    assert (file["VERSION"], file["METHOD"], file["CALSCALE"]) == ("2.0", "PUBLISH", "GREGORIAN")
    for name in ("NAME", "X-WR-CALNAME"):  # a TEXT, whose comma is escaped
        assert f"\r\n{name}:Échéances des réclamations\\, Créteil\\, Stains\r\n".encode() in content
    assert b"\r\nREFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in content


def test_a_reopened_case_has_a_new_entry_and_the_answered_one_stays_cancelled() -> None:
    clock = FakeClock(at(3))
    desk = new_desk(clock=clock)
    reference = factories.planned_nothing(desk).reference
    [before] = entries(desk).values()
    clock.set(at(12))
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text="Madame", recourse=True)
    [answered] = entries(desk).values()
    assert answered == attrs.evolve(before, is_cancelled=True, sequence=before.sequence + 1, changed_at=at(12))
    assert desk.reports.calendar().entries == ()
    desk.close(reference, reason=ClosingReason.ANSWERED)
    clock.set(at(16))
    desk.reopen(reference, reason="une pièce nouvelle")
    assert entries(desk)[before.uid].is_cancelled
    [new] = desk.reports.calendar().entries
    assert new.uid != before.uid
    assert new.due == date(2026, 6, 30)


def test_a_suspended_clock_cancels_the_entry_and_its_end_moves_it() -> None:
    clock = FakeClock(at(3))
    desk = new_desk(clock=clock, policy=SUSPENDING)
    reference = factories.registered(desk).reference
    before = of(DueKind.ANSWER, desk)
    desk.suspend_deadline(reference, reason="une pièce")
    assert of(DueKind.ANSWER, desk).is_cancelled
    clock.set(at(8))
    desk.resume_deadline(reference)
    after = of(DueKind.ANSWER, desk)
    assert (after.uid, after.is_cancelled) == (before.uid, False)
    # Wednesday 3, Thursday 4 and Friday 5 June do not count.
    assert after.due == date(2026, 6, 18)


def test_information_is_awaited_until_it_is_known_or_asked_for_again() -> None:
    desk = new_desk(at(10))
    case = desk.register(factories.facts(nature=None), site="CRE", occurred_at=at(1))
    desk.request_information(case.reference, "nature", occurred_at=at(4))
    first = of(DueKind.INFORMATION, desk)
    assert (first.due, first.is_cancelled) == (date(2026, 6, 15), False)
    desk.request_information(case.reference, question="Quand ?", occurred_at=at(5))
    kinds = [entry for entry in entries(desk).values() if entry.kind is DueKind.INFORMATION]
    assert sorted((entry.uid == first.uid, entry.is_cancelled) for entry in kinds) == [(False, False), (True, True)]
    desk.complete_facts(case.reference, nature="grievance")
    kinds = [entry for entry in entries(desk).values() if entry.kind is DueKind.INFORMATION]
    assert all(entry.is_cancelled for entry in kinds)


def test_a_check_moves_with_its_action_and_ends_with_its_evaluation() -> None:
    desk = new_desk(at(12))
    plan = desk.pgaac("CRE")
    plan.add(factories.sheet("A-1", origin="watch", check_on=date(2026, 6, 20)))
    before = of(DueKind.CHECK, desk)
    assert before.subject.fr == "A-1 (centre Créteil)"
    assert (before.due, before.soon, before.sequence) == (date(2026, 6, 20), None, 1)
    plan.amend("A-1", reason="plus tard", check_on=date(2026, 7, 20))
    after = of(DueKind.CHECK, desk)
    assert (after.uid, after.due, after.sequence) == (before.uid, date(2026, 7, 20), 2)
    [event] = read(calendar_bytes(desk.reports.calendar()))
    assert [alarm["TRIGGER"].dt for alarm in event.walk("VALARM")] == [timedelta(hours=9)]
    plan.amend("A-1", reason="sans date", check_on=None)
    assert of(DueKind.CHECK, desk).is_cancelled
    plan.amend("A-1", reason="avec", check_on=date(2026, 7, 21))
    plan.progress("A-1")
    plan.finish("A-1", evidence="la liste")
    plan.judge("A-1", Effectiveness.EFFECTIVE, why="aucune absence")
    ended = of(DueKind.CHECK, desk)
    assert (ended.uid, ended.is_cancelled, ended.sequence) == (before.uid, True, 7)
    assert desk.reports.calendar(checks=False, ended_since=date(2000, 1, 1)).entries == ()


def test_cancellations_are_written_apart_for_a_client_that_imported_the_entries() -> None:
    desk = new_desk(at(12))
    factories.answered(desk)
    factories.registered(desk)
    calendar = desk.reports.calendar(ended_since=date(2026, 6, 12))
    assert [event["STATUS"] for event in read(calendar_bytes(calendar))] == ["CANCELLED", "CONFIRMED"]
    content = calendar_bytes(calendar, cancellations=True)
    assert icalendar.Calendar.from_ical(content)["METHOD"] == "CANCEL"
    [event] = read(content)
    assert (event["STATUS"], event.walk("VALARM")) == ("CANCELLED", [])
    assert desk.reports.calendar(ended_since=date(2026, 6, 13)).entries == desk.reports.calendar().entries


def test_a_calendar_has_the_scope_and_the_query_of_its_desk() -> None:
    desk = new_desk(at(3))
    factories.registered(desk, "CRE")
    factories.registered(desk, "STR")
    assert len(desk.scoped(site="STR").reports.calendar().entries) == 1
    assert len(desk.reports.calendar(CaseQuery(sites={"CRE"})).entries) == 1
    assert desk.reports.calendar(CaseQuery(due_until=date(2026, 6, 14))).entries == ()
    wrong: Any = "CRE"
    with pytest.raises(TypeError, match="query"):
        desk.reports.calendar(wrong)


def test_another_domain_has_other_identifiers() -> None:
    desk = new_desk(at(3))
    factories.registered(desk)
    [own] = desk.reports.calendar(domain="centre.example.org").entries
    [other] = desk.reports.calendar().entries
    assert own.uid.endswith("@centre.example.org")
    assert own.uid.partition("@")[0] != other.uid.partition("@")[0]


def test_equal_calendars_are_equal_bytes_and_saved_whole(tmp_path: Path) -> None:
    desk = new_desk(at(3))
    factories.registered(desk)
    content = calendar_bytes(desk.reports.calendar(), "en")
    assert save_calendar(desk.reports.calendar(), tmp_path / "a.ics", "en").read_bytes() == content
    assert read(content)[0]["SUMMARY"] == "Answer due: R-2026-000001"


def test_a_check_on_the_last_day_of_the_calendar_has_an_entry() -> None:
    desk = new_desk(at(12))
    factories.add_as_stored(desk.pgaac("CRE"), factories.sheet("A-1", origin="watch", check_on=date.max))
    [event] = read(calendar_bytes(desk.reports.calendar()))
    assert event["DTSTART"].dt == date.max


def test_a_calendar_with_a_limit_has_what_is_due_first() -> None:
    desk = new_desk(at(20))
    for number in range(5):
        desk.register(facts(received_at=at(10 - number)), site="CRE")
    add_actions(desk)
    whole, limited = desk.reports.calendar(), desk.reports.calendar(limit=2)
    for kind in (DueKind.ANSWER, DueKind.CHECK):
        found = [entry for entry in whole.entries if entry.kind is kind]
        assert len(found) > 2
        assert [entry for entry in limited.entries if entry.kind is kind] == found[:2]
    with pytest.raises(FaultsError, match="limit"):
        desk.reports.calendar(limit=0)


def test_the_tag_of_a_calendar_changes_with_its_bytes() -> None:
    desk = new_desk(at(20))
    known: dict[str, bytes] = {}

    def observe() -> None:
        for seen in (desk, desk.scoped(site="CRE"), desk.scoped(site="STR")):
            for limit in (1, 500):
                tag = seen.reports.calendar_tag(limit=limit)
                content = calendar_bytes(seen.reports.calendar(limit=limit))
                assert known.setdefault(tag, content) == content

    observe()
    case = analysed(desk)
    observe()
    desk.plan(case.reference, sheet("A-1"))
    observe()
    desk.request_information(case.reference, question="Quel jour ?")
    observe()
    add_actions(desk)
    observe()
    desk.answer(case.reference, decision="founded", text="Madame, un formateur est là.")
    observe()
    before = len(known)
    observe()
    assert len(known) == before
    assert len(set(known.values())) > 5


def add_actions(desk: Desk) -> None:
    """Add three actions that are checked on different days."""
    for number in range(3):
        desk.pgaac("CRE").add(sheet(f"B-{number}", check_on=date(2026, 9, 10 - number)))
