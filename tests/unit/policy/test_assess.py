import copy
import pickle
from datetime import UTC, date, datetime
from typing import Any

import pytest

from reclamation_core.calendars import BusinessCalendar, DayType, DeadlineRule, LedgerReason, OutsideHorizonError
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import Assessment, Parameters, Policy, m2_1
from reclamation_core.policy.policy import CaseAssessment
from reclamation_core.vocabulary import ComplaintFacts, Level
from tests.fragments import Fragment
from tests.unit.policy.cases import CALENDAR, NOTHING_TOUCHED, RECEIVED, complaint, malfunction, unknown_but

SETTLED: dict[str, Any] = {**NOTHING_TOUCHED, "recurrences": 0, "causes": 1}


def assess(policy: Policy | None = None, calendar: BusinessCalendar = CALENDAR, **changes: Any) -> Assessment:
    return (policy or m2_1()).assess(complaint(**changes), calendar)


def test_i2_ten_jours_ouvres_from_saturday_2_may_2026_end_on_tuesday_19_may() -> None:
    deadline = assess().deadline

    assert deadline is not None
    assert deadline.due == date(2026, 5, 19)
    assert [(day.day.day, day.counted) for day in deadline.ledger] == [
        (2, None),  # Saturday, the day of receipt
        (3, None),  # Sunday
        (4, 1),
        (5, 2),
        (6, 3),
        (7, 4),
        (8, None),  # 8 May
        (9, None),
        (10, None),
        (11, 5),
        (12, 6),
        (13, 7),
        (14, None),  # Ascension
        (15, 8),
        (16, None),
        (17, None),
        (18, 9),
        (19, 10),
    ]
    assert {day.day.day: day.wording.fr for day in deadline.ledger if day.reason is LedgerReason.HOLIDAY} == {
        8: "jour férié : 8 mai (Victoire de 1945)",
        14: "jour férié : Ascension",
    }


def test_i10_the_clock_runs_while_eligibility_is_open_and_for_a_low_note() -> None:
    assessment = assess(requirement=UNKNOWN)
    assert assessment.eligibility.outcome is None
    assert assessment.deadline is not None
    assert assessment.deadline.due == date(2026, 5, 19)
    deadline = m2_1().assess(unknown_but(channel="survey", satisfaction=5), CALENDAR).deadline
    assert deadline is not None
    assert deadline.due == date(2026, 5, 19)


def test_what_is_out_of_scope_has_no_deadline_and_only_its_eligibility_is_explained() -> None:
    assessment = assess(nature="general_opinion")
    assert assessment.deadline is None
    assert assessment.decisions == (assessment.eligibility,)
    assert assessment.explain("fr") == assessment.eligibility.explain("fr")
    assert assessment.question is None
    assert "réponse au plus tard" not in assessment._repr_html_()


def test_a_receipt_outside_the_years_of_the_calendar_is_refused() -> None:
    with pytest.raises(OutsideHorizonError):
        assess(received_at=datetime(2099, 12, 31, 12, tzinfo=UTC))


def test_the_question_is_that_of_the_first_undetermined_decision() -> None:
    def asked(**changes: Any) -> str | None:
        question = assess(**{**SETTLED, **changes}).question
        return None if question is None else question.name

    open_everywhere: dict[str, Any] = {
        "requirement": UNKNOWN,
        "mobilisation": UNKNOWN,
        "recurrences": UNKNOWN,
        "causes": UNKNOWN,
    }
    assert asked(**open_everywhere) == "requirement"
    del open_everywhere["requirement"]
    assert asked(**open_everywhere) == "mobilisation"
    del open_everywhere["mobilisation"]
    # Nothing touched: from low to moderate by the likelihood.
    assert asked(**open_everywhere) == "recurrences"
    del open_everywhere["recurrences"]
    # The causes follow from the analysis, after receipt.
    assert asked(**open_everywhere) is None
    assert asked() is None


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_decision_cites_the_procedure_and_its_clause_in_both_languages(lang: str) -> None:
    assessment = assess(**SETTLED)
    clauses = {
        assessment.eligibility: "M2-1, point 1",
        assessment.level: "M2-1, point 5",
        assessment.severity: "M2-1, point 2",
        assessment.likelihood: "M2-1, point 2",
        assessment.criticality: "M2-1, point 2",
        assessment.risk: "M2-1, point 2",
        assessment.complexity: "M2-1, point 4",
    }
    for decision, clause in clauses.items():
        assert clause in decision.explain("fr" if lang == "fr" else "en")


def test_the_explanation_in_french_can_be_sent_as_it_is() -> None:
    assert assess(**SETTLED).explain("fr") == (
        "Au sens de la procédure M2-1, la demande est une réclamation.\nMotifs :\n- Le mécontentement d'un "
        "client, exprimé de façon formelle par courrier, courriel ou téléphone, porte sur le non-respect "
        "d'une exigence contractuelle, légale ou réglementaire d'une prestation vendue (M2-1, point 1 ; "
        "interprétation n° 20).\nÉléments pris en compte : canal (courriel), expression formelle (oui), "
        "qualité de l'auteur (stagiaire), nature de la demande (mécontentement), exigence en cause "
        "(contractuelle), prestation vendue (oui).\n\nLe dossier relève du niveau local.\nMotifs :\n- Le "
        "client est local (M2-1, point 5).\n- La prestation est réalisée par un centre (M2-1, point 5).\n"
        "Éléments pris en compte : type de client (local), périmètre de la prestation (un seul centre).\n\n"
        "Niveau de criticité : faible.\nMotifs :\n- L'indice de criticité est compris entre 1 et 3 (M2-1, "
        "point 2 ; interprétation n° 13).\nÉléments pris en compte : indice de criticité (1).\n\nLe cas est "
        "simple.\nMotifs :\n- Aucun critère de complexité n'est rempli (M2-1, point 4 ; interprétation n° "
        "14).\nÉléments pris en compte : niveau de criticité (faible), nombre de causes (1), récurrences "
        "en douze mois (0), niveau de traitement (local).\n\nReçue le 02/05/2026, la demande appelle une "
        "réponse au plus tard le 19/05/2026 : 10 jours ouvrés (M2-1, point 5 ; interprétation n° 2)."
    )


def test_the_explanation_in_english_ends_with_the_deadline() -> None:
    assert (
        assess()
        .explain("en")
        .endswith(
            "Received on 2 May 2026, it is to be answered by 19 May 2026: 10 business days (M2-1, point "
            "5; interpretation 2)."
        )
    )


def test_the_deadline_sentence_names_the_days_of_its_rule() -> None:
    for days, day_type, fr, en in [
        (1, DayType.OUVRE, "1 jour ouvré", "1 business day"),
        (2, DayType.OUVRABLE, "2 jours ouvrables", "2 working days (six a week)"),
        (8, DayType.CALENDAIRE, "8 jours calendaires", "8 calendar days"),
        (3, DayType.FRANC, "3 jours francs", "3 clear days"),
    ]:
        rule = DeadlineRule(days=days, day_type=day_type)
        assessment = assess(Policy(edition="essai", parameters=Parameters(deadline=rule)))
        assert f" : {fr} (" in assessment.explain("fr"), days
        assert f": {en} (" in assessment.explain("en"), days


def test_the_notebook_shows_every_decision_and_the_deadline() -> None:
    assessment = assess(**SETTLED)
    read = Fragment(assessment._repr_html_())
    assert [read.text.count(decision.explain("fr").split("\n")[0]) for decision in assessment.decisions] == [1] * 4
    assert "réponse au plus tard le 19/05/2026" in read.text
    assert "mai 2026" in read.text


def test_the_notebook_shows_a_malfunction_without_a_deadline() -> None:
    read = Fragment(m2_1().assess_malfunction(malfunction(service_reach="one_centre", **SETTLED))._repr_html_())
    assert len(read.having("strong")) == 3
    assert read.having("table") == []


def test_i5_a_malfunction_is_judged_without_eligibility_and_without_an_answer_clock() -> None:
    assessment = m2_1().assess_malfunction(malfunction(service_reach="one_centre", mobilisation="local", **SETTLED))
    assert [decision.table.name for decision in assessment.decisions] == ["level", "band", "complexity"]
    assert assessment.level.outcome is Level.LOCAL
    assert not hasattr(assessment, "deadline")
    assert not hasattr(assessment, "eligibility")


def test_a_malfunction_is_judged_alike_without_a_calendar_and_asks_for_its_level() -> None:
    facts = malfunction(service_reach="one_centre")
    assert m2_1().assess_malfunction(facts, CALENDAR) == m2_1().assess_malfunction(facts)
    assessment = m2_1().assess_malfunction(malfunction(service_reach="one_centre"))
    assert assessment.handling_level is Level.LOCAL
    assert assessment.question is not None
    assert assessment.question.name == "mobilisation"


def test_the_closures_of_the_edition_are_added_to_those_of_the_site() -> None:
    site = BusinessCalendar.france(closures=(date(2026, 5, 4),))
    closed = Policy(edition="fermée", parameters=Parameters(closures=(date(2026, 5, 5),)))

    def due(policy: Policy, calendar: BusinessCalendar) -> date:
        deadline = assess(policy, calendar).deadline
        assert deadline is not None
        return deadline.due

    assert due(m2_1(), CALENDAR) == date(2026, 5, 19)
    assert due(m2_1(), site) == date(2026, 5, 20)
    assert due(closed, CALENDAR) == date(2026, 5, 20)
    assert due(closed, site) == date(2026, 5, 21)


def test_a_day_closed_by_the_edition_and_by_the_site_counts_once() -> None:
    day = (date(2026, 5, 4),)
    closed = Policy(edition="fermée", parameters=Parameters(closures=day))
    deadline = assess(closed, BusinessCalendar.france(closures=day)).deadline
    assert deadline is not None
    assert deadline.due == date(2026, 5, 20)


def test_a_closure_outside_the_calendar_changes_nothing_and_a_longer_one_all() -> None:
    for closure in [(date(2019, 1, 1), date(2019, 1, 31)), (date(2030, 1, 2), date(2030, 1, 2))]:
        closed = Policy(edition="fermée", parameters=Parameters(closures=(closure,)))
        short = BusinessCalendar.france(first_year=2020, last_year=2029)
        assert assess(closed, short).deadline == assess(calendar=short).deadline, closure
    closed = Policy(edition="fermée", parameters=Parameters(closures=((date(2019, 1, 1), date(2024, 1, 1)),)))
    short = BusinessCalendar.france(first_year=2020, last_year=2023)
    assert closed.calendar(short).is_closure(date(2020, 1, 1))
    assert closed.calendar(short).is_closure(date(2023, 12, 31))


def test_an_assessment_is_the_same_after_pickling_and_copying() -> None:
    for assessment in (assess(), assess(nature="general_opinion"), m2_1().assess_malfunction(malfunction())):
        for twin in (pickle.loads(pickle.dumps(assessment)), copy.copy(assessment), copy.deepcopy(assessment)):
            assert twin == assessment
            assert twin.explain("fr") == assessment.explain("fr")
            assert twin.question == assessment.question


def test_assessments_are_equal_by_edition_facts_and_calendar_and_have_no_hash() -> None:
    other = Policy(edition="autre")
    assert assess() == assess()
    assert assess() != assess(formal=False)
    assert assess() != assess(other)
    assert assess() != assess(calendar=BusinessCalendar.france("mayotte"))
    assert assess() != m2_1().assess_malfunction(malfunction())
    assert assess() != "an assessment"
    with pytest.raises(TypeError, match="unhashable"):
        hash(assess())


def test_an_assessment_has_and_shows_its_edition_its_facts_and_its_decisions() -> None:
    shown = repr(assess(**SETTLED))
    assert shown.startswith("<Assessment under 'M2-1': <Decision of 'eligibility'")
    assert "['local-client', 'one-centre']" in shown
    facts = complaint()
    assessment: CaseAssessment = m2_1().assess(facts, CALENDAR)
    assert assessment.policy is m2_1()
    assert assessment.facts is facts
    assert facts.received_at == RECEIVED


@pytest.mark.parametrize(
    ("facts", "calendar", "told"),
    [
        ({"received_at": "2026-05-02"}, CALENDAR, "facts: ComplaintFacts is expected, got a dict"),
        (assess(), CALENDAR, "facts: ComplaintFacts is expected, got a Assessment; pass its facts"),
        (ComplaintFacts(received_at=RECEIVED), "metropole", "calendar: BusinessCalendar is expected, got a str"),
        (ComplaintFacts(received_at=RECEIVED), None, "calendar: BusinessCalendar is expected, got None"),
    ],
)
def test_facts_and_calendars_of_another_type_are_refused(facts: Any, calendar: Any, told: str) -> None:
    with pytest.raises(TypeError, match=told):
        m2_1().assess(facts, calendar)


def test_a_mistake_of_a_calendar_s_own_is_its_own() -> None:
    class Broken(BusinessCalendar):
        def local(self, instant: datetime, name: str = "instant") -> datetime:
            raise AttributeError(f"no {name} {instant}")

    with pytest.raises(AttributeError, match="no received_at 2026"):
        m2_1().assess(ComplaintFacts(received_at=RECEIVED), Broken(CALENDAR.definition))
