"""A document of each command with every key, for tests."""

from typing import Any, Final

import attrs

from reclamation_core.cases.aggregate import is_entered
from reclamation_core.cases.plain import plain
from reclamation_core.testing._examples import case_example
from tests.unit.desk.examples import EVENT_OF

AT: Final = "2026-06-30T09:00:00+02:00"
WHEN: Final[dict[str, Any]] = {"occurred_at": AT, "expected_version": 3}
FACTS: Final[dict[str, Any]] = {
    "channel": "email",
    "formal": True,
    "complainant": "trainee",
    "nature": "grievance",
    "requirement": "contractual",
    "sold_service": True,
    "satisfaction": "5.5",
    "client_scope": "local",
    "theme": "trainer",
    "service_reach": "one_centre",
    "mobilisation": None,
    "severity_safety": 0,
    "likelihood": 4,
    "recurrences": 12,
    "causes": 1,
}
KNOWN: Final = {name: value for name, value in FACTS.items() if value is not None}
SHEET: Final[dict[str, Any]] = {
    "reference": "A-1",
    "type": "corrective",
    "origin": "complaint",
    "origin_reference": "AUD-3",
    "process": "PCS 4",
    "site": "CRE",
    "cause_family": "organisation",
    "cause": "le planning",
    "finding": "trois absences",
    "requirement": "la convention",
    "what": "doubler le planning",
    "priority": "high",
    "owner": "Mme Roux",
    "resources": "une journée",
    "planned": "2026-07-15",
    "criterion": "aucune absence",
    "check_on": "2026-08-15",
    "spread": ["STD"],
}
REGISTRATION: Final[dict[str, Any]] = {
    "site": "CRE",
    "service_sites": ["CRE", "STD"],
    "handling_unit": "STD",
    "source": "courriel-17",
    "complainant": "M. Durand",
    "verbatim": "la salle est froide",
    "occurred_at": AT,
}


def _of_example(data: Any) -> dict[str, Any]:
    """Return the arguments of a command as plain data, from the example of its event."""
    given = attrs.asdict(data, recurse=False, filter=lambda field, _: is_entered(field))
    return {**WHEN, **{name: plain(value) for name, value in given.items()}}


CASES: Final[dict[str, dict[str, Any]]] = {
    **{command: _of_example(case_example(cls.event_type.name)[1]) for command, cls in EVENT_OF.items()},
    "register": REGISTRATION
    | {"facts": {"type": "complaint", "received_at": AT, **KNOWN}, "remedy_sought": "un remboursement"},
    "register_survey_result": REGISTRATION
    | {"satisfaction": 3.5, "received_at": AT, "company": False, "nature": "grievance", "own": {"sous_traitee": True}},
    "complete_facts": WHEN | {"facts": FACTS},
    "correct": WHEN | {"reason": "lu trop vite", "facts": {"received_at": AT, **FACTS}},
    "plan": WHEN | {"actions": [SHEET, "A-2"], "scope": {"kind": "site", "code": "CRE"}},
}
CASES["qualify"] |= {"risks": {"training": 2, "legal": 1}, "facts": {"likelihood": 2}}
ACTION: Final = WHEN | {"reference": "A-1"}
PLANS: Final[dict[str, dict[str, Any]]] = {
    "acknowledge_signal": WHEN | {"signal": "site:CRE@2026-W14"},
    "dismiss_signal": WHEN | {"signal": "site:CRE@2026-W14", "reason": "une enquête"},
    "add": WHEN | {"sheet": SHEET},
    "amend": ACTION | {"reason": "relu", "changes": {name: SHEET[name] for name in SHEET if name != "reference"}},
    "progress": ACTION | {"note": "on avance"},
    "finish": ACTION | {"evidence": "la liste", "criterion": "aucune absence"},
    "judge": ACTION
    | {"effectiveness": "not_effective", "why": "encore", "follow_up": {"scope": {"kind": "nation"}, "action": "A-9"}},
    "follow_up": ACTION | {"follow_up": "A-2"},
    "close": ACTION | {"comment": "fait"},
    "abandon": ACTION | {"reason": "sans objet"},
    "reopen": ACTION | {"reason": "de nouveau"},
    "forget": ACTION | {"kinds": ["free"]},
    "publish": WHEN | {"recipients": ["Tous les PCS"]},
}


def documents(commands: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The documents, with their type."""
    return {verb: {"type": verb, **document} for verb, document in commands.items()}
