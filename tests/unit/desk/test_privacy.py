"""Personal data: access requests in every spelling of a name, erasure after the retention period, and checkpoints."""

from contextlib import suppress
from datetime import date

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reclamation_core.cases import Case, CommandRefusedError, TextKind
from reclamation_core.cases.deadlines import retained_until
from reclamation_core.cases.journal import AnomalyKind
from reclamation_core.desk import Desk
from reclamation_core.plans import PlanScope
from reclamation_core.policy import Policy, PolicyBook, UnknownEditionError, m2_1
from reclamation_core.ports import CaseQuery
from reclamation_core.testing.builders import FakeClock
from reclamation_core.vocabulary import Role
from tests.inside import desk_with, store_of
from tests.unit.desk import factories
from tests.unit.desk.factories import analysed, at, closed, new_desk, registered


def told(desk: Desk, person: str, **given: bool) -> list[tuple[str, int, str, str, str]]:
    return [
        (held.holder, held.number, held.event_type, held.field, held.text)
        for held in desk.personal_data_of(person, **given)
    ]


def test_every_text_of_a_case_that_names_the_person_is_returned(desk: Desk) -> None:
    case = registered(desk, complainant="Mme DÉSIRÉE Roy", verbatim="La salle est froide")
    registered(desk, complainant="M. Ali", verbatim="Le poste est en panne")
    desk.contain(case.reference, measure="un chauffage")
    assert told(desk, "desiree") == [
        (case.reference, 1, "registered", "complainant", "Mme DÉSIRÉE Roy"),
        (case.reference, 1, "registered", "verbatim", "La salle est froide"),
        (case.reference, 2, "containment_taken", "measure", "un chauffage"),
    ]
    assert told(desk, "personne") == []


def test_the_case_of_somebody_else_is_told_apart_from_ones_own(desk: Desk) -> None:
    registered(desk, complainant="Mme Claude Perrin", verbatim="La salle est froide")
    registered(desk, complainant="M. Ali", verbatim="Le rendez-vous avec Claude Perrin, au centre")
    other = registered(desk, complainant="M. Sow", verbatim="Rien").reference
    desk.contain(other, measure="appeler Mme Perrin")
    desk.plan(analysed(desk).reference, factories.sheet(owner="Mme Perrin"))
    found = [(held.text, held.relation.value) for held in desk.personal_data_of("perrin")]

    assert found == [
        ("Mme Claude Perrin", "author"),
        ("La salle est froide", "author"),
        ("M. Ali", "other"),
        ("Le rendez-vous avec Claude Perrin, au centre", "cited"),
        ("M. Sow", "other"),
        ("Rien", "other"),
        ("appeler Mme Perrin", "cited"),
        ("Mme Perrin", "plan"),
    ]
    assert desk.acting("Mme Perrin").contain(other, measure="un chauffage").version == 3
    actors = [held for held in desk.personal_data_of("perrin", as_actor=True) if held.relation.value == "actor"]
    assert [held.text for held in actors] == ["Mme Perrin"]


def test_events_recorded_by_the_person_are_returned_on_request(desk: Desk) -> None:
    case = registered(desk.acting("M. Petit", Role.AQ))
    desk.plan(analysed(desk).reference, factories.sheet())
    desk.acting("M. Petit").pgaac("CRE").progress("A-1")
    assert [held for held in told(desk, "petit") if held[3] == "by"] == []
    assert [held for held in told(desk, "petit", as_actor=True) if held[3] == "by"] == [
        (case.reference, 1, "registered", "by", "M. Petit"),
        ("site:CRE", 2, "action_progressed", "by", "M. Petit"),
    ]


def test_a_scoped_desk_returns_texts_inside_its_scope(desk: Desk) -> None:
    registered(desk, "STR", complainant="Mme Roy")
    desk.plan(analysed(desk).reference, factories.sheet(owner="Mme Roy"))
    assert [held[0] for held in told(desk.scoped(site="STR"), "roy", as_actor=True)] == ["R-2026-000001"]
    assert [held[0] for held in told(desk, "roy")] == ["R-2026-000001", "site:CRE"]


def test_an_item_hides_its_text_and_an_empty_name_is_refused(desk: Desk) -> None:
    registered(desk, complainant="Mme Roy")
    assert "Roy" not in repr(desk.personal_data_of("Roy"))
    with pytest.raises(ValueError, match=r"^person: ' '; at least one letter or digit is expected"):
        desk.personal_data_of(" ")


def a_year_later(desk: Desk) -> Desk:
    clock = FakeClock(at(2, month=7).replace(year=2027))
    return Desk(store_of(desk), sites=factories.SITES, clock=clock).acting("Mme Roux", Role.RQR)


def test_only_cases_closed_a_year_ago_are_anonymised(desk: Desk) -> None:
    old = closed(desk, complainant="Mme Durand")
    desk.suspend_retention(closed(desk, complainant="M. Ali").reference, reason="assignation")
    registered(desk, complainant="Mme Ly")
    before = {case.reference: case for case in desk.cases.find().cases}
    assert desk.forget_expired() == ()
    (forgotten,) = a_year_later(desk).forget_expired()
    assert forgotten.reference == old.reference
    assert forgotten.events[-1].role is Role.SYSTEM
    assert [desk.cases.count(CaseQuery(text=text)) for text in ("durand", "ali", "ly")] == [0, 1, 1]
    assert a_year_later(desk).forget_expired() == ()
    for case in desk.cases.find().cases:
        assert unchanged(case) == unchanged(before[case.reference])


def unchanged(case: Case) -> dict[str, object]:
    """Return a case without its texts and the event of their erasure."""
    return attrs.asdict(
        case, recurse=False, filter=lambda field, _: field.name not in {"events", "vault", "anonymised_at"}
    )


def test_retention_lasts_to_the_end_of_its_last_day(desk: Desk) -> None:
    case = closed(desk)
    assert retained_until(case, m2_1()) == date(2027, 7, 1)
    last = at(1, month=7).replace(year=2027)
    assert a_year_later(desk).forget_expired(last.replace(hour=21)) == ()  # 23:00 in Paris
    assert len(a_year_later(desk).forget_expired(last.replace(hour=22))) == 1


def test_open_suspended_and_anonymised_cases_have_no_last_day(desk: Desk) -> None:
    case = closed(desk)
    assert retained_until(registered(desk), m2_1()) is None
    assert retained_until(desk.suspend_retention(case.reference), m2_1()) is None
    desk.resume_retention(case.reference)
    assert retained_until(desk.anonymise(case.reference), m2_1()) is None


@given(st.lists(st.tuples(st.sampled_from(["suspend", "resume", "reopen", "forget"]), st.integers(0, 400)), max_size=8))
def test_forget_expired_erases_all_cases_without_litigation(acts: list[tuple[str, int]]) -> None:
    clock = FakeClock(at(1, month=7))
    desk = new_desk(clock=clock)
    case, other = closed(desk, complainant="Mme Ali"), closed(desk, complainant="Mme Ly")
    for act, days in acts:
        clock.advance(days=days)
        if act == "forget":
            desk.forget_expired()
        with suppress(CommandRefusedError):
            if act == "suspend":
                desk.suspend_retention(case.reference)
            if act == "resume":
                desk.resume_retention(case.reference)
            if act == "reopen":
                desk.reopen(case.reference, reason="encore")
    clock.advance(days=800)
    desk.forget_expired()

    now = desk.cases.get(case.reference)
    held = now.closed_at is None or any(suspension.until is None for suspension in now.suspensions)
    assert held or len(now.vault) == 0
    assert len(desk.cases.get(other.reference).vault) == 0


def test_a_case_of_an_unknown_edition_is_reported_after_the_others() -> None:
    first = attrs.evolve(m2_1(), in_force_until=date(2026, 6, 1))
    bis = Policy(edition="M2-1-bis", in_force_from=date(2026, 6, 2))
    desk = new_desk(policy=PolicyBook([first, bis]))
    strange = [closed(desk, received_at=at(day)) for day in (2, 3)]
    known = closed(desk, complainant="Mme Ali")
    again = desk_with(a_year_later(desk), policies=PolicyBook([first, attrs.evolve(bis, edition="2027")]))

    with pytest.raises(UnknownEditionError, match="'M2-1-bis' is not in the book, which has M2-1, 2027;") as refused:
        again.forget_expired()
    assert (refused.value.edition, refused.value.editions) == ("M2-1-bis", ("M2-1", "2027"))
    assert [case.reference in "".join(refused.value.__notes__) for case in (*strange, known)] == [True, True, False]
    assert len(desk.cases.get(known.reference).vault) == 0
    with pytest.raises(UnknownEditionError):
        again.sweep()
    assert desk.cases.get(strange[0].reference).alerts == ()


def test_a_checkpoint_accepts_later_events(desk: Desk, case: Case) -> None:
    checkpoint = desk.checkpoint(key=b"0123456789abcdef")
    desk.contain(case.reference, measure="un remplaçant")
    registered(desk)
    assert checkpoint.is_sealed_with(b"0123456789abcdef")
    assert checkpoint.taken_at == at(1, month=7)
    assert desk.examine(checkpoint) == desk.examine() == ()


def test_a_checkpoint_of_another_store_is_not_met() -> None:
    desk, other = new_desk(), new_desk()
    registered(desk)
    registered(other)
    assert desk.checkpoint().seal is None
    assert [finding.kind for finding in other.examine(desk.checkpoint())] == [AnomalyKind.REWRITTEN]
    assert [finding.kind for finding in new_desk().examine(desk.checkpoint())] == [AnomalyKind.VANISHED]


def test_erased_texts_are_not_returned(desk: Desk) -> None:
    case = closed(desk, complainant="Mme Durand", verbatim="Mme Durand a froid")
    desk.anonymise(case.reference, kinds=(TextKind.PERSONAL,))
    assert {held[3] for held in told(desk, "durand")} == {"verbatim", "problem", "reason", "text", "title"}


def holders(desk: Desk, person: str) -> list[str]:
    return list(dict.fromkeys(held.holder for held in desk.personal_data_of(person)))


def test_a_name_is_matched_by_whole_words_of_one_text(desk: Desk) -> None:
    registered(desk, complainant="Mme Leroy", verbatim="Le royaume")
    assert (holders(desk, "roy"), holders(desk, "leroy")) == ([], ["R-2026-000001"])
    registered(desk, complainant="Mme Désirée", verbatim="Je m'appelle Roy")
    assert holders(desk, "Désirée Roy") == []


def test_texts_and_recipients_of_a_plan_that_name_the_person_are_found(desk: Desk) -> None:
    plan, name = desk.pgaac("CRE"), "Mme Désirée Roy, RQR"
    plan.add(factories.sheet(owner=name))
    plan.publish(recipients=(name, "PCS"))
    region = desk.scoped(region="Île-de-France").acting("M. Roy")
    for scope, number in (("CRE", None), ("CRE", 1), (PlanScope.region("Île-de-France"), None)):
        region.reports.send_plan(scope, number, b"", recipients=(name, "PCS"))
    files = [("exports", number, "exported", "recipients", name) for number in (1, 2, 3)]
    plans = [("site:CRE", 1, "action_added", "owner", name), ("site:CRE", 2, "edition_published", "recipients", name)]
    assert told(desk, "roy desiree") == told(region, "roy desiree") == plans + files
    assert told(desk.scoped(site="CRE"), "roy desiree") == plans + files[:2]
    assert told(desk.scoped(site="STR"), "roy", as_actor=True) == []
    assert told(desk, "m roy", as_actor=True) == [
        ("exports", number, "exported", "by", "M. Roy") for number in (1, 2, 3)
    ]


_PARTS = st.lists(st.sampled_from(["jean", "marie", "dupont", "leroy", "roy", "o", "brien", "durand"]), min_size=1)
_JOINTS = st.sampled_from([" ", "  ", "-", "'", "’", "\n", ", ", "\u00a0", "_", " / "])
_CASES = st.sampled_from([str, str.upper, str.title])


@given(asked=_PARTS, there=_PARTS, joint=_JOINTS, other=_JOINTS, turned=_CASES)
def test_a_case_matches_if_one_text_has_every_word(
    asked: list[str], there: list[str], joint: str, other: str, turned: type[str]
) -> None:
    desk = new_desk()
    registered(desk, complainant=turned(f"Mme {joint.join(there)}."))
    assert bool(desk.personal_data_of(other.join(asked))) == all(word in there for word in asked)
