"""A client of the JSON API: one complaint from its registration to its closing, on any host of the library.

`python -m examples.api_client http://127.0.0.1:8000/api/ METZ NAME PASSWORD` runs it for a centre, with your log-in.
"""

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

NOW = datetime.now(UTC)
COMPLAINT = {
    "type": "complaint", "received_at": (NOW - timedelta(days=3)).isoformat(), "channel": "email", "formal": True,
    "complainant": "trainee", "nature": "grievance", "requirement": "contractual", "sold_service": True,
    "client_scope": "local", "service_reach": "one_centre", "mobilisation": "local",
}  # fmt: skip
ACTION = {
    "reference": "API-1", "type": "corrective", "origin": "complaint", "cause_family": "trainer_availability",
    "cause": "aucun remplaçant n'est prévu", "what": "tenir une liste de remplaçants", "owner": "M. Petit",
    "planned": str((NOW + timedelta(days=30)).date()), "criterion": "aucune séance sans formateur",
}  # fmt: skip
ACTS: tuple[dict[str, Any], ...] = (
    {"type": "acknowledge"},
    {"type": "add_support", "kind": "email", "title": "courriel de M. Nguyen"},
    {"type": "contain", "measure": "une formatrice de Colmar assure les séances"},
    {"type": "qualify", "problem": "une semaine sans formateur", "risks": {"training": 2},
     "facts": {"likelihood": 2, "recurrences": 0}},
    {"type": "analyse", "method": "ishikawa", "causes": ["trainer_availability"]},
    {"type": "plan", "actions": [ACTION]},
    {"type": "finish", "reference": "API-1", "evidence": "liste de six remplaçants"},
    {"type": "judge", "reference": "API-1", "effectiveness": "effective", "why": "aucune séance annulée"},
    {"type": "close", "reference": "API-1"},
    {"type": "answer", "decision": "founded", "text": "Cinq séances seront rattrapées.", "recourse": True},
    {"type": "close", "reason": "answered"},
)  # fmt: skip


def live(send: Callable[..., httpx.Response], site: str) -> Any:
    """Register a complaint, do what it waits for, close it; return the cases that a search for it finds."""

    def call(method: str, path: str, **content: object) -> Any:
        if (response := send(method, path, **content)).is_error:
            raise ValueError(response.json())  # a problem document: the reasons, in the language of Accept-Language
        return response.json()

    new = {"type": "register", "site": site, "complainant": "M. Nguyen", "verbatim": "Toujours personne."}
    case = f"cases/{call('POST', 'cases', json=new | {'facts': COMPLAINT})['reference']}"
    for act in ACTS:
        print(case, [step["label"] for step in call("GET", f"{case}/next-steps")])
        planned = {"actions": [ACTION | {"site": site}]} if act["type"] == "plan" else {}
        call("POST", f"{f'plans/site:{site}' if 'reference' in act else case}/commands", json=act | planned)
    print([(work["label"], work["count"]) for work in call("GET", "worklist")["cases"]])
    return [hit["case"] for hit in call("GET", "search", params={"q": case[6:]})["hits"]]


if __name__ == "__main__":
    live(httpx.Client(base_url=sys.argv[1], auth=(sys.argv[3], sys.argv[4])).request, sys.argv[2])
