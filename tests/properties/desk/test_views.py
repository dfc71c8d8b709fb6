"""Everything that a web application reads of lived cases and plans is plain data that its JSON Schema describes."""

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reclamation_core.cases import Case
from reclamation_core.cases.plain import CODEC, AnalysisView
from reclamation_core.desk import Desk, Registration
from reclamation_core.errors import FaultsError
from reclamation_core.plans import PlanScope
from reclamation_core.schemas import SCHEMAS, VIEWS, document_schema, openapi_components
from tests.properties.desk.lived_cases import lived_desk
from tests.schemas import validator
from tests.unit.desk import factories
from tests.unit.desk.factories import at

SEEDS = range(3)
PERSONAL = ("Désiré", "la salle est froide", "Madame")
"""Texts of the lived cases."""


def checked(name: str, document: Any) -> Any:
    """The document, which is JSON that its schema describes."""
    read = json.loads(json.dumps(document, allow_nan=False))
    assert read == document
    assert [f"{list(error.path)}: {error.message}" for error in validator(name).iter_errors(read)] == []
    return document


def views(desk: Desk, *, texts: bool) -> Iterator[tuple[str, Any]]:
    """Every view of a desk, by the name of its schema."""
    for case in desk.cases.find().cases:
        yield "view.case", case.to_document(texts=texts)
        yield from (("view.timeline_entry", entry.to_document()) for entry in case.timeline("en", texts=texts))
        yield from (("view.next_step", one.to_document("en")) for one in desk.next_steps(case.reference))
        yield from (("view.available_command", one.to_document()) for one in desk.available_commands(case.reference))
        overview = desk.overview(case.reference, "en")
        yield "view.case_overview", overview.to_document("en", texts=texts)
        yield from (("view.case_action", one.to_document(texts=texts)) for one in overview.actions)
        if texts:
            commands = [one.command for one in desk.available_commands(case.reference) if not one.guards]
            for one in commands:
                form = desk.form(one, case.reference)
                yield "view.command_form", form.to_document("en")
                assert desk.overview(case.reference, command=one).form == form
            yield "view.explanation", desk.explain(case.reference, "en").to_document()
    alerts = desk.sweep(at(1).replace(year=2040), preview=True)
    yield from (("view.alert", alert.to_document()) for alert in alerts)
    page = desk.cases.summaries(limit=3)
    yield "view.case_summaries", page.to_document(at(1).date(), texts=texts)
    yield from (("view.case_summary", summary.to_document(texts=texts)) for summary in page.summaries)
    yield "view.case_search", desk.cases.search("1").to_document(at(1).date(), texts=texts)
    yield "view.agenda", desk.agenda(date(2030, 1, 1)).to_document(texts=texts)
    yield "view.worklist", desk.worklist(as_of=date(2026, 6, 30)).to_document()
    year: dict[str, Any] = {"since": date(2026, 1, 1), "until": date(2026, 12, 31)}
    yield "view.indicator_table", desk.indicators(**year, by="unit").to_document("en")
    yield "view.indicator_series", desk.indicator_series(**year, with_year_before=True, cases=False).to_document()
    figures = desk.indicator_page(**year)
    yield "view.indicator_page", figures.to_document()
    yield "view.indicator_page", figures.published().to_document()
    yield "view.signals", desk.signals(since=date(2020, 1, 1), min_count=1).to_document()
    for scope in (PlanScope.site("CRE"), PlanScope.site("STD"), PlanScope.nation()):
        service = desk.pgaac(scope)
        plan = service.current
        yield "view.plan", plan.to_document(texts=texts)
        yield from (("view.action", one.to_document(plan.vault if texts else None)) for one in plan.actions)
        told = (entry for one in plan.actions for entry in service.timeline(one.reference, texts=texts))
        yield from (("view.timeline_entry", entry.to_document()) for entry in told)
        done = (one.reference for one in plan.actions if one.done is not None and one.cause_family is not None)
        yield from (("view.action_effect", service.effect(reference).to_document()) for reference in done)
        for published in plan.published_plans:
            yield "view.published_plan", service.published_plan_to_document(published.number, texts=texts)


@pytest.mark.slow
@pytest.mark.parametrize("texts", [False, True])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.soak) for seed in SEEDS[1:])])
def test_every_view_of_lived_cases_is_valid(seed: int, texts: bool) -> None:
    whole = [
        json.dumps(checked(name, document), ensure_ascii=False)
        for name, document in views(lived_desk(seed), texts=texts)
    ]
    assert {text for text in PERSONAL for document in whole if text in document} == (set(PERSONAL) if texts else set())


@pytest.mark.slow
def test_lived_desks_have_every_view() -> None:
    seen = {name for seed in SEEDS for name, _ in views(lived_desk(seed), texts=True)}
    assert seen == {f"view.{name}" for name in VIEWS} - {
        "view.awaited_answer",
        "view.awaited_check",
        "view.document",  # of `tests/unit/desk/test_documents.py`
        "view.letter",
        "view.problem",
        "view.registration_result",
        "view.similar_case",
        "view.text_block",
    }
    assert {name for name in SCHEMAS if name.startswith("view.")} == {f"view.{name}" for name in VIEWS}


def facts_of(case: Case, document: dict[str, Any]) -> None:
    assert (document["state"], document["level"]) == (case.state, case.level)
    assert (document["imposed_level"], document["version"]) == (case.level_override, case.version)
    assert document["awaited_on"] == (None if case.awaited_on is None else case.awaited_on.isoformat())
    assert document["facts"]["type"] == case.kind
    assert len(document["actions"]) == len(case.actions)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_view_has_the_values_of_its_case(seed: int) -> None:
    for case in lived_desk(seed).cases.find().cases:
        facts_of(case, case.to_document())
        document = case.to_document(texts=True)
        assert document["complainant"] == case.read(case.complainant)
        assert (document["answer"] is None) == (document["answered_at"] is None)


def test_a_problem_and_a_registration_result_are_valid(desk: Desk) -> None:
    wrong: Any = object()
    registrations = [Registration(facts=factories.facts(), site="CRE", verbatim="Madame"), wrong]
    opened, refused = desk.register_many(registrations)
    assert checked("view.registration_result", opened.to_document())["case"]["verbatim"] is None
    assert opened.to_document(texts=True)["case"]["verbatim"] == "Madame"
    assert checked("view.registration_result", refused.to_document("en"))["refusal"]["kind"] == "invalid"
    (foreign,) = desk.register_many([Registration(facts=factories.facts(), site="NULLE PART")])
    assert checked("view.registration_result", foreign.to_document())["refusal"]["code"] == "unknown_site"
    for command in ({"type": "dance"}, {"type": "reopen", "reason": "encore"}):
        with pytest.raises(ValueError, match=r".") as error:
            desk.execute("R-2026-000001", command)
        checked("view.problem", error.value.to_document())  # type: ignore[attr-defined]


def references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from (value for key, value in schema.items() if key == "$ref")
        for value in schema.values():
            yield from references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from references(value)


def test_the_components_of_openapi_refer_to_each_other_and_are_schemas() -> None:
    found = openapi_components()
    assert {"CaseView", "AnswerCaseCommand", "ClosePlanCommand", "CaseExplanation", "ProblemView", "Command"} <= set(
        found
    )
    for schema in found.values():
        Draft202012Validator.check_schema(schema)
    named = {reference.removeprefix("#/components/schemas/") for reference in references(found)}
    assert named <= set(found)
    mapping = found["Command"]["discriminator"]["mapping"]
    assert all(
        found[name.rpartition("/")[2]]["properties"]["type"] == {"const": verb} for verb, name in mapping.items()
    )


def test_a_view_is_not_read_back() -> None:
    document: dict[str, Any] = {"method": None, "causes": [], "report": "le planning"}
    with pytest.raises(FaultsError, match=r"^\$.report: 'le planning'; a view is written, and not read back"):
        CODEC.read(document, AnalysisView)


def test_schemas_have_the_labels_of_fields_and_codes() -> None:
    schema = document_schema("command.answer")
    assert schema["properties"]["text"]["x-label"] == {"fr": "réponse", "en": "answer"}
    assert schema["$defs"]["AnswerDecision"]["x-labels"]["founded"]["fr"] == "réclamation fondée"
    assert document_schema("command.qualify")["$defs"]["FactsChange"]["properties"]["likelihood"]["anyOf"][0] == {
        "type": "integer",
        "minimum": 1,
        "maximum": 4,
    }
