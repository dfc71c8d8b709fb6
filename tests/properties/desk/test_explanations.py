"""A case explains itself: the outcomes are those that are stored with it, in every language and for every audience."""

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reclamation_core.calendars.codes import DeadlineStatus
from reclamation_core.cases import Case, CaseKind
from reclamation_core.cases.events import CASE_EVENTS
from reclamation_core.cases.explanation import CaseExplanation, explain
from reclamation_core.codes import Audience
from reclamation_core.desk import Desk
from reclamation_core.errors import InternalTextError
from reclamation_core.policy import UnknownEditionError
from reclamation_core.vocabulary import Eligibility, Level
from reclamation_core.wording import day_text
from tests.inside import context_of, store_of
from tests.properties.desk.lived_cases import lived_desk
from tests.unit.desk import factories

SEEDS = st.integers(0, 7)


def outcome(explanation: CaseExplanation, name: str) -> str | None:
    found = explanation.decision(name)
    assert found is not None
    assert (found.label is None) == (found.outcome is None)
    return found.outcome


def code(member: Any) -> str | None:
    return None if member is None else member.value


def latest_override(case: Case) -> Any:
    """The last transfer that imposed a level, read from the history by hand."""
    transfers = [event for event in case.history if event.type == "rerouted"]
    return transfers[-1] if transfers and getattr(transfers[-1].data, "override", False) else None


def check_decisions(case: Case, found: CaseExplanation) -> None:
    if case.kind is CaseKind.COMPLAINT:
        assert outcome(found, "eligibility") == code(case.eligibility)
    if case.eligibility is not Eligibility.OUT_OF_SCOPE:
        assert outcome(found, "risk") == code(case.verdict.band)
        assert outcome(found, "complexity") == code(case.verdict.complexity)
    if case.eligibility is not Eligibility.OUT_OF_SCOPE or case.level_override is not None:
        assert outcome(found, "level") == code(case.level)


def check_level(case: Case, found: CaseExplanation) -> None:
    level, transfer = found.decision("level"), latest_override(case)
    imposed = None if level is None else level.imposed
    assert (imposed is None) == (transfer is None)
    if level is not None and imposed is not None:
        assert (imposed.by_role, imposed.level) == (transfer.role, case.level)
        assert imposed.reason == case.read(transfer.data.reason)
        assert level.reasons == ()
        assert imposed.reason is None or imposed.reason in level.text
        assert "M2-1" not in level.text


def check_deadline(case: Case, found: CaseExplanation) -> None:
    deadline, explained = case.deadline, found.deadline
    assert (explained is None) == (deadline is None)
    if explained is not None and deadline is not None:
        assert explained.due == deadline.due
        assert [day.counted for day in explained.ledger if day.counted] == list(range(1, deadline.rule.days + 1))
        assert explained.ledger[-1].day == deadline.due
        assert explained.is_suspended == case.is_deadline_suspended
        assert (explained.status is DeadlineStatus.MET) <= (explained.answered_on is not None)
        assert case.awaited_on in {None, explained.due}
        assert (case.awaited_on is None) <= (explained.status in {None, DeadlineStatus.MET, DeadlineStatus.MET_LATE})


@pytest.mark.slow
@given(seed=SEEDS, data=st.data())
def test_the_explained_outcomes_are_those_of_the_case(seed: int, data: st.DataObject) -> None:
    desk = lived_desk(seed)
    case = data.draw(st.sampled_from(desk.cases.find().cases))
    lang: Any = data.draw(st.sampled_from(["fr", "en"]))
    found = desk.explain(case.reference, lang)
    check_decisions(case, found)
    check_level(case, found)
    check_deadline(case, found)
    assert len(found.revisions) == sum(event.type == "facts_corrected" for event in case.events)
    assert [line for part in found.text.split("\n\n") for line in part.splitlines() if not line.strip()] == []


@pytest.mark.slow
def test_lived_cases_reach_what_is_to_be_explained() -> None:
    cases = [case for seed in range(8) for case in lived_desk(seed).cases.find().cases]
    assert {case.eligibility for case in cases} == {None, *Eligibility}
    assert any(case.level_override is not None for case in cases)
    assert any(case.is_deadline_suspended for case in cases)
    assert any(len(case.answer_cycles) > 1 for case in cases)
    assert any(event.type == "facts_corrected" for case in cases for event in case.events)
    assert any(case.kind is CaseKind.MALFUNCTION for case in cases)


@pytest.mark.parametrize(("lang", "line", "anew"), [
    ("fr", "Le délai a été suspendu du 03/06/2026 au 05/06/2026.",
        "Dossier rouvert le 01/07/2026 : réponse à donner au plus tard le 16/07/2026, 10 jours ouvrés à compter de"),
    ("en", "The time to answer was suspended from 3 June 2026 to 5 June 2026.",
        "Reopened on 1 July 2026, it is to be answered by 16 July 2026: 10 business days"),
])  # fmt: skip
def test_a_resumed_clock_and_a_reopened_case_are_explained(lang: Any, line: str, anew: str) -> None:
    desk = factories.new_desk(policy=factories.SUSPENDING)
    case = factories.registered(desk)
    desk.suspend_deadline(case.reference, reason="une pièce", occurred_at=factories.at(3))
    desk.resume_deadline(case.reference, occurred_at=factories.at(5))
    suspended = desk.explain(case.reference, lang).deadline
    desk.withdraw(case.reference)
    withdrawn = desk.explain(case.reference, lang).deadline
    desk.close(case.reference, reason="withdrawn")
    desk.reopen(case.reference, reason="encore")
    reopened = desk.explain(case.reference, lang).deadline

    assert suspended is not None
    assert line in suspended.text.splitlines()
    assert withdrawn is not None
    assert (withdrawn.status, withdrawn.is_suspended) == (None, False)
    assert reopened is not None
    assert reopened.text.startswith(anew)


def test_a_level_imposed_on_a_case_out_of_scope_is_explained(desk: Desk) -> None:
    request = factories.facts(nature="initial_information_request", mobilisation=None)
    plain, imposed = (desk.register(request, site="CRE", occurred_at=factories.at(1)).reference for _ in range(2))
    desk.reroute(imposed, handling_unit="CRE", level="national", reason="enjeu")
    assert [one.name for one in desk.explain(plain).decisions] == ["eligibility"]
    _, level = desk.explain(imposed).decisions
    assert (level.name, level.is_determined, level.possible, level.question) == ("level", True, ("national",), None)
    assert desk.explain(imposed, audience="developer").decisions[-1].text == (
        "level: national; imposed: by role rqr on 1 July 2026; assessed: local"
    )
    assert desk.explain(imposed, audience="complainant").decisions[-1].text == (
        "Votre demande est traitée au niveau national."
    )


def test_a_malfunction_is_not_explained_to_a_complainant(desk: Desk) -> None:
    case = desk.register(factories.malfunction(), site="CRE", occurred_at=factories.at(1))
    with pytest.raises(InternalTextError):
        desk.explain(case.reference, audience="complainant")
    assert [one.name for one in desk.explain(case.reference).decisions] == ["level", "risk", "complexity"]


@given(seed=SEEDS, data=st.data())
def test_a_complainant_reads_no_source_and_nothing_internal(seed: int, data: st.DataObject) -> None:
    desk = lived_desk(seed)
    case = data.draw(st.sampled_from(desk.cases.find().cases))
    if case.kind is CaseKind.MALFUNCTION:
        with pytest.raises(InternalTextError):
            desk.explain(case.reference, audience="complainant")
        return
    found = desk.explain(case.reference, audience="complainant")
    assert {decision.name for decision in found.decisions} <= {"eligibility", "level"}
    assert all(decision.reasons == () and decision.imposed is None for decision in found.decisions)
    assert found.revisions == ()
    assert re.search(r"M2-1|§|interprétation|RQR|Roux|Petit|enjeu", found.text) is None


@given(seed=SEEDS, data=st.data())
def test_a_timeline_has_an_entry_for_each_event(seed: int, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(lived_desk(seed).cases.find().cases))
    lang: Any = data.draw(st.sampled_from(["fr", "en"]))

    entries = case.timeline(lang)
    without = case.timeline(lang, texts=False)

    assert [entry.number for entry in entries] == list(range(1, case.version + 1))
    for entry, bare, event in zip(entries, without, case.history, strict=True):
        assert entry.occurred_at == event.occurred_at
        assert entry.occurred_at.utcoffset() == event.occurred_at.astimezone(case.zone).utcoffset()
        assert entry.label == CASE_EVENTS.classes[entry.type].event_type.label.in_(lang)
        assert entry.sentence == event.describe(lang, case)
        assert entry.actor == case.vault.read(event.by)
        assert (bare.actor, bare.label, bare.role_label) == (None, entry.label, event.role.label(lang))
        assert "la salle est froide" not in bare.sentence
        assert "Désiré" not in bare.sentence


@settings(max_examples=20)
@given(seed=SEEDS, data=st.data())
def test_an_explanation_as_markdown_has_parts_and_ledger(seed: int, data: st.DataObject) -> None:
    desk = lived_desk(seed)
    case = data.draw(st.sampled_from(desk.cases.find().cases))
    found = desk.explain(case.reference, "en", audience=data.draw(st.sampled_from([Audience.AGENT, "developer"])))
    page = found.to_markdown()
    assert page.startswith(f"# {case.reference}\n")
    assert page.count("\n## ") == len(found.decisions) + (found.deadline is not None) + bool(found.revisions)
    days = [] if found.deadline is None else found.deadline.ledger
    shown = [day_text(day.day, "en") for day in days]
    assert shown == re.findall(r"^\| (\d\d? [A-Z][a-z]+ \d{4}) \|", page, re.MULTILINE)


def test_an_event_alone_is_described_without_texts(desk: Desk) -> None:
    case = factories.registered(desk, verbatim="Mme Roy était absente")
    anonymous = factories.registered(desk, complainant=None)
    assert case.events[0].describe() == (
        "enregistré à CRE, reçu le 01/06/2026, canal : courriel, auteur : [texte] ; « [texte] »"
    )
    assert anonymous.events[0].describe().endswith("auteur : non nommé")
    assert case.events[0].describe("en", case).endswith("“Mme Roy était absente”")
    assert (case.events[0].type, case.events[0].label("en")) == ("registered", "registration")


def test_an_erased_reason_leaves_the_level_imposed(desk: Desk, case: Case) -> None:
    desk.reroute(case.reference, handling_unit="CRE", level=Level.NATIONAL, reason="enjeu")
    desk.withdraw(case.reference)
    desk.close(case.reference, reason="withdrawn")
    desk.anonymise(case.reference)

    level = desk.explain(case.reference).decision("level")

    assert level is not None
    assert level.imposed is not None
    assert (level.imposed.reason, level.reasons) == (None, ())
    assert level.text.splitlines() == [
        "Le dossier relève du niveau national.",
        "Niveau imposé le 01/07/2026 par : RQR.",
        "Motif : (effacé).",
        "Niveau selon la procédure : local.",
    ]


def test_the_status_is_that_of_the_instant(desk: Desk) -> None:
    case = factories.answered(desk)
    policy = context_of(desk).policy_of(case)
    at = case.received_at - timedelta(days=1)
    before = explain(case, policy, at).deadline
    assert before is not None
    assert (before.status, before.answered_on) == (DeadlineStatus.RUNNING, None)


def test_a_case_of_an_unknown_edition_is_not_explained(desk: Desk, case: Case) -> None:
    with pytest.raises(UnknownEditionError):
        Desk(store_of(desk), policy=factories.SUSPENDING).explain(case.reference)
