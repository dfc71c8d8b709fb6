"""The sentences, in both languages, for tables worked by hand."""

from typing import Any

import pytest

from reclamation_core.errors import InternalTextError
from reclamation_core.tables import Boolean, DecisionTable, HitPolicy, Input, Integer, Row, at_least, below
from reclamation_core.tables.decision import deciding_reasons
from reclamation_core.wording import Wording
from tests.unit.tables.samples import Level, both, level_table, scope_table

NATIONAL = {"client": "national", "service": "one_centre", "mobilisation": "local"}


def test_an_explanation_has_reasons_and_facts() -> None:
    decision = level_table().decide(NATIONAL)
    assert decision.explain() == decision.explain("fr")
    assert decision.explain("fr").split("\n") == [
        "Niveau de traitement : National.",
        "Motifs :",
        "- Client : National (M2-1, point 5).",
        "Autres règles applicables, non décisives :",
        "- Prestation : un centre (M2-1, point 5).",
        "Éléments pris en compte : client (National), prestation (un centre).",
    ]
    assert decision.explain("en").split("\n") == [
        "Handling level: National.",
        "Reasons:",
        "- Client: National (M2-1, point 5).",
        "Other rules that apply without deciding:",
        "- Service: one centre (M2-1, point 5).",
        "Facts used: client (National), service (one centre).",
    ]


def test_an_outcome_certain_in_spite_of_unknown_facts_names_the_possible_rules() -> None:
    table: DecisionTable[int] = DecisionTable(
        "fare",
        [Input("age", Integer(0), Wording("âge", "age")), Input("student", Boolean(), Wording("étudiant", "student"))],
        Integer(),
        [Row("child", {"age": below(12)}, 0, "§1"), Row("adult", {"age": at_least(12), "student": True}, 0, "§2"),
         Row("full", {"age": at_least(12), "student": False}, 9)],
    )  # fmt: skip
    assert table.decide({"student": True}).explain("fr").split("\n") == [
        "Fare : 0.",
        "Quelles que soient les informations encore attendues, l'une de ces règles s'applique :",
        "- Âge : moins de 12 (§1).",
        "- Âge : au moins 12, étudiant : oui (§2).",
        "Éléments pris en compte : étudiant (oui).",
    ]
    assert "Whatever the facts still unknown, one of these rules applies:" in table.decide({"student": True}).explain(
        "en"
    )


def test_only_the_facts_of_the_named_rules_are_explained() -> None:
    table: DecisionTable[int] = DecisionTable(
        "fare",
        [Input("age", Integer(0)), Input("student", Boolean())],
        Integer(),
        [
            Row("child", {"age": below(12)}, 0),
            Row("student", {"age": at_least(12), "student": True}, 0),
            Row("otherwise", {}, 9),
        ],
        HitPolicy.FIRST,
    )
    assert table.decide({"student": True}).explain("en").split("\n")[-3:] == [
        "Other rules that apply without deciding:",
        "- Always.",
        "Facts used: student (yes).",
    ]


def test_the_reasons_of_a_count_are_the_rows_that_fire_if_any_does() -> None:
    rows = [Row("r", {"b": True}, 1, "M2-1 §1.3")]
    table: DecisionTable[int] = DecisionTable("hits", [Input("b", Boolean())], Integer(), rows, HitPolicy.COLLECT_COUNT)
    assert list(deciding_reasons(table.decide({"b": True}), "fr")) == ["B : oui (M2-1, point 1)."]
    assert list(deciding_reasons(table.decide({"b": False}), "fr")) == [
        "Aucune règle ne s'applique à ces informations."
    ]


def test_a_gap_in_an_unvalidated_table_is_explained() -> None:
    table = scope_table().without("otherwise")
    assert table.decide({"note": 8, "formal": False}).explain("fr") == (
        "Dans le cadre : aucune règle ne s'applique à ces informations."
    )
    assert table.decide({"note": 8, "formal": False}).explain("en") == "In scope: no rule applies to these facts."


def test_why_not_names_the_missing_conditions_and_the_change() -> None:
    answer = level_table().decide({"client": "local", "service": "one_centre"}).why_not(Level.REGIONAL)
    assert answer.explain() == answer.explain("fr")
    assert answer.explain("fr").split("\n") == [
        "Pourquoi pas Régional ?",
        "- Client : Régional (M2-1, point 5). Conditions non remplies : client (Local ; il faudrait Régional).",
        (
            "- Prestation : plusieurs centres (M2-1, point 5). Conditions non remplies : prestation (un centre ; "
            "il faudrait plusieurs centres)."
        ),
        (
            "- Client : Local, mobilisation : Régional (M2-1, point 5). Conditions non remplies : "
            "mobilisation (inconnu ; il faudrait Régional)."
        ),
        "Contre-exemple, à usage interne, qui donnerait ce résultat : mobilisation, Régional (au lieu de inconnu).",
    ]
    assert answer.explain("en").split("\n")[0] == "Why not Regional?"
    assert answer.explain("en").split("\n")[1] == (
        "- Client: Regional (M2-1, point 5). Conditions not met: client (Local; needed: Regional)."
    )
    assert (
        answer.explain("en").split("\n")[-1]
        == "Counterexample, for internal use, of this outcome: mobilisation, Regional (instead of unknown)."
    )


def test_why_not_says_that_no_facts_give_an_impossible_outcome() -> None:
    tables = [both(name, "a", "b") for name in ("one", "other")]
    top: DecisionTable[int] = DecisionTable(
        "top",
        [Input.outcome_of(table) for table in tables],
        Integer(),
        [Row("never", {"one": True, "other": False}, 7), Row("otherwise", {}, 0)],
        HitPolicy.FIRST,
    )
    never = top.decide({"a": True, "b": True}).why_not(7)
    assert never.explain("fr").split("\n")[-1] == "Aucune information ne donne ce résultat."
    assert never.explain("en").split("\n")[-1] == "No facts give this outcome."


@pytest.mark.parametrize("lang", ["de", "FR", None])
def test_a_language_of_no_wording_is_refused(lang: Any) -> None:
    table = level_table()
    decision = table.decide(NATIONAL)
    for ask in (decision.explain, decision.why_not(Level.LOCAL).explain, table.to_markdown):
        with pytest.raises(ValueError, match="is not a language of this library"):
            ask(lang)


def test_a_rule_without_plain_words_is_left_out_for_a_complainant() -> None:
    assert scope_table().decide({"note": 3}).explain(audience="complainant") == "Vous faites une réclamation."


def test_a_complainant_reads_the_plain_question_of_a_missing_fact() -> None:
    decision = scope_table().decide({"formal": False})
    assert decision.plain_question is decision.question
    assert decision.explain("fr", audience="complainant").split("\n") == [
        "Pour traiter votre demande, il nous manque une information.",
        "Quelle note avez-vous donnée ?",
    ]


def test_a_complainant_has_no_question_on_internal_facts() -> None:
    table: DecisionTable[bool] = DecisionTable(
        "t",
        [Input("judged", Boolean())],
        Boolean(),
        [Row("r", {"judged": True}, True), Row("s", {"judged": False}, False)],
        plain_statements={True: Wording("oui", "yes")},
    )
    decision = table.decide({})

    assert decision.plain_question is None
    assert decision.explain("fr", audience="complainant") == "L'examen de votre demande se poursuit."
    assert table.decide({"judged": False}).explain("en", audience="complainant") == (
        "Your message is still being examined."
    )


def test_outcomes_that_are_internal_have_no_form_for_a_complainant() -> None:
    decision = level_table().decide(NATIONAL)
    with pytest.raises(InternalTextError, match="handling level") as refused:
        decision.explain(audience="complainant")
    assert refused.value.to_document()["faults"][0]["path"] == "audience"
    with pytest.raises(InternalTextError):
        decision.why_not(Level.LOCAL).explain("fr", audience="complainant")
    with pytest.raises(ValueError, match="Audience"):
        decision.explain(audience="press")
