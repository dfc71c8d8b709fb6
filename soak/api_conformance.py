"""Schemathesis sends requests that it makes from the OpenAPI description of the example with FastAPI: valid and invalid
ones, one by one and in sequences. No answer is a server error, and each is as the description says.

The seed is shown, and may be given, and so may the number of requests: `python -m soak.api_conformance 7 10000`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from random import SystemRandom
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import create_engine

from examples.fastapi_app.application import create_app, prepare
from examples.fastapi_app.people import PASSWORD
from examples.fastapi_app.seed import seed as seed_register
from soak.faults import Server
from tests.asgi import served

CASES: Final = 10_000
PHASES: Final = ("examples", "coverage", "fuzzing", "stateful")
CHECKS: Final = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "negative_data_rejection",
    "missing_required_header",
    "unsupported_method",
    "allow_header_conformance",
    "ignored_auth",
)
_MADE: Final = re.compile(r"([0-9,]+) generated")


def conformance(url: str, seed: int, examples: int, phases: tuple[str, ...] = PHASES) -> int:
    """Send requests to the example on a new database of PostgreSQL; return how many were sent.

    Args:
        url: the address of an empty database.
        seed: the seed of the requests.
        examples: how many requests are drawn for each operation.
        phases: the phases of Schemathesis; `coverage` alone sends some 10,000 requests.

    Raises:
        AssertionError: an answer is a server error, or is not as the description says.
    """
    engine = create_engine(url)
    prepare(engine)
    seed_register(engine, 5)
    with served(create_app(engine)) as address, TemporaryDirectory() as folder:
        command = [
            *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{address}/openapi.json"),
            *("--auth", f"aq:{PASSWORD}", "--checks", ",".join(CHECKS), "--seed", str(seed)),
            *(
                "--phases",
                ",".join(phases),
                "--max-examples",
                str(examples),
                "--continue-on-failure",
                "--suppress-health-check",
                "all",
            ),
            *("--request-timeout", "60", "--generation-database", "none", "--warnings", "off", "--no-color"),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True, cwd=folder)
    engine.dispose()
    assert done.returncode == 0, done.stdout + done.stderr
    made = _MADE.search(done.stdout)
    assert made is not None, done.stdout
    return int(made[1].replace(",", ""))


def main() -> None:
    """Send requests until there are enough, and show how many."""
    given = [int(one) for one in sys.argv[1:]]
    seed = given[0] if given else SystemRandom().randrange(1_000_000)
    wanted, sent = (given[1] if len(given) > 1 else CASES), 0
    print(f"seed {seed}", flush=True)
    with closing(Server()) as server:
        while sent < wanted:
            sent += conformance(server.database(), seed + sent, 60)
            print(f"{sent} requests: no server error, each answer as described", flush=True)


if __name__ == "__main__":
    main()
