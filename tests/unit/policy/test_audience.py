"""What an agent, a complainant and a developer read of an assessment."""

from datetime import UTC, date, datetime

import attrs
import pytest

from reclamation_core.codes import Audience
from reclamation_core.errors import InternalTextError
from reclamation_core.policy import Policy, m2_1
from reclamation_core.policy.formatting import deadline_sentence
from reclamation_core.tables import Row
from reclamation_core.vocabulary import FACTS, ComplaintFacts, Eligibility, Level, MalfunctionFacts
from reclamation_core.wording import Lang, Wording
from tests.unit.policy.test_assess import SETTLED, assess

RECEIVED = datetime(2026, 5, 2, tzinfo=UTC)


def test_the_agent_s_text_is_the_default() -> None:
    assessment = assess(**SETTLED)
    assert assessment.explain("fr", audience="agent") == assessment.explain("fr")


def test_a_complainant_reads_eligibility_level_and_deadline_in_plain_words() -> None:
    assert assess(**SETTLED).explain("fr", audience=Audience.COMPLAINANT) == (
        "Votre demande est traitée comme une réclamation.\n"
        "En voici la raison :\n"
        "- Vous signalez par courrier, courriel ou téléphone un manquement à un contrat, à la loi ou à une règle.\n\n"
        "Votre demande est traitée au niveau local.\n"
        "En voici les raisons :\n"
        "- Vous êtes client d'un centre de l'Afpa.\n"
        "- Un seul centre a assuré la prestation.\n\n"
        "Une réponse vous est due au plus tard le 19/05/2026. Le délai est de 10 jours ouvrés à compter du 02/05/2026."
    )
    assert (
        assess(**SETTLED)
        .explain("en", audience="complainant")
        .endswith("You are to have an answer by 19 May 2026. The time to answer is 10 business days from 2 May 2026.")
    )


def test_an_answered_complainant_reads_whether_it_was_in_time() -> None:
    deadline = assess(**SETTLED).deadline  # the last day is 19 May
    assert deadline is not None

    def told(day: int, lang: Lang) -> str:
        return deadline_sentence(deadline, lang, audience="complainant", answered_on=date(2026, 5, day))

    assert told(19, "fr") == "Nous vous avons répondu le 19/05/2026, dans le délai de 10 jours ouvrés."
    assert told(20, "fr") == "Nous vous avons répondu le 20/05/2026, après le délai de 10 jours ouvrés."
    assert told(19, "en") == "We answered you on 19 May 2026, in time (10 business days)."
    assert told(20, "en") == "We answered you on 20 May 2026, after the time to answer (10 business days)."


def test_out_of_scope_a_complainant_reads_every_reason_and_no_level() -> None:
    assert assess(formal=False, complainant="other").explain("fr", audience="complainant") == (
        "Votre demande ne relève pas de la procédure de réclamation.\n"
        "En voici les raisons :\n"
        "- Nous n'avons pas compris votre message comme une réclamation.\n"
        "- Vous n'écrivez ni comme stagiaire, ni comme financeur, prescripteur, partenaire ou entreprise cliente."
    )


def test_to_be_clarified_a_complainant_reads_the_question_and_the_due_date() -> None:
    told = assess(requirement=None).explain("fr", audience="complainant").split("\n")
    assert told[0] == "Pour traiter votre demande, il nous manque une information."
    assert told[1] == FACTS["requirement"].question_to_complainant.in_("fr")  # type: ignore[union-attr]
    assert "au plus tard le 19/05/2026" in told[-1]
    assert len(told) == 4


def test_a_developer_reads_the_names_of_tables_and_rows() -> None:
    told = assess(**SETTLED).explain("fr", audience="developer")
    assert "eligibility: complaint\n- decides: formal-complaint (M2-1 §1.2, §1.3, I20): a client's" in told
    assert told.endswith("deadline: received_on=2026-05-02, due=2026-05-19, counted: 10 business days (M2-1 §5.0, I2)")


def test_a_malfunction_has_no_complainant_to_write_to() -> None:
    malfunction = m2_1().assess_malfunction(MalfunctionFacts(received_at=RECEIVED, service_reach="several_regions"))
    with pytest.raises(InternalTextError):
        malfunction.explain(audience="complainant")
    assert malfunction.explain("fr", audience="developer").startswith("level: national")


def test_why_not_is_internal() -> None:
    answer = assess(**SETTLED).eligibility.why_not(Eligibility.OUT_OF_SCOPE)
    with pytest.raises(InternalTextError, match="eligibility of the message"):
        answer.explain("fr", audience="complainant")


def test_an_unknown_audience_is_refused() -> None:
    deadline = assess(**SETTLED).deadline
    assert deadline is not None
    with pytest.raises(ValueError, match="Audience: 'press' is not one of agent, complainant, developer"):
        deadline_sentence(deadline, "fr", audience="press")


def test_every_rule_of_eligibility_and_level_has_plain_words() -> None:
    told = [table for table in m2_1().tables.values() if table.plain_statements]
    rows = [row for table in told for row in table.rows]
    assert [table.name for table in told] == ["eligibility", "level"]
    assert [dict(table.plain_statements).keys() for table in told] == [set(Eligibility), set(Level)]
    assert [row.id for row in rows if row.plain is None] == [
        "malfunction-regional-mobilisation",
        "malfunction-national-mobilisation",
    ]


def test_judgements_have_no_question_to_complainants() -> None:
    internal = {name for name, fact in FACTS.items() if fact.question_to_complainant is None}
    assert internal == {
        *(name for name in FACTS if name.startswith("severity_")),
        "mobilisation",
        "likelihood",
        "recurrences",
        "causes",
    }


def test_plain_words_of_a_row_of_its_own_stay_with_the_edition() -> None:
    plain = Wording("vous vous plaignez d'une note moyenne", "you complain, with a middling note")
    row = Row("middling", {"satisfaction": 7, "formal": True}, Eligibility.COMPLAINT, plain=plain)
    edition = m2_1().with_rows("eligibility", add=[row])
    again = Policy.from_json(edition.to_json())
    facts = ComplaintFacts(received_at=RECEIVED, satisfaction=7, formal=True, nature="general_opinion")

    assert again == edition
    assert again.digest == edition.digest != m2_1().with_rows("eligibility", add=[attrs.evolve(row, plain=None)]).digest
    assert (
        again.tables["eligibility"]
        .decide(facts)
        .explain("fr", audience="complainant")
        .endswith("- Vous vous plaignez d'une note moyenne.")
    )


def test_rows_without_plain_words_are_written_as_before() -> None:
    row = Row("middling", {"satisfaction": 7, "formal": True}, Eligibility.COMPLAINT)
    assert '"plain"' not in m2_1().with_rows("eligibility", add=[row]).to_json()
