"""Letters: what each one states, from cases worked by hand; what is refused, and named; the templates of a host."""

import sys
from collections.abc import Iterator
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import attrs
import pytest

from reclamation_core import ComplaintFacts, Desk, FaultsError
from reclamation_core.adapters import InMemoryDocumentStore
from reclamation_core.calendars import DeadlineRule, Duration
from reclamation_core.cases import AnswerDecision, ClosingReason, CommandRefusedError, LinkKind, NewDocument
from reclamation_core.cases.events import Closed
from reclamation_core.desk import reports
from reclamation_core.plans import ActionSheet, ActionType
from reclamation_core.policy import Parameters, Policy, RetentionParameters, m2_1
from reclamation_core.ports import StoreDamagedError
from reclamation_core.reporting import Letter, LetterKind, LetterSettings, LetterTemplateError, letters
from reclamation_core.vocabulary import Nature, Requirement, RetentionMode
from reclamation_core.vocabulary.lexicon import refused_words
from reclamation_core.wording import LANGUAGES, Lang
from tests.approvals import approved_part
from tests.inside import forget_templates, store_of
from tests.typography import faults, plain
from tests.unit.desk import factories
from tests.unit.desk.factories import SUSPENDING, FakeClock, at, new_desk

SETTINGS = LetterSettings(
    organisation="Afpa, centre de Créteil",
    address="12 rue de l'Exemple\n94000 Créteil",
    contact="reclamations@example.org",
    signatory="Jeanne Martin",
    signatory_title="directrice du centre",
    mediator="Médiateur de l'organisme\nBP 1, 75000 Paris",
    data_protection="dpo@example.org",
    legal_basis="l'exécution du contrat de formation",
    recipients="l'accueil du centre et notre service des réclamations",
    place="Créteil",
)
PROVIDER = "Centre X, 3 rue B"
PRIVACY = (
    "Vos données personnelles. Les informations de votre message servent à traiter votre demande (responsable : Afpa, "
    "centre de Créteil ; base légale : l'exécution du contrat de formation ; destinataires : l'accueil du "
    "centre et notre service des réclamations). Votre nom et vos textes sont effacés un an "
    "après la clôture de votre dossier, sauf contentieux. Vous pouvez y accéder, les faire rectifier ou effacer, "
    "vous opposer à "
    "leur traitement ou en demander la limitation : dpo@example.org. Vous pouvez aussi saisir la CNIL (cnil.fr)."
)
CLOSING_WORDS = "Nous vous prions d'agréer, Madame, Monsieur, nos salutations distinguées."
COMPLAINANT = "Mme Awa Durand\n3 allée des Tilleuls\n94000 Créteil"
REASONS = "Deux modules n'ont pas été traités.\n\nLe matériel, lui, était disponible."


@pytest.fixture(autouse=True)
def both_languages(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[None]:
    """Hold each letter that an example writes, in both languages, as `letters-of-states.txt` has it."""
    made = dict[str, None]()

    def letter_of(*given: Any, lang: Lang = "fr", **more: Any) -> Letter:
        found = {one: letters.letter_of(*given, lang=one, **more) for one in LANGUAGES}
        made.update(("\n".join((one.subject_line, *words(one), "")), None) for one in found.values())
        return found[lang]

    monkeypatch.setattr(reports, "letter_of", letter_of)
    yield
    if made:
        approved_part("letters-of-states.txt", request.node.name, "".join(made))


def words(letter: Letter) -> list[str]:
    """Return the paragraphs between the subject and the signature, spaces plain."""
    return [plain(block.text) for block in letter.blocks]


def wrong(error: pytest.ExceptionInfo[FaultsError]) -> list[str]:
    return [fault.path for fault in error.value.faults]


def named(desk: Desk, **given: Any) -> str:
    return factories.qualified(desk, complainant=COMPLAINANT, **given).reference


def outside(desk: Desk, nature: Nature = Nature.GRIEVANCE) -> str:
    facts = factories.facts(nature=nature, requirement=Requirement.NONE)
    return desk.register(facts, site="CRE", complainant=COMPLAINANT, occurred_at=at(1)).reference


def sheet(reference: str, what: str, planned: int, **given: Any) -> ActionSheet:
    own = {"type": ActionType.CURATIVE, "planned": date(2026, 6, planned), "check_on": date(2026, 7, 1)}
    return factories.sheet(reference, what=what, **{**own, **given})


def answered(
    desk: Desk, decision: AnswerDecision = AnswerDecision.PARTLY_FOUNDED, reasons: str = REASONS, **given: Any
) -> str:
    reference = named(desk)
    desk.plan_nothing(reference, reason="le fait est isolé", occurred_at=at(2))
    provider = PROVIDER if decision is AnswerDecision.MISATTRIBUTED else None
    desk.answer(reference, decision=decision, text=reasons, provider=provider, occurred_at=at(12), **given)
    return reference


def test_a_preview_is_the_letter_of_the_answer_as_it_is_recorded_next() -> None:
    desk = new_desk(at(12))
    for number, decision in enumerate(AnswerDecision, 1):
        reference = named(desk)
        desk.plan_nothing(reference, reason="le fait est isolé", occurred_at=at(2))
        draft = {"type": "answer", "decision": decision.value, "text": REASONS, "remedies": "Un module en juillet."}
        draft |= {"provider": PROVIDER} if decision is AnswerDecision.MISATTRIBUTED else {}
        before = desk.cases.get(reference)
        preview = desk.reports.letter(reference, "answer", SETTINGS, draft=draft)
        assert (desk.cases.get(reference), number) == (before, desk.cases.count()), "nothing is recorded"
        desk.execute(reference, draft)
        assert desk.reports.letter(reference, LetterKind.ANSWER, SETTINGS) == preview
        document = preview.to_document()
        assert (document["recipient"], document["subject_line"]) == ([*preview.recipient], preview.subject_line)
        shown = ["".join(run["text"] for run in block["runs"]) for block in document["blocks"]]
        assert shown == [block.text for block in preview.blocks]


def test_a_preview_is_refused_as_the_answer_would_be() -> None:
    desk = new_desk(at(12))
    good = {"type": "answer", "decision": "founded", "text": REASONS}
    with pytest.raises(CommandRefusedError):
        desk.reports.letter(factories.registered(desk).reference, "answer", SETTINGS, draft=good)
    reference = named(desk)
    for kind, draft, path in (
        ("answer", {**good, "text": " "}, "text"),
        ("answer", {"type": "acknowledge"}, "draft.type"),
        ("closing", good, "draft.type"),
    ):
        with pytest.raises(FaultsError) as error:
            desk.reports.letter(reference, kind, SETTINGS, draft=draft)
        assert wrong(error) == [path]
    with pytest.raises(FaultsError) as error:
        desk.reports.letter(reference, "answer", LetterSettings(), draft=good)
    assert {path.partition(".")[0] for path in wrong(error)} == {"settings"}


def test_the_forms_say_which_fields_the_letter_copies_word_for_word() -> None:
    desk = new_desk(at(12))
    reference = named(desk)
    desk.plan_nothing(reference, reason="le fait est isolé", occurred_at=at(2))
    fields = desk.form("answer", reference).fields
    texts = {one.name: f"mots de {one.name}" for one in fields if one.kind in {"text", "line"}}
    draft = {"type": "answer", "decision": "misattributed", **texts}
    letters_of = [
        desk.reports.letter(reference, "answer", SETTINGS, draft={**draft, "decision": one}) for one in AnswerDecision
    ]
    copied = {name for name, text in texts.items() if any(text in words(letter) for letter in letters_of)}
    said = {one.name for one in fields if one.hint is not None and "mot pour mot" in one.hint.fr}
    assert copied == said == {"text", "remedies", "provider"}


def test_an_acknowledgement_has_the_reference_the_receipt_and_the_last_day() -> None:
    desk = new_desk(at(3))
    letter = desk.reports.letter(named(desk), "acknowledgement", SETTINGS)
    assert letter.sender == ("Afpa, centre de Créteil", "12 rue de l'Exemple", "94000 Créteil")
    assert letter.recipient == ("Mme Awa Durand", "3 allée des Tilleuls", "94000 Créteil")
    assert plain(letter.place_and_date) == "Créteil, le 3 juin 2026"
    assert plain(letter.subject) == "Accusé de réception de votre réclamation, dossier n° R-2026-000001"
    # Received on Monday 1 June 2026: ten business days later is Monday 15 June.
    assert words(letter)[2] == "Nous l'examinons et nous vous répondrons au plus tard le lundi 15 juin 2026."
    assert words(letter)[-2:] == [PRIVACY, CLOSING_WORDS]
    assert letter.signature == ("Jeanne Martin", "directrice du centre", "Afpa, centre de Créteil")
    assert letter.title == "Accusé de réception, dossier R-2026-000001"
    assert COMPLAINANT not in repr(letter)


def test_the_time_of_a_level_is_stated_and_when_it_was_counted_again() -> None:
    rule = DeadlineRule(by_level={"national": Duration(months=2)})
    desk = new_desk(at(30), policy=Policy(edition="par niveau", parameters=Parameters(deadline=rule)))
    reference = named(desk)
    desk.correct(reference, reason="un client national", client_scope="national", occurred_at=at(4))
    desk.reports.letter(reference, "acknowledgement", SETTINGS)


def test_a_letter_names_the_files_that_the_complainant_sent_by_its_date() -> None:
    desk = new_desk(at(12), documents=InMemoryDocumentStore())
    reference = named(desk)

    def add(name: str, kind: str, day: int, **given: Any) -> None:
        document = NewDocument(name=name, content=b"a")
        desk.add_support(reference, kind=kind, title="a", documents=[document], occurred_at=at(day), **given)

    add("<a>.pdf", "letter", 2)
    add("interne.txt", "report", 2)
    desk.acknowledge(reference, occurred_at=at(3))
    desk.request_information(reference, question="Laquelle ?", occurred_at=at(4))
    add("b.txt", "other", 5, answers_request=True)
    desk.plan_nothing(reference, reason="isolé", occurred_at=at(6))
    desk.answer(reference, decision="founded", text=REASONS, occurred_at=at(7))
    add("c.txt", "email", 8)

    for one in ("acknowledgement", "answer"):
        desk.reports.letter(reference, one, SETTINGS)


@pytest.fixture
def desk() -> Desk:
    return new_desk(at(20))


def test_a_recorded_acknowledgement_has_its_date_and_can_be_written_again(desk: Desk) -> None:
    reference = named(desk)
    desk.acknowledge(reference, occurred_at=at(2))
    first = desk.reports.letter(reference, LetterKind.ACKNOWLEDGEMENT, SETTINGS)
    assert first.dated == date(2026, 6, 2)
    desk.plan_nothing(reference, reason="le fait est isolé")
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text=REASONS)
    assert desk.reports.letter(reference, "acknowledgement", SETTINGS) == first


def test_a_letter_after_the_last_day_apologises_and_promises_no_day() -> None:
    desk = new_desk(at(16))
    reference = named(desk)
    desk.request_information(reference, question="Quel jour ?")
    for kind in ("acknowledgement", "information_request"):
        desk.reports.letter(reference, kind, SETTINGS)


def test_a_message_to_be_clarified_is_no_complaint_in_its_letter() -> None:
    desk = new_desk(at(3))
    case = desk.register(factories.facts(nature=None), site="CRE", complainant="Awa", occurred_at=at(1))
    letter = desk.reports.letter(case.reference, "acknowledgement", attrs.evolve(SETTINGS, contact=None, place=None))
    assert plain(letter.place_and_date) == "Le 3 juin 2026"


def test_a_request_for_information_has_its_questions_and_the_last_day(desk: Desk) -> None:
    case = desk.register(factories.facts(nature=None), site="CRE", complainant="Awa", occurred_at=at(1))
    desk.request_information(
        case.reference, "nature", question="À quelle date le cours a-t-il été annulé ?", occurred_at=at(4)
    )
    letter = desk.reports.letter(case.reference, "information_request", SETTINGS)
    assert letter.dated == date(2026, 6, 4)


def test_a_request_while_the_clock_is_suspended_promises_no_day() -> None:
    desk = new_desk(at(20), policy=SUSPENDING)
    case = desk.register(factories.facts(nature=None), site="CRE", complainant="Awa", occurred_at=at(1))
    desk.request_information(case.reference, question="Quand ?", occurred_at=at(4))
    desk.acknowledge(case.reference, occurred_at=at(2))
    desk.suspend_deadline(case.reference, reason="une pièce", occurred_at=at(4))
    desk.reports.letter(case.reference, "information_request", SETTINGS)
    with pytest.raises(FaultsError) as error:
        desk.reports.letter(case.reference, "acknowledgement", SETTINGS)
    assert wrong(error) == ["case.deadline"]


def test_an_answer_has_the_decision_the_reasons_and_the_mediator_or_is_refused() -> None:
    desk = new_desk(at(20))
    for decision in AnswerDecision:
        for recourse in (True, False):
            reference = answered(desk, decision, recourse=recourse)
            letter = desk.reports.letter(reference, "answer", SETTINGS)
            assert letter.dated == date(2026, 6, 12)
            assert letter.blocks[2].runs[0].strong
            with pytest.raises(FaultsError) as error:
                desk.reports.letter(reference, "answer", attrs.evolve(SETTINGS, mediator=None))
            assert wrong(error) == ["settings.mediator"]


def test_a_letter_has_french_typography_and_changes_only_the_apostrophes_of_people(desk: Desk) -> None:
    typed, set_ = "l'été : oui !\nd'accord ? 'non'", "l’été : oui !\nd’accord ? 'non'"
    letter = desk.reports.letter(answered(desk, reasons=typed, remedies=typed), "answer", SETTINGS)
    texts = [block.text for block in letter.blocks]
    assert texts[3] == set_
    assert "reçue le lundi 1er\xa0juin\xa02026." in texts[1]
    assert texts[-1] == "Nous vous prions d’agréer, Madame, Monsieur, nos salutations distinguées."
    left = [text for text in texts if text not in {set_, SETTINGS.mediator}]
    assert [fault for text in left for fault in faults(text)] == []


def test_an_answer_states_as_done_what_was_proved_by_its_date() -> None:
    desk = new_desk(at(30))
    reference = named(desk)
    other = named(desk)
    for case in (reference, other):
        desk.analyse(case, causes=("organisation",), occurred_at=at(3))
    plan = desk.pgaac("CRE")
    desk.plan(
        reference,
        sheet("A-1", "rembourser les frais", 11),
        sheet("A-2", "dispenser les modules", 19),
        sheet("A-3", "réunir le groupe", 10),  # not done, and its day has passed
        sheet("A-4", "former l'équipe", 19, type=ActionType.CORRECTIVE),  # about a cause
        sheet("A-5", "rembourser deux personnes", 19),  # about somebody else too
        sheet("A-6", "appeler le financeur", 19),  # abandoned
        attrs.evolve(sheet("A-8", "écrire au groupe", 19), planned=None),  # not done, and without a day
        occurred_at=at(8),
    )
    desk.plan(reference, sheet("A-7", "offrir un module", 19), occurred_at=at(14))  # decided after the answer
    desk.plan(other, "A-5", occurred_at=at(8))
    for action, day in (("A-1", 11), ("A-2", 17)):
        plan.progress(action, occurred_at=at(day))
        plan.finish(action, evidence="un virement", occurred_at=at(day))
    plan.abandon("A-6", reason="sans objet", occurred_at=at(9))
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text=REASONS, remedies="Un avoir", occurred_at=at(12))
    desk.reports.letter(reference, "answer", SETTINGS)


def test_a_letter_has_the_past_tense_for_actions_that_are_all_done() -> None:
    desk = new_desk(at(30))
    reference = named(desk)
    desk.analyse(reference, causes=("organisation",), occurred_at=at(3))
    desk.plan(reference, sheet("A-1", "rembourser les frais", 11), occurred_at=at(8))
    desk.pgaac("CRE").finish("A-1", evidence="un virement", occurred_at=at(11))
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text=REASONS, occurred_at=at(12))
    desk.reports.letter(reference, "answer", SETTINGS)


def test_an_action_without_text_or_of_a_corrupt_plan_is_not_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = new_desk(at(30))
    reference = named(desk)
    desk.analyse(reference, causes=("organisation",), occurred_at=at(3))
    desk.plan(reference, sheet("A-1", "rembourser les frais", 19), occurred_at=at(8))
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text=REASONS, occurred_at=at(12))
    case = desk.cases.get(reference)
    with store_of(desk).unit_of_work() as unit:
        part = unit.plans.part("site:CRE", ["A-1"])
    erased = attrs.evolve(part, vault=type(part.vault)())
    letter = letters.letter_of(case, "answer", SETTINGS, at=at(30), plans=[erased])
    assert not any(block.is_item for block in letter.blocks)

    def corrupt(*_: object) -> None:
        raise StoreDamagedError("site:CRE", "an event is missing")

    monkeypatch.setattr(reports, "load_part", corrupt)
    assert not any(block.is_item for block in desk.reports.letter(reference, "answer", SETTINGS).blocks)


@pytest.mark.parametrize("redirection", [None, "internal", "third_party"])
def test_a_redirection_names_the_service_before_and_after_the_closing(redirection: str | None) -> None:
    desk = new_desk(at(20))
    reference = outside(desk)
    given: Any = {"redirected_to": "Service des inscriptions", "redirection": redirection}
    first = desk.reports.letter(reference, "redirection", SETTINGS, **given)
    assert first.dated == date(2026, 6, 20)
    desk.close(reference, reason=ClosingReason.OUT_OF_SCOPE, told_at=at(5), **given)
    second = desk.reports.letter(reference, "redirection", SETTINGS)
    assert second == attrs.evolve(first, dated=date(2026, 6, 5), place_and_date="Créteil, le 5\xa0juin\xa02026")
    with pytest.raises(FaultsError, match="the case has the one") as error:
        desk.reports.letter(reference, "redirection", SETTINGS, redirected_to="Accueil")
    assert wrong(error) == ["redirected_to"]


def surveyed(desk: Desk, note: float | None, nature: Nature | None) -> str:
    facts = ComplaintFacts(received_at=at(1), channel="survey", complainant="trainee", satisfaction=note, nature=nature)
    return desk.register(facts, site="CRE", complainant=COMPLAINANT, occurred_at=at(1)).reference


def test_a_redirection_has_its_reason_but_that_of_a_request_for_information(desk: Desk) -> None:
    low = m2_1().with_rows("eligibility", remove=["low-survey-note"], edition="sans note")
    for here, reference, direction in (
        (desk, outside(desk, Nature.INITIAL_INFORMATION_REQUEST), "internal"),
        (desk, surveyed(desk, 6, Nature.GRIEVANCE), "internal"),
        (desk, surveyed(desk, None, Nature.GENERAL_OPINION), None),
        (other := new_desk(at(20), policy=low), surveyed(other, 4, Nature.GRIEVANCE), None),
    ):
        here.reports.letter(reference, "redirection", SETTINGS, redirected_to="Accueil", redirection=direction)


def test_a_satisfied_note_is_closed_without_a_letter(desk: Desk) -> None:
    reference = surveyed(desk, 10, Nature.GENERAL_OPINION)
    with pytest.raises(FaultsError, match="no letter is needed") as error:
        desk.reports.letter(reference, "redirection", SETTINGS, redirected_to="le service des enquêtes")
    assert wrong(error) == ["case.facts.nature"]
    desk.close(reference, reason=ClosingReason.OUT_OF_SCOPE, redirected_to="le service des enquêtes")


def test_a_reply_to_the_survey_is_acknowledged_as_one(desk: Desk) -> None:
    desk.reports.letter(surveyed(desk, 4.5, Nature.GRIEVANCE), "acknowledgement", SETTINGS)


def test_a_closing_has_its_day_and_what_it_follows(desk: Desk) -> None:
    after, withdrawn, other, duplicate = answered(desk), named(desk), named(desk), named(desk)
    desk.close(after, reason=ClosingReason.ANSWERED, occurred_at=at(15))
    desk.withdraw(withdrawn, occurred_at=at(8))
    desk.close(withdrawn, reason=ClosingReason.WITHDRAWN, occurred_at=at(9))
    desk.link(duplicate, to=other, kind=LinkKind.DUPLICATE_OF)
    desk.withdraw(duplicate)
    desk.close(duplicate, reason=ClosingReason.DUPLICATE)
    for reference in (after, withdrawn, duplicate):
        desk.reports.letter(reference, "closing", SETTINGS)


def test_no_letter_has_the_number_of_another_persons_case(desk: Desk) -> None:
    other = factories.qualified(desk, complainant="M. Swann Muller").reference
    reference = named(desk)
    desk.link(reference, to=other, kind=LinkKind.DUPLICATE_OF)
    with pytest.raises(CommandRefusedError, match="has another author"):
        desk.close(reference, reason=ClosingReason.DUPLICATE)
    alone = desk.scoped(site="CRE")  # as a register closed it before the guard: the author cannot be told
    case = desk.cases.get(reference)
    closed = attrs.evolve(case, closure=Closed(reason=ClosingReason.DUPLICATE), closed_at=at(19))
    for original in (None, alone.cases.get(other)):
        with pytest.raises(FaultsError, match="the same author") as error:
            letters.letter_of(closed, "closing", SETTINGS, at=at(20), original=original)
        assert wrong(error) == ["case.closure.reason"]


def test_a_letter_that_decides_nothing_about_a_complaint_names_no_mediator() -> None:
    desk, settings = new_desk(at(20)), attrs.evolve(SETTINGS, mediator=None)
    other, withdrawn, duplicate = named(desk), named(desk), named(desk)
    desk.withdraw(withdrawn, occurred_at=at(8))
    desk.close(withdrawn, reason=ClosingReason.WITHDRAWN)
    desk.link(duplicate, to=other, kind=LinkKind.DUPLICATE_OF)
    desk.close(duplicate, reason=ClosingReason.DUPLICATE)
    desk.request_information(other, question="Quand ?", occurred_at=at(4))
    letters = [
        *(desk.reports.letter(other, kind, settings) for kind in ("acknowledgement", "information_request")),
        *(desk.reports.letter(reference, "closing", settings) for reference in (withdrawn, duplicate)),
        desk.reports.letter(outside(desk), "redirection", settings, redirected_to="Accueil"),
    ]
    assert not any("médiateur" in line.lower() for letter in letters for line in words(letter))


def test_a_letter_apologises_once(desk: Desk) -> None:
    for decision in (AnswerDecision.FOUNDED, AnswerDecision.PARTLY_FOUNDED):
        for apology in ("Nous vous présentons toutes nos excuses.", "We apologise for that."):
            desk.reports.letter(answered(desk, decision, apology), "answer", SETTINGS)


@pytest.mark.parametrize("kind", ["acknowledgement", "information_request", "redirection"])
def test_the_first_letters_inform_about_personal_data_or_name_the_missing_setting(kind: str, desk: Desk) -> None:
    given: Any = {"redirected_to": "Accueil"} if kind == "redirection" else {}
    reference = outside(desk) if given else named(desk)
    if kind == "information_request":
        desk.request_information(reference, question="Quel jour ?")
    assert PRIVACY in words(desk.reports.letter(reference, kind, SETTINGS, **given))
    without = attrs.evolve(SETTINGS, data_protection=None, legal_basis=None, recipients=None)
    with pytest.raises(FaultsError) as error:
        desk.reports.letter(reference, kind, without, **given)
    assert wrong(error) == ["settings.data_protection", "settings.legal_basis", "settings.recipients"]
    other = Desk(store_of(desk), clock=FakeClock(at(20)), policy=SUSPENDING)
    with pytest.raises(FaultsError, match="the edition of the procedure of this case is missing") as error:
        other.reports.letter(reference, kind, SETTINGS, **given)
    assert "case.edition" in wrong(error)


def test_a_letter_has_the_retention_of_the_edition_of_its_case() -> None:
    for retention in (RetentionParameters(active_months=18), RetentionParameters(mode=RetentionMode.ARCHIVE)):
        desk = new_desk(at(3), policy=Policy(edition="other", parameters=Parameters(retention=retention)))
        desk.reports.letter(named(desk), "acknowledgement", SETTINGS)


def test_each_site_signs_its_own_letters() -> None:
    other = LetterSettings(organisation="Afpa, centre de Strasbourg", signatory="Paul Weber", place="Strasbourg")
    settings = attrs.evolve(SETTINGS, salutation="Chère Madame,", sites={"STR": other})
    desk = new_desk(at(3))
    here = named(desk)
    there = factories.registered(desk, "STR", complainant=COMPLAINANT).reference
    first, second = (desk.reports.letter(one, "acknowledgement", settings) for one in (here, there))
    usual = words(desk.reports.letter(here, "acknowledgement", SETTINGS))
    assert words(first) == [one.replace("Madame, Monsieur", "Chère Madame") for one in usual]
    assert second.sender == ("Afpa, centre de Strasbourg", "12 rue de l'Exemple", "94000 Créteil")
    assert second.signature == ("Paul Weber", "directrice du centre", "Afpa, centre de Strasbourg")
    assert second.place_and_date.startswith("Strasbourg, ")
    desk.reroute(here, handling_unit="STR", reason="le centre de Strasbourg suit le dossier")
    assert desk.reports.letter(here, "acknowledgement", settings).signature[0] == "Paul Weber"


# What is missing


def test_settings_that_are_missing_or_of_another_class_are_refused(desk: Desk) -> None:
    with pytest.raises(FaultsError) as error:
        desk.reports.letter(answered(desk), "answer", LetterSettings())
    names = ["organisation", "address", "signatory", "signatory_title", "mediator"]
    assert wrong(error) == [f"settings.{name}" for name in names]
    wrong_settings: Any = {"organisation": "Afpa"}
    with pytest.raises(TypeError, match="settings"):
        desk.reports.letter(named(desk), "acknowledgement", wrong_settings)


def test_a_letter_that_a_case_does_not_have_is_refused_with_the_remedy(desk: Desk) -> None:
    reference = named(desk)
    expected = {
        "information_request": ("case.information_request", "record it first"),
        "answer": ("case.answer", "record it first"),
        "redirection": ("case.admissibility", "the message is not out of scope"),
        "closing": ("case.closure", "the case is not closed"),
    }
    for kind, (path, remedy) in expected.items():
        with pytest.raises(FaultsError, match=remedy) as error:
            desk.reports.letter(reference, kind, SETTINGS)
        assert wrong(error) == [path]
    with pytest.raises(FaultsError, match="this letter names none"):
        desk.reports.letter(reference, "acknowledgement", SETTINGS, redirected_to="Accueil")
    with pytest.raises(FaultsError, match="one of the letters acknowledgement, information_request"):
        desk.reports.letter(reference, "apology", SETTINGS)


def test_an_unknown_sender_an_answered_case_and_a_malfunction_get_no_letter(desk: Desk) -> None:
    with pytest.raises(FaultsError, match="the name of the client is missing") as error:
        desk.reports.letter(factories.qualified(desk, complainant=None).reference, "acknowledgement", SETTINGS)
    assert wrong(error) == ["case.complainant"]
    with pytest.raises(FaultsError, match="no answer is due") as error:
        desk.reports.letter(answered(desk), "acknowledgement", SETTINGS)
    assert wrong(error) == ["case.deadline"]
    case = desk.register(factories.malfunction(), site="CRE", occurred_at=at(1))
    with pytest.raises(FaultsError, match="an internal malfunction has no client"):
        desk.reports.letter(case.reference, "closing", SETTINGS)


def test_a_letter_to_a_corrected_sender_is_as_to_one_of_the_right_name() -> None:
    def letters_to(desk: Desk, registered: str) -> list[tuple[str, ...]]:
        case = factories.closed(desk, complainant=registered).reference
        if registered != COMPLAINANT:
            desk.correct_complainant(case, complainant=COMPLAINANT, reason="une faute de frappe")
        made = [desk.reports.letter(case, kind, settings=SETTINGS) for kind in ("answer", "closing")]
        return [(*one.recipient, *words(one)) for one in made]

    assert letters_to(new_desk(), "Mme Ava Durant") == letters_to(new_desk(), COMPLAINANT)


def test_a_message_out_of_scope_is_not_acknowledged_nor_redirected_nowhere(desk: Desk) -> None:
    reference = outside(desk)
    nowhere = "redirection", "redirected_to"
    for kind, path, to in (("acknowledgement", "case.deadline", None), (*nowhere, None), (*nowhere, " ")):
        with pytest.raises(FaultsError) as error:
            desk.reports.letter(reference, kind, SETTINGS, redirected_to=to)
        assert wrong(error) == [path]
    desk.close(reference, reason=ClosingReason.OUT_OF_SCOPE, redirected_to="Accueil", told_at=at(5))
    with pytest.raises(FaultsError, match="Write the letter of redirection"):
        desk.reports.letter(reference, "closing", SETTINGS)


def test_a_collective_answer_is_no_letter(desk: Desk) -> None:
    reference = factories.planned_nothing(desk, complainant=None).reference
    desk.answer(reference, decision=AnswerDecision.FOUNDED, text=REASONS, collective=True)
    with pytest.raises(FaultsError, match="the answer is collective"):
        desk.reports.letter(reference, "answer", SETTINGS)


@pytest.mark.parametrize("kind", LetterKind)
def test_an_anonymised_case_has_no_letter(kind: LetterKind, desk: Desk) -> None:
    reference = answered(desk)
    desk.close(reference, reason=ClosingReason.ANSWERED)
    desk.anonymise(reference)
    with pytest.raises(FaultsError, match="no letter can be written any more"):
        desk.reports.letter(reference, kind, SETTINGS)


def test_an_erased_text_is_not_left_out_of_a_letter(desk: Desk) -> None:
    case = desk.cases.get(answered(desk))
    answer = case.answer_of(case.answer_cycles[-1])
    assert answer is not None
    erased: Any = attrs.evolve(case, vault=case.vault.without([answer.text]))  # type: ignore[list-item]
    with pytest.raises(FaultsError, match="this text was erased") as error:
        letters.letter_of(erased, "answer", SETTINGS, at=at(20))
    assert wrong(error) == ["case.answer.text"]


def test_a_reopened_case_is_not_answered_by_its_old_answer(desk: Desk) -> None:
    reference = answered(desk)
    desk.acknowledge(reference, occurred_at=at(2))
    desk.close(reference, reason=ClosingReason.ANSWERED, occurred_at=at(15))
    desk.reopen(reference, reason="une pièce nouvelle", occurred_at=at(16))
    with pytest.raises(FaultsError, match="no answer of the current answer cycle"):
        desk.reports.letter(reference, "answer", SETTINGS)
    letter = desk.reports.letter(reference, "acknowledgement", SETTINGS)
    # Reopened on Tuesday 16 June: ten business days later is Tuesday 30 June.
    assert "mardi 30 juin 2026" in words(letter)[2]
    assert letter.dated == date(2026, 6, 20)


def test_a_request_answered_already_or_by_an_agent_alone_is_not_sent(desk: Desk) -> None:
    case = desk.register(factories.facts(nature=None), site="CRE", complainant="Awa", occurred_at=at(1))
    desk.request_information(case.reference, "nature", occurred_at=at(4))
    desk.complete_facts(case.reference, nature=Nature.GRIEVANCE)
    with pytest.raises(FaultsError, match="no request for information is open"):
        desk.reports.letter(case.reference, "information_request", SETTINGS)
    desk.request_information(case.reference, "likelihood", occurred_at=at(4))
    with pytest.raises(FaultsError, match="no question to the client"):
        desk.reports.letter(case.reference, "information_request", SETTINGS)
    desk.request_information(case.reference, "likelihood", question="Est-ce déjà arrivé ?", occurred_at=at(5))
    desk.reports.letter(case.reference, "information_request", SETTINGS)


# Settings


def test_every_fault_of_a_file_of_settings_is_named(tmp_path: Path) -> None:
    (tmp_path / "courriers.toml").write_text(
        'organization = "Afpa"\nsignatory = 3\nplace = " "\ncontact = "\\u0000"\n', encoding="utf-8"
    )
    with pytest.raises(FaultsError, match="one of the keys organisation, address") as error:
        LetterSettings.from_toml(tmp_path / "courriers.toml")
    assert wrong(error) == ["organization", "signatory", "place", "contact"]
    with pytest.raises(FaultsError, match=r"settings.place: \.\.\.; a text that is not blank"):
        LetterSettings(place=" ")


def test_a_section_of_a_file_has_the_settings_of_a_site(tmp_path: Path) -> None:
    file = tmp_path / "courriers.toml"
    file.write_text(
        'organisation = "Afpa"\nplace = "Paris"\n[sites.CRE]\nplace = "Créteil"\nletterhead = "cre.docx"\n',
        encoding="utf-8",
    )
    (tmp_path / "cre.docx").touch()
    found = LetterSettings.from_toml(file, sites=["CRE", "STR"])
    assert found.of_site("CRE") == LetterSettings(
        organisation="Afpa", place="Créteil", letterhead=tmp_path / "cre.docx"
    )
    assert found.of_site("STR") == LetterSettings(organisation="Afpa", place="Paris")


def test_every_fault_of_the_sections_is_named(tmp_path: Path) -> None:
    file = tmp_path / "courriers.toml"
    file.write_text(
        'signatory = 1\n[sites]\nSTR = "x"\n[sites.CREST]\nsignature = "a"\n[sites.CRE.sites]\n', encoding="utf-8"
    )
    with pytest.raises(FaultsError, match="the code of a listed site: CRE, STR") as error:
        LetterSettings.from_toml(file, sites=["CRE", "STR"])
    assert wrong(error) == ["signatory", "sites.STR", "sites.CREST", "sites.CREST.signature", "sites.CRE.sites"]
    file.write_text("sites = 3\n", encoding="utf-8")
    with pytest.raises(FaultsError, match="a section for each site"):
        LetterSettings.from_toml(file)
    wrong_sections: Any = {"CRE": {"place": "Créteil"}}
    with pytest.raises(TypeError, match="LetterSettings are expected for 'CRE', got a dict"):
        LetterSettings(sites=wrong_sections)
    with pytest.raises(ValueError, match="'CRE' have sites of their own"):
        LetterSettings(sites={"CRE": LetterSettings(sites={"STR": LetterSettings()})})


# Templates


def replaced(folder: Path, content: str, name: str = "fr/acknowledgement.html") -> LetterSettings:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return attrs.evolve(SETTINGS, templates=folder)


def written(settings: LetterSettings, kind: str = "acknowledgement", lang: Lang = "fr") -> Letter:
    desk = new_desk(at(3))
    return desk.reports.letter(named(desk), kind, settings, lang=lang)


def test_a_template_of_the_host_replaces_one_or_an_included_part(tmp_path: Path) -> None:
    content = (
        "<h1>Bien reçu</h1><p> </p><p><strong> </strong></p><p>Le <strong> {{ received }}</strong> "
        '<br>  à {{ organisation }}.</p>{% include "fr/_closing_words.html" %}'
    )
    with pytest.raises(LetterTemplateError, match="a folder that exists is expected"):
        written(attrs.evolve(SETTINGS, templates=tmp_path / "modeles"))
    for name in ("LISEZMOI.txt", "fr/_own.html"):
        replaced(tmp_path, "", name)
    letter = written(replaced(tmp_path, content))
    assert letter.subject == "Bien reçu"
    assert words(letter) == ["Le lundi 1er juin 2026\nà Afpa, centre de Créteil.", CLOSING_WORDS]
    assert written(replaced(tmp_path, content), lang="en").subject.startswith("Acknowledgement")
    assert (
        words(written(replaced(tmp_path / "part", "<p>Cordialement,</p>", "fr/_closing_words.html")))[-1]
        == "Cordialement,"
    )


@pytest.mark.parametrize(
    ("content", "line", "problem"),
    [
        ("<h1>x</h1>\n<p>{% if %}</p>", 2, "Expected an expression"),
        ("<h1>x</h1>\n\n<p>{{ recu }}</p>", 3, "there is no variable 'recu'; this letter has acts"),
        ("<h1>x</h1>\n<p>{{ due.jour }}</p>", 2, "there is no variable"),
        ("<h1>x</h1>\n<p>{{ 1 / 0 }}</p>", 2, "an operation fails (ZeroDivisionError)"),
        ("<h1>x</h1>\n<p>{{ ''.__class__.__mro__ }}</p>", 2, "an operation fails (SecurityError)"),
        ('<h1>x</h1>\n<p>{% include "fr/rien.html" %}</p>', 2, "template 'fr/rien.html' is not found"),
        ("<h1>x</h1><table></table>", None, "the element <table> is not one of a letter"),
        ("<h1>x</h1><p><p>y</p>", None, "the element <p> is inside a <p>"),
        ("<h1>x</h1>y", None, "a text is outside any paragraph"),
        ("<p>y</p>", None, "one <h1>, the subject of the letter"),
        ("<h1> </h1><p>y</p>", None, "one <h1>, the subject of the letter"),
        ("<h1>x</h1>", None, "at least one paragraph"),
    ],
)
def test_a_wrong_template_is_named_with_its_line(tmp_path: Path, content: str, line: int | None, problem: str) -> None:
    settings = replaced(tmp_path, content)
    with pytest.raises(LetterTemplateError) as error:
        written(settings)
    assert error.value.template == str(tmp_path / "fr/acknowledgement.html")
    assert error.value.line == line
    assert problem in str(error.value)


def test_a_template_that_no_letter_uses_is_named(tmp_path: Path) -> None:
    settings = replaced(tmp_path, "<p>x</p>", "fr/acknowledgment.html")
    with pytest.raises(LetterTemplateError, match=r"no letter has that name: en/acknowledgement\.html"):
        written(settings)


def test_the_french_templates_have_the_words_of_the_lexicon() -> None:
    folder = files("reclamation_core.reporting").joinpath("templates", "letters", "fr")
    found = {file.name: list(refused_words(file.read_text(encoding="utf-8"))) for file in folder.iterdir()}
    assert len(found) == 15
    assert not any(found.values())


def test_letters_need_jinja(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    forget_templates()
    with pytest.raises(ImportError, match="extra 'letters'"):
        written(SETTINGS)
