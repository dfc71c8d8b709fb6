"""The JSON Schema of everything that is exchanged as a document, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from reclamation_core.cases.causes.documents import ANALYSES
from reclamation_core.cases.causes.documents import CODEC as ANALYSIS_CODEC
from reclamation_core.cases.documents import CODEC, EVENTS, FACTS, VAULT_CODEC, CaseDocument, VaultDocument, state_class
from reclamation_core.cases.events.base import RecordedEvent
from reclamation_core.cases.explanation import CaseExplanation
from reclamation_core.cases.journal import CODEC as CHECKPOINT_CODEC
from reclamation_core.cases.journal import Checkpoint
from reclamation_core.cases.next_steps import NextStepView
from reclamation_core.cases.plain import CODEC as VIEW_CODEC
from reclamation_core.cases.plain import CaseView, ProblemView, TimelineEntry
from reclamation_core.desk.agenda import Agenda, AvailableCommandView, AwaitedAnswer, AwaitedCheck, Signals
from reclamation_core.desk.commands import CASE_COMMANDS, PLAN_COMMANDS, CommandFamily
from reclamation_core.desk.documents import DocumentStatus
from reclamation_core.desk.forms import CommandFormView
from reclamation_core.desk.maintenance import Alert
from reclamation_core.desk.overview import CaseAction, CaseOverviewView
from reclamation_core.desk.registration import RegistrationResultView
from reclamation_core.desk.search import CaseSearchView
from reclamation_core.desk.similar import SimilarCaseView, SimilarMessage
from reclamation_core.desk.worklist import WorklistView
from reclamation_core.documents.codec import Codec, Schema, Variants
from reclamation_core.documents.schema import components, json_schema
from reclamation_core.indicators.falls import ActionEffect
from reclamation_core.indicators.views import IndicatorPageView, IndicatorSeriesView, IndicatorTableView
from reclamation_core.plans.action import ActionView
from reclamation_core.plans.documents import CODEC as PLAN_CODEC
from reclamation_core.plans.documents import EVENTS as PLAN_EVENTS
from reclamation_core.plans.documents import PlanDocument
from reclamation_core.plans.events import RecordedPlanEvent
from reclamation_core.plans.published import PgaacView, PublishedPlanView
from reclamation_core.policy.documents import edition_schema
from reclamation_core.policy.policy_file import policy_schema
from reclamation_core.ports.query import CaseSummaryView
from reclamation_core.ports.summaries import CaseSummariesView
from reclamation_core.reporting.letters import LetterView
from reclamation_core.reporting.text_blocks import TextBlockView
from reclamation_core.tables.document import table_schema

__all__ = ["SCHEMAS", "document_schema", "openapi_components"]

_Made = Iterator[tuple[str, Callable[[], Schema]]]


def _whole(codec: Codec, cls: Any, name: str) -> _Made:
    yield name, partial(json_schema, codec, cls, name)


def _each(codec: Codec, variants: Variants, name: str) -> _Made:
    yield from _whole(codec, variants.annotation, name)
    for type_, cls in variants.classes.items():
        yield from _whole(codec, cls, f"{name}.{type_}")


def _events(codec: Codec, event: type[Any], variants: Variants, name: str) -> _Made:
    yield from _whole(codec, event, name)
    for type_, cls in variants.classes.items():
        narrower = f"{name}.{type_}"
        yield narrower, partial(json_schema, codec, event, narrower, data=cls)


def _commands(family: CommandFamily, name: str) -> _Made:
    yield name, partial(family.schema, name)
    for verb in (*family.others, *map(str, family.events.values())):
        yield f"{name}.{verb}", partial(family.schema, f"{name}.{verb}", verb)


VIEWS: Final[Mapping[str, type[Any]]] = {
    "action": ActionView,
    "action_effect": ActionEffect,
    "agenda": Agenda,
    "alert": Alert,
    "available_command": AvailableCommandView,
    "awaited_answer": AwaitedAnswer,
    "awaited_check": AwaitedCheck,
    "case": CaseView,
    "case_action": CaseAction,
    "case_overview": CaseOverviewView,
    "case_search": CaseSearchView,
    "case_summaries": CaseSummariesView,
    "case_summary": CaseSummaryView,
    "command_form": CommandFormView,
    "document": DocumentStatus,
    "explanation": CaseExplanation,
    "letter": LetterView,
    "indicator_page": IndicatorPageView,
    "indicator_series": IndicatorSeriesView,
    "indicator_table": IndicatorTableView,
    "next_step": NextStepView,
    "plan": PgaacView,
    "problem": ProblemView,
    "published_plan": PublishedPlanView,
    "registration_result": RegistrationResultView,
    "signals": Signals,
    "similar_case": SimilarCaseView,
    "text_block": TextBlockView,
    "timeline_entry": TimelineEntry,
    "worklist": WorklistView,
}
"""What `to_document` writes, by name: the class that describes it."""


_MADE: Final[Mapping[str, Callable[[], Schema]]] = {
    **dict(_each(ANALYSIS_CODEC, ANALYSES, "analysis")),
    **dict(_whole(CODEC, CaseDocument, "case")),
    **dict(_whole(CODEC, state_class(), "case_state")),
    **dict(_commands(CASE_COMMANDS, "command")),
    **dict(_commands(PLAN_COMMANDS, "plan_command")),
    **dict(_whole(CHECKPOINT_CODEC, Checkpoint, "checkpoint")),
    **dict(_events(CODEC, RecordedEvent, EVENTS, "event")),
    **dict(_each(CODEC, FACTS, "facts")),
    **dict(_whole(PLAN_CODEC, PlanDocument, "plan")),
    **dict(_events(PLAN_CODEC, RecordedPlanEvent, PLAN_EVENTS, "plan_event")),
    "policy": policy_schema,
    "edition": edition_schema,
    "table": table_schema,
    **{f"view.{name}": partial(json_schema, VIEW_CODEC, cls, f"view.{name}") for name, cls in VIEWS.items()},
    **dict(_whole(VIEW_CODEC, SimilarMessage, "similar_message")),
    **dict(_whole(VAULT_CODEC, VaultDocument, "vault")),
}

SCHEMAS: Final = tuple(sorted(_MADE))
"""The names of the documents that have a schema: `case`, `event`, `event.registered`, ..."""


def document_schema(name: str) -> Schema:
    """The JSON Schema (draft 2020-12) of a document, by its name.

    Raises:
        ValueError: no document has that name.

    >>> document_schema("event.registered")["$id"]
    'urn:reclamation-core:schema:event.registered'
    """
    if name not in _MADE:
        raise ValueError(f"name: {name!r} is no document's; choose among {', '.join(SCHEMAS)}")
    return _MADE[name]()


def openapi_components() -> dict[str, Schema]:
    """Return the schemas of all views, commands and messages as components of OpenAPI 3.1, by the names of classes.

    `Command` and `PlanCommand` are any command on a case or a plan, told apart by their `type`.

    >>> openapi_components()["AnswerCaseCommand"]["properties"]["decision"]["$ref"]
    '#/components/schemas/AnswerDecision'
    """
    prefix = "#/components/schemas/"
    found = dict(components(VIEW_CODEC, (*VIEWS.values(), SimilarMessage), prefix))
    for name, family in (("Command", CASE_COMMANDS), ("PlanCommand", PLAN_COMMANDS)):
        found |= components(family.codec, family.classes.values(), prefix)
        mapping = {verb: f"{prefix}{cls.__name__}" for verb, cls in family.classes.items()}
        found[name] = {
            "oneOf": [{"$ref": reference} for reference in mapping.values()],
            "discriminator": {"propertyName": "type", "mapping": mapping},
        }
    return found
