"""The names of DMN 1.3, and those of what DMN has no place for and editors keep as it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from reclamation_core.tables.domains import Boolean, Day, Domain, Enumeration, Integer, Number
from reclamation_core.tables.model import HitPolicy

MODEL: Final = "https://www.omg.org/spec/DMN/20191111/MODEL/"
DIAGRAM: Final = "https://www.omg.org/spec/DMN/20191111/DMNDI/"
BOUNDS: Final = "http://www.omg.org/spec/DMN/20180521/DC/"
WAYPOINTS: Final = "http://www.omg.org/spec/DMN/20180521/DI/"
OURS: Final = "urn:reclamation-core:dmn:1"

HIT_POLICIES: Final[Mapping[HitPolicy, tuple[str, str | None]]] = {
    HitPolicy.UNIQUE: ("UNIQUE", None),
    HitPolicy.ANY: ("ANY", None),
    HitPolicy.FIRST: ("FIRST", None),
    HitPolicy.PRIORITY: ("PRIORITY", None),
    HitPolicy.COLLECT_MAX: ("COLLECT", "MAX"),
    HitPolicy.COLLECT_MIN: ("COLLECT", "MIN"),
    HitPolicy.COLLECT_SUM: ("COLLECT", "SUM"),
    HitPolicy.COLLECT_COUNT: ("COLLECT", "COUNT"),
}
"""The hit policy and the aggregation of each of ours."""

KINDS: Final[Mapping[type[Domain], str]] = {
    Boolean: "boolean",
    Day: "date",
    Enumeration: "string",
    Integer: "number",
    Number: "number",
}
"""The FEEL type of each domain."""


def type_of(domain: Domain) -> str:
    """What a DMN element refers to as its type: an enumeration by its own name."""
    return domain.name if isinstance(domain, Enumeration) else KINDS[type(domain)]
