"""The frames in the report of rule coverage, which are not counted, and the keys of editions."""

import json
import os
import re
import subprocess
import sys

import polars as pl
import pytest

from reclamation_core.frames import decide, decide_malfunctions
from reclamation_core.policy import m2_1
from reclamation_core.testing.builders import a_complaint
from reclamation_core.testing.rules import RuleCoverage, rule_coverage, without_rule_coverage
from tests.unit.testing.test_rules import CALENDAR, assess, given


def test_frames_are_noted_for_what_they_decide_is_not_counted() -> None:
    frame = pl.DataFrame({"received_at": [a_complaint().received_at], "satisfaction": [4]})
    with rule_coverage() as coverage:
        decided = decide(frame, m2_1(), CALENDAR)
        decide(frame, m2_1(), None)
        with without_rule_coverage():
            decide(frame, m2_1(), None)
    decide(frame, m2_1(), None)

    assert decided["eligibility"].to_list() == ["complaint"]
    assert (coverage.frames, coverage.sets) == (2, ())
    nothing, told = coverage.report("fr").splitlines()
    assert nothing == "aucune règle de la procédure n'a été consultée"
    assert told.startswith("décidé en colonnes, et non compté : 2 tableaux (frames.decide) ; pour que leurs règles ")
    assert told.endswith("comptent, décidez-en des lignes une à une, par policy.assess")
    total = RuleCoverage()
    total.add(coverage.to_json())
    total.add(RuleCoverage().to_json())
    assert total.frames == 2
    assert json.loads(total.to_json())["frames"] == 2
    assert "not counted: 2 frames (frames.decide)" in total.report("en")


def test_rows_decided_one_by_one_count_in_spite_of_a_frame() -> None:
    with rule_coverage() as coverage:
        decide_malfunctions(pl.DataFrame({"service_reach": ["one_centre"]}), m2_1())
        assess()
    assert "décidé en colonnes, et non compté : 1 tableau (frames.decide)" in coverage.report("fr")
    assert given(coverage, "eligibility") == {"formal-complaint": 1}


KEYS = """
from reclamation_core import m2_1
from reclamation_core.calendars import BusinessCalendar
from reclamation_core.tables import Row
from reclamation_core.testing.builders import a_complaint
from reclamation_core.testing.rules import rule_coverage
from reclamation_core.vocabulary import Level
row = Row("several-regions", {"service_reach": "several_regions"}, Level.REGIONAL, "DR 3")
ours = m2_1().with_rows("level", replace=[row], edition="la nôtre")
with rule_coverage() as coverage:
    for policy in (m2_1(), ours):
        policy.assess(a_complaint(), BusinessCalendar.france())
print(*(found.key for found in coverage.sets), sep="\\n")
"""


@pytest.mark.slow
def test_the_key_of_an_edition_is_short_and_the_same_in_every_process() -> None:
    keys = {
        subprocess.run(
            [sys.executable, "-c", KEYS],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    (told,) = keys
    assert [re.fullmatch(r"edition .+ [0-9a-f]{16}", key) is not None for key in told.splitlines()] == [True, True]
