"""An edition changed under its name is detected, and decides no case registered under the original."""

from datetime import date
from typing import Any

import attrs
import pytest

from reclamation_core import policy
from reclamation_core.calendars import DeadlineRule
from reclamation_core.cases import Case, LinkKind, case_document, read_case, read_vault, vault_document
from reclamation_core.desk import Desk
from tests.inside import desk_with, store_of
from tests.unit.desk import factories
from tests.unit.desk.examples import EVENT_OF, VERBS
from tests.unit.desk.factories import at, new_desk

SHORTER = policy.Policy(
    edition="M2-1", parameters=policy.Parameters(retention=policy.RetentionParameters(active_months=1))
)
STRICTER = policy.Policy(edition="M2-1", parameters=policy.Parameters(survey=policy.SurveyParameters(threshold=7)))


def knowing(desk: Desk, *editions: policy.Policy, **changes: Any) -> Desk:
    """Return the same desk with other editions."""
    return desk_with(desk, policies=policy.PolicyBook(editions), **changes)


JUDGED = [command for command, event in EVENT_OF.items() if event.requires.policy and command != "link"]


def test_the_rules_of_a_case_have_the_digest_of_its_edition() -> None:
    assert factories.registered(new_desk()).terms.digest == policy.m2_1().digest


@pytest.mark.parametrize("command", JUDGED)
def test_a_changed_edition_refuses_commands(command: str, desk: Desk, case: Case) -> None:
    factories.registered(desk, source="m-2")
    changed = knowing(desk, STRICTER)
    with pytest.raises(policy.ChangedEditionError) as refused:
        VERBS[command](changed, case.reference)
    assert (refused.value.case, refused.value.edition) == ("R-2026-000001", "M2-1")
    assert desk.cases.get(case.reference) == case


def test_a_changed_edition_refuses_a_link(desk: Desk) -> None:
    case, other = factories.registered(desk), factories.registered(desk, source="m-2")
    with pytest.raises(policy.ChangedEditionError):
        knowing(desk, STRICTER).link(case.reference, kind=LinkKind.SAME_CAUSE_AS, to=other.reference)


def test_a_new_case_follows_the_changed_edition(desk: Desk) -> None:
    factories.registered(desk)
    assert factories.registered(knowing(desk, STRICTER), source="m-2").terms.digest == STRICTER.digest


def test_reading_listing_and_exporting_need_no_edition(desk: Desk) -> None:
    case = factories.registered(desk, complainant="Mme Durand")
    changed = knowing(desk, STRICTER)
    assert (changed.cases.get(case.reference), changed.cases.count()) == (case, 1)
    assert [answer.case for answer in changed.agenda(date(2026, 12, 31)).answers] == [case.reference]
    assert [found.text for found in changed.personal_data_of("Durand")] == ["Mme Durand"]
    assert list(changed.verify()) == []
    assert case_document(changed.cases.get(case.reference)) == case_document(case)


def test_the_agenda_has_no_question_under_a_changed_edition(desk: Desk) -> None:
    desk.register(factories.facts(requirement=None), site="CRE", occurred_at=at(1))
    assert desk.agenda(date(2026, 12, 31)).answers[0].question is not None
    assert knowing(desk, STRICTER).agenda(date(2026, 12, 31)).answers[0].question is None


def test_a_shortened_retention_erases_nothing_and_raises_at_the_end(desk: Desk) -> None:
    old = factories.closed(desk, complainant="Mme Durand")
    changed = knowing(desk, SHORTER, clock=factories.FakeClock(at(1, month=9)))
    new = factories.closed(changed, complainant="M. Petit", source="m-2", received_at=at(1, month=7))
    later = knowing(desk, SHORTER, clock=factories.FakeClock(at(1, month=11)))
    with pytest.raises(policy.ChangedEditionError, match=old.reference):
        later.forget_expired()
    assert len(desk.cases.get(old.reference).vault) > 0
    assert len(desk.cases.get(new.reference).vault) == 0
    with pytest.raises(policy.ChangedEditionError, match=old.reference):
        later.sweep()


@pytest.mark.parametrize("editions", [(SHORTER,), (policy.Policy(edition="2027"),)], ids=["changed", "missing"])
def test_anonymisation_and_litigation_need_no_edition(editions: tuple[policy.Policy, ...], desk: Desk) -> None:
    case = factories.closed(desk, complainant="Mme Durand")
    without = knowing(desk, *editions)
    [(_, missing)] = without.reports.case(case.reference).data_tables[1].records
    assert "la version « M2-1 » de la procédure" in missing.fr, "which the file of the case states"
    assert without.suspend_retention(case.reference, reason="assignation").suspensions
    with pytest.raises(ValueError, match="suspended for litigation"):
        without.anonymise(case.reference)
    without.resume_retention(case.reference)
    assert len(without.anonymise(case.reference).vault) == 0
    with pytest.raises((policy.ChangedEditionError, policy.UnknownEditionError)):
        without.reopen(case.reference, reason="encore")


def test_guards_of_anonymisation_apply_without_an_edition(desk: Desk, case: Case) -> None:
    with pytest.raises(ValueError, match="case is not closed"):
        knowing(desk, SHORTER).anonymise(case.reference)


def test_an_edition_with_an_end_date_is_unchanged(desk: Desk, case: Case) -> None:
    ended = attrs.evolve(policy.m2_1(), in_force_until=date(2026, 6, 30))
    follows = policy.Policy(edition="2027", in_force_from=date(2026, 7, 1))
    assert knowing(desk, ended, follows).acknowledge(case.reference).acknowledged_at is not None


def test_a_case_without_a_digest_is_not_checked() -> None:
    case = factories.registered(new_desk())
    document = case_document(case)
    registered = document["events"][0]["data"]
    registered["version"] = 1
    del registered["terms"]["digest"]
    old = read_case(document, read_vault(vault_document(case.vault)))
    elsewhere = new_desk(policy=STRICTER)
    with store_of(elsewhere).unit_of_work() as unit:
        unit.cases.add(old)
        unit.commit()
    assert old.terms == attrs.evolve(case.terms, digest=None)
    assert elsewhere.acknowledge(old.reference).acknowledged_at is not None


def test_a_corrected_receipt_has_the_rules_in_force_on_its_day() -> None:
    desk = new_desk(policy=policy.PolicyBook([attrs.evolve(policy.m2_1(), in_force_from=date(2026, 1, 1))]))
    case = factories.registered(desk)
    moved: Case = desk.correct(case.reference, reason="cachet", received_at=at(1, 8))
    assert moved.terms == case.terms
    older = policy.Policy(
        edition="2025", parameters=policy.Parameters(deadline=DeadlineRule(days=5)), in_force_until=date(2026, 5, 31)
    )
    book = policy.PolicyBook([older, attrs.evolve(policy.m2_1(), in_force_from=date(2026, 6, 1))])
    desk = new_desk(policy=book)
    case = factories.registered(desk)
    moved = desk.correct(case.reference, reason="cachet", received_at=at(28, month=5))
    assert (moved.terms.edition, moved.terms.digest) == ("2025", older.digest)
