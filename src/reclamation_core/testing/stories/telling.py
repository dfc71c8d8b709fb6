"""What a story tells of itself in French, where it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import attrs

from reclamation_core.cases import Case
from reclamation_core.missing import Missing
from reclamation_core.plans import Action
from reclamation_core.policy import m2_1
from reclamation_core.vocabulary import LabelledEnum


def of_case(case: Case) -> str:
    """A case, as it is when its story begins."""
    received = f"reçu le {_shown(case.received_at)} et enregistré à {case.site}"
    return f"Étant donné le dossier {case.reference} ({case.kind.label('fr')}), {received} : {_facts(case)}"


def _facts(case: Case) -> str:
    facts = {field.name: getattr(case.facts, field.name) for field in attrs.fields(type(case.facts))}
    labels = {input_.name: input_.label.fr for table in m2_1().tables.values() for input_ in table.base}
    known = {labels[name]: value for name, value in facts.items() if name in labels and not isinstance(value, Missing)}
    return " ; ".join(f"{label} : {_shown(value)}" for label, value in known.items())


def of_act(verbs: type[LabelledEnum], name: str, positional: Iterable[Any], given: Mapping[str, Any]) -> str:
    """What is done, by the French label that its verb has among others, and with what."""
    verb = next((verb.label("fr") for verb in verbs if verb.value == name), name)
    said = [*map(_shown, positional), *(f"{field} = {_shown(value)}" for field, value in given.items())]
    return f"« {verb} » ({', '.join(said)})" if said else f"« {verb} »"


def of_state(case: Case) -> str:
    """Where a case then stands."""
    due = "" if case.awaited_on is None else f", réponse attendue pour le {_shown(case.awaited_on)}"
    due = ", délai suspendu" if case.is_deadline_suspended else due
    return f"{case.state.label('fr')}, {case.standing.label('fr')}, niveau {case.level.label('fr')}{due}"


def of_action(action: Action) -> str:
    """Where an action then stands."""
    judged = "" if action.effectiveness is None else f", jugée {action.effectiveness.label('fr')}"
    return f"action {action.reference} : {action.status.label('fr')}{judged}"


def _shown(value: Any) -> str:
    if isinstance(value, LabelledEnum):
        return value.label("fr")
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return f"{value:%d/%m/%Y à %H:%M}"
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"« {value} »" if isinstance(value, str) else repr(value)


def apart(name: str, expected: Any, found: Any) -> str:
    """What a story expects, and what it finds."""
    return f"{name} : attendu {_shown(expected)}, trouvé {_shown(found)}"
