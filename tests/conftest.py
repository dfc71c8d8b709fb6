"""How hard Hypothesis looks, by profile; `HYPOTHESIS_PROFILE` chooses one by name.

`dev` draws anew on each run; `ci` always draws the same, so that a red run is a change's own fault; `brief` is for a
suite that is run again and again, on mutants or on other dependencies; `soak` takes its time.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

settings.register_profile("dev", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, database=None, print_blob=True)
settings.register_profile("brief", deadline=None, derandomize=True, database=None, max_examples=30)
settings.register_profile("soak", deadline=None, max_examples=5000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))
