"""Text search ignores case and accents."""

from __future__ import annotations

import pytest

from reclamation_core.cases.columns import normalize_text, searchable_texts
from tests.unit.desk import factories


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Élève", "eleve"),
        ("E\u0301le\u0300ve", "eleve"),
        ("ÇA", "ca"),
        ("Straße", "strasse"),
        ("CŒUR ex æquo", "coeur ex aequo"),
        ("l’an", "l'an"),
        ("ﬁn", "fin"),
        ("℡", "tel"),
        ("n\u00a0°", "n °"),
        ("İ", "i"),
        ("12 % & co.", "12 % & co."),
    ],
)
def test_a_text_is_folded(text: str, expected: str) -> None:
    assert normalize_text(text) == expected
    assert normalize_text(expected) == expected


def test_a_case_is_searched_by_its_texts_and_not_by_who_acted() -> None:
    desk = factories.new_desk()
    case = factories.qualified(desk, complainant="Mme DÉSIRÉ")

    assert searchable_texts(case) == ("mme desire", "le courriel", "l'absence")


def test_a_case_without_texts_is_searched_by_none() -> None:
    assert searchable_texts(factories.registered(factories.new_desk(), complainant=None)) == ()
