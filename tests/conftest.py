"""How hard Hypothesis looks, by profile; `HYPOTHESIS_PROFILE` chooses one by name.

`dev` draws anew on each run; `ci` always draws the same, so that a red run is a change's own fault, and half as often;
`brief` is for what is run again and again, on mutants, on other dependencies or on a second store; `soak` takes its
time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import HealthCheck, settings

# A busy machine draws slowly; that is no fault of a test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", patient)
settings.register_profile("ci", patient, derandomize=True, database=None, print_blob=True, max_examples=50)
settings.register_profile("brief", patient, derandomize=True, database=None, max_examples=10)
settings.register_profile("soak", patient, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


@contextmanager
def briefly() -> Iterator[None]:
    """Look at few examples meanwhile, of what is looked at hard elsewhere; a soak looks hard at all."""
    before = settings.get_current_profile_name()
    settings.load_profile("soak" if before == "soak" else "brief")
    try:
        yield
    finally:
        settings.load_profile(before)


def pytest_sessionfinish() -> None:
    """Stop what this process started."""
    from tests import databases

    databases.stop()
