import pytest

from reclamation_core.wording import Wording, drop_inner_stops, verbatim


def test_a_wording_gives_the_text_of_each_language() -> None:
    wording = Wording("un stagiaire", "a trainee")
    assert (wording.in_("fr"), wording.in_("en")) == ("un stagiaire", "a trainee")


@pytest.mark.parametrize("lang", ["de", "", "FR", None])
def test_another_language_is_refused_with_the_two_that_are_known(lang: object) -> None:
    with pytest.raises(ValueError, match=r"^lang: .* is not a language of this library; use 'fr' or 'en'$"):
        Wording("un stagiaire", "a trainee").in_(lang)  # type: ignore[arg-type]


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\N{NO-BREAK SPACE}"])
def test_a_blank_text_is_refused_whatever_the_language(blank: str) -> None:
    with pytest.raises(ValueError, match=r"^fr: the text is blank; give the wording in both languages$"):
        Wording(blank, "a trainee")
    with pytest.raises(ValueError, match=r"^en: the text is blank; give the wording in both languages$"):
        Wording("un stagiaire", blank)


def test_what_is_not_a_text_is_refused() -> None:
    with pytest.raises(TypeError, match=r"^en: a text is expected, got None$"):
        Wording("un stagiaire", None)  # type: ignore[arg-type]


def test_a_typed_text_ends_without_a_full_stop_before_a_sign_of_the_sentence() -> None:
    for typed, shown in (("niveau.", "niveau"), ("etc...", "etc..."), ("niveau…", "niveau…"), ("niveau", "niveau")):
        for after in (" ; exigence", "; exigence", ", exigence", "."):
            assert drop_inner_stops(verbatim(typed) + after) == verbatim(shown) + after
    for whole in (verbatim("la salle."), verbatim("la salle. ; froide") + " ; exigence", verbatim("a.") + " » ; b"):
        assert drop_inner_stops(whole) == whole
