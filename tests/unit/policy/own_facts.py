"""An edition with a fact of each type, for tests."""

from typing import Any

from reclamation_core.policy import Policy, parse_policy


def both(fr: str, en: str) -> dict[str, str]:
    return {"fr": fr, "en": en}


SUBCONTRACTED: dict[str, Any] = {
    "name": "subcontracted",
    "label": both("prestation sous-traitée", "subcontracted service"),
    "question": both("La prestation était-elle sous-traitée ?", "Was the service subcontracted?"),
    "type": "boolean",
}
FUNDER: dict[str, Any] = {
    "name": "funder",
    "label": both("financeur", "funder"),
    "type": "codes",
    "kinds": ["complaint"],
    "codes": [
        {"code": "opco", "label": both("OPCO", "skills operator")},
        {"code": "region", "label": both("Région", "regional council")},
        {"code": "DIF", "label": both("droit individuel", "individual right"), "retired": True},
    ],
}
PRIORITY: dict[str, Any] = {
    "name": "priority",
    "label": both("priorité", "priority"),
    "type": "ordered_codes",
    "blank": "absent",
    "codes": [{"code": code, "label": both(code, code)} for code in ("low", "high")],
}
GROUP_SIZE: dict[str, Any] = {
    "name": "group_size",
    "label": both("taille du groupe", "size of the group"),
    "type": "integer",
    "minimum": 1,
    "maximum": 30,
}
HOURS: dict[str, Any] = {
    "name": "hours",
    "label": both("heures", "hours"),
    "type": "number",
    "minimum": 0,
    "blank": "absent",
}
STARTED: dict[str, Any] = {"name": "started", "label": both("début", "start"), "type": "day"}
SESSION: dict[str, Any] = {"name": "session", "label": both("session", "session"), "type": "text", "longest": 20}
BORN: dict[str, Any] = {"name": "born", "label": both("naissance", "birth"), "type": "day", "personal": True}
FACTS: list[dict[str, Any]] = [SUBCONTRACTED, FUNDER, PRIORITY, GROUP_SIZE, HOURS, STARTED, SESSION, BORN]
TO_THE_REGION: dict[str, Any] = {
    "id": "subcontracted-to-region",
    "when": {"own.subcontracted": "true"},
    "then": "regional",
    "clause": "note 12",
}


def own_policy(edition: str = "own", facts: Any = FACTS, tables: Any = None, **options: Any) -> Policy:
    """Return the edition: a subcontracted service goes to the region."""
    tables = {"level": {"add": [TO_THE_REGION]}} if tables is None else tables
    document = {"starts_from": "M2-1", "edition": edition, "facts": facts, "tables": tables, **options}
    return parse_policy(document)
