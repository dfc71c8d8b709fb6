"""Many clients act on one case through the API of the example with FastAPI: each accepted act is recorded once.

Every other act is answered by 409 or 412. The acts of each client may be given: `python -m soak.api_clients 500`.
"""

from __future__ import annotations

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final

import httpx

from examples.fastapi_app.application import create_app, prepare
from examples.fastapi_app.people import PASSWORD
from soak.faults import Server
from tests.asgi import immediate_engine, served

CLIENTS: Final = 8
ACTS: Final = 500
FACTS: Final = {"type": "complaint", "received_at": "2026-06-30T09:30:00+02:00", "channel": "email"}
REGISTER: Final = {"type": "register", "site": "METZ", "facts": FACTS}


def acted(url: str, clients: int, acts: int) -> Counter[int]:
    """Let clients act on one case at once, each a number of times, and compare the answers with the case.

    Every client acts as if it were alone: it reads the case and sends an act with the version that it read (If-Match).
    Each third act is sent twice, as by a double click; each fifth is sent without a version.

    Returns:
        How often each status was answered.

    Raises:
        AssertionError: an accepted act is not recorded once, one that was refused is recorded, or an act was answered
            otherwise.
    """
    engine = immediate_engine(url)
    prepare(engine)
    with (
        served(create_app(engine)) as address,
        httpx.Client(base_url=f"{address}/api", auth=("metz", PASSWORD), timeout=60) as client,
    ):
        case = client.post("/cases", json=REGISTER).json()
        with ThreadPoolExecutor(clients) as pool:
            results = pool.map(lambda one: _act(address, case["reference"], str(one), acts), range(clients))
            answers = [answer for result in results for answer in result]
        timeline = client.get(f"/cases/{case['reference']}/timeline").json()
        version = client.get(f"/cases/{case['reference']}").json()["version"]
    engine.dispose()
    accepted = Counter(title for title, status in answers if status == 200)
    recorded = Counter(entry["sentence"].rpartition(" : ")[2] for entry in timeline[1:])
    assert recorded == accepted, f"accepted {accepted - recorded}, recorded {recorded - accepted}"
    assert set(accepted.values()) == {1}
    assert version == 1 + len(accepted)
    statuses = Counter(status for _, status in answers)
    assert set(statuses) <= {200, 409, 412}, statuses
    return statuses


def _act(address: str, reference: str, name: str, acts: int) -> list[tuple[str, int]]:
    """Act a number of times; return the title of each act with the status of its answer."""
    answers: list[tuple[str, int]] = []
    case = f"{address}/api/cases/{reference}"
    with httpx.Client(auth=("metz", PASSWORD), timeout=60) as client:
        for number in range(acts):
            title = f"pièce {name}-{number}"
            act = {"type": "add_support", "kind": "email", "title": title}
            is_versioned = number % 5 != 4
            headers = {"If-Match": client.get(case).headers["etag"]} if is_versioned else {}
            for _ in range(2 if is_versioned and number % 3 == 0 else 1):
                answer = client.post(f"{case}/commands", json=act, headers=headers)
                answers.append((title, answer.status_code))
    return answers


def main() -> None:
    """Let the clients act on both kinds of database, and show the figures."""
    acts = int(sys.argv[1]) if len(sys.argv) > 1 else ACTS
    with TemporaryDirectory() as folder, closing(Server()) as server:
        for kind, url in (("SQLite", f"sqlite:///{Path(folder)}/cases.db"), ("PostgreSQL", server.database())):
            start = perf_counter()
            statuses = acted(url, CLIENTS, acts)
            figures = ", ".join(f"{count} × {status}" for status, count in sorted(statuses.items()))
            print(f"{kind}, {perf_counter() - start:.0f} s: {figures}; lost 0, recorded twice 0", flush=True)


if __name__ == "__main__":
    main()
