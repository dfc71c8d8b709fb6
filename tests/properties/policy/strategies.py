"""Facts of complaints, known or not, as plain codes."""

from typing import Any

from hypothesis import strategies as st

from reclamation_core.missing import ABSENT, UNKNOWN
from tests.unit.policy import procedure
from tests.unit.policy.cases import DOMAINS

NOTES: tuple[Any, ...] = (0, 5.99, 6, 10, ABSENT)
"""One note on each side of the threshold, the ends of the scale, and no note."""

ELIGIBILITY: dict[str, tuple[Any, ...]] = {
    "channel": procedure.CHANNELS,
    "formal": (True, False),
    "complainant": procedure.COMPLAINANTS,
    "nature": procedure.NATURES,
    "requirement": procedure.REQUIREMENTS,
    "sold_service": (True, False),
    "satisfaction": NOTES,
}
LEVEL: dict[str, tuple[Any, ...]] = {
    "client_scope": procedure.CLIENTS,
    "service_reach": procedure.REACHES,
    "mobilisation": procedure.MOBILISATIONS,
}
SEVERITIES: dict[str, tuple[Any, ...]] = {f"severity_{domain}": (0, 1, 2, 3, 4) for domain in DOMAINS}
COUNTS: dict[str, tuple[Any, ...]] = {"recurrences": (0, 1, 3, 6), "causes": (0, 1, 2)}


def partly_known(
    values: dict[str, tuple[Any, ...]], most_unknown: int | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    """A value for each fact, or UNKNOWN for some of them; shrinks towards the first values, all known."""
    known = st.fixed_dictionaries({name: st.sampled_from(choices) for name, choices in values.items()})
    unknown = st.sets(st.sampled_from(sorted(values)), max_size=len(values) if most_unknown is None else most_unknown)
    return st.builds(lambda facts, names: {**facts, **dict.fromkeys(names, UNKNOWN)}, known, unknown)
