import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import attrs

from reclamation_core import ComplaintFacts
from reclamation_core.simulation import Kind, Theme
from reclamation_core.simulation.draws import Draws
from reclamation_core.simulation.invention import Subject, phrases, text_of
from reclamation_core.vocabulary import Complainant

RECEIVED = datetime(2026, 5, 2, tzinfo=UTC)


def texts(kind: Kind, theme: Theme | None, awkward: float = 0, **facts: Any) -> list[str]:
    draws, known = Draws(3), ComplaintFacts(received_at=RECEIVED, **facts)
    subject = Subject(kind=kind, theme=theme)
    return [text_of(draws, subject, known, awkward) for _ in range(200)]


def test_a_letter_opens_and_closes_as_a_letter() -> None:
    for text in texts(Kind.GRIEVANCE, Theme.TRAINER, channel="centre_letter", complainant="trainee"):
        assert text.startswith(("Madame", "À l'attention"))
        assert text.endswith(("salutations distinguées.", "mes salutations."))


def test_a_call_reads_as_a_transcript() -> None:
    for text in texts(Kind.INFORMATION, None, channel="phone", complainant="trainee"):
        assert "transcri" in text.casefold()
        assert text.endswith(" »")


def test_the_author_introduces_himself() -> None:
    for complainant, signs in [
        ("trainee", ("Je ", "J'ai", "Stagiaire")),
        ("company", ("Deux de nos salariés", "Notre entreprise")),
        ("funder", ("Nous finançons", "Dans le cadre de notre convention")),
        (None, ("Je préfère ne pas donner mon nom.", "Je tiens à rester anonyme.")),
    ]:
        for text in texts(Kind.GRIEVANCE, Theme.INVOICING, channel="portal", complainant=complainant):
            assert text.startswith(signs), complainant


def test_a_satisfied_note_has_no_complaint() -> None:
    satisfied = set(phrases().satisfied)
    assert set(texts(Kind.SURVEY, None, channel="survey")) == satisfied
    assert not satisfied.intersection(texts(Kind.SURVEY, Theme.TRAINER, channel="survey"))


def test_an_awkward_text_begins_like_a_formula_and_a_usual_one_does_not() -> None:
    awkward = texts(Kind.GRIEVANCE, Theme.REFUND, awkward=1, channel="email", complainant="trainee")
    usual = texts(Kind.GRIEVANCE, Theme.REFUND, awkward=0, channel="email", complainant="trainee")
    assert {text[0] for text in awkward} == set("=+-@")
    assert {text[0] for text in texts(Kind.OPINION, None, awkward=1, channel="phone")} == {"A", "T"}
    assert not {text[0] for text in usual}.intersection("=+-@")


def test_no_placeholder_is_left() -> None:
    for theme in Theme:
        for text in texts(Kind.GRIEVANCE, theme, awkward=0.5, channel="email", complainant="trainee"):
            assert "{" not in text


UNTHEMED = [kind.value for kind in Kind if kind not in (Kind.GRIEVANCE, Kind.SURVEY)]


def every_phrase(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    else:
        for inner in part.values() if isinstance(part, Mapping) else part:
            yield from every_phrase(inner)


def test_there_is_something_to_say_on_every_theme_and_kind_in_every_voice() -> None:
    bank = phrases()
    assert {theme: sorted(parts) for theme, parts in bank.themes.items()} == {
        theme.value: ["comments", "effects", "others", "trainee"] for theme in Theme
    }
    assert {kind: sorted(parts) for kind, parts in bank.kinds.items()} == {
        kind: ["others", "trainee"] for kind in UNTHEMED
    }
    assert sorted(bank.introductions) == sorted([*(member.value for member in Complainant), "unsigned"])
    assert [*every_phrase(bank.closings)].count("") == 1
    assert all(list(parts) for parts in [*bank.introductions.values(), bank.requests, bank.satisfied])


def test_every_placeholder_has_values() -> None:
    bank = attrs.asdict(phrases())
    values = bank.pop("values")
    assert {name for phrase in every_phrase(bank) for name in re.findall(r"\{(.*?)\}", phrase)} == set(values)
    assert all(values.values())


def test_the_bank_holds_accents_quotes_and_line_ends() -> None:
    said = "".join(every_phrase(attrs.asdict(phrases())))
    assert all(sign in said for sign in "éàçèêÀ€«»\"'\n🙁")
