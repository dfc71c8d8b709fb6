"""How hard Hypothesis looks, by profile; `HYPOTHESIS_PROFILE` chooses one by name.

`dev` draws anew on each run; `ci` always draws the same, so that a red run is a change's own fault; `brief` is for a
suite that is run again and again, on mutants or on other dependencies; `soak` takes its time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# A busy machine draws slowly; that is no fault of a test.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("dev", patient)
settings.register_profile("ci", patient, derandomize=True, database=None, print_blob=True)
settings.register_profile("brief", patient, derandomize=True, database=None, max_examples=30)
settings.register_profile("soak", patient, max_examples=5000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))


def pytest_sessionfinish() -> None:
    """Stop what this process started."""
    from tests import databases

    databases.stop()
