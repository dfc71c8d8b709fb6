"""Text search ignores case and accents."""

import pytest

from reclamation_core.cases import words
from reclamation_core.cases.words import SearchWords, indexed_words, normalize_text
from tests.unit.desk import factories


def test_a_text_is_folded() -> None:
    for text, expected in [
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
    ]:
        assert normalize_text(text) == expected, text
        assert normalize_text(expected) == expected, text


def test_a_case_is_searched_by_its_texts_and_by_none_without_them() -> None:
    case = factories.qualified(factories.new_desk(), complainant="Mme DÉSIRÉ")
    assert indexed_words(case) == ("absence", "courriel", "l", "le", "~desire", "~mme")
    assert indexed_words(factories.registered(factories.new_desk(), complainant=None)) == ()


def test_of_many_words_the_last_and_the_longest_others_are_compared() -> None:
    assert SearchWords.of("~ _ %", in_names=True) is None
    assert SearchWords.of("Froid froid", in_names=True) == SearchWords(("froid",), "froid", in_names=True)
    words = SearchWords.of(" ".join("a" * length for length in range(20, 0, -1)), in_names=False)
    assert words is not None
    assert words.prefix == "a"
    assert [len(word) for word in words.whole] == list(range(20, 5, -1))


def test_a_case_with_too_many_words_is_found_by_every_search(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MOST_INDEXED", 20)
    case = factories.registered(factories.new_desk(), complainant="Mme Ly", verbatim="la salle froide sans chauffage")
    indexed = words.indexed_words(case)
    assert indexed == ("froide", "la", "salle", "~", "~ly", "~mme")
    for text in ("salle", "licorne absente"):
        wanted = SearchWords.of(text, in_names=False)
        assert wanted is not None
        assert wanted.are_among(indexed)
