from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from reclamation_core import BusinessCalendar, Channel, Complainant, Nature, Requirement, Site, Sites
from reclamation_core.calendars import OutsideHorizonError
from reclamation_core.simulation import (
    CaseloadProfile,
    InventedComplaint,
    Kind,
    Theme,
    generate_complaints,
    generate_malfunctions,
    generate_records,
    generate_survey_results,
    shipped,
)
from reclamation_core.simulation.profile import ReceiptProfile

SITES = Sites.from_toml(shipped().sites)
DIGEST = "5e37a59135c8ded656cdcc04ca1e448f13a90791152acbb21687b0e41e82b49d"


def calendar_of(complaint: InventedComplaint) -> BusinessCalendar:
    return SITES[complaint.site].calendar() if complaint.site else BusinessCalendar.france()


def test_a_seed_has_the_same_bytes_under_every_python() -> None:
    rows = "\n".join("\t".join(complaint.cells().values()) for complaint in generate_complaints(500, 7))
    assert sha256(rows.encode()).hexdigest() == DIGEST


def test_a_good_note_has_no_theme() -> None:
    profile = CaseloadProfile(kinds={Kind.SURVEY: 1}, unknown={})
    for complaint in generate_complaints(500, 2, profile=profile):
        note = complaint.facts.satisfaction
        is_good = isinstance(note, Decimal) and note >= 7
        assert (complaint.theme is None) is is_good
        assert (complaint.facts.nature is Nature.GENERAL_OPINION) is is_good
        assert complaint.facts.severity_training == 0 or not is_good


def test_what_a_message_is_and_what_is_known_of_it_agree() -> None:
    nothing_unknown = CaseloadProfile(unknown={})
    facts = {kind: set[Any]() for kind in Kind}
    for complaint in generate_complaints(3_000, 5, profile=nothing_unknown):
        known = complaint.facts
        facts[complaint.kind].add((known.nature, known.sold_service, known.requirement is Requirement.NONE))
    assert facts[Kind.COMFORT] == {(Nature.GRIEVANCE, True, True)}
    assert facts[Kind.FREE_EVENT] == {(Nature.GRIEVANCE, False, False)}
    assert facts[Kind.INFORMATION] == {(Nature.INITIAL_INFORMATION_REQUEST, False, True)}
    assert facts[Kind.OPINION] == {(Nature.GENERAL_OPINION, False, True)}
    assert facts[Kind.GRIEVANCE] == {(Nature.GRIEVANCE, True, False)}


def test_a_discrimination_is_about_the_law() -> None:
    profile = CaseloadProfile(unknown={}, themes={Theme.DISCRIMINATION: 1}, kinds={Kind.GRIEVANCE: 1})
    facts = [complaint.facts for complaint in generate_complaints(200, 5, profile=profile)]
    assert {known.requirement for known in facts} == {Requirement.LEGAL}
    assert {known.severity_legal for known in facts} == {1, 2, 3, 4}
    assert {known.severity_financial for known in facts} == {0}


def test_surveys_come_from_trainees_and_companies_under_every_profile() -> None:
    kinds = {Kind.SURVEY: 1.0}
    usual = CaseloadProfile(kinds=kinds, unknown={})
    without = CaseloadProfile(kinds=kinds, unknown={}, complainants={Complainant.FUNDER: 1})
    assert {complaint.facts.complainant for complaint in generate_complaints(200, 1, profile=usual)} == {
        Complainant.TRAINEE,
        Complainant.COMPANY,
    }
    assert {complaint.facts.complainant for complaint in generate_complaints(20, 1, profile=without)} == {
        Complainant.TRAINEE
    }


def test_letters_come_on_days_of_rest_when_the_profile_has_nothing_else() -> None:
    profile = CaseloadProfile(
        days=1, unknown={}, kinds={Kind.GRIEVANCE: 1}, channels={Channel.PHONE: 1, Channel.EMAIL: 0}
    )
    (complaint,) = generate_complaints(1, 1, profile=profile, until=date(2026, 5, 3))
    assert complaint.facts.channel is Channel.PHONE


def test_all_sites_given_receive_complaints_and_no_other() -> None:
    sites = Sites(Site(code=code, name=code, region="Ici") for code in ("UN", "DEUX"))
    assert {complaint.site for complaint in generate_complaints(300, 1, sites=sites)} == {"UN", "DEUX", ""}


def test_references_number_the_complaints_in_the_order_of_receipt_at_the_centre() -> None:
    complaints = list(generate_complaints(300, 4))
    wall_clock = [
        complaint.facts.received_at.astimezone(calendar_of(complaint).zone).replace(tzinfo=None)
        for complaint in complaints
    ]
    assert [complaint.reference for complaint in complaints][::299] == ["M-2026-0001", "M-2026-0300"]
    assert wall_clock == sorted(wall_clock)


def test_number_0_invents_no_complaint() -> None:
    assert list(generate_complaints(0, 0)) == []


@pytest.mark.parametrize("wrong", [-1, 1.0, True, "5"])
def test_a_number_and_a_seed_are_whole_and_not_negative(wrong: Any) -> None:
    with pytest.raises(ValueError, match=r"number: .*; a whole number is expected, from 0 on"):
        generate_complaints(wrong, 1)
    with pytest.raises(ValueError, match=r"seed: .*; give a whole number, 0 or more"):
        generate_complaints(1, wrong)


def test_sites_and_days_that_cannot_be_are_refused_at_the_call() -> None:
    with pytest.raises(ValueError, match="sites: it is empty; give at least one"):
        generate_complaints(1, 1, sites=Sites())
    with pytest.raises(TypeError, match="until: "):
        generate_complaints(1, 1, until="2026-05-19")  # type: ignore[arg-type]
    with pytest.raises(OutsideHorizonError):
        generate_complaints(1, 1, until=date(1990, 1, 5))


@pytest.mark.parametrize(
    "generate", [generate_complaints, generate_records, generate_survey_results, generate_malfunctions]
)
def test_sites_and_profiles_are_such(generate: Any) -> None:
    with pytest.raises(TypeError, match="sites: a Sites is expected, got a str"):
        generate(1, 1, sites="METZ")
    with pytest.raises(TypeError, match=r"profile: a \w+Profile is expected, got a dict"):
        generate(1, 1, profile={})
    with pytest.raises(TypeError, match=r"profile: a \w+Profile is expected, got a ReceiptProfile"):
        generate(1, 1, profile=ReceiptProfile())


@pytest.mark.parametrize(
    "generate", [generate_complaints, generate_records, generate_survey_results, generate_malfunctions]
)
def test_without_a_number_as_many_come_as_the_sites_receive(generate: Any) -> None:
    numbers = [sum(1 for _ in generate(None, seed)) for seed in range(5)]
    # Twelve sites of one every other working day, over 37 days that end on 19 May 2026.
    assert len(set(numbers)) > 1
    assert all(100 < number < 250 for number in numbers)
