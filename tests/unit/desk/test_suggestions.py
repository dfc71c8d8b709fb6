"""Suggestions of facts: recorded with what suggests them, shown, and never decided but by a person."""

from datetime import date
from typing import Any

import pytest

from reclamation_core.cases import Case, CommandRefusedError
from reclamation_core.cases.events import FactSuggested
from reclamation_core.cases.themes import ThemeKeywords
from reclamation_core.desk import Desk, forms
from reclamation_core.desk.handling import HandlingService
from reclamation_core.errors import FaultsError
from reclamation_core.missing import UNKNOWN
from reclamation_core.policy import parse_policy
from reclamation_core.ports import StoreDamagedError
from reclamation_core.wording import Wording
from tests.unit.desk import factories


def own(name: str, kind: str, **more: Any) -> dict[str, Any]:
    question = {"funder": "Qui finance ?"}.get(name, f"{name} ?")
    return {
        "name": name,
        "label": {"fr": name, "en": name},
        "question": {"fr": question, "en": name},
        "type": kind,
        **more,
    }


OWN: dict[str, Any] = {
    "edition": "2027",
    "starts_from": "M2-1",
    "facts": [
        own("funder", "codes", codes=[{"code": "opco", "label": {"fr": "OPCO", "en": "operator"}}]),
        own("paid", "boolean"),
        own("amount", "integer"),
        own("since", "day"),
        own("remark", "text"),
    ],
}
KEYWORDS = ThemeKeywords(version="7", themes={"equipment": ["machine", "atelier"], "refund": ["caution"]})
MODEL: dict[str, Any] = {"by": "modèle", "by_version": "3"}


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
        with pytest.raises(FaultsError, match=f"^fact: '{fact}'; a fact that is unknown and suggested is expected$"):
            desk.accept_suggestion(reference, fact)
    assert desk.suggest_theme(reference).version == case.version


def test_the_latest_suggestion_of_a_fact_counts_and_comes_last(desk: Desk) -> None:
    reference = received(desk).reference
    for fact, value in (("likelihood", "1"), ("theme", "refund"), ("likelihood", "4")):
        case = desk.execute(reference, {"type": "suggest", "fact": fact, "value": value, **MODEL})
    assert [(one.fact, one.value) for one in case.suggestions] == [("theme", "refund"), ("likelihood", "4")]


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


def test_a_fact_of_an_edition_is_suggested_and_accepted_as_any_other() -> None:
    desk = Desk.in_memory(policy=parse_policy(OWN))
    reference = desk.register(factories.facts(), site="CRE").reference
    values = {
        "funder": ("opco", "opco"),
        "paid": ("true", True),
        "amount": ("-3", -3),
        "since": ("2026-06-01", date(2026, 6, 1)),
    }
    for name, (text, _) in values.items():
        desk.suggest(reference, fact=f"own.{name}", value=text, **MODEL)
    case = desk.cases.get(reference)

    assert [(one.fact, one.label.fr, one.named_value.fr) for one in case.suggestions[:1]] == [
        ("own.funder", "funder", "opco")
    ]
    hints = {field.name: field.hint for field in desk.form("complete_facts", reference).fields if field.hint}
    assert hints["funder"].fr == "Qui finance ? Suggestion : OPCO, d'après modèle 3."
    assert hints["paid"].fr.endswith("Suggestion : oui, d'après modèle 3.")
    assert case.facts.own == {}
    for name, (_, value) in values.items():
        assert desk.accept_suggestion(reference, f"own.{name}").facts.own[name] == value
    assert desk.cases.get(reference).suggestions == ()
    with pytest.raises(CommandRefusedError, match="known already"):
        desk.suggest(reference, fact="own.funder", value="opco", **MODEL)


@pytest.mark.parametrize(
    ("fact", "value", "path"),
    [
        ("own.funder", "cpf", "value"),
        ("own.paid", "oui", "value"),
        ("own.amount", "3.5", "value"),
        ("own.nothing", "1", "fact"),
        ("own.remark", "bonjour", "fact"),
        ("own.remark", "deux mots", "value"),
    ],
)
def test_a_suggestion_that_is_no_value_of_an_own_fact_is_refused(fact: str, value: str, path: str) -> None:
    desk = Desk.in_memory(policy=parse_policy(OWN))
    reference = desk.register(factories.facts(), site="CRE").reference
    with pytest.raises(FaultsError) as caught:
        desk.suggest(reference, fact=fact, value=value, **MODEL)
    assert [fault.path for fault in caught.value.faults] == [path]
    assert desk.cases.get(reference).version == 1


def test_a_suggestion_that_a_later_edition_does_not_know_is_left_out_of_the_form() -> None:
    desk = Desk.in_memory(policy=parse_policy(OWN))
    reference = desk.register(factories.facts(), site="CRE").reference
    desk.suggest(reference, fact="own.funder", value="opco", **MODEL)
    others = {**OWN, "facts": [dict(OWN["facts"][0], codes=[{"code": "cpf", "label": {"fr": "CPF", "en": "account"}}])]}
    (fact,) = parse_policy(others).facts
    field = forms.with_suggestion(fact, forms.own_field(fact, None), desk.cases.get(reference))
    assert field.hint is None or "Suggestion" not in field.hint.fr


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
    assert (report.themes, report.to_document()["themes"]) == ((references[0],), [references[0]])
    assert "Thèmes suggérés : 1" in report.to_text().replace("\N{NO-BREAK SPACE}", " ")
    assert desk.maintenance.nightly(themes=KEYWORDS).themes == ()
    assert desk.maintenance.nightly().themes is None


def test_a_corrupt_case_leaves_the_suggestions_of_the_others(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = received(desk).reference, received(desk).reference
    suggest = HandlingService.suggest_theme

    def suggest_theme(self: HandlingService, reference: str, keywords: ThemeKeywords | None) -> Case:
        if reference == first:
            raise StoreDamagedError.of("register", Wording("illisible", "unreadable"), reference)
        return suggest(self, reference, keywords)

    monkeypatch.setattr(HandlingService, "suggest_theme", suggest_theme)
    report = desk.maintenance.nightly(themes=KEYWORDS)
    assert (report.themes, [failure.step for failure in report.failures]) == ((second,), ["themes"])


def test_the_form_of_a_suggestion_offers_the_unknown_facts_and_asks_for_one(desk: Desk) -> None:
    field = next(one for one in desk.form("suggest", received(desk).reference).fields if one.name == "fact")
    choices = {code: label.fr for code, label in field.choices}
    assert choices.get("theme") == "thème"
    assert "channel" not in choices  # it is known
    assert field.is_required


def test_a_document_of_a_command_has_the_faults_of_all_its_fields_at_once() -> None:
    desk = factories.new_desk()
    case = factories.registered(desk).reference
    with pytest.raises(FaultsError) as refused:
        desk.execute(case, {"type": "suggest", "fact": "theme", "value": " ", "by": " ", "by_version": " "})
    assert [fault.path for fault in refused.value.faults] == ["value", "by", "by_version"]
