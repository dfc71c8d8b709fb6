"""The description of the API as OpenAPI: its routes, the schemas of documents and commands, examples and links."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from reclamation_core.desk import Desk
from reclamation_core.integrations.api.parameters import words
from reclamation_core.integrations.api.requests import FILE, JSON_TYPE, PROBLEM_TYPE, http_problem
from reclamation_core.integrations.api.routes import ROUTES, Route
from reclamation_core.plans import ActionSheet, ActionType
from reclamation_core.policy import Policy, PolicyBook
from reclamation_core.reporting import LetterSettings, TextBlock
from reclamation_core.schemas import openapi_components
from reclamation_core.vocabulary import Fact
from reclamation_core.vocabulary.facts import KINDS
from reclamation_core.vocabulary.own_documents import criterion_schema, fact_schema, searched_facts
from reclamation_core.vocabulary.own_facts import OWN

PROBLEM_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    status: {
        "description": "Problem details (RFC 9457)",
        "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemView"}}},
    }
    for status in ("4XX", 422, 503)
}
"""The refusals in the OpenAPI description of routes of the application: `responses=` of its router."""
_STATUS: Final = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
_REFUSED: Final = ("4XX", 404, 405, 422, 503)
_COMMAND_REFUSED: Final = ("4XX", 403, 404, 405, 409, 412, 413, 415, 422, 503)
_ACKNOWLEDGE: Final = {"type": "acknowledge"}
_PUBLISH: Final = {"type": "publish", "recipients": ["RQR"]}
_REGISTER: Final = {
    "type": "register",
    "site": "CRE",
    "complainant": "M. Durand",
    "verbatim": "La session a commencé sans formateur.",
    "facts": {
        "type": "complaint",
        "received_at": "2026-06-30T09:30:00+02:00",
        "channel": "email",
        "formal": True,
        "complainant": "trainee",
        "nature": "grievance",
        "requirement": "contractual",
        "sold_service": True,
        "client_scope": "local",
        "service_reach": "one_centre",
        "mobilisation": "local",
    },
}
_ANSWER: Final = {"type": "answer", "decision": "founded", "text": "Un formateur a été remplacé."}
_MESSAGE: Final = {
    "site": "CRE",
    "received_on": "2026-07-02",
    "text": "La session a commencé sans formateur !",
    "sender": "M. Durand",
}
_BODIES: Final = {
    "register": _REGISTER,
    "act": _ACKNOWLEDGE,
    "act_on_plan": _PUBLISH,
    "preview_letter": _ANSWER,
    "similar_cases": _MESSAGE,
}
"""An example of the document of each route that takes one."""
_LETTERS: Final = LetterSettings(
    organisation="Afpa",
    address="12 rue de l'Exemple",
    signatory="Jeanne Martin",
    signatory_title="directrice du centre",
    mediator="Médiateur de l'organisme",
    data_protection="dpo@example.org",
    legal_basis="l'exécution du contrat de formation",
    recipients="le centre",
)
_BLOCK: Final = TextBlock(name="remplacement", title="Remplacement", text="Le message du {received} est fondé.")


def described(route: Route) -> dict[str, Any]:
    """Return the description of a route: an operation of OpenAPI."""
    parameters = [parameter.described(name, default) for name, parameter, default in route.arguments.each()]
    found: dict[str, Any] = {"summary": route.fr, "description": words(route.fr, route.en)}
    if route.has_tag:
        parameters.append(_header("If-None-Match", "La version déjà connue", "The version known"))
    if route.takes_file:
        file = {"type": "string", "format": "binary"}
        form = {"type": "object", "required": [FILE], "properties": {FILE: file}}
        found["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": form}}}
    if taken := route.command or route.body:
        body = {"schema": _reference(taken), "example": _BODIES[route.name]}
        found["requestBody"] = {"required": True, "content": {JSON_TYPE: body}}
        if route.command and route.status != 201:
            parameters.append(_header("If-Match", "La version attendue", "The version expected"))
    return {**found, "parameters": parameters, "responses": responses(route)}


def responses(route: Route) -> dict[int | str, Any]:
    """Return the description of the responses of a route."""
    schema = _reference(route.answer) if isinstance(route.answer, str) else route.answer
    schema = {"type": "array", "items": schema} if route.is_many else schema
    headers = dict(route.headers)
    if route.has_tag or route.command:
        headers["ETag"] = {"schema": {"type": "string"}, "description": "The version"}
    content = {route.media_type: {"schema": schema}}
    found: dict[int | str, Any] = {route.status: {"description": route.fr, "content": content, "headers": headers}}
    if route.status == 201 and route.command:
        found[200] = found[201] | {"description": "Le message était déjà enregistré : son dossier"}
    if route.has_tag:
        found[304] = {"description": "The client has this version (If-None-Match)"}
    refused = _COMMAND_REFUSED if route.command or route.body or route.takes_file else _REFUSED
    return found | dict.fromkeys(refused, PROBLEM_RESPONSES[422])


PROBE_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "OK", "content": {JSON_TYPE: {"schema": _STATUS}}},
    **dict.fromkeys(_REFUSED, PROBLEM_RESPONSES[422]),
}
"""The responses in the OpenAPI description of the probes."""


def _reference(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _header(name: str, fr: str, en: str) -> dict[str, Any]:
    described = {"description": words(fr, en), "schema": {"type": "string"}, "example": '"v1"'}
    return {"name": name, "in": "header", "required": False, **described}


def add_components(document: dict[str, Any], policy: Policy | PolicyBook | None = None) -> None:
    """Add the schemas of documents and commands, examples and links to a description; once.

    Args:
        document: the description.
        policy: the option of the desk: the facts that its editions declare themselves are described.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    if "Command" not in schemas:
        schemas |= openapi_components()
        for name, example in _examples().items():
            schemas[name] = {**schemas[name], "examples": [example]}
        _describe_own_facts(schemas, PolicyBook.of(policy).facts)
        _describe_criteria(document["paths"], PolicyBook.of(policy).facts.values())
        _link(document["paths"])


def _describe_own_facts(schemas: Mapping[str, Any], declared: Mapping[str, Fact]) -> None:
    """Describe the own values of facts by the declarations of their editions, of one kind of case or of both."""
    for schema in schemas.values() if declared else ():
        properties = schema.get("properties", {})
        if OWN in properties:
            of_type = properties.get("type", {}).get("const")  # a survey result registers a complaint
            kinds = KINDS if of_type is None else KINDS[1:] if of_type == KINDS[1] else KINDS[:1]
            own = {name: fact_schema(fact) for name, fact in declared.items() if {*kinds} & {*fact.kinds}}
            properties[OWN] = {**properties[OWN], "properties": own}


def _describe_criteria(paths: Mapping[str, Any], facts: Iterable[Fact]) -> None:
    """Describe the query parameters that find cases by the facts of editions, `own_NAME`."""
    found = [
        {
            "name": name,
            "in": "query",
            "required": False,
            "description": words(fact.label.fr, fact.label.en),
            "schema": criterion_schema(fact),
        }
        for name, fact in searched_facts(facts).items()
    ]
    searched = tuple(route.template for route in ROUTES if route.is_searched)
    for path, operations in paths.items() if found else ():
        if path.endswith(searched):
            operations["get"]["parameters"] = [*operations["get"]["parameters"], *found]


def _link(paths: Mapping[str, Any]) -> None:
    """Link the operations on cases and plans: what answers with a reference, and what takes one."""
    first = {"reference": "$response.body#/summaries/0/reference"}
    published = {"scope": "$request.path.scope", "number": "$response.body#/publications/0/number"}
    for path, operations in paths.items():
        if path.endswith("/cases") and f"{path}/{{reference}}/commands" in paths:
            linked = [
                operation for other in paths if other.startswith(f"{path}/{{") for operation in paths[other].values()
            ]
            _add_links(operations["post"]["responses"]["201"], linked, {"reference": "$response.body#/reference"})
            _add_links(operations["get"]["responses"]["200"], linked, first)
        elif path.endswith("/plans/{scope}/commands"):
            read = f"{path.removesuffix('commands')}published/{{number}}"
            _add_links(operations["post"]["responses"]["200"], paths[read].values(), published)


def _add_links(
    response: dict[str, Any], operations: Iterable[Mapping[str, Any]], parameters: Mapping[str, str]
) -> None:
    links = {one["operationId"]: {"operationId": one["operationId"], "parameters": parameters} for one in operations}
    response["links"] = links


class _Clock:  # the description is the same on each day
    def now(self) -> datetime:
        return datetime(2026, 7, 1, 9, tzinfo=UTC)


def _examples() -> dict[str, Any]:
    """Return an example of each document: what a small desk in memory answers."""
    desk = Desk.in_memory(clock=_Clock())
    case = desk.execute(None, _REGISTER)
    plan = desk.pgaac("CRE")
    plan.add(
        ActionSheet(
            reference="A-1",
            type=ActionType.CORRECTIVE,
            origin="internal_audit",
            site="CRE",
            what="prévoir un formateur de remplacement",
            owner="Mme Blanc",
            cause_family="organisation",
            cause="absence non remplacée",
        )
    )
    plan.publish(recipients=["RQR"])
    day = date(2026, 7, 31)
    return {
        "Agenda": desk.agenda(day).to_document(texts=True),
        "AvailableCommandView": desk.available_commands(case.reference)[0].to_document(),
        "CaseExplanation": desk.explain(case.reference).to_document(),
        "CaseOverviewView": desk.overview(case.reference).to_document(texts=True),
        "CaseSearchView": desk.cases.search("1").to_document(day, texts=True),
        "CaseSummariesView": desk.cases.summaries().to_document(day, texts=True),
        "CaseView": case.to_document(texts=True),
        "Command": _REGISTER,
        "CommandFormView": desk.form("close", case.reference).to_document(),
        "LetterView": desk.reports.letter(case.reference, "acknowledgement", _LETTERS).to_document(),
        "NextStepView": desk.next_steps(case.reference)[0].to_document(),
        "PgaacView": plan.current.to_document(texts=True),
        "PlanCommand": _PUBLISH,
        "ProblemView": http_problem(404, "fr"),
        "PublishedPlanView": plan.published_plan_to_document(1, texts=True),
        "Signals": desk.signals(since=date(2026, 6, 1), until=day).to_document(),
        "SimilarCaseView": desk.cases.similar(
            _MESSAGE["text"], site=case.site, received_on=day, sender=_MESSAGE["sender"]
        )[0].to_document(texts=True),
        "SimilarMessage": _MESSAGE,
        "TextBlockView": desk.reports.text_blocks(case.reference, [_BLOCK])[0].to_document(),
        "TimelineEntry": case.timeline("fr")[0].to_document(),
        "WorklistView": desk.worklist(as_of=day).to_document(),
    }
