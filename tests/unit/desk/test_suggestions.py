"""Suggestions of facts: recorded with what suggests them, shown, and never decided but by a person."""

from __future__ import annotations

from typing import Any

import pytest

from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.cases.events import FactSuggested
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.desk import Desk
from reclamation_core.desk.handling import HandlingService
from reclamation_core.errors import FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.ports import StoreDamagedError
from reclamation_core.wording import Wording
from tests.unit.desk import factories

KEYWORDS = ThemeKeywords(version="7", themes={"equipment": ["machine", "atelier"], "refund": ["caution"]})
MODEL: dict[str, Any] = {"by": "modèle", "by_version": "3"}


@pytest.fixture
def desk() -> Desk:
    return factories.new_desk()


def received(desk: Desk, verbatim: str | None = "Deux machines de l'atelier sont en panne") -> Case:
    return desk.register(factories.facts(theme=None, likelihood=None), site="CRE", verbatim=verbatim)


def test_a_theme_is_suggested_with_the_words_of_the_list_and_stays_unknown(desk: Desk) -> None:
    case = desk.suggest_theme(received(desk).reference, KEYWORDS)

    assert case.facts.get("theme") is UNKNOWN
    assert case.suggestions == (
        FactSuggested(
            fact="theme", value="equipment", by="mots-clés", by_version="7", words=("machine", "atelier")
        ),
    )  # fmt: skip
    sentence = case.timeline("fr", texts=False)[-1].sentence
    assert sentence == "suggestion, thème : matériel et sécurité, d'après mots-clés 7 (machine, atelier)"
    assert "panne" not in sentence


def test_the_same_suggestion_is_recorded_once(desk: Desk) -> None:
    case = desk.suggest_theme(received(desk).reference, KEYWORDS)

    assert desk.suggest_theme(case.reference, KEYWORDS).version == case.version
    other = ThemeKeywords(version="8", themes=KEYWORDS.themes)
    assert desk.suggest_theme(case.reference, other).suggestions[-1].by_version == "8"
    assert desk.suggest_theme(received(desk, None).reference).version == 1
    assert desk.suggest_theme(received(desk, "Bonjour").reference, KEYWORDS).version == 1


def test_a_person_accepts_a_suggestion(desk: Desk) -> None:
    reference = desk.suggest_theme(received(desk).reference).reference
    desk.suggest(reference, fact="likelihood", value="2", **MODEL)
    case = desk.accept_suggestion(reference, "theme")

    assert case.facts.get("theme") == "equipment"
    assert [one.fact for one in case.suggestions] == ["likelihood"]
    case = desk.accept_suggestion(reference, "likelihood")
    assert case.facts.likelihood == 2
    for fact in ("theme", "nature"):
        with pytest.raises(FaultsError, match="unknown and suggested"):
            desk.accept_suggestion(reference, fact)
    assert desk.suggest_theme(reference).version == case.version


def test_the_latest_suggestion_of_a_fact_counts(desk: Desk) -> None:
    reference = received(desk).reference
    for value in ("1", "4"):
        case = desk.execute(reference, {"type": "suggest", "fact": "likelihood", "value": value, **MODEL})

    assert [one.suggested for one in case.suggestions] == [4]


@pytest.mark.parametrize(
    ("fact", "value", "path"),
    [
        ("nothing", "1", "fact"),
        ("likelihood", "9", "value"),
        ("likelihood", "x", "value"),
        ("formal", "oui", "value"),
        ("channel", "pigeon", "value"),
        ("theme", "Panne de machine", "value"),
    ],
)
def test_a_suggestion_that_is_no_value_of_a_fact_is_refused(desk: Desk, fact: str, value: str, path: str) -> None:
    with pytest.raises(FaultsError) as caught:
        desk.suggest(received(desk).reference, fact=fact, value=value, **MODEL)
    assert [fault.path for fault in caught.value.faults] == [path]


def test_a_known_fact_is_not_suggested(desk: Desk) -> None:
    reference = received(desk).reference
    desk.complete_facts(reference, theme="refund")

    with pytest.raises(CommandRefusedError, match="known already"):
        desk.suggest(reference, fact="theme", value="equipment", **MODEL)


def test_a_form_proposes_a_suggestion_in_words_and_chooses_nothing(desk: Desk) -> None:
    reference = desk.suggest_theme(received(desk).reference, KEYWORDS).reference
    (field,) = (one for one in desk.form("complete_facts", reference).fields if one.name == "theme")

    assert field.hint is not None
    assert field.hint.fr.endswith("Suggestion : matériel et sécurité, d'après mots-clés 7 (machine, atelier).")
    assert (field.values, field.is_suggested) == ((), False)


def test_the_nightly_job_suggests_themes_of_open_cases_once(desk: Desk) -> None:
    references = [received(desk).reference, received(desk, "Bonjour").reference, factories.closed(desk).reference]
    report = desk.maintenance.nightly(themes=KEYWORDS)

    assert report.themes == (references[0],)
    assert report.to_document()["themes"] == [references[0]]
    assert "Thèmes suggérés : 1" in report.to_text().replace("\N{NO-BREAK SPACE}", " ")
    assert desk.maintenance.nightly(themes=KEYWORDS).themes == ()
    assert desk.maintenance.nightly().themes is None


def test_a_corrupt_case_does_not_prevent_the_suggestions_of_the_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = received(desk).reference, received(desk).reference
    suggest = HandlingService.suggest_theme

    def suggest_theme(self: HandlingService, reference: str, keywords: ThemeKeywords | None) -> Case:
        if reference == first:
            raise StoreDamagedError.of("register", Wording("illisible", "unreadable"), reference)
        return suggest(self, reference, keywords)

    monkeypatch.setattr(HandlingService, "suggest_theme", suggest_theme)
    report = desk.maintenance.nightly(themes=KEYWORDS)

    assert report.themes == (second,)
    assert [failure.step for failure in report.failures] == ["themes"]
