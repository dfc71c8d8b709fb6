"""What Hypothesis runs when it is imported: `st.from_type` of the library's classes, without importing the library.

Hypothesis is often imported before anything else, by its pytest plugin for one. Were the library imported then, its
modules would be made before coverage begins to look. So a class is registered when its own module is imported, by
whoever imports it, and its strategy is looked for when it is asked for.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_CALENDARS, _CASES = "reclamation_core.calendars", "reclamation_core.cases"
_POLICY, _VOCABULARY = "reclamation_core.policy", "reclamation_core.vocabulary"
_HAPPENINGS = """
    Acknowledged ActionsPlanned Analysed Anonymised Answered Closed ContainmentEffectRecorded ContainmentTaken
    DateCorrected DeadlineResumed DeadlineSuspended FactsCompleted FactsCorrected Linked NoActionNeeded Qualified
    ReactionRecorded ReferredToMediation Reopened Rerouted RetentionResumed RetentionSuspended SupportAdded Transcribed
    Withdrawn
"""
"""What a command can ask for; each is drawn by `happenings(of=...)`."""
STRATEGIES: dict[str, dict[str, str]] = {
    f"{_CALENDARS}.calendar": {"BusinessCalendar": "calendars"},
    f"{_CALENDARS}.definition": {"CalendarDefinition": "calendar_definitions"},
    f"{_CALENDARS}.ranges": {"DayRange": "day_ranges"},
    f"{_CALENDARS}.rule": {"DeadlineRule": "deadline_rules"},
    f"{_CASES}.case": {"Case": "cases"},
    f"{_CASES}.causes.base": {"CauseAnalysis": "analyses"},
    f"{_CASES}.causes.cause_tree": {"CauseTree": "cause_trees"},
    f"{_CASES}.causes.eight_d": {"EightD": "eight_ds"},
    f"{_CASES}.causes.five_whys": {"FiveWhys": "five_whys"},
    f"{_CASES}.causes.ishikawa": {"Ishikawa": "ishikawas"},
    f"{_CASES}.causes.pdca": {"Pdca": "pdcas"},
    f"{_CASES}.causes.qqoqcp": {"Qqoqcp": "qqoqcps"},
    f"{_CASES}.causes.taxonomy": {"Taxonomy": "taxonomies"},
    f"{_CASES}.event": {"RecordedEvent": "events"},
    f"{_CASES}.happenings": dict.fromkeys(_HAPPENINGS.split(), "happenings"),
    f"{_CASES}.line_reference": {"LineReference": "line_references"},
    "reclamation_core.plans.action": {"Action": "actions", "ActionSheet": "action_sheets"},
    "reclamation_core.plans.deciding": {"Signature": "signatures"},
    "reclamation_core.plans.edition": {"PublishedPlan": "editions"},
    "reclamation_core.plans.event": {"RecordedPlanEvent": "plan_events"},
    "reclamation_core.plans.plan": {"Pgaac": "pgaacs"},
    f"{_CASES}.plan_scope": {"PlanScope": "plan_scopes"},
    "reclamation_core.desk.opening": {"Registration": "registrations"},
    f"{_POLICY}.book": {"PolicyBook": "policy_books"},
    f"{_POLICY}.parameters": {
        "ComplexityParameters": "complexity_parameters",
        "Parameters": "policy_parameters",
        "RetentionParameters": "retention_parameters",
        "RiskParameters": "risk_parameters",
        "RoleParameters": "role_parameters",
        "SurveyParameters": "survey_parameters",
    },
    f"{_POLICY}.policy": {"Policy": "policies"},
    "reclamation_core.tables.table": {"DecisionTable": "decision_tables"},
    f"{_VOCABULARY}.facts": {"ComplaintFacts": "complaint_facts", "MalfunctionFacts": "malfunction_facts"},
    f"{_VOCABULARY}.sites": {"Site": "sites", "Sites": "site_lists"},
}
"""By module, its classes and the strategy of each, by its name in `reclamation_core.testing.strategies`."""


def _register(module: ModuleType) -> None:
    from hypothesis import strategies as st

    for name, strategy in STRATEGIES[module.__name__].items():
        st.register_type_strategy(getattr(module, name), _Asked(strategy))


class _Asked:
    """A strategy that is looked for when it is asked for."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __call__(self, cls: type) -> Any:
        strategy = getattr(importlib.import_module("reclamation_core.testing.strategies"), self._name)
        return strategy(of=cls) if self._name == "happenings" else strategy()


class _Registering(Loader):
    """Loads a module as another loader does, then registers its classes."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        if module.__spec__ is not None:
            module.__spec__.loader = module.__loader__ = self._loader
        self._loader.exec_module(module)
        _register(module)


class _Finder(MetaPathFinder):
    """Finds the modules that have classes to register, as the others do."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname not in STRATEGIES:
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None:
                    spec.loader = _Registering(spec.loader)
                return spec
        return None


def _hypothesis_setup_hook() -> None:
    """Register what is imported already, and what will be."""
    for name in STRATEGIES:
        if name in sys.modules:
            _register(sys.modules[name])
    sys.meta_path.insert(0, _Finder())
