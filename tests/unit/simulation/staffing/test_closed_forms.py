"""The model compared with the closed forms of queueing theory, and its reproducibility.

Poisson arrivals, exponential efforts, c handlers who work day and night: the mean wait and the utilisation are those of
Erlang's C formula. Each test checks that the theory lies within the 99.9 % interval over its replications: with fresh
seeds a sound model would fail one test in a thousand; the seeds are fixed, so that it never does by chance.
"""

import math
import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from random import Random
from typing import Any

import attrs
import pytest

from reclamation_core import m2_1
from reclamation_core.simulation import (
    Effort,
    Staffing,
    StaffingScenario,
    WorkingHours,
    compare_staffing,
    generate_complaints,
)
from reclamation_core.simulation.staffing.model import simulate_staffing
from reclamation_core.vocabulary import Level
from tests.unit.simulation.staffing.agency import SITES, Received, complaint

START = datetime(2026, 3, 2, tzinfo=UTC)
MODEL = complaint("model", "2026-03-02T00:00").facts
DIGEST = "061e03fb32070257243df7a2f4dcafdcf76be60c9c0d79171947902da1ff76a8"


def erlang_c(handlers: int, offered: float) -> float:
    """The probability of waiting in M/M/c, for an offered load in Erlangs; Erlang 1917."""
    top = offered**handlers / math.factorial(handlers) * handlers / (handlers - offered)
    return top / (sum(offered**k / math.factorial(k) for k in range(handlers)) + top)


def poisson(number: int, per_hour: float, replication: int) -> list[Received]:
    random, at, arrivals = Random(f"arrivals {replication}"), START, []  # noqa: S311  (nothing is kept secret)
    for rank in range(number):
        at += timedelta(hours=random.expovariate(per_hour))
        arrivals.append(Received(f"{replication}-{rank}", "REIMS", attrs.evolve(MODEL, received_at=at)))
    return arrivals


@pytest.mark.soak
@pytest.mark.parametrize(("handlers", "per_hour"), [pytest.param(1, 0.6, marks=pytest.mark.soak), (3, 2.25)])
def test_waits_and_utilisation_are_those_of_the_closed_form(handlers: int, per_hour: float) -> None:
    efforts = dict.fromkeys(Level, Effort.exponential(60))
    queue = Staffing(
        local=handlers, qualification=Effort.fixed(0), treatment=efforts, hours=WorkingHours.always(), regional=0
    )
    days = 40
    found = compare_staffing(
        lambda replication: poisson(int(per_hour * 24 * (days + 5)), per_hour, replication),
        [StaffingScenario(policy=m2_1(), staffing=queue)],
        SITES,
        since=date(2026, 3, 7),
        until=date(2026, 3, 2) + timedelta(days=days),
        replications=12,
        confidence=0.999,
    )
    runs = [load.utilisation for run in found.runs for load in run.loads if load.unit == "local/REIMS"]

    wait, expected = found.estimate("M2-1", "wait_minutes"), 60 * erlang_c(handlers, per_hour) / (handlers - per_hour)
    assert wait.low is not None
    assert wait.high is not None
    assert wait.low <= expected <= wait.high
    assert wait.high - wait.low < expected  # a narrow interval
    mean = sum(share for share in runs if share) / len(runs)
    assert mean == pytest.approx(per_hour / handlers, abs=0.02)


@pytest.mark.slow
def test_the_same_seed_has_the_same_records_in_every_process_and_python() -> None:
    program = "from tests.unit.simulation.staffing.test_closed_forms import digest; print(digest())"
    digests = [
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "2")
    ]
    assert digests == [DIGEST, DIGEST]


def digest() -> str:
    """Return the records of a run, independent of this machine."""
    staffing = Staffing(absent=0.1)
    run = simulate_staffing(
        generate_complaints(150, 3, sites=SITES),
        StaffingScenario(policy=m2_1(), staffing=staffing),
        SITES,
        until=date(2026, 5, 19),
        seed=5,
        default_site="REIMS",
    )
    return sha256(repr([*run.handled, *run.loads, *run.backlog]).encode()).hexdigest()


def test_another_seed_and_another_replication_draw_other_efforts() -> None:
    def answers(**told: Any) -> list[datetime | None]:
        arrivals = [complaint("A", "2026-05-04T09:00"), complaint("B", "2026-05-04T10:00")]
        run = simulate_staffing(arrivals, StaffingScenario(policy=m2_1()), SITES, until=date(2026, 5, 7), **told)
        return [one.answered_at for one in run.handled]

    assert answers(seed=1) == answers(seed=1)
    assert len({tuple(answers(seed=1)), tuple(answers(seed=2)), tuple(answers(seed=1, replication=2))}) == 3
