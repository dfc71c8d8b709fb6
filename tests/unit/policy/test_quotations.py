"""Quotations of M2-1 are its text, word for word."""

import re

import pytest

from reclamation_core.policy.sources import CLAUSES, INTERPRETATIONS, Clause, procedure_text
from reclamation_core.wording import citation, cite_interpretation

TEXT = " ".join(procedure_text().replace("« ", "“").replace(" »", "”").split())


def quotations(text: str) -> list[str]:
    return re.findall("« (.*?) »", text)


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause.id)
def test_a_clause_quotes_the_procedure_word_for_word(clause: Clause) -> None:
    assert quotations(clause.text)
    assert [quoted for quoted in quotations(clause.text) if quoted not in TEXT] == []


def test_an_interpretation_quotes_the_procedure_word_for_word() -> None:
    quoted = [found for one in INTERPRETATIONS for found in quotations(one.wording.fr)]
    assert quoted == ["niveau d'insatisfaction <6"]
    assert quoted[0] in TEXT


def test_the_whole_text_is_quoted_by_some_clause() -> None:
    """The sentences of the text without which a clause is quoted: headings, and the links between clauses."""
    left = TEXT
    for quoted in sorted({found for clause in CLAUSES for found in quotations(clause.text)}, key=len, reverse=True):
        left = left.replace(quoted, "")
    assert sum(map(str.isalpha, left)) < sum(map(str.isalpha, TEXT)) / 4


def test_a_source_is_cited_by_the_own_numbers_of_the_procedure() -> None:
    for clause, interpretation, fr, en in [
        ("M2-1 §1.2, §1.3", "I20", "M2-1, point 1 ; interprétation n° 20", "M2-1, point 1; interpretation 20"),
        ("M2-1 §0.1", None, "M2-1, objectif", "M2-1, aim"),
        (
            "M2-1 §5.2, §7",
            "I22",
            "M2-1, point 5 et titre ; interprétation n° 22",
            "M2-1, point 5 and title; interpretation 22",
        ),
        (
            "Note 3",
            "note de l'agence",
            "Note 3 ; interprétation : note de l'agence",
            "Note 3; interpretation: note de l'agence",
        ),
        (None, None, "", ""),
    ]:
        assert (citation(clause, interpretation, "fr"), citation(clause, interpretation, "en")) == (fr, en), clause


def test_several_interpretations_are_named_together() -> None:
    assert cite_interpretation("I1, I9", "fr") == "interprétations nᵒˢ 1 et 9"
    assert cite_interpretation("I1, I9, I20", "en") == "interpretations 1, 9 and 20"
