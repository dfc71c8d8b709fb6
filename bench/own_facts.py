"""Facts of an edition: a row of the level that asks for three of them.

One decision is compared with that of the same table with three facts of the library in their place, whole columns with
hand-written Polars expressions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from time import process_time
from typing import Any, Final

import attrs
import polars as pl

from bench._measure import compare, ratio_row
from bench.columns import by_hand, complaints
from bench.decisions import complaints as single_complaints
from reclamation_core import BusinessCalendar, ComplaintFacts, Policy, frames, m2_1
from reclamation_core.policy import parse_policy

ROWS = 1_000_000
FUNDERS: Final = ("opco", "region", "self")
_FACTS: Final = [
    {"name": "subcontracted", "label": {"fr": "sous-traitée", "en": "subcontracted"}, "type": "boolean"},
    {
        "name": "funder",
        "label": {"fr": "financeur", "en": "funder"},
        "type": "codes",
        "codes": [{"code": code, "label": {"fr": code, "en": code}} for code in FUNDERS],
    },
    {"name": "hours", "label": {"fr": "heures", "en": "hours"}, "type": "number", "minimum": 0},
]
_OWN: Final = {"own.subcontracted": True, "own.funder": '"opco"', "own.hours": ">= 100"}
_LIBRARY: Final = {"formal": True, "complainant": '"trainee"', "satisfaction": ">= 5"}
_HAND: Final = pl.col("own_subcontracted") & (pl.col("own_funder") == "opco") & (pl.col("own_hours") >= 100)


def edition(tables: dict[str, Any]) -> Policy:
    """Return an edition that declares the three facts."""
    return parse_policy({"starts_from": "M2-1", "edition": "three facts", "facts": _FACTS, "tables": tables})


def to_region() -> Policy:
    """Return the edition whose level asks for the three facts."""
    return edition({"level": {"add": [{"id": "own", "when": _OWN, "then": "regional", "clause": "note 1"}]}})


def six_inputs(when: dict[str, Any]) -> Policy:
    """Return an edition with a table of the facts of the level and of three others."""
    level = ["client_scope", "service_reach", "mobilisation"]
    rows = [
        *({"id": f"national-{name}", "when": {name: '"national"'}, "then": "x"} for name in (level[0], level[2])),
        {"id": "regions", "when": {"service_reach": '"several_regions"'}, "then": "x"},
        {"id": "three", "when": when, "then": "y"},
        {"id": "others", "when": {}, "then": "z"},
    ]
    table = {"inputs": [*level, *when], "outcomes": ["x", "y", "z"], "hit_policy": "first", "rows": rows}
    return edition({"six": table})


def with_own(facts: list[ComplaintFacts]) -> list[ComplaintFacts]:
    """Return facts with the three values."""
    chance = random.Random(2026)

    def drawn() -> dict[str, Any]:
        funder = chance.choice(FUNDERS)
        return {"subcontracted": chance.random() < 0.5, "funder": funder, "hours": chance.randrange(300)}

    return [attrs.evolve(one, own=drawn()) for one in facts]


def one_by_one() -> list[dict[str, Any]]:
    """Microseconds per decision, medians of alternating rounds."""
    plain, calendar = single_complaints(), BusinessCalendar.france()
    own = with_own(plain)
    six, library = six_inputs(_OWN).tables["six"].decide, six_inputs(_LIBRARY).tables["six"].decide
    usual, region = m2_1(), to_region()
    both, raised = ([policy.tables[name].decide for name in ("eligibility", "level")] for policy in (usual, region))
    contenders: dict[str, Callable[[], object]] = {
        "six, own": lambda: [six(one) for one in own],
        "six, library": lambda: [library(one) for one in plain],
        "both, own": lambda: [(raised[0](one), raised[1](one)) for one in own],
        "both": lambda: [(both[0](one), both[1](one)) for one in plain],
        "assess, own": lambda: [region.assess(one, calendar) for one in own],
        "assess": lambda: [usual.assess(one, calendar) for one in plain],
    }
    medians = {name: seconds / len(plain) * 1e6 for name, seconds in compare(contenders, clock=process_time).items()}
    library_peer = ("three facts of the library in their place", medians["six, library"])
    return [
        ratio_row("decide, a table with three own facts", medians["six, own"], library_peer, 1.3),
        ratio_row("decide, with three own facts more", medians["both, own"], ("M2-1", medians["both"]), None),
        ratio_row("assess, with three own facts more", medians["assess, own"], ("M2-1", medians["assess"]), 1.3),
    ]


def in_columns(rows: int) -> list[dict[str, Any]]:
    """Nanoseconds per row, medians of alternating rounds."""
    policy, calendar, chance = to_region(), BusinessCalendar.france(), random.Random(7)
    frame = complaints(rows)
    drawn = {
        "own_subcontracted": [chance.random() < 0.5 for _ in range(1000)],
        "own_funder": [chance.choice(FUNDERS) for _ in range(1000)],
        "own_hours": [float(chance.randrange(300)) for _ in range(1000)],
    }
    own = pl.DataFrame(drawn, schema_overrides={"own_funder": pl.Enum(FUNDERS)})
    given = pl.concat([frame, pl.concat([own] * (rows // 1000)).rechunk()], how="horizontal")
    holidays = [day for year in range(2023, 2029) for day in calendar.holidays(year)]
    ours, theirs = frames.decide(given, policy, calendar), by_hand(given, holidays, own={"own": _HAND})
    for name in theirs.columns[len(given.columns) :]:
        assert ours[name].cast(theirs[name].dtype).equals(theirs[name]), name
    del ours, theirs
    seconds = compare(
        {
            "ours": lambda: frames.decide(given, policy, calendar),
            "hand": lambda: by_hand(given, holidays, own={"own": _HAND}),
        },
        rounds=5,
    )
    each = {name: taken / rows * 1e9 for name, taken in seconds.items()}
    return [
        ratio_row(
            "decide, Enum columns, three own facts",
            each["ours"],
            ("the same by hand in Polars", each["hand"]),
            1.3,
            unit="ns",
        )
    ]


def run() -> list[dict[str, Any]]:
    """The rows of the table."""
    return [*one_by_one(), *in_columns(ROWS)]
